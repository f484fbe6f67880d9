/**
 * The step around a list of operations: where the list comes from, what may stand beside it, and what becomes of it.
 */
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type GivenTexts, LIST_CONTEXT, readList, refuseList } from '../../__fixtures__/lists.ts'
import { MAX_OPERATIONS } from '../../src/batch/plan.ts'
import type { InputContext } from '../../src/inputs/reader.ts'

const ONE = '- { name: a, method: GET, url: "/x?api-version=1" }'
const TWO = `${ONE}\n- { name: b, method: GET, url: "/y?api-version=1", needs: a }`

let root = ''
let context: InputContext = LIST_CONTEXT

beforeAll(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), 'list-step-test-')))
  context = { ...LIST_CONTEXT, workspace: join(root, 'w'), tempFolder: join(root, 't') }
  mkdirSync(context.workspace)
  mkdirSync(context.tempFolder)
  const files = {
    'ops.yaml': TWO,
    'ops.json': '[\n  // why\n  {"name": "a", "method": "GET", "url": "/x?api-version=1",},\n]',
    'flow.json': ONE.slice(1),
    'wrong.yaml': '- name: a\n  method: GETT\n  url: /x?api-version=1\n',
    'broken.yaml': '- name: [\n',
    'big.json': JSON.stringify({ big: 'x'.repeat(200_000) }),
    'body.json': '{"from": "${a.file}"}'
  }
  for (const [name, text] of Object.entries(files)) {
    writeFileSync(join(context.workspace, name), text)
  }
})

afterAll(() => rmSync(root, { recursive: true, force: true }))

function exposeGarbageCollector(): () => void {
  setFlagsFromString('--expose-gc')
  const collect: unknown = runInNewContext('gc')
  return () => {
    if (typeof collect === 'function') collect()
  }
}

