/**
 * The inputs that are the same for all that a step sends: the cloud, the sign-in and the ids of Azure.
 */
import { type Cloud, readCloud, requireAuthority, requireScope } from '../arm/clouds.ts'
import type { Creds } from '../auth/creds.ts'
import type { Environment } from '../auth/environment.ts'
import { needsNoAuthority, readSignIn, type SignIn } from '../auth/sign-in.ts'
import { InputError } from '../errors.ts'
import type { AzureIds } from '../operation/handle.ts'
import { GUID, omitUndefined } from '../values.ts'
import { type InputContext, type ReadInput, readGuid } from './reader.ts'
import { listResumeSignIn, type SignInInputs } from './resume-sign-in.ts'

/** Cloud that requests go to, and the sign-in to it. */
export interface Connection {
  readonly cloud: Cloud
  readonly signIn: SignIn
  /** Ids that stand as placeholders in a handle. */
  readonly ids: AzureIds
  /** Inputs that a step which resumes this one signs in with; none where `azure/login` has to come first. */
  readonly resumeSignIn: SignInInputs
}

/** Connection, and the inputs that were given for it and have no effect, in one sentence each. */
export interface ConnectionReading {
  readonly connection: Connection
  readonly warnings: readonly string[]
}

/** Reader of the connection. */
export type ReadConnection = typeof readConnection

/**
 * Reads the connection.
 * @param read trimmed
 * @throws InputError
 */
export async function readConnection(
  read: ReadInput,
  { environment, now }: Pick<InputContext, 'environment' | 'now'>
): Promise<ConnectionReading> {
  const { signIn, creds, warnings } = await readSignIn(read, now)
  const cloud = await readSignInCloud(read, signIn, creds, environment)
  const resumeSignIn = Object.freeze(listResumeSignIn(signIn, creds !== undefined))
  const subscriptionId =
    readGuid(read, 'subscription-id') ||
    creds?.subscriptionId ||
    (await findSubscription(cloud, environment))
  const tenantId = read('tenant-id') || creds?.tenantId || undefined
  const ids = Object.freeze(omitUndefined({ subscriptionId, tenantId }))
  const connection = Object.freeze({ cloud, signIn, ids, resumeSignIn })
  return { connection, warnings: [...warnings, ...judgeCertificateChecks(cloud, environment)] }
}

const NO_CERTIFICATE_CHECKS = 'NODE_TLS_REJECT_UNAUTHORIZED'

/** Without the checks the token goes to whoever answers for the host; no built-in cloud needs that. */
function judgeCertificateChecks({ name }: Cloud, environment: Environment): readonly string[] {
  if (environment[NO_CERTIFICATE_CHECKS] !== '0') return []
  if (name === 'custom') {
    return [
      `${NO_CERTIFICATE_CHECKS} is 0: no certificate is checked, so anyone on the way can read the token. Give NODE_EXTRA_CA_CERTS the certificate of the authority instead.`
    ]
  }
  throw new InputError(NO_CERTIFICATE_CHECKS, {
    problem: `is 0, so that no certificate is checked, and environment is ${name}`,
    allowed:
      'NODE_EXTRA_CA_CERTS, the path of a PEM file, for a proxy with a certificate of its own'
  })
}

/** The cloud, with all that signing in to it needs. */
async function readSignInCloud(
  read: ReadInput,
  signIn: SignIn,
  creds: Creds | undefined,
  { AZURE_AUTHORITY_HOST = '' }: Environment
): Promise<Cloud> {
  const environment = read('environment')
  const endpoint = read('resource-manager-endpoint')
  const { resourceManagerEndpoint = '' } = creds ?? {}
  // azure/login takes the address of an Azure Stack from its creds, and from nowhere else.
  const isElsewhere = /^(?:azurestack|custom)$/i.test(environment) && endpoint === ''
  const cloud = await readCloud({
    environment,
    endpoint: isElsewhere ? resourceManagerEndpoint : endpoint,
    audience: read('resource-manager-audience'),
    authorityHost: read('authority-host'),
    // Only what signs in by itself asks the authority.
    authorityHostVariable: signIn.kind === 'token' ? '' : AZURE_AUTHORITY_HOST
  })
  if (resourceManagerEndpoint !== '') refuseOtherCloud(resourceManagerEndpoint, cloud)
  if (needsNoAuthority(signIn)) requireScope(cloud)
  else if (signIn.kind !== 'token') requireAuthority(cloud)
  return cloud
}

function refuseOtherCloud(endpoint: string, cloud: Cloud): void {
  const { origin } = URL.canParse(endpoint) ? new URL(endpoint) : { origin: '' }
  if (origin === cloud.resourceManagerEndpoint) return
  throw new InputError('creds', {
    problem: `is for a cloud other than environment ${cloud.name}, according to its resourceManagerEndpointUrl`,
    allowed: `creds of the cloud at ${cloud.resourceManagerEndpoint}`
  })
}

/** A variable that is no GUID is not passed over for another subscription: whoever set it meant one. */
async function findSubscription({ name }: Cloud, environment: Environment) {
  const given = environment.AZURE_SUBSCRIPTION_ID?.trim()
  if (given) return GUID.test(given) ? given : undefined
  const { findDefaultSubscription } = await import('../auth/azure-cli-profile.ts')
  return findDefaultSubscription(name, environment)
}
