/**
 * The first request takes effect at most once, whatever becomes of its answer: how often it is sent, when, what is
 * looked at in between, and what is said of it. On virtual time.
 */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  empty,
  json,
  MINUTE_MS,
  ORIGIN,
  RESOURCE,
  refusal,
  resource,
  rules,
  START_MS,
  timing
} from '../../__fixtures__/conversation.ts'
import { VirtualTime } from '../../__fixtures__/virtual-time.ts'
import type { Submission } from '../../src/arm/submission.ts'
import { submitRequest } from '../../src/arm/submit.ts'
import { SignInError } from '../../src/errors.ts'
import { NoAnswerError, type SendOptions } from '../../src/http/http.ts'
import type { HttpResponse, JsonValue, Method } from '../../src/http/message.ts'

const ADDENDUM = 'ARM RPC contract, Addendum.md: retrying REST calls'
const TWICE = 'https://github.com/Azure/bicep-deploy/issues/328'
const THROTTLING = 'Microsoft Learn: request limits and throttling'
const GO_AZURE_SDK = 'hashicorp/go-azure-sdk, a dropped connection is not retried'

const CORRELATION_ID = 'c0ffee00-0000-4000-8000-000000000001'
const DEPLOYMENT =
  '/subscriptions/1/resourceGroups/shop/providers/Microsoft.Resources/deployments/web?api-version=1'
const BODY = { location: 'westeurope' }

/** What becomes of one call: an answer, a lost one, a connection that never was, no token, or silence. */
type Fate = HttpResponse | 'lost' | 'unsent' | 'no token' | 'defect' | 'silence'

interface Call {
  readonly atMs: number
  readonly options: SendOptions
}

interface Submit {
  readonly method: Method
  readonly path?: string
  readonly body?: JsonValue
  /** One for each time the request is sent; the last one for ever. */
  readonly sends: readonly Fate[]
  /** One for each look at the resource; the last one for ever. */
  readonly looks?: readonly Fate[]
  readonly timeoutMs?: number
  readonly latencyMs?: number
  readonly abortAtMs?: number
}

interface Submitted {
  readonly submission: Submission
  readonly sent: readonly Call[]
  readonly looked: readonly Call[]
  readonly told: readonly string[]
  readonly time: VirtualTime
}

async function submit(talk: Submit): Promise<Submitted> {
  const { method, path = RESOURCE, body, sends, looks = [], latencyMs = 0 } = talk
  const { timeoutMs = 60 * MINUTE_MS } = talk
  const time = new VirtualTime(START_MS)
  const controller = new AbortController()
  if (talk.abortAtMs !== undefined) time.at(talk.abortAtMs, () => controller.abort())
  const sent: Call[] = []
  const looked: Call[] = []
  const told: string[] = []
  const perform = async (calls: Call[], fates: readonly Fate[], options: SendOptions) => {
    const fate = fates[Math.min(calls.length, fates.length - 1)]
    if (fate === undefined) throw new Error('test bug: nobody expected this call')
    calls.push({ atMs: time.elapsedMs, options })
    return suffer(fate, time, latencyMs, options)
  }
  const submission = await submitRequest(
    { method, url: ORIGIN + path, ...(body === undefined ? {} : { body: JSON.stringify(body) }) },
    {
      client: {
        send: (_request, options) => perform(sent, sends, options),
        get: (url, options) => {
          expect(url).toBe(ORIGIN + path)
          return perform(looked, looks, options)
        }
      },
      now: time.now,
      sleep: time.sleep,
      correlationId: CORRELATION_ID,
      rules: rules({ timing: timing({ timeoutMs }) }),
      deadlineMs: time.startMs + timeoutMs,
      signal: controller.signal,
      observe: (event) => {
        if (event.kind === 'retrying') told.push(`${event.reason} (${event.delayMs})`)
      }
    }
  )
  return { submission, sent, looked, told, time }
}

async function suffer(
  fate: Fate,
  time: VirtualTime,
  latencyMs: number,
  { timeoutMs, signal }: SendOptions
): Promise<HttpResponse> {
  if (fate === 'unsent') throw new NoAnswerError('ECONNREFUSED', false)
  if (fate === 'no token') throw new SignInError('the sign-in failed')
  if (fate === 'defect') throw new TypeError('a defect')
  const isSilent = fate === 'silence' || latencyMs > timeoutMs
  await time.pass(isSilent ? timeoutMs : latencyMs, signal)
  if (fate === 'lost' || isSilent || signal.aborted) throw new NoAnswerError('socket hang up', true)
  return fate
}

const atMs = (calls: readonly Call[]) => calls.map((call) => call.atMs)

