/**
 * The URL of the first request, from `url`, `api-version` and `subscription-id`. Pure.
 * The token goes where this URL points, so it must lie on the resource manager endpoint; beyond filling in what the
 * author asked for, it is sent as written.
 */
import { InputError, quoteText } from '../errors.ts'
import { isTrustedUrl, type Trust } from '../http/trust.ts'
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

function checkCharacters(url: string): void {
  const refuse = (problem: string): never => {
    throw new InputError(URL_INPUT, { readUrl: url, problem })
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
        allowed: 'the GUID of a subscription'
      })
    }
    return subscriptionId
  })
  const refuse = (problem: string): never => {
    const allowed = '{subscriptionId}, {guid:text}'
    throw new InputError(URL_INPUT, { readUrl: url, problem, allowed })
  }
  // Texts of `{guid:…}` come at every other place.
  const whole = filled.split(/\{guid:([^{}]*)\}/i).reduce((before, piece, index) => {
    if (index % 2 === 0) return before + piece
    if (piece.trim() === '' || UNFILLED.test(piece)) {
      refuse(`holds "{guid:${piece}}", which is a UUID of nothing; ${ASK}`)
    }
    return before + createGuid(toPath(before).toLowerCase(), piece)
  })
  if (/[{}]/.test(whole)) refuse('holds a placeholder that is not known')
  return whole
}

/** The same for a path and for the URL that it becomes. */
function toPath(url: string): string {
  return url.replace(/^https?:\/\/[^/]*/i, '')
}

/** Resolves nothing: `new URL(relative, base)` would let `//host` and `\\host` choose another host. */
function toAbsolute(url: string, endpoint: string, trust: Trust): string {
  if (/^\/(?!\/)/.test(url)) return endpoint + url
  const refuse = (problem: string): never => {
    const allowed = describeAllowed(trust)
    throw new InputError(URL_INPUT, { readUrl: url, problem, allowed })
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

function checkParts(url: string): void {
  const problem = findWrongPart(url)
  if (problem !== undefined) throw new InputError(URL_INPUT, { readUrl: url, problem })
}

/**
 * A part that can hardly be meant. An expression that is empty leaves the URL of something else, and a DELETE would
 * take that; a dot segment is resolved by every HTTP library, so that what is sent would not be what was written.
 */
function findWrongPart(url: string): string | undefined {
  const [path, query] = splitQuery(url)
  const segments = toPath(path).split('/').slice(1)
  if (segments.some((segment) => /^(?:\.|%2e){1,2}$/i.test(segment))) {
    return 'holds a "." or ".." segment; write the path in full'
  }
  const empty = segments.indexOf('')
  if (empty > 0) return `has an empty segment after "${segments[empty - 1]}"; ${ASK}`
  if (empty === 0 || segments.length === 0) return `has an empty segment at its start; ${ASK}`
  const values = query.split('&').map((pair) => pair.slice(pair.indexOf('=') + 1))
  const unfilled = [...segments, ...values].find((part) => UNFILLED.test(part))
  if (unfilled?.startsWith('$')) {
    return `holds "${unfilled}", which no shell fills in here; write \${{ env.NAME }}`
  }
  if (unfilled !== undefined) return `holds "${unfilled}"; ${ASK}`
  return /%(?![\da-f]{2})/i.test(url)
    ? 'holds a "%" that begins no escape such as %20; write it as %25'
    : undefined
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
      readUrl: url,
      problem: 'holds api-version twice'
    })
  }
  if (first === undefined) return appendApiVersion(url, apiVersion)
  if (first === '') {
    throw new InputError(URL_INPUT, {
      readUrl: url,
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
