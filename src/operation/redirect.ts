/**
 * Redirects: never followed, and told as such whatever their bodies say, which may be a proxy's page. Pure.
 */
import type { HttpResponse, Method } from '../http/message.ts'

/** True for a status within 3xx. */
export function isRedirect(status: number): boolean {
  return status >= 300 && status < 400
}

/** A redirect in words, with the host that it leads to. */
export function describeRedirect({ status, headers }: HttpResponse): string {
  const location = headers.location ?? ''
  const host = URL.canParse(location) ? ` to ${new URL(location).host}` : ''
  return `Azure answered HTTP ${status}, a redirect${host}; redirects are never followed`
}

/**
 * True for a redirect after which the request may have taken effect: 303 says so, and 301 and 302 are how servers have
 * always answered a POST that was done (https://www.rfc-editor.org/rfc/rfc9110#section-15.4). 307 and 308 ask for it again.
 */
export function mayBeDone(status: number, method: Method): boolean {
  return status === 303 || (method === 'POST' && (status === 301 || status === 302))
}
