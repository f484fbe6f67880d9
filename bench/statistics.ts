/** The few figures that a benchmark needs, and how they are told. Pure. */

/** The middle value; of an even number, the mean of the two in the middle. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((one, other) => one - other)
  const middle = sorted.length >> 1
  const [low, high] = [sorted[middle - 1], sorted[middle]]
  if (high === undefined) throw new RangeError('no values')
  return sorted.length % 2 === 1 || low === undefined ? high : (low + high) / 2
}

/** One line of the report: what was measured, against what, and the bar it is held against, if any. */
export interface Figure {
  readonly what: string
  readonly measured: number
  readonly bar?: number
  readonly reference: string
}

/** Verdict on a figure: `over` is beyond its bar. */
export function judge({ measured, bar }: Figure): 'ok' | 'over' | '' {
  if (bar === undefined) return ''
  return measured <= bar ? 'ok' : 'over'
}

/** Figures as a Markdown table. */
export function renderFigures(figures: readonly Figure[]): string {
  const rows = figures.map((figure) => {
    const { what, measured, bar, reference } = figure
    const cells = [what, format(measured), bar === undefined ? '' : `≤ ${format(bar)}`]
    return [...cells, judge(figure), reference]
  })
  const head = ['what', 'measured', 'bar', '', 'beside']
  return [head, head.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n')
}

function format(value: number): string {
  return value >= 100 ? value.toFixed(0) : value.toFixed(2)
}
