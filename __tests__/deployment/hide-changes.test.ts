/**
 * The changes of a what-if without the registered secrets: people post them on pull requests, where GitHub masks nothing.
 */
import { describe, expect, it } from 'vitest'
import { hideChanges } from '../../src/deployment/hide-changes.ts'
import { listChanges, renderChanges } from '../../src/deployment/render-changes.ts'
import type { ChangeReport } from '../../src/deployment/what-if.ts'
import type { JsonValue } from '../../src/http/message.ts'

const SECRET = 'x"K_9_*q'
const FORMS = [SECRET, JSON.stringify(SECRET).slice(1, -1), '271828']
const hide = (text: string) => FORMS.reduce((rest, form) => rest.replaceAll(form, '***'), text)

/** A report that says a value wherever a template can. */
const report = (value: JsonValue): ChangeReport => ({
  changes: [
    {
      changeType: 'Modify',
      name: `shop-${SECRET}`,
      type: `Microsoft.Cache/${SECRET}`,
      scope: `/subscriptions/1/resourceGroups/${SECRET}`,
      traits: `of ${SECRET}`,
      isPotential: false,
      note: `of ${SECRET}`,
      properties: [
        { path: `tags.${SECRET}`, before: value, after: 'b' },
        { path: 'sku', after: value }
      ]
    }
  ],
  diagnostics: [{ level: 'Warning', code: SECRET, message: `of ${SECRET}`, target: SECRET }],
  skipped: [`nested-${SECRET}`]
})

const nest = (depth: number): JsonValue =>
  JSON.parse(`${'['.repeat(depth)}${JSON.stringify(SECRET)}${']'.repeat(depth)}`)

describe('hideChanges', () => {
  it.each<[string, JsonValue, JsonValue]>([
    ['a text', SECRET, '***'],
    [
      'a long one, before it is cut',
      `${'lorem '.repeat(25)}${SECRET}`,
      `${'lorem '.repeat(25)}***`
    ],
    ['a list', ['a', SECRET], ['a', '***']],
    ['an object, with the name of a field', { [SECRET]: [SECRET, 1] }, { '***': ['***', 1] }],
    ['a number', 271828, '***'],
    ['a number in a list, which is no JSON any more', [271828], '[***]'],
    ['nothing', { a: [1, null, true] }, { a: [1, null, true] }]
  ])('leaves no secret in %s', (_what, value, hidden) => {
    const told = hideChanges(report(value), hide)
    expect(told.changes[0]?.properties.map(({ before, after }) => [before, after])).toEqual([
      [hidden, 'b'],
      [undefined, hidden]
    ])
    const texts = [renderChanges(told), listChanges(told).join('\n'), told.skipped.join()]
    for (const text of texts) {
      expect(text).not.toMatch(/K_9|K\\_9|271828/)
    }
  })

  it('takes a value that is nested more deeply than the stack goes', () => {
    const told = hideChanges(report(nest(2_000)), hide)
    expect(JSON.stringify(told)).not.toContain('K_9')
  })
})
