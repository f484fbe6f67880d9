/**
 * The saved state of a list: one file, of which the runner's state holds path, length and digest. It lies where other
 * steps of the job may write as well, so nothing in it is believed that this action has not written.
 */
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { request, rules, START_MS } from '../../__fixtures__/conversation.ts'
import { measureCpuMs } from '../../__fixtures__/cpu-time.ts'
import { CORRELATION_ID } from '../../__fixtures__/run.ts'
import type { SavedRun } from '../../src/run/saved-run.ts'
import { createRunsFile, readSavedRuns } from '../../src/runner/runs-file.ts'

const { trust: _trust, ...savedRules } = rules()
const SENDING: SavedRun = {
  version: 2,
  stage: 'sending',
  request: request('PUT'),
  startedAtMs: START_MS,
  correlationId: CORRELATION_ID,
  isCanceling: false,
  rules: savedRules
}
const FOLLOWING: SavedRun = { ...SENDING, stage: 'following', handle: 'a-handle' }

let folder = ''
let stateFile = ''

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'runs-file-'))
  stateFile = join(folder, 'state')
  writeFileSync(stateFile, '')
  vi.stubEnv('GITHUB_STATE', stateFile)
})

afterEach(() => {
  vi.unstubAllEnvs()
  rmSync(folder, { recursive: true })
})

const createFile = (environment: Readonly<Record<string, string>> = { GITHUB_STATE: stateFile }) =>
  createRunsFile({ environment, folder, uniqueId: 'one' })

/** What the runner hands to the post step: of each key the last value. */
function readState(): string {
  const found = [...readFileSync(stateFile, 'utf8').matchAll(/^runs<<(\S+)\n(.*)\n\1$/gm)]
  return found.at(-1)?.[2] ?? ''
}

const read = (state = readState()) => readSavedRuns(state, folder)

describe('the file of the saved runs', () => {
  it('keeps of each run the last save, until it has ended', () => {
    const file = createFile()
    const [plan, site, loop] = ['plan', 'site', 'site[a\tb\n"c"]'].map(file.keeperOf)
    plan?.(SENDING)
    loop?.(SENDING)
    site?.(SENDING)
    site?.(FOLLOWING)
    plan?.(undefined)
    expect(read()).toEqual({
      runs: [
        { name: 'site[a\tb\n"c"]', run: SENDING },
        { name: 'site', run: FOLLOWING }
      ],
      warnings: []
    })
    expect((statSync(file.path).mode & 0o777).toString(8)).toBe('600')
  })

  it('has nothing left once all have ended', () => {
    const keep = createFile().keeperOf('a')
    keep(FOLLOWING)
    keep(undefined)
    expect(read()).toEqual({ runs: [], warnings: [] })
  })

  it('is not there before something is saved', () => {
    const file = createFile()
    file.keeperOf('a')(undefined)
    expect(existsSync(file.path)).toBe(false)
    expect(readFileSync(stateFile, 'utf8')).toBe('')
  })

  it('is not written where there is no runner to hand it over', () => {
    const file = createFile({})
    file.keeperOf('a')(FOLLOWING)
    expect(existsSync(file.path)).toBe(false)
    expect(readFileSync(stateFile, 'utf8')).toBe('')
  })

  it('takes the place of no other file', () => {
    const { path } = createFile()
    symlinkSync('elsewhere', path)
    expect(() => createFile().keeperOf('a')(FOLLOWING)).toThrow('EEXIST')
    expect(existsSync(join(folder, 'elsewhere'))).toBe(false)
  })

  it('takes a short line for each of 5,000 saves and ends, and little time', () => {
    const file = createFile()
    const saveAll = (count: number, saved: SavedRun | undefined) => {
      for (let at = 0; at < count; at += 1) file.keeperOf(`site_${at}`)(saved)
    }
    const saveMs = measureCpuMs(() => saveAll(5_000, FOLLOWING))
    const { size } = statSync(file.path)
    const endMs = measureCpuMs(() => saveAll(4_999, undefined))
    const perEnd = (statSync(file.path).size - size) / 4_999
    expect(perEnd).toBeLessThan(20)
    expect(read().runs.map(({ name }) => name)).toEqual(['site_4999'])
    // It takes about 0.5 s alone.
    expect(saveMs + endMs).toBeLessThan(10_000)
    expect(readState().length).toBeLessThan(300)
  })

  it('is whole up to the last save that the state knows', () => {
    const file = createFile()
    file.keeperOf('a')(FOLLOWING)
    appendFileSync(file.path, '"b"\t{"version":2,"sta')
    expect(read()).toEqual({ runs: [{ name: 'a', run: FOLLOWING }], warnings: [] })
  })
})

