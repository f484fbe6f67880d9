/**
 * The clients that share a way to Azure: their turns, on timers that only jump.
 */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createAnswer } from '../../__fixtures__/outcomes.ts'
import type { ArmClient, TokenSource } from '../../src/arm/client.ts'
import { createSharedWay } from '../../src/arm/shared-client.ts'
import { cutDuring, systemClock } from '../../src/clock.ts'
import { NoAnswerError, NoTurnError, type SendOptions } from '../../src/http/http.ts'
import { MAX_CHANGES, MAX_TURNS } from '../../src/http/lanes.ts'
import type { ArmRequest, HttpResponse } from '../../src/http/message.ts'

const READS = 48
const SUBSCRIPTION = 'https://x/subscriptions/A'
const SECOND_MS = 1_000
const never = new AbortController().signal

beforeEach(() => {
  vi.useFakeTimers()
})

afterEach(() => {
  vi.useRealTimers()
})

/** Answer of a service that takes its time, by its URL; `silence` is none. */
interface Service {
  readonly ms: number | 'silence'
  readonly answer: () => HttpResponse
}

type Serve = (request: ArmRequest) => Partial<Service>

interface Sent extends ArmRequest {
  readonly atMs: number
  readonly timeoutMs: number
}

/** A shared way, its clients, and what was sent on it. */
function openWay(serve: Serve = () => ({})) {
  const way = createSharedWay(systemClock)
  const startMs = systemClock.now()
  const sent: Sent[] = []
  let underWay = 0
  let most = 0
  const exchange = async (request: ArmRequest, { timeoutMs, signal }: SendOptions) => {
    const { method, url } = request
    sent.push({ method, url, atMs: Math.round(systemClock.now() - startMs), timeoutMs })
    underWay += 1
    most = Math.max(most, underWay)
    const { ms = 50, answer = () => createAnswer(200, {}) } = serve(request)
    try {
      return await cutDuring(timeoutMs, signal, async (cut) => {
        await systemClock.sleep(ms === 'silence' ? 1e9 : ms, cut)
        if (cut.aborted) throw new NoAnswerError('cut', true)
        return answer()
      })
    } finally {
      underWay -= 1
    }
  }
  const client: ArmClient = {
    send: exchange,
    get: (url, options) => exchange({ method: 'GET', url }, options),
    post: (url, options) => exchange({ method: 'POST', url }, options)
  }
  const share = (deadlineMs = 3_600_000) => way.share(client, startMs + deadlineMs)
  const elapsedMs = () => Math.round(systemClock.now() - startMs)
  return { share, sent, elapsedMs, most: () => most }
}

const get = (client: ArmClient, path: string, options: Partial<SendOptions> = {}) =>
  client.get(`${SUBSCRIPTION}/${path}`, { timeoutMs: 60_000, signal: never, ...options })

const put = (client: ArmClient, path: string, options: Partial<SendOptions> = {}) =>
  client.send(
    { method: 'PUT', url: `${SUBSCRIPTION}/${path}` },
    { timeoutMs: 120_000, signal: never, ...options }
  )

const hanging: Serve = ({ url }) => ({ ms: url.includes('hang') ? 'silence' : 50 })

/** What an exchange comes to, and when. */
function watch(taken: Promise<HttpResponse>, elapsedMs: () => number) {
  return taken.then(
    ({ status }) => ({ status, atMs: elapsedMs() }),
    (error: unknown) => ({ error, atMs: elapsedMs() })
  )
}

/** As many changes that hang as may be under way. */
function fill({ share }: ReturnType<typeof openWay>) {
  for (let index = 0; index < MAX_CHANGES; index += 1) put(share(), `hang${index}`).catch(() => {})
}

