/**
 * Imports point one way, time comes in as an argument, and no file names the machine it was written on.
 */
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import {
  findCycles,
  findForbiddenImports,
  findHiddenTime,
  findMachineTraces,
  findProcessUses,
  type SourceFile
} from '../__fixtures__/architecture-rules.ts'

/** Every text file of the repository but the bundle, whether it is committed already or not. */
function listFiles(): SourceFile[] {
  const args = ['ls-files', '-z', '--cached', '--others', '--exclude-standard', '--deduplicate']
  const deleted = execFileSync('git', ['ls-files', '-z', '--deleted'], { encoding: 'utf8' })
  const gone = new Set(deleted.split('\0'))
  return execFileSync('git', args, { encoding: 'utf8' })
    .split('\0')
    .filter((path) => path !== '' && !path.startsWith('dist/') && !gone.has(path))
    .map((path) => ({ path, text: readFileSync(path, 'utf8') }))
    .filter(({ text }) => !text.includes('\0'))
}

const files = listFiles()
const sources = files.filter(({ path }) => path.startsWith('src/') && path.endsWith('.ts'))

describe('src/', () => {
  it('is what these tests read', () => {
    expect(sources.map(({ path }) => path)).toContain('src/operation/begin.ts')
  })

  it('has imports that point one way', () => {
    expect(sources.flatMap(findForbiddenImports)).toEqual([])
  })

  it('has no imports that go round in a circle', () => {
    expect(findCycles(sources)).toEqual([])
  })

  it('knows the process in one room', () => {
    expect(sources.flatMap(findProcessUses)).toEqual([])
  })

  it('gets time and chance as arguments', () => {
    expect(sources.flatMap(findHiddenTime)).toEqual([])
  })
})

