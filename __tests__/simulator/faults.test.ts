/** The fault machine: what befalls an exchange, as a client sees it on the wire. */
import { request } from 'node:http'
import { text } from 'node:stream/consumers'
import { afterEach, describe, expect, it } from 'vitest'
import { type FaultMachine, forwardTo, startFaultMachine } from '../../simulator/fault-machine.ts'
import {
  BODY_FORMS,
  changeAnswer,
  type Fault,
  FOREIGN_URLS,
  placeForeignUrl,
  reachesHandler,
  scriptFaults,
  seedFaults,
  seedRandom
} from '../../simulator/faults.ts'
import { startSimulator } from '../../simulator/simulator.ts'

const ANSWER = {
  status: 202,
  headers: {
    location: 'https://management.azure.com/results/1',
    'azure-asyncoperation': 'https://management.azure.com/status/1',
    date: 'Thu, 01 Jan 2026 00:00:00 GMT'
  },
  body: { status: 'Running', properties: { provisioningState: 'Running' } }
}

let machine: FaultMachine | undefined
afterEach(() => machine?.close())

interface Seen {
  readonly status?: number | undefined
  readonly headers?: Readonly<Record<string, string | string[] | undefined>>
  readonly body?: string
  readonly error?: string
}

/** What comes back, or the code of the error. */
function ask(origin: string, path = '/a', timeoutMs = 400): Promise<Seen> {
  return new Promise((resolve) => {
    const fail = (error: Error) =>
      resolve({ error: 'code' in error ? String(error.code) : error.name })
    const signal = AbortSignal.timeout(timeoutMs)
    const sent = request(
      origin + path,
      { agent: false, signal, maxHeaderSize: 65_536 },
      (answer) => {
        const { statusCode: status, headers } = answer
        text(answer).then((body) => resolve({ status, headers, body }), fail)
      }
    )
    sent.on('error', fail)
    sent.end()
  })
}

async function suffer(fault: Fault, timeoutMs?: number): Promise<{ seen: Seen; handled: number }> {
  let handled = 0
  machine = await startFaultMachine({
    handle: () => {
      handled += 1
      return ANSWER
    },
    plan: scriptFaults([{ at: 0, fault }])
  })
  return { seen: await ask(machine.origin, '/a', timeoutMs), handled }
}

const PLACES = [
  ['request', 0, 'ECONNRESET'],
  ['answer', 1, 'ECONNRESET'],
  ['in-headers', 1, 'ECONNRESET'],
  ['after-headers', 1, 'ECONNRESET'],
  ['in-body', 1, 'ECONNRESET']
] as const

describe('over real sockets', () => {
  it.each(PLACES)(
    'a cut at %s: the handler sees %i, the client %s',
    async (place, handled, error) => {
      for (const how of ['reset', 'end'] as const) {
        const result = await suffer({ kind: 'cut', place, how }, 60_000)
        expect(result.handled).toBe(handled)
        expect(result.seen.error).toMatch(new RegExp(`${error}|HPE_|Error`))
        await machine?.close()
      }
    }
  )

  it.each(PLACES)(
    'a stall at %s: the handler sees %i, the client waits',
    async (place, handled) => {
      const result = await suffer({ kind: 'stall', place })
      expect(result.handled).toBe(handled)
      expect(result.seen.error).toMatch(/ABORT|ECONNRESET/)
    }
  )

  it('drips a whole answer', async () => {
    const { seen } = await suffer({ kind: 'drip', ms: 100 }, 5_000)
    expect(seen).toMatchObject({ status: 202, body: JSON.stringify(ANSWER.body) })
  })

  it('answers in place of the handler', async () => {
    const answer = { status: 503, headers: { 'Retry-After': ['1', '2'] }, body: '<html>' }
    const { seen, handled } = await suffer({ kind: 'answer', reached: false, answer })
    expect(seen).toMatchObject({ status: 503, body: '<html>' })
    expect(handled).toBe(0)
  })

  it('sends hostile and huge headers as they are', async () => {
    const headers = { 'x-hostile': '::error::##[error]<img>', 'x-huge': 'a'.repeat(30_000) }
    const { seen } = await suffer({ kind: 'headers', headers })
    expect(seen.headers?.['x-hostile']).toBe(headers['x-hostile'])
    expect(seen.headers?.['x-huge'] === headers['x-huge']).toBe(true)
  })

  it('refuses connections, then takes them again', async () => {
    machine = await startFaultMachine({
      handle: () => ANSWER,
      plan: scriptFaults([{ at: 1, fault: { kind: 'refuse' } }]),
      refusalMs: 150
    })
    const { origin } = machine
    const seen: (string | number | undefined)[] = []
    const until = performance.now() + 60_000
    while (performance.now() < until && seen.filter((each) => each === 202).length < 2) {
      const { status, error } = await ask(origin)
      if (seen.at(-1) !== (error ?? status)) seen.push(error ?? status)
    }
    expect(seen.filter((each) => each !== 'ECONNRESET')).toEqual([202, 'ECONNREFUSED', 202])
  })

  it('stands before the simulator, under its own address', async () => {
    const simulator = await startSimulator()
    let origin = ''
    machine = await startFaultMachine({
      handle: forwardTo(simulator.origin, () => origin),
      plan: () => undefined
    })
    origin = machine.origin
    simulator.script([
      {
        method: 'GET',
        path: '/folder/a',
        answers: [{ headers: { location: '{origin}/folder/b' }, body: { at: '{origin}' } }]
      }
    ])
    const response = await fetch(`${origin}/folder/a`, { headers: { authorization: 'Bearer t' } })
    expect(response.headers.get('location')).toBe(`${origin}/folder/b`)
    expect(await response.json()).toEqual({ at: origin })
    await simulator.close()
  })
})

