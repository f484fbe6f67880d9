// Builds dist/ from src/: tsc to JavaScript, then ncc into one ESM bundle with lazy chunks.
// dist/ is emptied first, because ncc leaves chunks of earlier builds behind.
import { execFileSync } from 'node:child_process'
import { rmSync } from 'node:fs'

const run = (command, ...args) => execFileSync(command, args, { stdio: 'inherit' })

for (const folder of ['lib', 'dist']) rmSync(folder, { recursive: true, force: true })
run('node_modules/.bin/tsc', '-p', 'tsconfig.build.json')
run(
  'node_modules/.bin/ncc',
  'build',
  'lib/index.js',
  '-o',
  'dist',
  '-C',
  '--license',
  'licenses.txt'
)
