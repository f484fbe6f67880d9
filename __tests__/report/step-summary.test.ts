/**
 * The job summary of a list, as a user reads it.
 */
import { describe, expect, it } from 'vitest'
import {
  CANCELED,
  createReport,
  ended,
  FIFTY,
  HOSTILE_KEYS,
  loopOf,
  NOT_AWAITED,
  POINT,
  REPORTS,
  refused,
  THOUSAND,
  THREE,
  TIMED_OUT,
  toRequest,
  unsent
} from '../../__fixtures__/list-reports.ts'
import {
  createAnswer,
  createError,
  STARTED_AT,
  WORDS_OF_FAILURE
} from '../../__fixtures__/outcomes.ts'
import type { ListReport, OperationRecord } from '../../src/report/list-report.ts'
import { renderListSummary } from '../../src/report/step-summary.ts'

/** A long table says nothing more than its first rows. */
function cutRows(summary: string): string {
  return summary.replace(/((?:^\| `.*\n){6})(?:^\|.*\n){20,}/gm, '$1[more rows]\n')
}

const call = 'PUT Microsoft.Web/sites/shop'
const sizeOf = (summary: string) => Buffer.byteLength(summary)
const addition = (text: string) => ({ outputs: [], summary: [text], finding: '1 to create' })

describe('the summary of a list', () => {
  it.each(REPORTS)('of %s reads well', (_what, report) => {
    expect(cutRows(renderListSummary(report))).toMatchSnapshot()
  })

  it.each([CANCELED, TIMED_OUT, NOT_AWAITED])('calls nothing a failure that is none', (report) => {
    expect(renderListSummary(report)).not.toMatch(WORDS_OF_FAILURE)
  })

  it('says what is wrong before the table, and what to do before the chart', () => {
    const summary = renderListSummary(FIFTY)
    const places = [
      '## ',
      'OperationNotAllowed',
      '**What to do:**',
      '**Not started:**',
      'gantt',
      '| Operation'
    ]
    const found = places.map((place) => summary.indexOf(place))
    expect(found.every((at) => at >= 0)).toBe(true)
    expect(found).toEqual(found.toSorted((one, other) => one - other))
  })

  it('folds a table of more than 20 operations, and puts what did not succeed first', () => {
    const rows = renderListSummary(FIFTY)
      .split('\n')
      .filter((line) => line.startsWith('| `'))
    expect(rows.length).toBe(50)
    expect(rows.slice(0, 3).map((row) => row.split('`')[1])).toEqual(['stop_12', 'stop_31', 'tag'])
    expect(renderListSummary(THREE)).not.toContain('All 3 operations')
  })

  it('has 300 rows, and says where the others are', () => {
    const summary = renderListSummary({ ...THOUSAND, responseFile: '/tmp/all.json' })
    expect(summary.split('\n').filter((line) => line.startsWith('| `')).length).toBe(300)
    expect(summary).toContain(
      '700 more succeeded. See the file of `response-file`, and the output `results`.'
    )
  })

  it('counts the rows that are left out, where they are not all alike', () => {
    const records = Array.from({ length: 400 }, (_, index) =>
      index < 250 ? unsent(`op_${index}`, { kind: 'if' }) : ended({ name: `op_${index}`, call })
    )
    const failed = Array.from({ length: 100 }, (_, index) =>
      refused({ name: `bad_${index}`, call }, 'Conflict', 'No.')
    )
    expect(renderListSummary(createReport([...failed, ...records], 9))).toContain(
      '200 more: 150 succeeded, 50 left out by an if. See the output `results`.'
    )
  })

  it('has 30 bars at most', () => {
    const bars = (report: ListReport) =>
      renderListSummary(report)
        .split('\n')
        .filter((line) => /:(?:crit|done|active),/.test(line))
    expect(bars(FIFTY).length).toBe(30)
    expect(
      bars(FIFTY)
        .slice(0, 2)
        .map((bar) => bar.trim().slice(0, 9))
    ).toEqual(['❌ stop_31', '❌ stop_12'])
    expect(bars(FIFTY).at(-1)).toContain('✅ 20 more succeeded / 0.4 s to 41 s :done')
    expect(bars(THREE)).toEqual([])
  })

  it('draws no chart of one operation, and one of bars that are not all alike', () => {
    const one = createReport([ended({ name: 'a', call, seconds: 90 })], 90)
    expect(renderListSummary(one)).not.toContain('gantt')
    const failed = Array.from({ length: 29 + 10 }, (_, index) =>
      ended({ name: `a${index}`, call, seconds: 90, status: index < 32 ? 'Failed' : 'Succeeded' })
    )
    expect(renderListSummary(createReport(failed, 90))).toContain(
      '❌ 10 more / 1 m 30 s to 1 m 30 s :crit'
    )
  })

  it('names what may still run, with a link', () => {
    expect(renderListSummary(TIMED_OUT)).toContain(
      '**1 operation may still be running in Azure:** [`site`](<https://portal.azure.com/#resource/subscriptions/'
    )
    const running = Array.from(
      { length: 12 },
      (_, index): OperationRecord => ({
        kind: 'running',
        name: `op_${index}`,
        startedAt: STARTED_AT,
        request: toRequest('PUT', 'Microsoft.Web/sites/shop'),
        point: POINT
      })
    )
    const summary = renderListSummary(createReport(running, 9, 'cancellation'))
    expect(summary).toContain('`op_9` and 2 more.')
    expect(summary.match(/resume: armop3/g)?.length).toBe(10)
    expect(summary).toContain('2 more: the log has their handles.')
  })

  it('puts the changes of each preview into a fold', () => {
    const preview = ended({
      name: 'look',
      call: 'POST Microsoft.Resources/deployments/shop/whatIf',
      addition: addition('`+` shop')
    })
    const summary = renderListSummary(createReport([preview], 9))
    expect(summary).toContain(
      '<details><summary>look: the changes</summary>\n\n`+` shop\n\n</details>'
    )
    expect(summary).toContain('| 🔍 Succeeded: 1 to create |')
  })

  it('leaves changes out where there are too many of them', () => {
    const looks = Array.from({ length: 30 }, (_, index) =>
      ended({
        name: `look_${index}`,
        call,
        addition: addition(index === 2 ? 'x'.repeat(500_000) : 'y')
      })
    )
    const summary = renderListSummary(createReport(looks, 9))
    expect(summary.match(/: the changes</g)?.length).toBe(20)
    expect(summary).not.toContain('look_2: the changes')
    expect(summary).toContain('The changes of 10 more operations are left out here.')
  })

  it('has each warning once, with who has it', () => {
    const records = ['a', 'b'].map((name) => ended({ name, call, warnings: ['Beware'] }))
    expect(renderListSummary(createReport(records, 9))).toContain('- ⚠️ a, b: Beware')
  })

  it('tells the other failures of one operation, and what Azure said', () => {
    const error = createError(
      'DeploymentFailed',
      '',
      createError('A', 'a.'),
      createError('B', 'b.')
    )
    const record = ended({ name: 'web', call: 'PUT A.B/c/d', status: 'Failed', error })
    const quoted = { ...record, explanation: { ...record.explanation, quote: 'Oh no' } }
    const summary = renderListSummary(createReport([quoted], 9))
    expect(summary).toContain('failed, `A`: a.')
    expect(summary).toContain('And 1 more: B.')
    expect(summary).toContain('**What Azure said:** `Oh no`')
    expect(summary).toContain('<details><summary>All 3 errors, as Azure sent them</summary>')
  })

  it('tells ten causes, and names who has the others', () => {
    const records = Array.from({ length: 14 }, (_, index) =>
      refused({ name: `op_${index}`, call }, `Code${'abcdefghijklmn'.charAt(index)}`, 'No.')
    )
    const summary = renderListSummary(createReport(records, 9))
    expect(summary.match(/^❌ /gm)?.length).toBe(10)
    expect(summary).toContain('And 4 more causes, of op_10, op_11, op_12, op_13.')
    expect(summary.match(/: facts</g)?.length).toBe(5)
  })

  it('says what was not sent for a fault, and what ended without a cause', () => {
    const summary = renderListSummary(
      createReport(
        [
          unsent('a', { kind: 'fault', message: '${b.c} is null' }),
          ended({ name: 'b', call, status: 'Canceled' })
        ],
        9
      )
    )
    expect(summary).toContain(
      '❌ **`a`** failed before it was sent, `InvalidReference`: &#36;{b.c} is null'
    )
    expect(summary).toMatch(/🚫 \*\*\[`b`\]\(.*\)\*\* was canceled in Azure\./)
  })

  it('says of several that were not sent for one fault that they were not', () => {
    const notSent = { kind: 'fault', message: '${b.c} is null' } as const
    const report = createReport([unsent('a', notSent), unsent('b', notSent)], 9)
    expect(renderListSummary(report)).toContain(
      '❌ **2 operations** failed before they were sent, `InvalidReference`'
    )
  })

  it('counts the reasons for which operations were not started', () => {
    const records = Array.from({ length: 40 }, (_, index) =>
      unsent(`op_${index}`, { kind: 'needs', name: index < 25 ? 'a' : `b${index}` })
    )
    const summary = renderListSummary(createReport(records, 9))
    expect(summary).toContain(
      '- 25 operations: op_0, op_1, op_2, op_3, op_4, op_5, op_6, op_7, op_8, op_9 and 15 more (needs a)'
    )
    expect(summary).toContain('- 6 more\n')
  })

  it('shows the request of what has no resource', () => {
    const { explanation, ...record } = ended({ name: 'a', call })
    const { resourceId: _, portalUrl: __, ...outcome } = explanation.outcome
    const report = createReport([{ ...record, explanation: { ...explanation, outcome } }], 9)
    expect(renderListSummary(report)).toContain(
      '| `a` | ✅ Succeeded | 10&nbsp;s | `Microsoft.Web/sites/shop` |'
    )
  })
})