describe('a file that this action has not written so', () => {
  const path = () => createFile().path
  /** State that fits a text, whoever wrote that. */
  const stateOf = (text: string, place = path()) =>
    JSON.stringify({
      path: place,
      length: Buffer.byteLength(text),
      digest: createHash('sha256').update(text).digest('hex')
    })
  const writeAnew = (text: string) => {
    rmSync(path())
    writeFileSync(path(), text)
    return stateOf(text)
  }

  it.each<readonly [what: string, change: () => string | undefined, problem: RegExp]>([
    ['no state', () => 'x', /not named as this action names it/],
    ['a state of another kind', () => '{"path":1}', /not named as/],
    [
      'a relative path',
      () => JSON.stringify({ ...JSON.parse(readState()), path: 'a' }),
      /not named/
    ],
    ['no file', () => void rmSync(path()), /ENOENT/],
    [
      'another text',
      () =>
        void writeFileSync(path(), readFileSync(path(), 'utf8').replace('a-handle', 'b-handle')),
      /not as this action has written it/
    ],
    ['the end cut off', () => void truncateSync(path(), 40), /shorter than it was/],
    [
      'a link to a file that is right',
      () => {
        renameSync(path(), join(folder, 'moved'))
        symlinkSync('moved', path())
        return undefined
      },
      /ELOOP/
    ],
    [
      'a named pipe',
      () => {
        rmSync(path())
        execFileSync('mkfifo', [path()])
        return undefined
      },
      /not a regular file/
    ],
    [
      'a folder',
      () => {
        rmSync(path())
        mkdirSync(path())
        return undefined
      },
      /not a regular file/
    ],
    [
      'a path outside the temporary folder',
      () => JSON.stringify({ ...JSON.parse(readState()), path: '/etc/passwd' }),
      /outside the runner's temporary folder/
    ],
    [
      'a path beyond a link to another folder',
      () => {
        symlinkSync('/etc', join(folder, 'etc'))
        return JSON.stringify({ ...JSON.parse(readState()), path: join(folder, 'etc', 'passwd') })
      },
      /outside the runner's temporary folder/
    ],
    [
      'more than it can have',
      () => JSON.stringify({ ...JSON.parse(readState()), length: 2 ** 40 }),
      /has 1099511627776 bytes/
    ],
    ['another format', () => writeAnew('arm-operation runs 9\n'), /another format/],
    ['a line without a name', () => writeAnew('arm-operation runs 1\nx\n'), /without a name/],
    [
      'a line without an end',
      () => writeAnew(`arm-operation runs 1\n"a"\t${'x'.repeat(3_000_000)}`),
      /without an end/
    ]
  ])('is told in words, and nothing of it believed: %s', (_what, change, problem) => {
    createFile().keeperOf('a')(FOLLOWING)
    const state = change() ?? readState()
    const { runs, warnings } = read(state)
    expect(runs).toEqual([])
    expect(warnings).toEqual([expect.stringMatching(problem)])
  })

  it('has the runs that can be read beside one that cannot', () => {
    createFile().keeperOf('a')(FOLLOWING)
    const state = writeAnew(
      `arm-operation runs 1\n"a"\t${JSON.stringify(FOLLOWING)}\n"b"\t{"version":1}\n"c"\t{\n`
    )
    expect(read(state)).toEqual({
      runs: [{ name: 'a', run: FOLLOWING }],
      warnings: ['The saved run of b could not be read', 'The saved run of c could not be read']
    })
  })
})
