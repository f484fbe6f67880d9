/**
 * Takes handles apart and makes forged ones whose checks are right, as somebody could who reads the source.
 */

import type { JsonObject, JsonValue } from '../src/http/message.ts'
import {
  computeCheck,
  encodeHandle,
  FORMAT,
  MAX_HANDLE_CHARS,
  PREFIX,
  removeSalt
} from '../src/operation/handle.ts'
import { packJson } from '../src/operation/handle-packing.ts'
import { unpackJson } from '../src/operation/handle-unpacking.ts'

/** A handle of a PUT in the public cloud, whose condition is waited for. */
export function createHandle(url: string): string {
  const handle = encodeHandle(
    {
      operation: {
        state: 'awaiting-condition',
        facts: {
          request: { method: 'PUT', url },
          firstStatus: 201,
          startedAtMs: 1_700_000_000_000,
          pollCount: 0,
          sawProgress: false,
          fellBack: false,
          warnings: []
        },
        url
      },
      finalStateVia: 'auto',
      extraStates: { success: [], failure: [] },
      conditions: { waitUntil: 'a' }
    },
    'https://management.azure.com',
    {}
  )
  return handle ?? ''
}

/** The fields inside a handle, placeholders as they stand. */
export function openHandle(handle: string): JsonObject {
  const json = readHandle(handle)
  // JSON takes no control character in a text: placeholders become escapes, and `sealHandle` puts them back.
  return JSON.parse(json.replaceAll('\u0001', '\\u0001').replaceAll('\u0002', '\\u0002'))
}

/** The text inside a handle of the format that is written. */
export function readHandle(handle: string): string {
  const salted = Buffer.from(handle.split('.')[1] ?? '', 'base64url')
  return unpackJson(removeSalt(salted), MAX_HANDLE_CHARS) ?? ''
}

/** A handle with these fields, well-formed and with a good check. */
export function sealHandle(
  fields: Readonly<Record<string, JsonValue | undefined>>,
  format = FORMAT
): string {
  const json = JSON.stringify(fields).replace(/\\u000([12])/g, (_escape, digit: string) =>
    String.fromCharCode(Number(digit))
  )
  return sealText(json, format)
}

/** A handle with this text inside. */
export function sealText(text: string, format = FORMAT): string {
  // A salt of 0 leaves the bytes as they are, and format 1 has none.
  const bytes = Buffer.from(
    format < FORMAT ? text : (packJson(text, Number.POSITIVE_INFINITY) ?? '')
  )
  return sealBytes(format === 1 ? bytes : [0, ...bytes], format)
}

/** A handle with these bytes as its payload, the salt among them. */
export function sealBytes(bytes: Iterable<number>, format = FORMAT): string {
  const payload = Buffer.from([...bytes]).toString('base64url')
  return `${PREFIX}${format}.${payload}.${computeCheck(payload)}`
}
