/**
 * What people read of an operation that can be resumed, and of an end that an input of theirs decided.
 */
import { describe, expect, it } from 'vitest'
import { empty } from '../../__fixtures__/conversation.ts'
import { explain } from '../../__fixtures__/explain.ts'
import {
  createError,
  createOutcome,
  STARTED_AT,
  WORDS_OF_FAILURE
} from '../../__fixtures__/outcomes.ts'
import { recordLog, waiting } from '../../__fixtures__/run.ts'
import { adviseOn } from '../../src/report/advice.ts'
import { renderSummary } from '../../src/report/summary.ts'
import { describeVerdict } from '../../src/report/verdict.ts'
import type { Outcome } from '../../src/run/outcome.ts'
import { describeAction, renderResumeStep } from '../../src/run/resume-step.ts'
import type { Log } from '../../src/runner/log.ts'

const HANDLE = `armop1.${'a'.repeat(6_000)}.0123456789abc`
const STEP = renderResumeStep({
  handle: HANDLE,
  uses: 'octo-org/arm@v1',
  signIn: [],
  needsTenant: false,
  needsHeaders: false,
  cloud: []
})
const operation = { handle: HANDLE, step: STEP }

function write(act: (log: Log) => void): string[] {
  const { log, lines } = recordLog()
  act(log)
  return lines
}

describe('renderResumeStep', () => {
  it('is a step that can be pasted', () => {
    const step = renderResumeStep({
      handle: 'armop1.a-_.b',
      uses: 'octo-org/arm@v1',
      signIn: [],
      needsTenant: true,
      needsHeaders: true,
      cloud: [
        ['environment', 'custom'],
        ['resource-manager-endpoint', 'https://arm.example:8443'],
        ['resource-manager-audience', '*odd: #audience']
      ]
    })
    expect(step.split('\n')).toEqual([
      '# azure/login comes first',
      '- uses: octo-org/arm@v1',
      '  with:',
      '    resume: armop1.a-_.b',
      '    tenant-id: $' + '{{ vars.AZURE_TENANT_ID }}',
      '    subscription-id: $' + '{{ vars.AZURE_SUBSCRIPTION_ID }}',
      '    environment: custom',
      '    resource-manager-endpoint: https://arm.example:8443',
      '    resource-manager-audience: "*odd: #audience"',
      '    # and the headers of the step that started it'
    ])
  })

  it('signs in as the step that started it, and names the tenant once', () => {
    const tenantId = ['tenant-id', '$' + '{{ vars.AZURE_TENANT_ID }}'] as const
    const step = renderResumeStep({
      handle: 'armop1.a-_.b',
      uses: 'octo-org/arm@v1',
      signIn: [['client-id', '$' + '{{ vars.AZURE_CLIENT_ID }}'], tenantId],
      needsTenant: true,
      needsHeaders: false,
      cloud: []
    })
    expect(step.split('\n')).toEqual([
      '- uses: octo-org/arm@v1',
      '  with:',
      '    resume: armop1.a-_.b',
      '    client-id: $' + '{{ vars.AZURE_CLIENT_ID }}',
      '    tenant-id: $' + '{{ vars.AZURE_TENANT_ID }}',
      '    subscription-id: $' + '{{ vars.AZURE_SUBSCRIPTION_ID }}'
    ])
  })

  it.each([
    [{}, 'arm-operation/arm-operation@v0'],
    [{ GITHUB_ACTION_REPOSITORY: 'a/b', GITHUB_ACTION_REF: 'v1' }, 'a/b@v1'],
    [{ GITHUB_ACTION_REPOSITORY: 'a/b', GITHUB_ACTION_REF: '' }, 'arm-operation/arm-operation@v0'],
    [
      { GITHUB_ACTION_REPOSITORY: 'a/b\nx', GITHUB_ACTION_REF: 'v1' },
      'arm-operation/arm-operation@v0'
    ]
  ])('names the action of %j', (environment, uses) => {
    expect(describeAction(environment)).toBe(uses)
  })
})

