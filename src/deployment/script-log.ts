/**
 * The end of the log of a deployment script or a VM extension that failed: Azure's error often says no more than that
 * it did. Asks once, for the first that the error names, and repeats nothing: what cannot be read is not told. Loaded
 * only for a deployment that failed.
 */
import { asObject, isList, readField, readObject } from '../http/body.ts'
import type { Body, JsonValue } from '../http/message.ts'
import { findRootCause, flattenErrors, type OperationError } from '../operation/error.ts'
import type { HooksContext } from '../run/hooks.ts'
import type { LogExcerpt, Outcome } from '../run/outcome.ts'
import { hideSecretShapes } from '../secret-shapes.ts'
import { trimEnd } from '../values.ts'

const MAX_LINES = 40
const MAX_LINE_CHARS = 500
/** Far more than the lines that are told. */
const MAX_END_CHARS = 64_000
const MAX_WAIT_MS = 5_000

const GROUP = String.raw`/subscriptions/[\w-]{1,64}/resourceGroups/[\w.()-]{1,90}/providers`
const SCRIPT = new RegExp(`${GROUP}/Microsoft\\.Resources/deploymentScripts/([\\w.()-]{1,90})`, 'i')
const EXTENSION = new RegExp(
  `${GROUP}/Microsoft\\.Compute/virtualMachines/([\\w.-]{1,80})/extensions/([\\w.-]{1,80})`,
  'i'
)

/** Log that can be asked for. */
interface LogSource {
  /** From the root of the endpoint. */
  readonly path: string
  readonly title: string
  readonly read: (body: Body) => string
}

/** The outcome with the end of the log that its error names, where that can be read in time. */
export async function addScriptLog(
  outcome: Outcome,
  { client, trust, hide, now, signal }: HooksContext,
  deadlineMs: number
): Promise<Outcome> {
  const source = outcome.error === undefined ? undefined : findLog(outcome.error)
  const timeoutMs = Math.min(MAX_WAIT_MS, deadlineMs - now())
  if (source === undefined || timeoutMs <= 0 || signal.aborted) return outcome
  const options = { timeoutMs, maxWaitMs: timeoutMs, signal }
  const answer = await client.get(trust.origin + source.path, options).catch(() => undefined)
  if (answer?.status !== 200) return outcome
  const excerpt = cutExcerpt(source, hide(source.read(answer.body)))
  if (excerpt === undefined) return outcome
  const { addition = { outputs: [], summary: [] } } = outcome
  return { ...outcome, addition: { ...addition, excerpt } }
}

function findLog(error: OperationError): LogSource | undefined {
  const errors = [findRootCause(error), ...flattenErrors(error).map((node) => node.error)]
  for (const { target = '', message } of errors) {
    const source = findSource(target) ?? findSource(message)
    if (source !== undefined) return source
  }
  return undefined
}

/** The source that a text names. What goes into its path is letters, digits and a few marks, whatever the text is. */
function findSource(text: string): LogSource | undefined {
  const [script, name] = SCRIPT.exec(text) ?? []
  if (script !== undefined && name !== undefined) {
    // https://learn.microsoft.com/rest/api/resources/deployment-scripts/get-logs-default
    const path = `${trimEnd(script, '.')}/logs/default?api-version=2020-10-01`
    return { path, title: `Log of deployment script ${trimEnd(name, '.')}`, read: readScriptLog }
  }
  const [extension, machine, part] = EXTENSION.exec(text) ?? []
  if (extension === undefined || part === undefined) return undefined
  // https://learn.microsoft.com/rest/api/compute/virtual-machine-extensions/get
  const path = `${trimEnd(extension, '.')}?$expand=instanceView&api-version=2024-07-01`
  const title = `Output of extension ${trimEnd(part, '.')} of virtual machine ${machine}`
  return { path, title, read: readInstanceView }
}

function readScriptLog(body: Body): string {
  return textOf(asObject(readField(readObject(body), 'properties')), 'log')
}

/** Its standard output and error; where it has none, what the agent says of it. */
function readInstanceView(body: Body): string {
  const properties = asObject(readField(readObject(body), 'properties'))
  const view = asObject(readField(properties, 'instanceView'))
  return joinMessages(readField(view, 'substatuses')) || joinMessages(readField(view, 'statuses'))
}

function joinMessages(value: JsonValue | undefined): string {
  const statuses = value !== undefined && isList(value) ? value.map(asObject) : []
  return statuses
    .flatMap((status) => {
      const message = textOf(status, 'message').trim()
      const stream = /\bStd(?:Out|Err)\b/.exec(textOf(status, 'code'))?.[0]
      const heading = stream === undefined ? [] : [`[${stream.toLowerCase()}]`]
      return message === '' ? [] : [...heading, message]
    })
    .join('\n')
}

function textOf(object: ReturnType<typeof asObject>, name: string): string {
  const value = readField(object, name)
  return typeof value === 'string' ? value : ''
}

/** @param text without the secrets that are registered, before anything of it is cut */
function cutExcerpt({ title }: LogSource, text: string): LogExcerpt | undefined {
  const lines = takeEnd(text)
    .split(/\r\n|[\r\n]/)
    .filter((line) => line.trim() !== '')
  if (lines.length === 0) return undefined
  const last = lines.slice(-MAX_LINES).map(cutLine)
  const count = last.length < lines.length ? ` (the last ${last.length} lines)` : ''
  return { title: title + count, text: last.join('\n') }
}

/** The end of a text, from the beginning of a line, without what has the shape of a secret. */
function takeEnd(text: string): string {
  if (text.length <= MAX_END_CHARS) return hideSecretShapes(text)
  const end = text.slice(-MAX_END_CHARS)
  return hideSecretShapes(end.slice(end.indexOf('\n') + 1))
}

function cutLine(line: string): string {
  return line.length <= MAX_LINE_CHARS ? line : `${line.slice(0, MAX_LINE_CHARS).toWellFormed()}…`
}
