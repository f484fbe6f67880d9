/** Telling what happens never changes what happens. */
import { EOL } from 'node:os'
import * as core from '@actions/core'
import { expect, it, vi } from 'vitest'
import { explain } from '../../__fixtures__/explain.ts'
import { createOutcome } from '../../__fixtures__/outcomes.ts'
import {
  answered,
  breakLog,
  HIDING_NOTHING,
  moved,
  recordLog,
  waiting
} from '../../__fixtures__/run.ts'
import { createLog } from '../../src/runner/log.ts'

it('says what the report says', () => {
  const { log, lines } = recordLog()
  log.write(moved({ at: 0, status: 'Running' }))
  log.warn('careful')
  expect(lines).toEqual(['> Waiting', '00:00:00  Running', 'warning: careful'])
})

it('loses what cannot be written, and nothing else', () => {
  const log = breakLog(new Error('the disk is full'))
  expect(() => {
    log.write(moved({ at: 0, status: 'Running' }))
    log.write({ kind: 'retrying', at: 0, reason: 'x', delayMs: 1 })
    log.write(answered(0, 200))
    log.write(waiting(120_000))
    log.warn('careful')
    log.finish(explain(createOutcome()))
  }).not.toThrow()
})

it('can write to the toolkit', () => {
  const write = vi.spyOn(process.stdout, 'write').mockReturnValue(true)
  try {
    createLog(core, HIDING_NOTHING).warn('a\nb')
    expect(write.mock.calls.map(([text]) => text)).toEqual([`::warning::a b${EOL}`])
  } finally {
    write.mockRestore()
  }
})

it('keeps the lines of two runs apart', () => {
  const [one, other] = [recordLog(), recordLog()]
  one.log.write(moved({ at: 0, status: 'Running' }))
  other.log.write(moved({ at: 0, status: 'Running' }))
  one.log.write(moved({ at: 0, status: 'Running' }))
  expect(one.lines).toEqual(['> Waiting', '00:00:00  Running'])
  expect(other.lines).toEqual(one.lines)
})
