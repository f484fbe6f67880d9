/**
 * Canceling an operation whose time is over, and how it is told: canceled only where Azure says so.
 */
import { describe, expect, it } from 'vitest'
import {
  asyncOperation,
  empty,
  operationStatus,
  RESOURCE,
  refusal,
  request,
  resource,
  rules,
  START_MS,
  STATUS,
  timing,
  toUrl
} from '../../__fixtures__/conversation.ts'
import { scriptClient } from '../../__fixtures__/run.ts'
import { VirtualTime } from '../../__fixtures__/virtual-time.ts'
import { NoTurnError } from '../../src/http/http.ts'
import type { HttpResponse } from '../../src/http/message.ts'
import { begin } from '../../src/operation/begin.ts'
import { isTerminal } from '../../src/operation/terminal.ts'
import { type CancelContext, cancelAndFollow, cancelAtOnce } from '../../src/run/cancel.ts'

const PUT = request('PUT')
const CANCEL = '/cancel?api-version=1'
const MONITOR = '/operations/abort-1?api-version=1'
const WHY = 'the timeout of 60 min expired'
const PLAN = { kind: 'post', url: toUrl(CANCEL) } as const

interface Setting {
  readonly cancel: HttpResponse | 'silence'
  /** Of the operation, one for each poll; the last one for ever. */
  readonly polls: readonly HttpResponse[]
  /** Of the cancel call's own monitor. */
  readonly monitor?: readonly HttpResponse[]
  readonly retryAfter?: string
}

function prepare({ cancel, polls, monitor = [], retryAfter }: Setting) {
  const time = new VirtualTime(START_MS)
  const told: string[] = []
  const routes = {
    [`POST ${CANCEL}`]: [cancel],
    [`GET ${STATUS}`]: polls,
    [`GET ${MONITOR}`]: monitor,
    [`GET ${RESOURCE}`]: [resource(200, 'Succeeded')]
  }
  const { client, calls, callTimes } = scriptClient({ routes, roundTripMs: 0 }, time)
  const context: CancelContext = {
    client,
    clock: time,
    rules: rules({ timing: timing() }),
    tell: (text) => told.push(text),
    poller: {
      now: time.now,
      sleep: time.sleep,
      get: async (url, timeoutMs, signal) => ({
        kind: 'response',
        response: await client.get(url, { timeoutMs, signal })
      }),
      onUpdate: () => undefined
    },
    signal: new AbortController().signal
  }
  const headers = {
    ...asyncOperation(STATUS),
    ...(retryAfter === undefined ? {} : { 'retry-after': retryAfter })
  }
  const first = resource(201, 'Creating', headers)
  const operation = begin(PUT, first, context.rules, START_MS - 3_600_000)
  if (isTerminal(operation)) throw new Error('test bug: it is over')
  return { context, operation, time, told, calls, callTimes }
}

async function cancel(setting: Setting) {
  const prepared = prepare(setting)
  const { context, operation, calls, callTimes } = prepared
  const result = await cancelAndFollow({ operation, plan: PLAN, why: WHY }, context)
  const { end } = result
  const state = end.kind === 'terminal' ? end.operation.state : end.kind
  const ownPolls = [`GET ${STATUS}`, `GET ${RESOURCE}`]
  const polledAtMs = callTimes.filter((_time, index) => ownPolls.includes(calls[index] ?? ''))
  const posted = calls.filter((call) => call.startsWith('POST '))
  return { ...prepared, ...result, state, polledAtMs, posted }
}

