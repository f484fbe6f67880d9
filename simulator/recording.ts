/**
 * A conversation with Azure Resource Manager as a person writes it down: the request, what it was answered, what each poll
 * was answered, and what the action is to make of it. docs/replay.md describes the format. Pure.
 */
import { parseDocument } from 'yaml'
import { isJsonObject, type JsonObject, type JsonValue } from './json.ts'
import { UsageError } from './usage.ts'

/** Answer of a call. Where there is `undefined` in its place, the connection broke. */
export interface RecordedAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  /** Text as it is sent; empty for none. */
  readonly body: string
}

/** A request that the conversation knows. */
export interface RecordedCall {
  /** Name of it in the file: `first`, `resource`, or a key of `polls`. */
  readonly label: string
  readonly method: string
  /** Path and query, or an absolute URL. */
  readonly url: string
  /** In order; the last one for ever. */
  readonly answers: readonly (RecordedAnswer | undefined)[]
}

/** What a conversation is to come to. */
export interface Expectation {
  readonly outputs: Readonly<Record<string, JsonValue>>
  readonly exitCode?: number
  readonly log: readonly string[]
  /** Labels of the calls in order, as `status-url x2` or `status-url +`. */
  readonly requests?: readonly string[]
}

/** A conversation that can be played. */
export interface Recording {
  readonly title: string
  readonly inputs: Readonly<Record<string, string>>
  readonly calls: readonly RecordedCall[]
  readonly expected?: Expectation
}

const KEYS = ['title', 'request', 'inputs', 'first', 'polls', 'resource', 'expect']
const ANSWER_KEYS = ['status', 'headers', 'body', 'repeat']
const METHODS = 'GET|HEAD|PUT|PATCH|POST|DELETE'
/** Inputs that let somebody in. Nobody is, so that nobody writes one down. */
const CREDENTIALS = ['token', 'client-secret', 'creds', 'client-id', 'tenant-id', 'credential']
/** A time of the log, and one that GitHub writes before each line of it. */
const TIMES = /^(?:\d{4}-\d\d-\d\dT[\d:.]+Z )?[ \t]*(?:\d\d:\d\d:\d\d {2})?/
const MAX_REPEATS = 1_000

/** Reads a conversation from YAML or JSON. Throws UsageError that says what is wrong with it. */
export function readRecording(text: string, name: string): Recording {
  const file = parseFile(text)
  const unknown = Object.keys(file).find((key) => !KEYS.includes(key))
  if (unknown !== undefined) {
    throw new UsageError(`There is no '${unknown}' in a conversation; it has ${KEYS.join(', ')}`)
  }
  const inputs = readInputs(file.inputs)
  const request = readRequest(file.request, inputs)
  const calls = readCalls(file, request)
  if (calls.length === 0) throw new UsageError('A conversation needs answers: first, or polls')
  const sent = request === undefined ? {} : { method: request.method, url: request.url }
  const expected = readExpectation(file.expect)
  return {
    title: typeof file.title === 'string' ? file.title : name,
    inputs: { ...sent, ...createBody(request?.method, inputs), ...inputs },
    calls,
    ...(expected === undefined ? {} : { expected })
  }
}

function parseFile(text: string): JsonObject {
  const document = parseDocument(text)
  const fault = document.errors[0]
  if (fault !== undefined) throw new UsageError(`This is no YAML: ${fault.message.split('\n')[0]}`)
  const value: JsonValue = document.toJS()
  if (isJsonObject(value)) return value
  throw new UsageError('A conversation is a mapping that begins with request: METHOD URL')
}

function readInputs(value: JsonValue | undefined): Record<string, string> {
  const given = readMapping('inputs', value)
  const secret = CREDENTIALS.find((name) => name in given)
  if (secret !== undefined) {
    throw new UsageError(`inputs.${secret}: a conversation signs nobody in; leave it out`)
  }
  return Object.fromEntries(Object.entries(given).map(([name, each]) => [name, toText(each)]))
}

function readMapping(name: string, value: JsonValue | undefined): JsonObject {
  if (value === undefined || value === null) return {}
  if (isJsonObject(value)) return value
  throw new UsageError(`${name} must be a mapping`)
}

function toText(value: JsonValue): string {
  return typeof value === 'string' ? value : JSON.stringify(value)
}

