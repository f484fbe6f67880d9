/**
 * The outputs of a list: those of all its operations together, and never more than GitHub takes.
 */
import { describe, expect, it } from 'vitest'
import { endedRecord, listReport } from '../../__fixtures__/list-records.ts'
import { loopOf } from '../../__fixtures__/list-reports.ts'
import { createError, type OutcomeOverrides } from '../../__fixtures__/outcomes.ts'
import { HIDING_NOTHING } from '../../__fixtures__/run.ts'
import type { OutputValue } from '../../src/condition/output-definitions.ts'
import type { ListReport, OperationRecord } from '../../src/report/list-report.ts'
import { writeListOutputs } from '../../src/runner/list-outputs.ts'
import { formatResults } from '../../src/runner/list-results.ts'
import { createStepOutputs } from '../../src/runner/outputs.ts'

function recordOutputs() {
  const values: Record<string, string> = {}
  const warnings: string[] = []
  const setOutput = (name: string, value: string) => {
    values[name] = value
  }
  const warning = (text: string) => warnings.push(text)
  return { values, warnings, outputs: createStepOutputs({ setOutput, warning }, HIDING_NOTHING) }
}

async function write(
  records: readonly OperationRecord[],
  values: readonly OutputValue[] = [],
  overrides: Partial<ListReport> = {}
) {
  const recorded = recordOutputs()
  await writeListOutputs(listReport(records, overrides), { values, taken: 0 }, recorded.outputs)
  const { results = '{}' } = recorded.values
  return { ...recorded, results: JSON.parse(results) as Record<string, Record<string, unknown>> }
}

const text = (name: string, value: string): OutputValue => ({ name, value, text: value })
const skipped = (name: string): OperationRecord => ({
  kind: 'not-sent',
  name,
  status: 'Skipped',
  notSent: { kind: 'needs', name: 'site' }
})
const preview = (counts: object, markdown: string, hasChanges = true): OutcomeOverrides => ({
  addition: {
    summary: [],
    outputs: [
      { name: 'has-changes', value: String(hasChanges) },
      { name: 'change-counts', value: JSON.stringify(counts) },
      { name: 'changes-markdown', value: markdown },
      { name: 'a-template-output', value: 'x' }
    ]
  }
})

describe('the outputs of a list', () => {
  it('are the worst status, the first failure, and each operation by its name', async () => {
    const { values, results, warnings } = await write(
      [
        endedRecord('plan', { resourceId: '/subscriptions/1/plan' }),
        endedRecord('site', { status: 'Failed', resourceId: '/subscriptions/1/site' }),
        skipped('swap'),
        {
          kind: 'not-sent',
          name: 'tag',
          status: 'Failed',
          notSent: { kind: 'fault', message: '${plan.idd} is null' }
        },
        {
          kind: 'not-sent',
          name: 'late',
          status: 'TimedOut',
          notSent: { kind: 'deadline' }
        }
      ],
      [text('host', 'a.example')],
      { responseFile: '/tmp/r.json' }
    )
    const { results: _results, error = '', 'error-message': message, ...others } = values
    expect(others).toEqual({
      status: 'Failed',
      'error-code': 'RequestDisallowedByPolicy',
      'duration-seconds': '100',
      'poll-count': '7',
      'response-file': '/tmp/r.json',
      host: 'a.example'
    })
    expect(JSON.parse(error)).toMatchObject({ code: 'DeploymentFailed', details: [] })
    expect(message).toMatch(/disallowed by policy/)
    expect(results).toEqual({
      plan: { status: 'Succeeded', 'resource-id': '/subscriptions/1/plan', 'duration-seconds': 94 },
      site: {
        status: 'Failed',
        'error-code': 'RequestDisallowedByPolicy',
        'error-message': message,
        'resource-id': '/subscriptions/1/site',
        'duration-seconds': 94
      },
      swap: { status: 'Skipped' },
      tag: {
        status: 'Failed',
        'error-code': 'InvalidReference',
        'error-message': '${plan.idd} is null'
      },
      late: { status: 'TimedOut', 'error-message': 'Not started: the time was over' }
    })
    expect(warnings).toEqual([])
  })

  it('tell the error of what was not sent for a fault', async () => {
    const message = '${plan.idd} is null. Nothing was sent.'
    const notSent = { kind: 'fault', message } as const
    const { values } = await write([{ kind: 'not-sent', name: 'a', status: 'Failed', notSent }])
    expect(values).toMatchObject({ 'error-code': 'InvalidReference', 'error-message': message })
    expect(JSON.parse(values.error ?? '')).toEqual({
      code: 'InvalidReference',
      message,
      details: [],
      additionalInfo: []
    })
  })

  it.each([
    [
      'deadline',
      'TimedOut',
      /^Stopped waiting after 1 m 40 s: 1 of 2 operations was not started\./
    ],
    ['cancellation', 'Canceled', /^The workflow was canceled after 1 m 40 s: 1 of 2 operations was/]
  ] as const)('say what a %s has kept from starting', async (kind, status, message) => {
    const late = { kind: 'not-sent', name: 'late', status, notSent: { kind } } as const
    const { values } = await write([endedRecord('a'), late], [], { endedBy: kind })
    expect(values).toMatchObject({ status, 'error-message': expect.stringMatching(message) })
    expect(values).not.toHaveProperty('error')
  })

  it('tell the error of the first that failed as a whole, where that is kept', async () => {
    const { values } = await write([endedRecord('site', { status: 'Failed' }, true)])
    expect(JSON.parse(values.error ?? '').details).toHaveLength(1)
  })

  it('have a message of 300 characters, on one harmless line', async () => {
    const error = createError('Conflict', `::error::a\n${'x'.repeat(2_000)}`)
    const { results, values } = await write([endedRecord('a', { status: 'Failed', error })])
    const message = String(results.a?.['error-message'])
    expect(message).toHaveLength(300)
    expect(message).not.toMatch(/\n|^::/)
    expect(values['error-message']?.length).toBeGreaterThan(1_000)
  })

  it('sum up the changes of all what-ifs', async () => {
    const { values } = await write([
      endedRecord('web', preview({ Delete: 1, Create: 2 }, 'Resources: 1 to delete')),
      endedRecord('plan'),
      endedRecord('db', preview({ Delete: 0, Create: 3, New: 1 }, '| a |', false))
    ])
    expect(values).toMatchObject({
      'has-changes': 'true',
      'change-counts': '{"Delete":1,"Create":5,"New":1}',
      'changes-markdown': '### `web`\n\nResources: 1 to delete\n\n### `db`\n\n| a |'
    })
    expect(Object.keys(values)).not.toContain('a-template-output')
  })

  it('tell that nothing would change only where no what-if tells of a change', async () => {
    const none = preview({ Create: 0 }, 'none', false)
    const { values } = await write([endedRecord('a', none), endedRecord('b', none)])
    expect(values['has-changes']).toBe('false')
    expect((await write([endedRecord('a')])).values).not.toHaveProperty('has-changes')
  })
})

