/**
 * Takes handles apart and makes forged ones whose checks are right, as somebody could who reads the source.
 */

import type { JsonObject, JsonValue } from '../src/http/message.ts'
import { computeCheck, FORMAT, PREFIX } from '../src/operation/handle.ts'

/** The fields inside a handle, placeholders as they stand. */
export function openHandle(handle: string): JsonObject {
  const json = Buffer.from(handle.split('.')[1] ?? '', 'base64url').toString()
  // JSON takes no control character in a text: placeholders become escapes, and `sealHandle` puts them back.
  return JSON.parse(json.replaceAll('\u0001', '\\u0001').replaceAll('\u0002', '\\u0002'))
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
  const payload = Buffer.from(text).toString('base64url')
  return `${PREFIX}${format}.${payload}.${computeCheck(payload)}`
}
