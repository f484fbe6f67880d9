/**
 * The states of an operation over time, as a mermaid Gantt chart. Pure, and bounded: a service may change its word as
 * often as it likes.
 */
import type { Outcome, StatusChange } from '../outcome.ts'
import { toMermaidLabel } from './sanitize.ts'

const MAX_ROWS = 24
const HEAD_ROWS = 12

interface Row {
  readonly label: string
  readonly from: number
  readonly to: number
}

/** A fenced mermaid block with one row per state, or an empty string when there was nothing to follow. */
export function renderTimeline(outcome: Outcome): string {
  const rows = shorten(listRows(outcome))
  if (rows.length === 0 || outcome.endedAt <= outcome.startedAt) return ''
  const last = rows.length - 1
  const tasks = rows.map(({ label, from, to }, index) => {
    const tag = index === last ? lastTag(outcome, to > from) : 'done'
    // The number keeps a label from being read as a keyword of the chart.
    return `  ${index + 1} ${label} :${tag}, ${Math.round(from)}, ${Math.round(to)}`
  })
  const chart = ['gantt', '  dateFormat x', '  axisFormat %H:%M:%S', ...tasks]
  return ['```mermaid', ...chart, '```'].join('\n')
}

function listRows({ changes, startedAt, endedAt }: Outcome): readonly Row[] {
  const first = changes[0]
  if (first === undefined) return []
  const starts = changes.filter((change, index) => change.status !== changes[index - 1]?.status)
  const request = { label: 'Request', from: startedAt, to: first.at }
  const states = starts.map((start, index) => {
    const next = starts[index + 1]
    return { label: nameState(start), from: start.at, to: Math.max(start.at, next?.at ?? endedAt) }
  })
  return first.at > startedAt ? [request, ...states] : states
}

function nameState({ status }: StatusChange): string {
  return toMermaidLabel(status) || 'unnamed state'
}

function shorten(rows: readonly Row[]): readonly Row[] {
  if (rows.length <= MAX_ROWS) return rows
  const tail = rows.slice(HEAD_ROWS - MAX_ROWS + 1)
  const middle = rows.slice(HEAD_ROWS, rows.length - tail.length)
  const label = `${middle.length} more states`
  const from = middle[0]?.from ?? 0
  return [...rows.slice(0, HEAD_ROWS), { label, from, to: tail[0]?.from ?? from }, ...tail]
}

function lastTag({ status }: Outcome, hasLength: boolean): string {
  if (status !== 'Succeeded' && status !== 'Failed' && status !== 'Canceled') return 'active'
  const tag = status === 'Succeeded' ? 'done' : 'crit'
  return hasLength ? tag : `${tag}, milestone`
}
