/**
 * The author's conditions for an operation that has succeeded, or was accepted and cannot be followed: the condition on
 * its resource, then `fail-if` over the final response. Turns an outcome into an outcome; that Azure said "succeeded" is
 * never taken back, only added to.
 */
import type { WaitUntil } from '../condition/compile.ts'
import {
  describeEvaluation,
  type Expression,
  isTruthy,
  toEvaluable
} from '../condition/expression.ts'
import { type ConditionEnd, waitUntilTrue } from '../condition/wait-until.ts'
import { readProblem } from '../http/body.ts'
import type { Body, HttpResponse } from '../http/message.ts'
import { readError } from '../operation/error.ts'
import { isUntracked } from '../operation/first-answer.ts'
import type { ResumableOperation } from '../operation/handle.ts'
import type { Facts, Operation } from '../operation/state.ts'
import { omitUndefined } from '../values.ts'
import { describeDefect } from './conclude.ts'
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
  const standing = readStanding(operation.facts)
  if (found.kind === 'none') {
    return { ...outcome, ending: standing.undecided, reason: found.reason }
  }
  const { url } = found
  run.emit({ kind: 'condition-awaited', facts: operation.facts, url })
  const draft = withResumePoint(run, {
    ...outcome,
    ending: standing.leave('choice')
  })
  if (!run.spec.wait) return draft
  await announceCheckpoint(run, draft)
  const { clock } = run.context
  const startedAtMs = clock.now()
  const end = await readUntilTrue(run, { url, expression })
  const canceled = await cancelWhenAsked(run, end, { facts: operation.facts, outcome })
  const change = { at: startedAtMs, status: 'Waiting for the condition' }
  const waited = {
    ...draft,
    changes: end.readings > 1 ? [...outcome.changes, change] : outcome.changes,
    endedAt: clock.now(),
    pollCount: outcome.pollCount + end.readings
  }
  const concluded = concludeWaiting(standing, waited, end, expression)
  return warnOfWait(run, addReason(concluded, canceled), end, expression)
}

/** Cancels what this step stops waiting for, where the author asked for it; what was done, as part of a sentence. */
async function cancelWhenAsked(
  run: LiveRun,
  { kind }: ConditionEnd,
  { facts, outcome }: { readonly facts: Facts; readonly outcome: Outcome }
): Promise<string | undefined> {
  const { onTimeout, onCancel } = run.spec.earlyEnd
  if (kind !== 'timed-out' && kind !== 'interrupted') return undefined
  if ((kind === 'timed-out' ? onTimeout : onCancel) !== 'cancel') return undefined
  try {
    const { cancelAwaited } = await import('./cancel-awaited.ts')
    const { response: result } = outcome
    return await cancelAwaited(run, { by: kind, isUntracked: isUntracked(facts), result })
  } catch (error) {
    return `it may not be canceled. ${describeDefect(error)}`
  }
}

function addReason(outcome: Outcome, words: string | undefined): Outcome {
  return words === undefined ? outcome : { ...outcome, reason: `${outcome.reason}; ${words}` }
}

/** What is known of an operation while its condition is waited for. */
interface Standing {
  /** Beginning of a sentence. */
  readonly words: string
  readonly leave: (by: LeftBy) => Ending
  readonly undecided: Ending
}

function readStanding(facts: Facts): Standing {
  return isUntracked(facts)
    ? {
        words: 'Azure accepted the request (202)',
        leave: (by) => ({ kind: 'left', by }),
        undecided: { kind: 'undecided' }
      }
    : {
        words: 'The operation succeeded',
        leave: (by) => ({ kind: 'condition-left', by }),
        undecided: { kind: 'condition-undecided', input: 'wait-until' }
      }
}

