/**
 * Loops of a list: what each goes over, what its expressions may name and wait for, and what its operations become.
 */
import { describe, expect, it } from 'vitest'
import { LIST_CONTEXT, readList, refuseList } from '../../__fixtures__/lists.ts'
import type { PlannedItem, PlannedLoop, Scope } from '../../src/batch/plan.ts'
import type { JsonValue } from '../../src/http/message.ts'

const PLAN = '- name: plan\n  method: GET\n  url: /plan?api-version=1\n'
const ENVIRONMENT = {
  LIST: '["a", {"name": "b"}]',
  PAGE: '{"value": [], "nextLink": "x"}',
  NUMBERS: '[{"v": 1.50}]',
  TEXT: 'a, b'
}
const CONTEXT = { ...LIST_CONTEXT, environment: ENVIRONMENT }

/** A list with plan, and a loop called site below it, of these lines from line 5 on. */
function withSite(...lines: readonly string[]): string {
  const given = lines.map((line) => line.split(':', 1)[0])
  const usual = ['method: PUT', 'url: /x/${index}?api-version=1', 'body: {}']
  const all = [...lines, ...usual.filter((line) => !given.includes(line.split(':', 1)[0]))]
  return `${PLAN}- name: site\n${all.map((line) => `  ${line}\n`).join('')}`
}

async function readItem(requests: string, name = 'site'): Promise<PlannedItem> {
  const { list } = await readList({ requests }, CONTEXT)
  const item = list.items.find((each) => each.name === name)
  if (item === undefined) throw new Error(`no ${name}`)
  return item
}

async function readLoop(requests: string, name = 'site'): Promise<PlannedLoop> {
  const { loop } = await readItem(requests, name)
  if (loop === undefined) throw new Error(`${name} is no loop`)
  return loop
}

