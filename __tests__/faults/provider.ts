/**
 * A resource provider behind Resource Manager, as a value over time: what it answers at a moment, what it has really
 * started, and how that ended. It is the ground truth of the randomized proof, and is honest: what it says of an
 * operation's end is so. Everything that is wrong on the way to the client, the faults do.
 */

import type { JsonObject } from '../../simulator/json.ts'
import type { Answer, RequestRecord } from '../../simulator/message.ts'
import { HABITS, type Habit, type View } from './habits.ts'

export const ENDINGS = ['Succeeded', 'Failed', 'Canceled'] as const
export type Ending = (typeof ENDINGS)[number]

type PollingHeader = 'azure-asyncoperation' | 'operation-location' | 'location'

/** A provider's first answer to a request that it takes on. */
export interface Pattern {
  readonly methods: readonly string[]
  readonly status: number
  readonly headers: readonly PollingHeader[]
  /** What the first answer's body says: a resource at work, one that is done, one without a state, or nothing. */
  readonly body: 'running' | 'done' | 'stateless' | 'empty'
}

const CHANGES = ['PUT', 'PATCH']
const ACTIONS = ['POST', 'DELETE']
const AAO = 'azure-asyncoperation'
const OL = 'operation-location'

/** Every pattern that the contract or real providers know. */
export const PATTERNS: Readonly<Record<string, Pattern>> = {
  'at once': { methods: [...CHANGES, ...ACTIONS, 'GET'], status: 200, headers: [], body: 'done' },
  'at once, no content': { methods: ACTIONS, status: 204, headers: [], body: 'empty' },
  '201 + Azure-AsyncOperation': { methods: CHANGES, status: 201, headers: [AAO], body: 'running' },
  '200 + Azure-AsyncOperation': { methods: CHANGES, status: 200, headers: [AAO], body: 'running' },
  '200 done + Azure-AsyncOperation': {
    methods: CHANGES,
    status: 200,
    headers: [AAO],
    body: 'done'
  },
  '202 + Azure-AsyncOperation': {
    methods: [...CHANGES, ...ACTIONS],
    status: 202,
    headers: [AAO],
    body: 'empty'
  },
  '202 done + Azure-AsyncOperation': {
    methods: CHANGES,
    status: 202,
    headers: [AAO],
    body: 'done'
  },
  '202 + both': {
    methods: [...CHANGES, ...ACTIONS],
    status: 202,
    headers: [AAO, 'location'],
    body: 'empty'
  },
  '201 + Operation-Location': { methods: ['PUT'], status: 201, headers: [OL], body: 'running' },
  '202 + Operation-Location': { methods: ACTIONS, status: 202, headers: [OL], body: 'empty' },
  '202 + Location': {
    methods: [...CHANGES, ...ACTIONS, 'GET'],
    status: 202,
    headers: ['location'],
    body: 'empty'
  },
  '201 + Location': { methods: CHANGES, status: 201, headers: ['location'], body: 'running' },
  '200 + Location': { methods: CHANGES, status: 200, headers: ['location'], body: 'running' },
  '200 empty + Location': { methods: ACTIONS, status: 200, headers: ['location'], body: 'empty' },
  '201, state in the body': { methods: CHANGES, status: 201, headers: [], body: 'running' },
  '200, state in the body': { methods: CHANGES, status: 200, headers: [], body: 'running' },
  '201 without a state': { methods: ['PUT'], status: 201, headers: [], body: 'stateless' },
  '202 and nothing else': {
    methods: [...CHANGES, ...ACTIONS, 'GET'],
    status: 202,
    headers: [],
    body: 'empty'
  }
}
export type PatternName = string