const CREATED = resource(201, 'Creating')
const AT_WORK = resource(200, 'Creating')
const OURS = json(200, {
  properties: { provisioningState: 'Succeeded', correlationId: CORRELATION_ID }
})
/** Our deployment at work: ARM has kept our correlation ID. */
const DEPLOYING_OURS = json(200, {
  properties: { provisioningState: 'Running', correlationId: CORRELATION_ID }
})
/** A deployment that began a minute before ours and has changed since. */
const DEPLOYING_OTHER = json(200, {
  properties: {
    provisioningState: 'Running',
    correlationId: 'other',
    timestamp: new Date(START_MS + 30_000).toISOString(),
    duration: 'PT1M30S'
  }
})
const NOT_OURS = resource(200, 'Succeeded')
const ABSENT = refusal(404, 'ResourceNotFound')
const BUSY = refusal(503, 'ServerBusy')
const THROTTLED = empty(429, { 'retry-after': '5' })

interface Row extends Submit {
  readonly rule: string
  readonly source: string
  readonly ends: Partial<Submission>
  /** When the request was sent, in milliseconds. */
  readonly sentAtMs: readonly number[]
  /** When the resource was looked at. */
  readonly lookedAtMs?: readonly number[]
}

const ALL: readonly Method[] = ['GET', 'HEAD', 'PUT', 'PATCH', 'POST', 'DELETE']
const REFUSED_SENDS = [0, 1_000, 3_000, 7_000]

const EVERY_METHOD: readonly Row[] = ALL.flatMap((method): Row[] => [
  {
    rule: 'an answer at once is the answer',
    source: ADDENDUM,
    method,
    sends: [CREATED],
    ends: { kind: 'answered', response: CREATED },
    sentAtMs: [0]
  },
  {
    rule: 'no connection: sent again',
    source: ADDENDUM,
    method,
    sends: ['unsent', 'unsent', CREATED],
    ends: { kind: 'answered', response: CREATED },
    sentAtMs: [0, 1_000, 3_000]
  },
  {
    rule: 'no connection, four times: it took no effect',
    source: ADDENDUM,
    method,
    sends: ['unsent'],
    ends: { kind: 'unanswered', why: 'not-sent', reason: 'ECONNREFUSED', mayStillRun: false },
    sentAtMs: REFUSED_SENDS
  },
  {
    rule: '429: sent again when the service asks for it',
    source: THROTTLING,
    method,
    sends: [THROTTLED, THROTTLED, CREATED],
    ends: { kind: 'answered', response: CREATED },
    sentAtMs: [0, 5_000, 10_000]
  },
  {
    rule: '429 until the deadline: it took no effect',
    source: THROTTLING,
    method,
    sends: [THROTTLED],
    timeoutMs: 60_000,
    ends: {
      kind: 'unanswered',
      why: 'out-of-time',
      reason: 'HTTP 429 (throttled)',
      mayStillRun: false,
      response: THROTTLED
    },
    sentAtMs: [0, 5, 10, 15, 20, 25, 30, 35, 40, 45, 50, 55].map((seconds) => seconds * 1_000)
  },
  {
    rule: '429 costs none of the other retries',
    source: THROTTLING,
    method,
    sends: [...Array.from({ length: 5 }, () => THROTTLED), 'unsent', 'unsent', 'unsent', CREATED],
    ends: { kind: 'answered', response: CREATED },
    sentAtMs: [0, 5_000, 10_000, 15_000, 20_000, 25_000, 26_000, 28_000, 32_000]
  },
  {
    rule: '409 without retry-on: the answer',
    source: 'terraform-provider-azapi, retry.error_message_regex is opt-in',
    method,
    sends: [refusal(409, 'AnotherOperationInProgress')],
    ends: { kind: 'answered', response: refusal(409, 'AnotherOperationInProgress') },
    sentAtMs: [0]
  },
  {
    rule: '401, which the client has answered with a new token already: the answer',
    source: 'azcore, BearerTokenPolicy',
    method,
    sends: [empty(401)],
    ends: { kind: 'answered', response: empty(401) },
    sentAtMs: [0]
  }
])

const READS: readonly Row[] = (['GET', 'HEAD'] as const).flatMap((method): Row[] => [
  {
    rule: 'no answer: sent again',
    source: ADDENDUM,
    method,
    sends: ['lost', 'lost', 'lost', NOT_OURS],
    ends: { kind: 'answered', response: NOT_OURS },
    sentAtMs: REFUSED_SENDS
  },
  {
    rule: '5xx four times: lost, with the answer',
    source: ADDENDUM,
    method,
    sends: [BUSY],
    ends: { kind: 'unanswered', why: 'lost', reason: 'HTTP 503 ServerBusy', response: BUSY },
    sentAtMs: REFUSED_SENDS
  },
  {
    rule: '503 with Retry-After: sent again then',
    source: ADDENDUM,
    method,
    sends: [refusal(503, 'ServerBusy', { 'retry-after': '9' }), NOT_OURS],
    ends: { kind: 'answered', response: NOT_OURS },
    sentAtMs: [0, 9_000]
  }
])

