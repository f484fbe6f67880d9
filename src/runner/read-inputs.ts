/**
 * The inputs as the runner hands them over: environment variables, of which the secrets are masked before anything
 * else is done. What an input means is a matter of the room inputs.
 */
import { tmpdir } from 'node:os'
import { resolve } from 'node:path'
import { getInput } from '@actions/core'
import { listEnvironmentSecrets } from '../auth/environment.ts'
import { listSignInSecrets } from '../auth/sign-in.ts'
import { INPUT_NAMES, type InputName } from '../contract.ts'
import { InputError } from '../errors.ts'
import { normalizeProxyVariables } from '../http/proxy.ts'
import { type InputContext, trimInputs } from '../inputs/reader.ts'
import { type PostInputs, readPost, readStep, type StepInputs } from '../inputs/step.ts'
import { CompileError } from '../request/diagnostic.ts'
import { annotateDiagnostics } from './annotations.ts'
import { type JobEnvironment, setVariables } from './job.ts'
import type { Masks } from './masks.ts'

/** Surroundings of a reading: the environment of the step, and what that does not hold. */
export interface ReadOptions extends Pick<InputContext, 'now'> {
  readonly environment: JobEnvironment
  readonly masks: Pick<Masks, 'add' | 'hide'>
}

/**
 * Reads the inputs of the step, having registered the secrets among them as masks.
 * @throws InputError
 */
export async function readActionInputs(
  options: ReadOptions & Pick<InputContext, 'uniqueId'>
): Promise<StepInputs> {
  const { environment, masks, now, uniqueId } = options
  registerSecrets(options)
  setVariables(normalizeProxyVariables(environment))
  refuseUnknownInputs(Object.keys(environment))
  try {
    const step = await readStep(readInput, {
      workspace: resolve(environment.GITHUB_WORKSPACE || '.'),
      tempFolder: resolve(environment.RUNNER_TEMP || tmpdir()),
      environment,
      mask: masks.add,
      uniqueId,
      now
    })
    annotateDiagnostics(step.diagnostics, masks)
    return step
  } catch (fault) {
    if (fault instanceof CompileError) annotateDiagnostics(fault.diagnostics, masks)
    throw fault
  }
}

/**
 * Reads what the post step needs of the inputs, and nothing of the request: its files may be gone.
 * @throws InputError
 */
export async function readPostInputs(options: ReadOptions): Promise<PostInputs> {
  registerSecrets(options)
  setVariables(normalizeProxyVariables(options.environment))
  return readPost(readInput, options)
}

function registerSecrets({ environment, masks }: ReadOptions): void {
  const secrets = [
    ...listSignInSecrets(trimInputs(readInput)),
    ...listEnvironmentSecrets(environment)
  ]
  for (const secret of secrets) masks.add(secret)
}

function readInput(name: InputName): string {
  return getInput(name, { trimWhitespace: false })
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
