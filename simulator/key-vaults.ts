/**
 * Key Vault: a vault that is deleted stays behind, softly, until it is purged
 * (https://learn.microsoft.com/rest/api/keyvault/keyvault/vaults/purge-deleted). Other requests for a vault are any
 * resource's business.
 */
import { isType } from './arm-path.ts'
import { answerProvider } from './generic-provider.ts'
import { readString } from './json.ts'
import type { Answer, SimulatedRequest } from './message.ts'
import { isRunning, startOperation } from './operations.ts'
import { answerMissingResource, findResource, recordEffect, type World } from './world.ts'

const VAULT_TYPE = 'Microsoft.KeyVault/vaults'
const DELETED_TYPE = 'Microsoft.KeyVault/locations/deletedVaults'
const PURGE_SECONDS = 20

/** Answers DELETE of a vault and what concerns a deleted one; undefined for everything else. */
export function answerKeyVault(request: SimulatedRequest, world: World): Answer | undefined {
  const { armPath, method } = request
  const isDelete = method === 'DELETE' && armPath.tail === undefined
  if (isType(armPath, VAULT_TYPE) && isDelete) return deleteVault(request, world)
  const isPurge = method === 'POST' && armPath.tail?.toLowerCase() === 'purge'
  if (!isType(armPath, DELETED_TYPE) || !isPurge) return undefined
  return purge(request, world)
}

function deleteVault(request: SimulatedRequest, world: World): Answer | undefined {
  const vault = findResource(world, request.armPath.id)
  const headers = { ...request.headers, 'x-ms-simulator-habit': 'sync' }
  const answer = answerProvider({ ...request, headers }, world)
  if (vault === undefined) return answer
  const { subscriptionId } = request.armPath.scope
  const location = readString(vault.body, 'location') ?? ''
  const id = `/subscriptions/${subscriptionId}/providers/Microsoft.KeyVault/locations/${location}/deletedVaults/${vault.name}`
  const operation = startOperation(request.at, 0, undefined)
  const body = { properties: { vaultId: vault.id, location } }
  const deleted = { id, name: vault.name, type: DELETED_TYPE, body, operation }
  world.resources.set(id.toLowerCase(), { ...deleted, doing: 'create' })
  return answer
}

function purge(request: SimulatedRequest, world: World): Answer {
  const deleted = findResource(world, request.armPath.id)
  if (deleted === undefined || isRunning(deleted.operation, request.at)) {
    return answerMissingResource(world, request.armPath)
  }
  const operation = startOperation(request.at, PURGE_SECONDS, undefined)
  world.resources.set(deleted.id.toLowerCase(), { ...deleted, doing: 'delete', operation })
  recordEffect(world, request, 'resource-delete', deleted.id)
  const urls = world.operations.track(
    {
      operation,
      locationPath: `${deleted.id.replace(/\/deletedVaults\/.*$/i, '')}/operationResults/${operation.id}`,
      apiVersion: request.apiVersion,
      showResult: () => ({ status: 200 })
    },
    world.origin
  )
  return { status: 202, headers: { location: urls.location, ...urls.retryAfter } }
}
