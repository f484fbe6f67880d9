/**
 * The one annotation of a run that did not succeed.
 */
import { describe, expect, it } from 'vitest'
import { explain } from '../../__fixtures__/explain.ts'
import {
  createError,
  createFailedOutcome,
  createOutcome,
  OUTCOMES,
  WORDS_OF_FAILURE
} from '../../__fixtures__/outcomes.ts'
import { describeFailure } from '../../src/report/describe-failure.ts'
import { statusOf } from '../../src/run/outcome.ts'

describe('describeFailure', () => {
  it.each(
    OUTCOMES.filter(({ ending }) => statusOf(ending) !== 'Succeeded').map(
      (outcome) => [statusOf(outcome.ending), outcome] as const
    )
  )('of %s reads well', (_status, outcome) => {
    expect(describeFailure(explain(outcome))).toMatchSnapshot()
  })

  it('names the policy that forbids it, once', () => {
    const { message } = describeFailure(explain(createFailedOutcome()))
    expect(message.split('Secure transfer')).toHaveLength(2)
    expect(message).toContain(' Policy: Secure transfer. ')
  })

  it('puts the root cause first', () => {
    const { title, message } = describeFailure(explain(createFailedOutcome()))
    expect(title).toBe('Failed: RequestDisallowedByPolicy')
    expect(message).toMatch(
      /^RequestDisallowedByPolicy: Resource 'shopstore' was disallowed by policy\./
    )
  })

  it.each(
    OUTCOMES.filter(({ ending }) => ['TimedOut', 'Unknown'].includes(statusOf(ending))).map(
      (outcome) => [statusOf(outcome.ending), outcome] as const
    )
  )('never calls %s a failure', (_status, outcome) => {
    expect(JSON.stringify(describeFailure(explain(outcome)))).not.toMatch(WORDS_OF_FAILURE)
  })

  it('lives without an answer, ids and error', () => {
    const { request, startedAt, endedAt } = createOutcome()
    const outcome = {
      status: 'Unknown',
      ending: { kind: 'undecided' },
      request,
      startedAt,
      endedAt,
      changes: [],
      warnings: [],
      pollCount: 0
    } as const
    expect(describeFailure(explain(outcome))).toMatchSnapshot()
  })

  it('is one short line of title and one line of message, no matter what the service says', () => {
    const hostile = 'x\n::error::y\r##[error]z'
    const { title, message } = describeFailure(
      explain(
        createFailedOutcome({
          error: createError(hostile.repeat(50), hostile.repeat(500)),
          correlationId: hostile,
          requestId: hostile
        })
      )
    )
    expect(title.length).toBeLessThan(300)
    expect(message.length).toBeLessThan(4_000 + 4_000)
    expect(title + message).not.toMatch(/[\r\n]|##\[|(?<!\w)::/)
  })
})
