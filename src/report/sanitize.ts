/**
 * Makes untrusted text harmless for the place it is written to. Pure, and linear in the length of the text.
 * Every word of the service passes through one of these functions, once, where it is written: never before.
 */

const MAX_LINE_CHARS = 4_000
const MAX_LABEL_CHARS = 60
const MAX_TITLE_CHARS = 200

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

/** The text as at most `maxLines` log lines, each as harmless as `toLine` makes it; blank lines are dropped. */
export function toLines(text: string, maxLines: number): readonly string[] {
  const lines = clean(text)
    .split('\n')
    .map((line) => toLine(line))
    .filter((line) => line !== '')
  const more = lines.length - maxLines
  return more <= 0 ? lines : [...lines.slice(0, maxLines), `… (${more} more lines)`]
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

/** HTML text, or the value of a quoted attribute; all marks are entities, so that it is plain text in Markdown too. */
export function toHtml(text: string, maxChars = MAX_LINE_CHARS): string {
  return toLine(text, maxChars).replace(/[^\p{L}\p{M}\p{N}\s.,-]/gu, toEntity)
}

/** Markdown text on one line, for a paragraph, a list item or a table cell: plain words, no structure, no link. */
export function toMarkdown(text: string, maxChars = MAX_LINE_CHARS): string {
  // Entities come last, for their own `#` stays; they stand where a backslash would not stop HTML, links, mentions
  // and formulas.
  return toLine(text, maxChars)
    .replace(/[\\`*[\]|~!#]|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])/g, '\\$&')
    .replace(/^[-+=]|(?<=^\d{1,9})[.)]/, '\\$&')
    .replace(/[&<>$@]|:(?=\/\/)|(?<=\bwww)\./gi, toEntity)
}

/** A Markdown code span, for a paragraph or a list item. */
export function toCodeSpan(text: string, maxChars = MAX_LINE_CHARS): string {
  const line = toLine(text, maxChars)
  if (line === '') return ''
  const fence = '`'.repeat(longestRunOfBackticks(line) + 1)
  const pad = line.startsWith('`') || line.endsWith('`') ? ' ' : ''
  return `${fence}${pad}${line}${pad}${fence}`
}

/** A Markdown code span inside a table cell, or plain Markdown when it holds a bar: that ends a cell even in code. */
export function toTableCode(text: string, maxChars = MAX_LINE_CHARS): string {
  return text.includes('|') ? toMarkdown(text, maxChars) : toCodeSpan(text, maxChars)
}

/** A fenced block of plain text that keeps its lines, at most `maxLines` of them. */
export function toFencedBlock(text: string, maxLines: number): string {
  const body = toLines(text, maxLines).join('\n')
  const fence = '`'.repeat(Math.max(3, longestRunOfBackticks(body) + 1))
  return `${fence}text\n${body}\n${fence}`
}

/**
 * The name of a task in a mermaid chart: letters, digits and a few marks. The caller puts a word of its own before
 * it, so that no label is read as a keyword.
 */
export function toMermaidLabel(text: string): string {
  const label = bound(clean(text), MAX_LABEL_CHARS).replace(/[^\p{L}\p{N}._/…-]+/gu, ' ')
  return label.trim()
}

/** A Markdown link, or the text alone when the URL is not an https URL. `text` is ours. */
export function toMarkdownLink(text: string, url: string): string {
  if (!URL.canParse(url) || new URL(url).protocol !== 'https:') return text
  const address = redactQueries(new URL(url).href).replace(/[<>()[\]|\\`…]/g, toPercent)
  return `[${text}](<${address}>)`
}

/** The path of a URL with its api-version and nothing else of its query, which may be a credential. */
export function describeUrl(url: string): string {
  if (!URL.canParse(url)) return toLine(url.split(/[?#]/)[0] ?? '')
  const { pathname, search } = new URL(url)
  return toLine(pathname + keepApiVersion(search.slice(1)))
}

/** The text without the queries of its URLs and paths, but for an api-version, and without signatures. */
export function redactQueries(text: string): string {
  const redacted = text.replace(WORDS, (word) => {
    const at = word.indexOf('?')
    const [head, query] = [word.slice(0, at), word.slice(at + 1)]
    if (at < 0 || !head.includes('/') || !query.includes('=') || DOCUMENTATION.test(head))
      return word
    return head + (keepApiVersion(query) || '?…')
  })
  return redacted.replace(SIGNATURES, 'sig=…')
}

function keepApiVersion(query: string): string {
  const version = /(?:^|&)api-version=([\w.-]{1,40})/i.exec(query)?.[1]
  return version === undefined ? '' : `?api-version=${version}`
}

function clean(text: string): string {
  const visible = text
    .toWellFormed()
    .replace(TERMINAL_ESCAPES, '')
    .replace(LINE_BREAKS, '\n')
    .replace(INVISIBLE, '')
  return redactQueries(visible)
}

function bound(text: string, maxChars: number): string {
  const more = text.length - maxChars
  return more <= 0 ? text : `${text.slice(0, maxChars).toWellFormed()}… (${more} more characters)`
}

function toEntity(mark: string): string {
  return `&#${mark.codePointAt(0)};`
}

function toPercent(mark: string): string {
  return mark === '…' ? '' : `%${mark.charCodeAt(0).toString(16).toUpperCase()}`
}

function longestRunOfBackticks(text: string): number {
  const runs = text.match(/`+/g) ?? []
  return runs.reduce((longest, run) => Math.max(longest, run.length), 0)
}
