/**
 * The first request as it is driven: the order of sends, looks and waits, what is said in between, the deadline and an
 * interruption. On virtual time. The rules themselves are the rows of first-request.test.ts.
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
import { NoAnswerError, NoTurnError, type SendOptions } from '../../src/http/http.ts'
import type { HttpResponse, JsonValue, Method } from '../../src/http/message.ts'

const ADDENDUM = 'ARM RPC contract, Addendum.md: retrying REST calls'
const TWICE = 'https://github.com/Azure/bicep-deploy/issues/328'
const THROTTLING = 'Microsoft Learn: request limits and throttling'

const CORRELATION_ID = 'c0ffee00-0000-4000-8000-000000000001'
const DEPLOYMENT =
  '/subscriptions/1/resourceGroups/shop/providers/Microsoft.Resources/deployments/web?api-version=1'
const BODY = { location: 'westeurope' }

/** What becomes of one call: an answer, a lost one, a connection that never was, no token, or silence. */
type Fate = HttpResponse | 'lost' | 'unsent' | 'no token' | 'defect' | 'silence' | 'no turn'

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
  /** How long each call waits for its turn at a connection. */
  readonly turnMs?: number
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
  const { method, path = RESOURCE, body, sends, looks = [], latencyMs = 0, turnMs = 0 } = talk
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
    if (turnMs > 0) {
      await time.pass(turnMs, options.signal)
      options.onTurn?.()
    }
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
        const said = event.kind === 'sending' ? 'sending' : `${event.reason} (${event.delayMs})`
        told.push(`${event.at - time.startMs}: ${said}`)
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
  if (fate === 'no turn') {
    await time.pass(MINUTE_MS * 60, signal)
    throw new NoTurnError('its turn did not come in time', false)
  }
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
const HALF = 30_000
const WINDOW = 60_000
/** When a lost PUT is looked for. */
const THREE_LOOKS = [0, HALF, WINDOW]
const seconds = (count: number) => new Date(START_MS + count * 1_000).toISOString()