/** A PUT or PATCH has a body, even where the report leaves it out. */
function createBody(method: string | undefined, inputs: Readonly<Record<string, string>>) {
  const isLeftOut = inputs.body === undefined && inputs['body-file'] === undefined
  return isLeftOut && (method === 'PUT' || method === 'PATCH') ? { body: '{}' } : {}
}

interface Request {
  readonly method: string
  readonly url: string
  /** What the lines of the log after it say of the first answer. */
  readonly answered?: RecordedAnswer
}

/** `METHOD URL`, or the lines of the log's group Request. */
function readRequest(
  value: JsonValue | undefined,
  inputs: Readonly<Record<string, string>>
): Request | undefined {
  const lines = typeof value === 'string' ? value.split('\n').map(stripTimes) : []
  const at = lines.findIndex((line) => new RegExp(`^(?:${METHODS}) \\S`).test(line))
  const [method, url] = (lines[at] ?? '').split(/\s+/)
  if (method !== undefined && url !== undefined) {
    const answer = pickAnswerLines(lines)
    return answer === '' ? { method, url } : { method, url, answered: parseAnswerText(answer) }
  }
  if (value === undefined && ('resume' in inputs || 'requests' in inputs)) return undefined
  throw new UsageError(`request must be METHOD URL, or the log's lines of it, got '${value ?? ''}'`)
}

/**
 * The log has the correlation ID before the answer, which bears it too, and goes on after it: with a state, with the next
 * group.
 */
function pickAnswerLines(lines: readonly string[]): string {
  const at = lines.findIndex((line) => /^HTTP \d{3}$/.test(line))
  if (at < 0) return ''
  const sent = lines.slice(0, at).filter((line) => LOG_FACT.test(line))
  const facts = lines.slice(at + 1)
  const end = facts.findIndex((line) => !LOG_FACT.test(line))
  return [lines[at], ...sent, ...facts.slice(0, end < 0 ? facts.length : end)].join('\n')
}

function stripTimes(line: string): string {
  return line.replace(TIMES, '').trimEnd()
}

function readCalls(file: JsonObject, request: Request | undefined): readonly RecordedCall[] {
  const first = request === undefined ? [] : [readFirst(file.first, request)]
  const polls = Object.entries(readMapping('polls', file.polls)).map(([key, value]) => {
    const { method, url } = findPoll(key, first[0])
    return { label: key, method, url, answers: readAnswers(`polls.${key}`, value) }
  })
  if (file.resource === undefined || request === undefined) return [...first, ...polls]
  const url = request.method === 'POST' ? request.url.replace(/\/[^/?]*(?=\?|$)/, '') : request.url
  const answers = readAnswers('resource', file.resource)
  return [...first, ...polls, { label: 'resource', method: 'GET', url, answers }]
}

function readFirst(value: JsonValue | undefined, { method, url, answered }: Request): RecordedCall {
  if (value === undefined && answered === undefined) {
    throw new UsageError('first is missing: what the request was answered')
  }
  const given = value === undefined ? [answered] : readAnswers('first', value, answered)
  return { label: 'first', method, url, answers: given }
}

/** `status-url` and `location` are what the first answer names so. */
function findPoll(key: string, first: RecordedCall | undefined) {
  const headers = first?.answers.findLast((answer) => answer !== undefined)?.headers ?? {}
  const named: Readonly<Record<string, string | undefined>> = {
    'status-url': headers['azure-asyncoperation'] ?? headers['operation-location'],
    location: headers.location
  }
  if (Object.hasOwn(named, key)) {
    const url = named[key]
    if (url !== undefined) return { method: 'GET', url }
    throw new UsageError(`polls.${key}: the first answer has no header that names it`)
  }
  const [, method = 'GET', url = ''] = new RegExp(`^(?:(${METHODS}) +)?(\\S+)$`).exec(key) ?? []
  if (/^(?:\/|https:\/\/)/.test(url)) return { method, url }
  throw new UsageError(`polls.${key}: a poll is status-url, location, a URL, or METHOD URL`)
}

function readAnswers(
  place: string,
  value: JsonValue | undefined,
  known?: RecordedAnswer
): readonly (RecordedAnswer | undefined)[] {
  const list: readonly JsonValue[] = Array.isArray(value) ? value : [value ?? null]
  if (list.length === 0) throw new UsageError(`${place} has no answer`)
  return list.flatMap((each: JsonValue, at) => {
    const here = list.length === 1 ? place : `${place}[${at}]`
    const answer = readAnswer(here, each, known)
    const repeat = isJsonObject(each) ? (each.repeat ?? 1) : 1
    if (typeof repeat !== 'number' || !(repeat >= 1 && repeat <= MAX_REPEATS)) {
      throw new UsageError(`${here}.repeat must be a number from 1 to ${MAX_REPEATS}`)
    }
    return Array.from({ length: repeat }, () => answer)
  })
}

