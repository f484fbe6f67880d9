/**
 * The dry run of a list: what people see of operations that are not sent.
 */
import { describe, expect, it } from 'vitest'
import { HOSTILE_KEYS } from '../../__fixtures__/list-reports.ts'
import type { ListPlan, PlannedItem, PlannedLoop, ShownItem } from '../../src/batch/plan.ts'
import { drawPlan } from '../../src/report/list-drawing.ts'
import { describeListDryRun } from '../../src/report/list-dry-run.ts'
import type { LogLine } from '../../src/report/log.ts'
import { omitUndefined } from '../../src/values.ts'

const NOTHING_HIDDEN = (text: string) => text

function item(
  name: string,
  shown: ShownItem,
  needs: readonly string[] = [],
  loop?: PlannedLoop
): PlannedItem {
  return {
    name,
    needs,
    shown,
    reads: new Map(),
    digest: '',
    judge: () => ({ kind: 'true' }),
    prepare: async () => ({ kind: 'fault', message: '' }),
    ...omitUndefined({ loop })
  }
}

/** A loop whose elements are known, and each shown with its own in place. */
function loopOver(keys: readonly string[], more: Partial<PlannedLoop> = {}): PlannedLoop {
  return {
    elements: keys.map((key) => ({ key, value: key })),
    followed: [],
    isJudgedWhole: false,
    show: (index) => ({ method: 'PUT', url: `/sites/shop-${index}`, condition: `x == '${index}'` }),
    ...more
  }
}

const UNKNOWN: PlannedLoop = { followed: [], isJudgedWhole: false }

function plan(items: readonly PlannedItem[], failFast = true): ListPlan {
  return {
    items,
    rules: { maxParallel: 20, failFast },
    timeoutMs: 1,
    wait: true,
    outputs: [],
    outputReads: new Map(),
    results: { maskedOutputs: [], responseFile: '', ownFolders: [] }
  }
}

const show = (lines: readonly LogLine[]) =>
  lines.map((line) =>
    line.kind === 'group-start' ? `▸ ${line.title}` : line.kind === 'group-end' ? '◂' : line.text
  )

const SITE = item(
  'site',
  {
    method: 'PUT',
    url: '${plan.id}/sites/shop?api-version=2024-07-01',
    condition: "plan.tags.x == 'yes'",
    body: '{\n  "location": "${plan.location}"\n}'
  },
  ['plan']
)

