/**
 * What comes in and what goes out, as values: rooms take a SimulatedRequest and return an Answer; only server.ts
 * knows about sockets.
 */
import type { ArmPath } from './arm-path.ts'
import type { JsonObject, JsonValue } from './json.ts'

/** One request as it was received. */
export interface RequestRecord {
  /** Simulated milliseconds since the epoch. */
  readonly at: number
  readonly method: string
  /** Path and query, exactly as they were sent. */
  readonly path: string
  /** Lower-case names; a repeated header is joined with a comma. */
  readonly headers: Readonly<Record<string, string>>
  /** The body's text; empty when there was none. */
  readonly body: string
}

export interface SimulatedRequest extends RequestRecord {
  readonly pathname: string
  readonly query: URLSearchParams
  readonly armPath: ArmPath
  readonly apiVersion: string
  /** The parsed body; an empty object when there was none. */
  readonly json: JsonObject
  /** Sent by the client, or made up for it. */
  readonly correlationId: string
}

/**
 * What happens to the answer on its way: `reset` breaks the connection before any header, `reset-mid-body` and
 * `truncate` after half of the body (with and without a TCP reset), `stall` never answers.
 */
export const FAULTS = ['reset', 'reset-mid-body', 'truncate', 'stall'] as const
export type Fault = (typeof FAULTS)[number]

export interface Answer {
  readonly status: number
  /** Added to, and stronger than, the headers that every answer has; null takes one of those away. */
  readonly headers?: Readonly<Record<string, string | readonly string[] | null>>
  /** A string is sent as it is; anything else as JSON. Absent is no body. */
  readonly body?: JsonValue
  /** Simulated milliseconds to hold the answer back. */
  readonly delayMs?: number
  readonly fault?: Fault
}
