/**
 * One step with a list of operations: plan → connection → runs, as many at once as may be → log, outputs, summary; and
 * its post step. A chunk of its own: a step with one operation never loads it.
 */
import type { ListStepInputs } from './inputs/list-step.ts'
import type { Edge } from './runner/edge.ts'

/** Runs the list of a step and tells how it ended. */
export async function runListStep(_inputs: ListStepInputs, _edge: Edge): Promise<void> {
  throw new Error('not built')
}