const NEVER_TWICE: readonly Row[] = (['PATCH', 'POST'] as const).flatMap((method) => [
  ...(['lost', 408, 500, 502, 503, 504] as const).map((fate): Row => {
    const answer = fate === 'lost' ? fate : refusal(fate, 'Oops')
    return {
      rule: `${fate}: never sent again, and it may have taken effect`,
      source: fate === 'lost' ? GO_AZURE_SDK : TWICE,
      method,
      sends: [answer],
      ends: {
        kind: 'unanswered',
        why: 'lost',
        reason: fate === 'lost' ? 'socket hang up' : `HTTP ${fate} Oops`,
        mayStillRun: true,
        ...(answer === 'lost' ? {} : { response: answer })
      },
      sentAtMs: [0]
    }
  }),
  {
    rule: '503 with Retry-After: never sent again either',
    source: TWICE,
    method,
    sends: [empty(503, { 'retry-after': '1' })],
    ends: { kind: 'unanswered', why: 'lost', mayStillRun: true },
    sentAtMs: [0]
  }
])

const DELETES: readonly Row[] = [
  {
    rule: 'no answer: sent again',
    source: ADDENDUM,
    method: 'DELETE',
    sends: ['lost', empty(202)],
    ends: { kind: 'answered', response: empty(202) },
    sentAtMs: [0, 1_000]
  },
  {
    rule: 'the second one finds nothing: its absence is followed',
    source: TWICE,
    method: 'DELETE',
    sends: [BUSY, ABSENT],
    ends: { kind: 'deleting', response: ABSENT },
    sentAtMs: [0, 1_000]
  },
  ...['ResourceGroupBeingDeleted', 'ResourceBeing_Deleted', 'VaultDeletionInProgress'].map(
    (code): Row => ({
      rule: `the second one finds it on its way out (${code})`,
      source: 'error codes of services that are already deleting',
      method: 'DELETE',
      sends: ['lost', refusal(409, code)],
      ends: { kind: 'deleting', response: refusal(409, code) },
      sentAtMs: [0, 1_000]
    })
  ),
  ...['InUseSubnetCannotBeDeleted', 'CannotDeleteResource', 'ScopeLocked'].map(
    (code): Row => ({
      rule: `the second one is refused (${code})`,
      source: 'Microsoft Learn: common deployment errors',
      method: 'DELETE',
      sends: ['lost', refusal(409, code)],
      looks: [NOT_OURS],
      ends: { kind: 'answered', response: refusal(409, code) },
      sentAtMs: [0, 1_000]
    })
  ),
  {
    rule: 'a 404 about the address is a refusal',
    source: 'https://github.com/Azure/azure-sdk-for-net/issues/40606',
    method: 'DELETE',
    sends: ['lost', refusal(404, 'InvalidResourceType')],
    looks: [NOT_OURS],
    ends: { kind: 'answered' },
    sentAtMs: [0, 1_000]
  },
  ...[resource(200, 'Deleting'), ABSENT].map(
    (look): Row => ({
      rule: 'the second one is refused, and the resource is on its way out: its absence is awaited',
      source: TWICE,
      method: 'DELETE',
      sends: ['lost', refusal(409, 'Conflict')],
      looks: [look],
      ends: { kind: 'deleting' },
      sentAtMs: [0, 1_000]
    })
  ),
  ...(['lost', BUSY, AT_WORK] as const).map(
    (look): Row => ({
      rule: 'the second one is refused, and the resource does not tell: the first may have taken effect',
      source: TWICE,
      method: 'DELETE',
      sends: ['lost', refusal(403, 'AuthorizationFailed')],
      looks: [look],
      ends: { kind: 'unanswered', why: 'lost', mayStillRun: true },
      sentAtMs: [0, 1_000]
    })
  ),
  {
    rule: 'the first one finds nothing: the answer',
    source: ADDENDUM,
    method: 'DELETE',
    sends: [ABSENT],
    ends: { kind: 'answered', response: ABSENT },
    sentAtMs: [0]
  },
  {
    rule: 'no answer four times: it may have taken effect',
    source: ADDENDUM,
    method: 'DELETE',
    sends: ['lost'],
    ends: { kind: 'unanswered', why: 'lost', mayStillRun: true },
    sentAtMs: REFUSED_SENDS
  },
  {
    rule: 'no answer, then no connection: it may have taken effect all the same',
    source: ADDENDUM,
    method: 'DELETE',
    sends: ['lost', 'unsent'],
    ends: { kind: 'unanswered', why: 'lost', mayStillRun: true },
    sentAtMs: REFUSED_SENDS
  }
]

