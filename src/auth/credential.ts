/**
 * Signing in: tries the credential sources, keeps to the one that works, and says why where none does.
 * The one importer of @azure/identity, and only by `import()`: it is nine tenths of the bundle, and a run with a
 * `token` input never loads it. Its messages are noisy and may quote what they were given, so none leaves unshaped.
 */

import { type Cloud, requireAuthority, requireScope } from '../arm/clouds.ts'
import { SignInError } from '../errors.ts'
import { messageOf, omitUndefined } from '../values.ts'
import type { CredentialDependencies, TokenProvider } from './contract.ts'
import {
  type CredentialOptions,
  type CredentialSource,
  listCredentialSources,
  type Prepared,
  type Unavailable
} from './credential-chain.ts'
import { listEnvironmentSecrets } from './environment.ts'
import {
  describeIdToken,
  explainFailure,
  type Failure,
  hideSecrets,
  toToolLine
} from './explain.ts'
import { NO_ID_TOKEN_ENDPOINT } from './github-oidc.ts'
import type { Credential, IdentityLibrary, LibraryOptions } from './identity-library.ts'
import { readIdTokenClaims, readTokenIdentity } from './jwt.ts'
import { createClientOptions } from './library-http.ts'
import { runTool as runToolOfMachine } from './run-tool.ts'
import { needsNoAuthority, type SignIn } from './sign-in.ts'
import {
  type AccessToken,
  type AcquireToken,
  TokenCache,
  type TokenRequest
} from './token-cache.ts'

const TOOL_TIMEOUT_MS = 60_000
const MIN_TOOL_TIMEOUT_MS = 1_000

/** Codes of our own; report/sign-in-advice.ts knows what to do about each. */
const ID_TOKEN_PERMISSION_MISSING = 'IdTokenPermissionMissing'
const NO_SIGN_IN_FOUND = 'NoSignInFound'

/** Entra's codes for an application that has no federated credential for this ID token. */
const FEDERATION_CODES = new Set([
  'AADSTS70021',
  'AADSTS700211',
  'AADSTS700212',
  'AADSTS700213',
  'AADSTS70025',
  'AADSTS700238'
])

/**
 * Entra's codes for what passes, where it says so without an HTTP status of that kind.
 * https://learn.microsoft.com/entra/identity-platform/reference-error-codes
 */
const PASSING_CODES = new Set([
  'AADSTS50000',
  'AADSTS90006',
  'AADSTS90012',
  'AADSTS90024',
  'AADSTS90033'
])
/** An assertion out of its time: every source but a tool makes or reads a new one. */
const ASSERTION_EXPIRED = 'AADSTS700024'

/** Words of a tool for what no time mends: its session has ended, or cannot give what is asked for. */
const TOOL_REFUSAL =
  /az login|Connect-AzAccount|Interactive authentication|could not be found|not installed|Unable to execute|claims challenges/

/**
 * Words of a tool that is not there, or that nobody is logged in to; all else it says is about a session that is there.
 * PowerShell breaks its lines, so this is compared with a text in one line.
 */
const TOOL_ABSENCE = new RegExp(
  [
    '^Azure CLI could not be found',
    "^Please run '(?:az login|Connect-AzAccount)' from",
    "^The 'Az\\.Account' module \\S+ \\S+ is not installed",
    '^Error: Unable to execute PowerShell',
    "specified module 'Az\\.Accounts'.{0,60} was not loaded because no valid module file",
    "term 'Get-AzAccessToken' is not recognized",
    'Run Connect-AzAccount to login'
  ].join('|')
)

/** Address for the library, which wants one even where no authority is asked. */
const NO_AUTHORITY = 'https://localhost'

/**
 * A provider that signs in when it is asked, and again whenever a token nears its end.
 * @throws InputError when the cloud is custom and the authority or audience it needs was not given
 */
export function createCredentialProvider(
  signIn: Exclude<SignIn, { kind: 'token' }>,
  cloud: Cloud,
  dependencies: CredentialDependencies
): TokenProvider {
  const secrets = new Set(listEnvironmentSecrets(dependencies.environment))
  if (signIn.kind === 'client-secret') secrets.add(signIn.clientSecret)
  for (const secret of secrets) dependencies.mask(secret)
  const chain = new CredentialChain(signIn, cloud, secrets, dependencies)
  const cache = new TokenCache((request) => chain.acquire(request), dependencies.now)
  return omitUndefined({
    canRefresh: true,
    authority: chain.sureAuthority,
    getToken: async (request: TokenRequest) => {
      try {
        return await cache.getToken(request)
      } catch (error) {
        // Azure's refusal is what the request ends with, so this is told where it happens.
        const isRenewal = request.refusedToken !== undefined && error instanceof SignInError
        if (isRenewal) dependencies.onRetry?.(error.message, 0)
        throw error
      }
    },
    describeFault: () => chain.fault,
    close: () => cache.close()
  })
}

type TokenWanted = Parameters<AcquireToken>[0]
type OwnIds = Pick<Extract<SignIn, { kind: 'oidc' }>, 'clientId' | 'tenantId'>
type Acquired = AccessToken | Unavailable
type CreateCredential = (parts: CredentialOptions) => Credential

