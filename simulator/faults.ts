/**
 * What can go wrong between a client and Azure, as values: which exchange it befalls, and what becomes of the answer.
 * Pure and seeded, so that the same faults can be played over real sockets (fault-machine.ts) or in virtual time.
 */
import type { JsonValue } from './json.ts'
import type { Answer } from './message.ts'

/** Where an exchange breaks. Before `request` the handler sees nothing of it; after that it has done its work. */
export const PLACES = ['request', 'answer', 'in-headers', 'after-headers', 'in-body'] as const
export type Place = (typeof PLACES)[number]

/** Bodies that no client may trip over, in place of the handler's own. */
export const BODY_FORMS = [
  'empty',
  'html',
  'xml',
  'invalid-json',
  'json-array',
  'json-null',
  'empty-object',
  'no-state',
  'state-is-a-number',
  'byte-order-mark',
  'wrong-type',
  'html-type',
  'huge'
] as const
export type BodyForm = (typeof BODY_FORMS)[number]

/** Headers that may hold a polling URL. */
export const URL_HEADERS = ['azure-asyncoperation', 'operation-location', 'location'] as const

export type Fault =
  /** No connection can be made. */
  | { readonly kind: 'refuse' }
  /** The connection ends, with a TCP reset or without. */
  | { readonly kind: 'cut'; readonly place: Place; readonly how: 'reset' | 'end' }
  /** Nothing more comes, and the connection stays. */
  | { readonly kind: 'stall'; readonly place: Place }
  /** The answer takes this long, and comes in small pieces. */
  | { readonly kind: 'drip'; readonly ms: number }
  /** Somebody in between answers; `reached` tells whether the handler has done its work all the same. */
  | { readonly kind: 'answer'; readonly reached: boolean; readonly answer: Answer }
  /** The answer arrives with another body. */
  | { readonly kind: 'body'; readonly form: BodyForm }
  /** The answer arrives with more or other headers; null takes one away, a list repeats it. */
  | {
      readonly kind: 'headers'
      readonly headers: Readonly<Record<string, string | readonly string[] | null>>
    }
  /** Every polling URL of the answer is another one; `{origin}` stands for the endpoint's own. */
  | { readonly kind: 'foreign-url'; readonly url: string }
  /** The answer's dates are off, and so is an HTTP date in its Retry-After. */
  | { readonly kind: 'skew'; readonly ms: number }
  /** The state in the body is not the true one, this time. */
  | { readonly kind: 'lie'; readonly word: string }

/** The fault that befalls each exchange, by its number in the order of arrival, from 0. */
export type FaultPlan = (exchange: number) => Fault | undefined

/** Faults at certain exchanges, and none at the others. */
export function scriptFaults(
  entries: readonly { readonly at: number; readonly fault: Fault }[]
): FaultPlan {
  const byExchange = new Map(entries.map(({ at, fault }) => [at, fault]))
  return (exchange) => byExchange.get(exchange)
}

/**
 * Faults by chance, the same ones for the same seed.
 * @param rate share of the exchanges that one befalls, 0 to 1
 */
export function seedFaults(seed: number, rate: number, choice: readonly Fault[]): FaultPlan {
  return (exchange) => {
    const draw = seedRandom(seed + exchange * 7_919)
    return draw() < rate ? choice[Math.floor(draw() * choice.length)] : undefined
  }
}

