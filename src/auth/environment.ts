/**
 * The environment variables of a sign-in. Reads nothing by itself.
 */

import { listProxySecrets } from '../http/proxy-secrets.ts'

/** Environment variables by name; undefined where one is not set. */
export type Environment = Readonly<Record<string, string | undefined>>

const SECRET_VARIABLES = [
  'ACTIONS_ID_TOKEN_REQUEST_TOKEN',
  'AZURE_CLIENT_CERTIFICATE_PASSWORD',
  'AZURE_CLIENT_SECRET',
  'AZURE_PASSWORD',
  'IDENTITY_HEADER',
  'MSI_SECRET'
]

/** The secrets in the environment that a sign-in may use; they are masked before anything else happens. */
export function listEnvironmentSecrets(environment: Environment): readonly string[] {
  const secrets = SECRET_VARIABLES.map((name) => environment[name] ?? '')
  return [...secrets.filter((secret) => secret !== ''), ...listProxySecrets(environment)]
}
