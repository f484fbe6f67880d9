/** The second example of https://learn.microsoft.com/azure/azure-resource-manager/management/async-operations, and how deployments fail. */
import { describe, expect, it } from 'vitest'
import type { JsonObject, JsonValue } from '../../simulator/json.ts'
import { type Client, GROUP, type Reply, readHeader, SUBSCRIPTION, start } from './client.ts'
import { deploy, nested, resource, simulated } from './templates.ts'

const NAME = 'providers/Microsoft.Resources/deployments/web'
const DEPLOYMENT = `${GROUP}/${NAME}`

async function readEnd({ send, clock }: Client, accepted: Reply): Promise<JsonObject> {
  clock.advance(3_600_000)
  return (await send('GET', readHeader(accepted, 'azure-asyncoperation'))).json
}

describe.each([
  ['resource group', GROUP, {}],
  ['subscription', SUBSCRIPTION, { location: 'westeurope' }],
  [
    'management group',
    '/providers/Microsoft.Management/managementGroups/platform',
    { location: 'westeurope' }
  ],
  ['tenant', '', { location: 'westeurope' }]
])('at %s scope', (_, scope, location) => {
  it('answers 201 Accepted, runs, and shows its outputs at the end', async () => {
    const { send, clock, simulator } = await start()
    const path = `${scope}/${NAME}`
    const outputs = { hello: { type: 'string', value: 'world' } }
    const body = { ...location, ...deploy([resource('a')], { outputs }) }
    const headers = { 'x-ms-correlation-request-id': 'our-id' }
    const accepted = await send('PUT', path, { body, headers })
    expect(accepted.status).toBe(201)
    expect(accepted.headers.get('retry-after')).toBeNull()
    expect(accepted.json).toMatchObject({
      id: path,
      name: 'web',
      type: 'Microsoft.Resources/deployments',
      properties: { provisioningState: 'Accepted', mode: 'Incremental', correlationId: 'our-id' }
    })
    expect(accepted.text).not.toContain('world')
    const status = readHeader(accepted, 'azure-asyncoperation')
    expect(new URL(status).pathname).toMatch(new RegExp(`^${path}/operationStatuses/\\d+$`))
    expect((await send('GET', status)).json).toEqual({ status: 'Accepted' })
    clock.advance(5000)
    expect((await send('GET', status)).json).toEqual({ status: 'Running' })
    clock.advance(5000)
    expect((await send('GET', status)).json).toEqual({ status: 'Succeeded' })
    expect((await send('GET', path)).json).toMatchObject({
      properties: {
        provisioningState: 'Succeeded',
        duration: 'PT10S',
        outputs: { hello: { type: 'String', value: 'world' } },
        outputResources: [{ id: `${scope}/providers/Microsoft.Network/virtualNetworks/a` }]
      }
    })
    expect((await send('HEAD', path)).status).toBe(204)
    expect((await send('PUT', path, { body })).status).toBe(200)
    expect(simulator.ledger.count('deployment', path)).toBe(2)
  })
})

it('refuses the same name while it is active, and counts that not', async () => {
  const { send, simulator } = await start()
  const body = deploy([resource('a')])
  await send('PUT', DEPLOYMENT, { body })
  const second = await send('PUT', DEPLOYMENT, { body })
  expect(second.status).toBe(409)
  expect(second.json).toMatchObject({ error: { code: 'DeploymentActive' } })
  expect(second.text).toContain("from '1/1/2026 12:00:00 AM' is still active")
  expect(simulator.ledger.count(DEPLOYMENT)).toBe(1)
})

it.each([
  ['succeeds', 'Succeeded'],
  ['sku', 'Failed']
])('lets another run take its name, which %s', async (next, end) => {
  const { send, clock, simulator } = await start()
  const body = deploy([resource('a')])
  const headers = { 'x-ms-correlation-request-id': 'our-id', 'x-ms-simulator-next-run': next }
  const accepted = await send('PUT', DEPLOYMENT, { body, headers })
  expect(accepted.json).toMatchObject({ properties: { correlationId: 'our-id' } })
  clock.advance(9_999)
  expect((await send('GET', DEPLOYMENT)).json).toMatchObject({
    properties: { provisioningState: 'Running', correlationId: 'our-id' }
  })
  clock.advance(1)
  expect((await send('GET', DEPLOYMENT)).json).toMatchObject({
    properties: {
      provisioningState: 'Accepted',
      correlationId: expect.not.stringMatching('our-id')
    }
  })
  expect(await readEnd({ send, clock, simulator }, accepted)).toEqual({ status: 'Succeeded' })
  expect((await send('GET', DEPLOYMENT)).json).toMatchObject({
    properties: { provisioningState: end, timestamp: '2026-01-01T00:00:20.000Z', duration: 'PT10S' }
  })
  const { value } = (await send('GET', `${DEPLOYMENT}/operations`)).json
  expect(value).toMatchObject([{ properties: { provisioningState: end } }])
  expect(simulator.ledger.count('deployment', DEPLOYMENT)).toBe(1)
})

