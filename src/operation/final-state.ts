/**
 * Result of a succeeded operation: the URL that it is read from, and the settle check. Pure.
 * Success is decided already: a result that cannot be fetched changes nothing, and only a provisioning state of
 * Failed or Canceled in it does (the service said "done" too early).
 */
import { hasContent, readField, readObject, readProvisioningState } from '../http/body.ts'
import type { ArmRequest, HttpResponse } from '../http/message.ts'
import { omitUndefined } from '../values.ts'
import { ABSENCES_NEEDED } from './absence.ts'
import type { Answer, Received } from './answer.ts'
import { isErrorOnly } from './body-verdict.ts'
import { decide, endUnsuccessful, followByResource, succeed, warn } from './facts.ts'
import { classifyFault } from './fault.ts'
import { MAX_STATUS_CHARS } from './handle.ts'
import {
  bearsAnotherIdentity,
  describeTaker,
  hasIdentity,
  isDeploymentUrl,
  isTemplate,
  UNIQUE_NAMES
} from './identity.ts'
import { isAbsent, isOperationResource, readResource } from './poll-answer.ts'
import { describePollingUrl, inheritApiVersion, resolvePollingUrl } from './polling-url.ts'
import type {
  Facts,
  FetchingResultOperation,
  Operation,
  Rules,
  RunningOperation,
  SettlingOperation,
  SucceededOperation,
  TerminalOperation,
  UnknownOperation
} from './state.ts'
import { interpretStatus, isRunningWord, toShownWord } from './status.ts'
import { fetchWindowMs, settleWindowMs, waitAfterFault } from './waiting.ts'
import { witnessOf } from './witnesses.ts'

/** The operation after `answer` said that it has succeeded. */
export function finish(operation: RunningOperation, answer: Answer, rules: Rules): Operation {
  const facts = decide(warnOfEmptyResource(operation, answer), witnessOf(operation))
  if (isConfirmation(operation, answer, rules)) return succeedAsAnswered(facts, answer)
  const source = findResultSource(operation, answer, rules)
  if (source === undefined) return succeed(facts, answer.response)
  const fetching: FetchingResultOperation = {
    state: 'fetching-result',
    facts,
    url: source.url,
    from: source.from,
    wait: { kind: 'none' },
    monitorAnswer: answer.response,
    sinceMs: answer.atMs,
    attempts: 0,
    isInferred: operation.via === 'location-url' && isChange(facts.request) && !hasResource(answer),
    absences: 0
  }
  return fetching
}

const CONFIRMED_WITHIN_MS = 5_000

/**
 * True when the first answer was the whole resource and said Succeeded, and the one poll since has said so too: the
 * result would be the same once more.
 */
function isConfirmation({ facts, via }: RunningOperation, answer: Answer, rules: Rules): boolean {
  const { firstAnswer, pollCount, startedAtMs } = facts
  return (
    rules.isFirstAnswerEnough === true &&
    via === 'status-url' &&
    pollCount === 1 &&
    !hasIdentity(facts.request.url) &&
    answer.atMs - startedAtMs <= CONFIRMED_WITHIN_MS &&
    firstAnswer !== undefined &&
    isAtRest(firstAnswer, rules)
  )
}

function isAtRest({ body }: HttpResponse, { extraStates }: Rules): boolean {
  const state = readProvisioningState(body)
  return state.kind === 'word' && interpretStatus(state.word, extraStates) === 'succeeded'
}

function succeedAsAnswered(facts: Facts, answer: Answer): SucceededOperation {
  return succeed(facts, facts.firstAnswer ?? answer.response)
}

/** Some providers (Maintenance) answer a GET of the resource with 200 and nothing: no state is success by the contract. */
function warnOfEmptyResource({ facts, via }: RunningOperation, answer: Answer): Facts {
  return via === 'resource' && answer.status === 200 && !hasContent(answer)
    ? warn(facts, 'The resource answered 200 without a body; treated as succeeded')
    : facts
}

function isChange({ method }: ArmRequest): boolean {
  return method === 'PUT' || method === 'PATCH'
}

