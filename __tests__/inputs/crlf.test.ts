/**
 * Every input means the same with the line breaks of Windows: a file that PowerShell wrote comes in through an expression
 * with CRLF, and files are checked out with it.
 */
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type GivenTexts, LIST_CONTEXT, readList, SUBSCRIPTION } from '../../__fixtures__/lists.ts'
import type { InputName } from '../../src/contract.ts'
import type { InputContext } from '../../src/inputs/reader.ts'
import { readStep } from '../../src/inputs/step.ts'

const REQUEST: GivenTexts = {
  method: 'PUT',
  url: '/subscriptions/{subscriptionId}/x',
  'api-version': '2025-01-01',
  token: 'x',
  'subscription-id': SUBSCRIPTION
}
const GUID = '00000000-1111-2222-3333-444444444444'
const YAML = 'a: 1\nb: |\n  c\n  d\ne: >\n  f\n  g\nh: "i\n  j"\nk:\n  - { l: m }\n# end\n'
const JSONC = '{\n  // why\n  "a": 1,\n  "b": "c",\n}\n'
const LIST = `- name: a\n  method: PUT\n  url: /x?api-version=1\n  headers:\n    x-a: b\n  body:\n    c: |\n      d\n      e\n- name: b\n  needs: a\n  method: GET\n  url: >-\n    /y\n    ?api-version=1\n  wait-until: >\n    a ==\n    'b'\n`

/** Each input with a text of several lines, and what it needs beside it. */
const ROWS: Readonly<Partial<Record<InputName, readonly [text: string, more?: GivenTexts]>>> = {
  method: ['PUT\n'],
  url: ['\n/subscriptions/{subscriptionId}\n  /x\n  ?$filter=a eq 1\n'],
  'api-version': ['2025-01-01\n'],
  headers: ['x-a: b\n\nIf-Match: *\n'],
  body: [YAML],
  'body-file': ['body.yaml\n'],
  'subscription-id': [`${SUBSCRIPTION}\n`],
  token: ['x\n'],
  'client-id': [`${GUID}\n`, { token: '', 'tenant-id': GUID, 'client-secret': 's' }],
  'tenant-id': [`${GUID}\n`, { token: '', 'client-id': GUID, 'client-secret': 's' }],
  'client-secret': ['s\n', { token: '', 'client-id': GUID, 'tenant-id': GUID }],
  creds: [
    `{\n  "clientId": "${GUID}",\n  "clientSecret": "s",\n  "tenantId": "${GUID}",\n  "subscriptionId": "${GUID}"\n}\n`,
    { token: '' }
  ],
  timeout: ['5m\n'],
  'success-states': ['Ready\n\nDone\n'],
  'failure-states': ['Broken\nGone\n'],
  'accept-status': ['404\nRoleAssignmentExists\n'],
  'retry-on': ['409\nAnotherOperationInProgress\n'],
  'wait-until': ["properties.state ==\n'Ready' &&\n\ta\n"],
  'wait-until-url': ['{resource}\n/sub\n', { 'wait-until': 'a' }],
  'fail-if': ["properties.state ==\n  'Broken'\n"],
  outputs: ['a: b.c\n\nd: e\n'],
  'masked-outputs': ['a\nb\n'],
  'cancel-url': ['/x/cancel\n?a=b\n', { 'on-cancel': 'cancel' }],
  'response-file': ['out.json\n']
}

let context: InputContext = LIST_CONTEXT
const toCrlf = (text: string) => text.replaceAll('\n', '\r\n')

beforeAll(() => {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'crlf-test-')))
  context = { ...LIST_CONTEXT, workspace: join(root, 'w'), tempFolder: join(root, 't') }
  for (const folder of [context.workspace, context.tempFolder]) mkdirSync(folder)
  const files = { 'body.yaml': YAML, 'body.json': JSONC, 'list.yaml': LIST }
  for (const [name, text] of Object.entries(files)) {
    writeFileSync(join(context.workspace, name), text)
    writeFileSync(join(context.workspace, `crlf-${name}`), toCrlf(text))
    writeFileSync(join(context.workspace, `bom-${name}`), `\ufeff${toCrlf(text)}`)
  }
})

afterAll(() => rmSync(join(context.workspace, '..'), { recursive: true }))

const readOne = (given: GivenTexts) => {
  const all = { ...REQUEST, ...given }
  return readStep((name) => all[name] ?? '', context)
}

const withoutFunctions = (step: object): unknown => JSON.parse(JSON.stringify(step))

describe('CRLF', () => {
  it.each(Object.entries(ROWS))('in %s is a line break like any other', async (name, row) => {
    const [text, more] = row
    const plain = await readOne({ ...more, [name]: text })
    const step = await readOne({ ...more, [name]: toCrlf(text) })
    expect(withoutFunctions(step)).toEqual(withoutFunctions(plain))
  })

  it.each(['crlf-body.yaml', 'bom-body.yaml', 'crlf-body.json', 'bom-body.json'])(
    'in %s is one, too, and so is a byte order mark none',
    async (file) => {
      const read = async (name: string) => {
        const { start } = (await readOne({ 'body-file': name })).operation
        if (start.kind === 'resume') throw new Error('it is no request')
        return JSON.parse(start.body ?? '')
      }
      expect(await read(file)).toEqual(await read(file.replace(/^\w+-/, '')))
    }
  )

  it.each<[string, GivenTexts]>([
    ['requests', { requests: toCrlf(LIST) }],
    ['requests with a byte order mark', { requests: `\ufeff${toCrlf(LIST)}` }],
    ['requests-file', { 'requests-file': 'crlf-list.yaml' }],
    ['requests-file with a byte order mark', { 'requests-file': 'bom-list.yaml' }]
  ])('in %s makes the same list', async (_what, given) => {
    const plain = await readList({ requests: LIST }, context)
    const step = await readList(given, context)
    expect(withoutFunctions(step.list)).toEqual(withoutFunctions(plain.list))
  })
})
