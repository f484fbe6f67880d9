/** validate and what-if, linked templates, and where a template is wrong. */
import { describe, expect, it } from 'vitest'
import { isJsonObject, type JsonObject, readArray, readObject } from '../../simulator/json.ts'
import { type Client, GROUP, type Reply, readHeader, SUBSCRIPTION, start } from './client.ts'
import { deploy, nested, resource, simulated } from './templates.ts'

const NAME = 'providers/Microsoft.Resources/deployments/web'
const DEPLOYMENT = `${GROUP}/${NAME}`
const network = (name: string) => `${GROUP}/providers/Microsoft.Network/virtualNetworks/${name}`

async function predict(
  client: Client,
  body: JsonObject,
  scope = GROUP,
  headers: Record<string, string> = {}
): Promise<Reply> {
  const accepted = await client.send('POST', `${scope}/${NAME}/whatIf`, { body, headers })
  expect(accepted.status).toBe(202)
  expect(accepted.headers.get('retry-after')).toBe('15')
  const location = readHeader(accepted, 'location')
  expect((await client.send('GET', location)).status).toBe(202)
  client.clock.advance(15_000)
  return client.send('GET', location)
}

function readChanges(reply: Reply): JsonObject[] {
  return readArray(readObject(reply.json, 'properties'), 'changes').filter(isJsonObject)
}

const summarize = (reply: Reply) =>
  readChanges(reply).map(
    ({ changeType, resourceId }) => `${changeType} ${String(resourceId).split('/').at(-1)}`
  )

/** A group that holds what the changes start from. */
async function prepare(client: Client): Promise<void> {
  const kept = resource('same', { location: 'westeurope', tags: { a: 'b' } })
  const other = resource('changed', {
    location: 'westeurope',
    tags: { old: 'x', kept: 'y' },
    properties: { size: 1, deep: { on: true }, list: [{ name: 'a', port: 80 }, 'two', 'three'] }
  })
  await client.send('PUT', `${GROUP}/${NAME}-before`, {
    body: deploy([kept, other, resource('other')])
  })
  client.clock.advance(60_000)
}

const AFTER = [
  resource('new', { location: 'westeurope' }),
  resource('same', { location: 'westeurope', tags: { a: 'b' } }),
  resource('changed', {
    location: 'westeurope',
    tags: { kept: 'y', fresh: 'z' },
    properties: {
      size: 2,
      deep: { on: false },
      list: [{ name: 'a', port: 8080 }, 'two'],
      provisioningState: 'ignored'
    }
  }),
  resource("[reference('later').name]")
]

