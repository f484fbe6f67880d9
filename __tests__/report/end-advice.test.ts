/**
 * The advice on an operation that was left, or canceled: what to do now, and of nothing else.
 */

import { describe, expect, it } from 'vitest'
import { explain } from '../../__fixtures__/explain.ts'
import {
  createAnswer,
  createError,
  createOutcome,
  type OutcomeOverrides
} from '../../__fixtures__/outcomes.ts'
import { adviseOn } from '../../src/report/advice.ts'
import { KNOWN_ERRORS } from '../../src/report/known-errors.ts'

const LATE = { ending: { kind: 'left', by: 'deadline' } } as const
const INTERRUPTED = { ending: { kind: 'left', by: 'cancellation' } } as const
const CANCELED = { ending: { kind: 'canceled' } } as const
const OPERATION = { operation: { handle: 'h', step: 'resume: h' } }
const READ = { request: { method: 'GET', url: 'https://management.azure.com/x' } } as const
const READ_LATE = {
  ...READ,
  ending: { kind: 'unanswered', by: 'deadline', mayStillRun: false }
} as const
const READ_INTERRUPTED = {
  ...READ,
  ending: { kind: 'unanswered', by: 'cancellation', mayStillRun: false }
} as const
const PREEMPTED = { error: createError('OperationPreempted', 'A newer one took over.') }

describe('the advice', () => {
  it.each<[string, OutcomeOverrides, RegExp]>([
    ['a timeout', { ...LATE, ...OPERATION }, /^Use the resume step .* the input timeout\.$/],
    ['a timeout without a handle', LATE, /^Look at the resource before .* the input timeout\.$/],
    [
      'a timeout whose cancel request was accepted',
      { ...LATE, ...OPERATION, isCanceling: true },
      /^Azure was asked to cancel it\. Use the resume step .* before you run this again\.$/
    ],
    [
      'a canceled workflow',
      { ...INTERRUPTED, ...OPERATION },
      /^It goes on in Azure\. Use the resume/
    ],
    [
      'a canceled workflow that cancels it',
      { ...INTERRUPTED, ...OPERATION, isCanceling: true },
      /the post step of this action tells how that ends/
    ],
    [
      'the post step of one that is left',
      INTERRUPTED,
      /the resume step that the canceled step has/
    ],
    [
      'the post step of one that does not end',
      { ...INTERRUPTED, isCanceling: true },
      /^Azure was asked to cancel it: look at the resource before/
    ],
    [
      'an operation that this step canceled',
      { ...CANCELED, ...PREEMPTED, isCanceling: true },
      /^It was canceled as this step was told to/
    ],
    ['a read that took too long', READ_LATE, /^Run it again: it changes nothing\. .* timeout/],
    ['a read that was canceled', READ_INTERRUPTED, /^Run it again: it changes nothing\.$/],
    ['one that somebody canceled', CANCELED, /says who canceled it/],
    ['one that was canceled for a reason', { ...CANCELED, ...PREEMPTED }, /^Wait until it ends/]
  ])('on %s says what to do now', (_what, overrides, advice) => {
    expect(adviseOn(createOutcome(overrides), KNOWN_ERRORS)?.text).toMatch(advice)
  })

  it('quotes nothing of an answer to say that what this step canceled is canceled', () => {
    const quoteOf = (overrides: OutcomeOverrides) =>
      explain(
        createOutcome({ ...CANCELED, response: createAnswer(200, { by: 'ops' }), ...overrides }),
        (text) => text
      ).quote
    expect(quoteOf({ isCanceling: true })).toBeUndefined()
    expect(quoteOf({})).toBeDefined()
  })
})
