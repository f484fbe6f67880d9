/**
 * What a list is run with: time, what ends it, and who runs and tells its operations. Types only.
 */
import type { Clock } from '../clock.ts'
import type { Outcome } from '../run/outcome.ts'
import type { OperationSpec } from '../run/spec.ts'
import type { ListEvent } from './events.ts'
import type { LoopElement } from './plan.ts'

/** Surroundings of a list: nothing of them is global. */
export interface ListContext {
  readonly clock: Clock
  /** Aborts when the workflow is canceled. */
  readonly signal: AbortSignal
  /** End of the step's time, in milliseconds since the epoch. */
  readonly deadlineMs: number
  /** Runs one operation. Rejects only where nothing can have been sent. */
  readonly run: (item: StartedItem) => Promise<Outcome>
  /** Told of everything that happens. What it throws is lost: telling must never change what happens. */
  readonly observe: (event: ListEvent) => void
  /** A text without what is registered as a secret. */
  readonly hide: (text: string) => string
  /** Told of the elements of a loop as soon as they are known. */
  readonly opened?: (loop: string, elements: readonly LoopElement[]) => void
  /** Told of an outcome before its body is let go of. What it rejects with is lost. */
  readonly keep: (name: string, outcome: Outcome) => Promise<void>
}

/** Operation of a list that starts now. */
export interface StartedItem {
  readonly name: string
  /** Its time ends with the step's at the latest. */
  readonly spec: OperationSpec
  /** Aborts with the workflow's cancellation; of this operation alone. */
  readonly signal: AbortSignal
  /** Fields of it that were given and have no effect, in one sentence each. */
  readonly warnings: readonly string[]
  /** Called just before its request leaves: from then on it goes on to its end, whatever becomes of others. */
  readonly onSend: () => void
}
