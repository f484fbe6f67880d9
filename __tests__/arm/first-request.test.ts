/**
 * The first request takes effect at most once, even when its answer is lost: what follows upon each answer and upon
 * each probe of the resource, row by row. How the steps are driven is told in submit.test.ts.
 */
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
import {
  decide,
  interrupt,
  type Probed,
  type Question,
  type Step,
  type SubmitFacts
} from '../../src/arm/first-request.ts'
import type { RefusalQuestion } from '../../src/arm/refusal.ts'
import type { FirstAnswer } from '../../src/arm/retry-policy.ts'
import {
  type Attempts,
  beginAttempts,
  noteSending,
  type Submission
} from '../../src/arm/submission.ts'
import { type HttpResponse, type JsonValue, METHODS, type Method } from '../../src/http/message.ts'
import { omitUndefined } from '../../src/values.ts'

const ADDENDUM = 'ARM RPC contract, Addendum.md: retrying REST calls'
const TWICE = 'https://github.com/Azure/bicep-deploy/issues/328'
const THROTTLING = 'Microsoft Learn: request limits and throttling'
const GO_AZURE_SDK = 'hashicorp/go-azure-sdk, a dropped connection is not retried'
const OPT_IN = 'terraform-provider-azapi, retry.error_message_regex is opt-in'

const CORRELATION_ID = 'c0ffee00-0000-4000-8000-000000000001'
const DEPLOYMENT =
  '/subscriptions/1/resourceGroups/shop/providers/Microsoft.Resources/deployments/web?api-version=1'
const BODY = { location: 'westeurope' }
const seconds = (count: number) => new Date(START_MS + count * 1_000).toISOString()

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
    timestamp: seconds(30),
    duration: 'PT1M30S'
  }
})
/** A deployment that ended before ours was sent. */
const OLD_DEPLOYMENT = json(200, {
  properties: { provisioningState: 'Succeeded', timestamp: seconds(-60) }
})
const OTHER_DEPLOYER = { correlationId: 'other', startedAtMs: START_MS - 60_000 }
const NOT_OURS = resource(200, 'Succeeded')
const ABSENT = refusal(404, 'ResourceNotFound')
const BUSY = refusal(503, 'ServerBusy')
const THROTTLED = empty(429, { 'retry-after': '5' })
const ACTIVE = refusal(409, 'DeploymentActive')
const HALF_MS = 30_000
const WINDOW_MS = 60_000

/** An answer, a lost one, or a connection that never was. */
type Fate = HttpResponse | 'lost' | 'unsent'
/** What a probe of the resource is answered with; `lost` is no answer. */
type Sight = HttpResponse | 'lost'

const LOST: FirstAnswer = { kind: 'unanswered', message: 'socket hang up', sent: true }
const UNSENT: FirstAnswer = { kind: 'unanswered', message: 'ECONNREFUSED', sent: false }

function toAnswer(fate: Fate): FirstAnswer {
  if (fate === 'lost') return LOST
  return fate === 'unsent' ? UNSENT : { kind: 'response', response: fate }
}

interface Shown {
  readonly asked: Question
  readonly shown: Sight
}

interface Row {
  readonly rule: string
  readonly source: string
  readonly method: Method
  readonly path?: string
  readonly body?: JsonValue
  /** Nothing was sent before when absent. */
  readonly attempts?: Partial<Attempts>
  /** What came of the request, or what a probe showed. */
  readonly observed: Fate | Shown
  /** Milliseconds since the request was first sent. */
  readonly atMs?: number
  readonly timeoutMs?: number
  readonly facts?: Partial<SubmitFacts>
  readonly step: object
}

function play(row: Row): Step {
  const { method, path = RESOURCE, body, observed, atMs = 0, timeoutMs = 60 * MINUTE_MS } = row
  const url = ORIGIN + path
  const text = body === undefined ? undefined : JSON.stringify(body)
  const begun = beginAttempts(
    omitUndefined({ url, body: text, sentAtMs: START_MS, correlationId: CORRELATION_ID })
  )
  const nowMs = START_MS + atMs
  const facts = {
    request: { method, url },
    rules: rules({ timing: timing({ timeoutMs }) }),
    deadlineMs: START_MS + timeoutMs,
    nowMs,
    isAborted: false,
    ...row.facts
  }
  const attempts = { ...begun, ...row.attempts }
  if (!isShown(observed)) return decide(attempts, toAnswer(observed), facts)
  const probed: Probed = omitUndefined({
    kind: 'probed',
    question: observed.asked,
    response: observed.shown === 'lost' ? undefined : observed.shown,
    times: { askedAtMs: nowMs, answeredAtMs: nowMs }
  })
  return decide(attempts, probed, facts)
}

function isShown(observed: Fate | Shown): observed is Shown {
  return typeof observed === 'object' && 'asked' in observed
}

