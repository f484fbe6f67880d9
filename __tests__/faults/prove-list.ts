/**
 * One random list in virtual time, through the driver of lists, and what has to hold of it: of each operation what holds
 * of one alone, and of all of them their order, their end, and that none changes what becomes of another.
 */
import { getEventListeners } from 'node:events'
import { readdirSync } from 'node:fs'
import { explain } from '../../__fixtures__/explain.ts'
import { toSpec } from '../../__fixtures__/flat-inputs.ts'
import { createInputs } from '../../__fixtures__/inputs.ts'
import { recordLog, USES } from '../../__fixtures__/run.ts'
import { createArmClient } from '../../src/arm/client.ts'
import type { Cloud } from '../../src/arm/clouds.ts'
import type { ListContext, StartedItem } from '../../src/batch/context.ts'
import type { ListEvent } from '../../src/batch/events.ts'
import type { ListPlan, PlannedItem, Prepared, Scope } from '../../src/batch/plan.ts'
import { type ListEnd, runAll } from '../../src/batch/run-all.ts'
import type { ItemState, Judgement, NotSent } from '../../src/batch/schedule.ts'
import type { JsonValue } from '../../src/http/message.ts'
import { mayStillRun, type Outcome, type OutcomeStatus, statusOf } from '../../src/run/outcome.ts'
import { runOperation } from '../../src/run/run-operation.ts'
import type { IsolationCase, ListCase, ListedCase } from './lists.ts'
import { ProofTime } from './proof-time.ts'
import {
  createCaseInputs,
  createTokens,
  judgeRun,
  type Proof,
  type Run,
  START_MS
} from './prove.ts'
import { Provider } from './provider.ts'
import { createHonesty, toPlan } from './scenarios.ts'
import { createVirtualAzure } from './virtual-azure.ts'

/** What came of one list. */
export interface ListProof {
  /** By the names of the operations that ran. */
  readonly proofs: ReadonlyMap<string, Proof>
  /** How each operation ended: its status, and why it was not sent. */
  readonly ends: ReadonlyMap<string, string>
  /** When each operation that ran began, in milliseconds after the start of the step. */
  readonly startsMs: ReadonlyMap<string, number>
  /** What does not hold, one sentence each; empty when all is well. */
  readonly violations: readonly string[]
}

/** Moment in the order of everything that happens. */
interface Moment {
  readonly atMs: number
  readonly turn: number
  readonly place: number
}

/** A run of one operation, and when its outcome was there. */
interface EndedRun {
  readonly run: Run
  readonly proof: Proof
  readonly at: Moment
}

/** Everything that was seen of one operation. */
interface Sight {
  readonly item: ListedCase
  readonly judged: Moment[]
  readonly prepared: Moment[]
  readonly started: Moment[]
  readonly ran: Moment[]
  readonly ended: EndedRun[]
  readonly kept: Outcome[]
  /** Events that say why it was not sent. */
  readonly notSent: (Extract<ListEvent, { kind: 'not-sent' }> & { readonly moment: Moment })[]
  /** It was told that the operation can be waited for elsewhere, or that it cannot. */
  isHandedOver: boolean
}

/** A list under way. */
interface Watch {
  readonly list: ListCase
  readonly time: ProofTime
  readonly signal: AbortSignal
  readonly sights: ReadonlyMap<string, Sight>
  readonly violations: string[]
  /** Operations that are filled in or run now. */
  readonly active: Set<string>
  /** Failures, in the order in which they were known. */
  readonly failures: { readonly name: string; readonly at: Moment }[]
  readonly note: () => Moment
}

/** Time stands still while a chunk is loaded only if that takes no more than a turn, as it does once it was. */
let areChunksLoaded = false
async function loadChunks(): Promise<void> {
  if (areChunksLoaded) return
  for (const room of ['arm', 'batch', 'operation', 'run']) {
    const folder = new URL(`../../src/${room}/`, import.meta.url)
    for (const file of readdirSync(folder)) await import(new URL(file, folder).pathname)
  }
  areChunksLoaded = true
}

