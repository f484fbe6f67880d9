/**
 * Paths of other machines: Windows, with short names, drives and no regard to case, and macOS, whose `/var` is a link.
 */
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, posix, win32 } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { leadsThrough, nameFile, readJobFile } from '../../src/request/job-file.ts'

/** A disk on which every path is there, under the name that these rules make of it. */
function createDisk(...rules: readonly (readonly [RegExp, string])[]) {
  const asked: string[] = []
  const findReal = (path: string) => {
    asked.push(path)
    return rules.reduce((name, [part, real]) => name.replace(part, real), path)
  }
  return { asked, findReal }
}

describe('leadsThrough', () => {
  const SHORT = 'C:\\Users\\RUNNER~1\\AppData\\Local\\Temp'
  const LONG = 'C:\\Users\\runneradmin\\AppData\\Local\\Temp'
  it.each<[string, string, boolean]>([
    ['D:\\a\\shop\\infra\\main.json', 'D:\\a\\shop', true],
    ['d:\\A\\Shop\\main.json', 'D:\\a\\shop', true],
    ['D:\\a\\shop-beside\\main.json', 'D:\\a\\shop', false],
    ['D:\\a', 'D:\\a\\shop', false],
    [`${LONG}\\body.json`, SHORT, true],
    [`${SHORT}\\body.json`, LONG, true],
    [`${SHORT}\\..\\body.json`, LONG, false],
    ['\\\\server\\share\\shop\\main.json', '\\\\SERVER\\share\\shop', true]
  ])('on Windows: %s, %s: %s', (target, folder, expected) => {
    const { findReal } = createDisk([/RUNNER~1/i, 'runneradmin'])
    expect(leadsThrough(win32.resolve(target), folder, { path: win32, findReal })).toBe(expected)
  })

  it.each([
    '\\\\server\\share\\main.json',
    '\\\\?\\UNC\\server\\share\\main.json',
    'E:\\main.json'
  ])('does not even look for %s', (target) => {
    const { asked, findReal } = createDisk()
    expect(leadsThrough(target, 'D:\\a\\shop', { path: win32, findReal })).toBe(false)
    expect(asked).toEqual([])
  })

  it.each<[string, string, boolean]>([
    ['/private/var/folders/t/body.json', '/var/folders/t', true],
    ['/var/folders/t/body.json', '/private/var/folders/t', true],
    ['/volumes/Disk/shop/body.json', '/Volumes/disk/shop', true],
    ['/var/folders/other/body.json', '/var/folders/t', false]
  ])('on macOS: %s, %s: %s', (target, folder, expected) => {
    const { findReal } = createDisk(
      [/^\/var/, '/private/var'],
      [/^\/volumes\/disk/i, '/Volumes/disk']
    )
    expect(leadsThrough(target, folder, { path: posix, findReal })).toBe(expected)
  })
})

describe('nameFile', () => {
  it.each<[string, string, string]>([
    ['D:\\a\\shop\\infra\\main.bicep', 'D:\\a\\shop', 'infra/main.bicep'],
    ['d:\\A\\Shop\\infra\\main.bicep', 'D:\\a\\shop', 'infra/main.bicep'],
    ['C:\\t\\body.json', 'D:\\a\\shop', 'C:/t/body.json'],
    ['infra\\main.bicep', 'D:\\a\\shop', 'infra/main.bicep'],
    ['D:\\a\\temp\\body.json', '', 'D:/a/temp/body.json']
  ])('of %s in %s is %s', (file, folder, name) => {
    expect(nameFile(file, folder, win32)).toBe(name)
  })

  it('leaves a backslash in a name of Linux alone', () => {
    expect(nameFile('/w/a\\b.json', '/w', posix)).toBe('a\\b.json')
  })
})

describe('readJobFile', () => {
  let root = ''
  beforeAll(() => {
    root = realpathSync(mkdtempSync(join(tmpdir(), 'job-file-')))
    for (const name of ['real', 'temp', 'outside']) mkdirSync(join(root, name))
    for (const name of ['real', 'outside', 'temp']) writeFileSync(join(root, name, 'a.json'), '{}')
    symlinkSync('real', join(root, 'workspace'))
    symlinkSync('real/a.json', join(root, 'into.json'))
    symlinkSync('../outside', join(root, 'real/out'))
    symlinkSync('../temp', join(root, 'real/to-temp'))
    symlinkSync('..', join(root, 'real/up'))
    symlinkSync('temp', join(root, 'other-temp'))
  })
  afterAll(() => rmSync(root, { recursive: true, force: true }))
  const read = (path: string) =>
    readJobFile(path, { workspace: join(root, 'workspace'), tempFolder: join(root, 'temp') })

  it.each(['a.json', 'workspace/a.json', 'real/a.json'])(
    'finds %s in a workspace that is a link',
    (path) => {
      const { name, realPath } = read(path === 'a.json' ? path : join(root, path))
      expect({ name, realPath }).toEqual({ name: 'a.json', realPath: join(root, 'real/a.json') })
    }
  )

  it.each(['temp/a.json', 'other-temp/a.json'])('finds %s in the temporary folder', (path) => {
    expect(read(join(root, path)).name).toBe(join(root, 'temp/a.json'))
  })

  it('finds what is in a temporary folder that lies in the workspace', () => {
    const folders = { workspace: root, tempFolder: join(root, 'temp') }
    for (const path of ['temp/a.json', 'real/to-temp/a.json']) {
      expect(readJobFile(path, folders).name).toBe('temp/a.json')
    }
  })

  it.each([
    ['into.json', 'is outside the folders of the job'],
    ['outside/a.json', 'is outside the folders of the job'],
    ['real/out/a.json', 'leads through a link out of its folder'],
    ['workspace/to-temp/a.json', 'leads through a link out of its folder'],
    ['real/to-temp/a.json', 'leads through a link out of its folder'],
    ['workspace/up/temp/a.json', 'leads through a link out of its folder'],
    ['workspace/up/other-temp/a.json', 'leads through a link out of its folder']
  ])('refuses %s', (path, problem) => {
    expect(() => read(join(root, path))).toThrow(problem)
  })
})
