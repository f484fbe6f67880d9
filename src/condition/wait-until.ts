/**
 * Waits for the condition of `wait-until`: GETs the resource until the expression is true, or as long as there is
 * time. IO and time come in as functions; what an answer means is told by `judgeLook`, which is pure.
 */

import type { HttpResponse } from '../http/message.ts'
import { readRetryAfter } from '../http/retry-after.ts'
import { findErrorCode, type OperationError, readError } from '../operation/error.ts'
import { classifyFault, type Fault } from '../operation/poll-answer.ts'
import type { PollAnswer, Timing } from '../operation/state.ts'
import { backoffMs, delayBetweenLooks, lastPollLeadMs } from '../operation/waiting.ts'
import { describeEvaluation, type Expression, isTruthy, toEvaluable } from './expression.ts'

export interface LookDependencies {
  readonly get: (url: string, timeoutMs: number, signal: AbortSignal) => Promise<PollAnswer>
  /** Resolves after `ms`, or early when `signal` aborts; never rejects. */
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>
  /** Milliseconds since the epoch. */
  readonly now: () => number
  /** Told of each answer, before anything of it is shown. */
  readonly onAnswer: (response: HttpResponse) => void
  /** Told of what each look saw, in a few words of untrusted text. */
  readonly onLook: (seen: string) => void
}

/** How the waiting ended. `seen` is what the last look saw: untrusted text, empty when there was none. */
export type ConditionEnd = { readonly looks: number } & (
  | { readonly kind: 'met'; readonly response: HttpResponse }
  | {
      readonly kind: 'timed-out' | 'interrupted'
      readonly seen: string
      readonly response?: HttpResponse
    }
  /** The resource cannot be read, and more time would not help. */
  | { readonly kind: 'unreadable'; readonly seen: string; readonly error?: OperationError }
)

type Look =
  | { readonly kind: 'met'; readonly response: HttpResponse; readonly seen: string }
  | { readonly kind: 'unmet'; readonly response: HttpResponse; readonly seen: string }
  | {
      readonly kind: 'fault'
      readonly fault: Fault
      readonly seen: string
      readonly error?: OperationError
    }

const MAX_LOOK_MS = 60_000
/**
 * In a row, by kind: a refusal does not pass with time, a new role may take a moment to work. Whatever is not named
 * here passes, or the deadline ends it; a 404 may be a resource that is still to come.
 */
const MAX_FAULTS: Readonly<Partial<Record<Fault, number>>> = {
  unauthorized: 1,
  'not-allowed': 1,
  forbidden: 4,
  refused: 3
}

/**
 * Looks at `url` until `expression` is true there. The first look comes at once, the last one shortly before the
 * deadline.
 * @param deadlineMs milliseconds since the epoch
 */
export async function waitUntilTrue(
  { url, expression }: { readonly url: string; readonly expression: Expression },
  { get, sleep, now, onAnswer, onLook }: LookDependencies,
  timing: Timing,
  deadlineMs: number,
  signal: AbortSignal
): Promise<ConditionEnd> {
  const startedMs = now()
  const lastLookMs = deadlineMs - lastPollLeadMs(timing)
  let seen = ''
  let faults = { fault: '', count: 0 }
  let response: HttpResponse | undefined
  for (let looks = 0; ; ) {
    if (signal.aborted) return { kind: 'interrupted', looks, seen, ...withResponse(response) }
    const leftMs = deadlineMs - now()
    if (leftMs <= 0) return { kind: 'timed-out', looks, seen, ...withResponse(response) }
    const answer = await get(url, Math.min(MAX_LOOK_MS, leftMs), signal)
    looks += 1
    if (signal.aborted) continue
    if (answer.kind === 'response') onAnswer(answer.response)
    const look = judgeLook(expression, answer)
    seen = look.seen
    onLook(seen)
    if (look.kind === 'met') return { kind: 'met', looks, response: look.response }
    faults = countFaults(faults, look)
    if (look.kind === 'unmet') response = look.response
    else if (faults.count >= (MAX_FAULTS[look.fault] ?? Number.POSITIVE_INFINITY)) {
      return { kind: 'unreadable', looks, seen, ...withError(look.error) }
    }
    const delayMs = chooseDelay(answer, look, faults.count, looks, now() - startedMs, timing, now())
    const untilLastMs = lastLookMs - now()
    if (untilLastMs <= 0) return { kind: 'timed-out', looks, seen, ...withResponse(response) }
    await sleep(Math.min(delayMs, untilLastMs), signal)
  }
}

function withResponse(response: HttpResponse | undefined) {
  return response === undefined ? {} : { response }
}

function withError(error: OperationError | undefined) {
  return error === undefined ? {} : { error }
}

function countFaults(
  before: { readonly fault: string; readonly count: number },
  look: Exclude<Look, { readonly kind: 'met' }>
) {
  if (look.kind === 'unmet') return { fault: '', count: 0 }
  const count = before.fault === look.fault ? before.count + 1 : 1
  return { fault: look.fault, count }
}

function chooseDelay(
  answer: PollAnswer,
  look: Look,
  faults: number,
  looks: number,
  ageMs: number,
  timing: Timing,
  nowMs: number
): number {
  const retryAfterMs =
    answer.kind === 'response' ? readRetryAfter(answer.response, nowMs) : undefined
  const pollMs = delayBetweenLooks(ageMs, retryAfterMs, looks, timing)
  return look.kind === 'fault' ? Math.max(pollMs, backoffMs(faults, timing)) : pollMs
}

/** What one answer says about the condition. An expression that cannot be evaluated yet is not true yet. */
export function judgeLook(expression: Expression, answer: PollAnswer): Look {
  if (answer.kind === 'no-response') {
    return { kind: 'fault', fault: 'transient', seen: answer.message }
  }
  const { response } = answer
  const { status } = response
  if (status < 200 || status > 299) {
    const error = readError(response)
    const code = error === undefined ? '' : ` ${findErrorCode(error)}`
    return {
      kind: 'fault',
      fault: classifyFault(status),
      seen: `HTTP ${status}${code}`.trimEnd(),
      ...withError(error)
    }
  }
  if (response.body.kind === 'malformed') {
    return { kind: 'fault', fault: 'malformed', seen: `HTTP ${status} with an unreadable body` }
  }
  const value = toEvaluable(response.body)
  const evaluation = expression.evaluate(value)
  const fields = expression.describeFields(value)
  const result = describeEvaluation(evaluation)
  const isMet = evaluation.kind === 'value' && isTruthy(evaluation.value)
  const seen = fields === '' ? result : fields
  return isMet ? { kind: 'met', response, seen } : { kind: 'unmet', response, seen }
}
