/**
 * Azure's limits on requests: a bucket of tokens for each subscription and kind of request, which fills up again with
 * time. The time is that of the requests, so a test of minutes takes none.
 * https://learn.microsoft.com/azure/azure-resource-manager/management/request-limits-and-throttling
 */
import { answerError } from './errors.ts'
import type { Answer, RequestRecord } from './message.ts'

/** Kind of request that has a limit of its own. */
export type LimitedKind = 'reads' | 'writes' | 'deletes'

/** How many requests there may be at once, and how many more each second. */
export interface Limit {
  readonly size: number
  readonly refillPerSecond: number
}

/** Limits of a subscription, for one principal in one region. */
export const ARM_LIMITS: Readonly<Record<LimitedKind, Limit>> = {
  reads: { size: 250, refillPerSecond: 25 },
  writes: { size: 200, refillPerSecond: 10 },
  deletes: { size: 200, refillPerSecond: 10 }
}

type TimedRequest = Pick<RequestRecord, 'at' | 'method' | 'path'>

/** What the limits say about a request. */
export interface Taken {
  readonly kind: LimitedKind
  /** Requests of its kind that are left. */
  readonly left: number
  /** When to come again; undefined for a request that may pass. */
  readonly retryAfterSeconds?: number
}

/** The kind of a request. */
export function kindOf(method: string): LimitedKind {
  if (method === 'DELETE') return 'deletes'
  return method === 'GET' || method === 'HEAD' ? 'reads' : 'writes'
}

/** Buckets of all subscriptions, full at first. */
export class Buckets {
  readonly #limits: typeof ARM_LIMITS
  readonly #tokens = new Map<string, { readonly count: number; readonly at: number }>()

  constructor(limits = ARM_LIMITS) {
    this.#limits = limits
  }

  /** Takes the token of a request. One that finds none costs nothing. */
  take({ at, method, path }: TimedRequest): Taken {
    const kind = kindOf(method)
    const { size, refillPerSecond } = this.#limits[kind]
    const [, subscription = ''] = /^\/subscriptions\/([^/?]+)/i.exec(path) ?? []
    const key = `${kind} ${subscription.toLowerCase()}`
    const before = this.#tokens.get(key) ?? { count: size, at }
    const refilled = ((at - before.at) * refillPerSecond) / 1000
    const count = Math.min(size, before.count + refilled)
    const passes = count >= 1
    this.#tokens.set(key, { count: passes ? count - 1 : count, at })
    if (passes) return { kind, left: Math.floor(count - 1) }
    return { kind, left: 0, retryAfterSeconds: Math.ceil((1 - count) / refillPerSecond) }
  }
}

/** The refusal of a request that found no token. */
export function answerThrottled(retryAfterSeconds: number): Answer {
  const message = `Number of requests for subscription and actor exceeded. Please try again after '${retryAfterSeconds}' seconds after additional tokens are available. Refer to https://aka.ms/arm-throttling for additional information.`
  const { headers, ...answer } = answerError(429, 'SubscriptionRequestsThrottled', message)
  return { ...answer, headers: { ...headers, 'retry-after': String(retryAfterSeconds) } }
}
