/**
 * Start here, finish there: the built action in processes of their own, against the simulator, with what GitHub does to
 * outputs in between.
 */
import { afterAll, beforeAll, describe, expect, it, type TestContext, vi } from 'vitest'
import { deploymentBody, resource, template } from '../../__fixtures__/deployment-bodies.ts'
import { openHandle, readHandle, sealHandle, sealText } from '../../__fixtures__/handles.ts'
import { runPostStep } from '../../__fixtures__/post-step.ts'
import { holdsSecret, passJobOutputs } from '../../__fixtures__/runner-masking.ts'
import type { ActionRun } from '../../simulator/run-action.ts'
import {
  type Simulator,
  SUBSCRIPTION_ID,
  startSimulator,
  VirtualClock
} from '../../simulator/simulator.ts'
import { runBundle } from './action.ts'

const GROUP = '/subscriptions/{subscriptionId}/resourceGroups/build'
const VM = `${GROUP}/providers/Microsoft.Compute/virtualMachines/build-01`
const VM_ID = VM.replace('{subscriptionId}', SUBSCRIPTION_ID)
const START_VM = {
  method: 'POST',
  url: `${VM}/start`,
  'api-version': '2024-07-01',
  headers: 'x-ms-simulator-seconds: 12'
}
const TENANT_ID = '22222222-2222-4222-8222-222222222222'
/** With it, the machine starts within a dozen requests; without, when the test says so. */
const STEP_MS = 1_000
const QUICK = { 'poll-interval': '0.1', 'max-poll-interval': '0.1' }

type Inputs = Readonly<Record<string, string>>
type Options = Partial<Parameters<typeof runBundle>[0]>

/** A simulator of the test's own, so that tests may wait at the same time. */
async function open({ onTestFinished }: Pick<TestContext, 'onTestFinished'>, stepMs = STEP_MS) {
  const clock = new VirtualClock(Date.now(), stepMs)
  const simulator = await startSimulator({ clock, retryAfterSeconds: 0 })
  onTestFinished(() => simulator.close())
  return { simulator, clock, ...createRunners(simulator) }
}

function createRunners(simulator: Simulator) {
  const run = (inputs: Inputs, options: Options = {}) =>
    runBundle({ ...options, inputs: { ...simulator.inputs, ...QUICK, ...inputs } })
  const resume = (handle: string, inputs: Inputs = {}) => run({ resume: handle, ...inputs })
  return { run, resume }
}

function readSignatures({ requests }: Simulator): string[] {
  const queries = requests.map(({ path }) => new URLSearchParams(path.split('?')[1]))
  return queries.map((query) => query.get('s') ?? '').filter((signature) => signature !== '')
}

function expectFinished(ended: ActionRun): void {
  expect(ended, ended.stdout + ended.stderr).toMatchObject({
    exitCode: 0,
    stderr: '',
    outputs: { status: 'Succeeded', operation: '' }
  })
}