const send = (waitMs: number, attempts: Partial<Attempts> = {}) => ({
  kind: 'send',
  waitMs,
  attempts
})
const probe = (kind: Question['kind'], waitMs = 0, question: object = {}) => ({
  kind: 'probe',
  waitMs,
  question: { kind, ...question }
})
const end = (submission: Partial<Submission>) => ({ kind: 'end', submission })
const LOST_FOR_GOOD = end({ kind: 'unanswered', why: 'lost', mayStillRun: true })

const failed = (count: number) => ({ sentAgain: { throttled: 0, failed: count } })
/** An earlier try of a DELETE may have taken effect. */
const DELETED_BEFORE = { isAmbiguous: true, ...failed(1) }
/** A PUT was lost, looked for, and sent again. */
const PUT_BEFORE = { isAmbiguous: true, resends: 1 }

/** The search for a PUT whose answer was lost, after this many probes. */
function searching(shown: Sight, probes: 0 | 1 | 2, isReadable = true) {
  const asked = {
    kind: 'lost-answer',
    answer: LOST,
    sinceMs: START_MS,
    probes,
    isReadable
  } as const
  return { asked, shown }
}
/** What the resource shows after a refusal. */
function refused(kind: RefusalQuestion['kind'], by: HttpResponse, shown: Sight) {
  return { asked: { kind, answer: { kind: 'response', response: by } }, shown } as const
}

const EVERY_METHOD: readonly Row[] = METHODS.flatMap((method): Row[] => [
  {
    rule: 'an answer at once is the answer',
    source: ADDENDUM,
    method,
    observed: CREATED,
    step: end({ kind: 'answered', response: CREATED })
  },
  ...[1_000, 2_000, 4_000].map(
    (waitMs, before): Row => ({
      rule: `no connection, ${before} times before: sent again ${waitMs} ms later`,
      source: ADDENDUM,
      method,
      attempts: failed(before),
      observed: 'unsent',
      step: send(waitMs, { isAmbiguous: false, ...failed(before + 1) })
    })
  ),
  {
    rule: 'no connection, four times: it took no effect',
    source: ADDENDUM,
    method,
    attempts: failed(3),
    observed: 'unsent',
    step: end({
      kind: 'unanswered',
      why: 'not-sent',
      reason: 'ECONNREFUSED',
      mayStillRun: false
    })
  },
  ...[0, 1, 100].map(
    (throttled): Row => ({
      rule: `429, ${throttled} times before: sent again when the service asks for it`,
      source: THROTTLING,
      method,
      attempts: { sentAgain: { throttled, failed: 0 } },
      observed: THROTTLED,
      step: send(5_000, { isAmbiguous: false })
    })
  ),
  {
    rule: '429 until the deadline: it took no effect',
    source: THROTTLING,
    method,
    attempts: { sentAgain: { throttled: 11, failed: 0 } },
    observed: THROTTLED,
    atMs: 55_000,
    timeoutMs: 60_000,
    step: end({
      kind: 'unanswered',
      why: 'out-of-time',
      reason: 'HTTP 429 (throttled)',
      mayStillRun: false,
      response: THROTTLED
    })
  },
  {
    rule: '429 costs none of the other retries',
    source: THROTTLING,
    method,
    attempts: { sentAgain: { throttled: 4, failed: 1 } },
    observed: THROTTLED,
    step: send(5_000, { sentAgain: { throttled: 5, failed: 1, optedIn: 0 } })
  },
  {
    rule: 'nor do they cost any of 429',
    source: THROTTLING,
    method,
    attempts: { sentAgain: { throttled: 5, failed: 0 } },
    observed: 'unsent',
    step: send(1_000, { sentAgain: { throttled: 5, failed: 1, optedIn: 0 } })
  },
  {
    rule: '409 without retry-on: the answer',
    source: OPT_IN,
    method,
    observed: refusal(409, 'AnotherOperationInProgress'),
    step: end({ kind: 'answered', response: refusal(409, 'AnotherOperationInProgress') })
  },
  {
    rule: '409 with retry-on: sent again, and counted apart',
    source: OPT_IN,
    method,
    observed: refusal(409, 'AnotherOperationInProgress'),
    facts: { retryOn: { statuses: [409], codes: [] } },
    step: send(1_000, {
      isAmbiguous: false,
      sentAgain: { throttled: 0, failed: 0, optedIn: 1 }
    })
  },
  {
    rule: '401, which the client has answered with a new token already: the answer',
    source: 'azcore, BearerTokenPolicy',
    method,
    observed: empty(401),
    step: end({ kind: 'answered', response: empty(401) })
  },
  {
    rule: 'a status that the author accepts is the answer',
    source: 'accept-status of this action',
    method,
    observed: BUSY,
    facts: { rules: rules({ acceptStatus: [503] }) },
    step: end({ kind: 'answered', response: BUSY })
  },
  {
    rule: 'an error code that the author accepts is the answer',
    source: 'accept-status of this action',
    method,
    observed: BUSY,
    facts: { rules: rules({ acceptStatus: ['ServerBusy'] }) },
    step: end({ kind: 'answered', response: BUSY })
  },
  {
    rule: 'interrupted while it was under way: it may have taken effect',
    source: ADDENDUM,
    method,
    observed: 'lost',
    facts: { isAborted: true },
    step: end({ kind: 'unanswered', why: 'interrupted', mayStillRun: true })
  },
  {
    rule: 'interrupted before it left: it took no effect',
    source: ADDENDUM,
    method,
    observed: 'unsent',
    facts: { isAborted: true },
    step: end({ kind: 'unanswered', why: 'interrupted', mayStillRun: false })
  },
  {
    rule: 'the wait before a retry is spread by the number of retries',
    source: 'Microsoft Learn: retry guidance, jitter',
    method,
    attempts: { sentAgain: { throttled: 3, failed: 2, optedIn: 4 } },
    observed: THROTTLED,
    facts: { spread: (delayMs, attempt) => delayMs + attempt },
    step: send(5_009)
  }
])