const HALF = 30_000
const WINDOW = 60_000
/** When a PUT is sent again twice, and looked at in between. */
const THREE_LOOKS = [0, HALF, WINDOW]

const PUTS: readonly Row[] = [
  ...(['lost', 408, 500, 502, 503, 504] as const).map(
    (fate): Row => ({
      rule: `${fate}: looked for, and adopted at work`,
      source: TWICE,
      method: 'PUT',
      sends: [fate === 'lost' ? fate : empty(fate)],
      looks: [AT_WORK],
      ends: { kind: 'adopted', response: AT_WORK },
      sentAtMs: [0],
      lookedAtMs: [0]
    })
  ),
  {
    rule: 'adopted at the second look',
    source: TWICE,
    method: 'PUT',
    sends: ['lost'],
    looks: [ABSENT, AT_WORK],
    ends: { kind: 'adopted', response: AT_WORK },
    sentAtMs: [0],
    lookedAtMs: [0, HALF]
  },
  {
    rule: 'adopted at the third look',
    source: TWICE,
    method: 'PUT',
    sends: ['lost'],
    looks: [NOT_OURS, ABSENT, OURS],
    ends: { kind: 'adopted', response: OURS },
    sentAtMs: [0],
    lookedAtMs: THREE_LOOKS
  },
  {
    rule: 'adopted although a look before could not be read',
    source: TWICE,
    method: 'PUT',
    sends: ['lost'],
    looks: [BUSY, 'lost', AT_WORK],
    ends: { kind: 'adopted', response: AT_WORK },
    sentAtMs: [0],
    lookedAtMs: THREE_LOOKS
  },
  {
    rule: 'absent at all three looks: sent again',
    source: TWICE,
    method: 'PUT',
    sends: ['lost', CREATED],
    looks: [ABSENT],
    ends: { kind: 'answered', response: CREATED },
    sentAtMs: [0, WINDOW],
    lookedAtMs: THREE_LOOKS
  },
  {
    rule: 'at rest and not ours at all three looks: sent again',
    source: TWICE,
    method: 'PUT',
    sends: [empty(504), CREATED],
    looks: [NOT_OURS],
    ends: { kind: 'answered', response: CREATED },
    sentAtMs: [0, WINDOW],
    lookedAtMs: THREE_LOOKS
  },
  {
    rule: 'sent again at most twice',
    source: TWICE,
    method: 'PUT',
    sends: ['lost'],
    looks: [ABSENT],
    ends: { kind: 'unanswered', why: 'lost', mayStillRun: true },
    sentAtMs: [0, WINDOW, 2 * WINDOW],
    lookedAtMs: [0, HALF, WINDOW, WINDOW, WINDOW + HALF, 2 * WINDOW].concat([
      2 * WINDOW,
      2 * WINDOW + HALF,
      3 * WINDOW
    ])
  },
  {
    rule: 'the looks are spread over a sixth of the timeout',
    source: TWICE,
    method: 'PUT',
    sends: ['lost', CREATED],
    looks: [ABSENT],
    timeoutMs: 60_000,
    ends: { kind: 'answered' },
    sentAtMs: [0, 10_000],
    lookedAtMs: [0, 5_000, 10_000]
  },
  ...(
    [
      ['401', empty(401)],
      ['403', empty(403)],
      ['429', empty(429)],
      ['503', BUSY],
      ['no answer', 'lost'],
      ['no connection', 'unsent'],
      ['no token', 'no token'],
      ['a page', json(200, 'hello')]
    ] as const
  ).flatMap(([what, fate]): Row[] => [
    {
      rule: `looks that cannot be read (${what}) never lead to a second one`,
      source: TWICE,
      method: 'PUT',
      sends: ['lost'],
      looks: [fate],
      ends: { kind: 'unanswered', why: 'lost', mayStillRun: true, reason: 'socket hang up' },
      sentAtMs: [0],
      lookedAtMs: THREE_LOOKS
    },
    {
      rule: `nor does a single one (${what})`,
      source: TWICE,
      method: 'PUT',
      sends: ['lost'],
      looks: [ABSENT, fate, ABSENT],
      ends: { kind: 'unanswered', why: 'lost', mayStillRun: true },
      sentAtMs: [0],
      lookedAtMs: THREE_LOOKS
    }
  ]),
  {
    rule: '503 with Retry-After: sent again without a look',
    source: ADDENDUM,
    method: 'PUT',
    sends: [empty(503, { 'retry-after': '4' }), CREATED],
    ends: { kind: 'answered', response: CREATED },
    sentAtMs: [0, 4_000],
    lookedAtMs: []
  },
  {
    rule: '503 with Retry-After, four times: the answer',
    source: ADDENDUM,
    method: 'PUT',
    sends: [empty(503, { 'retry-after': '4' })],
    ends: { kind: 'answered' },
    sentAtMs: [0, 4_000, 8_000, 12_000],
    lookedAtMs: []
  },
  {
    rule: '409 on the first one: the answer, without a look',
    source: TWICE,
    method: 'PUT',
    sends: [refusal(409, 'DeploymentActive')],
    ends: { kind: 'answered' },
    sentAtMs: [0],
    lookedAtMs: []
  },
  {
    rule: 'a deployment, 409 DeploymentActive on the first one, and ours is at work: adopted',
    source: TWICE,
    method: 'PUT',
    path: DEPLOYMENT,
    sends: [refusal(409, 'DeploymentActive')],
    looks: [DEPLOYING_OURS],
    ends: { kind: 'adopted', response: DEPLOYING_OURS, wasAnswered: true },
    sentAtMs: [0],
    lookedAtMs: [0]
  },
  {
    rule: 'a deployment, 409 DeploymentActive on the first one, and another one is at work: who and when',
    source: TWICE,
    method: 'PUT',
    path: DEPLOYMENT,
    sends: [refusal(409, 'DeploymentActive')],
    looks: [DEPLOYING_OTHER],
    ends: {
      kind: 'answered',
      response: refusal(409, 'DeploymentActive'),
      deployer: { correlationId: 'other', startedAtMs: START_MS - 60_000 }
    },
    sentAtMs: [0],
    lookedAtMs: [0]
  },
  ...[ABSENT, NOT_OURS, BUSY].map(
    (look): Row => ({
      rule: 'a deployment, 409 DeploymentActive on the first one, and nothing to be seen: the answer',
      source: TWICE,
      method: 'PUT',
      path: DEPLOYMENT,
      sends: [refusal(409, 'DeploymentActive')],
      looks: [look],
      ends: { kind: 'answered', response: refusal(409, 'DeploymentActive') },
      sentAtMs: [0],
      lookedAtMs: [0]
    })
  ),
  {
    rule: 'a deployment, another conflict on the first one: the answer, without a look',
    source: TWICE,
    method: 'PUT',
    path: DEPLOYMENT,
    sends: [refusal(409, 'DeploymentBeingDeleted')],
    ends: { kind: 'answered' },
    sentAtMs: [0],
    lookedAtMs: []
  },
  {
    rule: 'a lost deployment, another one at work at all looks: sent again, and its refusal says who',
    source: TWICE,
    method: 'PUT',
    path: DEPLOYMENT,
    sends: ['lost', refusal(409, 'DeploymentActive')],
    looks: [DEPLOYING_OTHER],
    ends: {
      kind: 'answered',
      deployer: { correlationId: 'other', startedAtMs: START_MS - 60_000 }
    },
    sentAtMs: [0, WINDOW],
    lookedAtMs: [...THREE_LOOKS, WINDOW]
  },
  ...[AT_WORK, OURS].map(
    (look): Row => ({
      rule: '409 on the second one, and the resource shows ours: adopted',
      source: TWICE,
      method: 'PUT',
      sends: ['lost', refusal(409, 'DeploymentActive')],
      looks: [ABSENT, ABSENT, ABSENT, look],
      ends: { kind: 'adopted', response: look },
      sentAtMs: [0, WINDOW],
      lookedAtMs: [...THREE_LOOKS, WINDOW]
    })
  ),
  ...[401, 403, 404, 409].map(
    (status): Row => ({
      rule: `${status} on the second one, and the resource is as it was: the answer`,
      source: TWICE,
      method: 'PUT',
      sends: ['lost', refusal(status, 'Conflict')],
      looks: [ABSENT, ABSENT, ABSENT, NOT_OURS],
      ends: { kind: 'answered', response: refusal(status, 'Conflict') },
      sentAtMs: [0, WINDOW],
      lookedAtMs: [...THREE_LOOKS, WINDOW]
    })
  ),
  ...[401, 403, 404, 409].map(
    (status): Row => ({
      rule: `${status} on the second one, and nothing to be seen: the first may be at work unseen`,
      source: TWICE,
      method: 'PUT',
      sends: ['lost', refusal(status, 'Conflict')],
      looks: [ABSENT],
      ends: { kind: 'unanswered', why: 'lost', mayStillRun: true },
      sentAtMs: [0, WINDOW],
      lookedAtMs: [...THREE_LOOKS, WINDOW]
    })
  ),
  ...([BUSY, 'lost', 'no token'] as const).map(
    (look): Row => ({
      rule: '409 on the second one, and the resource cannot be read: it may be our own',
      source: TWICE,
      method: 'PUT',
      sends: ['lost', refusal(409, 'DeploymentActive')],
      looks: [ABSENT, ABSENT, ABSENT, look],
      ends: {
        kind: 'unanswered',
        why: 'lost',
        reason: 'HTTP 409 DeploymentActive',
        mayStillRun: true
      },
      sentAtMs: [0, WINDOW],
      lookedAtMs: [...THREE_LOOKS, WINDOW]
    })
  ),
  {
    rule: 'a second one that is refused: the answer',
    source: TWICE,
    method: 'PUT',
    sends: ['lost', refusal(400, 'InvalidTemplate')],
    looks: [ABSENT],
    ends: { kind: 'answered', response: refusal(400, 'InvalidTemplate') },
    sentAtMs: [0, WINDOW]
  },
  {
    rule: 'a second one without a connection: the first may have taken effect',
    source: TWICE,
    method: 'PUT',
    sends: ['lost', 'unsent'],
    looks: [ABSENT],
    ends: { kind: 'unanswered', why: 'lost', mayStillRun: true },
    sentAtMs: [0, WINDOW, WINDOW + 1_000, WINDOW + 3_000, WINDOW + 7_000]
  },
  {
    rule: 'a second one without a token: the first may have taken effect',
    source: TWICE,
    method: 'PUT',
    sends: ['lost', 'no token'],
    looks: [ABSENT],
    ends: { kind: 'unanswered', why: 'lost', reason: 'the sign-in failed', mayStillRun: true },
    sentAtMs: [0, WINDOW, WINDOW + 1_000, WINDOW + 3_000, WINDOW + 7_000]
  },
  {
    rule: 'a second one that is throttled to the end: the first may have taken effect',
    source: TWICE,
    method: 'PUT',
    sends: ['lost', empty(429, { 'retry-after': '600' })],
    looks: [ABSENT],
    timeoutMs: 6 * MINUTE_MS,
    ends: { kind: 'unanswered', why: 'out-of-time', mayStillRun: true },
    sentAtMs: [0, WINDOW]
  }
]

