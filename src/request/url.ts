/**
 * The URL of the first request, from `url`, `api-version` and `subscription-id`. Pure.
 * The token goes where this URL points, so it must lie on the resource manager endpoint; beyond filling in what the
 * author asked for, it is sent as written.
 */
import { InputError, quoteText } from '../errors.ts'
import { isTrustedUrl, type Trust } from '../http/trust.ts'
import { omitUndefined } from '../values.ts'
import { createGuid } from './guid.ts'

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

const ASK = 'was an expression in it empty?'
const SHELL_HINT = 'no shell fills that in here, write $' + '{{ env.NAME }}'
/** A variable of a shell, or what JavaScript makes of none, as a whole part: `$Default` and `$web` are names. */
const UNFILLED = /^(?:\$(?:[A-Z][A-Z\d_]*|env:\w+)|undefined)$/

/** Long enough for every service's form (`2025-04-01-preview`, `2016-05-01.1.0`), and nothing that ends a query value. */
const API_VERSION = /^[0-9A-Za-z][0-9A-Za-z._-]*$/

/**
 * The absolute URL to send: on one line, with its placeholders, the blanks in its query and the api-version filled in,
 * and nothing else changed.
 * @throws InputError naming `url`, `api-version` or `subscription-id`
 */
export function buildRequestUrl(inputs: UrlInputs): string {
  const { endpoint, trust } = inputs
  const url = joinLines(inputs.url)
  if (url === '') {
    throw new InputError(URL_INPUT, { problem: 'is missing', allowed: describeAllowed(trust) })
  }
  const filled = encodeBlanks(fillPlaceholders(url, inputs.subscriptionId))
  checkCharacters(filled)
  const absolute = toAbsolute(filled, endpoint, trust)
  checkParts(absolute)
  return fillApiVersion(absolute, inputs.apiVersion)
}

/** URL on one line: line breaks go with the blanks around them, and so do the blanks that a folded text has instead. */
export function joinLines(text: string): string {
  const [path, query] = splitQuery(
    text
      .split(/[\r\n]/)
      .map((line) => line.trim())
      .join('')
  )
  return dropBlanksBefore(path, '/') + dropBlanksBefore(query, '&')
}

/** Blanks at the end go too: no mark comes after them, and every text holds no mark. */
function dropBlanksBefore(text: string, mark: string): string {
  const pieces = text.split(/([ \t]+)/)
  return pieces
    .filter((_, index) => index % 2 === 0 || !mark.startsWith(pieces[index + 1]?.charAt(0) ?? ''))
    .join('')
}

/** The part before the query, and the query with its question mark. */
function splitQuery(url: string): readonly [path: string, query: string] {
  const [path = ''] = url.split('?', 1)
  return [path, url.slice(path.length)]
}

/** Blanks in the values of the query, which people write as the documentation of OData does: `$filter=name eq 'x'`. */
function encodeBlanks(url: string): string {
  const [path, query] = splitQuery(url)
  return path + query.replace(/=[^&]*/g, (value) => value.replaceAll(' ', '%20'))
}

function describeAllowed(trust: Trust): string {
  return `a path that begins with "/", or a URL on ${trust.origin}`
}

function refuse(readUrl: string, problem: string, allowed?: string): never {
  throw new InputError(URL_INPUT, omitUndefined({ readUrl, problem, allowed }))
}

function checkCharacters(url: string): void {
  if (/[\p{C}\p{Z}]/u.test(url)) {
    refuse(url, 'holds a space or control character; write a space as %20')
  }
  if (url.includes('\\')) refuse(url, 'holds a backslash; write "/"')
  if (url.includes('#')) refuse(url, 'holds a fragment ("#"), which is never sent')
}

function fillPlaceholders(url: string, subscriptionId: string): string {
  const filled = url.replace(/\{subscriptionId\}/gi, () => {
    if (subscriptionId === '') {
      throw new InputError('subscription-id', {
        problem: 'is missing, and the url asks for it with {subscriptionId}',
        allowed:
          'the GUID of a subscription, here or in AZURE_SUBSCRIPTION_ID, or an azure/login to the same cloud before this step'
      })
    }
    return subscriptionId
  })
  // Texts of `{guid:…}` come at every other place.
  const whole = filled.split(/\{guid:([^{}]*)\}/i).reduce((before, piece, index) => {
    if (index % 2 === 0) return before + piece
    if (piece.trim() === '' || UNFILLED.test(piece)) {
      refuse(url, `holds "{guid:${piece}}", which is a UUID of nothing; ${ASK}`)
    }
    return before + createGuid(toPath(before).toLowerCase(), piece)
  })
  if (/[{}]/.test(whole)) {
    refuse(url, 'holds a placeholder that is not known', '{subscriptionId}, {guid:text}')
  }
  return whole
}

/** The same for a path and for the URL that it becomes. */
function toPath(url: string): string {
  return url.replace(/^https?:\/\/[^/?]*/i, '')
}

/** Resolves nothing: `new URL(relative, base)` would let `//host` and `\\host` choose another host. */
function toAbsolute(url: string, endpoint: string, trust: Trust): string {
  if (/^\/(?!\/)/.test(url)) return endpoint + url
  const allowed = describeAllowed(trust)
  if (url.startsWith('//')) refuse(url, 'names another host', allowed)
  const authority = /^https?:\/\/([^/?]+)/i.exec(url)?.[1]
  if (authority === undefined) return refuse(url, 'is neither a path nor an absolute URL', allowed)
  if (authority.includes('@')) refuse(url, 'holds a user name or password', allowed)
  if (/^http:/i.test(url) && trust.origin.startsWith('https:'))
    refuse(url, 'does not use https', allowed)
  if (!isTrustedUrl(url, trust)) {
    refuse(url, 'is not on the resource manager endpoint, and the token goes nowhere else', allowed)
  }
  return url
}

/**
 * Refuses what can hardly be meant. An expression that is empty leaves the URL of something else, and a DELETE would
 * take that; a dot segment is resolved by every HTTP library, so that what is sent would not be what was written.
 */
function checkParts(url: string): void {
  const [path, query] = splitQuery(url)
  const segments = toPath(path).split('/').slice(1)
  if (segments.some((segment) => /^(?:\.|%2e){1,2}$/i.test(segment))) {
    refuse(url, 'holds a "." or ".." segment; write the path in full')
  }
  const empty = segments.length === 0 ? 0 : segments.indexOf('')
  if (empty >= 0) {
    const place = empty === 0 ? 'at its start' : `after "${segments[empty - 1]}"`
    refuse(url, `has an empty segment ${place}; ${ASK}`)
  }
  const values = query.split('&').map((pair) => pair.slice(pair.indexOf('=') + 1))
  const unfilled = [...segments, ...values].find((part) => UNFILLED.test(part))
  if (unfilled !== undefined) {
    const hint = unfilled.startsWith('$') ? SHELL_HINT : ASK
    refuse(url, `holds "${unfilled}"; ${hint}`)
  }
  if (/%(?![\da-f]{2})/i.test(url)) {
    refuse(url, 'holds a "%" that begins no escape such as %20; write it as %25')
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
  if (own.length > 1) refuse(url, 'holds api-version twice')
  if (first === undefined) return appendApiVersion(url, apiVersion)
  if (first === '') refuse(url, 'holds an empty api-version')
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
  return splitQuery(url)[1]
    .slice(1)
    .split('&')
    .filter((pair) => /^api-version(?:=|$)/i.test(pair))
    .map((pair) => pair.slice('api-version='.length))
}