const READS: readonly Row[] = (['GET', 'HEAD'] as const).flatMap((method): Row[] => [
  ...(['lost', BUSY] as const).flatMap((observed) =>
    [1_000, 2_000, 4_000].map(
      (waitMs, before): Row => ({
        rule: `no usable answer, ${before} times before: sent again ${waitMs} ms later`,
        source: ADDENDUM,
        method,
        attempts: failed(before),
        observed,
        step: send(waitMs, { isAmbiguous: false })
      })
    )
  ),
  {
    rule: '5xx four times: lost, with the answer',
    source: ADDENDUM,
    method,
    attempts: failed(3),
    observed: BUSY,
    step: end({ kind: 'unanswered', why: 'lost', reason: 'HTTP 503 ServerBusy', response: BUSY })
  },
  {
    rule: '503 with Retry-After: sent again then',
    source: ADDENDUM,
    method,
    observed: refusal(503, 'ServerBusy', { 'retry-after': '9' }),
    step: send(9_000)
  }
])

const NEVER_TWICE: readonly Row[] = (['PATCH', 'POST'] as const).flatMap((method) => [
  ...(['lost', 408, 500, 502, 503, 504] as const).map((fate): Row => {
    const observed = fate === 'lost' ? fate : refusal(fate, 'Oops')
    return {
      rule: `${fate}: never sent again, and it may have taken effect`,
      source: fate === 'lost' ? GO_AZURE_SDK : TWICE,
      method,
      observed,
      step: end({
        kind: 'unanswered',
        why: 'lost',
        reason: fate === 'lost' ? 'socket hang up' : `HTTP ${fate} Oops`,
        mayStillRun: true,
        ...(observed === 'lost' ? {} : { response: observed })
      })
    }
  }),
  {
    rule: '503 with Retry-After: never sent again either',
    source: TWICE,
    method,
    observed: empty(503, { 'retry-after': '1' }),
    step: LOST_FOR_GOOD
  },
  {
    rule: '500 that the author wants repeated: never sent again either',
    source: TWICE,
    method,
    observed: empty(500),
    facts: { retryOn: { statuses: [500], codes: [] } },
    step: LOST_FOR_GOOD
  }
])

