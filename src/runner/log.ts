/**
 * Writes the log: the lines come from the report, and go to the runner as they come. Telling what happens must never
 * change what happens: a line that cannot be composed or written is lost; the run, its verdict and its outputs are not.
 */

import type { Explanation } from '../report/explanation.ts'
import { type Hiding, hideEvent } from '../report/hide.ts'
import {
  describeEnd,
  describeEvent,
  describeWarning,
  EMPTY_LOG,
  type LogLine,
  type LogState,
  type LogStep
} from '../report/log.ts'
import type { RunEvent, SignInEvent } from '../run/events.ts'

/** Receiver of the lines; `@actions/core` has this shape. */
export interface LogWriter {
  info(line: string): void
  warning(text: string): void
  startGroup(title: string): void
  endGroup(): void
}

/** Log of one run. None of its functions throws. */
export interface Log {
  readonly write: (event: RunEvent | SignInEvent) => void
  /** Writes a warning, once. */
  readonly warn: (text: string) => void
  /** Writes how it ended; what is told then is hidden already. */
  readonly finish: (explanation: Explanation) => void
}

/** Log whose lines go to `writer`, without what is a secret at that time. */
export function createLog(writer: LogWriter, hiding: Hiding): Log {
  let state = EMPTY_LOG
  const add = (describe: (before: LogState) => LogStep): void => {
    const step = describe(state)
    state = step.state
    for (const line of step.lines) writeLine(writer, line)
  }
  const write = (event: RunEvent | SignInEvent) =>
    attempt(() => add((before) => describeEvent(before, hideEvent(event, hiding))))
  const warn = (text: string) =>
    attempt(() => add((before) => describeWarning(before, hiding.hide(text))))
  return {
    write: (event) => void write(event),
    warn: (text) => void warn(text),
    finish: (explanation) => {
      const isTold = attempt(() => add((before) => describeEnd(before, explanation)))
      if (!isTold) warn(`The end of the log could not be written: ${explanation.verdict.title}`)
    }
  }
}

/** False where it threw: of most lines there is nowhere left to say that. */
export function attempt(write: () => void): boolean {
  try {
    write()
    return true
  } catch {
    return false
  }
}

/** Writes a line as the runner has it. */
export function writeLine(writer: LogWriter, line: LogLine): void {
  switch (line.kind) {
    case 'text':
      writer.info(line.text)
      break
    case 'warning':
      writer.warning(line.text)
      break
    case 'group-start':
      writer.startGroup(line.title)
      break
    case 'group-end':
      writer.endGroup()
      break
    default:
      line satisfies never
  }
}
