/**
 * Deployment stacks at the scope of a resource group, subscription or management group: PUT, GET, DELETE and validate.
 * A stack deploys a template through a deployment of its own, keeps hold of what that makes, and lets go of what the
 * template no longer names. Its states are lower case and many.
 */
import { createHash, randomUUID } from 'node:crypto'
import { isType, readScope, type Scope } from './arm-path.ts'
import { acceptPreview, listPlanned, refuseMissingGroup } from './deployment-preview.ts'
import type { Phase, Plan, Stack, Unmanaged } from './deployment-record.ts'
import { answerTemplateError, describeRefusal, planProperties } from './deployment-request.ts'
import { readResultsPath } from './deployment-view.ts'
import { startDeployment } from './deployments.ts'
import { type ArmError, answerError, TemplateError } from './errors.ts'
import { readMissingPolls, startRequested } from './instructions.ts'
import { isJsonObject, type JsonObject, readObject, readString } from './json.ts'
import type { Answer, SimulatedRequest } from './message.ts'
import { type Operation, readEnd, readEndTime, toDuration, toTimestamp } from './operations.ts'
import { findResource, isGroupGone, recordEffect, refuseGroup, type World } from './world.ts'

export const STACK_TYPE = 'Microsoft.Resources/deploymentStacks'

const PREPARATION: readonly Phase[] = [
  { state: 'creating', untilMs: 1000 },
  { state: 'validating', untilMs: 3000 }
]
const DELETING_MS = 5000
const DENY_ASSIGNMENTS_MS = 2000
const DELETE_SECONDS = 10

/** Answers what concerns a stack; undefined for everything else. */
export function answerDeploymentStack(request: SimulatedRequest, world: World): Answer | undefined {
  const { armPath, method } = request
  const isStack = isType(armPath, STACK_TYPE) && armPath.names.length === 1
  if (!isStack || ['resource', 'tenant'].includes(armPath.scope.kind)) return undefined
  const tail = armPath.tail?.toLowerCase()
  if (tail === 'validate' && method === 'POST') return validateStack(request, world)
  if (tail !== undefined) {
    const message = `A deployment stack has no ${armPath.tail}.`
    return answerError(404, 'InvalidResourceOperation', message)
  }
  if (method === 'PUT') return putStack(request, world)
  const stack = findStack(world, armPath.id)
  if (stack === undefined) {
    return method === 'DELETE' ? { status: 204 } : answerMissingStack(armPath.names[0] ?? '')
  }
  if (method === 'GET') return { status: 200, body: showStack(stack, request.at) }
  if (method === 'DELETE') return deleteStack(request, world, stack)
  return answerError(405, 'MethodNotAllowed', `A deployment stack does not support ${method}.`)
}

/** The stack as it stands now; undefined when it is not there or gone. */
export function findStack(world: World, id: string): Stack | undefined {
  const stack = world.stacks.get(id.toLowerCase())
  if (stack === undefined || isGroupGone(world, id)) return undefined
  if (stack.deletion === undefined) return stack
  return readEnd(stack.deletion, world.clock.now()) === undefined ? stack : undefined
}

function answerMissingStack(name: string): Answer {
  const message = `The deployment stack '${name}' could not be found.`
  return answerError(404, 'DeploymentStackNotFound', message)
}

function putStack(request: SimulatedRequest, world: World): Answer {
  const existing = findStack(world, request.armPath.id)
  const refusal = refuseGroup(world, request.armPath.scope) ?? refuseBusy(existing, request.at)
  if (refusal !== undefined) return refusal
  try {
    const stack = planStack(request, world, existing)
    if (stack.plan.refusals.length > 0) {
      return { status: 400, body: { error: describeRefusal(stack.name, stack.plan) } }
    }
    startStack(world, stack)
    recordEffect(world, request, 'deployment-stack', stack.id)
    return acceptStack(request, world, stack, existing === undefined ? 201 : 200)
  } catch (error) {
    if (error instanceof TemplateError) return answerTemplateError(error, request)
    throw error
  }
}

function refuseBusy(existing: Stack | undefined, now: number): Answer | undefined {
  if (existing === undefined) return undefined
  const state = readStackState(existing, now)
  if (['succeeded', 'failed'].includes(state)) return undefined
  const message = `The deployment stack '${existing.name}' is in the non-terminal state '${state}', so it cannot be changed.`
  return answerError(409, 'DeploymentStackInNonTerminalState', message)
}

/** The plan of a stack's template. Throws a TemplateError. */
export function planStackTemplate(request: SimulatedRequest, world: World): Plan {
  const { armPath, json } = request
  const properties = readStackProperties(json)
  return planProperties(properties, world, {
    deploymentId: armPath.id,
    deploymentName: armPath.names[0] ?? '',
    scope: readDeploymentScope(properties, armPath.scope),
    location: readString(json, 'location') ?? 'westeurope'
  })
}

