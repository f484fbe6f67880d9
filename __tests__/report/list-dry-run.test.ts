/**
 * The dry run of a list: what people see of operations that are not sent.
 */
import { describe, expect, it } from 'vitest'
import type { ListPlan, PlannedItem, ShownItem } from '../../src/batch/plan.ts'
import { describeListDryRun } from '../../src/report/list-dry-run.ts'
import type { LogLine } from '../../src/report/log.ts'

const NOTHING_HIDDEN = (text: string) => text

function item(name: string, shown: ShownItem, needs: readonly string[] = []): PlannedItem {
  return {
    name,
    needs,
    shown,
    reads: new Map(),
    digest: '',
    judge: () => ({ kind: 'true' }),
    prepare: async () => ({ kind: 'fault', message: '' })
  }
}

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
