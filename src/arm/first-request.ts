/**
 * Rules of the first request, which takes effect at most once, even when its answer is lost. Pure: the attempts so
 * far and what was observed go in, the next step comes out. Sending, looking and waiting are the driver's.
 * A PUT whose answer was lost is looked for and adopted; a PATCH or POST whose answer was lost is never sent again.
 */
import type { ArmRequest, HttpResponse } from '../http/message.ts'
import type { Rules } from '../operation/state.ts'
import { verifyWindowMs } from '../operation/waiting.ts'
import { omitUndefined } from '../values.ts'
import { chooseQuestion, isDeleting, judgeRefusal, type RefusalQuestion } from './refusal.ts'
import {
  decideOnFirstAnswer,
  type FirstAnswer,
  type Retry,
  type RetryOn,
  type SentAgain
} from './retry-policy.ts'
import { type Attempts, describeFirstAnswer, endUnanswered, type Submission } from './submission.ts'
import { matchResource, type ProbeTimes, type ResourceProbe } from './verify.ts'

/** Question that a probe of the resource answers. */
export type Question = LostAnswerSearch | RefusalQuestion

/** Search for a PUT whose answer was lost: probes spread over a window, the first that shows it ends the search. */
interface LostAnswerSearch {
  readonly kind: 'lost-answer'
  readonly answer: FirstAnswer
  readonly sinceMs: number
  readonly probes: number
  /** Every probe so far could be read. */
  readonly isReadable: boolean
}

/** Result of a probe, before it is judged. */
export interface Probed {
  readonly kind: 'probed'
  readonly question: Question
  /** Absent when no answer came. */
  readonly response?: HttpResponse
  readonly times: ProbeTimes
}

/** Next thing to do: after `waitMs`, and after `note` was told. */
export type Step =
  | {
      readonly kind: 'send'
      readonly attempts: Attempts
      /** Answer, or absence of one, because of which it is sent again. */
      readonly answer: FirstAnswer
      readonly waitMs: number
      readonly note?: string
    }
  | {
      readonly kind: 'probe'
      readonly attempts: Attempts
      readonly question: Question
      readonly waitMs: number
      readonly note?: string
    }
  | { readonly kind: 'end'; readonly submission: Submission; readonly note?: string }

/** Facts that a decision is made on, in addition to the attempts. */
export interface SubmitFacts {
  readonly request: ArmRequest
  readonly rules: Rules
  /** Refusals that the workflow author wants repeated until the deadline; none when absent. */
  readonly retryOn?: RetryOn
  /** Makes the delay before a retry a little longer, for some more than for others; not at all when absent. */
  readonly spread?: (delayMs: number, attempt: number) => number
  /** End of everything, in milliseconds since the epoch. */
  readonly deadlineMs: number
  readonly nowMs: number
  readonly isAborted: boolean
}

const MAX_RESENDS = 2
/** Moments of a search, as shares of its window. */
const PROBE_SHARES = [0, 1 / 2, 1]

/** Next step after an answer to the request or to a probe, or after its absence. */
export function decide(
  attempts: Attempts,
  observed: FirstAnswer | Probed,
  facts: SubmitFacts
): Step {
  return observed.kind === 'probed'
    ? decideOnProbe(attempts, observed, facts)
    : decideOnAnswer(attempts, observed, facts)
}

/** End of a submission whose next step is not to be taken any more. */
export function interrupt(step: Exclude<Step, { kind: 'end' }>): Submission {
  const answer = step.kind === 'send' ? step.answer : step.question.answer
  return endUnanswered('interrupted', answer, step.attempts)
}

function decideOnAnswer(attempts: Attempts, answer: FirstAnswer, facts: SubmitFacts): Step {
  if (facts.isAborted) return end(endUnanswered('interrupted', answer, attempts))
  const { request, rules, retryOn, nowMs } = facts
  const decision = decideOnFirstAnswer(
    answer,
    omitUndefined({
      method: request.method,
      sentAgain: attempts.sentAgain,
      acceptStatus: rules.acceptStatus,
      nowMs,
      retryOn
    })
  )
  switch (decision.kind) {
    case 'accept':
      return accept(attempts, { answer: decision.answer }, facts)
    case 'not-sent':
      return end(endUnanswered(attempts.isAmbiguous ? 'lost' : 'not-sent', answer, attempts))
    case 'lost':
      return end(endUnanswered('lost', answer, attempts))
    case 'retry':
      // The refusal that the author wants repeated may be about our own first try.
      return attempts.isAmbiguous && decision.optedIn !== undefined
        ? accept(attempts, { answer: decision.optedIn, retry: decision }, facts)
        : sendAgain(attempts, answer, decision, facts)
    case 'verify': {
      const note = `${describeFirstAnswer(answer)}; checking whether it took effect`
      const search = { answer, sinceMs: nowMs, probes: 0, isReadable: true } as const
      const ambiguous = { ...attempts, isAmbiguous: true }
      return probeNext(ambiguous, { kind: 'lost-answer', ...search }, facts, note)
    }
    default:
      return decision satisfies never
  }
}

