/**
 * What the workflow author opts into repeating, row by row: https://github.com/Azure/terraform-provider-azapi has it
 * by regular expression, this action by code and status. And how retries are spread.
 */
import { describe, expect, it } from 'vitest'
import { empty, json, refusal } from '../../__fixtures__/conversation.ts'
import { decideOnFirstAnswer, type RetryOn, spreadDelay } from '../../src/arm/retry-policy.ts'
import type { HttpResponse, Method } from '../../src/http/message.ts'

const CONFLICT: RetryOn = { statuses: [], codes: ['AnotherOperationInProgress'] }
const nested = json(409, {
  error: { code: 'Conflict', message: 'no', details: [{ code: 'anotheroperationinprogress' }] }
})

type Row = readonly [
  what: string,
  methods: readonly Method[],
  retryOn: RetryOn,
  answer: HttpResponse,
  decision: object
]

const CHANGES: readonly Method[] = ['PUT', 'PATCH', 'POST']
const ALL: readonly Method[] = ['GET', 'HEAD', 'DELETE', ...CHANGES]
const again = (delayMs: number, ambiguous = false) => ({ kind: 'retry', delayMs, ambiguous })

const ROWS: readonly Row[] = [
  ['the code named', ALL, CONFLICT, refusal(409, 'AnotherOperationInProgress'), again(1_000)],
  ['the code below the root, in other case', ALL, CONFLICT, nested, again(1_000)],
  ['another code', ALL, CONFLICT, refusal(409, 'Conflict'), { kind: 'accept' }],
  ['the status named', ALL, { statuses: [409], codes: [] }, empty(409), again(1_000)],
  ['another status', ALL, { statuses: [404], codes: [] }, empty(409), { kind: 'accept' }],
  [
    'when the service asks for it',
    ALL,
    { statuses: [404], codes: [] },
    empty(404, { 'retry-after': '7' }),
    again(7_000)
  ],
  ['nothing named', ALL, { statuses: [], codes: [] }, empty(409), { kind: 'accept' }],
  [
    'a success that quotes the code',
    ALL,
    CONFLICT,
    json(200, { error: { code: 'AnotherOperationInProgress', message: '' } }),
    { kind: 'accept' }
  ],
  // What may have taken effect is not repeated because somebody asks for it.
  ['500 of a PUT', ['PUT'], { statuses: [500], codes: [] }, empty(500), { kind: 'verify' }],
  ['500', ['PATCH', 'POST'], { statuses: [500], codes: [] }, empty(500), { kind: 'lost' }],
  [
    'the code in a 500',
    ['PATCH', 'POST'],
    CONFLICT,
    refusal(500, 'AnotherOperationInProgress'),
    { kind: 'lost' }
  ],
  ['500 of a read', ['GET', 'HEAD'], { statuses: [500], codes: [] }, empty(500), again(1_000)],
  ['500 of a DELETE', ['DELETE'], { statuses: [500], codes: [] }, empty(500), again(1_000, true)]
]

const NEVER = { throttled: 0, failed: 0 }

describe.each(ROWS)('retry-on: %s', (_what, methods, retryOn, answer, decision) => {
  it.each(methods)('%s', (method) => {
    const first = { kind: 'response', response: answer } as const
    const decided = decideOnFirstAnswer(first, { method, sentAgain: NEVER, nowMs: 0, retryOn })
    const { kind } = decided
    // Each retry here is one that the author asked for.
    const carried =
      kind === 'retry' ? { optedIn: first } : kind === 'accept' ? { answer: first } : {}
    expect(decided).toEqual({ ...decision, ...carried })
  })
})

it('goes on for as long as there is time, ever slower', () => {
  const first = { kind: 'response', response: empty(409) } as const
  const delays = [0, 1, 2, 5, 50].map((optedIn) => {
    const sentAgain = { ...NEVER, optedIn }
    const retryOn = { statuses: [409], codes: [] }
    const decision = decideOnFirstAnswer(first, { method: 'PUT', sentAgain, nowMs: 0, retryOn })
    return decision.kind === 'retry' ? decision.delayMs : undefined
  })
  expect(delays).toEqual([1_000, 2_000, 4_000, 30_000, 30_000])
})

it('spreads what was turned away together, never sooner and at most a second later', () => {
  const ids = Array.from({ length: 200 }, (_, index) => `job-${index}`)
  const delays = ids.map((id) => spreadDelay(4_000, id, 1))
  expect(Math.min(...delays)).toBeGreaterThanOrEqual(4_000)
  expect(Math.max(...delays)).toBeLessThanOrEqual(5_000)
  expect(new Set(delays).size).toBeGreaterThan(150)
  expect(spreadDelay(1_000, 'job', 1)).not.toBe(spreadDelay(1_000, 'job', 2))
  expect(spreadDelay(1_000, 'job', 1)).toBe(spreadDelay(1_000, 'job', 1))
  expect(Math.max(...ids.map((id) => spreadDelay(1_000, id, 1)))).toBeLessThanOrEqual(1_250)
})
