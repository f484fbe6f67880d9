/**
 * README.md can be followed, and so can the pages that it leads to first: their steps, commands, numbers and links are
 * real.
 */
import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { parse as parseJson } from 'jsonc-parser'
import { describe, expect, it } from 'vitest'
import { readOwnManifest } from '../__fixtures__/action-manifest.ts'
import { type ActionCall, playWorkflow, readWorkflow } from '../__fixtures__/workflow.ts'
import { MAX_OPERATIONS } from '../src/batch/plan.ts'
import { MAX_OUTPUT_BYTES, parseOutputs } from '../src/condition/output-definitions.ts'
import { METHODS } from '../src/http/message.ts'
import { MAX_BODY_BYTES } from '../src/request/body.ts'
import { looksLikeJson } from '../src/request/text-origin.ts'
import { parseYaml } from '../src/request/yaml-document.ts'
import { OUTCOME_STATUSES } from '../src/run/outcome.ts'

const README = readFileSync('README.md', 'utf8')
const ACTION = 'arm-operation/arm-operation@v0'
const HANDLE = 'armop1.payload.check'
const MAX_LINES = 250

const manifest = readOwnManifest()
const declaredOutputs = Object.fromEntries((manifest.outputs ?? []).map(({ id }) => [id, '']))

/** Rows of the table below a heading, without its head: their cells. */
function readTable(heading: string): readonly (readonly string[])[] {
  const [, rest = ''] = README.split(`\n${heading}\n\n`)
  const rows = rest.split('\n').filter((line, index, lines) => {
    const table = lines.findIndex((each) => each === '' && lines.indexOf(each) > 0)
    return line.startsWith('| ') && index < table
  })
  return rows.slice(2).map((row) => row.slice(2, -2).split(' | '))
}

