/**
 * Client of Azure Resource Manager: puts the token and the tracing headers on a request, and only on one to a trusted
 * origin. Knows nothing of operations; retries nothing but a token that was refused.
 */

import { cutDuring } from '../clock.ts'
import { SignInError } from '../errors.ts'
import { type Http, type HttpRequest, NoAnswerError, type SendOptions } from '../http/http.ts'
import type { ArmRequest, HttpResponse } from '../http/message.ts'
import { isTrustedUrl, type Trust } from '../http/trust.ts'
import { omitUndefined } from '../values.ts'
import { readClaimsChallenge } from './claims-challenge.ts'

/** Source of a token for each request, so that an operation may outlive any one of them. */
export interface TokenSource {
  readonly getToken: (options: {
    readonly signal: AbortSignal
    /** The token that was refused: another one is wanted. */
    readonly refusedToken?: string
    /** Claims that the new token must assert, as JSON (continuous access evaluation). */
    readonly claims?: string
  }) => Promise<string>
  /** False for a token that was handed in. */
  readonly canRefresh: boolean
  /** Service that has not answered yet, or the last fault, for when a wait for a token was cut short. */
  readonly describeFault?: () => string | undefined
}

/** Ids by which Azure's support and logs find an operation. */
export interface Tracing {
  /** `x-ms-client-request-id`, one for the whole operation. */
  readonly clientRequestId: string
  /** `x-ms-correlation-request-id`, one for the whole operation: ARM files everything under it. */
  readonly correlationId: string
  /** The author chose the correlation ID: other runs may bear it too. */
  readonly isIdShared?: boolean
}

/** Client of Azure Resource Manager for one operation. Sends nothing outside the trusted endpoint. */
export interface ArmClient {
  /**
   * Sends the first request with all its headers. Rejects with NoAnswerError when no whole answer came, and as all of
   * these with SignInError when there is no token.
   */
  readonly send: (
    request: ArmRequest & { readonly body?: string },
    options: SendOptions
  ) => Promise<HttpResponse>
  /** A bodyless GET, with those of the author's headers that are repeated. */
  readonly get: (url: string, options: SendOptions) => Promise<HttpResponse>
  /** A bodyless POST with the headers of a GET: a call in addition to the first request, such as a cancel. */
  readonly post: (url: string, options: SendOptions) => Promise<HttpResponse>
}

/** Settings of a client. */
export interface ArmClientSettings {
  readonly http: Http
  readonly tokens: TokenSource
  readonly trust: Trust
  readonly tracing: Tracing
  /** Author's own headers. */
  readonly headers: Readonly<Record<string, string>>
  /** Absolute URL of the request that they were written for: they are repeated on its origin and on no other. */
  readonly requestUrl: string
}

/**
 * Headers that mean one request and no other: conditions, what describes a body, what makes a request count once, what
 * makes it another method. All others are repeated, because a gateway before ARM may want them on every request
 * (https://github.com/Azure/terraform-provider-azapi/issues/1218).
 */
const OF_ONE_REQUEST =
  /^(?:if-|content-|idempotency-|repeatability-|x-http-method|x-method-override$|prefer$|x-ms-policy-external-evaluations$)/
/** Headers that are repeated on every trusted origin: the ids are one trace, the language one language. */
const REPEATED_EVERYWHERE = /^(?:x-ms-client-request-id|accept-language)$/

/** True for a header of the author's that belongs on the later requests of an operation too. */
export function isRepeated(name: string): boolean {
  return !OF_ONE_REQUEST.test(name.toLowerCase())
}

/** The ids of one operation: those that the user's headers name, else `ownId`. */
export function chooseTracing(headers: Readonly<Record<string, string>>, ownId: string): Tracing {
  const own = lowerCaseNames(headers)
  const correlationId = own['x-ms-correlation-request-id']
  return {
    clientRequestId: own['x-ms-client-request-id'] ?? ownId,
    correlationId: correlationId ?? ownId,
    isIdShared: correlationId !== undefined
  }
}

