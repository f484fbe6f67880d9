/**
 * Turns the end of a request into its outcome: the verdict, and every fact the report and the outputs show. Pure.
 * Green is only what truly succeeded, and "failed" only what Azure said failed, or what never reached it.
 */
import type { Cloud } from '../arm/clouds.ts'
import { findPortalUrl, findResourceId, findShownResource } from '../arm/resource-id.ts'
import type { SignInError } from '../errors.ts'
import { readProvisioningState, readStatus } from '../http/body.ts'
import type { ArmRequest, HttpResponse } from '../http/message.ts'
import { describeRefusal } from '../http/sender.ts'
import type { OperationError } from '../operation/error.ts'
import type { PollingEnd } from '../operation/poller.ts'
import { describePollingUrl } from '../operation/polling-url.ts'
import { describeRedirect, isRedirect } from '../operation/redirect.ts'
import type {
  Facts,
  FailedOperation,
  PendingOperation,
  TerminalOperation
} from '../operation/state.ts'
import { toShownWord } from '../operation/status.ts'
import { describeTestimonies, describeWitness } from '../operation/testimony.ts'
import { messageOf, omitUndefined } from '../values.ts'
import {
  type Ending,
  mayStillRun,
  type Outcome,
  type StatusChange,
  statusOf,
  wasTurnedDown
} from './outcome.ts'

/** Facts that every outcome of one run has in common. */
export interface RunFacts {
  readonly request: ArmRequest
  readonly cloud: Cloud
  /** The ID that was sent; ARM's own answer wins. */
  readonly correlationId: string
  readonly timeoutMs: number
  readonly endsWithStep?: boolean
  readonly startedAtMs: number
  readonly endedAtMs: number
  readonly accepted?: HttpResponse
  /** Azure accepted the call that cancels the operation. */
  readonly isCanceling?: boolean
  /** True where `retry-on` names the first answer, so that it was repeated as long as there was time. */
  readonly isRetried?: boolean
  readonly changes: readonly StatusChange[]
  readonly warnings: readonly string[]
  /** Note on how it ended: part of a sentence, which may quote untrusted text. */
  readonly note?: string
}

/** Ending of a run, with what only this ending brings. */
export interface Conclusion {
  readonly ending: Ending
  readonly reason?: string
  readonly error?: OperationError
  readonly response?: HttpResponse
  readonly facts?: Facts
  readonly pollingUrl?: string
}

/** Outcome of an operation that was followed to an end, or as far as there was time. */
export function concludePolling(run: RunFacts, end: PollingEnd): Outcome {
  switch (end.kind) {
    case 'terminal':
      return conclude(run, judgeTerminal(end.operation, run.accepted))
    case 'timed-out':
      return conclude(run, {
        ...describePending(end.operation),
        ending: { kind: 'left', by: 'deadline' },
        reason: `The timeout of ${describeTimeout(run)} expired; ${describeProgress(end.operation.facts)}`
      })
    case 'interrupted':
      return conclude(run, {
        ...describePending(end.operation),
        ending: { kind: 'left', by: 'cancellation' },
        reason: `The workflow was canceled while waiting; ${describeProgress(end.operation.facts)}`
      })
    default:
      return end satisfies never
  }
}

/** Outcome of `wait: false`: accepted, and not followed. */
export function concludeAccepted(run: RunFacts, operation: PendingOperation): Outcome {
  return conclude(run, { ...describePending(operation), ending: { kind: 'left', by: 'choice' } })
}

/** Outcome of a run that could not go on, though something may be at work in Azure. */
export function concludeUndecided(run: RunFacts, reason: string, error?: OperationError): Outcome {
  return conclude(run, omitUndefined({ ending: { kind: 'undecided' }, reason, error }))
}

/** What a defect of ours is told as, in a sentence. */
export function describeDefect(error: unknown): string {
  return `The cause is in this action, not in Azure: ${messageOf(error)}`
}

/** Outcome of a run that could not sign in, so that nothing was sent. */
export function concludeNotSignedIn(run: RunFacts, error: OperationError): Outcome {
  return conclude(run, {
    ending: { kind: 'not-sent', by: 'fault' },
    reason: 'Sign-in failed',
    error
  })
}

/** Error that is known by its code and message alone, such as that of a sign-in, in the form of the service's own. */
export function toOperationError({
  code,
  message
}: Pick<SignInError, 'code' | 'message'>): OperationError {
  return { code, message, details: [], additionalInfo: [] }
}

/** True when the job ends green. */
export function isGreen({ ending }: Outcome, wait: boolean): boolean {
  const status = statusOf(ending)
  return status === 'Succeeded' || status === 'Skipped' || (status === 'InProgress' && !wait)
}

function judgeTerminal(
  operation: TerminalOperation,
  accepted: HttpResponse | undefined
): Conclusion {
  const { facts } = operation
  switch (operation.state) {
    case 'succeeded':
      return { ending: { kind: 'succeeded' }, facts, response: operation.response }
    case 'failed':
    case 'canceled':
      return judgeFailed(operation, accepted)
    case 'unknown': {
      const { error, response, reason, url } = operation
      return omitUndefined({
        ending: { kind: 'undecided' },
        facts,
        reason,
        error,
        response,
        pollingUrl: url
      })
    }
    default:
      return operation satisfies never
  }
}

