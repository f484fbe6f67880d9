/** What a client sees of a deployment while it runs: operations, cancel, and answers that get lost. */
import { describe, expect, it } from 'vitest'
import type { JsonObject, JsonValue } from '../../simulator/json.ts'
import { readArray, readObject, readString } from '../../simulator/json.ts'
import { type Client, GROUP, type Reply, readHeader, SUBSCRIPTION, start } from './client.ts'
import { deploy, nested, resource, simulated } from './templates.ts'

const NAME = 'providers/Microsoft.Resources/deployments/web'
const DEPLOYMENT = `${GROUP}/${NAME}`
const NETWORK = 'Microsoft.Network/virtualNetworks'

/** `name state` of each operation on a page. */
function readStates(reply: Reply): string[] {
  return readArray(reply.json, 'value').map((entry) => {
    const properties = readObject(asObject(entry), 'properties')
    const target = readString(readObject(properties, 'targetResource'), 'resourceName')
    const kind = readString(properties, 'provisioningOperation')
    return `${target ?? kind} ${readString(properties, 'provisioningState')}`
  })
}

function asObject(value: JsonValue | undefined): JsonObject {
  return readObject({ value: value ?? null }, 'value')
}

const listOperations = ({ send }: Client, id = DEPLOYMENT) => send('GET', `${id}/operations`)

