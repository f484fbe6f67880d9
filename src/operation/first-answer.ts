/**
 * Reading of the first answer to a request: it starts nothing, something already over, or an operation to follow.
 * Pure. The rows are the contract's, in the order in which the first match wins
 * (https://github.com/Azure/azure-resource-manager-rpc/blob/master/v1.0/async-api-reference.md).
 */
import { asObject, readField, readObject } from '../http/body.ts'
import type { ArmRequest, HttpResponse } from '../http/message.ts'
import type { Answer } from './answer.ts'
import { isWholeError } from './error.ts'
import {
  findStatusUrl,
  isSelfReference,
  type PollingHeaders,
  type StatusHeader
} from './polling-url.ts'
import type { Facts, PollingVia, Rules } from './state.ts'
import { interpretProvisioningState, interpretStatus, type StateMeaning } from './status.ts'

/** Meaning of a first answer, before anything is polled. */
export type FirstVerdict =
  | { readonly kind: 'over'; readonly meaning: 'succeeded' | 'failed' | 'canceled' }
  | {
      readonly kind: 'follow'
      readonly via: PollingVia
      readonly url: string
      readonly header?: StatusHeader
      /** The first answer stands if this monitor turns out not to exist. */
      readonly isProvisional?: boolean
      /** Poll without waiting first. */
      readonly atOnce?: boolean
    }
  /** Says "done", with a polling header that we may not follow: the resource is asked. */
  | { readonly kind: 'confirm' }
  | { readonly kind: 'unknown'; readonly reason: string }

const SUCCEEDED_AT_ONCE: FirstVerdict = { kind: 'over', meaning: 'succeeded' }

/** Reads a first answer with a 2xx status. */
export function readFirstAnswer(request: ArmRequest, answer: Answer, rules: Rules): FirstVerdict {
  const { status, polling } = answer
  if (request.method === 'GET' || request.method === 'HEAD') {
    return status === 202 ? followRead(request, polling) : SUCCEEDED_AT_ONCE
  }
  if (status === 204) return SUCCEEDED_AT_ONCE
  const changes = request.method === 'PUT' || request.method === 'PATCH'
  const meaning = meaningOf(answer, rules)
  const isDone = changes && status !== 202 && meaning === 'succeeded'
  const monitor = followStatusUrl(polling, isDone)
  if (monitor !== undefined) return monitor
  if (status === 202) return followAccepted(request, answer, rules)
  return changes
    ? readChange(request, answer, meaning)
    : readAction(request, answer, meaning, rules)
}

/** App Service answers a GET of a deployment status with 202 (https://github.com/Azure/typespec-azure/issues/2933). */
function followRead(request: ArmRequest, headers: PollingHeaders): FirstVerdict {
  const { location } = headers
  return (
    followStatusUrl(headers, false) ?? {
      kind: 'follow',
      via: 'location-url',
      url: location.kind === 'usable' ? location.url : request.url
    }
  )
}

/**
 * A status URL is always asked, even when the body says Succeeded: API Management's updates answer so and fail
 * later (https://github.com/Azure/apiops-cli/pull/243).
 */
function followStatusUrl(
  headers: PollingHeaders,
  isProvisional: boolean
): FirstVerdict | undefined {
  const found = findStatusUrl(headers)
  return found === undefined
    ? undefined
    : { kind: 'follow', via: 'status-url', ...found, isProvisional, atOnce: isProvisional }
}

function followAccepted(request: ArmRequest, answer: Answer, rules: Rules): FirstVerdict {
  const { location } = answer.polling
  if (location.kind === 'usable') {
    return { kind: 'follow', via: 'location-url', url: location.url }
  }
  switch (request.method) {
    case 'PUT':
    case 'PATCH':
      return { kind: 'follow', via: 'resource', url: request.url }
    case 'DELETE':
      return { kind: 'follow', via: 'absence', url: request.url }
    default:
      // The contract makes Location mandatory on a 202; other clients report success here.
      return isAccepted(answer.response, rules)
        ? { kind: 'over', meaning: readFailedResult(answer, rules) ?? 'succeeded' }
        : { kind: 'unknown', reason: UNTRACKED }
  }
}

