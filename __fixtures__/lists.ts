/**
 * Lists of operations as tests write them: read as a step has them, or refused with every message of theirs.
 */
import type { InputName } from '../src/contract.ts'
import { describeProblem, InputError } from '../src/errors.ts'
import { readConnection } from '../src/inputs/connection.ts'
import { type ListStepInputs, readListStep } from '../src/inputs/list-step.ts'
import { readOperation } from '../src/inputs/operation.ts'
import type { InputContext, ReadInput } from '../src/inputs/reader.ts'
import { findWrongInputs } from '../src/inputs/wrong-inputs.ts'

/** Texts of inputs. */
export type GivenTexts = Partial<Record<InputName, string>>

export const SUBSCRIPTION = '00000000-1111-2222-3333-444444444444'
const USUAL: GivenTexts = { token: 'x', 'subscription-id': SUBSCRIPTION }

/** Surroundings without any file. */
export const LIST_CONTEXT: InputContext = {
  workspace: '/nowhere',
  tempFolder: '/nowhere/temp',
  environment: {},
  mask: () => {},
  hide: (text) => text,
  uniqueId: 'id',
  now: 1_700_000_000_000
}

/** Reads a step with a list. */
export function readList(
  given: GivenTexts,
  context: InputContext = LIST_CONTEXT
): Promise<ListStepInputs> {
  return readListStep(toRead(given), context, { readConnection, readOperation })
}

function toRead(given: GivenTexts): ReadInput {
  const all = { ...USUAL, ...given }
  return (name) => all[name] ?? ''
}

/** Everything that is wrong in a step with a list, as it is told, without `Input requests: `. */
export async function refuseList(
  given: GivenTexts,
  context: InputContext = LIST_CONTEXT
): Promise<readonly string[]> {
  const { environment } = context
  const readAll = (read: ReadInput, variables: InputContext['environment']) =>
    readListStep(read, { ...context, environment: variables }, { readConnection, readOperation })
  try {
    await readAll(toRead(given), environment)
    return []
  } catch (error) {
    if (!(error instanceof InputError)) throw error
    const reading = { readText: toRead(given), environment, misspelt: [], readAll }
    const { faults } = await findWrongInputs(error, reading)
    return faults.map(({ input, details }) =>
      describeProblem(input, details).replace(/^Input requests: /, '')
    )
  }
}
