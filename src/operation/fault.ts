/**
 * Faults of answers that could not be read, by HTTP status. Pure.
 */
import type { HttpResponse } from '../http/message.ts'
import { isFromIntermediary } from '../http/sender.ts'

/** Reason why an answer could not be read. */
export type Fault =
  | 'transient'
  | 'throttled'
  | 'unauthorized'
  | 'forbidden'
  | 'not-found'
  | 'not-allowed'
  | 'malformed'
  | 'refused'

/** The fault of an answer outside 2xx. One that is not Azure's says nothing but that the way to it is not open. */
export function classifyFault(response: HttpResponse): Fault {
  const { status } = response
  if (status !== 429 && isFromIntermediary(response)) return 'transient'
  switch (status) {
    case 401:
      return 'unauthorized'
    case 403:
      return 'forbidden'
    case 404:
      return 'not-found'
    case 405:
      return 'not-allowed'
    case 408:
      return 'transient'
    case 429:
      return 'throttled'
    default:
      return status >= 500 ? 'transient' : 'refused'
  }
}
