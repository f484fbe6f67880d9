/**
 * The one place where untrusted text becomes ours: every text of an event or an outcome that somebody may read has the
 * secrets that are registered by then hidden here, before anything is cut, folded or escaped. Pure: what is a secret,
 * the caller says. A field that is added to either is an error of types until it is decided here.
 * What a later step needs stays whole: the body of the answer, the outputs of a template, the handle.
 */
import { isList, isObject } from '../http/body.ts'
import type { ArmRequest, HttpResponse, JsonObject, JsonValue } from '../http/message.ts'
import type { OperationError } from '../operation/error.ts'
import type { Operation } from '../operation/state.ts'
import type { ActingIdentity, RunEvent, SignInEvent } from '../run/events.ts'
import type { Outcome, OutcomeAddition, OutcomePart, ResumePoint } from '../run/outcome.ts'
import { omitUndefined } from '../values.ts'
import { composeParts } from './compose-parts.ts'

/** What is a secret: as much of a registry as the report needs. */
export interface Hiding {
  /** The text with every secret replaced: as it stands, and as JSON, a URL and base64 have it. */
  readonly hide: (text: string) => string
  /** The handle, written so that the runner finds no secret in its text, in any form in which it looks for one. */
  readonly keepHandle: (handle: string) => string
}

/** The event, without a secret in any text of it that the log tells. */
export function hideEvent<E extends RunEvent | SignInEvent>(event: E, hiding: Hiding): E
export function hideEvent(event: RunEvent | SignInEvent, hiding: Hiding): RunEvent | SignInEvent {
  const { hide } = hiding
  switch (event.kind) {
    case 'requested':
    case 'resumed':
      return { ...event, ...hideRequest(event, hide) }
    case 'retrying':
    case 'sign-in-retrying':
      return { ...event, reason: hide(event.reason) }
    case 'answered':
      return { ...event, response: hideHeaders(event.response, hide) }
    case 'moved':
      return { ...event, operation: hideState(event.operation, hide) }
    case 'resumable':
      return { ...event, point: hidePoint(event.point, hiding) }
    case 'condition-read':
      return { ...event, seen: hide(event.seen) }
    case 'progressed':
    case 'warned':
      return { ...event, text: hide(event.text) }
    case 'signed-in': {
      const { credential, why, identity } = event
      return {
        ...event,
        credential: hide(credential),
        why: hide(why),
        identity: hideIdentity(identity, hide)
      }
    }
    case 'id-token-refused': {
      const { issuer, subject, audience, clientId } = event.claims
      const [iss, sub, aud] = [issuer, subject, audience].map((claim) => claim && hide(claim))
      const claims = { issuer: iss, subject: sub, audience: aud, clientId: hide(clientId) }
      return { ...event, claims }
    }
    case 'sending':
    case 'adopted':
    case 'polled':
    case 'not-resumable':
    case 'nothing-to-follow':
    case 'waiting':
    case 'condition-awaited':
    case 'cancel-accepted':
    case 'noted':
      return event
    default:
      return event satisfies never
  }
}

function hideIdentity(
  { application, object, tenant, host }: ActingIdentity,
  hide: Hide
): ActingIdentity {
  const hideText = (text: string | undefined) => (text === undefined ? undefined : hide(text))
  return {
    application: hideText(application),
    object: hideText(object),
    tenant: hideText(tenant),
    host: hideText(host)
  }
}

function hideRequest(event: Extract<RunEvent, { readonly request: ArmRequest }>, hide: Hide) {
  const { request, correlationId } = event
  const portalUrl = 'portalUrl' in event ? event.portalUrl : undefined
  return omitUndefined({
    request: { ...request, url: hide(request.url) },
    correlationId: hide(correlationId),
    portalUrl: portalUrl === undefined ? undefined : hide(portalUrl)
  })
}

/**
 * The outcome, without a secret in any text of it but those that a later step needs whole. Never throws: a part whose
 * secrets cannot be hidden is left out, and a warning.
 */
