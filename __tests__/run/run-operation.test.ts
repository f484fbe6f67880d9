/**
 * One run from its sending to its outcome, with a client that answers from a script and a clock that only jumps:
 * what is logged when, what is asked, and how everything that can go wrong ends.
 */
import { describe, expect, it } from 'vitest'
import {
  ACTION,
  asyncOperation,
  BOTH,
  empty,
  json,
  MINUTE_MS,
  NOT_FOUND,
  operationStatus,
  READY,
  RESOURCE,
  RESOURCE_ID,
  RESULT,
  RUNNING,
  refusal,
  resource,
  START_MS,
  STATUS,
  SUCCEEDED,
  toUrl
} from '../../__fixtures__/conversation.ts'
import type { Inputs } from '../../__fixtures__/flat-inputs.ts'
import { readInputs } from '../../__fixtures__/inputs.ts'
import { viewOutcome, WORDS_OF_FAILURE } from '../../__fixtures__/outcomes.ts'
import {
  CORRELATION_ID,
  ROUND_TRIP_MS,
  type RunParts,
  runScenario,
  type Scenario,
  scriptClient,
  startRun,
  USES
} from '../../__fixtures__/run.ts'
import { VirtualTime } from '../../__fixtures__/virtual-time.ts'
import { SignInError } from '../../src/errors.ts'
import { adviseOn } from '../../src/report/advice.ts'
import type { RunEvent } from '../../src/run/events.ts'
import { statusOf } from '../../src/run/outcome.ts'
import { renderResumeStep } from '../../src/run/resume-step.ts'

const ACCEPTED = empty(202, { ...asyncOperation(STATUS), 'x-ms-request-id': 'request-1' })

const IDS = [
  `  Correlation ID  ${CORRELATION_ID}`,
  `  Portal          https://portal.azure.com/#@/resource${RESOURCE_ID}`
]

function describeStep(handle = ''): readonly string[] {
  return renderResumeStep({
    handle,
    uses: USES,
    signIn: [],
    needsTenant: false,
    needsHeaders: false,
    cloud: []
  }).split('\n')
}

