/**
 * JSON Web Tokens, signed and checked. Knows nothing of who issues them.
 */
import { constants, createPublicKey, type KeyObject, sign, verify } from 'node:crypto'
import { isJsonObject, type JsonObject, parseJson } from './json.ts'

/** The readable parts of a token. */
export interface Jwt {
  readonly header: JsonObject
  readonly claims: JsonObject
}

/** A token signed with a P-256 key. */
export function signJwt(claims: JsonObject, key: KeyObject): string {
  const content = `${encode({ typ: 'JWT', alg: 'ES256' })}.${encode(claims)}`
  const signature = sign('sha256', Buffer.from(content), { key, dsaEncoding: 'ieee-p1363' })
  return `${content}.${signature.toString('base64url')}`
}

/** A token that is shaped like one, with a signature that is none: nothing here looks inside an access token. */
export function createUnsignedJwt(claims: JsonObject, signature: string): string {
  const header = { typ: 'JWT', alg: 'RS256', kid: 'simulator' }
  return `${encode(header)}.${encode(claims)}.${Buffer.from(signature).toString('base64url')}`
}

/** The parts of a token, or undefined when it is none. */
export function parseJwt(token: string): Jwt | undefined {
  const [header, claims, signature, ...rest] = token.split('.')
  if (signature === undefined || rest.length > 0) return undefined
  const parts = [decode(header ?? ''), decode(claims ?? '')]
  const [first, second] = parts
  return first !== undefined && second !== undefined ? { header: first, claims: second } : undefined
}

/** True when the token was signed with the key of this PEM certificate or public key: ES256, RS256 or PS256. */
export function isSignedWith(token: string, publicPem: string): boolean {
  const key = createPublicKey(publicPem)
  const end = token.lastIndexOf('.')
  const content = Buffer.from(token.slice(0, end))
  const signature = Buffer.from(token.slice(end + 1), 'base64url')
  const algorithm = parseJwt(token)?.header.alg
  const { RSA_PKCS1_PSS_PADDING, RSA_PKCS1_PADDING, RSA_PSS_SALTLEN_DIGEST } = constants
  switch (algorithm) {
    case 'ES256':
      return verify('sha256', content, { key, dsaEncoding: 'ieee-p1363' }, signature)
    case 'RS256':
      return verify('sha256', content, { key, padding: RSA_PKCS1_PADDING }, signature)
    case 'PS256': {
      const pss = { padding: RSA_PKCS1_PSS_PADDING, saltLength: RSA_PSS_SALTLEN_DIGEST }
      return verify('sha256', content, { key, ...pss }, signature)
    }
    default:
      return false
  }
}

function encode(part: JsonObject): string {
  return Buffer.from(JSON.stringify(part)).toString('base64url')
}

function decode(part: string): JsonObject | undefined {
  const value = parseJson(Buffer.from(part, 'base64url').toString('utf8'))
  return isJsonObject(value) ? value : undefined
}
