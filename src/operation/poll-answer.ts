/**
 * What one poll's answer says about the operation, by how it is being followed. Pure.
 * A status URL answers 200 and its body holds the state: 4xx and 5xx there mean that the status could not be read,
 * never that the operation failed. A Location URL answers 202 until it answers as the request itself would have:
 * most 4xx there are the failure.
 */
import { readField, readObject, readProvisioningState, readStatus } from '../http/body.ts'
import type { Body, HttpResponse } from '../http/message.ts'
import { readErrorCode } from './error.ts'
import { readFailedResult } from './first-answer.ts'
import { isSamePath } from './polling-url.ts'
import type { Rules, RunningOperation } from './state.ts'
import { interpretProvisioningState, interpretStatus, type StateMeaning } from './status.ts'

/** Why an answer could not be read. */
export type Fault =
  | 'transient'
  | 'throttled'
  | 'unauthorized'
  | 'forbidden'
  | 'not-found'
  | 'not-allowed'
  | 'malformed'
  | 'refused'

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
export function readPollAnswer(
  operation: RunningOperation,
  response: HttpResponse,
  rules: Rules
): Reading {
  const ok = response.status >= 200 && response.status < 300
  switch (operation.via) {
    case 'status-url':
      return ok ? readStatusUrl(operation, response, rules) : unreadable(response)
    case 'location-url':
      return ok ? readLocationUrl(operation, response, rules) : readLocationError(response)
    case 'resource':
      return ok ? readResource(response, rules) : unreadable(response)
    case 'absence':
      return readAbsence(response, rules)
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

function unreadable({ status }: HttpResponse): Reading {
  return { kind: 'unreadable', fault: classifyFault(status) }
}

function state(meaning: StateMeaning, word: string): Reading {
  return { kind: 'state', meaning, word }
}

function readStatusUrl(
  operation: RunningOperation,
  { status: httpStatus, body }: HttpResponse,
  rules: Rules
): Reading {
  if (httpStatus === 204) {
    const { method } = operation.facts.request
    return method === 'PUT' || method === 'PATCH' ? { kind: 'ask-resource' } : SUCCEEDED
  }
  const status = readStatus(body)
  if (status.kind === 'word')
    return state(interpretStatus(status.word, rules.extraStates), status.word)
  if (httpStatus === 202) return RUNNING
  if (status.kind === 'malformed') return MALFORMED
  // Storage answers with the resource itself from its operation URL.
  const resource = readProvisioningState(body)
  return resource.kind === 'word'
    ? state(interpretProvisioningState(resource.word, rules.extraStates), resource.word)
    : MALFORMED
}

function readLocationUrl(
  operation: RunningOperation,
  response: HttpResponse,
  rules: Rules
): Reading {
  const { status: httpStatus, body } = response
  const resource = readProvisioningState(body)
  const meaning =
    resource.kind === 'word'
      ? interpretProvisioningState(resource.word, rules.extraStates)
      : undefined
  if (httpStatus === 202) return readAccepted(body, meaning, rules)
  if (body.kind === 'malformed') return MALFORMED
  if (resource.kind === 'word' && meaning !== undefined && meaning !== 'succeeded') {
    return state(meaning, resource.word)
  }
  const failed = readFailedResult(response, rules)
  if (failed !== undefined) return state(failed, failed === 'failed' ? 'Failed' : 'Canceled')
  if (meaning === 'succeeded' && resource.kind === 'word') return state(meaning, resource.word)
  return isStillRunning(operation, response, rules) ?? SUCCEEDED
}

/** A 202 runs on, unless its body says that it ended badly (https://github.com/Azure/go-autorest/issues/634). */
function readAccepted(body: Body, meaning: StateMeaning | undefined, rules: Rules): Reading {
  const status = readStatus(body)
  const word = status.kind === 'word' ? status.word : undefined
  const said = word === undefined ? undefined : interpretStatus(word, rules.extraStates)
  for (const candidate of [meaning, said]) {
    if (candidate === 'failed' || candidate === 'canceled')
      return { kind: 'state', meaning: candidate }
  }
  return word === undefined || said !== 'running' ? RUNNING : state('running', word)
}

function isStillRunning(
  operation: RunningOperation,
  { status: httpStatus, headers, body }: HttpResponse,
  rules: Rules
): Reading | undefined {
  const hasLocation = headers.location !== undefined
  // API Management answers 201 with a Location while it works.
  if (httpStatus === 201 && hasLocation) return RUNNING
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
  const status = readStatus(body)
  const isWorking =
    status.kind === 'word' && interpretStatus(status.word, rules.extraStates) === 'running'
  const hasProperties = readField(object, 'properties') !== undefined
  const asksAgain = hasLocation || headers['retry-after'] !== undefined
  if (httpStatus === 200 && isWorking && !hasProperties && asksAgain) {
    return state('running', status.word)
  }
  return undefined
}

/** Location answers as the request itself would have: its 4xx is the failure, but for those about reading it. */
function readLocationError(response: HttpResponse): Reading {
  const fault = classifyFault(response.status)
  const isVerdict = fault === 'refused' && response.status >= 400 && response.status !== 410
  return isVerdict ? { kind: 'state', meaning: 'failed' } : { kind: 'unreadable', fault }
}

/** The resource itself: no provisioning state means that it has succeeded, by the contract. */
export function readResource({ status: httpStatus, body }: HttpResponse, rules: Rules): Reading {
  if (httpStatus === 204) return SUCCEEDED
  if (body.kind === 'malformed') return MALFORMED
  const resource = readProvisioningState(body)
  if (resource.kind === 'malformed') return MALFORMED
  if (resource.kind === 'word') {
    return state(interpretProvisioningState(resource.word, rules.extraStates), resource.word)
  }
  return httpStatus === 202 ? RUNNING : SUCCEEDED
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
export function readAbsence(response: HttpResponse, rules: Rules): Reading {
  if (response.status >= 200 && response.status < 300) {
    const resource = readProvisioningState(response.body)
    if (resource.kind !== 'word') return RUNNING
    const meaning = interpretProvisioningState(resource.word, rules.extraStates)
    return state(meaning === 'succeeded' ? 'running' : meaning, resource.word)
  }
  if (response.status !== 404) return unreadable(response)
  const isAddressError = ADDRESS_ERROR_CODES.has(readErrorCode(response)?.toLowerCase() ?? '')
  const isGateway = response.body.kind === 'malformed' || isAddressError
  return isGateway ? { kind: 'unreadable', fault: 'transient' } : { kind: 'absent' }
}
