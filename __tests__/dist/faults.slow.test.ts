/**
 * The built action behind the fault machine, over real sockets: what each fault does to a request and to a poll, and a
 * few random runs. A second server plays the host that the token must never reach.
 */
import { createServer, type Server } from 'node:http'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readWorkMs, slowed } from '../../__fixtures__/slowness.ts'
import { type FaultMachine, startFaultMachine } from '../../simulator/fault-machine.ts'
import { type Fault, type FaultPlan, scriptFaults, seedFaults } from '../../simulator/faults.ts'
import type { RequestRecord } from '../../simulator/message.ts'
import type { ActionRun } from '../../simulator/run-action.ts'
import { closeServer, listen } from '../../simulator/server.ts'
import {
  Provider,
  QUIET_SCENARIO,
  REQUEST_BODY,
  readTarget,
  type Scenario
} from '../faults/provider.ts'
import { runBundle } from './action.ts'

const TOKEN = 'dG9rZW4tdGhhdC1zdGF5cy1hdC1ob21l'
/** Where the run is to last as long as it may. */
const SHORT_S = 4
/** Where a lost request is looked for: a sixth of it, found or not. */
const LOOKING_S = 12
/** Where nothing waits for it: 50 MB take their time on a busy machine. */
const LONG_S = 90

let evil: Server
let evilOrigin: string
const evilRequests: string[] = []

beforeAll(async () => {
  evil = createServer((request, response) => {
    evilRequests.push(`${request.method} ${request.url} ${request.headers.authorization ?? ''}`)
    response.end('{"status":"Succeeded"}')
  })
  evilOrigin = `http://127.0.0.1:${await listen(evil, 0)}`
})

afterAll(async () => {
  await closeServer(evil)
})

const QUIET: Scenario = {
  ...QUIET_SCENARIO,
  durationMs: 150,
  isDeployment: true,
  whenBusy: 'start-over'
}

interface FaultyRun {
  readonly timeoutS: number
  readonly run: ActionRun
  readonly provider: Provider
  readonly requests: readonly RequestRecord[]
  readonly injected: readonly Fault[]
}

async function runFaulty(
  scenario: Partial<Scenario>,
  plan: FaultPlan,
  timeoutS: number
): Promise<FaultyRun> {
  const own = { ...QUIET, ...scenario }
  let provider: Provider | undefined
  const machine: FaultMachine = await startFaultMachine({
    handle: (request) => {
      if (provider === undefined) throw new Error('test bug: nobody is there yet')
      return provider.answer(request)
    },
    plan
  })
  provider = new Provider(own, Date.now(), machine.origin)
  try {
    const run = await runBundle({
      inputs: {
        environment: 'custom',
        'resource-manager-endpoint': machine.origin,
        token: TOKEN,
        method: own.method,
        url: machine.origin + readTarget(own),
        ...(own.method === 'PUT' ? { body: REQUEST_BODY } : {}),
        timeout: `${timeoutS}s`,
        'poll-interval': '0.05'
      },
      boundMs: (timeoutS + 60) * 1_000
    })
    return { timeoutS, run, provider, requests: machine.requests, injected: machine.injected }
  } finally {
    await machine.close()
  }
}

/** What holds of every run. */
function check({ timeoutS, run, provider, requests }: FaultyRun): void {
  const { status = '' } = run.outputs
  const truth = provider.truth(Date.now())
  expect([truth, 'Unknown', 'TimedOut'], run.stdout).toContain(status)
  expect(provider.secondStarts).toBe(0)
  expect(run).toMatchObject({ exitCode: status === 'Succeeded' ? 0 : 1, signal: null, stderr: '' })
  expect(readWorkMs(run)).toBeLessThan(timeoutS * 1_000 + slowed(1_000, run))
  expect(evilRequests).toEqual([])
  for (const { headers, path, body } of requests) {
    const { authorization, ...others } = headers
    expect(authorization).toBe(`Bearer ${TOKEN}`)
    expect(JSON.stringify([others, path, body])).not.toContain(TOKEN)
  }
  const told = run.stdout.replace(`::add-mask::${TOKEN}`, '')
  expect(`${told}${JSON.stringify(run.outputs)}${run.summary}`).not.toContain(TOKEN)
}

const answer = (status: number, body?: string, headers: Record<string, string> = {}): Fault => ({
  kind: 'answer',
  reached: false,
  answer: { status, headers, ...(body === undefined ? {} : { body }) }
})
const foreign = (make: (origin: string) => string): (() => Fault) => {
  return () => ({ kind: 'foreign-url', url: make(evilOrigin) })
}

type Row = readonly [what: string, fault: Fault | (() => Fault), verdict: string]

