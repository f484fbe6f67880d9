/**
 * Makes untrusted text harmless for the place it is written to. Pure, and linear in the length of the text.
 * Every word of the service passes through one of these functions, once, where it is written: never before.
 */

/** Most characters of one line, where a place says nothing else. */
export const MAX_LINE_CHARS = 4_000
const MAX_TITLE_CHARS = 200
const MIN_CHARS_WITH_TAIL = 300

// biome-ignore lint/suspicious/noControlCharactersInRegex: terminal escapes begin with one.
const TERMINAL_ESCAPES = /(?:\u001b\[|\u009b)[0-?]*[ -/]*[@-~]|\u001b\][^\u0007\u001b]*\u0007?/g
const LINE_BREAKS = /\r\n|[\r\n\v\f\u0085\u2028\u2029]/g
// Control and format characters and everything that renders as nothing: bidi controls, zero-width marks, tags.
const INVISIBLE = /(?![\t\n])[\p{Cc}\p{Cf}\p{Default_Ignorable_Code_Point}]/gu
const WORDS = /[^\s'"<>`()]+/g
const SIGNATURES = /\bsig=[^&\s'"<>]+/gi
/** Their queries choose a page and hold no secret. */
const DOCUMENTATION = /^https:\/\/(?:aka\.ms|go\.microsoft\.com|(?:learn|docs)\.microsoft\.com)\//i

/**
 * The text as one line for the log: no line break, terminal escape, invisible character or URL query is left in it
 * (but an api-version), and it cannot form a workflow command.
 */
export function toLine(text: string, maxChars = MAX_LINE_CHARS): string {
  const line = clean(text).replace(/\s+/g, ' ').trim()
  return neutralizeCommands(bound(line, maxChars))
}

/**
 * The text as at most `maxLines` log lines and a note on those between, each as harmless as `toLine` makes it; blank
 * lines are dropped.
 */
export function toLines(text: string, maxLines: number): readonly string[] {
  const lines = clean(text)
    .split('\n')
    .map((line) => toLine(line))
    .filter((line) => line !== '')
  return cutMiddle(lines, maxLines)
}

/** The first and the last of the lines, at most `maxLines`, with a note on those between. */
export function cutMiddle(lines: readonly string[], maxLines: number): readonly string[] {
  const more = lines.length - maxLines
  if (more <= 0) return lines
  const head = Math.ceil(maxLines / 3)
  return [...lines.slice(0, head), `… (${more} more lines) …`, ...lines.slice(head + more)]
}

/**
 * Breaks what the runner would read as a command: `::` where a command could start, and `##[`, which it looks for
 * anywhere in a line (https://github.com/actions/runner/blob/main/src/Runner.Common/ActionCommand.cs).
 */
export function neutralizeCommands(line: string): string {
  return line
    .replace(/(?<!\w):{2,}/g, (colons) => [...colons].join(' '))
    .replace(/##(?=\[)/g, '# #')
}

/** The title of an annotation, or another of its properties: one short line. */
export function toAnnotationProperty(text: string): string {
  return toLine(text, MAX_TITLE_CHARS)
}

/** The path of a URL with its api-version and nothing else of its query, which may be a credential. */
export function describeUrl(url: string): string {
  if (!URL.canParse(url)) return toLine(url.split(/[?#]/)[0] ?? '')
  const { pathname, search } = new URL(url)
  return toLine(pathname + keepApiVersion(search.slice(1)))
}

/** The text without the queries of its URLs and paths, but for an api-version, and without signatures. */
export function redactQueries(text: string): string {
  // Most texts have no query, and some are long.
  const redacted = text.includes('?') ? text.replace(WORDS, redactWord) : text
  return redacted.replace(SIGNATURES, 'sig=…')
}

function redactWord(word: string): string {
  const at = word.indexOf('?')
  const [head, query] = [word.slice(0, at), word.slice(at + 1)]
  if (at < 0 || !head.includes('/') || !query.includes('=') || DOCUMENTATION.test(head)) return word
  return head + (keepApiVersion(query) || '?…')
}

/** The URL without its query, but for an api-version, and without its fragment. */
export function redactUrl(url: string): string {
  const at = url.search(/[?#]/)
  return at < 0 ? url : url.slice(0, at) + (keepApiVersion(url.slice(at + 1)) || '?…')
}

function keepApiVersion(query: string): string {
  const version = /(?:^|&)api-version=([\w.-]{1,40})/i.exec(query)?.[1]
  return version === undefined ? '' : `?api-version=${version}`
}

/** The text without terminal escapes, invisible characters and the queries of its URLs; each line break is one `\n`. */
export function clean(text: string): string {
  return redactQueries(makeVisible(text))
}

/** The text without terminal escapes and invisible characters; each line break is one `\n`. */
export function makeVisible(text: string): string {
  return text
    .toWellFormed()
    .replace(TERMINAL_ESCAPES, '')
    .replace(LINE_BREAKS, '\n')
    .replace(INVISIBLE, '')
}

/** The text, cut with a note where it has more than `maxChars`: a long one in the middle, for its end often says why. */
export function bound(text: string, maxChars: number): string {
  const more = text.length - maxChars
  if (more <= 0) return text
  const tail = maxChars < MIN_CHARS_WITH_TAIL ? 0 : Math.floor(maxChars / 3)
  const end = tail === 0 ? '' : ` …${text.slice(-tail)}`
  return `${text.slice(0, maxChars - tail)}… (${more} more characters)${end}`.toWellFormed()
}
