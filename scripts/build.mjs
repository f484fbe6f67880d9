// Builds dist/ from src/: tsc to JavaScript, then ncc into one ESM bundle with lazy chunks, printed without comments
// and white space. dist/ is emptied first, because ncc leaves chunks of earlier builds behind. Names and code stay as
// they are, so that any formatter makes it readable; the notices of all packages in it are in licenses.txt.
import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { minifySync } from 'vite'

const run = (command, ...args) => execFileSync(command, args, { stdio: 'inherit' })
const STATS = 'lib/stats.json'
const COMPACT = {
  module: true,
  compress: false,
  mangle: false,
  codegen: { removeWhitespace: true }
}

for (const folder of ['lib', 'dist']) rmSync(folder, { recursive: true, force: true })
run('node_modules/.bin/tsc', '-p', 'tsconfig.build.json')
run('node_modules/.bin/ncc', 'build', 'lib/index.js', '-o', 'dist', '-C', '--stats-out', STATS)
writeFileSync('dist/licenses.txt', execFileSync(process.execPath, ['scripts/licenses.mjs', STATS]))

for (const name of readdirSync('dist').filter((file) => file.endsWith('.js'))) {
  const path = `dist/${name}`
  const { code, errors } = minifySync(name, readFileSync(path, 'utf8'), COMPACT)
  if (errors.length > 0) throw new Error(`${path}: ${errors[0].message}`)
  writeFileSync(path, code.endsWith('\n') ? code : `${code}\n`)
}
