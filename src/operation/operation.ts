/**
 * The protocol of ARM's long-running operations, as two transitions over plain values. Pure: no IO, no clock.
 * `begin` reads the first answer, `next` the answer to the GET that a pending operation named; both return the new
 * state. Failed, canceled and unknown are values: this room throws nothing.
 */
import { hasContent } from '../http/body.ts'
import type { ArmRequest, HttpResponse } from '../http/message.ts'
import { omitUndefined } from '../values.ts'
import { type Answer, type Received, readAnswer, readPoll } from './answer.ts'
import {
  ABSENCE_SPACING_MS,
  clearFaults,
  confirm,
  continueAfterFault,
  endUnknown,
  waitWhenThrottled
} from './fault-budget.ts'
import {
  concludeSettling,
  continueFetching,
  continueSettling,
  endUnsuccessful,
  finish,
  succeed,
  succeedWithoutResult,
  warn
} from './final-state.ts'
import { type FirstVerdict, readFirstAnswer } from './first-answer.ts'
import { bearsAnotherIdentity, bearsOwnIdentity, readIdentity } from './identity.ts'
import {
  classifyFault,
  type Reading,
  readAbsence,
  readPollAnswer,
  readResource
} from './poll-answer.ts'
import { findStatusUrl, POLLING_HEADER_NAMES, type PollingHeaders } from './polling-url.ts'
import type {
  ConfirmingOperation,
  Facts,
  Operation,
  PendingOperation,
  PollAnswer,
  Rules,
  RunningOperation,
  SeekingAbsenceOperation,
  TerminalOperation,
  Wait
} from './state.ts'
import { type ExtraStates, interpretProvisioningState } from './status.ts'

export type {
  FinalStateVia,
  Operation,
  PendingOperation,
  Rules,
  TerminalOperation
} from './state.ts'

const ABSENCES_NEEDED = 3
const MAX_CONFIRM_ATTEMPTS = 3

/** True when there is nothing left to ask. */
export function isTerminal(operation: Operation): operation is TerminalOperation {
  switch (operation.state) {
    case 'succeeded':
    case 'failed':
    case 'canceled':
    case 'unknown':
      return true
    default:
      return false
  }
}

/**
 * Operation that the first answer to `request` starts. An answer outside 2xx is over at once: a failure where Azure
 * said no, unknown where the request may have taken effect all the same.
 * @param nowMs when the answer came, in milliseconds since the epoch
 */
export function begin(
  request: ArmRequest,
  response: HttpResponse,
  rules: Rules,
  nowMs: number
): Operation {
  const answer = readAnswer(response, request.url, { trust: rules.trust, nowMs })
  const facts = gatherFacts(request, answer, rules)
  if (!answer.isSuccess) return readRefusal(facts, answer, rules)
  const verdict = readFirstAnswer(request, answer, rules)
  switch (verdict.kind) {
    case 'over':
      return verdict.meaning === 'succeeded'
        ? succeed(facts, response)
        : endUnsuccessful(verdict.meaning, facts, answer)
    case 'confirm':
      return confirm(facts, response, true)
    case 'unknown':
      return { state: 'unknown', facts, reason: verdict.reason, response }
    case 'follow':
      return beginPolling(facts, verdict, response)
    default:
      return verdict satisfies never
  }
}

/** A DELETE that was sent again and met nothing, or something on its way out: followed to the resource's absence. */
export function beginAbsence(
  request: ArmRequest,
  response: HttpResponse,
  rules: Rules,
  nowMs: number
): Operation {
  const answer = readAnswer(response, request.url, { trust: rules.trust, nowMs })
  const facts = gatherFacts(request, answer, rules)
  return beginPolling(
    facts,
    { kind: 'follow', via: 'absence', url: request.url, atOnce: true },
    response
  )
}

