/**
 * The post step: how it ended, found out without ever sending the request again. On virtual time.
 */
import { describe, expect, it } from 'vitest'
import {
  asyncOperation,
  empty,
  json,
  ORIGIN,
  operationStatus,
  refusal,
  resource,
  rules,
  START_MS,
  STATUS,
  toUrl
} from '../../__fixtures__/conversation.ts'
import { VirtualTime } from '../../__fixtures__/virtual-time.ts'
import { NoAnswerError } from '../../src/http/http.ts'
import type { HttpResponse } from '../../src/http/message.ts'
import { type Inputs, parseInputs } from '../../src/inputs/flat.ts'
import { begin } from '../../src/operation/operation.ts'
import { Log } from '../../src/report/log.ts'
import { confirmEnd, readUnfinishedRun } from '../../src/run/confirm-end.ts'
import { formatSavedRun, type SavedRun, toSavedOperation } from '../../src/run/saved-run.ts'

const WEB = `${ORIGIN}/subscriptions/1/resourceGroups/shop/providers/Microsoft.Resources/deployments/web?api-version=1`
const CANCEL = `${ORIGIN}/cancel?api-version=1`
const CORRELATION_ID = 'c0ffee00-0000-4000-8000-000000000001'
const PUT = { method: 'PUT', url: WEB } as const

const started = begin(PUT, resource(201, 'Accepted', asyncOperation(STATUS)), rules(), START_MS)
const operation = toSavedOperation(started)
if (operation === undefined) throw new Error('test bug: nothing runs')

const SENDING: SavedRun = {
  version: 1,
  stage: 'sending',
  request: PUT,
  startedAtMs: START_MS,
  correlationId: CORRELATION_ID,
  cancelUrl: CANCEL,
  isCanceling: false
}
const FOLLOWING: SavedRun = { ...SENDING, stage: 'following', operation }

interface Setting {
  readonly saved: SavedRun
  readonly onCancel?: 'leave' | 'cancel'
  /** Of the status URL, one for each poll; the last one for ever. */
  readonly polls?: readonly HttpResponse[]
  readonly resource?: HttpResponse | 'lost'
  readonly cancel?: HttpResponse
}

async function confirm(setting: Setting) {
  const { saved, onCancel = 'leave', polls = [], cancel = empty(204) } = setting
  const time = new VirtualTime(START_MS + 60_000)
  const asked: string[] = []
  const lines: string[] = []
  let polled = 0
  const get = async (url: string): Promise<HttpResponse> => {
    asked.push(`GET ${url === WEB ? 'resource' : 'status'}`)
    const answer = url === WEB ? setting.resource : polls[Math.min(polled++, polls.length - 1)]
    if (answer === undefined || answer === 'lost') throw new NoAnswerError('socket hang up', true)
    return answer
  }
  const post = async (url: string): Promise<HttpResponse> => {
    asked.push(`POST ${url}`)
    return cancel
  }
  const log = new Log({
    info: (line) => lines.push(line),
    warning: (text) => lines.push(text),
    startGroup: () => undefined,
    endGroup: () => undefined
  })
  const send = () => Promise.reject(new Error('test bug: the request was sent'))
  const client = { get, post, send }
  const inputs = await readInputs(onCancel)
  const { signal } = new AbortController()
  const outcome = await confirmEnd(saved, inputs, { client, clock: time, log }, signal)
  return { outcome, asked, lines, time }
}

function readInputs(onCancel: string): Promise<Inputs> {
  const given: Readonly<Record<string, string>> = {
    method: 'PUT',
    url: WEB,
    token: 'opaque',
    'on-cancel': onCancel
  }
  return parseInputs((name) => given[name] ?? '', {
    workspace: '/',
    tempFolder: '/temp',
    uniqueId: 'id',
    now: START_MS,
    environment: {},
    mask: () => undefined
  })
}

const OURS = json(200, {
  properties: { provisioningState: 'Running', correlationId: CORRELATION_ID }
})
const OURS_DONE = json(200, {
  properties: { provisioningState: 'Succeeded', correlationId: CORRELATION_ID }
})
const OTHERS = json(200, { properties: { provisioningState: 'Running', correlationId: 'other' } })

