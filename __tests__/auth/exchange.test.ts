/** The attempts to get a token that are repeated, and their times: https://github.com/Azure/login/issues/591. */
import { describe, expect, it } from 'vitest'
import { VirtualTime } from '../../__fixtures__/virtual-time.ts'
import { type ExchangeResult, exchangeWithRetries, type Peer } from '../../src/auth/exchange.ts'
import { type Http, NoAnswerError } from '../../src/http/http.ts'
import type { HttpResponse } from '../../src/http/message.ts'

const REQUEST = { method: 'GET', url: 'https://login.example:8443/token', headers: {} } as const
const PEER: Peer = { name: 'The service' }
const WHO = 'The service (login.example:8443)'
const OK: HttpResponse = { status: 200, headers: {}, body: { kind: 'json', value: {}, text: '{}' } }

function answer(status: number, headers: Record<string, string> = {}): HttpResponse {
  return { ...OK, status, headers }
}

function certificateFault(): NoAnswerError {
  const cause = Object.assign(new Error('expired'), { code: 'CERT_HAS_EXPIRED' })
  return new NoAnswerError('CERT_HAS_EXPIRED: expired', false, { cause })
}

interface Run {
  readonly exchanged: ExchangeResult
  readonly sleeps: readonly number[]
  readonly faults: readonly (string | undefined)[]
  readonly timeouts: readonly number[]
}

async function run(answers: readonly (HttpResponse | Error)[], peer: Peer = PEER): Promise<Run> {
  const time = new VirtualTime()
  const faults: (string | undefined)[] = []
  const timeouts: number[] = []
  const send: Http['send'] = async (_request, { timeoutMs }) => {
    const next = answers[Math.min(timeouts.length, answers.length - 1)]
    timeouts.push(timeoutMs)
    if (next instanceof Error) throw next
    if (next === undefined) throw new Error('test bug: no answer')
    return next
  }
  const exchanged = await exchangeWithRetries(
    peer,
    REQUEST,
    { send, now: time.now, sleep: time.sleep, onFault: (fault) => faults.push(fault) },
    new AbortController().signal
  )
  return { exchanged, sleeps: time.sleeps, faults, timeouts }
}

describe('exchangeWithRetries', () => {
  it.each([200, 400, 401, 403, 404])('takes HTTP %i for an answer', async (status) => {
    const { exchanged, sleeps, faults, timeouts } = await run([answer(status)])
    expect(exchanged).toEqual({ kind: 'answered', response: answer(status) })
    expect([sleeps, faults, timeouts]).toEqual([[], [undefined], [30_000]])
  })

  it.each<[string, HttpResponse | Error, number]>([
    ['HTTP 408', answer(408), 1_000],
    ['HTTP 429', answer(429), 1_000],
    ['HTTP 500', answer(500), 1_000],
    ['HTTP 503', answer(503), 1_000],
    ['a broken connection', new NoAnswerError('ECONNRESET: broken', true), 1_000],
    ['a name that cannot be found', new NoAnswerError('ENOTFOUND: no', false), 1_000],
    ['429 with Retry-After', answer(429, { 'retry-after': '20' }), 20_000],
    ['429 with a short Retry-After', answer(429, { 'retry-after': '0' }), 1_000],
    ['429 with a long Retry-After', answer(429, { 'retry-after': '3600' }), 60_000]
  ])('asks again after %s', async (_what, first, delayMs) => {
    const { exchanged, sleeps, faults } = await run([first, OK])
    expect(exchanged).toEqual({ kind: 'answered', response: OK })
    expect(sleeps).toEqual([delayMs])
    expect(faults).toEqual([expect.stringContaining(WHO), undefined])
  })

  it('asks seven times in a minute, then hands on what it got', async () => {
    const { exchanged, sleeps } = await run([answer(502)])
    const fault = `${WHO} answered HTTP 502, asked 7 times`
    expect(exchanged).toEqual({ kind: 'answered', response: answer(502), fault })
    expect(sleeps).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 40_000])
  })

  it('asks seven times, then says why there was no answer', async () => {
    const { exchanged } = await run([new NoAnswerError('ECONNREFUSED: nobody', false)])
    const fault = `${WHO} did not answer (ECONNREFUSED: nobody), asked 7 times`
    expect(exchanged).toEqual({ kind: 'failed', fault })
  })

  it('does not ask again where the certificate is not to be trusted', async () => {
    const { exchanged, sleeps } = await run([certificateFault()])
    const fault = `${WHO} did not answer (CERT_HAS_EXPIRED: expired)`
    expect(exchanged).toEqual({ kind: 'failed', fault })
    expect(sleeps).toEqual([])
  })

  it('says so when an answer is not JSON, such as a page of a proxy', async () => {
    const page: HttpResponse = { ...answer(403), body: { kind: 'malformed', text: '<html>' } }
    const { exchanged, sleeps } = await run([page])
    const fault = `${WHO} answered HTTP 403 with a body that is not JSON`
    expect(exchanged).toEqual({ kind: 'answered', response: page, fault })
    expect(sleeps).toEqual([])
  })

  it('asks for longer than the 70 s that a metadata service may be away for', async () => {
    const { sleeps } = await run([answer(410)], { name: 'It', transientStatuses: [410] })
    expect(sleeps.reduce((sum, ms) => sum + ms, 0)).toBeGreaterThan(70_000)
  })

  it('knows what a service calls not ready', async () => {
    const { sleeps } = await run([answer(410), OK], { name: 'It', transientStatuses: [404, 410] })
    expect(sleeps).toEqual([1_000])
  })

  it.each(['while it waits', 'while it asks'])('ends %s when it is told to', async (when) => {
    const controller = new AbortController()
    const send: Http['send'] = async () => {
      if (when === 'while it asks') controller.abort('enough')
      return answer(500)
    }
    const sleep = async () => controller.abort('enough')
    const exchanged = exchangeWithRetries(
      PEER,
      REQUEST,
      { send, sleep, now: () => 0 },
      controller.signal
    )
    await expect(exchanged).rejects.toBe('enough')
  })

  it('hides no defect', async () => {
    await expect(run([new TypeError('defect')])).rejects.toThrow('defect')
  })
})
