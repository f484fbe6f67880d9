/** Resource groups, https://learn.microsoft.com/rest/api/resources/resource-groups: sync but for DELETE. */
import { expect, it } from 'vitest'
import { GROUP, readHeader, SUBSCRIPTION, start } from './client.ts'

const BODY = { location: 'westeurope', tags: { team: 'web' } }

it('creates with 201, updates with 200, and shows the group', async () => {
  const { send, simulator } = await start()
  const created = await send('PUT', GROUP, { body: BODY })
  expect(created.status).toBe(201)
  const updated = await send('PUT', GROUP.replace('resourceGroups', 'resourcegroups'), {
    body: { location: 'westeurope' }
  })
  expect(updated.status).toBe(200)
  expect(updated.json.tags).toBeUndefined()
  const shown = await send('GET', GROUP.toUpperCase().replace('/SUBSCRIPTIONS', '/subscriptions'))
  expect(shown.json).toEqual({
    id: GROUP,
    name: 'rg',
    type: 'Microsoft.Resources/resourceGroups',
    location: 'westeurope',
    properties: { provisioningState: 'Succeeded' }
  })
  expect((await send('HEAD', GROUP)).status).toBe(204)
  expect((await send('HEAD', `${SUBSCRIPTION}/resourceGroups/other`)).status).toBe(404)
  const list = await send('GET', `${SUBSCRIPTION}/resourcegroups`)
  expect(list.json).toMatchObject({ value: [{ id: GROUP }] })
  expect(simulator.ledger.count('resource-group-create', GROUP)).toBe(1)
  expect(simulator.ledger.count('resource-group-update', GROUP)).toBe(1)
})

it.each([
  [{}, 400, 'LocationRequired'],
  [{ location: 'eastus' }, 409, 'InvalidResourceGroupLocation']
])('refuses %j', async (body, status, code) => {
  const { send } = await start()
  await send('PUT', GROUP, { body: BODY })
  const reply = await send('PUT', GROUP, { body })
  expect(reply.status).toBe(status)
  expect(reply.json).toMatchObject({ error: { code } })
})

it('deletes with 202 and Location, which says 202 until it says 200', async () => {
  const { send, clock, simulator } = await start()
  await send('PUT', GROUP, { body: BODY })
  const site = `${GROUP}/providers/Microsoft.Web/sites/a`
  await send('PUT', site, { headers: { 'x-ms-simulator-habit': 'sync' } })
  const accepted = await send('DELETE', GROUP)
  expect(accepted.status).toBe(202)
  expect(accepted.headers.get('retry-after')).toBe('15')
  const location = readHeader(accepted, 'location')
  const running = await send('GET', location)
  expect([running.status, running.text]).toEqual([202, ''])
  expect(running.headers.get('location')).toBe(location)
  expect((await send('GET', GROUP)).json).toMatchObject({
    properties: { provisioningState: 'Deleting' }
  })
  expect((await send('PUT', GROUP, { body: BODY })).json).toMatchObject({
    error: { code: 'ResourceGroupBeingDeleted' }
  })
  // A second DELETE joins the first.
  expect((await send('DELETE', GROUP)).status).toBe(202)
  expect(simulator.ledger.count('resource-group-delete')).toBe(1)
  clock.advance(30_000)
  expect((await send('GET', location)).status).toBe(200)
  for (const path of [GROUP, site]) {
    const gone = await send('GET', path)
    expect([gone.status, gone.json]).toMatchObject([
      404,
      { error: { code: 'ResourceGroupNotFound' } }
    ])
  }
  expect((await send('GET', `${SUBSCRIPTION}/resourceGroups`)).json).toEqual({ value: [] })
  expect((await send('DELETE', GROUP)).status).toBe(404)
  // Made again, it is empty.
  expect((await send('PUT', GROUP, { body: BODY })).status).toBe(201)
  expect((await send('GET', site)).json).toMatchObject({ error: { code: 'ResourceNotFound' } })
})

it('keeps the group when its deletion fails: 409 behind the Location', async () => {
  const { send, clock } = await start()
  await send('PUT', GROUP, { body: BODY })
  const error = { code: 'ResourceGroupDeletionBlocked', message: 'A lock.' }
  const accepted = await send('DELETE', GROUP, {
    headers: { 'x-ms-simulator-error': JSON.stringify(error), 'x-ms-simulator-seconds': '5' }
  })
  clock.advance(5000)
  const end = await send('GET', readHeader(accepted, 'location'))
  expect([end.status, end.json]).toEqual([409, { error }])
  expect((await send('GET', GROUP)).json).toMatchObject({
    properties: { provisioningState: 'Succeeded' }
  })
})

it('does not bring groups into being when told not to', async () => {
  const { send, simulator } = await start({ onDemand: false })
  const paths = [
    ['PUT', `${GROUP}/providers/Microsoft.Web/sites/a`],
    ['PUT', `${GROUP}/providers/Microsoft.Resources/deployments/a`],
    ['POST', `${GROUP}/providers/Microsoft.Compute/virtualMachines/a/start`]
  ] as const
  for (const [method, path] of paths) {
    const reply = await send(method, path, { body: {} })
    expect(reply.json).toMatchObject({ error: { code: 'ResourceGroupNotFound' } })
  }
  expect(simulator.ledger.entries).toEqual([])
})
