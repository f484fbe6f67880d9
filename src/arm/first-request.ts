/**
 * Rules of the first request, which takes effect at most once, whatever becomes of its answer. Pure: the attempts so
 * far and what was observed go in, the next step comes out. Sending, looking and waiting are the driver's.
 * A PUT whose answer was lost is looked for and adopted; a PATCH or POST whose answer was lost is never sent again.
 */
import { readProvisioningState } from '../http/body.ts'
import type { ArmRequest, HttpResponse } from '../http/message.ts'
import { readErrorCode } from '../operation/error.ts'
import { readAbsence } from '../operation/poll-answer.ts'
import type { Rules } from '../operation/state.ts'
import { describeAnswer } from '../operation/throttling.ts'
import { verifyWindowMs } from '../operation/waiting.ts'
import { omitUndefined } from '../values.ts'
import { isKnownByStart } from './known-operations.ts'
import {
  type Answered,
  decideOnFirstAnswer,
  type FirstAnswer,
  isAmbiguousStatus,
  type Retry,
  type RetryOn,
  type SentAgain
} from './retry-policy.ts'
import {
  type Deployer,
  matchResource,
  type ProbeTimes,
  type RequestTrace,
  type ResourceProbe,
  readDeployer
} from './verify.ts'

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
      /** No answer was lost: Azure refused a second request that nobody here has sent. */
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

/** Question that a probe of the resource answers. */
export type Question = Search | RefusalQuestion

/** Search for a PUT whose answer was lost: probes spread over a window, the first that shows it ends the search. */
interface Search {
  readonly kind: 'lost-answer'
  readonly answer: FirstAnswer
  readonly sinceMs: number
  readonly probes: number
  /** Every probe so far could be read. */
  readonly isReadable: boolean
}

interface RefusalQuestion {
  readonly kind: keyof typeof MEANINGS
  readonly answer: Answered
  /** The workflow author wants this refusal repeated, once it is clear that it stands. */
  readonly retry?: Retry
}

export interface Probed {
  readonly kind: 'probed'
  readonly question: Question
  /** Absent when no answer came. */
  readonly response?: HttpResponse
  readonly times: ProbeTimes
}

export type Step =
  | {
      readonly kind: 'send'
      readonly attempts: Attempts
      /** Why it is sent again. */
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
/** `ResourceGroupBeingDeleted` and its kin, and not `InUseSubnetCannotBeDeleted`. */
const BEING_DELETED = /being_?deleted|deleting|deletion_?in_?progress/i

type UnreadMeaning = 'answered' | 'lost'
type Meaning =
  | UnreadMeaning
  | 'adopted'
  /** Else the answer, and who deploys. */
  | 'adopted-if-proven'
  | 'answered-by-deployer'
  | 'deleting'
  /** Else lost. */
  | 'deleting-if-leaving'
type Meanings = Readonly<Record<Exclude<ResourceProbe['kind'], 'unreadable'>, Meaning>> & {
  readonly unreadable: UnreadMeaning
}

/** Meaning of a refusal, by what the resource shows. */
const MEANINGS = {
  // What refuses the second PUT may be the first one at work, which some providers hide until it is done.
  'refused-repeat': {
    'at-work': 'adopted',
    ours: 'adopted',
    foreign: 'answered-by-deployer',
    'not-ours': 'answered',
    absent: 'lost',
    unreadable: 'lost'
  },
  // What refuses the second DELETE may be the first one: the resource tells, if it can be read.
  'refused-delete': {
    'at-work': 'deleting-if-leaving',
    ours: 'answered',
    foreign: 'answered',
    'not-ours': 'answered',
    absent: 'deleting',
    unreadable: 'lost'
  },
  // What is active may be our own deployment, when something on the way sent the request twice
  // (https://github.com/Azure/bicep-deploy/issues/328). No answer was lost, so that has to be proven.
  'active-deployment': {
    'at-work': 'adopted-if-proven',
    ours: 'adopted-if-proven',
    foreign: 'answered-by-deployer',
    'not-ours': 'answered',
    absent: 'answered',
    unreadable: 'answered'
  }
} as const satisfies Readonly<Record<string, Meanings>>

/** Attempts before the first one. */
export function beginAttempts(trace: RequestTrace): Attempts {
  return { trace, sentAgain: { throttled: 0, failed: 0 }, resends: 0, isAmbiguous: false }
}

/** Attempts with one more about to be made: of those that may have taken effect the first one's time counts. */
export function noteSending(attempts: Attempts, nowMs: number): Attempts {
  if (attempts.isAmbiguous) return attempts
  return { ...attempts, trace: { ...attempts.trace, sentAtMs: nowMs } }
}

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
  return giveUp('interrupted', answer, step.attempts)
}

function decideOnAnswer(attempts: Attempts, answer: FirstAnswer, facts: SubmitFacts): Step {
  if (facts.isAborted) return end(giveUp('interrupted', answer, attempts))
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
      return end(giveUp(attempts.isAmbiguous ? 'lost' : 'not-sent', answer, attempts))
    case 'lost':
      return end(giveUp('lost', answer, attempts))
    case 'retry':
      // The refusal that is to be repeated may be about our own first try.
      return attempts.isAmbiguous && decision.optedIn !== undefined
        ? accept(attempts, { answer: decision.optedIn, retry: decision }, facts)
        : sendAgain(attempts, answer, decision, facts)
    case 'verify': {
      const note = `${describeFirstAnswer(answer)}; looking whether it took effect`
      const search = { answer, sinceMs: nowMs, probes: 0, isReadable: true } as const
      const ambiguous = { ...attempts, isAmbiguous: true }
      return probeNext(ambiguous, { kind: 'lost-answer', ...search }, facts, note)
    }
    default:
      return decision satisfies never
  }
}

