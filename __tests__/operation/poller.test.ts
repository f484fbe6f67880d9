/**
 * The only loop, on virtual time: in which order it waits and asks, how it ends at the deadline or when it is
 * interrupted, and that it waits as little as the rules allow.
 */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  asyncOperation,
  empty,
  json,
  location,
  MINUTE_MS,
  operationStatus,
  RESOURCE,
  RESOURCE_ID,
  RUNNING,
  refusal,
  request,
  resource,
  rules,
  STATUS,
  SUCCEEDED,
  timing,
  toPath
} from '../../__fixtures__/conversation.ts'
import { VirtualTime } from '../../__fixtures__/virtual-time.ts'
import type { HttpResponse, Method } from '../../src/http/message.ts'
import { begin } from '../../src/operation/begin.ts'
import { type PollingEnd, pollUntilDone } from '../../src/operation/poller.ts'
import type { Operation, PollAnswer, Timing } from '../../src/operation/state.ts'
import { omitUndefined } from '../../src/values.ts'

const HOUR_MS = 60 * MINUTE_MS

interface Sent {
  readonly atMs: number
  readonly path: string
  readonly timeoutMs: number
}

interface Follow {
  readonly method?: Method
  readonly first?: HttpResponse
  /** What the service answers at a moment; undefined: it breaks the connection. */
  readonly answer: (atMs: number, path: string) => HttpResponse | undefined
  readonly latencyMs?: number
  /** How long each GET waits for its turn before it is sent; `never` is until the deadline. */
  readonly waitedMs?: number | 'never'
  /** Body of the request. */
  readonly body?: string
  readonly timing?: Partial<Timing>
  readonly abortAtMs?: number
  readonly time?: VirtualTime
}

interface Followed {
  readonly end: PollingEnd
  readonly sent: readonly Sent[]
  readonly updates: readonly Operation[]
  readonly time: VirtualTime
}

/** Follows an operation from its acceptance; the timeout starts with it. */
async function follow({ method = 'DELETE', answer, latencyMs = 0, body, ...rest }: Follow) {
  const { waitedMs = 0 } = rest
  const { time = new VirtualTime(), first = empty(202, asyncOperation(STATUS)) } = rest
  const asked = rules({ timing: timing(rest.timing) })
  const controller = new AbortController()
  if (rest.abortAtMs !== undefined) time.at(rest.abortAtMs, () => controller.abort())
  if (rest.abortAtMs === 0) controller.abort()
  const sent: Sent[] = []
  const updates: Operation[] = []
  const get = async (url: string, timeoutMs: number, signal: AbortSignal): Promise<PollAnswer> => {
    if (waitedMs === 'never') {
      await time.pass(time.startMs + asked.timing.timeoutMs - time.now(), signal)
      return { kind: 'no-response', message: 'no turn', isUnasked: true }
    }
    await time.pass(waitedMs, signal)
    sent.push({ atMs: time.elapsedMs, path: toPath(url), timeoutMs })
    await time.pass(Math.min(latencyMs, timeoutMs), signal)
    const isLate = latencyMs > timeoutMs
    const response = isLate ? undefined : answer(time.elapsedMs, toPath(url))
    return response === undefined
      ? { kind: 'no-response', message: isLate ? 'timed out' : 'reset', waitedMs }
      : { kind: 'response', response, waitedMs }
  }
  const end = await pollUntilDone(
    begin(
      omitUndefined({ ...request(method), body, sentAtMs: time.now() }),
      first,
      asked,
      time.now()
    ),
    { get, sleep: time.sleep, now: time.now, onUpdate: (operation) => updates.push(operation) },
    {
      rules: asked,
      deadlineMs: time.startMs + asked.timing.timeoutMs,
      signal: controller.signal
    }
  )
  return { end, sent, updates, time } satisfies Followed
}

/** An operation that ends when it is this old. */
const endsAfter = (durationMs: number) => (atMs: number) =>
  atMs >= durationMs ? SUCCEEDED : RUNNING

/** Replies one after the other, the last one for ever. */
function inTurn(...replies: (HttpResponse | undefined)[]) {
  let index = 0
  return () => replies[Math.min(index++, replies.length - 1)]
}

const times = ({ sent }: Followed) => sent.map(({ atMs }) => atMs)