describe.concurrent('wait: false in one run, resume in another', () => {
  it('finishes one operation, with the ids registered as secrets in between', async (context) => {
    const { simulator, run, resume } = await open(context)
    const started = await run({ ...START_VM, wait: 'false', 'tenant-id': TENANT_ID })
    expect(started).toMatchObject({ exitCode: 0, outputs: { status: 'InProgress' } })
    const secrets = [SUBSCRIPTION_ID, TENANT_ID]
    const passed = passJobOutputs(started.outputs, secrets)
    // What holds the subscription does not arrive; the handle does.
    expect(passed).not.toHaveProperty('resource-id')
    expect(holdsSecret(started.outputs['resource-id'] ?? '', secrets)).toBe(true)
    const finished = await resume(passed.operation ?? '', { 'tenant-id': TENANT_ID })
    expectFinished(finished)
    expect(finished.outputs['correlation-id']).toBe(started.outputs['correlation-id'])
    expect(finished.outputs['request-id']).toBe(started.outputs['request-id'])
    expect(finished.outputs['resource-id']).toBe(VM_ID)
    expect(simulator.ledger.entries).toMatchObject([{ kind: 'vm-start', id: VM_ID }])
    expect(simulator.requests.filter(({ method }) => method !== 'GET')).toHaveLength(1)
  })

  it('comes to the same end at once when Azure was done with the first answer', async (context) => {
    const { simulator, run, resume } = await open(context)
    const url = `${GROUP}/providers/Microsoft.Network/virtualNetworks/n`
    const started = await run({
      method: 'PUT',
      url,
      'api-version': '2024-01-01',
      body: '{"location":"westeurope"}',
      headers: 'x-ms-simulator-habit: sync',
      wait: 'false'
    })
    expect(started).toMatchObject({ exitCode: 0, outputs: { status: 'Succeeded' } })
    const { operation = '' } = passJobOutputs(started.outputs, [SUBSCRIPTION_ID])
    const sent = simulator.requests.length
    const finished = await resume(operation)
    expect(finished).toMatchObject({ exitCode: 0, outputs: { status: 'Succeeded' } })
    expect(finished.outputs).not.toHaveProperty('operation')
    expect(simulator.requests).toHaveLength(sent)
    const read = await resume(operation, { outputs: 'place: location' })
    expect(read).toMatchObject({ exitCode: 0, outputs: { place: 'westeurope' } })
    expect(simulator.requests.slice(sent).map(({ method }) => method)).toEqual(['GET'])
  })

  it('writes the handle to the log, the output, the state and the summary before the first poll', async (context) => {
    const { clock, run, resume } = await open(context, 0)
    const started = await run(START_VM, {
      // The runner's last resort: nothing can be written after this.
      signalAfter: { signal: 'SIGKILL', output: /InProgress/ }
    })
    expect(started.signal).toBe('SIGKILL')
    const handle = started.outputs.operation ?? ''
    expect(handle).toMatch(/^armop3\./)
    expect(started.state.run).toContain(`"handle":"${handle}"`)
    for (const text of [started.stdout, started.summary]) {
      expect(text).toContain(
        `# azure/login comes first\n- uses: arm-operation/arm-operation@v0\n  with:\n    resume: ${handle}\n    subscription-id: $` +
          '{{ vars.AZURE_SUBSCRIPTION_ID }}\n'
      )
    }
    clock.advance(12_000)
    expectFinished(await resume(handle))
  })

  it('shows no signature in clear, and no token at all', async (context) => {
    const { simulator, run } = await open(context, 0)
    const started = await run({ ...START_VM, timeout: '5' })
    const signatures = readSignatures(simulator)
    expect(signatures.length).toBeGreaterThan(0)
    const { token = '' } = simulator.inputs
    const handle = readHandle(started.outputs.operation ?? '')
    expect(handle).toContain(signatures[0])
    expect(handle).not.toContain(token)
    const shown = [started.stdout.replace(`::add-mask::${token}`, ''), started.summary]
    for (const text of [...shown, ...Object.values(started.outputs)]) {
      for (const secret of [...signatures, token]) expect(text).not.toContain(secret)
    }
  })

  it('names the action as the runner knows it', async (context) => {
    const { run } = await open(context)
    const env = { GITHUB_ACTION_REPOSITORY: 'octo-org/arm', GITHUB_ACTION_REF: 'v1.2.3' }
    const started = await run({ ...START_VM, wait: 'false' }, { env })
    expect(started.stdout).toContain('- uses: octo-org/arm@v1.2.3\n')
  })
})

