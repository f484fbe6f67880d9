/**
 * The plan of a list, before anything is sent: its operations, in which order they run, and each as its author wrote
 * it. Pure.
 */
import type { ListEvent } from '../batch/events.ts'
import { formatCount } from './list-standing.ts'
import { toLine } from './sanitize.ts'

type PlannedEvent = Extract<ListEvent, { kind: 'planned' }>
type EventItem = PlannedEvent['items'][number]

/** More names would not fit into a title. */
const MAX_TITLE_NAMES = 6
const MAX_TITLE_CHARS = 100
const MAX_ROWS = 200
const MAX_TEXT_CHARS = 500

/** Group of the log. */
export interface DescribedPlan {
  readonly title: string
  readonly lines: readonly string[]
}

/** Group that tells what is going to be run. */
export function describePlan({ items, rules }: PlannedEvent): DescribedPlan {
  const { maxParallel } = rules
  const count = `${formatCount(items.length)} operation${items.length === 1 ? '' : 's'}`
  const order = drawOrder(items)
  const limit = items.length > maxParallel ? `, at most ${formatCount(maxParallel)} at once` : ''
  const width = Math.max(...items.map(({ name }) => name.length), 0)
  const rows = items.slice(0, MAX_ROWS).map((item) => describeOperation(item, width))
  const more = items.length - rows.length
  const rest = more > 0 ? [`… (${formatCount(more)} more)`] : []
  return { title: `Plan: ${count}${order}${limit}`, lines: [...rows, ...rest] }
}

function describeOperation({ name, needs, shown }: EventItem, width: number): string {
  const { method, url, condition } = shown
  const rules = [
    needs.length === 0 ? '' : `needs ${toLine(needs.join(', '), MAX_TEXT_CHARS)}`,
    condition === undefined ? '' : `if ${toLine(condition, MAX_TEXT_CHARS)}`
  ].filter((rule) => rule !== '')
  const more = rules.length === 0 ? '' : `  (${rules.join('; ')})`
  return `${name.padEnd(width)}  ${method} ${toLine(url, MAX_TEXT_CHARS)}${more}`
}

/** `: group → plan, cache → site`, where each waits for all that stand before it; else nothing. */
function drawOrder(items: readonly EventItem[]): string {
  if (items.length < 2 || items.length > MAX_TITLE_NAMES) return ''
  const levels = listLevels(items)
  const order = levels.map((names) => names.join(', ')).join(' → ')
  const isTrue = items.every(({ name, needs }) => {
    const before = levels[levels.findIndex((names) => names.includes(name)) - 1] ?? []
    return before.every((each) => needs.includes(each))
  })
  return levels.length > 1 && isTrue && order.length <= MAX_TITLE_CHARS ? `: ${order}` : ''
}

/** Names by the number of steps that come before them. Needs are in no circle. */
function listLevels(items: readonly EventItem[]): readonly (readonly string[])[] {
  const levels: string[][] = []
  const placed = new Set<string>()
  for (let left = items; left.length > 0; ) {
    const level = left.filter(({ needs }) => needs.every((need) => placed.has(need)))
    if (level.length === 0) return []
    levels.push(level.map(({ name }) => name))
    for (const { name } of level) placed.add(name)
    left = left.filter(({ name }) => !placed.has(name))
  }
  return levels
}
