/**
 * The state of a step with a list, as a later one takes it up: what became of each operation, and of the responses what
 * those that have not started will read. Pure. It holds no body and no registered secret, and nobody is made to send
 * anything by it: it is a capability to read, as the handles in it are.
 */
import type { ReadPaths } from '../condition/paths.ts'
import type { Method } from '../http/message.ts'
import type { Ending } from '../run/outcome.ts'
import type { KeptValue } from './kept-values.ts'

/** State of a step. */
export interface StepState {
  readonly items: readonly StateItem[]
}

/** Item of the list as it was then. */
export interface StateItem {
  readonly name: string
  /** Of its text in the list. */
  readonly digest: string
  readonly method: Method
  /** As the list had it, without secrets. */
  readonly url: string
  /** Of an item that is no loop; of a loop, where it came to no operations. */
  readonly own?: StateOperation
  /** Of a loop, in the order of its elements. */
  readonly operations?: readonly StateOperation[]
}

/** Operation as it was then. */
export interface StateOperation {
  readonly past: StatePast
  /** Element of its loop. */
  readonly element?: StateElement
  /** Its response, where something still reads that. */
  readonly response?: KeptValue
  /** What is read of its response later, where it has not ended. */
  readonly needed?: ReadPaths
}

/** Element of a loop. */
export interface StateElement {
  readonly key: string
  readonly digest: string
  /** Where the list does not say it: as much of it as is read. */
  readonly value?: KeptValue
}

/** What became of an operation. */
export type StatePast =
  | { readonly kind: 'not-started' | 'left-out' }
  | { readonly kind: 'fault'; readonly message: string }
  | { readonly kind: 'accepted'; readonly handle: string }
  | { readonly kind: 'ended'; readonly end: StateEnd }

/** End of an operation, in words that may be the service's. Times are milliseconds since the epoch. */
export interface StateEnd {
  readonly ending: Ending
  readonly method: Method
  /** Without its query. */
  readonly url: string
  readonly startedAt: number
  readonly endedAt: number
  readonly resourceId?: string
  readonly error?: { readonly code: string; readonly message: string }
  readonly correlationId?: string
}
