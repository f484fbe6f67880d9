/**
 * An Azure Resource Manager on loopback: a real HTTP server that behaves as ARM does towards one client, for tests,
 * for the demo and to try the action by hand. It simulates the protocol, not the services behind it.
 */
import { createServer } from 'node:http'
import { type Clock, RealClock } from './clock.ts'
import type { JsonObject } from './json.ts'
import { Ledger } from './ledger.ts'
import type { RequestRecord } from './message.ts'
import { Operations } from './operations.ts'
import { type RouterOptions, route, type TokenCheck } from './router.ts'
import { Script, type ScriptedRoute } from './script.ts'
import { closeServer, listen, MAX_HEADER_BYTES, readRequest, writeAnswer } from './server.ts'
import { Buckets } from './throttling.ts'
import { HABITS, type HabitRule, type World } from './world.ts'

export { type Clock, RealClock, VirtualClock } from './clock.ts'
export type { JsonObject, JsonValue } from './json.ts'
export type { Ledger, LedgerEntry, SideEffect } from './ledger.ts'
export type { Fault, RequestRecord } from './message.ts'
export type { TokenCheck } from './router.ts'
export type { ScriptedAnswer, ScriptedRoute } from './script.ts'
export type { Habit, HabitRule } from './world.ts'
export { HABITS }

/** The subscription that the demo and the printed usage speak of; any other works as well. */
export const SUBSCRIPTION_ID = '11111111-1111-4111-8111-111111111111'

export interface SimulatorOptions {
  /** Port on 127.0.0.1; default any free one. */
  readonly port?: number
  /** Simulated time; default the real clock. A `RealClock(10)` makes everything, Retry-After too, ten times as quick. */
  readonly clock?: Clock
  /** The bearer tokens that are good: a list or a check. Default: any that is not empty. */
  readonly tokens?: readonly string[] | TokenCheck
  /** A Retry-After, in whole seconds, to send in place of every built-in one and where there is none. */
  readonly retryAfterSeconds?: number
  /** Habits of the generic provider; the first rule that fits a request holds. */
  readonly habits?: readonly HabitRule[]
  /**
   * Whether a resource group that is written to, or a VM that is acted on, springs up when it was not created. A group
   * that was deleted stays away. Default true; with false both are 404, as in Azure.
   */
  readonly onDemand?: boolean
  /** Entries on one page of a list that has a next link, when the request has no `$top`; default 100. */
  readonly pageSize?: number
  /** The templates that a `templateLink` may lead to, by URI or by the ID of a template spec's version. */
  readonly templates?: Readonly<Record<string, JsonObject>>
  /** Whether a subscription takes no more requests than Azure lets it take. Default false: nothing is too much. */
  readonly limited?: boolean
}

const DEFAULT_PAGE_SIZE = 100

export interface Simulator {
  /** `http://127.0.0.1:PORT`, without a trailing slash. */
  readonly origin: string
  /** What really happened: entries, and `count(kindOrId, id?)`. */
  readonly ledger: Ledger
  /** Every request that was received, refused ones too, oldest first. */
  readonly requests: readonly RequestRecord[]
  /** Requests that a script should have had, and any that met a bug of the simulator: assert that it is empty. */
  readonly unexpected: readonly RequestRecord[]
  /** The action's inputs that point it here, a token among them. */
  readonly inputs: Readonly<Record<string, string>>
  /**
   * Adds scripted routes. They win over the built-in ones, need a token but no api-version, and own their family of
   * paths (the provider namespace, or the folder): what is asked there and not scripted is a 404 that says so.
   */
  script(routes: readonly ScriptedRoute[]): void
  /** Ends all connections and stops listening. */
  close(): Promise<void>
}

/** Starts a simulator. Rejects when the port is taken. */
export async function startSimulator(options: SimulatorOptions = {}): Promise<Simulator> {
  const clock = options.clock ?? new RealClock()
  const requests: RequestRecord[] = []
  const unexpected: RequestRecord[] = []
  const server = createServer({ maxHeaderSize: MAX_HEADER_BYTES })
  const origin = `http://127.0.0.1:${await listen(server, options.port ?? 0)}`
  const world = createWorld(origin, clock, options)
  const script = new Script(origin, world.ledger)
  const router: RouterOptions = {
    world,
    script,
    acceptsToken: readTokenCheck(options.tokens),
    onUnexpected: (request) => unexpected.push(request),
    buckets: options.limited === true ? new Buckets() : undefined
  }
  server.on('request', (message, response) => {
    readRequest(message, clock.now())
      .then((request) => {
        requests.push(request)
        return writeAnswer(response, route(request, router), clock)
      })
      // The client went away in the middle of its request.
      .catch(() => response.destroy())
  })
  return {
    origin,
    ledger: world.ledger,
    requests,
    unexpected,
    inputs: createInputs(origin),
    script: (routes) => script.add(routes),
    close: () => closeServer(server)
  }
}

function createWorld(origin: string, clock: Clock, options: SimulatorOptions): World {
  const { retryAfterSeconds } = options
  return {
    origin,
    clock,
    ledger: new Ledger(),
    operations: new Operations({
      clock,
      ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds })
    }),
    habits: options.habits ?? [],
    onDemand: options.onDemand ?? true,
    pageSize: options.pageSize ?? DEFAULT_PAGE_SIZE,
    templates: options.templates ?? {},
    groups: new Map(),
    resources: new Map(),
    deployments: new Map(),
    stacks: new Map(),
    stackWhatIfs: new Map()
  }
}

function readTokenCheck(tokens: SimulatorOptions['tokens']): TokenCheck {
  if (tokens === undefined) return () => true
  return typeof tokens === 'function' ? tokens : (token) => tokens.includes(token)
}

/** The action's inputs that point it to a simulator at this origin, a token among them. */
export function createInputs(origin: string): Readonly<Record<string, string>> {
  return {
    environment: 'custom',
    'resource-manager-endpoint': origin,
    'resource-manager-audience': origin,
    'authority-host': 'https://localhost',
    'subscription-id': SUBSCRIPTION_ID,
    token: 'simulator-token'
  }
}
