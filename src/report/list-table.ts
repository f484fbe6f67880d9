/**
 * The items of a list as a table of Markdown, one row each, and the operations of its loops as tables of their own. Pure.
 */
import { type OutcomeStatus, statusOf } from '../run/outcome.ts'
import { formatDuration } from './format.ts'
import { groupUnsent } from './list-failures.ts'
import { groupItems, type ListItemReport, type OpenedLoop, recordsOf } from './list-items.ts'
import type { EndedRecord, ListReport, OperationRecord } from './list-report.ts'
import {
  countStandings,
  formatCount,
  isPast,
  STANDINGS,
  type Standing,
  type StandingCounts,
  shortWordOf,
  standingOf,
  tellCounts,
  tellNotSent
} from './list-standing.ts'
import { toFold, toHtml, toMarkdown, toMarkdownLink, toTableCode } from './markdown.ts'
import { shortenPath } from './shorten-path.ts'
import { renderNames } from './summary-resources.ts'
import { TITLES } from './verdict.ts'

/** More rows are not read. */
const MAX_ROWS = 300
/** Up to so many stay in the order of the list. */
const MAX_ORDERED_ROWS = 20
const MAX_NAME_CHARS = 120
const MAX_CELL_CHARS = 300

const HEAD = ['| Operation | Status | Took | Resource |', '|---|---|---|---|']

/** A row for each item, in the order of the list; of many, what did not succeed first. */
export function renderListTable(report: ListReport): string {
  const { endedAt } = report
  const items = groupItems(report)
  const ordered =
    items.length > MAX_ORDERED_ROWS
      ? items.toSorted((one, other) => rankOf(one) - rankOf(other))
      : items
  const rows = ordered
    .slice(0, MAX_ROWS)
    .map((item) =>
      item.kind === 'single' ? renderRow(item.record, endedAt) : renderLoopRow(item, endedAt)
    )
  const rest = ordered.slice(MAX_ROWS).flatMap(recordsOf)
  return joinBlocks([[...HEAD, ...rows].join('\n'), renderRest(rest, report)])
}

/** A fold for each loop with a row for each of its operations, as far as there is room; what did not succeed first. */
export function renderLoops(report: ListReport): readonly string[] {
  const loops = groupItems(report).filter((item) => item.kind === 'loop')
  const ranked = loops
    .flatMap(recordsOf)
    .toSorted((one, other) => rankOfRecord(one) - rankOfRecord(other))
  const shown = ranked.slice(0, MAX_ROWS)
  const isShown = new Set(shown)
  return loops.map((loop) => {
    const records = new Set(recordsOf(loop))
    const rows = shown.filter((record) => records.has(record))
    if (rows.length === 0) return ''
    const count = `${formatCount(records.size)} operation${records.size === 1 ? '' : 's'}`
    const isMixed = new Set([...records].map(standingOf)).size > 1
    const order = isMixed ? ', what did not succeed first' : ''
    const table = [...HEAD, ...rows.map((record) => renderRow(record, report.endedAt))].join('\n')
    const rest = [...records].filter((record) => !isShown.has(record))
    return toFold(
      `${toHtml(loop.name)}: ${count}${order}`,
      joinBlocks([table, renderRest(rest, report)])
    )
  })
}

function renderRest(rest: readonly OperationRecord[], { responseFile }: ListReport): string {
  if (rest.length === 0) return ''
  const counts = countStandings(rest)
  const count = formatCount(rest.length)
  const words =
    counts.succeeded === rest.length
      ? `${count} more succeeded`
      : `${count} more: ${tellCounts(counts)}`
  const file = responseFile === undefined ? '' : 'the file of `response-file`, and '
  return `${words}. See ${file}the output \`results\`.`
}

function rankOf(item: ListItemReport): number {
  return Math.min(STANDINGS.indexOf('left-out'), ...recordsOf(item).map(rankOfRecord))
}

function rankOfRecord(record: OperationRecord): number {
  return STANDINGS.indexOf(standingOf(record))
}

function renderLoopRow(loop: OpenedLoop, now: number): string {
  const { name, operations } = loop
  const cells = [
    `${toTableCode(name, MAX_NAME_CHARS)}&nbsp;×${formatCount(operations.length)}`,
    renderCounts(countStandings(recordsOf(loop))),
    renderLongest(loop, now),
    renderLoopReason(loop)
  ]
  return `| ${cells.join(' | ')} |`
}

/** `❌ 2 failed, ✅ 46 succeeded`. */
function renderCounts(counts: StandingCounts): string {
  const words = STANDINGS.filter((standing) => counts[standing] > 0).map((standing) =>
    `${MARKS[standing]} ${formatCount(counts[standing])} ${shortWordOf(standing)}`
      .trim()
      .replaceAll(' ', '&nbsp;')
  )
  return words.length === 0 ? `${TITLES.Skipped.join(' ')}` : words.join(', ')
}

const MARKS: Readonly<Record<Standing, string>> = {
  failed: TITLES.Failed[0],
  unknown: TITLES.Unknown[0],
  'timed-out': TITLES.TimedOut[0],
  canceled: TITLES.Canceled[0],
  open: TITLES.InProgress[0],
  running: TITLES.InProgress[0],
  'not-started': TITLES.Skipped[0],
  waiting: '',
  'left-out': TITLES.Skipped[0],
  succeeded: TITLES.Succeeded[0]
}

/** `up to 54 s: vm-40`. */
function renderLongest({ operations }: OpenedLoop, now: number): string {
  const sent = operations.filter(({ record }) => timeTaken(record, now) !== undefined)
  const times = sent.map(({ record }) => timeTaken(record, now) ?? 0)
  const most = Math.max(...times)
  const longest = sent[times.indexOf(most)]
  if (longest === undefined) return ''
  const time = formatDuration(most).replaceAll(' ', '&nbsp;')
  return sent.length === 1 ? time : `up to ${time}: ${toTableCode(longest.key, MAX_NAME_CHARS)}`
}

/** Why none of it was started, where that has one reason, and what of it is older than this step. */
function renderLoopReason(loop: OpenedLoop): string {
  const records = recordsOf(loop)
  const [unsent, ...others] = groupUnsent(records)
  const past = records.filter(isPast).length
  const reason = unsent === undefined || others.length > 0 ? '' : unsent.reason
  const parts = [
    records.length === 0 ? 'the list is empty' : toMarkdown(reason, MAX_CELL_CHARS),
    past === 0 ? '' : `${formatCount(past)} earlier`
  ]
  return parts.filter((part) => part !== '').join('; ')
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
      return `${MARKS[standingOf(record)]} ${tellNotSent(notSent)[0]}`
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
  if (isPast(record)) return 'earlier'
  const length = timeTaken(record, now)
  return length === undefined ? '' : formatDuration(length)
}

/** Time that it took in this step; undefined where it did not run in it. */
function timeTaken(record: OperationRecord, now: number): number | undefined {
  if (record.kind === 'running') return now - record.startedAt
  if (record.kind !== 'ended' || isPast(record)) return undefined
  const { startedAt, endedAt } = record.explanation.outcome
  return endedAt - startedAt
}

function joinBlocks(parts: readonly string[]): string {
  return parts.filter((part) => part !== '').join('\n\n')
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
