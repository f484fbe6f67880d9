/**
 * How long the built action waits, and what ends the waiting: the inputs, the deadline, a canceled workflow. On the
 * real clock, so the times are bounds and not values.
 */
import { describe, expect, it } from 'vitest'
import { openHandle } from '../../__fixtures__/handles.ts'
import { readWorkMs, slowed } from '../../__fixtures__/slowness.ts'
import {
  RealClock,
  type ScriptedAnswer,
  type ScriptedRoute,
  SUBSCRIPTION_ID
} from '../../simulator/simulator.ts'
import {
  ACTION,
  type ActionScenario,
  type ActionScenarioRun,
  accepted,
  expectGreen,
  expectRed,
  RESOURCE,
  RESULT,
  route,
  runActionScenario,
  STATUS
} from './action.ts'

const RUNNING: ScriptedAnswer = { body: { status: 'Running' } }
const SUCCEEDED: ScriptedAnswer = { body: { status: 'Succeeded' } }
const DONE: ScriptedAnswer = {
  body: { id: RESOURCE, properties: { provisioningState: 'Succeeded' } }
}

function follow(...answers: ScriptedAnswer[]): readonly ScriptedRoute[] {
  return [
    route('PUT', RESOURCE, accepted()),
    route('GET', STATUS, ...answers),
    route('GET', RESOURCE, DONE)
  ]
}

/** Plays with a simulator whose times are real. */
function runInRealTime(scenario: ActionScenario): Promise<ActionScenarioRun> {
  return runActionScenario({ simulator: { clock: new RealClock() }, ...scenario })
}

/** Milliseconds between one request and the next. */
function readGaps({ simulator }: ActionScenarioRun): readonly number[] {
  const times = simulator.requests.map(({ at }) => at)
  return times.slice(1).map((at, index) => at - (times[index] ?? 0))
}

/** Expects the log to hold the handle of what goes on in Azure, and the summary the path at which it is polled. */
function expectResumable({ run }: ActionScenarioRun): void {
  const [, handle = ''] = /^ {4}resume: (\S+)$/m.exec(run.stdout) ?? []
  for (const each of [handle, run.outputs.operation ?? '']) {
    expect(openHandle(each)).toMatchObject({
      g: `${STATUS.replace(SUBSCRIPTION_ID, '\u0001s\u0002')}?api-version=2025-04-01`
    })
  }
  expect(run.summary).toContain(
    `\n- Polling path: \`${STATUS.replace(/^.*(?=\/resourceGroups)/, '…')}\`\n`
  )
}

const withRetryAfter = (answer: ScriptedAnswer, seconds: number): ScriptedAnswer => ({
  ...answer,
  headers: { ...answer.headers, 'retry-after': String(seconds) }
})

