/**
 * The job summary, as a user reads it.
 */
import { describe, expect, it } from 'vitest'
import { explain } from '../../__fixtures__/explain.ts'
import {
  createAnswer,
  createError,
  createFailedOutcome,
  createOutcome,
  OUTCOMES,
  WORDS_OF_FAILURE
} from '../../__fixtures__/outcomes.ts'
import type { OperationError } from '../../src/operation/error.ts'
import { renderSummary } from '../../src/report/summary.ts'
import { statusOf } from '../../src/run/outcome.ts'

describe('renderSummary', () => {
  it.each(OUTCOMES.map((outcome) => [statusOf(outcome.ending), outcome] as const))(
    'of %s reads well',
    (_status, outcome) => {
      expect(renderSummary(explain(outcome))).toMatchSnapshot()
    }
  )

  it('has a heading of its own for each status', () => {
    const headings = OUTCOMES.map((outcome) => renderSummary(explain(outcome)).split('\n')[0])
    expect(new Set(headings).size).toBe(7)
  })

  it.each(
    OUTCOMES.filter(({ ending }) => ['TimedOut', 'Unknown'].includes(statusOf(ending))).map(
      (outcome) => [statusOf(outcome.ending), outcome] as const
    )
  )('never calls %s a failure, and says that it may still run', (_status, outcome) => {
    expect(renderSummary(explain(outcome))).not.toMatch(WORDS_OF_FAILURE)
    expect(renderSummary(explain(outcome))).toContain('It may still be running in Azure.')
  })

  it('says why in our words next to an error', () => {
    const reason = 'The success condition was not met.'
    expect(renderSummary(explain(createFailedOutcome({ reason })))).toContain(reason)
  })

  it('keeps the lines of a long message in a block', () => {
    const error = createError('Failed', 'Failed to download package.\r\nat A\r\nat B')
    expect(renderSummary(explain(createFailedOutcome({ error })))).toContain(
      '**Root cause** `Failed`:\n\n```text\nFailed to download package.\nat A\nat B\n```'
    )
  })

  it('says where in the template', () => {
    const error = {
      ...createError('InvalidTemplate', 'Bad.'),
      additionalInfo: [{ type: 'TemplateViolation', info: { lineNumber: 3, linePosition: 9 } }]
    }
    expect(renderSummary(explain(createFailedOutcome({ error })))).toContain(
      '- Template: `line 3, position 9`'
    )
  })

  it('has no answer to name when none came', () => {
    const {
      accepted: _accepted,
      response: _response,
      ...rest
    } = createOutcome({ status: 'Unknown' })
    expect(renderSummary(explain(rest))).toContain('| HTTP status | no answer |')
  })

  it('names one status when both answers had it', () => {
    const answer = createAnswer(200, {})
    expect(renderSummary(explain(createOutcome({ accepted: answer, response: answer })))).toContain(
      '| HTTP status | 200 |'
    )
  })

  it('folds a long error tree away and counts what it leaves out', () => {
    const details = Array.from({ length: 99 }, (_, index) => createError(`E${index}`, `m${index}`))
    const summary = renderSummary(
      explain(createFailedOutcome({ error: createError('A<b>', 'a', ...details) }))
    )
    expect(summary).toContain('<details><summary>100 errors, from A&#60;b&#62; down</summary>')
    expect(summary).toContain('- 40 more; the output `error` has them all')
    expect(summary).toContain('</details>')
    const nameless = renderSummary(
      explain(createFailedOutcome({ error: createError('', 'a', ...details) }))
    )
    expect(nameless).toContain('100 errors, from the root down')
  })

  it('says nothing of an error that counts as success', () => {
    const summary = renderSummary(explain(createFailedOutcome({ status: 'Succeeded' })))
    expect(summary).not.toMatch(/Root cause|Errors|Policy/)
  })

  it('bounds the warnings', () => {
    const warnings = Array.from({ length: 25 }, (_, index) => `warning ${index}`)
    const summary = renderSummary(explain(createOutcome({ warnings })))
    expect(summary).toContain('- warning 19\n- 5 more in the log')
  })
})

describe('a hostile service', () => {
  const hostile =
    '\n# x\n<script>alert(1)</script> | [a](https://evil.example/?t=secret&s=secret) `` ` ``` \n```\n@all $x$ ::error::'

  const deepen = (levels: number): OperationError =>
    levels === 0
      ? createError(hostile, hostile)
      : { ...createError(hostile, hostile, deepen(levels - 1)), target: hostile }

  const outcome = createFailedOutcome({
    error: {
      ...deepen(30),
      additionalInfo: [{ type: 'PolicyViolation', info: { policyAssignmentName: hostile } }]
    },
    reason: hostile,
    lastStatus: hostile,
    resourceId: hostile,
    correlationId: hostile,
    requestId: hostile,
    portalUrl: hostile,
    warnings: [hostile],
    changes: [{ at: 0, status: hostile }],
    response: createAnswer(500, {}, { 'x-ms-failure-cause': hostile }),
    request: { method: 'PUT', url: `https://management.azure.com/a/${hostile}?t=secret` }
  })

  it('changes no structure and shows no query', () => {
    const summary = renderSummary(explain(outcome))
    expect(summary).not.toContain('secret')
    const plain = summary
      .replace(/```mermaid\n[^`]*```|```+text\n[\s\S]*?\n```+\n/g, '')
      .replace(/(?<![\\`])(`+)(?!`)[^\n]*?(?<!`)\1(?!`)/g, '')
    expect(plain).not.toMatch(/<(?!\/?details>|\/?summary>)/)
    expect(plain.match(/^#+ .*/gm)?.map((line) => line.split(':')[0])).toEqual([
      '## ❌ Failed',
      '### Errors',
      '### Timeline',
      '### Warnings'
    ])
    expect(plain).not.toMatch(/(?<!\\)\]\(/)
  })

  it('cannot make it too long for the runner', () => {
    const huge = '$&<>|`'.repeat(200_000)
    const details = Array.from({ length: 200 }, () => ({
      ...createError(huge, huge),
      target: huge
    }))
    const summary = renderSummary(
      explain(
        createFailedOutcome({
          error: createError(huge, huge, ...details),
          reason: huge,
          lastStatus: huge,
          resourceId: huge,
          warnings: Array(100).fill(huge)
        })
      )
    )
    expect(Buffer.byteLength(summary)).toBeLessThan(1_000_000)
    expect(summary).toContain('### Warnings')
  })

  it('leaves out whole sections when it has less room, and says so', () => {
    const whole = renderSummary(explain(createFailedOutcome()))
    for (let maxBytes = 100; maxBytes < Buffer.byteLength(whole); maxBytes += 50) {
      const summary = renderSummary(explain(createFailedOutcome()), { maxBytes })
      expect(Buffer.byteLength(summary)).toBeLessThanOrEqual(maxBytes)
      expect(summary.endsWith('_The rest is left out: the summary would be too long._\n')).toBe(
        true
      )
      expect((summary.match(/^```/gm) ?? []).length % 2).toBe(0)
    }
  })
})
