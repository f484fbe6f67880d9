/**
 * A proxy that opens tunnels and keeps a list of them. The other end of each is this machine, under any name.
 */
import { createServer } from 'node:http'
import { connect, type Socket } from 'node:net'
import { closeServer, listen } from './server.ts'

export interface ConnectProxy {
  /** `127.0.0.1:PORT`, as HTTPS_PROXY takes it, with or without a scheme before it. */
  readonly address: string
  /** `host:port` of every tunnel, oldest first. */
  readonly tunnels: readonly string[]
  close(): Promise<void>
}

/**
 * Starts a proxy on a free port.
 * @param to port that every tunnel leads to; without it, the port that is asked for
 */
export async function startProxy(to?: number): Promise<ConnectProxy> {
  const tunnels: string[] = []
  const sockets = new Set<Socket>()
  const server = createServer((_request, response) => response.writeHead(405).end())
  server.on('connect', (request, client: Socket) => {
    tunnels.push(request.url ?? '')
    const port = to ?? Number(/:(\d+)$/.exec(request.url ?? '')?.[1])
    const target = connect(port, '127.0.0.1', () => {
      client.write('HTTP/1.1 200 Connection established\r\n\r\n')
      client.pipe(target)
      target.pipe(client)
    })
    for (const [socket, other] of [
      [client, target],
      [target, client]
    ] as const) {
      sockets.add(socket)
      socket.on('error', () => other.destroy())
      socket.on('close', () => other.destroy())
    }
  })
  const address = `127.0.0.1:${await listen(server, 0)}`
  return {
    address,
    tunnels,
    close: async () => {
      for (const socket of sockets) socket.destroy()
      await closeServer(server)
    }
  }
}
