/**
 * An answer read once: every field that a rule depends on, and the error tree only when it is asked for.
 */
import { describe, expect, it } from 'vitest'
import {
  AZURE,
  asyncOperation,
  json,
  ORIGIN,
  RESOURCE,
  refusal,
  START_MS,
  STATUS,
  toUrl
} from '../../__fixtures__/conversation.ts'
import type { HttpResponse } from '../../src/http/message.ts'
import { readAnswer, readPoll } from '../../src/operation/answer.ts'

const OPTIONS = { trust: AZURE, nowMs: START_MS }

describe('readAnswer', () => {
  it('reads headers, states and numbers', () => {
    const body = {
      status: 'Running',
      percentComplete: 37,
      properties: { provisioningState: 'Updating' }
    }
    const response = json(202, body, {
      ...asyncOperation(STATUS),
      location: 'https://elsewhere.example/',
      'retry-after': '7',
      'x-ms-ratelimit-remaining-subscription-reads': '11'
    })
    expect(readAnswer(response, toUrl(RESOURCE), OPTIONS)).toEqual({
      kind: 'answer',
      response,
      atMs: START_MS,
      status: 202,
      isSuccess: true,
      body: response.body,
      polling: {
        asyncOperation: { kind: 'usable', url: toUrl(STATUS), relative: false },
        operationLocation: { kind: 'absent' },
        location: {
          kind: 'unusable',
          fault: 'its host elsewhere.example is not the trusted endpoint'
        }
      },
      hasLocationHeader: true,
      hasRetryAfterHeader: true,
      operationStatus: { kind: 'word', word: 'Running' },
      provisioningState: { kind: 'word', word: 'Updating' },
      percentComplete: 37,
      retryAfterMs: 7_000,
      remainingReads: 11,
      error: undefined
    })
  })

  it.each([
    [199, false],
    [200, true],
    [299, true],
    [300, false]
  ])('takes %i for a success: %s', (status, isSuccess) => {
    expect(readAnswer(json(status, {}), ORIGIN, OPTIONS).isSuccess).toBe(isSuccess)
  })

  it('reads the error only when it is asked for, and once', () => {
    const { body, ...rest } = refusal(409, 'Conflict')
    let readings = 0
    const response: HttpResponse = {
      ...rest,
      body:
        body.kind !== 'json'
          ? body
          : {
              ...body,
              get value() {
                readings += 1
                return body.value
              }
            }
    }
    const answer = readAnswer(response, toUrl(RESOURCE), OPTIONS)
    const before = readings
    expect(answer.error?.code).toBe('Conflict')
    const after = readings
    expect(after).toBeGreaterThan(before)
    expect(answer.error).toBe(answer.error)
    expect(readings).toBe(after)
  })
})

describe('readPoll', () => {
  it('keeps why there was no answer, and when', () => {
    const received = readPoll({ kind: 'no-response', message: 'ECONNRESET' }, ORIGIN, OPTIONS)
    expect(received).toEqual({ kind: 'no-answer', message: 'ECONNRESET', atMs: START_MS })
  })
})
