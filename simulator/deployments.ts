/**
 * Template deployments at the scope of a resource group, subscription, management group or tenant: PUT and GET, and
 * the status URL. How a deployment goes is its plan's business (template.ts).
 */
import { randomInt } from 'node:crypto'
import type { Scope } from './arm-path.ts'
import { isType } from './arm-path.ts'
import type { Deployment, Plan, PlannedResource } from './deployment-record.ts'
import { answerError, TemplateError } from './errors.ts'
import type { JsonObject } from './json.ts'
import { isJsonObject, readObject, readString } from './json.ts'
import type { Answer, SimulatedRequest } from './message.ts'
import { isRunning, type Operation, readEnd, toTimestamp } from './operations.ts'
import { DEPLOYMENT_TYPE, planTemplate } from './template.ts'
import { createGroup, isGroupGone, recordEffect, refuseGroup, type World } from './world.ts'

/** How long a deployment says `Accepted` before it says `Running`. */
const ACCEPTED_MS = 2000
/** ARM keeps a deployment that never ends from being overwritten for a week. */
const ACTIVE_EXPIRES_MS = 7 * 24 * 3600 * 1000

/** Answers PUT, GET and HEAD of a deployment; undefined for everything else. */
export function answerDeployment(request: SimulatedRequest, world: World): Answer | undefined {
  const { armPath, method } = request
  const isDeployment = isType(armPath, DEPLOYMENT_TYPE) && armPath.names.length === 1
  if (!isDeployment || armPath.tail !== undefined || armPath.scope.kind === 'resource') {
    return undefined
  }
  if (method === 'PUT') return putDeployment(request, world)
  const deployment = findDeployment(world, armPath.id)
  if (deployment === undefined) {
    return method === 'HEAD' ? { status: 404 } : answerMissingDeployment(armPath.names[0] ?? '')
  }
  if (method === 'HEAD') return { status: 204 }
  if (method === 'GET') return { status: 200, body: showDeployment(deployment, world.clock.now()) }
  return answerError(405, 'MethodNotAllowed', `A deployment does not support ${method} yet.`)
}

function findDeployment(world: World, id: string): Deployment | undefined {
  const deployment = world.deployments.get(id.toLowerCase())
  if (deployment === undefined || isGroupGone(world, deployment.id)) return undefined
  return deployment.operation.startedAt <= world.clock.now() ? deployment : undefined
}

function answerMissingDeployment(name: string): Answer {
  return answerError(404, 'DeploymentNotFound', `Deployment '${name}' could not be found.`)
}

function putDeployment(request: SimulatedRequest, world: World): Answer {
  const { armPath } = request
  const existing = findDeployment(world, armPath.id)
  const refusal = refuseGroup(world, armPath.scope) ?? refuseActive(existing, request.at)
  if (refusal !== undefined) return refusal
  try {
    const deployment = planDeployment(request)
    if (deployment.plan.refusals.length > 0) return answerPreflight(deployment.plan)
    keepDeployment(world, deployment)
    recordEffect(world, request, 'deployment', deployment.id)
    return acceptDeployment(request, world, deployment, existing === undefined ? 201 : 200)
  } catch (error) {
    if (error instanceof TemplateError) return answerError(400, error.code, error.message)
    throw error
  }
}

function refuseActive(existing: Deployment | undefined, now: number): Answer | undefined {
  if (existing === undefined || !isRunning(existing.operation, now)) return undefined
  const { startedAt } = existing.operation
  const message = `Unable to edit or replace deployment '${existing.name}': previous deployment from '${toTimestamp(startedAt)}' is still active (expiration time is '${toTimestamp(startedAt + ACTIVE_EXPIRES_MS)}', correlation ID is '${existing.correlationId}'). Please see https://aka.ms/arm-deploy for usage details.`
  return answerError(409, 'DeploymentActive', message)
}

function answerPreflight({ refusals }: Plan): Answer {
  const message =
    'The template deployment failed because the preflight validation failed. Please see details for more information.'
  const error = { code: 'InvalidTemplateDeployment', message, details: refusals }
  return { status: 400, body: { error } }
}

function planDeployment(request: SimulatedRequest): Deployment {
  const { armPath, json, correlationId } = request
  const { properties } = json
  const name = armPath.names[0] ?? ''
  if (!isJsonObject(properties)) {
    throw new TemplateError('InvalidRequestContent', 'The request has no properties.')
  }
  const location = readDeploymentLocation(armPath.scope, json)
  const { template } = properties
  if (!isJsonObject(template)) {
    const message = 'The request has no template, and templateLink is not simulated.'
    throw new TemplateError('InvalidRequestContent', message)
  }
  const plan = planTemplate({
    deploymentId: armPath.id,
    deploymentName: name,
    scope: armPath.scope,
    location: location ?? 'westeurope',
    template,
    parameters: readObject(properties, 'parameters')
  })
  return {
    id: armPath.id,
    name,
    mode: readMode(properties),
    correlationId,
    plan,
    operation: startPlan(plan, request.at),
    ...(location === undefined ? {} : { location })
  }
}

function readMode(properties: JsonObject): string {
  const mode = readString(properties, 'mode')
  if (mode === 'Incremental' || mode === 'Complete') return mode
  throw new TemplateError(
    'InvalidRequestContent',
    `The request has an invalid deployment mode '${mode}'.`
  )
}

