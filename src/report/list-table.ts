/**
 * The operations of a list as a table of Markdown, one row each. Pure.
 */
import { type OutcomeStatus, statusOf } from '../run/outcome.ts'
import { formatDuration } from './format.ts'
import type { EndedRecord, ListReport, OperationRecord } from './list-report.ts'
import {
  countStandings,
  formatCount,
  STANDINGS,
  standingOf,
  tellCounts,
  tellNotSent
} from './list-standing.ts'
import { toMarkdown, toMarkdownLink, toTableCode } from './markdown.ts'
import { shortenPath } from './shorten-path.ts'
import { renderNames } from './summary-resources.ts'
import { TITLES } from './verdict.ts'

/** More rows are not read. */
const MAX_ROWS = 300
/** Up to so many stay in the order of the list. */
const MAX_ORDERED_ROWS = 20
const MAX_NAME_CHARS = 120
const MAX_CELL_CHARS = 300

/** A row for each operation, in the order of the list; of many, what did not succeed first. */
export function renderListTable({ records, endedAt, responseFile }: ListReport): string {
  const rank = (record: OperationRecord) => STANDINGS.indexOf(standingOf(record))
  const ordered =
    records.length > MAX_ORDERED_ROWS
      ? records.toSorted((one, other) => rank(one) - rank(other))
      : records
  const rows = ordered.slice(0, MAX_ROWS).map((record) => renderRow(record, endedAt))
  const table = ['| Operation | Status | Took | Resource |', '|---|---|---|---|', ...rows].join(
    '\n'
  )
  const rest = ordered.slice(MAX_ROWS)
  if (rest.length === 0) return table
  const counts = countStandings(rest)
  const count = formatCount(rest.length)
  const words =
    counts.succeeded === rest.length
      ? `${count} more succeeded`
      : `${count} more: ${tellCounts(counts)}`
  const file = responseFile === undefined ? '' : 'the file of `response-file`, and '
  return `${table}\n\n${words}. See ${file}the output \`results\`.`
}

function renderRow(record: OperationRecord, now: number): string {
  const cells = [
    toTableCode(record.name, MAX_NAME_CHARS),
    renderStatus(record),
    tellTime(record, now).replaceAll(' ', '&nbsp;'),
    renderAbout(record)
  ]
  return `| ${cells.join(' | ')} |`
}

/** The name of an operation, with a link to the page of its resource. */
export function renderOperation(record: OperationRecord): string {
  const name = toTableCode(record.name, MAX_NAME_CHARS)
  const page = record.kind === 'ended' ? record.explanation.outcome.portalUrl : undefined
  return page === undefined ? name : toMarkdownLink(name, page)
}

/** Shorter words where the usual ones are too long for a phone. */
const SHORT_TITLES: Readonly<Partial<Record<OutcomeStatus, string>>> = {
  TimedOut: 'Timed out',
  Unknown: 'Unknown'
}

function renderStatus(record: OperationRecord): string {
  switch (record.kind) {
    case 'waiting':
      return 'Waiting'
    case 'running':
      return `${TITLES.InProgress[0]} Running`
    case 'not-sent': {
      const { notSent } = record
      const [mark] = 'message' in notSent ? TITLES.Failed : TITLES.Skipped
      return `${mark} ${tellNotSent(notSent)[0]}`
    }
    case 'ended':
      return renderEnd(record)
    default:
      return record satisfies never
  }
}

function renderEnd({ explanation }: EndedRecord): string {
  const { verdict, cause, outcome } = explanation
  const status = statusOf(outcome.ending)
  const [mark, title] = TITLES[status]
  const words = `${verdict.mark || mark} ${SHORT_TITLES[status] ?? title}`
  const { finding = '' } = outcome.addition ?? {}
  if (status === 'Succeeded') {
    return finding === '' ? words : `${words}: ${toMarkdown(finding, MAX_CELL_CHARS)}`
  }
  const { code = '' } = cause ?? {}
  return code === '' ? words : `${words} ${toTableCode(code, MAX_NAME_CHARS)}`
}

function tellTime(record: OperationRecord, now: number): string {
  if (record.kind === 'running') return formatDuration(now - record.startedAt)
  if (record.kind !== 'ended') return ''
  const { startedAt, endedAt } = record.explanation.outcome
  return formatDuration(endedAt - startedAt)
}

/** The resource, or why it was not started. */
function renderAbout(record: OperationRecord): string {
  switch (record.kind) {
    case 'waiting':
      return ''
    case 'running':
      return toTableCode(shortenPath(record.request.url), MAX_CELL_CHARS)
    case 'not-sent':
      return toMarkdown(tellNotSent(record.notSent)[1], MAX_CELL_CHARS)
    case 'ended': {
      const { outcome } = record.explanation
      const { resourceId, request } = outcome
      return resourceId === undefined
        ? toTableCode(shortenPath(request.url), MAX_CELL_CHARS)
        : renderNames([resourceId], outcome)
    }
    default:
      return record satisfies never
  }
}
