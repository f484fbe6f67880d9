/**
 * docs/bodies.md can be followed: what is said to be sent is sent.
 */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readOwnManifest } from '../__fixtures__/action-manifest.ts'
import { type ActionCall, playWorkflow, readWorkflow } from '../__fixtures__/workflow.ts'
import { readBody } from '../src/request/body.ts'
import { parseHeaders } from '../src/request/headers.ts'
import { TAG_LIST } from '../src/request/yaml-document.ts'

const GUIDE = readFileSync('docs/bodies.md', 'utf8')
const { outputs = [] } = readOwnManifest()

/** Steps, and the body of the last of them where the text goes on to tell it. */
const examples = [
  ...GUIDE.matchAll(/^```yaml\n(.*?)^```\n(?:(?:(?!```|#)[^\n]*\n)*```json\n(.*?)^```)?/gms)
].map(([, steps = '', sent]) => ({ steps, sent }))

const FILES: Readonly<Record<string, string>> = {
  'infra/main.json': '{"resources": []}',
  'infra/roles.json': '{"resources": []}',
  'infra/prod.parameters.json':
    '{"parameters": {"env": {"value": "dev"}, "region": {"value": "westeurope"}}}',
  'scripts/setup.sh': '#!/bin/sh\n',
  'runbooks/stop.ps1': 'param([string] $Name)\n',
  'temp/group.json': '{"tags": {}}'
}
const ENVIRONMENT = {
  TITLE: 'Fix "x": {y} #1',
  ZONES: '["1", "2"]',
  PASSWORD: 'p@ss: {1} #2',
  BRANCH: "it's: mine"
}

let workspace = ''
beforeAll(() => {
  workspace = mkdtempSync(join(tmpdir(), 'docs-bodies-'))
  for (const [name, text] of Object.entries(FILES)) {
    mkdirSync(dirname(join(workspace, name)), { recursive: true })
    writeFileSync(join(workspace, name), text)
  }
})
afterAll(() => rmSync(workspace, { recursive: true, force: true }))

const QUOTED: Readonly<Record<string, string>> = {
  'github.sha': '7312e09',
  'vars.VAULT_ID': '/subscriptions/s/vaults/v'
}

function toWorkflow(steps: string): string {
  const indented = steps.replace(/^(?=.)/gm, '      ')
  return `on: push\njobs:\n  guide:\n    runs-on: ubuntu-latest\n    steps:\n${indented}`
}

async function collectCalls(steps: string): Promise<readonly ActionCall[]> {
  const calls: ActionCall[] = []
  // The lexer of @actions/expressions reads only the first quote of a text well, so those in quotes are filled in here.
  const filled = steps.replace(/'\$\{\{ (\S+) \}\}'/g, (_, name: string) => `'${QUOTED[name]}'`)
  await playWorkflow(readWorkflow('docs/bodies.md', toWorkflow(filled)), {
    action: 'arm-operation/arm-operation@v0',
    contexts: {
      github: { head_ref: 'a', event: { pull_request: { title: 'b' } } },
      vars: { ZONES: '[]' },
      secrets: { DATABASE_PASSWORD: 'c' },
      runner: { temp: join(workspace, 'temp') }
    },
    run: async (call) => {
      calls.push(call)
      return Object.fromEntries(outputs.map(({ id }) => [id, '']))
    }
  })
  return calls
}

function readCallBody({ inputs }: ActionCall) {
  return readBody({
    body: inputs.body ?? '',
    bodyFile: inputs['body-file'] ?? '',
    contentType: parseHeaders(inputs.headers ?? '')['Content-Type'],
    workspace,
    tempFolder: join(workspace, 'temp'),
    environment: ENVIRONMENT,
    mask: () => {}
  })
}

describe('docs/bodies.md', () => {
  it.each(TAG_LIST.split(', '))('has an example for %s', (tag) => {
    expect(GUIDE).toContain(`| [\`${tag} `)
  })

  it('has examples', () => {
    expect(examples.length).toBeGreaterThanOrEqual(9)
    expect(examples.filter(({ sent }) => sent !== undefined)).toHaveLength(4)
  })

  it.each(examples)('has steps whose bodies are read: %#', async ({ steps, sent }) => {
    const calls = await collectCalls(steps)
    const call = calls.at(-1)
    const body = call === undefined ? undefined : await readCallBody(call)
    expect(body?.text).toMatch(/./)
    if (sent !== undefined) expect(JSON.parse(body?.text ?? '')).toEqual(JSON.parse(sent))
  })

  // Bodies of YAML: an expression without quotes would be read as more than one text.
  it.each(examples)('quotes every expression in a body: %#', ({ steps }) => {
    const [, body = ''] = /^ {4}body: \|\n(.*)/ms.exec(steps) ?? []
    expect(body.match(/[^']\$\{\{.*?\}\}|\$\{\{.*?\}\}[^']/g)).toBeNull()
  })
})
