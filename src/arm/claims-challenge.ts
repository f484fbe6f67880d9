/**
 * Reads a claims challenge out of a refusal: with continuous access evaluation a token may be revoked before its end,
 * and the answer says what a new one has to assert
 * (https://learn.microsoft.com/entra/identity-platform/claims-challenge). Pure.
 */
import type { HttpResponse } from '../http/message.ts'

const MAX_CHALLENGE_CHARS = 16_384

/** The claims that the refused request asks for, as JSON text; undefined where it asks for none that can be read. */
export function readClaimsChallenge({ status, headers }: HttpResponse): string | undefined {
  const challenge = headers['www-authenticate'] ?? ''
  if (status !== 401 || challenge.length > MAX_CHALLENGE_CHARS) return undefined
  if (readParameter(challenge, 'error') !== 'insufficient_claims') return undefined
  const encoded = readParameter(challenge, 'claims') ?? ''
  // `base64` reads the alphabet of URLs as well.
  const claims = Buffer.from(encoded, 'base64').toString('utf8')
  return isJsonObject(claims) ? claims : undefined
}

function readParameter(challenge: string, name: string): string | undefined {
  return new RegExp(`(?:^|[\\s,])${name}="([^"]*)"`, 'i').exec(challenge)?.[1]
}

function isJsonObject(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null && !Array.isArray(value)
  } catch {
    return false
  }
}
