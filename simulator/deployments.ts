/**
 * Template deployments at the scope of a resource group, subscription, management group or tenant: PUT, GET, HEAD,
 * DELETE, and what lies below them: the operations list, cancel, validate and what-if. How a deployment goes is its
 * plan's business (template.ts).
 */
import { randomInt, randomUUID } from 'node:crypto'
import { isType } from './arm-path.ts'
import { answerDeploymentOperations } from './deployment-operations.ts'
import { answerValidate, answerWhatIf } from './deployment-preview.ts'
import type { Deployment, Plan, PlannedResource } from './deployment-record.ts'
import { answerTemplateError, describeRefusal, planRequest } from './deployment-request.ts'
import {
  DEPLOYMENT_TYPE,
  readResultsPath,
  showDeployment,
  showDeploymentStatus
} from './deployment-view.ts'
import { answerError, TemplateError } from './errors.ts'
import { readMissingPolls, readNextRun } from './instructions.ts'
import { isJsonObject } from './json.ts'
import type { Answer, SimulatedRequest } from './message.ts'
import { isRunning, type Operation, readEnd, readEndTime, startOperation } from './operations.ts'
import { failPlan } from './template.ts'
import {
  createGroup,
  findResource,
  isGroupGone,
  recordEffect,
  refuseGroup,
  type World
} from './world.ts'

/** ARM keeps a deployment that never ends from being overwritten for a week. */
const ACTIVE_EXPIRES_MS = 7 * 24 * 3600 * 1000
/** From a cancel to the state `Canceled`. A deployment that would end sooner does. */
const CANCEL_MS = 3000
const DELETE_SECONDS = 2

/** Answers what concerns a deployment; undefined for everything else. */
export function answerDeployment(request: SimulatedRequest, world: World): Answer | undefined {
  const { armPath } = request
  if (armPath.scope.kind === 'resource') return undefined
  const isOperation = isType(armPath, `${DEPLOYMENT_TYPE}/operations`) && armPath.names.length === 2
  if (isOperation && armPath.tail === undefined) return answerOperations(request, world)
  if (!isType(armPath, DEPLOYMENT_TYPE) || armPath.names.length !== 1) return undefined
  switch (armPath.tail?.toLowerCase()) {
    case undefined:
      return answerDeploymentItself(request, world)
    case 'operations':
      return answerOperations(request, world)
    case 'cancel':
      return answerPost(request, () => cancelDeployment(request, world))
    case 'validate':
      return answerPost(request, () => answerValidate(request, world))
    case 'whatif':
      return answerPost(request, () => answerWhatIf(request, world))
    default:
      return undefined
  }
}

function answerDeploymentItself(request: SimulatedRequest, world: World): Answer {
  const { armPath, method } = request
  if (method === 'PUT') return putDeployment(request, world)
  const deployment = findDeployment(world, armPath.id)
  if (deployment === undefined) {
    if (method === 'DELETE') return { status: 204 }
    return method === 'HEAD' ? { status: 404 } : answerMissingDeployment(request)
  }
  if (method === 'HEAD') return { status: 204 }
  if (method === 'GET') return { status: 200, body: showDeployment(deployment, request.at) }
  if (method === 'DELETE') return deleteDeployment(request, world, deployment)
  return answerError(405, 'MethodNotAllowed', `A deployment does not support ${method}.`)
}

function answerPost(request: SimulatedRequest, answer: () => Answer): Answer {
  if (request.method === 'POST') return answer()
  return answerError(405, 'MethodNotAllowed', 'Only POST is allowed.')
}

function answerOperations(request: SimulatedRequest, world: World): Answer {
  const { armPath } = request
  const [name = ''] = armPath.names
  const id = `${armPath.scope.id}/providers/${DEPLOYMENT_TYPE}/${name}`
  const deployment = findDeployment(world, id)
  return deployment === undefined
    ? answerMissingDeployment(request)
    : answerDeploymentOperations(request, world, deployment)
}

