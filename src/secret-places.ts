/**
 * Places whose texts are secrets: by the names that lead to them, and by the resource that they belong to. Pure.
 * Knows what is asked for and written; what a text looks like, `secret-shapes.ts` tells.
 */
import { isSecretName } from './secret-shapes.ts'

/** Properties in which every text is a secret, but for those that name something. */
const SECRET_PARTS =
  /^(?:customData|userData|protectedSettings|secureValue|secrets|appSettings|connectionStrings?|credentials?|passwords)$/i
const NAMING_PARTS =
  /^(?:name|id|type|identity|slotSetting|keyVaultUrl|certificateUrl|certificateStore|secretRef)$/
/** Resources whose properties, or whose value, are secrets. */
const SECRET_SETTINGS =
  /^microsoft\.web\/(?:sites|staticsites)\/(?:(?:slots|builds)\/)?config .*(?:appsettings|connectionstrings|authsettings(?:v2)?|azurestorageaccounts|metadata|pushsettings)$/i
const SECRET_VALUE =
  /^(?:microsoft\.keyvault\/vaults\/secrets|microsoft\.apimanagement\/service\/namedvalues|microsoft\.automation\/automationaccounts\/variables|microsoft\.network\/connections\/sharedkey|microsoft\.web\/sites\/(?:slots\/)?(?:functions\/keys|host\/[a-z]*keys?)) /i

/** Place of a value: the resource, as its type and name, and the names on the way to the value. */
export interface PropertyPlace {
  readonly resource: string
  readonly path: readonly string[]
}

/** True where every text is a secret. */
export function isSecretPlace({ resource, path }: PropertyPlace): boolean {
  const last = path.at(-1) ?? ''
  // Tags are public, and read with every resource.
  if (path[0]?.toLowerCase() === 'tags' || NAMING_PARTS.test(last)) return false
  if (isSecretName(last) || path.some((part) => SECRET_PARTS.test(part))) return true
  const list = path.at(-2) ?? ''
  const isValue = last.toLowerCase() === 'value'
  // `passwords: [{ value }]`, as a list of them is written.
  if (isValue && list.endsWith('s') && isSecretName(list.slice(0, -1))) return true
  const isSetting = SECRET_SETTINGS.test(resource) && path[0] === 'properties'
  return isSetting || (SECRET_VALUE.test(resource) && isValue)
}
