/**
 * The subscription that the session of the Azure CLI works on, from its profile file, where `azure/login` leaves it.
 * Asks nobody: `az` itself takes a second to start.
 */
import { readFileSync, statSync } from 'node:fs'
import { platform as hostPlatform } from 'node:os'
import { join } from 'node:path'
import { CLOUD_NAMES, type CloudName } from '../arm/clouds.ts'
import { asObject, isList, isObject, parseJsonText } from '../http/body.ts'
import type { JsonObject } from '../http/message.ts'
import { GUID } from '../values.ts'
import type { Environment } from './environment.ts'

/**
 * ID of the session's default subscription in this cloud; undefined where there is none that can be read.
 * @param platform default: this machine's
 */
export function findDefaultSubscription(
  cloud: CloudName,
  { AZURE_CONFIG_DIR, HOME, USERPROFILE }: Environment,
  platform: NodeJS.Platform = hostPlatform()
): string | undefined {
  // As Python has it: on Windows a HOME, which Git's shell sets, does not count.
  const home = platform === 'win32' ? USERPROFILE : HOME
  const folder = AZURE_CONFIG_DIR || (home && join(home, '.azure'))
  const known = folder ? readSubscriptions(join(folder, 'azureProfile.json')) : []
  const id = known.find((each) => each.isDefault === true && isOf(cloud, each))?.id
  return typeof id === 'string' && GUID.test(id) ? id : undefined
}

/** Room for some ten thousand subscriptions. */
const MAX_PROFILE_BYTES = 8 * 1024 * 1024

function readSubscriptions(path: string): readonly JsonObject[] {
  try {
    const stats = statSync(path)
    // What is no file may be read for ever.
    if (!stats.isFile() || stats.size > MAX_PROFILE_BYTES) return []
    // Python writes it with a byte order mark.
    const profile = asObject(parseJsonText(readFileSync(path, 'utf8').replace(/^\ufeff/, '')))
    const list = profile?.subscriptions
    return isList(list) ? list.filter(isObject) : []
  } catch {
    return []
  }
}

/**
 * One of this cloud, and a subscription: of a tenant without one, the profile has an entry by the tenant's ID.
 * A name that is not built in is that of an author's own cloud (`az cloud register`).
 */
function isOf(cloud: CloudName, { id, tenantId, environmentName }: JsonObject): boolean {
  if (id === tenantId) return false
  if (typeof environmentName !== 'string') return true
  const name = environmentName.toLowerCase()
  return name === cloud.toLowerCase() || (cloud === 'custom' && !BUILT_IN_NAMES.includes(name))
}

const BUILT_IN_NAMES = CLOUD_NAMES.filter((name) => name !== 'custom').map((name) =>
  name.toLowerCase()
)
