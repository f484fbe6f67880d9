/**
 * The log of a list of operations as lines of text: what each event of it looks like. Pure; writes nothing itself.
 * Every line has the operation's name in a column. Of a few operations every change has a line; of many only the ends,
 * and of very many only those that are no success: what is not told is counted, and a line a minute says how many.
 */
import type { ListEvent } from '../batch/events.ts'
import { itemOf } from '../batch/plan.ts'
import type { RunEvent, SignInEvent } from '../run/events.ts'
import type { ResumePoint } from '../run/outcome.ts'
import { SECOND_MS } from '../values.ts'
import { describeChange } from './changes.ts'
import { describeFederatedCredential } from './federated-credential.ts'
import { formatDuration } from './format.ts'
import { describePlan } from './list-plan.ts'
import type { EndedRecord, ListLogEvent } from './list-report.ts'
import {
  countOne,
  formatCount,
  listFew,
  NO_STANDINGS,
  STANDINGS,
  type Standing,
  shortWordOf,
  standingOf,
  standingOfUnsent,
  tellCounts,
  tellNotSent,
  totalOf
} from './list-standing.ts'
import { formatResumeStep, formatSignIn, listAdditions, NOT_RESUMABLE } from './log.ts'
import { toLine } from './sanitize.ts'
import { shortenPath } from './shorten-path.ts'
import {
  ALL,
  chain,
  isCloselyTold,
  type LoopTally,
  MAX_CLOSELY_TOLD,
  MAX_NAME_CHARS,
  type PlannedEvent,
  recall,
  remember,
  type StepLogState,
  type StepLogStep,
  type ToldOperation,
  tell,
  tellAt,
  tellGroup,
  toName
} from './step-log-lines.ts'

/** Up to so many operations every end has a line. */
const MAX_ENDS_TOLD = 200
const MAX_FAILURE_LINES = 200
const MAX_CAUSE_CHARS = 300
const MAX_WARNINGS = 50
const MAX_ADDITION_LINES = 5_000
const MAX_NAMED = 5
/** Shortest time between two lines of which the second tells no more than a percentage within the same quarter. */
const MIN_PERCENT_GAP_MS = 30 * SECOND_MS

type EventOf<Kind extends ListEvent['kind']> = Extract<ListEvent, { kind: Kind }>

/** Lines that tell an event of a list. */
export function describeListEvent(before: StepLogState, event: ListLogEvent): StepLogStep {
  const at = timeOf(event)
  const state = at === undefined ? before : { ...before, now: Math.max(before.now, at) }
  switch (event.kind) {
    case 'planned':
      return describePlanned(state, event)
    case 'signed-in':
      return chain(tell({ ...state, isSignedIn: true }, formatSignIn(event)), tellPlan)
    case 'sign-in-retrying':
      return describeSignInRetry(state, event)
    case 'id-token-refused':
      return tell(state, describeFederatedCredential(event.claims))
    case 'opened':
      return chain(tellWhatIsDue(state), (after) => describeOpened(after, event))
    case 'started':
      return { state: countStart(state, event), lines: [] }
    case 'told':
      return isQuiet(event.event)
        ? rememberRequest(state, event)
        : chain(tellWhatIsDue(state), (after) => describeTold(after, event))
    case 'not-sent':
      return chain(tellPlan(state), (after) => describeNotSent(after, event))
    case 'minute':
      return chain(tellWhatIsDue(state), (after) => describeHeartbeat(after, event.at))
    case 'ended':
      return event.record.isPast === true
        ? describePast(state, event)
        : chain(tellWhatIsDue(state), (after) => describeEnded(after, event))
    default:
      return event satisfies never
  }
}

/** A warning about the list as a whole, once. */
export function describeListWarning(state: StepLogState, text: string): StepLogStep {
  return warn(state, toLine(text))
}

/** The handles that have gathered, but where a group of them is less than a second old. */
export function flushHandles(state: StepLogState, at: number): StepLogStep {
  return at - state.lastHandlesAt < SECOND_MS ? { state, lines: [] } : tellHandles(state, at)
}

/** Everything that is still held back, before the end is told. */
export function flushStepLog(state: StepLogState): StepLogStep {
  return chain(chain(tellPlan(state), tellGathered), (after) => tellHandles(after, after.now))
}

