/**
 * What has to hold of a list: while it is run, and once it is over.
 */
import { getEventListeners } from 'node:events'
import type { StartedItem } from '../../src/batch/context.ts'
import type { Scope } from '../../src/batch/plan.ts'
import type { ListEnd } from '../../src/batch/run-all.ts'
import type { ItemState, NotSent } from '../../src/batch/schedule.ts'
import { MAX_SOCKETS } from '../../src/http/lanes.ts'
import type { JsonValue } from '../../src/http/message.ts'
import { lastPollLeadMs } from '../../src/operation/waiting.ts'
import { mayStillRun, type Outcome, type OutcomeStatus, statusOf } from '../../src/run/outcome.ts'
import type { ListCase, ListedCase } from './lists.ts'
import { START_MS } from './prove.ts'
import { findSight, isDone, type Moment, type Sight, type Watch } from './watch-list.ts'

/** Nothing starts before its needs are done, after a failure that was known, or after the end of the step. */
export function checkStart(watch: Watch, name: string, moment: Moment): void {
  const { list, signal, time, failures, violations } = watch
  for (const need of findSight(watch, name).item.needs)
    if (!isDone(watch, need)) violations.push(`${name} starts before ${need} is done`)
  const failure = failures.find(({ at }) => at.turn < moment.turn)
  if (list.failFast && failure !== undefined)
    violations.push(`${name} starts after ${failure.name} failed`)
  if (signal.aborted) violations.push(`${name} starts after the cancellation`)
  if (time.now > lastStartMs(list)) violations.push(`${name} starts with no time left`)
}

/** From then on what runs is asked for the last time. */
function lastStartMs({ timeoutMs }: ListCase): number {
  return START_MS + timeoutMs - lastPollLeadMs({ timeoutMs })
}

/** Nothing is sent after the end of the step. */
export function checkSending(watch: Watch, { name, signal }: StartedItem): void {
  const { list, time, violations } = watch
  if (signal.aborted || watch.signal.aborted)
    violations.push(`${name} is sent after the cancellation`)
  if (time.now >= lastStartMs(list)) violations.push(`${name} is sent with no time left`)
}

/** No more operations run at once than may. */
export function checkRoom({ active, list, violations }: Watch): void {
  if (active.size > list.maxParallel) violations.push(`${[...active].join(', ')} run at once`)
}

/** No more exchanges are under way than there are sockets. */
export function checkExchanges({ underWay, violations }: Watch): void {
  if (underWay.size > MAX_SOCKETS) violations.push(`${underWay.size} exchanges are under way`)
}

/** The responses that an operation refers to are there, and none that nobody will read. */
export function checkScope(watch: Watch, { name, reads }: ListedCase, scope: Scope): void {
  for (const read of reads) {
    const given = Object.hasOwn(scope, read) ? (scope[read] ?? null) : null
    const [ended] = findSight(watch, read).ended
    const wanted = ended === undefined ? null : responseOf(ended.outcome)
    if (given !== wanted) watch.violations.push(`${name} reads another response of ${read}`)
  }
  for (const held of Object.keys(scope)) {
    const isRead =
      watch.list.outputReads.includes(held) ||
      watch.list.items.some((item) => item.reads.includes(held) && !isFilledIn(watch, item.name))
    if (!isRead && scope[held] !== null) watch.violations.push(`${held} is held for nobody`)
  }
}

function isFilledIn(watch: Watch, name: string): boolean {
  const { ran, notSent } = findSight(watch, name)
  return ran.length > 0 || notSent.length > 0
}

function responseOf({ response }: Outcome): JsonValue {
  const body = response?.body
  switch (body?.kind) {
    case 'json':
      return body.value
    case 'text':
    case 'malformed':
      return body.text
    default:
      return null
  }
}

/** What holds once all is over. */
export function judgeList(watch: Watch, end: ListEnd): void {
  const { list, time, signal, violations } = watch
  const lateMs = time.now - START_MS - list.timeoutMs
  const slackMs = list.keepsMs + Math.max(0, ...list.items.map(({ preparesMs }) => preparesMs))
  // Timers know whole milliseconds only.
  if (lateMs >= slackMs + 1) violations.push(`the list ended ${lateMs} ms after the deadline`)
  const goneOnMs = time.now - START_MS - (list.cancelAfterMs ?? 0)
  if (signal.aborted && goneOnMs > slackMs)
    violations.push(`the list went on for ${goneOnMs} ms after the cancellation`)
  if (time.planned > 0) violations.push(`${time.planned} waits are left behind`)
  const listeners = getEventListeners(signal, 'abort').length
  if (listeners > 0) violations.push(`${listeners} listeners are left on the signal of the job`)
  const held = Object.keys(end.scope).filter((name) => !list.outputReads.includes(name))
  if (held.length > 0) violations.push(`${held.join(', ')} held to the end for nobody`)
  for (const sight of watch.sights.values()) {
    const state = end.schedule.states.get(sight.item.name)
    violations.push(...judgeEnd(watch, sight, state).map((text) => `${sight.item.name} ${text}`))
  }
}

