/**
 * Resource IDs and the portal pages that show them. Pure.
 */
import { readField, readObject } from '../http/body.ts'
import type { ArmRequest, HttpResponse } from '../http/message.ts'
import { trimEnd } from '../values.ts'
import { findKnownOperation } from './known-operations.ts'

/**
 * The ID of the resource that a request is about: the URL's path, without the action of a POST; as the result of a
 * PUT or PATCH spells it, when that is the same resource and not the operation (an operation has an `id` too:
 * https://github.com/Azure/azure-resource-manager-rpc/blob/master/v1.0/async-api-reference.md).
 */
export function findResourceId(
  request: ArmRequest,
  result: HttpResponse | undefined
): string | undefined {
  const path = readPath(request.url)
  const id = request.method === 'POST' ? removeAction(path) : path
  if (request.method === 'PUT' || request.method === 'PATCH') {
    const named = result === undefined ? undefined : readField(readObject(result.body), 'id')
    if (typeof named === 'string' && isResourceId(named) && haveSameName(named, id)) return named
  }
  return isResourceId(id) ? id : undefined
}

/** The path as people write it, `équipe` and not `%C3%A9quipe`; as it was sent where that would be no resource ID. */
function readPath(url: string): string {
  const path = trimEnd(new URL(url).pathname, '/')
  try {
    const decoded = decodeURI(path)
    return isResourceId(decoded) ? decoded : path
  } catch {
    return path
  }
}

/** No control character, invisible mark or lone surrogate is in one: `encodeURI` throws on the last. */
function isResourceId(text: string): boolean {
  return /^\/(subscriptions|providers)\/[^\s?#\p{C}]+$/iu.test(text) && text.length <= 2_048
}

function haveSameName(one: string, other: string): boolean {
  const [name, otherName] = [one, other].map((id) => id.split('/').at(-1)?.toLowerCase())
  return name === otherName
}

/** After `/providers/{namespace}`, as before it, a resource is pairs of type and name: an odd last segment is an action. */
function removeAction(path: string): string {
  const providers = path.toLowerCase().lastIndexOf('/providers/')
  const segments = path.slice(Math.max(0, providers) + 1).split('/')
  const pairs = providers < 0 ? segments : segments.slice(2)
  return pairs.length % 2 === 0 ? path : path.slice(0, path.lastIndexOf('/'))
}

/** The resource that a page of the portal can show: a what-if or validation leaves none, so it is the scope. */
export function findShownResource(
  { method, url }: ArmRequest,
  resourceId: string | undefined
): string | undefined {
  const known = findKnownOperation(readPath(url), method)
  if (known?.operation.page !== 'scope') return resourceId
  return isResourceId(known.scope) ? known.scope : undefined
}

/** The portal page of a resource; a deployment has one of its own. Undefined where a cloud has no known portal. */
export function findPortalUrl(
  portalOrigin: string | undefined,
  resourceId: string | undefined
): string | undefined {
  if (portalOrigin === undefined || resourceId === undefined) return undefined
  if (findKnownOperation(resourceId)?.operation.page === 'deployment') {
    const id = encodeURIComponent(resourceId)
    return `${portalOrigin}/#view/HubsExtension/DeploymentDetailsBlade/~/overview/id/${id}`
  }
  return `${portalOrigin}/#@/resource${encodeURI(resourceId)}`
}
