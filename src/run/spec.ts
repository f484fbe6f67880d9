/**
 * One operation as its author described it: every rule about inputs has been applied, so the values can be used as
 * they are. Types only, and what follows from them.
 */
import { isWanted, type RetryOn } from '../arm/retry-policy.ts'
import type { Expressions } from '../condition/compile.ts'
import type { ArmRequest, HttpResponse } from '../http/message.ts'
import type { Conditions, Handle } from '../operation/handle.ts'
import type { Rules } from '../operation/state.ts'
import type { BodySource } from '../request/body-source.ts'

/** Operation to run: how it starts, how it is followed, and what becomes of its result. */
export interface OperationSpec {
  /** Name in a list of operations; empty for the only one of a step. */
  readonly name: string
  readonly start: OperationStart
  /** Author's own headers, names as written. */
  readonly headers: Readonly<Record<string, string>>
  readonly rules: Rules
  /** False: the run ends once the request is accepted. */
  readonly wait: boolean
  /** Conditions as they are handed on with the operation. */
  readonly conditions: Conditions
  /** Conditions and outputs, compiled. */
  readonly expressions: Expressions
  readonly earlyEnd: EarlyEndRules
  readonly results: ResultRules
}

/** Beginning of a run: a request to send, or a handle to go on from, which sends nothing but GETs. */
export type OperationStart =
  | {
      readonly kind: 'request'
      readonly request: ArmRequest
      /** Text to send; absent for no body. */
      readonly body?: string
      /** Files that parts of the body came from. */
      readonly bodySources: readonly BodySource[]
      /** Refusals of the first request that are repeated until the deadline. */
      readonly retryOn: RetryOn
    }
  | { readonly kind: 'resume'; readonly handle: Handle }

/** Fate of the operation in Azure when this step ends before it. */
export type EarlyEnd = 'leave' | 'cancel'

/** Rules for a run that ends before its operation. */
export interface EarlyEndRules {
  readonly onTimeout: EarlyEnd
  readonly onCancel: EarlyEnd
  /** Absolute URL on the trusted endpoint: what to POST to cancel the operation. */
  readonly cancelUrl?: string
}

/** Rules for what is kept of the final response. */
export interface ResultRules {
  /** Names of outputs whose values are registered as secrets first. */
  readonly maskedOutputs: readonly string[]
  /** Absolute path of the file for the final body. */
  readonly responseFile: string
  /** The workspace and the runner's temporary folder, absolute: no link in them may lead that file elsewhere. */
  readonly ownFolders: readonly string[]
}

/** Request that a run is about: the one to send, or the one that an earlier run sent. */
export function requestOf({ start }: OperationSpec): ArmRequest {
  return start.kind === 'request' ? start.request : start.handle.operation.facts.request
}

/** True for an answer that the author asks to be repeated for. */
export function isRetried({ start }: OperationSpec, answer: HttpResponse | undefined): boolean {
  return start.kind === 'request' && answer !== undefined && isWanted(answer, start.retryOn)
}
