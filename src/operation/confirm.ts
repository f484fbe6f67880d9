/**
 * Beginning of the check of a first answer that said "done" beside a monitor that cannot be followed. Pure.
 */
import type { HttpResponse } from '../http/message.ts'
import { clearFaults, decide, succeed, warn } from './facts.ts'
import type { ConfirmingOperation, Facts, Operation } from './state.ts'

/** Asks the resource whether a first answer that said "done" holds. A POST has no resource to ask. */
export function confirm(
  facts: Facts,
  provisionalAnswer: HttpResponse,
  isMonitorForeign = false
): Operation {
  const warning = 'The request was answered as done, with a polling URL that cannot be followed'
  const warned = warn(clearFaults(facts), warning)
  if (facts.request.method === 'POST') {
    return succeed(decide(warned, 'first-answer'), provisionalAnswer)
  }
  const confirming: ConfirmingOperation = {
    state: 'confirming',
    attempts: 0,
    url: facts.request.url,
    wait: { kind: 'none' },
    facts: warned,
    provisionalAnswer,
    isMonitorForeign
  }
  return confirming
}
