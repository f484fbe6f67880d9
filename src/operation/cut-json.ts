/**
 * Reads JSON that somebody cut off, as far as it goes: services shorten the errors that they quote. Pure, and linear in
 * the length of the text.
 */
import { parseJsonText } from '../http/body.ts'
import type { JsonValue } from '../http/message.ts'

const MAX_CHARS = 1_000_000
const TOKENS = /"[^"\\]*(?:\\.[^"\\]*)*("?)|[{}[\],:]|[^\s"{}[\],:]+/gs
const CUT_ESCAPE = /\\u[0-9a-f]{0,3}$/i

/**
 * The value of a JSON text whose end is missing: a text that is cut as far as it goes, and no field without a value.
 * Undefined where the text is something else.
 */
export function parseCutJson(text: string): JsonValue | undefined {
  if (text.length > MAX_CHARS) return undefined
  const open: string[] = []
  let [end, isValue, cutText] = [0, true, '']
  for (const { 0: mark, 1: quote, index } of text.matchAll(TOKENS)) {
    if (index > 0 && open.length === 0) return undefined
    if (mark === '{' || mark === '[') {
      open.push(mark === '{' ? '}' : ']')
      end = index + 1
      isValue = mark === '['
    } else if (mark === '}' || mark === ']') {
      if (open.pop() !== mark) return undefined
      end = index + 1
    } else if (mark === ',') {
      end = index
      isValue = open.at(-1) === ']'
    } else if (mark === ':') {
      isValue = true
    } else if (quote === '"' && isValue) {
      end = index + mark.length
    } else if (quote === '' && isValue) {
      end = index
      cutText = `${mark.replace(CUT_ESCAPE, '')}"`
    }
  }
  return parseJsonText(text.slice(0, end) + cutText + open.toReversed().join(''))
}
