/**
 * Accompanies a template deployment or a stack: its progress while it runs, and at its end its outputs, its causes or
 * the changes that a what-if foretells. Loaded only for the requests that recognize.ts knows.
 */

import { asObject, readField, readObject, readProvisioningState, readStatus } from '../http/body.ts'
import type { Body, JsonObject, JsonValue } from '../http/message.ts'
import { findErrorCode, type OperationError, readError } from '../operation/error.ts'
import { readApiVersion } from '../operation/polling-url.ts'
import { interpretStatus } from '../operation/status.ts'
import type { HooksContext, OperationHooks } from '../run/hooks.ts'
import { mayStillRun, type Outcome, type OutcomeAddition } from '../run/outcome.ts'
import { mergeCauses, type OperationTree } from './causes.ts'
import { readTemplateOutputs } from './outputs.ts'
import { DeploymentProgress, type ListedDeployment } from './progress.ts'
import type { DeploymentCall } from './recognize.ts'
import { findTemplatePlace } from './template-place.ts'
import { listChanges, readChanges, renderChanges, toOutputs } from './what-if.ts'

/** Lists asked for more often than this would tell nothing new, and only burden the service. */
const MIN_SPACING_MS = 1_000
/** At the end of a failed deployment, beyond those that the polls allow: the causes are worth them. */
const MAX_CAUSE_REQUESTS = 30
const MAX_END_MS = 15_000
const LIST_TIMEOUT_MS = 5_000

/** A hooks for one request that `recognizeDeployment` knows. */
export function createDeploymentHooks(call: DeploymentCall, context: HooksContext): OperationHooks {
  return call.action === 'deploy'
    ? new DeploymentCompanion(call, context)
    : {
        polled: () => undefined,
        complete: async (outcome) => addPlace(judgePreview(call, outcome), context)
      }
}

class DeploymentCompanion implements OperationHooks {
  readonly #context: HooksContext
  readonly #progress: DeploymentProgress
  #requests = 0
  #lastAskedMs = Number.NEGATIVE_INFINITY
  readonly #stop = new AbortController()
  #underWay: Promise<void> | undefined

  constructor(call: DeploymentCall, context: HooksContext) {
    const { client, request, tell, trust } = context
    this.#context = context
    this.#progress = new DeploymentProgress({
      call,
      requestUrl: request.url,
      apiVersion: readApiVersion(request.url) ?? '',
      client,
      trust,
      tell
    })
  }

  /** At most one request for each poll, beside the wait for the next one and never instead of it. */
  polled(deadlineMs: number): void {
    const { now, signal } = this.#context
    const isSoon = now() - this.#lastAskedMs < MIN_SPACING_MS
    if (this.#underWay !== undefined || isSoon || signal.aborted || !this.#progress.isOpen) return
    this.#underWay = this.#ask(deadlineMs).finally(() => {
      this.#underWay = undefined
    })
  }

  async complete(outcome: Outcome, deadlineMs: number): Promise<Outcome> {
    await this.#listTheEnd(outcome, deadlineMs)
    const parts = this.#progress.listParts()
    const whole = parts.length === 0 ? outcome : { ...outcome, parts }
    switch (outcome.status) {
      case 'Succeeded':
        return this.#addOutputs(whole)
      case 'Failed':
        return addPlace(this.#addCauses(whole), this.#context)
      default:
        return whole
    }
  }

  async #ask(untilMs: number): Promise<void> {
    const { now, signal } = this.#context
    const timeoutMs = Math.min(LIST_TIMEOUT_MS, untilMs - now())
    if (timeoutMs <= 0) return
    this.#requests += 1
    this.#lastAskedMs = now()
    await this.#progress.askOnce({
      timeoutMs,
      signal: AbortSignal.any([signal, this.#stop.signal])
    })
  }

  async #listTheEnd(outcome: Outcome, deadlineMs: number): Promise<void> {
    const { now, signal } = this.#context
    const { status, response, accepted, ending } = outcome
    const isOver = accepted !== undefined && !mayStillRun(ending) && ending.kind !== 'refused'
    if (!isOver) this.#stop.abort()
    if (this.#underWay !== undefined) await this.#underWay
    if (!isOver) return
    if (response !== undefined) this.#progress.noteStack(response)
    const isBad = status !== 'Succeeded'
    this.#progress.end({ failedOnly: isBad })
    const most = isBad ? this.#requests + MAX_CAUSE_REQUESTS : outcome.pollCount
    const untilMs = Math.min(deadlineMs, now() + MAX_END_MS)
    while (this.#requests < most && this.#progress.isOpen && now() < untilMs && !signal.aborted) {
      await this.#ask(untilMs)
    }
    if (!isBad) this.#progress.concludeSucceeded()
  }

  #addOutputs(outcome: Outcome): Outcome {
    const { response } = outcome
    if (response === undefined) return outcome
    const { maskedOutputs, reservedOutputs, mask } = this.#context
    const found = readTemplateOutputs(response, {
      reserved: reservedOutputs,
      masked: maskedOutputs
    })
    for (const secret of found.secrets) mask(secret)
    return {
      ...outcome,
      response: found.response,
      warnings: [...outcome.warnings, ...found.refusals],
      addition: { outputs: found.outputs, summary: [] }
    }
  }

  #addCauses(outcome: Outcome): Outcome {
    const { root } = this.#progress
    if (root === undefined) return outcome
    const error = mergeCauses(outcome.error, this.#toTree(root))
    return error === undefined ? outcome : { ...outcome, error }
  }

  #toTree({ operations }: ListedDeployment): OperationTree {
    return {
      operations: operations.values(),
      findNested: (id) => {
        const nested = this.#progress.find(id)
        return nested === undefined ? undefined : this.#toTree(nested)
      }
    }
  }
}

