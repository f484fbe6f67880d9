/**
 * HTTP as it really goes wrong, over real sockets on loopback.
 */
import { createServer } from 'node:http'
import { createServer as createTcpServer } from 'node:net'
import { gzipSync } from 'node:zlib'
import { generate } from 'selfsigned'
import { afterEach, describe, expect, it } from 'vitest'
import {
  type Handler,
  type LoopbackServer,
  reply,
  startLoopbackServer,
  writeRaw
} from '../../__fixtures__/loopback-server.ts'
import {
  createHttp,
  type Http,
  type HttpRequest,
  isUnsent,
  MAX_BODY_BYTES,
  NoAnswerError,
  parseBody,
  type SendOptions,
  TOO_LARGE
} from '../../src/http/http.ts'
import type { Body } from '../../src/http/message.ts'

const never = new AbortController().signal

/** What each test opened, closed after it. */
const opened: (Http | LoopbackServer)[] = []

afterEach(async () => {
  for (const one of opened.splice(0)) {
    if ('close' in one) one.close()
    else await one[Symbol.asyncDispose]()
  }
})

async function serve(...args: Parameters<typeof startLoopbackServer>): Promise<LoopbackServer> {
  const server = await startLoopbackServer(...args)
  opened.push(server)
  return server
}

function openHttp(now: () => number = () => 0): Http {
  const http = createHttp('tester/1', now)
  opened.push(http)
  return http
}

function get(url: string): HttpRequest {
  return { method: 'GET', url, headers: {} }
}

function options(overrides: Partial<SendOptions> = {}): SendOptions {
  return { timeoutMs: 5_000, signal: never, ...overrides }
}

/** What a server's handler makes of one GET. */
async function exchange(handler: Handler) {
  const server = await serve(handler)
  return openHttp().send(get(`${server.origin}/x`), options({ timeoutMs: 30_000 }))
}

/** The error that sending rejects with. */
async function failOf(sending: Promise<unknown>): Promise<NoAnswerError> {
  const outcome = await sending.then(
    () => undefined,
    (error: unknown) => error
  )
  if (!(outcome instanceof NoAnswerError)) throw new Error(`expected no answer, got ${outcome}`)
  return outcome
}

describe('an address of IPv6', () => {
  it('is asked without the brackets that a URL puts around it', async (context) => {
    const hosts: (string | undefined)[] = []
    const server = createServer((received, response) => {
      hosts.push(received.headers.host)
      response.end()
    })
    const isThere = await new Promise<boolean>((resolve) => {
      server.once('error', () => resolve(false)).listen(0, '::1', () => resolve(true))
    })
    if (!isThere) return context.skip('this machine has no IPv6')
    try {
      const address = server.address()
      const host = `[::1]:${typeof address === 'object' ? address?.port : ''}`
      const { status } = await openHttp().send(get(`http://${host}/`), options())
      expect({ status, hosts }).toEqual({ status: 200, hosts: [host] })
    } finally {
      server.closeAllConnections()
      server.close()
    }
  })
})

