/**
 * The promises of this room to those who need a token, and its needs. Types only.
 */
import type { Http } from '../http/http.ts'
import type { Environment } from './environment.ts'
import type { IdentityLibrary } from './identity-library.ts'
import type { IdTokenClaims, TokenIdentity } from './jwt.ts'
import type { RunTool } from './run-tool.ts'
import type { TokenRequest } from './token-cache.ts'

/** Source of the token for each request. */
export interface TokenProvider {
  /** False when the token was given and there is no other: a refusal of it is final. */
  readonly canRefresh: boolean
  /** URL of the authority, where the first token surely comes from there. */
  readonly authority?: string
  /**
   * The access token to send now. Ask before every request and keep none.
   * Rejects with SignInError, or with the signal's reason once that is aborted.
   */
  getToken(request: TokenRequest): Promise<string>
  /** Service that has not answered yet, or the last fault, for when a caller's wait was cut short. */
  describeFault(): string | undefined
  /** Ends a refresh that is still under way. */
  close(): void
}

/** The credential source that was taken, why, and whom it signs in. */
export interface SignedIn {
  readonly credential: string
  readonly why: string
  readonly identity: TokenIdentity
}

/** An ID token that no federated credential fits. */
export interface RefusedIdToken extends IdTokenClaims {
  readonly clientId: string
}

/** Dependencies of a sign-in: the clock, the socket, and the receivers of its news and its secrets. */
export interface CredentialDependencies {
  /** Milliseconds since the epoch. */
  readonly now: () => number
  /** Resolves after `ms`, or early when the signal aborts. */
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>
  readonly send: Http['send']
  /** The process environment; @azure/identity reads the real one. */
  readonly environment: Environment
  /** End of the run, in milliseconds since the epoch: no tool is waited for beyond it. */
  readonly deadlineMs: number
  /** Registers a secret before it can be printed. */
  readonly mask: (secret: string) => void
  /** Told once, which credential source was taken. */
  readonly onSignIn?: (signedIn: SignedIn) => void
  /** Told why the sign-in service is asked again, and when. */
  readonly onRetry?: (reason: string, delayMs: number) => void
  readonly onIdTokenRefused?: (refused: RefusedIdToken) => void
  readonly loadIdentityLibrary?: () => Promise<IdentityLibrary>
  /** Runs a command-line tool of the machine. */
  readonly runTool?: RunTool
}
