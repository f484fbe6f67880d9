/**
 * What the state of a step keeps of responses and elements: what is still read, no secret, and no whole body.
 */
import { describe, expect, it } from 'vitest'
import { digestElement } from '../../src/batch/elements.ts'
import { findMissing, type KeptValue, keepAll, keepNeeded } from '../../src/batch/kept-values.ts'
import type { ListPlan, PlannedItem, PlannedLoop } from '../../src/batch/plan.ts'
import { createStateKeeper } from '../../src/batch/state-keeper.ts'
import type { StateOperation, StatePast } from '../../src/batch/step-state.ts'
import { loadLibrary } from '../../src/condition/jmespath.ts'
import { listPaths, type ReadPaths } from '../../src/condition/paths.ts'
import type { JsonValue } from '../../src/http/message.ts'

const library = await loadLibrary()
const SECRET = 'hunter2-hunter2'
const hide = (text: string) => text.replaceAll(SECRET, '***')

/** What an expression reads. */
const read = (text: string) => listPaths(library.compile(text))
const readOf = (text: string): ReadPaths => read(text).get('v') ?? 'all'

function nest(depth: number): JsonValue {
  let value: JsonValue = 1
  for (let level = 0; level < depth; level += 1) value = [value]
  return value
}

const keep = (value: JsonValue, text: string, isWholeKept = false) =>
  keepNeeded(keepAll(value), readOf(text), { hide, isWholeKept })

describe('a value that is kept', () => {
  it.each<readonly [string, JsonValue, string, JsonValue, KeptValue['marks']]>([
    ['a field', { a: 1, b: 2 }, 'v.a', { a: 1 }, []],
    ['a whole body', { a: 1 }, 'v', null, [{ path: [], why: 'body' }]],
    ['a response that is one text', 'text', 'v', 'text', []],
    ['no response', null, 'v.a', null, []],
    [
      'a secret',
      { a: [SECRET, 'x'] },
      'v.a',
      { a: [null, 'x'] },
      [{ path: ['a', '0'], why: 'secret' }]
    ],
    [
      'a secret in a text',
      { a: `k=${SECRET}` },
      'v.a',
      { a: null },
      [{ path: ['a'], why: 'secret' }]
    ],
    [
      'a field named so',
      { a: { [SECRET]: 1 } },
      'v.a',
      { a: null },
      [{ path: ['a'], why: 'secret' }]
    ],
    ['too much', { a: 'x'.repeat(8_000) }, 'v.a', null, [{ path: [], why: 'size' }]]
  ])('%s', (_what, value, text, kept, marks) => {
    expect(keep(value, text)).toMatchObject({ value: kept, marks })
  })

  it('is left out where it is nested too deeply to be looked through', () => {
    expect(keep({ a: nest(3_000) }, 'v.a').marks).toEqual([{ path: [], why: 'size' }])
  })

  it('is whole where that is allowed', () => {
    expect(keep({ a: 1 }, 'v', true)).toMatchObject({ value: { a: 1 }, marks: [] })
  })

  it('becomes no more by being kept again, and no mark is lost', () => {
    const first = keep({ a: { b: SECRET, c: 2 }, d: 3 }, 'v.[a.b, a.c, d]')
    const again = keepNeeded(first, readOf('v.[a, e]'), { hide })
    expect(again).toEqual({
      value: { a: { b: null, c: 2 } },
      paths: new Map([
        [
          'a',
          new Map([
            ['b', 'all'],
            ['c', 'all']
          ])
        ]
      ]),
      marks: [{ path: ['a', 'b'], why: 'secret' }]
    })
  })

  const kept = keep(
    { id: 'x', key: SECRET, list: [{ n: 1, k: SECRET }, { n: 2 }] },
    'v.[id, key, list[*].n, list[*].k]'
  )
  it.each<readonly [string, unknown]>([
    ['v.id', undefined],
    ['v.list[*].n', undefined],
    ['v.list[1].n', undefined],
    ['v.key', { path: ['key'], why: 'secret' }],
    ['v.list[0].k', { path: ['list', '0', 'k'], why: 'secret' }],
    ['v.other', { path: [], why: 'unread' }],
    ['v.list', { path: ['list', '0', 'k'], why: 'secret' }],
    ['v.list[*].other', { path: [], why: 'unread' }],
    ['v', { path: ['key'], why: 'secret' }]
  ])('lacks for %s: %o', (text, missing) => {
    const paths = readOf(text)
    if (missing === undefined) expect(findMissing(kept, paths)).toBeUndefined()
    else expect(findMissing(kept, paths)).toMatchObject({ why: expect.any(String), ...missing })
  })

  it('that is not there lacks everything', () => {
    expect(findMissing(undefined, new Map())).toEqual({ path: [], why: 'unread' })
  })
})

