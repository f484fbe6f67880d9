/**
 * Words about operations that were found by looking, because no answer of their own came. Pure.
 */
import type { Submission } from '../arm/submission.ts'
import type { Deployer } from '../arm/verify.ts'
import { formatTimestamp } from '../values.ts'

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

/** Part of a sentence on an operation that may be another one's, so that nobody cancels it but a person. */
export function describeUnproven(cancelUrl: string): string {
  return `it was not canceled, because nothing proves that what may be at work there was started by this request; if it was, POST ${new URL(cancelUrl).pathname} cancels it`
}
