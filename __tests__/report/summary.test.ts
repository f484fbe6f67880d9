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
  DEPLOYMENT_ID,
  OUTCOMES,
  STARTED_AT,
  WORDS_OF_FAILURE
} from '../../__fixtures__/outcomes.ts'
import type { OperationError } from '../../src/operation/error.ts'
import { renderSummary } from '../../src/report/summary.ts'
import { type OutcomePart, statusOf } from '../../src/run/outcome.ts'

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

  it('says no subscription that goes without saying, and any other', () => {
    const [own, other] = [DEPLOYMENT_ID, DEPLOYMENT_ID.replaceAll('1', '9')]
    const error = createError('ScopeLocked', `The scope '${own}' is locked by '${other}'.`)
    const summary = renderSummary(explain(createFailedOutcome({ error })))
    expect(summary).toContain(
      `The scope '${own.replace(/\/subscriptions\/[^/]+/, '…')}' is locked by '${other}'.`
    )
  })

  it('advises on the root cause before it tells of the others', () => {
    const [root, other] = [createError('SkuNotAvailable', 'No.'), createError('Z9', 'No way.')]
    const error = createError('DeploymentFailed', '', root, other)
    const summary = renderSummary(explain(createFailedOutcome({ error })))
    const places = ['SkuNotAvailable', '**What to do:**', '| Also failed |', '`Z9`']
    const found = places.map((place) => summary.indexOf(place))
    expect(found.every((at) => at > 0)).toBe(true)
    expect(found).toEqual(found.toSorted((one, next) => one - next))
  })

  it('counts one resource as one', () => {
    const parts = [{ name: 'a', id: '/a', type: 'T/a', from: 0, to: 1, state: 'failed' as const }]
    expect(renderSummary(explain(createFailedOutcome({ parts })))).toContain(
      '<summary>1 resource</summary>'
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
    expect(renderSummary(explain(rest))).toContain('- HTTP status: no answer')
  })

  it('names one status when both answers had it', () => {
    const answer = createAnswer(200, {})
    expect(renderSummary(explain(createOutcome({ accepted: answer, response: answer })))).toContain(
      '- HTTP status: 200\n'
    )
  })

  it('folds the error tree away and counts what it leaves out', () => {
    const details = Array.from({ length: 99 }, (_, index) => createError(`E${index}`, `m${index}`))
    const summary = renderSummary(
      explain(createFailedOutcome({ error: createError('A<b>', 'a', ...details) }))
    )
    expect(summary).toContain(
      '<details><summary>All 100 errors, as Azure sent them</summary>\n\n- `A<b>` a\n  - `E0` m0\n'
    )
    expect(summary).toContain('- 40 more; the output `error` has them all\n\n</details>')
  })

  it('says nothing of an error that counts as success', () => {
    const summary = renderSummary(explain(createFailedOutcome({ status: 'Succeeded' })))
    expect(summary).not.toMatch(/Root cause|Errors|Policy/)
  })

  it('bounds the warnings', () => {
    const warnings = Array.from({ length: 25 }, (_, index) => `warning ${index}`)
    const summary = renderSummary(explain(createOutcome({ warnings })))
    expect(summary).toContain('- ⚠️ warning 19\n- ⚠️ 5 more in the log')
  })
})

describe('the causes', () => {
  const group = DEPLOYMENT_ID.slice(0, DEPLOYMENT_ID.indexOf('/providers'))
  const idOf = (name: string) =>
    `${group}/providers/Microsoft.Network/networkSecurityGroups/${name}`
  const forbid = (name: string) => ({
    ...createError('RequestDisallowedByPolicy', `Resource '${name}' was disallowed by policy.`),
    target: idOf(name)
  })
  const summarize = (...details: readonly OperationError[]) =>
    renderSummary(
      explain(
        createFailedOutcome({ error: createError('DeploymentFailed', 'At least one.', ...details) })
      )
    )
  const link = (name: string) =>
    `[\`${name}\`](<https://portal.azure.com/#@/resource${idOf(name)}>)`

  it('name what they befell by name, type and group, with a link', () => {
    expect(summarize(forbid('nsg-a'))).toContain(
      `\n- Resource: ${link('nsg-a')} networkSecurityGroups in \`shop\`\n`
    )
  })

  it('that are equal are told once, with all that they befell', () => {
    expect(summarize(forbid('nsg-a'), forbid('nsg-b'))).toContain(
      `\n- 2 resources: ${link('nsg-a')}, ${link('nsg-b')} networkSecurityGroups in \`shop\`\n`
    )
  })

  it('other than the root are a table', () => {
    const other = { ...createError('SkuNotAvailable', 'No | such size.'), target: idOf('door') }
    const summary = summarize(forbid('nsg-a'), other)
    expect(summary).toContain('\n| Also failed | Why |\n|---|---|\n| ❌ ')
    expect(summary.match(/^\| ❌ .* \|$/gm)).toHaveLength(1)
  })
})

describe('the resources', () => {
  const part = (name: string, state: OutcomePart['state'], seconds: number): OutcomePart => ({
    ...{ name, state, type: 'Microsoft.Web/sites' },
    id: `${DEPLOYMENT_ID.slice(0, DEPLOYMENT_ID.indexOf('Microsoft.'))}Microsoft.Web/sites/${name}`,
    ...{ from: STARTED_AT, to: STARTED_AT + seconds * 1_000 }
  })

  it('that a timeout still waits for stand before the step that resumes, with their time so far', () => {
    const parts = [part('app', 'running', 1), part('plan', 'succeeded', 30)]
    const operation = { handle: 'h', step: 'step' }
    const summary = renderSummary(explain(createOutcome({ status: 'TimedOut', parts, operation })))
    expect(summary.split('\n')[0]).toBe(
      '## ⏱️ Stopped waiting for deployment `web` after 1 m 34 s: 1 of 2 resources still runs'
    )
    expect(summary).toMatch(
      /\n\| Still running \| For \|\n\|---\|---\|\n\| ⏳ \[`app`\]\(<.*>\) sites in `shop` \| 1 m 34 s \|\n\n\*\*How to resume/
    )
  })

  it('are folded, at most 300 of them, and the summary stays under its limit', () => {
    const parts = Array.from({ length: 5_000 }, (_, index) =>
      part(`app-${'x'.repeat(80)}${index}`, index < 400 ? 'failed' : 'running', index)
    )
    const summary = renderSummary(explain(createFailedOutcome({ parts })))
    expect(summary).toContain('<details><summary>All 5000 resources</summary>')
    expect(summary.match(/❌ failed/g)).toHaveLength(300)
    expect(summary).toContain('\n4700 more: 100 failed, 4600 running\n')
    expect(summary.match(/\| ⏳ /g)).toHaveLength(10)
    expect(Buffer.byteLength(summary)).toBeLessThan(1_000_000)
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
    expect(plain.match(/^#+ .*/gm)).toEqual([
      expect.stringMatching(/^## ❌ PUT of .* failed after 1 m 34 s$/)
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
    expect(summary).toContain('⚠️ 80 more in the log')
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
