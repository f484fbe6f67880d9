/**
 * Every block of YAML in the documents, every example and every workflow of this repository is one that GitHub takes,
 * with steps of this action that action.yml knows.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { listBlocks, readBlocks } from '../__fixtures__/doc-blocks.ts'
import { lintWorkflow, listUnusedExceptions } from '../__fixtures__/lint-workflow.ts'
import { parseYaml } from '../src/request/yaml-document.ts'

const HEAD = 'on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n'
const STEP = `${HEAD}      - uses: arm-operation/arm-operation@v0\n        id: go\n        with:\n`

describe('lintWorkflow', () => {
  it.each([
    ['broken YAML', 'on: [push\n', 'Flow sequence'],
    ['an unknown key', HEAD.replace('steps', 'stepz'), "Unexpected value 'stepz'"],
    ['a job that needs none', `${HEAD}      - run: a\n    needs: [b]\n`, 'needs'],
    ['a tag', `${STEP}          body: !file a.json\n`, 'x.yml:9: Unresolved tag: !file'],
    ['an unknown input', `${STEP}          wiat: false\n`, 'x.yml:6: wiat is no input'],
    [
      'a list that is none',
      `${STEP}          requests: |\n            - name: \${{ github.sha }}\n              uri: /x\n`,
      "x.yml:6: requests: /0: must have required property 'url'"
    ],
    [
      'a version that is none',
      `${STEP.replace('@v0', '@main')}          method: GET\n`,
      'arm-operation/arm-operation@main is no version of this action'
    ],
    [
      'an output that no step has',
      `${STEP}          outputs: 'name: name'\n      - run: echo "\${{ steps.go.outputs.nmae }}"\n`,
      'x.yml:10: no output: steps.go.outputs.nmae'
    ],
    [
      'an output of a template where none is deployed',
      `${STEP}          url: /x/deployments/web/whatIf\n      - run: echo "\${{ steps.go.outputs.site }}"\n`,
      'x.yml:10: no output: steps.go.outputs.site'
    ],
    [
      'a step that there is not',
      `${HEAD}      - run: echo "\${{ steps.gone.outputs.name }}"\n`,
      'x.yml:6:24: property "gone" is not defined'
    ],
    [
      'what the linter alone knows',
      `${HEAD}      - run: echo "\${{ github.event.issue.title }}"\n`,
      'is potentially untrusted'
    ],
    [
      'an expression that is too long',
      `${STEP}          body: |\n            \${{ github.sha }}${'x'.repeat(21_000)}\n`,
      '21000'
    ]
  ])('finds %s', async (_what, text, fault) => {
    expect((await lintWorkflow('x.yml', text)).join('\n')).toContain(fault)
  })
})

describe('readBlocks', () => {
  const read = (yaml: string, before = '') =>
    readBlocks('x.md', `# Title\n\n${'text\n'.repeat(20)}${before}\`\`\`yaml\n${yaml}\`\`\`\n`)

  it.each([
    ['workflow', `${HEAD}      - run: a\n`],
    ['part', 'permissions:\n  id-token: write\n'],
    ['steps', '- run: a\n'],
    ['step', 'with:\n  method: GET\n'],
    ['inputs', 'wait: false\n'],
    ['requests', '- name: a\n  url: /b\n'],
    ['body', 'location: westeurope\n', '<!-- yaml: body, of a site -->\n'],
    ['refused', '- uses: a\n  wiht: {}\n', '<!-- yaml: refused, a typo -->\n']
  ])('tells that it is %s', (kind, yaml, before = '') => {
    expect(read(yaml, before)).toMatchObject([{ kind, heading: 'Title', text: yaml }])
  })

  it('keeps its lines in the workflow', async () => {
    const [block] = read('- run: a\n- uses: arm-operation/arm-operation@v0\n  with: { wiat: a }\n')
    expect(block?.line).toBe(24)
    expect(await lintWorkflow('x.md', block?.workflow ?? '')).toEqual([
      'x.md:25: wiat is no input of this action'
    ])
  })

  it.each([
    ['what it cannot tell', 'location: westeurope\n', '', 'x.md:24: a block of no known kind'],
    ['an unknown mark', 'a: b\n', '<!-- yaml: odd, why -->\n', 'x.md:25: "odd, why" is no'],
    ['a mark without a reason', 'a: b\n', '<!-- yaml: body -->\n', '"body" is no'],
    ['a fence that it does not read', '- run: a\n', '~~~yaml\n~~~\n', 'fence is not read']
  ])('refuses %s', (_what, yaml, before, message) => {
    expect(() => read(yaml, before)).toThrow(message)
  })
})

const blocks = listBlocks()
const documents = Object.entries(Object.groupBy(blocks, ({ path }) => path)).map(
  ([path, all = []]) => ({ path, count: all.length, all })
)
const workflows = readdirSync('.github/workflows').map((name) => `.github/workflows/${name}`)

describe(`${blocks.length} blocks of YAML in ${documents.length} files`, () => {
  it.each(documents)('$path: $count', async ({ path, all }) => {
    const faults: string[] = []
    for (const { kind, line, text, workflow } of all) {
      const place = `${path}:${line}`
      if (kind === 'body') parseYaml(text, { input: 'body', place })
      if (workflow === undefined || kind === 'refused') continue
      faults.push(...(await lintWorkflow(path, workflow)))
    }
    expect(faults).toEqual([])
  })

  it.each(workflows)('%s', async (path) => {
    expect(await lintWorkflow(path, readFileSync(path, 'utf8'))).toEqual([])
  })

  it('need every exception', () => {
    expect(listUnusedExceptions()).toEqual([])
  })
})
