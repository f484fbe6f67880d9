/**
 * Every end that a request can come to, and the outcome that it is told as. A verdict of failure is only for what
 * Azure called one, or for what never reached it.
 */
import { describe, expect, it } from 'vitest'
import {
  ACTION,
  empty,
  json,
  MINUTE_MS,
  ORIGIN,
  operationStatus,
  READY,
  RESOURCE,
  RESOURCE_ID,
  refusal,
  request,
  resource,
  START_MS,
  STATUS
} from '../../__fixtures__/conversation.ts'
import {
  createError,
  createOutcome,
  type OutcomeView,
  viewOutcome
} from '../../__fixtures__/outcomes.ts'
import { readCloud } from '../../src/arm/clouds.ts'
import type { Submission } from '../../src/arm/submission.ts'
import type { HttpResponse, Method } from '../../src/http/message.ts'
import type { Facts, PendingOperation, TerminalOperation } from '../../src/operation/state.ts'
import {
  concludeAccepted,
  concludePolling,
  concludeUndecided,
  isGreen,
  type RunFacts
} from '../../src/run/conclude.ts'
import { OUTCOME_STATUSES, type Outcome } from '../../src/run/outcome.ts'
import { concludeUnanswered } from '../../src/run/unanswered.ts'

const NO_ADDRESSES = { endpoint: '', audience: '', authorityHost: '' }
const CLOUD = await readCloud({ environment: 'AzureCloud', ...NO_ADDRESSES })
const SECRET_QUERY = `${STATUS}&t=1&c=MIIH&s=secret&h=secret`

function run(overrides: Partial<RunFacts> = {}): RunFacts {
  return {
    request: request('PUT'),
    cloud: CLOUD,
    correlationId: 'sent-correlation',
    timeoutMs: 60 * MINUTE_MS,
    startedAtMs: START_MS,
    endedAtMs: START_MS + MINUTE_MS,
    accepted: empty(202, { 'x-ms-request-id': 'first-request' }),
    changes: [],
    warnings: [],
    ...overrides
  }
}

/** A run whose request was not answered. */
function unansweredRun(method: Method): RunFacts {
  const { accepted: _accepted, ...rest } = run({ request: request(method) })
  return rest
}

function facts(overrides: Partial<Facts> = {}): Facts {
  return {
    request: request('PUT'),
    firstStatus: 202,
    startedAtMs: START_MS,
    pollCount: 3,
    sawProgress: false,
    fellBack: false,
    lastStatus: 'Running',
    warnings: [],
    ...overrides
  }
}

function pending(overrides: Partial<Facts> = {}): PendingOperation {
  return {
    state: 'running',
    via: 'status-url',
    url: ORIGIN + SECRET_QUERY,
    wait: { kind: 'poll' },
    facts: facts(overrides),
    everReadable: true,
    missedRounds: 0,
    absences: 0
  }
}

interface Row {
  readonly what: string
  readonly operation: TerminalOperation
  readonly expected: Partial<OutcomeView>
}

const ERROR = createError('SkuNotAvailable', 'None left.')

