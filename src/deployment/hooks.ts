/**
 * The hooks of a template deployment or a stack: its progress while it runs, and at its end its outputs, its causes or
 * the changes that a what-if predicts. Loaded only for the requests that recognize.ts knows.
 */

import {
  asObject,
  isList,
  readField,
  readObject,
  readProvisioningState,
  readStatus
} from '../http/body.ts'
import type { Body, HttpResponse, JsonObject, JsonValue } from '../http/message.ts'
import { findErrorCode, type OperationError, readError } from '../operation/error.ts'
import { describeTaker, UNIQUE_NAMES } from '../operation/identity.ts'
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
import { createOperationLister, type EndRecord, type FinishedProgress } from './operation-lister.ts'
import { readTemplateOutputs } from './outputs.ts'
import {
  countSeen,
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
  listRemarks,
  nameSkipped,
  renderDetails,
  renderRemarks,
  toOutputs,
  warnOfSkipped
} from './render-changes.ts'
import { describeRollback } from './rollback.ts'
import {
  listStackRecord,
  mergeFailures,
  readStackRecord,
  renderStackRecord
} from './stack-record.ts'
import { findTemplatePlace } from './template-place.ts'
import { readChanges, readRemarks } from './what-if.ts'

/** The hooks for one request that `recognizeDeployment` knows. */
export function createDeploymentHooks(call: DeploymentCall, context: HooksContext): OperationHooks {
  const { action } = call
  return action === 'deploy' || action === 'delete'
    ? createDeployHooks(call, context)
    : {
        polled: () => undefined,
        complete: (outcome) => completePreview(action, outcome, context)
      }
}

function createDeployHooks(call: DeploymentCall, context: HooksContext): OperationHooks {
  const lister = createOperationLister(call, context)
  return {
    // The lists under a stack that goes are those of its last deployment.
    polled: call.action === 'deploy' ? lister.askAhead : () => undefined,
    complete: async (outcome, deadlineMs) =>
      completeDeploy(call, outcome, await lister.finish(outcome, deadlineMs), {
        ...context,
        deadlineMs
      })
  }
}

async function completeDeploy(
  { kind, action }: DeploymentCall,
  outcome: Outcome,
  end: FinishedProgress,
  { deadlineMs, ...context }: HooksContext & { readonly deadlineMs: number }
): Promise<Outcome> {
  const { progress } = end
  const told = warnOfRecord(outcome, end)
  const whole = await addSafely(told, 'The timeline', (before) => addParts(before, end, context))
  const status = statusOf(outcome.ending)
  const isOver = status === 'Succeeded' || status === 'Failed' || status === 'Canceled'
  const caused =
    status === 'Failed' && action === 'deploy'
      ? await addSafely(whole, 'The causes', (before) => addCauses(before, end, context))
      : whole
  const stacked =
    kind === 'stack' && isOver && !progress.isTaken
      ? await addSafely(caused, 'The resources of the stack', (before) =>
          addStack(before, end, context)
        )
      : caused
  if (action === 'delete') return stacked
  if (status === 'Failed') return addLog(await addPlace(stacked, context), context, deadlineMs)
  return status === 'Succeeded'
    ? addSafely(stacked, 'The outputs of the template', (before) => addOutputs(before, context))
    : stacked
}

const GONE =
  'The deployment is gone from Azure (404): somebody has deleted it, or it was cleared from the history, so its operations name no cause'

function warnOfRecord(outcome: Outcome, { progress, record, isGone }: FinishedProgress): Outcome {
  if (isGone) return withWarning(outcome, GONE)
  if (!progress.isTaken) return outcome
  const taker = record === undefined ? 'a later run' : describeTaker(record)
  const text = `${taker} has taken the name of this deployment: the operations under it are not of this run, and name no cause. ${UNIQUE_NAMES}`
  return withWarning(outcome, text.charAt(0).toUpperCase() + text.slice(1))
}

/** The outcome with a section more in the summary, and in a group of the log. */
function addSection(
  outcome: Outcome,
  title: string,
  { summary, lines }: { readonly summary: string; readonly lines: readonly string[] }
): Outcome {
  const { addition } = outcome
  return {
    ...outcome,
    addition: {
      outputs: [],
      ...addition,
      summary: [
        ...(addition?.summary ?? []),
        ...(summary === '' ? [] : [`### ${title}\n\n${summary}`])
      ],
      log: { title, lines: [...(addition?.log?.lines ?? []), ...lines] }
    }
  }
}

function addStack(outcome: Outcome, { record }: EndRecord, { hide }: HooksContext): Outcome {
  const found = record && readStackRecord(record, outcome.accepted)
  if (found === undefined) return outcome
  const hasFailed = outcome.ending.kind === 'failed'
  const error = hasFailed ? mergeFailures(outcome.error, found) : outcome.error
  const whole = { ...outcome, ...omitUndefined({ error }) }
  // What failed is told there with its cause.
  const summary = renderStackRecord(hasFailed ? { ...found, failures: [] } : found, hide)
  const lines = listStackRecord(found, hide)
  return lines.length === 0
    ? whole
    : addSection(whole, 'Resources of the stack', { summary, lines })
}

