/**
 * Waits for the condition of `wait-until`: GETs the resource until the expression is true, or as long as there is
 * time. IO and time come in as functions; `evaluateCondition`, which says what an answer means, is pure.
 */

import { readProvisioningState } from '../http/body.ts'
import type { HttpResponse } from '../http/message.ts'
import { readRetryAfter } from '../http/retry-after.ts'
import { findErrorCode, type OperationError, readError } from '../operation/error.ts'
import { classifyFault, type Fault } from '../operation/fault.ts'
import type { PollAnswer, Timing } from '../operation/state.ts'
import { type ExtraStates, interpretProvisioningState } from '../operation/status.ts'
import { backoffMs, delayBetweenReadings, lastPollLeadMs } from '../operation/waiting.ts'
import { omitUndefined } from '../values.ts'
import { describeEvaluation, type Expression, isTruthy, toEvaluable } from './expression.ts'

/** Dependencies of the waiting: its GETs, its clock, and the receivers of what it reads. */
export interface ConditionDependencies {
  readonly get: (url: string, timeoutMs: number, signal: AbortSignal) => Promise<PollAnswer>
  /** Resolves after `ms`, or early when `signal` aborts; never rejects. */
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>
  /** Milliseconds since the epoch. */
  readonly now: () => number
  /** Told of each answer, before anything of it is shown. */
  readonly onAnswer: (response: HttpResponse) => void
  /** Told of what each reading showed, in a few words of untrusted text. */
  readonly onReading: (seen: string) => void
}

/** Bounds of the waiting. */
export interface ConditionLimits {
  readonly timing: Timing
  /** Words of the author that end the wait as a failure does. */
  readonly extraStates: ExtraStates
  /** Milliseconds since the epoch. */
  readonly deadlineMs: number
  readonly signal: AbortSignal
}

/** End of the waiting. `seen` is what the last reading showed: untrusted text, empty when there was none. */
export type ConditionEnd = { readonly readings: number } & (
  | { readonly kind: 'met'; readonly response: HttpResponse }
  | {
      readonly kind: 'timed-out' | 'interrupted'
      readonly seen: string
      readonly response?: HttpResponse
    }
  /** The resource itself has ended so, in its own word. */
  | {
      readonly kind: 'failed' | 'canceled'
      readonly word: string
      readonly response: HttpResponse
    }
  /** The resource cannot be read, or not be looked at with this condition, and more time would not help. */
  | {
      readonly kind: 'unreadable'
      readonly seen: string
      readonly error?: OperationError
      readonly isTooCostly?: true
    }
)

/** Meaning of one answer for the condition. */
export type ConditionReading =
  | { readonly kind: 'met'; readonly response: HttpResponse; readonly seen: string }
  | { readonly kind: 'unmet'; readonly response: HttpResponse; readonly seen: string }
  /** The condition takes too much over this answer, and would over the next. */
  | { readonly kind: 'too-costly'; readonly seen: string }
  | {
      readonly kind: 'fault'
      readonly fault: Fault
      readonly seen: string
      readonly error?: OperationError
    }

const MAX_READING_MS = 60_000
/**
 * In a row, by kind: a refusal does not pass with time, a new role may take a moment to work. A fault that is not named
 * here passes, or the deadline ends it; a 404 may be a resource that is still to come.
 */
const MAX_FAULTS: Readonly<Partial<Record<Fault, number>>> = {
  unauthorized: 1,
  'not-allowed': 1,
  forbidden: 4,
  refused: 3
}

