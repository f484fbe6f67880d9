/**
 * How long is waited before each GET, and how long each bounded stage may last.
 */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  asyncOperation,
  empty,
  json,
  MINUTE_MS,
  operationStatus,
  playConversation,
  refusal,
  request,
  resource,
  route,
  routeForever,
  rules,
  START_MS,
  STATUS,
  timing
} from '../../__fixtures__/conversation.ts'
import { begin } from '../../src/operation/begin.ts'
import type { PendingOperation, RunningOperation, Timing, Wait } from '../../src/operation/state.ts'
import { isTerminal } from '../../src/operation/terminal.ts'
import {
  backoffMs,
  clampRetryAfter,
  delayBefore,
  lastPollLeadMs,
  notFoundGraceMs,
  resultWindowMs,
  settleWindowMs,
  unreadableWindowMs,
  verifyWindowMs,
  waitAfterFault
} from '../../src/operation/waiting.ts'

const HOUR_MS = 60 * MINUTE_MS

interface Situation {
  readonly wait?: Wait
  readonly retryAfterMs?: number
  readonly pollCount?: number
  readonly ageMs?: number
  readonly timing?: Partial<Timing>
}

/** The wait that is chosen for an operation in this situation. */
function chooseDelay({
  wait = { kind: 'poll' },
  retryAfterMs,
  pollCount = 0,
  ageMs = 0,
  ...own
}: Situation): number {
  const started = start()
  const facts = { ...started.facts, pollCount, ...(retryAfterMs !== undefined && { retryAfterMs }) }
  return delayBefore({ ...started, wait, facts }, timing(own.timing), START_MS + ageMs)
}

function start(): RunningOperation {
  const operation = begin(
    request('PUT'),
    resource(201, 'Creating', asyncOperation(STATUS)),
    rules(),
    START_MS
  )
  if (operation.state !== 'running') throw new Error(`test bug: ${operation.state}`)
  return operation
}

const RPC = 'ARM RPC contract, async-api-reference.md'
const AZCORE = 'azcore, runtime.Poller'
const STICKY = 'https://github.com/Azure/go-autorest/issues/625'
const TESTSERVER = 'Azure/autorest.testserver, legacy/routes/lros.js'
const ADAPTIVE = 'adaptive: a fifth of the age, 1 s to 15 s'
const OWN = 'measured: 28,000 polls in 15 s without a floor'