describe('the operations list', () => {
  it.each([
    ['resource group', GROUP, {}],
    ['subscription', SUBSCRIPTION, { location: 'westeurope' }],
    [
      'management group',
      '/providers/Microsoft.Management/managementGroups/platform',
      { location: 'westeurope' }
    ],
    ['tenant', '', { location: 'westeurope' }]
  ])('is there at %s scope', async (_, scope, location) => {
    const client = await start()
    const id = `${scope}/${NAME}`
    await client.send('PUT', id, { body: { ...location, ...deploy([resource('a')]) } })
    const reply = await listOperations(client, id)
    expect(reply.status).toBe(200)
    expect(readStates(reply)).toEqual(['a Running'])
    const [operation] = readArray(reply.json, 'value')
    expect(operation).toMatchObject({
      id: expect.stringMatching(new RegExp(`^${id}/operations/[0-9A-F]{16}$`)),
      properties: {
        provisioningOperation: 'Create',
        timestamp: '2026-01-01T00:00:00.000Z',
        duration: 'PT0S',
        targetResource: { id: `${scope}/providers/${NETWORK}/a`, resourceType: NETWORK }
      }
    })
    const one = await client.send('GET', readString(asObject(operation), 'id') ?? '')
    expect(one.json).toEqual(operation)
  })

  it('tells each resource as it starts and ends, newest first', async () => {
    const client = await start()
    const resources = {
      known: { type: NETWORK, name: 'known', existing: true },
      first: resource('first', simulated({ seconds: 10 })),
      slow: resource('slow', simulated({ seconds: 90 })),
      second: resource('second', { dependsOn: ['first'], ...simulated({ seconds: 5 }) })
    }
    const outputs = { a: { type: 'string', value: 'b' } }
    await client.send('PUT', DEPLOYMENT, { body: deploy(resources, { outputs }) })
    const read = async () => readStates(await listOperations(client))
    expect(await read()).toEqual(['slow Running', 'first Running', 'known Succeeded'])
    client.clock.advance(10_000)
    expect(await read()).toEqual([
      'second Running',
      'slow Running',
      'first Succeeded',
      'known Succeeded'
    ])
    client.clock.advance(80_000)
    const end = await listOperations(client)
    expect(readStates(end)).toEqual([
      'EvaluateDeploymentOutput Succeeded',
      'second Succeeded',
      'slow Succeeded',
      'first Succeeded',
      'known Succeeded'
    ])
    expect(readArray(end.json, 'value')[2]).toMatchObject({
      properties: {
        duration: 'PT1M30S',
        timestamp: '2026-01-01T00:01:30.000Z',
        statusCode: 'OK',
        targetResource: { symbolicName: 'slow' }
      }
    })
  })

  it('comes in pages, and a page is not moved by what starts meanwhile', async () => {
    const client = await start({ pageSize: 2 })
    const names = ['a', 'b', 'c', 'd', 'e']
    const late = resource('late', { dependsOn: ['a'] })
    const body = deploy([...names.map((name) => resource(name, simulated({ seconds: 3 }))), late])
    await client.send('PUT', DEPLOYMENT, { body })
    const first = await listOperations(client)
    expect(readStates(first)).toEqual(['e Running', 'd Running'])
    client.clock.advance(4000)
    const next = readString(first.json, 'nextLink') ?? ''
    expect(next).toContain('%24skiptoken=')
    const second = await client.send('GET', next)
    expect(readStates(second)).toEqual(['c Succeeded', 'b Succeeded'])
    const third = await client.send('GET', readString(second.json, 'nextLink') ?? '')
    expect(readStates(third)).toEqual(['a Succeeded'])
    expect(third.json.nextLink).toBeUndefined()
    const top = await client.send('GET', `${DEPLOYMENT}/operations?api-version=2025-04-01&$top=5`)
    expect(readStates(top)[0]).toBe('late Running')
    expect(readString(top.json, 'nextLink')).toContain('%24top=5&')
  })

  it.each(['$top=0', '$top=x', '$skiptoken=abc'])('refuses %s', async (query) => {
    const { send } = await start()
    await send('PUT', DEPLOYMENT, { body: deploy([]) })
    const path = `${DEPLOYMENT}/operations?api-version=2025-04-01&${query}`
    expect((await send('GET', path)).status).toBe(400)
  })

  it('lists a nested deployment, which has a list of its own', async () => {
    const client = await start()
    const body = deploy([nested('inner', [resource('deep', simulated({ seconds: 30 }))])])
    await client.send('PUT', DEPLOYMENT, { body })
    const reply = await listOperations(client)
    const inner = `${GROUP}/providers/Microsoft.Resources/deployments/inner`
    expect(readArray(reply.json, 'value')).toMatchObject([
      {
        properties: {
          targetResource: { id: inner, resourceType: 'Microsoft.Resources/deployments' }
        }
      }
    ])
    expect(readStates(await listOperations(client, inner))).toEqual(['deep Running'])
  })

  it('tells why a resource failed: an object, or its text before 2018', async () => {
    const client = await start()
    const body = deploy([
      resource('denied', simulated({ seconds: 1, error: 'policy' })),
      resource('full', simulated({ seconds: 1, error: 'quota' }))
    ])
    await client.send('PUT', DEPLOYMENT, { body })
    client.clock.advance(1000)
    const reply = await listOperations(client)
    const full = {
      status: 'Failed',
      error: { code: 'ResourceDeploymentFailure', details: [{ code: 'QuotaExceeded' }] }
    }
    expect(readArray(reply.json, 'value')).toMatchObject([
      { properties: { statusCode: 'Conflict', statusMessage: full } },
      {
        properties: {
          statusCode: 'Forbidden',
          statusMessage: { error: { code: 'RequestDisallowedByPolicy' } }
        }
      }
    ])
    const old = await client.send('GET', `${DEPLOYMENT}/operations?api-version=2017-05-10`)
    const { statusMessage } = readObject(asObject(readArray(old.json, 'value')[0]), 'properties')
    expect(JSON.parse(String(statusMessage))).toMatchObject(full)
  })

  it.each([
    ['GET', `${DEPLOYMENT}/operations`, 404, 'DeploymentNotFound'],
    ['GET', `${DEPLOYMENT}/operations/0011`, 404, 'DeploymentNotFound'],
    ['GET', `${DEPLOYMENT}2/operations/0011`, 404, 'DeploymentOperationNotFound'],
    ['POST', `${DEPLOYMENT}2/operations`, 405, 'MethodNotAllowed']
  ])('answers %s %s with %i', async (method, path, status, code) => {
    const { send } = await start()
    await send('PUT', `${DEPLOYMENT}2`, { body: deploy([]) })
    const reply = await send(method, path)
    expect(reply.status).toBe(status)
    expect(reply.json).toMatchObject({ error: { code } })
  })
})

