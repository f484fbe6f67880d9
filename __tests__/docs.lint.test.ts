/**
 * The linter of workflows finds each kind of fault, and where it stands.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { lintWorkflow } from '../__fixtures__/lint-workflow.ts'

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

  const FOLDERS = ['.github/workflows', 'examples']
  const files = FOLDERS.flatMap((folder) => readdirSync(folder).map((name) => `${folder}/${name}`))
  it.each(files)('finds none in %s', async (path) => {
    expect(await lintWorkflow(path, readFileSync(path, 'utf8'))).toEqual([])
  })
})
