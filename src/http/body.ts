/**
 * Reads the few fields of an ARM body that the protocol depends on. Pure.
 */
import type { Body, HttpResponse, JsonObject, JsonValue } from './message.ts'

/** A body field that should hold a state word. */
export type StateField =
  | { readonly kind: 'absent' }
  | { readonly kind: 'word'; readonly word: string }
  /** There, but not a string: says nothing about the operation. */
  | { readonly kind: 'malformed' }

/**
 * Value of a JSON text, or undefined when the text is not JSON. `JSON.parse` is believed without a check here and
 * nowhere else in the protocol: it returns a JSON value, and what that holds is for the caller to check.
 */
export function parseJsonText(text: string): JsonValue | undefined {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** Every text, number, boolean and null in a value, in reading order, however deeply it is nested. */
export function listLeaves(root: JsonValue): readonly (string | number | boolean | null)[] {
  const leaves: (string | number | boolean | null)[] = []
  const left: JsonValue[] = [root]
  for (let value = left.pop(); value !== undefined; value = left.pop()) {
    if (typeof value !== 'object' || value === null) leaves.push(value)
    else for (const inner of Object.values(value).toReversed()) left.push(inner)
  }
  return leaves
}

/** The body as a JSON object, or undefined for everything else. */
export function readObject(body: Body): JsonObject | undefined {
  return body.kind === 'json' ? asObject(body.value) : undefined
}

/** The value as a JSON object, or undefined. */
export function asObject(value: JsonValue | undefined): JsonObject | undefined {
  return isObject(value) ? value : undefined
}

/** Problem because of which a body was not read; undefined for one that was, whatever is in it. */
export function readProblem(body: Body): string | undefined {
  return body.kind === 'malformed' ? body.problem : undefined
}

/** True for a JSON object. */
export function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** True for a JSON array. */
export function isList(value: JsonValue | undefined): value is readonly JsonValue[] {
  return Array.isArray(value)
}

/** A field by its name, exact spelling first, then without regard to case (`Status`, `ProvisioningState` are real). */
export function readField(object: JsonObject | undefined, name: string): JsonValue | undefined {
  const key = findKey(object, name)
  return key === undefined ? undefined : object?.[key]
}

/** The name of a field as the object spells it, by the same rule. */
export function findKey(object: JsonObject | undefined, name: string): string | undefined {
  if (object === undefined || Object.hasOwn(object, name)) return object && name
  const wanted = name.toLowerCase()
  return Object.keys(object).find((candidate) => candidate.toLowerCase() === wanted)
}

/** The name of the field that links to the next page of a list; undefined on the last page, and for all that is no list. */
export function findNextLink(body: Body): string | undefined {
  const object = readObject(body)
  return ['nextLink', '@odata.nextLink', 'odata.nextLink']
    .map((name) => findKey(object, name))
    .find((key) => key !== undefined && (object?.[key] ?? '') !== '')
}

/** A field that holds text, trimmed; `''` for everything else. */
export function readTextField(object: JsonObject | undefined, name: string): string {
  const value = readField(object, name)
  return typeof value === 'string' ? value.trim() : ''
}

/** Field `status` of an operation resource. */
export function readStatus(body: Body): StateField {
  return toStateField(readField(readObject(body), 'status'))
}

/** Field `properties.provisioningState`, or `provisioningState` at the top. */
export function readProvisioningState(body: Body): StateField {
  const object = readObject(body)
  const inner = toStateField(
    readField(asObject(readField(object, 'properties')), 'provisioningState')
  )
  return inner.kind === 'absent' ? toStateField(readField(object, 'provisioningState')) : inner
}

function toStateField(value: JsonValue | undefined): StateField {
  if (value === undefined || value === null) return { kind: 'absent' }
  if (typeof value !== 'string') return { kind: 'malformed' }
  return value.trim() === '' ? { kind: 'absent' } : { kind: 'word', word: value.trim() }
}

/** Percentage in `percentComplete` of an operation resource, 0 to 100; undefined for everything else. */
export function readPercentComplete(body: Body): number | undefined {
  const value = readField(readObject(body), 'percentComplete')
  return typeof value === 'number' && value >= 0 && value <= 100 ? value : undefined
}

/** True when the body holds something a caller could use as a result. */
export function hasContent({ body }: Pick<HttpResponse, 'body'>): boolean {
  if (body.kind === 'json') return body.value !== null
  return body.kind === 'text'
}
