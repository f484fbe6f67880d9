/**
 * Writes bytes at their place in an open file, all of them or none that count: what a write that failed has left there,
 * the next one at the same place writes over.
 */
import { writeSync } from 'node:fs'

/** Writes all bytes, and gives their number. */
export function writeBytes(file: number, bytes: Uint8Array, position: number): number {
  for (let done = 0; done < bytes.length; ) {
    done += writeSync(file, bytes, done, bytes.length - done, position + done)
  }
  return bytes.length
}
