/**
 * Virtual machines: the power actions and what the machine shows of them. Everything else about a VM (create,
 * update, delete) is any resource's business.
 */
import { isType } from './arm-path.ts'
import { answerError } from './errors.ts'
import { startRequested } from './instructions.ts'
import type { JsonObject } from './json.ts'
import { readObject } from './json.ts'
import type { SideEffect } from './ledger.ts'
import type { Answer, SimulatedRequest } from './message.ts'
import { isRunning, readEnd, startOperation } from './operations.ts'
import {
  answerMissingResource,
  findResource,
  type Resource,
  recordEffect,
  refuseGroup,
  showResource,
  type World
} from './world.ts'

const VM_TYPE = 'Microsoft.Compute/virtualMachines'
const RETRY_AFTER_SECONDS = 10

interface PowerAction {
  readonly effect: SideEffect
  readonly seconds: number
  readonly during: string
  readonly after: string
}

const POWER_ACTIONS: Readonly<Record<string, PowerAction>> = {
  start: { effect: 'vm-start', seconds: 25, during: 'starting', after: 'running' },
  restart: { effect: 'vm-restart', seconds: 30, during: 'running', after: 'running' },
  poweroff: { effect: 'vm-power-off', seconds: 15, during: 'stopping', after: 'stopped' },
  deallocate: {
    effect: 'vm-deallocate',
    seconds: 35,
    during: 'deallocating',
    after: 'deallocated'
  }
}

/** Answers power actions and reads of a VM; undefined for everything else. */
export function answerVirtualMachine(request: SimulatedRequest, world: World): Answer | undefined {
  const { armPath, method } = request
  if (!isType(armPath, VM_TYPE) || armPath.names.length !== 1) return undefined
  const tail = armPath.tail?.toLowerCase()
  const action = tail === undefined ? undefined : POWER_ACTIONS[tail]
  const isRead = method === 'GET' && (tail === undefined || tail === 'instanceview')
  const isAction = method === 'POST' && action !== undefined
  if (!isRead && !isAction) return undefined
  const refusal = seedMachine(request, world)
  if (refusal !== undefined) return refusal
  const machine = findResource(world, armPath.id)
  if (machine === undefined) return answerMissingResource(world, armPath)
  return action === undefined
    ? readMachine(request, world, machine)
    : startAction(request, world, machine, action)
}

function readMachine(request: SimulatedRequest, world: World, machine: Resource): Answer {
  const now = world.clock.now()
  const view = { statuses: showStatuses(machine, now) }
  if (request.armPath.tail !== undefined) return { status: 200, body: view }
  const body = showResource(machine, now)
  if (request.query.get('$expand')?.toLowerCase() !== 'instanceview') return { status: 200, body }
  const properties = { ...readObject(body, 'properties'), instanceView: view }
  return { status: 200, body: { ...body, properties } }
}

function startAction(
  request: SimulatedRequest,
  world: World,
  machine: Resource,
  action: PowerAction
): Answer {
  if (isRunning(machine.operation, request.at)) {
    const message = `Another operation on virtual machine '${machine.name}' is in progress.`
    return answerError(409, 'AnotherOperationInProgress', message)
  }
  const operation = startRequested(request, action.seconds)
  const before = settledPower(machine, request.at)
  const power = { operation, before, during: action.during, after: action.after }
  world.resources.set(machine.id.toLowerCase(), { ...machine, doing: 'action', operation, power })
  recordEffect(world, request, action.effect, machine.id)
  const path = `/subscriptions/${request.armPath.scope.subscriptionId}/providers/Microsoft.Compute/locations/westeurope/operations/${operation.id}`
  const urls = world.operations.track(
    {
      operation,
      statusPath: path,
      locationPath: path,
      apiVersion: request.apiVersion,
      retryAfterSeconds: RETRY_AFTER_SECONDS,
      showResult: () => ({ status: 200 })
    },
    world.origin
  )
  const headers = { 'azure-asyncoperation': urls.status, location: urls.location }
  return { status: 202, headers: { ...headers, ...urls.retryAfter } }
}

function settledPower(machine: Resource, now: number): string {
  // One that was never acted on runs since it was made, as on Azure.
  if (machine.power === undefined) return 'running'
  const end = readEnd(machine.power.operation, now)
  if (end === undefined) return machine.power.during
  return end === 'Succeeded' ? machine.power.after : machine.power.before
}

function showStatuses(machine: Resource, now: number): JsonObject[] {
  const power = settledPower(machine, now)
  const updating = isRunning(machine.operation, now)
  const provisioning = updating ? 'updating' : 'succeeded'
  return [
    {
      code: `ProvisioningState/${provisioning}`,
      level: 'Info',
      displayStatus: updating ? 'Updating' : 'Provisioning succeeded'
    },
    { code: `PowerState/${power}`, level: 'Info', displayStatus: `VM ${power}` }
  ]
}

/** A VM that was never created springs up deallocated, so that there is something to start. */
function seedMachine(request: SimulatedRequest, world: World): Answer | undefined {
  const { id, names, scope } = request.armPath
  if (!world.onDemand || world.resources.has(id.toLowerCase())) return undefined
  const refusal = refuseGroup(world, scope)
  if (refusal !== undefined) return refusal
  const operation = startOperation(request.at, 0, undefined)
  world.resources.set(id.toLowerCase(), {
    id,
    name: names[0] ?? '',
    type: VM_TYPE,
    body: {
      location: 'westeurope',
      properties: { hardwareProfile: { vmSize: 'Standard_D2s_v5' } }
    },
    doing: 'action',
    operation,
    power: { operation, before: 'stopped', during: 'deallocating', after: 'deallocated' }
  })
  return undefined
}
