/**
 * What an outcome is called. Only what Azure called a failure is called one.
 */
import { describe, expect, it } from 'vitest'
import {
  createAnswer,
  createOutcome,
  OUTCOMES,
  WORDS_OF_FAILURE
} from '../../__fixtures__/outcomes.ts'
import type { HttpResponse } from '../../src/http/message.ts'
import { describeVerdict } from '../../src/report/verdict.ts'
import { type Ending, statusOf } from '../../src/run/outcome.ts'

describe('describeVerdict', () => {
  it.each(OUTCOMES.map((outcome) => [statusOf(outcome.ending), describeVerdict(outcome)] as const))(
    'has words of its own for %s',
    (status, verdict) => {
      expect({ status, ...verdict }).toMatchSnapshot()
    }
  )

  it.each([
    ['fault', 'The request was not sent.'],
    ['deadline', 'Stopped trying after 1 m 30 s; the request was not sent.']
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
    ['a first answer of 403', createOutcome(refusal), /^Azure refused the request/],
    [
      'a first answer of 503',
      createOutcome({ ...refusal, accepted: createAnswer(503, {}) }),
      /^The operation failed/
    ],
    ['a failure after a 201', createOutcome({ status: 'Failed' }), /^The operation failed/],
    [
      'a 403 with something still running',
      createOutcome({ ...refusal, ending: { kind: 'undecided' } }),
      /^After 1 m 34 s/
    ],
    [
      'a 404 that counts as success',
      createOutcome({ accepted: createAnswer(404, {}) }),
      /^The operation succeeded/
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
    expect(sentence).toBe('Azure refused the request with HTTP 401.')
    expect(whereabouts).toBe('')
  })

  it('without a mark of Azure is not called its own', () => {
    const accepted: HttpResponse = { status: 403, headers: {}, body: { kind: 'empty' } }
    const { sentence } = describeVerdict(createOutcome({ ...refusal, accepted }))
    expect(sentence).toBe('The request was refused with HTTP 403.')
  })

  it('is told', () => {
    const { sentence, whereabouts } = describeVerdict(createOutcome(refusal))
    expect(sentence).toBe('Azure refused the request with HTTP 403.')
    expect(whereabouts).toBe('Nothing was started in Azure.')
  })
})
