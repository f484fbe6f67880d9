/**
 * The surroundings of the driver of lists in the proof: plans whose operations run against a provider of their own each,
 * over the way that they share, and that see whatever the driver does.
 */
import { explain } from '../../__fixtures__/explain.ts'
import { toSpec } from '../../__fixtures__/flat-inputs.ts'
import { createInputs } from '../../__fixtures__/inputs.ts'
import { recordLog, USES } from '../../__fixtures__/run.ts'
import { createArmClient } from '../../src/arm/client.ts'
import { tellSends } from '../../src/arm/shared-client.ts'
import type { ListContext, StartedItem } from '../../src/batch/context.ts'
import { nameElements } from '../../src/batch/elements.ts'
import type { ListEvent } from '../../src/batch/events.ts'
import {
  type ListPlan,
  type ListReading,
  nameOperation,
  type Past,
  type PastOperation,
  type PlannedItem,
  type PlannedLoop,
  type Prepared,
  type Scope
} from '../../src/batch/plan.ts'
import type { Judgement } from '../../src/batch/schedule.ts'
import type { Http } from '../../src/http/http.ts'
import { decodeHandle } from '../../src/operation/read-handle.ts'
import { type Outcome, type OutcomeStatus, statusOf } from '../../src/run/outcome.ts'
import { runOperation } from '../../src/run/run-operation.ts'
import type { OperationSpec } from '../../src/run/spec.ts'
import { omitUndefined } from '../../src/values.ts'
import { checkExchanges, checkRoom, checkScope, checkSending, checkStart } from './judge-list.ts'
import type { ListedCase, LoopCase, Member } from './lists.ts'
import { createCaseInputs, createTokens, judgeRun, type Run } from './prove.ts'
import { Provider } from './provider.ts'
import { type Case, createHonesty, toPlan } from './scenarios.ts'
import { createVirtualAzure } from './virtual-azure.ts'
import { findSight, readPathsOf, readsOfOne, type Sight, type Watch } from './watch-list.ts'

/** The plan of a list that is watched. */
export function createPlan(watch: Watch): ListPlan {
  const { items, maxParallel, failFast, timeoutMs, wait, outputReads } = watch.list
  const { maskedOutputs, responseFile, ownFolders } = createInputs()
  return {
    items: items.map((item) => planItem(watch, item)),
    rules: { maxParallel, failFast },
    timeoutMs,
    wait,
    outputs: [],
    outputReads: listReads(watch, outputReads),
    results: { maskedOutputs, responseFile, ownFolders }
  }
}

function planItem(watch: Watch, item: ListedCase): PlannedItem {
  const { name, needs, reads, loop } = item
  const { method } = item.scenario
  return omitUndefined({
    name,
    needs,
    reads: new Map([
      ...listReads(watch, reads),
      ...(loop?.sees ?? []).map((seen) => [seen, readsOfOne(watch)] as const)
    ]),
    digest: name,
    shown: { method, url: '/' },
    judge: (scope: Scope) => {
      const { item: judged } =
        loop?.isJudgedWhole === true ? findSight(watch, name) : identify(watch, item, scope)
      findSight(watch, judged.name).judged.push(watch.note())
      checkScope(watch, judged, scope)
      if (judged.condition === 'fault' || judged.condition === 'throws')
        noteFailure(watch, judged.name)
      return judge(judged, scope)
    },
    prepare: (scope: Scope) => prepare(watch, identify(watch, item, scope), scope),
    resume: async (handle: string, scope: Scope) =>
      takeUp(identify(watch, item, scope).item, handle),
    loop: loop === undefined ? undefined : planLoop(watch, item, loop)
  })
}

function planLoop(watch: Watch, item: ListedCase, loop: LoopCase): PlannedLoop {
  const { kind, values, followed, isJudgedWhole, maxParallel } = loop
  const elements = nameElements(values, (text) => text)
  const [follows] = followed
  // What follows a known list is known, too.
  const isKnown = followed
    .map((name) => findSight(watch, name).item.loop)
    .concat(loop)
    .some((each) => each?.kind === 'known')
  return omitUndefined({
    elements: isKnown ? elements : undefined,
    follows,
    list: kind === 'response' ? (scope: Scope) => readList(watch, item, scope) : undefined,
    followed,
    isJudgedWhole,
    itemReads: 'all' as const,
    maxParallel
  })
}

