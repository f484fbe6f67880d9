/**
 * JSON that may be nested more deeply than the machine's stack goes. Pure. A file of its own, because only what
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

/** The machine's stack goes deeper, and what Azure sends never does. */
const MAX_DEPTH = 1_000

/** True for a value that is nested so deeply that not everything could be done with it. */
export function isTooDeep(value: JsonValue): boolean {
  let level: readonly JsonValue[] = [value]
  for (let depth = 0; depth < MAX_DEPTH && level.length > 0; depth += 1) {
    level = level.flatMap((each): readonly JsonValue[] =>
      typeof each === 'object' && each !== null ? Object.values(each) : []
    )
  }
  return level.length > 0
}
