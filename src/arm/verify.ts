/**
 * Matches a resource with a request of ours whose answer was lost: at work, as we left it, or another client's. Pure.
 */
import { asObject, readField, readObject } from '../http/body.ts'
import type { HttpResponse, JsonObject, JsonValue } from '../http/message.ts'
import { readAnswer } from '../operation/answer.ts'
import { isErrorOnly, readBadStatus } from '../operation/body-verdict.ts'
import { readCorrelationId, readDeploymentTimes } from '../operation/identity.ts'
import { isAbsent, readPolledResource } from '../operation/poll-answer.ts'
import { holdsRequestBody, parseSentBody } from '../operation/request-body.ts'
import type { Rules } from '../operation/state.ts'
import type { StateMeaning } from '../operation/status.ts'
import { omitUndefined } from '../values.ts'
import { isKnownByStart } from './known-operations.ts'

/** Trace that a request leaves: what a resource that it wrote is recognized by. */
export interface RequestTrace {
  readonly url: string
  readonly body?: string
  /** Time of the first try that may have taken effect, by our clock, in milliseconds since the epoch. */
  readonly sentAtMs: number
  readonly correlationId: string
  /** The author chose the correlation ID: it proves nothing, because other runs may bear it too. */
  readonly isIdShared?: boolean
  /** An earlier step sent it: what it wanted cannot be compared any more. */
  readonly isBodyUnknown?: true
}

/** Times at which a probe was sent and answered, by our clock, in milliseconds since the epoch. */
export interface ProbeTimes {
  readonly askedAtMs: number
  readonly answeredAtMs: number
}

/** Result of one probe of the resource. */
export type ResourceProbe =
  /** Something is at work there: followed, because a second request could only disturb it. */
  | { readonly kind: 'at-work'; readonly response: HttpResponse; readonly isProven: boolean }
  /** At rest, and as our request left it. Proven by more than a time near ours, or not. */
  | { readonly kind: 'ours'; readonly response: HttpResponse; readonly isProven: boolean }
  /** A deployment at work that began before our request: following it would tell another one's end as ours. */
  | { readonly kind: 'foreign'; readonly response: HttpResponse }
  /** At rest as something before us left it. */
  | { readonly kind: 'not-ours'; readonly response: HttpResponse }
  /** Not there, or not to be seen yet. */
  | { readonly kind: 'absent'; readonly response: HttpResponse }
  /** Could not be read, or does not tell. */
  | { readonly kind: 'unreadable' }

/** A deployment that a parallel job starts within this time of ours is not proven to be ours. */
const START_MARGIN_MS = 2_000
/** HTTP dates name whole seconds. */
const DATE_PRECISION_MS = 1_000

/** Result of a probe, as its answer tells about the request whose own answer was lost. */
export function matchResource(
  sent: RequestTrace,
  response: HttpResponse,
  rules: Rules,
  times: ProbeTimes
): ResourceProbe {
  if (response.status === 404) {
    return isAbsent(response) ? { kind: 'absent', response } : { kind: 'unreadable' }
  }
  const resource = readObject(response.body)
  if (response.status < 200 || response.status >= 300 || resource === undefined) {
    return { kind: 'unreadable' }
  }
  const meaning = readMeaning(sent, response, rules, times)
  if (meaning === undefined) return { kind: 'unreadable' }
  const shown = { resource, response, times }
  const age = readAge(sent, shown)
  const isNamed = isNamedOurs(sent, resource)
  const isToldByStart = isKnownByStart(sent.url)
  const isProven = isNamed || (isToldByStart && readAge(sent, shown, START_MARGIN_MS) === 'newer')
  if (meaning === 'running') {
    return isToldByStart && age === 'older' && !isNamed
      ? { kind: 'foreign', response }
      : { kind: 'at-work', response, isProven }
  }
  if (age === 'newer' || isNamed) return { kind: 'ours', response, isProven }
  // As wanted and at rest is as good as ours. A failure with the same values may be that of an earlier run.
  const isAsWanted = !isToldByStart && holdsRequestBody(sent.body, resource)
  if (isAsWanted && meaning === 'succeeded') return { kind: 'ours', response, isProven }
  // A deployment is told from an earlier one of its name by its time alone.
  const isUndecided = age === 'unclear' || (age === undefined && isToldByStart)
  return isUndecided ? { kind: 'unreadable' } : { kind: 'not-ours', response }
}

/** State of the resource; undefined for what shows none: an error in its place, or an object without a resource. */
function readMeaning(
  { url }: RequestTrace,
  response: HttpResponse,
  rules: Rules,
  { answeredAtMs: nowMs }: ProbeTimes
): StateMeaning | undefined {
  const answer = readAnswer(response, url, { trust: rules.trust, nowMs })
  const isEmpty = Object.keys(readObject(response.body) ?? {}).length === 0
  if (isEmpty || isErrorOnly(answer)) return undefined
  const reading = readPolledResource({ sawProgress: false }, answer, rules)
  if (reading.kind !== 'state') return undefined
  // A bad end without an error may be a state of the resource, or the end of the request: it decides nothing.
  const isDoubtful = reading.meaning === 'succeeded' && readBadStatus(answer, rules) !== undefined
  if (isDoubtful && answer.provisioningState.kind !== 'word') return undefined
  return reading.needsSettling === true ? 'succeeded' : reading.meaning
}

