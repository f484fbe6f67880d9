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
        "Marks: - Delete, + Create, ~ Modify, ! Deploy, x Unsupported; of a property - before, + after",
        "- Microsoft.Web/sites gone in shop (Delete)",
        "+ Microsoft.Resources/resourceGroups shop in subscription 1 (Create)",
        "+ Microsoft.Web/sites new in shop (Create)",
        "+ Microsoft.Web/sites perhaps in shop (Create, possibly)",
        "~ Microsoft.Web/sites app in shop (Modify)",
        "    1 property has no effect",
        "-     tags.old: "yes"",
        "+     properties.adminPassword: (not shown)",
        "+     tags.team: "shop"",
        "-     properties.httpsOnly: false",
        "+     properties.httpsOnly: true",
        "-     properties.siteConfig.appSettings[0].value: (not shown)",
        "+     properties.siteConfig.appSettings[0].value: {"b":["(not shown)"]}",
        "! Microsoft.Web/sites maybe in shop (Deploy)",
        "x Microsoft.Resources/deployments a nested deployment (Unsupported)",
        "    Azure did not look into it (NestedDeploymentShortCircuited)",
        "x Microsoft.Web/sites runtime in shop (Unsupported)",
        "    The name is not known before.",
        "Warning NestedDeploymentShortCircuited: Not looked into.",
      ]
    `)
  })

  it('reads as a table', () => {
    expect(renderChanges(report)).toMatchInlineSnapshot(`
      "Resources: 1 to delete, 3 to create, 1 to modify, 1 to deploy (changes not compared), 2 that cannot be predicted, 1 without a change, 1 not in the template; 1 of them only possibly.

      | Resource | What changes |
      |---|---|
      | \`-\` **Delete** \`gone\`<br>Web/sites in \`shop\` |  |
      | \`+\` Create \`shop\`<br>Resources/resourceGroups in \`subscription 1\` |  |
      | \`+\` Create \`new\`<br>Web/sites in \`shop\` |  |
      | \`+\` Create, possibly \`perhaps\`<br>Web/sites in \`shop\` |  |
      | \`~\` Modify \`app\`<br>Web/sites in \`shop\` | \`tags.old\`: \`"yes"\` removed<br>\`properties.adminPassword\`: \`(not shown)\` added<br>\`tags.team\`: \`"shop"\` added<br>\`properties.httpsOnly\`: \`false\` → \`true\`<br>\`properties.siteConfig.appSettings[0].value\`: \`(not shown)\` → \`{"b":["(not shown)"]}\`<br>1 property has no effect |
      | \`!\` Deploy \`maybe\`<br>Web/sites in \`shop\` |  |
      | \`x\` Unsupported \`a nested deployment\`<br>Resources/deployments | Azure did not look into it (NestedDeploymentShortCircuited) |
      | \`x\` Unsupported \`runtime\`<br>Web/sites in \`shop\` | The name is not known before. |

      <details><summary>2 that stay as they are</summary>

      \`same\`, \`other\`

      </details>

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

/** The rows of the table. */
const rowsOf = (markdown: string) => markdown.split('\n').filter((line) => line.startsWith('| `'))

