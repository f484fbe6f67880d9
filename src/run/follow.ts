/**
 * Follows an accepted operation to its end, or as far as there is time: checkpoint before the first poll, signs of
 * life while nothing changes, and the cancel that the author asked for when the step ends first.
 */
import { planCancel } from '../arm/cancel.ts'
import { isUntracked } from '../operation/first-answer.ts'
import { isTerminal, type Operation } from '../operation/operation.ts'
import { type PollingEnd, pollUntilDone } from '../operation/poller.ts'
import type { Facts, UnknownOperation } from '../operation/state.ts'
import { doubtAdopted, doubtAnswer } from './adopted.ts'
import {
  type CancelContext,
  cancelAndFollow,
  cancelAtOnce,
  createCancelContext,
  noteCancellation
} from './cancel.ts'
import { concludeAccepted, concludePolling, describeDefect, describeTimeout } from './conclude.ts'
import { judgeSuccess } from './judge-success.ts'
import {
  announceCheckpoint,
  factsOf,
  forgetRun,
  type LiveRun,
  saveRun,
  withResumePoint
} from './live-run.ts'
import { addSafely, type Outcome } from './outcome.ts'
import { pollerDependencies } from './polling.ts'

/** Extra time beyond the deadline for what is asked after the end, for the report alone. */
const COMPLETION_MS = 500

/** Outcome of an operation that the request has started, or that is over already. */
export async function follow(run: LiveRun, operation: Operation): Promise<Outcome> {
  if (isTerminal(operation)) {
    forgetRun(run)
    const outcome =
      operation.state === 'unknown' && isUntracked(operation.facts)
        ? await concludeUntracked(run, operation)
        : await concludeEnd(run, { kind: 'terminal', operation })
    if (run.spec.wait) return outcome
    return addSafely(outcome, 'The output operation', async () => {
      const { handOnEnd } = await import('./known-end.ts')
      return handOnEnd(run, outcome, operation.facts)
    })
  }
  const accepted = withResumePoint(run, concludeAccepted(factsOf(run), operation))
  await announceCheckpoint(run, accepted)
  if (!run.spec.wait) {
    forgetRun(run)
    return doubtUnwatched(run, accepted, operation.facts)
  }
  saveRun(run, 'following')
  const end = await pollToEnd(run, operation)
  if (end.kind === 'interrupted') saveRun(run, 'following')
  else forgetRun(run)
  return concludeEnd(run, end)
}

/** Outcome of an operation that was accepted and that nothing tells the end of: what the author says decides. */
async function concludeUntracked(run: LiveRun, operation: UnknownOperation): Promise<Outcome> {
  const { wait, expressions } = run.spec
  const end = { kind: 'terminal', operation } as const
  const isAwaited = expressions.waitUntil !== undefined
  if (wait && !isAwaited) return concludeEnd(run, end)
  const { reason: _doubt, ...accepted } = concludePolling(factsOf(run), end)
  if (isAwaited) return judgeSuccess(run, accepted, operation)
  const text = 'Nothing to follow: Azure named no URL that tells how it ends, so there is no handle'
  run.emit({ kind: 'progressed', at: run.context.clock.now(), text })
  return { ...accepted, ending: { kind: 'left', by: 'choice' } }
}

async function pollToEnd(run: LiveRun, operation: Operation): Promise<PollingEnd> {
  const { spec, context, deadlineMs } = run
  const { signal } = context
  const limits = { rules: spec.rules, deadlineMs, signal }
  const polled = await pollUntilDone(operation, pollerDependencies(run), limits)
  const end = doubtAdopted(run.progress(), await cancelSafely(run, polled))
  run.emit({ kind: 'moved', at: context.clock.now(), operation: end.operation })
  return end
}

async function concludeEnd(run: LiveRun, end: PollingEnd): Promise<Outcome> {
  const outcome = await complete(run, concludePolling(factsOf(run), end))
  return outcome.ending.kind === 'succeeded'
    ? judgeSuccess(run, outcome, end.operation)
    : withResumePoint(run, outcome)
}

/** Lets the hooks of this kind of operation add what they know. */
async function complete(run: LiveRun, outcome: Outcome): Promise<Outcome> {
  const { hooks } = run.context
  const deadlineMs = Math.max(run.deadlineMs, outcome.endedAt + COMPLETION_MS)
  return hooks === undefined
    ? outcome
    : addSafely(outcome, 'What is known of this kind of operation', (before) =>
        hooks.complete(before, deadlineMs)
      )
}

function doubtUnwatched(run: LiveRun, accepted: Outcome, facts: Facts): Outcome {
  const progress = run.progress()
  const answer = progress.accepted
  const doubt = answer === undefined ? undefined : doubtAnswer(progress, facts, answer)
  return doubt === undefined ? accepted : concludePolling(factsOf(run), doubt)
}

/** A defect in canceling leaves the end that the polling had. */
async function cancelSafely(run: LiveRun, end: PollingEnd): Promise<PollingEnd> {
  try {
    return await cancelWhenAsked(run, end)
  } catch (error) {
    run.emit({ kind: 'noted', note: `it may not be canceled. ${describeDefect(error)}` })
    return end
  }
}

/** Cancels in Azure what this step ends before, where the author asked for it. */
async function cancelWhenAsked(run: LiveRun, end: PollingEnd): Promise<PollingEnd> {
  const { onTimeout, onCancel } = run.spec.earlyEnd
  if (end.kind === 'timed-out' && onTimeout === 'cancel') {
    const why = `the timeout of ${describeTimeout(run.spec.rules.timing.timeoutMs)} expired`
    const canceled = await cancelAndFollow(
      { operation: end.operation, plan: planOf(run), why },
      cancelContextOf(run)
    )
    noteCancellation(run.emit, canceled)
    return canceled.end
  }
  if (end.kind === 'interrupted' && onCancel === 'cancel') {
    const { isCanceling, note } = await cancelAtOnce(planOf(run), cancelContextOf(run))
    if (isCanceling) run.emit({ kind: 'cancel-accepted' })
    run.emit({ kind: 'noted', note })
  }
  return end
}

function planOf({ request, progress, spec }: LiveRun) {
  return planCancel(request, progress().accepted, spec.earlyEnd.cancelUrl)
}

function cancelContextOf(run: LiveRun): CancelContext {
  const { context, spec, emit } = run
  return createCancelContext(context, { rules: spec.rules, poller: pollerDependencies(run), emit })
}
