/**
 * Digest of a text, by which another step knows it again. Pure.
 */
import { createHash } from 'node:crypto'

/** Enough that no two texts of one step have the same by chance. */
const DIGEST_CHARS = 16

/** Digest of a text: letters, digits, `-` and `_`. */
export function digestText(text: string): string {
  return createHash('sha256').update(text).digest('base64url').slice(0, DIGEST_CHARS)
}