const ENDS: readonly Row[] = [
  {
    what: 'succeeded',
    operation: {
      state: 'succeeded',
      facts: facts({ lastStatus: 'Succeeded' }),
      response: resource(200, 'Succeeded')
    },
    expected: {
      status: 'Succeeded',
      mayStillRun: false,
      lastStatus: 'Succeeded',
      response: resource(200, 'Succeeded')
    }
  },
  {
    what: 'failed, with the error of the service, which says more than we could',
    operation: {
      state: 'failed',
      facts: facts(),
      response: operationStatus('Failed'),
      error: ERROR
    },
    expected: {
      status: 'Failed',
      mayStillRun: false,
      error: ERROR,
      lastStatus: 'Failed'
    }
  },
  {
    what: 'failed, in a word of the provider',
    operation: { state: 'failed', facts: facts(), response: operationStatus('Exploded') },
    expected: {
      status: 'Failed',
      reason: 'The operation ended with status Exploded',
      lastStatus: 'Exploded'
    }
  },
  {
    what: 'failed by what its result says, no matter what the monitor said before',
    operation: {
      state: 'failed',
      facts: facts({ lastStatus: 'Succeeded' }),
      response: resource(200, 'Failed')
    },
    expected: {
      status: 'Failed',
      reason: 'The operation ended with status Failed',
      lastStatus: 'Failed'
    }
  },
  {
    what: 'failed by the HTTP status of its Location',
    operation: {
      state: 'failed',
      facts: facts({ lastStatus: 'Creating' }),
      response: refusal(409, 'Conflict')
    },
    expected: {
      status: 'Failed',
      reason: 'The operation ended with HTTP 409',
      lastStatus: 'Creating'
    }
  },
  {
    what: 'failed without a word',
    operation: { state: 'failed', facts: facts({ pollCount: 0 }), response: empty(200) },
    expected: { status: 'Failed', reason: 'The operation ended with status Failed' }
  },
  {
    what: 'canceled',
    operation: {
      state: 'canceled',
      facts: facts(),
      response: operationStatus('Cancelled'),
      error: ERROR
    },
    expected: {
      status: 'Canceled',
      mayStillRun: false,
      error: ERROR,
      lastStatus: 'Cancelled'
    }
  },
  {
    what: 'canceled without a word',
    operation: { state: 'canceled', facts: facts(), response: empty(200) },
    expected: { status: 'Canceled', reason: 'The operation ended with status Canceled' }
  },
  {
    what: 'refused at once',
    operation: {
      state: 'failed',
      facts: facts({ pollCount: 0 }),
      response: refusal(403, 'AuthorizationFailed')
    },
    expected: {
      status: 'Failed',
      mayStillRun: false,
      reason: 'Azure refused the request with HTTP 403'
    }
  },
  {
    what: 'redirected, told by its host alone',
    operation: {
      state: 'failed',
      facts: facts({ pollCount: 0 }),
      response: empty(307, { location: 'https://blobs.example/export?sig=secret' })
    },
    expected: {
      status: 'Failed',
      reason: 'Azure answered HTTP 307, a redirect to blobs.example; redirects are never followed'
    }
  },
  {
    what: 'redirected, whatever the body says',
    operation: {
      state: 'failed',
      facts: facts({ pollCount: 2 }),
      response: json(308, { properties: { provisioningState: 'Succeeded' } })
    },
    expected: { reason: 'Azure answered HTTP 308, a redirect; redirects are never followed' }
  },
  {
    what: 'redirected to nowhere',
    operation: {
      state: 'failed',
      facts: facts({ pollCount: 0 }),
      response: empty(302, { location: '/here' })
    },
    expected: { reason: 'Azure answered HTTP 302, a redirect; redirects are never followed' }
  },
  {
    what: 'redirected without a Location',
    operation: { state: 'failed', facts: facts({ pollCount: 0 }), response: empty(304) },
    expected: { reason: 'Azure answered HTTP 304, a redirect; redirects are never followed' }
  },
  {
    what: 'unknown, with all that is known',
    operation: {
      state: 'unknown',
      facts: facts(),
      reason: 'nobody knows',
      response: empty(202),
      error: ERROR,
      url: ORIGIN + SECRET_QUERY
    },
    expected: {
      status: 'Unknown',
      mayStillRun: true,
      reason: 'nobody knows',
      error: ERROR,
      response: empty(202),
      pollingPath: new URL(ORIGIN + STATUS).pathname
    }
  },
  {
    what: 'unknown, with nothing known',
    operation: { state: 'unknown', facts: facts(), reason: 'nobody knows' },
    expected: { status: 'Unknown', mayStillRun: true, reason: 'nobody knows' }
  }
]

describe('an operation that was followed to its end', () => {
  it.each(ENDS)('$what', ({ operation, expected }) => {
    expect(viewOutcome(concludePolling(run(), { kind: 'terminal', operation }))).toMatchObject(
      expected
    )
  })

  it.each(ENDS)('$what: says no more than it knows', ({ operation, expected }) => {
    const outcome = viewOutcome(concludePolling(run(), { kind: 'terminal', operation }))
    expect(outcome).not.toHaveProperty('neverSent')
    for (const name of ['error', 'pollingPath', 'reason'] as const) {
      expect(name in outcome).toBe(name in expected)
    }
    expect(JSON.stringify({ ...outcome, response: undefined })).not.toContain('secret')
  })
})

