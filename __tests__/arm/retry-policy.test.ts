/**
 * What may be sent again, by method and by what came of the first try.
 */
import { describe, expect, it } from 'vitest'
import { empty, refusal, START_MS } from '../../__fixtures__/conversation.ts'
import {
  decideOnFirstAnswer,
  type FirstAnswer,
  type FirstDecision,
  type SentAgain
} from '../../src/arm/retry-policy.ts'
import { METHODS, type Method } from '../../src/http/message.ts'

const ADDENDUM = 'ARM RPC contract, Addendum.md: retrying REST calls'
const TWICE = 'https://github.com/Azure/bicep-deploy/issues/328'
const THROTTLING = 'Microsoft Learn: request limits and throttling'

type Kind = FirstDecision['kind']

interface Row {
  readonly what: string
  readonly source: string
  readonly answer: FirstAnswer
  /** By method, in the order GET, HEAD, PUT, PATCH, POST, DELETE. */
  readonly decisions: readonly [Kind, Kind, Kind, Kind, Kind, Kind]
}

const answered = (status: number, headers: Readonly<Record<string, string>> = {}): FirstAnswer => ({
  kind: 'response',
  response: empty(status, headers)
})
const unanswered = (sent: boolean): FirstAnswer => ({ kind: 'unanswered', message: 'reset', sent })

const EVERYONE_RETRIES: Row['decisions'] = ['retry', 'retry', 'retry', 'retry', 'retry', 'retry']
const EVERYONE_ACCEPTS: Row['decisions'] = [
  'accept',
  'accept',
  'accept',
  'accept',
  'accept',
  'accept'
]
/** It may have taken effect. */
const AMBIGUOUS: Row['decisions'] = ['retry', 'retry', 'verify', 'lost', 'lost', 'retry']

const ROWS: readonly Row[] = [
  {
    what: 'no connection: nothing was sent',
    source: ADDENDUM,
    answer: unanswered(false),
    decisions: EVERYONE_RETRIES
  },
  {
    what: 'no answer after it was sent',
    source: TWICE,
    answer: unanswered(true),
    decisions: AMBIGUOUS
  },
  { what: '429', source: THROTTLING, answer: answered(429), decisions: EVERYONE_RETRIES },
  {
    what: '429 with Retry-After',
    source: THROTTLING,
    answer: answered(429, { 'retry-after': '5' }),
    decisions: EVERYONE_RETRIES
  },
  {
    what: '503 with Retry-After',
    source: ADDENDUM,
    answer: answered(503, { 'retry-after': '5' }),
    decisions: ['retry', 'retry', 'retry', 'lost', 'lost', 'retry']
  },
  {
    what: '503 with a Retry-After that cannot be read',
    source: ADDENDUM,
    answer: answered(503, { 'retry-after': '/bar' }),
    decisions: AMBIGUOUS
  },
  ...[408, 500, 502, 503, 504, 599].map(
    (status): Row => ({
      what: `${status}`,
      source: TWICE,
      answer: answered(status),
      decisions: AMBIGUOUS
    })
  ),
  ...[500, 502, 504].map(
    (status): Row => ({
      what: `${status} with Retry-After`,
      source: TWICE,
      answer: answered(status, { 'retry-after': '5' }),
      decisions: AMBIGUOUS
    })
  ),
  {
    what: '401, which the client has answered with a new token already',
    source: 'azcore, BearerTokenPolicy',
    answer: answered(401),
    decisions: EVERYONE_ACCEPTS
  },
  {
    what: '409 of another operation, without retry-on',
    source: 'terraform-provider-azapi, retry.error_message_regex is opt-in',
    answer: { kind: 'response', response: refusal(409, 'AnotherOperationInProgress') },
    decisions: EVERYONE_ACCEPTS
  },
  ...[404, 403].map(
    (status): Row => ({
      what: `${status} after the parent or the role was made, without retry-on`,
      source: 'terraform-provider-azapi, retry.error_message_regex is opt-in',
      answer: answered(status),
      decisions: EVERYONE_ACCEPTS
    })
  ),
  ...[200, 201, 202, 204, 206, 301, 307, 400, 405, 410, 412, 422].map(
    (status): Row => ({
      what: `${status}`,
      source: 'an answer is an answer',
      answer: answered(status),
      decisions: EVERYONE_ACCEPTS
    })
  )
]

const NEVER = { throttled: 0, failed: 0 }
const decideFor = (method: Method, answer: FirstAnswer, sentAgain: SentAgain = NEVER) =>
  decideOnFirstAnswer(answer, { method, sentAgain, nowMs: START_MS })

describe('decideOnFirstAnswer', () => {
  it.each(ROWS)('$what ($source)', ({ answer, decisions }) => {
    const kinds = METHODS.map((method) => decideFor(method, answer).kind)
    expect(Object.fromEntries(METHODS.map((method, index) => [method, kinds[index]]))).toEqual(
      Object.fromEntries(METHODS.map((method, index) => [method, decisions[index]]))
    )
  })

  it.each(['GET', 'HEAD', 'DELETE'] as const)('%s: three retries, then lost', (method) => {
    const decide = (failed: number) => decideFor(method, answered(500), { throttled: 9, failed })
    const ambiguous = method === 'DELETE'
    expect([0, 1, 2, 3].map(decide)).toEqual([
      { kind: 'retry', delayMs: 1_000, ambiguous },
      { kind: 'retry', delayMs: 2_000, ambiguous },
      { kind: 'retry', delayMs: 4_000, ambiguous },
      { kind: 'lost' }
    ])
  })

  it.each(METHODS)('%s without a connection: three retries, then not sent', (method) => {
    const decide = (failed: number) =>
      decideFor(method, unanswered(false), { throttled: 9, failed })
    expect([0, 1, 2, 3].map(decide)).toEqual([
      { kind: 'retry', delayMs: 1_000, ambiguous: false },
      { kind: 'retry', delayMs: 2_000, ambiguous: false },
      { kind: 'retry', delayMs: 4_000, ambiguous: false },
      { kind: 'not-sent' }
    ])
  })

  it('PUT and 503 with Retry-After: three retries, then the answer stands', () => {
    const answer = answered(503, { 'retry-after': '5' })
    const decide = (failed: number) => decideFor('PUT', answer, { throttled: 0, failed })
    expect([0, 2, 3].map(decide)).toEqual([
      { kind: 'retry', delayMs: 5_000, ambiguous: false },
      { kind: 'retry', delayMs: 5_000, ambiguous: false },
      { kind: 'accept', answer }
    ])
  })

  it.each(METHODS)('%s and 429: again and again, at most every 30 s', (method) => {
    const decide = (throttled: number) => decideFor(method, answered(429), { throttled, failed: 3 })
    expect([0, 1, 2, 3, 4, 5, 5_000].map(decide)).toEqual(
      [1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000].map((delayMs) => ({
        kind: 'retry',
        delayMs,
        ambiguous: false
      }))
    )
  })

  it.each<{ retryAfter: string; method: Method; delayMs: number }>([
    { retryAfter: '0', method: 'POST', delayMs: 1_000 },
    { retryAfter: '7', method: 'POST', delayMs: 7_000 },
    { retryAfter: '86400', method: 'POST', delayMs: 600_000 },
    { retryAfter: new Date(START_MS + 9_000).toUTCString(), method: 'GET', delayMs: 9_000 }
  ])('429 with Retry-After $retryAfter waits $delayMs ms', ({ retryAfter, method, delayMs }) => {
    const answer = answered(429, { 'retry-after': retryAfter })
    expect(decideFor(method, answer)).toMatchObject({ delayMs })
  })
})
