/**
 * The way to Azure: sign-in and sockets, once for all operations of a step; a client for each of them.
 */
import { type ArmClient, type ArmClientSettings, createArmClient } from './arm/client.ts'
import { createTokenProvider } from './auth/token-provider.ts'
import type { Clock } from './clock.ts'
import { createHttp } from './http/http.ts'
import { isTrustedUrl } from './http/trust.ts'
import type { Connection } from './inputs/connection.ts'
import type { SignInEvent } from './run/events.ts'

const USER_AGENT = 'arm-operation/0.1.0'

/** Surroundings of a connection: those of its step. */
export interface ConnectContext {
  readonly clock: Clock
  readonly environment: Readonly<Record<string, string | undefined>>
  /** Milliseconds since the epoch. */
  readonly deadlineMs: number
  /** Registers a secret, before anything that holds it is written. */
  readonly mask: (secret: string) => void
  readonly observe: (event: SignInEvent) => void
  /** URL of the first request, where one will be sent in any case: what it takes is connected to at once. */
  readonly firstUrl?: string
  /** Several operations share the connection. */
  readonly isShared?: true
}

/** Open connection. */
export interface OpenConnection {
  /**
   * Client for one operation.
   * @param deadlineMs end of its time where the connection is shared, in milliseconds since the epoch
   */
  readonly openClient: (
    operation: Pick<ArmClientSettings, 'tracing' | 'headers' | 'requestUrl'>,
    deadlineMs?: number
  ) => ArmClient
  /** Lets everything go that it holds, so that nothing keeps the process alive. */
  readonly close: () => void
}

/** Connects as the inputs say; the sign-in itself waits for the first request. */
export async function connect(
  { signIn, cloud }: Connection,
  context: ConnectContext
): Promise<OpenConnection> {
  const { clock, environment, deadlineMs, mask, observe, firstUrl, isShared } = context
  const way = isShared && (await import('./arm/shared-client.ts')).createSharedWay(clock)
  const http = createHttp(describeUserAgent(environment), clock.now, way?.makeRoom)
  const tokens = await createTokenProvider(signIn, cloud, {
    now: clock.now,
    sleep: clock.sleep,
    send: http.send,
    environment,
    deadlineMs,
    mask,
    onSignIn: (signedIn) => observe({ kind: 'signed-in', ...signedIn }),
    onRetry: (reason, delayMs) =>
      observe({ kind: 'sign-in-retrying', at: clock.now(), reason, delayMs }),
    onIdTokenRefused: (claims) => observe({ kind: 'id-token-refused', claims })
  })
  if (firstUrl !== undefined && isTrustedUrl(firstUrl, cloud.trust)) {
    // The sign-in comes first, and GitHub may be asked for an ID token before that.
    if (tokens.authority !== undefined) http.connectEarly(tokens.authority)
    http.connectEarly(firstUrl)
  }
  const settings = { http, tokens: way?.shareTokens(tokens) ?? tokens, trust: cloud.trust }
  return {
    openClient: (operation, endMs = deadlineMs) => {
      const client = createArmClient({ ...settings, ...operation })
      return way?.share(client, endMs) ?? client
    },
    close: () => {
      tokens.close()
      http.close()
    }
  }
}

/** Azure's own actions tell themselves apart by this variable, so ours is added to it. */
function describeUserAgent({ AZURE_HTTP_USER_AGENT = '' }: ConnectContext['environment']): string {
  const given = AZURE_HTTP_USER_AGENT.replace(/[^\x20-\x7e]/g, '')
  return given === '' ? USER_AGENT : `${given} ${USER_AGENT}`
}