interface StoppedRow {
  readonly what: string
  readonly known: Partial<Facts>
  readonly timeoutMs?: number
  readonly reasons: Readonly<Record<'timed-out' | 'interrupted', string>>
}

const unseen: Partial<Facts> = { lastFault: { message: 'ECONNRESET: it broke' } }
const faults = {
  sinceMs: 0,
  transient: 1,
  notFound: 0,
  notFoundSinceMs: 0,
  malformed: 0,
  forbidden: 0,
  refused: 0
}

const STOPPED: readonly StoppedRow[] = [
  {
    what: 'seen running',
    known: {},
    reasons: {
      'timed-out': 'The timeout of 60 min expired; the last status was Running',
      interrupted: 'The workflow was canceled while waiting; the last status was Running'
    }
  },
  {
    what: 'that could not be read at last',
    known: { ...unseen, faults },
    timeoutMs: 90_000,
    reasons: {
      'timed-out':
        'The timeout of 90 s expired; the last status was Running; the last poll ran into ECONNRESET: it broke',
      interrupted:
        'The workflow was canceled while waiting; the last status was Running; the last poll ran into ECONNRESET: it broke'
    }
  },
  {
    what: 'whose monitor had said Succeeded, and whose witnesses could not be read',
    known: {
      ...unseen,
      claimedBy: 'status-url',
      resourceWords: ['Creating', 'Updating'],
      lastLook: 'the resource itself answers 404',
      testimonies: [
        {
          witness: 'location',
          url: ORIGIN + SECRET_QUERY,
          report: { status: 405, message: 'HTTP 405 NoGet' },
          wasNeverThere: false
        }
      ]
    },
    timeoutMs: 90_000,
    reasons: {
      'timed-out': `The timeout of 90 s expired; the last status was Running; the status URL had said Succeeded, but the resource still says Updating; the Location (${new URL(ORIGIN + SECRET_QUERY).pathname}) answered HTTP 405 NoGet; the resource itself answers 404`,
      interrupted: `The workflow was canceled while waiting; the last status was Running; the status URL had said Succeeded, but the resource still says Updating; the Location (${new URL(ORIGIN + SECRET_QUERY).pathname}) answered HTTP 405 NoGet; the resource itself answers 404`
    }
  },
  {
    what: 'that could be read again',
    known: unseen,
    timeoutMs: 400,
    reasons: {
      'timed-out': 'The timeout of 0.4 s expired; the last status was Running',
      interrupted: 'The workflow was canceled while waiting; the last status was Running'
    }
  }
]

describe('an operation that is not over', () => {
  it('has been decided by nobody, though its monitor had said that it is done', () => {
    const { facts, url } = pending({ decidedBy: 'status-url' })
    const operation: PendingOperation = {
      state: 'settling',
      facts,
      url,
      wait: { kind: 'poll' },
      result: { status: 200, headers: {}, body: { kind: 'empty' } },
      word: 'Updating',
      sinceMs: 0
    }
    const outcome = concludePolling(run(), { kind: 'interrupted', operation })
    expect([outcome.decidedBy, outcome.decision]).toEqual([undefined, undefined])
  })

  it.each(
    STOPPED.flatMap((row) =>
      (['timed-out', 'interrupted'] as const).map((kind) => ({ ...row, kind }))
    )
  )('$what, $kind', ({ known, timeoutMs, reasons, kind }) => {
    const facts = timeoutMs === undefined ? run() : run({ timeoutMs })
    const outcome = viewOutcome(concludePolling(facts, { kind, operation: pending(known) }))
    expect(outcome).toMatchObject({
      status: kind === 'timed-out' ? 'TimedOut' : 'InProgress',
      mayStillRun: true,
      reason: reasons[kind],
      lastStatus: 'Running',
      pollCount: 3,
      pollingPath: new URL(ORIGIN + STATUS).pathname
    })
    for (const name of ['response', 'error', 'neverSent']) expect(outcome).not.toHaveProperty(name)
    expect(JSON.stringify(outcome)).not.toContain('secret')
  })

  it('whose status was never seen', () => {
    const { lastStatus: _lastStatus, ...known } = facts()
    const operation = { ...pending(), facts: known }
    expect(concludePolling(run(), { kind: 'timed-out', operation }).reason).toBe(
      'The timeout of 60 min expired; no status was seen'
    )
  })

  it('whose step had less time than it', () => {
    const facts = run({ timeoutMs: 66_512, endsWithStep: true })
    expect(concludePolling(facts, { kind: 'timed-out', operation: pending() }).reason).toBe(
      'The timeout of the step expired; the last status was Running'
    )
  })

  it('because the step does not wait', () => {
    const outcome = viewOutcome(concludeAccepted(run(), pending({ pollCount: 0 })))
    expect(outcome).toMatchObject({
      status: 'InProgress',
      mayStillRun: true,
      pollCount: 0,
      pollingPath: new URL(ORIGIN + STATUS).pathname
    })
    expect(outcome).not.toHaveProperty('reason')
  })
})

