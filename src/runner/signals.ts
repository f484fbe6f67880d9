/**
 * The signals by which the runner cancels a step, and the streams that may break under it.
 */

/** The runner's first, and its second on Linux and macOS, and on Windows, where Ctrl+Break arrives by that name. */
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGBREAK'] as const

/** Cancellation of the workflow. */
export interface WorkflowCancellation {
  /** Aborts when the runner cancels the job. */
  readonly signal: AbortSignal
  /** Takes the listeners off again: from then on a signal ends the process at once, with the result that stands. */
  readonly stopListening: () => void
}

/**
 * Listens for SIGINT, and for SIGTERM or SIGBREAK 7.5 s later. Until the listening stops, none of them ends the process
 * by itself, because what is known by then is still to be written.
 */
export function listenForCancellation(): WorkflowCancellation {
  const controller = new AbortController()
  const abort = () => controller.abort()
  for (const name of SIGNALS) process.on(name, abort)
  return {
    signal: controller.signal,
    stopListening: () => {
      for (const name of SIGNALS) process.off(name, abort).off(name, exit).on(name, exit)
    }
  }
}

// Without it a signal that comes while the last lines are flushed would stand in the place of the exit code.
function exit(): void {
  process.exit()
}

/**
 * Lets stdout and stderr break: a reader that went away (EPIPE), or a full disk, is no reason to leave an operation
 * alone. For the life of the process, because the last lines are flushed after the run; calling it again adds nothing.
 */
export function tolerateBrokenStreams(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.off('error', ignore).on('error', ignore)
  }
}

function ignore(): void {}
