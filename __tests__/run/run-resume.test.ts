/**
 * Runs that are put down and taken up, and what is asked beyond Azure's own "succeeded": with a client that answers
 * from a script, a clock that only jumps, and the inputs as a person writes them.
 */
import { describe, expect, it } from 'vitest'
import {
  ACTION,
  asyncOperation,
  empty,
  json,
  location,
  RESOURCE,
  RESULT,
  type Reply,
  RUNNING,
  refusal,
  resource,
  STATUS,
  SUCCEEDED
} from '../../__fixtures__/conversation.ts'
import { type GivenInputs, readInputs } from '../../__fixtures__/inputs.ts'
import { viewOutcome } from '../../__fixtures__/outcomes.ts'
import { runScenario, type Scenario } from '../../__fixtures__/run.ts'
import { SignInError } from '../../src/errors.ts'
import type { JsonValue } from '../../src/http/message.ts'
import { adviseOn } from '../../src/report/advice.ts'
import { isGreen } from '../../src/run/conclude.ts'
import { type Outcome, statusOf } from '../../src/run/outcome.ts'

/** Runs what these inputs ask for, and takes its results. */
async function run(given: GivenInputs, scenario: Scenario) {
  return runScenario({ ...scenario, inputs: await readInputs(given), takesResults: true })
}

const PUT: GivenInputs = { method: 'PUT', url: RESOURCE }
const POST: GivenInputs = { method: 'POST', url: ACTION }
const IDS = { 'x-ms-correlation-request-id': 'their-correlation', 'x-ms-request-id': 'request-1' }
const ACCEPTED = { [`PUT ${RESOURCE}`]: [empty(202, { ...asyncOperation(STATUS), ...IDS })] }
const DONE = json(200, { properties: { provisioningState: 'Succeeded', state: 'Done' } })
const FOLLOWED = {
  ...ACCEPTED,
  [`GET ${STATUS}`]: [RUNNING, SUCCEEDED],
  [`GET ${RESOURCE}`]: [DONE]
}

const handleOf = (outcome: Outcome): string => {
  if (outcome.operation === undefined) throw new Error('there is no handle')
  return outcome.operation.handle
}

describe('an operation that was found, because the answer to its request was lost', () => {
  const shown = (provisioningState: string, lastModifiedAt?: string) =>
    json(200, {
      properties: { provisioningState },
      ...(lastModifiedAt === undefined ? {} : { systemData: { lastModifiedAt } })
    })

  it.each([
    ['written after the request', '2026-01-01T00:00:01Z', 'Succeeded'],
    ['written before the request', '2025-12-31T00:00:00Z', 'Unknown'],
    ['that does not say when it was written', undefined, 'Unknown']
  ])(
    'is judged by a resource %s in the step that waits for it again',
    async (_what, at, status) => {
      const { outcome } = await run(
        { ...PUT, timeout: '2s' },
        { send: ['no answer'], get: [shown('Updating', at)] }
      )
      expect(viewOutcome(outcome)).toMatchObject({ status: 'TimedOut' })
      const resumed = await run({ resume: handleOf(outcome) }, { get: [shown('Succeeded', at)] })
      expect(viewOutcome(resumed.outcome)).toMatchObject({ status })
      expect(resumed.calls.filter((call) => !call.startsWith('GET'))).toEqual([])
    }
  )
})

