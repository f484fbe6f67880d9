/**
 * An operation of a list, ready to start: the same spec as for one request, what its references become, and what is
 * told when they cannot be filled in.
 */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  type GivenTexts,
  LIST_CONTEXT,
  readList,
  refuseList,
  SUBSCRIPTION
} from '../../__fixtures__/lists.ts'
import type { Prepared, Scope } from '../../src/batch/plan.ts'
import { readStep } from '../../src/inputs/step.ts'

const ORIGIN = 'https://management.azure.com'
const PLAN = '- { name: plan, method: GET, url: "/plan?api-version=1" }\n'

const SCOPE: Scope = {
  plan: {
    id: '/subscriptions/s/resourceGroups/g/providers/Microsoft.Web/serverfarms/p',
    name: 'a b/ü',
    next: `${ORIGIN}/next?api-version=7&x=1`,
    elsewhere: 'https://example.com/x?api-version=1',
    count: 3,
    on: false,
    list: [1, 'two'],
    tags: { a: 'b' },
    none: null,
    empty: '',
    lines: 'a\r\nx-b: c',
    dots: '..',
    word: 'true'
  }
}

/** The second operation of a list, of these lines; what it lacks comes behind them. */
async function prepare(lines: readonly string[], given: GivenTexts = {}): Promise<Prepared> {
  const item = ['name: site', ...lines]
  const names = lines.map((line) => line.split(':', 1)[0])
  const usual = ['method: PUT', 'url: /x?api-version=1'].filter(
    (line) => !names.includes(line.split(':', 1)[0])
  )
  const text = [...item, ...usual].map((line) => `  ${line}`).join('\n')
  const { list } = await readList({ requests: `${PLAN}- ${text.trim()}\n`, ...given })
  const site = list.items[1]
  if (site === undefined) throw new Error('no second operation')
  return site.prepare(SCOPE)
}

/** What is sent: URL, body, headers. */
async function prepareRequest(lines: readonly string[], given: GivenTexts = {}) {
  const prepared = await prepare(lines, given)
  if (prepared.kind !== 'ready') throw new Error(prepared.message)
  const { start, headers } = prepared.spec
  if (start.kind !== 'request') throw new Error('a resume')
  return { url: start.request.url.replace(ORIGIN, ''), body: start.body, headers }
}

