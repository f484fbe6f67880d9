/**
 * The HTTP client that @azure/identity is given in place of its own. All requests of a run go over the one in
 * http/http.ts then, so that HTTPS_PROXY and NO_PROXY mean the same for Azure Resource Manager, Microsoft Entra ID and
 * GitHub (the library's own reading of NO_PROXY knows neither `*` nor a bare domain), a canceled run leaves no request
 * behind, and the wait between two tries is ours.
 */
import type { HttpRequest } from '../http/http.ts'
import type { HttpResponse } from '../http/message.ts'
import { omitUndefined } from '../values.ts'
import { type ExchangeDependencies, exchangeWithRetries, type Peer } from './exchange.ts'
import type { ClientOptions, LibraryHeaders, LibraryHttpClient } from './identity-library.ts'

/** Dependencies of the client that the library is given. */
export interface LibraryHttpDependencies extends ExchangeDependencies {
  /** Registers a secret before it can be printed. */
  readonly mask: (secret: string) => void
  /** Told what a refusal said; the library keeps some to itself. */
  readonly onRefusal: (description: string) => void
}

/** Answer that the library is given where none came. Its own words for that are not shown. */
const NO_ANSWER: HttpResponse = { status: 503, headers: {}, body: { kind: 'empty' } }

/** Fields of a token request that prove an identity. */
const SECRET_FIELDS = ['client_secret', 'client_assertion']

/** The options that make a credential of the library talk over our client. */
export function createClientOptions(
  dependencies: LibraryHttpDependencies,
  signal: AbortSignal
): ClientOptions {
  return {
    httpClient: createLibraryHttpClient(dependencies, signal),
    retryOptions: { maxRetries: 0 },
    redirectOptions: { maxRetries: 0 },
    // Never used: it only keeps the library from reading HTTPS_PROXY, which it cannot do where that has no scheme.
    proxyOptions: { host: 'http://localhost', port: 1 }
  }
}

function createLibraryHttpClient(
  dependencies: LibraryHttpDependencies,
  signal: AbortSignal
): LibraryHttpClient {
  return {
    sendRequest: async (request) => {
      const { url, method, headers, body } = request
      const form = typeof body === 'string' ? body : ''
      for (const secret of listFormSecrets(form)) dependencies.mask(secret)
      const sent: HttpRequest = omitUndefined({
        method: method === 'POST' ? 'POST' : 'GET',
        url,
        headers: chooseHeaders(headers.toJSON()),
        body: form === '' ? undefined : form
      })
      const exchanged = await exchangeWithRetries(describePeer(url), sent, dependencies, signal)
      const answer = exchanged.kind === 'failed' ? NO_ANSWER : exchanged.response
      const description = readErrorDescription(answer)
      if (description !== undefined) dependencies.onRefusal(description)
      const bodyAsText = answer.body.kind === 'empty' ? '' : answer.body.text
      return { request, status: answer.status, headers: createHeaders(answer.headers), bodyAsText }
    }
  }
}

function listFormSecrets(form: string): readonly string[] {
  const fields = new URLSearchParams(form)
  return SECRET_FIELDS.flatMap((name) => fields.getAll(name)).filter((secret) => secret !== '')
}

// https://www.rfc-editor.org/rfc/rfc6749#section-5.2
function readErrorDescription({ status, body }: HttpResponse): string | undefined {
  if (status < 400 || body.kind !== 'json') return undefined
  const { value } = body
  if (typeof value !== 'object' || value === null || !('error_description' in value)) {
    return undefined
  }
  return typeof value.error_description === 'string' ? value.error_description : undefined
}

/** The headers without those of the connection, and of encodings that our client does not read. */
function chooseHeaders(headers: Readonly<Record<string, string>>): Record<string, string> {
  const unwanted = new Set(['accept-encoding', 'content-length', 'connection', 'host'])
  return Object.fromEntries(
    Object.entries(headers).filter(([name]) => !unwanted.has(name.toLowerCase()))
  )
}

// While it is being set up or updated, the metadata service of a machine answers 404 or 410
// (https://learn.microsoft.com/entra/identity/managed-identities-azure-resources/how-to-use-vm-token#error-handling).
const METADATA_PATH = '/metadata/identity/'
const METADATA_STATUSES = [404, 410]

function describePeer(url: string): Peer {
  const { protocol, pathname } = new URL(url)
  if (pathname.startsWith(METADATA_PATH)) {
    return { name: 'the managed identity endpoint', transientStatuses: METADATA_STATUSES }
  }
  // An authority is https always; what is asked over http is on this machine.
  return { name: protocol === 'http:' ? 'the managed identity endpoint' : 'Microsoft Entra ID' }
}

// Not the global Headers: they load an HTTP client of their own, which costs 30 ms.
function createHeaders(given: Readonly<Record<string, string>>): LibraryHeaders {
  const headers = new Map(Object.entries(given))
  return {
    get: (name) => headers.get(name.toLowerCase()),
    has: (name) => headers.has(name.toLowerCase()),
    set: (name, value) => {
      headers.set(name.toLowerCase(), String(value))
    },
    delete: (name) => {
      headers.delete(name.toLowerCase())
    },
    toJSON: () => Object.fromEntries(headers),
    [Symbol.iterator]: () => headers.entries()
  }
}