const seconds = (count: number) => new Date(START_MS + count * 1_000).toISOString()

const PROOFS: readonly Row[] = [
  {
    rule: 'a timestamp after our send is ours',
    source: TWICE,
    method: 'PUT',
    path: DEPLOYMENT,
    sends: ['lost'],
    looks: [json(200, { properties: { provisioningState: 'Failed', timestamp: seconds(0) } })],
    ends: { kind: 'adopted' },
    sentAtMs: [0]
  },
  {
    rule: 'a timestamp before our send is not',
    source: TWICE,
    method: 'PUT',
    path: DEPLOYMENT,
    sends: ['lost', CREATED],
    looks: [json(200, { properties: { provisioningState: 'Failed', timestamp: seconds(-1) } })],
    ends: { kind: 'answered' },
    sentAtMs: [0, WINDOW]
  },
  {
    rule: 'a timestamp counts by the clock of the service',
    source: TWICE,
    method: 'PUT',
    path: DEPLOYMENT,
    sends: ['lost'],
    looks: [
      json(
        200,
        { properties: { provisioningState: 'Succeeded', timestamp: seconds(-3_599) } },
        { date: new Date(START_MS - 3_600_000).toUTCString() }
      )
    ],
    ends: { kind: 'adopted' },
    sentAtMs: [0]
  },
  {
    rule: 'tries that took no effect do not count: what changed since is not ours',
    source: TWICE,
    method: 'PUT',
    sends: [empty(429, { 'retry-after': '300' }), 'lost', CREATED],
    looks: [json(200, { systemData: { lastModifiedAt: seconds(200) } })],
    ends: { kind: 'answered', response: CREATED },
    sentAtMs: [0, 300_000, 300_000 + WINDOW]
  },
  {
    rule: 'of several tries the first that may have taken effect counts',
    source: TWICE,
    method: 'PUT',
    sends: ['lost'],
    looks: [ABSENT, ABSENT, ABSENT, json(200, { systemData: { lastModifiedAt: seconds(30) } })],
    ends: { kind: 'adopted' },
    sentAtMs: [0, WINDOW]
  },
  {
    rule: 'a resource that holds our body is ours',
    source: TWICE,
    method: 'PUT',
    body: BODY,
    sends: ['lost'],
    looks: [json(200, { ...BODY, id: '/x' })],
    ends: { kind: 'adopted' },
    sentAtMs: [0]
  },
  {
    rule: 'a deployment that holds our body is not: it is sent again',
    source: TWICE,
    method: 'PUT',
    path: DEPLOYMENT,
    body: BODY,
    sends: ['lost', CREATED],
    looks: [json(200, { ...BODY, id: '/x', properties: { timestamp: seconds(-60) } })],
    ends: { kind: 'answered' },
    sentAtMs: [0, WINDOW]
  },
  {
    rule: 'a deployment that names no time may be ours: not sent again',
    source: TWICE,
    method: 'PUT',
    path: DEPLOYMENT,
    body: BODY,
    sends: ['lost', CREATED],
    looks: [json(200, { ...BODY, id: '/x' })],
    ends: { kind: 'unanswered', why: 'lost', mayStillRun: true },
    sentAtMs: [0]
  }
]

