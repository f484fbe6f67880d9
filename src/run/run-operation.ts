/**
 * One operation from its spec to its outcome: submit or resume, then follow to the end. No global state, and no rule
 * of ARM.
 */
import { planCancel } from '../arm/cancel.ts'
import { isKnownByStart } from '../arm/known-operations.ts'
import { findPortalUrl, findResourceId, findShownResource } from '../arm/resource-id.ts'
import { spreadDelay } from '../arm/retry-policy.ts'
import type { Submission } from '../arm/submission.ts'
import { submitRequest } from '../arm/submit.ts'
import { SignInError } from '../errors.ts'
import type { HttpResponse } from '../http/message.ts'
import { begin } from '../operation/begin.ts'
import type { Handle } from '../operation/handle.ts'
import type { Operation, SentRequest } from '../operation/state.ts'
import { omitUndefined } from '../values.ts'
import { describeDeployer, describeUnproven, warnOfAdoption } from './adopted.ts'
import {
  conclude,
  concludeNotSignedIn,
  concludeUndecided,
  describeDefect,
  toOperationError
} from './conclude.ts'
import { follow } from './follow.ts'
import { judgeSuccess } from './judge-success.ts'
import {
  factsOf,
  forgetRun,
  type LiveRun,
  type RunContext,
  resumeContextOf,
  saveRun,
  startRun
} from './live-run.ts'
import type { Outcome, ResumePoint } from './outcome.ts'

import { describeLastResumePoint } from './resume-point.ts'
import type { OperationSpec, OperationStart } from './spec.ts'

type RequestStart = Extract<OperationStart, { kind: 'request' }>
type AnsweredSubmission = Exclude<Submission, { kind: 'unanswered' }>

/** Outcome of the operation that `spec` describes. Rejects only where nothing can have been sent. */
export async function runOperation(spec: OperationSpec, context: RunContext): Promise<Outcome> {
  const run = startRun(spec, context)
  try {
    return spec.start.kind === 'resume'
      ? await resume(run, spec.start.handle)
      : await submit(run, spec.start)
  } catch (error) {
    return concludeException(run, error)
  }
}

function concludeException(run: LiveRun, error: unknown): Outcome {
  // Without a token nothing was sent, or what was sent was refused.
  if (error instanceof SignInError) {
    return concludeNotSignedIn(factsOf(run), toOperationError(error))
  }
  if (!run.progress().mayBeSent) throw error
  // What may be at work is never called failed because of a defect of ours.
  const outcome = concludeUndecided(factsOf(run), describeDefect(error))
  return omitUndefined({ ...outcome, operation: findLastResumePoint(run) })
}

function findLastResumePoint(run: LiveRun): ResumePoint | undefined {
  try {
    return describeLastResumePoint(run.spec, run.progress(), resumeContextOf(run))
  } catch {
    // The defect may lie right here, and what was accepted is still told as unknown.
    return undefined
  }
}

async function submit(run: LiveRun, start: RequestStart): Promise<Outcome> {
  announceRequest(run)
  // Nothing but a PUT can be looked for before it is answered.
  if (start.request.method === 'PUT') saveRun(run, 'sending')
  const submission = await send(run, start)
  if (submission.kind !== 'unanswered') return follow(run, await beginOperation(run, submission))
  const { why, mayStillRun } = submission
  const isLeft = why === 'interrupted' && mayStillRun
  if (!isLeft) forgetRun(run)
  if (isLeft && run.spec.earlyEnd.onCancel === 'cancel') noteUncanceled(run)
  const { concludeUnanswered } = await import('./unanswered.ts')
  return concludeUnanswered(factsOf(run), submission)
}

/** Only what is proven to be this request's is canceled: that is left to the post step, or to a person. */
function noteUncanceled({ request, spec, emit }: LiveRun): void {
  const { method, url } = request
  const plan = planCancel(request, undefined, spec.earlyEnd.cancelUrl)
  const isSought = method === 'PUT' && isKnownByStart(url)
  const isRead = method === 'GET' || method === 'HEAD'
  if (isRead) return
  emit({
    kind: 'noted',
    note:
      plan.kind === 'none'
        ? `it was not canceled: ${plan.why}`
        : isSought
          ? 'the post step of this action looks for it, to cancel it'
          : describeUnproven(plan.url)
  })
}

