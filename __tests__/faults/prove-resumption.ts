/**
 * A random list that is cut at any moment, written down, read again and resumed, until it is over: each operation ends as
 * it does without the cut, nothing is sent twice, nothing that was accepted is lost, and what has ended is not asked again.
 */
import { explain } from '../../__fixtures__/explain.ts'
import { toSpec } from '../../__fixtures__/flat-inputs.ts'
import { createInputs } from '../../__fixtures__/inputs.ts'
import type { ListContext } from '../../src/batch/context.ts'
import { toPastEnd } from '../../src/batch/listed-operations.ts'
import { type ListPlan, MAX_OPERATIONS } from '../../src/batch/plan.ts'
import { type ListEnd, runAll } from '../../src/batch/run-all.ts'
import { createStateKeeper, type StateKeeper } from '../../src/batch/state-keeper.ts'
import { readState } from '../../src/batch/state-text.ts'
import { toEvaluable } from '../../src/condition/expression.ts'
import { matchPast } from '../../src/inputs/list-past.ts'
import type { ListSender } from '../../src/inputs/list-prepare.ts'
import { listResponses, planResumed } from '../../src/inputs/resumed-list.ts'
import { decodeHandle } from '../../src/operation/read-handle.ts'
import { toRecord } from '../../src/report/list-record.ts'
import type { EndedRecord } from '../../src/report/list-report.ts'
import type { RunEvent } from '../../src/run/events.ts'
import { type Outcome, type OutcomeStatus, statusOf } from '../../src/run/outcome.ts'
import { keepListRecords, type ListRecords } from '../../src/runner/list-records.ts'
import { formatState } from '../../src/runner/list-state.ts'
import { omitUndefined } from '../../src/values.ts'
import { endOf, judgeList } from './judge-list.ts'
import { type Cut, type ListCase, listMembers, type ResumptionCase } from './lists.ts'
import { CLOUD, createContext, createPlan, watchPast } from './play-list.ts'
import { ProofTime } from './proof-time.ts'
import { createCaseInputs, START_MS } from './prove.ts'
import { type ListProof, listDependents, proveList } from './prove-list.ts'
import { createWatch, findSight, isTakenUp, type Watch, type World } from './watch-list.ts'

/** A step of the list that is over, or was cut. */
interface Step {
  readonly watch: Watch
  /** Absent where it was killed. */
  readonly end?: ListEnd
  /** State that it hands on: empty where nothing is left to do, or nothing has begun. */
  readonly text: string
}

/** Cuts a list and resumes it, and judges what came of it. */
export async function proveResumption({ list, cuts }: ResumptionCase): Promise<ListProof> {
  const whole = await proveList(list)
  const world: World = { providers: new Map(), changes: new Map() }
  const steps: Step[] = []
  for (const cut of [...cuts, undefined]) {
    const before = steps.at(-1)
    if (before !== undefined && isOver(before)) break
    const wasAlone = before?.text !== '' && cuts[steps.length - 1]?.isAlone === true
    const isAlone = wasAlone && cut !== undefined
    steps.push(await playStep(list, omitUndefined({ world, before, cut, isAlone })))
  }
  return {
    ...whole,
    resumptions: whole.resumptions + steps.length - 1,
    violations: [
      ...whole.violations,
      ...steps.flatMap(({ watch }) => watch.violations),
      ...judgeChain(list, whole, steps)
    ]
  }
}

/** True where something has begun, and nothing is left to do. Reads alone are begun again. */
function isOver({ watch, end, text }: Step): boolean {
  if (text !== '') return false
  const { changes } = watch.world
  return watch.past !== undefined || changes.size > 0 || (end !== undefined && !wasCut(watch))
}

function wasCut({ sights }: Watch): boolean {
  return [...sights.values()].some(
    ({ notSent: [told], kept: [outcome] }) =>
      told?.notSent.kind === 'cancellation' ||
      told?.notSent.kind === 'deadline' ||
      outcome?.ending.kind === 'unanswered'
  )
}

