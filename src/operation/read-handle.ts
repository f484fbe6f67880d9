/**
 * Reads a resume handle. Pure. A handle that comes in is untrusted: it says where a token is sent, so every part of it
 * is checked here, and nothing is believed that was not.
 */

import { type JsonObject, type JsonValue, METHODS, type Method } from '../http/message.ts'
import { isTrustedUrl, type Trust } from '../http/trust.ts'
import {
  type AzureIds,
  type Conditions,
  computeCheck,
  type Handle,
  HIDDEN,
  ID_TEXT,
  MAX_EXPRESSION_CHARS,
  MAX_HANDLE_CHARS,
  MAX_STATUS_CHARS,
  PREFIX,
  type ResumableOperation,
  SAME_URL,
  VERSION
} from './handle.ts'
import { resolvePollingUrl } from './polling-url.ts'
import {
  type ConfirmingOperation,
  type Facts,
  FINAL_STATE_VIA,
  type PollingVia,
  type RunningOperation
} from './state.ts'
import { type ExtraStates, interpretStatus } from './status.ts'

/** What came of reading a handle. `problem` reads on from "Input resume: ". */
export type HandleReading =
  | { readonly kind: 'handle'; readonly handle: Handle }
  | {
      readonly kind: 'refused'
      readonly problem: string
      /** The input that would help, where it is another than `resume`. */
      readonly input?: 'subscription-id' | 'tenant-id'
    }

const MAX_STATE_WORDS = 100
/** The last moment that a Date can hold, in milliseconds since the epoch. */
const MAX_TIME_MS = 8.64e15

/** Ends the reading of a handle; never leaves this file. */
class Refusal extends Error {
  readonly input: 'subscription-id' | 'tenant-id' | undefined

  constructor(problem: string, input?: 'subscription-id' | 'tenant-id') {
    super(problem)
    this.input = input
  }
}

const DAMAGED = 'is damaged: copy the whole output operation of the step that started it'

/**
 * Reads a handle that this action has made. Throws nothing: whatever is wrong with it is a refusal.
 * @param trust where the configured cloud's token may go; every URL in the handle is held to it
 */
export function decodeHandle(text: string, trust: Trust, ids: AzureIds): HandleReading {
  try {
    return { kind: 'handle', handle: readHandle(readFields(text, ids), trust, ids) }
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    const { message: problem, input } = error
    return { kind: 'refused', problem, ...(input === undefined ? {} : { input }) }
  }
}

function readFields(text: string, ids: AzureIds): JsonObject {
  if (text.length > MAX_HANDLE_CHARS) throw new Refusal('is too long for a handle')
  const version = new RegExp(`^${PREFIX}(\\d{1,9})\\.`).exec(text)?.[1]
  if (version === undefined) {
    throw new Refusal('is no handle: it is the output operation of an earlier step')
  }
  if (Number(version) !== VERSION) {
    throw new Refusal(
      `was made by another version of this action (format ${version}, this one reads ${VERSION})`
    )
  }
  const [, payload = '', check = '', ...more] = text.split('.')
  const isWhole = /^[\w-]+$/.test(payload) && more.length === 0 && computeCheck(payload) === check
  if (!isWhole) throw new Refusal(DAMAGED)
  return parseFields(restoreIds(decodeUtf8(payload), ids))
}

function decodeUtf8(payload: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(payload, 'base64url'))
  } catch {
    throw new Refusal(DAMAGED)
  }
}

function restoreIds(text: string, { subscriptionId, tenantId }: AzureIds): string {
  return text.replace(HIDDEN, (_placeholder, mark: string, capitals: string) => {
    const [id, input] =
      mark === 's'
        ? ([subscriptionId, 'subscription-id'] as const)
        : ([tenantId, 'tenant-id'] as const)
    if (id === undefined) throw new Refusal('is missing, and the handle in resume needs it', input)
    return applyCase(id, capitals)
  })
}

/** Every name that a handle may have. */
const FIELD_NAMES: ReadonlySet<string> = new Set(
  'o m u f t n r l p b w v g h e a d i q x y z mf wu wl fi ks kt'.split(' ')
)