describe('an answer', () => {
  it('is status, headers with lower-case names, and the body as JSON', async () => {
    const answer = await exchange(
      reply(201, '{"id":"/a"}', { 'Content-Type': 'application/json', 'X-Ms-Request-Id': 'r1' })
    )
    expect(answer).toMatchObject({
      status: 201,
      headers: { 'content-type': 'application/json', 'x-ms-request-id': 'r1' },
      body: { kind: 'json', value: { id: '/a' }, text: '{"id":"/a"}' }
    })
  })

  it('has a bound in bytes, and is not kept in memory beyond it', async () => {
    const chunk = Buffer.alloc(1 << 20, 'x')
    let sent = 0
    const endless: Handler = (_, response) => {
      response.writeHead(201, { 'azure-asyncoperation': 'https://x/y' })
      const write = () => {
        if (response.destroyed) return
        sent += chunk.length
        response.write(chunk, write)
      }
      write()
    }
    expect(await exchange(endless)).toMatchObject({
      status: 201,
      headers: { 'azure-asyncoperation': 'https://x/y' },
      body: { kind: 'malformed', text: '', problem: TOO_LARGE }
    })
    expect(sent).toBeLessThan(2 * MAX_BODY_BYTES)
  })

  it('has a bound on its lists and objects, which take more than their text', async () => {
    const { body } = await exchange(reply(200, `[${'[],'.repeat(2_000_000)}0]`))
    expect(body).toEqual({ kind: 'malformed', text: '', problem: TOO_LARGE })
  })

  it('is read with the bytes that came: an encoding that was not asked for makes no more of them', async () => {
    const zipped = gzipSync(Buffer.alloc(MAX_BODY_BYTES + 1, '0'))
    const { body } = await exchange((_, response) => {
      response.writeHead(200, { 'content-encoding': 'gzip', 'content-type': 'application/json' })
      response.end(zipped)
    })
    expect(body).toMatchObject({ kind: 'malformed', text: expect.any(String) })
    expect(body.kind === 'malformed' ? body.text.length : 0).toBeLessThanOrEqual(zipped.length)
  })

  it('may be a 204', async () => {
    expect(await exchange(reply(204))).toMatchObject({ status: 204, body: { kind: 'empty' } })
  })

  it.each([301, 302, 303, 307, 308])('may be a %i, which is not followed', async (status) => {
    const server = await serve(reply(status, '', { location: '/elsewhere' }))
    const answer = await openHttp().send(get(`${server.origin}/here`), options())
    expect(answer).toMatchObject({ status, headers: { location: '/elsewhere' } })
    expect(server.received.map(({ target }) => target)).toEqual(['/here'])
  })

  it('may be a 401, 429 or 503, which is not tried again', async () => {
    const server = await serve((received, response) => {
      response.writeHead(Number(received.target.slice(1)))
      response.end('{"error":{"code":"X"}}')
    })
    const http = openHttp()
    for (const status of [401, 429, 503]) {
      const answer = await http.send(get(`${server.origin}/${status}`), options())
      expect(answer).toMatchObject({ status, body: { kind: 'json' } })
    }
    expect(server.received).toHaveLength(3)
  })

  it('may carry 30 KB of headers', async () => {
    const long = 'v'.repeat(10_000)
    const answer = await exchange(
      reply(202, '', { 'azure-asyncoperation': long, location: long, 'x-ms-more': long })
    )
    expect(answer.headers).toMatchObject({ 'azure-asyncoperation': long, location: long })
  })

  it('may repeat a header: the first one counts', async () => {
    const answer = await exchange((_received, response) => {
      response.writeHead(202, ['Location', '/first', 'location', '/second', 'Retry-After', '1'])
      response.end()
    })
    expect(answer.headers).toMatchObject({ location: '/first', 'retry-after': '1' })
  })

  it('may come in pieces, in the middle of a character', async () => {
    const bytes = Buffer.from('{"name":"Zürich"}')
    const answer = await exchange((_received, response) => {
      response.write(bytes.subarray(0, 11))
      setImmediate(() => response.end(bytes.subarray(11)))
    })
    expect(answer.body).toMatchObject({ value: { name: 'Zürich' } })
  })

  it('may be megabytes long', async () => {
    const value = { text: 'x'.repeat(4_000_000) }
    const { body } = await exchange(reply(200, JSON.stringify(value)))
    expect(body).toMatchObject({ kind: 'json', value })
  })

  it('may start with a byte-order mark', async () => {
    const { body } = await exchange(reply(200, '\ufeff{"a":1}'))
    expect(body).toEqual({ kind: 'json', value: { a: 1 }, text: '{"a":1}' })
  })
})

