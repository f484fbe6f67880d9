/**
 * Writes the job summary. What renders it is a chunk of its own: a run without a summary never loads it.
 */
import { summary } from '@actions/core'
import type { Explanation } from '../report/explanation.ts'
import type { JobEnvironment } from './job.ts'

/** Writes the summary of one operation, in the place of one that was written before its first poll. */
export async function writeSummary(
  explanation: Explanation,
  environment: JobEnvironment
): Promise<void> {
  if (!environment.GITHUB_STEP_SUMMARY) return
  const { renderSummary } = await import('../report/summary.ts')
  await writeSummaryText(renderSummary(explanation), environment)
}

/** Writes a summary that has been rendered. */
export async function writeSummaryText(
  text: string,
  { GITHUB_STEP_SUMMARY }: JobEnvironment
): Promise<void> {
  if (GITHUB_STEP_SUMMARY) await summary.addRaw(text, true).write({ overwrite: true })
}
