/** What proves an application's identity, and in which words Entra refuses what does not. */
import { createPrivateKey, createSign, X509Certificate } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { createClientCertificate } from '../../simulator/certificate.ts'
import { VirtualClock } from '../../simulator/clock.ts'
import { readProof } from '../../simulator/entra-proof.ts'
import { startGitHub } from '../../simulator/github.ts'
import { isSignedWith, parseJwt } from '../../simulator/jwt.ts'

const NOW = Date.UTC(2026, 0, 1)
const ENDPOINT = 'https://localhost/tenant/oauth2/v2.0/token'
const { key, cert } = await createClientCertificate()

const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')

/** An assertion as MSAL makes it, but for the changes. */
function assert(header: object = {}, claims: object = {}): string {
  const x5t = Buffer.from(
    new X509Certificate(cert).fingerprint256.replaceAll(':', ''),
    'hex'
  ).toString('base64url')
  const seconds = NOW / 1000
  const content = [
    encode({ alg: 'RS256', 'x5t#S256': x5t, ...header }),
    encode({ iss: 'app', sub: 'app', aud: ENDPOINT, nbf: seconds, exp: seconds + 600, ...claims })
  ].join('.')
  const signature = createSign('sha256').update(content).sign(createPrivateKey(key))
  return `${content}.${signature.toString('base64url')}`
}

const federated = {
  issuer: 'https://issuer.example',
  subject: 'repo:o/r',
  audience: 'api://a',
  isGenuine: (jwt: string) => jwt.endsWith('.genuine')
}
const APPLICATION = {
  clientId: 'app',
  secret: 'right',
  expiredSecret: 'old',
  certificates: [cert],
  federated: [federated]
}

function createIdToken(claims: object = {}, signature = 'genuine'): string {
  const { issuer: iss, subject: sub, audience: aud } = federated
  const seconds = NOW / 1000
  const all = { iss, sub, aud, nbf: seconds, exp: seconds + 300, ...claims }
  return `${encode({ alg: 'RS256' })}.${encode(all)}.${signature}`
}

const read = (form: Record<string, string>) =>
  readProof(new URLSearchParams(form), APPLICATION, ENDPOINT, NOW)
const readAssertion = (client_assertion: string) => read({ client_assertion })

describe('readProof', () => {
  it.each<[string, Record<string, string>]>([
    ['secret', { client_secret: 'right' }],
    ['certificate', { client_assertion: assert() }],
    ['federated', { client_assertion: createIdToken() }]
  ])('takes a %s', (proof, form) => {
    expect(read(form)).toBe(proof)
  })

  it.each<[string, Record<string, string>, number]>([
    ['another secret', { client_secret: 'wrong' }, 7000215],
    ['an expired secret', { client_secret: 'old' }, 7000222],
    ['nothing', {}, 7000218],
    ['an assertion that is none', { client_assertion: 'a.b' }, 7000218]
  ])('refuses %s', (_what, form, code) => {
    expect(read(form)).toMatchObject({ status: 401, error: 'invalid_client', code })
  })

  it.each<[string, string, number]>([
    ['of a certificate that is not registered', assert({ 'x5t#S256': 'other' }), 700027],
    ['that was changed', assert().replace(/.{20}$/, 'A'.repeat(20)), 700027],
    ['for another endpoint', assert({}, { aud: 'https://other.example' }), 700023],
    ['about somebody else', assert({}, { sub: 'other' }), 700023],
    ['that has ended', assert({}, { exp: NOW / 1000 }), 700024],
    ['of an issuer that is not trusted', createIdToken({ iss: 'https://other.example' }), 700211],
    ['of another subject', createIdToken({ sub: 'repo:o/other' }), 700213],
    ['for another audience', createIdToken({ aud: 'api://other' }), 700212],
    ['that the issuer did not sign', createIdToken({}, 'forged'), 50013],
    ['that came too late', createIdToken({ exp: NOW / 1000 - 1 }), 700024],
    ['that came too early', createIdToken({ nbf: NOW / 1000 + 60 }), 700024],
    ['that never ends', createIdToken({ exp: undefined }), 700024]
  ])('refuses an assertion %s', (_what, assertion, code) => {
    expect(readAssertion(assertion)).toMatchObject({ code, text: expect.stringMatching(/\.$/) })
  })
})

describe("GitHub's ID-token endpoint", () => {
  it('gives a signed token to a request with the request token, and to no other', async () => {
    const github = await startGitHub({ clock: new VirtualClock() })
    const { ACTIONS_ID_TOKEN_REQUEST_URL: url, ACTIONS_ID_TOKEN_REQUEST_TOKEN: token } =
      github.environment
    const refused = await fetch(`${url}&audience=a`, { headers: { authorization: 'Bearer x' } })
    expect(refused.status).toBe(401)
    const headers = { authorization: `Bearer ${token}` }
    const answer = await fetch(`${url}&audience=api%3A%2F%2Fa`, { headers })
    expect(await answer.json()).toMatchObject({ value: github.issued[0]?.jwt })
    await github.close()
    const [{ jwt, at, expiresAt } = { jwt: '', at: 0, expiresAt: 0 }] = github.issued
    expect(parseJwt(jwt)?.claims).toMatchObject({
      iss: github.issuer,
      sub: github.subject,
      aud: 'api://a'
    })
    expect(expiresAt - at).toBe(300_000)
    expect(github.isGenuine(jwt)).toBe(true)
    expect(github.isGenuine(`${jwt.slice(0, -20)}${'A'.repeat(20)}`)).toBe(false)
    expect(isSignedWith(createIdToken(), cert)).toBe(false)
  })
})