/** The deployment as it stands now, or the last one of its name when it has not started. */
function findDeployment(world: World, id: string): Deployment | undefined {
  if (isGroupGone(world, id)) return undefined
  let deployment = world.deployments.get(id.toLowerCase())
  while (deployment !== undefined && deployment.operation.startedAt > world.clock.now()) {
    deployment = deployment.before
  }
  return deployment
}

function answerMissingDeployment({ armPath }: SimulatedRequest): Answer {
  const message = `Deployment '${armPath.names[0]}' could not be found.`
  return answerError(404, 'DeploymentNotFound', message)
}

function putDeployment(request: SimulatedRequest, world: World): Answer {
  const { armPath, json, correlationId } = request
  const existing = findDeployment(world, armPath.id)
  const refusal = refuseGroup(world, armPath.scope) ?? refuseActive(existing, request.at)
  if (refusal !== undefined) return refusal
  try {
    const { plan, mode, location } = planRequest(request, world)
    const name = armPath.names[0] ?? ''
    if (plan.refusals.length > 0) {
      return { status: 400, body: { error: describeRefusal(name, plan) } }
    }
    const deployment = startDeployment(world, request.at, {
      id: armPath.id,
      name,
      mode,
      correlationId,
      plan,
      ...(isJsonObject(json.tags) ? { tags: json.tags } : {}),
      ...(location === undefined ? {} : { location })
    })
    startNextRun(request, world, deployment)
    recordEffect(world, request, 'deployment', deployment.id)
    return acceptDeployment(request, world, deployment, existing === undefined ? 201 : 200)
  } catch (error) {
    if (error instanceof TemplateError) return answerTemplateError(error, request)
    throw error
  }
}

function refuseActive(existing: Deployment | undefined, now: number): Answer | undefined {
  if (existing === undefined || !isRunning(existing.operation, now)) return undefined
  const { startedAt } = existing.operation
  const [from, until] = [toUsTime(startedAt), toUsTime(startedAt + ACTIVE_EXPIRES_MS)]
  const message = `Unable to edit or replace deployment '${existing.name}': previous deployment from '${from}' is still active (expiration time is '${until}', correlation ID is '${existing.correlationId}'). Please see https://aka.ms/arm-deploy for usage details.`
  return answerError(409, 'DeploymentActive', message)
}

// In UTC, without saying so: https://github.com/Azure/bicep/issues/14369
function toUsTime(ms: number): string {
  return new Date(ms).toLocaleString('en-US', { timeZone: 'UTC' }).replace(',', '')
}

/** Starts a deployment, with all that it makes: resource groups, resources and nested deployments, each in its time. */
export function startDeployment(
  world: World,
  startedAt: number,
  started: Omit<Deployment, 'operation' | 'before'>
): Deployment {
  const { id, plan, mode, correlationId } = started
  const key = id.toLowerCase()
  const before = findDeployment(world, id)
  const deployment: Deployment = {
    ...started,
    operation: startPlan(plan, startedAt),
    ...(before === undefined ? {} : { before: forget(before) })
  }
  world.deployments.set(key, deployment)
  for (const planned of plan.resources) {
    const startsAt = startedAt + planned.startsAfterMs
    const { id, name, nested } = planned
    if (nested === undefined) keepResource(world, planned, startsAt)
    else startDeployment(world, startsAt, { id, name, mode, correlationId, plan: nested })
  }
  return deployment
}

/** Lets another run take the name of a deployment as soon as it is over, where the request asks for that. */
function startNextRun(request: SimulatedRequest, world: World, deployment: Deployment): void {
  const next = readNextRun(request)
  if (next === undefined) return
  const { operation, before: _before, ...ours } = deployment
  const plan = next === 'succeeds' ? ours.plan : failPlan(ours.plan, ours.id, next)
  startDeployment(world, readEndTime(operation), { ...ours, plan, correlationId: randomUUID() })
}

// One step back is enough to be seen.
function forget<Kept extends { readonly before?: unknown }>(kept: Kept): Omit<Kept, 'before'> {
  const { before: _before, ...now } = kept
  return now
}

function startPlan({ durationMs, error }: Plan, startedAt: number): Operation {
  const id = `0858${Array.from({ length: 16 }, () => randomInt(10)).join('')}`
  return { id, startedAt, durationMs, ...(error === undefined ? {} : { error }) }
}

