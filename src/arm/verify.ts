/**
 * Whether a look at a resource shows our own request, after its answer was lost. Pure.
 */
import { asObject, readField, readObject, readProvisioningState } from '../operation/body.ts'
import type { ArmResponse, JsonObject, JsonValue } from '../operation/message.ts'
import { readAbsence } from '../operation/poll-answer.ts'
import type { Rules } from '../operation/state.ts'
import { interpretProvisioningState } from '../operation/status.ts'

/** A request whose answer was lost. */
export interface SentRequest {
  readonly url: string
  readonly body?: string
  /** When the first try that may have taken effect was sent, by our clock, in milliseconds since the epoch. */
  readonly sentAtMs: number
  readonly correlationId: string
}

/** What one look at the resource says. */
export type Look =
  /** Something is at work there: followed, because a second request could only disturb it. */
  | { readonly kind: 'at-work'; readonly response: ArmResponse }
  /** At rest, and provably as our request left it. */
  | { readonly kind: 'ours'; readonly response: ArmResponse }
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
  if (isAtWork) return { kind: 'at-work', response }
  return isOurs(sent, resource, response, nowMs) ? { kind: 'ours', response } : { kind: 'not-ours' }
}

function isOurs(
  sent: SentRequest,
  resource: JsonObject,
  response: ArmResponse,
  nowMs: number
): boolean {
  const properties = asObject(readField(resource, 'properties'))
  const correlationId = readField(properties, 'correlationId')
  if (typeof correlationId === 'string' && equalIds(correlationId, sent.correlationId)) return true
  const systemData = asObject(readField(resource, 'systemData'))
  const changedAt = [readField(properties, 'timestamp'), readField(systemData, 'lastModifiedAt')]
  const sentAtMs = sent.sentAtMs + clockSkewMs(response, nowMs)
  if (changedAt.some((time) => typeof time === 'string' && Date.parse(time) >= sentAtMs))
    return true
  return !isDeployment(sent.url) && holdsRequestBody(sent.body, resource)
}

function equalIds(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase()
}

/** How far the service's clock is ahead of ours, by the answer's own `Date`. */
function clockSkewMs({ headers }: ArmResponse, nowMs: number): number {
  const serviceMs = Date.parse(headers.date ?? '')
  return Number.isNaN(serviceMs) ? 0 : serviceMs - nowMs
}

/** A deployment with the same template is a new deployment: only its time and ids tell. */
function isDeployment(url: string): boolean {
  return /\/providers\/microsoft\.resources\/deployments\/[^/?]+(\?|$)/i.test(url)
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