describe('a dry run of a list', () => {
  it('shows each operation as it would be sent, its references in place', () => {
    const { lines, summary } = describeListDryRun(
      plan([item('plan', { method: 'GET', url: '/subscriptions/1' }), SITE]),
      NOTHING_HIDDEN
    )
    expect(show(lines)).toEqual([
      '▸ plan',
      'GET /subscriptions/1',
      '◂',
      '▸ site',
      'needs: plan',
      "if: plan.tags.x == 'yes'",
      'PUT ${plan.id}/sites/shop?api-version=2024-07-01',
      '',
      '{',
      '  "location": "${plan.location}"',
      '}',
      '◂',
      '',
      'Result: Skipped',
      '  Dry run of 2 operations: nothing was sent, and all that can be checked without Azure is right. Nothing more starts after the first that fails.'
    ])
    expect(summary).toMatchSnapshot()
  })

  it('says what happens without fail-fast', () => {
    const { summary } = describeListDryRun(plan([SITE], false), NOTHING_HIDDEN)
    expect(summary).toContain('## ⏭️ Dry run of 1 operation: nothing was sent')
    expect(summary).toContain('One that fails keeps only those from starting that need it')
  })

  it('shows no secret: registered, by name, or by its shape', () => {
    const secret = item('a', {
      method: 'POST',
      url: '/x?sig=topsecret&api-version=1&token=topsecret',
      condition: "b == 'hidden-one'",
      body: 'hidden-one\n-----BEGIN PRIVATE KEY-----\nMIIEvQtopsecret\n-----END PRIVATE KEY-----\n'
    })
    const { lines, summary } = describeListDryRun(plan([secret]), (text) =>
      text.replaceAll('hidden-one', '***')
    )
    for (const told of [show(lines).join('\n'), summary]) {
      expect(told).not.toMatch(/topsecret|hidden-one/)
      expect(told).toContain('***')
    }
  })

  it('shows no value that is named like a secret, or that a template calls one', () => {
    const template = { parameters: { key: { type: 'secureString' } } }
    const properties = { adminPassword: 'topsecret', note: '${a.b}', pin: 1234 }
    const parameters = { key: { value: 'topsecret' } }
    const body = JSON.stringify({ template, parameters, properties })
    const one = item('a', { method: 'PUT', url: '/x', body })
    const { lines } = describeListDryRun(plan([one]), (text) => text.replaceAll('1234', '***'))
    const told = show(lines).join('\n')
    expect(told).not.toMatch(/topsecret|1234/)
    expect(told).toContain('    "note": "${a.b}"')
  })

  it('says how many run at once where that is a limit', () => {
    const items = Array.from({ length: 21 }, (_, at) =>
      item(`a${at}`, { method: 'GET', url: '/x' })
    )
    const { summary } = describeListDryRun(plan(items), NOTHING_HIDDEN)
    expect(summary).toContain('At most 20 at once. Nothing more starts')
  })

  it('is bounded', () => {
    const body = 'x\n'.repeat(3_000)
    const items = Array.from({ length: 5_000 }, (_, index) =>
      item(`op_${index}`, { method: 'PUT', url: '/x', body: index < 100 ? body : '' })
    )
    const { lines, summary } = describeListDryRun(plan(items), NOTHING_HIDDEN)
    expect(lines.length).toBeLessThan(60_000)
    expect(Buffer.byteLength(summary)).toBeLessThan(1_000_000)
    expect(show(lines)).toContain('… (4,000 more)')
    expect(summary).toContain('4,800 more are in the log.')
    expect(summary).toContain('<details><summary>op_0</summary>')
  })

  it('neutralises what its author wrote', () => {
    const { lines, summary } = describeListDryRun(
      plan([item('a', { method: 'PUT', url: '/x', body: '::error::x\n```\n##[group]y' })]),
      NOTHING_HIDDEN
    )
    expect(show(lines).join('\n')).not.toMatch(/^::|##\[/m)
    expect(summary).toContain('````text')
  })
})

describe('a dry run of a list with loops', () => {
  const [west, north] = ['westeurope', 'northeurope']
  const shown = { method: 'PUT', url: '/sites/shop-${item}' } as const
  const PLAN = item('plan', { method: 'GET', url: '/plan' })
  const SITES = item('site', shown, ['plan'], loopOver([west, north]))
  const follows = { follows: 'site', followed: ['site'] }
  const SWAPS = item(
    'swap',
    { method: 'POST', url: '${site.id}/swap', condition: "site.tags.swap == 'yes'" },
    ['plan', 'site'],
    loopOver([west, north], follows)
  )
  const STOPS = item(
    'stop',
    { method: 'POST', url: '${item.id}/stop', forEach: 'list.value' },
    ['plan'],
    UNKNOWN
  )
  const tell = (...items: readonly PlannedItem[]) => describeListDryRun(plan(items), NOTHING_HIDDEN)

  it('shows each operation of a loop whose list is known', () => {
    const { lines, summary } = tell(PLAN, SITES, SWAPS)
    expect(show(lines)).toEqual([
      '▸ plan',
      'GET /plan',
      '◂',
      ...[west, north].flatMap((key, index) => [
        `▸ site[${key}]`,
        'needs: plan',
        `if: x == '${index}'`,
        `PUT /sites/shop-${index}`,
        '◂'
      ]),
      ...[west, north].flatMap((key, index) => [
        `▸ swap[${key}]`,
        `needs: plan, site[${key}]`,
        `if: x == '${index}'`,
        `PUT /sites/shop-${index}`,
        '◂'
      ]),
      '',
      'Result: Skipped',
      expect.stringContaining('Dry run of 5 operations: nothing was sent')
    ])
    expect(summary).toMatchSnapshot()
  })

  it('shows a loop once whose list is not known, or empty', () => {
    const empty = item('none', shown, [], loopOver([]))
    const { lines, summary } = tell(PLAN, STOPS, empty)
    expect(show(lines).slice(3)).toEqual([
      '▸ stop',
      'for-each: list.value',
      'needs: plan',
      'POST ${item.id}/stop',
      '◂',
      '▸ none',
      'for-each: no elements',
      'PUT /sites/shop-${item}',
      '◂',
      '',
      'Result: Skipped',
      expect.stringContaining('Dry run of 1 operation and 1 loop: nothing was sent')
    ])
    expect(summary).toContain('n1["stop ×?"]')
    expect(summary).toContain('n2["none ×0"]')
  })

  it('shows once what follows a loop whose list is not known', () => {
    const after = item('tag', shown, [], { ...UNKNOWN, follows: 'stop', followed: ['stop'] })
    const { lines, summary } = tell(PLAN, STOPS, after)
    expect(show(lines)).toEqual(expect.arrayContaining(['for-each: stop', 'needs: stop']))
    expect(summary).toContain('n0 --> n1\n  n1 --> n2\n```')
  })

  it.each([
    ['a list', { ...shown }, UNKNOWN],
    ['list.value', { ...shown, forEach: 'list.value' }, UNKNOWN],
    ['a, b', shown, { ...UNKNOWN, elements: ['a', 'b'].map((key) => ({ key, value: key })) }],
    ['site', shown, { ...UNKNOWN, follows: 'site', followed: ['site'] }]
  ] as const)('says what a loop goes over that is shown once: %s', (words, text, loop) => {
    expect(show(tell(item('stop', text, [], loop)).lines)[1]).toBe(`for-each: ${words}`)
  })

  it('hides what is a secret in a list that a response gives, and in the drawing', () => {
    const secret = {
      method: 'GET',
      url: '/x',
      forEach: "[?x=='hunter2']",
      condition: "a=='hunter2'"
    }
    const list = plan([PLAN, item('stop', { ...secret, method: 'GET' }, [], UNKNOWN)])
    const told = describeListDryRun(list, (text) => text.replaceAll('hunter2', '***'))
    for (const text of [show(told.lines).join('\n'), told.summary]) {
      expect(text).not.toContain('hunter2')
      expect(text).toContain("for-each: [?x=='***']")
    }
  })

  it.each(HOSTILE_KEYS)('is harmless with the key %j', (key) => {
    for (const count of [1, 9]) {
      const keys = [key, ...Array.from({ length: count }, (_, index) => `k${index}`)]
      const { lines, summary } = tell(PLAN, item('site', shown, ['plan'], loopOver(keys)))
      for (const line of show(lines))
        expect(line.replace(/^▸ /, '')).not.toMatch(/^\s*::|##\[|[\n\u202e]/)
      const plain = summary.replace(/```+(?:mermaid|text)\n[\s\S]*?\n```+\n/g, '')
      expect(plain).not.toMatch(
        /<(?!\/?(?:details|summary)>)|(?<!\\)\]\(|(?<!\\)`(?!needs|if|[,\n])/
      )
    }
  })

  it('says how many run at once, and is bounded, with five thousand elements', () => {
    const keys = Array.from({ length: 5_000 }, (_, index) => `k${index}`)
    const { lines, summary } = tell(item('site', shown, [], loopOver(keys)))
    expect(show(lines)).toContain('… (4,000 more)')
    expect(summary).toContain('4,800 more are in the log.')
    expect(summary).toContain('At most 20 at once.')
    expect(Buffer.byteLength(summary)).toBeLessThan(1_000_000)
    expect(summary).not.toContain('mermaid')
  })
})

describe('the drawing of a plan', () => {
  const get = { method: 'GET', url: '/x' } as const
  const nodes = (count: number) =>
    Array.from({ length: count }, (_, at) => item(`a${at}`, get, at === 0 ? [] : [`a${at - 1}`]))
  const draw = (items: readonly PlannedItem[]) => drawPlan(items, NOTHING_HIDDEN)

  it.each([
    ['one after the other', [[], [0], [1]], ['n0 --> n1', 'n1 --> n2']],
    ['two before one', [[], [], [0, 1]], ['n0 --> n2', 'n1 --> n2']],
    ['what another needs anyway', [[], [0], [0, 1]], ['n0 --> n1', 'n1 --> n2']],
    ['in whatever order they stand', [[1, 2], [2], []], ['n1 --> n0', 'n2 --> n1']],
    ['no order at all', [[], []], []]
  ])('has an arrow for each need: %s', (_what, needs, edges) => {
    const items = needs.map((each, at) =>
      item(
        `a${at}`,
        get,
        each.map((need) => `a${need}`)
      )
    )
    expect(
      draw(items)
        .split('\n')
        .filter((line) => line.includes('-->'))
        .map((line) => line.trim())
    ).toEqual(edges)
  })

  it('has 50 nodes at most, and none of a single item', () => {
    expect(draw(nodes(50)).match(/\["/g)?.length).toBe(50)
    expect(draw(nodes(51))).toBe(
      'The list has 51 items, too many to draw: each says below what it needs.'
    )
    expect(draw(nodes(1))).toBe('')
  })

  it('shortens long conditions and names', () => {
    const long = item('n'.repeat(100), { ...get, condition: 'x'.repeat(500) })
    const drawing = draw([long, ...nodes(1)])
    expect(drawing).toContain(`n0["${'n'.repeat(39)}…, if ${'x'.repeat(39)}…"]`)
  })

  it.each([
    ...HOSTILE_KEYS,
    'a == `1` && b != "x" || !(c)',
    'x"]\n  n9["y',
    '%% x\n```\n# y',
    '&quot;]; style n0 fill:#f00;',
    '#quot;]',
    '- a\n1. b'
  ])('has no structure of a condition such as %j', (condition) => {
    const lines = draw([item('a', { ...get, condition }), item('b', get, ['a'])]).split('\n')
    expect(lines).toEqual([
      '```mermaid',
      'flowchart LR',
      expect.stringMatching(/^ {2}n0\["a, if (?:[\p{L}\p{M}\p{N} .,?/_…×-]|#\d+;)*"\]$/u),
      '  n1["b"]',
      '  n0 --> n1',
      '```'
    ])
  })
})
