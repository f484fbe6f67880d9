/**
 * The resume handle: what another step, job or run needs to go on waiting for an operation, as one line of text. Pure.
 *
 * It holds no token and no body, so whoever has it can read how the operation goes, and only with a token of their own
 * that may: it is a capability to read and never one to write. Its polling URLs may be signed, so it is encoded rather
 * than shown in clear; it is not encrypted. GitHub drops an output that holds a registered secret, in plain or in
 * base64, so the ids that people keep as secrets are left out and filled in again on resume.
 *
 * A handle that comes in is untrusted: it says where a token is sent. Every part of it is checked here.
 */
import type { ArmRequest, JsonObject, JsonValue, Method } from './message.ts'
import { METHODS } from './message.ts'
import { isTrustedUrl, resolvePollingUrl, type Trust } from './polling-url.ts'
import {
  type ConfirmingOperation,
  type Facts,
  FINAL_STATE_VIA,
  type FinalStateVia,
  type Operation,
  type PollingVia,
  type RunningOperation
} from './state.ts'
import { type ExtraStates, interpretStatus } from './status.ts'

/** Succeeded; only the author's condition on the resource is still waited for. */
export interface AwaitingCondition {
  readonly state: 'awaiting-condition'
  readonly facts: Facts
  /** The GET that the condition is read from. */
  readonly url: string
}

/** A state that can be put down and taken up again: it needs no answer that came before. */
export type ResumableOperation = RunningOperation | ConfirmingOperation | AwaitingCondition

/** What the author asked of the end, in JMESPath. */
export interface Conditions {
  readonly waitUntil?: string
  readonly waitUntilUrl?: string
  readonly failIf?: string
}

/** The ids that stand as placeholders in a handle. */
export interface HiddenIds {
  readonly subscriptionId?: string
  readonly tenantId?: string
}

export interface Handle {
  readonly operation: ResumableOperation
  /** Of the first answer, to find the operation by. */
  readonly correlationId?: string
  readonly requestId?: string
  readonly finalStateVia: FinalStateVia
  readonly extraStates: ExtraStates
  readonly conditions: Conditions
}

/** What came of reading a handle. `problem` reads on from "Input resume: ". */
export type HandleReading =
  | { readonly kind: 'handle'; readonly handle: Handle }
  | {
      readonly kind: 'refused'
      readonly problem: string
      /** The input that would help, where it is another than `resume`. */
      readonly input?: 'subscription-id' | 'tenant-id'
    }

const VERSION = 1
const PREFIX = 'armop'
/** An input is an environment variable, and Linux takes 128 KiB for one. */
const MAX_HANDLE_CHARS = 100_000
const MAX_STATUS_CHARS = 200
const MAX_EXPRESSION_CHARS = 10_000
const MAX_STATE_WORDS = 100
/** The last moment that a Date can hold, in milliseconds since the epoch. */
const MAX_TIME_MS = 8.64e15
const ID_TEXT = /^[\x21-\x7e]{1,128}$/
const GUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

/**
 * The state to go on from when `operation` is left now, or undefined when there is nothing to wait for.
 * @param monitored the last state that was followed by the operation's own monitor
 */
export function takeResumable(
  operation: Operation,
  monitored: ResumableOperation | undefined
): ResumableOperation | undefined {
  switch (operation.state) {
    case 'running':
    case 'confirming':
      return operation
    case 'seeking-absence':
      return { ...operation.monitor, facts: operation.facts }
    case 'fetching-result':
    case 'settling':
    case 'unknown':
      // The monitor tells the end again; what was learnt on a way round it still counts as evidence.
      return monitored === undefined
        ? undefined
        : {
            ...monitored,
            facts: {
              ...monitored.facts,
              sawProgress: monitored.facts.sawProgress || operation.facts.sawProgress,
              pollCount: operation.facts.pollCount
            }
          }
    case 'succeeded':
    case 'failed':
    case 'canceled':
      return undefined
    default:
      return operation satisfies never
  }
}

