/**
 * Template deployments through the bundle: what people see, which requests are made, and how often anything started.
 */
import { describe, expect, it, vi } from 'vitest'
import { deploymentBody, nested, resource, template } from '../../__fixtures__/deployment-bodies.ts'
import { runPostStep } from '../../__fixtures__/post-step.ts'
import { readWorkMs, slowed } from '../../__fixtures__/slowness.ts'
import { type ActionRun, type RunActionOptions, renderLog } from '../../simulator/run-action.ts'
import {
  RealClock,
  type Simulator,
  SUBSCRIPTION_ID,
  startSimulator,
  VirtualClock
} from '../../simulator/simulator.ts'
import { runBundle } from './action.ts'

const GROUP = `/subscriptions/${SUBSCRIPTION_ID}/resourceGroups/shop`
const WEB = `${GROUP}/providers/Microsoft.Resources/deployments/web`
/** Ten simulated seconds pass in one. */
const SPEED = 10
/** Later than any test ends. */
const NEVER = 86_400_000

/** A simulated Azure of its own for each test, so that they can wait side by side. */
async function openWorld() {
  return createWorld(await startSimulator({ clock: new RealClock(SPEED) }), {})
}

/** One in which time passes as the test says, or by a second with each look at the clock. */
async function openStillWorld(stepMs = 0) {
  const clock = new VirtualClock(Date.now(), stepMs)
  const simulator = await startSimulator({ clock, retryAfterSeconds: 0 })
  return {
    clock,
    ...createWorld(simulator, { 'poll-interval': '0.1', 'max-poll-interval': '0.1' })
  }
}

function createWorld(simulator: Simulator, usual: Inputs) {
  const prepare = (inputs: Inputs, more: Partial<RunActionOptions> = {}): RunActionOptions => ({
    ...more,
    inputs: {
      ...simulator.inputs,
      ...usual,
      method: 'PUT',
      url: WEB,
      'api-version': '2025-04-01',
      ...inputs
    }
  })
  const requestsOf = (method: string) => simulator.requests.filter((each) => each.method === method)
  return {
    simulator,
    prepare,
    run: (inputs: Inputs, more: Partial<RunActionOptions> = {}) => runBundle(prepare(inputs, more)),
    requestsOf,
    /** Resolves once the simulator has received a request with this method. */
    received: (method: string) =>
      vi.waitUntil(() => requestsOf(method).length > 0, { timeout: 200_000, interval: 10 }),
    [Symbol.asyncDispose]: () => simulator.close()
  }
}

type Inputs = Readonly<Record<string, string>>

/** The log without the time of day before a line. */
const readLog = ({ stdout }: ActionRun) =>
  renderLog(stdout)
    .split('\n')
    .map((line) => line.trim().replace(/^\d\d:\d\d:\d\d {2}/, ''))

const SITE = 'Microsoft.Web/sites'

const countGets = ({ requests }: Simulator, suffix: RegExp) =>
  requests.filter(({ method, path }) => method === 'GET' && suffix.test(path)).length

