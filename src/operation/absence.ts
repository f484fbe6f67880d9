/**
 * Absence of the resource of a DELETE: looked for where its monitor is not found, or does not end. Pure.
 */
import type { HttpResponse } from '../http/message.ts'
import type { Answer, Received } from './answer.ts'
import { clearFaults, decide, succeed, warn } from './facts.ts'
import { hasIdentity } from './identity.ts'
import { readAbsence } from './poll-answer.ts'
import type {
  Operation,
  PendingOperation,
  Rules,
  RunningOperation,
  SeekingAbsenceOperation
} from './state.ts'
import { isRunningWord } from './status.ts'
import { secondLookMs } from './waiting.ts'

/** Times in a row that a resource is not found before it counts as absent. */
export const ABSENCES_NEEDED = 3
const POLLS_UNTIL_STUCK = 3
/** Time between two reads of a resource that should be absent: they flip between replicas after a delete. */
const ABSENCE_SPACING_MS = 1_000
const RESOURCE_GROUP = /\/resourceGroups\/[^/]+\/?$/i

/**
 * Asks the resource. A monitor under it becomes unreadable once the DELETE has finished, so its 404 may be the success
 * (https://github.com/Azure/azure-resource-manager-rpc/blob/master/v1.0/async-api-reference.md). While the resource is
 * there the monitor is asked again: it may know of a failure that the resource does not.
 */
export function seekAbsence(monitor: RunningOperation): SeekingAbsenceOperation {
  const { facts } = monitor
  return {
    state: 'seeking-absence',
    url: facts.request.url,
    wait: { kind: 'none' },
    facts,
    absences: 0,
    monitor
  }
}

/** The operation after one more 404 of the resource. */
export function countAbsence(operation: RunningOperation, response: HttpResponse): Operation {
  const absences = operation.absences + 1
  const facts = clearFaults(operation.facts)
  return absences >= ABSENCES_NEEDED
    ? succeed(decide(facts, 'absence'), response)
    : { ...operation, facts, absences, wait: waitForNext(absences) }
}

function waitForNext(absences: number) {
  return { kind: 'backoff', attempt: absences, atLeastMs: ABSENCE_SPACING_MS } as const
}

/** The operation after a look at the resource in place of its monitor; throttled answers are dealt with before. */
export function continueSeekingAbsence(
  operation: SeekingAbsenceOperation,
  received: Received,
  rules: Rules
): Operation {
  const { facts, monitor } = operation
  const isAbsent = received.kind === 'answer' && readAbsence(received, rules).kind === 'absent'
  if (isAbsent) {
    const absences = operation.absences + 1
    if (absences < ABSENCES_NEEDED) return { ...operation, absences, wait: waitForNext(absences) }
    const ended = monitor.stuck === undefined ? facts : warn(facts, describeStuck(monitor))
    return succeed(decide(ended, 'absence'), received.response)
  }
  if (monitor.stuck !== undefined) return { ...monitor, facts, wait: { kind: 'poll' } }
  const missedRounds = monitor.missedRounds + 1
  const wait = { kind: 'poll-or-backoff', attempt: missedRounds } as const
  return { ...monitor, facts, missedRounds, wait }
}

function describeStuck({ facts: { lastStatus = 'running' } }: RunningOperation): string {
  return `The monitor of the DELETE never ended (${lastStatus}, 100 %): success rests on the resource, which was not found three times in a row`
}

/**
 * The operation after a poll that its DELETE's monitor ran on with. Some monitors say `Deleting`, 100 %, for ever
 * (https://github.com/Azure/azure-sdk-for-go/issues/26937): after three of these the resource is looked at. Absence
 * alone never ends a DELETE whose monitor still works
 * (https://github.com/hashicorp/terraform-provider-azurerm/issues/29060).
 */
export function watchForStuck(
  operation: RunningOperation,
  { atMs, percentComplete }: Answer,
  { timing }: Rules
): RunningOperation | SeekingAbsenceOperation {
  const { stuck: before, ...running } = operation
  const { request, lastStatus } = operation.facts
  const isMonitored = operation.via === 'status-url' || operation.via === 'location-url'
  const isAtEnd = percentComplete === 100 && isRunningWord(lastStatus ?? '')
  if (request.method !== 'DELETE' || !isMonitored || !isAtEnd || isNeverStuck(request.url)) {
    return running
  }
  const stuck = { polls: (before?.polls ?? 0) + 1, sinceMs: before?.sinceMs ?? atMs }
  const isStuck = stuck.polls >= POLLS_UNTIL_STUCK && atMs - stuck.sinceMs >= secondLookMs(timing)
  return isStuck
    ? seekAbsence({ ...running, stuck: { polls: 0, sinceMs: atMs } })
    : { ...running, stuck }
}

/** Groups, deployments and stacks go part by part, and one that is not found may still be at it. */
function isNeverStuck(url: string): boolean {
  return RESOURCE_GROUP.test(new URL(url).pathname) || hasIdentity(url)
}

/** Resource that is worth a look before the last poll: that of a DELETE whose monitor has not ended. */
export function findLastLook(operation: PendingOperation): string | undefined {
  if (
    operation.state !== 'running' ||
    operation.via === 'resource' ||
    operation.via === 'absence'
  ) {
    return undefined
  }
  const { method, url } = operation.facts.request
  return method === 'DELETE' && !isNeverStuck(url) ? url : undefined
}

/** The operation with what the resource was seen as: told when the deadline comes, and deciding nothing. */
export function noteLastLook(
  operation: PendingOperation,
  received: Received,
  rules: Rules
): PendingOperation {
  return { ...operation, facts: { ...operation.facts, lastLook: describeLook(received, rules) } }
}

function describeLook(received: Received, rules: Rules): string {
  if (received.kind === 'no-answer') return 'the resource itself gave no answer'
  if (readAbsence(received, rules).kind === 'absent') return 'the resource itself answers 404'
  return received.isSuccess
    ? 'the resource is still there'
    : `the resource itself answers HTTP ${received.status}`
}
