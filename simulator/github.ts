/**
 * GitHub's ID-token endpoint, as a job finds it in its environment: it takes the job's own request token and answers
 * with a token that is signed, says for whom it is, and ends after five minutes.
 * https://docs.github.com/actions/reference/security/oidc
 */
import { createHash, generateKeyPairSync, randomUUID } from 'node:crypto'
import type { Certificate } from './certificate.ts'
import { type Clock, RealClock } from './clock.ts'
import { isSignedWith, signJwt } from './jwt.ts'
import type { Answer, RequestRecord } from './message.ts'
import { startWebServer } from './web-server.ts'

export interface GitHubOptions {
  /** The `sub` claim; default that of a job on the main branch. */
  readonly subject?: string
  /** How long an ID token lasts; default 300 s, as GitHub's do. */
  readonly lifetimeSeconds?: number
  readonly clock?: Clock
  /** With one the endpoint speaks TLS. */
  readonly certificate?: Certificate
  /** The name that the job finds it by; default `127.0.0.1`. */
  readonly host?: string
}

export interface IssuedIdToken {
  readonly jwt: string
  readonly audience: string
  /** Milliseconds since the epoch. */
  readonly at: number
  readonly expiresAt: number
}

export interface GitHub {
  readonly issuer: string
  readonly subject: string
  /** What the runner adds to the environment of a job with the permission `id-token: write`. */
  readonly environment: {
    readonly ACTIONS_ID_TOKEN_REQUEST_URL: string
    readonly ACTIONS_ID_TOKEN_REQUEST_TOKEN: string
  }
  readonly requests: readonly RequestRecord[]
  readonly issued: readonly IssuedIdToken[]
  /** True for a token that was signed here. */
  readonly isGenuine: (jwt: string) => boolean
  answerNext(...answers: readonly Answer[]): void
  close(): Promise<void>
}

const DEFAULT_SUBJECT = 'repo:octo-org/octo-repo:ref:refs/heads/main'
const ISSUER = 'https://token.actions.githubusercontent.com'

/** Starts the endpoint on a free port. */
export async function startGitHub(options: GitHubOptions = {}): Promise<GitHub> {
  const { subject = DEFAULT_SUBJECT, lifetimeSeconds = 300, clock = new RealClock() } = options
  const { certificate, host = '127.0.0.1' } = options
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const publicPem = publicKey.export({ type: 'spki', format: 'pem' }).toString()
  const requestToken = createHash('sha256').update(randomUUID()).digest('base64url')
  const issued: IssuedIdToken[] = []
  const answer = ({ path, headers, at }: RequestRecord): Answer => {
    if (headers.authorization !== `Bearer ${requestToken}`) return { status: 401, body: {} }
    const audience = new URL(path, ISSUER).searchParams.get('audience') ?? ''
    const issuedAt = Math.floor(at / 1000)
    const times = { iat: issuedAt, nbf: issuedAt, exp: issuedAt + lifetimeSeconds }
    const claims = { iss: ISSUER, sub: subject, aud: audience, jti: randomUUID(), ...times }
    const jwt = signJwt(claims, privateKey)
    issued.push({ jwt, audience, at, expiresAt: times.exp * 1000 })
    return { status: 200, body: { count: jwt.length, value: jwt } }
  }
  const server = await startWebServer({
    clock,
    answer,
    ...(certificate === undefined ? {} : { certificate })
  })
  const scheme = certificate === undefined ? 'http' : 'https'
  return {
    issuer: ISSUER,
    subject,
    environment: {
      ACTIONS_ID_TOKEN_REQUEST_URL: `${scheme}://${host}:${server.port}/idtoken?api-version=2.0`,
      ACTIONS_ID_TOKEN_REQUEST_TOKEN: requestToken
    },
    requests: server.requests,
    issued,
    isGenuine: (jwt) => isSignedWith(jwt, publicPem),
    answerNext: server.answerNext,
    close: server.close
  }
}
