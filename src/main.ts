/**
 * Where the rooms meet: inputs → request → client → operation → outcome → outputs and report. Data goes down that way
 * once and does not come back up. Holds the only catch that turns an exception into the job's result.
 */
import { randomUUID } from 'node:crypto'
import * as core from '@actions/core'
import { type ArmClient, chooseTracing, createArmClient, type Tracing } from './arm/client.ts'
import { findPortalUrl, findResourceId, findShownResource } from './arm/resource-id.ts'
import { createTokenProvider } from './auth/token-provider.ts'
import { type Clock, systemClock } from './clock.ts'
import { OUTPUT_NAMES } from './contract.ts'
import { recognizeDeployment } from './deployment/recognize.ts'
import { createHttp } from './http/http.ts'
import { type Inputs, toFlat } from './inputs/flat.ts'
import { describeFailure } from './report/describe-failure.ts'
import { describeFederatedCredential } from './report/federated-credential.ts'
import { Log } from './report/log.ts'
import { toLine } from './report/sanitize.ts'
import { makeSteady } from './report/steady-log.ts'
import { renderSummary } from './report/summary.ts'
import { isGreen } from './run/conclude.ts'
import type { HooksContext, OperationHooks } from './run/hooks.ts'
import type { FilePlace, Outcome } from './run/outcome.ts'
import { Results } from './run/results.ts'
import { HandOver } from './run/resume-point.ts'
import { describeAction } from './run/resume-step.ts'
import { type OperationDependencies, runOperation } from './run/run-operation.ts'
import { formatSavedRun, type SavedRun } from './run/saved-run.ts'
import { announceOperation, writeOutputs } from './runner/outputs.ts'
import { readActionInputs } from './runner/read-inputs.ts'

const USER_AGENT = 'arm-operation/0.1.0'

/** Names of the step's state: what tells the post step from the step itself, and what it has to know. */
const STATE = { phase: 'phase', run: 'run' } as const

/** Runs the action once, as the runner calls it. Never rejects; the job's result is the process's exit code. */
export async function run(): Promise<void> {
  const canceled = listenForCancellation()
  // A reader that went away (EPIPE), or a full disk, is no reason to leave an operation alone.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {})
  try {
    const isPost = core.getState(STATE.phase) !== ''
    await (isPost ? runPost(core.getState(STATE.run), canceled) : runStep(systemClock, canceled))
  } catch (error) {
    core.setFailed(toLine(error instanceof Error ? error.message : String(error)))
  }
}

async function runStep(clock: Clock, canceled: AbortSignal): Promise<void> {
  // First of all: a post step that takes itself for the step would send the request again.
  saveState(STATE.phase, 'post')
  const reading = { now: clock.now(), uniqueId: randomUUID(), mask: core.setSecret }
  const inputs = toFlat(await readActionInputs(reading))
  const log = makeSteady(new Log())
  for (const warning of inputs.warnings) log.warning(warning)
  const results = new Results(inputs, log, {
    mask: core.setSecret,
    handOver: announceOperation,
    writeSummary: (draft) => attempt('The job summary', log, () => writeSummary(draft))
  })
  const outcome = await perform(inputs, log, clock, results, canceled)
  await report(outcome, inputs, log, results)
}

/** Tells how an operation ended whose workflow was canceled. Whatever goes wrong here is a warning. */
async function runPost(savedRun: string, canceled: AbortSignal): Promise<void> {
  const clock = systemClock
  const log = makeSteady(new Log())
  try {
    const { confirmEnd, readUnfinishedRun } = await import('./run/confirm-end.ts')
    const saved = readUnfinishedRun(savedRun)
    if (saved === undefined) return
    const reading = { now: clock.now(), uniqueId: randomUUID(), mask: core.setSecret }
    const inputs = toFlat(await readActionInputs({ ...reading, withoutBody: true }))
    const outcome = await connect(inputs, log, clock, async (client) =>
      confirmEnd(saved, inputs, { client, clock, log }, canceled)
    )
    log.finished(outcome)
    if (inputs.summary) await attempt('The job summary', log, () => writeSummary(outcome))
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    log.warning(`How the operation ended could not be found out: ${reason}`)
  }
}

/** The state is for the post step only; where there is no runner to hand it over, it is not written anywhere. */
function saveState(name: string, value: string): void {
  if (process.env.GITHUB_STATE) core.saveState(name, value)
}

/**
 * A signal that aborts when the runner cancels the job: SIGINT, and 7.5 s later SIGTERM. From now on neither ends the
 * process by itself, because what is known by then is still to be written.
 */
function listenForCancellation(): AbortSignal {
  const controller = new AbortController()
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.on(name, () => controller.abort())
  return controller.signal
}

async function perform(
  inputs: Inputs,
  log: Log,
  clock: Clock,
  results: Results,
  signal: AbortSignal
): Promise<Outcome> {
  return connect(inputs, log, clock, async (client, tracing) => {
    announceRequest(inputs, tracing, log, clock)
    const hooks = await findHooks(inputs, client, clock, log, signal)
    const dependencies: OperationDependencies = {
      client,
      clock,
      tracing,
      log,
      handOver: new HandOver(inputs, describeAction(process.env)),
      announce: results.announce,
      mask: results.mask,
      save: (run) => saveRun(run, log)
    }
    const all = hooks === undefined ? dependencies : { ...dependencies, hooks }
    return runOperation(inputs, all, signal)
  })
}

