/**
 * The changes that a what-if predicts, as outputs, a table and a log.
 */
import { describe, expect, it } from 'vitest'
import { createAnswer } from '../../__fixtures__/outcomes.ts'
import {
  countChanges,
  hasChanges,
  listChanges,
  readChanges,
  renderChanges,
  toOutputs
} from '../../src/deployment/what-if.ts'
import type { JsonValue } from '../../src/http/message.ts'

const GROUP = '/subscriptions/1/resourceGroups/shop'
const id = (type: string, name: string) => `${GROUP}/providers/${type}/${name}`

function read(properties: JsonValue) {
  const report = readChanges(createAnswer(200, { status: 'Succeeded', properties }).body)
  if (report === undefined) throw new Error('test bug: no changes')
  return report
}

const change = (
  changeType: string,
  name: string,
  more: { readonly [key: string]: JsonValue } = {}
) => ({
  resourceId: id('Microsoft.Web/sites', name),
  changeType,
  ...more
})

/** Every type of change that Azure documents, and a property change of each type. */
const EVERYTHING = {
  changes: [
    change('Ignore', 'other'),
    change('NoChange', 'same'),
    change('Unsupported', 'runtime', { unsupportedReason: 'The name is not known before.' }),
    change('Deploy', 'maybe'),
    change('Modify', 'app', {
      delta: [
        { path: 'properties.httpsOnly', propertyChangeType: 'Modify', before: false, after: true },
        { path: 'tags.team', propertyChangeType: 'Create', after: 'shop' },
        { path: 'tags.old', propertyChangeType: 'Delete', before: 'yes' },
        { path: 'properties.noise', propertyChangeType: 'NoEffect', after: 1 },
        {
          path: 'properties.siteConfig.appSettings',
          propertyChangeType: 'Array',
          children: [
            {
              path: '0',
              propertyChangeType: 'Modify',
              children: [
                { path: 'value', propertyChangeType: 'Modify', before: 'a', after: { b: [1] } }
              ]
            }
          ]
        },
        { path: 'properties.adminPassword', propertyChangeType: 'Create', after: 'hunter22' }
      ]
    }),
    change('Create', 'new'),
    { resourceId: GROUP, changeType: 'Create' },
    change('Delete', 'gone')
  ],
  potentialChanges: [change('Create', 'perhaps')],
  diagnostics: [
    { level: 'Warning', code: 'NestedDeploymentShortCircuited', message: 'Not looked into.' },
    { nothing: true }
  ]
}

