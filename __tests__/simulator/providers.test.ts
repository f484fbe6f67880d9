/**
 * The third example of https://learn.microsoft.com/azure/azure-resource-manager/management/async-operations, and the
 * generic provider with each habit that real ones have.
 */
import { describe, expect, it } from 'vitest'
import { RealClock } from '../../simulator/clock.ts'
import { GROUP, type Reply, readHeader, start } from './client.ts'

const ACCOUNT = `${GROUP}/providers/Microsoft.Storage/storageAccounts/account1`
const THING = `${GROUP}/providers/Microsoft.Test/things/thing`
const BODY = { location: 'westeurope', sku: { name: 'Standard_LRS' } }

describe('a storage account', () => {
  it('is created with 202, Location and a Retry-After of 17 seconds', async () => {
    const { send, clock, simulator } = await start()
    const accepted = await send('PUT', ACCOUNT, { body: BODY })
    expect([accepted.status, accepted.text]).toEqual([202, ''])
    expect(accepted.headers.get('retry-after')).toBe('17')
    const location = readHeader(accepted, 'location')
    const again = await send('PUT', ACCOUNT, { body: BODY })
    expect([again.status, again.json]).toMatchObject([
      409,
      { error: { code: 'StorageAccountOperationInProgress' } }
    ])
    const states: unknown[] = []
    for (const seconds of [0, 12, 1]) {
      clock.advance(seconds * 1000)
      expect((await send('GET', location)).status).toBe(202)
      states.push((await send('GET', ACCOUNT)).json.properties)
    }
    expect(states).toMatchObject([
      { provisioningState: 'Creating' },
      { provisioningState: 'Creating' },
      { provisioningState: 'ResolvingDNS' }
    ])
    clock.advance(12_000)
    const done = await send('GET', location)
    expect(done.status).toBe(200)
    expect(done.json).toMatchObject({
      id: ACCOUNT,
      ...BODY,
      properties: {
        provisioningState: 'Succeeded',
        primaryEndpoints: { blob: 'https://account1.blob.core.windows.net/' }
      }
    })
    expect((await send('GET', ACCOUNT)).json).toEqual(done.json)
    // The same account once more is there already.
    expect((await send('PUT', ACCOUNT, { body: BODY })).status).toBe(200)
    expect(simulator.ledger.count('resource-create', ACCOUNT)).toBe(1)
    expect(simulator.ledger.entries).toHaveLength(1)
  })

  it('has a Retry-After that the speed of time or an option makes shorter', async () => {
    const quick = await start({ clock: new RealClock(10) })
    const accepted = await quick.send('PUT', ACCOUNT, { body: BODY })
    expect(accepted.headers.get('retry-after')).toBe('2')
    const fixed = await start({ retryAfterSeconds: 0 })
    const other = await fixed.send('PUT', ACCOUNT, { body: BODY })
    expect(other.headers.get('retry-after')).toBe('0')
  })

  it.each([
    ['Account_1', BODY, 'AccountNameInvalid'],
    ['account1', {}, 'LocationRequired']
  ])('is refused: %s %j', async (name, body, code) => {
    const { send } = await start()
    const reply = await send('PUT', ACCOUNT.replace('account1', name), { body })
    expect(reply.status).toBe(400)
    expect(reply.json).toMatchObject({ error: { code } })
  })

  it('fails behind its Location', async () => {
    const { send, clock } = await start()
    const headers = { 'x-ms-simulator-error': '{"code":"Boom","message":"It broke."}' }
    const accepted = await send('PUT', ACCOUNT, { body: BODY, headers })
    clock.advance(25_000)
    const end = await send('GET', readHeader(accepted, 'location'))
    expect([end.status, end.json]).toMatchObject([409, { error: { code: 'Boom' } }])
  })
})

const POLLING_HEADERS = ['azure-asyncoperation', 'operation-location', 'location'] as const
const readPolling = ({ headers }: Reply) => POLLING_HEADERS.filter((name) => headers.has(name))

