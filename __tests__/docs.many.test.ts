/**
 * docs/many.md tells what a list is refused for, what ends one of its operations, and how an editor knows its words.
 */
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { readList } from '../__fixtures__/lists.ts'
import { InputError } from '../src/errors.ts'
import type { JsonValue } from '../src/http/message.ts'
import { TEXT_TAGS } from '../src/request/yaml-document.ts'

const GUIDE = readFileSync('docs/many.md', 'utf8')
const WEB = '/subscriptions/{subscriptionId}/resourceGroups/shop/providers/Microsoft.Web'
const PLAN = `- name: plan\n  method: GET\n  url: ${WEB}/serverfarms/shop\n`
const addSite = (...lines: readonly string[]) =>
  [`${PLAN}- name: site`, 'method: PUT', `url: ${WEB}/sites/shop`, ...lines].join('\n  ')
const BODY = 'body: { location: westeurope }'

/** Messages that refuse a list, in the order of the page, and a list that is refused so. */
const REFUSED: readonly (readonly [message: string, list: string])[] = [
  [
    'url refers to "plann", which is no operation of the list. Did you mean "plan"?',
    addSite(BODY).replace(`${WEB}/sites`, '${plann.id}')
  ],
  [
    'needs "plann", which is no operation of the list. Did you mean "plan"?',
    addSite(BODY, 'needs: plann')
  ],
  [
    '"a" needs "b", "b" needs "a": neither could start.',
    ['a', 'b']
      .map((name, index) => `- name: ${name}\n  method: GET\n  url: \${${['b', 'a'][index]}.id}\n`)
      .join('')
  ],
  ['the name "Plan" is taken (line 1).', `${PLAN}${PLAN.replace('plan', 'Plan')}`],
  [
    '"stop-vms" is no name: letters, digits and "_" (stop_vms), since expressions read "-" as minus.',
    PLAN.replace('plan', 'stop-vms')
  ],
  [
    '"apiversion" is no field of an operation; did you mean api-version?',
    addSite(BODY, "apiversion: '2024-04-01'")
  ],
  ['wait belongs to the step, not to one operation of its list.', addSite(BODY, 'wait: false')],
  ['always() is not a condition here: …', addSite(BODY, 'if: always()')],
  [
    'if "plan.ready == true" reads true as the name of a field; …',
    addSite(BODY, 'if: plan.ready == true')
  ],
  [
    '${HOME} refers to no operation; a literal ${ is written $${.',
    addSite("body: { folder: '${HOME}/site' }")
  ],
  [
    'url takes a field of "site", which is the list of all its responses here (site[] is each of them); with for-each: site, it is the one to the same element.',
    `${addSite(BODY, 'for-each: [a, b]')}\n- name: swap\n  method: GET\n  url: \${site.id}/x?api-version=1\n`
  ],
  [
    'url holds {subscriptionId} inside of ${…}, where it is not filled in; it stands outside of that, before or behind it.',
    `${addSite(BODY)}\n- name: swap\n  method: GET\n  url: \${site.id || '/subscriptions/{subscriptionId}/x'}\n`
  ],
  [
    'fail-if holds "${", and a reference stands in url, wait-until-url, cancel-url, headers and body alone.',
    addSite(BODY, "fail-if: location != '${plan.location}'")
  ],
  ['"site" uses ${item} without for-each.', addSite("body: { location: '${item}' }")],
  ['max-parallel is for a loop, and there is no for-each.', addSite(BODY, 'max-parallel: 2')],
  ['1.30 is a number and would become 1.3: quote it.', addSite(BODY, 'for-each: [1.30]')],
  [
    'for-each gives an object, not a list (it has: value, nextLink).',
    addSite(BODY, 'for-each: { value: [], nextLink: x }')
  ],
  [
    'a reference ${…} inside { } or [ ] needs quotes around it.',
    addSite('body: { plan: ${plan.id} }')
  ],
  [
    'this tag is not known; text that begins with "!" needs quotes.',
    addSite(BODY, 'if: !(plan.ready)')
  ],
  [
    'for-each refers to "north", which is no operation of the list; a list is written [north].',
    addSite(BODY, 'for-each: north')
  ],
  [
    "${item.tier} is null in item; ${item.tier || 'x'} says what else (and 1 more).",
    addSite("body: { tier: '${item.tier}' }", 'for-each: [{ name: a }, { name: b }]')
  ],
  [
    'the argument of !file refers to "plan", and it is read before anything is sent: …',
    addSite("body: { rules: !file 'rules/${plan.name}.yml' }", 'for-each: [a]')
  ]
]

