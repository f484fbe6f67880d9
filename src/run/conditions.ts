/**
 * The author's conditions for an operation that has succeeded: the condition on its resource, then `fail-if` over the
 * final response. Turns an outcome into an outcome; that Azure said "succeeded" is never taken back, only added to.
 */
import type { WaitUntil } from '../condition/compile.ts'
import {
  describeEvaluation,
  type Expression,
  isTruthy,
  toEvaluable
} from '../condition/expression.ts'
import { type ConditionEnd, waitUntilTrue } from '../condition/wait-until.ts'
import type { Body } from '../http/message.ts'
import { readError } from '../operation/error.ts'
import type { ResumableOperation } from '../operation/handle.ts'
import type { Operation } from '../operation/state.ts'
import { omitUndefined } from '../values.ts'
import { announceCheckpoint, type LiveRun, withResumePoint } from './live-run.ts'
import type { Ending, LeftBy, Outcome } from './outcome.ts'
import { pollerDependencies } from './polling.ts'

/**
 * Outcome after the conditions of the run's author.
 * @param operation the one that succeeded; where an earlier run got as far as its condition, that
 */
export async function applyConditions(
  run: LiveRun,
  outcome: Outcome,
  operation: Operation | ResumableOperation
): Promise<Outcome> {
  const { waitUntil, failIf } = run.spec.expressions
  const awaited =
    waitUntil === undefined ? outcome : await applyWaitUntil(run, outcome, operation, waitUntil)
  return failIf === undefined || awaited.ending.kind !== 'succeeded'
    ? awaited
    : applyFailIf(run, awaited, failIf)
}

async function applyWaitUntil(
  run: LiveRun,
  outcome: Outcome,
  operation: Operation | ResumableOperation,
  { expression, findUrl }: WaitUntil
): Promise<Outcome> {
  const found =
    operation.state === 'awaiting-condition'
      ? ({ kind: 'url', url: operation.url } as const)
      : findUrl(toEvaluable(outcome.response?.body))
  if (found.kind === 'none') return leaveUndecided(outcome, 'wait-until', found.reason)
  const { url } = found
  run.emit({ kind: 'condition-awaited', facts: operation.facts, url })
  const draft = withResumePoint(run, {
    ...outcome,
    ending: { kind: 'condition-left', by: 'choice' }
  })
  if (!run.spec.wait) return draft
  await announceCheckpoint(run, draft)
  const { clock } = run.context
  const startedAtMs = clock.now()
  const end = await readUntilTrue(run, { url, expression })
  const change = { at: startedAtMs, status: 'Waiting for the condition' }
  const waited = {
    ...draft,
    changes: end.readings > 1 ? [...outcome.changes, change] : outcome.changes,
    endedAt: clock.now(),
    pollCount: outcome.pollCount + end.readings
  }
  return warnOfWait(run, concludeWaiting(outcome, waited, end, expression), end, expression)
}

function readUntilTrue(
  run: LiveRun,
  condition: { readonly url: string; readonly expression: Expression }
): Promise<ConditionEnd> {
  const { context, spec, deadlineMs, emit } = run
  const { clock, signal, registerSecrets } = context
  const dependencies = {
    ...pollerDependencies(run),
    onAnswer: registerSecrets,
    onReading: (seen: string) => emit({ kind: 'condition-read', at: clock.now(), seen })
  }
  const { timing, extraStates } = spec.rules
  return waitUntilTrue(condition, dependencies, { timing, extraStates, deadlineMs, signal })
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
      return {
        ...before,
        ...{ endedAt, pollCount, changes },
        response: end.response,
        decidedBy: 'wait-until'
      }
    case 'failed':
    case 'canceled':
      return concludeBadEnd({ ...before, endedAt, pollCount, changes }, end, text)
    case 'timed-out':
      return leaveWaiting(waited, end, `the timeout expired before the condition ${text} was true`)
    case 'interrupted':
      return leaveWaiting(
        waited,
        end,
        `the workflow was canceled before the condition ${text} was true`
      )
    case 'unreadable': {
      const reason = `The operation succeeded, and the resource of the condition ${text} cannot be read: ${end.seen}`
      const undecided = leaveUndecided(waited, 'wait-until', reason)
      return end.error === undefined ? undecided : { ...undecided, error: end.error }
    }
    default:
      return end satisfies never
  }
}

