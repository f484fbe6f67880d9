/**
 * Whose an answer is: a page without a mark of Azure Resource Manager was written by something on the way to it.
 */
import { describe, expect, it } from 'vitest'
import type { Body, HttpResponse } from '../../src/http/message.ts'
import { describeIntermediary, hasMarkOfAzure, isFromIntermediary } from '../../src/http/sender.ts'

const HTML = { 'content-type': 'text/html' }
const PAGE: Body = { kind: 'malformed', text: '<html><title> Blocked </title></html>' }
const JSON_BODY: Body = { kind: 'json', value: {}, text: '{}' }

const ROWS: readonly [what: string, answer: HttpResponse, isForeign: boolean, isMarked: boolean][] =
  [
    ['a page', { status: 403, headers: {}, body: PAGE }, true, false],
    ['a page, with a success', { status: 200, headers: HTML, body: PAGE }, true, false],
    [
      'a page by its type alone',
      { status: 502, headers: HTML, body: { kind: 'malformed', text: 'Bad gateway' } },
      true,
      false
    ],
    // ARM hands on what a provider answers, and adds its own headers.
    [
      'a page with a header of ARM',
      { status: 403, headers: { ...HTML, 'x-ms-request-id': '1' }, body: PAGE },
      false,
      true
    ],
    ['a page that is a redirect', { status: 302, headers: HTML, body: PAGE }, false, false],
    ['a 407 without a body', { status: 407, headers: {}, body: { kind: 'empty' } }, true, false],
    ['a 407 with JSON', { status: 407, headers: {}, body: JSON_BODY }, true, true],
    ['JSON', { status: 403, headers: { via: '1.1 proxy' }, body: JSON_BODY }, false, true],
    [
      'JSON that was cut',
      { status: 403, headers: {}, body: { kind: 'malformed', text: '{"error":' } },
      false,
      false
    ],
    ['plain text', { status: 403, headers: {}, body: { kind: 'text', text: 'No' } }, false, false],
    ['nothing', { status: 403, headers: {}, body: { kind: 'empty' } }, false, false]
  ]

describe('the sender of an answer', () => {
  it.each(ROWS)('of %s', (_what, answer, isForeign, isMarked) => {
    expect(isFromIntermediary(answer)).toBe(isForeign)
    expect(hasMarkOfAzure(answer)).toBe(isMarked)
  })

  it('is told with what it says of itself', () => {
    const headers = { server: 'squid/6.1', via: '1.1 proxy-7' }
    expect(describeIntermediary({ status: 403, headers, body: PAGE })).toBe(
      'A proxy, firewall or gateway answered HTTP 403 in place of Azure (server: squid/6.1; via: 1.1 proxy-7): Blocked'
    )
    expect(describeIntermediary({ status: 407, headers: {}, body: { kind: 'empty' } })).toBe(
      'A proxy, firewall or gateway answered HTTP 407 in place of Azure'
    )
  })
})