describe.concurrent('a deployment of three resources', () => {
  it.concurrent('tells each as it goes, and hands on its outputs', async () => {
    await using world = await openStillWorld(1_000)
    const { simulator, run } = world
    const plan = resource('Microsoft.Web/serverfarms', 'plan', { seconds: 15 })
    const site = resource(SITE, 'app', { seconds: 12, dependsOn: ['plan'] })
    const vault = resource('Microsoft.KeyVault/vaults', 'keys', { seconds: 22 })
    const outputs = {
      siteUrl: { type: 'string', value: 'https://app.azurewebsites.net' },
      zones: { type: 'array', value: ['1', '2'] },
      status: { type: 'string', value: 'mine' },
      key: { type: 'secureString', value: 's3cret-key' },
      other: { type: 'string', value: 'masked-value' }
    }
    const body = deploymentBody(template([plan, site, vault], outputs))
    const result = await run({ body, 'masked-outputs': 'other' })
    expect(result.exitCode).toBe(0)
    expect(result.outputs).toMatchObject({
      status: 'Succeeded',
      siteUrl: 'https://app.azurewebsites.net',
      zones: '["1","2"]',
      other: 'masked-value'
    })
    expect(result.outputs.key).toBeUndefined()
    expect(
      result.commands.filter(({ command }) => command === 'add-mask').map(({ message }) => message)
    ).toContain('masked-value')
    const log = readLog(result)
    for (const [type, name] of [
      ['Microsoft.Web/serverfarms', 'plan'],
      [SITE, 'app'],
      ['Microsoft.KeyVault/vaults', 'keys']
    ]) {
      const lines = log.filter((line) => line.includes(`${type} ${name}`))
      expect(lines.map((line) => line.split(' ')[0])).toEqual(['started', 'succeeded'])
      expect(lines[1]).toMatch(/\(\d+ s\)$/)
    }
    expect(log.join('\n')).toMatch(
      /template output status is not set: the name is one of this action's own/
    )
    expect(result.summary).toMatch(/```mermaid\ngantt[\s\S]*plan :done[\s\S]*app :done/)
    expect(countGets(simulator, /\/operations\?/)).toBeLessThanOrEqual(
      Number(result.outputs['poll-count'])
    )
    expect(simulator.ledger.count('deployment', WEB)).toBe(1)
    expect(simulator.unexpected).toEqual([])
  })
})

describe.concurrent('a deployment that fails two deployments deep', () => {
  it.concurrent('says what failed and why, at its template', async () => {
    await using world = await openWorld()
    const { run } = world
    const address = resource('Microsoft.Network/publicIPAddresses', 'door', {
      seconds: 5,
      error: 'policy'
    })
    const inner = nested('address', [address])
    const body = JSON.stringify(template([nested('network', [inner])]))
    const result = await run(
      { 'body-file': 'web.json' },
      {
        workspaceFiles: {
          'web.json': `{ "properties": { "mode": "Incremental", "template": ${body} } }`
        }
      }
    )
    expect(result.exitCode).toBe(1)
    expect(result.outputs).toMatchObject({
      status: 'Failed',
      'error-code': 'RequestDisallowedByPolicy'
    })
    expect(result.outputs['error-message']).toMatch(/'door' was disallowed/)
    const log = readLog(result)
    const id = `${GROUP}/providers/Microsoft.Network/publicIPAddresses/door`
    expect(log).toContain(`Resource        ${id}`)
    expect(log).toContain('Type            Microsoft.Network/publicIPAddresses')
    expect(log).toContain('Policy          Allowed locations')
    expect(
      log.some((line) =>
        /^failed +network › address › Microsoft.Network\/publicIPAddresses door/.test(line)
      )
    ).toBe(true)
    expect(result.annotations).toEqual([
      expect.objectContaining({
        level: 'error',
        title: 'Failed: RequestDisallowedByPolicy',
        file: 'web.json'
      })
    ])
  })

  it.concurrent('says where in the template ARM found the fault', async () => {
    await using world = await openWorld()
    const { simulator, run } = world
    const main = '{\n  "resources": [\n    { "type": "Microsoft.Web/sites" }\n  ]\n}\n'
    const body = 'properties:\n  mode: Incremental\n  template: !file infra/main.json\n'
    const result = await run({ body }, { workspaceFiles: { 'infra/main.json': main } })
    expect(result.outputs.status).toBe('Failed')
    expect(result.annotations[0]).toMatchObject({ file: 'infra/main.json' })
    expect(simulator.ledger.count('deployment')).toBe(0)
  })
})

describe.concurrent('a preview', () => {
  it.concurrent('what-if shows the changes, and makes none', async () => {
    await using world = await openWorld()
    const { simulator, run } = world
    const held = deploymentBody(
      template([resource(SITE, 'app', { seconds: 1 }), resource(SITE, 'old', { seconds: 1 })])
    )
    await run({ body: held })
    const wanted = template([
      resource(SITE, 'app', { seconds: 1, tags: { team: 'shop' } }),
      resource(SITE, 'new', { seconds: 1 })
    ])
    const result = await run({
      method: 'POST',
      url: `${WEB}/whatIf`,
      body: deploymentBody(wanted, 'Complete')
    })
    expect(result.exitCode).toBe(0)
    expect(result.outputs['has-changes']).toBe('true')
    expect(JSON.parse(result.outputs['change-counts'] ?? '')).toMatchObject({
      Create: 1,
      Delete: 1,
      Modify: 1
    })
    expect(result.outputs['changes-markdown']).toMatch(/^Resources: 1 to delete/)
    expect(result.summary).toContain(result.outputs['changes-markdown']?.split('\n\n')[1])
    const log = readLog(result)
    expect(log).toContain(`- ${SITE} old in shop (Delete)`)
    expect(log).toContain(`+ ${SITE} new in shop (Create)`)
    expect(simulator.ledger.count('deployment')).toBe(1)
  })

  it.concurrent('what-if of what cannot be deployed is red', async () => {
    await using world = await openWorld()
    const { run } = world
    const bad = deploymentBody(template([{ type: SITE }]))
    const result = await run({ method: 'POST', url: `${WEB}/whatIf`, body: bad })
    expect(result.outputs).toMatchObject({ status: 'Failed', 'error-code': 'InvalidTemplate' })
    expect(result.outputs['has-changes']).toBeUndefined()
    expect(result.exitCode).toBe(1)
  })

  it.concurrent('validation with an error in a 200 is red, without one green', async () => {
    await using world = await openWorld()
    const { simulator, run } = world
    const url = `${WEB}/validate`
    simulator.script([
      {
        method: 'POST',
        path: url,
        answers: [
          { status: 200, body: { error: { code: 'InvalidTemplate', message: 'Not valid.' } } }
        ]
      }
    ])
    const body = deploymentBody(template([]))
    const bad = await run({ method: 'POST', url, body })
    expect(bad.outputs).toMatchObject({
      status: 'Failed',
      'status-code': '200',
      'error-code': 'InvalidTemplate'
    })
    const other = await startSimulator({ clock: new RealClock(SPEED) })
    const good = await run({ ...other.inputs, method: 'POST', url, body })
    await other.close()
    expect(good.outputs.status).toBe('Succeeded')
  })
})

describe.concurrent('a workflow that is canceled', () => {
  const body = deploymentBody(template([resource(SITE, 'app', { seconds: 4_000 })]))
  const signalAfter = { signal: 'SIGINT', output: /started/ } as const
  /** Where the clock stands still no resource of it ever starts. */
  const signalBefore = { signal: 'SIGINT', output: /HTTP 201/ } as const

  it.concurrent('cancels the deployment when asked to, and the post step says how it ended', async () => {
    await using world = await openStillWorld(1_000)
    const { simulator, prepare, requestsOf } = world
    const options = prepare({ body, 'on-cancel': 'cancel' }, { signalAfter })
    const result = await runBundle(options)
    expect(result.afterSignalMs).toBeLessThan(slowed(1_000, result))
    expect(result).toMatchObject({ exitCode: 1, signal: null })
    expect(result.outputs.status).toBe('InProgress')
    expect(result.summary).toMatch(/workflow was canceled.*Azure accepted the cancel request/)
    expect(JSON.stringify(result.state)).not.toContain(simulator.inputs.token)
    const post = await runPostStep(options, result)
    expect(post.exitCode).toBe(0)
    expect(post.summary).toMatch(/^## 🚫 Deployment `web` was canceled/)
    expect(requestsOf('PUT')).toHaveLength(1)
    expect(simulator.ledger.count('deployment-cancel', WEB)).toBe(1)
  })

  it.concurrent('leaves it otherwise, and the post step says where it stands', async () => {
    await using world = await openStillWorld()
    const { clock, prepare, requestsOf } = world
    const options = prepare({ body }, { signalAfter: signalBefore })
    const result = await runBundle(options)
    clock.advance(4_000_000)
    const post = await runPostStep(options, result)
    expect(post.summary).toMatch(/^## ✅ Deployment `web` succeeded/)
    expect(requestsOf('POST')).toEqual([])
    expect(requestsOf('PUT')).toHaveLength(1)
  })

  it.concurrent('has nothing to say in the post step when the step had come to its end', async () => {
    await using world = await openWorld()
    const { prepare } = world
    const options = prepare({ body: deploymentBody(template([])) })
    const post = await runPostStep(options, await runBundle(options))
    expect(post).toMatchObject({ exitCode: 0, stdout: '', summary: '', stderr: '' })
  })

  it.concurrent('never sends the request in the post step, whatever the state holds', async () => {
    await using world = await openWorld()
    const { simulator, prepare } = world
    const options = prepare({ body })
    const saved = ['', 'x', '{"version":9}']
    const runs = await Promise.all(
      saved.map((run) => runBundle({ ...options, env: { STATE_phase: 'post', STATE_run: run } }))
    )
    for (const run of runs) expect(run).toMatchObject({ exitCode: 0, summary: '' })
    expect(simulator.requests).toEqual([])
  })

  it.concurrent('before the answer came: the post step finds what the request started, and cancels it', async () => {
    await using world = await openStillWorld(1_000)
    const { simulator, prepare, requestsOf } = world
    simulator.script([
      { method: 'PUT', path: WEB, answers: [{ passThrough: true, delayMs: NEVER }] },
      { method: 'GET', path: WEB, answers: [{ passThrough: true }] },
      { method: 'POST', path: `${WEB}/cancel`, answers: [{ passThrough: true }] }
    ])
    const options = prepare(
      { body, 'on-cancel': 'cancel' },
      { signalAfter: { signal: 'SIGINT', when: () => requestsOf('PUT').length > 0 } }
    )
    const result = await runBundle(options)
    expect(result.outputs.status).toBe('Unknown')
    const post = await runPostStep(options, result)
    expect(post.summary).toMatch(/^## 🚫 /)
    expect(simulator.ledger.count('deployment', WEB)).toBe(1)
    expect(simulator.ledger.count('deployment-cancel', WEB)).toBe(1)
  })

  it.concurrent('before anything arrived: the post step says that there is nothing', async () => {
    await using world = await openStillWorld()
    const { simulator, prepare, requestsOf } = world
    simulator.script([
      { method: 'PUT', path: WEB, answers: [{ status: 503, delayMs: NEVER }] },
      {
        method: 'GET',
        path: WEB,
        answers: [{ status: 404, body: { error: { code: 'DeploymentNotFound', message: 'No.' } } }]
      }
    ])
    const sent = { signal: 'SIGINT', when: () => requestsOf('PUT').length > 0 } as const
    const options = prepare({ body }, { signalAfter: sent })
    const post = await runPostStep(options, await runBundle(options))
    expect(post.summary).toMatch(/no trace of it was found in Azure/)
    expect(post.exitCode).toBe(0)
  })

  it.concurrent('with inputs that no longer hold is a warning in the post step', async () => {
    await using world = await openStillWorld()
    const { prepare } = world
    const options = prepare({ body }, { signalAfter: signalBefore })
    const result = await runBundle(options)
    const post = await runPostStep(
      { ...options, inputs: { ...options.inputs, token: 'Bearer x' } },
      result
    )
    expect(post.exitCode).toBe(0)
    expect(post.annotations).toEqual([
      expect.objectContaining({
        level: 'warning',
        message: expect.stringContaining('could not be determined')
      })
    ])
  })
})

describe.concurrent('a timeout', () => {
  it.concurrent('cancels the deployment when asked to, and follows it to Canceled', async () => {
    await using world = await openStillWorld(1_000)
    const { simulator, run } = world
    const body = deploymentBody(template([resource(SITE, 'app', { seconds: 4_000 })]))
    const result = await run({ body, timeout: '4s', 'on-timeout': 'cancel' })
    expect(result.outputs.status).toBe('Canceled')
    expect(result.exitCode).toBe(1)
    expect(result.summary).toMatch(/this step canceled it, because the timeout of 4 s expired/)
    expect(simulator.ledger.count('deployment-cancel', WEB)).toBe(1)
  })

  it.concurrent('that cancels too late tells the success as success', async () => {
    await using world = await openStillWorld()
    const { clock, run, received } = world
    // What is over within 3 s of the cancel call is not stopped by it.
    const body = deploymentBody(template([resource(SITE, 'app', { seconds: 2 })]))
    const ended = run({ body, timeout: '4s', 'on-timeout': 'cancel' })
    await received('POST')
    clock.advance(3_000)
    const result = await ended
    expect(result.outputs.status).toBe('Succeeded')
    expect(result.exitCode).toBe(0)
    expect(readLog(result).join('\n')).toMatch(/but it succeeded before that took effect/)
  })

  it.concurrent('leaves it otherwise', async () => {
    await using world = await openStillWorld()
    const { run, requestsOf } = world
    const body = deploymentBody(template([resource(SITE, 'app', { seconds: 300 })]))
    const result = await run({ body, timeout: '4s' })
    expect(result.outputs.status).toBe('TimedOut')
    expect(readWorkMs(result)).toBeLessThan(4_000 + slowed(1_000, result))
    expect(requestsOf('POST')).toEqual([])
  })

  it.concurrent('posts to cancel-url what has no cancel of its own', async () => {
    await using world = await openStillWorld()
    const { clock, simulator, run, requestsOf, received } = world
    const url = `${GROUP}/providers/Microsoft.Cache/redis/cart`
    const stop = `${GROUP}/providers/Microsoft.Stop/orders/one/stop`
    simulator.script([{ method: 'POST', path: stop, answers: [{ status: 200 }] }])
    const ended = run({
      url,
      body: '{}',
      headers: 'x-ms-simulator-seconds: 25',
      timeout: '4s',
      'on-timeout': 'cancel',
      'cancel-url': stop
    })
    await received('POST')
    clock.advance(25_000)
    const result = await ended
    expect(requestsOf('POST').map(({ path }) => path)).toEqual([`${stop}?api-version=2025-04-01`])
    expect(result.outputs.status).toBe('Succeeded')
  })

  it.concurrent('says so when there is no way to cancel', async () => {
    await using world = await openStillWorld()
    const { run } = world
    const url = `${GROUP}/providers/Microsoft.Cache/redis/cart`
    const result = await run({
      url,
      body: '{}',
      headers: 'x-ms-simulator-seconds: 300',
      timeout: '4s',
      'on-timeout': 'cancel'
    })
    expect(result.outputs.status).toBe('TimedOut')
    expect(result.summary).toMatch(/it was not canceled: no cancel request is known/)
  })
})

// https://github.com/Azure/bicep-deploy/issues/328
describe.concurrent('never twice', () => {
  const body = deploymentBody(template([resource(SITE, 'app', { seconds: 20 })]))

  it.concurrent.each(['504', '500', 'reset'])(
    'a PUT whose answer was lost (%s) is found and followed',
    async (lost) => {
      await using world = await openWorld()
      const { simulator, run, requestsOf } = world
      const result = await run({ body, headers: `x-ms-simulator-lost-answer: ${lost}` })
      expect(result.outputs.status).toBe('Succeeded')
      expect(requestsOf('PUT')).toHaveLength(1)
      expect(simulator.ledger.count('deployment', WEB)).toBe(1)
    }
  )

  it.concurrent('a second PUT on the way, refused because of our first, is followed', async () => {
    await using world = await openStillWorld(1_000)
    const { simulator, run, requestsOf } = world
    simulator.script([
      {
        method: 'PUT',
        path: WEB,
        answers: [{ passThrough: true, fault: 'reset' }, { passThrough: true }]
      },
      {
        method: 'GET',
        path: WEB,
        answers: [
          { status: 404, body: { error: { code: 'DeploymentNotFound', message: 'Not yet.' } } },
          { status: 404, body: { error: { code: 'DeploymentNotFound', message: 'Not yet.' } } },
          { status: 404, body: { error: { code: 'DeploymentNotFound', message: 'Not yet.' } } },
          { passThrough: true }
        ]
      }
    ])
    const long = deploymentBody(template([resource(SITE, 'app', { seconds: 40 })]))
    const result = await run({ body: long, timeout: '36s' })
    expect(result.outputs.status).toBe('Succeeded')
    expect(requestsOf('PUT')).toHaveLength(2)
    expect(simulator.ledger.count('deployment', WEB)).toBe(1)
  })

  it.concurrent('a deployment that someone else has started is an error that names who and when', async () => {
    await using world = await openStillWorld()
    const { simulator, run } = world
    const other = await run({ body, wait: 'false' })
    const result = await run({ body })
    expect(result.outputs).toMatchObject({ status: 'Failed', 'error-code': 'DeploymentActive' })
    expect(result.summary).toMatch(
      /a deployment of the same name, not started by this step, is still active, started 20\d\d-/
    )
    expect(result.summary).toContain(other.outputs['correlation-id'])
    expect(simulator.ledger.count('deployment', WEB)).toBe(1)
  })
})

describe.concurrent('a stack', () => {
  it.concurrent('is deployed, told and followed like a deployment', async () => {
    await using world = await openWorld()
    const { simulator, run } = world
    const url = `${GROUP}/providers/Microsoft.Resources/deploymentStacks/web`
    const deployed = template([resource(SITE, 'app', { seconds: 20 })], {
      siteUrl: { type: 'string', value: 'https://app.azurewebsites.net' }
    })
    const body = JSON.stringify({
      properties: {
        template: deployed,
        actionOnUnmanage: { resources: 'delete' },
        denySettings: { mode: 'none' }
      }
    })
    const result = await run({ url, body, 'api-version': '2024-03-01' })
    expect(result.outputs).toMatchObject({
      status: 'Succeeded',
      siteUrl: 'https://app.azurewebsites.net'
    })
    expect(readLog(result).some((line) => line.includes(`${SITE} app`))).toBe(true)
    expect(countGets(simulator, /\/operations\?|deploymentStacks\/web\?/)).toBeLessThanOrEqual(
      Number(result.outputs['poll-count']) + 1
    )
  })

  it.concurrent('is previewed like a deployment', async () => {
    await using world = await openWorld()
    const { run } = world
    const url = `${GROUP}/providers/Microsoft.Resources/deploymentStacksWhatIfResults/web`
    const properties = {
      template: template([resource(SITE, 'app', { seconds: 10 })]),
      actionOnUnmanage: { resources: 'delete' },
      denySettings: { mode: 'denyDelete' },
      deploymentStackResourceId: `${GROUP}/providers/Microsoft.Resources/deploymentStacks/web`,
      retentionInterval: 'P1D'
    }
    const version = { 'api-version': '2025-07-01' }
    await run({ ...version, url, body: JSON.stringify({ properties }) })
    const result = await run({ ...version, method: 'POST', url: `${url}/whatIf` })
    expect(result.outputs).toMatchObject({ status: 'Succeeded', 'has-changes': 'true' })
    const log = readLog(result)
    expect(log).toContain(`+ ${SITE} app in shop (Create)`)
    expect(log).toContain('~ Microsoft.Resources/deploymentStacks deny settings (Modify)')
  })
})
