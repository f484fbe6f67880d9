/**
 * What an outcome is called. Only what Azure called a failure is called one.
 */
import { describe, expect, it } from 'vitest'
import {
  createAnswer,
  createOutcome,
  DEPLOYMENT_ID,
  OUTCOMES,
  STARTED_AT,
  WORDS_OF_FAILURE
} from '../../__fixtures__/outcomes.ts'
import type { HttpResponse } from '../../src/http/message.ts'
import { describeVerdict } from '../../src/report/verdict.ts'
import {
  type Ending,
  type OutcomePart,
  type OutcomeStatus,
  statusOf
} from '../../src/run/outcome.ts'
import { omitUndefined } from '../../src/values.ts'

describe('describeVerdict', () => {
  it.each(OUTCOMES.map((outcome) => [statusOf(outcome.ending), describeVerdict(outcome)] as const))(
    'has words of its own for %s',
    (status, verdict) => {
      expect({ status, ...verdict }).toMatchSnapshot()
    }
  )

  it.each([
    ['fault', 'Deployment web was not sent.'],
    ['deadline', 'Deployment web was not sent; stopped trying after 1 m 30 s.']
  ] as const)(
    'says so when the request never left by %s, and speaks of no operation',
    (by, told) => {
      const startedAt = 1_000
      const ending = { kind: 'not-sent', by } as const
      const outcome = createOutcome({ ending, startedAt, endedAt: startedAt + 90_000 })
      const { sentence, whereabouts } = describeVerdict(outcome)
      expect({ sentence, whereabouts }).toEqual({
        sentence: told,
        whereabouts: 'Nothing was started in Azure.'
      })
    }
  )

  it('tells the seven statuses apart', () => {
    const verdicts = OUTCOMES.map(describeVerdict)
    for (const field of ['title', 'mark', 'sentence'] as const) {
      expect(new Set(verdicts.map((verdict) => verdict[field])).size).toBe(7)
    }
  })

  it.each(
    OUTCOMES.filter(({ ending }) => statusOf(ending) !== 'Failed').map(
      (outcome) => [statusOf(outcome.ending), outcome] as const
    )
  )('never calls %s a failure', (_status, outcome) => {
    expect(JSON.stringify(describeVerdict(outcome))).not.toMatch(WORDS_OF_FAILURE)
  })

  it.each<Ending>([
    { kind: 'left', by: 'deadline' },
    { kind: 'left', by: 'choice' },
    { kind: 'left', by: 'cancellation' },
    { kind: 'undecided' },
    { kind: 'unanswered', by: 'fault', mayStillRun: true },
    { kind: 'unanswered', by: 'deadline', mayStillRun: true },
    { kind: 'unanswered', by: 'cancellation', mayStillRun: true }
  ])('says of %j that it may still run', (ending) => {
    expect(describeVerdict(createOutcome({ ending })).whereabouts).toBe(
      'It may still be running in Azure.'
    )
  })
})

describe('a refusal', () => {
  const refusal = { status: 'Failed', accepted: createAnswer(403, {}) } as const

  it.each([
    [
      'a first answer of 403',
      createOutcome(refusal),
      /^Deployment web was refused by Azure with HTTP 403\.$/
    ],
    [
      'a first answer of 503',
      createOutcome({ ...refusal, accepted: createAnswer(503, {}) }),
      /^Deployment web failed/
    ],
    ['a failure after a 201', createOutcome({ status: 'Failed' }), /^Deployment web failed/],
    [
      'a 403 with something still running',
      createOutcome({ ...refusal, ending: { kind: 'undecided' } }),
      /^The outcome of deployment web is still unknown after 1 m 34 s/
    ],
    [
      'a 404 that counts as success',
      createOutcome({ accepted: createAnswer(404, {}) }),
      /^Deployment web succeeded/
    ]
  ])('of %s', (_name, outcome, sentence) => {
    expect(describeVerdict(outcome).sentence).toMatch(sentence)
  })

  it('that counts as success has started nothing, no matter what fail-if says of it', () => {
    const accepted = createAnswer(404, {})
    expect(
      describeVerdict(createOutcome({ accepted, ending: { kind: 'fail-if' } })).whereabouts
    ).toBe('Nothing was started in Azure.')
  })

  it('of a token is told without a word on what else may have happened', () => {
    const accepted = createAnswer(401, {})
    const { sentence, whereabouts } = describeVerdict(createOutcome({ ...refusal, accepted }))
    expect(sentence).toBe('Deployment web was refused by Azure with HTTP 401.')
    expect(whereabouts).toBe('')
  })

  it('without a mark of Azure is not called its own', () => {
    const accepted: HttpResponse = { status: 403, headers: {}, body: { kind: 'empty' } }
    const { sentence } = describeVerdict(createOutcome({ ...refusal, accepted }))
    expect(sentence).toBe('Deployment web was refused with HTTP 403.')
  })

  it('is told', () => {
    const { sentence, whereabouts } = describeVerdict(createOutcome(refusal))
    expect(sentence).toBe('Deployment web was refused by Azure with HTTP 403.')
    expect(whereabouts).toBe('Nothing was started in Azure.')
  })
})

