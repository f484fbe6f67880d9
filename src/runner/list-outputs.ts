/**
 * A list as step outputs. The verdict stands before this file is entered: a fault in here is a warning, and the other
 * outputs are still set. Bounded as a whole, because GitHub drops the outputs of a job that are larger than 1 MiB of
 * UTF-16 together
 * (https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax#jobsjob_idoutputs).
 */
import type { OutputValue } from '../condition/output-definitions.ts'
import type { OperationError } from '../operation/error.ts'
import { codeOfEnd, type FailedOperation, findFirstFailure } from '../report/list-failures.ts'
import { listNotices } from '../report/list-notices.ts'
import type { ListReport } from '../report/list-report.ts'
import { describeListVerdict } from '../report/list-verdict.ts'
import { toLine } from '../report/sanitize.ts'
import { listChanges } from './list-changes.ts'
import { formatResults } from './list-results.ts'
import { type StepOutputs, setErrorOutput, toSeconds } from './outputs.ts'

/** Of all outputs together, with room for their names. */
const MAX_CHARS = 510_000
const MAX_RESULTS_CHARS = 400_000
/** What is left for `results` however large the author's outputs are. */
const MIN_RESULTS_CHARS = 50_000
const MAX_MESSAGE_CHARS = 4_000
const MAX_ERROR_BYTES = 32 * 1024

/** Values that the outputs need in addition to the report. */
export interface ListOutputOptions {
  /** The author's own outputs, with their secrets registered. */
  readonly values: readonly OutputValue[]
  /** Number of characters of outputs that are set already. */
  readonly taken: number
}

/** Sets every output that the list has a value for. Never rejects. */
export async function writeListOutputs(
  report: ListReport,
  { values, taken }: ListOutputOptions,
  outputs: StepOutputs
): Promise<void> {
  let left = MAX_CHARS - taken
  const set = (name: string, compose: () => string) =>
    outputs.set(name, () => {
      const text = compose()
      left -= text.length
      return text
    })
  for (const [name, compose] of listValues(report)) set(name, compose)
  for (const [name, compose] of listChanges(report)) set(name, compose)
  const error = findError(report)
  if (error !== undefined) {
    left -= MAX_ERROR_BYTES
    await setErrorOutput(error, outputs, MAX_ERROR_BYTES)
  }
  for (const { name, text } of values) {
    if (text.length <= left - MIN_RESULTS_CHARS) set(name, () => text)
    else outputs.warn(describeTooLong(name, text))
  }
  set('results', () => {
    const { text, leftOut } = formatResults(report, Math.min(MAX_RESULTS_CHARS, left))
    if (leftOut !== '') outputs.warn(describeLeftOut(leftOut))
    return text
  })
}

/** The error of the first that failed, as the service sent it; of one that was not sent, why not. */
function findError(report: ListReport): OperationError | undefined {
  const { record, cause } = findFirstFailure(report) ?? {}
  if (record !== undefined || cause === undefined) return record?.explanation.outcome.error
  const { code, message } = cause
  return { code, message, details: [], additionalInfo: [] }
}

function describeLeftOut(leftOut: string): string {
  return `The output results would be too long, and leaves out ${leftOut}. Read response-file.`
}

function describeTooLong(name: string, { length }: string): string {
  return `The output ${name} is left out: it has ${length} characters, and there is no room for that beside the others. Read response-file.`
}

type Composed = readonly [name: string, compose: () => string]

function listValues(report: ListReport): readonly Composed[] {
  const { startedAt, endedAt, pollCount, responseFile = '' } = report
  const failure = findFirstFailure(report)
  return [
    ['status', () => describeListVerdict(report).status],
    ['error-code', () => toLine(failure === undefined ? '' : findCode(failure))],
    ['error-message', () => toLine(findMessage(report, failure), MAX_MESSAGE_CHARS)],
    ['duration-seconds', () => String(toSeconds(endedAt - startedAt))],
    ['poll-count', () => String(pollCount)],
    ['response-file', () => responseFile]
  ]
}

/** Why it failed; where nothing did, and its step has ended before it, what became of it. */
function findMessage(report: ListReport, failure: FailedOperation | undefined): string {
  if (failure === undefined) return listNotices(report)[0]?.message ?? ''
  return failure.cause?.message ?? ''
}

function findCode({ cause, record }: FailedOperation): string {
  return record === undefined ? (cause?.code ?? '') : codeOfEnd(record.explanation)
}