describe.concurrent('each ending can be resumed', () => {
  it('a timeout', async (context) => {
    const { simulator, clock, run, resume } = await open(context, 0)
    const ended = await run({ ...START_VM, timeout: '5' })
    expect(ended).toMatchObject({ exitCode: 1, outputs: { status: 'TimedOut' } })
    expect(ended.stdout.split('resume: armop3.')).toHaveLength(2)
    clock.advance(12_000)
    expectFinished(await resume(ended.outputs.operation ?? ''))
    expect(simulator.ledger.count('vm-start')).toBe(1)
  })

  it('a timeout of a resume', async (context) => {
    const { clock, run, resume } = await open(context, 0)
    const started = await run({ ...START_VM, wait: 'false' })
    const ended = await resume(started.outputs.operation ?? '', { timeout: '1' })
    expect(ended).toMatchObject({ exitCode: 1, outputs: { status: 'TimedOut' } })
    clock.advance(12_000)
    expectFinished(await resume(ended.outputs.operation ?? ''))
  })

  it('a sign-in that can never come: at once, with the handle that came in', async (context) => {
    const { simulator, run, resume } = await open(context)
    const started = await run({ ...START_VM, wait: 'false' })
    const handle = started.outputs.operation ?? ''
    const sent = simulator.requests.length
    const ended = await resume(handle, {
      token: '',
      credential: 'oidc',
      'client-id': TENANT_ID,
      'tenant-id': TENANT_ID,
      'resource-manager-audience': 'https://arm.example',
      'authority-host': 'https://login.example'
    })
    expect(ended).toMatchObject({
      exitCode: 1,
      outputs: { status: 'Unknown', 'error-code': 'IdTokenPermissionMissing' }
    })
    expect(ended.durationMs).toBeLessThan(20_000)
    expect(ended.summary).toContain('**How to resume:**')
    expect(simulator.requests).toHaveLength(sent)
    expectFinished(await resume(ended.outputs.operation ?? ''))
  })

  it('SIGINT', async (context) => {
    const { simulator, clock, run, resume } = await open(context, 0)
    const ended = await run(START_VM, { signalAfter: { signal: 'SIGINT', output: /InProgress/ } })
    expect(ended).toMatchObject({
      exitCode: 1,
      timedOut: false,
      outputs: { status: 'InProgress' }
    })
    expect(ended.summary).toContain('**How to resume:**')
    clock.advance(12_000)
    expectFinished(await resume(ended.outputs.operation ?? ''))
    expect(simulator.ledger.count('vm-start')).toBe(1)
  })

  it('Unknown, after a polling URL that may not be read: the missing action is named', async (context) => {
    const { simulator, run, resume } = await open(context)
    const id = '/subscriptions/1/resourceGroups/g/providers/Microsoft.Cache/redis/cart'
    const status = `/subscriptions/1/providers/Microsoft.Cache/locations/x/operationsStatus/7`
    const error = {
      code: 'AuthorizationFailed',
      message: `The client 'c' does not have authorization to perform action 'Microsoft.Cache/locations/operationsStatus/read' over scope '/subscriptions/1/providers/Microsoft.Cache/locations/x'.`
    }
    const refused = { status: 403, body: { error } }
    simulator.script([
      {
        method: 'PUT',
        path: id,
        answers: [
          { headers: { 'azure-asyncoperation': `{origin}${status}?api-version=1` }, body: {} }
        ]
      },
      {
        method: 'GET',
        path: status,
        answers: [refused, refused, refused, refused, { body: { status: 'Succeeded' } }]
      },
      { method: 'GET', path: id, answers: [{ body: { id, properties: {} } }] }
    ])
    const ended = await run({
      method: 'PUT',
      url: id,
      'api-version': '1',
      body: '{}'
    })
    expect(ended, ended.stdout).toMatchObject({ exitCode: 1, outputs: { status: 'Unknown' } })
    for (const text of [ended.stdout, ended.summary.replaceAll('&#58;', ':')]) {
      expect(text).toContain(
        'the action Microsoft.Cache/locations/operationsStatus/read is missing at /subscriptions/1/providers/Microsoft.Cache/locations/x'
      )
    }
    expectFinished(await resume(ended.outputs.operation ?? ''))
    expect(simulator.ledger.count('script')).toBe(1)
    expect(simulator.unexpected).toEqual([])
  })

  const job = {
    method: 'POST',
    url: `${GROUP}/providers/Microsoft.App/jobs/nightly/start`,
    'api-version': '2025-01-01',
    headers: 'x-ms-simulator-seconds: 20',
    'wait-until': "properties.status != 'Running'",
    'wait-until-url': '{id}',
    'fail-if': "properties.status != 'Succeeded'"
  }

  /** Lets the start end once it is polled: the execution goes on. */
  async function endStart({ simulator, clock }: Awaited<ReturnType<typeof open>>): Promise<void> {
    await vi.waitUntil(() => simulator.requests.length > 1, { timeout: 200_000, interval: 10 })
    clock.advance(6_000)
  }

  it('a condition that was not met in time, with the value last seen', async (context) => {
    const world = await open(context, 0)
    const { simulator, clock, run, resume } = world
    const [ended] = await Promise.all([run({ ...job, timeout: '5' }), endStart(world)])
    expect(ended).toMatchObject({ exitCode: 1, outputs: { status: 'TimedOut' } })
    expect(ended.outputs['error-message']).toBe(
      "The operation succeeded, and the timeout expired before the condition properties.status != 'Running' was true; " +
        'last seen: properties.status is "Running"'
    )
    const before = simulator.requests.length
    clock.advance(20_000)
    expectFinished(await resume(ended.outputs.operation ?? ''))
    // The operation itself is over, so only the execution is read.
    const paths = simulator.requests.slice(before).map(({ path }) => path)
    for (const path of paths) expect(path).toMatch(/\/executions\/nightly-\w+\?/)
    expect(simulator.ledger.count('resource-action')).toBe(1)
  })

  it('a condition while which the workflow was canceled', async (context) => {
    const world = await open(context, 0)
    const { clock, run, resume } = world
    const signalAfter = { signal: 'SIGINT', output: /Condition: properties/ } as const
    const [ended] = await Promise.all([run(job, { signalAfter }), endStart(world)])
    expect(ended).toMatchObject({ exitCode: 1, outputs: { status: 'InProgress' } })
    clock.advance(20_000)
    const finished = await resume(ended.outputs.operation ?? '')
    expectFinished(finished)
    expect(finished.outputs.response).toContain('"status":"Succeeded"')
  })

  it('a condition that nobody has waited for yet: the handle brings it', async (context) => {
    const { run, resume } = await open(context)
    const started = await run({ ...job, wait: 'false', headers: 'x-ms-simulator-error: quota' })
    const finished = await resume(started.outputs.operation ?? '')
    expect(finished).toMatchObject({ exitCode: 1, outputs: { status: 'Failed' } })
    expect(finished.outputs['error-message']).toContain('properties.status is "Failed"')
  })
})