describe('what-if', () => {
  it('tells of every kind of change in an incremental deployment', async () => {
    const client = await start()
    await prepare(client)
    const reply = await predict(client, deploy(AFTER))
    expect(reply.status).toBe(200)
    expect(reply.json).toMatchObject({ status: 'Succeeded' })
    expect(summarize(reply)).toEqual([
      'Create new',
      'NoChange same',
      'Modify changed',
      "Unsupported [reference('later').name]",
      'Ignore other'
    ])
    expect(client.simulator.ledger.count('deployment')).toBe(1)
    expect((await client.send('GET', network('new'))).status).toBe(404)
  })

  it('tells each property that changes', async () => {
    const client = await start()
    await prepare(client)
    const [, same, changed, strange, ignored] = readChanges(await predict(client, deploy(AFTER)))
    expect(same).not.toHaveProperty('delta')
    expect(changed).toMatchObject({
      resourceId: network('changed'),
      before: { id: network('changed'), properties: { size: 1 } },
      after: { id: network('changed'), properties: { size: 2 } },
      delta: [
        { path: 'tags.old', propertyChangeType: 'Delete', before: 'x' },
        { path: 'tags.fresh', propertyChangeType: 'Create', after: 'z' },
        { path: 'properties.size', propertyChangeType: 'Modify', before: 1, after: 2 },
        { path: 'properties.deep.on', propertyChangeType: 'Modify', before: true, after: false },
        {
          path: 'properties.list',
          propertyChangeType: 'Array',
          children: [
            {
              path: '0',
              propertyChangeType: 'Modify',
              children: [{ path: 'port', propertyChangeType: 'Modify', before: 80, after: 8080 }]
            },
            { path: '2', propertyChangeType: 'Delete', before: 'three' }
          ]
        },
        { path: 'properties.provisioningState', propertyChangeType: 'NoEffect', after: 'ignored' }
      ]
    })
    expect(JSON.stringify(readObject(changed ?? {}, 'before'))).not.toContain('provisioningState')
    expect(strange).toMatchObject({
      unsupportedReason: expect.stringContaining('cannot be analyzed')
    })
    expect(ignored).toHaveProperty('before')
    expect(ignored).not.toHaveProperty('after')
  })

  it('deletes what a complete deployment does not name', async () => {
    const client = await start()
    await prepare(client)
    const body = deploy(
      [resource('same', { location: 'westeurope', tags: { a: 'b' } })],
      {},
      { mode: 'Complete' }
    )
    expect(summarize(await predict(client, body))).toEqual([
      'NoChange same',
      'Delete changed',
      'Delete other'
    ])
  })

  it('tells ids alone when it is asked to', async () => {
    const client = await start()
    await prepare(client)
    const whatIfSettings = { resultFormat: 'ResourceIdOnly' }
    const reply = await predict(client, deploy(AFTER.slice(0, 2), {}, { whatIfSettings }))
    expect(readChanges(reply)).toEqual([
      { resourceId: network('new'), changeType: 'Create' },
      { resourceId: network('same'), changeType: 'Deploy' },
      { resourceId: network('changed'), changeType: 'Ignore' },
      { resourceId: network('other'), changeType: 'Ignore' }
    ])
  })

  it('looks into nested deployments and at resource groups', async () => {
    const client = await start()
    const resources = [
      { type: 'Microsoft.Resources/resourceGroups', name: 'rg', location: 'northeurope' },
      nested('module', [resource('a')], { resourceGroup: 'rg' })
    ]
    await client.send('PUT', GROUP, { body: { location: 'westeurope' } })
    const reply = await predict(
      client,
      { location: 'westeurope', ...deploy(resources) },
      SUBSCRIPTION
    )
    expect(readChanges(reply)).toMatchObject([
      { changeType: 'Modify', resourceId: GROUP, delta: [{ path: 'location' }] },
      { changeType: 'Create', resourceId: network('a') }
    ])
  })

  it.each<[string, JsonObject, Record<string, string>, string]>([
    ['a template that is not valid', deploy([{ name: 'a' }]), {}, 'InvalidTemplate'],
    [
      'a preflight check',
      deploy([resource('a', simulated({ error: 'policy', preflight: true }))]),
      {},
      'InvalidTemplateDeployment'
    ],
    ['the request', deploy([]), { 'x-ms-simulator-error': 'quota' }, 'QuotaExceeded']
  ])('answers 200 and says Failed for %s', async (_, body, headers, code) => {
    const reply = await predict(await start(), body, GROUP, headers)
    expect(reply.status).toBe(200)
    expect(reply.json).toMatchObject({ status: 'Failed', error: { code } })
    expect(reply.json).not.toHaveProperty('properties')
  })

  it('answers 400 for what is no deployment, 404 for a group that is gone, 405 for GET', async () => {
    const { send } = await start({ onDemand: false })
    const path = `${DEPLOYMENT}/whatIf`
    expect((await send('POST', path, { body: deploy([]) })).json).toMatchObject({
      error: { code: 'ResourceGroupNotFound' }
    })
    await send('PUT', GROUP, { body: { location: 'westeurope' } })
    const reply = await send('POST', path, { body: {} })
    expect(reply.status).toBe(400)
    expect(reply.json).toMatchObject({ error: { code: 'InvalidRequestContent' } })
    expect((await send('GET', path)).status).toBe(405)
  })

  it('makes no group', async () => {
    const client = await start()
    await predict(client, deploy([resource('a')]))
    expect((await client.send('GET', GROUP)).status).toBe(404)
  })
})

