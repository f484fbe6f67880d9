/**
 * The Azure clouds: where each one's Azure Resource Manager is, and who signs in to it.
 * Built in are the clouds that anyone can name; Azure Stack, air-gapped clouds and simulators are `custom`, with
 * their addresses given by the workflow's author and never taken from an endpoint's own metadata.
 * Addresses as in azcore's `arm/runtime` and `cloud` packages (https://github.com/Azure/azure-sdk-for-go) and MSAL's
 * authority metadata (https://github.com/AzureAD/microsoft-authentication-library-for-js).
 */
import { InputError } from '../errors.ts'
import type { Trust } from '../http/trust.ts'
import { omitUndefined, trimEnd } from '../values.ts'

/** Names of the clouds, as the input `environment` has them. */
export const CLOUD_NAMES = [
  'AzureCloud',
  'AzureUSGovernment',
  'AzureChinaCloud',
  'AzureBleuCloud',
  'AzureDelosCloud',
  'custom'
] as const
/** Name of a cloud. */
export type CloudName = (typeof CLOUD_NAMES)[number]

/** Cloud: its addresses, and the places where its token may go. */
export interface Cloud {
  readonly name: CloudName
  /** Origin, without a slash at its end: `https://management.azure.com`. */
  readonly resourceManagerEndpoint: string
  /** Places where the token may go. */
  readonly trust: Trust
  /** Service that the token is for; absent in a custom cloud that was given none. */
  readonly audience?: string
  /** Issuer of the token; absent in a custom cloud that was given none. */
  readonly authorityHost?: string
  /** Audience that this cloud's federated credentials expect in a GitHub ID token. */
  readonly idTokenAudience: string
  /** Origin of the portal; absent where its address is not known. */
  readonly portalOrigin?: string
}

/** Authority and scope that a token is asked with. */
export interface Authority {
  readonly authorityHost: string
  /** The audience as a scope of the v2.0 endpoint. */
  readonly scope: string
  /**
   * False for an authority that only its own network knows: asking the public one about it, as the sign-in libraries
   * do by themselves, would fail.
   */
  readonly isPublic: boolean
}

/** The inputs that choose a cloud; `''` when not given. */
export interface CloudInputs {
  readonly environment: string
  readonly endpoint: string
  readonly audience: string
  readonly authorityHost: string
  /**
   * AZURE_AUTHORITY_HOST, `''` when not set. It counts in a custom cloud without authority-host; for a built-in cloud it
   * may name one of that cloud's own authorities and no other, because whatever it names is sent the proof of identity.
   */
  readonly authorityHostVariable?: string
}

type BuiltInCloudName = Exclude<CloudName, 'custom'>
type Address = Omit<Cloud, 'name' | 'trust'>

/** Audience that the public cloud expects, and so does a cloud that says nothing else. */
const DEFAULT_ID_TOKEN_AUDIENCE = 'api://AzureADTokenExchange'

const BUILT_IN_CLOUDS: Readonly<Record<BuiltInCloudName, Address>> = {
  AzureCloud: {
    resourceManagerEndpoint: 'https://management.azure.com',
    audience: 'https://management.core.windows.net/',
    authorityHost: 'https://login.microsoftonline.com',
    idTokenAudience: DEFAULT_ID_TOKEN_AUDIENCE,
    portalOrigin: 'https://portal.azure.com'
  },
  AzureUSGovernment: {
    resourceManagerEndpoint: 'https://management.usgovcloudapi.net',
    audience: 'https://management.core.usgovcloudapi.net/',
    authorityHost: 'https://login.microsoftonline.us',
    idTokenAudience: 'api://AzureADTokenExchangeUSGov',
    portalOrigin: 'https://portal.azure.us'
  },
  AzureChinaCloud: {
    resourceManagerEndpoint: 'https://management.chinacloudapi.cn',
    audience: 'https://management.core.chinacloudapi.cn/',
    authorityHost: 'https://login.chinacloudapi.cn',
    idTokenAudience: 'api://AzureADTokenExchangeChina',
    portalOrigin: 'https://portal.azure.cn'
  },
  AzureBleuCloud: {
    resourceManagerEndpoint: 'https://management.sovcloud-api.fr',
    audience: 'https://management.sovcloud-api.fr/',
    authorityHost: 'https://login.sovcloud-identity.fr',
    idTokenAudience: 'api://AzureADTokenExchangeFrance'
  },
  AzureDelosCloud: {
    resourceManagerEndpoint: 'https://management.sovcloud-api.de',
    audience: 'https://management.sovcloud-api.de/',
    authorityHost: 'https://login.sovcloud-identity.de',
    idTokenAudience: 'api://AzureADTokenExchangeGermany'
  }
}

