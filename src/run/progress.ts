/**
 * The progress of a run so far, as a value, and how each event changes it. Pure: no IO, no clock.
 * Nothing else of a run is kept anywhere: its facts, its resume point and what is saved for the post step follow from
 * this value.
 */
import type { ProbeTimes, RequestTrace } from '../arm/verify.ts'
import type { HttpResponse } from '../http/message.ts'
import {
  type AwaitingCondition,
  isMonitored,
  type ResumableOperation,
  toResumable
} from '../operation/handle.ts'
import type { Operation } from '../operation/state.ts'
import { omitUndefined } from '../values.ts'
import type { RunEvent } from './events.ts'
import type { StatusChange } from './outcome.ts'

/** Progress of one run. Times are milliseconds since the epoch. */
export interface Progress {
  readonly startedAtMs: number
  /** The request may have left, in this run or an earlier one. */
  readonly mayBeSent: boolean
  /** Time at which the request was last sent. */
  readonly sentAtMs?: number
  /** First answer to the request. */
  readonly accepted?: HttpResponse
  /** Request whose answer was lost, and whose operation was found by looking. */
  readonly adopted?: RequestTrace
  /** Times of the last GET that was answered. */
  readonly lastPoll?: ProbeTimes
  readonly operation?: Operation
  /** Last state that was read from the operation's own monitor. */
  readonly monitored?: ResumableOperation
  /** Condition that is waited for after the operation's success. */
  readonly awaited?: AwaitingCondition
  readonly changes: readonly StatusChange[]
  readonly warnings: readonly string[]
  readonly note?: string
  /** Azure accepted the call that cancels the operation. */
  readonly isCanceling: boolean
}

/** Progress of a run in which nothing has happened yet. */
export function startProgress(startedAtMs: number): Progress {
  return { startedAtMs, mayBeSent: false, changes: [], warnings: [], isCanceling: false }
}

/** Progress after an event. */
export function apply(progress: Progress, event: RunEvent): Progress {
  switch (event.kind) {
    case 'sending':
      return { ...progress, mayBeSent: true, sentAtMs: event.at }
    case 'resumed':
      return { ...progress, mayBeSent: true, accepted: event.firstAnswer }
    case 'answered':
      return { ...progress, accepted: event.response }
    case 'adopted':
      return { ...progress, adopted: event.sent, lastPoll: event.times }
    case 'polled': {
      const { askedAtMs, answeredAtMs } = event
      return { ...progress, lastPoll: { askedAtMs, answeredAtMs } }
    }
    case 'moved':
      return move(progress, event.operation, event.at)
    case 'condition-awaited': {
      const { facts, url } = event
      return { ...progress, awaited: { state: 'awaiting-condition', facts, url } }
    }
    case 'cancel-accepted':
      return { ...progress, isCanceling: true }
    case 'noted':
      return { ...progress, note: event.note }
    case 'warned':
      return { ...progress, warnings: [...progress.warnings, event.text] }
    case 'requested':
    case 'retrying':
    case 'resumable':
    case 'not-resumable':
    case 'nothing-to-follow':
    case 'waiting':
    case 'condition-read':
    case 'progressed':
      return progress
    default:
      return event satisfies never
  }
}

function move(progress: Progress, operation: Operation, at: number): Progress {
  const isFirst = progress.monitored === undefined
  const monitored = isMonitored(operation)
    ? operation
    : isFirst
      ? toResumable(operation, undefined)
      : progress.monitored
  const changes = addChange(progress.changes, operation, at)
  return { ...progress, ...omitUndefined({ operation, monitored, changes }) }
}

function addChange(
  changes: readonly StatusChange[],
  { facts: { lastStatus: status, percentComplete } }: Operation,
  at: number
): readonly StatusChange[] {
  const last = changes.at(-1)
  const isKnown = last?.status === status && last?.percentComplete === percentComplete
  if (status === undefined || isKnown) return changes
  return [...changes, omitUndefined({ at, status, percentComplete })]
}

/** State from which the run can be taken up again; undefined when there is nothing to wait for. */
export function findResumable({
  operation,
  monitored,
  awaited
}: Progress): ResumableOperation | undefined {
  if (awaited !== undefined) return awaited
  return operation === undefined ? undefined : toResumable(operation, monitored)
}
