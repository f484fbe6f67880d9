/**
 * The step's state: what the runner hands from the step to its post step.
 */
import * as core from '@actions/core'
import { formatSavedRun, type SavedRun } from '../run/saved-run.ts'
import type { JobEnvironment } from './job.ts'

/** Names of the state: what tells the post step from the step itself, and what it has to know. */
const STATE = { phase: 'phase', run: 'run', runs: 'runs' } as const

/** True in the post step. */
export function isPostStep(): boolean {
  return core.getState(STATE.phase) !== ''
}

/** Text of the saved run that the step left; empty where it left none. */
export function readRunState(): string {
  return core.getState(STATE.run)
}

/** Place of the saved runs of the list that the step ran; empty where it ran none. */
export function readRunsState(): string {
  return core.getState(STATE.runs)
}

/** Keeps the place of the saved runs of a list, in place of the one that was kept before. */
export function saveRunsState(environment: JobEnvironment, place: string): void {
  saveState(environment, STATE.runs, place)
}

/** Lets the next phase know itself for the post step: one that took itself for the step would send the request again. */
export function markPostStep(environment: JobEnvironment): void {
  saveState(environment, STATE.phase, 'post')
}

/**
 * Keeper of the saved run.
 * @throws where there is no file to save it in
 */
export function createRunKeeper(environment: JobEnvironment): (run: SavedRun | undefined) => void {
  let isKept = false
  return (run) => {
    if (run === undefined && !isKept) return
    isKept = true
    saveState(environment, STATE.run, formatSavedRun(run))
  }
}

/** The state is for the post step only; where there is no runner to hand it over, it is not written anywhere. */
function saveState({ GITHUB_STATE }: JobEnvironment, name: string, value: string): void {
  if (GITHUB_STATE) core.saveState(name, value)
}
