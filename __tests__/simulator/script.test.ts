/** The scripted route: plays any answer and any fault, in order, and catches what a test forgot. */
import { request as requestRaw } from 'node:http'
import { describe, expect, it } from 'vitest'
import type { Fault, ScriptedAnswer } from '../../simulator/simulator.ts'
import { GROUP, start } from './client.ts'

const THING = `${GROUP}/providers/Microsoft.Test/things/thing`

it('plays the answers in order, and the last one for ever', async () => {
  const { send, simulator } = await start()
  const answers = [{ status: 202 }, { status: 500 }, { status: 200, body: { status: 'Succeeded' } }]
  simulator.script([{ method: 'get', path: THING.toUpperCase(), answers }])
  const statuses: number[] = []
  for (let at = 0; at < 4; at++) statuses.push((await send('GET', THING)).status)
  expect(statuses).toEqual([202, 500, 200, 200])
  expect(simulator.requests).toHaveLength(4)
  expect(simulator.unexpected).toEqual([])
})

it('puts its origin into headers and bodies', async () => {
  const { send, simulator } = await start()
  const url = `{origin}${GROUP}/operations/1`
  simulator.script([
    {
      method: 'POST',
      path: THING,
      answers: [{ status: 202, headers: { Location: url }, body: { next: [{ url }] } }]
    }
  ])
  const reply = await send('POST', THING)
  const filled = url.replace('{origin}', simulator.origin)
  expect(reply.headers.get('location')).toBe(filled)
  expect(reply.json).toEqual({ next: [{ url: filled }] })
})

it('prefers a path with the very query, and needs no api-version', async () => {
  const { send, simulator } = await start()
  simulator.script([
    { method: 'GET', path: THING, answers: [{ body: { is: 'any' } }] },
    { method: 'GET', path: `${THING}?monitor=true`, answers: [{ body: { is: 'monitor' } }] }
  ])
  const headers = { authorization: 'Bearer token' }
  const monitor = await send('GET', `${THING}?monitor=true`, { bare: true, headers })
  expect(monitor.json).toEqual({ is: 'monitor' })
  const any = await send('GET', `${THING}?other=1`, { bare: true, headers })
  expect(any.json).toEqual({ is: 'any' })
  expect((await send('GET', THING, { bare: true })).status).toBe(401)
})

it('takes the place of an earlier route, and refuses one without answers', async () => {
  const { send, simulator } = await start()
  simulator.script([{ method: 'GET', path: THING, answers: [{ status: 200 }, { status: 500 }] }])
  await send('GET', THING)
  simulator.script([{ method: 'GET', path: THING, answers: [{ status: 204 }] }])
  expect((await send('GET', THING)).status).toBe(204)
  expect(() => simulator.script([{ method: 'GET', path: THING, answers: [] }])).toThrow(
    'no answers'
  )
})

describe('answers of every shape', () => {
  it.each<[string, ScriptedAnswer, string | null, string]>([
    ['nothing', { status: 200 }, null, ''],
    ['204', { status: 204 }, null, ''],
    ['an object', { status: 200, body: {} }, 'application/json; charset=utf-8', '{}'],
    ['an array', { body: [1] }, 'application/json; charset=utf-8', '[1]'],
    ['text without a type', { body: 'done' }, null, 'done'],
    [
      'broken JSON that claims to be JSON',
      { headers: { 'Content-Type': 'application/json' }, body: '{"status":' },
      'application/json',
      '{"status":'
    ],
    [
      'HTML',
      { status: 502, headers: { 'content-type': 'text/html' }, body: '<p>' },
      'text/html',
      '<p>'
    ],
    [
      'JSON without its type',
      { headers: { 'content-type': null }, body: { a: 1 } },
      null,
      '{"a":1}'
    ]
  ])('%s', async (_, answer, type, text) => {
    const { send, simulator } = await start()
    simulator.script([{ method: 'GET', path: THING, answers: [answer] }])
    const reply = await send('GET', THING)
    expect(reply.status).toBe(answer.status ?? 200)
    expect(reply.headers.get('content-type')).toBe(type)
    expect(reply.text).toBe(text)
  })

  it('a byte-order mark reaches the client', async () => {
    const { simulator } = await start()
    simulator.script([{ method: 'GET', path: THING, answers: [{ body: '\ufeff{}' }] }])
    const response = await fetch(simulator.origin + THING, {
      headers: { authorization: 'Bearer token' }
    })
    expect([...new Uint8Array(await response.arrayBuffer())]).toEqual([
      0xef, 0xbb, 0xbf, 0x7b, 0x7d
    ])
  })

  it('headers: repeated, taken away, and 8 KB long', async () => {
    const { send, simulator } = await start()
    const location = `{origin}/${'x'.repeat(8192)}`
    const headers = { Link: ['a', 'b'], 'x-ms-request-id': null, Location: location }
    simulator.script([{ method: 'PUT', path: THING, answers: [{ status: 201, headers }] }])
    const reply = await send('PUT', THING)
    expect(reply.headers.get('link')).toBe('a, b')
    expect(reply.headers.has('x-ms-request-id')).toBe(false)
    expect(reply.headers.get('location')).toHaveLength(simulator.origin.length + 8193)
    const long = `${THING}?long=${'y'.repeat(8192)}`
    simulator.script([{ method: 'GET', path: long, answers: [{ status: 204 }] }])
    const token = { authorization: 'Bearer token' }
    expect((await send('GET', long, { bare: true, headers: token })).status).toBe(204)
  })
})