export function hideOutcome(outcome: Outcome, hiding: Hiding): Outcome {
  const { hide, keepHandle } = hiding
  const hideText = (text: string | undefined) => (text === undefined ? undefined : hide(text))
  const { outcome: told, ...parts } = composeParts(outcome, (compose) => {
    const { error, response, accepted, parts, addition, operation } = outcome
    return {
      error:
        compose('The errors', () => error && hideError(error, hide)) ??
        compose('The error', () => error && hideRoot(error, hide)),
      response: compose('The answer', () => response && hideHeaders(response, hide)),
      accepted: compose('The first answer', () => accepted && hideHeaders(accepted, hide)),
      parts: compose('The timeline', () => parts?.map((part) => hidePart(part, hide))),
      addition: compose('The additions', () => addition && hideAddition(addition, hide)),
      operation: compose('The resume step', () => operation && hidePoint(operation, hiding))
    }
  })
  const { ending, decidedBy, isResultMissing, isRetried, request, ...others } = outcome
  const { isCanceling, startedAt, endedAt, deployedAtMs, pollCount, arePartsPartial } = others
  return omitUndefined({
    ...{ ending, decidedBy, isResultMissing, isRetried, isCanceling },
    ...{ startedAt, endedAt, deployedAtMs, pollCount, arePartsPartial },
    ...parts,
    request: { ...request, url: hide(request.url) },
    decision: hideText(outcome.decision),
    reason: hideText(outcome.reason),
    lastStatus: hideText(outcome.lastStatus),
    pollingPath: hideText(outcome.pollingPath),
    changes: outcome.changes.map((change) => ({ ...change, status: hide(change.status) })),
    warnings: told.warnings.map(hide),
    correlationId: hideText(outcome.correlationId),
    requestId: hideText(outcome.requestId),
    failureRequestId: hideText(outcome.failureRequestId),
    identity: hideText(outcome.identity),
    resourceId: hideText(outcome.resourceId),
    portalUrl: hideText(outcome.portalUrl),
    knownEnd: outcome.knownEnd && keepHandle(outcome.knownEnd)
  } satisfies { readonly [Field in keyof Required<Outcome>]: Outcome[Field] | undefined })
}

function hidePart(part: OutcomePart, hide: Hide): OutcomePart {
  return { ...part, name: hide(part.name), id: hide(part.id), type: hide(part.type) }
}

type Hide = Hiding['hide']

function hideHeaders(response: HttpResponse, hide: Hide): HttpResponse {
  const headers = Object.entries(response.headers).map(([name, value]) => [name, hide(value)])
  return { ...response, headers: Object.fromEntries(headers) }
}

/** The texts of an operation that the log tells. */
function hideState(operation: Operation, hide: Hide): Operation {
  const { lastStatus, lastFault } = operation.facts
  const hidden = omitUndefined({
    lastStatus: lastStatus === undefined ? undefined : hide(lastStatus),
    lastFault: lastFault && { ...lastFault, message: hide(lastFault.message) }
  })
  return { ...operation, facts: { ...operation.facts, ...hidden } }
}

function hideRoot({ code, message }: OperationError, hide: Hide): OperationError {
  return { code: hide(code), message: hide(message), details: [], additionalInfo: [] }
}

/** The reader of errors has bounded how deep a tree goes. */
function hideError(error: OperationError, hide: Hide): OperationError {
  const { target, details, additionalInfo } = error
  return omitUndefined({
    ...hideRoot(error, hide),
    target: target === undefined ? undefined : hide(target),
    details: details.map((detail) => hideError(detail, hide)),
    additionalInfo: additionalInfo.map(({ type, info }) => ({
      type: hide(type),
      info: hideObject(info, hide)
    }))
  })
}

function hideObject(object: JsonObject, hide: Hide): JsonObject {
  const entries = Object.entries(object)
  return Object.fromEntries(entries.map(([name, value]) => [hide(name), hideValue(value, hide)]))
}

function hideValue(value: JsonValue, hide: Hide): JsonValue {
  if (typeof value === 'string') return hide(value)
  if (isList(value)) return value.map((item) => hideValue(item, hide))
  return isObject(value) ? hideObject(value, hide) : value
}

function hideAddition(
  { log, summary, excerpt, finding, place, outputs }: OutcomeAddition,
  hide: Hide
): OutcomeAddition {
  return omitUndefined({
    outputs,
    log: log && { ...log, lines: log.lines.map(hide) },
    summary: summary.map(hide),
    // As a whole: a secret may stand on several of its lines.
    excerpt: excerpt && { title: hide(excerpt.title), text: hide(excerpt.text) },
    finding: finding === undefined ? undefined : hide(finding),
    place: place && { ...place, file: hide(place.file) }
  })
}

/** The step to copy holds the handle as well. */
function hidePoint({ handle, step }: ResumePoint, { keepHandle }: Hiding): ResumePoint {
  const kept = keepHandle(handle)
  return { handle: kept, step: step.replace(handle, kept) }
}
