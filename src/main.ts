/**
 * One step: inputs → spec → connection → run → explanation → log, outputs, summary. Data goes down that way once and
 * does not come back up. Holds the only catch that turns an exception into the job's result.
 */
import { randomUUID } from 'node:crypto'
import { chooseTracing, composeHeaders } from './arm/client.ts'
import { systemClock } from './clock.ts'
import { InputError } from './errors.ts'
import type { StepInputs } from './inputs/step.ts'
import { openClient, openRun, useConnection } from './open-run.ts'
import { toLine } from './report/sanitize.ts'
import { isGreen } from './run/conclude.ts'
import type { Outcome } from './run/outcome.ts'
import { runOperation } from './run/run-operation.ts'
import type { OperationSpec } from './run/spec.ts'
import { writeCheckpoint } from './runner/checkpoints.ts'
import { type Edge, openEdge } from './runner/edge.ts'
import { failJob } from './runner/job.ts'
import { readActionInputs, readPostInputs } from './runner/read-inputs.ts'
import {
  createRunKeeper,
  isPostStep,
  markPostStep,
  readRunState,
  readRunsState
} from './runner/state.ts'
import {
  explainOutcome,
  summarizeOutcome,
  tellOutcome,
  tellWrongInputs
} from './runner/tell-outcome.ts'
import { messageOf, omitUndefined } from './values.ts'

/** Runs the action once, as the runner calls it. Never rejects; the job's result is the process's exit code. */
export async function run(): Promise<void> {
  const edge = openEdge()
  try {
    await (isPostStep() ? runPost(edge) : runStep(edge))
  } catch (error) {
    await tellError(error, edge)
  } finally {
    edge.close()
  }
}

/** Tells what ended the step before an outcome existed. Never rejects. */
async function tellError(error: unknown, edge: Edge): Promise<void> {
  try {
    if (error instanceof InputError) return await tellWrongInputs(error, edge)
  } catch {
    // It is told below, in fewer places.
  }
  failJob(toLine(edge.masks.hide(messageOf(error))))
}

async function runStep(edge: Edge): Promise<void> {
  const { environment, log, masks } = edge
  // First of all: a post step that takes itself for the step would send the request again.
  markPostStep(environment)
  const reading = { now: systemClock.now(), uniqueId: randomUUID(), environment, masks }
  const inputs = await readActionInputs(reading)
  for (const warning of inputs.warnings) log.warn(warning)
  if (inputs.kind === 'list') {
    const { runListStep } = await import('./list-step.ts')
    return await runListStep(inputs, edge)
  }
  const { operation: spec, summary, dryRun } = inputs
  const outcome = dryRun ? await rehearse(spec, edge) : await perform(inputs, edge)
  await tellOutcome(outcome, { spec, isGreen: isGreen(outcome, spec.wait), summary }, edge)
}

/** Tells how an operation ended whose workflow was canceled. Every fault in here is a warning. */
async function runPost(edge: Edge): Promise<void> {
  const { environment, log, masks, signal } = edge
  try {
    const runs = readRunsState()
    if (runs !== '') return await (await import('./list-post.ts')).runListPost(runs, edge)
    const { confirmEnd, readUnfinishedRun } = await import('./run/confirm-end.ts')
    const saved = readUnfinishedRun(readRunState())
    if (saved === undefined) return
    const reading = { now: systemClock.now(), environment, masks }
    const { connection, headers, summary } = await readPostInputs(reading)
    const { cloud, ids } = connection
    const tracing = chooseTracing(headers, saved.correlationId)
    const { isIdShared = false } = tracing
    const observe = log.write
    const deadlineMs = systemClock.now() + saved.rules.timing.timeoutMs
    const outcome = await useConnection(connection, { edge, deadlineMs, observe }, (open) => {
      const client = openClient({ open, edge }, { tracing, headers, requestUrl: saved.request.url })
      const clock = systemClock
      return confirmEnd(saved, { client, clock, cloud, ids, isIdShared, observe, signal })
    })
    log.finish(await explainOutcome(outcome, edge))
    if (summary) await summarizeOutcome(outcome, edge)
  } catch (error) {
    log.warn(`The outcome of the operation could not be determined: ${messageOf(error)}`)
  }
}

/** Shows what would be sent: no connection is opened, so nothing can be, and nobody is asked for a token. */
async function rehearse({ start, headers }: OperationSpec, { masks }: Edge): Promise<Outcome> {
  if (start.kind === 'resume') throw new Error('a resume sends no request')
  const { describeDryRun } = await import('./report/dry-run.ts')
  const { request, body } = start
  const sent = composeHeaders(headers, chooseTracing(headers, '(new for each run)'), body)
  return describeDryRun({ request, headers: sent, body }, systemClock.now(), masks.hide)
}

/** Runs the operation of a step over a connection of its own. */
function perform(inputs: StepInputs, edge: Edge): Promise<Outcome> {
  const { connection, operation: spec, summary } = inputs
  const { environment, log, masks, outputs, signal } = edge
  const deadlineMs = systemClock.now() + spec.rules.timing.timeoutMs
  // A resumed operation may have ended already, and then nobody is asked.
  const firstUrl = spec.start.kind === 'request' ? spec.start.request.url : undefined
  const use = omitUndefined({ edge, deadlineMs, firstUrl, observe: log.write })
  return useConnection(connection, use, async (open) => {
    const context = await openRun(spec, {
      connection,
      open,
      edge,
      signal,
      observe: log.write,
      checkpoint: async (draft) => {
        writeCheckpoint(draft, outputs, masks)
        if (summary) await summarizeOutcome(draft, edge)
      },
      save: createRunKeeper(environment)
    })
    return runOperation(spec, context)
  })
}
