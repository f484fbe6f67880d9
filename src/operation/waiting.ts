/**
 * Waits before each GET, and the bounds of each stage. Pure.
 * As little waiting as the rules allow: Retry-After is honoured, and without one the wait grows with the age of the
 * operation, so that its end is never seen later than a fifth of its duration, and never more than 15 s late.
 */
import { MAX_RETRY_AFTER_MS } from '../http/retry-after.ts'
import type { FetchingResultOperation, PendingOperation, Timing, Wait } from './state.ts'
import { slowDownMs } from './throttling.ts'

const MIN_ADAPTIVE_WAIT_MS = 1_000
const MAX_ADAPTIVE_WAIT_MS = 15_000
const ADAPTIVE_SHARE = 1 / 5
const DEFAULT_FLOOR_MS = 1_000
const MIN_BACKOFF_BASE_MS = 50
const MAX_BACKOFF_BASE_MS = 1_000
const MAX_BACKOFF_MS = 30_000
/** Attempts that fit into the window of unreadable answers, however short the timeout is. */
const ATTEMPTS_PER_WINDOW = 8
/** With next to no floor, 28,000 polls in 15 s were measured: from the 20th poll on they are spaced. */
const FREE_POLLS = 20
const CROWDED_FLOOR_MS = 100

/** Wait after a 429 that names no Retry-After. */
const THROTTLED_WAIT_MS = 30_000

// The longest that each stage may last; each is also bounded by its share of the timeout.

/** Time for which a resource that is not found is looked for. */
export const notFoundGraceMs = ({ timeoutMs }: Timing): number => Math.min(120_000, timeoutMs / 8)
/** Time for which answers that cannot be read are tolerated. */
export const unreadableWindowMs = ({ timeoutMs }: Timing): number =>
  Math.min(300_000, timeoutMs / 4)
/** Time for looking for the effect of a request whose answer was lost. */
export const verifyWindowMs = ({ timeoutMs }: Timing): number => Math.min(60_000, timeoutMs / 6)
/** Time for a resource to settle after its operation has succeeded. */
export const settleWindowMs = ({ timeoutMs }: Timing): number => Math.min(120_000, timeoutMs / 8)
/** Time between the two looks at a resource that is to prove its operation's end, and before a monitor counts as stuck. */
export const secondLookMs = ({ timeoutMs }: Timing): number => Math.min(30_000, timeoutMs / 8)
/** Time for reading the result of an operation that has succeeded. */
export const resultWindowMs = ({ timeoutMs }: Timing): number => Math.min(60_000, timeoutMs / 16)
/** Time between the start of the last poll and the deadline. */
export const lastPollLeadMs = ({ timeoutMs }: Timing): number => Math.min(2_000, timeoutMs / 10)

/**
 * The operation with its bounded tries given as much more time as a GET has waited for its turn at the connections of the
 * step: what was not asked has not failed to answer.
 */
export function extendWindows<T extends PendingOperation>(operation: T, waitedMs: number): T {
  const { faults } = operation.facts
  if (waitedMs <= 0) return operation
  const facts =
    faults === undefined
      ? operation.facts
      : {
          ...operation.facts,
          faults: {
            ...faults,
            sinceMs: faults.sinceMs + waitedMs,
            notFoundSinceMs: faults.notFoundSinceMs + waitedMs
          }
        }
  return operation.state === 'fetching-result'
    ? { ...operation, facts, sinceMs: operation.sinceMs + waitedMs }
    : { ...operation, facts }
}

/** Milliseconds to wait before the GET that `operation` names; a bounded stage never sleeps past its own end. */
export function delayBefore(operation: PendingOperation, timing: Timing, nowMs: number): number {
  const askedMs = askedDelay(operation, timing, nowMs)
  const delayMs =
    operation.wait.kind === 'none' ? 0 : Math.max(crowdedFloorMs(operation, timing), askedMs)
  switch (operation.state) {
    case 'fetching-result':
      return Math.min(
        delayMs,
        remainingMs(operation.sinceMs, fetchWindowMs(operation, timing), nowMs)
      )
    case 'settling':
      return Math.min(delayMs, remainingMs(operation.sinceMs, settleWindowMs(timing), nowMs))
    default:
      return delayMs
  }
}

/** Time for the GET of a result: a resource that its success rests on is looked for as long as one that is not found. */
export function fetchWindowMs({ isInferred }: FetchingResultOperation, timing: Timing): number {
  return isInferred ? notFoundGraceMs(timing) : resultWindowMs(timing)
}

