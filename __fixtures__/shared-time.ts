/**
 * A clock that many share: it stands still while anyone has something to do, and then moves to the next moment at which a
 * sleep ends. What happens at the same moment happens in the order in which it was asked for.
 */
import type { Clock } from '../src/clock.ts'

interface Sleeper {
  readonly untilMs: number
  readonly wake: () => void
}

/** Clock of a test with several runs at once. */
export interface SharedTime extends Clock {
  /** Milliseconds since the clock was made. */
  readonly elapsedMs: () => number
  /** Moves on, from sleep to sleep, until `work` is done. Rejects where it can never be. */
  readonly runUntil: <T>(work: Promise<T>) => Promise<T>
}

/** A clock that starts at this time. */
export function createSharedTime(startMs = Date.UTC(2026, 0, 1)): SharedTime {
  let nowMs = startMs
  const sleepers = new Set<Sleeper>()
  return {
    now: () => nowMs,
    elapsedMs: () => nowMs - startMs,
    sleep: (ms, signal) =>
      new Promise((resolve) => {
        if (signal?.aborted === true) return resolve()
        const wake = () => {
          sleepers.delete(sleeper)
          signal?.removeEventListener('abort', wake)
          resolve()
        }
        const sleeper = { untilMs: nowMs + Math.max(0, ms), wake }
        sleepers.add(sleeper)
        signal?.addEventListener('abort', wake, { once: true })
      }),
    runUntil: async (work) => {
      let isDone = false
      const done = () => {
        isDone = true
      }
      void work.then(done, done)
      for (;;) {
        await rest()
        if (isDone) return work
        const next = [...sleepers].sort((one, other) => one.untilMs - other.untilMs)[0]
        if (next === undefined) throw new Error('nobody sleeps, and the work is not done')
        nowMs = Math.max(nowMs, next.untilMs)
        next.wake()
      }
    }
  }
}

/** Everything that can go on without time passing has gone on then. */
async function rest(): Promise<void> {
  for (let round = 0; round < 3; round += 1) await new Promise(setImmediate)
}