// The same points as the public cases of the Azure CLI's formatter make; docs/what-if.md tells where ours differ:
// https://github.com/Azure/azure-cli/blob/dev/src/azure-cli/azure/cli/command_modules/resource/tests/latest/test_resource_formatters.py
describe('resources of one name', () => {
  const account = 'Microsoft.Storage/storageAccounts/logs'
  const lock = 'Microsoft.Authorization/locks/keep'
  const CORP = '/providers/Microsoft.Management/managementGroups/corp'

  it.each<[string, readonly string[], readonly string[]]>([
    [
      'resource group',
      [`${GROUP}/providers/${account}`, `${GROUP}-dev/providers/${account}`],
      ['logs in shop', 'logs in shop-dev']
    ],
    [
      'subscription',
      [
        `${GROUP}/providers/${account}`,
        `/subscriptions/2/resourceGroups/shop/providers/${account}`
      ],
      ['logs in shop of subscription 1', 'logs in shop of subscription 2']
    ],
    [
      'the resource that they extend',
      [`${id('Microsoft.Web/sites', 'a')}/providers/${lock}`, `${GROUP}/providers/${lock}`],
      ['keep in shop', 'keep in sites/a in shop']
    ],
    [
      'management group',
      [`${CORP}/providers/${lock}`, `/providers/${lock}`, `/subscriptions/1/providers/${lock}`],
      ['keep', 'keep in management group corp', 'keep in subscription 1']
    ],
    ['scope, in other letters', [`${GROUP}/providers/${account}`.slice(1)], ['logs in shop']]
  ])('are told apart by %s', (_what, ids, names) => {
    const report = read({
      changes: ids.map((resourceId) => ({ resourceId, changeType: 'Delete' }))
    })
    const lines = listChanges(report).filter((line) => line.startsWith('- '))
    expect(lines).toEqual(names.map((name) => expect.stringContaining(`${name} (Delete)`)))
    const rows = rowsOf(renderChanges(report))
    expect(new Set(rows).size).toBe(ids.length)
  })

  it('that stands in an expression is told by the expression', () => {
    const resourceId = "[format('/subscriptions/1/providers/{0}', 'My.Own/things/one')]"
    const report = read({ changes: [{ resourceId, changeType: 'Unsupported' }] })
    expect(listChanges(report)).toContain(`x ${resourceId} (Unsupported)`)
  })
})

describe('every loss', () => {
  it.each(['Delete', 'Detach'])('is told, however many there are: %s', (changeType) => {
    const names = Array.from({ length: 3_000 }, (_, index) => `gone-${index}-x`)
    const noise = Array.from({ length: 500 }, (_, index) => change('Modify', `app-${index}`))
    const report = read({ changes: [...noise, ...names.map((name) => change(changeType, name))] })
    const [markdown, log] = [renderChanges(report), listChanges(report).join('\n')]
    expect(names.filter((name) => !markdown.includes(name))).toEqual([])
    expect(names.filter((name) => !log.includes(name))).toEqual([])
    expect(Buffer.byteLength(markdown)).toBeLessThan(700_000)
  })

  it('is counted beyond what one output can hold', () => {
    const changes = Array.from({ length: 20_000 }, (_, index) => change('Delete', `gone-${index}`))
    const report = read({ changes })
    expect(renderChanges(report)).toMatch(/\d+ more; the file in the output `response-file`/)
    expect(Buffer.byteLength(renderChanges(report))).toBeLessThan(700_000)
    expect(listChanges(report).at(-1)).toBe(
      '… (10000 more in the file of the output response-file)'
    )
  })
})

describe('what comes and what goes', () => {
  it.each<[string, JsonValue, string | undefined]>([
    [
      'kind, SKU and location',
      { kind: 'app,linux', sku: { name: 'B1', tier: 'Basic' }, location: 'westeurope', x: 1 },
      'app,linux, B1, westeurope'
    ],
    ['a SKU that is a text', { sku: 'Standard' }, 'Standard'],
    ['no more than there is', { kind: 7, sku: { tier: 'Basic' }, location: ' ' }, undefined],
    ['nothing without a payload', null, undefined]
  ])('is told with %s', (_what, payload, traits) => {
    for (const [changeType, side, other] of [
      ['Create', 'after', 'before'],
      ['Delete', 'before', 'after']
    ] as const) {
      const report = read({
        changes: [change(changeType, 'app', { [side]: payload, [other]: { kind: 'other side' } })]
      })
      expect(listChanges(report)[2]).toBe(traits === undefined ? undefined : `    ${traits}`)
      expect(rowsOf(renderChanges(report))[0]).toMatch(`| ${traits ?? ''} |`)
    }
    const stay = read({ changes: [change('Modify', 'app', { before: payload, after: payload })] })
    expect(listChanges(stay)).toHaveLength(2)
  })
})

