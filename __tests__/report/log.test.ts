/**
 * The log, line by line, as the runner gets it.
 */
import { describe, expect, it } from 'vitest'
import { explain } from '../../__fixtures__/explain.ts'
import {
  createAnswer,
  createError,
  createFailedOutcome,
  createOutcome,
  OUTCOMES,
  type OutcomeOverrides,
  STARTED_AT,
  WORDS_OF_FAILURE
} from '../../__fixtures__/outcomes.ts'
import { answered, blinded, moved, recordLog, waiting } from '../../__fixtures__/run.ts'
import { describeFailure } from '../../src/report/describe-failure.ts'
import { type Outcome, statusOf } from '../../src/run/outcome.ts'

/** The marks that a runner looks for. */
const MARKS = { warning: '::warning::', group: '::group::', endGroup: '::endgroup::' }

const SIGNED_IN = { kind: 'signed-in', credential: 'Azure CLI', why: 'it is there' } as const
const NOBODY = { application: undefined, object: undefined, tenant: undefined, host: undefined }
const REQUESTED = {
  kind: 'requested',
  request: { method: 'GET', url: 'https://h.example/x?t=secret' },
  at: STARTED_AT,
  correlationId: 'c'
} as const

function replay(outcome: Outcome): readonly string[] {
  const { log, lines } = recordLog(MARKS)
  const { request, correlationId = '', portalUrl = '', requestId = '' } = outcome
  log.write({ kind: 'requested', request, at: STARTED_AT, correlationId, portalUrl })
  log.write(answered(STARTED_AT + 900, 201, requestId))
  for (const change of outcome.changes) log.write(moved(change))
  log.finish(explain(outcome))
  return lines
}

describe('a sign-in', () => {
  it('names who acts as far as it is known, on lines of its own', () => {
    const { log, lines } = recordLog(MARKS)
    log.write({ ...SIGNED_IN, identity: NOBODY })
    log.write({
      ...SIGNED_IN,
      identity: { application: 'a', object: 'o\n::error::', tenant: 't', host: 'login.example' }
    })
    const told = 'Signed in with Azure CLI, because it is there'
    expect(lines.slice(0, 3)).toEqual([told, told, '  Application     a'])
    expect(lines.slice(3)).toEqual([
      expect.stringMatching(/^ {2}Object {10}o\S*.*error/),
      '  Tenant          t',
      '  Host            login.example'
    ])
  })
})

describe('a run', () => {
  it.each(OUTCOMES.map((outcome) => [statusOf(outcome.ending), outcome] as const))(
    'that ends as %s reads well',
    (_status, outcome) => {
      expect(replay(outcome).join('\n')).toMatchSnapshot()
    }
  )

  it.each(OUTCOMES.map((outcome) => [statusOf(outcome.ending), outcome] as const))(
    'that ends as %s fits one screen',
    (_status, outcome) => {
      const lines = replay(outcome)
      expect(lines.length - lines.indexOf(`::endgroup::`)).toBeLessThan(45)
    }
  )

  it.each(['TimedOut', 'Unknown'] as const)(
    'that ends as %s is never called a failure',
    (status) => {
      const outcome = OUTCOMES.find(({ ending }) => statusOf(ending) === status) ?? createOutcome()
      const lines = replay(outcome)
      expect(lines.join('\n')).not.toMatch(WORDS_OF_FAILURE)
    }
  )

  it.each(['TimedOut', 'Unknown'] as const)(
    'that ends as %s on an error tells its source, and calls it no failure',
    (status) => {
      const response = createAnswer(503, {}, { 'x-ms-failure-cause': 'gateway' })
      const text = replay(createOutcome({ status, response })).join('\n')
      expect(text).toMatch(/Error source +gateway/)
      expect(text).not.toMatch(WORDS_OF_FAILURE)
    }
  )

  it('tells the result outside of any group, root cause before the tree', () => {
    const lines = replay(createFailedOutcome())
    const result = lines.indexOf('Result: Failed')
    const groups = lines.filter((line) => line.startsWith('::'))
    expect(groups).toEqual([
      '::group::Request',
      '::endgroup::',
      '::group::All errors',
      '::endgroup::'
    ])
    const cause = lines.findIndex((line) =>
      line.startsWith('Root cause: RequestDisallowedByPolicy')
    )
    expect(cause).toBeGreaterThan(result)
    expect(lines.indexOf('::group::All errors')).toBeGreaterThan(cause)
  })
})

