/**
 * The door of this room: gives the token for each request, however it is had. A run with a `token` input needs nothing
 * behind it, so what signs in is loaded only when somebody has to.
 */
import type { Cloud } from '../arm/clouds.ts'
import type { Http } from '../arm/http.ts'
import { SignInError } from '../errors.ts'
import type { Environment } from './environment.ts'
import type { IdentityLibrary } from './identity-library.ts'
import type { IdTokenClaims } from './jwt.ts'
import type { SignIn } from './sign-in.ts'
import type { TokenRequest } from './token-cache.ts'

/** Gives the token for each request. */
export interface TokenProvider {
  /** False when the token was given and there is no other: a refusal of it is final. */
  readonly canRefresh: boolean
  /**
   * The access token to send now. Ask before every request and keep none.
   * Rejects with SignInError, or with the signal's reason once that is aborted.
   */
  getToken(request: TokenRequest): Promise<string>
  /** What went wrong last while signing in, when a caller's wait was cut short. */
  describeTrouble(): string | undefined
  /** Ends what is still under way. */
  close(): void
}

/** The way that was taken, and why. */
export interface SignedIn {
  readonly credential: string
  readonly why: string
}

/** An ID token that no federated credential fits. */
export interface RefusedIdToken extends IdTokenClaims {
  readonly clientId: string
}

export interface CredentialDependencies {
  /** Milliseconds since the epoch. */
  readonly now: () => number
  /** Resolves after `ms`, or early when the signal aborts. */
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>
  readonly send: Http['send']
  /** The process environment; @azure/identity reads the real one. */
  readonly environment: Environment
  /** When the run ends, in milliseconds since the epoch: no tool is waited for beyond it. */
  readonly deadlineMs: number
  /** Registers a secret before it can be printed. */
  readonly mask: (secret: string) => void
  /** Told once, which way in was taken. */
  readonly onSignIn?: (signedIn: SignedIn) => void
  /** Told why the sign-in service is asked again, and when. */
  readonly onRetry?: (reason: string, delayMs: number) => void
  readonly onIdTokenRefused?: (refused: RefusedIdToken) => void
  readonly loadIdentityLibrary?: () => Promise<IdentityLibrary>
}

/**
 * A provider for the sign-in that the inputs chose. Nothing is asked for yet.
 * Rejects with InputError when the cloud is custom and the authority or audience it needs was not given.
 */
export async function createTokenProvider(
  signIn: SignIn,
  cloud: Cloud,
  dependencies: CredentialDependencies
): Promise<TokenProvider> {
  if (signIn.kind === 'token') return provideGivenToken(signIn, dependencies)
  const { createCredentialProvider } = await import('./credential.ts')
  return createCredentialProvider(signIn, cloud, dependencies)
}

function provideGivenToken(
  { token, why }: Extract<SignIn, { kind: 'token' }>,
  { onSignIn }: CredentialDependencies
): TokenProvider {
  onSignIn?.({ credential: 'token', why })
  return {
    canRefresh: false,
    getToken: async ({ signal, refusedToken, claims }) => {
      signal.throwIfAborted()
      if (refusedToken === undefined && claims === undefined) return token
      throw new SignInError('The token was refused, and a given token cannot be replaced.')
    },
    describeTrouble: () => undefined,
    close: () => {}
  }
}
