/**
 * Facts of an operation, and its ends, as the rules write them. Pure.
 */
import type { HttpResponse } from '../http/message.ts'
import { omitUndefined } from '../values.ts'
import type { Answer } from './answer.ts'
import { readFailureReason } from './error.ts'
import type {
  Facts,
  FailedOperation,
  RunningOperation,
  SucceededOperation,
  Witness
} from './state.ts'

/** Facts with one more warning. */
export function warn(facts: Facts, warning: string): Facts {
  return { ...facts, warnings: [...facts.warnings, warning] }
}

/** Facts with the source that the end was read from. */
export function decide(facts: Facts, decidedBy: Witness): Facts {
  return { ...facts, decidedBy }
}

/** Facts with a clean record, after a readable answer or a change of source. */
export function clearFaults(facts: Facts): Facts {
  const { faults: _cleared, ...clean } = facts
  return clean
}

/** Operation that was read otherwise before, and is followed by its resource from now on, or by the absence of that. */
export function followByResource(
  facts: Facts,
  via: 'resource' | 'absence' = 'resource'
): RunningOperation {
  return {
    state: 'running',
    via,
    url: facts.request.url,
    wait: { kind: 'poll' },
    facts,
    everReadable: true,
    missedRounds: 0,
    absences: 0
  }
}

/** Operation that has succeeded, with its result. */
export function succeed(facts: Facts, response: HttpResponse): SucceededOperation {
  return { state: 'succeeded', facts, response }
}

/** Ends in failure or cancellation, with the error that this answer carries. */
export function endUnsuccessful(
  state: 'failed' | 'canceled',
  facts: Facts,
  { response, error = readFailureReason(response) }: Answer
): FailedOperation {
  return omitUndefined({ state, facts, response, error })
}
