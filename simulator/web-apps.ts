/**
 * App Service: what a site shows of itself, its configuration as a resource of its own, and the swap of a slot, which
 * exchanges the configurations (https://learn.microsoft.com/rest/api/appservice/web-apps/swap-slot-with-production).
 * Other requests for a site are any resource's business.
 */
import { isType } from './arm-path.ts'
import { answerError } from './errors.ts'
import { answerProvider } from './generic-provider.ts'
import { startRequested } from './instructions.ts'
import type { JsonObject } from './json.ts'
import { isJsonObject, readObject, readString } from './json.ts'
import type { Answer, SimulatedRequest } from './message.ts'
import { isRunning, startOperation } from './operations.ts'
import {
  answerMissingResource,
  findResource,
  type Resource,
  recordEffect,
  showResource,
  type World
} from './world.ts'

const SITE_TYPE = 'Microsoft.Web/sites'
const SLOT_TYPE = 'Microsoft.Web/sites/slots'
const PRODUCTION = 'production'
const SWAP_SECONDS = 40
const RETRY_AFTER_SECONDS = 15

/** Answers GET and PUT of a site or slot, and the swap of one; undefined for everything else. */
export function answerWebApp(request: SimulatedRequest, world: World): Answer | undefined {
  const { armPath, method } = request
  if (!isType(armPath, SITE_TYPE) && !isType(armPath, SLOT_TYPE)) return undefined
  if (armPath.tail?.toLowerCase() === 'slotsswap' && method === 'POST') return swap(request, world)
  if (armPath.tail !== undefined) return undefined
  if (method === 'PUT') return putSite(request, world)
  const site = findResource(world, armPath.id)
  if (method !== 'GET' || site === undefined) return undefined
  return { status: 200, body: showSite(site, request) }
}

/** The configuration in the body of a site is kept where `config/web` reads it. */
function putSite(request: SimulatedRequest, world: World): Answer | undefined {
  const answer = answerProvider(request, world)
  const { siteConfig } = readObject(request.json, 'properties')
  if (answer === undefined || answer.status >= 300 || !isJsonObject(siteConfig)) return answer
  storeConfig(world, request, configId(request.armPath.id), siteConfig)
  return answer
}

function showSite(site: Resource, { armPath, at }: SimulatedRequest): JsonObject {
  const shown = showResource(site, at)
  const host = `${armPath.names.join('-').toLowerCase()}.azurewebsites.net`
  const properties = { ...readObject(shown, 'properties'), state: 'Running', defaultHostName: host }
  return { ...shown, properties }
}

function swap(request: SimulatedRequest, world: World): Answer {
  const { armPath, json } = request
  const siteId = armPath.id.replace(/\/slots\/[^/]+$/i, '')
  const targetName = readString(json, 'targetSlot') ?? PRODUCTION
  const isSite = targetName.toLowerCase() === PRODUCTION
  const from = findResource(world, armPath.id)
  if (from === undefined) return answerMissingResource(world, armPath)
  const to = findResource(world, isSite ? siteId : `${siteId}/slots/${targetName}`)
  if (to === undefined || to === from) {
    const message = `Cannot find slot with name '${targetName}' to swap with.`
    return answerError(404, 'NotFound', message)
  }
  if ([from, to].some(({ operation }) => isRunning(operation, request.at))) {
    const message = 'Cannot modify this site because another operation is in progress.'
    return answerError(409, 'Conflict', message)
  }
  exchangeConfigs(world, request, [from.id, to.id])
  recordEffect(world, request, 'resource-action', armPath.id)
  return startSwap(request, world, [from, to])
}

function startSwap(request: SimulatedRequest, world: World, sites: readonly Resource[]): Answer {
  const operation = startRequested(request, SWAP_SECONDS)
  for (const site of sites) {
    world.resources.set(site.id.toLowerCase(), { ...site, doing: 'action', operation })
  }
  const urls = world.operations.track(
    {
      operation,
      locationPath: `${sites[0]?.id}/operationresults/${operation.id}`,
      apiVersion: request.apiVersion,
      retryAfterSeconds: RETRY_AFTER_SECONDS,
      showResult: () => ({ status: 204 })
    },
    world.origin
  )
  return { status: 202, headers: { location: urls.location, ...urls.retryAfter } }
}

function exchangeConfigs(
  world: World,
  request: SimulatedRequest,
  [one, other]: readonly [string, string]
): void {
  const [first = {}, second = {}] = [one, other].map((id) => {
    const config = findResource(world, configId(id))
    return config === undefined ? undefined : readObject(config.body, 'properties')
  })
  storeConfig(world, request, configId(one), second)
  storeConfig(world, request, configId(other), first)
}

function configId(siteId: string): string {
  return `${siteId}/config/web`
}

/** What is stored is there at once: the site's own operation is what takes its time. */
function storeConfig(
  world: World,
  { at, armPath }: SimulatedRequest,
  id: string,
  properties: JsonObject
): void {
  const type = `${armPath.type}/config`
  const operation = startOperation(at, 0, undefined)
  world.resources.set(id.toLowerCase(), {
    id,
    name: 'web',
    type,
    body: { properties },
    doing: 'update',
    operation
  })
}
