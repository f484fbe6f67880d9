/**
 * The two keys of a storage account: listed, and made anew one at a time
 * (https://learn.microsoft.com/rest/api/storagerp/storage-accounts/regenerate-key). Each is a secret of its own.
 */
import { randomBytes } from 'node:crypto'
import { isType } from './arm-path.ts'
import { answerError } from './errors.ts'
import type { JsonObject } from './json.ts'
import { readString } from './json.ts'
import type { Answer, SimulatedRequest } from './message.ts'
import { startOperation } from './operations.ts'
import { STORAGE_TYPE } from './storage-accounts.ts'
import { answerMissingResource, findResource, recordEffect, type World } from './world.ts'

const KEY_NAMES = ['key1', 'key2']
const KEY_BYTES = 64

/** Answers `listKeys` and `regenerateKey` of a storage account; undefined for everything else. */
export function answerStorageKeys(request: SimulatedRequest, world: World): Answer | undefined {
  const { armPath, method, json } = request
  const action = armPath.tail?.toLowerCase()
  const isKnown = action === 'listkeys' || action === 'regeneratekey'
  if (!isType(armPath, STORAGE_TYPE) || method !== 'POST' || !isKnown) return undefined
  if (findResource(world, armPath.id) === undefined) return answerMissingResource(world, armPath)
  if (action === 'regeneratekey') {
    const name = KEY_NAMES.find((known) => known === readString(json, 'keyName'))
    if (name === undefined) {
      const message = 'Values for request parameters are invalid: keyName.'
      return answerError(400, 'InvalidValuesForRequestParameters', message)
    }
    makeKey(request, world, name)
    recordEffect(world, request, 'resource-action', armPath.id)
  }
  return { status: 200, body: { keys: KEY_NAMES.map((name) => readKey(request, world, name)) } }
}

/** An account has its keys from the first moment on; here, from the first look at them. */
function readKey(request: SimulatedRequest, world: World, keyName: string): JsonObject {
  const key = findResource(world, keyId(request, keyName)) ?? makeKey(request, world, keyName)
  return { keyName, permissions: 'FULL', ...key.body }
}

// Kept as a resource below the account, so that it goes when its resource group does.
function makeKey(request: SimulatedRequest, world: World, name: string) {
  const key = {
    id: keyId(request, name),
    name,
    type: `${STORAGE_TYPE}/keys`,
    body: { value: randomBytes(KEY_BYTES).toString('base64') },
    doing: 'update' as const,
    operation: startOperation(request.at, 0, undefined)
  }
  world.resources.set(key.id.toLowerCase(), key)
  return key
}

function keyId({ armPath }: SimulatedRequest, name: string): string {
  return `${armPath.id}/keys/${name}`
}
