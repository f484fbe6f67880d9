/**
 * Turns what came of a request into its outcome: the verdict, and every fact the report and the outputs show. Pure.
 * Green is only what truly succeeded, and "failed" only what Azure said failed, or what never reached it.
 */
import type { Cloud } from '../arm/clouds.ts'
import { findPortalUrl, findResourceId, findShownResource } from '../arm/resource-id.ts'
import type { Submission } from '../arm/submission.ts'
import { readProvisioningState, readStatus } from '../http/body.ts'
import type { ArmRequest, Body, HttpResponse } from '../http/message.ts'
import { readError } from '../operation/error.ts'
import type { PollingEnd } from '../operation/poller.ts'
import { describePollingUrl } from '../operation/polling-url.ts'
import type { Facts, PendingOperation, TerminalOperation } from '../operation/state.ts'
import type { Outcome, OutcomeStatus, StatusChange } from './outcome.ts'

type Unanswered = Extract<Submission, { kind: 'unanswered' }>

/** What every outcome of one run has in common. */
export interface RunFacts {
  readonly request: ArmRequest
  readonly cloud: Cloud
  /** The ID that was sent; ARM's own answer wins. */
  readonly correlationId: string
  readonly timeoutMs: number
  readonly startedAtMs: number
  readonly endedAtMs: number
  readonly accepted?: HttpResponse
  readonly changes: readonly StatusChange[]
  readonly warnings: readonly string[]
  /** What else there is to say about how it ended: part of a sentence, which may quote untrusted text. */
  readonly note?: string
}

interface Verdict {
  readonly status: OutcomeStatus
  readonly mayStillRun: boolean
  readonly neverSent?: boolean
  readonly reason?: string
  readonly error?: Outcome['error']
  readonly response?: HttpResponse
  readonly facts?: Facts
  readonly pollingUrl?: string
}

/** The outcome of an operation that was followed to an end, or as far as there was time. */
export function concludePolling(run: RunFacts, end: PollingEnd): Outcome {
  switch (end.kind) {
    case 'terminal':
      return conclude(run, judgeTerminal(end.operation))
    case 'timed-out':
      return conclude(run, {
        ...describePending(end.operation),
        status: 'TimedOut',
        reason: `Stopped waiting after ${describeTimeout(run.timeoutMs)}; ${describeProgress(end.operation.facts)}`
      })
    case 'interrupted':
      return conclude(run, {
        ...describePending(end.operation),
        status: 'InProgress',
        reason: `The workflow was canceled while waiting; ${describeProgress(end.operation.facts)}`
      })
    default:
      return end satisfies never
  }
}

/** The outcome of `wait: false`: accepted, and not followed. */
export function concludeAccepted(run: RunFacts, operation: PendingOperation): Outcome {
  return conclude(run, { ...describePending(operation), status: 'InProgress' })
}

/** The outcome of an operation whose success was known before this run: only a condition is left. */
export function concludeEarlierSuccess(run: RunFacts, facts: Facts): Outcome {
  return conclude(run, { status: 'Succeeded', mayStillRun: false, facts })
}

/** The outcome of a request that was never answered. */
export function concludeUnanswered(run: RunFacts, submission: Unanswered): Outcome {
  const { why, reason } = submission
  const isRead = run.request.method === 'GET' || run.request.method === 'HEAD'
  const mayStillRun = submission.mayStillRun && !isRead
  const effect = describeEffect(mayStillRun)
  const seen = describeAnswer(submission)
  switch (why) {
    case 'not-sent':
      return conclude(run, {
        ...seen,
        status: 'Failed',
        mayStillRun: false,
        reason: `The request could not be sent: ${reason}`
      })
    case 'lost':
      return conclude(run, {
        ...seen,
        status: isRead ? 'Failed' : 'Unknown',
        mayStillRun,
        reason: describeLoss(submission, isRead)
      })
    case 'out-of-time':
      return conclude(run, {
        ...seen,
        status: 'TimedOut',
        mayStillRun,
        reason: `No usable answer within ${describeTimeout(run.timeoutMs)}: ${reason}. ${effect}`
      })
    case 'interrupted':
      return conclude(run, {
        ...seen,
        status: seen.neverSent === true ? 'Failed' : 'Unknown',
        mayStillRun,
        reason:
          seen.neverSent === true
            ? 'The workflow was canceled before the request was sent'
            : `The workflow was canceled before the request was answered. ${effect}`
      })
    default:
      return why satisfies never
  }
}

/** What the last answer said, or that there was none because the request never left. */
function describeAnswer({
  response,
  mayStillRun
}: Unanswered): Pick<Verdict, 'response' | 'error' | 'neverSent'> {
  if (response === undefined) return { neverSent: !mayStillRun }
  const error = readError(response)
  return { response, ...(error === undefined ? {} : { error }) }
}

function describeLoss({ reason, response, mayStillRun }: Unanswered, isRead: boolean): string {
  if (response !== undefined) {
    const answered = `Azure answered ${reason}`
    return isRead ? answered : `${answered}, which does not say whether the request took effect`
  }
  return isRead
    ? `The request was not answered: ${reason}`
    : `The answer to the request was lost: ${reason}. ${describeEffect(mayStillRun)}`
}

function describeEffect(mayStillRun: boolean): string {
  return mayStillRun ? 'It may have taken effect' : 'It took no effect'
}