describe('for-each', () => {
  it.each<[string, readonly (readonly [key: string, value: unknown])[]]>([
    ['[]', []],
    [
      '[west, north, west]',
      [
        ['west', 'west'],
        ['north', 'north']
      ]
    ],
    [
      '[1, 1.5, -2, "1.30", "007"]',
      [
        ['1', 1],
        ['1.5', 1.5],
        ['-2', -2],
        ['1.30', '1.30'],
        ['007', '007']
      ]
    ],
    [
      '[true, null]',
      [
        ['0', true],
        ['1', null]
      ]
    ],
    ['[{ name: a, x: 1 }, { x: 1, name: a }]', [['a', { name: 'a', x: 1 }]]],
    ['["$${a}"]', [['${a}', '${a}']]],
    [
      '[!json LIST, !var TEXT]',
      [
        ['0', ['a', { name: 'b' }]],
        ['a, b', 'a, b']
      ]
    ],
    [
      '!json LIST',
      [
        ['a', 'a'],
        ['b', { name: 'b' }]
      ]
    ],
    [
      '${`["a", 2]`}',
      [
        ['a', 'a'],
        ['2', 2]
      ]
    ],
    [
      '"[\'a\', `2`]"',
      [
        ['a', 'a'],
        ['2', 2]
      ]
    ]
  ])('%s is known before anything is sent', async (list, elements) => {
    const loop = await readLoop(withSite(`for-each: ${list}`))
    expect(loop.elements?.map(({ key, value }) => [key, value])).toEqual(elements)
    expect(loop).not.toHaveProperty('list')
    expect(loop).not.toHaveProperty('follows')
  })

  it('takes secrets out of the keys', async () => {
    const context = { ...CONTEXT, hide: (text: string) => text.replaceAll('a, b', '***') }
    const { list } = await readList({ requests: withSite('for-each: [!env TEXT]') }, context)
    expect(list.items[1]?.loop?.elements).toEqual([{ key: '***', value: 'a, b' }])
  })

  it.each<[string, string]>([
    [
      '',
      '12, "site": for-each is empty. Allowed: a list, an expression that gives one, or the name of another loop.'
    ],
    [
      ' ""',
      '13, "site": for-each is empty. Allowed: a list, an expression that gives one, or the name of another loop.'
    ],
    [
      ' ~',
      '13, "site": for-each is empty. Allowed: a list, an expression that gives one, or the name of another loop.'
    ],
    [' 3', '13, "site": for-each gives a number, not a list.'],
    [' true', '13, "site": for-each gives true, not a list.'],
    [' {}', '13, "site": for-each gives an object, not a list (it is empty).'],
    [' { a: 1, b: 2 }', '13, "site": for-each gives an object, not a list (it has: a, b).'],
    [' !json PAGE', '19, "site": for-each gives an object, not a list (it has: value, nextLink).'],
    [' !var TEXT', '18, "site": for-each gives a text, not a list.'],
    [' !merge [{ a: 1 }]', '20, "site": for-each gives an object, not a list (it has: a).'],
    [' "{a: `1`}"', '13, "site": for-each gives an object, not a list (it has: a).'],
    [' [1.30]', '14, "site": 1.30 is a number and would become 1.3: quote it.'],
    [' [{ a: [007] }]', '20, "site": 007 is a number and would become 7: quote it.'],
    [' [1e3]', '14, "site": 1e3 is a number and would become 1000: quote it.'],
    [' [0x10]', '14, "site": 0x10 is a number and would become 16: quote it.'],
    [
      ' [12345678901234567890]',
      '14, "site": 12345678901234567890 is a number and would become 12345678901234567000: quote it.'
    ],
    [
      ' [9007199254740994]',
      '14, "site": 9007199254740994 is a number of more than 15 digits, which is not read exactly: quote it.'
    ],
    [
      ' !json NUMBERS',
      '19 (after "for-each"), "site": 1.50 is a number and would become 1.5: quote it.'
    ],
    [
      ' ["${plan.id}"]',
      '13, "site": for-each holds "${", and a reference stands in url, wait-until-url, cancel-url, headers and body alone.'
    ],
    [
      ' !json ABSENT',
      '19, "site": the environment variable "ABSENT" is not set. Allowed: a variable that the step\'s env gives a value.'
    ],
    [
      ' item.a',
      '13, "site": for-each uses item or index, which are there once it has given the list.'
    ],
    [
      ' plann.value',
      '13, "site": for-each refers to "plann", which is no operation of the list. Did you mean "plan"?'
    ],
    [
      ' \'["a", "b"]\'',
      '13, "site": for-each is a list in quotes, and text is read as JMESPath. Allowed: the list as it is, without quotes around it.'
    ],
    [' ${`[1, [1.30]]`}', '13, "site": 1.30 is a number and would become 1.3: quote it.'],
    [
      ' westeurope',
      '13, "site": for-each refers to "westeurope", which is no operation of the list; a list is written [westeurope].'
    ],
    [
      ' "a ${plan.id}"',
      '13, "site": for-each holds "${": it is a list, one expression, in which names stand as they are, or the name of another loop.'
    ],
    [
      ' ${{ plan.id }}',
      '13, "site": for-each holds "${{", which GitHub fills in, and in a workflow file alone; a reference is written ${name.path}.'
    ],
    [
      ' "@"',
      '13, "site": for-each "@" takes all responses as one; name the operation that is meant.'
    ]
  ])('%s is refused', async (list, message) => {
    const found = await refuseList({ requests: withSite(`for-each:${list}`) }, CONTEXT)
    expect(found).toEqual([`at line 5, column ${message}`])
  })

  it.each(['foreach', 'for_each', 'For-Each', 'each', 'loop', 'with_items'])(
    'is meant by %s',
    async (word) => {
      expect(await refuseList({ requests: withSite(`${word}: [a]`) })).toEqual([
        `at line 5, column 3, "site": "${word}" is no field of an operation; did you mean for-each?`
      ])
    }
  )

  it('gives no more than a step runs', async () => {
    const list = `[${Array.from({ length: 5_001 }, (_, at) => at).join(',')}]`
    expect(await refuseList({ requests: withSite(`for-each: ${list}`) })).toEqual([
      'at line 5, column 13, "site": for-each gives 5,001 elements. Allowed: at most 5,000 operations in one step.'
    ])
    const most = withSite(`for-each: ${list.replace(',5000', '')}`)
    expect(await refuseList({ requests: most })).toEqual([
      'at line 5, column 13, "site": the list has more than 5,000 operations with this one. Allowed: at most 5,000 operations in one step.'
    ])
  })
})

