/**
 * The end of a list in its log: how it ended, why, what to do; then what still runs in Azure, and what was not started.
 * Pure; a list needs it once, when all is over.
 */
import { formatDuration } from './format.ts'
import {
  type FailedOperation,
  type FailureGroup,
  groupFailures,
  groupUnsent,
  listStillOpen,
  withoutResource
} from './list-failures.ts'
import type { ListReport, OperationRecord } from './list-report.ts'
import { describeListResume } from './list-resume.ts'
import { formatCount, isOpen, listFew } from './list-standing.ts'
import {
  describeListVerdict,
  groupOpenAdvice,
  leadOfAdvice,
  leadOfOpenAdvice
} from './list-verdict.ts'
import { formatAdvice, formatCause, formatFact, toTextLines } from './log.ts'
import { describeUrl, toLine } from './sanitize.ts'
import { shortenPath } from './shorten-path.ts'
import { flushStepLog } from './step-log.ts'
import type { StepLogState, StepLogStep } from './step-log-lines.ts'
import { TITLES } from './verdict.ts'

const MAX_GROUPS = 10
const MAX_LISTED = 10
const MAX_OPEN = 20
const MAX_REASONS = 10
const MAX_NAMED = 5
const MAX_PATH_CHARS = 300
const MAX_WARNING_CHARS = 300

/** Lines that tell the end of a list, or how it stands when its step ends before it. */
export function describeListEnd(before: StepLogState, report: ListReport): StepLogStep {
  const { state, lines } = flushStepLog(before)
  const { title, headline, rest, whereabouts } = describeListVerdict(report)
  const groups = groupFailures(report)
  const groupedAdvice = groupOpenAdvice(report)
  const sentences = [`${headline}.`, rest === '' ? '' : `${rest}.`, whereabouts]
  const texts = [
    ...tellWarnings(state),
    '',
    `Result: ${title}`,
    `  ${sentences.filter((sentence) => sentence !== '').join(' ')}`,
    ...groups.slice(0, MAX_GROUPS).flatMap((group) => ['', ...formatGroup(group)]),
    ...tellOtherGroups(groups.slice(MAX_GROUPS)),
    ...withTitle('May still be running in Azure:', [
      ...listOpen(report.records),
      ...groupedAdvice.flatMap((group) =>
        formatAdvice(group.advice, leadOfOpenAdvice(group, groupedAdvice.length === 1))
      )
    ]),
    ...withTitle('Not started:', listUnsent(report.records)),
    ...tellListResume(report),
    ''
  ]
  return { state, lines: [...lines, ...toTextLines(texts)] }
}

/** Near the very end, where whoever opens the log of a cut list looks first. */
function tellListResume(report: ListReport): readonly string[] {
  const resume = describeListResume(report)
  if (resume === undefined) return []
  return [
    '',
    'To go on with the whole list:',
    `  ${resume.text}`,
    '',
    ...resume.step.map((line) => `  ${line}`)
  ]
}

/** Warnings that more than one operation had, and that were written once. */
function tellWarnings({ warned }: StepLogState): readonly string[] {
  return [...warned]
    .filter(([, count]) => count > 1)
    .map(
      ([text, count]) =>
        `The same warning for ${formatCount(count - 1)} more: ${toLine(text, MAX_WARNING_CHARS)}`
    )
}

function withTitle(title: string, lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : ['', title, ...lines]
}

function formatGroup({ first, operations }: FailureGroup): readonly string[] {
  const { cause, status, record } = first
  const { advice, others, quote } = record?.explanation ?? {}
  const [only, next] = operations
  const title = TITLES[status][1]
  const isOne = only !== undefined && next === undefined
  const names = isOne ? toLine(first.name) : `${formatCount(operations.length)} operations`
  return [
    `${title}: ${names}`,
    ...(cause === undefined ? [] : formatCause(isOne ? cause : withoutResource(cause))),
    ...(isOne ? describeOperation(first) : listOperations(operations)),
    ...(others === undefined ? [] : [toLine(others)]),
    ...(quote === undefined ? [] : [`What Azure said: ${toLine(quote)}`]),
    ...(advice === undefined ? [] : formatAdvice(advice, leadOfAdvice(listStillOpen(operations))))
  ]
}

