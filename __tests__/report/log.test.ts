/**
 * The log, line by line, as the runner gets it.
 */
import { EOL } from 'node:os'
import { describe, expect, it, vi } from 'vitest'
import {
  createError,
  createFailedOutcome,
  createOutcome,
  OUTCOMES,
  STARTED_AT,
  WORDS_OF_FAILURE
} from '../../__fixtures__/outcomes.ts'
import { recordLog } from '../../__fixtures__/run.ts'
import { Log } from '../../src/report/log.ts'
import type { Outcome } from '../../src/run/outcome.ts'

/** The marks that a runner looks for. */
const MARKS = { warning: '::warning::', group: '::group::', endGroup: '::endgroup::' }

function replay(outcome: Outcome): readonly string[] {
  const { log, lines } = recordLog(MARKS)
  const { request, correlationId = '', portalUrl = '', requestId = '' } = outcome
  log.requestSent({ request, at: STARTED_AT, correlationId, portalUrl })
  log.answered({ status: 201, at: STARTED_AT + 900, requestId })
  for (const change of outcome.changes) log.statusChanged(change)
  log.finished(outcome)
  return lines
}

describe('a run', () => {
  it.each(OUTCOMES.map((outcome) => [outcome.status, outcome] as const))(
    'that ends as %s reads well',
    (_status, outcome) => {
      expect(replay(outcome).join('\n')).toMatchSnapshot()
    }
  )

  it.each(OUTCOMES.map((outcome) => [outcome.status, outcome] as const))(
    'that ends as %s fits one screen',
    (_status, outcome) => {
      const lines = replay(outcome)
      expect(lines.length - lines.indexOf(`::endgroup::`)).toBeLessThan(45)
    }
  )

  it.each(['TimedOut', 'Unknown'] as const)(
    'that ends as %s is never called a failure',
    (status) => {
      const outcome = OUTCOMES.find((each) => each.status === status) ?? createOutcome()
      const lines = replay(outcome)
      expect(lines.join('\n')).not.toMatch(WORDS_OF_FAILURE)
    }
  )

  it('tells the result outside of any group, root cause before the tree', () => {
    const lines = replay(createFailedOutcome())
    const result = lines.indexOf('Result: Failed')
    expect(lines.slice(result).some((line) => line.startsWith('::'))).toBe(false)
    const cause = lines.findIndex((line) =>
      line.startsWith('Root cause: RequestDisallowedByPolicy')
    )
    expect(cause).toBeGreaterThan(result)
    expect(lines.indexOf('Errors:')).toBeGreaterThan(cause)
  })
})

describe('requestSent and answered', () => {
  it('live without ids', () => {
    const { log, lines } = recordLog(MARKS)
    log.requestSent({
      request: { method: 'GET', url: 'https://h.example/x?t=secret' },
      at: STARTED_AT
    })
    log.answered({ status: 200, at: STARTED_AT })
    expect(lines).toEqual(['::group::Request', '12:04:31  GET /x', '12:04:31  HTTP 200'])
  })
})

describe('retrying', () => {
  it.each([
    [5_000, '12:04:31  HTTP 503; trying again in 5 s'],
    [0, '12:04:31  HTTP 503']
  ])('in %i ms', (delayMs, line) => {
    const { log, lines } = recordLog(MARKS)
    log.retrying({ at: STARTED_AT, reason: 'HTTP 503\n', delayMs })
    expect(lines).toEqual(['::group::Request', line])
  })
})

describe('statusChanged', () => {
  it('writes a line for a change and none for a repetition', () => {
    const { log, lines } = recordLog(MARKS)
    for (const percentComplete of [10, 10, 37, 37]) {
      log.statusChanged({ at: STARTED_AT, status: 'Running', percentComplete })
    }
    log.statusChanged({ at: STARTED_AT, status: 'Running' })
    log.statusChanged({ at: STARTED_AT, status: '\u200b' })
    expect(lines).toEqual([
      '::group::Waiting',
      '12:04:31  Running  10%',
      '12:04:31  Running  37%',
      '12:04:31  Running',
      '12:04:31  unnamed state'
    ])
  })
})

