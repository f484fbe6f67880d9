/**
 * The order of a list with loops, and of one that an earlier step had begun: each row is a small list, what happens to it
 * and how it stands then.
 */
import { describe, expect, it } from 'vitest'
import {
  advance,
  closeSchedule,
  createSchedule,
  type Decider,
  endItems,
  type ItemEnd,
  isOver,
  type Opening,
  type PastStates,
  type Schedule,
  type ScheduledItem
} from '../../src/batch/schedule.ts'

interface Given {
  readonly items: readonly ScheduledItem[]
  readonly lists?: Readonly<Record<string, readonly string[] | Exclude<Opening, { kind: 'open' }>>>
  readonly falseIfs?: readonly string[]
  readonly maxParallel?: number
  readonly failFast?: boolean
  readonly past?: PastStates
}

/** Operations of a loop by its name and their elements. */
function name(loop: string, keys: readonly string[]): readonly string[] {
  return keys.map((key) => `${loop}[${key}]`)
}

function createDecider({ lists = {}, falseIfs = [] }: Given): Decider {
  return {
    judge: (each) => ({ kind: falseIfs.includes(each) ? 'false' : 'true' }),
    open: (each) => {
      const list = lists[each] ?? []
      return 'kind' in list ? list : { kind: 'open', operations: name(each, list) }
    }
  }
}

/** Drives a list: each turn ends what it names, `a` as succeeded, `a!` as failed. Tells what starts in each turn. */
function drive(given: Given, turns: readonly (readonly string[])[]) {
  const { items, maxParallel = 100, failFast = true, past } = given
  const decider = createDecider(given)
  const starts: string[] = []
  let schedule = createSchedule(items, { maxParallel, failFast }, past)
  const move = () => {
    const step = advance(schedule, decider)
    schedule = step.schedule
    starts.push(step.starts.join(' '))
  }
  move()
  for (const turn of turns) {
    const ends = turn.map((each): ItemEnd => {
      const status = each.endsWith('!') ? 'Failed' : 'Succeeded'
      return { name: each.replace('!', ''), status }
    })
    schedule = endItems(schedule, ends)
    move()
  }
  return { starts, states: tell(schedule), isOver: isOver(schedule) }
}

function tell({ states }: Schedule): Readonly<Record<string, string>> {
  return Object.fromEntries(
    [...states].map(([each, state]) => {
      if (state.kind !== 'ended') return [each, state.kind]
      const { status, notSent } = state
      const of = notSent !== undefined && 'name' in notSent ? ` ${notSent.name}` : ''
      return [each, notSent === undefined ? status : `${status}: ${notSent.kind}${of}`]
    })
  )
}

const item = (each: string, needs: readonly string[] = []): ScheduledItem => ({ name: each, needs })
const loop = (
  each: string,
  rules: ScheduledItem['loop'] = {},
  needs: readonly string[] = []
): ScheduledItem => ({ name: each, needs, loop: rules })
const known = (each: string, keys: readonly string[]) => ({ operations: name(each, keys) })

