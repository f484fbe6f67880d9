/**
 * Repetition of the first request, by its method and its answer, or the absence of one. Pure.
 * Repeating is allowed only where the request cannot have taken effect or where repeating is harmless: a deployment
 * PUT that was blindly resent met itself (https://github.com/Azure/bicep-deploy/issues/328).
 */

import type { HttpResponse, Method } from '../http/message.ts'
import { MAX_RETRY_AFTER_MS, readRetryAfter } from '../http/retry-after.ts'
import { hasErrorCode } from '../operation/error.ts'
import { isAccepted } from '../operation/first-answer.ts'
import type { Rules } from '../operation/state.ts'

/** Result of one try of the first request. */
export type FirstAnswer =
  | Answered
  | { readonly kind: 'unanswered'; readonly message: string; readonly sent: boolean }

/** Answer to one try, complete. */
export interface Answered {
  readonly kind: 'response'
  readonly response: HttpResponse
}

/** Decision to send the request again. */
export interface Retry {
  readonly kind: 'retry'
  readonly delayMs: number
  /** The request may have taken effect already. */
  readonly ambiguous: boolean
  /** Refusal that is repeated only because the workflow author asked for it. */
  readonly optedIn?: Answered
}

/** Decision on one try of the first request. */
export type FirstDecision =
  /** The answer stands, a refusal too. */
  | { readonly kind: 'accept'; readonly answer: Answered }
  | Retry
  /** It may have taken effect: look at the resource before anything is sent again. */
  | { readonly kind: 'verify' }
  /** Nothing was sent, and it cannot be. */
  | { readonly kind: 'not-sent' }
  /** It may have taken effect, and nothing safe can find out. */
  | { readonly kind: 'lost' }

const MAX_RETRIES = 3
const FIRST_DELAY_MS = 1_000
const MAX_DELAY_MS = 30_000
/** No retry comes sooner than it may, and at most this share of its delay, and this long, later. */
const JITTER_SHARE = 1 / 4
const MAX_JITTER_MS = 1_000

/** Times that the request was sent again already, by reason. */
export interface SentAgain {
  readonly throttled: number
  readonly failed: number
  readonly optedIn?: number
}

/** Refusals that the workflow author wants repeated until the deadline. */
export interface RetryOn {
  readonly statuses: readonly number[]
  /** Error codes, of any level of the error; compared without regard to case. */
  readonly codes: readonly string[]
}

const NOTHING: RetryOn = { statuses: [], codes: [] }

/** Facts that a decision on one try is made on. */
export interface RetryFacts {
  readonly method: Method
  readonly sentAgain: SentAgain
  /** Milliseconds since the epoch, for a Retry-After that is a date. */
  readonly nowMs: number
  readonly retryOn?: RetryOn
  /** Statuses and error codes that the workflow author calls an acceptance. */
  readonly acceptStatus?: Rules['acceptStatus']
}

/** Decision on one try of the first request. */
export function decideOnFirstAnswer(
  answer: FirstAnswer,
  { method, sentAgain, nowMs, retryOn = NOTHING, acceptStatus = [] }: RetryFacts
): FirstDecision {
  const retries = sentAgain.failed
  if (answer.kind === 'unanswered') {
    return answer.sent
      ? decideAmbiguous(method, retries, undefined)
      : retries < MAX_RETRIES
        ? retry(backoff(retries), { ambiguous: false })
        : { kind: 'not-sent' }
  }
  const { response } = answer
  if (isAccepted(response, { acceptStatus })) return { kind: 'accept', answer }
  const retryAfterMs = readRetryAfter(response, nowMs)
  // "Your request isn't processed": safe for every method, for as long as there is time.
  if (response.status === 429) {
    return retry(delay(sentAgain.throttled, retryAfterMs), { ambiguous: false })
  }
  const isOptedIn = isWanted(response, retryOn)
  const isRefused = response.status >= 400 && !isAmbiguousStatus(response.status)
  const isHarmless = method === 'GET' || method === 'HEAD' || method === 'DELETE'
  // A status that does not say whether the request took effect is no refusal, even where the author asks to repeat it.
  if (isOptedIn && (isRefused || isHarmless)) {
    const ambiguous = !isRefused && method === 'DELETE'
    return retry(delay(sentAgain.optedIn ?? 0, retryAfterMs), { ambiguous, optedIn: answer })
  }
  if (!isAmbiguousStatus(response.status)) return { kind: 'accept', answer }
  const isRefusal = response.status === 503 && retryAfterMs !== undefined
  if (isRefusal && method === 'PUT') {
    return retries < MAX_RETRIES
      ? retry(delay(retries, retryAfterMs), { ambiguous: false })
      : { kind: 'accept', answer }
  }
  return decideAmbiguous(method, retries, retryAfterMs)
}

function decideAmbiguous(
  method: Method,
  retries: number,
  retryAfterMs: number | undefined
): FirstDecision {
  switch (method) {
    case 'GET':
    case 'HEAD':
    case 'DELETE':
      return retries < MAX_RETRIES
        ? retry(delay(retries, retryAfterMs), { ambiguous: method === 'DELETE' })
        : { kind: 'lost' }
    case 'PUT':
      return { kind: 'verify' }
    case 'PATCH':
    case 'POST':
      return { kind: 'lost' }
    default:
      return method satisfies never
  }
}

/** A status after which it is unknown whether the request took effect. */
export function isAmbiguousStatus(status: number): boolean {
  return status === 408 || status >= 500
}

/** True for a refusal that the author asks to be repeated. */
export function isWanted(response: HttpResponse, { statuses, codes }: RetryOn): boolean {
  if (response.status < 400) return false
  return statuses.includes(response.status) || codes.some((code) => hasErrorCode(response, code))
}

function retry(delayMs: number, facts: Pick<Retry, 'ambiguous' | 'optedIn'>): Retry {
  return { kind: 'retry', delayMs, ...facts }
}

function delay(retries: number, retryAfterMs: number | undefined): number {
  return retryAfterMs === undefined
    ? backoff(retries)
    : Math.min(MAX_RETRY_AFTER_MS, Math.max(FIRST_DELAY_MS, retryAfterMs))
}

function backoff(retries: number): number {
  return Math.min(MAX_DELAY_MS, FIRST_DELAY_MS * 2 ** retries)
}

/**
 * The delay, a little longer for some than for others, so that the jobs of a matrix that were turned away together do
 * not come back together. The ID is random already, so it is all the chance that is needed.
 * @param id what tells this run from others, such as its correlation ID
 */
export function spreadDelay(delayMs: number, id: string, attempt: number): number {
  let hash = 2_166_136_261
  for (const character of `${id}/${attempt}`) {
    hash = Math.imul(hash ^ character.charCodeAt(0), 16_777_619) >>> 0
  }
  const longestMs = Math.min(MAX_JITTER_MS, delayMs * JITTER_SHARE)
  return Math.round(delayMs + (longestMs * hash) / 2 ** 32)
}