interface GivenItem {
  /** Expressions over other items. */
  readonly reads?: readonly string[]
  readonly loop?: Partial<PlannedLoop>
}

function plan(given: Readonly<Record<string, GivenItem>>, outputs = "'none'"): ListPlan {
  const items = Object.entries(given).map(([name, { reads = [], loop }]): PlannedItem => {
    const all = new Map<string, ReadPaths>(reads.flatMap((text) => [...read(text)]))
    const { itemReads } = loop ?? {}
    return {
      name,
      needs: [...all.keys()],
      reads: all,
      digest: `of-${name}`,
      shown: { method: 'PUT', url: `/${name}?k=${SECRET}` },
      judge: () => ({ kind: 'true' }),
      prepare: () => Promise.reject(new Error('not here')),
      ...(loop && {
        loop: { followed: [], isJudgedWhole: false, ...loop, ...(itemReads && { itemReads }) }
      })
    }
  })
  return {
    items,
    rules: { maxParallel: 9, failFast: true },
    timeoutMs: 1,
    wait: true,
    outputs: [],
    outputReads: read(outputs),
    results: { maskedOutputs: [], responseFile: '', ownFolders: [] }
  }
}

const END = { method: 'PUT', url: 'u', startedAt: 1, endedAt: 2 } as const
const ended: StatePast = { kind: 'ended', end: { ...END, ending: { kind: 'succeeded' } } }
const accepted: StatePast = { kind: 'accepted', handle: 'h' }
const pasts = (given: Readonly<Record<string, StatePast>>) => new Map(Object.entries(given))
const element = (value: string) => ({ key: value, value })

