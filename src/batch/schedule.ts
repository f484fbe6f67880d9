/**
 * The order of a list of operations: what may start now, what never will, and what the whole came to. Pure: a schedule
 * is a value, and whatever happens gives the next one. It knows neither time nor what an operation does; who drives it
 * looks at the conditions, starts what it says and tells it how that ended.
 */
import type { OutcomeStatus } from '../run/outcome.ts'
import { omitUndefined } from '../values.ts'
import { createStates, type ItemStates } from './item-states.ts'

/** Operation of a list, as far as its order goes. Names are known, unique, and in no cycle. */
export interface ScheduledItem {
  readonly name: string
  /** Names of the operations that must be done before this one starts, without repetition. */
  readonly needs: readonly string[]
}

/** Rules for the whole list. */
export interface ScheduleRules {
  /** Most operations that run at once, at least one. */
  readonly maxParallel: number
  /** True: nothing more starts after the first that failed. */
  readonly failFast: boolean
}

/** Reason why an operation was never sent. */
export type NotSent =
  /** Its own `if` is false: that is as good as done. */
  | { readonly kind: 'if' }
  /** It needs one that is not done. */
  | { readonly kind: 'needs'; readonly name: string }
  /** Another one failed first. */
  | { readonly kind: 'fail-fast'; readonly name: string }
  /** The step ended before it could start. */
  | { readonly kind: 'deadline' | 'cancellation' }
  /** Its `if`, or a reference in it, cannot be evaluated, or what came of it cannot be sent. */
  | { readonly kind: 'fault'; readonly message: string }
  /** A defect of this action, before anything was sent. */
  | { readonly kind: 'defect'; readonly message: string }

/** State of one operation: exactly one `ended` is its last. */
export type ItemState =
  | { readonly kind: 'waiting' }
  | { readonly kind: 'running' }
  | { readonly kind: 'ended'; readonly status: OutcomeStatus; readonly notSent?: NotSent }

/** Schedule of a list: the state of each operation, in the order of the list. */
export interface Schedule {
  readonly rules: ScheduleRules
  readonly items: readonly ScheduledItem[]
  readonly states: ItemStates
}

/** Judgement on the `if` of an operation whose needs are done. One without `if` is true. */
export type Judgement =
  | { readonly kind: 'true' | 'false' }
  | { readonly kind: 'fault'; readonly message: string }

/** A schedule that has moved on, and what that means for who drives it. */
export interface Advance {
  readonly schedule: Schedule
  /** Operations to start now, in the order of the list. */
  readonly starts: readonly string[]
  /** Operations that have ended without having been sent, in the order in which that became clear. */
  readonly ends: readonly string[]
}

/** Schedule of a list in which nothing has started. */
export function createSchedule(items: readonly ScheduledItem[], rules: ScheduleRules): Schedule {
  const names = items.map(({ name }) => name)
  return { rules, items, states: createStates(names, WAITING) }
}

/**
 * Moves a schedule on as far as it goes: starts what can start, in the order of the list, and ends what never will.
 * @param judge looks at the `if` of an operation, once, when its needs are done
 */
export function advance(schedule: Schedule, judge: (name: string) => Judgement): Advance {
  const { list } = schedule.states
  const states = schedule.states.edit()
  const starts: string[] = []
  const ends: string[] = []
  let room = schedule.rules.maxParallel - countRunning(schedule)
  let failed = findFailure(schedule)
  let waiting = schedule.items.filter((_, place) => list[place]?.kind === 'waiting')
  // What ends without being sent may let go of, or hold up, one that stands before it in the list.
  for (let before = -1; ends.length > before; ) {
    before = ends.length
    waiting = waiting.filter((item) => {
      const { name } = item
      const state = decide(item, { states, failed, room, judge })
      states.set(name, state)
      if (state.kind === 'running') {
        room -= 1
        starts.push(name)
      } else if (state.kind === 'ended') {
        if (schedule.rules.failFast && FAILURES.has(state.status)) failed ??= name
        ends.push(name)
      }
      return state.kind === 'waiting'
    })
  }
  return { schedule: { ...schedule, states: states.finish() }, starts, ends }
}

