/**
 * Where the rooms meet: inputs → request → client → operation → outcome → outputs and report. Data goes down that way
 * once and does not come back up. Holds the only catch that turns an exception into the job's result.
 */
import { randomUUID } from 'node:crypto'
import * as core from '@actions/core'
import { chooseTracing, createArmClient } from './arm/client.ts'
import { createHttp } from './arm/http.ts'
import { findPortalUrl, findResourceId } from './arm/resource-id.ts'
import { createTokenProvider } from './auth/token-provider.ts'
import { type Clock, systemClock } from './clock.ts'
import { isGreen } from './conclusion.ts'
import { HandOver } from './hand-over.ts'
import { type Inputs, readActionInputs } from './inputs.ts'
import type { Outcome } from './outcome.ts'
import { announceOperation, writeOutputs } from './outputs.ts'
import { describeFailure } from './report/describe-failure.ts'
import { describeFederatedCredential } from './report/federated-credential.ts'
import { Log } from './report/log.ts'
import { describeAction } from './report/resume-step.ts'
import { toLine } from './report/sanitize.ts'
import { makeSteady } from './report/steady-log.ts'
import { renderSummary } from './report/summary.ts'
import { Results } from './results.ts'
import { runOperation } from './run-operation.ts'

const USER_AGENT = 'arm-operation/0.1.0'

/** Runs the action once, as the runner calls it. Never rejects; the job's result is the process's exit code. */
export async function run(): Promise<void> {
  const clock = systemClock
  const canceled = listenForCancellation()
  // A reader that went away (EPIPE), or a full disk, is no reason to leave an operation alone.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {})
  try {
    const inputs = await readActionInputs({ now: clock.now(), uniqueId: randomUUID() })
    const log = makeSteady(new Log())
    for (const warning of inputs.warnings) log.warning(warning)
    const results = new Results(inputs, log, {
      mask: core.setSecret,
      handOver: announceOperation,
      writeSummary: (draft) => attempt('The job summary', log, () => writeSummary(draft))
    })
    const outcome = await perform(inputs, log, clock, results, canceled)
    await report(outcome, inputs, log, results)
  } catch (error) {
    core.setFailed(toLine(error instanceof Error ? error.message : String(error)))
  }
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
  const { resume } = inputs
  const tracing = chooseTracing(inputs.headers, resume?.correlationId ?? randomUUID())
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
    const client = createArmClient({ http, tokens, trust, tracing, headers: inputs.headers })
    const request = { method: inputs.method, url: inputs.url }
    const portalUrl = findPortalUrl(inputs.cloud.portalOrigin, findResourceId(request, undefined))
    const { correlationId } = tracing
    const facts = { request, at: clock.now(), correlationId }
    if (resume === undefined) {
      log.requestSent({ ...facts, ...(portalUrl === undefined ? {} : { portalUrl }) })
    } else {
      log.resumed({ ...facts, acceptedAt: resume.operation.facts.startedAtMs })
    }
    const handOver = new HandOver(inputs, describeAction(process.env))
    const { announce, mask } = results
    const dependencies = { client, clock, tracing, log, handOver, announce, mask }
    return await runOperation(inputs, dependencies, signal)
  } finally {
    tokens.close()
    http.close()
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
  core.error(message, { title })
}
