/**
 * Random lists of operations, as fast-check arbitraries that shrink to the simplest one: what each needs and refers to,
 * when it is left out, what its loops go over, and the rules and the end of the step. Each operation is a random case of
 * scenarios.ts.
 */
import fc from 'fast-check'
import { nameOperation } from '../../src/batch/plan.ts'
import type { JsonValue } from '../../src/http/message.ts'
import { omitUndefined } from '../../src/values.ts'
import { PROVEN_HABITS } from './habits.ts'
import { TIME_ORDERS, type TimeOrder } from './proof-time.ts'
import { type Case, createCases, type Setting } from './scenarios.ts'

/** The `if` of an operation. */
export const CONDITIONS = ['none', 'false', 'fault', 'throws', 'answered'] as const
/** What comes of filling in its references: the last two run into a fault, and into a defect of ours. */
export const PREPARATIONS = ['ready', 'fault', 'throws'] as const

/** Operation, whatever it waits for. */
export interface OperationCase extends Case {
  /** `answered` is true where the first response that it refers to is not null. */
  readonly condition: (typeof CONDITIONS)[number]
  readonly preparation: (typeof PREPARATIONS)[number]
  /** How long that takes. */
  readonly preparesMs: number
  /** A defect of ours keeps it from running at all. */
  readonly isBroken: boolean
}

/** Item of a list. Of a loop that is looked at as a whole, `condition` is the loop's. */
export interface ListedCase extends OperationCase {
  readonly name: string
  readonly needs: readonly string[]
  /** Names out of `needs` whose responses it refers to. */
  readonly reads: readonly string[]
  readonly loop?: LoopCase
}

/** Loop of a list. */
export interface LoopCase {
  /** Its list, or that of the loop that it follows is known, or given by the first response that the loop refers to. */
  readonly kind: 'known' | 'response' | 'follower'
  /** What its list holds; some of it twice. */
  readonly values: readonly JsonValue[]
  readonly elements: readonly ElementCase[]
  /** Names of the loop that it follows, of the one which that follows, and so on. */
  readonly followed: readonly string[]
  /** Names out of `followed` whose responses with its own element it refers to. */
  readonly sees: readonly string[]
  readonly maxParallel?: number
  readonly isJudgedWhole: boolean
  /** What comes of its list, where that is given by a response. */
  readonly listing: (typeof PREPARATIONS)[number]
}

/** Element of a loop, and the operation with it. */
export interface ElementCase {
  readonly key: string
  readonly value: JsonValue
  readonly operation: OperationCase
}

/** A list, and what becomes of its step. */
export interface ListCase {
  readonly items: readonly ListedCase[]
  readonly maxParallel: number
  readonly failFast: boolean
  readonly wait: boolean
  readonly timeoutMs: number
  /** When the workflow is canceled, in milliseconds after the start. */
  readonly cancelAfterMs?: number
  /** Names of the operations whose responses the outputs read. */
  readonly outputReads: readonly string[]
  readonly order: TimeOrder
  /** How long an outcome takes to be kept. */
  readonly keepsMs: number
  /** Telling and keeping run into a defect of ours each time. */
  readonly isMute: boolean
  /** Whole responses are read, and not fields of them alone. */
  readonly readsWhole: boolean
}

/** Names that any object has, and a list may use, too. */
const NAMES = ['plan', 'constructor', 'toString', 'valueOf', 'hasOwnProperty', 'site']

const nameOf = (index: number): string => NAMES[index] ?? `n${index}`

/** Most operations succeed, or there would be no order to look at. */
const cases: fc.Arbitrary<Case> = fc.oneof(
  { weight: 3, arbitrary: createCases([]).map(toQuietCase) },
  { weight: 2, arbitrary: createCases(PROVEN_HABITS).map(toListedCase) }
)

function toQuietCase({ scenario, setting }: Case): Case {
  const quiet = {
    ...scenario,
    durationMs: scenario.durationMs % 60_000,
    ending: 'Succeeded',
    busyMs: 0,
    hidesNew: false,
    lateMonitor: 0
  } as const
  return toListedCase({
    scenario: quiet,
    setting: { ...setting, timeoutMs: MAX_TIMEOUT_MS, failedSignIns: [] },
    faults: []
  })
}

/** No operation of a list is followed for longer: what takes hours is proven of one alone. */
const MAX_TIMEOUT_MS = 900_000

const MAX_DURATION_MS = 1_200_000

