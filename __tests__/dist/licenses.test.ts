/**
 * The notices in dist/: of every package whose code is in it, as their licences ask for
 * (https://opensource.org/license/mit: "shall be included in all copies").
 */
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'

describe('dist/licenses.txt', () => {
  const text = readFileSync('dist/licenses.txt', 'utf8')

  it.each([
    ['@actions/core', 'Copyright 2019 GitHub'],
    ['@actions/http-client', 'Copyright (c) GitHub, Inc.'],
    ['@azure/identity', 'Copyright (c) Microsoft Corporation.'],
    ['@azure/msal-common', 'Copyright (c) Microsoft Corporation.'],
    ['@azure/msal-node', 'Copyright (c) 2020 Microsoft'],
    ['@jmespath-community/jmespath', 'Mozilla Public License'],
    ['jsonc-parser', 'Copyright (c) Microsoft'],
    ['tunnel', 'Copyright (c) 2012 Koichi Kobayashi'],
    ['yaml', 'Copyright Eemeli Aro']
  ])('has the notice of %s', (name, words) => {
    const section = text.split(/^-{80}$/m).find((each) => each.includes(`\n${name} `))
    expect(section).toContain(words)
  })
})

describe('scripts/licenses.mjs', () => {
  let folder = ''
  const write = (path: string, content: unknown) => {
    const file = join(folder, path)
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content))
  }
  const add = (name: string, files: Readonly<Record<string, string>>, repository = name) => {
    const about = { name, version: '1.0.0', license: 'MIT', repository: { url: repository } }
    write(`node_modules/${name}/package.json`, about)
    for (const [file, text] of Object.entries(files)) write(`node_modules/${name}/${file}`, text)
    return { chunks: [1], nameForCondition: join(folder, `node_modules/${name}/lib/index.js`) }
  }
  const print = (...modules: readonly object[]) => {
    write('stats.json', { modules })
    const args = ['scripts/licenses.mjs', join(folder, 'stats.json')]
    const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' })
    return { status, stderr, sections: stdout.split(`\n${'-'.repeat(80)}\n\n`).slice(1) }
  }

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'licenses-'))
  })

  afterEach(() => rmSync(folder, { recursive: true }))

  it('prints notices that are the same once, in the order of the names', () => {
    const own = { chunks: [1], nameForCondition: join(folder, 'lib/index.js') }
    const inner = { ...add('@scope/b', { 'LICENSE.md': 'One.\r\nTwo.' }), chunks: [] }
    const unused = { ...add('d', {}), chunks: [] }
    const modules = [add('c', { license: 'One.\nTwo.\n' }), add('a', { LICENCE: 'A', NOTICE: 'B' })]
    expect(print({ ...own, modules: [inner] }, ...modules, unused)).toEqual({
      status: 0,
      stderr: '',
      sections: ['@scope/b 1.0.0 (MIT)\nc 1.0.0 (MIT)\n\nOne.\nTwo.\n', 'a 1.0.0 (MIT)\n\nA\n\nB\n']
    })
  })

  it('takes the notice of a package from the same repository', () => {
    const modules = [
      add('a', {}, 'https://r.example'),
      add('b', { LICENSE: 'B' }, 'https://r.example')
    ]
    expect(print(...modules).sections).toEqual(['a 1.0.0 (MIT)\nb 1.0.0 (MIT)\n\nB\n'])
  })

  it('fails when a package has none', () => {
    expect(print(add('b', { LICENSE: 'B' }), add('@scope/a', { 'readme.md': 'A' }))).toEqual({
      status: 1,
      stderr: 'licenses: @scope/a 1.0.0 (MIT) is in the bundle and has no notice\n',
      sections: []
    })
  })
})
