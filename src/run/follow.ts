/**
 * What becomes of an operation that the request has started: its end, where it is over already; else it is written
 * down before its first poll, and followed. The polling is a chunk of its own.
 */
import { isUntracked } from '../operation/first-answer.ts'
import type { PollingEnd } from '../operation/poller.ts'
import type { Facts, Operation, UnknownOperation } from '../operation/state.ts'
import { isTerminal } from '../operation/terminal.ts'
import { concludeAccepted, concludePolling } from './conclude.ts'
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
    return isAdopted(run) ? doubtUnwatched(run, accepted, operation.facts) : accepted
  }
  saveRun(run, 'following')
  const { pollToEnd } = await import('./poll-to-end.ts')
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
  return { ...accepted, ending: { kind: 'left', by: 'choice' } }
}

async function concludeEnd(run: LiveRun, end: PollingEnd): Promise<Outcome> {
  const outcome = await complete(run, concludePolling(factsOf(run), end))
  if (outcome.ending.kind === 'succeeded') return judgeSuccess(run, outcome, end.operation)
  // Whoever waited for it again would be told the end of another one's.
  return (await isDisowned(run, end)) ? outcome : withResumePoint(run, outcome)
}

/** True where what was followed turned out not to be started by this run. */
async function isDisowned(run: LiveRun, end: PollingEnd): Promise<boolean> {
  if (!isAdopted(run) || end.kind !== 'terminal' || end.operation.state !== 'unknown') return false
  const { facts, response } = end.operation
  const { doubtAnswer } = await import('./doubt.ts')
  return response !== undefined && doubtAnswer(run.progress(), facts, response) !== undefined
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

function isAdopted(run: LiveRun): boolean {
  return run.progress().adopted !== undefined
}

async function doubtUnwatched(run: LiveRun, accepted: Outcome, facts: Facts): Promise<Outcome> {
  const { doubtAnswer } = await import('./doubt.ts')
  const progress = run.progress()
  const answer = progress.accepted
  const doubt = answer === undefined ? undefined : doubtAnswer(progress, facts, answer)
  return doubt === undefined ? accepted : concludePolling(factsOf(run), doubt)
}