function timeOf(event: ListLogEvent): number | undefined {
  if (event.kind === 'told') return 'at' in event.event ? event.event.at : undefined
  return 'at' in event ? event.at : undefined
}

/** Memory of a log of operations that were planned by an earlier step. */
export function expectOperations(state: StepLogState, names: readonly string[]): StepLogState {
  const longest = names.reduce((most, { length }) => Math.max(most, length), ALL.length)
  const nameWidth = Math.max(state.nameWidth, Math.min(longest, MAX_NAME_CHARS))
  return { ...state, size: names.length, nameWidth }
}

function describePlanned(state: StepLogState, plan: PlannedEvent): StepLogStep {
  const { items, rules } = plan
  const names = items.flatMap(({ name, loop }) => loop?.operations?.map(nameOf) ?? name)
  const loops = items.flatMap(({ name, loop }): [string, LoopTally][] => {
    if (loop === undefined) return []
    const maxParallel = Math.min(loop.maxParallel ?? rules.maxParallel, rules.maxParallel)
    return [[name, { maxParallel, size: loop.operations?.length, ended: NO_STANDINGS }]]
  })
  const planned = { ...expectOperations(state, names), loops: new Map(loops), plan }
  return state.isSignedIn ? tellPlan(planned) : { state: planned, lines: [] }
}

function nameOf({ name }: { readonly name: string }): string {
  return name
}

/** The operations of a loop that nobody knew of before: until then it counted as one. */
function describeOpened(
  before: StepLogState,
  { at, name, operations }: EventOf<'opened'>
): StepLogStep {
  const tally = before.loops.get(name)
  if (tally === undefined || tally.size !== undefined) return { state: before, lines: [] }
  const size = operations.length
  const state = {
    ...expectOperations(before, operations.map(nameOf)),
    size: before.size - Math.max(1, totalOf(tally.ended)) + size,
    loops: new Map(before.loops).set(name, { ...tally, size })
  }
  const count = `${formatCount(size)} operation${size === 1 ? '' : 's'}`
  const limit =
    size > tally.maxParallel ? `, at most ${formatCount(tally.maxParallel)} at once` : ''
  return tellAt(state, at, name, size === 0 ? `${count}: the list is empty` : `${count}${limit}`)
}

/** The plan, once somebody has signed in for it or something has become of it. */
function tellPlan({ plan, ...state }: StepLogState): StepLogStep {
  if (plan === undefined) return { state, lines: [] }
  const { title, lines } = describePlan(plan)
  return tellGroup(state, title, lines)
}

/** What was held back until something else happens. */
function tellWhatIsDue(state: StepLogState): StepLogStep {
  return chain(chain(tellPlan(state), tellGathered), (after) => {
    const [eldest] = after.handles
    const isDue = eldest !== undefined && after.now - eldest.at >= SECOND_MS
    return isDue ? flushHandles(after, after.now) : { state: after, lines: [] }
  })
}

function describeSignInRetry(
  state: StepLogState,
  event: Extract<SignInEvent, { kind: 'sign-in-retrying' }>
): StepLogStep {
  const { told, words } = describeChange(state.signIn, event)
  const after = { ...state, signIn: told }
  return words === undefined ? { state: after, lines: [] } : tellAt(after, event.at, ALL, words)
}

function countStart(state: StepLogState, { name, at }: EventOf<'started'>): StepLogState {
  const running = new Map(state.running).set(name, at)
  const isFirst = findTally(state, name)?.startedAt === undefined
  const loops = isFirst ? tally(state, name, { startedAt: at }) : state.loops
  return { ...state, running, loops }
}

/** The loop of an operation; undefined for one of no loop, and for what stands for a loop that is not known. */
function findTally({ loops }: StepLogState, name: string): LoopTally | undefined {
  const loop = itemOf(name)
  return loop === name ? undefined : loops.get(loop)
}

function tally(state: StepLogState, name: string, news: Partial<LoopTally>): StepLogState['loops'] {
  const before = findTally(state, name)
  return before === undefined
    ? state.loops
    : new Map(state.loops).set(itemOf(name), { ...before, ...news })
}

/** Nothing can be told before somebody signs in for it. */
function isQuiet({ kind }: RunEvent): boolean {
  return kind === 'requested' || kind === 'resumed' || kind === 'sending'
}

