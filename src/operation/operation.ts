/**
 * The protocol of ARM's long-running operations, as two transitions over plain values. Pure: no IO, no clock.
 * `begin` reads the first answer, `next` the answer to the GET that a pending operation named; both return the new
 * state. Failed, canceled and unknown are values: this room throws nothing.
 */
import { readField, readObject } from '../http/body.ts'
import type { HttpResponse } from '../http/message.ts'
import { omitUndefined } from '../values.ts'
import { continueSeekingAbsence, countAbsence, watchForStuck } from './absence.ts'
import { type Answer, type Received, readAnswer, readPoll } from './answer.ts'
import { isResourceOf, showsResource } from './body-verdict.ts'
import { confirm, continueConfirming, lookOnce } from './confirmation.ts'
import type { OperationError } from './error.ts'
import { clearFaults, decide, endUnsuccessful, succeed, warn } from './facts.ts'
import { continueAfterFault } from './fault-budget.ts'
import {
  beginSettling,
  concludeFetching,
  concludeSettling,
  continueFetching,
  continueSettling,
  finish
} from './final-state.ts'
import { type FirstVerdict, isAccepted, readFirstAnswer } from './first-answer.ts'
import { MAX_RESOURCE_WORDS, MAX_STATUS_CHARS } from './handle.ts'
import { bearsAnotherIdentity, bearsOwnIdentity, readIdentity } from './identity.ts'
import { classifyFault, type Reading, readPollAnswer, readPolledResource } from './poll-answer.ts'
import { findStatusUrl, POLLING_HEADER_NAMES, type PollingHeaders } from './polling-url.ts'
import { continueProving, seekProof } from './proof.ts'
import type {
  Facts,
  Operation,
  PendingOperation,
  PollAnswer,
  Rules,
  RunningOperation,
  SentRequest,
  TerminalOperation,
  UnknownOperation,
  Wait
} from './state.ts'
import { type ExtraStates, interpretStatus, toShownWord } from './status.ts'
import { waitWhenThrottled } from './waiting.ts'
import { endUnknown, witnessOf } from './witnesses.ts'

