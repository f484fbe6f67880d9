/**
 * Rules for polls that cannot be read. Pure.
 * The status being unreadable is not the operation failing: each kind of fault has its budget, then another source is
 * asked once, and what still cannot be found out is `unknown`, never `failed`.
 */

import type { HttpResponse } from '../http/message.ts'
import { omitUndefined } from '../values.ts'
import type { Received } from './answer.ts'
import { findErrorCode, type OperationError } from './error.ts'
import type { Fault } from './poll-answer.ts'
import { describePollingUrl } from './polling-url.ts'
import { describeMissingRight } from './rights.ts'
import type {
  ConfirmingOperation,
  Facts,
  FaultCounts,
  FaultReport,
  Operation,
  Rules,
  RunningOperation,
  SeekingAbsenceOperation,
  Timing,
  UnknownOperation,
  Wait
} from './state.ts'
import { describeAnswer } from './throttling.ts'
import {
  backoffMs,
  clampRetryAfter,
  notFoundGraceMs,
  THROTTLED_WAIT_MS,
  unreadableWindowMs,
  waitAfterFault
} from './waiting.ts'

const MIN_TRANSIENT_ATTEMPTS = 10
const MIN_GRACE_POLLS = 6
const MAX_NOT_FOUND_IN_A_ROW = 3
const MAX_MALFORMED_IN_A_ROW = 3
const MAX_FORBIDDEN_RETRIES = 3
const MAX_REFUSED_RETRIES = 2
const MAX_MISSED_ROUNDS = 3
/** Time between two reads of a resource that should be absent: they flip between replicas after a delete. */
export const ABSENCE_SPACING_MS = 1_000

/** The operation after a poll that met `fault`. */
export function continueAfterFault(
  operation: RunningOperation,
  fault: Fault,
  received: Received,
  { timing }: Rules
): Operation {
  const counts = countFault(operation, fault, received)
  const counted = keepFault(operation, counts, describeFault(operation, fault, received))
  const retryAfterMs = received.kind === 'answer' ? received.retryAfterMs : undefined
  if (fault === 'throttled') return throttle(counted, retryAfterMs, timing)
  if (fault === 'unauthorized') {
    return endUnknown(
      counted,
      'the sign-in was refused while polling; the operation may still be running'
    )
  }
  const isDeleteMonitor =
    operation.facts.request.method === 'DELETE' &&
    operation.via !== 'absence' &&
    fault === 'not-found'
  if (isDeleteMonitor) return seekAbsence(counted, counts, received, timing)
  const { provisionalAnswer } = operation
  const effective = provisionalAnswer !== undefined && isGone(received) ? 'not-found' : fault
  const met: MetFault = { fault: effective, counts, atMs: received.atMs, retryAfterMs }
  if (!isBudgetSpent(counted, met, timing)) {
    return { ...counted, wait: waitFor(counted, met, timing) }
  }
  const isMonitorMissing = effective === 'not-found' || effective === 'not-allowed'
  return provisionalAnswer !== undefined && isMonitorMissing
    ? confirm(counted.facts, provisionalAnswer)
    : fallBack(counted)
}

function isGone(received: Received): boolean {
  return received.kind === 'answer' && received.status === 410
}

/** The counts with one fault more. */
function countFault(
  { facts, provisionalAnswer }: RunningOperation,
  fault: Fault,
  received: Received
): FaultCounts {
  const { atMs } = received
  const before = facts.faults ?? noFaults(atMs)
  const isNotFound = fault === 'not-found' || (provisionalAnswer !== undefined && isGone(received))
  return {
    // Neither a 429 nor a 404 before it shortens the window.
    sinceMs: before.transient === 0 ? atMs : before.sinceMs,
    transient: before.transient + Number(fault === 'transient'),
    notFound: before.notFound + Number(isNotFound),
    notFoundSinceMs: isNotFound && before.notFound === 0 ? atMs : before.notFoundSinceMs,
    malformed: before.malformed + Number(fault === 'malformed'),
    forbidden: before.forbidden + Number(fault === 'forbidden'),
    refused: before.refused + Number(fault === 'refused' && !isNotFound)
  }
}

function keepFault(
  operation: RunningOperation,
  faults: FaultCounts,
  lastFault: FaultReport
): RunningOperation {
  return { ...operation, facts: { ...operation.facts, faults, lastFault } }
}

