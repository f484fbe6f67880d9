/**
 * Hand-overs of an operation that is over at once: whether Azure is done with the first answer is not the author's to
 * know, so the second step comes to the same end as the first, and never to another.
 */
import { describe, expect, it } from 'vitest'
import {
  ACTION,
  empty,
  json,
  ORIGIN,
  RESOURCE,
  type Reply,
  refusal,
  resource
} from '../../__fixtures__/conversation.ts'
import { openHandle } from '../../__fixtures__/handles.ts'
import { type GivenInputs, readInputs } from '../../__fixtures__/inputs.ts'
import { viewOutcome } from '../../__fixtures__/outcomes.ts'
import { runScenario, type Scenario, type Turn } from '../../__fixtures__/run.ts'
import { findErrorCode } from '../../src/operation/error.ts'
import { encodeHandle } from '../../src/operation/handle.ts'
import { isGreen } from '../../src/run/conclude.ts'
import { type Outcome, statusOf } from '../../src/run/outcome.ts'

type Routes = NonNullable<Scenario['routes']>

async function run(given: GivenInputs, routes: Routes) {
  return runScenario({ routes, inputs: await readInputs(given), takesResults: true })
}

/** Starts what these inputs ask for with `wait: false`, and resumes it where nothing but `later` is answered. */
async function handOver(
  given: GivenInputs,
  answer: Reply,
  resumed: GivenInputs = {},
  later: Routes = {}
) {
  const { method = '', url = '' } = given
  const first = await run({ ...given, wait: 'false' }, { [`${method} ${url}`]: [answer] })
  const handle = first.outcome.knownEnd
  if (handle === undefined) throw new Error('there is no handle')
  const second = await run({ resume: handle, ...resumed }, later)
  return { first, second, handle }
}

const codeOf = ({ error }: Outcome) => (error === undefined ? undefined : findErrorCode(error))

const PUT: GivenInputs = { method: 'PUT', url: RESOURCE }
const POST: GivenInputs = { method: 'POST', url: ACTION }
const DELETE: GivenInputs = { method: 'DELETE', url: RESOURCE }
const DONE = json(200, { id: 'x', properties: { provisioningState: 'Succeeded', size: 3 } })
const BROKEN = { code: 'Broken', message: 'do-not-keep' }
const GET = `GET ${RESOURCE}`

describe('an operation that is over with wait: false', () => {
  it.each<[string, GivenInputs, Reply, string, string | undefined]>([
    ['a PUT that created at once', PUT, resource(201, 'Succeeded'), 'Succeeded', undefined],
    ['a PUT without a state', PUT, json(200, { id: 'x' }), 'Succeeded', undefined],
    ['a POST with its result', POST, json(200, { keys: [] }), 'Succeeded', undefined],
    ['a DELETE', DELETE, empty(204), 'Succeeded', undefined],
    [
      'a DELETE of nothing',
      { ...DELETE, 'accept-status': '404' },
      empty(404),
      'Succeeded',
      undefined
    ],
    ['a read', { method: 'GET', url: RESOURCE }, DONE, 'Succeeded', undefined],
    [
      'a PUT that failed',
      PUT,
      json(200, { properties: { provisioningState: 'Failed' }, error: BROKEN }),
      'Failed',
      'Broken'
    ],
    ['a PUT that failed without a word', PUT, resource(201, 'Failed'), 'Failed', undefined],
    [
      'a POST that failed in its result',
      POST,
      json(200, { status: 'Failed', error: BROKEN }),
      'Failed',
      'Broken'
    ],
    ['a PUT that was canceled', PUT, resource(200, 'Canceled'), 'Canceled', undefined]
  ])(
    'comes to its end again, with nothing sent: %s',
    async (_what, given, answer, status, code) => {
      const { first, second, handle } = await handOver(given, answer)
      expect([statusOf(first.outcome.ending), codeOf(first.outcome)]).toEqual([status, code])
      expect([statusOf(second.outcome.ending), codeOf(second.outcome)]).toEqual([status, code])
      expect(isGreen(second.outcome, true)).toBe(status === 'Succeeded')
      expect(second.calls).toEqual([])
      expect(second.elapsedMs).toBe(0)
      expect(second.outcome.request).toEqual(first.outcome.request)
      // There is nothing left to hand on, and nobody is asked to go on waiting.
      expect(second.outcome).not.toHaveProperty('knownEnd')
      expect(first.outcome).not.toHaveProperty('operation')
      expect(JSON.stringify(openHandle(handle))).not.toContain('do-not-keep')
    }
  )

  it('says why in the place of the message, which a handle does not hold', async () => {
    const failed = json(200, { status: 'Failed', error: BROKEN })
    const { second } = await handOver(POST, failed)
    expect(second.outcome.error?.message).toBe(
      'When it was handed on, the operation had already failed; the step that started it tells more'
    )
    const canceled = await handOver(PUT, resource(200, 'Canceled'))
    expect(canceled.second.outcome.reason).toBe(
      'When it was handed on, the operation had already been canceled in Azure; the step that started it tells more'
    )
  })

  it.each<[string, GivenInputs, Reply]>([
    ['a request that Azure refused', PUT, refusal(409, 'Conflict')],
    ['a redirect', POST, empty(307, { location: `${ORIGIN}/x` })],
    ['a read that was refused', { method: 'GET', url: RESOURCE }, refusal(404, 'ResourceNotFound')],
    ['a POST that nothing follows', POST, empty(202)]
  ])('has no handle, and the log says so: %s', async (_what, given, answer) => {
    const routes = { [`${given.method} ${given.url}`]: [answer] }
    const { outcome, lines } = await run({ ...given, wait: 'false', timeout: '1m' }, routes)
    expect([outcome.operation, outcome.knownEnd]).toEqual([undefined, undefined])
    const told = lines.filter((line) => /nothing to follow/i.test(line))
    expect(told).toEqual([expect.stringMatching(/^There is .* the output operation is empty$/)])
  })

  it('has no handle where somebody waited', async () => {
    const { outcome, lines } = await run(PUT, { [`PUT ${RESOURCE}`]: [DONE] })
    expect(outcome).not.toHaveProperty('knownEnd')
    expect(lines.join('\n')).not.toContain('nothing to follow')
  })
})

