/**
 * The state of a step as text: packed, with a check against damage, and a salt by which it can be written another way
 * where GitHub would find a secret in it by chance. Pure. What comes in is untrusted: every part of it is checked, what
 * it makes is bounded, and whatever is wrong with it is a problem in words.
 */
import { deflateRawSync, inflateRawSync } from 'node:zlib'
import type { ReadPaths } from '../condition/paths.ts'
import { asObject, isList, parseJsonText } from '../http/body.ts'
import { type JsonObject, type JsonValue, METHODS, type Method } from '../http/message.ts'
import type { Ending } from '../run/outcome.ts'
import { omitUndefined } from '../values.ts'
import { digestText } from './digest.ts'
import { type KeptValue, MARK_REASONS, MAX_VALUE_CHARS, type Mark } from './kept-values.ts'
import { MAX_OPERATIONS, nameOperation } from './plan.ts'
import type {
  StateElement,
  StateEnd,
  StateItem,
  StateOperation,
  StatePast,
  StepState
} from './step-state.ts'

/** Beginning of every state, which tells it from a handle. */
export const STATE_PREFIX = 'armlist'
const FORMAT = `${STATE_PREFIX}1`
/** Far more than thousands of operations take. */
const MAX_STATE_BYTES = 64 * 1024 * 1024
/** What is not in the list any more is waited for beside what is, and loops count beside their operations. */
const MAX_STATE_OPERATIONS = 4 * MAX_OPERATIONS
const MAX_SALT = 0xff
/** Limit of a message of the service, which is only told. */
export const MAX_ERROR_CHARS = 300
const MAX_TEXT_CHARS = 4_000
const MAX_HANDLE_CHARS = 100_000
/** The last moment that a Date can hold, in milliseconds since the epoch. */
const MAX_TIME_MS = 8.64e15

/**
 * The state as text: letters, digits, `.`, `_` and `-`.
 * @param isUnfit true for a text that must be written another way, as far as there is one
 */
export function writeState(state: StepState, isUnfit: (text: string) => boolean): string {
  const json = JSON.stringify({ items: state.items.map(writeItem) })
  const bytes = deflateRawSync(json)
  let text = ''
  for (let salt = 1; salt <= MAX_SALT; salt += 1) {
    const salted = Buffer.concat([Uint8Array.of(salt), bytes.map((byte) => byte ^ salt)])
    const payload = salted.toString('base64url')
    text = `${FORMAT}.${payload}.${digestText(payload)}`
    if (!isUnfit(text)) return text
  }
  return text
}

/**
 * The state with the names of operations that may have been sent since it was written: they are never sent again.
 * @param text a state, perhaps with such names
 * @param at milliseconds since the epoch
 */
export function addBegun(text: string, names: readonly string[], at: number): string {
  if (text === '' || names.length === 0) return text
  return `${text}${BEGUN}${Buffer.from(JSON.stringify([at, ...names])).toString('base64url')}`
}

/** What such names begin with; not a letter of a state. */
const BEGUN = '+'

function writeItem({ name, digest, method, url, own, operations }: StateItem) {
  return omitUndefined({
    name,
    digest,
    method,
    url: cut(url),
    own: own && writeOperation(own),
    operations: operations?.map(writeOperation)
  })
}

function cut(text: string, maxChars = MAX_TEXT_CHARS): string {
  return text.slice(0, maxChars).toWellFormed()
}

function writePast(past: StatePast): StatePast | undefined {
  if (past.kind === 'fault') return { ...past, message: cut(past.message) }
  if (past.kind !== 'ended') return past.kind === 'not-started' ? undefined : past
  const { url, resourceId, error, correlationId, ...end } = past.end
  return {
    kind: 'ended',
    end: omitUndefined({
      ...end,
      url: cut(url),
      resourceId: resourceId && cut(resourceId),
      error: error && { code: cut(error.code), message: cut(error.message, MAX_ERROR_CHARS) },
      correlationId: correlationId && cut(correlationId)
    })
  }
}

function writeOperation({ past, element, response, needed }: StateOperation) {
  return omitUndefined({
    past: writePast(past),
    element: element && { ...element, value: element.value && writeKept(element.value) },
    response: response && writeKept(response),
    needed: needed && writePaths(needed)
  })
}

/** As a text in the text: its length is looked at before it is read. */
function writeKept({ value, paths, marks }: KeptValue) {
  return { value: JSON.stringify(value), paths: writePaths(paths), marks }
}

function writePaths(paths: ReadPaths): JsonValue {
  if (paths === 'all') return 1
  return [...paths].map(([name, below]) => [name, writePaths(below)])
}

/** A state, or why it is refused. `problem` reads on from "Input resume: ". */
export type StateReading =
  | { readonly kind: 'state'; readonly state: StepState }
  | { readonly kind: 'refused'; readonly problem: string }

