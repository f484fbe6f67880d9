/**
 * URLs that an answer may send us to. Pure.
 * The token follows these URLs, so every URL of every answer passes through here: ARM promises that its polling
 * URLs are on the host the client used (https://github.com/Azure/azure-resource-manager-rpc/blob/master/v1.0/async-api-reference.md),
 * so an exact check costs nothing and keeps the token at home.
 */
import type { HttpResponse } from '../http/message.ts'
import { isTrustedUrl, type Trust } from '../http/trust.ts'
import { decodePart, trimEnd } from '../values.ts'

const MAX_URL_LENGTH_CHARS = 32_768

/**
 * The usable absolute URL in a header or body value, verbatim but for its fragment and its raw spaces, or undefined.
 * Microsoft.Kusto and HDInsight write `…/locations/West US/…`: a space is percent-encoded, as every URL parser does.
 * A path that starts with `/` is resolved against the URL that was asked, as ManagedIdentity's Location needs;
 * any other relative text is not a URL (the Autorest test server sends `somethingBadWhichShouldNotBeUsed`).
 */
export function resolvePollingUrl(
  value: string | undefined,
  askedUrl: string,
  trust: Trust
): string | undefined {
  const absolute = readAbsoluteUrl(value, askedUrl)
  if (absolute === undefined || !isTrustedUrl(absolute, trust)) return undefined
  const fragment = absolute.indexOf('#')
  return fragment < 0 ? absolute : absolute.slice(0, fragment)
}

function readAbsoluteUrl(value: string | undefined, askedUrl: string): string | undefined {
  const text = value?.trim().replaceAll(' ', '%20')
  if (!text || text.length > MAX_URL_LENGTH_CHARS || hasControlCharacter(text)) return undefined
  return isPath(text) ? new URL(askedUrl).origin + text : text
}

/** Fault of a value that may not be followed, as the end of a sentence. */
function describeUnusable(value: string, askedUrl: string, trust: Trust): string {
  const text = readAbsoluteUrl(value, askedUrl)
  // A scheme-relative value names a host too.
  const absolute = text !== undefined && /^[\\/]{2}/.test(text) ? `https:${text}` : text
  if (absolute === undefined || !URL.canParse(absolute)) return 'it is not a URL'
  const { protocol, host, username, password } = new URL(absolute)
  if (username !== '' || password !== '') return `it names a user of ${host}`
  const isSecure = protocol === 'https:' || protocol === new URL(trust.origin).protocol
  return isSecure ? `its host ${host} is not the trusted endpoint` : 'it is not https'
}

function isPath(text: string): boolean {
  return /^\/(?![\\/])/.test(text)
}

function hasControlCharacter(text: string): boolean {
  return [...text].some((character) => character.charCodeAt(0) < 0x20 || character === '\x7f')
}

/** Content of one polling header: absent, a URL we may follow, or present yet unusable. */
export type PollingHeader =
  | { readonly kind: 'absent' }
  | {
      readonly kind: 'usable'
      readonly url: string
      /** It was a path, though the contract wants an absolute URL. */
      readonly relative: boolean
    }
  | {
      readonly kind: 'unusable'
      /** Fault of the value, as the end of a sentence. */
      readonly fault: string
    }

/** The headers that may hold a polling URL, by the name each has here, in the order in which they are followed. */
export const POLLING_HEADER_NAMES = {
  asyncOperation: 'Azure-AsyncOperation',
  operationLocation: 'Operation-Location',
  location: 'Location'
} as const

/** Polling headers of one answer. */
export type PollingHeaders = Readonly<Record<keyof typeof POLLING_HEADER_NAMES, PollingHeader>>

/** Reads the three polling headers of an answer to `askedUrl`. */
export function readPollingHeaders(
  response: HttpResponse,
  askedUrl: string,
  trust: Trust
): PollingHeaders {
  const read = (name: string) => readLink(response.headers[name.toLowerCase()], askedUrl, trust)
  return {
    asyncOperation: read(POLLING_HEADER_NAMES.asyncOperation),
    operationLocation: read(POLLING_HEADER_NAMES.operationLocation),
    location: read(POLLING_HEADER_NAMES.location)
  }
}

