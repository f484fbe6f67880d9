/**
 * The post step of a run, as the runner plays it: the same action and inputs, with the state that the step saved.
 */
import { expect } from 'vitest'
import { type ActionRun, type RunActionOptions, runAction } from '../simulator/run-action.ts'
import { findShownSecrets } from './runner-masking.ts'

/** Runs the post step, over the same temporary folder. Whatever it has registered as a secret can be read nowhere, in any test. */
export async function runPostStep(
  options: RunActionOptions,
  { state, temp }: ActionRun
): Promise<ActionRun> {
  const { signalAfter: _signal, ...rest } = options
  const saved = Object.entries(state).map(([name, value]) => [`STATE_${name}`, value])
  const run = await runAction({
    ...rest,
    env: { ...options.env, RUNNER_TEMP: temp, ...Object.fromEntries(saved) }
  })
  expect(findShownSecrets(run), run.stdout).toEqual([])
  return run
}
