/**
 * The inputs about a run that ends before its operation: on a timeout, or when the workflow is canceled.
 */
import { InputError } from '../errors.ts'
import { readApiVersion } from '../operation/polling-url.ts'
import { joinLines } from '../request/url.ts'
import type { EarlyEnd, EarlyEndRules } from '../run/spec.ts'
import { omitUndefined } from '../values.ts'
import type { Connection } from './connection.ts'
import { type ReadInput, readChoice } from './reader.ts'
import { readRequestUrl } from './request-url.ts'

/** Rules for an early end, and what is worth telling about them, in one sentence each. */
export interface EarlyEndReading {
  readonly earlyEnd: EarlyEndRules
  readonly warnings: readonly string[]
}

export const EARLY_ENDS = ['leave', 'cancel'] as const satisfies readonly EarlyEnd[]

/**
 * Reads what becomes of the operation in Azure.
 * @param requestUrl of the operation's own request; undefined where the author does not say it, but a handle
 */
export function readEarlyEndRules(
  read: ReadInput,
  requestUrl: string | undefined,
  connection: Connection
): EarlyEndReading {
  const cancelUrl = readCancelUrl(read, requestUrl, connection)
  const onTimeout = readChoice(read, 'on-timeout', EARLY_ENDS, 'leave')
  const onCancel = readChoice(read, 'on-cancel', EARLY_ENDS, 'leave')
  if (requestUrl === undefined && cancelUrl === undefined) {
    // A handle may be forged, so it alone makes nobody cancel anything.
    if (onTimeout === 'cancel') refuseUnnamed('on-timeout')
    if (onCancel === 'cancel') refuseUnnamed('on-cancel')
  }
  const earlyEnd = Object.freeze(omitUndefined({ onTimeout, onCancel, cancelUrl }))
  return { earlyEnd, warnings: findUnusedCancelUrl(earlyEnd) }
}

function refuseUnnamed(input: 'on-timeout' | 'on-cancel'): never {
  throw new InputError(input, {
    problem: 'is cancel together with resume, and a handle alone is not enough to cancel by',
    allowed: 'cancel beside url, which the handle must be about, or beside cancel-url; or leave'
  })
}

/** By the rules of `url`; without an api-version of its own it takes that of the request, where the author says it. */
function readCancelUrl(
  read: ReadInput,
  requestUrl: string | undefined,
  connection: Connection
): string | undefined {
  const text = joinLines(read('cancel-url'))
  if (text === '') return undefined
  const hasOwn = readApiVersion(text) !== undefined
  const apiVersion = hasOwn ? '' : (readApiVersion(requestUrl ?? '') ?? read('api-version'))
  if (!hasOwn && apiVersion === '') {
    throw new InputError('cancel-url', {
      readUrl: text,
      problem: 'holds no api-version, and that of the handle in resume is not enough to cancel by',
      allowed: '?api-version= in it, or api-version beside it'
    })
  }
  try {
    return readRequestUrl(text, apiVersion, connection)
  } catch (error) {
    if (!(error instanceof InputError) || error.input !== 'url') throw error
    throw new InputError('cancel-url', error.details)
  }
}

/** Warning of a `cancel-url` that has no effect. */
function findUnusedCancelUrl(rules: EarlyEndRules): readonly string[] {
  const { cancelUrl, onTimeout, onCancel } = rules
  return cancelUrl !== undefined && onTimeout !== 'cancel' && onCancel !== 'cancel'
    ? ['Input cancel-url is not used: neither on-timeout nor on-cancel is cancel.']
    : []
}