describe('validate', () => {
  const path = `${DEPLOYMENT}/validate`
  const refused = (preflight: boolean | number) =>
    deploy([resource('a', simulated({ error: 'policy', preflight }))])

  it('answers 200 with what would be deployed', async () => {
    const { send, simulator } = await start()
    const reply = await send('POST', path, { body: deploy([nested('m', [resource('a')])]) })
    expect(reply.status).toBe(200)
    expect(reply.json).toMatchObject({
      id: DEPLOYMENT,
      properties: { provisioningState: 'Succeeded', validatedResources: [{ id: network('a') }] }
    })
    expect(simulator.ledger.entries).toEqual([])
  })

  it.each<[number, JsonObject, string]>([
    [400, deploy([{ name: 'a' }]), 'InvalidTemplate'],
    [400, {}, 'InvalidRequestContent'],
    [400, refused(true), 'InvalidTemplateDeployment'],
    [200, refused(200), 'InvalidTemplateDeployment']
  ])('answers %i with an error for %j', async (status, body, code) => {
    const { send } = await start()
    const reply = await send('POST', path, { body })
    expect(reply.status).toBe(status)
    expect(reply.json).toMatchObject({ error: { code } })
  })

  it.each<[number, JsonObject]>([
    [200, deploy([])],
    [400, refused(true)]
  ])('may take its time, and then answer %i', async (status, body) => {
    const { send, clock } = await start()
    const headers = { 'x-ms-simulator-seconds': '20' }
    const accepted = await send('POST', path, { body, headers })
    expect(accepted.status).toBe(202)
    const location = readHeader(accepted, 'location')
    clock.advance(19_999)
    expect((await send('GET', location)).status).toBe(202)
    clock.advance(1)
    expect((await send('GET', location)).status).toBe(status)
  })
})

describe('a template link', () => {
  const base = 'https://templates.example/v1'
  const inner = { resources: [resource('deep')], outputs: { o: { type: 'string', value: 'x' } } }
  const templates = {
    [`${base}/main.json`]: {
      parameters: { name: { type: 'string' } },
      resources: [
        {
          ...nested('linked', []),
          properties: { mode: 'Incremental', templateLink: { relativePath: 'inner.json' } }
        },
        resource("[parameters('name')]")
      ]
    },
    [`${base}/inner.json`]: inner,
    [`${base}/values.json`]: { parameters: { name: { value: 'from-file' } } },
    '/subscriptions/s/resourceGroups/r/providers/Microsoft.Resources/templateSpecs/t/versions/1':
      inner
  }
  const link = (properties: JsonObject): JsonObject => ({
    properties: { mode: 'Incremental', ...properties }
  })

  it('leads to a template, its parameters and what that links to', async () => {
    const client = await start({ templates })
    const body = link({
      templateLink: { uri: `${base}/main.json?sig=hidden` },
      parametersLink: { uri: `${base}/values.json` }
    })
    const accepted = await client.send('PUT', DEPLOYMENT, { body })
    expect(accepted.status).toBe(201)
    expect(accepted.json).toMatchObject({
      properties: { templateLink: { uri: `${base}/main.json` } }
    })
    expect(accepted.text).not.toContain('hidden')
    client.clock.advance(60_000)
    expect((await client.send('GET', network('deep'))).status).toBe(200)
    expect((await client.send('GET', network('from-file'))).status).toBe(200)
    const linked = `${GROUP}/providers/Microsoft.Resources/deployments/linked`
    expect((await client.send('GET', linked)).json).toMatchObject({
      properties: { templateLink: { uri: `${base}/inner.json` }, outputs: { o: { value: 'x' } } }
    })
  })

  it('may be the id of a template spec', async () => {
    const { send } = await start({ templates })
    const [id = ''] = Object.keys(templates).slice(-1)
    const reply = await send('PUT', DEPLOYMENT, { body: link({ templateLink: { id } }) })
    expect(reply.status).toBe(201)
    expect(reply.json).toMatchObject({ properties: { templateLink: { id } } })
  })

  it.each([
    [{ uri: 'https://templates.example/none.json' }, 'InvalidContentLink'],
    [{ relativePath: 'inner.json' }, 'InvalidTemplateLink'],
    [{}, 'InvalidTemplateLink']
  ])('is refused when it leads nowhere: %j', async (templateLink, code) => {
    const { send } = await start({ templates })
    const reply = await send('PUT', DEPLOYMENT, { body: link({ templateLink }) })
    expect(reply.status).toBe(400)
    expect(reply.json).toMatchObject({ error: { code } })
  })
})