describe('an accepted operation', () => {
  it('is written down before its first poll: state, log, summary', async () => {
    const { events, outcome, summaries } = await run(PUT, { routes: FOLLOWED })
    const firstPoll = events.indexOf(`GET ${STATUS}`)
    const handOver = events.findIndex((event) => event.startsWith('hand over: armop3.'))
    expect(handOver).toBeGreaterThan(events.indexOf(`PUT ${RESOURCE}`))
    expect(handOver).toBeLessThan(firstPoll)
    const step = events.indexOf('- uses: octo-org/arm@v1')
    expect([step, events.indexOf('summary')].every((at) => at > 0 && at < firstPoll)).toBe(true)
    expect(summaries.map(viewOutcome)).toMatchObject([
      { status: 'InProgress', correlationId: 'their-correlation' }
    ])
    expect(viewOutcome(outcome)).toMatchObject({ status: 'Succeeded' })
    expect(outcome).not.toHaveProperty('operation')
  })

  it('is not written into a summary that is not wanted', async () => {
    const { events } = await run({ ...PUT, summary: 'false' }, { routes: FOLLOWED })
    expect(events).not.toContain('summary')
  })

  it('is left alone with wait: false, and the job is green', async () => {
    const { outcome, events } = await run({ ...PUT, wait: 'false' }, { routes: FOLLOWED })
    expect(viewOutcome(outcome)).toMatchObject({ status: 'InProgress', mayStillRun: true })
    expect(events.filter((event) => event.startsWith('GET'))).toEqual([])
    expect(isGreen(outcome, false)).toBe(true)
  })

  it('that is over is reported as over, with wait: false too, and with a handle', async () => {
    const routes = { [`PUT ${RESOURCE}`]: [DONE] }
    const { outcome, events } = await run({ ...PUT, wait: 'false' }, { routes })
    expect(statusOf(outcome.ending)).toBe('Succeeded')
    expect(outcome.knownEnd).toMatch(/^armop3\./)
    // Nothing goes on that somebody would have to find again.
    expect(outcome).not.toHaveProperty('operation')
    expect(events.some((event) => event.startsWith('hand over'))).toBe(false)
  })

  it('that cannot be followed has nothing to resume', async () => {
    const { outcome } = await run(POST, { routes: { [`POST ${ACTION}`]: [empty(202)] } })
    expect(statusOf(outcome.ending)).toBe('Unknown')
    expect(outcome).not.toHaveProperty('operation')
  })

  it('whose URLs are too long to hand over says so, and is followed', async () => {
    const long = `${STATUS}&s=${'a'.repeat(32_000)}`
    const headers = { ...asyncOperation(long), ...location(`${long}b`) }
    const { outcome, events } = await run(
      { ...PUT, url: `${RESOURCE}&x=${'b'.repeat(40_000)}` },
      {
        routes: {
          [`PUT ${RESOURCE}&x=${'b'.repeat(40_000)}`]: [empty(202, headers)],
          [`GET ${long}`]: [SUCCEEDED],
          [`GET ${RESOURCE}&x=${'b'.repeat(40_000)}`]: [DONE]
        }
      }
    )
    expect(statusOf(outcome.ending)).toBe('Succeeded')
    expect(events).toContain(
      'warning: This operation cannot be resumed elsewhere: its polling URLs are too long'
    )
  })
})