async function readUntilTrue(
  run: LiveRun,
  condition: { readonly url: string; readonly expression: Expression }
): Promise<ConditionEnd> {
  const { context, spec, deadlineMs, emit } = run
  const { clock, signal, registerSecrets } = context
  const poller = pollerDependencies(run)
  const dependencies = {
    ...poller,
    get:
      spec.allPages === true
        ? (await import('./pages.ts')).joinEachReading(run, poller.get)
        : poller.get,
    onAnswer: (response: HttpResponse) =>
      registerSecrets(response, { method: 'GET', url: condition.url }),
    onReading: (seen: string) => emit({ kind: 'condition-read', at: clock.now(), seen })
  }
  const { timing, extraStates } = spec.rules
  return waitUntilTrue(condition, dependencies, { timing, extraStates, deadlineMs, signal })
}

function concludeWaiting(
  standing: Standing,
  waited: Outcome,
  end: ConditionEnd,
  { text }: Expression
): Outcome {
  switch (end.kind) {
    case 'met':
      return { ...closeWait(waited), ending: { kind: 'succeeded' }, response: end.response }
    case 'failed':
    case 'canceled':
      return concludeBadEnd(standing, closeWait(waited), end, text)
    case 'timed-out':
    case 'interrupted':
      return leaveWaiting(standing, waited, end, text)
    case 'unreadable': {
      const what = end.isTooCostly
        ? `wait-until ${text} is too costly`
        : `the resource of the condition ${text} cannot be read`
      const reason = `${standing.words}, and ${what}: ${end.seen}`
      const { error = waited.error } = end
      return omitUndefined({ ...waited, ending: standing.undecided, reason, error })
    }
    default:
      return end satisfies never
  }
}

/** Outcome without the handle of a wait that is over: the condition, or the resource, has decided. */
function closeWait({ operation: _handle, isResultMissing: _read, ...waited }: Outcome): Outcome {
  return { ...waited, decidedBy: 'wait-until' }
}

function concludeBadEnd(
  { words }: Standing,
  waited: Outcome,
  { kind, word, response }: Extract<ConditionEnd, { kind: 'failed' | 'canceled' }>,
  condition: string
): Outcome {
  const reason = `${words}, and then the resource ended with provisioning state ${word} before the condition ${condition} was true`
  const error = readError(response)
  return omitUndefined({ ...waited, ending: { kind }, reason, response, lastStatus: word, error })
}

function leaveWaiting(
  { words, leave }: Standing,
  waited: Outcome,
  end: Extract<ConditionEnd, { kind: 'timed-out' | 'interrupted' }>,
  text: string
): Outcome {
  const [by, why] =
    end.kind === 'timed-out'
      ? (['deadline', 'the timeout expired'] as const)
      : (['cancellation', 'the workflow was canceled'] as const)
  const seen = end.seen === '' ? 'it was never read' : `last seen: ${end.seen}`
  const reason = `${words}, and ${why} before the condition ${text} was true; ${seen}`
  const response = end.response ?? waited.response
  return omitUndefined({ ...waited, ending: leave(by), reason, response })
}

/** Reason why there is no result to look at. */
function explainMissing({ response, isResultMissing }: Outcome): string | undefined {
  if (response === undefined) return 'there is no final response'
  return isResultMissing === true ? 'the result could not be read' : readProblem(response.body)
}

function applyFailIf(run: LiveRun, before: Outcome, failIf: Expression): Outcome {
  const problem = explainMissing(before)
  if (before.response === undefined || problem !== undefined) {
    const why = `fail-if ${failIf.text} could not be evaluated: ${problem}`
    return { ...before, ending: { kind: 'condition-undecided', input: 'fail-if' }, reason: why }
  }
  const { body } = before.response
  const value = toEvaluable(body)
  const evaluation = failIf.evaluate(value)
  const isTooCostly = evaluation.kind === 'error' && evaluation.isTooCostly === true
  const outcome = isTooCostly
    ? before
    : warnOfDoubts(run, before, { input: 'fail-if', expression: failIf, body })
  if (evaluation.kind === 'error') {
    const why = `fail-if ${failIf.text} could not be evaluated over the final response: ${evaluation.message}`
    return { ...outcome, ending: { kind: 'condition-undecided', input: 'fail-if' }, reason: why }
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
