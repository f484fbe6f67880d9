/**
 * A loop whose list is known before anything is sent: every operation is checked with its element, what is wrong with
 * several is told once, and what its tags bring in is its own.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type GivenTexts, LIST_CONTEXT, readList, refuseList } from '../../__fixtures__/lists.ts'
import type { PlannedItem } from '../../src/batch/plan.ts'

const ORIGIN = 'https://management.azure.com'
const FILES: Readonly<Record<string, string>> = {
  'rules/a.json': '{"rule": "a ${item}"}',
  'rules/b.yml': 'rule: b\n',
  'bodies/a.json': '{"from": "file a"}',
  'bodies/b.json': '{"from": "file b"}',
  'note-0.txt': 'first',
  'note-1.txt': 'second'
}

let folder = ''
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'list-elements-'))
  for (const [name, text] of Object.entries({ ...FILES, '../outside.json': '{}' })) {
    if (name.startsWith('..')) continue
    mkdirSync(join(folder, 'work', name, '..'), { recursive: true })
    writeFileSync(join(folder, 'work', name), text)
  }
  writeFileSync(join(folder, 'outside.json'), '{"secret": true}')
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const context = () => ({
  ...LIST_CONTEXT,
  workspace: join(folder, 'work'),
  tempFolder: join(folder, 'temp'),
  environment: { X_0: '{"x": 0}', X_1: '[1]', VALUE_A: 'va', VALUE_B: 'vb' }
})

/** A list with plan, and a loop called site below it, of these lines from line 5 on. */
function withSite(...lines: readonly string[]): string {
  const given = lines.map((line) => line.split(':', 1)[0])
  const usual = ['for-each: [a, b]', 'method: PUT', 'url: /x/${index}?api-version=1', 'body: {}']
  const all = [...lines, ...usual.filter((line) => !given.includes(line.split(':', 1)[0]))]
  const plan = '- name: plan\n  method: GET\n  url: /plan?api-version=1\n'
  return `${plan}- name: site\n${all.map((line) => `  ${line}\n`).join('')}`
}

const refuse = (...lines: readonly string[]) =>
  refuseList({ requests: withSite(...lines) }, context())

async function readSite(lines: readonly string[], given: GivenTexts = {}): Promise<PlannedItem> {
  const { list } = await readList({ requests: withSite(...lines), ...given }, context())
  const site = list.items[1]
  if (site === undefined) throw new Error('no site')
  return site
}

