/**
 * As much of a long message as one screen takes: its head and its tail, and of a script's output what it wrote to
 * stderr before the rest. Pure; the text stays untrusted.
 */
import { bound, clean, cutMiddle } from './sanitize.ts'

/** Most lines of an excerpt, the notes on what is left out aside. */
const MAX_LINES = 12
const MIN_REST_LINES = 3
const MAX_CHARS = 2_000

/** Line that names a stream: `[stderr]`, `---stdout---`, `StdErr:`. */
const STREAM = /^\W{0,4}(stdout|stderr)\W{0,4}$/i

/** The excerpt of a message, its lines apart; blank ones are dropped. Secrets are hidden in it before. */
export function excerptMessage(message: string): string {
  // URLs lose their queries first: half a signature would not be known as one.
  const lines = clean(message)
    .split('\n')
    .map((line) => line.trimEnd())
    .filter((line) => line !== '')
  const [main, rest] = splitStreams(lines)
  const shown = cutMiddle(main, rest.length === 0 ? MAX_LINES : MAX_LINES - MIN_REST_LINES)
  const left = Math.max(MIN_REST_LINES, MAX_LINES - shown.length)
  const all = [...shown, ...cutMiddle(rest, left)]
  return all.map((line) => bound(line, MAX_CHARS)).join('\n')
}

/** What stands before the streams, with what was written to stderr; and the rest. Without stderr, all and nothing. */
function splitStreams(lines: readonly string[]): readonly [main: string[], rest: string[]] {
  let stream = ''
  const main: string[] = []
  const rest: string[] = []
  for (const line of lines) {
    stream = STREAM.exec(line)?.[1]?.toLowerCase() ?? stream
    const place = stream === 'stdout' ? rest : main
    place.push(line)
  }
  const hasErrors = main.some((line, index) => STREAM.test(line) && index < main.length - 1)
  return hasErrors ? [main, rest] : [[...lines], []]
}