function rememberRequest(state: StepLogState, { name, event }: EventOf<'told'>): StepLogStep {
  if (!('request' in event) || !isCloselyTold(state)) return { state, lines: [] }
  const { request } = event
  return { state: remember(state, name, { ...recall(state, name), request }), lines: [] }
}

function describeTold(state: StepLogState, { name, event }: EventOf<'told'>): StepLogStep {
  switch (event.kind) {
    case 'warned': {
      const operation = recall(state, name)
      const warned = new Set(operation.warned).add(event.text)
      return warn(remember(state, name, { ...operation, warned }), toLine(event.text), name)
    }
    case 'not-resumable':
      return warn(state, NOT_RESUMABLE, name)
    case 'resumable':
      return holdHandle(state, name, event.point)
    case 'retrying': {
      const isThrottled = /\b429\b/.test(event.reason)
      const counted = { ...state, throttled: state.throttled + (isThrottled ? 1 : 0) }
      return isCloselyTold(state) ? tellChange(counted, name, event) : { state: counted, lines: [] }
    }
    case 'answered':
    case 'moved':
    case 'condition-read':
    case 'progressed':
    case 'nothing-to-follow':
      return isCloselyTold(state) ? describeClosely(state, name, event) : { state, lines: [] }
    default:
      return { state, lines: [] }
  }
}

type CloseEvent = Extract<
  RunEvent,
  { kind: 'answered' | 'moved' | 'condition-read' | 'progressed' | 'nothing-to-follow' }
>

function describeClosely(state: StepLogState, name: string, event: CloseEvent): StepLogStep {
  switch (event.kind) {
    case 'answered': {
      const answer = { at: event.at, status: event.response.status }
      // What state it is in comes with it, as a rule.
      return { state: remember(state, name, { ...recall(state, name), answer }), lines: [] }
    }
    case 'moved':
      return describeMove(state, name, event)
    case 'condition-read':
    case 'progressed':
      return tellChange(state, name, event)
    case 'nothing-to-follow':
      return event.isAccepted ? tellAt(state, state.now, name, UNTRACKED) : { state, lines: [] }
    default:
      return event satisfies never
  }
}

const UNTRACKED = 'There is nothing to follow: Azure named no URL that tells how it ends'

type MovedEvent = Extract<RunEvent, { kind: 'moved' }>

/** A state; with the first answer in front, where it came with it. What an end is called, the end says. */
function describeMove(state: StepLogState, name: string, event: MovedEvent): StepLogStep {
  const isOver = /^(?:succeeded|failed|canceled)$/.test(event.operation.state)
  if (isOver) return tellAnswer(state, name)
  const operation = recall(state, name)
  if (isSmallStep(operation, event)) return { state, lines: [] }
  const { told, words } = describeChange(operation, event)
  const { lastStatus = '', percentComplete: percent } = event.operation.facts
  const after = remember(state, name, { ...told, word: lastStatus, percent })
  if (words === undefined || words !== told.lastState) {
    return chain(tellAnswer(after, name), (next) =>
      words === undefined ? { state: next, lines: [] } : tellAt(next, event.at, name, words)
    )
  }
  if (operation.answer !== undefined) return tellAnswer(after, name, words)
  // Only its result is missing, as a rule, and then the end says it.
  const isEnd = /^(?:succeeded|failed|cancell?ed)$/i.test(lastStatus)
  return isEnd
    ? {
        state: remember(after, name, { ...recall(after, name), end: { at: event.at, words } }),
        lines: []
      }
    : tellAt(after, event.at, name, words)
}

/** True where nothing but its percentage is new, and that not by much: nobody reads each percent of twenty. */
function isSmallStep(told: ToldOperation, { at, operation: { facts } }: MovedEvent): boolean {
  const { lastStatus, percentComplete } = facts
  if (told.percent === undefined || percentComplete === undefined) return false
  const isSame = lastStatus === told.word && quarterOf(percentComplete) === quarterOf(told.percent)
  return isSame && told.trouble === undefined && at - told.lastLineAt < MIN_PERCENT_GAP_MS
}

function quarterOf(percent: number): number {
  return Math.floor(percent / 25)
}

