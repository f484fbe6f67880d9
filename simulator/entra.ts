/**
 * A Microsoft Entra ID on loopback, over TLS: enough for an application to sign in with a secret, a certificate or the
 * token of a federated issuer, and to be refused in Entra's words. Its certificate signs itself, so a client must be
 * told to trust it (`NODE_EXTRA_CA_CERTS`, when node starts).
 */
import { randomUUID } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Certificate, createServerCertificate } from './certificate.ts'
import { type Clock, RealClock } from './clock.ts'
import {
  type Application,
  type FederatedCredential,
  type Proof,
  type Refusal,
  readProof
} from './entra-proof.ts'
import type { JsonObject } from './json.ts'
import { createUnsignedJwt } from './jwt.ts'
import type { Answer, RequestRecord } from './message.ts'
import { startWebServer } from './web-server.ts'

export type { FederatedCredential } from './entra-proof.ts'

export interface EntraOptions {
  /** Tenant ID; the only one that exists. */
  readonly tenant: string
  /** Application (client) ID; the only one in the tenant. */
  readonly clientId: string
  readonly secret: string
  /** A secret that was good once. */
  readonly expiredSecret?: string
  /** Certificates of the application, PEM. */
  readonly certificates?: readonly string[]
  /** Issuers whose tokens are taken in place of a secret. */
  readonly federated?: readonly FederatedCredential[]
  /** How long a token lasts; default 3599, as Entra's usually do. */
  readonly expiresInSeconds?: number
  readonly clock?: Clock
  /** Of the server, with its name as the host to be found by; default a new one for `localhost`. */
  readonly server?: { readonly certificate: Certificate; readonly host: string }
}

export interface IssuedToken {
  readonly token: string
  readonly scope: string
  /** What it was given for; `machine` is a managed identity or a tool. */
  readonly proof: Proof | 'machine'
  /** The `claims` that were asked for, as JSON. */
  readonly claims?: string
  /** Milliseconds since the epoch. */
  readonly at: number
  readonly expiresAt: number
}

export interface Entra {
  /** `https://localhost:PORT`: the authority host. */
  readonly origin: string
  /** The certificate to trust, a PEM file in a temporary folder that `close` removes. */
  readonly caFile: string
  readonly requests: readonly RequestRecord[]
  /** The access tokens that were issued, oldest first. */
  readonly tokens: readonly string[]
  readonly issued: readonly IssuedToken[]
  /** True for a token that was issued here and has not ended: `startSimulator({ tokens: entra.acceptsToken })`. */
  readonly acceptsToken: (token: string) => boolean
  /** Issues a token to somebody who needs no proof here: a managed identity, a signed-in tool. */
  issueToken(scope: string): IssuedToken
  /** Ends a token before its time. */
  revoke(token: string): void
  /** Gives these answers to the next token requests, one each. */
  answerNext(...answers: readonly Answer[]): void
  close(): Promise<void>
}

/** Starts the token endpoint on a free port. */
export async function startEntra(options: EntraOptions): Promise<Entra> {
  const clock = options.clock ?? new RealClock()
  const host = options.server?.host ?? 'localhost'
  const certificate = options.server?.certificate ?? (await createServerCertificate([host]))
  const folder = await mkdtemp(join(tmpdir(), 'simulated-entra-'))
  const caFile = join(folder, 'ca.pem')
  await writeFile(caFile, certificate.cert)
  const tenant = new Tenant(options, clock)
  const server = await startWebServer({
    clock,
    certificate,
    answer: (request) => tenant.answer(request),
    takesTurn: ({ method }) => method === 'POST'
  })
  return {
    origin: `https://${host}:${server.port}`,
    caFile,
    requests: server.requests,
    get tokens() {
      return tenant.issued.map(({ token }) => token)
    },
    issued: tenant.issued,
    acceptsToken: (token) => tenant.accepts(token),
    issueToken: (scope) => tenant.issue({ scope, proof: 'machine' }),
    revoke: (token) => tenant.revoke(token),
    answerNext: server.answerNext,
    close: async () => {
      await server.close()
      await rm(folder, { recursive: true, force: true })
    }
  }
}

/** What the tenant knows and has given out. */
class Tenant {
  readonly issued: IssuedToken[] = []
  readonly #options: EntraOptions
  readonly #application: Application
  readonly #clock: Clock
  readonly #revoked = new Set<string>()