/**
 * True when what was found at work, and followed to its end, cannot have been our request: the resource was last
 * written before it was sent, or holds other values than it wanted; and where those are unknown, when nothing tells.
 */
export function isSomebodyElses(
  sent: RequestTrace,
  response: HttpResponse,
  times: ProbeTimes
): boolean {
  const resource = readObject(response.body)
  if (resource === undefined || isNamedOurs(sent, resource)) return false
  const age = readAge(sent, { resource, response, times })
  if (age === 'older' || age === 'newer') return age === 'older'
  if (isKnownByStart(sent.url)) return false
  return sent.isBodyUnknown === true || contradicts(resource, parseSentBody(sent.body))
}

/**
 * True when what an answer shows bears our correlation ID and did not begin before our request: an author's own ID may
 * be that of an earlier run too. Nothing less allows it to be canceled.
 */
export function isProvenOurs(
  sent: RequestTrace,
  response: HttpResponse,
  times: ProbeTimes
): boolean {
  const resource = readObject(response.body)
  if (resource === undefined || !isNamedOurs(sent, resource)) return false
  return readAge(sent, { resource, response, times }) !== 'older'
}

function isNamedOurs(sent: RequestTrace, resource: JsonObject): boolean {
  const correlationId = readCorrelationId(asObject(readField(resource, 'properties')))
  return sent.isIdShared !== true && correlationId === sent.correlationId.toLowerCase()
}

/** Resource as one answer showed it. */
interface Shown {
  readonly resource: JsonObject
  readonly response: HttpResponse
  readonly times: ProbeTimes
}

type Age = 'newer' | 'older' | 'unclear'

/**
 * Age of the last write to the resource, compared with our request. The service's clock is known by the `Date` of its
 * answer alone, which is cut to the second and as old as the way back was long: what lies within that doubt is
 * `unclear`. Undefined when the resource names no time.
 */
function readAge(sent: RequestTrace, shown: Shown, marginMs = 0): Age | undefined {
  const moments = listMoments(sent, shown.resource).filter((time) => !Number.isNaN(time))
  if (moments.length === 0) return undefined
  const timeMs = Math.max(...moments)
  const { leastMs, mostMs } = boundSkew(shown)
  if (timeMs >= sent.sentAtMs + mostMs + marginMs) return 'newer'
  return timeMs < sent.sentAtMs + leastMs ? 'older' : 'unclear'
}

/** Bounds of how far the service's clock is ahead of ours. */
function boundSkew({ response, times }: Shown): { leastMs: number; mostMs: number } {
  const dateMs = Date.parse(response.headers.date ?? '')
  if (Number.isNaN(dateMs)) return { leastMs: 0, mostMs: 0 }
  return {
    leastMs: dateMs - times.answeredAtMs,
    mostMs: dateMs + DATE_PRECISION_MS - times.askedAtMs
  }
}

/** Times at which the resource was written. Of a deployment its start counts: one from before us may end after us. */
function listMoments(sent: RequestTrace, resource: JsonObject): readonly number[] {
  const properties = asObject(readField(resource, 'properties'))
  if (isKnownByStart(sent.url)) return [readStart(properties) ?? Number.NaN]
  const systemData = asObject(readField(resource, 'systemData'))
  return [readText(properties, 'timestamp'), readText(systemData, 'lastModifiedAt')].map((time) =>
    Date.parse(time ?? '')
  )
}

/** True when a value is held that differs from the one wanted by more than the spelling (`West Europe`, `westeurope`). */
function contradicts(held: JsonValue | undefined, wanted: JsonValue | undefined): boolean {
  const object = asObject(wanted)
  const heldObject = asObject(held)
  if (object !== undefined && heldObject !== undefined) {
    return Object.entries(object).some(([name, value]) =>
      contradicts(readField(heldObject, name), value)
    )
  }
  const isPlain = (value: JsonValue | undefined) =>
    ['string', 'number', 'boolean'].includes(typeof value)
  return isPlain(held) && isPlain(wanted) && normalizeValue(held) !== normalizeValue(wanted)
}

function normalizeValue(value: JsonValue | undefined): string {
  return String(value).toLowerCase().replace(/\s+/g, '')
}

/** Starter of a deployment, as far as the deployment itself tells. All of it is untrusted text. */
export interface Deployer {
  readonly correlationId?: string
  /** Milliseconds since the epoch. */
  readonly startedAtMs?: number
  readonly principal?: string
}

/** Starter of the deployment that an answer shows, and its start. */
export function readDeployer({ body }: HttpResponse): Deployer {
  const resource = readObject(body)
  const properties = asObject(readField(resource, 'properties'))
  const systemData = asObject(readField(resource, 'systemData'))
  return omitUndefined({
    correlationId: readText(properties, 'correlationId'),
    startedAtMs: readStart(properties),
    principal: readText(systemData, 'lastModifiedBy') ?? readText(systemData, 'createdBy')
  })
}

/** `timestamp` is the last change, so one that began before us can carry a later one: its duration is taken off. */
function readStart(properties: JsonObject | undefined): number | undefined {
  const { startedAtMs, changedAtMs } = readDeploymentTimes(properties)
  return startedAtMs ?? changedAtMs
}

function readText(object: JsonObject | undefined, name: string): string | undefined {
  const value = readField(object, name)
  return typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined
}
