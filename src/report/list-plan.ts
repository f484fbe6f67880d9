/**
 * The plan of a list, before anything is sent: its operations, in which order they run, and each as its author wrote
 * it. Pure.
 */
import type { ListEvent } from '../batch/events.ts'
import type { ShownItem } from '../batch/plan.ts'
import { formatCount, listFew } from './list-standing.ts'
import { toLine } from './sanitize.ts'

type PlannedEvent = Extract<ListEvent, { kind: 'planned' }>
type EventItem = PlannedEvent['items'][number]

/** More names would not fit into a title. */
const MAX_TITLE_NAMES = 6
const MAX_TITLE_CHARS = 100
const MAX_ROWS = 200
const MAX_TEXT_CHARS = 500
const MAX_KEYS = 10

/** Group of the log. */
export interface DescribedPlan {
  readonly title: string
  readonly lines: readonly string[]
}

/** Group that tells what is going to be run. */
export function describePlan({ items, rules }: PlannedEvent): DescribedPlan {
  const { maxParallel } = rules
  const sizes = items.map(({ loop }) => (loop === undefined ? 1 : loop.operations?.length))
  const known = sizes.reduce<number>((sum, size = 0) => sum + size, 0)
  const count = countPlanned(known, sizes.filter((size) => size === undefined).length)
  const order = drawOrder(items)
  const limit = known > maxParallel ? `, at most ${formatCount(maxParallel)} at once` : ''
  const width = Math.max(...items.map((item) => nameItem(item).length), 0)
  const rows = items.slice(0, MAX_ROWS).map((item) => describeOperation(item, width))
  const more = items.length - rows.length
  const rest = more > 0 ? [`… (${formatCount(more)} more)`] : []
  return { title: `Plan: ${count}${order}${limit}`, lines: [...rows, ...rest] }
}

/** `3 operations`, `2 operations and 1 loop`: of a loop whose list is not known nobody knows how many it has. */
export function countPlanned(operations: number, loops: number): string {
  const counts = [
    operations === 0 && loops > 0
      ? ''
      : `${formatCount(operations)} operation${operations === 1 ? '' : 's'}`,
    loops === 0 ? '' : `${formatCount(loops)} loop${loops === 1 ? '' : 's'}`
  ]
  return counts.filter((part) => part !== '').join(' and ')
}

/** An item of a plan, as far as its name tells it. */
export interface NamedItem {
  readonly name: string
  readonly loop?: { readonly size?: number | undefined } | undefined
}

/** `site`, `site ×2`, `stop ×?`. */
export function nameWithSize({ name, loop }: NamedItem): string {
  if (loop === undefined) return name
  return `${name} ×${loop.size === undefined ? '?' : formatCount(loop.size)}`
}

function nameItem({ name, loop }: EventItem): string {
  return nameWithSize({ name, loop: loop && { size: loop.operations?.length } })
}

/** A loop, as far as its list goes. */
interface Looping {
  readonly follows?: string | undefined
  /** Keys of its elements, where they are known. */
  readonly keys?: readonly string[] | undefined
}

/** What a loop goes over: `with each of site`, `for each of 2: west, north`, `for each element of list.value`. */
export function describeLoop(
  { follows, keys }: Looping,
  { forEach = 'a list' }: ShownItem
): string {
  if (follows !== undefined) return `with each of ${follows}`
  if (keys === undefined) return `for each element of ${toLine(forEach, MAX_TEXT_CHARS)}`
  return keys.length === 0
    ? 'for each of no elements'
    : `for each of ${formatCount(keys.length)}: ${listFew(keys, MAX_KEYS)}`
}

function describeOperation(item: EventItem, width: number): string {
  const { shown, loop } = item
  const { method, url, condition } = shown
  const needs = item.needs.filter((need) => need !== loop?.follows)
  const keys = loop?.operations?.map(({ key }) => key)
  const rules = [
    loop === undefined ? '' : describeLoop({ ...loop, keys }, shown),
    needs.length === 0 ? '' : `needs ${toLine(needs.join(', '), MAX_TEXT_CHARS)}`,
    condition === undefined ? '' : `if ${toLine(condition, MAX_TEXT_CHARS)}`
  ].filter((rule) => rule !== '')
  const more = rules.length === 0 ? '' : `  (${rules.join('; ')})`
  return `${nameItem(item).padEnd(width)}  ${method} ${toLine(url, MAX_TEXT_CHARS)}${more}`
}

/** `: group → plan, cache → site ×2`, where each waits for all that stand before it; else nothing. */
function drawOrder(items: readonly EventItem[]): string {
  if (items.length < 2 || items.length > MAX_TITLE_NAMES) return ''
  const levels = listLevels(items)
  const order = levels.map((level) => level.map(nameItem).join(', ')).join(' → ')
  const isTrue = levels.every((level, index) => {
    const before = levels[index - 1] ?? []
    return level.every((item) => before.every(({ name }) => listNeeds(item).includes(name)))
  })
  return levels.length > 1 && isTrue && order.length <= MAX_TITLE_CHARS ? `: ${order}` : ''
}

/** Items by the number of steps that come before them. Needs are in no circle. */
function listLevels(items: readonly EventItem[]): readonly (readonly EventItem[])[] {
  const levels: EventItem[][] = []
  const placed = new Set<string>()
  for (let left = items; left.length > 0; ) {
    const level = left.filter((item) => listNeeds(item).every((need) => placed.has(need)))
    if (level.length === 0) return []
    levels.push(level)
    for (const { name } of level) placed.add(name)
    left = left.filter(({ name }) => !placed.has(name))
  }
  return levels
}

/** Names of what an item starts after: a loop that follows another starts after that one, element by element. */
export function listNeeds({
  needs,
  loop
}: {
  readonly needs: readonly string[]
  readonly loop?: { readonly follows?: string | undefined } | undefined
}): readonly string[] {
  return loop?.follows === undefined ? needs : [...new Set([...needs, loop.follows])]
}
