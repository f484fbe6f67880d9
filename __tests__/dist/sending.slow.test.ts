/**
 * The request takes effect at most once, even when its answer is lost: the ledger of the simulated cloud counts what
 * really started.
 */
import { describe, expect, it } from 'vitest'
import {
  ACTION,
  accepted,
  DEPLOYMENT,
  expectGreen,
  expectRed,
  RESOURCE,
  route,
  runActionScenario,
  STATUS
} from './action.ts'

const LOST = { passThrough: true, fault: 'reset' } as const
const ADOPTED =
  'The answer to the request was lost; the operation that it started was found and is followed'
const LOOKING = 'checking whether it took effect'
/** Three looks over a sixth of it, with time for each on a busy machine. */
const SHORT = { timeout: '18s' }
const BODY = JSON.stringify({ location: 'westeurope', properties: { size: 1 } })
const TEMPLATE = JSON.stringify({
  properties: {
    mode: 'Incremental',
    template: {
      $schema: 'https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#',
      contentVersion: '1.0.0.0',
      resources: []
    }
  }
})

describe.concurrent('an answer that is lost on its way', () => {
  it.each(['reset', 'reset-mid-body', 'truncate'] as const)(
    'by %s: the PUT is found at work, adopted and not sent again',
    async (fault) => {
      const { run, simulator, calls } = await runActionScenario({
        routes: [route('PUT', RESOURCE, { passThrough: true, fault })],
        inputs: { ...SHORT, body: BODY, headers: 'x-ms-simulator-seconds: 500' }
      })
      expect(run, run.stdout).toMatchObject({ exitCode: 0, outputs: { status: 'Succeeded' } })
      expect(run.annotations).toEqual([{ level: 'warning', message: ADOPTED }])
      expect(simulator.ledger.count('resource-create', RESOURCE)).toBe(1)
      expect(calls.filter((call) => call.startsWith('PUT'))).toHaveLength(1)
      expect(run.stdout).toContain(LOOKING)
    }
  )

  it('though the PUT is done by then: known by what was written', async () => {
    const { run, simulator } = await runActionScenario({
      routes: [route('PUT', RESOURCE, LOST)],
      inputs: { ...SHORT, body: BODY, headers: 'x-ms-simulator-habit: sync' }
    })
    expect(run, run.stdout).toMatchObject({ exitCode: 0, outputs: { status: 'Succeeded' } })
    expect(simulator.ledger.entries).toHaveLength(1)
  })

  it('of a deployment: known by its correlation ID', async () => {
    const { run, simulator } = await runActionScenario({
      routes: [route('PUT', DEPLOYMENT, LOST)],
      inputs: { ...SHORT, url: DEPLOYMENT, body: TEMPLATE }
    })
    expect(run, run.stdout).toMatchObject({ exitCode: 0, outputs: { status: 'Succeeded' } })
    expect(simulator.ledger.count('deployment', DEPLOYMENT)).toBe(1)
  })

  it.each(['POST', 'PATCH'])('of a %s: unknown, and sent once', async (method) => {
    const url = method === 'POST' ? ACTION : RESOURCE
    const played = await runActionScenario({
      existing: RESOURCE,
      routes: [route(method, url, LOST)],
      inputs: { method, url }
    })
    expectRed(played, {
      status: 'Unknown',
      'error-message': expect.stringMatching(
        /^The answer to the request was lost: .+\. It may have taken effect$/
      )
    })
    expect(played.calls).toEqual([`${method} ${url}`])
    expect(played.simulator.ledger.entries).toHaveLength(2)
    expect(played.run.stdout + played.run.summary).not.toMatch(/fail/i)
  })

  it('of a DELETE: sent again, which is harmless', async () => {
    const played = await runActionScenario({
      existing: RESOURCE,
      routes: [route('DELETE', RESOURCE, LOST, { passThrough: true })],
      inputs: { method: 'DELETE' }
    })
    expect(played.run, played.run.stdout).toMatchObject({ exitCode: 0 })
    expect(played.simulator.ledger.count('resource-delete', RESOURCE)).toBe(1)
  })

  it('of a GET: sent again', async () => {
    const played = await runActionScenario({
      existing: RESOURCE,
      routes: [route('GET', RESOURCE, LOST, { passThrough: true })],
      inputs: { method: 'GET' }
    })
    expectGreen(played)
    expect(played.calls).toHaveLength(2)
  })
})

describe.concurrent('an answer that does not say whether it took effect', () => {
  it('504 to a PUT that left nothing: looked for, then sent again', async () => {
    const { run, simulator, calls } = await runActionScenario({
      routes: [route('PUT', RESOURCE, { status: 504 }, { passThrough: true })],
      inputs: { ...SHORT, body: BODY }
    })
    expect(run, run.stdout).toMatchObject({ exitCode: 0, outputs: { status: 'Succeeded' } })
    expect(calls.slice(0, 5)).toEqual([
      `PUT ${RESOURCE}`,
      ...Array(3).fill(`GET ${RESOURCE}`),
      `PUT ${RESOURCE}`
    ])
    expect(simulator.ledger.count('resource-create', RESOURCE)).toBe(1)
    expect(run.stdout).toContain(LOOKING)
    expect(run.stdout).toContain('the resource shows no trace of it; sending it again')
  })

  it('500 to a POST: unknown, with the error of the service', async () => {
    const error = { code: 'InternalServerError', message: 'Try again.' }
    const played = await runActionScenario({
      routes: [route('POST', ACTION, { status: 500, body: { error } })],
      inputs: { method: 'POST', url: ACTION }
    })
    expectRed(played, {
      status: 'Unknown',
      'status-code': '500',
      'error-code': 'InternalServerError',
      'error-message': 'Try again.'
    })
    expect(played.calls).toHaveLength(1)
    expect(played.run.stdout).toContain(
      'Azure answered HTTP 500 InternalServerError, which does not say whether the request took effect'
    )
  })
})

describe.concurrent('a request that was not processed', () => {
  it.each(['POST', 'PUT'])('429 to a %s: sent again', async (method) => {
    const url = method === 'POST' ? ACTION : RESOURCE
    const played = await runActionScenario({
      routes: [
        route(method, url, { status: 429, headers: { 'retry-after': '1' } }, accepted()),
        route('GET', STATUS, { body: { status: 'Succeeded' } }),
        route('GET', RESOURCE, { body: { id: RESOURCE } })
      ],
      inputs: { method, url }
    })
    expectGreen(played)
    expect(played.simulator.ledger.count('script')).toBe(1)
    expect(played.run.stdout).toMatch(/HTTP 429 \(throttled\); trying again in 1(\.\d+)? s/)
  })

  it('because nobody listens there: said so, and that nothing was sent', async () => {
    const played = await runActionScenario({
      inputs: { 'resource-manager-endpoint': 'http://127.0.0.1:1', timeout: '1s' }
    })
    expectRed(played, {
      status: 'TimedOut',
      'error-message': expect.stringContaining('ECONNREFUSED')
    })
    expect(played.run.stdout).toContain('It took no effect')
  })
})