describe('the subject', () => {
  const GROUP = '/subscriptions/11111111-2222-3333-4444-555555555555/resourceGroups/shop'
  const say = (method: 'PUT' | 'POST' | 'DELETE' | 'GET', path: string, resourceId?: string) => {
    const { resourceId: _usual, ...outcome } = createOutcome({
      request: { method, url: `https://management.azure.com${path}?api-version=2024-07-01` }
    })
    return describeVerdict({ ...outcome, ...omitUndefined({ resourceId }) }).sentence
  }
  const machine = `${GROUP}/providers/Microsoft.Compute/virtualMachines/web-1`
  const stack = `${GROUP}/providers/Microsoft.Resources/deploymentStacks/shop`

  it.each([
    [say('PUT', machine, machine), 'PUT of web-1'],
    [say('POST', `${machine}/start`, machine), 'Start of web-1'],
    [say('DELETE', GROUP, GROUP), 'DELETE of shop'],
    [say('GET', `${GROUP}/providers/Microsoft.Web/sites`), 'GET of sites'],
    [say('PUT', DEPLOYMENT_ID, DEPLOYMENT_ID), 'Deployment web'],
    [say('POST', `${DEPLOYMENT_ID}/whatIf`, DEPLOYMENT_ID), 'What-if of deployment web'],
    [say('POST', `${DEPLOYMENT_ID}/validate`, DEPLOYMENT_ID), 'Validation of deployment web'],
    [say('POST', `${DEPLOYMENT_ID}/cancel`, DEPLOYMENT_ID), 'Cancel of deployment web'],
    [say('PUT', stack, stack), 'Deployment stack shop'],
    [say('DELETE', stack, stack), 'DELETE of deployment stack shop'],
    [
      say('PUT', `${stack.replace('Stacks', 'StacksWhatIfResults')}`),
      'What-if of deployment stack shop'
    ]
  ])('%s', (sentence, subject) => {
    expect(sentence).toBe(`${subject} succeeded after 1 m 34 s.`)
  })
})

describe('the number of resources', () => {
  const resource = (name: string, state: OutcomePart['state']): OutcomePart => ({
    ...{ name, id: `/subscriptions/s/${name}`, type: 'A/b', state },
    ...{ from: STARTED_AT, to: STARTED_AT + 1_000 }
  })
  const resources = (...states: readonly OutcomePart['state'][]) =>
    states.map((state, index) => resource(`r${index}`, state))

  it.each<[OutcomeStatus, readonly OutcomePart[], string]>([
    ['Succeeded', resources('succeeded', 'succeeded'), ' succeeded after 1 m 34 s: 2 resources'],
    ['Succeeded', resources('succeeded'), ' succeeded after 1 m 34 s'],
    ['Failed', resources('failed', 'succeeded'), ' failed after 1 m 34 s: 1 of 2 resources'],
    ['Failed', resources('succeeded', 'succeeded'), ' failed after 1 m 34 s'],
    [
      'Canceled',
      resources('canceled', 'succeeded'),
      ' was canceled in Azure after 1 m 34 s: 1 of 2 resources were done'
    ],
    ['TimedOut', resources('running', 'succeeded'), ' after 1 m 34 s: 1 of 2 resources still runs'],
    [
      'TimedOut',
      resources('running', 'running', 'succeeded'),
      ' after 1 m 34 s: 2 of 3 resources still run'
    ]
  ])('%s', (status, parts, after) => {
    expect(describeVerdict(createOutcome({ status, parts })).headline.after).toBe(after)
  })

  it.each<[OutcomeStatus, string]>([
    ['Succeeded', ' succeeded after 1 m 34 s'],
    ['Failed', ' failed after 1 m 34 s: at least 1 resource'],
    ['TimedOut', ' after 1 m 34 s: at least 1 resource still runs'],
    ['Canceled', ' was canceled in Azure after 1 m 34 s']
  ])(
    'of %s is no more than is known where a list could not be read to its end',
    (status, after) => {
      const parts = resources('failed', 'running', 'succeeded')
      const outcome = createOutcome({ status, parts, arePartsPartial: true })
      expect(describeVerdict(outcome).headline.after).toBe(after)
    }
  )

  it('counts each resource once, and no deployment that only holds others', () => {
    const two = resource('two', 'succeeded')
    const parts = [resource('network', 'failed'), resource('network › door', 'failed'), two, two]
    const { headline } = describeVerdict(createOutcome({ status: 'Failed', parts }))
    expect(headline.after).toBe(' failed after 1 m 34 s: 1 of 2 resources')
  })
})

describe('a preview', () => {
  it('says what it found, and that nothing was changed', () => {
    const addition = { outputs: [], summary: [], finding: '1 to create\n::error::x' }
    expect(describeVerdict(createOutcome({ addition }))).toMatchObject({
      mark: '🔍',
      sentence: expect.stringMatching(/^Deployment web: 1 to create : :error/),
      whereabouts: 'Nothing was changed.'
    })
  })
})
