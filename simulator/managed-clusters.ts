/**
 * AKS: a command in a cluster. Its operation succeeds even when the command itself fails, and the result says what
 * (https://learn.microsoft.com/azure/aks/access-private-cluster). Other requests for a cluster are any resource's
 * business.
 */
import { isType } from './arm-path.ts'
import { answerError } from './errors.ts'
import { startRequested } from './instructions.ts'
import { readString } from './json.ts'
import type { Answer, SimulatedRequest } from './message.ts'
import { toTimestamp } from './operations.ts'
import { recordEffect, refuseGroup, type World } from './world.ts'

const CLUSTER_TYPE = 'Microsoft.ContainerService/managedClusters'
const COMMAND_SECONDS = 20
const RETRY_AFTER_SECONDS = 5

/** Answers `runCommand`; undefined for everything else. A command that says `exit N` exits so, any other with 0. */
export function answerManagedCluster(request: SimulatedRequest, world: World): Answer | undefined {
  const { armPath, method, json, apiVersion } = request
  const isCommand = method === 'POST' && armPath.tail?.toLowerCase() === 'runcommand'
  if (!isType(armPath, CLUSTER_TYPE) || !isCommand) return undefined
  const refusal = refuseGroup(world, armPath.scope)
  if (refusal !== undefined) return refusal
  const command = readString(json, 'command')
  if (command === undefined) {
    return answerError(400, 'InvalidParameter', 'The property command is required.')
  }
  const operation = startRequested(request, COMMAND_SECONDS)
  recordEffect(world, request, 'resource-action', armPath.id)
  const { id, startedAt, durationMs } = operation
  const exitCode = Number(/\bexit (\d{1,3})\b/.exec(command)?.[1] ?? 0)
  const urls = world.operations.track(
    {
      operation,
      locationPath: `${armPath.id}/commandResults/${id}`,
      apiVersion,
      retryAfterSeconds: RETRY_AFTER_SECONDS,
      showResult: () => ({
        status: 200,
        body: {
          id,
          properties: {
            provisioningState: 'Succeeded',
            exitCode,
            startedAt: toTimestamp(startedAt),
            finishedAt: toTimestamp(startedAt + durationMs),
            logs: `$ ${command}\n`
          }
        }
      })
    },
    world.origin
  )
  return { status: 202, headers: { location: urls.location, ...urls.retryAfter } }
}
