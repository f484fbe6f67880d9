/**
 * A whole conversation with Azure Resource Manager, as data: the request, what each call is answered with, which GETs
 * are to be made, and how it is to end. PlayedConversation against the pure rules with a clock that only the player moves.
 */
import type { ArmRequest, HttpResponse, JsonValue, Method } from '../src/http/message.ts'
import type { Trust } from '../src/http/trust.ts'
import { begin } from '../src/operation/begin.ts'
import { concludeAtDeadline, next } from '../src/operation/next.ts'
import type { Operation, PollAnswer, Rules, SentRequest, Timing } from '../src/operation/state.ts'
import { isTerminal } from '../src/operation/terminal.ts'
import { delayBefore } from '../src/operation/waiting.ts'

export const ORIGIN = 'https://management.azure.com'
/** A built-in cloud: its own subdomains are trusted too. */
export const AZURE: Trust = { origin: ORIGIN, subdomains: true }
/** An endpoint that the workflow author names: only its exact origin is trusted. */
export const CUSTOM: Trust = { origin: 'https://arm.stack.example:8443', subdomains: false }

const GROUP = '/subscriptions/1/resourceGroups/shop'
export const VERSION = 'api-version=2025-04-01'
export const RESOURCE_ID = `${GROUP}/providers/Microsoft.Cache/redis/cart`
/** Path and query of the resource that the tables write to. */
export const RESOURCE = `${RESOURCE_ID}?${VERSION}`
export const ACTION = `${RESOURCE_ID}/restart?${VERSION}`
export const STATUS = `${GROUP}/providers/Microsoft.Cache/operationStatuses/7?${VERSION}`
export const RESULT = `${GROUP}/providers/Microsoft.Cache/operationResults/7?${VERSION}`

export const MINUTE_MS = 60_000
export const START_MS = Date.UTC(2026, 0, 1)

/** Where the rules of the tables are written down. */
export const SOURCES = {
  contract:
    'https://github.com/Azure/azure-resource-manager-rpc/blob/master/v1.0/async-api-reference.md',
  validator: 'https://github.com/Azure/azure-openapi-validator/tree/main/docs',
  learn: 'https://learn.microsoft.com/azure/azure-resource-manager/management/async-operations',
  guidelines:
    'https://github.com/microsoft/api-guidelines/blob/vNext/azure/Guidelines.md#long-running-operations--jobs',
  finalStateVia:
    'https://github.com/Azure/autorest/blob/main/docs/extensions/readme.md#x-ms-long-running-operation-options',
  testServer: 'https://github.com/Azure/autorest.testserver/blob/main/legacy/routes/lros.js',
  goPollers: 'https://github.com/Azure/azure-sdk-for-go/tree/main/sdk/azcore/internal/pollers',
  hashicorp: 'https://github.com/hashicorp/go-azure-sdk/tree/main/sdk/client/resourcemanager'
} as const

type Headers = Readonly<Record<string, string>>

/** An answer with a JSON body. */
export function json(status: number, value: JsonValue, headers: Headers = {}): HttpResponse {
  return { status, headers, body: { kind: 'json', value, text: JSON.stringify(value) } }
}

/** An answer without a body. */
export function empty(status: number, headers: Headers = {}): HttpResponse {
  return { status, headers, body: { kind: 'empty' } }
}

/** An answer whose body is no JSON and does not claim to be. */
export function text(status: number, body: string, headers: Headers = {}): HttpResponse {
  return { status, headers, body: { kind: 'text', text: body } }
}

/** An answer whose body claims to be JSON and is not, or is an HTML page. */
export function malformed(status: number, headers: Headers = {}): HttpResponse {
  return { status, headers, body: { kind: 'malformed', text: '{"status": "Succ' } }
}

/** A page of something on the way to Azure. */
export function page(status: number, headers: Headers = {}): HttpResponse {
  const text = '<html><title>Access denied</title></html>'
  return {
    status,
    headers: { 'content-type': 'text/html', ...headers },
    body: { kind: 'malformed', text }
  }
}

/** A resource in a provisioning state. */
export function resource(
  status: number,
  provisioningState: string,
  headers: Headers = {}
): HttpResponse {
  return json(status, { id: RESOURCE_ID, properties: { provisioningState } }, headers)
}