function gatherFacts(request: ArmRequest, answer: Answer, rules: Rules): Facts {
  const { status, isSuccess, atMs, polling } = answer
  const warnings = judgeHeaders(polling)
  if (isSuccess && status > 202 && status !== 204) {
    warnings.push(`Azure answered ${status}, an undocumented status, treated as 200`)
  }
  const facts: Facts = {
    request,
    firstStatus: status,
    startedAtMs: atMs,
    pollCount: 0,
    sawProgress: false,
    fellBack: false,
    warnings,
    ...readIdentity(request, answer.response)
  }
  return learn(facts, answer, rules.extraStates)
}

/** Faults of a first answer's polling headers, for people. */
function judgeHeaders(headers: PollingHeaders): string[] {
  const names = ['asyncOperation', 'operationLocation', 'location'] as const
  return names.flatMap((name) => {
    const header = headers[name]
    const title = POLLING_HEADER_NAMES[name]
    if (header.kind === 'unusable') {
      return [`Ignored the answer's ${title}: it is not a URL on the trusted endpoint`]
    }
    return header.kind === 'usable' && header.relative
      ? [`The answer's ${title} is relative; resolved against the endpoint that was asked`]
      : []
  })
}

function readRefusal(facts: Facts, answer: Answer, rules: Rules): Operation {
  const { status, response } = answer
  if (rules.acceptStatus.includes(status)) return succeed(facts, response)
  const { method } = facts.request
  const isAmbiguous = classifyFault(status) === 'transient' && method !== 'GET' && method !== 'HEAD'
  if (!isAmbiguous) return endUnsuccessful('failed', facts, answer)
  return omitUndefined({
    state: 'unknown',
    facts,
    response,
    reason: `Azure answered ${status}, which does not say whether the request took effect`,
    error: answer.error
  })
}

function beginPolling(
  facts: Facts,
  verdict: Extract<FirstVerdict, { kind: 'follow' }>,
  response: HttpResponse
): RunningOperation {
  return omitUndefined({
    state: 'running',
    via: verdict.via,
    url: verdict.url,
    wait: { kind: verdict.atOnce === true ? 'none' : 'poll' },
    facts,
    everReadable: false,
    missedRounds: 0,
    absences: 0,
    header: verdict.header,
    provisionalAnswer: verdict.isProvisional === true ? response : undefined
  })
}

/** Facts with what a readable answer adds: the newest Location, the wait it asks for, its word, signs of progress. */
function learn(facts: Facts, answer: Answer, extraStates: ExtraStates): Facts {
  const { operationStatus, provisioningState, polling } = answer
  const [resourceWord, statusWord] = [provisioningState, operationStatus].map((field) =>
    field.kind === 'word' ? field.word : undefined
  )
  const word = statusWord ?? resourceWord
  const isProgress =
    resourceWord !== undefined &&
    interpretProvisioningState(resourceWord, extraStates) === 'running'
  // A percentage belongs to the word it came with.
  const earlierPercent = word === undefined ? facts.percentComplete : undefined
  return omitUndefined({
    ...facts,
    sawProgress: facts.sawProgress || isProgress,
    locationUrl: polling.location.kind === 'usable' ? polling.location.url : facts.locationUrl,
    retryAfterMs: answer.retryAfterMs ?? facts.retryAfterMs,
    remainingReads: answer.remainingReads,
    lastStatus: word ?? facts.lastStatus,
    percentComplete: answer.percentComplete ?? earlierPercent
  })
}

/**
 * The operation after `answer` to the GET that it named.
 * @param nowMs when the answer came, in milliseconds since the epoch
 */
export function next(
  operation: PendingOperation,
  answer: PollAnswer,
  rules: Rules,
  nowMs: number
): Operation {
  const received = readPoll(answer, operation.url, { trust: rules.trust, nowMs })
  const counted = countPoll(operation)
  switch (counted.state) {
    case 'running':
      return nextRunning(counted, received, rules)
    case 'confirming':
      return nextConfirming(counted, received, rules)
    case 'seeking-absence':
      return nextSeekingAbsence(counted, received, rules)
    case 'fetching-result':
      return continueFetching(counted, received, rules)
    case 'settling':
      return continueSettling(counted, received, rules)
    default:
      return counted satisfies never
  }
}