/** One operation and the habits of its provider. */
export interface Scenario {
  readonly method: 'GET' | 'PUT' | 'PATCH' | 'POST' | 'DELETE'
  readonly pattern: PatternName
  readonly durationMs: number
  readonly ending: Ending
  /** A PUT of a deployment: each one that is taken on is a new piece of work, even with the same body. */
  readonly isDeployment: boolean
  /** What a PUT or DELETE finds: nothing, or a resource as other requests left it. */
  readonly before: 'absent' | 'same' | 'other' | 'same-failed'
  /** How long before our request the resource was last written. */
  readonly beforeAgeMs: number
  /** Somebody else's operation is at work on the resource for so long from the start. */
  readonly busyMs: number
  readonly runningWord: string
  readonly succeededWord: string
  readonly retryAfter?: string
  /** How many GETs of a monitor find nothing yet. */
  readonly lateMonitor: number
  /** A Location says that it failed by its HTTP status, or by `status` in a 200. */
  readonly failsBy: 'http' | 'body'
  /** The monitor is gone once the operation of a DELETE has ended. */
  readonly vanishes: boolean
  /** A resource that is being created cannot be seen. */
  readonly hidesNew: boolean
  /** The status URL answers with the resource itself, as Storage does. */
  readonly statusIsResource: boolean
  readonly movesLocation: boolean
  /** A PUT on a resource at work is refused, or starts over. */
  readonly whenBusy: 'conflict' | 'start-over'
  readonly keepsCorrelation: boolean
  readonly stampsTime: boolean
  /** How far its clock is ahead. */
  readonly clockSkewMs: number
  /** Name of a habit in habits.ts. */
  readonly habit?: string
}

/** An operation of half a minute that succeeds, on a provider without any habit. */
export const QUIET_SCENARIO: Scenario = {
  method: 'PUT',
  pattern: '201 + Azure-AsyncOperation',
  durationMs: 30_000,
  ending: 'Succeeded',
  isDeployment: false,
  before: 'absent',
  beforeAgeMs: 86_400_000,
  busyMs: 0,
  runningWord: 'Running',
  succeededWord: 'Succeeded',
  lateMonitor: 0,
  failsBy: 'http',
  vanishes: false,
  hidesNew: false,
  statusIsResource: false,
  movesLocation: false,
  whenBusy: 'conflict',
  keepsCorrelation: true,
  stampsTime: true,
  clockSkewMs: 0
}

/** Something that really began. */
export interface Effect {
  readonly atMs: number
  readonly endsAtMs: number
  readonly ending: Ending
  readonly correlationId: string
}

export const ORIGIN = 'https://management.azure.com'
const SCOPE = '/subscriptions/1/resourceGroups/shop/providers'
export const RESOURCE_PATH = `${SCOPE}/Microsoft.Cache/redis/cart`
export const DEPLOYMENT_PATH = `${SCOPE}/Microsoft.Resources/deployments/web`
const STATUS_PATH = `${SCOPE}/Microsoft.Cache/operationStatuses/7`
const RESULT_PATH = `${SCOPE}/Microsoft.Cache/operationResults/7`
const VERSION = 'api-version=2025-04-01'
const SIGNATURE = 't=639&c=MIIH%2Bkwg&s=signed%2Fverbatim&h=1'

export const REQUEST_BODY = '{"properties":{"size":2,"zones":["1","2"]}}'
const WANTED = { size: 2, zones: ['1', '2'] }
const OTHER = { size: 1, zones: [] }

/** The path of the request that starts the scenario's operation. */
export function readTarget({ method, isDeployment }: Scenario): string {
  if (method === 'POST') return `${RESOURCE_PATH}/restart?${VERSION}`
  return `${isDeployment ? DEPLOYMENT_PATH : RESOURCE_PATH}?${VERSION}`
}

/** What a URL is for. */
export type UrlKind = 'target' | 'status' | 'location' | 'resource' | 'other'

export class Provider {
  readonly #scenario: Scenario
  readonly #pattern: Pattern
  readonly #habit: Habit | undefined
  readonly #origin: string
  readonly #startMs: number
  readonly #effects: Effect[] = []
  /** Starts that no client may cause: all after the first, but for an identical PUT on a resource at rest. */
  #secondStarts = 0
  #monitorGets = 0
  #locations = 0
  #remembered: JsonObject | undefined
  #writtenAtMs: number
  /** As the resource was before our first write. */
  readonly #earlier: { readonly values: JsonObject | undefined; readonly writtenAtMs: number }
  #isAccepted = false

  constructor(scenario: Scenario, startMs: number, origin = ORIGIN) {
    const pattern = PATTERNS[scenario.pattern]
    if (pattern === undefined) throw new Error(`test bug: no pattern ${scenario.pattern}`)
    this.#scenario = scenario
    this.#pattern = pattern
    this.#habit = scenario.habit === undefined ? undefined : HABITS[scenario.habit]
    this.#origin = origin
    this.#startMs = startMs
    this.#writtenAtMs = startMs - scenario.beforeAgeMs
    this.#remembered = this.#hadResource()
      ? scenario.before === 'other'
        ? OTHER
        : WANTED
      : undefined
    this.#earlier = { values: this.#remembered, writtenAtMs: this.#writtenAtMs }
  }