/** Aliases of the authorities above; MSAL knows these, and no other, without asking. */
const AUTHORITY_ALIASES: Readonly<Partial<Record<BuiltInCloudName, readonly string[]>>> = {
  AzureCloud: ['https://login.windows.net', 'https://sts.windows.net'],
  AzureUSGovernment: ['https://login.usgovcloudapi.net'],
  AzureChinaCloud: ['https://login.partner.microsoftonline.cn']
}

/** Spellings of azure/login that differ by more than upper and lower case. */
const OTHER_SPELLINGS: ReadonlyMap<string, CloudName> = new Map([['azurestack', 'custom']])

/** Names of clouds that are not supported, with the reason. */
const REFUSED_NAMES: ReadonlyMap<string, string> = new Map([
  [
    'azuregermancloud',
    'is the German cloud that closed on 2021-10-29; the sovereign cloud in Germany is AzureDelosCloud'
  ],
  [
    'azuregermanycloud',
    'is spelled AzureDelosCloud here, because another cloud used to have that name'
  ]
])

/**
 * The cloud that the inputs name. Names are compared without regard to case, and azure/login's spellings fit.
 * @throws InputError naming `environment`, `resource-manager-endpoint`, `resource-manager-audience` or `authority-host`
 */
export function readCloud(inputs: CloudInputs): Cloud {
  const name = readCloudName(inputs.environment)
  if (name === 'custom') return createCustomCloud(inputs)
  refuseAddresses(name, inputs)
  const chosen = readAuthorityHostVariable(inputs)
  if (chosen !== undefined) refuseForeignAuthority(name, chosen)
  const address = { ...BUILT_IN_CLOUDS[name], ...omitUndefined({ authorityHost: chosen }) }
  // Regional hosts such as westus.management.azure.com appear in polling URLs.
  const trust = { origin: address.resourceManagerEndpoint, subdomains: true }
  return Object.freeze({ name, ...address, trust: Object.freeze(trust) })
}

function readCloudName(environment: string): CloudName {
  const wanted = environment === '' ? 'azurecloud' : environment.toLowerCase()
  const name =
    CLOUD_NAMES.find((candidate) => candidate.toLowerCase() === wanted) ??
    OTHER_SPELLINGS.get(wanted)
  if (name !== undefined) return name
  throw new InputError('environment', {
    read: environment,
    problem: REFUSED_NAMES.get(wanted) ?? 'is not a known cloud',
    allowed: CLOUD_NAMES.join(', ')
  })
}

function refuseAddresses(
  name: CloudName,
  { endpoint, audience, authorityHost }: CloudInputs
): void {
  const given = Object.entries({
    'resource-manager-endpoint': endpoint,
    'resource-manager-audience': audience,
    'authority-host': authorityHost
  }).find(([, text]) => text !== '')
  if (given === undefined) return
  throw new InputError(given[0], {
    problem: `is for environment custom; environment is ${name}, whose addresses are built in`
  })
}

function refuseForeignAuthority(name: BuiltInCloudName, authorityHost: string): void {
  const own = listAuthorities(name)
  if (own.includes(new URL(authorityHost).origin)) return
  throw new InputError('AZURE_AUTHORITY_HOST', {
    read: authorityHost,
    problem: `is no authority of environment ${name}`,
    allowed: `${own.join(', ')}, or the environment that it belongs to`
  })
}

function listAuthorities(name: BuiltInCloudName): readonly (string | undefined)[] {
  return [BUILT_IN_CLOUDS[name].authorityHost, ...(AUTHORITY_ALIASES[name] ?? [])]
}

function createCustomCloud(inputs: CloudInputs): Cloud {
  const { endpoint, audience, authorityHost } = inputs
  const origin = readEndpoint(endpoint)
  return Object.freeze(
    omitUndefined({
      name: 'custom',
      resourceManagerEndpoint: origin,
      trust: Object.freeze({ origin, subdomains: false }),
      audience: audience === '' ? undefined : readAudience(audience),
      idTokenAudience: DEFAULT_ID_TOKEN_AUDIENCE,
      authorityHost:
        authorityHost === ''
          ? readAuthorityHostVariable(inputs)
          : readAuthorityHost('authority-host', authorityHost)
    })
  )
}