/** End of an operation that had its turn. */
export interface ItemEnd {
  readonly name: string
  readonly status: OutcomeStatus
  /** Reason why it was not sent after all. */
  readonly notSent?: NotSent
}

/**
 * The schedule after operations that had their turn have ended.
 * @throws Error for one that is not running: it would have run twice
 */
export function endItems(schedule: Schedule, ends: readonly ItemEnd[]): Schedule {
  const states = schedule.states.edit()
  for (const { name, status, notSent } of ends) {
    if (states.get(name)?.kind !== 'running') throw new Error(`${name} is not running`)
    states.set(name, omitUndefined({ kind: 'ended', status, notSent }))
  }
  return { ...schedule, states: states.finish() }
}

/** The schedule after the step's own end: nothing more starts, and what runs is left to end. */
export function closeSchedule(schedule: Schedule, by: 'deadline' | 'cancellation'): Advance {
  const status = by === 'deadline' ? 'TimedOut' : 'Canceled'
  const { list } = schedule.states
  const ends = schedule.items
    .filter((_, place) => list[place]?.kind === 'waiting')
    .map(({ name }) => name)
  const states = schedule.states.edit()
  for (const name of ends) states.set(name, { kind: 'ended', status, notSent: { kind: by } })
  return { schedule: { ...schedule, states: states.finish() }, starts: [], ends }
}

/** True when every operation has ended. */
export function isOver({ states }: Schedule): boolean {
  return states.list.every(({ kind }) => kind === 'ended')
}

/** Worst first; what is not in here is no failure. */
const BY_BADNESS: readonly OutcomeStatus[] = [
  'Failed',
  'Unknown',
  'TimedOut',
  'Canceled',
  'InProgress'
]

/** Status of the whole: the worst of all; else `Succeeded`, or `Skipped` where nothing was sent. */
export function worstStatus(statuses: Iterable<OutcomeStatus>): OutcomeStatus {
  const all = new Set(statuses)
  const worst = BY_BADNESS.find((status) => all.has(status))
  return worst ?? (all.has('Succeeded') ? 'Succeeded' : 'Skipped')
}

const WAITING: ItemState = { kind: 'waiting' }
const FAILURES: ReadonlySet<OutcomeStatus> = new Set(['Failed', 'Unknown', 'TimedOut', 'Canceled'])

interface Chance {
  readonly states: Pick<ItemStates, 'get'>
  /** Name of the one whose failure lets nothing more start. */
  readonly failed: string | undefined
  readonly room: number
  readonly judge: (name: string) => Judgement
}

function decide({ name, needs }: ScheduledItem, chance: Chance): ItemState {
  const { states, failed, room, judge } = chance
  const missing = needs.find((need) => isNeverDone(states.get(need)))
  if (missing !== undefined) return skip({ kind: 'needs', name: missing })
  if (failed !== undefined) return skip({ kind: 'fail-fast', name: failed })
  if (room < 1 || needs.some((need) => states.get(need)?.kind !== 'ended')) return WAITING
  const judgement = judge(name)
  if (judgement.kind === 'fault') return { kind: 'ended', status: 'Failed', notSent: judgement }
  return judgement.kind === 'true' ? { kind: 'running' } : skip({ kind: 'if' })
}

function skip(notSent: NotSent): ItemState {
  return { kind: 'ended', status: 'Skipped', notSent }
}

/** Done is what succeeded, and what its own `if` has skipped. */
function isNeverDone(state: ItemState | undefined): boolean {
  if (state?.kind !== 'ended') return false
  return state.status !== 'Succeeded' && state.notSent?.kind !== 'if'
}

/** Name of the operation whose failure lets nothing more start. */
export function findFailure({ rules, items, states }: Schedule): string | undefined {
  if (!rules.failFast) return undefined
  return items.find((_, place) => {
    const state = states.list[place]
    return state?.kind === 'ended' && FAILURES.has(state.status)
  })?.name
}

function countRunning({ states }: Schedule): number {
  return states.list.filter(({ kind }) => kind === 'running').length
}