describe('cancel', () => {
  const cancel = ({ send }: Client, id = DEPLOYMENT) => send('POST', `${id}/cancel`)
  const body = deploy([
    resource('done', simulated({ seconds: 1 })),
    resource('busy', simulated({ seconds: 60 })),
    resource('late', { dependsOn: ['busy'] }),
    nested('module', [resource('later')], { dependsOn: ['busy'] })
  ])

  it('ends the deployment; what has started goes on, what has not never does', async () => {
    const client = await start()
    const accepted = await client.send('PUT', DEPLOYMENT, { body })
    const status = readHeader(accepted, 'azure-asyncoperation')
    client.clock.advance(5000)
    const answer = await cancel(client)
    expect([answer.status, answer.text]).toEqual([204, ''])
    expect((await client.send('GET', status)).json).toEqual({ status: 'Running' })
    expect((await cancel(client)).status).toBe(204)
    client.clock.advance(3000)
    expect((await client.send('GET', status)).json).toEqual({ status: 'Canceled' })
    const shown = readObject((await client.send('GET', DEPLOYMENT)).json, 'properties')
    expect(shown).toMatchObject({ provisioningState: 'Canceled', duration: 'PT8S' })
    expect(shown).not.toHaveProperty('outputs')
    expect(readStates(await listOperations(client))).toEqual(['busy Canceled', 'done Succeeded'])
    client.clock.advance(600_000)
    const read = async (name: string) =>
      (await client.send('GET', `${GROUP}/providers/${NETWORK}/${name}`)).status
    expect([await read('busy'), await read('late'), await read('later')]).toEqual([200, 404, 404])
    expect(
      (await client.send('GET', `${GROUP}/providers/Microsoft.Resources/deployments/module`)).status
    ).toBe(404)
    expect(client.simulator.ledger.count('deployment-cancel')).toBe(2)
    expect((await client.send('PUT', DEPLOYMENT, { body })).status).toBe(200)
  })

  it('leaves what an update has not yet reached as it was', async () => {
    const client = await start()
    const late = (tags: JsonObject) =>
      deploy([
        resource('busy', simulated({ seconds: 60 })),
        resource('late', { dependsOn: ['busy'], tags })
      ])
    const path = `${GROUP}/providers/${NETWORK}/late`
    await client.send('PUT', DEPLOYMENT, { body: late({ v: 'old' }) })
    client.clock.advance(600_000)
    await client.send('PUT', DEPLOYMENT, { body: late({ v: 'new' }) })
    const seen = { tags: { v: 'old' }, properties: { provisioningState: 'Succeeded' } }
    expect((await client.send('GET', path)).json).toMatchObject(seen)
    await cancel(client)
    client.clock.advance(600_000)
    expect((await client.send('GET', path)).json).toMatchObject(seen)
  })

  it('loses the race against an end that comes first', async () => {
    const client = await start()
    const quick = deploy([resource('a', simulated({ seconds: 10 }))])
    const accepted = await client.send('PUT', DEPLOYMENT, { body: quick })
    client.clock.advance(8000)
    expect((await cancel(client)).status).toBe(204)
    client.clock.advance(3000)
    const status = readHeader(accepted, 'azure-asyncoperation')
    expect((await client.send('GET', status)).json).toEqual({ status: 'Succeeded' })
  })

  it('is refused once the deployment is over, and for one that is not there', async () => {
    const client = await start()
    expect((await cancel(client)).status).toBe(404)
    await client.send('PUT', DEPLOYMENT, { body: deploy([resource('a')]) })
    client.clock.advance(60_000)
    const late = await cancel(client)
    expect(late.status).toBe(409)
    expect(late.json).toMatchObject({ error: { code: 'DeploymentCannotBeCancelled' } })
    expect(client.simulator.ledger.count('deployment-cancel')).toBe(0)
    expect((await client.send('GET', `${DEPLOYMENT}/cancel`)).status).toBe(405)
  })

  it('leaves a running nested deployment alone, which can be canceled by itself', async () => {
    const client = await start()
    const inner = `${GROUP}/providers/Microsoft.Resources/deployments/inner`
    const deep = nested('inner', [resource('deep', simulated({ seconds: 100 }))])
    await client.send('PUT', DEPLOYMENT, { body: deploy([deep]) })
    await cancel(client)
    client.clock.advance(10_000)
    const read = async () => readObject((await client.send('GET', inner)).json, 'properties')
    expect((await read()).provisioningState).toBe('Running')
    expect((await cancel(client, inner)).status).toBe(204)
    client.clock.advance(3000)
    expect((await read()).provisioningState).toBe('Canceled')
  })
})