function noFaults(nowMs: number): FaultCounts {
  return {
    sinceMs: nowMs,
    transient: 0,
    notFound: 0,
    notFoundSinceMs: nowMs,
    malformed: 0,
    forbidden: 0,
    refused: 0
  }
}

/** Report on an answer that could not be read. No answer at all does not hide what the service said before it. */
function describeFault(
  { facts, url }: RunningOperation,
  fault: Fault,
  received: Received
): FaultReport {
  if (received.kind === 'no-answer') {
    const { message } = received
    const isInARow = facts.faults !== undefined || facts.fellBack
    const before = isInARow ? facts.lastFault : undefined
    return before?.status === undefined
      ? { message }
      : {
          ...before,
          message: `${message}, after ${describeHttpFault(before.status, before.error)}`
        }
  }
  const { status, error } = received
  const said = describeAnswer(received)
  const messages: Readonly<Partial<Record<Fault, string>>> = {
    malformed: `HTTP ${status} without a readable state`,
    forbidden: `${said}: ${describeMissingRight(error, url)}`
  }
  return omitUndefined({ status, message: messages[fault] ?? said, error })
}

function describeHttpFault(status: number, error: OperationError | undefined): string {
  const code = error === undefined ? '' : findErrorCode(error)
  return code === '' ? `HTTP ${status}` : `HTTP ${status} ${code}`
}

// A 429 is an answer about us, not about the operation: it costs none of the budget.
function throttle(
  operation: RunningOperation,
  retryAfterMs: number | undefined,
  timing: Timing
): Operation {
  return { ...operation, wait: waitWhenThrottled(retryAfterMs, timing) }
}

/** The wait after a 429: what the service asks for, else 30 s. */
export function waitWhenThrottled(retryAfterMs: number | undefined, timing: Timing): Wait {
  const ms = retryAfterMs === undefined ? THROTTLED_WAIT_MS : clampRetryAfter(retryAfterMs, timing)
  return { kind: 'exactly', ms: Math.max(ms, backoffMs(1, timing)) }
}

/** The faults that have a budget of tries. */
type BudgetedFault = Exclude<Fault, 'throttled' | 'unauthorized'>

/** The fault that the last poll met, and those in a row with it. */
interface MetFault {
  readonly fault: BudgetedFault
  readonly counts: FaultCounts
  readonly atMs: number
  readonly retryAfterMs: number | undefined
}

function isBudgetSpent(
  operation: RunningOperation,
  { fault, counts, atMs }: MetFault,
  timing: Timing
): boolean {
  switch (fault) {
    case 'transient':
      return (
        counts.transient >= MIN_TRANSIENT_ATTEMPTS &&
        atMs - counts.sinceMs >= unreadableWindowMs(timing)
      )
    case 'not-found':
      return operation.everReadable || operation.facts.fellBack
        ? counts.notFound >= MAX_NOT_FOUND_IN_A_ROW
        : isGraceOver(counts, atMs, timing)
    case 'malformed':
      return counts.malformed >= MAX_MALFORMED_IN_A_ROW
    case 'forbidden':
      return counts.forbidden > MAX_FORBIDDEN_RETRIES
    case 'refused':
      return counts.refused > MAX_REFUSED_RETRIES
    case 'not-allowed':
      return true
    default:
      return fault satisfies never
  }
}

/**
 * ARM's gateway answers 404 for operations that then succeed
 * (https://github.com/Azure/azure-cli/issues/28834), so a first 404 is given time, though never for ever.
 */
function isGraceOver(counts: FaultCounts, atMs: number, timing: Timing): boolean {
  const elapsedMs = atMs - counts.notFoundSinceMs
  return counts.notFound >= MIN_GRACE_POLLS && elapsedMs >= notFoundGraceMs(timing)
}

function waitFor(
  operation: RunningOperation,
  { fault, counts, retryAfterMs }: MetFault,
  timing: Timing
): Wait {
  if (fault !== 'not-found') {
    const attempt = Math.max(counts[counterOf(fault)], 1)
    return waitAfterFault(attempt, retryAfterMs, timing)
  }
  if (retryAfterMs !== undefined && retryAfterMs > 0) {
    const ms = Math.max(clampRetryAfter(retryAfterMs, timing), backoffMs(counts.notFound, timing))
    return { kind: 'exactly', ms }
  }
  return operation.everReadable
    ? { kind: 'backoff', attempt: counts.notFound, atLeastMs: 0 }
    : { kind: 'poll-or-backoff', attempt: counts.notFound }
}