describe('as values', () => {
  it.each(BODY_FORMS)('has a body that is %s', (form) => {
    const { body, status } = changeAnswer(ANSWER, { kind: 'body', form })
    expect(status).toBe(202)
    expect(body).not.toEqual(ANSWER.body)
    if (form === 'huge') expect(String(body).length).toBeGreaterThan(50 * 1024 * 1024)
  })

  it('lies about every state word, and about nothing else', () => {
    expect(changeAnswer(ANSWER, { kind: 'lie', word: 'Odd' }).body).toEqual({
      status: 'Odd',
      properties: { provisioningState: 'Odd' }
    })
  })

  it('moves dates, and leaves seconds alone', () => {
    const answer = { ...ANSWER, headers: { ...ANSWER.headers, 'retry-after': '5' } }
    expect(changeAnswer(answer, { kind: 'skew', ms: 3_600_000 }).headers).toMatchObject({
      date: 'Thu, 01 Jan 2026 01:00:00 GMT',
      'retry-after': '5'
    })
  })

  it.each(Object.entries(FOREIGN_URLS))(
    'names %s as a polling URL that is not at home',
    (_, url) => {
      const foreign = placeForeignUrl(url, 'https://management.azure.com')
      const { headers } = changeAnswer(ANSWER, { kind: 'foreign-url', url: foreign })
      expect(headers?.location).toBe(foreign)
      expect(headers?.['azure-asyncoperation']).toBe(foreign)
      expect(headers?.['operation-location']).toBeUndefined()
    }
  )

  it('knows what reaches the handler', () => {
    expect(reachesHandler(undefined)).toBe(true)
    expect(reachesHandler({ kind: 'refuse' })).toBe(false)
    expect(reachesHandler({ kind: 'stall', place: 'request' })).toBe(false)
    expect(reachesHandler({ kind: 'drip', ms: 1 })).toBe(true)
  })

  it('plays the same faults for the same seed, at about the rate that was asked for', () => {
    const choice: readonly Fault[] = [{ kind: 'refuse' }, { kind: 'drip', ms: 1 }]
    const play = (seed: number) =>
      Array.from({ length: 2_000 }, (_, at) => seedFaults(seed, 0.3, choice)(at)?.kind)
    expect(play(1)).toEqual(play(1))
    expect(play(1)).not.toEqual(play(2))
    const hit = play(1).filter((kind) => kind !== undefined)
    expect(hit.length).toBeGreaterThan(450)
    expect(hit.length).toBeLessThan(750)
    expect(new Set(hit).size).toBe(2)
    const draw = seedRandom(3)
    expect(draw()).not.toBe(draw())
  })
})