it('takes as long as the longest chain of resources', async () => {
  const { send, clock } = await start()
  const id = "[resourceId('Microsoft.Network/virtualNetworks', 'slow')]"
  const resources = [
    resource('last', { dependsOn: [id, 'quick'], ...simulated({ seconds: 7 }) }),
    resource('slow', simulated({ seconds: 60 })),
    resource('quick', simulated({ seconds: 1 })),
    resource('off', { condition: false, ...simulated({ seconds: 999 }) })
  ]
  const accepted = await send('PUT', DEPLOYMENT, { body: deploy(resources) })
  const status = readHeader(accepted, 'azure-asyncoperation')
  const last = `${GROUP}/providers/Microsoft.Network/virtualNetworks/last`
  clock.advance(59_999)
  expect((await send('GET', last)).status).toBe(404)
  clock.advance(1)
  expect((await send('GET', last)).json).toMatchObject({
    properties: { provisioningState: 'Creating' }
  })
  clock.advance(6999)
  expect((await send('GET', status)).json).toEqual({ status: 'Running' })
  clock.advance(1)
  expect((await send('GET', status)).json).toEqual({ status: 'Succeeded' })
  expect((await send('GET', DEPLOYMENT)).json).toMatchObject({
    properties: { dependencies: [{ resourceName: 'last', dependsOn: [{}, {}] }] }
  })
})

describe('a failing deployment', () => {
  it('tells a resource error as JSON in a string, and starts nothing that waits for it', async () => {
    const client = await start()
    const resources = [
      resource('bad', simulated({ seconds: 5, error: 'quota' })),
      resource('after', { dependsOn: ['bad'], ...simulated({ seconds: 500 }) }),
      resource('beside', simulated({ seconds: 9 }))
    ]
    const accepted = await client.send('PUT', DEPLOYMENT, { body: deploy(resources) })
    client.clock.advance(9000)
    const end = await readEnd(client, accepted)
    expect(end).toMatchObject({
      status: 'Failed',
      error: { code: 'DeploymentFailed', target: DEPLOYMENT, details: [{ code: 'Conflict' }] }
    })
    const text = JSON.stringify(end)
    expect(text).toContain('\\r\\n')
    expect(text).toContain('QuotaExceeded')
    const shown = await client.send('GET', DEPLOYMENT)
    expect(shown.json).toMatchObject({
      properties: { provisioningState: 'Failed', duration: 'PT9S', error: end.error }
    })
    const after = `${GROUP}/providers/Microsoft.Network/virtualNetworks/after`
    expect((await client.send('GET', after)).status).toBe(404)
  })

  it('tells it as a tree when the template says so', async () => {
    const client = await start()
    const error = { code: 'Boom', message: 'It broke.' }
    const resources = [resource('bad', simulated({ error, errorStyle: 'tree' }))]
    const accepted = await client.send('PUT', DEPLOYMENT, { body: deploy(resources) })
    expect(await readEnd(client, accepted)).toMatchObject({
      error: { details: [{ code: 'ResourceDeploymentFailure', details: [error] }] }
    })
  })

  it('nests: a policy violation two deployments deep is two layers of JSON in a string', async () => {
    const client = await start()
    const inner = nested('inner', [resource('bad', simulated({ error: 'policy' }))])
    const accepted = await client.send('PUT', DEPLOYMENT, { body: deploy([inner]) })
    const end = await readEnd(client, accepted)
    const outer = JSON.parse(readPath(end, ['error', 'details', '0', 'message']))
    expect(outer).toMatchObject({ status: 'Failed', error: { code: 'DeploymentFailed' } })
    const deepest = JSON.parse(readPath(outer, ['error', 'details', '0', 'message']))
    expect(deepest).toMatchObject({
      error: {
        code: 'RequestDisallowedByPolicy',
        target: 'bad',
        additionalInfo: [{ type: 'PolicyViolation' }]
      }
    })
    const module = `${GROUP}/providers/Microsoft.Resources/deployments/inner`
    expect((await client.send('GET', module)).json).toMatchObject({
      properties: { provisioningState: 'Failed' }
    })
    expect(client.simulator.ledger.count('deployment')).toBe(1)
  })

  it('is refused at once by the preflight check', async () => {
    const { send, simulator } = await start()
    const resources = [resource('bad', simulated({ error: 'policy', preflight: true }))]
    const reply = await send('PUT', DEPLOYMENT, { body: deploy(resources) })
    expect(reply.status).toBe(400)
    expect(reply.json).toMatchObject({
      error: {
        code: 'InvalidTemplateDeployment',
        details: [{ code: 'RequestDisallowedByPolicy' }]
      }
    })
    expect(simulator.ledger.entries).toEqual([])
    expect((await send('GET', DEPLOYMENT)).json).toMatchObject({
      error: { code: 'DeploymentNotFound' }
    })
  })
})

function readPath(value: JsonValue, keys: readonly string[]): string {
  const found = keys.reduce<unknown>((at, key) => Reflect.get(Object(at), key), value)
  return String(found)
}