describe('a turn that does not come', () => {
  it.each([
    ['until the deadline of its operation', 300_000, {}, 300_000],
    ['for the time of the exchange, where the operation has none left', -5_000, {}, 60_000],
    ['no longer than its caller waits', 300_000, { timeoutMs: 3_000, maxWaitMs: 3_000 }, 3_000]
  ])('is waited for %s, and the request was not sent', async (_, deadlineMs, options, endMs) => {
    const way = openWay(() => ({ ms: 'silence' }))
    // Exchanges that take as long as a test wants: none is cut.
    for (let index = 0; index < MAX_CHANGES; index += 1) {
      put(way.share(1e9), 'hang', { timeoutMs: 1e9 }).catch(() => {})
    }
    const waited = watch(
      put(way.share(deadlineMs), 'late', { timeoutMs: 60_000, ...options }),
      way.elapsedMs
    )
    await vi.advanceTimersByTimeAsync(400_000)
    const { error, atMs } = { error: undefined, ...(await waited) }
    expect(error).toBeInstanceOf(NoTurnError)
    expect(error).toMatchObject({ sent: false })
    expect(atMs).toBe(endMs)
    expect(way.sent.filter(({ url }) => url.endsWith('late'))).toEqual([])
  })

  it('is not waited for once the job ends', async () => {
    const way = openWay(hanging)
    fill(way)
    const job = new AbortController()
    const waited = watch(put(way.share(), 'late', { signal: job.signal }), way.elapsedMs)
    await vi.advanceTimersByTimeAsync(5_000)
    job.abort(new Error('canceled'))
    expect(await waited).toMatchObject({ error: { sent: false }, atMs: 5_000 })
  })
})

describe('the clock of an exchange', () => {
  it('starts with its turn, of which the caller is told', async () => {
    const way = openWay(({ url }) => ({ ms: url.includes('hang') ? 'silence' : 59_000 }))
    fill(way)
    const turns: number[] = []
    const onTurn = () => turns.push(way.elapsedMs())
    const waited = watch(put(way.share(), 'late', { timeoutMs: 60_000, onTurn }), way.elapsedMs)
    await vi.advanceTimersByTimeAsync(400_000)
    expect(await waited).toEqual({ status: 200, atMs: 179_000 })
    expect(turns).toEqual([120_000])
  })

  it('ends at the deadline of the operation', async () => {
    const way = openWay(hanging)
    fill(way)
    const waited = watch(put(way.share(130_000), 'hanging'), way.elapsedMs)
    await vi.advanceTimersByTimeAsync(400_000)
    expect(await waited).toMatchObject({ error: { sent: true }, atMs: 130_000 })
    expect(way.sent.at(-1)).toMatchObject({ atMs: 120_000, timeoutMs: 10_000 })
  })
})

describe('a refusal because of too many requests', () => {
  const throttled = createAnswer(429, { error: { code: 'TooManyRequests', message: '' } })
  const conflict = createAnswer(429, { error: { code: 'AnotherOperationInProgress', message: '' } })
  const asking = { ...throttled, headers: { 'retry-after': '20' } }
  const refuse =
    (refusal: HttpResponse): Serve =>
    ({ url }) =>
      url.endsWith('first') ? { answer: () => refusal } : {}

  it('stops its kind for all, also what waits for a turn already', async () => {
    const way = openWay(refuse(asking))
    const names = Array.from({ length: 200 }, (_, index) => `r${index}`)
    const taken = ['first', ...names].map((name) => get(way.share(), name))
    await vi.advanceTimersByTimeAsync(1_000)
    // Those that had a turn beside it were sent; and a change is of another kind.
    expect(way.sent).toHaveLength(READS)
    void put(way.share(), 'change')
    await vi.advanceTimersByTimeAsync(1)
    expect(way.sent).toHaveLength(READS + 1)
    await vi.advanceTimersByTimeAsync(60_000)
    await Promise.all(taken)
    const late = way.sent.slice(READS + 1)
    expect(late).toHaveLength(201 - READS)
    expect(Math.min(...late.map(({ atMs }) => atMs))).toBeGreaterThanOrEqual(20_000)
  })

  it('stops nothing where it is about a conflict', async () => {
    const way = openWay(refuse({ ...conflict, headers: { 'retry-after': '20' } }))
    const taken = ['first', 'next'].map((name) => get(way.share(), name))
    await vi.advanceTimersByTimeAsync(100)
    await Promise.all(taken)
    await Promise.all([get(way.share(), 'last'), vi.advanceTimersByTimeAsync(60)])
    expect(way.sent.at(-1)).toMatchObject({ atMs: 100 })
  })
})