describe('a run', () => {
  it('sends, follows, fetches the result, and logs each change once', async () => {
    const played = await runScenario({
      inputs: { body: '{"a":1}' },
      send: [ACCEPTED],
      get: [
        RUNNING,
        RUNNING,
        {
          ...RUNNING,
          body: { kind: 'json', value: { status: 'Running', percentComplete: 40 }, text: '' }
        },
        SUCCEEDED,
        READY
      ]
    })
    expect(played.calls).toEqual([
      `PUT ${RESOURCE}`,
      ...Array(4).fill(`GET ${STATUS}`),
      `GET ${RESOURCE}`
    ])
    expect(played.bodies).toEqual(['{"a":1}'])
    expect(viewOutcome(played.outcome)).toMatchObject({
      status: 'Succeeded',
      response: READY,
      accepted: ACCEPTED,
      pollCount: 5,
      requestId: 'request-1',
      correlationId: CORRELATION_ID,
      resourceId: RESOURCE_ID,
      changes: [
        { status: 'Running' },
        { status: 'Running', percentComplete: 40 },
        { status: 'Succeeded' }
      ]
    })
    expect(played.lines).toEqual([
      '> Request',
      `00:00:00  PUT ${RESOURCE}`,
      ...IDS,
      '00:00:00  HTTP 202',
      '  Request ID      request-1',
      '<',
      '> How to resume',
      'To wait for it in another step, job or run:',
      '',
      ...(played.saved[1] === undefined ? [] : describeStep(played.saved[1].handle)),
      '<',
      '00:00:01  Running',
      '00:00:03  Running  40%',
      '00:00:04  Succeeded'
    ])
  })

  it('sends no body and names no request ID where there is none', async () => {
    const played = await runScenario({ inputs: { method: 'DELETE' }, send: [empty(204)] })
    expect(played.bodies).toEqual([undefined])
    expect(played.lines).toEqual([
      '> Request',
      `00:00:00  DELETE ${RESOURCE}`,
      ...IDS,
      '00:00:00  HTTP 204'
    ])
    expect(viewOutcome(played.outcome)).toMatchObject({ status: 'Succeeded', pollCount: 0 })
  })

  it('gives a sign of life each minute of a long wait, and never sooner', async () => {
    const { lines } = await runScenario({
      send: [{ ...ACCEPTED, headers: { ...ACCEPTED.headers, 'retry-after': '270' } }],
      get: [RUNNING, SUCCEEDED, READY]
    })
    expect(lines.filter((line) => /after|still/.test(line))).toEqual([
      '00:01:00  waiting after 1 m, next poll in 3 m 30 s',
      '00:02:00  waiting after 2 m, next poll in 2 m 30 s',
      '00:03:00  waiting after 3 m, next poll in 1 m 30 s',
      '00:04:00  waiting after 4 m, next poll in 30 s',
      '00:05:30  still Running after 5 m 30 s, next poll in 3 m 30 s',
      '00:06:30  still Running after 6 m 30 s, next poll in 2 m 30 s',
      '00:07:30  still Running after 7 m 30 s, next poll in 1 m 30 s',
      '00:08:30  still Running after 8 m 30 s, next poll in 30 s'
    ])
  })

  it('hands the rules of the inputs on', async () => {
    const played = await runScenario({
      inputs: {
        successStates: ['Ready'],
        failureStates: ['Broken'],
        pollIntervalMs: 5_000,
        maxPollIntervalMs: 7_000
      },
      send: [ACCEPTED],
      get: [{ ...RUNNING, headers: { 'retry-after': '600' } }, operationStatus('READY'), READY]
    })
    expect(statusOf(played.outcome.ending)).toBe('Succeeded')
    expect(played.callTimes).toEqual([0, 5_100, 12_200, 12_300])
    const broken = await runScenario({
      inputs: { failureStates: ['Broken'] },
      send: [ACCEPTED],
      get: [operationStatus('broken')]
    })
    expect(viewOutcome(broken.outcome)).toMatchObject({
      status: 'Failed',
      reason: 'The operation ended with status broken'
    })
  })

  it('takes an accepted status for success', async () => {
    const play404 = (acceptStatus: readonly number[]) =>
      runScenario({
        inputs: { method: 'DELETE', acceptStatus },
        send: [NOT_FOUND]
      })
    expect(statusOf((await play404([404])).outcome.ending)).toBe('Succeeded')
    expect(statusOf((await play404([409])).outcome.ending)).toBe('Failed')
  })

  it('tells the report whether retry-on names the refusal', async () => {
    const refuse = (retryOn: Inputs['retryOn']) =>
      runScenario({ inputs: { retryOn }, send: [refusal(409, 'Busy')] })
    const { outcome } = await refuse({ statuses: [], codes: [] })
    expect(adviseOn(outcome)?.text).toContain('"retry-on: Busy"')
    const other = await refuse({ statuses: [], codes: ['Other'] })
    expect(adviseOn(other.outcome)?.text).toContain('"retry-on: Busy"')
    const named = await refuse({ statuses: [], codes: ['Busy'] })
    expect(adviseOn(named.outcome)?.text ?? '').not.toContain('retry-on: ')
  })

  it('reads the result where final-state-via says', async () => {
    const accepted = empty(202, BOTH)
    const ask = (finalStateVia: Inputs['finalStateVia']) =>
      runScenario({
        inputs: { method: 'POST', finalStateVia },
        send: [accepted],
        get: [SUCCEEDED, READY]
      })
    expect((await ask('auto')).calls.at(-1)).toBe(`GET ${RESULT}`)
    expect((await ask('original-uri')).calls.at(-1)).toBe(`GET ${ACTION}`)
    expect((await ask('azure-async-operation')).calls.at(-1)).toBe(`GET ${STATUS}`)
  })

  it('tells of a repetition and its reason', async () => {
    const busy = refusal(429, 'TooManyRequests', { 'retry-after': '30' })
    const { lines, calls } = await runScenario({
      inputs: { method: 'POST' },
      send: [busy, empty(200)]
    })
    // Up to a second later than it may, so that many jobs do not come back together.
    expect(lines.slice(4)).toEqual([
      '<',
      expect.stringMatching(
        /^00:00:00 {2}HTTP 429 TooManyRequests \(throttled\); trying again in 3[01] s$/
      ),
      expect.stringMatching(/^00:00:3[01] {2}HTTP 200$/)
    ])
    expect(calls).toHaveLength(2)
  })

  it('carries the warnings of the rules', async () => {
    const { outcome } = await runScenario({
      send: [empty(202, asyncOperation('https://evil.example/status'))],
      get: [READY]
    })
    expect(viewOutcome(outcome)).toMatchObject({
      status: 'Succeeded',
      warnings: [
        "Ignored the answer's Azure-AsyncOperation: its host evil.example is not the trusted endpoint"
      ]
    })
  })
})