/** Codes of errors that lie in the template or its parameters. */
const TEMPLATE_CODES = /template|^InvalidDeployment|^DeploymentFailed|^ResourceDeploymentFailure/i

function addPlace(outcome: Outcome, { request, bodySources }: HooksContext): Outcome {
  const { error, status, ending, addition } = outcome
  if (error === undefined || status !== 'Failed') return outcome
  if (ending.kind === 'refused' && !TEMPLATE_CODES.test(error.code)) return outcome
  const place = findTemplatePlace(error, request.body, bodySources)
  if (place === undefined) return outcome
  const base: OutcomeAddition = addition ?? { outputs: [], summary: [] }
  return { ...outcome, addition: { ...base, place } }
}

/**
 * What-if and validation answer 200 whatever they found: the verdict is in the body
 * (https://learn.microsoft.com/rest/api/resources/deployments/validate).
 */
function judgePreview({ action }: DeploymentCall, outcome: Outcome): Outcome {
  const { response } = outcome
  if (response === undefined || outcome.status !== 'Succeeded') return outcome
  if (isFailedPreview(response.body)) {
    const error = readPreviewError(response.body)
    const what = action === 'what-if' ? 'The what-if' : 'The validation'
    return {
      ...outcome,
      status: 'Failed',
      reason: `${what} ran to its end and failed`,
      ...(error === undefined ? {} : { error })
    }
  }
  const report = action === 'what-if' ? readChanges(response.body) : undefined
  if (report === undefined) return outcome
  const summary = [`### Changes\n\n${renderChanges(report)}`]
  const log = { title: 'Changes', lines: listChanges(report) }
  return { ...outcome, addition: { outputs: toOutputs(report), summary, log } }
}

function isFailedPreview(body: Body): boolean {
  const object = readObject(body)
  const properties = asObject(readField(object, 'properties'))
  const [status, state] = [readStatus(body), readProvisioningState(body)].map((field) =>
    field.kind === 'word' ? interpretStatus(field.word, { success: [], failure: [] }) : undefined
  )
  if ([status, state].some((word) => word === 'failed' || word === 'canceled')) return true
  if (status === 'succeeded') return false
  return [readField(object, 'error'), readField(properties, 'error')].some(isError)
}

/** `{}` and `{code: "None"}` are real, and no errors. */
function isError(value: JsonValue | undefined): boolean {
  const error = readFailure({ error: value ?? null })
  return error !== undefined && (findErrorCode(error) !== '' || error.message !== '')
}

function readPreviewError(body: Body): OperationError | undefined {
  const object = readObject(body)
  return object === undefined ? undefined : readFailure(object)
}

function readFailure(object: JsonObject): OperationError | undefined {
  const value = { ...object, status: 'Failed' }
  return readError({ status: 200, headers: {}, body: { kind: 'json', value, text: '' } })
}
