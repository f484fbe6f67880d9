/**
 * Lists that come in pages: reads every page after the first, and joins them to one answer. A page that cannot be read
 * is a failure, and never a shorter list. Only a run that meets such a list, or asks for all pages, loads it.
 */
import type { Submission } from '../arm/submission.ts'
import { submitRequest } from '../arm/submit.ts'
import { SignInError } from '../errors.ts'
import { findKey, findNextLink, isList, readObject } from '../http/body.ts'
import { MAX_BODY_BYTES, MAX_CONTAINERS } from '../http/http.ts'
import type { Body, HttpResponse, JsonObject, JsonValue } from '../http/message.ts'
import type { Trust } from '../http/trust.ts'
import { type OperationError, readError } from '../operation/error.ts'
import type { PollerDependencies } from '../operation/poller.ts'
import { type PollingHeader, readLink } from '../operation/polling-url.ts'
import { omitUndefined, parseJson } from '../values.ts'
import { conclude, toOperationError } from './conclude.ts'
import { HEARTBEAT_MS } from './events.ts'
import { factsOf, type LiveRun } from './live-run.ts'
import { type Outcome, withWarning } from './outcome.ts'
import { concludeUnanswered } from './unanswered.ts'

const MAX_PAGES = 1_000

/** Page that could not be read. */
interface UnreadPage {
  readonly kind: 'unread'
  /** Reason, as the end of a sentence. */
  readonly why: string
  readonly response?: HttpResponse
  readonly error?: OperationError
  readonly unanswered?: Extract<Submission, { kind: 'unanswered' }>
}

type Joined = { readonly kind: 'joined'; readonly response: HttpResponse }

/** The outcome with all pages of the list that its result is the first page of; one that succeeded, or as it was. */
export async function readAllPages(run: LiveRun, outcome: Outcome): Promise<Outcome> {
  const { ending, response } = outcome
  if (ending.kind !== 'succeeded' || response === undefined) return outcome
  const list = await joinPages(run, response, run.request.url)
  return list.kind === 'joined'
    ? { ...outcome, response: list.response, endedAt: run.context.clock.now() }
    : concludeUnread(run, list)
}

/** The outcome with a warning, because its result is one page of several. */
export function warnOfMorePages(run: LiveRun, outcome: Outcome): Outcome {
  const advice = run.request.method === 'GET' ? '; all-pages: true reads them all' : ''
  const text = `The result is one page of a list that has more${advice}`
  run.emit({ kind: 'warned', text })
  return withWarning(outcome, text)
}

/** GET of a list that a condition is read in, with all of its pages. */
export function joinEachReading(
  run: LiveRun,
  get: PollerDependencies['get']
): PollerDependencies['get'] {
  return async (url, timeoutMs, signal) => {
    const answer = await get(url, timeoutMs, signal)
    if (answer.kind !== 'response' || answer.response.status >= 300) return answer
    const list = await joinPages(run, answer.response, url)
    if (list.kind === 'joined') return { kind: 'response', response: list.response }
    return { kind: 'no-response', message: list.why }
  }
}

function concludeUnread(run: LiveRun, { why, response, error, unanswered }: UnreadPage): Outcome {
  const facts = factsOf(run)
  const outcome =
    unanswered === undefined
      ? conclude(facts, omitUndefined({ ending: { kind: 'not-read' }, response }))
      : concludeUnanswered(facts, unanswered)
  const cause = error ?? outcome.error
  const root = toOperationError({ code: 'PageNotRead', message: why })
  return {
    ...outcome,
    reason: why,
    error: { ...root, details: cause === undefined ? [] : [cause] }
  }
}

