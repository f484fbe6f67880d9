/**
 * One request, one complete response. The only importer of @actions/http-client, and the only room with sockets.
 * Follows no redirect, retries nothing, knows nothing of ARM or of tokens.
 */
import { Agent } from 'node:http'
import { Agent as TlsAgent } from 'node:https'
import type { Duplex } from 'node:stream'
import { HttpClient, type HttpClientResponse } from '@actions/http-client'
import { cutDuring } from '../clock.ts'
import { parseJsonText } from './body.ts'
import { connectEarly, MAX_IDLE_MS } from './early-connection.ts'
import type { Body, HttpResponse, Method } from './message.ts'

/** HTTP request. The User-Agent comes in addition to its headers. */
export interface HttpRequest {
  readonly method: Method
  /** Absolute URL; its path and query are sent as they stand. */
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string
}

/** Options of one exchange: its bounds, and whether its connection must be fresh. */
export interface SendOptions {
  /** Bound on the whole exchange, body included. */
  readonly timeoutMs: number
  readonly signal: AbortSignal
  /** Refuse a connection that has been idle: a reset on it could not be told from a lost answer. */
  readonly fresh?: boolean
  /** Bound on it with its wait for a turn where connections are shared; absent is as long as the operation has time. */
  readonly maxWaitMs?: number
  /** Told when a turn has come where connections are shared: the exchange begins only now. */
  readonly onTurn?: () => void
}

/**
 * Error of an exchange in which no complete response came. `sent` is false only where it is certain that the service
 * saw nothing of the request.
 */
export class NoAnswerError extends Error {
  override readonly name = 'NoAnswerError'
  readonly sent: boolean

  constructor(message: string, sent: boolean, options?: ErrorOptions) {
    super(message, options)
    this.sent = sent
  }
}

/** Error of an exchange that never had a turn at a shared connection: nobody was asked anything. */
export class NoTurnError extends NoAnswerError {}

/** HTTP client that reuses its connections until it is closed, and sends nothing after that. */
export interface Http {
  /** Rejects with NoAnswerError when no complete response came. */
  readonly send: (request: HttpRequest, options: SendOptions) => Promise<HttpResponse>
  /** Ends all connections, so that no handle keeps the process alive. */
  readonly close: () => void
}

/** HTTP client that can connect before there is anything to send. */
export interface EarlyHttp extends Http {
  /** Begins to connect to the origin of a URL that will be asked within moments; not over http or through a proxy. */
  readonly connectEarly: (url: string) => void
}

/** Polling URLs alone may be 4 KB each, and an answer may carry three of them. */
const MAX_HEADER_BYTES = 65_536

/**
 * An HTTP client without a connection yet.
 * @param userAgent value of the User-Agent header
 * @param now milliseconds, for the age of the pooled connection
 * @param makeRoom told before each exchange whose connections it is about to use
 */
export function createHttp(
  userAgent: string,
  now: () => number,
  makeRoom?: (agent: Agent) => void
): EarlyHttp {
  // One for each origin: a client keeps the agent of the first scheme it met.
  const pools = new Map<string, Pool>()
  const early = new Map<Agent, () => void>()
  let isClosed = false
  const findPool = (url: string) => {
    const { origin } = new URL(url)
    const pool =
      pools.get(origin) ?? openPool(new HttpClient(userAgent, [], CLIENT_OPTIONS), url, now)
    pools.set(origin, pool)
    return pool
  }
  return {
    send: async (request, options) => {
      if (isClosed) throw new NoAnswerError('all connections have been ended', false)
      const { client, endIdle, agent } = findPool(request.url)
      if (options.fresh === true) endIdle()
      if (agent !== undefined) makeRoom?.(agent)
      return await exchange(client, request, options)
    },
    connectEarly: (url) => {
      if (isClosed) return
      const { agent } = findPool(url)
      if (!(agent instanceof TlsAgent) || early.has(agent)) return
      early.set(agent, connectEarly(agent, url, now))
    },
    close: () => {
      isClosed = true
      for (const { client } of pools.values()) client.dispose()
      for (const end of early.values()) end()
    }
  }
}

interface Pool {
  readonly client: HttpClient
  /** Ends the connections that have been idle for too long. */
  readonly endIdle: () => void
  /** Absent behind a proxy, where no connection outlives its exchange. */
  readonly agent?: Agent
}