describe('pollUntilDone', () => {
  it('asks nothing when the first answer was the end', async () => {
    const followed = await follow({ first: empty(204), answer: () => RUNNING })
    expect(followed.end).toMatchObject({ kind: 'terminal', operation: { state: 'succeeded' } })
    expect(followed.sent).toEqual([])
    expect(followed.updates).toEqual([])
  })

  it('waits before the first poll, then as the newest answer asks', async () => {
    const followed = await follow({
      first: empty(202, { ...asyncOperation(STATUS), 'retry-after': '10' }),
      answer: inTurn(operationStatus('Running', { 'retry-after': '3' }), RUNNING, SUCCEEDED)
    })
    expect(followed.end.kind).toBe('terminal')
    expect(times(followed)).toEqual([10_000, 13_000, 16_000])
    expect(followed.time.sleeps).toEqual([10_000, 3_000, 3_000])
  })

  it('polls at once when the first answer says it is done', async () => {
    const followed = await follow({
      method: 'PATCH',
      first: resource(200, 'Succeeded', { ...asyncOperation(STATUS), 'retry-after': '30' }),
      answer: inTurn(RUNNING, SUCCEEDED, resource(200, 'Succeeded'))
    })
    expect(times(followed)).toEqual([0, 30_000, 30_000])
  })

  it('tells of every state, the last one too', async () => {
    const { updates } = await follow({
      answer: inTurn(RUNNING, operationStatus('Deleting'), undefined, SUCCEEDED)
    })
    expect(updates.map(({ state, facts }) => [state, facts.lastStatus, facts.pollCount])).toEqual([
      ['running', 'Running', 1],
      ['running', 'Deleting', 2],
      ['running', 'Deleting', 3],
      ['succeeded', 'Succeeded', 4]
    ])
  })

  it('gives each poll at most a minute', async () => {
    const { sent } = await follow({ answer: endsAfter(100_000) })
    expect(new Set(sent.map(({ timeoutMs }) => timeoutMs))).toEqual(new Set([60_000]))
  })

  it('takes a failure as a value', async () => {
    const { end } = await follow({ answer: () => operationStatus('Failed') })
    expect(end).toMatchObject({ kind: 'terminal', operation: { state: 'failed' } })
  })
})

describe('interrupted', () => {
  it('before the first wait: nothing is asked', async () => {
    const { end, sent } = await follow({ answer: () => SUCCEEDED, abortAtMs: 0 })
    expect(end).toMatchObject({ kind: 'interrupted', operation: { state: 'running' } })
    expect(sent).toEqual([])
  })

  it('before a poll that waits for nothing: nothing is asked', async () => {
    const first = resource(200, 'Succeeded', asyncOperation(STATUS))
    const { end, sent } = await follow({
      method: 'PUT',
      first,
      answer: () => SUCCEEDED,
      abortAtMs: 0
    })
    expect(end.kind).toBe('interrupted')
    expect(sent).toEqual([])
  })

  it('leaves a success open that is only inferred, while its resource is not there', async () => {
    const { end } = await follow({
      method: 'PUT',
      first: empty(202, location(STATUS)),
      answer: (_atMs, path) => (path === STATUS ? empty(204) : refusal(404, 'ResourceNotFound')),
      abortAtMs: 5_000
    })
    expect(end).toMatchObject({ kind: 'interrupted', operation: { state: 'fetching-result' } })
  })

  it('while asleep: wakes at once and asks nothing more', async () => {
    const { end, sent, time } = await follow({
      first: empty(202, { ...asyncOperation(STATUS), 'retry-after': '600' }),
      answer: () => SUCCEEDED,
      abortAtMs: 12_345
    })
    expect(end).toMatchObject({ kind: 'interrupted', operation: { state: 'running' } })
    expect(sent).toEqual([])
    expect(time.elapsedMs).toBe(12_345)
  })

  it('while a poll is under way: what it would have said does not count', async () => {
    const { end, sent, updates, time } = await follow({
      answer: () => SUCCEEDED,
      latencyMs: 10_000,
      abortAtMs: 4_000
    })
    expect(end).toMatchObject({ kind: 'interrupted', operation: { state: 'running' } })
    expect(sent).toHaveLength(1)
    expect(updates).toEqual([])
    expect(time.elapsedMs).toBe(4_000)
  })
})

