/**
 * Values of properties that are secrets, hidden before a change is told: its table is made for a comment on a pull
 * request, where nothing masks. Names are kept, and what only sounds like a secret. Pure.
 * https://github.com/Azure/arm-template-whatif/issues/309, https://github.com/Azure/arm-template-whatif/issues/235
 */
import { isList, isObject } from '../http/body.ts'
import type { JsonValue } from '../http/message.ts'
import { isSecretPlace, type PropertyPlace } from '../secret-places.ts'
import { isSecretName, listSecretShapes } from '../secret-shapes.ts'

/** Stands for a value that is not shown. */
export const HIDDEN = '(not shown)'

/** Beyond this depth nothing is shown. */
const MAX_SHOWN_DEPTH = 50

/** The value of a property without the secrets in it. */
export function hideSecretValues(
  value: JsonValue,
  path: string,
  { type, name }: { readonly type: string; readonly name: string }
): JsonValue {
  const names = path.split(/[.[\]]+/).filter((part) => part !== '' && !/^\d+$/.test(part))
  return hide(value, { resource: `${type} ${name}`, path: names }, 0)
}

function hide(value: JsonValue, place: PropertyPlace, depth: number): JsonValue {
  if (depth > MAX_SHOWN_DEPTH) return HIDDEN
  if (isList(value)) return value.map((item) => hide(item, place, depth + 1))
  if (isObject(value)) {
    const own = Object.entries(value)
    const isOfSecret = own.some(
      ([key, text]) =>
        key.toLowerCase() === 'name' && typeof text === 'string' && isSecretName(text)
    )
    return Object.fromEntries(
      own.map(([key, inner]) => {
        const isSecret = isOfSecret && key.toLowerCase() === 'value'
        const path = [...place.path, ...(isSecret ? ['secrets'] : []), key]
        return [key, hide(inner, { ...place, path }, depth + 1)] as const
      })
    )
  }
  if (typeof value !== 'string' && typeof value !== 'number') return value
  return isSecretPlace(place) || listSecretShapes(String(value)).length > 0 ? HIDDEN : value
}