const DELETES: readonly Row[] = [
  ...['lost' as const, BUSY].map(
    (observed): Row => ({
      rule: 'no usable answer: sent again, and it may have taken effect',
      source: ADDENDUM,
      method: 'DELETE',
      observed,
      step: send(1_000, { isAmbiguous: true, ...failed(1) })
    })
  ),
  {
    rule: 'the second one is accepted: the answer',
    source: ADDENDUM,
    method: 'DELETE',
    attempts: DELETED_BEFORE,
    observed: empty(202),
    step: end({ kind: 'answered', response: empty(202) })
  },
  {
    rule: 'the second one finds nothing: its absence is followed',
    source: TWICE,
    method: 'DELETE',
    attempts: DELETED_BEFORE,
    observed: ABSENT,
    step: end({ kind: 'deleting', response: ABSENT })
  },
  ...['ResourceGroupBeingDeleted', 'ResourceBeing_Deleted', 'VaultDeletionInProgress'].map(
    (code): Row => ({
      rule: `the second one finds it on its way out (${code})`,
      source: 'error codes of services that are already deleting',
      method: 'DELETE',
      attempts: DELETED_BEFORE,
      observed: refusal(409, code),
      step: end({ kind: 'deleting', response: refusal(409, code) })
    })
  ),
  ...[
    refusal(409, 'InUseSubnetCannotBeDeleted'),
    refusal(409, 'CannotDeleteResource'),
    refusal(409, 'ScopeLocked'),
    refusal(409, 'Conflict'),
    refusal(403, 'AuthorizationFailed'),
    // A 404 about the address is a refusal: https://github.com/Azure/azure-sdk-for-net/issues/40606
    refusal(404, 'InvalidResourceType'),
    empty(400)
  ].flatMap((by): Row[] => {
    const row = { method: 'DELETE', attempts: DELETED_BEFORE } as const
    const told = JSON.stringify(by.body)
    return [
      {
        ...row,
        rule: `the second one is refused: the resource is looked at (${told})`,
        source: TWICE,
        observed: by,
        step: probe('refused-delete')
      },
      {
        ...row,
        rule: `the second one is refused, and the resource is as it was: the answer (${told})`,
        source: 'Microsoft Learn: common deployment errors',
        observed: refused('refused-delete', by, NOT_OURS),
        step: end({ kind: 'answered', response: by })
      }
    ]
  }),
  {
    rule: 'the second one is refused, and the resource was written under our ID: the answer',
    source: TWICE,
    method: 'DELETE',
    attempts: DELETED_BEFORE,
    observed: refused('refused-delete', refusal(409, 'Conflict'), OURS),
    step: end({ kind: 'answered', response: refusal(409, 'Conflict') })
  },
  {
    rule: "the second one is refused, and somebody's deployment is at work: the answer",
    source: TWICE,
    method: 'DELETE',
    path: DEPLOYMENT,
    attempts: DELETED_BEFORE,
    observed: refused('refused-delete', refusal(409, 'Conflict'), DEPLOYING_OTHER),
    step: end({ kind: 'answered', response: refusal(409, 'Conflict') })
  },
  ...[resource(200, 'Deleting'), ABSENT].map(
    (shown): Row => ({
      rule: 'the second one is refused, and the resource is on its way out: its absence is awaited',
      source: TWICE,
      method: 'DELETE',
      attempts: DELETED_BEFORE,
      observed: refused('refused-delete', refusal(409, 'Conflict'), shown),
      step: end({ kind: 'deleting', response: refusal(409, 'Conflict') })
    })
  ),
  ...(['lost', BUSY, AT_WORK] as const).map(
    (shown): Row => ({
      rule: 'the second one is refused, and the resource does not tell: the first may have taken effect',
      source: TWICE,
      method: 'DELETE',
      attempts: DELETED_BEFORE,
      observed: refused('refused-delete', refusal(403, 'AuthorizationFailed'), shown),
      step: LOST_FOR_GOOD
    })
  ),
  {
    rule: 'the first one finds nothing: the answer',
    source: ADDENDUM,
    method: 'DELETE',
    observed: ABSENT,
    step: end({ kind: 'answered', response: ABSENT })
  },
  ...(['lost', 'unsent'] as const).map(
    (observed): Row => ({
      rule: `four times, the last one ${observed}: it may have taken effect`,
      source: ADDENDUM,
      method: 'DELETE',
      attempts: { isAmbiguous: true, ...failed(3) },
      observed,
      step: LOST_FOR_GOOD
    })
  )
]

