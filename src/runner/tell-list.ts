/**
 * Tells a list in every place where people and later steps look for it, in the middle of it and at its end. What became
 * of the operations stands before it is told: anything that goes wrong in the telling is a warning and no more.
 */
import { systemClock } from '../clock.ts'
import type { OutputValue } from '../condition/output-definitions.ts'
import { type Explanation, explainBriefly } from '../report/explanation.ts'
import { groupItems, recordsOf } from '../report/list-items.ts'
import { type KnownEnd, toRecord } from '../report/list-record.ts'
import type { EndedRecord, ListReport, OperationRecord } from '../report/list-report.ts'
import { toLine } from '../report/sanitize.ts'
import type { Outcome } from '../run/outcome.ts'
import type { Results } from '../run/results.ts'
import type { ResultRules } from '../run/spec.ts'
import { messageOf } from '../values.ts'
import { registerOutputSecrets } from './author-outputs.ts'
import type { Edge } from './edge.ts'
import { failJob, turnJobRed } from './job.ts'
import { annotateFailures, annotateStateFile } from './list-annotations.ts'
import { type ListLog, openListLog } from './list-log.ts'
import { writeListOutputs } from './list-outputs.ts'
import { describeStateFile, type StateOutput } from './list-state.ts'
import type { ResponseSpool } from './responses-file.ts'
import { writeSummaryText } from './summary-file.ts'
import { explainOutcome } from './tell-outcome.ts'

/** Edge of a step with a list: that of the step, with a log of its own. */
export interface ListEdge extends Omit<Edge, 'log'> {
  readonly log: ListLog
}

/**
 * Edge for a list, over that of its step.
 * @param names of the operations, where no plan is told of them
 */
export function openListEdge({ log: _log, ...edge }: Edge, names?: readonly string[]): ListEdge {
  return { ...edge, log: openListLog(edge.masks, names) }
}

const LOOK_EVERY_MS = 1_000
const LOOKS_PER_MINUTE = 60

/**
 * Writes each second what has gathered in the log, and each minute how it stands, until the signal aborts.
 * @param look called each second, too
 */
export async function keepTelling(
  { log }: Pick<ListEdge, 'log'>,
  signal: AbortSignal,
  look?: () => void
): Promise<void> {
  const { now, sleep } = systemClock
  for (let looks = 1; !signal.aborted; looks += 1) {
    await sleep(LOOK_EVERY_MS, signal)
    if (signal.aborted) return
    log.flush(now())
    look?.()
    if (looks % LOOKS_PER_MINUTE === 0) log.write({ kind: 'minute', at: now() })
  }
}

/** Record of an operation that has ended: explained while its body is there, and without that. Never rejects. */
export async function recordEnd(
  end: Omit<KnownEnd, 'explanation'>,
  isDetailed: boolean,
  edge: Pick<ListEdge, 'log' | 'masks'>
): Promise<EndedRecord> {
  const explanation = await explainSafely(end.outcome, edge)
  return toRecord({ ...end, explanation }, isDetailed)
}

/** The explanation; of one that cannot be worked out, how it ended and nothing that may hold a secret. */
async function explainSafely(
  outcome: Outcome,
  { masks, log }: Pick<ListEdge, 'log' | 'masks'>
): Promise<Explanation> {
  try {
    return await explainOutcome(outcome, { masks })
  } catch (error) {
    log.warn(`The end of an operation could not be told in full: ${messageOf(error)}`)
    const { ending, startedAt, endedAt, pollCount, request } = outcome
    const times = { startedAt, endedAt, pollCount }
    const told = { method: request.method, url: '' }
    return explainBriefly({ ending, request: told, ...times, changes: [], warnings: [] })
  }
}

/** Rules for telling a list, and what is told beside its report. */
export interface ListTelling {
  /** The author's outputs, evaluated. */
  readonly values: Results
  readonly results: ResultRules
  readonly responses: ResponseSpool
  readonly state: Pick<StateOutput, 'write' | 'length' | 'file'>
  /** True: the step writes a job summary. */
  readonly summary: boolean
}

