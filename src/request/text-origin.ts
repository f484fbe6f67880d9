/**
 * A text that is part of a body, and its name in messages. Pure.
 */
import { quoteText } from '../errors.ts'
import { parseJson } from '../values.ts'

/** Origin of a text, as messages name it. */
export interface TextOrigin {
  readonly input: 'body' | 'body-file' | 'requests' | 'requests-file'
  /** `in "infra/body.json" `, or `''`. */
  readonly place: string
  /** Operation that the text belongs to, in quotes; absent outside a list. */
  readonly item?: string
}

/** A text as the subject of a sentence: `"infra/body.json" `, or `''`. */
export function nameText({ place, item }: TextOrigin): string {
  return item === undefined ? place.replace(/^in /, '') : ''
}

/** Place in a text. */
interface TextPosition {
  /** From 1, as the column. */
  readonly line: number
  readonly column: number
  /** Name of the last property before it, which says more than a number where a line is long. */
  readonly after?: string | undefined
}

/** A place in words: `at line 3, column 12 (after "sku")`. */
export function describePosition({ line, column, after }: TextPosition): string {
  const name = after === undefined ? '' : ` (after ${quoteText(after)})`
  return `at line ${line}, column ${column}${name}`
}

/** True when a text is JSON and nothing else: by its first character, so that broken JSON is never read as YAML. */
export function looksLikeJson(text: string): boolean {
  return /^\s*(?:[[{]|\/\/|\/\*)/.test(text)
}

/** True when a text is JSON without comments and trailing commas. */
export function isStrictJson(text: string): boolean {
  return parseJson(text) !== undefined
}

/** True when a JSON text is one string, and that holds an object or a list as JSON: encoded once too often. */
export function holdsJson(json: string): boolean {
  const value = /^\s*"/.test(json) ? parseJson(json) : undefined
  const inner = typeof value === 'string' ? parseJson(value) : undefined
  return typeof inner === 'object' && inner !== null
}

/** A text without the mark that some editors put before UTF-8. */
export function withoutByteOrderMark(text: string): string {
  return text.startsWith('\ufeff') ? text.slice(1) : text
}