/** The library's own agent says when a connection falls idle, and keeps those that are; a proxy's keeps none. */
function openPool(client: HttpClient, url: string, now: () => number): Pool {
  const agent: unknown = client.getAgent(url)
  if (!(agent instanceof Agent)) return { client, endIdle: () => {} }
  const idleSinceMs = new WeakMap<Duplex, number>()
  agent.on('free', (socket: Duplex) => idleSinceMs.set(socket, now()))
  return {
    client,
    agent,
    endIdle: () => {
      for (const socket of Object.values(agent.freeSockets).flat()) {
        const sinceMs = socket === undefined ? undefined : idleSinceMs.get(socket)
        if (now() - (sinceMs ?? Number.NEGATIVE_INFINITY) > MAX_IDLE_MS) socket?.destroy()
      }
    }
  }
}

const CLIENT_OPTIONS = { keepAlive: true, allowRedirects: false, allowRetries: false }

async function exchange(
  client: HttpClient,
  request: HttpRequest,
  { timeoutMs, signal }: SendOptions
): Promise<HttpResponse> {
  if (signal.aborted) throw new NoAnswerError('ended before it was sent', false)
  return await cutDuring(timeoutMs, signal, async (cut) => {
    try {
      client.handlers = [perRequestHandler(request.url, cut)]
      const sent = client.request(request.method, request.url, request.body ?? null, {
        ...request.headers
      })
      return await readWhole(await sent)
    } catch (error) {
      throw toNoAnswer(error, cut, timeoutMs)
    }
  })
}

function perRequestHandler(url: string, signal: AbortSignal): HttpClient['handlers'][number] {
  return {
    prepareRequest: (options) => {
      options.signal = signal
      options.maxHeaderSize = MAX_HEADER_BYTES
      if (isLinkLocal(url)) options.agent = undefined
      // Node takes an IPv6 address without the brackets of a URL, and the library keeps them.
      options.host = options.host?.replace(/^\[(.*)\]$/, '$1')
      const verbatim = verbatimPath(url)
      if (verbatim !== undefined) options.path = verbatim
    },
    canHandleAuthentication: () => false,
    handleAuthentication: () => Promise.reject(new Error('not used: 401 is answered by the client'))
  }
}

/**
 * True for the address of the metadata service of an Azure machine: it answers that machine alone, so no proxy may
 * stand between (https://learn.microsoft.com/azure/virtual-machines/instance-metadata-service#proxies).
 */
export function isLinkLocal(url: string): boolean {
  return /^169\.254\.\d+\.\d+$/.test(new URL(url).hostname)
}

/**
 * Path and query as the service wrote them: a parsed URL would escape `'` or `{` anew, and a signed polling URL is
 * only valid as it stands. Undefined where the text holds what no request line may.
 */
