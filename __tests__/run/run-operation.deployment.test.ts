/**
 * What a run does around the protocol for a deployment: its hooks, canceling, and what the post step is told. On
 * virtual time.
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
  START_MS,
  STATUS
} from '../../__fixtures__/conversation.ts'
import { VirtualTime } from '../../__fixtures__/virtual-time.ts'
import type { InputName } from '../../src/contract.ts'
import { NoAnswerError, type SendOptions } from '../../src/http/http.ts'
import type { HttpResponse } from '../../src/http/message.ts'
import { parseInputs } from '../../src/inputs/flat.ts'
import { Log } from '../../src/report/log.ts'
import type { OperationHooks } from '../../src/run/hooks.ts'
import { HandOver } from '../../src/run/resume-point.ts'
import { runOperation } from '../../src/run/run-operation.ts'
import type { SavedRun } from '../../src/run/saved-run.ts'

const WEB = `${ORIGIN}/subscriptions/1/resourceGroups/shop/providers/Microsoft.Resources/deployments/web?api-version=1`
const CORRELATION_ID = 'c0ffee00-0000-4000-8000-000000000001'

interface Setting {
  readonly inputs?: Partial<Record<InputName, string>>
  readonly first?: HttpResponse
  /** Of the status URL, one for each poll; the last one for ever. */
  readonly polls?: readonly HttpResponse[]
  readonly look?: HttpResponse
  readonly cancel?: HttpResponse
  /** Of the status URL, once the cancel call was sent. */
  readonly afterwards?: HttpResponse
  readonly abortAtMs?: number
}

async function play(setting: Setting) {
  const { first = resource(201, 'Accepted', asyncOperation(STATUS)), polls = [] } = setting
  const time = new VirtualTime(START_MS)
  const controller = new AbortController()
  if (setting.abortAtMs !== undefined) time.at(setting.abortAtMs, () => controller.abort())
  const saved: (SavedRun | undefined)[] = []
  const posted: string[] = []
  const deadlines: number[] = []
  let polled = 0
  const get = async (url: string, { signal, timeoutMs }: SendOptions) => {
    if (url === WEB) return setting.look ?? resource(200, 'Succeeded')
    const last = posted.length > 0 ? setting.afterwards : undefined
    const answer = last ?? polls[Math.min(polled++, polls.length - 1)]
    if (answer !== undefined) return answer
    await time.pass(timeoutMs, signal)
    throw new NoAnswerError('aborted', true)
  }
  const post = async (url: string) => {
    posted.push(url)
    return setting.cancel ?? empty(204)
  }
  const hooks: OperationHooks = {
    polled: (deadlineMs) => deadlines.push(deadlineMs - START_MS),
    complete: async (outcome) => ({ ...outcome, warnings: [...outcome.warnings, 'completed'] })
  }
  const inputs = await readInputs(setting.inputs ?? {})
  const silent = () => undefined
  const log = new Log({ info: silent, warning: silent, startGroup: silent, endGroup: silent })
  const outcome = await runOperation(
    inputs,
    {
      client: { get, post, send: async () => first },
      clock: time,
      tracing: { clientRequestId: CORRELATION_ID, correlationId: CORRELATION_ID },
      log,
      handOver: new HandOver(inputs, 'octo-org/arm@v1'),
      announce: async () => {},
      mask: silent,
      save: (run) => saved.push(run),
      hooks
    },
    controller.signal
  )
  const stages = saved.map((run) =>
    run === undefined ? 'forgotten' : `${run.stage}${run.isCanceling ? ', canceling' : ''}`
  )
  return { outcome, saved, stages, posted, deadlines, time }
}

function readInputs(given: Partial<Record<InputName, string>>) {
  const all: Partial<Record<InputName, string>> = {
    method: 'PUT',
    url: WEB,
    token: 'opaque-token',
    timeout: '60s',
    ...given
  }
  return parseInputs((name) => all[name] ?? '', {
    workspace: '/',
    tempFolder: '/temp',
    uniqueId: 'id',
    now: START_MS,
    environment: {},
    mask: () => undefined
  })
}

describe('a hooks', () => {
  it('hears of every poll but the last, and completes the outcome', async () => {
    const polls = [
      operationStatus('Running'),
      operationStatus('Running'),
      operationStatus('Failed')
    ]
    const { outcome, deadlines } = await play({ polls })
    expect(deadlines).toEqual([60_000, 60_000])
    expect(outcome).toMatchObject({ status: 'Failed', warnings: ['completed'] })
  })
})

