/**
 * Loaded into the action before its own code: its time stands still while it has something to do, and jumps to the end of
 * the next wait as soon as it only waits. So an hour passes in a second, and every wait is as long as it says.
 * Writes the time of each request to a file, before the request leaves.
 */
import { subscribe } from 'node:diagnostics_channel'
import { appendFileSync } from 'node:fs'
import { ClientRequest } from 'node:http'

interface Timer {
  readonly dueMs: number
  readonly run: () => void
}

const { JUMPING_CLOCK_START = '0', JUMPING_CLOCK_TRACE = '' } = process.env
/** How often it is looked whether there is anything to do, and how many looks must find nothing. */
const LOOK_MS = 2
const QUIET_LOOKS = 2
/** What goes on outside and comes back by itself. */
const WORK = /^(?:FSReq|FileHandle|GetAddrInfo|Process|Immediate|Zlib|Worker|RandomBytes|Hash)/

const MachineDate = globalThis.Date
const NS_PER_MS = 1e6
const readMachine = process.hrtime.bigint
const startTimer = globalThis.setTimeout
const stopTimer = globalThis.clearTimeout
const timers = new Map<NodeJS.Timeout, Timer>()
const startNs = readMachine()
let aheadMs = 0
let underWay = 0
let quietLooks = 0

const toNs = (ms: number) => BigInt(Math.round(ms * NS_PER_MS))
const readNs = () => readMachine() + toNs(aheadMs)
const now = () => Number(JUMPING_CLOCK_START) + Number(readNs() - startNs) / NS_PER_MS

function fire(handle: NodeJS.Timeout): void {
  const timer = timers.get(handle)
  timers.delete(handle)
  stopTimer(handle)
  timer?.run()
}

function look(): void {
  const isBusy = underWay > 0 || process.getActiveResourcesInfo().some((kind) => WORK.test(kind))
  quietLooks = isBusy ? 0 : quietLooks + 1
  const next = [...timers].sort(([, one], [, other]) => one.dueMs - other.dueMs)[0]
  if (next === undefined) return
  const [handle, { dueMs }] = next
  const leftMs = Math.max(0, dueMs - now())
  if (leftMs > 0 && quietLooks < QUIET_LOOKS) return
  aheadMs += leftMs
  quietLooks = 0
  fire(handle)
}

function tellRequest(message: unknown): void {
  if (typeof message !== 'object' || message === null || !('request' in message)) return
  const { request } = message
  // A tunnel through the proxy is no request of the conversation, and the one that it is for is there already.
  if (!(request instanceof ClientRequest) || request.method === 'CONNECT') return
  underWay += 1
  request.once('close', () => {
    underWay -= 1
  })
  appendFileSync(JUMPING_CLOCK_TRACE, `${Math.round(now())} ${request.method} ${request.path}\n`)
}

const JumpingDate = new Proxy(MachineDate, {
  construct: (target, args, made) =>
    Reflect.construct(target, args.length === 0 ? [now()] : args, made),
  get: (target, key) => (key === 'now' ? () => Math.round(now()) : Reflect.get(target, key))
})

const replaced = {
  Date: JumpingDate,
  setTimeout: (run: (...args: unknown[]) => void, ms = 0, ...args: unknown[]) => {
    const handle = startTimer(() => fire(handle), ms)
    timers.set(handle, { dueMs: now() + ms, run: () => run(...args) })
    return handle
  },
  clearTimeout: (handle: NodeJS.Timeout) => {
    timers.delete(handle)
    stopTimer(handle)
  }
}
for (const [name, value] of Object.entries(replaced)) Reflect.set(globalThis, name, value)
process.hrtime.bigint = readNs
subscribe('http.client.request.created', tellRequest)
setInterval(look, LOOK_MS).unref()
