// Fills docs/inputs.md from action.yml, so that the two cannot disagree. With --check it writes nothing and fails when the
// file would change. Works in the current folder.
import { readFileSync, writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { fillInputsPage } from './inputs-page.ts'

const FILE = 'docs/inputs.md'
const { values: options } = parseArgs({ options: { check: { type: 'boolean', default: false } } })

try {
  main()
} catch (error) {
  console.error(error.message)
  process.exitCode = 1
}

function main() {
  const page = readFileSync(FILE, 'utf8')
  const filled = fillInputsPage(readFileSync('action.yml', 'utf8'), page)
  if (filled === page) return
  if (options.check) throw new Error(`${FILE} is behind action.yml: run \`npm run docs\``)
  writeFileSync(FILE, filled)
}