interface ResultSource {
  readonly url: string
  readonly from: 'resource' | 'location'
}

/** The URL that holds the result, or undefined when the answer at hand does. */
function findResultSource(
  operation: RunningOperation,
  answer: Answer,
  rules: Rules
): ResultSource | undefined {
  const { facts, via } = operation
  const { request } = facts
  if (via === 'resource' || via === 'absence' || request.method === 'DELETE') return undefined
  const original: ResultSource = { url: request.url, from: 'resource' }
  const changes = isChange(request)
  if (via === 'location-url') {
    const isResult = hasResource(answer) && !saysSucceeded(operation, answer, rules)
    return changes && !isResult ? original : undefined
  }
  const resourceUrl = readResourceLocation(operation, answer, rules)
  if (request.method === 'PUT') return resourceUrl ?? original
  const isRead = request.method === 'GET' || request.method === 'HEAD'
  const finalStateVia = isRead ? 'auto' : rules.finalStateVia
  const location: ResultSource | undefined =
    facts.locationUrl === undefined || facts.locationUrl === operation.url
      ? undefined
      : { url: facts.locationUrl, from: changes ? 'resource' : 'location' }
  switch (finalStateVia) {
    case 'azure-async-operation':
    case 'operation-location':
      return undefined
    case 'original-uri':
      return original
    case 'location':
      return location ?? (changes ? original : undefined)
    case 'auto':
      return (
        resourceUrl ?? (changes || (request.method === 'GET' && !location) ? original : location)
      )
    default:
      return finalStateVia satisfies never
  }
}

/** True for an operation behind its Location: what it says is its end, and never the resource. */
function saysSucceeded(operation: RunningOperation, answer: Answer, rules: Rules): boolean {
  const { operationStatus: said } = answer
  const meaning = said.kind === 'word' ? interpretStatus(said.word, rules.extraStates) : undefined
  return meaning === 'succeeded' && isOperationResource(operation, answer)
}

function hasResource(answer: Answer): boolean {
  const object = readObject(answer.body)
  return object === undefined ? hasContent(answer) : Object.keys(object).length > 0
}

/** Only an `Operation-Location` body names its resource; the URL passes through the same trust as every other. */
function readResourceLocation(
  operation: RunningOperation,
  answer: Answer,
  rules: Rules
): ResultSource | undefined {
  if (operation.header !== 'operation-location') return undefined
  const value = readField(readObject(answer.body), 'resourceLocation')
  if (typeof value !== 'string') return undefined
  const url = resolvePollingUrl(value, operation.url, rules.trust)
  if (url === undefined) return undefined
  return { url: inheritApiVersion(url, operation.facts.request.url), from: 'resource' }
}

/** The operation after the GET of its result. */
export function continueFetching(
  operation: FetchingResultOperation,
  received: Received,
  rules: Rules
): Operation {
  if (received.kind === 'no-answer') {
    const { message, atMs } = received
    return retryFetch(operation, { problem: message, atMs, retryAfterMs: undefined }, rules)
  }
  const { status, atMs, retryAfterMs } = received
  const { facts, from, monitorAnswer } = operation
  const absences = isAbsent(received.response) ? operation.absences + 1 : 0
  if (received.isSuccess) {
    return from === 'location'
      ? succeed(facts, hasLocationResult(received) ? received.response : monitorAnswer)
      : acceptResource(operation, received, rules)
  }
  const fault = classifyFault(received.response)
  const isPassing = fault === 'transient' || fault === 'throttled'
  const isEventual = fault === 'not-found' || fault === 'forbidden'
  if (isPassing || (isEventual && from === 'resource')) {
    const failed = { problem: `HTTP ${status}`, atMs, retryAfterMs }
    return retryFetch({ ...operation, absences }, failed, rules)
  }
  return from === 'location'
    ? succeed(facts, monitorAnswer)
    : succeedWithoutResult(operation, `HTTP ${status}`, rules)
}

function hasLocationResult(answer: Answer): boolean {
  const { status } = answer
  return status !== 202 && status !== 204 && hasResource(answer) && !isErrorOnly(answer)
}

