/**
 * One step with a list of operations: plan → connection → runs, as many at once as may be → log, outputs, summary. A chunk
 * of its own: a step with one operation never loads it. What became of an operation stands before it is told.
 */
import { randomUUID } from 'node:crypto'
import type { ArmClient } from './arm/client.ts'
import { tellSends } from './arm/shared-client.ts'
import type { StartedItem } from './batch/context.ts'
import { evaluateListOutputs } from './batch/evaluate-outputs.ts'
import type { ListEvent } from './batch/events.ts'
import { nameOperations, toPastEnd } from './batch/listed-operations.ts'
import { itemOf, type PlannedItem } from './batch/plan.ts'
import { type ListEnd, runAll } from './batch/run-all.ts'
import { createStateKeeper, type StateKeeper } from './batch/state-keeper.ts'
import { systemClock } from './clock.ts'
import { toEvaluable } from './condition/expression.ts'
import type { OpenConnection } from './connect.ts'
import type { ListStepInputs } from './inputs/list-step.ts'
import { openRun, useConnection } from './open-run.ts'
import { isGreen } from './run/conclude.ts'
import type { RunContext } from './run/live-run.ts'
import type { Outcome } from './run/outcome.ts'
import { toResumePoint } from './run/resume-point.ts'
import { runOperation } from './run/run-operation.ts'
import type { OperationSpec } from './run/spec.ts'
import type { Edge } from './runner/edge.ts'
import { findTempFolder } from './runner/job.ts'
import { tellListDryRun } from './runner/list-dry-run.ts'
import { keepListRecords, type ListRecords } from './runner/list-records.ts'
import { createStateOutput, type StateOutput } from './runner/list-state.ts'
import { createResponses, type ResponseSpool } from './runner/responses-file.ts'
import { createRunsFile, type RunsFile } from './runner/runs-file.ts'
import {
  keepTelling,
  type ListEdge,
  openListEdge,
  recordEnd,
  tellList,
  tellListCheckpoint
} from './runner/tell-list.ts'
import { omitUndefined } from './values.ts'

const { now } = systemClock
/** Failures that are told with all their errors. */
const MAX_DETAILED_FAILURES = 20

/** Runs the list of a step, and tells how it ended. */
export async function runListStep(inputs: ListStepInputs, edge: Edge): Promise<void> {
  const { list, summary } = inputs
  if (inputs.dryRun) return tellListDryRun(list, inputs, edge)
  const uniqueId = randomUUID()
  const listEdge = openListEdge(edge)
  const run = openListRun(inputs, listEdge, uniqueId)
  const { results } = list
  const end = await performList(run)
  const values = evaluateListOutputs(list, end.scope)
  const report = omitUndefined({ ...run.records.report(now()), endedBy: end.endedBy })
  const { responses, state } = run
  await tellList(report, { values, results, responses, state, summary }, listEdge)
}

/** List of a step under way. */
interface ListRun {
  readonly inputs: ListStepInputs
  readonly edge: ListEdge
  readonly records: ListRecords
  readonly responses: ResponseSpool
  readonly runs: RunsFile
  readonly keeper: StateKeeper
  readonly state: StateOutput
  /** Names of the operations that may be sent at any moment, and are not noted in the state. */
  readonly started: Set<string>
  /** Tells of what has happened, and takes note of it. */
  readonly observe: (event: ListEvent) => void
}

function openListRun(inputs: ListStepInputs, edge: ListEdge, uniqueId: string): ListRun {
  const { environment, masks, log } = edge
  const folder = findTempFolder(environment)
  const records = keepListRecords(inputs.list.items, now(), masks)
  const keeper = createStateKeeper(inputs.list, masks.hide)
  const isResumed = inputs.list.carried !== undefined
  const sinks = { keeper, outputs: edge.outputs, masks, now, sleep: systemClock.sleep, isResumed }
  const started = new Set<string>()
  const reads = new Set(inputs.list.items.filter(isRead).map(({ name }) => name))
  const mayChange = (name: string) => !reads.has(itemOf(name))
  return {
    keeper,
    started,
    state: createStateOutput({ folder, uniqueId }, sinks),
    inputs,
    edge,
    records,
    responses: createResponses(folder),
    runs: createRunsFile({ environment, folder, uniqueId }),
    observe: (event) => {
      log.write(event)
      records.note(event)
      if (event.kind === 'started' && mayChange(event.name)) started.add(event.name)
    }
  }
}

function isRead({ shown: { method } }: PlannedItem): boolean {
  return method === 'GET' || method === 'HEAD'
}