/** Where fewer are shown than this, what is missing is plain to see. */
const MANY_RESOURCES = 50

function addParts(
  outcome: Outcome,
  { progress, record }: FinishedProgress,
  { tell }: HooksContext
): Outcome {
  const parts = listParts(progress)
  const arePartsPartial = isPartlyListed(progress) || undefined
  const whole = parts.length === 0 ? outcome : omitUndefined({ ...outcome, parts, arePartsPartial })
  const text = describeSeen(progress, record)
  if (text === undefined) return whole
  tell('seen', text)
  const { addition } = whole
  const summary = [...(addition?.summary ?? []), `Seen: ${text}.`]
  return { ...whole, addition: { outputs: [], ...addition, summary } }
}

/** Number of resources that were seen of how many; undefined where all were, or only a few are missing. */
function describeSeen(
  progress: DeploymentProgress,
  record: HttpResponse | undefined
): string | undefined {
  const { seen, isWhole } = countSeen(progress)
  const properties = asObject(readField(record && readObject(record.body), 'properties'))
  const all = readField(properties, 'outputResources')
  const total = isList(all) ? all.length : 0
  if (seen === 0 || Math.max(seen, total) <= MANY_RESOURCES) return undefined
  if (total > seen) return `${seen} of ${total} resources; the others are in the portal`
  return isWhole || total > 0 ? undefined : `${seen} resources; the list was not read to its end`
}

function addOutputs(
  outcome: Outcome,
  { maskedOutputs, reservedOutputs, mask }: HooksContext
): Outcome {
  const { response, isResultMissing, addition } = outcome
  if (response === undefined || isResultMissing === true) return outcome
  const found = readTemplateOutputs(response, { reserved: reservedOutputs, masked: maskedOutputs })
  for (const secret of found.secrets) mask(secret)
  const { outputs, names: templateOutputs } = found
  return {
    ...outcome,
    response: found.response,
    warnings: [...outcome.warnings, ...found.refusals],
    addition: { summary: [], ...addition, outputs, templateOutputs }
  }
}

function addCauses(
  outcome: Outcome,
  { progress, record }: FinishedProgress,
  { request }: HooksContext
): Outcome {
  const root = findRoot(progress)
  const tree = root === undefined ? undefined : toTree(progress, root)
  const error = tree === undefined ? undefined : mergeCauses(outcome.error, tree)
  const own = progress.isTaken ? undefined : record
  const rollback = describeRollback(own, request.body)
  const reasons = [outcome.reason, rollback].filter((part) => part !== undefined)
  const reason = reasons.length === 0 ? undefined : reasons.join('; ')
  return { ...outcome, ...omitUndefined({ error: error ?? outcome.error, reason }) }
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

type PreviewAction = Exclude<DeploymentCall['action'], 'deploy' | 'delete'>

/** Codes of errors that lie in the template or its parameters. */
const TEMPLATE_CODES = /template|^InvalidDeployment|^DeploymentFailed|^ResourceDeploymentFailure/i

function addPlace(outcome: Outcome, context: HooksContext): Promise<Outcome> {
  return addSafely(outcome, 'The place in the template', (before) => findPlace(before, context))
}

/** Log of the script that failed, where the error names one. */
function addLog(outcome: Outcome, context: HooksContext, deadlineMs: number): Promise<Outcome> {
  return addSafely(outcome, 'The log of the script', async (before) => {
    const { addScriptLog } = await import('./script-log.ts')
    return addScriptLog(before, context, deadlineMs)
  })
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
  action: PreviewAction,
  outcome: Outcome,
  context: HooksContext
): Promise<Outcome> {
  const judged = judgePreview(action, outcome)
  const { response, ending } = judged
  if (response === undefined || ending.kind !== 'succeeded') return addPlace(judged, context)
  const { body } = response
  return action === 'what-if'
    ? addSafely(judged, 'The changes', (before) => addChanges(before, body, context))
    : addSafely(judged, 'The remarks', (before) => addRemarks(before, body, context))
}

/**
 * Verdict of a what-if or a validation, which answer 200 for every finding: it is in the body
 * (https://learn.microsoft.com/rest/api/resources/deployments/validate).
 */
function judgePreview(action: PreviewAction, outcome: Outcome): Outcome {
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
  const summary = [renderDetails(report)]
  const finding = countInWords(report)
  const log = { title: 'Changes', lines: listChanges(report) }
  const whole = { ...outcome, addition: { outputs: toOutputs(report), summary, finding, log } }
  const warning = warnOfSkipped(report)
  return warning === undefined ? whole : withWarning(whole, warning)
}

function addRemarks(outcome: Outcome, body: Body, { hide }: HooksContext): Outcome {
  const found = readRemarks(body)
  if (found === undefined) return outcome
  const report = hideChanges(found, hide)
  const summary = [`### Remarks of Azure\n\n${renderRemarks(report)}`]
  const log = { title: 'Remarks of Azure', lines: listRemarks(report) }
  const whole = { ...outcome, addition: { outputs: [], summary, log } }
  const { skipped } = report
  return skipped.length === 0
    ? whole
    : withWarning(whole, `Azure did not look into ${nameSkipped(skipped)}: it is not validated`)
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
