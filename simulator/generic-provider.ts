/**
 * Any provider's resources: PUT, PATCH, GET, HEAD, DELETE and POST actions, by one of the habits that real providers
 * have. Knows nothing of a type in particular.
 */
import { isDeepStrictEqual } from 'node:util'
import { answerError } from './errors.ts'
import { chooseHabit, readMissingPolls, readUrlBytes, startRequested } from './instructions.ts'
import type { JsonObject } from './json.ts'
import { readObject } from './json.ts'
import type { Answer, SimulatedRequest } from './message.ts'
import type { Operation } from './operations.ts'
import { isRunning, startOperation } from './operations.ts'
import {
  answerMissingResource,
  findResource,
  type Habit,
  type Resource,
  recordEffect,
  refuseGroup,
  showResource,
  type World
} from './world.ts'

const DEFAULT_SECONDS = 15
const RETRY_AFTER_SECONDS = 10

/** Answers requests for a resource of any type; undefined for a path that names none. */
export function answerProvider(request: SimulatedRequest, world: World): Answer | undefined {
  const { armPath, method } = request
  if (armPath.names.length === 0) return undefined
  const isAction = armPath.tail !== undefined
  if (isAction && method !== 'POST') return undefined
  const resource = findResource(world, armPath.id)
  if (method === 'PUT') return putResource(request, world, resource)
  if (resource === undefined) {
    // Deleting what is not there is no error.
    if (method === 'DELETE') return { status: 204 }
    return answerMissingResource(world, armPath)
  }
  if (method === 'GET') return { status: 200, body: showResource(resource, request.at) }
  if (method === 'HEAD') return { status: 204 }
  if (isRunning(resource.operation, request.at)) return answerBusy(resource)
  if (method === 'PATCH') return patchResource(request, world, resource)
  if (method === 'DELETE') return deleteResource(request, world, resource)
  if (isAction) return runAction(request, world, resource)
  return answerError(405, 'MethodNotAllowed', `The resource does not support ${method}.`)
}

function answerBusy({ name }: Resource): Answer {
  const message = `Another operation on '${name}' is in progress. Please try again later.`
  return answerError(409, 'AnotherOperationInProgress', message)
}

function putResource(
  request: SimulatedRequest,
  world: World,
  existing: Resource | undefined
): Answer {
  const { armPath, json } = request
  const refusal = refuseGroup(world, armPath.scope)
  if (refusal !== undefined) return refusal
  if (existing !== undefined && isRunning(existing.operation, request.at)) {
    return answerBusy(existing)
  }
  // Writing what is already there starts nothing.
  if (existing !== undefined && isDeepStrictEqual(existing.body, json)) {
    return { status: 200, body: showResource(existing, request.at) }
  }
  const written: Resource = {
    ...existing,
    id: existing?.id ?? armPath.id,
    name: armPath.names.at(-1) ?? '',
    type: armPath.type,
    body: json,
    doing: existing === undefined ? 'create' : 'update',
    operation: startWrite(request, world)
  }
  return write(request, world, written, existing === undefined ? 201 : 200)
}

function patchResource(request: SimulatedRequest, world: World, existing: Resource): Answer {
  const properties = {
    ...readObject(existing.body, 'properties'),
    ...readObject(request.json, 'properties')
  }
  const body = { ...existing.body, ...request.json, properties }
  const operation = startWrite(request, world)
  return write(request, world, { ...existing, body, doing: 'update', operation }, 200)
}

function deleteResource(request: SimulatedRequest, world: World, existing: Resource): Answer {
  const operation = startWrite(request, world)
  return write(request, world, { ...existing, doing: 'delete', operation }, 200)
}

function runAction(request: SimulatedRequest, world: World, existing: Resource): Answer {
  const operation = startWrite(request, world)
  return write(request, world, { ...existing, doing: 'action', operation }, 200)
}

function startWrite(request: SimulatedRequest, world: World): Operation {
  const isSync = chooseHabit(request, world, request.armPath.type) === 'sync'
  return isSync
    ? startOperation(request.at, 0, undefined)
    : startRequested(request, DEFAULT_SECONDS)
}

/** Stores the write, enters it in the ledger and gives the first answer that its habit wants. */
function write(
  request: SimulatedRequest,
  world: World,
  written: Resource,
  syncStatus: 200 | 201
): Answer {
  world.resources.set(written.id.toLowerCase(), written)
  recordEffect(world, request, `resource-${written.doing}`, written.id)
  const habit = chooseHabit(request, world, request.armPath.type)
  const showsResource = written.doing === 'create' || written.doing === 'update'
  const result = (now: number): JsonObject | undefined =>
    showsResource ? showResource(written, now) : showActionResult(request, written)
  const headers = trackByHabit(habit, request, world, written, result)
  if (habit === 'sync') return withBody(syncStatus, result(request.at))
  const answersWithResource = showsResource && habit !== 'location' && habit !== 'both'
  if (answersWithResource) return { ...withBody(syncStatus, result(request.at)), headers }
  return { status: 202, headers }
}

function trackByHabit(
  habit: Habit,
  request: SimulatedRequest,
  world: World,
  { operation }: Resource,
  result: (now: number) => JsonObject | undefined
): Readonly<Record<string, string>> {
  if (habit === 'sync' || habit === 'body') return {}
  const { scope, type } = request.armPath
  const subscription =
    scope.subscriptionId === undefined ? '' : `/subscriptions/${scope.subscriptionId}`
  const base = `${subscription}/providers/${type.split('/')[0]}/locations/westeurope`
  const urls = world.operations.track(
    {
      operation,
      statusPath: `${base}/operationStatuses/${operation.id}`,
      locationPath: `${base}/operationResults/${operation.id}`,
      apiVersion: request.apiVersion,
      missingPolls: readMissingPolls(request),
      urlBytes: readUrlBytes(request),
      ...(habit === 'location' || habit === 'both'
        ? { retryAfterSeconds: RETRY_AFTER_SECONDS }
        : {}),
      showResult: (now) => withBody(200, result(now))
    },
    world.origin
  )
  const names = {
    'async-operation': { 'azure-asyncoperation': urls.status },
    'operation-location': { 'operation-location': urls.status },
    location: { location: urls.location },
    both: { 'azure-asyncoperation': urls.status, location: urls.location }
  }
  return { ...names[habit], ...urls.retryAfter }
}

// What a POST action returns in the end: which action it was, and on what. A DELETE returns nothing.
function showActionResult({ armPath }: SimulatedRequest, { id, doing }: Resource) {
  return doing === 'delete' ? undefined : { id, action: armPath.tail ?? '' }
}

function withBody(status: number, body: JsonObject | undefined): Answer {
  return body === undefined ? { status: status === 200 ? 204 : status } : { status, body }
}
