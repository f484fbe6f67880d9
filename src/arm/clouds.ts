/**
 * The Azure clouds: where each one's Azure Resource Manager is, and who signs in to it.
 * Built in are the clouds that anyone can name; Azure Stack, air-gapped clouds and simulators are `custom`, with
 * their addresses given by the workflow's author and never taken from an endpoint's own metadata.
 * Addresses as in azcore's `arm/runtime` and `cloud` packages (https://github.com/Azure/azure-sdk-for-go) and MSAL's
 * authority metadata (https://github.com/AzureAD/microsoft-authentication-library-for-js).
 */
import { InputError } from '../errors.ts'
import type { Trust } from '../http/trust.ts'
import { omitUndefined } from '../values.ts'
import type { AddressInputs } from './custom-cloud.ts'

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
export interface CloudInputs extends AddressInputs {
  readonly environment: string
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
export async function readCloud(inputs: CloudInputs): Promise<Cloud> {
  const name = readCloudName(inputs.environment)
  if (name === 'custom') return createCustomCloud(inputs)
  refuseAddresses(name, inputs)
  const chosen = await readChosenAuthority(name, inputs)
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

// Addresses of the author's own are read by a chunk of their own: most steps have none.
async function createCustomCloud(inputs: CloudInputs): Promise<Cloud> {
  const { readCustomAddresses } = await import('./custom-cloud.ts')
  const addresses = readCustomAddresses(inputs)
  const trust = Object.freeze({ origin: addresses.resourceManagerEndpoint, subdomains: false })
  const idTokenAudience = DEFAULT_ID_TOKEN_AUDIENCE
  return Object.freeze({ name: 'custom', ...addresses, trust, idTokenAudience })
}

async function readChosenAuthority(
  name: BuiltInCloudName,
  inputs: CloudInputs
): Promise<string | undefined> {
  if ((inputs.authorityHostVariable ?? '').trim() === '') return undefined
  const { readAuthorityHostVariable } = await import('./custom-cloud.ts')
  const chosen = readAuthorityHostVariable(inputs)
  const own = listAuthorities(name)
  if (chosen === undefined || own.includes(new URL(chosen).origin)) return chosen
  throw new InputError('AZURE_AUTHORITY_HOST', {
    read: chosen,
    problem: `is no authority of environment ${name}`,
    allowed: `${own.join(', ')}, or the environment that it belongs to`
  })
}

function listAuthorities(name: BuiltInCloudName): readonly (string | undefined)[] {
  return [BUILT_IN_CLOUDS[name].authorityHost, ...(AUTHORITY_ALIASES[name] ?? [])]
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
