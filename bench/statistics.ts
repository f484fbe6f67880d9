/** The few figures that a benchmark needs, and how they are told. Pure. */

/** The middle value; of an even number, the mean of the two in the middle. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((one, other) => one - other)
  const middle = sorted.length >> 1
  const [low, high] = [sorted[middle - 1], sorted[middle]]
  if (high === undefined) throw new RangeError('no values')
  return sorted.length % 2 === 1 || low === undefined ? high : (low + high) / 2
}

/** One line of the report: what was measured, against what, and the bar it is held against. */
export interface Figure {
  readonly what: string
  readonly measured: number
  readonly bar: number
  readonly reference: string
}

/** The reference of what is measured as a ratio to `bare-get.cjs`. */
export const BARE_GET = 'bare CommonJS GET, same run'

/** Figures as aligned lines. */
export function renderFigures(figures: readonly Figure[]): string {
  return figures
    .map(({ what, measured, bar, reference }) => {
      const verdict = measured <= bar ? 'ok' : 'OVER'
      return `${what.padEnd(46)} ${measured.toFixed(2).padStart(7)}  bar ${bar.toFixed(2).padStart(6)}  ${verdict.padEnd(5)} ${reference}`
    })
    .join('\n')
}
