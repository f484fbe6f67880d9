/**
 * README.md is short, leads everywhere, and its numbers and commands are real. What its blocks and links are held to is
 * that of every document: docs.blocks.test.ts and docs.links.test.ts.
 */
import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { OWN_ACTION } from '../__fixtures__/doc-blocks.ts'
import { toAnchor } from '../__fixtures__/doc-links.ts'
import { MAX_OPERATIONS } from '../src/batch/plan.ts'
import { MAX_OUTPUT_BYTES } from '../src/condition/output-definitions.ts'
import { MAX_BODY_BYTES } from '../src/request/body.ts'
import { OUTCOME_STATUSES } from '../src/run/outcome.ts'

const README = readFileSync('README.md', 'utf8')
const MAX_LINES = 250

/** Cells of the table below a heading, row by row, without its head. */
function readTable(heading: string): readonly (readonly string[])[] {
  const [, rest = ''] = README.split(`\n${heading}\n\n`)
  const [table = ''] = rest.split('\n\n', 1)
  const rows = table.split('\n').slice(2)
  return rows.map((row) => row.slice(2, -2).split(' | '))
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

  it('has a line in examples/README.md for each example', () => {
    const page = readFileSync('examples/README.md', 'utf8')
    const listed = [...page.matchAll(/^\| \[([\w-]+\.yml)\]\(\1\) \|/gm)].map(([, name]) => name)
    const files = readdirSync('examples').filter((name) => name.endsWith('.yml'))
    expect(listed.sort()).toEqual(files.sort())
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
    expect(OWN_ACTION.endsWith(`@v${version.split('.')[0]}`)).toBe(true)
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
