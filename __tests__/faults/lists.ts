/**
 * Random lists of operations, as fast-check arbitraries that shrink to the simplest one: what each needs and refers to,
 * when it is left out, and the rules and the end of the step. Each operation is a random case of scenarios.ts.
 */
import fc from 'fast-check'
import { omitUndefined } from '../../src/values.ts'
import { PROVEN_HABITS } from './habits.ts'
import { TIME_ORDERS, type TimeOrder } from './proof-time.ts'
import { type Case, createCases, type Setting } from './scenarios.ts'

/** The `if` of an operation. */
export const CONDITIONS = ['none', 'false', 'fault', 'throws', 'answered'] as const
/** What comes of filling in its references: the last two run into a fault, and into a defect of ours. */
export const PREPARATIONS = ['ready', 'fault', 'throws'] as const

/** Operation of a list. */
export interface ListedCase extends Case {
  readonly name: string
  readonly needs: readonly string[]
  /** Names out of `needs` whose responses it refers to. */
  readonly reads: readonly string[]
  /** `answered` is true where the first response that it refers to is not null. */
  readonly condition: (typeof CONDITIONS)[number]
  readonly preparation: (typeof PREPARATIONS)[number]
  /** How long that takes. */
  readonly preparesMs: number
  /** A defect of ours keeps it from running at all. */
  readonly isBroken: boolean
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

const rows = fc.record({
  case: cases,
  /** Where it stands in the list. */
  place: fc.nat({ max: 100 }),
  needs: fc.array(fc.nat({ max: 100 }), { maxLength: 3 }),
  reads: fc.array(fc.boolean(), { minLength: 3, maxLength: 3 }),
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

type Row = typeof rows extends fc.Arbitrary<infer T> ? T : never

/** Needs go back only, so that there is no circle. */
function toItems(all: readonly Row[], wait: boolean): ListedCase[] {
  const items = all.map(({ case: own, place, needs: backward, reads, ...row }, index) => {
    const needs = index === 0 ? [] : [...new Set(backward.map((need) => nameOf(need % index)))]
    const setting: Setting = { ...own.setting, wait }
    const item: ListedCase = {
      ...own,
      ...row,
      setting,
      name: nameOf(index),
      needs,
      reads: needs.filter((_need, at) => reads[at])
    }
    return { place, item }
  })
  return items.toSorted((one, other) => one.place - other.place).map(({ item }) => item)
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
      items: toItems(all, rest.wait),
      outputReads: [...new Set(outputs.map((at) => nameOf(at % all.length)))]
    }))
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
    const faulty = list.items.filter(({ faults }) => faults.length > 0)
    const { name = '' } = faulty[at % faulty.length] ?? {}
    return { list: { ...list, failFast: false, timeoutMs: DAY_MS }, name }
  })
}
