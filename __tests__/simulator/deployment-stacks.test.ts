/** Deployment stacks: states in lower case, what they hold and let go, and their what-if. */
import { describe, expect, it } from 'vitest'
import { type JsonObject, type JsonValue, readObject } from '../../simulator/json.ts'
import { type Client, GROUP, type Reply, readHeader, SUBSCRIPTION, start } from './client.ts'
import { resource, simulated } from './templates.ts'

const NAME = 'providers/Microsoft.Resources/deploymentStacks/shop'
const STACK = `${GROUP}/${NAME}`
const WHAT_IF = `${GROUP}/providers/Microsoft.Resources/deploymentStacksWhatIfResults/next`
const network = (name: string) => `${GROUP}/providers/Microsoft.Network/virtualNetworks/${name}`

const stack = (resources: JsonValue, rest: JsonObject = {}): JsonObject => ({
  properties: {
    actionOnUnmanage: { resources: 'delete' },
    denySettings: { mode: 'none' },
    template: { resources, outputs: { o: { type: 'string', value: 'x' } } },
    ...rest
  }
})

const readProperties = (reply: Reply) => readObject(reply.json, 'properties')

async function put(client: Client, body: JsonObject, id = STACK): Promise<JsonObject> {
  await client.send('PUT', id, { body })
  client.clock.advance(120_000)
  return readProperties(await client.send('GET', id))
}

describe.each([
  ['resource group', GROUP],
  ['subscription', SUBSCRIPTION],
  ['management group', '/providers/Microsoft.Management/managementGroups/platform']
])('a stack at %s scope', (_, scope) => {
  it('goes through its states in lower case, and ends with what it holds', async () => {
    const { send, clock, simulator } = await start()
    const id = `${scope}/${NAME}`
    const denySettings = { mode: 'denyDelete' }
    const headers = { 'x-ms-correlation-request-id': 'our-id' }
    const sent = {
      body: { location: 'westeurope', ...stack([resource('a')], { denySettings }) },
      headers
    }
    const accepted = await send('PUT', id, sent)
    expect(accepted.status).toBe(201)
    expect(readProperties(accepted)).toMatchObject({
      provisioningState: 'creating',
      correlationId: 'our-id'
    })
    const status = readHeader(accepted, 'azure-asyncoperation')
    const states: unknown[] = []
    for (let second = 0; second <= 16; second++) {
      const { json } = await send('GET', status)
      if (json.status !== states.at(-1)) states.push(json.status)
      clock.advance(1000)
    }
    expect(states).toEqual([
      'creating',
      'validating',
      'deploying',
      'updatingDenyAssignments',
      'succeeded'
    ])
    const end = readProperties(await send('GET', id))
    const resourceId = `${scope}/providers/Microsoft.Network/virtualNetworks/a`
    expect(end).toMatchObject({
      provisioningState: 'succeeded',
      outputs: { o: { type: 'String', value: 'x' } },
      resources: [{ id: resourceId, status: 'managed', denyStatus: 'denyDelete' }],
      deletedResources: [],
      failedResources: []
    })
    const deploymentId = String(end.deploymentId)
    expect(deploymentId).toMatch(
      new RegExp(`^${scope}/providers/Microsoft.Resources/deployments/shop-260101[0-9a-f]{5}$`)
    )
    expect(readProperties(await send('GET', deploymentId))).toMatchObject({
      provisioningState: 'Succeeded',
      correlationId: 'our-id'
    })
    expect((await send('GET', `${deploymentId}/operations`)).json).toMatchObject({
      value: [{}, { properties: { targetResource: { id: resourceId } } }]
    })
    expect(simulator.ledger.count('deployment-stack', id)).toBe(1)
    expect((await send('PUT', id, sent)).status).toBe(200)
  })
})