function describeOperation({ record }: FailedOperation): readonly string[] {
  if (record === undefined) return ['  Nothing was sent for it.']
  const { request, correlationId, portalUrl } = record.explanation.outcome
  return [
    formatFact('Request', `${request.method} ${describeUrl(request.url)}`),
    ...(correlationId === undefined ? [] : [formatFact('Correlation ID', correlationId)]),
    ...(portalUrl === undefined ? [] : [formatFact('Portal', portalUrl)])
  ]
}

function listOperations(operations: readonly FailedOperation[]): readonly string[] {
  const shown = operations.slice(0, MAX_LISTED)
  const width = Math.max(...shown.map(({ name }) => name.length))
  const rows = shown.map(({ name, record }) => {
    if (record === undefined) return `  ${toLine(name)}`
    const { request, correlationId } = record.explanation.outcome
    const path = `${request.method} ${toLine(shortenPath(request.url), MAX_PATH_CHARS)}`
    const id = correlationId === undefined ? '' : ` (correlation ID ${toLine(correlationId)})`
    return `  ${toLine(name).padEnd(width)}  ${path}${id}`
  })
  const more = operations.length - shown.length
  return more > 0 ? [...rows, `  … and ${formatCount(more)} more`] : rows
}

function tellOtherGroups(groups: readonly FailureGroup[]): readonly string[] {
  if (groups.length === 0) return []
  const names = groups.flatMap(({ operations }) => operations.map(({ name }) => name))
  const causes = `${formatCount(groups.length)} more cause${groups.length === 1 ? '' : 's'}`
  return ['', `And ${causes}, of ${listFew(names, MAX_LISTED)}.`]
}

/** What may still run in Azure, and how to find it. */
function listOpen(records: readonly OperationRecord[]): readonly string[] {
  const open = records.filter(isOpen)
  const shown = open.slice(0, MAX_OPEN)
  const width = Math.max(0, ...shown.map(({ name }) => name.length))
  const rows = shown.map((record) => `  ${toLine(record.name).padEnd(width)}  ${tellOpen(record)}`)
  const more = open.length - shown.length
  return more > 0 ? [...rows, `  … and ${formatCount(more)} more`] : rows
}

function tellOpen(record: OperationRecord): string {
  if (record.kind === 'running') {
    const { method, url } = record.request
    return `${method} ${toLine(shortenPath(url), MAX_PATH_CHARS)}`
  }
  if (record.kind !== 'ended') return ''
  const { request, lastStatus, correlationId, startedAt, endedAt } = record.explanation.outcome
  const facts = [
    lastStatus === undefined ? '' : toLine(lastStatus, MAX_PATH_CHARS),
    `for ${formatDuration(endedAt - startedAt)}`,
    correlationId === undefined ? '' : `correlation ID ${toLine(correlationId)}`
  ].filter((fact) => fact !== '')
  return `${request.method} ${toLine(shortenPath(request.url), MAX_PATH_CHARS)} (${facts.join(', ')})`
}

/** What was not started, those with the same reason together. */
function listUnsent(records: readonly OperationRecord[]): readonly string[] {
  const groups = groupUnsent(records)
  const rows = groups
    .slice(0, MAX_REASONS)
    .map(({ reason, names }) =>
      names.length === 1
        ? `  ${listFew(names, 1)}: ${toLine(reason)}`
        : `  ${formatCount(names.length)} operations: ${toLine(reason)} (${listFew(names, MAX_NAMED)})`
    )
  const more = groups.slice(MAX_REASONS).reduce((sum, { names }) => sum + names.length, 0)
  return more > 0 ? [...rows, `  … and ${formatCount(more)} more`] : rows
}
