/**
 * One step: inputs → spec → connection → run → explanation → log, outputs, summary. Data goes down that way once and
 * does not come back up. Holds the only catch that turns an exception into the job's result.
 */
import { randomUUID } from 'node:crypto'
import * as core from '@actions/core'
import { type ArmClient, chooseTracing } from './arm/client.ts'
import { systemClock } from './clock.ts'
import { connect, type OpenConnection } from './connect.ts'
import { OUTPUT_NAMES } from './contract.ts'
import { findHooks } from './deployment/find-hooks.ts'
import type { Connection } from './inputs/connection.ts'
import type { StepInputs } from './inputs/step.ts'
import { explain } from './report/explain.ts'
import { toLine } from './report/sanitize.ts'
import { isGreen } from './run/conclude.ts'
import type { RunContext } from './run/live-run.ts'
import type { Outcome } from './run/outcome.ts'
import { describeAction } from './run/resume-step.ts'
import { runOperation } from './run/run-operation.ts'
import { type OperationSpec, requestOf } from './run/spec.ts'
import { annotateFailure } from './runner/annotations.ts'
import { prepareAuthorOutputs, registerBodySecrets } from './runner/author-outputs.ts'
import { writeCheckpoint } from './runner/checkpoints.ts'
import { failJob, type JobEnvironment, readEnvironment, turnJobRed } from './runner/job.ts'
import { createLog, type Log } from './runner/log.ts'
import { createMasks, type Masks } from './runner/masks.ts'
import { createStepOutputs, type StepOutputs, writeOutputs } from './runner/outputs.ts'
import { readActionInputs, readPostInputs } from './runner/read-inputs.ts'
import { listenForCancellation, tolerateBrokenStreams } from './runner/signals.ts'
import { createRunKeeper, isPostStep, markPostStep, readRunState } from './runner/state.ts'
import { writeSummary } from './runner/summary-file.ts'
import { messageOf, omitUndefined } from './values.ts'

/** Edge of one step: where its log, masks and outputs go, and what may end it. */
interface Edge {
  readonly environment: JobEnvironment
  readonly log: Log
  readonly masks: Masks
  readonly outputs: StepOutputs
  readonly signal: AbortSignal
}

/** Runs the action once, as the runner calls it. Never rejects; the job's result is the process's exit code. */
export async function run(): Promise<void> {
  tolerateBrokenStreams()
  const cancellation = listenForCancellation()
  const edge: Edge = {
    environment: readEnvironment(),
    log: createLog(core),
    masks: createMasks(core.setSecret),
    outputs: createStepOutputs(core),
    signal: cancellation.signal
  }
  try {
    await (isPostStep() ? runPost(edge) : runStep(edge))
  } catch (error) {
    failJob(toLine(messageOf(error)))
  } finally {
    cancellation.stopListening()
  }
}

async function runStep(edge: Edge): Promise<void> {
  const { environment, log, masks } = edge
  // First of all: a post step that takes itself for the step would send the request again.
  markPostStep(environment)
  const reading = { now: systemClock.now(), uniqueId: randomUUID(), environment, mask: masks.add }
  const inputs = await readActionInputs(reading)
  for (const warning of inputs.warnings) log.warn(warning)
  const { operation, summary } = inputs
  const outcome = await perform(operation, inputs, edge)
  await report(outcome, operation, edge, summary)
}

/** Tells how an operation ended whose workflow was canceled. Every fault in here is a warning. */
async function runPost(edge: Edge): Promise<void> {
  const { environment, log, masks } = edge
  try {
    const { confirmEnd, readUnfinishedRun } = await import('./run/confirm-end.ts')
    const saved = readUnfinishedRun(readRunState())
    if (saved === undefined) return
    const reading = { now: systemClock.now(), environment, mask: masks.add }
    const { connection, headers, summary } = readPostInputs(reading)
    const tracing = chooseTracing(headers, randomUUID())
    const { timeoutMs } = saved.rules.timing
    const outcome = await useConnection(connection, edge, timeoutMs, (open) =>
      confirmEnd(saved, {
        client: open.openClient(tracing, headers),
        clock: systemClock,
        cloud: connection.cloud,
        ids: connection.ids,
        observe: log.write,
        signal: edge.signal
      })
    )
    log.finish(explain(outcome))
    if (summary) await tryToWriteSummary(edge, outcome)
  } catch (error) {
    log.warn(`The outcome of the operation could not be determined: ${messageOf(error)}`)
  }
}

