/**
 * Polls an operation to its end, or as far as there is time: with signs of life while nothing changes, and with the
 * cancel that the author asked for when the step ends first. Only a run that polls loads it.
 */
import { planCancel } from '../arm/cancel.ts'
import { type PollingEnd, pollUntilDone } from '../operation/poller.ts'
import type { Operation } from '../operation/state.ts'
import {
  type CancelContext,
  cancelAndFollow,
  cancelAtOnce,
  createCancelContext,
  noteCancellation
} from './cancel.ts'
import { describeDefect, describeTimeout } from './conclude.ts'
import { doubtAdopted } from './doubt.ts'
import type { LiveRun } from './live-run.ts'
import { pollerDependencies } from './polling.ts'

/** End of the polling, and of the cancellation where the run canceled it. */
export async function pollToEnd(run: LiveRun, operation: Operation): Promise<PollingEnd> {
  const { spec, context, deadlineMs } = run
  const { signal } = context
  const limits = { rules: spec.rules, deadlineMs, signal }
  const polled = await pollUntilDone(operation, pollerDependencies(run), limits)
  const end = doubtAdopted(run.progress(), await cancelSafely(run, polled))
  run.emit({ kind: 'moved', at: context.clock.now(), operation: end.operation })
  return end
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
    const why = `the timeout of ${describeTimeout(run.spec.rules.timing)} expired`
    const canceled = await cancelAndFollow(
      { operation: end.operation, plan: planOf(run), why },
      cancelContextOf(run)
    )
    noteCancellation(run.emit, canceled)
    return canceled.end
  }
  if (end.kind === 'interrupted' && onCancel === 'cancel') {
    const { isAccepted, note } = await cancelAtOnce(planOf(run), cancelContextOf(run))
    if (isAccepted) run.emit({ kind: 'cancel-accepted' })
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
