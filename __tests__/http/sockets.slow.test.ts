/**
 * The sockets of a step with many operations, over real servers on loopback.
 */
import { subscribe } from 'node:diagnostics_channel'
import { createServer, type Server } from 'node:http'
import type { Socket } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { createArmClient } from '../../src/arm/client.ts'
import { createSharedWay } from '../../src/arm/shared-client.ts'
import { systemClock } from '../../src/clock.ts'
import { createHttp } from '../../src/http/http.ts'
import { MAX_SOCKETS } from '../../src/http/lanes.ts'

const never = new AbortController().signal
const TRACING = { clientRequestId: 'client', correlationId: 'correlation' }
const opened: Server[] = []

afterEach(() => {
  for (const server of opened.splice(0)) {
    server.closeAllConnections()
    server.close()
  }
})

/** Servers on loopback that answer after a moment, and what they were asked. */
async function serve(count: number) {
  const seen = { changes: 0, reads: 0 }
  const start = async () => {
    const server = createServer((request, response) => {
      seen[request.method === 'GET' ? 'reads' : 'changes'] += 1
      request.resume().on('end', () => setTimeout(() => response.end('{}'), 5))
    })
    opened.push(server)
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const address = server.address()
    return `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`
  }
  const origins = await Promise.all(Array.from({ length: count }, start))
  return { origins, seen }
}

/** Counts the sockets that this process has open as a client. */
function watchSockets() {
  const open = new Set<Socket>()
  const count = { most: 0 }
  subscribe('net.client.socket', (message) => {
    const { socket } = message as { readonly socket: Socket }
    open.add(socket)
    for (const one of open) if (one.destroyed) open.delete(one)
    count.most = Math.max(count.most, open.size)
  })
  return count
}

/** Clients that share one way, one for each operation. */
function openClients(origins: readonly string[], count: number) {
  const way = createSharedWay(systemClock)
  const http = createHttp('tester/1', systemClock.now, way.makeRoom)
  const tokens = way.shareTokens({ canRefresh: false, getToken: async () => 'token' })
  const clients = Array.from({ length: count }, (_, index) => {
    const origin = origins[index % origins.length] ?? ''
    const settings = { http, tokens, tracing: TRACING, headers: {}, requestUrl: `${origin}/x` }
    const trust = { origin, subdomains: false }
    const client = createArmClient({ ...settings, trust })
    return { origin, client: way.share(client, systemClock.now() + 60_000) }
  })
  return { http, clients }
}

describe('1,000 operations at once', () => {
  it.each([1, 3])(
    'never have more than 64 sockets open, idle ones too: %i servers',
    async (count) => {
      const { origins, seen } = await serve(count)
      const { http, clients } = openClients(origins, 1_000)
      const sockets = watchSockets()
      const options = { timeoutMs: 30_000, signal: never }
      await Promise.all(
        clients.map(async ({ client, origin }, index) => {
          const request = { method: 'PUT', url: `${origin}/r${index}` } as const
          await client.send({ ...request, body: '{}' }, { ...options, fresh: true })
          for (let poll = 0; poll < 3; poll += 1) await client.get(`${origin}/p${index}`, options)
          await client.post(`${origin}/cancel${index}`, { ...options, fresh: true })
        })
      )
      http.close()
      expect(seen.changes).toBe(2_000)
      // One that was slow while others waited is read again.
      expect(seen.reads).toBeGreaterThanOrEqual(3_000)
      expect(sockets.most).toBeGreaterThan(32)
      expect(sockets.most).toBeLessThanOrEqual(MAX_SOCKETS)
    }
  )
})
