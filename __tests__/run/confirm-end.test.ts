/**
 * The post step: how it ended, found out without ever sending the request again. On virtual time.
 */
import { describe, expect, it } from 'vitest'
import {
  asyncOperation,
  empty,
  json,
  operationStatus,
  type Reply,
  refusal,
  request,
  resource,
  rules,
  START_MS,
  STATUS,
  toUrl
} from '../../__fixtures__/conversation.ts'
import { viewOutcome } from '../../__fixtures__/outcomes.ts'
import { CORRELATION_ID, confirmScenario, type Script } from '../../__fixtures__/run.ts'
import { SignInError } from '../../src/errors.ts'
import { begin } from '../../src/operation/begin.ts'
import { encodeHandle, type Handle, toResumable } from '../../src/operation/handle.ts'
import { readUnfinishedRun } from '../../src/run/confirm-end.ts'
import { statusOf } from '../../src/run/outcome.ts'
import { formatSavedRun, type SavedRun } from '../../src/run/saved-run.ts'

const WEB =
  '/subscriptions/1/resourceGroups/shop/providers/Microsoft.Resources/deployments/web?api-version=1'
const PUT = request('PUT', WEB)
const LOOK = `GET ${WEB}`
const POLL = `GET ${STATUS}`
const CANCEL = 'POST /cancel?api-version=1'

const started = begin(PUT, resource(201, 'Accepted', asyncOperation(STATUS)), rules(), START_MS)
const resumable = toResumable(started, undefined)
if (resumable === undefined) throw new Error('test bug: nothing runs')
const { trust, ...savedRules } = rules()
const HANDLE: Handle = {
  operation: resumable,
  finalStateVia: savedRules.finalStateVia,
  extraStates: savedRules.extraStates,
  conditions: {}
}
const handle = encodeHandle(HANDLE, trust.origin, {})
if (handle === undefined) throw new Error('test bug: the handle is too long')

const SENDING: SavedRun = {
  version: 2,
  stage: 'sending',
  request: PUT,
  startedAtMs: START_MS,
  correlationId: CORRELATION_ID,
  cancelUrl: toUrl('/cancel?api-version=1'),
  isCanceling: false,
  rules: savedRules
}
const FOLLOWING: SavedRun = { ...SENDING, stage: 'following', handle }

interface Setting {
  readonly saved: SavedRun
  readonly onCancel?: 'leave' | 'cancel'
  readonly isIdShared?: boolean
  readonly routes: NonNullable<Script['routes']>
}

/** Confirms the end of a deployment whose cancel call is taken. */
function confirm({ saved, onCancel = 'leave', isIdShared = false, routes }: Setting) {
  const { cancelUrl: _cancelUrl, ...left } = saved
  return confirmScenario({
    isIdShared,
    saved: onCancel === 'cancel' ? saved : left,
    routes: { [CANCEL]: [empty(204)], ...routes }
  })
}

const OURS = json(200, {
  properties: { provisioningState: 'Running', correlationId: CORRELATION_ID }
})
const OURS_DONE = json(200, {
  properties: { provisioningState: 'Succeeded', correlationId: CORRELATION_ID }
})
const OURS_CANCELED = json(200, {
  properties: { provisioningState: 'Canceled', correlationId: CORRELATION_ID }
})
const at = (ms: number) => new Date(START_MS + ms).toISOString()
/** A deployment that began before the request, and one that began after it. */
const OLD = { provisioningState: 'Succeeded', timestamp: at(-3_600_000) }
const LATER = { provisioningState: 'Running', timestamp: at(20_000) }
const OTHERS = json(200, { properties: { provisioningState: 'Running', correlationId: 'other' } })