function concludeBadEnd(
  before: Outcome,
  { kind, word, response }: Extract<ConditionEnd, { kind: 'failed' | 'canceled' }>,
  condition: string
): Outcome {
  const reason = `The operation succeeded, and then the resource ended with provisioning state ${word} before the condition ${condition} was true`
  const error = readError(response)
  const ending = { kind }
  const decidedBy = 'wait-until'
  return omitUndefined({ ...before, ending, decidedBy, reason, response, lastStatus: word, error })
}

function leaveWaiting(
  waited: Outcome,
  end: Extract<ConditionEnd, { kind: 'timed-out' | 'interrupted' }>,
  why: string
): Outcome {
  const by: LeftBy = end.kind === 'timed-out' ? 'deadline' : 'cancellation'
  const seen = end.seen === '' ? 'it was never read' : `last seen: ${end.seen}`
  const reason = `The operation succeeded, and ${why}; ${seen}`
  const response = end.response ?? waited.response
  return omitUndefined({
    ...waited,
    ending: { kind: 'condition-left', by },
    reason,
    response
  })
}

function applyFailIf(run: LiveRun, before: Outcome, failIf: Expression): Outcome {
  if (before.response === undefined) {
    const why = `fail-if ${failIf.text} could not be evaluated: there is no final response`
    return leaveUndecided(before, 'fail-if', why)
  }
  const { body } = before.response
  const outcome = warnOfDoubts(run, before, { input: 'fail-if', expression: failIf, body })
  const value = toEvaluable(body)
  const evaluation = failIf.evaluate(value)
  if (evaluation.kind === 'error') {
    const why = `fail-if ${failIf.text} could not be evaluated over the final response: ${evaluation.message}`
    return leaveUndecided(outcome, 'fail-if', why)
  }
  if (!isTruthy(evaluation.value)) return outcome
  const fields = failIf.describeFields(value) || `it is ${describeEvaluation(evaluation)}`
  const reason = `The operation succeeded in Azure, and fail-if is true for its result: ${failIf.text} (${fields})`
  return { ...outcome, ending: { kind: 'fail-if' }, decidedBy: 'fail-if', reason }
}

function warnOfWait(
  run: LiveRun,
  outcome: Outcome,
  end: ConditionEnd,
  expression: Expression
): Outcome {
  switch (end.kind) {
    case 'met':
    case 'timed-out':
    case 'interrupted': {
      const body = end.response?.body
      return body === undefined
        ? outcome
        : warnOfDoubts(run, outcome, { input: 'wait-until', expression, body })
    }
    default:
      // What a failed resource lacks says nothing about the condition.
      return outcome
  }
}

/** The outcome with a warning for each comparison that can hardly have been meant. */
function warnOfDoubts(
  run: LiveRun,
  outcome: Outcome,
  { input, expression, body }: { input: string; expression: Expression; body: Body }
): Outcome {
  const doubts = expression.findDoubts(toEvaluable(body))
  const warnings = doubts.map((doubt) => `Input ${input}: ${expression.text}: ${doubt}`)
  for (const text of warnings) run.emit({ kind: 'warned', text })
  return { ...outcome, warnings: [...outcome.warnings, ...warnings] }
}

function leaveUndecided(
  outcome: Outcome,
  input: Extract<Ending, { kind: 'condition-undecided' }>['input'],
  reason: string
): Outcome {
  return { ...outcome, ending: { kind: 'condition-undecided', input }, reason }
}