function announceRequest(inputs: Inputs, tracing: Tracing, log: Log, clock: Clock): void {
  const { method, url, cloud, resume } = inputs
  const request = { method, url }
  const facts = { request, at: clock.now(), correlationId: tracing.correlationId }
  if (resume !== undefined) {
    log.resumed({ ...facts, acceptedAt: resume.operation.facts.startedAtMs })
    return
  }
  const shownId = findShownResource(request, findResourceId(request, undefined))
  const portalUrl = findPortalUrl(cloud.portalOrigin, shownId)
  log.requestSent({ ...facts, ...(portalUrl === undefined ? {} : { portalUrl }) })
}

/** Signs in as the inputs say, and hangs up when `use` is done. */
async function connect<T>(
  inputs: Inputs,
  log: Log,
  clock: Clock,
  use: (client: ArmClient, tracing: Tracing) => Promise<T>
): Promise<T> {
  const tracing = chooseTracing(inputs.headers, inputs.resume?.correlationId ?? randomUUID())
  const http = createHttp(describeUserAgent(), clock.now)
  const tokens = await createTokenProvider(inputs.signIn, inputs.cloud, {
    now: clock.now,
    sleep: clock.sleep,
    send: http.send,
    environment: process.env,
    deadlineMs: clock.now() + inputs.timeoutMs,
    mask: core.setSecret,
    onSignIn: ({ credential, why }) => log.signedIn(credential, why),
    onRetry: (reason, delayMs) => log.retrying({ at: clock.now(), reason, delayMs }),
    onIdTokenRefused: (refused) => log.note(describeFederatedCredential(refused))
  })
  try {
    const { trust } = inputs.cloud
    return await use(
      createArmClient({ http, tokens, trust, tracing, headers: inputs.headers }),
      tracing
    )
  } finally {
    tokens.close()
    http.close()
  }
}

/** The room that knows the kind of operation, loaded only where there is one. */
async function findHooks(
  inputs: Inputs,
  client: ArmClient,
  clock: Clock,
  log: Log,
  signal: AbortSignal
): Promise<OperationHooks | undefined> {
  const { method, url, body, bodySources = [], cloud, maskedOutputs } = inputs
  const call = recognizeDeployment({ method, url })
  if (call === undefined) return undefined
  const { createDeploymentHooks } = await import('./deployment/hooks.ts')
  const context: HooksContext = {
    request: body === undefined ? { method, url } : { method, url, body },
    bodySources,
    client,
    trust: cloud.trust,
    now: clock.now,
    signal,
    tell: (verb, text) => log.progressed({ at: clock.now(), verb, text }),
    mask: core.setSecret,
    maskedOutputs,
    reservedOutputs: OUTPUT_NAMES
  }
  return createDeploymentHooks(call, context)
}

function saveRun(run: SavedRun | undefined, log: Log): void {
  try {
    saveState(STATE.run, formatSavedRun(run))
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    log.warning(`The state for the post step could not be saved: ${reason}`)
  }
}

/** Azure's own actions tell themselves apart by this variable, so ours is added to it. */
function describeUserAgent(): string {
  const given = (process.env.AZURE_HTTP_USER_AGENT ?? '').replace(/[^\x20-\x7e]/g, '')
  return given === '' ? USER_AGENT : `${given} ${USER_AGENT}`
}

async function report(outcome: Outcome, inputs: Inputs, log: Log, results: Results): Promise<void> {
  const green = isGreen(outcome, inputs.wait)
  // The verdict stands before it is told: whatever goes wrong in the telling is worth a warning and no more.
  if (!green) process.exitCode = core.ExitCode.Failure
  const values = await results.prepare(outcome)
  log.finished(outcome)
  const { responseFile } = inputs
  const { wasAnnounced } = results
  await attempt('The outputs', log, () =>
    writeOutputs(outcome, { responseFile, values, wasAnnounced })
  )
  if (inputs.summary) await attempt('The job summary', log, () => writeSummary(outcome))
  if (!green) await attempt('The annotation', log, () => annotate(outcome))
}

async function attempt(what: string, log: Log, write: () => void | Promise<void>): Promise<void> {
  try {
    await write()
  } catch (error) {
    log.warning(`${what} could not be written: ${error instanceof Error ? error.message : error}`)
  }
}

async function writeSummary(outcome: Outcome): Promise<void> {
  if (!process.env.GITHUB_STEP_SUMMARY) return
  // It takes the place of the one that was written before the first poll.
  await core.summary.addRaw(renderSummary(outcome), true).write({ overwrite: true })
}

function annotate(outcome: Outcome): void {
  const { title, message } = describeFailure(outcome)
  core.error(message, { title, ...toAnnotationPlace(outcome.addition?.place) })
}

function toAnnotationPlace(place: FilePlace | undefined) {
  if (place === undefined) return {}
  const { file, line, column } = place
  const start = line === undefined ? {} : { startLine: line }
  return { file, ...start, ...(column === undefined ? {} : { startColumn: column }) }
}