describe('the deadline', () => {
  it.each([
    { timeoutMs: 60 * MINUTE_MS, lastPollMs: 60 * MINUTE_MS - 2_000 },
    { timeoutMs: 60_000, lastPollMs: 58_000 },
    { timeoutMs: 20_000, lastPollMs: 18_000 },
    { timeoutMs: 10_000, lastPollMs: 9_000 },
    { timeoutMs: 1_000, lastPollMs: 900 }
  ])('of $timeoutMs ms: the last poll starts at $lastPollMs', async (row) => {
    const { timeoutMs, lastPollMs } = row
    const followed = await follow({ answer: () => RUNNING, timing: { timeoutMs } })
    expect(followed.end).toMatchObject({ kind: 'timed-out', operation: { state: 'running' } })
    expect(times(followed).at(-1)).toBe(lastPollMs)
    expect(followed.sent.at(-1)?.timeoutMs).toBe(timeoutMs - lastPollMs)
    expect(followed.time.elapsedMs).toBe(lastPollMs)
  })

  it('cuts a long Retry-After short', async () => {
    const followed = await follow({
      method: 'POST',
      first: empty(202, { ...asyncOperation(STATUS), 'retry-after': '600' }),
      answer: () => SUCCEEDED,
      timing: { timeoutMs: 60_000 }
    })
    expect(followed.end).toMatchObject({ kind: 'terminal', operation: { state: 'succeeded' } })
    expect(times(followed)).toEqual([58_000])
  })

  it.each<[string, HttpResponse | undefined, string]>([
    ['gone', refusal(404, 'ResourceNotFound'), 'the resource itself answers 404'],
    ['there', resource(200, 'Succeeded'), 'the resource is still there'],
    ['not to be read', refusal(403, 'AuthorizationFailed'), 'the resource itself answers HTTP 403'],
    ['silent', undefined, 'the resource itself gave no answer']
  ])('looks at the resource of a DELETE before the last poll: %s', async (_what, look, said) => {
    const followed = await follow({
      answer: (_atMs, path) => (path === STATUS ? RUNNING : look),
      timing: { timeoutMs: 60_000 }
    })
    expect(followed.end).toMatchObject({
      kind: 'timed-out',
      operation: { facts: { lastLook: said } }
    })
    expect(followed.sent.slice(-2)).toEqual([
      { atMs: 58_000, path: RESOURCE, timeoutMs: 1_000 },
      { atMs: 58_000, path: STATUS, timeoutMs: 2_000 }
    ])
  })

  it('is no second look: what is proven takes its whole time', async () => {
    const body = { properties: { size: 2 } }
    const proven = json(200, {
      id: RESOURCE_ID,
      properties: { provisioningState: 'Succeeded', size: 2 },
      systemData: { lastModifiedAt: '2999-01-01T00:00:00Z' }
    })
    const { end, sent } = await follow({
      method: 'PUT',
      body: JSON.stringify(body),
      first: empty(202, { ...asyncOperation(STATUS), date: 'Thu, 01 Jan 2026 00:00:00 GMT' }),
      answer: (atMs, path) =>
        path === RESOURCE ? proven : atMs < 55_000 ? RUNNING : refusal(405, 'NoGet'),
      timing: { timeoutMs: 60_000, pollIntervalMs: 5_000 }
    })
    expect(end).toMatchObject({ kind: 'timed-out', operation: { state: 'proving' } })
    expect(sent.slice(-2)).toMatchObject([
      { atMs: 55_000, path: RESOURCE },
      { atMs: 58_000, path: RESOURCE }
    ])
  })

  it('cuts a poll that is under way', async () => {
    const { end, sent, time } = await follow({
      answer: () => SUCCEEDED,
      latencyMs: 90_000,
      timing: { timeoutMs: 60_000 }
    })
    expect(end).toMatchObject({ kind: 'timed-out', operation: { state: 'running' } })
    expect(sent).toEqual([{ atMs: 1_000, path: STATUS, timeoutMs: 59_000 }])
    expect(time.elapsedMs).toBe(60_000)
  })

  it('keeps what the cut poll met, for the report', async () => {
    const { end } = await follow({
      answer: () => SUCCEEDED,
      latencyMs: 90_000,
      timing: { timeoutMs: 60_000 }
    })
    expect(end.operation.facts.lastFault).toEqual({ message: 'timed out' })
  })

  it('that has passed already: nothing is asked', async () => {
    const { end, sent } = await follow({ answer: () => SUCCEEDED, timing: { timeoutMs: 0 } })
    expect(end).toMatchObject({ kind: 'timed-out', operation: { state: 'running' } })
    expect(sent).toEqual([])
  })

  it('that passes while the machine sleeps: nothing is asked', async () => {
    const time = new VirtualTime()
    time.at(500, () => time.jump(2 * HOUR_MS))
    const { end, sent } = await follow({ answer: () => SUCCEEDED, time })
    expect(end.kind).toBe('timed-out')
    expect(sent).toEqual([])
  })

  it('still lets the result be fetched that the last poll promised', async () => {
    const followed = await follow({
      method: 'PUT',
      first: resource(201, 'Creating', asyncOperation(STATUS)),
      answer: (atMs, path) => {
        if (path !== STATUS) return resource(200, 'Succeeded')
        return atMs >= 57_000 ? SUCCEEDED : RUNNING
      },
      latencyMs: 200,
      timing: { timeoutMs: 60_000 }
    })
    expect(followed.end).toMatchObject({ kind: 'terminal', operation: { state: 'succeeded' } })
    expect(times(followed).slice(-2)).toEqual([58_000, 58_200])
    expect(followed.end.operation.facts.warnings).toEqual([])
  })

  it('concludes a success whose result could not be fetched', async () => {
    const { end, sent } = await follow({
      method: 'PUT',
      first: resource(201, 'Creating', asyncOperation(STATUS)),
      answer: (atMs, path) => {
        if (path !== STATUS) return refusal(503, 'ServerBusy')
        return atMs >= 57_000 ? SUCCEEDED : RUNNING
      },
      timing: { timeoutMs: 60_000 }
    })
    expect(end).toMatchObject({ kind: 'terminal', operation: { state: 'succeeded' } })
    expect(end.operation.facts.warnings).toEqual([
      'The operation succeeded, but its result could not be read (the timeout expired)'
    ])
    expect(sent.filter(({ path }) => path !== STATUS)).toHaveLength(1)
  })

  it('concludes a success whose resource had not settled', async () => {
    const { end } = await follow({
      method: 'PUT',
      first: resource(201, 'Creating', asyncOperation(STATUS)),
      answer: (atMs, path) => {
        if (path !== STATUS) return resource(200, 'Updating')
        return atMs >= 57_000 ? SUCCEEDED : RUNNING
      },
      timing: { timeoutMs: 60_000 }
    })
    expect(end).toMatchObject({ kind: 'terminal', operation: { state: 'succeeded' } })
    expect(end.operation.facts.warnings.join()).toMatch(/had not settled/)
  })

  it('is never passed, no matter what the service does', async () => {
    const replies = fc.constantFrom(
      undefined,
      RUNNING,
      json(200, {}),
      empty(404),
      empty(429),
      empty(429, { 'retry-after': '0' }),
      empty(503, { 'retry-after': '20' }),
      resource(200, 'Updating'),
      operationStatus('Running', { 'retry-after': '600' }),
      SUCCEEDED
    )
    await fc.assert(
      fc.asyncProperty(
        fc.array(replies, { minLength: 1, maxLength: 12 }),
        fc.integer({ min: 1_000, max: 200_000 }),
        fc.integer({ min: 1, max: 90_000 }),
        fc.constantFrom<Method>('PUT', 'DELETE', 'POST'),
        fc.option(fc.constantFrom(0, 5_000), { nil: undefined }),
        async (answers, timeoutMs, latencyMs, method, pollIntervalMs) => {
          const { sent, time } = await follow({
            method,
            answer: inTurn(...answers),
            latencyMs,
            timing: { timeoutMs, ...(pollIntervalMs === undefined ? {} : { pollIntervalMs }) }
          })
          const isBounded = sent.every(
            (one) => one.timeoutMs > 0 && one.atMs + one.timeoutMs <= timeoutMs
          )
          return isBounded && time.elapsedMs <= timeoutMs
        }
      )
    )
  })
})

