/**
 * The inputs about the first answer: which statuses and errors count as success, and which refusals are repeated.
 */
import { isAmbiguousStatus, type RetryOn } from '../arm/retry-policy.ts'
import { InputError, type InputProblem } from '../errors.ts'
import type { Method } from '../http/message.ts'
import type { Rules } from '../operation/state.ts'
import { type ReadInput, readLines } from './reader.ts'

/** Rules for the first answer, and what is worth telling about them, in one sentence each. */
export interface FirstAnswerReading extends Pick<Rules, 'acceptStatus'> {
  readonly retryOn: RetryOn
  readonly warnings: readonly string[]
}

/** Reads `accept-status` and `retry-on`, which may not name the same. */
export function readFirstAnswerRules(read: ReadInput, method: Method): FirstAnswerReading {
  const accepted = readAnswers(read, 'accept-status', /^[1-5]\d\d$/, {
    problem: 'is not an HTTP status',
    allowed: 'one error code, or one status from 100 to 599, per line'
  })
  const repeated = readAnswers(read, 'retry-on', /^[45]\d\d$/, {
    problem: 'is not an error status',
    allowed: 'one error code, or one status from 400 to 599, per line'
  })
  const keys = new Set(repeated.map(toKey))
  const both = accepted.find((answer) => keys.has(toKey(answer)))
  if (both !== undefined) {
    throw new InputError('retry-on', {
      read: String(both),
      problem: 'is also in accept-status',
      allowed: 'each in only one of the two'
    })
  }
  const retryOn = Object.freeze({
    statuses: Object.freeze(repeated.filter((answer) => typeof answer === 'number')),
    codes: Object.freeze(repeated.filter((answer) => typeof answer === 'string'))
  })
  const warnings = findUnsafeRetries(retryOn, method)
  return { acceptStatus: Object.freeze(accepted), retryOn, warnings }
}

function toKey(answer: number | string): string {
  return String(answer).toLowerCase()
}

/** Lines that are numbers are statuses, all others error codes. */
function readAnswers(
  read: ReadInput,
  name: 'accept-status' | 'retry-on',
  status: RegExp,
  wrongStatus: InputProblem
): (number | string)[] {
  const answers = readLines(read, name).map((line) => {
    if (status.test(line)) return Number(line)
    if (/^[A-Za-z][\w.-]{0,255}$/.test(line)) return line
    const problem = /^\d+$/.test(line) ? wrongStatus.problem : 'is not an error code'
    throw new InputError(name, { ...wrongStatus, read: line, problem })
  })
  return [...new Set(answers)]
}

/**
 * Warning of statuses that are not simply repeated: after them it is unknown whether the request took effect, so only
 * a request that is harmless to repeat is sent again.
 */
function findUnsafeRetries({ statuses }: RetryOn, method: Method): readonly string[] {
  if (method === 'GET' || method === 'HEAD' || method === 'DELETE') return []
  const unsafe = statuses.filter(isAmbiguousStatus)
  if (unsafe.length === 0) return []
  const list = unsafe.join(', ')
  return [
    `Input retry-on: after ${list} it is unknown whether the ${method} took effect, so it is not simply sent again.`
  ]
}
