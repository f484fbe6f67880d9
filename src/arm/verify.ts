/**
 * Whether a look at a resource shows our own request, after its answer was lost. Pure.
 */
import { asObject, readField, readObject, readProvisioningState } from '../http/body.ts'
import type { HttpResponse, JsonObject, JsonValue } from '../http/message.ts'
import { readIsoDuration } from '../operation/iso-duration.ts'
import { readAbsence } from '../operation/poll-answer.ts'
import type { Rules } from '../operation/state.ts'
import { interpretProvisioningState } from '../operation/status.ts'
import { isKnownByStart } from './known-operations.ts'

/** A request whose answer was lost. */
export interface SentRequest {
  readonly url: string
  readonly body?: string
  /** When the first try that may have taken effect was sent, by our clock, in milliseconds since the epoch. */
  readonly sentAtMs: number
  readonly correlationId: string
}

/** When a look was sent and answered, by our clock, in milliseconds since the epoch. */
export interface LookTimes {
  readonly askedAtMs: number
  readonly answeredAtMs: number
}

/** What one look at the resource says. */
export type Look =
  /** Something is at work there: followed, because a second request could only disturb it. */
  | { readonly kind: 'at-work'; readonly response: HttpResponse; readonly isProven: boolean }
  /** At rest, and as our request left it. Proven by more than a time near ours, or not. */
  | { readonly kind: 'ours'; readonly response: HttpResponse; readonly isProven: boolean }
  /** A deployment at work that began before our request: following it would tell another one's end as ours. */
  | { readonly kind: 'foreign'; readonly response: HttpResponse }
  /** At rest as something before us left it. */
  | { readonly kind: 'not-ours' }
  /** Not there, or not to be seen yet. */
  | { readonly kind: 'absent' }
  /** Could not be read, or does not tell. */
  | { readonly kind: 'unreadable' }

/** What a look at the resource says about the request whose answer was lost. */
export function judgeLook(
  sent: SentRequest,
  response: HttpResponse,
  rules: Rules,
  times: LookTimes
): Look {
  if (response.status === 404) {
    const isAbsent = readAbsence(response, rules).kind === 'absent'
    return { kind: isAbsent ? 'absent' : 'unreadable' }
  }
  const resource = readObject(response.body)
  if (response.status < 200 || response.status >= 300 || resource === undefined) {
    return { kind: 'unreadable' }
  }
  const state = readProvisioningState(response.body)
  if (state.kind === 'malformed') return { kind: 'unreadable' }
  const meaning =
    state.kind === 'word' ? interpretProvisioningState(state.word, rules.extraStates) : 'succeeded'
  const age = readAge(sent, resource, response, times)
  const isNamed = isNamedOurs(sent, resource)
  const isProven =
    isNamed ||
    (isKnownByStart(sent.url) &&
      readAge(sent, resource, response, times, START_MARGIN_MS) === 'newer')
  if (meaning === 'running') {
    return isKnownByStart(sent.url) && age === 'older' && !isNamed
      ? { kind: 'foreign', response }
      : { kind: 'at-work', response, isProven }
  }
  if (age === 'newer' || isNamed) return { kind: 'ours', response, isProven }
  // As wanted and at rest is as good as ours. A failure with the same values may be that of an earlier run.
  const isAsWanted = !isKnownByStart(sent.url) && holdsRequestBody(sent.body, resource)
  if (isAsWanted && meaning === 'succeeded') return { kind: 'ours', response, isProven }
  // A deployment is told from an earlier one of its name by its time alone.
  const isUndecided = age === 'unclear' || (age === undefined && isKnownByStart(sent.url))
  return { kind: isUndecided ? 'unreadable' : 'not-ours' }
}

/**
 * True when what was found at work, and followed to its end, cannot have been our request: the resource was last
 * written before it was sent, or holds other values than it wanted.
 */
export function isSomebodyElses(
  sent: SentRequest,
  response: HttpResponse,
  times: LookTimes
): boolean {
  const resource = readObject(response.body)
  if (resource === undefined || isNamedOurs(sent, resource)) return false
  const age = readAge(sent, resource, response, times)
  if (age === 'older' || age === 'newer') return age === 'older'
  return !isKnownByStart(sent.url) && contradicts(resource, parseBody(sent.body))
}

function isNamedOurs(sent: SentRequest, resource: JsonObject): boolean {
  const correlationId = readField(asObject(readField(resource, 'properties')), 'correlationId')
  return (
    typeof correlationId === 'string' &&
    correlationId.toLowerCase() === sent.correlationId.toLowerCase()
  )
}

/**
 * Whether the resource was last written before or after our request was sent. The service's clock is known by the
 * `Date` of its answer alone, which is cut to the second and as old as the way back was long: what lies within that
 * doubt is `unclear`. Undefined when the resource names no time.
 */