/** A GET of the result that did not bring it. */
interface FailedFetch {
  readonly problem: string
  readonly atMs: number
  readonly retryAfterMs: number | undefined
}

function retryFetch(
  operation: FetchingResultOperation,
  { problem, atMs, retryAfterMs }: FailedFetch,
  rules: Rules
): Operation {
  const attempts = operation.attempts + 1
  if (atMs - operation.sinceMs < fetchWindowMs(operation, rules.timing)) {
    return { ...operation, attempts, wait: waitAfterFault(attempts, retryAfterMs, rules.timing) }
  }
  return operation.absences >= ABSENCES_NEEDED
    ? concludeFetching(operation, problem, rules)
    : succeedWithoutResult(operation, problem, rules)
}

/**
 * End of a fetch that there is no more time for. Success that is inferred from an empty answer of the Location does not
 * stand while the resource that it should have left is not there
 * (https://github.com/pulumi/pulumi-azure-native/issues/1126).
 */
export function concludeFetching(
  operation: FetchingResultOperation,
  problem: string,
  rules: Rules
): TerminalOperation {
  return operation.isInferred && operation.absences > 0
    ? endRefuted(operation)
    : succeedWithoutResult(operation, problem, rules)
}

function endRefuted({ facts, monitorAnswer }: FetchingResultOperation): UnknownOperation {
  const { decidedBy: _refuted, ...open } = facts
  const location = facts.locationUrl ?? facts.request.url
  return {
    state: 'unknown',
    facts: open,
    url: location,
    response: monitorAnswer,
    reason: `the Location (${describePollingUrl(location)}) ended with an empty HTTP ${monitorAnswer.status}, but the resource (${describePollingUrl(facts.request.url)}) was not found afterwards`
  }
}

function acceptResource(
  operation: FetchingResultOperation,
  answer: Answer,
  rules: Rules
): Operation {
  const { facts, url } = operation
  const { response, atMs } = answer
  if (answer.body.kind === 'malformed' || isErrorOnly(answer)) {
    const failed = { problem: 'an unreadable body', atMs, retryAfterMs: undefined }
    return retryFetch(operation, failed, rules)
  }
  if (!hasContent(answer)) return succeedWithoutResult(operation, 'an empty body', rules)
  if (bearsAnotherIdentity(facts, response)) {
    return succeedOverwritten(facts, operation.monitorAnswer, response)
  }
  if (!isChange(facts.request)) return succeed(facts, response)
  const settling: SettlingOperation = {
    state: 'settling',
    facts,
    url,
    wait: { kind: 'poll' },
    result: response,
    word: '',
    sinceMs: atMs
  }
  return judgeSettling(settling, answer, rules)
}

/** A resource that names no terminal state of the contract and is done all the same: bounded time to say more. */
export function beginSettling(
  { facts, url }: RunningOperation,
  { response, atMs }: Answer,
  word: string
): SettlingOperation {
  return {
    state: 'settling',
    facts: decide(facts, facts.claimedBy ?? 'resource'),
    url,
    wait: { kind: 'poll' },
    result: response,
    word,
    sinceMs: atMs
  }
}

/** The operation after another read of a resource that had not settled. */
export function continueSettling(
  operation: SettlingOperation,
  received: Received,
  rules: Rules
): Operation {
  const isReadable =
    received.kind === 'answer' &&
    received.isSuccess &&
    hasContent(received) &&
    !isErrorOnly(received)
  if (isReadable && bearsAnotherIdentity(operation.facts, received.response)) {
    return succeedOverwritten(operation.facts, operation.result, received.response)
  }
  if (isReadable) return judgeSettling(operation, received, rules)
  return isSettleWindowOver(operation, received, rules)
    ? concludeSettling(operation)
    : { ...operation, wait: { kind: 'poll' } }
}

function isSettleWindowOver(
  { sinceMs }: SettlingOperation,
  { atMs }: Received,
  { timing }: Rules
): boolean {
  return atMs - sinceMs >= settleWindowMs(timing)
}