/** The workflow is canceled for all of them at once. */
function toListedCase({ scenario, setting, faults }: Case): Case {
  const { cancelAfterMs: _own, ...others } = setting
  const durationMs = Math.min(MAX_DURATION_MS, scenario.durationMs)
  return {
    faults,
    scenario: { ...scenario, durationMs },
    setting: { ...others, timeoutMs: Math.min(MAX_TIMEOUT_MS, setting.timeoutMs) }
  }
}

const operations = fc.record({
  case: cases,
  condition: fc.oneof(
    { weight: 10, arbitrary: fc.constant('none' as const) },
    { weight: 2, arbitrary: fc.constantFrom('false' as const, 'answered' as const) },
    { weight: 1, arbitrary: fc.constantFrom(...CONDITIONS) }
  ),
  preparation: fc.oneof(
    { weight: 20, arbitrary: fc.constant('ready' as const) },
    { weight: 1, arbitrary: fc.constantFrom(...PREPARATIONS) }
  ),
  preparesMs: fc.constantFrom(0, 0, 0, 0, 80, 20_000),
  isBroken: fc.oneof(
    { weight: 30, arbitrary: fc.constant(false) },
    { weight: 1, arbitrary: fc.boolean() }
  )
})

/** How the elements of a loop are written: its key is found in each form another way. */
const FORMS: Readonly<Record<string, (index: number) => { key: string; value: JsonValue }>> = {
  text: (index) => ({ key: `e${index}`, value: `e${index}` }),
  path: (index) => ({ key: `e${index}`, value: `/subscriptions/1/e${index}` }),
  number: (index) => ({ key: `${index + 7}`, value: index + 7 }),
  object: (index) => ({ key: `e${index}`, value: { name: `e${index}`, place: index } }),
  resource: (index) => ({ key: `e${index}`, value: { id: `/subscriptions/1/e${index}` } }),
  nameless: (index) => ({ key: `${index}`, value: [{ size: index }] })
}

const loops = fc.record({
  count: fc.constantFrom(1, 2, 3, 4, 0),
  form: fc.constantFrom(...Object.values(FORMS)),
  repeats: fc.array(fc.nat({ max: 100 }), { maxLength: 2 }),
  isFromResponse: fc.boolean(),
  /** Which of the loops before it it follows. */
  follows: fc.option(fc.nat({ max: 100 }), { nil: undefined }),
  sees: fc.array(fc.boolean(), { minLength: 2, maxLength: 2 }),
  others: fc.array(operations, { maxLength: 2 }),
  maxParallel: fc.option(fc.integer({ min: 1, max: 2 }), { nil: undefined }),
  isJudgedWhole: fc.boolean(),
  listing: fc.oneof(
    { weight: 12, arbitrary: fc.constant('ready' as const) },
    { weight: 1, arbitrary: fc.constantFrom(...PREPARATIONS) }
  )
})

const rows = fc.record({
  operation: operations,
  /** Where it stands in the list. */
  place: fc.nat({ max: 100 }),
  needs: fc.array(fc.nat({ max: 100 }), { maxLength: 3 }),
  reads: fc.array(fc.boolean(), { minLength: 3, maxLength: 3 }),
  loop: fc.oneof({ weight: 3, arbitrary: fc.constant(undefined) }, { weight: 2, arbitrary: loops })
})

type Drawn<Arbitrary> = Arbitrary extends fc.Arbitrary<infer Value> ? Value : never
type Row = Drawn<typeof rows>

/** Needs go back only, so that there is no circle. */
function toItems(all: readonly Row[], wait: boolean): ListedCase[] {
  const items: ListedCase[] = []
  for (const [index, row] of all.entries()) {
    const base = { ...toOperation(row.operation, wait), name: nameOf(index) }
    const back = index === 0 ? [] : [...new Set(row.needs.map((need) => nameOf(need % index)))]
    const leaders = items.filter(({ loop }) => loop !== undefined)
    const leader = leaders[(row.loop?.follows ?? 0) % leaders.length]
    const followed =
      leader?.loop === undefined || row.loop?.follows === undefined
        ? []
        : [leader.name, ...leader.loop.followed]
    const needs = back.filter((name) => !followed.includes(name))
    // Without one there is no response that could give its list.
    const isGiven = row.loop?.isFromResponse === true
    const reads = needs.filter((_need, at) => row.reads[at] || (isGiven && at === 0))
    const item = { ...base, needs, reads }
    const loop =
      row.loop === undefined ? undefined : toLoop(row.loop, { item, wait, followed, leader })
    items.push(omitUndefined({ ...item, loop }))
  }
  const places = new Map(items.map(({ name }, index) => [name, all[index]?.place ?? 0]))
  const placeOf = ({ name }: ListedCase) => places.get(name) ?? 0
  return items.toSorted((one, other) => placeOf(one) - placeOf(other))
}