/** The line of the first answer, where it has none yet. */
function tellAnswer(state: StepLogState, name: string, words = ''): StepLogStep {
  const { answer, ...operation } = recall(state, name)
  if (answer === undefined) return { state, lines: [] }
  const { request } = operation
  const what = request === undefined ? 'HTTP' : `${request.method} ${shortenPath(request.url)}:`
  const more = words === '' ? '' : `, ${words.replace('  ', ' ')}`
  const after = remember(state, name, { ...operation, lastLineAt: answer.at })
  return tellAt(after, answer.at, name, `${what} ${answer.status}${more}`)
}

function tellChange(
  state: StepLogState,
  name: string,
  event: Extract<RunEvent, { kind: 'retrying' | 'condition-read' | 'progressed' }>
): StepLogStep {
  const begun = event.kind === 'progressed' ? tellAnswer(state, name) : tellHeldEnd(state, name)
  return chain(begun, (before) => {
    const { told, words } = describeChange(recall(before, name), event)
    const after = remember(before, name, told)
    return words === undefined ? { state: after, lines: [] } : tellAt(after, event.at, name, words)
  })
}

/** The line of the first answer, and that of an end in Azure after which the step waits for something more. */
function tellHeldEnd(state: StepLogState, name: string): StepLogStep {
  return chain(tellAnswer(state, name), (before) => {
    const { end, ...operation } = recall(before, name)
    if (end === undefined) return { state: before, lines: [] }
    return tellAt(remember(before, name, operation), end.at, name, end.words)
  })
}

/** Of a few operations each handle has a group; of many, as many as come within a second. */
function holdHandle(state: StepLogState, name: string, point: ResumePoint): StepLogStep {
  if (!isCloselyTold(state)) {
    const handles = [...state.handles, { name, point, at: state.now }]
    return { state: { ...state, handles }, lines: [] }
  }
  const operation = recall(state, name)
  // An earlier handle leads to a condition as well.
  if (operation.hasResumeStep === true) return { state, lines: [] }
  return chain(tellAnswer(state, name), (before) =>
    tellGroup(
      remember(before, name, { ...recall(before, name), hasResumeStep: true }),
      `How to resume ${toName(name)}`,
      formatResumeStep(point.step)
    )
  )
}

/** What has ended before its handle was told needs none, unless there is still something to wait for. */
function dropHandle(state: StepLogState, { name, explanation }: EndedRecord): StepLogState {
  if (explanation.outcome.operation !== undefined) return state
  return { ...state, handles: state.handles.filter((held) => held.name !== name) }
}

function tellHandles(state: StepLogState, at: number): StepLogStep {
  const [first] = state.handles
  if (first === undefined) return { state, lines: [] }
  const { handles, hasResumeStep } = state
  const title =
    handles.length === 1
      ? `Handle of ${toName(first.name)}`
      : `Handles of ${formatCount(handles.length)} operations`
  const lines = [
    ...(hasResumeStep ? [] : [...formatResumeStep(first.point.step), '', 'Likewise with:', '']),
    ...handles.map(({ name, point }) => `${toName(name)}  ${point.handle}`)
  ]
  return tellGroup({ ...state, handles: [], hasResumeStep: true, lastHandlesAt: at }, title, lines)
}

function describeNotSent(
  before: StepLogState,
  { at, name, notSent }: EventOf<'not-sent'>
): StepLogStep {
  const state = countEnd(before, name, standingOfUnsent(notSent))
  const [status, reason] = tellNotSent(notSent)
  const words = `${status}: ${toLine(reason, MAX_CAUSE_CHARS)}`
  const told = isCloselyTold(state)
    ? tellAt(state, at, name, words)
    : holdUnsent(state, { at, words, name })
  const isLost = notSent.kind === 'lost'
  const warned = isLost ? chain(told, (after) => warn(after, toLine(reason), name)) : told
  return chain(warned, (after) => tellLoopEnd(after, at, name))
}

function holdUnsent(
  state: StepLogState,
  { at, words, name }: { readonly at: number; readonly words: string; readonly name: string }
): StepLogStep {
  const { unsent } = state
  if (unsent?.words !== words) {
    return chain(tellUnsent(state), (after) => ({
      state: { ...after, unsent: { at, words, names: [name], count: 1 } },
      lines: []
    }))
  }
  const names = unsent.names.length < MAX_NAMED ? [...unsent.names, name] : unsent.names
  return { state: { ...state, unsent: { ...unsent, names, count: unsent.count + 1 } }, lines: [] }
}

