import { omitUndefined } from '../values.ts'
import { continueSeekingAbsence, countAbsence, watchForStuck } from './absence.ts'
import { type Answer, type Received, readPoll } from './answer.ts'
import { learn } from './begin.ts'
import { showsResource } from './body-verdict.ts'
import { continueConfirming, lookOnce } from './confirmation.ts'
import type { OperationError } from './error.ts'
import { clearFaults, decide, endUnsuccessful, warn } from './facts.ts'
import { classifyFault } from './fault.ts'
import { continueAfterFault } from './fault-budget.ts'
import {
  beginSettling,
  concludeClaimed,
  concludeFetching,
  concludeSettling,
  continueFetching,
  continueSettling,
  finish,
  hasComeToRest
} from './final-state.ts'
import { bearsAnotherIdentity, bearsOwnIdentity, describeTaker, UNIQUE_NAMES } from './identity.ts'
import { type Reading, readPollAnswer } from './poll-answer.ts'
import { findStatusUrl } from './polling-url.ts'
import { continueProving, seekProof } from './proof.ts'
import type {
  Facts,
  Operation,
  PendingOperation,
  PollAnswer,
  Rules,
  RunningOperation,
  TerminalOperation,
  UnknownOperation,
  Wait
} from './state.ts'
import { waitWhenThrottled } from './waiting.ts'
import { endUnknown, witnessOf } from './witnesses.ts'

/**
 * The operation after `answer` to the GET that it named.
 * @param nowMs when the answer came, in milliseconds since the epoch
 */
export function next(
  operation: PendingOperation,
  answer: PollAnswer,
  rules: Rules,
  nowMs: number
): Operation {
  const received = readPoll(answer, operation.url, { trust: rules.trust, nowMs })
  if (received.kind === 'no-answer' && received.finalError !== undefined) {
    const { message, finalError } = received
    return concludeAtDeadline(operation, rules, message) ?? endUnread(operation, finalError)
  }
  const counted = countPoll(operation)
  switch (counted.state) {
    case 'running':
      return nextRunning(counted, received, rules)
    case 'fetching-result':
      return continueFetching(counted, received, rules)
    case 'settling':
      return continueSettling(counted, received, rules)
    default: {
      const throttled = readThrottling(received, rules)
      return throttled === undefined
        ? nextLook(counted, received, rules)
        : { ...counted, wait: throttled }
    }
  }
}

/** The operation after a look at its resource that something depends on. */
function nextLook(
  operation: Extract<PendingOperation, { state: 'confirming' | 'seeking-absence' | 'proving' }>,
  received: Received,
  rules: Rules
): Operation {
  switch (operation.state) {
    case 'confirming':
      return continueConfirming(operation, received, rules)
    case 'seeking-absence':
      return continueSeekingAbsence(operation, received, rules)
    case 'proving':
      return continueProving(operation, received, rules)
    default:
      return operation satisfies never
  }
}

function countPoll<T extends PendingOperation>(operation: T): T {
  const { facts } = operation
  return { ...operation, facts: { ...facts, pollCount: facts.pollCount + 1 } }
}

function nextRunning(operation: RunningOperation, received: Received, rules: Rules): Operation {
  if (received.kind === 'no-answer') {
    return continueAfterFault(operation, 'transient', received, rules)
  }
  const reading = readPollAnswer(operation, received, rules)
  if (reading.kind === 'unreadable') {
    return continueAfterFault(operation, reading.fault, received, rules)
  }
  if (reading.kind === 'absent') return countAbsence(operation, received.response)
  if (bearsAnotherIdentity(operation.facts, received.response)) {
    const claimed = concludeClaimed(operation, received.response)
    if (claimed !== undefined) return claimed
    const facts = warn(operation.facts, UNIQUE_NAMES)
    const taker = describeTaker(received.response)
    return endUnknown(
      { ...operation, facts },
      `${taker} has taken the name of this deployment, and what it became cannot be read`
    )
  }
  if (isResourceInPlace(operation) && !showsResource(received)) {
    return continueAfterFault(operation, 'malformed', received, rules)
  }
  const learnt = clearFaults(learnReading(operation.facts, reading, received, rules))
  const counts = { missedRounds: 0, absences: 0 }
  const readable: RunningOperation = { ...operation, facts: learnt, everReadable: true, ...counts }
  if (reading.kind === 'ask-resource') return askResource(readable)
  if (reading.kind === 'look-once') return lookOnce(readable, received)
  if (!isResourceInPlace(operation)) {
    return moveTo(adoptNewestUrl(readable, received), reading, received, rules)
  }
  // The resource's word is not the operation's: it is only what stands in for it.
  const { lastStatus, percentComplete } = operation.facts
  const { lastStatus: _word, percentComplete: _percent, ...rest } = learnt
  const facts: Facts = omitUndefined({ ...rest, lastStatus, percentComplete })
  return moveTo({ ...readable, facts }, reading, received, rules)
}