describe('a list', () => {
  it('is read with what belongs to the step', async () => {
    const step = await readList(
      {
        requests: TWO,
        'max-parallel': '3',
        'fail-fast': 'FALSE',
        'dry-run': 'true',
        summary: 'false',
        wait: 'false',
        timeout: '5m',
        outputs: 'x: b.id\ny: ${ a.b || b.c }',
        'masked-outputs': 'x'
      },
      context
    )
    expect(step).toMatchObject({
      kind: 'list',
      dryRun: true,
      summary: false,
      warnings: [],
      diagnostics: [],
      list: {
        rules: { maxParallel: 3, failFast: false },
        timeoutMs: 300_000,
        wait: false,
        outputReads: new Map([
          [
            'b',
            new Map([
              ['id', 'all'],
              ['c', 'all']
            ])
          ],
          ['a', new Map([['b', 'all']])]
        ]),
        results: { maskedOutputs: ['x'], responseFile: join(root, 't', 'arm-operation-id.json') }
      }
    })
    expect(step.list.outputs.map(({ name, expression }) => [name, expression.text])).toEqual([
      ['x', 'b.id'],
      ['y', 'a.b || b.c']
    ])
    expect(step.list.items.map(({ name, needs }) => [name, needs])).toEqual([
      ['a', []],
      ['b', ['a']]
    ])
  })

  it('runs all at once, stops at the first failure and waits unless the step says otherwise', async () => {
    const { list } = await readList({ requests: TWO })
    expect(list).toMatchObject({
      rules: { maxParallel: MAX_OPERATIONS, failFast: true },
      timeoutMs: 3_600_000,
      wait: true
    })
  })

  it.each<[string, GivenTexts, readonly string[]]>([
    ['YAML from a file', { 'requests-file': 'ops.yaml' }, ['a', 'b']],
    ['JSON from a file', { 'requests-file': 'ops.json' }, ['a']],
    ['JSON', { requests: '[{"name": "a", "method": "GET", "url": "/x?api-version=1"}]' }, ['a']],
    ['YAML in brackets', { requests: `[ ${ONE.slice(2)} ]` }, ['a']],
    [
      'YAML with aliases',
      {
        requests: `- &a${ONE.slice(1)}\n- ${ONE.slice(2).replace('name: a', 'name: b, headers: &h {x-a: "1"}')}\n- ${ONE.slice(2).replace('name: a', 'name: c, headers: *h')}`
      },
      ['a', 'b', 'c']
    ]
  ])('is %s', async (_, given, names) => {
    const { list } = await readList(given, context)
    expect(list.items.map(({ name }) => name)).toEqual(names)
  })

  it.each<[string, GivenTexts, readonly string[]]>([
    [
      'with another list',
      { requests: ONE, 'requests-file': 'ops.yaml' },
      ['Input requests-file: "ops.yaml" is given together with requests. Allowed: one of the two.']
    ],
    [
      'with a request of the step',
      { requests: ONE, url: '/x', body: '{}', 'body-file': 'x', resume: 'armop3.x.y' },
      [
        'Input url: is given together with requests, where each operation has its own.',
        'Input body: is given together with requests, where each operation has its own.',
        'Input body-file: is given together with requests, where each operation has its own.',
        'Input resume: is the handle of one operation, and requests is given, too. Allowed: the output operation of an earlier step with the same list; a handle stands alone.'
      ]
    ],
    [
      'with a wrong number',
      { requests: ONE, 'max-parallel': '1.5', 'fail-fast': 'maybe' },
      [
        'Input max-parallel: "1.5" is not a whole number above 0. Allowed: a number such as 10, or nothing to run all at once that can.',
        'Input fail-fast: "maybe" is not one of the allowed values. Allowed: true, false.'
      ]
    ],
    [
      'without a file',
      { 'requests-file': 'gone.yaml' },
      [
        `Input requests-file: "gone.yaml" does not exist; was the repository checked out? Allowed: a file in the workspace or the runner's temporary folder.`
      ]
    ],
    [
      'with a file of another folder',
      { 'requests-file': '../x.yaml' },
      [
        `Input requests-file: "../x.yaml" is outside the folders of the job. Allowed: a file in the workspace or the runner's temporary folder.`
      ]
    ],
    [
      'with a fault in a file',
      { 'requests-file': 'wrong.yaml' },
      [
        'Input requests-file: in "wrong.yaml" at line 2, column 11, "a": method "GETT" is not one of the allowed values. Allowed: GET, HEAD, PUT, PATCH, POST, DELETE.'
      ]
    ],
    [
      'that is YAML in a file of JSON',
      { 'requests-file': 'flow.json' },
      [
        'Input requests-file: "flow.json" is not valid JSON at line 1, column 4: this is not a JSON value.'
      ]
    ],
    [
      'that is no YAML',
      { 'requests-file': 'broken.yaml' },
      [
        'Input requests-file: in "broken.yaml" at line 2, column 1 (after "name"): the indentation does not fit the lines before, or a bracket there has no end.'
      ]
    ],
    [
      'that is broken JSON, which YAML would take',
      { requests: '[{"name": "a", "method": "GET", "url": /x?api-version=1}]' },
      ['is not valid JSON at line 1, column 40 (after "url"): this is not a JSON value.']
    ],
    [
      'that is empty',
      { requests: '[]' },
      [
        'is an empty list, with nothing to send. Allowed: a list, in which each operation begins with "- name:".'
      ]
    ],
    [
      'that is a comment',
      { requests: '# none' },
      ['holds no value. Allowed: a list of operations.']
    ],
    [
      'that is one operation',
      { requests: 'name: a\nmethod: GET' },
      [
        'is not a list of operations. Allowed: a list, in which each operation begins with "- name:".'
      ]
    ],
    [
      'that is a file',
      { requests: '!file ops.yaml' },
      [
        'is not a list of operations. Allowed: a list, in which each operation begins with "- name:".'
      ]
    ],
    [
      'that is too long',
      { requests: '- x\n'.repeat(5001) },
      ['has 5,001 operations. Allowed: at most 5,000 in one step.']
    ],
    [
      'with wrong inputs of the step, each told once',
      {
        requests: `${TWO}\n- x`,
        'poll-interval': 'x',
        timeout: 'y',
        'cancel-url': '/a//b',
        headers: 'no colon',
        'fail-if': 'a ==',
        'on-cancel': 'stop',
        'api-version': '1 2',
        environment: 'AzureFoo',
        outputs: 'id: a.id\nx: a.b =='
      },
      [
        expect.stringMatching(/^Input environment: /),
        expect.stringMatching(/^Input api-version: /),
        expect.stringMatching(/^Input headers: /),
        expect.stringMatching(/^Input poll-interval: /),
        expect.stringMatching(/^Input timeout: /),
        expect.stringMatching(/^Input fail-if: /),
        expect.stringMatching(/^Input cancel-url: /),
        expect.stringMatching(/^Input on-cancel: /),
        expect.stringMatching(/^Input outputs: /),
        'at line 3, column 3: an operation is a mapping, with its name, method and url.'
      ]
    ],
    [
      'without the subscription that it asks for, told once',
      {
        requests: `${ONE.replace('/x', '/{subscriptionId}/x')}\n${ONE.replace('/x', '/{subscriptionId}/x')}`,
        'subscription-id': ''
      },
      [
        expect.stringMatching(/^Input subscription-id: is missing, and the url asks for it/),
        'at line 2, column 11: the name "a" is taken (line 1).'
      ]
    ],
    [
      'with outputs of no operation',
      { requests: TWO, outputs: 'x: aaa.id\ny: a\nz: b.c && @\nw: ten\nv: $' },
      [
        'Input outputs: x refers to "aaa", which is no operation of the list.',
        'Input outputs: z "b.c && @" takes all responses as one; name the operation that is meant.',
        'Input outputs: w refers to "ten", which is no operation of the list.',
        'Input outputs: v "$" takes all responses as one; name the operation that is meant.'
      ]
    ]
  ])('is refused %s', async (_, given, messages) => {
    const found = await refuseList(given, context)
    expect(found).toEqual(expect.arrayContaining([...messages]))
    expect(found).toHaveLength(messages.length)
  })

  it('has at most fifty faults told, and the number of the others', async () => {
    const found = await refuseList({ requests: '- x\n'.repeat(62) })
    expect(found).toHaveLength(51)
    expect(found.at(-1)).toBe('has 12 more faults, not listed here.')
  })

  it('tells each warning once, with the first operation and the number of the others', async () => {
    const put = (name: string) => `- { name: ${name}, method: PUT, url: "/x?api-version=1" }\n`
    const { warnings } = await readList({ requests: ['a', 'b', 'c'].map(put).join('') })
    expect(warnings).toEqual([
      'a: Input body: is empty, and few resources take a PUT without a body. (and 2 more operations)'
    ])
  })

  it('keeps a file that many bodies include once', async () => {
    const items = Array.from(
      { length: 200 },
      (_, index) =>
        `- { name: a${index}, method: PUT, url: "/x?api-version=1", body: { n: ${index}, file: !file big.json } }\n`
    )
    const collect = exposeGarbageCollector()
    collect()
    const before = process.memoryUsage().heapUsed
    const { list } = await readList({ requests: items.join('') }, context)
    collect()
    // 200 copies are 40 MB.
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(8_000_000)
    const prepared = await list.items[199]?.prepare({})
    expect(prepared).toMatchObject({ kind: 'ready' })
  })

  it.each<[GivenTexts, string]>([
    [{ 'max-parallel': '2', 'fail-fast': 'true' }, 'Input max-parallel: '],
    [{ 'fail-fast': 'false' }, 'Input fail-fast: ']
  ])('is missing beside %j', async (given, start) => {
    const problem = 'is for a list of operations, and requests and requests-file are empty.'
    await expect(readList(given)).rejects.toThrow(start + problem)
  })

  it('is read in a time that grows with its length and no faster', { retry: 2 }, async () => {
    const make = (count: number) =>
      Array.from(
        { length: count },
        (_, index) =>
          `- { name: a${index}, method: GET, url: "/x/\${a${Math.max(0, index - 1)}.id}?api-version=1", needs: [] }\n`
      ).join('')
    const time = async (count: number) => {
      const start = process.cpuUsage()
      await refuseList({ requests: make(count) })
      const { user, system } = process.cpuUsage(start)
      return user + system
    }
    await time(100)
    const [short, long] = [await time(200), await time(1600)]
    expect(long / short).toBeLessThan(24)
  })
})
