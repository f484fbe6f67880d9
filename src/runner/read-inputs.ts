/**
 * The inputs as the runner hands them over: environment variables, of which the secrets are masked before anything
 * else is done. What an input means is a matter of the room inputs.
 */
import { tmpdir } from 'node:os'
import { resolve } from 'node:path'
import { getInput } from '@actions/core'
import { listEnvironmentSecrets } from '../auth/environment.ts'
import { listSignInSecrets } from '../auth/sign-in.ts'
import { INPUT_NAMES } from '../contract.ts'
import { InputError } from '../errors.ts'
import { type InputContext, type ReadInput, trimInputs } from '../inputs/reader.ts'
import { readStep, type StepInputs } from '../inputs/step.ts'
import { CompileError } from '../request/diagnostic.ts'
import { annotateDiagnostics } from './annotations.ts'

/** Surroundings of a reading that the runner's environment does not hold. */
export interface ReadOptions extends Pick<InputContext, 'mask' | 'now' | 'uniqueId'> {
  /** Leave the body alone, for a run that sends none: it may take a compiler, and its files may be gone. */
  readonly withoutBody?: boolean
}

/**
 * Reads the inputs of the step, having registered the secrets among them as masks.
 * @throws InputError
 */
export async function readActionInputs(
  { mask, now, uniqueId, withoutBody = false }: ReadOptions,
  environment = process.env
): Promise<StepInputs> {
  const read: ReadInput = (name) =>
    withoutBody && (name === 'body' || name === 'body-file')
      ? ''
      : getInput(name, { trimWhitespace: false })
  const secrets = [...listSignInSecrets(trimInputs(read)), ...listEnvironmentSecrets(environment)]
  for (const secret of secrets) mask(secret)
  refuseUnknownInputs(Object.keys(environment))
  try {
    const step = await readStep(read, {
      workspace: resolve(environment.GITHUB_WORKSPACE || '.'),
      tempFolder: resolve(environment.RUNNER_TEMP || tmpdir()),
      environment,
      mask,
      uniqueId,
      now
    })
    annotateDiagnostics(step.diagnostics)
    return step
  } catch (fault) {
    if (fault instanceof CompileError) annotateDiagnostics(fault.diagnostics)
    throw fault
  }
}

/** The runner hands over misspelt inputs too, with a warning at most; their defaults would silently apply. */
function refuseUnknownInputs(variables: readonly string[]): void {
  const known = new Set(INPUT_NAMES.map((name) => `INPUT_${name.toUpperCase()}`))
  const unknown = variables.find((name) => name.startsWith('INPUT_') && !known.has(name))
  if (unknown === undefined) return
  throw new InputError(unknown.slice('INPUT_'.length).toLowerCase(), {
    problem: 'is not an input of this action',
    allowed: INPUT_NAMES.join(', ')
  })
}