describe('delayBefore: one row for each rule of waiting', () => {
  const rows: readonly (Situation & {
    readonly rule: string
    readonly source: string
    readonly ms: number
  })[] = [
    { rule: 'before the first poll: Retry-After', source: AZCORE, retryAfterMs: 7_000, ms: 7_000 },
    { rule: 'before the first poll, none named: the shortest wait', source: ADAPTIVE, ms: 1_000 },
    { rule: 'none named: a fifth of the age', source: ADAPTIVE, ageMs: 20_000, ms: 4_000 },
    { rule: 'none named: at most 15 s', source: ADAPTIVE, ageMs: HOUR_MS, ms: 15_000 },
    { rule: 'none named: at least 1 s', source: ADAPTIVE, ageMs: 3_000, ms: 1_000 },
    {
      rule: 'Retry-After beats the age',
      source: RPC,
      retryAfterMs: 2_000,
      ageMs: HOUR_MS,
      ms: 2_000
    },
    {
      rule: 'none named: the poll interval',
      source: 'poll-interval',
      timing: { pollIntervalMs: 3_000 },
      ageMs: HOUR_MS,
      ms: 3_000
    },
    {
      rule: 'the poll interval is a floor for Retry-After',
      source: 'poll-interval',
      timing: { pollIntervalMs: 3_000 },
      retryAfterMs: 1_000,
      ms: 3_000
    },
    {
      rule: 'a longer Retry-After beats the poll interval',
      source: 'poll-interval',
      timing: { pollIntervalMs: 3_000 },
      retryAfterMs: 8_000,
      ms: 8_000
    },
    {
      rule: 'Retry-After: 0 waits the floor of 1 s',
      source: TESTSERVER,
      retryAfterMs: 0,
      ms: 1_000
    },
    {
      rule: 'Retry-After: 0 with a poll interval waits that',
      source: TESTSERVER,
      retryAfterMs: 0,
      timing: { pollIntervalMs: 200 },
      ms: 200
    },
    {
      rule: 'poll-interval: 0 is no floor',
      source: TESTSERVER,
      retryAfterMs: 0,
      timing: { pollIntervalMs: 0 },
      pollCount: 19,
      ms: 0
    },
    {
      rule: 'poll-interval: 0 never spins: 100 ms after the 20th poll',
      source: OWN,
      timing: { pollIntervalMs: 0 },
      pollCount: 20,
      ms: 100
    },
    {
      rule: 'poll-interval: 0 and Retry-After: 0 never spin',
      source: OWN,
      retryAfterMs: 0,
      timing: { pollIntervalMs: 0 },
      pollCount: 20,
      ms: 100
    },
    {
      rule: 'an exact wait never spins either',
      source: OWN,
      wait: { kind: 'exactly', ms: 1 },
      timing: { pollIntervalMs: 0 },
      pollCount: 20,
      ms: 100
    },
    {
      rule: 'nor does a backoff',
      source: OWN,
      wait: { kind: 'backoff', attempt: 1, atLeastMs: 0 },
      timing: { pollIntervalMs: 0 },
      pollCount: 20,
      ms: 100
    },
    {
      rule: 'poll-interval: 0 honours a Retry-After that is longer',
      source: OWN,
      retryAfterMs: 2_000,
      timing: { pollIntervalMs: 0 },
      pollCount: 20,
      ms: 2_000
    },
    {
      rule: 'a floor of 100 ms is not spaced',
      source: OWN,
      timing: { pollIntervalMs: 100 },
      pollCount: 20,
      ms: 100
    },
    {
      rule: 'a huge Retry-After is cut to 10 min',
      source: RPC,
      retryAfterMs: 86_400_000,
      ms: 600_000
    },
    {
      rule: 'max-poll-interval cuts Retry-After',
      source: 'max-poll-interval',
      retryAfterMs: 60_000,
      timing: { maxPollIntervalMs: 20_000 },
      ms: 20_000
    },
    { rule: 'what needs no waiting waits not', source: OWN, wait: { kind: 'none' }, ms: 0 },
    {
      rule: 'what needs no waiting waits not, however many polls',
      source: OWN,
      wait: { kind: 'none' },
      timing: { pollIntervalMs: 0 },
      pollCount: 100,
      ms: 0
    },
    {
      rule: 'an exact wait is that',
      source: RPC,
      wait: { kind: 'exactly', ms: 1_234 },
      ms: 1_234
    },
    {
      rule: 'a backoff doubles',
      source: 'ARM RPC contract, Addendum.md: retrying REST calls',
      wait: { kind: 'backoff', attempt: 3, atLeastMs: 0 },
      ms: 4_000
    },
    {
      rule: 'a backoff is never sooner than what it must be',
      source: 'https://github.com/hashicorp/terraform-provider-azurerm/issues/31909',
      wait: { kind: 'backoff', attempt: 1, atLeastMs: 1_500 },
      ms: 1_500
    },
    {
      rule: 'a grace takes the longer of both: the backoff',
      source: 'https://github.com/Azure/azure-cli/issues/28834',
      wait: { kind: 'poll-or-backoff', attempt: 4 },
      retryAfterMs: 2_000,
      ms: 8_000
    },
    {
      rule: 'a grace takes the longer of both: Retry-After',
      source: 'https://github.com/Azure/azure-cli/issues/28834',
      wait: { kind: 'poll-or-backoff', attempt: 1 },
      retryAfterMs: 20_000,
      ms: 20_000
    }
  ]

  it.each(rows)('$rule: $ms ms ($source)', ({ ms, ...situation }) => {
    expect(chooseDelay(situation)).toBe(ms)
  })
})

