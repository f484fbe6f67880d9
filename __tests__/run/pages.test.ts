/**
 * Lists that come in pages (https://github.com/microsoft/api-guidelines/blob/vNext/azure/Guidelines.md#collections):
 * joined when all are wanted, and never a shorter list; a warning where only the first is taken.
 */
import { describe, expect, it } from 'vitest'
import { empty, json, page, refusal } from '../../__fixtures__/conversation.ts'
import type { Inputs } from '../../__fixtures__/flat-inputs.ts'
import { readInputs } from '../../__fixtures__/inputs.ts'
import { runScenario, type Scenario, type Turn } from '../../__fixtures__/run.ts'
import type { HttpResponse } from '../../src/http/message.ts'
import { findErrorCode } from '../../src/operation/error.ts'
import { statusOf } from '../../src/run/outcome.ts'

const ORIGIN = 'https://management.azure.com'
const LIST = '/subscriptions/s/resources?api-version=2025-04-01'
const linkTo = (page: number) => `${ORIGIN}${LIST}&$skiptoken=a%2Fb${page}`
const pathOf = (page: number) => linkTo(page).slice(ORIGIN.length)

/** The page of a list; without `next` the last one. */
function listPage(value: unknown[], nextLink?: unknown): HttpResponse {
  const body = nextLink === undefined ? { value } : { value, nextLink }
  const text = JSON.stringify(body)
  return { status: 200, headers: {}, body: { kind: 'json', value: JSON.parse(text), text } }
}

function withText(text: string): HttpResponse {
  return { status: 200, headers: {}, body: { kind: 'json', value: JSON.parse(text), text } }
}

const read: Partial<Inputs> = { method: 'GET', url: ORIGIN + LIST, allPages: true }

function play(send: HttpResponse, get: readonly Turn[], more: Partial<Scenario> = {}) {
  return runScenario({ send: [send], get, ...more, inputs: { ...read, ...more.inputs } })
}