function verbatimPath(url: string): string | undefined {
  const match = /^[a-z]+:\/\/[^/?#]*(\/[^#]*)/i.exec(url)
  const path = match?.[1]
  return path !== undefined && /^[\x21-\x7e]+$/.test(path) ? path : undefined
}

/** No answer of Azure is near it, and neither is what a runner can hold of it as text and as JSON. */
export const MAX_BODY_BYTES = 64 * 1024 * 1024
/** Each list and object takes many times its two characters as a value. */
export const MAX_CONTAINERS = 2_000_000
/** Problem of a body that is not read; the status and the headers of its answer count as they are. */
export const TOO_LARGE =
  'the body of the answer is too large to be read: it has more than 64 MB, or more than 2 million lists and objects'

/** The bytes of a body as they came, for no encoding is asked for; undefined as soon as they are too many. */
async function readBytes(message: AsyncIterable<Buffer>): Promise<Buffer | undefined> {
  const chunks: Buffer[] = []
  let bytes = 0
  let containers = 0
  for await (const chunk of message) {
    bytes += chunk.length
    // By index: an iterator takes as long as all else that is done with an answer.
    for (let at = 0; at < chunk.length; at += 1) {
      const byte = chunk[at]
      if (byte === 0x5b || byte === 0x7b) containers += 1
    }
    // Leaving the loop ends the connection.
    if (bytes > MAX_BODY_BYTES || containers > MAX_CONTAINERS) return undefined
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

async function readWhole(answered: HttpClientResponse): Promise<HttpResponse> {
  const { message } = answered
  const bytes = await readBytes(message)
  const headers: Record<string, string> = {}
  for (const [name, values] of Object.entries(message.headersDistinct)) {
    const first = values?.[0]
    if (first !== undefined) headers[name] = first
  }
  return {
    status: message.statusCode ?? 0,
    headers,
    body:
      bytes === undefined
        ? { kind: 'malformed', text: '', problem: TOO_LARGE }
        : parseBody(bytes.toString(), headers['content-type'])
  }
}

/** Types that name a text which is not JSON; the general ones are what providers give to JSON, too. */
const TEXT_TYPE = /^\s*(?!text\/(?:plain|html)\b|application\/octet-stream\b)[^\s/]+\/\S/i

/**
 * Body of an answer, without a byte-order mark. Providers send JSON with a wrong type or none, so the first character
 * decides too; a script may begin with `[`. Only HTML is never a body of ARM's own.
 */
export function parseBody(received: string, contentType: string | undefined): Body {
  const text = received.startsWith('\ufeff') ? received.slice(1) : received
  const start = /^\s*(.{0,15})/s.exec(text)?.[1] ?? ''
  if (start === '') return { kind: 'empty' }
  const isJson = /[/+]json\b/i.test(contentType ?? '')
  if (isJson || /^[{[]/.test(start)) {
    const value = parseJsonText(text)
    if (value !== undefined) return { kind: 'json', value, text }
    const isText = !isJson && TEXT_TYPE.test(contentType ?? '')
    return { kind: isText ? 'text' : 'malformed', text }
  }
  const isHtml =
    /\btext\/html\b/i.test(contentType ?? '') || /^<(!doctype\s+html|html)\b/i.test(start)
  return isHtml ? { kind: 'malformed', text } : { kind: 'text', text }
}

/** Name lookup and connection. The same codes (`EHOSTUNREACH`) from `read` or `write` come later. */
const CONNECT_SYSCALLS = new Set(['connect', 'getaddrinfo'])
const CERTIFICATE_ERROR_CODES = [
  'ERR_TLS_CERT_ALTNAME_INVALID',
  'CERT_HAS_EXPIRED',
  'CERT_NOT_YET_VALID',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE'
]
/** The server's certificate, and a header or path that no request may hold. */
const UNSENT_ERROR_CODES = new Set([
  ...CERTIFICATE_ERROR_CODES,
  'ERR_INVALID_CHAR',
  'ERR_UNESCAPED_CHARACTERS'
])
const UNSENT_MESSAGES = /before secure TLS connection|tunneling socket could not be established/i

function toNoAnswer(error: unknown, cut: AbortSignal, timeoutMs: number): NoAnswerError {
  const reason = findReason(error)
  const code = readDetail(reason, 'code')
  const isTimeout = cut.aborted && cut.reason instanceof Error && cut.reason.name === 'TimeoutError'
  const message = isTimeout
    ? `no complete response within ${Math.round(timeoutMs / 100) / 10} s`
    : `${code === '' ? '' : `${code}: `}${reason.message}`
  return new NoAnswerError(message, !isUnsent(reason), { cause: reason })
}

/** True only where it is certain that nothing of the request has left the machine. */
export function isUnsent(reason: Error): boolean {
  return (
    CONNECT_SYSCALLS.has(readDetail(reason, 'syscall')) ||
    UNSENT_ERROR_CODES.has(readDetail(reason, 'code')) ||
    UNSENT_MESSAGES.test(reason.message)
  )
}

/** True when the server's certificate cannot be trusted: asking again will not fix that. */
export function isCertificateFault({ cause }: NoAnswerError): boolean {
  return cause instanceof Error && CERTIFICATE_ERROR_CODES.includes(readDetail(cause, 'code'))
}

function readDetail(error: Error, name: 'code' | 'syscall'): string {
  const value: unknown = Reflect.get(error, name)
  return typeof value === 'string' ? value : ''
}

/** A host with several addresses fails with one error for each: the first speaks for all. */
function findReason(error: unknown): Error {
  const [first]: unknown[] = error instanceof AggregateError ? error.errors : [error]
  return first instanceof Error ? first : new Error(String(first))
}