const PUTS: readonly Row[] = [
  ...(['lost', 408, 500, 502, 503, 504] as const).map(
    (fate): Row => ({
      rule: `${fate}: looked for at once`,
      source: TWICE,
      method: 'PUT',
      observed: fate === 'lost' ? fate : empty(fate),
      step: {
        ...probe('lost-answer', 0, { probes: 0, isReadable: true }),
        attempts: { isAmbiguous: true }
      }
    })
  ),
  ...([0, 1, 2] as const).flatMap((probes) =>
    [AT_WORK, OURS].map(
      (shown): Row => ({
        rule: `at work or done at the probe ${probes}: adopted`,
        source: TWICE,
        method: 'PUT',
        observed: searching(shown, probes),
        step: end({ kind: 'adopted', response: shown })
      })
    )
  ),
  {
    rule: 'adopted although a probe before could not be read',
    source: TWICE,
    method: 'PUT',
    observed: searching(AT_WORK, 2, false),
    step: end({ kind: 'adopted', response: AT_WORK })
  },
  ...[ABSENT, NOT_OURS].flatMap((shown): Row[] => [
    {
      rule: 'not to be seen at once: looked for again half a window later',
      source: TWICE,
      method: 'PUT',
      observed: searching(shown, 0),
      step: probe('lost-answer', HALF_MS, { probes: 1, isReadable: true })
    },
    {
      rule: 'not to be seen half a window later: looked for again at its end',
      source: TWICE,
      method: 'PUT',
      observed: searching(shown, 1),
      atMs: HALF_MS + 4_000,
      step: probe('lost-answer', HALF_MS - 4_000, { probes: 2, isReadable: true })
    },
    ...[0, 1].map(
      (resends): Row => ({
        rule: `not to be seen at any probe, and sent again ${resends} times: sent again`,
        source: TWICE,
        method: 'PUT',
        attempts: { isAmbiguous: true, resends },
        observed: searching(shown, 2),
        atMs: WINDOW_MS,
        step: send(0, { isAmbiguous: true, resends: resends + 1 })
      })
    ),
    {
      rule: 'not to be seen at any probe, and sent again twice: lost',
      source: TWICE,
      method: 'PUT',
      attempts: { isAmbiguous: true, resends: 2 },
      observed: searching(shown, 2),
      atMs: WINDOW_MS,
      step: LOST_FOR_GOOD
    }
  ]),
  {
    rule: 'a probe that was due before now is made at once',
    source: TWICE,
    method: 'PUT',
    observed: searching(ABSENT, 0),
    atMs: 45_000,
    step: probe('lost-answer', 0)
  },
  ...[
    { probes: 0, atMs: 0, waitMs: 5_000 },
    { probes: 1, atMs: 5_000, waitMs: 5_000 }
  ].map(
    ({ probes, atMs, waitMs }): Row => ({
      rule: 'the probes are spread over a sixth of the timeout',
      source: TWICE,
      method: 'PUT',
      observed: searching(ABSENT, probes === 0 ? 0 : 1),
      atMs,
      timeoutMs: 60_000,
      step: probe('lost-answer', waitMs)
    })
  ),
  {
    rule: 'the deadline comes before the next probe',
    source: TWICE,
    method: 'PUT',
    attempts: { isAmbiguous: true },
    observed: searching(ABSENT, 1),
    atMs: 55_000,
    timeoutMs: 60_000,
    facts: { rules: rules() },
    step: end({
      kind: 'unanswered',
      why: 'out-of-time',
      reason: 'socket hang up',
      mayStillRun: true
    })
  },
  ...[
    { what: 'the answer that was lost', observed: 'lost' as const },
    { what: 'the last probe', observed: searching(ABSENT, 2) }
  ].map(
    ({ what, observed }): Row => ({
      rule: `the deadline comes with ${what}: nothing is sent`,
      source: TWICE,
      method: 'PUT',
      attempts: { isAmbiguous: true },
      observed,
      atMs: 60_000,
      timeoutMs: 60_000,
      step: end({ kind: 'unanswered', why: 'out-of-time', mayStillRun: true })
    })
  ),
  ...(
    [
      ['401', empty(401)],
      ['403', empty(403)],
      ['429', empty(429)],
      ['503', BUSY],
      ['no answer, no connection or no token', 'lost'],
      ['a page', json(200, 'hello')]
    ] as const
  ).flatMap(([what, shown]): Row[] => [
    {
      rule: `a probe that cannot be read (${what}) is remembered`,
      source: TWICE,
      method: 'PUT',
      observed: searching(shown, 0),
      step: probe('lost-answer', HALF_MS, { probes: 1, isReadable: false })
    },
    {
      rule: `a last probe that cannot be read (${what}) never leads to a second one`,
      source: TWICE,
      method: 'PUT',
      attempts: { isAmbiguous: true },
      observed: searching(shown, 2),
      atMs: WINDOW_MS,
      step: end({ kind: 'unanswered', why: 'lost', mayStillRun: true, reason: 'socket hang up' })
    }
  ]),
  {
    rule: 'a probe that can be read does not make up for one that could not',
    source: TWICE,
    method: 'PUT',
    observed: searching(ABSENT, 1, false),
    atMs: HALF_MS,
    step: probe('lost-answer', HALF_MS, { isReadable: false })
  },
  {
    rule: 'a single probe that could not be read: never a second one',
    source: TWICE,
    method: 'PUT',
    attempts: { isAmbiguous: true },
    observed: searching(ABSENT, 2, false),
    atMs: WINDOW_MS,
    step: LOST_FOR_GOOD
  },
  ...[0, 1, 2].map(
    (before): Row => ({
      rule: `503 with Retry-After, ${before} times before: sent again without a look`,
      source: ADDENDUM,
      method: 'PUT',
      attempts: failed(before),
      observed: empty(503, { 'retry-after': '4' }),
      step: send(4_000, { isAmbiguous: false })
    })
  ),
  {
    rule: '503 with Retry-After, four times: the answer',
    source: ADDENDUM,
    method: 'PUT',
    attempts: failed(3),
    observed: empty(503, { 'retry-after': '4' }),
    step: end({ kind: 'answered' })
  },
  {
    rule: '409 on the first one: the answer, without a look',
    source: TWICE,
    method: 'PUT',
    observed: ACTIVE,
    step: end({ kind: 'answered', response: ACTIVE })
  }
]