describe.each([
  { kind: 'every method', rows: EVERY_METHOD },
  { kind: 'reads', rows: READS },
  { kind: 'what is never sent twice', rows: NEVER_TWICE },
  { kind: 'DELETE', rows: DELETES },
  { kind: 'PUT', rows: PUTS },
  { kind: 'proofs that a resource shows our PUT', rows: PROOFS }
])('$kind', ({ rows }) => {
  it.each(rows)('$method: $rule ($source)', async ({ ends, sentAtMs, lookedAtMs, ...talk }) => {
    const { submission, sent, looked } = await submit(talk)
    expect(submission).toMatchObject(ends)
    expect(atMs(sent)).toEqual(sentAtMs)
    if (lookedAtMs !== undefined) expect(atMs(looked)).toEqual(lookedAtMs)
  })
})

describe('each send', () => {
  it.each(ALL)('%s: a new connection for all but reads', async (method) => {
    const { sent } = await submit({ method, sends: [CREATED] })
    expect(sent[0]?.options.fresh).toBe(method !== 'GET' && method !== 'HEAD')
  })

  it('has two minutes, because ARM waits one for a provider', async () => {
    const { sent } = await submit({ method: 'POST', sends: [CREATED] })
    expect(sent[0]?.options.timeoutMs).toBe(120_000)
  })

  it('has what is left of the time', async () => {
    const { sent, submission, time } = await submit({
      method: 'POST',
      sends: [THROTTLED, 'silence'],
      timeoutMs: 60_000
    })
    expect(sent.map(({ options }) => options.timeoutMs)).toEqual([60_000, 55_000])
    expect(submission).toMatchObject({ kind: 'unanswered', why: 'lost', mayStillRun: true })
    expect(time.elapsedMs).toBe(60_000)
  })

  it('is announced when it is made again, and why', async () => {
    const { told } = await submit({
      method: 'PUT',
      sends: ['unsent', refusal(429, 'Slow'), resource(502, 'Accepted'), CREATED],
      looks: [ABSENT]
    })
    expect(told).toEqual([
      'ECONNREFUSED (1000)',
      'HTTP 429 Slow (throttled) (1000)',
      'HTTP 502 Accepted; looking whether it took effect (0)',
      'nothing of this request is there; sending it again (0)'
    ])
  })

  it('is not made when the time is up before it', async () => {
    const { submission, sent } = await submit({ method: 'PUT', sends: [CREATED], timeoutMs: 0 })
    expect(submission).toMatchObject({
      kind: 'unanswered',
      why: 'out-of-time',
      mayStillRun: false
    })
    expect(sent).toEqual([])
  })

  it.each(['no token', 'defect'] as const)('rejects at once for %s', async (fate) => {
    const rejected = submit({ method: 'PUT', sends: [fate] })
    await expect(rejected).rejects.toThrow(fate === 'defect' ? TypeError : SignInError)
  })

  it('rejects for a defect after it was lost, in a look too', async () => {
    await expect(submit({ method: 'PUT', sends: ['lost'], looks: ['defect'] })).rejects.toThrow(
      TypeError
    )
    await expect(submit({ method: 'DELETE', sends: ['lost', 'defect'] })).rejects.toThrow(TypeError)
  })
})

