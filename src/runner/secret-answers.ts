/**
 * Answers that are secret by what was asked for: a call that lists, gets or makes keys, secrets, tokens, credentials,
 * settings or publishing profiles. What its answer calls them, no rule on names could foresee. Pure.
 */
import { asObject, isList, isObject, readField } from '../http/body.ts'
import type { ArmRequest, Body, JsonValue } from '../http/message.ts'
import { isSecretName } from '../secret-shapes.ts'
import { decodePart, trimEnd } from '../values.ts'
import { isHarmlessText } from './harmless-texts.ts'

const VERB =
  /^(?:list|get|generate|regenerate|retrieve|create|reset|renew|rotate|roll|refresh|fetch|export)/
const SECRET_NOUN =
  /(?:keys?|secrets?|tokens?|credentials?|passwords?|connectionstrings?|settings|sas|(?:sas|upload|callback|sso)ur[il]|fullurl|generateuri|(?:key)?value|connectioninfo|(?:share?able|consent)links?|publishxml|vpnprofile|vpnclientpackage|vpnprofilepackageurl)$/
/** Actions that are a noun alone. */
const SECRET_ACTION =
  /^(?:token|sharedkeys?|readonlykeys|publishxml|pnscredentials|publishingprofiles?)$/
/** Actions about keys that are no secret: the other half of a pair, or names of keys in a vault. */
const HARMLESS_ACTION = /public|keyvault|thumbprint/

/**
 * Types of resource that are a secret, whatever is done to them; of settings of an app, their names too.
 * https://learn.microsoft.com/rest/api/network-gateway/virtual-network-gateway-connections/get-shared-key
 * https://learn.microsoft.com/rest/api/appservice/web-apps/create-or-update-function-secret
 * https://learn.microsoft.com/rest/api/appservice/web-apps/create-or-update-host-secret
 * https://learn.microsoft.com/rest/api/appservice/web-apps/update-application-settings
 * https://learn.microsoft.com/rest/api/appservice/web-apps/get-functions-admin-token
 * https://learn.microsoft.com/rest/api/automation/agent-registration-information/get
 * https://learn.microsoft.com/rest/api/hdinsight/configurations/get
 */
const SECRET_RESOURCE = [
  /^microsoft\.network\/(?:connections|vpngateways\/vpnconnections\/vpnlinkconnections)\/sharedkeys?$/,
  /^microsoft\.web\/sites\/(?:slots\/)?(?:functions\/keys|functions\/token|host\/[a-z]*keys?)$/,
  /^microsoft\.automation\/automationaccounts\/agentregistrationinformation$/,
  /^microsoft\.hdinsight\/clusters\/configurations$/
]
const APP_CONFIG = /^microsoft\.web\/(?:sites|staticsites)\/(?:slots\/|builds\/)?config(?:\/list)?$/
const SECRET_CONFIG =
  /^(?:appsettings|connectionstrings|functionappsettings|publishingcredentials|authsettings(?:v2)?|azurestorageaccounts|backup|metadata|pushsettings)$/
/** Proxy of the host of an app: https://github.com/Azure/azure-functions-host/wiki/Key-management-API */
const HOST_ADMIN = '/hostruntime/admin/'
const HOST_KEYS = /\/(?:keys?|systemkeys|functionkeys|masterkey|token)\b/

function readsHostKeys(path: string): boolean {
  const at = path.indexOf(HOST_ADMIN)
  return at >= 0 && HOST_KEYS.test(path.slice(at + HOST_ADMIN.length - 1))
}

/** True when the answer to a request is secret by what the request asks for. */
export function asksForSecrets({ method, url }: ArmRequest): boolean {
  if (!URL.canParse(url)) return false
  const path = trimEnd(new URL(url).pathname.toLowerCase(), '/')
  const at = path.lastIndexOf('/providers/')
  if (at < 0 || method === 'DELETE' || method === 'HEAD') return false
  const [namespace = '', ...segments] = path.slice(at + '/providers/'.length).split('/')
  const types = segments.filter((_, index) => index % 2 === 0)
  const type = [namespace, ...types].join('/')
  if (SECRET_RESOURCE.some((pattern) => pattern.test(type)) || readsHostKeys(path)) return true
  if (APP_CONFIG.test(type)) return isSecretConfig(method, segments)
  const hasAction = segments.length % 2 === 1
  if (method === 'PUT' || method === 'PATCH' || (method === 'GET' && !hasAction)) return false
  // `regenerateAdminKey/primary` has a name behind the action, and `webhooks/generateUri` is an action of a list.
  const actions = method === 'GET' ? segments.slice(-1) : [segments.at(-1), types.at(-1)]
  return actions.some((action) => action !== undefined && isSecretAction(action, method))
}