describe('what is wrong with an operation of a loop', () => {
  it.each<[string, readonly string[], readonly string[]]>([
    [
      'that one alone has',
      ["for-each: [a, '..', b]", 'url: /x/${item}?api-version=1'],
      [
        'at line 6, column 8, "site[..]": url "https://management.azure.com/x/..?…" holds a "." or ".." segment; write the path in full.'
      ]
    ],
    [
      'that several have',
      ["for-each: [a, '..', '.', '']", 'url: /x/${item}?api-version=1'],
      [
        'at line 6, column 8, "site[..]": url "https://management.azure.com/x/..?…" holds a "." or ".." segment; write the path in full (and 1 more).',
        'at line 6, column 8, "site[3]": url "https://management.azure.com/x/?…" has an empty segment after "x"; was an expression in it empty?'
      ]
    ],
    [
      'that all have',
      ['for-each: [a, b]', 'timeout: x', 'url: /x//y?api-version=1'],
      [
        expect.stringMatching(/^at line 6, column 12, "site": timeout "x" is not a duration/),
        'at line 7, column 8, "site": url "https://management.azure.com/x//y?…" has an empty segment after "x"; was an expression in it empty?'
      ]
    ],
    [
      'beside what all have',
      ["for-each: [a, '..']", 'timeout: x', 'url: /x/${item}?api-version=1'],
      [
        expect.stringMatching(/^at line 6, column 12, "site": timeout "x" is not a duration/),
        'at line 7, column 8, "site[..]": url "https://management.azure.com/x/..?…" holds a "." or ".." segment; write the path in full.'
      ]
    ],
    [
      'that lacks what it names',
      [
        'for-each: [{ name: a, url: /a }, { name: b }, { name: c }]',
        'url: /x/${item.url}?api-version=1',
        "headers: { x-a: '${item.tier}' }",
        "body: { a: '${item.id}', b: '${item.id} ${plan.id}' }"
      ],
      [
        'at line 6, column 8, "site[b]": ${item.url} is null in item; ${item.url || \'x\'} says what else (and 1 more).',
        'at line 7, column 12, "site[a]": ${item.tier} is null in item; ${item.tier || \'x\'} says what else (and 2 more).',
        'at line 8, column 9, "site[a]": ${item.id} is null in item; ${item.id || \'x\'} says what else (and 2 more).'
      ]
    ],
    [
      'of another kind than it takes',
      ['for-each: [{ name: a }]', 'url: /x/${item}?api-version=1', "body: '${item.name}'"],
      [
        'at line 6, column 8, "site[a]": ${item} is an object, and has to be text, a number, true or false here; to_string() makes text of it.',
        'at line 7, column 9, "site[a]": ${item.name} is all of the body, and has to be an object or a list.'
      ]
    ],
    [
      'elsewhere',
      ['for-each: [https://example.com/a?api-version=1]', 'url: ${item}'],
      [
        expect.stringContaining(
          '"site[https://example.com/a?api-version=1]": url "https://example.com/a?…" is not on the resource manager endpoint'
        )
      ]
    ],
    [
      'in a header',
      ['for-each: [ä]', "headers: { x-a: '${item}' }"],
      [expect.stringMatching(/^at line 6, column 12, "site\[ä\]": headers "x-a" has a value with/)]
    ],
    [
      'of a follower',
      [
        "for-each: [a, '..']",
        '',
        '- name: swap',
        '  for-each: site',
        '  method: GET',
        '  url: /y/${item}?api-version=1'
      ],
      [
        'at line 12, column 8, "swap[..]": url "https://management.azure.com/y/..?…" holds a "." or ".." segment; write the path in full.'
      ]
    ]
  ])('is told: %s', async (_, lines, messages) => {
    const at = lines.indexOf('')
    const text =
      at < 0
        ? withSite(...lines)
        : `${withSite(...lines.slice(0, at), 'method: PUT', 'url: /x/${index}?api-version=1', 'body: {}')}${lines.slice(at + 1).join('\n')}\n`
    expect(await refuseList({ requests: text }, context())).toEqual(messages)
  })

  it('is found of an empty list, too', async () => {
    expect(await refuse('for-each: []', 'timeout: x')).toHaveLength(1)
  })

  it('is nothing that a response will say', async () => {
    const lines = [
      "url: '${plan.id}/x/${item}?api-version=1'",
      "body: { a: 'x ${plan.a} ${item}' }"
    ]
    expect(await refuse(...lines)).toEqual([])
    expect(
      await refuse('for-each: plan.value', 'url: ${item.id}', 'body: ${item}', 'api-version: "1"')
    ).toEqual([])
  })
})

it('warns of what several have once', async () => {
  const requests = withSite('for-each: [a, b, c]', 'body:')
  const { warnings } = await readList({ requests }, context())
  expect(warnings).toEqual([
    'site: Input body: is empty, and few resources take a PUT without a body.'
  ])
})

it('warns of no body where each has one, or would', async () => {
  for (const list of ['[]', '[a, b]']) {
    const requests = withSite(`for-each: ${list}`, 'body-file: bodies/${item}.json', 'body:')
    expect((await readList({ requests }, context())).warnings).toEqual([])
  }
})

