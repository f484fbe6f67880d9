// Builds dist/ from src/: tsc to JavaScript, then ncc into one ESM bundle with lazy chunks, printed without comments
// and white space. dist/ is emptied first, because ncc leaves chunks of earlier builds behind. Names and statements of ours stay
// as they are, so that any formatter makes it readable; a chunk that holds nothing but packages is minified whole,
// because those are reviewed at their own source. The notices of all packages in it are in licenses.txt.
import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { minifySync } from 'vite'

const run = (command, ...args) => execFileSync(command, args, { stdio: 'inherit' })
const STATS = 'lib/stats.json'
// What is ours keeps its names and one statement after another: a reviewer reads it.
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

for (const folder of ['lib', 'dist']) rmSync(folder, { recursive: true, force: true })
run('node_modules/.bin/tsc', '-p', 'tsconfig.build.json')
run('node_modules/.bin/ncc', 'build', 'lib/index.js', '-o', 'dist', '-C', '--stats-out', STATS)
writeFileSync('dist/licenses.txt', execFileSync(process.execPath, ['scripts/licenses.mjs', STATS]))

const packageChunks = findPackageChunks(JSON.parse(readFileSync(STATS, 'utf8')))
for (const name of readdirSync('dist').filter((file) => file.endsWith('.js'))) {
  const path = `dist/${name}`
  const options = packageChunks.has(name) ? WHOLE : COMPACT
  const { code, errors } = minifySync(name, shortenNames(readFileSync(path, 'utf8')), options)
  if (errors.length > 0) throw new Error(`${path}: ${errors[0].message}`)
  writeFileSync(path, code.endsWith('\n') ? code : `${code}\n`)
}

/** Names that the bundler gives to modules: `_sanitize_js__WEBPACK_IMPORTED_MODULE_4__` becomes `sanitize$4`. */
function shortenNames(code) {
  return code.replace(/\b_*(\w+?)(?:_js)?__WEBPACK_IMPORTED_MODULE_(\d+)__/g, '$1$$$2')
}

/** Files of the chunks that hold nothing but packages. */
function findPackageChunks({ chunks, modules }) {
  const isPackage = ({ name }) => name.includes('node_modules/')
  const found = chunks.filter(({ id }) =>
    modules.filter(({ chunks: ids }) => ids.includes(id)).every(isPackage)
  )
  return new Set(found.flatMap(({ files }) => files))
}
