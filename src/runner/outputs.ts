/**
 * An outcome as step outputs. The verdict stands before this room is entered: whatever goes wrong in here is a
 * warning, and the other outputs are still set.
 */
import { mkdir, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import * as core from '@actions/core'
import { MAX_OUTPUT_BYTES, type OutputValue } from '../condition/output-definitions.ts'
import type { Body } from '../http/message.ts'
import { findErrorCode, findRootCause, type OperationError } from '../operation/error.ts'
import { type Cause, describeCause } from '../report/cause.ts'
import { redactQueries, toLine } from '../report/sanitize.ts'
import type { Outcome, ResumePoint } from '../run/outcome.ts'

/** Where outputs go; `@actions/core` has this shape. */
export interface OutputWriter {
  setOutput(name: string, value: string): void
  warning(text: string): void
}

/** What the outputs need beside the outcome. */
export interface OutputOptions {
  /** Absolute path of the file for the final body; its folder is created. */
  readonly responseFile: string
  /** The author's own outputs. */
  readonly values?: readonly OutputValue[]
  /** The output `operation` was set before the first poll, so it is emptied when there is nothing left to resume. */
  readonly wasAnnounced?: boolean
  readonly writer?: OutputWriter
}

/**
 * Hands an operation over before its first poll: as the output `operation`, and as the state of the same name. Never
 * throws.
 */
export function announceOperation(
  { handle }: ResumePoint,
  writer: AnnouncementWriter = core
): void {
  setOutput(writer, 'operation', handle)
  try {
    writer.saveState('operation', handle)
  } catch (error) {
    writer.warning(`The operation could not be saved: ${describe(error)}`)
  }
}

/** Where the handle of an accepted operation goes; `@actions/core` has this shape. */
export interface AnnouncementWriter extends OutputWriter {
  saveState(name: string, value: string): void
}

// Together with an output of the greatest size it stays under the 1 MiB above which GitHub drops a job's outputs.
const MAX_ERROR_BYTES = 100 * 1024
const MAX_MESSAGE_CHARS = 4_000

/**
 * Sets every output that the outcome has a value for, on failure too, and writes the response file: the body's text,
 * in UTF-8. Never rejects: an output that cannot be set becomes a warning. `error-code` is the root's code as the
 * service said it, `error-message` the root cause (its code where that differs, and its message) on one harmless line, `error` the tree as JSON.
 */
export async function writeOutputs(outcome: Outcome, options: OutputOptions): Promise<void> {
  const { writer = core } = options
  for (const [name, value] of listValues(outcome, writer)) setOutput(writer, name, value)
  if (options.wasAnnounced === true && outcome.operation === undefined) {
    writer.setOutput('operation', '')
  }
  for (const { name, text } of options.values ?? []) setUserOutput(writer, name, text)
  const body = outcome.response?.body
  if (body !== undefined) await writeResponse(body, options.responseFile, writer)
}

function listValues(
  outcome: Outcome,
  writer: OutputWriter
): readonly (readonly [name: string, value: string])[] {
  const { status, response, accepted, addition } = outcome
  const seconds = Math.max(0, outcome.endedAt - outcome.startedAt) / 1_000
  const cause = describeCause(outcome)
  const error = status === 'Succeeded' ? undefined : outcome.error
  return [
    ['status', status],
    ['status-code', String(response?.status ?? accepted?.status ?? '')],
    ['resource-id', toLine(outcome.resourceId ?? '')],
    ['operation', outcome.operation?.handle ?? ''],
    ['correlation-id', toLine(outcome.correlationId ?? '')],
    ['request-id', toLine(outcome.requestId ?? '')],
    ['portal-url', outcome.portalUrl ?? ''],
    ['error-code', error === undefined ? '' : findErrorCode(error)],
    ['error-message', toLine(describeMessage(cause, error), MAX_MESSAGE_CHARS)],
    ['error', error === undefined ? '' : formatError(error, writer)],
    ['duration-seconds', String(Math.round(seconds * 10) / 10)],
    ['poll-count', String(outcome.pollCount)],
    ...(addition?.outputs ?? []).map(({ name, value }) => [name, value] as const)
  ]
}

/** The root cause's message, behind its code where that is not the one `error-code` says. */
function describeMessage(cause: Cause | undefined, error: OperationError | undefined): string {
  if (cause === undefined) return ''
  const isSaid = error === undefined || cause.code === '' || cause.code === findErrorCode(error)
  return isSaid ? cause.message : `${cause.code}: ${cause.message}`
}

function setUserOutput(writer: OutputWriter, name: string, text: string): void {
  const size = Buffer.byteLength(text)
  if (size <= MAX_OUTPUT_BYTES) {
    setOutput(writer, name, text)
    return
  }
  writer.warning(`The output ${name} is left out: it has ${size} bytes. Read response-file.`)
}

function setOutput(writer: OutputWriter, name: string, value: string): void {
  if (value === '') return
  try {
    writer.setOutput(name, value)
  } catch (error) {
    writer.warning(`The output ${name} could not be set: ${describe(error)}`)
  }
}

async function writeResponse(body: Body, file: string, writer: OutputWriter): Promise<void> {
  const text = body.kind === 'empty' ? '' : body.text
  const size = Buffer.byteLength(text)
  if (size <= MAX_OUTPUT_BYTES) {
    setOutput(writer, 'response', text)
  } else {
    writer.warning(
      `The output response is left out: the body has ${size} bytes, more than ${MAX_OUTPUT_BYTES}. Read response-file.`
    )
  }
  try {
    await mkdir(dirname(file), { recursive: true })
    await writeFile(file, text)
    setOutput(writer, 'response-file', file)
  } catch (error) {
    writer.warning(`The response file could not be written: ${describe(error)}`)
  }
}

/** The tree as JSON, every text as it was sent but for the queries of URLs; the root and its cause when it is huge. */
function formatError(error: OperationError, writer: OutputWriter): string {
  const json = toRedactedJson(error)
  if (Buffer.byteLength(json) <= MAX_ERROR_BYTES) return json
  writer.warning(
    `The output error is shortened to the root and its cause: it is over ${MAX_ERROR_BYTES} bytes.`
  )
  const cause = shorten(findRootCause(error))
  return toRedactedJson({ ...shorten(error), details: [cause] })
}

function toRedactedJson(error: OperationError): string {
  return JSON.stringify(error, (_key, value: unknown) =>
    typeof value === 'string' ? redactQueries(value) : value
  )
}

function shorten({ code, message, target = '' }: OperationError): OperationError {
  const about = target === '' ? {} : { target: target.slice(0, MAX_MESSAGE_CHARS) }
  return {
    code,
    message: message.slice(0, MAX_MESSAGE_CHARS),
    ...about,
    details: [],
    additionalInfo: []
  }
}

function describe(error: unknown): string {
  return toLine(error instanceof Error ? error.message : String(error))
}
