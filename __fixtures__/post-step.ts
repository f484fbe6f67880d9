/**
 * The post step of a run, as the runner plays it: the same action and inputs, with the state that the step saved.
 */
import { type ActionRun, type RunActionOptions, runAction } from '../simulator/run-action.ts'

export function runPostStep(options: RunActionOptions, { state }: ActionRun): Promise<ActionRun> {
  const { signalAfter: _signal, ...rest } = options
  const saved = Object.entries(state).map(([name, value]) => [`STATE_${name}`, value])
  return runAction({ ...rest, env: { ...options.env, ...Object.fromEntries(saved) } })
}