type Refusal = Omit<RefusalQuestion, 'kind'>

function accept(attempts: Attempts, refusal: Refusal, facts: SubmitFacts): Step {
  const { response } = refusal.answer
  const kind = chooseQuestion(attempts, response, facts.request)
  if (kind === undefined) return settle(attempts, refusal, { kind: 'answered', response }, facts)
  if (kind === 'refused-delete' && isDeleting(response, facts.rules)) {
    return end({ kind: 'deleting', response })
  }
  return { kind: 'probe', attempts, question: { kind, ...refusal }, waitMs: 0 }
}

/** Question that an answer leaves open, or undefined when it stands. */
function chooseQuestion(
  { isAmbiguous }: Attempts,
  response: HttpResponse,
  { method, url }: ArmRequest
): RefusalQuestion['kind'] | undefined {
  if (isAmbiguous && response.status >= 300) {
    if (method === 'DELETE') return 'refused-delete'
    // A 400 is about the request itself, so it was no other the first time.
    if (response.status !== 400) return 'refused-repeat'
  }
  const isActive =
    response.status === 409 && readErrorCode(response)?.toLowerCase() === 'deploymentactive'
  return isActive && method === 'PUT' && isKnownByStart(url) ? 'active-deployment' : undefined
}

function isDeleting(response: HttpResponse, rules: Rules): boolean {
  if (readAbsence(response, rules).kind === 'absent') return true
  return response.status === 409 && BEING_DELETED.test(readErrorCode(response) ?? '')
}

/** Repeats a refusal that stands, where the author wants it; a DELETE does no harm even where that is open. */
function settle(
  attempts: Attempts,
  { answer, retry }: Refusal,
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
  if (nowMs + waitMs >= deadlineMs) return end(giveUp('out-of-time', answer, next))
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
    return settle(attempts, question, judge(attempts, question, probe, times), facts)
  }
  if (probe.kind === 'at-work' || probe.kind === 'ours') {
    return end({ kind: 'adopted', response: probe.response, sent: attempts.trace, times })
  }
  const isReadable = question.isReadable && probe.kind !== 'unreadable'
  return probeNext(attempts, { ...question, probes: question.probes + 1, isReadable }, facts)
}

function judge(
  attempts: Attempts,
  { kind, answer }: RefusalQuestion,
  probe: ResourceProbe,
  times: ProbeTimes
): Submission {
  const answered = { kind: 'answered', response: answer.response } as const
  const lost = giveUp('lost', answer, attempts)
  if (probe.kind === 'unreadable') return MEANINGS[kind].unreadable === 'lost' ? lost : answered
  const { response } = probe
  const adopted = { kind: 'adopted', response, sent: attempts.trace, times } as const
  const meaning = MEANINGS[kind][probe.kind]
  switch (meaning) {
    case 'answered':
      return answered
    case 'answered-by-deployer':
      return { ...answered, deployer: readDeployer(response) }
    case 'adopted':
      return adopted
    case 'adopted-if-proven':
      return 'isProven' in probe && probe.isProven
        ? { ...adopted, wasAnswered: true }
        : { ...answered, deployer: readDeployer(response) }
    case 'deleting':
      return { kind: 'deleting', response: answer.response }
    case 'deleting-if-leaving':
      return isLeaving(response) ? { kind: 'deleting', response: answer.response } : lost
    case 'lost':
      return lost
    default:
      return meaning satisfies never
  }
}

function isLeaving({ body }: HttpResponse): boolean {
  const state = readProvisioningState(body)
  return state.kind === 'word' && BEING_DELETED.test(state.word)
}

/** Next probe of a search. After the last one nothing of ours is there, so it may be sent again. */
function probeNext(attempts: Attempts, search: Search, facts: SubmitFacts, note?: string): Step {
  const { nowMs, deadlineMs, rules } = facts
  const { answer, sinceMs, probes, isReadable } = search
  const share = PROBE_SHARES[probes]
  if (share === undefined && (!isReadable || attempts.resends >= MAX_RESENDS)) {
    return end(giveUp('lost', answer, attempts))
  }
  const dueMs = share === undefined ? nowMs : sinceMs + verifyWindowMs(rules.timing) * share
  const waitMs = Math.max(0, dueMs - nowMs)
  if (nowMs + waitMs >= deadlineMs) return end(giveUp('out-of-time', answer, attempts), note)
  if (share !== undefined) {
    return omitUndefined({ kind: 'probe', attempts, question: search, waitMs, note })
  }
  const next = { ...attempts, resends: attempts.resends + 1 }
  const untraced = 'nothing of this request is there; sending it again'
  return { kind: 'send', attempts: next, answer, waitMs, note: untraced }
}

function end(submission: Submission, note?: string): Step {
  return omitUndefined({ kind: 'end', submission, note })
}

function giveUp(
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

function describeFirstAnswer(answer: FirstAnswer): string {
  return answer.kind === 'response' ? describeAnswer(answer.response) : answer.message
}