/** Runs a list, and judges it. */
export async function proveList(list: ListCase): Promise<ListProof> {
  await loadChunks()
  const time = new ProofTime(START_MS, list.order)
  const controller = new AbortController()
  const { signal } = controller
  const watch = createWatch(list, time, signal)
  const { cancelAfterMs } = list
  const leave =
    cancelAfterMs === undefined ? () => {} : time.plan(cancelAfterMs, () => controller.abort())
  const end = await time.drive(() => runAll(createPlan(watch), createContext(watch)))
  leave()
  if (end === 'stuck') watch.violations.push('it never ends')
  else judgeList(watch, end)
  return {
    proofs: new Map(
      [...watch.sights].flatMap(([name, { ended }]) =>
        ended.map(({ proof }) => [name, proof] as const)
      )
    ),
    startsMs: new Map(
      [...watch.sights].flatMap(([name, { ran }]) =>
        ran.map(({ atMs }) => [name, atMs - START_MS] as const)
      )
    ),
    ends:
      end === 'stuck'
        ? new Map()
        : new Map([...end.schedule.states].map(([name, state]) => [name, tellEnd(state)])),
    violations: watch.violations
  }
}

/**
 * Runs a list twice, the second time without the faults of one operation: what becomes of those that do not depend on it
 * is the same.
 */
export async function proveIsolation({ list, name }: IsolationCase): Promise<ListProof> {
  const quiet = list.items.map((item) => (item.name === name ? { ...item, faults: [] } : item))
  const faulty = await proveList(list)
  const calm = await proveList({ ...list, items: quiet })
  const dependent = listDependents(list, name)
  const changed = list.items.flatMap(({ name: other }) => {
    if (dependent.has(other)) return []
    const [one, two] = [faulty, calm].map(({ ends }) => ends.get(other))
    return one === two ? [] : [`${other} is ${one}, and ${two} without the faults of ${name}`]
  })
  return { ...faulty, violations: [...faulty.violations, ...calm.violations, ...changed] }
}

/** The operation itself, and all that need it, by others too. */
function listDependents({ items }: ListCase, name: string): ReadonlySet<string> {
  const found = new Set([name])
  for (let before = 0; found.size > before; ) {
    before = found.size
    for (const item of items) if (item.needs.some((need) => found.has(need))) found.add(item.name)
  }
  return found
}

function tellEnd(state: ItemState): string {
  if (state.kind !== 'ended') return state.kind
  return state.notSent === undefined ? state.status : `${state.status}: ${state.notSent.kind}`
}

function createWatch(list: ListCase, time: ProofTime, signal: AbortSignal): Watch {
  let place = 0
  const note = (): Moment => {
    place += 1
    return { atMs: time.now, turn: time.turn, place }
  }
  const sights = new Map(
    list.items.map((item): [string, Sight] => [
      item.name,
      {
        item,
        judged: [],
        prepared: [],
        started: [],
        ran: [],
        ended: [],
        kept: [],
        notSent: [],
        isHandedOver: false
      }
    ])
  )
  return {
    list,
    time,
    signal,
    sights,
    note,
    violations: [],
    active: new Set(),
    failures: []
  }
}

function find(watch: Watch, name: string): Sight {
  const sight = watch.sights.get(name)
  if (sight === undefined) throw new Error(`${name} is not in the list`)
  return sight
}

function createPlan(watch: Watch): ListPlan {
  const { items, maxParallel, failFast, timeoutMs, wait, outputReads } = watch.list
  const { maskedOutputs, responseFile, ownFolders } = createInputs()
  return {
    items: items.map((item) => planItem(watch, item)),
    rules: { maxParallel, failFast },
    timeoutMs,
    wait,
    outputs: [],
    outputReads,
    results: { maskedOutputs, responseFile, ownFolders }
  }
}

function planItem(watch: Watch, item: ListedCase): PlannedItem {
  const { name, needs, reads } = item
  const { method } = item.scenario
  return {
    name,
    needs,
    reads,
    shown: { method, url: '/' },
    judge: (scope) => {
      find(watch, name).judged.push(watch.note())
      checkScope(watch, item, scope)
      if (item.condition === 'fault' || item.condition === 'throws') noteFailure(watch, name)
      return judge(item, scope)
    },
    prepare: (scope) => prepare(watch, item, scope)
  }
}

