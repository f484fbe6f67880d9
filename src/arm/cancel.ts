/**
 * The cancel request of an operation. ARM has no general one: each provider has a call of its own or none.
 * Chooses the call and sends it; following the operation to its end is not its business.
 */
import { SignInError } from '../errors.ts'
import { asObject, readField, readObject } from '../http/body.ts'
import { NoAnswerError, NoTurnError } from '../http/http.ts'
import type { ArmRequest, HttpResponse } from '../http/message.ts'
import { readErrorCode } from '../operation/error.ts'
import { readApiVersion } from '../operation/polling-url.ts'
import { isRedirect } from '../operation/redirect.ts'
import type { ArmClient } from './client.ts'
import { findKnownOperation } from './known-operations.ts'

/** Call that cancels an operation, or the reason why there is none. */
export type CancelPlan =
  | {
      readonly kind: 'post'
      readonly url: string
    }
  /** There is no call for it; `why` is a sentence of ours. */
  | { readonly kind: 'none'; readonly why: string }

/** Result of the cancel request. */
export type CancelAnswer =
  /** Azure accepted it. The operation may still end otherwise. */
  | { readonly kind: 'accepted'; readonly response: HttpResponse }
  | { readonly kind: 'refused'; readonly reason: string }
  | { readonly kind: 'unanswered'; readonly reason: string }
  /** Its turn among the requests of the step never came: Azure was not asked. */
  | { readonly kind: 'not-sent' }

/**
 * The call that cancels what a request started.
 * @param answer the first one to the request, or its result
 * @param cancelUrl absolute URL of the workflow author's own, which wins
 */
export function planCancel(
  request: ArmRequest,
  answer: HttpResponse | undefined,
  cancelUrl: string | undefined
): CancelPlan {
  if (cancelUrl !== undefined) return { kind: 'post', url: cancelUrl }
  const { origin, pathname } = new URL(request.url)
  const known = findKnownOperation(pathname, request.method)
  const cancel = known?.operation.cancel
  if (known === undefined || cancel === undefined) {
    return {
      kind: 'none',
      why: 'no cancel request is known for this kind of operation; the input cancel-url can name one'
    }
  }
  const target = cancel(known.resource, answer)
  if (target === undefined) {
    return {
      kind: 'none',
      why: 'Azure did not say exactly what it started, so it cannot be canceled'
    }
  }
  const apiVersion = readApiVersion(request.url)
  const query = apiVersion === undefined ? '' : `?api-version=${apiVersion}`
  return { kind: 'post', url: `${origin}${target}${query}` }
}

/** Dependencies of the sender of a cancel request. */
export interface CancelDependencies {
  readonly client: Pick<ArmClient, 'post'>
  readonly now: () => number
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>
}

const ATTEMPT_TIMEOUT_MS = 15_000
const RETRY_DELAY_MS = 500

/**
 * Sends a cancel request, again while no usable answer comes: canceling twice is canceling once. Never rejects for want
 * of an answer.
 * @param deadlineMs when the last try is cut, in milliseconds since the epoch
 */
export async function sendCancel(
  url: string,
  { client, now, sleep }: CancelDependencies,
  deadlineMs: number,
  signal: AbortSignal
): Promise<CancelAnswer> {
  let reason = 'there was no time left to send it'
  let wasAsked = false
  while (now() < deadlineMs && !signal.aborted) {
    const timeoutMs = Math.min(ATTEMPT_TIMEOUT_MS, deadlineMs - now())
    try {
      const options = { timeoutMs, maxWaitMs: deadlineMs - now(), signal, fresh: true }
      const response = await client.post(url, options)
      const { status } = response
      if (status >= 200 && status < 300) return { kind: 'accepted', response }
      reason = describeRefusal(response)
      if (status !== 408 && status !== 429 && status < 500) return { kind: 'refused', reason }
    } catch (error) {
      if (!(error instanceof NoAnswerError) && !(error instanceof SignInError)) throw error
      const isUnasked = error instanceof NoTurnError
      if (isUnasked && !wasAsked) return { kind: 'not-sent' }
      if (!isUnasked) reason = error.message
      if (error instanceof SignInError && error.isFinal) break
    }
    wasAsked = true
    await sleep(RETRY_DELAY_MS, signal)
  }
  return { kind: 'unanswered', reason }
}

function describeRefusal(response: HttpResponse): string {
  if (isRedirect(response.status)) return `HTTP ${response.status} (a redirect)`
  const code = readErrorCode(response)
  const error = asObject(readField(readObject(response.body), 'error'))
  const message = readField(error, 'message')
  const detail = [code, typeof message === 'string' ? message : undefined].filter(
    (part) => part !== undefined
  )
  return `HTTP ${response.status}${detail.length === 0 ? '' : ` ${detail.join(': ')}`}`
}