function readAge(
  sent: SentRequest,
  resource: JsonObject,
  response: HttpResponse,
  times: LookTimes,
  marginMs = 0
): Age | undefined {
  const moments = listMoments(sent, resource).filter((time) => !Number.isNaN(time))
  return moments.length === 0
    ? undefined
    : compareTime(Math.max(...moments), sent, response, times, marginMs)
}

/** When the resource was written. Of a deployment its beginning counts: one from before us may well end after us. */
function listMoments(sent: SentRequest, resource: JsonObject): readonly number[] {
  const properties = asObject(readField(resource, 'properties'))
  if (isKnownByStart(sent.url)) return [readStart(properties) ?? Number.NaN]
  const systemData = asObject(readField(resource, 'systemData'))
  return [readText(properties, 'timestamp'), readText(systemData, 'lastModifiedAt')].map((time) =>
    Date.parse(time ?? '')
  )
}

type Age = 'newer' | 'older' | 'unclear'

function compareTime(
  timeMs: number,
  sent: SentRequest,
  { headers }: HttpResponse,
  { askedAtMs, answeredAtMs }: LookTimes,
  marginMs: number
): Age {
  const dateMs = Date.parse(headers.date ?? '')
  const isDated = !Number.isNaN(dateMs)
  const leastSkewMs = isDated ? dateMs - answeredAtMs : 0
  const mostSkewMs = isDated ? dateMs + DATE_PRECISION_MS - askedAtMs : 0
  if (timeMs >= sent.sentAtMs + mostSkewMs + marginMs) return 'newer'
  return timeMs < sent.sentAtMs + leastSkewMs ? 'older' : 'unclear'
}

/** A deployment that a parallel job starts within this time of ours is not proven to be ours. */
const START_MARGIN_MS = 2_000
/** HTTP dates name whole seconds. */
const DATE_PRECISION_MS = 1_000

function holdsRequestBody(body: string | undefined, resource: JsonObject): boolean {
  const wanted = parseBody(body)
  return wanted !== undefined && hasValue(wanted) && holds(resource, wanted)
}

/** A body of empty objects would be found anywhere. */
function hasValue(wanted: JsonValue): boolean {
  return typeof wanted === 'object' && wanted !== null
    ? Object.values(wanted).some((value) => hasValue(value))
    : true
}

function parseBody(body: string | undefined): JsonObject | undefined {
  const value: JsonValue = body === undefined ? null : JSON.parse(body)
  return asObject(value)
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
  return isPlain(held) && isPlain(wanted) && normalize(held) !== normalize(wanted)
}

function normalize(value: JsonValue | undefined): string {
  return String(value).toLowerCase().replace(/\s+/g, '')
}

/** True when every value of `wanted` is found in `held`. */
function holds(held: JsonValue | undefined, wanted: JsonValue): boolean {
  if (Array.isArray(wanted)) {
    return (
      Array.isArray(held) &&
      held.length === wanted.length &&
      wanted.every((value, index) => holds(held[index], value))
    )
  }
  if (typeof wanted !== 'object' || wanted === null) return held === wanted
  const object = asObject(held)
  return (
    object !== undefined &&
    Object.entries(wanted).every(([name, value]) => holds(readField(object, name), value))
  )
}

/** Who deploys, as far as the deployment itself tells. All of it is untrusted text. */
export interface Deployer {
  readonly correlationId?: string
  /** Milliseconds since the epoch. */
  readonly startedAtMs?: number
  readonly principal?: string
}

/** Who has started the deployment that an answer shows, and when. */
export function readDeployer({ body }: HttpResponse): Deployer {
  const resource = readObject(body)
  const properties = asObject(readField(resource, 'properties'))
  const systemData = asObject(readField(resource, 'systemData'))
  const correlationId = readText(properties, 'correlationId')
  const principal = readText(systemData, 'lastModifiedBy') ?? readText(systemData, 'createdBy')
  const startedAtMs = readStart(properties)
  return {
    ...(correlationId === undefined ? {} : { correlationId }),
    ...(startedAtMs === undefined ? {} : { startedAtMs }),
    ...(principal === undefined ? {} : { principal })
  }
}

/** `timestamp` is the last change, so one that began before us can carry a later one: its duration is taken off. */
function readStart(properties: JsonObject | undefined): number | undefined {
  const changedAtMs = Date.parse(readText(properties, 'timestamp') ?? '')
  if (Number.isNaN(changedAtMs)) return undefined
  return changedAtMs - (readIsoDuration(readText(properties, 'duration') ?? '') ?? 0)
}

function readText(object: JsonObject | undefined, name: string): string | undefined {
  const value = readField(object, name)
  return typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined
}