const SILENT = {
  witness: 'status-url',
  url: ORIGIN + SECRET_QUERY,
  report: { status: 404, message: 'HTTP 404 NotFound', requestId: 'poll-request' },
  wasNeverThere: true
} as const
const FIRST = resource(200, 'Succeeded')

describe('what the verdict rests on', () => {
  it.each<[string, Partial<Facts>, HttpResponse, string | undefined]>([
    ['the usual source', { decidedBy: 'status-url' }, READY, undefined],
    ['the first answer', { decidedBy: 'first-answer', firstAnswer: FIRST }, FIRST, undefined],
    [
      'a source in place of a stronger one',
      { decidedBy: 'location', testimonies: [SILENT] },
      READY,
      `the Location; the status URL (${new URL(SILENT.url).pathname}) answered HTTP 404 NotFound`
    ],
    [
      'a poll that confirms the first answer',
      { decidedBy: 'status-url', firstAnswer: FIRST },
      FIRST,
      'the status URL; the result is the first answer, which it confirmed'
    ]
  ])('%s', (_what, known, response, decision) => {
    const operation = { state: 'succeeded', facts: facts(known), response } as const
    const outcome = concludePolling(run(), { kind: 'terminal', operation })
    expect(outcome.decidedBy).toBe(known.decidedBy)
    expect(outcome.decision).toBe(decision)
  })

  it('names the request that told of a failure', () => {
    const told = (id: string): HttpResponse => ({
      ...operationStatus('Failed'),
      headers: { 'x-ms-request-id': id }
    })
    const accepted = told('first-request')
    const conclude = (response: HttpResponse) =>
      concludePolling(run({ accepted }), {
        kind: 'terminal',
        operation: { state: 'failed', facts: facts(), response, error: ERROR }
      }).failureRequestId
    expect(conclude(told('last-request'))).toBe('last-request')
    expect(conclude(accepted)).toBeUndefined()
  })

  it('names the request of the last poll that could not be read', () => {
    const lastFault = { status: 404, message: 'HTTP 404', requestId: 'poll-request' }
    const operation = {
      state: 'unknown',
      facts: facts({ lastFault }),
      reason: 'it is gone'
    } as const
    const { failureRequestId } = concludePolling(run(), { kind: 'terminal', operation })
    expect(failureRequestId).toBe('poll-request')
  })
})

type Unanswered = Extract<Submission, { kind: 'unanswered' }>

interface UnansweredRow {
  readonly what: string
  readonly method: Method
  readonly submission: Omit<Unanswered, 'kind'>
  readonly expected: Partial<OutcomeView>
}

const LOST = 'ECONNRESET: socket hang up'
const BUSY: HttpResponse = refusal(429, 'TooManyRequests')
const BROKEN: HttpResponse = refusal(500, 'InternalServerError')

