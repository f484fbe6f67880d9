/**
 * Signing in: tries the ways in, keeps to the one that works, and says why where none does.
 * The one importer of @azure/identity, and only by `import()`: it is nine tenths of the bundle, and a run with a
 * `token` input never loads it. Its messages are noisy and may quote what they were given, so none leaves unshaped.
 */

import { type Cloud, requireAuthority, requireScope } from '../arm/clouds.ts'
import { SignInError } from '../errors.ts'
import type { CredentialDependencies, TokenProvider } from './contract.ts'
import { listWaysIn, type Prepared, type WayIn } from './credential-chain.ts'
import { listEnvironmentSecrets } from './environment.ts'
import { describeIdToken, explainFailure, hideSecrets } from './explain.ts'
import { NO_ID_TOKEN_ENDPOINT } from './github-oidc.ts'
import type { IdentityLibrary, LibraryOptions } from './identity-library.ts'
import { readIdTokenClaims } from './jwt.ts'
import { createClientOptions } from './library-http.ts'
import { needsNoAuthority, type SignIn } from './sign-in.ts'
import { type AccessToken, type AcquireToken, TokenCache } from './token-cache.ts'

const TOOL_TIMEOUT_MS = 60_000
const MIN_TOOL_TIMEOUT_MS = 1_000

/** Codes of our own; report/sign-in-advice.ts knows what to do about each. */
const ID_TOKEN_PERMISSION_MISSING = 'IdTokenPermissionMissing'
const NO_SIGN_IN_FOUND = 'NoSignInFound'

/** Entra's ways to say that the application has no federated credential for this ID token. */
const FEDERATION_CODES = new Set([
  'AADSTS70021',
  'AADSTS700211',
  'AADSTS700212',
  'AADSTS700213',
  'AADSTS70025',
  'AADSTS700238'
])

/** Where nobody is asked, there still has to be an address. */
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
  const attempts = new SignInAttempts(signIn, cloud, secrets, dependencies)
  const cache = new TokenCache((request) => attempts.acquire(request), dependencies.now)
  return {
    canRefresh: true,
    getToken: (request) => cache.getToken(request),
    describeFault: () => attempts.trouble,
    close: () => cache.close()
  }
}

type TokenWanted = Parameters<AcquireToken>[0]
type Attempt = AccessToken | { readonly miss: string }

/** A way that is not there, and why. */
interface Miss {
  readonly way: WayIn
  readonly miss: string
}

/** Takes the first way that works and stays with it: an operation must not change its identity half-way. */
class SignInAttempts {
  readonly #signIn: Exclude<SignIn, { kind: 'token' }>
  readonly #deps: CredentialDependencies
  readonly #ways: readonly WayIn[]
  readonly #scope: string
  readonly #authority: Pick<LibraryOptions, 'authorityHost' | 'disableInstanceDiscovery'>
  readonly #secrets: Set<string>
  #chosen: WayIn | undefined
  #trouble: string | undefined
  #refusal: string | undefined

  constructor(
    signIn: Exclude<SignIn, { kind: 'token' }>,
    cloud: Cloud,
    secrets: Set<string>,
    deps: CredentialDependencies
  ) {
    this.#signIn = signIn
    this.#deps = deps
    this.#secrets = secrets
    this.#ways = listWaysIn(signIn, deps.environment, cloud.idTokenAudience)
    this.#scope = requireScope(cloud)
    this.#authority = chooseAuthority(signIn, cloud)
  }

  /** What went wrong on the wire last; undefined once it went well. */
  get trouble(): string | undefined {
    return this.#trouble === undefined ? undefined : hideSecrets(this.#trouble, this.#secrets)
  }