it.each<[string, JsonObject, string]>([
  ['no properties', {}, 'InvalidRequestContent'],
  ['no template', { properties: { mode: 'Incremental' } }, 'InvalidRequestContent'],
  ['no mode', { properties: { template: {} } }, 'InvalidRequestContent'],
  ['a location in a group', { location: 'eastus', ...deploy([]) }, 'InvalidDeployment'],
  ['no type', deploy([{ name: 'a' }]), 'InvalidTemplate'],
  ['a resource that is none', deploy(['a']), 'InvalidTemplate'],
  [
    'a circle',
    deploy([resource('a', { dependsOn: ['b'] }), resource('b', { dependsOn: ['a'] })]),
    'InvalidTemplate'
  ],
  ['an unknown named error', deploy([resource('a', simulated({ error: 'x' }))]), 'InvalidTemplate'],
  ['a missing parameter', deploy([], { parameters: { a: { type: 'string' } } }), 'InvalidTemplate'],
  ['a strange parameter', deploy([], {}, { parameters: { a: { value: 1 } } }), 'InvalidTemplate'],
  [
    'a nested deployment without a template',
    deploy([{ type: 'Microsoft.Resources/deployments', name: 'a', properties: {} }]),
    'InvalidTemplate'
  ]
])('refuses %s', async (_, body, code) => {
  const { send, simulator } = await start()
  const reply = await send('PUT', DEPLOYMENT, { body })
  expect(reply.status).toBe(400)
  expect(reply.json).toMatchObject({ error: { code } })
  expect(simulator.ledger.entries).toEqual([])
})

it('requires a location above the resource group', async () => {
  const { send } = await start()
  const reply = await send('PUT', `${SUBSCRIPTION}/${NAME}`, { body: deploy([]) })
  expect(reply.json).toMatchObject({ error: { code: 'LocationRequired' } })
})

it('evaluates parameters, variables, functions and references', async () => {
  const client = await start()
  const template = {
    parameters: {
      name: { type: 'string' },
      full: { type: 'string', defaultValue: "[concat(parameters('name'), '-x')]" },
      secret: { type: 'securestring' }
    },
    variables: { url: "[format('https://{0}/{1}', toLower(parameters('full')), 1)]" },
    resources: {
      account: {
        type: 'Microsoft.Storage/storageAccounts',
        name: "[parameters('name')]",
        location: '[resourceGroup().location]'
      },
      module: {
        ...nested('module', [], { dependsOn: ['account'] }),
        properties: {
          mode: 'Incremental',
          parameters: { in: { value: "[parameters('full')]" } },
          template: {
            parameters: { in: { type: 'string' } },
            resources: [],
            outputs: { back: { type: 'string', value: "[parameters('in')]" } }
          }
        }
      }
    },
    outputs: {
      url: { type: 'string', value: "[variables('url')]" },
      blob: { type: 'string', value: "[reference(parameters('name')).primaryEndpoints.blob]" },
      id: {
        type: 'string',
        value: "[resourceId('Microsoft.Storage/storageAccounts', parameters('name'))]"
      },
      back: { type: 'string', value: "[reference('module').outputs.back.value]" },
      hidden: { type: 'secureString', value: "[parameters('secret')]" },
      strange: { type: 'string', value: "[unheardOf('x')]" },
      off: { type: 'string', condition: false, value: '' }
    }
  }
  const parameters = {
    name: { value: 'Shop' },
    secret: { reference: { keyVault: { id: 'v' }, secretName: 's' } }
  }
  const body = { properties: { mode: 'Complete', template, parameters } }
  const accepted = await client.send('PUT', DEPLOYMENT, { body })
  expect(accepted.json).toMatchObject({
    properties: { parameters: { full: { type: 'String', value: 'Shop-x' } } }
  })
  expect(await readEnd(client, accepted)).toEqual({ status: 'Succeeded' })
  const shown = await client.send('GET', DEPLOYMENT)
  expect(shown.json).toMatchObject({
    properties: {
      outputs: {
        url: { type: 'String', value: 'https://shop-x/1' },
        blob: { value: 'https://Shop.blob.core.windows.net/' },
        id: { value: `${GROUP}/providers/Microsoft.Storage/storageAccounts/Shop` },
        back: { value: 'Shop-x' },
        hidden: { type: 'SecureString' },
        strange: { value: "[unheardOf('x')]" }
      }
    }
  })
  expect(shown.text).not.toContain('"off"')
})

it('deploys a group and, in it, a module from a subscription', async () => {
  const client = await start()
  const resources = [
    { type: 'Microsoft.Resources/resourceGroups', name: 'new', location: 'westeurope' },
    nested('in-group', [resource('a')], { resourceGroup: 'new', dependsOn: ['new'] })
  ]
  const body = { location: 'westeurope', ...deploy(resources) }
  const accepted = await client.send('PUT', `${SUBSCRIPTION}/${NAME}`, { body })
  expect(await readEnd(client, accepted)).toEqual({ status: 'Succeeded' })
  const group = `${SUBSCRIPTION}/resourceGroups/new`
  expect((await client.send('GET', group)).status).toBe(200)
  const network = `${group}/providers/Microsoft.Network/virtualNetworks/a`
  expect((await client.send('GET', network)).json).toMatchObject({
    properties: { provisioningState: 'Succeeded' }
  })
})