const ACTIVE_DEPLOYMENTS: readonly Row[] = [
  {
    rule: '409 DeploymentActive on the first one: the deployment is looked at',
    source: TWICE,
    method: 'PUT',
    path: DEPLOYMENT,
    observed: ACTIVE,
    step: { ...probe('active-deployment'), attempts: { isAmbiguous: false } }
  },
  {
    rule: '409 DeploymentActive on the first one, and ours is at work: adopted',
    source: TWICE,
    method: 'PUT',
    path: DEPLOYMENT,
    observed: refused('active-deployment', ACTIVE, DEPLOYING_OURS),
    step: end({ kind: 'adopted', response: DEPLOYING_OURS, wasAnswered: true })
  },
  {
    rule: '409 DeploymentActive on the first one, and ours is done: adopted',
    source: TWICE,
    method: 'PUT',
    path: DEPLOYMENT,
    observed: refused('active-deployment', ACTIVE, OURS),
    step: end({ kind: 'adopted', response: OURS, wasAnswered: true })
  },
  {
    rule: '409 DeploymentActive on the first one, and another one is at work: who and when',
    source: TWICE,
    method: 'PUT',
    path: DEPLOYMENT,
    observed: refused('active-deployment', ACTIVE, DEPLOYING_OTHER),
    step: end({ kind: 'answered', response: ACTIVE, deployer: OTHER_DEPLOYER })
  },
  {
    rule: '409 DeploymentActive on the first one, and one at work that is not proven: the answer',
    source: TWICE,
    method: 'PUT',
    path: DEPLOYMENT,
    observed: refused('active-deployment', ACTIVE, AT_WORK),
    step: end({ kind: 'answered', response: ACTIVE, deployer: {} })
  },
  ...[ABSENT, NOT_OURS, OLD_DEPLOYMENT, BUSY, 'lost' as const].map(
    (shown): Row => ({
      rule: '409 DeploymentActive on the first one, and nothing to be seen: the answer',
      source: TWICE,
      method: 'PUT',
      path: DEPLOYMENT,
      observed: refused('active-deployment', ACTIVE, shown),
      step: end({ kind: 'answered', response: ACTIVE })
    })
  ),
  {
    rule: '409 DeploymentActive on what is no PUT: the answer, without a look',
    source: TWICE,
    method: 'PATCH',
    path: DEPLOYMENT,
    observed: ACTIVE,
    step: end({ kind: 'answered', response: ACTIVE })
  },
  {
    rule: 'another conflict on the first one: the answer, without a look',
    source: TWICE,
    method: 'PUT',
    path: DEPLOYMENT,
    observed: refusal(409, 'DeploymentBeingDeleted'),
    step: end({ kind: 'answered' })
  },
  {
    rule: 'a lost one, another at work: looked for on',
    source: TWICE,
    method: 'PUT',
    path: DEPLOYMENT,
    observed: searching(DEPLOYING_OTHER, 0),
    step: probe('lost-answer', HALF_MS, { isReadable: true })
  },
  {
    rule: 'a lost one, another at work at all probes: sent again',
    source: TWICE,
    method: 'PUT',
    path: DEPLOYMENT,
    observed: searching(DEPLOYING_OTHER, 2),
    atMs: WINDOW_MS,
    step: send(0, { resends: 1 })
  },
  {
    rule: 'the refusal of the second one says who deploys',
    source: TWICE,
    method: 'PUT',
    path: DEPLOYMENT,
    attempts: PUT_BEFORE,
    observed: refused('refused-repeat', ACTIVE, DEPLOYING_OTHER),
    step: end({ kind: 'answered', deployer: OTHER_DEPLOYER })
  }
]

const REPEATED_PUTS: readonly Row[] = [
  ...[401, 403, 404, 409].flatMap((status): Row[] => {
    const by = refusal(status, 'Conflict')
    const row = { source: TWICE, method: 'PUT', attempts: PUT_BEFORE } as const
    return [
      {
        ...row,
        rule: `${status} on the second one: the resource is looked at`,
        observed: by,
        step: probe('refused-repeat')
      },
      {
        ...row,
        rule: `${status} on the second one, and the resource is as it was: the answer`,
        observed: refused('refused-repeat', by, NOT_OURS),
        step: end({ kind: 'answered', response: by })
      },
      {
        ...row,
        rule: `${status} on the second one, and nothing to be seen: the first may be at work unseen`,
        observed: refused('refused-repeat', by, ABSENT),
        step: LOST_FOR_GOOD
      }
    ]
  }),
  ...[AT_WORK, OURS].map(
    (shown): Row => ({
      rule: '409 on the second one, and the resource shows ours: adopted',
      source: TWICE,
      method: 'PUT',
      attempts: PUT_BEFORE,
      observed: refused('refused-repeat', ACTIVE, shown),
      step: end({ kind: 'adopted', response: shown })
    })
  ),
  ...[BUSY, 'lost' as const].map(
    (shown): Row => ({
      rule: '409 on the second one, and the resource cannot be read: it may be our own',
      source: TWICE,
      method: 'PUT',
      attempts: PUT_BEFORE,
      observed: refused('refused-repeat', ACTIVE, shown),
      step: end({
        kind: 'unanswered',
        why: 'lost',
        reason: 'HTTP 409 DeploymentActive',
        mayStillRun: true
      })
    })
  ),
  {
    rule: '400 on the second one, which is about the request itself: the answer',
    source: TWICE,
    method: 'PUT',
    attempts: PUT_BEFORE,
    observed: refusal(400, 'InvalidTemplate'),
    step: end({ kind: 'answered', response: refusal(400, 'InvalidTemplate') })
  },
  ...[0, 1, 2].map(
    (before): Row => ({
      rule: `a second one without a connection or a token, ${before} times before: sent again`,
      source: TWICE,
      method: 'PUT',
      attempts: { ...PUT_BEFORE, ...failed(before) },
      observed: 'unsent',
      step: send(1_000 * 2 ** before, { isAmbiguous: true })
    })
  ),
  {
    rule: 'a second one without a connection or a token: the first may have taken effect',
    source: TWICE,
    method: 'PUT',
    attempts: { ...PUT_BEFORE, ...failed(3) },
    observed: 'unsent',
    step: LOST_FOR_GOOD
  },
  {
    rule: 'a second one that is throttled to the end: the first may have taken effect',
    source: TWICE,
    method: 'PUT',
    attempts: PUT_BEFORE,
    observed: empty(429, { 'retry-after': '600' }),
    atMs: WINDOW_MS,
    timeoutMs: 6 * MINUTE_MS,
    step: end({ kind: 'unanswered', why: 'out-of-time', mayStillRun: true })
  }
]