/** All pages of a list as one answer; the first answer itself where nothing follows it. */
async function joinPages(
  run: LiveRun,
  first: HttpResponse,
  url: string
): Promise<Joined | UnreadPage> {
  const { trust } = run.spec.rules
  const pages: Page[] = []
  const seen = new Set<string>()
  const tell = createTeller(run)
  let response = first
  let next = readNextLink(first.body, url, trust)
  if (next.kind === 'absent') return { kind: 'joined', response }
  for (;;) {
    const page = readPage(response)
    const at = pages.length + 1
    if (page === undefined) return refusePage(at, response)
    pages.push(page)
    const problem = findProblem(pages, next, seen)
    if (problem !== undefined) return unread(at + 1, problem)
    if (next.kind !== 'usable') break
    seen.add(next.url)
    tell(pages)
    const answered = await readNext(run, next.url, at + 1)
    if (answered.kind === 'unread') return answered
    response = answered.response
    next = readNextLink(response.body, next.url, trust)
  }
  tell(pages, true)
  return { kind: 'joined', response: { ...first, body: joinBodies(pages) } }
}

function readNextLink(body: Body, askedUrl: string, trust: Trust): PollingHeader {
  const link = readObject(body)?.[findNextLink(body) ?? '']
  if (link === undefined || typeof link === 'string') return readLink(link, askedUrl, trust)
  return { kind: 'unusable', fault: 'it is not a URL' }
}

function unread(
  page: number,
  why: string,
  more: Omit<UnreadPage, 'kind' | 'why'> = {}
): UnreadPage {
  return { kind: 'unread', why: `Page ${page} of the list could not be read: ${why}`, ...more }
}

/** Problem because of which the list cannot go on, as the end of a sentence. */
function findProblem(
  pages: readonly Page[],
  next: PollingHeader,
  seen: ReadonlySet<string>
): string | undefined {
  const sum = (read: (page: Page) => number) => pages.reduce((all, page) => all + read(page), 0)
  if (sum(({ bytes }) => bytes) > MAX_BODY_BYTES || sum((page) => page.containers) > MAX_CONTAINERS)
    return 'the pages together have more than 64 MB, or more than 2 million lists and objects'
  if (next.kind === 'absent') return undefined
  if (next.kind === 'unusable') return `its link may not be followed, because ${next.fault}`
  if (seen.has(next.url)) return 'its link leads back to a page that was read'
  return pages.length >= MAX_PAGES ? `there are more than ${MAX_PAGES} pages` : undefined
}

function refusePage(at: number, response: HttpResponse): UnreadPage {
  const { status } = response
  const isGood = status >= 200 && status < 300
  const why = isGood ? `HTTP ${status} without a list in \`value\`` : `HTTP ${status}`
  return unread(at, why, omitUndefined({ response, error: readError(response) }))
}

/** Reads one page as every other read: with repetitions, until the deadline, and to the trusted endpoint alone. */
async function readNext(run: LiveRun, url: string, at: number): Promise<Joined | UnreadPage> {
  const { client, clock, signal, tracing, registerSecrets } = run.context
  try {
    const submission = await submitRequest(
      { method: 'GET', url },
      {
        // What is meant for one request alone, such as a condition, is not repeated.
        client: { get: client.get, send: (request, options) => client.get(request.url, options) },
        now: clock.now,
        sleep: clock.sleep,
        correlationId: tracing.correlationId,
        rules: { ...run.spec.rules, acceptStatus: [] },
        deadlineMs: run.deadlineMs,
        signal,
        observe: (event) => {
          if (event.kind === 'retrying')
            run.emit({ ...event, reason: `Page ${at}: ${event.reason}` })
        }
      }
    )
    if (submission.kind === 'unanswered') {
      const isCanceled = submission.why === 'interrupted'
      const why = isCanceled ? 'the workflow was canceled' : submission.reason
      return unread(at, why, { unanswered: submission })
    }
    const { response } = submission
    // The link may not tell any more what was asked for.
    registerSecrets(response, run.request)
    return { kind: 'joined', response }
  } catch (error) {
    if (!(error instanceof SignInError)) throw error
    return unread(at, 'Sign-in failed', { error: toOperationError(error) })
  }
}

