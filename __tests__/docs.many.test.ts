/**
 * Every list of operations that a document or an example shows is one that the action reads without a word.
 */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { readOwnManifest } from '../__fixtures__/action-manifest.ts'
import { readShownList } from '../__fixtures__/lists.ts'
import { findSchemaFaults } from '../__fixtures__/requests-schema.ts'
import { type ActionCall, playWorkflow, readWorkflow } from '../__fixtures__/workflow.ts'
import { parseOutputs } from '../src/condition/output-definitions.ts'
import { InputError } from '../src/errors.ts'
import type { JsonValue } from '../src/http/message.ts'
import { TEXT_TAGS } from '../src/request/yaml-document.ts'

const { inputs: declared = [], outputs: declaredOutputs = [] } = readOwnManifest()

const DOCUMENTS = ['README.md', ...listFiles('docs', '.md')]
const EXAMPLES = listFiles('examples', '.yml')

function listFiles(folder: string, ending: string): readonly string[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith(ending))
    .map((name) => join(folder, name))
}

const snippets = DOCUMENTS.flatMap((name) =>
  [...readFileSync(name, 'utf8').matchAll(/^```yaml\n(.*?)^```$/gms)].map(([, text = '']) => ({
    name,
    text
  }))
)
const examples = EXAMPLES.map((name) => ({ name, text: readFileSync(name, 'utf8') }))
const shown = [...snippets, ...examples].filter(({ text }) => /^ *requests: \|$/m.test(text))

const FILES: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    ['main', 'platform', 'shop', 'data', 'factory'].map((name) => [
      `infra/${name}.json`,
      '{"parameters": {"location": {"type": "string", "defaultValue": ""}}, "resources": []}'
    ])
  )
}

let workspace = ''
beforeAll(() => {
  workspace = mkdtempSync(join(tmpdir(), 'docs-many-'))
  for (const [name, text] of Object.entries(FILES)) {
    mkdirSync(dirname(join(workspace, name)), { recursive: true })
    writeFileSync(join(workspace, name), text)
  }
})
afterAll(() => rmSync(workspace, { recursive: true, force: true }))

/** A whole workflow as it is; steps, or what stands in one, as the only job of one. */
function toWorkflow(text: string): string {
  if (/^jobs:$/m.test(text)) return text
  const inputs = /^with:$/m.test(text) ? text : `with:\n${indent(text, 2)}`
  const steps = text.startsWith('- ') ? text : `- uses: ${ACTION}\n${indent(inputs, 2)}`
  return `on: push\njobs:\n  guide:\n    runs-on: ubuntu-latest\n    steps:\n${indent(steps, 6)}`
}

function indent(text: string, columns: number): string {
  return text.replace(/^(?=.)/gm, ' '.repeat(columns))
}

const ACTION = 'arm-operation/arm-operation@v0'
const ID = '00000000-0000-0000-0000-000000000000'

async function collectCalls(name: string, text: string): Promise<readonly ActionCall[]> {
  const calls: ActionCall[] = []
  await playWorkflow(readWorkflow(name, toWorkflow(text)), {
    action: ACTION,
    contexts: {
      github: {
        run_id: '1',
        run_attempt: '1',
        sha: '7312e09',
        token: 'none',
        event: { pull_request: { number: 7 } }
      },
      vars: {
        AZURE_CLIENT_ID: ID,
        AZURE_TENANT_ID: ID,
        AZURE_SUBSCRIPTION_ID: ID,
        SUBNET_ID: `/subscriptions/${ID}/subnets/a`,
        ZONE_ID: `/subscriptions/${ID}/zones/a`
      }
    },
    run: async (call) => {
      calls.push(call)
      const own = parseOutputs(call.inputs.outputs ?? '', []).map(({ name: output }) => output)
      const all = [...declaredOutputs.map(({ id }) => id), ...own]
      return Object.fromEntries(all.map((output) => [output, '']))
    }
  })
  return calls
}

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
  return readShownList(inputs, { workspace, environment: {} })
}

/** The first column of a table, up to its end. */
function listMessages(table: string): readonly string[] {
  const [rows = ''] = table.split('\n\n', 1)
  return [...rows.matchAll(/^\| `(.*?)` \|/gm)].map(([, message = '']) =>
    message.replaceAll('\\|', '|')
  )
}

describe('docs/many.md', () => {
  const others = snippets.filter(
    ({ name, text }) => name === 'docs/many.md' && !/^ *requests: \|$/m.test(text)
  )

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

  it('resumes one by a step that GitHub and action.yml accept', () => {
    expect(others).toHaveLength(1)
    for (const { name, text } of others) {
      expect(() => readWorkflow(name, toWorkflow(text))).not.toThrow()
      const names = [...text.matchAll(/^ {4}([a-z-]+):/gm)].map(([, input = '']) => input)
      expect(declared.map(({ id }) => id)).toEqual(expect.arrayContaining(names))
    }
  })
})

/** Names of the items: what else has a name stands further to the right. */
function listNames(requests: string): readonly string[] {
  const [margin = ''] = /^ */.exec(requests) ?? []
  const names = requests.matchAll(new RegExp(`^${margin}- name: (\\w+)$`, 'gm'))
  return [...names].map(([, name = '']) => name)
}

describe('lists that are shown', () => {
  it('are found, in every place that shows some', () => {
    expect(new Set(shown.map(({ name }) => name))).toEqual(
      new Set([
        'README.md',
        'docs/many.md',
        'docs/many-jobs.md',
        'docs/migrating.md',
        'docs/recipes.md',
        'examples/create-use-check.yml',
        'examples/delete-vaults.yml',
        'examples/fan-out.yml',
        'examples/preview-comment.yml',
        'examples/release-data-factory.yml',
        'examples/stop-machines.yml',
        'examples/three-regions.yml',
        'examples/upgrade-node-pools.yml',
        'examples/whole-release.yml'
      ])
    )
  })

  it.each(shown)('are in a step that GitHub and action.yml accept: $name %#', async (snippet) => {
    const calls = await collectCalls(snippet.name, snippet.text)
    expect(calls).toHaveLength(1)
    const known = declared.map(({ id }) => id)
    for (const { inputs } of calls) {
      expect(known).toEqual(expect.arrayContaining(Object.keys(inputs)))
    }
  })

  it.each(shown)('are read: $name %#', async ({ name, text }) => {
    for (const { inputs, env } of await collectCalls(name, text)) {
      const { list, warnings } = await readShownList(inputs, { workspace, environment: env })
      expect(list.items.map(({ name: item }) => item)).toEqual(listNames(inputs.requests ?? ''))
      expect(warnings).toEqual([])
    }
  })

  it.each(shown)('are what an editor takes, too: $name %#', async ({ name, text }) => {
    for (const { inputs } of await collectCalls(name, text)) {
      // It takes a tag for the text after it.
      const list: unknown = parse(inputs.requests ?? '', { logLevel: 'silent' })
      expect(findSchemaFaults(list)).toEqual([])
    }
  })
})