// First answers as the contract and the field have them: the rows of lro-rules A1 that need no script.
const PUT_ROWS = [
  ['PUT', 'sync', 201, [], 'Succeeded'],
  ['PUT', 'async-operation', 201, ['azure-asyncoperation'], 'Creating'],
  ['PUT', 'operation-location', 201, ['operation-location'], 'Creating'],
  ['PUT', 'body', 201, [], 'Creating'],
  ['PUT', 'location', 202, ['location'], undefined],
  ['PUT', 'both', 202, ['azure-asyncoperation', 'location'], undefined]
] as const
const WRITE_ROWS = [
  ['PATCH', 'sync', 200, [], 'Succeeded'],
  ['PATCH', 'async-operation', 200, ['azure-asyncoperation'], 'Updating'],
  ['PATCH', 'operation-location', 200, ['operation-location'], 'Updating'],
  ['PATCH', 'body', 200, [], 'Updating'],
  ['PATCH', 'location', 202, ['location'], undefined],
  ['PATCH', 'both', 202, ['azure-asyncoperation', 'location'], undefined],
  ['DELETE', 'sync', 204, [], undefined],
  ['DELETE', 'async-operation', 202, ['azure-asyncoperation'], undefined],
  ['DELETE', 'operation-location', 202, ['operation-location'], undefined],
  ['DELETE', 'body', 202, [], undefined],
  ['DELETE', 'location', 202, ['location'], undefined],
  ['DELETE', 'both', 202, ['azure-asyncoperation', 'location'], undefined],
  ['POST', 'sync', 200, [], undefined],
  ['POST', 'async-operation', 202, ['azure-asyncoperation'], undefined],
  ['POST', 'operation-location', 202, ['operation-location'], undefined],
  ['POST', 'body', 202, [], undefined],
  ['POST', 'location', 202, ['location'], undefined],
  ['POST', 'both', 202, ['azure-asyncoperation', 'location'], undefined]
] as const

