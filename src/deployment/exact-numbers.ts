/**
 * Numbers of a JSON text with all their digits: an integer of a template has 64 bits, more than JavaScript's numbers
 * hold. Such a number becomes a marked text while its value is worked on, and a number again when it is written. Pure.
 */
import { parseJsonText } from '../http/body.ts'
import { writeJsonText } from '../http/deep-json.ts'
import type { Body, JsonValue } from '../http/message.ts'

const MAX_NUMBER_CHARS = 400
/** No text of Azure's begins so; where one does, the numbers are left as they are. */
const MARK = '\u0000#'
const WRITTEN_MARK = JSON.stringify(MARK).slice(1, -1)
/** Texts are passed over; the text is known to be JSON. */
const TEXT_OR_NUMBER = /"[^"\\]*(?:\\[\s\S][^"\\]*)*"?|-?\d[\d.eE+-]*/g
const MARKED_NUMBER = /"\\u0000#(-?\d[\d.eE+-]{0,400})"/g

/** Value of a JSON body in which the numbers that JavaScript cannot hold are marked texts. */
export function readExactValue(body: Body): JsonValue | undefined {
  if (body.kind !== 'json') return undefined
  const { text, value } = body
  if (text.includes(WRITTEN_MARK)) return value
  const marked = text.replace(TEXT_OR_NUMBER, (token) =>
    token.startsWith('"') || isExact(token) || token.length > MAX_NUMBER_CHARS
      ? token
      : `"${WRITTEN_MARK}${token}"`
  )
  return marked === text ? value : (parseJsonText(marked) ?? value)
}

function isExact(number: string): boolean {
  return String(Number(number)) === number
}

/** JSON text of a value that was read so. */
export function writeExactValue(value: JsonValue): string {
  return writeJsonText(value).replace(MARKED_NUMBER, (text, number: string) =>
    isExact(number) ? text : number
  )
}

/** The text of a leaf: the number where it stands for one. */
export function readExactLeaf(leaf: string): string {
  const rest = leaf.slice(MARK.length)
  return leaf.startsWith(MARK) && !isExact(rest) ? rest : leaf
}