describe('the summary of a list with loops', () => {
  const keysOf = (count: number) => Array.from({ length: count }, (_, index) => `k${index}`)
  const sites = (keys: readonly string[], bad: readonly string[] = []) =>
    loopOf('site', keys, (name, key, index) =>
      bad.includes(key)
        ? refused({ name, call }, 'Conflict', 'No.')
        : ended({ name, call, seconds: 10 + index })
    )
  const report = (
    loops: readonly ReturnType<typeof loopOf>[],
    before: readonly OperationRecord[] = []
  ): ListReport => ({
    ...createReport([...before, ...loops.flatMap(({ records }) => records)], 90),
    loops: loops.map(({ loop }) => loop)
  })
  const rowsOf = (summary: string) => summary.split('\n').filter((line) => line.startsWith('| `'))
  const past = (record: OperationRecord): OperationRecord =>
    record.kind === 'ended' ? { ...record, isPast: true } : record
  const needing = (keys: readonly string[], need: (key: string) => string) =>
    loopOf('swap', keys, (name, key) => unsent(name, { kind: 'needs', name: need(key) }))

  it.each([
    [
      'that succeeded',
      sites(keysOf(3)),
      '| `site`&nbsp;×3 | ✅&nbsp;3&nbsp;succeeded | up to 12&nbsp;s: `k2` |  |'
    ],
    ['of one', sites(keysOf(1)), '| `site`&nbsp;×1 | ✅&nbsp;1&nbsp;succeeded | 10&nbsp;s |  |'],
    [
      'of which some failed',
      sites(keysOf(3), ['k1']),
      '| `site`&nbsp;×3 | ❌&nbsp;1&nbsp;failed, ✅&nbsp;2&nbsp;succeeded | up to 12&nbsp;s: `k2` |  |'
    ],
    ['that is empty', sites([]), '| `site`&nbsp;×0 | ⏭️ Skipped |  | the list is empty |'],
    [
      'that was not started',
      needing(keysOf(2), () => 'site'),
      '| `swap`&nbsp;×2 | ⏭️&nbsp;2&nbsp;not&nbsp;started |  | needs site |'
    ],
    [
      'that was not started, for several reasons',
      needing(keysOf(2), (key) => `site[${key}]`),
      '| `swap`&nbsp;×2 | ⏭️&nbsp;2&nbsp;not&nbsp;started |  |  |'
    ],
    [
      'that waits, runs, and is left out',
      loopOf('site', keysOf(3), (name, _key, index) =>
        index === 0
          ? { kind: 'waiting', name }
          : index === 1
            ? { kind: 'running', name, startedAt: STARTED_AT, request: toRequest('PUT', 'A.B/c/d') }
            : unsent(name, { kind: 'if' })
      ),
      '| `site`&nbsp;×3 | ⏳&nbsp;1&nbsp;running, 1&nbsp;waiting, ⏭️&nbsp;1&nbsp;left&nbsp;out | 1&nbsp;m&nbsp;30&nbsp;s |  |'
    ]
  ])('has one row for a loop %s', (_what, loop, row) => {
    expect(rowsOf(renderListSummary(report([loop])))[0]).toBe(row)
  })

  it('has a loop without elements in its place', () => {
    const [plan, last] = ['plan', 'last'].map((name) => ended({ name, call }))
    if (plan === undefined || last === undefined) throw new Error('no record')
    const { loop, records } = sites(keysOf(1))
    const empty = (name: string, before: number) => ({ name, operations: [], before })
    const loops = [empty('none', 0), empty('no', 1), loop, empty('nil', 2), empty('zero', 3)]
    const summary = renderListSummary({ ...createReport([plan, ...records, last], 90), loops })
    const names = rowsOf(summary).map((row) => row.split('`')[1])
    expect(names.slice(0, 7)).toEqual(['none', 'plan', 'no', 'site', 'nil', 'last', 'zero'])
  })

  it('has a row for a loop that never opened', () => {
    const never = {
      records: [unsent('stop', { kind: 'needs', name: 'list' })],
      loop: { name: 'stop' }
    }
    expect(rowsOf(renderListSummary(report([never])))).toEqual([
      '| `stop` | ⏭️ Skipped |  | needs list |'
    ])
  })

  it('says what ended in an earlier step, and draws it in no chart', () => {
    const { loop, records } = sites(keysOf(3))
    const loops = [{ loop, records: records.map((each, index) => (index < 2 ? past(each) : each)) }]
    const summary = renderListSummary(report(loops, [past(ended({ name: 'plan', call }))]))
    expect(rowsOf(summary).slice(0, 2)).toEqual([
      expect.stringContaining('| `plan` | ✅ Succeeded | earlier | '),
      '| `site`&nbsp;×3 | ✅&nbsp;3&nbsp;succeeded | 12&nbsp;s | 2 earlier |'
    ])
    expect(summary).not.toContain('gantt')
    expect(summary).toContain('3 of them ended in an earlier step.')
  })

  it('says why, where the row of a loop cannot', () => {
    const keys = keysOf(2)
    const summary = renderListSummary(report([needing(keys, (key) => `site[${key}]`)]))
    expect(summary).toContain('- swap\\[k0\\] (needs site\\[k0\\])')
    const one = renderListSummary(report([needing(keys, () => 'site')]))
    expect(one).not.toContain('**Not started:**')
  })

  it('has 300 rows of operations over all loops, what did not succeed first', () => {
    const other = loopOf('stop', keysOf(400), (name, key) =>
      key === 'k399' ? refused({ name, call }, 'Conflict', 'No.') : ended({ name, call })
    )
    const summary = renderListSummary({
      ...report([sites(keysOf(700), ['k699']), other]),
      responseFile: '/tmp/all.json'
    })
    const rows = rowsOf(summary)
    expect(rows.length).toBe(2 + 300)
    expect(rows.slice(2, 4).map((row) => row.split('`')[1])).toEqual(['site[k699]', 'site[k0]'])
    expect(rows.at(-1)?.split('`')[1]).toBe('stop[k399]')
    expect(summary).toContain(
      '401 more succeeded. See the file of `response-file`, and the output `results`.'
    )
    expect(summary).toContain('399 more succeeded. See the file')
    expect(summary).toContain('<details><summary>site: 700 operations, what did not succeed first')
  })

  it('folds a table of more than 20 items', () => {
    const singles = keysOf(20).map((name) => ended({ name, call }))
    expect(renderListSummary(report([sites(['a'])], singles))).toContain(
      '<details><summary>All 21 items of the list, what did not succeed first</summary>'
    )
    expect(renderListSummary(report([sites(keysOf(30))], singles.slice(1)))).not.toContain('All 20')
  })

  it.each(HOSTILE_KEYS)('keeps its structure with the key %j', (key) => {
    const hostile = report([
      sites([key, 'other'], [key]),
      loopOf('swap', [key, 'other'], (name) =>
        unsent(name, { kind: 'needs', name: `site[${key}]` })
      )
    ])
    const plain = report([
      sites(['key', 'other'], ['key']),
      loopOf('swap', ['key', 'other'], (name) => unsent(name, { kind: 'needs', name: 'site[key]' }))
    ])
    expect(skeletonOf(renderListSummary(hostile))).toEqual(skeletonOf(renderListSummary(plain)))
  })

  it('is below the limit of the runner, whatever the keys are', () => {
    const keys = Array.from({ length: 5_000 }, (_, index) => `${index}${'|<&'.repeat(18)}`)
    const summary = renderListSummary(report([sites(keys, keys)]))
    expect(sizeOf(summary)).toBeLessThan(1_000_000)
    expect(summary).toContain('## ❌ All 5,000 operations failed')
  })
})

