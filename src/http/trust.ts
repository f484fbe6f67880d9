/**
 * Hosts that the token may go to. Pure.
 * The token follows the URLs of every answer, so every one of them is checked here: ARM promises that its polling URLs
 * are on the host the client used (https://github.com/Azure/azure-resource-manager-rpc/blob/master/v1.0/async-api-reference.md),
 * so an exact check costs nothing and keeps the token at home.
 */

/** Hosts that the token may go to. A built-in cloud also trusts the subdomains of its own endpoint (regional hosts). */
export interface Trust {
  /** Origin of the resource manager endpoint, as `new URL(…).origin` writes it. */
  readonly origin: string
  readonly subdomains: boolean
}

/** True when a request to this absolute URL may carry the token. Never throws. */
export function isTrustedUrl(url: string, trust: Trust): boolean {
  if (!URL.canParse(url)) return false
  const { origin, protocol, host, hostname, username, password } = new URL(url)
  if (username !== '' || password !== '' || hasUserInfo(url)) return false
  // A `blob:` URL has the origin of the URL inside it.
  if (protocol !== new URL(trust.origin).protocol) return false
  if (origin === trust.origin) return true
  if (!trust.subdomains || protocol !== 'https:') return false
  // `host` carries a port only when it is not the default one. A host name of Azure is made of these characters alone.
  return (
    host === hostname &&
    /^[a-z\d.-]+$/.test(hostname) &&
    hostname.endsWith(`.${new URL(trust.origin).hostname}`)
  )
}

// `https://@host/` parses to empty credentials, yet no honest service writes it.
function hasUserInfo(url: string): boolean {
  const authority = /^[a-z][a-z0-9+.-]*:[\\/]*([^\\/?#]*)/i.exec(url)?.[1] ?? ''
  return authority.includes('@')
}
