/**
 * A list beside the state of an earlier step: which of its operations that step has done, and what of them is taken over.
 * Known by name and element, and not by place. What does not fit is found before anything is sent.
 */
import { digestElement } from '../batch/elements.ts'
import {
  type Carried,
  type ListPlan,
  type LoopElement,
  nameOperation,
  type Past,
  type PastOperation,
  type PlannedItem,
  type Scope
} from '../batch/plan.ts'
import type {
  StateEnd,
  StateItem,
  StateOperation,
  StatePast,
  StepState
} from '../batch/step-state.ts'
import { flattenText, InputError, quoteText } from '../errors.ts'
import type { JsonValue } from '../http/message.ts'
import { createLostFinder, type FindLost, wrapLost } from './list-lost.ts'
import type { ListSender } from './list-prepare.ts'
import { checkHandle, restoreOutcome } from './past-outcome.ts'
import { listResponses, prepareHandle, toGoneItem } from './resumed-list.ts'

/** List with what an earlier step has done of it. */
export interface PastList extends Pick<ListPlan, 'items'> {
  readonly past: Past
  readonly carried: Carried
}

type Sending = Omit<ListSender, 'readExpression'>

/**
 * Finds the operations of a state in a list.
 * @throws InputError for an operation that was sent, and that the list has otherwise now
 */
export async function matchPast(
  items: readonly PlannedItem[],
  state: StepState,
  sending: Sending
): Promise<PastList> {
  const was = new Map(state.items.map((item) => [item.name, item]))
  for (const item of items) refuseOther(item, items, was)
  const same = items.filter(({ name, digest }) => was.get(name)?.digest === digest)
  const sameNames = new Set(same.map(({ name }) => name))
  const isSame = (name: string) => sameNames.has(name)
  const known = items.map((item) => (isSame(item.name) ? addElements(item, was, isSame) : item))
  const kept = new Set(
    items.filter(({ loop }) => loop && loop.elements === undefined).map(({ name }) => name)
  )
  const found = findOperations(known, state, { isSame, isKept: (name) => kept.has(name) })
  const gone = [...found.gone].map(([name, { item }]) => toGoneItem(name, item))
  const all = [...known, ...gone]
  const origins = new Map([
    ...found.operations,
    ...[...found.gone].map(([name, { operation }]) => [name, operation] as const)
  ])
  const named = new Map(all.map((item) => [item.name, item]))
  const lost = { items: named, origins, keptLists: kept }
  const finders = new Map(all.map((item) => [item, createLostFinder(item, lost)]))
  const findLost = (item: PlannedItem) => finders.get(item) ?? createLostFinder(item, lost)
  const context = { places: listPlaces(all), origins, sending, findLost }
  const operations = new Map<string, PastOperation>()
  for (const [name, operation] of origins) {
    const past = await toPast(name, operation.past, context)
    if (past !== undefined) operations.set(name, past)
  }
  const responses = listResponses({ origins })
  return {
    items: all.map((item) => wrapLost(item, findLost(item))),
    past: { operations, responses },
    carried: { origins, gone: new Map([...found.gone].map(([name, { item }]) => [name, item])) }
  }
}

function operationsOf({ own, operations = [] }: StateItem): readonly StateOperation[] {
  return own === undefined ? operations : [own, ...operations]
}

/** True for what was sent: it is never sent again. */
function isSent({ past }: StateOperation): boolean {
  return past.kind === 'accepted' || past.kind === 'ended'
}

/** An item any of whose operations was sent has the text that it had then; so has a loop whose followers were. */
function refuseOther(
  { name, digest, shown }: PlannedItem,
  items: readonly PlannedItem[],
  was: ReadonlyMap<string, StateItem>
): void {
  const before = was.get(name)
  // Its text may leave the method to the step.
  if (before === undefined) return
  if (before.digest === digest && before.method === shown.method) return
  const followers = items.filter(({ loop }) => loop?.followed.includes(name))
  const readers = [before, ...followers.flatMap((item) => was.get(item.name) ?? [])]
  const sent = readers.flatMap((item) =>
    operationsOf(item)
      .filter(isSent)
      .map((operation) => ({ operation, label: labelOf(item, operation) }))
  )[0]
  if (sent === undefined) return
  const { operation, label } = sent
  const verb = operation.past.kind === 'accepted' ? 'accepted' : 'sent'
  const [then, now] = [before, shown].map(({ method, url }) => `${method} ${shorten(url)}`)
  const problem =
    then === now
      ? `${label} was ${verb}, and the text of ${quoteText(name)} in the list is not what it was then`
      : `${label} was ${verb} with ${then}; the list now says ${now}`
  throw new InputError('resume', { problem, allowed: AS_IT_WAS })
}

