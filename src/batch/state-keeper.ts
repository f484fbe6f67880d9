/**
 * The state of a step while it runs: which responses and elements are still read, and by which operations. Pure.
 */
import { joinPaths, pathsOfItems, type ReadPaths } from '../condition/paths.ts'
import type { JsonValue } from '../http/message.ts'
import { omitUndefined } from '../values.ts'
import { digestElement } from './elements.ts'
import { type KeepRules, type KeptValue, keepAll, keepNeeded } from './kept-values.ts'
import { type ListPlan, type LoopElement, nameOperation, type PlannedItem } from './plan.ts'
import type { StateElement, StateItem, StateOperation, StatePast, StepState } from './step-state.ts'

/** Keeper of what the state of a step is made of. */
export interface StateKeeper {
  /** The operations of a loop are known now. */
  readonly open: (loop: string, elements: readonly LoopElement[]) => void
  /** An operation has ended, with this response. */
  readonly keep: (name: string, response: JsonValue) => void
  /** @param pasts what became of the operations, by their names; what is not there had not started */
  readonly compose: (pasts: ReadonlyMap<string, StatePast>) => StepState
}

/** Keeper for a list of which nothing has started, but in the step that this one resumes. */
export function createStateKeeper(plan: ListPlan, hide: KeepRules['hide']): StateKeeper {
  const items = new Map(plan.items.map((item) => [item.name, item]))
  const loops = new Map<string, readonly StateElement[]>()
  const ownersOfLoop = new Map<string, string>()
  const responses = new Map<string, KeptValue>()
  for (const [name, { response }] of plan.carried?.origins ?? []) {
    if (response !== undefined) responses.set(name, response)
  }
  const everything = listNeeds(plan, ({ reads }) => reads)
  const neededOf = (name: string, needs: Needs): ReadPaths | undefined => {
    const loop = ownersOfLoop.get(name)
    const planned = loop === undefined ? needs.whole.get(name) : needsOfEach(needs, loop)
    if (plan.carried?.isAlone !== true) return planned
    const { needed, response } = plan.carried.origins.get(name) ?? {}
    return joinSome(planned, needed ?? response?.paths)
  }
  const open: StateKeeper['open'] = (loop, elements) => {
    const item = items.get(loop)
    if (item === undefined || loops.has(loop)) return
    for (const { key } of elements) ownersOfLoop.set(nameOperation(loop, key), loop)
    loops.set(loop, toStateElements(item, elements, plan))
  }
  // What the earlier step has done of them counts before anything happens here.
  for (const { name, loop } of plan.carried === undefined ? [] : plan.items) {
    if (loop?.elements !== undefined) open(name, loop.elements)
  }
  return {
    open,
    keep: (name, response) => {
      const needed = neededOf(name, everything)
      // What is a secret is looked at when it is written: more of them may be known then.
      const kept = needed && keepNeeded(keepAll(response), needed, { hide: (text) => text })
      if (kept !== undefined) responses.set(name, kept)
    },
    compose: (pasts) => {
      const pastOf = (name: string) => {
        const past = pasts.get(name) ?? NOT_STARTED
        // What this step has not come to yet is as the earlier one left it, and never unsent.
        const before = plan.carried?.origins.get(name)?.past
        return past.kind === 'not-started' ? (before ?? past) : past
      }
      const isOpen = (name: string) => OPEN.has(pastOf(name).kind)
      const needs = listNeeds(plan, ({ name, reads, loop }) => {
        if (!namesOf(name, loops).some(isOpen)) return NO_READS
        return loops.has(name) ? (loop?.ownReads ?? reads) : reads
      })
      const describe = (name: string, element?: StateElement): StateOperation => {
        const past = pastOf(name)
        const needed = neededOf(name, needs)
        const response = past.kind === 'ended' && needed ? responses.get(name) : undefined
        return omitUndefined({
          past,
          element,
          response: response && keepNeeded(response, needed ?? new Map(), { hide }),
          needed: isOpen(name) ? needed : undefined
        })
      }
      const describeLoop = (loop: string) => {
        const readers = [loop, ...listFollowers(plan, loop)]
        return loops.get(loop)?.map((element) => {
          const isRead = readers.some((name) => isOpen(nameOperation(name, element.key)))
          const shown = isRead ? hideElement(element, hide) : omitValue(element)
          return describe(nameOperation(loop, element.key), shown)
        })
      }
      return {
        items: addGone(plan, describeItems(plan, { describe, describeLoop, hide }), describe)
      }
    }
  }
}

