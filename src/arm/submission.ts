/**
 * Values of a submission: what was sent so far, and the result. Pure; decides nothing.
 */
import type { HttpResponse } from '../http/message.ts'
import { describeResponse } from '../operation/throttling.ts'
import { omitUndefined } from '../values.ts'
import { type FirstAnswer, isAmbiguousStatus, type SentAgain } from './retry-policy.ts'
import type { Deployer, ProbeTimes, RequestTrace } from './verify.ts'

/** Result of sending the first request. */
export type Submission =
  | {
      readonly kind: 'answered'
      readonly response: HttpResponse
      /** Azure refused a deployment because of this one of the same name, which is not ours. */
      readonly deployer?: Deployer
    }
  /** The answer was lost, and the resource shows our request at work or done: this is what it answers now. */
  | {
      readonly kind: 'adopted'
      readonly response: HttpResponse
      readonly sent: RequestTrace
      /** Times of the probe that found it. */
      readonly times: ProbeTimes
      /** No answer was lost: Azure refused a second request, which was not sent from here. */
      readonly wasAnswered?: true
    }
  /** A DELETE that was sent again finds nothing, or something on its way out. */
  | { readonly kind: 'deleting'; readonly response: HttpResponse }
  | {
      readonly kind: 'unanswered'
      /** `lost`: it may have taken effect. `not-sent`: it did not. `out-of-time`: the deadline came first. */
      readonly why: 'lost' | 'not-sent' | 'out-of-time' | 'interrupted'
      readonly reason: string
      /** False when it is certain that the request took no effect. */
      readonly mayStillRun: boolean
      readonly response?: HttpResponse
    }

/** Record of what was sent so far. */
export interface Attempts {
  readonly trace: RequestTrace
  readonly sentAgain: SentAgain
  /** Times that it was sent again because the resource showed no trace of it. */
  readonly resends: number
  /** An earlier try may have taken effect. */
  readonly isAmbiguous: boolean
}

/** Attempts before the first one. */
export function beginAttempts(trace: RequestTrace): Attempts {
  return { trace, sentAgain: { throttled: 0, failed: 0 }, resends: 0, isAmbiguous: false }
}

/** Attempts with one more about to be made: of those that may have taken effect the first one's time counts. */
export function noteSending(attempts: Attempts, nowMs: number): Attempts {
  if (attempts.isAmbiguous) return attempts
  return { ...attempts, trace: { ...attempts.trace, sentAtMs: nowMs } }
}

/** Submission without an answer of its own. */
export function endUnanswered(
  why: Extract<Submission, { kind: 'unanswered' }>['why'],
  answer: FirstAnswer,
  { isAmbiguous }: Attempts
): Submission {
  const response = answer.kind === 'response' ? answer.response : undefined
  const wasRefused =
    answer.kind === 'response'
      ? answer.response.status >= 400 && !isAmbiguousStatus(answer.response.status)
      : !answer.sent
  return omitUndefined({
    kind: 'unanswered',
    why,
    reason: describeFirstAnswer(answer),
    mayStillRun: isAmbiguous || !wasRefused,
    response
  })
}

/** Answer, or the reason why none came, in a few words. */
export function describeFirstAnswer(answer: FirstAnswer): string {
  return answer.kind === 'response' ? describeResponse(answer.response) : answer.message
}
