/**
 * The author's outputs of a list: each expression over the responses of its operations.
 */
import { evaluateOutputs } from '../condition/evaluate-outputs.ts'
import type { Results } from '../run/results.ts'
import type { ListPlan, Scope } from './plan.ts'

/** Outputs of a list, whatever became of its operations. Never throws: one without a value is a warning. */
export function evaluateListOutputs({ outputs }: ListPlan, scope: Scope): Results {
  return evaluateOutputs(outputs, { kind: 'json', value: scope, text: '' })
}
