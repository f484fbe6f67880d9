/**
 * The words for a list: what its end is called, how many ended how, and which failed for the same reason.
 */
import { describe, expect, it } from 'vitest'
import { measureCpuMs } from '../../__fixtures__/cpu-time.ts'
import {
  CANCELED,
  createReport,
  ended,
  FIFTY,
  LOOP_OF_48,
  MIDDLE,
  NOT_AWAITED,
  POINT,
  refused,
  SUCCEEDED,
  THOUSAND,
  THREE,
  TIMED_OUT,
  TWO_LOOPS,
  unsent
} from '../../__fixtures__/list-reports.ts'
import { createError } from '../../__fixtures__/outcomes.ts'
import type { NotSent } from '../../src/batch/schedule.ts'
import { findFirstFailure, groupFailures } from '../../src/report/list-failures.ts'
import type { OperationRecord } from '../../src/report/list-report.ts'
import {
  describeListVerdict,
  groupOpenAdvice,
  leadOfOpenAdvice
} from '../../src/report/list-verdict.ts'
import { OUTCOME_STATUSES } from '../../src/run/outcome.ts'

const call = 'PUT Microsoft.Web/sites/shop'
const skipped = (name: string, why: NotSent = { kind: 'if' }) => unsent(name, why)

describe('the verdict on a list', () => {
  it.each([
    [
      '3',
      THREE,
      'Failed',
      '1 of 3 operations failed after 20 s',
      '1 succeeded, 1 not started',
      'None of them is still running in Azure.'
    ],
    [
      '50',
      FIFTY,
      'Failed',
      '2 of 50 operations failed after 2 m 30 s',
      '47 succeeded, 1 not started',
      'None of them is still running in Azure.'
    ],
    [
      '1,000',
      THOUSAND,
      'Failed',
      '9 of 1,000 operations failed after 3 m 11 s',
      '988 succeeded, 3 with an unknown outcome',
      '3 operations may still be running in Azure.'
    ],
    [
      'canceled',
      CANCELED,
      'Canceled',
      'The workflow was canceled after 30 s: 2 of 4 operations are in progress',
      '1 succeeded, 1 not started',
      '2 operations may still be running in Azure.'
    ],
    [
      'timed out',
      TIMED_OUT,
      'Timed out waiting',
      'Stopped waiting after 1 h: 1 of 3 operations was not over in time',
      '1 succeeded, 1 not started',
      '1 operation may still be running in Azure.'
    ],
    [
      'succeeded',
      SUCCEEDED,
      'Succeeded',
      '2 operations succeeded after 1 m 1 s',
      '1 left out by an if',
      ''
    ],
    [
      'not awaited',
      NOT_AWAITED,
      'In progress',
      '2 of 3 operations were accepted; this step did not wait for the end',
      '1 not started',
      '2 operations may still be running in Azure.'
    ],
    [
      'in the middle',
      MIDDLE,
      'In progress',
      '1 of 3 operations is running after 30 s',
      '1 succeeded, 1 waiting',
      '1 operation may still be running in Azure.'
    ]
  ] as const)('of %s', (_what, report, title, headline, rest, whereabouts) => {
    expect(describeListVerdict(report)).toMatchObject({ title, headline, rest, whereabouts })
  })

  const one = ended({ name: 'a', call })
  const left = { ...ended({ name: 'b', call, status: 'InProgress' }), isGreen: true }
  it.each([
    ['one that succeeded', [one], 'The operation succeeded after 9 s'],
    ['all that succeeded', [one, one], 'Both operations succeeded after 9 s'],
    ['one that failed', [refused({ name: 'a', call }, 'X', 'x')], 'The operation failed after 9 s'],
    [
      'one that is not awaited',
      [left],
      'The operation was accepted; this step did not wait for the end'
    ],
    [
      'none that was sent',
      [skipped('a'), skipped('b')],
      'Nothing was sent: no if of the list is true'
    ],
    ['one that its if left out', [one, skipped('b')], '1 operation succeeded after 9 s'],
    [
      'one that is unknown',
      [one, ended({ name: 'b', call, status: 'Unknown' })],
      '1 of 2 operations has an unknown outcome after 9 s'
    ],
    [
      'one that was canceled in Azure',
      [one, ended({ name: 'b', call, status: 'Canceled' })],
      '1 of 2 operations was canceled in Azure after 9 s'
    ],
    [
      'one whose own time was over',
      [one, ended({ name: 'b', call, status: 'TimedOut' })],
      '1 of 2 operations was not over in time after 9 s'
    ],
    [
      'a fault',
      [one, skipped('b', { kind: 'fault', message: 'x' })],
      '1 of 2 operations failed after 9 s'
    ]
  ] as const)('of %s', (_what, records, headline) => {
    expect(describeListVerdict(createReport(records, 9)).headline).toBe(headline)
  })

  const past = { ...one, isPast: true } as const
  const waits = skipped('c', { kind: 'not-resumed' })
  const lost = skipped('d', { kind: 'lost', message: 'it needs more' })
  const notResumed = (count: number, what = 'operations', them = 'them') =>
    `${count} ${what} had not started in the step that is resumed, and the same requests beside resume start ${them}`
  it.each([
    [
      'all that could be waited for succeeded',
      [one, one, waits],
      ['✅', 'Succeeded', '2 of 3 operations succeeded after 9 s', notResumed(1, 'operation', 'it')]
    ],
    [
      'some had ended in an earlier step',
      [past, past, one],
      [
        '✅',
        'Succeeded',
        'All 3 operations succeeded after 9 s',
        '2 of them ended in an earlier step'
      ]
    ],
    [
      'one failed',
      [past, refused({ name: 'a', call }, 'X', 'x'), waits, waits],
      [
        '❌',
        'Failed',
        '1 of 4 operations failed after 9 s',
        `1 succeeded; 1 of them ended in an earlier step; ${notResumed(2)}`
      ]
    ],
    [
      'nothing had started',
      [waits, skipped('b')],
      [
        '⏭️',
        'Skipped',
        'There was nothing to wait for',
        `1 left out by an if; ${notResumed(1, 'operation', 'it')}`
      ]
    ],
    [
      'one left out, and one not started',
      [one, skipped('b'), waits],
      [
        '✅',
        'Succeeded',
        '1 operation succeeded after 9 s',
        `1 left out by an if; ${notResumed(1, 'operation', 'it')}`
      ]
    ],
    [
      'what one needs was not kept',
      [one, lost],
      ['⚠️', 'Succeeded', '1 of 2 operations was not started after 9 s', '1 succeeded']
    ]
  ] as const)('of a step that resumes another, where %s', (_what, records, words) => {
    const { mark, status, headline, rest } = describeListVerdict(createReport(records, 9))
    expect([mark, status, headline, rest]).toEqual(words)
  })

  it.each([
    ['of 48 operations', LOOP_OF_48, '2 of 50 operations failed after 2 m 30 s'],
    ['that another follows', TWO_LOOPS, '1 of 5 operations failed after 1 m 20 s'],
    [
      'that is empty',
      { ...createReport([], 9), loops: [{ name: 'stop', operations: [] }] },
      'Nothing was sent: the lists of all loops are empty'
    ]
  ] as const)('counts the operations of a loop %s', (_what, report, headline) => {
    expect(describeListVerdict(report).headline).toBe(headline)
  })

  it('says that previews have changed nothing', () => {
    const addition = { outputs: [], summary: [], finding: '1 to create' }
    const preview = ended({ name: 'b', call, addition })
    const tell = (...records: readonly OperationRecord[]) =>
      describeListVerdict(createReport(records, 9)).whereabouts
    expect(tell(preview, preview, skipped('c'))).toBe('Nothing was changed.')
    expect(tell(preview, one)).toBe('')
    expect(tell(skipped('c'))).toBe('')
  })

  it('has the advice on what was left once, with names where there are several', () => {
    const canceled = { status: 'InProgress', ending: { kind: 'left', by: 'cancellation' } } as const
    const [a, b, c] = [
      ended({ name: 'a', call, ...canceled, operation: POINT, isCanceling: true }),
      ended({ name: 'b', call, ...canceled, operation: POINT }),
      ended({ name: 'c', call, ...canceled, operation: POINT })
    ]
    const groups = groupOpenAdvice(createReport([a, b, c], 9, 'cancellation'))
    expect(groups.map((group) => leadOfOpenAdvice(group, false))).toEqual([
      'What to do (a)',
      'What to do for each (b, c)'
    ])
    expect(groups[0]?.advice.text).toMatch(/^Azure was asked to cancel it/)
    expect(groups[1]?.advice.text).toMatch(/^It goes on in Azure/)
    const [same, ...none] = groupOpenAdvice(createReport([b, c], 9, 'cancellation'))
    expect(none).toEqual([])
    expect(same && leadOfOpenAdvice(same, true)).toBe('What to do for each')
  })

  it.each([
    ['deadline', 'TimedOut', 'Stopped waiting after 9 s: none of the 2 operations was started'],
    [
      'cancellation',
      'Canceled',
      'The workflow was canceled after 9 s: none of the 2 operations was started'
    ]
  ] as const)('of a list that nothing of was started: %s', (by, status, headline) => {
    const records = [skipped('a', { kind: by }), skipped('b', { kind: by })]
    const verdict = describeListVerdict(createReport(records, 9, by))
    expect(verdict).toMatchObject({
      status,
      headline,
      whereabouts: 'Nothing was started in Azure.'
    })
  })

  it('has the worst status of all', () => {
    const statuses = OUTCOME_STATUSES.filter((status) => status !== 'Skipped')
    const records = statuses.map((status) => ended({ name: status, call, status }))
    expect(describeListVerdict(createReport(records, 9)).status).toBe('Failed')
  })
})

