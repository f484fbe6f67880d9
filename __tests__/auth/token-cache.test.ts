import { describe, expect, it } from 'vitest'
import { type AccessToken, type AcquireToken, TokenCache } from '../../src/auth/token-cache.ts'

const MINUTE_MS = 60_000
const signal = new AbortController().signal

interface Asked {
  readonly options: Parameters<AcquireToken>[0]
  readonly answer: PromiseWithResolvers<AccessToken>
}

/** A cache with a clock to turn and a sign-in that is answered by hand. */
interface Bench {
  now: number
  readonly asked: readonly Asked[]
  readonly cache: TokenCache
}

function createBench(): Bench {
  const asked: Asked[] = []
  const acquire: AcquireToken = (options) => {
    const answer = Promise.withResolvers<AccessToken>()
    asked.push({ options, answer })
    return answer.promise
  }
  const bench: Bench = { now: 0, asked, cache: new TokenCache(acquire, () => bench.now) }
  return bench
}

const issue = (bench: Bench, index: number, token: Partial<AccessToken> = {}) =>
  bench.asked[index]?.answer.resolve({
    token: `token-${index}`,
    expiresAt: bench.now + 60 * MINUTE_MS,
    ...token
  })

const fail = (bench: Bench, index: number) =>
  bench.asked[index]?.answer.reject(new Error(`no ${index}`))

/** A bench whose first token has been given at time zero. */
async function createFilledBench(token: Partial<AccessToken> = {}): Promise<Bench> {
  const bench = createBench()
  const first = bench.cache.getToken({ signal })
  issue(bench, 0, token)
  expect(await first).toBe('token-0')
  return bench
}

