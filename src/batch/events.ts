/**
 * Everything that happens while a list is run, as one union: what becomes of its operations, and each one's own events
 * under its name. Types only.
 */
import type { RunEvent } from '../run/events.ts'
import type { OutcomeStatus } from '../run/outcome.ts'
import type { ShownItem } from './plan.ts'
import type { NotSent, ScheduleRules } from './schedule.ts'

/** Operation of a loop. */
export interface LoopOperation {
  /** As all events name it. */
  readonly name: string
  /** What stands in brackets in it. */
  readonly key: string
}

/** Event of a list. Times are milliseconds since the epoch. */
export type ListEvent =
  /** First of all: what is going to be run. */
  | {
      readonly kind: 'planned'
      readonly at: number
      readonly rules: ScheduleRules
      readonly items: readonly {
        readonly name: string
        readonly needs: readonly string[]
        readonly shown: ShownItem
        readonly loop?: {
          /** Its operations, where they are known. */
          readonly operations?: readonly LoopOperation[]
          readonly follows?: string
          readonly maxParallel?: number
        }
      }[]
    }
  /** The operations of a loop are known now; of one that the plan told them of, at the very beginning. */
  | {
      readonly kind: 'opened'
      readonly at: number
      readonly name: string
      readonly operations: readonly LoopOperation[]
    }
  | { readonly kind: 'started'; readonly at: number; readonly name: string }
  /** Something has happened to one of the operations. */
  | { readonly kind: 'told'; readonly name: string; readonly event: RunEvent }
  /** The last of one that was never sent; of a loop whose operations never became known, under its own name. */
  | {
      readonly kind: 'not-sent'
      readonly at: number
      readonly name: string
      readonly status: OutcomeStatus
      readonly notSent: NotSent
    }
  /** A minute has passed. */
  | { readonly kind: 'minute'; readonly at: number }
