/**
 * Azure, GitHub and Entra for a benchmark: servers on this machine behind their real names and TLS, as far away as is
 * asked for.
 */
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { request as requestHttp } from 'node:http'
import { createServer, request as requestHttps } from 'node:https'
import { type AddressInfo, connect, createServer as createTcpServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { type SignInServers, startSignInServers } from '../__fixtures__/sign-in-servers.ts'
import { type Certificate, createServerCertificate } from '../simulator/certificate.ts'

export const ARM_HOST = 'management.azure.com'
export const ENTRA_HOST = 'login.microsoftonline.com'
export const GITHUB_HOST = 'tokens.bench.example'

export interface BenchServers {
  readonly upstream: SignInServers
  /** Folder for files of the measured processes. */
  readonly folder: string
  /** Environment that leads a measured process here, with so many milliseconds for each round trip. */
  readonly leadTo: (roundTripMs: number) => Promise<Readonly<Record<string, string>>>
  /** Environment of a job that may ask for ID tokens. */
  readonly job: Readonly<Record<string, string>>
  readonly close: () => Promise<void>
}

export async function startBenchServers(): Promise<BenchServers> {
  const upstream = await startSignInServers()
  const folder = mkdtempSync(join(tmpdir(), 'bench-'))
  const certificate = await createServerCertificate([ARM_HOST, ENTRA_HOST, GITHUB_HOST])
  const caFile = join(folder, 'ca.pem')
  writeFileSync(caFile, certificate.cert)
  const idTokens = new URL(upstream.github.environment.ACTIONS_ID_TOKEN_REQUEST_URL)
  const servers: Server[] = []
  const front = async (server: Server) => {
    servers.push(server)
    return await listen(server)
  }
  const fronts = {
    [ARM_HOST]: await front(createFront(certificate, upstream.arm.origin)),
    [ENTRA_HOST]: await front(createFront(certificate, upstream.entra.origin)),
    [GITHUB_HOST]: await front(createFront(certificate, idTokens.origin))
  }
  return {
    upstream,
    folder,
    leadTo: async (roundTripMs) => {
      const ports = Object.entries(fronts).map(async ([host, port]) => {
        const far = roundTripMs === 0 ? port : await front(createRelay(port, roundTripMs))
        return [host, far] as const
      })
      const hosts = Object.fromEntries(await Promise.all(ports))
      return { NODE_EXTRA_CA_CERTS: caFile, BENCH_HOSTS: JSON.stringify(hosts) }
    },
    job: {
      ...upstream.github.environment,
      ACTIONS_ID_TOKEN_REQUEST_URL: `https://${GITHUB_HOST}${idTokens.pathname}${idTokens.search}`
    },
    close: async () => {
      for (const server of servers) server.close()
      await upstream.close()
      rmSync(folder, { recursive: true, force: true })
    }
  }
}

async function listen(server: Server): Promise<number> {
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const address: AddressInfo | string | null = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  return address.port
}

/** TLS under the real names; the host that is asked for stays in the request. */
function createFront(certificate: Certificate, origin: string): Server {
  const request = origin.startsWith('https:') ? requestHttps : requestHttp
  return createServer({ ...certificate }, (received, response) => {
    const { method, url = '', headers } = received
    const options = { method, headers, rejectUnauthorized: false }
    const passed = request(`${origin}${url}`, options, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers)
      answer.pipe(response)
    })
    received.pipe(passed)
  })
}

/** Half a round trip for each piece on its way, and a whole one more before the first: that of a TCP handshake. */
function createRelay(port: number, roundTripMs: number): Server {
  return createTcpServer((client) => {
    const server = connect(port, '127.0.0.1')
    const pass = (from: typeof client, to: typeof client, firstMs: number) => {
      let readyAtMs = performance.now() + firstMs
      let last = Promise.resolve()
      const later = (act: () => unknown) => {
        const dueMs = Math.max(readyAtMs, performance.now()) + roundTripMs / 2
        readyAtMs = 0
        last = last.then(async () => {
          await sleep(Math.max(0, dueMs - performance.now()))
          act()
        })
      }
      from.on('data', (piece) => later(() => to.write(piece)))
      from.on('end', () => later(() => to.end()))
      from.on('error', () => to.destroy())
    }
    pass(client, server, roundTripMs)
    pass(server, client, 0)
  })
}