describe('an answer that was lost', () => {
  it('of a PUT whose resource names its state in `status`: followed to the end of that', async () => {
    const working = json(200, { name: 'cart', status: 'Updating' })
    const failed = json(200, { name: 'cart', status: 'Failed', error: { code: 'NoCapacity' } })
    const { outcome } = await runScenario({ send: ['no answer'], get: [working, working, failed] })
    expect(viewOutcome(outcome)).toMatchObject({ status: 'Failed', error: { code: 'NoCapacity' } })
  })

  it('of a PUT that is at work: followed and not sent again', async () => {
    const { outcome, calls, lines } = await runScenario({
      send: ['no answer'],
      get: [resource(200, 'Creating'), resource(200, 'Creating'), READY]
    })
    const warning =
      'The answer to the request was lost; the operation that it started was found and is followed'
    expect(viewOutcome(outcome)).toMatchObject({
      status: 'Succeeded',
      warnings: [warning],
      response: READY
    })
    expect(calls.filter((call) => !call.startsWith('GET'))).toEqual([`PUT ${RESOURCE}`])
    expect(lines).toContain(`warning: ${warning}`)
    expect(lines).toContain('00:00:00  ECONNRESET: socket hang up; checking whether it took effect')
  })

  it('of a PUT that turns out to be another client’s: unknown, and nothing leads to its end', async () => {
    const at = (provisioningState: string, date: number) =>
      json(
        200,
        {
          id: RESOURCE,
          properties: { provisioningState },
          systemData: { lastModifiedAt: '2025-12-31T00:00:00Z' }
        },
        { date: new Date(date).toUTCString() }
      )
    const { outcome } = await runScenario({
      send: ['no answer'],
      get: [at('Updating', START_MS + 1_000), at('Succeeded', START_MS + 5_000)]
    })
    expect(viewOutcome(outcome)).toMatchObject({ status: 'Unknown' })
    expect(outcome.reason).toContain('was not started by it')
    expect(outcome.operation).toBeUndefined()
  })

  it('of a PUT that left nothing: sent again', async () => {
    const { outcome, calls } = await runScenario({
      send: ['no answer', resource(201, 'Succeeded')],
      get: [NOT_FOUND]
    })
    expect(viewOutcome(outcome)).toMatchObject({ status: 'Succeeded', warnings: [] })
    expect(calls.filter((call) => call.startsWith('PUT'))).toHaveLength(2)
  })

  it('of a DELETE: sent again, and followed until it is gone', async () => {
    const { outcome, calls } = await runScenario({
      inputs: { method: 'DELETE' },
      send: ['no answer', NOT_FOUND],
      get: [NOT_FOUND]
    })
    expect(viewOutcome(outcome)).toMatchObject({ status: 'Succeeded', pollCount: 3 })
    expect(calls).toHaveLength(5)
  })

  it('of a POST: unknown, and sent once', async () => {
    const { outcome, calls } = await runScenario({
      inputs: { method: 'POST' },
      send: ['no answer']
    })
    expect(viewOutcome(outcome)).toMatchObject({ status: 'Unknown', mayStillRun: true })
    expect(calls).toEqual([`POST ${ACTION}`])
  })
})

