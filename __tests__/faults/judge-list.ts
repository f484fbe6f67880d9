/**
 * What has to hold of a list: while it is run, and once it is over.
 */
import { getEventListeners } from 'node:events'
import { isDeepStrictEqual } from 'node:util'
import type { StartedItem } from '../../src/batch/context.ts'
import { toPastEnd } from '../../src/batch/listed-operations.ts'
import { nameOperation, type Scope } from '../../src/batch/plan.ts'
import type { ListEnd } from '../../src/batch/run-all.ts'
import type { ItemState, NotSent } from '../../src/batch/schedule.ts'
import { pruneValue } from '../../src/condition/paths.ts'
import { MAX_SOCKETS } from '../../src/http/lanes.ts'
import type { JsonValue } from '../../src/http/message.ts'
import { lastPollLeadMs } from '../../src/operation/waiting.ts'
import { mayStillRun, type Outcome, type OutcomeStatus, statusOf } from '../../src/run/outcome.ts'
import type { Member } from './lists.ts'
import {
  findSight,
  isDone,
  isTakenUp,
  type Moment,
  readsOfOne,
  type Sight,
  type Watch
} from './watch-list.ts'

/** Nothing starts before its needs are done, after a failure that was known, or after the end of the step. */
export function checkStart(watch: Watch, name: string, moment: Moment): void {
  const { list, signal, time, failures, violations } = watch
  // Azure does not wait either.
  if (isTakenUp(watch, name)) return
  const { item } = findSight(watch, name)
  for (const need of listNeeds(item))
    if (!isDone(watch, need)) violations.push(`${name} starts before ${need} is done`)
  const failure = failures.find(({ at }) => at.turn < moment.turn)
  if (list.failFast && failure !== undefined)
    violations.push(`${name} starts after ${failure.name} failed`)
  if (signal.aborted) violations.push(`${name} starts after the cancellation`)
  if (time.now > lastStartMs(watch)) violations.push(`${name} starts with no time left`)
}

function listNeeds({ needs, place }: Member): readonly string[] {
  return place?.forerunner === undefined ? needs : [...needs, place.forerunner]
}

/** From then on what runs is asked for the last time. */
function lastStartMs({ list: { timeoutMs }, startMs }: Watch): number {
  return startMs + timeoutMs - lastPollLeadMs({ timeoutMs })
}

/** Nothing is sent after the end of the step. */
export function checkSending(watch: Watch, { name, signal }: StartedItem): void {
  const { time, violations } = watch
  if (isTakenUp(watch, name)) return
  if (signal.aborted || watch.signal.aborted)
    violations.push(`${name} is sent after the cancellation`)
  if (time.now >= lastStartMs(watch)) violations.push(`${name} is sent with no time left`)
}

/** What starts has room, in the list and in its loop. */
export function checkRoom(watch: Watch, { place }: Member): void {
  const { active, list, violations } = watch
  if (active.size > list.maxParallel) violations.push(`${[...active].join(', ')} run at once`)
  const most = place?.loop.maxParallel ?? Number.POSITIVE_INFINITY
  const own = [...active].filter(
    (each) => findSight(watch, each).item.place?.owner === place?.owner
  )
  if (own.length > most) violations.push(`${own.join(', ')} of one loop run at once`)
}

/** No more exchanges are under way than there are sockets. */
export function checkExchanges({ underWay, violations }: Watch): void {
  if (underWay.size > MAX_SOCKETS) violations.push(`${underWay.size} exchanges are under way`)
}

/** What an operation, or the list of a loop, refers to is there, and nothing that nobody will read. */
export function checkScope(watch: Watch, member: Member, scope: Scope): void {
  const { name, reads, place, loop } = member
  const look = (read: string) => (Object.hasOwn(scope, read) ? (scope[read] ?? null) : null)
  const checkGiven = (read: string, wanted: JsonValue) => {
    if (!isDeepStrictEqual(look(read), wanted))
      watch.violations.push(`${name} reads another response of ${read}`)
  }
  for (const read of reads) checkGiven(read, readResponse(watch, read))
  for (const [owner, each] of place?.seen ?? []) checkGiven(owner, readResponse(watch, each))
  if (
    place !== undefined &&
    !isDeepStrictEqual([look('item'), look('index')], [place.value, place.index])
  )
    watch.violations.push(`${name} sees another element`)
  for (const held of Object.keys(scope)) {
    const isOwn = (place?.loop ?? loop)?.sees.concat(OWN_NAMES).includes(held) === true
    const isRead =
      isOwn ||
      watch.list.outputReads.includes(held) ||
      watch.list.items.some((item) => item.reads.includes(held) && !isFilledIn(watch, item.name))
    if (!isRead && scope[held] !== null) watch.violations.push(`${held} is held for nobody`)
  }
}

const OWN_NAMES = ['item', 'index']

/** The response of an operation; of a loop, the list of them. */
function readResponse(watch: Watch, name: string): JsonValue {
  const { item, ended, opened } = findSight(watch, name)
  const { past, earlier } = watch
  if (earlier !== undefined && past?.operations.get(name)?.kind === 'ended')
    return pruneValue(readResponse(earlier, name), readsOfOne(watch))
  if (item.loop === undefined) return ended[0] === undefined ? null : responseOf(ended[0].outcome)
  return opened[0]?.map((each) => readResponse(watch, each)) ?? null
}

