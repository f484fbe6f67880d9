/**
 * The edge of one step: the places that its log, masks and outputs go to, and what may end it. Opened once, and handed
 * down from there: nothing else of the runner is global.
 */
import * as core from '@actions/core'
import { listPlainTexts } from './harmless-texts.ts'
import { type JobEnvironment, readEnvironment } from './job.ts'
import { createLog, type Log } from './log.ts'
import { createMasks, type Masks } from './masks.ts'
import { createStepOutputs, type StepOutputs } from './outputs.ts'
import { listenForCancellation, tolerateBrokenStreams } from './signals.ts'

/** Edge of one step. */
export interface Edge {
  readonly environment: JobEnvironment
  readonly log: Log
  readonly masks: Masks
  readonly outputs: StepOutputs
  /** Aborts when the runner cancels the job. */
  readonly signal: AbortSignal
  /** Takes the listeners for signals off again. */
  readonly close: () => void
}

/** The edge of this process, open until it is closed. */
export function openEdge(): Edge {
  tolerateBrokenStreams()
  const { signal, stopListening } = listenForCancellation()
  const environment = readEnvironment()
  return {
    environment,
    log: createLog(core),
    masks: createMasks(core.setSecret, listPlainTexts(environment)),
    outputs: createStepOutputs(core),
    signal,
    close: stopListening
  }
}