/** What the author wants repeated, after an earlier try may have taken effect. */
const OPTED_IN: readonly Omit<Row, 'facts'>[] = [
  {
    rule: 'a refusal of the second PUT is not repeated before the resource was looked at',
    source: TWICE,
    method: 'PUT',
    attempts: PUT_BEFORE,
    observed: ACTIVE,
    step: probe('refused-repeat', 0, { retry: { kind: 'retry', delayMs: 1_000 } })
  },
  {
    rule: 'the second PUT is refused, and the resource shows ours: adopted and not repeated',
    source: TWICE,
    method: 'PUT',
    attempts: PUT_BEFORE,
    observed: wanted('refused-repeat', ACTIVE, AT_WORK),
    step: end({ kind: 'adopted', response: AT_WORK })
  },
  {
    rule: 'the second PUT is refused, and the resource is as it was: repeated',
    source: OPT_IN,
    method: 'PUT',
    attempts: PUT_BEFORE,
    observed: wanted('refused-repeat', ACTIVE, NOT_OURS),
    step: send(1_000, {
      isAmbiguous: true,
      sentAgain: { throttled: 0, failed: 0, optedIn: 1 }
    })
  },
  {
    rule: 'the second PUT is refused, and the resource does not tell: lost and not repeated',
    source: TWICE,
    method: 'PUT',
    attempts: PUT_BEFORE,
    observed: wanted('refused-repeat', ACTIVE, ABSENT),
    step: LOST_FOR_GOOD
  },
  {
    rule: 'the second DELETE finds it on its way out: not repeated',
    source: TWICE,
    method: 'DELETE',
    attempts: DELETED_BEFORE,
    observed: refusal(409, 'ResourceGroupBeingDeleted'),
    step: end({ kind: 'deleting' })
  },
  {
    rule: 'the second DELETE is refused, and the resource is gone: not repeated',
    source: TWICE,
    method: 'DELETE',
    attempts: DELETED_BEFORE,
    observed: wanted('refused-delete', refusal(409, 'Conflict'), ABSENT),
    step: end({ kind: 'deleting' })
  },
  ...[NOT_OURS, BUSY].map(
    (shown): Row => ({
      rule: 'the second DELETE is refused, and the resource is there or does not tell: repeated',
      source: OPT_IN,
      method: 'DELETE',
      attempts: DELETED_BEFORE,
      observed: wanted('refused-delete', refusal(409, 'Conflict'), shown),
      step: send(1_000, { isAmbiguous: true })
    })
  )
]
const OPTED_IN_ROWS = OPTED_IN.map(
  (row): Row => ({ ...row, facts: { retryOn: { statuses: [409], codes: [] } } })
)

/** What the resource shows after a refusal that the author wants repeated. */
function wanted(kind: RefusalQuestion['kind'], by: HttpResponse, shown: Sight) {
  const answer = { kind: 'response', response: by } as const
  const retry = { kind: 'retry', delayMs: 1_000, ambiguous: false, optedIn: answer } as const
  return { asked: { kind, answer, retry }, shown } as const
}