describe('the log', () => {
  it('says how to resume before the first poll, in a group of its own', () => {
    expect(write((log) => log.write({ kind: 'resumable', point: operation }))).toEqual([
      '> How to resume',
      'To wait for it in another step, job or run:',
      '',
      ...STEP.split('\n'),
      '<'
    ])
  })

  it('says it at an end that leaves it open, where it was not said before', () => {
    const lines = write((log) =>
      log.finish(explain(createOutcome({ status: 'TimedOut', operation })))
    )
    expect(lines.slice(0, 3)).toEqual([
      '> How to resume',
      'To wait for it in another step, job or run:',
      ''
    ])
    expect(lines.filter((line) => line.includes(HANDLE))).toEqual([`    resume: ${HANDLE}`])
  })

  it('says what is resumed', () => {
    const request = { method: 'POST', url: 'https://h.example/x/start?t=secret' } as const
    const at = STARTED_AT + 90_000
    const firstAnswer = empty(202)
    expect(
      write((log) => {
        log.write({
          kind: 'resumed',
          request,
          at,
          acceptedAt: STARTED_AT,
          correlationId: 'c',
          firstAnswer
        })
        log.write(waiting(at))
      })
    ).toEqual([
      '> Request',
      '12:06:01  Resuming POST /x/start',
      '  Accepted        2026-11-22 12:04:31 UTC, 1 m 30 s ago',
      '  Correlation ID  c'
    ])
    // Another machine's clock may be behind.
    const early = write((log) => {
      log.write({
        kind: 'resumed',
        request,
        at: STARTED_AT,
        acceptedAt: at,
        correlationId: 'c',
        firstAnswer
      })
      log.write(waiting(STARTED_AT))
    })
    expect(early[2]).toMatch(/, 0 s ago$/)
  })

  it('tells each look that saw something new, as harmless text', () => {
    const lines = write((log) => {
      for (const seen of ['a is 1', 'a is 1', 'a is "\n::error::x"']) {
        log.write({ kind: 'condition-read', at: STARTED_AT, seen })
      }
      log.write(waiting(STARTED_AT + 60_000))
    })
    expect(lines).toEqual([
      '12:04:31  Condition: a is 1',
      '12:04:31  Condition: a is " : :error::x"',
      '12:05:31  still Condition: a is " : :error::x" after 0 s'
    ])
  })
})

describe('the summary', () => {
  it('holds the whole step, however long the handle is', () => {
    const summary = renderSummary(explain(createOutcome({ status: 'TimedOut', operation })))
    expect(summary).toContain(
      `**How to resume:** this step waits for it again.\n\n\`\`\`yaml\n${STEP}\n\`\`\`\n`
    )
    expect(renderSummary(explain(createOutcome()))).not.toContain('How to resume')
  })
})

describe('an end that an input decided', () => {
  const decide = (overrides: Partial<Outcome>) => createOutcome({ reason: 'because', ...overrides })

  it.each<[Partial<Outcome>, string]>([
    [
      { ending: { kind: 'condition-left', by: 'deadline' } },
      'Deployment web succeeded, but the condition of wait-until was not met in time.'
    ],
    [
      { ending: { kind: 'condition-left', by: 'choice' } },
      'Deployment web succeeded; this step did not wait until the condition of wait-until was met.'
    ],
    [
      { ending: { kind: 'condition-left', by: 'cancellation' } },
      'Deployment web succeeded, but the workflow was canceled before the condition of wait-until was met.'
    ],
    [
      { ending: { kind: 'condition-undecided', input: 'wait-until' } },
      'Deployment web succeeded, but wait-until could not be evaluated.'
    ],
    [
      { ending: { kind: 'fail-if' } },
      'Deployment web succeeded in Azure, and fail-if is true for its result.'
    ]
  ])('is never told as the operation failing: %j', (overrides, sentence) => {
    const verdict = describeVerdict(decide(overrides))
    expect(verdict.sentence).toBe(sentence)
    expect(verdict.sentence.replace('fail-if', '')).not.toMatch(WORDS_OF_FAILURE)
    expect(verdict.whereabouts).toBe(
      overrides.ending?.kind === 'condition-left'
        ? 'The operation itself is over in Azure; what it began may go on.'
        : 'It is no longer running in Azure.'
    )
  })

  it.each<[Partial<Outcome>, RegExp | undefined]>([
    [
      { ending: { kind: 'condition-left', by: 'deadline' }, operation },
      /resume step .* the condition; the operation itself is done/
    ],
    [{ ending: { kind: 'fail-if' } }, /^The operation is done in Azure/],
    [
      { ending: { kind: 'condition-undecided', input: 'fail-if' } },
      /^The operation is done in Azure/
    ],
    [
      {
        ending: { kind: 'condition-undecided', input: 'wait-until' },
        error: createError('AuthorizationFailed', "to perform action 'A/b/read' over scope '/s'")
      },
      /the action A\/b\/read at the scope \/s/
    ],
    [{ ending: { kind: 'succeeded' } }, undefined]
  ])('has advice of its own: %j', (overrides, advice) => {
    if (advice === undefined) expect(adviseOn(decide(overrides))).toBeUndefined()
    else expect(adviseOn(decide(overrides))?.text).toMatch(advice)
  })

  it.each(['TimedOut', 'InProgress', 'Unknown'] as const)(
    'advises to resume %s rather than to run it again',
    (status) => {
      expect(adviseOn(createOutcome({ status, operation }))?.text).toMatch(/^Use the resume step/)
      expect(adviseOn(createOutcome({ status }))?.text).toMatch(/^Look at the resource/)
    }
  )
})
