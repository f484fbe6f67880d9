/**
 * Addresses that the workflow's author gives: of a cloud that is not built in, and of an authority. Read as strictly as
 * where a token goes: nothing is guessed, and nothing is asked for. Pure.
 */
import { InputError } from '../errors.ts'
import { omitUndefined, trimEnd } from '../values.ts'

/** Inputs that give addresses; `''` when not given. */
export interface AddressInputs {
  readonly endpoint: string
  readonly audience: string
  readonly authorityHost: string
  /**
   * AZURE_AUTHORITY_HOST, `''` when not set. It counts in a custom cloud without authority-host; for a built-in cloud it
   * may name one of that cloud's own authorities and no other, because whatever it names is sent the proof of identity.
   */
  readonly authorityHostVariable?: string
}

/** Addresses of a cloud that is not built in. */
export interface CustomAddresses {
  readonly resourceManagerEndpoint: string
  readonly audience?: string
  readonly authorityHost?: string
}

/**
 * Addresses that the author gives for a cloud that is not built in.
 * @throws InputError naming the input, or AZURE_AUTHORITY_HOST
 */
export function readCustomAddresses(inputs: AddressInputs): CustomAddresses {
  const { endpoint, audience, authorityHost } = inputs
  return omitUndefined({
    resourceManagerEndpoint: readEndpoint(endpoint),
    audience: audience === '' ? undefined : readAudience(audience),
    authorityHost:
      authorityHost === ''
        ? readAuthorityHostVariable(inputs)
        : readAuthorityHost('authority-host', authorityHost)
  })
}

/**
 * Authority that AZURE_AUTHORITY_HOST names; undefined where it is not set.
 * @throws InputError naming the variable
 */
export function readAuthorityHostVariable({
  authorityHostVariable = ''
}: AddressInputs): string | undefined {
  const text = authorityHostVariable.trim()
  return text === '' ? undefined : readAuthorityHost('AZURE_AUTHORITY_HOST', text)
}

function readEndpoint(text: string): string {
  const input = 'resource-manager-endpoint'
  const allowed = 'an origin such as https://management.local.azurestack.external'
  if (text === '') {
    throw new InputError(input, { problem: 'is missing, and environment custom needs it', allowed })
  }
  const url = parseHttpUrl(input, text, allowed)
  if (!/^https?:\/\/[^/]+\/?$/i.test(text)) {
    throw new InputError(input, { readUrl: text, problem: 'holds a path', allowed })
  }
  if (url.protocol === 'http:' && !isLoopback(url.hostname)) {
    throw new InputError(input, {
      read: text,
      problem: 'would send the token in the clear',
      allowed: 'https, or http on a loopback address'
    })
  }
  return url.origin
}

/** A path is allowed here, because AD FS lives at `/adfs`; http is not, because @azure/identity refuses it. */
function readAuthorityHost(input: 'authority-host' | 'AZURE_AUTHORITY_HOST', text: string): string {
  const allowed = 'an https URL such as https://login.microsoftonline.com'
  const url = parseHttpUrl(input, text, allowed)
  if (url.protocol !== 'https:') {
    throw new InputError(input, { read: text, problem: 'does not use https', allowed })
  }
  return trimEnd(text, '/')
}

function readAudience(text: string): string {
  if (!/^[\x21-\x7e]+$/.test(text)) {
    throw new InputError('resource-manager-audience', {
      read: text,
      problem: 'holds a space, a control character or a character outside ASCII',
      allowed: 'a URI such as https://management.core.windows.net/'
    })
  }
  return text
}

function parseHttpUrl(input: string, text: string, allowed: string): URL {
  const refuse = (problem: string): never => {
    throw new InputError(input, { readUrl: text, problem, allowed })
  }
  if (!/^https?:\/\/[^\s/\\]/i.test(text) || /[\p{C}\p{Z}\\]/u.test(text) || !URL.canParse(text)) {
    return refuse('is not an absolute http or https URL')
  }
  if (/[?#]/.test(text)) refuse('holds a query or fragment')
  if (/^https?:\/\/[^/]*@/i.test(text)) refuse('holds a user name or password')
  const url = new URL(text)
  const isPlainName = /^https?:\/\/[a-z\d.-]+(?::\d*)?(?:\/|$)/i.test(text)
  if (!isPlainName && url.hostname !== '[::1]') {
    refuse('has a host name of more than letters, digits, hyphens and dots')
  }
  return url
}

/** True for 127.0.0.0/8, `localhost` and `[::1]`, as `URL.hostname` writes them. */
function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(?:\.\d+){3}$/.test(hostname)
}
