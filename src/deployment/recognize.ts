/**
 * Recognizes the requests about template deployments, by their URL alone. Pure, and small: it is the one file of this
 * room that every run loads.
 */
import { findKnownOperation, type KnownOperation } from '../arm/known-operations.ts'
import type { ArmRequest } from '../http/message.ts'

/** A request about a template deployment or a deployment stack. */
export interface DeploymentCall {
  readonly kind: 'deployment' | 'stack'
  /** `deploy` starts one, `delete` deletes a stack; the others only look what one would do. */
  readonly action: 'deploy' | 'delete' | 'what-if' | 'validate'
  readonly scope: DeploymentScope
  /** Resource ID of the deployment, the stack or the stack's what-if result. */
  readonly id: string
}

/** Scope that a deployment or a stack belongs to, as its URL tells. */
export type DeploymentScope = 'resource-group' | 'subscription' | 'management-group' | 'tenant'

// https://learn.microsoft.com/azure/azure-resource-manager/templates/deploy-to-subscription and its siblings.
const SCOPES: readonly (readonly [DeploymentScope, RegExp])[] = [
  ['resource-group', /^\/subscriptions\/[^/]+\/resourcegroups\/[^/]+$/i],
  ['subscription', /^\/subscriptions\/[^/]+$/i],
  ['management-group', /^\/providers\/microsoft\.management\/managementgroups\/[^/]+$/i],
  ['tenant', /^$/]
]

/** The deployment that a request is about, or undefined for every other request. */
export function recognizeDeployment({ method, url }: ArmRequest): DeploymentCall | undefined {
  const known = findKnownOperation(new URL(url).pathname, method)
  if (known?.operation.hooks !== 'deployment') return undefined
  const { kind } = known.operation
  const scope = findScope(known.scope)
  const action = method === 'DELETE' ? 'delete' : readDeploymentAction(kind, known.action)
  if (scope === undefined || action === undefined) return undefined
  const isStack = kind !== 'deployment' && kind !== 'deployment-preview'
  return { kind: isStack ? 'stack' : 'deployment', action, scope, id: known.resource }
}

function findScope(path: string): DeploymentScope | undefined {
  return SCOPES.find(([, pattern]) => pattern.test(path))?.[0]
}

function readDeploymentAction(
  kind: KnownOperation['kind'],
  verb: string
): DeploymentCall['action'] | undefined {
  // The what-if of a stack is a resource: it may be had by its PUT as well as by the POST after it.
  const isStackWhatIf = kind === 'stack-what-if'
  if (verb === '') return isStackWhatIf ? 'what-if' : 'deploy'
  if (verb === 'whatif') return kind === 'stack-preview' ? undefined : 'what-if'
  return isStackWhatIf ? undefined : 'validate'
}

/** True for the resource ID of a deployment at one of the four scopes, as a nested one is named by its parent. */
export function isDeploymentId(id: string): boolean {
  const known = findKnownOperation(id)
  return (
    known?.operation.kind === 'deployment' &&
    findScope(known.scope) !== undefined &&
    !/[\s?#\\]|\/\.{1,2}(?:\/|$)|\/$/.test(id)
  )
}