/** A status, `no answer`, the text of an answer, or a mapping with status, headers and body. */
function readAnswer(
  place: string,
  value: JsonValue,
  known: RecordedAnswer | undefined
): RecordedAnswer | undefined {
  if (value === 'no answer') return undefined
  if (typeof value === 'number') return checkAnswer(place, { status: value, headers: {}, body: '' })
  if (typeof value === 'string') return checkAnswer(place, parseAnswerText(value))
  if (!isJsonObject(value)) {
    throw new UsageError(`${place} must be a status, an answer's text, or status, headers and body`)
  }
  const unknown = Object.keys(value).find((key) => !ANSWER_KEYS.includes(key))
  if (unknown !== undefined) {
    throw new UsageError(`${place}.${unknown}: an answer has ${ANSWER_KEYS.join(', ')}`)
  }
  const { status = known?.status, body } = value
  const headers = Object.entries(readMapping(`${place}.headers`, value.headers))
  return checkAnswer(place, {
    status: typeof status === 'number' ? status : 0,
    headers: {
      ...(body === undefined || typeof body === 'string' ? {} : JSON_TYPE),
      ...known?.headers,
      ...Object.fromEntries(headers.map(([name, each]) => [name.toLowerCase(), toText(each)]))
    },
    body: body === undefined ? '' : toText(body)
  })
}

const JSON_TYPE = { 'content-type': 'application/json; charset=utf-8' }
const LOG_FACTS: Readonly<Record<string, string>> = {
  'Request ID': 'x-ms-request-id',
  'Correlation ID': 'x-ms-correlation-request-id'
}

const LOG_FACT = /^(Request ID|Correlation ID) +(\S+)$/

/** An answer as a tool prints it, `HTTP/1.1 202 Accepted` and so on, or as the log does. */
function parseAnswerText(text: string): RecordedAnswer {
  const lines = text.trimStart().split('\n')
  const status = /^HTTP(?:\/[\d.]+)? +(\d{3})\b/.exec(stripTimes(lines[0] ?? ''))?.[1]
  if (status === undefined) throw new UsageError(`An answer begins with HTTP, got '${lines[0]}'`)
  const blank = lines.findIndex((line) => line.trim() === '')
  const end = blank < 0 ? lines.length : blank
  const headers = lines.slice(1, end).map((line) => {
    const [, fact, value] = LOG_FACT.exec(stripTimes(line)) ?? []
    if (fact !== undefined && value !== undefined) return [LOG_FACTS[fact] ?? '', value]
    const [, header, content = ''] = /^\s*([\w-]+):\s*(.*?)\s*$/.exec(line) ?? []
    if (header === undefined)
      throw new UsageError(`An answer's header is NAME: VALUE, got '${line}'`)
    return [header.toLowerCase(), content]
  })
  const body = lines
    .slice(end + 1)
    .join('\n')
    .trim()
  const type = /^[[{]/.test(body) ? JSON_TYPE : {}
  return { status: Number(status), headers: { ...type, ...Object.fromEntries(headers) }, body }
}

function checkAnswer(place: string, answer: RecordedAnswer): RecordedAnswer {
  const { status, headers } = answer
  if (!(Number.isInteger(status) && status >= 200 && status <= 599)) {
    throw new UsageError(`${place} needs a status from 200 to 599`)
  }
  const bad = Object.entries(headers).find(
    ([name, value]) => !/^[\w-]+$/.test(name) || !/^[\t\x20-\x7e]*$/.test(value)
  )
  if (bad === undefined) return answer
  throw new UsageError(
    `${place}.headers.${bad[0]} has what no header can have; write *** for what is left out`
  )
}

function readExpectation(value: JsonValue | undefined): Expectation | undefined {
  if (value === undefined) return undefined
  const { log = [], requests, 'exit-code': exitCode, ...outputs } = readMapping('expect', value)
  const list = (each: JsonValue) => (Array.isArray(each) ? each : [each]).map(toText)
  return {
    outputs,
    log: list(log),
    ...(typeof exitCode === 'number' ? { exitCode } : {}),
    ...(requests === undefined ? {} : { requests: list(requests) })
  }
}
