/**
 * The job summary of a list of operations, as Markdown: what failed and why, what to do and what still runs come first;
 * then one table, one chart, and what only some need, folded. Pure.
 * Every part is bounded, and the whole once more: a list may have thousands of operations.
 */

import { formatTimestamp } from '../values.ts'
import { renderListCauses } from './list-causes.ts'
import { renderListChart } from './list-chart.ts'
import { type FailureGroup, groupFailures, groupUnsent } from './list-failures.ts'
import { groupItems, type ListItemReport, recordsOf } from './list-items.ts'
import type { EndedRecord, ListReport, OperationRecord } from './list-report.ts'
import { describeListResume } from './list-resume.ts'
import { countStandings, findResumePoint, formatCount, isOpen, listFew } from './list-standing.ts'
import { renderListTable, renderLoops, renderOperation } from './list-table.ts'
import {
  describeListVerdict,
  groupOpenAdvice,
  type ListVerdict,
  leadOfOpenAdvice
} from './list-verdict.ts'
import { toCodeSpan, toFold, toHtml, toMarkdown } from './markdown.ts'
import {
  joinWithin,
  listFactItems,
  MAX_SUMMARY_BYTES,
  renderAdvice,
  renderExcerpt,
  renderTree,
  renderWarnings,
  type SummaryOptions
} from './summary.ts'

const MAX_NAMED = 10
const MAX_REASONS = 10
const MAX_RESUME_STEPS = 10
const MAX_DETAILS = 5
const MAX_CHANGES = 20
const MAX_CHANGES_BYTES = 400_000
/** A table with more rows than that is folded. */
const MAX_OPEN_ROWS = 20

/** The summary of a list, at its end or in the middle of its run. */
export function renderListSummary(report: ListReport, options: SummaryOptions = {}): string {
  const verdict = describeListVerdict(report)
  const groups = groupFailures(report)
  const { records } = report
  const table = renderListTable(report)
  const items = groupItems(report)
  const isFolded = items.length > MAX_OPEN_ROWS
  const hasLoops = items.some(({ kind }) => kind === 'loop')
  const rows = hasLoops ? 'items of the list' : 'operations'
  const title = `All ${formatCount(items.length)} ${rows}, what did not succeed first`
  const sections = [
    `## ${[verdict.mark, toMarkdown(verdict.headline)].join(' ')}`,
    renderStanding(report, verdict),
    ...renderListCauses(groups),
    renderListResume(report),
    ...renderOpenAdvice(report),
    renderResume(records),
    renderListWarnings(records),
    isFolded ? '' : table,
    renderUnsent(isFolded ? records : items.flatMap(listUntold)),
    renderListChart(report),
    isFolded ? toFold(title, table) : '',
    ...renderLoops(report),
    ...renderChanges(records),
    ...renderDetails(groups)
  ]
  return joinWithin(sections, options.maxBytes ?? MAX_SUMMARY_BYTES)
}

/** How many of how many, when that was, and whether Azure still works on any of it. */
function renderStanding(report: ListReport, { rest, whereabouts }: ListVerdict): string {
  const { records, endedAt, endedBy } = report
  const open = records.filter(isOpen)
  const counts = countStandings(records)
  const isOver = counts.running + counts.waiting === 0
  const others = rest === '' ? '' : `${rest}.`
  const time = isOver || endedBy !== undefined ? 'This step ended' : 'As of'
  const when = `${open.length === 0 ? 'Ended' : time} ${formatTimestamp(endedAt)}.`
  if (open.length === 0) return joinParts([others, when, whereabouts], ' ')
  const names = open.slice(0, MAX_NAMED).map(renderOperation).join(', ')
  const more = open.length > MAX_NAMED ? ` and ${formatCount(open.length - MAX_NAMED)} more` : ''
  const running = `**${whereabouts.replace(/\.$/, ':')}** ${names}${more}.`
  return `${running}\n\n${joinParts([others, when], ' ')}`
}

function renderOpenAdvice(report: ListReport): readonly string[] {
  const groups = groupOpenAdvice(report)
  const isOnly = groups.length === 1
  return groups.map((group) => renderAdvice(group.advice, leadOfOpenAdvice(group, isOnly)))
}

