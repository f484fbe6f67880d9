/**
 * A URL that an input names, on the endpoint of the step and with what the step fills in.
 */
import { buildRequestUrl } from '../request/url.ts'
import type { Connection } from './connection.ts'

/**
 * Absolute URL by the rules of `url`.
 * @throws InputError
 */
export function readRequestUrl(
  url: string,
  apiVersion: string,
  { cloud, ids }: Connection
): string {
  return buildRequestUrl({
    url,
    apiVersion,
    subscriptionId: ids.subscriptionId ?? '',
    endpoint: cloud.resourceManagerEndpoint,
    trust: cloud.trust
  })
}
