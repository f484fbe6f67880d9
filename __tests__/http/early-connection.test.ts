/**
 * Connections that are made before there is anything to send, to a real TLS server on loopback: what uses them, and all
 * that does not.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer, type Server } from 'node:https'
import { createServer as createTcpServer, Socket } from 'node:net'
import tls, { getCACertificates, setDefaultCACertificates, type TLSSocket } from 'node:tls'
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { type Certificate, createServerCertificate } from '../../simulator/certificate.ts'
import { createHttp, type EarlyHttp, NoAnswerError } from '../../src/http/http.ts'

const never = new AbortController().signal
const NAMES = ['localhost', '127.0.0.1']

let trusted: Certificate
let server: Server
let port: number
/** Connections that the server has taken. */
let sockets: TLSSocket[]
/** What is under them. */
let wires: Socket[]
/** Numbers, from 1, of the connections that the requests came on. */
let used: number[]
let http: EarlyHttp
let now: number

beforeAll(async () => {
  trusted = await createServerCertificate(NAMES)
  setDefaultCACertificates([...getCACertificates('default'), trusted.cert])
})

beforeEach(async () => {
  await startServer(trusted)
  now = 0
  http = createHttp('tester/1', () => now)
})

afterEach(() => {
  vi.unstubAllEnvs()
  http.close()
  server.closeAllConnections()
  server.close()
})

async function startServer(certificate: Certificate): Promise<void> {
  sockets = []
  wires = []
  used = []
  server = createServer({ ...certificate }, ({ socket }, response) => {
    used.push(sockets.map(Object).indexOf(socket) + 1)
    response.setHeader('content-type', 'application/json').end('{}')
  })
  server.on('connection', (wire) => {
    if (wire instanceof Socket) wires.push(wire.on('error', () => {}))
  })
  server.on('secureConnection', (socket) => sockets.push(socket.on('error', () => {})))
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('test bug: no port')
  port = address.port
}

const originOf = (name = 'localhost') => `https://${name}:${port}`

function send(method: 'GET' | 'PUT' = 'PUT', origin = originOf()) {
  const request = { method, url: `${origin}/x`, headers: {}, body: '{}' }
  return http.send(request, { timeoutMs: 5_000, signal: never, fresh: method === 'PUT' })
}

const haveArrived = (count: number) => vi.waitFor(() => expect(sockets).toHaveLength(count))

/** Whoever would arrive has arrived by now. */
const letArrive = () => new Promise((resolve) => setTimeout(resolve, 100))