/** Each operation ends in exactly one status, which is its own, and what is not sent is told as that, truly. */
function judgeEnd(watch: Watch, sight: Sight, state: ItemState | undefined): string[] {
  const { judged, prepared, started, ran, ended, kept, notSent } = sight
  if (state?.kind !== 'ended') return [`is ${state?.kind} at the end`]
  const wrong: string[] = []
  const often = { judged, prepared, started, ran, kept, notSent }
  for (const [what, moments] of Object.entries(often))
    if (moments.length > 1) wrong.push(`is ${what} ${moments.length} times`)
  const [run] = ended
  if (run === undefined || wasHeldBack(run.outcome))
    return [...wrong, ...judgeNotSent(watch, sight, state)]
  const { outcome } = run
  const status = statusOf(outcome.ending)
  if (state.status !== status) wrong.push(`ends as ${state.status}, and was ${status}`)
  if (state.notSent !== undefined || notSent.length > 0) wrong.push('ran, and is told as not sent')
  if (kept[0] !== outcome) wrong.push('was not kept')
  if (isLost(sight, outcome)) wrong.push('was accepted, and nothing leads to it')
  return wrong
}

/** It had its turn in the list, and the workflow was canceled before its request could leave. */
function wasHeldBack({ ending }: Outcome): boolean {
  return ending.kind === 'not-sent' && ending.by === 'cancellation'
}

/** What was accepted and has not ended can be taken up again, where there is anything to follow. */
function isLost({ isHandedOver }: Sight, { accepted, ending, operation }: Outcome): boolean {
  if (operation !== undefined || isHandedOver) return false
  const isAccepted = accepted !== undefined && accepted.status < 300
  const isFollowed = ending.kind === 'left'
  return isAccepted && isFollowed && mayStillRun(ending)
}

function judgeNotSent(watch: Watch, sight: Sight, state: ItemState & { kind: 'ended' }): string[] {
  const [told] = sight.notSent
  const { notSent, status } = state
  if (notSent === undefined) return ['did not run, and nothing says why']
  if (told === undefined || told.notSent !== notSent || told.status !== status)
    return ['is not told as it ended']
  const isTrue = isReason(watch, sight, notSent, told.moment)
  return isTrue && status === STATUS_OF_REASON[notSent.kind]
    ? []
    : [`is ${status}, because of ${JSON.stringify(notSent)}`]
}

const STATUS_OF_REASON: Readonly<Record<NotSent['kind'], OutcomeStatus>> = {
  if: 'Skipped',
  needs: 'Skipped',
  'fail-fast': 'Skipped',
  lost: 'Skipped',
  'not-resumed': 'Skipped',
  deadline: 'TimedOut',
  cancellation: 'Canceled',
  fault: 'Failed',
  defect: 'Failed'
}

/** True where that is what kept it from being sent. */
function isReason(
  watch: Watch,
  { item, judged, ran, ended }: Sight,
  notSent: NotSent,
  at: Moment
): boolean {
  const { list, signal, failures } = watch
  const isJudged = judged.length > 0
  switch (notSent.kind) {
    case 'if':
      return isJudged && (item.condition === 'false' || item.condition === 'answered')
    case 'needs':
      return item.needs.includes(notSent.name) && !isDone(watch, notSent.name)
    case 'fail-fast':
      return list.failFast && failures.some(({ name }) => name === notSent.name)
    case 'deadline':
      return at.atMs >= lastStartMs(list) || ended.some(({ outcome }) => wasHeldBack(outcome))
    case 'cancellation':
      return signal.aborted
    case 'fault':
      return isJudged && hasFault(item)
    case 'lost':
    case 'not-resumed':
      return false
    case 'defect':
      return item.isBroken && ran.length > 0
    default:
      return notSent satisfies never
  }
}

function hasFault({ condition, preparation }: ListedCase): boolean {
  return condition === 'fault' || condition === 'throws' || preparation !== 'ready'
}
