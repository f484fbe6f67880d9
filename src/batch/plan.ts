/**
 * The list of a step as it is run: what each operation waits for, when it is left out, and how it becomes a request once
 * the responses that it refers to are there. Types only: made by the room inputs, run by `run-all.ts`.
 */
import type { OutputExpression } from '../condition/compile.ts'
import type { JsonValue, Method } from '../http/message.ts'
import type { OperationSpec, ResultRules } from '../run/spec.ts'
import type { Judgement, ScheduledItem, ScheduleRules } from './schedule.ts'

/**
 * What expressions of the list are about: the final response of every operation that has ended, under its name; null
 * for one without a body, and for one that was skipped.
 */
export type Scope = Readonly<Record<string, JsonValue>>

/** Operation of a list, checked. */
export interface PlannedItem extends ScheduledItem {
  /** As the list has it, with its references in place: for people, who read it before anything is sent. */
  readonly shown: ShownItem
  /** Names of the operations whose responses its condition and its references read. */
  readonly reads: readonly string[]
  /** Looks at its `if`; without one it is true. */
  readonly judge: (scope: Scope) => Judgement
  /** Fills in its references. Never rejects: what a response does not give is a fault. */
  readonly prepare: (scope: Scope) => Promise<Prepared>
}

/** Operation of a list as its author wrote it. */
export interface ShownItem {
  readonly method: Method
  readonly url: string
  /** Its `if`. */
  readonly condition?: string
  /** Its body, with secrets in place of which `***` stands, for a dry run. */
  readonly body?: string
}

/** Operation that is ready to start, or why it cannot. */
export type Prepared =
  | { readonly kind: 'ready'; readonly spec: OperationSpec; readonly warnings: readonly string[] }
  /** In one sentence; may quote what a service sent. */
  | { readonly kind: 'fault'; readonly message: string }

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
  /** Names of the operations whose responses the outputs read. */
  readonly outputReads: readonly string[]
  readonly results: ResultRules
}
