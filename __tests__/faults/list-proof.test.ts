/**
 * Lists that the proof once found, and a few random ones, in virtual time; list-proof.slow.test.ts has many.
 */
import { describe, expect, it } from 'vitest'
import { proveLists, renderListReport } from './list-proof.ts'
import type { ListCase, ListedCase, LoopCase } from './lists.ts'
import { proveIsolation, proveList } from './prove-list.ts'
import { QUIET_SCENARIO } from './provider.ts'
import type { Case } from './scenarios.ts'
import type { Exchange } from './virtual-azure.ts'

const RUNS = 6
const SEED = 20_260_101

it('keeps every promise for each operation of a random list', async () => {
  const report = await proveLists({ runs: RUNS, seed: SEED, isShrunk: false })
  expect(report.failures).toEqual([])
  expect(report.runs).toBe(RUNS)
})

it('says how to play a failing list again', () => {
  const sums = { operations: 1, loops: 0, requests: 1, isolations: 0, cut: 0, resumptions: 0 }
  const counts = { ...sums, ends: new Map() }
  const failures = ['Broken: --many --seed 7 --path 0:1']
  const starts = { first: 0, second: 0 }
  const text = renderListReport({ seed: 7, runs: 1, broken: 1, starts, ...counts, failures })
  expect(text).toContain('--many --seed 7 --path 0:1')
})

const QUIET: Case = {
  scenario: QUIET_SCENARIO,
  setting: {
    timeoutMs: 900_000,
    wait: true,
    canRefresh: false,
    retryOn: [],
    failedSignIns: []
  },
  faults: []
}

/** Operation that takes half a minute and succeeds, but for what is said of it. */
function item(name: string, given: Partial<ListedCase> = {}): ListedCase {
  return {
    ...QUIET,
    name,
    needs: [],
    reads: [],
    condition: 'none',
    preparation: 'ready',
    preparesMs: 0,
    isBroken: false,
    ...given
  }
}

/** Loop over texts, each of whose operations is as its item but for what is said of it. */
function loop(
  name: string,
  elements: Readonly<Record<string, Partial<ListedCase>>>,
  given: Partial<ListedCase> & { readonly of?: Partial<LoopCase> } = {}
): ListedCase {
  const { of, ...own } = given
  const operations = Object.entries(elements)
  return item(name, {
    ...own,
    loop: {
      kind: 'known',
      values: operations.map(([key]) => key),
      elements: operations.map(([key, change]) => ({
        key,
        value: key,
        operation: { ...item(name), ...change }
      })),
      followed: [],
      sees: [],
      isJudgedWhole: false,
      listing: 'ready',
      ...of
    }
  })
}

const FAILING: Partial<ListedCase> = {
  scenario: { ...QUIET.scenario, durationMs: 5_000, ending: 'Failed' }
}
const LONG: Partial<ListedCase> = { scenario: { ...QUIET.scenario, durationMs: 600_000 } }

function list(items: readonly ListedCase[], given: Partial<ListCase> = {}): ListCase {
  return {
    items,
    maxParallel: 10,
    failFast: true,
    wait: true,
    timeoutMs: 3_600_000,
    outputReads: [],
    order: 'first',
    keepsMs: 0,
    isMute: false,
    readsWhole: true,
    ...given
  }
}

const TWO = { x: {}, y: {} }

type Ends = Readonly<Record<string, string>>
type Row = readonly [what: string, list: ListCase, ends: Ends]