describe('both sides of a property', () => {
  const tell = (properties: readonly JsonValue[]) => {
    const report = read({ changes: [change('Modify', 'app', { delta: properties })] })
    const cell = rowsOf(renderChanges(report))[0]?.split(' | ').at(-1)?.replace(/ \|$/, '')
    return { lines: listChanges(report).slice(2), cell }
  }

  it.each<[string, JsonValue, readonly string[], string]>([
    [
      'one that comes',
      { propertyChangeType: 'Create', after: ['a'] },
      ['+     p: ["a"]'],
      '`["a"]` added'
    ],
    [
      'one that comes as null',
      { propertyChangeType: 'Create', after: null },
      ['+     p: null'],
      '`null` added'
    ],
    [
      'one that comes without a value',
      { propertyChangeType: 'create' },
      ['+     p: null'],
      '`null` added'
    ],
    [
      'one that goes',
      { propertyChangeType: 'Delete', before: {} },
      ['-     p: {}'],
      '`{}` removed'
    ],
    [
      'one that goes and was null',
      { propertyChangeType: 'Delete', before: null },
      ['-     p: null'],
      '`null` removed'
    ],
    [
      'one that changes',
      { propertyChangeType: 'Modify', before: true, after: { a: 1 } },
      ['-     p: true', '+     p: {"a":1}'],
      '`true` → `{"a":1}`'
    ],
    [
      'one that changes from null',
      { propertyChangeType: 'Modify', before: null, after: '' },
      ['-     p: null', '+     p: ""'],
      '`null` → `""`'
    ],
    [
      'one that changes to nothing',
      { propertyChangeType: 'Modify', before: 5 },
      ['-     p: 5', '+     p: null'],
      '`5` → `null`'
    ],
    [
      'a list without entries that change',
      { propertyChangeType: 'Array', children: [] },
      ['+     p: []'],
      '`[]` added'
    ]
  ])('are those of %s', (_what, property, lines, text) => {
    const told = tell([{ path: 'p', ...Object(property) }])
    expect(told).toEqual({ lines, cell: `\`p\`: ${text}` })
  })

  it('are told in order: what goes, what comes, what changes, and the entries of a list by number', () => {
    const leaf = (path: string, propertyChangeType: string) => ({
      path,
      propertyChangeType,
      before: 1,
      after: 2
    })
    const { lines } = tell([
      leaf('b', 'Modify'),
      leaf('a', 'Modify'),
      {
        path: 'list',
        propertyChangeType: 'Array',
        children: [leaf('10', 'Delete'), leaf('9', 'Modify')]
      },
      leaf('z', 'Delete'),
      leaf('y', 'Create')
    ])
    expect(lines.map((line) => line.replace(/: \d$/, ''))).toEqual([
      '-     z',
      '+     y',
      '-     a',
      '+     a',
      '-     b',
      '+     b',
      '-     list[9]',
      '+     list[9]',
      '-     list[10]'
    ])
  })

  it('of a list within a list, which has no name of its own', () => {
    const order = (path: string) => ({
      path,
      propertyChangeType: 'Modify',
      children: [{ path: 'order', propertyChangeType: 'Delete', before: 'ascending' }]
    })
    const inner = { path: null, propertyChangeType: 'Array', children: [order('0'), order('1')] }
    const first = { path: '0', propertyChangeType: 'Modify', children: [inner] }
    const { lines } = tell([{ path: 'indexes', propertyChangeType: 'Array', children: [first] }])
    expect(lines).toEqual([
      '-     indexes[0][0].order: "ascending"',
      '-     indexes[0][1].order: "ascending"'
    ])
  })

  it('differ where they are cut, too', () => {
    const long = 'x'.repeat(5_000)
    const { lines, cell } = tell([
      { path: 'p', propertyChangeType: 'Modify', before: `${long}old`, after: `${long}new` }
    ])
    expect(lines).toEqual([
      expect.stringMatching(/^- {5}p: …x{20}old"$/),
      expect.stringMatching(/^\+ {5}p: …x{20}new"$/)
    ])
    expect(cell).toMatch(/^`p`: `…x{20}old"` → `…x{20}new"`$/)
  })

  it('keep all digits of an integer', () => {
    const text =
      '{"properties":{"changes":[{"resourceId":"/a","changeType":"Modify","delta":[{"path":"p","propertyChangeType":"Modify","before":9007199254740992,"after":[9007199254740993]}]}]}}'
    const report = readChanges({ kind: 'json', value: JSON.parse(text), text })
    expect(report === undefined ? [] : listChanges(report).slice(2)).toEqual([
      '-     p: 9007199254740992',
      '+     p: [9007199254740993]'
    ])
  })

  it('are told of every property, as long as few resources change', () => {
    const delta = Array.from({ length: 400 }, (_, index) => ({
      path: `p${index}_`,
      propertyChangeType: 'Modify',
      before: index,
      after: -index
    }))
    const one = read({ changes: [change('Modify', 'app', { delta })] })
    const told = (text: string) => delta.filter(({ path }) => text.includes(path)).length
    expect(told(renderChanges(one))).toBe(400)
    expect(told(listChanges(one).join('\n'))).toBe(400)
    const many = Array.from({ length: 300 }, (_, index) =>
      change('Modify', `app-${index}`, { delta })
    )
    const all = read({ changes: many })
    expect(renderChanges(all)).toMatch(
      /\d+ more properties; the file in the output `response-file`/
    )
    expect(Buffer.byteLength(renderChanges(all))).toBeLessThan(250_000)
    expect(listChanges(all).length).toBeLessThan(1_100)
  })
})

describe('the rest', () => {
  it('has remarks, the worst first, and no more than people read', () => {
    const remark = (level: string, index: number) => ({ level, code: `C${index}`, message: 'm' })
    const infos = Array.from({ length: 60 }, (_, index) => remark('Info', index))
    const report = read({ changes: [], diagnostics: [...infos, remark('Error', 99)] })
    const lines = listChanges(report)
    expect(lines[0]).toBe('Error C99: m')
    expect(lines.at(-1)).toBe('… (11 more remarks in the file of the output response-file)')
    expect(renderChanges(report)).toMatch(/\n\n- Error C99: m\n- Info C0: m\n/)
    expect(renderChanges(report)).toMatch(/- 11 more; the file in the output `response-file`/)
  })

  it('names what stays as it is, folded, to a bound', () => {
    const changes = Array.from({ length: 5_000 }, (_, index) => change('Ignore', `other-${index}`))
    const markdown = renderChanges(read({ changes }))
    expect(markdown).toContain('<summary>5000 that stay as they are</summary>')
    expect(markdown).toMatch(/`other-\d+` and 4800 more/)
    expect(markdown.length).toBeLessThan(5_000)
  })

  it('has no legend where there is nothing to mark', () => {
    expect(listChanges(read({ changes: [change('NoChange', 'a')] }))).toEqual([])
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
    expect(listChanges(report).some((line) => /^x .* inner/.test(line))).toBe(isOne)
    expect(renderChanges(report).includes('` Unsupported `inner`<br>')).toBe(isOne)
    // The remark itself is told with what it is about.
    expect(listChanges(report)).toContain(`Warning ${code}: x (${nested('inner')})`)
    expect(renderChanges(report)).toContain(`- Warning ${code}: x (\`${nested('inner')}\`)`)
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
        "Marks: v Detach, ~ Modify; of a property - before, + after",
        "v Microsoft.Web/serverFarms plan in shop (Detach)",
        "    management: managed → unmanaged",
        "~ Microsoft.Resources/deploymentStacks deny settings (Modify)",
        "-     mode: "none"",
        "+     mode: "denyDelete"",
        "~ Microsoft.Resources/deploymentStacks deployment scope (Modify)",
        "-     deployment scope: "/a"",
        "+     deployment scope: "/b"",
        "~ Microsoft.Web/sites app in shop (Modify, possibly)",
        "    deny status: none → denyDelete",
        "-     tags.a: 1",
        "+     tags.a: 2",
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
      expect(renderChanges(moved).includes('` Modify `kept`<br>')).toBe(has)
      expect(
        listChanges(moved).some((line) => line.startsWith('    taken over by the stack: '))
      ).toBe(has && field === 'managementStatusChange' && after === 'managed')
      expect(renderChanges(moved).includes('<summary>1 that stays as it is')).toBe(!has)
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
    // Bars that are not escaped, outside of code: three of them make two cells.
    expect(rows[2]?.match(/(?<!\\)\|/g)).toHaveLength(3)
    expect(markdown.replace(/(`+)(?!`).*?(?<!`)\1(?!`)/g, '')).not.toMatch(/<script/)
  })

  it('cannot make either too long', () => {
    const many = Array.from({ length: 500 }, (_, index) =>
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
    expect(listChanges(report).length).toBeLessThan(1_100)
    const markdown = renderChanges(report)
    expect(Buffer.byteLength(markdown)).toBeLessThan(250_000)
    expect(markdown).toMatch(/\d+ more; the file in the output `response-file` has them all\./)
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
