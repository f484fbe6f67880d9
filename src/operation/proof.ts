/**
 * Proof of a success that only the resource tells of, and that it would tell just so if nothing had happened. Pure.
 * It holds on two looks, some time apart, or the end is unknown.
 */
import { asObject, readField, readObject, readTextField } from '../http/body.ts'
import type { Answer, Received } from './answer.ts'
import { clearFaults, decide, followByResource, succeed, warn } from './facts.ts'
import { classifyFault } from './fault.ts'
import { bearsAnotherIdentity } from './identity.ts'
import { readPolledResource } from './poll-answer.ts'
import { holdsRequestBody } from './request-body.ts'
import type {
  Facts,
  Operation,
  ProvingOperation,
  Rules,
  RunningOperation,
  UnknownOperation
} from './state.ts'
import { secondLookMs } from './waiting.ts'
import { endUnknown } from './witnesses.ts'

const MAX_LOOKS_MISSED = 3

/** The operation after its resource was read at rest, and cannot tell before from after. */
export function seekProof(operation: RunningOperation, answer: Answer, rules: Rules): Operation {
  const proving: ProvingOperation = {
    state: 'proving',
    facts: clearFaults(operation.facts),
    url: operation.url,
    wait: { kind: 'none' },
    attempts: 0
  }
  return judgeLook(proving, answer, rules)
}

/** The operation after the second look; throttled answers are dealt with before. */
export function continueProving(
  operation: ProvingOperation,
  received: Received,
  rules: Rules
): Operation {
  const isMissed =
    received.kind === 'no-answer' ||
    (!received.isSuccess && classifyFault(received.response) === 'transient')
  if (!isMissed) return judgeLook(operation, received, rules)
  const attempts = operation.attempts + 1
  return attempts >= MAX_LOOKS_MISSED
    ? endUnproven(operation, 'the resource could not be read a second time')
    : { ...operation, attempts, wait: { kind: 'backoff', attempt: attempts, atLeastMs: 0 } }
}

function judgeLook(operation: ProvingOperation, answer: Answer, rules: Rules): Operation {
  const { facts } = operation
  const reading = answer.isSuccess ? readPolledResource(facts, answer, rules) : undefined
  const isAtWork =
    reading?.kind === 'state' && reading.meaning === 'running' && reading.needsSettling !== true
  if (isAtWork) {
    return followByResource({ ...facts, sawProgress: true })
  }
  const isGood =
    reading?.kind === 'state' &&
    reading.meaning === 'succeeded' &&
    !bearsAnotherIdentity(facts, answer.response)
  const grounds = isGood ? findGrounds(facts, answer) : undefined
  if (grounds === undefined) return endUnproven(operation, describeDoubt(facts, answer))
  const { heldSinceMs = answer.atMs } = operation
  // The deadline, or a cancellation, may have cut the wait.
  const leftMs = heldSinceMs + secondLookMs(rules.timing) - answer.atMs
  return leftMs > 0
    ? { ...operation, heldSinceMs, wait: { kind: 'exactly', ms: leftMs } }
    : succeed(decide(warn(facts, grounds), 'proof'), answer.response)
}

const RESTS_ON = 'The status of the operation could not be read: success rests on the resource'

/** What a look at a resource that is done proves, as a warning; undefined when it proves nothing. */
function findGrounds(facts: Facts, answer: Answer): string | undefined {
  const resource = readObject(answer.body)
  if (resource === undefined || !holdsRequestBody(facts.request.body, resource)) return undefined
  const { provisioningState: state } = answer
  if (state.kind === 'absent') {
    return isStatelessBeforeAndAfter(facts, answer)
      ? `${RESTS_ON}, which was whole in the first answer, holds every value that was sent, and has no state; its status URL never answered`
      : undefined
  }
  const writtenMs = Date.parse(
    readTextField(asObject(readField(resource, 'systemData')), 'lastModifiedAt')
  )
  const { sentAtServerMs } = facts
  const isWrittenSince = sentAtServerMs !== undefined && writtenMs >= sentAtServerMs
  return isWrittenSince
    ? `${RESTS_ON}, which was written since the request was sent, holds every value that was sent, and says Succeeded`
    : undefined
}

/** A status URL that never existed, beside a first answer that was the whole resource without a state. */
function isStatelessBeforeAndAfter(
  { firstStatus, firstAnswer, testimonies, resourceWords }: Facts,
  { status }: Answer
): boolean {
  const [first] = testimonies ?? []
  return (
    firstStatus === 200 &&
    status === 200 &&
    firstAnswer !== undefined &&
    resourceWords === undefined &&
    first?.witness === 'status-url' &&
    first.wasNeverThere
  )
}

function describeDoubt({ testimonies = [] }: Facts, answer: Answer): string {
  const { provisioningState: state, isSuccess, status } = answer
  if (!isSuccess) return `the resource answered HTTP ${status}`
  const isNeverThere = testimonies[0]?.witness === 'status-url' && testimonies[0].wasNeverThere
  const seen = state.kind === 'word' ? `provisioningState ${state.word}` : 'no provisioning state'
  const never = isNeverThere ? ', and its status URL never answered' : ''
  return `the resource is there (${seen})${never}, but cannot tell whether this operation or an earlier one left it so`
}

function endUnproven(operation: ProvingOperation, doubt: string): UnknownOperation {
  return endUnknown(
    followByResource(operation.facts),
    `the status of the operation could not be read, and ${doubt}`
  )
}
