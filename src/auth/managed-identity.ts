/**
 * A probe of one second for a metadata service: the only way to know that a self-hosted runner on an Azure machine has
 * an identity, where the library would wait for many seconds.
 */
import { type Http, NoAnswerError } from '../http/http.ts'

const METADATA_URL = 'http://169.254.169.254/metadata/identity/oauth2/token'
const METADATA_TIMEOUT_MS = 1_000

/**
 * The reason why there is no metadata service, or undefined when there is one. Without its header the request is
 * refused at once and gives no token (https://learn.microsoft.com/azure/virtual-machines/instance-metadata-service#security-and-authentication).
 */
export async function findMetadataProblem(
  send: Http['send'],
  signal: AbortSignal
): Promise<string | undefined> {
  try {
    const request = { method: 'GET', url: METADATA_URL, headers: {} } as const
    await send(request, { timeoutMs: METADATA_TIMEOUT_MS, signal })
    return undefined
  } catch (error) {
    signal.throwIfAborted()
    if (error instanceof NoAnswerError) return 'no metadata service answers on this machine'
    throw error
  }
}
