/**
 * Unpacks what `handle-packing.ts` has packed. Pure. The bytes are untrusted: what they make is bounded, and whatever
 * they are, nothing is thrown. Apart from it, because only a step that resumes reads a handle.
 */
import { COPY, KNOWN, MIN_COPY_CHARS, RUN } from './handle-packing.ts'

/** The text that was packed; undefined where the bytes are none that were, or it has more than `maxChars`. */
export function unpackJson(bytes: Uint8Array, maxChars: number): string | undefined {
  const made = Buffer.alloc(KNOWN.length + maxChars)
  let end = made.write(KNOWN, 'latin1')
  for (let at = 0; at < bytes.length; ) {
    const { piece, size } = unpackPiece(made.subarray(0, end), bytes.subarray(at))
    at += size
    const isGood = piece.length > 0 && at <= bytes.length && end + piece.length <= made.length
    if (!isGood) return undefined
    made.set(piece, end)
    end += piece.length
  }
  return made.toString('latin1', KNOWN.length, end)
}

/** The first piece of the packed text, empty where it is none, and the bytes that it takes. */
function unpackPiece(made: Uint8Array, bytes: Uint8Array) {
  const [code = 0, second = 0, third = 0] = bytes
  if (code < COPY) return { piece: bytes.subarray(0, 1), size: 1 }
  if (code < RUN) {
    const distance = second * 0x100 + third
    const length = code - COPY + MIN_COPY_CHARS
    const from = made.length - distance
    const isThere = from >= 0 && length <= distance
    return { piece: isThere ? made.subarray(from, from + length) : NOTHING, size: 3 }
  }
  const size = 2 + second * 3
  return { piece: Buffer.from(toBase64Url(bytes.subarray(2, size))), size }
}

const NOTHING = new Uint8Array()

function toBase64Url(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64url')
}
