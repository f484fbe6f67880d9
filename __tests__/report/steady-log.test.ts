/** Telling what happens never changes what happens. */
import { expect, it } from 'vitest'
import { Log } from '../../src/report/log.ts'
import { makeSteady } from '../../src/report/steady-log.ts'

const fail = () => {
  throw new Error('the disk is full')
}

it('says what the log says', () => {
  const lines: string[] = []
  const write = (line: string) => void lines.push(line)
  const log = makeSteady(
    new Log({ info: write, warning: write, startGroup: write, endGroup: () => {} })
  )
  log.statusChanged({ at: 0, status: 'Running' })
  log.warning('careful')
  expect(lines).toEqual(['Waiting', '00:00:00  Running', 'careful'])
})

it('loses what cannot be written, and nothing else', () => {
  const log = makeSteady(new Log({ info: fail, warning: fail, startGroup: fail, endGroup: fail }))
  expect(() => {
    log.statusChanged({ at: 0, status: 'Running' })
    log.retrying({ at: 0, reason: 'x', delayMs: 1 })
    log.answered({ at: 0, status: 200 })
    log.heartbeat({ at: 120_000 })
    log.warning('careful')
  }).not.toThrow()
})
