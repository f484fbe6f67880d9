/**
 * Reads the fields of a handle in format 2: format 1, and the identity of a deployment, the states of the resource, and
 * the end of an operation that was over; format 3 also the time at which a request was sent whose answer was lost. Pure. Handles outlive the release that wrote them: what a field means here
 * never changes. A change of the format is a new reader next to this one.
 */
import { isList } from '../http/body.ts'
import type { JsonObject, JsonValue } from '../http/message.ts'
import type { Trust } from '../http/trust.ts'
import { omitUndefined } from '../values.ts'
import {
  type AzureIds,
  ERROR_CODE_TEXT,
  type Handle,
  IDENTITY_TEXT,
  KNOWN_ENDS,
  MAX_RESOURCE_WORDS,
  MAX_STATUS_CHARS,
  MAX_TIME_MS,
  type ResumableOperation
} from './handle.ts'
import { DAMAGED, Refusal, readNumber, readOneOf, readOptionalText } from './handle-fields.ts'
import { readFormat1 } from './handle-format-1.ts'

/** Reads all fields; throws a Refusal at the first that is not as format 2 writes it. */
export function readFormat2(fields: JsonObject, trust: Trust, ids: AzureIds): Handle {
  const {
    c: identity,
    ct: deployedAt,
    s: words,
    k: end,
    ec: errorCode,
    la: lost,
    ...others
  } = fields
  const { operation, ...handle } = readFormat1(others, trust, ids)
  const facts = omitUndefined({
    ...operation.facts,
    identity: readOptionalText(identity, IDENTITY_TEXT),
    deployedAtMs: deployedAt === undefined ? undefined : readNumber(deployedAt, MAX_TIME_MS),
    resourceWords: readWords(words)
  })
  const lostSinceMs = lost === undefined ? undefined : readNumber(lost, MAX_TIME_MS)
  const whole = readEnd({ end, errorCode }, { ...operation, facts })
  return { ...handle, ...omitUndefined({ lostSinceMs }), operation: whole }
}

const WORD = new RegExp(`^.{1,${MAX_STATUS_CHARS}}$`, 's')

function readWords(value: JsonValue | undefined): readonly string[] | undefined {
  if (value === undefined) return undefined
  if (!isList(value)) throw new Refusal(DAMAGED)
  const words = value.flatMap((word) => readOptionalText(word, WORD) ?? [])
  const isGood =
    words.length > 0 && words.length <= MAX_RESOURCE_WORDS && new Set(words).size === words.length
  if (!isGood) throw new Refusal(DAMAGED)
  return words
}

interface EndFields {
  readonly end: JsonValue | undefined
  readonly errorCode: JsonValue | undefined
}

/** An operation that is over is written like one that is followed by its resource, with its end. */
function readEnd(fields: EndFields, operation: ResumableOperation): ResumableOperation {
  const errorCode = readOptionalText(fields.errorCode, ERROR_CODE_TEXT)
  if (fields.end === undefined && errorCode === undefined) return operation
  const end = readOneOf(fields.end, KNOWN_ENDS)
  const isBad = end === 'failed' || end === 'canceled'
  const isResource = operation.state === 'running' && operation.via === 'resource'
  if (!isResource || (errorCode !== undefined && !isBad)) throw new Refusal(DAMAGED)
  return omitUndefined({ state: 'over', facts: operation.facts, end, errorCode })
}