describe('an operation of a list and the same step alone', () => {
  it.each<[string, GivenTexts, readonly string[]]>([
    [
      'every field',
      {
        method: 'post',
        url: '/subscriptions/{subscriptionId}/resourceGroups/g/providers/X.Y/z/a/act',
        'api-version': '2024-01-01',
        headers: 'x-a: 1\nx-b: two',
        body: '{"a": 1.50, "b": ["x"]}\n',
        timeout: '5m',
        'poll-interval': '3s',
        'max-poll-interval': '10s',
        'final-state-via': 'location',
        'success-states': 'Ready\nDone',
        'failure-states': 'Broken',
        'accept-status': '404\nGone',
        'retry-on': '409\nBusy',
        'wait-until': "properties.state == 'Ready'",
        'wait-until-url': '/subscriptions/{subscriptionId}/x/{name}',
        'fail-if': 'error',
        'on-timeout': 'cancel',
        'on-cancel': 'cancel',
        'cancel-url': '/subscriptions/{subscriptionId}/x/cancel'
      },
      [
        'method: post',
        'url: /subscriptions/{subscriptionId}/resourceGroups/g/providers/X.Y/z/a/act',
        'api-version: "2024-01-01"',
        'headers: { x-a: 1, x-b: two }',
        'body: |',
        '  {"a": 1.50, "b": ["x"]}',
        'timeout: 5m',
        'poll-interval: 3s',
        'max-poll-interval: 10s',
        'final-state-via: location',
        'success-states: [Ready, Done]',
        'failure-states: Broken',
        'accept-status: [404, Gone]',
        'retry-on: |',
        '  409',
        '  Busy',
        "wait-until: properties.state == 'Ready'",
        'wait-until-url: /subscriptions/{subscriptionId}/x/{name}',
        'fail-if: error',
        'on-timeout: cancel',
        'on-cancel: cancel',
        'cancel-url: /subscriptions/{subscriptionId}/x/cancel'
      ]
    ],
    [
      'a list in pages',
      { method: 'GET', url: '/x?api-version=1', 'all-pages': 'true' },
      ['method: GET', 'url: /x?api-version=1', 'all-pages: true']
    ],
    [
      'no body',
      { method: 'PUT', url: '/x?api-version=1' },
      ['method: PUT', 'url: /x?api-version=1']
    ],
    [
      'a text',
      {
        method: 'PUT',
        url: '/x?api-version=1',
        headers: 'Content-Type: text/xml',
        body: '<a b="${x"/>\n'
      },
      [
        'method: PUT',
        'url: /x?api-version=1',
        'headers: { Content-Type: text/xml }',
        'body: |',
        '  <a b="$${x"/>'
      ]
    ]
  ])('have an equal spec: %s', async (_, given, lines) => {
    const text = `- name: one\n${lines.map((line) => `  ${line}\n`).join('')}`
    const { list } = await readList({ requests: text, 'masked-outputs': 'x', wait: 'false' })
    const all: GivenTexts = {
      token: 'x',
      'subscription-id': SUBSCRIPTION,
      'masked-outputs': 'x',
      wait: 'false',
      ...given
    }
    const { operation } = await readStep((name) => all[name] ?? '', LIST_CONTEXT)
    const prepared = await list.items[0]?.prepare({})
    expect(prepared?.kind).toBe('ready')
    const spec = prepared?.kind === 'ready' ? prepared.spec : undefined
    const plain = (value: unknown) => JSON.parse(JSON.stringify(value))
    expect(plain(spec)).toEqual({ ...plain(operation), name: 'one' })
  })

  it('take what the operation does not say from the step, but for its request', async () => {
    const prepared = await prepare(['poll-interval: 7s'], {
      method: 'DELETE',
      'api-version': '3',
      headers: 'x-a: ${plan.name}',
      'poll-interval': '5s',
      timeout: '5m',
      'retry-on': '409',
      'all-pages': 'true',
      'final-state-via': 'location'
    })
    expect(prepared).toMatchObject({
      spec: {
        // What the step says is no text of the list.
        headers: { 'x-a': '${plan.name}' },
        start: { request: { url: `${ORIGIN}/x?api-version=1` }, retryOn: { statuses: [409] } },
        rules: { timing: { timeoutMs: 300_000, pollIntervalMs: 7000 }, finalStateVia: 'auto' }
      },
      warnings: []
    })
  })

  it('read the final response where something refers to it, and only there', async () => {
    const read = async (more: string) => {
      const requests = `${PLAN}- { name: site, method: GET, url: "/x?api-version=1"${more} }`
      const { list } = await readList({ requests })
      const prepared = await list.items[0]?.prepare({})
      return prepared?.kind === 'ready' && prepared.spec.rules.isFirstAnswerEnough
    }
    expect(await read('')).toBe(true)
    expect(await read(', needs: plan')).toBe(true)
    expect(await read(', if: plan.id')).toBe(false)
    expect(await read(", headers: { x-a: '${plan.id}' }")).toBe(false)
  })
})

