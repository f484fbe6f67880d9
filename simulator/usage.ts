/**
 * What the tools for a terminal have in common: a mistake in how one is called is told in one message, with the exit code 2.
 */
import { parseArgs } from 'node:util'

/** Folder that paths count from: where a tool was called, since `npm run` goes to the root of the repository. */
export const CALLER_FOLDER = process.env.INIT_CWD ?? process.cwd()

/** Exit code of a tool that was called in a way that it does not know. Nothing was run. */
export const BAD_USAGE = 2

/** A mistake in how a tool is called. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

/** Runs a tool, and ends the process with what it returns. */
export async function runTool(name: string, tool: () => Promise<number>): Promise<void> {
  try {
    process.exitCode = await tool()
  } catch (error) {
    const isUsage = error instanceof UsageError
    const hint = isUsage ? `\n\`npm run ${name} -- --help\` shows how it is called.` : ''
    console.error(`${error instanceof Error ? error.message : String(error)}${hint}`)
    process.exitCode = isUsage ? BAD_USAGE : 1
  }
}

/** Options of a tool by their names, each with what was given for it, in order. */
export interface GivenOptions {
  readonly values: Readonly<Record<string, readonly string[]>>
  readonly flags: ReadonlySet<string>
  readonly words: readonly string[]
}

/**
 * Reads `--name value` and `--name=value` for these names, `--flag` for those flags, and the words beside them. Any other
 * option is a UsageError that names the nearest one.
 */
export function readOptions(
  args: readonly string[],
  names: readonly string[],
  flags: readonly string[]
): GivenOptions {
  const value = { type: 'string', multiple: true } as const
  const flag = { type: 'boolean' } as const
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: Object.fromEntries([
        ...names.map((name) => [name, value]),
        ...flags.map((name) => [name, flag])
      ])
    })
    const given = Object.entries(values)
    return {
      values: Object.fromEntries(
        given.flatMap(([name, each]) => (Array.isArray(each) ? [[name, each.map(String)]] : []))
      ),
      flags: new Set(given.flatMap(([name, each]) => (each === true ? [name] : []))),
      words: positionals
    }
  } catch (error) {
    throw new UsageError(explainMistake(error, [...names, ...flags]))
  }
}

function explainMistake(error: unknown, known: readonly string[]): string {
  const message = error instanceof Error ? error.message : String(error)
  const unknown = /^Unknown option '--([^']+)'/.exec(message)?.[1]
  if (unknown === undefined) return message.replaceAll('\n', ' ')
  const near = findNearest(unknown, known)
  return `There is no option --${unknown}${near === undefined ? '' : `; did you mean --${near}?`}`
}

/** The name that takes the fewest changes, and no more than a third of its letters. */
function findNearest(text: string, names: readonly string[]): string | undefined {
  const ranked = names
    .map((name) => ({ name, distance: countChanges(text, name) }))
    .sort((one, other) => one.distance - other.distance)[0]
  return ranked !== undefined && ranked.distance <= ranked.name.length / 3 ? ranked.name : undefined
}

function countChanges(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, index) => index)
  for (const [at, letter] of [...from].entries()) {
    const next = [at + 1]
    for (let column = 1; column <= to.length; column += 1) {
      const replaced = (row[column - 1] ?? 0) + (letter === to[column - 1] ? 0 : 1)
      next.push(Math.min(replaced, (row[column] ?? 0) + 1, (next[column - 1] ?? 0) + 1))
    }
    row = next
  }
  return row[to.length] ?? 0
}

/** What is longer pushes the rest of its own line aside, and of no other. */
const MAX_COLUMN_CHARS = 62

/** What stands on the left, padded, and what it means beside it, a line for each. */
export function showColumns(rows: readonly (readonly string[])[], indent = '  '): string {
  const widths = rows.reduce<number[]>(
    (known, row) =>
      row.map((cell, at) => Math.max(known[at] ?? 0, Math.min(cell.length, MAX_COLUMN_CHARS))),
    []
  )
  return rows
    .map((row) => {
      const cells = row.map((cell, at) =>
        at + 1 < row.length ? cell.padEnd(widths[at] ?? 0) : cell
      )
      return indent + cells.join('  ')
    })
    .join('\n')
}

/** A number above 0 that an option holds. */
export function readSpeed(text: string): number {
  const speed = Number(text)
  if (speed > 0 && Number.isFinite(speed)) return speed
  throw new UsageError(`--speed must be a number above 0, got '${text}'`)
}
