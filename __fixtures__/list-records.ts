/**
 * Operations of a list that have ended or still run, as records, and reports of them.
 */

import { toRecord } from '../src/report/list-record.ts'
import type { ListReport, OperationRecord } from '../src/report/list-report.ts'
import { statusOf } from '../src/run/outcome.ts'
import { explain } from './explain.ts'
import {
  createFailedOutcome,
  createOutcome,
  type OutcomeOverrides,
  STARTED_AT
} from './outcomes.ts'

/** An operation that has ended so; `isDetailed` as `toRecord` has it. */
export function endedRecord(
  name: string,
  overrides: OutcomeOverrides = {},
  isDetailed = false
): OperationRecord {
  const outcome =
    overrides.status === 'Failed' ? createFailedOutcome(overrides) : createOutcome(overrides)
  const isGreen = ['Succeeded', 'Skipped'].includes(statusOf(outcome.ending))
  return toRecord({ name, outcome, explanation: explain(outcome), isGreen }, isDetailed)
}

/** An operation that was accepted and may still be at work, with a handle of so many characters. */
export function runningRecord(name: string, handleChars = 12): OperationRecord {
  const handle = `handle-of-${name}`.padEnd(handleChars, 'x')
  const { request } = createOutcome()
  return { kind: 'running', name, startedAt: STARTED_AT, request, point: { handle, step: handle } }
}

/** Report of a list that has run for 100 s. */
export function listReport(
  records: readonly OperationRecord[],
  overrides: Partial<ListReport> = {}
): ListReport {
  return {
    records,
    loops: [],
    startedAt: STARTED_AT,
    endedAt: STARTED_AT + 100_000,
    pollCount: 7,
    ...overrides
  }
}