describe('the repository', () => {
  it('has no quick test that replaces a module, which the next file in its process would find', () => {
    const tests = files.filter(({ path }) => /(?<!\.slow)\.test\.ts$/.test(path))
    const call = /^\s*(?:await )?vi\s*\.(?:mock|doMock|resetModules)\(/m
    expect(tests.length).toBeGreaterThan(20)
    expect(tests.filter(({ text }) => call.test(text)).map(({ path }) => path)).toEqual([])
  })

  it('names nothing of the machine it was written on', () => {
    expect(files.length).toBeGreaterThan(20)
    expect(files.flatMap(findMachineTraces)).toEqual([])
  })
})

describe('findForbiddenImports', () => {
  it.each([
    ['src/index.ts', "import { run } from './main.ts'"],
    ['src/main.ts', "import { systemClock } from './clock.ts'"],
    ['src/main.ts', "import { explain } from './report/explain.ts'"],
    ['src/connect.ts', "import { createHttp } from './http/http.ts'"],
    ['src/runner/log.ts', "import { info } from '@actions/core'"],
    ['src/runner/state.ts', "import type { SavedRun } from '../run/saved-run.ts'"],
    ['src/runner/state.ts', "import type { R } from '../run/resume-point.ts'"],
    ['src/runner/read-inputs.ts', "import { readStep } from '../inputs/step.ts'"],
    ['src/batch/run-all.ts', "import { runOperation } from '../run/run-operation.ts'"],
    ['src/inputs/requests-list.ts', "import type { ListPlan } from '../batch/plan.ts'"],
    ['src/report/summary.ts', "import type { Outcome } from '../run/outcome.ts'"],
    ['src/report/log.ts', "import { describeAction } from '../run/resume-step.ts'"],
    ['src/run/follow.ts', "import { planCancel } from '../arm/cancel.ts'"],
    ['src/run/spec.ts', "import type { BodySource } from '../request/body-source.ts'"],
    ['src/inputs/step.ts', "import { parseUrl } from '../request/url.ts'"],
    ['src/deployment/hooks.ts', "import { toLine } from '../report/sanitize.ts'"],
    ['src/arm/client.ts', "import { send } from '../http/http.ts'"],
    ['src/http/http.ts', "import { HttpClient } from '@actions/http-client'"],
    ['src/auth/credential.ts', "const { X } = await import('@azure/identity')"],
    ['src/auth/credential.ts', "import type { X } from '@azure/identity'"],
    ['src/request/body.ts', "import { readFileSync } from 'node:fs'"],
    ['src/request/body.ts', "import { InputError } from '../errors.ts'"],
    ['src/operation/begin.ts', "import { readStatus } from '../http/body.ts'"],
    ['src/operation/begin.ts', "import { omitUndefined } from '../values.ts'"],
    ['src/run/outcome.ts', "import type { OperationError } from '../operation/error.ts'"],
    ['src/arm/client.ts', "// import { run } from '../main.ts'\nconst text = \"from '../main.ts'\""]
  ])('lets %s have: %s', (path, text) => {
    expect(findForbiddenImports({ path, text })).toEqual([])
  })

  it.each([
    ['src/main.ts', "import './index.ts'", 'src/index.ts'],
    ['src/main.ts', "import * as core from '@actions/core'", '@actions/core'],
    ['src/main.ts', "import { submit } from './arm/submit.ts'", 'src/arm/submit.ts'],
    ['src/arm/client.ts', "import { run } from '../main.ts'", 'src/main.ts'],
    ['src/arm/client.ts', "import type { S } from '../inputs/step.ts'", 'src/inputs/step.ts'],
    ['src/arm/client.ts', "import type { S } from '../run/spec.ts'", 'src/run/spec.ts'],
    ['src/auth/credential.ts', "import { log } from '../report/log.ts'", 'src/report/log.ts'],
    ['src/auth/credential.ts', "import { next } from '../operation/a.ts'", 'src/operation/a.ts'],
    ['src/request/url.ts', "import { CLOUDS } from '../arm/clouds.ts'", 'src/arm/clouds.ts'],
    ['src/request/url.ts', "export * from '../arm/clouds.ts'", 'src/arm/clouds.ts'],
    ['src/request/url.ts', "export { CLOUDS } from '../arm/clouds.ts'", 'src/arm/clouds.ts'],
    ['src/request/url.ts', "type C = import('../arm/clouds.ts').Cloud", 'src/arm/clouds.ts'],
    ['src/request/url.ts', "const c = await import('../arm/clouds.ts')", 'src/arm/clouds.ts'],
    ['src/run/follow.ts', "import { e } from '../report/explain.ts'", 'src/report/explain.ts'],
    ['src/run/follow.ts', "import type { S } from '../inputs/step.ts'", 'src/inputs/step.ts'],
    ['src/run/follow.ts', "import { createLog } from '../runner/log.ts'", 'src/runner/log.ts'],
    ['src/report/log.ts', "import { follow } from '../run/follow.ts'", 'src/run/follow.ts'],
    ['src/report/log.ts', "import { write } from '../runner/log.ts'", 'src/runner/log.ts'],
    ['src/runner/log.ts', "import { follow } from '../run/follow.ts'", 'src/run/follow.ts'],
    ['src/runner/log.ts', "import { send } from '../arm/client.ts'", 'src/arm/client.ts'],
    ['src/batch/run-all.ts', "import { send } from '../arm/client.ts'", 'src/arm/client.ts'],
    ['src/inputs/step.ts', "import { f } from '../run/follow.ts'", 'src/run/follow.ts'],
    ['src/operation/state.ts', "import type { O } from '../run/outcome.ts'", 'src/run/outcome.ts'],
    ['src/operation/state.ts', "import { parse } from '../request/url.ts'", 'src/request/url.ts'],
    ['src/operation/state.ts', "import { InputError } from '../errors.ts'", 'src/errors.ts'],
    ['src/operation/state.ts', "import { send } from '../http/http.ts'", 'src/http/http.ts'],
    ['src/operation/state.ts', "import { randomUUID } from 'node:crypto'", 'node:crypto'],
    ['src/http/body.ts', "import { next } from '../operation/a.ts'", 'src/operation/a.ts'],
    ['src/arm/client.ts', "import { info } from '@actions/core'", '@actions/core'],
    ['src/report/summary.ts', "import { summary } from '@actions/core'", '@actions/core'],
    ['src/main.ts', "import { HttpClient } from '@actions/http-client'", '@actions/http-client'],
    ['src/main.ts', "import '@actions/http-client/lib/auth'", '@actions/http-client/lib/auth'],
    ['src/main.ts', "const i = await import('@azure/identity')", '@azure/identity']
  ])('refuses %s: %s', (path, text, named) => {
    expect(findForbiddenImports({ path, text })).toEqual([`${path} may not import ${named}`])
  })

  it('refuses to load the sign-in library before it is needed', () => {
    const file = { path: 'src/auth/credential.ts', text: "import { X } from '@azure/identity'" }
    expect(findForbiddenImports(file)).toEqual([
      'src/auth/credential.ts may import @azure/identity by import() only'
    ])
  })

  it('refuses a room that has no place', () => {
    expect(findForbiddenImports({ path: 'src/utils/misc.ts', text: '' })).toEqual([
      'src/utils/misc.ts belongs to no room'
    ])
    const text = "import { x } from './utils/misc.ts'"
    expect(findForbiddenImports({ path: 'src/main.ts', text })).toEqual([
      'src/main.ts imports src/utils/misc.ts, which belongs to no room'
    ])
  })

  it('refuses what it cannot read', () => {
    const path = 'src/main.ts'
    expect(() => findForbiddenImports({ path, text: 'import(name)' })).toThrow(/no fixed name/)
    expect(() => findForbiddenImports({ path, text: 'import {' })).toThrow(/src\/main\.ts/)
  })
})

describe('findCycles', () => {
  const files = (...texts: readonly string[]): SourceFile[] =>
    texts.map((text, index) => ({ path: `src/arm/${'abc'[index]}.ts`, text }))

  it('finds none in a line', () => {
    expect(findCycles(files("import './b.ts'", "import './c.ts'", ''))).toEqual([])
  })

  it('finds one, by types too, from each of its files', () => {
    expect(
      findCycles(files("import './b.ts'", "import type { C } from './c.ts'", "import './b.ts'"))
    ).toEqual([
      'src/arm/b.ts → src/arm/c.ts → src/arm/b.ts',
      'src/arm/c.ts → src/arm/b.ts → src/arm/c.ts'
    ])
  })
})

describe('findProcessUses', () => {
  it('finds one, but in the room of the runner', () => {
    for (const text of ['process.exitCode = 1', "import { env } from 'node:process'"]) {
      expect(findProcessUses({ path: 'src/main.ts', text })).toHaveLength(1)
      expect(findProcessUses({ path: 'src/runner/job.ts', text })).toEqual([])
    }
    const text = '// process\nconst processed = 1'
    expect(findProcessUses({ path: 'src/main.ts', text })).toEqual([])
  })

  it('lets the clock read the time of it, and nothing else', () => {
    const text = 'const a = process.hrtime.bigint() - process.hrtime.bigint()'
    expect(findProcessUses({ path: 'src/clock.ts', text })).toEqual([])
    expect(findProcessUses({ path: 'src/main.ts', text })).toHaveLength(2)
    expect(findProcessUses({ path: 'src/clock.ts', text: 'process.env.A' })).toHaveLength(1)
  })
})

describe('findHiddenTime', () => {
  it.each([
    ['src/clock.ts', 'setTimeout(end, process.hrtime.bigint() - Date.now())'],
    ['src/http/http.ts', 'const cut = AbortSignal.timeout(1)'],
    ['src/main.ts', 'const at = new Date(startedAt); const ms = Date.parse(text)'],
    ['src/main.ts', '// Date.now()\nconst text = "setTimeout"']
  ])('lets %s have: %s', (path, text) => {
    expect(findHiddenTime({ path, text })).toEqual([])
  })

  it.each([
    ['Date.now()', 'Date.now'],
    ['globalThis.Date.now()', 'Date.now'],
    ['new Date()', 'new Date()'],
    ['new Date', 'new Date()'],
    ['Date()', 'Date()'],
    ['setTimeout(f, 1)', 'setTimeout'],
    ['const wait = globalThis.setInterval', 'setInterval'],
    ['performance.now()', 'performance'],
    ['process.hrtime.bigint()', 'process.hrtime'],
    ['Math.random()', 'Math.random'],
    ['AbortSignal.timeout(1)', 'AbortSignal.timeout'],
    ["import { scheduler } from 'node:timers/promises'", 'node:timers/promises']
  ])('finds %s', (text, named) => {
    expect(findHiddenTime({ path: 'src/main.ts', text })).toEqual([`src/main.ts uses ${named}`])
  })
})

describe('findMachineTraces', () => {
  it.each([
    'https://github.com/actions/toolkit/work/list',
    '/home/runner/work/shop/shop',
    '/subscriptions/1/resourceGroups/work/providers',
    'https://shop.azurecr.io/registry'
  ])('lets a text name %s', (text) => {
    expect(findMachineTraces({ path: 'README.md', text })).toEqual([])
  })

  // Put together here, so that this file does not name them.
  it.each([
    ['a path of one machine', ['', 'work', 'main'].join('/')],
    ['a path of one machine', ['(', 'home', 'someone', 'code'].join('/')],
    ['a path of one machine', ['', 'root', 'notes'].join('/')],
    ['a folder beside the repository', ['..', 'shared'].join('/')],
    ['a package registry', `https://${['registry', 'npmjs', 'org'].join('.')}`]
  ])('finds %s', (what, text) => {
    const [found = ''] = findMachineTraces({ path: 'README.md', text: `see ${text} there` })
    expect(found).toContain(`README.md names ${what}`)
  })
})