describe('the request and its answer', () => {
  it('live without a portal page and a request ID', () => {
    const { log, lines } = recordLog(MARKS)
    log.write({
      kind: 'requested',
      request: { method: 'GET', url: 'https://h.example/x?t=secret' },
      at: STARTED_AT,
      correlationId: 'c'
    })
    log.write(answered(STARTED_AT, 200))
    expect(lines).toEqual([
      '::group::Request',
      '12:04:31  GET /x',
      '  Correlation ID  c',
      '12:04:31  HTTP 200'
    ])
  })
})

describe('a repetition', () => {
  it.each([
    [5_000, '12:04:31  HTTP 503; trying again in 5 s'],
    [0, '12:04:31  HTTP 503']
  ])('in %i ms', (delayMs, line) => {
    const { log, lines } = recordLog(MARKS)
    log.write({ kind: 'retrying', at: STARTED_AT, reason: 'HTTP 503\n', delayMs })
    expect(lines).toEqual([line])
  })

  it('closes the request, which is opened no second time', () => {
    const { log, lines } = recordLog(MARKS)
    log.write({ ...SIGNED_IN, identity: NOBODY })
    log.write(REQUESTED)
    log.write({ kind: 'retrying', at: STARTED_AT, reason: 'HTTP 503', delayMs: 0 })
    log.write(answered(STARTED_AT, 201))
    log.write(moved({ at: STARTED_AT, status: 'Running' }))
    expect(lines.slice(3)).toEqual([
      '  Correlation ID  c',
      '::endgroup::',
      '12:04:31  HTTP 503',
      '12:04:31  HTTP 201',
      '12:04:31  Running'
    ])
  })

  it('has one line when its reason first appears, and then one a minute', () => {
    const { log, lines } = recordLog(MARKS)
    for (const [seconds, reason] of [
      [0, 'HTTP 409'],
      [30, 'HTTP 409'],
      [40, 'HTTP 503'],
      [80, 'HTTP 409'],
      [100, 'HTTP 409']
    ] as const) {
      log.write({
        kind: 'retrying',
        at: STARTED_AT + seconds * 1_000,
        reason,
        delayMs: 1_000 * seconds
      })
    }
    expect(lines).toEqual([
      '12:04:31  HTTP 409',
      '12:05:11  HTTP 503; trying again in 40 s',
      '12:06:11  HTTP 409; trying again in 1 m 40 s'
    ])
  })
})

describe('a poll that cannot be read', () => {
  const blind = (seconds: number, message: string) => blinded(STARTED_AT + seconds * 1_000, message)

  it('has one line for each kind, and stands in the heartbeat as long as it lasts', () => {
    const { log, lines } = recordLog(MARKS)
    log.write(moved({ at: STARTED_AT, status: 'Running' }))
    log.write(blind(1, 'HTTP 503 ServerBusy'))
    log.write(blind(2, 'HTTP 503 ServerBusy'))
    log.write(blind(3, 'No access token came in time'))
    log.write(waiting(STARTED_AT + 63_000))
    log.write(moved({ at: STARTED_AT + 64_000, status: 'Running' }))
    log.write(waiting(STARTED_AT + 124_000))
    expect(lines).toEqual([
      '12:04:31  Running',
      '12:04:32  The state could not be read: HTTP 503 ServerBusy; asking again',
      '12:04:34  The state could not be read: No access token came in time; asking again',
      '12:05:34  still Running after 0 s (the last poll: No access token came in time)',
      '12:06:35  still Running after 1 m 1 s'
    ])
  })
})

