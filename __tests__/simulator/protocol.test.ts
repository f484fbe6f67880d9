/** What every answer of the simulator has in common: token, api-version, headers, unknown paths. */
import { describe, expect, it } from 'vitest'
import { GROUP, SUBSCRIPTION, start } from './client.ts'

describe('token', () => {
  it.each([
    ['no header', {}, 'AuthenticationFailed'],
    ['an empty token', { authorization: 'Bearer ' }, 'InvalidAuthenticationToken'],
    ['another scheme', { authorization: 'Basic eDp5' }, 'InvalidAuthenticationToken'],
    ['a token that is not accepted', { authorization: 'Bearer b' }, 'InvalidAuthenticationToken']
  ])('is refused with 401 and a challenge: %s', async (_, headers, code) => {
    const { send, simulator } = await start({ tokens: ['a'] })
    const reply = await send('GET', `${GROUP}?api-version=2021-04-01`, { bare: true, headers })
    expect(reply.status).toBe(401)
    expect(reply.json).toMatchObject({ error: { code } })
    expect(reply.headers.get('www-authenticate')).toContain('error="invalid_token"')
    expect(simulator.requests).toHaveLength(1)
  })

  it('is accepted from a list and by a check', async () => {
    const authorization = 'Bearer a'
    for (const tokens of [['a'], (token: string) => token === 'a']) {
      const { send } = await start({ tokens })
      const reply = await send('GET', GROUP, { headers: { authorization } })
      expect(reply.status).toBe(404)
    }
  })
})

it('requires an api-version, in any case', async () => {
  const { send } = await start()
  const headers = { authorization: 'Bearer token' }
  const without = await send('GET', GROUP, { bare: true, headers })
  expect(without.status).toBe(400)
  expect(without.json).toMatchObject({ error: { code: 'MissingApiVersionParameter' } })
  const other = await send('GET', `${GROUP}?API-Version=2021-04-01`, { bare: true, headers })
  expect(other.json).toMatchObject({ error: { code: 'ResourceGroupNotFound' } })
})

describe('common headers', () => {
  it.each([
    ['GET', 'reads'],
    ['PUT', 'writes'],
    ['POST', 'writes'],
    ['DELETE', 'deletes']
  ])('are on every answer: %s', async (method, bucket) => {
    const { send } = await start()
    const { headers } = await send(method, `${SUBSCRIPTION}/nothing/here`)
    expect(headers.get('x-ms-request-id')).toMatch(/^[0-9a-f-]{36}$/)
    expect(headers.get('x-ms-correlation-request-id')).toMatch(/^[0-9a-f-]{36}$/)
    expect(headers.get('x-ms-routing-request-id')).toMatch(/^WESTEUROPE:20260101T000000Z:/)
    expect(Number(headers.get(`x-ms-ratelimit-remaining-subscription-${bucket}`))).toBeGreaterThan(
      0
    )
    expect(headers.get('date')).toBe('Thu, 01 Jan 2026 00:00:00 GMT')
    expect(headers.get('x-ms-client-request-id')).toBeNull()
  })

  it('echo the correlation id, and the client request id when asked to', async () => {
    const { send, simulator } = await start()
    const ids = { 'x-ms-correlation-request-id': 'c', 'x-ms-client-request-id': 'q' }
    const quiet = await send('GET', GROUP, { headers: ids })
    expect(quiet.headers.get('x-ms-correlation-request-id')).toBe('c')
    expect(quiet.headers.get('x-ms-client-request-id')).toBeNull()
    const asked = { ...ids, 'x-ms-return-client-request-id': 'true' }
    const loud = await send('GET', GROUP, { headers: asked })
    expect(loud.headers.get('x-ms-client-request-id')).toBe('q')
    expect(simulator.requests[0]?.headers).toMatchObject(ids)
  })
})

it.each([
  ['GET', '/nonsense', 404, 'InvalidResourceType'],
  ['PUT', `${GROUP}/providers/Microsoft.Web`, 404, 'InvalidResourceType'],
  ['GET', `${GROUP}/providers/Microsoft.Web/sites`, 404, 'ResourceGroupNotFound'],
  ['GET', `${GROUP}/providers/Microsoft.Web/sites/a`, 404, 'ResourceGroupNotFound'],
  ['OPTIONS', GROUP, 404, 'ResourceGroupNotFound']
])('answers what it does not know as ARM does: %s %s', async (method, path, status, code) => {
  const { send } = await start()
  const reply = await send(method, path)
  expect(reply.status).toBe(status)
  expect(reply.json).toMatchObject({ error: { code } })
})

it.each(['{"location":', '[]', '"text"'])('refuses the body %s', async (body) => {
  const { send, simulator } = await start()
  const reply = await send('PUT', GROUP, { body })
  expect(reply.status).toBe(400)
  expect(reply.json).toMatchObject({ error: { code: 'InvalidRequestContent' } })
  expect(simulator.ledger.entries).toEqual([])
})

it('remembers requests exactly as they were sent', async () => {
  const { send, simulator } = await start()
  const path = `${GROUP}?api-version=2021-04-01&x=%2F;%20`
  await send('PUT', path, { body: '{ "location": "westeurope" }' })
  const [request] = simulator.requests
  expect(request).toMatchObject({
    at: Date.UTC(2026, 0, 1),
    method: 'PUT',
    path,
    body: '{ "location": "westeurope" }'
  })
  expect(request?.headers.authorization).toBe('Bearer token')
})

it('names a bad instruction to the simulator instead of ignoring it', async () => {
  const { send } = await start()
  const bad = {
    'x-ms-simulator-seconds': 'soon',
    'x-ms-simulator-habit': 'lazy',
    'x-ms-simulator-error': '{"code":1}'
  }
  for (const [name, value] of Object.entries(bad)) {
    const path = `${GROUP}/providers/Microsoft.Web/sites/a`
    const reply = await send('PUT', path, { headers: { [name]: value } })
    expect(reply.status).toBe(400)
    expect(reply.text).toContain(name)
  }
})

it('rejects when the port is taken', async () => {
  const { simulator } = await start()
  const port = Number(new URL(simulator.origin).port)
  await expect(start({ port })).rejects.toThrow('EADDRINUSE')
})
