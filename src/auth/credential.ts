/**
 * Signing in: from the sign-in inputs to a provider of access tokens.
 * The one importer of @azure/identity, and only by `import()`: it is nine tenths of the bundle, and a run with a
 * `token` input never loads it. Its messages are noisy and may quote what they were given, so none leaves unshaped.
 */
import type { TokenCredentialOptions } from '@azure/identity'
import { type Authority, type Cloud, requireAuthority } from '../arm/clouds.ts'
import { flattenText, SignInError } from '../errors.ts'
import {
  type AccessToken,
  type AcquireToken,
  TokenCache,
  type TokenRequest
} from './token-cache.ts'

/** How to sign in, as the inputs say. */
export type SignIn =
  | { readonly kind: 'token'; readonly token: string }
  | {
      readonly kind: 'client-secret'
      readonly tenantId: string
      readonly clientId: string
      readonly clientSecret: string
    }
  /** Whatever the machine is signed in with; the ids choose among identities where there are several. */
  | { readonly kind: 'auto'; readonly tenantId?: string; readonly clientId?: string }

/** Gives the token for each request. */
export interface TokenProvider {
  /** False when the token was given and there is no other: a refusal of it is final. */
  readonly canRefresh: boolean
  /**
   * The access token to send now. Ask before every request and keep none.
   * Rejects with SignInError, or with the signal's reason once that is aborted.
   */
  getToken(request: TokenRequest): Promise<string>
}

/** The part of @azure/identity that is used. */
export interface IdentityLibrary {
  readonly ClientSecretCredential: new (
    tenantId: string,
    clientId: string,
    clientSecret: string,
    options: LibraryOptions
  ) => Credential
  readonly EnvironmentCredential: new (options: LibraryOptions) => Credential
  readonly WorkloadIdentityCredential: new (
    options: LibraryOptions & { readonly clientId?: string; readonly tenantId?: string }
  ) => Credential
  readonly AzureCliCredential: new (options: ToolOptions) => Credential
  readonly AzurePowerShellCredential: new (options: ToolOptions) => Credential
  readonly ManagedIdentityCredential: new (
    options: TokenCredentialOptions & { readonly clientId?: string }
  ) => Credential
}

type LibraryOptions = TokenCredentialOptions & { readonly disableInstanceDiscovery: boolean }
type ToolOptions = { readonly processTimeoutInMs: number; readonly tenantId?: string }

interface Credential {
  getToken(
    scope: string,
    options: { readonly abortSignal: AbortSignal; readonly claims?: string }
  ): Promise<{
    readonly token: string
    readonly expiresOnTimestamp: number
    readonly refreshAfterTimestamp?: number | undefined
  } | null>
}

type Environment = Readonly<Record<string, string | undefined>>

export interface CredentialDependencies {
  /** Milliseconds since the epoch. */
  readonly now: () => number
  /** The process environment; @azure/identity reads the real one. */
  readonly environment: Environment
  /** Registers a secret before it can be printed. */
  readonly mask: (secret: string) => void
  /** Told once, which way in was taken. */
  readonly onSignIn?: (credential: string) => void
  readonly loadIdentityLibrary?: () => Promise<IdentityLibrary>
}

/** One HTTP attempt against the sign-in service; the library repeats what is worth repeating. */
const ATTEMPT_TIMEOUT_MS = 30_000
const TOOL_TIMEOUT_MS = 60_000
const MAX_REASON_CHARACTERS = 400

const HOW_TO_SIGN_IN =
  'Give client-id, tenant-id and client-secret, or a token, or run azure/login in an earlier step.'

/**
 * A provider for the sign-in that the inputs chose. Nothing is asked for yet.
 * @throws InputError when the cloud is custom and the authority or audience it needs was not given
 */
export function createTokenProvider(
  signIn: SignIn,
  cloud: Cloud,
  dependencies: CredentialDependencies
): TokenProvider {
  if (signIn.kind === 'token') return provideGivenToken(signIn.token)
  const authority = requireAuthority(cloud)
  const { ways, secrets } =
    signIn.kind === 'client-secret'
      ? { ways: [useClientSecret(signIn)], secrets: [signIn.clientSecret] }
      : findWaysIn(signIn, dependencies.environment)
  for (const secret of secrets) dependencies.mask(secret)
  const acquire = createAcquireToken(ways, {
    ...dependencies,
    secrets,
    authority,
    // Instance discovery asks the public login host, which a custom cloud may neither reach nor be known to.
    disableInstanceDiscovery: cloud.name === 'custom'
  })
  const cache = new TokenCache(acquire, dependencies.now)
  return { canRefresh: true, getToken: (request) => cache.getToken(request) }
}