describe('stages that are bounded never sleep past their own end', () => {
  const result = resource(200, 'Updating')
  const shared = { facts: start().facts, url: start().facts.request.url, wait: { kind: 'poll' } }
  const rows: readonly { readonly stage: PendingOperation; readonly windowMs: number }[] = [
    {
      stage: {
        ...shared,
        state: 'settling',
        wait: { kind: 'exactly', ms: 1_000_000 },
        sinceMs: START_MS,
        result,
        word: 'Updating'
      },
      windowMs: 120_000
    },
    {
      stage: {
        ...shared,
        state: 'fetching-result',
        from: 'resource',
        wait: { kind: 'exactly', ms: 1_000_000 },
        sinceMs: START_MS,
        attempts: 1,
        monitorAnswer: result,
        isInferred: false,
        absences: 0
      },
      windowMs: 60_000
    },
    {
      stage: {
        ...shared,
        state: 'fetching-result',
        from: 'resource',
        wait: { kind: 'exactly', ms: 1_000_000 },
        sinceMs: START_MS,
        attempts: 1,
        monitorAnswer: empty(204),
        isInferred: true,
        absences: 1
      },
      windowMs: 120_000
    }
  ]

  it.each(rows)('$stage.state ends after $windowMs ms', ({ stage, windowMs }) => {
    const at = (ms: number) => delayBefore(stage, timing(), START_MS + ms)
    expect(at(0)).toBe(windowMs)
    expect(at(windowMs - 5)).toBe(5)
    expect(at(windowMs)).toBe(0)
    expect(at(windowMs + 1_000)).toBe(0)
  })
})

describe('backoffMs', () => {
  const waits = (count: number, overrides: Partial<Timing> = {}) =>
    Array.from({ length: count }, (_, index) => backoffMs(index + 1, timing(overrides)))

  it('doubles from 1 s to 30 s', () => {
    expect(waits(8)).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000])
  })

  it('starts with a shorter poll interval', () => {
    expect(waits(4, { pollIntervalMs: 200 })).toEqual([200, 400, 800, 1_600])
  })

  it('starts with 50 ms when the poll interval is 0', () => {
    expect(waits(4, { pollIntervalMs: 0 })).toEqual([50, 100, 200, 400])
  })

  it('starts with 1 s when the poll interval is longer', () => {
    expect(waits(2, { pollIntervalMs: 60_000 })).toEqual([1_000, 2_000])
  })

  it('leaves room for its attempts in a short timeout', () => {
    const timeoutMs = 64_000
    const budget = waits(9, { timeoutMs }).reduce((sum, ms) => sum + ms, 0)
    expect(budget).toBeLessThanOrEqual(1.25 * unreadableWindowMs(timing({ timeoutMs })))
  })
})

describe('clampRetryAfter and waitAfterFault', () => {
  it('lets the cap win where floor and cap contradict each other', () => {
    const own = timing({ pollIntervalMs: 10_000, maxPollIntervalMs: 5_000 })
    expect(clampRetryAfter(1_000, own)).toBe(5_000)
  })

  it.each([
    { retryAfterMs: undefined, wait: { kind: 'backoff', attempt: 2, atLeastMs: 0 } },
    { retryAfterMs: 0, wait: { kind: 'backoff', attempt: 2, atLeastMs: 0 } },
    { retryAfterMs: 9_000, wait: { kind: 'exactly', ms: 9_000 } },
    { retryAfterMs: 86_400_000, wait: { kind: 'exactly', ms: 600_000 } }
  ])('after a fault, Retry-After $retryAfterMs waits $wait', ({ retryAfterMs, wait }) => {
    expect(waitAfterFault(2, retryAfterMs, timing())).toEqual(wait)
  })
})

describe('fixed windows are at most their share of the timeout', () => {
  const windows = [
    { name: 'grace for a 404', windowMs: notFoundGraceMs, longestMs: 120_000, share: 1 / 8 },
    { name: 'unreadable', windowMs: unreadableWindowMs, longestMs: 300_000, share: 1 / 4 },
    { name: 'verify', windowMs: verifyWindowMs, longestMs: 60_000, share: 1 / 6 },
    { name: 'settle', windowMs: settleWindowMs, longestMs: 120_000, share: 1 / 8 },
    { name: 'final GET', windowMs: resultWindowMs, longestMs: 60_000, share: 1 / 16 },
    { name: 'last poll', windowMs: lastPollLeadMs, longestMs: 2_000, share: 1 / 10 }
  ]

  it.each(windows)('$name: $longestMs ms, or the share', ({ windowMs, longestMs, share }) => {
    expect(windowMs(timing({ timeoutMs: 6 * HOUR_MS }))).toBe(longestMs)
    expect(windowMs(timing({ timeoutMs: 12_000 }))).toBe(12_000 * share)
    expect(windowMs(timing({ timeoutMs: longestMs / share }))).toBe(longestMs)
  })
})