describe('as little waiting as the rules allow', () => {
  /** 1 s to 1 h, each 2 % longer than the one before, and the moments just after a poll. */
  const durations: number[] = []
  for (let ms = 1_000; ms < HOUR_MS; ms *= 1.02) durations.push(ms, Math.round(ms))
  durations.push(HOUR_MS)

  it('sees the end at most a fifth of the duration late, and never more than 15 s', async () => {
    let worst = { durationMs: 0, share: 0, lateMs: 0 }
    for (const durationMs of durations) {
      const { sent } = await follow({
        answer: endsAfter(durationMs),
        timing: { timeoutMs: 2 * HOUR_MS }
      })
      const lateMs = (sent.at(-1)?.atMs ?? Number.POSITIVE_INFINITY) - durationMs
      const share = lateMs / Math.min(15_000, Math.max(1_000, durationMs / 5))
      if (share > worst.share) worst = { durationMs, share, lateMs }
    }
    expect(worst.share).toBeLessThanOrEqual(1)
    // The bound is reached: the loop is not simply asking more often than it must.
    expect(worst.share).toBeGreaterThan(0.9)
  })

  it('sees the end just after each poll no later than that', async () => {
    const probe = await follow({
      answer: endsAfter(HOUR_MS),
      timing: { timeoutMs: 2 * HOUR_MS }
    })
    for (const pollMs of times(probe)) {
      const durationMs = pollMs + 1
      const { sent } = await follow({
        answer: endsAfter(durationMs),
        timing: { timeoutMs: 2 * HOUR_MS }
      })
      const lateMs = (sent.at(-1)?.atMs ?? Number.POSITIVE_INFINITY) - durationMs
      expect(lateMs).toBeLessThanOrEqual(Math.min(15_000, Math.max(1_000, durationMs / 5)))
    }
  })

  it('asks at most 20 times in the first minute', async () => {
    const followed = await follow({ answer: () => RUNNING })
    expect(times(followed).filter((ms) => ms <= MINUTE_MS).length).toBeLessThanOrEqual(20)
  })

  it('asks at most a sixth as often as every 2 s, over an hour', async () => {
    const { sent } = await follow({
      answer: endsAfter(HOUR_MS),
      timing: { timeoutMs: 2 * HOUR_MS }
    })
    expect(sent.length).toBeLessThanOrEqual(HOUR_MS / 2_000 / 6)
  })

  it('keeps a fixed poll interval', async () => {
    const followed = await follow({
      answer: endsAfter(20_000),
      timing: { pollIntervalMs: 5_000 }
    })
    expect(times(followed)).toEqual([5_000, 10_000, 15_000, 20_000])
  })
})

