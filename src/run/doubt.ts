/**
 * Doubt about an operation that was found by looking: where an answer shows that another client started it, its end is
 * not this run's. Pure.
 */
import { isSomebodyElses } from '../arm/verify.ts'
import type { HttpResponse } from '../http/message.ts'
import type { PollingEnd } from '../operation/poller.ts'
import type { Facts } from '../operation/state.ts'
import type { Progress } from './progress.ts'

/** End of the polling; unknown in its place where the operation was not started by this run's request. */
export function doubtAdopted(progress: Progress, end: PollingEnd): PollingEnd {
  if (end.kind !== 'terminal' || end.operation.state === 'unknown') return end
  const { facts, response } = end.operation
  return doubtAnswer(progress, facts, response) ?? end
}

/** Unknown end where this answer shows that the operation was not started by this run's request. */
export function doubtAnswer(
  { adopted, lastPoll }: Progress,
  facts: Facts,
  response: HttpResponse
): PollingEnd | undefined {
  if (adopted === undefined || lastPoll === undefined) return undefined
  if (!isSomebodyElses(adopted, response, lastPoll)) return undefined
  const reason =
    adopted.isBodyUnknown === true
      ? 'The answer to the request was lost, and nothing shows that the operation found on the resource was started by it'
      : 'The answer to the request was lost, and the operation found on the resource was not started by it'
  return { kind: 'terminal', operation: { state: 'unknown', facts, response, reason } }
}
