/**
 * The chart of the resources, or else of the states.
 */
import { describe, expect, it } from 'vitest'
import { measureCpuMs } from '../../__fixtures__/cpu-time.ts'
import { createOutcome, OUTCOMES, STARTED_AT } from '../../__fixtures__/outcomes.ts'
import { renderTimeline } from '../../src/report/timeline.ts'
import type { OutcomePart, StatusChange } from '../../src/run/outcome.ts'
import { statusOf } from '../../src/run/outcome.ts'
import { SECOND_MS } from '../../src/values.ts'

const listTasks = (chart: string) =>
  chart
    .split('\n')
    .filter((line) => line.includes(' :'))
    .map((line) => line.trim())
const labelOf = (task = '') => task.split(' :')[0]
const change = (second: number, status: string): StatusChange => ({
  at: STARTED_AT + second * SECOND_MS,
  status
})
const resource = (
  name: string,
  state: OutcomePart['state'],
  [from, to]: readonly [number, number] = [4, 9]
): OutcomePart => ({
  name,
  id: `/subscriptions/s/providers/A.B/things/${name}`,
  type: 'A.B/things',
  from: STARTED_AT + from * SECOND_MS,
  to: STARTED_AT + to * SECOND_MS,
  state
})

describe('the chart of an operation without parts', () => {
  it('has one bar for each state that lasted, in the times of the log', () => {
    expect(renderTimeline(createOutcome())).toBe(
      [
        '```mermaid',
        'gantt',
        '  dateFormat YYYY-MM-DD HH:mm:ss',
        '  axisFormat %H:%M:%S',
        '  tickInterval 30second',
        '  todayMarker off',
        '  ✅ Request :done, 2026-11-22 12:04:31, 2026-11-22 12:04:32',
        '  ✅ Accepted :done, 2026-11-22 12:04:32, 2026-11-22 12:04:34',
        '  ✅ Running :done, 2026-11-22 12:04:34, 2026-11-22 12:06:05',
        '```'
      ].join('\n')
    )
  })

  const STATUSES = OUTCOMES.map(({ ending }) => statusOf(ending))

  it.each(STATUSES.filter((status) => status !== 'Skipped'))(
    'marks the last state of %s',
    (status) => {
      const style = {
        Succeeded: '✅ Running :done',
        Failed: '❌ Running :crit',
        Canceled: '🚫 Running :crit',
        TimedOut: '⏳ Running :active',
        InProgress: '⏳ Running :active',
        Unknown: '⏳ Running :active'
      }
      const changes = [change(1, 'Creating'), change(20, 'Running')]
      const last = listTasks(renderTimeline(createOutcome({ status, changes }))).at(-1)
      expect(last).toBe(`${style[status]}, 2026-11-22 12:04:51, 2026-11-22 12:06:05`)
    }
  )

  it.each([
    ['one that lasted seconds', { endedAt: STARTED_AT + 59_000 }],
    ['one without a state', { changes: [] }],
    ['one with a single state', { changes: [change(0, 'Running')] }]
  ])('is left out for %s', (_name, overrides) => {
    expect(renderTimeline(createOutcome(overrides))).toBe('')
  })

  it('is bounded, and says how many states it leaves out', () => {
    const changes = Array.from({ length: 1_000 }, (_, index) => change(index, `State${index}`))
    const endedAt = STARTED_AT + 1_000 * SECOND_MS
    const tasks = listTasks(renderTimeline(createOutcome({ changes, endedAt })))
    expect(tasks).toHaveLength(20)
    expect(tasks.filter((task) => task.includes('981 more states'))).toHaveLength(1)
    expect(tasks[0]).toContain('State0')
    expect(tasks.at(-1)).toContain('State999')
  })

  it('never lets a bar end before it begins', () => {
    const changes = [change(5, 'A'), change(3, 'B'), change(90, 'C')]
    for (const task of listTasks(renderTimeline(createOutcome({ changes })))) {
      const [from = '', to = ''] = task.match(/\d{4}-[\d: -]+/g) ?? []
      expect(to > from).toBe(true)
    }
  })
})

