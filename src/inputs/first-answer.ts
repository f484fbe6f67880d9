/**
 * The inputs about the first answer: which statuses beyond 2xx count as success, and which refusals are repeated.
 */
import { isAmbiguousStatus, type RetryOn } from '../arm/retry-policy.ts'
import { InputError } from '../errors.ts'
import type { Method } from '../http/message.ts'
import type { Rules } from '../operation/state.ts'
import { type ReadInput, readLines } from './reader.ts'

/** Rules for the first answer. */
export interface FirstAnswerRules extends Pick<Rules, 'acceptStatus'> {
  readonly retryOn: RetryOn
}

/** Reads `accept-status` and `retry-on`, which may not name the same status. */
export function readFirstAnswerRules(read: ReadInput): FirstAnswerRules {
  const acceptStatus = readAcceptStatus(read)
  const retryOn = readRetryOn(read)
  const both = acceptStatus.find((status) => retryOn.statuses.includes(status))
  if (both === undefined) return { acceptStatus, retryOn }
  throw new InputError('retry-on', {
    read: String(both),
    problem: 'is also in accept-status',
    allowed: 'each status in only one of the two'
  })
}

function readAcceptStatus(read: ReadInput): readonly number[] {
  const statuses = readLines(read, 'accept-status').map((line) => {
    if (/^[1-5]\d\d$/.test(line)) return Number(line)
    throw new InputError('accept-status', {
      read: line,
      problem: 'is not an HTTP status',
      allowed: 'one number from 100 to 599 per line'
    })
  })
  return Object.freeze([...new Set(statuses)])
}

/** Lines that are numbers are statuses, all others error codes. */
function readRetryOn(read: ReadInput): RetryOn {
  const lines = readLines(read, 'retry-on')
  const isStatus = (line: string) => /^\d+$/.test(line)
  for (const line of lines) {
    if (isStatus(line) ? /^[45]\d\d$/.test(line) : /^[A-Za-z][\w.-]{0,255}$/.test(line)) continue
    throw new InputError('retry-on', {
      read: line,
      problem: isStatus(line) ? 'is not an error status' : 'is not an error code',
      allowed: 'one error code, or one status from 400 to 599, per line'
    })
  }
  return Object.freeze({
    statuses: Object.freeze([...new Set(lines.filter(isStatus).map(Number))]),
    codes: Object.freeze(lines.filter((line) => !isStatus(line)))
  })
}

/**
 * Warning of statuses that are not simply repeated: after them it is unknown whether the request took effect, so only
 * a request that is harmless to repeat is sent again.
 */
export function findUnsafeRetries({ statuses }: RetryOn, method: Method): readonly string[] {
  if (method === 'GET' || method === 'HEAD' || method === 'DELETE') return []
  const unsafe = statuses.filter(isAmbiguousStatus)
  if (unsafe.length === 0) return []
  const list = unsafe.join(', ')
  return [
    `Input retry-on: after ${list} it is unknown whether the ${method} took effect, so it is not simply sent again.`
  ]
}
