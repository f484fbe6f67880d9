/**
 * What the tests of a sign-in have in common, whether the action runs in a process of its own or in the test's: what is
 * given to a run, and that no secret of it is ever seen.
 */
import { expect } from 'vitest'
import type { ActionRun } from '../simulator/run-action.ts'
import type { ToolOptions } from '../simulator/tools.ts'
import {
  AUDIENCE,
  CLIENT_ID,
  EXPIRED_SECRET,
  SECRET,
  type SignInServers,
  TENANT_ID
} from './sign-in-servers.ts'

type Texts = Readonly<Record<string, string>>

/** One run of the action: what is given to it, and by what. */
export interface Given {
  readonly inputs?: Texts
  readonly environment?: (servers: SignInServers) => Texts
  readonly tools?: (servers: SignInServers) => ToolOptions
}

export const IDS = { 'client-id': CLIENT_ID, 'tenant-id': TENANT_ID }
export const OWN_IDS = { AZURE_CLIENT_ID: CLIENT_ID, AZURE_TENANT_ID: TENANT_ID }
export const CREDS = { clientId: CLIENT_ID, clientSecret: SECRET, tenantId: TENANT_ID }
export const WRONG_SECRET = 'wrong-secret'
/** A request that needs nothing but a token. */
export const GET = {
  method: 'GET',
  url: '/subscriptions/{subscriptionId}/resourcegroups',
  'api-version': '2021-04-01'
}

/** Variables of a job with the permission `id-token: write`. */
export const asJob = ({ github }: SignInServers) => github.environment
/** A token for a tool that is signed in. */
export const issueToken = ({ entra }: SignInServers) => entra.issueToken('tool')

/** An ID token of this job: what Kubernetes would put into a file. */
export async function requestIdToken({ github }: SignInServers): Promise<string> {
  const { ACTIONS_ID_TOKEN_REQUEST_URL: url, ACTIONS_ID_TOKEN_REQUEST_TOKEN: token } =
    github.environment
  const response = await fetch(`${url}&audience=${encodeURIComponent(AUDIENCE)}`, {
    headers: { authorization: `Bearer ${token}` }
  })
  const answer: unknown = await response.json()
  if (typeof answer !== 'object' || answer === null || !('value' in answer)) {
    throw new Error('test bug: no ID token')
  }
  return String(answer.value)
}

/** Secrets that the run was given or got: none may be read, wherever it went. */
function listSecrets({ github, entra }: SignInServers): readonly string[] {
  return [
    SECRET,
    EXPIRED_SECRET,
    WRONG_SECRET,
    github.environment.ACTIONS_ID_TOKEN_REQUEST_TOKEN,
    ...github.issued.map(({ jwt }) => jwt),
    ...entra.tokens
  ]
}

/** The log, the outputs and the summary hold no secret, and each was masked before anything was said. */
export function expectNothingLeaked(
  {
    stdout,
    stderr,
    summary,
    outputs
  }: Pick<ActionRun, 'stdout' | 'stderr' | 'summary' | 'outputs'>,
  servers: SignInServers
): void {
  const lines = stdout.split('\n')
  const masks = lines.filter((line) => line.startsWith('::add-mask::'))
  const masked = new Set(masks.map((line) => line.slice('::add-mask::'.length)))
  const rest = lines.filter((line) => !line.startsWith('::add-mask::')).join('\n')
  const shown = [rest, stderr, summary, JSON.stringify(outputs)].join('\n')
  for (const secret of listSecrets(servers)) {
    expect(shown).not.toContain(secret)
    expect(shown).not.toContain(encodeURIComponent(secret))
  }
  // The runner hides what was registered; a mask that comes first leaves no gap.
  const first = lines.findIndex((line) => !line.startsWith('::add-mask::'))
  for (const secret of [SECRET, EXPIRED_SECRET, WRONG_SECRET]) {
    if (masked.has(secret)) expect(lines.slice(0, first)).toContain(`::add-mask::${secret}`)
  }
}
