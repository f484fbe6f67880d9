/**
 * Reading of one poll's answer, by how the operation is being followed. Pure.
 * A status URL answers 200 and its body holds the state: 4xx and 5xx there mean that the status could not be read,
 * never that the operation failed. A Location URL answers 202 until it answers as the request itself would have:
 * most 4xx there are the failure.
 */
import { isObject, readField, readObject, readTextField } from '../http/body.ts'
import type { HttpResponse } from '../http/message.ts'
import { omitUndefined } from '../values.ts'
import type { Answer } from './answer.ts'
import {
  isErrorOnly,
  isResourceOf,
  readBadStatus,
  readFailedStatus,
  warnOfError
} from './body-verdict.ts'
import { hasReason, readErrorCode } from './error.ts'
import { classifyFault, type Fault } from './fault.ts'
import { isSamePath, isSelfReference, readLastSegment } from './polling-url.ts'
import type { Facts, Rules, RunningOperation } from './state.ts'
import {
  interpretProvisioningState,
  interpretStatus,
  isRunningWord,
  type StateMeaning,
  toShownWord
} from './status.ts'

/** Meaning of the answer to one poll. */
export type Reading =
  | {
      readonly kind: 'state'
      readonly meaning: StateMeaning
      readonly word?: string
      readonly warning?: string
      /** `running`, of a resource that is done by its own word: it has a bounded time to say so in the contract's. */
      readonly needsSettling?: boolean
      /** The resource says in its `status` that it is at work. */
      readonly isAtWork?: boolean
    }
  /** A 204 on the status URL of a PUT or PATCH: over, but only the resource knows how. */
  | { readonly kind: 'ask-resource' }
  /** A DELETE whose own URL, polled, answered as the DELETE itself would have: one look at the resource proves it. */
  | { readonly kind: 'look-once' }
  /** The resource of a DELETE is not there. */
  | { readonly kind: 'absent' }
  | { readonly kind: 'unreadable'; readonly fault: Fault }

const RUNNING: Reading = { kind: 'state', meaning: 'running' }
const SUCCEEDED: Reading = { kind: 'state', meaning: 'succeeded' }
const FAILED: Reading = { kind: 'state', meaning: 'failed' }
const MALFORMED: Reading = { kind: 'unreadable', fault: 'malformed' }

/** Reads the answer to the GET that `operation` named. */
export function readPollAnswer(operation: RunningOperation, answer: Answer, rules: Rules): Reading {
  const { isSuccess } = answer
  switch (operation.via) {
    case 'status-url':
      return isSuccess ? readStatusUrl(operation, answer, rules) : readStatusError(answer, rules)
    case 'location-url':
      return isSuccess
        ? readLocationUrl(operation, answer, rules)
        : readLocationError(operation, answer, rules)
    case 'resource':
      return isSuccess ? readPolledResource(operation.facts, answer, rules) : unreadable(answer)
    case 'absence':
      return readAbsence(answer, rules)
    default:
      return operation.via satisfies never
  }
}

function unreadable({ response }: Answer): Reading {
  return { kind: 'unreadable', fault: classifyFault(response) }
}

function state(meaning: StateMeaning, word: string) {
  return { kind: 'state', meaning, word } as const
}

function readStatusUrl(operation: RunningOperation, answer: Answer, rules: Rules): Reading {
  const { status, operationStatus, provisioningState: resource } = answer
  const { request } = operation.facts
  if (status === 204) {
    const changes = request.method === 'PUT' || request.method === 'PATCH'
    return changes ? { kind: 'ask-resource' } : SUCCEEDED
  }
  if (operationStatus.kind === 'word')
    return state(interpretStatus(operationStatus.word, rules.extraStates), operationStatus.word)
  if (status === 202) return RUNNING
  if (operationStatus.kind === 'malformed') return MALFORMED
  const isResource = isResourceOf(request, answer)
  if (isResource && request.method === 'DELETE') return readAbsence(answer, rules)
  // Storage answers with the resource itself from its operation URL.
  if (resource.kind === 'word')
    return state(interpretStatus(resource.word, rules.extraStates), resource.word)
  return isResource && resource.kind === 'absent' ? succeedWith(warnOfError(answer)) : MALFORMED
}

/** Statuses that are about the request for the status, whatever their body says. */
const ABOUT_THE_REQUEST: ReadonlySet<number> = new Set([401, 403, 407, 408, 429])

/**
 * A status URL that answers outside 2xx leaves the status unread, unless its body says how the operation ended
 * (`TestPollFailed` of https://github.com/Azure/azure-sdk-for-go/tree/main/sdk/azcore/internal/pollers).
 */
function readStatusError(answer: Answer, rules: Rules): Reading {
  const end = ABOUT_THE_REQUEST.has(answer.status) ? undefined : readBadStatus(answer, rules)
  return end ?? unreadable(answer)
}

