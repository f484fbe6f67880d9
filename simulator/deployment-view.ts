/**
 * A deployment as GET and its status URL show it at a moment. Pure.
 */
import type { ArmPath } from './arm-path.ts'
import type { Deployment, Plan, PlannedResource } from './deployment-record.ts'
import type { JsonObject } from './json.ts'
import { type Operation, readEnd, readEndTime, toDuration, toTimestamp } from './operations.ts'

export const DEPLOYMENT_TYPE = 'Microsoft.Resources/deployments'

/** The folder of `Location` URLs: in the subscription, when there is one, and not under the resource. */
export function readResultsPath({ scope }: ArmPath): string {
  const { subscriptionId } = scope
  return subscriptionId === undefined
    ? '/providers/Microsoft.Resources/operationresults'
    : `/subscriptions/${subscriptionId}/operationresults`
}

/** How long a deployment says `Accepted` before it says `Running`. */
const ACCEPTED_MS = 2000

/** The provisioning state: `Accepted`, `Running` or a terminal one. */
export function readState(operation: Operation, now: number): string {
  const running = now - operation.startedAt < ACCEPTED_MS ? 'Accepted' : 'Running'
  return readEnd(operation, now) ?? running
}

/** Body of the status URL: nothing but the state and, in the end, the error. */
export function showDeploymentStatus(operation: Operation, now: number): JsonObject {
  const status = readState(operation, now)
  return status === 'Failed' && operation.error !== undefined
    ? { status, error: operation.error }
    : { status }
}

/** A deployment as GET shows it. Outputs appear when it has succeeded, the error when it has failed. */
export function showDeployment(deployment: Deployment, now: number): JsonObject {
  const { id, name, location, tags, plan, operation } = deployment
  const provisioningState = readState(operation, now)
  const lastChange = Math.min(now, readEndTime(operation))
  return {
    id,
    name,
    type: DEPLOYMENT_TYPE,
    ...(location === undefined ? {} : { location }),
    ...(tags === undefined ? {} : { tags }),
    properties: {
      ...showPlan(deployment, plan),
      provisioningState,
      timestamp: toTimestamp(lastChange),
      duration: toDuration(lastChange - operation.startedAt),
      ...showEnd(plan, provisioningState)
    }
  }
}

/** What is known of a deployment before it has run. */
export function showPlan(
  { mode, correlationId }: Pick<Deployment, 'mode' | 'correlationId'>,
  plan: Plan
): JsonObject {
  return {
    ...(plan.templateLink === undefined ? {} : { templateLink: plan.templateLink }),
    templateHash: plan.templateHash,
    parameters: plan.parameters,
    mode,
    correlationId,
    providers: showProviders(plan),
    dependencies: showDependencies(plan)
  }
}

/** Ids of everything that the plan deploys, nested deployments resolved into what they deploy. */
export function listOutputResources(plan: Plan): JsonObject[] {
  return plan.resources.flatMap(({ id, nested }) =>
    nested === undefined ? [{ id }] : listOutputResources(nested)
  )
}

function showEnd(plan: Plan, provisioningState: string): JsonObject {
  if (provisioningState === 'Failed' && plan.error !== undefined) return { error: plan.error }
  if (provisioningState !== 'Succeeded') return {}
  return { outputs: plan.outputs, outputResources: listOutputResources(plan) }
}

function showProviders({ resources }: Plan): JsonObject[] {
  const types = new Map<string, Set<string>>()
  for (const { type } of resources) {
    const [namespace = '', ...rest] = type.split('/')
    types.set(namespace, (types.get(namespace) ?? new Set()).add(rest.join('/')))
  }
  return [...types].map(([namespace, names]) => ({
    namespace,
    resourceTypes: [...names].map((resourceType) => ({ resourceType, locations: ['westeurope'] }))
  }))
}

function showDependencies({ resources }: Plan): JsonObject[] {
  const describe = ({ id, type, name }: PlannedResource) => ({
    id,
    resourceType: type,
    resourceName: name
  })
  return resources
    .filter(({ dependsOn }) => dependsOn.length > 0)
    .map((resource) => ({
      dependsOn: resources.filter(({ id }) => resource.dependsOn.includes(id)).map(describe),
      ...describe(resource)
    }))
}