/** Reads a state that this action has made. Throws nothing. */
export function readState(text: string): StateReading {
  try {
    const [state = '', ...begun] = text.split(BEGUN)
    return { kind: 'state', state: begun.reduce(readBegun, readFields(unpack(state))) }
  } catch (error) {
    if (!(error instanceof StateError)) throw error
    return { kind: 'refused', problem: error.message }
  }
}

/** Reason why a state is refused. */
class StateError extends Error {
  override readonly name = 'StateError'
}

const DAMAGED = 'is damaged: a part of it is missing, or was changed'

function unpack(text: string): JsonValue {
  const [format, payload = '', check = '', ...more] = text.split('.')
  if (format !== FORMAT) {
    throw new StateError(
      `was made by another version of this action (${STATE_PREFIX} in another format than ${FORMAT})`
    )
  }
  const isWhole = /^[\w-]+$/.test(payload) && more.length === 0 && digestText(payload) === check
  const json = isWhole ? inflate(Buffer.from(payload, 'base64url')) : undefined
  // Millions of levels would take a parser minutes.
  const isParsed = json !== undefined && !isNestedDeeper(json, MAX_JSON_DEPTH)
  return (isParsed ? parseJsonText(json) : undefined) ?? refuse()
}

/** True for JSON with more levels than that. */
function isNestedDeeper(json: string, maxDepth: number): boolean {
  let depth = 0
  let isText = false
  for (let at = 0; at < json.length; at += 1) {
    const letter = json[at]
    if (isText && letter === '\\') at += 1
    else if (letter === '"') isText = !isText
    else if (isText) continue
    else if (letter === '[' || letter === '{') depth += 1
    else if (letter === ']' || letter === '}') depth -= 1
    if (depth > maxDepth) return true
  }
  return false
}

function inflate(salted: Uint8Array): string | undefined {
  const [salt = 0] = salted
  const bytes = salted.subarray(1).map((byte) => byte ^ salt)
  try {
    return inflateRawSync(bytes, { maxOutputLength: MAX_STATE_BYTES }).toString()
  } catch {
    return undefined
  }
}

function refuse(): never {
  throw new StateError(DAMAGED)
}

/** The state after names of what may have been sent since: what it calls not started was perhaps sent. */
function readBegun(state: StepState, text: string): StepState {
  const [at, ...names] = readList(parseJsonText(Buffer.from(text, 'base64url').toString()))
  const begun = new Set(names.map((name) => readText(name)))
  const time = readTime(at)
  const begin = (name: string, operation: StateOperation, { method, url }: StateItem) => {
    if (!begun.has(name) || operation.past.kind !== 'not-started') return operation
    return { ...operation, past: endUnseen({ method, url }, time) }
  }
  const items = state.items.map((item) => {
    const { name, own, operations } = item
    return omitUndefined({
      ...item,
      own: own && begin(name, own, item),
      operations: operations?.map((operation) =>
        begin(nameOperation(name, operation.element?.key ?? ''), operation, item)
      )
    })
  })
  return { items }
}

/** Past of what was sent and neither accepted nor seen to end: nobody knows how it ended, and it is never sent again. */
export function endUnseen(request: Pick<StateEnd, 'method' | 'url'>, startedAt: number): StatePast {
  const end = { ending: { kind: 'undecided' }, ...request, startedAt, endedAt: startedAt } as const
  return { kind: 'ended', end }
}

function readFields(value: JsonValue): StepState {
  const items = readList(asObject(value)?.items).map(readItem)
  const count = items.reduce((sum, { operations = [] }) => sum + 1 + operations.length, 0)
  if (count > MAX_STATE_OPERATIONS || items.length === 0) refuse()
  if (new Set(items.map(({ name }) => name)).size < items.length) refuse()
  return { items }
}

function readItem(value: JsonValue): StateItem {
  const { name, digest, method, url, own, operations } = readObject(value)
  const read = operations === undefined ? undefined : readList(operations).map(readOperation)
  const keys = read?.map(({ element }) => element?.key ?? refuse()) ?? []
  if (new Set(keys).size < keys.length) refuse()
  if (own === undefined && read === undefined) refuse()
  return omitUndefined({
    name: readText(name, /^[A-Za-z]\w{0,99}$/),
    digest: readText(digest, /^[\w-]{1,64}$/),
    method: readMethod(method),
    url: readText(url),
    own: own === undefined ? undefined : readOperation(own),
    operations: read
  })
}

function readOperation(value: JsonValue): StateOperation {
  const { past, element, response, needed } = readObject(value)
  return omitUndefined({
    past: past === undefined ? ({ kind: 'not-started' } as const) : readPast(readObject(past)),
    element: element === undefined ? undefined : readElement(readObject(element)),
    response: response === undefined ? undefined : readKept(readObject(response)),
    needed: needed === undefined ? undefined : readPaths(needed)
  })
}

