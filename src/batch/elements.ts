/**
 * The elements of a loop: each once, with a key by which people and later steps know its operation. Pure.
 */
import { asObject, isObject, listLeaves } from '../http/body.ts'
import type { JsonValue } from '../http/message.ts'
import { digestText } from './digest.ts'
import type { LoopElement } from './plan.ts'

/** A key is a part of a column of the log. */
const MAX_KEY_CHARS = 60

/**
 * The elements with their keys; of those that are equal the first alone. A key is the element itself where that is text
 * or a number (of a path its end), else its `name`, else the end of its `id`; where that would be another's too, its
 * place in the list.
 * @param hide takes secrets out of a text
 */
export function nameElements(
  values: readonly JsonValue[],
  hide: (text: string) => string
): readonly LoopElement[] {
  const distinct = new Map<string, JsonValue>()
  for (const value of values) {
    const text = writeSorted(value)
    if (!distinct.has(text)) distinct.set(text, value)
  }
  const elements = [...distinct.values()]
  const keys = elements.map((value) => toKey(value, hide))
  const counts = new Map<string, number>()
  for (const key of keys) counts.set(key, (counts.get(key) ?? 0) + 1)
  const isOwn = (key: string) => key !== '' && counts.get(key) === 1
  const places = elements.map((_, index) => String(index))
  const told = keys.map((key, index) => (isOwn(key) ? key : String(index)))
  const unique = new Set(told).size === told.length ? told : places
  return elements.map((value, index) => ({ key: unique[index] ?? '', value }))
}

function toKey(value: JsonValue, hide: (text: string) => string): string {
  const { name, id } = asObject(value) ?? {}
  const text =
    typeof value === 'string'
      ? findEnd(value)
      : typeof value === 'number'
        ? String(value)
        : typeof name === 'string' && name !== ''
          ? name
          : typeof id === 'string'
            ? findEnd(id)
            : ''
  const shown = hide(text)
    .replace(/[\p{C}\p{Z}]+/gu, ' ')
    .trim()
  return shown.length > MAX_KEY_CHARS
    ? `${shown.slice(0, MAX_KEY_CHARS - 1)}…`.toWellFormed()
    : shown
}

/** The last segment of a path: all of an id would fill a line of the log. */
function findEnd(text: string): string {
  return text.startsWith('/') ? text.slice(text.lastIndexOf('/') + 1) : text
}

/** Text that is the same for values that are equal, in whatever order their fields stand. */
export function writeSorted(value: JsonValue): string {
  return JSON.stringify(value, (_name, part: JsonValue) =>
    isObject(part)
      ? Object.fromEntries(
          Object.entries(part).toSorted(([one], [other]) => (one < other ? -1 : 1))
        )
      : part
  )
}

/** True for a value with a whole number in it whose digits may not be those that were sent. */
export function hasRounded(value: JsonValue): boolean {
  return listLeaves(value).some((leaf) => Number.isInteger(leaf) && !Number.isSafeInteger(leaf))
}

/** Digest of an element, the same for elements that are equal. */
export function digestElement(value: JsonValue): string {
  return digestText(writeSorted(value))
}