describe('a stack', () => {
  it.each([
    ['delete', 404, { deletedResources: [{ id: network('b') }], detachedResources: [] }],
    ['detach', 200, { deletedResources: [], detachedResources: [{ id: network('b') }] }]
  ])('lets go of what its template no longer names: %s', async (resources, status, ended) => {
    const client = await start()
    await put(client, stack([resource('a'), resource('b')]))
    const next = stack([resource('a')], { actionOnUnmanage: { resources } })
    expect(await put(client, next)).toMatchObject({ provisioningState: 'succeeded', ...ended })
    expect((await client.send('GET', network('b'))).status).toBe(status)
  })

  it('fails with the error of its deployment, and lets go of nothing', async () => {
    const client = await start()
    await put(client, stack([resource('a'), resource('b')]))
    const broken = stack([resource('a', simulated({ error: 'quota' }))])
    const accepted = await client.send('PUT', STACK, { body: broken })
    client.clock.advance(120_000)
    const status = await client.send('GET', readHeader(accepted, 'azure-asyncoperation'))
    const error = {
      code: 'DeploymentStackDeploymentFailed',
      details: [{ code: 'DeploymentFailed', details: [{ code: 'Conflict' }] }]
    }
    expect(status.json).toMatchObject({ status: 'failed', error })
    expect(readProperties(await client.send('GET', STACK))).toMatchObject({
      provisioningState: 'failed',
      error,
      failedResources: [{ id: network('a'), error: { code: 'QuotaExceeded' } }]
    })
    expect((await client.send('GET', network('b'))).status).toBe(200)
  })

  it('is not changed while it is at work', async () => {
    const { send, simulator } = await start()
    await send('PUT', STACK, { body: stack([resource('a')]) })
    const second = await send('PUT', STACK, { body: stack([]) })
    expect(second.status).toBe(409)
    expect(second.json).toMatchObject({ error: { code: 'DeploymentStackInNonTerminalState' } })
    expect((await send('DELETE', STACK)).status).toBe(409)
    expect(simulator.ledger.count(STACK)).toBe(1)
  })

  it.each([
    ['delete', 404],
    ['detach', 200]
  ])('is deleted, its resources by choice: %s', async (action, status) => {
    const client = await start()
    await put(client, stack([resource('a')]))
    const query = `?api-version=2025-07-01&unmanageAction.Resources=${action}`
    const deleted = await client.send('DELETE', STACK + query)
    expect(deleted.status).toBe(202)
    const location = readHeader(deleted, 'location')
    expect(location).toContain('api-version=2018-08-01')
    expect(readProperties(await client.send('GET', STACK)).provisioningState).toBe(
      'deletingResources'
    )
    client.clock.advance(10_000)
    expect((await client.send('GET', location)).status).toBe(200)
    expect((await client.send('GET', STACK)).status).toBe(404)
    expect((await client.send('DELETE', STACK)).status).toBe(204)
    expect((await client.send('GET', network('a'))).status).toBe(status)
    expect(client.simulator.ledger.count('deployment-stack-delete')).toBe(1)
  })

  it('has no cancel', async () => {
    const { send } = await start()
    await send('PUT', STACK, { body: stack([resource('a')]) })
    expect((await send('POST', `${STACK}/cancel`)).status).toBe(404)
  })

  it.each<[string, JsonObject, string]>([
    ['no properties', {}, 'InvalidRequestContent'],
    ['no deny settings', { properties: { actionOnUnmanage: {} } }, 'InvalidRequestContent'],
    ['no template', stack([], { template: null }), 'InvalidRequestContent'],
    ['a wrong template', stack([{ name: 'a' }]), 'InvalidTemplate'],
    [
      'a preflight check',
      stack([resource('a', simulated({ error: 'policy', preflight: true }))]),
      'InvalidTemplateDeployment'
    ]
  ])('is refused for %s', async (_, body, code) => {
    const { send, simulator, clock } = await start()
    const reply = await send('PUT', STACK, { body })
    expect(reply.status).toBe(400)
    expect(reply.json).toMatchObject({ error: { code } })
    const accepted = await send('POST', `${STACK}/validate`, { body })
    clock.advance(60_000)
    const validated = await send('GET', readHeader(accepted, 'location'))
    expect(validated.status).toBe(400)
    expect(validated.json).toMatchObject({ error: { code } })
    expect(simulator.ledger.entries).toEqual([])
  })

  it('is validated', async () => {
    const { send, clock } = await start()
    const accepted = await send('POST', `${STACK}/validate`, { body: stack([resource('a')]) })
    expect([accepted.status, accepted.headers.get('retry-after')]).toEqual([202, '15'])
    clock.advance(15_000)
    const reply = await send('GET', readHeader(accepted, 'location'))
    expect(readProperties(reply).validatedResources).toEqual([{ id: network('a') }])
    expect((await send('GET', STACK)).status).toBe(404)
  })
})

