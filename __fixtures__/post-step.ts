/**
 * The post step of a run, as the runner plays it: the same action and inputs, with the state that the step saved.
 */
import { expect } from 'vitest'
import { type ActionRun, type RunActionOptions, runAction } from '../simulator/run-action.ts'
import { findShownSecrets } from './runner-masking.ts'

/** Runs the post step. Whatever it has registered as a secret can be read nowhere, in any test. */
export async function runPostStep(
  options: RunActionOptions,
  { state, temp }: ActionRun
): Promise<ActionRun> {
  const { signalAfter: _signal, ...rest } = options
  const saved = Object.entries(state).map(([name, value]) => [`STATE_${name}`, value])
  // The temporary folder is the job's.
  const env = { RUNNER_TEMP: temp, ...options.env, ...Object.fromEntries(saved) }
  const run = await runAction({ ...rest, env })
  expect(findShownSecrets(run), run.stdout).toEqual([])
  return run
}