describe('a what-if of a deployment', () => {
  const report = read(EVERYTHING)

  it('counts every type, the documented ones always', () => {
    expect(countChanges(report)).toEqual({
      Delete: 1,
      Detach: 0,
      Create: 3,
      Modify: 1,
      Deploy: 1,
      Unsupported: 1,
      NoChange: 1,
      Ignore: 1
    })
    expect(countChanges(read({ changes: [] }))).toMatchObject({ Create: 0, Delete: 0 })
  })

  it('gives the three outputs', () => {
    const outputs = Object.fromEntries(toOutputs(report).map(({ name, value }) => [name, value]))
    expect(Object.keys(outputs)).toEqual(['has-changes', 'change-counts', 'changes-markdown'])
    expect(outputs['has-changes']).toBe('true')
    expect(JSON.parse(outputs['change-counts'] ?? '')).toEqual(countChanges(report))
    expect(outputs['changes-markdown']).toBe(renderChanges(report))
  })

  it('reads as a log like a diff, what is lost first', () => {
    expect(listChanges(report)).toMatchInlineSnapshot(`
      [
        "Resources: 1 to delete, 3 to create, 1 to modify, 1 to deploy (changes not compared), 1 that cannot be predicted, 1 without a change, 1 not in the template",
        "- Microsoft.Web/sites gone (Delete)",
        "+ Microsoft.Web/sites new (Create)",
        "+ Microsoft.Resources/resourceGroups shop (Create)",
        "+ Microsoft.Web/sites perhaps (Create, possibly)",
        "~ Microsoft.Web/sites app (Modify)",
        "-     properties.httpsOnly: false",
        "+     properties.httpsOnly: true",
        "+     tags.team: "shop"",
        "-     tags.old: "yes"",
        "-     properties.siteConfig.appSettings[0].value: "a"",
        "+     properties.siteConfig.appSettings[0].value: {"b":[1]}",
        "+     properties.adminPassword: (not shown)",
        "! Microsoft.Web/sites maybe (Deploy)",
        "x Microsoft.Web/sites runtime (Unsupported)",
        "    The name is not known before.",
        "Warning NestedDeploymentShortCircuited: Not looked into.",
      ]
    `)
  })

  it('reads as a table', () => {
    expect(renderChanges(report)).toMatchInlineSnapshot(`
      "Resources: 1 to delete, 3 to create, 1 to modify, 1 to deploy (changes not compared), 1 that cannot be predicted, 1 without a change, 1 not in the template.

      | Change | Resource | Type | What changes |
      |---|---|---|---|
      | \`-\` Delete | \`gone\` | \`Microsoft.Web/sites\` |  |
      | \`+\` Create | \`new\` | \`Microsoft.Web/sites\` |  |
      | \`+\` Create | \`shop\` | \`Microsoft.Resources/resourceGroups\` |  |
      | \`+\` Create, possibly | \`perhaps\` | \`Microsoft.Web/sites\` |  |
      | \`~\` Modify | \`app\` | \`Microsoft.Web/sites\` | \`properties.httpsOnly\`: \`false\` → \`true\`<br>\`tags.team\`: \`"shop"\`<br>\`tags.old\`: \`"yes"\` removed<br>\`properties.siteConfig.appSettings[0].value\`: \`"a"\` → \`{"b":[1]}\`<br>\`properties.adminPassword\`: \`(not shown)\` |
      | \`!\` Deploy | \`maybe\` | \`Microsoft.Web/sites\` |  |
      | \`x\` Unsupported | \`runtime\` | \`Microsoft.Web/sites\` | The name is not known before. |

      - Warning NestedDeploymentShortCircuited: Not looked into."
    `)
  })

  it('shows no value of a property with the name of a secret', () => {
    const all = [...listChanges(report), renderChanges(report)].join('\n')
    expect(all).not.toContain('hunter22')
  })
})

describe('hasChanges', () => {
  it.each([
    [[], false],
    [['NoChange', 'Ignore'], false],
    [['noChange'], false],
    [['NoChange', 'Modify'], true],
    [['Deploy'], true],
    [['Unsupported'], true],
    [['Detach'], true],
    [['SomethingNew'], true],
    [[''], true]
  ])('of %j is %s', (types, has) => {
    expect(hasChanges(read({ changes: types.map((type) => change(type, 'a')) }))).toBe(has)
  })

  it('counts a potential change', () => {
    expect(hasChanges(read({ changes: [], potentialChanges: [change('Create', 'a')] }))).toBe(true)
  })
})

