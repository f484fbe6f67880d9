/**
 * Operations that were found by looking, because no answer of their own came: they may belong to another client, and
 * then their end is not this run's. Pure.
 */
import type { Submission } from '../arm/submission.ts'
import { type Deployer, isSomebodyElses } from '../arm/verify.ts'
import type { HttpResponse } from '../http/message.ts'
import type { PollingEnd } from '../operation/poller.ts'
import type { Facts } from '../operation/state.ts'
import { formatTimestamp } from '../values.ts'
import type { Progress } from './progress.ts'

/** Warning that an operation is followed which was found, and not answered for. */
export function warnOfAdoption({ wasAnswered }: Extract<Submission, { kind: 'adopted' }>): string {
  return wasAnswered === true
    ? 'Azure says that this deployment is already active, and it is the one that this step started: it is followed'
    : 'The answer to the request was lost; the operation that it started was found and is followed'
}

/** Note on who holds the name of the deployment, and since when. */
export function describeDeployer({ correlationId, startedAtMs, principal }: Deployer): string {
  const since = startedAtMs === undefined ? '' : `, started ${formatTimestamp(startedAtMs)}`
  const who = principal === undefined ? '' : ` by ${principal}`
  const id = correlationId === undefined ? '' : ` with correlation ID ${correlationId}`
  return `a deployment of the same name, not started by this step, is still active${since}${who}${id}`
}

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
    'The answer to the request was lost, and the operation found on the resource was not started by it'
  return { kind: 'terminal', operation: { state: 'unknown', facts, response, reason } }
}
