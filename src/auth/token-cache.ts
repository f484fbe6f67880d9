/**
 * Keeps one access token fresh. Asked before every request, it asks the sign-in in time and seldom lets a caller wait:
 * an operation outlives its token, so no caller may keep one
 * (https://github.com/hashicorp/terraform-provider-azurerm/issues/20834). Knows nothing of the sign-in behind it.
 */
import { MINUTE_MS, omitUndefined } from '../values.ts'

/** Access token, with the time at which it ends. */
export interface AccessToken {
  readonly token: string
  /** Milliseconds since the epoch. */
  readonly expiresAt: number
  /** Time at which the service advises a refresh; milliseconds since the epoch. */
  readonly refreshAt?: number
}

/** Request for a token, with what the caller knows of Azure's refusal of an earlier one. */
export interface TokenRequest {
  /** Ends this caller's wait; the sign-in itself is ended when no caller waits any more. */
  readonly signal: AbortSignal
  /** The token that the service refused: it is not used again, and another one is asked for unless there is one. */
  readonly refusedToken?: string
  /** Claims that the service asks for (continuous access evaluation), as JSON. */
  readonly claims?: string
}

/** Source of a new token: asks the sign-in service, and never gives one that it gave before. */
export type AcquireToken = (options: {
  readonly signal: AbortSignal
  readonly claims?: string
}) => Promise<AccessToken>

/** Time before its end at which a token is replaced, as the Azure SDKs do. */
export const REFRESH_MARGIN_MS = 5 * MINUTE_MS

/** Time before its end from which a token could end on its way: callers wait for the next one. */
export const SURE_MARGIN_MS = 30_000

/** Wait before the next try after a refresh that failed while the old token still serves. */
export const REFRESH_RETRY_MS = 30_000

interface Refresh {
  readonly token: Promise<AccessToken>
  readonly controller: AbortController
  readonly claims: string | undefined
  waiting: number
}

/**
 * Cache of one access token, which gives out one that is good for now. Five minutes before the end (half the lifetime,
 * when that is shorter) it asks for the next one while the old one goes on being given out; only a caller that finds
 * none, or one that is about to end, waits. Concurrent callers share one refresh, and the old token is fallen back on
 * for as long as it is valid.
 */
export class TokenCache {
  readonly #acquire: AcquireToken
  readonly #now: () => number
  #current: AccessToken | undefined
  #refreshFrom = 0
  #sureUntil = 0
  #refresh: Refresh | undefined

  /** @param now milliseconds since the epoch */
  constructor(acquire: AcquireToken, now: () => number) {
    this.#acquire = acquire
    this.#now = now
  }

  /** Rejects with the sign-in's error, or with the signal's reason once that is aborted. */
  async getToken({ signal, refusedToken, claims }: TokenRequest): Promise<string> {
    signal.throwIfAborted()
    if (refusedToken !== undefined && this.#current?.token === refusedToken) {
      this.#current = undefined
    }
    const current = this.#current
    if (current !== undefined && this.#now() < this.#sureUntil) {
      if (this.#now() >= this.#refreshFrom) this.#refreshAhead()
      return current.token
    }
    const refresh = this.#findRefresh(claims) ?? this.#startRefresh(claims)
    try {
      return (await awaitRefresh(refresh, signal)).token
    } catch (error) {
      signal.throwIfAborted()
      return this.#fallBack(error)
    }
  }

  /** Ends a refresh that no caller waits for, so that it does not keep the process alive. */
  close(): void {
    this.#refresh?.controller.abort(new Error('no token is needed any more'))
  }

  #refreshAhead(): void {
    if (this.#findRefresh(undefined) !== undefined) return
    const { token } = this.#startRefresh(undefined)
    token.catch(() => {
      this.#refreshFrom = this.#now() + REFRESH_RETRY_MS
    })
  }

  #findRefresh(claims: string | undefined): Refresh | undefined {
    const refresh = this.#refresh
    if (refresh === undefined || refresh.controller.signal.aborted) return undefined
    return claims === undefined || claims === refresh.claims ? refresh : undefined
  }

  #startRefresh(claims: string | undefined): Refresh {
    const controller = new AbortController()
    const { signal } = controller
    const token = this.#acquire(omitUndefined({ signal, claims }))
    const refresh: Refresh = { token, controller, claims, waiting: 0 }
    this.#refresh = refresh
    const finish = (): void => {
      if (this.#refresh === refresh) this.#refresh = undefined
    }
    token.then((fresh) => {
      this.#keep(fresh)
      finish()
    }, finish)
    return refresh
  }

  #keep(fresh: AccessToken): void {
    const { expiresAt, refreshAt = Number.POSITIVE_INFINITY } = fresh
    const nowMs = this.#now()
    const lifeMs = expiresAt - nowMs
    this.#current = fresh
    // Advice that is already past must not make every caller ask again.
    this.#refreshFrom = Math.min(
      expiresAt - Math.min(REFRESH_MARGIN_MS, lifeMs / 2),
      Math.max(refreshAt, nowMs + REFRESH_RETRY_MS)
    )
    this.#sureUntil = expiresAt - Math.min(SURE_MARGIN_MS, lifeMs / 10)
  }

  #fallBack(error: unknown): string {
    const old = this.#current
    if (old === undefined || old.expiresAt <= this.#now()) throw error
    return old.token
  }
}

/** Waits with the others; the last one to give up ends the refresh. */
async function awaitRefresh(refresh: Refresh, signal: AbortSignal): Promise<AccessToken> {
  const aborted = Promise.withResolvers<never>()
  const giveUp = (): void => aborted.reject(signal.reason)
  signal.addEventListener('abort', giveUp, { once: true })
  refresh.waiting += 1
  try {
    return await Promise.race([refresh.token, aborted.promise])
  } finally {
    refresh.waiting -= 1
    signal.removeEventListener('abort', giveUp)
    if (refresh.waiting === 0 && signal.aborted) refresh.controller.abort(signal.reason)
  }
}
