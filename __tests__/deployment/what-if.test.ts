/**
 * The changes that a what-if predicts, as outputs, a table and a log.
 */
import { describe, expect, it } from 'vitest'
import { createAnswer } from '../../__fixtures__/outcomes.ts'
import {
  listChanges,
  renderChanges,
  toOutputs,
  warnOfSkipped
} from '../../src/deployment/render-changes.ts'
import { countChanges, hasChanges, readChanges } from '../../src/deployment/what-if.ts'
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
      Unsupported: 2,
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
        "Resources: 1 to delete, 3 to create, 1 to modify, 1 to deploy (changes not compared), 2 that cannot be predicted, 1 without a change, 1 not in the template",
        "- Microsoft.Web/sites gone (Delete)",
        "+ Microsoft.Web/sites new (Create)",
        "+ Microsoft.Resources/resourceGroups shop (Create)",
        "+ Microsoft.Web/sites perhaps (Create, possibly)",
        "~ Microsoft.Web/sites app (Modify)",
        "-     properties.httpsOnly: false",
        "+     properties.httpsOnly: true",
        "+     tags.team: "shop"",
        "-     tags.old: "yes"",
        "-     properties.siteConfig.appSettings[0].value: (not shown)",
        "+     properties.siteConfig.appSettings[0].value: {"b":["(not shown)"]}",
        "+     properties.adminPassword: (not shown)",
        "! Microsoft.Web/sites maybe (Deploy)",
        "x Microsoft.Web/sites runtime (Unsupported)",
        "    The name is not known before.",
        "x Microsoft.Resources/deployments a nested deployment (Unsupported)",
        "    Azure did not look into it (NestedDeploymentShortCircuited)",
        "Warning NestedDeploymentShortCircuited: Not looked into.",
      ]
    `)
  })

  it('reads as a table', () => {
    expect(renderChanges(report)).toMatchInlineSnapshot(`
      "Resources: 1 to delete, 3 to create, 1 to modify, 1 to deploy (changes not compared), 2 that cannot be predicted, 1 without a change, 1 not in the template.

      | Change | Resource | Type | What changes |
      |---|---|---|---|
      | \`-\` Delete | \`gone\` | \`Microsoft.Web/sites\` |  |
      | \`+\` Create | \`new\` | \`Microsoft.Web/sites\` |  |
      | \`+\` Create | \`shop\` | \`Microsoft.Resources/resourceGroups\` |  |
      | \`+\` Create, possibly | \`perhaps\` | \`Microsoft.Web/sites\` |  |
      | \`~\` Modify | \`app\` | \`Microsoft.Web/sites\` | \`properties.httpsOnly\`: \`false\` → \`true\`<br>\`tags.team\`: \`"shop"\`<br>\`tags.old\`: \`"yes"\` removed<br>\`properties.siteConfig.appSettings[0].value\`: \`(not shown)\` → \`{"b":["(not shown)"]}\`<br>\`properties.adminPassword\`: \`(not shown)\` |
      | \`!\` Deploy | \`maybe\` | \`Microsoft.Web/sites\` |  |
      | \`x\` Unsupported | \`runtime\` | \`Microsoft.Web/sites\` | The name is not known before. |
      | \`x\` Unsupported | \`a nested deployment\` | \`Microsoft.Resources/deployments\` | Azure did not look into it (NestedDeploymentShortCircuited) |

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

  it.each<[string, JsonValue, boolean]>([
    ['a list that is null', { changes: null }, false],
    ['a potential change', { changes: [], potentialChanges: [change('Create', 'a')] }, true],
    [
      'a potential change beside null',
      { changes: null, potentialChanges: [change('Delete', 'a')] },
      true
    ],
    ['a potential change alone', { potentialChanges: [change('Delete', 'a')] }, true],
    ['a potential change that is none', { potentialChanges: [change('Ignore', 'a')] }, false],
    // https://github.com/Azure/arm-template-whatif/issues/53
    [
      'a change behind thousands of resources that are not in the template',
      {
        changes: [
          ...Array.from({ length: 5_000 }, (_, index) => change('Ignore', `other-${index}`)),
          change('Delete', 'gone')
        ]
      },
      true
    ]
  ])('of %s is right', (_what, properties, has) => {
    expect(hasChanges(read(properties))).toBe(has)
  })
})

// Azure says that it did not look into a nested deployment, and lists none of its resources as changing.
// https://github.com/Azure/arm-template-whatif/issues/157, https://github.com/Azure/arm-template-whatif/issues/402
describe('a nested deployment that was skipped', () => {
  const nested = (name: string) => id('Microsoft.Resources/deployments', name)
  const remark = (code: string, target: string) => ({
    level: 'Warning',
    code,
    target,
    message: 'x'
  })
  const skip = (...diagnostics: JsonValue[]) =>
    read({ changes: [change('NoChange', 'same')], diagnostics })

  it.each([
    ['NestedDeploymentShortCircuited', true],
    ['nesteddeploymentshortcircuited', true],
    ['NestedDeploymentSkippedFromInternalExpansion', true],
    ['ResourceSkippedFromInternalExpansion', true],
    ['SomethingElse', false]
  ])('by a remark %s is a change that cannot be foretold: %s', (code, isOne) => {
    const report = skip(remark(code, nested('inner')))
    expect(hasChanges(report)).toBe(isOne)
    expect(countChanges(report)).toMatchObject({ NoChange: 1, Unsupported: isOne ? 1 : 0 })
    expect(listChanges(report).some((line) => line.includes('inner'))).toBe(isOne)
    expect(renderChanges(report).includes('`inner`')).toBe(isOne)
    expect(warnOfSkipped(report)?.includes('inner') ?? false).toBe(isOne)
  })

  it('counts once, however often it is remarked on', () => {
    const report = skip(
      remark('NestedDeploymentShortCircuited', nested('inner')),
      remark('NestedDeploymentSkippedFromInternalExpansion', nested('INNER')),
      remark('NestedDeploymentSkippedFromInternalExpansion', nested('other'))
    )
    expect(countChanges(report).Unsupported).toBe(2)
    expect(warnOfSkipped(report)).toMatch(/^Azure did not look into inner, other: /)
  })

  it('counts where there is no list of changes, and without a target', () => {
    const diagnostics = [{ code: 'NestedDeploymentShortCircuited' }]
    expect(hasChanges(read({ diagnostics }))).toBe(true)
  })

  it('is warned of in few words, however many there are', () => {
    const names = Array.from({ length: 300 }, (_, index) => nested(`inner-${index}`))
    const report = skip(...names.map((name) => remark('NestedDeploymentShortCircuited', name)))
    expect(countChanges(report).Unsupported).toBe(300)
    expect(warnOfSkipped(report)).toContain('inner-9 and 290 more')
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

  it.each([
    ['managementStatusChange', 'unmanaged', 'managed', true],
    ['managementStatusChange', 'managed', 'unmanaged', true],
    ['managementStatusChange', 'unknown', 'managed', true],
    ['managementStatusChange', '', 'managed', true],
    ['managementStatusChange', 'managed', 'managed', false],
    ['managementStatusChange', 'Managed', 'managed', false],
    ['denyStatusChange', 'none', 'denyDelete', true],
    ['denyStatusChange', 'denyWriteAndDelete', 'none', true],
    ['denyStatusChange', 'denyDelete', 'denyWriteAndDelete', true],
    ['denyStatusChange', 'unknown', 'denyDelete', true],
    ['denyStatusChange', 'denyDelete', 'denyDelete', false],
    // Different words for a resource to which nothing is denied.
    ['denyStatusChange', 'none', 'notSupported', false],
    ['denyStatusChange', 'inapplicable', 'none', false]
  ])(
    'counts a resource that stays the same, with %s from "%s" to "%s": %s',
    (field, before, after, has) => {
      const kept = {
        id: id('Microsoft.Web/sites', 'kept'),
        changeType: 'noChange',
        [field]: { before, after }
      }
      const moved = read({ changes: { resourceChanges: [kept] } })
      expect(hasChanges(moved)).toBe(has)
      expect(countChanges(moved)).toMatchObject({ Modify: has ? 1 : 0, NoChange: has ? 0 : 1 })
      expect(listChanges(moved).some((line) => line.includes('kept'))).toBe(has)
      expect(renderChanges(moved).includes('kept')).toBe(has)
    }
  )

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
    let deep: JsonValue = 1
    for (let depth = 0; depth < 100_000; depth += 1) {
      delta = [{ path: 'a', children: delta }]
      deep = [deep]
    }
    const values = [{ path: 'b', propertyChangeType: 'Modify', before: deep, after: 1 }]
    const report = read({
      changes: [change('Modify', 'a', { delta }), change('Modify', 'b', { delta: values })]
    })
    expect(countChanges(report).Modify).toBe(2)
    expect(listChanges(report).length).toBeLessThan(10)
    expect(Buffer.byteLength(renderChanges(report))).toBeLessThan(3_000)
    const identifiers = { x: deep }
    const stack = read({
      changes: {
        resourceChanges: [{ identifiers, changeType: 'create' }],
        denySettingsChange: { before: deep, after: deep }
      }
    })
    expect(countChanges(stack)).toMatchObject({ Create: 1, Modify: 0 })
    expect(renderChanges(stack)).toContain('`+` Create')
  })
})
