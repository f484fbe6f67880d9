/**
 * The reader and player of workflows that the tests of the examples stand on.
 */
import { describe, expect, it } from 'vitest'
import {
  type ActionCall,
  evaluate,
  playWorkflow,
  readWorkflow
} from '../../__fixtures__/workflow.ts'
import { expandMatrix } from '../../__fixtures__/workflow-matrix.ts'
import type { JsonObject } from '../../src/http/message.ts'

describe('expandMatrix', () => {
  it.each<[string, JsonObject, JsonObject[]]>([
    ['nothing', {}, []],
    ['one axis', { region: ['a', 'b'] }, [{ region: 'a' }, { region: 'b' }]],
    [
      'the cross product, the last axis fastest',
      { region: ['a', 'b'], size: [1, 2] },
      [
        { region: 'a', size: 1 },
        { region: 'a', size: 2 },
        { region: 'b', size: 1 },
        { region: 'b', size: 2 }
      ]
    ],
    [
      'less what is excluded, by any of its keys',
      { region: ['a', 'b'], size: [1, 2], exclude: [{ region: 'a', size: 1 }, { size: 2 }] },
      [{ region: 'b', size: 1 }]
    ],
    [
      'included combinations without an axis',
      { include: [{ region: 'a' }, { region: 'b' }] },
      [{ region: 'a' }, { region: 'b' }]
    ],
    [
      // The example of GitHub's reference, "Expanding or adding matrix configurations".
      'included values, which extend, overwrite each other, and never an axis',
      {
        fruit: ['apple', 'pear'],
        animal: ['cat', 'dog'],
        include: [
          { color: 'green' },
          { color: 'pink', animal: 'cat' },
          { fruit: 'apple', shape: 'circle' },
          { fruit: 'banana' },
          { fruit: 'banana', animal: 'cat' }
        ]
      },
      [
        { fruit: 'apple', animal: 'cat', color: 'pink', shape: 'circle' },
        { fruit: 'apple', animal: 'dog', color: 'green', shape: 'circle' },
        { fruit: 'pear', animal: 'cat', color: 'pink' },
        { fruit: 'pear', animal: 'dog', color: 'green' },
        { fruit: 'banana' },
        { fruit: 'banana', animal: 'cat' }
      ]
    ]
  ])('gives %s', (_what, matrix, rows) => {
    expect(expandMatrix(matrix)).toEqual(rows)
  })

  it.each<[string, JsonObject]>([
    ['matrix.region is not a list', { region: 'a' }],
    ['matrix.include holds something that is not a mapping', { include: ['a'] }]
  ])('refuses: %s', (message, matrix) => {
    expect(() => expandMatrix(matrix)).toThrow(message)
  })
})

describe('evaluate', () => {
  const contexts = { github: { run_id: 7, event: { ok: true } }, vars: { Region: 'a' } }

  it.each([
    ['github.run_id', 7],
    ['github.event.ok', true],
    ['vars.region', 'a'],
    ["format('{0}-{1}', vars.Region, github.run_id)", 'a-7'],
    ["format('''a'' = ''{0}''', vars.Region)", "'a' = 'a'"],
    ['fromJSON(\'{"value":[{"name":"x"}]}\').value[0].name', 'x']
  ])('%s is %s', (expression, value) => {
    expect(evaluate(expression, contexts)).toBe(value)
  })

  it.each([
    ['vars.regoin', 'vars.regoin does not exist'],
    ['github.event.nope', 'github.event.nope does not exist'],
    ['secrets.TOKEN', 'secrets'],
    ["fromJSON('{}').value", 'is null'],
    ['vars.Region ||', 'expression']
  ])('%s is an error: %s', (expression, message) => {
    expect(() => evaluate(expression, contexts)).toThrow(message)
  })
})

describe('readWorkflow', () => {
  it.each([
    [
      'an unknown key',
      "Unexpected value 'stepz'",
      'on: push\njobs:\n  a:\n    runs-on: x\n    stepz: []\n'
    ],
    [
      'an unknown permission',
      "Unexpected value 'tokens'",
      'on: push\npermissions:\n  tokens: write\njobs: {}\n'
    ],
    ['broken YAML', 'Flow sequence', 'on: [push\n']
  ])('refuses %s', (_what, message, content) => {
    expect(() => readWorkflow('bad.yml', content)).toThrow(message)
  })
})

