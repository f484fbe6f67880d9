/**
 * What is known of the operations of a list while they run: the report of the list as of now. Decides nothing.
 */
import type { ListEvent } from '../batch/events.ts'
import { type Hiding, hideEvent } from '../report/hide.ts'
import { hideNotSent } from '../report/hide-list.ts'
import type { EndedRecord, ListReport, OperationRecord } from '../report/list-report.ts'
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
  readonly report: (at: number) => ListReport
}

/** Records of a list of which nothing has started. */
export function keepListRecords(
  names: readonly string[],
  startedAt: number,
  hiding: Hiding
): ListRecords {
  const records = new Map<string, OperationRecord>(
    names.map((name) => [name, { kind: 'waiting', name }])
  )
  const awaited = new Set(names)
  let pollCount = 0
  let failures = 0
  const noteRun = (name: string, event: RunEvent) => {
    const record = records.get(name)
    if (event.kind === 'polled') pollCount += 1
    if (event.kind === 'requested') {
      const { at: startedAt, request } = hideEvent(event, hiding)
      records.set(name, { kind: 'running', name, startedAt, request })
    } else if (record?.kind === 'running' && event.kind === 'resumable') {
      const { point } = hideEvent(event, hiding)
      records.set(name, { ...record, point })
      awaited.delete(name)
    }
  }
  return {
    note: (event) => {
      if (event.kind === 'told') noteRun(event.name, event.event)
      if (event.kind !== 'not-sent') return
      const { name, status } = event
      const notSent = hideNotSent(event.notSent, hiding.hide)
      records.set(name, { kind: 'not-sent', name, status, notSent })
      awaited.delete(name)
    },
    end: (record) => {
      if (!record.isGreen) failures += 1
      records.set(record.name, record)
      awaited.delete(record.name)
    },
    failures: () => failures,
    isAllAccepted: () => awaited.size === 0,
    report: (endedAt) =>
      omitUndefined({ records: [...records.values()], loops: [], startedAt, endedAt, pollCount })
  }
}
