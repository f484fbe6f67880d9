/**
 * A plain client for the simulator's own tests: fetch with a token, no rules about operations.
 */
import { onTestFinished } from 'vitest'
import { isJsonObject, type JsonObject, parseJson } from '../../simulator/json.ts'
import {
  type Simulator,
  type SimulatorOptions,
  startSimulator,
  VirtualClock
} from '../../simulator/simulator.ts'

export const SUBSCRIPTION = '/subscriptions/22222222-2222-4222-8222-222222222222'
export const GROUP = `${SUBSCRIPTION}/resourceGroups/rg`
export const API_VERSION = '?api-version=2024-01-01'

export interface Reply {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  /** The body when it is a JSON object, else an empty one. */
  readonly json: JsonObject
}

export interface Client {
  readonly simulator: Simulator
  readonly clock: VirtualClock
  /** Sends a request; a path without an api-version gets one. */
  send(method: string, path: string, options?: SendOptions): Promise<Reply>
}

export interface SendOptions {
  readonly headers?: Readonly<Record<string, string>>
  /** An object is sent as JSON, a string as it is. */
  readonly body?: JsonObject | string
  /** Send it exactly as it is: no token, no api-version. */
  readonly bare?: boolean
}

/** Starts a simulator on a virtual clock, closed when the test ends. */
export async function start(options: SimulatorOptions = {}): Promise<Client> {
  const clock = new VirtualClock()
  const simulator = await startSimulator({ clock, ...options })
  onTestFinished(() => simulator.close())
  return {
    simulator,
    clock,
    send: (method, path, sending = {}) => send(simulator.origin, method, path, sending)
  }
}

async function send(
  origin: string,
  method: string,
  path: string,
  { headers = {}, body, bare = false }: SendOptions
): Promise<Reply> {
  const versioned = bare || path.includes('api-version') ? path : path + API_VERSION
  const url = versioned.startsWith('http') ? versioned : origin + versioned
  const token = bare ? {} : { authorization: 'Bearer token' }
  const response = await fetch(url, {
    method,
    redirect: 'manual',
    headers: { ...token, ...headers },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) })
  })
  const text = await response.text()
  const json = parseJson(text)
  return {
    status: response.status,
    headers: response.headers,
    text,
    json: isJsonObject(json) ? json : {}
  }
}

/** A header that must be there. */
export function readHeader({ headers }: Reply, name: string): string {
  const value = headers.get(name)
  if (value === null) throw new Error(`the answer has no ${name}`)
  return value
}
