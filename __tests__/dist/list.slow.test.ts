/**
 * A list of operations as the runner runs it: the built action, against a simulator. What it sends and in which order, what
 * becomes of each, and what log, summary, outputs and files say of it.
 */
import { readFile } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'
import { deploymentBody, resource, template } from '../../__fixtures__/deployment-bodies.ts'
import { runPostStep } from '../../__fixtures__/post-step.ts'
import type { RunActionOptions } from '../../simulator/run-action.ts'
import {
  RealClock,
  type Simulator,
  startSimulator,
  VirtualClock
} from '../../simulator/simulator.ts'
import { readState } from '../../src/batch/state-text.ts'
import { GROUP, route, runBundle, VERSION } from './action.ts'

const SPEED = 1_000
const PROVIDER = `${GROUP}/providers/Microsoft.Web`
/** Provider that answers by a script. */
const SCRIPTED = `${GROUP}/providers/Microsoft.Cache`

type Inputs = Readonly<Record<string, string>>

/** Runs a list against a simulator of its own, which is closed with the test. */
async function openWorld(clock: RealClock | VirtualClock = new RealClock(SPEED)) {
  const simulator = await startSimulator({ clock, retryAfterSeconds: 0 })
  const prepare = (inputs: Inputs, more: Partial<RunActionOptions> = {}): RunActionOptions => ({
    ...more,
    inputs: { ...simulator.inputs, 'api-version': VERSION, 'poll-interval': '0.05', ...inputs }
  })
  return {
    simulator,
    prepare,
    run: (inputs: Inputs) => runBundle(prepare(inputs)),
    calls: () => simulator.requests.map(({ method, path }) => `${method} ${path.split('?')[0]}`),
    bodyOf: (path: string) => readBodyOf(simulator, path),
    [Symbol.asyncDispose]: () => simulator.close()
  }
}

function readBodyOf({ requests }: Simulator, path: string): unknown {
  const sent = requests.find((each) => each.method === 'PUT' && each.path.startsWith(path))
  return sent === undefined ? undefined : JSON.parse(sent.body)
}

const CHAIN = `
- name: plan
  method: PUT
  url: ${PROVIDER}/serverfarms/shop
  body: { location: westeurope, properties: { size: 3 } }
- name: site
  method: PUT
  url: ${PROVIDER}/sites/shop
  body:
    location: \${plan.location}
    tags: { '\${plan.name}': 'on \${plan.name}, \${plan.properties.size}', script: 'echo $\${HOME}' }
    properties: { serverFarmId: '\${plan.id}', size: '\${plan.properties.size}' }
- name: config
  if: site.tags.shop == 'on shop, 3'
  method: PUT
  url: \${site.id}/config/web
  body: {}
- name: never
  if: site.tags.shop == 'no'
  method: DELETE
  url: \${site.id}
`

