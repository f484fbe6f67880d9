/**
 * JSON as people write it, with comments, trailing commas and strings over several lines, and as it is sent: the
 * author's own text without the first two, and the line breaks escaped. Printing a parsed value would round numbers
 * beyond 2^53 and move keys. Pure.
 */
import { type JSONVisitor, type Node, parseTree, printParseErrorCode, visit } from 'jsonc-parser'
import { InputError } from '../errors.ts'
import { trimEnd } from '../values.ts'
import { findRawBreaks, hideRawBreaks } from './json-blanks.ts'
import { describePosition, isStrictJson, nameText, type TextOrigin } from './text-origin.ts'

/**
 * The text as strict JSON, otherwise unchanged.
 * @throws InputError with line, column and the last property before the fault
 */
export function toJsonText(text: string, from: TextOrigin): string {
  return isStrictJson(text) ? text : stripToJson(text, from)
}

/**
 * The part of a strict JSON text that a JSON pointer (RFC 6901) leads to, as written there; undefined when it leads
 * nowhere. Of a name that is there twice, the last counts.
 */
export function sliceByPointer(json: string, segments: readonly string[]): string | undefined {
  if (segments.length === 0) return json
  let node = parseTree(json)
  for (const segment of segments) {
    node = node === undefined ? undefined : findJsonChild(node, segment)
  }
  return node === undefined ? undefined : json.slice(node.offset, node.offset + node.length)
}

function findJsonChild({ type, children = [] }: Node, segment: string): Node | undefined {
  if (type === 'array')
    return /^(?:0|[1-9]\d*)$/.test(segment) ? children[Number(segment)] : undefined
  if (type !== 'object') return undefined
  return children.findLast(({ children: pair }) => pair?.[0]?.value === segment)?.children?.[1]
}

/** Entries of a strict JSON object, each value as it is written; undefined for any other value. The last of a name counts. */
export function listEntries(json: string): ReadonlyMap<string, string> | undefined {
  const { type, children = [] } = parseTree(json) ?? {}
  if (type !== 'object') return undefined
  return new Map(
    children.map(({ children: [key, value] = [] }) => {
      const { offset = 0, length = 0 } = value ?? {}
      return [String(key?.value), json.slice(offset, offset + length)] as const
    })
  )
}

interface JsonFault {
  /** A key of JSON_FAULTS. */
  readonly name: string
  readonly offset: number
  /** The last property with a colon before it. */
  readonly after: string | undefined
}

/** A stretch of the text to send differently. */
interface Edit {
  readonly offset: number
  readonly length: number
  readonly text: string
}

function stripToJson(text: string, from: TextOrigin): string {
  const breaks = findRawBreaks(text)
  const { cuts, fault } = scanJson(hideRawBreaks(text, breaks), text, from)
  if (fault !== undefined) throw describeJsonFault(text, fault, { from, breaks })
  const escapes = breaks.map((offset) => {
    return { offset, length: 1, text: JSON.stringify(text.charAt(offset)).slice(1, -1) }
  })
  let json = ''
  let end = 0
  for (const edit of [...cuts, ...escapes].sort((one, other) => one.offset - other.offset)) {
    json += text.slice(end, edit.offset) + edit.text
    end = edit.offset + edit.length
  }
  return json + text.slice(end)
}

/**
 * Finds comments and trailing commas, and the first fault if there is one.
 * @param hidden the text with its raw breaks hidden
 */
