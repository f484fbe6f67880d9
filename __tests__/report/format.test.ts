/**
 * Times as people read them.
 */
import { describe, expect, it } from 'vitest'
import { formatClock, formatDuration } from '../../src/report/format.ts'
import { formatTimestamp } from '../../src/values.ts'

describe('formatClock', () => {
  it.each([
    [0, '00:00:00'],
    [Date.UTC(2026, 10, 22, 12, 4, 31, 999), '12:04:31'],
    [Date.UTC(2026, 1, 28, 23, 59, 59), '23:59:59'],
    [-1, '23:59:59']
  ])('of %i', (at, clock) => {
    expect(formatClock(at)).toBe(clock)
  })
})

describe('formatTimestamp', () => {
  it('names the zone', () => {
    expect(formatTimestamp(Date.UTC(2026, 1, 3, 4, 5, 6))).toBe('2026-02-03 04:05:06 UTC')
  })
})

describe('formatDuration', () => {
  it.each([
    [-5, '0 s'],
    [0, '0 s'],
    [440, '0.4 s'],
    [9_960, '10 s'],
    [34_400, '34 s'],
    [59_600, '1 m'],
    [94_000, '1 m 34 s'],
    [3_599_600, '1 h'],
    [3_900_000, '1 h 5 m'],
    [90_000_000, '25 h']
  ])('of %i ms', (ms, text) => {
    expect(formatDuration(ms)).toBe(text)
  })
})