function judgeFailed(
  { state, facts, response, error }: FailedOperation,
  accepted: HttpResponse | undefined
): Conclusion {
  const word = readWord(response)
  return omitUndefined({
    ending: { kind: state === 'failed' && wasTurnedDown(accepted) ? 'refused' : state },
    facts: word === undefined ? facts : { ...facts, lastStatus: word },
    response,
    error,
    // The service's own words say more, where it has any.
    reason: error === undefined ? describeBadEnd(facts, response, state) : undefined
  })
}

function describeBadEnd(
  { pollCount }: Facts,
  response: HttpResponse,
  state: 'failed' | 'canceled'
): string {
  const { status } = response
  if (status >= 200 && status < 300) {
    const word = readWord(response) ?? (state === 'failed' ? 'Failed' : 'Canceled')
    return `The operation ended with status ${word}`
  }
  if (isRedirect(status)) return describeRedirect(response)
  if (pollCount > 0) return `The operation ended with HTTP ${status}`
  return describeRefusal(response)
}

/** The state that an answer names: the one that decided, and not the last one a monitor named before it. */
function readWord({ status, body }: HttpResponse): string | undefined {
  if (isRedirect(status)) return undefined
  const states = [readStatus(body), readProvisioningState(body)]
  return states.flatMap((state) => (state.kind === 'word' ? [toShownWord(state.word)] : []))[0]
}

function describePending({ facts, url }: PendingOperation) {
  return { facts, pollingUrl: url }
}

function describeProgress(facts: Facts): string {
  const { lastStatus, faults, lastFault, testimonies = [], lastLook } = facts
  const isBlocked = faults !== undefined && lastFault !== undefined
  const words = [
    lastStatus === undefined ? 'no status was seen' : `the last status was ${lastStatus}`,
    isBlocked ? `the last poll ran into ${lastFault.message}` : '',
    describeClaim(facts),
    describeTestimonies(testimonies),
    lastLook ?? ''
  ]
  return words.filter((each) => each !== '').join('; ')
}

/** A monitor that had said Succeeded, and what the resource says all the same. */
function describeClaim({ claimedBy, resourceWords = [] }: Facts): string {
  if (claimedBy === undefined) return ''
  const word = resourceWords.at(-1)
  const still = word === undefined ? '' : `, but the resource still says ${word}`
  return `${describeWitness(claimedBy)} had said Succeeded${still}`
}

/** The source of a verdict for people, where it is worth a word. */
function describeDecision(
  { decidedBy, testimonies = [], firstAnswer }: Facts,
  result: HttpResponse | undefined
): string | undefined {
  if (decidedBy === undefined) return undefined
  const isFirstAnswer =
    decidedBy !== 'first-answer' && result !== undefined && result === firstAnswer
  const more = [
    describeTestimonies(testimonies),
    isFirstAnswer ? 'the result is the first answer, which it confirmed' : ''
  ].filter((each) => each !== '')
  return more.length === 0 ? undefined : [describeWitness(decidedBy), ...more].join('; ')
}

/** `60 min`, `90 s`, or `the step`: what was left of that differs from one operation to the next. */
export function describeTimeout({
  timeoutMs,
  endsWithStep
}: Pick<RunFacts, 'timeoutMs' | 'endsWithStep'>): string {
  if (endsWithStep === true) return 'the step'
  return timeoutMs % 60_000 === 0 ? `${timeoutMs / 60_000} min` : `${timeoutMs / 1_000} s`
}

function joinReasons(reason: string | undefined, note: string | undefined): string | undefined {
  return [reason, note].filter((part) => part !== undefined).join('; ') || undefined
}

/** Outcome of a run that ended so. */
export function conclude(run: RunFacts, conclusion: Conclusion): Outcome {
  const { ending, error, response, facts, pollingUrl } = conclusion
  const first = run.accepted ?? response
  const requestId = first?.headers['x-ms-request-id']
  const resourceId = findResourceId(run.request, response)
  const shownId = findShownResource(run.request, resourceId)
  // What a witness said that was still to be confirmed is no end.
  const decided = mayStillRun(ending) ? undefined : facts
  return omitUndefined({
    ending,
    request: run.request,
    changes: run.changes,
    warnings: [...run.warnings, ...(facts?.warnings ?? [])],
    startedAt: run.startedAtMs,
    endedAt: run.endedAtMs,
    pollCount: facts?.pollCount ?? 0,
    identity: facts?.identity,
    deployedAtMs: facts?.deployedAtMs,
    correlationId: first?.headers['x-ms-correlation-request-id'] ?? run.correlationId,
    reason: joinReasons(conclusion.reason, run.note),
    error,
    response,
    accepted: run.accepted,
    isCanceling: run.isCanceling === true || undefined,
    isRetried: run.isRetried,
    lastStatus: facts?.lastStatus,
    pollingPath: pollingUrl === undefined ? undefined : describePollingUrl(pollingUrl),
    requestId,
    failureRequestId: findFailureRequestId(conclusion, requestId),
    decidedBy: decided?.decidedBy,
    isResultMissing: facts?.isResultMissing,
    decision: decided && describeDecision(decided, response),
    resourceId,
    portalUrl: findPortalUrl(run.cloud.portalOrigin, shownId)
  })
}

function findFailureRequestId(
  { ending, facts, response }: Conclusion,
  firstRequestId: string | undefined
): string | undefined {
  const status = statusOf(ending)
  if (status === 'Succeeded' || status === 'InProgress') return undefined
  const id = response?.headers['x-ms-request-id'] ?? facts?.lastFault?.requestId
  return id === firstRequestId ? undefined : id
}