describe('the order of a log', () => {
  it('is who signs in, the request with its first state, how to resume, and then what happens', () => {
    const { log, lines } = recordLog(MARKS)
    log.write(REQUESTED)
    log.write({ kind: 'sending', at: STARTED_AT })
    log.write({ kind: 'sign-in-retrying', at: STARTED_AT, reason: 'ETIMEDOUT', delayMs: 1_000 })
    log.write({ ...SIGNED_IN, identity: NOBODY })
    log.write(answered(STARTED_AT, 201, 'r'))
    log.write(moved({ at: STARTED_AT, status: 'Accepted' }))
    log.write({ kind: 'resumable', point: { handle: 'h', step: 'resume: h' } })
    log.write(moved({ at: STARTED_AT, status: 'Running' }))
    log.write({ kind: 'progressed', at: STARTED_AT, text: 'Canceling' })
    const { startedAt, endedAt } = createOutcome()
    log.finish(
      explain(
        createOutcome({
          status: 'TimedOut',
          operation: { handle: 'h2', step: 'resume: h2' },
          ...{ startedAt, endedAt }
        })
      )
    )
    expect(lines.slice(0, 19)).toEqual([
      '12:04:31  Sign-in: ETIMEDOUT; trying again in 1 s',
      'Signed in with Azure CLI, because it is there',
      '::group::Request',
      '12:04:31  GET /x',
      '  Correlation ID  c',
      '12:04:31  HTTP 201',
      '  Request ID      r',
      '12:04:31  Accepted',
      '::endgroup::',
      '::group::How to resume',
      'To wait for it in another step, job or run:',
      '',
      'resume: h',
      '::endgroup::',
      '12:04:31  Running',
      '12:04:31  Canceling',
      '',
      'Result: Timed out waiting',
      expect.any(String)
    ])
    expect(lines.join('\n').match(/resume: h/g)).toHaveLength(1)
  })

  it('has the step that resumes it before the result, where no line has told it yet', () => {
    const { log, lines } = recordLog(MARKS)
    const operation = { handle: 'h', step: 'resume: h' }
    log.finish(explain(createOutcome({ status: 'TimedOut', operation })))
    expect(lines.indexOf('resume: h')).toBeLessThan(lines.indexOf('Result: Timed out waiting'))
  })

  it('tells the request of a run that never came to sign in', () => {
    const { log, lines } = recordLog(MARKS)
    log.write(REQUESTED)
    log.finish(explain(createFailedOutcome()))
    expect(lines.slice(0, 4)).toEqual([
      '::group::Request',
      '12:04:31  GET /x',
      '  Correlation ID  c',
      '::endgroup::'
    ])
  })

  it('says in one line that there is nothing to follow, and of what was accepted why', () => {
    const { log, lines } = recordLog(MARKS)
    log.write({ kind: 'nothing-to-follow', isAccepted: false })
    log.write({ kind: 'nothing-to-follow', isAccepted: true })
    expect(lines).toEqual([
      'There is nothing to follow: the output operation is empty',
      expect.stringMatching(/^There is nothing to follow: Azure named no URL .*operation is empty$/)
    ])
  })
})

describe('a state', () => {
  it('writes a line for a change and none for a repetition', () => {
    const { log, lines } = recordLog(MARKS)
    for (const percentComplete of [10, 10, 37, 37]) {
      log.write(moved({ at: STARTED_AT, status: 'Running', percentComplete }))
    }
    log.write(moved({ at: STARTED_AT, status: 'Running' }))
    log.write(moved({ at: STARTED_AT, status: '\u200b' }))
    expect(lines).toEqual([
      '12:04:31  Running  10%',
      '12:04:31  Running  37%',
      '12:04:31  Running',
      '12:04:31  unnamed state'
    ])
  })
})

describe('a heartbeat', () => {
  it('beats at most once a minute, counted from the last line', () => {
    const { log, lines } = recordLog(MARKS)
    log.write({
      kind: 'requested',
      request: { method: 'GET', url: 'https://h.example/x' },
      at: STARTED_AT,
      correlationId: 'c'
    })
    log.write(waiting(STARTED_AT + 59_999))
    log.write(moved({ at: STARTED_AT + 30_000, status: 'Running', percentComplete: 5 }))
    log.write(waiting(STARTED_AT + 89_999))
    log.write(waiting(STARTED_AT + 90_000, STARTED_AT + 105_000))
    log.write(waiting(STARTED_AT + 120_000))
    log.write(waiting(STARTED_AT + 150_000, STARTED_AT))
    expect(lines.filter((line) => line.includes('after'))).toEqual([
      '12:06:01  still Running 5% after 1 m 30 s, next poll in 15 s',
      '12:07:01  still Running 5% after 2 m 30 s'
    ])
  })

  it('beats before any word is known', () => {
    const { log, lines } = recordLog(MARKS)
    log.write(waiting(STARTED_AT))
    log.write(waiting(STARTED_AT + 60_000))
    expect(lines).toEqual(['12:04:31  waiting after 0 s', '12:05:31  waiting after 1 m'])
  })
})

describe('a warning', () => {
  it('is given once, also when the outcome repeats it', () => {
    const { log, lines } = recordLog(MARKS)
    log.warn('odd\nURL')
    log.finish(explain(createOutcome({ warnings: ['odd URL', 'other'] })))
    expect(lines.filter((line) => line.startsWith('::warning'))).toEqual([
      '::warning::odd URL',
      '::warning::other'
    ])
  })
})

