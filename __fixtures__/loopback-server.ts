/**
 * A tiny real HTTP server on loopback that does to a connection what a test tells it to. Keeps what it received.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo, Socket } from 'node:net'
import { text } from 'node:stream/consumers'

export interface Received {
  readonly method: string
  /** The request target as it stood on the wire. */
  readonly target: string
  readonly headers: IncomingMessage['headers']
  readonly body: string
  /** The connection it came on, counted from 1. */
  readonly connection: number
}

/** Answers a request, or does worse to its socket. */
export type Handler = (received: Received, response: ServerResponse, socket: Socket) => void

export interface LoopbackServer extends AsyncDisposable {
  readonly origin: string
  readonly received: readonly Received[]
  /** Connections accepted so far. */
  readonly connections: number
  /** Resolves once no connection is open. */
  readonly quiet: () => Promise<void>
}

/** Self-signed key and certificate, as PEM. */
export interface TlsIdentity {
  readonly key: string
  readonly cert: string
}

export async function startLoopbackServer(
  handler: Handler,
  tls?: TlsIdentity
): Promise<LoopbackServer> {
  const received: Received[] = []
  const numbers = new Map<Socket, number>()
  const open = new Set<Socket>()
  let accepted = 0
  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    const entry = await readRequest(request, numbers.get(request.socket) ?? 0)
    received.push(entry)
    handler(entry, response, request.socket)
  }
  const listen = (request: IncomingMessage, response: ServerResponse) => {
    // A client that goes away while its request is read is what many tests are about.
    answer(request, response).catch(() => response.destroy())
  }
  const server = tls === undefined ? createServer(listen) : createTlsServer({ ...tls }, listen)
  server.on(tls === undefined ? 'connection' : 'secureConnection', (socket: Socket) => {
    accepted += 1
    numbers.set(socket, accepted)
    open.add(socket)
    socket.on('error', () => socket.destroy())
    socket.on('close', () => open.delete(socket))
  })
  const port = await startListening(server)
  return {
    origin: `${tls === undefined ? 'http' : 'https'}://127.0.0.1:${port}`,
    received,
    get connections() {
      return accepted
    },
    quiet: async () => {
      const closed = [...open].map(
        (socket) => new Promise((resolve) => socket.on('close', resolve))
      )
      await Promise.all(closed)
    },
    [Symbol.asyncDispose]: () => stop(server)
  }
}

async function readRequest(request: IncomingMessage, connection: number): Promise<Received> {
  const body = await text(request)
  const { method = '', url: target = '', headers } = request
  return { method, target, headers, body, connection }
}

async function startListening(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address: AddressInfo | string | null = server.address()
  if (address === null || typeof address === 'string') throw new Error('test bug: no port')
  return address.port
}

async function stop(server: Server): Promise<void> {
  const closed = new Promise((resolve) => server.close(resolve))
  server.closeAllConnections()
  await closed
}

/** A handler that writes these bytes to the socket as they stand, and then does `after` to it. */
export function writeRaw(bytes: string, after: 'end' | 'reset' | 'keep'): Handler {
  return (_received, _response, socket) => {
    socket.write(bytes, 'latin1', () => {
      if (after === 'end') socket.end()
      // The bytes are to arrive before the reset does.
      if (after === 'reset') setImmediate(() => socket.resetAndDestroy())
    })
  }
}

/** A handler that answers with a body. */
export function reply(
  status: number,
  body = '',
  headers: Readonly<Record<string, string>> = {}
): Handler {
  return (_received, response) => {
    response.writeHead(status, { ...headers })
    response.end(body)
  }
}
