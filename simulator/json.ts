/**
 * JSON as the simulator reads and writes it. Only types and readers: it knows nothing of Azure.
 */

export type JsonValue =
  | string
  | number
  | boolean
  | null
  | readonly JsonValue[]
  | { readonly [key: string]: JsonValue }
export type JsonObject = { readonly [key: string]: JsonValue }

/** True for a JSON object: neither null nor an array. */
export function isJsonObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The object at a key, or an empty one. */
export function readObject(owner: JsonObject, key: string): JsonObject {
  const value = owner[key]
  return isJsonObject(value) ? value : {}
}

/** The string at a key, or undefined. */
export function readString(owner: JsonObject, key: string): string | undefined {
  const value = owner[key]
  return typeof value === 'string' ? value : undefined
}

/** The array at a key, or an empty one. */
export function readArray(owner: JsonObject, key: string): readonly JsonValue[] {
  const value = owner[key]
  return Array.isArray(value) ? value : []
}

/** Parses JSON text; undefined when it is not JSON. */
export function parseJson(text: string): JsonValue | undefined {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** Applies a change to every string of a value, object keys aside. */
export function mapStrings(value: JsonValue, change: (text: string) => JsonValue): JsonValue {
  if (typeof value === 'string') return change(value)
  if (Array.isArray(value)) return value.map((item: JsonValue) => mapStrings(item, change))
  if (!isJsonObject(value)) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, mapStrings(item, change)])
  )
}
