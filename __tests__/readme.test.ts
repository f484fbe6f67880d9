/**
 * README.md can be followed: its tables are those of action.yml, and its workflows, commands and links are real.
 */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { parse as parseJson } from 'jsonc-parser'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { readOwnManifest } from '../__fixtures__/action-manifest.ts'
import { type ActionCall, playWorkflow, readWorkflow } from '../__fixtures__/workflow.ts'
import { parseOutputs } from '../src/condition/output-definitions.ts'
import { METHODS } from '../src/http/message.ts'
import { looksLikeJson } from '../src/request/text-origin.ts'
import { parseYaml } from '../src/request/yaml-document.ts'

const GENERATOR = resolve('scripts/generate-readme.mjs')
const README = readFileSync('README.md', 'utf8')

const runGenerator = (folder: string, ...args: string[]) =>
  spawnSync(process.execPath, [GENERATOR, ...args], { cwd: folder, encoding: 'utf8' })

describe('the generated tables', () => {
  it('are those of action.yml', () => {
    expect(runGenerator('.', '--check')).toMatchObject({ status: 0, stderr: '' })
  })
})

describe('generate-readme', () => {
  const frame = [
    'Before',
    '<!-- begin inputs -->',
    '<!-- end inputs -->',
    'Between',
    '<!-- begin outputs -->',
    '<!-- end outputs -->',
    'After',
    ''
  ].join('\n')
  const action = [
    'inputs:',
    '  method: { description: "One | other,\\n  in two lines", required: true }',
    '  wait: { description: Whether to wait., default: "true" }',
    'outputs:',
    '  status: { description: How it ended. }',
    ''
  ].join('\n')
  let folder = ''

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'generate-readme-'))
  })
  afterEach(() => rmSync(folder, { recursive: true, force: true }))

  const write = (actionText: string, readmeText: string) => {
    writeFileSync(join(folder, 'action.yml'), actionText)
    writeFileSync(join(folder, 'README.md'), readmeText)
  }
  const readReadme = () => readFileSync(join(folder, 'README.md'), 'utf8')

  it('fills both tables and leaves the rest alone', () => {
    write(action, frame)
    expect(runGenerator(folder)).toMatchObject({ status: 0, stderr: '' })
    expect(readReadme()).toBe(
      [
        'Before',
        '<!-- begin inputs -->',
        '| Input | Meaning | Default |',
        '| --- | --- | --- |',
        '| `method` | **Required.** One \\| other, in two lines | |',
        '| `wait` | Whether to wait. | `true` |',
        '<!-- end inputs -->',
        'Between',
        '<!-- begin outputs -->',
        '| Output | Meaning |',
        '| --- | --- |',
        '| `status` | How it ended. |',
        '<!-- end outputs -->',
        'After',
        ''
      ].join('\n')
    )
  })

  it('changes nothing the second time, and then passes its check', () => {
    write(action, frame)
    runGenerator(folder)
    const first = readReadme()
    expect(runGenerator(folder, '--check')).toMatchObject({ status: 0, stderr: '' })
    expect(runGenerator(folder).status).toBe(0)
    expect(readReadme()).toBe(first)
  })

  it('fails its check, and writes nothing, when README.md is behind', () => {
    write(action, frame)
    const { status, stderr } = runGenerator(folder, '--check')
    expect(status).toBe(1)
    expect(stderr).toContain('README.md is behind action.yml')
    expect(readReadme()).toBe(frame)
  })

  it.each([
    ['input `wait`', action.replace('description: Whether to wait., ', ''), frame],
    ['input `wait`', action.replace('Whether to wait.', '" "'), frame],
    ['output `status`', action.replace('{ description: How it ended. }', ''), frame],
    ['<!-- begin inputs -->', action, frame.replace('<!-- begin inputs -->', '')],
    ['<!-- end outputs -->', action, frame.replace('<!-- end outputs -->', '')],
    ['<!-- begin inputs -->', action, `${frame}<!-- begin inputs -->`]
  ])('names what is missing or doubled: %s', (named, actionText, readmeText) => {
    write(actionText, readmeText)
    const { status, stderr } = runGenerator(folder)
    expect(status).toBe(1)
    expect(stderr).toContain(named)
    expect(readReadme()).toBe(readmeText)
  })
})

const ACTION = 'arm-operation/arm-operation@v0'
const HANDLE = 'armop1.payload.check'
const manifest = readOwnManifest()
const declaredOutputs = Object.fromEntries((manifest.outputs ?? []).map(({ id }) => [id, '']))
const snippets = README.split(/^#{2,3} /m).flatMap((section) =>
  [...section.matchAll(/^```yaml\n(.*?)^```$/gms)].map(([, text = '']) => ({
    title: section.slice(0, section.indexOf('\n')),
    text
  }))
)

