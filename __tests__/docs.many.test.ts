/**
 * Every list of operations that a document or an example shows is one that the action reads without a word.
 */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { readOwnManifest } from '../__fixtures__/action-manifest.ts'
import { CAN_READ_LISTS, readList } from '../__fixtures__/lists.ts'
import { type ActionCall, playWorkflow, readWorkflow } from '../__fixtures__/workflow.ts'
import { parseOutputs } from '../src/condition/output-definitions.ts'

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
  'infra/main.json': '{"parameters": {"location": {"type": "string"}}, "resources": []}',
  'infra/platform.json': '{"resources": []}',
  'infra/shop.json': '{"resources": []}'
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
      github: { run_id: '1', run_attempt: '1', sha: '7312e09' },
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

describe('docs/many.md', () => {
  const others = snippets.filter(
    ({ name, text }) => name === 'docs/many.md' && !/^ *requests: \|$/m.test(text)
  )

  it('resumes one by a step that GitHub and action.yml accept', () => {
    expect(others).toHaveLength(1)
    for (const { name, text } of others) {
      expect(() => readWorkflow(name, toWorkflow(text))).not.toThrow()
      const names = [...text.matchAll(/^ {4}([a-z-]+):/gm)].map(([, input = '']) => input)
      expect(declared.map(({ id }) => id)).toEqual(expect.arrayContaining(names))
    }
  })
})

describe('lists that are shown', () => {
  it('are found, in every place that shows some', () => {
    expect(new Set(shown.map(({ name }) => name))).toEqual(
      new Set([
        'README.md',
        'docs/many.md',
        'docs/many-jobs.md',
        'docs/migrating.md',
        'examples/create-use-check.yml',
        'examples/three-regions.yml',
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

  it.skipIf(!CAN_READ_LISTS).each(shown)('are read: $name %#', async ({ name, text }) => {
    for (const { inputs, env } of await collectCalls(name, text)) {
      const { list, warnings } = await readList(inputs, { workspace, environment: env })
      const written = inputs.requests?.match(/^- name: \w+$/gm) ?? []
      expect(list.items.map(({ name: item }) => `- name: ${item}`)).toEqual(written)
      expect(warnings).toEqual([])
    }
  })

  it.each(shown)('quote what YAML would read otherwise: $name %#', async ({ name, text }) => {
    for (const { inputs } of await collectCalls(name, text)) {
      // Tags are the list's own, and beside the point.
      const list: unknown = parse(inputs.requests ?? '', { logLevel: 'silent' })
      expect(list).toBeInstanceOf(Array)
    }
  })
})
