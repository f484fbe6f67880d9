/**
 * A run of each kind, of the built action as the runner runs it. The slow files beside this one have all the rows.
 */
import { createServer } from 'node:http'
import { describe, expect, it } from 'vitest'
import { closeServer, listen } from '../../simulator/server.ts'
import { HABITS, RealClock, startSimulator } from '../../simulator/simulator.ts'
import {
  ACTION,
  accepted,
  expectGreen,
  expectRed,
  GROUP,
  RESOURCE,
  readEverything,
  route,
  runActionScenario,
  runBundle,
  STATUS,
  VERSION
} from './action.ts'

const RUNNING = { body: { status: 'Running' } }
const SUCCEEDED = { body: { status: 'Succeeded' } }
const DONE = { body: { id: RESOURCE, properties: { provisioningState: 'Succeeded' } } }

describe.concurrent('the built action', () => {
  it.each(HABITS)('follows a PUT by the pattern %s', async (habit) => {
    const headers = `x-ms-simulator-habit: ${habit}\nx-ms-simulator-seconds: 120`
    const played = await runActionScenario({ inputs: { headers } })
    expectGreen(played)
    expect(played.simulator.ledger.count('resource-create', RESOURCE)).toBe(1)
    expect(played.calls.length > 1).toBe(habit !== 'sync')
    expect(played.run.outputs['resource-id']).toBe(RESOURCE)
  })

  it('is red where an operation fails, and says why with what may be read', async () => {
    const value = 'xK9<b>&amp;"Wz|`q'
    const message = `\n::error::${value}\n# Heading\n##[error]`
    const played = await runActionScenario({
      routes: [
        route('PUT', RESOURCE, accepted()),
        route('GET', STATUS, RUNNING, {
          body: { status: 'Failed', error: { code: 'Conflict', message } }
        })
      ],
      inputs: { body: 'password: !env VALUE\n' },
      env: { VALUE: value }
    })
    expectRed(played, { status: 'Failed', 'error-code': 'Conflict' })
    expect(readEverything(played)).not.toContain(value)
    const commands = new Set(played.run.commands.map(({ command }) => command))
    expect([...commands].toSorted()).toEqual(['add-mask', 'endgroup', 'error', 'group'])
    expect(played.run.stdout).not.toContain('##[')
  })

  it('ends soon when the workflow is canceled, and another process goes on from there', async ({
    onTestFinished
  }) => {
    const simulator = await startSimulator({ clock: new RealClock(1_000), retryAfterSeconds: 0 })
    onTestFinished(() => simulator.close())
    const usual = { ...simulator.inputs, 'poll-interval': '0.05' }
    simulator.script([route('PUT', RESOURCE, accepted()), route('GET', STATUS, RUNNING)])
    const canceled = await runBundle({
      inputs: { ...usual, method: 'PUT', url: RESOURCE, 'api-version': VERSION, body: '{}' },
      signalAfter: { signal: 'SIGTERM', output: /Running/ }
    })
    const { operation = '' } = canceled.outputs
    expect(canceled, canceled.stdout).toMatchObject({
      exitCode: 1,
      outputs: { status: 'InProgress' }
    })
    simulator.script([route('GET', STATUS, RUNNING, SUCCEEDED), route('GET', RESOURCE, DONE)])
    const before = simulator.requests.length
    const resumed = await runBundle({ inputs: { ...usual, resume: operation } })
    expect(resumed.outputs, resumed.stdout).toMatchObject({ status: 'Succeeded', operation: '' })
    const methods = simulator.requests.slice(before).map(({ method }) => method)
    expect(new Set(methods)).toEqual(new Set(['GET']))
  })

  it('sends a POST once where its answer is lost, and says that it cannot know', async () => {
    const played = await runActionScenario({
      routes: [route('POST', ACTION, { fault: 'reset' })],
      inputs: { method: 'POST', url: ACTION }
    })
    expectRed(played, { status: 'Unknown' })
    expect(played.calls.filter((call) => call.startsWith('POST'))).toHaveLength(1)
  })

  it('asks no other host, whatever a polling URL says', async ({ onTestFinished }) => {
    const asked: unknown[] = []
    const evil = createServer((request, response) => {
      asked.push(request.url)
      response.end('{"status":"Succeeded"}')
    })
    onTestFinished(() => closeServer(evil))
    const url = `http://127.0.0.1:${await listen(evil, 0)}/status`
    const played = await runActionScenario({
      routes: [route('POST', ACTION, { status: 202, headers: { location: url } })],
      inputs: { method: 'POST', url: ACTION }
    })
    expectRed(played, { status: 'Unknown' })
    expect(asked).toEqual([])
  })

  it('sends nothing where an input cannot be used', async () => {
    const played = await runActionScenario({ inputs: { method: 'FETCH' } })
    expectRed(played, { status: 'Failed', 'error-code': 'InvalidInput' })
    expect(played.calls).toEqual([])
  })

  it('runs a list, each when what it refers to is there', async () => {
    const requests = `
- name: copy
  method: PUT
  url: ${GROUP}/providers/Microsoft.Cache/redis/\${cart.name}-2?api-version=2025-04-01
  body: { location: '\${cart.location}' }
- name: cart
  method: PUT
  url: ${RESOURCE}?api-version=2025-04-01
  body: { location: westeurope }
`
    const played = await runActionScenario({
      inputs: { requests, method: '', url: '', 'api-version': '', body: '' }
    })
    expectGreen(played)
    const writes = played.calls.filter((call) => call.startsWith('PUT'))
    expect(writes).toEqual([`PUT ${RESOURCE}`, `PUT ${RESOURCE}-2`])
  })
})
