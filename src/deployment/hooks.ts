/**
 * The hooks of a template deployment or a stack: its progress while it runs, and at its end its outputs, its causes or
 * the changes that a what-if predicts. Loaded only for the requests that recognize.ts knows.
 */

import { asObject, readField, readObject, readProvisioningState, readStatus } from '../http/body.ts'
import type { Body, JsonObject, JsonValue } from '../http/message.ts'
import { findErrorCode, type OperationError, readError } from '../operation/error.ts'
import { interpretStatus } from '../operation/status.ts'
import type { HooksContext, OperationHooks } from '../run/hooks.ts'
import {
  addSafely,
  type Outcome,
  type OutcomeAddition,
  statusOf,
  wasTurnedDown,
  withWarning
} from '../run/outcome.ts'
import { omitUndefined } from '../values.ts'
import { mergeCauses, type OperationTree } from './causes.ts'
import { hideChanges } from './hide-changes.ts'
import { createOperationLister } from './operation-lister.ts'
import { readTemplateOutputs } from './outputs.ts'
import {
  type DeploymentProgress,
  findDeployment,
  findRoot,
  isPartlyListed,
  type ListedDeployment,
  listParts
} from './progress.ts'
import type { DeploymentCall } from './recognize.ts'
import {
  countInWords,
  listChanges,
  renderChanges,
  toOutputs,
  warnOfSkipped
} from './render-changes.ts'
import { findTemplatePlace } from './template-place.ts'
import { readChanges } from './what-if.ts'

/** The hooks for one request that `recognizeDeployment` knows. */
export function createDeploymentHooks(call: DeploymentCall, context: HooksContext): OperationHooks {
  return call.action === 'deploy'
    ? createDeployHooks(call, context)
    : {
        polled: () => undefined,
        complete: (outcome) => completePreview(call, outcome, context)
      }
}

function createDeployHooks(call: DeploymentCall, context: HooksContext): OperationHooks {
  const lister = createOperationLister(call, context)
  return {
    polled: lister.askAhead,
    complete: async (outcome, deadlineMs) => {
      const progress = await lister.finish(outcome, deadlineMs)
      const told = progress.isTaken ? withWarning(outcome, TAKEN_NAME) : outcome
      const whole = await addSafely(told, 'The timeline', (before) => addParts(before, progress))
      switch (statusOf(outcome.ending)) {
        case 'Succeeded':
          return addSafely(whole, 'The outputs of the template', (before) =>
            addOutputs(before, context)
          )
        case 'Failed':
          return addPlace(
            await addSafely(whole, 'The causes', (before) => addCauses(before, progress)),
            context
          )
        default:
          return whole
      }
    }
  }
}

const TAKEN_NAME =
  'A later run has taken the name of this deployment: the operations under it are not of this run, and name no cause'

function addParts(outcome: Outcome, progress: DeploymentProgress): Outcome {
  const parts = listParts(progress)
  const arePartsPartial = isPartlyListed(progress) || undefined
  return parts.length === 0 ? outcome : omitUndefined({ ...outcome, parts, arePartsPartial })
}

function addOutputs(
  outcome: Outcome,
  { maskedOutputs, reservedOutputs, mask }: HooksContext
): Outcome {
  const { response } = outcome
  if (response === undefined) return outcome
  const found = readTemplateOutputs(response, { reserved: reservedOutputs, masked: maskedOutputs })
  for (const secret of found.secrets) mask(secret)
  return {
    ...outcome,
    response: found.response,
    warnings: [...outcome.warnings, ...found.refusals],
    addition: { outputs: found.outputs, summary: [] }
  }
}

function addCauses(outcome: Outcome, progress: DeploymentProgress): Outcome {
  const root = findRoot(progress)
  const tree = root === undefined ? undefined : toTree(progress, root)
  const error = tree === undefined ? undefined : mergeCauses(outcome.error, tree)
  return error === undefined ? outcome : { ...outcome, error }
}

function toTree(progress: DeploymentProgress, { operations }: ListedDeployment): OperationTree {
  return {
    operations: operations.values(),
    findNested: (id) => {
      const nested = findDeployment(progress, id)
      return nested === undefined ? undefined : toTree(progress, nested)
    }
  }
}

/** Codes of errors that lie in the template or its parameters. */
const TEMPLATE_CODES = /template|^InvalidDeployment|^DeploymentFailed|^ResourceDeploymentFailure/i

function addPlace(outcome: Outcome, context: HooksContext): Promise<Outcome> {
  return addSafely(outcome, 'The place in the template', (before) => findPlace(before, context))
}

function findPlace(outcome: Outcome, { request, bodySources }: HooksContext): Outcome {
  const { error, ending, addition } = outcome
  if (error === undefined || statusOf(ending) !== 'Failed') return outcome
  if (ending.kind === 'refused' && !TEMPLATE_CODES.test(error.code)) return outcome
  const place = findTemplatePlace(error, request.body, bodySources)
  if (place === undefined) return outcome
  const base: OutcomeAddition = addition ?? { outputs: [], summary: [] }
  return { ...outcome, addition: { ...base, place } }
}

async function completePreview(
  { action }: DeploymentCall,
  outcome: Outcome,
  context: HooksContext
): Promise<Outcome> {
  const judged = judgePreview(action, outcome)
  const { response, ending } = judged
  const hasResult = action === 'what-if' && response !== undefined && ending.kind === 'succeeded'
  const whole = hasResult
    ? await addSafely(judged, 'The changes', (before) => addChanges(before, response.body, context))
    : judged
  return addPlace(whole, context)
}

/**
 * Verdict of a what-if or a validation, which answer 200 for every finding: it is in the body
 * (https://learn.microsoft.com/rest/api/resources/deployments/validate).
 */
function judgePreview(action: DeploymentCall['action'], outcome: Outcome): Outcome {
  const { response } = outcome
  if (response === undefined || outcome.ending.kind !== 'succeeded') return outcome
  if (!isFailedPreview(response.body)) return outcome
  const error = readPreviewError(response.body)
  const what = action === 'what-if' ? 'The what-if' : 'The validation'
  const reason = `${what} ran to completion and failed`
  const kind = wasTurnedDown(outcome.accepted) ? 'refused' : 'failed'
  return { ...outcome, ending: { kind }, ...omitUndefined({ reason, error }) }
}

function addChanges(outcome: Outcome, body: Body, { hide }: HooksContext): Outcome {
  const found = readChanges(body)
  if (found === undefined) return outcome
  const report = hideChanges(found, hide)
  const summary = [renderChanges(report)]
  const finding = countInWords(report)
  const log = { title: 'Changes', lines: listChanges(report) }
  const whole = { ...outcome, addition: { outputs: toOutputs(report), summary, finding, log } }
  const warning = warnOfSkipped(report)
  return warning === undefined ? whole : withWarning(whole, warning)
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

/** `{}` and `{code: "None"}` are sent for no error. */
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
