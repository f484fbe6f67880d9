/**
 * The input `creds`: a service principal as one JSON object, the secret that azure/login has taken since its first
 * version (https://github.com/Azure/login#login-with-a-service-principal-secret). Pure.
 * No message here quotes the text: any part of it may be the secret.
 */
import { InputError } from '../errors.ts'
import { GUID, omitUndefined, parseJson } from '../values.ts'
import { isTenant } from './ids.ts'

/** A service principal with its secret. */
export interface Creds {
  readonly clientId: string
  readonly clientSecret: string
  readonly tenantId: string
  readonly subscriptionId?: string
  /** URL of its resource manager; azure/login needs it for Azure Stack. */
  readonly resourceManagerEndpoint?: string
}

const CREDS_FIELDS = ['clientId', 'clientSecret', 'tenantId', 'subscriptionId']

const SHAPE =
  'JSON such as {"clientId": "…", "clientSecret": "…", "tenantId": "…", "subscriptionId": "…"}'

/**
 * The service principal in the text of `creds`. Fields that are not needed are ignored.
 * @throws InputError
 */
export function readCreds(text: string): Creds {
  const fields = parseCredsFields(text)
  if (fields === undefined) return refuseCreds('is not a JSON object')
  const read = (name: string): string | undefined => {
    const value = fields[name]
    if (value === undefined || value === null || value === '') return undefined
    return typeof value === 'string' ? value.trim() : refuseCreds(`has a ${name} that is not text`)
  }
  const need = (name: string): string => read(name) ?? refuseCreds(`has no ${name}`)
  const clientId = need('clientId')
  const clientSecret = need('clientSecret')
  const tenantId = need('tenantId')
  const subscriptionId = read('subscriptionId')
  const resourceManagerEndpoint = read('resourceManagerEndpointUrl')
  if (!GUID.test(clientId)) refuseCreds('has a clientId that is not a GUID')
  if (!isTenant(tenantId)) refuseCreds('has a tenantId that is neither a GUID nor a domain')
  if (subscriptionId !== undefined && !GUID.test(subscriptionId)) {
    refuseCreds('has a subscriptionId that is not a GUID')
  }
  return Object.freeze(
    omitUndefined({ clientId, clientSecret, tenantId, subscriptionId, resourceManagerEndpoint })
  )
}

/**
 * The secrets in the text of `creds`, whether or not it can be used: every field, but for the public addresses of a
 * cloud, without which no log could be read. In a text that is not JSON, every word that is long enough to be one.
 */
export function listCredsSecrets(text: string): readonly string[] {
  const fields = parseCredsFields(text)
  if (fields === undefined) {
    const words = text.match(/[^\s"',:{}[\]]{6,}/g) ?? []
    return words.filter((word) => !CREDS_FIELDS.includes(word))
  }
  return Object.values(fields)
    .filter((value) => typeof value === 'string')
    .map((value) => value.trim())
    .filter((value) => value !== '' && !/^https?:\/\//i.test(value))
}

function parseCredsFields(text: string): Readonly<Record<string, unknown>> | undefined {
  const value = parseJson(text)
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value)
  return isObject ? { ...value } : undefined
}

function refuseCreds(problem: string): never {
  throw new InputError('creds', { problem, allowed: SHAPE })
}
