/**
 * Resource groups: create, update, read, list, and delete, the one that takes its time.
 */
import { answerError } from './errors.ts'
import { startRequested } from './instructions.ts'
import { readString } from './json.ts'
import type { Answer, SimulatedRequest } from './message.ts'
import {
  answerMissingGroup,
  createGroup,
  findGroup,
  type ResourceGroup,
  recordEffect,
  type World
} from './world.ts'

const DELETE_SECONDS = 30
const DELETE_RETRY_AFTER_SECONDS = 15

/** Answers what concerns a resource group itself; undefined for everything else. */
export function answerResourceGroup(request: SimulatedRequest, world: World): Answer | undefined {
  const list = /^\/subscriptions\/([^/]+)\/resourcegroups\/?$/i.exec(request.pathname)
  if (list !== null && request.method === 'GET') return listGroups(world, list[1] ?? '')
  const { armPath, method } = request
  const { subscriptionId, resourceGroup, kind } = armPath.scope
  if (kind !== 'resource-group' || armPath.type !== '') return undefined
  const id = `/subscriptions/${subscriptionId}/resourceGroups/${resourceGroup}`
  if (method === 'PUT') return putGroup(request, world, id)
  const group = findGroup(world, id)
  if (group === undefined) {
    return method === 'HEAD' ? { status: 404 } : answerMissingGroup(resourceGroup ?? '')
  }
  if (method === 'GET') return { status: 200, body: showGroup(group) }
  if (method === 'HEAD') return { status: 204 }
  if (method === 'DELETE') return deleteGroup(request, world, group)
  return answerError(405, 'MethodNotAllowed', `A resource group does not support ${method}.`)
}

function listGroups(world: World, subscriptionId: string): Answer {
  const prefix = `/subscriptions/${subscriptionId}/`.toLowerCase()
  const groups = [...world.groups.values()]
    .filter(({ id }) => id.toLowerCase().startsWith(prefix))
    .filter(({ id }) => findGroup(world, id) !== undefined)
  return { status: 200, body: { value: groups.map(showGroup) } }
}

function putGroup(request: SimulatedRequest, world: World, id: string): Answer {
  const { location, tags } = request.json
  if (typeof location !== 'string') {
    const message = 'The location property is required for this definition.'
    return answerError(400, 'LocationRequired', message)
  }
  const existing = findGroup(world, id)
  if (existing?.deletion !== undefined) {
    const message = `The resource group '${existing.name}' is in deprovisioning state and cannot perform this operation.`
    return answerError(409, 'ResourceGroupBeingDeleted', message)
  }
  const oldLocation = existing === undefined ? location : readString(existing.body, 'location')
  if (oldLocation !== location) {
    const message = `Invalid resource group location '${location}'. The Resource group already exists in location '${oldLocation}'.`
    return answerError(409, 'InvalidResourceGroupLocation', message)
  }
  const body = { location, ...(tags === undefined ? {} : { tags }) }
  recordEffect(
    world,
    request,
    existing === undefined ? 'resource-group-create' : 'resource-group-update',
    id
  )
  if (existing === undefined) return { status: 201, body: showGroup(createGroup(world, id, body)) }
  const updated = { ...existing, body }
  world.groups.set(id.toLowerCase(), updated)
  return { status: 200, body: showGroup(updated) }
}

function deleteGroup(request: SimulatedRequest, world: World, group: ResourceGroup): Answer {
  // A second DELETE joins the first: nothing new starts.
  const deletion = group.deletion ?? startRequested(request, DELETE_SECONDS)
  if (group.deletion === undefined) {
    recordEffect(world, request, 'resource-group-delete', group.id)
    world.groups.set(group.id.toLowerCase(), { ...group, deletion })
  }
  const subscription = request.armPath.scope.subscriptionId ?? ''
  const urls = world.operations.track(
    {
      operation: deletion,
      locationPath: `/subscriptions/${subscription}/operationresults/${deletion.id}`,
      apiVersion: request.apiVersion,
      retryAfterSeconds: DELETE_RETRY_AFTER_SECONDS,
      showResult: () => ({ status: 200 })
    },
    world.origin
  )
  return { status: 202, headers: { location: urls.location, ...urls.retryAfter } }
}

function showGroup({ id, name, body, deletion }: ResourceGroup) {
  const provisioningState = deletion === undefined ? 'Succeeded' : 'Deleting'
  const type = 'Microsoft.Resources/resourceGroups'
  return { id, name, type, ...body, properties: { provisioningState } }
}
