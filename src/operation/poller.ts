/**
 * The only loop: wait, ask the GET that the operation names, let the rules move it on. Knows no rule of ARM itself;
 * IO and time come in as functions.
 */
import { findLastLook, noteLastLook } from './absence.ts'
import { readPoll } from './answer.ts'
import { concludeFetching } from './final-state.ts'
import { concludeAtDeadline, next } from './next.ts'
import type { Operation, PendingOperation, PollAnswer, Rules, TerminalOperation } from './state.ts'
import { isTerminal } from './terminal.ts'
import { delayBefore, extendWindows, lastPollLeadMs } from './waiting.ts'

/** Dependencies of the poller: its GETs, its sleep and its clock. */
export interface PollerDependencies {
  /**
   * GETs a URL, whole body included; what kept it from being answered is a value, not an exception.
   * The answer is cut when `signal` aborts or after `timeoutMs`.
   */
  readonly get: (url: string, timeoutMs: number, signal: AbortSignal) => Promise<PollAnswer>
  /** Resolves after `ms`, or early when `signal` aborts; never rejects. */
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>
  /** Milliseconds since the epoch, never going back. */
  readonly now: () => number
  /** Told of every new state. */
  readonly onUpdate: (operation: Operation) => void
}

/** End of the polling. */
export type PollingEnd =
  | { readonly kind: 'terminal'; readonly operation: TerminalOperation }
  /** The timeout expired, or `signal` aborted: the operation may still run. */
  | { readonly kind: 'timed-out' | 'interrupted'; readonly operation: PendingOperation }

const MAX_POLL_MS = 60_000

/** Rules and limits of the polling. */
export interface PollingLimits {
  readonly rules: Rules
  /** The end of waiting, in milliseconds since the epoch. */
  readonly deadlineMs: number
  readonly signal: AbortSignal
}

/**
 * Follows an operation to its terminal state, or to the deadline. The last poll starts shortly before the deadline
 * and is cut at it.
 */
export async function pollUntilDone(
  started: Operation,
  dependencies: PollerDependencies,
  limits: PollingLimits
): Promise<PollingEnd> {
  const { get, sleep, now, onUpdate } = dependencies
  const { rules, deadlineMs, signal } = limits
  const lastPollMs = deadlineMs - lastPollLeadMs(rules.timing)
  let operation = started
  while (!isTerminal(operation)) {
    const startMs = now()
    const delayMs = delayBefore(operation, rules.timing, startMs)
    if (isOutOfTime(startMs, delayMs, lastPollMs, deadlineMs))
      return endAtDeadline(operation, rules)
    const untilLastPollMs = Math.max(0, lastPollMs - startMs)
    if (delayMs > 0) await sleep(Math.min(delayMs, untilLastPollMs), signal)
    if (signal.aborted) return endCanceled(operation, rules)
    if (now() >= lastPollMs) operation = await takeLastLook(operation, dependencies, limits)
    const leftMs = deadlineMs - now()
    if (leftMs <= 0) return endAtDeadline(operation, rules)
    const answer = await get(operation.url, Math.min(MAX_POLL_MS, leftMs), signal)
    if (signal.aborted) return endCanceled(operation, rules)
    // It is asked again, as long as there is time.
    if (answer.kind === 'no-response' && answer.isUnasked) continue
    operation = next(extendWindows(operation, answer.waitedMs ?? 0), answer, rules, now())
    onUpdate(operation)
  }
  return { kind: 'terminal', operation }
}

/** Looks at the resource once more, where the report of a timeout wants it. The last poll keeps half of the time. */
async function takeLastLook(
  operation: PendingOperation,
  { get, now }: PollerDependencies,
  { rules, deadlineMs, signal }: PollingLimits
): Promise<PendingOperation> {
  const url = findLastLook(operation)
  const leftMs = deadlineMs - now()
  if (url === undefined || leftMs <= 0) return operation
  const answer = await get(url, leftMs / 2, signal)
  return noteLastLook(operation, readPoll(answer, url, { trust: rules.trust, nowMs: now() }), rules)
}

/** After the last poll only what needs no waiting is still asked: the result of what has succeeded. */
function isOutOfTime(
  nowMs: number,
  delayMs: number,
  lastPollMs: number,
  deadlineMs: number
): boolean {
  return nowMs >= deadlineMs || (nowMs >= lastPollMs && delayMs > 0)
}

function endAtDeadline(operation: PendingOperation, rules: Rules): PollingEnd {
  const concluded = concludeAtDeadline(operation, rules)
  return concluded === undefined
    ? { kind: 'timed-out', operation }
    : { kind: 'terminal', operation: concluded }
}

/**
 * A success that only lacks its result is known, and stays so when the workflow is canceled. One that is inferred is not
 * while its resource is missing: it may have to be canceled, and is there to be taken up again.
 */
function endCanceled(operation: PendingOperation, rules: Rules): PollingEnd {
  const isKnown =
    operation.state === 'fetching-result' && !(operation.isInferred && operation.absences > 0)
  if (!isKnown) return { kind: 'interrupted', operation }
  const concluded = concludeFetching(operation, 'the workflow was canceled', rules)
  return { kind: 'terminal', operation: concluded }
}
