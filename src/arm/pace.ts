/**
 * The pace of a step's requests, shared by all of its operations: as fast as Azure lets a subscription go, and no faster.
 * It learns the limits from answers alone, so a step that is far from them never waits. Decides nothing about an
 * operation: a request that it holds up is sent later, and nothing else is different.
 * https://learn.microsoft.com/azure/azure-resource-manager/management/request-limits-and-throttling
 */
import type { HttpResponse, Method } from '../http/message.ts'
import { readRetryAfter } from '../http/retry-after.ts'
import { SECOND_MS } from '../values.ts'

/** Request, as far as the limits tell one from another. */
export interface PacedRequest {
  readonly method: Method
  readonly url: string
}

/** Answer to a request, as far as it tells of limits. */
export interface PacedAnswer {
  readonly response: HttpResponse
  /** It refuses the request because there were too many. */
  readonly isThrottled: boolean
}

/** Pace of the requests of one step. */
export interface Pace {
  /** Milliseconds to wait before the request is sent. The call takes the turn: each caller gets one of its own. */
  readonly takeTurn: (request: PacedRequest) => number
  /** Milliseconds for which nothing of the request's kind is sent, because there were too many. Takes no turn. */
  readonly findPauseMs: (request: PacedRequest) => number
  /** Learns from the answer in a turn how much is left, and how long to stop. */
  readonly learn: (request: PacedRequest, answer: PacedAnswer) => void
  /** Ends a turn, answered or not. */
  readonly endTurn: (request: PacedRequest) => void
}

type Kind = 'reads' | 'writes' | 'deletes'

/** Refills of a subscription's buckets, in calls each second, as documented. */
const REFILL_PER_SECOND: Readonly<Record<Kind, number>> = { reads: 25, writes: 10, deletes: 10 }
/** Calls that are left to others: the limit is that of everyone who signs in as the same application. */
const KEPT_CALLS = 5
/** Pause after a 429 that names none. */
const DEFAULT_PAUSE_MS = 5_000
/**
 * Longest pause for all: a bucket is full again within seconds, so whoever asks one operation for more has a limit of its
 * own, and that operation alone waits for it.
 */
const MAX_PAUSE_MS = 60_000

interface Bucket {
  /** Calls that Azure had left at `atMs`, by the last answer. */
  readonly left: number
  readonly atMs: number
  /** Turns that are taken and have no answer yet: Azure may not have counted them. */
  readonly open: number
  /** Nothing of this kind is sent before. */
  readonly pausedUntilMs: number
}

/**
 * A pace that knows of no limit yet.
 * @param now milliseconds
 */
export function createPace(now: () => number): Pace {
  const buckets = new Map<string, Bucket>()
  const find = (key: string): Bucket =>
    buckets.get(key) ?? { left: Number.POSITIVE_INFINITY, atMs: 0, open: 0, pausedUntilMs: 0 }
  return {
    takeTurn: (request) => {
      const kind = kindOf(request)
      const key = keyOf(request, kind)
      const bucket = find(key)
      buckets.set(key, { ...bucket, open: bucket.open + 1 })
      return findWaitMs(bucket, REFILL_PER_SECOND[kind], now())
    },
    findPauseMs: (request) =>
      Math.max(0, find(keyOf(request, kindOf(request))).pausedUntilMs - now()),
    learn: (request, answer) => {
      const kind = kindOf(request)
      const key = keyOf(request, kind)
      buckets.set(key, learn(find(key), answer, { kind, nowMs: now() }))
    },
    endTurn: (request) => {
      const key = keyOf(request, kindOf(request))
      const bucket = find(key)
      buckets.set(key, { ...bucket, open: Math.max(0, bucket.open - 1) })
    }
  }
}

function findWaitMs({ left, atMs, open, pausedUntilMs }: Bucket, refill: number, nowMs: number) {
  const calls = left + ((nowMs - atMs) * refill) / SECOND_MS - open - KEPT_CALLS
  const missing = Math.max(0, 1 - calls)
  return Math.ceil(Math.max(0, pausedUntilMs - nowMs, (missing * SECOND_MS) / refill))
}

function learn(
  bucket: Bucket,
  { response, isThrottled }: PacedAnswer,
  { kind, nowMs }: { readonly kind: Kind; readonly nowMs: number }
): Bucket {
  const left = readRemaining(response, kind)
  const known = left === undefined ? bucket : { ...bucket, left, atMs: nowMs }
  if (!isThrottled) return known
  const askedMs = readRetryAfter(response, nowMs) ?? DEFAULT_PAUSE_MS
  const pausedUntilMs = nowMs + Math.min(askedMs, MAX_PAUSE_MS)
  return { ...known, pausedUntilMs: Math.max(bucket.pausedUntilMs, pausedUntilMs) }
}

function kindOf({ method }: PacedRequest): Kind {
  if (method === 'DELETE') return 'deletes'
  return method === 'GET' || method === 'HEAD' ? 'reads' : 'writes'
}

/** A subscription has limits of its own, and what is in none those of the tenant. */
function keyOf({ url }: PacedRequest, kind: Kind): string {
  const [, subscription = ''] = /\/subscriptions\/([^/?#]{1,64})/i.exec(url) ?? []
  return `${kind} ${subscription.toLowerCase()}`
}

const REMAINING =
  /^x-ms-ratelimit-remaining-(?:subscription|tenant)(?:-global)?-(reads|writes|deletes)$/

/** Fewest calls of a kind that an answer leaves; undefined where it names none. */
function readRemaining({ headers }: HttpResponse, kind: Kind): number | undefined {
  const counts = Object.entries(headers)
    .filter(([name, value]) => REMAINING.exec(name)?.[1] === kind && /^\d{1,9}$/.test(value))
    .map(([, value]) => Number(value))
  return counts.length === 0 ? undefined : Math.min(...counts)
}