describe('a template that is wrong', () => {
  it.each<[JsonObject, number, number, string]>([
    [deploy([resource('a'), { name: 'b' }]), 11, 9, 'properties.template.resources[1]'],
    [
      deploy([], { parameters: { a: { type: 'string' } } }),
      7,
      14,
      'properties.template.parameters.a'
    ],
    [
      deploy([nested('m', [{ name: 'b' }])]),
      14,
      17,
      'properties.template.resources[0].properties.template.resources[0]'
    ]
  ])(
    'is told with its line and position in the request: %#',
    async (body, lineNumber, linePosition, path) => {
      const { send } = await start()
      const text = JSON.stringify(body, null, 2)
      const reply = await send('PUT', DEPLOYMENT, { body: text })
      expect(reply.json).toMatchObject({
        error: {
          code: 'InvalidTemplate',
          additionalInfo: [{ type: 'TemplateViolation', info: { lineNumber, linePosition, path } }]
        }
      })
    }
  )
})

describe('outputs', () => {
  it('are shown with their types, secure ones without their value', async () => {
    const { send, clock } = await start()
    const declare = (type: string, value: JsonObject[string]) => ({ type, value })
    const outputs = {
      text: declare('string', 'a'),
      number: declare('int', 5),
      flag: declare('Bool', true),
      list: declare('array', [1, 'two']),
      tree: declare('object', { a: { b: 1 } }),
      secret: declare('securestring', 'hidden'),
      secrets: declare('secureObject', { a: 'hidden' })
    }
    await send('PUT', DEPLOYMENT, { body: deploy([], { outputs }) })
    clock.advance(60_000)
    const reply = await send('GET', DEPLOYMENT)
    expect(readObject(reply.json, 'properties').outputs).toEqual({
      text: { type: 'String', value: 'a' },
      number: { type: 'Int', value: 5 },
      flag: { type: 'Bool', value: true },
      list: { type: 'Array', value: [1, 'two'] },
      tree: { type: 'Object', value: { a: { b: 1 } } },
      secret: { type: 'SecureString' },
      secrets: { type: 'SecureObject' }
    })
    expect(reply.text).not.toContain('hidden')
  })
})

it('deploys to other scopes: the tenant, a management group, a resource', async () => {
  const client = await start()
  const resources = [
    nested('up', [resource('tenant')], { scope: '/' }),
    nested('group', [resource('managed')], {
      scope: 'Microsoft.Management/managementGroups/platform'
    }),
    { type: 'Microsoft.Authorization/locks', name: 'lock', scope: 'Microsoft.KeyVault/vaults/v' }
  ]
  await client.send('PUT', DEPLOYMENT, { body: deploy(resources) })
  client.clock.advance(60_000)
  const shown = readObject((await client.send('GET', DEPLOYMENT)).json, 'properties')
  expect(shown.outputResources).toEqual([
    { id: '/providers/Microsoft.Network/virtualNetworks/tenant' },
    {
      id: '/providers/Microsoft.Management/managementGroups/platform/providers/Microsoft.Network/virtualNetworks/managed'
    },
    {
      id: `${GROUP}/providers/Microsoft.KeyVault/vaults/v/providers/Microsoft.Authorization/locks/lock`
    }
  ])
})