function isSecretAction(action: string, method: string): boolean {
  if (HARMLESS_ACTION.test(action)) return false
  const isNamed = VERB.test(action) && SECRET_NOUN.test(action)
  // A GET of `tokens` lists their names.
  return isNamed || (SECRET_ACTION.test(action) && (method === 'POST' || action === 'readonlykeys'))
}

function isSecretConfig(method: string, segments: readonly string[]): boolean {
  const isList = segments.at(-1) === 'list'
  const name = segments.at(isList ? -2 : -1) ?? ''
  // A GET says nothing of the values but where they come from.
  return SECRET_CONFIG.test(name) && (isList || method !== 'GET')
}

/** Names of fields that tell what something is; all in them is left as it is. */
const DESCRIBING_NAMES = new Set(
  'name,id,type,location,kind,etag,tags,systemdata,identity,sku,nextlink'.split(',')
)
/** The service's own spelling: a setting of an app may be called `USERNAME`. */
const LABELS =
  /^(?:description|displayName|keyName|user[nN]ame|permissions|provisioningState|status|publicKey)$/

/** Texts of one answer that is secret by what was asked for. */
export interface AskedSecrets {
  readonly secrets: readonly string[]
  /** False where there are more than can be told. */
  readonly isComplete: boolean
  /** How many texts are left as they are. */
  readonly leftOut: number
}

const MIN_SECRET_CHARS = 8
const MAX_SECRETS = 1_000
const MAX_VALUES = 200_000

/**
 * The secrets of an answer that is secret by what was asked for; none of any other answer.
 * @param plainTexts texts of the step that are public, in lower case: what stands in them is no secret
 */
export function findAskedSecrets(
  body: Body,
  request: ArmRequest,
  plainTexts: string
): AskedSecrets {
  if (!asksForSecrets(request)) return { secrets: [], isComplete: true, leftOut: 0 }
  const known = `${readKnown(request.url)}\n${plainTexts}`
  const texts = body.kind === 'json' ? listTexts(body.value) : readTextBody(body)
  const found = texts.filter(
    (text) =>
      text.length >= MIN_SECRET_CHARS &&
      !isHarmlessText(text) &&
      !known.includes(text.toLowerCase())
  )
  const secrets = [...new Set(found)]
  const isComplete = secrets.length <= MAX_SECRETS && texts.length < MAX_VALUES
  return {
    secrets: secrets.slice(0, MAX_SECRETS),
    isComplete,
    leftOut: texts.length - found.length
  }
}

/** The URL as it was sent and as people write it. */
function readKnown(url: string): string {
  return `${url}\n${decodePart(url) ?? ''}`.toLowerCase()
}

/** Texts under `properties` and `value`; of the whole body where there is neither, and of no error. */
function listTexts(body: JsonValue): readonly string[] {
  const object = asObject(body)
  if (isError(object)) return []
  const parts = [readField(object, 'properties'), readField(object, 'value')]
  const roots = parts.filter((part) => part !== undefined)
  const texts: string[] = []
  const left: JsonValue[] = roots.length === 0 ? [body] : roots
  for (let seen = 0; left.length > 0 && seen < MAX_VALUES; seen += 1) {
    const value = left.pop() ?? null
    if (typeof value === 'string') texts.push(value.trim())
    else if (isList(value)) for (const item of value) left.push(item)
    else if (isObject(value)) {
      for (const [name, inner] of Object.entries(value)) {
        if (!DESCRIBING_NAMES.has(name.toLowerCase()) && !LABELS.test(name)) left.push(inner)
      }
    }
  }
  return texts.filter((text) => text !== '')
}

function isError(object: ReturnType<typeof asObject>): boolean {
  const error = readField(object, 'error')
  return (
    isObject(error) ||
    (typeof readField(object, 'code') === 'string' && readField(object, 'message') !== undefined)
  )
}

const ATTRIBUTE = /(?<![\w-])([\w-]+)\s*=\s*"([^"]*)"/g

/** Of a publishing profile the attributes with the names of secrets; of other text each line. */
function readTextBody(body: Body): readonly string[] {
  if (body.kind === 'empty' || body.kind === 'json') return []
  if (/^\s*<(?!!doctype|html)/i.test(body.text)) {
    return [...body.text.matchAll(ATTRIBUTE)].flatMap(([, name = '', value = '']) =>
      isSecretName(name) && value !== '' ? [value] : []
    )
  }
  if (body.kind === 'malformed') return []
  return body.text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
}
