/**
 * One step: inputs → spec → connection → run → explanation → log, outputs, summary. Data goes down that way once and
 * does not come back up. Holds the only catch that turns an exception into the job's result.
 */
import { randomUUID } from 'node:crypto'
import { type ArmClient, chooseTracing, composeHeaders } from './arm/client.ts'
import { systemClock } from './clock.ts'
import { connect, type OpenConnection } from './connect.ts'
import { OUTPUT_NAMES } from './contract.ts'
import { findHooks } from './deployment/find-hooks.ts'
import { InputError } from './errors.ts'
import type { ArmRequest, HttpResponse } from './http/message.ts'
import type { Connection } from './inputs/connection.ts'
import type { StepInputs } from './inputs/step.ts'
import { toLine } from './report/sanitize.ts'
import { isGreen } from './run/conclude.ts'
import type { RunContext } from './run/live-run.ts'
import type { Outcome } from './run/outcome.ts'
import { describeAction } from './run/resume-step.ts'
import { runOperation } from './run/run-operation.ts'
import { type OperationSpec, requestOf } from './run/spec.ts'
import { registerAnswerSecrets } from './runner/author-outputs.ts'
import { writeCheckpoint } from './runner/checkpoints.ts'
import { type Edge, openEdge } from './runner/edge.ts'
import { failJob } from './runner/job.ts'
import { readActionInputs, readPostInputs } from './runner/read-inputs.ts'
import { createRunKeeper, isPostStep, markPostStep, readRunState } from './runner/state.ts'
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
    const { confirmEnd, readUnfinishedRun } = await import('./run/confirm-end.ts')
    const saved = readUnfinishedRun(readRunState())
    if (saved === undefined) return
    const reading = { now: systemClock.now(), environment, masks }
    const { connection, headers, summary } = await readPostInputs(reading)
    const { cloud, ids } = connection
    const tracing = chooseTracing(headers, saved.correlationId)
    const { isIdShared = false } = tracing
    const { timeoutMs } = saved.rules.timing
    const outcome = await useConnection(connection, edge, timeoutMs, (open) => {
      const ownClient = open.openClient({ tracing, headers, requestUrl: saved.request.url })
      const client = registerAnswers(ownClient, createRegistrar(edge))
      const observe = log.write
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
  const { connection, operation: spec } = inputs
  const { start, headers, rules } = spec
  const ownId = (start.kind === 'resume' ? start.handle.correlationId : undefined) ?? randomUUID()
  const tracing = chooseTracing(headers, ownId)
  return useConnection(connection, edge, rules.timing.timeoutMs, async (open) => {
    const ownClient = open.openClient({ tracing, headers, requestUrl: requestOf(spec).url })
    const client = registerAnswers(ownClient, createRegistrar(edge))
    const context = createRunContext(inputs, { client, tracing }, edge)
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
    try {
      open.close()
    } catch {
      // What was learned over the connection stays as it is.
    }
  }
}

type Register = RunContext['registerSecrets']

function createRegistrar({ masks, log }: Edge, tell?: (text: string) => void): Register {
  const sinks = omitUndefined({ masks, warn: log.warn, tell })
  return ({ body }, request) => registerAnswerSecrets(body, request, sinks)
}

/** Client whose answers have had their secrets registered before anyone reads them. */
function registerAnswers(client: ArmClient, register: Register): ArmClient {
  const learn = async (request: ArmRequest, sent: Promise<HttpResponse>) => {
    const answer = await sent
    register(answer, request)
    return answer
  }
  return {
    send: (request, options) => learn(request, client.send(request, options)),
    get: (url, options) => learn({ method: 'GET', url }, client.get(url, options)),
    post: (url, options) => learn({ method: 'POST', url }, client.post(url, options))
  }
}

function createRunContext(
  { connection, summary }: StepInputs,
  { client, tracing }: Pick<RunContext, 'client' | 'tracing'>,
  edge: Edge
): RunContext {
  const { environment, log, masks, outputs, signal } = edge
  return {
    client,
    tracing,
    clock: systemClock,
    cloud: connection.cloud,
    ids: connection.ids,
    signIn: connection.resumeSignIn,
    action: describeAction(environment),
    signal,
    observe: log.write,
    checkpoint: async (draft) => {
      writeCheckpoint(draft, outputs, masks)
      if (summary) await summarizeOutcome(draft, edge)
    },
    registerSecrets: createRegistrar(edge, (text) =>
      log.write({ kind: 'progressed', at: systemClock.now(), text })
    ),
    save: createRunKeeper(environment)
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
    hide: masks.hide,
    reservedOutputs: OUTPUT_NAMES
  }
}
