/**
 * The author's outputs, in the order that keeps them safe: the secrets of the final response are registered, then the
 * outputs are taken from it, and their secrets are registered before any of them is set.
 */
import type { OutputValue } from '../condition/output-definitions.ts'
import type { Body } from '../http/message.ts'
import type { Outcome } from '../run/outcome.ts'
import { evaluateResults } from '../run/results.ts'
import type { OperationSpec } from '../run/spec.ts'
import { messageOf } from '../values.ts'
import type { Masks } from './masks.ts'

/** Sinks of what is found on the way. */
export interface AuthorOutputSinks {
  readonly masks: Masks
  readonly warn: (text: string) => void
}

/** Values of the author's outputs, ready to be set. Never rejects: the verdict stands. */
export async function prepareAuthorOutputs(
  outcome: Outcome,
  spec: OperationSpec,
  sinks: AuthorOutputSinks & { readonly fail: (text: string) => void }
): Promise<readonly OutputValue[]> {
  const { warn, fail } = sinks
  const { url } = outcome.request
  if (outcome.response !== undefined) registerBodySecrets(outcome.response.body, url, sinks)
  try {
    const { values, warnings, errors } = await evaluateResults(spec, outcome)
    for (const error of errors) fail(error)
    for (const warning of warnings) warn(warning)
    return values.filter((value) => registerOutputSecrets(value, { spec, url }, sinks))
  } catch (error) {
    warn(`The outputs could not be read from the response: ${messageOf(error)}`)
    return []
  }
}

/** Registers what is a secret in one output. False where it could not be: then the output must not be set. */
function registerOutputSecrets(
  output: OutputValue,
  { spec, url }: { readonly spec: OperationSpec; readonly url: string },
  { masks, warn }: AuthorOutputSinks
): boolean {
  try {
    masks.addFromOutputs([output], { maskedOutputs: spec.results.maskedOutputs, url })
    return true
  } catch (error) {
    warn(
      `The output ${output.name} is left out, because it could not be masked: ${messageOf(error)}`
    )
    return false
  }
}

/** Registers what is a secret in the body of an answer to `url`. Never throws: what is not found is a warning. */
export function registerBodySecrets(
  body: Body,
  url: string,
  { masks, warn }: AuthorOutputSinks
): void {
  try {
    if (!masks.addFromBody(body, url)) warn('The response is too large to find every secret in it')
  } catch (error) {
    warn(`Not every secret in the response could be masked: ${messageOf(error)}`)
  }
}