async function performList(run: ListRun): Promise<ListEnd> {
  const { inputs, edge, observe, records, state, keeper } = run
  const { list, connection } = inputs
  const deadlineMs = now() + list.timeoutMs
  observe({ kind: 'planned', at: now(), rules: list.rules, items: list.items.map(toPlanned) })
  const isOver = new AbortController()
  const { signal } = edge
  // The runner may end the step before all that has been accepted is told in the usual way.
  const writeState = () => void state.write(records.report(now()))
  signal.addEventListener('abort', writeState, { once: true })
  const use = { edge, deadlineMs, observe: edge.log.write, isShared: true } as const
  try {
    await tellPast(run)
    return await useConnection(connection, use, async (open) => {
      void keepTelling(edge, isOver.signal, () => {
        if (state.isRested() && records.takeChange()) writeState()
      })
      return runAll(list, {
        clock: systemClock,
        signal,
        deadlineMs,
        run: (item) => runItem(item, open, run),
        observe,
        hide: edge.masks.hide,
        opened: keeper.open,
        keep: (name, outcome) => keepOutcome(name, outcome, run)
      })
    })
  } finally {
    isOver.abort()
    signal.removeEventListener('abort', writeState)
  }
}

/** Tells what had ended in the step that this one resumes. */
async function tellPast({ inputs, edge, records, observe }: ListRun): Promise<void> {
  for (const [name, operation] of inputs.list.past?.operations ?? []) {
    if (operation.kind === 'accepted') continue
    const { status, notSent } = toPastEnd(operation)
    if (operation.kind === 'ended') {
      const { outcome } = operation
      const end = { name, outcome, isGreen: isGreen(outcome, true) }
      const record = { ...(await recordEnd(end, false, edge)), isPast: true } as const
      records.end(record)
      edge.log.write({ kind: 'ended', at: now(), record })
    } else if (notSent !== undefined) {
      observe({ kind: 'not-sent', at: now(), name, status, notSent })
    }
  }
}

/** Item as the plan tells of it. */
function toPlanned({ name, needs, shown, loop }: PlannedItem) {
  if (loop === undefined) return { name, needs, shown }
  const { elements, follows, maxParallel } = loop
  const operations = elements && nameOperations(name, elements)
  return { name, needs, shown, loop: omitUndefined({ operations, follows, maxParallel }) }
}

/** Runs one operation over the connection of all. */
async function runItem(
  { spec, name, signal, warnings, onSend }: StartedItem,
  open: OpenConnection,
  run: ListRun
): Promise<Outcome> {
  const { edge, observe, runs, inputs } = run
  for (const text of warnings) observe({ kind: 'told', name, event: { kind: 'warned', text } })
  const context: RunContext = await openRun(spec, {
    connection: inputs.connection,
    open,
    edge,
    signal,
    deadlineMs: now() + spec.rules.timing.timeoutMs,
    observe: (event) => {
      observe({ kind: 'told', name, event })
      if (event.kind === 'resumed') noteHandle(name, spec, context, run)
    },
    checkpoint: () => writeCheckpoint(run),
    save: runs.keeperOf(name)
  })
  const client = tellSends(context.client, onSend)
  return runOperation(spec, { ...context, client: { ...client, send: sendNoted(client, run) } })
}

/**
 * Sends what is noted to be sent: a step that is killed would send it again otherwise. Those that start together are noted
 * together.
 */
function sendNoted({ send }: ArmClient, { started, state, records }: ListRun): ArmClient['send'] {
  return async (request, options) => {
    const names = [...started]
    started.clear()
    await state.begin(names, () => records.report(now()))
    return send(request, options)
  }
}

/** What is taken up can be taken up again, by the same handle: the log of the earlier step has it. */
function noteHandle(
  name: string,
  spec: OperationSpec,
  { tracing, ...context }: RunContext,
  { inputs, records }: ListRun
): void {
  const past = inputs.list.carried?.origins.get(name)?.past
  if (past?.kind !== 'accepted') return
  const { correlationId } = tracing
  const point = toResumePoint(past.handle, spec, { ...context, correlationId })
  if (point !== undefined) records.note({ kind: 'told', name, event: { kind: 'resumable', point } })
}

/** Once, when the last one is accepted: what each could be resumed by is in the file of runs and in the log before. */
async function writeCheckpoint({ records, inputs, edge, state }: ListRun): Promise<void> {
  const { summary } = inputs
  if (records.isAllAccepted())
    await tellListCheckpoint(records.report(now()), { summary, state }, edge)
}

/** Explains an outcome while its body is there, and lets go of that. */
async function keepOutcome(name: string, outcome: Outcome, run: ListRun): Promise<void> {
  const { edge, records, responses, inputs, keeper } = run
  if (outcome.response !== undefined) responses.add(name, outcome.response.body)
  keeper.keep(name, toEvaluable(outcome.response?.body))
  const end = { name, outcome, isGreen: isGreen(outcome, inputs.list.wait) }
  const record = await recordEnd(end, records.failures() < MAX_DETAILED_FAILURES, edge)
  records.end(record)
  edge.log.write({ kind: 'ended', at: now(), record })
}
