/**
 * Reads a resume handle. Pure. A handle that comes in is untrusted: it says where a token is sent, so every part of it
 * is checked, and nothing is believed that was not. What is the same in every format is read here; the fields inside
 * are read by the reader of their format.
 */
import { asObject, parseJsonText } from '../http/body.ts'
import type { JsonObject } from '../http/message.ts'
import type { Trust } from '../http/trust.ts'
import { omitUndefined } from '../values.ts'
import {
  type AzureIds,
  computeCheck,
  type Handle,
  HIDDEN,
  MAX_HANDLE_CHARS,
  PREFIX,
  removeSalt
} from './handle.ts'
import { DAMAGED, type IdInput, Refusal } from './handle-fields.ts'
import { readFormat1 } from './handle-format-1.ts'
import { readFormat2 } from './handle-format-2.ts'
import { unpackJson } from './handle-unpacking.ts'

/** A handle, or why it is refused. `problem` reads on from "Input resume: ". */
export type HandleReading =
  | { readonly kind: 'handle'; readonly handle: Handle }
  | {
      readonly kind: 'refused'
      readonly problem: string
      /** The input that would help, where it is another than `resume`. */
      readonly input?: IdInput
    }

interface Format {
  /** The text in the bytes of the payload; undefined where they are none of this format. */
  readonly open: (payload: Uint8Array) => string | undefined
  readonly readFields: (fields: JsonObject, trust: Trust, ids: AzureIds) => Handle
}

/** The reader of each format that a release has ever written: a handle must outlive the release that wrote it. */
const READERS: Readonly<Record<number, Format>> = {
  1: { open: decodeUtf8, readFields: readFormat1 },
  2: { open: (payload) => decodeUtf8(removeSalt(payload)), readFields: readFormat2 },
  3: {
    open: (payload) => unpackJson(removeSalt(payload), MAX_HANDLE_CHARS),
    readFields: readFormat2
  }
}

/** Every format that can be read, oldest first. */
export const READABLE_FORMATS: readonly number[] = Object.keys(READERS).map(Number)

/**
 * Reads a handle that this action has made. Throws nothing: a handle that is wrong in any way is a refusal.
 * @param trust where the configured cloud's token may go; every URL in the handle is held to it
 */
export function decodeHandle(text: string, trust: Trust, ids: AzureIds): HandleReading {
  try {
    const { open, readFields } = findReader(text)
    const fields = readPayload(restoreIds(openPayload(text, open), ids))
    return { kind: 'handle', handle: readFields(fields, trust, ids) }
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    return omitUndefined({ kind: 'refused', problem: error.message, input: error.input })
  }
}

/** True for a handle that nothing is missing of, whatever it says. */
export function isWholeHandle(text: string): boolean {
  try {
    openPayload(text, findReader(text).open)
    return true
  } catch {
    return false
  }
}

function findReader(text: string): Format {
  if (text.length > MAX_HANDLE_CHARS) throw new Refusal('is too long for a handle')
  const format = new RegExp(`^${PREFIX}(\\d{1,9})\\.`).exec(text)?.[1]
  if (format === undefined) {
    throw new Refusal('is not a handle: it takes the output operation of an earlier step')
  }
  const reader = READERS[Number(format)]
  if (reader === undefined) {
    throw new Refusal(
      `was made by another version of this action (format ${format}, this one reads ${READABLE_FORMATS.join(', ')})`
    )
  }
  return reader
}

function openPayload(text: string, open: Format['open']): string {
  const [, payload = '', check = '', ...more] = text.split('.')
  const isWhole = /^[\w-]+$/.test(payload) && more.length === 0 && computeCheck(payload) === check
  if (!isWhole) throw new Refusal(DAMAGED)
  const opened = open(Buffer.from(payload, 'base64url'))
  if (opened === undefined) throw new Refusal(DAMAGED)
  return opened
}

function readPayload(text: string): JsonObject {
  const fields = asObject(parseJsonText(text))
  if (fields === undefined) throw new Refusal(DAMAGED)
  return fields
}

function decodeUtf8(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return undefined
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

function applyCase(id: string, capitals: string): string {
  const bits = BigInt(`0x${capitals === '' ? '0' : capitals}`)
    .toString(2)
    .padStart(id.length, '0')
  return [...id.toLowerCase()]
    .map((letter, index) => (bits[index] === '1' ? letter.toUpperCase() : letter))
    .join('')
}
