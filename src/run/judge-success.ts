/**
 * An operation that has succeeded in Azure, and what its author asks beyond that. Conditions are a chunk of their own:
 * a run without any never loads them.
 */
import { findNextLink } from '../http/body.ts'
import type { ResumableOperation } from '../operation/handle.ts'
import type { Operation } from '../operation/state.ts'
import { describeDefect } from './conclude.ts'
import type { LiveRun } from './live-run.ts'
import type { Outcome } from './outcome.ts'

/** Outcome of a success after the author's conditions; the same where there are none. */
export async function judgeSuccess(
  run: LiveRun,
  outcome: Outcome,
  operation: Operation | ResumableOperation
): Promise<Outcome> {
  // The result may have been read where nothing tells any more what was asked for.
  if (outcome.response !== undefined) {
    run.context.registerSecrets(outcome.response, run.request)
  }
  const isWhole = run.spec.allPages === true
  const list = isWhole ? await (await loadPages()).readAllPages(run, outcome) : outcome
  if (list.ending.kind !== outcome.ending.kind) return list
  const judged = await judgeConditions(run, list, operation)
  const { response } = judged
  return response === undefined || findNextLink(response.body) === undefined
    ? judged
    : (await loadPages()).warnOfMorePages(run, judged)
}

/** Most answers are no lists, and of those few come in pages. */
const loadPages = () => import('./pages.ts')

async function judgeConditions(
  run: LiveRun,
  outcome: Outcome,
  operation: Operation | ResumableOperation
): Promise<Outcome> {
  const { waitUntil, failIf } = run.spec.expressions
  if (waitUntil === undefined && failIf === undefined) return outcome
  try {
    const { applyConditions } = await import('./conditions.ts')
    return await applyConditions(run, outcome, operation)
  } catch (error) {
    // That Azure said "succeeded" stands; that the author's condition is met is not known.
    const input = waitUntil === undefined ? 'fail-if' : 'wait-until'
    const reason = `The operation succeeded. ${describeDefect(error)}`
    return { ...outcome, ending: { kind: 'condition-undecided', input }, reason }
  }
}