/** True for a state that reads the operation's own monitor, and not a way round it. */
export function isMonitored(operation: Operation): operation is RunningOperation {
  return operation.state === 'running' && !operation.facts.fellBack
}

/**
 * The handle as text: letters, digits, `.`, `_` and `-`. Undefined when it would be too long to be handed over.
 * @param origin of the resource manager endpoint
 * @param ids that must not occur in it, beside the subscription that the request names
 */
export function encodeHandle(handle: Handle, origin: string, ids: HiddenIds): string | undefined {
  const { operation } = handle
  const hidden = chooseHiddenIds(operation.facts.request, ids)
  const json = JSON.stringify({ ...writeHandle(handle, origin), ...writeIdChecks(hidden) })
  const payload = Buffer.from(hideIds(json, hidden)).toString('base64url')
  const text = `${PREFIX}${VERSION}.${payload}.${computeCheck(payload)}`
  return text.length > MAX_HANDLE_CHARS ? undefined : text
}

/** The subscription of the request comes first: it is the one that its polling URLs repeat. */
function chooseHiddenIds({ url }: ArmRequest, ids: HiddenIds): HiddenIds {
  const named = /\/subscriptions\/([^/?]+)/i.exec(url)?.[1]
  const subscriptionId = named !== undefined && GUID.test(named) ? named : ids.subscriptionId
  return {
    ...(subscriptionId === undefined ? {} : { subscriptionId }),
    ...(ids.tenantId === undefined ? {} : { tenantId: ids.tenantId })
  }
}

/** Short names keep it short; what has its usual value is left out. */
function writeHandle(handle: Handle, origin: string): JsonObject {
  const { operation, correlationId, requestId, finalStateVia, extraStates, conditions } = handle
  const { facts } = operation
  const { waitUntil, waitUntilUrl, failIf } = conditions
  const shorten = (url: string) => (url.startsWith(`${origin}/`) ? url.slice(origin.length) : url)
  return omitUnset({
    o: origin,
    m: facts.request.method,
    u: shorten(facts.request.url),
    f: facts.firstStatus,
    t: Math.round(facts.startedAtMs),
    n: facts.pollCount || undefined,
    r: facts.retryAfterMs,
    l: facts.locationUrl === undefined ? undefined : shorten(facts.locationUrl),
    p: facts.sawProgress || undefined,
    b: facts.fellBack || undefined,
    w: facts.lastStatus?.slice(0, MAX_STATUS_CHARS).toWellFormed(),
    ...writeState(operation, shorten),
    i: keepId(correlationId),
    q: keepId(requestId),
    x: finalStateVia === 'auto' ? undefined : finalStateVia,
    y: extraStates.success.length === 0 ? undefined : extraStates.success,
    z: extraStates.failure.length === 0 ? undefined : extraStates.failure,
    wu: waitUntil,
    wl: waitUntilUrl,
    fi: failIf
  })
}

function writeState(
  operation: ResumableOperation,
  shorten: (url: string) => string
): Readonly<Record<string, JsonValue | undefined>> {
  switch (operation.state) {
    case 'running': {
      const { via, url, header, everReadable, fallbackAnswer, missedRounds } = operation
      const hasOwnUrl = via === 'status-url' || via === 'location-url'
      return {
        v: via,
        g: hasOwnUrl ? shorten(url) : undefined,
        h: header === 'operation-location' ? header : undefined,
        e: everReadable || undefined,
        a: fallbackAnswer?.status,
        d: missedRounds || undefined
      }
    }
    case 'confirming':
      return { v: 'confirming', a: operation.fallbackAnswer.status }
    case 'awaiting-condition':
      return { v: 'condition', g: shorten(operation.url) }
    default:
      return operation satisfies never
  }
}

function keepId(id: string | undefined): string | undefined {
  return id !== undefined && ID_TEXT.test(id) ? id : undefined
}