describe('a reference', () => {
  it.each<[string, readonly string[], object]>([
    [
      'in a segment',
      ['url: /x/${plan.name}/y?api-version=1'],
      { url: '/x/a%20b%2F%C3%BC/y?api-version=1' }
    ],
    [
      'at the start',
      ['url: ${plan.id}/slots/${plan.count}?api-version=1'],
      {
        url: '/subscriptions/s/resourceGroups/g/providers/Microsoft.Web/serverfarms/p/slots/3?api-version=1'
      }
    ],
    [
      'at the start of several lines',
      ['url: >', '  ${plan.id}', '  /slots/x', '  ?api-version=2'],
      {
        url: '/subscriptions/s/resourceGroups/g/providers/Microsoft.Web/serverfarms/p/slots/x?api-version=2'
      }
    ],
    ['as a whole URL', ['url: ${plan.next}'], { url: '/next?api-version=7&x=1' }],
    [
      'as a whole id',
      ['url: ${plan.id}', 'api-version: "5"'],
      {
        url: '/subscriptions/s/resourceGroups/g/providers/Microsoft.Web/serverfarms/p?api-version=5'
      }
    ],
    [
      'in a header',
      ["headers: { x-a: 'n ${plan.count} ${plan.on}', x-b: '$${x}' }"],
      { headers: { 'x-a': 'n 3 false', 'x-b': '${x}' } }
    ],
    [
      'in lines of headers',
      ['headers: |', '  x-a: ${plan.name || plan.id}', '  x-b: 2'].map((line) =>
        line.replace('plan.name', 'plan.none')
      ),
      {
        headers: {
          'x-a': '/subscriptions/s/resourceGroups/g/providers/Microsoft.Web/serverfarms/p',
          'x-b': '2'
        }
      }
    ],
    [
      'in a body, with its type',
      [
        "body: { a: '${plan.count}', b: ${plan.on}, c: '${ plan.list }', d: \"${plan.tags}\", e: '${plan.word}' }".replace(
          '${plan.on}',
          "'${plan.on}'"
        )
      ],
      { body: '{"a":3,"b":false,"c":[1,"two"],"d":{"a":"b"},"e":"true"}' }
    ],
    [
      'inside a text of a body',
      ["body: { a: 'x-${plan.count}-${plan.on}', b: '$${plan.on}', c: 1.50 }"],
      { body: '{"a":"x-3-false","b":"${plan.on}","c":1.50}' }
    ],
    [
      'as a name of a body',
      ["body: { '${plan.word}': 1, 'n${plan.count}': '${plan.count}' }"],
      { body: '{"true":1,"n3":3}' }
    ],
    [
      'in a body over lines',
      ['body:', '  a:', '    - ${plan.count}', '    - b: |', '        c ${plan.on}'],
      { body: '{"a":[3,{"b":"c false\\n"}]}' }
    ],
    [
      'in JSON',
      [
        'body: |',
        '  { "a": "${plan.tags}", // why',
        '    "n${plan.count}": "x ${plan.on}", "c": 1.50 }'
      ],
      { body: '{ "a": {"a":"b"}, \n  "n3": "x false", "c": 1.50 }\n' }
    ],
    [
      'in YAML as a text',
      ['body: |', '  a: ${plan.tags}', '  b: !guid x'],
      { body: expect.stringMatching(/^\{"a":\{"a":"b"\},"b":"[\da-f-]{36}"\}$/) }
    ],
    ['as the whole body', ['body: ${plan.tags}'], { body: '{"a":"b"}' }],
    [
      'in a text that is not JSON',
      ['headers: { Content-Type: text/plain }', 'body: "n=${plan.count} $${x} {y}"'],
      { body: 'n=3 ${x} {y}' }
    ],
    [
      'within !merge and !values',
      [
        "body: !merge [ { a: '${plan.count}', z: 1 }, !values { b: '${plan.list}' }, { z: 'z${plan.on}', '${plan.word}': 2 } ]"
      ],
      { body: '{"a":3,"z":"zfalse","b":{"value":[1,"two"]},"true":2}' }
    ],
    [
      'that an alias repeats',
      ["headers: { x-a: '1' }", "body: { a: &x '${plan.count}', b: *x }"],
      { body: '{"a":3,"b":3}' }
    ],
    [
      'that may be null',
      ["body: { a: \"${plan.none || 'x'}\", b: '${`null` || plan.count}' }"],
      { body: '{"a":"x","b":3}' }
    ],
    [
      'with braces and quotes in it',
      ['body: { a: "${ {b: plan.count, c: \'}\'} }" }'],
      { body: '{"a":{"b":3,"c":"}"}}' }
    ],
    ['of no operation', ['body: { a: "${\'text\'}" }'], { body: '{"a":"text"}' }]
  ])('is filled in %s', async (_, lines, request) => {
    expect(await prepareRequest(lines)).toMatchObject(request)
  })

  it('is not looked for in what an environment variable brings in', async () => {
    const context = { ...LIST_CONTEXT, environment: { A: '${plan.id}', B: '{"b": "${plan.id}"}' } }
    const requests = `${PLAN}- { name: site, method: PUT, url: "/x?api-version=1", headers: { x-a: !var A }, body: { a: !var A, b: !json B } }`
    const { list } = await readList({ requests }, context)
    expect(list.items[1]?.reads).toEqual(new Map())
    expect(await list.items[1]?.prepare(SCOPE)).toMatchObject({
      spec: {
        headers: { 'x-a': '${plan.id}' },
        start: { body: '{"a":"${plan.id}","b":{"b": "${plan.id}"}}' }
      }
    })
  })

  it.each<[readonly string[], string]>([
    [
      ['body: { a: "${plan.nam}" }'],
      "${plan.nam} is null in the response of plan; ${plan.nam || 'x'} says what else. Nothing was sent."
    ],
    [
      ['body: { a: "${plan.nam || plan.b}" }'],
      "${plan.nam || plan.b} is null in the response of plan; ${plan.nam || plan.b || 'x'} says what else. Nothing was sent."
    ],
    [
      ['url: /x/${plan.none}?api-version=1'],
      "${plan.none} is null in the response of plan; ${plan.none || 'x'} says what else. Nothing was sent."
    ],
    [
      ['body: { a: "x ${plan.tags}" }'],
      '${plan.tags} is an object, and has to be text, a number, true or false here; to_string() makes text of it. Nothing was sent.'
    ],
    [
      ["headers: { x-a: '${plan.list}' }"],
      '${plan.list} is a list, and has to be text, a number, true or false here; to_string() makes text of it. Nothing was sent.'
    ],
    [
      ["headers: { x-a: '${plan.lines}' }"],
      'the header x-a would hold a line break. Nothing was sent.'
    ],
    [
      ["headers: { x-a: '${plan.name}' }"],
      'headers "x-a" has a value with a line break, a control character or a character outside ASCII; allowed: printable ASCII. Nothing was sent.'
    ],
    [
      ['body: { a: "${length(plan.count)}" }'],
      expect.stringMatching(
        /^\$\{length\(plan.count\)\} cannot be evaluated: .* Nothing was sent\.$/
      )
    ],
    [
      ['body: ${plan.word}'],
      '${plan.word} is all of the body, and has to be an object or a list. Nothing was sent.'
    ],
    [
      ["body: { '${plan.word}': 1, 'true': 2 }"],
      'body: the name "true" is given twice. Nothing was sent.'
    ],
    [
      ['url: /x/${plan.empty}/y?api-version=1'],
      `url "${ORIGIN}/x//y?…" has an empty segment after "x"; was an expression in it empty? Nothing was sent.`
    ],
    [
      ['url: /x/${plan.dots}?api-version=1'],
      `url "${ORIGIN}/x/..?…" holds a "." or ".." segment; write the path in full. Nothing was sent.`
    ],
    [
      ['url: ${plan.elsewhere}'],
      `url "https://example.com/x?…" is not on the resource manager endpoint, and the token goes nowhere else; allowed: a path that begins with "/", or a URL on ${ORIGIN}. Nothing was sent.`
    ],
    [
      ['url: ${plan.word}', 'api-version: "1"'],
      '${plan.word} begins the URL, and is neither a path nor a URL. Nothing was sent.'
    ],
    [
      ['url: ${plan.next}', 'api-version: "1"'],
      'api-version "1" differs from the url\'s own api-version, "7"; allowed: one of the two. Nothing was sent.'
    ],
    [
      [
        'url: /subscriptions/{subscriptionId}/resourceGroups/r/providers/Microsoft.Resources/deployments/d?api-version=1',
        "body: { properties: { template: '${plan.list}' } }"
      ],
      expect.stringMatching(
        /^body properties\.template is a list, not an object; allowed: .*\. Nothing was sent\.$/
      )
    ]
  ])('that cannot be filled in ends %j', async (lines, message) => {
    expect(await prepare(lines)).toEqual({ kind: 'fault', message })
  })
})