describe('waiting between polls, as a conversation', () => {
  const gaps = (sentAtMs: readonly number[]) =>
    sentAtMs.map((ms, index) => ms - (sentAtMs[index - 1] ?? 0))

  it.each([
    {
      rule: 'the first Retry-After counts',
      source: 'https://github.com/Azure/azure-sdk-for-net/issues/44147',
      first: { 'retry-after': '20' },
      polls: [{}],
      waits: [20_000, 20_000]
    },
    {
      rule: 'the newest one counts',
      source: RPC,
      first: { 'retry-after': '20' },
      polls: [{ 'retry-after': '5' }],
      waits: [20_000, 5_000]
    },
    {
      rule: 'the last one seen sticks',
      source: STICKY,
      first: {},
      polls: [{ 'retry-after': '5' }, {}, {}],
      waits: [1_000, 5_000, 5_000, 5_000]
    },
    {
      rule: 'garbage is as good as none',
      source: TESTSERVER,
      first: { 'retry-after': '/bar' },
      polls: [{ 'retry-after': '/bar' }],
      waits: [1_000, 1_000]
    },
    {
      rule: 'milliseconds win',
      source: AZCORE,
      first: { 'retry-after': '20', 'retry-after-ms': '2500' },
      polls: [{}],
      waits: [2_500, 2_500]
    },
    {
      rule: 'a date counts from now',
      source: 'RFC 9110, section 10.2.3',
      first: { 'retry-after': new Date(START_MS + 30_000).toUTCString() },
      polls: [{ 'retry-after': '4' }],
      waits: [30_000, 4_000]
    }
  ])('$rule ($source)', ({ first, polls, waits }) => {
    const { operation, sentAtMs } = playConversation({
      method: 'PUT',
      routes: [
        route(
          `PUT ${STATUS}`,
          json(201, { properties: {} }, { ...asyncOperation(STATUS), ...first })
        ),
        route(
          `GET ${STATUS}`,
          ...polls.map((headers) => operationStatus('Running', headers)),
          operationStatus('Canceled')
        )
      ],
      path: STATUS
    })
    expect(operation.state).toBe('canceled')
    // Each answer takes 100 ms of its own.
    expect(gaps(sentAtMs).map((ms, index) => ms - (index === 0 ? 0 : 100))).toEqual(waits)
  })

  it('honours the Retry-After of an answer that cannot be read, but does not keep it', () => {
    const { sentAtMs } = playConversation({
      method: 'DELETE',
      routes: [
        route(`DELETE ${STATUS}`, empty(202, asyncOperation(STATUS))),
        route(
          `GET ${STATUS}`,
          refusal(503, 'ServerBusy', { 'retry-after': '40' }),
          operationStatus('Running'),
          operationStatus('Succeeded')
        )
      ],
      path: STATUS
    })
    expect(gaps(sentAtMs).slice(0, 2)).toEqual([1_000, 40_100])
    expect(gaps(sentAtMs)[2]).toBeLessThan(15_000)
  })

  it('never waits less than nothing, nor longer than 10 min, no matter what was asked', () => {
    const anyTiming = fc.record(
      {
        timeoutMs: fc.integer({ min: 1_000, max: 6 * HOUR_MS }),
        pollIntervalMs: fc.integer({ min: 0, max: 600_000 }),
        maxPollIntervalMs: fc.integer({ min: 0, max: 600_000 })
      },
      { requiredKeys: ['timeoutMs'] }
    )
    const anyWait = fc.oneof(
      fc.constant<Wait>({ kind: 'poll' }),
      fc.nat(100).map((attempt): Wait => ({ kind: 'backoff', attempt: attempt + 1, atLeastMs: 0 })),
      fc.nat(100).map((attempt): Wait => ({ kind: 'poll-or-backoff', attempt: attempt + 1 }))
    )
    fc.assert(
      fc.property(anyTiming, anyWait, fc.nat(), fc.nat(), fc.nat(100), (own, wait, ...numbers) => {
        const [retryAfterMs, ageMs, pollCount] = numbers
        const ms = chooseDelay({ timing: own, wait, retryAfterMs, ageMs, pollCount })
        return ms >= 0 && ms <= 600_000
      })
    )
  })

  it('asks until the timeout without an end', () => {
    const { operation } = playConversation({
      method: 'DELETE',
      path: STATUS,
      rules: { timing: timing({ timeoutMs: 30_000 }) },
      routes: [
        route(`DELETE ${STATUS}`, empty(202, asyncOperation(STATUS))),
        routeForever(`GET ${STATUS}`, operationStatus('Running'))
      ]
    })
    expect(isTerminal(operation)).toBe(false)
  })
})
