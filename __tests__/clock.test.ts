/**
 * The real clock, for a few milliseconds.
 */
import { describe, expect, it } from 'vitest'
import { systemClock } from '../src/clock.ts'

const countTimers = () =>
  process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length

describe('systemClock', () => {
  it('tells the time of day and never goes back', () => {
    const first = systemClock.now()
    expect(Math.abs(first - Date.now())).toBeLessThan(1_000)
    expect(systemClock.now()).toBeGreaterThanOrEqual(first)
  })

  it('sleeps as long as asked', async () => {
    const before = systemClock.now()
    await systemClock.sleep(15)
    // A timer counts whole milliseconds.
    expect(systemClock.now() - before).toBeGreaterThanOrEqual(14)
  })

  it.each([0, -1, 0.2])('sleeps hardly at all for %d ms', async (ms) => {
    await systemClock.sleep(ms, new AbortController().signal)
  })

  it('does not wake at once from a sleep that is longer than a timer can be', async () => {
    const controller = new AbortController()
    let isAwake = false
    const sleeping = systemClock.sleep(1e12, controller.signal).then(() => {
      isAwake = true
    })
    await systemClock.sleep(5)
    expect(isAwake).toBe(false)
    controller.abort()
    await sleeping
  })

  it('wakes when the signal aborts, and leaves no timer behind', async () => {
    const before = countTimers()
    const controller = new AbortController()
    const sleeping = systemClock.sleep(60_000, controller.signal)
    expect(countTimers()).toBe(before + 1)
    controller.abort()
    await sleeping
    expect(countTimers()).toBe(before)
  })

  it('does not fall asleep when the signal has aborted already', async () => {
    const before = countTimers()
    await systemClock.sleep(60_000, AbortSignal.abort())
    expect(countTimers()).toBe(before)
  })
})