const ROWS: readonly Row[] = [
  [
    'nothing goes wrong',
    list([item('b', { needs: ['a'], reads: ['a'] }), item('a')]),
    { a: 'Succeeded', b: 'Succeeded' }
  ],
  [
    'what cannot be judged because of a defect is not sent, and the others are',
    list([item('a', { condition: 'throws' }), item('b')], { failFast: false }),
    { a: 'Failed: fault', b: 'Succeeded' }
  ],
  [
    'what cannot be filled in because of a defect is not sent, and what runs goes on',
    list([item('a', { preparation: 'throws', preparesMs: 80 }), item('b')]),
    { a: 'Failed: fault', b: 'Succeeded' }
  ],
  [
    'a run that is broken is told as not sent',
    list([item('a', { isBroken: true }), item('b', { needs: ['a'] }), item('c')]),
    { a: 'Failed: defect', b: 'Skipped: needs', c: 'Succeeded' }
  ],
  [
    'the workflow is canceled while references are filled in',
    list([item('a', { preparesMs: 20_000 }), item('b')], { cancelAfterMs: 1_000 }),
    { a: 'Canceled: cancellation', b: 'InProgress' }
  ],
  [
    'the workflow is canceled before anything is answered',
    list([item('a'), item('b', { needs: ['a'] })], { cancelAfterMs: 0 }),
    { a: 'Unknown', b: 'Canceled: cancellation' }
  ],
  [
    'the deadline passes while references are filled in',
    list([item('a', { preparesMs: 20_000 }), item('b')], { timeoutMs: 5_000 }),
    { a: 'TimedOut: deadline', b: 'TimedOut' }
  ],
  [
    'the deadline passes while others wait',
    list([item('a', LONG), item('b', { needs: ['a'] })], { timeoutMs: 60_000, failFast: false }),
    { a: 'TimedOut', b: 'TimedOut: deadline' }
  ],
  [
    'what would start for the last second is not sent',
    list([item('a', LONG), item('b')], { timeoutMs: 60_000, failFast: false, maxParallel: 1 }),
    { a: 'TimedOut', b: 'TimedOut: deadline' }
  ],
  [
    'skipped by its own `if` is done, and skipped for what it needs is not',
    list([
      item('a', { condition: 'false' }),
      item('b', { needs: ['a'], reads: ['a'] }),
      item('c', { needs: ['a'], reads: ['a'], condition: 'answered' }),
      item('d', { isBroken: true }),
      item('e', { needs: ['d'] }),
      item('f', { needs: ['e'] })
    ]),
    {
      a: 'Skipped: if',
      b: 'Succeeded',
      c: 'Skipped: if',
      d: 'Failed: defect',
      e: 'Skipped: needs',
      f: 'Skipped: needs'
    }
  ],
  [
    'what has been started goes on after a failure, and nothing more starts',
    list([item('a', FAILING), item('b'), item('c')], { maxParallel: 2 }),
    { a: 'Failed', b: 'Succeeded', c: 'Skipped: fail-fast' }
  ],
  [
    'without fail-fast the next one starts',
    list([item('a', FAILING), item('b'), item('c')], { maxParallel: 2, failFast: false }),
    { a: 'Failed', b: 'Succeeded', c: 'Succeeded' }
  ],
  [
    'two fail in one turn',
    list([item('a', FAILING), item('b', FAILING), item('c')], {
      maxParallel: 2,
      order: 'together'
    }),
    { a: 'Failed', b: 'Failed', c: 'Skipped: fail-fast' }
  ],
  [
    'nothing is waited for',
    list(
      ['a', 'b'].map((name) => item(name, { setting: { ...QUIET.setting, wait: false } })),
      { wait: false, maxParallel: 1 }
    ),
    { a: 'InProgress', b: 'InProgress' }
  ],
  [
    'a loop whose list a response gives, one that follows it, and one that needs that',
    list([
      loop('third', { z: {} }, { needs: ['second'], reads: ['second'] }),
      loop('second', TWO, { of: { kind: 'follower', followed: ['first'], sees: ['first'] } }),
      loop('first', TWO, { needs: ['a'], reads: ['a'], of: { kind: 'response', maxParallel: 1 } }),
      item('a')
    ]),
    {
      a: 'Succeeded',
      first: 'Succeeded',
      'first[x]': 'Succeeded',
      'first[y]': 'Succeeded',
      second: 'Succeeded',
      'second[x]': 'Succeeded',
      'second[y]': 'Succeeded',
      third: 'Succeeded',
      'third[z]': 'Succeeded'
    }
  ],
  [
    'one element fails: only what follows it is left out',
    list(
      [
        loop('first', { x: FAILING, y: {} }),
        loop('second', TWO, { of: { kind: 'follower', followed: ['first'], sees: ['first'] } }),
        item('b', { needs: ['first'] })
      ],
      { failFast: false }
    ),
    {
      b: 'Skipped: needs',
      first: 'Failed',
      'first[x]': 'Failed',
      'first[y]': 'Succeeded',
      second: 'Succeeded',
      'second[x]': 'Skipped: needs',
      'second[y]': 'Succeeded'
    }
  ],
  [
    'a list that no response gives ends its loop, and what follows it',
    list(
      [
        item('a'),
        loop('first', TWO, {
          needs: ['a'],
          reads: ['a'],
          of: { kind: 'response', listing: 'throws' }
        }),
        loop('second', TWO, { of: { kind: 'follower', followed: ['first'] } }),
        item('b')
      ],
      { failFast: false }
    ),
    { a: 'Succeeded', b: 'Succeeded', first: 'Failed: fault', second: 'Skipped: needs' }
  ],
  [
    'a loop that its own `if` leaves out is done, and what follows it has no elements',
    list([
      item('a'),
      loop('first', TWO, {
        needs: ['a'],
        reads: ['a'],
        condition: 'false',
        of: { kind: 'response', isJudgedWhole: true }
      }),
      loop('second', TWO, { of: { kind: 'follower', followed: ['first'], sees: ['first'] } }),
      item('b', { needs: ['second'], reads: ['second'] })
    ]),
    { a: 'Succeeded', b: 'Succeeded', first: 'Skipped: if', second: 'Skipped' }
  ],
  [
    'nothing can be told and nothing be kept',
    list([item('a'), item('b', { needs: ['a'] })], { isMute: true, keepsMs: 30 }),
    { a: 'Succeeded', b: 'Succeeded' }
  ]
]