  /** The client has got a first answer in 2xx. */
  noteAccepted(): void {
    this.#isAccepted = true
  }

  /** Everything that really began because of the client, oldest first. */
  get effects(): readonly Effect[] {
    return this.#effects
  }

  get secondStarts(): number {
    return this.#secondStarts
  }

  /** What came of the client's request by then; `nothing` when none of it took effect. */
  truth(nowMs: number): Ending | 'running' | 'nothing' {
    const last = this.#effects.at(-1)
    if (last === undefined) return 'nothing'
    return nowMs < last.endsAtMs ? 'running' : last.ending
  }

  /** True when things are as the request wanted them, and at rest: then a success is no lie, even by other hands. */
  isAsWanted(nowMs: number): boolean {
    if (this.#isAtWork(nowMs)) return false
    if (this.#scenario.method === 'DELETE') return !this.#exists(nowMs)
    return this.#remembered === WANTED && this.#stateWord(nowMs) === 'Succeeded'
  }

  /** What kind of URL a path is. */
  classify(method: string, path: string): UrlKind {
    if (method === this.#scenario.method && path === readTarget(this.#scenario)) return 'target'
    const asked = this.#readPath(path)
    if (asked.startsWith(STATUS_PATH)) return 'status'
    if (asked.startsWith(RESULT_PATH)) return 'location'
    return asked.startsWith(this.#resourcePath()) ? 'resource' : 'other'
  }

  #readPath(path: string): string {
    return this.#habit?.urls?.read(path, this.#paths()) ?? path
  }

  #paths() {
    return { resource: this.#resourcePath(), result: RESULT_PATH }
  }

  answer(request: RequestRecord): Answer {
    const answer = this.#answer(request)
    const date = new Date(Math.floor((request.at + this.#scenario.clockSkewMs) / 1_000) * 1_000)
    return { ...answer, headers: { date: date.toUTCString(), ...answer.headers } }
  }

  #answer(request: RequestRecord): Answer {
    const { at, method, path } = request
    switch (this.classify(method, path)) {
      case 'status':
        return this.#answerMonitor(request, () =>
          this.#habitually('status', request, this.#showStatus(at))
        )
      case 'location':
        return this.#answerMonitor(request, () =>
          this.#habitually('location', request, this.#showResult(at))
        )
      case 'resource':
        return this.#habitually('resource', request, this.#showResource(at))
      case 'target': {
        const answer = this.#take(request)
        return answer.status < 300 ? this.#habitually('first', request, answer) : answer
      }
      default:
        return refuse(404, 'InvalidResourceType')
    }
  }

  /** The answer as a provider with the scenario's habit gives it. */
  #habitually(
    kind: 'first' | 'status' | 'location' | 'resource',
    { at, path }: RequestRecord,
    plain: Answer
  ): Answer {
    const change = this.#habit?.[kind]
    if (change === undefined) return plain
    const effect = this.#effects.at(-1)
    const view: View = {
      scenario: this.#scenario,
      pattern: this.#pattern,
      nowMs: at,
      truth: this.truth(at),
      sinceStartMs: at - (effect?.atMs ?? at),
      sinceEndMs: at - (effect?.endsAtMs ?? at),
      isAccepted: this.#isAccepted,
      path,
      asked: this.#monitorGets - 1,
      resourcePath: this.#resourcePath(),
      resource: (state) => this.#resource(state, at)
    }
    return change(view, plain)
  }

  #resourcePath(): string {
    return this.#scenario.isDeployment ? DEPLOYMENT_PATH : RESOURCE_PATH
  }

  #hadResource(): boolean {
    const { method, before } = this.#scenario
    return method === 'PATCH' || method === 'POST' || method === 'GET' || before !== 'absent'
  }

