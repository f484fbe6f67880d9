/**
 * Reading of one poll's answer, by how the operation is being followed. Pure.
 * A status URL answers 200 and its body holds the state: 4xx and 5xx there mean that the status could not be read,
 * never that the operation failed. A Location URL answers 202 until it answers as the request itself would have:
 * most 4xx there are the failure.
 */
import { readField, readObject } from '../http/body.ts'
import type { HttpResponse } from '../http/message.ts'
import type { Answer } from './answer.ts'
import { readErrorCode } from './error.ts'
import { readFailedResult } from './first-answer.ts'
import { isSamePath } from './polling-url.ts'
import type { Rules, RunningOperation } from './state.ts'
import { interpretProvisioningState, interpretStatus, type StateMeaning } from './status.ts'

/** Reason why an answer could not be read. */
export type Fault =
  | 'transient'
  | 'throttled'
  | 'unauthorized'
  | 'forbidden'
  | 'not-found'
  | 'not-allowed'
  | 'malformed'
  | 'refused'

/** Meaning of the answer to one poll. */
export type Reading =
  | { readonly kind: 'state'; readonly meaning: StateMeaning; readonly word?: string }
  /** A 204 on the status URL of a PUT or PATCH: over, but only the resource knows how. */
  | { readonly kind: 'ask-resource' }
  /** The resource of a DELETE is not there. */
  | { readonly kind: 'absent' }
  | { readonly kind: 'unreadable'; readonly fault: Fault }

const RUNNING: Reading = { kind: 'state', meaning: 'running' }
const SUCCEEDED: Reading = { kind: 'state', meaning: 'succeeded' }
const MALFORMED: Reading = { kind: 'unreadable', fault: 'malformed' }

/** Reads the answer to the GET that `operation` named. */
export function readPollAnswer(operation: RunningOperation, answer: Answer, rules: Rules): Reading {
  const { isSuccess } = answer
  switch (operation.via) {
    case 'status-url':
      return isSuccess ? readStatusUrl(operation, answer, rules) : unreadable(answer)
    case 'location-url':
      return isSuccess ? readLocationUrl(operation, answer, rules) : readLocationError(answer)
    case 'resource':
      return isSuccess ? readResource(answer, rules) : unreadable(answer)
    case 'absence':
      return readAbsence(answer, rules)
    default:
      return operation.via satisfies never
  }
}

/** The fault of an answer outside 2xx. */
export function classifyFault(status: number): Fault {
  switch (status) {
    case 401:
      return 'unauthorized'
    case 403:
      return 'forbidden'
    case 404:
      return 'not-found'
    case 405:
      return 'not-allowed'
    case 408:
      return 'transient'
    case 429:
      return 'throttled'
    default:
      return status >= 500 ? 'transient' : 'refused'
  }
}

function unreadable({ status }: Answer): Reading {
  return { kind: 'unreadable', fault: classifyFault(status) }
}

function state(meaning: StateMeaning, word: string): Reading {
  return { kind: 'state', meaning, word }
}

function readStatusUrl(
  operation: RunningOperation,
  { status, operationStatus, provisioningState }: Answer,
  rules: Rules
): Reading {
  if (status === 204) {
    const { method } = operation.facts.request
    return method === 'PUT' || method === 'PATCH' ? { kind: 'ask-resource' } : SUCCEEDED
  }
  if (operationStatus.kind === 'word')
    return state(interpretStatus(operationStatus.word, rules.extraStates), operationStatus.word)
  if (status === 202) return RUNNING
  if (operationStatus.kind === 'malformed') return MALFORMED
  // Storage answers with the resource itself from its operation URL.
  return provisioningState.kind === 'word' ? readState(provisioningState.word, rules) : MALFORMED
}

function readState(word: string, rules: Rules): Reading {
  return state(interpretProvisioningState(word, rules.extraStates), word)
}

function readLocationUrl(operation: RunningOperation, answer: Answer, rules: Rules): Reading {
  const { status, body, provisioningState: resource } = answer
  const meaning =
    resource.kind === 'word'
      ? interpretProvisioningState(resource.word, rules.extraStates)
      : undefined
  if (status === 202) return readAccepted(answer, meaning, rules)
  if (body.kind === 'malformed') return MALFORMED
  if (resource.kind === 'word' && meaning !== undefined && meaning !== 'succeeded') {
    return state(meaning, resource.word)
  }
  const failed = readFailedResult(answer, rules)
  if (failed !== undefined) return state(failed, failed === 'failed' ? 'Failed' : 'Canceled')
  if (meaning === 'succeeded' && resource.kind === 'word') return state(meaning, resource.word)
  return readStillRunning(operation, answer, rules) ?? SUCCEEDED
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
function readStillRunning(
  operation: RunningOperation,
  { status, operationStatus, hasLocationHeader, hasRetryAfterHeader, body }: Answer,
  rules: Rules
): Reading | undefined {
  // API Management answers 201 with a Location while it works.
  if (status === 201 && hasLocationHeader) return RUNNING
  const object = readObject(body)
  const { request } = operation.facts
  if (request.method === 'DELETE' && isSamePath(operation.url, request.url)) {
    const id = readField(object, 'id')
    if (
      typeof id === 'string' &&
      new URL(request.url).pathname.toLowerCase() === id.toLowerCase()
    ) {
      return RUNNING
    }
  }
  const isWorking =
    operationStatus.kind === 'word' &&
    interpretStatus(operationStatus.word, rules.extraStates) === 'running'
  const hasProperties = readField(object, 'properties') !== undefined
  const asksAgain = hasLocationHeader || hasRetryAfterHeader
  if (status === 200 && isWorking && !hasProperties && asksAgain) {
    return state('running', operationStatus.word)
  }
  return undefined
}

/** Location answers as the request itself would have: its 4xx is the failure, but for those about reading it. */
function readLocationError({ status }: Answer): Reading {
  const fault = classifyFault(status)
  const isVerdict = fault === 'refused' && status >= 400 && status !== 410
  return isVerdict ? { kind: 'state', meaning: 'failed' } : { kind: 'unreadable', fault }
}

/** The resource itself: no provisioning state means that it has succeeded, by the contract. */
export function readResource({ status, body, provisioningState }: Answer, rules: Rules): Reading {
  if (status === 204) return SUCCEEDED
  if (body.kind === 'malformed' || provisioningState.kind === 'malformed') return MALFORMED
  if (provisioningState.kind === 'word') return readState(provisioningState.word, rules)
  return status === 202 ? RUNNING : SUCCEEDED
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
