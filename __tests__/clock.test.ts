/**
 * The real clock, for a few milliseconds.
 */
import { describe, expect, it, vi } from 'vitest'
import { cutDuring, deriveSignal, systemClock } from '../src/clock.ts'

const countTimers = () =>
  process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length

describe('systemClock', () => {
  it('tells the time of day and never goes back', () => {
    const first = systemClock.now()
    expect(Math.abs(first - Date.now())).toBeLessThan(1_000)
    expect(systemClock.now()).toBeGreaterThanOrEqual(first)
  })

  it('counts on when the wall clock is set', () => {
    const before = systemClock.now()
    const set = vi.spyOn(Date, 'now').mockReturnValue(0)
    const after = systemClock.now()
    set.mockRestore()
    expect(after - before).toBeGreaterThanOrEqual(0)
    expect(after - before).toBeLessThan(1_000)
  })

  it('tells parts of a millisecond', () => {
    const times = Array.from({ length: 100 }, () => systemClock.now())
    expect(times.some((time) => time % 1 !== 0)).toBe(true)
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

describe('deriveSignal', () => {
  it('follows the other one until it is released, with its reason', () => {
    const job = new AbortController()
    const [kept, released] = [deriveSignal(job.signal), deriveSignal(job.signal)]
    released.release()
    job.abort('canceled')
    expect([kept.signal.reason, released.signal.aborted]).toEqual(['canceled', false])
    expect(deriveSignal(job.signal).signal.reason).toBe('canceled')
  })

  it('aborts by itself, and leaves the other one alone', () => {
    const job = new AbortController()
    const { signal, abort } = deriveSignal(job.signal)
    abort('done')
    expect([signal.reason, job.signal.aborted]).toEqual(['done', false])
  })
})

describe('cutDuring', () => {
  /** Work that ends when it is cut, with what cut it. */
  const hang = (cut: AbortSignal) =>
    new Promise<never>((_resolve, reject) => {
      if (cut.aborted) reject(cut.reason)
      cut.addEventListener('abort', () => reject(cut.reason), { once: true })
    })
  const never = new AbortController().signal

  it.each([0.3, 12.7, 0, -5])('cuts after %d ms, whatever length that is', async (ms) => {
    await expect(cutDuring(ms, never, hang)).rejects.toMatchObject({ name: 'TimeoutError' })
  })

  it.each([Number.POSITIVE_INFINITY, 1e12])('cuts nothing at once for %d ms', async (ms) => {
    const work = async (cut: AbortSignal) => {
      await systemClock.sleep(5)
      return cut.aborted
    }
    expect(await cutDuring(ms, never, work)).toBe(false)
  })

  it('passes on the reason of the signal it was given, also of one that has aborted before', async () => {
    const controller = new AbortController()
    const cut = cutDuring(60_000, controller.signal, hang)
    controller.abort('canceled')
    await expect(cut).rejects.toBe('canceled')
    await expect(cutDuring(60_000, controller.signal, hang)).rejects.toBe('canceled')
  })

  it('leaves no timer and no listener behind, however the work ends', async () => {
    const before = countTimers()
    const { signal } = new AbortController()
    const listeners: string[] = []
    const add = signal.addEventListener.bind(signal)
    const remove = signal.removeEventListener.bind(signal)
    const watched = Object.assign(signal, {
      addEventListener: (...[type, ...rest]: Parameters<typeof add>) => {
        listeners.push(type)
        add(type, ...rest)
      },
      removeEventListener: (...[type, ...rest]: Parameters<typeof remove>) => {
        listeners.splice(listeners.indexOf(type), 1)
        remove(type, ...rest)
      }
    })
    expect(await cutDuring(60_000, watched, async () => countTimers())).toBe(before + 1)
    await expect(
      cutDuring(60_000, watched, () => Promise.reject(new Error('reset')))
    ).rejects.toThrow('reset')
    expect([countTimers(), listeners]).toEqual([before, []])
  })
})
