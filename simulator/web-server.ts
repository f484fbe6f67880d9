/**
 * A small server of its own: a function from request to answer, over http or https, with a list of what was asked and
 * a way to have the next answers given out of turn.
 */
import { createServer } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { Certificate } from './certificate.ts'
import type { Clock } from './clock.ts'
import type { Answer, RequestRecord } from './message.ts'
import { closeServer, listen, readRequest, writeAnswer } from './server.ts'

export interface WebServerOptions {
  readonly clock: Clock
  /** With one it speaks TLS. */
  readonly certificate?: Certificate
  readonly answer: (request: RequestRecord) => Answer
  /** Which requests the answers out of turn are for; default all. */
  readonly takesTurn?: (request: RequestRecord) => boolean
}

export interface WebServer {
  readonly port: number
  /** Every request, oldest first. */
  readonly requests: readonly RequestRecord[]
  /** Gives these answers to the next requests, one each, before it goes on as usual. */
  answerNext(...answers: readonly Answer[]): void
  close(): Promise<void>
}

/** Starts a server on a free port of 127.0.0.1. */
export async function startWebServer(options: WebServerOptions): Promise<WebServer> {
  const { clock, certificate, answer, takesTurn = () => true } = options
  const requests: RequestRecord[] = []
  const turns: Answer[] = []
  const server = certificate === undefined ? createServer() : createTlsServer({ ...certificate })
  server.on('request', (message, response) => {
    readRequest(message, clock.now())
      .then((request) => {
        requests.push(request)
        const turn = takesTurn(request) ? turns.shift() : undefined
        return writeAnswer(response, turn ?? answer(request), clock)
      })
      .catch(() => response.destroy())
  })
  return {
    port: await listen(server, 0),
    requests,
    answerNext: (...answers) => {
      turns.push(...answers)
    },
    close: () => closeServer(server)
  }
}
