// Builds dist/ from src/: tsc to JavaScript, then ncc into one ESM bundle with lazy chunks, printed without comments
// and white space. dist/ is emptied first, because ncc leaves chunks of earlier builds behind. index.js, which every run
// loads, keeps its names and its statements, so that any formatter makes it readable; a chunk, which is loaded only where
// it is needed, is minified whole. Both are what the sources build, byte by byte: `npm run check-dist` says so. The
// notices of all packages in it are in licenses.txt.
import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { minifySync } from 'vite'

const run = (command, ...args) => execFileSync(command, args, { stdio: 'inherit' })
const STATS = 'lib/stats.json'
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

for (const name of readdirSync('dist').filter((file) => file.endsWith('.js'))) {
  const path = `dist/${name}`
  const options = name === 'index.js' ? COMPACT : WHOLE
  const { code, errors } = minifySync(name, shortenNames(readFileSync(path, 'utf8')), options)
  if (errors.length > 0) throw new Error(`${path}: ${errors[0].message}`)
  writeFileSync(path, code.endsWith('\n') ? code : `${code}\n`)
}

/** Names that the bundler gives to modules: `_sanitize_js__WEBPACK_IMPORTED_MODULE_4__` becomes `sanitize$4`. */
function shortenNames(code) {
  return code.replace(/\b_*(\w+?)(?:_js)?__WEBPACK_IMPORTED_MODULE_(\d+)__/g, '$1$$$2')
}
