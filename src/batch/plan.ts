/**
 * The list of a step as it is run: what each operation waits for, when it is left out, and how it becomes a request once
 * the responses that it refers to are there. Types only: made by the room inputs, run by `run-all.ts`.
 */
import type { OutputExpression } from '../condition/compile.ts'
import type { ReadPaths } from '../condition/paths.ts'
import type { JsonValue, Method } from '../http/message.ts'
import type { Outcome } from '../run/outcome.ts'
import type { OperationSpec, ResultRules } from '../run/spec.ts'
import type { Judgement, ScheduledItem, ScheduleRules } from './schedule.ts'
import type { StateItem, StateOperation } from './step-state.ts'

/** Most operations of a step, those of its loops included. */
export const MAX_OPERATIONS = 5_000

/**
 * What expressions of the list are about: the final response of every operation that has ended, under its name; null
 * for one without a body, and for one that was skipped. Of a loop it is the list of them, in the order of its elements,
 * and null while that list is not known. For an operation of a loop it holds `item` and `index`, too, and the one
 * response with the same element of every loop that it follows.
 */
export type Scope = Readonly<Record<string, JsonValue>>

/** Item of a list, checked: one operation, or a loop with one for each element. */
export interface PlannedItem extends ScheduledItem {
  /** As the list has it, with its references in place: for people, who read it before anything is sent. */
  readonly shown: ShownItem
  /** What its condition, its references and the list of its loop read of other items' responses, by their names. */
  readonly reads: ReadonlyMap<string, ReadPaths>
  /** Looks at its `if`; without one it is true. Of a loop, the scope is that of one operation unless `isJudgedWhole`. */
  readonly judge: (scope: Scope) => Judgement
  /** Fills in its references. Never rejects: what a response does not give is a fault. */
  readonly prepare: (scope: Scope) => Promise<Prepared>
  /**
   * Takes it up by its handle, with the responses that are known, and of a loop its element. Never rejects. Absent where
   * the list does not say what it is.
   * @param findLost what of them is not known any more, where something reads it, in words that read on from a name
   */
  readonly resume?: (
    handle: string,
    scope: Scope,
    findLost?: (reads: PlannedItem['reads'], index?: JsonValue) => string | undefined
  ) => Promise<Prepared>
  /** Digest of its text in the list. */
  readonly digest: string
  readonly loop?: PlannedLoop
}

/** Loop of a list. Exactly one of `elements`, `follows` and `list` says what it goes over. */
export interface PlannedLoop {
  /** Its elements, each once, where they are known before anything is sent. */
  readonly elements?: readonly LoopElement[]
  /** Name of the loop whose elements it has, and element by element starts after; its elements may be known, too. */
  readonly follows?: string
  /** The list that responses give. */
  readonly list?: (scope: Scope) => ListReading
  /** Names of the loops of which it sees the one response with its own element: that which it follows, and so on. */
  readonly followed: readonly string[]
  /** Its `if` is about the loop as a whole, and looked at before its list. */
  readonly isJudgedWhole: boolean
  /** What its condition and its references read of responses: its list aside. */
  readonly ownReads?: PlannedItem['reads']
  /** What its condition and its references read of `item`; absent where they read nothing of it. */
  readonly itemReads?: ReadPaths
  /** Most of its operations that run at once. */
  readonly maxParallel?: number
  /** One of its operations as it would be sent, for a dry run; of an element that is known. */
  readonly show?: (index: number) => ShownItem
}

/** Element of a loop. */
export interface LoopElement {
  /** Of this element alone in its loop, harmless and without a secret: what stands in brackets behind the loop's name. */
  readonly key: string
  readonly value: JsonValue
}

/** List that an expression gave, or why there is none. */
export type ListReading =
  | { readonly kind: 'list'; readonly elements: readonly JsonValue[] }
  | Fault
  | Lost

/** In one sentence; may quote what a service sent. */
interface Fault {
  readonly kind: 'fault'
  readonly message: string
}

/** What it needs was left out of the state that the step resumes, as a sentence. */
interface Lost {
  readonly kind: 'lost'
  readonly message: string
}

/** Name of an operation of a loop. */
export function nameOperation(loop: string, key: string): string {
  return `${loop}[${key}]`
}

/** Name of the item of an operation: of the loop, or that of the operation itself. No item has a bracket in its name. */
export function itemOf(operation: string): string {
  return operation.split('[', 1).join('')
}

/** Operation of a list as its author wrote it. */
export interface ShownItem {
  readonly method: Method
  readonly url: string
  /** Its `if`. */
  readonly condition?: string
  /** What gives the list of its loop. */
  readonly forEach?: string
  /** Its body, with secrets in place of which `***` stands, for a dry run. */
  readonly body?: string
}

/** Operation that is ready to start, or why it cannot. */
export type Prepared =
  | { readonly kind: 'ready'; readonly spec: OperationSpec; readonly warnings: readonly string[] }
  | Fault
  | Lost

/** What an earlier step has done of an operation. */
export type PastOperation =
  /** It ended there. */
  | { readonly kind: 'ended'; readonly outcome: Outcome }
  /** It was not sent there, and never will be: by its own `if`, or because of a fault. */
  | { readonly kind: 'not-sent'; readonly message?: string }
  /** It was accepted there, and is taken up here. */
  | { readonly kind: 'accepted'; readonly prepare: () => Promise<Prepared> }
  /** It had not started there, and is not started here. */
  | { readonly kind: 'not-resumed' }

/** What an earlier step has done of the list, by the names of its operations. */
export interface Past {
  readonly operations: ReadonlyMap<string, PastOperation>
  /** Of their responses what is still read. */
  readonly responses: ReadonlyMap<string, JsonValue>
}

/** What the state of a step takes over from that of the step which it resumes. */
export interface Carried {
  /** Operations as that state has them, by their names. */
  readonly origins: ReadonlyMap<string, StateOperation>
  /** Those that are not in the list any more, with the item that they belonged to. */
  readonly gone: ReadonlyMap<string, StateItem>
  /** There is no list beside the state: nobody knows here who reads the responses, but that step. */
  readonly isAlone?: true
}

/** List of a step, checked. */
export interface ListPlan {
  readonly items: readonly PlannedItem[]
  readonly rules: ScheduleRules
  /** Time for all of it. */
  readonly timeoutMs: number
  /** False: what can start is started, and nothing is waited for. */
  readonly wait: boolean
  /** The author's outputs, over the scope. */
  readonly outputs: readonly OutputExpression[]
  /** What the outputs read of responses, by the names of the items. */
  readonly outputReads: ReadonlyMap<string, ReadPaths>
  readonly results: ResultRules
  /** Absent where the step resumes nothing. */
  readonly past?: Past
  readonly carried?: Carried
}
