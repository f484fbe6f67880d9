/**
 * The proxy variables in the form in which the HTTP client understands them. As they are, it goes past a proxy that it
 * cannot read, such as a host name without a scheme, and knows no `*.` in NO_PROXY. Pure.
 */
import { InputError } from '../errors.ts'
import { decodePart } from '../values.ts'
import { NO_PROXY_NAMES, PROXY_NAMES } from './proxy-secrets.ts'

type Variables = Readonly<Record<string, string | undefined>>

/**
 * Proxy variables to set in place of those that are there.
 * @throws InputError naming a variable whose proxy cannot be read: what was to go through it must not go past it
 */
export function normalizeProxyVariables(variables: Variables): Readonly<Record<string, string>> {
  return Object.fromEntries([
    ...pickSet(variables, PROXY_NAMES).map(([name, text]) => [name, readProxy(name, text)]),
    ...pickSet(variables, NO_PROXY_NAMES).map(([name, text]) => [name, readBypass(text)])
  ])
}

/** The first that is set: the others do not count. */
function pickSet(variables: Variables, names: readonly string[]): [name: string, text: string][] {
  return names
    .flatMap((name): [string, string][] => [[name, (variables[name] ?? '').trim()]])
    .filter(([, text]) => text !== '')
    .slice(0, 1)
}

function readProxy(name: string, text: string): string {
  const written = /^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `http://${text}`
  const url = URL.canParse(written) ? new URL(written) : undefined
  if (url !== undefined && isUsable(url)) return written
  throw new InputError(name, {
    problem: 'is not the address of a proxy that can be used; nothing goes past it',
    allowed:
      'such as http://proxy.example:3128 or http://user:password@proxy.example:3128, with %25 for a % in the password'
  })
}

function isUsable({ protocol, hostname, username, password }: URL): boolean {
  return (
    /^https?:$/.test(protocol) &&
    hostname !== '' &&
    decodePart(username) !== undefined &&
    decodePart(password) !== undefined
  )
}

/** `*.example.com` is `.example.com` to the client. */
function readBypass(text: string): string {
  return text
    .split(',')
    .map((name) => name.trim().replace(/^\*(?=.)/, ''))
    .join(',')
}
