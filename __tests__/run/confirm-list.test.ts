/**
 * The post step of a list: what is to be canceled first, all within the time that GitHub leaves a canceled job, and no
 * operation changes what is told of another. On a clock that all of them share.
 */
import { describe, expect, it } from 'vitest'
import {
  asyncOperation,
  empty,
  json,
  operationStatus,
  refusal,
  request,
  resource,
  rules,
  toPath,
  toUrl
} from '../../__fixtures__/conversation.ts'
import { createInputs } from '../../__fixtures__/inputs.ts'
import { CORRELATION_ID } from '../../__fixtures__/run.ts'
import { createSharedTime } from '../../__fixtures__/shared-time.ts'
import type { ArmClient } from '../../src/arm/client.ts'
import { NoAnswerError, NoTurnError, type SendOptions } from '../../src/http/http.ts'
import type { HttpResponse } from '../../src/http/message.ts'
import { begin } from '../../src/operation/begin.ts'
import { encodeHandle, toResumable } from '../../src/operation/handle.ts'
import { confirmAll } from '../../src/run/confirm-list.ts'
import { type Outcome, statusOf } from '../../src/run/outcome.ts'
import type { NamedRun, SavedRun } from '../../src/run/saved-run.ts'

const SECOND = 1_000
const { cloud, ids } = createInputs()
const { trust, ...savedRules } = rules()

/** A run of a list that was accepted; of a deployment, so that there is a cancel call. */
function savedRun(name: string, startedAtMs: number, overrides: Partial<SavedRun> = {}): NamedRun {
  const path = `/subscriptions/1/resourceGroups/shop/providers/Microsoft.Web/sites/${name}?api-version=1`
  const put = request('PUT', path)
  const status = `/operations/${name}?api-version=1`
  const started = begin(
    put,
    resource(201, 'Accepted', asyncOperation(status)),
    rules(),
    startedAtMs
  )
  const operation = toResumable(started, undefined)
  if (operation === undefined) throw new Error('test bug: nothing runs')
  const { finalStateVia, extraStates } = savedRules
  const known = { operation, finalStateVia, extraStates, conditions: {} }
  const handle = encodeHandle(known, trust.origin, {})
  if (handle === undefined) throw new Error('test bug: the handle is too long')
  const run: SavedRun = {
    version: 2,
    stage: 'following',
    request: put,
    startedAtMs,
    correlationId: CORRELATION_ID,
    handle,
    isCanceling: false,
    rules: savedRules,
    ...overrides
  }
  return { name, run }
}

const cancelOf = (name: string) => ({ cancelUrl: toUrl(`/cancel/${name}?api-version=1`) })

interface Setting {
  readonly runs: (startedAtMs: number) => readonly NamedRun[]
  /** Answer to a call, after the time that it takes. */
  readonly answer: (call: string, elapsedMs: number) => HttpResponse | Error
  readonly roundTripMs?: number
  readonly abortAtMs?: number
  readonly ended?: (name: string) => Promise<void>
}

/** Runs the post step of a list, and says what was called and how each ended. */
async function confirm({ runs, answer, roundTripMs = 100, abortAtMs, ended }: Setting) {
  const clock = createSharedTime()
  const job = new AbortController()
  if (abortAtMs !== undefined) void clock.sleep(abortAtMs).then(() => job.abort())
  const calls: string[] = []
  const told: string[] = []
  const outcomes: Record<string, Outcome> = {}
  let open = 0
  let mostOpen = 0
  const ask = async (method: string, url: string, { signal }: SendOptions) => {
    const call = `${method} ${toPath(url).split('?')[0]}`
    calls.push(call)
    open += 1
    mostOpen = Math.max(mostOpen, open)
    await clock.sleep(roundTripMs, signal)
    open -= 1
    if (signal.aborted) throw new NoAnswerError('it was cut', true)
    const answered = answer(call, clock.elapsedMs())
    if (answered instanceof Error) throw answered
    return answered
  }
  const client: ArmClient = {
    send: () => Promise.reject(new Error('the request is never sent again')),
    get: (url, options) => ask('GET', url, options),
    post: (url, options) => ask('POST', url, options)
  }
  const confirmed = confirmAll(runs(clock.now() - 60 * SECOND), {
    clock,
    cloud,
    ids,
    signal: job.signal,
    openClient: () => client,
    observe: (name, event) => {
      if ('text' in event) told.push(`${name}: ${event.text}`)
    },
    ended: async (name, outcome) => {
      outcomes[name] = outcome
      await ended?.(name)
    }
  })
  await clock.runUntil(confirmed)
  const statuses = Object.fromEntries(
    Object.entries(outcomes).map(([name, { ending }]) => [name, statusOf(ending)])
  )
  return { calls, told, outcomes, statuses, mostOpen, elapsedMs: clock.elapsedMs() }
}

