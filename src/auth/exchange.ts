/**
 * One exchange with a sign-in service, repeated while that is worth it. Asking for a token changes nothing, so unlike
 * a request to Azure Resource Manager it may be sent as often as needed. Blips of either service are what fails most
 * sign-ins (https://github.com/Azure/login/issues/591).
 * Knows neither the service nor its purpose; time, the socket and the log come in as functions.
 */
import { type Http, type HttpRequest, isCertificateFault, NoAnswerError } from '../http/http.ts'
import type { HttpResponse } from '../http/message.ts'
import { readRetryAfter } from '../http/retry-after.ts'

/** Dependencies of an exchange: the socket, the clock, and the receivers of its news. */
export interface ExchangeDependencies {
  readonly send: Http['send']
  /** Milliseconds since the epoch. */
  readonly now: () => number
  /** Resolves after `ms`, or early when the signal aborts. */
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>
  /** Told who is asked, so that a wait that is cut short can be explained. */
  readonly onAsk?: (who: string) => void
  /** Told why it is asked again, and when. */
  readonly onRetry?: (reason: string, delayMs: number) => void
  /** Told of every attempt that failed, for the same reason; undefined: it went well. */
  readonly onFault?: (fault: string | undefined) => void
}

/** Result of an exchange. `fault` is the last thing that went wrong on the wire, in words: who, and what. */
export type ExchangeResult =
  | { readonly kind: 'answered'; readonly response: HttpResponse; readonly fault?: string }
  | { readonly kind: 'failed'; readonly fault: string }

/** The bound on one attempt, body included. */
const EXCHANGE_TIMEOUT_MS = 30_000
/**
 * Longer than a blip, and than the 70 s that a metadata service may be away for; not too long a wait for a misspelt host.
 * https://learn.microsoft.com/entra/identity/managed-identities-azure-resources/how-to-use-vm-token#error-handling
 */
const RETRY_DELAYS_MS = [1_000, 2_000, 4_000, 8_000, 16_000, 40_000]
const MAX_EXCHANGE_DELAY_MS = 60_000

/** The service that is asked. */
export interface Peer {
  /** As a message tells it. */
  readonly name: string
  /** Statuses, in addition to the usual ones, that only mean that it is not ready yet. */
  readonly transientStatuses?: readonly number[]
}

/**
 * Sends the request until it has an answer that is worth having, for about a minute. Rejects only with the signal's
 * reason.
 */
export async function exchangeWithRetries(
  peer: Peer,
  request: HttpRequest,
  { send, now, sleep, onAsk, onRetry, onFault }: ExchangeDependencies,
  signal: AbortSignal
): Promise<ExchangeResult> {
  const isTransient = (status: number) =>
    status === 408 ||
    status === 429 ||
    status >= 500 ||
    peer.transientStatuses?.includes(status) === true
  const who = `${peer.name} (${new URL(request.url).host})`
  onAsk?.(who)
  for (let tries = 0; ; tries += 1) {
    const attempt = await tryOnce(send, request, signal)
    signal.throwIfAborted()
    const problem = describeProblem(attempt, isTransient)
    if (problem === undefined && attempt.kind === 'response') {
      onFault?.(undefined)
      return { kind: 'answered', response: attempt.response }
    }
    const fault = `${who} ${problem}${tries === 0 ? '' : `, asked ${tries + 1} times`}`
    onFault?.(fault)
    const backoffMs = RETRY_DELAYS_MS[tries]
    if (backoffMs === undefined || !isWorthRepeating(attempt, isTransient)) {
      return attempt.kind === 'response'
        ? { kind: 'answered', response: attempt.response, fault }
        : { kind: 'failed', fault }
    }
    const askedMs =
      attempt.kind === 'response' ? readRetryAfter(attempt.response, now()) : undefined
    const delayMs = Math.min(MAX_EXCHANGE_DELAY_MS, Math.max(backoffMs, askedMs ?? 0))
    onRetry?.(`${who} ${problem}`, delayMs)
    await sleep(delayMs, signal)
    signal.throwIfAborted()
  }
}

type Attempt =
  | { readonly kind: 'response'; readonly response: HttpResponse }
  | { readonly kind: 'no-answer'; readonly error: NoAnswerError }

async function tryOnce(
  send: Http['send'],
  request: HttpRequest,
  signal: AbortSignal
): Promise<Attempt> {
  try {
    const response = await send(request, { timeoutMs: EXCHANGE_TIMEOUT_MS, signal })
    return { kind: 'response', response }
  } catch (error) {
    if (error instanceof NoAnswerError) return { kind: 'no-answer', error }
    throw error
  }
}

/** Undefined for an answer that can be read, even a refusal. */
function describeProblem(
  attempt: Attempt,
  isTransient: (status: number) => boolean
): string | undefined {
  if (attempt.kind === 'no-answer') return `did not answer (${attempt.error.message})`
  const { status, body } = attempt.response
  if (isTransient(status)) return `answered HTTP ${status}`
  // A proxy's page, for example.
  if (body.kind !== 'json') return `answered HTTP ${status} with a body that is not JSON`
  return undefined
}

function isWorthRepeating(attempt: Attempt, isTransient: (status: number) => boolean): boolean {
  return attempt.kind === 'response'
    ? isTransient(attempt.response.status)
    : !isCertificateFault(attempt.error)
}
