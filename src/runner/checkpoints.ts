/**
 * Checkpoints: an accepted operation is written down before its first poll, so that it is found again however this
 * run ends.
 */
import type { Hiding } from '../report/hide.ts'
import type { Outcome } from '../run/outcome.ts'
import type { StepOutputs } from './outputs.ts'

/** Writes the handle of an accepted operation as the output `operation`. Never throws. */
export function writeCheckpoint(
  { operation }: Outcome,
  outputs: StepOutputs,
  { keepHandle }: Pick<Hiding, 'keepHandle'>
): void {
  if (operation !== undefined) outputs.set('operation', () => keepHandle(operation.handle))
}
