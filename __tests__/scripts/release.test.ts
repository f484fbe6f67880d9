/**
 * What a release is refused for, and which tag moves.
 */
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { cutNotes, findMajorTag, nameTag } from '../../scripts/release.ts'

const CHANGELOG = `# Changelog

All of it.

## 0.2.0 (2027-01-31)

- Second,
  in two lines.

### Fixed

- A bug.

## 0.1.0 (2026-12-01)

- First.
`

describe('cutNotes', () => {
  it.each([
    ['the newest', '0.2.0', '- Second,\n  in two lines.\n\n### Fixed\n\n- A bug.'],
    ['an older one', '0.1.0', '- First.']
  ])('cuts out %s', (_what, version, notes) => {
    expect(cutNotes(CHANGELOG, version)).toBe(notes)
  })

  it.each([
    ['no section', CHANGELOG, '0.3.0', 'no section 0.3.0'],
    ['only one that begins alike', '## 0.1.01 (2026-12-01)\n\n- a\n', '0.1.0', 'no section'],
    ['one that is not released', '## 0.1.0 (not released)\n\n- a\n', '0.1.0', '(YYYY-MM-DD)'],
    ['one without a day', '## 0.1.0 (soon) \n\n- a\n', '0.1.0', '(YYYY-MM-DD)'],
    ['an empty one', '## 0.1.0 (2026-12-01)\n\n## 0.0.1 (2026-11-01)\n', '0.1.0', 'is empty']
  ])('refuses %s', (_what, changelog, version, fault) => {
    expect(() => cutNotes(changelog, version)).toThrow(fault)
  })
})

describe('nameTag', () => {
  const state = {
    ref: undefined,
    version: '0.2.0',
    lockedVersion: '0.2.0',
    tags: ['v0', 'v0.1.0']
  }

  it.each([undefined, 'refs/heads/main'])('is v and the version, on %s', (ref) => {
    expect(nameTag({ ...state, ref })).toBe('v0.2.0')
  })

  it.each([
    ['another branch', { ref: 'refs/heads/next' }, 'refs/heads/next is not refs/heads/main'],
    ['a tag that exists', { tags: ['v0.2.0'] }, 'never moves'],
    ['two versions', { lockedVersion: '0.1.0' }, 'package-lock.json 0.1.0'],
    ['a version of another form', { version: '0.2.0-beta', lockedVersion: '0.2.0-beta' }, 'X.Y.Z']
  ])('refuses %s', (_what, change, fault) => {
    expect(() => nameTag({ ...state, ...change })).toThrow(fault)
  })
})

describe('findMajorTag', () => {
  const published = { tag: 'v1.2.0', version: '1.2.0', isPrerelease: false }

  it.each([
    ['the first of its major version', ['v1.2.0'], 'v1'],
    ['the newest of it', ['v0', 'v1', 'v1.1.9', 'v1.2.0', 'v2.0.0', 'other'], 'v1'],
    ['one before a newer minor', ['v1.2.0', 'v1.10.0'], undefined],
    ['one before a newer patch', ['v1.2.0', 'v1.2.1'], undefined]
  ])('moves for %s: %j', (_what, tags, expected) => {
    expect(findMajorTag({ ...published, tags })).toBe(expected)
  })

  it('stays where it is for a prerelease', () => {
    expect(findMajorTag({ ...published, isPrerelease: true, tags: [] })).toBeUndefined()
  })

  it.each([
    ['that holds another version', { tag: 'v1.3.0' }, 'v1.3.0 holds the version 1.2.0'],
    ['that is none of a version', { tag: 'v1', version: '1' }, 'not vX.Y.Z']
  ])('refuses a tag %s', (_what, change, fault) => {
    expect(() => findMajorTag({ ...published, tags: [], ...change })).toThrow(fault)
  })
})

describe('scripts/release.ts', () => {
  const script = resolve('scripts/release.ts')
  let folder = ''
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'release-'))
    execFileSync('git', ['init', '--quiet'], { cwd: folder })
    for (const name of ['package.json', 'package-lock.json']) {
      writeFileSync(join(folder, name), JSON.stringify({ version: '0.2.0' }))
    }
    writeFileSync(join(folder, 'CHANGELOG.md'), CHANGELOG)
  })
  afterEach(() => rmSync(folder, { recursive: true }))

  const run = (command: string, env: Readonly<Record<string, string>> = {}) => {
    const file = join(folder, 'output')
    writeFileSync(file, '')
    const { status, stdout, stderr } = spawnSync(process.execPath, [script, command], {
      cwd: folder,
      env: { PATH: process.env.PATH, GITHUB_OUTPUT: file, ...env },
      encoding: 'utf8'
    })
    return { status, stdout, stderr, output: readFileSync(file, 'utf8') }
  }

  it('prints the notes and gives the tag', () => {
    const notes = '- Second,\n  in two lines.\n\n### Fixed\n\n- A bug.\n'
    expect(run('prepare')).toMatchObject({ status: 0, stdout: notes, output: 'tag=v0.2.0\n' })
    const env = { GITHUB_REF: 'refs/heads/next' }
    expect(run('prepare', env)).toMatchObject({ status: 1, output: '' })
  })

  it('gives the tag that moves, or none', () => {
    expect(run('major', { TAG: 'v0.2.0', PRERELEASE: 'false' }).output).toBe('tag=v0\n')
    expect(run('major', { TAG: 'v0.2.0', PRERELEASE: 'true' }).output).toBe('tag=\n')
  })

  it('refuses in one line', () => {
    const refused = 'release: v0.1.0 holds the version 0.2.0\n'
    expect(run('major', { TAG: 'v0.1.0' })).toMatchObject({
      status: 1,
      stderr: refused,
      output: ''
    })
    expect(run('publish')).toMatchObject({ status: 1, stderr: expect.stringContaining('usage') })
  })
})
