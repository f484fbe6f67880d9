/**
 * Everything that can be wrong in a list, a row for each, with the message as it is told.
 */
import { describe, expect, it } from 'vitest'
import { LIST_CONTEXT, readList, refuseList } from '../../__fixtures__/lists.ts'

const PLAN = '- name: plan\n  method: GET\n  url: /plan?api-version=1\n'
const REFERENCES = 'a reference stands in url, wait-until-url, cancel-url, headers and body alone.'

/** A list with plan, and below it an operation of these lines, from line 4 on; what it lacks comes behind them. */
function withPlan(...lines: readonly string[]): string {
  const [first = '', ...others] = lines
  const given = lines.map((line) => line.split(':', 1)[0]?.trim())
  const usual = ['method: GET', 'url: /x?api-version=1'].filter(
    (line) => !given.includes(line.split(':', 1)[0])
  )
  return `${PLAN}- ${first}\n${[...others, ...usual].map((line) => `  ${line}\n`).join('')}`
}

describe('a name', () => {
  it.each<[string, readonly string[]]>([
    ['name: plan2', []],
    ['name: P_l4n', []],
    ['method: GET', ['at line 4, column 3: the operation has no name.']],
    ['name:', ['at line 4, column 8: the operation has no name.']],
    [
      'name: stop-vms',
      [
        'at line 4, column 9: "stop-vms" is no name: letters, digits and "_" (stop_vms), since expressions read "-" as minus.'
      ]
    ],
    ['name: 1x', ['at line 4, column 9: "1x" is no name: a letter, then letters, digits and "_".']],
    ['name: _x', ['at line 4, column 9: "_x" is no name: a letter, then letters, digits and "_".']],
    ['name: ä', ['at line 4, column 9: "ä" is no name: a letter, then letters, digits and "_".']],
    [
      'name: item',
      ['at line 4, column 9: "item" is no name: expressions read it as a word of their own.']
    ],
    [
      'name: index',
      ['at line 4, column 9: "index" is no name: expressions read it as a word of their own.']
    ],
    [
      'name: let',
      ['at line 4, column 9: "let" is no name: expressions read it as a word of their own.']
    ],
    [
      'name: in',
      ['at line 4, column 9: "in" is no name: expressions read it as a word of their own.']
    ],
    [
      'name: true',
      ['at line 4, column 9: "true" is no name: expressions read it as a word of their own.']
    ],
    ['name: plan', ['at line 4, column 9: the name "plan" is taken (line 1).']],
    ['name: PLAN', ['at line 4, column 9: the name "PLAN" is taken (line 1).']],
    ['name: [a]', ['at line 4, column 9, operation 2: name is one piece of text, written here.']],
    [
      'name: !env NAME',
      ['at line 4, column 14, operation 2: name is one piece of text, written here.']
    ],
    [
      `name: ${'x'.repeat(101)}`,
      [expect.stringMatching(/^at line 4, column 9: "x{80}…" is longer than 100 characters\.$/)]
    ]
  ])('%s', async (line, messages) => {
    const found = await refuseList({ requests: withPlan(line) })
    expect(found.toSorted()).toEqual([...messages].toSorted())
  })
})

