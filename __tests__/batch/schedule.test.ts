/**
 * The order of a list: rows of small lists, and random plans that are driven to their end.
 */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { findCycles } from '../../src/batch/needs.ts'
import {
  advance,
  closeSchedule,
  createSchedule,
  type Decider,
  endItems,
  isOver,
  type Judgement,
  type Schedule,
  type ScheduledItem,
  worstStatus
} from '../../src/batch/schedule.ts'
import type { OutcomeStatus } from '../../src/run/outcome.ts'

const RULES = { maxParallel: 10, failFast: true }
const always: Decider = {
  judge: () => ({ kind: 'true' }),
  open: () => ({ kind: 'open', operations: [] })
}

/** `c: a b` is an operation c that needs a and b. */
function list(...lines: readonly string[]): readonly ScheduledItem[] {
  return lines.map((line) => {
    const [name = '', needs = ''] = line.split(':')
    return { name, needs: needs.split(' ').filter(Boolean) }
  })
}

/** State of each operation in a word: why it was not sent, or its status. */
function tell({ states }: Schedule): Readonly<Record<string, string>> {
  return Object.fromEntries(
    [...states].map(([name, state]) => {
      if (state.kind !== 'ended') return [name, state.kind]
      const { status, notSent } = state
      const of = notSent !== undefined && 'name' in notSent ? ` ${notSent.name}` : ''
      return [name, notSent === undefined ? status : `${status}: ${notSent.kind}${of}`]
    })
  )
}

describe('advance', () => {
  it('starts what needs nothing, in the order of the list', () => {
    const { starts, ends } = advance(createSchedule(list('c: a', 'b', 'a'), RULES), always)
    expect([starts, ends]).toEqual([['b', 'a'], []])
  })

  it('starts no more than there is room for, and the next when one has ended', () => {
    const rules = { ...RULES, maxParallel: 2 }
    const first = advance(createSchedule(list('a', 'b', 'c', 'd'), rules), always)
    expect(first.starts).toEqual(['a', 'b'])
    expect(advance(first.schedule, always).starts).toEqual([])
    const next = advance(endItems(first.schedule, [{ name: 'b', status: 'Succeeded' }]), always)
    expect(next.starts).toEqual(['c'])
  })

  it.each<readonly [OutcomeStatus, boolean, Readonly<Record<string, string>>]>([
    ['Succeeded', true, { a: 'Succeeded', b: 'running', c: 'waiting' }],
    ['Failed', true, { a: 'Failed', b: 'Skipped: needs a', c: 'Skipped: needs b' }],
    ['Unknown', false, { a: 'Unknown', b: 'Skipped: needs a', c: 'Skipped: needs b' }],
    ['Canceled', false, { a: 'Canceled', b: 'Skipped: needs a', c: 'Skipped: needs b' }],
    // What still runs is not done.
    ['InProgress', true, { a: 'InProgress', b: 'Skipped: needs a', c: 'Skipped: needs b' }]
  ])('after %s, fail-fast %o', (status, failFast, states) => {
    const first = advance(
      createSchedule(list('a', 'b: a', 'c: b'), { ...RULES, failFast }),
      always
    ).schedule
    expect(tell(advance(endItems(first, [{ name: 'a', status }]), always).schedule)).toEqual(states)
  })

  it('starts nothing more after a failure, and lets what runs go on', () => {
    const rules = { ...RULES, maxParallel: 2 }
    const items = list('a', 'b', 'c', 'd')
    const first = advance(createSchedule(items, rules), always).schedule
    const next = advance(endItems(first, [{ name: 'a', status: 'TimedOut' }]), always)
    expect(tell(next.schedule)).toEqual({
      a: 'TimedOut',
      b: 'running',
      c: 'Skipped: fail-fast a',
      d: 'Skipped: fail-fast a'
    })
    const without = advance(createSchedule(items, { ...rules, failFast: false }), always).schedule
    expect(advance(endItems(without, [{ name: 'a', status: 'Failed' }]), always).starts).toEqual([
      'c'
    ])
  })

  it('takes what its own `if` has skipped for done, and nothing else that is skipped', () => {
    const items = list('a', 'b: a', 'c: b', 'd: a')
    const judge = (name: string): Judgement => ({ kind: name === 'a' ? 'false' : 'true' })
    const { schedule } = advance(createSchedule(items, RULES), { ...always, judge })
    expect(tell(schedule)).toEqual({
      a: 'Skipped: if',
      b: 'running',
      c: 'waiting',
      d: 'running'
    })
    const failed = endItems(schedule, [{ name: 'b', status: 'Failed' }])
    expect(tell(advance(failed, { ...always, judge }).schedule)).toMatchObject({
      c: 'Skipped: needs b'
    })
  })

  it('ends as failed what cannot be judged, and goes on by the rules of a failure', () => {
    const judge = (name: string): Judgement =>
      name === 'a' ? { kind: 'fault', message: 'of types' } : { kind: 'true' }
    const { schedule, starts, ends } = advance(createSchedule(list('a', 'b', 'c: a'), RULES), {
      ...always,
      judge
    })
    expect([starts, ends]).toEqual([[], ['a', 'b', 'c']])
    expect(tell(schedule)).toEqual({
      a: 'Failed: fault',
      b: 'Skipped: fail-fast a',
      c: 'Skipped: needs a'
    })
  })

  it('reaches what stands before what it needs', () => {
    const judge = (name: string): Judgement => ({ kind: name === 'c' ? 'false' : 'true' })
    const { starts, ends } = advance(createSchedule(list('a: b', 'b: c', 'c'), RULES), {
      ...always,
      judge
    })
    expect([starts, ends]).toEqual([['b'], ['c']])
  })
})

