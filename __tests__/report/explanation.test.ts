/**
 * The brief explanation: all there is to say of the outcomes that it is used for, and what is left of any other when
 * no more can be loaded.
 */
import { describe, expect, it } from 'vitest'
import { explain } from '../../__fixtures__/explain.ts'
import { createAnswer, createError, createOutcome } from '../../__fixtures__/outcomes.ts'
import { explainBriefly, isBrief } from '../../src/report/explanation.ts'
import type { Outcome } from '../../src/run/outcome.ts'

const ERROR = createError('Conflict', 'It is in use.')
const OPERATION = { handle: 'arm1.x', step: '- uses: x' }
const LEFT = { kind: 'left', by: 'choice' } as const
const hide = (text: string) => text

describe('an outcome that is told briefly', () => {
  it.each<[string, Outcome]>([
    ['a success', createOutcome()],
    ['a success with an error of its own', createOutcome({ error: ERROR, reason: 'a note' })],
    ['a success whose answer is a text', createOutcome({ response: createAnswer(200, 'text') })],
    ['what is not waited for', createOutcome({ ending: LEFT })],
    ['what another step may wait for', createOutcome({ ending: LEFT, operation: OPERATION })]
  ])('is told in full: %s', (_name, outcome) => {
    expect(isBrief(outcome)).toBe(true)
    expect(explainBriefly(outcome)).toEqual(explain(outcome, hide))
  })
})

describe('an outcome with more to tell', () => {
  it.each<[string, Partial<Outcome>]>([
    ['a failure', { ending: { kind: 'failed' }, error: ERROR }],
    ['a refusal', { ending: { kind: 'refused' }, error: ERROR }],
    ['a deadline', { ending: { kind: 'left', by: 'deadline' } }],
    ['a canceled workflow', { ending: { kind: 'left', by: 'cancellation' } }],
    ['what is left for a reason', { ending: LEFT, reason: 'a reason' }],
    ['a condition', { ending: { kind: 'condition-left', by: 'choice' } }],
    ['no verdict', { ending: { kind: 'undecided' }, reason: 'a reason' }]
  ])('is not told briefly: %s', (_name, overrides) => {
    const outcome = createOutcome(overrides)
    expect(isBrief(outcome)).toBe(false)
    const { verdict, facts } = explain(outcome, hide)
    expect(explainBriefly(outcome)).toMatchObject({ verdict, facts, tree: [] })
  })
})
