/**
 * A list that is cut and goes on elsewhere, by the built action against a simulator: nothing is lost, and nothing is sent
 * twice.
 */
import { describe, expect, it } from 'vitest'
import { deploymentBody, resource, template } from '../../__fixtures__/deployment-bodies.ts'
import type { RunActionOptions } from '../../simulator/run-action.ts'
import { RealClock, startSimulator } from '../../simulator/simulator.ts'
import { readState } from '../../src/batch/state-text.ts'
import { GROUP, route, runBundle, VERSION } from './action.ts'

/** What takes seconds in Azure takes milliseconds here. */
const SPEED = 1_000
const SECONDS = 4_000
const DEPLOYMENTS = `${GROUP}/providers/Microsoft.Resources/deployments`
const PROVIDER = `${GROUP}/providers/Microsoft.Web`
const slow = template([resource('Microsoft.Web/sites', 'app', { seconds: SECONDS })])

type Inputs = Readonly<Record<string, string>>

async function openWorld() {
  const simulator = await startSimulator({ clock: new RealClock(SPEED), retryAfterSeconds: 0 })
  const prepare = (inputs: Inputs, more: Partial<RunActionOptions> = {}): RunActionOptions => ({
    ...more,
    inputs: { ...simulator.inputs, 'api-version': VERSION, 'poll-interval': '0.05', ...inputs }
  })
  const calls = () =>
    simulator.requests.map(({ method, path }) => `${method} ${path.split('?')[0]}`)
  return {
    simulator,
    calls,
    changes: () => calls().filter((call) => !call.startsWith('GET')),
    run: (inputs: Inputs, more: Partial<RunActionOptions> = {}) => runBundle(prepare(inputs, more)),
    /** Runs a list until all that starts at once is polled, and cancels the workflow. */
    cut: (inputs: Inputs, polled: number) =>
      runBundle(
        prepare(inputs, {
          signalAfter: {
            signal: 'SIGINT',
            when: () => new Set(calls().filter((call) => call.startsWith('GET'))).size >= polled
          }
        })
      ),
    [Symbol.asyncDispose]: () => simulator.close()
  }
}

const LIST = `
- name: plan
  method: PUT
  url: ${PROVIDER}/serverfarms/shop
  body: { location: westeurope, properties: { size: 3 } }
- name: deploy
  for-each: [a, b]
  needs: plan
  method: PUT
  url: ${DEPLOYMENTS}/\${item}
  body: ${deploymentBody(slow)}
- name: site
  for-each: deploy
  method: PUT
  url: ${PROVIDER}/sites/\${item}
  body: { properties: { after: '\${deploy.id}', size: '\${plan.properties.size}' } }
- name: last
  needs: site
  method: PUT
  url: ${PROVIDER}/sites/last
  body: { tags: { plan: '\${plan.name}' } }
`
/** It is about requests, and a step that resumes alone has none. */
const ALONE = { 'api-version': '' }
const OUTPUTS = 'size: plan.properties.size\nlast: last.name'

const statusesOf = (results = '{}') =>
  Object.fromEntries(
    Object.entries<{ status: string }>(JSON.parse(results)).map(([name, { status }]) => [
      name,
      status
    ])
  )

