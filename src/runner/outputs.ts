/**
 * An outcome as step outputs. The verdict stands before this file is entered: a fault in here is a warning, and the
 * other outputs are still set.
 */
import { MAX_OUTPUT_BYTES, type OutputValue } from '../condition/output-definitions.ts'
import type { Body, HttpResponse } from '../http/message.ts'
import { findCauseCode, type OperationError } from '../operation/error.ts'
import type { Explanation } from '../report/explanation.ts'
import type { Hiding } from '../report/hide.ts'
import { redactQueries, redactUrl, toLine } from '../report/sanitize.ts'
import { type Outcome, type OutcomeStatus, statusOf } from '../run/outcome.ts'
import { isSecretName, listSecretShapes } from '../secret-shapes.ts'
import { messageOf } from '../values.ts'
import { type ResponseFile, writeResponseFile } from './response-file.ts'

/** Receiver of the outputs; `@actions/core` has this shape. */
export interface OutputWriter {
  setOutput(name: string, value: string): void
  warning(text: string): void
}

/** Outputs of one step. Its functions never throw: an output that cannot be set becomes a warning. */
export interface StepOutputs {
  /** Sets an output, to a value or to what a function composes; nothing where that is empty. */
  readonly set: (name: string, value: string | (() => string)) => void
  /** Empties an output that was set before. */
  readonly clear: (name: string) => void
  readonly warn: (text: string) => void
}

/** Outputs that go to `writer`. */
export function createStepOutputs(
  writer: OutputWriter,
  { hide }: Pick<Hiding, 'hide'>
): StepOutputs {
  const names = new Set<string>()
  const warn = (text: string) => {
    try {
      writer.warning(hide(text))
    } catch {
      // There is nowhere left to say it.
    }
  }
  const attempt = (name: string, write: () => void) => {
    try {
      write()
    } catch (error) {
      warn(`The output ${name} could not be set: ${describeError(error)}`)
    }
  }
  return {
    set: (name, value) =>
      attempt(name, () => {
        const text = typeof value === 'string' ? value : value()
        if (text === '') return
        names.add(name)
        writer.setOutput(name, text)
      }),
    clear: (name) =>
      attempt(name, () => {
        if (names.has(name)) writer.setOutput(name, '')
      }),
    warn
  }
}

/** Values that the outputs need in addition to the outcome. */
export interface OutputOptions {
  readonly responseFile: ResponseFile
  /** The author's own outputs. */
  readonly values: readonly OutputValue[]
  /** Where the resource is, with nothing hidden: a later step asks for it. */
  readonly resource: Pick<Outcome, 'resourceId' | 'portalUrl'>
}

// Together with an output of the greatest size it stays under the 1 MiB above which GitHub drops a job's outputs.
const MAX_ERROR_BYTES = 100 * 1024
const MAX_OUTPUT_MESSAGE_CHARS = 4_000

/**
 * Sets every output that the outcome has a value for, on failure too, and writes the response file: the body's text,
 * in UTF-8. Never rejects: an output that cannot be set becomes a warning. `error-code` is the root cause's
 * code, `error-message` its message on one harmless line, `error` the tree as JSON.
 */
export async function writeOutputs(
  explanation: Explanation,
  { responseFile, values, resource }: OutputOptions,
  outputs: StepOutputs
): Promise<void> {
  const { resourceId = '', portalUrl = '' } = resource
  for (const [name, value] of listValues(explanation)) outputs.set(name, value)
  outputs.set('resource-id', () => toLine(resourceId))
  outputs.set('portal-url', portalUrl)
  // A checkpoint may have set it, and there is nothing to resume any more.
  if (findHandle(explanation.outcome) === '') outputs.clear('operation')
  for (const { name, text } of values) setUserOutput(outputs, name, text)
  const { error, ending } = explanation.outcome
  if (error !== undefined && ending.kind !== 'succeeded') await setErrorOutput(error, outputs)
  const body = explanation.outcome.response?.body
  if (body !== undefined) await writeResponse(body, responseFile, outputs)
}

