/**
 * The ways in to Azure that this machine may offer, in the order in which they are tried, and what each one needs.
 * Reads environment variables and asks GitHub or a metadata service where a way needs that first; the token itself is
 * the library's business.
 */
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
import type { MachineCredential, SignIn } from './sign-in.ts'

/** What a way may use on its way. */
export interface WayContext extends ExchangeDependencies {
  readonly signal: AbortSignal
  /** Registers a secret before it can be printed. */
  readonly mask: (secret: string) => void
}

/** What a credential is made of. */
export interface Ingredients {
  readonly options: LibraryOptions
  /** How long a command-line tool may take. */
  readonly toolTimeoutMs: number
  /** Of GitHub; `''` for a way that needs none. */
  readonly idToken: string
}

export interface WayIn {
  /** As a message tells it. */
  readonly name: string
  /** Why this one is taken, when it is. */
  readonly why: string
  /** What its failure is called, where Entra does not name it; `SignInFailed` when absent. */
  readonly code?: string
  /** Why it cannot work on this machine; such a way is listed and not tried. */
  readonly unavailable?: string
  /** Done before the credential is made, while the library is being loaded. */
  readonly prepare?: (context: WayContext) => Promise<Prepared>
  readonly create: (library: IdentityLibrary, ingredients: Ingredients) => Credential
}

/** A miss lets the next way have its turn. */
export type Prepared = { readonly idToken: string } | { readonly miss: string }

/**
 * The ways in for a sign-in that is not a given token: one, or for `auto` all, in their order. What was set up on
 * purpose comes before what may just be there.
 * @param idTokenAudience of the cloud
 */
export function listWaysIn(
  signIn: Exclude<SignIn, { kind: 'token' }>,
  environment: Environment,
  idTokenAudience: string
): readonly WayIn[] {
  if (signIn.kind === 'client-secret') return [useClientSecret(signIn)]
  if (signIn.kind === 'oidc') {
    return [useGitHubOidc(signIn, environment, signIn.audience ?? idTokenAudience, signIn.why)]
  }
  if (signIn.kind !== 'auto') return [MACHINE_WAYS[signIn.kind](signIn, environment, signIn.why)]
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
    useAzureCli(signIn, environment, 'the Azure CLI is signed in'),
    useAzurePowerShell(signIn, environment, 'Azure PowerShell is signed in'),
    useManagedIdentityIfThere(signIn, environment)
  ]
}

interface GivenIds {
  readonly tenantId?: string | undefined
  readonly clientId?: string | undefined
}

type MachineWay = (ids: GivenIds, environment: Environment, why: string) => WayIn

const MACHINE_WAYS: Readonly<Record<MachineCredential, MachineWay>> = {
  'client-certificate': useClientCertificate,
  'workload-identity': useWorkloadIdentity,
  'managed-identity': useManagedIdentity,
  'azure-cli': useAzureCli,
  'azure-powershell': useAzurePowerShell
}

function useClientSecret(signIn: Extract<SignIn, { kind: 'client-secret' }>): WayIn {
  const { tenantId, clientId, clientSecret, why } = signIn
  return {
    name: 'client secret',
    why,
    create: (library, { options }) =>
      new library.ClientSecretCredential(tenantId, clientId, clientSecret, options)
  }
}

function useGitHubOidc(
  { tenantId = '', clientId = '' }: GivenIds,
  environment: Environment,
  audience: string,
  why: string
): WayIn {
  const way = { name: 'GitHub OIDC', why }
  const endpoint = findIdTokenEndpoint(environment)
  const create: WayIn['create'] = (library, { options, idToken }) =>
    // The library asks twice for one exchange, and gets the same; the next exchange has a token of its own.
    new library.ClientAssertionCredential(tenantId, clientId, async () => idToken, options)
  if (tenantId === '' || clientId === '') {
    return { ...way, create, unavailable: 'client-id and tenant-id not given' }
  }
  if (endpoint === undefined) return { ...way, create, unavailable: NO_ID_TOKEN_ENDPOINT }
  return {
    ...way,
    create,
    prepare: async (context) => {
      const idToken = await requestIdToken(endpoint, audience, context, context.signal)
      context.mask(idToken)
      return { idToken }
    }
  }
}

