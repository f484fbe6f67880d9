/**
 * Makes untrusted text harmless for Markdown, HTML and mermaid charts: for the job summary. Pure, and linear in the
 * length of the text, as `sanitize.ts` is, which makes it harmless for the log.
 */
import { clean, MAX_LINE_CHARS, redactQueries, toLine, toLines } from './sanitize.ts'

const MAX_LABEL_CHARS = 40

/** HTML text, or the value of a quoted attribute; all marks are entities, so that it is plain text in Markdown too. */
export function toHtml(text: string, maxChars = MAX_LINE_CHARS): string {
  return toLine(text, maxChars).replace(
    /[^\p{L}\p{M}\p{N}\s.,_-]|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])/gu,
    toEntity
  )
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
  return fenceLines(toLines(text, maxLines))
}

/** A fenced block of lines that are harmless already. */
export function fenceLines(lines: readonly string[]): string {
  const body = lines.join('\n')
  const fence = '`'.repeat(Math.max(3, longestRunOfBackticks(body) + 1))
  return `${fence}text\n${body}\n${fence}`
}

/** Markdown that is folded under a title, which is ours; empty without a body. */
export function toFold(title: string, body: string): string {
  return body === '' ? '' : `<details><summary>${title}</summary>\n\n${body}\n\n</details>`
}

/**
 * The name of a task in a mermaid chart: letters, digits and a few marks, and of one that is too long its end. The caller
 * puts a mark of its own before it, so that no label is read as a keyword.
 */
export function toMermaidLabel(text: string): string {
  const label = clean(text)
    .replace(/[^\p{L}\p{N}._/…›-]+/gu, ' ')
    .trim()
  if (label.length <= MAX_LABEL_CHARS) return label
  return `…${[...label.slice(-2 * MAX_LABEL_CHARS)].slice(1 - MAX_LABEL_CHARS).join('')}`
}

/**
 * Text within the quotes of a node of a mermaid flowchart: what is not a letter, a digit or a harmless mark is an entity
 * of mermaid, so that it ends no text and begins no HTML, Markdown, comment or setting.
 */
export function toMermaidText(text: string, maxChars: number): string {
  const marks = [...toLine(text)]
  const shown = marks.length > maxChars ? [...marks.slice(0, maxChars - 1), '…'] : marks
  return shown
    .join('')
    .replace(/[^\p{L}\p{M}\p{N} .,?/_…×-]/gu, (mark) => `#${mark.codePointAt(0)};`)
}

/** A Markdown link, or the text alone when the URL is not an https URL. `text` is ours, or a code span. */
export function toMarkdownLink(text: string, url: string): string {
  if (!URL.canParse(url) || new URL(url).protocol !== 'https:') return text
  const address = redactQueries(new URL(url).href).replace(/[<>()[\]|\\`…]/g, toPercent)
  return `[${text}](<${address}>)`
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