describe('a loop', () => {
  it.each<[string, Given, readonly (readonly string[])[], readonly string[]]>([
    [
      'with a known list starts all there is room for, in the order of its elements',
      { items: [loop('a', known('a', ['x', 'y', 'z'])), item('b')], maxParallel: 2 },
      [['a[x]'], ['a[y]', 'a[z]']],
      ['a[x] a[y]', 'a[z]', 'b']
    ],
    [
      'runs no more at once than it says itself, and lets what stands behind it pass',
      { items: [loop('a', { ...known('a', ['x', 'y']), maxParallel: 1 }), item('b')] },
      [['a[x]'], ['a[y]', 'b']],
      ['a[x] b', 'a[y]', '']
    ],
    [
      'looks at its list when its needs are done',
      { items: [loop('a', {}, ['list']), item('list')], lists: { a: ['x', 'y'] } },
      [['list'], ['a[x]', 'a[y]']],
      ['list', 'a[x] a[y]', '']
    ],
    [
      'lets nothing that needs it start before all of it is done',
      { items: [item('after', ['a']), loop('a', known('a', ['x', 'y']))] },
      [['a[y]'], ['a[x]'], ['after']],
      ['a[x] a[y]', '', 'after', '']
    ],
    [
      'without elements is done at once',
      { items: [item('after', ['a']), loop('a')], lists: { a: [] } },
      [['after']],
      ['after', '']
    ],
    [
      'of known elements and none of them is done at once',
      { items: [item('after', ['a']), loop('a', known('a', []))] },
      [['after']],
      ['after', '']
    ],
    [
      'that follows another starts each element when that of the other is done',
      {
        items: [
          loop('swap', { ...known('swap', ['x', 'y']), follows: 'site' }),
          loop('site', known('site', ['x', 'y']))
        ]
      },
      [['site[y]'], ['swap[y]', 'site[x]'], ['swap[x]']],
      ['site[x] site[y]', 'swap[y]', 'swap[x]', '']
    ],
    [
      'that follows one whose list comes from a response has the same elements',
      {
        items: [loop('swap', { follows: 'site' }), loop('site', {}, ['list']), item('list')],
        lists: { site: ['x', 'y'], swap: ['x', 'y'] }
      },
      [['list'], ['site[x]'], ['swap[x]', 'site[y]'], ['swap[y]']],
      ['list', 'site[x] site[y]', 'swap[x]', 'swap[y]', '']
    ],
    [
      'waits for the whole of a loop that it needs, too',
      {
        items: [
          loop('site', known('site', ['x', 'y'])),
          loop('swap', { ...known('swap', ['x', 'y']), follows: 'site' }, ['site'])
        ]
      },
      [['site[x]'], ['site[y]']],
      ['site[x] site[y]', '', 'swap[x] swap[y]']
    ]
  ])('%s', (_rule, given, turns, starts) => {
    expect(drive(given, turns).starts).toEqual(starts)
  })

  it.each<[string, Given, readonly (readonly string[])[], Readonly<Record<string, string>>]>([
    [
      'that has failed in one keeps what needs it from starting, while its others go on',
      {
        items: [loop('a', known('a', ['x', 'y'])), item('after', ['a'])],
        failFast: false
      },
      [['a[x]!']],
      { a: 'open', 'a[x]': 'Failed', 'a[y]': 'running', after: 'Skipped: needs a' }
    ],
    [
      'ends with the worst of its operations',
      { items: [loop('a', known('a', ['x', 'y']))], failFast: false },
      [['a[x]!'], ['a[y]']],
      { a: 'Failed', 'a[x]': 'Failed', 'a[y]': 'Succeeded' }
    ],
    [
      'with fail-fast starts no more of its own',
      { items: [loop('a', { ...known('a', ['x', 'y', 'z']), maxParallel: 2 })] },
      [['a[x]!']],
      { a: 'open', 'a[x]': 'Failed', 'a[y]': 'running', 'a[z]': 'Skipped: fail-fast a[x]' }
    ],
    [
      'that follows skips those alone whose forerunner has failed',
      {
        items: [
          loop('site', known('site', ['x', 'y'])),
          loop('swap', { ...known('swap', ['x', 'y']), follows: 'site' })
        ],
        failFast: false
      },
      [['site[x]!', 'site[y]']],
      {
        site: 'Failed',
        'site[x]': 'Failed',
        'site[y]': 'Succeeded',
        swap: 'open',
        'swap[x]': 'Skipped: needs site[x]',
        'swap[y]': 'running'
      }
    ],
    [
      'whose elements are skipped by their own if is done',
      {
        items: [loop('a', known('a', ['x', 'y'])), item('after', ['a'])],
        falseIfs: ['a[x]', 'a[y]']
      },
      [],
      { a: 'Skipped', 'a[x]': 'Skipped: if', 'a[y]': 'Skipped: if', after: 'running' }
    ],
    [
      'that is left out before its list is known is done, and what follows it has no elements',
      {
        items: [loop('a'), loop('b', { follows: 'a' }), item('after', ['a', 'b'])],
        falseIfs: ['a'],
        lists: { a: { kind: 'fault', message: 'never looked at' } }
      },
      [],
      { a: 'Skipped: if', b: 'Skipped', after: 'running' }
    ],
    [
      'whose list has a fault fails under its own name, and what follows it is skipped',
      {
        items: [loop('a'), loop('b', { follows: 'a' })],
        lists: { a: { kind: 'fault', message: 'gives an object' } },
        failFast: false
      },
      [],
      { a: 'Failed: fault', b: 'Skipped: needs a' }
    ],
    [
      'whose list is lost is skipped',
      { items: [loop('a')], lists: { a: { kind: 'lost', message: 'not kept' } } },
      [],
      { a: 'Skipped: lost' }
    ],
    [
      'that never opened is skipped as a whole',
      { items: [item('list'), loop('a', {}, ['list'])], failFast: false },
      [['list!']],
      { list: 'Failed', a: 'Skipped: needs list' }
    ]
  ])('%s', (_rule, given, turns, states) => {
    expect(drive(given, turns).states).toEqual(states)
  })

  it('is over with the last of its operations', () => {
    const given = { items: [loop('a', known('a', ['x']))] }
    expect(drive(given, []).isOver).toBe(false)
    expect(drive(given, [['a[x]']])).toMatchObject({ isOver: true, states: { a: 'Succeeded' } })
  })
})

