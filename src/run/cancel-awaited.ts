/**
 * Cancels what goes on in Azure while the condition of `wait-until` is waited for, where the author asked for that: the
 * execution that a start has begun, or a request of which nothing but the condition tells the end. Loaded only then, and
 * no judge: the verdict is that of the wait.
 */
import { type CancelPlan, planCancel } from '../arm/cancel.ts'
import { findKnownOperation } from '../arm/known-operations.ts'
import type { HttpResponse } from '../http/message.ts'
import { cancelOnce, ON_SIGNAL } from './cancel.ts'
import { describeTimeout } from './conclude.ts'
import type { LiveRun } from './live-run.ts'

/** Wait for a condition that ended before it was true. */
export interface AbandonedWait {
  readonly by: 'timed-out' | 'interrupted'
  /** Nothing but the condition tells the end of the operation: it may still run. */
  readonly isUntracked: boolean
  /** Result of the operation, which names what goes on. */
  readonly result: HttpResponse | undefined
}

/** Part of a sentence that tells what was done; undefined where there is nothing to cancel. */
export async function cancelAwaited(
  run: LiveRun,
  wait: AbandonedWait
): Promise<string | undefined> {
  const plan = planFor(run, wait)
  if (plan === undefined) return undefined
  const { context, spec, emit } = run
  const { client, clock, signal } = context
  const tell = (text: string) => emit({ kind: 'progressed', at: clock.now(), text })
  // The run's own signal has aborted by then.
  const atOnce = () =>
    cancelOnce(
      { plan, ...ON_SIGNAL },
      { client, clock, tell, signal: new AbortController().signal }
    )
  const inTime = () => {
    const why = `the timeout of ${describeTimeout(spec.rules.timing)} expired`
    return cancelOnce({ plan, why }, { client, clock, tell, signal })
  }
  const first = await (wait.by === 'timed-out' ? inTime() : atOnce())
  // No post step sends what was cut.
  const isCut = wait.by === 'timed-out' && signal.aborted && !first.isAccepted
  const { isAccepted, note } = isCut ? await atOnce() : first
  if (isAccepted) emit({ kind: 'cancel-accepted' })
  return note
}

function planFor(
  { request, spec, progress }: LiveRun,
  { isUntracked, result }: AbandonedWait
): CancelPlan | undefined {
  const { cancelUrl } = spec.earlyEnd
  if (isUntracked) return planCancel(request, progress().accepted, cancelUrl)
  const known = findKnownOperation(new URL(request.url).pathname, request.method)
  if (cancelUrl === undefined && known?.operation.outlivesSuccess !== true) return undefined
  // What a handle led to may be forged, and names nothing that is to be canceled.
  const named = spec.start.kind === 'resume' ? undefined : result
  return planCancel(request, named, cancelUrl)
}