function isFilledIn(watch: Watch, name: string): boolean {
  const { ran, notSent, item, opened } = findSight(watch, name)
  const past = watch.past?.operations.get(name)
  if (past !== undefined && past.kind !== 'accepted') return true
  if (item.loop === undefined || notSent.length > 0) return ran.length > 0 || notSent.length > 0
  return opened[0]?.every((each) => isFilledIn(watch, each)) === true
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
  const { list, time, startMs, signal, violations } = watch
  const lateMs = time.now - startMs - list.timeoutMs
  const members = [...watch.sights.values()].map(({ item }) => item)
  const slackMs = list.keepsMs + Math.max(0, ...members.map(({ preparesMs }) => preparesMs))
  // Timers know whole milliseconds only.
  if (lateMs >= slackMs + 1) violations.push(`the list ended ${lateMs} ms after the deadline`)
  const goneOnMs = time.now - startMs - (list.cancelAfterMs ?? 0)
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
  const { item, judged, prepared, started, ran, ended, kept, notSent, opened } = sight
  const often = { judged, prepared, started, ran, kept, notSent, opened }
  const wrong = Object.entries(often)
    .filter(([, moments]) => moments.length > 1)
    .map(([what, moments]) => `is ${what} ${moments.length} times`)
  if (isNeverOpened(watch, item)) {
    const isTouched = Object.values(often).some((moments) => moments.length > 0)
    return state === undefined && !isTouched ? wrong : [...wrong, 'is of a loop that never opened']
  }
  const past = watch.past?.operations.get(item.name)
  if (past !== undefined && past.kind !== 'accepted') {
    const isTouched = Object.values(often).some((moments) => moments.length > 0)
    return state?.kind === 'ended' && !isTouched ? wrong : [...wrong, 'is touched again']
  }
  if (state?.kind !== 'ended') return [`is ${state?.kind} at the end`]
  if (item.loop !== undefined && opened.length > 0)
    return [...wrong, ...judgeOpened(watch, sight, state)]
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

function isNeverOpened(watch: Watch, { name, place }: Member): boolean {
  return place !== undefined && !findSight(watch, place.owner).opened[0]?.includes(name)
}

/** A loop has one operation for each element, in their order, and ends as the worst of them does. */
function judgeOpened(
  watch: Watch,
  { item, opened, notSent }: Sight,
  state: ItemState & { kind: 'ended' }
): string[] {
  const names = namesGiven(watch, item)
  const statuses = names.map((name) => endOf(watch, findSight(watch, name)))
  const worst =
    WORST_FIRST.find((status) => statuses.includes(status)) ??
    (statuses.includes('Succeeded') ? 'Succeeded' : 'Skipped')
  return [
    ...(isDeepStrictEqual(opened[0], names) ? [] : [`opens with ${opened[0]?.join(', ')}`]),
    ...(notSent.length > 0 || state.notSent !== undefined ? ['is open, and told as not sent'] : []),
    ...(state.status === worst ? [] : [`ends as ${state.status}, and was ${worst}`])
  ]
}

/** What follows a loop that its own `if` has left out has nothing to go over. */
function namesGiven(watch: Watch, item: Member): readonly string[] {
  const isLeft = item.loop?.followed.some((name) => findSight(watch, name).opened.length === 0)
  const elements = isLeft === true ? [] : (item.loop?.elements ?? [])
  return elements.map(({ key }) => nameOperation(item.name, key))
}

const WORST_FIRST: readonly OutcomeStatus[] = [
  'Failed',
  'Unknown',
  'TimedOut',
  'Canceled',
  'InProgress'
]

/** Status that something has ended with, as far as it was seen. */
export function endOf(watch: Watch, { item, ended, notSent }: Sight): OutcomeStatus | undefined {
  const [told] = notSent
  const past = watch.past?.operations.get(item.name)
  if (past !== undefined && past.kind !== 'accepted') return toPastEnd(past).status
  if (told !== undefined) return told.status
  return ended[0] === undefined ? undefined : statusOf(ended[0].outcome.ending)
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
function isReason(watch: Watch, sight: Sight, notSent: NotSent, at: Moment): boolean {
  const { list, signal, failures } = watch
  const { item, ran, ended } = sight
  switch (notSent.kind) {
    case 'if':
      return isJudged(watch, sight) && (item.condition === 'false' || item.condition === 'answered')
    case 'needs':
      return (
        [...listNeeds(item), ...(item.loop?.followed.slice(0, 1) ?? [])].includes(notSent.name) &&
        !isDone(watch, notSent.name)
      )
    case 'fail-fast':
      return list.failFast && failures.some(({ name }) => name === notSent.name)
    case 'deadline':
      return at.atMs >= lastStartMs(watch) || ended.some(({ outcome }) => wasHeldBack(outcome))
    case 'cancellation':
      return signal.aborted
    case 'fault':
      return hasFault(watch, sight)
    case 'lost':
      return watch.past !== undefined && list.readsWhole
    case 'not-resumed':
      return false
    case 'defect':
      return item.isBroken && ran.length > 0
    default:
      return notSent satisfies never
  }
}

function isJudged(watch: Watch, { item, judged }: Sight): boolean {
  const { place } = item
  const isWhole = place?.loop.isJudgedWhole === true
  return (isWhole ? findSight(watch, place.owner).judged : judged).length > 0
}

function hasFault(watch: Watch, sight: Sight): boolean {
  const { condition, preparation, loop } = sight.item
  const isJudgedWrong =
    (condition === 'fault' || condition === 'throws') &&
    isJudged(watch, sight) &&
    loop?.isJudgedWhole !== false
  if (isJudgedWrong) return true
  // The list of a loop is looked at as its references are.
  return loop === undefined ? preparation !== 'ready' : sight.prepared.length > 0
}
