/** The token endpoint, asked over TLS with its own certificate as the only one to trust. */
import { readFileSync } from 'node:fs'
import { request } from 'node:https'
import { text } from 'node:stream/consumers'
import { expect, it, onTestFinished } from 'vitest'
import { VirtualClock } from '../../simulator/clock.ts'
import { type Entra, startEntra } from '../../simulator/entra.ts'
import { isJsonObject, type JsonObject, parseJson } from '../../simulator/json.ts'
import { start } from './client.ts'

const OPTIONS = { tenant: 'tenant-1', clientId: 'client-1', secret: 'right & proper' }
const GOOD = {
  grant_type: 'client_credentials',
  client_id: OPTIONS.clientId,
  client_secret: OPTIONS.secret,
  scope: 'https://management.azure.com/.default'
}

async function startForTest(): Promise<Entra> {
  const entra = await startEntra({ ...OPTIONS, clock: new VirtualClock() })
  onTestFinished(() => entra.close())
  return entra
}

function ask(
  { origin, caFile }: Entra,
  path: string,
  form?: Readonly<Record<string, string>>
): Promise<{ status: number | undefined; json: JsonObject }> {
  return new Promise((finish, reject) => {
    const ca = readFileSync(caFile)
    const outgoing = request(origin + path, { method: form ? 'POST' : 'GET', ca, agent: false })
    outgoing.on('error', reject).on('response', (response) => {
      text(response).then((body) => {
        const json = parseJson(body)
        finish({ status: response.statusCode, json: isJsonObject(json) ? json : {} })
      }, reject)
    })
    outgoing.end(form ? new URLSearchParams(form).toString() : undefined)
  })
}

const TOKEN_PATH = '/tenant-1/oauth2/v2.0/token'

it('describes itself on its own origin', async () => {
  const entra = await startForTest()
  const { status, json } = await ask(entra, '/tenant-1/v2.0/.well-known/openid-configuration')
  expect(status).toBe(200)
  expect(json).toMatchObject({
    issuer: `${entra.origin}/tenant-1/v2.0`,
    token_endpoint: entra.origin + TOKEN_PATH
  })
})

it('issues a token with claims, which the simulator can be told to accept', async () => {
  const entra = await startForTest()
  const { status, json } = await ask(entra, TOKEN_PATH, GOOD)
  expect([status, json]).toMatchObject([200, { token_type: 'Bearer', expires_in: 3599 }])
  const token = String(json.access_token)
  const claims = parseJson(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString())
  expect(claims).toMatchObject({
    aud: 'https://management.azure.com',
    tid: 'tenant-1',
    appid: 'client-1',
    exp: Date.UTC(2026, 0, 1) / 1000 + 3599
  })
  expect(entra.tokens).toEqual([token])
  const { send } = await start({ tokens: entra.acceptsToken })
  const path = '/subscriptions/1/resourcegroups'
  expect((await send('GET', path)).status).toBe(401)
  const authorization = `Bearer ${token}`
  expect((await send('GET', path, { headers: { authorization } })).status).toBe(200)
})

it.each([
  [
    'a wrong secret',
    TOKEN_PATH,
    { client_secret: 'wrong' },
    401,
    'invalid_client',
    'AADSTS7000215'
  ],
  ['a wrong client', TOKEN_PATH, { client_id: 'x' }, 400, 'unauthorized_client', 'AADSTS700016'],
  ['a wrong tenant', '/x/oauth2/v2.0/token', {}, 400, 'invalid_request', 'AADSTS90002'],
  ['no scope', TOKEN_PATH, { scope: '' }, 400, 'invalid_request', 'AADSTS900144'],
  ['another grant', TOKEN_PATH, { grant_type: 'password' }, 400, 'invalid_request', 'AADSTS900144']
])('refuses %s in words of Entra', async (_, path, change, status, error, code) => {
  const entra = await startForTest()
  const reply = await ask(entra, path, { ...GOOD, ...change })
  expect(reply.status).toBe(status)
  expect(reply.json).toMatchObject({ error, error_codes: [Number(code.slice(6))] })
  expect(reply.json.error_description).toMatch(new RegExp(`^${code}: .* Trace ID: `))
  expect(entra.tokens).toEqual([])
  expect(entra.requests).toHaveLength(1)
})

it('ends a token in its time, and before it when it is revoked', async () => {
  const clock = new VirtualClock()
  const entra = await startEntra({ ...OPTIONS, clock })
  onTestFinished(() => entra.close())
  const { token } = entra.issueToken('https://management.azure.com/.default')
  clock.advance(3_598_000)
  expect(entra.acceptsToken(token)).toBe(true)
  clock.advance(1_000)
  expect(entra.acceptsToken(token)).toBe(false)
  const other = entra.issueToken('scope').token
  entra.revoke(other)
  expect(entra.acceptsToken(other)).toBe(false)
  expect(entra.acceptsToken('made up')).toBe(false)
})

it('gives an answer out of turn to token requests only', async () => {
  const entra = await startForTest()
  entra.answerNext({ status: 503, body: {} })
  const configuration = '/tenant-1/v2.0/.well-known/openid-configuration'
  expect((await ask(entra, configuration)).status).toBe(200)
  expect((await ask(entra, TOKEN_PATH, GOOD)).status).toBe(503)
  expect((await ask(entra, TOKEN_PATH, GOOD)).status).toBe(200)
})

it('knows no other path', async () => {
  const entra = await startForTest()
  expect((await ask(entra, '/tenant-1/elsewhere')).status).toBe(404)
})
