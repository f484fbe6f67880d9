/**
 * The credential sources that this machine may offer, in the order in which they are tried, and what each one needs.
 * Reads environment variables and asks GitHub or a metadata service where a source needs that first; the token itself
 * is the library's business.
 */
import { omitUndefined } from '../values.ts'
import { createAzureCliCredential } from './azure-cli.ts'
import type { Environment } from './environment.ts'
import type { ExchangeDependencies } from './exchange.ts'
import { findIdTokenEndpoint, NO_ID_TOKEN_ENDPOINT, requestIdToken } from './github-oidc.ts'
import type {
  ClientOptions,
  Credential,
  IdentityLibrary,
  LibraryOptions
} from './identity-library.ts'
import { findMetadataProblem } from './managed-identity.ts'
import type { RunTool } from './run-tool.ts'
import type { MachineCredential, SignIn } from './sign-in.ts'

/** Means that a source may prepare itself with. */
export interface SourceContext extends ExchangeDependencies {
  readonly signal: AbortSignal
  /** Registers a secret before it can be printed. */
  readonly mask: (secret: string) => void
}

/** Parts that a credential is made of. */
export interface CredentialOptions {
  readonly options: LibraryOptions
  /** Time that a command-line tool may take; whole milliseconds, and a process takes no others. */
  readonly toolTimeoutMs: number
  readonly runTool: RunTool
  /** Of GitHub; `''` for a source that needs none. */
  readonly idToken: string
}

/** One method of signing in: by the library, or by a credential of our own, which needs none. */
export type CredentialSource = SourceFacts &
  (
    | { readonly create: (library: IdentityLibrary, parts: CredentialOptions) => Credential }
    | { readonly createOwn: (parts: CredentialOptions) => Credential }
  )

type LibrarySource = Extract<CredentialSource, { readonly create: unknown }>

interface SourceFacts {
  /** As a message tells it. */
  readonly name: string
  /** Reason for taking this one, for the log. */
  readonly why: string
  /** Error code of its failure, where Entra does not give one; `SignInFailed` when absent. */
  readonly code?: string
  /** A command-line tool: it says in words alone why it has no token, and cannot renew the session it was given. */
  readonly isTool?: boolean
  /** The authority is not the cloud's own that is known here, but the machine's. */
  readonly isOfMachine?: boolean
  /** All that it needs is known: it asks the authority, and nothing on this machine can keep it from that. */
  readonly asksAuthority?: boolean
  /** Reason why it cannot work on this machine; such a source is listed and not tried. */
  readonly unavailable?: string
  /** Done before the credential is made, while the library is being loaded. */
  readonly prepare?: (context: SourceContext) => Promise<Prepared>
}

/** Reason why a source cannot be used here; the next one has its turn. */
export interface Unavailable {
  readonly unavailable: string
}

/**
 * Result of a source's preparation: the ID token for its credential (`''` where that needs none), or the reason why the
 * source cannot be used.
 */
export type Prepared = { readonly idToken: string } | Unavailable

/**
 * The credential sources for a sign-in that is not a given token: one, or for `auto` all, in their order. What was set
 * up on purpose comes before what merely happens to be there.
 * @param idTokenAudience of the cloud
 */
export function listCredentialSources(
  signIn: Exclude<SignIn, { kind: 'token' }>,
  environment: Environment,
  idTokenAudience: string
): readonly CredentialSource[] {
  if (signIn.kind === 'client-secret') return [useClientSecret(signIn)]
  if (signIn.kind === 'oidc') {
    return [useGitHubOidc(signIn, environment, signIn.audience ?? idTokenAudience, signIn.why)]
  }
  if (signIn.kind !== 'auto') return [MACHINE_SOURCES[signIn.kind](signIn, environment, signIn.why)]
  const { tenantId, clientId, audience = idTokenAudience } = signIn
  return [
    useGitHubOidc(
      { tenantId, clientId },
      environment,
      audience,
      'client-id and tenant-id are given and the job has the permission id-token: write'
    ),
    useEnvironmentVariables(signIn, environment),
    useWorkloadIdentity(signIn, environment, 'AZURE_FEDERATED_TOKEN_FILE is set'),
    ...leaveAsideOthers(signIn, {
      'azure-cli': useAzureCli(signIn, environment, 'the Azure CLI is signed in'),
      'azure-powershell': useAzurePowerShell(signIn, environment, 'Azure PowerShell is signed in'),
      'managed-identity': useManagedIdentityIfThere(signIn, environment)
    })
  ]
}

/**
 * The sources of what merely happens to be signed in, unavailable to one who was named: a session is somebody's, whoever
 * that is. A managed identity is taken by its client ID, but not in place of an application that is named with its tenant.
 */
function leaveAsideOthers(
  { clientId, tenantId }: GivenIds,
  sources: Readonly<Record<string, CredentialSource>>
): readonly CredentialSource[] {
  return Object.entries(sources).map(([credential, source]) => {
    const isLeft = clientId !== undefined && (source.isTool === true || tenantId !== undefined)
    const unavailable = `not asked for, and client-id says who is to act; give credential: ${credential} to use it`
    return isLeft ? { ...source, unavailable } : source
  })
}