function judge({ name, condition, reads }: ListedCase, scope: Scope): Judgement {
  const [first] = reads
  switch (condition) {
    case 'none':
      return { kind: 'true' }
    case 'false':
      return { kind: 'false' }
    case 'fault':
      return { kind: 'fault', message: `the if of ${name}` }
    case 'throws':
      throw new Error(`the if of ${name}`)
    case 'answered':
      return { kind: first !== undefined && (scope[first] ?? null) === null ? 'false' : 'true' }
    default:
      return condition satisfies never
  }
}

async function prepare(watch: Watch, item: ListedCase, scope: Scope): Promise<Prepared> {
  const { name, preparesMs, preparation } = item
  find(watch, name).prepared.push(watch.note())
  watch.active.add(name)
  if (watch.active.size > watch.list.maxParallel)
    watch.violations.push(`${[...watch.active].join(', ')} run at once`)
  checkScope(watch, item, scope)
  if (preparesMs > 0) await watch.time.sleep(preparesMs)
  // What it refers to is there until it is filled in.
  checkScope(watch, item, scope)
  if (preparation !== 'ready') {
    endActive(watch, name)
    noteFailure(watch, name)
    if (preparation === 'throws') throw new Error(`the references of ${name}`)
    return { kind: 'fault', message: `the references of ${name}` }
  }
  const spec = { ...toSpec(createCaseInputs(item)), name }
  return { kind: 'ready', spec, warnings: [] }
}

function endActive({ active }: Watch, name: string): void {
  active.delete(name)
}

function noteFailure({ failures, note }: Watch, name: string): void {
  failures.push({ name, at: note() })
}