/** One line for all that were not sent for the same reason. */
function tellUnsent({ unsent, ...state }: StepLogState): StepLogStep {
  if (unsent === undefined) return { state, lines: [] }
  const { at, words, names, count } = unsent
  const [first = ''] = names
  if (count === 1) return tellAt(state, at, first, words)
  const more = count > names.length ? ` and ${formatCount(count - names.length)} more` : ''
  const list = `${listFew(names, MAX_NAMED)}${more}`
  return tellAt(state, at, ALL, `${formatCount(count)} operations ${words} (${list})`)
}

/** What has ended in an earlier step comes all at once, before it is known how much that is. */
function describePast(
  before: StepLogState,
  { at, record }: Extract<ListLogEvent, { kind: 'ended' }>
): StepLogStep {
  const { name } = record
  const standing = standingOf(record)
  const state = countEnd(before, name, standing)
  const { past = { at, counts: NO_STANDINGS, first: [] } } = state
  const counts = countOne(past.counts, standing)
  const isFirst = past.first.length < MAX_CLOSELY_TOLD
  const first = isFirst ? [...past.first, { name, words: tellRecord(record) }] : past.first
  return { state: { ...state, past: { at: past.at, counts, first } }, lines: [] }
}

/** What ended in an earlier step, of few in a line each; and one line for all that were not sent for the same reason. */
function tellGathered({ past, ...state }: StepLogState): StepLogStep {
  if (past === undefined) return tellUnsent(state)
  const { at, counts, first } = past
  const total = totalOf(counts)
  const words = `${formatCount(total)} operations ended in an earlier step: ${tellCounts(counts)}`
  const isEach = total === first.length && isCloselyTold(state)
  const told = isEach ? first : [{ name: ALL, words }]
  const steps = told.map(
    (each) => (after: StepLogState) => tellAt(after, at, each.name, each.words)
  )
  return [...steps, tellUnsent].reduce<StepLogStep>(chain, { state, lines: [] })
}

/** Of many operations, a line for a loop when the last of them has ended and any of them was sent. */
function tellLoopEnd(state: StepLogState, at: number, name: string): StepLogStep {
  const { size, startedAt, ended } = findTally(state, name) ?? {}
  const isOver = ended !== undefined && totalOf(ended) === size
  if (!isOver || startedAt === undefined || isCloselyTold(state)) return { state, lines: [] }
  const words = `${tellCounts(ended, size)}, in ${formatDuration(at - startedAt)}`
  return chain(tellGathered(state), (after) => tellAt(after, at, itemOf(name), words))
}

function countEnd(state: StepLogState, name: string, standing: Standing): StepLogState {
  const [running, told] = [without(state.running, name), without(state.told, name)]
  const ended = countOne(state.ended, standing)
  const before = findTally(state, name)
  if (before === undefined) return { ...state, running, told, ended }
  const loops = tally(state, name, { ended: countOne(before.ended, standing) })
  // A loop whose list is not known counts as one, and what an earlier step has done of it may be more.
  const isMore = before.size === undefined && totalOf(before.ended) > 0
  return { ...state, running, told, ended, loops, size: state.size + (isMore ? 1 : 0) }
}

function without<T>(map: ReadonlyMap<string, T>, name: string): ReadonlyMap<string, T> {
  if (!map.has(name)) return map
  const rest = new Map(map)
  rest.delete(name)
  return rest
}

/** What is done, what is not, and what runs for the longest time. */
function describeHeartbeat(state: StepLogState, at: number): StepLogStep {
  const { ended, running, size, throttled } = state
  const over = totalOf(ended)
  const done = ended.succeeded + ended['left-out']
  const parts = [
    [running.size, 'running'],
    [done, 'done'],
    ...STANDINGS.filter((standing) => standing !== 'succeeded' && standing !== 'left-out').map(
      (standing) => [ended[standing], shortWordOf(standing)] as const
    ),
    [Math.max(0, size - over - running.size), 'waiting']
  ] as const
  const counts = parts
    .filter(([count]) => count > 0)
    .map(([count, word]) => `${formatCount(count)} ${word}`)
  const words = [
    counts.join(', '),
    ...tellLongest(running, at),
    ...(throttled === 0
      ? []
      : [`${formatCount(throttled)} request${throttled === 1 ? '' : 's'} slowed down by HTTP 429`])
  ]
  return tellAt({ ...state, throttled: 0 }, at, ALL, words.join('; '))
}