describe('the generic provider', () => {
  it.each([...PUT_ROWS, ...WRITE_ROWS])(
    '%s by habit %s',
    async (method, habit, status, names, state) => {
      const { send, clock, simulator } = await start()
      if (method !== 'PUT') {
        await send('PUT', THING, { body: BODY, headers: { 'x-ms-simulator-habit': 'sync' } })
      }
      const headers = { 'x-ms-simulator-habit': habit }
      const path = method === 'POST' ? `${THING}/run` : THING
      const body = method === 'PATCH' ? { tags: { a: 'b' } } : BODY
      const accepted = await send(method, path, {
        headers,
        ...(method === 'DELETE' ? {} : { body })
      })
      expect(accepted.status).toBe(status)
      expect(readPolling(accepted)).toEqual(names)
      expect(/"provisioningState":"(\w+)"/.exec(accepted.text)?.[1]).toBe(state)
      clock.advance(15_000)
      for (const name of names) {
        const end = await send('GET', readHeader(accepted, name))
        if (name === 'location') expect(end.status).toBe(method === 'DELETE' ? 204 : 200)
        else expect([end.status, end.json]).toMatchObject([200, { status: 'Succeeded' }])
      }
      const shown = await send('GET', THING)
      expect(shown.status).toBe(method === 'DELETE' ? 404 : 200)
      if (method === 'PATCH') expect(shown.json).toMatchObject({ ...BODY, tags: { a: 'b' } })
      const kinds = { PUT: 'create', PATCH: 'update', DELETE: 'delete', POST: 'action' }
      expect(simulator.ledger.count(`resource-${kinds[method]}`, THING)).toBe(1)
    }
  )

  it('has the habits of its rules, the first that fits, and a usual one for each method', async () => {
    const { send } = await start({
      habits: [
        { method: 'PUT', type: 'microsoft.test/THINGS', habit: 'location' },
        { type: 'Microsoft.Test/things', habit: 'sync' }
      ]
    })
    expect((await send('PUT', THING, { body: BODY })).status).toBe(202)
    const other = await send('PUT', THING.replace('things', 'others'), { body: BODY })
    expect(readPolling(other)).toEqual(['azure-asyncoperation'])
    const rule = await start({ habits: [{ habit: 'sync' }] })
    expect((await rule.send('PUT', THING, { body: BODY })).status).toBe(201)
  })

  it('shows a failed create: status, Location and resource agree', async () => {
    const { send, clock } = await start()
    const headers = { 'x-ms-simulator-habit': 'both', 'x-ms-simulator-error': 'quota' }
    const accepted = await send('PUT', THING, { body: BODY, headers })
    clock.advance(15_000)
    const error = { code: 'QuotaExceeded' }
    const status = await send('GET', readHeader(accepted, 'azure-asyncoperation'))
    expect(status.json).toMatchObject({ status: 'Failed', error })
    const location = await send('GET', readHeader(accepted, 'location'))
    expect([location.status, location.json]).toMatchObject([409, { error }])
    expect((await send('GET', THING)).json).toMatchObject({
      properties: { provisioningState: 'Failed' }
    })
  })

  it('refuses a write during another, and counts it not', async () => {
    const { send, simulator } = await start()
    await send('PUT', THING, { body: BODY })
    for (const [method, path] of [
      ['PUT', THING],
      ['PATCH', THING],
      ['DELETE', THING],
      ['POST', `${THING}/run`]
    ] as const) {
      const reply = await send(method, path, { body: { changed: true } })
      expect(reply.json).toMatchObject({ error: { code: 'AnotherOperationInProgress' } })
    }
    expect(simulator.ledger.count(THING)).toBe(1)
  })

  it('starts nothing for what is there or gone already', async () => {
    const { send, clock, simulator } = await start()
    expect((await send('DELETE', THING)).status).toBe(204)
    await send('PUT', THING, { body: BODY })
    clock.advance(15_000)
    const again = await send('PUT', THING, { body: BODY })
    expect(again.json).toMatchObject({ properties: { provisioningState: 'Succeeded' } })
    expect(simulator.ledger.entries).toHaveLength(1)
  })

  it.each([
    ['PATCH', THING],
    ['POST', `${THING}/run`],
    ['GET', THING]
  ])('answers %s of what is not there with 404', async (method, path) => {
    const { send } = await start()
    await send('PUT', GROUP, { body: BODY })
    const reply = await send(method, path)
    expect([reply.status, reply.json]).toMatchObject([404, { error: { code: 'ResourceNotFound' } }])
    expect(reply.text).toContain("'Microsoft.Test/things/thing' under resource group 'rg'")
  })

  it('keeps resources outside of groups and below others', async () => {
    const { send, clock } = await start()
    for (const path of ['/providers/Microsoft.Test/things/a', `${THING}/parts/b`]) {
      const accepted = await send('PUT', path, { body: {} })
      expect(accepted.json).toMatchObject({ id: path })
      clock.advance(15_000)
      const status = await send('GET', readHeader(accepted, 'azure-asyncoperation'))
      expect(status.json).toMatchObject({ status: 'Succeeded' })
    }
    expect((await send('HEAD', `${THING}/parts/b`)).status).toBe(204)
  })
})

describe('instructions for load', () => {
  it('fill the answers, and lengthen the polling URLs', async () => {
    const { send, clock } = await start()
    const headers = {
      'x-ms-simulator-body-bytes': '50000',
      'x-ms-simulator-url-bytes': '800',
      'x-ms-simulator-seconds': '5'
    }
    const accepted = await send('PUT', THING, { body: BODY, headers })
    const status = readHeader(accepted, 'azure-asyncoperation')
    expect(accepted.text.length).toBeGreaterThan(50_000)
    expect(accepted.json).toMatchObject(BODY)
    expect(status.length).toBeGreaterThan(1_900)
    const polled = await send('GET', status, { headers })
    expect(polled.json).toMatchObject({ status: 'InProgress', filling: expect.any(Array) })
    clock.advance(5_000)
    expect((await send('GET', status)).json).toEqual(
      expect.objectContaining({ status: 'Succeeded' })
    )
  })

  it.each(['x-ms-simulator-body-bytes', 'x-ms-simulator-url-bytes'])(
    'are refused where they are no number: %s',
    async (name) => {
      const { send } = await start()
      const refused = await send('PUT', THING, { body: BODY, headers: { [name]: 'much' } })
      expect(refused.status).toBe(400)
    }
  )
})
