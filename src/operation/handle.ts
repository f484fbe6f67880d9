/**
 * The resume handle: what another step, job or run needs to go on waiting for an operation, as one line of text. Pure.
 *
 * It holds no token and no body, so its holder can read how the operation goes, and only with a token of their own
 * that may: it is a capability to read and never one to write. Its polling URLs may be signed, so it is encoded rather
 * than shown in clear; it is not encrypted. GitHub drops an output that holds a registered secret, in plain or in
 * base64, so the ids that people keep as secrets are left out and filled in again on resume; and the text is salted, so
 * that it can be written another way where it still holds one by chance.
 */
import type { ArmRequest, JsonObject, JsonValue } from '../http/message.ts'
import { GUID, omitUndefined } from '../values.ts'
import { packJson } from './handle-packing.ts'
import type {
  ConfirmingOperation,
  Facts,
  FinalStateVia,
  Operation,
  RunningOperation
} from './state.ts'
import type { ExtraStates } from './status.ts'

/** Operation that has succeeded; only the author's condition on the resource is still waited for. */
export interface AwaitingCondition {
  readonly state: 'awaiting-condition'
  readonly facts: Facts
  /** The GET that the condition is read from. */
  readonly url: string
}

/**
 * Ends that an operation may have had when it was handed on. `succeeded` and `fail-if` are the end after the handle's own
 * conditions; `unjudged` is a success whose conditions could not be evaluated.
 */
export const KNOWN_ENDS = ['succeeded', 'failed', 'canceled', 'fail-if', 'unjudged'] as const

/** Operation that was over when it was handed on: nothing is asked but its result, where somebody wants that. */
export interface OverOperation {
  readonly state: 'over'
  readonly facts: Facts
  readonly end: (typeof KNOWN_ENDS)[number]
  /** Service's own code, of an end that is no success. */
  readonly errorCode?: string
}

/** A state that can be put down and taken up again: it needs no answer that came before. */
export type ResumableOperation =
  | RunningOperation
  | ConfirmingOperation
  | AwaitingCondition
  | OverOperation

/** Conditions of the author on the end, in JMESPath. */
export interface Conditions {
  readonly waitUntil?: string
  readonly waitUntilUrl?: string
  readonly failIf?: string
}

/** The ids that stand as placeholders in a handle. */
export interface AzureIds {
  readonly subscriptionId?: string
  readonly tenantId?: string
}

/** Handle, decoded: an operation to wait for, and the rules that belong to it. */
export interface Handle {
  readonly operation: ResumableOperation
  /** Of the first answer, to find the operation by. */
  readonly correlationId?: string
  readonly requestId?: string
  /**
   * Time at which the request was sent whose answer was lost, in milliseconds since the epoch: the operation was found by
   * looking, and may be another client's.
   */
  readonly lostSinceMs?: number
  readonly finalStateVia: FinalStateVia
  readonly extraStates: ExtraStates
  readonly conditions: Conditions
}

