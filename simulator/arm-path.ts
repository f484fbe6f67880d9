/**
 * Takes a resource manager path apart: the scope, then the provider's types and names. Pure.
 */

export interface Scope {
  readonly kind: 'tenant' | 'management-group' | 'subscription' | 'resource-group' | 'resource'
  /** As the request wrote it, without a trailing slash; empty for the tenant. */
  readonly id: string
  readonly subscriptionId?: string
  readonly resourceGroup?: string
}

export interface ArmPath {
  readonly scope: Scope
  /** Namespace and types, `Microsoft.Compute/virtualMachines`; empty when the path has no provider. */
  readonly type: string
  /** One name for each type; one fewer when the path ends in a collection or an action. */
  readonly names: readonly string[]
  /** The last segment when it has no name of its own: an action (`start`) or a collection. */
  readonly tail?: string
  /** Resource ID: scope, provider, types and names, without the tail. */
  readonly id: string
}

/** Reads a path such as `/subscriptions/{s}/resourceGroups/{g}/providers/{namespace}/{type}/{name}/{action}`. */
export function parseArmPath(pathname: string): ArmPath {
  const segments = pathname.split('/').filter(Boolean).map(decodeSegment)
  const at = segments.findLastIndex((segment) => segment.toLowerCase() === 'providers')
  const isProvider = at >= 0 && segments.length >= at + 3
  const scope = readScope(isProvider ? segments.slice(0, at) : segments)
  if (!isProvider) return { scope, type: '', names: [], id: scope.id }
  const namespace = segments[at + 1] ?? ''
  const rest = segments.slice(at + 2)
  const tail = rest.length % 2 === 1 ? rest.at(-1) : undefined
  const pairs = tail === undefined ? rest : rest.slice(0, -1)
  const types = pairs.filter((_, index) => index % 2 === 0)
  return {
    scope,
    type: [namespace, ...types].join('/'),
    names: pairs.filter((_, index) => index % 2 === 1),
    id: [scope.id, 'providers', namespace, ...pairs].join('/'),
    ...(tail === undefined ? {} : { tail })
  }
}

/** The scope that a scope's own path names. */
export function readScope(segments: readonly string[]): Scope {
  const id = segments.length === 0 ? '' : `/${segments.join('/')}`
  const lower = segments.map((segment) => segment.toLowerCase())
  if (segments.length === 0) return { kind: 'tenant', id }
  const isManagementGroup =
    lower[0] === 'providers' && lower[1] === 'microsoft.management' && lower.length === 4
  if (isManagementGroup) return { kind: 'management-group', id }
  const subscriptionId = lower[0] === 'subscriptions' ? segments[1] : undefined
  const resourceGroup = lower[2] === 'resourcegroups' ? segments[3] : undefined
  if (subscriptionId === undefined) return { kind: 'resource', id }
  if (resourceGroup === undefined) {
    return { kind: segments.length === 2 ? 'subscription' : 'resource', id, subscriptionId }
  }
  const kind = segments.length === 4 ? 'resource-group' : 'resource'
  return { kind, id, subscriptionId, resourceGroup }
}

/** True when two resource types are one, without regard to case. */
export function isType(path: ArmPath, type: string): boolean {
  return path.type.toLowerCase() === type.toLowerCase()
}

function decodeSegment(segment: string): string {
  try {
    return decodeURIComponent(segment)
  } catch {
    return segment
  }
}
