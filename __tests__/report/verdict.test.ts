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
import { describeVerdict, wasRefused } from '../../src/report/verdict.ts'

describe('describeVerdict', () => {
  it.each(OUTCOMES.map((outcome) => [outcome.status, describeVerdict(outcome)] as const))(
    'has words of its own for %s',
    (status, verdict) => {
      expect({ status, ...verdict }).toMatchSnapshot()
    }
  )

  it('says so when the request never left', () => {
    const { sentence, whereabouts } = describeVerdict(
      createOutcome({ status: 'Failed', neverSent: true })
    )
    expect({ sentence, whereabouts }).toEqual({
      sentence: 'The request was not sent.',
      whereabouts: 'Nothing was started in Azure.'
    })
  })

  it('tells the six statuses apart', () => {
    const verdicts = OUTCOMES.map(describeVerdict)
    for (const field of ['title', 'mark', 'sentence'] as const) {
      expect(new Set(verdicts.map((verdict) => verdict[field])).size).toBe(6)
    }
  })

  it.each(
    OUTCOMES.filter(({ status }) => status !== 'Failed').map(
      (outcome) => [outcome.status, outcome] as const
    )
  )('never calls %s a failure', (_status, outcome) => {
    expect(JSON.stringify(describeVerdict(outcome))).not.toMatch(WORDS_OF_FAILURE)
  })

  it.each(OUTCOMES.map((outcome) => [outcome.status, outcome] as const))(
    'says for %s that it may still run',
    (_status, outcome) => {
      expect(describeVerdict({ ...outcome, mayStillRun: true }).whereabouts).toBe(
        'It may still be running in Azure.'
      )
    }
  )
})

describe('wasRefused', () => {
  const refusal = { status: 'Failed', accepted: createAnswer(403, {}) } as const

  it.each([
    ['a first answer of 403', createOutcome(refusal), true],
    [
      'a first answer of 503',
      createOutcome({ ...refusal, accepted: createAnswer(503, {}) }),
      false
    ],
    ['a failure after a 201', createOutcome({ status: 'Failed' }), false],
    ['a 403 with something still running', createOutcome({ ...refusal, mayStillRun: true }), false],
    ['a 404 that counts as success', createOutcome({ accepted: createAnswer(404, {}) }), false]
  ])('of %s', (_name, outcome, refused) => {
    expect(wasRefused(outcome)).toBe(refused)
  })

  it('is told', () => {
    const { sentence, whereabouts } = describeVerdict(createOutcome(refusal))
    expect(sentence).toBe('Azure refused the request with HTTP 403.')
    expect(whereabouts).toBe('Nothing was started in Azure.')
  })
})