describe('confirmEnd', () => {
  it('cancels what was not canceled yet, and says how it ended', async () => {
    const { outcome, asked, lines } = await confirm({
      saved: FOLLOWING,
      onCancel: 'cancel',
      polls: [operationStatus('Canceling'), operationStatus('Canceled')]
    })
    expect(outcome).toMatchObject({
      status: 'Canceled',
      mayStillRun: false,
      correlationId: CORRELATION_ID,
      accepted: { status: 201 },
      reason: expect.stringContaining('because the workflow was canceled')
    })
    expect(asked).toEqual([`POST ${CANCEL}`, 'GET status', 'GET status'])
    expect(lines.join('\n')).toMatch(/Canceling, because[\s\S]*took the cancel call[\s\S]*Canceled/)
  })

  it('does not cancel twice what is being canceled', async () => {
    const { outcome, asked } = await confirm({
      saved: { ...FOLLOWING, isCanceling: true },
      onCancel: 'cancel',
      polls: [operationStatus('Canceled')]
    })
    expect(outcome.reason).toMatch(/this step had canceled it/)
    expect(asked).toEqual(['GET status'])
  })

  it('tells a success as that, though it was canceled', async () => {
    const { outcome } = await confirm({
      saved: { ...FOLLOWING, isCanceling: true },
      polls: [operationStatus('Succeeded')],
      resource: OURS_DONE
    })
    expect(outcome.status).toBe('Succeeded')
  })

  it('waits minutes for a cancel, and then says that it still runs', async () => {
    const { outcome, time } = await confirm({
      saved: { ...FOLLOWING, isCanceling: true },
      polls: [operationStatus('Canceling')]
    })
    expect(outcome).toMatchObject({
      status: 'InProgress',
      mayStillRun: true,
      lastStatus: 'Canceling'
    })
    // GitHub ends a canceled job after five minutes.
    expect(time.elapsedMs).toBeGreaterThan(120_000)
    expect(time.elapsedMs).toBeLessThan(240_000)
  })

  it('only looks, and briefly, at what is to be left', async () => {
    const { outcome, asked, time } = await confirm({
      saved: FOLLOWING,
      polls: [operationStatus('Running')]
    })
    expect(outcome.status).toBe('InProgress')
    expect(asked.every((each) => each === 'GET status')).toBe(true)
    expect(time.elapsedMs).toBeLessThanOrEqual(10_000)
  })

  it('leaves what has no cancel', async () => {
    const { cancelUrl: _url, ...saved } = FOLLOWING
    const { asked } = await confirm({
      saved,
      onCancel: 'cancel',
      polls: [operationStatus('Running')]
    })
    expect(asked.some((each) => each.startsWith('POST'))).toBe(false)
  })
})

describe('a request that was not answered in time', () => {
  it('is found by its correlation id, canceled, and followed', async () => {
    const { outcome, asked } = await confirm({
      saved: SENDING,
      onCancel: 'cancel',
      resource: OURS
    })
    expect(asked.slice(0, 3)).toEqual(['GET resource', `POST ${CANCEL}`, 'GET resource'])
    expect(outcome.status).toBe('InProgress')
  })

  it('is over when it is found at its end', async () => {
    const { outcome } = await confirm({ saved: SENDING, onCancel: 'cancel', resource: OURS_DONE })
    expect(outcome.status).toBe('Succeeded')
  })

  it.each<[string, HttpResponse | 'lost']>([
    ["someone else's is at work", OTHERS],
    ['nothing is there', refusal(404, 'DeploymentNotFound')],
    ['it cannot be looked at', refusal(403, 'AuthorizationFailed')],
    ['nobody answers', 'lost']
  ])('is not found when %s: nothing is canceled', async (_what, answer) => {
    const { outcome, asked } = await confirm({
      saved: SENDING,
      onCancel: 'cancel',
      resource: answer
    })
    expect(outcome).toMatchObject({
      status: 'Unknown',
      reason: expect.stringContaining('nothing of it was found')
    })
    expect(asked).toEqual(['GET resource'])
  })

  it('to a resource at work is followed, but never canceled: it may be another one', async () => {
    const url = toUrl('/subscriptions/1/providers/Microsoft.Cache/redis/cart?api-version=1')
    const saved = { ...SENDING, request: { method: 'PUT', url } as const }
    const { asked, outcome } = await confirm({
      saved,
      onCancel: 'cancel',
      polls: [resource(200, 'Updating')]
    })
    expect(outcome.status).toBe('InProgress')
    expect(asked.some((each) => each.startsWith('POST'))).toBe(false)
  })
})

describe('readUnfinishedRun', () => {
  const { operation: _operation, ...bare } = FOLLOWING

  it.each<[string, SavedRun, boolean]>([
    ['one that was being followed', FOLLOWING, true],
    ['a PUT that was being sent', SENDING, true],
    ['a PUT whose state could not be saved', bare, true],
    ['a POST that was being sent', { ...SENDING, request: { method: 'POST', url: WEB } }, false]
  ])('of %s: %s', (_what, saved, isUnfinished) => {
    expect(readUnfinishedRun(formatSavedRun(saved)) !== undefined).toBe(isUnfinished)
  })

  it('takes nothing else for a run', () => {
    expect(readUnfinishedRun('')).toBeUndefined()
  })
})