/** What is left of a summary without its words: the marks of Markdown and HTML that are no escapes and no code. */
function skeletonOf(summary: string): readonly string[] {
  return summary
    .replace(/(?<=[❌✅⏳🚫] )[^:\n]*(?= :(?:done|crit|active),)/gu, '')
    .split('\n')
    .map((line) =>
      line
        .replace(/\\./g, '')
        .replace(/(?<!`)(`+)(?!`)[^\n]*?(?<!`)\1(?!`)/g, '')
        .replace(/&(?:#\d+|nbsp);/g, '')
        // Parentheses matter where they are those of a link alone.
        .replace(/(?<!\])\(|(?<!>)\)/g, '')
        .replace(/[\p{L}\p{M}\p{N}\p{S}\s.,;:/?="'%…{}+-]/gu, (mark) =>
          /[<>|`~^$×]/.test(mark) ? mark : ''
        )
    )
}

describe('a summary of five thousand operations', () => {
  const huge = '$&<>|`'.repeat(5_000)
  const causes = Array.from({ length: 5_000 }, (_, index): OperationRecord => {
    const error = createError(`${index}${huge}`, huge, createError(huge, huge))
    return ended({
      name: `op_${index}`,
      call,
      status: 'Failed',
      error,
      warnings: [huge],
      resourceId: huge
    })
  })

  it('is below the limit of the runner, whatever a service says', () => {
    const summary = renderListSummary(createReport(causes, 9_000))
    expect(sizeOf(summary)).toBeLessThan(1_000_000)
    expect(summary).toContain('## ❌ All 5,000 operations failed')
  })

  it('leaves out whole sections when it has less room, and says so', () => {
    const whole = renderListSummary(THOUSAND)
    for (let maxBytes = 200; maxBytes < sizeOf(whole); maxBytes += 5_000) {
      const summary = renderListSummary(THOUSAND, { maxBytes })
      expect(sizeOf(summary)).toBeLessThanOrEqual(maxBytes)
      expect(summary).toContain('is left out')
      expect(summary.split('<details>').length).toBe(summary.split('</details>').length)
    }
  })
})

