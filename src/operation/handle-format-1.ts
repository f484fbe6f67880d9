/**
 * Reads the fields of a handle in format 1. Pure. Handles outlive the release that wrote them: what a field means here
 * never changes. A change of the format is a new reader next to this one; it may read what stayed the same with this one,
 * and what it reads otherwise, or in addition, before or after it.
 */
import { isList } from '../http/body.ts'
import { type JsonObject, type JsonValue, METHODS, type Method } from '../http/message.ts'
import type { Trust } from '../http/trust.ts'
import { omitUndefined } from '../values.ts'
import {
  type AzureIds,
  type Conditions,
  computeCheck,
  type Handle,
  ID_TEXT,
  MAX_EXPRESSION_CHARS,
  MAX_STATUS_CHARS,
  MAX_TIME_MS,
  type ResumableOperation,
  SAME_URL
} from './handle.ts'
import {
  DAMAGED,
  Refusal,
  readFlag,
  readHttpStatus,
  readNumber,
  readOneOf,
  readOptionalText,
  readUrl
} from './handle-fields.ts'
import {
  type ConfirmingOperation,
  type Facts,
  FINAL_STATE_VIA,
  type PollingVia,
  type RunningOperation
} from './state.ts'
import { type ExtraStates, interpretStatus } from './status.ts'

const MAX_STATE_WORDS = 100

/** Every name that a field may have. */
const FIELD_NAMES: ReadonlySet<string> = new Set(
  'o m u f t n r l p b w v g h e a d i q x y z mf wu wl fi ks kt'.split(' ')
)

/** Reads all fields; throws a Refusal at the first that is not as format 1 writes it. */
export function readFormat1(fields: JsonObject, trust: Trust, ids: AzureIds): Handle {
  if (Object.keys(fields).some((name) => !FIELD_NAMES.has(name))) throw new Refusal(DAMAGED)
  checkOrigin(fields, trust)
  checkIds(fields, ids)
  const operation = readResumable(fields, trust)
  const [correlationId, requestId] = [
    readOptionalText(fields.i, ID_TEXT),
    readOptionalText(fields.q, ID_TEXT)
  ]
  return omitUndefined({
    operation,
    finalStateVia: readOneOf(fields.x ?? 'auto', FINAL_STATE_VIA),
    extraStates: readExtraStates(fields),
    conditions: readConditionFields(fields),
    correlationId,
    requestId
  })
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

function readResumable(fields: JsonObject, trust: Trust): ResumableOperation {
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
  return omitUndefined({
    state: 'running',
    via,
    url: hasOwnUrl ? readUrl(fields.g, trust) : facts.request.url,
    // What happened since is not known, so the first poll comes at once.
    wait: { kind: 'none' },
    facts,
    everReadable: readFlag(fields.e),
    missedRounds: readNumber(fields.d ?? 0, 1_000),
    absences: 0,
    header: via === 'status-url' ? header : undefined,
    provisionalAnswer: fields.a === undefined ? undefined : createAnswer(fields.a)
  })
}

function readFacts(fields: JsonObject, trust: Trust): Facts {
  const method: Method = readOneOf(fields.m, METHODS)
  const location = fields.l === SAME_URL ? (fields.g ?? fields.u) : fields.l
  const lastStatus = readOptionalText(fields.w, /^.{1,200}$/s)
  return omitUndefined({
    request: { method, url: readUrl(fields.u, trust) },
    firstStatus: readHttpStatus(fields.f),
    startedAtMs: readNumber(fields.t, MAX_TIME_MS),
    pollCount: readNumber(fields.n ?? 0, Number.MAX_SAFE_INTEGER),
    sawProgress: readFlag(fields.p),
    fellBack: readFlag(fields.b),
    warnings: [],
    retryAfterMs:
      fields.r === undefined ? undefined : readNumber(fields.r, Number.MAX_SAFE_INTEGER),
    locationUrl: location === undefined ? undefined : readUrl(location, trust),
    lastStatus
  })
}

function createAnswer(status: JsonValue | undefined): ConfirmingOperation['provisionalAnswer'] {
  return { status: readHttpStatus(status), headers: {}, body: { kind: 'empty' } }
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

function readConditionFields({ wu, wl, fi }: JsonObject): Conditions {
  const form = new RegExp(`^.{1,${MAX_EXPRESSION_CHARS}}$`, 's')
  const [waitUntil, waitUntilUrl, failIf] = [
    readOptionalText(wu, form),
    readOptionalText(wl, form),
    readOptionalText(fi, form)
  ]
  return omitUndefined({ waitUntil, waitUntilUrl, failIf })
}
