/**
 * Writes JSON that may be nested more deeply than the machine's stack goes. Pure. A file of its own, because only what
 * is loaded for some runs needs it.
 */
import { isList } from './body.ts'
import type { JsonValue } from './message.ts'

/** JSON text of a value however deeply it is nested: `JSON.stringify` gives up where the machine's stack ends. */
export function writeJsonText(value: JsonValue): string {
  try {
    return JSON.stringify(value)
  } catch {
    return writeDeepJson(value)
  }
}

function writeDeepJson(root: JsonValue): string {
  const written: string[] = []
  const left: { readonly before: string; readonly value?: JsonValue }[] = [
    { before: '', value: root }
  ]
  for (let next = left.pop(); next !== undefined; next = left.pop()) {
    const { before, value } = next
    written.push(before)
    if (value === undefined) continue
    if (typeof value !== 'object' || value === null) {
      written.push(JSON.stringify(value))
      continue
    }
    const isObject = !isList(value)
    written.push(isObject ? '{' : '[')
    left.push({ before: isObject ? '}' : ']' })
    const inner = Object.entries(value).map(([name, each], index) => {
      const comma = index === 0 ? '' : ','
      return { before: isObject ? `${comma}${JSON.stringify(name)}:` : comma, value: each }
    })
    for (const each of inner.toReversed()) left.push(each)
  }
  return written.join('')
}