describe('max-parallel', () => {
  it.each([
    ['3', 3],
    ['"03"', 3]
  ])('%s is that of the loop', async (count, most) => {
    expect((await readLoop(withSite('for-each: [a]', `max-parallel: ${count}`))).maxParallel).toBe(
      most
    )
  })

  it.each(['0', '-1', 'two', '1.5', '[1]', ''])('%s is refused', async (count) => {
    const requests = withSite('for-each: [a]', `max-parallel: ${count}`)
    expect(await refuseList({ requests })).toEqual([
      expect.stringMatching(
        /^at line 6, column \d+, "site": max-parallel is a whole number above 0\. Allowed: a number such as 10, or nothing to run all at once\.$/
      )
    ])
  })

  it('is for loops', async () => {
    const requests = withSite('max-parallel: 3', 'url: /x?api-version=1')
    expect(await refuseList({ requests })).toEqual([
      'at line 5, column 3, "site": max-parallel is for a loop, and there is no for-each.'
    ])
  })
})

function nest(depth: number): JsonValue {
  let value: JsonValue = 1
  for (let level = 0; level < depth; level += 1) value = [value]
  return value
}

describe('a list that a response gives', () => {
  it('is refused where an element is nested more deeply than it could be told', async () => {
    const { loop } = await readItem(withSite('for-each: plan.value'))
    expect(loop?.list?.({ plan: { value: [nest(20_000)] } })).toEqual({
      kind: 'fault',
      message: 'for-each gives an element that is nested too deeply. Nothing was sent.'
    })
  })

  it.each<[string, Scope, unknown]>([
    ['plan.value', { plan: { value: ['a', 'a', 1] } }, { kind: 'list', elements: ['a', 'a', 1] }],
    [
      'plan.value[?on].id',
      { plan: { value: [{ on: true, id: 'x' }, {}] } },
      { kind: 'list', elements: ['x'] }
    ],
    ['${plan}', { plan: [] }, { kind: 'list', elements: [] }],
    [
      'plan',
      { plan: { value: [], nextLink: 'x' } },
      'for-each gives an object, not a list (it has: value, nextLink). Nothing was sent.'
    ],
    [
      'plan.value',
      { plan: { value: 'x' } },
      'for-each gives a text, not a list. Nothing was sent.'
    ],
    [
      'plan.valu',
      { plan: {} },
      'for-each: plan.valu is null in the response of plan; plan.valu || `[]` says what else. Nothing was sent.'
    ],
    [
      'plan.value',
      {},
      'for-each: plan.value is null in the response of plan; plan.value || `[]` says what else. Nothing was sent.'
    ],
    [
      'plan.value',
      { plan: { value: [{ a: 9007199254740994 }] } },
      'for-each gives a whole number of more than 15 digits, which is not read exactly. Nothing was sent.'
    ],
    [
      'keys(plan.value)',
      { plan: {} },
      expect.stringMatching(
        /^for-each: keys\(plan\.value\) cannot be evaluated: .*\. Nothing was sent\.$/
      )
    ]
  ])('%s of %j', async (text, scope, reading) => {
    const { needs, reads, loop } = await readItem(withSite(`for-each: ${text}`))
    expect(needs).toEqual(['plan'])
    expect([...reads.keys()]).toEqual(['plan'])
    expect(loop).not.toHaveProperty('elements')
    const expected =
      typeof reading === 'object' && reading !== null && 'kind' in reading
        ? reading
        : { kind: 'fault', message: reading }
    expect(loop?.list?.(scope)).toEqual(expected)
  })
})

/** Three loops, each over the one before it, and one over a response. */
const CHAIN = `${withSite('for-each: [a, b]', "body: { id: '${plan.id}', of: '${item}' }")}
- name: swap
  for-each: site
  method: POST
  url: \${site.id}/swap?api-version=1
- name: check
  for-each: \${ swap }
  if: site.id && plan.id
  method: GET
  url: \${site.id}/\${item}?api-version=1
- name: all
  for-each: site[].id
  method: GET
  url: \${item}?api-version=1
- name: list
  for-each: plan.value
  needs: site
  if: plan.on
  method: GET
  url: /x/\${item.name}?api-version=1
- name: after
  for-each: list
  needs: list
  method: GET
  url: /y/\${item.name}/\${index}?api-version=1
- { name: last, method: GET, url: "\${check[0].id}?api-version=1" }
`

