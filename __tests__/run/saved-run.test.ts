/**
 * What the post step is told, and what it takes for true.
 */
import { describe, expect, it } from 'vitest'
import {
  asyncOperation,
  empty,
  location,
  request,
  resource,
  START_MS,
  STATUS,
  toUrl
} from '../../__fixtures__/conversation.ts'
import { toSpec } from '../../__fixtures__/flat-inputs.ts'
import { createInputs } from '../../__fixtures__/inputs.ts'
import { CORRELATION_ID, USES } from '../../__fixtures__/run.ts'
import type { HttpResponse, Method } from '../../src/http/message.ts'
import { begin } from '../../src/operation/begin.ts'
import { decodeHandle } from '../../src/operation/read-handle.ts'
import { apply, startProgress } from '../../src/run/progress.ts'
import {
  formatSavedRun,
  parseSavedRun,
  type SavedRun,
  toSavedRun
} from '../../src/run/saved-run.ts'

const { trust } = createInputs().cloud
const SENT = request('PUT')

/** A run saved after the first answer to its request. */
function saveAfter(response: HttpResponse, method: Method = 'PUT'): SavedRun {
  const inputs = createInputs({ method, onCancel: 'cancel', cancelUrl: toUrl('/cancel') })
  const spec = toSpec(inputs)
  const operation = begin(
    { method: inputs.method, url: inputs.url },
    response,
    spec.rules,
    START_MS
  )
  const context = {
    cloud: inputs.cloud,
    ids: {},
    signIn: [],
    action: USES,
    correlationId: CORRELATION_ID
  }
  const answered = apply(startProgress(START_MS), { kind: 'answered', at: START_MS, response })
  const progress = apply(answered, { kind: 'moved', at: START_MS, operation })
  return toSavedRun(spec, progress, { stage: 'following', context })
}

const SAVED = saveAfter(resource(201, 'Creating', asyncOperation(STATUS)))
const change = (overrides: object): string => JSON.stringify({ ...SAVED, ...overrides })
const changeRules = (overrides: object) => change({ rules: { ...SAVED.rules, ...overrides } })

describe('a saved run', () => {
  it('comes back as it was', () => {
    expect(SAVED).toMatchObject({ version: 2, stage: 'following', request: SENT })
    expect(parseSavedRun(formatSavedRun(SAVED))).toEqual(SAVED)
    const { handle: _handle, cancelUrl: _url, ...bare } = SAVED
    expect(parseSavedRun(formatSavedRun({ ...bare, stage: 'sending' }))).toEqual({
      ...bare,
      stage: 'sending'
    })
  })

  it('leaves nothing once it is over', () => {
    expect(formatSavedRun(undefined)).toBe('')
  })

  it('says where the operation goes on by the same handle as anywhere else', () => {
    expect(decodeHandle(SAVED.handle ?? '', trust, {})).toMatchObject({
      kind: 'handle',
      handle: { operation: { state: 'running', via: 'status-url', url: toUrl(STATUS) } }
    })
  })

  it('holds no body, and nothing but what can be polled', () => {
    const answer = resource(200, 'Succeeded', location('/x'))
    const reading = decodeHandle(saveAfter(answer, 'POST').handle ?? '', trust, {})
    expect(reading).toMatchObject({
      handle: { operation: { provisionalAnswer: empty(200) } }
    })
    expect(saveAfter(resource(200, 'Succeeded')).handle).toBeUndefined()
  })

  it('knows where other runs may bear the same correlation ID', () => {
    expect(SAVED).not.toHaveProperty('isIdShared')
    const headers = { 'X-MS-Correlation-Request-Id': CORRELATION_ID }
    const spec = toSpec(createInputs({ headers }))
    const { cloud } = createInputs()
    const context = { cloud, ids: {}, signIn: [], action: USES, correlationId: CORRELATION_ID }
    const saved = toSavedRun(spec, startProgress(START_MS), { stage: 'sending', context })
    expect(saved.isIdShared).toBe(true)
    expect(parseSavedRun(formatSavedRun(saved))).toEqual(saved)
  })

  it('names a cancel call only where canceling was asked for', () => {
    expect(SAVED.cancelUrl).toBe(toUrl('/cancel'))
    const spec = toSpec(createInputs({ onCancel: 'leave', cancelUrl: toUrl('/cancel') }))
    const context = {
      cloud: createInputs().cloud,
      ids: {},
      signIn: [],
      action: USES,
      correlationId: 'c'
    }
    expect(
      toSavedRun(spec, startProgress(START_MS), { stage: 'sending', context })
    ).not.toHaveProperty('cancelUrl')
  })

  it.each([
    ['no JSON', 'x'],
    ['nothing', ''],
    ['another value', '[]'],
    ['another version', change({ version: 1 })],
    ['another stage', change({ stage: 'done' })],
    ['another method', change({ request: { method: 'EAT', url: SENT.url } })],
    ['no URL', change({ request: { method: 'PUT', url: 'x' } })],
    ['no request', change({ request: null })],
    ['no time', change({ startedAtMs: 'now' })],
    ['a time that is none', change({ startedAtMs: -1 })],
    ['no id', change({ correlationId: 7 })],
    ['no word on canceling', change({ isCanceling: 'yes' })],
    ['no word on sharing its ID', change({ isIdShared: 'yes' })],
    ['a cancel URL that is none', change({ cancelUrl: 'x' })],
    ['a handle that is none', change({ handle: 7 })],
    ['no rules', change({ rules: null })],
    ['rules without a timeout', changeRules({ timing: {} })],
    [
      'rules with a wait that is none',
      changeRules({ timing: { timeoutMs: 1, pollIntervalMs: 'x' } })
    ],
    ['rules for another final state', changeRules({ finalStateVia: 'mail' })],
    ['rules with statuses that are none', changeRules({ acceptStatus: [true] })],
    ['rules with words that are none', changeRules({ extraStates: { success: [1], failure: [] } })]
  ])('is not made of %s', (_what, text) => {
    expect(parseSavedRun(text)).toBeUndefined()
  })
})