function readLocationUrl(operation: RunningOperation, answer: Answer, rules: Rules): Reading {
  const { status, body, provisioningState } = answer
  const word = provisioningState.kind === 'word' ? provisioningState.word : undefined
  const meaning = word === undefined ? undefined : interpretStatus(word, rules.extraStates)
  if (status === 202) return readAccepted(answer, meaning, rules)
  if (body.kind === 'malformed') return MALFORMED
  if (word !== undefined && meaning !== undefined && meaning !== 'succeeded') {
    return state(meaning, word)
  }
  if (isErrorOnly(answer)) return FAILED
  return (
    readOperationResource(operation, answer, rules) ??
    readFailedBody(answer, rules) ??
    readOwnDelete(operation, answer) ??
    (word === undefined ? readStillRunning(answer, rules) : undefined) ??
    succeedWith(warnOfStatus(answer, rules) ?? warnOfError(answer), word)
  )
}

function succeedWith(warning: string | undefined, word?: string): Reading {
  return omitUndefined({ kind: 'state', meaning: 'succeeded', word, warning })
}

/**
 * The operation itself, answered by a Location in place of its result
 * (https://github.com/pulumi/pulumi-azure-native/pull/4835); undefined for every other body. A word that is neither
 * terminal nor one of work ends it, unless the answer asks to come again: Cost Details ends with `NoDataFound`.
 */
function readOperationResource(
  operation: RunningOperation,
  answer: Answer,
  rules: Rules
): Reading | undefined {
  const { operationStatus } = answer
  if (operationStatus.kind !== 'word' || !isOperationResource(operation, answer)) return undefined
  const { word } = operationStatus
  const meaning = interpretStatus(word, rules.extraStates)
  if (meaning !== 'running' || isRunningWord(word) || asksAgain(answer)) return state(meaning, word)
  const shown = toShownWord(word)
  const warning = `The operation ended in the state ${shown}, which counts as success; if it is a failure, name it in failure-states`
  return { kind: 'state', meaning: 'succeeded', word, warning }
}

/** True when a body is an operation itself, by its shape, and neither a result nor the resource of the request. */
export function isOperationResource({ url, facts }: RunningOperation, answer: Answer): boolean {
  const { body, provisioningState } = answer
  const { request } = facts
  const object = readObject(body)
  const has = (name: string) => (readField(object, name) ?? null) !== null
  const properties = readField(object, 'properties') ?? {}
  const isBare = isObject(properties) && Object.keys(properties).length === 0
  if (provisioningState.kind !== 'absent' || isResourceOf(request, answer)) return false
  if (isSamePath(url, request.url)) return false
  if (has('startTime') || has('percentComplete')) return true
  const ownName = readLastSegment(new URL(url).pathname)
  const names = [readTextField(object, 'name'), readTextField(object, 'id')].map(readLastSegment)
  return isBare && (has('endTime') || names.includes(ownName))
}

/** Bad end in `status`, believed when the body says why, or is nothing that has an `id`. */
function readFailedBody(answer: Answer, rules: Rules): Reading | undefined {
  const { body } = answer
  const isBelieved = readTextField(readObject(body), 'id') === '' || hasReason(body)
  return isBelieved ? readBadStatus(answer, rules) : undefined
}

/** Warning about a result whose `status` is a bad end that nothing else in it confirms. */
function warnOfStatus(answer: Answer, rules: Rules): string | undefined {
  const end = readBadStatus(answer, rules)
  return end === undefined
    ? undefined
    : `The result has the status ${toShownWord(end.word)} and names no error, so it counts as success; fail-if can judge it`
}

/**
 * A DELETE that is polled on its own path: the resource, while it is there, or what the DELETE is answered with
 * (https://github.com/Azure/azure-resource-manager-rpc/issues/52). Undefined for every other operation.
 */
function readOwnDelete({ url, facts }: RunningOperation, answer: Answer): Reading | undefined {
  const { request } = facts
  if (request.method !== 'DELETE' || !isSamePath(url, request.url)) return undefined
  if (isResourceOf(request, answer) || isCreating(answer)) return RUNNING
  // With a query of its own it is a monitor, whose word stands.
  return isSelfReference(url, request.url) ? { kind: 'look-once' } : undefined
}

/** A 202 runs on, unless its body says that it ended badly (https://github.com/Azure/go-autorest/issues/634). */
function readAccepted(
  { operationStatus }: Answer,
  meaning: StateMeaning | undefined,
  rules: Rules
): Reading {
  const word = operationStatus.kind === 'word' ? operationStatus.word : undefined
  const said = word === undefined ? undefined : interpretStatus(word, rules.extraStates)
  for (const candidate of [meaning, said]) {
    if (candidate === 'failed' || candidate === 'canceled')
      return { kind: 'state', meaning: candidate }
  }
  return word === undefined || said !== 'running' ? RUNNING : state('running', word)
}