describe('cancelAndFollow', () => {
  it('is over when Azure says Canceled, and says who did it', async () => {
    const run = await cancel({
      cancel: empty(204),
      polls: [operationStatus('Running'), operationStatus('Canceled')]
    })
    expect(run).toMatchObject({ state: 'canceled', note: `this step canceled it, because ${WHY}` })
    expect(run.posted).toEqual([`POST ${CANCEL}`])
    expect(run.told).toEqual([
      `Canceling, because ${WHY}: POST /cancel`,
      'Azure accepted the cancel request (HTTP 204)'
    ])
    // At once, and then as promptly as a young operation is polled.
    expect(run.polledAtMs).toEqual([0, 1_000])
  })

  it.each([
    ['Succeeded', 'succeeded', /but it succeeded before that took effect/],
    ['Failed', 'failed', /this step had canceled it/]
  ])('tells a race that ended in %s as that', async (word, state, note) => {
    const run = await cancel({ cancel: empty(204), polls: [operationStatus(word)] })
    expect(run.state).toBe(state)
    expect(run.note).toMatch(note)
  })

  it('follows a cancel call that is an operation of its own, then what it cancels', async () => {
    const headers = { location: toUrl(MONITOR) }
    const run = await cancel({
      cancel: empty(202, headers),
      monitor: [empty(202, headers), empty(204)],
      polls: [operationStatus('Canceled')]
    })
    expect(run.state).toBe('canceled')
    expect(run.polledAtMs[0]).toBeGreaterThan(0)
  })

  it('looks how it ends, too, when that operation fails', async () => {
    const run = await cancel({
      cancel: empty(202, { location: toUrl(MONITOR) }),
      monitor: [refusal(409, 'NothingToAbort')],
      polls: [operationStatus('Succeeded')]
    })
    expect(run.state).toBe('succeeded')
    expect(run.told.at(-1)).toMatch(/did not succeed/)
  })

  it('is bounded when Azure took the call and nothing ends', async () => {
    const run = await cancel({
      cancel: empty(204),
      polls: [operationStatus('Canceling')],
      retryAfter: '600'
    })
    expect(run).toMatchObject({
      state: 'timed-out',
      note: 'Azure accepted the cancel request (HTTP 204), and it had not ended 120 s later'
    })
    expect(run.time.elapsedMs).toBeLessThanOrEqual(120_000)
  })

  it('looks once more, and briefly, when Azure refuses', async () => {
    const refused = refusal(409, 'DeploymentCannotBeCancelled')
    const late = await cancel({ cancel: refused, polls: [operationStatus('Succeeded')] })
    expect(late.state).toBe('succeeded')
    expect(late.note).toMatch(
      /^Azure refused the cancel request: HTTP 409 .*; it had already ended$/
    )
    const open = await cancel({ cancel: refused, polls: [operationStatus('Running')] })
    expect(open.state).toBe('timed-out')
    expect(open.time.elapsedMs).toBeLessThanOrEqual(10_000)
  })

  it('tells so when the call is not answered', async () => {
    const run = await cancel({ cancel: 'silence', polls: [operationStatus('Running')] })
    expect(run.state).toBe('timed-out')
    expect(run.note).toMatch(/^the cancel request was not answered: socket hang up/)
    expect(run.time.elapsedMs).toBeLessThanOrEqual(45_000)
  })

  it('leaves alone what has no cancel, and says why', async () => {
    const { context, operation, calls } = prepare({ cancel: empty(204), polls: [] })
    const plan = { kind: 'none', why: 'nobody knows how' } as const
    const { end, note } = await cancelAndFollow({ operation, plan, why: WHY }, context)
    expect(end).toEqual({ kind: 'timed-out', operation })
    expect(note).toBe('it was not canceled: nobody knows how')
    expect(calls).toEqual([])
  })

  it('ends with the job', async () => {
    const { context, operation, time } = prepare({
      cancel: empty(204),
      polls: [operationStatus('Running')]
    })
    const controller = new AbortController()
    time.at(5_000, () => controller.abort())
    const { end, note } = await cancelAndFollow(
      { operation, plan: PLAN, why: WHY },
      { ...context, signal: controller.signal }
    )
    expect(end.kind).toBe('interrupted')
    expect(note).toBe('Azure accepted the cancel request (HTTP 204)')
  })
})

describe('cancelAtOnce', () => {
  it.each<[string, HttpResponse | 'silence', boolean, RegExp]>([
    ['taken', empty(204), true, /accepted the cancel request \(HTTP 204\)/],
    ['refused', refusal(409, 'Done'), false, /refused the cancel request: HTTP 409 Done/],
    ['lost', 'silence', false, /was not answered: socket hang up/]
  ])('a call that is %s', async (_what, answer, isAccepted, note) => {
    const { context, time, calls } = prepare({ cancel: answer, polls: [] })
    const result = await cancelAtOnce(PLAN, context)
    expect(result.isAccepted).toBe(isAccepted)
    expect(result.note).toMatch(note)
    expect(calls).toEqual([`POST ${CANCEL}`])
    // The runner kills after ten seconds, and the report is still to be written.
    expect(time.elapsedMs).toBeLessThanOrEqual(3_500)
  })

  it('has no time for each of many: what had no turn is left to the post step', async () => {
    const { context, told } = prepare({ cancel: empty(204), polls: [] })
    const post = () => Promise.reject(new NoTurnError('its turn did not come in time', false))
    const result = await cancelAtOnce(PLAN, { ...context, client: { ...context.client, post } })
    expect(result).toEqual({
      isAccepted: false,
      note: 'there was no time left to send its cancel request: the post step of this action sends it'
    })
    expect(told.at(-1)).toBe(result.note)
  })

  it('of what has no cancel', async () => {
    const { context, calls } = prepare({ cancel: empty(204), polls: [] })
    const result = await cancelAtOnce({ kind: 'none', why: 'nobody knows how' }, context)
    expect(result).toEqual({ isAccepted: false, note: 'it was not canceled: nobody knows how' })
    expect(calls).toEqual([])
  })
})
