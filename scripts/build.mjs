// Builds dist/ from src/: tsc to JavaScript, then rolldown into ESM files with our own code, and beside them the packages
// that it takes, each packed by ncc (pack-packages.mjs); all printed without comments and white space. index.js is the
// door, run.js what every run loads, and each other file is loaded only where it is needed. No module of ours is in two
// files. Our own code keeps its names and its statements, so that any formatter makes it readable; a package is minified
// whole. All of it is what the sources build, byte by byte: `npm run check-dist` says so. The notices of all packages in
// it are in licenses.txt.
import { execFileSync } from 'node:child_process'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { isBuiltin } from 'node:module'
import { resolve } from 'node:path'
import { rolldown } from 'rolldown'
import { minifySync, parseSync } from 'vite'
import { ENTRIES, packPackages } from './pack-packages.mjs'

const COMPACT = {
  module: true,
  compress: {
    sequences: false,
    keepNames: { function: true, class: true }
  },
  mangle: false,
  codegen: { removeWhitespace: true }
}

const WHOLE = {
  module: true,
  compress: true,
  // Errors are told apart by the names of their classes.
  mangle: { keepNames: { function: false, class: true } },
  codegen: { removeWhitespace: true }
}

/**
 * All that the door imports, and not the door itself: it waits for the run, and what is loaded meanwhile may import
 * nothing that waits.
 */
const RUN = { name: 'run', tags: ['$initial'], test: (id) => id !== resolve('lib/index.js') }

for (const folder of ['lib', 'dist']) rmSync(folder, { recursive: true, force: true })
execFileSync('node_modules/.bin/tsc', ['-p', 'tsconfig.build.json'], { stdio: 'inherit' })
mkdirSync('dist')
const packages = await packPackages('lib/packages')
for (const { name, code } of packages) write(`${name}.js`, code, WHOLE)
for (const { name, code } of joinDoors(await bundle())) write(name, code, COMPACT)
writeFileSync('dist/package.json', '{ "type": "module" }\n')
writeFileSync(
  'dist/licenses.txt',
  execFileSync(process.execPath, [
    'scripts/licenses.mjs',
    ...packages.map(({ statistics }) => statistics)
  ])
)

function write(name, code, options) {
  const minified = minifySync(name, takeBuiltins(name, code), options)
  if (minified.errors.length > 0) throw new Error(`${name}: ${minified.errors[0].message}`)
  writeFileSync(`dist/${name}`, `${minified.code.trimEnd()}\n`, { flag: 'wx' })
}

/** Files of our own code, as they are before they are minified. */
async function bundle() {
  const build = await rolldown({
    input: 'lib/index.js',
    platform: 'node',
    preserveEntrySignatures: false,
    plugins: [{ name: 'packages', resolveId: findPackage }],
    onLog: (_level, { message }) => {
      throw new Error(message)
    }
  })
  const { output } = await build.generate({
    format: 'esm',
    entryFileNames: '[name].js',
    chunkFileNames: '[name].js',
    minifyInternalExports: false,
    codeSplitting: { groups: [RUN] }
  })
  for (const chunk of output) checkImports(chunk)
  return output.map(({ fileName: name, code }) => ({ name, code }))
}

function findPackage(id) {
  const name = ENTRIES[id]
  return name === undefined ? null : { id: `./${name}.js`, external: true }
}

/** An entry in stubs/ that does not pass on a name which our code takes is found here, and not by a user. */
function checkImports({ fileName, code }) {
  const imports = parseSync(fileName, code).module.staticImports
  for (const { name, exports } of packages) {
    const names = imports
      .filter(({ moduleRequest }) => moduleRequest.value === `./${name}.js`)
      .flatMap(({ entries }) => entries.map(({ importName }) => importName.name))
    const missing = names.filter((one) => one && !exports.includes(one))
    if (missing.length > 0)
      throw new Error(`${fileName}: stubs/${name} lacks ${missing.join(', ')}`)
  }
}

/**
 * Files without those that only pass on what another file exports under the same names: a module that some import and
 * some load later gets one.
 */
function joinDoors(all) {
  const targets = new Map()
  const titles = new Map()
  for (const { name, code } of all) {
    const [, names, to] = /^export \{ ([\w$, ]+) \} from "\.\/([\w-]+\.js)";\s*$/.exec(code) ?? []
    if (names === undefined || names.includes(' as ')) continue
    targets.set(name, to)
    // The name without a number is free now.
    if (to.replace(/\d+(?=\.js$)/, '') === name) titles.set(to, name)
  }
  const rename = (name) => {
    const to = targets.get(name) ?? name
    return titles.get(to) ?? to
  }
  return all
    .filter(({ name }) => !targets.has(name))
    .map(({ name, code, ...rest }) => ({
      ...rest,
      name: rename(name),
      code: code.replace(/(?<=(?:\bfrom|\bimport\(|\bimport) ?"\.\/)[\w-]+\.js(?=")/g, rename)
    }))
}

/**
 * The code with the modules of Node.js taken without `import`: that reads all that such a module exports, also what it
 * loads only for who looks at it, such as an HTTP client of 16 ms for `http.WebSocket`.
 */
function takeBuiltins(name, code) {
  const imports = parseSync(name, code).program.body.filter(
    ({ type, source }) => type === 'ImportDeclaration' && isBuiltin(source.value)
  )
  return imports.reduceRight((text, { start, end, source, specifiers }) => {
    const taken = `globalThis.process.getBuiltinModule(${JSON.stringify(source.value)})`
    const isName = ({ imported }) => imported !== undefined && imported.name !== 'default'
    const names = specifiers.filter(isName)
    const wholes = specifiers.filter((one) => !isName(one))
    const parts = names.map(({ imported, local }) => `${imported.name}: ${local.name}`)
    const targets = [
      ...wholes.map(({ local }) => local.name),
      ...(parts.length === 0 ? [] : [`{ ${parts.join(', ')} }`])
    ]
    const constants = targets.map((target) => `const ${target} = ${taken};`).join(' ')
    return text.slice(0, start) + constants + text.slice(end)
  }, code)
}