/** Operations of a loop that were not started for several reasons: its row has no room for them. */
function listUntold(item: ListItemReport): readonly OperationRecord[] {
  if (item.kind === 'single') return []
  const records = recordsOf(item)
  return groupUnsent(records).length > 1 ? records : []
}

/** What was not started, by the reason. */
function renderUnsent(records: readonly OperationRecord[]): string {
  const groups = groupUnsent(records)
  const rows = groups.slice(0, MAX_REASONS).map(({ reason, names }) => {
    const list = toMarkdown(listFew(names, MAX_NAMED))
    const count = names.length === 1 ? '' : `${formatCount(names.length)} operations: `
    return `- ${count}${list} (${toMarkdown(reason)})`
  })
  const more = groups.slice(MAX_REASONS).reduce((sum, { names }) => sum + names.length, 0)
  if (more > 0) rows.push(`- ${formatCount(more)} more`)
  return rows.length === 0 ? '' : `**Not started:**\n\n${rows.join('\n')}`
}

/** The step that goes on with all of it. */
function renderListResume(report: ListReport): string {
  const resume = describeListResume(report)
  if (resume === undefined) return ''
  return `**To go on with the whole list:** ${toMarkdown(resume.text)}\n\n\`\`\`yaml\n${resume.step.join('\n')}\n\`\`\``
}

/** A step for each operation that can be waited for elsewhere, as far as they go. */
function renderResume(records: readonly OperationRecord[]): string {
  const open = records.flatMap((record) => {
    const point = findResumePoint(record)
    return point === undefined ? [] : [{ record, point }]
  })
  if (open.length === 0) return ''
  const steps = open
    .slice(0, MAX_RESUME_STEPS)
    .map(({ record, point }) => `${renderOperation(record)}:\n\n\`\`\`yaml\n${point.step}\n\`\`\``)
  const more = open.length - steps.length
  const rest = more > 0 ? [`${formatCount(more)} more: the log has their handles.`] : []
  return toFold(
    'How to wait for one of them alone',
    ['Each of these steps waits for one of them, and starts nothing.', ...steps, ...rest].join(
      '\n\n'
    )
  )
}

/** The warnings of all, each once. */
function renderListWarnings(records: readonly OperationRecord[]): string {
  const names = new Map<string, string[]>()
  for (const record of records) {
    if (record.kind !== 'ended') continue
    for (const text of record.explanation.outcome.warnings) {
      const of = names.get(text) ?? []
      of.push(record.name)
      names.set(text, of)
    }
  }
  const texts = [...names].map(([text, of]) => `${listFew(of, MAX_NAMED)}: ${text}`)
  return renderWarnings(texts)
}

/** What previews of changes have found, each in a fold of its own. */
function renderChanges(records: readonly OperationRecord[]): readonly string[] {
  let left = MAX_CHANGES_BYTES
  const folds: string[] = []
  let more = 0
  for (const record of records) {
    const sections = record.kind === 'ended' ? record.explanation.outcome.addition?.summary : []
    const text = (sections ?? []).join('\n\n')
    if (text === '') continue
    const bytes = Buffer.byteLength(text)
    if (bytes > left || folds.length >= MAX_CHANGES) {
      more += 1
      continue
    }
    left -= bytes
    folds.push(toFold(`${toHtml(record.name)}: the changes`, text))
  }
  return more === 0
    ? folds
    : [...folds, `The changes of ${formatCount(more)} more operations are left out here.`]
}

/** Facts and errors of the first failures. */
function renderDetails(groups: readonly FailureGroup[]): readonly string[] {
  return groups
    .flatMap(({ first }) => (first.record === undefined ? [] : [first.record]))
    .slice(0, MAX_DETAILS)
    .map(renderDetail)
}

function renderDetail({ name, explanation }: EndedRecord): string {
  const { facts, tree, outcome } = explanation
  const { correlationId = '', addition } = outcome
  const id = correlationId === '' ? '' : `- Correlation ID: ${toCodeSpan(correlationId)}`
  const list = joinParts([listFactItems(facts), id], '\n')
  const more = [renderExcerpt(addition?.excerpt), renderTree(tree)]
  const title = more.every((part) => part === '') ? 'facts' : 'facts and errors'
  return toFold(`${toHtml(name)}: ${title}`, joinParts([list, ...more], '\n\n'))
}

function joinParts(parts: readonly string[], between: string): string {
  return parts.filter((part) => part !== '').join(between)
}
