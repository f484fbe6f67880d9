/**
 * The chart of the states.
 */
import { describe, expect, it } from 'vitest'
import { createOutcome, OUTCOMES, STARTED_AT } from '../../__fixtures__/outcomes.ts'
import { renderTimeline } from '../../src/report/timeline.ts'
import type { StatusChange } from '../../src/run/outcome.ts'
import { statusOf } from '../../src/run/outcome.ts'

const listTasks = (chart: string) => chart.split('\n').filter((line) => line.includes(' :'))
const change = (second: number, status: string): StatusChange => ({
  at: STARTED_AT + second * 1_000,
  status
})

describe('renderTimeline', () => {
  it('has one row for each state, and the request before them', () => {
    expect(renderTimeline(createOutcome())).toBe(
      [
        '```mermaid',
        'gantt',
        '  dateFormat x',
        '  axisFormat %H:%M:%S',
        '  tickInterval 10second',
        '  todayMarker off',
        `  1 Request :done, ${STARTED_AT}, ${STARTED_AT + 1_000}`,
        `  2 Accepted :done, ${STARTED_AT + 1_000}, ${STARTED_AT + 3_000}`,
        `  3 Running :done, ${STARTED_AT + 3_000}, ${STARTED_AT + 94_000}`,
        `  4 Succeeded :done, milestone, ${STARTED_AT + 94_000}, ${STARTED_AT + 94_000}`,
        '```'
      ].join('\n')
    )
  })

  const STATUSES = OUTCOMES.map(({ ending }) => statusOf(ending))

  it.each(STATUSES.filter((status) => status !== 'Skipped'))(
    'marks the last row of %s',
    (status) => {
      const tag = {
        Succeeded: 'done',
        Failed: 'crit',
        Canceled: 'crit',
        TimedOut: 'active',
        InProgress: 'active',
        Unknown: 'active'
      } as const
      const chart = renderTimeline(createOutcome({ status, changes: [change(0, 'Running')] }))
      expect(listTasks(chart)).toEqual([
        `  1 Running :${tag[status]}, ${STARTED_AT}, ${STARTED_AT + 94_000}`
      ])
    }
  )

  it('is nothing without a state or without time', () => {
    expect(renderTimeline(createOutcome({ changes: [] }))).toBe('')
    expect(renderTimeline(createOutcome({ endedAt: STARTED_AT }))).toBe('')
  })

  it('is bounded, and says how many it leaves out', () => {
    const changes = Array.from({ length: 1_000 }, (_, index) => change(index / 20, `State${index}`))
    const tasks = listTasks(renderTimeline(createOutcome({ changes })))
    expect(tasks).toHaveLength(24)
    expect(tasks.filter((task) => task.includes('977 more states'))).toHaveLength(1)
    expect(tasks[0]).toContain('State0')
    expect(tasks.at(-1)).toContain('State999')
  })

  it.each([
    ['section x', '1 section x'],
    ['a :crit, 1, 2', '1 a crit 1 2'],
    ['x\n  click 1 call y()', '1 x click 1 call y'],
    ['```', '1 unnamed state'],
    ['%%{init}%%', '1 init'],
    ['2026-01-01', '1 2026-01-01']
  ])('keeps %j a label', (status, label) => {
    const [task = ''] = listTasks(renderTimeline(createOutcome({ changes: [change(0, status)] })))
    expect(task.trim().split(' :')[0]).toBe(label)
  })

  it('never lets a row end before it begins', () => {
    const changes = [change(5, 'A'), change(3, 'B'), change(900, 'C')]
    for (const task of listTasks(renderTimeline(createOutcome({ changes })))) {
      const [from = 0, to = 0] = task.match(/\d{13}/g)?.map(Number) ?? []
      expect(to).toBeGreaterThanOrEqual(from)
    }
  })
})

describe('an operation with parts', () => {
  const part = (
    name: string,
    state: 'running' | 'succeeded' | 'failed' | 'canceled',
    to = 9_000
  ) => ({
    name,
    from: 4_000,
    to,
    state
  })

  it('shows them in place of its states', () => {
    const parts = [
      part('plan', 'succeeded'),
      part('network › door', 'failed'),
      part('app', 'running'),
      part('keys', 'canceled', 4_000),
      part('\n```', 'succeeded')
    ]
    expect(renderTimeline(createOutcome({ parts }))).toBe(
      [
        '```mermaid',
        'gantt',
        '  dateFormat x',
        '  axisFormat %H:%M:%S',
        '  tickInterval 1second',
        '  todayMarker off',
        '  1 plan :done, 4000, 9000',
        '  2 network door :crit, 4000, 9000',
        '  3 app :active, 4000, 9000',
        '  4 keys :crit, milestone, 4000, 4000',
        '  5 unnamed :done, 4000, 9000',
        '```'
      ].join('\n')
    )
  })

  it('shows no more than a chart can hold', () => {
    const parts = Array.from({ length: 80 }, (_, index) => part(`r${index}`, 'succeeded'))
    const chart = renderTimeline(createOutcome({ parts }))
    expect(chart.match(/:done/g)).toHaveLength(50)
    expect(chart).toMatch(/```\n\n30 more are in the log\.$/)
  })
})

describe('the axis', () => {
  it.each([
    [500, '1second'],
    [10_000, '1second'],
    [11_000, '2second'],
    [94_000, '10second'],
    [10 * 60_000, '1minute'],
    [59 * 60_000, '10minute'],
    [5 * 3_600_000, '30minute'],
    [24 * 3_600_000, '6hour'],
    [6 * 24 * 3_600_000, '1day']
  ])('of %i ms has a mark each %s', (ms, interval) => {
    const parts = [{ name: 'a', from: 0, to: ms, state: 'succeeded' }] as const
    expect(renderTimeline(createOutcome({ parts }))).toContain(`  tickInterval ${interval}\n`)
  })
})
