/**
 * The annotations of a list that did not succeed: one for each cause, as many as GitHub shows. Pure, and safe to print:
 * everything untrusted in it is one line.
 */
import type { FilePlace } from '../run/outcome.ts'
import { omitUndefined } from '../values.ts'
import { describeFailure, endSentence, type FailureNotice } from './describe-failure.ts'
import { type FailedOperation, type FailureGroup, groupFailures } from './list-failures.ts'
import type { ListReport, OperationRecord } from './list-report.ts'
import { formatCount, listFew, standingOf } from './list-standing.ts'
import { describeListVerdict } from './list-verdict.ts'
import { toAnnotationProperty, toLine } from './sanitize.ts'

/** Text and place of one annotation. */
export interface ListNotice extends FailureNotice {
  /** Place of the cause, where it is in a file of the workspace. */
  readonly place?: FilePlace
}

/** GitHub shows ten errors of a step. */
const MAX_NOTICES = 10
const MAX_NAMED = 10
const MAX_MESSAGE_CHARS = 2_000

/** Annotations of what turns the job red, the worst first; none of a list that leaves it green. */
export function listNotices(report: ListReport): readonly ListNotice[] {
  const groups = groupFailures(report).filter(({ operations }) => operations.some(isRed))
  if (groups.length === 0) return report.records.some(isCutShort) ? [describeWhole(report)] : []
  if (groups.length <= MAX_NOTICES) return groups.map(describeGroup)
  const shown = groups.slice(0, MAX_NOTICES - 1)
  return [...shown.map(describeGroup), describeRest(groups.slice(shown.length))]
}

function isRed({ record }: FailedOperation): boolean {
  return record?.isGreen !== true
}

/** True for what the end of the step has cut short, or kept from starting. */
function isCutShort(record: OperationRecord): boolean {
  if (record.kind === 'not-sent') return record.status !== 'Skipped'
  return standingOf(record) === 'open' && record.kind === 'ended' && !record.isGreen
}

function describeWhole(report: ListReport): ListNotice {
  const { title, headline, rest, whereabouts } = describeListVerdict(report)
  const sentences = [headline, rest, whereabouts].map((part) => part.replace(/\.$/, ''))
  const message = sentences.filter((part) => part !== '').join('. ')
  return { title, message: `${message}.` }
}

function describeGroup({ first, operations }: FailureGroup): ListNotice {
  const { name, record, cause } = first
  const isOne = operations.length === 1
  const count = isOne ? toLine(name) : `${formatCount(operations.length)} operations`
  const names = operations.map((operation) => operation.name)
  const lead = isOne ? `${toLine(name)}:` : `${count} (${listFew(names, MAX_NAMED)}), the first:`
  const notice = record === undefined ? describeUnsent(cause) : describeFailure(record.explanation)
  return omitUndefined({
    title: toAnnotationProperty(`${notice.title} (${count})`),
    message: `${lead} ${notice.message}`,
    place: record?.explanation.outcome.addition?.place
  })
}

/** Something that was not sent, for a fault that was found then. */
function describeUnsent(cause: FailedOperation['cause']): FailureNotice {
  const { code = '', excerpt = '' } = cause ?? {}
  const message = endSentence(toLine(excerpt, MAX_MESSAGE_CHARS))
  return {
    title: code === '' ? 'Failed' : `Failed: ${code}`,
    message: `${message} Nothing was sent for it.`.trim()
  }
}

function describeRest(groups: readonly FailureGroup[]): ListNotice {
  const names = groups.flatMap(({ operations }) => operations.map(({ name }) => name))
  const count = formatCount(groups.length)
  return {
    title: `Failed: ${count} more causes`,
    message: `${count} more causes, of ${listFew(names, MAX_NAMED)}: the log and the summary tell of them.`
  }
}
