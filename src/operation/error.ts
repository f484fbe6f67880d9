/**
 * Reads ARM's error shapes out of an answer. Pure, and total: no body that a service sends makes it throw, recurse
 * without bound or take more than linear time.
 */
import { isObject, parseJsonText, readProblem } from '../http/body.ts'
import type { Body, HttpResponse, JsonObject, JsonValue } from '../http/message.ts'
import { describeIntermediary, isFromIntermediary, NOT_ANSWERED_BY_AZURE } from '../http/sender.ts'
import { omitUndefined } from '../values.ts'
import { parseCutJson } from './cut-json.ts'
import { findCauses, findErrorCode, isReason, type OperationError, walk } from './error-tree.ts'
import { isRedirect } from './redirect.ts'

export {
  type ErrorNode,
  type FoundCause,
  findCauseCode,
  findCauses,
  findErrorCode,
  findRootCause,
  flattenErrors,
  isReason,
  isVagueCode,
  type OperationError
} from './error-tree.ts'

type AdditionalInfo = OperationError['additionalInfo'][number]

const MAX_JSON_DEPTH = 8
const MAX_NODES = 200
const MAX_CODE_CHARS = 256
const MAX_MESSAGE_CHARS = 32_768
const MAX_MARKUP_CHARS = 65_536
const MAX_INFO_VALUES = 500
const MAX_INFO_DEPTH = 8
const MAX_INFO_CHARS = 4_096
/** The `type` of the entry that keeps Recovery Services' `possibleCauses` and `recommendedAction`. */
export const RECOMMENDATION = 'Recommendation'
/** The `type` of the entry of a root that says how many errors are missing below it, in `info.errors`. */
export const LEFT_OUT = 'LeftOut'

/** Nodes and values left to one reading: shared by its whole tree, so that a hostile body cannot ask for more. */
interface Budget {
  nodesLeft: number
  valuesLeft: number
  /** Errors that were not read. */
  leftOut: number
  /** True where something was read that had lost its end. */
  isCut: boolean
}

/** Names under which services that know no `error` say why something failed. */
const REASON_NAMES = [
  'errors',
  'provisioningErrors',
  'provisioningDetails',
  'errorMessage',
  'errorInfo',
  'errorDetails',
  'deploymentErrors',
  'failureReason',
  'statusDetails'
].map((name) => name.toLowerCase())
const KNOWN_NAMES = ['error', 'provisioningerror', 'statusmessage']
const FAILURE_WORDS: ReadonlySet<string> = new Set(['failed', 'canceled', 'cancelled'])
const SUCCESS_WORDS: ReadonlySet<string> = new Set(['succeeded', 'completed'])

/**
 * The error tree of an answer, root first, or undefined when the answer names no error: a body that says it
 * succeeded names none, even where it has an `error` key (`{code: "None"}`, `{}` and null are real). The code is the
 * body's; the header `x-ms-error-code` only stands in when the body names none. JSON inside strings is read to depth
 * 8, at most 200 nodes in all (https://github.com/Azure/azure-cli/issues/19213 shows why it must be).
 * Shapes: https://github.com/Azure/azure-resource-manager-rpc/blob/master/v1.0/common-api-details.md#error-response-content
 */
export function readError(response: HttpResponse): OperationError | undefined {
  return readWithin(response, startBudget())
}

function startBudget(): Budget {
  return { nodesLeft: MAX_NODES, valuesLeft: MAX_INFO_VALUES, leftOut: 0, isCut: false }
}

/** The error, with the number of those below it that are missing. */
export function noteLeftOut(error: OperationError, errors: number): OperationError {
  if (errors <= 0) return error
  return {
    ...error,
    additionalInfo: [...error.additionalInfo, { type: LEFT_OUT, info: { errors } }]
  }
}