describe('a sign-in that does not work', () => {
  const refused = new SignInError('Signing in failed. client-secret: AADSTS7000215.')

  it('before anything is sent: said so, and nothing asked', async () => {
    const { outcome, calls } = await runScenario({ send: [refused] })
    expect(viewOutcome(outcome)).toMatchObject({
      status: 'Failed',
      neverSent: true,
      mayStillRun: false,
      error: { code: 'SignInFailed', message: refused.message }
    })
    expect(outcome).not.toHaveProperty('accepted')
    expect(calls).toHaveLength(1)
  })

  it('for a poll: the next one counts', async () => {
    const { outcome } = await runScenario({
      send: [ACCEPTED],
      get: [refused, refused, SUCCEEDED, READY]
    })
    expect(statusOf(outcome.ending)).toBe('Succeeded')
  })

  it('for every poll: unknown, and never a failure', async () => {
    const { outcome } = await runScenario({ send: [ACCEPTED], get: [refused] })
    expect(viewOutcome(outcome)).toMatchObject({ status: 'Unknown', mayStillRun: true })
    expect(outcome.reason).toContain('AADSTS7000215')
  })

  const gone = new SignInError('Signing in failed: AADSTS7000222.', 'AADSTS7000222', true)

  it('for good: the wait ends with its code, and can be taken up again', async () => {
    const { outcome, calls } = await runScenario({ send: [ACCEPTED], get: [RUNNING, gone] })
    expect(viewOutcome(outcome)).toMatchObject({
      status: 'Unknown',
      mayStillRun: true,
      pollCount: 1,
      error: { code: 'AADSTS7000222', message: gone.message }
    })
    expect(outcome.operation?.handle).toMatch(/^armop\d\./)
    expect(calls).toHaveLength(3)
    expect(adviseOn(outcome)?.text).toMatch(
      /^The client secret has expired: .* Use the resume step/
    )
  })

  it.each<[string, Scenario]>([
    ['its result is missing', { send: [ACCEPTED], get: [SUCCEEDED, gone] }],
    [
      'the resource has not settled',
      { send: [ACCEPTED], get: [SUCCEEDED, resource(200, 'Updating'), gone] }
    ]
  ])('for good, of a success of which only %s: still a success', async (_what, scenario) => {
    const { outcome } = await runScenario(scenario)
    expect(statusOf(outcome.ending)).toBe('Succeeded')
    expect(outcome.warnings).toHaveLength(1)
  })

  it('for good, before a resource could confirm the first answer: unknown', async () => {
    const first = resource(200, 'Succeeded', asyncOperation('https://elsewhere.example/x'))
    const { outcome } = await runScenario({ send: [first], get: [gone] })
    expect(viewOutcome(outcome)).toMatchObject({
      status: 'Unknown',
      error: { code: 'AADSTS7000222' }
    })
  })
})

describe('a poll without an answer', () => {
  it('is made again', async () => {
    const { outcome } = await runScenario({
      send: [ACCEPTED],
      get: ['no answer', SUCCEEDED, READY]
    })
    expect(viewOutcome(outcome)).toMatchObject({ status: 'Succeeded', pollCount: 3 })
  })
})

describe('a defect of ours', () => {
  const defect = new TypeError('x is not a function')

  it.each<[when: string, Scenario]>([
    ['while sending', { send: [defect] }],
    ['while polling', { send: [ACCEPTED], get: [defect] }],
    ['while fetching the result', { send: [ACCEPTED], get: [SUCCEEDED, defect] }],
    ['while looking for what a lost request left', { send: ['no answer'], get: [defect] }]
  ])('%s is no failure of Azure', async (_when, script) => {
    const { outcome } = await runScenario(script)
    expect(viewOutcome(outcome)).toMatchObject({
      status: 'Unknown',
      mayStillRun: true,
      reason: 'The cause is in this action, not in Azure: x is not a function'
    })
    expect(viewOutcome(outcome)).not.toHaveProperty('neverSent')
    expect(JSON.stringify(outcome)).not.toMatch(WORDS_OF_FAILURE)
  })

  it('that is no Error is told too, and what was accepted is kept', async () => {
    const { outcome } = await runScenario({
      send: [ACCEPTED],
      get: [
        () => {
          throw 'broken pipe'
        }
      ]
    })
    expect(viewOutcome(outcome)).toMatchObject({
      status: 'Unknown',
      accepted: ACCEPTED,
      requestId: 'request-1',
      reason: 'The cause is in this action, not in Azure: broken pipe'
    })
  })

  const fail = () => {
    throw defect
  }

  it.each<[where: string, Partial<RunParts>]>([
    ['the observer', { observe: fail }],
    ['the checkpoint', { checkpoint: async () => fail() }],
    ['the state for the post step', { save: fail }],
    ['what watches a poll', { hooks: { polled: fail, complete: async (outcome) => outcome } }],
    ['what completes the outcome', { hooks: { polled: () => {}, complete: async () => fail() } }]
  ])('in %s changes no verdict', async (_where, part) => {
    const given = { method: 'PUT', url: toUrl(RESOURCE), token: 'opaque-token', timeout: '1m' }
    const inputs = await readInputs(given)
    const ends = [
      { get: [RUNNING, SUCCEEDED, READY], status: 'Succeeded' },
      { get: [RUNNING, operationStatus('Failed')], status: 'Failed' },
      { get: [RUNNING], status: 'TimedOut' }
    ]
    const told: string[] = []
    for (const { get, status } of ends) {
      const time = new VirtualTime()
      const { client } = scriptClient({ send: [ACCEPTED], get }, time)
      const observe = (event: RunEvent) => event.kind === 'warned' && told.push(event.text)
      const outcome = await startRun({ inputs, client, clock: time, observe, ...part })
      expect(statusOf(outcome.ending)).toBe(status)
      expect(outcome.operation === undefined).toBe(status !== 'TimedOut')
      told.push(...outcome.warnings)
    }
    const hidden = part.observe === undefined ? [] : [defect.message]
    expect([...told, ...hidden].join()).toContain(defect.message)
  })

  it('before anything is sent rejects, for nothing can have happened', async () => {
    const time = new VirtualTime()
    let asked = 0
    const clock = Object.assign(time, {
      now: () => {
        asked += 1
        if (asked > 1) throw defect
        return time.startMs
      }
    })
    await expect(runScenario({ send: [ACCEPTED], time: clock })).rejects.toBe(defect)
  })
})