describe('interrupted', () => {
  it('while the request is under way: it may have taken effect', async () => {
    const { submission, sent } = await submit({
      method: 'POST',
      sends: [CREATED],
      latencyMs: 10_000,
      abortAtMs: 3_000
    })
    expect(submission).toMatchObject({ kind: 'unanswered', why: 'interrupted', mayStillRun: true })
    expect(sent).toHaveLength(1)
  })

  it('while it waits to send it again: it took no effect', async () => {
    const { submission, sent, time } = await submit({
      method: 'POST',
      sends: [THROTTLED],
      abortAtMs: 7_000
    })
    expect(submission).toMatchObject({ kind: 'unanswered', why: 'interrupted', mayStillRun: false })
    expect(sent).toHaveLength(2)
    expect(time.elapsedMs).toBe(7_000)
  })

  it('between two looks: it may have taken effect', async () => {
    const { submission, looked, time } = await submit({
      method: 'PUT',
      sends: ['lost'],
      looks: [ABSENT],
      abortAtMs: 20_000
    })
    expect(submission).toMatchObject({ kind: 'unanswered', why: 'interrupted', mayStillRun: true })
    expect(looked).toHaveLength(1)
    expect(time.elapsedMs).toBe(20_000)
  })

  it('during the last look: it is not sent again', async () => {
    const { submission, sent } = await submit({
      method: 'PUT',
      sends: ['lost'],
      looks: [ABSENT, ABSENT, 'silence'],
      abortAtMs: 70_000
    })
    expect(submission).toMatchObject({ kind: 'unanswered', mayStillRun: true })
    expect(sent).toHaveLength(1)
  })
})

