/**
 * The input `headers`. What a header may be is a matter of the room request.
 */
import type { OperationSpec } from '../run/spec.ts'
import type { ReadInput } from './reader.ts'

/**
 * Author's own headers, by their names as written.
 * @throws InputError naming `headers`
 */
export async function readHeaders(readRaw: ReadInput): Promise<OperationSpec['headers']> {
  const text = readRaw('headers')
  if (text.trim() === '') return Object.freeze({})
  // The rules are a chunk of their own: few requests have headers.
  const { parseHeaders } = await import('../request/headers.ts')
  return parseHeaders(text)
}
