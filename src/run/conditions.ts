/**
 * What the author asked of an operation that has succeeded: the condition on its resource, then `fail-if` over the
 * final response. Turns an outcome into an outcome; that Azure said "succeeded" is never taken back, only added to.
 */
import type { Expressions, WaitUntil } from '../condition/compile.ts'
import {
  describeEvaluation,
  type Expression,
  isTruthy,
  toEvaluable
} from '../condition/expression.ts'
import {
  type ConditionDependencies,
  type ConditionEnd,
  waitUntilTrue
} from '../condition/wait-until.ts'
import type { Timing } from '../operation/state.ts'
import type { Outcome, ResumePoint } from './outcome.ts'

export interface ConditionRun {
  readonly expressions: Expressions
  readonly look: ConditionDependencies
  readonly timing: Timing
  /** Milliseconds since the epoch. */
  readonly deadlineMs: number
  readonly signal: AbortSignal
  /** False: the condition is left to whoever resumes. */
  readonly wait: boolean
  /** Where the waiting for a condition on this URL can be resumed. */
  readonly describeResume: (url: string) => ResumePoint | undefined
  /** Writes that down, before the first look. */
  readonly announce: (draft: Outcome) => Promise<void>
}

/** @param knownUrl where the condition is read, when an earlier run found that out */
export async function applyConditions(
  outcome: Outcome,
  run: ConditionRun,
  knownUrl?: string
): Promise<Outcome> {
  if (outcome.status !== 'Succeeded') return outcome
  const { waitUntil, failIf } = run.expressions
  const awaited =
    waitUntil === undefined ? outcome : await applyWaitUntil(outcome, waitUntil, run, knownUrl)
  return failIf === undefined || awaited.status !== 'Succeeded'
    ? awaited
    : applyFailIf(awaited, failIf)
}

async function applyWaitUntil(
  outcome: Outcome,
  { expression, findUrl }: WaitUntil,
  run: ConditionRun,
  knownUrl: string | undefined
): Promise<Outcome> {
  const found =
    knownUrl === undefined
      ? findUrl(toEvaluable(outcome.response?.body))
      : ({ kind: 'url', url: knownUrl } as const)
  if (found.kind === 'none') return leaveUnknown(outcome, 'wait-until', found.reason)
  const { url } = found
  const operation = run.describeResume(url)
  const draft: Outcome = {
    ...outcome,
    status: 'InProgress',
    decidedBy: 'wait-until',
    ...(operation === undefined ? {} : { operation })
  }
  if (!run.wait) return draft
  await run.announce(draft)
  const startedMs = run.look.now()
  const { timing, deadlineMs, signal } = run
  const end = await waitUntilTrue({ url, expression }, run.look, { timing, deadlineMs, signal })
  const change = { at: startedMs, status: 'Waiting for the condition' }
  const waited = {
    ...draft,
    changes: end.readings > 1 ? [...outcome.changes, change] : outcome.changes,
    endedAt: run.look.now(),
    pollCount: outcome.pollCount + end.readings
  }
  return concludeWaiting(outcome, waited, end, expression)
}

function concludeWaiting(
  before: Outcome,
  waited: Outcome,
  end: ConditionEnd,
  { text }: Expression
): Outcome {
  const { endedAt, pollCount, changes } = waited
  switch (end.kind) {
    case 'met':
      return { ...before, endedAt, pollCount, changes, response: end.response }
    case 'timed-out':
    case 'interrupted': {
      const isTimeout = end.kind === 'timed-out'
      const why = isTimeout ? 'the time was up' : 'the workflow was canceled'
      const seen = end.seen === '' ? 'it was not looked at' : `last seen: ${end.seen}`
      return {
        ...waited,
        status: isTimeout ? 'TimedOut' : 'InProgress',
        reason: `The operation succeeded, and ${why} before the condition ${text} was true; ${seen}`,
        ...(end.response === undefined ? {} : { response: end.response })
      }
    }
    case 'unreadable':
      return {
        ...waited,
        status: 'Unknown',
        reason: `The operation succeeded, and the resource of the condition ${text} cannot be read: ${end.seen}`,
        ...(end.error === undefined ? {} : { error: end.error })
      }
    default:
      return end satisfies never
  }
}

function applyFailIf(outcome: Outcome, failIf: Expression): Outcome {
  const value = toEvaluable(outcome.response?.body)
  const evaluation = failIf.evaluate(value)
  if (evaluation.kind === 'error') {
    const why = `fail-if ${failIf.text} could not be evaluated over the final response: ${evaluation.message}`
    return leaveUnknown(outcome, 'fail-if', why)
  }
  if (!isTruthy(evaluation.value)) return outcome
  const fields = failIf.describeFields(value) || `it is ${describeEvaluation(evaluation)}`
  const reason = `The operation succeeded in Azure, and fail-if is true for its result: ${failIf.text} (${fields})`
  return { ...outcome, status: 'Failed', decidedBy: 'fail-if', reason }
}

function leaveUnknown(
  outcome: Outcome,
  decidedBy: NonNullable<Outcome['decidedBy']>,
  reason: string
): Outcome {
  return { ...outcome, status: 'Unknown', decidedBy, reason }
}