function provideGivenToken(token: string): TokenProvider {
  return {
    canRefresh: false,
    getToken: async ({ signal, forceRefresh = false, claims }) => {
      signal.throwIfAborted()
      if (!forceRefresh && claims === undefined) return token
      throw new SignInError('The token was refused, and a given token cannot be replaced.')
    }
  }
}

interface WayIn {
  readonly name: string
  /** Why it cannot work on this machine; such a way is listed and not tried. */
  readonly unavailable?: string
  create(library: IdentityLibrary, options: LibraryOptions): Credential
}

function useClientSecret(signIn: Extract<SignIn, { kind: 'client-secret' }>): WayIn {
  const { tenantId, clientId, clientSecret } = signIn
  return {
    name: 'client-secret',
    create: (library, options) =>
      new library.ClientSecretCredential(tenantId, clientId, clientSecret, options)
  }
}

function findWaysIn(
  signIn: Extract<SignIn, { kind: 'auto' }>,
  environment: Environment
): { readonly ways: readonly WayIn[]; readonly secrets: readonly string[] } {
  const { AZURE_CLIENT_SECRET = '', AZURE_CLIENT_CERTIFICATE_PASSWORD = '' } = environment
  const secrets = [AZURE_CLIENT_SECRET, AZURE_CLIENT_CERTIFICATE_PASSWORD].filter(
    (one) => one !== ''
  )
  return { ways: listWaysIn(signIn, environment), secrets }
}

/** In the order in which they are tried: what was set up on purpose comes before what may just be there. */
function listWaysIn(
  { tenantId, clientId }: Extract<SignIn, { kind: 'auto' }>,
  environment: Environment
): readonly WayIn[] {
  const tenant = tenantId === undefined ? {} : { tenantId }
  const client = clientId === undefined ? {} : { clientId }
  const tool = { ...tenant, processTimeoutInMs: TOOL_TIMEOUT_MS }
  const needs = (...names: readonly string[]) => explainUnset(environment, names)
  return [
    {
      name: 'environment variables',
      ...needs(
        'AZURE_TENANT_ID',
        'AZURE_CLIENT_ID',
        'AZURE_CLIENT_SECRET|AZURE_CLIENT_CERTIFICATE_PATH'
      ),
      create: (library, options) => new library.EnvironmentCredential(options)
    },
    {
      name: 'workload identity',
      ...needs(
        'AZURE_FEDERATED_TOKEN_FILE',
        ...(tenantId === undefined ? ['AZURE_TENANT_ID'] : []),
        ...(clientId === undefined ? ['AZURE_CLIENT_ID'] : [])
      ),
      create: (library, options) =>
        new library.WorkloadIdentityCredential({ ...options, ...tenant, ...client })
    },
    { name: 'Azure CLI', create: (library) => new library.AzureCliCredential(tool) },
    { name: 'Azure PowerShell', create: (library) => new library.AzurePowerShellCredential(tool) },
    {
      name: 'managed identity',
      // A probe of the metadata address costs seconds where there is none, as on every GitHub-hosted runner.
      ...needs('IDENTITY_ENDPOINT|MSI_ENDPOINT|AZURE_POD_IDENTITY_AUTHORITY_HOST'),
      create: (library, { additionalPolicies = [] }) =>
        new library.ManagedIdentityCredential({ additionalPolicies, ...client })
    }
  ]
}

/** @param names variables that must be set; `A|B` asks for one of the two */
function explainUnset(
  environment: Environment,
  names: readonly string[]
): { readonly unavailable?: string } {
  const unset = names.filter((name) => !name.split('|').some((one) => environment[one]))
  if (unset.length === 0) return {}
  const list = unset.map((name) => name.replaceAll('|', ' or ')).join(', ')
  return { unavailable: `${list} not set` }
}

interface AcquireOptions extends CredentialDependencies {
  readonly authority: Authority
  readonly disableInstanceDiscovery: boolean
  /** Never to be seen in a message. */
  readonly secrets: readonly string[]
}

/** Takes the first way that works and stays with it: an operation must not change its identity half-way. */
function createAcquireToken(ways: readonly WayIn[], options: AcquireOptions): AcquireToken {
  const { mask, onSignIn, loadIdentityLibrary = importIdentityLibrary } = options
  let chosen: WayIn | undefined
  return async (request) => {
    const library = await loadIdentityLibrary()
    const misses: string[] = []
    for (const way of chosen === undefined ? ways : [chosen]) {
      const attempt = await tryWayIn(way, library, request, options)
      if ('miss' in attempt) {
        misses.push(`${way.name}: ${attempt.miss}`)
        continue
      }
      mask(attempt.token)
      if (chosen === undefined) onSignIn?.(way.name)
      chosen = way
      return attempt
    }
    if (misses.length === 1) throw new SignInError(`Signing in failed. ${misses.join()}.`)
    throw new SignInError(`No sign-in was found. Tried ${misses.join('; ')}. ${HOW_TO_SIGN_IN}`)
  }
}

