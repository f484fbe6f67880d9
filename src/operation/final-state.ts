/**
 * Result of a succeeded operation: the URL that it is read from, and the settle check. Pure.
 * Success is decided already: a result that cannot be fetched changes nothing, and only a provisioning state of
 * Failed or Canceled in it does (the service said "done" too early).
 */
import { hasContent, readField, readObject } from '../http/body.ts'
import type { ArmRequest, HttpResponse } from '../http/message.ts'
import { omitUndefined } from '../values.ts'
import type { Answer, Received } from './answer.ts'
import { bearsAnotherIdentity } from './identity.ts'
import { classifyFault, readResource } from './poll-answer.ts'
import { inheritApiVersion, resolvePollingUrl } from './polling-url.ts'
import type {
  Facts,
  FetchingResultOperation,
  Operation,
  Rules,
  RunningOperation,
  SettlingOperation,
  SucceededOperation
} from './state.ts'
import { resultWindowMs, settleWindowMs, waitAfterFault } from './waiting.ts'

/** The operation after `answer` said that it has succeeded. */
export function finish(operation: RunningOperation, answer: Answer, rules: Rules): Operation {
  const { facts } = operation
  const source = findResultSource(operation, answer, rules)
  if (source === undefined) return succeed(warnOfEmptyResource(operation, answer), answer.response)
  const fetching: FetchingResultOperation = {
    state: 'fetching-result',
    facts,
    url: source.url,
    from: source.from,
    wait: { kind: 'none' },
    monitorAnswer: answer.response,
    sinceMs: answer.atMs,
    attempts: 0
  }
  return fetching
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
  if (received.isSuccess) {
    return from === 'location'
      ? succeed(facts, hasLocationResult(received) ? received.response : monitorAnswer)
      : acceptResource(operation, received, rules)
  }
  const fault = classifyFault(status)
  const isPassing = fault === 'transient' || fault === 'throttled'
  const isEventual = fault === 'not-found' || fault === 'forbidden'
  if (isPassing || (isEventual && from === 'resource')) {
    return retryFetch(operation, { problem: `HTTP ${status}`, atMs, retryAfterMs }, rules)
  }
  return from === 'location'
    ? succeed(facts, monitorAnswer)
    : succeedWithoutResult(operation, `HTTP ${status}`)
}

function hasLocationResult(answer: Answer): boolean {
  return answer.status !== 202 && answer.status !== 204 && hasContent(answer)
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
  { timing }: Rules
): Operation {
  const attempts = operation.attempts + 1
  if (atMs - operation.sinceMs >= resultWindowMs(timing)) {
    return succeedWithoutResult(operation, problem)
  }
  return { ...operation, attempts, wait: waitAfterFault(attempts, retryAfterMs, timing) }
}

function acceptResource(
  operation: FetchingResultOperation,
  answer: Answer,
  rules: Rules
): Operation {
  const { facts, url } = operation
  const { response, atMs } = answer
  if (answer.body.kind === 'malformed') {
    const failed = { problem: 'an unreadable body', atMs, retryAfterMs: undefined }
    return retryFetch(operation, failed, rules)
  }
  if (!hasContent(answer)) return succeedWithoutResult(operation, 'an empty body')
  if (bearsAnotherIdentity(facts, response))
    return succeedOverwritten(facts, operation.monitorAnswer)
  if (!isChange(facts.request)) return succeed(facts, response)
  const settling: SettlingOperation = {
    state: 'settling',
    facts,
    url,
    wait: { kind: 'poll' },
    result: response,
    sinceMs: atMs
  }
  return judgeSettling(settling, answer, rules)
}

/** The operation after another read of a resource that had not settled. */
export function continueSettling(
  operation: SettlingOperation,
  received: Received,
  rules: Rules
): Operation {
  const isReadable = received.kind === 'answer' && received.isSuccess && hasContent(received)
  if (isReadable && bearsAnotherIdentity(operation.facts, received.response)) {
    return succeedOverwritten(operation.facts, operation.result)
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
      return endUnsuccessful(meaning, facts, answer)
    case 'running': {
      const settling: SettlingOperation = { ...operation, result: response, wait: { kind: 'poll' } }
      return isSettleWindowOver(operation, answer, rules) ? concludeSettling(settling) : settling
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
      'The operation succeeded, but the resource had not settled within the time allowed'
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

/** Ends with the best answer of our own: the record is that of another run by now. */
function succeedOverwritten(facts: Facts, best: HttpResponse): SucceededOperation {
  const warning =
    'The deployment succeeded, but a later run has taken its name: its outputs could not be read and are not set'
  return succeed(warn(facts, warning), best)
}

/** Facts with one more warning. */
export function warn(facts: Facts, warning: string): Facts {
  return { ...facts, warnings: [...facts.warnings, warning] }
}

/** Operation that has succeeded, with its result. */
export function succeed(facts: Facts, response: HttpResponse): SucceededOperation {
  return { state: 'succeeded', facts, response }
}

/** Ends in failure or cancellation, with the error that this answer carries. */
export function endUnsuccessful(
  state: 'failed' | 'canceled',
  facts: Facts,
  { response, error }: Answer
): Operation {
  return omitUndefined({ state, facts, response, error })
}