const NO_READS: PlannedItem['reads'] = new Map()
const NOT_STARTED = { kind: 'not-started' } as const
const OPEN: ReadonlySet<StatePast['kind']> = new Set(['not-started', 'accepted'])

/** What is read of the responses: of those of an item, and of one by the operation with the same element. */
interface Needs {
  readonly whole: ReadonlyMap<string, ReadPaths>
  readonly single: ReadonlyMap<string, ReadPaths>
}

function listNeeds(
  { items, outputReads }: ListPlan,
  readsOf: (item: PlannedItem) => PlannedItem['reads']
): Needs {
  const whole = new Map(outputReads)
  const single = new Map<string, ReadPaths>()
  for (const item of items) {
    for (const [name, paths] of readsOf(item)) {
      const reads = item.loop?.followed.includes(name) === true ? single : whole
      reads.set(name, joinPaths(paths, reads.get(name)))
    }
  }
  return { whole, single }
}

function needsOfEach({ whole, single }: Needs, loop: string): ReadPaths | undefined {
  const all = whole.get(loop)
  return joinSome(all && pathsOfItems(all), single.get(loop))
}

function joinSome(one: ReadPaths | undefined, other: ReadPaths | undefined): ReadPaths | undefined {
  return one === undefined ? other : joinPaths(one, other)
}

/** Names of the operations of an item. */
function namesOf(
  item: string,
  loops: ReadonlyMap<string, readonly StateElement[]>
): readonly string[] {
  return loops.get(item)?.map(({ key }) => nameOperation(item, key)) ?? [item]
}

/** Names of the loops that go over the elements of another. */
function listFollowers({ items }: ListPlan, name: string): readonly string[] {
  return items.filter(({ loop }) => loop?.followed.includes(name)).map((item) => item.name)
}

function toStateElements(
  { name, loop }: PlannedItem,
  elements: readonly LoopElement[],
  plan: ListPlan
): readonly StateElement[] {
  const readers = [name, ...listFollowers(plan, name)]
  const reads = plan.items
    .filter((item) => readers.includes(item.name))
    .map((item) => item.loop?.itemReads)
    .reduce(joinSome, undefined)
  const isFromResponse = loop?.list !== undefined
  return elements.map(({ key, value }) => {
    const origin = plan.carried?.origins.get(nameOperation(name, key))?.element
    if (origin !== undefined) return { ...origin, key }
    const rules = { hide: (text: string) => text, isWholeKept: true }
    const kept = isFromResponse && reads ? keepNeeded(keepAll(value), reads, rules) : undefined
    return omitUndefined({ key, digest: digestElement(value), value: kept })
  })
}

function hideElement(element: StateElement, hide: KeepRules['hide']): StateElement {
  const { value } = element
  if (value === undefined) return element
  return { ...element, value: keepNeeded(value, value.paths, { hide, isWholeKept: true }) }
}

function omitValue({ key, digest }: StateElement): StateElement {
  return { key, digest }
}

interface ItemDescription {
  readonly describe: (name: string) => StateOperation
  readonly describeLoop: (name: string) => readonly StateOperation[] | undefined
  readonly hide: KeepRules['hide']
}

function describeItems(
  { items, carried }: ListPlan,
  { describe, describeLoop, hide }: ItemDescription
): readonly StateItem[] {
  const own = items.filter(({ name }) => carried?.gone.has(name) !== true)
  return own.map(({ name, digest, shown: { method, url } }) => {
    const operations = describeLoop(name)
    const told = { name, digest, method, url: hide(url) }
    return operations === undefined ? { ...told, own: describe(name) } : { ...told, operations }
  })
}

/** Puts what is not in the list any more where it was, so that a later step with it in its list knows it again. */
function addGone(
  { carried }: ListPlan,
  items: readonly StateItem[],
  describe: ItemDescription['describe']
): readonly StateItem[] {
  const all = new Map(items.map((item) => [item.name, item]))
  for (const [name, { own: _own, operations: _operations, ...was }] of carried?.gone ?? []) {
    const element = carried?.origins.get(name)?.element
    const operation = omitUndefined({ ...describe(name), element })
    const item: StateItem = all.get(was.name) ?? was
    const { operations = [] } = item
    all.set(
      was.name,
      element === undefined
        ? { ...item, own: operation }
        : { ...item, operations: [...operations, operation] }
    )
  }
  return [...all.values()]
}