function remainingMs(sinceMs: number, windowMs: number, nowMs: number): number {
  return Math.max(0, sinceMs + windowMs - nowMs)
}

function askedDelay(operation: PendingOperation, timing: Timing, nowMs: number): number {
  const { wait } = operation
  switch (wait.kind) {
    case 'none':
      return 0
    case 'exactly':
      return wait.ms
    case 'poll':
      return pollDelay(operation, timing, nowMs)
    case 'backoff':
      return Math.max(wait.atLeastMs, backoffMs(wait.attempt, timing))
    case 'poll-or-backoff':
      return Math.max(pollDelay(operation, timing, nowMs), backoffMs(wait.attempt, timing))
    default:
      return wait satisfies never
  }
}

function pollDelay({ facts }: PendingOperation, timing: Timing, nowMs: number): number {
  const ageMs = nowMs - (timing.sinceMs ?? facts.startedAtMs)
  const delayMs = regularDelay(ageMs, facts.retryAfterMs, timing)
  // Slower before the limit is reached: being turned away costs more than waiting.
  return Math.max(delayMs, slowDownMs(facts.remainingReads))
}

/**
 * Milliseconds between two reads of a resource that is waited for, by the same rules as between two polls.
 * @param ageMs since the first read
 */
export function delayBetweenReadings(
  ageMs: number,
  retryAfterMs: number | undefined,
  readings: number,
  timing: Timing
): number {
  const askedMs = regularDelay(ageMs, retryAfterMs, timing)
  return Math.max(askedMs, spacingFloorMs(readings, timing))
}

function regularDelay(ageMs: number, retryAfterMs: number | undefined, timing: Timing): number {
  return retryAfterMs === undefined
    ? (timing.pollIntervalMs ?? adaptiveMs(ageMs))
    : clampRetryAfter(retryAfterMs, timing)
}

function crowdedFloorMs({ facts }: PendingOperation, timing: Timing): number {
  return spacingFloorMs(facts.pollCount, timing)
}

function spacingFloorMs(polls: number, timing: Timing): number {
  const floorMs = timing.pollIntervalMs ?? DEFAULT_FLOOR_MS
  return floorMs < CROWDED_FLOOR_MS && polls >= FREE_POLLS ? CROWDED_FLOOR_MS : 0
}

function adaptiveMs(ageMs: number): number {
  return Math.min(MAX_ADAPTIVE_WAIT_MS, Math.max(MIN_ADAPTIVE_WAIT_MS, ageMs * ADAPTIVE_SHARE))
}

/** A Retry-After between the floor and the cap that the inputs set. */
export function clampRetryAfter(retryAfterMs: number, timing: Timing): number {
  const cap = timing.maxPollIntervalMs ?? MAX_RETRY_AFTER_MS
  return Math.min(cap, Math.max(timing.pollIntervalMs ?? DEFAULT_FLOOR_MS, retryAfterMs))
}

/** The wait before try `attempt + 1` of something that could not be read; `attempt` counts from 1. */
export function backoffMs(attempt: number, timing: Timing): number {
  const interval = timing.pollIntervalMs ?? MAX_BACKOFF_BASE_MS
  const base = Math.min(MAX_BACKOFF_BASE_MS, Math.max(MIN_BACKOFF_BASE_MS, interval))
  const cap = Math.min(MAX_BACKOFF_MS, unreadableWindowMs(timing) / ATTEMPTS_PER_WINDOW)
  return Math.min(cap, base * 2 ** (attempt - 1))
}

/** The wait after an unreadable answer: what the service asked for, else the backoff. */
export function waitAfterFault(
  attempt: number,
  retryAfterMs: number | undefined,
  timing: Timing
): Wait {
  return retryAfterMs === undefined || retryAfterMs === 0
    ? { kind: 'backoff', attempt, atLeastMs: 0 }
    : { kind: 'exactly', ms: clampRetryAfter(retryAfterMs, timing) }
}

/** The wait after a 429: what the service asks for, else 30 s. */
export function waitWhenThrottled(retryAfterMs: number | undefined, timing: Timing): Wait {
  const ms = retryAfterMs === undefined ? THROTTLED_WAIT_MS : clampRetryAfter(retryAfterMs, timing)
  return { kind: 'exactly', ms: Math.max(ms, backoffMs(1, timing)) }
}
