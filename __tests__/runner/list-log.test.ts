/**
 * The log of a list on its way to the runner: hidden before it is told, and never in the way of what it tells.
 */
import { describe, expect, it } from 'vitest'
import { endedRecord, listReport } from '../../__fixtures__/list-records.ts'
import { STARTED_AT } from '../../__fixtures__/outcomes.ts'
import { HIDING_NOTHING } from '../../__fixtures__/run.ts'
import type { ListLogEvent } from '../../src/report/list-report.ts'
import { createListLog } from '../../src/runner/list-log.ts'
import type { LogWriter } from '../../src/runner/log.ts'

const SECOND = 1_000
const at = STARTED_AT

function recordLines() {
  const lines: string[] = []
  const write = (line: string) => void lines.push(line)
  const writer: LogWriter = {
    info: write,
    warning: (text) => write(`warning: ${text}`),
    startGroup: (title) => write(`> ${title}`),
    endGroup: () => write('<')
  }
  return { lines, writer }
}

const told = (name: string, text: string): ListLogEvent => ({
  kind: 'told',
  name,
  event: { kind: 'progressed', at, text }
})
const resumable = (name: string): ListLogEvent => ({
  kind: 'told',
  name,
  event: { kind: 'resumable', point: { handle: `handle-of-${name}`, step: 'resume: it' } }
})

describe('the log of a list', () => {
  it('hides what is a secret when it is told', () => {
    const { lines, writer } = recordLines()
    const hide = (text: string) => text.replaceAll('hunter2', '***')
    const log = createListLog(writer, { ...HIDING_NOTHING, hide }, ['site'])
    log.write(told('site', 'the password is hunter2'))
    log.warn('hunter2 is a bad one')
    expect(lines.join('\n')).toContain('site')
    expect(lines.join('\n')).toContain('warning: *** is a bad one')
    expect(lines.join('\n')).not.toContain('hunter2')
  })

  it('tells of few operations every change, and of many only the ends', () => {
    const names = Array.from({ length: 30 }, (_, index) => `site_${index}`)
    for (const [known, count] of [
      [names.slice(0, 3), 1],
      [names, 0]
    ] as const) {
      const { lines, writer } = recordLines()
      createListLog(writer, HIDING_NOTHING, known).write(told('site_0', 'a change'))
      expect(lines).toHaveLength(count)
    }
  })

  it('writes the handles of many when it is told that a second has passed', () => {
    const { lines, writer } = recordLines()
    const names = Array.from({ length: 30 }, (_, index) => `site_${index}`)
    const log = createListLog(writer, HIDING_NOTHING, names)
    log.write(told('site_0', 'a change'))
    for (const name of ['site_0', 'site_1']) log.write(resumable(name))
    expect(lines).toEqual([])
    log.flush(at + 2 * SECOND)
    expect(lines[0]).toBe('> Handles of 2 operations')
    expect(lines.join('\n')).toContain('handle-of-site_1')
    log.flush(at + 4 * SECOND)
    expect(lines.filter((line) => line.startsWith('>'))).toHaveLength(1)
  })

  it('says how it ended', () => {
    const { lines, writer } = recordLines()
    createListLog(writer, HIDING_NOTHING, ['a']).finish(listReport([endedRecord('a')]))
    expect(lines.join('\n')).toContain('Result: Succeeded')
  })

  it('is no matter where nothing can be written', () => {
    const fail = () => {
      throw new Error('no space left')
    }
    const writer = { info: fail, warning: fail, startGroup: fail, endGroup: fail }
    const log = createListLog(writer, HIDING_NOTHING, ['a'])
    expect(() => {
      log.write(told('a', 'a change'))
      log.warn('a warning')
      log.flush(at)
      log.finish(listReport([endedRecord('a')]))
    }).not.toThrow()
  })
})