function readStackProperties(json: JsonObject): JsonObject {
  const { properties } = json
  if (!isJsonObject(properties)) {
    throw new TemplateError('InvalidRequestContent', 'The request has no properties.')
  }
  const missing = ['actionOnUnmanage', 'denySettings'].find((key) => !isJsonObject(properties[key]))
  if (missing === undefined) return properties
  const message = `The deployment stack has no '${missing}', which is required.`
  throw new TemplateError('InvalidRequestContent', message)
}

function readDeploymentScope(properties: JsonObject, scope: Scope): Scope {
  const written = readString(properties, 'deploymentScope')
  return written === undefined ? scope : readScope(written.split('/').filter(Boolean))
}

function planStack(request: SimulatedRequest, world: World, existing: Stack | undefined): Stack {
  const { armPath, json, correlationId, at } = request
  const name = armPath.names[0] ?? ''
  const plan = planStackTemplate(request, world)
  const { template: _template, ...properties } = readObject(json, 'properties')
  const unmanaged = plan.error === undefined ? listUnmanaged(existing, plan, properties) : []
  const phases = planPhases(plan, unmanaged, properties)
  const error = plan.error === undefined ? undefined : describeStackError(plan.error, correlationId)
  const suffix = createHash('sha256').update(`${armPath.id} ${at}`).digest('hex').slice(0, 5)
  const date = toTimestamp(at).slice(2, 10).replaceAll('-', '')
  const { location, tags } = json
  return {
    id: armPath.id,
    name,
    body: {
      ...(location === undefined ? {} : { location }),
      ...(tags === undefined ? {} : { tags })
    },
    properties,
    correlationId,
    plan,
    deploymentId: `${plan.scope.id}/providers/Microsoft.Resources/deployments/${name}-${date}${suffix}`,
    operation: {
      id: randomUUID(),
      startedAt: at,
      durationMs: phases.at(-1)?.untilMs ?? 0,
      ...(error === undefined ? {} : { error })
    },
    phases,
    unmanaged
  }
}

function listUnmanaged(
  existing: Stack | undefined,
  plan: Plan,
  properties: JsonObject
): Unmanaged[] {
  if (existing === undefined) return []
  const kept = new Set(listPlanned(plan).map((id) => id.toLowerCase()))
  const resources = readString(readObject(properties, 'actionOnUnmanage'), 'resources')
  const action = resources?.toLowerCase() === 'delete' ? 'delete' : 'detach'
  return listPlanned(existing.plan)
    .filter((id) => !kept.has(id.toLowerCase()))
    .map((id) => ({ id, action }))
}

function planPhases(
  plan: Plan,
  unmanaged: readonly Unmanaged[],
  properties: JsonObject
): readonly Phase[] {
  const phases = [...PREPARATION]
  const add = (state: string, durationMs: number) =>
    phases.push({ state, untilMs: (phases.at(-1)?.untilMs ?? 0) + durationMs })
  add('deploying', plan.durationMs)
  if (plan.error !== undefined) return phases
  if (unmanaged.some(({ action }) => action === 'delete')) add('deletingResources', DELETING_MS)
  const mode = readString(readObject(properties, 'denySettings'), 'mode') ?? 'none'
  if (mode.toLowerCase() !== 'none') add('updatingDenyAssignments', DENY_ASSIGNMENTS_MS)
  return phases
}

function describeStackError(error: ArmError, correlationId: string): ArmError {
  return {
    code: 'DeploymentStackDeploymentFailed',
    message: `One or more resources could not be deployed. Correlation id: '${correlationId}'.`,
    details: [error]
  }
}

/** Puts a stack in place: its deployment, and the deletion of what it no longer names. */
function startStack(world: World, stack: Stack): void {
  const { id, plan, correlationId, deploymentId, operation, unmanaged } = stack
  world.stacks.set(id.toLowerCase(), stack)
  const deployAt = operation.startedAt + (PREPARATION.at(-1)?.untilMs ?? 0)
  startDeployment(world, deployAt, {
    id: deploymentId,
    name: deploymentId.split('/').at(-1) ?? '',
    mode: 'Incremental',
    correlationId,
    plan
  })
  const deleteAt = deployAt + plan.durationMs
  for (const { id, action } of unmanaged) {
    if (action === 'delete') removeResource(world, id, deleteAt, DELETING_MS)
  }
}

function removeResource(world: World, id: string, startedAt: number, durationMs: number): void {
  const resource = findResource(world, id)
  if (resource === undefined) return
  const { before: _before, ...before } = resource
  const operation: Operation = { id: randomUUID(), startedAt, durationMs }
  world.resources.set(id.toLowerCase(), { ...before, doing: 'delete', operation, before })
}

function acceptStack(
  request: SimulatedRequest,
  world: World,
  stack: Stack,
  status: 200 | 201
): Answer {
  const { operation } = stack
  const { subscriptionId } = request.armPath.scope
  const base = subscriptionId === undefined ? '' : `/subscriptions/${subscriptionId}`
  const urls = world.operations.track(
    {
      operation,
      statusPath: `${base}/providers/Microsoft.Resources/locations/westeurope/deploymentStackOperationStatus/${operation.id}`,
      apiVersion: request.apiVersion,
      missingPolls: readMissingPolls(request),
      showStatus: (now) => showStackStatus(stack, now)
    },
    world.origin
  )
  const headers = { 'azure-asyncoperation': urls.status, ...urls.retryAfter }
  return { status, headers, body: showStack(stack, request.at) }
}