function countPoll<T extends PendingOperation>(operation: T): T {
  const { facts } = operation
  return { ...operation, facts: { ...facts, pollCount: facts.pollCount + 1 } }
}

function nextRunning(operation: RunningOperation, received: Received, rules: Rules): Operation {
  if (received.kind === 'no-answer') {
    return continueAfterFault(operation, 'transient', received, rules)
  }
  const reading = readPollAnswer(operation, received, rules)
  if (reading.kind === 'unreadable') {
    return continueAfterFault(operation, reading.fault, received, rules)
  }
  if (reading.kind === 'absent') return countAbsence(operation, received.response)
  if (bearsAnotherIdentity(operation.facts, received.response)) {
    return endUnknown(
      operation,
      'a later run has taken the name of this deployment, and what it became cannot be read'
    )
  }
  const facts = clearFaults(learn(operation.facts, received, rules.extraStates))
  const counts = { missedRounds: 0, absences: 0 }
  const readable: RunningOperation = { ...operation, facts, everReadable: true, ...counts }
  if (reading.kind === 'ask-resource') return askResource(readable)
  return moveTo(adoptNewestUrl(readable, received), reading, received, rules)
}

function moveTo(
  operation: RunningOperation,
  reading: Extract<Reading, { kind: 'state' }>,
  answer: Answer,
  rules: Rules
): Operation {
  const { facts } = operation
  const isEvident = hasEvidence(facts) || bearsOwnIdentity(facts, answer.response)
  const isOldTruth = facts.fellBack && operation.via === 'resource' && !isEvident
  if (reading.meaning !== 'running' && isOldTruth) {
    const seen =
      reading.word === undefined ? 'no provisioning state' : `provisioningState ${reading.word}`
    return endUnknown(
      operation,
      `the polling URL could not be read, and the resource (${seen}) cannot tell whether this operation or an earlier one left it so`
    )
  }
  switch (reading.meaning) {
    case 'running': {
      const { provisionalAnswer: _contradicted, ...running } = operation
      return { ...running, wait: { kind: 'poll' } }
    }
    case 'succeeded':
      return finish(operation, answer, rules)
    case 'failed':
    case 'canceled':
      return endUnsuccessful(reading.meaning, facts, answer)
    default:
      return reading.meaning satisfies never
  }
}

/** The resource tells before from after only if this request created it, or if it was seen at work since. */
function hasEvidence(facts: Facts): boolean {
  return facts.firstStatus === 201 || facts.sawProgress
}

/** The newest trusted URL wins; an unusable one is ignored. */
function adoptNewestUrl(operation: RunningOperation, { polling }: Answer): RunningOperation {
  if (operation.via === 'location-url') {
    const { location } = polling
    return location.kind === 'usable' ? { ...operation, url: location.url } : operation
  }
  return operation.via === 'status-url' ? { ...operation, ...findStatusUrl(polling) } : operation
}

function askResource(operation: RunningOperation): RunningOperation {
  const { header: _header, provisionalAnswer: _answer, ...rest } = operation
  return {
    ...rest,
    via: 'resource',
    url: operation.facts.request.url,
    wait: { kind: 'none' },
    everReadable: false,
    facts: warn(operation.facts, 'The status URL answered 204 without a state; asked the resource')
  }
}

function countAbsence(operation: RunningOperation, response: HttpResponse): Operation {
  const absences = operation.absences + 1
  const facts = clearFaults(operation.facts)
  return absences >= ABSENCES_NEEDED
    ? succeed(facts, response)
    : {
        ...operation,
        facts,
        absences,
        wait: { kind: 'backoff', attempt: absences, atLeastMs: ABSENCE_SPACING_MS }
      }
}