describe('confirmEnd', () => {
  it('cancels what was not canceled yet, and says how it ended', async () => {
    const { outcome, calls, lines } = await confirm({
      saved: FOLLOWING,
      onCancel: 'cancel',
      routes: { [POLL]: [operationStatus('Canceling'), operationStatus('Canceled')] }
    })
    expect(viewOutcome(outcome)).toMatchObject({
      status: 'Canceled',
      mayStillRun: false,
      correlationId: CORRELATION_ID,
      accepted: { status: 201 },
      reason: expect.stringContaining('because the workflow was canceled')
    })
    expect(calls).toEqual([CANCEL, POLL, POLL])
    expect(lines.join('\n')).toMatch(
      /Canceling, because[\s\S]*accepted the cancel request[\s\S]*Canceled/
    )
  })

  it('does not cancel twice what is being canceled', async () => {
    const { outcome, calls } = await confirm({
      saved: { ...FOLLOWING, isCanceling: true },
      onCancel: 'cancel',
      routes: { [POLL]: [operationStatus('Canceled')] }
    })
    expect(outcome.reason).toMatch(/this step had canceled it/)
    expect(calls).toEqual([POLL])
  })

  it('tells a success as that, though it was canceled', async () => {
    const { outcome } = await confirm({
      saved: { ...FOLLOWING, isCanceling: true },
      routes: { [POLL]: [operationStatus('Succeeded')], [LOOK]: [OURS_DONE] }
    })
    expect(statusOf(outcome.ending)).toBe('Succeeded')
  })

  it('waits minutes for a cancel, and then says that it still runs', async () => {
    const { outcome, elapsedMs } = await confirm({
      saved: { ...FOLLOWING, isCanceling: true },
      routes: { [POLL]: [operationStatus('Canceling')] }
    })
    expect(viewOutcome(outcome)).toMatchObject({
      status: 'InProgress',
      mayStillRun: true,
      lastStatus: 'Canceling'
    })
    // GitHub ends a canceled job after five minutes.
    expect(elapsedMs).toBeGreaterThan(120_000)
    expect(elapsedMs).toBeLessThan(240_000)
  })

  it('only looks, and briefly, at what will be left', async () => {
    const { outcome, calls, elapsedMs } = await confirm({
      saved: FOLLOWING,
      routes: { [POLL]: [operationStatus('Running')] }
    })
    expect(statusOf(outcome.ending)).toBe('InProgress')
    expect(calls.every((each) => each === POLL)).toBe(true)
    expect(elapsedMs).toBeLessThanOrEqual(10_000)
  })

  it('leaves what has no cancel', async () => {
    const { cancelUrl: _url, ...saved } = FOLLOWING
    const { calls } = await confirm({
      saved,
      onCancel: 'cancel',
      routes: { [POLL]: [operationStatus('Running')] }
    })
    expect(calls.some((each) => each.startsWith('POST'))).toBe(false)
  })
})

