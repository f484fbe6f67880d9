/**
 * The what-if of a deployment stack: a resource of its own, which is written first and then asked with POST …/whatIf.
 * Its words are lower case, and it tells of management and deny settings in addition to the resources.
 */
import { isType } from './arm-path.ts'
import {
  acceptPreview,
  findAnything,
  listPlanned,
  refuseMissingGroup
} from './deployment-preview.ts'
import type { Plan, StackWhatIf } from './deployment-record.ts'
import {
  answerTemplateError,
  describeRefusal,
  describeTemplateError
} from './deployment-request.ts'
import { findStack, planStackTemplate } from './deployment-stacks.ts'
import { type ArmError, answerError, TemplateError } from './errors.ts'
import { readMissingPolls, startRequested } from './instructions.ts'
import { type JsonObject, type JsonValue, readArray, readObject, readString } from './json.ts'
import type { Answer, SimulatedRequest } from './message.ts'
import { readEnd } from './operations.ts'
import { compareObjects, predictChanges } from './what-if-changes.ts'
import { isGroupGone, refuseGroup, type World } from './world.ts'

const TYPE = 'Microsoft.Resources/deploymentStacksWhatIfResults'
const WRITE_SECONDS = 3

/** Answers what concerns a stack's what-if; undefined for everything else. */
export function answerStackWhatIf(request: SimulatedRequest, world: World): Answer | undefined {
  const { armPath, method } = request
  const isOurs = isType(armPath, TYPE) && armPath.names.length === 1
  if (!isOurs || ['resource', 'tenant'].includes(armPath.scope.kind)) return undefined
  const written = findWhatIf(world, armPath.id)
  if (armPath.tail?.toLowerCase() === 'whatif' && method === 'POST') {
    return written === undefined ? answerMissing(request) : runWhatIf(request, world, written)
  }
  if (armPath.tail !== undefined) return answerMissing(request)
  if (method === 'PUT') return putWhatIf(request, world, written)
  if (written === undefined) return method === 'DELETE' ? { status: 204 } : answerMissing(request)
  if (method === 'GET') return { status: 200, body: showWhatIf(written, request.at) }
  if (method === 'DELETE') {
    world.stackWhatIfs.delete(armPath.id.toLowerCase())
    return { status: 200 }
  }
  return answerError(405, 'MethodNotAllowed', `A what-if result does not support ${method}.`)
}

function findWhatIf(world: World, id: string): StackWhatIf | undefined {
  return isGroupGone(world, id) ? undefined : world.stackWhatIfs.get(id.toLowerCase())
}

function answerMissing({ armPath }: SimulatedRequest): Answer {
  const message = `The what-if result '${armPath.names[0]}' could not be found.`
  return answerError(404, 'DeploymentStackWhatIfResultNotFound', message)
}

function putWhatIf(
  request: SimulatedRequest,
  world: World,
  existing: StackWhatIf | undefined
): Answer {
  const { armPath, json } = request
  const refusal = refuseGroup(world, armPath.scope)
  if (refusal !== undefined) return refusal
  const properties = readObject(json, 'properties')
  const missing = ['deploymentStackResourceId', 'retentionInterval'].find(
    (key) => readString(properties, key) === undefined
  )
  if (missing !== undefined) {
    const message = `The what-if result has no '${missing}', which is required.`
    return answerError(400, 'InvalidRequestContent', message)
  }
  const operation = startRequested(request, WRITE_SECONDS)
  const { location } = json
  const body: JsonObject = location === undefined ? {} : { location }
  const written = { id: armPath.id, name: armPath.names[0] ?? '', body, properties, operation }
  world.stackWhatIfs.set(armPath.id.toLowerCase(), written)
  const urls = world.operations.track(
    {
      operation,
      statusPath: `${armPath.id}/operationStatuses/${operation.id}`,
      apiVersion: request.apiVersion,
      missingPolls: readMissingPolls(request),
      showStatus: (now) => ({ name: operation.id, status: readWhatIfState(written, now) })
    },
    world.origin
  )
  const headers = { 'azure-asyncoperation': urls.status, ...urls.retryAfter }
  const status = existing === undefined ? 201 : 200
  return { status, headers, body: showWhatIf(written, request.at) }
}

function readWhatIfState({ operation }: StackWhatIf, now: number): string {
  return readEnd(operation, now)?.toLowerCase() ?? 'initializing'
}

function showWhatIf(written: StackWhatIf, now: number, more: JsonObject = {}): JsonObject {
  const { id, name, body, properties } = written
  const { template: _template, ...shown } = properties
  const provisioningState = readWhatIfState(written, now)
  return { id, name, type: TYPE, ...body, properties: { ...shown, provisioningState, ...more } }
}

