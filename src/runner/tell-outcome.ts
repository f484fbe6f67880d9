/**
 * Tells an outcome in every place where people and later steps look for it. The verdict stands before it is told:
 * anything that goes wrong in the telling is a warning and no more.
 */
import type { InputError } from '../errors.ts'
import type { Explanation } from '../report/explanation.ts'
import { hideOutcome } from '../report/hide.ts'
import { toLine } from '../report/sanitize.ts'
import { type Outcome, withWarning } from '../run/outcome.ts'
import type { OperationSpec } from '../run/spec.ts'
import { messageOf } from '../values.ts'
import { prepareAuthorOutputs } from './author-outputs.ts'
import type { Edge } from './edge.ts'
import { failJob, turnJobRed } from './job.ts'
import type { Masks } from './masks.ts'
import { type OutputOptions, writeOutputs } from './outputs.ts'
import { readInput } from './read-inputs.ts'
import { writeSummary, writeSummaryText } from './summary-file.ts'

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
    fail: (text) => failJob(toLine(masks.hide(text)))
  })
  await attempt('The report', edge, async () =>
    tellExplanation(await explainOutcome(outcome, edge), { values, resource: outcome }, rules, edge)
  )
}

/** Tells inputs that cannot be used in the same places. Rejects only before anything is told. */
export async function tellWrongInputs(wrong: InputError, edge: Edge): Promise<void> {
  const { environment, masks, outputs } = edge
  const { explainWrongInputs } = await import('../report/wrong-inputs.ts')
  const faults = wrong.faults.length === 0 ? [wrong] : wrong.faults
  const report = explainWrongInputs(faults, wrong.handle, masks)
  turnJobRed()
  await attempt('The annotations', edge, async () =>
    (await loadAnnotations()).annotateInputs(report.notices, faults, masks)
  )
  for (const [name, value] of report.outputs) outputs.set(name, value)
  if (readInput('summary').trim().toLowerCase() === 'false') return
  await attempt('The job summary', edge, () => writeSummaryText(report.summary, environment))
}

/**
 * The explanation of an outcome, without the secrets in it. A chunk of its own, since a run needs it no sooner; what
 * only a bad end needs is another.
 */
export async function explainOutcome(
  whole: Outcome,
  { masks }: Pick<Edge, 'masks'>
): Promise<Explanation> {
  const { explainBriefly, isBrief } = await import('../report/explanation.ts')
  if (isBrief(whole)) return explainBriefly(hideOutcome(whole, masks))
  // What the answer gives away is known before anything that repeats it is hidden.
  const isKnown = registerAnswer(whole, masks)
  const outcome = hideOutcome(whole, masks)
  try {
    const [{ explain }, knownErrors] = await Promise.all([
      import('../report/explain.ts'),
      whole.error === undefined ? [] : loadKnownErrors()
    ])
    return explain(outcome, {
      hideSecrets: (text) => (isKnown ? masks.hide(text) : ''),
      knownErrors
    })
  } catch (error) {
    const defect = `The cause and the advice could not be told: ${messageOf(error)}`
    return explainBriefly(withWarning(outcome, defect))
  }
}

async function loadKnownErrors() {
  return (await import('../report/known-errors.ts')).KNOWN_ERRORS
}

/** False where not every secret in the answer could be found. */
function registerAnswer({ response, request }: Outcome, masks: Masks): boolean {
  try {
    return response === undefined || masks.addFromBody(response.body, request.url)
  } catch {
    return false
  }
}

/** What is wrong is shown by a chunk of its own. */
const loadAnnotations = () => import('./annotations.ts')

async function tellExplanation(
  explanation: Explanation,
  given: Omit<OutputOptions, 'responseFile'>,
  { spec, isGreen, summary }: TellingRules,
  edge: Edge
): Promise<void> {
  const { log, outputs } = edge
  log.finish(explanation)
  const { responseFile: path, ownFolders } = spec.results
  await attempt('The outputs', edge, () =>
    writeOutputs(explanation, { ...given, responseFile: { path, ownFolders } }, outputs)
  )
  if (summary) await attemptSummary(explanation, edge)
  if (!isGreen)
    await attempt('The annotation', edge, async () =>
      (await loadAnnotations()).annotateFailure(explanation)
    )
}

/** Writes the job summary of an outcome as of now. Never rejects. */
export async function summarizeOutcome(outcome: Outcome, edge: Edge): Promise<void> {
  await attemptSummary(await explainOutcome(outcome, edge), edge)
}

function attemptSummary(explanation: Explanation, edge: Edge): Promise<void> {
  return attempt('The job summary', edge, () => writeSummary(explanation, edge.environment))
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
