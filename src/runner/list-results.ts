/**
 * The output `results` of a list: how each operation ended, as JSON by its name. Bounded, what did not succeed first.
 * Pure; its texts have no secret in them any more.
 */
import type { NotSent } from '../batch/schedule.ts'
import { codeOfEnd, codeOfUnsent } from '../report/list-failures.ts'
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
export function formatResults({ records }: ListReport, maxChars: number): FormattedResults {
  const results = records.map((record) => [record.name, toResult(record)] as const)
  const bad = results.filter(([, { status }]) => status !== 'Succeeded')
  const short = bad.map(([name, result]) => [name, shorten(result)] as const)
  const forms = [
    [results, ''],
    [bad, `the ${results.length - bad.length} that succeeded`],
    [short, `the ${results.length - bad.length} that succeeded, and the ends of the messages`]
  ] as const
  for (const [entries, leftOut] of forms) {
    const text = JSON.stringify(Object.fromEntries(entries))
    if (text.length <= maxChars) return { text, leftOut }
  }
  const some = takeWithin(short, maxChars)
  return {
    text: JSON.stringify(Object.fromEntries(some)),
    leftOut: `all but ${some.length} of ${results.length}`
  }
}

function takeWithin(entries: readonly (readonly [string, Result])[], maxChars: number) {
  let left = maxChars - 2
  return entries.filter((entry) => {
    left -= JSON.stringify(entry).length
    return left >= 0
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
  const isCutShort = notSent.kind === 'deadline' || notSent.kind === 'cancellation'
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