describe('the words of an operation', () => {
  it.each<[readonly string[], readonly string[]]>([
    [['needs: plan'], []],
    [['needs: [plan, plan]'], []],
    [['needs: []'], []],
    [['needs:'], []],
    [
      ['needs: plam'],
      [
        'at line 5, column 10, "site": needs "plam", which is no operation of the list. Did you mean "plan"?'
      ]
    ],
    [
      ['needs: Plan'],
      [
        'at line 5, column 10, "site": needs "Plan", which is no operation of the list. Did you mean "plan"?'
      ]
    ],
    [
      ['needs:', '  - plan', '  - other'],
      ['at line 7, column 7, "site": needs "other", which is no operation of the list.']
    ],
    [
      ['needs: { plan: x }'],
      ['at line 5, column 10, "site": needs is the name of an operation, or a list of names.']
    ],
    [
      ['needs: [1]'],
      ['at line 5, column 11, "site": needs is the name of an operation, or a list of names.']
    ],
    [['needs: site'], ['at line 4, column 9: "site" needs itself: it could not start.']],
    [['if: true'], []],
    [['if: "False"'], []],
    [["if: plan.kind == 'x'"], []],
    [["if: ${ plan.kind == 'x' }"], []],
    [
      ['if:'],
      ['at line 5, column 6, "site": if is empty. Allowed: a JMESPath condition, true or false.']
    ],
    [
      ["if: ''"],
      ['at line 5, column 7, "site": if is empty. Allowed: a JMESPath condition, true or false.']
    ],
    [
      ['if: [plan]'],
      [
        'at line 5, column 7, "site": if is not a text. Allowed: a JMESPath condition, true or false.'
      ]
    ],
    [
      ['if: plam.kind'],
      [
        'at line 5, column 7, "site": if refers to "plam", which is no operation of the list. Did you mean "plan"?'
      ]
    ],
    [
      ['if: foo'],
      ['at line 5, column 7, "site": if refers to "foo", which is no operation of the list.']
    ],
    [['if: site.id'], ['at line 4, column 9: "site" needs itself: it could not start.']],
    [
      ["if: ${plan.a} == 'x'"],
      [
        'at line 5, column 7, "site": if holds "${": a condition is one expression, in which names stand as they are.'
      ]
    ],
    [
      ['if: "\'x\'"'],
      [
        expect.stringContaining(
          'at line 5, column 7, "site": if "\'x\'" can be neither true nor false.'
        )
      ]
    ],
    [
      ['if: plan.'],
      [
        expect.stringContaining(
          'at line 5, column 7, "site": if "plan." is not valid JMESPath: character 6, its end, is not expected there.'
        )
      ]
    ],
    [
      ['if: "!plan.a"'],
      [
        expect.stringContaining(
          'at line 5, column 7, "site": if "!plan.a" reads !plan.a as a path that begins with a negation, which is never true; write !(plan.a).'
        )
      ]
    ],
    [['if: plan.a == "x"'], [expect.stringContaining('reads "x" as the name of a field')]],
    [['if: item.a'], ['at line 5, column 7: "site" uses ${item} without for-each.']],
    [
      ['if: "@"'],
      [
        'at line 5, column 7, "site": if "@" takes all responses as one; name the operation that is meant.'
      ]
    ],
    [
      ['if: always()'],
      [
        'at line 5, column 7, "site": always() is not a condition here: an operation runs when its needs are done; what must run whatever happens goes into a second step with if: always().'
      ]
    ],
    [
      ['if: failure()'],
      [
        'at line 5, column 7, "site": failure() is not a condition here: an operation runs when its needs are done; what must run whatever happens goes into a second step with if: failure().'
      ]
    ],
    [
      ["if: success() && plan.a == 'x'"],
      [
        'at line 5, column 7, "site": success() is not a condition here: an operation runs when its needs are done; that is so without it.'
      ]
    ],
    [
      ['wait: false'],
      ['at line 5, column 3, "site": wait belongs to the step, not to one operation of its list.']
    ],
    [
      ['outputs: "a: b"'],
      [
        'at line 5, column 3, "site": outputs belongs to the step, not to one operation of its list.'
      ]
    ],
    [
      ['dry-run: true'],
      [
        'at line 5, column 3, "site": dry-run belongs to the step, not to one operation of its list.'
      ]
    ],
    [
      ['resume: x'],
      ['at line 5, column 3, "site": resume belongs to the step, not to one operation of its list.']
    ],
    [
      ['token: x'],
      ['at line 5, column 3, "site": token belongs to the step, not to one operation of its list.']
    ],
    [
      ['timout: 5m'],
      ['at line 5, column 3, "site": "timout" is no field of an operation; did you mean timeout?']
    ],
    [
      ['Timeout: 5m'],
      ['at line 5, column 3, "site": "Timeout" is no field of an operation; did you mean timeout?']
    ],
    [
      ['poll_interval: 5s'],
      [
        'at line 5, column 3, "site": "poll_interval" is no field of an operation; did you mean poll-interval?'
      ]
    ],
    [['something: 5s'], ['at line 5, column 3, "site": "something" is no field of an operation.']],
    [['timeout: 5m', 'timeout: 6m'], ['at line 6, column 3, "site": "timeout" is given twice.']],
    [['<<: *x'], [expect.stringContaining('no anchor')]]
  ])('%j', async (lines, messages) => {
    expect(await refuseList({ requests: withPlan('name: site', ...lines) })).toEqual(messages)
  })

  it('are told together, in the order of the list', async () => {
    const found = await refuseList({
      requests: [
        '- name: a',
        '  needs: b',
        '  method: GETT',
        '  url: //x',
        '  timeout: x',
        '  retry-on: [200, 409, x y]',
        '- name: b',
        '  needs: [a, c]',
        '  metod: GET',
        '  url: ${d.id',
        '- plain',
        '- { name, method: GET, url: "/x?api-version=1" }'
      ].join('\n')
    })
    expect(found).toEqual([
      expect.stringMatching(/^at line 1, column 9, "a": api-version is missing/),
      'at line 1, column 9: "a" needs "b", "b" needs "a": neither could start.',
      expect.stringMatching(/^at line 3, column 11, "a": method "GETT" is not one/),
      expect.stringMatching(/^at line 4, column 8, "a": url "\/\/x" names another host\./),
      expect.stringMatching(/^at line 5, column 12, "a": timeout "x" is not a duration/),
      expect.stringMatching(/^at line 6, column 13, "a": retry-on "200" is not an error status/),
      expect.stringMatching(/^at line 6, column 13, "a": retry-on "x y" is not an error code/),
      'at line 8, column 14, "b": needs "c", which is no operation of the list.',
      'at line 9, column 3, "b": "metod" is no field of an operation; did you mean method?',
      'at line 10, column 8, "b": ${ in url has no } at its end; a literal ${ is written $${.',
      'at line 11, column 3: an operation is a mapping, with its name, method and url.',
      'at line 12, column 5, operation 4: name has no value; text with a comma needs quotes.'
    ])
  })

  it.each([
    ['body: { a: ${plan.id} }', 15],
    ['body: [${plan.id}]', 11],
    ['body: { a: x-${plan.id}, b: c }', 17],
    ['headers: { a: "b", x: ${plan.id} }', 26]
  ])(
    'may be a reference without quotes where YAML has braces of its own: %s',
    async (line, column) => {
      expect(await refuseList({ requests: withPlan('name: site', line) })).toEqual([
        expect.stringMatching(
          new RegExp(
            `^at line 5, column ${column} .*: a reference \\$\\{…\\} inside \\{ \\} or \\[ \\] needs quotes around it\\.$`
          )
        )
      ])
    }
  )

  it.each([
    ['url: /x/${{ vars.NAME }}?api-version=1', 'url', 11],
    ["headers: { a: '${{ plan.id }}' }", 'headers', 18],
    ['if: ${{ plan.id }}', 'if', 7]
  ])(
    'may be an expression of GitHub where that fills in nothing: %s',
    async (line, field, column) => {
      const given = withPlan('name: site', line)
      const found = await refuseList({ requests: given })
      expect(found.join('\n')).toContain(
        `at line 5, column ${column}, "site": ${field} holds "\${{", which GitHub fills in, and in a workflow file alone; a reference is written \${name.path}.`
      )
    }
  )

  it('may be in a circle and wrong otherwise, too', async () => {
    const requests = withPlan('name: site', 'timeout: x', "if: site.id == 'x'")
    expect(await refuseList({ requests })).toEqual([
      'at line 4, column 9: "site" needs itself: it could not start.',
      expect.stringMatching(/^at line 5, column 12, "site": timeout "x" is not a duration/)
    ])
  })

  it('may be many in a circle', async () => {
    const item = (name: number) =>
      `- { name: a${name}, needs: a${(name + 1) % 20}, method: GET, url: "/x?api-version=1" }\n`
    const found = await refuseList({
      requests: Array.from({ length: 20 }, (_, at) => item(at)).join('')
    })
    expect(found).toEqual([
      'at line 1, column 11: "a0" needs "a1", "a1" needs "a2", "a2" needs "a3", "a3" needs "a4", "a4" needs "a5", "a5" needs "a6", "a6" needs "a7", 12 more, "a19" needs "a0": none of them could start.'
    ])
  })
})

