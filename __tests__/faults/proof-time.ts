/**
 * Virtual time that many wait in at once: it stands still while anyone has something to do, and goes on to the next
 * moment for which something is planned. Timers of the machine are timers of it.
 */
import { setImmediate as takeTurn } from 'node:timers/promises'
import type { Clock } from '../../src/clock.ts'
import type { ExchangeTime } from './virtual-azure.ts'

/** Order in which what is due at one moment happens: as it was planned, the other way round, or all in one turn. */
export const TIME_ORDERS = ['first', 'last', 'together'] as const
export type TimeOrder = (typeof TIME_ORDERS)[number]

/** Something that is going to happen. */
interface Plan {
  readonly atMs: number
  readonly action: () => void
}

/** More happens in no list, however long. */
const MAX_TURNS = 3_000_000

export class ProofTime implements ExchangeTime {
  readonly #order: TimeOrder
  /** By their moments, and of one moment as they were planned. */
  readonly #plans: Plan[] = []
  /** Taken out of the plans, and not done yet. */
  readonly #due = new Set<Plan>()
  #now: number
  #turn = 0

  constructor(startMs: number, order: TimeOrder = 'first') {
    this.#now = startMs
    this.#order = order
  }

  get now(): number {
    return this.#now
  }

  /** Number of the turn: what happens in the same one, nobody could have told apart. */
  get turn(): number {
    return this.#turn
  }

  /** How much is planned: what somebody still waits for. */
  get planned(): number {
    return this.#plans.length
  }

  /** Does `action` after `ms`, unless it is taken back. What is infinitely far away never comes. */
  plan(ms: number, action: () => void): () => void {
    if (ms === Number.POSITIVE_INFINITY) return () => {}
    const plan = { atMs: this.#now + Math.max(0, ms), action }
    let place = this.#plans.length
    while (place > 0 && (this.#plans[place - 1]?.atMs ?? 0) > plan.atMs) place -= 1
    this.#plans.splice(place, 0, plan)
    return () => {
      this.#due.delete(plan)
      const at = this.#plans.indexOf(plan)
      if (at >= 0) this.#plans.splice(at, 1)
    }
  }

  readonly sleep = (ms: number, signal?: AbortSignal): Promise<void> =>
    new Promise((resolve) => {
      if (signal?.aborted === true) {
        resolve()
        return
      }
      const end = () => {
        takeBack()
        signal?.removeEventListener('abort', end)
        resolve()
      }
      const takeBack = this.plan(ms, end)
      signal?.addEventListener('abort', end, { once: true })
    })

  readonly clock: Clock = { now: () => this.#now, sleep: this.sleep }

  pass(ms: number, untilMs: number, signal: AbortSignal): Promise<void> {
    return this.sleep(Math.min(ms, untilMs - this.#now), signal)
  }

  /** Lets time go on until the work is done; `stuck` when nothing is planned any more and it is not. */
  async drive<T>(start: () => Promise<T>): Promise<T | 'stuck'> {
    const timers = takeOverTimers(this)
    let isDone = false
    try {
      const work = start().finally(() => {
        isDone = true
      })
      // Whoever awaits it below hears of it.
      work.catch(() => {})
      for (;;) {
        await takeTurn()
        if (isDone) return await work
        this.#turn += 1
        if (this.#plans.length === 0 || this.#turn > MAX_TURNS) return 'stuck'
        this.#doDue()
      }
    } finally {
      timers.giveBack()
    }
  }

  #doDue(): void {
    const atMs = this.#plans[0]?.atMs ?? this.#now
    this.#now = Math.max(this.#now, atMs)
    const later = this.#plans.findIndex((plan) => plan.atMs > atMs)
    const count = later < 0 ? this.#plans.length : later
    const [from, taken] =
      this.#order === 'together' ? [0, count] : [this.#order === 'first' ? 0 : count - 1, 1]
    for (const plan of this.#plans.splice(from, taken)) this.#due.add(plan)
    // One of them may take another back.
    for (const plan of this.#due) {
      this.#due.delete(plan)
      plan.action()
    }
  }
}

/** What cuts an exchange is a timer of the machine, and would do so in the machine's time. */
function takeOverTimers(time: ProofTime) {
  const { setTimeout, clearTimeout } = globalThis
  const plans = new WeakMap<object, () => void>()
  const plan = (action: () => void, ms = 0) => {
    const timer = { unref: () => timer, ref: () => timer }
    plans.set(timer, time.plan(ms, action))
    return timer
  }
  const takeBack = (timer: unknown) => {
    const own = typeof timer === 'object' && timer !== null ? plans.get(timer) : undefined
    if (own !== undefined) own()
    else if (timer !== undefined) Reflect.apply(clearTimeout, globalThis, [timer])
  }
  Reflect.set(globalThis, 'setTimeout', plan)
  Reflect.set(globalThis, 'clearTimeout', takeBack)
  return {
    giveBack: () => {
      Reflect.set(globalThis, 'setTimeout', setTimeout)
      Reflect.set(globalThis, 'clearTimeout', clearTimeout)
    }
  }
}
