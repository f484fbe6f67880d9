/**
 * What to do when a poll cannot be read. Pure.
 * The status being unreadable is not the operation failing: each kind of fault has its budget, then another source is
 * asked once, and what still cannot be found out is `unknown`, never `failed`.
 */

import type { HttpResponse } from '../http/message.ts'
import { readRetryAfter } from '../http/retry-after.ts'
import { findErrorCode, type OperationError, readError } from './error.ts'
import type { Fault } from './poll-answer.ts'
import { describePollingUrl } from './polling-url.ts'
import { describeMissingRight } from './rights.ts'
import type {
  ConfirmingOperation,
  Facts,
  Operation,
  PollAnswer,
  Rules,
  RunningOperation,
  SeekingAbsenceOperation,
  Timing,
  Trouble,
  TroubleReport,
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
  waitAfterTrouble
} from './waiting.ts'

const MIN_TRANSIENT_ATTEMPTS = 10
const MIN_GRACE_POLLS = 6
const MAX_NOT_FOUND_IN_A_ROW = 3
const MAX_MALFORMED_IN_A_ROW = 3
const MAX_FORBIDDEN_RETRIES = 3
const MAX_REFUSED_RETRIES = 2
const MAX_MISSED_ROUNDS = 3
/** Between two looks for a resource's absence: reads flip between replicas after a delete. */
export const ABSENCE_SPACING_MS = 1_000

/** The operation after a poll that met `fault`. */
export function continueAfterFault(
  operation: RunningOperation,
  fault: Fault,
  answer: PollAnswer,
  rules: Rules,
  nowMs: number
): Operation {
  const retryAfterMs =
    answer.kind === 'response' ? readRetryAfter(answer.response, nowMs) : undefined
  const counted = countFault(operation, fault, answer, nowMs)
  const trouble = counted.facts.trouble
  if (trouble === undefined || fault === 'throttled')
    return throttle(counted, retryAfterMs, rules.timing)
  if (fault === 'unauthorized') {
    return giveUp(
      counted,
      'the sign-in was refused while polling; the operation may still be running'
    )
  }
  const isDeleteMonitor =
    operation.facts.request.method === 'DELETE' &&
    operation.via !== 'absence' &&
    fault === 'not-found'
  if (isDeleteMonitor) return seekAbsence(counted, rules.timing, nowMs)
  const effective = operation.fallbackAnswer !== undefined && isGone(answer) ? 'not-found' : fault
  if (!isBudgetSpent(counted, effective, trouble, rules.timing, nowMs)) {
    return { ...counted, wait: waitFor(counted, effective, trouble, retryAfterMs, rules.timing) }
  }
  const isMonitorMissing = effective === 'not-found' || effective === 'not-allowed'
  if (operation.fallbackAnswer !== undefined && isMonitorMissing) {
    return confirm(counted.facts, operation.fallbackAnswer)
  }
  return fallBack(counted)
}

function isGone(answer: PollAnswer): boolean {
  return answer.kind === 'response' && answer.response.status === 410
}

/** Adds one fault to the counts, and keeps what it said for the report. */
function countFault(
  operation: RunningOperation,
  fault: Fault,
  answer: PollAnswer,
  nowMs: number
): RunningOperation {
  const { facts } = operation
  const before = facts.trouble ?? noTrouble(nowMs)
  const isNotFound =
    fault === 'not-found' || (operation.fallbackAnswer !== undefined && isGone(answer))
  const trouble: Trouble = {
    // Neither a 429 nor a 404 before it shortens the window.
    sinceMs: before.transient === 0 ? nowMs : before.sinceMs,
    transient: before.transient + Number(fault === 'transient'),
    notFound: before.notFound + Number(isNotFound),
    notFoundSinceMs: isNotFound && before.notFound === 0 ? nowMs : before.notFoundSinceMs,
    malformed: before.malformed + Number(fault === 'malformed'),
    forbidden: before.forbidden + Number(fault === 'forbidden'),
    refused: before.refused + Number(fault === 'refused' && !isNotFound)
  }
  const isSameTrouble = facts.trouble !== undefined || facts.fellBack
  const earlier = isSameTrouble ? facts.lastTrouble : undefined
  const lastTrouble = describeTrouble(fault, answer, operation.url, earlier)
  return { ...operation, facts: { ...facts, trouble, lastTrouble } }
}