it.each<[string, readonly string[], Partial<PlannedLoop>]>([
  ['site', ['plan'], { followed: [], isJudgedWhole: true, itemReads: 'all' }],
  ['swap', [], { follows: 'site', followed: ['site'], isJudgedWhole: true }],
  ['check', ['plan'], { follows: 'swap', followed: ['swap', 'site'], isJudgedWhole: false }],
  ['all', ['site'], { followed: [] }],
  ['list', ['site', 'plan'], { followed: [], isJudgedWhole: true }],
  ['after', ['list'], { follows: 'list', followed: ['list'], isJudgedWhole: true }]
])('%s needs what it names, but for what it follows', async (name, needs, loop) => {
  const item = await readItem(CHAIN, name)
  expect(item.needs).toEqual(needs)
  expect(item.loop).toMatchObject(loop)
})

it('has the elements of what it follows, where those are known', async () => {
  const { elements } = await readLoop(CHAIN)
  expect(elements).toHaveLength(2)
  for (const name of ['swap', 'check']) {
    expect((await readLoop(CHAIN, name)).elements).toEqual(elements)
  }
  for (const name of ['all', 'list', 'after']) {
    expect(await readLoop(CHAIN, name)).not.toHaveProperty('elements')
  }
  expect((await readItem(CHAIN, 'last')).needs).toEqual(['check'])
})

it.each<[string, readonly string[], string]>([
  ['itself', ['for-each: site'], '"site" needs itself: it could not start.'],
  ['itself by an expression', ['for-each: site[]'], '"site" needs itself: it could not start.'],
  [
    'itself in a reference',
    ['for-each: [a]', "body: { a: '${site[].id}' }"],
    '"site" needs itself: it could not start.'
  ],
  [
    'one that follows it',
    [
      'for-each: swap',
      'method: GET',
      'url: /x?api-version=1',
      '',
      '- name: swap',
      '  for-each: site'
    ],
    '"site" needs "swap", "swap" needs "site": neither could start.'
  ],
  [
    'one that it is needed by',
    [
      'for-each: swap',
      'method: GET',
      'url: /x?api-version=1',
      '',
      '- name: swap',
      '  for-each: [a]',
      '  needs: site'
    ],
    '"site" needs "swap", "swap" needs "site": neither could start.'
  ]
])('refuses a loop over %s', async (_, lines, message) => {
  const text = lines.includes('')
    ? `${PLAN}- name: site\n${lines.map((line) => (line.startsWith('-') || line.startsWith('  ') ? line : `  ${line}`)).join('\n')}\n  method: GET\n  url: /y?api-version=1\n`
    : withSite(...lines)
  expect(await refuseList({ requests: text })).toEqual([`at line 4, column 9: ${message}`])
})

it('refuses a loop over a field of itself', async () => {
  const requests = withSite('for-each: [a]', "body: { a: '${site.id}' }")
  expect(await refuseList({ requests })).toEqual([
    'at line 6, column 15: "site" needs itself: it could not start.'
  ])
})

const HERE = 'which is the list of all its responses here (site[] is each of them)'

it.each([
  ['for-each: [c]', 'body: { a: "${site.id}" }', 'body takes a field of "site"'],
  ['for-each: site.value', 'body: {}', 'for-each takes a field of "site"'],
  ['if: site.tags.a', 'body: {}', 'if takes a field of "site"'],
  ['for-each: site', 'body: { a: "${site.id}" }', undefined],
  [
    'for-each: [c]',
    'body: { a: "${site[].id}", b: "${site[0:1].id}", c: "${length(site)}" }',
    undefined
  ],
  ['if: "site[?a] && site[-1].id"', 'body: { a: "${site[*].id}" }', undefined]
])('finds a field of the list of a loop: %s, %s', async (word, body, problem) => {
  const other = `  - name: other\n    method: PUT\n    url: /y?api-version=1\n    ${word}\n    ${body}`
  const requests = `- name: site\n  for-each: [a, b]\n  method: GET\n  url: /x?api-version=1\n${other.replaceAll(/^ {2}/gm, '')}`
  if (problem === undefined) expect((await readList({ requests })).list.items).toHaveLength(2)
  else
    expect(await refuseList({ requests })).toEqual([
      expect.stringContaining(`"other": ${problem}, ${HERE}; with for-each: site,`)
    ])
})

