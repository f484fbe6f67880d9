// Fills the tables of inputs and outputs in README.md from action.yml, between their markers, so that the two cannot
// disagree. With --check it writes nothing and fails when README.md would change. Works in the current folder.
import { readFileSync, writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { parse } from 'yaml'

const { values: options } = parseArgs({ options: { check: { type: 'boolean', default: false } } })

try {
  main()
} catch (error) {
  console.error(error.message)
  process.exitCode = 1
}

function main() {
  const action = parse(readFileSync('action.yml', 'utf8'))
  const readme = readFileSync('README.md', 'utf8')
  const filled = [
    ['inputs', renderInputs(action.inputs ?? {})],
    ['outputs', renderOutputs(action.outputs ?? {})]
  ].reduce((text, [name, table]) => fill(text, name, table), readme)
  if (filled === readme) return
  if (options.check) throw new Error('README.md is behind action.yml: run `npm run docs`')
  writeFileSync('README.md', filled)
}

function renderInputs(inputs) {
  const rows = Object.entries(inputs).map(([name, input]) => {
    const required = input?.required === true ? '**Required.** ' : ''
    const preset = input?.default === undefined ? '' : `\`${input.default}\``
    return [`\`${name}\``, required + describe('input', name, input), preset]
  })
  return renderTable(['Input', 'Meaning', 'Default'], rows)
}

function renderOutputs(outputs) {
  const rows = Object.entries(outputs).map(([name, output]) => [
    `\`${name}\``,
    describe('output', name, output)
  ])
  return renderTable(['Output', 'Meaning'], rows)
}

function describe(kind, name, definition) {
  const text = definition?.description
  if (typeof text !== 'string' || text.trim() === '') {
    throw new Error(`action.yml: ${kind} \`${name}\` has no description`)
  }
  return text.trim().replace(/\s+/g, ' ').replaceAll('|', '\\|')
}

function renderTable(header, rows) {
  const lines = [header, header.map(() => '---'), ...rows]
  return lines.map((cells) => `| ${cells.join(' | ')} |`.replaceAll('|  |', '| |')).join('\n')
}

function fill(text, name, table) {
  const [begin, end] = [`<!-- begin ${name} -->`, `<!-- end ${name} -->`]
  const [before, rest, ...more] = text.split(begin)
  const [, after, ...again] = (rest ?? '').split(end)
  if (after === undefined || more.length > 0 || again.length > 0) {
    throw new Error(`README.md: expected \`${begin}\` and \`${end}\` once each, in this order`)
  }
  return `${before}${begin}\n${table}\n${end}${after}`
}
