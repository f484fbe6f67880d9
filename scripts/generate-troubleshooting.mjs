// Fills the table of error codes in docs/troubleshooting.md from the known errors, between its markers, so that the page
// advises what the log advises.
import { KNOWN_ERRORS } from '../src/report/known-errors.ts'
import { bringUpToDate } from './generated-file.mjs'

const FILE = 'docs/troubleshooting.md'
const [BEGIN, END] = ['<!-- begin error-codes -->', '<!-- end error-codes -->']

bringUpToDate(FILE, 'the known errors', (page) => {
  const [before, rest = ''] = page.split(BEGIN)
  const after = rest.split(END)[1]
  if (after === undefined) throw new Error(`${FILE}: expected \`${BEGIN}\` and \`${END}\``)
  return `${before}${BEGIN}\n${renderTable()}\n${END}${after}`
})

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
