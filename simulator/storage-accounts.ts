/**
 * Creating a storage account: the classic 202 with a Location and a Retry-After of 17 seconds. Other requests for
 * one are any resource's business.
 */
import { isDeepStrictEqual } from 'node:util'
import { isType } from './arm-path.ts'
import { answerError } from './errors.ts'
import { startRequested } from './instructions.ts'
import type { JsonObject } from './json.ts'
import { readObject, readString } from './json.ts'
import type { Answer, SimulatedRequest } from './message.ts'
import { isRunning, readPercent, toTimestamp } from './operations.ts'
import {
  findResource,
  type Resource,
  recordEffect,
  refuseGroup,
  showResource,
  type World
} from './world.ts'

export const STORAGE_TYPE = 'Microsoft.Storage/storageAccounts'
const CREATE_SECONDS = 25
const RETRY_AFTER_SECONDS = 17

/** Answers PUT of a storage account, and GET of one that is being made; undefined for everything else. */
export function answerStorageAccount(request: SimulatedRequest, world: World): Answer | undefined {
  const { armPath, method } = request
  if (!isType(armPath, STORAGE_TYPE) || armPath.tail !== undefined) return undefined
  const account = findResource(world, armPath.id)
  if (method === 'GET' && account !== undefined) {
    return { status: 200, body: showAccount(account, world.clock.now()) }
  }
  if (method !== 'PUT') return undefined
  const refusal = refuseGroup(world, armPath.scope) ?? refuseAccount(request, account)
  if (refusal !== undefined) return refusal
  if (account !== undefined && isDeepStrictEqual(account.body, request.json)) {
    return { status: 200, body: showAccount(account, request.at) }
  }
  return createAccount(request, world, account)
}

function refuseAccount(request: SimulatedRequest, account: Resource | undefined) {
  const name = request.armPath.names[0] ?? ''
  if (!/^[a-z0-9]{3,24}$/.test(name)) {
    const message = `${name} is not a valid storage account name. Storage account name must be between 3 and 24 characters in length and use numbers and lower-case letters only.`
    return answerError(400, 'AccountNameInvalid', message)
  }
  if (readString(request.json, 'location') === undefined) {
    const message = 'The location property is required for this definition.'
    return answerError(400, 'LocationRequired', message)
  }
  if (account !== undefined && isRunning(account.operation, request.at)) {
    const message =
      'An operation is currently performing on this storage account that requires exclusive access.'
    return answerError(409, 'StorageAccountOperationInProgress', message)
  }
  return undefined
}

function createAccount(
  request: SimulatedRequest,
  world: World,
  existing: Resource | undefined
): Answer {
  const { armPath, apiVersion, json } = request
  const operation = startRequested(request, CREATE_SECONDS)
  const account: Resource = {
    id: existing?.id ?? armPath.id,
    name: armPath.names[0] ?? '',
    type: STORAGE_TYPE,
    body: json,
    doing: existing === undefined ? 'create' : 'update',
    operation
  }
  world.resources.set(armPath.id.toLowerCase(), account)
  recordEffect(
    world,
    request,
    `resource-${existing === undefined ? 'create' : 'update'}`,
    account.id
  )
  const location = readString(json, 'location') ?? ''
  const urls = world.operations.track(
    {
      operation,
      locationPath: `/subscriptions/${armPath.scope.subscriptionId}/providers/Microsoft.Storage/locations/${location}/asyncoperations/${operation.id}`,
      apiVersion,
      retryAfterSeconds: RETRY_AFTER_SECONDS,
      showResult: (now) => ({ status: 200, body: showAccount(account, now) })
    },
    world.origin
  )
  return {
    status: 202,
    headers: { 'content-type': 'text/plain', location: urls.location, ...urls.retryAfter }
  }
}

function showAccount(account: Resource, now: number): JsonObject {
  const shown = showResource(account, now)
  const { operation, doing, name } = account
  const properties = readObject(shown, 'properties')
  const isNew = doing === 'create' && isRunning(operation, now)
  // The account's names are set up last.
  const late = isNew && readPercent(operation, now) >= 50
  return {
    ...shown,
    properties: {
      ...properties,
      ...(late ? { provisioningState: 'ResolvingDNS' } : {}),
      creationTime: toTimestamp(operation.startedAt),
      ...describeStorage(name, readString(account.body, 'location') ?? '')
    }
  }
}

/** The properties that Azure adds to a storage account. */
export function describeStorage(name: string, location: string): JsonObject {
  const endpoints = ['blob', 'file', 'queue', 'table'].map((service) => [
    service,
    `https://${name}.${service}.core.windows.net/`
  ])
  return {
    primaryEndpoints: Object.fromEntries(endpoints),
    primaryLocation: location,
    statusOfPrimary: 'available'
  }
}
