/**
 * The input `resume`: a handle that is untrusted until it is read. Pure.
 */
import { InputError } from '../errors.ts'
import type { Trust } from '../http/trust.ts'
import type { AzureIds, Handle } from '../operation/handle.ts'
import { decodeHandle } from '../operation/read-handle.ts'

/**
 * The handle in `text`.
 * @param trust where the configured cloud's token may go
 * @throws InputError naming `resume`, or the id that it lacks
 */
export function readHandle(text: string, trust: Trust, ids: AzureIds): Handle {
  const reading = decodeHandle(text, trust, ids)
  if (reading.kind === 'handle') return reading.handle
  const { problem, input = 'resume' } = reading
  throw new InputError(input, { problem })
}
