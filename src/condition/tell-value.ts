/**
 * Values that a condition has read, in a few words: a word or a number as it is. What is long, or has the name or the
 * form of a secret, is described and not printed. Pure.
 */
import { isList, isObject, listLeaves } from '../http/body.ts'
import { writeJsonText } from '../http/deep-json.ts'
import type { JsonValue } from '../http/message.ts'
import { isSecretName, listSecretShapes } from '../secret-shapes.ts'

const MAX_TEXT_CHARS = 80
const MAX_JSON_CHARS = 200
const RESOURCE_ID = /^\/(?:subscriptions|providers)\/[^?\s]*$/i
/** No word, name or version: letters of both kinds and digits without a break, as a generated key has them. */
const OPAQUE = /^(?=.*\d)(?=.*[a-z])(?=.*[A-Z])[\w+/=~]{24,}$/

/**
 * The value in a few words of untrusted text.
 * @param path where it was read, `''` for a result
 */
export function tellValue(value: JsonValue, path = ''): string {
  const name = /[^.[\]"]+(?=["\]\d[]*$)/.exec(path)?.[0] ?? ''
  if (typeof value === 'string') {
    const isShown = !isSecretName(name) && isShownText(value)
    return isShown ? JSON.stringify(value) : `a text of ${value.length} characters`
  }
  if (!isList(value) && !isObject(value)) return String(value)
  const json = writeJsonText(value)
  const isShown =
    json.length <= MAX_JSON_CHARS &&
    ![name, ...listNames(value)].some(isSecretName) &&
    listLeaves(value).every((leaf) => typeof leaf !== 'string' || isShownText(leaf))
  if (isShown) return json
  return isList(value) ? `a list of ${value.length}` : 'a JSON object'
}

function isShownText(text: string): boolean {
  const isShort = text.length <= (RESOURCE_ID.test(text) ? MAX_JSON_CHARS : MAX_TEXT_CHARS)
  return isShort && !OPAQUE.test(text) && listSecretShapes(text).length === 0
}

/** Names of the fields in a value, however deeply it is nested; the value is a short one. */
function listNames(value: JsonValue): readonly string[] {
  if (isList(value)) return value.flatMap(listNames)
  if (!isObject(value)) return []
  return Object.entries(value).flatMap(([name, inner]) => [name, ...listNames(inner)])
}
