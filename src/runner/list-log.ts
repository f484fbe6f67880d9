/**
 * Writes the log of a list, as `log.ts` that of one operation: the lines come from the report, and go to the runner as
 * they come. Has no clock: what gathers until there is more of it, is written when its caller says what time it is.
 */
import * as core from '@actions/core'
import type { Hiding } from '../report/hide.ts'
import { hideListEvent } from '../report/hide-list.ts'
import type { ListLogEvent, ListReport } from '../report/list-report.ts'
import {
  describeListEvent,
  describeListWarning,
  expectOperations,
  flushHandles
} from '../report/step-log.ts'
import { describeListEnd } from '../report/step-log-end.ts'
import { EMPTY_STEP_LOG, type StepLogState, type StepLogStep } from '../report/step-log-lines.ts'
import { attempt, type LogWriter, writeLine } from './log.ts'

/** Log of one list. None of its functions throws. */
export interface ListLog {
  readonly write: (event: ListLogEvent) => void
  /** Writes a warning, once. */
  readonly warn: (text: string) => void
  /** Writes what has gathered by now, in milliseconds since the epoch. */
  readonly flush: (at: number) => void
  /** Writes how it ended; what is told then is hidden already. */
  readonly finish: (report: ListReport) => void
}

/**
 * Log of a list whose lines go to the runner, without what is a secret at that time.
 * @param names of the operations, where no plan is told of them
 */
export function openListLog(hiding: Hiding, names?: readonly string[]): ListLog {
  return createListLog(core, hiding, names)
}

/** The same, with lines that go to `writer`. */
export function createListLog(
  writer: LogWriter,
  hiding: Hiding,
  names: readonly string[] = []
): ListLog {
  let state = expectOperations(EMPTY_STEP_LOG, names)
  const add = (describe: (before: StepLogState) => StepLogStep) =>
    attempt(() => {
      const step = describe(state)
      state = step.state
      for (const line of step.lines) writeLine(writer, line)
    })
  const warn = (text: string) =>
    void add((before) => describeListWarning(before, hiding.hide(text)))
  return {
    warn,
    write: (event) => void add((before) => describeListEvent(before, hideListEvent(event, hiding))),
    flush: (at) => void add((before) => flushHandles(before, at)),
    finish: (report) => {
      const isTold = add((before) => describeListEnd(before, report))
      if (!isTold) warn('The end of the log could not be written')
    }
  }
}
