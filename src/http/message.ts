/**
 * Requests and answers of Azure Resource Manager, as plain JSON-ready values.
 * Types only: nothing here does anything.
 */

/** Methods that a request may have, in the order in which messages name them. */
export const METHODS = ['GET', 'HEAD', 'PUT', 'PATCH', 'POST', 'DELETE'] as const
/** Method of a request. */
export type Method = (typeof METHODS)[number]

/** JSON value, never written to. Its numbers are those of JavaScript: the digits as received are in the text. */
export type JsonValue =
  | string
  | number
  | boolean
  | null
  | readonly JsonValue[]
  | { readonly [key: string]: JsonValue }
/** JSON object, never written to. */
export type JsonObject = { readonly [key: string]: JsonValue }

/**
 * A whole body, already read to its end and without a byte-order mark.
 * `malformed` claims to be JSON (by its type or first character) and is not, or is an HTML page, which ARM never sends;
 * or it has a `problem`, because of which it was not read and has no text.
 */
export type Body =
  | { readonly kind: 'empty' }
  | { readonly kind: 'json'; readonly value: JsonValue; readonly text: string }
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'malformed'; readonly text: string; readonly problem?: string }

/** Request as the rules of the protocol see it: without headers and body. */
export interface ArmRequest {
  readonly method: Method
  /** Absolute URL, exactly as it is sent. */
  readonly url: string
}

/** Complete answer to a request, of any status. */
export interface HttpResponse {
  readonly status: number
  /** Lower-case names; a repeated header keeps its first value. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: Body
}