/** Each ends as it does without a cut, but for what was under way unanswered, or is not in the state. */
function judgeChain(list: ListCase, whole: ListProof, steps: readonly Step[]): readonly string[] {
  const last = steps.at(-1)
  if (last === undefined) return []
  const { providers, changes } = last.watch.world
  const unsure = steps.flatMap(listUnsure)
  const behind = [...unsure, ...listLost(last)].map(
    (name) => [name, listDependents(list, name)] as const
  )
  const members = list.items.flatMap(listMembers)
  return members.flatMap(({ name, loop, place }) => {
    const sent = changes.get(name) ?? 0
    const wrong = sent > 1 ? [`${name} is sent ${sent} times`] : []
    if ((providers.get(name)?.secondStarts ?? 0) > 0) wrong.push(`${name} is started again`)
    if (loop !== undefined) return wrong
    const wanted = whole.ends.get(name)?.replace(/:.*/, '')
    const given = statusIn(last, name)
    const isBehind = behind.some(([source, names]) => source !== name && names.has(name))
    // A loop whose list is not given has no operations.
    const isNone = place !== undefined && behind.some(([, names]) => names.has(place.owner))
    const isExcused =
      (unsure.includes(name) && given === 'Unknown') ||
      (isBehind && given === 'Skipped') ||
      (isNone && given === undefined) ||
      (given === 'Skipped' && isLostIn(last, name))
    return given === wanted || isExcused
      ? wrong
      : [...wrong, `${name} is ${given} in the end, and ${wanted} without the cut`]
  })
}

function statusIn({ watch, end }: Step, name: string): OutcomeStatus | undefined {
  const state = end?.schedule.states.get(name)
  return state?.kind === 'ended' ? state.status : endOf(watch, findSight(watch, name))
}

/** Operations that this step sent, and of which it knows neither an end nor anything to follow. */
function listUnsure({ watch }: Step): readonly string[] {
  return [...watch.sights.values()].flatMap(({ item, ran, ended, handle }) => {
    if (ran.length === 0 || handle !== undefined || isTakenUp(watch, item.name)) return []
    const { ending } = ended[0]?.outcome ?? {}
    const isSure = ending !== undefined && ending.kind !== 'left' && ending.kind !== 'unanswered'
    return isSure ? [] : [item.name]
  })
}

function isLostIn(step: Step, name: string): boolean {
  return listLost(step).includes(name)
}

function listLost({ end }: Step): readonly string[] {
  return [...(end?.schedule.states ?? [])].flatMap(([name, state]) =>
    state.kind === 'ended' && state.notSent?.kind === 'lost' ? [name] : []
  )
}

interface StepOptions {
  readonly world: World
  readonly before?: Step
  /** Absent for the last one. */
  readonly cut?: Cut
  readonly isAlone: boolean
}

const MIN_TIMEOUT_MS = 1_000

async function playStep(
  list: ListCase,
  { world, before, cut, isAlone }: StepOptions
): Promise<Step> {
  const text = before?.text ?? ''
  const time = new ProofTime(before?.watch.time.now ?? START_MS, list.order)
  const controller = new AbortController()
  const own: ListCase = omitUndefined({
    ...list,
    timeoutMs: cut?.kind === 'deadline' ? Math.max(MIN_TIMEOUT_MS, cut.afterMs) : list.timeoutMs,
    cancelAfterMs: cut?.kind === 'cancellation' ? cut.afterMs : undefined
  })
  const earlier = text === '' ? undefined : before?.watch
  const watch = createWatch(own, time, controller.signal, omitUndefined({ world, earlier }))
  const plan = await planStep(watch, text, isAlone)
  const { past } = plan
  if (past !== undefined) watch.past = past
  const watched = past === undefined ? plan : { ...plan, past: watchPast(watch, past) }
  const keeper = createStateKeeper(watched, (secretless) => secretless)
  const records = keepRecords(watch, watched)
  const end = await driveStep(watch, { plan: watched, keeper, records, cut, controller })
  const next = formatState(records.report(time.now), keeper, () => false)
  return omitUndefined({ watch, end, text: next })
}