interface Tampering {
  readonly kind: string
  readonly problem: string
  readonly tamper: (good: string) => string
  readonly inputs?: Inputs
}

describe.concurrent('a handle that was tampered with', () => {
  const FOREIGN = 'is not on the resource manager endpoint'
  const forge = (changes: Inputs) => (good: string) =>
    sealHandle({ ...openHandle(good), ...changes })
  const kinds: readonly Tampering[] = [
    { kind: 'cut short', problem: 'is damaged', tamper: (good) => good.slice(0, -30) },
    {
      kind: 'one letter changed',
      problem: 'is damaged',
      tamper: (good) => good.replace(/.(?=.{30}$)/, '-')
    },
    {
      kind: 'not a handle at all',
      problem: 'is not a handle',
      tamper: () => 'https://evil.example/'
    },
    {
      kind: 'of another version',
      problem: 'another version',
      tamper: (good) => good.replace('armop3', 'armop9')
    },
    { kind: 'no JSON', problem: 'is damaged', tamper: () => sealText('{"o":') },
    {
      kind: 'the polling URL on another host',
      problem: FOREIGN,
      tamper: forge({ g: 'https://evil.example/steal' })
    },
    {
      kind: 'the polling URL on another port',
      problem: FOREIGN,
      tamper: forge({ g: 'http://127.0.0.1:1/steal' })
    },
    {
      kind: 'the resource on another host',
      problem: FOREIGN,
      tamper: forge({ u: '//evil.example/steal' })
    },
    {
      kind: 'the Location with a user name',
      problem: FOREIGN,
      tamper: forge({ l: 'http://x@127.0.0.1/steal' })
    },
    {
      kind: 'of another cloud',
      problem: 'belongs to another cloud',
      tamper: forge({ o: 'https://management.azure.com' })
    },
    { kind: 'a method of its own', problem: 'is damaged', tamper: forge({ m: 'STEAL' }) },
    { kind: 'a header break', problem: 'is damaged', tamper: forge({ i: 'a\r\nb: c' }) },
    {
      kind: 'for another subscription',
      problem: 'subscription-id: is not the subscription',
      tamper: (good) => good,
      inputs: { 'subscription-id': TENANT_ID }
    }
  ]

  let simulator: Simulator
  let good = ''
  beforeAll(async () => {
    simulator = await startSimulator({ clock: new VirtualClock() })
    const started = await createRunners(simulator).run({ ...START_VM, wait: 'false' })
    good = started.outputs.operation ?? ''
    expect(good).toMatch(/^armop3\./)
  })
  afterAll(() => simulator.close())

  it.each(kinds)('is refused, and nothing is sent: $kind', async (tampering) => {
    const { problem, tamper, inputs } = tampering
    const title = inputs === undefined ? 'Input resume' : 'Input subscription-id'
    const sent = simulator.requests.length
    const refused = await createRunners(simulator).resume(tamper(good), inputs)
    expect(refused).toMatchObject({ exitCode: 1, outputs: {}, stderr: '' })
    expect(refused.annotations).toEqual([
      { level: 'error', title, message: expect.stringContaining(problem) }
    ])
    expect(refused.annotations[0]?.message.startsWith(`${title}: `)).toBe(true)
    expect(simulator.requests).toHaveLength(sent)
  })
})