const UNTRACKED =
  'Azure accepted the request (202) without a usable polling URL, so it cannot be followed; ' +
  'wait-until (with wait-until-url) decides by what it changes, accept-status: 202 calls it a success, ' +
  'and wait: false ends the step at that'

/** True when nothing but an acceptance (202) was ever seen of an operation that is not being followed. */
export function isUntracked({ firstStatus, pollCount }: Facts): boolean {
  return firstStatus === 202 && pollCount === 0
}

/** True for a first answer that the author calls a success: by its status, or by a code that is its whole error. */
export function isAccepted(
  response: HttpResponse,
  { acceptStatus }: Pick<Rules, 'acceptStatus'>
): boolean {
  return acceptStatus.some((wanted) =>
    typeof wanted === 'number' ? wanted === response.status : isWholeError(response, wanted)
  )
}

/** PUT or PATCH answered by 200 or 201, without a status URL that may be followed. */
function readChange(
  request: ArmRequest,
  answer: Answer,
  meaning: StateMeaning | undefined
): FirstVerdict {
  const hasHiddenMonitor = hasUnusableStatusUrl(answer.polling)
  if (hasHiddenMonitor && meaning === 'succeeded') return { kind: 'confirm' }
  const isOver = meaning !== undefined && meaning !== 'running'
  if (isOver && !hasHiddenMonitor) return { kind: 'over', meaning }
  const monitor = followLocation(request, answer, meaning)
  if (monitor !== undefined) return monitor
  const isUnclear = meaning === 'running' || hasHiddenMonitor || isUnreadableResource(answer)
  if (!isUnclear && answer.status !== 201) return SUCCEEDED_AT_ONCE
  return { kind: 'follow', via: 'resource', url: request.url, isProvisional: !isUnclear }
}

/** POST or DELETE answered by 200 or 201, without a status URL that may be followed. */
function readAction(
  request: ArmRequest,
  answer: Answer,
  meaning: StateMeaning | undefined,
  rules: Rules
): FirstVerdict {
  const monitor = followLocation(request, answer, meaning)
  if (monitor !== undefined) return monitor
  if (hasUnusableStatusUrl(answer.polling)) {
    return request.method === 'DELETE'
      ? { kind: 'follow', via: 'absence', url: request.url }
      : {
          kind: 'unknown',
          reason: 'Azure started an operation whose polling URL is not on the trusted endpoint'
        }
  }
  return { kind: 'over', meaning: readFailedResult(answer, rules) ?? 'succeeded' }
}

function followLocation(
  request: ArmRequest,
  { polling: { location }, body }: Answer,
  meaning: StateMeaning | undefined
): FirstVerdict | undefined {
  if (location.kind !== 'usable' || isSelfReference(location.url, request.url)) return undefined
  // An answer that cannot be read, or says that it is still at work, cannot stand for its own end.
  const isProvisional = meaning !== 'running' && body.kind !== 'malformed'
  return { kind: 'follow', via: 'location-url', url: location.url, isProvisional }
}

/** A polling header that we may not follow still means that an operation runs. */
function hasUnusableStatusUrl({ asyncOperation, operationLocation }: PollingHeaders): boolean {
  return asyncOperation.kind === 'unusable' || operationLocation.kind === 'unusable'
}

function meaningOf({ provisioningState }: Answer, rules: Rules): StateMeaning | undefined {
  return provisioningState.kind === 'word'
    ? interpretProvisioningState(provisioningState.word, rules.extraStates)
    : undefined
}

function isUnreadableResource({ body, provisioningState }: Answer): boolean {
  return body.kind === 'malformed' || provisioningState.kind === 'malformed'
}

/**
 * Failure inside an answer that succeeded: `what-if` and its kin answer 200 with `status: Failed` and an `error` object
 * (WhatIfOperationResult of the Microsoft.Resources API).
 */
export function readFailedResult(
  { body, operationStatus }: Answer,
  rules: Rules
): 'failed' | 'canceled' | undefined {
  const hasError = asObject(readField(readObject(body), 'error')) !== undefined
  if (operationStatus.kind !== 'word' || !hasError) return undefined
  const meaning = interpretStatus(operationStatus.word, rules.extraStates)
  return meaning === 'failed' || meaning === 'canceled' ? meaning : undefined
}