/** The state of a stack, as it is written: in lower case. */
export function readStackState({ operation, phases, deletion }: Stack, now: number): string {
  if (deletion !== undefined) return 'deletingResources'
  const end = readEnd(operation, now)
  if (end !== undefined) return end.toLowerCase()
  const phase = phases.find(({ untilMs }) => now < operation.startedAt + untilMs)
  return phase?.state ?? 'deploying'
}

function showStackStatus(stack: Stack, now: number): JsonObject {
  const { operation } = stack
  const status = readStackState(stack, now)
  return {
    name: operation.id,
    status,
    ...(status === 'failed' && operation.error !== undefined ? { error: operation.error } : {})
  }
}

/** A stack as GET shows it. */
function showStack(stack: Stack, now: number): JsonObject {
  const { id, name, body, properties, correlationId, plan, deploymentId, operation } = stack
  const provisioningState = readStackState(stack, now)
  const [createdAt, lastModifiedAt] = [operation.startedAt, Math.min(now, readEndTime(operation))]
  return {
    id,
    name,
    type: STACK_TYPE,
    ...body,
    systemData: { createdAt: toTimestamp(createdAt), lastModifiedAt: toTimestamp(lastModifiedAt) },
    properties: {
      ...properties,
      parameters: plan.parameters,
      provisioningState,
      correlationId,
      deploymentScope: plan.scope.id,
      ...(provisioningState === 'creating' ? {} : { deploymentId }),
      duration: toDuration(lastModifiedAt - createdAt),
      ...showStackEnd(stack, provisioningState)
    }
  }
}

function showStackEnd(
  { plan, operation, properties, unmanaged }: Stack,
  state: string
): JsonObject {
  if (state === 'failed' && operation.error !== undefined) {
    const failed = plan.resources.flatMap(({ id, error }) =>
      error === undefined ? [] : [{ id, error }]
    )
    return { error: operation.error, failedResources: failed }
  }
  if (state !== 'succeeded') return {}
  const denyStatus = readString(readObject(properties, 'denySettings'), 'mode') ?? 'none'
  const pick = (wanted: Unmanaged['action']) =>
    unmanaged.filter(({ action }) => action === wanted).map(({ id }) => ({ id }))
  return {
    outputs: plan.outputs,
    resources: listPlanned(plan).map((id) => ({ id, status: 'managed', denyStatus })),
    deletedResources: pick('delete'),
    detachedResources: pick('detach'),
    failedResources: []
  }
}

function deleteStack(request: SimulatedRequest, world: World, stack: Stack): Answer {
  if (stack.deletion === undefined) {
    const refusal = refuseBusy(stack, request.at)
    if (refusal !== undefined) return refusal
  }
  const deletion = stack.deletion ?? startRequested(request, DELETE_SECONDS)
  if (stack.deletion === undefined) {
    recordEffect(world, request, 'deployment-stack-delete', stack.id)
    world.stacks.set(stack.id.toLowerCase(), { ...stack, deletion })
    if (readUnmanageAction(request) === 'delete') {
      for (const id of listPlanned(stack.plan)) {
        removeResource(world, id, request.at, deletion.durationMs)
      }
    }
  }
  const urls = world.operations.track(
    {
      operation: deletion,
      locationPath: `${readResultsPath(request.armPath)}/${deletion.id}`,
      // Not the one of the request: https://learn.microsoft.com/rest/api/resources/deployment-stacks
      apiVersion: '2018-08-01',
      showResult: () => ({ status: 200 })
    },
    world.origin
  )
  return { status: 202, headers: { location: urls.location, ...urls.retryAfter } }
}

function readUnmanageAction({ query }: SimulatedRequest): string | undefined {
  const [, action] =
    [...query].find(([name]) => name.toLowerCase() === 'unmanageaction.resources') ?? []
  return action?.toLowerCase()
}

function validateStack(request: SimulatedRequest, world: World): Answer {
  const refusal = refuseMissingGroup(request, world)
  if (refusal !== undefined) return refusal
  const result = readValidation(request, world)
  return acceptPreview(request, world, () => result)
}

function readValidation(request: SimulatedRequest, world: World): Answer {
  const { armPath, correlationId } = request
  const name = armPath.names[0] ?? ''
  try {
    const plan = planStackTemplate(request, world)
    if (plan.refusals.length > 0) {
      return { status: 400, body: { error: describeRefusal(name, plan) } }
    }
    const validatedResources = listPlanned(plan).map((id) => ({ id }))
    const properties = {
      correlationId,
      deploymentScope: plan.scope.id,
      parameters: plan.parameters,
      validatedResources
    }
    return { status: 200, body: { id: armPath.id, name, type: STACK_TYPE, properties } }
  } catch (error) {
    if (error instanceof TemplateError) return answerTemplateError(error, request)
    throw error
  }
}