describe('equal causes', () => {
  const namesOf = (records: readonly OperationRecord[]) =>
    groupFailures(createReport(records, 9)).map(({ operations }) =>
      operations.map(({ name }) => name)
    )
  const vm = (name: string, code: string, message: string) =>
    refused({ name, call: `POST Microsoft.Compute/virtualMachines/${name}/start` }, code, message)

  it('are those that differ in names, ids and numbers only', () => {
    expect(
      namesOf([
        vm('web-a', 'Conflict', 'The machine web-a is busy.'),
        vm('web-b', 'Conflict', 'The machine web-b is busy.'),
        vm('web-c', 'Conflict', 'The machine web-c is gone.'),
        vm('web-d', 'Busy', "The machine 'x' is busy for 30 s."),
        vm('web-e', 'Busy', "The machine 'y' is busy for 40 s.")
      ])
    ).toEqual([['web-a', 'web-b'], ['web-d', 'web-e'], ['web-c']])
  })

  it('are polls that had another time left', () => {
    const cut = (name: string, seconds: number) =>
      ended({
        name,
        call,
        status: 'TimedOut',
        reason: `The timeout of the step expired; the last poll ran into no complete response within ${seconds} s`
      })
    expect(namesOf([cut('a', 0.9), cut('b', 2.3), cut('c', 12)])).toEqual([['a', 'b', 'c']])
  })

  it('are told apart by what became of the operations', () => {
    const reason = 'Azure answered 403 to every poll.'
    expect(
      namesOf([
        ended({ name: 'a', call, status: 'TimedOut', reason }),
        ended({ name: 'b', call, status: 'Unknown', reason }),
        ended({ name: 'c', call, status: 'Failed', error: createError('', '') }),
        ended({ name: 'd', call, status: 'Canceled' }),
        ended({ name: 'e', call, status: 'Unknown', reason }),
        skipped('f', { kind: 'needs', name: 'a' }),
        skipped('g', { kind: 'deadline' })
      ])
    ).toEqual([['c'], ['b', 'e'], ['a'], ['d']])
  })

  it('are those of faults too', () => {
    const fault = (name: string, message: string) => skipped(name, { kind: 'fault', message })
    expect(
      namesOf([
        fault('a', '${x.y} is null'),
        fault('b', '${x.y} is null'),
        fault('c', '${z} is null')
      ])
    ).toEqual([['a', 'b'], ['c']])
  })

  it('are those of a loop that differ in the element', () => {
    const busy = (key: string) =>
      refused({ name: `site[${key}]`, call: 'PUT A.B/c/same' }, 'Conflict', `${key} is busy.`)
    const fault = (key: string) =>
      skipped(`stop[${key}]`, { kind: 'fault', message: `\${site.id} of ${key} is null` })
    expect(
      namesOf([busy('west'), busy('north'), fault('west'), fault('north'), fault('(a|b)[')])
    ).toEqual([
      ['stop[west]', 'stop[north]', 'stop[(a|b)[]'],
      ['site[west]', 'site[north]']
    ])
  })

  it('are found among thousands at once', () => {
    const records = Array.from({ length: 5_000 }, (_, index) =>
      vm(`web-${index}`, 'Conflict', `The machine web-${index} is busy.`)
    )
    expect(namesOf(records).map((names) => names.length)).toEqual([5_000])
    expect(measureCpuMs(() => namesOf(records))).toBeLessThan(2_000)
  })
})