describe('a condition', () => {
  it.each<[string, string]>([
    ['true', 'true'],
    ['"false"', 'false'],
    ['plan.count', 'true'],
    ['plan.empty', 'false'],
    ['plan.nothing', 'false'],
    ['${plan.tags.a == `"b"`}', 'true'],
    ["plan.tags.a == 'c' || !(plan.on)", 'true']
  ])('%s is %s', async (condition, kind) => {
    const requests = `${PLAN}- { name: site, method: GET, url: "/x?api-version=1" }`
    const { list } = await readList({
      requests: `${requests}\n- name: swap\n  if: ${condition}\n  method: GET\n  url: /y?api-version=1`
    })
    expect(list.items[2]?.judge(SCOPE)).toEqual({ kind })
    expect(list.items[2]?.shown.condition).toBe(condition.replaceAll('"false"', 'false'))
  })

  it('that cannot be evaluated is a fault, and one that is not there is true', async () => {
    const { list } = await readList({
      requests: `${PLAN}- { name: a, if: "length(plan.count) > \`1\`", method: GET, url: "/x?api-version=1" }`
    })
    expect(list.items[0]?.judge({})).toEqual({ kind: 'true' })
    expect(list.items[1]?.judge(SCOPE)).toEqual({
      kind: 'fault',
      message: expect.stringMatching(
        /^if: length\(plan.count\) > `1` cannot be evaluated: .*\. Nothing was sent\.$/
      )
    })
  })
})

it('shows an operation as it was written, and in a dry run what would be sent', async () => {
  const requests = `${PLAN}- name: site\n  needs: plan\n  method: put\n  url: /x/\${plan.name}\n    ?api-version=1\n  body: { a: '\${plan.id}', b: 'x \${plan.on}', '\${plan.word}': 1 }\n`
  const { list } = await readList({ requests })
  expect(list.items[0]?.shown).toEqual({ method: 'GET', url: '/plan?api-version=1' })
  const shown = { method: 'PUT', url: '/x/${plan.name}?api-version=1' }
  expect(list.items[1]?.shown).toEqual(shown)
  const dry = await readList({ requests, 'dry-run': 'true' })
  const body = '{"a":"${plan.id}","b":"x ${plan.on}","${plan.word}":1}'
  expect(dry.list.items[0]?.shown).toEqual({ method: 'GET', url: `${ORIGIN}/plan?api-version=1` })
  expect(dry.list.items[1]?.shown).toEqual({ ...shown, body })
})

