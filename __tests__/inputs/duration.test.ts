import { describe, expect, it } from 'vitest'
import { parseDuration } from '../../src/inputs/duration.ts'

describe('parseDuration', () => {
  it.each([
    ['0', 0],
    ['90', 90_000],
    ['0.05', 50],
    ['1.5', 1500],
    ['90s', 90_000],
    ['0s', 0],
    ['0.25s', 250],
    ['45m', 2_700_000],
    ['45M', 2_700_000],
    ['1h30m', 5_400_000],
    ['1h30m15s', 5_415_000],
    ['2h5s', 7_205_000],
    ['1d', 86_400_000],
    ['1d12h', 129_600_000],
    ['PT45M', 2_700_000],
    ['pt45m', 2_700_000],
    ['PT1H30M', 5_400_000],
    ['PT0.5S', 500],
    ['P1D', 86_400_000],
    ['P1DT2H', 93_600_000]
  ])('reads %s', (text, durationMs) => {
    expect(parseDuration(text)).toBe(durationMs)
  })

  it.each([
    '',
    ' ',
    'P',
    'PT',
    'P1DT',
    'P1M',
    'P1W',
    'h',
    'soon',
    '-5',
    '+5',
    '-5s',
    '1e3',
    '0x10',
    '5 minutes',
    '1h 30m',
    '30m1h',
    '1m1m',
    '1.5h',
    '45min',
    '1,5',
    '.5',
    '5.',
    'NaN',
    'Infinity',
    '٥',
    '9'.repeat(40)
  ])('refuses %j', (text) => {
    expect(parseDuration(text)).toBeUndefined()
  })
})
