/**
 * Bounds on real time that hold on a busy machine: how long a run took to start says how slow the machine was for it.
 * They end well below what a process takes that hangs, so that one that does is still found.
 */
import type { ActionRun } from '../simulator/run-action.ts'

type Times = Pick<ActionRun, 'durationMs' | 'startMs'>

/** Of node and the bundle, on an idle machine. */
const USUAL_START_MS = 200
const MOST = 20

/** The time for what takes a run `ms` on an idle machine, and nothing but computing. */
export function slowed(ms: number, { startMs }: Pick<ActionRun, 'startMs'>): number {
  return ms * Math.min(MOST, Math.max(1, startMs / USUAL_START_MS))
}

/** From the run's first output to its end. */
export function readWorkMs({ durationMs, startMs }: Times): number {
  return durationMs - startMs
}