describe('TokenCache', () => {
  it.each<[string, Partial<AccessToken>, number, number]>([
    ['at once', {}, 0, 1],
    ['just before five minutes are left', {}, 55 * MINUTE_MS - 1, 1],
    ['when five minutes are left', {}, 55 * MINUTE_MS, 2],
    ['when the service advises it', { refreshAt: 30 * MINUTE_MS }, 30 * MINUTE_MS, 2],
    ['before the service advises it', { refreshAt: 30 * MINUTE_MS }, 30 * MINUTE_MS - 1, 1],
    ['when the advice comes too late', { refreshAt: 59 * MINUTE_MS }, 55 * MINUTE_MS, 2],
    ['before half of a short life', { expiresAt: 6 * MINUTE_MS }, 3 * MINUTE_MS - 1, 1],
    ['after half of a short life', { expiresAt: 6 * MINUTE_MS }, 3 * MINUTE_MS, 2],
    ['of a token that came expired', { expiresAt: -1 }, 0, 2]
  ])('asked again %s', async (_when, token, now, times) => {
    const bench = await createFilledBench(token)
    bench.now = now
    const second = bench.cache.getToken({ signal })
    expect(bench.asked).toHaveLength(times)
    issue(bench, 1)
    expect(await second).toBe(`token-${times - 1}`)
  })

  it('shares one refresh among concurrent callers', async () => {
    const bench = createBench()
    const callers = [1, 2, 3].map(() => bench.cache.getToken({ signal }))
    const forced = bench.cache.getToken({ signal, forceRefresh: true })
    expect(bench.asked).toHaveLength(1)
    issue(bench, 0)
    expect(await Promise.all([...callers, forced])).toEqual(Array(4).fill('token-0'))
  })

  it('shares a failure too, and asks again after it', async () => {
    const bench = createBench()
    const callers = [1, 2].map(() => bench.cache.getToken({ signal }))
    fail(bench, 0)
    expect(await Promise.allSettled(callers)).toEqual(
      Array(2).fill({ status: 'rejected', reason: new Error('no 0') })
    )
    const next = bench.cache.getToken({ signal })
    issue(bench, 1)
    expect(await next).toBe('token-1')
  })

  it('asks at once when it is forced, and keeps what it gets', async () => {
    const bench = await createFilledBench()
    const forced = bench.cache.getToken({ signal, forceRefresh: true })
    issue(bench, 1)
    expect(await forced).toBe('token-1')
    expect(await bench.cache.getToken({ signal })).toBe('token-1')
    expect(bench.asked).toHaveLength(2)
  })

  it('never falls back on a token that was refused', async () => {
    const bench = await createFilledBench()
    const forced = bench.cache.getToken({ signal, forceRefresh: true })
    fail(bench, 1)
    await expect(forced).rejects.toThrow('no 1')
    const next = bench.cache.getToken({ signal })
    expect(bench.asked).toHaveLength(3)
    issue(bench, 2)
    expect(await next).toBe('token-2')
  })

  it('passes claims on, and does not join a refresh without them', async () => {
    const bench = createBench()
    const plain = bench.cache.getToken({ signal })
    const claimed = bench.cache.getToken({ signal, claims: '{"a":1}' })
    const joined = bench.cache.getToken({ signal, claims: '{"a":1}' })
    const late = bench.cache.getToken({ signal })
    expect(bench.asked.map(({ options }) => options.claims)).toEqual([undefined, '{"a":1}'])
    issue(bench, 1)
    expect(await Promise.all([claimed, joined, late])).toEqual(Array(3).fill('token-1'))
    issue(bench, 0)
    expect(await plain).toBe('token-0')
  })

  it('lives on the old token while a refresh fails, and lets the service rest between tries', async () => {
    const bench = await createFilledBench()
    const ask = async (nowMs: number) => {
      bench.now = nowMs
      const asked = bench.asked.length
      const answer = bench.cache.getToken({ signal })
      if (bench.asked.length > asked) fail(bench, asked)
      return await answer.catch((error: Error) => error.message)
    }
    expect(await ask(55 * MINUTE_MS)).toBe('token-0')
    expect(bench.asked).toHaveLength(2)
    expect(await ask(55 * MINUTE_MS + 29_999)).toBe('token-0')
    expect(bench.asked).toHaveLength(2)
    expect(await ask(55 * MINUTE_MS + 30_000)).toBe('token-0')
    expect(bench.asked).toHaveLength(3)
    expect(await ask(60 * MINUTE_MS - 1)).toBe('token-0')
    expect(bench.asked).toHaveLength(4)
    expect(await ask(60 * MINUTE_MS)).toBe('no 4')
  })

  it('asks nothing for a caller that has given up', async () => {
    const bench = createBench()
    await expect(bench.cache.getToken({ signal: AbortSignal.abort('gone') })).rejects.toBe('gone')
    expect(bench.asked).toHaveLength(0)
  })

  it('ends the wait of the caller that gives up, not that of the others', async () => {
    const bench = createBench()
    const leaver = new AbortController()
    const left = bench.cache.getToken({ signal: leaver.signal })
    const stayed = bench.cache.getToken({ signal })
    leaver.abort('enough')
    await expect(left).rejects.toBe('enough')
    expect(bench.asked[0]?.options.signal.aborted).toBe(false)
    issue(bench, 0)
    expect(await stayed).toBe('token-0')
  })

  it('ends the refresh with its last caller, and starts another one for the next', async () => {
    const bench = createBench()
    const leavers = [new AbortController(), new AbortController()]
    const left = leavers.map((leaver) => bench.cache.getToken({ signal: leaver.signal }))
    for (const leaver of leavers) leaver.abort('enough')
    const outcomes = await Promise.allSettled(left)
    expect(outcomes).toEqual(Array(2).fill({ status: 'rejected', reason: 'enough' }))
    expect(bench.asked[0]?.options.signal.reason).toBe('enough')

    const next = bench.cache.getToken({ signal })
    expect(bench.asked).toHaveLength(2)
    fail(bench, 0)
    issue(bench, 1)
    expect(await next).toBe('token-1')
    expect(await bench.cache.getToken({ signal })).toBe('token-1')
  })

  it('does not fall back for a caller that gives up while the refresh fails', async () => {
    const bench = await createFilledBench()
    bench.now = 56 * MINUTE_MS
    const leaver = new AbortController()
    const left = bench.cache.getToken({ signal: leaver.signal })
    leaver.abort('enough')
    fail(bench, 1)
    await expect(left).rejects.toBe('enough')
  })
})