describe.concurrent('a step that resumes changes nothing by the handle alone', () => {
  const WEB = `${GROUP}/providers/Microsoft.Resources/deployments/web`
  const WEB_ID = WEB.replace('{subscriptionId}', SUBSCRIPTION_ID)
  const NAMED = { url: WEB, 'api-version': '2025-04-01' }
  const DEPLOY = {
    ...NAMED,
    method: 'PUT',
    body: deploymentBody(template([resource('Microsoft.Web/sites', 'app', { seconds: 4_000 })]))
  }

  /** A deployment that runs for an hour, handed on; what the resuming step sends is counted from here. */
  async function handOver(context: Pick<TestContext, 'onTestFinished'>) {
    const world = await open(context)
    const { simulator, run } = world
    const { outputs } = await run({ ...DEPLOY, wait: 'false' })
    const before = simulator.requests.length
    const sent = () => simulator.requests.slice(before).map(({ method }) => method)
    return { ...world, handle: outputs.operation ?? '', sent }
  }

  it.for([{ 'on-timeout': 'cancel' }, { 'on-cancel': 'cancel' }])('%j', async (asked, context) => {
    const { resume, handle, sent } = await handOver(context)
    const refused = await resume(handle, asked)
    expect(refused).toMatchObject({ exitCode: 1, outputs: {}, stderr: '' })
    expect(refused.annotations).toEqual([
      {
        level: 'error',
        title: `Input ${Object.keys(asked).join()}`,
        message: expect.stringMatching(/^Input on-\w+: is cancel together with resume.*cancel-url/)
      }
    ])
    expect(sent()).toEqual([])
  })

  it('cancels what url names, and the handle is about', async (context) => {
    const { simulator, resume, handle, sent } = await handOver(context)
    const ended = await resume(handle, { ...NAMED, 'on-timeout': 'cancel', timeout: '2' })
    expect(ended.outputs.status, ended.stdout).toBe('Canceled')
    expect(sent().filter((method) => method !== 'GET')).toEqual(['POST'])
    expect(simulator.ledger.count('deployment-cancel', WEB_ID)).toBe(1)
  })

  it('nor by a handle that says it is about another request', async (context) => {
    const { resume, handle, sent } = await handOver(context)
    const forged = sealHandle({
      ...openHandle(handle),
      u: `${WEB_ID.replace(/web$/, 'db')}?api-version=2025-04-01`
    })
    const refused = await resume(forged, { ...NAMED, 'on-timeout': 'cancel' })
    expect(refused.annotations).toEqual([
      {
        level: 'error',
        title: 'Input url',
        message: expect.stringMatching(
          /^Input url: is .*\/deployments\/web\?.* about .*\/deployments\/db\?/
        )
      }
    ])
    expect(sent()).toEqual([])
  })

  it.for([
    {
      told: 'canceled with the workflow where url names it, as the post step tells',
      asked: { ...NAMED, 'on-cancel': 'cancel' },
      cancels: 1
    },
    { told: 'left otherwise, by the post step too', asked: {}, cancels: 0 }
  ])('an operation is $told', async ({ asked, cancels }, context) => {
    const { simulator, handle, sent } = await handOver(context)
    const inputs = { ...simulator.inputs, ...QUICK, resume: handle, ...asked }
    const options = { inputs, signalAfter: { signal: 'SIGINT', output: /Running/ } } as const
    const post = await runPostStep(options, await runBundle(options))
    expect(post.summary).toMatch(cancels === 0 ? /^## ⏳ / : /^## 🚫 /)
    expect(sent().filter((method) => method !== 'GET')).toHaveLength(cancels)
    expect(simulator.ledger.count('deployment-cancel', WEB_ID)).toBe(cancels)
  })
})

describe.concurrent('secrets in a result', () => {
  it('are masked before anything is logged or set', async (context) => {
    const { simulator, run } = await open(context)
    const id = '/subscriptions/1/resourceGroups/g/providers/Microsoft.Compute/snapshots/s'
    const sas = 'https://md-x.blob.storage.azure.net/x/abcd?sv=2018-03-28&sr=b&sig=q7Zt%2BxY4aB3%3D'
    simulator.script([
      {
        method: 'POST',
        path: `${id}/beginGetAccess`,
        answers: [{ body: { accessSAS: sas, note: 'plain-and-open' } }]
      }
    ])
    const done = await run({
      method: 'POST',
      url: `${id}/beginGetAccess`,
      'api-version': '2023-04-02',
      outputs: 'url: accessSAS\nnote: note\nnothing: missing\nwhole: @',
      'masked-outputs': 'note\nabsent'
    })
    expect(done.outputs).toMatchObject({ url: sas, note: 'plain-and-open' })
    expect(done.outputs).not.toHaveProperty('nothing')
    expect(JSON.parse(done.outputs.whole ?? '')).toEqual({ accessSAS: sas, note: 'plain-and-open' })
    const masks = done.commands.filter(({ command }) => command === 'add-mask')
    expect(masks.map(({ message }) => message)).toEqual(
      expect.arrayContaining([sas, 'q7Zt%2BxY4aB3%3D', 'q7Zt+xY4aB3=', 'plain-and-open'])
    )
    const lastMask = done.stdout.lastIndexOf('::add-mask::')
    expect(done.stdout.indexOf('Result: ')).toBeGreaterThan(lastMask)
    expect(done.annotations.map(({ message }) => message)).toEqual([
      'The output nothing is empty: missing is null in the response',
      'Input masked-outputs names absent, but there is no output with that name'
    ])
  })
})
