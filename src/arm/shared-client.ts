/**
 * The way to Azure that all operations of a step share: each exchange waits for the pace of its subscription, and takes a
 * turn at the sockets. Decides nothing about an operation: the clock of an exchange starts with its turn, and one whose
 * turn never came was not sent. Only a step with a list loads it.
 */
import { type Clock, cutDuring } from '../clock.ts'
import { NoTurnError, type SendOptions } from '../http/http.ts'
import { createLanes, type Lanes, type Turn } from '../http/lanes.ts'
import type { HttpResponse, Method } from '../http/message.ts'
import { slimResponse } from '../http/slim-response.ts'
import { createSocketBound, type MakeRoom } from '../http/sockets.ts'
import { readError } from '../operation/error.ts'
import { isThrottling } from '../operation/throttling.ts'
import type { ArmClient, TokenSource } from './client.ts'
import { createPace, type PacedRequest } from './pace.ts'

/** Way that the clients of a step share. */
export interface SharedWay {
  readonly makeRoom: MakeRoom
  /** The tokens, with a sign-in that goes on when an exchange that waits for it yields its turn. */
  readonly shareTokens: (tokens: TokenSource) => TokenSource
  /**
   * The client, waiting for its turns.
   * @param deadlineMs end of its operation's time, in milliseconds since the epoch
   */
  readonly share: (client: ArmClient, deadlineMs: number) => ArmClient
}

/** A way on which nobody is yet. */
export function createSharedWay(clock: Clock): SharedWay {
  const lanes = createLanes(clock)
  const take = createTurns(clock, lanes)
  return {
    makeRoom: createSocketBound(),
    shareTokens: (tokens) => ({ ...tokens, getToken: (wanted) => getSharedToken(tokens, wanted) }),
    share: (client, deadlineMs) => {
      // The read of an operation that was slow last time waits with those that are.
      let isSlow = false
      const exchange = (
        { method, url }: PacedRequest,
        options: SendOptions,
        send: (options: SendOptions) => Promise<HttpResponse>
      ) => {
        const turn = isReading(method) ? (isSlow ? 'slow' : 'read') : 'change'
        const timed = async (own: SendOptions) => {
          const startedMs = clock.now()
          try {
            return await send(own)
          } finally {
            isSlow = isReading(method) && lanes.isSlow(clock.now() - startedMs)
          }
        }
        return take({ method, url, turn, deadlineMs, options, send: timed })
      }
      return {
        // A run keeps its first answer to its end.
        send: async (request, options) =>
          slimResponse(await exchange(request, options, (own) => client.send(request, own))),
        get: (url, options) =>
          exchange({ method: 'GET', url }, options, (own) => client.get(url, own)),
        post: (url, options) =>
          exchange({ method: 'POST', url }, options, (own) => client.post(url, own))
      }
    }
  }
}

/** The client of one operation, which tells just before its request has its turn. */
export function tellSends(client: ArmClient, onSend: () => void): ArmClient {
  const tell = (onTurn?: () => void) => () => {
    onSend()
    onTurn?.()
  }
  return {
    ...client,
    send: (request, options) => client.send(request, { ...options, onTurn: tell(options.onTurn) })
  }
}

/** Exchange that is to have its turn. */
interface Exchange extends PacedRequest {
  readonly turn: Turn
  readonly deadlineMs: number
  readonly options: SendOptions
  readonly send: (options: SendOptions) => Promise<HttpResponse>
}

function createTurns(
  { now, sleep }: Clock,
  lanes: Lanes
): (exchange: Exchange) => Promise<HttpResponse> {
  const pace = createPace(now)
  /** The answer in a turn; undefined where too many of its kind have been refused since it waits for one. */
  const answerInTurn = async (exchange: Exchange, endMs: number, cut: AbortSignal) => {
    const { turn, options, send } = exchange
    let failure: unknown
    try {
      return await lanes.take(turn, cut, async (signal) => {
        if (pace.findPauseMs(exchange) > 0) return undefined
        options.onTurn?.()
        const timeoutMs = Math.min(options.timeoutMs, endMs - now())
        const response = await send({ ...options, signal, timeoutMs }).catch((error: unknown) => {
          failure = error
          throw error
        })
        // The next one that has this turn knows of it.
        pace.learn(exchange, { response, isThrottled: isThrottled(response) })
        return response
      })
    } catch (error) {
      if (error === failure) throw error
      throw new NoTurnError('its turn did not come in time', false, { cause: error })
    }
  }
  return async (exchange) => {
    const endMs = findEnd(exchange, now())
    const waitMs = pace.takeTurn(exchange)
    try {
      return await cutDuring(endMs - now(), exchange.options.signal, async (cut) => {
        for (let pauseMs = waitMs; ; pauseMs = pace.findPauseMs(exchange)) {
          if (pauseMs > 0) await sleep(pauseMs, cut)
          const response = await answerInTurn(exchange, endMs, cut)
          if (response !== undefined) return response
        }
      })
    } finally {
      pace.endTurn(exchange)
    }
  }
}

/**
 * End of an exchange, its wait included: waiting is no fault, so it may take all the time that its operation has. What is
 * asked after that, or may not be waited for, has a time of its own.
 */
function findEnd({ options, deadlineMs }: Exchange, nowMs: number): number {
  const { timeoutMs, maxWaitMs } = options
  return maxWaitMs === undefined
    ? Math.max(deadlineMs, nowMs + timeoutMs)
    : nowMs + Math.max(maxWaitMs, timeoutMs)
}

function isReading(method: Method): boolean {
  return method === 'GET' || method === 'HEAD'
}

function isThrottled(response: HttpResponse): boolean {
  const { status } = response
  return status === 429 && isThrottling({ status, error: readError(response) })
}

/** A sign-in that every exchange which waits for it has left is not ended: the next ones would begin it anew. */
function getSharedToken(
  tokens: TokenSource,
  wanted: Parameters<TokenSource['getToken']>[0]
): Promise<string> {
  const { signal } = wanted
  return new Promise((resolve, reject) => {
    const leave = () => reject(signal.reason)
    const stay = () => signal.removeEventListener('abort', leave)
    if (signal.aborted) return leave()
    signal.addEventListener('abort', leave, { once: true })
    tokens
      .getToken({ ...wanted, signal: new AbortController().signal })
      .then(resolve, reject)
      .finally(stay)
  })
}