/** The list, with what the text says of it. */
async function planStep(watch: Watch, text: string, isAlone: boolean): Promise<ListPlan> {
  const plan = createPlan(watch)
  if (text === '') return plan
  const reading = readState(text)
  if (reading.kind !== 'state') throw new Error(`the state ${reading.problem}`)
  const sending = createSending(watch)
  if (!isAlone) return { ...plan, ...(await matchPast(plan.items, reading.state, sending)) }
  const { items, operations, carried } = planResumed(reading.state, sending)
  const rules = { maxParallel: MAX_OPERATIONS, failFast: false }
  const past = { operations, responses: listResponses(carried) }
  return { ...plan, items, rules, outputReads: new Map(), past, carried }
}

/** What an operation is read with that is taken up by its handle alone. */
function createSending({ list, time }: Watch): Omit<ListSender, 'readExpression'> {
  const connection = { cloud: CLOUD, signIn: createInputs().signIn, ids: {}, resumeSignIn: [] }
  const [first] = list.items
  if (first === undefined) throw new Error('the list has no items')
  const { setting, scenario } = first
  return {
    readRaw: () => '',
    connection,
    context: {
      workspace: '/',
      tempFolder: '/temp',
      uniqueId: 'id',
      now: time.now,
      environment: {},
      hide: (text) => text,
      mask: () => {}
    },
    readOperation: async (read) => {
      const reading = decodeHandle(read('resume'), CLOUD.trust, {})
      if (reading.kind !== 'handle') throw new Error(reading.problem)
      const inputs = createCaseInputs({ scenario, setting, faults: [] })
      return { spec: toSpec({ ...inputs, resume: reading.handle }), warnings: [], diagnostics: [] }
    }
  }
}

/** The records of a step, which know what an earlier one has done. */
function keepRecords({ time }: Watch, { items, past }: ListPlan): ListRecords {
  const plain = { hide: (text: string) => text, keepHandle: (handle: string) => handle }
  const records = keepListRecords(items, time.now, plain)
  for (const [name, operation] of past?.operations ?? []) {
    if (operation.kind === 'accepted') continue
    const { status, notSent } = toPastEnd(operation)
    if (operation.kind === 'ended') records.end(createRecord(name, operation.outcome))
    else if (notSent !== undefined)
      records.note({ kind: 'not-sent', at: time.now, name, status, notSent })
  }
  return records
}

function createRecord(name: string, outcome: Outcome): EndedRecord {
  const isGreen = statusOf(outcome.ending) === 'Succeeded'
  return toRecord({ name, outcome, explanation: explain(outcome), isGreen }, false)
}

interface StepParts {
  readonly plan: ListPlan
  readonly keeper: StateKeeper
  readonly records: ListRecords
  readonly cut: Cut | undefined
  readonly controller: AbortController
}

/** Its end; undefined where it has none. */
async function driveStep(
  watch: Watch,
  { plan, keeper, records, cut, controller }: StepParts
): Promise<ListEnd | undefined> {
  const { time, violations } = watch
  const note = (name: string, event: RunEvent) => records.note({ kind: 'told', name, event })
  watch.tell = (name, event) => {
    note(name, event)
    const past = plan.carried?.origins.get(name)?.past
    if (event.kind === 'resumed' && past?.kind === 'accepted')
      note(name, { kind: 'resumable', point: { handle: past.handle, step: '' } })
  }
  const base = createContext(watch)
  const context: ListContext = {
    ...base,
    observe: (event) => {
      records.note(event)
      base.observe(event)
    },
    opened: keeper.open,
    keep: (name, outcome) => {
      keeper.keep(name, toEvaluable(outcome.response?.body))
      records.end(createRecord(name, outcome))
      return base.keep(name, outcome)
    }
  }
  const kill = Promise.withResolvers<undefined>()
  const { kind, afterMs = 0 } = cut ?? {}
  const leave =
    kind === undefined || kind === 'deadline'
      ? () => {}
      : time.plan(afterMs, () => (kind === 'killed' ? kill.resolve(undefined) : controller.abort()))
  const end = await time.drive(() => Promise.race([runAll(plan, context), kill.promise]))
  leave()
  if (end === 'stuck') violations.push('it never ends')
  else if (end !== undefined) judgeList(watch, end)
  return end === 'stuck' ? undefined : end
}
