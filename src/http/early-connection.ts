/**
 * A connection that is made before anything is to be sent over it, while something else is waited for. Nothing is written
 * to it here but the greeting of TLS. The first request that would open a connection takes it; where that cannot be, it
 * opens one of its own, and what becomes of this one is nobody's concern.
 */
import type { Agent } from 'node:https'
import { isIP, Socket } from 'node:net'

/** A connection idle for longer may be half closed by now: a reset on it could not be told from a lost answer. */
export const MAX_IDLE_MS = 1_000

const HTTPS_PORT = 443

/**
 * Begins to connect to the origin of `url`, once for an agent.
 * @param now milliseconds, for the age of the connection
 * @returns what ends it, whether or not it has been taken
 */
export function connectEarly(agent: Agent, url: string, now: () => number): () => void {
  const create = agent.createConnection.bind(agent)
  const begunMs = now()
  const socket = createSafely(() => create({ ...agent.options, ...readPeer(url) }))
  if (socket === undefined) return () => {}
  const ignore = () => {}
  socket.on('error', ignore).unref()
  agent.createConnection = (options, callback) => {
    agent.createConnection = create
    // What a server says before it is asked would be taken for its answer.
    const isOpen = socket.writable && socket.readable && socket.readableLength === 0
    if (!isOpen || now() - begunMs > MAX_IDLE_MS) {
      socket.destroy()
      return create(options, callback)
    }
    return socket.off('error', ignore).ref()
  }
  return () => socket.destroy()
}

/** The request meets what this throws, such as on a machine whose TLS is set up wrong, and tells it. */
function createSafely(create: () => unknown): Socket | undefined {
  try {
    const socket = create()
    return socket instanceof Socket ? socket : undefined
  } catch {
    return undefined
  }
}

function readPeer(url: string) {
  const { hostname, port } = new URL(url)
  const host = hostname.replace(/^\[(.*)\]$/, '$1')
  // No server is asked for by its address (https://www.rfc-editor.org/rfc/rfc6066#section-3).
  const servername = isIP(host) === 0 ? host : ''
  return { host, port: port === '' ? HTTPS_PORT : Number(port), servername }
}