function applyCase(id: string, capitals: string): string {
  const bits = BigInt(`0x${capitals === '' ? '0' : capitals}`)
    .toString(2)
    .padStart(id.length, '0')
  return [...id.toLowerCase()]
    .map((letter, index) => (bits[index] === '1' ? letter.toUpperCase() : letter))
    .join('')
}

function parseFields(json: string): JsonObject {
  let value: JsonValue
  try {
    value = JSON.parse(json)
  } catch {
    throw new Refusal(DAMAGED)
  }
  if (!isObject(value)) throw new Refusal(DAMAGED)
  const stranger = Object.keys(value).find((name) => !FIELD_NAMES.has(name))
  if (stranger !== undefined) throw new Refusal(DAMAGED)
  return value
}

function isObject(value: JsonValue): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function readHandle(fields: JsonObject, trust: Trust, ids: AzureIds): Handle {
  checkOrigin(fields, trust)
  checkIds(fields, ids)
  const operation = readOperation(fields, trust)
  const [correlationId, requestId] = [readText(fields.i, ID_TEXT), readText(fields.q, ID_TEXT)]
  return {
    operation,
    finalStateVia: readOneOf(fields.x ?? 'auto', FINAL_STATE_VIA),
    extraStates: readExtraStates(fields),
    conditions: readConditions(fields),
    ...(correlationId === undefined ? {} : { correlationId }),
    ...(requestId === undefined ? {} : { requestId })
  }
}

function checkOrigin({ o: origin }: JsonObject, trust: Trust): void {
  if (origin === trust.origin) return
  if (typeof origin !== 'string' || !URL.canParse(origin)) throw new Refusal(DAMAGED)
  const { host } = new URL(origin)
  throw new Refusal(
    `belongs to another cloud: it was made on ${host.slice(0, MAX_STATUS_CHARS)}, and environment is that of ${new URL(trust.origin).host}`
  )
}

/** A DELETE that is looked for in the wrong subscription would seem to have succeeded. */
function checkIds({ ks, kt }: JsonObject, { subscriptionId, tenantId }: AzureIds): void {
  const isOther = (check: JsonValue | undefined, id: string | undefined) =>
    check !== undefined && id !== undefined && computeCheck(id.toLowerCase()) !== check
  if (isOther(ks, subscriptionId)) {
    throw new Refusal(
      'is not the subscription that the handle in resume was made for',
      'subscription-id'
    )
  }
  if (isOther(kt, tenantId)) {
    throw new Refusal('is not the tenant that the handle in resume was made for', 'tenant-id')
  }
}

function readOperation(fields: JsonObject, trust: Trust): ResumableOperation {
  const facts = readFacts(fields, trust)
  switch (fields.v) {
    case 'confirming':
      return {
        state: 'confirming',
        facts,
        url: facts.request.url,
        wait: { kind: 'none' },
        attempts: 0,
        provisionalAnswer: createAnswer(fields.a),
        isMonitorForeign: fields.mf === true
      }
    case 'condition':
      return { state: 'awaiting-condition', facts, url: readUrl(fields.g, trust) }
    default:
      return readRunning(fields, facts, trust)
  }
}

const POLLING_VIA = [
  'status-url',
  'location-url',
  'resource',
  'absence'
] as const satisfies readonly PollingVia[]

function readRunning(fields: JsonObject, facts: Facts, trust: Trust): RunningOperation {
  const via = readOneOf(fields.v, POLLING_VIA)
  const hasOwnUrl = via === 'status-url' || via === 'location-url'
  const header = readOneOf(fields.h ?? 'azure-async-operation', [
    'azure-async-operation',
    'operation-location'
  ] as const)
  return {
    state: 'running',
    via,
    url: hasOwnUrl ? readUrl(fields.g, trust) : facts.request.url,
    // What happened since is not known, so the first poll comes at once.
    wait: { kind: 'none' },
    facts,
    everReadable: readFlag(fields.e),
    missedRounds: readNumber(fields.d ?? 0, 1_000),
    absences: 0,
    ...(via === 'status-url' ? { header } : {}),
    ...(fields.a === undefined ? {} : { provisionalAnswer: createAnswer(fields.a) })
  }
}

