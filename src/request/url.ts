/**
 * The URL of the first request, from `url`, `api-version` and `subscription-id`. Pure.
 * The token goes where this URL points, so it must lie on the resource manager endpoint; beyond filling in what the
 * author asked for, it is sent as written.
 */
import { hideUrlSecrets, InputError, quoteText } from '../errors.ts'
import { isTrustedUrl, type Trust } from '../http/trust.ts'

/** Parts that the URL is made of; texts are as read, `''` when not given. */
export interface UrlInputs {
  readonly url: string
  readonly apiVersion: string
  /** A GUID or `''`. */
  readonly subscriptionId: string
  /** Origin that a path is put behind, without a slash at its end. */
  readonly endpoint: string
  readonly trust: Trust
}

const URL_INPUT = 'url'
const API_VERSION_INPUT = 'api-version'

/** Long enough for every service's form (`2025-04-01-preview`, `2016-05-01.1.0`), and nothing that ends a query value. */
const API_VERSION = /^[0-9A-Za-z][0-9A-Za-z._-]*$/

/**
 * The absolute URL to send, with `{subscriptionId}` and the api-version filled in and nothing else changed.
 * @throws InputError naming `url`, `api-version` or `subscription-id`
 */
export function buildRequestUrl(inputs: UrlInputs): string {
  const { url, endpoint, trust } = inputs
  if (url === '') {
    throw new InputError(URL_INPUT, { problem: 'is missing', allowed: describeAllowed(trust) })
  }
  checkCharacters(url)
  const absolute = toAbsolute(fillPlaceholders(url, inputs.subscriptionId), endpoint, trust)
  checkPath(absolute)
  return fillApiVersion(absolute, inputs.apiVersion)
}

function describeAllowed(trust: Trust): string {
  return `a path that begins with "/", or a URL on ${trust.origin}`
}

function checkCharacters(url: string): void {
  const refuse = (problem: string): never => {
    throw new InputError(URL_INPUT, { read: hideUrlSecrets(url), problem })
  }
  if (/[\p{C}\p{Z}]/u.test(url)) {
    refuse('holds a space or control character; write a space as %20')
  }
  if (url.includes('\\')) refuse('holds a backslash; write "/"')
  if (url.includes('#')) refuse('holds a fragment ("#"), which is never sent')
}

function fillPlaceholders(url: string, subscriptionId: string): string {
  const filled = url.replace(/\{subscriptionId\}/gi, () => {
    if (subscriptionId === '') {
      throw new InputError('subscription-id', {
        problem: 'is missing, and the url asks for it with {subscriptionId}',
        allowed:
          'the GUID of a subscription, also in AZURE_SUBSCRIPTION_ID or by an azure/login before this step'
      })
    }
    return subscriptionId
  })
  if (/[{}]/.test(filled)) {
    throw new InputError(URL_INPUT, {
      read: hideUrlSecrets(url),
      problem: 'holds a placeholder that is not known',
      allowed: '{subscriptionId}'
    })
  }
  return filled
}

/** Resolves nothing: `new URL(relative, base)` would let `//host` and `\\host` choose another host. */
function toAbsolute(url: string, endpoint: string, trust: Trust): string {
  if (/^\/(?!\/)/.test(url)) return endpoint + url
  const refuse = (problem: string): never => {
    const allowed = describeAllowed(trust)
    throw new InputError(URL_INPUT, { read: hideUrlSecrets(url), problem, allowed })
  }
  if (url.startsWith('//')) refuse('names another host')
  const authority = /^https?:\/\/([^/?]+)/i.exec(url)?.[1]
  if (authority === undefined) return refuse('is neither a path nor an absolute URL')
  if (authority.includes('@')) refuse('holds a user name or password')
  if (/^http:/i.test(url) && trust.origin.startsWith('https:')) refuse('does not use https')
  if (!isTrustedUrl(url, trust)) {
    refuse('is not on the resource manager endpoint, and the token goes nowhere else')
  }
  return url
}

/** Dot segments are resolved by every HTTP library, so what is sent would not be what was written. */
function checkPath(url: string): void {
  const path = url.replace(/\?.*$/s, '')
  if (path.split('/').some((segment) => /^(?:\.|%2e){1,2}$/i.test(segment))) {
    throw new InputError(URL_INPUT, {
      read: hideUrlSecrets(url),
      problem: 'holds a "." or ".." segment; write the path in full'
    })
  }
}

function fillApiVersion(url: string, apiVersion: string): string {
  const own = readApiVersions(url)
  const [first] = own
  if (apiVersion !== '' && !API_VERSION.test(apiVersion)) {
    throw new InputError(API_VERSION_INPUT, {
      read: apiVersion,
      problem: 'is not an API version',
      allowed: 'a date such as 2025-04-01, or 2025-04-01-preview'
    })
  }
  if (own.length > 1) {
    throw new InputError(URL_INPUT, {
      read: hideUrlSecrets(url),
      problem: 'holds api-version twice'
    })
  }
  if (first === undefined) return appendApiVersion(url, apiVersion)
  if (first === '') {
    throw new InputError(URL_INPUT, {
      read: hideUrlSecrets(url),
      problem: 'holds an empty api-version'
    })
  }
  if (apiVersion !== '' && apiVersion.toLowerCase() !== first.toLowerCase()) {
    throw new InputError(API_VERSION_INPUT, {
      read: apiVersion,
      problem: `differs from the url's own api-version, ${quoteText(first)}`,
      allowed: 'one of the two'
    })
  }
  return url
}

/** As text: a library that parses and prints a query re-encodes what it did not write. */
function appendApiVersion(url: string, apiVersion: string): string {
  if (apiVersion === '') {
    throw new InputError(API_VERSION_INPUT, {
      problem: 'is missing, and the url holds none',
      allowed: 'a date such as 2025-04-01, here or in the url as ?api-version='
    })
  }
  const separator = !url.includes('?') ? '?' : /[?&]$/.test(url) ? '' : '&'
  return `${url}${separator}api-version=${apiVersion}`
}

function readApiVersions(url: string): readonly string[] {
  const query = /\?(.*)$/s.exec(url)?.[1] ?? ''
  return query
    .split('&')
    .filter((pair) => /^api-version(?:=|$)/i.test(pair))
    .map((pair) => pair.slice('api-version='.length))
}