describe('parseBody', () => {
  const rows: readonly [what: string, text: string, type: string | undefined, body: Body][] = [
    ['nothing', '', 'application/json', { kind: 'empty' }],
    ['white space', ' \r\n\t', undefined, { kind: 'empty' }],
    ['a byte-order mark alone', '\ufeff', 'application/json', { kind: 'empty' }],
    ['JSON with its type', '{"a":1}', 'application/json', toJson('{"a":1}')],
    ['JSON with a charset', '[1]', 'application/json; charset=utf-8', toJson('[1]')],
    ['JSON with a type of its kin', '{}', 'application/problem+json', toJson('{}')],
    ['JSON without a type', '{"a":1}', undefined, toJson('{"a":1}')],
    ['JSON with the type of text', ' [1, 2]', 'text/plain', toJson(' [1, 2]')],
    ['JSON with the type of HTML', '{"a":1}', 'text/html', toJson('{"a":1}')],
    ['JSON after a byte-order mark', '\ufeff{"a":1}', undefined, toJson('{"a":1}')],
    ['a JSON string', '"done"', 'application/json', toJson('"done"')],
    ['null', 'null', 'application/json', toJson('null')],
    ['cut JSON', '{"a":', undefined, { kind: 'malformed', text: '{"a":' }],
    ['no JSON of its type', 'oops', 'application/json', { kind: 'malformed', text: 'oops' }],
    ['HTML', '<HTML>', undefined, { kind: 'malformed', text: '<HTML>' }],
    ['HTML by its type', 'Bad Gateway', 'text/html', { kind: 'malformed', text: 'Bad Gateway' }],
    [
      'HTML by its doctype',
      '\n<!DOCTYPE html><p>',
      'application/octet-stream',
      { kind: 'malformed', text: '\n<!DOCTYPE html><p>' }
    ],
    ['HTML as JSON', '<html>', 'application/json', { kind: 'malformed', text: '<html>' }],
    ['XML', '<Error/>', 'application/xml', { kind: 'text', text: '<Error/>' }],
    ['a policy', '<policies/>', undefined, { kind: 'text', text: '<policies/>' }],
    ['text', 'done', 'text/powershell', { kind: 'text', text: 'done' }],
    [
      'a script that begins as JSON would',
      '[CmdletBinding()]\nparam()',
      'text/powershell; charset=utf-8',
      { kind: 'text', text: '[CmdletBinding()]\nparam()' }
    ],
    ['JSON with the type of a script', '{"a":1}', 'text/powershell', toJson('{"a":1}')],
    ...['text/plain', 'text/html', 'application/octet-stream', '', 'x'].map(
      (type): (typeof rows)[number] => [
        `cut JSON with the type "${type}"`,
        '{"a":',
        type,
        { kind: 'malformed', text: '{"a":' }
      ]
    )
  ]

  function toJson(text: string): Body {
    return { kind: 'json', value: JSON.parse(text), text }
  }

  it.each(rows)('%s', (_what, text, type, body) => {
    expect(parseBody(text, type)).toEqual(body)
  })
})