  #isAtWork(nowMs: number): boolean {
    return this.truth(nowMs) === 'running' || nowMs < this.#startMs + this.#scenario.busyMs
  }

  #take(request: RequestRecord): Answer {
    switch (this.#scenario.method) {
      case 'GET':
        return this.#takeRead(request)
      case 'PUT':
        return this.#takePut(request)
      case 'DELETE':
        return this.#takeDelete(request)
      default:
        return this.#isAtWork(request.at) && this.#scenario.whenBusy === 'conflict'
          ? refuse(409, 'AnotherOperationInProgress')
          : this.#start(request, true)
    }
  }

  #takeRead(request: RequestRecord): Answer {
    if (this.#effects.length === 0) return this.#start(request, false)
    return this.truth(request.at) === 'running'
      ? this.#firstAnswer(request.at)
      : this.#showResult(request.at)
  }

  #takePut(request: RequestRecord): Answer {
    const { whenBusy, isDeployment } = this.#scenario
    const { at } = request
    if (this.#isAtWork(at)) {
      if (whenBusy === 'start-over' && this.truth(at) === 'running')
        return this.#start(request, true)
      return refuse(409, isDeployment ? 'DeploymentActive' : 'AnotherOperationInProgress')
    }
    const isIdentical = !isDeployment && this.#remembered === WANTED
    if (isIdentical && this.#stateWord(at) === 'Succeeded') return this.#showResource(at)
    return this.#start(request, !isIdentical)
  }

  #takeDelete(request: RequestRecord): Answer {
    const { at } = request
    if (this.truth(at) === 'running') return this.#firstAnswer(at)
    if (this.#isAtWork(at)) return refuse(409, 'AnotherOperationInProgress')
    if (!this.#exists(at)) return { status: 204 }
    // What a second DELETE of a resource that is still there does, the first one did.
    return this.#start(request, false)
  }

  #start(request: RequestRecord, counts: boolean): Answer {
    const { ending, durationMs, failsBy, method } = this.#scenario
    const isSync = this.#pattern.headers.length === 0 && this.#pattern.body === 'done'
    const isQuick = isSync || this.#pattern.status === 204
    const isChange = method === 'PUT' || method === 'PATCH'
    const showsEnd = isSync && failsBy === 'body' && (isChange || this.#habit?.first !== undefined)
    if (isQuick && ending !== 'Succeeded' && !showsEnd) return refuse(400, 'InvalidParameter')
    if (counts && this.#effects.length > 0) this.#secondStarts += 1
    const { at } = request
    this.#effects.push({
      atMs: at,
      endsAtMs: isQuick ? at : at + durationMs,
      ending,
      correlationId: request.headers['x-ms-correlation-request-id'] ?? ''
    })
    if (isChange) {
      this.#remembered = WANTED
      this.#writtenAtMs = at
    }
    return this.#firstAnswer(at)
  }

  #firstAnswer(nowMs: number): Answer {
    const { status, body } = this.#pattern
    const headers = this.#pollingHeaders()
    if (body === 'empty') return { status, headers }
    if (body === 'running')
      return { status, headers, body: this.#resource(this.#scenario.runningWord, nowMs) }
    if (body === 'stateless') return { status, headers, body: this.#resource(undefined, nowMs) }
    const state = headers[AAO] === undefined ? this.#stateWord(nowMs) : 'Succeeded'
    return { status, headers, body: this.#resource(state, nowMs) }
  }

  #pollingHeaders(): Record<string, string> {
    const { retryAfter } = this.#scenario
    const statusUrl = this.#writeUrl(
      `${this.#origin}${STATUS_PATH}?${VERSION}&${SIGNATURE}`,
      'status'
    )
    const urls = { [AAO]: statusUrl, [OL]: statusUrl, location: this.#location() }
    const named = this.#pattern.headers.map((name) => [name, urls[name]])
    return {
      ...Object.fromEntries(named),
      ...(retryAfter === undefined ? {} : { 'retry-after': retryAfter })
    }
  }

  #location(): string {
    const path = this.#scenario.movesLocation ? `${RESULT_PATH}-${this.#locations}` : RESULT_PATH
    return this.#writeUrl(`${this.#origin}${path}?${VERSION}&${SIGNATURE}`, 'location')
  }

  #writeUrl(url: string, kind: 'status' | 'location'): string {
    return this.#habit?.urls?.write(url, kind, this.#paths()) ?? url
  }

  #answerMonitor({ at, path }: RequestRecord, show: () => Answer): Answer {
    const { lateMonitor, vanishes, method } = this.#scenario
    this.#monitorGets += 1
    if (!this.#readPath(path).endsWith(`?${VERSION}&${SIGNATURE}`))
      return refuse(403, 'SignatureMismatch')
    if (this.#monitorGets <= lateMonitor) return refuse(404, 'NotFound')
    const isOver = this.truth(at) !== 'running'
    // Only a success takes the resource and its monitors away.
    if (vanishes && method === 'DELETE' && isOver && !this.#exists(at))
      return refuse(404, 'NotFound')
    return show()
  }

  #showStatus(nowMs: number): Answer {
    const { runningWord, succeededWord, statusIsResource, method, retryAfter } = this.#scenario
    const truth = this.truth(nowMs)
    const headers = retryAfter === undefined ? {} : { 'retry-after': retryAfter }
    if (statusIsResource && (method === 'PUT' || method === 'PATCH')) {
      return { status: 200, headers, body: this.#resource(this.#stateWord(nowMs), nowMs) }
    }
    if (truth === 'running') return { status: 200, headers, body: { status: runningWord } }
    if (truth === 'Succeeded') {
      const isNamed = this.#pattern.headers.includes(OL) && method === 'PUT'
      const named = isNamed ? { resourceLocation: this.#origin + readTarget(this.#scenario) } : {}
      return { status: 200, body: { status: succeededWord, ...named } }
    }
    return { status: 200, body: { status: truth, error: errorOf(truth) } }
  }

  #showResult(nowMs: number): Answer {
    const { failsBy, method, retryAfter } = this.#scenario
    const truth = this.truth(nowMs)
    if (truth === 'running') {
      this.#locations += 1
      const after = retryAfter === undefined ? {} : { 'retry-after': retryAfter }
      return { status: 202, headers: { location: this.#location(), ...after } }
    }
    if (truth === 'Succeeded') {
      if (method === 'DELETE') return { status: 204 }
      if (method === 'POST') return { status: 200, body: { restarted: true } }
      return { status: 200, body: this.#resource('Succeeded', nowMs) }
    }
    return failsBy === 'http' && truth === 'Failed'
      ? refuse(409, errorOf(truth).code)
      : { status: 200, body: { status: truth, error: errorOf(truth) } }
  }

  #exists(nowMs: number): boolean {
    if (this.#scenario.method === 'DELETE' && this.truth(nowMs) === 'Succeeded') return false
    return this.#shown(nowMs).values !== undefined
  }

  /** The resource's values, and when they were written. */
  #shown(nowMs: number): { readonly values: JsonObject | undefined; readonly writtenAtMs: number } {
    const own = { values: this.#remembered, writtenAtMs: this.#writtenAtMs }
    const effect = this.#effects.at(-1)
    if (this.#habit?.writesAtEnd !== true || effect === undefined) return own
    return this.truth(nowMs) === 'Succeeded'
      ? { ...own, writtenAtMs: effect.endsAtMs }
      : this.#earlier
  }

  #showResource(nowMs: number): Answer {
    const { hidesNew } = this.#scenario
    const isNew = !this.#hadResource() && this.#isAtWork(nowMs)
    if (!this.#exists(nowMs) || (hidesNew && isNew)) return refuse(404, 'ResourceNotFound')
    return { status: 200, body: this.#resource(this.#stateWord(nowMs), nowMs) }
  }

  #stateWord(nowMs: number): string {
    const { method, before, runningWord, busyMs } = this.#scenario
    if (nowMs < this.#startMs + busyMs) return 'Updating'
    const truth = this.truth(nowMs)
    const isQuiet = truth === 'running' && this.#habit?.writesAtEnd === true
    if (truth === 'nothing' || isQuiet) return before === 'same-failed' ? 'Failed' : 'Succeeded'
    if (method === 'POST' || method === 'GET') return 'Succeeded'
    if (truth === 'running') return method === 'DELETE' ? 'Deleting' : runningWord
    return truth
  }

  #resource(state: string | undefined, nowMs: number): JsonObject {
    const { keepsCorrelation, stampsTime, isDeployment, clockSkewMs } = this.#scenario
    const { values, writtenAtMs } = this.#shown(nowMs)
    const at = new Date(writtenAtMs + clockSkewMs).toISOString()
    const owner = this.#effects.at(-1)?.correlationId
    return {
      id: this.#resourcePath(),
      properties: {
        ...(values ?? {}),
        ...(state === undefined ? {} : { provisioningState: state }),
        ...(isDeployment && stampsTime ? { timestamp: at } : {}),
        ...(isDeployment && keepsCorrelation ? { correlationId: owner ?? 'of-an-earlier-one' } : {})
      },
      ...(!isDeployment && stampsTime ? { systemData: { lastModifiedAt: at } } : {})
    }
  }
}

function refuse(status: number, code: string): Answer {
  return { status, body: { error: { code, message: `${code} it is` } } }
}

function errorOf(ending: Ending | 'nothing'): { readonly code: string; readonly message: string } {
  return { code: `${ending}ForAReason`, message: `it ${ending}` }
}