function readWithin(response: HttpResponse, budget: Budget): OperationError | undefined {
  if (isRedirect(response.status)) return undefined
  if (isFromIntermediary(response)) {
    const message = cut(describeIntermediary(response))
    return { ...EMPTY, code: NOT_ANSWERED_BY_AZURE, message }
  }
  const refused = response.status < 200 || response.status > 299
  const read = readErrorBody(response.body, refused, budget)
  const error = read && noteLeftOut(read, budget.leftOut)
  const headerCode = readCode(response.headers['x-ms-error-code'])
  if (headerCode === '') return error
  if (error === undefined) return refused ? { ...EMPTY, code: headerCode } : undefined
  return findErrorCode(error) === '' ? { ...error, code: headerCode } : error
}

/** The error tree of an answer that is a failure by a word of the workflow author's, which `readError` cannot know. */
export function readFailureReason({ status, body }: HttpResponse): OperationError | undefined {
  return body.kind === 'json' && !isRedirect(status)
    ? readFailureBody(body.value, startBudget())
    : undefined
}

/** True when the body, or its `properties`, has a field that is named for the reason of a failure. */
export function hasReason(body: Body): boolean {
  const value = body.kind === 'json' ? body.value : undefined
  if (!isObject(value)) return false
  const fields = indexFields(value)
  const inner = fields.get('properties')
  const innerFields = isObject(inner) ? indexFields(inner) : undefined
  const values = [
    ...['error', 'statusmessage', ...REASON_NAMES].map((name) => fields.get(name)),
    ...REASON_NAMES.map((name) => innerFields?.get(name))
  ]
  return values.some((field) => field !== undefined && field !== null)
}

/** The code of the answer's error, as the service said it, or undefined. */
export function readErrorCode(response: HttpResponse): string | undefined {
  const error = readError(response)
  const code = error === undefined ? '' : findErrorCode(error)
  return code === '' ? undefined : code
}

/** True when the answer's error has this code at any level, without regard to case. */
export function hasErrorCode(response: HttpResponse, code: string): boolean {
  const error = readError(response)
  const wanted = code.toLowerCase()
  return error !== undefined && walk(error).some((node) => node.error.code.toLowerCase() === wanted)
}

/**
 * True when the answer's error is this one and no other: its own code, or that of every leaf below it, without regard
 * to case. An error with more to it than is read is not.
 */
export function isWholeError(response: HttpResponse, code: string): boolean {
  const budget = startBudget()
  const error = readWithin(response, budget)
  if (error === undefined) return false
  const wanted = code.toLowerCase()
  const isWanted = (node: OperationError) => node.code.toLowerCase() === wanted
  const leaves = walk(error).filter((node) => node.error.details.length === 0)
  const isWhole = budget.nodesLeft > 0 && !budget.isCut
  return isWanted(error) || (isWhole && leaves.every((node) => isWanted(node.error)))
}

const EMPTY: OperationError = { code: '', message: '', details: [], additionalInfo: [] }

function readErrorBody(body: Body, refused: boolean, budget: Budget): OperationError | undefined {
  switch (body.kind) {
    case 'empty':
      return undefined
    case 'json':
      return readJsonBody(body, refused, budget)
    case 'text':
    case 'malformed':
      return refused ? readTextBody(body, budget) : undefined
    default:
      return body satisfies never
  }
}

function readJsonBody(
  { value, text }: Extract<Body, { kind: 'json' }>,
  refused: boolean,
  budget: Budget
): OperationError | undefined {
  const words = isObject(value) ? readStateWords(indexFields(value)) : []
  const failed = refused || words.some((word) => FAILURE_WORDS.has(word))
  if (failed)
    return readFailureBody(value, budget) ?? (refused ? readUnknownShape(text) : undefined)
  if (!isObject(value)) return undefined
  if (words.length > 0 && words.every((word) => SUCCESS_WORDS.has(word))) return undefined
  // Without a failure around it, `message` or `statusMessage` may be plain data: only a field that is named for
  // an error counts.
  return combine(readNested(indexFields(value), budget, 0, ['error', 'provisioningerror']))
}

function readFailureBody(value: JsonValue, budget: Budget): OperationError | undefined {
  return readNode(value, budget, 0)
}

// Nothing in it is named as an error is, yet it is all the service said: better raw than lost.
function readUnknownShape(text: string): OperationError | undefined {
  return /\w/.test(text) && text !== 'null' ? toTextNode(text) : undefined
}