describe('confirmAll', () => {
  it('cancels what is to be canceled and follows it, and only looks at the rest', async () => {
    const { calls, statuses, elapsedMs } = await confirm({
      runs: (at) => [
        savedRun('left', at),
        savedRun('done', at),
        savedRun('to_cancel', at, cancelOf('to_cancel')),
        savedRun('canceling', at, { ...cancelOf('canceling'), isCanceling: true })
      ],
      answer: (call, elapsedMs) => {
        if (call.startsWith('POST')) return empty(204)
        if (call.includes('left')) return operationStatus('Running')
        if (call.endsWith('/sites/done'))
          return json(200, { properties: { provisioningState: 'Succeeded' } })
        if (call.includes('done')) return operationStatus('Succeeded')
        return operationStatus(elapsedMs < 100 * SECOND ? 'Canceling' : 'Canceled')
      }
    })
    expect(statuses).toEqual({
      left: 'InProgress',
      done: 'Succeeded',
      to_cancel: 'Canceled',
      canceling: 'Canceled'
    })
    expect(calls.filter((call) => call.startsWith('POST'))).toEqual(['POST /cancel/to_cancel'])
    expect(calls[0]).toBe('POST /cancel/to_cancel')
    expect(elapsedMs).toBeLessThan(140 * SECOND)
  })

  it('has one window for all, however many there are', async () => {
    const { statuses, elapsedMs, calls } = await confirm({
      runs: (at) => [
        ...Array.from({ length: 30 }, (_, n) => savedRun(`c${n}`, at, cancelOf(`c${n}`))),
        ...Array.from({ length: 270 }, (_, n) => savedRun(`l${n}`, at))
      ],
      answer: (call) => (call.startsWith('POST') ? empty(204) : operationStatus('Canceling'))
    })
    expect(Object.keys(statuses)).toHaveLength(300)
    expect(new Set(Object.values(statuses))).toEqual(new Set(['InProgress']))
    // GitHub ends a canceled job after five minutes.
    expect(elapsedMs).toBeLessThanOrEqual(211 * SECOND)
    expect(calls.filter((call) => call.startsWith('POST'))).toHaveLength(30)
    expect(calls.slice(0, 30).every((call) => call.startsWith('POST'))).toBe(true)
  })

  it('looks at so many at once as there may be connections for in time', async () => {
    const { mostOpen, calls } = await confirm({
      runs: (at) => Array.from({ length: 250 }, (_, n) => savedRun(`l${n}`, at)),
      answer: () => operationStatus('Canceled')
    })
    expect(mostOpen).toBeLessThanOrEqual(200)
    expect(calls).toHaveLength(250)
  })

  it('tells a call that had no turn as that, and looks how it ends', async () => {
    const { outcomes } = await confirm({
      runs: (at) => [savedRun('a', at, cancelOf('a'))],
      answer: (call) =>
        call.startsWith('POST')
          ? new NoTurnError('its turn did not come in time', false)
          : operationStatus('Running')
    })
    expect(outcomes.a?.reason).toContain(
      'the cancel request was not sent: its turn did not come in time'
    )
  })

  it('lets a defect in one change nothing about the others', async () => {
    const { statuses, outcomes, told } = await confirm({
      runs: (at) => ['broken', 'fine', 'untold'].map((name) => savedRun(name, at)),
      answer: (call) =>
        call.includes('broken') ? new TypeError('a defect') : operationStatus('Canceled'),
      ended: async (name) => {
        if (name === 'untold') throw new Error('no room')
      }
    })
    expect(statuses).toEqual({ broken: 'Unknown', fine: 'Canceled', untold: 'Canceled' })
    expect(outcomes.broken?.reason).toMatch(/in this action, not in Azure: a defect/)
    expect(told).toContainEqual(expect.stringContaining('untold: The cause is in this action'))
  })

  it('ends with the job', async () => {
    const { statuses, elapsedMs } = await confirm({
      runs: (at) => [savedRun('a', at, cancelOf('a')), savedRun('b', at)],
      answer: (call) => (call.startsWith('POST') ? empty(204) : operationStatus('Canceling')),
      abortAtMs: 5 * SECOND
    })
    expect(statuses).toEqual({ a: 'InProgress', b: 'InProgress' })
    expect(elapsedMs).toBeLessThan(6 * SECOND)
  })

  it('cancels nothing by an ID that other runs may bear', async () => {
    const { handle: _handle, ...sending } = savedRun('web', 0).run
    const path =
      '/subscriptions/1/resourceGroups/shop/providers/Microsoft.Resources/deployments/web'
    const { calls } = await confirm({
      runs: (startedAtMs) => [
        {
          name: 'web',
          run: {
            ...sending,
            ...cancelOf('web'),
            stage: 'sending',
            request: request('PUT', `${path}?api-version=1`),
            startedAtMs,
            isIdShared: true
          }
        }
      ],
      answer: (call) =>
        call === `GET ${path}`
          ? json(200, {
              properties: { provisioningState: 'Running', correlationId: CORRELATION_ID }
            })
          : refusal(404, 'NotFound')
    })
    expect(calls.filter((call) => call.startsWith('POST'))).toEqual([])
  })
})
