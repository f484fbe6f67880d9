/**
 * The author's outputs: each expression over the final response, as the text of a step output. Pure.
 */
import { writeJsonText } from '../http/deep-json.ts'
import type { Body, JsonValue } from '../http/message.ts'
import type { OutputExpression } from './compile.ts'
import { toEvaluable } from './expression.ts'
import type { OutputValue } from './output-definitions.ts'

/** Outputs of the author, all of them in their order: the value of one that could not be evaluated is null. */
export interface EvaluatedOutputs {
  readonly values: readonly OutputValue[]
  /** One for each output that has no value, and for each comparison that can hardly have been meant. Untrusted text. */
  readonly warnings: readonly string[]
}

/** Values of the author's outputs over the final body. One that cannot be evaluated is a warning, never an error. */
export function evaluateOutputs(
  outputs: readonly OutputExpression[],
  body: Body
): EvaluatedOutputs {
  const response = toEvaluable(body)
  const values: OutputValue[] = []
  const warnings: string[] = []
  for (const { name, expression } of outputs) {
    const evaluation = expression.evaluate(response)
    const value = evaluation.kind === 'value' ? evaluation.value : null
    if (evaluation.kind === 'error') {
      warnings.push(`The output ${name} is empty: ${expression.text}: ${evaluation.message}`)
    } else if (value === null) {
      warnings.push(`The output ${name} is empty: ${expression.text} is null in the response`)
    }
    for (const doubt of expression.findDoubts(response)) {
      warnings.push(`The output ${name}: ${expression.text}: ${doubt}`)
    }
    values.push({ name, value, text: toText(value) })
  }
  return { values, warnings }
}

function toText(value: JsonValue): string {
  if (value === null) return ''
  return typeof value === 'string' ? value : writeJsonText(value)
}