function nextConfirming(
  operation: ConfirmingOperation,
  received: Received,
  rules: Rules
): Operation {
  const throttled = readThrottling(received, rules)
  if (throttled !== undefined) return { ...operation, wait: throttled }
  if (received.kind === 'no-answer' || classifyFault(received.status) === 'transient') {
    const attempts = operation.attempts + 1
    return attempts >= MAX_CONFIRM_ATTEMPTS
      ? concludeUnconfirmed(operation)
      : { ...operation, attempts, wait: { kind: 'backoff', attempt: attempts, atLeastMs: 0 } }
  }
  const { facts, provisionalAnswer } = operation
  const { response } = received
  const reading = readConfirmation(facts.request, received, rules)
  if (reading?.kind !== 'state' || bearsAnotherIdentity(facts, response)) {
    return concludeUnconfirmed(operation)
  }
  // A resumed operation has left the body of its first answer behind.
  const result = hasContent(provisionalAnswer) ? provisionalAnswer : response
  if (reading.meaning === 'succeeded') return succeed(facts, result)
  if (reading.meaning !== 'running') return endUnsuccessful(reading.meaning, facts, received)
  return {
    state: 'running',
    via: facts.request.method === 'DELETE' ? 'absence' : 'resource',
    url: facts.request.url,
    wait: { kind: 'poll' },
    facts: { ...facts, sawProgress: true },
    everReadable: true,
    missedRounds: 0,
    absences: 0
  }
}

/** The first answer stands, unless there is a monitor that might say otherwise. */
function concludeUnconfirmed(operation: ConfirmingOperation): Operation {
  const { facts, url, provisionalAnswer, isMonitorForeign } = operation
  if (!isMonitorForeign) return succeed(facts, provisionalAnswer)
  const reason = 'the polling URL is not on the trusted endpoint, and the resource cannot be read'
  return { state: 'unknown', facts, url, reason, response: provisionalAnswer }
}

/** Reading of the resource after an answer that said "done": of a DELETE, one that can be read is not gone. */
function readConfirmation(
  { method }: ArmRequest,
  answer: Answer,
  rules: Rules
): Reading | undefined {
  if (method === 'DELETE') return readAbsence(answer, rules)
  return answer.isSuccess ? readResource(answer, rules) : undefined
}

/** Wait after a 429; undefined for every other answer. */
function readThrottling(received: Received, { timing }: Rules): Wait | undefined {
  if (received.kind === 'no-answer' || classifyFault(received.status) !== 'throttled') {
    return undefined
  }
  return waitWhenThrottled(received.retryAfterMs, timing)
}

function nextSeekingAbsence(
  operation: SeekingAbsenceOperation,
  received: Received,
  rules: Rules
): Operation {
  const throttled = readThrottling(received, rules)
  if (throttled !== undefined) return { ...operation, wait: throttled }
  const { facts, monitor } = operation
  if (received.kind === 'answer' && readAbsence(received, rules).kind === 'absent') {
    const absences = operation.absences + 1
    const wait = { kind: 'backoff', attempt: absences, atLeastMs: ABSENCE_SPACING_MS } as const
    return absences >= ABSENCES_NEEDED
      ? succeed(facts, received.response)
      : { ...operation, absences, wait }
  }
  const missedRounds = monitor.missedRounds + 1
  return {
    ...monitor,
    facts,
    missedRounds,
    wait: { kind: 'poll-or-backoff', attempt: missedRounds }
  }
}

/**
 * End of an operation whose deadline came while only its result was missing: succeeded, with a warning.
 * Undefined while its end is not known yet.
 */
export function concludeAtDeadline(operation: PendingOperation): TerminalOperation | undefined {
  switch (operation.state) {
    case 'fetching-result':
      return succeedWithoutResult(operation, 'the timeout expired')
    case 'settling':
      return concludeSettling(operation)
    default:
      return undefined
  }
}
