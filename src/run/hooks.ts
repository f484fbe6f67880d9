/**
 * Hooks of a run for a room that knows one kind of operation better than the protocol does: it may watch the operation
 * and add to its outcome. Types only. The run works the same without them.
 */
import type { ArmClient } from '../arm/client.ts'
import type { ArmRequest } from '../http/message.ts'
import type { Trust } from '../http/trust.ts'
import type { Identity } from '../operation/state.ts'
import type { BodySource } from '../request/body-source.ts'
import type { Outcome } from './outcome.ts'

/** Operation that a poll has seen at work. */
export interface PolledOperation extends Identity {
  /** Time of that by the service's clock, in milliseconds since the epoch. */
  readonly seenRunningAtMs?: number
}

/** Hooks of one operation. Nothing that they do may fail, delay or outlive the run. */
export interface OperationHooks {
  /**
   * A poll has seen the operation at work. Returns at once.
   * @param deadlineMs when everything ends, in milliseconds since the epoch
   */
  readonly polled: (deadlineMs: number, operation: PolledOperation) => void
  /**
   * The outcome with what this kind of operation knows more. Asks nothing any more once `signal` has aborted or the
   * deadline has passed. Never rejects.
   * @param deadlineMs milliseconds since the epoch
   */
  readonly complete: (outcome: Outcome, deadlineMs: number) => Promise<Outcome>
}

/** Surroundings of the hooks of one operation. */
export interface HooksContext {
  readonly request: ArmRequest & { readonly body?: string }
  /** The files that parts of the body came from. */
  readonly bodySources: readonly BodySource[]
  readonly client: Pick<ArmClient, 'get'>
  readonly trust: Trust
  /** Milliseconds since the epoch. */
  readonly now: () => number
  /** Aborts when the workflow is canceled. */
  readonly signal: AbortSignal
  /** Writes one line of progress to the log: a word for what happened, and to what. The text may be untrusted. */
  readonly tell: (verb: string, text: string) => void
  /** Registers a secret, before anything that holds it is written. */
  readonly mask: (secret: string) => void
  /** The text without the secrets that are registered: before anything untrusted is cut or escaped. */
  readonly hide: (text: string) => string
  /** Names of outputs whose values are masked. */
  readonly maskedOutputs: readonly string[]
  /** Names that a step output cannot have, because this action has them. */
  readonly reservedOutputs: readonly string[]
}