describe('a request that was not answered in time', () => {
  it('is found by its correlation id, canceled, and followed', async () => {
    const { outcome, calls } = await confirm({
      saved: SENDING,
      onCancel: 'cancel',
      routes: { [LOOK]: [OURS] }
    })
    expect(calls.slice(0, 3)).toEqual([LOOK, CANCEL, LOOK])
    expect(statusOf(outcome.ending)).toBe('InProgress')
  })

  it.each<[string, Reply[]]>([
    ['after a while', [refusal(404, 'DeploymentNotFound'), refusal(404, 'DeploymentNotFound')]],
    ['after answers that could not be read', [refusal(503, 'ServerBusy'), 'no answer']],
    ['in the place of an earlier one', [json(200, { properties: { ...OLD } })]]
  ])('is found %s too, and canceled once', async (_when, before) => {
    const { outcome, calls, lines } = await confirm({
      saved: SENDING,
      onCancel: 'cancel',
      routes: { [LOOK]: [...before, OURS, OURS_CANCELED] }
    })
    expect(statusOf(outcome.ending)).toBe('Canceled')
    expect(calls.filter((call) => call.startsWith('POST'))).toEqual([CANCEL])
    expect(calls.indexOf(CANCEL)).toBe(before.length + 1)
    expect(lines.join()).toContain('looking for it for up to 60 s')
  })

  it('is looked for once when it would be left running', async () => {
    const { calls } = await confirm({
      saved: SENDING,
      routes: { [LOOK]: [refusal(404, 'DeploymentNotFound')] }
    })
    expect(calls).toEqual([LOOK])
  })

  it('leaves time for the job to end, though it appears late and does not stop', async () => {
    let looks = 0
    const late = () => {
      looks += 1
      return looks > 18 ? OURS : refusal(404, 'DeploymentNotFound')
    }
    const { outcome, elapsedMs, calls } = await confirm({
      saved: SENDING,
      onCancel: 'cancel',
      routes: { [LOOK]: [late] }
    })
    expect(statusOf(outcome.ending)).toBe('InProgress')
    expect(calls).toContain(CANCEL)
    expect(elapsedMs).toBeLessThan(240_000)
  })

  it.each<[string, Reply, string]>([
    ['Succeeded', OURS_DONE, 'warnings'],
    ['Canceled', OURS_CANCELED, 'reason']
  ])('is over when it is found at its end: %s', async (status, answer, where) => {
    const { outcome, calls } = await confirm({
      saved: SENDING,
      onCancel: 'cancel',
      routes: { [LOOK]: [answer] }
    })
    expect(statusOf(outcome.ending)).toBe(status)
    expect(calls).toEqual([LOOK])
    const told = { warnings: outcome.warnings.join(), reason: outcome.reason ?? '' }
    expect(told).toHaveProperty(
      where,
      expect.stringMatching(/it had ended before it was canceled/i)
    )
  })

  it.each<[string, Reply, string]>([
    ["someone else's is at work", OTHERS, 'not proven to be started by it'],
    [
      'one that began later bears another id',
      json(200, { properties: { ...LATER, correlationId: 'other' } }),
      'not proven to be started by it'
    ],
    [
      // The author may have fixed the id for every run.
      'one that began before it bears the same id',
      json(200, { properties: { ...OLD, correlationId: CORRELATION_ID } }),
      'not proven to be started by it'
    ],
    ['nothing is there', refusal(404, 'DeploymentNotFound'), 'no trace of it was found'],
    [
      'it may not be looked at',
      refusal(403, 'AuthorizationFailed'),
      'could not be looked for: HTTP 403 AuthorizationFailed'
    ],
    ['no answer comes', 'no answer', 'could not be looked for: ECONNRESET']
  ])('is not found when %s: nothing is canceled', async (_what, answer, why) => {
    const { outcome, calls, elapsedMs } = await confirm({
      saved: SENDING,
      onCancel: 'cancel',
      routes: { [LOOK]: [answer] }
    })
    expect(viewOutcome(outcome)).toMatchObject({
      status: 'Unknown',
      reason: expect.stringContaining(why)
    })
    expect(new Set(calls)).toEqual(new Set([LOOK]))
    expect(elapsedMs).toBeGreaterThan(50_000)
    expect(elapsedMs).toBeLessThanOrEqual(60_000)
  })

  it.each<[string, Reply | Error, string]>([
    ['the sign-in fails for good', new SignInError('no', 'AADSTS7000222', true), 'AADSTS7000222'],
    [
      'the token is refused',
      refusal(401, 'ExpiredAuthenticationToken'),
      'ExpiredAuthenticationToken'
    ]
  ])('is not looked for again when %s', async (_what, answer, code) => {
    const { outcome, calls } = await confirm({
      saved: SENDING,
      onCancel: 'cancel',
      routes: { [LOOK]: [answer] }
    })
    expect(viewOutcome(outcome)).toMatchObject({ status: 'Unknown', error: { code } })
    expect(calls).toEqual([LOOK])
  })

  it('and names no request is followed when it began later, but never canceled', async () => {
    const { outcome, calls } = await confirm({
      saved: SENDING,
      onCancel: 'cancel',
      routes: { [LOOK]: [json(200, { properties: LATER })] }
    })
    expect(statusOf(outcome.ending)).toBe('InProgress')
    expect(outcome.reason).toContain('POST /cancel cancels it')
    expect(new Set(calls)).toEqual(new Set([LOOK]))
  })

  it('is not found by an ID that its author gives to every run', async () => {
    const { outcome, calls } = await confirm({
      saved: SENDING,
      onCancel: 'cancel',
      isIdShared: true,
      routes: { [LOOK]: [OURS] }
    })
    expect(statusOf(outcome.ending)).toBe('Unknown')
    expect(new Set(calls)).toEqual(new Set([LOOK]))
  })

  it('to a resource at work is followed, but never canceled: it may be another one', async () => {
    const path = '/subscriptions/1/providers/Microsoft.Cache/redis/cart?api-version=1'
    const saved = { ...SENDING, request: request('PUT', path) }
    const { calls, outcome } = await confirm({
      saved,
      onCancel: 'cancel',
      routes: { [`GET ${path}`]: [resource(200, 'Updating')] }
    })
    expect(statusOf(outcome.ending)).toBe('InProgress')
    expect(outcome.reason).toMatch(/nothing proves that .* POST \/cancel cancels it$/)
    expect(calls.some((each) => each.startsWith('POST'))).toBe(false)
  })
})

describe('a saved handle', () => {
  it.each<[string, string]>([
    ['that is damaged', `${handle}x`],
    ['of another endpoint', otherEndpoint()]
  ])('%s is not followed: the resource is looked at', async (_what, text) => {
    const { calls } = await confirm({
      saved: { ...FOLLOWING, handle: text },
      routes: { [LOOK]: [refusal(404, 'DeploymentNotFound')] }
    })
    expect(calls).toEqual([LOOK])
  })

  function otherEndpoint(): string {
    const operation: Handle['operation'] = {
      state: 'awaiting-condition',
      facts: started.facts,
      url: 'https://evil.example/x'
    }
    return encodeHandle({ ...HANDLE, operation }, trust.origin, {}) ?? ''
  }
})

describe('readUnfinishedRun', () => {
  const { handle: _handle, ...bare } = FOLLOWING

  it.each<[string, SavedRun, boolean]>([
    ['one that was being followed', FOLLOWING, true],
    ['a PUT that was being sent', SENDING, true],
    ['a PUT whose state could not be saved', bare, true],
    ['a POST that was being sent', { ...SENDING, request: request('POST', WEB) }, false]
  ])('of %s: %s', (_what, saved, isUnfinished) => {
    expect(readUnfinishedRun(formatSavedRun(saved)) !== undefined).toBe(isUnfinished)
  })

  it('takes nothing else for a run', () => {
    expect(readUnfinishedRun('')).toBeUndefined()
  })
})