/** Runs the operation of a step over a connection of its own. */
async function perform(
  spec: OperationSpec,
  { connection, summary }: StepInputs,
  edge: Edge
): Promise<Outcome> {
  const { start, headers, rules } = spec
  const ownId = (start.kind === 'resume' ? start.handle.correlationId : undefined) ?? randomUUID()
  const tracing = chooseTracing(headers, ownId)
  return useConnection(connection, edge, rules.timing.timeoutMs, async (open) => {
    const client = open.openClient(tracing, headers)
    const context = createRunContext(spec, { connection, client, tracing }, edge, summary)
    const hooks = await findHooks(spec, createHooksContext(connection, client, edge))
    return runOperation(spec, omitUndefined({ ...context, hooks }))
  })
}

/** Connects, and lets everything go when `use` is done. */
async function useConnection<T>(
  connection: Connection,
  { environment, masks, log }: Edge,
  timeoutMs: number,
  use: (open: OpenConnection) => Promise<T>
): Promise<T> {
  const open = await connect(connection, {
    clock: systemClock,
    environment,
    deadlineMs: systemClock.now() + timeoutMs,
    mask: masks.add,
    observe: log.write
  })
  try {
    return await use(open)
  } finally {
    open.close()
  }
}

function createRunContext(
  spec: OperationSpec,
  {
    connection,
    client,
    tracing
  }: Pick<RunContext, 'client' | 'tracing'> & {
    readonly connection: Connection
  },
  edge: Edge,
  summary: boolean
): RunContext {
  const { environment, log, masks, outputs, signal } = edge
  const { url } = requestOf(spec)
  return {
    client,
    tracing,
    clock: systemClock,
    cloud: connection.cloud,
    ids: connection.ids,
    action: describeAction(environment),
    signal,
    observe: log.write,
    checkpoint: async (draft) => {
      writeCheckpoint(draft, outputs)
      if (summary) await tryToWriteSummary(edge, draft)
    },
    registerSecrets: ({ body }) => registerBodySecrets(body, url, { masks, warn: log.warn }),
    save: createRunKeeper(environment, log.warn)
  }
}

function createHooksContext(
  { cloud }: Connection,
  client: ArmClient,
  { log, masks, signal }: Edge
) {
  const { now } = systemClock
  return {
    client,
    trust: cloud.trust,
    now,
    signal,
    tell: (verb: string, text: string) => log.write({ kind: 'progressed', at: now(), verb, text }),
    mask: masks.add,
    reservedOutputs: OUTPUT_NAMES
  }
}

/** Tells an outcome: the job's result, the log, the outputs, the summary, the annotation. */
async function report(
  outcome: Outcome,
  spec: OperationSpec,
  edge: Edge,
  summary: boolean
): Promise<void> {
  const { log, outputs } = edge
  const green = isGreen(outcome, spec.wait)
  // The verdict stands before it is told: a fault in the telling is worth a warning and no more.
  if (!green) turnJobRed()
  const sinks = { masks: edge.masks, warn: log.warn }
  const values = await prepareAuthorOutputs(outcome, spec, sinks)
  const explanation = explain(outcome)
  log.finish(explanation)
  const { responseFile } = spec.results
  await attempt('The outputs', log, () =>
    writeOutputs(explanation, { responseFile, values }, outputs)
  )
  if (summary)
    await attempt('The job summary', log, () => writeSummary(explanation, edge.environment))
  if (!green) await attempt('The annotation', log, () => annotateFailure(explanation))
}

function tryToWriteSummary({ log, environment }: Edge, outcome: Outcome): Promise<void> {
  return attempt('The job summary', log, () => writeSummary(explain(outcome), environment))
}

async function attempt(what: string, log: Log, write: () => void | Promise<void>): Promise<void> {
  try {
    await write()
  } catch (error) {
    log.warn(`${what} could not be written: ${messageOf(error)}`)
  }
}