type StandingRefusal = Omit<RefusalQuestion, 'kind'>

function accept(attempts: Attempts, refusal: StandingRefusal, facts: SubmitFacts): Step {
  const { response } = refusal.answer
  const kind = chooseQuestion(attempts, response, facts.request)
  if (kind === undefined)
    return repeatOrEnd(attempts, refusal, { kind: 'answered', response }, facts)
  if (kind === 'refused-delete' && isDeleting(response)) {
    return end({ kind: 'deleting', response })
  }
  return { kind: 'probe', attempts, question: { kind, ...refusal }, waitMs: 0 }
}

/** Repeats a refusal that stands, where the author wants it; a DELETE does no harm even where that is open. */
function repeatOrEnd(
  attempts: Attempts,
  { answer, retry }: StandingRefusal,
  submission: Submission,
  facts: SubmitFacts
): Step {
  const isOpen = submission.kind === 'unanswered' && facts.request.method === 'DELETE'
  return retry !== undefined && (submission.kind === 'answered' || isOpen)
    ? sendAgain(attempts, answer, retry, facts)
    : end(submission)
}

function sendAgain(
  { isAmbiguous, sentAgain, ...attempts }: Attempts,
  answer: FirstAnswer,
  retry: Retry,
  { spread, nowMs, deadlineMs }: SubmitFacts
): Step {
  const next = { ...attempts, sentAgain, isAmbiguous: isAmbiguous || retry.ambiguous }
  const { throttled, failed, optedIn = 0 } = sentAgain
  const waitMs = spread?.(retry.delayMs, throttled + failed + optedIn) ?? retry.delayMs
  if (nowMs + waitMs >= deadlineMs) return end(endUnanswered('out-of-time', answer, next))
  const counted = { ...next, sentAgain: countRetry(sentAgain, answer, retry) }
  return { kind: 'send', attempts: counted, answer, waitMs, note: describeFirstAnswer(answer) }
}

function countRetry(
  { throttled, failed, optedIn = 0 }: SentAgain,
  answer: FirstAnswer,
  retry: Retry
): SentAgain {
  const isThrottled = answer.kind === 'response' && answer.response.status === 429
  const isOptedIn = retry.optedIn !== undefined
  return {
    throttled: throttled + Number(isThrottled),
    failed: failed + Number(!isThrottled && !isOptedIn),
    optedIn: optedIn + Number(isOptedIn)
  }
}

function decideOnProbe(attempts: Attempts, probed: Probed, facts: SubmitFacts): Step {
  const { question, response, times } = probed
  const probe: ResourceProbe =
    response === undefined
      ? { kind: 'unreadable' }
      : matchResource(attempts.trace, response, facts.rules, times)
  if (question.kind !== 'lost-answer') {
    return repeatOrEnd(attempts, question, judgeRefusal(attempts, question, probe, times), facts)
  }
  if (probe.kind === 'at-work' || probe.kind === 'ours') {
    return end({ kind: 'adopted', response: probe.response, sent: attempts.trace, times })
  }
  const isReadable = question.isReadable && probe.kind !== 'unreadable'
  return probeNext(attempts, { ...question, probes: question.probes + 1, isReadable }, facts)
}

/** Next probe of a search. After the last one nothing of ours is there, so it may be sent again. */
function probeNext(
  attempts: Attempts,
  search: LostAnswerSearch,
  facts: SubmitFacts,
  note?: string
): Step {
  const { nowMs, deadlineMs, rules } = facts
  const { answer, sinceMs, probes, isReadable } = search
  const share = PROBE_SHARES[probes]
  if (share === undefined && (!isReadable || attempts.resends >= MAX_RESENDS)) {
    return end(endUnanswered('lost', answer, attempts))
  }
  const dueMs = share === undefined ? nowMs : sinceMs + verifyWindowMs(rules.timing) * share
  const waitMs = Math.max(0, dueMs - nowMs)
  if (nowMs + waitMs >= deadlineMs) return end(endUnanswered('out-of-time', answer, attempts), note)
  if (share !== undefined) {
    return omitUndefined({ kind: 'probe', attempts, question: search, waitMs, note })
  }
  const next = { ...attempts, resends: attempts.resends + 1 }
  const untraced = 'the resource shows no trace of it; sending it again'
  return { kind: 'send', attempts: next, answer, waitMs, note: untraced }
}

function end(submission: Submission, note?: string): Step {
  return omitUndefined({ kind: 'end', submission, note })
}