it.each([
  ['when: x', '"site": "when" is no field of an operation; did you mean if?'],
  ['depends_on: plan', '"site": "depends_on" is no field of an operation; did you mean needs?'],
  ['for-each: west, north', '"site": for-each is no expression; a list is written [west, north].'],
  [
    'for-each: PLAN',
    '"site": for-each refers to "PLAN", which is no operation of the list. Did you mean "plan"?'
  ],
  [
    'needs: plan, site',
    'needs "plan, site", which is no operation of the list; several names are written [plan, site].'
  ],
  [
    'needs: plan[a]',
    'needs "plan[a]", which is no operation of the list; the name of a loop stands for all its operations.'
  ],
  [
    'url: /x/{{ item }}?api-version=1',
    'Allowed: {subscriptionId}, {guid:text}, and references, ${item} or ${name.path}.'
  ],
  [
    "url: ${plan.id || '/subscriptions/{subscriptionId}'}",
    '"site": url holds {subscriptionId} inside of ${…}, where it is not filled in; it stands outside of that, before or behind it.'
  ],
  ['body: { a: {{ item }} }', 'a name is one piece of text, and {{ }} fills nothing in.']
])('says what is meant by the habits of others: %s', async (line, problem) => {
  expect((await refuseList({ requests: withSite(line) })).join('\n')).toContain(problem)
})

it.each([
  ['if: item.a', 'at line 6, column 7'],
  ['url: /x/${index}?api-version=1', 'at line 6, column 11']
])('knows no element outside loops: %s', async (line, place) => {
  const name = line.includes('index') ? 'index' : 'item'
  const lines = [line, ...(line.startsWith('url') ? [] : ['url: /x?api-version=1'])]
  const found = await refuseList({ requests: withSite('needs: plan', ...lines) })
  expect(found).toEqual([`${place}: "site" uses \${${name}} without for-each.`])
})

describe('an operation of a loop', () => {
  const requests = withSite(
    'for-each: [{ name: a b, on: true }, { name: c }]',
    "if: item.on && plan.id == 'p'",
    'url: /x/${item.name}/${index}?api-version=1',
    "headers: { x-a: '${item.name}' }",
    "body: { item: '${item}', place: 'n${index}', plan: '${plan.id}', more: '${item.tier || plan.id}' }"
  )
  const scope = (index: number, item: Scope[string]): Scope => ({ plan: { id: 'p' }, item, index })

  it('is filled in with its element', async () => {
    const { prepare } = await readItem(requests)
    expect(await prepare(scope(1, { name: 'a b' }))).toMatchObject({
      kind: 'ready',
      spec: {
        headers: { 'x-a': 'a b' },
        start: {
          request: { url: 'https://management.azure.com/x/a%20b/1?api-version=1' },
          body: '{"item":{"name":"a b"},"place":"n1","plan":"p","more":"p"}'
        }
      }
    })
  })

  it.each([
    [0, { on: true }, 'true'],
    [1, {}, 'false']
  ])('is judged by its element: %i', async (index, item, kind) => {
    expect((await readItem(requests)).judge(scope(index, item))).toEqual({ kind })
  })

  it('is refused where its element lacks what it names', async () => {
    const { prepare } = await readItem(requests)
    expect(await prepare(scope(0, { nam: 'a' }))).toEqual({
      kind: 'fault',
      message: "${item.name} is null in item; ${item.name || 'x'} says what else. Nothing was sent."
    })
  })

  it.each(['plan.value', '${ plan.value }'])(
    'is shown with what gives its list: %s',
    async (list) => {
      const { shown } = await readItem(withSite(`for-each: ${list}`))
      expect(shown).toEqual({
        method: 'PUT',
        url: '/x/${index}?api-version=1',
        forEach: 'plan.value'
      })
    }
  )

  it('is shown with its references in place', async () => {
    expect((await readItem(requests)).shown).toEqual({
      method: 'PUT',
      url: '/x/${item.name}/${index}?api-version=1',
      condition: "item.on && plan.id == 'p'"
    })
  })
})
