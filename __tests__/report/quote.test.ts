/**
 * What is shown of an answer that says of a failure nothing but that it is one.
 */
import { describe, expect, it } from 'vitest'
import { measureCpuMs } from '../../__fixtures__/cpu-time.ts'
import { explain } from '../../__fixtures__/explain.ts'
import { createAnswer, createError, createOutcome } from '../../__fixtures__/outcomes.ts'
import type { JsonValue } from '../../src/http/message.ts'
import { describeFailure } from '../../src/report/describe-failure.ts'
import type { Explanation } from '../../src/report/explanation.ts'
import { describeEnd, EMPTY_LOG } from '../../src/report/log.ts'
import { renderSummary } from '../../src/report/summary.ts'
import type { Outcome } from '../../src/run/outcome.ts'

const BODY = { name: '7', status: 'Failed', output: 'see **job** 12' }

function createBadEnd(body: JsonValue, overrides: Partial<Outcome> = {}): Outcome {
  return createOutcome({
    ending: { kind: 'failed' },
    response: createAnswer(200, body),
    reason: 'The operation ended with status Failed',
    ...overrides
  })
}

function explainWith(outcome: Outcome, secret = ''): Explanation {
  return explain(outcome, (text) => (secret === '' ? text : text.replaceAll(secret, '***')))
}

function quote(body: JsonValue, overrides?: Partial<Outcome>): string | undefined {
  return explainWith(createBadEnd(body, overrides)).quote
}

describe('what Azure said', () => {
  it('is told in the log, the annotation and the summary', () => {
    const explanation = explainWith(createBadEnd(BODY))
    const said = 'What Azure said: {"name":"7","status":"Failed","output":"see **job** 12"}'
    const lines = describeEnd(EMPTY_LOG, explanation).lines
    expect(lines).toContainEqual({ kind: 'text', text: said })
    expect(describeFailure(explanation).message).toContain(said)
    expect(renderSummary(explanation)).toContain(`**What Azure said:** \`${said.slice(17)}\``)
  })

  it.each<[name: string, Partial<Outcome>]>([
    ['a success', { ending: { kind: 'succeeded' } }],
    ['an end that is not known', { ending: { kind: 'undecided' } }],
    ['a failure with a reason', { error: createError('Conflict', 'Busy.') }],
    ['a failure with a reason further down', { error: createError('', '', createError('', 'a')) }],
    ['a redirect, which may be a proxy’s', { response: createAnswer(307, BODY) }],
    ['an empty answer', { response: { status: 200, headers: {}, body: { kind: 'empty' } } }]
  ])('is not told of %s', (_name, overrides) => {
    expect(quote(BODY, overrides)).toBeUndefined()
  })

  it.each<[name: string, Partial<Outcome>]>([
    ['a cancellation', { ending: { kind: 'canceled' } }],
    ['a refusal', { ending: { kind: 'refused' } }],
    ['a code without a message', { error: createError('Conflict', '') }]
  ])('is told of %s', (_name, overrides) => {
    expect(quote(BODY, overrides)).toBe(JSON.stringify(BODY))
  })

  it.each<JsonValue>([
    {},
    { status: 'Canceled' },
    { id: '/7', name: '7', status: 'Failed', startTime: 'a', endTime: 'b', error: null },
    { status: 'Failed', properties: { provisioningState: 'Failed' } }
  ])('is not told of a body that says nothing: %j', (body) => {
    expect(quote(body)).toBeUndefined()
  })

  it.each<JsonValue>([
    { status: 'Failed', output: 'disk full' },
    { status: { reason: 'disk full' } },
    { status: 'Failed', properties: { provisioningState: 'Failed', steps: 3 } },
    ['disk full'],
    { a: { b: { c: { d: {} } } } }
  ])('is told of one that says more than its status: %j', (body) => {
    expect(quote(body)).toBe(JSON.stringify(body))
  })

  it('is not told where no one hides its secrets', () => {
    expect(explain(createBadEnd(BODY)).quote).toBeUndefined()
  })

  it('is about 1,000 characters', () => {
    expect(quote({ text: 'x'.repeat(5_000) })).toMatch(/^\{"text":"x{991}…$/)
  })

  it('loses its secrets before it is cut, however they are escaped', () => {
    const key = 'ab+cd/ef=='
    const escaped = 'ab\\u002Bcd\\/ef\\u003d\\u003D'
    const text = `{"pad":"${'x'.repeat(980)}","k":"${escaped}"}`
    const response = { status: 200, headers: {}, body: { kind: 'text', text } } as const
    const { quote: said } = explainWith(createBadEnd({}, { response }), key)
    expect(said).toContain('***')
    expect(said).not.toContain('ab')
  })

  it('hides what is named for a secret, however short', () => {
    expect(quote({ adminPassword: 'a"b', name: 'x', key1: '1', accessToken: 't' })).toBe(
      '{"adminPassword":"***","name":"x","key1":"***","accessToken":"***"}'
    )
  })

  it('takes linear time over a hostile body', () => {
    const work = () => quote({ text: '"'.repeat(5_000), more: 'key'.repeat(5_000) })
    expect(measureCpuMs(work)).toBeLessThan(1_000)
  })
})
