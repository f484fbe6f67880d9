/**
 * One reading of an operation of a list: what it is, or everything that is wrong with it.
 */
import { InputError } from '../errors.ts'
import type { ItemSurroundings } from './item-references.ts'
import type { OperationReading } from './operation.ts'
import type { LoadBody, ReadInput } from './reader.ts'
import { findWrongInputs } from './wrong-inputs.ts'

/** Texts of an operation, and how much is found out about it. */
export interface Attempt {
  readonly readText: ReadInput
  readonly load: LoadBody
  /** False: the first that is wrong is enough. */
  readonly isThorough: boolean
}

/** Operation, or what is wrong with it. */
export interface AttemptResult {
  readonly reading?: OperationReading
  readonly errors: readonly InputError[]
}

/** Reads an operation. */
export async function readAll(
  { sender: { connection, context, readOperation } }: Pick<ItemSurroundings, 'sender'>,
  { readText, load, isThorough }: Attempt
): Promise<AttemptResult> {
  const read = (text: ReadInput) => readOperation(text, connection, { ...context, loadBody: load })
  try {
    return { reading: await read(readText), errors: [] }
  } catch (fault) {
    if (!(fault instanceof InputError)) throw fault
    if (!isThorough) return { errors: [fault] }
    const { environment } = context
    const { faults } = await findWrongInputs(fault, {
      readText,
      environment,
      misspelt: [],
      readAll: read
    })
    return { errors: faults.length === 0 ? [fault] : faults }
  }
}
