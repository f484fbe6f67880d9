/**
 * The order of a list of operations: what may start now, what never will, and what the whole came to. Pure: a schedule
 * is a value, and whatever happens gives the next one. It knows neither time nor what an operation does; who drives it
 * looks at the conditions and the lists of loops, starts what it says and tells it how that ended.
 */
import type { OutcomeStatus } from '../run/outcome.ts'
import { omitUndefined } from '../values.ts'

/** Item of a list, as far as its order goes. Names are known, unique, and in no cycle. */
export interface ScheduledItem {
  readonly name: string
  /** Names of the items that must be done before this one starts, without repetition. */
  readonly needs: readonly string[]
  readonly loop?: ScheduledLoop
}

/** Loop, as far as its order goes. */
export interface ScheduledLoop {
  /** Names of its operations, where they are known before anything starts. */
  readonly operations?: readonly string[]
  /** Name of the loop each of whose operations comes before the one in the same place here. */
  readonly follows?: string
  /** Most of its operations that run at once. */
  readonly maxParallel?: number
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

/** State of an operation, or of a loop: exactly one `ended` is its last. */
export type ItemState =
  | { readonly kind: 'waiting' }
  | { readonly kind: 'running' }
  /** Of a loop whose operations are known. */
  | { readonly kind: 'open' }
  | ItemEnded

type ItemEnded = {
  readonly kind: 'ended'
  readonly status: OutcomeStatus
  readonly notSent?: NotSent
}

/** Loop whose operations are known. */
export interface OpenLoop {
  /** Names, in the order of its elements. */
  readonly operations: readonly string[]
  /** Most that run at once. */
  readonly maxParallel?: number
  /** Number of those that have not ended. */
  readonly left: number
  readonly running: number
  /** True when one of them has ended and is not done: what needs the loop never starts. */
  readonly isUndone: boolean
}

/** Something that has not had its turn: an operation, or a loop whose operations are not known. */
interface WaitingItem extends ScheduledItem {
  /** Name of the loop that it is an operation of. */
  readonly owner?: string
  /** Name of the operation of another loop that comes before it. */
  readonly forerunner?: string
  /** It was accepted in an earlier step: it starts at once, because Azure does not wait either. */
  readonly isAccepted?: true
}

/** Schedule of a list: the state of each operation and each loop. */
export interface Schedule {
  readonly rules: ScheduleRules
  readonly states: ReadonlyMap<string, ItemState>
  /** The loops whose operations are known. */
  readonly loops: ReadonlyMap<string, OpenLoop>
  /** Names of the loops, by the operations of them. */
  readonly owners: ReadonlyMap<string, string>
  /** What waits, in the order of the list. */
  readonly waiting: readonly WaitingItem[]
  /** Number of operations that run. */
  readonly running: number
  /** Name of the first that failed, where that lets nothing more start. */
  readonly failed?: string
}

/** Judgement on the `if` of an operation whose needs are done. One without `if` is true. */
export type Judgement =
  | { readonly kind: 'true' | 'false' }
  | { readonly kind: 'fault' | 'lost'; readonly message: string }

/** End that something had in an earlier step. */
export type PastEnd = Pick<ItemEnded, 'status' | 'notSent'>

/** What an earlier step has done, by the names of the operations. */
export interface PastStates {
  /** Those that had ended; loops that had ended before their operations were known, too. */
  readonly ended: ReadonlyMap<string, PastEnd>
  /** Those that were accepted, and whose end is not known. */
  readonly accepted: ReadonlySet<string>
}

/** What only its driver can say of an item. */
export interface Decider {
  /** Looks at the `if` of an operation, once, when its needs are done; of a loop, before its list is looked at. */
  readonly judge: (name: string) => Judgement
  /** Looks at the list of a loop, once, when its needs are done; of one that follows another, as soon as that is open. */
  readonly open: (name: string) => Opening
}

/** Names of the operations of a loop, in the order of its elements, or why there are none. */
export type Opening =
  | { readonly kind: 'open'; readonly operations: readonly string[] }
  | { readonly kind: 'fault' | 'lost'; readonly message: string }

/** A schedule that has moved on, and what that means for who drives it. */
export interface Advance {
  readonly schedule: Schedule
  /** Operations to start now, in the order of the list. */
  readonly starts: readonly string[]
  /** What has ended without having been sent, in the order in which that became clear. */
  readonly ends: readonly string[]
}

const NO_PAST: PastStates = { ended: new Map(), accepted: new Set() }

/** Schedule of a list in which nothing has started but what an earlier step has. */
export function createSchedule(
  items: readonly ScheduledItem[],
  rules: ScheduleRules,
  past = NO_PAST
): Schedule {
  const known = new Map(items.map(({ name, loop }) => [name, loop?.operations]))
  const draft = startDraft({
    rules,
    states: new Map(),
    loops: new Map(),
    owners: new Map(),
    waiting: [],
    running: 0
  })
  for (const item of items) {
    const { name, loop } = item
    const wasOver = past.ended.has(name)
    if (loop?.operations === undefined || wasOver) addWaiting(draft, item, past)
    else {
      const forerunners = loop.follows === undefined ? undefined : known.get(loop.follows)
      const operations = openLoop(draft, item, loop.operations, forerunners)
      for (const operation of operations) addWaiting(draft, operation, past)
      endLoop(draft, name)
    }
  }
  // They run in Azure already, so what is new has only the room that they leave.
  const placeOf = ({ isAccepted }: WaitingItem) => (isAccepted === true ? 0 : 1)
  draft.waiting.sort((one, other) => placeOf(one) - placeOf(other))
  return finishDraft(draft)
}

function addWaiting(draft: Draft, item: WaitingItem, past: PastStates): void {
  const { name } = item
  const before = past.ended.get(name)
  if (before !== undefined) end(draft, item, { kind: 'ended', ...before })
  else {
    draft.states.set(name, WAITING)
    draft.waiting.push(past.accepted.has(name) ? { ...item, isAccepted: true } : item)
  }
}

/** Moves a schedule on as far as it goes: starts what can start, in the order of the list, and ends what never will. */
export function advance(schedule: Schedule, decider: Decider): Advance {
  const draft = startDraft(schedule)
  // What ends without being sent, or opens, may let go of, or hold up, one that stands before it in the list.
  for (let before = -1; draft.turns > before; ) {
    before = draft.turns
    const waiting = draft.waiting
    draft.waiting = []
    for (const item of waiting) takeTurn(draft, item, decider)
  }
  return { schedule: finishDraft(draft), starts: draft.starts, ends: draft.ends }
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
  const draft = startDraft(schedule)
  for (const { name, status, notSent } of ends) {
    if (draft.states.get(name)?.kind !== 'running') throw new Error(`${name} is not running`)
    const owner = schedule.owners.get(name)
    draft.running -= 1
    if (owner !== undefined) changeLoop(draft, owner, ({ running }) => ({ running: running - 1 }))
    const state = omitUndefined({ kind: 'ended', status, notSent } as const)
    end(draft, omitUndefined({ name, owner }), state)
  }
  return finishDraft(draft)
}

/**
 * The schedule after the step's own end: nothing more starts but what was accepted in an earlier step, which is neither
 * lost nor ever called unsent; what runs is left to end.
 */
export function closeSchedule(schedule: Schedule, by: 'deadline' | 'cancellation'): Advance {
  const status = by === 'deadline' ? 'TimedOut' : 'Canceled'
  const draft = startDraft(schedule)
  const { waiting } = draft
  draft.waiting = []
  for (const item of waiting) {
    if (item.isAccepted === true) start(draft, item)
    else {
      end(draft, item, { kind: 'ended', status, notSent: { kind: by } })
      draft.ends.push(item.name)
    }
  }
  return { schedule: finishDraft(draft), starts: draft.starts, ends: draft.ends }
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

const WAITING = { kind: 'waiting' } as const
const FAILURES: ReadonlySet<OutcomeStatus> = new Set(['Failed', 'Unknown', 'TimedOut', 'Canceled'])

/** Schedule on its way to the next one. */
interface Draft {
  readonly rules: ScheduleRules
  readonly states: LateCopy<ItemState>
  readonly loops: LateCopy<OpenLoop>
  readonly owners: LateCopy<string>
  waiting: WaitingItem[]
  running: number
  failed: string | undefined
  /** Number of items that have ended or opened without having been sent. */
  turns: number
  readonly starts: string[]
  readonly ends: string[]
}

function startDraft({ rules, states, loops, owners, waiting, running, failed }: Schedule): Draft {
  return {
    rules,
    states: copyLater(states),
    loops: copyLater(loops),
    owners: copyLater(owners),
    waiting: [...waiting],
    running,
    failed,
    turns: 0,
    starts: [],
    ends: []
  }
}

function finishDraft({ rules, states, loops, owners, waiting, running, failed }: Draft): Schedule {
  const maps = { states: states.all(), loops: loops.all(), owners: owners.all() }
  return omitUndefined({ rules, ...maps, waiting, running, failed })
}

function takeTurn(draft: Draft, item: WaitingItem, decider: Decider): void {
  const { name, loop } = item
  const next = decide(draft, item, decider)
  switch (next.kind) {
    case 'waiting':
      draft.waiting.push(item)
      return
    case 'open': {
      draft.turns += 1
      const forerunners =
        loop?.follows === undefined ? undefined : draft.loops.get(loop.follows)?.operations
      const operations = openLoop(draft, item, next.operations, forerunners)
      for (const operation of operations) {
        draft.states.set(operation.name, WAITING)
        takeTurn(draft, operation, decider)
      }
      endLoop(draft, name)
      return
    }
    case 'running':
      start(draft, item)
      return
    case 'ended':
      draft.turns += 1
      draft.ends.push(name)
      end(draft, item, next)
      return
    default:
      next satisfies never
  }
}

function start(draft: Draft, { name, owner }: WaitingItem): void {
  draft.states.set(name, { kind: 'running' })
  draft.running += 1
  draft.starts.push(name)
  if (owner !== undefined) changeLoop(draft, owner, ({ running }) => ({ running: running + 1 }))
}

type Turn = Exclude<ItemState, { kind: 'open' }> | Extract<Opening, { kind: 'open' }>

function decide(draft: Draft, item: WaitingItem, { judge, open }: Decider): Turn {
  const { name, needs, loop, owner, forerunner, isAccepted } = item
  if (isAccepted === true) return { kind: 'running' }
  const isUnopened = loop !== undefined && owner === undefined
  const before = isUnopened ? loop.follows : forerunner
  const all = before === undefined ? needs : [...needs, before]
  const isOpen = isUnopened && before !== undefined && draft.loops.has(before)
  const missing = isOpen ? undefined : all.find((need) => isNeverDone(draft, need))
  if (missing !== undefined) return skip({ kind: 'needs', name: missing })
  if (draft.failed !== undefined) return skip({ kind: 'fail-fast', name: draft.failed })
  if (isOpen) return openIt(name, open)
  const hasRoom = isUnopened || hasRoomFor(draft, owner)
  if (!hasRoom || all.some((need) => draft.states.get(need)?.kind !== 'ended')) return WAITING
  const judgement = judge(name)
  if ('message' in judgement) return endUnsent(judgement)
  if (judgement.kind === 'false') return skip({ kind: 'if' })
  return isUnopened ? openIt(name, open) : { kind: 'running' }
}

/** Room in the step, and in the loop. */
function hasRoomFor({ rules, running, loops }: Draft, owner: string | undefined): boolean {
  if (running >= rules.maxParallel) return false
  const loop = owner === undefined ? undefined : loops.get(owner)
  return loop?.maxParallel === undefined || loop.running < loop.maxParallel
}

function openIt(name: string, open: Decider['open']): Turn {
  const opening = open(name)
  return opening.kind === 'open' ? opening : endUnsent(opening)
}

function endUnsent({ kind, message }: { kind: 'fault' | 'lost'; message: string }): Turn {
  return kind === 'lost'
    ? skip({ kind, message })
    : { kind: 'ended', status: 'Failed', notSent: { kind, message } }
}

function skip(notSent: NotSent): Turn {
  return { kind: 'ended', status: 'Skipped', notSent }
}

/** Operations of a loop that wait. */
function openLoop(
  draft: Draft,
  { name, needs, loop }: ScheduledItem,
  operations: readonly string[],
  forerunners: readonly string[] | undefined
): readonly WaitingItem[] {
  const { maxParallel } = loop ?? {}
  draft.states.set(name, { kind: 'open' })
  const counts = { left: operations.length, running: 0, isUndone: false }
  draft.loops.set(name, omitUndefined({ operations, ...counts, maxParallel }))
  return operations.map((operation, index) => {
    draft.owners.set(operation, name)
    const forerunner = forerunners?.[index]
    return omitUndefined({ name: operation, needs, owner: name, forerunner })
  })
}

/** Ends an operation, or a loop whose operations are not known; with the last of a loop's operations the loop ends. */
function end(draft: Draft, { name, owner }: Pick<WaitingItem, 'name' | 'owner'>, state: ItemEnded) {
  draft.states.set(name, state)
  if (draft.rules.failFast && FAILURES.has(state.status)) draft.failed ??= name
  if (owner === undefined) return
  changeLoop(draft, owner, ({ left, isUndone }) => ({
    left: left - 1,
    isUndone: isUndone || !isDone(state)
  }))
  endLoop(draft, owner)
}

function endLoop({ states, loops }: Draft, name: string): void {
  const loop = loops.get(name)
  if (loop === undefined || loop.left > 0 || states.get(name)?.kind === 'ended') return
  const status = worstStatus(loop.operations.map((each) => statusOfEnded(states.get(each))))
  states.set(name, { kind: 'ended', status })
}

function statusOfEnded(state: ItemState | undefined): OutcomeStatus {
  return state?.kind === 'ended' ? state.status : 'InProgress'
}

function changeLoop(
  { loops }: Draft,
  name: string,
  change: (loop: OpenLoop) => Partial<OpenLoop>
): void {
  const loop = loops.get(name)
  if (loop !== undefined) loops.set(name, { ...loop, ...change(loop) })
}

/** Done is what succeeded, and what its own `if` has skipped. */
function isDone({ status, notSent }: ItemEnded): boolean {
  return status === 'Succeeded' || notSent?.kind === 'if'
}

function isNeverDone({ states, loops }: Draft, name: string): boolean {
  const loop = loops.get(name)
  if (loop !== undefined) return loop.isUndone
  const state = states.get(name)
  return state?.kind === 'ended' && !isDone(state)
}

interface LateCopy<Value> {
  readonly get: (name: string) => Value | undefined
  readonly has: (name: string) => boolean
  readonly set: (name: string, value: Value) => void
  readonly all: () => ReadonlyMap<string, Value>
}

/** Values of which there is a copy as soon as one changes: most often none does, and there may be thousands. */
function copyLater<Value>(before: ReadonlyMap<string, Value>): LateCopy<Value> {
  let copy: Map<string, Value> | undefined
  return {
    get: (name) => (copy ?? before).get(name),
    has: (name) => (copy ?? before).has(name),
    set: (name, value) => {
      copy ??= new Map(before)
      copy.set(name, value)
    },
    all: () => copy ?? before
  }
}
