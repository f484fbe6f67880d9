/**
 * The author's own outputs, taken from the final response. Pure; setting and masking them is the runner's side.
 */
import type { OutputValue } from '../condition/output-definitions.ts'
import { isTemplate } from '../operation/identity.ts'
import type { Outcome } from './outcome.ts'
import type { OperationSpec } from './spec.ts'

/** Outputs of one run, and what is told of those that are missing: an error is no verdict, but no step is green with one. */
export interface Results {
  readonly values: readonly OutputValue[]
  readonly warnings: readonly string[]
  readonly errors: readonly string[]
}

/** Results of an outcome, by the expressions of its spec. */
export async function evaluateResults(spec: OperationSpec, outcome: Outcome): Promise<Results> {
  const { values, warnings, errors } = await evaluateAuthorOutputs(spec, outcome)
  return { values, warnings: [...warnings, ...findUnknownNames(spec, outcome)], errors }
}

async function evaluateAuthorOutputs(
  { expressions: { outputs } }: OperationSpec,
  { ending, response }: Outcome
): Promise<Results> {
  if (outputs.length === 0 || response === undefined)
    return { values: [], warnings: [], errors: [] }
  const { evaluateOutputs } = await import('../condition/evaluate-outputs.ts')
  const { values, warnings, errors } = evaluateOutputs(outputs, response.body)
  // A response that is no success may well lack what a success has.
  return ending.kind === 'succeeded'
    ? { values, warnings, errors }
    : { values, warnings: [], errors: [] }
}

function findUnknownNames(
  { expressions, results }: OperationSpec,
  { request, addition }: Outcome
): readonly string[] {
  const { templateOutputs } = addition ?? {}
  // A template names its outputs only once it is deployed.
  if (templateOutputs === undefined && isTemplate(request)) return []
  const names = [...expressions.outputs.map(({ name }) => name), ...(templateOutputs ?? [])]
  const known = new Set(names.map((name) => name.toLowerCase()))
  const unknown = results.maskedOutputs.filter((name) => !known.has(name.toLowerCase()))
  return unknown.length === 0
    ? []
    : [`Input masked-outputs names ${unknown.join(', ')}, but there is no output with that name`]
}