/** Tells the end of a list: the job's result, the log, the outputs, the summary, the annotations. Never rejects. */
export async function tellList(
  report: ListReport,
  telling: ListTelling,
  edge: ListEdge
): Promise<void> {
  const { log, outputs } = edge
  const { state } = telling
  if (!report.records.every(isGreen)) turnJobRed()
  // First of all: the step may be ended at any moment.
  await state.write(report)
  const values = prepareValues(report, telling, edge)
  const written = await writeResponses(report, telling, edge)
  const told = withState(written, state)
  log.finish(told)
  await attempt('The outputs', edge, () =>
    writeListOutputs(told, { values, taken: state.length() }, outputs)
  )
  if (telling.summary) await summarizeList(told, edge)
  await attempt('The annotations', edge, () => {
    annotateState(state, edge)
    annotateFailures(told)
  })
}

/** Writes down what can be resumed as of now, and the summary, before the end or in place of it. Never rejects. */
export async function tellListCheckpoint(
  report: ListReport,
  { summary, state }: Pick<ListTelling, 'summary' | 'state'>,
  edge: ListEdge
): Promise<void> {
  await state.write(report)
  if (summary) await summarizeList(withState(report, state), edge)
}

/** The report with what the output `operation` is now. */
function withState(
  report: ListReport,
  { length, file }: Pick<StateOutput, 'length' | 'file'>
): ListReport {
  if (length() === 0) return report
  return { ...report, state: file() === undefined ? 'text' : 'file' }
}

/** Only at the end: a list that has ended by then has nothing to hand on. */
function annotateState({ file }: Pick<StateOutput, 'file'>, { masks }: ListEdge): void {
  const path = file()
  if (path !== undefined) annotateStateFile(masks.hide(describeStateFile(path)))
}

/** Writes the job summary of a list as of now. Never rejects. */
export function summarizeList(report: ListReport, edge: ListEdge): Promise<void> {
  const { environment } = edge
  return attempt('The job summary', edge, async () => {
    if (!environment.GITHUB_STEP_SUMMARY) return
    const { renderListSummary } = await import('../report/step-summary.ts')
    await writeSummaryText(renderListSummary(report), environment)
  })
}

/** What was not sent is green where nobody was to send it. */
function isGreen(record: OperationRecord): boolean {
  if (record.kind === 'ended') return record.isGreen
  return record.kind === 'not-sent' && record.status === 'Skipped'
}

/** The author's outputs, with the secrets among them registered before any of them is set. */
function prepareValues(
  report: ListReport,
  { values: { values, warnings, errors }, results }: ListTelling,
  { log, masks }: ListEdge
): readonly OutputValue[] {
  const { maskedOutputs } = results
  for (const error of errors) failJob(toLine(masks.hide(error)))
  for (const warning of [...warnings, ...findUnknownNames(maskedOutputs, values)]) log.warn(warning)
  const rules = { maskedOutputs, url: listUrls(report) }
  return values.filter((value) => registerOutputSecrets(value, rules, { masks, warn: log.warn }))
}

/** What everyone may read in the requests is no secret. */
function listUrls({ records }: ListReport): string {
  return records
    .flatMap((record) => (record.kind === 'ended' ? [record.explanation.outcome.request.url] : []))
    .join('\n')
}

function findUnknownNames(
  maskedOutputs: readonly string[],
  values: readonly OutputValue[]
): readonly string[] {
  const known = new Set(values.map(({ name }) => name.toLowerCase()))
  const unknown = maskedOutputs.filter((name) => !known.has(name.toLowerCase()))
  return unknown.length === 0
    ? []
    : [`Input masked-outputs names ${unknown.join(', ')}, but there is no output with that name`]
}

/** The report with the path of the file, where it could be written. */
async function writeResponses(
  report: ListReport,
  { results, responses }: ListTelling,
  edge: ListEdge
): Promise<ListReport> {
  const { responseFile: path, ownFolders } = results
  const items = groupItems(report).map((item) =>
    item.kind === 'single'
      ? { name: item.name }
      : { name: item.name, operations: recordsOf(item).map(({ name }) => name) }
  )
  let written: ListReport = report
  await attempt('The response-file', edge, async () => {
    await responses.writeTo({ path, ownFolders }, items)
    written = { ...report, responseFile: path }
  })
  responses.close()
  return written
}

async function attempt(
  what: string,
  { log }: Pick<ListEdge, 'log'>,
  write: () => void | Promise<void>
): Promise<void> {
  try {
    await write()
  } catch (error) {
    log.warn(`${what} could not be written: ${messageOf(error)}`)
  }
}