function scanJson(
  hidden: string,
  text: string,
  from: TextOrigin
): { readonly cuts: readonly Edit[]; readonly fault: JsonFault | undefined } {
  const cuts: Edit[] = []
  let fault: JsonFault | undefined
  let comma: number | undefined
  let name: string | undefined
  let after: string | undefined
  const forgetComma = (): void => {
    comma = undefined
  }
  const cutComma = (): void => {
    if (comma !== undefined) cuts.push({ offset: comma, length: 1, text: '' })
    comma = undefined
  }
  const visitor: JSONVisitor = {
    onObjectBegin: forgetComma,
    onArrayBegin: forgetComma,
    onObjectProperty: (property, offset, length) => {
      forgetComma()
      // A name over several lines lacks a quote, and what it holds then may be a value.
      const isBroken = /[\t\r\n]/.test(text.slice(offset, offset + length))
      if (isBroken) fault ??= { name: 'BrokenName', offset, after }
      name = property
    },
    onLiteralValue: forgetComma,
    onObjectEnd: cutComma,
    onArrayEnd: cutComma,
    onSeparator: (character, offset) => {
      comma = character === ',' ? offset : undefined
      if (character === ':') after = name
    },
    onComment: (offset, length) => {
      cuts.push({ offset, length, text: '' })
    },
    onError: (code, offset) => {
      fault ??= { name: printParseErrorCode(code), offset, after }
    }
  }
  try {
    visit(hidden, visitor, { allowTrailingComma: true })
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    throw new InputError(from.input, {
      problem: `${nameText(from)}is nested too deeply to be read`
    })
  }
  return { cuts, fault }
}

/** Meaning of jsonc-parser's error names to an author. */
const JSON_FAULTS: ReadonlyMap<string, string> = new Map([
  ['InvalidSymbol', 'this is not a JSON value'],
  ['PropertyNameExpected', 'a property name in double quotes is expected'],
  ['ValueExpected', 'a value is expected'],
  ['ColonExpected', 'a colon is expected'],
  ['CommaExpected', 'a comma is expected'],
  ['CloseBraceExpected', 'a comma or "}" is expected'],
  ['CloseBracketExpected', 'a comma or "]" is expected'],
  ['EndOfFileExpected', 'nothing more is expected'],
  ['UnexpectedEndOfComment', 'the comment has no end'],
  ['UnexpectedEndOfString', 'the string has no end'],
  ['BrokenName', 'a property name is on one line, without tabs; is a quote missing?'],
  ['UnexpectedEndOfNumber', 'the number is cut short'],
  ['InvalidUnicode', 'a \\u escape takes four hexadecimal digits'],
  ['InvalidEscapeCharacter', 'the string holds an escape that JSON does not have'],
  ['InvalidCharacter', 'the string holds a control character']
])

/** Names the place and the kind of fault and prints nothing of the text but a name: any of it may be a password. */
function describeJsonFault(
  text: string,
  { name, offset, after }: JsonFault,
  { from, breaks }: { readonly from: TextOrigin; readonly breaks: readonly number[] }
): InputError {
  const { input } = from
  const subject = nameText(from)
  const position = describePosition({ ...toLineAndColumn(text, offset), after })
  if (name === 'InvalidSymbol' && text.slice(0, offset).trim() === '') {
    return new InputError(input, {
      problem: `${subject}is not JSON: something else begins ${position}`,
      allowed: 'JSON, such as { "location": "westeurope" }; comments and trailing commas are fine'
    })
  }
  const what = JSON_FAULTS.get(name) ?? 'it cannot be read'
  const lastBreak = breaks.findLast((at) => at < offset)
  const isAfterLongString = lastBreak !== undefined && endsString(text, lastBreak, offset)
  const hint = isAfterLongString
    ? '; a string over several lines ends before it, whose own closing quote may be missing'
    : ''
  return new InputError(input, {
    problem: `${subject}is not valid JSON ${position}: ${what}${hint}`
  })
}

/** True when the string that holds a break ends right before an offset. */
function endsString(text: string, breakOffset: number, offset: number): boolean {
  const rest = trimEnd(text.slice(breakOffset, offset), ' \t\r\n')
  return rest.endsWith('"') && rest.indexOf('"') === rest.length - 1
}

function toLineAndColumn(text: string, offset: number): { line: number; column: number } {
  const lines = text.slice(0, offset).split(/\r\n?|\n/)
  return { line: lines.length, column: (lines.at(-1) ?? '').length + 1 }
}