/** What befalls the first poll: the operation is followed all the same. */
const POLLS: readonly Row[] = [
  ['refused', { kind: 'refuse' }, 'Succeeded'],
  ['reset before it is read', { kind: 'cut', place: 'request', how: 'reset' }, 'Succeeded'],
  ['ended in the headers', { kind: 'cut', place: 'in-headers', how: 'end' }, 'Succeeded'],
  ['reset after the headers', { kind: 'cut', place: 'after-headers', how: 'reset' }, 'Succeeded'],
  ['cut in the body', { kind: 'cut', place: 'in-body', how: 'end' }, 'Succeeded'],
  ['stalled in the body', { kind: 'stall', place: 'in-body' }, 'TimedOut'],
  ['dripped', { kind: 'drip', ms: 400 }, 'Succeeded'],
  ['401', answer(401), 'Unknown'],
  ['500 in HTML', answer(500, '<!DOCTYPE html>', { 'content-type': 'text/html' }), 'Succeeded'],
  ['503 in XML', answer(503, '<Error/>', { 'content-type': 'application/xml' }), 'Succeeded'],
  ['404', answer(404), 'Succeeded'],
  ['broken JSON', { kind: 'body', form: 'invalid-json' }, 'Succeeded'],
  ['another type', { kind: 'body', form: 'wrong-type' }, 'Succeeded'],
  ['a body of 50 MB', { kind: 'body', form: 'huge' }, 'Succeeded'],
  ['headers of 100 KB', { kind: 'headers', headers: { 'x-a': 'a'.repeat(100_000) } }, 'Succeeded'],
  ['doubled headers', { kind: 'headers', headers: { 'Retry-After': ['0', '600'] } }, 'Succeeded'],
  [
    'hostile headers',
    { kind: 'headers', headers: { 'x-ms-request-id': '::error::' } },
    'Succeeded'
  ],
  ['a state that is not true yet', { kind: 'lie', word: 'Succeeding' }, 'Succeeded'],
  ['dates an hour off', { kind: 'skew', ms: 3_600_000 }, 'Succeeded'],
  [
    'a redirect to a foreign host',
    () => answer(307, '', { location: `${evilOrigin}/a` }),
    'Succeeded'
  ]
]

describe.concurrent('a poll of the built action', () => {
  it.each(POLLS)('%s', async (_what, fault, verdict) => {
    const planned = typeof fault === 'function' ? fault() : fault
    const plan = scriptFaults([{ at: 1, fault: planned }])
    const played = await runFaulty({}, plan, verdict === 'TimedOut' ? SHORT_S : LONG_S)
    expect(played.run.outputs.status, played.run.stdout).toBe(verdict)
    expect(played.injected).toEqual([planned])
    check(played)
  })
})

/** What befalls the request itself, once with a PUT of a deployment and once with a POST. */
const REQUESTS: readonly (readonly [...Row, post: string])[] = [
  ['refused', { kind: 'refuse' }, 'Succeeded', 'Succeeded'],
  ['lost on its way', { kind: 'cut', place: 'request', how: 'reset' }, 'Succeeded', 'Unknown'],
  [
    'taken, its answer lost',
    { kind: 'cut', place: 'answer', how: 'reset' },
    'Succeeded',
    'Unknown'
  ],
  [
    'taken, cut in the headers',
    { kind: 'cut', place: 'in-headers', how: 'end' },
    'Succeeded',
    'Unknown'
  ],
  [
    'taken, cut in the body',
    { kind: 'cut', place: 'in-body', how: 'reset' },
    'Succeeded',
    'Unknown'
  ],
  ['never answered', { kind: 'stall', place: 'answer' }, 'TimedOut', 'Unknown'],
  ['502', answer(502), 'Succeeded', 'Unknown'],
  ['429', answer(429, '', { 'retry-after': '0' }), 'Succeeded', 'Succeeded'],
  ['a foreign polling URL', foreign((origin) => `${origin}/status`), 'Succeeded', 'Unknown'],
  [
    'a foreign one behind the own host',
    foreign((origin) => origin.replace('//', '//a@')),
    'Succeeded',
    'Unknown'
  ],
  ['a redirect', () => answer(308, '', { location: `${evilOrigin}/a` }), 'Failed', 'Failed']
]

describe.concurrent('a request of the built action', () => {
  const POST = { method: 'POST', pattern: '202 + both', isDeployment: false } as const
  it.each(REQUESTS)('%s', async (_what, fault, put, post) => {
    const planned = typeof fault === 'function' ? fault() : fault
    const plan = scriptFaults([{ at: 0, fault: planned }])
    for (const [scenario, verdict] of [
      [{ durationMs: 600 }, put],
      [POST, post]
    ] as const) {
      const played = await runFaulty(scenario, plan, put === 'TimedOut' ? SHORT_S : LOOKING_S)
      expect(played.run.outputs.status, played.run.stdout).toBe(verdict)
      if (verdict !== 'Failed') check(played)
      expect(played.provider.effects.length).toBeLessThan(2)
    }
  })
})

const CHOICE: readonly Fault[] = [
  { kind: 'cut', place: 'request', how: 'reset' },
  { kind: 'cut', place: 'answer', how: 'reset' },
  { kind: 'cut', place: 'in-headers', how: 'end' },
  { kind: 'cut', place: 'in-body', how: 'end' },
  { kind: 'drip', ms: 200 },
  { kind: 'body', form: 'invalid-json' },
  { kind: 'body', form: 'html' },
  { kind: 'lie', word: 'FailoverInProgress' },
  answer(500),
  answer(504, '<html></html>')
]
const SEEDS = Array.from({ length: 12 }, (_, index) => index + 1)

describe.concurrent('many faults at random', () => {
  it.each(SEEDS)('seed %i', async (seed) => {
    const method = (['PUT', 'POST', 'DELETE'] as const)[seed % 3] ?? 'PUT'
    const pattern = (['201 + Azure-AsyncOperation', '202 + both', '202 + Location'] as const)[
      seed % 3
    ]
    const isDeployment = method === 'PUT'
    const ending = seed % 4 === 0 ? 'Failed' : 'Succeeded'
    const before = method === 'DELETE' ? 'same' : 'absent'
    const scenario = { method, isDeployment, ending, before } as const
    const plan = seedFaults(seed, 0.35, CHOICE)
    check(await runFaulty({ ...scenario, ...(pattern && { pattern }) }, plan, SHORT_S))
  })
})
