/**
 * Faults in the body of a deployment, told before anything is sent: by the place in what the author wrote, and with no
 * value of it.
 */
import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type GivenInputs, readInputs } from '../../__fixtures__/inputs.ts'

const GROUP = '/subscriptions/00000000-1111-2222-3333-444444444444/resourceGroups/shop'
const DEPLOYMENT = `${GROUP}/providers/Microsoft.Resources/deployments/web`
const SECRET = 'hunter2-hunter2'
const FILES = {
  'main.json': JSON.stringify({
    parameters: { name: { type: 'string' }, count: { type: 'int', defaultValue: 1 } }
  }),
  'p.json': `{\n  "$schema": "s",\n  "parameters": {\n    // why\n    "name": "${SECRET}"\n  }\n}`,
  'types.json': `{\n  "parameters": {\n    "name": { "value": "a" },\n    "count": {\n      "value": "${SECRET}" }\n  }\n}`,
  'p.yaml': `parameters:\n  name: ${SECRET}\n`,
  'body.json': `{ "properties": {\n  "template": "${SECRET}" } }`,
  'body.yaml': `properties:\n  template: ${SECRET}\n`
}

let workspace = ''

beforeAll(() => {
  workspace = realpathSync(mkdtempSync(join(tmpdir(), 'deployment-body-test-')))
  for (const [name, text] of Object.entries(FILES)) writeFileSync(join(workspace, name), text)
})

afterAll(() => rmSync(workspace, { recursive: true, force: true }))

function read(given: GivenInputs) {
  const inputs = { method: 'PUT', url: DEPLOYMENT, 'api-version': '2025-04-01', ...given }
  return readInputs(inputs, { workspace })
}

const OTHER_BODY = 'properties: { template: x, parameters: { a: b } }'
const TEMPLATE = 'properties:\n  template: !file main.json\n'

describe('a deployment', () => {
  it.each<[string, GivenInputs, string]>([
    [
      'YAML',
      { body: `properties:\n  mode: Incremental\n  template: ${SECRET}\n` },
      'Input body: at line 3, column 13 (after "template"): properties.template is text, not an object. Allowed: the template itself: in a YAML body, "template: !file" and the path of its file; in JSON, an object.'
    ],
    [
      'JSON',
      { body: `\ufeff{"properties": {\n "Template": "${SECRET}"}}` },
      'Input body: at line 2, column 14 (after "Template"): properties.template is text'
    ],
    [
      'a file of JSON',
      { 'body-file': 'body.json' },
      'Input body-file: in "body.json" at line 2, column 15 (after "template"): properties.template is text'
    ],
    [
      'a file of YAML',
      { 'body-file': 'body.yaml' },
      'Input body-file: in "body.yaml" at line 2, column 13 (after "template"): properties.template is text'
    ],
    [
      'a file that is included',
      { body: `${TEMPLATE}  parameters: !file p.json#/parameters` },
      'Input body: in "p.json" at line 5, column 13 (after "name"): the parameter "name" is text, where'
    ],
    [
      'YAML that is included',
      { body: `${TEMPLATE}  parameters: !file p.yaml#/parameters` },
      'Input body: in "p.yaml": the parameter "name" is text, where'
    ],
    [
      'a whole file that is included',
      { body: `${TEMPLATE}  parameters: !file p.json` },
      'Input body: in "p.json" at line 1, column 1: properties.parameters is a whole parameter file. Allowed: only its part "parameters": "parameters: !file p.json#/parameters".'
    ],
    [
      'a whole file that is joined with others',
      { body: `${TEMPLATE}  parameters: !merge [!file p.json, !values { name: web }]` },
      'properties.parameters is a whole parameter file. Allowed: only its part "parameters": "parameters: !file p.json#/parameters".'
    ],
    [
      'a value of another type',
      { body: `${TEMPLATE}  parameters: !file types.json#/parameters` },
      'Input body: in "types.json" at line 5, column 16 (after "value"): the parameter "count" is text, and the template "main.json" wants int.'
    ],
    [
      'several places',
      { body: `${TEMPLATE}  parameters:\n    nane: { value: ${SECRET} }\n` },
      'Input body: at line 4, column 11 (after "nane"): the template "main.json" has no parameter "nane"; at line 4, column 5 (after "parameters"): the template "main.json" needs a value for the parameter "name". Allowed: "name", "count".'
    ],
    [
      'no parameters at all',
      { body: TEMPLATE },
      'Input body: at line 2, column 3 (after "properties"): the template "main.json" needs a value for the parameter "name".'
    ]
  ])('has its faults told in %s', async (_where, given, message) => {
    const text = await read(given).then(
      () => 'nothing',
      (error: unknown) => String(error)
    )
    expect(text).toContain(message)
    expect(text).not.toContain(SECRET)
  })

  it.each(['/whatIf', '/validate'])('is checked before %s', async (action) => {
    const given = { method: 'POST', url: DEPLOYMENT + action, body: 'properties: {template: x}' }
    await expect(read(given)).rejects.toThrow('properties.template is text')
  })

  it('that is a stack is checked', async () => {
    const url = `${GROUP}/providers/Microsoft.Resources/deploymentStacks/web`
    const body = 'properties: {template: x}'
    await expect(read({ url, body })).rejects.toThrow('properties.template is text')
  })

  it.each<[string, GivenInputs]>([
    ['is right', { body: `${TEMPLATE}  parameters: { name: { value: web } }` }],
    ['is another resource', { url: `${GROUP}/providers/Microsoft.App/jobs/j`, body: OTHER_BODY }]
  ])('that %s is left alone', async (_what, given) => {
    await expect(read(given)).resolves.toMatchObject({ method: 'PUT' })
  })
})
