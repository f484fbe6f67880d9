/**
 * Looks that confirm an answer which said "done": the resource is asked whether that holds. Pure.
 */
import { hasContent } from '../http/body.ts'
import type { ArmRequest } from '../http/message.ts'
import type { Answer, Received } from './answer.ts'
import { isErrorOnly, isResourceOf } from './body-verdict.ts'
import { decide, endUnsuccessful, followByResource, succeed } from './facts.ts'
import { classifyFault } from './fault.ts'
import { bearsAnotherIdentity } from './identity.ts'
import { type Reading, readAbsence, readResource } from './poll-answer.ts'
import type {
  ConfirmingOperation,
  Operation,
  Rules,
  RunningOperation,
  TerminalOperation
} from './state.ts'

const MAX_CONFIRM_ATTEMPTS = 3

/** The operation after a DELETE's own answer came from its own path: one look at the resource says whether it holds. */
export function lookOnce({ facts }: RunningOperation, { response }: Answer): ConfirmingOperation {
  return {
    state: 'confirming',
    attempts: 0,
    url: facts.request.url,
    wait: { kind: 'none' },
    facts: decide(facts, 'location'),
    provisionalAnswer: response,
    isMonitorForeign: false
  }
}

/** The operation after a look at the resource; throttled answers are dealt with before. */
export function continueConfirming(
  operation: ConfirmingOperation,
  received: Received,
  rules: Rules
): Operation {
  if (received.kind === 'no-answer' || classifyFault(received.response) === 'transient') {
    const attempts = operation.attempts + 1
    return attempts >= MAX_CONFIRM_ATTEMPTS
      ? concludeUnconfirmed(operation)
      : { ...operation, attempts, wait: { kind: 'backoff', attempt: attempts, atLeastMs: 0 } }
  }
  const { provisionalAnswer } = operation
  const { decidedBy: _asSaid, ...facts } = operation.facts
  const reading = readConfirmation(facts.request, received, rules)
  if (reading?.kind === 'absent') return succeed(decide(facts, 'absence'), provisionalAnswer)
  if (reading?.kind !== 'state' || bearsAnotherIdentity(facts, received.response)) {
    return concludeUnconfirmed(operation)
  }
  // A resumed operation has left the body of its first answer behind.
  const result = hasContent(provisionalAnswer) ? provisionalAnswer : received.response
  const decided = decide(facts, 'resource')
  if (reading.meaning === 'succeeded') return succeed(decided, result)
  if (reading.meaning !== 'running') return endUnsuccessful(reading.meaning, decided, received)
  const via = facts.request.method === 'DELETE' ? 'absence' : 'resource'
  return followByResource({ ...facts, sawProgress: true }, via)
}

/** The first answer stands, unless there is a monitor that might say otherwise. */
function concludeUnconfirmed(operation: ConfirmingOperation): TerminalOperation {
  const { facts, url, provisionalAnswer, isMonitorForeign } = operation
  if (!isMonitorForeign) {
    const decided = decide(facts, facts.decidedBy ?? 'first-answer')
    // A resumed operation has left the body of its first answer behind, and nothing else was read.
    const isMissing = facts.request.method !== 'DELETE' && !hasContent(provisionalAnswer)
    return succeed(isMissing ? { ...decided, isResultMissing: true } : decided, provisionalAnswer)
  }
  const reason = 'the polling URL is not on the trusted endpoint, and the resource cannot be read'
  return { state: 'unknown', facts, url, reason, response: provisionalAnswer }
}

/** Reading of the resource after an answer that said "done": of a DELETE, a resource that can be read is not gone. */
function readConfirmation(request: ArmRequest, answer: Answer, rules: Rules): Reading | undefined {
  const { isSuccess } = answer
  if (request.method !== 'DELETE') {
    return isSuccess && !isErrorOnly(answer) ? readResource(answer, rules) : undefined
  }
  const isThere = isResourceOf(request, answer) || answer.provisioningState.kind === 'word'
  return !isSuccess || isThere ? readAbsence(answer, rules) : undefined
}
