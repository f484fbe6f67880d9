/**
 * The annotations of a list: one for each cause, at most ten.
 */
import { describe, expect, it } from 'vitest'
import {
  CANCELED,
  createReport,
  ended,
  FIFTY,
  HOSTILE_KEYS,
  NOT_AWAITED,
  refused,
  SUCCEEDED,
  THOUSAND,
  THREE,
  TIMED_OUT,
  unsent
} from '../../__fixtures__/list-reports.ts'
import { listNotices } from '../../src/report/list-notices.ts'

const call = 'PUT Microsoft.Web/sites/shop'
const titlesOf = (report: Parameters<typeof listNotices>[0]) =>
  listNotices(report).map(({ title }) => title)

describe('the annotations of a list', () => {
  it.each([
    ['3', THREE, ['Failed: Conflict (site)']],
    ['50', FIFTY, ['Failed: OperationNotAllowed (2 operations)']],
    ['1,000', THOUSAND, ['Failed: Conflict (9 operations)', 'Outcome unknown (3 operations)']],
    ['canceled', CANCELED, ['Canceled']],
    ['timed out', TIMED_OUT, ['Timed out waiting (site)']],
    ['succeeded', SUCCEEDED, []],
    ['not awaited', NOT_AWAITED, []]
  ] as const)('of %s', (_what, report, titles) => {
    expect(titlesOf(report)).toEqual(titles)
  })

  it('say who, why, and what to do', () => {
    expect(listNotices(THREE)[0]?.message).toMatch(
      /^site: Conflict: Website with given name shop already exists\. .*What to do: .*\(PUT \/subscriptions/
    )
    expect(listNotices(FIFTY)[0]?.message).toMatch(
      /^2 operations \(stop_12, stop_31\), the first: OperationNotAllowed: /
    )
  })

  it('say how a canceled list stands', () => {
    expect(listNotices(CANCELED)[0]?.message).toBe(
      'The workflow was canceled after 30 s: 2 of 4 operations are in progress. 1 succeeded, 1 not started. 2 operations may still be running in Azure.'
    )
  })

  it('say what was not started, where nothing else went wrong', () => {
    const report = createReport(
      [ended({ name: 'a', call }), unsent('b', { kind: 'deadline' })],
      9,
      'deadline'
    )
    expect(listNotices(report)).toEqual([
      {
        title: 'Timed out waiting',
        message:
          'Stopped waiting after 9 s: 1 of 2 operations was not started. 1 succeeded. None of them is still running in Azure.'
      }
    ])
  })

  it('stand at the place of the cause', () => {
    const place = { file: 'main.bicep', line: 7 }
    const addition = { outputs: [], summary: [], place }
    const record = ended({ name: 'a', call, status: 'Failed', addition })
    expect(listNotices(createReport([record], 9))[0]?.place).toEqual(place)
  })

  it('tell of what was not sent for a fault', () => {
    const report = createReport(
      [
        unsent('a', { kind: 'fault', message: '${b} is\n::error::null. Nothing was sent.' }),
        unsent('c', { kind: 'defect', message: 'x is no function' })
      ],
      9
    )
    expect(listNotices(report)).toEqual([
      {
        title: 'Failed: InvalidReference (a)',
        message: 'a: ${b} is : :error::null. Nothing was sent for it.'
      },
      { title: 'Failed (c)', message: 'c: x is no function. Nothing was sent for it.' }
    ])
  })

  it.each(HOSTILE_KEYS)('are harmless with the key %j', (key) => {
    const records = [
      refused({ name: `site[${key}]`, call }, 'Conflict', 'No.'),
      unsent(`stop[${key}]`, { kind: 'fault', message: 'x is null' })
    ]
    for (const { title, message } of listNotices(createReport(records, 9))) {
      for (const text of [title, message]) expect(text).not.toMatch(/(?<!\w)::|##\[|[\n\u202e]/)
      expect(title.length).toBeLessThan(300)
    }
  })

  it('are ten at most, and the last tells of the rest', () => {
    const records = Array.from({ length: 14 }, (_, index) =>
      refused({ name: `op_${index}`, call }, `Code${'abcdefghijklmn'.charAt(index)}`, 'No.')
    )
    const notices = listNotices(createReport(records, 9))
    expect(notices.length).toBe(10)
    expect(notices.at(-1)).toEqual({
      title: 'Failed: 5 more causes',
      message:
        '5 more causes, of op_9, op_10, op_11, op_12, op_13: the log and the summary tell of them.'
    })
  })
})