describe('the state for the post step', () => {
  it('is saved before the request and before the first poll, and forgotten at the end', async () => {
    const { stages, saved } = await play({
      inputs: { 'on-cancel': 'cancel' },
      polls: [operationStatus('Succeeded')]
    })
    expect(stages).toEqual(['sending', 'following', 'forgotten'])
    expect(saved.map((run) => run?.operation?.via)).toEqual([undefined, 'status-url', undefined])
    expect(saved[0]?.cancelUrl).toBe(WEB.replace('?', '/cancel?'))
    expect(JSON.stringify(saved)).not.toContain('opaque-token')
  })

  it('is forgotten when nobody waits, and when nothing was answered', async () => {
    expect((await play({ inputs: { wait: 'false' } })).stages).toEqual(['sending', 'forgotten'])
    const refused = await play({ first: empty(429), inputs: { timeout: '20s' } })
    expect(refused.stages).toEqual(['sending', 'forgotten'])
    expect(refused.saved[0]?.cancelUrl).toBeUndefined()
  })
})

describe('a workflow that is canceled', () => {
  const running = { polls: [operationStatus('Running')], abortAtMs: 10_000 }

  it('leaves the operation, unless it is to be canceled', async () => {
    const { outcome, stages, posted } = await play(running)
    expect(outcome).toMatchObject({ status: 'InProgress', mayStillRun: true })
    expect(stages).toEqual(['sending', 'following', 'following'])
    expect(posted).toEqual([])
  })

  it('cancels it at once when asked to, and saves that it did', async () => {
    const run = await play({ ...running, inputs: { 'on-cancel': 'cancel' } })
    expect(run.posted).toEqual([WEB.replace('?', '/cancel?')])
    expect(run.stages).toEqual(['sending', 'following', 'following, canceling'])
    expect(run.outcome.reason).toMatch(/last status was Running; Azure took the cancel call/)
    expect(run.time.elapsedMs).toBeLessThan(15_000)
  })

  it('saves that it did not, when Azure would not', async () => {
    const cancel = refusal(409, 'TooLate')
    const run = await play({ ...running, cancel, inputs: { 'on-cancel': 'cancel' } })
    expect(run.stages.at(-1)).toBe('following')
    expect(run.outcome.reason).toMatch(/refused the cancel call: HTTP 409 TooLate/)
  })
})

describe('a timeout', () => {
  it.each([
    ['Canceled', 'Canceled'],
    ['Succeeded', 'Succeeded'],
    ['Failed', 'Failed']
  ])('with a cancel that ends in %s is %s', async (word, status) => {
    const { outcome, posted } = await play({
      inputs: { 'on-timeout': 'cancel' },
      polls: [operationStatus('Running')],
      afterwards: operationStatus(word)
    })
    expect(outcome.status).toBe(status)
    expect(posted).toHaveLength(1)
    const told = [outcome.reason ?? '', ...outcome.warnings].join(' ')
    expect(told).toMatch(/his step (had )?canceled (it|the operation)|This step canceled it/)
  })

  it('with a cancel that never ends stays a timeout', async () => {
    const run = await play({
      inputs: { 'on-timeout': 'cancel' },
      polls: [operationStatus('Running')]
    })
    expect(run.outcome).toMatchObject({ status: 'TimedOut', mayStillRun: true })
    expect(run.outcome.reason).toMatch(/^Stopped waiting after 1 min; .*had not ended 120 s later$/)
    expect(run.stages.at(-1)).toBe('forgotten')
    expect(run.time.elapsedMs).toBeLessThanOrEqual(180_500)
  })
})

describe('a deployment that is active already', () => {
  const refused = { first: refusal(409, 'DeploymentActive') }
  const look = (properties: { readonly [key: string]: string }, systemData = {}) =>
    json(200, { properties: { provisioningState: 'Running', ...properties }, systemData })

  it('is followed when it is ours', async () => {
    const ours = json(200, {
      properties: { provisioningState: 'Running', correlationId: CORRELATION_ID }
    })
    const { outcome } = await play({ ...refused, look: ours, inputs: { timeout: '5s' } })
    expect(outcome.status).toBe('TimedOut')
    expect(outcome.warnings[0]).toMatch(/the one that this step started: it is followed/)
  })

  it.each([
    [
      look(
        { correlationId: 'other', timestamp: '2025-12-31T23:59:00Z' },
        { createdBy: 'ann@contoso.com' }
      ),
      'started 2025-12-31 23:59:00 UTC by ann@contoso.com with correlation ID other'
    ],
    [look({}), 'is still active']
  ])('is an error that says whose it is', async (answer, who) => {
    const { outcome } = await play({ ...refused, look: answer })
    expect(outcome.status).toBe('Failed')
    expect(outcome.reason).toContain(who)
  })
})