describe('no complete response', () => {
  const HEAD = 'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n'

  it.each<{ what: string; handler: Handler }>([
    {
      what: 'reset before any header',
      handler: (_received, _response, socket) => socket.resetAndDestroy()
    },
    {
      what: 'closed before any header',
      handler: (_received, _response, socket) => socket.destroy()
    },
    { what: 'reset in the headers', handler: writeRaw('HTTP/1.1 200 OK\r\nContent-', 'reset') },
    { what: 'closed in the headers', handler: writeRaw('HTTP/1.1 200 OK\r\nContent-', 'end') },
    {
      what: 'reset in the body',
      handler: writeRaw(`${HEAD}Content-Length: 100\r\n\r\n{"status":`, 'reset')
    },
    {
      what: 'a body cut before its length',
      handler: writeRaw(`${HEAD}Content-Length: 100\r\n\r\n{"status":"Succeeded"}`, 'end')
    },
    {
      what: 'a body cut between its chunks',
      handler: writeRaw(`${HEAD}Transfer-Encoding: chunked\r\n\r\n5\r\n{"a":\r\n`, 'end')
    },
    { what: 'no HTTP', handler: writeRaw('SSH-2.0-OpenSSH\r\n\r\n', 'end') },
    {
      what: 'headers without end',
      handler: writeRaw(`${HEAD}X-Long: ${'v'.repeat(80_000)}\r\n\r\n`, 'end')
    }
  ])('$what: it was sent', async ({ handler }) => {
    const error = await failOf(exchange(handler))
    expect(error.sent).toBe(true)
    expect(error.message).not.toBe('')
    expect(error.cause).toBeInstanceOf(Error)
  })

  it.each<{ what: string; handler: Handler }>([
    { what: 'before the headers', handler: () => undefined },
    {
      what: 'in the body',
      handler: writeRaw(`${HEAD}Content-Length: 100\r\n\r\n{"status":`, 'keep')
    }
  ])('a stall $what is cut by the timeout', async ({ handler }) => {
    const server = await serve(handler)
    const error = await failOf(openHttp().send(get(server.origin), options({ timeoutMs: 60.5 })))
    expect(error).toMatchObject({ sent: true, message: 'no complete response within 0.1 s' })
    await server.quiet()
  })

  it.each<{ what: string; handler: Handler }>([
    { what: 'before the headers', handler: () => undefined },
    {
      what: 'in the body',
      handler: writeRaw(`${HEAD}Content-Length: 100\r\n\r\n{"status":`, 'keep')
    }
  ])('an abort $what ends it', async ({ handler }) => {
    const controller = new AbortController()
    const server = await serve((...args) => {
      handler(...args)
      setImmediate(() => controller.abort())
    })
    const sending = openHttp().send(get(server.origin), options({ signal: controller.signal }))
    expect((await failOf(sending)).sent).toBe(true)
    await server.quiet()
  })

  it('an abort before it is sent: it was not sent', async () => {
    const server = await serve(reply(200))
    const controller = new AbortController()
    controller.abort()
    const sending = openHttp().send(get(server.origin), options({ signal: controller.signal }))
    expect((await failOf(sending)).sent).toBe(false)
    expect(server.connections).toBe(0)
  })

  it('a refused connection: it was not sent', async () => {
    const server = await startLoopbackServer(reply(200))
    await server[Symbol.asyncDispose]()
    const error = await failOf(openHttp().send(get(server.origin), options()))
    expect(error).toMatchObject({ sent: false, message: expect.stringContaining('ECONNREFUSED') })
  })

  it('an unknown host: it was not sent', async () => {
    // Longer than a label may be, so that no name server is asked.
    const error = await failOf(openHttp().send(get(`http://${'a'.repeat(64)}.invalid/`), options()))
    expect(error.sent).toBe(false)
  })

  it('a header that HTTP cannot carry: it was not sent', async () => {
    const server = await serve(reply(200))
    const request = { ...get(server.origin), headers: { 'x-name': 'a\r\nHost: evil' } }
    expect(await failOf(openHttp().send(request, options()))).toMatchObject({
      sent: false,
      message: expect.stringContaining('ERR_INVALID_CHAR')
    })
    expect(server.received).toEqual([])
  })

  it('a certificate that no authority signed: it was not sent', async () => {
    const { private: key, cert } = await generate([{ name: 'commonName', value: 'localhost' }], {
      keyType: 'ec'
    })
    const server = await serve(reply(200), { key, cert })
    const error = await failOf(openHttp().send(get(server.origin), options()))
    expect(error).toMatchObject({ sent: false, message: expect.stringContaining('SELF_SIGNED') })
    expect(server.received).toEqual([])
  })

  it('a connection closed before it was secure: it was not sent', async () => {
    const server = createTcpServer((socket) => socket.once('data', () => socket.end()))
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const address = server.address()
    const port = typeof address === 'object' ? address?.port : undefined
    const error = await failOf(openHttp().send(get(`https://127.0.0.1:${port}/`), options()))
    expect(error.sent).toBe(false)
    await new Promise((resolve) => server.close(resolve))
  })

  it('after the end of all connections: nothing is sent', async () => {
    const server = await serve(reply(200))
    const http = openHttp()
    http.close()
    await failOf(http.send(get(server.origin), options()))
    expect(server.connections).toBe(0)
  })
})