describe.concurrent('a list that was cut', () => {
  it.concurrent('is waited for alone, which starts nothing', async () => {
    await using world = await openWorld()
    const cut = await world.cut({ requests: LIST, outputs: OUTPUTS }, 3)
    expect(cut, cut.stdout).toMatchObject({ exitCode: 1, signal: null })
    expect(readState(cut.outputs.operation ?? '').kind).toBe('state')
    const before = world.changes()
    const alone = await world.run({
      ...ALONE,
      resume: `${cut.outputs.operation}\n`,
      outputs: OUTPUTS
    })
    expect(alone, alone.stdout).toMatchObject({ exitCode: 0, stderr: '' })
    expect(world.changes()).toEqual(before)
    expect(statusesOf(alone.outputs.results)).toMatchObject({
      plan: 'Succeeded',
      last: 'Skipped'
    })
    expect(alone.outputs).toMatchObject({ status: 'Succeeded', size: '3' })
    expect(alone.stdout).toContain('3 operations of the list in resume had not started')
    // And what is left goes on from there.
    const rest = await world.run({
      requests: LIST,
      outputs: OUTPUTS,
      resume: alone.outputs.operation ?? ''
    })
    expect(rest, rest.stdout).toMatchObject({ exitCode: 0, stderr: '' })
    expect(rest.outputs).toMatchObject({ status: 'Succeeded', operation: '', last: 'last' })
    expect(world.changes()).toHaveLength(before.length + 3)
    expect(new Set(world.changes()).size).toBe(world.changes().length)
  })

  it.concurrent('has the list of the first run where that came from a response', async () => {
    await using world = await openWorld()
    const path = `${GROUP}/providers/Microsoft.Cache/redis/all`
    const key = 'hunter2-of-the-list'
    const value = ['a', 'b'].map((name) => ({ name, tags: { for: `x-${name}` }, more: 1 }))
    world.simulator.script([route('GET', path, { body: { value, accessKey: key } })])
    const requests = `
- { name: all, method: GET, url: ${path} }
- name: deploy
  for-each: all.value
  method: PUT
  url: ${DEPLOYMENTS}/\${item.name}
  body: ${deploymentBody(slow)}
- name: site
  for-each: deploy
  method: PUT
  url: ${PROVIDER}/sites/\${item.name}
  body: { tags: '\${item.tags}', properties: { after: '\${deploy.name}' } }
- name: secret
  needs: site
  method: PUT
  url: ${PROVIDER}/sites/secret
  body: { properties: { key: '\${all.accessKey}' } }
`
    const cut = await world.cut({ requests }, 3)
    const reads = world.calls().filter((call) => call === `GET ${path}`)
    const rest = await world.run({ requests, resume: cut.outputs.operation ?? '' })
    expect(rest, rest.stdout).toMatchObject({ exitCode: 0, stderr: '' })
    expect(world.calls().filter((call) => call === `GET ${path}`)).toEqual(reads)
    expect(world.changes()).toHaveLength(4)
    const sent = world.simulator.requests.find((each) => each.path.includes('/sites/b'))
    expect(JSON.parse(sent?.body ?? '')).toEqual({
      tags: { for: 'x-b' },
      properties: { after: 'b' }
    })
    expect(rest.stdout).toContain(
      'needs all.accessKey, which the state in resume does not hold (a secret)'
    )
  })

  it.concurrent('goes on with the same list beside it, as text or as a file, and sends nothing twice', async () => {
    await using world = await openWorld()
    const first = await world.cut({ requests: LIST, outputs: OUTPUTS }, 3)
    const again = await world.run(
      { requests: LIST, outputs: OUTPUTS, resume: 'ops/state' },
      { workspaceFiles: { 'ops/state': `${first.outputs.operation}\n` } }
    )
    expect(again, again.stdout).toMatchObject({ exitCode: 0, stderr: '' })
    expect(again.outputs).toMatchObject({ status: 'Succeeded', size: '3', last: 'last' })
    expect(world.changes()).toHaveLength(6)
    expect(new Set(world.changes()).size).toBe(6)
    expect(statusesOf(again.outputs.results)).toMatchObject({
      plan: 'Succeeded',
      last: 'Succeeded'
    })
    const other = LIST.replace(`${DEPLOYMENTS}/`, `${DEPLOYMENTS}/other-`)
    const refused = await world.run({ requests: other, resume: first.outputs.operation ?? '' })
    expect(refused).toMatchObject({ exitCode: 1 })
    expect(refused.annotations[0]?.message).toContain(
      '"deploy[a]" was accepted with PUT …/deployments/'
    )
    expect(world.changes()).toHaveLength(6)
  })

  it.concurrent('sends nothing twice after a step that was killed, with a state from before', async () => {
    await using world = await openWorld()
    const requests = `
- name: first
  method: PUT
  url: ${PROVIDER}/serverfarms/shop
  body: { location: westeurope }
- name: each
  for-each: [a, b, c, d, e, f]
  needs: first
  max-parallel: 1
  method: PUT
  url: ${PROVIDER}/sites/\${item}
  body: { location: westeurope }
`
    const sent = () => world.changes().length
    const killed = await world.run(
      { requests, 'poll-interval': '0.6', 'fail-fast': 'false' },
      { signalAfter: { signal: 'SIGKILL', when: () => sent() >= 4 } }
    )
    expect(killed).toMatchObject({ exitCode: null, signal: 'SIGKILL' })
    const resume = killed.outputs.operation ?? ''
    expect(readState(resume).kind).toBe('state')
    const rest = await world.run({ requests, resume, 'fail-fast': 'false' })
    // Each of the seven once, those included that were sent when it was killed.
    expect(sent(), rest.stdout).toBe(7)
    expect(new Set(world.changes()).size).toBe(7)
    expect(statusesOf(rest.outputs.results).first).toBe('Succeeded')
    // What was sent when it was killed is not known, and is not sent again to find out.
    expect(['Unknown', 'Succeeded']).toContain(rest.outputs.status)
  })
})
