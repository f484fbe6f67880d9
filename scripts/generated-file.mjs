// A file that is generated, as a whole or in parts: `npm run docs` writes it, and with --check fails where it would change.
import { readFileSync, writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'

const { values: options } = parseArgs({ options: { check: { type: 'boolean', default: false } } })

/**
 * Brings a file up to date with what it is made of, which `source` names for people. What is wrong is told on standard
 * error, with the exit code 1. Works in the current folder.
 */
export function bringUpToDate(file, source, fill) {
  try {
    const text = readFileSync(file, 'utf8')
    const filled = fill(text)
    if (filled === text) return
    if (options.check) throw new Error(`${file} is behind ${source}: run \`npm run docs\``)
    writeFileSync(file, filled)
  } catch (error) {
    console.error(error.message)
    process.exitCode = 1
  }
}