describe('wait: false', () => {
  const inputs = { wait: false }

  it('returns once it is accepted', async () => {
    const { outcome, calls, elapsedMs } = await runScenario({ inputs, send: [ACCEPTED] })
    expect(viewOutcome(outcome)).toMatchObject({
      status: 'InProgress',
      mayStillRun: true,
      accepted: ACCEPTED,
      pollingPath: STATUS.split('?')[0]
    })
    expect(outcome).not.toHaveProperty('reason')
    expect(calls).toEqual([`PUT ${RESOURCE}`])
    expect(elapsedMs).toBe(ROUND_TRIP_MS)
  })

  it.each([
    ['Succeeded', READY],
    ['Failed', refusal(400, 'Bad')],
    ['Failed', resource(200, 'Failed')]
  ] as const)('is told an end that is there already: %s', async (status, first) => {
    const { outcome } = await runScenario({ inputs, send: [first] })
    expect(statusOf(outcome.ending)).toBe(status)
  })
})

describe('a workflow that is canceled', () => {
  it.each([
    ['while it sleeps', 500],
    ['while it polls', 1_150]
  ])('%s: in progress, and ended at once', async (_when, ms) => {
    const { outcome, elapsedMs } = await runScenario({
      send: [ACCEPTED],
      get: [RUNNING],
      abortAtMs: ms
    })
    expect(viewOutcome(outcome)).toMatchObject({
      status: 'InProgress',
      mayStillRun: true,
      accepted: ACCEPTED
    })
    expect(elapsedMs).toBe(ms)
  })

  it('while the request is under way: unknown', async () => {
    const { outcome, calls } = await runScenario({
      inputs: { method: 'POST' },
      send: [ACCEPTED],
      abortAtMs: 50
    })
    expect(viewOutcome(outcome)).toMatchObject({ status: 'Unknown', mayStillRun: true })
    expect(calls).toHaveLength(1)
  })

  const WEB = '/subscriptions/1/providers/Microsoft.Resources/deployments/web?api-version=1'
  const CLUSTER =
    '/subscriptions/1/resourceGroups/rg/providers/Microsoft.ContainerService/managedClusters/aks'

  it.each<[method: 'PUT' | 'POST', path: string, note: RegExp]>([
    ['PUT', WEB, /; the post step of this action looks for it, to cancel it$/],
    ['PUT', `${CLUSTER}?api-version=1`, /; it was not canceled, .* POST \/.*\/abort cancels it$/],
    ['POST', `${CLUSTER}/stop?api-version=1`, /nothing proves that .* POST .*\/aks\/abort/],
    ['PUT', RESOURCE, /; it was not canceled: no cancel request is known/]
  ])('while a %s of %s is under way: says what was not canceled', async (method, path, note) => {
    const { outcome, calls } = await runScenario({
      inputs: { method, url: toUrl(path), onCancel: 'cancel' },
      send: ['silence'],
      abortAtMs: 50
    })
    expect(statusOf(outcome.ending)).toBe('Unknown')
    expect(outcome.reason).toMatch(note)
    expect(calls).toHaveLength(1)
  })

  it('while nothing has been sent yet: nothing is left to the post step', async () => {
    const busy = refusal(429, 'TooManyRequests', { 'retry-after': '30' })
    const inputs = { method: 'PUT', url: toUrl(WEB), onCancel: 'cancel' } as const
    const [early, late] = await Promise.all([
      runScenario({ inputs, send: [busy, ACCEPTED], abortAtMs: 5_000 }),
      runScenario({ inputs, send: ['silence'], abortAtMs: 5_000 })
    ])
    expect(early.saved.at(-1)).toBeUndefined()
    expect(late.saved.at(-1)).toMatchObject({ stage: 'sending' })
  })

  it('before the request is repeated: no second try', async () => {
    const busy = refusal(429, 'TooManyRequests', { 'retry-after': '30' })
    const { outcome, calls } = await runScenario({ send: [busy, ACCEPTED], abortAtMs: 5_000 })
    expect(viewOutcome(outcome)).toMatchObject({
      mayStillRun: false,
      error: { code: 'TooManyRequests' }
    })
    expect(calls).toHaveLength(1)
  })
})

