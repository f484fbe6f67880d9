/**
 * Where the result of a succeeded operation is read from, and the settle check. Pure.
 * Success is decided already: a result that cannot be fetched changes nothing, and only a provisioning state of
 * Failed or Canceled in it does (the service said "done" too early).
 */
import { hasContent, readField, readObject } from '../http/body.ts'
import type { ArmRequest, HttpResponse } from '../http/message.ts'
import { readRetryAfter } from '../http/retry-after.ts'
import { readError } from './error.ts'
import { classifyFault, readResource } from './poll-answer.ts'
import { resolvePollingUrl, withApiVersion } from './polling-url.ts'
import type {
  Facts,
  FetchingResultOperation,
  Operation,
  PollAnswer,
  Rules,
  RunningOperation,
  SettlingOperation,
  SucceededOperation
} from './state.ts'
import { resultWindowMs, settleWindowMs, waitAfterTrouble } from './waiting.ts'

/** The operation after `answer` said that it has succeeded. */
export function finish(
  operation: RunningOperation,
  answer: HttpResponse,
  rules: Rules,
  nowMs: number
): Operation {
  const { facts } = operation
  const source = findResultSource(operation, answer, rules)
  if (source === undefined) return succeed(warnOfEmptyResource(operation, answer), answer)
  const fetching: FetchingResultOperation = {
    state: 'fetching-result',
    facts,
    url: source.url,
    from: source.from,
    wait: { kind: 'none' },
    monitorAnswer: answer,
    sinceMs: nowMs,
    attempts: 0
  }
  return fetching
}