/** An operation resource in a state. */
export function operationStatus(word: string, headers: Headers = {}): HttpResponse {
  return json(200, { status: word }, headers)
}

/** An error answer in the contract's shape. */
export function refusal(status: number, code: string, headers: Headers = {}): HttpResponse {
  return json(status, { error: { code, message: `${code} it is` } }, headers)
}

export const asyncOperation = (path: string): Headers => ({
  'azure-asyncoperation': toUrl(path)
})
export const operationLocation = (path: string): Headers => ({ 'operation-location': toUrl(path) })
export const location = (path: string): Headers => ({ location: toUrl(path) })

/** Headers of an accepted request that name a status URL and a result URL. */
export const BOTH: Headers = { ...asyncOperation(STATUS), ...location(RESULT) }
export const RUNNING = operationStatus('Running')
export const SUCCEEDED = operationStatus('Succeeded')
/** The resource after its operation. */
export const READY = resource(200, 'Succeeded')
export const NOT_FOUND = refusal(404, 'ResourceNotFound')

/** A path on the endpoint as an absolute URL; anything else as it stands. */
export function toUrl(path: string): string {
  return path.startsWith('/') ? ORIGIN + path : path
}

export function request(method: Method, path: string = RESOURCE): ArmRequest {
  return { method, url: toUrl(path) }
}

/** The rules of a step whose author asked for nothing special, but for the overrides. */
export function rules(overrides: Partial<Rules> = {}): Rules {
  return {
    finalStateVia: 'auto',
    extraStates: { success: [], failure: [] },
    acceptStatus: [],
    trust: AZURE,
    timing: timing(),
    ...overrides
  }
}

export function timing(overrides: Partial<Timing> = {}): Timing {
  return { timeoutMs: 60 * MINUTE_MS, ...overrides }
}

/** One reply to a call; `no answer` is a connection that broke. */
export type Reply = HttpResponse | 'no answer'

/** `METHOD path` and its replies, in order; the last one for ever where that is said. */
export interface Route {
  readonly call: string
  readonly replies: readonly Reply[]
  readonly forever: boolean
}

/** The calls of routes that start an operation. */
export const PUT = `PUT ${RESOURCE}`
export const PATCH = `PATCH ${RESOURCE}`
export const POST = `POST ${ACTION}`
export const DELETE = `DELETE ${RESOURCE}`

/** Each reply is given once. */
export function route(call: string, ...replies: Reply[]): Route {
  return { call, replies, forever: false }
}

/** The last reply is given again and again. */
export function routeForever(call: string, ...replies: Reply[]): Route {
  return { call, replies, forever: true }
}

export interface Conversation {
  readonly method: Method
  /** Path and query; the resource when absent. */
  readonly path?: string
  readonly rules?: Partial<Rules>
  /** Request as far as only its sender knows it. */
  readonly request?: Pick<SentRequest, 'body' | 'sentAtMs'>
  readonly routes: readonly Route[]
}

export interface PlayedConversation {
  readonly operation: Operation
  /** Path and query of every GET after the first answer, in order. */
  readonly gets: readonly string[]
  /** When each GET was sent, in milliseconds after the first answer. */
  readonly sentAtMs: readonly number[]
}

const ROUND_TRIP_MS = 100
const MAX_GETS = 2_000

/**
 * Plays a conversation to its terminal state, or to the end of the timeout. A call that no route answers, and a reply
 * that was not asked for, are bugs of the test and throw.
 */
export function playConversation(conversation: Conversation): PlayedConversation {
  const { method, path = RESOURCE } = conversation
  const asked = rules(conversation.rules)
  const server = createServer(conversation.routes)
  const first = server.answer(`${method} ${path}`)
  if (first === 'no answer') throw new Error('test bug: the first request needs an answer')
  let nowMs = START_MS
  let operation = begin({ method, url: toUrl(path), ...conversation.request }, first, asked, nowMs)
  const gets: string[] = []
  const sentAtMs: number[] = []
  while (!isTerminal(operation)) {
    nowMs += delayBefore(operation, asked.timing, nowMs)
    if (nowMs - START_MS >= asked.timing.timeoutMs) {
      return { operation: concludeAtDeadline(operation, asked) ?? operation, gets, sentAtMs }
    }
    const asking = toPath(operation.url)
    gets.push(asking)
    sentAtMs.push(nowMs - START_MS)
    if (gets.length > MAX_GETS) throw new Error('test bug: the conversation does not end')
    nowMs += ROUND_TRIP_MS
    operation = next(operation, toPollAnswer(server.answer(`GET ${asking}`)), asked, nowMs)
  }
  server.assertUsedUp()
  return { operation, gets, sentAtMs }
}