function counterOf(
  fault: Exclude<BudgetedFault, 'not-found'>
): 'transient' | 'malformed' | 'forbidden' | 'refused' {
  switch (fault) {
    case 'malformed':
    case 'forbidden':
    case 'refused':
      return fault
    default:
      return 'transient'
  }
}

/**
 * The operation after its monitor was given up. PUT and PATCH ask the resource, DELETE its absence, POST a Location
 * that differs from the status URL. A second time, or without another source, the end is unknown.
 */
export function fallBack(operation: RunningOperation): Operation {
  const { facts, url, via } = operation
  const reason = 'the status of the operation could not be read'
  if (facts.fellBack || via === 'resource' || via === 'absence')
    return endUnknown(operation, reason)
  const next: RunningOperation = {
    state: 'running',
    via: 'resource',
    url: facts.request.url,
    wait: { kind: 'none' },
    everReadable: false,
    missedRounds: 0,
    absences: 0,
    facts: {
      ...clearFaults(facts),
      fellBack: true,
      unreadableUrl: url,
      warnings: [
        ...facts.warnings,
        `Could not read the polling URL ${describePollingUrl(url)} (${describeLast(facts)})`
      ]
    }
  }
  switch (facts.request.method) {
    case 'PUT':
    case 'PATCH':
      return next
    case 'DELETE':
      return { ...next, via: 'absence' }
    case 'POST':
      return via === 'status-url' && facts.locationUrl !== undefined && facts.locationUrl !== url
        ? { ...next, via: 'location-url', url: facts.locationUrl }
        : endUnknown(operation, reason)
    default:
      return endUnknown(operation, reason)
  }
}

function describeLast({ lastFault }: Facts): string {
  return lastFault?.message ?? 'no answer'
}

/** Facts with a clean record, after a readable answer or a change of source. */
export function clearFaults(facts: Facts): Facts {
  const { faults: _cleared, ...clean } = facts
  return clean
}

/** Ends as unknown, with all that helps a person to find out. */
export function endUnknown(operation: RunningOperation, reason: string): UnknownOperation {
  const { facts } = operation
  const url = facts.unreadableUrl ?? operation.url
  const last = facts.lastFault
  const said = last === undefined ? '' : `; the last answer was ${last.message}`
  return omitUndefined({
    state: 'unknown',
    facts,
    url,
    reason: `${reason} (${describePollingUrl(url)})${said}`,
    error: last?.error
  })
}

/** Asks the resource whether a first answer that said "done" holds. A POST has no resource to ask. */
export function confirm(
  facts: Facts,
  provisionalAnswer: HttpResponse,
  isMonitorForeign = false
): Operation {
  const warning = 'The request was answered as done, with a polling URL that cannot be followed'
  const warned: Facts = { ...clearFaults(facts), warnings: [...facts.warnings, warning] }
  if (facts.request.method === 'POST') {
    return { state: 'succeeded', facts: warned, response: provisionalAnswer }
  }
  const confirming: ConfirmingOperation = {
    state: 'confirming',
    attempts: 0,
    url: facts.request.url,
    wait: { kind: 'none' },
    facts: warned,
    provisionalAnswer,
    isMonitorForeign
  }
  return confirming
}

/**
 * A monitor under the resource becomes unreadable once a DELETE has finished, so its 404 may be the success
 * (https://github.com/Azure/azure-resource-manager-rpc/blob/master/v1.0/async-api-reference.md). While the resource
 * is there the monitor is asked again: it may know of a failure that the resource does not.
 */
function seekAbsence(
  operation: RunningOperation,
  counts: FaultCounts,
  { atMs }: Received,
  timing: Timing
): Operation {
  const { facts } = operation
  const isTired = operation.everReadable
    ? operation.missedRounds >= MAX_MISSED_ROUNDS
    : isGraceOver(counts, atMs, timing)
  if (isTired) {
    return operation.provisionalAnswer === undefined
      ? fallBack(operation)
      : confirm(facts, operation.provisionalAnswer)
  }
  const seeking: SeekingAbsenceOperation = {
    state: 'seeking-absence',
    url: facts.request.url,
    wait: { kind: 'none' },
    facts,
    absences: 0,
    monitor: operation
  }
  return seeking
}