function listValues({
  outcome,
  cause
}: Explanation): readonly (readonly [name: string, value: string | (() => string)])[] {
  const { ending, response, accepted, addition } = outcome
  const error = ending.kind === 'succeeded' ? undefined : outcome.error
  return [
    ['status', statusOf(ending)],
    ['status-code', String(response?.status ?? accepted?.status ?? '')],
    ['headers', () => describeHeaders(response ?? accepted)],
    ['operation', findHandle(outcome)],
    ['correlation-id', () => toLine(outcome.correlationId ?? '')],
    ['request-id', () => toLine(outcome.requestId ?? '')],
    ['decided-by', isDecided(statusOf(ending)) ? (outcome.decidedBy ?? '') : ''],
    ['error-code', () => (error === undefined ? '' : (cause?.code ?? findCauseCode(error)))],
    ['error-message', () => toLine(cause?.message ?? '', MAX_OUTPUT_MESSAGE_CHARS)],
    ['duration-seconds', String(toSeconds(outcome.endedAt - outcome.startedAt))],
    ['poll-count', String(outcome.pollCount)],
    ...(addition?.outputs ?? []).map(({ name, value }) => [name, value] as const)
  ]
}

/** Seconds with one digit after the point. */
export function toSeconds(ms: number): number {
  return Math.round(Math.max(0, ms) / 100) / 10
}

/** Headers that open something: a later step reads them in clear. */
const CREDENTIAL_HEADER = /cookie|authoriz|authentic/

/** Headers of an answer as JSON, without those that open something. */
function describeHeaders(answer: HttpResponse | undefined): string {
  const told = Object.entries(answer?.headers ?? {}).flatMap(([name, value]) => {
    const isUrl = /^(?:[a-z]+:\/)?\//i.test(value)
    const text = isUrl ? redactUrl(value) : redactQueries(value)
    const isSecret = CREDENTIAL_HEADER.test(name) || isSecretName(name)
    return isSecret || listSecretShapes(text).length > 0 ? [] : [[name, text] as const]
  })
  return answer === undefined ? '' : JSON.stringify(Object.fromEntries(told))
}

function findHandle({ operation, knownEnd = '' }: Outcome): string {
  return operation?.handle ?? knownEnd
}

/** A wait that was given up has no verdict yet, though Azure may have said how the operation ended. */
function isDecided(status: OutcomeStatus): boolean {
  return status === 'Succeeded' || status === 'Failed' || status === 'Canceled'
}

function setUserOutput(outputs: StepOutputs, name: string, text: string): void {
  const size = Buffer.byteLength(text)
  if (size <= MAX_OUTPUT_BYTES) {
    outputs.set(name, text)
    return
  }
  outputs.warn(`The output ${name} is left out: it has ${size} bytes. Read response-file.`)
}

async function writeResponse(body: Body, file: ResponseFile, outputs: StepOutputs): Promise<void> {
  const text = body.kind === 'empty' ? '' : body.text
  const size = Buffer.byteLength(text)
  if (size <= MAX_OUTPUT_BYTES) {
    outputs.set('response', text)
  } else {
    outputs.warn(
      `The output response is left out: the body has ${size} bytes, more than ${MAX_OUTPUT_BYTES}. Read response-file.`
    )
  }
  try {
    await writeResponseFile(text, file)
    outputs.set('response-file', file.path)
  } catch (error) {
    outputs.warn(`The response-file could not be written: ${describeError(error)}`)
  }
}

/** Sets the output `error`. Never rejects. */
export async function setErrorOutput(
  error: OperationError,
  outputs: StepOutputs,
  maxBytes = MAX_ERROR_BYTES
): Promise<void> {
  try {
    await setError(error, outputs, maxBytes)
  } catch (defect) {
    outputs.warn(`The output error could not be set: ${describeError(defect)}`)
  }
}

/** The tree as JSON, every text as it was sent but for the queries of URLs; a shorter one when it is huge. */
async function setError(
  error: OperationError,
  outputs: StepOutputs,
  maxBytes: number
): Promise<void> {
  const json = toRedactedJson(error)
  if (Buffer.byteLength(json) <= maxBytes) {
    outputs.set('error', json)
    return
  }
  const { shortenError } = await import('./shorten-error.ts')
  const { what, text } = shortenError(error, toRedactedJson, maxBytes)
  outputs.set('error', text)
  outputs.warn(`The output error is shortened to ${what}: it is over ${maxBytes} bytes.`)
}

function toRedactedJson(error: OperationError): string {
  return JSON.stringify(error, (_key, value: unknown) =>
    typeof value === 'string' ? redactQueries(value) : value
  )
}

function describeError(error: unknown): string {
  return toLine(messageOf(error))
}
