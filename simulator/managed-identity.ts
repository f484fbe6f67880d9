/**
 * The two endpoints that hand a machine the token of its managed identity: the instance metadata service of a virtual
 * machine, and that of an App Service. Both on loopback, over http as in Azure.
 * https://learn.microsoft.com/entra/identity/managed-identities-azure-resources/how-to-use-vm-token
 */
import { randomUUID } from 'node:crypto'
import { type Clock, RealClock } from './clock.ts'
import type { Entra } from './entra.ts'
import type { Answer, RequestRecord } from './message.ts'
import { startWebServer } from './web-server.ts'

export interface ManagedIdentityOptions {
  /** Issues the tokens. */
  readonly entra: Pick<Entra, 'issueToken'>
  /** Client ID of the one user-assigned identity; without one there is only the system-assigned identity. */
  readonly clientId?: string
  readonly clock?: Clock
}

export interface ManagedIdentity {
  /** What points a client at the metadata service: it is found by its address in Azure. */
  readonly metadataEnvironment: Readonly<Record<string, string>>
  /** What an App Service has in its environment. */
  readonly appServiceEnvironment: Readonly<Record<string, string>>
  readonly requests: readonly RequestRecord[]
  answerNext(...answers: readonly Answer[]): void
  close(): Promise<void>
}

const METADATA_PATH = '/metadata/identity/oauth2/token'
const APP_SERVICE_PATH = '/msi/token'

/** Starts both endpoints on one free port. */
export async function startManagedIdentity(
  options: ManagedIdentityOptions
): Promise<ManagedIdentity> {
  const header = randomUUID()
  const server = await startWebServer({
    clock: options.clock ?? new RealClock(),
    answer: (request) => answerToken(request, header, options)
  })
  const origin = `http://127.0.0.1:${server.port}`
  return {
    metadataEnvironment: { AZURE_POD_IDENTITY_AUTHORITY_HOST: origin },
    appServiceEnvironment: {
      IDENTITY_ENDPOINT: `${origin}${APP_SERVICE_PATH}`,
      IDENTITY_HEADER: header
    },
    requests: server.requests,
    answerNext: server.answerNext,
    close: server.close
  }
}

function answerToken(
  { path, headers }: RequestRecord,
  header: string,
  { entra, clientId }: ManagedIdentityOptions
): Answer {
  const { pathname, searchParams } = new URL(path, 'http://127.0.0.1')
  const isMetadata = pathname.replace(/\/$/, '') === METADATA_PATH
  if (!isMetadata && pathname !== APP_SERVICE_PATH) return { status: 404 }
  if (isMetadata && headers.metadata?.toLowerCase() !== 'true') {
    return refuse('invalid_request', 'Required metadata header not specified')
  }
  if (!isMetadata && headers['x-identity-header'] !== header) {
    return { status: 401, body: { error: 'unauthorized', error_description: 'Wrong header' } }
  }
  const resource = searchParams.get('resource')
  if (resource === null) return refuse('invalid_request', 'resource is missing')
  const wanted = searchParams.get('client_id') ?? undefined
  if (wanted !== clientId) return refuse('invalid_request', 'Identity not found')
  const { token, expiresAt, at } = entra.issueToken(resource)
  const body = {
    access_token: token,
    client_id: clientId ?? randomUUID(),
    expires_on: String(Math.floor(expiresAt / 1000)),
    expires_in: String(Math.floor((expiresAt - at) / 1000)),
    resource,
    token_type: 'Bearer'
  }
  return { status: 200, body }
}

function refuse(error: string, text: string): Answer {
  return { status: 400, body: { error, error_description: text } }
}
