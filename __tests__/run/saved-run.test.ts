/**
 * What the post step is told, and what it takes for true.
 */
import { describe, expect, it } from 'vitest'
import {
  asyncOperation,
  location,
  request,
  resource,
  rules,
  START_MS,
  STATUS,
  toUrl
} from '../../__fixtures__/conversation.ts'
import type { JsonObject } from '../../src/http/message.ts'
import { begin } from '../../src/operation/operation.ts'
import {
  formatSavedRun,
  parseSavedRun,
  type SavedRun,
  toSavedOperation
} from '../../src/run/saved-run.ts'

const PUT = request('PUT')
const RUNNING = toSavedOperation(
  begin(PUT, resource(201, 'Creating', asyncOperation(STATUS)), rules(), START_MS)
)
if (RUNNING === undefined) throw new Error('test bug: nothing runs')

const SAVED: SavedRun = {
  version: 1,
  stage: 'following',
  request: PUT,
  startedAtMs: START_MS,
  correlationId: 'c0ffee',
  operation: RUNNING,
  cancelUrl: toUrl('/cancel?api-version=1'),
  isCanceling: false
}

const change = (overrides: object): string => JSON.stringify({ ...SAVED, ...overrides })
const changeOperation = (overrides: JsonObject) =>
  change({ operation: { ...RUNNING, ...overrides } })

describe('a saved run', () => {
  it('comes back as it was', () => {
    expect(parseSavedRun(formatSavedRun(SAVED))).toEqual(SAVED)
    const { operation: _operation, cancelUrl: _url, ...bare } = SAVED
    expect(parseSavedRun(formatSavedRun({ ...bare, stage: 'sending' }))).toEqual({
      ...bare,
      stage: 'sending'
    })
  })

  it('leaves nothing once it is over', () => {
    expect(formatSavedRun(undefined)).toBe('')
  })

  it('holds no body, and nothing but what can be polled', () => {
    const answer = resource(200, 'Succeeded', location('/x'))
    const provisional = begin(request('POST'), answer, rules(), START_MS)
    expect(JSON.stringify(provisional)).toContain('provisionalAnswer')
    expect(JSON.stringify(toSavedOperation(provisional))).not.toContain('provisionalAnswer')
    expect(
      toSavedOperation(begin(PUT, resource(200, 'Succeeded'), rules(), START_MS))
    ).toBeUndefined()
  })

  it.each([
    ['no JSON', 'x'],
    ['nothing', ''],
    ['another value', '[]'],
    ['another version', change({ version: 2 })],
    ['another stage', change({ stage: 'done' })],
    ['another method', change({ request: { method: 'EAT', url: PUT.url } })],
    ['no URL', change({ request: { method: 'PUT', url: 'x' } })],
    ['no request', change({ request: null })],
    ['no time', change({ startedAtMs: 'now' })],
    ['no id', change({ correlationId: 7 })],
    ['no word on canceling', change({ isCanceling: 'yes' })],
    ['a cancel URL that is none', change({ cancelUrl: 'x' })],
    ['an operation that is none', change({ operation: 'x' })],
    ['an operation that is over', changeOperation({ state: 'succeeded' })],
    ['an operation without a URL', changeOperation({ url: 'x' })],
    ['an operation that is followed otherwise', changeOperation({ via: 'mail' })],
    ['an operation without counts', changeOperation({ absences: null })],
    ['an operation without a wait', changeOperation({ wait: null })],
    ['an operation without facts', changeOperation({ facts: null })],
    [
      'facts without a request',
      changeOperation({ facts: { startedAtMs: 0, pollCount: 0, warnings: [] } })
    ]
  ])('is not made of %s', (_what, text) => {
    expect(parseSavedRun(text)).toBeUndefined()
  })
})
