/**
 * User-assigned identities: made at once, each with a principal and a client ID of its own that stay the same
 * (https://learn.microsoft.com/rest/api/managedidentity/user-assigned-identities/create-or-update). Other requests for
 * one are any resource's business.
 */
import { createHash } from 'node:crypto'
import { isType } from './arm-path.ts'
import { answerProvider } from './generic-provider.ts'
import { HABIT_HEADER } from './instructions.ts'
import type { JsonObject } from './json.ts'
import { readObject } from './json.ts'
import type { Answer, SimulatedRequest } from './message.ts'
import { findResource, showResource, type World } from './world.ts'

const IDENTITY_TYPE = 'Microsoft.ManagedIdentity/userAssignedIdentities'

/** Answers PUT and GET of an identity; undefined for everything else. */
export function answerUserIdentity(request: SimulatedRequest, world: World): Answer | undefined {
  const { armPath, method, headers } = request
  const isItself = isType(armPath, IDENTITY_TYPE) && armPath.tail === undefined
  if (!isItself || (method !== 'PUT' && method !== 'GET')) return undefined
  const atOnce = { ...request, headers: { [HABIT_HEADER]: 'sync', ...headers } }
  const answer = answerProvider(atOnce, world)
  const identity = findResource(world, armPath.id)
  const isGiven = answer !== undefined && answer.status < 300 && identity !== undefined
  if (!isGiven) return answer
  const body = showResource(identity, request.at)
  const properties = { ...readObject(body, 'properties'), ...describeIdentity(armPath.id) }
  return { ...answer, body: { ...body, properties } }
}

function describeIdentity(id: string): JsonObject {
  return { principalId: toGuid(`principal of ${id}`), clientId: toGuid(`client of ${id}`) }
}

/** A GUID of version 4 by its looks. */
function toGuid(text: string): string {
  const digits = createHash('sha256').update(text.toLowerCase()).digest('hex')
  const cut = (from: number, to: number) => digits.slice(from, to)
  return `${cut(0, 8)}-${cut(8, 12)}-4${cut(12, 15)}-8${cut(15, 18)}-${cut(18, 30)}`
}
