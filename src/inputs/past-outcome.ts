/**
 * An operation of an earlier step by its state: its outcome as far as that tells it, and its handle, checked. A state is
 * untrusted: a handle in it says where a token is sent, and what it says of an end is told and no more.
 */
import { findPortalUrl } from '../arm/resource-id.ts'
import type { StateEnd } from '../batch/step-state.ts'
import { InputError } from '../errors.ts'
import { decodeHandle } from '../operation/read-handle.ts'
import type { Outcome } from '../run/outcome.ts'
import { omitUndefined } from '../values.ts'
import type { Connection } from './connection.ts'

/** The outcome of an operation that had ended. */
export function restoreOutcome(end: StateEnd, { cloud }: Connection): Outcome {
  const { ending, method, url, error, resourceId, ...facts } = end
  const portalUrl = findPortalUrl(cloud.portalOrigin, resourceId)
  return omitUndefined({
    ...facts,
    ending,
    request: { method, url },
    reason: ending.kind === 'undecided' ? UNSEEN : undefined,
    error: error && { ...error, details: [], additionalInfo: [] },
    changes: [],
    warnings: [],
    pollCount: 0,
    resourceId,
    portalUrl
  })
}

const UNSEEN = 'It was sent in an earlier step, which did not see how it ended'

/**
 * Checks the handle of an operation before anything is sent.
 * @throws InputError
 */
export function checkHandle(name: string, handle: string, { cloud, ids }: Connection): void {
  const reading = decodeHandle(handle, cloud.trust, ids)
  if (reading.kind === 'handle') return
  const { problem, input = 'resume' } = reading
  throw new InputError(input, {
    problem: input === 'resume' ? `holds a handle of "${name}" that ${problem}` : problem
  })
}
