/**
 * The sockets: reads requests off them, writes answers onto them, and does to them what a fault asks for. Knows
 * nothing of Azure. Works over http and https alike.
 */
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import { text } from 'node:stream/consumers'
import type { Clock } from './clock.ts'
import type { Answer, RequestRecord } from './message.ts'

/** Signed polling URLs are up to 4 KB long, and some tests go further. */
export const MAX_HEADER_BYTES = 65_536
/** Longer than any client keeps a connection, so that it is never the server who drops an idle one. */
const KEEP_ALIVE_MS = 120_000

/** Listens on 127.0.0.1; port 0 is any free one. Resolves to the port. */
export async function listen(server: Server, port: number): Promise<number> {
  server.keepAliveTimeout = KEEP_ALIVE_MS
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', resolve)
  })
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the server has no port')
  return address.port
}

/** Ends every connection, also the ones in the middle of an answer, and stops listening. */
export async function closeServer(server: Server): Promise<void> {
  const closed = new Promise<void>((resolve) => {
    server.close(() => resolve())
  })
  server.closeAllConnections()
  await closed
}

/** Reads a request to its end. */
export async function readRequest(message: IncomingMessage, at: number): Promise<RequestRecord> {
  const headers = Object.entries(message.headers).map(([name, value]) => [
    name,
    Array.isArray(value) ? value.join(', ') : (value ?? '')
  ])
  return {
    at,
    method: message.method ?? 'GET',
    path: message.url ?? '/',
    headers: Object.fromEntries(headers),
    body: await text(message)
  }
}

/** Writes an answer, or what its fault leaves of it. */
export async function writeAnswer(
  response: ServerResponse,
  answer: Answer,
  clock: Clock
): Promise<void> {
  if (answer.delayMs !== undefined) await clock.sleep(answer.delayMs)
  const { socket } = response
  if (socket === null || answer.fault === 'stall') return
  if (answer.fault === 'reset') {
    socket.resetAndDestroy()
    return
  }
  const body = Buffer.from(encodeBody(answer))
  response.writeHead(answer.status, createHeaders(answer, body.length))
  if (answer.fault === undefined) {
    response.end(body)
    return
  }
  // Half of what was promised, then the end of the connection.
  await new Promise<void>((resolve) => {
    response.write(body.subarray(0, Math.max(1, body.length >> 1)), () => resolve())
  })
  if (answer.fault === 'reset-mid-body') socket.resetAndDestroy()
  else socket.destroySoon()
}

function encodeBody({ body, fault }: Answer): string {
  // A cut needs something to cut.
  if (body === undefined) return fault === undefined ? '' : '{}'
  return typeof body === 'string' ? body : JSON.stringify(body)
}

function createHeaders(answer: Answer, length: number): Record<string, string | string[]> {
  const isJson = answer.body !== undefined && typeof answer.body !== 'string'
  const hasBody = answer.status !== 204 && answer.status !== 304
  const headers = {
    ...(isJson ? { 'content-type': 'application/json; charset=utf-8' } : {}),
    ...(hasBody ? { 'content-length': String(length) } : {}),
    ...lowerNames(answer.headers ?? {})
  }
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      value === null ? [] : [[name, typeof value === 'string' ? value : [...value]]]
    )
  )
}

function lowerNames(headers: NonNullable<Answer['headers']>): NonNullable<Answer['headers']> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value])
  )
}