const PROOFS: readonly Row[] = [
  {
    rule: 'a timestamp after our send is ours',
    source: TWICE,
    method: 'PUT',
    path: DEPLOYMENT,
    observed: searching(
      json(200, { properties: { provisioningState: 'Failed', timestamp: seconds(0) } }),
      0
    ),
    step: end({ kind: 'adopted' })
  },
  {
    rule: 'a timestamp before our send is not',
    source: TWICE,
    method: 'PUT',
    path: DEPLOYMENT,
    observed: searching(
      json(200, { properties: { provisioningState: 'Failed', timestamp: seconds(-1) } }),
      2
    ),
    atMs: WINDOW_MS,
    step: send(0)
  },
  {
    rule: 'a timestamp counts by the clock of the service',
    source: TWICE,
    method: 'PUT',
    path: DEPLOYMENT,
    observed: searching(
      json(
        200,
        { properties: { provisioningState: 'Succeeded', timestamp: seconds(-3_599) } },
        { date: new Date(START_MS - 3_600_000).toUTCString() }
      ),
      0
    ),
    step: end({ kind: 'adopted' })
  },
  {
    rule: 'a resource that holds our body is ours',
    source: TWICE,
    method: 'PUT',
    body: BODY,
    observed: searching(json(200, { ...BODY, id: '/x' }), 0),
    step: end({ kind: 'adopted' })
  },
  {
    rule: 'a deployment that holds our body is not: it is sent again',
    source: TWICE,
    method: 'PUT',
    path: DEPLOYMENT,
    body: BODY,
    observed: searching(
      json(200, { ...BODY, id: '/x', properties: { timestamp: seconds(-60) } }),
      2
    ),
    atMs: WINDOW_MS,
    step: send(0)
  },
  {
    rule: 'a deployment that names no time may be ours: not sent again',
    source: TWICE,
    method: 'PUT',
    path: DEPLOYMENT,
    body: BODY,
    attempts: { isAmbiguous: true },
    observed: searching(json(200, { ...BODY, id: '/x' }), 2),
    atMs: WINDOW_MS,
    step: LOST_FOR_GOOD
  }
]

describe.each([
  { kind: 'every method', rows: EVERY_METHOD },
  { kind: 'reads', rows: READS },
  { kind: 'what is never sent twice', rows: NEVER_TWICE },
  { kind: 'DELETE', rows: DELETES },
  { kind: 'PUT', rows: PUTS },
  { kind: 'a PUT that was sent again', rows: REPEATED_PUTS },
  { kind: 'a deployment that is active already', rows: ACTIVE_DEPLOYMENTS },
  { kind: 'retry-on after a try that may have taken effect', rows: OPTED_IN_ROWS },
  { kind: 'proofs that a resource shows our PUT', rows: PROOFS }
])('$kind', ({ rows }) => {
  it.each(rows)('$method: $rule ($source)', (row) => {
    expect(play(row)).toMatchObject(row.step)
  })
})

describe('the note of a step', () => {
  const note = (row: Pick<Row, 'method' | 'observed'> & Partial<Row>) =>
    play({ rule: '', source: '', step: {}, ...row }).note

  it.each<[what: string, row: Parameters<typeof note>[0], text: string | undefined]>([
    ['a retry', { method: 'POST', observed: 'unsent' }, 'ECONNREFUSED'],
    ['429', { method: 'POST', observed: refusal(429, 'Slow') }, 'HTTP 429 Slow (throttled)'],
    [
      'a search',
      { method: 'PUT', observed: resource(502, 'Accepted') },
      'HTTP 502 Accepted; checking whether it took effect'
    ],
    [
      'a search that has no time left',
      { method: 'PUT', observed: 'lost', atMs: 60_000, timeoutMs: 60_000 },
      'socket hang up; checking whether it took effect'
    ],
    ['a search that goes on', { method: 'PUT', observed: searching(ABSENT, 0) }, undefined],
    [
      'a search in vain',
      { method: 'PUT', observed: searching(ABSENT, 2) },
      'the resource shows no trace of it; sending it again'
    ],
    ['the end', { method: 'PUT', observed: CREATED }, undefined]
  ])('tells why: %s', (_what, row, text) => {
    expect(note(row)).toBe(text)
  })
})

describe('attempts', () => {
  const begun = beginAttempts({ url: ORIGIN, sentAtMs: 1, correlationId: CORRELATION_ID })

  it('count from the last try while none can have taken effect', () => {
    expect(noteSending(begun, 7).trace.sentAtMs).toBe(7)
  })

  it('count from the first try that may have taken effect', () => {
    const ambiguous = { ...begun, isAmbiguous: true }
    expect(noteSending(ambiguous, 7)).toBe(ambiguous)
  })

  it.each([
    { isAmbiguous: false, answer: UNSENT, mayStillRun: false },
    { isAmbiguous: false, answer: toAnswer(THROTTLED), mayStillRun: false },
    { isAmbiguous: false, answer: toAnswer(BUSY), mayStillRun: true },
    { isAmbiguous: true, answer: UNSENT, mayStillRun: true }
  ])('that are interrupted in a wait: %o', ({ isAmbiguous, answer, mayStillRun }) => {
    const attempts = { ...begun, isAmbiguous }
    const asked = { ...searching(ABSENT, 0).asked, answer }
    const ended = { kind: 'unanswered', why: 'interrupted', mayStillRun }
    expect(interrupt({ kind: 'send', attempts, answer, waitMs: 1 })).toMatchObject(ended)
    expect(interrupt({ kind: 'probe', attempts, question: asked, waitMs: 1 })).toMatchObject(ended)
  })
})