describe('faults', () => {
  const broken = (
    origin: string
  ): Promise<{ status: number | undefined; text: string; code: string }> =>
    new Promise((finish) => {
      const seen: { status: number | undefined; text: string } = { status: undefined, text: '' }
      const fail = (error: NodeJS.ErrnoException) => finish({ ...seen, code: error.code ?? '' })
      const outgoing = requestRaw(origin + THING, { headers: { authorization: 'Bearer token' } })
      outgoing.on('error', fail).on('response', (response) => {
        seen.status = response.statusCode
        response.setEncoding('utf8').on('data', (text: string) => {
          seen.text += text
        })
        response.on('error', fail)
      })
      outgoing.end()
    })

  it.each<[Fault, number | undefined, string]>([
    ['reset', undefined, ''],
    ['reset-mid-body', 200, '{"half"'],
    ['truncate', 200, '{"half"']
  ])('%s ends the connection', async (fault, status, text) => {
    const { simulator } = await start()
    const answers = [{ body: '{"half":"rest"}', fault }]
    simulator.script([{ method: 'GET', path: THING, answers }])
    // Again and again: a race between the bytes and the reset would show.
    for (let at = 0; at < 20; at++) {
      expect(await broken(simulator.origin)).toEqual({ status, text, code: 'ECONNRESET' })
    }
  })

  it('stall never answers, and close ends it', async () => {
    const { send, simulator } = await start()
    simulator.script([{ method: 'GET', path: THING, answers: [{ fault: 'stall' }] }])
    const stalled = send('GET', THING).then(
      () => 'answered',
      () => 'ended'
    )
    await expect.poll(() => simulator.requests.length).toBe(1)
    await simulator.close()
    expect(await stalled).toBe('ended')
  })

  it('delayMs holds an answer back until the time has passed', async () => {
    const { send, simulator, clock } = await start()
    simulator.script([{ method: 'GET', path: THING, answers: [{ status: 204, delayMs: 60_000 }] }])
    let status = 0
    const slow = send('GET', THING).then((reply) => {
      status = reply.status
    })
    await expect.poll(() => simulator.requests.length).toBe(1)
    clock.advance(59_999)
    // A round trip on another path, so that an answer would have come.
    await send('GET', GROUP)
    expect(status).toBe(0)
    clock.advance(1)
    await slow
    expect(status).toBe(204)
  })
})

describe('pass-through', () => {
  it('lets the request take effect and loses its answer', async () => {
    const { send, simulator } = await start()
    simulator.script([
      {
        method: 'PUT',
        path: THING,
        answers: [{ passThrough: true, fault: 'reset' }, { passThrough: true }]
      }
    ])
    await expect(send('PUT', THING, { body: { a: 1 } })).rejects.toThrow()
    expect((await send('GET', THING)).json).toMatchObject({ a: 1 })
    expect((await send('PUT', THING, { body: { a: 1 } })).status).toBe(409)
    expect(simulator.ledger.count('resource-create', THING)).toBe(1)
    expect(simulator.unexpected).toEqual([])
  })
})

describe('what a script does not have', () => {
  it.each([
    ['another method', 'DELETE', THING],
    ['another name', 'GET', THING.replace(/thing$/, 'other')],
    ['an action', 'POST', `${THING}/run`],
    [
      'an operation of the provider',
      'GET',
      '/subscriptions/1/providers/microsoft.test/locations/x/operations/1'
    ],
    ['another monitor in the folder', 'GET', '/subscriptions/1/operationresults/2']
  ])('is a 404 that says so, and is remembered: %s', async (_, method, path) => {
    const { send, simulator } = await start()
    const answers = [{ status: 200 }]
    simulator.script([
      { method: 'PUT', path: THING, answers },
      { method: 'GET', path: '/subscriptions/1/operationresults/1', answers }
    ])
    const reply = await send(method, path)
    expect([reply.status, reply.json]).toMatchObject([
      404,
      { error: { code: 'SimulatorNotScripted' } }
    ])
    expect(reply.text).toContain('Test bug')
    expect(simulator.unexpected).toMatchObject([{ method }])
  })

  it('is none of its business elsewhere', async () => {
    const { send, simulator } = await start()
    simulator.script([{ method: 'PUT', path: THING, answers: [{ status: 200 }] }])
    const site = `${GROUP}/providers/Microsoft.Web/sites/a`
    expect((await send('PUT', site, { body: {} })).status).toBe(201)
    expect((await send('GET', GROUP)).status).toBe(200)
    expect(simulator.unexpected).toEqual([])
  })
})

it('counts a scripted write once it is answered with 2xx, lost or not', async () => {
  const { send, simulator } = await start()
  const answers: ScriptedAnswer[] = [
    { status: 429 },
    { status: 202, fault: 'reset' },
    { status: 202 }
  ]
  simulator.script([{ method: 'POST', path: THING, answers }])
  await send('POST', THING)
  expect(simulator.ledger.count(THING)).toBe(0)
  await expect(send('POST', THING)).rejects.toThrow()
  await send('POST', THING)
  expect(simulator.ledger.count('script', THING)).toBe(2)
})