describe('an argument of a tag', () => {
  it.each<[string, readonly string[], readonly (string | object)[]]>([
    [
      'names a file',
      ['for-each: [a.json, b.yml]', 'body: { r: !file "rules/${item}" }'],
      ['{"r":{"rule": "a ${item}"}}', '{"r":{"rule":"b"}}']
    ],
    [
      'names a variable by its place',
      ['body: { r: !json "X_${index}" }'],
      ['{"r":{"x": 0}}', '{"r":[1]}']
    ],
    [
      'names what it makes of a part',
      [
        'for-each: [{ n: A }, { n: B }]',
        "body: { v: !var 'VALUE_${item.n}', i: '${item.n}', p: '${plan.id}' }"
      ],
      ['{"v":"va","i":"A","p":"p"}', '{"v":"vb","i":"B","p":"p"}']
    ],
    [
      'names a text in a body that is one',
      ['body: |', '  note: !text note-${index}.txt', '  of: ${item}'],
      ['{"note":"first","of":"a"}', '{"note":"second","of":"b"}']
    ],
    [
      'is all of a body',
      ['body: !file "bodies/${item}.json"'],
      ['{"from": "file a"}', '{"from": "file b"}']
    ],
    [
      'stands in !merge',
      ['body: !merge [!file "bodies/${item}.json", { x: "${item}" }]'],
      ['{"from":"file a","x":"a"}', '{"from":"file b","x":"b"}']
    ],
    [
      'makes a GUID',
      ['body: { id: !guid "${item}" }'],
      [
        expect.stringMatching(/^\{"id":"[\da-f-]{36}"\}$/),
        expect.stringMatching(/^\{"id":"[\da-f-]{36}"\}$/)
      ]
    ],
    [
      'is literal',
      ['for-each: [a]', 'body: { v: !guid "$${item}" }'],
      [expect.stringMatching(/^\{"v":"/)]
    ],
    [
      'is the path of a body',
      ['body-file: bodies/${item}.json', 'method: PUT'],
      ['{"from": "file a"}', '{"from": "file b"}']
    ]
  ])('%s', async (_, lines, bodies) => {
    const own = lines.some((line) => line.startsWith('body-file')) ? [...lines, 'body:'] : lines
    const { prepare, loop } = await readSite(own)
    const elements = loop?.elements ?? []
    expect(elements).toHaveLength(bodies.length)
    for (const [index, { value }] of elements.entries()) {
      const prepared = await prepare({ plan: { id: 'p' }, item: value, index })
      expect(prepared).toMatchObject({ kind: 'ready', spec: { start: { body: bodies[index] } } })
    }
  })

  it.each<[readonly string[], readonly string[]]>([
    [
      ['for-each: [../../outside.json, a.json]', 'body: { r: !file "rules/${item}" }'],
      [
        'at line 6, column 20, "site[../../outside.json]": !file "rules/../../outside.json" is outside the folders of the job. Allowed: a file in the workspace or the runner\'s temporary folder.'
      ]
    ],
    [
      ['for-each: [/etc/passwd]', 'body: { r: !text "${item}" }'],
      [
        expect.stringContaining(
          '"site[passwd]": !text "/etc/passwd" is outside the folders of the job'
        )
      ]
    ],
    [
      ['for-each: [../../outside.json]', 'body-file: rules/${item}', 'body:'],
      [
        expect.stringContaining(
          '"site[../../outside.json]": body-file "rules/../../outside.json" is outside the folders'
        )
      ]
    ],
    [
      ['for-each: [ACTIONS_TOKEN]', 'body: { r: !env "${item}" }'],
      [expect.stringContaining('"site[ACTIONS_TOKEN]": !env "ACTIONS_TOKEN" is refused')]
    ],
    [
      ['body: { r: !file "rules/${item}.json" }'],
      [expect.stringContaining('"site[b]": !file "rules/b.json" does not exist')]
    ],
    [
      ['for-each: [{ n: 1 }, { n: true }]', 'body: { r: !guid "${item.n} ${item.m || item}" }'],
      [
        'at line 6, column 20, "site[0]": ${item.m || item} is an object, and has to be text or a number here.',
        'at line 6, column 20, "site[1]": ${item.n} is true, and has to be text or a number here.'
      ]
    ],
    [
      ['body: { r: !file "rules/${plan.id}" }'],
      [
        'at line 5, column 20, "site": the argument of !file refers to "plan", and it is read before anything is sent: only item and index may stand there, of a list that is known by then.'
      ]
    ],
    [
      ['for-each: plan.value', 'body: { r: !file "rules/${item}" }'],
      [
        'at line 6, column 20, "site": the argument of !file names the element, which a response gives, and it is read before anything is sent: only item and index may stand there, of a list that is known by then.'
      ]
    ],
    [
      ['for-each: plan.value', 'body-file: rules/${item}', 'body:'],
      [
        'at line 6, column 14, "site": body-file names the element, which a response gives, and it is read before anything is sent: only item and index may stand there, of a list that is known by then.'
      ]
    ],
    [
      ['body: { r: !file "rules/${itm}" }'],
      [
        'at line 5, column 20, "site": the argument of !file refers to "itm", which is no operation of the list. Did you mean "item"?'
      ]
    ],
    [
      ['body: { r: !file "rules/${item" }'],
      [
        'at line 5, column 20, "site": ${ in an argument has no } at its end; a literal ${ is written $${.'
      ]
    ],
    [
      ['headers: { x-a: !var "VALUE_${item}" }'],
      ['at line 5, column 24, "site": no reference can stand in the argument of !var.']
    ]
  ])('is refused: %j', async (lines, messages) => {
    expect(await refuse(...lines)).toEqual(messages)
  })

  it('is not cut where it holds a secret', async () => {
    const secret = 's'.repeat(100)
    const hiding = {
      ...context(),
      environment: { S: secret },
      hide: (text: string) => text.replaceAll(secret, '***')
    }
    const requests = withSite('for-each: [!env S]', 'body: { a: !file "${item}" }')
    expect(await refuseList({ requests }, hiding)).toEqual([
      'at line 6, column 20, "site[***]": a long argument of a tag cannot hold a secret, since messages name it.'
    ])
  })

  it('names no element outside loops', async () => {
    const requests = withSite(
      'needs: plan',
      'body: { r: !guid "${item}" }',
      'url: /x?api-version=1'
    ).replace(/ +for-each.*\n/, '')
    expect(await refuseList({ requests }, context())).toEqual([
      expect.stringMatching(
        /^at line 6, column 20, "site": the argument of !guid uses \$\{item\} without for-each\.$/
      )
    ])
  })
})

describe('a dry run', () => {
  const lines = [
    'for-each: [{ name: a b, id: /a }, { name: c, id: /c }]',
    "url: '/subscriptions/{subscriptionId}/${item.name}/${plan.id}'",
    "body: { i: '${item}', p: '${plan.id}', b: 'x ${item.name} ${plan.id}', l: '$${x}' }"
  ]
  const given = { 'dry-run': 'true', 'api-version': '2' }

  it('shows each operation with its element, and references to responses in place', async () => {
    const requests = withSite(...lines).replace('/plan?api-version=1', '/plan')
    const { list } = await readList({ requests, ...given }, context())
    const { loop, shown } = list.items[1] ?? {}
    const url = (name: string) =>
      `/subscriptions/00000000-1111-2222-3333-444444444444/${name}/\${plan.id}?api-version=2`
    expect(shown).toEqual({
      method: 'PUT',
      url: url('${item.name}'),
      body: '{"i":"${item}","p":"${plan.id}","b":"x ${item.name} ${plan.id}","l":"${x}"}'
    })
    expect(loop?.show?.(0)).toEqual({
      method: 'PUT',
      url: url('a%20b'),
      body: '{"i":{"name":"a b","id":"/a"},"p":"${plan.id}","b":"x a b ${plan.id}","l":"${x}"}'
    })
    expect(loop?.show?.(1)?.url).toBe(url('c'))
  })

  it('shows what would be sent where no response is needed', async () => {
    const site = await readSite(
      ['for-each: [a, b]', 'url: /x/${item}?api-version=1', 'body: !file "bodies/${item}.json"'],
      { 'dry-run': 'true' }
    )
    expect(site.loop?.show?.(1)).toEqual({
      method: 'PUT',
      url: `${ORIGIN}/x/b?api-version=1`,
      body: '{"from": "file b"}'
    })
  })

  it('shows an element that is no whole text', async () => {
    const lines = ['for-each: ["\\ud800"]', "url: '/x/${item}/${plan.id}?api-version=1'"]
    const site = await readSite(lines, { 'dry-run': 'true' })
    expect(site.loop?.show?.(0).url).toBe('/x/%EF%BF%BD/${plan.id}?api-version=1')
  })

  it('alone keeps what it shows', async () => {
    expect((await readSite(['for-each: [a]'])).loop).not.toHaveProperty('show')
  })
})