describe('a resume', () => {
  const RESUME = { routes: FOLLOWED }
  const start = async (given: GivenInputs = {}) =>
    handleOf((await run({ ...PUT, wait: 'false', ...given }, { routes: FOLLOWED })).outcome)

  it('polls at once, and reports as if it had never stopped', async () => {
    const { outcome, events } = await run({ resume: await start() }, RESUME)
    expect(events.filter((event) => /^[A-Z]+ \//.test(event))).toEqual([
      `GET ${STATUS}`,
      `GET ${STATUS}`,
      `GET ${RESOURCE}`
    ])
    expect(viewOutcome(outcome)).toMatchObject({
      status: 'Succeeded',
      request: { method: 'PUT' },
      correlationId: 'their-correlation',
      requestId: 'request-1',
      accepted: { status: 202 },
      pollCount: 3
    })
    // The resuming workflow has the step already.
    expect(events).not.toContain('- uses: octo-org/arm@v1')
    expect(events.some((event) => event.startsWith('hand over'))).toBe(true)
  })

  it.each<[string, Scenario, string]>([
    ['a timeout', { routes: { ...FOLLOWED, [`GET ${STATUS}`]: [RUNNING] } }, 'TimedOut'],
    [
      'a canceled workflow',
      { routes: { ...FOLLOWED, [`GET ${STATUS}`]: [RUNNING] }, abortAtMs: 2_500 },
      'InProgress'
    ],
    [
      'an end that could not be found out',
      {
        routes: {
          ...FOLLOWED,
          [`GET ${STATUS}`]: [refusal(403, 'AuthorizationFailed')]
        }
      },
      'Unknown'
    ],
    [
      'a defect of ours',
      { routes: { ...FOLLOWED, [`GET ${STATUS}`]: [new TypeError('of ours')] } },
      'Unknown'
    ]
  ])('goes on after %s', async (_what, script, status) => {
    const left = await run(PUT, script)
    expect(statusOf(left.outcome.ending)).toBe(status)
    expect(isGreen(left.outcome, true)).toBe(false)
    const { outcome } = await run({ resume: handleOf(left.outcome) }, RESUME)
    expect(statusOf(outcome.ending)).toBe('Succeeded')
  })

  it.each<[string, GivenInputs]>([
    ['the operation', {}],
    ['its condition', { 'wait-until': 'properties.never' }]
  ])('that can never sign in to read %s ends at once, with its handle', async (_what, given) => {
    const left = await run(
      { ...PUT, ...given, timeout: '1m' },
      given['wait-until'] === undefined
        ? { routes: { ...FOLLOWED, [`GET ${STATUS}`]: [RUNNING] } }
        : { routes: FOLLOWED }
    )
    const handle = handleOf(left.outcome)
    const gone = new SignInError('No sign-in was found.', 'NoSignInFound', true)
    const { outcome, elapsedMs, calls } = await run({ resume: handle }, { get: [gone] })
    expect(viewOutcome(outcome)).toMatchObject({
      status: 'Unknown',
      error: { code: 'NoSignInFound' }
    })
    expect(handleOf(outcome)).toBe(handle)
    expect(elapsedMs).toBeLessThan(1_000)
    expect(calls).toHaveLength(1)
    expect(adviseOn(outcome)?.text).toMatch(/^Give client-id and tenant-id .* Use the resume step/)
    expect(isGreen(outcome, true)).toBe(false)
  })

  it('names the missing right when the polling URL may not be read', async () => {
    const routes = { ...FOLLOWED, [`GET ${STATUS}`]: [empty(403)] }
    const { outcome } = await run(PUT, { routes })
    expect(outcome.warnings.join()).toContain(
      'HTTP 403: the action Microsoft.Cache/operationStatuses/read is missing'
    )
  })

  it('brings the conditions along', async () => {
    const handle = await start({ 'fail-if': "properties.state == 'Done'" })
    const { outcome } = await run({ resume: handle }, RESUME)
    expect(viewOutcome(outcome)).toMatchObject({ status: 'Failed', decidingInput: 'fail-if' })
  })

  it('writes what the resuming step needs: a sign-in, the tenant', async () => {
    const stepOf = async (given: GivenInputs) => {
      const { outcome } = await run({ ...PUT, wait: 'false', ...given }, { routes: FOLLOWED })
      return outcome.operation?.step.replace(/armop3\.[\w.-]+/, 'HANDLE')
    }
    expect(await stepOf({ 'tenant-id': 'example.com' })).toBe(
      [
        '# azure/login comes first',
        '- uses: octo-org/arm@v1',
        '  with:',
        '    resume: HANDLE',
        '    tenant-id: $' + '{{ vars.AZURE_TENANT_ID }}',
        '    subscription-id: $' + '{{ vars.AZURE_SUBSCRIPTION_ID }}'
      ].join('\n')
    )
  })
})

