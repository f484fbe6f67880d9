/**
 * The order of a list of operations: what may start now, what never will, and what the whole came to. Pure: a schedule
 * is a value, and whatever happens gives the next one. It knows neither time nor what an operation does; who drives it
 * looks at the conditions, starts what it says and tells it how that ended.
 */
import type { OutcomeStatus } from '../run/outcome.ts'
import { omitUndefined } from '../values.ts'

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
  /** It needs something that the state which the step resumes has not kept; a sentence. */
  | { readonly kind: 'lost'; readonly message: string }
  /** An earlier step had started it no more, and this one waits for what that one had started. */
  | { readonly kind: 'not-resumed' }
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
  readonly states: ReadonlyMap<string, ItemState>
  /** Operations that wait, in the order of the list. */
  readonly waiting: readonly ScheduledItem[]
  /** Number of operations that run. */
  readonly running: number
  /** Name of the first that failed, where that lets nothing more start. */
  readonly failed?: string
}

/** Judgement on the `if` of an operation whose needs are done. One without `if` is true. */
export type Judgement =
  | { readonly kind: 'true' | 'false' }
  | { readonly kind: 'fault' | 'lost'; readonly message: string }

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
  const states = new Map(items.map(({ name }) => [name, WAITING]))
  return { rules, states, waiting: items, running: 0 }
}

/**
 * Moves a schedule on as far as it goes: starts what can start, in the order of the list, and ends what never will.
 * @param judge looks at the `if` of an operation, once, when its needs are done
 */
export function advance(schedule: Schedule, judge: (name: string) => Judgement): Advance {
  const { rules, running } = schedule
  const states = copyLater(schedule.states)
  const starts: string[] = []
  const ends: string[] = []
  let { failed, waiting } = schedule
  // What ends without being sent may let go of, or hold up, one that stands before it in the list.
  for (let before = -1; ends.length > before; ) {
    before = ends.length
    waiting = waiting.filter((item) => {
      const { name } = item
      const room = rules.maxParallel - running - starts.length
      const state = decide(item, { states, failed, room, judge })
      if (state.kind === 'waiting') return true
      states.set(name, state)
      if (state.kind === 'running') starts.push(name)
      else {
        if (isFailure(rules, state)) failed ??= name
        ends.push(name)
      }
      return false
    })
  }
  const counts = { waiting, running: running + starts.length, failed }
  const next = { ...schedule, ...omitUndefined(counts), states: states.all() }
  return { schedule: next, starts, ends }
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
  const states = new Map(schedule.states)
  let { failed } = schedule
  for (const { name, status, notSent } of ends) {
    if (states.get(name)?.kind !== 'running') throw new Error(`${name} is not running`)
    const state = omitUndefined({ kind: 'ended', status, notSent } as const)
    states.set(name, state)
    if (isFailure(schedule.rules, state)) failed ??= name
  }
  const running = schedule.running - ends.length
  return { ...schedule, ...omitUndefined({ failed }), states, running }
}

/** The schedule after the step's own end: nothing more starts, and what runs is left to end. */
export function closeSchedule(schedule: Schedule, by: 'deadline' | 'cancellation'): Advance {
  const status = by === 'deadline' ? 'TimedOut' : 'Canceled'
  const ends = schedule.waiting.map(({ name }) => name)
  const states = new Map(schedule.states)
  for (const name of ends) states.set(name, { kind: 'ended', status, notSent: { kind: by } })
  return { schedule: { ...schedule, states, waiting: [] }, starts: [], ends }
}

/** True when every operation has ended. */
export function isOver({ waiting, running }: Schedule): boolean {
  return waiting.length === 0 && running === 0
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
  readonly states: Pick<ReadonlyMap<string, ItemState>, 'get'>
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
  if (judgement.kind === 'fault')
    return {
      kind: 'ended',
      status: 'Failed',
      notSent: { kind: 'fault', message: judgement.message }
    }
  if (judgement.kind === 'lost') return skip({ kind: 'lost', message: judgement.message })
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

function isFailure({ failFast }: ScheduleRules, { status }: ItemEnded): boolean {
  return failFast && FAILURES.has(status)
}

type ItemEnded = Extract<ItemState, { kind: 'ended' }>

/** States of which there is a copy as soon as one changes: most often none does, and there may be thousands. */
function copyLater(before: Schedule['states']) {
  let copy: Map<string, ItemState> | undefined
  return {
    get: (name: string) => (copy ?? before).get(name),
    set: (name: string, state: ItemState) => {
      copy ??= new Map(before)
      copy.set(name, state)
    },
    all: () => copy ?? before
  }
}