function toOperation({ case: own, ...row }: Drawn<typeof operations>, wait: boolean) {
  const setting: Setting = { ...own.setting, wait }
  return { ...own, ...row, setting }
}

interface LoopSurroundings {
  readonly item: ListedCase
  readonly wait: boolean
  readonly followed: readonly string[]
  readonly leader: ListedCase | undefined
}

function toLoop(
  { count, form, repeats, isFromResponse, others, ...row }: Drawn<typeof loops>,
  { item, wait, followed, leader }: LoopSurroundings
): LoopCase {
  const pool: OperationCase[] = [item, ...others.map((other) => toOperation(other, wait))]
  const isFollower = followed.length > 0
  const drawn = Array.from({ length: count }, (_, index) => form(index))
  const known: readonly { key: string; value: JsonValue }[] =
    isFollower && leader?.loop !== undefined ? leader.loop.elements : drawn
  const elements = known.map(({ key, value }, index) => {
    const { condition, preparation, preparesMs, isBroken, ...own } =
      pool[index % pool.length] ?? item
    const { scenario, setting, faults } = own
    const operation = { condition, preparation, preparesMs, isBroken, scenario, setting, faults }
    return { key, value, operation }
  })
  const values = elements.map(({ value }) => value)
  const twice = values.length === 0 ? [] : repeats.map((at) => values[at % values.length] ?? null)
  const kind = isFollower
    ? 'follower'
    : isFromResponse && item.reads.length > 0
      ? 'response'
      : 'known'
  const { isJudgedWhole, maxParallel, listing } = row
  return omitUndefined({
    kind,
    values: [...values, ...twice],
    elements,
    followed,
    sees: followed.filter((_name, at) => row.sees[at]),
    maxParallel,
    isJudgedWhole,
    listing
  } as const)
}

/** Operation of a list by the name under which it is run, or a loop under its own. */
export interface Member extends OperationCase {
  readonly name: string
  readonly needs: readonly string[]
  /** Names of the items whose whole responses it refers to. */
  readonly reads: readonly string[]
  /** Of a loop. */
  readonly loop?: LoopCase
  /** Of an operation of a loop. */
  readonly place?: Place
}

/** Place of an operation in its loop. */
export interface Place {
  readonly owner: string
  readonly index: number
  readonly value: JsonValue
  readonly loop: LoopCase
  /** Name of the operation that comes before it. */
  readonly forerunner?: string
  /** Names of the operations whose responses it refers to, by the names of their loops. */
  readonly seen: ReadonlyMap<string, string>
}

/** All that is run or opened of an item: itself, and the operations of it. */
export function listMembers(item: ListedCase): readonly Member[] {
  const { name, needs, reads, loop } = item
  if (loop === undefined) return [item]
  const members = loop.elements.map(({ key, value, operation }, index): Member => {
    const named = (owner: string) => nameOperation(owner, key)
    const [leader] = loop.followed
    const forerunner = leader === undefined ? undefined : named(leader)
    const seen = new Map(loop.sees.map((owner) => [owner, named(owner)]))
    const condition = loop.isJudgedWhole ? item.condition : operation.condition
    const place = omitUndefined({ owner: name, index, value, loop, forerunner, seen })
    return { ...operation, condition, name: named(name), needs, reads, place }
  })
  return [item, ...members]
}

/** Random lists of at most so many operations. */
export function createLists(maxItems: number): fc.Arbitrary<ListCase> {
  return fc
    .record({
      rows: fc.array(rows, { minLength: 1, maxLength: maxItems }),
      maxParallel: fc.oneof(fc.integer({ min: 1, max: 3 }), fc.constant(100)),
      failFast: fc.boolean(),
      wait: fc.constantFrom(true, true, true, true, true, true, true, false),
      timeoutMs: fc.constantFrom(3_600_000, 3_600_000, 600_000, 60_000, 5_000),
      cancelAfterMs: fc.oneof(
        { weight: 5, arbitrary: fc.constant(undefined) },
        { weight: 1, arbitrary: fc.integer({ min: 0, max: 90_000 }) }
      ),
      outputs: fc.array(fc.nat({ max: 100 }), { maxLength: 2 }),
      order: fc.constantFrom(...TIME_ORDERS),
      keepsMs: fc.constantFrom(0, 0, 0, 30),
      isMute: fc.oneof(
        { weight: 9, arbitrary: fc.constant(false) },
        { weight: 1, arbitrary: fc.boolean() }
      )
    })
    .map(({ rows: all, outputs, ...rest }) => ({
      ...omitUndefined(rest),
      readsWhole: true,
      items: toItems(all, rest.wait),
      outputReads: [...new Set(outputs.map((at) => nameOf(at % all.length)))]
    }))
}