/** A 200 or 201 of a Location that does not mean the end yet; undefined for every other. */
function readStillRunning(answer: Answer, rules: Rules): Reading | undefined {
  if (isCreating(answer)) return RUNNING
  const { status, operationStatus, body } = answer
  const isWorking =
    operationStatus.kind === 'word' &&
    interpretStatus(operationStatus.word, rules.extraStates) === 'running'
  const hasProperties = readField(readObject(body), 'properties') !== undefined
  return status === 200 && isWorking && !hasProperties && asksAgain(answer)
    ? state('running', operationStatus.word)
    : undefined
}

/** API Management answers 201 with a Location while it works. */
function isCreating({ status, hasLocationHeader }: Answer): boolean {
  return status === 201 && hasLocationHeader
}

function asksAgain({ hasLocationHeader, hasRetryAfterHeader }: Answer): boolean {
  return hasLocationHeader || hasRetryAfterHeader
}

/** Location answers as the request itself would have: its 4xx is the failure, but for those about reading it. */
function readLocationError(
  { url, facts: { request } }: RunningOperation,
  answer: Answer,
  rules: Rules
): Reading {
  const { status } = answer
  // The DELETE of a resource that is its own Location: 404 is what is waited for.
  const isOwn = request.method === 'DELETE' && isSelfReference(url, request.url)
  if (isOwn && status === 404) return readAbsence(answer, rules)
  const fault = classifyFault(answer.response)
  const isVerdict = fault === 'refused' && status >= 400 && status !== 410
  if (!isVerdict) return { kind: 'unreadable', fault }
  return readBadStatus(answer, rules)?.meaning === 'canceled'
    ? { kind: 'state', meaning: 'canceled' }
    : FAILED
}

/** The resource, polled: in addition to its provisioning state, what its `status` says where it has none. */
export function readPolledResource(
  { sawProgress }: Pick<Facts, 'sawProgress'>,
  answer: Answer,
  rules: Rules
): Reading {
  const { status, body, operationStatus, provisioningState: resource } = answer
  const reading = readResource(answer, rules)
  if (reading.kind !== 'state' || status === 204) return reading
  if (resource.kind === 'word') {
    // `Completed` ends an operation; of a resource it is a hint (`TestIsTerminalState` of Go's SDK).
    const isDone = interpretStatus(resource.word, rules.extraStates) === 'succeeded'
    return reading.meaning === 'running' && isDone ? { ...reading, needsSettling: true } : reading
  }
  if (reading.meaning === 'failed' || reading.meaning === 'canceled') return reading
  if (status !== 202 && isErrorOnly(answer)) return FAILED
  if (operationStatus.kind === 'word') {
    const { word } = operationStatus
    const meaning = interpretStatus(word, rules.extraStates)
    if (sawProgress && meaning !== 'running') return state(meaning, word)
    // A resource may rest in such a word for good, but not one that shows an error, too.
    const isOpen =
      readField(readObject(body), 'id') === undefined || warnOfError(answer) !== undefined
    if (isOpen && isRunningWord(word)) return { ...state('running', word), isAtWork: true }
  }
  return reading.meaning === 'succeeded' ? succeedWith(warnOfError(answer)) : reading
}

/**
 * The resource itself: no provisioning state means that it has succeeded, by the contract, unless its `status` says
 * that it failed and an error beside it says why.
 */
export function readResource(answer: Answer, rules: Rules): Reading {
  const { status, body, provisioningState } = answer
  if (status === 204) return SUCCEEDED
  if (body.kind === 'malformed' || provisioningState.kind === 'malformed') return MALFORMED
  if (provisioningState.kind === 'word') {
    const { word } = provisioningState
    return state(interpretProvisioningState(word, rules.extraStates), word)
  }
  return readFailedStatus(answer, rules) ?? (status === 202 ? RUNNING : SUCCEEDED)
}

/** Codes of a 404 that speak of the address, not of the resource. */
const ADDRESS_ERROR_CODES = new Set([
  'invalidresourcetype',
  'invalidresourcenamespace',
  'noregisteredproviderfound',
  'subscriptionnotfound',
  'missingapiversionparameter'
])

/** The resource of a DELETE: 404 is what we hope for, if it is ARM that says so. */
export function readAbsence(answer: Answer, rules: Rules): Reading {
  const { status, isSuccess, provisioningState: resource } = answer
  if (isSuccess) {
    if (resource.kind !== 'word') return RUNNING
    const meaning = interpretProvisioningState(resource.word, rules.extraStates)
    return state(meaning === 'succeeded' ? 'running' : meaning, resource.word)
  }
  if (status !== 404) return unreadable(answer)
  return isAbsent(answer.response) ? { kind: 'absent' } : { kind: 'unreadable', fault: 'transient' }
}

/** True for the 404 of a resource that is not there, and not for one of a gateway or about the address. */
export function isAbsent(response: HttpResponse): boolean {
  if (response.status !== 404 || response.body.kind === 'malformed') return false
  return !ADDRESS_ERROR_CODES.has(readErrorCode(response)?.toLowerCase() ?? '')
}
