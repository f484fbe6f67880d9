/**
 * Waiting for a condition, on a clock that only the test moves.
 */
import { beforeAll, describe, expect, it } from 'vitest'
import {
  empty,
  json,
  MINUTE_MS,
  malformed,
  type Reply,
  refusal,
  START_MS,
  text,
  timing,
  toPollAnswer
} from '../../__fixtures__/conversation.ts'
import { type Compile, loadCompiler } from '../../src/condition/expression.ts'
import { waitUntilTrue } from '../../src/condition/wait-until.ts'
import type { HttpResponse } from '../../src/http/message.ts'
import type { Timing } from '../../src/operation/state.ts'

const URL = 'https://management.azure.com/x?api-version=1'
const ROUND_TRIP_MS = 100

let compile: Compile
beforeAll(async () => {
  compile = await loadCompiler()
})

const state = (status: string, headers = {}) => json(200, { status }, headers)
const waiting = state('Running')
const met = state('Done')

interface Wait {
  readonly replies: readonly Reply[]
  readonly timing?: Partial<Timing>
  /** Aborts while this reading is under way, counted from 1. */
  readonly abortAt?: number
  readonly expression?: string
  readonly failureStates?: readonly string[]
}

/** Waits; the last reply is given again and again. */
async function wait({ replies, abortAt, expression = "status == 'Done'", ...rest }: Wait) {
  const extraStates = { success: [], failure: rest.failureStates ?? [] }
  const asked = timing(rest.timing)
  const controller = new AbortController()
  let nowMs = START_MS
  const lookedAtMs: number[] = []
  const seen: string[] = []
  const answered: HttpResponse[] = []
  const end = await waitUntilTrue(
    { url: URL, expression: compile({ input: 'wait-until', text: expression, isCondition: true }) },
    {
      get: async (url, timeoutMs) => {
        expect(url).toBe(URL)
        expect(timeoutMs).toBeGreaterThan(0)
        lookedAtMs.push(nowMs - START_MS)
        if (lookedAtMs.length === abortAt) controller.abort()
        nowMs += Math.min(ROUND_TRIP_MS, timeoutMs)
        return toPollAnswer(replies[Math.min(lookedAtMs.length, replies.length) - 1] ?? waiting)
      },
      sleep: async (ms) => {
        nowMs += ms
      },
      now: () => nowMs,
      onAnswer: (response) => answered.push(response),
      onReading: (what) => seen.push(what)
    },
    {
      timing: asked,
      extraStates,
      deadlineMs: START_MS + asked.timeoutMs,
      signal: controller.signal
    }
  )
  return { end, lookedAtMs, seen, answered, endedAtMs: nowMs - START_MS }
}

