/**
 * The inputs as the runner hands them over: environment variables, of which the secrets are masked before anything
 * else is done. What an input means is a matter of the room inputs.
 */
import { resolve } from 'node:path'
import { getInput } from '@actions/core'
import { listEnvironmentSecrets } from '../auth/environment.ts'
import { listSignInSecrets } from '../auth/sign-in.ts'
import { INPUT_NAMES, type InputName } from '../contract.ts'
import { InputError } from '../errors.ts'
import { hasProxyVariables } from '../http/proxy-secrets.ts'
import { readConnection } from '../inputs/connection.ts'
import type { ListStepInputs } from '../inputs/list-step.ts'
import { readOperation } from '../inputs/operation.ts'
import { type InputContext, type ReadInput, trimInputs } from '../inputs/reader.ts'
import { type PostInputs, readPost, readStep, type StepInputs } from '../inputs/step.ts'
import type { UnknownInputs } from '../inputs/unknown-inputs.ts'
import { findTempFolder, type JobEnvironment, setVariables } from './job.ts'
import type { Masks } from './masks.ts'

/** Surroundings of a reading: the environment of the step, and what that does not hold. */
export interface ReadOptions extends Pick<InputContext, 'now'> {
  readonly environment: JobEnvironment
  readonly masks: Pick<Masks, 'add' | 'hide'>
}

/**
 * Reads the inputs of the step, having registered the secrets among them as masks.
 * @throws InputError that holds all that are wrong
 */
export async function readActionInputs(
  options: ReadOptions & Pick<InputContext, 'uniqueId'>
): Promise<StepInputs | ListStepInputs> {
  const { environment, masks, now, uniqueId } = options
  await registerSecrets(options)
  const readAll = async (readText: ReadInput, variables: JobEnvironment) => {
    await normalizeProxies(variables)
    const context = {
      workspace: resolve(environment.GITHUB_WORKSPACE || '.'),
      tempFolder: findTempFolder(environment),
      environment: variables,
      mask: masks.add,
      hide: masks.hide,
      uniqueId,
      now
    }
    const isOne = !hasList(readText) && !(await hasState(readText, context))
    if (isOne) return readStep(readText, context)
    const [{ beFrugal }, { readListStep }] = await Promise.all([
      import('./memory.ts'),
      import('../inputs/list-step.ts')
    ])
    beFrugal()
    return readListStep(readText, context, { readConnection, readOperation })
  }
  const { misspelt, warnings } = await findUnknownInputs(Object.keys(environment))
  try {
    if (misspelt[0] !== undefined) throw misspelt[0].fault
    const step = await readAll(readInput, environment)
    if (step.diagnostics.length > 0) {
      const { annotateDiagnostics } = await import('./annotations.ts')
      annotateDiagnostics(step.diagnostics, masks)
    }
    return { ...step, warnings: [...warnings, ...step.warnings] }
  } catch (fault) {
    if (!(fault instanceof InputError)) throw fault
    const { findWrongInputs } = await import('../inputs/wrong-inputs.ts')
    throw await findWrongInputs(fault, { readText: readInput, environment, misspelt, readAll })
  }
}

/** What cannot be a handle may be the state of a list, which a chunk of its own knows. */
async function hasState(readText: ReadInput, context: InputContext): Promise<boolean> {
  const read = trimInputs(readText)
  if (/^(?:armop\d|$)/.test(read('resume'))) return false
  return (await import('../inputs/resume-state.ts')).holdsState(read, context)
}

/** What reads a list, or refuses what only a list has, is a chunk of its own. */
function hasList(readText: ReadInput): boolean {
  const names = ['requests', 'requests-file', 'max-parallel'] as const
  return (
    names.some((name) => readText(name).trim() !== '') ||
    !/^\s*(?:true\s*)?$/i.test(readText('fail-fast'))
  )
}

/**
 * Reads what the post step needs of the inputs, and nothing of the request: its files may be gone.
 * @throws InputError
 */
export async function readPostInputs(options: ReadOptions): Promise<PostInputs> {
  await registerSecrets(options)
  await normalizeProxies(options.environment)
  return readPost(readInput, options)
}

/** What few machines have is read by a chunk of its own; without any of it there is nothing to set. */
async function normalizeProxies(variables: JobEnvironment): Promise<void> {
  if (!hasProxyVariables(variables)) return
  const { normalizeProxyVariables } = await import('../http/proxy.ts')
  setVariables(normalizeProxyVariables(variables))
}

async function registerSecrets({ environment, masks }: ReadOptions): Promise<void> {
  for (const secret of listEnvironmentSecrets(environment)) masks.add(secret)
  for (const secret of await listSignInSecrets(trimInputs(readInput))) masks.add(secret)
}

/** Text of an input as it was written. */
export function readInput(name: InputName): string {
  return getInput(name, { trimWhitespace: false })
}

/** What hardly any step has is judged by a chunk of its own. */
async function findUnknownInputs(variables: readonly string[]): Promise<UnknownInputs> {
  const known = new Set(INPUT_NAMES.map((name) => `INPUT_${name.toUpperCase()}`))
  const unknown = variables.filter((name) => name.startsWith('INPUT_') && !known.has(name))
  if (unknown.length === 0) return { misspelt: [], warnings: [] }
  const { judgeUnknownInputs } = await import('../inputs/unknown-inputs.ts')
  return judgeUnknownInputs(unknown, INPUT_NAMES)
}