function readStateWords(fields: FieldIndex): readonly string[] {
  const inner = fields.get('properties')
  const innerWord = isObject(inner) ? indexFields(inner).get('provisioningstate') : undefined
  return [fields.get('status'), innerWord, fields.get('provisioningstate')]
    .filter((word) => typeof word === 'string')
    .map((word) => word.trim().toLowerCase())
}

function readNode(value: JsonValue, budget: Budget, jsonDepth: number): OperationError | undefined {
  if (budget.nodesLeft <= 0) return undefined
  budget.nodesLeft -= 1
  if (typeof value === 'string') return readString(value, budget, jsonDepth)
  if (isArray(value)) return combine(readNodes(value, budget, jsonDepth))
  return isObject(value) ? readObjectNode(value, budget, jsonDepth) : undefined
}

function readNodes(value: JsonValue | undefined, budget: Budget, jsonDepth: number) {
  if (value === undefined || value === null) return []
  const nodes: OperationError[] = []
  const items = isArray(value) ? value : [value]
  for (const [index, item] of items.entries()) {
    if (budget.nodesLeft <= 0) {
      budget.leftOut += items.length - index
      break
    }
    const node = readNode(item, budget, jsonDepth)
    if (node !== undefined) nodes.push(node)
  }
  return nodes
}

function readString(text: string, budget: Budget, jsonDepth: number): OperationError | undefined {
  return decodeJson(text, budget, jsonDepth) ?? (text.trim() === '' ? undefined : toTextNode(text))
}

// Deployments quote the error of what they deployed as JSON text, level upon level.
function decodeJson(text: string, budget: Budget, jsonDepth: number): OperationError | undefined {
  const start = text.trimStart()[0]
  if (jsonDepth >= MAX_JSON_DEPTH || (start !== '{' && start !== '[')) return undefined
  const whole = parseJsonText(text.trim())
  if (whole !== undefined) return readNode(whole, budget, jsonDepth + 1)
  const part = parseCutJson(text.trim())
  const node = part === undefined ? undefined : readNode(part, budget, jsonDepth + 1)
  budget.isCut ||= node !== undefined
  return node
}

function readObjectNode(object: JsonObject, budget: Budget, jsonDepth: number) {
  const fields = indexFields(object)
  const own = readOwn(fields, budget, jsonDepth)
  const known = merge(own, readNested(fields, budget, jsonDepth, KNOWN_NAMES))
  // Where the known names only say that something went wrong, the reason is under another.
  return known !== undefined && findCauses(known).some(isReason)
    ? known
    : merge(known, readNested(fields, budget, jsonDepth, REASON_NAMES))
}

function readOwn(
  fields: FieldIndex,
  budget: Budget,
  jsonDepth: number
): OperationError | undefined {
  const { message, quoted } = readMessage(fields.get('message'), budget, jsonDepth)
  const target = fields.get('target')
  const node: OperationError = omitUndefined({
    code: readCode(fields.get('code')),
    message,
    target: typeof target === 'string' && target.trim() !== '' ? cut(target.trim()) : undefined,
    details: [
      ...quoted,
      ...readNodes(fields.get('details'), budget, jsonDepth),
      ...readNodes(fields.get('innererror'), budget, jsonDepth)
    ],
    additionalInfo: [
      ...readAdditionalInfo(fields.get('additionalinfo'), budget),
      ...readPolicyInfo(fields.get('innererror'), budget),
      ...collectRecommendation(fields, budget)
    ]
  })
  if (node.code !== '' || node.message !== '') return node
  const [only, ...more] = node.details
  const isBare = node.target === undefined && node.additionalInfo.length === 0
  if (more.length === 0 && (isBare || only === undefined)) return only
  return node
}

/** The text of `message`, and the errors found in it when it is JSON or an object. */
function readMessage(value: JsonValue | undefined, budget: Budget, jsonDepth: number) {
  const text = isObject(value) ? indexFields(value).get('value') : value // OData: {lang, value}
  if (typeof text !== 'string') {
    return { message: '', quoted: readNodes(value, budget, jsonDepth) }
  }
  const quoted = decodeJson(text, budget, jsonDepth)
  return quoted === undefined
    ? { message: cut(text.trim()), quoted: [] }
    : { message: '', quoted: [quoted] }
}