const UNANSWERED: readonly UnansweredRow[] = [
  {
    what: 'never sent',
    method: 'PUT',
    submission: { why: 'not-sent', reason: 'ECONNREFUSED', mayStillRun: false },
    expected: {
      status: 'Failed',
      mayStillRun: false,
      neverSent: true,
      reason: 'The request could not be sent: ECONNREFUSED'
    }
  },
  {
    what: 'a change whose answer was lost',
    method: 'POST',
    submission: { why: 'lost', reason: LOST, mayStillRun: true },
    expected: {
      status: 'Unknown',
      mayStillRun: true,
      reason: `The answer to the request was lost: ${LOST}. It may have taken effect`
    }
  },
  {
    what: 'a change that was answered by an error of the server',
    method: 'POST',
    submission: {
      why: 'lost',
      reason: 'HTTP 500 InternalServerError',
      mayStillRun: true,
      response: BROKEN
    },
    expected: {
      status: 'Unknown',
      mayStillRun: true,
      reason:
        'Azure answered HTTP 500 InternalServerError, which does not say whether the request took effect',
      response: BROKEN,
      error: createError('InternalServerError', 'InternalServerError it is')
    }
  },
  {
    what: 'a read whose answer was lost',
    method: 'GET',
    submission: { why: 'lost', reason: LOST, mayStillRun: true },
    expected: {
      status: 'Failed',
      mayStillRun: false,
      reason: `The request was not answered: ${LOST}`
    }
  },
  {
    what: 'a read that was answered by an error of the server',
    method: 'HEAD',
    submission: { why: 'lost', reason: 'HTTP 500', mayStillRun: true, response: empty(500) },
    expected: {
      status: 'Failed',
      mayStillRun: false,
      reason: 'Azure answered HTTP 500',
      response: empty(500)
    }
  },
  {
    what: 'out of time, and it may have taken effect',
    method: 'PUT',
    submission: { why: 'out-of-time', reason: LOST, mayStillRun: true },
    expected: {
      status: 'TimedOut',
      mayStillRun: true,
      reason: `No usable answer within 60 min: ${LOST}. It may have taken effect`
    }
  },
  {
    what: 'out of time while Azure was throttling',
    method: 'PUT',
    submission: {
      why: 'out-of-time',
      reason: 'HTTP 429 TooManyRequests',
      mayStillRun: false,
      response: BUSY
    },
    expected: {
      status: 'TimedOut',
      mayStillRun: false,
      reason: 'No usable answer within 60 min: HTTP 429 TooManyRequests. It took no effect',
      response: BUSY,
      error: createError('TooManyRequests', 'TooManyRequests it is')
    }
  },
  {
    what: 'out of time before it was sent',
    method: 'PUT',
    submission: { why: 'out-of-time', reason: 'ENOTFOUND', mayStillRun: false },
    expected: {
      status: 'TimedOut',
      mayStillRun: false,
      neverSent: true,
      reason: 'No usable answer within 60 min: ENOTFOUND. It took no effect'
    }
  },
  {
    what: 'a read that is out of time',
    method: 'GET',
    submission: { why: 'out-of-time', reason: LOST, mayStillRun: true },
    expected: {
      status: 'TimedOut',
      mayStillRun: false,
      reason: `No usable answer within 60 min: ${LOST}. It took no effect`
    }
  },
  {
    what: 'canceled while it was under way',
    method: 'POST',
    submission: { why: 'interrupted', reason: LOST, mayStillRun: true },
    expected: {
      status: 'Unknown',
      mayStillRun: true,
      reason: 'The workflow was canceled before the request was answered. It may have taken effect'
    }
  },
  {
    what: 'canceled while a read was under way',
    method: 'GET',
    submission: { why: 'interrupted', reason: LOST, mayStillRun: true },
    expected: {
      status: 'Unknown',
      mayStillRun: false,
      reason: 'The workflow was canceled before the request was answered. It took no effect'
    }
  },
  {
    what: 'canceled before it was sent',
    method: 'POST',
    submission: { why: 'interrupted', reason: 'ended before it was sent', mayStillRun: false },
    expected: {
      status: 'Failed',
      mayStillRun: false,
      neverSent: true,
      reason: 'The workflow was canceled before the request was sent'
    }
  }
]

describe('a request that was not answered', () => {
  it.each(UNANSWERED)('$what', ({ method, submission, expected }) => {
    const outcome = viewOutcome(
      concludeUnanswered(unansweredRun(method), { kind: 'unanswered', ...submission })
    )
    expect(outcome).toMatchObject(expected)
    expect(outcome).toMatchObject({ correlationId: 'sent-correlation', pollCount: 0 })
    for (const name of ['neverSent', 'response', 'error'] as const) {
      expect(name in outcome).toBe(name in expected)
    }
    expect(outcome).not.toHaveProperty('accepted')
  })
})

