/**
 * The pace that all operations of a step share: rows of answers, and what they leave.
 * https://learn.microsoft.com/azure/azure-resource-manager/management/request-limits-and-throttling
 */
import { describe, expect, it } from 'vitest'
import { createAnswer } from '../../__fixtures__/outcomes.ts'
import { createPace, type PacedRequest } from '../../src/arm/pace.ts'

const READ: PacedRequest = { method: 'GET', url: 'https://x/subscriptions/A/resourceGroups/g' }
const WRITE: PacedRequest = { ...READ, method: 'PUT' }
const DELETE: PacedRequest = { ...READ, method: 'DELETE' }
const OTHER: PacedRequest = { method: 'GET', url: 'https://x/subscriptions/B/resourceGroups/g' }

function openPace() {
  const time = { ms: 1_000_000 }
  const pace = createPace(() => time.ms)
  const answer = (
    request: PacedRequest,
    headers: Readonly<Record<string, string>>,
    isThrottled = false
  ) => {
    pace.takeTurn(request)
    const response = { ...createAnswer(isThrottled ? 429 : 200, {}), headers }
    pace.learn(request, { response, isThrottled })
    pace.endTurn(request)
  }
  return { ...pace, answer, time }
}

const left = (count: number) => ({ 'x-ms-ratelimit-remaining-subscription-reads': String(count) })

describe('a pace', () => {
  it('waits for nothing while no answer names a limit', () => {
    const { takeTurn, answer } = openPace()
    for (let turn = 0; turn < 1_000; turn += 1) expect(takeTurn(READ)).toBe(0)
    answer(READ, {})
    expect(takeTurn(READ)).toBe(0)
  })

  it.each([
    [200, 0],
    [6, 0],
    [5, 40],
    [0, 240]
  ])(
    'with %i reads left waits %i ms: 25 come back each second, and five are for others',
    (count, ms) => {
      const { takeTurn, answer } = openPace()
      answer(READ, left(count))
      expect(takeTurn(READ)).toBe(ms)
    }
  )

  it('gives each caller a turn of its own, one after the other', () => {
    const { takeTurn, answer } = openPace()
    answer(READ, left(7))
    expect([1, 2, 3, 4].map(() => takeTurn(READ))).toEqual([0, 0, 40, 80])
  })

  it('lets calls come back with time', () => {
    const { takeTurn, answer, time } = openPace()
    answer(READ, left(0))
    time.ms += 240
    expect(takeTurn(READ)).toBe(0)
  })

  it('counts what is under way until it is answered, also by nothing', () => {
    const { takeTurn, endTurn, answer } = openPace()
    answer(READ, left(7))
    takeTurn(READ)
    takeTurn(READ)
    expect(takeTurn(READ)).toBe(40)
    for (let turn = 0; turn < 3; turn += 1) endTurn(READ)
    expect(takeTurn(READ)).toBe(0)
  })

  it('keeps kinds and subscriptions apart', () => {
    const { takeTurn, answer } = openPace()
    answer(READ, left(0))
    expect([WRITE, DELETE, OTHER].map(takeTurn)).toEqual([0, 0, 0])
    answer(WRITE, { 'x-ms-ratelimit-remaining-subscription-writes': '0' })
    // Ten writes come back each second.
    expect([takeTurn(WRITE), takeTurn(DELETE)]).toEqual([700, 0])
  })

  it('takes the fewest of several limits, and none that it cannot read', () => {
    const { takeTurn, answer } = openPace()
    answer(READ, {
      'x-ms-ratelimit-remaining-subscription-global-reads': '3749',
      'x-ms-ratelimit-remaining-subscription-reads': '1',
      'x-ms-ratelimit-remaining-tenant-reads': 'many',
      'x-ms-ratelimit-remaining-resource': 'Microsoft.Compute/GetOperation3Min;0,x'
    })
    expect(takeTurn(READ)).toBe(200)
  })

  it.each([
    [{ 'retry-after': '8' }, 8_000],
    [{ 'retry-after': '100000' }, 60_000],
    [{}, 5_000]
  ])('stops its kind for all after a 429 with %o', (headers, ms) => {
    const { takeTurn, findPauseMs, answer, time } = openPace()
    answer(READ, headers, true)
    expect([READ, WRITE, OTHER].map(findPauseMs)).toEqual([ms, 0, 0])
    expect([takeTurn(READ), takeTurn(READ), takeTurn(WRITE), takeTurn(OTHER)]).toEqual([
      ms,
      ms,
      0,
      0
    ])
    time.ms += ms
    expect(takeTurn(READ)).toBe(0)
  })

  it('never shortens a pause', () => {
    const { takeTurn, answer } = openPace()
    answer(READ, { 'retry-after': '30' }, true)
    answer(READ, { 'retry-after': '1' }, true)
    expect(takeTurn(READ)).toBe(30_000)
  })
})
