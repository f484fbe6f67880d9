import { describe, expect, it } from 'vitest'
import { readIdTokenClaims, readTokenExpiry, readTokenIdentity } from '../../src/auth/jwt.ts'

const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
const jwt = (claims: unknown) => `${encode({ alg: 'none' })}.${encode(claims)}.c2ln`

describe('readTokenExpiry', () => {
  it.each<[string, string, number | undefined]>([
    ['a token with an end', jwt({ exp: 1_700_000_000 }), 1_700_000_000_000],
    ['a token without an end', jwt({ aud: 'a' }), undefined],
    ['an end that is no number', jwt({ exp: 'soon' }), undefined],
    ['claims that are no object', jwt(5), undefined],
    ['claims that are null', jwt(null), undefined],
    ['claims that are no JSON', 'a.b.c', undefined],
    ['an opaque token', 'opaque', undefined],
    ['too few parts', `a.${encode({ exp: 1 })}`, undefined],
    ['too many parts', `${jwt({ exp: 1 })}.d`, undefined]
  ])('reads %s', (_what, token, expiry) => {
    expect(readTokenExpiry(token)).toBe(expiry)
  })
})

describe('readIdTokenClaims', () => {
  it.each<[unknown, object]>([
    [
      { iss: 'i', sub: 's', aud: 'a' },
      { issuer: 'i', subject: 's', audience: 'a' }
    ],
    [{ aud: ['a', 'b'] }, { issuer: undefined, subject: undefined, audience: 'a' }],
    [
      { iss: 1, sub: null },
      { issuer: undefined, subject: undefined, audience: undefined }
    ]
  ])('of %j', (claims, expected) => {
    expect(readIdTokenClaims(jwt(claims))).toEqual(expected)
  })
})

// https://learn.microsoft.com/entra/identity-platform/access-token-claims-reference
describe('readTokenIdentity', () => {
  const nobody = { application: undefined, object: undefined, tenant: undefined, host: undefined }
  it.each<[string, object]>([
    [
      jwt({ appid: 'a', oid: 'o', tid: 't', iss: 'https://sts.windows.net/t/' }),
      { application: 'a', object: 'o', tenant: 't', host: 'sts.windows.net' }
    ],
    [jwt({ azp: 'a', iss: 'me' }), { ...nobody, application: 'a' }],
    [jwt({ appid: 1, oid: {} }), nobody],
    ['opaque', nobody]
  ])('of %s', (token, expected) => {
    expect(readTokenIdentity(token)).toEqual(expected)
  })
})
