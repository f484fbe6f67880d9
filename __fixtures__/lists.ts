/**
 * Lists of operations that documents and examples show, as the action reads them.
 */
import { readFileSync } from 'node:fs'
import { SUBSCRIPTION_ID } from '../simulator/simulator.ts'
import { readConnection } from '../src/inputs/connection.ts'
import { type ListStepInputs, readListStep } from '../src/inputs/list-step.ts'
import { readOperation } from '../src/inputs/operation.ts'

/** Workspace of the step, and its variables. */
export interface ListSurroundings {
  readonly workspace: string
  readonly environment: Readonly<Record<string, string>>
}

/** The inputs of a step with a list, with a token and a subscription of a test. */
export function readList(
  inputs: Readonly<Record<string, string>>,
  { workspace, environment }: ListSurroundings
): Promise<ListStepInputs> {
  const given: Readonly<Record<string, string>> = {
    token: 'opaque',
    'subscription-id': SUBSCRIPTION_ID,
    ...inputs
  }
  return readListStep(
    (name) => given[name] ?? '',
    {
      workspace,
      tempFolder: workspace,
      uniqueId: 'id',
      now: Date.UTC(2026, 10, 26),
      environment,
      mask: () => {}
    },
    { readConnection, readOperation }
  )
}

/** False until lists can be read: then nothing is skipped any more, and this goes. */
export const CAN_READ_LISTS = !readFileSync('src/inputs/list-step.ts', 'utf8').includes(
  "problem: 'cannot be read yet'"
)

/** False until lists can be run: then nothing is skipped any more, and this goes. */
export const CAN_RUN_LISTS =
  CAN_READ_LISTS && !readFileSync('src/list-step.ts', 'utf8').includes("Error('not built')")