function announceRequest({ request, context, emit }: LiveRun): void {
  const { clock, tracing, cloud } = context
  const shownId = findShownResource(request, findResourceId(request, undefined))
  const portalUrl = findPortalUrl(cloud.portalOrigin, shownId)
  const { correlationId } = tracing
  emit(omitUndefined({ kind: 'requested', at: clock.now(), request, correlationId, portalUrl }))
}

function send(run: LiveRun, { request, body, retryOn }: RequestStart): Promise<Submission> {
  const { client, clock, tracing, signal } = run.context
  const { correlationId, isIdShared = false } = tracing
  return submitRequest(omitUndefined({ ...request, body }), {
    client,
    now: clock.now,
    sleep: clock.sleep,
    correlationId,
    isIdShared,
    retryOn,
    spread: (delayMs, attempt) => spreadDelay(delayMs, correlationId, attempt),
    rules: run.spec.rules,
    deadlineMs: run.deadlineMs,
    signal,
    observe: run.emit
  })
}

async function beginOperation(run: LiveRun, submission: AnsweredSubmission): Promise<Operation> {
  const { emit } = run
  const at = run.context.clock.now()
  emit({ kind: 'answered', at, response: submission.response })
  if (submission.kind === 'adopted') {
    const { sent, times } = submission
    emit({ kind: 'adopted', sent, times })
    emit({ kind: 'warned', text: warnOfAdoption(submission) })
  }
  if (submission.kind === 'answered' && submission.deployer !== undefined) {
    emit({ kind: 'noted', note: describeDeployer(submission.deployer) })
  }
  const start = await findBeginning(submission)
  const operation = start(describeSent(run), submission.response, run.spec.rules, at)
  emit({ kind: 'moved', at, operation })
  return operation
}

async function findBeginning({ kind }: AnsweredSubmission): Promise<typeof begin> {
  if (kind === 'answered') return begin
  const { beginAbsence, beginFound } = await import('../operation/begin-found.ts')
  return kind === 'adopted' ? beginFound : beginAbsence
}

/** Request with what only the run that sent it knows: it may have to be recognized in the resource. */
function describeSent({ request, spec, progress }: LiveRun): SentRequest {
  const body = spec.start.kind === 'request' ? spec.start.body : undefined
  return omitUndefined({ ...request, body, sentAtMs: progress().sentAtMs })
}

/** Takes an operation up where an earlier run left it. Sends nothing but GETs. */
async function resume(run: LiveRun, handle: Handle): Promise<Outcome> {
  const { operation } = handle
  const { facts } = operation
  const { clock, tracing } = run.context
  run.emit({
    kind: 'resumed',
    at: clock.now(),
    request: run.request,
    acceptedAt: facts.startedAtMs,
    correlationId: tracing.correlationId,
    firstAnswer: restoreFirstAnswer(handle)
  })
  noteAdoption(run, handle)
  if (operation.state === 'awaiting-condition') {
    const succeeded = conclude(factsOf(run), { ending: { kind: 'succeeded' }, facts })
    return judgeSuccess(run, succeeded, operation)
  }
  if (operation.state === 'over') {
    const { resumeEnd } = await import('./known-end.ts')
    return resumeEnd(run, operation, handle.conditions)
  }
  run.emit({ kind: 'moved', at: clock.now(), operation })
  return follow(run, operation)
}

/** What an earlier step has found by looking is doubted in this one, too, and without the body that it sent. */
function noteAdoption({ context, request, emit }: LiveRun, { lostSinceMs }: Handle): void {
  if (lostSinceMs === undefined) return
  const { correlationId, isIdShared = false } = context.tracing
  const { url } = request
  const sent = {
    url,
    sentAtMs: lostSinceMs,
    correlationId,
    isIdShared,
    isBodyUnknown: true
  } as const
  const atMs = context.clock.now()
  emit({ kind: 'adopted', sent, times: { askedAtMs: atMs, answeredAtMs: atMs } })
}

/** As much of the first answer as a handle keeps. */
function restoreFirstAnswer({ operation, correlationId, requestId }: Handle): HttpResponse {
  const headers = omitUndefined({
    'x-ms-correlation-request-id': correlationId,
    'x-ms-request-id': requestId
  })
  return { status: operation.facts.firstStatus, headers, body: { kind: 'empty' } }
}