describe.concurrent('the deadline', () => {
  // Enough for a request and a poll on a busy machine.
  const TIMEOUT_S = 5
  const stalled: ScriptedAnswer = { fault: 'stall' }

  it.each<[what: string, routes: readonly ScriptedRoute[]]>([
    ['while it runs on and on', follow(RUNNING)],
    ['during a long Retry-After', follow(withRetryAfter(RUNNING, 600))],
    ['during a poll that is never answered', follow(RUNNING, stalled)]
  ])('%s', async (_what, routes) => {
    const played = await runInRealTime({
      routes,
      inputs: { timeout: `${TIMEOUT_S}s`, 'poll-interval': '' }
    })
    expectRed(played, {
      status: 'TimedOut',
      'status-code': '202',
      'error-message': expect.stringMatching(
        /^The timeout of 5 s expired; the last status was Running/
      )
    })
    const { run } = played
    // The deadline and one second.
    expect(readWorkMs(run)).toBeLessThan(TIMEOUT_S * 1_000 + slowed(1_000, run))
    expect(Number(run.outputs['duration-seconds'])).toBeGreaterThanOrEqual(TIMEOUT_S - 0.5)
    expect(Number(run.outputs['duration-seconds'])).toBeLessThanOrEqual(TIMEOUT_S + slowed(1, run))
    for (const text of [run.stdout, run.summary, run.annotations[0]?.message]) {
      expect(text).toContain('It may still be running in Azure.')
    }
    expect(run.summary).toMatch(/^## ⏱️ Stopped waiting for PUT of `cart` after \d(?:\.\d)? s\n/)
    expectResumable(played)
    expect(run.stdout + run.summary).not.toMatch(/fail/i)
  })

  it('before the request was answered', async () => {
    const played = await runInRealTime({
      routes: [route('POST', ACTION, stalled)],
      inputs: { method: 'POST', url: ACTION, timeout: `${TIMEOUT_S}s` }
    })
    expect(played.calls).toHaveLength(1)
    expect(played.run.outputs.status).toBe('Unknown')
    expect(played.run.stdout).toContain('It may have taken effect')
    expect(readWorkMs(played.run)).toBeLessThan(TIMEOUT_S * 1_000 + slowed(1_000, played.run))
    expect(played.run.exitCode).toBe(1)
  })
})

describe.concurrent('wait: false', () => {
  it('is green once Azure has accepted it, and polls nothing', async () => {
    const played = await runActionScenario({
      routes: follow(RUNNING),
      inputs: { wait: 'false' }
    })
    const { run, calls } = played
    expect(run).toMatchObject({
      exitCode: 0,
      annotations: [],
      outputs: { status: 'InProgress', 'status-code': '202', 'poll-count': '0' }
    })
    expect(calls).toEqual([`PUT ${RESOURCE}`])
    expectResumable(played)
    expect(run.summary).toMatch(
      /^## ⏳ PUT of `cart` was accepted; this step did not wait for it to end\n/
    )
  })

  it('is red when Azure refuses it', async () => {
    const error = { code: 'SkuNotAvailable', message: 'None left.' }
    const played = await runActionScenario({
      routes: [route('PUT', RESOURCE, { status: 409, body: { error } })],
      inputs: { wait: 'FALSE' }
    })
    expectRed(played, { status: 'Failed', 'error-code': 'SkuNotAvailable' })
  })
})

describe.concurrent('the time between two polls', () => {
  it('is poll-interval where the service names none', async () => {
    const played = await runInRealTime({
      routes: follow(RUNNING, RUNNING, SUCCEEDED),
      inputs: { 'poll-interval': '0.3' }
    })
    expectGreen(played)
    const gaps = readGaps(played)
    for (const gap of gaps.slice(0, 3)) expect(gap).toBeGreaterThanOrEqual(295)
    expect(gaps).toHaveLength(4)
  })

  it('is no less than poll-interval when the service asks for less', async () => {
    const [first] = follow()
    const played = await runInRealTime({
      routes: [
        ...(first === undefined ? [] : [first]),
        route('GET', STATUS, withRetryAfter(RUNNING, 0), SUCCEEDED),
        route('GET', RESOURCE, DONE)
      ],
      inputs: { 'poll-interval': '0.3' }
    })
    expectGreen(played)
    for (const gap of readGaps(played).slice(0, 2)) expect(gap).toBeGreaterThanOrEqual(295)
  })

  it('is no more than max-poll-interval', async () => {
    const played = await runInRealTime({
      routes: [
        route('PUT', RESOURCE, withRetryAfter(accepted(), 600)),
        route('GET', STATUS, withRetryAfter(RUNNING, 600), SUCCEEDED),
        route('GET', RESOURCE, DONE)
      ],
      inputs: { 'poll-interval': '', 'max-poll-interval': '0.3' }
    })
    expectGreen(played)
    for (const gap of readGaps(played).slice(0, 2)) expect(gap).toBeGreaterThanOrEqual(295)
    expect(readWorkMs(played.run)).toBeLessThan(600 + slowed(1_000, played.run))
  })

  it('is what the service asks for', async () => {
    const played = await runInRealTime({
      routes: [
        route('PUT', RESOURCE, withRetryAfter(accepted(), 1)),
        route('GET', STATUS, SUCCEEDED),
        route('GET', RESOURCE, DONE)
      ]
    })
    expectGreen(played)
    expect(readGaps(played)[0]).toBeGreaterThanOrEqual(995)
  })
})

describe.concurrent('the words that end it', () => {
  it('are success-states too', async () => {
    const played = await runActionScenario({
      routes: follow(RUNNING, { body: { status: 'Ready' } }),
      inputs: { 'success-states': 'Online\nready' }
    })
    expectGreen(played)
  })

  it('are failure-states too', async () => {
    const played = await runActionScenario({
      routes: follow(RUNNING, { body: { status: 'Rolled back' } }),
      inputs: { 'failure-states': 'rolled back' }
    })
    expectRed(played, {
      status: 'Failed',
      'error-message': 'The operation ended with status Rolled back'
    })
  })

  it('may be an HTTP status of the first answer', async () => {
    const missing = { status: 404, body: { error: { code: 'ResourceNotFound', message: 'No.' } } }
    const routes = [route('DELETE', RESOURCE, missing)]
    const inputs = { method: 'DELETE', 'accept-status': '404' }
    const played = await runActionScenario({ routes, inputs })
    expectGreen(played)
    expect(played.run.outputs).toMatchObject({ 'status-code': '404', 'poll-count': '0' })
    expect(played.run.outputs).not.toHaveProperty('error')
    expectRed(
      await runActionScenario({ routes, inputs: { method: 'DELETE', 'accept-status': '409' } }),
      {
        status: 'Failed',
        'error-code': 'ResourceNotFound'
      }
    )
  })
})

describe.concurrent('the result of a POST', () => {
  it.each([
    ['auto', { from: 'location' }],
    ['location', { from: 'location' }],
    ['azure-async-operation', { status: 'Succeeded', from: 'monitor' }],
    ['Operation-Location', { status: 'Succeeded', from: 'monitor' }],
    ['original-uri', { from: 'original' }]
  ])('by final-state-via %s', async (via, expected) => {
    const headers = { 'azure-asyncoperation': `{origin}${STATUS}`, location: `{origin}${RESULT}` }
    const played = await runActionScenario({
      routes: [
        route('POST', ACTION, { status: 202, headers }),
        route('GET', STATUS, RUNNING, { body: { status: 'Succeeded', from: 'monitor' } }),
        route('GET', RESULT, { body: { from: 'location' } }),
        route('GET', ACTION, { body: { from: 'original' } })
      ],
      inputs: { method: 'POST', url: ACTION, 'final-state-via': via }
    })
    expectGreen(played)
    expect(JSON.parse(played.run.outputs.response ?? '')).toEqual(expected)
  })
})

describe.concurrent('a workflow that is canceled', () => {
  const slow = follow(withRetryAfter(RUNNING, 600))
  const seen = /Running/

  it.each(['SIGINT', 'SIGTERM'] as const)('by %s while it waits', async (signal) => {
    const played = await runInRealTime({ routes: slow, signalAfter: { signal, output: seen } })
    expectRed(played, {
      status: 'InProgress',
      'status-code': '202',
      'poll-count': '1',
      'error-message': 'The workflow was canceled while waiting; the last status was Running'
    })
    expect(played.run.afterSignalMs).toBeLessThan(slowed(1_000, played.run))
    expect(played.run.summary).toMatch(
      /^## ⏳ The workflow was canceled while waiting for PUT of `cart`\n/
    )
    expectResumable(played)
  })

  it('by both, while a poll is never answered', async () => {
    const { run } = await runInRealTime({
      routes: follow(RUNNING, { fault: 'stall' }),
      signalAfter: [
        { signal: 'SIGINT', output: seen },
        { signal: 'SIGTERM', output: seen }
      ]
    })
    expect(run).toMatchObject({ exitCode: 1, signal: null, outputs: { status: 'InProgress' } })
    expect(run.afterSignalMs).toBeLessThan(slowed(1_000, run))
  })

  it('before the request is repeated: no second try', async () => {
    const busy = { status: 429, body: { error: { code: 'TooManyRequests', message: 'Later.' } } }
    const { run, simulator } = await runInRealTime({
      routes: [route('POST', ACTION, withRetryAfter(busy, 600))],
      inputs: { method: 'POST', url: ACTION },
      signalAfter: { signal: 'SIGINT', output: /trying again/ }
    })
    expect(simulator.requests).toHaveLength(1)
    expect(run).toMatchObject({ exitCode: 1, outputs: { 'error-code': 'TooManyRequests' } })
    expect(run.stdout).toContain('It took no effect')
    expect(run.afterSignalMs).toBeLessThan(slowed(1_000, run))
  })
})