/** What is decided at each step is told, row by row, in first-request.test.ts. */
const CONVERSATIONS: readonly Row[] = [
  {
    rule: 'no connection: sent again, ever later, and then the answer',
    source: ADDENDUM,
    method: 'POST',
    sends: ['unsent', 'unsent', CREATED],
    ends: { kind: 'answered', response: CREATED },
    sentAtMs: [0, 1_000, 3_000]
  },
  {
    rule: 'no connection, four times: it took no effect',
    source: ADDENDUM,
    method: 'POST',
    sends: ['unsent'],
    ends: { kind: 'unanswered', why: 'not-sent', reason: 'ECONNREFUSED', mayStillRun: false },
    sentAtMs: [0, 1_000, 3_000, 7_000]
  },
  {
    rule: '429 until the deadline: it took no effect',
    source: THROTTLING,
    method: 'POST',
    sends: [THROTTLED],
    timeoutMs: 60_000,
    ends: { kind: 'unanswered', why: 'out-of-time', mayStillRun: false, response: THROTTLED },
    sentAtMs: [0, 5, 10, 15, 20, 25, 30, 35, 40, 45, 50, 55].map((second) => second * 1_000)
  },
  {
    rule: '429 costs none of the other retries',
    source: THROTTLING,
    method: 'POST',
    sends: [...Array.from({ length: 5 }, () => THROTTLED), 'unsent', 'unsent', 'unsent', CREATED],
    ends: { kind: 'answered', response: CREATED },
    sentAtMs: [0, 5_000, 10_000, 15_000, 20_000, 25_000, 26_000, 28_000, 32_000]
  },
  {
    rule: 'a lost DELETE whose second one is refused while the resource goes',
    source: TWICE,
    method: 'DELETE',
    sends: ['lost', refusal(409, 'Conflict')],
    looks: [resource(200, 'Deleting')],
    ends: { kind: 'deleting', response: refusal(409, 'Conflict') },
    sentAtMs: [0, 1_000],
    lookedAtMs: [1_000]
  },
  {
    rule: 'a lost PUT that is found at the third look',
    source: TWICE,
    method: 'PUT',
    sends: ['lost'],
    looks: [NOT_OURS, BUSY, OURS],
    ends: { kind: 'adopted', response: OURS },
    sentAtMs: [0],
    lookedAtMs: THREE_LOOKS
  },
  {
    rule: 'a lost PUT that is never found is sent again at most twice',
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
  ...(['no token', 'unsent', 'lost'] as const).map(
    (look): Row => ({
      rule: `a lost PUT, and looks without an answer (${look}): never sent again`,
      source: TWICE,
      method: 'PUT',
      sends: ['lost'],
      looks: [look],
      ends: { kind: 'unanswered', why: 'lost', reason: 'socket hang up', mayStillRun: true },
      sentAtMs: [0],
      lookedAtMs: THREE_LOOKS
    })
  ),
  {
    rule: 'a lost PUT, sent again, refused, and found at last',
    source: TWICE,
    method: 'PUT',
    sends: ['lost', refusal(409, 'Conflict')],
    looks: [ABSENT, ABSENT, ABSENT, AT_WORK],
    ends: { kind: 'adopted', response: AT_WORK },
    sentAtMs: [0, WINDOW],
    lookedAtMs: [...THREE_LOOKS, WINDOW]
  },
  {
    rule: 'a lost PUT, sent again, refused, and no token to look with: it may be our own',
    source: TWICE,
    method: 'PUT',
    sends: ['lost', refusal(409, 'DeploymentActive')],
    looks: [ABSENT, ABSENT, ABSENT, 'no token'],
    ends: { kind: 'unanswered', why: 'lost', reason: 'HTTP 409 DeploymentActive' },
    sentAtMs: [0, WINDOW],
    lookedAtMs: [...THREE_LOOKS, WINDOW]
  },
  {
    rule: 'a lost PUT, and no token for the second one: the first may have taken effect',
    source: TWICE,
    method: 'PUT',
    sends: ['lost', 'no token'],
    looks: [ABSENT],
    ends: { kind: 'unanswered', why: 'lost', reason: 'the sign-in failed', mayStillRun: true },
    sentAtMs: [0, WINDOW, WINDOW + 1_000, WINDOW + 3_000, WINDOW + 7_000]
  },
  {
    rule: 'a deployment that is active already, and ours',
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
    sentAtMs: [0, WINDOW],
    lookedAtMs: [...THREE_LOOKS, WINDOW]
  },
  {
    rule: 'a resource that holds the body that was sent is ours',
    source: TWICE,
    method: 'PUT',
    body: BODY,
    sends: ['lost'],
    looks: [json(200, { ...BODY, id: '/x' })],
    ends: { kind: 'adopted' },
    sentAtMs: [0]
  }
]

describe('a conversation', () => {
  it.each(CONVERSATIONS)(
    '$method: $rule ($source)',
    async ({ ends, sentAtMs, lookedAtMs, ...talk }) => {
      const { submission, sent, looked } = await submit(talk)
      expect(submission).toMatchObject(ends)
      expect(atMs(sent)).toEqual(sentAtMs)
      if (lookedAtMs !== undefined) expect(atMs(looked)).toEqual(lookedAtMs)
    }
  )
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

  it('is announced before it is made, and why when it is made again', async () => {
    const { told } = await submit({
      method: 'PUT',
      sends: ['unsent', refusal(429, 'Slow'), resource(502, 'Accepted'), CREATED],
      looks: [ABSENT]
    })
    expect(told).toEqual([
      '0: sending',
      '0: ECONNREFUSED (1000)',
      '1000: sending',
      '1000: HTTP 429 Slow (throttled) (1000)',
      '2000: sending',
      '2000: HTTP 502 Accepted; checking whether it took effect (0)',
      '62000: the resource shows no trace of it; sending it again (0)',
      '62000: sending'
    ])
  })

  it('is not made when the time is up before it', async () => {
    const { submission, sent, told } = await submit({
      method: 'PUT',
      sends: [CREATED],
      timeoutMs: 0
    })
    expect(submission).toMatchObject({
      kind: 'unanswered',
      why: 'out-of-time',
      reason: 'the timeout expired',
      mayStillRun: false
    })
    expect(sent).toEqual([])
    expect(told).toEqual([])
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

describe('a look that finds it', () => {
  it('says when it was asked and answered', async () => {
    const { submission } = await submit({
      method: 'PUT',
      sends: ['lost'],
      looks: [AT_WORK],
      latencyMs: 2_000
    })
    expect(submission).toMatchObject({
      kind: 'adopted',
      sent: { sentAtMs: START_MS, correlationId: CORRELATION_ID },
      times: { askedAtMs: START_MS + 2_000, answeredAtMs: START_MS + 4_000 }
    })
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
    expect(told).toEqual([
      '0: sending',
      '10000: socket hang up; checking whether it took effect (0)'
    ])
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

  it('is never passed, and nothing takes effect twice, no matter what the service does', async () => {
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

/** With several operations in one step a request may have to wait for a connection. */
describe('a request that waits for its turn', () => {
  it('is sent when its turn comes: what is older is not its work', async () => {
    const { submission, told } = await submit({
      method: 'PUT',
      sends: ['lost'],
      looks: [OURS],
      turnMs: 90_000
    })
    expect(submission).toMatchObject({
      kind: 'adopted',
      sent: { sentAtMs: START_MS + 90_000 },
      times: { askedAtMs: START_MS + 180_000 }
    })
    expect(told.slice(0, 2)).toEqual(['0: sending', '90000: sending'])
  })

  it('counts from the first try that may have taken effect', async () => {
    const { submission } = await submit({
      method: 'PUT',
      sends: ['lost', 'lost'],
      looks: [empty(404), empty(404), empty(404), OURS],
      turnMs: 10_000
    })
    expect(submission).toMatchObject({ kind: 'adopted', sent: { sentAtMs: START_MS + 10_000 } })
  })

  it.each<[string, Partial<Submit>, string]>([
    ['the deadline', {}, 'out-of-time'],
    ['the end of the job', { abortAtMs: 5_000 }, 'interrupted']
  ])('until %s was not sent', async (_, talk, why) => {
    const { submission } = await submit({ method: 'POST', sends: ['no turn'], ...talk })
    expect(submission).toMatchObject({ kind: 'unanswered', why, mayStillRun: false })
  })
})
