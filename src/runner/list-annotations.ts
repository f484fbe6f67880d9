/**
 * Annotations of a list: what failed in it and why, once for each cause, as far as GitHub shows that many.
 */
import { error, notice } from '@actions/core'
import { listNotices } from '../report/list-notices.ts'
import type { ListReport } from '../report/list-report.ts'
import { toLine } from '../report/sanitize.ts'
import { omitUndefined } from '../values.ts'

/** Shows what failed, at the place of its cause where that is known. */
export function annotateFailures(report: ListReport): void {
  for (const { title, message, place } of listNotices(report)) {
    const { file, line: startLine, column: startColumn } = place ?? {}
    error(message, omitUndefined({ title, file, startLine, startColumn }))
  }
}

/** Shows that the state of a list is in a file. */
export function annotateStateFile(text: string): void {
  notice(toLine(text), { title: 'State of the list' })
}