describe('the what-if of a stack', () => {
  const preview = (resources: JsonValue, rest: JsonObject = {}) =>
    stack(resources, { deploymentStackResourceId: STACK, retentionInterval: 'P7D', ...rest })

  async function run({ send, clock }: Client): Promise<Reply> {
    const accepted = await send('POST', `${WHAT_IF}/whatIf`)
    expect([accepted.status, accepted.headers.get('retry-after')]).toEqual([202, '15'])
    clock.advance(15_000)
    return send('GET', readHeader(accepted, 'location'))
  }

  it('is written, and then tells what would change', async () => {
    const client = await start()
    await put(client, stack([resource('a', { tags: { v: 1 } }), resource('b'), resource('c')]))
    const denySettings = { mode: 'denyDelete' }
    const next = [
      resource('a', { tags: { v: 2 } }),
      resource('b'),
      resource('new'),
      resource("[reference('x').y]")
    ]
    const written = await client.send('PUT', WHAT_IF, { body: preview(next, { denySettings }) })
    expect(written.status).toBe(201)
    expect(readProperties(written).provisioningState).toBe('initializing')
    client.clock.advance(3000)
    const status = readHeader(written, 'azure-asyncoperation')
    expect((await client.send('GET', status)).json.status).toBe('succeeded')
    expect(readProperties(await client.send('GET', WHAT_IF))).not.toHaveProperty('template')
    const reply = await run(client)
    expect(reply.status).toBe(200)
    const managed = { before: 'managed', after: 'managed' }
    const isNew = { before: 'notManaged', after: 'managed' }
    expect(reply.json).toMatchObject({
      id: WHAT_IF,
      type: 'Microsoft.Resources/deploymentStacksWhatIfResults',
      properties: {
        provisioningState: 'succeeded',
        changes: {
          resourceChanges: [
            {
              id: network('a'),
              changeType: 'modify',
              changeCertainty: 'definite',
              managementStatusChange: managed,
              resourceConfigurationChanges: {
                delta: [{ path: 'tags.v', changeType: 'modify', before: 1, after: 2 }]
              }
            },
            { id: network('b'), changeType: 'noChange', managementStatusChange: managed },
            { id: network('new'), changeType: 'create', managementStatusChange: isNew },
            { changeType: 'unsupported', changeCertainty: 'potential' },
            {
              id: network('c'),
              changeType: 'delete',
              managementStatusChange: { before: 'managed', after: 'notManaged' }
            }
          ],
          denySettingsChange: {
            before: { mode: 'none' },
            after: denySettings,
            delta: [{ path: 'mode', changeType: 'modify', before: 'none', after: 'denyDelete' }]
          }
        }
      }
    })
    expect((await client.send('DELETE', WHAT_IF)).status).toBe(200)
    expect((await client.send('GET', WHAT_IF)).status).toBe(404)
    expect((await client.send('DELETE', WHAT_IF)).status).toBe(204)
  })

  it('detaches where the stack would', async () => {
    const client = await start()
    await put(client, stack([resource('a')]))
    const actionOnUnmanage = { resources: 'detach' }
    await client.send('PUT', WHAT_IF, { body: preview([], { actionOnUnmanage }) })
    expect(readProperties(await run(client)).changes).toMatchObject({
      resourceChanges: [{ id: network('a'), changeType: 'detach' }]
    })
  })

  it('fails in its body', async () => {
    const client = await start()
    await client.send('PUT', WHAT_IF, { body: preview([{ name: 'a' }]) })
    const reply = await run(client)
    expect(reply.status).toBe(200)
    expect(readProperties(reply)).toMatchObject({
      provisioningState: 'failed',
      error: { code: 'InvalidTemplate' }
    })
  })

  it('is refused without its stack, and when it was never written', async () => {
    const { send } = await start()
    expect((await send('PUT', WHAT_IF, { body: stack([]) })).status).toBe(400)
    expect((await send('POST', `${WHAT_IF}/whatIf`)).status).toBe(404)
    const body = { properties: { deploymentStackResourceId: STACK, retentionInterval: 'P7D' } }
    expect((await send('PUT', WHAT_IF, { body })).status).toBe(201)
    expect((await send('POST', `${WHAT_IF}/whatIf`)).status).toBe(400)
    expect((await send('PATCH', WHAT_IF, { body })).status).toBe(405)
  })
})
