/**
 * Container Apps jobs: a start is a long-running operation that ends when the execution has begun, not when it has
 * ended (https://learn.microsoft.com/azure/container-apps/jobs), so a client that wants its end reads the execution.
 */
import { isType } from './arm-path.ts'
import { startRequested } from './instructions.ts'
import type { JsonObject } from './json.ts'
import type { Answer, SimulatedRequest } from './message.ts'
import { readEnd, startOperation, toTimestamp } from './operations.ts'
import {
  answerMissingResource,
  findResource,
  recordEffect,
  refuseGroup,
  type World
} from './world.ts'

const JOB_TYPE = 'Microsoft.App/jobs'
const EXECUTION_TYPE = 'Microsoft.App/jobs/executions'
const START_SECONDS = 5
const EXECUTION_SECONDS = 30
const RETRY_AFTER_SECONDS = 5

/** Answers the start of a job and reads of its executions; undefined for everything else. */
export function answerContainerAppJob(request: SimulatedRequest, world: World): Answer | undefined {
  const { armPath, method } = request
  if (isType(armPath, EXECUTION_TYPE) && method === 'GET' && armPath.names.length === 2) {
    return readExecution(request, world)
  }
  const isStart = method === 'POST' && armPath.tail?.toLowerCase() === 'start'
  return isType(armPath, JOB_TYPE) && isStart ? startJob(request, world) : undefined
}

/** `x-ms-simulator-error` befalls the execution: the start itself has succeeded by then. */
function startJob(request: SimulatedRequest, world: World): Answer {
  const { armPath, at, apiVersion } = request
  const refusal = refuseGroup(world, armPath.scope)
  if (refusal !== undefined) return refusal
  const execution = startRequested(request, EXECUTION_SECONDS)
  const name = `${armPath.names[0]}-${execution.id.slice(0, 7)}`
  const id = `${armPath.id}/executions/${name}`
  const type = EXECUTION_TYPE
  world.resources.set(id.toLowerCase(), {
    id,
    name,
    type,
    body: {},
    doing: 'create',
    operation: execution
  })
  recordEffect(world, request, 'resource-action', armPath.id)
  const operation = startOperation(at, START_SECONDS, undefined)
  const base = `/subscriptions/${armPath.scope.subscriptionId}/providers/Microsoft.App/locations/westeurope`
  const urls = world.operations.track(
    {
      operation,
      locationPath: `${base}/containerappsjobOperationResults/${operation.id}`,
      apiVersion,
      retryAfterSeconds: RETRY_AFTER_SECONDS,
      showResult: () => ({ status: 200, body: { name, id } })
    },
    world.origin
  )
  return { status: 202, headers: { location: urls.location, ...urls.retryAfter } }
}

function readExecution({ armPath }: SimulatedRequest, world: World): Answer {
  const execution = findResource(world, armPath.id)
  if (execution === undefined) return answerMissingResource(world, armPath)
  const { id, name, type, operation } = execution
  const end = readEnd(operation, world.clock.now())
  const properties: JsonObject = {
    status: end ?? 'Running',
    startTime: toTimestamp(operation.startedAt),
    ...(end === undefined
      ? {}
      : { endTime: toTimestamp(operation.startedAt + operation.durationMs) })
  }
  return { status: 200, body: { id, name, type, properties } }
}