describe('a list', () => {
  it.each(ROWS)('keeps its promises: %s', async (_what, given, ends) => {
    const { violations, ...seen } = await proveList(given)
    expect(violations).toEqual([])
    expect(Object.fromEntries(seen.ends)).toEqual(ends)
  })

  it('is over when the thousands in it never start', async () => {
    const chain = Array.from({ length: 2_000 }, (_, index) =>
      item(`n${index}`, index === 0 ? FAILING : { needs: [`n${index - 1}`] })
    )
    for (const failFast of [true, false]) {
      const { violations, ends } = await proveList(list(chain.toReversed(), { failFast }))
      expect(violations).toEqual([])
      expect([...ends.values()].filter((end) => end.startsWith('Skipped'))).toHaveLength(1_999)
    }
  })
})

/** A poll that hangs lets go of its socket after two seconds, and so many ask at once at first. */
const MOMENT_MS = 2_300
const SETTLED_AFTER_MS = 10_000

/** How much later than it was due each poll was asked, with the age of its operation. */
function listDelays(exchanges: readonly Exchange[]) {
  const startMs = exchanges[0]?.atMs ?? 0
  return exchanges.slice(1).map(({ atMs }, index) => {
    const answeredMs = (exchanges[index]?.atMs ?? 0) + 80
    const waitMs = Math.min(15_000, Math.max(1_000, (answeredMs - startMs) / 4))
    return { ageMs: atMs - startMs, delayMs: atMs - answeredMs - waitMs }
  })
}

it('lets 64 operations whose polls hang hold up 100 healthy ones for a moment, and no longer', async () => {
  const hangs = { kind: 'stall', place: 'request' } as const
  const hanging = Array.from({ length: 64 }, (_, index) =>
    item(`hanging${index}`, { faults: [{ at: 1, count: 10_000, fault: hangs }] })
  )
  const healthy = Array.from({ length: 100 }, (_, index) =>
    item(`healthy${index}`, {
      scenario: { ...QUIET.scenario, durationMs: 5_000 + index * 1_000 }
    })
  )
  const given = list([...hanging, ...healthy], { maxParallel: 1_000, failFast: false })
  const { violations, ends, proofs } = await proveList(given)
  expect(violations).toEqual([])
  expect(new Set(hanging.map(({ name }) => ends.get(name)))).toEqual(new Set(['TimedOut']))
  expect(new Set(healthy.map(({ name }) => ends.get(name)))).toEqual(new Set(['Succeeded']))
  const delays = healthy.flatMap(({ name }) => listDelays(proofs.get(name)?.exchanges ?? []))
  expect(delays.length).toBeGreaterThan(500)
  expect(Math.max(...delays.map(({ delayMs }) => delayMs))).toBeLessThan(MOMENT_MS)
  const later = delays.filter(({ ageMs }) => ageMs > SETTLED_AFTER_MS)
  expect(Math.max(...later.map(({ delayMs }) => delayMs))).toBeLessThan(100)
})

it('lets no fault of one operation change what becomes of another', async () => {
  const fault = { kind: 'cut', place: 'request', how: 'reset' } as const
  const faulty = item('a', { ...FAILING, faults: [{ at: 0, count: 9, fault }] })
  const given = list([faulty, item('b')], { failFast: false, maxParallel: 1 })
  const { violations, ends } = await proveIsolation({ list: given, name: 'a' })
  expect(violations).toEqual([])
  expect(ends.get('b')).toBe('Succeeded')
})
