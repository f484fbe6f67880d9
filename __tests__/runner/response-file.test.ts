/**
 * The file for the final body: its owner's alone, inside the folders that are ours, and never waited for. The workspace
 * is a checkout, and git keeps symbolic links (https://git-scm.com/docs/git-config#Documentation/git-config.txt-coresymlinks).
 */
import { execFileSync } from 'node:child_process'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { writeResponseFile } from '../../src/runner/response-file.ts'

let folder = ''
const at = (path: string) => join(folder, path)
const write = (path: string) =>
  writeResponseFile('secret', { path: at(path), ownFolders: [at('workspace'), at('temp')] })

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'response-file-'))
  for (const name of ['workspace', 'temp', 'outside']) mkdirSync(at(name))
  writeFileSync(at('outside/a'), 'original')
})

afterEach(() => rmSync(folder, { recursive: true }))

describe('writeResponseFile', () => {
  it.each([
    ['a new file', 'workspace/a'],
    ['a file in new folders', 'workspace/b/c/a'],
    ['a file in the temporary folder', 'temp/a'],
    ['a file that the author has put elsewhere', 'outside/new'],
    ['a file that is there, longer and open to all', 'workspace/old'],
    ['a link to a file of ours', 'workspace/to-old'],
    ['a file beyond a link to a folder of ours', 'workspace/to-temp/b/a']
  ])("writes %s, its owner's alone", async (_what, path) => {
    writeFileSync(at('workspace/old'), 'something longer')
    chmodSync(at('workspace/old'), 0o666)
    symlinkSync('old', at('workspace/to-old'))
    symlinkSync(at('temp'), at('workspace/to-temp'))
    await write(path)
    expect(readFileSync(at(path), 'utf8')).toBe('secret')
    expect((statSync(at(path)).mode & 0o777).toString(8)).toBe('600')
  })

  it('knows its folders by their real paths', async () => {
    symlinkSync(at('workspace'), at('link'))
    await writeResponseFile('secret', { path: at('link/a'), ownFolders: [at('link')] })
    expect(readFileSync(at('workspace/a'), 'utf8')).toBe('secret')
  })

  it('knows them under other names', async () => {
    symlinkSync(at('workspace'), at('link'))
    symlinkSync(at('outside'), at('workspace/folder'))
    await write('link/a')
    await expect(write('link/folder/a')).rejects.toThrow('leads outside')
    expect(readFileSync(at('outside/a'), 'utf8')).toBe('original')
  })

  it.each([
    ['a link to a file outside', 'workspace/link', 'leads outside the workspace'],
    ['a link to a file outside that is not there', 'workspace/dangling', 'is not a regular file'],
    ['a file beyond a link to a folder outside', 'workspace/folder/new', 'leads outside'],
    ['new folders beyond such a link', 'temp/folder/b/new', 'leads outside'],
    ['a device', 'workspace/device', 'leads outside'],
    ['a named pipe', 'workspace/pipe', 'is not a regular file'],
    ['a folder', 'workspace/sub', 'is not a regular file']
  ])('refuses %s, at once', async (_what, path, message) => {
    symlinkSync(at('outside/a'), at('workspace/link'))
    symlinkSync(at('outside/new'), at('workspace/dangling'))
    for (const place of ['workspace', 'temp']) symlinkSync(at('outside'), at(`${place}/folder`))
    symlinkSync('/dev/null', at('workspace/device'))
    execFileSync('mkfifo', [at('workspace/pipe')])
    mkdirSync(at('workspace/sub'))
    await expect(write(path)).rejects.toThrow(message)
    expect(readFileSync(at('outside/a'), 'utf8')).toBe('original')
    for (const name of ['new', 'b']) expect(existsSync(at(`outside/${name}`))).toBe(false)
  })

  it('refuses a device that the author names', async () => {
    const place = { path: '/dev/null', ownFolders: [at('workspace')] }
    await expect(writeResponseFile('secret', place)).rejects.toThrow('is not a regular file')
  })
})