describe('a hostile service', () => {
  const hostile =
    '\n# x\n<script>alert(1)</script> | [a](https://evil.example/?t=secret&s=secret) `` ` ``` \n```\n@all $x$ ::error::'
  const facts = {
    reason: hostile,
    lastStatus: hostile,
    resourceId: hostile,
    portalUrl: hostile,
    correlationId: hostile,
    requestId: hostile,
    warnings: [hostile],
    error: createError(hostile, hostile, createError(hostile, `${hostile}2`)),
    response: createAnswer(500, {}, { 'x-ms-failure-cause': hostile }),
    request: { method: 'PUT' as const, url: `https://management.azure.com/a/${hostile}?t=secret` }
  }

  it('changes no structure and shows no query', () => {
    const records = [
      ended({ name: 'a', call, status: 'Failed', ...facts }),
      ended({ name: 'b', call, status: 'Failed', ...facts }),
      ended({ name: 'c', call, status: 'Unknown', ...facts }),
      ended({
        name: 'd',
        call,
        addition: { outputs: [], summary: [], finding: hostile },
        ...facts
      }),
      unsent('e', { kind: 'fault', message: hostile }),
      { kind: 'running', name: 'f', startedAt: STARTED_AT, request: facts.request } as const
    ]
    const summary = renderListSummary(createReport(records, 90))
    expect(summary).not.toContain('secret')
    const plain = summary
      .replace(/```mermaid\n[^`]*```|```+text\n[\s\S]*?\n```+\n/g, '')
      .replace(/(?<![\\`])(`+)(?!`)[^\n]*?(?<!`)\1(?!`)/g, '')
    expect(plain).not.toMatch(/<(?!\/?details>|\/?summary>)/)
    expect(plain.match(/^#+ .*/gm)).toEqual(['## ❌ 3 of 6 operations failed after 1 m 30 s'])
    expect(plain).not.toMatch(/(?<!\\)\]\(/)
  })
})
