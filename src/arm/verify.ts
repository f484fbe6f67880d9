/**
 * Whether a look at a resource shows our own request, after its answer was lost. Pure.
 */
import { asObject, readField, readObject, readProvisioningState } from '../operation/body.ts'
import { readIsoDuration } from '../operation/iso-duration.ts'
import type { ArmResponse, JsonObject, JsonValue } from '../operation/message.ts'
import { readAbsence } from '../operation/poll-answer.ts'
import type { Rules } from '../operation/state.ts'
import { interpretProvisioningState } from '../operation/status.ts'
import { isDeploymentPath } from './resource-id.ts'

/** A request whose answer was lost. */
export interface SentRequest {
  readonly url: string
  readonly body?: string
  /** When the first try that may have taken effect was sent, by our clock, in milliseconds since the epoch. */
  readonly sentAtMs: number
  readonly correlationId: string
  /** Every try was answered: that one of them took effect all the same needs more than a start at about its time. */
  readonly wasAnswered?: boolean
}

/** `Date` has whole seconds and an answer travels: a deployment of a parallel job may seem to start after ours. */
const START_MARGIN_MS = 2_000

/** What one look at the resource says. */
export type Look =
  /** Something is at work there: followed, because a second request could only disturb it. */
  | { readonly kind: 'at-work'; readonly response: ArmResponse }
  /** At rest, and provably as our request left it. */
  | { readonly kind: 'ours'; readonly response: ArmResponse }
  /** A deployment at work that is not proven to be ours: following it would tell another one's end as ours. */
  | { readonly kind: 'foreign'; readonly response: ArmResponse }
  /** At rest as something before us left it, or not there at all. */
  | { readonly kind: 'not-ours' }
  | { readonly kind: 'unreadable' }

/** @param nowMs when the answer came, by our clock */
export function judgeLook(
  sent: SentRequest,
  response: ArmResponse,
  rules: Rules,
  nowMs: number
): Look {
  if (response.status === 404) {
    const isAbsent = readAbsence(response, rules).kind === 'absent'
    return { kind: isAbsent ? 'not-ours' : 'unreadable' }
  }
  const resource = readObject(response.body)
  if (response.status < 200 || response.status >= 300 || resource === undefined) {
    return { kind: 'unreadable' }
  }
  const state = readProvisioningState(response.body)
  if (state.kind === 'malformed') return { kind: 'unreadable' }
  const isAtWork =
    state.kind === 'word' && interpretProvisioningState(state.word, rules.extraStates) === 'running'
  const isProven = isOurs(sent, resource, response, nowMs)
  if (isAtWork) {
    return { kind: isProven || !isDeployment(sent.url) ? 'at-work' : 'foreign', response }
  }
  return isProven ? { kind: 'ours', response } : { kind: 'not-ours' }
}

/** Who deploys, as far as the deployment itself tells. All of it is untrusted text. */
export interface Deployer {
  readonly correlationId?: string
  /** Milliseconds since the epoch. */
  readonly startedAtMs?: number
  readonly principal?: string
}

/** Who has started the deployment that an answer shows, and when. */
export function readDeployer({ body }: ArmResponse): Deployer {
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

function isOurs(
  sent: SentRequest,
  resource: JsonObject,
  response: ArmResponse,
  nowMs: number
): boolean {
  const properties = asObject(readField(resource, 'properties'))
  const correlationId = readText(properties, 'correlationId')
  if (correlationId !== undefined && equalIds(correlationId, sent.correlationId)) return true
  const sentAtMs = sent.sentAtMs + clockSkewMs(response, nowMs)
  // A deployment with the same template is a new deployment: only its start and its ids tell.
  if (isDeployment(sent.url)) {
    const earliestMs = sentAtMs + (sent.wasAnswered === true ? START_MARGIN_MS : 0)
    return (readStart(properties) ?? Number.NEGATIVE_INFINITY) >= earliestMs
  }
  const systemData = asObject(readField(resource, 'systemData'))
  const changedAt = [readText(properties, 'timestamp'), readText(systemData, 'lastModifiedAt')]
  if (changedAt.some((time) => time !== undefined && Date.parse(time) >= sentAtMs)) return true
  return holdsRequestBody(sent.body, resource)
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

function equalIds(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase()
}

/** How far the service's clock is ahead of ours, by the answer's own `Date`. */
function clockSkewMs({ headers }: ArmResponse, nowMs: number): number {
  const serviceMs = Date.parse(headers.date ?? '')
  return Number.isNaN(serviceMs) ? 0 : serviceMs - nowMs
}

function isDeployment(url: string): boolean {
  return isDeploymentPath(new URL(url).pathname)
}

function holdsRequestBody(body: string | undefined, resource: JsonObject): boolean {
  if (body === undefined) return false
  const wanted: JsonValue = JSON.parse(body)
  return asObject(wanted) !== undefined && hasValue(wanted) && holds(resource, wanted)
}

/** A body of empty objects would be found anywhere. */
function hasValue(wanted: JsonValue): boolean {
  return typeof wanted === 'object' && wanted !== null
    ? Object.values(wanted).some((value) => hasValue(value))
    : true
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
