/**
 * The tables of README.md are those of action.yml.
 */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'

const GENERATOR = resolve('scripts/generate-readme.mjs')

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
