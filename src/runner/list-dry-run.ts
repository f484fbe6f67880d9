/**
 * Tells a dry run of a list: in the log, the outputs and the summary. Sends nothing, and nothing is there to send it.
 */
import * as core from '@actions/core'
import type { ListPlan } from '../batch/plan.ts'
import { describeListDryRun } from '../report/list-dry-run.ts'
import { messageOf } from '../values.ts'
import type { Edge } from './edge.ts'
import { writeLine } from './log.ts'
import { writeSummaryText } from './summary-file.ts'

/** Tells what would be sent. Never rejects: what cannot be told is a warning. */
export async function tellListDryRun(
  plan: ListPlan,
  { summary }: { readonly summary: boolean },
  { environment, masks, outputs }: Pick<Edge, 'environment' | 'masks' | 'outputs'>
): Promise<void> {
  outputs.set('status', 'Skipped')
  try {
    const told = describeListDryRun(plan, masks.hide)
    for (const line of told.lines) writeLine(core, line)
    if (summary) await writeSummaryText(told.summary, environment)
  } catch (error) {
    outputs.warn(`The dry run could not be told: ${messageOf(error)}`)
  }
}
