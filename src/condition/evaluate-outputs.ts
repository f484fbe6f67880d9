/**
 * The author's outputs: each expression over the final response, as the text of a step output. Pure.
 */
import { writeJsonText } from '../http/deep-json.ts'
import type { Body, JsonValue } from '../http/message.ts'
import { createBudget, MAX_STEPS } from './budget.ts'
import type { OutputExpression } from './compile.ts'
import { toEvaluable } from './expression.ts'
import type { OutputValue } from './output-definitions.ts'

/** Outputs of the author, all of them in their order: the value of one that could not be evaluated is null. */
export interface EvaluatedOutputs {
  readonly values: readonly OutputValue[]
  /** One for each output that has no value, and for each comparison that can hardly have been meant. Untrusted text. */
  readonly warnings: readonly string[]
  /** One for each output that would take too much. Untrusted text. */
  readonly errors: readonly string[]
}

/** Of all outputs together, with the search for doubts: a few seconds. */
const MAX_STEPS_IN_ALL = 8 * MAX_STEPS

/** Values of the author's outputs over the final body. One that cannot be evaluated is a warning, never an error. */
export function evaluateOutputs(
  outputs: readonly OutputExpression[],
  body: Body
): EvaluatedOutputs {
  const response = toEvaluable(body)
  const values: OutputValue[] = []
  const warnings: string[] = []
  const errors: string[] = []
  let stepsLeft = MAX_STEPS_IN_ALL
  for (const { name, expression } of outputs) {
    const given = Math.min(MAX_STEPS, stepsLeft)
    const budget = createBudget(given)
    const evaluation = expression.evaluate(response, budget)
    const value = evaluation.kind === 'value' ? evaluation.value : null
    if (evaluation.kind === 'error' && evaluation.isTooCostly) {
      errors.push(`Input outputs: ${name}: ${expression.text} is too costly: ${evaluation.message}`)
    } else if (evaluation.kind === 'error') {
      warnings.push(`The output ${name} is empty: ${expression.text}: ${evaluation.message}`)
    } else if (value === null) {
      warnings.push(`The output ${name} is empty: ${expression.text} is null in the response`)
    }
    for (const doubt of expression.findDoubts(response, budget)) {
      warnings.push(`The output ${name}: ${expression.text}: ${doubt}`)
    }
    stepsLeft -= given - Math.max(0, budget.stepsLeft)
    values.push({ name, value, text: toText(value) })
  }
  return { values, warnings, errors }
}

function toText(value: JsonValue): string {
  if (value === null) return ''
  return typeof value === 'string' ? value : writeJsonText(value)
}
