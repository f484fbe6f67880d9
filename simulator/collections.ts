/**
 * Lists of resources: those of a type in a subscription, in a group, or below another resource, in pages.
 */

import type { Answer, SimulatedRequest } from './message.ts'
import { answerPage } from './paging.ts'
import { answerMissingGroup, findResource, isGroupGone, showResource, type World } from './world.ts'

/** Answers GET of a collection; undefined for everything else. */
export function answerCollection(request: SimulatedRequest, world: World): Answer | undefined {
  const { armPath, method, at } = request
  const { scope, type, tail, id, names } = armPath
  if (method !== 'GET' || tail === undefined || scope.kind === 'resource') return undefined
  const { resourceGroup } = scope
  if (resourceGroup !== undefined && isGroupGone(world, request.pathname)) {
    return answerMissingGroup(resourceGroup)
  }
  const wanted = `${type}/${tail}`.toLowerCase()
  // A subscription lists what is in any of its groups.
  const prefix = `${names.length === 0 ? scope.id : `${id}/${tail}`}/`.toLowerCase()
  const entries = [...world.resources.values()].flatMap((each) => {
    const isWanted = each.type.toLowerCase() === wanted
    if (!isWanted || !each.id.toLowerCase().startsWith(prefix)) return []
    const resource = findResource(world, each.id)
    return resource === undefined ? [] : [showResource(resource, at)]
  })
  return answerPage(request, world, entries)
}
