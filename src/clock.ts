/**
 * The edge's clock: the only room that knows what time it is. Everything below receives time as an argument.
 */

/** Clock of a run: tells the time, and lets some of it pass. */
export interface Clock {
  /** Milliseconds since the epoch, from a monotonic source: a corrected wall clock never moves a deadline. */
  readonly now: () => number
  /** Resolves after `ms`, or as soon as `signal` aborts. Never rejects, and leaves no timer behind. */
  readonly sleep: (ms: number, signal?: AbortSignal) => Promise<void>
}

/** The longest delay a timer takes; a longer one would fire at once. */
export const MAX_TIMER_MS = 2_147_483_647

/** Clock of this machine. A sleep longer than `MAX_TIMER_MS` is cut to it. */
export const systemClock: Clock = {
  now: () => performance.timeOrigin + performance.now(),
  sleep: (ms, signal) =>
    new Promise((resolve) => {
      if (signal?.aborted === true) {
        resolve()
        return
      }
      const end = () => {
        clearTimeout(timer)
        signal?.removeEventListener('abort', end)
        resolve()
      }
      const timer = setTimeout(end, Math.min(Math.max(0, ms), MAX_TIMER_MS))
      signal?.addEventListener('abort', end, { once: true })
    })
}