/** Numbers from 0 up to 1 that look random and depend on the seed alone (mulberry32). */
export function seedRandom(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/** True when the handler gets to see a request that this fault befalls. */
export function reachesHandler(fault: Fault | undefined): boolean {
  switch (fault?.kind) {
    case 'refuse':
      return false
    case 'cut':
    case 'stall':
      return fault.place !== 'request'
    case 'answer':
      return fault.reached
    default:
      return true
  }
}

/** The answer as it arrives; the same one under a fault that only bears on the connection. */
export function changeAnswer(answer: Answer, fault: Fault): Answer {
  switch (fault.kind) {
    case 'answer':
      return fault.answer
    case 'body':
      return { ...answer, ...changeBody(answer, fault.form) }
    case 'headers':
      return { ...answer, headers: { ...answer.headers, ...fault.headers } }
    case 'foreign-url':
      return { ...answer, headers: { ...answer.headers, ...replaceUrls(answer, fault.url) } }
    case 'skew':
      return { ...answer, headers: { ...answer.headers, ...skewDates(answer, fault.ms) } }
    case 'lie':
      return answer.body === undefined ? answer : { ...answer, body: lie(answer.body, fault.word) }
    default:
      return answer
  }
}

const HUGE_BODY_BYTES = 50 * 1024 * 1024
const HTML = '<!DOCTYPE html>\n<html><body><h1>502 Bad Gateway</h1></body></html>'
const XML = '<?xml version="1.0"?><Error><Code>InternalError</Code><Message>no</Message></Error>'

function changeBody(answer: Answer, form: BodyForm): Pick<Answer, 'body' | 'headers'> {
  const typed = (type: string) => ({ headers: { ...answer.headers, 'content-type': type } })
  const json = typed('application/json')
  const own = encodeJson(answer.body)
  switch (form) {
    case 'empty':
      return { body: '', headers: { ...answer.headers, 'content-type': null } }
    case 'html':
      return { body: HTML, ...typed('text/html') }
    case 'xml':
      return { body: XML, ...typed('application/xml') }
    case 'invalid-json':
      return { body: '{"status": "Succeeded", "properties": {"provisioningState": "Succ', ...json }
    case 'json-array':
      return { body: [{ status: 'Succeeded' }] }
    case 'json-null':
      return { body: 'null', ...json }
    case 'empty-object':
      return { body: {} }
    case 'no-state':
      return { body: { value: [] } }
    case 'state-is-a-number':
      return { body: { status: 2, properties: { provisioningState: 2 } } }
    case 'byte-order-mark':
      return { body: `\ufeff${own}`, ...json }
    case 'wrong-type':
      return { body: own, ...typed('application/octet-stream') }
    case 'html-type':
      return { body: own, ...typed('text/html; charset=utf-8') }
    case 'huge':
      return { body: own + ' '.repeat(HUGE_BODY_BYTES), ...json }
    default:
      return form satisfies never
  }
}

function encodeJson(body: JsonValue | undefined): string {
  if (body === undefined) return '{}'
  return typeof body === 'string' ? body : JSON.stringify(body)
}

function replaceUrls({ headers = {} }: Answer, url: string): Record<string, string> {
  const present = Object.keys(headers).filter((name) =>
    URL_HEADERS.some((wanted) => wanted === name.toLowerCase())
  )
  return Object.fromEntries(present.map((name) => [name, url]))
}

function skewDates({ headers = {} }: Answer, ms: number): Record<string, string> {
  const dates = Object.entries(headers).flatMap(([name, value]) => {
    const isDate = /^(date|retry-after)$/i.test(name) && typeof value === 'string'
    const at = isDate && /[a-z]/i.test(value) ? Date.parse(value) : Number.NaN
    return Number.isNaN(at) ? [] : [[name, new Date(at + ms).toUTCString()]]
  })
  return Object.fromEntries(dates)
}

/** The body with every state word in it, `status` or `provisioningState`, replaced. */
function lie(body: JsonValue, word: string): JsonValue {
  if (Array.isArray(body)) return body.map((value) => lie(value, word))
  if (typeof body !== 'object' || body === null) return body
  return Object.fromEntries(
    Object.entries(body).map(([name, value]) => [
      name,
      /^(status|provisioningState)$/i.test(name) && typeof value === 'string'
        ? word
        : lie(value, word)
    ])
  )
}

/**
 * Every form in which an answer may name a URL that the token must not follow, by what is wrong with it. `{origin}`
 * and `{host}` stand for the endpoint's own.
 */
export const FOREIGN_URLS: Readonly<Record<string, string>> = {
  'another host': 'https://evil.example/operations/1?api-version=1',
  'another host over http': 'http://evil.example/operations/1',
  'the host as user info': 'https://{host}@evil.example/operations/1',
  'user info before the host': 'https://user:word@{host}/operations/1',
  'empty user info': 'https://@{host}/operations/1',
  'the host as a prefix': 'https://{host}.evil.example/operations/1',
  'the host in the path': 'https://evil.example/{host}/operations/1',
  'the host in the query': 'https://evil.example/?{host}',
  'the host as fragment': 'https://evil.example#{host}',
  'a trailing dot': 'https://{host}./operations/1',
  'another port': 'https://{host}:8443/operations/1',
  'a look-alike letter': 'https://man\u0430gement.azure.com/operations/1',
  'no scheme': '//evil.example/operations/1',
  backslashes: '\\\\evil.example\\operations',
  'a slash and a backslash': '/\\evil.example/operations',
  'backslashes after the scheme': 'https:\\\\evil.example/operations/1',
  'a scheme without slashes': 'https:evil.example/operations/1',
  'a file': 'file:///etc/passwd',
  'a script': 'javascript:alert(1)',
  'a blob': 'blob:https://{host}/1',
  data: 'data:application/json,{"status":"Succeeded"}',
  'the metadata service': 'http://169.254.169.254/metadata/identity/oauth2/token',
  loopback: 'http://127.0.0.1:9/operations/1',
  'an IPv6 host': 'https://[::1]/operations/1',
  'white space before it': ' https://evil.example/operations/1',
  'a relative path': 'operations/1',
  nothing: '',
  'no URL at all': '%%%'
}

/** A foreign URL for the endpoint at `origin`. */
export function placeForeignUrl(url: string, origin: string): string {
  return url.replaceAll('{host}', new URL(origin).host).replaceAll('{origin}', origin)
}