/** A source that cannot be used on this machine, and why. */
interface SkippedSource {
  readonly source: CredentialSource
  readonly reason: string
}

/** Refusal of a source that is there. */
interface Refusal extends Failure {
  readonly isFinal: boolean
}

/** Takes the first source that works and stays with it: an operation must not change its identity half-way. */
class CredentialChain {
  readonly #signIn: Exclude<SignIn, { kind: 'token' }>
  readonly #deps: CredentialDependencies
  readonly #sources: readonly CredentialSource[]
  readonly #scope: string
  readonly #authority: Pick<LibraryOptions, 'authorityHost' | 'disableInstanceDiscovery'>
  readonly #secrets: Set<string>
  #chosen: CredentialSource | undefined
  #fault: string | undefined
  #refusal: string | undefined
  #asked: string | undefined

  constructor(
    signIn: Exclude<SignIn, { kind: 'token' }>,
    cloud: Cloud,
    secrets: Set<string>,
    deps: CredentialDependencies
  ) {
    this.#signIn = signIn
    this.#deps = deps
    this.#secrets = secrets
    this.#sources = listCredentialSources(signIn, deps.environment, cloud.idTokenAudience)
    this.#scope = requireScope(cloud)
    this.#authority = chooseAuthority(signIn, cloud)
  }

  /** The authority, where the source that is tried first asks it whatever this machine has to offer. */
  get sureAuthority(): string | undefined {
    const first = this.#sources.find(({ unavailable }) => unavailable === undefined)
    return first?.asksAuthority === true ? this.#authority.authorityHost : undefined
  }