describe('isUnsent', () => {
  const fault = (message: string, details: object = {}) =>
    Object.assign(new Error(message), details)

  it.each([
    fault('getaddrinfo ENOTFOUND host', { code: 'ENOTFOUND', syscall: 'getaddrinfo' }),
    fault('getaddrinfo EAI_AGAIN host', { code: 'EAI_AGAIN', syscall: 'getaddrinfo' }),
    fault('connect ECONNREFUSED', { code: 'ECONNREFUSED', syscall: 'connect' }),
    fault('connect ETIMEDOUT', { code: 'ETIMEDOUT', syscall: 'connect' }),
    fault('connect EHOSTUNREACH', { code: 'EHOSTUNREACH', syscall: 'connect' }),
    fault('certificate has expired', { code: 'CERT_HAS_EXPIRED' }),
    fault('tunneling socket could not be established, statusCode=502', { code: 'ECONNRESET' })
  ])('is certain: $message', (error) => {
    expect(isUnsent(error)).toBe(true)
  })

  it.each([
    fault('read ECONNRESET', { code: 'ECONNRESET', syscall: 'read' }),
    fault('read ETIMEDOUT', { code: 'ETIMEDOUT', syscall: 'read' }),
    fault('read EHOSTUNREACH', { code: 'EHOSTUNREACH', syscall: 'read' }),
    fault('write ENETUNREACH', { code: 'ENETUNREACH', syscall: 'write' }),
    fault('write EPIPE', { code: 'EPIPE', syscall: 'write' }),
    fault('socket hang up', { code: 'ECONNRESET' }),
    fault('The operation was aborted', { code: 'ABORT_ERR' }),
    fault('a number for a code', { code: 20 })
  ])('is not certain: $message', (error) => {
    expect(isUnsent(error)).toBe(false)
  })
})

describe('on the wire', () => {
  const SIGNED = `/operations/7?t=${'s'.repeat(4_000)}&c=a%2Fb&s=x'y&h=%7B1%7D`

  it.each([
    '/subscriptions/1/apis/petstore;rev=1?api-version=1',
    "/subscriptions/1/o'neill?$filter=name eq 'a'".replaceAll(' ', '%20'),
    '/a/{b}?c={d}',
    '/a/%7Bb%7D/%2e%2E/%41?x=%7B&y',
    '/a/../b/./c?d=..',
    '/a//b///?',
    '/a?x=1?2&y=|^`"<>',
    SIGNED
  ])('path and query stay as they are: %.60s', async (target) => {
    const server = await serve(reply(200))
    await openHttp().send(get(`${server.origin}${target}`), options())
    expect(server.received.map((one) => one.target)).toEqual([target])
  })

  it('a fragment stays at home, and an empty path is the root', async () => {
    const server = await serve(reply(200))
    const http = openHttp()
    await http.send(get(`${server.origin}/a?b=1#c`), options())
    await http.send(get(server.origin), options())
    expect(server.received.map(({ target }) => target)).toEqual(['/a?b=1', '/'])
  })

  it('what no request line may hold is escaped', async () => {
    const server = await serve(reply(200))
    await openHttp().send(get(`${server.origin}/a b/ü`), options())
    expect(server.received.map(({ target }) => target)).toEqual(['/a%20b/%C3%BC'])
  })

  it('method, headers and body arrive, with the length in bytes', async () => {
    const server = await serve(reply(200))
    const body = '{"name":"Zürich"}'
    const headers = { authorization: 'Bearer t', 'x-own': '1' }
    const request = { method: 'PATCH', url: `${server.origin}/x`, headers, body } as const
    await openHttp().send(request, options())
    expect(server.received[0]).toMatchObject({
      method: 'PATCH',
      body,
      headers: {
        ...headers,
        'content-length': '18',
        'user-agent': expect.stringMatching(/^tester/)
      }
    })
  })

  it.each(['GET', 'HEAD', 'PUT', 'POST', 'DELETE'] as const)('%s needs no body', async (method) => {
    const server = await serve(reply(200))
    const answer = await openHttp().send({ ...get(server.origin), method }, options())
    expect(answer).toMatchObject({ status: 200, body: { kind: 'empty' } })
    expect(server.received[0]).toMatchObject({ method, body: '' })
  })
})