/** True while the resource is read in place of a monitor that was given up. */
function isResourceInPlace({ via, facts }: RunningOperation): boolean {
  return via === 'resource' && facts.fellBack
}

/** Facts with what an answer adds, and its reading. */
function learnReading(facts: Facts, reading: Reading, answer: Answer, rules: Rules): Facts {
  const learned = learn(facts, answer, rules.extraStates)
  if (reading.kind !== 'state') return learned
  const seen = reading.isAtWork === true ? { ...learned, sawProgress: true } : learned
  return reading.warning === undefined ? seen : warn(seen, reading.warning)
}

function moveTo(
  operation: RunningOperation,
  reading: Extract<Reading, { kind: 'state' }>,
  answer: Answer,
  rules: Rules
): Operation {
  const isOver = reading.meaning !== 'running' || reading.needsSettling === true
  const isEvident =
    hasEvidence(operation.facts) || bearsOwnIdentity(operation.facts, answer.response)
  if (isOver && isResourceInPlace(operation) && !isEvident) {
    return seekProof(operation, answer, rules)
  }
  switch (reading.meaning) {
    case 'running': {
      const { word = '' } = reading
      if (reading.needsSettling === true || hasComeToRest(operation, word)) {
        return beginSettling(operation, answer, word)
      }
      const { provisionalAnswer: _contradicted, ...running } = operation
      return watchForStuck({ ...running, wait: { kind: 'poll' } }, answer, rules)
    }
    case 'succeeded':
      return finish(operation, answer, rules)
    case 'failed':
    case 'canceled': {
      const facts = decide(operation.facts, witnessOf(operation))
      return endUnsuccessful(reading.meaning, facts, answer)
    }
    default:
      return reading.meaning satisfies never
  }
}

/** The resource tells before from after only if this request created it, or if it was seen at work since. */
function hasEvidence(facts: Facts): boolean {
  return facts.firstStatus === 201 || facts.sawProgress
}

/** The newest trusted URL wins; an unusable one is ignored. */
function adoptNewestUrl(operation: RunningOperation, { polling }: Answer): RunningOperation {
  if (operation.via === 'location-url') {
    const { location } = polling
    return location.kind === 'usable' ? { ...operation, url: location.url } : operation
  }
  return operation.via === 'status-url' ? { ...operation, ...findStatusUrl(polling) } : operation
}

function askResource(operation: RunningOperation): RunningOperation {
  const { header: _header, provisionalAnswer: _answer, ...rest } = operation
  return {
    ...rest,
    via: 'resource',
    url: operation.facts.request.url,
    wait: { kind: 'none' },
    everReadable: false,
    facts: warn(operation.facts, 'The status URL answered 204 without a state; asked the resource')
  }
}

/** Wait after a 429; undefined for every other answer. */
function readThrottling(received: Received, { timing }: Rules): Wait | undefined {
  if (received.kind === 'no-answer' || classifyFault(received.response) !== 'throttled') {
    return undefined
  }
  return waitWhenThrottled(received.retryAfterMs, timing)
}

/** No poll can be answered any more. The one that was not sent is not counted. */
function endUnread({ facts, url }: PendingOperation, error: OperationError): UnknownOperation {
  const reason = 'The wait ended, because no poll can be answered any more'
  return { state: 'unknown', facts, url, reason, error }
}

/**
 * End of an operation that cannot be asked about any more while only its result was missing: succeeded, with a warning.
 * Undefined while its end is not known yet.
 * @param problem what keeps it from being asked
 */
export function concludeAtDeadline(
  operation: PendingOperation,
  rules: Rules,
  problem = 'the timeout expired'
): TerminalOperation | undefined {
  switch (operation.state) {
    case 'fetching-result':
      return concludeFetching(operation, problem, rules)
    case 'settling':
      return concludeSettling(operation)
    default:
      return undefined
  }
}