function readElement({ key, digest, value }: JsonObject): StateElement {
  return omitUndefined({
    key: readText(key, /^[^\p{C}]{1,200}$/u),
    digest: readText(digest, /^[\w-]{1,64}$/),
    value: value === undefined ? undefined : readKept(readObject(value))
  })
}

function readPast(past: JsonObject): StatePast {
  switch (past.kind) {
    case 'left-out':
      return { kind: 'left-out' }
    case 'fault':
      return { kind: 'fault', message: readText(past.message) }
    case 'accepted':
      return { kind: 'accepted', handle: readText(past.handle, HANDLE_TEXT, MAX_HANDLE_CHARS) }
    case 'ended':
      return { kind: 'ended', end: readEnd(readObject(past.end)) }
    default:
      return refuse()
  }
}

const HANDLE_TEXT = /^[\w.-]+$/

function readEnd(end: JsonObject): StateEnd {
  const { method, url, startedAt, endedAt, resourceId, error, correlationId } = end
  const { code, message } = asObject(error) ?? {}
  return omitUndefined({
    ending: readEnding(readObject(end.ending)),
    method: readMethod(method),
    url: readText(url),
    startedAt: readTime(startedAt),
    endedAt: readTime(endedAt),
    resourceId: resourceId === undefined ? undefined : readText(resourceId),
    error:
      error === undefined
        ? undefined
        : { code: readText(code), message: readText(message, /^/, MAX_ERROR_CHARS) },
    correlationId: correlationId === undefined ? undefined : readText(correlationId)
  })
}

const ENDINGS: readonly Ending[] = [
  ...(
    ['succeeded', 'failed', 'canceled', 'refused', 'not-read', 'undecided', 'fail-if'] as const
  ).map((kind) => ({ kind })),
  ...(['fault', 'deadline', 'cancellation'] as const).flatMap((by) => [
    { kind: 'not-sent' as const, by },
    { kind: 'unanswered' as const, by, mayStillRun: true },
    { kind: 'unanswered' as const, by, mayStillRun: false }
  ]),
  ...(['deadline', 'cancellation', 'choice'] as const).map((by) => ({
    kind: 'condition-left' as const,
    by
  })),
  ...(['wait-until', 'fail-if'] as const).map((input) => ({
    kind: 'condition-undecided' as const,
    input
  }))
]

function readEnding({ kind, by, mayStillRun, input }: JsonObject): Ending {
  const told = JSON.stringify([kind, by, mayStillRun, input])
  const found = ENDINGS.find((ending) => {
    const fields: Readonly<Record<string, unknown>> = { ...ending }
    return JSON.stringify([ending.kind, fields.by, fields.mayStillRun, fields.input]) === told
  })
  return found ?? refuse()
}

function readKept({ value, paths, marks }: JsonObject): KeptValue {
  // Of elements that hold a longer key; a text is written with its escapes.
  const parsed = parseJsonText(readText(value, /^/, MAX_VALUE_CHARS))
  return {
    value: parsed ?? null,
    paths: readPaths(paths),
    marks: readList(marks).map((mark) => readMark(readObject(mark)))
  }
}

function readMark({ path, why }: JsonObject): Mark {
  return {
    path: readList(path).map((step) => readText(step, /^/, MAX_VALUE_CHARS)),
    why: MARK_REASONS.find((reason) => reason === why) ?? refuse()
  }
}

/** No expression goes deeper. */
const MAX_DEPTH = 1_000
/** Each level of what an expression reads is two of JSON. */
const MAX_JSON_DEPTH = 2 * MAX_DEPTH + 20

function readPaths(value: JsonValue | undefined, depth = 0): ReadPaths {
  if (value === 1) return 'all'
  if (depth > MAX_DEPTH) refuse()
  return new Map(
    readList(value).map((entry) => {
      const [name, below] = readList(entry)
      return [readText(name), readPaths(below, depth + 1)] as const
    })
  )
}

function readObject(value: JsonValue | undefined): JsonObject {
  return asObject(value) ?? refuse()
}

function readList(value: JsonValue | undefined): readonly JsonValue[] {
  return isList(value) ? value : refuse()
}

function readText(value: JsonValue | undefined, form = /^/, maxChars = MAX_TEXT_CHARS): string {
  const isGood = typeof value === 'string' && value.length <= maxChars && form.test(value)
  return isGood ? value : refuse()
}

function readMethod(value: JsonValue | undefined): Method {
  return METHODS.find((method) => method === value) ?? refuse()
}

function readTime(value: JsonValue | undefined): number {
  return typeof value === 'number' && value >= 0 && value <= MAX_TIME_MS ? value : refuse()
}
