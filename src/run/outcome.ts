/**
 * How one run ended: the value that goes from the operation to the outputs and the report.
 * Types only; JSON-ready.
 */

import type { ArmRequest, HttpResponse } from '../http/message.ts'
import type { OperationError } from '../operation/error.ts'

export const OUTCOME_STATUSES = [
  'Succeeded',
  'Failed',
  'Canceled',
  'TimedOut',
  'InProgress',
  'Unknown'
] as const
export type OutcomeStatus = (typeof OUTCOME_STATUSES)[number]

/** A change of the raw status word as it was seen, for the log and the summary. */
export interface StatusChange {
  /** Milliseconds since the epoch. */
  readonly at: number
  /** The service's own word (`Running`, `AwaitingManualAction`): untrusted text. */
  readonly status: string
  readonly percentComplete?: number
}

/** Where an operation that was left can be waited for again. All of it is our own text. */
export interface ResumePoint {
  /** The output `operation`. */
  readonly handle: string
  /** A step that resumes it, as lines of YAML. */
  readonly step: string
}

/** A part of the operation with a beginning and an end of its own, such as a resource of a deployment. */
export interface OutcomePart {
  /** Untrusted text. */
  readonly name: string
  /** Milliseconds since the epoch, by the service's clock. */
  readonly from: number
  readonly to: number
  readonly state: 'running' | 'succeeded' | 'failed' | 'canceled'
}

/** A step output beside those that action.yml declares. */
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

/** What a room that knows one kind of operation adds to the report: texts already harmless for where they go. */
export interface OutcomeAddition {
  readonly outputs: readonly NamedOutput[]
  /** A group of the log. */
  readonly log?: { readonly title: string; readonly lines: readonly string[] }
  /** Sections of the job summary, as Markdown. */
  readonly summary: readonly string[]
  /** Where the cause of a failure is, for the annotation. */
  readonly place?: FilePlace
}

export interface Outcome {
  readonly status: OutcomeStatus
  readonly request: ArmRequest
  /** Why it is not `Succeeded`, in one sentence of ours (may quote untrusted text). Absent on success. */
  readonly reason?: string
  /** The error tree, root first, as the service sent it. */
  readonly error?: OperationError
  /** The answer that the verdict or the result was read from. */
  readonly response?: HttpResponse
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
  readonly resourceId?: string
  readonly portalUrl?: string
  /** True when it is certain that the request never left: no connection, no sign-in. */
  readonly neverSent?: boolean
  readonly parts?: readonly OutcomePart[]
  readonly addition?: OutcomeAddition
  /** True when Azure may still be working on it. */
  readonly mayStillRun: boolean
  /** Absent once there is nothing to wait for. */
  readonly operation?: ResumePoint
  /** Azure said that the operation succeeded; this input of the author decided the rest. */
  readonly decidedBy?: 'wait-until' | 'fail-if'
}
