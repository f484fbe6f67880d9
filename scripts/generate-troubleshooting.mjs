// Fills the table of error codes in docs/troubleshooting.md from the known errors, between its markers, so that the page
// advises what the log advises. With --check it writes nothing and fails when the page would change. Works in the current
// folder.
import { readFileSync, writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { KNOWN_ERRORS } from '../src/report/known-errors.ts'

const FILE = 'docs/troubleshooting.md'
const [BEGIN, END] = ['<!-- begin error-codes -->', '<!-- end error-codes -->']
const { values: options } = parseArgs({ options: { check: { type: 'boolean', default: false } } })

const page = readFileSync(FILE, 'utf8')
const [before, rest = ''] = page.split(BEGIN)
const after = rest.split(END)[1]
if (after === undefined) throw new Error(`${FILE}: expected \`${BEGIN}\` and \`${END}\``)
const filled = `${before}${BEGIN}\n${renderTable()}\n${END}${after}`
if (filled !== page && options.check) {
  console.error(`${FILE} is behind the known errors: run \`npm run docs\``)
  process.exitCode = 1
} else if (filled !== page) writeFileSync(FILE, filled)

function renderTable() {
  const rows = KNOWN_ERRORS.map((known) => [nameCodes(known), known.meaning, describeFix(known)])
  const lines = [['Code', 'Meaning', 'What to do'], ['---', '---', '---'], ...rows]
  return lines.map((cells) => `| ${cells.join(' | ')} |`).join('\n')
}

function nameCodes({ codes, text }) {
  if (codes === '') return 'Any, by its message'
  const names = codes.split(' ').map((code) => `\`${code}\``)
  return `${names.join(', ')}${text === undefined ? '' : ', by its message'}`
}

/** The fix without the facts that only an error can fill in. */
function describeFix({ fix, link }) {
  const general = fix.replace(/\{\w+\|([^{}]*)\}/g, '$1').replace(/[<>]/g, '\\$&')
  return `${general} [More](${link})`.replaceAll('|', '\\|')
}