describe('an answer that is lost', () => {
  it.each(['reset', 'reset-mid-body', 'truncate'])(
    'by %s leaves a deployment that has started, once, under our correlation id',
    async (fault) => {
      const { send, simulator } = await start()
      const headers = {
        'x-ms-simulator-lost-answer': fault,
        'x-ms-correlation-request-id': '33333333-3333-4333-8333-333333333333'
      }
      const sent = { body: deploy([resource('a')]), headers }
      await expect(send('PUT', DEPLOYMENT, sent)).rejects.toThrow()
      expect(simulator.ledger.count('deployment', DEPLOYMENT)).toBe(1)
      expect((await send('GET', DEPLOYMENT)).json).toMatchObject({
        properties: {
          provisioningState: 'Accepted',
          correlationId: '33333333-3333-4333-8333-333333333333'
        }
      })
      // Nothing starts, so nothing is lost.
      const again = await send('PUT', DEPLOYMENT, sent)
      expect(again.status).toBe(409)
      expect(again.json).toMatchObject({ error: { code: 'DeploymentActive' } })
      expect(again.text).toContain('33333333-3333-4333-8333-333333333333')
      expect(simulator.ledger.count('deployment')).toBe(1)
    }
  )

  it.each([408, 500, 502, 503, 504])('may be a gateway that says %i', async (status) => {
    const { send, simulator } = await start()
    const headers = { 'x-ms-simulator-lost-answer': String(status) }
    const reply = await send('PUT', DEPLOYMENT, { body: deploy([resource('a')]), headers })
    expect(reply.status).toBe(status)
    expect(reply.headers.get('azure-asyncoperation')).toBeNull()
    expect(simulator.ledger.count('deployment')).toBe(1)
  })

  it.each(['lost-answer', 'missing-polls'])(
    'refuses an unknown x-ms-simulator-%s',
    async (name) => {
      const { send, simulator } = await start()
      const headers = { [`x-ms-simulator-${name}`]: 'nonsense' }
      const reply = await send('PUT', DEPLOYMENT, { body: deploy([]), headers })
      expect(reply.json).toMatchObject({ error: { code: 'SimulatorInstructionInvalid' } })
      expect(simulator.ledger.entries).toEqual([])
    }
  )
})

it('answers the first polls with 404, as a gateway that has not heard of it yet', async () => {
  const { send } = await start()
  const headers = { 'x-ms-simulator-missing-polls': '2' }
  const accepted = await send('PUT', DEPLOYMENT, { body: deploy([resource('a')]), headers })
  const status = readHeader(accepted, 'azure-asyncoperation')
  expect((await send('GET', status)).status).toBe(404)
  expect((await send('GET', status)).status).toBe(404)
  expect((await send('GET', status)).json).toEqual({ status: 'Accepted' })
})

describe('DELETE of a deployment', () => {
  it('deletes the record and nothing else', async () => {
    const { send, clock, simulator } = await start()
    expect((await send('DELETE', DEPLOYMENT)).status).toBe(204)
    await send('PUT', DEPLOYMENT, { body: deploy([resource('a')]) })
    expect((await send('DELETE', DEPLOYMENT)).status).toBe(409)
    clock.advance(60_000)
    const deleted = await send('DELETE', DEPLOYMENT)
    expect(deleted.status).toBe(202)
    const location = readHeader(deleted, 'location')
    expect((await send('GET', location)).status).toBe(202)
    clock.advance(2000)
    expect((await send('GET', location)).status).toBe(204)
    expect((await send('GET', DEPLOYMENT)).status).toBe(404)
    expect((await send('GET', `${GROUP}/providers/${NETWORK}/a`)).status).toBe(200)
    expect(simulator.ledger.count('deployment-delete')).toBe(1)
  })
})
