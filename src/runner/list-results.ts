/**
 * The output `results` of a list: how each item ended, as JSON by its name, and each operation of a loop in its item.
 * Bounded, what did not succeed first.
 * Pure; its texts have no secret in them any more.
 */
import { MAX_OPERATIONS } from '../batch/plan.ts'
import type { NotSent } from '../batch/schedule.ts'
import { codeOfEnd, codeOfUnsent } from '../report/list-failures.ts'
import { groupItems, type ListItemReport, statusOfLoop } from '../report/list-items.ts'
import type { ListReport, OperationRecord } from '../report/list-report.ts'
import { statusOfRecord, tellNotSent } from '../report/list-standing.ts'
import { toLine } from '../report/sanitize.ts'
import { omitUndefined } from '../values.ts'
import { toSeconds } from './outputs.ts'

const MESSAGE_CHARS = 300
const SHORT_MESSAGE_CHARS = 80

/** One operation in `results`. */
interface Result {
  readonly status: string
  readonly 'error-code'?: string
  readonly 'error-message'?: string
  readonly 'resource-id'?: string
  readonly 'duration-seconds'?: number
}

/** The results as text, and what is left out of them in a sentence; that is empty where nothing is. */
export interface FormattedResults {
  readonly text: string
  readonly leftOut: string
}

/** The results with as much as there is room for. */
export function formatResults(report: ListReport, maxChars: number): FormattedResults {
  const entries = groupItems(report).map(toEntry)
  const total = countResults(entries)
  const bad = entries.flatMap((entry) => narrow(entry, (result) => result.status !== 'Succeeded'))
  const short = bad.map(shortenEntry)
  const succeeded = total - countResults(bad)
  const forms = [
    [entries, ''],
    [bad, `the ${succeeded} that succeeded`],
    [short, `the ${succeeded} that succeeded, and the ends of the messages`]
  ] as const
  for (const [shown, leftOut] of forms) {
    const text = writeEntries(shown)
    if (text.length <= maxChars) return { text, leftOut }
  }
  const some = takeWithin(short, maxChars)
  return { text: writeEntries(some), leftOut: `all but ${countResults(some)} of ${total}` }
}

/** Operation of a loop in `results`. */
interface KeyedResult extends Result {
  readonly key: string
}

/** Item in `results`: its result, and of a loop those of its operations. */
interface Entry {
  readonly name: string
  readonly result: Result
  readonly operations?: readonly KeyedResult[]
  /** Number of its operations that are not told. */
  readonly leftOut: number
}

function toEntry(item: ListItemReport): Entry {
  const { name } = item
  if (item.kind === 'single') return { name, result: toResult(item.record), leftOut: 0 }
  const operations = item.operations.map(({ key, record }) => ({ key, ...toResult(record) }))
  return { name, result: { status: statusOfLoop(item) }, operations, leftOut: 0 }
}

function countResults(entries: readonly Entry[]): number {
  return entries.reduce((sum, { operations }) => sum + (operations?.length ?? 1), 0)
}

/** An entry with the operations that are wanted: of a loop its status in any case, of one operation all or nothing. */
function narrow(entry: Entry, isWanted: (result: Result) => boolean): readonly Entry[] {
  const { operations, result } = entry
  if (operations === undefined) return isWanted(result) ? [entry] : []
  const wanted = operations.filter(isWanted)
  const leftOut = entry.leftOut + operations.length - wanted.length
  return [{ ...entry, operations: wanted, leftOut }]
}

function shortenEntry(entry: Entry): Entry {
  const { operations, result } = entry
  return omitUndefined({
    ...entry,
    result: shorten(result),
    operations: operations?.map(({ key, ...each }) => ({ key, ...shorten(each) }))
  })
}

function writeEntries(entries: readonly Entry[]): string {
  return JSON.stringify(Object.fromEntries(entries.map((each) => [each.name, writeEntry(each)])))
}

function writeEntry({ result, operations, leftOut }: Entry) {
  return omitUndefined({
    ...result,
    operations,
    'left-out': leftOut === 0 ? undefined : leftOut
  })
}

function takeWithin(entries: readonly Entry[], maxChars: number): readonly Entry[] {
  let left = maxChars - 2
  const take = (value: unknown) => {
    left -= JSON.stringify(value).length + 1
    return left >= 0
  }
  return entries.flatMap((entry) => {
    const { name, operations } = entry
    // Its number of operations has the most digits before any is taken.
    const bare = operations && { ...entry, operations: [], leftOut: MAX_OPERATIONS }
    if (!take([name, writeEntry(bare ?? entry)])) return []
    return bare === undefined ? [entry] : narrow(entry, take)
  })
}

function toResult(record: OperationRecord): Result {
  const status = statusOfRecord(record)
  if (record.kind === 'not-sent') return { status, ...describeNotSent(record.notSent) }
  if (record.kind !== 'ended') return { status }
  const { explanation, resource } = record
  const { outcome, cause } = explanation
  return omitUndefined({
    status,
    'error-code': cut(codeOfEnd(explanation), MESSAGE_CHARS) || undefined,
    'error-message': cut(cause?.message ?? '', MESSAGE_CHARS) || undefined,
    'resource-id': toLine(resource.resourceId ?? '') || undefined,
    'duration-seconds': toSeconds(outcome.endedAt - outcome.startedAt)
  })
}

function describeNotSent(notSent: NotSent): Omit<Result, 'status'> {
  if ('message' in notSent) {
    return omitUndefined({
      'error-code': codeOfUnsent(notSent) || undefined,
      'error-message': cut(notSent.message, MESSAGE_CHARS)
    })
  }
  // What was skipped is no error.
  const isCutShort = /^(?:deadline|cancellation|not-resumed)$/.test(notSent.kind)
  return isCutShort ? { 'error-message': tellNotSent(notSent).join(': ') } : {}
}

/** One harmless line of so many characters at most. */
function cut(text: string, maxChars: number): string {
  const line = toLine(text)
  return line.length <= maxChars ? line : `${line.slice(0, maxChars - 1)}…`.toWellFormed()
}

function shorten({ status, 'error-code': code, 'error-message': message }: Result): Result {
  const short = message === undefined ? undefined : cut(message, SHORT_MESSAGE_CHARS)
  return omitUndefined({ status, 'error-code': code, 'error-message': short })
}
