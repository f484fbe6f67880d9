/**
 * State of an operation, as one JSON-ready value. Types only.
 * A pending state names the one GET that would move it on; a terminal state carries the answer that decided it.
 */

import type { ArmRequest, HttpResponse } from '../http/message.ts'
import type { Trust } from '../http/trust.ts'
import type { OperationError } from './error.ts'
import type { StatusHeader } from './polling-url.ts'
import type { ExtraStates } from './status.ts'

/** Source of a POST's or PATCH's result; `auto` follows the method's default (autorest's final-state-via). */
export const FINAL_STATE_VIA = [
  'auto',
  'azure-async-operation',
  'operation-location',
  'location',
  'original-uri'
] as const
/** Name of a source of the result. */
export type FinalStateVia = (typeof FINAL_STATE_VIA)[number]

/** Decisions of the workflow author about following the operation. */
export interface Rules {
  readonly finalStateVia: FinalStateVia
  readonly extraStates: ExtraStates
  /** Statuses and error codes of a first answer that count as success: of a 2xx, where nothing tells its end. */
  readonly acceptStatus: readonly (number | string)[]
  readonly trust: Trust
  readonly timing: Timing
  /** Nothing that the author asked for needs the result read anew: a first answer that was confirmed is enough. */
  readonly isFirstAnswerEnough?: boolean
}

/** Times of the waiting, as the author has set them. */
export interface Timing {
  /** The whole time given to the operation: the fixed windows are shares of it. */
  readonly timeoutMs: number
  /** It is what was left of the time of a step with several operations, and less than this one may take. */
  readonly endsWithStep?: boolean
  /** Fixed wait without `Retry-After`, and the floor with it; undefined is adaptive with a floor of one second. */
  readonly pollIntervalMs?: number
  /** Cap on `Retry-After`. */
  readonly maxPollIntervalMs?: number
  /** Origin of the adaptive wait, in milliseconds since the epoch: the operation's acceptance when absent. */
  readonly sinceMs?: number
}

/**
 * Source of the state: the status URL of `Azure-AsyncOperation` or `Operation-Location`, the `Location` URL, the
 * resource's own provisioning state, or the resource's absence.
 */
export type PollingVia = 'status-url' | 'location-url' | 'resource' | 'absence'

/** Source that can tell how an operation ended, as the output `decided-by` names it. */
export type Witness =
  | 'first-answer'
  | 'status-url'
  | 'location'
  | 'resource'
  | 'absence'
  /** The resource, written since the request was sent and holding all that it asked for, on two looks. */
  | 'proof'

/** Testimony of a witness that could not be read, and was given up for the next. */
export interface Testimony {
  readonly witness: Witness
  readonly url: string
  readonly report: FaultReport
  /** It was not there on any poll, to the end of the grace. */
  readonly wasNeverThere: boolean
}

/** Request as it was sent. Its body and the time are known only to the run that sent it. */
export interface SentRequest extends ArmRequest {
  readonly body?: string
  /** Time of sending by our clock, in milliseconds since the epoch. */
  readonly sentAtMs?: number
}

/** Wait before the GET that a pending state names. */
export type Wait =
  | { readonly kind: 'none' }
  /** The service's Retry-After, else the poll interval, else adaptive. */
  | { readonly kind: 'poll' }
  /** Doubling with each attempt; never sooner than `atLeastMs`. */
  | { readonly kind: 'backoff'; readonly attempt: number; readonly atLeastMs: number }
  /** The longer of the two above: the grace for a monitor that is not there yet. */
  | { readonly kind: 'poll-or-backoff'; readonly attempt: number }
  | { readonly kind: 'exactly'; readonly ms: number }

/** Unreadable answers in a row, by kind; a readable one clears them all. */
export interface FaultCounts {
  /** Time of the first transient one. */
  readonly sinceMs: number
  readonly transient: number
  readonly notFound: number
  readonly notFoundSinceMs: number
  readonly malformed: number
  readonly forbidden: number
  readonly refused: number
}

/** Identity of a deployment or a stack: what tells it from another run's of the same name. Empty for all else. */
export interface Identity {
  /** Correlation ID of the first answer's body, in lower case. */
  readonly identity?: string
  /** Start by the service's clock, in milliseconds since the epoch. */
  readonly deployedAtMs?: number
}

/** The facts that every pending state carries on. */
export interface Facts extends Identity {
  readonly request: SentRequest
  /** HTTP status of the first answer. */
  readonly firstStatus: number
  /** First answer, where it was 200 or 201 with the resource itself. */
  readonly firstAnswer?: HttpResponse
  /** Time of sending by the service's clock, at the earliest, in milliseconds since the epoch. */
  readonly sentAtServerMs?: number
  /** ID in the body of a 201: a Location that names it is the resource, and no monitor. */
  readonly createdId?: string
  /** Time of the first answer, in milliseconds since the epoch. */
  readonly startedAtMs: number
  readonly pollCount: number
  /** The last Retry-After seen in a readable answer: it sticks. */
  readonly retryAfterMs?: number
  /** Reads left to us by the last answer that named a limit. */
  readonly remainingReads?: number
  /** The newest trusted Location. */
  readonly locationUrl?: string
  /** A provisioning state that was not terminal has been seen: a terminal one is news, not an old truth. */
  readonly sawProgress: boolean
  /** The monitor was given up for another source once already. */
  readonly fellBack: boolean
  /** What each witness that was given up had said, in the order in which they were asked. */
  readonly testimonies?: readonly Testimony[]
  /** The monitor that said Succeeded while the resource was still seen at work. */
  readonly claimedBy?: Witness
  /** The resource of a DELETE as it was shortly before the deadline, in a few words. */
  readonly lastLook?: string
  /** The result of a success could not be read: what stands in for it answers no question about the resource. */
  readonly isResultMissing?: true
  /** The source that the end was read from; absent while there is none. */
  readonly decidedBy?: Witness
  /** The service's own last word for the state of the operation. */
  readonly lastStatus?: string
  /** Provisioning states of the resource that were seen before the end, each once. */
  readonly resourceWords?: readonly string[]
  readonly percentComplete?: number
  readonly faults?: FaultCounts
  /** The last answer that could not be read, for the report. */
  readonly lastFault?: FaultReport
  readonly warnings: readonly string[]
}