function runWhatIf(request: SimulatedRequest, world: World, written: StackWhatIf): Answer {
  const refusal = refuseMissingGroup(request, world)
  if (refusal !== undefined) return refusal
  // What was written is planned as if it were sent now.
  const asWritten = {
    ...request,
    body: JSON.stringify({ ...written.body, properties: written.properties }),
    json: { ...written.body, properties: written.properties }
  }
  const planned = tryToPlan(asWritten, world)
  if (planned instanceof TemplateError && planned.code === 'InvalidRequestContent') {
    return answerTemplateError(planned, asWritten)
  }
  return acceptPreview(request, world, ({ error }) => {
    const found = error ?? findFailure(asWritten, planned)
    const { correlationId } = request
    const more =
      found !== undefined || planned instanceof TemplateError
        ? { provisioningState: 'failed', error: found ?? {} }
        : { changes: showChanges(planned, written, world), diagnostics: [] }
    const body = showWhatIf(written, request.at, {
      correlationId,
      provisioningState: 'succeeded',
      ...more
    })
    return { status: 200, body }
  })
}

function tryToPlan(request: SimulatedRequest, world: World): Plan | TemplateError {
  try {
    return planStackTemplate(request, world)
  } catch (error) {
    if (error instanceof TemplateError) return error
    throw error
  }
}

function findFailure(
  request: SimulatedRequest,
  planned: Plan | TemplateError
): ArmError | undefined {
  if (planned instanceof TemplateError) return describeTemplateError(planned, request)
  return planned.refusals.length === 0
    ? undefined
    : describeRefusal(request.armPath.names[0] ?? '', planned)
}

function showChanges(plan: Plan, { properties }: StackWhatIf, world: World): JsonObject {
  const stack = findStack(world, readString(properties, 'deploymentStackResourceId') ?? '')
  const managed = new Set(
    stack === undefined ? [] : listPlanned(stack.plan).map((id) => id.toLowerCase())
  )
  const predicted = predictChanges(plan, {
    mode: 'Incremental',
    resultFormat: 'FullResourcePayloads',
    find: (id) => findAnything(world, id),
    held: []
  })
  const kept = new Set(listPlanned(plan).map((id) => id.toLowerCase()))
  const gone = [...managed].filter((id) => !kept.has(id))
  return {
    resourceChanges: [
      ...predicted.map((change) => showResourceChange(change, managed)),
      ...gone.map((id) => showUnmanaged(id, properties, world))
    ],
    ...showDenySettingsChange(stack?.properties, properties)
  }
}

function showResourceChange(change: JsonObject, managed: ReadonlySet<string>): JsonObject {
  const id = readString(change, 'resourceId') ?? ''
  const type = readString(change, 'changeType') ?? ''
  const { before, after, unsupportedReason } = change
  const delta = readArray(change, 'delta').map(lowerDelta)
  return {
    id,
    changeType: lowerFirst(type),
    changeCertainty: type === 'Unsupported' ? 'potential' : 'definite',
    managementStatusChange: {
      before: managed.has(id.toLowerCase()) ? 'managed' : 'notManaged',
      after: 'managed'
    },
    ...(unsupportedReason === undefined ? {} : { unsupportedReason }),
    resourceConfigurationChanges: {
      ...(before === undefined ? {} : { before }),
      ...(after === undefined ? {} : { after }),
      ...(delta.length === 0 ? {} : { delta })
    }
  }
}

function showUnmanaged(id: string, properties: JsonObject, world: World): JsonObject {
  const action = readString(readObject(properties, 'actionOnUnmanage'), 'resources')
  const before = findAnything(world, id)
  return {
    id: readString(before ?? {}, 'id') ?? id,
    changeType: action?.toLowerCase() === 'delete' ? 'delete' : 'detach',
    changeCertainty: 'definite',
    managementStatusChange: { before: 'managed', after: 'notManaged' },
    resourceConfigurationChanges: before === undefined ? {} : { before }
  }
}

/** A property change in the words of a stack: `changeType` for `propertyChangeType`, in lower case. */
function lowerDelta(change: JsonValue): JsonObject {
  const owner = readObject({ change }, 'change')
  const { propertyChangeType, children, ...rest } = owner
  return {
    ...rest,
    changeType: lowerFirst(String(propertyChangeType)),
    ...(children === undefined ? {} : { children: readArray(owner, 'children').map(lowerDelta) })
  }
}

function showDenySettingsChange(before: JsonObject | undefined, after: JsonObject): JsonObject {
  const [old, now] = [readObject(before ?? {}, 'denySettings'), readObject(after, 'denySettings')]
  const delta = compareObjects(old, now, '').map(lowerDelta)
  if (delta.length === 0) return {}
  return {
    denySettingsChange: { ...(before === undefined ? {} : { before: old }), after: now, delta }
  }
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1)
}
