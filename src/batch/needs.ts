/**
 * The needs of a list of operations, checked before anything is sent: names that no operation has, and needs in a
 * circle, of which none could ever start. Pure.
 */
import type { ScheduledItem } from './schedule.ts'

/** Needs in a circle: each needs the next, and the last needs the first. */
export type Cycle = readonly string[]

/**
 * The circles of a list, each once, by the operation that stands first in the list. Names that no operation has are in
 * none.
 */
export function findCycles(items: readonly ScheduledItem[]): readonly Cycle[] {
  const byName = new Map(items.map((item) => [item.name, item]))
  const settled = new Set<string>()
  const cycles: Cycle[] = []
  for (const { name } of items) {
    const cycle = findCycleFrom(name, byName, settled)
    if (cycle !== undefined) cycles.push(cycle)
  }
  return cycles
}

interface Visit {
  readonly name: string
  readonly left: string[]
}

/** Walks from one operation, with a stack of its own: a chain of needs may be as long as the list. */
function findCycleFrom(
  start: string,
  byName: ReadonlyMap<string, ScheduledItem>,
  settled: Set<string>
): Cycle | undefined {
  if (settled.has(start)) return undefined
  const open = (name: string): Visit => ({ name, left: [...(byName.get(name)?.needs ?? [])] })
  const path: Visit[] = [open(start)]
  const onPath = new Set([start])
  let cycle: Cycle | undefined
  for (let last = path.at(-1); last !== undefined; last = path.at(-1)) {
    const next = last.left.shift()
    if (next === undefined) {
      path.pop()
      onPath.delete(last.name)
      settled.add(last.name)
    } else if (onPath.has(next)) {
      const names = path.map(({ name }) => name)
      cycle ??= names.slice(names.indexOf(next))
    } else if (!settled.has(next) && byName.has(next)) {
      path.push(open(next))
      onPath.add(next)
    }
  }
  return cycle
}
