/** The first example of https://learn.microsoft.com/azure/azure-resource-manager/management/async-operations. */
import { expect, it } from 'vitest'
import { type Client, GROUP, readHeader, start } from './client.ts'

const VM = `${GROUP}/providers/Microsoft.Compute/virtualMachines/web-1`

async function readPower({ send }: Client): Promise<string> {
  const shown = await send('GET', `${VM}?$expand=instanceView&api-version=2024-07-01`)
  return /PowerState\/(\w+)/.exec(shown.text)?.[1] ?? ''
}

it('starts with 202, Azure-AsyncOperation and Location, and follows the time', async () => {
  const client = await start()
  const { send, clock, simulator } = client
  expect(await readPower(client)).toBe('deallocated')
  const accepted = await send('POST', `${VM}/start`)
  expect([accepted.status, accepted.text]).toEqual([202, ''])
  expect(accepted.headers.get('retry-after')).toBe('10')
  const status = readHeader(accepted, 'azure-asyncoperation')
  const location = readHeader(accepted, 'location')
  clock.advance(10_000)
  const running = await send('GET', status)
  expect(running.status).toBe(200)
  expect(running.json).toEqual({
    name: new URL(status).pathname.split('/').at(-1),
    status: 'InProgress',
    startTime: '2026-01-01T00:00:00.000Z',
    percentComplete: 40
  })
  expect((await send('GET', location)).status).toBe(202)
  expect(await readPower(client)).toBe('starting')
  clock.advance(15_000)
  const done = await send('GET', status)
  expect(done.json).toMatchObject({ status: 'Succeeded', endTime: '2026-01-01T00:00:25.000Z' })
  expect(done.headers.get('retry-after')).toBeNull()
  const result = await send('GET', location)
  expect([result.status, result.text]).toEqual([200, ''])
  expect(await readPower(client)).toBe('running')
  expect(simulator.ledger.entries).toEqual([
    { at: Date.UTC(2026, 0, 1), kind: 'vm-start', method: 'POST', id: VM }
  ])
})

it.each([
  ['start', 'vm-start', 'starting', 'running'],
  ['restart', 'vm-restart', 'running', 'running'],
  ['powerOff', 'vm-power-off', 'stopping', 'stopped'],
  ['deallocate', 'vm-deallocate', 'deallocating', 'deallocated']
])('%s leads through its power states', async (action, kind, during, after) => {
  const client = await start()
  await client.send('POST', `${VM}/${action}`, { headers: { 'x-ms-simulator-seconds': '2' } })
  expect(await readPower(client)).toBe(during)
  client.clock.advance(2000)
  expect(await readPower(client)).toBe(after)
  expect(client.simulator.ledger.count(kind, VM)).toBe(1)
})

it('refuses a second action while one runs, and counts it not', async () => {
  const { send, simulator } = await start()
  await send('POST', `${VM}/start`)
  const second = await send('POST', `${VM}/start`)
  expect(second.status).toBe(409)
  expect(second.json).toMatchObject({ error: { code: 'AnotherOperationInProgress' } })
  expect(simulator.ledger.count(VM)).toBe(1)
})

it('fails as told: status Failed with the error, and the power state as before', async () => {
  const client = await start()
  const { send, clock } = client
  const accepted = await send('POST', `${VM}/start`, { headers: { 'x-ms-simulator-error': 'sku' } })
  clock.advance(25_000)
  const end = await send('GET', readHeader(accepted, 'azure-asyncoperation'))
  expect(end.json).toMatchObject({ status: 'Failed', error: { code: 'SkuNotAvailable' } })
  expect(await readPower(client)).toBe('deallocated')
})

it('runs from the start when it was made by PUT, and shows its power only when asked', async () => {
  const client = await start()
  await client.send('PUT', VM, { body: { location: 'eastus' } })
  client.clock.advance(60_000)
  expect(await readPower(client)).toBe('running')
  const plain = await client.send('GET', VM)
  expect(plain.json).toMatchObject({
    location: 'eastus',
    type: 'Microsoft.Compute/virtualMachines'
  })
  expect(plain.text).not.toContain('instanceView')
  const view = await client.send('GET', `${VM}/instanceView`)
  expect(view.json).toMatchObject({ statuses: [{}, { code: 'PowerState/running' }] })
})

it('knows no machine that was deleted', async () => {
  const { send, clock } = await start()
  await send('PUT', VM, { body: {}, headers: { 'x-ms-simulator-habit': 'sync' } })
  await send('DELETE', VM)
  clock.advance(60_000)
  const reply = await send('POST', `${VM}/start`)
  expect(reply.json).toMatchObject({ error: { code: 'ResourceNotFound' } })
})

it('has polling URLs that must come back word for word', async () => {
  const { send } = await start()
  const accepted = await send('POST', `${VM}/start`)
  const status = readHeader(accepted, 'azure-asyncoperation')
  // As real ones: longer than a naive client expects.
  expect(status.length).toBeGreaterThan(1000)
  const changed = status.replace(/api-version=[^&]*/, 'api-version=2099-01-01')
  expect((await send('GET', changed)).status).toBe(403)
  expect((await send('GET', `${new URL(status).pathname}?api-version=2024-07-01`)).status).toBe(403)
  expect((await send('POST', status)).status).toBe(405)
})
