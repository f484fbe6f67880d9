/**
 * What is known of the operations of a list while they run: the report of the list as of now. Decides nothing.
 */
import type { ListEvent, LoopOperation } from '../batch/events.ts'
import type { PlannedItem } from '../batch/plan.ts'
import { type Hiding, hideEvent } from '../report/hide.ts'
import { hideNotSent } from '../report/hide-list.ts'
import type { EndedRecord, ListReport, LoopReport, OperationRecord } from '../report/list-report.ts'
import type { RunEvent } from '../run/events.ts'
import { omitUndefined } from '../values.ts'

/** Records of a list under way. */
export interface ListRecords {
  /** Takes note of what has happened. */
  readonly note: (event: ListEvent) => void
  readonly end: (record: EndedRecord) => void
  /** Number of those that have ended and turn the job red. */
  readonly failures: () => number
  /** True where nothing more will be accepted: every operation has its first answer, or will never be sent. */
  readonly isAllAccepted: () => boolean
  /** True once after what a later step must know has changed. */
  readonly takeChange: () => boolean
  readonly report: (at: number) => ListReport
}

/** Item of the list, and whether it is a loop. */
type ListedItem = Pick<PlannedItem, 'name' | 'loop'>

/** Records of a list of which nothing has started. */
export function keepListRecords(
  items: readonly ListedItem[],
  startedAt: number,
  hiding: Hiding
): ListRecords {
  const records = new Map<string, OperationRecord>(
    items.map(({ name }) => [name, { kind: 'waiting', name }])
  )
  const awaited = new Set(items.map(({ name }) => name))
  const opened = new Map<string, readonly LoopOperation[]>()
  let pollCount = 0
  let failures = 0
  let hasChanged = false
  const set = (record: OperationRecord) => {
    records.set(record.name, record)
    hasChanged = true
  }
  const noteRun = (name: string, event: RunEvent) => {
    const record = records.get(name)
    if (event.kind === 'polled') pollCount += 1
    if (event.kind === 'requested' || event.kind === 'resumed') {
      const { at: startedAt, request } = hideEvent(event, hiding)
      const mayBeSent = event.kind === 'resumed' || undefined
      set(omitUndefined({ kind: 'running', name, startedAt, request, mayBeSent }))
    } else if (record?.kind === 'running' && event.kind === 'sending') {
      set({ ...record, mayBeSent: true })
    } else if (record?.kind === 'running' && event.kind === 'resumable') {
      const { point } = hideEvent(event, hiding)
      set({ ...record, point })
      awaited.delete(name)
    }
  }
  const open = ({ name: loop, operations }: Extract<ListEvent, { kind: 'opened' }>) => {
    opened.set(loop, operations)
    records.delete(loop)
    awaited.delete(loop)
    for (const { name } of operations) {
      // One that ended in an earlier step is told before.
      if (records.has(name)) continue
      set({ kind: 'waiting', name })
      awaited.add(name)
    }
  }
  return {
    note: (event) => {
      if (event.kind === 'opened') open(event)
      if (event.kind === 'told') noteRun(event.name, event.event)
      if (event.kind !== 'not-sent') return
      const { name, status } = event
      const notSent = hideNotSent(event.notSent, hiding.hide)
      set({ kind: 'not-sent', name, status, notSent })
      awaited.delete(name)
    },
    end: (record) => {
      if (!record.isGreen) failures += 1
      set(record)
      awaited.delete(record.name)
    },
    failures: () => failures,
    isAllAccepted: () => awaited.size === 0,
    takeChange: () => {
      const taken = hasChanged
      hasChanged = false
      return taken
    },
    report: (endedAt) => ({
      ...listInOrder(items, records, opened),
      startedAt,
      endedAt,
      pollCount
    })
  }
}

/** Those of a loop in its place. */
function listInOrder(
  items: readonly ListedItem[],
  records: ReadonlyMap<string, OperationRecord>,
  opened: ReadonlyMap<string, readonly LoopOperation[]>
): Pick<ListReport, 'records' | 'loops'> {
  const inOrder: OperationRecord[] = []
  const loops: LoopReport[] = []
  for (const { name, loop } of items) {
    const operations = opened.get(name)
    if (loop !== undefined) loops.push(omitUndefined({ name, operations, before: inOrder.length }))
    const names = operations?.map((operation) => operation.name) ?? [name]
    for (const each of names) {
      const record = records.get(each)
      if (record !== undefined) inOrder.push(record)
    }
  }
  return { records: inOrder, loops }
}