function noTrouble(nowMs: number): Trouble {
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

/** What an answer that could not be read said. No answer at all does not hide what the service said before it. */
function describeTrouble(
  fault: Fault,
  answer: PollAnswer,
  url: string,
  before: TroubleReport | undefined
): TroubleReport {
  if (answer.kind === 'no-response') {
    const { message } = answer
    return before?.status === undefined
      ? { message }
      : { ...before, message: `${message}, after ${describeStatus(before.status, before.error)}` }
  }
  const { status } = answer.response
  const error = readError(answer.response)
  const said = describeAnswer(answer.response)
  const messages: Readonly<Partial<Record<Fault, string>>> = {
    malformed: `HTTP ${status} without a readable state`,
    forbidden: `${said}: ${describeMissingRight(error, url)}`
  }
  const message = messages[fault] ?? said
  return error === undefined ? { status, message } : { status, message, error }
}

function describeStatus(status: number, error: OperationError | undefined): string {
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

function isBudgetSpent(
  operation: RunningOperation,
  fault: BudgetedFault,
  trouble: Trouble,
  timing: Timing,
  nowMs: number
): boolean {
  switch (fault) {
    case 'transient':
      return (
        trouble.transient >= MIN_TRANSIENT_ATTEMPTS &&
        nowMs - trouble.sinceMs >= unreadableWindowMs(timing)
      )
    case 'not-found':
      return operation.everReadable || operation.facts.fellBack
        ? trouble.notFound >= MAX_NOT_FOUND_IN_A_ROW
        : isGraceOver(trouble, timing, nowMs)
    case 'malformed':
      return trouble.malformed >= MAX_MALFORMED_IN_A_ROW
    case 'forbidden':
      return trouble.forbidden > MAX_FORBIDDEN_RETRIES
    case 'refused':
      return trouble.refused > MAX_REFUSED_RETRIES
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
function isGraceOver(trouble: Trouble, timing: Timing, nowMs: number): boolean {
  const elapsedMs = nowMs - trouble.notFoundSinceMs
  return trouble.notFound >= MIN_GRACE_POLLS && elapsedMs >= notFoundGraceMs(timing)
}

function waitFor(
  operation: RunningOperation,
  fault: BudgetedFault,
  trouble: Trouble,
  retryAfterMs: number | undefined,
  timing: Timing
): Wait {
  if (fault !== 'not-found') {
    const attempt = Math.max(trouble[counterOf(fault)], 1)
    return waitAfterTrouble(attempt, retryAfterMs, timing)
  }
  if (retryAfterMs !== undefined && retryAfterMs > 0) {
    const ms = Math.max(clampRetryAfter(retryAfterMs, timing), backoffMs(trouble.notFound, timing))
    return { kind: 'exactly', ms }
  }
  return operation.everReadable
    ? { kind: 'backoff', attempt: trouble.notFound, atLeastMs: 0 }
    : { kind: 'poll-or-backoff', attempt: trouble.notFound }
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
 * The monitor is given up. PUT and PATCH ask the resource, DELETE its absence, POST a Location that differs from the
 * status URL. A second time, or without another source, the end is unknown.
 */
export function fallBack(operation: RunningOperation): Operation {
  const { facts, url, via } = operation
  const reason = 'the status of the operation could not be read'
  if (facts.fellBack || via === 'resource' || via === 'absence') return giveUp(operation, reason)
  const next: RunningOperation = {
    state: 'running',
    via: 'resource',
    url: facts.request.url,
    wait: { kind: 'none' },
    everReadable: false,
    missedRounds: 0,
    absences: 0,
    facts: {
      ...withoutTrouble(facts),
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
        : giveUp(operation, reason)
    default:
      return giveUp(operation, reason)
  }
}

function describeLast({ lastTrouble }: Facts): string {
  return lastTrouble?.message ?? 'no answer'
}

/** Facts with a clean record, after a readable answer or a change of source. */
export function withoutTrouble(facts: Facts): Facts {
  const { trouble: _trouble, ...clean } = facts
  return clean
}

/** Ends as unknown, with all that helps a person to find out. */
export function giveUp(operation: RunningOperation, reason: string): UnknownOperation {
  const { facts } = operation
  const url = facts.unreadableUrl ?? operation.url
  const last = facts.lastTrouble
  const said = last === undefined ? '' : `; the last answer was ${last.message}`
  return {
    state: 'unknown',
    facts,
    url,
    reason: `${reason} (${describePollingUrl(url)})${said}`,
    ...(last?.error === undefined ? {} : { error: last.error })
  }
}

/** Asks the resource whether a first answer that said "done" holds. A POST has no resource to ask. */
export function confirm(
  facts: Facts,
  fallbackAnswer: HttpResponse,
  isMonitorForeign = false
): Operation {
  const warning = 'The request was answered as done, beside a polling URL that cannot be followed'
  const warned: Facts = { ...withoutTrouble(facts), warnings: [...facts.warnings, warning] }
  if (facts.request.method === 'POST') {
    return { state: 'succeeded', facts: warned, response: fallbackAnswer }
  }
  const confirming: ConfirmingOperation = {
    state: 'confirming',
    attempts: 0,
    url: facts.request.url,
    wait: { kind: 'none' },
    facts: warned,
    fallbackAnswer,
    isMonitorForeign
  }
  return confirming
}

/**
 * A monitor under the resource becomes unreadable once a DELETE has finished, so its 404 may be the success
 * (https://github.com/Azure/azure-resource-manager-rpc/blob/master/v1.0/async-api-reference.md). While the resource
 * is there the monitor is asked again: it may know of a failure that the resource does not.
 */
function seekAbsence(operation: RunningOperation, timing: Timing, nowMs: number): Operation {
  const { facts } = operation
  const trouble = facts.trouble ?? noTrouble(nowMs)
  const isTired = operation.everReadable
    ? operation.missedRounds >= MAX_MISSED_ROUNDS
    : isGraceOver(trouble, timing, nowMs)
  if (isTired) {
    return operation.fallbackAnswer === undefined
      ? fallBack(operation)
      : confirm(facts, operation.fallbackAnswer)
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