it.each([
  ['/x/${plan.name}', '/x/${plan.name}?api-version=2'],
  ['/x/${plan.name}?a=b', '/x/${plan.name}?a=b&api-version=2'],
  ['${plan.id}', '${plan.id}?api-version=2'],
  [
    '/subscriptions/{subscriptionId}/x/${plan.name}',
    `/subscriptions/${SUBSCRIPTION}/x/\${plan.name}?api-version=2`
  ],
  ['/subscriptions/{subscriptionId}/x', `${ORIGIN}/subscriptions/${SUBSCRIPTION}/x?api-version=2`]
])('shows the api-version of %s in a dry run alone', async (url, dryUrl) => {
  const requests = `${PLAN}- { name: site, method: GET, url: '${url}' }\n`
  const given = { requests: requests.replace('?api-version=1', ''), 'api-version': '2' }
  const [real, dry] = [await readList(given), await readList({ ...given, 'dry-run': 'true' })]
  expect(real.list.items[1]?.shown.url).toBe(url)
  expect(dry.list.items[1]?.shown.url).toBe(dryUrl)
})

describe('a hostile list', () => {
  const WORDS = [
    'name',
    'needs',
    'if',
    'for-each',
    'max-parallel',
    'method',
    'url',
    'body',
    'headers',
    'retry-on',
    'timeout',
    'x',
    '<<',
    ''
  ]
  const TEXTS = [
    'a',
    'b',
    'GET',
    'PUT',
    '/x?api-version=1',
    '${a.id}',
    '${',
    '$${',
    '${a}${b}',
    '${item}',
    '${item.x} ${index}',
    '[a, b]',
    'a.x[]',
    '&x',
    '*x',
    '!env A',
    '!file x',
    '!merge []',
    '!values {}',
    '{',
    '[',
    '- ',
    "'",
    '"',
    '|',
    '\n',
    ': ',
    '\0',
    '\ud800',
    'null',
    '1.30',
    '~'
  ]
  const text = fc
    .array(fc.constantFrom(...WORDS, ...TEXTS, ': ', '\n', '\n  ', '\n- '), { maxLength: 40 })
    .map((parts) => parts.join(''))
  const tree = fc
    .array(
      fc.dictionary(
        fc.constantFrom(...WORDS),
        fc.oneof(fc.constantFrom(...TEXTS), fc.jsonValue({ maxDepth: 3 })),
        { maxKeys: 8 }
      ),
      { maxLength: 6 }
    )
    .map((value) => JSON.stringify(value))

  it.each([
    ['text', text],
    ['tree', tree]
  ])('is an InputError or a plan, whatever its %s', async (_, lists) => {
    await fc.assert(
      fc.asyncProperty(lists, async (requests) => {
        if (requests.trim() === '') return
        const faults = await refuseList({ requests })
        if (faults.length > 0) {
          expect(faults.join(' ')).not.toMatch(/undefined|\[object/)
          return
        }
        const { list } = await readList({ requests })
        for (const item of list.items) {
          for (const scope of [{}, { item: 'x', index: 0 }]) {
            item.judge(scope)
            expect(['ready', 'fault']).toContain((await item.prepare(scope)).kind)
            expect(['list', 'fault', undefined]).toContain(item.loop?.list?.(scope).kind)
          }
        }
      }),
      { numRuns: 150 }
    )
  })

  it.each([
    [
      'nested lists',
      `- name: a\n  method: PUT\n  url: /x?api-version=1\n  body: ${'['.repeat(20_000)}${']'.repeat(20_000)}`
    ],
    [
      'nested JSON',
      `[{"name": "a", "method": "PUT", "url": "/x?api-version=1", "body": ${'['.repeat(20_000)}${']'.repeat(20_000)}}]`
    ],
    [
      'nested JSON in a text',
      `- name: a\n  method: PUT\n  url: /x?api-version=1\n  body: '${'['.repeat(20_000)}"\${a.b}"${']'.repeat(20_000)}'`
    ],
    [
      'an alias to itself',
      '- &a { name: a, method: PUT, url: "/x?api-version=1", body: { a: *a } }'
    ]
  ])('ends soon with %s', async (_, requests) => {
    expect((await refuseList({ requests })).length).toBeGreaterThan(0)
  })
})
