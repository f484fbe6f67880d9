/**
 * What is kept of an operation of a list once it has ended: never a body, and of most little more than the verdict.
 */
import { describe, expect, it } from 'vitest'
import { explain } from '../../__fixtures__/explain.ts'
import {
  createAnswer,
  createError,
  createFailedOutcome,
  createOutcome
} from '../../__fixtures__/outcomes.ts'
import { cutLines, toRecord } from '../../src/report/list-record.ts'
import type { Outcome } from '../../src/run/outcome.ts'

const BODY = { secret: 'body-of-an-answer', more: 'x'.repeat(56_000) }
const HEADERS = {
  'x-ms-request-id': 'r1',
  'x-ms-failure-cause': 'service',
  'azure-asyncoperation': `https://management.azure.com/o?sig=${'s'.repeat(2_000)}`
}

function record(outcome: Outcome, isDetailed = false) {
  return toRecord(
    { name: 'site', outcome, explanation: explain(outcome), isGreen: false },
    isDetailed
  )
}

describe('the record of an operation', () => {
  const parts = Array.from({ length: 300 }, (_, at) => ({
    name: `part ${at}`,
    id: `/subscriptions/1/${at}`,
    type: 'Microsoft.Web/sites',
    from: 1,
    to: 2,
    state: 'failed' as const
  }))
  const details = Array.from({ length: 200 }, (_, at) => createError(`Code${at}`, 'm'.repeat(500)))
  const failed = createFailedOutcome({
    accepted: createAnswer(201, BODY, HEADERS),
    response: createAnswer(200, BODY, HEADERS),
    error: createError('DeploymentFailed', 'See details', ...details),
    parts
  })

  it.each([true, false])('has no body and no signed URL in it (detailed: %j)', (isDetailed) => {
    const { explanation, resource } = record(failed, isDetailed)
    expect(JSON.stringify(explanation)).not.toMatch(/body-of-an-answer|xxxx|ssss/)
    expect(explanation.outcome.response).toEqual({
      status: 200,
      headers: { 'x-ms-request-id': 'r1', 'x-ms-failure-cause': 'service' },
      body: { kind: 'empty' }
    })
    expect(resource).toEqual({ resourceId: failed.resourceId, portalUrl: failed.portalUrl })
  })

  it('has all that is told of a failure, where it is detailed', () => {
    const { explanation } = record(failed, true)
    const whole = explain(failed)
    expect(explanation.tree).toEqual(whole.tree)
    expect(explanation.failures).toEqual(whole.failures)
    expect(explanation.outcome.parts).toHaveLength(300)
  })

  it('is small otherwise, with the words of the whole', () => {
    const { explanation } = record(failed)
    const whole = explain(failed)
    expect(JSON.stringify(explanation).length).toBeLessThan(8_000)
    for (const part of ['verdict', 'cause', 'others', 'advice'] as const) {
      expect(explanation[part]).toEqual(whole[part])
    }
    expect(explanation.failures?.count).toBe(whole.failures?.count)
    expect(explanation.outcome.error).toEqual(createError('DeploymentFailed', 'See details'))
  })

  it('is smaller still for a success', () => {
    const done = createOutcome({
      accepted: createAnswer(201, BODY),
      response: createAnswer(200, BODY)
    })
    expect(JSON.stringify(record(done)).length).toBeLessThan(3_000)
  })

  it('keeps the handle of what may still be at work', () => {
    const operation = { handle: 'h', step: 's' }
    const { explanation } = record(createOutcome({ status: 'TimedOut', operation }))
    expect(explanation.outcome.operation).toEqual(operation)
  })

  it('keeps of a what-if the sums and as many sections as there is room for', () => {
    const outputs = [
      { name: 'change-counts', value: '{"Create":1}' },
      { name: 'changes-markdown', value: '| a |\n'.repeat(10_000) },
      { name: 'own', value: 'of a template' }
    ]
    const addition = {
      outputs,
      templateOutputs: ['own'],
      summary: ['first', '| b |\n'.repeat(5_000), 'last'],
      log: { title: 'Changes', lines: Array.from({ length: 60 }, () => 'a line') }
    }
    const kept = record(createOutcome({ addition })).explanation.outcome.addition
    expect(kept?.outputs.map(({ name }) => name)).toEqual(['change-counts', 'changes-markdown'])
    expect(kept?.outputs[1]?.value.length).toBeLessThan(10_100)
    expect(kept?.summary).toEqual(['first', expect.stringContaining('left out')])
    expect(kept?.log).toBeUndefined()
    const detailed = record(createOutcome({ addition }), true).explanation.outcome.addition
    expect(detailed?.summary).toEqual(addition.summary)
    expect(detailed?.log).toEqual(addition.log)
  })
})

describe('cutLines', () => {
  it('cuts after a line, and says so', () => {
    expect(cutLines('| a |\n| b |\n| c |', 14)).toBe(
      '| a |\n| b |\n\n_The rest is left out: there are too many operations._'
    )
    expect(cutLines('short', 14)).toBe('short')
    expect(cutLines('x'.repeat(30), 14)).toMatch(/^\n\n_The rest/)
  })
})