/** Signs of life while a long list is read, and its length at the end. */
function createTeller({ context: { clock }, emit }: LiveRun) {
  let toldAt = clock.now()
  return (pages: readonly Page[], isLast = false) => {
    const at = clock.now()
    if (!isLast && at - toldAt < HEARTBEAT_MS) return
    toldAt = at
    const entries = pages.reduce((sum, { items }) => sum + items.length, 0)
    emit({ kind: 'progressed', at, text: `${pages.length} pages read, ${entries} entries` })
  }
}

/** Page of a list. */
interface Page {
  readonly object: JsonObject
  readonly text: string
  readonly bytes: number
  readonly containers: number
  readonly items: readonly JsonValue[]
  /** Names of the list and of the link to the next page; the last page has no link. */
  readonly names: { readonly list: string; readonly link?: string }
  /** Places of the object's members in the text. */
  readonly members: ReadonlyMap<string, Span>
}

/** Part of a text. */
interface Span {
  readonly start: number
  readonly end: number
}

/** The page in an answer; undefined where it is none, or carries an error. */
function readPage(response: HttpResponse): Page | undefined {
  const { status, body } = response
  const object = readObject(body)
  const list = findKey(object, 'value')
  const items = object?.[list ?? '']
  const isGood = status >= 200 && status < 300 && readError(response) === undefined
  if (!isGood || body.kind !== 'json' || object === undefined || list === undefined)
    return undefined
  if (!isList(items)) return undefined
  const { text } = body
  const names = omitUndefined({ list, link: findNextLink(body) })
  return { object, text, bytes: Buffer.byteLength(text), items, names, ...findMembers(text) }
}

/** Places of the values of an object in its text, which is known to be JSON. The last of two with one name counts. */
function findMembers(text: string) {
  const members = new Map<string, Span>()
  let [depth, containers, start, name] = [0, 0, -1, '']
  for (let at = 0; at < text.length; at += 1) {
    const mark = text[at]
    if (mark === '"') {
      const end = findStringEnd(text, at)
      if (depth === 1 && start < 0) name = String(parseJson(text.slice(at, end + 1)))
      at = end
    } else if (mark === '{' || mark === '[') {
      depth += 1
      containers += 1
    } else if (mark === '}' || mark === ']') depth -= 1
    else if (mark === ':' && depth === 1) start = at + 1
    const isEnd = (mark === ',' && depth === 1) || (mark === '}' && depth === 0)
    if (isEnd && start >= 0) {
      members.set(name, { start, end: at })
      start = -1
    }
  }
  return { members, containers }
}

function findStringEnd(text: string, start: number): number {
  let at = start + 1
  while (text[at] !== '"') at += text[at] === '\\' ? 2 : 1
  return at
}

/** The first page with the entries of all, in the digits in which they came, and without a link. */
function joinBodies(pages: readonly Page[]): Body {
  const [first] = pages
  if (first === undefined) return { kind: 'empty' }
  const { object, members, names } = first
  const entries = pages.map(readEntries).filter((inner) => inner !== '')
  const edits = [
    [names.list, ` [${entries.join(',')}]`],
    [names.link ?? '', ' null']
  ].flatMap(([name = '', text = '']) => {
    const span = members.get(name)
    return span === undefined ? [] : [{ ...span, text }]
  })
  const text = edits
    .toSorted((one, other) => other.start - one.start)
    .reduce((all, edit) => all.slice(0, edit.start) + edit.text + all.slice(edit.end), first.text)
  const items = pages.flatMap((page) => page.items)
  return { kind: 'json', value: { ...object, [names.list]: items, [names.link ?? '']: null }, text }
}

/** The entries of a page as they came, without the brackets around them. */
function readEntries({ text, members, names }: Page): string {
  const { start = 0, end = 0 } = members.get(names.list) ?? {}
  return text.slice(start, end).trim().slice(1, -1).trim()
}
