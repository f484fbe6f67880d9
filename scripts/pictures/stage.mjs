// The stage for the pictures: the simulator as management.azure.com, behind a proxy that leads nowhere else, and a quick
// clock for both sides. So the action runs as on GitHub, with Azure's own cloud, portal links and steps to resume.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createServerCertificate } from '../../simulator/certificate.ts'
import { RealClock } from '../../simulator/clock.ts'
import { runAction } from '../../simulator/run-action.ts'
import { SUBSCRIPTION_ID, startSimulator } from '../../simulator/simulator.ts'

const HOST = 'management.azure.com'
/** Seconds that pass in one. */
const SPEED = 20

/** Both sides have the same clock, so that a wait lasts as long as it says. */
class QuickClock extends RealClock {
  toClientSeconds(seconds) {
    return seconds
  }
}

/** Opens a stage with a simulator of its own. */
export async function openStage() {
  const startedAt = Date.now()
  const simulator = await startSimulator({ clock: new QuickClock(SPEED) })
  const folder = mkdtempSync(join(tmpdir(), 'pictures-'))
  const certificate = await createServerCertificate([HOST])
  const trusted = join(folder, 'trusted.pem')
  writeFileSync(trusted, certificate.cert)
  const door = createTlsServer(certificate, (request, response) =>
    forward(simulator.origin, request, response).catch(() => request.socket.destroy())
  )
  const proxy = createServer().on('connect', (_request, socket) => {
    socket.on('error', () => socket.destroy())
    socket.write('HTTP/1.1 200 Connection established\r\n\r\n')
    door.emit('connection', socket)
  })
  await new Promise((resolve) => proxy.listen(0, '127.0.0.1', resolve))
  const env = {
    CLOCK_SPEED: String(SPEED),
    CLOCK_STARTED_AT: String(startedAt),
    GITHUB_ACTION_REF: 'v0',
    GITHUB_ACTION_REPOSITORY: 'arm-operation/arm-operation',
    HTTPS_PROXY: `http://127.0.0.1:${proxy.address().port}`,
    NODE_EXTRA_CA_CERTS: trusted,
    NODE_OPTIONS: `--import=${new URL('quick-clock.mjs', import.meta.url).href}`
  }
  const shared = { 'subscription-id': SUBSCRIPTION_ID, token: 'simulator-token' }
  return {
    simulator,
    run: ({ inputs, ...options }) =>
      runAction({
        ...options,
        inputs: { ...shared, ...inputs },
        env: { ...env, ...options.env }
      }),
    close: async () => {
      proxy.closeAllConnections()
      proxy.close()
      await simulator.close()
      rmSync(folder, { recursive: true, force: true })
    }
  }
}

/** Passes a request on to the simulator; what it answers speaks of the host that was asked. */
async function forward(origin, request, response) {
  const chunks = []
  for await (const chunk of request) chunks.push(chunk)
  const { host: _host, connection: _connection, ...headers } = request.headers
  const body = chunks.length === 0 ? undefined : Buffer.concat(chunks)
  const answer = await fetch(`${origin}${request.url}`, {
    method: request.method,
    headers: Object.entries(headers).filter(([name]) => name !== 'content-length'),
    body,
    redirect: 'manual'
  })
  const rename = (text) => text.replaceAll(origin, `https://${HOST}`)
  const text = rename(await answer.text())
  const kept = [...answer.headers].filter(
    ([name]) => !['connection', 'content-length', 'keep-alive', 'transfer-encoding'].includes(name)
  )
  response.writeHead(
    answer.status,
    Object.fromEntries(kept.map(([name, value]) => [name, rename(value)]))
  )
  response.end(text)
}