/** Messages that end an operation, in the order of the page, a URL that does, and the response that it refers to. */
const FAILING: readonly (readonly [message: string, url: string, plan: JsonValue])[] = [
  [
    "${plan.properties.idd} is null in the response of plan; ${plan.properties.idd || 'x'} says what else. Nothing was sent.",
    '${plan.properties.idd}',
    { properties: {} }
  ],
  [
    '${plan.sku} is an object, and has to be text, a number, true or false here; to_string() makes text of it. Nothing was sent.',
    `${WEB}/sites/\${plan.sku}`,
    { sku: {} }
  ],
  [
    'url "https://…" is not on the resource manager endpoint, and the token goes nowhere else; …',
    '${plan.next}',
    { next: 'https://elsewhere.example/a' }
  ]
]

/** Message that ends a loop, and the response that its list should be in. */
const NO_LIST = [
  'for-each gives an object, not a list (it has: value, nextLink). Nothing was sent.',
  { value: [], nextLink: 'x' }
] as const

/** Messages about a state, and what the tests of its reading say of each. */
const RESUMED: readonly (readonly [message: string, tested: string])[] = [
  [
    '"stop[vm-1]" was accepted with POST …/${item}/deallocate; the list now says POST …/${item}/start.',
    '"stop[a]" was accepted with PUT …/${item}/stop; the list now says PUT …/${item}/start.'
  ],
  [
    '"plan" was sent, and the text of "plan" in the list is not what it was then.',
    '"plan" was sent, and the text of "plan" in the list is not what it was then.'
  ],
  [
    '"stop[vm-1]" was sent with another element than the list has under this name.',
    'was sent with another element than the list has under this name'
  ],
  ['holds a handle of "plan" that is damaged: …', 'holds a handle of "plan" that is damaged'],
  [
    'is the handle of one operation, and requests is given, too.',
    'is the handle of one operation, and requests is given, too.'
  ],
  [
    'is damaged: a part of it is missing, or was changed.',
    'is damaged: a part of it is missing, or was changed'
  ],
  ['holds no state of a list.', 'holds no state of a list']
]

function readOne(requests: string) {
  const inputs = { requests, 'api-version': '2024-04-01' }
  return readList(inputs)
}

/** The first column of a table, up to its end. */
function listMessages(table: string): readonly string[] {
  const [rows = ''] = table.split('\n\n', 1)
  return [...rows.matchAll(/^\| `(.*?)` \|/gm)].map(([, message = '']) =>
    message.replaceAll('\\|', '|')
  )
}

describe('docs/many.md', () => {
  it.each(REFUSED)('refuses, and says: %s', async (message, list) => {
    const reading = readOne(list)
    await expect(reading).rejects.toThrow(InputError)
    const faults = await reading.catch((error) => error.faults.map(String).join('\n'))
    expect(faults).toContain(message.replace(/ ?…$/, ''))
  })

  it.each(FAILING)('ends one, and says: %s', async (message, url, plan) => {
    const { list } = await readOne(`${PLAN}- name: site\n  method: GET\n  url: ${url}\n`)
    const prepared = await list.items[1]?.prepare({ plan })
    const [begin = '', end = ''] = message.split('…', 2)
    const text = prepared?.kind === 'fault' ? prepared.message : ''
    expect(text.startsWith(begin)).toBe(true)
    expect(text).toContain(end.replace(/ $/, ''))
  })

  it('ends a loop, and says what its list is', async () => {
    const [message, plan] = NO_LIST
    const { list } = await readOne(addSite(BODY, 'for-each: plan'))
    expect(list.items[1]?.loop?.list?.({ plan })).toEqual({ kind: 'fault', message })
  })

  it('tells of these messages and no others', () => {
    const [, resumed = '', refused = '', failing = ''] = GUIDE.split(
      '| Message | What it means |\n'
    )
    expect(listMessages(resumed)).toEqual(RESUMED.map(([message]) => message))
    expect(listMessages(refused)).toEqual(REFUSED.map(([message]) => message))
    expect(listMessages(failing)).toEqual([...FAILING.map(([message]) => message), NO_LIST[0]])
  })

  it('names every tag to an editor', () => {
    const [, settings = ''] = /^```json\n(\{\n {2}"yaml.*?)^```$/ms.exec(GUIDE) ?? []
    const forms = TEXT_TAGS.map((tag) => `${tag} scalar`)
    expect(JSON.parse(settings)['yaml.customTags']).toEqual([
      ...forms,
      '!values mapping',
      '!merge sequence'
    ])
  })

  it.each(RESUMED)('says of a state what its tests do: %s', (_message, tested) => {
    const files = ['list-past', 'list-step'].map((name) => `__tests__/inputs/${name}.test.ts`)
    expect(files.map((file) => readFileSync(file, 'utf8')).join('\n')).toContain(tested)
  })
})
