/**
 * The inputs about a run that ends before its operation: on a timeout, or when the workflow is canceled.
 */
import { InputError } from '../errors.ts'
import { readApiVersion } from '../operation/polling-url.ts'
import { buildRequestUrl } from '../request/url.ts'
import type { EarlyEnd, EarlyEndRules } from '../run/spec.ts'
import { omitUndefined } from '../values.ts'
import type { Connection } from './connection.ts'
import { type ReadInput, readChoice } from './reader.ts'

const EARLY_ENDS = ['leave', 'cancel'] as const satisfies readonly EarlyEnd[]

/**
 * Reads what becomes of the operation in Azure.
 * @param requestUrl of the operation's own request
 */
export function readEarlyEnd(
  read: ReadInput,
  requestUrl: string,
  connection: Connection
): EarlyEndRules {
  const cancelUrl = readCancelUrl(read, requestUrl, connection)
  const onTimeout = readChoice(read, 'on-timeout', EARLY_ENDS, 'leave')
  const onCancel = readChoice(read, 'on-cancel', EARLY_ENDS, 'leave')
  return Object.freeze(omitUndefined({ onTimeout, onCancel, cancelUrl }))
}

/** By the rules of `url`; without an api-version of its own it takes that of the request. */
function readCancelUrl(
  read: ReadInput,
  requestUrl: string,
  { cloud, ids }: Connection
): string | undefined {
  const text = read('cancel-url')
  if (text === '') return undefined
  try {
    return buildRequestUrl({
      url: text,
      apiVersion: readApiVersion(text) === undefined ? (readApiVersion(requestUrl) ?? '') : '',
      subscriptionId: ids.subscriptionId ?? '',
      endpoint: cloud.resourceManagerEndpoint,
      trust: cloud.trust
    })
  } catch (error) {
    if (!(error instanceof InputError) || error.input !== 'url') throw error
    throw new InputError('cancel-url', error.details)
  }
}

/** Warning of a `cancel-url` that has no effect. */
export function findUnusedCancelUrl(rules: EarlyEndRules): readonly string[] {
  const { cancelUrl, onTimeout, onCancel } = rules
  return cancelUrl !== undefined && onTimeout !== 'cancel' && onCancel !== 'cancel'
    ? ['Input cancel-url is not used: neither on-timeout nor on-cancel is cancel.']
    : []
}
