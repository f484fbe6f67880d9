/**
 * The limits of Azure in the simulator, what the model of bench/scaling.ts says of them, and the pace that the action
 * keeps: minutes of requests, in no time.
 */
import { describe, expect, it } from 'vitest'
import { createAnswer } from '../../__fixtures__/outcomes.ts'
import {
  countPerMinute,
  countReads,
  countRunning,
  type PolledOperation
} from '../../bench/scaling.ts'
import { ARM_LIMITS, Buckets } from '../../simulator/throttling.ts'
import { createPace } from '../../src/arm/pace.ts'
import { GROUP, SUBSCRIPTION, start } from './client.ts'

describe('a limited simulator', () => {
  const RESOURCE = `${GROUP}/providers/Contoso.Load/things/a`

  it.each([
    ['GET', 'reads'],
    ['PUT', 'writes'],
    ['DELETE', 'deletes']
  ] as const)(
    'refuses %s when the bucket is empty, and takes more with time',
    async (method, kind) => {
      const { send, clock, simulator } = await start({ limited: true })
      const { size, refillPerSecond } = ARM_LIMITS[kind]
      const header = `x-ms-ratelimit-remaining-subscription-${kind}`
      for (let left = size - 1; left >= 0; left -= 1) {
        const { status, headers } = await send(method, RESOURCE)
        expect([status === 429, headers.get(header)]).toEqual([false, String(left)])
      }
      const effects = simulator.ledger.entries.length
      const refused = await send(method, RESOURCE)
      expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '1'])
      expect(refused.json).toMatchObject({ error: { code: 'SubscriptionRequestsThrottled' } })
      expect(simulator.ledger.entries).toHaveLength(effects)
      expect(
        (await send(method, RESOURCE.replace(SUBSCRIPTION, '/subscriptions/b'))).status
      ).not.toBe(429)
      clock.advance(1_000)
      for (let more = 0; more < refillPerSecond; more += 1) {
        expect((await send(method, RESOURCE)).status).not.toBe(429)
      }
      expect((await send(method, RESOURCE)).status).toBe(429)
    }
  )

  it('without limits refuses nothing', async () => {
    const { send } = await start()
    for (let count = 0; count < 300; count += 1) {
      expect((await send('GET', GROUP)).status).not.toBe(429)
    }
  })
})

interface Play extends PolledOperation {
  /** Operations that run at once: each is followed by another one. */
  readonly running: number
  readonly minutes: number
  /** With the pace of the action. */
  readonly isPaced?: boolean
}

interface Turn {
  readonly at: number
  /** 0 for the write, then the reads. */
  readonly request: number
  readonly hasTurn: boolean
}

const URL = `${SUBSCRIPTION}/a`

/** Plays operations against the buckets: how many ended each minute, and how many requests were refused. */
function play({ running, minutes, isPaced = false, ...operation }: Play) {
  const [buckets, reads] = [new Buckets(), countReads(operation)]
  let [now, ended, refused] = [0, 0, 0]
  const pace = createPace(() => now)
  const spacing = (operation.seconds * 1_000) / running
  const turns: Turn[] = Array.from({ length: running }, (_, index) => ({
    at: index * spacing,
    request: 0,
    hasTurn: !isPaced
  }))
  const send = ({ request }: Turn): Turn => {
    const asked = { method: request === 0 ? 'PUT' : 'GET', url: `https://x${URL}` } as const
    const { kind, left, retryAfterSeconds } = buckets.take({ at: now, path: URL, ...asked })
    const headers = { [`x-ms-ratelimit-remaining-subscription-${kind}`]: String(left) }
    const isThrottled = retryAfterSeconds !== undefined
    pace.learn(asked, { response: { ...createAnswer(200, {}), headers }, isThrottled })
    pace.endTurn(asked)
    if (isThrottled) refused += 1
    if (isThrottled) return { at: now + retryAfterSeconds * 1_000, request, hasTurn: !isPaced }
    if (request === reads && now >= minutes * 30_000) ended += 1
    // The result is read at once, and so is the next operation started.
    const waitMs = request >= reads - 1 ? 0 : operation.pollSeconds * 1_000
    return { at: now + waitMs, request: request === reads ? 0 : request + 1, hasTurn: !isPaced }
  }
  for (let turn = turns.shift(); turn !== undefined; turn = turns.shift()) {
    now = turn.at
    if (now > minutes * 60_000) break
    const asked = { method: turn.request === 0 ? 'PUT' : 'GET', url: `https://x${URL}` } as const
    const next = turn.hasTurn
      ? send(turn)
      : { ...turn, at: now + pace.takeTurn(asked), hasTurn: true }
    turns.splice(turns.findLastIndex(({ at }) => at <= next.at) + 1, 0, next)
  }
  return { perMinute: ended / (minutes / 2), refused }
}

describe('the model of what a subscription takes', () => {
  const rows = [1, 2, 5, 10, 15, 30].map((pollSeconds) => ({ seconds: 120, pollSeconds }))

  it.each(rows)('holds against the simulator: polls each $pollSeconds s', (operation) => {
    const running = Math.floor(countRunning(operation))
    const { perMinute, refused } = play({ ...operation, running, minutes: 20 })
    expect(refused).toBe(0)
    expect(perMinute / countPerMinute(operation)).toBeGreaterThan(0.95)
    expect(perMinute / countPerMinute(operation)).toBeLessThan(1.01)
  })

  it.each(rows)('and a fifth more is too much: polls each $pollSeconds s', (operation) => {
    const running = Math.ceil(countRunning(operation) * 1.2)
    expect(play({ ...operation, running, minutes: 10 }).refused).toBeGreaterThan(0)
  })

  it.each(rows)(
    'at its pace the action is never refused: polls each $pollSeconds s',
    (operation) => {
      const running = Math.ceil(countRunning(operation) * 2)
      const { perMinute, refused } = play({ ...operation, running, minutes: 10, isPaced: true })
      expect(refused).toBe(0)
      expect(perMinute).toBeGreaterThan(countPerMinute(operation) * 0.95)
    }
  )
})