  constructor(options: EntraOptions, clock: Clock) {
    this.#options = options
    this.#clock = clock
    const { clientId, secret, expiredSecret, certificates = [], federated = [] } = options
    this.#application = {
      clientId,
      secret,
      certificates,
      federated,
      ...(expiredSecret === undefined ? {} : { expiredSecret })
    }
  }

  accepts(token: string): boolean {
    const found = this.issued.find((issued) => issued.token === token)
    return found !== undefined && found.expiresAt > this.#clock.now() && !this.#revoked.has(token)
  }

  revoke(token: string): void {
    this.#revoked.add(token)
  }

  issue(wanted: Pick<IssuedToken, 'scope' | 'proof' | 'claims'>): IssuedToken {
    const at = this.#clock.now()
    const { tenant, clientId, expiresInSeconds = 3599 } = this.#options
    const issuedAt = Math.floor(at / 1000)
    const claims = {
      aud: wanted.scope.replace(/\/\.default$/, ''),
      iss: `https://sts.simulator/${tenant}/`,
      iat: issuedAt,
      nbf: issuedAt,
      exp: issuedAt + expiresInSeconds,
      appid: clientId,
      tid: tenant,
      uti: randomUUID()
    }
    const token = createUnsignedJwt(claims, randomUUID())
    const issued = { ...wanted, token, at, expiresAt: claims.exp * 1000 }
    this.issued.push(issued)
    return issued
  }

  answer(request: RequestRecord): Answer {
    const authority = `https://${request.headers.host}`
    const [, tenant = '', rest = ''] = /^\/([^/?]+)\/([^?]*)/.exec(request.path) ?? []
    if (tenant.toLowerCase() !== this.#options.tenant.toLowerCase()) {
      const text = `Tenant '${tenant}' not found. Check to make sure you have the correct tenant ID and are signing into the correct cloud.`
      return refuse(request, { status: 400, error: 'invalid_request', code: 90002, text })
    }
    if (request.method === 'GET' && rest === 'v2.0/.well-known/openid-configuration') {
      return { status: 200, body: describeAuthority(`${authority}/${tenant}`) }
    }
    if (request.method === 'POST' && rest === 'oauth2/v2.0/token') {
      return this.#answerToken(request, `${authority}/${tenant}/oauth2/v2.0/token`)
    }
    return { status: 404 }
  }

  #answerToken(request: RequestRecord, endpoint: string): Answer {
    const form = new URLSearchParams(request.body)
    const clientId = form.get('client_id') ?? ''
    // MSAL adds `openid profile offline_access` to some requests.
    const scope = (form.get('scope') ?? '').split(' ').find((one) => one.endsWith('/.default'))
    if (form.get('grant_type') !== 'client_credentials' || scope === undefined) {
      const text =
        "The request body must contain the parameters 'grant_type' (client_credentials) and 'scope' (ending in /.default)."
      return refuse(request, { status: 400, error: 'invalid_request', code: 900144, text })
    }
    if (clientId.toLowerCase() !== this.#options.clientId.toLowerCase()) {
      const text = `Application with identifier '${clientId}' was not found in the directory '${this.#options.tenant}'. This can happen if the application has not been installed by the administrator of the tenant or consented to by any user in the tenant. You may have sent your authentication request to the wrong tenant.`
      return refuse(request, { status: 400, error: 'unauthorized_client', code: 700016, text })
    }
    const proof = readProof(form, this.#application, endpoint, request.at)
    if (typeof proof !== 'string') return refuse(request, proof)
    const claims = form.get('claims')
    const issued = this.issue({ scope, proof, ...(claims === null ? {} : { claims }) })
    const expiresIn = Math.round((issued.expiresAt - issued.at) / 1000)
    const body = {
      token_type: 'Bearer',
      expires_in: expiresIn,
      ext_expires_in: expiresIn,
      access_token: issued.token
    }
    return { status: 200, body }
  }
}

function describeAuthority(authority: string): JsonObject {
  return {
    issuer: `${authority}/v2.0`,
    authorization_endpoint: `${authority}/oauth2/v2.0/authorize`,
    token_endpoint: `${authority}/oauth2/v2.0/token`,
    jwks_uri: `${authority}/discovery/v2.0/keys`
  }
}

function refuse({ at }: RequestRecord, { status, error, code, text }: Refusal): Answer {
  const [traceId, correlationId] = [randomUUID(), randomUUID()]
  const timestamp = new Date(at)
    .toISOString()
    .replace('T', ' ')
    .replace(/\.\d+Z/, 'Z')
  const body = {
    error,
    error_description: `AADSTS${code}: ${text} Trace ID: ${traceId} Correlation ID: ${correlationId} Timestamp: ${timestamp}`,
    error_codes: [code],
    timestamp,
    trace_id: traceId,
    correlation_id: correlationId,
    error_uri: `https://login.microsoftonline.com/error?code=${code}`
  }
  return { status, body }
}
