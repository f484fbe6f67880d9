/**
 * A Microsoft Entra ID on loopback, over TLS: just enough for a client to sign in with a client secret. Its
 * certificate signs itself, so a client must be told to trust it (`NODE_EXTRA_CA_CERTS`, when node starts).
 */
import { randomUUID } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { generate } from 'selfsigned'
import { type Clock, RealClock } from './clock.ts'
import type { JsonObject } from './json.ts'
import type { Answer, RequestRecord } from './message.ts'
import { closeServer, listen, readRequest, writeAnswer } from './server.ts'

export interface EntraOptions {
  /** Tenant ID; the only one that exists. */
  readonly tenant: string
  /** Application (client) ID; the only one in the tenant. */
  readonly clientId: string
  readonly secret: string
  /** How long a token lasts; default 3599, as Entra's usually do. */
  readonly expiresInSeconds?: number
  readonly clock?: Clock
}

export interface Entra {
  /** `https://localhost:PORT`: the authority host. */
  readonly origin: string
  /** The certificate to trust, a PEM file in a temporary folder that `close` removes. */
  readonly caFile: string
  readonly requests: readonly RequestRecord[]
  /** The access tokens that were issued, oldest first: `startSimulator({ tokens: entra.acceptsToken })`. */
  readonly tokens: readonly string[]
  readonly acceptsToken: (token: string) => boolean
  close(): Promise<void>
}

/** Starts the token endpoint on a free port. */
export async function startEntra(options: EntraOptions): Promise<Entra> {
  const clock = options.clock ?? new RealClock()
  const { key, cert } = await createCertificate()
  const folder = await mkdtemp(join(tmpdir(), 'simulated-entra-'))
  const caFile = join(folder, 'ca.pem')
  await writeFile(caFile, cert)
  const requests: RequestRecord[] = []
  const tokens: string[] = []
  const server = createServer({ key, cert })
  const origin = `https://localhost:${await listen(server, 0)}`
  server.on('request', (message, response) => {
    readRequest(message, clock.now())
      .then((request) => {
        requests.push(request)
        return writeAnswer(response, answerSignIn(request, origin, options, tokens), clock)
      })
      .catch(() => response.destroy())
  })
  return {
    origin,
    caFile,
    requests,
    tokens,
    acceptsToken: (token) => tokens.includes(token),
    close: async () => {
      await closeServer(server)
      await rm(folder, { recursive: true, force: true })
    }
  }
}

async function createCertificate(): Promise<{ readonly key: string; readonly cert: string }> {
  const { private: key, cert } = await generate([{ name: 'commonName', value: 'localhost' }], {
    keyType: 'ec',
    algorithm: 'sha256',
    extensions: [
      { name: 'basicConstraints', cA: true },
      { name: 'subjectAltName', altNames: [{ type: 2, value: 'localhost' }] }
    ]
  })
  return { key, cert }
}

function answerSignIn(
  request: RequestRecord,
  origin: string,
  options: EntraOptions,
  tokens: string[]
): Answer {
  const [, tenant = '', rest = ''] = /^\/([^/?]+)\/([^?]*)/.exec(request.path) ?? []
  if (tenant.toLowerCase() !== options.tenant.toLowerCase()) {
    const text = `AADSTS90002: Tenant '${tenant}' not found. Check to make sure you have the correct tenant ID and are signing into the correct cloud.`
    return refuse(request, 400, 'invalid_request', 90002, text)
  }
  if (request.method === 'GET' && rest === 'v2.0/.well-known/openid-configuration') {
    return { status: 200, body: describeAuthority(`${origin}/${tenant}`) }
  }
  if (request.method === 'POST' && rest === 'oauth2/v2.0/token') {
    return answerToken(request, origin, options, tokens)
  }
  return { status: 404 }
}

function describeAuthority(authority: string): JsonObject {
  return {
    issuer: `${authority}/v2.0`,
    authorization_endpoint: `${authority}/oauth2/v2.0/authorize`,
    token_endpoint: `${authority}/oauth2/v2.0/token`,
    jwks_uri: `${authority}/discovery/v2.0/keys`
  }
}

function answerToken(
  request: RequestRecord,
  origin: string,
  options: EntraOptions,
  tokens: string[]
): Answer {
  const form = new URLSearchParams(request.body)
  const clientId = form.get('client_id') ?? ''
  const scope = form.get('scope') ?? ''
  if (form.get('grant_type') !== 'client_credentials' || !scope.includes('/.default')) {
    const text =
      "AADSTS900144: The request body must contain the parameters 'grant_type' (client_credentials) and 'scope' (ending in /.default)."
    return refuse(request, 400, 'invalid_request', 900144, text)
  }
  if (clientId.toLowerCase() !== options.clientId.toLowerCase()) {
    const text = `AADSTS700016: Application with identifier '${clientId}' was not found in the directory '${options.tenant}'. This can happen if the application has not been installed by the administrator of the tenant or consented to by any user in the tenant. You may have sent your authentication request to the wrong tenant.`
    return refuse(request, 400, 'unauthorized_client', 700016, text)
  }
  if (form.get('client_secret') !== options.secret) {
    const text = `AADSTS7000215: Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, not the client secret ID, for a secret added to app '${clientId}'.`
    return refuse(request, 401, 'invalid_client', 7000215, text)
  }
  const expiresIn = options.expiresInSeconds ?? 3599
  const token = createToken(request.at, expiresIn, origin, options, scope)
  tokens.push(token)
  const body = {
    token_type: 'Bearer',
    expires_in: expiresIn,
    ext_expires_in: expiresIn,
    access_token: token
  }
  return { status: 200, body }
}

/** A token shaped as a JSON Web Token; its signature is none. */
function createToken(
  at: number,
  expiresInSeconds: number,
  origin: string,
  { tenant, clientId }: EntraOptions,
  scope: string
): string {
  const issuedAt = Math.floor(at / 1000)
  const encode = (part: JsonObject) => Buffer.from(JSON.stringify(part)).toString('base64url')
  const claims = {
    aud: scope.replace(/\/\.default$/, ''),
    iss: `${origin}/${tenant}/`,
    iat: issuedAt,
    nbf: issuedAt,
    exp: issuedAt + expiresInSeconds,
    appid: clientId,
    tid: tenant,
    uti: randomUUID()
  }
  const signature = Buffer.from(randomUUID()).toString('base64url')
  return `${encode({ typ: 'JWT', alg: 'RS256', kid: 'simulator' })}.${encode(claims)}.${signature}`
}

function refuse(
  { at }: RequestRecord,
  status: number,
  error: string,
  code: number,
  text: string
): Answer {
  const [traceId, correlationId] = [randomUUID(), randomUUID()]
  const timestamp = new Date(at)
    .toISOString()
    .replace('T', ' ')
    .replace(/\.\d+Z/, 'Z')
  const body = {
    error,
    error_description: `${text} Trace ID: ${traceId} Correlation ID: ${correlationId} Timestamp: ${timestamp}`,
    error_codes: [code],
    timestamp,
    trace_id: traceId,
    correlation_id: correlationId,
    error_uri: `https://login.microsoftonline.com/error?code=${code}`
  }
  return { status, body }
}
