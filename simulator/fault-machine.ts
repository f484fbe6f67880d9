/**
 * Stands between a client and a handler, over real sockets, and injects faults into their exchanges. Knows nothing of
 * Azure: the handler does, be it the simulator or a function.
 */
import { createServer, type ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { RealClock } from './clock.ts'
import {
  changeAnswer,
  type Fault,
  type FaultPlan,
  type Place,
  placeForeignUrl,
  reachesHandler
} from './faults.ts'
import type { Answer, RequestRecord } from './message.ts'
import { closeServer, listen, MAX_HEADER_BYTES, readRequest, writeAnswer } from './server.ts'

/** Answers one request. */
export type Handler = (request: RequestRecord) => Answer | Promise<Answer>

export interface FaultMachineOptions {
  readonly handle: Handler
  readonly plan: FaultPlan
  /** For how long connections are refused when the plan says so, in milliseconds; default 300. */
  readonly refusalMs?: number
}

export interface FaultMachine {
  /** `http://127.0.0.1:PORT`, without a trailing slash: the endpoint as the client sees it. */
  readonly origin: string
  /** Every request that arrived, whether or not the handler saw it. */
  readonly requests: readonly RequestRecord[]
  /** Injected faults, in order. */
  readonly injected: readonly Fault[]
  /** Ends all connections and stops listening. */
  close(): Promise<void>
}

const DEFAULT_REFUSAL_MS = 300
const DRIP_PIECES = 20

/** Starts a machine on a free port of 127.0.0.1. */
export async function startFaultMachine(options: FaultMachineOptions): Promise<FaultMachine> {
  const { handle, plan, refusalMs = DEFAULT_REFUSAL_MS } = options
  const server = createServer({ maxHeaderSize: MAX_HEADER_BYTES })
  const port = await listen(server, 0)
  const origin = `http://127.0.0.1:${port}`
  const clock = new RealClock()
  const requests: RequestRecord[] = []
  const injected: Fault[] = []
  let exchanges = 0
  let isClosed = false
  const reopen = async () => {
    await clock.sleep(refusalMs)
    if (!isClosed) await listen(server, port)
  }
  /** A refusal shows only to who connects anew, so it begins when the answer before it has gone out. */
  const refuseNext = async () => {
    const fault = plan(exchanges)
    if (fault?.kind !== 'refuse' || isClosed) return
    exchanges += 1
    injected.push(fault)
    await closeServer(server)
    void reopen()
  }
  server.on('request', (message, response) => {
    const fault = plan(exchanges)
    exchanges += 1
    if (fault !== undefined && fault.kind !== 'refuse') injected.push(fault)
    const refusesNext = plan(exchanges)?.kind === 'refuse'
    readRequest(message, clock.now())
      .then(async (request) => {
        requests.push(request)
        const answer = reachesHandler(fault) ? await handle(request) : { status: 0 }
        const closing = refusesNext
          ? { ...answer, headers: { ...answer.headers, connection: 'close' } }
          : answer
        if (refusesNext) response.once('close', () => void refuseNext())
        await play(response, closing, fault, origin, clock)
      })
      // The client went away in the middle of its request.
      .catch(() => response.destroy())
  })
  await refuseNext()
  return {
    origin,
    requests,
    injected,
    close: async () => {
      isClosed = true
      await closeServer(server)
    }
  }
}

/** The simulator's answers, with its own origin replaced by the one the client knows. */
export function forwardTo(target: string, readOrigin: () => string): Handler {
  return async ({ method, path, headers, body }) => {
    const { host: _host, connection: _connection, 'content-length': _length, ...passed } = headers
    const response = await fetch(target + path, {
      method,
      headers: passed,
      redirect: 'manual',
      ...(body === '' ? {} : { body })
    })
    const rename = (text: string) => text.replaceAll(target, readOrigin())
    const ignored = new Set(['connection', 'keep-alive', 'content-length', 'transfer-encoding'])
    const kept = [...response.headers].filter(([name]) => !ignored.has(name))
    return {
      status: response.status,
      headers: Object.fromEntries(kept.map(([name, value]) => [name, rename(value)])),
      body: rename(await response.text())
    }
  }
}

async function play(
  response: ServerResponse,
  answer: Answer,
  fault: Fault | undefined,
  origin: string,
  clock: RealClock
): Promise<void> {
  if (fault === undefined || fault.kind === 'refuse') return writeAnswer(response, answer, clock)
  const { socket } = response
  if (socket === null) return
  switch (fault.kind) {
    case 'cut':
      await writePart(socket, answer, fault.place)
      if (fault.how === 'reset') socket.resetAndDestroy()
      else socket.destroySoon()
      return
    case 'stall':
      return writePart(socket, answer, fault.place)
    case 'drip':
      return drip(socket, answer, fault.ms, clock)
    case 'foreign-url':
      return writeRaw(
        socket,
        changeAnswer(answer, { ...fault, url: placeForeignUrl(fault.url, origin) })
      )
    default:
      return writeRaw(socket, changeAnswer(answer, fault))
  }
}

async function writePart(socket: Socket, answer: Answer, place: Place): Promise<void> {
  const { head, body } = encode(answer)
  switch (place) {
    case 'request':
    case 'answer':
      return
    case 'in-headers':
      return write(socket, head.subarray(0, head.length >> 1))
    case 'after-headers':
      return write(socket, head)
    case 'in-body':
      await write(socket, head)
      return write(socket, body.subarray(0, body.length >> 1))
    default:
      return place satisfies never
  }
}

async function writeRaw(socket: Socket, answer: Answer): Promise<void> {
  const { head, body } = encode(answer)
  await write(socket, head)
  await write(socket, body)
  socket.destroySoon()
}

async function drip(socket: Socket, answer: Answer, ms: number, clock: RealClock): Promise<void> {
  const { head, body } = encode(answer)
  const bytes = Buffer.concat([head, body])
  const size = Math.ceil(bytes.length / DRIP_PIECES)
  for (let at = 0; at < bytes.length && !socket.destroyed; at += size) {
    await write(socket, bytes.subarray(at, at + size))
    await clock.sleep(ms / DRIP_PIECES)
  }
  socket.destroySoon()
}

function write(socket: Socket, bytes: Uint8Array): Promise<void> {
  return new Promise((resolve) => {
    if (socket.destroyed || bytes.length === 0) resolve()
    else socket.write(bytes, () => resolve())
  })
}

/**
 * The answer byte for byte: a server's own writer would refuse the headers that are the point here. What follows is cut
 * off by closing, but the length promises it, so that a body that ends early can be told from one that is whole.
 */
function encode({ status, headers = {}, body }: Answer): {
  readonly head: Buffer
  readonly body: Buffer
} {
  const text = body === undefined ? '' : typeof body === 'string' ? body : JSON.stringify(body)
  // Half of an empty body would be all of it.
  const bytes = Buffer.from(text === '' ? ' ' : text)
  const hasType = Object.keys(headers).some((name) => name.toLowerCase() === 'content-type')
  const isJson = body !== undefined && typeof body !== 'string'
  const all: Answer['headers'] = {
    ...(isJson && !hasType ? { 'content-type': 'application/json; charset=utf-8' } : {}),
    ...headers,
    connection: 'close',
    'content-length': status === 204 || status === 304 ? null : String(bytes.length)
  }
  const lines = Object.entries(all).flatMap(([name, value]) => {
    if (value === null) return []
    const values = typeof value === 'string' ? [value] : value
    return values.map((each) => `${name}: ${each.replace(/[\r\n\0]/g, ' ')}`)
  })
  const head = Buffer.from([`HTTP/1.1 ${status} Faulty`, ...lines, '', ''].join('\r\n'))
  return { head, body: status === 204 || status === 304 ? Buffer.alloc(0) : bytes }
}