/** The responses that an operation refers to are there, and none that nobody will read. */
function checkScope(watch: Watch, { name, reads }: ListedCase, scope: Scope): void {
  for (const read of reads) {
    const given = Object.hasOwn(scope, read) ? (scope[read] ?? null) : null
    const [ended] = find(watch, read).ended
    const wanted = ended === undefined ? null : responseOf(ended.proof.outcome)
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
  const { ran, notSent } = find(watch, name)
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

function createContext(watch: Watch): ListContext {
  const { list, time, signal } = watch
  const { clock } = time
  return {
    clock,
    signal,
    deadlineMs: START_MS + list.timeoutMs,
    run: (item) => run(watch, item),
    observe: (event) => {
      observe(watch, event)
      if (list.isMute) throw new Error('nothing can be told')
    },
    keep: async (name, outcome) => {
      find(watch, name).kept.push(outcome)
      if (list.keepsMs > 0) await time.sleep(list.keepsMs)
      // Until it is kept, it has not ended for anyone.
      if (FAILURES.includes(statusOf(outcome.ending))) noteFailure(watch, name)
      if (list.isMute) throw new Error('nothing can be kept')
    }
  }
}

function observe(watch: Watch, event: ListEvent): void {
  const moment = watch.note()
  if (event.kind === 'started') {
    find(watch, event.name).started.push(moment)
    checkStart(watch, event.name, moment)
  } else if (event.kind === 'not-sent') {
    find(watch, event.name).notSent.push({ ...event, moment })
    endActive(watch, event.name)
  }
}

/** Nothing starts before its needs are done, after a failure that was known, or after the end of the step. */
function checkStart(watch: Watch, name: string, moment: Moment): void {
  const { list, signal, time, failures, violations } = watch
  for (const need of find(watch, name).item.needs)
    if (!isDone(watch, need)) violations.push(`${name} starts before ${need} is done`)
  const failure = failures.find(({ at }) => at.turn < moment.turn)
  if (list.failFast && failure !== undefined)
    violations.push(`${name} starts after ${failure.name} failed`)
  if (signal.aborted) violations.push(`${name} starts after the cancellation`)
  if (time.now > START_MS + list.timeoutMs) violations.push(`${name} starts after the deadline`)
}

/** Done is what succeeded, and what its own `if` has skipped. */
function isDone(watch: Watch, name: string): boolean {
  const { ended, notSent } = find(watch, name)
  const succeeded = ended.some(({ proof }) => statusOf(proof.outcome.ending) === 'Succeeded')
  return succeeded || notSent.some(({ notSent: { kind } }) => kind === 'if')
}

const FAILURES: readonly OutcomeStatus[] = ['Failed', 'Unknown', 'TimedOut', 'Canceled']

async function run(watch: Watch, started: StartedItem): Promise<Outcome> {
  const { name, signal } = started
  const { time, violations, list } = watch
  const sight = find(watch, name)
  sight.ran.push(watch.note())
  if (signal.aborted || watch.signal.aborted) violations.push(`${name} is sent after the end`)
  if (time.now >= START_MS + list.timeoutMs) violations.push(`${name} is sent too late`)
  try {
    if (sight.item.isBroken) {
      noteFailure(watch, name)
      throw new Error(`the run of ${name}`)
    }
    const ended = await runListed(watch, sight, started)
    const at = watch.note()
    const proof = judgeRun(ended)
    sight.ended.push({ run: ended, proof, at })
    violations.push(...proof.violations.map((text) => `${name}: ${text}`))
    return ended.outcome
  } finally {
    endActive(watch, name)
  }
}

const CLOUD: Cloud = createInputs().cloud

async function runListed(watch: Watch, sight: Sight, { name, spec, signal }: StartedItem) {
  const { item } = sight
  const { time, list } = watch
  const startMs = time.now
  const provider = new Provider(item.scenario, startMs)
  const http = createVirtualAzure(provider, time, toPlan(item.faults), createHonesty(item.scenario))
  const id = `of-${name}`
  const tracing = { clientRequestId: id, correlationId: id }
  const { log, lines } = recordLog()
  const { trust } = CLOUD
  const outcome = await runOperation(spec, {
    client: createArmClient({
      http,
      tokens: createTokens(item.setting),
      trust,
      tracing,
      headers: {},
      requestUrl: trust.origin
    }),
    tracing,
    clock: time.clock,
    cloud: CLOUD,
    ids: {},
    signIn: [],
    action: USES,
    signal,
    observe: (event) => {
      log.write(event)
      if (HANDED_OVER.includes(event.kind)) sight.isHandedOver = true
    },
    checkpoint: async () => {},
    registerSecrets: () => {},
    save: () => {}
  })
  log.finish(explain(outcome))
  const timeoutMs = Math.min(item.setting.timeoutMs, START_MS + list.timeoutMs - startMs)
  // Whoever was canceled does not know the end.
  const canceled = watch.signal.aborted ? { cancelAfterMs: time.now - startMs } : {}
  const random = { ...item, setting: { ...item.setting, timeoutMs, ...canceled } }
  const { exchanges } = http
  return { random, provider, exchanges, outcome, lines, startMs, endMs: time.now }
}

const HANDED_OVER: readonly string[] = ['resumable', 'not-resumable', 'nothing-to-follow']

/** What holds once all is over. */
function judgeList(watch: Watch, end: ListEnd): void {
  const { list, time, signal, violations } = watch
  const lateMs = time.now - START_MS - list.timeoutMs
  const slackMs = list.keepsMs + Math.max(0, ...list.items.map(({ preparesMs }) => preparesMs))
  if (lateMs > slackMs) violations.push(`the list ended ${lateMs} ms after the deadline`)
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
  if (run === undefined) return [...wrong, ...judgeNotSent(watch, sight, state)]
  const { outcome } = run.proof
  const status = statusOf(outcome.ending)
  if (state.status !== status) wrong.push(`ends as ${state.status}, and was ${status}`)
  if (state.notSent !== undefined || notSent.length > 0) wrong.push('ran, and is told as not sent')
  if (kept[0] !== outcome) wrong.push('was not kept')
  if (isLost(sight, outcome)) wrong.push('was accepted, and nothing leads to it')
  return wrong
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
  deadline: 'TimedOut',
  cancellation: 'Canceled',
  fault: 'Failed',
  defect: 'Failed'
}

/** True where that is what kept it from being sent. */
function isReason(
  watch: Watch,
  { item, judged, ran }: Sight,
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
      return at.atMs >= START_MS + list.timeoutMs
    case 'cancellation':
      return signal.aborted
    case 'fault':
      return isJudged && hasFault(item)
    case 'defect':
      return item.isBroken && ran.length > 0
    default:
      return notSent satisfies never
  }
}

function hasFault({ condition, preparation }: ListedCase): boolean {
  return condition === 'fault' || condition === 'throws' || preparation !== 'ready'
}
