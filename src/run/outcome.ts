/**
 * The outcome of one run: the value that goes from the operation to the outputs and the report, JSON-ready. Pure:
 * types, and what follows from them.
 */

import type { ArmRequest, HttpResponse } from '../http/message.ts'
import type { OperationError } from '../operation/error.ts'
import type { Identity, Witness } from '../operation/state.ts'
import { messageOf } from '../values.ts'

/** Values of the output `status`. */
export const OUTCOME_STATUSES = [
  'Succeeded',
  'Failed',
  'Canceled',
  'TimedOut',
  'InProgress',
  'Unknown',
  'Skipped'
] as const
/** Status of an outcome, as the output `status` has it. */
export type OutcomeStatus = (typeof OUTCOME_STATUSES)[number]

/** Reason for ending a wait early: the deadline, the workflow's cancellation, or `wait: false`. */
export type LeftBy = 'deadline' | 'cancellation' | 'choice'

/** Ending of a run: what is known of the operation in Azure, and why this run went no further. */
export type Ending =
  /** Azure said so. */
  | { readonly kind: 'succeeded' | 'failed' | 'canceled' }
  /** Azure turned the request itself down, so that no operation ever started. */
  | { readonly kind: 'refused' }
  /** The author asked for nothing to be sent. */
  | { readonly kind: 'skipped' }
  /** The request certainly never left: no connection, no sign-in, or no time. */
  | { readonly kind: 'not-sent'; readonly by: 'fault' | 'deadline' | 'cancellation' }
  /** A GET or HEAD that no usable answer came to; it cannot have changed anything. */
  | { readonly kind: 'not-read' }
  /** A request that no usable answer came to. */
  | {
      readonly kind: 'unanswered'
      readonly by: 'fault' | 'deadline' | 'cancellation'
      /** False when it is certain that the request took no effect. */
      readonly mayStillRun: boolean
    }
  /** Accepted, and not followed to its end. */
  | { readonly kind: 'left'; readonly by: LeftBy }
  /** Accepted, and nothing tells its end. */
  | { readonly kind: 'undecided' }
  /** Succeeded in Azure; the condition of `wait-until` was not met while this run read it. */
  | { readonly kind: 'condition-left'; readonly by: LeftBy }
  /** Succeeded in Azure; an input of the author asks for more, and that cannot be evaluated. */
  | { readonly kind: 'condition-undecided'; readonly input: 'wait-until' | 'fail-if' }
  /** Succeeded in Azure; `fail-if` is true for its result. */
  | { readonly kind: 'fail-if' }

/** Status that an ending is told as. */
export function statusOf(ending: Ending): OutcomeStatus {
  switch (ending.kind) {
    case 'succeeded':
      return 'Succeeded'
    case 'failed':
    case 'refused':
    case 'not-read':
    case 'fail-if':
      return 'Failed'
    case 'canceled':
      return 'Canceled'
    case 'skipped':
      return 'Skipped'
    case 'not-sent':
      return ending.by === 'deadline' ? 'TimedOut' : 'Failed'
    case 'unanswered':
      return ending.by === 'deadline' ? 'TimedOut' : 'Unknown'
    case 'left':
    case 'condition-left':
      return ending.by === 'deadline' ? 'TimedOut' : 'InProgress'
    case 'undecided':
    case 'condition-undecided':
      return 'Unknown'
    default:
      return ending satisfies never
  }
}

/** True when Azure may still be working on the operation after this ending. */
export function mayStillRun(ending: Ending): boolean {
  switch (ending.kind) {
    case 'left':
    case 'undecided':
      return true
    case 'unanswered':
      return ending.mayStillRun
    default:
      return false
  }
}

/** A change of the raw status word as it was seen, for the log and the summary. */
export interface StatusChange {
  /** Milliseconds since the epoch. */
  readonly at: number
  /** The service's own word (`Running`, `AwaitingManualAction`): untrusted text. */
  readonly status: string
  readonly percentComplete?: number
}

/** Point from which an operation that was left can be waited for again. All of it is our own text. */
export interface ResumePoint {
  /** The output `operation`. */
  readonly handle: string
  /** A step that resumes it, as lines of YAML. */
  readonly step: string
}

/** A part of the operation with a beginning and an end of its own, such as a resource of a deployment. */
export interface OutcomePart {
  /** Untrusted text: its name, after those of what it lies in, as `network › address › door`. */
  readonly name: string
  /** Resource ID; untrusted text, and empty where there is none. */
  readonly id: string
  /** Untrusted text. */
  readonly type: string
  /** Milliseconds since the epoch, by the service's clock. */
  readonly from: number
  readonly to: number
  readonly state: 'running' | 'succeeded' | 'failed' | 'canceled'
}