/** A whole workflow as it is; steps as the only job of one. */
function toWorkflow(snippet: string): string {
  if (snippet.startsWith('name:')) return snippet
  const steps = snippet.replace(/^(?=.)/gm, '      ')
  return `on: push\njobs:\n  recipe:\n    runs-on: ubuntu-latest\n    steps:\n${steps}`
}

async function collectCalls(snippet: string): Promise<ActionCall[]> {
  const calls: ActionCall[] = []
  const ids = { AZURE_CLIENT_ID: 'c', AZURE_TENANT_ID: 't', AZURE_SUBSCRIPTION_ID: 's' }
  await playWorkflow(readWorkflow('README.md', toWorkflow(snippet)), {
    action: ACTION,
    contexts: {
      github: { run_id: '1', run_attempt: '1' },
      vars: ids,
      inputs: { operation: HANDLE },
      secrets: { DATABASE_PASSWORD: 'p' }
    },
    run: async (call) => {
      calls.push(call)
      const own = parseOutputs(call.inputs.outputs ?? '', []).map(({ name }) => [name, ''])
      const response = '{"value":[{"message":"up 3 days"}]}'
      return { ...declaredOutputs, ...Object.fromEntries(own), response }
    }
  })
  return calls
}

describe('the snippets', () => {
  it('are found', () => {
    expect(snippets.length).toBeGreaterThanOrEqual(7)
  })

  it.each(snippets)('are what GitHub accepts: $title', async ({ text }) => {
    const calls = await collectCalls(text)
    expect(calls).toHaveLength(1)
    const known = (manifest.inputs ?? []).map(({ id }) => id)
    for (const { inputs } of calls) {
      expect(known).toEqual(expect.arrayContaining(Object.keys(inputs)))
      if (inputs.resume !== undefined) {
        expect(inputs).toMatchObject({ resume: HANDLE, 'subscription-id': 's' })
        expect(inputs).not.toHaveProperty('method')
        continue
      }
      // Lists are read in docs.many.test.ts.
      if (inputs.requests !== undefined) continue
      expect(METHODS).toContain(inputs.method)
      expect(inputs.url).toMatch(/^\/subscriptions\/\{subscriptionId\}\//)
      expect(inputs['api-version']).toMatch(/^\d{4}-\d{2}-\d{2}$/)
      expectBody(inputs.body ?? '{}')
    }
  })
})

/** JSON with comments, or YAML with no tags but the action's own. */
function expectBody(body: string): void {
  if (!looksLikeJson(body)) {
    expect(() => parseYaml(body, { input: 'body', place: '' })).not.toThrow()
    return
  }
  const errors: Parameters<typeof parseJson>[1] = []
  parseJson(body, errors)
  expect(errors).toEqual([])
}

/** The anchor that GitHub gives a heading. */
function toAnchor(title: string): string {
  return title
    .toLowerCase()
    .replace(/[^\p{L}\p{N}_ -]/gu, '')
    .replaceAll(' ', '-')
}

describe('the documents', () => {
  const guides = readdirSync('docs')
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`)
  const documents = ['README.md', 'CONTRIBUTING.md', 'SECURITY.md', 'CHANGELOG.md', ...guides].map(
    (name) => [name, readFileSync(name, 'utf8')] as const
  )

  it.each(documents)('%s links to files that exist', (name, text) => {
    const links = [...text.matchAll(/\]\((?!https:|#)([^)#]+)/g)].map(([, path = '']) => path)
    const folder = dirname(name)
    expect(links.filter((path) => !existsSync(join(folder, path)))).toEqual([])
  })

  it.each(documents)('%s links to headings that exist', (name, text) => {
    const links = [...text.matchAll(/\]\((?!https:)([^)#]*)#([^)]+)\)/g)]
    const broken = links.filter(([, path = '', anchor = '']) => {
      const target = path === '' ? text : readFileSync(join(dirname(name), path), 'utf8')
      const headings = [...target.matchAll(/^#+ (.*)$/gm)].map(([, title = '']) => toAnchor(title))
      return !headings.includes(anchor)
    })
    expect(broken.map(([link]) => link)).toEqual([])
  })

  it.each(documents)('%s names commands that exist', (_name, text) => {
    const manifestText = readFileSync('package.json', 'utf8')
    const { scripts }: { scripts: Record<string, string> } = JSON.parse(manifestText)
    const named = [...text.matchAll(/npm (?:run ([a-z-]+)|test)/g)].map(
      ([, script = 'test']) => script
    )
    expect(named.filter((script) => !(script in scripts))).toEqual([])
  })
})