function readFacts(fields: JsonObject, trust: Trust): Facts {
  const method: Method = readOneOf(fields.m, METHODS)
  const location = fields.l === SAME_URL ? (fields.g ?? fields.u) : fields.l
  const lastStatus = readText(fields.w, /^.{1,200}$/s)
  return {
    request: { method, url: readUrl(fields.u, trust) },
    firstStatus: readHttpStatus(fields.f),
    startedAtMs: readNumber(fields.t, MAX_TIME_MS),
    pollCount: readNumber(fields.n ?? 0, Number.MAX_SAFE_INTEGER),
    sawProgress: readFlag(fields.p),
    fellBack: readFlag(fields.b),
    warnings: [],
    ...(fields.r === undefined
      ? {}
      : { retryAfterMs: readNumber(fields.r, Number.MAX_SAFE_INTEGER) }),
    ...(location === undefined ? {} : { locationUrl: readUrl(location, trust) }),
    ...(lastStatus === undefined ? {} : { lastStatus })
  }
}

/** A URL that the token may follow, exactly as it stands in the handle but for the origin of a path. */
function readUrl(value: JsonValue | undefined, trust: Trust): string {
  if (typeof value !== 'string') throw new Refusal(DAMAGED)
  const url = resolvePollingUrl(value, trust.origin, trust)
  const isWhole = url === value || url === trust.origin + value
  if (url !== undefined && isWhole && isTrustedUrl(url, trust)) return url
  const host = URL.canParse(value) ? new URL(value).host.slice(0, MAX_STATUS_CHARS) : ''
  const where = host === '' ? 'an address' : `an address (${host})`
  throw new Refusal(
    `names ${where} that is not on the resource manager endpoint, and the token goes nowhere else`
  )
}

function createAnswer(status: JsonValue | undefined): ConfirmingOperation['provisionalAnswer'] {
  return { status: readHttpStatus(status), headers: {}, body: { kind: 'empty' } }
}

function readHttpStatus(value: JsonValue | undefined): number {
  const status = readNumber(value, 599)
  if (status < 100) throw new Refusal(DAMAGED)
  return status
}

function readNumber(value: JsonValue | undefined, max: number): number {
  const isGood =
    typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 && value <= max
  if (!isGood) throw new Refusal(DAMAGED)
  return value
}

function readFlag(value: JsonValue | undefined): boolean {
  if (value !== undefined && value !== true) throw new Refusal(DAMAGED)
  return value === true
}

function readText(value: JsonValue | undefined, form: RegExp): string | undefined {
  if (value === undefined) return undefined
  if (typeof value !== 'string' || !form.test(value)) throw new Refusal(DAMAGED)
  return value
}

function readOneOf<Choice extends string>(
  value: JsonValue | undefined,
  choices: readonly Choice[]
): Choice {
  const choice = choices.find((candidate) => candidate === value)
  if (choice === undefined) throw new Refusal(DAMAGED)
  return choice
}

/** The words of a handle may add a meaning, and never turn one of the contract's round. */
function readExtraStates({ y, z }: JsonObject): ExtraStates {
  const none: ExtraStates = { success: [], failure: [] }
  const read = (value: JsonValue | undefined, own: 'succeeded' | 'failed') => {
    if (value === undefined) return []
    if (!isList(value) || value.length > MAX_STATE_WORDS) throw new Refusal(DAMAGED)
    return value.map((word) => {
      if (typeof word !== 'string' || word.trim() === '' || word.length > MAX_STATUS_CHARS) {
        throw new Refusal(DAMAGED)
      }
      const meaning = interpretStatus(word, none)
      if (meaning !== 'running' && meaning !== own) throw new Refusal(DAMAGED)
      return word
    })
  }
  return { success: read(y, 'succeeded'), failure: read(z, 'failed') }
}

function isList(value: JsonValue): value is readonly JsonValue[] {
  return Array.isArray(value)
}

function readConditions({ wu, wl, fi }: JsonObject): Conditions {
  const form = new RegExp(`^.{1,${MAX_EXPRESSION_CHARS}}$`, 's')
  const [waitUntil, waitUntilUrl, failIf] = [
    readText(wu, form),
    readText(wl, form),
    readText(fi, form)
  ]
  return {
    ...(waitUntil === undefined ? {} : { waitUntil }),
    ...(waitUntilUrl === undefined ? {} : { waitUntilUrl }),
    ...(failIf === undefined ? {} : { failIf })
  }
}
