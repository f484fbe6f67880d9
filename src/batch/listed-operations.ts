/**
 * The operations of a list by their names, as they become known: those of its loops with their elements. Looks at
 * conditions and at the lists of loops when its driver asks for that; starts nothing.
 */
import { statusOf } from '../run/outcome.ts'
import { messageOf, omitUndefined } from '../values.ts'
import type { ListContext } from './context.ts'
import { nameElements } from './elements.ts'
import type { LoopOperation } from './events.ts'
import {
  type ListPlan,
  type ListReading,
  type LoopElement,
  MAX_OPERATIONS,
  nameOperation,
  type Past,
  type PastOperation,
  type PlannedItem
} from './plan.ts'
import type { ListedOperation, Responses } from './responses.ts'
import type { Decider, Judgement, Opening, PastEnd, PastStates, ScheduledItem } from './schedule.ts'

/** Operations of a list. */
export interface ListedOperations extends Decider {
  /** An operation, or a loop whose operations are not known. */
  readonly find: (name: string) => ListedOperation | undefined
}

/** Operations of a list of which nothing has been looked at. */
export function listOperations(
  plan: Pick<ListPlan, 'items' | 'past'>,
  responses: Responses,
  { clock, observe, hide, opened: tell }: Pick<ListContext, 'clock' | 'observe' | 'hide' | 'opened'>
): ListedOperations {
  const items = new Map(plan.items.map((item) => [item.name, item]))
  const operations = new Map<string, ListedOperation>()
  const opened = new Map<string, readonly LoopElement[]>()
  const judged = new Map<string, Judgement>()
  const add = (operation: ListedOperation) => {
    const past = plan.past?.operations.get(operation.name)
    const resume = past?.kind === 'accepted' ? past.prepare : undefined
    operations.set(operation.name, omitUndefined({ ...operation, resume }))
  }
  const openWith = (item: PlannedItem, elements: readonly LoopElement[]): Opening => {
    const { name: loop } = item
    opened.set(loop, elements)
    const told = nameOperations(loop, elements)
    for (const [index, element] of elements.entries()) {
      add({ name: nameOperation(loop, element.key), item, place: { ...element, index } })
    }
    responses.open(item, elements)
    tell?.(loop, elements)
    observe({ kind: 'opened', at: clock.now(), name: loop, operations: told })
    return { kind: 'open', operations: told.map(({ name }) => name) }
  }
  for (const item of plan.items) {
    add({ name: item.name, item })
    if (item.loop?.elements !== undefined) openWith(item, item.loop.elements)
  }
  return {
    find: (name) => operations.get(name),
    judge: (name) => {
      const operation = operations.get(name)
      if (operation === undefined) return { kind: 'true' }
      const { item, place } = operation
      const isWhole = item.loop?.isJudgedWhole === true
      // Of a loop whose list is not known there is nothing else to look at.
      if (item.loop !== undefined && place === undefined && !isWhole) return { kind: 'true' }
      if (!isWhole) return judge(operation, responses)
      const judgement = judged.get(item.name) ?? judge(operation, responses)
      judged.set(item.name, judgement)
      return judgement
    },
    open: (name) => {
      const item = items.get(name)
      if (item?.loop === undefined) return { kind: 'fault', message: `${name} is no loop` }
      const { follows } = item.loop
      if (follows !== undefined) return openWith(item, opened.get(follows) ?? [])
      const reading = readList(item, responses)
      if (reading.kind !== 'list') return reading
      const elements = nameElements(reading.elements, hide)
      const count = operations.size - opened.size - 1 + elements.length
      return count > MAX_OPERATIONS ? refuse(elements.length) : openWith(item, elements)
    }
  }
}

function judge(operation: ListedOperation, responses: Responses): Judgement {
  try {
    return operation.item.judge(responses.scopeOf(operation))
  } catch (error) {
    return { kind: 'fault', message: messageOf(error) }
  }
}

function readList({ loop }: PlannedItem, responses: Responses): ListReading {
  try {
    return loop?.list?.(responses.scope()) ?? { kind: 'list', elements: [] }
  } catch (error) {
    return { kind: 'fault', message: messageOf(error) }
  }
}

function refuse(count: number): Opening {
  const [given, most] = [count, MAX_OPERATIONS].map((each) => each.toLocaleString('en-US'))
  const message = `for-each gives ${given} elements, and a step has at most ${most} operations. Nothing was sent.`
  return { kind: 'fault', message }
}

/** Operations of a loop, in the order of its elements. */
export function nameOperations(
  loop: string,
  elements: readonly LoopElement[]
): readonly LoopOperation[] {
  return elements.map(({ key }) => ({ name: nameOperation(loop, key), key }))
}

/** Item as its schedule knows it. */
export function toScheduled({ name, needs, loop }: PlannedItem): ScheduledItem {
  if (loop === undefined) return { name, needs }
  const { elements, follows, maxParallel } = loop
  const operations = elements && nameOperations(name, elements).map((each) => each.name)
  return { name, needs, loop: omitUndefined({ operations, follows, maxParallel }) }
}

/** What an earlier step has done, as the schedule knows it. */
export function toPastStates(past: Past | undefined): PastStates {
  const ended = new Map<string, PastEnd>()
  const accepted = new Set<string>()
  for (const [name, operation] of past?.operations ?? []) {
    if (operation.kind === 'accepted') accepted.add(name)
    else ended.set(name, toPastEnd(operation))
  }
  return { ended, accepted }
}

/** End that an operation had in an earlier step. */
export function toPastEnd(operation: Exclude<PastOperation, { kind: 'accepted' }>): PastEnd {
  if (operation.kind === 'ended') return { status: statusOf(operation.outcome.ending) }
  if (operation.kind === 'not-resumed')
    return { status: 'Skipped', notSent: { kind: 'not-resumed' } }
  const { message } = operation
  return message === undefined
    ? { status: 'Skipped', notSent: { kind: 'if' } }
    : { status: 'Failed', notSent: { kind: 'fault', message } }
}
