/**
 * Lists of operations that documents and examples show, as the action reads them.
 */
import { SUBSCRIPTION_ID } from '../simulator/simulator.ts'
import { type ListStepInputs, readListStep } from '../src/inputs/list-step.ts'

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
  return readListStep((name) => given[name] ?? '', {
    workspace,
    tempFolder: workspace,
    uniqueId: 'id',
    now: Date.UTC(2026, 10, 26),
    environment,
    mask: () => {}
  })
}