/** The format that is written, and read by the reader of this number: it follows the prefix. */
export const FORMAT = 3
/** Beginning of every handle. */
export const PREFIX = 'armop'
/** Limit of a handle, packed or not: an input is an environment variable, and Linux takes 128 KiB for one. */
export const MAX_HANDLE_CHARS = 100_000
/** The last moment that a Date can hold, in milliseconds since the epoch. */
export const MAX_TIME_MS = 8.64e15
/** Limit of a state word, which is the service's own. */
export const MAX_STATUS_CHARS = 200
/** Limit of the list of the state words that were seen. */
export const MAX_RESOURCE_WORDS = 20
/** Limit of an expression, and of the URL that one is evaluated on. */
export const MAX_EXPRESSION_CHARS = 2_000
/** Form of the ID of a request: it goes into a header. */
export const ID_TEXT = /^[\x21-\x7e]{1,128}$/
/** Form of the ID that a deployment's first answer bore, which is compared in lower case. */
export const IDENTITY_TEXT = /^[!-@[-~]{1,128}$/
/** Form of an error code: a name, and no text in which something else could hide. */
export const ERROR_CODE_TEXT = /^[a-z][\w.-]{0,99}$/i

/**
 * The state to go on from when `operation` is left now, or undefined when there is nothing to wait for.
 * @param monitored the last state that was followed by the operation's own monitor
 */
export function toResumable(
  operation: Operation,
  monitored: ResumableOperation | undefined
): ResumableOperation | undefined {
  switch (operation.state) {
    case 'running':
      return operation.facts.fellBack || isMonitored(operation)
        ? operation
        : (resumeMonitor(operation, monitored) ?? operation)
    case 'confirming':
      return operation
    case 'seeking-absence':
      return { ...operation.monitor, facts: operation.facts }
    case 'fetching-result':
    case 'settling':
    case 'proving':
    case 'unknown':
      return resumeMonitor(operation, monitored)
    case 'succeeded':
    case 'failed':
    case 'canceled':
      return undefined
    default:
      return operation satisfies never
  }
}

/** The monitor tells the end again; what was learnt on a way round it still counts as evidence. */
function resumeMonitor(
  { facts: { resourceWords, sawProgress, pollCount } }: Operation,
  monitored: ResumableOperation | undefined
): ResumableOperation | undefined {
  return (
    monitored && {
      ...monitored,
      facts: {
        ...monitored.facts,
        ...omitUndefined({ resourceWords }),
        sawProgress: monitored.facts.sawProgress || sawProgress,
        pollCount
      }
    }
  )
}

/** True for a state that reads the operation's own monitor, and not a way round it. */
export function isMonitored(operation: Operation): operation is RunningOperation {
  if (operation.state !== 'running') return false
  const { fellBack, claimedBy } = operation.facts
  return !fellBack && claimedBy === undefined
}

/**
 * The handle as text: letters, digits, `.`, `_` and `-`. Undefined when it would be too long to be handed over.
 * @param origin of the resource manager endpoint
 * @param ids that must not occur in it, in addition to the subscription that the request names
 */
export function encodeHandle(handle: Handle, origin: string, ids: AzureIds): string | undefined {
  const { operation } = handle
  const hidden = chooseHiddenIds(operation.facts.request, ids)
  const json = JSON.stringify({ ...writeHandle(handle, origin), ...writeIdChecks(hidden) })
  const bytes = packJson(hideIds(json, hidden), MAX_HANDLE_CHARS)
  if (bytes === undefined) return undefined
  const text = formatHandle(bytes, 1 + (bytes.reduce((sum, byte) => sum + byte, 0) % MAX_SALT))
  return text.length > MAX_HANDLE_CHARS ? undefined : text
}

/** The greatest salt: one byte, which stands before the packed text and is mixed into its bytes. 0 mixes nothing. */
const MAX_SALT = 0xff

function formatHandle(bytes: Uint8Array, salt: number): string {
  const salted = [Uint8Array.of(salt), bytes.map((byte) => byte ^ salt)]
  const payload = Buffer.concat(salted).toString('base64url')
  return `${PREFIX}${FORMAT}.${payload}.${computeCheck(payload)}`
}

/** Payload without its salt. */
export function removeSalt(salted: Uint8Array): Uint8Array {
  const [salt = 0] = salted
  return salted.subarray(1).map((byte) => byte ^ salt)
}

/**
 * The same handle, written so that `isUnfit` is false for its text; as it is where it is fit, or nothing would be.
 * @param text as `encodeHandle` has written it
 */
export function rewriteHandle(text: string, isUnfit: (text: string) => boolean): string {
  const [format, payload = ''] = text.split('.')
  if (format !== `${PREFIX}${FORMAT}` || !isUnfit(text)) return text
  const bytes = removeSalt(Buffer.from(payload, 'base64url'))
  for (let salt = 1; salt <= MAX_SALT; salt += 1) {
    const rewritten = formatHandle(bytes, salt)
    if (!isUnfit(rewritten)) return rewritten
  }
  return text
}

/**
 * Ids that a handle about this request holds placeholders for. The subscription of the request comes first: it is the
 * one that its polling URLs repeat.
 */
export function chooseHiddenIds({ url }: ArmRequest, ids: AzureIds): AzureIds {
  const named = /\/subscriptions\/([^/?]+)/i.exec(url)?.[1]
  const subscriptionId = named !== undefined && GUID.test(named) ? named : ids.subscriptionId
  return omitUndefined({ subscriptionId, tenantId: ids.tenantId })
}

/** Short names keep it short; what has its usual value, or is not needed to go on, is left out. */
function writeHandle(handle: Handle, origin: string): JsonObject {
  const { operation, correlationId, requestId, finalStateVia, extraStates, conditions } = handle
  const { facts } = operation
  const { waitUntil, waitUntilUrl, failIf } = conditions
  const shorten = (url: string) => (url.startsWith(`${origin}/`) ? url.slice(origin.length) : url)
  return omitUndefined({
    o: origin,
    m: facts.request.method,
    u: shorten(facts.request.url),
    f: facts.firstStatus,
    t: Math.round(facts.startedAtMs),
    n: facts.pollCount || undefined,
    ...writeState(operation, shorten),
    c: keepText(facts.identity, IDENTITY_TEXT),
    ct: writeTime(facts.deployedAtMs),
    s: writeWords(facts.resourceWords),
    i: keepText(correlationId, ID_TEXT),
    q: keepText(requestId, ID_TEXT),
    la: writeTime(handle.lostSinceMs),
    x: finalStateVia === 'auto' ? undefined : finalStateVia,
    y: extraStates.success.length === 0 ? undefined : extraStates.success,
    z: extraStates.failure.length === 0 ? undefined : extraStates.failure,
    wu: waitUntil,
    wl: waitUntilUrl,
    fi: failIf
  })
}

/** A time by the service's clock, which may say anything. */
function writeTime(atMs = -1): number | undefined {
  return atMs >= 0 && atMs <= MAX_TIME_MS ? Math.round(atMs) : undefined
}

/** Mark in the place of a Location that is the polling URL itself: a signed one is a thousand characters long. */
export const SAME_URL = '='

/** Facts that were learnt on the way and count for the polls to come. */
function writeProgress(
  { facts, url }: RunningOperation | ConfirmingOperation,
  shorten: (url: string) => string
) {
  const { retryAfterMs, locationUrl, sawProgress, fellBack, lastStatus } = facts
  const location = locationUrl === undefined ? undefined : shorten(locationUrl)
  return {
    // Of an HTTP date it has fractions, and of a number whatever the service wrote.
    r: retryAfterMs && Math.min(Math.ceil(retryAfterMs), Number.MAX_SAFE_INTEGER),
    l: locationUrl === url ? SAME_URL : location,
    p: sawProgress || undefined,
    b: fellBack || undefined,
    w: cutWord(lastStatus)
  }
}

function cutWord(word: string | undefined): string | undefined {
  return word?.slice(0, MAX_STATUS_CHARS).toWellFormed() || undefined
}

function writeWords(words: readonly string[] = []): readonly string[] | undefined {
  const distinct = new Set(words.flatMap((word) => cutWord(word) ?? []))
  return distinct.size === 0 ? undefined : [...distinct].slice(0, MAX_RESOURCE_WORDS)
}

function writeState(
  operation: ResumableOperation,
  shorten: (url: string) => string
): Readonly<Record<string, JsonValue | undefined>> {
  switch (operation.state) {
    case 'running': {
      const { via, url, header, everReadable, provisionalAnswer, missedRounds } = operation
      const hasOwnUrl = via === 'status-url' || via === 'location-url'
      return {
        ...writeProgress(operation, shorten),
        v: via,
        g: hasOwnUrl ? shorten(url) : undefined,
        h: header === 'operation-location' ? header : undefined,
        e: everReadable || undefined,
        a: provisionalAnswer?.status,
        d: missedRounds || undefined
      }
    }
    case 'confirming':
      return {
        ...writeProgress(operation, shorten),
        v: 'confirming',
        mf: operation.isMonitorForeign || undefined,
        a: operation.provisionalAnswer.status
      }
    case 'awaiting-condition':
      return { v: 'condition', g: shorten(operation.url) }
    case 'over': {
      const { end, errorCode, facts } = operation
      const code = keepText(errorCode, ERROR_CODE_TEXT)
      // What is left of it to be read is its resource.
      return { v: 'resource', w: cutWord(facts.lastStatus), k: end, ec: code }
    }
    default:
      return operation satisfies never
  }
}

function keepText(text: string | undefined, form: RegExp): string | undefined {
  return text !== undefined && form.test(text) ? text : undefined
}

// Control characters never occur in JSON text, so that no text of a service can pass for a placeholder.
const HIDDEN_START = '\u0001'
const HIDDEN_END = '\u0002'
/** A placeholder: whose ID it is, and which of its letters are capitals. */
export const HIDDEN = new RegExp(`${HIDDEN_START}([st])([0-9a-f]{0,64})${HIDDEN_END}`, 'g')

/** Ids are compared without regard to case and restored letter by letter: a signed URL is valid only as it was. */
function hideIds(text: string, { subscriptionId, tenantId }: AzureIds): string {
  const hide = (from: string, id: string | undefined, mark: string) =>
    id === undefined || id === ''
      ? from
      : from.replace(
          new RegExp(id.replace(/[^\w-]/g, '\\$&'), 'gi'),
          (found) => HIDDEN_START + mark + describeCase(found) + HIDDEN_END
        )
  return hide(hide(text, subscriptionId, 's'), tenantId, 't')
}

/** Positions of the capital letters, as the bits of a hexadecimal number; empty when there are none. */
function describeCase(text: string): string {
  const bits = [...text].map((letter) => (letter === letter.toLowerCase() ? '0' : '1')).join('')
  return bits.includes('1') ? BigInt(`0b${bits}`).toString(16) : ''
}

function writeIdChecks({ subscriptionId, tenantId }: AzureIds): JsonObject {
  return omitUndefined({
    ks: subscriptionId === undefined ? undefined : computeCheck(subscriptionId.toLowerCase()),
    kt: tenantId === undefined ? undefined : computeCheck(tenantId.toLowerCase())
  })
}

const FNV_OFFSET = 0xcbf29ce484222325n
const FNV_PRIME = 0x100000001b3n

/**
 * Checksum of 64 bits against damage and mix-ups (FNV-1a). Not against forgery: that is what the checks of every field
 * are for.
 */
export function computeCheck(text: string): string {
  let hash = FNV_OFFSET
  for (const byte of Buffer.from(text)) hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * FNV_PRIME)
  return hash.toString(36).padStart(13, '0')
}
