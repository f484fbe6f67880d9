/** Telling what happens never changes what happens. */
import { expect, it } from 'vitest'
import { breakLog, recordLog } from '../../__fixtures__/run.ts'
import { makeSteady } from '../../src/report/steady-log.ts'

it('says what the log says', () => {
  const { log: recorded, lines } = recordLog()
  const log = makeSteady(recorded)
  log.statusChanged({ at: 0, status: 'Running' })
  log.warning('careful')
  expect(lines).toEqual(['> Waiting', '00:00:00  Running', 'warning: careful'])
})

it('loses what cannot be written, and nothing else', () => {
  const log = makeSteady(breakLog(new Error('the disk is full')))
  expect(() => {
    log.statusChanged({ at: 0, status: 'Running' })
    log.retrying({ at: 0, reason: 'x', delayMs: 1 })
    log.answered({ at: 0, status: 200 })
    log.heartbeat({ at: 120_000 })
    log.warning('careful')
  }).not.toThrow()
})