/** Some providers (Maintenance) answer a GET of the resource with 200 and nothing: no state is success by the contract. */
function warnOfEmptyResource({ facts, via }: RunningOperation, answer: HttpResponse): Facts {
  return via === 'resource' && answer.status === 200 && !hasContent(answer)
    ? warn(facts, 'The resource answered 200 without a body; read as succeeded')
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
  answer: HttpResponse,
  rules: Rules
): ResultSource | undefined {
  const { facts, via } = operation
  const { request } = facts
  if (via === 'resource' || via === 'absence' || request.method === 'DELETE') return undefined
  const original: ResultSource = { url: request.url, from: 'resource' }
  const changes = isChange(request)
  if (via === 'location-url') return changes && !hasResource(answer) ? original : undefined
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

function hasResource(answer: HttpResponse): boolean {
  const object = readObject(answer.body)
  return object === undefined ? hasContent(answer) : Object.keys(object).length > 0
}

/** Only an `Operation-Location` body names its resource; the URL passes through the same trust as every other. */
function readResourceLocation(
  operation: RunningOperation,
  answer: HttpResponse,
  rules: Rules
): ResultSource | undefined {
  if (operation.header !== 'operation-location') return undefined
  const value = readField(readObject(answer.body), 'resourceLocation')
  if (typeof value !== 'string') return undefined
  const url = resolvePollingUrl(value, operation.url, rules.trust)
  if (url === undefined) return undefined
  return { url: withApiVersion(url, operation.facts.request.url), from: 'resource' }
}

/** The operation after the answer to the GET of its result. */
export function continueFetching(
  operation: FetchingResultOperation,
  answer: PollAnswer,
  rules: Rules,
  nowMs: number
): Operation {
  if (answer.kind === 'no-response')
    return retryFetch(operation, answer.message, undefined, rules, nowMs)
  const { response } = answer
  if (response.status >= 200 && response.status < 300) {
    return operation.from === 'location'
      ? succeed(operation.facts, hasLocationResult(response) ? response : operation.monitorAnswer)
      : acceptResource(operation, response, rules, nowMs)
  }
  const fault = classifyFault(response.status)
  const isPassing = fault === 'transient' || fault === 'throttled'
  const isEventual = fault === 'not-found' || fault === 'forbidden'
  if (isPassing || (isEventual && operation.from === 'resource')) {
    const retryAfterMs = readRetryAfter(response, nowMs)
    return retryFetch(operation, `HTTP ${response.status}`, retryAfterMs, rules, nowMs)
  }
  return operation.from === 'location'
    ? succeed(operation.facts, operation.monitorAnswer)
    : succeedWithoutResult(operation, `HTTP ${response.status}`)
}

function hasLocationResult(response: HttpResponse): boolean {
  return response.status !== 202 && response.status !== 204 && hasContent(response)
}

function retryFetch(
  operation: FetchingResultOperation,
  problem: string,
  retryAfterMs: number | undefined,
  rules: Rules,
  nowMs: number
): Operation {
  const attempts = operation.attempts + 1
  if (nowMs - operation.sinceMs >= resultWindowMs(rules.timing)) {
    return succeedWithoutResult(operation, problem)
  }
  return { ...operation, attempts, wait: waitAfterTrouble(attempts, retryAfterMs, rules.timing) }
}

function acceptResource(
  operation: FetchingResultOperation,
  response: HttpResponse,
  rules: Rules,
  nowMs: number
): Operation {
  if (response.body.kind === 'malformed') {
    return retryFetch(operation, 'an unreadable body', undefined, rules, nowMs)
  }
  if (!hasContent(response)) return succeedWithoutResult(operation, 'an empty body')
  if (!isChange(operation.facts.request)) return succeed(operation.facts, response)
  const settling: SettlingOperation = {
    state: 'settling',
    facts: operation.facts,
    url: operation.url,
    wait: { kind: 'poll' },
    result: response,
    sinceMs: nowMs
  }
  return settle(settling, response, rules, nowMs)
}

/** The operation after another look at a resource that had not settled. */
export function continueSettling(
  operation: SettlingOperation,
  answer: PollAnswer,
  rules: Rules,
  nowMs: number
): Operation {
  const isReadable =
    answer.kind === 'response' &&
    answer.response.status >= 200 &&
    answer.response.status < 300 &&
    hasContent(answer.response)
  if (isReadable) return settle(operation, answer.response, rules, nowMs)
  return nowMs - operation.sinceMs >= settleWindowMs(rules.timing)
    ? concludeSettling(operation)
    : { ...operation, wait: { kind: 'poll' } }
}

function settle(
  operation: SettlingOperation,
  response: HttpResponse,
  rules: Rules,
  nowMs: number
): Operation {
  const reading = readResource(response, rules)
  const meaning = reading.kind === 'state' ? reading.meaning : 'succeeded'
  const { facts } = operation
  switch (meaning) {
    case 'succeeded':
      return succeed(facts, response)
    case 'failed':
    case 'canceled':
      return endBadly(meaning, facts, response)
    case 'running': {
      const settling: SettlingOperation = { ...operation, result: response, wait: { kind: 'poll' } }
      const isOver = nowMs - operation.sinceMs >= settleWindowMs(rules.timing)
      return isOver ? concludeSettling(settling) : settling
    }
    default:
      return meaning satisfies never
  }
}

/** Ends a settle check that ran out of time: some resources rest in `Ready` or `Active` for ever. */
export function concludeSettling({ facts, result }: SettlingOperation): SucceededOperation {
  return succeed(
    warn(
      facts,
      'The operation succeeded, but the resource had not settled when the time for it ended'
    ),
    result
  )
}

/** Ends without the result: the best body at hand is the monitor's. */
export function succeedWithoutResult(
  operation: FetchingResultOperation,
  problem: string
): SucceededOperation {
  const warning = `The operation succeeded, but its result could not be read (${problem})`
  return succeed(warn(operation.facts, warning), operation.monitorAnswer)
}

export function warn(facts: Facts, warning: string): Facts {
  return { ...facts, warnings: [...facts.warnings, warning] }
}

export function succeed(facts: Facts, response: HttpResponse): SucceededOperation {
  return { state: 'succeeded', facts, response }
}

/** Ends in failure or cancellation, with the error that this answer carries. */
export function endBadly(
  state: 'failed' | 'canceled',
  facts: Facts,
  response: HttpResponse
): Operation {
  const error = readError(response)
  return { state, facts, response, ...(error === undefined ? {} : { error }) }
}
