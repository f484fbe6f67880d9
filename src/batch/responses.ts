/**
 * The final responses of a list, each for as long as something still refers to it: a body may be large, and there may be
 * thousands of them. Of a loop it has the list of them, and for the loops that follow it each one by its element.
 */
import type { JsonValue } from '../http/message.ts'
import {
  type ListPlan,
  type LoopElement,
  nameOperation,
  type PlannedItem,
  type Prepared,
  type Scope
} from './plan.ts'

/** Operation of a loop, with its element. */
export interface LoopPlace extends LoopElement {
  /** Of its element, counted from 0. */
  readonly index: number
}

/** Operation of a list, by the item that it belongs to. */
export interface ListedOperation {
  readonly name: string
  readonly item: PlannedItem
  /** Absent for an item that is no loop. */
  readonly place?: LoopPlace
  /** Takes it up where an earlier step had left it. */
  readonly resume?: () => Promise<Prepared>
}

/** Responses that are still referred to. */
export interface Responses {
  /** As of now, for an item as a whole. */
  readonly scope: () => Scope
  /** As of now, for one operation. */
  readonly scopeOf: (operation: ListedOperation) => Scope
  /** The operations of a loop are known now; called before any of them starts. */
  readonly open: (item: PlannedItem, elements: readonly LoopElement[]) => void
  /** Keeps the response of an operation, where something will read it. */
  readonly keep: (operation: ListedOperation, value: JsonValue) => void
  /** The operation, or the loop that has none, will read no response any more. */
  readonly release: (operation: ListedOperation) => void
}

/** Responses of a list of which none has come yet but what is left from an earlier step. */
export function keepResponses({
  items,
  outputReads,
  past
}: Pick<ListPlan, 'items' | 'outputReads' | 'past'>): Responses {
  // Nothing is found in it but what was put there, whatever an operation is called.
  const scope: Record<string, JsonValue> = { __proto__: null }
  const lists = new Map<string, JsonValue[]>()
  const wholeReaders = createCounts((name) => {
    delete scope[name]
  })
  const single = new Map<string, JsonValue>()
  const singleReaders = createCounts((name) => void single.delete(name))
  const left = new Map<string, number>()
  const released = new Set<string>()
  const kept = (name: string) => past?.responses.get(name) ?? null
  for (const name of outputReads.keys()) wholeReaders.add(name)
  for (const item of items) for (const name of readsWhole(item)) wholeReaders.add(name)
  const readNoMore = (item: PlannedItem) => {
    for (const name of readsWhole(item)) wholeReaders.drop(name)
  }
  const put = ({ name, item, place }: ListedOperation, value: JsonValue) => {
    if (place !== undefined && singleReaders.has(name)) single.set(name, value)
    if (!wholeReaders.has(item.name)) return
    if (place === undefined) scope[item.name] = value
    else lists.get(item.name)?.splice(place.index, 1, value)
  }
  for (const item of items) {
    const { name, loop } = item
    if (loop === undefined && past?.responses.has(name)) put({ name, item }, kept(name))
  }
  return {
    scope: () => scope,
    scopeOf: ({ item, place }) => {
      if (place === undefined) return scope
      const own: Record<string, JsonValue> = { __proto__: null }
      for (const name of readsWhole(item)) own[name] = scope[name] ?? null
      for (const name of readsSingle(item)) {
        const forerunner = nameOperation(name, place.key)
        own[name] = single.get(forerunner) ?? kept(forerunner)
      }
      return { ...own, item: place.value, index: place.index }
    },
    open: (item, elements) => {
      const { name } = item
      left.set(name, elements.length)
      if (wholeReaders.has(name)) {
        const list = elements.map(({ key }) => kept(nameOperation(name, key)))
        lists.set(name, list)
        scope[name] = list
      }
      if (elements.length === 0) readNoMore(item)
      for (const { key } of elements) {
        for (const each of readsSingle(item)) singleReaders.add(nameOperation(each, key))
      }
    },
    keep: put,
    release: ({ name, item, place }) => {
      if (released.has(name)) return
      released.add(name)
      if (place !== undefined) {
        for (const each of readsSingle(item)) singleReaders.drop(nameOperation(each, place.key))
      }
      const more = place === undefined ? 0 : (left.get(item.name) ?? 0) - 1
      left.set(item.name, more)
      if (more === 0) readNoMore(item)
    }
  }
}

/** Names of the items of which an item reads all that there is. */
function readsWhole({ reads, loop }: PlannedItem): readonly string[] {
  return [...reads.keys()].filter((name) => loop?.followed.includes(name) !== true)
}

/** Names of the loops of which an operation reads the one response with its own element. */
function readsSingle({ reads, loop }: PlannedItem): readonly string[] {
  return (loop?.followed ?? []).filter((name) => reads.has(name))
}

/** Numbers by name; with the last of one, `letGo` is called. */
function createCounts(letGo: (name: string) => void) {
  const counts = new Map<string, number>()
  return {
    has: (name: string) => (counts.get(name) ?? 0) > 0,
    add: (name: string) => void counts.set(name, (counts.get(name) ?? 0) + 1),
    drop: (name: string) => {
      const left = (counts.get(name) ?? 0) - 1
      counts.set(name, left)
      if (left === 0) letGo(name)
    }
  }
}
