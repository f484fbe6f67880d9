/**
 * The inputs of a step with a list of operations as one frozen, typed value. Every fault of the list is found here,
 * before anything is sent, all at once. A chunk of its own: a step with one operation never loads it.
 */
import type { ListPlan } from '../batch/plan.ts'
import { InputError } from '../errors.ts'
import type { InputContext, ReadInput } from './reader.ts'
import type { CommonInputs } from './step.ts'

/** Inputs of a step with a list of operations. */
export interface ListStepInputs extends CommonInputs {
  readonly kind: 'list'
  readonly list: ListPlan
}

/**
 * Reads the inputs of a step with a list.
 * @param readRaw as written, white space and all
 * @throws InputError that holds every fault of the list
 */
export async function readListStep(
  _readRaw: ReadInput,
  _context: InputContext
): Promise<ListStepInputs> {
  throw new InputError('requests', { problem: 'cannot be read yet' })
}