/** The errors in the fields that hold one: `names` of the object itself and of its `properties`. */
function readNested(
  fields: FieldIndex,
  budget: Budget,
  jsonDepth: number,
  names: readonly string[]
): readonly OperationError[] {
  const inner = fields.get('properties')
  const innerFields = isObject(inner) ? indexFields(inner) : undefined
  const own = [...names, 'odata.error', 'errorentity'].map((name) => fields.get(name))
  const values = [...own, ...names.map((name) => innerFields?.get(name))]
  return values.flatMap((value) => {
    const node = value === undefined ? undefined : readNode(value, budget, jsonDepth)
    return node === undefined ? [] : [node]
  })
}

function merge(own: OperationError | undefined, nested: readonly OperationError[]) {
  if (own === undefined) return combine(nested)
  const [only, ...more] = nested
  if (own.code !== '' || only === undefined || more.length > 0) {
    return { ...own, details: [...own.details, ...nested] }
  }
  const said = own.message === '' || own.message === only.message ? [] : [toTextNode(own.message)]
  return {
    ...own,
    ...only,
    details: [...(only.message === '' ? [] : said), ...only.details, ...own.details],
    message: only.message === '' ? own.message : only.message,
    additionalInfo: [...only.additionalInfo, ...own.additionalInfo]
  }
}

function combine(nodes: readonly OperationError[]): OperationError | undefined {
  const [only, ...more] = nodes
  return more.length === 0 ? only : { ...EMPTY, details: nodes }
}

function readCode(value: JsonValue | undefined): string {
  if (typeof value !== 'string' && typeof value !== 'number') return ''
  const code = String(value).trim()
  // Cdn's and others' way to say that there is no error.
  return code.toLowerCase() === 'none' ? '' : code.slice(0, MAX_CODE_CHARS)
}

function readAdditionalInfo(value: JsonValue | undefined, budget: Budget): AdditionalInfo[] {
  const decoded = typeof value === 'string' ? parseJsonText(value.trim()) : value
  const entries = isArray(decoded) ? decoded.slice(0, MAX_NODES) : [decoded]
  return entries.flatMap((entry) => {
    if (!isObject(entry) || budget.valuesLeft <= 0) return []
    const type = typeof entry.type === 'string' ? entry.type.slice(0, MAX_CODE_CHARS) : ''
    const info = typeof entry.info === 'string' ? parseJsonText(entry.info.trim()) : entry.info
    const value = copyValue(info ?? entry.info ?? null, budget, 0)
    return [{ type, info: isObject(value) ? value : { value } }]
  })
}

// https://github.com/Azure/azure-cli/issues/6075: the policies, without the `additionalInfo` that newer answers have.
function readPolicyInfo(inner: JsonValue | undefined, budget: Budget): AdditionalInfo[] {
  const policies = isObject(inner) ? indexFields(inner).get('policyinfo') : undefined
  const list = isArray(policies) ? policies : [policies]
  const entries = list.filter(isObject).map((info) => ({ type: 'PolicyViolation', info }))
  return readAdditionalInfo(entries, budget)
}

function collectRecommendation(fields: FieldIndex, budget: Budget): AdditionalInfo[] {
  const entries = (
    [
      ['possibleCauses', fields.get('possiblecauses')],
      ['recommendedAction', fields.get('recommendedaction')],
      ['activityId', fields.get('activityid')]
    ] as const
  ).flatMap(([name, value]) =>
    value === undefined || value === null ? [] : [[name, copyValue(value, budget, 0)] as const]
  )
  return entries.length === 0 ? [] : [{ type: RECOMMENDATION, info: Object.fromEntries(entries) }]
}

