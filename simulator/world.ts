/**
 * The state of the simulated cloud: resource groups, resources, deployments, and what can be seen of them at a
 * moment. No requests and no answers here beyond the errors of a missing or vanishing group.
 */
import type { ArmPath, Scope } from './arm-path.ts'
import type { Clock } from './clock.ts'
import type { Deployment, Stack, StackWhatIf } from './deployment-record.ts'
import { answerError } from './errors.ts'
import type { JsonObject } from './json.ts'
import { readObject } from './json.ts'
import type { Ledger, SideEffect } from './ledger.ts'
import type { Answer, SimulatedRequest } from './message.ts'
import type { Operation, Operations } from './operations.ts'
import { isRunning, readEnd } from './operations.ts'

/** How a provider goes about a write: which polling headers it sends, if any. */
export const HABITS = [
  'async-operation',
  'body',
  'both',
  'location',
  'operation-location',
  'sync'
] as const
export type Habit = (typeof HABITS)[number]

/** Picks a habit for the requests of a method, of a resource type, or of both. */
export interface HabitRule {
  readonly method?: string
  /** `Microsoft.Network/virtualNetworks`. */
  readonly type?: string
  readonly habit: Habit
}

export interface ResourceGroup {
  readonly id: string
  readonly name: string
  readonly body: JsonObject
  readonly deletion?: Operation
}

export interface Resource {
  readonly id: string
  readonly name: string
  readonly type: string
  /** What was last written: location, tags, sku, properties … */
  readonly body: JsonObject
  readonly doing: 'create' | 'update' | 'delete' | 'action'
  /** The last write. Before its start a created resource cannot be seen. */
  readonly operation: Operation
  /** What was there before a write that a deployment has planned: it is seen until that starts. */
  readonly before?: Resource
  /** A virtual machine's last power action; absent on one that runs since it was made. */
  readonly power?: Power
}

/** A power action and the machine's state before, during and after it. */
export interface Power {
  readonly operation: Operation
  readonly before: string
  readonly during: string
  readonly after: string
}

export interface World {
  readonly origin: string
  readonly clock: Clock
  readonly ledger: Ledger
  readonly operations: Operations
  readonly habits: readonly HabitRule[]
  /** Whether a resource group or VM that was never created springs up when it is used. */
  readonly onDemand: boolean
  /** Entries on one page of a list. */
  readonly pageSize: number
  /** What a template link may lead to, by URI or by ID. */
  readonly templates: Readonly<Record<string, JsonObject>>
  /** By lower-case resource ID, as the ones below. */
  readonly groups: Map<string, ResourceGroup>
  readonly resources: Map<string, Resource>
  readonly deployments: Map<string, Deployment>
  readonly stacks: Map<string, Stack>
  readonly stackWhatIfs: Map<string, StackWhatIf>
}

/** The group as it stands now; undefined when it does not exist or is gone. A deletion that failed is forgotten. */
export function findGroup(world: World, id: string): ResourceGroup | undefined {
  const group = world.groups.get(id.toLowerCase())
  if (group?.deletion === undefined) return group
  const end = readEnd(group.deletion, world.clock.now())
  if (end === 'Succeeded') return undefined
  return end === 'Failed' ? { id: group.id, name: group.name, body: group.body } : group
}

/** Puts a group in place; what an earlier group of that name held is gone. */
export function createGroup(world: World, id: string, body: JsonObject): ResourceGroup {
  const name = id.split('/').at(-1) ?? ''
  const prefix = `${id.toLowerCase()}/`
  for (const kept of [world.resources, world.deployments, world.stacks, world.stackWhatIfs]) {
    for (const key of kept.keys()) if (key.startsWith(prefix)) kept.delete(key)
  }
  const group = { id, name, body }
  world.groups.set(id.toLowerCase(), group)
  return group
}

/** Looks the scope's resource group up, before something is written in it. Answers with the error, if there is one. */
export function refuseGroup(world: World, scope: Scope): Answer | undefined {
  if (scope.subscriptionId === undefined || scope.resourceGroup === undefined) return undefined
  const id = `/subscriptions/${scope.subscriptionId}/resourceGroups/${scope.resourceGroup}`
  const group = findGroup(world, id)
  if (group?.deletion !== undefined) {
    const message = `The resource group '${group.name}' is in deprovisioning state and cannot perform this operation.`
    return answerError(409, 'ResourceGroupBeingDeleted', message)
  }
  if (group !== undefined) return undefined
  if (!world.onDemand || world.groups.has(id.toLowerCase())) {
    return answerMissingGroup(scope.resourceGroup)
  }
  createGroup(world, id, { location: 'westeurope' })
  return undefined
}

export function answerMissingGroup(name: string): Answer {
  const message = `Resource group '${name}' could not be found.`
  return answerError(404, 'ResourceGroupNotFound', message)
}

/** The resource as it stands now; undefined when it cannot be seen: not yet there, deleted, or its group is. */
export function findResource(world: World, id: string): Resource | undefined {
  const now = world.clock.now()
  const resource = world.resources.get(id.toLowerCase())
  if (resource === undefined || isGroupGone(world, resource.id)) return undefined
  if (now < resource.operation.startedAt) return resource.before
  const isDeleted = resource.doing === 'delete' && readEnd(resource.operation, now) === 'Succeeded'
  return isDeleted ? undefined : resource
}

/** The answer about a resource that is not there: its group may not be either. */
export function answerMissingResource(world: World, path: ArmPath): Answer {
  const { resourceGroup } = path.scope
  if (resourceGroup !== undefined && isGroupGone(world, path.id)) {
    return answerMissingGroup(resourceGroup)
  }
  const name = [path.type.split('/')[0], ...interleave(path)].join('/')
  const where = resourceGroup === undefined ? '' : ` under resource group '${resourceGroup}'`
  const message = `The Resource '${name}'${where} was not found. For more details please go to https://aka.ms/ARMResourceNotFoundFix`
  return answerError(404, 'ResourceNotFound', message)
}

function interleave({ type, names }: ArmPath): string[] {
  const types = type.split('/').slice(1)
  return types.flatMap((each, index) => [each, names[index] ?? ''])
}

/** True when an id lies in a group that was deleted. */
export function isGroupGone(world: World, id: string): boolean {
  const groupId = /^\/subscriptions\/[^/]+\/resourceGroups\/[^/]+/i.exec(id)?.[0]
  return groupId !== undefined && findGroup(world, groupId) === undefined
}

/** The words a resource shows while it is written. */
const PROVISIONING_WORDS = {
  create: 'Creating',
  update: 'Updating',
  delete: 'Deleting',
  action: 'Updating'
} as const

/** The resource as GET shows it: with its id, name, type and provisioning state. */
export function showResource(resource: Resource, now: number): JsonObject {
  const { id, name, type, body, doing, operation } = resource
  // An action that failed leaves the resource as it was.
  const end = doing === 'action' ? 'Succeeded' : readEnd(operation, now)
  const provisioningState = isRunning(operation, now)
    ? PROVISIONING_WORDS[doing]
    : (end ?? 'Succeeded')
  return {
    ...body,
    id,
    name,
    type,
    properties: { ...readObject(body, 'properties'), provisioningState }
  }
}

/** Writes a side effect of this request into the ledger. */
export function recordEffect(
  world: World,
  request: SimulatedRequest,
  kind: SideEffect,
  id: string
): void {
  world.ledger.record({ at: request.at, kind, method: request.method, id })
}