describe('waitUntilTrue', () => {
  it('looks at once, and ends with the answer that met the condition', async () => {
    const { end, lookedAtMs, seen } = await wait({ replies: [met] })
    expect(end).toEqual({ kind: 'met', readings: 1, response: met })
    expect(lookedAtMs).toEqual([0])
    expect(seen).toEqual(['status is "Done"'])
  })

  it('waits by the rules of polling: growing without Retry-After, and as it says with one', async () => {
    const grown = await wait({ replies: [...Array<Reply>(12).fill(waiting), met] })
    const waits = grown.lookedAtMs.slice(1).map((at, index) => at - (grown.lookedAtMs[index] ?? 0))
    expect(Math.min(...waits)).toBe(1_000 + ROUND_TRIP_MS)
    expect([...waits].sort((a, b) => a - b)).toEqual(waits)
    const told = await wait({ replies: [state('Running', { 'retry-after': '30' }), met] })
    expect(told.lookedAtMs).toEqual([0, 30_000 + ROUND_TRIP_MS])
    const fixed = await wait({ replies: [waiting, met], timing: { pollIntervalMs: 3_000 } })
    expect(fixed.lookedAtMs).toEqual([0, 3_000 + ROUND_TRIP_MS])
  })

  it('does not flood what it looks at with no interval at all', async () => {
    const { lookedAtMs } = await wait({
      replies: [...Array<Reply>(40).fill(waiting), met],
      timing: { pollIntervalMs: 0 }
    })
    expect(lookedAtMs[40]).toBeGreaterThanOrEqual(20 * 100)
  })

  it('tells every answer before anything of it is shown', async () => {
    const { answered } = await wait({ replies: [waiting, refusal(404, 'NotFound'), met] })
    expect(answered).toHaveLength(3)
  })

  it('ends at the deadline with what it saw last, after one last look', async () => {
    const { end, lookedAtMs, endedAtMs } = await wait({
      replies: [waiting],
      timing: { timeoutMs: MINUTE_MS }
    })
    expect(end).toMatchObject({ kind: 'timed-out', seen: 'status is "Running"', response: waiting })
    expect(lookedAtMs.at(-1)).toBe(MINUTE_MS - 2_000)
    expect(endedAtMs).toBeLessThanOrEqual(MINUTE_MS)
  })

  it.each([1, 3])('ends when the workflow is canceled at look %i', async (abortAt) => {
    const { end, lookedAtMs } = await wait({ replies: [waiting], abortAt })
    expect(end).toMatchObject({ kind: 'interrupted', readings: abortAt })
    expect(lookedAtMs).toHaveLength(abortAt)
  })

  // What passes with time is waited out: a resource that is yet to come, a service that is down, a broken line.
  it.each<[string, Reply, string]>([
    ['404', refusal(404, 'ResourceNotFound'), 'HTTP 404 ResourceNotFound'],
    ['429', empty(429), 'HTTP 429'],
    ['500', empty(500), 'HTTP 500'],
    ['a broken line', 'no answer', 'ECONNRESET: the connection broke'],
    ['half a body', malformed(200), 'HTTP 200 with an unreadable body'],
    ['a type error', json(200, { status: null }), 'status is null']
  ])('goes on after %s', async (_what, reply, what) => {
    const expression = _what === 'a type error' ? "starts_with(status, 'D')" : "status == 'Done'"
    const { end, seen } = await wait({
      replies: [...Array<Reply>(20).fill(reply), met],
      expression
    })
    expect(seen[0]).toBe(what)
    expect(end).toMatchObject({ kind: 'met', readings: 21 })
  })

  it.each<[number, number]>([
    [401, 1],
    [405, 1],
    [403, 4],
    [400, 3],
    [410, 3]
  ])('gives up after HTTP %i, %i in a row', async (status, readings) => {
    const reply = refusal(status, 'No')
    const { end } = await wait({ replies: [reply] })
    expect(end).toMatchObject({
      kind: 'unreadable',
      readings,
      seen: `HTTP ${status} No`,
      error: { code: 'No' }
    })
    if (readings === 1) return
    const mixed = [...Array<Reply>(readings - 1).fill(reply), waiting]
    expect((await wait({ replies: [...mixed, ...mixed, met] })).end.kind).toBe('met')
  })

  it('reads what is no JSON as text', async () => {
    const { end } = await wait({ replies: [text(200, 'ready')], expression: "@ == 'ready'" })
    expect(end.kind).toBe('met')
  })

  // A resource that has failed will not meet the condition any more (azure-cli, `az resource wait --custom`).
  describe('a resource that has failed', () => {
    const provisioning = (word: string, more = {}) =>
      json(200, { properties: { provisioningState: word }, ...more })
    const [creating, failed] = [provisioning('Creating'), provisioning('Failed')]
    const NAMED =
      "status == 'Done' && contains(['Succeeded', 'FAILED'], properties.provisioningState)"

    it.each<[string, readonly Reply[], Omit<Wait, 'replies'>, string, number]>([
      ['on the second look', [creating, failed], {}, 'failed', 2],
      ['on a later look', [creating, creating, failed], {}, 'failed', 3],
      ['by being canceled', [creating, provisioning('Cancelled')], {}, 'canceled', 2],
      ['in its own spelling', [creating, provisioning('failed')], {}, 'failed', 2],
      [
        'in a word of failure-states',
        [creating, provisioning('Bust')],
        { failureStates: ['bust'] },
        'failed',
        2
      ],
      ['on two looks from the first on', [failed, failed], {}, 'failed', 2],
      ['after no answer at first', ['no answer', failed, failed], {}, 'failed', 3],
      [
        'with another word in the condition',
        [creating, provisioning('Canceled')],
        { expression: NAMED },
        'canceled',
        2
      ]
    ])('ends the wait: %s', async (_what, replies, rest, kind, readings) => {
      const { end } = await wait({ replies: [...replies, met], ...rest })
      expect(end).toMatchObject({ kind, readings, response: replies.at(-1) })
    })

    it.each<[string, readonly Reply[], Omit<Wait, 'replies'>]>([
      ['that was so before', [failed, creating], {}],
      [
        'whose word stands in the condition',
        [creating, failed, failed],
        { expression: NAMED.replace('&&', '||') }
      ],
      [
        'whose word stands in a list',
        [creating, failed],
        { expression: 'contains(`["Failed"]`, a) || status == \'Done\'' }
      ],
      ['in a word that only holds it', [creating, provisioning('FailoverInProgress')], {}],
      ['and meets the condition', [creating, provisioning('Failed', { status: 'Done' })], {}]
    ])('does not end it: one %s', async (_what, replies, rest) => {
      const { end } = await wait({ replies: [...replies, met], ...rest })
      expect(end.kind).toBe('met')
    })
  })
})