describe('heartbeat', () => {
  it('beats at most once a minute, counted from the last line', () => {
    const { log, lines } = recordLog(MARKS)
    log.requestSent({ request: { method: 'GET', url: 'https://h.example/x' }, at: STARTED_AT })
    log.heartbeat({ at: STARTED_AT + 59_999 })
    log.statusChanged({ at: STARTED_AT + 30_000, status: 'Running', percentComplete: 5 })
    log.heartbeat({ at: STARTED_AT + 89_999 })
    log.heartbeat({ at: STARTED_AT + 90_000, nextPollAt: STARTED_AT + 105_000 })
    log.heartbeat({ at: STARTED_AT + 120_000 })
    log.heartbeat({ at: STARTED_AT + 150_000, nextPollAt: STARTED_AT })
    expect(lines.filter((line) => line.includes('after'))).toEqual([
      '12:06:01  still Running 5% after 1 m 30 s, next poll in 15 s',
      '12:07:01  still Running 5% after 2 m 30 s'
    ])
  })

  it('beats before any word is known', () => {
    const { log, lines } = recordLog(MARKS)
    log.heartbeat({ at: STARTED_AT })
    log.heartbeat({ at: STARTED_AT + 60_000 })
    expect(lines).toEqual([
      '::group::Waiting',
      '12:04:31  waiting after 0 s',
      '12:05:31  waiting after 1 m 0 s'
    ])
  })
})

describe('warning', () => {
  it('is given once, also when the outcome repeats it', () => {
    const { log, lines } = recordLog(MARKS)
    log.warning('odd\nURL')
    log.finished(createOutcome({ warnings: ['odd URL', 'other'] }))
    expect(lines.filter((line) => line.startsWith('::warning'))).toEqual([
      '::warning::odd URL',
      '::warning::other'
    ])
  })
})

describe('finished', () => {
  const finish = (overrides: Partial<Outcome>) => {
    const { log, lines } = recordLog(MARKS)
    log.finished(createFailedOutcome(overrides))
    return lines
  }

  it('says why in our words beside an error', () => {
    expect(finish({ reason: 'The resource did not settle.' })).toContain(
      '  The resource did not settle.'
    )
  })

  it('shows the first lines of a long message', () => {
    const message = Array.from({ length: 30 }, (_, index) => `at frame ${index}`).join('\r\n')
    const lines = finish({ error: createError('Failed', message) })
    expect(lines).toContain('Root cause: Failed: at frame 0')
    expect(lines).toContain('  at frame 9')
    expect(lines).toContain('  … (20 more lines)')
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

  it('forms no command, whatever the service says', () => {
    const hostile = 'x\n::error::y\r\n##[error]z\u2028::add-mask::w\u001b[31m'
    const error = {
      ...createError(hostile, hostile, { ...createError(hostile, `${hostile}2`), target: hostile }),
      additionalInfo: [{ type: 'PolicyViolation', info: { policyAssignmentName: hostile } }]
    }
    const { log, lines } = recordLog(MARKS)
    log.requestSent({
      request: { method: 'PUT', url: `https://h.example/${hostile}` },
      at: 0,
      correlationId: hostile,
      portalUrl: hostile
    })
    log.answered({ status: 200, at: 0, requestId: hostile })
    log.statusChanged({ at: 0, status: hostile })
    log.heartbeat({ at: 60_000 })
    log.finished(
      createFailedOutcome({
        error,
        reason: hostile,
        lastStatus: hostile,
        resourceId: hostile,
        requestId: hostile
      })
    )
    const said = lines.filter((line) => !/^::(?:end)?group::/.test(line))
    expect(said.length).toBeGreaterThan(20)
    for (const line of said) expect(line).not.toMatch(/[\p{Cc}\u2028]|^\s*::|##\[/u)
  })

  it('says nothing of an error that counts as success', () => {
    const lines = finish({ status: 'Succeeded' })
    expect(lines.join('\n')).not.toMatch(/Root cause|Errors|Policy/)
  })
})

describe('the toolkit', () => {
  it('is where the lines go by default', () => {
    const write = vi.spyOn(process.stdout, 'write').mockReturnValue(true)
    try {
      new Log().warning('a\nb')
      expect(write.mock.calls.map(([text]) => text)).toEqual([`::warning::a b${EOL}`])
    } finally {
      write.mockRestore()
    }
  })
})

describe('what happens on the way', () => {
  it('is one line each, its words in a column', () => {
    const { log, lines } = recordLog(MARKS)
    log.progressed({ at: STARTED_AT, verb: 'started', text: 'Microsoft.Web/sites app' })
    log.progressed({ at: STARTED_AT, verb: 'succeeded', text: 'a  ::error::b\nc' })
    log.progressed({ at: STARTED_AT, text: 'Canceling' })
    expect(lines).toEqual([
      '::group::Waiting',
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
    log.finished(createOutcome({ addition }))
    expect(lines.slice(0, 4)).toEqual([
      '::group::Changes',
      '+ Microsoft.Web/sites app (Create)',
      '::endgroup::',
      'Result: Succeeded'
    ])
  })
})