describe('a list that an earlier step had begun', () => {
  const past = (
    ended: Readonly<Record<string, string>>,
    ...accepted: readonly string[]
  ): PastStates => ({
    accepted: new Set(accepted),
    ended: new Map(
      Object.entries(ended).map(([each, end]) => [
        each,
        end === 'if'
          ? { status: 'Skipped', notSent: { kind: 'if' } }
          : { status: end === 'Failed' ? 'Failed' : 'Succeeded' }
      ])
    )
  })

  it.each<[string, Given, readonly (readonly string[])[], readonly string[]]>([
    [
      'starts nothing that has ended',
      { items: [item('a'), item('b', ['a'])], past: past({ a: 'Succeeded' }) },
      [],
      ['b']
    ],
    [
      'takes up at once what was accepted, whatever it needs and however many run',
      {
        items: [item('a'), item('b', ['a']), item('c')],
        maxParallel: 1,
        past: past({}, 'b', 'c')
      },
      [['b'], ['c']],
      ['b c', '', 'a']
    ],
    [
      'follows what was accepted although another had failed, and starts no more',
      { items: [item('a'), item('b'), item('c')], past: past({ a: 'Failed' }, 'b') },
      [],
      ['b']
    ],
    [
      'goes on with the elements of a loop that had not started',
      {
        items: [loop('a', known('a', ['x', 'y', 'z'])), item('after', ['a'])],
        past: past({ 'a[x]': 'Succeeded' }, 'a[y]')
      },
      [['a[y]', 'a[z]']],
      ['a[y] a[z]', 'after']
    ],
    [
      'has done what its if had left out, and loops without a list',
      {
        items: [item('a'), loop('b'), item('c', ['a', 'b'])],
        past: past({ a: 'if', b: 'if' })
      },
      [],
      ['c']
    ]
  ])('%s', (_rule, given, turns, starts) => {
    expect(drive(given, turns).starts).toEqual(starts)
  })

  it('takes up what was accepted at its own end, too: that was sent', () => {
    const items = [item('a'), item('b')]
    const start = createSchedule(items, { maxParallel: 1, failFast: true }, past({}, 'b'))
    const { schedule, starts, ends } = closeSchedule(start, 'cancellation')
    expect([starts, ends]).toEqual([['b'], ['a']])
    expect(tell(schedule)).toEqual({ a: 'Canceled: cancellation', b: 'running' })
  })
})