type Attempt = AccessToken | { readonly miss: string }

/** A miss lets the next way have its turn; credentials that are there and are refused end the sign-in. */
async function tryWayIn(
  way: WayIn,
  library: IdentityLibrary,
  { signal, claims }: Parameters<AcquireToken>[0],
  { authority, disableInstanceDiscovery, secrets }: AcquireOptions
): Promise<Attempt> {
  if (way.unavailable !== undefined) return { miss: way.unavailable }
  const { authorityHost, scope } = authority
  const fault: WireFault = {}
  const additionalPolicies = [watchExchanges(signal, fault)]
  try {
    // A new credential each time: an old one answers from its own cache, with a refused token too.
    const credential = way.create(library, {
      authorityHost,
      disableInstanceDiscovery,
      additionalPolicies
    })
    const claimed = claims === undefined ? {} : { claims }
    const answer = await credential.getToken(scope, { abortSignal: signal, ...claimed })
    if (answer === null) return { miss: 'it gave no token' }
    const { token, expiresOnTimestamp: expiresAt, refreshAfterTimestamp: refreshAt } = answer
    return { token, expiresAt, ...(refreshAt === undefined ? {} : { refreshAt }) }
  } catch (error) {
    signal.throwIfAborted()
    const reason = explainFailure(error, fault, secrets)
    if (error instanceof Error && error.name === 'CredentialUnavailableError')
      return { miss: reason }
    throw new SignInError(`Signing in failed. ${way.name}: ${reason}.`)
  }
}

async function importIdentityLibrary(): Promise<IdentityLibrary> {
  return await import('@azure/identity')
}

type AdditionalPolicy = NonNullable<TokenCredentialOptions['additionalPolicies']>[number]

/** What went wrong on the wire; the library keeps it to itself. */
interface WireFault {
  text?: string | undefined
}

/**
 * Stands around each HTTP exchange of a credential. The credentials do not pass a caller's signal on to their
 * requests, so a stalled one would outlive the run; and all they say of a fault is `network_error`.
 */
function watchExchanges(signal: AbortSignal, fault: WireFault): AdditionalPolicy {
  return {
    position: 'perCall',
    policy: {
      name: 'watchExchanges',
      sendRequest: async (request, next) => {
        request.abortSignal = signal
        request.timeout = ATTEMPT_TIMEOUT_MS
        const { host } = new URL(request.url)
        try {
          const response = await next(request)
          fault.text = describeStatus(host, response.status)
          return response
        } catch (error) {
          fault.text = `${host} ${describeWireError(error)}`
          throw error
        }
      }
    }
  }
}

function describeStatus(host: string, status: number): string | undefined {
  return status < 400 ? undefined : `${host} answered ${status}`
}

function describeWireError(error: unknown): string {
  if (!(error instanceof Error)) return 'did not answer'
  // Thrown too where an answer came, and was no JSON: a proxy's page, say.
  if ('statusCode' in error && typeof error.statusCode === 'number') {
    return `answered ${error.statusCode}, and not in JSON`
  }
  return 'code' in error && typeof error.code === 'string'
    ? `cannot be reached (${error.code})`
    : 'did not answer'
}

/** The sentence that matters in a library's message: Entra's own where there is one. Never a secret. */
function explainFailure(error: unknown, fault: WireFault, secrets: readonly string[]): string {
  const text = error instanceof Error ? error.message : String(error)
  const entra = /AADSTS\d+.*?(?=\s*(?:Trace ID:|Correlation ID:|Timestamp:)|[\r\n]|$)/.exec(
    text
  )?.[0]
  const [sentence = ''] = text.replace(/^error:\s*/i, '').split(/\.\s|[\r\n]/)
  const clean = secrets
    .flatMap((secret) => [secret, encodeURIComponent(secret)])
    .reduce((rest, secret) => rest.replaceAll(secret, '***'), entra ?? fault.text ?? sentence)
    .replace(/\beyJ[\w-]+\.[\w-]+\.[\w-]*/g, '***')
  return flattenText(clean, MAX_REASON_CHARACTERS).replace(/[.\s]+$/, '') || 'no reason given'
}

/**
 * When the token ends, in milliseconds since the epoch; undefined when it is not a JWT or does not say.
 * The signature is Azure's to check: this only saves a request that is bound to fail.
 */
export function readTokenExpiry(token: string): number | undefined {
  const [, payload, ...rest] = token.split('.')
  if (payload === undefined || rest.length !== 1) return undefined
  try {
    const claims: unknown = JSON.parse(Buffer.from(payload, 'base64url').toString('utf8'))
    if (typeof claims !== 'object' || claims === null || !('exp' in claims)) return undefined
    return typeof claims.exp === 'number' ? claims.exp * 1000 : undefined
  } catch {
    return undefined
  }
}
