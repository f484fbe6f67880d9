/**
 * Failures that the body of a 2xx tells outside a state of its own: an error in place of a result, and a status beside
 * its error. Pure. A result may hold an error of something else (Log Analytics' `PartialError`), so each has its limits.
 */
import { asObject, readField, readObject } from '../http/body.ts'
import type { ArmRequest, JsonObject } from '../http/message.ts'
import type { Answer } from './answer.ts'
import { isPathOf } from './polling-url.ts'
import type { Rules } from './state.ts'
import { interpretStatus } from './status.ts'

const MAX_TOLD_ERROR_CHARS = 200
/** Members that only help to find an error again. */
const TRACE_MEMBERS: ReadonlySet<string> = new Set([
  'correlationid',
  'requestid',
  'trackingid',
  'timestamp',
  'innererror'
])

/**
 * True for a body that is an error and nothing else: no resource and no result, whatever the HTTP status
 * (https://github.com/Azure/azure-rest-api-specs/issues/22035).
 */
export function isErrorOnly({ body }: Answer): boolean {
  const object = readObject(body)
  return readErrorName(object) !== undefined && Object.keys(object ?? {}).every(isPartOfError)
}

function isPartOfError(key: string): boolean {
  const name = key.toLowerCase()
  return name === 'error' || TRACE_MEMBERS.has(name) || name.startsWith('@odata.')
}

/** Code, else message, of the object's `error`; undefined where that names none (`{code: "None"}` is real). */
function readErrorName(object: JsonObject | undefined): string | undefined {
  const error = asObject(readField(object, 'error'))
  const [code = '', message = ''] = ['code', 'message'].map((name) => {
    const value = readField(error, name)
    return typeof value === 'string' || typeof value === 'number' ? String(value).trim() : ''
  })
  return code.toLowerCase() === 'none' ? undefined : code || message || undefined
}

/** Warning about an error that stands beside the result of a success; undefined without one. */
export function warnOfError({ body }: Answer): string | undefined {
  const name = readErrorName(readObject(body))
  return name === undefined
    ? undefined
    : `The answer carries an error beside its result: ${name.slice(0, MAX_TOLD_ERROR_CHARS)}`
}

/** Bad end in the `status` of a body, with its word. */
export interface BadStatus {
  readonly kind: 'state'
  readonly meaning: 'failed' | 'canceled'
  readonly word: string
}

/** The bad end that `status` names; undefined for every other word. */
export function readBadStatus({ operationStatus }: Answer, rules: Rules): BadStatus | undefined {
  if (operationStatus.kind !== 'word') return undefined
  const { word } = operationStatus
  const meaning = interpretStatus(word, rules.extraStates)
  return meaning === 'failed' || meaning === 'canceled'
    ? { kind: 'state', meaning, word }
    : undefined
}

/**
 * Bad end in `status` beside an `error` that is not null, of an operation (WhatIfOperationResult answers 200 so) or of
 * a resource without a provisioning state. Beside a provisioning state only an error object counts.
 */
export function readFailedStatus(answer: Answer, rules: Rules): BadStatus | undefined {
  const error = readField(readObject(answer.body), 'error') ?? null
  const hasState = answer.provisioningState.kind === 'word'
  const isBelieved = hasState ? asObject(error) !== undefined : error !== null
  return isBelieved ? readBadStatus(answer, rules) : undefined
}

/** True when the body is the resource of the request: its `id` is the request's path. */
export function isResourceOf({ url }: ArmRequest, { body }: Answer): boolean {
  const id = readField(readObject(body), 'id')
  return typeof id === 'string' && isPathOf(id, url)
}

/**
 * True for an object that has an `id` or `properties`: where much depends on the resource it has to show something,
 * though elsewhere an empty one is at rest by the contract.
 */
export function showsResource({ body }: Answer): boolean {
  const object = readObject(body)
  return (
    readField(object, 'id') !== undefined || asObject(readField(object, 'properties')) !== undefined
  )
}
