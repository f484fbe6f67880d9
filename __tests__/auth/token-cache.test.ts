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
  it.each<[string, Partial<AccessToken>, number, 'given' | 'refreshed ahead' | 'waited for']>([
    ['at once', {}, 0, 'given'],
    ['just before five minutes are left', {}, 55 * MINUTE_MS - 1, 'given'],
    ['when five minutes are left', {}, 55 * MINUTE_MS, 'refreshed ahead'],
    ['just before half a minute is left', {}, 60 * MINUTE_MS - 30_001, 'refreshed ahead'],
    ['when half a minute is left', {}, 60 * MINUTE_MS - 30_000, 'waited for'],
    [
      'when the service advises it',
      { refreshAt: 30 * MINUTE_MS },
      30 * MINUTE_MS,
      'refreshed ahead'
    ],
    ['before the service advises it', { refreshAt: 30 * MINUTE_MS }, 30 * MINUTE_MS - 1, 'given'],
    ['when the advice was past already', { refreshAt: 0 }, 29_999, 'given'],
    ['half a minute after such advice', { refreshAt: 0 }, 30_000, 'refreshed ahead'],
    [
      'when the advice comes too late',
      { refreshAt: 59 * MINUTE_MS },
      55 * MINUTE_MS,
      'refreshed ahead'
    ],
    ['before half of a short life', { expiresAt: 6 * MINUTE_MS }, 3 * MINUTE_MS - 1, 'given'],
    ['after half of a short life', { expiresAt: 6 * MINUTE_MS }, 3 * MINUTE_MS, 'refreshed ahead'],
    ['in the last tenth of a minute', { expiresAt: MINUTE_MS }, 54_000, 'waited for'],
    ['of a token that came expired', { expiresAt: -1 }, 0, 'waited for']
  ])('asked again %s', async (_when, token, now, expected) => {
    const bench = await createFilledBench(token)
    bench.now = now
    const second = bench.cache.getToken({ signal })
    expect(bench.asked).toHaveLength(expected === 'given' ? 1 : 2)
    if (expected === 'waited for') issue(bench, 1)
    expect(await second).toBe(expected === 'waited for' ? 'token-1' : 'token-0')
    if (expected !== 'refreshed ahead') return
    issue(bench, 1)
    await bench.asked[1]?.answer.promise
    expect(await bench.cache.getToken({ signal })).toBe('token-1')
    expect(bench.asked).toHaveLength(2)
  })

  it('gives the old token to all while one refresh is under way', async () => {
    const bench = await createFilledBench()
    bench.now = 56 * MINUTE_MS
    const callers = [1, 2, 3].map(() => bench.cache.getToken({ signal }))
    expect(await Promise.all(callers)).toEqual(Array(3).fill('token-0'))
    expect(bench.asked).toHaveLength(2)
  })

  it('ends a refresh that no caller waits for when it is closed', async () => {
    const bench = await createFilledBench()
    bench.cache.close()
    bench.now = 56 * MINUTE_MS
    await bench.cache.getToken({ signal })
    bench.cache.close()
    expect(bench.asked[1]?.options.signal.aborted).toBe(true)
  })

  it('shares one refresh among concurrent callers', async () => {
    const bench = createBench()
    const callers = [1, 2, 3].map(() => bench.cache.getToken({ signal }))
    expect(bench.asked).toHaveLength(1)
    issue(bench, 0)
    expect(await Promise.all(callers)).toEqual(Array(3).fill('token-0'))
  })

  it('shares one refresh among all whose token was refused, also among those who come late', async () => {
    const bench = await createFilledBench()
    const refused = { signal, refusedToken: 'token-0' }
    const callers = [1, 2].map(() => bench.cache.getToken(refused))
    issue(bench, 1)
    expect(await Promise.all(callers)).toEqual(['token-1', 'token-1'])
    expect(await bench.cache.getToken(refused)).toBe('token-1')
    expect(bench.asked).toHaveLength(2)
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

  it('asks at once when its token was refused, and keeps what it gets', async () => {
    const bench = await createFilledBench()
    const forced = bench.cache.getToken({ signal, refusedToken: 'token-0' })
    issue(bench, 1)
    expect(await forced).toBe('token-1')
    expect(await bench.cache.getToken({ signal })).toBe('token-1')
    expect(bench.asked).toHaveLength(2)
  })

  it('never falls back on a token that was refused', async () => {
    const bench = await createFilledBench()
    const forced = bench.cache.getToken({ signal, refusedToken: 'token-0' })
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
      if (bench.asked.length > asked) {
        fail(bench, asked)
        await bench.asked[asked]?.answer.promise.catch(() => {})
      }
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
    bench.now = 60 * MINUTE_MS - 1
    const leaver = new AbortController()
    const left = bench.cache.getToken({ signal: leaver.signal })
    leaver.abort('enough')
    fail(bench, 1)
    await expect(left).rejects.toBe('enough')
  })
})
