/**
 * Azure in virtual time: the Http port of the action with a provider behind it and faults in between. An hour passes in
 * no time: at once where only one client ever waits, by proof-time.ts where there are many.
 */
import {
  changeAnswer,
  type Fault,
  type FaultPlan,
  placeForeignUrl,
  reachesHandler
} from '../../simulator/faults.ts'
import type { Answer } from '../../simulator/message.ts'
import type { Clock } from '../../src/clock.ts'
import { type Http, type HttpRequest, NoAnswerError, parseBody } from '../../src/http/http.ts'
import type { HttpResponse } from '../../src/http/message.ts'
import { omitUndefined } from '../../src/values.ts'
import { ORIGIN, type Provider, type UrlKind } from './provider.ts'

/** One way to the provider and back takes twice this. */
const ONE_WAY_MS = 40

/** Time in which exchanges happen. */
export interface ExchangeTime {
  readonly now: number
  /** Lets `ms` pass, or less: up to `untilMs`, or to the moment at which `signal` aborts. */
  readonly pass: (ms: number, untilMs: number, signal: AbortSignal) => void | Promise<void>
}

/** Time that passes when the one client waits, and in which the workflow may be canceled. */
export class VirtualTime implements ExchangeTime {
  readonly #controller = new AbortController()
  readonly #cancelAtMs: number
  #now: number

  constructor(startMs: number, cancelAtMs: number | undefined) {
    this.#now = startMs
    this.#cancelAtMs = cancelAtMs ?? Number.POSITIVE_INFINITY
  }

  /** Aborts when the workflow is canceled. */
  get signal(): AbortSignal {
    return this.#controller.signal
  }

  get now(): number {
    return this.#now
  }

  /** Lets `ms` pass, or less: up to `untilMs`, or to the moment of the cancellation. */
  pass(ms: number, untilMs = Number.POSITIVE_INFINITY): void {
    const wanted = Math.min(this.#now + Math.max(0, ms), untilMs)
    const isCanceled = wanted >= this.#cancelAtMs && !this.signal.aborted
    this.#now = Math.max(this.#now, isCanceled ? this.#cancelAtMs : wanted)
    if (isCanceled) this.#controller.abort()
  }

  readonly clock: Clock = {
    now: () => this.#now,
    sleep: async (ms, signal) => {
      if (signal?.aborted !== true) this.pass(ms)
    }
  }
}

/** An exchange as it really was. */
export interface Exchange {
  readonly request: HttpRequest
  readonly kind: UrlKind
  readonly atMs: number
  /** Undefined where none was injected, or where the planned one would have been a lie that no client can see through. */
  readonly fault?: Fault
  /** HTTP status of the answer that arrived. */
  readonly status?: number
}

export interface VirtualAzure extends Http {
  readonly exchanges: readonly Exchange[]
}

/** True where a planned fault may be injected into an exchange, by what the answer would have been. */
export type MayBefall = (
  fault: Fault,
  kind: UrlKind,
  answer: Answer | undefined,
  isAccepted: boolean
) => boolean

export function createVirtualAzure(
  provider: Provider,
  time: ExchangeTime,
  plan: FaultPlan,
  mayBefall: MayBefall
): VirtualAzure {
  const exchanges: Exchange[] = []
  const bounds = new WeakMap<AbortSignal, number>()
  let isAccepted = false
  /** One signal bounds an exchange and its repetition with a new token, as the real one does. */
  const boundOf = (signal: AbortSignal, timeoutMs: number) => {
    const boundMs = bounds.get(signal) ?? time.now + timeoutMs
    bounds.set(signal, boundMs)
    return boundMs
  }
  const send: Http['send'] = async (request, { timeoutMs, signal }) => {
    if (signal.aborted) throw new NoAnswerError('ended before it was sent', false)
    const untilMs = boundOf(signal, timeoutMs)
    const path = request.url.slice(new URL(request.url).origin.length)
    const kind = provider.classify(request.method, path)
    const planned = plan(exchanges.length)
    const ask = (at: number) =>
      provider.answer({
        at,
        method: request.method,
        path,
        headers: request.headers,
        body: request.body ?? ''
      })
    const note = (fault: Fault | undefined) => {
      const exchange = { request, kind, atMs: time.now }
      exchanges.push(fault === undefined ? exchange : { ...exchange, fault })
    }
    const wait = async (ms: number, reached: boolean) => {
      const neededMs = time.now + ms
      await time.pass(ms, untilMs, signal)
      if (signal.aborted) throw new NoAnswerError('The operation was aborted', reached)
      if (time.now < neededMs) throw new NoAnswerError('no complete response in time', reached)
    }
    const isBlocked =
      planned !== undefined &&
      !reachesHandler(planned) &&
      mayBefall(planned, kind, undefined, isAccepted)
    if (isBlocked) {
      note(planned)
      if (planned.kind === 'refuse') {
        await wait(ONE_WAY_MS, false)
        throw new NoAnswerError('connect ECONNREFUSED', false)
      }
      await wait(ONE_WAY_MS, true)
      if (planned.kind === 'stall') await wait(Number.POSITIVE_INFINITY, true)
      if (planned.kind === 'cut') throw new NoAnswerError('read ECONNRESET', true)
      await wait(ONE_WAY_MS, true)
      return toResponse(changeAnswer({ status: 0 }, planned))
    }
    const entry = exchanges.length
    const askedAtMs = time.now
    note(undefined)
    await wait(ONE_WAY_MS, true)
    const answer = ask(time.now)
    const fault =
      planned !== undefined &&
      reachesHandler(planned) &&
      mayBefall(planned, kind, answer, isAccepted)
        ? planned
        : undefined
    if (fault !== undefined) exchanges[entry] = { request, kind, atMs: time.now, fault }
    if (fault?.kind === 'stall') await wait(Number.POSITIVE_INFINITY, true)
    if (fault?.kind === 'cut') throw new NoAnswerError('read ECONNRESET', true)
    await wait(fault?.kind === 'drip' ? fault.ms : ONE_WAY_MS, true)
    const arrived = toResponse(fault === undefined ? answer : change(answer, fault))
    const { status } = arrived
    exchanges[entry] = omitUndefined({ request, kind, atMs: askedAtMs, fault, status })
    if (kind === 'target' && arrived.status >= 200 && arrived.status < 300) {
      isAccepted = true
      provider.noteAccepted()
    }
    return arrived
  }
  return { send, close: () => {}, exchanges }
}

function change(answer: Answer, fault: Fault): Answer {
  return fault.kind === 'foreign-url'
    ? changeAnswer(answer, { ...fault, url: placeForeignUrl(fault.url, ORIGIN) })
    : changeAnswer(answer, fault)
}

/** The answer as http.ts would read it off the wire: lower-case names, the first value of each. */
function toResponse({ status, headers = {}, body }: Answer): HttpResponse {
  const isJson = body !== undefined && typeof body !== 'string'
  const text = body === undefined ? '' : typeof body === 'string' ? body : JSON.stringify(body)
  const read: Record<string, string> = isJson ? { 'content-type': 'application/json' } : {}
  for (const [name, value] of Object.entries(headers)) {
    const first = typeof value === 'string' || value === null ? value : value[0]
    if (typeof first === 'string') read[name.toLowerCase()] = first
    else delete read[name.toLowerCase()]
  }
  return { status, headers: read, body: parseBody(text, read['content-type']) }
}
