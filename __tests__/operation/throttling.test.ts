/**
 * Azure's limits: https://learn.microsoft.com/azure/azure-resource-manager/management/request-limits-and-throttling.
 */
import { describe, expect, it } from 'vitest'
import {
  asyncOperation,
  empty,
  operationStatus,
  refusal,
  request,
  resource,
  rules,
  START_MS,
  STATUS,
  timing
} from '../../__fixtures__/conversation.ts'
import { begin } from '../../src/operation/begin.ts'
import { readError } from '../../src/operation/error.ts'
import { next } from '../../src/operation/next.ts'
import { isTerminal } from '../../src/operation/terminal.ts'
import {
  describeResponse,
  isThrottling,
  readRemainingReads,
  slowDownMs
} from '../../src/operation/throttling.ts'
import { delayBefore } from '../../src/operation/waiting.ts'

describe('a 429', () => {
  it.each([
    ['TooManyRequests', true],
    ['SubscriptionRequestsThrottled', true],
    ['OperationNotAllowed', true],
    ['', true],
    ['RetryableErrorDueToAnotherOperation', false],
    ['AnotherOperationInProgress', false],
    ['ConflictingConcurrentWriteNotAllowed', false],
    ['PessimisticConcurrencyConflict', false]
  ])('with the code %j is about a limit: %s', (code, expected) => {
    const answer = code === '' ? empty(429) : refusal(429, code)
    expect(isThrottling({ status: 429, error: readError(answer) })).toBe(expected)
    const about = expected ? 'throttled' : 'another operation is in the way'
    expect(describeResponse(answer)).toBe(`HTTP 429${code === '' ? '' : ` ${code}`} (${about})`)
  })

  it('is the only status that is', () => {
    const error = readError(refusal(503, 'TooManyRequests'))
    expect(isThrottling({ status: 503, error })).toBe(false)
    expect(describeResponse(refusal(409, 'Conflict'))).toBe('HTTP 409 Conflict')
  })
})

describe('x-ms-ratelimit-remaining-*', () => {
  const SUBSCRIPTION = 'x-ms-ratelimit-remaining-subscription'
  it.each<[Readonly<Record<string, string>>, number | undefined]>([
    [{}, undefined],
    [{ [`${SUBSCRIPTION}-reads`]: '249' }, 249],
    [{ [`${SUBSCRIPTION}-reads`]: '249', [`${SUBSCRIPTION}-global-reads`]: '12' }, 12],
    [{ [`${SUBSCRIPTION}-writes`]: '0', [`${SUBSCRIPTION}-deletes`]: '0' }, undefined],
    [{ 'x-ms-ratelimit-remaining-tenant-reads': '3' }, 3],
    [
      {
        'x-ms-ratelimit-remaining-resource':
          'Microsoft.Compute/GetOperation3Min;49990,Microsoft.Compute/GetVM3Min;7'
      },
      7
    ],
    [{ 'x-ms-ratelimit-remaining-resource': 'Microsoft.Compute/GetOperation3Min' }, undefined],
    [{ [`${SUBSCRIPTION}-reads`]: 'many' }, undefined],
    [{ [`${SUBSCRIPTION}-reads`]: '-1' }, undefined],
    [{ 'x-ms-ratelimit': '1' }, undefined]
  ])('%j leaves %s reads', (headers, expected) => {
    expect(readRemainingReads(empty(200, headers))).toBe(expected)
  })

  it.each([
    [undefined, 0],
    [249, 0],
    [25, 0],
    [24, 600],
    [10, 9_000],
    [0, 15_000]
  ])('%s left: at least %i ms between polls', (remaining, expected) => {
    expect(slowDownMs(remaining)).toBe(expected)
  })

  it.each([
    ['by itself', {}, 12_000],
    ['against a short poll interval', { pollIntervalMs: 50 }, 12_000],
    ['but not below a long one', { pollIntervalMs: 60_000 }, 60_000]
  ])('slows polling down before there are none left, %s', (_how, asked, expected) => {
    const own = rules({ timing: timing(asked) })
    const first = resource(201, 'Creating', asyncOperation(STATUS))
    const started = begin(request('PUT'), first, own, START_MS)
    if (isTerminal(started)) throw new Error('test bug: it is over')
    const few = operationStatus('Running', { [`${SUBSCRIPTION}-reads`]: '5' })
    const slowed = next(started, { kind: 'response', response: few }, own, START_MS)
    if (isTerminal(slowed)) throw new Error('test bug: it is over')
    expect(delayBefore(slowed, own.timing, START_MS)).toBe(expected)
    const many = operationStatus('Running', { [`${SUBSCRIPTION}-reads`]: '240' })
    const recovered = next(slowed, { kind: 'response', response: many }, own, START_MS)
    if (isTerminal(recovered)) throw new Error('test bug: it is over')
    const usualMs = 'pollIntervalMs' in asked ? asked.pollIntervalMs : 1_000
    expect(delayBefore(recovered, own.timing, START_MS)).toBe(usualMs)
  })
})