describe('1,000 operations', () => {
  it('never have more exchanges under way than there are turns, and send changes before they poll', async () => {
    const way = openWay()
    const polls = Array.from({ length: 1_000 }, (_, index) => get(way.share(), `r${index}`))
    await vi.advanceTimersByTimeAsync(10)
    const changes = Array.from({ length: 100 }, (_, index) => put(way.share(), `c${index}`))
    await vi.advanceTimersByTimeAsync(5_000)
    await Promise.all([...polls, ...changes])
    const order = way.sent.map(({ method }) => method)
    // All that the changes have before them are the polls that had their turns.
    expect(order.lastIndexOf('PUT')).toBeLessThan(READS + 100 + READS)
    expect(way.most()).toBeLessThanOrEqual(MAX_TURNS)
  })
})

describe('64 polls that hang', () => {
  const POLLS = 20
  /** Polls as an operation does, and when it is done with them. */
  const follow = async (client: ArmClient, name: string) => {
    let answered = 0
    while (answered < POLLS) {
      await systemClock.sleep(15 * SECOND_MS)
      await get(client, name).then(
        () => {
          answered += 1
        },
        () => {}
      )
    }
  }
  const measure = async (hangs: number) => {
    const way = openWay(hanging)
    const ends: number[] = []
    for (let index = 0; index < hangs; index += 1) void follow(way.share(), `hang${index}`)
    const healthy = Array.from({ length: 100 }, (_, index) =>
      follow(way.share(), `ok${index}`).then(() => ends.push(way.elapsedMs()))
    )
    await vi.advanceTimersByTimeAsync(600_000)
    await Promise.all(healthy)
    const hung = way.sent.filter(({ url }) => url.includes('hang'))
    return { wallMs: Math.max(...ends), done: ends.length, hung }
  }

  it('hold up 100 healthy operations once for a moment, and no more', async () => {
    const alone = await measure(0)
    const beside = await measure(64)
    expect(beside.done).toBe(100)
    expect(beside.wallMs - alone.wallMs).toBeLessThanOrEqual(4_500)
    // They go on being asked: in ten minutes each of them several times.
    const asked = new Map<string, number>()
    for (const { url } of beside.hung) asked.set(url, (asked.get(url) ?? 0) + 1)
    expect(asked.size).toBe(64)
    expect(Math.min(...asked.values())).toBeGreaterThanOrEqual(2)
  })
})

describe('a sign-in', () => {
  it('goes on when an exchange that waits for it has left, and is its caller’s no longer', async () => {
    const asked: AbortSignal[] = []
    const tokens: TokenSource = {
      canRefresh: true,
      getToken: async ({ signal }) => {
        asked.push(signal)
        await systemClock.sleep(5_000, signal)
        return 'token'
      }
    }
    const { getToken } = createSharedWay(systemClock).shareTokens(tokens)
    const left = new AbortController()
    const first = getToken({ signal: left.signal }).catch((error: unknown) => error)
    await vi.advanceTimersByTimeAsync(2_000)
    left.abort(new Error('yields'))
    expect(await first).toMatchObject({ message: 'yields' })
    expect(asked.map(({ aborted }) => aborted)).toEqual([false])
    const second = getToken({ signal: never })
    await vi.advanceTimersByTimeAsync(5_000)
    expect(await second).toBe('token')
    await expect(getToken({ signal: AbortSignal.abort(new Error('late')) })).rejects.toThrow('late')
  })
})
