/**
 * Which requests are about template deployments, by their URL alone. Pure, and small: it is the one file of this room
 * that every run loads.
 */
import type { ArmRequest } from '../http/message.ts'

/** A request about a template deployment or a deployment stack. */
export interface DeploymentCall {
  readonly kind: 'deployment' | 'stack'
  /** `deploy` starts one; the others only look what one would do. */
  readonly action: 'deploy' | 'what-if' | 'validate'
  readonly scope: DeploymentScope
  /** Resource ID of the deployment, the stack or the stack's what-if result. */
  readonly id: string
}

export type DeploymentScope = 'resource-group' | 'subscription' | 'management-group' | 'tenant'

// https://learn.microsoft.com/azure/azure-resource-manager/templates/deploy-to-subscription and its siblings.
const SCOPES: readonly (readonly [DeploymentScope, RegExp])[] = [
  ['resource-group', /^\/subscriptions\/[^/]+\/resourcegroups\/[^/]+$/i],
  ['subscription', /^\/subscriptions\/[^/]+$/i],
  ['management-group', /^\/providers\/microsoft\.management\/managementgroups\/[^/]+$/i],
  ['tenant', /^$/]
]
const DEPLOYMENT =
  /^(.*)\/providers\/microsoft\.resources\/(deployments|deploymentstacks|deploymentstackswhatifresults)\/([^/]+)(?:\/([^/]+))?$/i

/** The deployment that a request is about, or undefined for every other request. */
export function recognizeDeployment({ method, url }: ArmRequest): DeploymentCall | undefined {
  const path = new URL(url).pathname.replace(/\/+$/, '')
  const [, before = '', type = '', name = '', verb = ''] = DEPLOYMENT.exec(path) ?? []
  const scope = SCOPES.find(([, pattern]) => pattern.test(before))?.[0]
  const action = readAction(method, type.toLowerCase(), verb.toLowerCase())
  if (name === '' || scope === undefined || action === undefined) return undefined
  return {
    kind: type.toLowerCase() === 'deployments' ? 'deployment' : 'stack',
    action,
    scope,
    id: verb === '' ? path : path.slice(0, -verb.length - 1)
  }
}

function readAction(
  method: ArmRequest['method'],
  type: string,
  verb: string
): DeploymentCall['action'] | undefined {
  // The what-if of a stack is a resource: it may be had by its PUT as well as by the POST after it.
  const isStackWhatIf = type === 'deploymentstackswhatifresults'
  if (method === 'PUT' && verb === '') return isStackWhatIf ? 'what-if' : 'deploy'
  if (method !== 'POST') return undefined
  if (verb === 'whatif' && type !== 'deploymentstacks') return 'what-if'
  return verb === 'validate' && !isStackWhatIf ? 'validate' : undefined
}

/** True for the resource ID of a deployment at one of the four scopes, as a nested one is named by its parent. */
export function isDeploymentId(id: string): boolean {
  const [, before = '', type = '', , verb] = DEPLOYMENT.exec(id) ?? []
  return (
    type.toLowerCase() === 'deployments' &&
    verb === undefined &&
    SCOPES.some(([, pattern]) => pattern.test(before)) &&
    !/[\s?#\\]|\/\.{1,2}(?:\/|$)/.test(id)
  )
}
