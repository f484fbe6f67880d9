/**
 * The simulator's time. Everything else asks a Clock; only this file may touch the machine's own.
 */
import { setTimeout as sleepOnMachine } from 'node:timers/promises'

/** Simulated time: a day may pass in a second, or only when a test says so. */
export interface Clock {
  /** Simulated milliseconds since the epoch. */
  now(): number
  /** Resolves once this many simulated milliseconds have passed. */
  sleep(ms: number): Promise<void>
  /** How long simulated seconds last for a client, in whole seconds: what Retry-After must say. */
  toClientSeconds(seconds: number): number
}

/** The machine's clock, run `speed` times as fast from the moment it is made. */
export class RealClock implements Clock {
  readonly #speed: number
  readonly #startedAt = Date.now()

  constructor(speed = 1) {
    if (!(speed > 0 && Number.isFinite(speed))) {
      throw new RangeError(`speed must be a number above 0, got ${speed}`)
    }
    this.#speed = speed
  }

  now(): number {
    return this.#startedAt + (Date.now() - this.#startedAt) * this.#speed
  }

  async sleep(ms: number): Promise<void> {
    await sleepOnMachine(ms / this.#speed, undefined, { ref: false })
  }

  toClientSeconds(seconds: number): number {
    return Math.ceil(seconds / this.#speed)
  }
}

/**
 * Time that moves only by `advance`, and by `stepMs` each time that it is asked for: with steps, an operation takes a
 * number of requests, however slow the machine is. A sleep begun on it ends when it is advanced far enough.
 */
export class VirtualClock implements Clock {
  #now: number
  readonly #stepMs: number
  #sleepers: { readonly until: number; readonly wake: () => void }[] = []

  constructor(startedAt = Date.UTC(2026, 0, 1), stepMs = 0) {
    this.#now = startedAt
    this.#stepMs = stepMs
  }

  now(): number {
    if (this.#stepMs > 0) this.advance(this.#stepMs)
    return this.#now
  }

  advance(ms: number): void {
    this.#now += ms
    const due = this.#sleepers.filter(({ until }) => until <= this.#now)
    this.#sleepers = this.#sleepers.filter(({ until }) => until > this.#now)
    for (const { wake } of due) wake()
  }

  sleep(ms: number): Promise<void> {
    if (ms <= 0) return Promise.resolve()
    return new Promise((wake) => {
      this.#sleepers.push({ until: this.#now + ms, wake })
    })
  }

  toClientSeconds(seconds: number): number {
    return seconds
  }
}