describe('endItems', () => {
  it.each(['waiting', 'ended'])('refuses what is %s: it would have run twice', (state) => {
    const start = createSchedule(list('a'), RULES)
    const schedule =
      state === 'waiting'
        ? start
        : endItems(advance(start, always).schedule, [{ name: 'a', status: 'Succeeded' }])
    expect(() => endItems(schedule, [{ name: 'a', status: 'Succeeded' }])).toThrow(
      'a is not running'
    )
  })
})

describe('closeSchedule', () => {
  it.each([
    ['deadline', 'TimedOut: deadline'],
    ['cancellation', 'Canceled: cancellation']
  ] as const)('at the %s starts nothing more and leaves what runs', (by, word) => {
    const { schedule } = advance(createSchedule(list('a', 'b: a'), RULES), always)
    const closed = closeSchedule(schedule, by)
    expect(tell(closed.schedule)).toEqual({ a: 'running', b: word })
    expect(closed.ends).toEqual(['b'])
    const ended = endItems(closed.schedule, [{ name: 'a', status: 'Succeeded' }])
    expect(advance(ended, always)).toMatchObject({ starts: [], ends: [] })
    expect([closed.schedule, ended].map(isOver)).toEqual([false, true])
  })
})

describe('worstStatus', () => {
  it.each<readonly [readonly OutcomeStatus[], OutcomeStatus]>([
    [['Succeeded', 'Failed', 'Unknown'], 'Failed'],
    [['Succeeded', 'TimedOut', 'Unknown'], 'Unknown'],
    [['Canceled', 'TimedOut'], 'TimedOut'],
    [['InProgress', 'Canceled'], 'Canceled'],
    [['Succeeded', 'InProgress'], 'InProgress'],
    [['Skipped', 'Succeeded'], 'Succeeded'],
    [['Skipped', 'Skipped'], 'Skipped'],
    [[], 'Skipped']
  ])('of %o is %s', (statuses, worst) => {
    expect(worstStatus(statuses)).toBe(worst)
  })
})

