/**
 * The claims of a JSON Web Token. Reads, and checks nothing: the signature is for the service to check.
 */
import { parseJson } from '../values.ts'

/** The claims that a federated credential is matched by; one that is absent or not a string is undefined. */
export interface IdTokenClaims {
  readonly issuer: string | undefined
  readonly subject: string | undefined
  readonly audience: string | undefined
}

/**
 * Expiry of the token, in milliseconds since the epoch; undefined when it is not a JWT or names none.
 * This only saves a request that is bound to fail.
 */
export function readTokenExpiry(token: string): number | undefined {
  const { exp } = readClaims(token)
  return typeof exp === 'number' ? exp * 1000 : undefined
}

/** Identity that an access token stands for; a claim that is absent or not a string is undefined. */
export interface TokenIdentity {
  /** Client ID of the application that signed in. */
  readonly application: string | undefined
  /** Object ID of the service principal or user. */
  readonly object: string | undefined
  readonly tenant: string | undefined
  /** Host of the issuer. */
  readonly host: string | undefined
}

/**
 * Identity in the claims of an access token, for people to read: the service alone decides what it is worth.
 * https://learn.microsoft.com/entra/identity-platform/access-token-claims-reference
 */
export function readTokenIdentity(token: string): TokenIdentity {
  const { appid, azp, oid, tid, iss } = readClaims(token)
  const issuer = toClaimText(iss) ?? ''
  return {
    application: toClaimText(appid) ?? toClaimText(azp),
    object: toClaimText(oid),
    tenant: toClaimText(tid),
    host: URL.canParse(issuer) ? new URL(issuer).host : undefined
  }
}

/** Issuer, subject and audience of the ID token. */
export function readIdTokenClaims(token: string): IdTokenClaims {
  const { iss, sub, aud } = readClaims(token)
  const [audience]: unknown[] = Array.isArray(aud) ? aud : [aud]
  return { issuer: toClaimText(iss), subject: toClaimText(sub), audience: toClaimText(audience) }
}

function toClaimText(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}

function readClaims(token: string): Readonly<Record<string, unknown>> {
  const [, payload, ...rest] = token.split('.')
  if (payload === undefined || rest.length !== 1) return {}
  const claims = parseJson(Buffer.from(payload, 'base64url').toString('utf8'))
  return typeof claims === 'object' && claims !== null ? { ...claims } : {}
}