function readDeploymentLocation(scope: Scope, json: JsonObject): string | undefined {
  const location = readString(json, 'location')
  if (scope.kind === 'resource-group' && location !== undefined) {
    const message = 'The location property is not allowed for a deployment at resource group scope.'
    throw new TemplateError('InvalidDeployment', message)
  }
  if (scope.kind !== 'resource-group' && location === undefined) {
    const message = 'The location property is required for a deployment at this scope.'
    throw new TemplateError('LocationRequired', message)
  }
  return location
}

function startPlan({ durationMs, error }: Plan, startedAt: number): Operation {
  const id = `0858${Array.from({ length: 16 }, () => randomInt(10)).join('')}`
  return { id, startedAt, durationMs, ...(error === undefined ? {} : { error }) }
}

/** Keeps a deployment with all that it makes: resource groups, resources and nested deployments, each in its time. */
function keepDeployment(world: World, deployment: Deployment): void {
  world.deployments.set(deployment.id.toLowerCase(), deployment)
  for (const planned of deployment.plan.resources) {
    const startedAt = deployment.operation.startedAt + planned.startsAfterMs
    if (planned.nested !== undefined) {
      const { id, name, nested } = planned
      const { mode, correlationId } = deployment
      const operation = startPlan(nested, startedAt)
      keepDeployment(world, { id, name, mode, correlationId, plan: nested, operation })
    } else keepResource(world, planned, startedAt)
  }
}

function keepResource(world: World, planned: PlannedResource, startedAt: number): void {
  const { id, name, type, body, durationMs, error } = planned
  if (/^\/subscriptions\/[^/]+\/resourceGroups\/[^/]+$/i.test(id)) {
    if (!world.groups.has(id.toLowerCase())) createGroup(world, id, body)
    return
  }
  const operation = { id, startedAt, durationMs, ...(error === undefined ? {} : { error }) }
  const doing = world.resources.has(id.toLowerCase()) ? 'update' : 'create'
  world.resources.set(id.toLowerCase(), { id, name, type, body, doing, operation })
}

function acceptDeployment(
  request: SimulatedRequest,
  world: World,
  deployment: Deployment,
  status: 200 | 201
): Answer {
  const { operation } = deployment
  const urls = world.operations.track(
    {
      operation,
      statusPath: `${deployment.id}/operationStatuses/${operation.id}`,
      apiVersion: request.apiVersion,
      showStatus: (now) => showDeploymentStatus(operation, now)
    },
    world.origin
  )
  const headers = { 'azure-asyncoperation': urls.status, ...urls.retryAfter }
  return { status, headers, body: showDeployment(deployment, request.at) }
}

function readState(operation: Operation, now: number): string {
  const running = now - operation.startedAt < ACCEPTED_MS ? 'Accepted' : 'Running'
  return readEnd(operation, now) ?? running
}

function showDeploymentStatus(operation: Operation, now: number): JsonObject {
  const status = readState(operation, now)
  return status === 'Failed' && operation.error !== undefined
    ? { status, error: operation.error }
    : { status }
}

/** A deployment as GET shows it. Outputs appear when it has succeeded, the error when it has failed. */
function showDeployment(deployment: Deployment, now: number): JsonObject {
  const { id, name, location, mode, correlationId, plan, operation } = deployment
  const provisioningState = readState(operation, now)
  const lastChange = Math.min(now, operation.startedAt + operation.durationMs)
  return {
    id,
    name,
    type: DEPLOYMENT_TYPE,
    ...(location === undefined ? {} : { location }),
    properties: {
      mode,
      parameters: plan.parameters,
      provisioningState,
      timestamp: toTimestamp(lastChange),
      duration: `PT${(lastChange - operation.startedAt) / 1000}S`,
      correlationId,
      providers: showProviders(plan),
      dependencies: showDependencies(plan),
      ...showEnd(plan, provisioningState)
    }
  }
}

function showEnd(plan: Plan, provisioningState: string): JsonObject {
  if (provisioningState === 'Failed' && plan.error !== undefined) return { error: plan.error }
  if (provisioningState !== 'Succeeded') return {}
  return { outputs: plan.outputs, outputResources: listOutputResources(plan) }
}

function listOutputResources(plan: Plan): JsonObject[] {
  return plan.resources.flatMap(({ id, nested }) =>
    nested === undefined ? [{ id }] : listOutputResources(nested)
  )
}

function showProviders({ resources }: Plan): JsonObject[] {
  const types = new Map<string, Set<string>>()
  for (const { type } of resources) {
    const [namespace = '', ...rest] = type.split('/')
    types.set(namespace, (types.get(namespace) ?? new Set()).add(rest.join('/')))
  }
  return [...types].map(([namespace, names]) => ({
    namespace,
    resourceTypes: [...names].map((resourceType) => ({ resourceType, locations: ['westeurope'] }))
  }))
}

function showDependencies({ resources }: Plan): JsonObject[] {
  const describe = ({ id, type, name }: PlannedResource) => ({
    id,
    resourceType: type,
    resourceName: name
  })
  return resources
    .filter(({ dependsOn }) => dependsOn.length > 0)
    .map((resource) => ({
      dependsOn: resources.filter(({ id }) => resource.dependsOn.includes(id)).map(describe),
      ...describe(resource)
    }))
}