interface GivenIds {
  readonly tenantId?: string | undefined
  readonly clientId?: string | undefined
}

type CreateMachineSource = (
  ids: GivenIds,
  environment: Environment,
  why: string
) => CredentialSource

const MACHINE_SOURCES: Readonly<Record<MachineCredential, CreateMachineSource>> = {
  'client-certificate': useClientCertificate,
  'workload-identity': useWorkloadIdentity,
  'managed-identity': useManagedIdentity,
  'azure-cli': useAzureCli,
  'azure-powershell': useAzurePowerShell
}

function useClientSecret(signIn: Extract<SignIn, { kind: 'client-secret' }>): CredentialSource {
  const { tenantId, clientId, clientSecret, why } = signIn
  return {
    name: 'client secret',
    why,
    asksAuthority: true,
    create: (library, { options }) =>
      new library.ClientSecretCredential(tenantId, clientId, clientSecret, options)
  }
}

function useGitHubOidc(
  { tenantId = '', clientId = '' }: GivenIds,
  environment: Environment,
  audience: string,
  why: string
): CredentialSource {
  const source = { name: 'GitHub OIDC', why, asksAuthority: true }
  const endpoint = findIdTokenEndpoint(environment)
  const create: LibrarySource['create'] = (library, { options, idToken }) =>
    // The library asks twice for one exchange, and gets the same; the next exchange has a token of its own.
    new library.ClientAssertionCredential(tenantId, clientId, async () => idToken, options)
  if (tenantId === '' || clientId === '') {
    return { ...source, create, unavailable: 'client-id and tenant-id not given' }
  }
  if (endpoint === undefined) return { ...source, create, unavailable: NO_ID_TOKEN_ENDPOINT }
  return {
    ...source,
    create,
    prepare: async (context) => {
      const idToken = await requestIdToken(endpoint, audience, context, context.signal)
      context.mask(idToken)
      return { idToken }
    }
  }
}

/**
 * The variables of the Azure SDKs, the secret before the certificate as there. Nobody knows whose they are where
 * AZURE_CLIENT_ID does not say so.
 */
function useEnvironmentVariables(ids: GivenIds, environment: Environment): CredentialSource {
  const source = { name: 'environment variables' }
  const {
    AZURE_CLIENT_SECRET: secret = '',
    AZURE_CLIENT_CERTIFICATE_PATH: path = '',
    AZURE_CLIENT_ID: owner = ''
  } = environment
  const { tenantId, clientId, problem } = chooseIds(ids, environment)
  const unowned = owner === '' ? 'AZURE_CLIENT_ID not set' : undefined
  if (secret === '') {
    const why = 'AZURE_CLIENT_CERTIFICATE_PATH is set'
    const unset = 'AZURE_CLIENT_SECRET or AZURE_CLIENT_CERTIFICATE_PATH not set'
    return {
      ...useClientCertificate(ids, environment, why),
      ...source,
      ...explainAbsence(path === '' ? unset : (problem ?? unowned))
    }
  }
  return {
    ...source,
    why: 'AZURE_CLIENT_SECRET is set',
    asksAuthority: true,
    ...explainAbsence(problem ?? unowned),
    create: (library, { options }) =>
      new library.ClientSecretCredential(tenantId, clientId, secret, options)
  }
}

function useClientCertificate(
  ids: GivenIds,
  environment: Environment,
  why: string
): CredentialSource {
  const {
    AZURE_CLIENT_CERTIFICATE_PATH: certificatePath = '',
    AZURE_CLIENT_CERTIFICATE_PASSWORD: certificatePassword = '',
    AZURE_CLIENT_SEND_CERTIFICATE_CHAIN: chain = ''
  } = environment
  const { tenantId, clientId, problem } = chooseIds(ids, environment)
  const certificate = omitUndefined({
    certificatePath,
    certificatePassword: certificatePassword === '' ? undefined : certificatePassword
  })
  const sendCertificateChain = ['1', 'true'].includes(chain.toLowerCase())
  return {
    name: 'client certificate',
    why,
    ...explainAbsence(certificatePath === '' ? 'AZURE_CLIENT_CERTIFICATE_PATH not set' : problem),
    create: (library, { options }) =>
      new library.ClientCertificateCredential(tenantId, clientId, certificate, {
        ...options,
        sendCertificateChain
      })
  }
}

