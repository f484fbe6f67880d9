/**
 * The author's outputs, in the order that keeps them safe: the secrets of the final response are registered, then the
 * outputs are taken from it, and their secrets are registered before any of them is set.
 */
import type { OutputValue } from '../condition/output-definitions.ts'
import type { ArmRequest, Body } from '../http/message.ts'
import type { Outcome } from '../run/outcome.ts'
import { evaluateResults } from '../run/results.ts'
import type { OperationSpec } from '../run/spec.ts'
import { messageOf } from '../values.ts'
import type { Masks, OutputMaskRules } from './masks.ts'

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
  if (outcome.ending.kind === 'skipped') return []
  if (outcome.response !== undefined) registerBodySecrets(outcome.response.body, url, sinks)
  try {
    const { values, warnings, errors } = await evaluateResults(spec, outcome)
    for (const error of errors) fail(error)
    for (const warning of warnings) warn(warning)
    const { maskedOutputs } = spec.results
    return values.filter((value) => registerOutputSecrets(value, { maskedOutputs, url }, sinks))
  } catch (error) {
    warn(`The outputs could not be read from the response: ${messageOf(error)}`)
    return []
  }
}

/** Registers what is a secret in one output. False where it could not be: then the output must not be set. */
export function registerOutputSecrets(
  output: OutputValue,
  rules: OutputMaskRules,
  { masks, warn }: AuthorOutputSinks
): boolean {
  try {
    masks.addFromOutputs([output], rules)
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

/**
 * Registers what is a secret in the answer to a request, also by what was asked for. Never throws.
 * @param tell told how many texts are left as they are of an answer that is secret by what was asked for
 */
export function registerAnswerSecrets(
  body: Body,
  request: ArmRequest,
  { masks, warn, tell }: AuthorOutputSinks & { readonly tell?: (text: string) => void }
): void {
  registerBodySecrets(body, request.url, { masks, warn })
  try {
    const { isComplete, leftOut } = masks.addFromAnswer(body, request)
    if (!isComplete) warn('The response is too large to find every secret in it')
    if (leftOut > 0) tell?.(describeLeftOut(leftOut))
  } catch (error) {
    warn(`Not every secret in the response could be masked: ${messageOf(error)}`)
  }
}

function describeLeftOut(count: number): string {
  const texts = count === 1 ? '1 text' : `${count} texts`
  return `The request asks for secrets, so the texts of its answer are masked, but for ${texts}: shorter than 8 characters, a plain word, or known from the request`
}