export type {
  FinalStateVia,
  Operation,
  PendingOperation,
  Rules,
  TerminalOperation
} from './state.ts'

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
  request: SentRequest,
  response: HttpResponse,
  rules: Rules,
  nowMs: number
): Operation {
  const answer = readAnswer(response, request.url, { trust: rules.trust, nowMs })
  const verdict = answer.isSuccess ? readFirstAnswer(request, answer, rules) : undefined
  const facts = gatherFacts(request, answer, rules, verdict)
  if (verdict === undefined) return readRefusal(facts, answer, rules)
  switch (verdict.kind) {
    case 'over':
      return verdict.meaning === 'succeeded'
        ? succeed(decide(facts, 'first-answer'), response)
        : endUnsuccessful(verdict.meaning, decide(facts, 'first-answer'), answer)
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

/**
 * Operation of a request whose answer was lost, from a look at its resource. That is a poll, and no answer to the
 * request: a `status` of work is no result.
 */
export function beginFound(
  request: SentRequest,
  response: HttpResponse,
  rules: Rules,
  nowMs: number
): Operation {
  const answer = readAnswer(response, request.url, { trust: rules.trust, nowMs })
  const reading = readPolledResource({ sawProgress: false }, answer, rules)
  if (reading.kind !== 'state' || reading.isAtWork !== true) {
    return begin(request, response, rules, nowMs)
  }
  const verdict = { kind: 'follow', via: 'resource', url: request.url, isAtWork: true } as const
  return beginPolling(gatherFacts(request, answer, rules, verdict), verdict, response)
}

/** A DELETE that was sent again and met nothing, or something on its way out: followed to the resource's absence. */
export function beginAbsence(
  request: SentRequest,
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

function gatherFacts(
  request: SentRequest,
  answer: Answer,
  rules: Rules,
  verdict?: FirstVerdict
): Facts {
  const { status, isSuccess, atMs, polling } = answer
  const isCreated = status === 201 && verdict?.kind === 'over'
  const warnings = judgeHeaders(polling, isCreated)
  if (verdict?.kind === 'over' && verdict.warning !== undefined) warnings.push(verdict.warning)
  if (isSuccess && status > 202 && status !== 204) {
    warnings.push(`Azure answered ${status}, an undocumented status, treated as 200`)
  }
  const id = readField(readObject(answer.body), 'id')
  const isCreation = status === 201 && typeof id === 'string' && URL.canParse(id, request.url)
  const facts: Facts = omitUndefined({
    request,
    firstStatus: status,
    firstAnswer: isWholeResource(answer, request) ? answer.response : undefined,
    sentAtServerMs: findSendTime(request, answer),
    createdId: isCreation ? id : undefined,
    startedAtMs: atMs,
    pollCount: 0,
    sawProgress: verdict?.kind === 'follow' && verdict.isAtWork === true,
    fellBack: false,
    warnings,
    ...readIdentity(request, answer.response)
  })
  return learn(facts, answer, rules.extraStates)
}

function isWholeResource(answer: Answer, request: SentRequest): boolean {
  return (answer.status === 200 || answer.status === 201) && isResourceOf(request, answer)
}

/** Time of sending by the service's clock, which is known by the `Date` of its answer: no later than it really was. */
function findSendTime({ sentAtMs }: SentRequest, { atMs, response }: Answer): number | undefined {
  const dateMs = Date.parse(response.headers.date ?? '')
  if (sentAtMs === undefined || Number.isNaN(dateMs)) return undefined
  return dateMs - (atMs - sentAtMs)
}

/**
 * Faults of a first answer's polling headers, for people.
 * @param isCreated a 201 that is over: its Location only says where that was created
 */
function judgeHeaders(headers: PollingHeaders, isCreated: boolean): string[] {
  const names = ['asyncOperation', 'operationLocation', 'location'] as const
  return names.flatMap((name) => {
    const header = headers[name]
    const title = POLLING_HEADER_NAMES[name]
    const isLocation = name === 'location'
    if (header.kind === 'unusable' && !(isLocation && isCreated)) {
      return [`Ignored the answer's ${title}: ${header.fault}`]
    }
    return header.kind === 'usable' && header.relative && !isLocation
      ? [`The answer's ${title} is relative; resolved against the endpoint that was asked`]
      : []
  })
}

function readRefusal(facts: Facts, answer: Answer, rules: Rules): Operation {
  const { status, response } = answer
  const decided = decide(facts, 'first-answer')
  if (isAccepted(response, rules)) return succeed(decided, response)
  const { method } = facts.request
  const isAmbiguous = classifyFault(status) === 'transient' && method !== 'GET' && method !== 'HEAD'
  if (!isAmbiguous) return endUnsuccessful('failed', decided, answer)
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
  const runningWord =
    resourceWord !== undefined && interpretStatus(resourceWord, extraStates) === 'running'
      ? toShownWord(resourceWord)
      : undefined
  // A percentage belongs to the word it came with.
  const earlierPercent = word === undefined ? facts.percentComplete : undefined
  return omitUndefined({
    ...facts,
    sawProgress: facts.sawProgress || runningWord !== undefined,
    resourceWords: addWord(facts.resourceWords, runningWord),
    locationUrl: polling.location.kind === 'usable' ? polling.location.url : facts.locationUrl,
    retryAfterMs: answer.retryAfterMs ?? facts.retryAfterMs,
    remainingReads: answer.remainingReads,
    lastStatus: word === undefined ? facts.lastStatus : toShownWord(word),
    percentComplete: answer.percentComplete ?? earlierPercent
  })
}

function addWord(
  words: readonly string[] | undefined,
  said: string | undefined
): readonly string[] | undefined {
  const word = said?.slice(0, MAX_STATUS_CHARS)
  const known = words ?? []
  const isNew = word !== undefined && !known.includes(word) && known.length < MAX_RESOURCE_WORDS
  return isNew ? [...known, word] : words
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
  if (received.kind === 'no-answer' && received.finalError !== undefined) {
    const { message, finalError } = received
    return concludeAtDeadline(operation, rules, message) ?? endUnread(operation, finalError)
  }
  const counted = countPoll(operation)
  switch (counted.state) {
    case 'running':
      return nextRunning(counted, received, rules)
    case 'fetching-result':
      return continueFetching(counted, received, rules)
    case 'settling':
      return continueSettling(counted, received, rules)
    default: {
      const throttled = readThrottling(received, rules)
      return throttled === undefined
        ? nextLook(counted, received, rules)
        : { ...counted, wait: throttled }
    }
  }
}

/** The operation after a look at its resource that something depends on. */
function nextLook(
  operation: Extract<PendingOperation, { state: 'confirming' | 'seeking-absence' | 'proving' }>,
  received: Received,
  rules: Rules
): Operation {
  switch (operation.state) {
    case 'confirming':
      return continueConfirming(operation, received, rules)
    case 'seeking-absence':
      return continueSeekingAbsence(operation, received, rules)
    case 'proving':
      return continueProving(operation, received, rules)
    default:
      return operation satisfies never
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
  if (isResourceInPlace(operation) && !showsResource(received)) {
    return continueAfterFault(operation, 'malformed', received, rules)
  }
  const learnt = clearFaults(learnReading(operation.facts, reading, received, rules))
  const counts = { missedRounds: 0, absences: 0 }
  const readable: RunningOperation = { ...operation, facts: learnt, everReadable: true, ...counts }
  if (reading.kind === 'ask-resource') return askResource(readable)
  if (reading.kind === 'look-once') return lookOnce(readable, received)
  if (!isResourceInPlace(operation)) {
    return moveTo(adoptNewestUrl(readable, received), reading, received, rules)
  }
  // The resource's word is not the operation's: it is only what stands in for it.
  const { lastStatus, percentComplete } = operation.facts
  const { lastStatus: _word, percentComplete: _percent, ...rest } = learnt
  const facts: Facts = omitUndefined({ ...rest, lastStatus, percentComplete })
  return moveTo({ ...readable, facts }, reading, received, rules)
}

/** True while the resource is read in place of a monitor that was given up. */
function isResourceInPlace({ via, facts }: RunningOperation): boolean {
  return via === 'resource' && facts.fellBack
}

/** Facts with what an answer adds, and its reading. */
function learnReading(facts: Facts, reading: Reading, answer: Answer, rules: Rules): Facts {
  const learned = learn(facts, answer, rules.extraStates)
  if (reading.kind !== 'state') return learned
  const seen = reading.isAtWork === true ? { ...learned, sawProgress: true } : learned
  return reading.warning === undefined ? seen : warn(seen, reading.warning)
}

function moveTo(
  operation: RunningOperation,
  reading: Extract<Reading, { kind: 'state' }>,
  answer: Answer,
  rules: Rules
): Operation {
  const isOver = reading.meaning !== 'running' || reading.needsSettling === true
  const isEvident =
    hasEvidence(operation.facts) || bearsOwnIdentity(operation.facts, answer.response)
  if (isOver && isResourceInPlace(operation) && !isEvident) {
    return seekProof(operation, answer, rules)
  }
  switch (reading.meaning) {
    case 'running': {
      if (reading.needsSettling === true)
        return beginSettling(operation, answer, reading.word ?? '')
      const { provisionalAnswer: _contradicted, ...running } = operation
      return watchForStuck({ ...running, wait: { kind: 'poll' } }, answer, rules)
    }
    case 'succeeded':
      return finish(operation, answer, rules)
    case 'failed':
    case 'canceled': {
      const facts = decide(operation.facts, witnessOf(operation))
      return endUnsuccessful(reading.meaning, facts, answer)
    }
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

/** Wait after a 429; undefined for every other answer. */
function readThrottling(received: Received, { timing }: Rules): Wait | undefined {
  if (received.kind === 'no-answer' || classifyFault(received.status) !== 'throttled') {
    return undefined
  }
  return waitWhenThrottled(received.retryAfterMs, timing)
}

/** No poll can be answered any more. The one that was not sent is not counted. */
function endUnread({ facts, url }: PendingOperation, error: OperationError): UnknownOperation {
  const reason = 'The wait ended, because no poll can be answered any more'
  return { state: 'unknown', facts, url, reason, error }
}

/**
 * End of an operation that cannot be asked about any more while only its result was missing: succeeded, with a warning.
 * Undefined while its end is not known yet.
 * @param problem what keeps it from being asked
 */
export function concludeAtDeadline(
  operation: PendingOperation,
  rules: Rules,
  problem = 'the timeout expired'
): TerminalOperation | undefined {
  switch (operation.state) {
    case 'fetching-result':
      return concludeFetching(operation, problem, rules)
    case 'settling':
      return concludeSettling(operation)
    default:
      return undefined
  }
}