/** Report on an unreadable answer. */
export interface FaultReport {
  /** HTTP status of the last answer; absent when none came. */
  readonly status?: number
  readonly message: string
  readonly error?: OperationError
  readonly requestId?: string
}

interface Pending {
  readonly facts: Facts
  /** The GET that moves the operation on. */
  readonly url: string
  readonly wait: Wait
}

/** Operation whose monitor, or the resource in its place, is being polled. */
export interface RunningOperation extends Pending {
  readonly state: 'running'
  readonly via: PollingVia
  /** Header that the status URL came from: only an `Operation-Location` body may name a `resourceLocation`. */
  readonly header?: StatusHeader
  readonly everReadable: boolean
  /**
   * The first answer already said it is done: it stands if the monitor turns out not to exist, or if the resource may
   * not be read.
   */
  readonly provisionalAnswer?: HttpResponse
  /** Count of the times that a DELETE's monitor was not found while the resource was still there. */
  readonly missedRounds: number
  /** Count of the times in a row that the resource of a DELETE was not there. */
  readonly absences: number
  /** Polls of a DELETE's monitor that said 100 % and ran on, since the resource was last looked at. */
  readonly stuck?: { readonly polls: number; readonly sinceMs: number }
}

/** Operation whose first answer said "done": the resource is asked whether that holds. */
export interface ConfirmingOperation extends Pending {
  readonly state: 'confirming'
  readonly attempts: number
  readonly provisionalAnswer: HttpResponse
  /** There is a monitor, but we may not follow it: without the resource the end stays unknown. */
  readonly isMonitorForeign: boolean
}

/** DELETE whose monitor is not found, or does not end: the resource is asked whether it is gone. */
export interface SeekingAbsenceOperation extends Pending {
  readonly state: 'seeking-absence'
  readonly absences: number
  readonly monitor: RunningOperation
}

/**
 * Operation that has succeeded, and whose result is being fetched. Nothing the fetch meets but a failed provisioning
 * state changes that.
 */
export interface FetchingResultOperation extends Pending {
  readonly state: 'fetching-result'
  readonly from: 'resource' | 'location'
  readonly monitorAnswer: HttpResponse
  readonly sinceMs: number
  readonly attempts: number
  /** The monitor answered nothing at all: without a resource there is no success. */
  readonly isInferred: boolean
  /** Count of the times in a row that the resource was not there. */
  readonly absences: number
}

/** PUT or PATCH that only its resource tells of, and by nothing but what the request wrote: it is looked at twice. */
export interface ProvingOperation extends Pending {
  readonly state: 'proving'
  /** Time of the first look that has held, in milliseconds since the epoch. */
  readonly heldSinceMs?: number
  readonly attempts: number
}

/** Operation that has succeeded while its resource still says it is at work: it has a bounded time to settle. */
export interface SettlingOperation extends Pending {
  readonly state: 'settling'
  readonly result: HttpResponse
  /** State that the resource is in. */
  readonly word: string
  readonly sinceMs: number
}

/** Operation that has not ended. */
export type PendingOperation =
  | RunningOperation
  | ConfirmingOperation
  | SeekingAbsenceOperation
  | FetchingResultOperation
  | SettlingOperation
  | ProvingOperation

/** Operation that has succeeded, with its result. */
export interface SucceededOperation {
  readonly state: 'succeeded'
  readonly facts: Facts
  readonly response: HttpResponse
}

/** Operation that failed or was canceled in Azure, with the answer that says so. */
export interface FailedOperation {
  readonly state: 'failed' | 'canceled'
  readonly facts: Facts
  readonly response: HttpResponse
  readonly error?: OperationError
}

/** Operation whose end could not be found out. Never called a failure: it may have succeeded, or still run. */
export interface UnknownOperation {
  readonly state: 'unknown'
  readonly facts: Facts
  readonly reason: string
  readonly response?: HttpResponse
  readonly error?: OperationError
  /** The polling URL that could not be read, if there was one. */
  readonly url?: string
}

/** Operation that has ended, or whose end is not known. */
export type TerminalOperation = SucceededOperation | FailedOperation | UnknownOperation
/** Operation in any of its states. */
export type Operation = PendingOperation | TerminalOperation

/** Result of a GET: a complete response, or none. */
export type PollAnswer = PollWait &
  (
    | { readonly kind: 'response'; readonly response: HttpResponse }
    | {
        readonly kind: 'no-response'
        readonly message: string
        /** Error that keeps every later GET from being answered too; absent for what may pass. */
        readonly finalError?: OperationError
        /** Its turn at the connections of a step never came: nobody was asked, and it counts for nothing. */
        readonly isUnasked?: true
      }
  )

interface PollWait {
  /** Time that the GET waited for its turn at the connections of a step. */
  readonly waitedMs?: number
}
