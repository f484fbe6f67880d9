/**
 * Durations as services write them.
 */
import { describe, expect, it } from 'vitest'
import { readIsoDuration } from '../../src/operation/iso-duration.ts'

describe('readIsoDuration', () => {
  it.each([
    ['PT22.8356799S', 22_836],
    ['PT0S', 0],
    ['PT1M2S', 62_000],
    ['PT1H2M3.5S', 3_723_500],
    ['P1DT1H', 90_000_000],
    ['P2D', 172_800_000],
    ['pt1.5m', 90_000],
    [' PT5S ', 5_000]
  ])('%s is %i ms', (text, ms) => {
    expect(readIsoDuration(text)).toBe(ms)
  })

  it.each(['', 'P', 'PT', '5S', 'PT5', 'PT-5S', 'P1Y', 'P1W', 'PT5S5M', `PT${'1'.repeat(99)}S`])(
    '%j is none',
    (text) => {
      expect(readIsoDuration(text)).toBeUndefined()
    }
  )
})