describe('wait-until', () => {
  const until: GivenInputs = { 'wait-until': "properties.state == 'Done'" }
  const state = (word: string) =>
    json(200, { properties: { provisioningState: 'Succeeded', state: word } })
  const WAITED = { ...FOLLOWED, [`GET ${RESOURCE}`]: [state('Early'), state('Early'), DONE] }

  it('looks at the resource until it is true, and that answer is the result', async () => {
    const { outcome, events } = await run({ ...PUT, ...until }, { routes: WAITED })
    expect(viewOutcome(outcome)).toMatchObject({
      status: 'Succeeded',
      response: DONE,
      pollCount: 5
    })
    expect(viewOutcome(outcome)).not.toHaveProperty('decidingInput')
    expect(outcome.changes.at(-1)?.status).toBe('Waiting for the condition')
    const seen = events.filter((event) => event.includes('Condition: '))
    expect(seen.map((line) => line.replace(/^\S+ +/, ''))).toEqual([
      'Condition: properties.state is "Early"',
      'Condition: properties.state is "Done"'
    ])
    // The step to resume with is in the log once.
    expect(events.filter((event) => event === '- uses: octo-org/arm@v1')).toHaveLength(1)
  })

  it('is not looked at when the operation has not succeeded', async () => {
    const failed = json(200, { status: 'Failed', error: { code: 'Broken', message: 'no' } })
    const routes = { ...WAITED, [`GET ${STATUS}`]: [failed] }
    const { outcome } = await run({ ...PUT, ...until, 'fail-if': 'a' }, { routes })
    expect(viewOutcome(outcome)).toMatchObject({ status: 'Failed', error: { code: 'Broken' } })
    expect(viewOutcome(outcome)).not.toHaveProperty('decidingInput')
  })

  it.each<[string, number | undefined, string, boolean]>([
    ['the time is up', undefined, 'TimedOut', false],
    ['the workflow is canceled', 20_000, 'InProgress', false]
  ])('ends when %s, with the value last seen', async (_what, abortAtMs, status, isOk) => {
    const routes = { ...WAITED, [`GET ${RESOURCE}`]: [state('Early')] }
    const given = { ...PUT, ...until, timeout: '5m' }
    const script = abortAtMs === undefined ? { routes } : { routes, abortAtMs }
    const { outcome, elapsedMs } = await run(given, script)
    expect(viewOutcome(outcome)).toMatchObject({
      status,
      decidingInput: 'wait-until',
      mayStillRun: false
    })
    expect(outcome.reason).toMatch(
      /^The operation succeeded, and the .* before the condition properties\.state == 'Done' was true; last seen: properties\.state is "Early"$/
    )
    expect(elapsedMs).toBeLessThanOrEqual(300_000)
    expect(isGreen(outcome, true)).toBe(isOk)
    const again = await run({ resume: handleOf(outcome) }, { routes: WAITED })
    expect(viewOutcome(again.outcome)).toMatchObject({ status: 'Succeeded', response: DONE })
    expect(again.events.filter((event) => /^[A-Z]+ \//.test(event))).toEqual(
      Array(3).fill(`GET ${RESOURCE}`)
    )
  })

  it('is left, with wait: false, to the run that resumes, even when the operation is over', async () => {
    const routes = { [`PUT ${RESOURCE}`]: [DONE], [`GET ${RESOURCE}`]: [DONE] }
    const { outcome, events } = await run({ ...PUT, ...until, wait: 'false' }, { routes })
    expect(viewOutcome(outcome)).toMatchObject({
      status: 'InProgress',
      decidingInput: 'wait-until'
    })
    expect(events.filter((event) => event.startsWith('GET'))).toEqual([])
    const again = await run({ resume: handleOf(outcome) }, { routes })
    expect(statusOf(again.outcome.ending)).toBe('Succeeded')
  })

  it.each([
    ['Failed', 'Failed'],
    ['Canceled', 'Canceled'],
    ['Bust', 'Failed']
  ])('ends as a resource that turns %s has ended, with its error', async (word, status) => {
    const error = { code: 'NoQuota', message: 'no room' }
    const bad = json(200, { properties: { provisioningState: word, error } })
    const routes = { ...WAITED, [`GET ${RESOURCE}`]: [state('Early'), state('Early'), bad] }
    const given = {
      ...PUT,
      ...until,
      'failure-states': 'Bust',
      'fail-if': "properties.state == 'x'"
    }
    const { outcome } = await run(given, { routes })
    expect(viewOutcome(outcome)).toMatchObject({
      status,
      response: bad,
      lastStatus: word,
      reason: `The operation succeeded, and then the resource ended with provisioning state ${word} before the condition properties.state == 'Done' was true`
    })
    // What fail-if asks is asked of what met the condition, and nothing did.
    expect(outcome.warnings).toEqual([])
    expect(outcome).not.toHaveProperty('operation')
  })

  it.each<[string, readonly JsonValue[], readonly string[]]>([
    [
      'is told once',
      [1, 1, 1],
      ['properties.state (the number 1) is compared with the text "Done"']
    ],
    ['is not told when it passes', [null, 'Early', 'Done'], []]
  ])('that compares what is never equal %s', async (_what, states, told) => {
    const replies = [DONE, ...states.map((value) => json(200, { properties: { state: value } }))]
    const routes = { ...WAITED, [`GET ${RESOURCE}`]: replies }
    const { outcome, events } = await run({ ...PUT, ...until, timeout: '3m' }, { routes })
    expect(outcome.warnings).toEqual(told.map((text) => expect.stringContaining(text)))
    const warned = events.filter((event) => event.includes('is compared with'))
    expect(warned).toHaveLength(told.length)
  })

  it('is Unknown when the resource may not be read, with the missing right', async () => {
    const error = {
      code: 'AuthorizationFailed',
      message:
        "The client 'c' does not have authorization to perform action 'A/b/read' over scope '/s'."
    }
    const routes = {
      ...ACCEPTED,
      [`GET ${STATUS}`]: [SUCCEEDED],
      [`GET ${RESOURCE}`]: [DONE, json(403, { error })]
    }
    const { outcome } = await run({ ...PUT, ...until }, { routes })
    expect(viewOutcome(outcome)).toMatchObject({
      status: 'Unknown',
      decidingInput: 'wait-until',
      error: { code: 'AuthorizationFailed' }
    })
    expect(adviseOn(outcome)?.text).toContain('the action A/b/read at the scope /s')
    expect(handleOf(outcome)).toMatch(/^armop3\./)
  })

  it('is Unknown when the result does not say where to look', async () => {
    const { outcome } = await run(
      { ...PUT, ...until, 'wait-until-url': '{missing}' },
      { routes: FOLLOWED }
    )
    expect(viewOutcome(outcome)).toMatchObject({
      status: 'Unknown',
      decidingInput: 'wait-until',
      reason: '{missing} of wait-until-url is not text in the result of the operation'
    })
  })

  it('is not looked at when there was no time', async () => {
    const routes = { ...WAITED, [`GET ${STATUS}`]: [...Array<Reply>(200).fill(RUNNING), SUCCEEDED] }
    const { outcome } = await run({ ...PUT, ...until, timeout: '1m' }, { routes })
    expect(statusOf(outcome.ending)).toBe('TimedOut')
  })
})

// Logic Apps answers the run of a trigger so, Log Analytics a failover, Chaos Studio the start of an experiment.
describe('a POST that is accepted without anything to follow', () => {
  const routes = { [`POST ${ACTION}`]: [json(202, { id: 'run-1', count: 3 })] }
  const until: GivenInputs = { ...POST, 'wait-until': "state == 'Active'" }
  const watched = (...states: readonly string[]) => ({
    ...routes,
    [`GET ${RESOURCE}`]: states.map((state) => json(200, { state }))
  })

  it('is Unknown, and the message names what decides it', async () => {
    const { outcome } = await run(POST, { routes })
    expect(viewOutcome(outcome)).toMatchObject({ status: 'Unknown', mayStillRun: true })
    for (const name of ['wait: false', 'accept-status: 202', 'wait-until', 'wait-until-url']) {
      expect(outcome.reason).toContain(name)
    }
  })

  it('is in progress with wait: false, green, and leaves no handle', async () => {
    const { outcome, events } = await run({ ...POST, wait: 'false' }, { routes })
    expect(viewOutcome(outcome)).toMatchObject({ status: 'InProgress', mayStillRun: true })
    expect(isGreen(outcome, false)).toBe(true)
    expect(outcome).not.toHaveProperty('operation')
    expect(outcome).not.toHaveProperty('reason')
    expect(
      events.filter((event) => /nothing to follow: Azure named no URL/.test(event))
    ).toHaveLength(1)
  })

  it.each([
    ['Succeeded', '202', {}],
    ['Unknown', '200', {}],
    ['Failed', '202', { 'fail-if': 'count == `3`' }]
  ])('is %s with accept-status: %s and %o', async (status, accepted, more) => {
    const { outcome } = await run({ ...POST, 'accept-status': accepted, ...more }, { routes })
    expect(viewOutcome(outcome)).toMatchObject({ status, response: { status: 202 } })
  })

  it('is still followed with accept-status: 202 where it can be', async () => {
    const { outcome } = await run(
      { ...POST, 'accept-status': '202' },
      {
        routes: {
          [`POST ${ACTION}`]: [empty(202, location(RESULT))],
          [`GET ${RESULT}`]: [empty(202), refusal(400, 'NoCapacity')]
        }
      }
    )
    expect(viewOutcome(outcome)).toMatchObject({ status: 'Failed', error: { code: 'NoCapacity' } })
  })

  it('ends when the condition is met, with that answer as the result', async () => {
    const { outcome, events } = await run(until, { routes: watched('Starting', 'Active') })
    expect(viewOutcome(outcome)).toMatchObject({ status: 'Succeeded', pollCount: 2 })
    expect(outcome.response).toEqual(json(200, { state: 'Active' }))
    expect(outcome).not.toHaveProperty('operation')
    expect(events.some((event) => event.startsWith('hand over: armop3.'))).toBe(true)
  })

  it('is read at wait-until-url, which may hold what the 202 brought', async () => {
    const url = RESOURCE.replace(/\/[^/]+\?/, '/run-1?')
    const { outcome } = await run(
      { ...until, 'wait-until-url': url.replace('run-1', '{id}') },
      { routes: { ...routes, [`GET ${url}`]: [json(200, { state: 'Active' })] } }
    )
    expect(statusOf(outcome.ending)).toBe('Succeeded')
  })

  it.each<[string, number | undefined, string]>([
    ['the time is up', undefined, 'TimedOut'],
    ['the workflow is canceled', 20_000, 'InProgress']
  ])('is never called succeeded when %s first', async (_what, abortAtMs, status) => {
    const script = { routes: watched('Starting') }
    const { outcome } = await run(
      { ...until, timeout: '5m' },
      abortAtMs === undefined ? script : { ...script, abortAtMs }
    )
    expect(viewOutcome(outcome)).toMatchObject({ status, mayStillRun: true })
    expect(outcome.reason).toMatch(/^Azure accepted the request \(202\), and the /)
    const again = await run({ resume: handleOf(outcome) }, { routes: watched('Active') })
    expect(statusOf(again.outcome.ending)).toBe('Succeeded')
    const late = await run({ resume: handleOf(outcome), timeout: '5m' }, script)
    expect(viewOutcome(late.outcome)).toMatchObject({ status: 'TimedOut', mayStillRun: true })
    expect(late.outcome.reason).not.toContain('succeeded')
  })

  it('is Unknown when the resource of the condition may not be read', async () => {
    const { outcome } = await run(until, {
      routes: { ...routes, [`GET ${RESOURCE}`]: [refusal(403, 'AuthorizationFailed')] }
    })
    expect(viewOutcome(outcome)).toMatchObject({
      status: 'Unknown',
      mayStillRun: true,
      error: { code: 'AuthorizationFailed' }
    })
    expect(outcome.reason).toMatch(/^Azure accepted the request \(202\), and the resource/)
  })

  it('is left to a resume with wait: false and a condition', async () => {
    const { outcome } = await run({ ...until, wait: 'false' }, { routes: watched('Active') })
    expect(viewOutcome(outcome)).toMatchObject({ status: 'InProgress', mayStillRun: true })
    const again = await run({ resume: handleOf(outcome) }, { routes: watched('Active') })
    expect(statusOf(again.outcome.ending)).toBe('Succeeded')
  })
})

describe('fail-if', () => {
  const followed = (value: Reply) => ({
    routes: {
      [`POST ${ACTION}`]: [empty(202, location(RESULT))],
      [`GET ${RESULT}`]: [value]
    }
  })
  const failIf: GivenInputs = { ...POST, 'fail-if': 'exitCode != `0`' }

  it('is not judged by what stands in for a result that could not be read', async () => {
    const gone = refusal(403, 'AuthorizationFailed')
    const given = { ...PUT, timeout: '1m', 'fail-if': "status == 'Bad'" }
    const { outcome } = await run(given, { routes: { ...FOLLOWED, [`GET ${RESOURCE}`]: [gone] } })
    expect(viewOutcome(outcome)).toMatchObject({ status: 'Unknown', decidingInput: 'fail-if' })
    expect(outcome.reason).toBe(
      "fail-if status == 'Bad' could not be evaluated: the result could not be read"
    )
  })

  it('is over the final response: red when it is true, with expression and value', async () => {
    const { outcome } = await run(failIf, followed(json(200, { exitCode: 3 })))
    expect(viewOutcome(outcome)).toMatchObject({
      status: 'Failed',
      decidingInput: 'fail-if',
      reason:
        'The operation succeeded in Azure, and fail-if is true for its result: exitCode != `0` (exitCode is 3)'
    })
    expect(isGreen(outcome, true)).toBe(false)
  })

  it('changes nothing when it is not', async () => {
    const { outcome } = await run(failIf, followed(json(200, { exitCode: 0 })))
    expect(statusOf(outcome.ending)).toBe('Succeeded')
  })

  it('warns of a comparison that is never true, with both of its sides', async () => {
    const given = { ...POST, 'fail-if': "exitCode == '3'" }
    const { outcome, events } = await run(given, followed(json(200, { exitCode: 3 })))
    expect(statusOf(outcome.ending)).toBe('Succeeded')
    const warning =
      'Input fail-if: exitCode == \'3\': exitCode (the number 3) is compared with the text "3", and a number is never a text'
    expect(outcome.warnings).toEqual([warning])
    expect(events.filter((event) => event.includes(warning))).toHaveLength(1)
  })

  it('is Unknown when it cannot be evaluated: what was asked cannot be answered', async () => {
    const given = { ...POST, 'fail-if': "contains(logs, 'panic')" }
    const { outcome } = await run(given, followed(json(200, {})))
    expect(viewOutcome(outcome)).toMatchObject({ status: 'Unknown', decidingInput: 'fail-if' })
    expect(outcome.reason).toContain(
      "fail-if contains(logs, 'panic') could not be evaluated over the final response: Invalid type"
    )
  })

  it('is evaluated last, over what met the condition', async () => {
    const given = { ...PUT, 'wait-until': 'properties.end', 'fail-if': "properties.end == 'bad'" }
    const bad = json(200, { properties: { end: 'bad' } })
    const { outcome } = await run(given, {
      routes: { ...FOLLOWED, [`GET ${RESOURCE}`]: [DONE, DONE, bad] }
    })
    expect(viewOutcome(outcome)).toMatchObject({
      status: 'Failed',
      decidingInput: 'fail-if',
      response: bad
    })
  })

  it('shows what it is when it reads no field', async () => {
    const given = { ...POST, 'fail-if': 'contains(values(@), `1`)' }
    const { outcome } = await run(given, followed(json(200, { a: 1 })))
    expect(outcome.reason).toContain('(it is true)')
  })
})

describe('the results', () => {
  const secret = 'a-secret-of-some-length'

  it('are masked before a look at them is logged', async () => {
    const given = { ...PUT, 'wait-until': 'adminPassword' }
    const { events } = await run(given, {
      routes: { ...FOLLOWED, [`GET ${RESOURCE}`]: [DONE, json(200, { adminPassword: secret })] }
    })
    const mask = events.indexOf(`mask: ${secret}`)
    const seen = events.findIndex((event) => event.includes('adminPassword is a text of 23'))
    expect(mask).toBeGreaterThan(0)
    expect(seen).toBeGreaterThan(mask)
    expect(events.filter((event) => event.includes(secret))).toEqual([`mask: ${secret}`])
  })

  it('are taken from a failure too, without warnings for what it lacks', async () => {
    const failed = json(200, { status: 'Failed', error: { code: 'Broken', message: 'no' } })
    const { values, events } = await run(
      { ...PUT, outputs: 'code: error.code\nid: id' },
      { routes: { ...FOLLOWED, [`GET ${STATUS}`]: [failed] } }
    )
    expect(values.map(({ name, text }) => [name, text])).toEqual([
      ['code', 'Broken'],
      ['id', '']
    ])
    expect(events.filter((event) => event.startsWith('warning: The output'))).toEqual([])
  })

  it('are masked by the name of the output, and once', async () => {
    const body = json(200, {
      properties: { plain: 'not-named-for-it', provisioningState: 'Succeeded' }
    })
    const { events } = await run(
      {
        ...PUT,
        outputs: 'admin_password: properties.plain\nB: properties.plain',
        'masked-outputs': 'b'
      },
      { routes: { ...FOLLOWED, [`GET ${RESOURCE}`]: [body] } }
    )
    expect(events.filter((event) => event === 'mask: not-named-for-it')).toHaveLength(1)
  })

  it('that are too many secrets are said to be', async () => {
    const many = Array.from({ length: 1_500 }, (_, index) => ({ key: `key-number-${index}` }))
    const { events } = await run(PUT, {
      routes: { ...FOLLOWED, [`GET ${RESOURCE}`]: [json(200, { many })] }
    })
    expect(events).toContain('warning: The response is too large to find every secret in it')
  })

  it('that cannot be taken are a warning, and the verdict stands', async () => {
    const { takeOutputs, outcome, events } = await run(
      { ...PUT, outputs: 'a: b' },
      { routes: FOLLOWED }
    )
    const body = {
      get kind(): never {
        throw new Error('of ours')
      }
    }
    const values = await takeOutputs({
      ...outcome,
      response: { status: 200, headers: {}, body }
    })
    expect(values).toEqual([])
    expect(events.at(-1)).toBe('warning: The outputs could not be read from the response: of ours')
  })

  it('of a resource that is plain are left alone', async () => {
    const { events } = await run(PUT, {
      routes: { ...FOLLOWED, [`GET ${RESOURCE}`]: [resource(200, 'Succeeded')] }
    })
    expect(events.filter((event) => event.startsWith('mask: '))).toEqual([])
  })
})
