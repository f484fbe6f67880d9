/**
 * Writes the job summary.
 */
import { summary } from '@actions/core'
import type { Explanation } from '../report/explain.ts'
import { renderSummary } from '../report/summary.ts'
import type { JobEnvironment } from './job.ts'

/** Writes the summary of one operation, in the place of one that was written before its first poll. */
export async function writeSummary(
  explanation: Explanation,
  { GITHUB_STEP_SUMMARY }: JobEnvironment
): Promise<void> {
  if (!GITHUB_STEP_SUMMARY) return
  await summary.addRaw(renderSummary(explanation), true).write({ overwrite: true })
}