describe('an early connection', () => {
  it('carries the first request, and the next ones as any other does', async () => {
    http.connectEarly(`${originOf()}/y?z`)
    http.connectEarly(originOf())
    await haveArrived(1)
    expect(used).toEqual([])
    for (const method of ['PUT', 'GET', 'PUT'] as const) {
      expect(await send(method)).toMatchObject({ status: 200 })
    }
    // Node.js opens another where an answer came before it had seen the end of its own request.
    expect(used[0]).toBe(1)
    expect(sockets.length).toBeLessThan(3)
  })

  it('carries a request while it is still being made', async () => {
    http.connectEarly(originOf())
    expect(await send()).toMatchObject({ status: 200 })
    expect(sockets).toHaveLength(1)
  })

  it('is for one request: another beside it has its own', async () => {
    http.connectEarly(originOf())
    await Promise.all([send(), send()])
    expect(used.sort()).toEqual([1, 2])
  })

  it.each([
    ['PUT', 1_000, 1],
    ['PUT', 1_001, 2],
    ['GET', 1_001, 2]
  ] as const)(
    'when a %s first wants it after %d ms, has it on connection %d',
    async (method, ms, on) => {
      http.connectEarly(originOf())
      await haveArrived(1)
      now = ms
      expect(await send(method)).toMatchObject({ status: 200 })
      expect(used).toEqual([on])
      // The old one is not kept beside it.
      if (on === 2) await vi.waitFor(() => expect(sockets[0]?.destroyed).toBe(true))
    }
  )

  it('is left when the server has spoken on it unasked', async () => {
    http.connectEarly(originOf())
    await haveArrived(1)
    sockets[0]?.write('HTTP/1.1 408 Request Timeout\r\ncontent-length: 0\r\n\r\n')
    await letArrive()
    expect(await send()).toMatchObject({ status: 200 })
    expect(used).toEqual([2])
  })

  it.each<[string, () => unknown]>([
    ['in good order', () => sockets[0]?.end()],
    ['by a reset', () => wires[0]?.resetAndDestroy()]
  ])('is left when the server has ended it: %s', async (_how, end) => {
    http.connectEarly(originOf())
    await haveArrived(1)
    end()
    await letArrive()
    expect(await send()).toMatchObject({ status: 200 })
    expect(used).toEqual([2])
  })

  it.each([
    ['localhost', 'localhost'],
    ['127.0.0.1', false]
  ])('to %s asks for the server name %s, as the request would', async (name, asked) => {
    http.connectEarly(originOf(name))
    await haveArrived(1)
    http.close()
    http = createHttp('tester/1', () => now)
    await send('PUT', originOf(name))
    expect(sockets.map((socket) => Reflect.get(socket, 'servername'))).toEqual([asked, asked])
  })

  it('ends with all others', async () => {
    http.connectEarly(originOf())
    await haveArrived(1)
    http.close()
    await vi.waitFor(() => expect(sockets[0]?.destroyed).toBe(true))
    http.connectEarly(originOf())
    await letArrive()
    expect(sockets).toHaveLength(1)
  })

  it('does not keep the process', async () => {
    const script = `import { createHttp } from './src/http/http.ts'
      createHttp('tester/1', Date.now).connectEarly('${originOf()}')`
    const env = { ...process.env, NODE_TLS_REJECT_UNAUTHORIZED: '0', NODE_NO_WARNINGS: '1' }
    const child = spawn(process.execPath, ['--input-type=module', '-e', script], { env })
    expect(await once(child, 'close')).toEqual([0, null])
  })

  it.each(['HTTPS_PROXY', 'https_proxy'])('is not made past a proxy: %s', async (name) => {
    // The client goes past a proxy to this machine by its usual names.
    const origin = originOf('0.0.0.0')
    vi.stubEnv(name, 'http://127.0.0.1:1')
    http.connectEarly(origin)
    await letArrive()
    expect(wires).toHaveLength(0)
    const error = await send('PUT', origin).catch((reason: unknown) => reason)
    expect(error).toMatchObject({ sent: false, message: expect.stringContaining('tunneling') })
  })

  it('is made where NO_PROXY names the host', async () => {
    vi.stubEnv('HTTPS_PROXY', 'http://127.0.0.1:1')
    vi.stubEnv('NO_PROXY', '0.0.0.0')
    http.connectEarly(originOf('0.0.0.0'))
    await vi.waitFor(() => expect(wires).toHaveLength(1))
  })

  it('is not made over http', async () => {
    http.connectEarly(originOf().replace('https:', 'http:'))
    await letArrive()
    expect(sockets).toHaveLength(0)
  })

  it('that cannot even be begun leaves it to the request', async () => {
    const usual = tls.DEFAULT_CIPHERS
    tls.DEFAULT_CIPHERS = 'NONE-OF-THESE'
    try {
      http.connectEarly(originOf())
      const error = await send().catch((reason: unknown) => reason)
      expect(error).toMatchObject({ message: expect.stringContaining('NO_CIPHER_MATCH') })
    } finally {
      tls.DEFAULT_CIPHERS = usual
    }
  })

  it('that cannot be made leaves the verdict to the request: nobody there', async () => {
    const gone = originOf()
    server.close()
    http.connectEarly(gone)
    await letArrive()
    const error = await send('PUT', gone).catch((reason: unknown) => reason)
    expect(error).toBeInstanceOf(NoAnswerError)
    expect(error).toMatchObject({ sent: false, message: expect.stringContaining('ECONNREFUSED') })
  })

  it.each([0, 100])('that ends before it is secure is no lost answer, %d ms', async (ms) => {
    server.close()
    const rude = createTcpServer((wire) => wire.on('error', () => {}).destroy())
    await once(rude.listen(port, '127.0.0.1'), 'listening')
    http.connectEarly(originOf())
    if (ms > 0) await letArrive()
    const error = await send().catch((reason: unknown) => reason)
    rude.close()
    expect(error).toBeInstanceOf(NoAnswerError)
    expect(error).toMatchObject({ sent: false })
  })

  it.each([0, 100])(
    'that cannot be made leaves it to the request: a certificate, %d ms',
    async (ms) => {
      server.close()
      await startServer(await createServerCertificate(NAMES))
      http.connectEarly(originOf())
      await new Promise((resolve) => setTimeout(resolve, ms))
      const error = await send().catch((reason: unknown) => reason)
      expect(error).toMatchObject({ sent: false, message: expect.stringContaining('SELF_SIGNED') })
      expect(used).toEqual([])
    }
  )
})
