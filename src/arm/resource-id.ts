/**
 * Resource IDs and the portal pages that show them. Pure.
 */
import { readField, readObject } from '../operation/body.ts'
import type { ArmRequest, ArmResponse } from '../operation/message.ts'

/**
 * The ID of the resource that a request is about: the `id` of its result when that is a resource ID, else the URL's
 * path, without the action of a POST.
 */
export function findResourceId(
  request: ArmRequest,
  result: ArmResponse | undefined
): string | undefined {
  if (request.method === 'PUT' || request.method === 'PATCH') {
    const id = result === undefined ? undefined : readField(readObject(result.body), 'id')
    if (typeof id === 'string' && isResourceId(id)) return id
  }
  const path = new URL(request.url).pathname.replace(/\/+$/, '')
  const id = request.method === 'POST' ? removeAction(path) : path
  return isResourceId(id) ? id : undefined
}

function isResourceId(text: string): boolean {
  return /^\/(subscriptions|providers)\/[^\s?#]+$/i.test(text) && text.length <= 2_048
}

/** After `/providers/{namespace}`, as before it, a resource is pairs of type and name: an odd last segment is an action. */
function removeAction(path: string): string {
  const providers = path.toLowerCase().lastIndexOf('/providers/')
  const segments = path.slice(1).split('/').length
  const before = providers < 0 ? 0 : path.slice(1, providers).split('/').length + 2
  const rest = segments - before
  return rest % 2 === 0 ? path : path.slice(0, path.lastIndexOf('/'))
}

/** The portal page of a resource; a deployment has one of its own. Undefined where a cloud has no known portal. */
export function findPortalUrl(
  portalOrigin: string | undefined,
  resourceId: string | undefined
): string | undefined {
  if (portalOrigin === undefined || resourceId === undefined) return undefined
  if (/\/providers\/microsoft\.resources\/deployments\/[^/]+$/i.test(resourceId)) {
    const id = encodeURIComponent(resourceId)
    return `${portalOrigin}/#view/HubsExtension/DeploymentDetailsBlade/~/overview/id/${id}`
  }
  return `${portalOrigin}/#@/resource${encodeURI(resourceId)}`
}