describe('the first failure', () => {
  it.each([
    [
      'the first in time',
      [
        ['a', 9, 'Failed'],
        ['b', 5, 'Failed'],
        ['c', 7, 'Failed']
      ],
      'b'
    ],
    [
      'the worst',
      [
        ['a', 1, 'TimedOut'],
        ['b', 2, 'Unknown'],
        ['c', 3, 'Failed']
      ],
      'c'
    ],
    [
      'none',
      [
        ['a', 1, 'Succeeded'],
        ['b', 2, 'InProgress']
      ],
      undefined
    ]
  ] as const)('is %s', (_what, rows, name) => {
    const records = rows.map(([each, seconds, status]) =>
      ended({ name: each, call, seconds, status })
    )
    expect(findFirstFailure(createReport(records, 9))?.name).toBe(name)
  })

  it('is one that was sent, before one that was not', () => {
    const records = [
      skipped('a', { kind: 'fault', message: '${b} is null' }),
      refused({ name: 'b', call }, 'Conflict', 'No.')
    ]
    expect(findFirstFailure(createReport(records, 9))).toMatchObject({
      name: 'b',
      status: 'Failed',
      cause: { code: 'Conflict', message: 'No.' }
    })
    expect(findFirstFailure(createReport(records.slice(0, 1), 9))).toMatchObject({
      name: 'a',
      cause: { code: 'InvalidReference', message: '${b} is null' }
    })
  })
})