describe('the result of an operation that was over', () => {
  const outputs: GivenInputs = { outputs: 'size: properties.size' }
  const THROTTLED = empty(429)

  it.each<[string, readonly Turn[]]>([
    ['once', [DONE]],
    ['again when an answer is lost', ['no answer', DONE]],
    ['again when the service is busy', [refusal(503, 'ServerBusy'), THROTTLED, DONE]]
  ])('is read %s, for outputs', async (_what, answers) => {
    const { second } = await handOver(PUT, DONE, outputs, { [GET]: answers })
    expect(second.calls).toEqual(answers.map(() => GET))
    expect(statusOf(second.outcome.ending)).toBe('Succeeded')
    expect(second.outcome.response).toEqual(DONE)
    expect(second.values.map(({ name, text }) => [name, text])).toEqual([['size', '3']])
  })

  it.each<[string, Reply]>([
    ['it is gone', refusal(404, 'ResourceNotFound')],
    ['it may not be read', refusal(403, 'AuthorizationFailed')],
    ['there is nothing in it', empty(200)],
    ['it is an error', json(200, { error: BROKEN })],
    ['the service stays busy', refusal(503, 'ServerBusy')]
  ])('changes no end when %s: a warning says what is missing', async (_what, answer) => {
    const { second } = await handOver(PUT, DONE, outputs, { [GET]: [answer] })
    expect(statusOf(second.outcome.ending)).toBe('Succeeded')
    expect(second.values).toEqual([])
    expect(second.outcome.warnings).toEqual([
      expect.stringMatching(/^The result of the operation was not handed on, and cannot be read: /)
    ])
  })

  it('changes no end when a later operation has failed', async () => {
    const later = json(200, { properties: { provisioningState: 'Failed', size: 4 } })
    const { second } = await handOver(PUT, DONE, outputs, { [GET]: [later] })
    expect(statusOf(second.outcome.ending)).toBe('Succeeded')
  })

  it('is not asked for where a request leaves none', async () => {
    const { second } = await handOver(POST, json(200, { properties: { size: 3 } }), outputs)
    expect(second.calls).toEqual([])
    expect(statusOf(second.outcome.ending)).toBe('Succeeded')
    expect(second.outcome.warnings.join()).toContain('a POST leaves none to read')
  })

  it.each([
    ['ours', ['3']],
    ['theirs', []]
  ])('is the record of the deployment itself: it bears the ID %s', async (correlationId, sizes) => {
    const facts = {
      request: { method: 'PUT', url: ORIGIN + RESOURCE },
      firstStatus: 201,
      startedAtMs: 1,
      pollCount: 0,
      sawProgress: false,
      fellBack: false,
      warnings: [],
      identity: 'ours'
    } as const
    const handle = {
      operation: { state: 'over', facts, end: 'succeeded' },
      finalStateVia: 'auto',
      extraStates: { success: [], failure: [] },
      conditions: {}
    } as const
    const resume = encodeHandle(handle, ORIGIN, {}) ?? ''
    const record = json(200, { properties: { correlationId, size: 3 } })
    const { outcome, calls, values } = await run({ resume, ...outputs }, { [GET]: [record] })
    expect([statusOf(outcome.ending), calls]).toEqual(['Succeeded', [GET]])
    expect(values.map(({ text }) => text)).toEqual(sizes)
  })
})