// A copy, because what is kept must be small and shallow enough to be written as JSON again.
function copyValue(value: JsonValue, budget: Budget, depth: number): JsonValue {
  if (budget.valuesLeft <= 0) return null
  budget.valuesLeft -= 1
  if (typeof value === 'string') return value.slice(0, MAX_INFO_CHARS)
  if (typeof value !== 'object' || value === null) return value
  if (depth >= MAX_INFO_DEPTH) return null
  const below = depth + 1
  if (isArray(value)) {
    return value.slice(0, budget.valuesLeft).map((item) => copyValue(item, budget, below))
  }
  const keys = Object.keys(value).slice(0, budget.valuesLeft)
  return Object.fromEntries(
    keys.map((key) => [key.slice(0, MAX_CODE_CHARS), copyValue(value[key] ?? null, budget, below)])
  )
}

function readTextBody(
  body: Extract<Body, { kind: 'text' | 'malformed' }>,
  budget: Budget
): OperationError | undefined {
  const trimmed = (readProblem(body) ?? body.text).trim()
  if (trimmed === '') return undefined
  if (!trimmed.startsWith('<')) return decodeJson(trimmed, budget, 0) ?? toTextNode(trimmed)
  const markup = trimmed.slice(0, MAX_MARKUP_CHARS)
  const code = readElement(markup, /<(?:\w{1,32}:)?code>([^<]*)</i)
  const message = readElement(markup, /<(?:\w{1,32}:)?message>([^<]*)</i)
  if (code !== '' || message !== '')
    return { ...EMPTY, code: readCode(code), message: cut(message) }
  const title = readElement(markup, /<title>([^<]*)</i)
  return toTextNode(title === '' ? 'The answer is a page, not an ARM error.' : title)
}

function readElement(markup: string, pattern: RegExp): string {
  const text = pattern.exec(markup)?.[1] ?? ''
  return text.replace(/&(lt|gt|quot|apos|amp);/g, (entity) => ENTITIES.get(entity) ?? entity).trim()
}

const ENTITIES: ReadonlyMap<string, string> = new Map([
  ['&lt;', '<'],
  ['&gt;', '>'],
  ['&quot;', '"'],
  ['&apos;', "'"],
  ['&amp;', '&']
])

function toTextNode(text: string): OperationError {
  return { ...EMPTY, message: cut(text.trim()) }
}

/** Longer than a token: what is cut out of the beginning of a tail, to begin it with a whole word. */
const MAX_WORD_CHARS = 4_096

// Head and tail: the output of a script has its reason at the end. The end of a secret that was cut in two could not be
// known as one; the beginning of one is, by the mark after it.
function cut(text: string): string {
  if (text.length <= MAX_MESSAGE_CHARS) return text
  const half = MAX_MESSAGE_CHARS / 2
  const word = text.slice(-half - 1).search(/\s/)
  const tail = half + 1 - (word < 0 || word > MAX_WORD_CHARS ? MAX_WORD_CHARS : word)
  const more = text.length - half - tail
  return `${text.slice(0, half)}… (${more} more characters) …${text.slice(-tail)}`.toWellFormed()
}

type FieldIndex = ReadonlyMap<string, JsonValue>

const KNOWN_FIELDS: ReadonlySet<string> = new Set([
  'code',
  'message',
  'value',
  'target',
  'details',
  'innererror',
  'additionalinfo',
  'possiblecauses',
  'recommendedaction',
  'activityid',
  'error',
  'odata.error',
  'errorentity',
  'provisioningerror',
  'statusmessage',
  'properties',
  'status',
  'provisioningstate',
  'policyinfo',
  ...REASON_NAMES
])
const MAX_FIELD_NAME_CHARS = 20

/** The fields that errors are made of, by lower-case name (`Code` and `Error` are real); the first of two wins. */
function indexFields(object: JsonObject): FieldIndex {
  const fields = new Map<string, JsonValue>()
  for (const key of Object.keys(object)) {
    const name = key.length <= MAX_FIELD_NAME_CHARS ? key.toLowerCase() : ''
    const value = object[key]
    if (KNOWN_FIELDS.has(name) && value !== undefined && !fields.has(name)) fields.set(name, value)
  }
  return fields
}

function isArray(value: JsonValue | undefined): value is readonly JsonValue[] {
  return Array.isArray(value)
}
