/**
 * The memory of the log of a list, and its lines: each with the time and the name of the operation in a column. Pure.
 */
import type { ListEvent } from '../batch/events.ts'
import type { ArmRequest } from '../http/message.ts'
import type { ResumePoint } from '../run/outcome.ts'
import { NOTHING_TOLD, type ToldChanges } from './changes.ts'
import { formatClock } from './format.ts'
import { NO_STANDINGS, type StandingCounts } from './list-standing.ts'
import { type LogLine, toTextLines } from './log.ts'
import { toLine } from './sanitize.ts'

/** Memory of the log of a list. Times are milliseconds since the epoch. */
export interface StepLogState {
  /** What is going to be run, until it is told. */
  readonly plan?: PlannedEvent
  readonly size: number
  readonly nameWidth: number
  readonly isSignedIn: boolean
  readonly signIn: ToldChanges
  /** Of the operations that run: where every change is told, or there was something to warn of. */
  readonly told: ReadonlyMap<string, ToldOperation>
  /** When each that runs has started. */
  readonly running: ReadonlyMap<string, number>
  readonly ended: StandingCounts
  /** The loops of the list. */
  readonly loops: ReadonlyMap<string, LoopTally>
  /** Handles that no group has yet. */
  readonly handles: readonly HeldHandle[]
  readonly lastHandlesAt: number
  readonly hasResumeStep: boolean
  /** Operations that were not sent for one reason, until there is another. */
  readonly unsent?: HeldUnsent
  /** What has ended in an earlier step, until something happens in this one. */
  readonly past?: HeldPast
  /** Number of requests that were repeated since the last heartbeat, since Azure had too many. */
  readonly throttled: number
  readonly failureLines: number
  /** Warnings, each with the number of operations that have it. */
  readonly warned: ReadonlyMap<string, number>
  readonly additionLines: number
  /** Time of the last event that has one. */
  readonly now: number
}

/** What is going to be run. */
export type PlannedEvent = Extract<ListEvent, { kind: 'planned' }>

/** Loop of a list, as far as its operations go. */
export interface LoopTally {
  /** Most of its operations that run at once. */
  readonly maxParallel: number
  /** Number of its operations; absent while they are not known. */
  readonly size?: number | undefined
  /** When the first of them has started in this step. */
  readonly startedAt?: number
  readonly ended: StandingCounts
}

/** What was told of an operation that runs. */
export interface ToldOperation extends ToldChanges {
  readonly request?: ArmRequest
  /** First answer, until its line is written. */
  readonly answer?: { readonly at: number; readonly status: number }
  /** State and percentage that the last line of a state told. */
  readonly word?: string
  readonly percent?: number | undefined
  /** Line of a state in which it has ended, until something more is waited for; its end needs no such line. */
  readonly end?: { readonly at: number; readonly words: string }
  readonly hasResumeStep?: true
  /** Its warnings so far, which its record has once more. */
  readonly warned?: ReadonlySet<string>
}

/** Handle that no group has yet. */
export interface HeldHandle {
  readonly name: string
  readonly point: ResumePoint
  readonly at: number
}

/** Operations that were not sent for one reason. */
export interface HeldUnsent {
  readonly at: number
  readonly words: string
  /** The first of them. */
  readonly names: readonly string[]
  readonly count: number
}

/** What has ended in an earlier step. */
export interface HeldPast {
  readonly at: number
  readonly counts: StandingCounts
  /** The lines of the first of them. */
  readonly first: readonly { readonly name: string; readonly words: string }[]
}

/** Lines to write, and the log's memory after them. */
export interface StepLogStep {
  readonly state: StepLogState
  readonly lines: readonly LogLine[]
}

/** Memory of a log that has no line yet. */
export const EMPTY_STEP_LOG: StepLogState = {
  size: 0,
  nameWidth: 0,
  isSignedIn: false,
  signIn: NOTHING_TOLD,
  told: new Map(),
  running: new Map(),
  ended: NO_STANDINGS,
  loops: new Map(),
  handles: [],
  lastHandlesAt: 0,
  hasResumeStep: false,
  throttled: 0,
  failureLines: 0,
  warned: new Map(),
  additionLines: 0,
  now: 0
}

/** Up to so many operations every change has a line. */
export const MAX_CLOSELY_TOLD = 20
/** Longer names keep their beginning and their end. */
export const MAX_NAME_CHARS = 24
/** In the place of a name, for all of them. */
export const ALL = '(all)'

/** True where every change of each operation has a line. */
export function isCloselyTold({ size }: StepLogState): boolean {
  return size <= MAX_CLOSELY_TOLD
}

/** Memory of one operation. */
export function recall({ told }: StepLogState, name: string): ToldOperation {
  return told.get(name) ?? NOTHING_TOLD
}

/** The log's memory with that of one operation. */
export function remember(
  state: StepLogState,
  name: string,
  operation: ToldOperation
): StepLogState {
  return { ...state, told: new Map(state.told).set(name, operation) }
}

/** A line with its time and the name of the operation. */
export function tellAt(state: StepLogState, at: number, name: string, words: string): StepLogStep {
  const column = toName(name).padEnd(state.nameWidth)
  return tell(state, [`${formatClock(at)}  ${column}  ${words}`])
}

/** A name as it stands in its column: of one that is too long its beginning and its end. */
export function toName(name: string): string {
  const line = toLine(name)
  if (line.length <= MAX_NAME_CHARS) return line
  const tail = MAX_NAME_CHARS / 2
  return `${line.slice(0, tail - 1)}…${line.slice(-tail)}`.toWellFormed()
}

/** A whole group; nothing where it has no lines. */
export function tellGroup(
  state: StepLogState,
  title: string,
  texts: readonly string[]
): StepLogStep {
  if (texts.length === 0) return { state, lines: [] }
  const lines: readonly LogLine[] = [
    { kind: 'group-start', title },
    ...toTextLines(texts),
    { kind: 'group-end' }
  ]
  return { state, lines }
}

/** Lines in no group. */
export function tell(state: StepLogState, texts: readonly string[]): StepLogStep {
  return { state, lines: toTextLines(texts) }
}

/** What is told first, and then what comes next. */
export function chain(first: StepLogStep, next: (state: StepLogState) => StepLogStep): StepLogStep {
  const second = next(first.state)
  return { state: second.state, lines: [...first.lines, ...second.lines] }
}
