// Builds dist/ from src/: tsc to JavaScript, then rolldown into ESM files, printed without comments and white space.
// index.js is the door, run.js what every run loads, and each other file is loaded only where it is needed. No module is
// in two files. Our own code keeps its names and its statements, so that any formatter makes it readable; the packages
// that only some runs load, each in a file of its own, are minified whole. All of it is what the sources build, byte by
// byte: `npm run check-dist` says so. The notices of all packages in it are in licenses.txt.
import { execFileSync } from 'node:child_process'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { isBuiltin } from 'node:module'
import { resolve } from 'node:path'
import { rolldown } from 'rolldown'
import { minifySync, parseSync } from 'vite'

const STATS = 'lib/stats.json'
const PACKAGE = /[\\/]node_modules[\\/]((?:@[^\\/]+[\\/])?[^\\/]+)/

/** What stands in for a package, or for its entry; the reason for each is in its file. */
const STAND_INS = {
  '@actions/exec': 'stubs/actions-exec/index.js',
  '@azure/core-client': 'stubs/azure-core-client/index.js',
  '@azure/core-rest-pipeline': 'stubs/azure-core-rest-pipeline/index.js',
  '@azure/identity': 'stubs/azure-identity/index.js',
  '@azure/msal-node': 'stubs/azure-msal-node/index.js',
  jsonwebtoken: 'stubs/jsonwebtoken/index.js',
  open: 'stubs/open/index.js',
  tunnel: 'stubs/tunnel/index.js',
  undici: 'stubs/undici/index.js',
  // The same code as for Node.js, in modules of which only the used parts are taken.
  'jsonc-parser': 'node_modules/jsonc-parser/lib/esm/main.js',
  yaml: 'node_modules/yaml/browser/index.js'
}

/**
 * Classes of MSAL, each in a file of its name, that its applications name and make only to sign a person in, or to act
 * for one. No credential of this action asks for that.
 */
const UNREACHED =
  /[\\/]@azure[\\/]msal-(?:common|node)[\\/]dist[\\/]client[\\/](AuthorizationCodeClient|OnBehalfOfClient|RefreshTokenClient|SilentFlowClient|UserFederatedIdentityCredentialClient|UsernamePasswordClient)\.mjs$/

/** Packages with a file of their own; all others that only some runs load are there for the sign-in. */
const OWN_FILES = ['@azure/core-process', '@jmespath-community/jmespath', 'jsonc-parser', 'yaml']

const COMPACT = {
  module: true,
  compress: {
    sequences: false,
    joinVars: false,
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

const PACKAGES = {
  name: (id) => {
    const name = PACKAGE.exec(id)?.[1]?.replaceAll('\\', '/')
    if (name === undefined && !id.startsWith(resolve('stubs'))) return null
    return OWN_FILES.includes(name) ? name.split('/').pop() : 'identity'
  },
  debugName: 'packages'
}

for (const folder of ['lib', 'dist']) rmSync(folder, { recursive: true, force: true })
execFileSync('node_modules/.bin/tsc', ['-p', 'tsconfig.build.json'], { stdio: 'inherit' })
mkdirSync('dist')
const files = joinDoors(await bundle())
for (const { name, code, isOurs } of files) {
  const minified = minifySync(name, takeBuiltins(name, code), isOurs ? COMPACT : WHOLE)
  if (minified.errors.length > 0) throw new Error(`${name}: ${minified.errors[0].message}`)
  writeFileSync(`dist/${name}`, `${minified.code.trimEnd()}\n`)
}
writeFileSync('dist/package.json', '{ "type": "module" }\n')
const modules = files.flatMap(({ name, ids }) =>
  ids.map((id) => ({ chunks: [name], nameForCondition: id }))
)
writeFileSync(STATS, JSON.stringify({ modules }))
writeFileSync('dist/licenses.txt', execFileSync(process.execPath, ['scripts/licenses.mjs', STATS]))

function loadUnreached(id) {
  const name = UNREACHED.exec(id)?.[1]
  if (name === undefined) return undefined
  const error = `new Error('not bundled: no credential of this action needs a ${name}')`
  return `export class ${name} { constructor() { throw ${error} } }`
}

/** Files of the bundle, as they are before they are minified. */
async function bundle() {
  const alias = Object.entries(STAND_INS).map(([name, path]) => [name, resolve(path)])
  const build = await rolldown({
    input: 'lib/index.js',
    platform: 'node',
    preserveEntrySignatures: false,
    plugins: [{ name: 'unreached', load: loadUnreached }],
    resolve: { alias: Object.fromEntries(alias) },
    // Such as a name that what stands in for a package does not have.
    onLog: (_level, { message }) => {
      throw new Error(message)
    }
  })
  const { output } = await build.generate({
    format: 'esm',
    entryFileNames: '[name].js',
    chunkFileNames: '[name].js',
    minifyInternalExports: false,
    codeSplitting: { groups: [RUN, PACKAGES] }
  })
  return output.map(({ fileName: name, code, modules }) => {
    const ids = Object.entries(modules)
      .filter(([, { renderedLength }]) => renderedLength > 0)
      .map(([id]) => id)
    return { name, code, ids, isOurs: ids.some((id) => id.startsWith(resolve('lib'))) }
  })
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
