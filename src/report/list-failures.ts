/**
 * What went wrong in a list: which operations failed for the same reason, which failed first, and what was not started
 * because of it. Pure.
 */
import { itemOf } from '../batch/plan.ts'
import type { NotSent } from '../batch/schedule.ts'
import { findCauseCode } from '../operation/error.ts'
import type { OutcomeStatus } from '../run/outcome.ts'
import { omitUndefined } from '../values.ts'
import type { Cause } from './cause.ts'
import { keyOfCause } from './cause-key.ts'
import type { Explanation } from './explanation.ts'
import type { EndedRecord, ListReport, OperationRecord } from './list-report.ts'
import {
  FAILURES,
  isOpen,
  STANDINGS,
  type Standing,
  standingOf,
  standingOfUnsent,
  statusOfRecord,
  tellNotSent,
  withoutNothingSent
} from './list-standing.ts'
import { describeUrl } from './sanitize.ts'

/** Operation that something went wrong with. */
export interface FailedOperation {
  readonly name: string
  readonly status: OutcomeStatus
  readonly standing: Standing
  /** Absent where there is nothing to say. */
  readonly cause?: Cause
  /** Absent where it was never sent. */
  readonly record?: EndedRecord
}

/** Operations that ended in the same way for the same reason. */
export interface FailureGroup {
  readonly first: FailedOperation
  /** The first among them. */
  readonly operations: readonly FailedOperation[]
}

/** Code of an operation that was not sent, since its `if` or a reference in it cannot be evaluated. */
const INVALID_REFERENCE = 'InvalidReference'

/** Those that Azure may still be working on: there is something to do for each of them. */
export function listStillOpen(operations: readonly FailedOperation[]): readonly FailedOperation[] {
  return operations.filter(({ record }) => record !== undefined && isOpen(record))
}

/** Code of something that was not sent; empty where there is none. */
export function codeOfUnsent({ kind }: NotSent): string {
  return kind === 'fault' ? INVALID_REFERENCE : ''
}

/** Code of the root cause of an end; empty where there is none. */
export function codeOfEnd({ outcome, cause }: Explanation): string {
  const error = outcome.ending.kind === 'succeeded' ? undefined : outcome.error
  return cause?.code || (error === undefined ? '' : findCauseCode(error))
}

/** Everything that went wrong, equal causes together: the worst first, then the most. */
export function groupFailures({ records }: ListReport): readonly FailureGroup[] {
  const groups = new Map<string, FailedOperation[]>()
  for (const record of records) {
    const failed = toFailed(record)
    if (failed === undefined) continue
    const key = keyOf(failed)
    const group = groups.get(key) ?? []
    group.push(failed)
    groups.set(key, group)
  }
  const rank = ({ first }: FailureGroup) => STANDINGS.indexOf(first.standing)
  return [...groups.values()]
    .flatMap((operations) => operations.slice(0, 1).map((first) => ({ first, operations })))
    .toSorted(
      (one, other) => rank(one) - rank(other) || other.operations.length - one.operations.length
    )
}

/** The cause of several operations: each has a resource of its own. */
export function withoutResource({ resource: _, target: __, type: ___, ...shared }: Cause): Cause {
  return shared
}

/** The first in time of those that went wrong in the worst way; undefined where nothing did. */
export function findFirstFailure({ records }: ListReport): FailedOperation | undefined {
  const failed = records.map(toFailed).filter((each) => each !== undefined)
  const worst = STANDINGS.find((standing) => failed.some((each) => each.standing === standing))
  return failed
    .filter(({ standing }) => standing === worst)
    .toSorted((one, other) => endOf(one) - endOf(other))[0]
}

/** What was never sent has no time of its own. */
function endOf({ record }: FailedOperation): number {
  return record?.explanation.outcome.endedAt ?? Number.MAX_SAFE_INTEGER
}

function toFailed(record: OperationRecord): FailedOperation | undefined {
  const standing = standingOf(record)
  if (!FAILURES.has(standing)) return undefined
  const common = { name: record.name, status: statusOfRecord(record), standing }
  if (record.kind === 'ended') {
    return omitUndefined({ ...common, cause: record.explanation.cause, record })
  }
  if (record.kind !== 'not-sent' || !('message' in record.notSent)) return common
  const { message } = record.notSent
  const code = codeOfUnsent(record.notSent)
  const excerpt = withoutNothingSent(message)
  return { ...common, cause: { code, message, excerpt, policies: [] } }
}

function keyOf({ name, standing, status, cause, record }: FailedOperation): string {
  const key =
    cause === undefined
      ? ''
      : keyOfCause({ ...cause, message: cause.message.slice(0, MAX_KEY_CHARS) }, [
          ...listNames(cause, record?.explanation),
          ...listKeys(name)
        ])
  return [standing, status, key].join('\n')
}

/** What stands in brackets in the name of an operation of a loop: a message may call its element so. */
function listKeys(name: string): readonly string[] {
  const item = itemOf(name)
  return item === name ? [] : [name.slice(item.length + 1, -1)]
}

/** Names that a message about one of several equal operations may hold. */
function listNames({ resource, target }: Cause, explanation?: Explanation): readonly string[] {
  const { resourceId, request } = explanation?.outcome ?? {}
  const path = resourceId ?? (request === undefined ? '' : describeUrl(request.url))
  const segments = (resource ?? target ?? '').split('/').slice(-1)
  const own = path.split(/\/providers\//i).at(-1) ?? ''
  const names = own.split('?', 1).join('').split('/').slice(1)
  return [...segments, ...names.filter((_, index) => index % 2 === 1).slice(-MAX_KEY_NAMES)]
}

/** As much of a message, and of the names in a path, as tells causes apart: a service may send any number of either. */
const MAX_KEY_CHARS = 4_000
const MAX_KEY_NAMES = 6

/** Operations that were not started for one reason. */
export interface UnsentGroup {
  readonly reason: string
  readonly names: readonly string[]
}

/** What was not started, by the reason; without what failed before it was sent, and what its own `if` left out. */
export function groupUnsent(records: readonly OperationRecord[]): readonly UnsentGroup[] {
  const groups = new Map<string, string[]>()
  for (const record of records) {
    if (record.kind !== 'not-sent') continue
    const { notSent, name } = record
    if (standingOfUnsent(notSent) !== 'not-started') continue
    const [, reason] = tellNotSent(notSent)
    const names = groups.get(reason) ?? []
    names.push(name)
    groups.set(reason, names)
  }
  return [...groups].map(([reason, names]) => ({ reason, names }))
}