describe('findCycles', () => {
  it.each<readonly [readonly string[], readonly (readonly string[])[]]>([
    [['a', 'b: a', 'c: a b'], []],
    [['a: a'], [['a']]],
    [['a: b', 'b: a'], [['a', 'b']]],
    [['x: a', 'a: b', 'b: c', 'c: a', 'd: a'], [['a', 'b', 'c']]],
    [
      ['a: b', 'b: a', 'c: d', 'd: c'],
      [
        ['a', 'b'],
        ['c', 'd']
      ]
    ],
    [['a: nowhere'], []]
  ])('of %o are %o', (lines, cycles) => {
    expect(findCycles(list(...lines))).toEqual(cycles)
  })

  it('goes through a chain of thousands', () => {
    const chain = Array.from({ length: 5_000 }, (_, index) => ({
      name: `n${index}`,
      needs: index === 0 ? [] : [`n${index - 1}`]
    }))
    expect(findCycles(chain.toReversed())).toEqual([])
    expect(findCycles([...chain.slice(1), { name: 'n0', needs: ['n4999'] }])).toHaveLength(1)
  })
})

/** Plan whose needs only go back, in an order of its own, so that there is no circle. */
const plans = fc
  .array(
    fc.record({
      needs: fc.array(fc.nat(), { maxLength: 3 }),
      judgement: fc.constantFrom<Judgement['kind']>('true', 'true', 'true', 'false', 'fault'),
      status: fc.constantFrom<OutcomeStatus>(
        'Succeeded',
        'Succeeded',
        'Succeeded',
        'Failed',
        'Unknown'
      )
    }),
    { minLength: 1, maxLength: 30 }
  )
  .chain((rows) => {
    const items = rows.map(({ needs }, index) => ({
      name: `n${index}`,
      needs: index === 0 ? [] : [...new Set(needs.map((need) => `n${need % index}`))]
    }))
    return fc.record({
      rows: fc.constant(rows),
      items: fc.shuffledSubarray(items, { minLength: items.length }),
      maxParallel: fc.integer({ min: 1, max: 5 }),
      failFast: fc.boolean(),
      // Which of those that run ends next, and when the step itself ends.
      picks: fc.array(fc.nat(), { minLength: 60, maxLength: 60 }),
      closesAfter: fc.option(fc.nat({ max: 40 }), { nil: undefined })
    })
  })

describe('a random plan', () => {
  it('is driven to its end, and no promise is broken on the way', () => {
    fc.assert(
      fc.property(plans, ({ rows, items, maxParallel, failFast, picks, closesAfter }) => {
        const row = (name: string) => rows[Number(name.slice(1))]
        const judge = (name: string): Judgement => {
          const kind = row(name)?.judgement ?? 'true'
          return kind === 'fault' || kind === 'lost' ? { kind, message: 'of types' } : { kind }
        }
        const isDone = (schedule: Schedule, name: string) => {
          const state = schedule.states.get(name)
          if (state?.kind !== 'ended') return false
          return state.status === 'Succeeded' || state.notSent?.kind === 'if'
        }
        const started: string[] = []
        const ended: string[] = []
        let hasFailed = false
        let schedule = createSchedule(items, { maxParallel, failFast })
        for (let turn = 0; !isOver(schedule); turn += 1) {
          expect(turn).toBeLessThan(items.length + 2)
          if (turn === closesAfter) {
            const closed = closeSchedule(schedule, 'deadline')
            schedule = closed.schedule
            ended.push(...closed.ends)
          }
          const moved = advance(schedule, { ...always, judge })
          schedule = moved.schedule
          for (const name of moved.starts) {
            expect(
              items
                .find((item) => item.name === name)
                ?.needs.every((need) => isDone(schedule, need))
            ).toBe(true)
            expect(hasFailed && failFast).toBe(false)
          }
          started.push(...moved.starts)
          ended.push(...moved.ends)
          const running = items.filter(({ name }) => schedule.states.get(name)?.kind === 'running')
          expect(running.length).toBeLessThanOrEqual(maxParallel)
          hasFailed ||= moved.ends.some((name) => row(name)?.judgement === 'fault')
          const next = running[(picks[turn] ?? 0) % Math.max(1, running.length)]
          if (next === undefined) continue
          const status = row(next.name)?.status ?? 'Succeeded'
          schedule = endItems(schedule, [{ name: next.name, status }])
          ended.push(next.name)
          hasFailed ||= status !== 'Succeeded'
        }
        expect(new Set(started).size).toBe(started.length)
        expect(ended.toSorted()).toEqual(items.map(({ name }) => name).toSorted())
      })
    )
  })
})