function judgeSettling(operation: SettlingOperation, answer: Answer, rules: Rules): Operation {
  const reading = readResource(answer, rules)
  const meaning = reading.kind === 'state' ? reading.meaning : 'succeeded'
  const { facts } = operation
  const { response } = answer
  switch (meaning) {
    case 'succeeded':
      return succeed(facts, response)
    case 'failed':
    case 'canceled':
      return endUnsuccessful(meaning, decide(facts, 'resource'), answer)
    case 'running': {
      const word = reading.kind === 'state' ? (reading.word ?? '') : ''
      if (isStillAtWork(facts, word)) return followClaimed(facts)
      const settling: SettlingOperation = {
        ...operation,
        word,
        result: response,
        wait: { kind: 'poll' }
      }
      return isSettleWindowOver(operation, answer, rules) ? concludeSettling(settling) : settling
    }
    default:
      return meaning satisfies never
  }
}

/**
 * True when the resource is still in a state of work that it was seen in before its monitor said Succeeded: the monitor
 * may be that of an earlier operation (an HDInsight application's was), so the resource is waited for.
 */
function isStillAtWork(facts: Facts, word: string): boolean {
  const shown = toShownWord(word).slice(0, MAX_STATUS_CHARS).toLowerCase()
  return (
    isWork(facts, word) && (facts.resourceWords ?? []).some((seen) => seen.toLowerCase() === shown)
  )
}

/** Deployments alone are at work while they say `Running`: other resources rest in it. */
function isWork({ request }: Facts, word: string): boolean {
  return word.toLowerCase() === 'running' ? isDeploymentUrl(request.url) : isRunningWord(word)
}

/**
 * True for a resource that was waited for after its monitor had said Succeeded, and now rests in a word of its own
 * (`Ready`): what holds for such a word right after the end holds later too.
 */
export function hasComeToRest({ facts }: RunningOperation, word: string): boolean {
  return facts.claimedBy !== undefined && word !== '' && !isWork(facts, word)
}

function followClaimed({ decidedBy, ...open }: Facts): RunningOperation {
  return followByResource(omitUndefined({ ...open, claimedBy: decidedBy }))
}

/** Ends a settle check that ran out of time: some resources rest in `Ready` or `Active` for ever. */
export function concludeSettling({ facts, result, word }: SettlingOperation): SucceededOperation {
  const warning = `The operation succeeded, but the resource had not settled within the time allowed: it still says ${word}. Where that is how it rests, name ${word} in success-states`
  return succeed(warn(facts, warning), result)
}

/** Ends without the result: the best body at hand is a first answer that was it already, and else the monitor's. */
function succeedWithoutResult(
  operation: FetchingResultOperation,
  problem: string,
  rules: Rules
): SucceededOperation {
  const { facts, monitorAnswer } = operation
  const { firstAnswer, request } = facts
  const isResult = firstAnswer !== undefined && isAtRest(firstAnswer, rules)
  const unset = !isResult && isTemplate(request) ? ': the outputs of the template are not set' : ''
  const warning = `The operation succeeded, but its result could not be read (${problem})${unset}`
  return isResult
    ? succeed(warn(facts, warning), firstAnswer)
    : succeed({ ...warn(facts, warning), isResultMissing: true }, monitorAnswer)
}

/**
 * End of a deployment whose monitor had said Succeeded, and whose name another run has taken while it was still waited
 * for. Undefined while no monitor has said so.
 */
export function concludeClaimed(
  { facts }: RunningOperation,
  taken: HttpResponse
): SucceededOperation | undefined {
  const { claimedBy, firstAnswer } = facts
  const nothing: HttpResponse = { status: 200, headers: {}, body: { kind: 'empty' } }
  return claimedBy && succeedOverwritten(decide(facts, claimedBy), firstAnswer ?? nothing, taken)
}

/** Ends with the best answer of our own: the record is that of another run by now. */
function succeedOverwritten(
  facts: Facts,
  best: HttpResponse,
  taken: HttpResponse
): SucceededOperation {
  const warning = `The deployment succeeded, but ${describeTaker(taken)} has taken its name: its outputs could not be read and are not set. ${UNIQUE_NAMES}`
  return succeed({ ...warn(facts, warning), isResultMissing: true }, best)
}
