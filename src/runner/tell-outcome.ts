/**
 * Tells an outcome in every place where people and later steps look for it. The verdict stands before it is told:
 * anything that goes wrong in the telling is a warning and no more.
 */
import type { OutputValue } from '../condition/output-definitions.ts'
import { type Explanation, explain } from '../report/explain.ts'
import { toLine } from '../report/sanitize.ts'
import type { Outcome } from '../run/outcome.ts'
import type { OperationSpec } from '../run/spec.ts'
import { messageOf } from '../values.ts'
import { annotateFailure } from './annotations.ts'
import { prepareAuthorOutputs } from './author-outputs.ts'
import type { Edge } from './edge.ts'
import { failJob, turnJobRed } from './job.ts'
import { writeOutputs } from './outputs.ts'
import { writeSummary } from './summary-file.ts'

/** Rules for telling an outcome. */
export interface TellingRules {
  readonly spec: OperationSpec
  /** True: the job stays green. */
  readonly isGreen: boolean
  /** True: the step writes a job summary. */
  readonly summary: boolean
}

/** Tells an outcome: the job's result, the log, the outputs, the summary, the annotation. Never rejects. */
export async function tellOutcome(
  outcome: Outcome,
  rules: TellingRules,
  edge: Edge
): Promise<void> {
  const { log, masks } = edge
  if (!rules.isGreen) turnJobRed()
  const values = await prepareAuthorOutputs(outcome, rules.spec, {
    masks,
    warn: log.warn,
    fail: (text) => failJob(toLine(text))
  })
  await attempt('The report', edge, () =>
    tellExplanation(explainOutcome(outcome, edge), values, rules, edge)
  )
}

/** The explanation of an outcome, which quotes no secret. */
export function explainOutcome(outcome: Outcome, { masks }: Pick<Edge, 'masks'>): Explanation {
  return explain(outcome, (text, body) =>
    masks.addFromBody(body, outcome.request.url) ? masks.hide(text) : ''
  )
}

async function tellExplanation(
  explanation: Explanation,
  values: readonly OutputValue[],
  { spec, isGreen, summary }: TellingRules,
  edge: Edge
): Promise<void> {
  const { log, outputs } = edge
  log.finish(explanation)
  const { responseFile } = spec.results
  await attempt('The outputs', edge, () =>
    writeOutputs(explanation, { responseFile, values }, outputs)
  )
  if (summary) await attemptSummary(() => explanation, edge)
  if (!isGreen) await attempt('The annotation', edge, () => annotateFailure(explanation))
}

/** Writes the job summary of an outcome as of now. Never rejects. */
export function summarizeOutcome(outcome: Outcome, edge: Edge): Promise<void> {
  return attemptSummary(() => explainOutcome(outcome, edge), edge)
}

function attemptSummary(getExplanation: () => Explanation, edge: Edge): Promise<void> {
  return attempt('The job summary', edge, () => writeSummary(getExplanation(), edge.environment))
}

async function attempt(
  what: string,
  { log }: Edge,
  write: () => void | Promise<void>
): Promise<void> {
  try {
    await write()
  } catch (error) {
    log.warn(`${what} could not be written: ${messageOf(error)}`)
  }
}