/** Reads a link in the answer to `askedUrl`: a polling header, or the link to the next page of a list. */
export function readLink(value: string | undefined, askedUrl: string, trust: Trust): PollingHeader {
  if (value === undefined || value.trim() === '') return { kind: 'absent' }
  const url = resolvePollingUrl(value, askedUrl, trust)
  return url === undefined
    ? { kind: 'unusable', fault: describeUnusable(value, askedUrl, trust) }
    : { kind: 'usable', url: inheritApiVersion(url, askedUrl), relative: isPath(value.trim()) }
}

/** Header that a status URL comes from. */
export type StatusHeader = 'azure-async-operation' | 'operation-location'

/** The status URL to follow, and its header; undefined without one that may be followed. */
export function findStatusUrl({
  asyncOperation,
  operationLocation
}: PollingHeaders): { readonly url: string; readonly header: StatusHeader } | undefined {
  if (asyncOperation.kind === 'usable') {
    return { url: asyncOperation.url, header: 'azure-async-operation' }
  }
  return operationLocation.kind === 'usable'
    ? { url: operationLocation.url, header: 'operation-location' }
    : undefined
}

/**
 * Polling URL with an api-version: one that is missing is taken from the URL that was asked, and appended as text. Its
 * own is never touched: replacing it broke Log Analytics (https://github.com/Azure/azure-sdk-for-net/issues/40606).
 */
export function inheritApiVersion(url: string, askedUrl: string): string {
  if (readApiVersion(url) !== undefined) return url
  const apiVersion = readApiVersion(askedUrl)
  if (apiVersion === undefined) return url
  const separator = !url.includes('?') ? '?' : /[?&]$/.test(url) ? '' : '&'
  return `${url}${separator}api-version=${apiVersion}`
}

/** The api-version as it stands in the URL's query, or undefined. */
export function readApiVersion(url: string): string | undefined {
  return /[?&]api-version=([^&#]*)/i.exec(url)?.[1]
}

/**
 * True when a Location names the resource itself rather than a monitor: same path, and no query of its own
 * besides the api-version. API Management's `?asyncId=` is a real monitor
 * (https://github.com/hashicorp/go-azure-sdk/issues/962).
 */
export function isSelfReference(location: string, requestUrl: string): boolean {
  const one = new URL(location)
  const other = new URL(requestUrl)
  return isPathOf(one.pathname, requestUrl) && ownQuery(one) === ownQuery(other)
}

/** True when both URLs name the same path; their queries may differ. */
export function isSamePath(one: string, other: string): boolean {
  return isPathOf(new URL(one).pathname, other)
}

/**
 * True when a path, or the `id` of a resource, is the URL's path: an id has names as they are (`my thing`), a URL has
 * them escaped.
 */
export function isPathOf(path: string, url: string): boolean {
  return JSON.stringify(readSegments(path)) === JSON.stringify(readSegments(new URL(url).pathname))
}

/** The last segment of a path or an `id`, in the form that comparing needs; empty when there is none. */
export function readLastSegment(path: string): string {
  return readSegments(path).at(-1) ?? ''
}

// Split first: an escaped slash is part of a name.
function readSegments(path: string): readonly string[] {
  const segments = trimEnd(path, '/').split('/')
  return segments.map((segment) => (decodePart(segment) ?? segment).toLowerCase())
}

function ownQuery(url: URL): string {
  const pairs = [...url.searchParams].filter(([name]) => name.toLowerCase() !== 'api-version')
  return JSON.stringify(pairs.sort())
}

/** The URL's path for people: its query may hold a signed token and is never shown. */
export function describePollingUrl(url: string): string {
  return new URL(url).pathname
}