/** The outcome of a run that could not go on because of a defect. */
export function concludeBroken(run: RunFacts, reason: string, mayStillRun: boolean): Outcome {
  const status = mayStillRun ? 'Unknown' : 'Failed'
  return conclude(run, { status, mayStillRun, neverSent: !mayStillRun, reason })
}

/** The outcome of a run that could not sign in, with the code and the message of that. */
export function concludeUnsigned(run: RunFacts, code: string, message: string): Outcome {
  return conclude(run, {
    status: 'Failed',
    mayStillRun: false,
    neverSent: true,
    reason: 'Nobody could be signed in',
    error: { code, message, details: [], additionalInfo: [] }
  })
}

/** True when the job is to be green. */
export function isGreen({ status }: Outcome, wait: boolean): boolean {
  return status === 'Succeeded' || (status === 'InProgress' && !wait)
}

function judgeTerminal(operation: TerminalOperation): Verdict {
  const { facts } = operation
  switch (operation.state) {
    case 'succeeded':
      return { status: 'Succeeded', mayStillRun: false, facts, response: operation.response }
    case 'failed':
    case 'canceled': {
      const { error, response } = operation
      const word = readWord(response.body)
      return {
        status: operation.state === 'failed' ? 'Failed' : 'Canceled',
        mayStillRun: false,
        facts: word === undefined ? facts : { ...facts, lastStatus: word },
        response,
        // The service's own words say more, where it has any.
        ...(error === undefined
          ? { reason: describeBadEnd(facts, response, operation.state) }
          : { error })
      }
    }
    case 'unknown': {
      const { error, response, reason, url } = operation
      return {
        status: 'Unknown',
        mayStillRun: true,
        facts,
        reason,
        ...(error === undefined ? {} : { error }),
        ...(response === undefined ? {} : { response }),
        ...(url === undefined ? {} : { pollingUrl: url })
      }
    }
    default:
      return operation satisfies never
  }
}

function describeBadEnd(
  { pollCount }: Facts,
  { status, headers, body }: HttpResponse,
  state: 'failed' | 'canceled'
): string {
  if (status >= 200 && status < 300) {
    const word = readWord(body) ?? (state === 'failed' ? 'Failed' : 'Canceled')
    return `The operation ended with status ${word}`
  }
  if (pollCount > 0) return `The operation ended with HTTP ${status}`
  const isRedirect = status >= 300 && status < 400
  if (!isRedirect) return `Azure refused the request with HTTP ${status}`
  const location = headers.location ?? ''
  const host = URL.canParse(location) ? ` to ${new URL(location).host}` : ''
  return `Azure answered HTTP ${status}, a redirect${host}; redirects are never followed`
}

/** The state that an answer names: the one that decided, and not the last one a monitor named before it. */
function readWord(body: Body): string | undefined {
  const states = [readStatus(body), readProvisioningState(body)]
  return states.flatMap((state) => (state.kind === 'word' ? [state.word] : []))[0]
}

function describePending({ facts, url }: PendingOperation): {
  readonly facts: Facts
  readonly pollingUrl: string
  readonly mayStillRun: true
} {
  return { facts, pollingUrl: url, mayStillRun: true }
}

function describeProgress({ lastStatus, faults, lastFault }: Facts): string {
  const status =
    lastStatus === undefined ? 'no status was seen' : `the last status was ${lastStatus}`
  const isBlocked = faults !== undefined && lastFault !== undefined
  return isBlocked ? `${status}, and the last poll met ${lastFault.message}` : status
}

/** `60 min`, `90 s`. */
export function describeTimeout(timeoutMs: number): string {
  return timeoutMs % 60_000 === 0 ? `${timeoutMs / 60_000} min` : `${timeoutMs / 1_000} s`
}

function joinReasons(reason: string | undefined, note: string | undefined): string | undefined {
  return [reason, note].filter((part) => part !== undefined).join('; ') || undefined
}

function conclude(run: RunFacts, verdict: Verdict): Outcome {
  const { status, mayStillRun, neverSent, error, response, facts, pollingUrl } = verdict
  const reason = joinReasons(verdict.reason, run.note)
  const first = run.accepted ?? response
  const resourceId = findResourceId(run.request, response)
  const shownId = findShownResource(run.request, resourceId)
  const portalUrl = findPortalUrl(run.cloud.portalOrigin, shownId)
  const requestId = first?.headers['x-ms-request-id']
  return {
    status,
    mayStillRun,
    request: run.request,
    changes: run.changes,
    warnings: [...run.warnings, ...(facts?.warnings ?? [])],
    startedAt: run.startedAtMs,
    endedAt: run.endedAtMs,
    pollCount: facts?.pollCount ?? 0,
    correlationId: first?.headers['x-ms-correlation-request-id'] ?? run.correlationId,
    ...(neverSent === true ? { neverSent } : {}),
    ...(reason === undefined ? {} : { reason }),
    ...(error === undefined ? {} : { error }),
    ...(response === undefined ? {} : { response }),
    ...(run.accepted === undefined ? {} : { accepted: run.accepted }),
    ...(facts?.lastStatus === undefined ? {} : { lastStatus: facts.lastStatus }),
    ...(pollingUrl === undefined ? {} : { pollingPath: describePollingUrl(pollingUrl) }),
    ...(requestId === undefined ? {} : { requestId }),
    ...(resourceId === undefined ? {} : { resourceId }),
    ...(portalUrl === undefined ? {} : { portalUrl })
  }
}
