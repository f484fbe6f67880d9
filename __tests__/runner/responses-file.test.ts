/**
 * The bodies of a list: out of memory as soon as their operations have ended, and one JSON object in the end.
 */
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Body } from '../../src/http/message.ts'
import { createResponses } from '../../src/runner/responses-file.ts'

let folder = ''
const at = (path: string) => join(folder, path)
const place = (path = 'workspace/all.json') => ({
  path: at(path),
  ownFolders: [at('workspace'), at('temp')]
})

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'responses-file-'))
  for (const name of ['workspace', 'temp', 'outside']) mkdirSync(at(name))
})

afterEach(() => rmSync(folder, { recursive: true }))

const json = (text: string): Body => ({ kind: 'json', value: JSON.parse(text), text })

const named = (...names: readonly string[]) => names.map((name) => ({ name }))

describe('the bodies of a list', () => {
  it('are one object, in the order of the list, each as it came', async () => {
    const spool = createResponses(at('temp'))
    spool.add('site', json('{"id":"/a","n":12345678901234567890, "ü":1.30}'))
    spool.add('plan', json('"first"'))
    spool.add('page', { kind: 'malformed', text: '<html>"ä"\n' })
    spool.add('key', { kind: 'text', text: 'a key' })
    spool.add('gone', { kind: 'empty' })
    spool.add('plan', json('[1,null]'))
    await spool.writeTo(place(), named('plan', 'site', 'page', 'key', 'gone', '__proto__'))
    const text = readFileSync(place().path, 'utf8')
    expect(text).toBe(
      [
        '{',
        '"plan": [1,null],',
        '"site": {"id":"/a","n":12345678901234567890, "ü":1.30},',
        String.raw`"page": "<html>\"ä\"\n",`,
        '"key": "a key",',
        '"gone": null,',
        '"__proto__": null',
        '}',
        ''
      ].join('\n')
    )
    expect(() => JSON.parse(text)).not.toThrow()
    expect((statSync(place().path).mode & 0o777).toString(8)).toBe('600')
    spool.close()
  })

  it('are a list of a loop, in the order of its elements', async () => {
    const spool = createResponses(at('temp'))
    spool.add('site[b|"c]', json('{"id":"/b"}'))
    spool.add('site[a]', { kind: 'text', text: 'x' })
    spool.add('plan', json('1'))
    await spool.writeTo(place(), [
      { name: 'plan' },
      { name: 'site', operations: ['site[a]', 'site[skipped]', 'site[b|"c]'] },
      { name: 'empty', operations: [] },
      { name: 'unopened' }
    ])
    expect(readFileSync(place().path, 'utf8')).toBe(
      '{\n"plan": 1,\n"site": [\n"x",\nnull,\n{"id":"/b"}\n],\n"empty": [],\n"unopened": null\n}\n'
    )
    spool.close()
  })

  it('are an object too where there are none', async () => {
    const spool = createResponses(at('temp'))
    await spool.writeTo(place(), [])
    expect(JSON.parse(readFileSync(place().path, 'utf8'))).toEqual({})
    spool.close()
  })

  it('take the place of a longer file', async () => {
    writeFileSync(place().path, 'x'.repeat(1_000))
    await createResponses(at('temp')).writeTo(place(), named('a'))
    expect(readFileSync(place().path, 'utf8')).toBe('{\n"a": null\n}\n')
  })

  it('lie where nobody else reads them, and are deleted', () => {
    const spool = createResponses(at('temp'))
    expect(readdirSync(at('temp'))).toEqual([])
    spool.add('a', json('"secret"'))
    const [own = ''] = readdirSync(at('temp'))
    const modes = ['', '/bodies'].map((path) => statSync(at(`temp/${own}${path}`)).mode & 0o777)
    expect(modes).toEqual([0o700, 0o600])
    spool.close()
    spool.close()
    expect(readdirSync(at('temp'))).toEqual([])
  })

  it('are as many and as large as they are, and never in memory together', async () => {
    const spool = createResponses(at('temp'))
    const large = JSON.stringify({ value: 'x'.repeat(3_000_000) })
    const usual = JSON.stringify({ value: 'y'.repeat(56_000) })
    const names = Array.from({ length: 300 }, (_, index) => `site_${index}`)
    spool.add('large', json(large))
    for (const name of names) spool.add(name, { kind: 'json', value: null, text: usual })
    const before = process.memoryUsage()
    await spool.writeTo(place(), named(...names, 'large'))
    const after = process.memoryUsage()
    const grown = after.arrayBuffers + after.heapUsed - before.arrayBuffers - before.heapUsed
    expect(grown).toBeLessThan(12_000_000)
    spool.close()
    const all: Record<string, unknown> = JSON.parse(readFileSync(place().path, 'utf8'))
    expect(Object.keys(all)).toHaveLength(301)
    expect(JSON.stringify(all.large)).toBe(large)
    expect(JSON.stringify(all.site_299)).toBe(usual)
  })

  it('are never written where they lead out of our folders', async () => {
    writeFileSync(at('outside/a'), 'original')
    symlinkSync(at('outside/a'), at('workspace/link'))
    const spool = createResponses(at('temp'))
    spool.add('a', json('1'))
    await expect(spool.writeTo(place('workspace/link'), named('a'))).rejects.toThrow(
      'leads outside'
    )
    expect(readFileSync(at('outside/a'), 'utf8')).toBe('original')
    spool.close()
  })

  it('are not written where one of them could not be kept', async () => {
    const spool = createResponses(at('missing'))
    expect(() => spool.add('a', json('1'))).not.toThrow()
    await expect(spool.writeTo(place(), named('a'))).rejects.toThrow('ENOENT')
    expect(existsSync(place().path)).toBe(false)
    spool.close()
  })
})
