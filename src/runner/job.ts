/**
 * The job that this process is a step of: its environment and its result. Decides nothing.
 */
import { tmpdir } from 'node:os'
import { resolve } from 'node:path'
import { ExitCode, setFailed } from '@actions/core'

/** Variables that the runner sets for a step. */
export type JobEnvironment = Readonly<Record<string, string | undefined>>

/** Environment of this process. */
export function readEnvironment(): JobEnvironment {
  return process.env
}

/** The runner's temporary folder, absolute; the machine's own where there is no runner. */
export function findTempFolder({ RUNNER_TEMP }: JobEnvironment): string {
  return resolve(RUNNER_TEMP || tmpdir())
}

/** Sets variables of this process, and of the programs that it starts. */
export function setVariables(variables: Readonly<Record<string, string>>): void {
  Object.assign(process.env, variables)
}

/** Turns the job red. The error that says why is shown apart from it. */
export function turnJobRed(): void {
  process.exitCode = ExitCode.Failure
}

/** Turns the job red, and says why in an error without a title. */
export function failJob(message: string): void {
  setFailed(message)
}
