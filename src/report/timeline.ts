/**
 * An operation over time, as a mermaid Gantt chart: its resources where they are known, else its states. Pure, and
 * bounded: a service may have as many of both as it likes.
 */
import { type Outcome, type OutcomePart, type StatusChange, statusOf } from '../run/outcome.ts'
import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from '../values.ts'
import { toMermaidLabel } from './markdown.ts'
import { describeRest, listResources } from './resources.ts'

const MAX_BARS = 20
const HEAD_STATES = 10
/** What has no parts, or none that matter, and is over sooner has nothing that a chart could show. */
export const MIN_CHART_MS = MINUTE_MS

type State = OutcomePart['state']

/** Bar of the chart. The label is ours, or made harmless. */
export interface Bar {
  readonly label: string
  readonly from: number
  readonly to: number
  readonly state: State
}

/** A mark tells a state without its color, and keeps a label from being read as a keyword of the chart. */
const STYLES: Readonly<Record<State, readonly [mark: string, tag: string]>> = {
  failed: ['❌', 'crit'],
  canceled: ['🚫', 'crit'],
  running: ['⏳', 'active'],
  succeeded: ['✅', 'done']
}

/** A fenced mermaid block, or an empty string when there is nothing that a chart could show. */
export function renderTimeline(outcome: Outcome): string {
  const resources = listResources(outcome)
  return renderChart(resources.length > 0 ? listBars(resources) : listStateBars(outcome))
}

/** What went wrong and what runs first, then the longest, and one bar for the rest. */
function listBars(resources: readonly OutcomePart[]): readonly Bar[] {
  const count = resources.length > MAX_BARS ? MAX_BARS - 1 : MAX_BARS
  const rest = resources.slice(count)
  const bars = resources.slice(0, count).map((resource) => {
    const { from, to, state, name } = resource
    return { label: toMermaidLabel(name) || 'unnamed', from, to, state }
  })
  return rest.length === 0 ? bars : [...bars, joinRest(rest)]
}

function joinRest(rest: readonly OutcomePart[]): Bar {
  return {
    // A colon would end the label.
    label: toMermaidLabel(describeRest(rest).replace(': ', ' - ').replaceAll(', ', ' / ')),
    from: Math.min(...rest.map(({ from }) => from)),
    to: Math.max(...rest.map(({ to }) => to)),
    state: rest[0]?.state ?? 'succeeded'
  }
}

/** Distances between the times on the axis, as the chart writes them. */
const TICKS: readonly (readonly [ms: number, interval: string])[] = [
  ...[1, 2, 5, 10, 15, 30].map((count) => [count * SECOND_MS, `${count}second`] as const),
  ...[1, 2, 5, 10, 15, 30].map((count) => [count * MINUTE_MS, `${count}minute`] as const),
  ...[1, 2, 6, 12].map((count) => [count * HOUR_MS, `${count}hour`] as const)
]
/** More of them would overlap on a phone. */
const MAX_TICKS = 5

/** A chart of these bars, in their order; empty where there are none. */
export function renderChart(bars: readonly Bar[]): string {
  if (bars.length === 0) return ''
  const from = Math.min(...bars.map((bar) => bar.from))
  const lengthMs = Math.max(...bars.map((bar) => bar.to)) - from
  const [tickMs, tick] = TICKS.find(([ms]) => lengthMs / ms <= MAX_TICKS) ?? [DAY_MS, '1day']
  const settings = [
    'dateFormat YYYY-MM-DD HH:mm:ss',
    `axisFormat ${chooseAxisFormat(tickMs)}`,
    `tickInterval ${tick}`,
    'todayMarker off'
  ]
  const tasks = bars.map(({ label, from, to, state }) => {
    const [mark, tag] = STYLES[state]
    const start = Math.floor(from / SECOND_MS)
    const end = Math.max(start + 1, Math.ceil(to / SECOND_MS))
    return `${mark} ${label} :${tag}, ${formatTime(start)}, ${formatTime(end)}`
  })
  const chart = ['gantt', ...[...settings, ...tasks].map((line) => `  ${line}`)]
  return ['```mermaid', ...chart, '```'].join('\n')
}

function chooseAxisFormat(tickMs: number): string {
  if (tickMs < MINUTE_MS) return '%H:%M:%S'
  return tickMs < DAY_MS ? '%H:%M' : '%m-%d'
}

/** End of the year 9999: a service may claim a time that no chart has. */
const LAST_SECONDS = 253_402_300_799

/**
 * In UTC, as every other time of the report; a browser reads it as local time, and writes it on the axis as the same.
 */
function formatTime(seconds: number): string {
  const shown = Math.min(Math.max(seconds, 0), LAST_SECONDS)
  return new Date(shown * SECOND_MS).toISOString().slice(0, 19).replace('T', ' ')
}

function listStateBars(outcome: Outcome): readonly Bar[] {
  const { ending, startedAt, endedAt } = outcome
  if (endedAt - startedAt < MIN_CHART_MS) return []
  const bars = foldMiddle(listStates(outcome))
  if (bars.length < 2) return []
  return [
    ...bars.slice(0, -1),
    ...bars.slice(-1).map((bar) => ({ ...bar, state: toState(ending) }))
  ]
}

function toState(ending: Outcome['ending']): State {
  switch (statusOf(ending)) {
    case 'Succeeded':
      return 'succeeded'
    case 'Failed':
      return 'failed'
    case 'Canceled':
      return 'canceled'
    default:
      return 'running'
  }
}

/** The states that lasted: the word at the very end is what the headline says. */
function listStates({ changes, startedAt, endedAt }: Outcome): readonly Bar[] {
  const starts = changes.filter((change, index) => change.status !== changes[index - 1]?.status)
  const bars = starts.map((start, index) => {
    const to = Math.max(start.at, starts[index + 1]?.at ?? endedAt)
    return { label: nameState(start), from: start.at, to, state: 'succeeded' } as const
  })
  const first = { label: 'Request', from: startedAt, to: bars[0]?.from ?? startedAt }
  return [{ ...first, state: 'succeeded' } as const, ...bars].filter(
    ({ from, to }) => to - from >= SECOND_MS
  )
}

function nameState({ status }: StatusChange): string {
  return toMermaidLabel(status) || 'unnamed state'
}

function foldMiddle(bars: readonly Bar[]): readonly Bar[] {
  if (bars.length <= MAX_BARS) return bars
  const tail = bars.slice(HEAD_STATES - MAX_BARS + 1)
  const middle = bars.slice(HEAD_STATES, bars.length - tail.length)
  const from = middle[0]?.from ?? 0
  const label = `${middle.length} more states`
  const folded = { label, from, to: tail[0]?.from ?? from, state: 'succeeded' } as const
  return [...bars.slice(0, HEAD_STATES), folded, ...tail]
}
