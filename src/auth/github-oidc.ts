/**
 * GitHub's ID tokens: proof of the job's identity, good for five minutes. Microsoft Entra ID takes one in
 * place of a secret (https://docs.github.com/actions/concepts/security/openid-connect). A new one is asked for
 * whenever an access token is, because one that was kept would have expired by then (AADSTS700024,
 * https://github.com/Azure/login/issues/180). Knows nothing of what the token is used for.
 */
import { SignInError } from '../errors.ts'
import type { JsonValue } from '../http/message.ts'
import { type ExchangeDependencies, exchangeWithRetries } from './exchange.ts'

/** Address that a job gets its ID tokens from; the runner sets both for a job with the permission `id-token: write`. */
export interface IdTokenEndpoint {
  readonly url: string
  /** Goes to that URL only. */
  readonly requestToken: string
}

const URL_VARIABLE = 'ACTIONS_ID_TOKEN_REQUEST_URL'
const TOKEN_VARIABLE = 'ACTIONS_ID_TOKEN_REQUEST_TOKEN'

/** The endpoint of this job, or undefined when it may not ask. */
export function findIdTokenEndpoint(
  environment: Readonly<Record<string, string | undefined>>
): IdTokenEndpoint | undefined {
  const { [URL_VARIABLE]: url = '', [TOKEN_VARIABLE]: requestToken = '' } = environment
  return URL.canParse(url) && requestToken !== '' ? { url, requestToken } : undefined
}

/** Explanation of a missing endpoint. */
export const NO_ID_TOKEN_ENDPOINT = `${URL_VARIABLE} and ${TOKEN_VARIABLE} are not set, so this job has no permission id-token: write`

/**
 * A new ID token.
 * Rejects with SignInError when GitHub gives none, or with the signal's reason once that is aborted.
 * @param audience of the token: the service that will accept it
 */
export async function requestIdToken(
  { url, requestToken }: IdTokenEndpoint,
  audience: string,
  dependencies: ExchangeDependencies,
  signal: AbortSignal
): Promise<string> {
  const separator = url.includes('?') ? '&' : '?'
  const request = {
    method: 'GET',
    url: `${url}${separator}audience=${encodeURIComponent(audience)}`,
    headers: { accept: 'application/json', authorization: `Bearer ${requestToken}` }
  } as const
  const peer = { name: "GitHub's ID-token endpoint" }
  const exchanged = await exchangeWithRetries(peer, request, dependencies, signal)
  if (exchanged.kind === 'failed') throw new SignInError(exchanged.fault)
  const { status, body } = exchanged.response
  const token = body.kind === 'json' ? readValue(body.value) : undefined
  if (status === 200 && token !== undefined) return token
  const problem = status === 200 ? 'gave no ID token' : `answered HTTP ${status}`
  const message = exchanged.fault ?? `${peer.name} (${new URL(url).host}) ${problem}`
  // An answer that could be read is a refusal of this job.
  throw new SignInError(message, undefined, exchanged.fault === undefined)
}

function readValue(answer: JsonValue): string | undefined {
  if (typeof answer !== 'object' || answer === null || !('value' in answer)) return undefined
  return typeof answer.value === 'string' && answer.value !== '' ? answer.value : undefined
}
