/**
 * Everything that happens in a run, as one union: what is known so far is worked out from it, and the log tells it.
 * Types, and how often a run that waits says so. Times are milliseconds since the epoch.
 */
import type { ProbeTimes, RequestTrace } from '../arm/verify.ts'
import type { ArmRequest, HttpResponse } from '../http/message.ts'
import type { Facts, Operation } from '../operation/state.ts'
import type { ResumePoint } from './outcome.ts'

/** Longest silence of a run in which nothing changes: as often it says that it waits, and the log has a line of it. */
export const HEARTBEAT_MS = 60_000

/** Event of one run. */
export type RunEvent =
  /** The run begins: this is what it sends. */
  | {
      readonly kind: 'requested'
      readonly at: number
      readonly request: ArmRequest
      readonly correlationId: string
      readonly portalUrl?: string
    }
  /** The run begins: this is what an earlier one sent. */
  | {
      readonly kind: 'resumed'
      readonly at: number
      readonly request: ArmRequest
      readonly acceptedAt: number
      readonly correlationId: string
      /** As much of the first answer as the handle keeps. */
      readonly firstAnswer: HttpResponse
    }
  /** The request is about to be sent, perhaps again: from now on it may have left. */
  | { readonly kind: 'sending'; readonly at: number }
  | RetryEvent
  /** The first answer to the request came. */
  | { readonly kind: 'answered'; readonly at: number; readonly response: HttpResponse }
  /** No answer of its own came to the request; what it started was found by looking. */
  | { readonly kind: 'adopted'; readonly sent: RequestTrace; readonly times: ProbeTimes }
  /** A GET was answered. */
  | { readonly kind: 'polled'; readonly askedAtMs: number; readonly answeredAtMs: number }
  /** The operation is in a new state. */
  | { readonly kind: 'moved'; readonly at: number; readonly operation: Operation }
  /** The operation can be waited for elsewhere from here. */
  | { readonly kind: 'resumable'; readonly point: ResumePoint }
  /** The operation cannot be waited for elsewhere. */
  | { readonly kind: 'not-resumable' }
  /** Nothing is left of the operation that another step could take up, though Azure may have accepted it. */
  | { readonly kind: 'nothing-to-follow'; readonly isAccepted: boolean }
  /** Nothing is due before `nextPollAt`. */
  | { readonly kind: 'waiting'; readonly at: number; readonly nextPollAt: number }
  /** The operation succeeded, and a condition on the resource at this URL is waited for. */
  | { readonly kind: 'condition-awaited'; readonly facts: Facts; readonly url: string }
  /** The resource of a condition was read; `seen` is untrusted text. */
  | { readonly kind: 'condition-read'; readonly at: number; readonly seen: string }
  /** Something happened to a part of the operation, or was done about it; `text` may be untrusted. */
  | {
      readonly kind: 'progressed'
      readonly at: number
      /** One of a few words of ours; they stand in a column. */
      readonly verb?: string
      readonly text: string
    }
  /** Azure accepted the call that cancels the operation. */
  | { readonly kind: 'cancel-accepted' }
  /** There is more to say about how it ended: part of a sentence, which may quote untrusted text. */
  | { readonly kind: 'noted'; readonly note: string }
  /** There is something that the author should know, after a success too. */
  | { readonly kind: 'warned'; readonly text: string }

/** A request is sent or looked for again after `delayMs`, for this reason. */
export interface RetryEvent {
  readonly kind: 'retrying'
  readonly at: number
  readonly reason: string
  readonly delayMs: number
}

/** Event of a sign-in, which all operations of a step share. */
export type SignInEvent =
  | {
      readonly kind: 'signed-in'
      readonly credential: string
      readonly why: string
      readonly identity: ActingIdentity
    }
  | (Omit<RetryEvent, 'kind'> & { readonly kind: 'sign-in-retrying' })
  | { readonly kind: 'id-token-refused'; readonly claims: RefusedClaims }

/** Identity that acts, as far as it is known: ids, and the host of the sign-in service. Untrusted text. */
export interface ActingIdentity {
  readonly application: string | undefined
  readonly object: string | undefined
  readonly tenant: string | undefined
  readonly host: string | undefined
}

/** Claims of an ID token that no federated credential fits, and the application it was for. */
export interface RefusedClaims {
  readonly issuer: string | undefined
  readonly subject: string | undefined
  readonly audience: string | undefined
  readonly clientId: string
}
