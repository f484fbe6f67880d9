/**
 * Rules for polls that cannot be read. Pure.
 * The status being unreadable is not the operation failing: each kind of fault has its budget, then another source is
 * asked once, and what still cannot be found out is `unknown`, never `failed`.
 */

import { hasContent } from '../http/body.ts'
import type { HttpResponse } from '../http/message.ts'
import { omitUndefined } from '../values.ts'
import { seekAbsence } from './absence.ts'
import type { Received } from './answer.ts'
import { confirm } from './confirm.ts'
import { findErrorCode, type OperationError } from './error.ts'
import { decide, succeed, warn } from './facts.ts'
import type { Fault } from './fault.ts'
import { describeMissingRight } from './rights.ts'
import type {
  Facts,
  FaultCounts,
  FaultReport,
  Operation,
  Rules,
  RunningOperation,
  SucceededOperation,
  Timing,
  Wait
} from './state.ts'
import { describeAnswer } from './throttling.ts'
import {
  backoffMs,
  clampRetryAfter,
  notFoundGraceMs,
  unreadableWindowMs,
  waitAfterFault,
  waitWhenThrottled
} from './waiting.ts'
import { askNextWitness, endUnknown } from './witnesses.ts'

const MIN_TRANSIENT_ATTEMPTS = 10
const MIN_GRACE_POLLS = 6
const MAX_NOT_FOUND_IN_A_ROW = 3
const MAX_MALFORMED_IN_A_ROW = 3
const MAX_FORBIDDEN_RETRIES = 3
const MAX_REFUSED_RETRIES = 2
const MAX_MISSED_ROUNDS = 3

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
  if (isDeleteMonitor(operation) && fault === 'not-found' && !isMissingTwice(operation)) {
    const isTired = operation.everReadable
      ? operation.missedRounds >= MAX_MISSED_ROUNDS
      : isGraceOver(counts, received.atMs, timing)
    // A monitor that is not found is not one that does not end.
    const { stuck: _ended, ...missing } = counted
    return isTired ? giveUpMonitor(missing, fault) : seekAbsence(missing)
  }
  const effective = isProvisionalMonitor(operation) && isGone(received) ? 'not-found' : fault
  const met: MetFault = { fault: effective, counts, atMs: received.atMs, retryAfterMs }
  const isMissing = fault === 'not-found' && isMissingTwice(operation)
  return isMissing || isBudgetSpent(counted, met, timing)
    ? giveUpMonitor(counted, effective)
    : { ...counted, wait: waitFor(counted, met, timing) }
}

/** The operation after its source was given up. A first answer that said "done" stands where that is all that is missing. */
function giveUpMonitor(operation: RunningOperation, fault: Fault): Operation {
  const { facts, provisionalAnswer, via } = operation
  if (provisionalAnswer === undefined) return askNextWitness(operation)
  if (via === 'resource') {
    return fault === 'forbidden' || fault === 'not-allowed'
      ? acceptUnread(facts, provisionalAnswer)
      : askNextWitness(operation)
  }
  return fault === 'not-found' || fault === 'not-allowed'
    ? confirm(facts, provisionalAnswer)
    : askNextWitness(operation)
}

/**
 * A role may write and not read. A 201 without a provisioning state is done by the contract, and the read of it proves
 * no more.
 */
function acceptUnread(facts: Facts, provisionalAnswer: HttpResponse): SucceededOperation {
  const problem = facts.lastFault?.message ?? 'no answer'
  const warning = `The resource may not be read (${problem}): its success rests on the first answer, a 201 without a provisioning state, which means done`
  const warned = warn(facts, warning)
  // A resumed operation has left the body of its first answer behind.
  const known: Facts = hasContent(provisionalAnswer) ? warned : { ...warned, isResultMissing: true }
  return succeed(decide(known, 'first-answer'), provisionalAnswer)
}

function isDeleteMonitor({ facts, via }: RunningOperation): boolean {
  return facts.request.method === 'DELETE' && via !== 'absence'
}

/** A DELETE's status URL was never found, and neither is its Location: the resource is asked at once. */
function isMissingTwice({ facts, via }: RunningOperation): boolean {
  return (
    facts.request.method === 'DELETE' &&
    via === 'location-url' &&
    facts.testimonies?.some(({ report }) => report.status === 404) === true
  )
}

function isProvisionalMonitor({ provisionalAnswer, via }: RunningOperation): boolean {
  return provisionalAnswer !== undefined && via !== 'resource'
}

function isGone(received: Received): boolean {
  return received.kind === 'answer' && received.status === 410
}

/** The counts with one fault more. */
function countFault(operation: RunningOperation, fault: Fault, received: Received): FaultCounts {
  const { atMs } = received
  const before = operation.facts.faults ?? noFaults(atMs)
  const isNotFound = fault === 'not-found' || (isProvisionalMonitor(operation) && isGone(received))
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
  const { status, error, response } = received
  const said = describeAnswer(received)
  const messages: Readonly<Partial<Record<Fault, string>>> = {
    malformed: `HTTP ${status} without a readable state`,
    forbidden: `${said}: ${describeMissingRight(error, url)}`
  }
  const requestId = response.headers['x-ms-request-id']
  return omitUndefined({ status, message: messages[fault] ?? said, error, requestId })
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