/** The variables of the Azure SDKs, the secret before the certificate as there. */
function useEnvironmentVariables(ids: GivenIds, environment: Environment): WayIn {
  const way = { name: 'environment variables' }
  const { AZURE_CLIENT_SECRET: secret = '', AZURE_CLIENT_CERTIFICATE_PATH: path = '' } = environment
  if (secret === '') {
    const why = 'AZURE_CLIENT_CERTIFICATE_PATH is set'
    const certificate = useClientCertificate(ids, environment, why)
    return path === ''
      ? {
          ...certificate,
          ...way,
          unavailable: 'AZURE_CLIENT_SECRET or AZURE_CLIENT_CERTIFICATE_PATH not set'
        }
      : { ...certificate, ...way }
  }
  const { tenantId, clientId, problem } = chooseIds(ids, environment)
  return {
    ...way,
    why: 'AZURE_CLIENT_SECRET is set',
    ...explain(problem),
    create: (library, { options }) =>
      new library.ClientSecretCredential(tenantId, clientId, secret, options)
  }
}

function useClientCertificate(ids: GivenIds, environment: Environment, why: string): WayIn {
  const {
    AZURE_CLIENT_CERTIFICATE_PATH: certificatePath = '',
    AZURE_CLIENT_CERTIFICATE_PASSWORD: certificatePassword = '',
    AZURE_CLIENT_SEND_CERTIFICATE_CHAIN: chain = ''
  } = environment
  const { tenantId, clientId, problem } = chooseIds(ids, environment)
  const certificate = {
    certificatePath,
    ...(certificatePassword === '' ? {} : { certificatePassword })
  }
  const sendCertificateChain = ['1', 'true'].includes(chain.toLowerCase())
  return {
    name: 'client certificate',
    why,
    ...explain(certificatePath === '' ? 'AZURE_CLIENT_CERTIFICATE_PATH not set' : problem),
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
): WayIn {
  const names = [
    'AZURE_FEDERATED_TOKEN_FILE',
    ...(tenantId === undefined ? ['AZURE_TENANT_ID'] : []),
    ...(clientId === undefined ? ['AZURE_CLIENT_ID'] : [])
  ]
  const unset = names.filter((name) => !environment[name])
  return {
    name: 'workload identity',
    why,
    ...explain(unset.length === 0 ? undefined : `${unset.join(', ')} not set`),
    create: (library, { options }) =>
      new library.WorkloadIdentityCredential({
        ...options,
        ...(tenantId === undefined ? {} : { tenantId }),
        ...(clientId === undefined ? {} : { clientId })
      })
  }
}

function useAzureCli({ tenantId }: GivenIds, _environment: Environment, why: string): WayIn {
  return {
    name: 'Azure CLI',
    code: 'AzureCliFailed',
    why,
    create: (library, { toolTimeoutMs }) =>
      new library.AzureCliCredential(describeTool(toolTimeoutMs, tenantId))
  }
}

function useAzurePowerShell({ tenantId }: GivenIds, _environment: Environment, why: string): WayIn {
  return {
    name: 'Azure PowerShell',
    code: 'AzurePowerShellFailed',
    why,
    create: (library, { toolTimeoutMs }) =>
      new library.AzurePowerShellCredential(describeTool(toolTimeoutMs, tenantId))
  }
}

function describeTool(processTimeoutInMs: number, tenantId: string | undefined) {
  return { processTimeoutInMs, ...(tenantId === undefined ? {} : { tenantId }) }
}

function useManagedIdentity({ clientId }: GivenIds, environment: Environment, why: string): WayIn {
  return {
    name: 'managed identity',
    code: 'ManagedIdentityFailed',
    why,
    create: (library, { options }) => {
      const { AZURE_FEDERATED_TOKEN_FILE, AZURE_TENANT_ID, AZURE_CLIENT_ID } = environment
      const client = clientId === undefined ? {} : { clientId }
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
 * A machine of GitHub's has an address in Azure and no identity, so it is not asked at all. One's own runner on an
 * Azure machine is, for a second at most.
 */
function useManagedIdentityIfThere(ids: GivenIds, environment: Environment): WayIn {
  const variable = IDENTITY_ENDPOINT_VARIABLES.find((name) => environment[name])
  if (variable !== undefined) return useManagedIdentity(ids, environment, `${variable} is set`)
  const way = useManagedIdentity(ids, environment, 'this machine has a metadata service')
  if (environment.RUNNER_ENVIRONMENT !== 'self-hosted') {
    const list = IDENTITY_ENDPOINT_VARIABLES.join(' or ')
    return { ...way, unavailable: `${list} not set` }
  }
  return {
    ...way,
    prepare: async ({ send, signal }) => {
      const miss = await findMetadataProblem(send, signal)
      return miss === undefined ? { idToken: '' } : { miss }
    }
  }
}

function explain(problem: string | undefined): { readonly unavailable?: string } {
  return problem === undefined ? {} : { unavailable: problem }
}