  async acquire(wanted: TokenWanted): Promise<AccessToken> {
    const misses: Miss[] = []
    for (const way of this.#chosen === undefined ? this.#ways : [this.#chosen]) {
      const attempt = await this.#tryWayIn(way, wanted)
      if ('miss' in attempt) {
        misses.push({ way, miss: attempt.miss })
        continue
      }
      this.#mask(attempt.token)
      const { name: credential, why } = way
      if (this.#chosen === undefined) this.#deps.onSignIn?.({ credential, why })
      this.#chosen = way
      return attempt
    }
    throw this.#describeMisses(misses)
  }

  async #tryWayIn(way: WayIn, wanted: TokenWanted): Promise<Attempt> {
    if (way.unavailable !== undefined) return { miss: way.unavailable }
    this.#trouble = undefined
    this.#refusal = undefined
    const { loadIdentityLibrary = importIdentityLibrary } = this.#deps
    const [library, prepared] = await Promise.all([
      loadIdentityLibrary(),
      this.#prepare(way, wanted.signal)
    ])
    if ('miss' in prepared) return prepared
    const { idToken } = prepared
    try {
      return await this.#ask(way, library, wanted, idToken)
    } catch (error) {
      wanted.signal.throwIfAborted()
      const wire = { trouble: this.#trouble, refusal: this.#refusal }
      const { code, reason } = explainFailure(error, wire, this.#secrets)
      // Credentials that are there and are refused end the sign-in; what is not there does not.
      const isMiss = error instanceof Error && error.name === 'CredentialUnavailableError'
      if (isMiss && code === undefined && wire.trouble === undefined) return { miss: reason }
      throw this.#describeRefusal(way, code, reason, idToken)
    }
  }

  async #prepare(way: WayIn, signal: AbortSignal): Promise<Prepared> {
    const { send, now, sleep } = this.#deps
    try {
      const prepared = await way.prepare?.({ send, now, sleep, signal, ...this.#listeners() })
      return prepared ?? { idToken: '' }
    } catch (error) {
      if (!(error instanceof SignInError)) throw error
      throw this.#describeRefusal(way, undefined, hideSecrets(error.message, this.#secrets), '')
    }
  }

  async #ask(
    way: WayIn,
    library: IdentityLibrary,
    { signal, claims }: TokenWanted,
    idToken: string
  ): Promise<Attempt> {
    const { send, now, sleep, deadlineMs } = this.#deps
    const client = createClientOptions({ send, now, sleep, ...this.#listeners() }, signal)
    const leftMs = Math.max(MIN_TOOL_TIMEOUT_MS, deadlineMs - now())
    // A new credential each time: an old one answers from its own cache, with a refused token too.
    const credential = way.create(library, {
      options: { ...client, ...this.#authority },
      toolTimeoutMs: Math.min(TOOL_TIMEOUT_MS, leftMs),
      idToken
    })
    const answer = await credential.getToken(this.#scope, {
      abortSignal: signal,
      // Says that a claims challenge will be answered, as the Azure SDKs for ARM do.
      enableCae: true,
      ...(claims === undefined ? {} : { claims })
    })
    if (answer === null) return { miss: 'it gave no token' }
    const { token, expiresOnTimestamp: expiresAt, refreshAfterTimestamp: refreshAt } = answer
    return { token, expiresAt, ...(refreshAt === undefined ? {} : { refreshAt }) }
  }

  #listeners() {
    const { onRetry } = this.#deps
    return {
      mask: (secret: string) => this.#mask(secret),
      onTrouble: (trouble: string | undefined) => {
        this.#trouble = trouble
      },
      onRefusal: (description: string) => {
        this.#refusal = description
      },
      ...(onRetry === undefined ? {} : { onRetry })
    }
  }

  #mask(secret: string): void {
    if (this.#secrets.has(secret)) return
    this.#secrets.add(secret)
    this.#deps.mask(secret)
  }

  #describeRefusal(
    way: WayIn,
    code: string | undefined,
    reason: string,
    idToken: string
  ): SignInError {
    const message = `Signing in with ${way.name} failed: ${reason}.`
    if (code === undefined || idToken === '') return new SignInError(message, code ?? way.code)
    const claims = readIdTokenClaims(idToken)
    const { clientId = '' } = this.#signIn
    if (FEDERATION_CODES.has(code)) this.#deps.onIdTokenRefused?.({ ...claims, clientId })
    return new SignInError(`${message} ${describeIdToken(claims)}.`, code)
  }

  #describeMisses(misses: readonly Miss[]): SignInError {
    const [first] = misses
    const mayNotAsk = misses.some(({ miss }) => miss === NO_ID_TOKEN_ENDPOINT)
    if (misses.length === 1 && first !== undefined) {
      const code = mayNotAsk ? ID_TOKEN_PERMISSION_MISSING : first.way.code
      return new SignInError(`Signing in with ${first.way.name} failed: ${first.miss}.`, code)
    }
    const tried = misses.map(({ way, miss }) => `${way.name}: ${miss}`).join('; ')
    return new SignInError(
      `No sign-in was found. Tried ${tried}.`,
      mayNotAsk ? ID_TOKEN_PERMISSION_MISSING : NO_SIGN_IN_FOUND
    )
  }
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
