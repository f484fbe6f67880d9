/**
 * A list as it stands, for log, summary, annotations and outputs. Types only. No body of any response is in it.
 */
import type { ListEvent, LoopOperation } from '../batch/events.ts'
import type { NotSent } from '../batch/schedule.ts'
import type { ArmRequest } from '../http/message.ts'
import type { SignInEvent } from '../run/events.ts'
import type { Outcome, OutcomeStatus, ResumePoint } from '../run/outcome.ts'
import type { Explanation } from './explanation.ts'

/** Operation of a list as it stands. What it holds has no secret in it any more but for `resource`. */
export type OperationRecord =
  | { readonly kind: 'waiting'; readonly name: string }
  | {
      readonly kind: 'running'
      readonly name: string
      /** Milliseconds since the epoch. */
      readonly startedAt: number
      readonly request: ArmRequest
      /** Its request may have left, in this step or an earlier one. */
      readonly mayBeSent?: true
      /** Absent until it is accepted. */
      readonly point?: ResumePoint
    }
  | EndedRecord
  | {
      readonly kind: 'not-sent'
      readonly name: string
      readonly status: OutcomeStatus
      readonly notSent: NotSent
    }

/** Operation of a list that was sent and has ended. */
export interface EndedRecord {
  readonly kind: 'ended'
  readonly name: string
  /** Of an outcome without bodies; of all but the first failures also without the tree of errors. */
  readonly explanation: Explanation
  /** The job stays green by it. */
  readonly isGreen: boolean
  /** It ended in an earlier step, which this one resumes. */
  readonly isPast?: true
  /** Where the resource is, with nothing hidden: a later step asks for it. */
  readonly resource: Pick<Outcome, 'resourceId' | 'portalUrl'>
}

/** Loop of a list. */
export interface LoopReport {
  readonly name: string
  /** Its operations, in the order of its elements; absent while they are not known, and where they never were. */
  readonly operations?: readonly LoopOperation[]
  /** Number of records that stand before it: the place of a loop that has none. */
  readonly before?: number
}

/** Report of a list, in the middle of it or at its end. Times are milliseconds since the epoch. */
export interface ListReport {
  /**
   * In the order of the list. Those of a loop stand in its place; while they are not known, there is one in it under the
   * name of the loop itself.
   */
  readonly records: readonly OperationRecord[]
  /** The loops, in the order of the list. */
  readonly loops: readonly LoopReport[]
  readonly startedAt: number
  /** Now, where it is not over. */
  readonly endedAt: number
  /** What ended the step before its operations. */
  readonly endedBy?: 'deadline' | 'cancellation'
  readonly pollCount: number
  /** What the output `operation` is; absent while it is empty. */
  readonly state?: 'text' | 'file'
  /** Path of the file with all responses, once it is written. */
  readonly responseFile?: string
}

/** Event that the log of a list tells. */
export type ListLogEvent =
  | ListEvent
  | SignInEvent
  | { readonly kind: 'ended'; readonly at: number; readonly record: EndedRecord }
