/**
 * docs/inputs.md is made from action.yml, and its generator refuses what it cannot tell.
 */
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readOwnManifest } from '../__fixtures__/action-manifest.ts'
import { SINCE, TAKES } from '../scripts/contract-facts.ts'
import { fillInputsPage } from '../scripts/inputs-page.ts'
import { INPUT_NAMES, OUTPUT_NAMES } from '../src/contract.ts'

const PAGE = readFileSync('docs/inputs.md', 'utf8')

describe('docs/inputs.md', () => {
  it('is what action.yml says', () => {
    expect(fillInputsPage(readFileSync('action.yml', 'utf8'), PAGE)).toBe(PAGE)
  })

  it('has a section for each input and output, in the order of action.yml', () => {
    const { inputs = [], outputs = [] } = readOwnManifest()
    const sections = [...PAGE.matchAll(/^### (.*)$/gm)].map(([, title]) => title)
    expect(sections).toEqual([
      ...inputs.map(({ id }) => `\`${id}\``),
      ...outputs.map(({ id }) => `Output \`${id}\``)
    ])
  })

  it('tells the default of each input that has one', () => {
    for (const { id, default: preset } of readOwnManifest().inputs ?? []) {
      const [, section = ''] = PAGE.split(`\n### \`${id}\`\n`)
      const [told = ''] = section.split('\n#', 1)
      const text = preset === undefined ? 'no default' : `default \`${preset.toString()}\``
      expect(told).toContain(` · ${text} · since `)
    }
  })
})

describe('contract-facts', () => {
  it.each([
    ['inputs', INPUT_NAMES],
    ['outputs', OUTPUT_NAMES]
  ] as const)('names the release of each of the %s, once', (kind, names) => {
    const brought = Object.values(SINCE).flatMap((release) => release[kind])
    expect([...brought].sort()).toEqual([...names].sort())
  })

  it('names releases that CHANGELOG.md has', () => {
    const changes = readFileSync('CHANGELOG.md', 'utf8')
    for (const release of Object.keys(SINCE)) expect(changes).toContain(`\n## ${release} `)
  })

  it('tells what each input takes, and of nothing else', () => {
    expect(Object.keys(TAKES).sort()).toEqual([...INPUT_NAMES].sort())
  })
})

describe('fillInputsPage', () => {
  const frame = ['Before', '<!-- begin inputs -->', '<!-- end inputs -->', 'Between']
    .concat(['<!-- begin outputs -->', '<!-- end outputs -->', 'After', ''])
    .join('\n')
  const action = [
    'inputs:',
    '  # The request',
    '  body: { description: "One | other,\\n  see [lists](docs/many.md).", required: true }',
    '',
    '  # Waiting',
    '  wait: { description: Whether to wait., default: "true" }',
    'outputs:',
    '  # The verdict',
    '  status: { description: How it ended. }',
    ''
  ].join('\n')
  const page = `Before
<!-- begin inputs -->

| Group | Inputs |
| --- | --- |
| The request | [\`body\`](#body) |
| Waiting | [\`wait\`](#wait) |

## Inputs: the request

### \`body\`

One | other, see [lists](many.md).

*Required · [JSON, YAML or other text](bodies.md) · no default · since 0.1.0*

## Inputs: waiting

### \`wait\`

Whether to wait.

*\`true\` or \`false\` · default \`true\` · since 0.1.0*

<!-- end inputs -->
Between
<!-- begin outputs -->

| Group | Outputs |
| --- | --- |
| The verdict | [\`status\`](#output-status) |

## Outputs: the verdict

### Output \`status\`

How it ended.

*Since 0.1.0*

<!-- end outputs -->
After
`

  it('fills both parts, group by group, and leaves the rest alone', () => {
    expect(fillInputsPage(action, frame)).toBe(page)
  })

  it('changes nothing the second time', () => {
    expect(fillInputsPage(action, page)).toBe(page)
  })

  it.each([
    ['input `wait` has no description', action.replace('description: Whether to wait., ', '')],
    ['input `wait` has no description', action.replace('Whether to wait.', '" "')],
    ['output `status` has no description', action.replace('{ description: How it ended. }', '')],
    ['input `new` has no values', action.replace('wait: {', 'new: {')],
    ['output `new` has no release', action.replace('status: {', 'new: {')],
    ['`body` belongs to no group', action.replace('  # The request\n', '')],
    ['has no outputs', action.slice(0, action.indexOf('outputs:'))]
  ])('names what is missing: %s', (named, actionText) => {
    expect(() => fillInputsPage(actionText, frame)).toThrow(named)
  })

  it.each([
    ['<!-- begin inputs -->', frame.replace('<!-- begin inputs -->', '')],
    ['<!-- end outputs -->', frame.replace('<!-- end outputs -->', '')],
    ['<!-- begin inputs -->', `${frame}<!-- begin inputs -->`]
  ])('names a marker that is missing or doubled: %s', (named, pageText) => {
    expect(() => fillInputsPage(action, pageText)).toThrow(named)
  })
})

describe('generate-inputs', () => {
  it('fails its check, and writes nothing, when the page is behind', () => {
    const folder = mkdtempSync(join(tmpdir(), 'generate-inputs-'))
    try {
      mkdirSync(join(folder, 'docs'))
      writeFileSync(join(folder, 'docs/inputs.md'), PAGE)
      const action = readFileSync('action.yml', 'utf8').replace('How it ended:', 'How it began:')
      writeFileSync(join(folder, 'action.yml'), action)
      const args = [resolve('scripts/generate-inputs.mjs'), '--check']
      const { status, stderr } = spawnSync(process.execPath, args, {
        cwd: folder,
        encoding: 'utf8'
      })
      expect(status).toBe(1)
      expect(stderr).toContain('docs/inputs.md is behind action.yml')
      expect(readFileSync(join(folder, 'docs/inputs.md'), 'utf8')).toBe(PAGE)
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  })
})
