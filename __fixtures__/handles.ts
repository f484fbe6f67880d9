/**
 * Takes handles apart and makes forged ones whose checks are right, as somebody could who reads the source.
 */

import type { JsonObject, JsonValue } from '../src/http/message.ts'
import { computeCheck, FORMAT, PREFIX, removeSalt } from '../src/operation/handle.ts'

/** The fields inside a handle, placeholders as they stand. */
export function openHandle(handle: string): JsonObject {
  const json = readHandle(handle)
  // JSON takes no control character in a text: placeholders become escapes, and `sealHandle` puts them back.
  return JSON.parse(json.replaceAll('\u0001', '\\u0001').replaceAll('\u0002', '\\u0002'))
}

/** The text inside a handle of format 2. */
export function readHandle(handle: string): string {
  const salted = Buffer.from(handle.split('.')[1] ?? '', 'base64url')
  return Buffer.from(removeSalt(salted)).toString()
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
  // A salt of 0 leaves the text as it is, which is all that format 1 knows.
  const payload = Buffer.from(format === 1 ? text : `\0${text}`).toString('base64url')
  return `${PREFIX}${format}.${payload}.${computeCheck(payload)}`
}