function keepResource(world: World, planned: PlannedResource, startedAt: number): void {
  const { id, name, type, body, durationMs, error } = planned
  if (/^\/subscriptions\/[^/]+\/resourceGroups\/[^/]+$/i.test(id)) {
    if (!world.groups.has(id.toLowerCase())) createGroup(world, id, body)
    return
  }
  const operation = { id, startedAt, durationMs, ...(error === undefined ? {} : { error }) }
  const before = findResource(world, id)
  world.resources.set(id.toLowerCase(), {
    id,
    name,
    type,
    body,
    doing: before === undefined ? 'create' : 'update',
    operation,
    ...(before === undefined ? {} : { before: forget(before) })
  })
}

function acceptDeployment(
  request: SimulatedRequest,
  world: World,
  deployment: Deployment,
  status: 200 | 201
): Answer {
  const statusPath = `${deployment.id}/operationStatuses/${deployment.operation.id}`
  const urls = world.operations.track(
    {
      // A cancel replaces it.
      get operation() {
        return deployment.operation
      },
      statusPath,
      apiVersion: request.apiVersion,
      missingPolls: readMissingPolls(request),
      showStatus: (now) => showDeploymentStatus(deployment.operation, now)
    },
    world.origin
  )
  const headers = { 'azure-asyncoperation': urls.status, ...urls.retryAfter }
  return { status, headers, body: showDeployment(deployment, request.at) }
}

function cancelDeployment(request: SimulatedRequest, world: World): Answer {
  const deployment = findDeployment(world, request.armPath.id)
  if (deployment === undefined) return answerMissingDeployment(request)
  const end = readEnd(deployment.operation, request.at)
  if (end !== undefined) {
    const message = `The deployment '${deployment.name}' cannot be cancelled because its provisioning state is '${end}'.`
    return answerError(409, 'DeploymentCannotBeCancelled', message)
  }
  recordEffect(world, request, 'deployment-cancel', deployment.id)
  const canceledAt = request.at + CANCEL_MS
  if (canceledAt < readEndTime(deployment.operation)) stopDeployment(world, deployment, canceledAt)
  return { status: 204 }
}

/** Ends a deployment early: what has started goes on, nested deployments too; what has not never does. */
function stopDeployment(world: World, deployment: Deployment, canceledAt: number): void {
  const { plan, operation } = deployment
  deployment.operation = { ...operation, canceledAt }
  dropUnstarted(world, plan, operation.startedAt, canceledAt)
}

function dropUnstarted(world: World, plan: Plan, startedAt: number, from: number): void {
  for (const { id, startsAfterMs, nested } of plan.resources) {
    const startsAt = startedAt + startsAfterMs
    if (startsAt < from) continue
    const key = id.toLowerCase()
    if (nested === undefined) restore(world.resources, key)
    else {
      restore(world.deployments, key)
      dropUnstarted(world, nested, startsAt, from)
    }
  }
}

function restore<Kept extends { readonly before?: Kept }>(
  kept: Map<string, Kept>,
  key: string
): void {
  const before = kept.get(key)?.before
  if (before === undefined) kept.delete(key)
  else kept.set(key, before)
}

/** Deletes the record of a deployment, and nothing that it deployed. */
function deleteDeployment(request: SimulatedRequest, world: World, deployment: Deployment): Answer {
  const active = isRunning(deployment.operation, request.at)
  if (active) {
    const message = `The deployment '${deployment.name}' cannot be deleted because it is still active.`
    return answerError(409, 'DeploymentActive', message)
  }
  recordEffect(world, request, 'deployment-delete', deployment.id)
  world.deployments.delete(deployment.id.toLowerCase())
  const operation = startOperation(request.at, DELETE_SECONDS, undefined)
  const { location, retryAfter } = world.operations.track(
    {
      operation,
      locationPath: `${readResultsPath(request.armPath)}/${operation.id}`,
      apiVersion: request.apiVersion,
      showResult: () => ({ status: 204 })
    },
    world.origin
  )
  return { status: 202, headers: { location, ...retryAfter } }
}
