/**
 * The variables that name a proxy, and the secrets in them. Pure.
 */
import { decodePart } from '../values.ts'

type Variables = Readonly<Record<string, string | undefined>>

/** Variables that name the proxy: the client takes the small letters first. */
export const PROXY_NAMES = ['https_proxy', 'HTTPS_PROXY']
/** Variables that name the hosts that are reached without it. */
export const NO_PROXY_NAMES = ['no_proxy', 'NO_PROXY']

/** True where a variable is set that is about a proxy. */
export function hasProxyVariables(variables: Variables): boolean {
  return [...PROXY_NAMES, ...NO_PROXY_NAMES].some((name) => Boolean(variables[name]))
}

/** Passwords of the proxies, as they are written and as they are sent. */
export function listProxySecrets(variables: Variables): readonly string[] {
  return PROXY_NAMES.flatMap((name) => {
    const address = (variables[name] ?? '').replace(/^\s*[a-z][a-z0-9+.-]*:\/\//i, '')
    const [, password = ''] = /^[^:]*:(.*)@/s.exec(address) ?? []
    return [password, decodePart(password) ?? '']
  }).filter((secret) => secret !== '')
}