describe('the state of a step', () => {
  it('has of a response what is read by what has not started, and by the outputs', () => {
    const keeper = createStateKeeper(
      plan(
        { plan: {}, site: { reads: ['plan.id'] }, slot: { reads: ['plan.[sku.name]'] } },
        'plan.kind'
      ),
      hide
    )
    keeper.keep('plan', { id: 1, sku: { name: 2, size: 3 }, kind: 4, more: 5 })
    const responseAt = (given: Readonly<Record<string, StatePast>>) =>
      keeper.compose(pasts(given)).items[0]?.own?.response?.value
    expect(responseAt({ plan: ended })).toEqual({ id: 1, sku: { name: 2 }, kind: 4 })
    expect(responseAt({ plan: ended, site: ended })).toEqual({ sku: { name: 2 }, kind: 4 })
    // What was accepted is read by its own fields again.
    expect(responseAt({ plan: ended, site: accepted, slot: ended })).toEqual({ id: 1, kind: 4 })
    expect(responseAt({ plan: ended, site: ended, slot: { kind: 'left-out' } })).toEqual({
      kind: 4
    })
  })

  it('says of what has not ended what will be read of it', () => {
    const keeper = createStateKeeper(plan({ plan: {}, site: { reads: ['plan.id'] } }), hide)
    const { items } = keeper.compose(pasts({ plan: accepted }))
    expect(items[0]).toEqual({
      name: 'plan',
      digest: 'of-plan',
      method: 'PUT',
      url: '/plan?k=***',
      own: { past: accepted, needed: new Map([['id', 'all']]) }
    })
    expect(items[1]?.own).toEqual({ past: { kind: 'not-started' } })
  })

  it('has of a loop each operation, and of its responses what is read of them all and of each', () => {
    const keeper = createStateKeeper(
      plan(
        {
          site: { loop: { elements: [element('a'), element('b')] } },
          swap: { reads: ['site.id'], loop: { follows: 'site', followed: ['site'] } }
        },
        'site[*].host'
      ),
      hide
    )
    for (const loop of ['site', 'swap']) keeper.open(loop, [element('a'), element('b')])
    keeper.keep('site[a]', { id: 1, host: 2, more: 3 })
    const [site, swap] = keeper.compose(pasts({ 'site[a]': ended, 'site[b]': accepted })).items
    expect(site?.operations).toMatchObject([
      {
        past: ended,
        element: { key: 'a', digest: digestElement('a') },
        response: { value: { id: 1, host: 2 } }
      },
      {
        past: accepted,
        needed: new Map([
          ['host', 'all'],
          ['id', 'all']
        ])
      }
    ])
    expect(site?.operations?.[0]?.element).not.toHaveProperty('value')
    expect(swap?.operations).toMatchObject([
      { past: { kind: 'not-started' }, element: { key: 'a' } },
      { past: { kind: 'not-started' }, element: { key: 'b' } }
    ])
  })

  it('has of a list that came from a response what is read of each element, until nobody reads it', () => {
    const list = () => ({ kind: 'list', elements: [] }) as const
    const itemReads = read('v.id').get('v')
    const keeper = createStateKeeper(
      plan({
        stop: { loop: { list, ...(itemReads && { itemReads }) } },
        start: {
          loop: { follows: 'stop', followed: ['stop'], itemReads: new Map([['tags', 'all']]) }
        }
      }),
      hide
    )
    expect(keeper.compose(pasts({})).items[0]).toMatchObject({
      own: { past: { kind: 'not-started' } }
    })
    const value = { id: '/a', tags: { x: SECRET }, more: 1 }
    for (const loop of ['stop', 'start']) keeper.open(loop, [{ key: 'a', value }])
    const elementAt = (given: Readonly<Record<string, StatePast>>) =>
      keeper.compose(pasts(given)).items[0]?.operations?.[0]?.element
    expect(elementAt({ 'stop[a]': ended })).toEqual({
      key: 'a',
      digest: digestElement(value),
      value: expect.objectContaining({
        value: { id: '/a', tags: { x: null } },
        marks: [{ path: ['tags', 'x'], why: 'secret' }]
      })
    })
    expect(elementAt({ 'stop[a]': ended, 'start[a]': ended })).toEqual({
      key: 'a',
      digest: digestElement(value)
    })
  })

  it('is carried on by a step that resumes it alone', () => {
    const response = keep({ id: 1, more: 2 }, 'v.id')
    const origins = new Map([
      ['plan', { past: ended, response }],
      ['site', { past: accepted, needed: readOf('v.host') }]
    ])
    const carried = {
      origins,
      gone: new Map(),
      isAlone: true
    } as const
    const keeper = createStateKeeper({ ...plan({ plan: {}, site: {} }), carried }, hide)
    keeper.keep('site', { host: 'h', more: 2 })
    const [first, second] = keeper.compose(pasts({ plan: ended, site: ended })).items
    expect(first?.own?.response).toEqual(response)
    expect(second?.own?.response?.value).toEqual({ host: 'h' })
  })

  it('has what the earlier step did until this one has come to it', () => {
    const origins = new Map<string, StateOperation>([
      ['plan', { past: ended }],
      ['site[a]', { past: accepted, element: { key: 'a', digest: 'e' } }],
      ['last', { past: { kind: 'not-started' } }]
    ])
    const items = { plan: {}, site: { loop: { elements: [element('a')] } }, last: {} }
    const carried = { origins, gone: new Map() }
    const keeper = createStateKeeper({ ...plan(items), carried }, hide)
    const kindsOf = (told: Readonly<Record<string, StatePast>>) =>
      keeper
        .compose(pasts(told))
        .items.map(({ own, operations }) => (own ?? operations?.[0])?.past.kind)
    expect(kindsOf({})).toEqual(['ended', 'accepted', 'not-started'])
    const waiting = { kind: 'not-started' } as const
    const told = { plan: waiting, 'site[a]': waiting, last: accepted }
    expect(kindsOf(told)).toEqual(['ended', 'accepted', 'accepted'])
    expect(kindsOf({ 'site[a]': ended })).toEqual(['ended', 'ended', 'not-started'])
  })

  it('has what is not in the list any more where it was', () => {
    const origin = { past: accepted, element: { key: 'b', digest: 'e' } }
    const was = { digest: 'd', method: 'PUT', url: '/' } as const
    const carried = {
      origins: new Map<string, typeof origin | { past: StatePast }>([
        ['site[b]', origin],
        ['old', { past: accepted }]
      ]),
      gone: new Map([
        ['site[b]', { ...was, name: 'site' }],
        ['old', { ...was, name: 'old' }]
      ])
    }
    const items = { site: { loop: { elements: [element('a')] } }, 'site[b]': {}, old: {} }
    const keeper = createStateKeeper({ ...plan(items), carried }, hide)
    keeper.open('site', [element('a')])
    const state = keeper.compose(pasts({ 'site[b]': accepted, old: accepted }))
    expect(state.items.map(({ name }) => name)).toEqual(['site', 'old'])
    expect(state.items[0]?.operations?.map((each) => each.element?.key)).toEqual(['a', 'b'])
    expect(state.items[1]).toEqual({ ...was, name: 'old', own: { past: accepted } })
  })
})
