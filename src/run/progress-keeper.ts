/**
 * The one place where the progress of a run is kept, in the step and in its post step alike: every event passes
 * through here and nothing is decided. What an event changes is progress.ts's to say.
 */
import type { RunEvent } from './events.ts'
import { apply, type Progress, startProgress } from './progress.ts'

/** Keeper of one run's progress. */
export interface ProgressKeeper {
  /** The progress as of now. */
  readonly progress: () => Progress
  /** Takes an event into the progress, and tells the observer. */
  readonly emit: (event: RunEvent) => void
}

/** Keeper for a run in which nothing has happened yet. An observer that throws changes nothing. */
export function keepProgress(
  startedAtMs: number,
  observe: (event: RunEvent) => void
): ProgressKeeper {
  let progress = startProgress(startedAtMs)
  return {
    progress: () => progress,
    emit: (event) => {
      progress = apply(progress, event)
      try {
        observe(event)
      } catch {
        // A line that cannot be written is lost; the run, its verdict and its outputs are not.
      }
    }
  }
}