describe('a label', () => {
  it.each([
    ['section x', 'section x'],
    ['a :crit, 1, 2', 'a crit 1 2'],
    ['x\n  click 1 call y()', 'x click 1 call y'],
    ['```', 'unnamed'],
    ['%%{init}%%', 'init'],
    ['network › address › door', 'network › address › door'],
    [`${'long-'.repeat(20)}name`, `…${'long-'.repeat(7)}name`],
    ['😀'.repeat(99), 'unnamed']
  ])('of %j stays one, behind a mark of ours', (name, label) => {
    const parts = [resource(name, 'succeeded')]
    expect(listTasks(renderTimeline(createOutcome({ parts }))).map(labelOf)).toEqual([
      `✅ ${label}`
    ])
  })
})

describe('the chart of resources', () => {
  it('has what went wrong first, then what runs, then what took longest', () => {
    const parts = [
      resource('quick', 'succeeded', [0, 2]),
      resource('slow', 'succeeded', [0, 60]),
      resource('cut', 'canceled'),
      resource('new', 'running', [90, 91]),
      resource('old', 'running', [10, 11]),
      resource('bad', 'failed')
    ]
    const tasks = listTasks(renderTimeline(createOutcome({ status: 'TimedOut', parts })))
    expect(tasks.map(labelOf)).toEqual([
      '❌ bad',
      '🚫 cut',
      '⏳ old',
      '⏳ new',
      '✅ slow',
      '✅ quick'
    ])
  })

  it('lets a bar of what runs go on to the end of the step', () => {
    const parts = [resource('a', 'running', [10, 11])]
    expect(listTasks(renderTimeline(createOutcome({ status: 'TimedOut', parts })))).toEqual([
      '⏳ a :active, 2026-11-22 12:04:41, 2026-11-22 12:06:05'
    ])
  })

  it.each<[number, OutcomePart['state'][], string]>([
    [300, ['succeeded'], '✅ 281 more that succeeded'],
    [21, ['succeeded'], '✅ 2 more that succeeded'],
    [60, ['running'], '⏳ 41 more that still run'],
    [60, ['canceled'], '🚫 41 more that were canceled'],
    [60, ['failed', 'succeeded'], '❌ 41 more - 11 failed / 30 succeeded']
  ])('of %i resources says what it leaves out: %j', (count, states, label) => {
    const parts = Array.from({ length: count }, (_, index) =>
      resource(`r${index}`, states[index % states.length] ?? 'succeeded', [index, 2 * index + 1])
    )
    const tasks = listTasks(renderTimeline(createOutcome({ parts })))
    expect(tasks).toHaveLength(20)
    expect(labelOf(tasks.at(-1))).toBe(label)
  })

  it('has room for twenty', () => {
    const parts = Array.from({ length: 20 }, (_, index) => resource(`r${index}`, 'succeeded'))
    expect(listTasks(renderTimeline(createOutcome({ parts })))).toHaveLength(20)
  })
})

describe('the axis', () => {
  it.each([
    [0.5, '1second', '%H:%M:%S'],
    [11, '5second', '%H:%M:%S'],
    [94, '30second', '%H:%M:%S'],
    [10 * 60, '2minute', '%H:%M'],
    [59 * 60, '15minute', '%H:%M'],
    [5 * 3_600, '1hour', '%H:%M'],
    [24 * 3_600, '6hour', '%H:%M'],
    [6 * 24 * 3_600, '1day', '%m-%d']
  ])('of %i s has a mark each %s', (seconds, interval, format) => {
    const parts = [resource('a', 'succeeded', [0, seconds])]
    const chart = renderTimeline(createOutcome({ parts }))
    expect(chart).toContain(`  axisFormat ${format}\n  tickInterval ${interval}\n`)
  })
})

describe('a chart of what a service claims', () => {
  it('takes times that no calendar has', () => {
    const times = [-8.64e12, -9e15, 8.64e12, 9e15].map(
      (time) => [time - STARTED_AT / SECOND_MS, time] as const
    )
    const parts = times.map(([from, to], index) => resource(`r${index}`, 'failed', [from, to]))
    expect(renderTimeline(createOutcome({ parts }))).toMatch(
      /1970-01-01 00:00:00, 1970-.*9999-12-31/s
    )
  })

  it('takes a name with the mark of a path over and over', () => {
    const outcome = createOutcome({ parts: [resource('a › '.repeat(200_000), 'failed')] })
    expect(measureCpuMs(() => renderTimeline(outcome))).toBeLessThan(2_000)
  })
})
