/**
 * Requests and answers of Azure Resource Manager, as plain JSON-ready values.
 * Types only: nothing here does anything.
 */

export const METHODS = ['GET', 'HEAD', 'PUT', 'PATCH', 'POST', 'DELETE'] as const
export type Method = (typeof METHODS)[number]

export type JsonValue =
  | string
  | number
  | boolean
  | null
  | readonly JsonValue[]
  | { readonly [key: string]: JsonValue }
export type JsonObject = { readonly [key: string]: JsonValue }

/**
 * A whole body, already read to its end and without a byte-order mark.
 * `malformed` claims to be JSON (by its type or first character) and is not, or is an HTML page, which ARM never sends.
 */
export type Body =
  | { readonly kind: 'empty' }
  | { readonly kind: 'json'; readonly value: JsonValue; readonly text: string }
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'malformed'; readonly text: string }

export interface ArmRequest {
  readonly method: Method
  /** Absolute URL, exactly as it is sent. */
  readonly url: string
}

export interface HttpResponse {
  readonly status: number
  /** Lower-case names; a repeated header keeps its first value. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: Body
}