describe('poll-interval: 0 never spins', () => {
  it.each([
    { what: 'an operation without Retry-After', answer: endsAfter(15_000) },
    {
      what: 'Retry-After: 0',
      answer: (atMs: number) =>
        atMs >= 15_000 ? SUCCEEDED : operationStatus('Running', { 'retry-after': '0' })
    },
    {
      what: '429 with Retry-After: 0',
      answer: (atMs: number) => (atMs >= 15_000 ? SUCCEEDED : empty(429, { 'retry-after': '0' }))
    },
    {
      what: '503 with a wait of 1 ms',
      answer: (atMs: number) => (atMs >= 15_000 ? SUCCEEDED : empty(503, { 'retry-after-ms': '1' }))
    }
  ])('$what', async ({ answer }) => {
    const followed = await follow({ answer, timing: { pollIntervalMs: 0 } })
    expect(followed.end).toMatchObject({ kind: 'terminal', operation: { state: 'succeeded' } })
    expect(times(followed).length).toBeLessThanOrEqual(20 + 15_000 / 100 + 1)
    const gaps = times(followed).map((ms, index, all) => ms - (all[index - 1] ?? 0))
    expect(Math.min(...gaps.slice(20))).toBeGreaterThanOrEqual(100)
  })
})

/** With several operations in one step a GET may have to wait for a connection: that is no fault of the service's. */
describe('a wait for a turn', () => {
  const missing = json(404, { error: { code: 'NotFound', message: '' } })
  const WAIT_MS = 90_000
  /** Where it ends, and after how much time beside its waits. */
  const measure = async (talk: Omit<Follow, 'waitedMs'>, waitedMs: number) => {
    const { end, sent, time } = await follow({
      ...talk,
      waitedMs,
      timing: { timeoutMs: 4 * HOUR_MS }
    })
    return { state: end.operation.state, spentMs: time.elapsedMs - sent.length * waitedMs }
  }

  it.each<[string, number, Omit<Follow, 'waitedMs'>]>([
    ['polls that break', 300_000, { answer: () => undefined }],
    ['polls that break later', 300_000, { answer: inTurn(RUNNING, undefined) }],
    ['a monitor that is never found', 120_000, { method: 'POST', answer: () => missing }],
    [
      'a result that cannot be read',
      60_000,
      { method: 'PUT', answer: (_, path) => (path === toPath(STATUS) ? SUCCEEDED : undefined) }
    ]
  ])('costs nothing of the patience with %s', async (_, patienceMs, talk) => {
    const [atOnce, late] = [await measure(talk, 0), await measure(talk, WAIT_MS)]
    expect(late.state).toBe(atOnce.state)
    expect(late.spentMs).toBeGreaterThanOrEqual(patienceMs)
  })

  it('that has no end is no poll, and no fault of it', async () => {
    const { end, sent, updates } = await follow({ answer: () => RUNNING, waitedMs: 'never' })
    expect(end.kind).toBe('timed-out')
    expect(end.operation.facts).toMatchObject({ pollCount: 0 })
    expect(end.operation.facts.faults).toBeUndefined()
    expect([sent, updates]).toEqual([[], []])
  })
})