/** A client for one operation. */
export function createArmClient(settings: ArmClientSettings): ArmClient {
  const own = lowerCaseNames(settings.headers)
  const pick = (isWanted: (name: string) => boolean) =>
    Object.fromEntries(Object.entries(own).filter(([name]) => isWanted(name)))
  const home = pick(isRepeated)
  const abroad = pick((name) => REPEATED_EVERYWHERE.test(name))
  const { origin } = new URL(settings.requestUrl)
  const isHome = (url: string) => URL.canParse(url) && new URL(url).origin === origin
  const base = listOwnHeaders(settings.tracing)
  const sendBare = async (method: 'GET' | 'POST', url: string, options: SendOptions) => {
    const headers = { ...base, ...(isHome(url) ? home : abroad) }
    const { answer, signInError } = await sendWithToken(settings, { method, url, headers }, options)
    if (signInError !== undefined) throw signInError
    return answer
  }
  return {
    send: async ({ method, url, body }, options) => {
      const headers = composeHeaders(settings.headers, settings.tracing, body)
      const request = omitUndefined({ method, url, headers, body })
      // It was sent and refused, whatever became of the sign-in after that.
      return (await sendWithToken(settings, request, options)).answer
    },
    get: (url, options) => sendBare('GET', url, options),
    post: (url, options) => sendBare('POST', url, options)
  }
}

/** Headers of the first request, but for the token: the author's win. */
export function composeHeaders(
  headers: ArmClientSettings['headers'],
  tracing: Tracing,
  body: string | undefined
): Readonly<Record<string, string>> {
  const content = body === undefined ? {} : { 'content-type': 'application/json' }
  return { ...listOwnHeaders(tracing), ...content, ...lowerCaseNames(headers) }
}

function listOwnHeaders({ clientRequestId, correlationId }: Tracing) {
  return {
    accept: 'application/json',
    // Service messages are localised: one language keeps logs searchable.
    'accept-language': 'en-US',
    'x-ms-client-request-id': clientRequestId,
    'x-ms-correlation-request-id': correlationId,
    'x-ms-return-client-request-id': 'true'
  }
}

function lowerCaseNames(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value])
  )
}

/** Answer, and why there was no other token where that refuses the first one. */
interface Answered {
  readonly answer: HttpResponse
  readonly signInError?: SignInError
}

async function sendWithToken(
  settings: ArmClientSettings,
  request: HttpRequest,
  options: SendOptions
): Promise<Answered> {
  if (!isTrustedUrl(request.url, settings.trust)) {
    throw new NoAnswerError('the URL is not on the trusted endpoint, so nothing was sent', false)
  }
  // One bound for all of it: the token, the request, and both once more.
  return await cutDuring(options.timeoutMs, options.signal, (cut) =>
    sendWithin(settings, request, { ...options, signal: cut })
  )
}

async function sendWithin(
  { http, tokens }: ArmClientSettings,
  request: HttpRequest,
  options: SendOptions
): Promise<Answered> {
  const { signal: cut } = options
  const sendWith = (token: string) => {
    const headers = { ...request.headers, authorization: `Bearer ${token}` }
    return http.send({ ...request, headers }, options)
  }
  const token = await askForToken(tokens, { signal: cut })
  const answer = await sendWith(token)
  if (!tokens.canRefresh || !isWorthRenewing(request, answer)) return { answer }
  const claims = readClaimsChallenge(answer)
  const wanted = omitUndefined({ signal: cut, refusedToken: token, claims })
  try {
    return { answer: await sendWith(await askForToken(tokens, wanted)) }
  } catch (error) {
    if (error instanceof SignInError) return { answer, signInError: error }
    throw error
  }
}

/**
 * True where another token may help, and sending again does no harm. The gateway refuses a token before anything is
 * done, and says so by a challenge (https://www.rfc-editor.org/rfc/rfc9110#section-15.5.2). A 401 without one may be a
 * provider's own, about another service and after the effect.
 */
function isWorthRenewing({ method }: HttpRequest, { status, headers }: HttpResponse): boolean {
  if (status !== 401) return false
  const isRepeatable = method !== 'POST' && method !== 'PATCH'
  return isRepeatable || /\bbearer\b/i.test(headers['www-authenticate'] ?? '')
}

/** A token that does not come in time is a fault of the sign-in, and not of the request that waits for it. */
async function askForToken(
  tokens: TokenSource,
  wanted: Parameters<TokenSource['getToken']>[0]
): Promise<string> {
  try {
    return await tokens.getToken(wanted)
  } catch (error) {
    const { aborted, reason } = wanted.signal
    if (!aborted) throw error
    if (!(reason instanceof Error && reason.name === 'TimeoutError')) {
      throw new NoAnswerError('ended before it was signed in', false, { cause: error })
    }
    const fault = tokens.describeFault?.()
    const why = fault === undefined ? '' : `: ${fault}`
    throw new SignInError(`No access token came in time${why}.`)
  }
}