describe('a run that could not go on', () => {
  it('may have left something running', () => {
    const outcome = viewOutcome(concludeUndecided(run(), 'it broke'))
    expect(outcome).toMatchObject({ status: 'Unknown', mayStillRun: true, reason: 'it broke' })
    expect(outcome).not.toHaveProperty('neverSent')
  })
})

describe('where an outcome can be found again', () => {
  const conclude = (facts: RunFacts) => concludeAccepted(facts, pending())

  it.each<[what: string, RunFacts, Partial<Outcome>]>([
    [
      'by the ids of the first answer',
      run({
        accepted: empty(202, { 'x-ms-correlation-request-id': 'arm', 'x-ms-request-id': 'first' })
      }),
      {
        correlationId: 'arm',
        requestId: 'first',
        resourceId: RESOURCE_ID,
        portalUrl: `https://portal.azure.com/#@/resource${RESOURCE_ID}`
      }
    ],
    [
      'by the id that was sent, when the answer has none',
      run(),
      { correlationId: 'sent-correlation', requestId: 'first-request' }
    ],
    [
      'by the resource of an action',
      run({ request: request('POST', ACTION) }),
      { resourceId: RESOURCE_ID }
    ]
  ])('%s', (_what, facts, expected) => {
    expect(conclude(facts)).toMatchObject(expected)
  })

  it('by no portal where that is not known', async () => {
    const cloud = await readCloud({
      environment: 'custom',
      ...NO_ADDRESSES,
      endpoint: 'https://arm.example'
    })
    expect(conclude(run({ cloud }))).not.toHaveProperty('portalUrl')
  })

  it('by no resource when the path names none', () => {
    const outcome = conclude(run({ request: request('GET', '/metadata?x=1') }))
    expect(outcome).not.toHaveProperty('resourceId')
    expect(outcome).not.toHaveProperty('portalUrl')
  })

  it('by the ids of the last answer when none was accepted', () => {
    const response = {
      ...BROKEN,
      headers: { 'x-ms-request-id': 'last', 'x-ms-correlation-request-id': 'arm' }
    }
    const outcome = viewOutcome(
      concludeUnanswered(unansweredRun('POST'), {
        kind: 'unanswered',
        why: 'lost',
        reason: 'HTTP 500',
        mayStillRun: true,
        response
      })
    )
    expect(outcome).toMatchObject({ requestId: 'last', correlationId: 'arm' })
  })

  it('by an id that no service can break', () => {
    const response = json(200, { id: `${RESOURCE_ID.slice(0, -4)}\ud800/cart` })
    const operation: TerminalOperation = { state: 'succeeded', facts: facts(), response }
    expect(viewOutcome(concludePolling(run(), { kind: 'terminal', operation }))).toMatchObject({
      status: 'Succeeded',
      resourceId: RESOURCE_ID
    })
  })
})

describe('everything about the run', () => {
  it('is carried over', () => {
    const changes = [{ at: START_MS, status: 'Running' }]
    const outcome = viewOutcome(
      concludePolling(run({ changes, warnings: ['ours'] }), {
        kind: 'terminal',
        operation: {
          state: 'succeeded',
          facts: facts({ warnings: ['theirs'] }),
          response: empty(200)
        }
      })
    )
    expect(outcome).toMatchObject({
      request: { method: 'PUT', url: ORIGIN + RESOURCE },
      changes,
      warnings: ['ours', 'theirs'],
      startedAt: START_MS,
      endedAt: START_MS + MINUTE_MS,
      pollCount: 3,
      accepted: { status: 202 }
    })
  })
})

describe('the job is green', () => {
  it.each(
    OUTCOME_STATUSES.flatMap((status) => [true, false].map((wait) => [status, wait] as const))
  )('%s with wait: %s', (status, wait) => {
    const outcome = createOutcome({ status })
    expect(isGreen(outcome, wait)).toBe(
      ['Succeeded', 'Skipped'].includes(status) || (status === 'InProgress' && wait === false)
    )
  })
})