function readAuthorityHostVariable({
  authorityHostVariable = ''
}: CloudInputs): string | undefined {
  const text = authorityHostVariable.trim()
  return text === '' ? undefined : readAuthorityHost('AZURE_AUTHORITY_HOST', text)
}

function readEndpoint(text: string): string {
  const input = 'resource-manager-endpoint'
  const allowed = 'an origin such as https://management.local.azurestack.external'
  if (text === '') {
    throw new InputError(input, { problem: 'is missing, and environment custom needs it', allowed })
  }
  const url = parseHttpUrl(input, text, allowed)
  if (!/^https?:\/\/[^/]+\/?$/i.test(text)) {
    throw new InputError(input, { readUrl: text, problem: 'holds a path', allowed })
  }
  if (url.protocol === 'http:' && !isLoopback(url.hostname)) {
    throw new InputError(input, {
      read: text,
      problem: 'would send the token in the clear',
      allowed: 'https, or http on a loopback address'
    })
  }
  return url.origin
}

/** A path is allowed here, because AD FS lives at `/adfs`; http is not, because @azure/identity refuses it. */
function readAuthorityHost(input: 'authority-host' | 'AZURE_AUTHORITY_HOST', text: string): string {
  const allowed = 'an https URL such as https://login.microsoftonline.com'
  const url = parseHttpUrl(input, text, allowed)
  if (url.protocol !== 'https:') {
    throw new InputError(input, { read: text, problem: 'does not use https', allowed })
  }
  return trimEnd(text, '/')
}

function readAudience(text: string): string {
  if (!/^[\x21-\x7e]+$/.test(text)) {
    throw new InputError('resource-manager-audience', {
      read: text,
      problem: 'holds a space, a control character or a character outside ASCII',
      allowed: 'a URI such as https://management.core.windows.net/'
    })
  }
  return text
}

function parseHttpUrl(input: string, text: string, allowed: string): URL {
  const refuse = (problem: string): never => {
    throw new InputError(input, { readUrl: text, problem, allowed })
  }
  if (!/^https?:\/\/[^\s/\\]/i.test(text) || /[\p{C}\p{Z}\\]/u.test(text) || !URL.canParse(text)) {
    return refuse('is not an absolute http or https URL')
  }
  if (/[?#]/.test(text)) refuse('holds a query or fragment')
  if (/^https?:\/\/[^/]*@/i.test(text)) refuse('holds a user name or password')
  const url = new URL(text)
  const isPlainName = /^https?:\/\/[a-z\d.-]+(?::\d*)?(?:\/|$)/i.test(text)
  if (!isPlainName && url.hostname !== '[::1]') {
    refuse('has a host name of more than letters, digits, hyphens and dots')
  }
  return url
}

/** True for 127.0.0.0/8, `localhost` and `[::1]`, as `URL.hostname` writes them. */
function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(?:\.\d+){3}$/.test(hostname)
}

/**
 * The audience of this cloud as a scope of the v2.0 endpoint.
 * @throws InputError when a custom cloud was given none: nothing can be signed in to without
 */
export function requireScope({ audience }: Cloud): string {
  if (audience === undefined) throw missing('resource-manager-audience')
  return `${audience}/.default`
}

/**
 * Authority and scope that a token of this cloud is asked with.
 * @throws InputError when a custom cloud was given no audience or authority: nothing can be signed in to without
 */
export function requireAuthority(cloud: Cloud): Authority {
  const scope = requireScope(cloud)
  const { authorityHost } = cloud
  if (authorityHost === undefined) throw missing('authority-host')
  return { authorityHost, scope, isPublic: isPublicAuthority(authorityHost) }
}

function missing(input: string): InputError {
  return new InputError(input, {
    problem: 'is missing, and signing in to a custom environment needs it; only token does not'
  })
}

function isPublicAuthority(authorityHost: string): boolean {
  const { origin } = new URL(authorityHost)
  return CLOUD_NAMES.some((name) => name !== 'custom' && listAuthorities(name).includes(origin))
}
