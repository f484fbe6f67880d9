/**
 * Reading of the first answer to a request: it starts nothing, something already over, or an operation to follow.
 * Pure. The rows are the contract's, in the order in which the first match wins
 * (https://github.com/Azure/azure-resource-manager-rpc/blob/master/v1.0/async-api-reference.md).
 */
import { readField, readObject } from '../http/body.ts'
import type { ArmRequest, HttpResponse } from '../http/message.ts'
import { isFromIntermediary } from '../http/sender.ts'
import { omitUndefined } from '../values.ts'
import type { Answer } from './answer.ts'
import { isErrorOnly, readFailedStatus, warnOfError } from './body-verdict.ts'
import { isWholeError } from './error.ts'
import {
  findStatusUrl,
  isSelfReference,
  type PollingHeaders,
  type StatusHeader
} from './polling-url.ts'
import type { Facts, PollingVia, Rules } from './state.ts'
import { interpretProvisioningState, isRunningWord, type StateMeaning } from './status.ts'

/** Meaning of a first answer, before anything is polled. */
export type FirstVerdict =
  | {
      readonly kind: 'over'
      readonly meaning: 'succeeded' | 'failed' | 'canceled'
      readonly warning?: string
    }
  | {
      readonly kind: 'follow'
      readonly via: PollingVia
      readonly url: string
      readonly header?: StatusHeader
      /** The first answer stands if this monitor turns out not to exist. */
      readonly isProvisional?: boolean
      /** Poll without waiting first. */
      readonly atOnce?: boolean
      /** The first answer says in its `status` that the resource is at work. */
      readonly isAtWork?: boolean
    }
  /** Says "done", with a polling header that we may not follow: the resource is asked. */
  | { readonly kind: 'confirm' }
  | { readonly kind: 'unknown'; readonly reason: string }

const SUCCEEDED_AT_ONCE: FirstVerdict = { kind: 'over', meaning: 'succeeded' }

/** Reads a first answer with a 2xx status. */
export function readFirstAnswer(request: ArmRequest, answer: Answer, rules: Rules): FirstVerdict {
  const { status, polling } = answer
  if (request.method === 'GET' || request.method === 'HEAD') {
    return status === 202 ? followRead(request, polling) : readResult(answer, rules)
  }
  if (status === 204) return SUCCEEDED_AT_ONCE
  const changes = request.method === 'PUT' || request.method === 'PATCH'
  const meaning = meaningOf(answer, rules)
  const isDone = changes && status !== 202 && meaning === 'succeeded'
  const monitor = followStatusUrl(polling, isDone)
  if (monitor !== undefined) return monitor
  if (status === 202) return followAccepted(request, answer, rules)
  return changes
    ? readChange(request, answer, meaning, rules)
    : readAction(request, answer, meaning, rules)
}

/** An answer that nothing is to be polled after: its body is the result, or tells the failure. */
function readResult(answer: Answer, rules: Rules): FirstVerdict {
  return (
    readFailure(answer, rules) ??
    omitUndefined({ ...SUCCEEDED_AT_ONCE, warning: warnOfError(answer) })
  )
}

function readFailure(answer: Answer, rules: Rules): FirstVerdict | undefined {
  const meaning =
    readFailedStatus(answer, rules)?.meaning ?? (isErrorOnly(answer) ? 'failed' : undefined)
  return meaning === undefined ? undefined : { kind: 'over', meaning }
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
  const isStateless = answer.provisioningState.kind !== 'word'
  const meaning = isStateless ? readFailedStatus(answer, rules)?.meaning : undefined
  if (meaning !== undefined) return { kind: 'over', meaning }
  switch (request.method) {
    case 'PUT':
    case 'PATCH':
      return followResource(request, answer)
    case 'DELETE':
      return { kind: 'follow', via: 'absence', url: request.url }
    default:
      // The contract makes Location mandatory on a 202; other clients report success here.
      return isAccepted(answer.response, rules)
        ? SUCCEEDED_AT_ONCE
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
  const isNamed = acceptStatus.some((wanted) =>
    typeof wanted === 'number' ? wanted === response.status : isWholeError(response, wanted)
  )
  // The 404 of a proxy does not say that anything is gone.
  return isNamed && !isFromIntermediary(response)
}

/** PUT or PATCH answered by 200 or 201, without a status URL that may be followed. */
function readChange(
  request: ArmRequest,
  answer: Answer,
  meaning: StateMeaning | undefined,
  rules: Rules
): FirstVerdict {
  const hasHiddenMonitor = hasUnusableStatusUrl(answer.polling)
  if (hasHiddenMonitor && meaning === 'succeeded') return { kind: 'confirm' }
  const isOver = meaning !== undefined && meaning !== 'running'
  if (isOver && !hasHiddenMonitor) {
    const warning = meaning === 'succeeded' ? warnOfError(answer) : undefined
    return omitUndefined({ kind: 'over', meaning, warning })
  }
  const monitor = followLocation(request, answer, meaning, rules)
  if (monitor !== undefined) return monitor
  const failure = meaning === undefined ? readFailure(answer, rules) : undefined
  if (failure !== undefined) return failure
  const isUnclear = meaning === 'running' || hasHiddenMonitor || isUnreadableResource(answer)
  return isUnclear || answer.status === 201
    ? { ...followResource(request, answer), isProvisional: !isUnclear && !saysWork(answer) }
    : readResult(answer, rules)
}

function saysWork({ operationStatus }: Answer): boolean {
  return operationStatus.kind === 'word' && isRunningWord(operationStatus.word)
}

/** Follows the resource. Where it names its state in `status`, a word of work is progress as a provisioning state is. */
function followResource(
  request: ArmRequest,
  answer: Answer
): Extract<FirstVerdict, { kind: 'follow' }> {
  const isAtWork = saysWork(answer) && readField(readObject(answer.body), 'id') === undefined
  return { kind: 'follow', via: 'resource', url: request.url, isAtWork }
}

/** POST or DELETE answered by 200 or 201, without a status URL that may be followed. */
function readAction(
  request: ArmRequest,
  answer: Answer,
  meaning: StateMeaning | undefined,
  rules: Rules
): FirstVerdict {
  const monitor = followLocation(request, answer, meaning, rules)
  if (monitor !== undefined) return monitor
  const failure = readFailure(answer, rules)
  if (failure === undefined && hasUnusableStatusUrl(answer.polling)) {
    return request.method === 'DELETE'
      ? { kind: 'follow', via: 'absence', url: request.url }
      : {
          kind: 'unknown',
          reason: 'Azure started an operation whose polling URL is not on the trusted endpoint'
        }
  }
  return failure ?? readResult(answer, rules)
}

function followLocation(
  request: ArmRequest,
  answer: Answer,
  meaning: StateMeaning | undefined,
  rules: Rules
): FirstVerdict | undefined {
  const { polling, body } = answer
  const { location } = polling
  if (location.kind !== 'usable' || isSelfReference(location.url, request.url)) return undefined
  // An answer that cannot be read, or says that it failed or is still at work, cannot stand for its own end.
  const isReadable = body.kind !== 'malformed' && readFailure(answer, rules) === undefined
  const isProvisional = meaning !== 'running' && isReadable
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