describe('README.md', () => {
  it('is short', () => {
    expect(README.trimEnd().split('\n').length).toBeLessThanOrEqual(MAX_LINES)
  })

  it('has a picture with a text beside it, for either theme', () => {
    const pictures = [...README.matchAll(/(?:srcset|src)="([^"]+)"/g)].map(([, path = '']) => path)
    expect(pictures).toHaveLength(2)
    expect(pictures.filter((path) => !existsSync(path))).toEqual([])
    expect(README).toMatch(/<img [^>]*alt="Job summary: [^"]{80,}"/)
  })

  it('has its chapters in its contents, in their order', () => {
    const [, contents = ''] = /\*\*Contents\*\*: (.*?)\n\n/s.exec(README) ?? []
    const anchors = [...contents.matchAll(/\]\(#([^)]+)\)/g)].map(([, anchor]) => anchor)
    const chapters = [...README.matchAll(/^#{2,3} (.*)$/gm)].map(([, title = '']) =>
      toAnchor(title)
    )
    expect(anchors).toEqual(chapters)
  })

  it('leads to every document', () => {
    const documents = readdirSync('docs').filter((name) => name.endsWith('.md'))
    expect(documents.filter((name) => !README.includes(`(docs/${name}`))).toEqual([])
    const [, groups = ''] = README.split('\n## All documents\n')
    const inputs = readFileSync('docs/inputs.md', 'utf8')
    for (const [, title = ''] of inputs.matchAll(/^## (Inputs: .*)$/gm)) {
      expect(groups).toContain(`(docs/inputs.md#${toAnchor(title)})`)
    }
  })

  it('tells every status', () => {
    const told = readTable('### Statuses').map(([status]) => status)
    expect(told).toEqual(OUTCOME_STATUSES.map((status) => `\`${status}\``))
  })

  it('tells the limits that the code has', () => {
    const limits = readTable('## Limits').map(([, limit = '']) => limit)
    expect(limits[0]).toContain(`${MAX_BODY_BYTES / 2 ** 20} MB`)
    expect(limits[1]).toBe(MAX_OPERATIONS.toLocaleString('en-US'))
    expect(limits[2]).toContain(`${MAX_OUTPUT_BYTES / 2 ** 10} KiB`)
  })

  it('names the releases of the changelog and of the package', () => {
    const { version }: { version: string } = JSON.parse(readFileSync('package.json', 'utf8'))
    expect(README).toContain(`\`v${version}\``)
    expect(ACTION).toBe(`arm-operation/arm-operation@v${version.split('.')[0]}`)
  })
})

describe('the commands that set it up', () => {
  const [, script = ''] = /^```sh\n(repository=.*?)^```$/ms.exec(README) ?? []
  // What each tool is asked for, with answers in the place of Azure's and GitHub's.
  const tools = `
az() { printf '%s\\0' az "$@" >&2; case "$*" in *appId*) echo app;; *'sp create'*) echo principal;; *) echo id;; esac; }
gh() { printf '%s\\0' gh "$@" >&2; if [ "$1" = api ]; then echo 'octo-org@1/shop@2'; fi; }
`
  const { status, stderr } = spawnSync('bash', ['-euc', `${tools}${script}`], { encoding: 'utf8' })
  const words = stderr.split('\0')
  const findAfter = (word: string) =>
    words.flatMap((each, at) => (each === word ? words[at + 1] : []))

  it('run', () => {
    expect(status).toBe(0)
  })

  it('make a federated credential for the branch', () => {
    expect(findAfter('--parameters').map((text) => JSON.parse(text ?? ''))).toEqual([
      {
        name: 'main',
        issuer: 'https://token.actions.githubusercontent.com',
        subject: 'repo:octo-org@1/shop@2:ref:refs/heads/main',
        audiences: ['api://AzureADTokenExchange']
      }
    ])
  })

  it('give the role to what was made, and keep the ids as the workflow reads them', () => {
    expect(findAfter('--assignee-object-id')).toEqual(['principal'])
    const [, workflow = ''] = README.split('\n## The smallest workflow\n')
    const read = [...workflow.matchAll(/\bvars\.(\w+)/g)].map(([, name]) => name)
    expect(findAfter('set')).toEqual([...new Set(read)])
  })
})

const PAGES = ['README.md', 'docs/deployments.md', 'docs/canceling.md', 'docs/resuming.md']
  .concat(['docs/answers.md', 'docs/conditions.md'])
  .map((name) => ({ name, text: readFileSync(name, 'utf8') }))
const snippets = PAGES.flatMap(({ name, text: page }) =>
  [...page.matchAll(/^```yaml\n(.*?)^```$/gms)]
    .map(([, text = '']) => ({ name, text }))
    // What is no step belongs into one.
    .filter(({ text }) => /^(?:- |name:)/.test(text))
)

/** A whole workflow as it is; steps as the only job of one. */
function toWorkflow(snippet: string): string {
  if (snippet.startsWith('name:')) return snippet
  const steps = snippet.replace(/^(?=.)/gm, '      ')
  return `on: push\njobs:\n  recipe:\n    runs-on: ubuntu-latest\n    steps:\n${steps}`
}

async function collectCalls(name: string, snippet: string): Promise<ActionCall[]> {
  const calls: ActionCall[] = []
  const ids = { AZURE_CLIENT_ID: 'c', AZURE_TENANT_ID: 't', AZURE_SUBSCRIPTION_ID: 's' }
  await playWorkflow(readWorkflow(name, toWorkflow(snippet)), {
    action: ACTION,
    contexts: {
      github: { run_id: '1', run_attempt: '1' },
      vars: ids,
      inputs: { operation: HANDLE },
      secrets: { DATABASE_PASSWORD: 'p' }
    },
    run: async (call) => {
      calls.push(call)
      const own = parseOutputs(call.inputs.outputs ?? '', []).map(({ name: output }) => [
        output,
        ''
      ])
      const response = '{"value":[{"message":"up 3 days"}],"etag":"7"}'
      return { ...declaredOutputs, ...Object.fromEntries(own), response }
    }
  })
  return calls
}

describe('the snippets', () => {
  it('are found on every page', () => {
    expect(new Set(snippets.map(({ name }) => name))).toEqual(
      new Set(PAGES.map(({ name }) => name))
    )
    expect(snippets.filter(({ name }) => name === 'README.md').length).toBeGreaterThanOrEqual(7)
  })

  it('are refused where the runner refuses them', () => {
    const body = 'with: { body: { template: !file infra/main.bicep } }'
    expect(() => readWorkflow('x', toWorkflow(`- uses: ${ACTION}\n  ${body}\n`))).toThrow(/!file/)
  })

  it.each(snippets)('are what GitHub accepts: $name %#', async ({ name, text }) => {
    const calls = await collectCalls(name, text)
    expect(calls.length).toBeGreaterThanOrEqual(1)
    const known = (manifest.inputs ?? []).map(({ id }) => id)
    for (const { inputs } of calls) {
      expect(known).toEqual(expect.arrayContaining(Object.keys(inputs)))
      if (inputs.resume !== undefined) {
        expect(inputs.resume).toBe(HANDLE)
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
  const documents = ['README.md', 'CONTRIBUTING.md', 'SECURITY.md', 'CHANGELOG.md']
    .concat(['examples/README.md', ...guides])
    .map((name) => [name, readFileSync(name, 'utf8')] as const)

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
    const named = [...text.matchAll(/npm (?:run ([a-z:-]+)|test)/g)].map(
      ([, script = 'test']) => script
    )
    expect(named.filter((script) => !(script in scripts))).toEqual([])
  })

  it('has a line for each example', () => {
    const page = readFileSync('examples/README.md', 'utf8')
    const listed = [...page.matchAll(/^\| \[([\w-]+\.yml)\]\(\1\) \|/gm)].map(([, name]) => name)
    const files = readdirSync('examples').filter((name) => name.endsWith('.yml'))
    expect(listed.sort()).toEqual(files.sort())
  })
})