/** A secret in the environment belongs to the application that the environment names, and to no other. */
function chooseIds(
  { tenantId, clientId }: GivenIds,
  environment: Environment
): { readonly tenantId: string; readonly clientId: string; readonly problem?: string } {
  const { AZURE_TENANT_ID: ownTenant = '', AZURE_CLIENT_ID: ownClient = '' } = environment
  const ids = { tenantId: tenantId ?? ownTenant, clientId: clientId ?? ownClient }
  const unset = [
    ...(ids.tenantId === '' ? ['AZURE_TENANT_ID'] : []),
    ...(ids.clientId === '' ? ['AZURE_CLIENT_ID'] : [])
  ]
  if (unset.length > 0) return { ...ids, problem: `${unset.join(', ')} not set` }
  const isOther = (own: string, chosen: string) =>
    own !== '' && own.toLowerCase() !== chosen.toLowerCase()
  if (isOther(ownClient, ids.clientId)) {
    return { ...ids, problem: 'AZURE_CLIENT_ID is not the client-id that is given' }
  }
  if (isOther(ownTenant, ids.tenantId)) {
    return { ...ids, problem: 'AZURE_TENANT_ID is not the tenant-id that is given' }
  }
  return ids
}

function useWorkloadIdentity(
  { tenantId, clientId }: GivenIds,
  environment: Environment,
  why: string
): CredentialSource {
  const names = [
    'AZURE_FEDERATED_TOKEN_FILE',
    ...(tenantId === undefined ? ['AZURE_TENANT_ID'] : []),
    ...(clientId === undefined ? ['AZURE_CLIENT_ID'] : [])
  ]
  const unset = names.filter((name) => !environment[name])
  return {
    name: 'workload identity',
    why,
    ...explainAbsence(unset.length === 0 ? undefined : `${unset.join(', ')} not set`),
    create: (library, { options }) =>
      new library.WorkloadIdentityCredential({
        ...options,
        ...omitUndefined({ tenantId, clientId })
      })
  }
}

function useAzureCli(
  { tenantId }: GivenIds,
  environment: Environment,
  why: string
): CredentialSource {
  return {
    name: 'Azure CLI',
    code: 'AzureCliFailed',
    isTool: true,
    why,
    createOwn: ({ toolTimeoutMs: timeoutMs, runTool }) =>
      createAzureCliCredential({ tenantId, environment, timeoutMs, runTool })
  }
}

function useAzurePowerShell(
  { tenantId }: GivenIds,
  _environment: Environment,
  why: string
): CredentialSource {
  return {
    name: 'Azure PowerShell',
    code: 'AzurePowerShellFailed',
    isTool: true,
    why,
    create: (library, { toolTimeoutMs: processTimeoutInMs }) =>
      new library.AzurePowerShellCredential(omitUndefined({ processTimeoutInMs, tenantId }))
  }
}

function useManagedIdentity(
  { clientId }: GivenIds,
  environment: Environment,
  why: string
): CredentialSource {
  return {
    name: 'managed identity',
    code: 'ManagedIdentityFailed',
    isOfMachine: true,
    why,
    create: (library, { options }) => {
      const { AZURE_FEDERATED_TOKEN_FILE, AZURE_TENANT_ID, AZURE_CLIENT_ID } = environment
      const client = omitUndefined({ clientId })
      // The library would do the same in an AKS pod, but over an HTTP client of its own.
      if (AZURE_FEDERATED_TOKEN_FILE && AZURE_TENANT_ID && (clientId ?? AZURE_CLIENT_ID)) {
        return new library.WorkloadIdentityCredential({ ...options, ...client })
      }
      return new library.ManagedIdentityCredential({ ...pickClientOptions(options), ...client })
    }
  }
}

function pickClientOptions(options: ClientOptions): ClientOptions {
  const { httpClient, retryOptions, redirectOptions, proxyOptions } = options
  return { httpClient, retryOptions, redirectOptions, proxyOptions }
}

/** Variables that name a managed identity endpoint; with none of them there may be one at the usual address. */
const IDENTITY_ENDPOINT_VARIABLES = [
  'IDENTITY_ENDPOINT',
  'MSI_ENDPOINT',
  'AZURE_POD_IDENTITY_AUTHORITY_HOST'
]

/**
 * A GitHub-hosted machine has an address in Azure and no identity, so it is not asked at all. A self-hosted runner is,
 * for a second at most.
 */
function useManagedIdentityIfThere(ids: GivenIds, environment: Environment): CredentialSource {
  const variable = IDENTITY_ENDPOINT_VARIABLES.find((name) => environment[name])
  if (variable !== undefined) return useManagedIdentity(ids, environment, `${variable} is set`)
  const source = useManagedIdentity(ids, environment, 'this machine has a metadata service')
  if (environment.RUNNER_ENVIRONMENT !== 'self-hosted') {
    const list = IDENTITY_ENDPOINT_VARIABLES.join(' or ')
    return { ...source, unavailable: `${list} not set` }
  }
  return {
    ...source,
    prepare: async ({ send, signal }) => {
      const unavailable = await findMetadataProblem(send, signal)
      return unavailable === undefined ? { idToken: '' } : { unavailable }
    }
  }
}

function explainAbsence(unavailable: string | undefined): Partial<Unavailable> {
  return omitUndefined({ unavailable })
}