// https://learn.microsoft.com/rest/api/resources/deployment-stacks-what-if-results
describe('a what-if of a stack', () => {
  const report = read({
    changes: {
      resourceChanges: [
        {
          id: id('Microsoft.Web/sites', 'app'),
          type: 'Microsoft.Web/sites',
          changeType: 'modify',
          changeCertainty: 'potential',
          resourceConfigurationChanges: {
            delta: [{ path: 'tags.a', changeType: 'modify', before: 1, after: 2 }]
          },
          denyStatusChange: { before: 'none', after: 'denyDelete' }
        },
        {
          id: id('Microsoft.Web/serverFarms', 'plan'),
          type: 'Microsoft.Web/serverFarms',
          changeType: 'detach',
          changeCertainty: 'definite',
          managementStatusChange: { before: 'managed', after: 'unmanaged' }
        },
        { identifiers: { name: 'ext' }, type: 'Ext/thing', changeType: 'noChange' }
      ],
      denySettingsChange: {
        before: { mode: 'none' },
        after: { mode: 'denyDelete' },
        delta: [{ path: 'mode', changeType: 'modify', before: 'none', after: 'denyDelete' }]
      },
      deploymentScopeChange: { before: '/a', after: '/b' }
    }
  })

  it('reads the same as one of a deployment', () => {
    expect(listChanges(report)).toMatchInlineSnapshot(`
      [
        "Resources: 1 to detach, 3 to modify, 1 without a change",
        "v Microsoft.Web/serverFarms plan (Detach)",
        "    management: managed → unmanaged",
        "~ Microsoft.Web/sites app (Modify, possibly)",
        "    deny status: none → denyDelete",
        "-     tags.a: 1",
        "+     tags.a: 2",
        "~ Microsoft.Resources/deploymentStacks deny settings (Modify)",
        "-     mode: "none"",
        "+     mode: "denyDelete"",
        "~ Microsoft.Resources/deploymentStacks deployment scope (Modify)",
        "-     deployment scope: "/a"",
        "+     deployment scope: "/b"",
      ]
    `)
    expect(countChanges(report)).toMatchObject({ Detach: 1, Modify: 3, NoChange: 1 })
  })

  it('has no changes when its own settings stay', () => {
    const same = { before: { mode: 'none' }, after: { mode: 'none' }, delta: [] }
    expect(hasChanges(read({ changes: { resourceChanges: [], denySettingsChange: same } }))).toBe(
      false
    )
  })
})

describe('what cannot be read', () => {
  it.each<JsonValue>([null, {}, { properties: {} }, { properties: { changes: 'x' } }, []])(
    'is no report: %j',
    (value) => {
      expect(readChanges(createAnswer(200, value).body)).toBeUndefined()
    }
  )

  it('is passed over in a report that can be read', () => {
    expect(countChanges(read({ changes: [7, 'x', null, change('Create', 'a')] })).Create).toBe(1)
  })
})

describe('a hostile what-if', () => {
  const hostile = '::error::x\n| a | <script> `` ` [a](https://evil.example) ##[error]'

  it('changes neither the table nor the log', () => {
    const report = read({
      changes: [
        {
          resourceId: hostile,
          changeType: hostile,
          unsupportedReason: hostile,
          delta: [{ path: hostile, propertyChangeType: 'Modify', before: hostile, after: hostile }]
        }
      ],
      diagnostics: [{ level: hostile, code: hostile, message: hostile }]
    })
    const lines = listChanges(report)
    expect(lines.join('\n')).not.toMatch(/^::|##\[/m)
    expect(lines.every((line) => !line.includes('\n'))).toBe(true)
    const markdown = renderChanges(report)
    const rows = markdown.split('\n').filter((line) => line.startsWith('|'))
    expect(rows).toHaveLength(3)
    // Bars that are not escaped, outside of code: five of them make four cells.
    expect(rows[2]?.match(/(?<!\\)\|/g)).toHaveLength(5)
    expect(markdown.replace(/(`+)(?!`).*?(?<!`)\1(?!`)/g, '')).not.toMatch(/<script/)
  })

  it('cannot make either too long', () => {
    const many = Array.from({ length: 2_500 }, (_, index) =>
      change('Modify', `app-${index}`, {
        delta: Array.from({ length: 20 }, (_each, at) => ({
          path: `p${at}`,
          propertyChangeType: 'Modify',
          before: 'x'.repeat(1_000),
          after: 'y'.repeat(1_000)
        }))
      })
    )
    const report = read({ changes: many })
    expect(listChanges(report).length).toBeLessThan(700)
    const markdown = renderChanges(report)
    expect(Buffer.byteLength(markdown)).toBeLessThan(250_000)
    expect(markdown).toMatch(/\d+ more; the output `response` has them all\./)
  })

  it('is not followed down without bound', () => {
    let delta: JsonValue = []
    for (let depth = 0; depth < 1_000; depth += 1) delta = [{ path: 'a', children: delta }]
    expect(read({ changes: [change('Modify', 'a', { delta })] }).changes).toHaveLength(1)
  })
})