function tellLongest(running: ReadonlyMap<string, number>, at: number): readonly string[] {
  let eldest: readonly [name: string, startedAt: number] | undefined
  for (const each of running) if (eldest === undefined || each[1] < eldest[1]) eldest = each
  if (eldest === undefined) return []
  return [`longest: ${toName(eldest[0])} (${formatDuration(at - eldest[1])})`]
}

function describeEnded(
  before: StepLogState,
  { at, record }: Extract<ListLogEvent, { kind: 'ended' }>
): StepLogStep {
  const { name, explanation } = record
  const standing = standingOf(record)
  const { warned } = recall(before, name)
  const warnings = explanation.outcome.warnings.filter((text) => warned?.has(text) !== true)
  const steps: readonly ((state: StepLogState) => StepLogStep)[] = [
    (state) => tellAnswer(state, name),
    (state) => ({ state: dropHandle(countEnd(state, name, standing), record), lines: [] }),
    (state) => tellAdditions(state, record),
    ...warnings.map((text) => (state: StepLogState) => warn(state, toLine(text), name)),
    (state) => tellEnd(state, at, record),
    (state) => tellLoopEnd(state, at, name)
  ]
  return steps.reduce<StepLogStep>(chain, { state: before, lines: [] })
}

function tellEnd(state: StepLogState, at: number, record: EndedRecord): StepLogStep {
  const isGood = /^(?:succeeded|open|left-out)$/.test(standingOf(record))
  const words = tellRecord(record)
  if (isGood && state.size > MAX_ENDS_TOLD) return { state, lines: [] }
  if (isGood || state.size <= MAX_ENDS_TOLD) return tellAt(state, at, record.name, words)
  const failureLines = state.failureLines + 1
  const after = { ...state, failureLines }
  if (failureLines > MAX_FAILURE_LINES) return { state: after, lines: [] }
  return chain(tellAt(after, at, record.name, words), (next) =>
    failureLines < MAX_FAILURE_LINES
      ? { state: next, lines: [] }
      : tellAt(next, at, ALL, 'From here on they are only counted; the end tells of all')
  )
}

/** `Failed after 44 s  OperationNotAllowed: VM vm-12 is being updated.` */
function tellRecord({ explanation, isPast }: EndedRecord): string {
  const { outcome, verdict, cause } = explanation
  const { addition, ending } = outcome
  const length = `after ${formatDuration(outcome.endedAt - outcome.startedAt)}`
  const time = `${verdict.title} ${isPast === true ? 'in an earlier step' : length}`
  const found = ending.kind === 'succeeded' ? (addition?.finding ?? '') : ''
  const why =
    cause === undefined
      ? found
      : [cause.code, cause.excerpt].filter((part) => part !== '').join(': ')
  return why === '' ? time : `${time}  ${toLine(why, MAX_CAUSE_CHARS)}`
}

/** What is known of this kind of operation, in groups, as long as there is room for them. */
function tellAdditions(before: StepLogState, { name, explanation }: EndedRecord): StepLogStep {
  return listAdditions(explanation.outcome.addition).reduce<StepLogStep>(
    (step, { title, lines }) => {
      const { state } = step
      const additionLines = state.additionLines + lines.length
      if (additionLines > MAX_ADDITION_LINES) return step
      return chain(step, () =>
        tellGroup({ ...state, additionLines }, `${toName(name)}: ${title}`, lines)
      )
    },
    { state: before, lines: [] }
  )
}

/** A warning, once; of many operations the first that has it is named, and the others are counted. */
function warn(state: StepLogState, text: string, name = ''): StepLogStep {
  const key = isCloselyTold(state) && name !== '' ? `${name}: ${text}` : text
  const count = state.warned.get(key) ?? 0
  if (count === 0 && state.warned.size >= MAX_WARNINGS) return { state, lines: [] }
  const after = { ...state, warned: new Map(state.warned).set(key, count + 1) }
  if (count > 0) return { state: after, lines: [] }
  const line = name === '' ? text : `${toName(name)}: ${text}`
  return { state: after, lines: [{ kind: 'warning', text: line }] }
}
