/**
 * What to do about the first request's answer, or its absence. Pure.
 * Repeating is allowed only where the request cannot have taken effect or where repeating is harmless: a deployment
 * PUT that was blindly resent met itself (https://github.com/Azure/bicep-deploy/issues/328).
 */
import type { ArmResponse, Method } from '../operation/message.ts'
import { readRetryAfter } from '../operation/retry-after.ts'

export type FirstAnswer =
  | { readonly kind: 'response'; readonly response: ArmResponse }
  | { readonly kind: 'no-answer'; readonly message: string; readonly sent: boolean }

export type FirstDecision =
  /** The answer stands, whatever it says. */
  | { readonly kind: 'accept' }
  | {
      readonly kind: 'retry'
      readonly delayMs: number
      /** The request may have taken effect already. */
      readonly ambiguous: boolean
    }
  /** It may have taken effect: look at the resource before anything is sent again. */
  | { readonly kind: 'verify' }
  /** Nothing was sent, and it cannot be. */
  | { readonly kind: 'not-sent' }
  /** It may have taken effect, and nothing safe can find out. */
  | { readonly kind: 'lost' }

const MAX_RETRIES = 3
const FIRST_DELAY_MS = 1_000
const MAX_DELAY_MS = 30_000
const MAX_RETRY_AFTER_MS = 600_000

/** How often the request was sent again already, by reason. */
export interface SentAgain {
  readonly throttled: number
  readonly failed: number
}

/**
 * @param nowMs milliseconds since the epoch, for a Retry-After that is a date
 */
export function decideOnFirstAnswer(
  method: Method,
  answer: FirstAnswer,
  sentAgain: SentAgain,
  nowMs: number
): FirstDecision {
  const retries = sentAgain.failed
  if (answer.kind === 'no-answer') {
    return answer.sent
      ? decideAmbiguous(method, retries, undefined)
      : retries < MAX_RETRIES
        ? { kind: 'retry', delayMs: backoff(retries), ambiguous: false }
        : { kind: 'not-sent' }
  }
  const { response } = answer
  const retryAfterMs = readRetryAfter(response, nowMs)
  // "Your request isn't processed": safe for every method, for as long as there is time.
  if (response.status === 429) {
    return { kind: 'retry', delayMs: delay(sentAgain.throttled, retryAfterMs), ambiguous: false }
  }
  if (response.status !== 408 && response.status < 500) return { kind: 'accept' }
  const isRefusal = response.status === 503 && retryAfterMs !== undefined
  if (isRefusal && method === 'PUT') {
    return retries < MAX_RETRIES
      ? { kind: 'retry', delayMs: delay(retries, retryAfterMs), ambiguous: false }
      : { kind: 'accept' }
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
        ? { kind: 'retry', delayMs: delay(retries, retryAfterMs), ambiguous: method === 'DELETE' }
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

function delay(retries: number, retryAfterMs: number | undefined): number {
  return retryAfterMs === undefined
    ? backoff(retries)
    : Math.min(MAX_RETRY_AFTER_MS, Math.max(FIRST_DELAY_MS, retryAfterMs))
}

function backoff(retries: number): number {
  return Math.min(MAX_DELAY_MS, FIRST_DELAY_MS * 2 ** retries)
}