/** A step output in addition to those that action.yml declares. */
export interface NamedOutput {
  readonly name: string
  readonly value: string
}

/** A place in a file of the workspace. */
export interface FilePlace {
  /** Relative to the workspace, with `/`. */
  readonly file: string
  /** Both count from 1. */
  readonly line?: number
  readonly column?: number
}

/** Last lines of a log that Azure keeps. Both are untrusted text. */
export interface LogExcerpt {
  readonly title: string
  readonly text: string
}

/** Addition to the report by a room that knows one kind of operation: texts already harmless for where they go. */
export interface OutcomeAddition {
  readonly outputs: readonly NamedOutput[]
  /** Names of all outputs that the template has, where they are known. */
  readonly templateOutputs?: readonly string[]
  /** A group of the log. */
  readonly log?: { readonly title: string; readonly lines: readonly string[] }
  /** Sections of the job summary, as Markdown. */
  readonly summary: readonly string[]
  /** End of the log of a script that failed: untrusted text, for a fold of the log and of the summary and no other place. */
  readonly excerpt?: LogExcerpt
  /** What a preview has found, for the headline: `1 to create, 2 to modify`. Untrusted text. */
  readonly finding?: string
  /** Place of a failure's cause, for the annotation. */
  readonly place?: FilePlace
}

/** Source that a verdict rests on, as the output `decided-by` names it. */
export type DecidedBy = Witness | 'wait-until' | 'fail-if'

/** Outcome of one run: its ending, and every fact that the report and the outputs show. */
export interface Outcome extends Identity {
  readonly ending: Ending
  readonly request: ArmRequest
  /** Source that the verdict rests on; absent while there is none. */
  readonly decidedBy?: DecidedBy
  /**
   * The same for people, where it is not what it would be for any operation: what the stronger sources had said, or
   * where the result was taken from. Quotes untrusted text.
   */
  readonly decision?: string
  /** Reason why it is not `Succeeded`, in one sentence of ours (may quote untrusted text). Absent on success. */
  readonly reason?: string
  /** The error tree, root first, as the service sent it. */
  readonly error?: OperationError
  /** The answer that the verdict or the result was read from. */
  readonly response?: HttpResponse
  /** The result of a success could not be read, and `response` only stands in for it. */
  readonly isResultMissing?: true
  /** The first answer to the request; absent when none came. */
  readonly accepted?: HttpResponse
  /** Last raw status word seen. */
  readonly lastStatus?: string
  /** Path of the last polling URL, without its query. */
  readonly pollingPath?: string
  readonly changes: readonly StatusChange[]
  readonly warnings: readonly string[]
  /** Milliseconds since the epoch. */
  readonly startedAt: number
  readonly endedAt: number
  readonly pollCount: number
  readonly correlationId?: string
  readonly requestId?: string
  /** Request ID of the answer that told of the failure, where it is not the first answer's. */
  readonly failureRequestId?: string
  readonly resourceId?: string
  readonly portalUrl?: string
  readonly parts?: readonly OutcomePart[]
  /** There may be parts that could not be read, and parts that have ended since they were. */
  readonly arePartsPartial?: true
  readonly addition?: OutcomeAddition
  /** Azure accepted the cancel request of this step. */
  readonly isCanceling?: true
  /** True where `retry-on` names the first answer, so that it was repeated as long as there was time. */
  readonly isRetried?: boolean
  /** Absent once there is nothing to wait for. */
  readonly operation?: ResumePoint
  /** Handle that leads to this end again, where `wait: false` handed on an operation that was over. */
  readonly knownEnd?: string
}

/** The outcome with one more warning. */
export function withWarning(outcome: Outcome, text: string): Outcome {
  return { ...outcome, warnings: [...outcome.warnings, text] }
}

/**
 * The outcome with what `add` knows more of it. The verdict stands before anything is added: a defect in the adding is
 * a warning, and the outcome otherwise as it was.
 * @param what is not told then, as the beginning of a sentence
 */
export async function addSafely(
  outcome: Outcome,
  what: string,
  add: (outcome: Outcome) => Outcome | Promise<Outcome>
): Promise<Outcome> {
  try {
    return await add(outcome)
  } catch (error) {
    return withWarning(outcome, `${what} could not be told: ${messageOf(error)}`)
  }
}

/** True for a first answer by which Azure turned the request itself down. */
export function wasTurnedDown(accepted: HttpResponse | undefined): boolean {
  const status = accepted?.status ?? 0
  return status >= 400 && status < 500
}