describe('the results of a loop', () => {
  const bad = { status: 'Failed', error: createError('Conflict', 'No.') } as const
  const loop = (
    keys: readonly string[],
    toRecord: (name: string, key: string) => OperationRecord
  ) => loopOf('site', keys, toRecord)
  const needing = (name: string): OperationRecord => ({ ...skipped(name), name })
  type Results = Record<string, { status: string; operations?: Record<string, unknown>[] }>
  const format = (
    { loop: opened, records }: ReturnType<typeof loop>,
    { singles = [], room = 1_000_000 }: { singles?: readonly OperationRecord[]; room?: number } = {}
  ) => {
    const report = listReport([...singles, ...records], { loops: [opened] })
    const { text: written, leftOut } = formatResults(report, room)
    expect(written.length).toBeLessThanOrEqual(room)
    const results: Results = JSON.parse(written)
    return { results, leftOut }
  }

  it('are a list with the key of each, in the order of its elements', () => {
    const { results } = format(
      loop(['west', 'a|"b]]>', 'east'], (name, key) =>
        key === 'west'
          ? endedRecord(name, { resourceId: '/subscriptions/1/west' })
          : key === 'east'
            ? needing(name)
            : endedRecord(name, bad)
      ),
      { singles: [endedRecord('plan', { resourceId: '/subscriptions/1/plan' })] }
    )
    expect(results).toEqual({
      plan: { status: 'Succeeded', 'resource-id': '/subscriptions/1/plan', 'duration-seconds': 94 },
      site: {
        status: 'Failed',
        operations: [
          {
            key: 'west',
            status: 'Succeeded',
            'resource-id': '/subscriptions/1/west',
            'duration-seconds': 94
          },
          expect.objectContaining({
            key: 'a|"b]]>',
            status: 'Failed',
            'error-code': 'Conflict',
            'error-message': 'No.'
          }),
          { key: 'east', status: 'Skipped' }
        ]
      }
    })
  })

  it.each([
    ['nothing was sent', ['a', 'b'], 'Skipped'],
    ['there is no element', [], 'Skipped']
  ] as const)('are skipped where %s', (_what, keys, status) => {
    const { results } = format(loop(keys, needing))
    expect(results.site).toMatchObject({ status })
    expect(results.site?.operations).toHaveLength(keys.length)
  })

  it.each([
    [
      { kind: 'fault', message: 'for-each gives an object. Nothing was sent.' },
      'Failed',
      {
        'error-code': 'InvalidReference',
        'error-message': 'for-each gives an object. Nothing was sent.'
      }
    ],
    [
      { kind: 'lost', message: 'it was not kept' },
      'Skipped',
      { 'error-message': 'it was not kept' }
    ],
    [
      { kind: 'not-resumed' },
      'Skipped',
      { 'error-message': 'Not started: had not started in the step that is resumed' }
    ],
    [{ kind: 'needs', name: 'list' }, 'Skipped', {}]
  ] as const)('that never opened have no operations: %j', (notSent, status, error) => {
    const record: OperationRecord = { kind: 'not-sent', name: 'site', status, notSent }
    const { results } = format({ loop: { name: 'site' }, records: [record] })
    expect(results).toEqual({ site: { status, ...error } })
  })

  it('say how many operations are left out where there is no room', () => {
    const keys = Array.from({ length: 1_000 }, (_, index) => `key-${index}`)
    const long = { ...bad, error: createError('Conflict', 'x'.repeat(250)) }
    const many = loop(keys, (name, key) => endedRecord(name, Number(key.slice(4)) < 50 ? long : {}))
    const singles = [endedRecord('plan')]
    const rows = [
      [500_000, 1_000, ''],
      [50_000, 50, 'the 951 that succeeded'],
      [12_000, 50, 'the 951 that succeeded, and the ends of the messages'],
      [5_000, undefined, /^all but \d+ of 1001$/],
      [100, 0, 'all but 0 of 1001']
    ] as const
    for (const [room, count, words] of rows) {
      const { results, leftOut } = format(many, { singles, room })
      const { operations = [] } = results.site ?? {}
      if (count !== undefined) expect(operations).toHaveLength(count)
      expect(results.site).toMatchObject({
        status: 'Failed',
        ...(operations.length === 1_000 ? {} : { 'left-out': 1_000 - operations.length })
      })
      expect(leftOut).toEqual(typeof words === 'string' ? words : expect.stringMatching(words))
      if (room === 5_000) expect(leftOut).toBe(`all but ${operations.length} of 1001`)
    }
  })

  it('of five thousand loops are within their bounds, too', () => {
    const loops = Array.from({ length: 5_000 }, (_, index) =>
      loopOf(`l${index}`, ['k'.repeat(60)], (name) => endedRecord(name, bad))
    )
    const records = loops.flatMap((each) => each.records)
    const report = listReport(records, { loops: loops.map((each) => each.loop) })
    const { text: written, leftOut } = formatResults(report, 400_000)
    expect(written.length).toBeLessThanOrEqual(400_000)
    expect(leftOut).toMatch(/^all but \d+ of 5000$/)
  })
})