function readList(watch: Watch, { name, reads, loop }: ListedCase, scope: Scope): ListReading {
  const sight = findSight(watch, name)
  sight.prepared.push(watch.note())
  checkScope(watch, sight.item, scope)
  const [source = ''] = reads
  if (loop === undefined || loop.listing === 'throws') throw new Error(`the list of ${name}`)
  const isGiven = loop.listing === 'ready' && (scope[source] ?? null) !== null
  return isGiven
    ? { kind: 'list', elements: loop.values }
    : { kind: 'fault', message: `the list of ${name}` }
}

/** Sight of the operation that a scope is for: a loop knows its own by `index` alone. */
function identify(watch: Watch, { name, loop }: ListedCase, scope: Scope): Sight {
  const element = loop?.elements[Number(scope.index)]
  return findSight(watch, element === undefined ? name : nameOperation(name, element.key))
}

/** Reads of these responses: of all, or of some fields. */
function listReads(watch: Watch, names: readonly string[]): PlannedItem['reads'] {
  return new Map(names.map((name) => [name, readPathsOf(watch, name)]))
}

function judge({ name, condition, reads, place }: Member, scope: Scope): Judgement {
  const [first] = [...(place?.seen.keys() ?? []), ...reads]
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

async function prepare(watch: Watch, { item, prepared }: Sight, scope: Scope): Promise<Prepared> {
  const { name, preparesMs, preparation } = item
  prepared.push(watch.note())
  watch.active.add(name)
  checkRoom(watch, item)
  checkScope(watch, item, scope)
  if (preparesMs > 0) await watch.time.sleep(preparesMs)
  // What it refers to is there until it is filled in.
  checkScope(watch, item, scope)
  if (preparation !== 'ready') {
    watch.active.delete(name)
    noteFailure(watch, name)
    if (preparation === 'throws') throw new Error(`the references of ${name}`)
    return { kind: 'fault', message: `the references of ${name}` }
  }
  const spec = { ...toSpec(createCaseInputs(item)), name }
  return { kind: 'ready', spec, warnings: [] }
}

/** What another step has sent, by its handle. */
function takeUp(member: Member, handle: string): Prepared {
  const reading = decodeHandle(handle, CLOUD.trust, {})
  if (reading.kind !== 'handle') throw new Error(reading.problem)
  const inputs = { ...createCaseInputs(member), resume: reading.handle }
  return { kind: 'ready', spec: { ...toSpec(inputs), name: member.name }, warnings: [] }
}

/** What an earlier step has done, as far as it is seen here. */
export function watchPast(watch: Watch, past: Past): Past {
  const operations = [...past.operations].map(([name, operation]): [string, PastOperation] => [
    name,
    operation.kind === 'accepted'
      ? {
          kind: 'accepted',
          prepare: () => {
            findSight(watch, name).prepared.push(watch.note())
            watch.active.add(name)
            return operation.prepare()
          }
        }
      : operation
  ])
  return { ...past, operations: new Map(operations) }
}

function noteFailure({ failures, note }: Watch, name: string): void {
  failures.push({ name, at: note() })
}

/** What the list is run with. */
export function createContext(watch: Watch): ListContext {
  const { list, time, startMs, signal } = watch
  const { clock } = time
  return {
    clock,
    signal,
    deadlineMs: startMs + list.timeoutMs,
    run: (item) => run(watch, item),
    observe: (event) => {
      observe(watch, event)
      if (list.isMute) throw new Error('nothing can be told')
    },
    hide: (text) => text,
    keep: async (name, outcome) => {
      findSight(watch, name).kept.push(outcome)
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
    findSight(watch, event.name).started.push(moment)
    checkStart(watch, event.name, moment)
  } else if (event.kind === 'opened') {
    findSight(watch, event.name).opened.push(event.operations.map(({ name }) => name))
  } else if (event.kind === 'not-sent') {
    findSight(watch, event.name).notSent.push({ ...event, moment })
    watch.active.delete(event.name)
    if (FAILURES.includes(event.status)) noteFailure(watch, event.name)
  }
}

const FAILURES: readonly OutcomeStatus[] = ['Failed', 'Unknown', 'TimedOut', 'Canceled']

async function run(watch: Watch, started: StartedItem): Promise<Outcome> {
  const { name, spec } = started
  const sight = findSight(watch, name)
  sight.ran.push(watch.note())
  checkSending(watch, started)
  if (spec.name !== name) watch.violations.push(`${name} is run as ${spec.name}`)
  try {
    if (sight.item.isBroken) {
      noteFailure(watch, name)
      throw new Error(`the run of ${name}`)
    }
    const ended = await runListed(watch, sight, started)
    const proof = judgeRun(ended)
    sight.ended.push(proof)
    watch.violations.push(...proof.violations.map((text) => `${name}: ${text}`))
    return ended.outcome
  } finally {
    watch.active.delete(name)
  }
}

/** As long as one 429 keeps all from asking. */
const MAX_PAUSE_MS = 60_000

export const CLOUD = createInputs().cloud

/** Runs an operation of the list over the way that all of them share. */
function runListed(
  watch: Watch,
  sight: Sight,
  { spec, signal, onSend }: StartedItem
): Promise<Run> {
  const { item } = sight
  const { time, list, startMs } = watch
  const { providers } = watch.world
  const provider = providers.get(item.name) ?? new Provider(item.scenario, time.now)
  providers.set(item.name, provider)
  const timeoutMs = Math.min(item.setting.timeoutMs, startMs + list.timeoutMs - time.now)
  const random = { ...item, setting: { ...item.setting, timeoutMs } }
  return play(watch, { random, provider, spec, signal, onSend, name: item.name, sight })
}

/** Longer than any operation of a list takes. */
const RESUME_TIMEOUT_MS = 3_600_000

/** Waits in another step for an operation that was left, by its handle, and without a fault; undefined without one. */
export async function resumeLeft(watch: Watch, sight: Sight): Promise<Run | undefined> {
  const { item } = sight
  const provider = watch.world.providers.get(item.name)
  const [left] = sight.ended
  const handle = left?.outcome.operation?.handle
  if (left === undefined || handle === undefined || provider === undefined) return undefined
  const reading = decodeHandle(handle, CLOUD.trust, {})
  if (reading.kind !== 'handle') throw new Error(reading.problem)
  const setting = { timeoutMs: RESUME_TIMEOUT_MS, wait: true, canRefresh: true }
  const random: Case = {
    scenario: item.scenario,
    setting: { ...setting, retryOn: [], failedSignIns: [] },
    faults: []
  }
  const spec = toSpec({ ...createCaseInputs(random), resume: reading.handle })
  const { signal } = new AbortController()
  const run = await play(watch, { random, provider, spec, signal, name: item.name, sight })
  return { ...run, earlier: left.exchanges }
}

interface Play {
  readonly name: string
  readonly sight: Sight
  readonly random: Case
  readonly provider: Provider
  readonly spec: OperationSpec
  readonly signal: AbortSignal
  readonly onSend?: () => void
}

async function play(watch: Watch, parts: Play): Promise<Run> {
  const { name, sight, random, provider, spec, signal, onSend = () => {} } = parts
  const { time, way } = watch
  const { scenario, setting, faults } = random
  const startMs = time.now
  const azure = createVirtualAzure(provider, time, toPlan(faults), createHonesty(scenario))
  const id = `of-${name}`
  const tracing = { clientRequestId: id, correlationId: id }
  const { log, lines } = recordLog()
  const { trust } = CLOUD
  const client = createArmClient({
    http: countExchanges(watch, name, azure),
    tokens: way.shareTokens(createTokens(setting)),
    trust,
    tracing,
    headers: {},
    requestUrl: trust.origin
  })
  const shared = way.share(client, startMs + spec.rules.timing.timeoutMs)
  const outcome = await runOperation(spec, {
    client: tellSends(shared, onSend),
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
      if (event.kind === 'resumable') sight.handle = event.point.handle
      watch.tell?.(name, event)
    },
    checkpoint: async () => {},
    registerSecrets: () => {},
    save: () => {}
  })
  log.finish(explain(outcome))
  // Whoever was canceled does not know the end.
  const canceled = signal.aborted ? { cancelAfterMs: time.now - startMs } : {}
  const played = { ...random, setting: { ...setting, ...canceled } }
  const { exchanges } = azure
  const heldUpMs = MAX_PAUSE_MS * watch.throttled.filter((other) => other !== name).length
  const endMs = time.now
  return { random: played, provider, exchanges, outcome, lines, startMs, endMs, heldUpMs }
}

function countExchanges(watch: Watch, name: string, { send, close }: Http): Http {
  return {
    close,
    send: async (request, options) => {
      const { changes } = watch.world
      if (request.method !== 'GET') changes.set(name, (changes.get(name) ?? 0) + 1)
      watch.underWay.add(request)
      checkExchanges(watch)
      try {
        const response = await send(request, options)
        if (response.status === 429) watch.throttled.push(name)
        return response
      } finally {
        watch.underWay.delete(request)
      }
    }
  }
}

const HANDED_OVER: readonly string[] = ['resumable', 'not-resumable', 'nothing-to-follow']