const AS_IT_WAS = 'the list as it was then, or none, to wait for what was sent'

function labelOf({ name }: StateItem, { element }: StateOperation): string {
  return quoteText(element === undefined ? name : nameOperation(name, element.key))
}

const MAX_URL_CHARS = 200

/** Its end tells one from the other. */
function shorten(url: string): string {
  const path = flattenText(url.replace(/[?#].*$/s, ''), MAX_URL_CHARS)
  const end = path.split('/').slice(-2).join('/')
  return end.length < path.length - 1 ? `…/${end}` : path
}

/** A list that came from a response is that of the earlier step, and so is that of the loops that go over it. */
function addElements(
  item: PlannedItem,
  was: ReadonlyMap<string, StateItem>,
  isSame: (name: string) => boolean
): PlannedItem {
  const { name, loop } = item
  const { operations } = was.get(name) ?? {}
  if (loop === undefined || loop.elements !== undefined || operations === undefined) return item
  const first = loop.followed.at(-1) ?? name
  if (!isSame(first)) return item
  const values = new Map(
    was.get(first)?.operations?.map(({ element }) => [element?.key, element?.value?.value])
  )
  const { list: _list, ...rest } = loop
  const elements = operations.map(({ element }) => {
    const key = element?.key ?? ''
    return { key, value: values.get(key) ?? null }
  })
  // Its `if` was true when its list was looked at.
  const judge: PlannedItem['judge'] = loop.isJudgedWhole ? () => ({ kind: 'true' }) : item.judge
  return { ...item, judge, loop: { ...rest, elements } }
}

interface Found {
  readonly operations: ReadonlyMap<string, StateOperation>
  /** What was sent and is not in the list, by a name that nothing in it has. */
  readonly gone: ReadonlyMap<
    string,
    { readonly item: StateItem; readonly operation: StateOperation }
  >
}

function findOperations(
  items: readonly PlannedItem[],
  state: StepState,
  { isSame, isKept }: Readonly<Record<'isSame' | 'isKept', (name: string) => boolean>>
): Found {
  const planned = new Map(items.map((item) => [item.name, item]))
  const operations = new Map<string, StateOperation>()
  const gone = new Map<string, { item: StateItem; operation: StateOperation }>()
  for (const item of state.items) {
    const { name } = item
    const plan = planned.get(name)
    const elements = plan?.loop?.elements
    const keys =
      isSame(name) && elements !== undefined ? keyElements(elements, item, isKept(name)) : undefined
    for (const operation of operationsOf(item)) {
      const { element } = operation
      const key = element === undefined ? undefined : keys?.get(element.digest)
      const isOwn = element === undefined && isSame(name)
      if (key !== undefined) operations.set(nameOperation(name, key), operation)
      else if (isOwn && elements === undefined) operations.set(name, operation)
      else if (isSent(operation)) {
        const label = element === undefined ? name : nameOperation(name, element.key)
        if (elements?.some(({ key: other }) => other === element?.key)) refuseElement(label)
        gone.set(label, { item, operation })
      }
    }
  }
  return { operations, gone }
}

/** Keys of the elements by their digests. */
function keyElements(
  elements: readonly LoopElement[],
  { operations = [] }: StateItem,
  isKept: boolean
): ReadonlyMap<string, string> {
  if (!isKept) return new Map(elements.map(({ key, value }) => [digestElement(value), key]))
  // Of an element that came from a response the value is not all there.
  return new Map(
    operations.flatMap(({ element }) =>
      element === undefined ? [] : [[element.digest, element.key] as const]
    )
  )
}

function refuseElement(label: string): never {
  const problem = `${quoteText(label)} was sent with another element than the list has under this name`
  throw new InputError('resume', { problem, allowed: AS_IT_WAS })
}

interface PastContext {
  readonly places: ReadonlyMap<string, Place>
  readonly origins: ReadonlyMap<string, StateOperation>
  readonly sending: Sending
  readonly findLost: (item: PlannedItem) => FindLost
}

async function toPast(
  name: string,
  past: StatePast,
  context: PastContext
): Promise<PastOperation | undefined> {
  switch (past.kind) {
    case 'not-started':
      return undefined
    case 'left-out':
      return { kind: 'not-sent' }
    case 'fault':
      return { kind: 'not-sent', message: past.message }
    case 'ended':
      refuseElsewhere(name, past.end, context)
      return { kind: 'ended', outcome: restoreOutcome(past.end, context.sending.connection) }
    case 'accepted':
      return takeUp(name, past.handle, context)
    default:
      return past satisfies never
  }
}

/** The text may leave the subscription to the step, and what has ended in another one has not ended here. */
function refuseElsewhere(name: string, { url }: StateEnd, { places, sending }: PastContext): void {
  const { shown } = places.get(name)?.item ?? {}
  const { subscriptionId = '' } = sending.connection.ids
  if (!/^\/subscriptions\/\{subscriptionId\}/i.test(shown?.url ?? '')) return
  const was = /^https?:\/\/[^/]{1,300}\/subscriptions\/([\da-f-]{36})/i.exec(url)?.[1] ?? ''
  if (was === '' || was.toLowerCase() === subscriptionId.toLowerCase()) return
  const problem = `${quoteText(name)} was sent to the subscription ${was}, and this step is about ${subscriptionId}`
  throw new InputError('resume', { problem })
}

/** What cannot be taken up as the list has it is refused now: later it would look as if it had not been sent. */
async function takeUp(
  name: string,
  handle: string,
  { places, origins, sending, findLost }: PastContext
): Promise<PastOperation> {
  checkHandle(name, handle, sending.connection)
  const place = places.get(name)
  const { resume } = place?.item ?? {}
  if (place === undefined || resume === undefined) {
    return { kind: 'accepted', prepare: () => prepareHandle(name, handle, sending) }
  }
  const find = findLost(place.item)
  const prepare = () => resume(handle, scopeOf(place, places, origins), find)
  const attempt = await prepare()
  if (attempt.kind !== 'ready') {
    throw new InputError('resume', {
      problem: `${quoteText(name)}: ${attempt.message.replace(/\.$/, '')}`
    })
  }
  return { kind: 'accepted', prepare }
}

interface Place {
  readonly item: PlannedItem
  readonly element?: LoopElement & { readonly index: number }
}

/** Operations of a list by their names, and the loops themselves. */
function listPlaces(items: readonly PlannedItem[]): ReadonlyMap<string, Place> {
  return new Map(
    items.flatMap((item) => [
      [item.name, { item }] as const,
      ...(item.loop?.elements ?? []).map((element, index) => {
        const place = { item, element: { ...element, index } }
        return [nameOperation(item.name, element.key), place] as const
      })
    ])
  )
}

/** The responses that an operation reads, as the earlier step had them. */
function scopeOf(
  { item, element }: Place,
  places: ReadonlyMap<string, Place>,
  origins: ReadonlyMap<string, StateOperation>
): Scope {
  const responseOf = (name: string) => origins.get(name)?.response?.value ?? null
  const scope: Record<string, JsonValue> = { __proto__: null }
  for (const name of item.reads.keys()) {
    const { loop } = places.get(name)?.item ?? {}
    const isSingle = element !== undefined && item.loop?.followed.includes(name) === true
    if (isSingle) scope[name] = responseOf(nameOperation(name, element.key))
    else if (loop === undefined) scope[name] = responseOf(name)
    else scope[name] = loop.elements?.map(({ key }) => responseOf(nameOperation(name, key))) ?? null
  }
  if (element === undefined) return scope
  return { ...scope, item: element.value, index: element.index }
}