describe('the deadline', () => {
  it('between two looks: the rest is not made', async () => {
    const { submission, sent, looked, time } = await submit({
      method: 'PUT',
      sends: ['silence'],
      looks: [ABSENT],
      timeoutMs: 132_000
    })
    // Two minutes without an answer, then looks at 120 s, 131 s and, had there been time, 142 s.
    expect(submission).toMatchObject({ kind: 'unanswered', why: 'out-of-time', mayStillRun: true })
    expect(atMs(sent)).toEqual([0])
    expect(atMs(looked)).toEqual([120_000, 131_000])
    expect(time.elapsedMs).toBe(131_000)
  })

  it('during a look: none follows, and nothing is sent', async () => {
    const { submission, sent, looked, time } = await submit({
      method: 'PUT',
      sends: ['lost'],
      looks: ['silence'],
      timeoutMs: 50_000
    })
    expect(submission).toMatchObject({ kind: 'unanswered', why: 'out-of-time', mayStillRun: true })
    expect(sent).toHaveLength(1)
    expect(looked.map(({ options }) => options.timeoutMs)).toEqual([50_000])
    expect(time.elapsedMs).toBe(50_000)
  })

  it('that comes with the last look: nothing is sent', async () => {
    const { submission, sent, told } = await submit({
      method: 'PUT',
      sends: ['lost', CREATED],
      looks: [ABSENT],
      latencyMs: 10_000,
      timeoutMs: 40_000
    })
    // Sent at 0 s, looks at 10 s, 20 s and 30 s, each of 10 s.
    expect(submission).toMatchObject({
      kind: 'unanswered',
      why: 'out-of-time',
      reason: 'socket hang up',
      mayStillRun: true
    })
    expect(sent).toHaveLength(1)
    expect(told).toEqual(['socket hang up; looking whether it took effect (0)'])
  })

  it('before the look after a conflict: it may be our own', async () => {
    const { submission, looked } = await submit({
      method: 'PUT',
      sends: ['lost', refusal(409, 'DeploymentActive')],
      looks: [ABSENT],
      latencyMs: 10_000,
      timeoutMs: 50_000
    })
    expect(submission).toMatchObject({ kind: 'unanswered', why: 'lost', mayStillRun: true })
    expect(looked).toHaveLength(3)
  })

  it('is never passed, and nothing takes effect twice, whatever the service does', async () => {
    const fates = fc.constantFrom<Fate>(
      'lost',
      'unsent',
      'silence',
      THROTTLED,
      BUSY,
      empty(503, { 'retry-after': '3' }),
      empty(409),
      CREATED
    )
    const looks = fc.constantFrom<Fate>('lost', 'silence', ABSENT, NOT_OURS, BUSY)
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...ALL),
        fc.array(fates, { minLength: 1, maxLength: 8 }),
        fc.array(looks, { minLength: 1, maxLength: 8 }),
        fc.integer({ min: 1_000, max: 400_000 }),
        fc.integer({ min: 0, max: 130_000 }),
        async (method, sends, lookFates, timeoutMs, latencyMs) => {
          const talk = { method, sends, looks: lookFates, timeoutMs, latencyMs }
          const { sent, looked, time } = await submit(talk)
          for (const { atMs: startMs, options } of [...sent, ...looked]) {
            expect(options.timeoutMs).toBeGreaterThan(0)
            expect(startMs + options.timeoutMs).toBeLessThanOrEqual(timeoutMs)
          }
          expect(time.elapsedMs).toBeLessThanOrEqual(timeoutMs)
          if (method === 'POST' || method === 'PATCH') {
            const answers = sent.map((_call, index) => sends[Math.min(index, sends.length - 1)])
            const isHarmless = (fate: Fate | undefined) => fate === 'unsent' || fate === THROTTLED
            expect(answers.slice(0, -1).every(isHarmless)).toBe(true)
          }
        }
      ),
      { numRuns: 300 }
    )
  })
})
