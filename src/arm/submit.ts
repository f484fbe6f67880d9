/**
 * Driver of the first request: sends, probes and waits as the rules say (`first-request.ts`), and decides nothing.
 */
import { SignInError } from '../errors.ts'
import { readProblem } from '../http/body.ts'
import { NoAnswerError } from '../http/http.ts'
import type { ArmRequest, HttpResponse, Method } from '../http/message.ts'
import { omitUndefined } from '../values.ts'
import type { ArmClient } from './client.ts'
import type { Probed, Question, SubmitFacts } from './first-request.ts'
import type { FirstAnswer } from './retry-policy.ts'
import { type Attempts, beginAttempts, noteSending, type Submission } from './submission.ts'

/** Surroundings of a submission, and its limits. */
export interface SubmitContext extends Omit<SubmitFacts, 'request' | 'nowMs' | 'isAborted'> {
  readonly client: Pick<ArmClient, 'send' | 'get'>
  readonly now: () => number
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>
  readonly correlationId: string
  /** As `RequestTrace` has it. */
  readonly isIdShared?: boolean
  readonly signal: AbortSignal
  readonly observe: (event: SubmitEvent) => void
}

/** Event of a submission. */
export type SubmitEvent =
  /** Just before each send of the request: from now on it may have left. */
  | { readonly kind: 'sending'; readonly at: number }
  | {
      readonly kind: 'retrying'
      readonly at: number
      readonly reason: string
      readonly delayMs: number
    }

type RequestToSend = ArmRequest & { readonly body?: string }

/** ARM waits 60 s for a provider, so anything shorter would lose answers that are on their way. */
const FIRST_REQUEST_TIMEOUT_MS = 120_000
const PROBE_TIMEOUT_MS = 60_000

/** Submits a request. Rejects when it cannot be signed in while nothing can have taken effect. */
export async function submitRequest(
  request: RequestToSend,
  context: SubmitContext
): Promise<Submission> {
  const { now, sleep, signal, observe, correlationId, isIdShared } = context
  const { url, body } = request
  const trace = omitUndefined({ url, body, sentAtMs: now(), correlationId, isIdShared })
  let attempts = beginAttempts(trace)
  const send = () =>
    sendRequest(request, attempts, context, () => {
      attempts = noteSending(attempts, now())
    })
  let observed: FirstAnswer | Probed = await send()
  // Only what was not simply answered needs the rules.
  if (observed.kind === 'response' && isPlainSuccess(observed.response, context)) {
    return toSubmission(request, { kind: 'answered', response: observed.response })
  }
  const { decide, interrupt } = await import('./first-request.ts')
  for (;;) {
    const facts = { ...context, request, nowMs: now(), isAborted: signal.aborted }
    const step = decide(attempts, observed, facts)
    const delayMs = step.kind === 'end' ? 0 : step.waitMs
    if (step.note !== undefined) {
      observe({ kind: 'retrying', at: now(), reason: step.note, delayMs })
    }
    if (step.kind === 'end') return toSubmission(request, step.submission)
    if (delayMs > 0) await sleep(delayMs, signal)
    if (signal.aborted) return interrupt(step)
    if (step.kind === 'send') {
      attempts = noteSending(step.attempts, now())
      observed = await send()
    } else {
      attempts = step.attempts
      observed = await probe(url, step.question, context)
    }
  }
}

/** Of a read the result is all there is, and one that is too large once is so again; of a change the status counts. */
function toSubmission({ method }: ArmRequest, submission: Submission): Submission {
  if (submission.kind !== 'answered' || isChanging(method)) return submission
  const { status, body } = submission.response
  const reason = status < 300 ? readProblem(body) : undefined
  return reason === undefined
    ? submission
    : { kind: 'unanswered', why: 'lost', reason, mayStillRun: false }
}

function isChanging(method: Method): boolean {
  return method !== 'GET' && method !== 'HEAD'
}

function isPlainSuccess({ status }: HttpResponse, { retryOn, signal }: SubmitContext): boolean {
  const isRepeatable = retryOn !== undefined && retryOn.statuses.length + retryOn.codes.length > 0
  return status >= 200 && status < 300 && !isRepeatable && !signal.aborted
}

async function sendRequest(
  request: RequestToSend,
  { isAmbiguous }: Attempts,
  { client, now, deadlineMs, signal, observe }: SubmitContext,
  onTurn: () => void
): Promise<FirstAnswer> {
  const timeoutMs = Math.min(FIRST_REQUEST_TIMEOUT_MS, deadlineMs - now())
  if (timeoutMs <= 0) return { kind: 'unanswered', message: 'the timeout expired', sent: false }
  const note = () => observe({ kind: 'sending', at: now() })
  note()
  try {
    const response = await client.send(request, {
      timeoutMs,
      maxWaitMs: deadlineMs - now(),
      signal,
      fresh: isChanging(request.method),
      // What was there before the wait for a turn was over is not what was sent.
      onTurn: () => {
        onTurn()
        note()
      }
    })
    return { kind: 'response', response }
  } catch (error) {
    if (error instanceof NoAnswerError) {
      return { kind: 'unanswered', message: error.message, sent: error.sent }
    }
    // A sign-in that fails ends the run, but not once an earlier try may have taken effect.
    if (!isAmbiguous || !(error instanceof SignInError)) throw error
    return { kind: 'unanswered', message: error.message, sent: false }
  }
}

async function probe(
  url: string,
  question: Question,
  { client, now, deadlineMs, signal }: SubmitContext
): Promise<Probed> {
  let askedAtMs = now()
  const timeoutMs = Math.min(PROBE_TIMEOUT_MS, deadlineMs - askedAtMs)
  const unread = {
    kind: 'probed',
    question,
    times: { askedAtMs, answeredAtMs: askedAtMs }
  } as const
  const onTurn = () => {
    askedAtMs = now()
  }
  if (timeoutMs <= 0) return unread
  try {
    const response = await client.get(url, {
      timeoutMs,
      maxWaitMs: deadlineMs - askedAtMs,
      signal,
      onTurn
    })
    return { ...unread, response, times: { askedAtMs, answeredAtMs: now() } }
  } catch (error) {
    if (error instanceof NoAnswerError || error instanceof SignInError) return unread
    throw error
  }
}
