/**
 * A list by its items: single operations, and loops with what became of each of their operations. Pure.
 */

import { itemOf } from '../batch/plan.ts'
import { worstStatus } from '../batch/schedule.ts'
import type { OutcomeStatus } from '../run/outcome.ts'
import type { ListReport, LoopReport, OperationRecord } from './list-report.ts'
import { statusOfRecord } from './list-standing.ts'

/** Item of a list as it stands. */
export type ListItemReport =
  /** One operation; a loop whose operations are not known is one under its own name. */
  { readonly kind: 'single'; readonly name: string; readonly record: OperationRecord } | OpenedLoop

/** Loop whose operations are known. */
export interface OpenedLoop {
  readonly kind: 'loop'
  readonly name: string
  /** In the order of its elements. */
  readonly operations: readonly LoopOperationReport[]
}

/** Operation of a loop as it stands. */
export interface LoopOperationReport {
  readonly key: string
  readonly record: OperationRecord
}

/** The items, in the order of the list. */
export function groupItems({ records, loops }: ListReport): readonly ListItemReport[] {
  const byName = new Map(records.map((record) => [record.name, record]))
  const opened = loops.flatMap((loop) => toOpenedLoop(loop, byName))
  const places = new Map(opened.map(({ name }, index) => [name, index]))
  const last = records.length
  const befores = new Map(loops.map(({ name, before = last }) => [name, before]))
  const items: ListItemReport[] = []
  let next = 0
  for (const [index, record] of records.entries()) {
    const { name } = record
    for (
      let loop = opened[next];
      loop?.operations.length === 0 && (befores.get(loop.name) ?? last) <= index;
      loop = opened[next]
    ) {
      items.push(loop)
      next += 1
    }
    const place = places.get(itemOf(name))
    if (place === undefined) items.push({ kind: 'single', name, record })
    else if (place >= next) {
      // Those before it that are not told yet have no operation that would show their place.
      items.push(...opened.slice(next, place + 1))
      next = place + 1
    }
  }
  return [...items, ...opened.slice(next)]
}

function toOpenedLoop(
  { name, operations }: LoopReport,
  records: ReadonlyMap<string, OperationRecord>
): readonly OpenedLoop[] {
  if (operations === undefined) return []
  const known = operations.flatMap(({ name: operation, key }) => {
    const record = records.get(operation)
    return record === undefined ? [] : [{ key, record }]
  })
  return [{ kind: 'loop', name, operations: known }]
}

/** Records of an item, in the order of its elements. */
export function recordsOf(item: ListItemReport): readonly OperationRecord[] {
  return item.kind === 'single' ? [item.record] : item.operations.map(({ record }) => record)
}

/** Status of a loop: the worst of its operations, or `Skipped` where nothing was sent. */
export function statusOfLoop({ operations }: OpenedLoop): OutcomeStatus {
  return worstStatus(operations.map(({ record }) => statusOfRecord(record)))
}
