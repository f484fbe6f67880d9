/**
 * The author's outputs: each expression over the final response, as the text of a step output. Pure.
 */
import type { Body, JsonValue } from '../http/message.ts'
import type { OutputExpression } from './compile.ts'
import { toEvaluable } from './expression.ts'
import type { OutputValue } from './output-definitions.ts'

export interface EvaluatedOutputs {
  readonly values: readonly OutputValue[]
  /** One for each output that has no value. May quote untrusted text. */
  readonly warnings: readonly string[]
}

/** Evaluates over the final body. */
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
    values.push({ name, value, text: toText(value) })
  }
  return { values, warnings }
}

function toText(value: JsonValue): string {
  if (value === null) return ''
  return typeof value === 'string' ? value : JSON.stringify(value)
}