describe('the outputs of a large list', () => {
  const many = (count: number, overrides: OutcomeOverrides = {}, from = 0) => {
    const one = endedRecord('one', overrides)
    return Array.from({ length: count }, (_, at) => ({ ...one, name: `operation_${from + at}` }))
  }
  const failed = {
    status: 'Failed',
    error: createError('Conflict', 'y'.repeat(900)),
    resourceId: `/subscriptions/1/${'r'.repeat(150)}`
  } as const
  const total = (values: Readonly<Record<string, string>>) =>
    Object.entries(values).reduce((sum, [name, value]) => sum + name.length + value.length, 0)
  const MAX_UTF16_CHARS = 1024 * 1024 * 0.5

  it('leave out what succeeded, first', async () => {
    const records = [...many(3_900), ...many(100, failed, 3_900)]
    const { results, values, warnings } = await write(records)
    expect(Object.keys(results)).toHaveLength(100)
    expect(results.operation_3900).toMatchObject({ 'resource-id': failed.resourceId })
    expect(values.results?.length).toBeLessThanOrEqual(400_000)
    expect(warnings).toEqual([expect.stringContaining('leaves out the 3900 that succeeded')])
  })

  it('then shorten the messages, and then leave out the last', async () => {
    const short = await write(many(1_000, failed))
    expect(Object.keys(short.results)).toHaveLength(1_000)
    expect(short.warnings.join()).toContain('the ends of the messages')
    const cut = await write(many(5_000, failed))
    expect(Object.keys(cut.results).length).toBeGreaterThan(2_000)
    expect(cut.values.results?.length).toBeLessThanOrEqual(400_000)
    expect(cut.warnings.join()).toMatch(/all but \d+ of 5000/)
  })

  it('are never over 1 MiB of UTF-16 together', async () => {
    const markdown = `| a |\n`.repeat(60_000)
    const records = [
      ...many(1_500),
      ...many(2_000, { ...failed, error: createError('F', 'z'.repeat(200_000)) }, 1_500),
      ...many(30, preview({ Create: 1 }, markdown), 3_500)
    ]
    const large = Array.from({ length: 9 }, (_, at) => text(`own_${at}`, 'o'.repeat(90_000)))
    const { values, warnings } = await write(records, [...large, text('small', 's')])
    expect(total(values)).toBeLessThan(MAX_UTF16_CHARS - 32_000)
    expect(values.status).toBe('Failed')
    expect(values.small).toBe('s')
    expect(values.own_0).toHaveLength(90_000)
    expect(values.results?.length).toBeGreaterThan(40_000)
    expect(values['changes-markdown']?.length).toBeLessThanOrEqual(61_000)
    expect(values['changes-markdown']).toContain('_The rest is left out')
    expect(warnings.join('\n')).toMatch(/The output own_8 is left out: it has 90000 characters/)
  })
})