describe('all pages of a list', () => {
  it('are joined, each read once, by its link as it stands', async () => {
    const { outcome, calls } = await play(listPage([1], linkTo(2)), [
      listPage([], linkTo(3)),
      listPage([2, 3], linkTo(4)),
      listPage([4], '')
    ])
    expect(statusOf(outcome.ending)).toBe('Succeeded')
    expect(outcome.response?.body).toMatchObject({ value: { value: [1, 2, 3, 4], nextLink: null } })
    expect(outcome.warnings).toEqual([])
    expect(calls).toEqual([`GET ${LIST}`, ...[2, 3, 4].map((page) => `GET ${pathOf(page)}`)])
  })

  it('keep every digit and every character, and the other members of the first page', async () => {
    const first = `{ "a": {"value": [9], "nextLink": "x"}, "value" : [ 12345678901234567890, "],}\\"" ], "count":2,"nextLink":"${linkTo(2)}" , "b": [1, "\\\\"] }`
    const { outcome } = await play(withText(first), [
      withText('{"nextLink":null,"value":[{"x":1.10},\n[2]]}')
    ])
    const text =
      '{ "a": {"value": [9], "nextLink": "x"}, "value" : [12345678901234567890, "],}\\"",{"x":1.10},\n[2]], "count":2,"nextLink": null, "b": [1, "\\\\"] }'
    expect(outcome.response?.body).toEqual({ kind: 'json', value: JSON.parse(text), text })
  })

  it('go by the names that services really use', async () => {
    const { outcome } = await play(withText(`{"Value":[1],"@odata.nextLink":"${pathOf(2)}"}`), [
      listPage([2])
    ])
    expect(outcome.response?.body).toMatchObject({
      text: '{"Value": [1,2],"@odata.nextLink": null}'
    })
  })

  it.each<[string, HttpResponse]>([
    ['a list of one page', listPage([1])],
    ['a resource', json(200, { id: '/x' })],
    ['a text', { status: 200, headers: {}, body: { kind: 'text', text: 'x' } }],
    ['nothing', empty(204)]
  ])('of %s are that', async (_what, answer) => {
    const { outcome, calls } = await play(answer, [])
    expect(outcome.response).toEqual(answer)
    expect(calls).toHaveLength(1)
  })

  it('are read as every other read: again after a 503, a 429 and a lost answer', async () => {
    const { outcome, lines } = await play(listPage([1], linkTo(2)), [
      refusal(503, 'ServerBusy'),
      refusal(429, 'TooManyRequests'),
      'no answer',
      listPage([2])
    ])
    expect(outcome.response?.body).toMatchObject({ value: { value: [1, 2] } })
    expect(lines.join('\n')).toMatch(/Page 2: HTTP 503 ServerBusy; trying again in 1 s/)
    expect(lines.at(-1)).toMatch(/2 pages read, 2 entries$/)
  })

  it.each<[what: string, turn: Turn, error: string | undefined, why: RegExp]>([
    ['is refused', refusal(403, 'AuthorizationFailed'), 'AuthorizationFailed', /: HTTP 403$/],
    ['is not there', refusal(404, 'NotFound'), 'NotFound', /: HTTP 404$/],
    ['fails again and again', refusal(500, 'Oops'), 'Oops', /: HTTP 500 Oops$/],
    ['is never answered', 'no answer', undefined, /: ECONNRESET/],
    ['is no list', json(200, { id: '/x' }), undefined, /: HTTP 200 without a list in `value`$/],
    ['cannot be read', json(200, 'x'), undefined, /without a list/],
    ['is empty', empty(204), undefined, /: HTTP 204 without a list/],
    ['is the page of a proxy', page(200), 'NotAnsweredByAzure', /without a list/],
    [
      'carries an error',
      json(200, { value: [2], error: { code: 'PartialError', message: 'x' } }),
      'PartialError',
      /without a list|HTTP 200/
    ]
  ])('are a failure where one %s, and no shorter list', async (_what, turn, code, why) => {
    const { outcome } = await play(listPage([1], linkTo(2)), [turn])
    expect(statusOf(outcome.ending)).toBe('Failed')
    expect(outcome.reason).toMatch(/^Page 2 of the list could not be read: /)
    expect(outcome.reason).toMatch(why)
    expect(findErrorCode(outcome.error ?? { ...NO_ERROR })).toBe('PageNotRead')
    expect(outcome.error?.details.map(findErrorCode)[0]).toBe(code)
    expect(JSON.stringify(outcome.response ?? '')).not.toMatch(/"value":\[1/)
  })

  it.each<[what: string, link: unknown, why: string]>([
    [
      'on another host',
      'https://evil.invalid/x',
      'its host evil.invalid is not the trusted endpoint'
    ],
    ['without TLS', 'http://management.azure.com/x', 'it is not https'],
    ['that is no URL', 'next', 'it is not a URL'],
    ['that is no text', { page: 2 }, 'it is not a URL'],
    ['to the page that it stands on', linkTo(2), 'leads back to a page that was read']
  ])('never follow a link %s', async (_what, link, why) => {
    const { outcome, calls } = await play(listPage([1], linkTo(2)), [listPage([2], link)])
    expect(statusOf(outcome.ending)).toBe('Failed')
    expect(outcome.reason).toContain(`Page 3 of the list could not be read: its link`)
    expect(outcome.reason).toContain(why)
    expect(outcome.response).toBeUndefined()
    expect(calls).toHaveLength(2)
  })

  it('are at most 1,000', async () => {
    let at = 1
    const endless = () => listPage([at], linkTo(++at))
    const { outcome, calls } = await play(endless(), [endless], { roundTripMs: 1 })
    expect(calls).toHaveLength(1_000)
    expect(outcome.reason).toBe(
      'Page 1001 of the list could not be read: there are more than 1000 pages'
    )
  })

  it('are at most 64 MB together', async () => {
    const large = () => listPage(['x'.repeat(25 * 1024 * 1024)], linkTo(++at))
    let at = 1
    const { outcome, calls } = await play(large(), [large])
    expect(calls).toHaveLength(3)
    expect(outcome.reason).toMatch(/^Page 4 of the list .* more than 64 MB/)
  })

  it('stop at the deadline', async () => {
    const { outcome, elapsedMs } = await play(listPage([1], linkTo(2)), ['silence'], {
      inputs: { timeoutMs: 5_000 }
    })
    expect(statusOf(outcome.ending)).toBe('TimedOut')
    expect(outcome.response).toBeUndefined()
    expect(elapsedMs).toBeLessThanOrEqual(6_000)
  })

  it('stop when the workflow is canceled', async () => {
    const { outcome, calls } = await play(listPage([1], linkTo(2)), ['silence'], {
      abortAtMs: 1_000
    })
    expect(statusOf(outcome.ending)).toBe('Unknown')
    expect(outcome.reason).toBe('Page 2 of the list could not be read: the workflow was canceled')
    expect(outcome.response).toBeUndefined()
    expect(calls).toHaveLength(2)
  })

  it('are what a condition is read in', async () => {
    const inputs = await readInputs({
      method: 'GET',
      url: ORIGIN + LIST,
      'all-pages': 'true',
      'wait-until': "length(value[?s=='on']) == `2`"
    })
    const [on, off] = [{ s: 'on' }, { s: 'off' }]
    const { outcome } = await play(
      listPage([on]),
      [
        ...[listPage([on], linkTo(2)), listPage([off])],
        ...[listPage([on], linkTo(2)), refusal(403, 'AuthorizationFailed')],
        ...[listPage([on], linkTo(2)), listPage([on])]
      ],
      { inputs }
    )
    expect(statusOf(outcome.ending)).toBe('Succeeded')
    expect(outcome.response?.body).toMatchObject({ value: { value: [on, on] } })
  })
})

const NO_ERROR = { code: '', message: '', details: [], additionalInfo: [] }

describe('the first page alone', () => {
  it('is the result, with a warning that there are more', async () => {
    const { outcome, calls, lines } = await runScenario({
      inputs: { method: 'GET', url: ORIGIN + LIST },
      send: [listPage([1], linkTo(2))]
    })
    const text = 'The result is one page of a list that has more; all-pages: true reads them all'
    expect(statusOf(outcome.ending)).toBe('Succeeded')
    expect(outcome.warnings).toEqual([text])
    expect(lines).toContain(`warning: ${text}`)
    expect(calls).toHaveLength(1)
  })

  it.each([null, '', undefined])('is the whole list where nextLink is %j', async (link) => {
    const { outcome } = await runScenario({
      inputs: { method: 'GET', url: ORIGIN + LIST },
      send: [listPage([1], link)]
    })
    expect(outcome.warnings).toEqual([])
  })
})
