/**
 * JSON as people write it, with comments and trailing commas, and as it is sent: the author's own text without those.
 * Printing a parsed value would round numbers beyond 2^53 and move keys. Pure.
 */
import { type JSONVisitor, type Node, parseTree, printParseErrorCode, visit } from 'jsonc-parser'
import { InputError } from '../errors.ts'
import { describePosition, isStrictJson, type TextOrigin } from './text-origin.ts'

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

interface JsonFault {
  /** A key of JSON_FAULTS. */
  readonly name: string
  readonly offset: number
  readonly line: number
  readonly column: number
  /** The last property with a colon before it. */
  readonly after: string | undefined
}

/** A stretch of the text to leave out. */
interface Cut {
  readonly offset: number
  readonly length: number
}

function stripToJson(text: string, from: TextOrigin): string {
  const { cuts, fault } = scanJson(text, from)
  if (fault !== undefined) throw describeJsonFault(text, fault, from)
  let json = ''
  let end = 0
  for (const { offset, length } of cuts) {
    json += text.slice(end, offset)
    end = offset + length
  }
  return json + text.slice(end)
}

/** Finds comments and trailing commas, and the first fault if there is one. */
function scanJson(
  text: string,
  from: TextOrigin
): { readonly cuts: readonly Cut[]; readonly fault: JsonFault | undefined } {
  const cuts: Cut[] = []
  let fault: JsonFault | undefined
  let comma: number | undefined
  let name: string | undefined
  let after: string | undefined
  const forgetComma = (): void => {
    comma = undefined
  }
  const cutComma = (): void => {
    if (comma !== undefined) cuts.push({ offset: comma, length: 1 })
    comma = undefined
  }
  const visitor: JSONVisitor = {
    onObjectBegin: forgetComma,
    onArrayBegin: forgetComma,
    onObjectProperty: (property) => {
      forgetComma()
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
      cuts.push({ offset, length })
    },
    onError: (code, offset, _length, line, column) => {
      fault ??= {
        name: printParseErrorCode(code),
        offset,
        line: line + 1,
        column: column + 1,
        after
      }
    }
  }
  try {
    visit(text, visitor, { allowTrailingComma: true })
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    throw new InputError(from.input, { problem: `${from.place}is nested too deeply to be read` })
  }
  return { cuts: cuts.toSorted((one, other) => one.offset - other.offset), fault }
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
  ['UnexpectedEndOfString', 'the string has no end on its line'],
  ['UnexpectedEndOfNumber', 'the number is cut short'],
  ['InvalidUnicode', 'a \\u escape takes four hexadecimal digits'],
  ['InvalidEscapeCharacter', 'the string holds an escape that JSON does not have'],
  ['InvalidCharacter', 'the string holds a control character']
])

/** Names the place and the kind of fault and prints nothing of the text but a name: any of it may be a password. */
function describeJsonFault(
  text: string,
  fault: JsonFault,
  { input, place }: TextOrigin
): InputError {
  const position = describePosition(fault)
  if (fault.name === 'InvalidSymbol' && text.slice(0, fault.offset).trim() === '') {
    return new InputError(input, {
      problem: `${place}is not JSON: something else begins ${position}`,
      allowed: 'JSON, such as { "location": "westeurope" }; comments and trailing commas are fine'
    })
  }
  const what = JSON_FAULTS.get(fault.name) ?? 'it cannot be read'
  return new InputError(input, { problem: `${place}is not valid JSON ${position}: ${what}` })
}