function omitUnset(fields: Readonly<Record<string, JsonValue | undefined>>): JsonObject {
  const set = Object.entries(fields).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, value] as const]
  )
  return Object.fromEntries(set)
}

// Control characters never occur in JSON text, so that no text of a service can pass for a placeholder.
const HIDDEN_START = '\u0001'
const HIDDEN_END = '\u0002'
const HIDDEN = new RegExp(`${HIDDEN_START}([st])([0-9a-f]{0,64})${HIDDEN_END}`, 'g')

/** Ids are compared without regard to case and restored letter by letter: a signed URL is valid only as it was. */
function hideIds(text: string, { subscriptionId, tenantId }: HiddenIds): string {
  const hide = (from: string, id: string | undefined, mark: string) =>
    id === undefined || id === ''
      ? from
      : from.replace(
          new RegExp(id.replace(/[^\w-]/g, '\\$&'), 'gi'),
          (found) => HIDDEN_START + mark + describeCase(found) + HIDDEN_END
        )
  return hide(hide(text, subscriptionId, 's'), tenantId, 't')
}

/** Which letters are capitals, as the bits of a hexadecimal number; empty when none is. */
function describeCase(text: string): string {
  const bits = [...text].map((letter) => (letter === letter.toLowerCase() ? '0' : '1')).join('')
  return bits.includes('1') ? BigInt(`0b${bits}`).toString(16) : ''
}

function applyCase(id: string, capitals: string): string {
  const bits = BigInt(`0x${capitals === '' ? '0' : capitals}`)
    .toString(2)
    .padStart(id.length, '0')
  return [...id.toLowerCase()]
    .map((letter, index) => (bits[index] === '1' ? letter.toUpperCase() : letter))
    .join('')
}

function writeIdChecks({ subscriptionId, tenantId }: HiddenIds): JsonObject {
  return omitUnset({
    ks: subscriptionId === undefined ? undefined : computeCheck(subscriptionId.toLowerCase()),
    kt: tenantId === undefined ? undefined : computeCheck(tenantId.toLowerCase())
  })
}

const FNV_OFFSET = 0xcbf29ce484222325n
const FNV_PRIME = 0x100000001b3n

/** 64 bits against damage and mix-ups (FNV-1a). Not against forgery: that is what the checks of every field are for. */
function computeCheck(text: string): string {
  let hash = FNV_OFFSET
  for (const byte of Buffer.from(text)) hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * FNV_PRIME)
  return hash.toString(36).padStart(13, '0')
}

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
export function decodeHandle(text: string, trust: Trust, ids: HiddenIds): HandleReading {
  try {
    return { kind: 'handle', handle: readHandle(readFields(text, ids), trust, ids) }
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    const { message: problem, input } = error
    return { kind: 'refused', problem, ...(input === undefined ? {} : { input }) }
  }
}

function readFields(text: string, ids: HiddenIds): JsonObject {
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

function restoreIds(text: string, { subscriptionId, tenantId }: HiddenIds): string {
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
  'o m u f t n r l p b w v g h e a d i q x y z wu wl fi ks kt'.split(' ')
)

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

function readHandle(fields: JsonObject, trust: Trust, ids: HiddenIds): Handle {
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
function checkIds({ ks, kt }: JsonObject, { subscriptionId, tenantId }: HiddenIds): void {
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
        fallbackAnswer: createAnswer(fields.a)
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
    ...(fields.a === undefined ? {} : { fallbackAnswer: createAnswer(fields.a) })
  }
}

function readFacts(fields: JsonObject, trust: Trust): Facts {
  const method: Method = readOneOf(fields.m, METHODS)
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
    ...(fields.l === undefined ? {} : { locationUrl: readUrl(fields.l, trust) }),
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

function createAnswer(status: JsonValue | undefined): ConfirmingOperation['fallbackAnswer'] {
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
