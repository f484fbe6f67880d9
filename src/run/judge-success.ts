/**
 * An operation that has succeeded in Azure, and what its author asks beyond that. Conditions are a chunk of their own:
 * a run without any never loads them.
 */
import type { ResumableOperation } from '../operation/handle.ts'
import type { Operation } from '../operation/state.ts'
import type { LiveRun } from './live-run.ts'
import type { Outcome } from './outcome.ts'

/** Outcome of a success after the author's conditions; the same where there are none. */
export async function judgeSuccess(
  run: LiveRun,
  outcome: Outcome,
  operation: Operation | ResumableOperation
): Promise<Outcome> {
  const { waitUntil, failIf } = run.spec.expressions
  if (waitUntil === undefined && failIf === undefined) return outcome
  if (outcome.response !== undefined) run.context.registerSecrets(outcome.response)
  const { applyConditions } = await import('./conditions.ts')
  return applyConditions(run, outcome, operation)
}