describe('a field', () => {
  it.each<[readonly string[], readonly string[]]>([
    [['url: ${plan.id}'], []],
    [['url: /x/${plan.id}/y?api-version=${plan.v}'], []],
    [
      ['url: ${plan.id}/x'],
      [
        'at line 4, column 9, "site": api-version is missing, and the url holds none. Allowed: a date such as 2025-04-01, here or in the url as ?api-version=.'
      ]
    ],
    [
      ['url: ${plan.id}/../x?api-version=1'],
      [
        expect.stringContaining(
          'at line 5, column 8, "site": url "https://management.azure.com/subscriptions/'
        )
      ]
    ],
    [
      ['url: /x/${plann.id}?api-version=1'],
      [
        'at line 5, column 11, "site": url refers to "plann", which is no operation of the list. Did you mean "plan"?'
      ]
    ],
    [
      ['url: /x/${HOME}?api-version=1'],
      ['at line 5, column 11, "site": ${HOME} refers to no operation; a literal ${ is written $${.']
    ],
    [
      ['url: /x/${item}?api-version=1'],
      ['at line 5, column 11: "site" uses ${item} without for-each.']
    ],
    [
      ['url: /x/${index}?api-version=1'],
      ['at line 5, column 11: "site" uses ${index} without for-each.']
    ],
    [
      ['url: /x/${}?api-version=1'],
      ['at line 5, column 8, "site": ${ in url is empty; a literal ${ is written $${.']
    ],
    [
      ['url: /x/${plan.a b}?api-version=1'],
      [
        expect.stringContaining(
          'at line 5, column 11, "site": url "plan.a b" is not valid JMESPath: character 8'
        )
      ]
    ],
    [
      ['url: "/x/$${HOME}?api-version=1"'],
      [expect.stringContaining('holds a placeholder that is not known')]
    ],
    [['url: [a]'], ['at line 5, column 8, "site": url is one text.']],
    [
      ['method: !env NOTHING'],
      [
        expect.stringContaining(
          'at line 5, column 16, "site": the environment variable "NOTHING" is not set'
        )
      ]
    ],
    [
      ['method: ${plan.m}'],
      [`at line 5, column 11, "site": method holds "\${", and ${REFERENCES}`]
    ],
    [
      ['timeout: $${plan.m}'],
      [`at line 5, column 12, "site": timeout holds "\${", and ${REFERENCES}`]
    ],
    [
      ["fail-if: name == '${plan.m}'"],
      [`at line 5, column 12, "site": fail-if holds "\${", and ${REFERENCES}`]
    ],
    [
      ['body-file: ${plan.m}'],
      ['at line 5, column 14, "site": no reference can stand in body-file.']
    ],
    [
      ['api-version: ${plan.m}'],
      [`at line 5, column 16, "site": api-version holds "\${", and ${REFERENCES}`]
    ],
    [
      ['retry-on: [409, "${plan.m}"]'],
      [`at line 5, column 13, "site": retry-on holds "\${", and ${REFERENCES}`]
    ],
    [
      ['retry-on: [409, [410]]'],
      ['at line 5, column 19, "site": retry-on holds something that is not a text.']
    ],
    [
      ['retry-on: ["409\\n410"]'],
      ['at line 5, column 14, "site": retry-on holds a text with a line break.']
    ],
    [['headers: { x-a: ${plan.a} }'], [expect.anything()]],
    [["headers: { x-a: '${plan.a}' }"], []],
    [
      ["headers: { x-a: '${plam.a}' }"],
      [
        'at line 5, column 20, "site": headers refers to "plam", which is no operation of the list. Did you mean "plan"?'
      ]
    ],
    [
      ["headers: { '${plan.a}': x }"],
      ['at line 5, column 27, "site": the name of a header cannot be a reference.']
    ],
    [
      ["headers: { Content-Type: '${plan.a}' }"],
      [
        'at line 5, column 28, "site": a Content-Type decides how the body is read, so it cannot be a reference.'
      ]
    ],
    [
      ['headers: { Authorization: x }'],
      [
        'at line 5, column 12, "site": headers "Authorization" is not allowed here: it is set from the sign-in inputs.'
      ]
    ],
    [["headers: { 'x:y': x }"], ['at line 5, column 21, "site": "x:y" is not a header name.']],
    [
      ['headers: { x-a: "1\\n2" }'],
      ['at line 5, column 19, "site": headers holds a text with a line break.']
    ],
    [
      ['headers: { x-a: [1] }'],
      ['at line 5, column 19, "site": headers holds something that is not a text.']
    ],
    [
      ['headers: !merge [{x-a: 1}]'],
      ['at line 5, column 19, "site": headers is one text of lines or a mapping of texts.']
    ],
    [
      ['headers: |', '  x-a: ${plan.a}', '  x-b'],
      [expect.stringContaining('headers line 2 has no colon')]
    ],
    [
      ['method: PUT', "body: { a: '${plan.}' }"],
      [
        expect.stringContaining(
          'at line 6, column 15, "site": body "plan." is not valid JMESPath: character 6'
        )
      ]
    ],
    [
      ['method: PUT', "body: { a: '${plam.b}', '${HOME}': 1, c: ['${index}'] }"],
      [
        'at line 6, column 15, "site": body refers to "plam", which is no operation of the list. Did you mean "plan"?',
        'at line 6, column 28, "site": ${HOME} refers to no operation; a literal ${ is written $${.',
        'at line 6, column 46: "site" uses ${index} without for-each.'
      ]
    ],
    [
      ['method: PUT', 'body: |', '  {', '    "a": "${plam.b}"', '  }'],
      [
        'at line 8, column 13, "site": body refers to "plam", which is no operation of the list. Did you mean "plan"?'
      ]
    ],
    [
      ['method: PUT', 'body: |', '  a: ${plam.b}'],
      [
        'at line 7, column 8, "site": body refers to "plam", which is no operation of the list. Did you mean "plan"?'
      ]
    ],
    [
      ['method: PUT', 'body: |', '  { "a": 1,,'],
      [
        'at line 6, column 9, "site": body is not valid JSON at line 1, column 10 (after "a"): a property name in double quotes is expected.'
      ]
    ],
    [
      ['method: PUT', 'body: |', '  a: 1', '  b'],
      [expect.stringContaining('at line 6, column 9, "site": body at line 2, column 1')]
    ],
    [
      ['method: PUT', 'body: words'],
      [
        expect.stringContaining(
          'at line 6, column 9, "site": body at line 1, column 1: the body is one piece of text.'
        )
      ]
    ],
    [
      ['method: PUT', 'body: a ${plan.b}'],
      [expect.stringContaining('at line 6, column 9, "site": body is one piece of text. Allowed:')]
    ],
    [
      ['method: PUT', 'body: { a: !text gone.txt }'],
      [expect.stringContaining('at line 6, column 20, "site": !text "gone.txt" does not exist')]
    ],
    [
      ['method: PUT', 'body: { a: !text "${plan.a}" }'],
      ['at line 6, column 20, "site": no reference can stand in the argument of !text.']
    ],
    [
      ['method: PUT', 'body: { a: 1, a: 2 }'],
      ['at line 6, column 17, "site": a name is given twice.']
    ],
    [
      ['method: PUT', 'body:', '  a: 1', '  a: 2'],
      ['at line 8, column 5 (after "a"), "site": "a" is given twice.']
    ],
    [
      ['body: { a: 1 }'],
      [
        'at line 5, column 9, "site": body is given, and a GET request has no body. Allowed: a body with PUT, PATCH, POST or DELETE.'
      ]
    ],
    [
      ['method: PATCH'],
      [
        expect.stringContaining(
          'at line 4, column 9, "site": body is empty, and a PATCH without a body changes nothing.'
        )
      ]
    ],
    [
      ['method: PUT', 'body: {}', 'body-file: x.json'],
      [
        'at line 7, column 14, "site": body-file "x.json" is given together with body. Allowed: one of the two.'
      ]
    ],
    [
      ['method: PUT', 'body-file: x.json'],
      [expect.stringContaining('at line 6, column 14, "site": body-file "x.json" does not exist')]
    ],
    [
      ['method: PUT', 'headers: { Content-Type: text/plain }', 'body: { a: 1 }'],
      [
        'at line 7, column 9, "site": body is no text, and under the Content-Type "text/plain" a body is sent as it is. Allowed: the text itself, or the tag !text and the path of a file.'
      ]
    ],
    [
      ['cancel-url: /x/${plam.id}', 'on-cancel: cancel'],
      [
        'at line 5, column 18, "site": cancel-url refers to "plam", which is no operation of the list. Did you mean "plan"?'
      ]
    ],
    [
      ["wait-until: a == 'b'", "wait-until-url: '${plan.id}/x/{name.}'"],
      [expect.stringContaining('"site": wait-until-url "name." is not valid JMESPath')]
    ],
    [
      ['wait-until: a == "b"'],
      [
        expect.stringContaining(
          'at line 5, column 15, "site": wait-until "a == "b"" reads "b" as the name of a field'
        )
      ]
    ]
  ])('%j', async (lines, messages) => {
    expect(await refuseList({ requests: withPlan('name: site', ...lines) })).toEqual(messages)
  })

  it('of a deployment is checked as for one request, but for what only a response will tell', async () => {
    const body = (parameters: string) =>
      withPlan(
        'name: web',
        'method: PUT',
        'url: /subscriptions/{subscriptionId}/resourceGroups/r/providers/Microsoft.Resources/deployments/d?api-version=1',
        `body: { properties: { template: { resources: [] }, parameters: ${parameters} } }`
      )
    expect(
      await refuseList({ requests: body("{ id: '${plan.id}', all: { value: '${plan.a}' } }") })
    ).toEqual([])
    expect(await refuseList({ requests: body("'${plan.parameters}'") })).toEqual([])
    expect(await refuseList({ requests: body('{ id: x }') })).toEqual([
      expect.stringContaining(
        'at line 7, column 72, "web": the parameter "id" is text, where Azure Resource Manager takes an object with value'
      )
    ])
  })

  it('prints no value of a secret, and masks it', async () => {
    const masked: string[] = []
    const context = {
      ...LIST_CONTEXT,
      environment: { TOKEN: 's3cr3t-value' },
      mask: (secret: string) => masked.push(secret)
    }
    const { list } = await readList(
      { requests: withPlan('name: site', 'headers: { x-key: !env TOKEN }') },
      context
    )
    expect(masked).toContain('s3cr3t-value')
    const prepared = await list.items[1]?.prepare({})
    expect(prepared).toMatchObject({ spec: { headers: { 'x-key': 's3cr3t-value' } } })
  })
})
