/**
 * What a run does around the protocol for a deployment: its hooks, canceling, and what the post step is told. On
 * virtual time.
 */
import { describe, expect, it } from 'vitest'
import {
  AZURE,
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
import { type GivenInputs, readInputs } from '../../__fixtures__/inputs.ts'
import { viewOutcome } from '../../__fixtures__/outcomes.ts'
import { CORRELATION_ID, ROUND_TRIP_MS, runScenario } from '../../__fixtures__/run.ts'
import type { HttpResponse } from '../../src/http/message.ts'
import { decodeHandle } from '../../src/operation/read-handle.ts'
import type { OperationHooks, PolledOperation } from '../../src/run/hooks.ts'
import { statusOf } from '../../src/run/outcome.ts'

const WEB =
  '/subscriptions/1/resourceGroups/shop/providers/Microsoft.Resources/deployments/web?api-version=1'
const CANCEL = WEB.replace('?', '/cancel?')

interface Setting {
  readonly inputs?: GivenInputs
  readonly first?: HttpResponse
  /** Of the status URL, one for each poll; the last one for ever. */
  readonly polls?: readonly HttpResponse[]
  readonly look?: HttpResponse
  readonly cancel?: HttpResponse
  /** Of the status URL, once the cancel call was answered. */
  readonly afterwards?: HttpResponse
  readonly abortAtMs?: number
}

/** Deploys, and says what became of it, of the hooks, and of what the post step is told. */
async function deploy({ inputs, polls = [], cancel = empty(204), ...setting }: Setting) {
  const { first = resource(201, 'Accepted', asyncOperation(STATUS)), afterwards } = setting
  const deadlines: number[] = []
  const identities: PolledOperation[] = []
  const hooks: OperationHooks = {
    polled: (deadlineMs, operation) => {
      deadlines.push(deadlineMs - START_MS)
      identities.push(operation)
    },
    complete: async (outcome) => ({ ...outcome, warnings: [...outcome.warnings, 'completed'] })
  }
  let isCanceled = false
  const run = await runScenario({
    inputs: await readInputs({
      method: 'PUT',
      url: ORIGIN + WEB,
      token: 'opaque-token',
      timeout: '60s',
      ...inputs
    }),
    routes: {
      [`PUT ${WEB}`]: [first],
      [`GET ${WEB}`]: [setting.look ?? resource(200, 'Succeeded')],
      [`GET ${STATUS}`]: polls.map((poll) => () => (isCanceled && afterwards) || poll),
      [`POST ${CANCEL}`]: [
        () => {
          isCanceled = true
          return cancel
        }
      ]
    },
    hooks,
    ...(setting.abortAtMs === undefined ? {} : { abortAtMs: setting.abortAtMs })
  })
  const stages = run.saved.map((saved) =>
    saved === undefined ? 'forgotten' : `${saved.stage}${saved.isCanceling ? ', canceling' : ''}`
  )
  const posted = run.calls.filter((call) => call.startsWith('POST '))
  return { ...run, stages, posted, deadlines, identities }
}

describe('the hooks', () => {
  it('hear of every poll that saw it at work, and complete the outcome', async () => {
    const polls = [
      operationStatus('Running'),
      operationStatus('Running'),
      operationStatus('Failed')
    ]
    const { outcome, deadlines } = await deploy({ polls })
    expect(deadlines).toEqual([60_000, 60_000])
    expect(viewOutcome(outcome)).toMatchObject({ status: 'Failed', warnings: ['completed'] })
  })

  it('hear by what the deployment is known from that of another run', async () => {
    const started = { timestamp: '2026-01-01T10:00:02.5Z', duration: 'PT0.5S' }
    const properties = { provisioningState: 'Accepted', correlationId: CORRELATION_ID, ...started }
    const first = json(201, { properties }, asyncOperation(STATUS))
    const date = new Date(START_MS).toUTCString()
    const polls = [
      operationStatus('Running'),
      operationStatus('Running', { date }),
      refusal(503, 'ServerBusy', { date: new Date(START_MS + 9_000).toUTCString() }),
      operationStatus('Failed')
    ]
    const { outcome, identities } = await deploy({ first, polls })
    const known = { identity: CORRELATION_ID, deployedAtMs: Date.UTC(2026, 0, 1, 10, 0, 2) }
    const seen = { ...known, seenRunningAtMs: START_MS }
    expect(identities).toEqual([known, seen])
    expect(outcome).toMatchObject(known)
  })
})

describe('a deployment whose name another run takes (https://github.com/Azure/bicep/issues/17105)', () => {
  const THEIRS = 'bbbbbbbb-0000-4000-8000-000000000002'
  const record = (status: number, correlationId: string, provisioningState: string) =>
    json(status, { properties: { provisioningState, correlationId } }, asyncOperation(STATUS))
  const first = record(201, CORRELATION_ID, 'Accepted')

  it.each(['Succeeded', 'Failed', 'Running'])(
    'has succeeded by its own status URL, though its record says %s of the other',
    async (word) => {
      const polls = [operationStatus('Succeeded')]
      const { outcome } = await deploy({ first, polls, look: record(200, THEIRS, word) })
      expect(viewOutcome(outcome)).toMatchObject({
        status: 'Succeeded',
        response: { body: { value: { status: 'Succeeded' } } },
        warnings: [expect.stringMatching(/a later run has taken its name.*outputs/), 'completed']
      })
      expect(outcome.error).toBeUndefined()
    }
  )

  it.each(['Succeeded', 'Failed'])(
    'has an end that nobody knows without its status URL: %s',
    async (word) => {
      const polls = [refusal(404, 'DeploymentOperationNotFound')]
      const { outcome } = await deploy({ first, polls, look: record(200, THEIRS, word) })
      expect(viewOutcome(outcome)).toMatchObject({
        status: 'Unknown',
        error: { code: 'DeploymentOperationNotFound' }
      })
    }
  )
})

describe('the state for the post step', () => {
  it('is saved before the request and before the first poll, and forgotten at the end', async () => {
    const { stages, saved } = await deploy({
      inputs: { 'on-cancel': 'cancel' },
      polls: [operationStatus('Succeeded')]
    })
    expect(stages).toEqual(['sending', 'following', 'forgotten'])
    expect(saved.map((run) => run?.handle?.slice(0, 7))).toEqual([undefined, 'armop3.', undefined])
    expect(saved[0]?.cancelUrl).toBe(ORIGIN + CANCEL)
    expect(JSON.stringify(saved)).not.toContain('opaque-token')
  })

  it('is forgotten with wait: false, and when nothing was answered', async () => {
    expect((await deploy({ inputs: { wait: 'false' } })).stages).toEqual(['sending', 'forgotten'])
    const refused = await deploy({ first: empty(429), inputs: { timeout: '20s' } })
    expect(refused.stages).toEqual(['sending', 'forgotten'])
    expect(refused.saved[0]?.cancelUrl).toBeUndefined()
  })
})

describe('a workflow that is canceled', () => {
  const running = { polls: [operationStatus('Running')], abortAtMs: 10_000 }

  it('leaves the operation, unless it must be canceled', async () => {
    const { outcome, stages, posted } = await deploy(running)
    expect(viewOutcome(outcome)).toMatchObject({ status: 'InProgress', mayStillRun: true })
    expect(stages).toEqual(['sending', 'following', 'following'])
    expect(posted).toEqual([])
  })

  it('cancels it at once when asked to, and saves that it did', async () => {
    const run = await deploy({ ...running, inputs: { 'on-cancel': 'cancel' } })
    expect(run.posted).toEqual([`POST ${CANCEL}`])
    expect(run.stages).toEqual(['sending', 'following', 'following, canceling'])
    expect(run.outcome.reason).toMatch(/last status was Running; Azure accepted the cancel request/)
    expect(run.elapsedMs).toBeLessThan(15_000)
  })

  it('saves that it did not, when Azure would not', async () => {
    const cancel = refusal(409, 'TooLate')
    const run = await deploy({ ...running, cancel, inputs: { 'on-cancel': 'cancel' } })
    expect(run.stages.at(-1)).toBe('following')
    expect(run.outcome.reason).toMatch(/refused the cancel request: HTTP 409 TooLate/)
  })
})

describe('a timeout', () => {
  it.each([
    ['Canceled', 'Canceled'],
    ['Succeeded', 'Succeeded'],
    ['Failed', 'Failed']
  ])('with a cancel that ends in %s is %s', async (word, status) => {
    const { outcome, posted } = await deploy({
      inputs: { 'on-timeout': 'cancel' },
      polls: [operationStatus('Running')],
      afterwards: operationStatus(word)
    })
    expect(statusOf(outcome.ending)).toBe(status)
    expect(posted).toHaveLength(1)
    const told = [outcome.reason ?? '', ...outcome.warnings].join(' ')
    expect(told).toMatch(/his step (had )?canceled (it|the operation)|This step canceled it/)
  })

  it('with a cancel that never ends stays a timeout', async () => {
    const run = await deploy({
      inputs: { 'on-timeout': 'cancel' },
      polls: [operationStatus('Running')]
    })
    expect(viewOutcome(run.outcome)).toMatchObject({ status: 'TimedOut', mayStillRun: true })
    expect(run.outcome.reason).toMatch(
      /^The timeout of 1 min expired; .*had not ended 120 s later$/
    )
    expect(run.stages.at(-1)).toBe('forgotten')
    expect(run.elapsedMs).toBeLessThanOrEqual(180_500)
  })

  it('with a cancel that never ends hands on when the operation was accepted, not canceled', async () => {
    const { outcome, saved } = await deploy({
      inputs: { 'on-timeout': 'cancel' },
      polls: [operationStatus('Running')]
    })
    const readStart = (handle = '') => {
      const reading = decodeHandle(handle, AZURE, {})
      return reading.kind === 'handle' ? reading.handle.operation.facts.startedAtMs : undefined
    }
    const acceptedAtMs = readStart(saved[1]?.handle)
    expect(acceptedAtMs).toBe(START_MS + ROUND_TRIP_MS)
    expect(readStart(outcome.operation?.handle)).toBe(acceptedAtMs)
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
    const { outcome } = await deploy({ ...refused, look: ours, inputs: { timeout: '5s' } })
    expect(statusOf(outcome.ending)).toBe('TimedOut')
    expect(outcome.warnings[0]).toMatch(/the one that this step started: it is followed/)
  })

  it('is not followed for an ID that its author gives to every run', async () => {
    const headers = `x-ms-correlation-request-id: ${CORRELATION_ID}`
    const look = json(200, {
      properties: { provisioningState: 'Running', correlationId: CORRELATION_ID }
    })
    const { outcome } = await deploy({ ...refused, look, inputs: { headers } })
    expect(statusOf(outcome.ending)).toBe('Failed')
    expect(outcome.reason).toContain('not started by this step')
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
    const { outcome } = await deploy({ ...refused, look: answer })
    expect(statusOf(outcome.ending)).toBe('Failed')
    expect(outcome.reason).toContain(who)
  })
})
