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

const NS_PER_MS = 1e6
/** The wall clock is read once. A look at `performance` would load what measures, which takes longer than all reading. */
const LOADED_AT_MS = Date.now()
const LOADED_AT_NS = process.hrtime.bigint()

/** Clock of this machine. A sleep longer than `MAX_TIMER_MS` is cut to it. */
export const systemClock: Clock = {
  now: () => LOADED_AT_MS + Number(process.hrtime.bigint() - LOADED_AT_NS) / NS_PER_MS,
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

/** Signal that aborts with another one. */
export interface DerivedSignal {
  readonly signal: AbortSignal
  /** Aborts it by itself. */
  readonly abort: (reason?: unknown) => void
  /** Leaves nothing behind at the other one. */
  readonly release: () => void
}

/**
 * A signal that follows `signal` until it is released. What a long-lived signal is combined with by `AbortSignal.any`
 * stays with it for as long as it lives (https://github.com/nodejs/node/issues/55351).
 */
export function deriveSignal(signal: AbortSignal): DerivedSignal {
  const controller = new AbortController()
  const follow = () => controller.abort(signal.reason)
  signal.addEventListener('abort', follow, { once: true })
  if (signal.aborted) follow()
  return {
    signal: controller.signal,
    abort: (reason) => controller.abort(reason),
    release: () => signal.removeEventListener('abort', follow)
  }
}

/** Result of work that is cut off after `timeoutMs`, with a TimeoutError, or with `signal`. Leaves no timer behind. */
export async function cutDuring<T>(
  timeoutMs: number,
  signal: AbortSignal,
  work: (cut: AbortSignal) => Promise<T>
): Promise<T> {
  const cut = deriveSignal(signal)
  const expire = () => cut.abort(new DOMException('The time is over', 'TimeoutError'))
  const timer = setTimeout(expire, Math.min(MAX_TIMER_MS, Math.max(1, Math.ceil(timeoutMs))))
  try {
    return await work(cut.signal)
  } finally {
    clearTimeout(timer)
    cut.release()
  }
}
