/**
 * What a JSON Web Token says of itself. Reads, and checks nothing: the signature is for the service to check.
 */

/** The claims that a federated credential is matched by; what is absent or no text is undefined. */
export interface IdTokenClaims {
  readonly issuer: string | undefined
  readonly subject: string | undefined
  readonly audience: string | undefined
}

/**
 * When the token ends, in milliseconds since the epoch; undefined when it is not a JWT or does not say.
 * This only saves a request that is bound to fail.
 */
export function readTokenExpiry(token: string): number | undefined {
  const { exp } = readClaims(token)
  return typeof exp === 'number' ? exp * 1000 : undefined
}

/** Who the ID token is from, about and for. */
export function readIdTokenClaims(token: string): IdTokenClaims {
  const { iss, sub, aud } = readClaims(token)
  const [audience]: unknown[] = Array.isArray(aud) ? aud : [aud]
  return { issuer: textOf(iss), subject: textOf(sub), audience: textOf(audience) }
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}

function readClaims(token: string): Readonly<Record<string, unknown>> {
  const [, payload, ...rest] = token.split('.')
  if (payload === undefined || rest.length !== 1) return {}
  try {
    const claims: unknown = JSON.parse(Buffer.from(payload, 'base64url').toString('utf8'))
    return typeof claims === 'object' && claims !== null ? { ...claims } : {}
  } catch {
    return {}
  }
}
