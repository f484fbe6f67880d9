/**
 * A clock that only jumps: a sleep is over at once, and the time it asked for has passed. What is to happen at a
 * given moment (an abort, for example) happens when a sleep passes over it.
 */
import type { Clock } from '../src/clock.ts'

interface Appointment {
  readonly atMs: number
  readonly action: () => void
}

export class VirtualTime implements Clock {
  /** How long each sleep asked for, in order. */
  readonly sleeps: number[] = []
  readonly startMs: number
  #nowMs: number
  #appointments: Appointment[] = []

  constructor(startMs: number = Date.UTC(2026, 0, 1)) {
    this.startMs = startMs
    this.#nowMs = startMs
  }

  readonly now = (): number => this.#nowMs

  /** Milliseconds since the clock was made. */
  get elapsedMs(): number {
    return this.#nowMs - this.startMs
  }

  readonly sleep = async (ms: number, signal?: AbortSignal): Promise<void> => {
    this.sleeps.push(ms)
    await this.pass(ms, signal)
  }

  /** Lets time pass without a sleep: a request under way. Ends early when `signal` aborts. */
  readonly pass = async (ms: number, signal?: AbortSignal): Promise<void> => {
    const endMs = this.#nowMs + Math.max(0, ms)
    await Promise.resolve()
    for (;;) {
      if (signal?.aborted === true) return
      const due = this.#appointments.find(({ atMs }) => atMs <= endMs)
      if (due === undefined) break
      this.#appointments = this.#appointments.filter((one) => one !== due)
      this.#nowMs = Math.max(this.#nowMs, due.atMs)
      due.action()
    }
    this.#nowMs = Math.max(this.#nowMs, endMs)
  }

  /** Time that passes by itself: a machine that was suspended. */
  jump(ms: number): void {
    this.#nowMs += ms
  }

  /** Does `action` once this much time has passed since the clock was made. */
  at(elapsedMs: number, action: () => void): void {
    this.#appointments.push({ atMs: this.startMs + elapsedMs, action })
    this.#appointments.sort((one, other) => one.atMs - other.atMs)
  }
}