describe('connections', () => {
  it('are kept for the next request', async () => {
    const server = await serve(reply(200, '{}'))
    const http = openHttp()
    for (let index = 0; index < 4; index += 1) await http.send(get(server.origin), options())
    expect(server.connections).toBe(1)
  })

  it.each([
    { idleMs: 5_000, fresh: true, connections: 2, what: 'a new one after a long rest' },
    { idleMs: 1_001, fresh: true, connections: 2, what: 'a new one after just over a second' },
    { idleMs: 1_000, fresh: true, connections: 1, what: 'the old one within a second' },
    { idleMs: 5_000, fresh: false, connections: 1, what: 'the old one where it does not matter' }
  ])('$what', async ({ idleMs, fresh, connections }) => {
    const server = await serve(reply(200))
    let nowMs = 0
    const http = openHttp(() => nowMs)
    await http.send(get(server.origin), options({ fresh: true }))
    nowMs += idleMs
    await http.send(get(server.origin), options({ fresh }))
    expect(server.connections).toBe(connections)
  })

  it('are told apart: an old one beside one that was used just now costs no new one', async () => {
    const server = await serve((_, response) => setImmediate(() => response.end('{}')))
    let nowMs = 0
    const http = openHttp(() => nowMs)
    const send = (target: string, fresh = false) =>
      http.send(get(`${server.origin}/${target}`), options({ fresh }))
    await Promise.all([send('a'), send('b')])
    nowMs += 5_000
    await send('c')
    await send('d', true)
    expect(server.connections).toBe(2)
    const [, , before, after] = server.received
    expect(after?.connection).toBe(before?.connection)
    // The other one is gone, so two at once need a new one.
    await Promise.all([send('e'), send('f')])
    expect(server.connections).toBe(3)
  })

  it('a new one does not cut what is under way on the old one', async () => {
    let release = () => {}
    const server = await serve((received, response) => {
      if (received.target === '/slow') release = () => response.end('{"slow":true}')
      else response.end('{}')
    })
    let nowMs = 0
    const http = openHttp(() => nowMs)
    await http.send(get(`${server.origin}/first`), options())
    const slow = http.send(get(`${server.origin}/slow`), options())
    nowMs += 5_000
    await http.send(get(`${server.origin}/fresh`), options({ fresh: true }))
    release()
    expect((await slow).body).toMatchObject({ value: { slow: true } })
    expect(server.connections).toBe(2)
  })

  it('survive an answer that was cut', async () => {
    const server = await serve((received, response, socket) => {
      if (received.target === '/cut') socket.resetAndDestroy()
      else response.end('{}')
    })
    const http = openHttp()
    await failOf(http.send(get(`${server.origin}/cut`), options()))
    expect((await http.send(get(`${server.origin}/whole`), options())).status).toBe(200)
  })

  it('leave no handle when they are closed, the old ones neither', async () => {
    const server = await serve(reply(200))
    const countSockets = () =>
      process.getActiveResourcesInfo().filter((name) => name === 'TCPSocketWrap').length
    const before = countSockets()
    let nowMs = 0
    const http = openHttp(() => nowMs)
    await http.send(get(server.origin), options())
    nowMs += 5_000
    await http.send(get(server.origin), options({ fresh: true }))
    expect(server.connections).toBe(2)
    http.close()
    await server.quiet()
    expect(countSockets()).toBeLessThanOrEqual(before)
  })

  it('carry requests side by side, each with its own signal and path', async () => {
    const waiting: (() => void)[] = []
    const server = await serve((received, response) => {
      waiting.push(() => response.end(JSON.stringify({ target: received.target })))
      if (waiting.length === 3) controller.abort()
    })
    const controller = new AbortController()
    const http = openHttp()
    const kept = http.send(get(`${server.origin}/{kept}`), options())
    const cut = http.send(get(`${server.origin}/cut`), options({ signal: controller.signal }))
    const other = http.send(get(`${server.origin}/other;x`), options())
    expect((await failOf(cut)).sent).toBe(true)
    for (const answer of waiting) answer()
    expect((await kept).body).toMatchObject({ value: { target: '/{kept}' } })
    expect((await other).body).toMatchObject({ value: { target: '/other;x' } })
  })
})
