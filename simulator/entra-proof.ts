/**
 * What an application shows to prove that it is itself, and why Entra does not believe it. No sockets, no clock.
 */
import { X509Certificate } from 'node:crypto'
import { isSignedWith, type Jwt, parseJwt } from './jwt.ts'

/** A trust in the tokens of another issuer, for one subject and one audience. */
export interface FederatedCredential {
  readonly issuer: string
  readonly subject: string
  readonly audience: string
  /** True for a token that the issuer signed. */
  readonly isGenuine: (jwt: string) => boolean
}

/** The application and all that it may be proved with. */
export interface Application {
  readonly clientId: string
  readonly secret: string
  readonly expiredSecret?: string
  /** PEM. */
  readonly certificates: readonly string[]
  readonly federated: readonly FederatedCredential[]
}

export type Proof = 'secret' | 'certificate' | 'federated'

export interface Refusal {
  readonly status: number
  readonly error: string
  /** The number after AADSTS. */
  readonly code: number
  readonly text: string
}

/**
 * The proof in a token request, or why it is none.
 * @param endpoint URL of the token endpoint, the audience of a certificate's assertion
 * @param now milliseconds since the epoch
 */
export function readProof(
  form: URLSearchParams,
  application: Application,
  endpoint: string,
  now: number
): Proof | Refusal {
  const secret = form.get('client_secret')
  if (secret !== null) return readSecret(secret, application)
  const assertion = form.get('client_assertion') ?? ''
  const jwt = parseJwt(assertion)
  if (jwt === undefined) {
    return invalidClient(
      7000218,
      "The request body must contain the following parameter: 'client_assertion' or 'client_secret'."
    )
  }
  return jwt.claims.iss === application.clientId
    ? readCertificateAssertion(assertion, jwt, application, endpoint, now)
    : readFederatedAssertion(assertion, jwt, application, now)
}

function readSecret(secret: string, application: Application): Proof | Refusal {
  if (secret === application.secret) return 'secret'
  return secret === application.expiredSecret
    ? invalidClient(
        7000222,
        `The provided client secret keys for app '${application.clientId}' are expired.`
      )
    : invalidClient(
        7000215,
        `Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, not the client secret ID, for a secret added to app '${application.clientId}'.`
      )
}

function readCertificateAssertion(
  assertion: string,
  { header, claims }: Jwt,
  { certificates, clientId }: Application,
  endpoint: string,
  now: number
): Proof | Refusal {
  const found = certificates.find((pem) => listThumbprints(pem).includes(String(readKeyId(header))))
  if (found === undefined || !isSignedWith(assertion, found)) {
    return invalidClient(
      700027,
      'The certificate with identifier used to sign the client assertion is not registered on application.'
    )
  }
  if (claims.sub !== clientId || claims.aud !== endpoint) {
    return invalidClient(700023, 'Client assertion audience claim does not match Realm issuer.')
  }
  return isInItsTime(claims, now) ? 'certificate' : expired()
}

function readKeyId(header: Jwt['header']) {
  return header['x5t#S256'] ?? header.x5t
}

function listThumbprints(pem: string): readonly string[] {
  const { fingerprint, fingerprint256 } = new X509Certificate(pem)
  return [fingerprint, fingerprint256].map((print) =>
    Buffer.from(print.replaceAll(':', ''), 'hex').toString('base64url')
  )
}

function readFederatedAssertion(
  assertion: string,
  { claims }: Jwt,
  { federated }: Application,
  now: number
): Proof | Refusal {
  const ofIssuer = federated.filter(({ issuer }) => issuer === claims.iss)
  const noMatch = (code: number, what: string, value: unknown) =>
    invalidClient(
      code,
      `No matching federated identity record found for presented assertion ${what} '${value}'. Check your federated identity credential Subject, Audience and Issuer against the presented assertion.`
    )
  if (ofIssuer.length === 0) return noMatch(700211, 'issuer', claims.iss)
  const ofSubject = ofIssuer.filter(({ subject }) => subject === claims.sub)
  if (ofSubject.length === 0) return noMatch(700213, 'subject', claims.sub)
  const found = ofSubject.find(({ audience }) => audience === claims.aud)
  if (found === undefined) return noMatch(700212, 'audience', claims.aud)
  if (!found.isGenuine(assertion)) {
    return invalidClient(50013, 'Assertion failed signature validation.')
  }
  return isInItsTime(claims, now) ? 'federated' : expired()
}

function isInItsTime({ nbf, exp }: Jwt['claims'], now: number): boolean {
  const seconds = now / 1000
  return typeof exp === 'number' && seconds < exp && (typeof nbf !== 'number' || nbf <= seconds + 1)
}

function expired(): Refusal {
  return invalidClient(700024, 'Client assertion is not within its valid time range.')
}

function invalidClient(code: number, text: string): Refusal {
  return { status: 401, error: 'invalid_client', code, text }
}
