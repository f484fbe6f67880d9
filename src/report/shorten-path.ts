/**
 * Paths of requests as short as people still know them. Pure; harmless for the log.
 */
import { describeUrl } from './sanitize.ts'

/** The path of a URL from its last provider on, `Microsoft.Web/sites/shop`; else without its subscription. */
export function shortenPath(url: string): string {
  const path = describeUrl(url).split('?', 1).join('')
  const at = path.toLowerCase().lastIndexOf(PROVIDERS)
  return at < 0
    ? path.replace(/^\/subscriptions\/[0-9a-f-]{36}\//i, '')
    : path.slice(at + PROVIDERS.length)
}

const PROVIDERS = '/providers/'