describe('the end', () => {
  const finish = (overrides: OutcomeOverrides) => {
    const { log, lines } = recordLog(MARKS)
    log.finish(explain(createFailedOutcome(overrides)))
    return lines
  }

  it('says why in our words next to an error', () => {
    expect(finish({ reason: 'The resource did not settle.' })).toContain(
      '  The resource did not settle.'
    )
  })

  it('shows the first and the last lines of a long message', () => {
    const message = Array.from({ length: 30 }, (_, index) => `at frame ${index}`).join('\r\n')
    const lines = finish({ error: createError('Failed', message) })
    expect(lines).toContain('Root cause: Failed: at frame 0')
    expect(lines).toContain('  at frame 29')
    expect(lines).toContain('  … (18 more lines) …')
  })

  it('says where in the template', () => {
    const additionalInfo = [{ type: 'TemplateViolation', info: { lineNumber: 3 } }]
    const lines = finish({ error: { ...createError('InvalidTemplate', 'Bad.'), additionalInfo } })
    expect(lines).toContain('  Template        line 3')
  })

  it('bounds the tree', () => {
    const details = Array.from({ length: 99 }, (_, index) => createError(`E${index}`, `m${index}`))
    expect(finish({ error: createError('A', 'a', ...details) })).toContain(
      '  … (60 more in the output error)'
    )
  })

  it('forms no command, no matter what the service says', () => {
    const hostile = 'x\n::error::y\r\n##[error]z\u2028::add-mask::w\u001b[31m'
    const error = {
      ...createError(hostile, hostile, { ...createError(hostile, `${hostile}2`), target: hostile }),
      additionalInfo: [{ type: 'PolicyViolation', info: { policyAssignmentName: hostile } }]
    }
    const { log, lines } = recordLog(MARKS)
    log.write({
      kind: 'requested',
      request: { method: 'PUT', url: `https://h.example/${hostile}` },
      at: 0,
      correlationId: hostile,
      portalUrl: hostile
    })
    log.write(answered(0, 200, hostile))
    log.write(moved({ at: 0, status: hostile }))
    log.write(waiting(60_000))
    log.finish(
      explain(
        createFailedOutcome({
          error,
          reason: hostile,
          lastStatus: hostile,
          resourceId: hostile,
          requestId: hostile,
          failureRequestId: hostile,
          decision: hostile
        })
      )
    )
    const said = lines.filter((line) => !/^::(?:end)?group::/.test(line))
    expect(said.length).toBeGreaterThan(20)
    for (const line of said) expect(line).not.toMatch(/[\p{Cc}\u2028]|^\s*::|##\[/u)
  })

  it('says which source decided, and which request told of the failure, where that is worth a line', () => {
    const decision = 'the Location; the status URL (/x) answered HTTP 404 NotFound'
    const lines = finish({ decision, failureRequestId: 'b2c4' })
    expect(lines).toContain('  Last request    b2c4')
    expect(lines).toContain(`  Decided by      ${decision}`)
    expect(finish({}).join('\n')).not.toMatch(/Last request|Decided by/)
  })

  it('says nothing of an error that counts as success', () => {
    const lines = finish({ status: 'Succeeded' })
    expect(lines.join('\n')).not.toMatch(/Root cause|Errors|Policy/)
  })
})

describe('what happens on the way', () => {
  it('is one line each, its words in a column', () => {
    const { log, lines } = recordLog(MARKS)
    log.write({
      kind: 'progressed',
      at: STARTED_AT,
      verb: 'started',
      text: 'Microsoft.Web/sites app'
    })
    log.write({ kind: 'progressed', at: STARTED_AT, verb: 'succeeded', text: 'a  ::error::b\nc' })
    log.write({ kind: 'progressed', at: STARTED_AT, text: 'Canceling' })
    expect(lines).toEqual([
      '12:04:31  started    Microsoft.Web/sites app',
      '12:04:31  succeeded  a : :error::b c',
      '12:04:31  Canceling'
    ])
  })

  it('ends with a group of its own for what a kind of operation adds', () => {
    const { log, lines } = recordLog(MARKS)
    const addition = {
      outputs: [],
      summary: [],
      log: { title: 'Changes', lines: ['+ Microsoft.Web/sites app (Create)'] }
    }
    log.finish(explain(createOutcome({ addition })))
    expect(lines.slice(0, 5)).toEqual([
      '::group::Changes',
      '+ Microsoft.Web/sites app (Create)',
      '::endgroup::',
      '',
      'Result: Succeeded'
    ])
  })

  it('folds the end of the log of a script, before the result and in no other place', () => {
    const { log, lines } = recordLog(MARKS)
    const excerpt = { title: 'Log of seed', text: 'one\r\n::error::two\n\u001b[31mthree' }
    const explanation = explain(
      createFailedOutcome({ addition: { outputs: [], summary: [], excerpt } })
    )
    log.finish(explanation)
    expect(lines.slice(0, 7)).toEqual([
      '::group::Log of seed',
      'one',
      ': :error::two',
      'three',
      '::endgroup::',
      '',
      'Result: Failed'
    ])
    expect(JSON.stringify(describeFailure(explanation))).not.toContain('three')
  })
})