/** Reads `url` until `expression` is true there: the first time at once, the last time shortly before the deadline. */
export async function waitUntilTrue(
  { url, expression }: { readonly url: string; readonly expression: Expression },
  { get, sleep, now, onAnswer, onReading }: ConditionDependencies,
  { timing, extraStates, deadlineMs, signal }: ConditionLimits
): Promise<ConditionEnd> {
  const startedMs = now()
  const lastReadingMs = deadlineMs - lastPollLeadMs(timing)
  let seen = ''
  let faults = { fault: '', count: 0 }
  let response: HttpResponse | undefined
  for (let readings = 0; ; ) {
    if (signal.aborted) return omitUndefined({ kind: 'interrupted', readings, seen, response })
    const leftMs = deadlineMs - now()
    if (leftMs <= 0) return omitUndefined({ kind: 'timed-out', readings, seen, response })
    const answer = await get(url, Math.min(MAX_READING_MS, leftMs), signal)
    if (answer.kind === 'no-response' && answer.isUnasked) continue
    readings += 1
    if (signal.aborted) continue
    if (answer.kind === 'response') onAnswer(answer.response)
    const reading = evaluateCondition(expression, answer)
    seen = reading.seen
    onReading(seen)
    if (reading.kind === 'met') return { kind: 'met', readings, response: reading.response }
    if (reading.kind === 'too-costly')
      return { kind: 'unreadable', readings, seen, isTooCostly: true }
    faults = countFaults(faults, reading)
    if (reading.kind === 'unmet') {
      const end = findBadEnd(expression, reading.response, extraStates)
      // The first answer may tell of what was there before: a repair begins with the old state.
      if (end !== undefined && response !== undefined) return { ...end, readings }
      response = reading.response
    } else if (faults.count >= (MAX_FAULTS[reading.fault] ?? Number.POSITIVE_INFINITY)) {
      return omitUndefined({ kind: 'unreadable', readings, seen, error: reading.error })
    }
    const moment = { startedMs, nowMs: now(), readings, faults: faults.count }
    const delayMs = chooseDelay(answer, moment, timing)
    const untilLastMs = lastReadingMs - now()
    if (untilLastMs <= 0) return omitUndefined({ kind: 'timed-out', readings, seen, response })
    await sleep(Math.min(delayMs, untilLastMs), signal)
  }
}

/** The bad end that a resource tells of, unless its word is one that the condition itself speaks of. */
function findBadEnd(expression: Expression, response: HttpResponse, extraStates: ExtraStates) {
  const state = readProvisioningState(response.body)
  if (state.kind !== 'word' || expression.literals.has(state.word.toLowerCase())) return undefined
  const kind = interpretProvisioningState(state.word, extraStates)
  return kind === 'failed' || kind === 'canceled' ? { kind, word: state.word, response } : undefined
}

/** Moment of the waiting; `faults` are those in a row until then. */
interface Moment {
  readonly startedMs: number
  readonly nowMs: number
  readonly readings: number
  readonly faults: number
}

function chooseDelay(
  answer: PollAnswer,
  { startedMs, nowMs, readings, faults }: Moment,
  timing: Timing
): number {
  const retryAfterMs = findRetryAfter(answer, nowMs)
  const pollMs = delayBetweenReadings(nowMs - startedMs, retryAfterMs, readings, timing)
  return faults === 0 ? pollMs : Math.max(pollMs, backoffMs(faults, timing))
}

function countFaults(
  before: { readonly fault: string; readonly count: number },
  reading: Extract<ConditionReading, { readonly kind: 'unmet' | 'fault' }>
) {
  if (reading.kind === 'unmet') return { fault: '', count: 0 }
  const count = before.fault === reading.fault ? before.count + 1 : 1
  return { fault: reading.fault, count }
}

function findRetryAfter(answer: PollAnswer, nowMs: number): number | undefined {
  return answer.kind === 'response' ? readRetryAfter(answer.response, nowMs) : undefined
}

/** Meaning of one answer for the condition. An expression that cannot be evaluated yet is not true yet. */
export function evaluateCondition(expression: Expression, answer: PollAnswer): ConditionReading {
  if (answer.kind === 'no-response') {
    const { message: seen, finalError: error } = answer
    const fault = error === undefined ? 'transient' : 'unauthorized'
    return omitUndefined({ kind: 'fault', fault, seen, error })
  }
  const { response } = answer
  const { status } = response
  if (status < 200 || status > 299) {
    const error = readError(response)
    const code = error === undefined ? '' : ` ${findErrorCode(error)}`
    return omitUndefined({
      kind: 'fault',
      fault: classifyFault(response),
      seen: `HTTP ${status}${code}`.trimEnd(),
      error
    })
  }
  if (response.body.kind === 'malformed') {
    return { kind: 'fault', fault: 'malformed', seen: `HTTP ${status} with an unreadable body` }
  }
  const value = toEvaluable(response.body)
  const evaluation = expression.evaluate(value)
  if (evaluation.kind === 'error' && evaluation.isTooCostly) {
    return { kind: 'too-costly', seen: evaluation.message }
  }
  const fields = expression.describeFields(value)
  const result = describeEvaluation(evaluation)
  const isMet = evaluation.kind === 'value' && isTruthy(evaluation.value)
  const seen = fields === '' ? result : fields
  return isMet ? { kind: 'met', response, seen } : { kind: 'unmet', response, seen }
}
