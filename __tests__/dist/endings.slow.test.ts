/**
 * How the built action ends when its surroundings fail: canceled at any stage, no disk, no reader. The verdict
 * is told as far as it can be, the process ends by itself, and its exit code is 0 or 1.
 */
import { describe, expect, it } from 'vitest'
import { readWorkMs, slowed } from '../../__fixtures__/slowness.ts'
import type { ScriptedAnswer, ScriptedRoute } from '../../simulator/simulator.ts'
import {
  type ActionScenarioRun,
  accepted,
  expectGreen,
  RESOURCE,
  route,
  runActionScenario,
  STATUS
} from './action.ts'

const RUNNING: ScriptedAnswer = { body: { status: 'Running' } }
const SUCCEEDED: ScriptedAnswer = { body: { status: 'Succeeded' } }
const FAILED: ScriptedAnswer = { body: { status: 'Failed', error: { code: 'No', message: 'no' } } }
const STALLED: ScriptedAnswer = { fault: 'stall' }
const DONE: ScriptedAnswer = {
  body: { id: RESOURCE, properties: { provisioningState: 'Succeeded' } }
}

const follow = (first: ScriptedAnswer, status: readonly ScriptedAnswer[], result = DONE) => [
  route('PUT', RESOURCE, first),
  route('GET', STATUS, ...status),
  route('GET', RESOURCE, result)
]

interface Stage {
  readonly stage: string
  readonly routes: readonly ScriptedRoute[]
  readonly inputs?: Readonly<Record<string, string>>
  /** The signal is sent when the log says so. */
  readonly seen: RegExp
  readonly status: string
  readonly exitCode: number
}

const STAGES: readonly Stage[] = [
  {
    stage: 'before the request is answered',
    routes: follow(STALLED, [RUNNING]),
    seen: /PUT \/subscriptions/,
    status: 'Unknown',
    exitCode: 1
  },
  {
    stage: 'before a request that is turned away is sent again',
    routes: follow({ status: 429, headers: { 'retry-after': '60' } }, [RUNNING]),
    seen: /trying again/,
    status: 'Unknown',
    exitCode: 1
  },
  {
    stage: 'while it is looked whether a lost request took effect',
    routes: [route('PUT', RESOURCE, { fault: 'reset' }), route('GET', RESOURCE, STALLED)],
    seen: /checking whether/,
    status: 'Unknown',
    exitCode: 1
  },
  {
    stage: 'while it waits',
    routes: follow(accepted(), [RUNNING]),
    inputs: { 'poll-interval': '60' },
    seen: /HTTP 202/,
    status: 'InProgress',
    exitCode: 1
  },
  {
    stage: 'while it polls',
    routes: follow(accepted(), [RUNNING, STALLED]),
    seen: /Running/,
    status: 'InProgress',
    exitCode: 1
  },
  {
    stage: 'while it fetches the result: a success all the same',
    routes: follow(accepted(), [RUNNING, SUCCEEDED], STALLED),
    seen: /Succeeded/,
    status: 'Succeeded',
    exitCode: 0
  }
]

describe.concurrent('canceled by the runner', () => {
  describe.concurrent.each(['SIGINT', 'SIGTERM'] as const)('with %s', (signal) => {
    it.each(STAGES)('$stage', async ({ routes, inputs = {}, seen, status, exitCode }) => {
      const { run } = await runActionScenario({
        routes,
        inputs,
        signalAfter: { signal, output: seen }
      })
      expect(run, run.stdout + run.stderr).toMatchObject({ exitCode, signal: null, stderr: '' })
      expect(run.outputs).toMatchObject({ status, 'correlation-id': expect.any(String) })
      expect(run.summary).toContain('## ')
      expect(run.afterSignalMs).toBeLessThan(slowed(1_000, run))
    })
  })

  it('again and again', async () => {
    const seen = { output: /HTTP 202/ }
    const { run } = await runActionScenario({
      routes: follow(accepted(), [RUNNING]),
      inputs: { 'poll-interval': '60' },
      signalAfter: [
        { signal: 'SIGINT', ...seen },
        { signal: 'SIGINT', ...seen },
        { signal: 'SIGTERM', ...seen },
        { signal: 'SIGTERM', ...seen }
      ]
    })
    expect(run).toMatchObject({ exitCode: 1, signal: null, outputs: { status: 'InProgress' } })
  })
})

const GOOD = follow(accepted(), [RUNNING, SUCCEEDED])
const BAD = follow(accepted(), [RUNNING, FAILED])

/** Where nothing can be written, and what the log then says. */
const UNWRITABLE: readonly (readonly [
  what: string,
  env: Readonly<Record<string, string>>,
  inputs: Readonly<Record<string, string>>,
  warning: RegExp
])[] = [
  ['the outputs are on a full disk', { GITHUB_OUTPUT: '/dev/full' }, {}, /output status .*ENOSPC/],
  ['the outputs have no file', { GITHUB_OUTPUT: '/nowhere/output' }, {}, /output status/],
  [
    'the summary is on a full disk',
    { GITHUB_STEP_SUMMARY: '/dev/full' },
    {},
    /summary could not be written.*ENOSPC/
  ],
  ['the summary has no file', { GITHUB_STEP_SUMMARY: '/nowhere/summary' }, {}, /summary could not/],
  [
    'the response file is a device',
    {},
    { 'response-file': '/dev/full' },
    /response-file could not be written.*not a regular file/
  ]
]

describe.concurrent.each(UNWRITABLE)('%s', (_what, env, inputs, warning) => {
  it.each([
    [0, GOOD],
    [1, BAD]
  ] as const)('still ends with %i, and says so', async (exitCode, routes) => {
    const { run } = await runActionScenario({ routes, env, inputs })
    expect(run, run.stdout + run.stderr).toMatchObject({ exitCode, signal: null, stderr: '' })
    const warnings = run.annotations.filter(({ level }) => level === 'warning')
    expect(warnings.map(({ message }) => message).join('\n')).toMatch(warning)
  })
})

describe.concurrent('nobody reads what it prints', () => {
  it.each([
    [0, 'Succeeded', GOOD],
    [1, 'Failed', BAD]
  ] as const)('still ends with %i: %s', async (exitCode, status, routes) => {
    const { run } = await runActionScenario({ routes, entry: '__tests__/dist/closed-stdout.mjs' })
    expect(run).toMatchObject({ exitCode, outputs: { status } })
    expect(run.summary).toContain('## ')
  })
})

it('keeps no handle that would keep the process', async () => {
  const played: ActionScenarioRun = await runActionScenario({ routes: GOOD })
  expectGreen(played)
  // The simulator holds its connections for two minutes: it is the action that lets go.
  expect(readWorkMs(played.run)).toBeLessThan(slowed(2_000, played.run))
  expect(played.run.timedOut).toBe(false)
})
