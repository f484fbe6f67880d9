/**
 * Puts TLS in front of a server that speaks none, for a client that insists on it.
 */
import { connect, type Socket } from 'node:net'
import { createServer } from 'node:tls'
import type { Certificate } from './certificate.ts'

export interface TlsRelay {
  readonly port: number
  close(): Promise<void>
}

/** Starts a relay on a free port of 127.0.0.1 to another port of it. */
export async function startTlsRelay(certificate: Certificate, to: number): Promise<TlsRelay> {
  const sockets = new Set<Socket>()
  const server = createServer({ ...certificate }, (outside) => {
    const inside = connect(to, '127.0.0.1')
    for (const [socket, other] of [
      [outside, inside],
      [inside, outside]
    ] as const) {
      sockets.add(socket)
      socket.on('error', () => other.destroy())
      socket.on('close', () => other.destroy())
    }
    outside.pipe(inside).pipe(outside)
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, '127.0.0.1', resolve)
  })
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the relay has no port')
  return {
    port: address.port,
    close: async () => {
      for (const socket of sockets) socket.destroy()
      await new Promise<void>((resolve) => {
        server.close(() => resolve())
      })
    }
  }
}
