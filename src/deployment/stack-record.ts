/**
 * Record of a deployment stack at its end: what it has deleted and detached, what is new to it, and what it could not
 * do, each with its error. Pure.
 * https://learn.microsoft.com/rest/api/resources/deployment-stacks/get-at-resource-group
 */
import { asObject, isList, readField, readObject, readTextField } from '../http/body.ts'
import { writeJsonText } from '../http/deep-json.ts'
import type { HttpResponse, JsonObject, JsonValue } from '../http/message.ts'
import { flattenErrors, type OperationError, readError } from '../operation/error.ts'
import { toCodeSpan, toMarkdown } from '../report/markdown.ts'
import { toLine } from '../report/sanitize.ts'
import { omitUndefined } from '../values.ts'
import { describeScope, splitResourceId } from './resource-place.ts'

/** Resources of a stack after its last run. All text is untrusted. */
export interface StackRecord {
  readonly deleted: readonly string[]
  readonly detached: readonly string[]
  /** Those that the stack did not manage before; undefined where that is not known. */
  readonly taken: readonly string[] | undefined
  readonly managedCount: number
  readonly failures: readonly OperationError[]
}

/**
 * The record of a stack; undefined for an answer that is none.
 * @param before the first answer to the request, which may tell what the stack managed until then
 */
export function readStackRecord(
  record: HttpResponse,
  before: HttpResponse | undefined
): StackRecord | undefined {
  const properties = readProperties(record)
  if (properties === undefined) return undefined
  const managed = listIds(properties, 'resources')
  const known = before && readManagedBefore(before)
  return {
    deleted: listIds(properties, 'deletedResources'),
    detached: listIds(properties, 'detachedResources'),
    taken: known && managed.filter((id) => !known.has(id.toLowerCase())),
    managedCount: managed.length,
    failures: listItems(properties, 'failedResources').map(readFailure)
  }
}

function readProperties({ body }: HttpResponse): JsonObject | undefined {
  return asObject(readField(readObject(body), 'properties'))
}

/** A stack that is created has managed nothing before. */
function readManagedBefore(answer: HttpResponse): ReadonlySet<string> | undefined {
  const properties = readProperties(answer)
  const isTold = isList(readField(properties, 'resources'))
  if (answer.status !== 201 && !isTold) return undefined
  return new Set(isTold ? listIds(properties, 'resources').map((id) => id.toLowerCase()) : [])
}

function listItems(properties: JsonObject | undefined, name: string): readonly JsonObject[] {
  const list = readField(properties, name)
  return (isList(list) ? list : []).map(asObject).filter((item) => item !== undefined)
}

function listIds(properties: JsonObject | undefined, name: string): readonly string[] {
  return listItems(properties, name).map(readId)
}

/** What has no resource ID, as the resource of an extension, is told by its identifiers. */
function readId(item: JsonObject): string {
  const id = readTextField(item, 'id')
  const identifiers: JsonValue = readField(item, 'identifiers') ?? ''
  return id || `${readTextField(item, 'type')} ${writeJsonText(identifiers)}`.trim()
}

function readFailure(item: JsonObject): OperationError {
  const value: JsonObject = { error: readField(item, 'error') ?? null }
  const error = readError({ status: 400, headers: {}, body: { kind: 'json', value, text: 'null' } })
  const nothing = { code: '', message: '', details: [], additionalInfo: [] }
  const { message, ...rest } = error ?? nothing
  return omitUndefined({
    ...rest,
    message: message || 'The stack could not be brought to its goal here; Azure names no reason.',
    target: readId(item) || error?.target
  })
}

/** The error of a stack with those of the resources that it names as failed; each once. */
export function mergeFailures(
  error: OperationError | undefined,
  { failures }: StackRecord
): OperationError | undefined {
  const known = new Set(error === undefined ? [] : flattenErrors(error).map(identify))
  const missed = failures.filter((failure) => !known.has(identify({ error: failure })))
  if (missed.length === 0) return error
  const root: OperationError = error ?? {
    code: 'DeploymentStackFailed',
    message: 'The stack failed for some of its resources.',
    details: [],
    additionalInfo: []
  }
  return { ...root, details: [...root.details, ...missed] }
}

function identify({ error: { code, message, target = '' } }: { readonly error: OperationError }) {
  return [code, message, target.toLowerCase()].join('\n')
}

const MAX_TOLD = 1_000
const REST = 'more in the file of the output response-file'

type Hide = (text: string) => string

/** Parts of a record for people: a word, and the names of the resources that it holds for, without secrets. */
function listParts(record: StackRecord, hide: Hide) {
  const { deleted, detached, taken = [], failures, managedCount } = record
  // Before an ID is taken apart: a slash may stand in a secret.
  const tellName = (id: string) => hide(nameResource(hide(id)))
  // Of a new stack every resource is, and the log has told each.
  const news = taken.length === managedCount ? [] : taken
  const failed = failures.map(({ target = '', code }) =>
    [tellName(target), hide(code)].filter((part) => part !== '').join(': ')
  )
  return [
    { word: 'Deleted', names: deleted.map(tellName) },
    { word: 'Detached', names: detached.map(tellName) },
    { word: 'Taken over', names: news.map(tellName) },
    { word: 'Failed', names: failed }
  ].filter(({ names }) => names.length > 0)
}

/** The record as log lines; none where there is nothing to tell. `hide` hides the secrets in a text. */
export function listStackRecord(record: StackRecord, hide: Hide): readonly string[] {
  const lines = listParts(record, hide).flatMap(({ word, names }) => [
    ...names.slice(0, MAX_TOLD).map((name) => `${word.padEnd(10)}  ${toLine(name)}`),
    ...(names.length > MAX_TOLD ? [`… (${names.length - MAX_TOLD} ${REST})`] : [])
  ])
  return record.managedCount === 0 ? lines : [...lines, countManaged(record)]
}

/** The record as Markdown. `hide` hides the secrets in a text. */
export function renderStackRecord(record: StackRecord, hide: Hide): string {
  const lines = listParts(record, hide).map(({ word, names }) => {
    const told = names.slice(0, MAX_TOLD).map((name) => toCodeSpan(name, 300))
    const more = names.length - told.length
    const rest = more > 0 ? ` and ${more} ${REST}` : ''
    return `- **${word}** (${names.length}): ${told.join(', ')}${rest}`
  })
  const count = record.managedCount === 0 ? [] : [`- ${toMarkdown(countManaged(record))}`]
  return [...lines, ...count].join('\n')
}

function countManaged({ managedCount }: StackRecord): string {
  return `The stack manages ${managedCount === 1 ? '1 resource' : `${managedCount} resources`}`
}

function nameResource(id: string): string {
  const { type, name, scope } = splitResourceId(id)
  const where = describeScope(scope, false)
  return [type, name, where === '' ? '' : `in ${where}`].filter((part) => part !== '').join(' ')
}