describe('the deadline', () => {
  it.each([2_000, MINUTE_MS, 60 * MINUTE_MS])('ends waiting after %i ms', async (timeoutMs) => {
    const { outcome, callTimes, elapsedMs } = await runScenario({
      inputs: { timeoutMs },
      send: [{ ...ACCEPTED, headers: { ...ACCEPTED.headers, 'retry-after': '600' } }],
      get: [RUNNING]
    })
    expect(viewOutcome(outcome)).toMatchObject({
      status: 'TimedOut',
      mayStillRun: true,
      lastStatus: 'Running'
    })
    expect(elapsedMs).toBeLessThanOrEqual(timeoutMs)
    // The last poll starts min(2 s, timeout / 10) before it.
    expect(callTimes.at(-1)).toBe(timeoutMs - Math.min(2_000, timeoutMs / 10))
  })

  it('does not cost a success that only lacks its result', async () => {
    const { outcome } = await runScenario({
      inputs: { timeoutMs: MINUTE_MS },
      send: [{ ...ACCEPTED, headers: { ...ACCEPTED.headers, 'retry-after': '600' } }],
      get: [SUCCEEDED, 'no answer']
    })
    expect(statusOf(outcome.ending)).toBe('Succeeded')
    expect(outcome.warnings).toEqual([expect.stringContaining('its result could not be read')])
  })

  it('counts from the start, the repetitions of the request included', async () => {
    const busy = refusal(429, 'TooManyRequests', { 'retry-after': '20' })
    const { outcome, calls, elapsedMs } = await runScenario({
      inputs: { timeoutMs: MINUTE_MS },
      send: [busy]
    })
    expect(viewOutcome(outcome)).toMatchObject({ status: 'TimedOut', mayStillRun: false })
    expect(outcome).not.toHaveProperty('accepted')
    expect(calls).toHaveLength(3)
    expect(elapsedMs).toBeLessThanOrEqual(MINUTE_MS)
  })
})

it('shows the query of no polling URL', async () => {
  const signed = `${STATUS}&t=1&c=MIIH&s=secret`
  const results = await Promise.all([
    runScenario({ inputs: { wait: false }, send: [empty(202, asyncOperation(signed))] }),
    runScenario({
      inputs: { timeoutMs: 2_000 },
      send: [empty(202, asyncOperation(signed))],
      get: [RUNNING]
    }),
    runScenario({ send: [empty(202, asyncOperation(signed))], get: [refusal(404, 'NotFound')] }),
    runScenario({ send: [empty(202, asyncOperation(signed))], get: ['no answer'] })
  ])
  for (const { outcome, lines, calls } of results) {
    const { accepted: _accepted, ...shown } = outcome
    expect(JSON.stringify({ shown, lines })).not.toContain('secret')
    expect(shown.pollingPath).toBe(STATUS.split('?')[0])
    expect(new Set(calls.slice(1, 3))).not.toContain(`GET ${STATUS}`)
  }
  expect(results.map(({ outcome }) => statusOf(outcome.ending))).toEqual([
    'InProgress',
    'TimedOut',
    'Unknown',
    'Unknown'
  ])
})