  /** The last fault on the wire, else who is being asked; undefined once an exchange went well. */
  get fault(): string | undefined {
    const silence = this.#asked === undefined ? undefined : `${this.#asked} has not answered`
    const fault = this.#fault ?? silence
    return fault === undefined ? undefined : hideSecrets(fault, this.#secrets)
  }

  async acquire(wanted: TokenWanted): Promise<AccessToken> {
    const skipped: SkippedSource[] = []
    for (const source of this.#chosen === undefined ? this.#sources : [this.#chosen]) {
      const acquired = await this.#trySource(source, wanted)
      if ('unavailable' in acquired) {
        skipped.push({ source, reason: acquired.unavailable })
        continue
      }
      this.#mask(acquired.token)
      if (this.#chosen === undefined) this.#tell(source, acquired.token)
      this.#chosen = source
      return acquired
    }
    // What once gave a token is there: that it is not found now passes, unless it is a tool that says so.
    const isFinal = this.#chosen === undefined || this.#chosen.isTool === true
    throw describeSkipped(skipped, isFinal)
  }

  /** Tells who acts. Of a tool or the machine nobody knows it but by the token. */
  #tell({ name: credential, why, isTool, isOfMachine }: CredentialSource, token: string): void {
    const { clientId, tenantId }: Partial<OwnIds> = isTool === true ? {} : this.#signIn
    const asked = isTool === true || isOfMachine === true ? undefined : this.#authority
    const claimed = readTokenIdentity(token)
    const identity = {
      application: claimed.application ?? clientId,
      object: claimed.object,
      tenant: claimed.tenant ?? tenantId,
      host: asked === undefined ? claimed.host : new URL(asked.authorityHost).host
    }
    this.#deps.onSignIn?.({ credential, why, identity })
  }

  async #trySource(source: CredentialSource, wanted: TokenWanted): Promise<Acquired> {
    const { unavailable } = source
    if (unavailable !== undefined) return { unavailable }
    this.#fault = undefined
    this.#refusal = undefined
    this.#asked = source.isTool === true ? source.name : undefined
    // In this order: the library is compiled in one go, and what is asked for before that is on its way meanwhile.
    const [prepared, create] = await Promise.all([
      this.#prepare(source, wanted.signal),
      this.#loadCredential(source)
    ])
    if ('unavailable' in prepared) return prepared
    const { idToken } = prepared
    try {
      return await this.#ask(create, wanted, idToken)
    } catch (error) {
      wanted.signal.throwIfAborted()
      const wire = { fault: this.#fault, refusal: this.#refusal }
      const { code, reason } = explainFailure(error, wire, this.#secrets)
      // Credentials that are there and are refused end the sign-in; what is not there does not.
      if (code === undefined && wire.fault === undefined && isAbsence(source, error)) {
        return { unavailable: reason }
      }
      const isFinal = wire.fault === undefined && isRefusalFinal(source, code, messageOf(error))
      throw this.#describeRefusal(source, { code, reason, isFinal }, idToken)
    }
  }

  async #loadCredential(source: CredentialSource): Promise<CreateCredential> {
    if ('createOwn' in source) return source.createOwn
    const { loadIdentityLibrary = importIdentityLibrary } = this.#deps
    const library = await loadIdentityLibrary()
    return (parts) => source.create(library, parts)
  }

  async #prepare(source: CredentialSource, signal: AbortSignal): Promise<Prepared> {
    const { send, now, sleep } = this.#deps
    try {
      const prepared = await source.prepare?.({ send, now, sleep, signal, ...this.#listeners() })
      return prepared ?? { idToken: '' }
    } catch (error) {
      if (!(error instanceof SignInError)) throw error
      const { message, isFinal } = error
      const reason = hideSecrets(message, this.#secrets)
      throw this.#describeRefusal(source, { code: undefined, reason, isFinal }, '')
    }
  }

  async #ask(
    create: CreateCredential,
    { signal, claims }: TokenWanted,
    idToken: string
  ): Promise<Acquired> {
    const { send, now, sleep, deadlineMs, runTool = runToolOfMachine } = this.#deps
    const client = createClientOptions({ send, now, sleep, ...this.#listeners() }, signal)
    const leftMs = Math.max(MIN_TOOL_TIMEOUT_MS, deadlineMs - now())
    // A new credential each time: an old one answers from its own cache, with a refused token too.
    const credential = create({
      options: { ...client, ...this.#authority },
      toolTimeoutMs: Math.ceil(Math.min(TOOL_TIMEOUT_MS, leftMs)),
      runTool,
      idToken
    })
    const options = omitUndefined({
      abortSignal: signal,
      // Says that a claims challenge will be answered, as the Azure SDKs for ARM do.
      enableCae: true,
      claims
    })
    const answer = await credential.getToken(this.#scope, options)
    if (answer === null) return { unavailable: 'it gave no token' }
    const { token, expiresOnTimestamp: expiresAt, refreshAfterTimestamp: refreshAt } = answer
    return omitUndefined({ token, expiresAt, refreshAt })
  }

  #listeners() {
    return omitUndefined({
      mask: (secret: string) => this.#mask(secret),
      onAsk: (who: string) => {
        this.#asked = who
      },
      onFault: (fault: string | undefined) => {
        this.#fault = fault
        this.#asked = undefined
      },
      onRefusal: (description: string) => {
        this.#refusal = description
      },
      onRetry: this.#deps.onRetry
    })
  }

  #mask(secret: string): void {
    if (this.#secrets.has(secret)) return
    this.#secrets.add(secret)
    this.#deps.mask(secret)
  }

  #describeRefusal(
    source: CredentialSource,
    { code, reason, isFinal }: Refusal,
    idToken: string
  ): SignInError {
    const message = `Signing in with ${source.name} failed: ${reason}.`
    if (code === undefined || idToken === '') {
      return new SignInError(message, code ?? source.code, isFinal)
    }
    const claims = readIdTokenClaims(idToken)
    const { clientId = '' } = this.#signIn
    if (FEDERATION_CODES.has(code)) this.#deps.onIdTokenRefused?.({ ...claims, clientId })
    return new SignInError(`${message} ${describeIdToken(claims)}.`, code, isFinal)
  }
}

/** True where the source is not there: a tool is passed over for no other reason. */
function isAbsence({ isTool = false }: CredentialSource, error: unknown): boolean {
  if (!(error instanceof Error) || error.name !== 'CredentialUnavailableError') return false
  return !isTool || TOOL_ABSENCE.test(toToolLine(error.message))
}

/** True where nothing went wrong on the wire, and the same request would be refused again. */
function isRefusalFinal(
  { isTool = false }: CredentialSource,
  code: string | undefined,
  message: string
): boolean {
  if (code === undefined) return !isTool || TOOL_REFUSAL.test(toToolLine(message))
  return code === ASSERTION_EXPIRED ? isTool : !PASSING_CODES.has(code)
}

function describeSkipped(skipped: readonly SkippedSource[], isFinal: boolean): SignInError {
  const [first] = skipped
  const mayNotAsk = skipped.some(({ reason }) => reason === NO_ID_TOKEN_ENDPOINT)
  if (skipped.length === 1 && first !== undefined) {
    const code = mayNotAsk ? ID_TOKEN_PERMISSION_MISSING : first.source.code
    const message = `Signing in with ${first.source.name} failed: ${first.reason}.`
    return new SignInError(message, code, isFinal)
  }
  const tried = skipped.map(({ source, reason }) => `${source.name}: ${reason}`).join('; ')
  return new SignInError(
    `No sign-in was found. Tried ${tried}.`,
    mayNotAsk ? ID_TOKEN_PERMISSION_MISSING : NO_SIGN_IN_FOUND,
    isFinal
  )
}

function chooseAuthority(
  signIn: SignIn,
  cloud: Cloud
): Pick<LibraryOptions, 'authorityHost' | 'disableInstanceDiscovery'> {
  if (needsNoAuthority(signIn)) {
    const { authorityHost = NO_AUTHORITY } = cloud
    return { authorityHost, disableInstanceDiscovery: true }
  }
  const { authorityHost, isPublic } = requireAuthority(cloud)
  return { authorityHost, disableInstanceDiscovery: !isPublic }
}

async function importIdentityLibrary(): Promise<IdentityLibrary> {
  return await import('@azure/identity')
}
