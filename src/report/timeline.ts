/**
 * An operation over time, as a mermaid Gantt chart: its parts where they are known, else its states. Pure, and bounded:
 * a service may have as many of both as it likes.
 */
import { type Outcome, type OutcomePart, type StatusChange, statusOf } from '../run/outcome.ts'
import { HOUR_MS, MINUTE_MS, SECOND_MS } from '../values.ts'
import { toMermaidLabel } from './markdown.ts'

const MAX_ROWS = 24
const HEAD_ROWS = 12
const MAX_PARTS = 50

interface Row {
  readonly label: string
  readonly from: number
  readonly to: number
}

/** A fenced mermaid block with one row per part or state, or an empty string when there was nothing to follow. */
export function renderTimeline(outcome: Outcome): string {
  const { parts = [] } = outcome
  return parts.length > 0 ? renderParts(parts) : renderStates(outcome)
}

const PART_TAGS: Readonly<Record<OutcomePart['state'], string>> = {
  running: 'active',
  succeeded: 'done',
  failed: 'crit',
  canceled: 'crit'
}

function renderParts(parts: readonly OutcomePart[]): string {
  const shown = parts.slice(0, MAX_PARTS)
  const tasks = shown.map(({ name, from, to, state }, index) => {
    const label = toMermaidLabel(name) || 'unnamed'
    const milestone = to > from ? '' : ', milestone'
    return `  ${index + 1} ${label} :${PART_TAGS[state]}${milestone}, ${Math.round(from)}, ${Math.round(to)}`
  })
  const more = parts.length - shown.length
  const from = Math.min(...shown.map((part) => part.from))
  const to = Math.max(...shown.map((part) => part.to))
  return `${renderChart(tasks, to - from)}${more > 0 ? `\n\n${more} more are in the log.` : ''}`
}

/** Distances between the times on the axis, as the chart writes them. */
const TICKS: readonly (readonly [ms: number, interval: string])[] = [
  ...[1, 2, 5, 10, 15, 30].map((count) => [count * SECOND_MS, `${count}second`] as const),
  ...[1, 2, 5, 10, 15, 30].map((count) => [count * MINUTE_MS, `${count}minute`] as const),
  ...[1, 2, 6, 12].map((count) => [count * HOUR_MS, `${count}hour`] as const)
]
/** More of them would overlap. */
const MAX_TICKS = 10

function renderChart(tasks: readonly string[], lengthMs: number): string {
  const tick = TICKS.find(([ms]) => lengthMs / ms <= MAX_TICKS)?.[1] ?? '1day'
  const settings = [
    'dateFormat x',
    'axisFormat %H:%M:%S',
    `tickInterval ${tick}`,
    'todayMarker off'
  ]
  const chart = ['gantt', ...settings.map((line) => `  ${line}`), ...tasks]
  return ['```mermaid', ...chart, '```'].join('\n')
}

function renderStates(outcome: Outcome): string {
  const rows = foldMiddleRows(listRows(outcome))
  if (rows.length === 0 || outcome.endedAt <= outcome.startedAt) return ''
  const last = rows.length - 1
  const tasks = rows.map(({ label, from, to }, index) => {
    const tag = index === last ? lastTag(outcome, to > from) : 'done'
    // The number keeps a label from being read as a keyword of the chart.
    return `  ${index + 1} ${label} :${tag}, ${Math.round(from)}, ${Math.round(to)}`
  })
  return renderChart(tasks, outcome.endedAt - outcome.startedAt)
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

function foldMiddleRows(rows: readonly Row[]): readonly Row[] {
  if (rows.length <= MAX_ROWS) return rows
  const tail = rows.slice(HEAD_ROWS - MAX_ROWS + 1)
  const middle = rows.slice(HEAD_ROWS, rows.length - tail.length)
  const label = `${middle.length} more states`
  const from = middle[0]?.from ?? 0
  return [...rows.slice(0, HEAD_ROWS), { label, from, to: tail[0]?.from ?? from }, ...tail]
}

function lastTag({ ending }: Outcome, hasLength: boolean): string {
  const status = statusOf(ending)
  if (status !== 'Succeeded' && status !== 'Failed' && status !== 'Canceled') return 'active'
  const tag = status === 'Succeeded' ? 'done' : 'crit'
  return hasLength ? tag : `${tag}, milestone`
}
