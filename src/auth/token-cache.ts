/**
 * Keeps one access token fresh. Asked before every request, it asks the sign-in only when it must:
 * an operation outlives its token, so no caller may keep one
 * (https://github.com/hashicorp/terraform-provider-azurerm/issues/20834). Knows nothing of how a token is had.
 */

export interface AccessToken {
  readonly token: string
  /** Milliseconds since the epoch. */
  readonly expiresAt: number
  /** When the service advises to refresh; milliseconds since the epoch. */
  readonly refreshAt?: number
}

export interface TokenRequest {
  /** Ends this caller's wait; the sign-in itself is ended when no caller waits any more. */
  readonly signal: AbortSignal
  /** The service refused the token: it is not used again. */
  readonly forceRefresh?: boolean
  /** Claims that the service asks for (continuous access evaluation), as JSON. */
  readonly claims?: string
}

/** Gets a new token from the sign-in service, never one that it gave before. */
export type AcquireToken = (options: {
  readonly signal: AbortSignal
  readonly claims?: string
}) => Promise<AccessToken>

/** How long before its end a token is replaced, as the Azure SDKs do. */
export const REFRESH_MARGIN_MS = 5 * 60_000

/** After a refresh that failed while the old token still serves, the next try waits this long. */
export const REFRESH_RETRY_MS = 30_000

interface Refresh {
  readonly token: Promise<AccessToken>
  readonly controller: AbortController
  readonly claims: string | undefined
  waiting: number
}

/**
 * Answers with a token that is good for now. It refreshes five minutes before the end (half the lifetime, when that
 * is shorter), shares one refresh among concurrent callers, and falls back on the old token while that is valid.
 */
export class TokenCache {
  readonly #acquire: AcquireToken
  readonly #now: () => number
  #current: AccessToken | undefined
  #refreshFrom = 0
  #refresh: Refresh | undefined

  /** @param now milliseconds since the epoch */
  constructor(acquire: AcquireToken, now: () => number) {
    this.#acquire = acquire
    this.#now = now
  }

  /** Rejects with the sign-in's error, or with the signal's reason once that is aborted. */
  async getToken({ signal, forceRefresh = false, claims }: TokenRequest): Promise<string> {
    signal.throwIfAborted()
    if (forceRefresh || claims !== undefined) this.#current = undefined
    if (this.#current !== undefined && this.#now() < this.#refreshFrom) return this.#current.token
    const refresh = this.#findRefresh(claims) ?? this.#startRefresh(claims)
    try {
      return (await join(refresh, signal)).token
    } catch (error) {
      signal.throwIfAborted()
      return this.#fallBack(error)
    }
  }

  #findRefresh(claims: string | undefined): Refresh | undefined {
    const refresh = this.#refresh
    if (refresh === undefined || refresh.controller.signal.aborted) return undefined
    return claims === undefined || claims === refresh.claims ? refresh : undefined
  }

  #startRefresh(claims: string | undefined): Refresh {
    const controller = new AbortController()
    const { signal } = controller
    const token = this.#acquire({ signal, ...(claims === undefined ? {} : { claims }) })
    const refresh: Refresh = { token, controller, claims, waiting: 0 }
    this.#refresh = refresh
    const finish = (): void => {
      if (this.#refresh === refresh) this.#refresh = undefined
    }
    token.then((fresh) => {
      this.#current = fresh
      this.#refreshFrom = chooseRefreshTime(fresh, this.#now())
      finish()
    }, finish)
    return refresh
  }

  #fallBack(error: unknown): string {
    const old = this.#current
    if (old === undefined || old.expiresAt <= this.#now()) throw error
    this.#refreshFrom = Math.min(this.#now() + REFRESH_RETRY_MS, old.expiresAt)
    return old.token
  }
}

function chooseRefreshTime({ expiresAt, refreshAt }: AccessToken, now: number): number {
  const margin = Math.min(REFRESH_MARGIN_MS, (expiresAt - now) / 2)
  return Math.min(expiresAt - margin, refreshAt ?? Number.POSITIVE_INFINITY)
}

/** Waits with the others; the last one to give up ends the refresh. */
async function join(refresh: Refresh, signal: AbortSignal): Promise<AccessToken> {
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