describe.concurrent('a list of operations', () => {
  it.concurrent('sends each when what it refers to is there, and fills that in once', async () => {
    await using world = await openWorld()
    const run = await world.run({
      requests: CHAIN,
      outputs: 'id: site.id\nsize: plan.properties.size'
    })
    expect(run, run.stdout).toMatchObject({ exitCode: 0, stderr: '', annotations: [] })
    expect(world.bodyOf(`${PROVIDER}/sites/shop`)).toEqual({
      location: 'westeurope',
      tags: { shop: 'on shop, 3', script: 'echo ${HOME}' },
      properties: { serverFarmId: `${PROVIDER}/serverfarms/shop`, size: 3 }
    })
    expect(world.calls()).toContain(`PUT ${PROVIDER}/sites/shop/config/web`)
    expect(world.calls().filter((call) => call.startsWith('DELETE'))).toEqual([])
    expect(run.outputs).toMatchObject({
      status: 'Succeeded',
      id: `${PROVIDER}/sites/shop`,
      size: '3'
    })
    expect(run.outputs).not.toHaveProperty('response')
    expect(run.outputs).not.toHaveProperty('resource-id')
    const results = JSON.parse(run.outputs.results ?? '')
    expect(Object.keys(results)).toEqual(['plan', 'site', 'config', 'never'])
    expect(results.never).toMatchObject({ status: 'Skipped' })
    expect(results.site).toMatchObject({
      status: 'Succeeded',
      'resource-id': `${PROVIDER}/sites/shop`
    })
    const responses = JSON.parse(await readFile(run.outputs['response-file'] ?? '', 'utf8'))
    expect(responses).toMatchObject({ plan: { name: 'shop' }, never: null })
    expect(run.summary).toContain('## ✅ ')
  })

  it.concurrent('is read from a file as well', async () => {
    await using world = await openWorld()
    const options = world.prepare({ 'requests-file': 'ops/release.yaml' })
    const run = await runBundle({ ...options, workspaceFiles: { 'ops/release.yaml': CHAIN } })
    expect(run.outputs, run.stdout).toMatchObject({ status: 'Succeeded' })
  })

  it.concurrent('says all that is wrong in it at once, and sends nothing', async () => {
    await using world = await openWorld()
    const requests = `
- name: plan
  method: PUT
  url: ${PROVIDER}/serverfarms/\${plann.id}
  body: {}
- name: Plan
  method: PUST
  url: ${PROVIDER}/sites/shop
- name: stop-vms
  method: POST
  url: ${PROVIDER}/sites/shop/stop
  needs: [gone]
`
    const run = await world.run({ requests })
    expect(run).toMatchObject({ exitCode: 1, stderr: '' })
    expect(world.calls()).toEqual([])
    expect(run.outputs).toMatchObject({ status: 'Failed', 'error-code': 'InvalidInput' })
    const text = run.annotations.map(({ message }) => message).join('\n')
    expect(text).toMatch(/line 4, column \d+, "plan": url refers to "plann".*Did you mean "plan"\?/)
    expect(text).toMatch(/line 6, column \d+.*the name "Plan" is taken \(line 2\)/)
    expect(text).toMatch(/method.*"PUST"/)
    expect(text).toMatch(/"stop-vms" is no name/)
    expect(text).toMatch(/"gone"/)
  })

  it.concurrent('starts nothing more after the first that failed', async () => {
    await using world = await openWorld()
    world.simulator.script([
      route('PUT', `${SCRIPTED}/redis/a`, {
        status: 409,
        body: { error: { code: 'Conflict', message: 'Website with given name a already exists.' } }
      })
    ])
    const requests = `
- name: a
  method: PUT
  url: ${SCRIPTED}/redis/a
  body: {}
- name: b
  needs: a
  method: PUT
  url: ${PROVIDER}/sites/b
  body: {}
- name: c
  method: PUT
  url: ${PROVIDER}/sites/c
  body: {}
`
    const [fast, slow] = await Promise.all([
      world.run({ requests, 'max-parallel': '1' }),
      world.run({ requests, 'max-parallel': '1', 'fail-fast': 'false' })
    ])
    for (const run of [fast, slow]) {
      expect(run, run.stdout).toMatchObject({ exitCode: 1, stderr: '' })
      expect(run.outputs).toMatchObject({ status: 'Failed', 'error-code': 'Conflict' })
      expect(run.annotations.filter(({ level }) => level === 'error')).toHaveLength(1)
      expect(run.summary).toMatch(/^## ❌ 1 of 3 operations failed/)
    }
    const statuses = [fast, slow].map(({ outputs }) =>
      Object.values<{ status: string }>(JSON.parse(outputs.results ?? '')).map(
        ({ status }) => status
      )
    )
    expect(statuses).toEqual([
      ['Failed', 'Skipped', 'Skipped'],
      ['Failed', 'Skipped', 'Succeeded']
    ])
  })

  it.concurrent('lets no response lead a request elsewhere', async () => {
    await using world = await openWorld()
    const answer = (id: string) => ({ body: { id, name: '../../../secrets?x=#y' } })
    world.simulator.script([
      route('GET', `${SCRIPTED}/redis/evil`, answer('https://evil.example.com/subscriptions/x'))
    ])
    const requests = `
- name: evil
  method: GET
  url: ${SCRIPTED}/redis/evil
- name: inside
  method: GET
  url: ${PROVIDER}/sites/\${evil.name}/config
- name: whole
  method: GET
  url: \${evil.id}
- name: nothing
  method: GET
  url: ${PROVIDER}/sites/\${evil.properties.name}
`
    const run = await world.run({ requests, 'fail-fast': 'false' })
    const encoded = '..%2F..%2F..%2Fsecrets%3Fx%3D%23y'
    expect(world.calls()).toContain(`GET ${PROVIDER}/sites/${encoded}/config`)
    expect(JSON.parse(run.outputs.results ?? '')).toMatchObject({
      whole: { status: 'Failed', 'error-code': 'InvalidReference' },
      nothing: {
        status: 'Failed',
        'error-code': 'InvalidReference',
        'error-message': expect.stringContaining('${evil.properties.name} is null')
      }
    })
    expect(world.calls()).toHaveLength(2)
  })

  it.concurrent('shows no secret of a response that another operation uses', async () => {
    await using world = await openWorld()
    const key = 'hX3k+9Zq/0vLrT7mPpWc2sYdJ5uNfB8eG1aQiKoEtRyVbMzC4lDhSjFgU6xnw=='
    world.simulator.script([
      route('POST', `${SCRIPTED}/redis/a/listKeys`, { body: { keys: [{ value: key }] } })
    ])
    const requests = `
- name: keys
  method: POST
  url: ${SCRIPTED}/redis/a/listKeys
- name: b
  method: PUT
  url: ${PROVIDER}/sites/b
  body: { properties: { key: '\${keys.keys[0].value}' } }
`
    const run = await world.run({ requests, outputs: 'key: keys.keys[0].value' })
    expect(run.outputs).toMatchObject({ status: 'Succeeded', key })
    expect(world.bodyOf(`${PROVIDER}/sites/b`)).toEqual({ properties: { key } })
    const shown = run.stdout.split('\n').filter((line) => !line.startsWith('::add-mask::'))
    expect([...shown, run.summary, JSON.stringify(run.state)].join('\n')).not.toContain(key)
  })

  it.concurrent('sends nothing in a dry run', async () => {
    await using world = await openWorld()
    const run = await world.run({ requests: CHAIN, 'dry-run': 'true' })
    expect(run, run.stdout).toMatchObject({ exitCode: 0, stderr: '' })
    expect(run.outputs).toMatchObject({ status: 'Skipped' })
    expect(world.calls()).toEqual([])
    expect(run.stdout).toContain('${plan.id}')
    expect(run.summary).toContain('config')
  })

  it.concurrent('waits for nothing where that is asked for, and hands each on', async () => {
    await using world = await openWorld(new VirtualClock(Date.now()))
    const run = await world.run({ requests: CHAIN, wait: 'false' })
    expect(run, run.stdout).toMatchObject({ exitCode: 0, stderr: '' })
    expect(run.outputs).toMatchObject({ status: 'InProgress' })
    const reading = readState(run.outputs.operation ?? '')
    const { items } = reading.kind === 'state' ? reading.state : { items: [] }
    expect(items.map(({ name, own }) => [name, own?.past.kind])).toEqual([
      ['plan', 'accepted'],
      ['site', 'not-started'],
      ['config', 'not-started'],
      ['never', 'not-started']
    ])
    expect(JSON.parse(run.outputs.results ?? '')).toMatchObject({
      plan: { status: 'InProgress' },
      site: { status: 'Skipped' }
    })
  })
})

describe.concurrent('a workflow that is canceled in the middle of a list', () => {
  const slow = template([resource('Microsoft.Web/sites', 'app', { seconds: 4_000 })])
  const many = Array.from(
    { length: 30 },
    (_each, at) => `
- name: d_${at}
  method: PUT
  url: ${GROUP}/providers/Microsoft.Resources/deployments/d${at}
  body: ${deploymentBody(slow)}`
  ).join('')

  it.concurrent('cancels what was asked to be, and tells in the post step how each ended', async () => {
    await using world = await openWorld(new VirtualClock(Date.now(), 1_000))
    const requests = `${many}
- name: after
  needs: d_0
  method: GET
  url: ${GROUP}`
    const signalAfter = {
      signal: 'SIGINT',
      when: () => new Set(world.calls().filter((call) => call.startsWith('GET'))).size >= 30
    } as const
    const options = world.prepare({ requests, 'on-cancel': 'cancel' }, { signalAfter })
    const step = await runBundle(options)
    expect(step, step.stdout).toMatchObject({ exitCode: 1, signal: null })
    expect(step.afterSignalMs).toBeLessThan(9_000)
    expect(step.outputs).toMatchObject({ status: 'Canceled' })
    expect(JSON.parse(step.outputs.results ?? '').after).toMatchObject({ status: 'Canceled' })
    const post = await runPostStep(options, step)
    expect(post, post.stdout).toMatchObject({ exitCode: 0 })
    expect(world.calls().filter((call) => call.startsWith('PUT'))).toHaveLength(30)
    expect(world.calls().filter((call) => /^POST .*\/cancel$/.test(call))).toHaveLength(30)
    expect(post.summary).toMatch(/^## 🚫 All 30 operations were canceled in Azure/)
  })
})