describe('playWorkflow', () => {
  const play = async (content: string): Promise<ActionCall[]> => {
    const calls: ActionCall[] = []
    await playWorkflow(readWorkflow('test.yml', content), {
      action: 'shop/deploy@v1',
      contexts: { github: { run_id: '7' } },
      run: async (call) => {
        calls.push(call)
        return { status: call.inputs.name === 'red' ? 'Failed' : `${call.job}-done` }
      }
    })
    return calls
  }

  it('runs jobs after those they need, and hands results on', async () => {
    const calls = await play(`
      on: push
      env: { PLACE: earth }
      jobs:
        second:
          needs: [first]
          runs-on: ubuntu-latest
          env: { PLACE: moon }
          steps:
            - uses: shop/deploy@v1
              with: { name: "\${{ needs.first.outputs.how }} on \${{ env.PLACE }}", wait: false }
        first:
          runs-on: ubuntu-latest
          outputs: { how: "\${{ steps.go.outputs.status }}" }
          steps:
            - uses: other/action@v1
              with: { name: left alone }
            - run: echo left alone
            - id: go
              uses: shop/deploy@v1
              with: { name: "\${{ env.PLACE }} \${{ github.run_id }}" }
    `)
    expect(calls).toEqual([
      { job: 'first', id: 'go', matrix: {}, inputs: { name: 'earth 7' }, env: { PLACE: 'earth' } },
      {
        job: 'second',
        id: '',
        matrix: {},
        inputs: { name: 'first-done on moon', wait: 'false' },
        env: { PLACE: 'moon' }
      }
    ])
  })

  it('leaves out a job or a step whose condition is false', async () => {
    const calls = await play(`
      on: push
      jobs:
        first:
          runs-on: ubuntu-latest
          outputs: { how: "\${{ steps.go.outputs.status }}" }
          steps:
            - id: go
              uses: shop/deploy@v1
              with: { name: one }
            - if: steps.go.outputs.status == 'first-failed'
              uses: shop/deploy@v1
              with: { name: two }
        second:
          needs: first
          if: needs.first.outputs.how == 'first-done'
          runs-on: ubuntu-latest
          steps: [{ uses: shop/deploy@v1, with: { name: three } }]
        third:
          needs: first
          if: needs.first.outputs.how != 'first-done'
          runs-on: ubuntu-latest
          steps: [{ uses: shop/deploy@v1, with: { name: four } }]
    `)
    expect(calls.map(({ inputs }) => inputs.name)).toEqual(['one', 'three'])
  })

  it('goes on after a failure where a condition says so, and nowhere else', async () => {
    const use = (name: string) => `uses: shop/deploy@v1, with: { name: ${name} }`
    const calls = await play(`
      on: push
      jobs:
        first:
          runs-on: ubuntu-latest
          steps:
            - { if: failure(), ${use('too early')} }
            - { ${use('red')} }
            - { ${use('left out')} }
            - { if: github.run_id == '7', ${use('left out too')} }
            - { if: always(), ${use('always')} }
            - { if: failure() && github.run_id == '7', ${use('afterwards')} }
        second:
          needs: first
          runs-on: ubuntu-latest
          steps: [{ ${use('second')} }]
        third:
          needs: second
          if: "!success()"
          runs-on: ubuntu-latest
          steps: [{ ${use('third')} }]
        fourth:
          needs: first
          if: failure() && needs.first.result == 'failure'
          runs-on: ubuntu-latest
          steps: [{ ${use('fourth')} }]
        fifth:
          runs-on: ubuntu-latest
          steps:
            - { continue-on-error: true, id: go, ${use('red')} }
            - { if: steps.go.outcome == 'failure', ${use('fifth')} }
    `)
    const names = calls.map(({ inputs }) => inputs.name)
    const last = ['third', 'fourth', 'red', 'fifth']
    expect(names).toEqual(['red', 'always', 'afterwards', ...last])
  })

  it('runs a job once for each combination of its matrix', async () => {
    const calls = await play(`
      on: push
      jobs:
        all:
          runs-on: ubuntu-latest
          strategy: { matrix: { region: [a, b] } }
          steps:
            - uses: shop/deploy@v1
              with: { name: "\${{ matrix.region }}" }
    `)
    expect(calls.map(({ inputs }) => inputs.name)).toEqual(['a', 'b'])
  })

  const step = 'steps: [{ uses: shop/deploy@v1, with: { name: x } }]'
  it.each([
    [
      'a condition that is none',
      'neither true nor false',
      `a: { runs-on: x, if: github.run_id, ${step} }`
    ],
    [
      'a result of a job that is not needed',
      'needs.a does not exist',
      `a: { runs-on: x, ${step} }
        b: { runs-on: x, name: b, steps: [{ run: "\${{ needs.a.result }}" }] }`
    ],
    [
      'a circle',
      'jobs need each other',
      `a: { runs-on: x, needs: b, ${step} }
        b: { runs-on: x, needs: a, ${step} }`
    ]
  ])('refuses %s', async (_what, message, jobs) => {
    await expect(
      play(`
      on: push
      jobs:
        ${jobs}
    `)
    ).rejects.toThrow(message)
  })
})
