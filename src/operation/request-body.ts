/**
 * Comparison of a resource with the body of the request that wrote it. Pure.
 */
import { asObject, isList, parseJsonText, readField } from '../http/body.ts'
import type { JsonObject, JsonValue } from '../http/message.ts'

/** True when every value of the request's body is found in the resource; never for a body without any value. */
export function holdsRequestBody(body: string | undefined, resource: JsonObject): boolean {
  const wanted = parseSentBody(body)
  return wanted !== undefined && hasValue(wanted) && holds(resource, wanted)
}

/** A body of empty objects would be found anywhere. */
function hasValue(wanted: JsonValue): boolean {
  return typeof wanted === 'object' && wanted !== null
    ? Object.values(wanted).some((value) => hasValue(value))
    : true
}

/** Body of a request as a JSON object; undefined for no body, or one that is something else. */
export function parseSentBody(body: string | undefined): JsonObject | undefined {
  return body === undefined ? undefined : asObject(parseJsonText(body))
}

/** True when every value of `wanted` is found in `held`. */
function holds(held: JsonValue | undefined, wanted: JsonValue): boolean {
  if (isList(wanted)) {
    return (
      isList(held) &&
      held.length === wanted.length &&
      wanted.every((value, index) => holds(held[index], value))
    )
  }
  if (typeof wanted !== 'object' || wanted === null) return held === wanted
  const object = asObject(held)
  return (
    object !== undefined &&
    Object.entries(wanted).every(([name, value]) => holds(readField(object, name), value))
  )
}
