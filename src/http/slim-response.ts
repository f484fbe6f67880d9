/**
 * A response that takes little memory for as long as nobody looks at it: the text of its body is kept packed, and its
 * value is read from that anew where it has been let go. For what many runs at once keep from their beginning to their
 * end; whoever looks at it sees no difference.
 */
import { deflateRawSync, inflateRawSync } from 'node:zlib'
import { isList, isObject, parseJsonText } from './body.ts'
import type { Body, HttpResponse, JsonObject, JsonValue } from './message.ts'

/** A shorter text takes no more than what stands in for it. */
const MIN_CHARS = 4_000

/** The same response, with a body that takes little memory where it is JSON. */
export function slimResponse(response: HttpResponse): HttpResponse {
  const { body } = response
  if (body.kind !== 'json' || body.text.length < MIN_CHARS) return response
  return { ...response, body: createSlimBody(body.text, body.value) }
}

function createSlimBody(text: string, value: JsonValue): Body {
  // The buffer that zlib gives is part of a larger one.
  const packed = Uint8Array.from(deflateRawSync(text, { level: 1 }))
  const unpack = () => inflateRawSync(packed).toString()
  let kept = refer(value)
  return {
    kind: 'json',
    get text() {
      return unpack()
    },
    get value() {
      const known = kept?.deref()
      if (known !== undefined) return known
      const read = parseJsonText(unpack()) ?? null
      kept = refer(read)
      return read
    }
  }
}

function refer(value: JsonValue): WeakRef<JsonObject | readonly JsonValue[]> | undefined {
  return isObject(value) || isList(value) ? new WeakRef(value) : undefined
}
