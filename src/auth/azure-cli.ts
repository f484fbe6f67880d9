/**
 * The token of the Azure CLI's session. Asked for here and not by the sign-in library, which says "az login" whatever
 * `az` has said: why Microsoft Entra ID refuses a session is what helps (https://github.com/Azure/login/issues/180).
 */
import { parseJson } from '../values.ts'
import type { Environment } from './environment.ts'
import type { Credential } from './identity-library.ts'
import type { RunTool, ToolEnd } from './run-tool.ts'

/** Session that is asked, and the means to ask it. */
export interface AzureCliOptions {
  readonly tenantId?: string | undefined
  readonly environment: Environment
  readonly timeoutMs: number
  readonly runTool: RunTool
}

type Token = NonNullable<Awaited<ReturnType<Credential['getToken']>>>

/** Absence of a tool or of its session, by the name that the sign-in library gives it. */
class CredentialUnavailableError extends Error {
  override readonly name = 'CredentialUnavailableError'
}

// In the library's words, which people search for.
const NOT_INSTALLED =
  'Azure CLI could not be found. Please visit https://aka.ms/azure-cli for installation instructions.'
const SIGNED_OUT =
  "Please run 'az login' from a command prompt to authenticate before using this credential."
const NO_CLAIMS =
  "The Azure CLI doesn't support claims challenges: Azure wants a token with claims that only a new az login can get."

/** What `az` says where nobody is logged in; of a session that has ended it says something else. */
const SIGNED_OUT_WORDS =
  /Please run ['"`]az login['"`] to (?:set ?up account|access your accounts)/i
const NOT_INSTALLED_WORDS = /\baz:.{0,200}not found|^'az' is not recognized/m

/** Credential of the Azure CLI's session. */
export function createAzureCliCredential(options: AzureCliOptions): Credential {
  return {
    getToken: async (scope, { abortSignal, claims }) => {
      if (claims !== undefined) throw new Error(NO_CLAIMS)
      const end = await runAz(scope.replace(/\/\.default$/, ''), options, abortSignal)
      return readToken(end, options.timeoutMs)
    }
  }
}

function runAz(
  resource: string,
  { tenantId, environment, timeoutMs, runTool }: AzureCliOptions,
  signal: AbortSignal
): Promise<ToolEnd> {
  // As the library has it: nothing that a batch file on Windows could read as more than a text.
  if (!/^[\w.:/-]+$/.test(resource)) {
    throw new Error('The audience holds a character that cannot be handed to the Azure CLI.')
  }
  const tenant = tenantId === undefined ? [] : ['--tenant', tenantId]
  return runTool({
    program: 'az',
    parameters: [
      ...['account', 'get-access-token', '--output', 'json', '--resource', resource],
      ...tenant
    ],
    environment,
    timeoutMs,
    signal
  })
}

function readToken({ kind, stdout, stderr }: ToolEnd, timeoutMs: number): Token {
  if (kind === 'timed-out') throw new Error(`az did not answer within ${timeoutMs / 1000} s`)
  if (kind === 'succeeded') return parseToken(stdout)
  const isRefused = /AADSTS\d/.test(stderr)
  if (kind === 'not-installed' || (!isRefused && NOT_INSTALLED_WORDS.test(stderr))) {
    throw new CredentialUnavailableError(NOT_INSTALLED)
  }
  if (!isRefused && SIGNED_OUT_WORDS.test(stderr)) throw new CredentialUnavailableError(SIGNED_OUT)
  throw new Error(stderr.trim() === '' ? 'az failed and did not say why' : stderr)
}

/** `expires_on` is in seconds, and new; `expiresOn` is a local time. */
function parseToken(stdout: string): Token {
  const answer = parseJson(stdout)
  const fields: Readonly<Record<string, unknown>> =
    typeof answer === 'object' && answer !== null ? { ...answer } : {}
  const { accessToken, expires_on: seconds, expiresOn } = fields
  const atSeconds = Number.parseInt(String(seconds), 10) * 1000
  const expiresOnTimestamp = Number.isNaN(atSeconds) ? Date.parse(String(expiresOn)) : atSeconds
  if (typeof accessToken !== 'string' || accessToken === '' || Number.isNaN(expiresOnTimestamp)) {
    // What it printed may be a token, so it is not quoted.
    throw new Error('az printed no token that can be read')
  }
  return { token: accessToken, expiresOnTimestamp }
}
