/** https://learn.microsoft.com/entra/identity-platform/claims-challenge */
import { describe, expect, it } from 'vitest'
import { empty } from '../../__fixtures__/conversation.ts'
import { readClaimsChallenge } from '../../src/arm/claims-challenge.ts'

const CLAIMS = '{"access_token":{"acrs":{"essential":true,"value":"c1?>"}}}'
const encode = (text: string, encoding: 'base64' | 'base64url' = 'base64') =>
  Buffer.from(text).toString(encoding)
const read = (challenge: string, status = 401) =>
  readClaimsChallenge(empty(status, { 'www-authenticate': challenge }))

describe('readClaimsChallenge', () => {
  it.each([
    `Bearer realm="", authorization_uri="https://login.example/common/oauth2/authorize", error="insufficient_claims", claims="${encode(CLAIMS)}"`,
    `Bearer error="insufficient_claims",claims="${encode(CLAIMS, 'base64url')}"`,
    `bearer Claims="${encode(CLAIMS)}", Error="insufficient_claims"`,
    `Basic realm="a", Bearer error="insufficient_claims", claims="${encode(CLAIMS)}"`
  ])('reads %s', (challenge) => {
    expect(read(challenge)).toBe(CLAIMS)
  })

  it.each<[string, string, number?]>([
    ['no challenge', ''],
    ['another error', `Bearer error="invalid_token", claims="${encode(CLAIMS)}"`],
    ['no claims', 'Bearer error="insufficient_claims"'],
    [
      'another parameter of a like name',
      `Bearer error="insufficient_claims", x_claims="${encode(CLAIMS)}"`
    ],
    ['claims that are no JSON', 'Bearer error="insufficient_claims", claims="!!!"'],
    ['claims that are no object', `Bearer error="insufficient_claims", claims="${encode('[1]')}"`],
    ['claims that are null', `Bearer error="insufficient_claims", claims="${encode('null')}"`],
    ['another status', `Bearer error="insufficient_claims", claims="${encode(CLAIMS)}"`, 403],
    [
      'far too much',
      `Bearer error="insufficient_claims", claims="${encode(`{"a":"${'x'.repeat(20_000)}"}`)}"`
    ]
  ])('reads nothing from %s', (_what, challenge, status) => {
    expect(read(challenge, status)).toBeUndefined()
  })
})
