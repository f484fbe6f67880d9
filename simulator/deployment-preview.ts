/**
 * What a deployment would do, without doing it: validate and what-if.
 */
import type { Plan } from './deployment-record.ts'
import {
  answerTemplateError,
  describeRefusal,
  describeTemplateError,
  type PlannedRequest,
  planRequest
} from './deployment-request.ts'
import {
  DEPLOYMENT_TYPE,
  listOutputResources,
  readResultsPath,
  showPlan
} from './deployment-view.ts'
import { type ArmError, TemplateError } from './errors.ts'
import { SECONDS_HEADER, startRequested } from './instructions.ts'
import { type JsonObject, readObject, readString } from './json.ts'
import type { Answer, SimulatedRequest } from './message.ts'
import { type Operation, toTimestamp } from './operations.ts'
import { predictChanges, type WhatIfContext } from './what-if-changes.ts'
import {
  answerMissingGroup,
  findGroup,
  findResource,
  isGroupGone,
  showResource,
  type World
} from './world.ts'

const PREVIEW_SECONDS = 8
const RETRY_AFTER_SECONDS = 15

/** Answers 200 or 400; first 202 with a Location, when the request says how long it takes. */
export function answerValidate(request: SimulatedRequest, world: World): Answer {
  const refusal = refuseMissingGroup(request, world)
  if (refusal !== undefined) return refusal
  const result = validate(request, world)
  return request.headers[SECONDS_HEADER] === undefined
    ? result
    : acceptPreview(request, world, () => result)
}

function validate(request: SimulatedRequest, world: World): Answer {
  const { armPath, correlationId, at } = request
  const name = armPath.names[0] ?? ''
  const planned = tryToPlan(request, world)
  if (planned instanceof TemplateError) return answerTemplateError(planned, request)
  const { plan, mode } = planned
  const refused = plan.refusals.length > 0 ? describeRefusal(name, plan) : undefined
  // Azure answers with either status: an error object in a 200 is no success.
  if (refused !== undefined) {
    return { status: plan.refusalStatus, body: { error: refused } }
  }
  const properties = {
    ...showPlan({ mode, correlationId }, plan),
    provisioningState: 'Succeeded',
    timestamp: toTimestamp(at),
    duration: 'PT0S',
    validatedResources: listOutputResources(plan)
  }
  return { status: 200, body: { id: armPath.id, name, type: DEPLOYMENT_TYPE, properties } }
}

/** Answers 202 with a Location, which in the end answers 200 for every result: `status` tells it. */
export function answerWhatIf(request: SimulatedRequest, world: World): Answer {
  const refusal = refuseMissingGroup(request, world)
  if (refusal !== undefined) return refusal
  const planned = tryToPlan(request, world)
  if (planned instanceof TemplateError && planned.code === 'InvalidRequestContent') {
    return answerTemplateError(planned, request)
  }
  return acceptPreview(request, world, ({ error }) => {
    const failure = error ?? findFailure(request, planned)
    if (failure !== undefined || planned instanceof TemplateError) {
      return { status: 200, body: { status: 'Failed', error: failure ?? {} } }
    }
    const changes = predictChanges(planned.plan, readContext(request, world, planned))
    const properties = { correlationId: request.correlationId, changes }
    return { status: 200, body: { status: 'Succeeded', properties } }
  })
}

function findFailure(
  request: SimulatedRequest,
  planned: PlannedRequest | TemplateError
): ArmError | undefined {
  if (planned instanceof TemplateError) return describeTemplateError(planned, request)
  const { plan } = planned
  return plan.refusals.length === 0
    ? undefined
    : describeRefusal(request.armPath.names[0] ?? '', plan)
}

function tryToPlan(request: SimulatedRequest, world: World): PlannedRequest | TemplateError {
  try {
    return planRequest(request, world)
  } catch (error) {
    if (error instanceof TemplateError) return error
    throw error
  }
}

/** Gives a preview its Location. The request's own seconds and error hold. */
export function acceptPreview(
  request: SimulatedRequest,
  world: World,
  showEnd: (requested: Operation) => Answer
): Answer {
  const requested = startRequested(request, PREVIEW_SECONDS)
  // Looked at when it was asked for, as Azure does: later changes do not show.
  const end = showEnd(requested)
  const { id, startedAt, durationMs } = requested
  const urls = world.operations.track(
    {
      operation: { id, startedAt, durationMs },
      locationPath: `${readResultsPath(request.armPath)}/${id}`,
      apiVersion: request.apiVersion,
      retryAfterSeconds: RETRY_AFTER_SECONDS,
      showResult: () => end
    },
    world.origin
  )
  return { status: 202, headers: { location: urls.location, ...urls.retryAfter } }
}

// A preview makes nothing, so no group springs up for it.
export function refuseMissingGroup(request: SimulatedRequest, world: World): Answer | undefined {
  const { scope, id } = request.armPath
  if (scope.resourceGroup === undefined || !isGroupGone(world, id)) return undefined
  const wasDeleted = world.groups.has(scope.id.toLowerCase())
  return world.onDemand && !wasDeleted ? undefined : answerMissingGroup(scope.resourceGroup)
}

function readContext(
  request: SimulatedRequest,
  world: World,
  { mode, properties }: PlannedRequest
): WhatIfContext {
  const settings = readObject(properties, 'whatIfSettings')
  const isIds = readString(settings, 'resultFormat') === 'ResourceIdOnly'
  const { scope } = request.armPath
  return {
    mode,
    resultFormat: isIds ? 'ResourceIdOnly' : 'FullResourcePayloads',
    find: (id) => findAnything(world, id),
    held: scope.kind === 'resource-group' ? listHeld(world, scope.id) : []
  }
}

/** A resource or resource group as GET shows it. */
export function findAnything(world: World, id: string): JsonObject | undefined {
  const resource = findResource(world, id)
  if (resource !== undefined) return showResource(resource, world.clock.now())
  const group = findGroup(world, id)
  if (group === undefined) return undefined
  const type = 'Microsoft.Resources/resourceGroups'
  return { ...group.body, id: group.id, name: group.name, type }
}

function listHeld(world: World, scopeId: string): JsonObject[] {
  const prefix = `${scopeId}/`.toLowerCase()
  return [...world.resources.keys()]
    .filter((key) => key.startsWith(prefix))
    .map((key) => findAnything(world, key))
    .filter((resource) => resource !== undefined)
}

/** The plan's own ids. */
export function listPlanned(plan: Plan): string[] {
  return listOutputResources(plan).flatMap(({ id }) => (typeof id === 'string' ? [id] : []))
}