describe('the conditions of an operation that was over', () => {
  const failIf: GivenInputs = { 'fail-if': 'properties.size > `5`' }
  const BIG = json(200, { id: 'x', properties: { provisioningState: 'Succeeded', size: 9 } })

  it.each<[string, GivenInputs]>([
    ['none of its own', {}],
    ['the same again', failIf]
  ])('were judged, and are not judged again by a step with %s', async (_what, resumed) => {
    const { second } = await handOver({ ...POST, ...failIf }, DONE, resumed)
    expect([statusOf(second.outcome.ending), second.calls]).toEqual(['Succeeded', []])
  })

  it('stay true', async () => {
    const { first, second } = await handOver({ ...PUT, ...failIf }, BIG)
    for (const { outcome } of [first, second]) {
      expect(viewOutcome(outcome)).toMatchObject({ status: 'Failed', decidingInput: 'fail-if' })
    }
    expect(second.calls).toEqual([])
    expect(second.outcome.reason).toContain(
      'fail-if was true for its result: properties.size > `5`'
    )
  })

  it('are read from the resource where the resuming step sets its own', async () => {
    const { second } = await handOver(PUT, DONE, failIf, { [GET]: [BIG] })
    expect(viewOutcome(second.outcome)).toMatchObject({
      status: 'Failed',
      decidingInput: 'fail-if',
      response: BIG
    })
    expect(second.calls).toEqual([GET])
  })

  it('are never met by a result that is not there', async () => {
    const { second } = await handOver(POST, DONE, failIf)
    expect(viewOutcome(second.outcome)).toMatchObject({
      status: 'Unknown',
      decidingInput: 'fail-if'
    })
    expect(second.outcome.reason).toBe(
      'fail-if properties.size > `5` could not be evaluated: there is no final response'
    )
    // It is still known how the operation ended.
    expect(second.outcome.knownEnd).toMatch(/^armop3\./)
  })

  it('are judged by the next step where the first could not', async () => {
    const given = { ...PUT, 'fail-if': "contains(properties.logs, 'panic')" }
    const quiet = json(200, { properties: { logs: ['calm'] } })
    const { first, second } = await handOver(given, DONE, {}, { [GET]: [quiet] })
    expect(statusOf(first.outcome.ending)).toBe('Unknown')
    expect([statusOf(second.outcome.ending), second.calls]).toEqual(['Succeeded', [GET]])
  })

  it('may be a wait, which reads for itself', async () => {
    const until = { 'wait-until': 'properties.size > `5`', ...failIf, 'fail-if': 'properties.bad' }
    const { second } = await handOver(PUT, DONE, until, { [GET]: [DONE, BIG] })
    expect(viewOutcome(second.outcome)).toMatchObject({ status: 'Succeeded', response: BIG })
    expect(second.calls).toEqual([GET, GET])
  })

  it('may be a wait for what the result names', async () => {
    const until = { 'wait-until': 'ready', 'wait-until-url': `{id}/sub?api-version=1` }
    const named = json(200, { id: '/subscriptions/1/x', properties: {} })
    const { second } = await handOver(PUT, DONE, until, {
      [GET]: [named],
      'GET /subscriptions/1/x/sub?api-version=1': [json(200, { ready: true })]
    })
    expect(statusOf(second.outcome.ending)).toBe('Succeeded')
  })
})
