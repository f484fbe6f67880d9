/**
 * The inputs of a step as one frozen, typed value. Every rule about an input lives in this room or in the room that
 * owns it; bad input is one InputError that names the input, before anything is sent.
 * Defaults are written here as well as in action.yml, because only the runner applies those. The room reads through
 * functions and is handed its surroundings: it knows neither the runner nor the process.
 */
import { InputError } from '../errors.ts'
import type { Diagnostic } from '../request/diagnostic.ts'
import type { OperationSpec } from '../run/spec.ts'
import { type Connection, readConnection } from './connection.ts'
import { readOperation } from './operation.ts'
import { type InputContext, type ReadInput, readBoolean, trimInputs } from './reader.ts'
import { readHeaders } from './request-headers.ts'

/** Inputs that every step has. Every rule has been applied: the values can be used as they are. */
export interface CommonInputs {
  readonly connection: Connection
  /** True: the request is checked and shown, and nothing is sent. */
  readonly dryRun: boolean
  /** True: the step writes a job summary. */
  readonly summary: boolean
  /** Inputs that were given and have no effect, in one sentence each. */
  readonly warnings: readonly string[]
  /** Findings of compilers, of the files of the body, that are no errors. */
  readonly diagnostics: readonly Diagnostic[]
}

/** Inputs of a step with one operation. */
export interface StepInputs extends CommonInputs {
  readonly kind: 'one'
  readonly operation: OperationSpec
}

/**
 * Reads the inputs of a step with one operation.
 * @param readRaw as written, white space and all
 * @throws InputError for the first input that cannot be used
 */
export async function readStep(readRaw: ReadInput, context: InputContext): Promise<StepInputs> {
  const read = trimInputs(readRaw)
  const { connection, warnings } = await readConnection(read, context)
  const dryRun = readBoolean(read, 'dry-run', false)
  if (dryRun && read('resume') !== '') {
    throw new InputError('dry-run', {
      problem: 'is true together with resume, which sends nothing'
    })
  }
  // The body of the operation may take a compiler, so nothing is left to refuse after it.
  const summary = readBoolean(read, 'summary', true)
  const operation = await readOperation(readRaw, connection, context)
  return Object.freeze({
    kind: 'one',
    connection,
    operation: operation.spec,
    dryRun,
    summary,
    warnings: Object.freeze([...warnings, ...operation.warnings]),
    diagnostics: Object.freeze(operation.diagnostics)
  })
}

/** Inputs of the post step, which sends no request of its own. */
export interface PostInputs {
  readonly connection: Connection
  /** Author's own headers, names as written. */
  readonly headers: Readonly<Record<string, string>>
  /** True: the post step writes a job summary. */
  readonly summary: boolean
}

/**
 * Reads the inputs of the post step.
 * @param readRaw as written, white space and all
 * @throws InputError for the first input that cannot be used
 */
export async function readPost(
  readRaw: ReadInput,
  context: Pick<InputContext, 'environment' | 'now'>
): Promise<PostInputs> {
  const read = trimInputs(readRaw)
  const { connection } = await readConnection(read, context)
  return {
    connection,
    headers: await readHeaders(readRaw),
    summary: readBoolean(read, 'summary', true)
  }
}
