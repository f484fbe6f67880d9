/**
 * The job summary of a list, as a user reads it.
 */
import { describe, expect, it } from 'vitest'
import { REPORTS } from '../../__fixtures__/list-reports.ts'
import { renderListSummary } from '../../src/report/step-summary.ts'

/** The rows of a long table say nothing more than the first of them. */
function cutRows(summary: string): string {
  return summary.replace(/((?:^\| `.*\n|^\| \[`.*\n){6})(?:^\|.*\n){20,}/gm, '$1[more rows]\n')
}

describe('the summary of a list', () => {
  it.each(REPORTS)('of %s reads well', (_what, report) => {
    expect(cutRows(renderListSummary(report))).toMatchSnapshot()
  })
})