/** The list without the faults of one operation. */
export function takeFaultsAway(list: ListCase, name: string): ListCase {
  const calm = (operation: OperationCase): OperationCase => ({ ...operation, faults: [] })
  const items = list.items.map((item) => {
    if (item.loop === undefined) return item.name === name ? { ...item, faults: [] } : item
    const elements = item.loop.elements.map((element) =>
      nameOperation(item.name, element.key) === name
        ? { ...element, operation: calm(element.operation) }
        : element
    )
    return { ...item, loop: { ...item.loop, elements } }
  })
  return { ...list, items }
}

/** A list in which only time and faults could let one operation change what becomes of another. */
export interface IsolationCase {
  readonly list: ListCase
  /** Name of the operation whose faults are taken away; empty where none has any. */
  readonly name: string
}

/** There is time for all, whatever the order. */
const DAY_MS = 86_400_000

/** Random lists for that: nothing but the needs ties their operations to each other. */
export function createIsolations(maxItems: number): fc.Arbitrary<IsolationCase> {
  const pick = fc.nat({ max: 100 })
  return fc.tuple(createLists(maxItems), pick).map(([{ cancelAfterMs: _none, ...list }, at]) => {
    const operations = list.items.flatMap(listMembers).filter(({ loop }) => loop === undefined)
    const faulty = operations.filter(({ faults }) => faults.length > 0)
    const { name = '' } = faulty[at % faulty.length] ?? {}
    return { list: { ...list, failFast: false, timeoutMs: DAY_MS }, name }
  })
}

/** How a step ends before its list. */
export interface Cut {
  /** A step that is killed does nothing more at all. */
  readonly kind: 'killed' | 'cancellation' | 'deadline'
  readonly afterMs: number
  /** The next step has the state alone, without the list. */
  readonly isAlone: boolean
}

/** A list that is cut and resumed until it is over. */
export interface ResumptionCase {
  readonly list: ListCase
  readonly cuts: readonly Cut[]
}

const cuts: fc.Arbitrary<Cut> = fc.record({
  kind: fc.constantFrom('killed', 'cancellation', 'deadline'),
  afterMs: fc.oneof(
    // A request takes 160 ms: while it is under way, the least is known of it.
    fc.constantFrom(40, 81, 120, 161, 200, 300),
    fc.integer({ min: 0, max: 2_000 }),
    fc.integer({ min: 0, max: 60_000 }),
    fc.integer({ min: 0, max: 400_000 })
  ),
  isAlone: fc.constantFrom(false, false, true)
})

/** Operations end within it: what has more time in two steps than in one ends otherwise. */
const MAX_RESUMED_MS = 300_000

/** Random lists for that: without faults and without an end of their own, what becomes of them is certain. */
export function createResumptions(maxItems: number): fc.Arbitrary<ResumptionCase> {
  return fc
    .record({
      isolation: createIsolations(maxItems),
      cuts: fc.array(cuts, { minLength: 1, maxLength: 3 }),
      readsWhole: fc.constantFrom(false, false, false, false, true)
    })
    .map(({ isolation: { list }, cuts: all, readsWhole }) => ({
      list: {
        ...list,
        readsWhole,
        isMute: false,
        wait: true,
        items: list.items.map((item) => ({
          ...toCertain(item),
          ...(item.loop && {
            loop: {
              ...item.loop,
              elements: item.loop.elements.map((element) => ({
                ...element,
                operation: toCertain(element.operation)
              }))
            }
          })
        }))
      },
      cuts: all
    }))
}

function toCertain<Operation extends OperationCase>(operation: Operation): Operation {
  const { scenario, setting } = operation
  // What some providers do, a step can tell only by what it has seen itself.
  const { habit: _habit, ...usual } = scenario
  return {
    ...operation,
    faults: [],
    scenario: {
      ...usual,
      durationMs: scenario.durationMs % MAX_RESUMED_MS,
      busyMs: 0,
      lateMonitor: 0
    },
    setting: {
      ...setting,
      timeoutMs: MAX_TIMEOUT_MS,
      wait: true,
      retryOn: [],
      failedSignIns: [],
      canRefresh: true
    }
  }
}
