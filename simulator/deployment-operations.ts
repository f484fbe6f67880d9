/**
 * The operations of a deployment, as `…/deployments/{name}/operations` lists them: one for each resource that has
 * started, newest first, in pages. A nested deployment is one of them, with a list of its own at its own id.
 */
import { createHash } from 'node:crypto'
import type { Deployment, PlannedResource, ResourceIdentity } from './deployment-record.ts'
import { answerError } from './errors.ts'
import { type JsonObject, readString } from './json.ts'
import type { Answer, SimulatedRequest } from './message.ts'
import { isRunning, readEnd, readEndTime, toDuration, toTimestamp } from './operations.ts'
import { answerPage } from './paging.ts'
import type { World } from './world.ts'

/** Before this API version `statusMessage` is a string: the simulator's stand-in for providers that still do so. */
const STATUS_OBJECTS_SINCE = '2018-05-01'

interface Entry {
  readonly startedAt: number
  readonly endsAt: number
  /** What tells it from the others of its deployment. */
  readonly key: string
  readonly kind: 'Create' | 'Read' | 'EvaluateDeploymentOutput'
  readonly target?: ResourceIdentity & { readonly symbol?: string }
  /** Its state once it has ended. */
  readonly end: 'Succeeded' | 'Failed' | 'Canceled'
  readonly statusCode: string
  readonly statusMessage?: JsonObject
}

/** Answers GET of the list and of one operation. */
export function answerDeploymentOperations(
  request: SimulatedRequest,
  world: World,
  deployment: Deployment
): Answer {
  if (request.method !== 'GET') {
    return answerError(405, 'MethodNotAllowed', 'Only GET is allowed.')
  }
  const entries = listEntries(deployment, request.at)
  const show = (entry: Entry) => showEntry(deployment, entry, request)
  const wanted = request.armPath.names[1]
  if (wanted === undefined) return answerPage(request, world, entries.map(show))
  const found = entries.map(show).find((shown) => readString(shown, 'operationId') === wanted)
  if (found !== undefined) return { status: 200, body: found }
  const message = `Deployment operation '${wanted}' could not be found.`
  return answerError(404, 'DeploymentOperationNotFound', message)
}

/** What has started by now, newest first. */
function listEntries(deployment: Deployment, now: number): Entry[] {
  const { plan, operation } = deployment
  const reads = plan.reads.map((target): Entry => {
    const { startedAt } = operation
    const ending = { startedAt, endsAt: startedAt, end: 'Succeeded', statusCode: 'OK' } as const
    return { ...ending, key: `read ${target.id}`, kind: 'Read', target }
  })
  const creates = plan.resources.map((planned) => toEntry(deployment, planned))
  return [...reads, ...creates, ...listEvaluation(deployment, now)]
    .filter(({ startedAt }) => startedAt <= now && startedAt < readCut(deployment))
    .map((entry, index) => ({ entry, index }))
    .sort((one, other) => other.entry.startedAt - one.entry.startedAt || other.index - one.index)
    .map(({ entry }) => entry)
}

/** When the deployment stopped starting things. */
function readCut({ operation }: Deployment): number {
  return operation.canceledAt ?? Number.POSITIVE_INFINITY
}

function toEntry(deployment: Deployment, planned: PlannedResource): Entry {
  const { startsAfterMs, durationMs, id, error } = planned
  const startedAt = deployment.operation.startedAt + startsAfterMs
  const shared = { key: id, kind: 'Create', target: planned, startedAt } as const
  const endsAt = startedAt + durationMs
  // What is at work then goes on by itself; its deployment follows it no longer.
  if (readCut(deployment) < endsAt) {
    return { ...shared, endsAt: readCut(deployment), end: 'Canceled', statusCode: 'Canceled' }
  }
  if (error === undefined) return { ...shared, endsAt, end: 'Succeeded', statusCode: 'OK' }
  const isForbidden = error.code === 'RequestDisallowedByPolicy'
  return {
    ...shared,
    endsAt,
    end: 'Failed',
    statusCode: isForbidden ? 'Forbidden' : 'Conflict',
    statusMessage: isForbidden ? { error } : { status: 'Failed', error: wrapError(planned, error) }
  }
}

function wrapError({ id, nested }: PlannedResource, error: JsonObject): JsonObject {
  if (nested !== undefined) return error
  return {
    code: 'ResourceDeploymentFailure',
    target: id,
    message:
      "The resource write operation failed to complete successfully, because it reached terminal provisioning state 'Failed'.",
    details: [error]
  }
}

/** The last operation of a deployment that has outputs. */
function listEvaluation({ plan, operation }: Deployment, now: number): Entry[] {
  const hasOutputs = Object.keys(plan.outputs).length > 0
  if (!hasOutputs || readEnd(operation, now) !== 'Succeeded') return []
  const at = readEndTime(operation)
  return [
    {
      startedAt: at,
      endsAt: at,
      key: 'outputs',
      kind: 'EvaluateDeploymentOutput',
      end: 'Succeeded',
      statusCode: 'OK'
    }
  ]
}

function showEntry(deployment: Deployment, entry: Entry, request: SimulatedRequest): JsonObject {
  const { startedAt, endsAt, kind, target, end, statusMessage } = entry
  const isOver = !isRunning({ id: '', startedAt, durationMs: endsAt - startedAt }, request.at)
  const operationId = hash(deployment.operation.id, entry.key).slice(0, 16).toUpperCase()
  const isText = request.apiVersion < STATUS_OBJECTS_SINCE
  const showMessage = (value: JsonObject) => (isText ? JSON.stringify(value, null, 2) : value)
  return {
    id: `${deployment.id}/operations/${operationId}`,
    operationId,
    properties: {
      provisioningOperation: kind,
      provisioningState: isOver ? end : 'Running',
      timestamp: toTimestamp(isOver ? endsAt : startedAt),
      duration: toDuration((isOver ? endsAt : request.at) - startedAt),
      trackingId: toGuid(hash(operationId, 'tracking')),
      ...(isOver ? { statusCode: entry.statusCode } : {}),
      ...(isOver && statusMessage !== undefined
        ? { statusMessage: showMessage(statusMessage) }
        : {}),
      ...(target === undefined ? {} : { targetResource: showTarget(target) })
    }
  }
}

function showTarget({ id, type, name, symbol }: NonNullable<Entry['target']>): JsonObject {
  const symbolicName = symbol === undefined || symbol === '' ? {} : { symbolicName: symbol }
  return { id, resourceType: type, resourceName: name, ...symbolicName }
}

function hash(...parts: readonly string[]): string {
  return createHash('sha256').update(parts.join('\n')).digest('hex')
}

function toGuid(hex: string): string {
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*$/, '$1-$2-$3-$4-$5')
}
