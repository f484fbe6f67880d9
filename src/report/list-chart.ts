/**
 * The operations of a list over time, as a mermaid Gantt chart: what went wrong first, then what runs, then the longest.
 * Pure, and bounded.
 */
import { formatDuration } from './format.ts'
import type { ListReport, OperationRecord } from './list-report.ts'
import { type Standing, standingOf } from './list-standing.ts'
import { toMermaidLabel } from './markdown.ts'
import { type Bar, MIN_CHART_MS, renderChart } from './timeline.ts'

const MAX_BARS = 30

const STATES: Readonly<Partial<Record<Standing, Bar['state']>>> = {
  failed: 'failed',
  canceled: 'canceled',
  succeeded: 'succeeded'
}
const URGENCY: readonly Bar['state'][] = ['failed', 'canceled', 'running', 'succeeded']

/** A chart, or an empty string where there is nothing that one could show. */
export function renderListChart({ records, startedAt, endedAt }: ListReport): string {
  if (endedAt - startedAt < MIN_CHART_MS) return ''
  const bars = records
    .flatMap((record) => toBar(record, endedAt))
    .toSorted(
      (one, other) =>
        URGENCY.indexOf(one.state) - URGENCY.indexOf(other.state) || lengthOf(other) - lengthOf(one)
    )
  if (bars.length < 2) return ''
  if (bars.length <= MAX_BARS) return renderChart(bars)
  const shown = bars.slice(0, MAX_BARS - 1)
  return renderChart([...shown, joinRest(bars.slice(shown.length))])
}

function toBar(record: OperationRecord, now: number): readonly Bar[] {
  const label = toMermaidLabel(record.name) || 'unnamed'
  const state = STATES[standingOf(record)] ?? 'running'
  if (record.kind === 'running') return [{ label, from: record.startedAt, to: now, state }]
  if (record.kind !== 'ended' || record.isPast === true) return []
  const { startedAt, endedAt } = record.explanation.outcome
  return [{ label, from: startedAt, to: endedAt, state }]
}

/** `18 more succeeded / 31 s to 55 s`. */
function joinRest(rest: readonly Bar[]): Bar {
  const lengths = rest.map(lengthOf)
  const times = `${formatDuration(Math.min(...lengths))} to ${formatDuration(Math.max(...lengths))}`
  const state = rest[0]?.state ?? 'succeeded'
  const isOne = rest.every((bar) => bar.state === state)
  const words = isOne ? STATE_WORDS[state] : ''
  return {
    label: toMermaidLabel(`${rest.length} more ${words} / ${times}`),
    from: Math.min(...rest.map(({ from }) => from)),
    to: Math.max(...rest.map(({ to }) => to)),
    state
  }
}

const STATE_WORDS: Readonly<Record<Bar['state'], string>> = {
  failed: 'failed',
  canceled: 'canceled',
  running: 'still running',
  succeeded: 'succeeded'
}

function lengthOf({ from, to }: Bar): number {
  return to - from
}