/**
 * The GETs with neighbours of the same path folded into one `path x3`; into `path +` (once or more often) where
 * `expected` says so at that place.
 */
export function foldGets(gets: readonly string[], expected: readonly string[]): string[] {
  const folded: { path: string; count: number }[] = []
  for (const path of gets) {
    const last = folded.at(-1)
    if (last?.path === path) last.count += 1
    else folded.push({ path, count: 1 })
  }
  return folded.map(({ path, count }, index) => {
    if (expected[index] === `${path} +`) return `${path} +`
    return count === 1 ? path : `${path} x${count}`
  })
}

/** A conversation, the rule it proves, and how it is to go. */
export interface ConversationRow extends Conversation {
  readonly rule: string
  readonly source: string
  /** As `foldGets` writes them. */
  readonly gets: readonly string[]
  readonly state: Operation['state']
  /** The answer that the end carries. */
  readonly result?: HttpResponse
  /** Code of the error that the end carries. */
  readonly error?: string
  /** Part of the reason of an unknown end. */
  readonly reason?: string
  /** Parts of the warnings, all of them, in order. */
  readonly warnings?: readonly string[]
}

type RowPart = Pick<ConversationRow, 'rule' | 'source' | 'routes' | 'gets'> &
  Partial<ConversationRow>

const ENDED_WELL = { state: 'succeeded' } as const

/** Rows by method; they end in success unless they say otherwise. */
export const put = (row: RowPart): ConversationRow => ({ method: 'PUT', ...ENDED_WELL, ...row })
export const patch = (row: RowPart): ConversationRow => ({
  method: 'PATCH',
  ...ENDED_WELL,
  ...row
})
export const post = (row: RowPart): ConversationRow => ({
  method: 'POST',
  path: ACTION,
  ...ENDED_WELL,
  ...row
})
export const remove = (row: RowPart): ConversationRow => ({
  method: 'DELETE',
  ...ENDED_WELL,
  ...row
})

/** What a played conversation came to, in the words of its row. */
export function summarize(row: ConversationRow): Partial<ConversationRow> {
  const { operation, gets } = playConversation(row)
  const response = 'response' in operation ? operation.response : undefined
  const error = 'error' in operation ? operation.error?.code : undefined
  return {
    gets: foldGets(gets, row.gets),
    state: operation.state,
    warnings: operation.facts.warnings,
    ...(row.result === undefined || response === undefined ? {} : { result: response }),
    ...(error === undefined || error === '' ? {} : { error }),
    ...(operation.state === 'unknown' ? { reason: operation.reason } : {})
  }
}

/** Path and query of a URL on the endpoint; any other URL as it stands. */
export function toPath(url: string): string {
  return url.startsWith(`${ORIGIN}/`) ? url.slice(ORIGIN.length) : url
}

export function toPollAnswer(reply: Reply): PollAnswer {
  return reply === 'no answer'
    ? { kind: 'no-response', message: 'ECONNRESET: the connection broke' }
    : { kind: 'response', response: reply }
}

function createServer(routes: readonly Route[]) {
  const left = routes.map(({ call, replies, forever }) => ({
    call,
    replies: [...replies],
    keep: forever ? 1 : 0,
    used: false
  }))
  return {
    answer: (call: string): Reply => {
      const found = left.find(
        (candidate) => candidate.call === call && candidate.replies.length > 0
      )
      const reply = found?.replies[0]
      if (found === undefined || reply === undefined)
        throw new Error(`test bug: no route for ${call}`)
      found.used = true
      if (found.replies.length > found.keep) found.replies.shift()
      return reply
    },
    assertUsedUp: () => {
      const unused = left.filter(({ replies, keep, used }) => !used || replies.length > keep)
      if (unused.length === 0) return
      throw new Error(`test bug: never asked: ${unused.map(({ call }) => call).join(', ')}`)
    }
  }
}
