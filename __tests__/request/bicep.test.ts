/** Compiling Bicep: which program, in which environment, and what becomes of what it says. */
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type Compilation, compileBicep } from '../../src/request/bicep.ts'
import { readBody } from '../../src/request/body.ts'
import type { RequestBody } from '../../src/request/body-content.ts'
import { CompileError } from '../../src/request/diagnostic.ts'

let root = ''
let workspace = ''
let tools = ''
let count = 0

beforeAll(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), 'bicep-test-')))
  workspace = join(root, 'workspace')
  mkdirSync(join(workspace, 'infra'), { recursive: true })
  writeFileSync(join(workspace, 'infra/main.bicep'), 'param a string\n')
  writeFileSync(join(workspace, 'infra/prod.bicepparam'), "using 'main.bicep'\n")
})

afterAll(() => rmSync(root, { recursive: true, force: true }))

beforeEach(() => {
  tools = join(root, `tools${count++}`)
  mkdirSync(tools)
})

/** Puts a program on the test's PATH: a script of the machine's shell. */
function install(name: string, script: string, folder = tools): void {
  const path = join(folder, name)
  writeFileSync(path, `#!/bin/sh\n${script}\n`)
  chmodSync(path, 0o755)
}

const TEMPLATE = '{"resources": [], "big": 12345678901234567890}'
const environment = (more: Record<string, string> = {}) => ({
  PATH: `${tools}:/usr/bin:/bin`,
  ...more
})

const compile = (
  name = 'infra/main.bicep',
  more: { timeoutMs?: number; env?: Record<string, string> } = {}
): Compilation => {
  const { env, ...rest } = more
  return compileBicep(join(workspace, name), { workspace, environment: environment(env), ...rest })
}

async function read(body: string): Promise<RequestBody | undefined> {
  const tempFolder = join(root, 'temp')
  return readBody({
    body,
    bodyFile: '',
    workspace,
    tempFolder,
    environment: environment(),
    mask: () => {}
  })
}

describe('compileBicep', () => {
  it('takes the Bicep CLI, with no shell in between', () => {
    install('bicep', `printf '%s' '${TEMPLATE}'; printf '%s\\n' "$@" > "${tools}/args"`)
    install('az', 'exit 1')
    expect(compile()).toEqual({ kind: 'compiled', json: TEMPLATE, diagnostics: [] })
    expect(readArguments()).toEqual(['build', '--stdout', join(workspace, 'infra/main.bicep')])
  })

  it('takes the Azure CLI when there is no other', () => {
    install('az', `echo '${TEMPLATE}'; printf '%s\\n' "$@" > "${tools}/args"`)
    expect(compile()).toMatchObject({ kind: 'compiled', json: TEMPLATE })
    const path = join(workspace, 'infra/main.bicep')
    expect(readArguments()).toEqual(['bicep', 'build', '--file', path, '--stdout'])
  })

  it('unwraps the parameters of a .bicepparam file', () => {
    const parameters = { parameters: { a: { value: 1 } } }
    const wrapped = { parametersJson: JSON.stringify(parameters), templateJson: '{}' }
    install(
      'bicep',
      `printf '%s' '${JSON.stringify(wrapped)}'; printf '%s\\n' "$@" > "${tools}/args"`
    )
    expect(compile('infra/prod.bicepparam')).toMatchObject({ json: JSON.stringify(parameters) })
    expect(readArguments()).toContain('build-params')
  })

  it('hands over neither inputs nor tokens of the job', () => {
    install('bicep', `env > "${tools}/args"; echo '{}'`)
    compile('infra/main.bicep', {
      env: { INPUT_TOKEN: 'hidden', ACTIONS_RUNTIME_TOKEN: 'hidden', REGION: 'kept' }
    })
    const seen = readArguments().join('\n')
    expect(seen).toContain('REGION=kept')
    expect(seen).not.toContain('hidden')
  })

  it('says how to get one when there is none', () => {
    const found = compileBicep(join(workspace, 'infra/main.bicep'), {
      workspace,
      environment: { PATH: `${tools}:.:bin` }
    })
    expect(found).toEqual({
      kind: 'failed',
      problem: 'needs the Bicep CLI, and neither bicep nor az is on PATH',
      allowed: expect.stringContaining('https://aka.ms/bicep-install'),
      diagnostics: []
    })
  })

  it('runs no program of the repository', () => {
    install('bicep', `echo '{}'`, workspace)
    const options = { workspace, environment: { PATH: `.::${tools}` } }
    expect(compileBicep(join(workspace, 'infra/main.bicep'), options).kind).toBe('failed')
  })

  it('goes round the .cmd file of Azure CLI on Windows', () => {
    const bin = join(tools, 'CLI2')
    mkdirSync(join(bin, 'wbin'), { recursive: true })
    install('az.cmd', '', join(bin, 'wbin'))
    install('python.exe', `echo '{}'; printf '%s\\n' "$@" > "${tools}/args"`, bin)
    const path = join(workspace, 'infra/main.bicep')
    const options = {
      workspace,
      environment: { Path: join(bin, 'wbin') },
      platform: 'win32'
    } as const
    expect(compileBicep(path, options).kind).toBe('compiled')
    expect(readArguments().slice(0, 4)).toEqual(['-IBm', 'azure.cli', 'bicep', 'build'])
  })

  it('tells warnings and notes apart, and names files from the workspace', () => {
    const main = join(workspace, 'infra/main.bicep')
    install(
      'bicep',
      `cat >&2 <<'END'
${main}(1,7) : Warning no-unused-params: Parameter "a" is declared but never used. [https://aka.ms/bicep/linter/no-unused-params]
WARNING: ${main}(2,1) : Info use-recent-api-versions: Use a newer one.
/elsewhere/module.bicep(3,4) : Warning BCP081: No types.
Some other talk
END
echo '{}'`
    )
    expect(compile().diagnostics).toEqual([
      {
        file: 'infra/main.bicep',
        line: 1,
        column: 7,
        code: 'no-unused-params',
        message:
          'Parameter "a" is declared but never used. [https://aka.ms/bicep/linter/no-unused-params]',
        level: 'warning'
      },
      expect.objectContaining({ line: 2, code: 'use-recent-api-versions', level: 'info' }),
      expect.objectContaining({ file: '/elsewhere/module.bicep', code: 'BCP081' })
    ])
  })

  it.each<[string, string, string]>([
    [
      'its first error, and how many more',
      `echo "$3(3,5) : Error BCP057: The name \\"x\\" does not exist." >&2; echo "$3(4,5) : Error BCP018: Expected." >&2; exit 1`,
      'does not compile: BCP057 at infra/main.bicep line 3, column 5: The name "x" does not exist (and 1 more)'
    ],
    [
      'what else it says',
      `echo 'first' >&2; echo 'out of memory' >&2; exit 2`,
      'does not compile: out of memory'
    ],
    ['the end by a signal', 'kill -9 $$', 'does not compile: '],
    ['no JSON', 'echo done', 'was compiled to something that is not a JSON object'],
    ['a list', 'echo []', 'was compiled to something that is not a JSON object']
  ])('fails with %s', (_, script, problem) => {
    install('bicep', script)
    expect(compile()).toMatchObject({ kind: 'failed', problem })
  })

  it.each(['{}', '{"parametersJson": 1}', '[]'])('wants parameters in %s', (output) => {
    install('bicep', `echo '${output}'`)
    expect(compile('infra/prod.bicepparam')).toMatchObject({ kind: 'failed' })
  })

  it('ends a compiler that does not end', () => {
    install('bicep', 'exec sleep 60')
    expect(compile('infra/main.bicep', { timeoutMs: 100 })).toMatchObject({
      kind: 'failed',
      problem: 'was not compiled within 0.1 s'
    })
  })

  it('says why a program cannot be started', () => {
    writeFileSync(join(tools, 'bicep'), 'no program')
    expect(compile()).toMatchObject({ kind: 'failed', problem: 'could not be compiled (EACCES)' })
  })
})

/** Arguments that the program was given, as it has noted them. */
function readArguments(): string[] {
  return readFileSync(join(tools, 'args'), 'utf8').trim().split('\n')
}

describe('!file of a Bicep file', () => {
  it('inserts what it compiles to, digits and all, compiled once', async () => {
    install('bicep', `echo x >> "${tools}/args"; printf '%s' '${TEMPLATE}'`)
    const body = await read('a: !file infra/main.bicep\nb: !file infra/main.bicep#/big\n')
    expect(body?.text).toBe(`{"a":${TEMPLATE},"b":12345678901234567890}`)
    expect(body?.sources).toEqual([
      { pointer: '/a', file: 'infra/main.bicep', filePointer: '' },
      { pointer: '/b', file: 'infra/main.bicep', filePointer: '/big' }
    ])
    expect(readArguments()).toEqual(['x'])
  })

  it('hands on its warnings', async () => {
    install('bicep', `echo "$3(1,7) : Warning w: W." >&2; echo '{}'`)
    expect((await read('a: !file infra/main.bicep'))?.diagnostics).toMatchObject([
      { file: 'infra/main.bicep', line: 1, code: 'w', level: 'warning' }
    ])
  })

  it('fails at the line of the body, with the findings for the lines of the file', async () => {
    install('bicep', `echo "$3(3,5) : Error BCP057: No." >&2; exit 1`)
    const fault: unknown = await read('\na: !file infra/main.bicep').catch(
      (error: unknown) => error
    )
    expect(fault).toBeInstanceOf(CompileError)
    expect(fault).toMatchObject({
      message: expect.stringContaining(
        'Input body: at line 2, column 10 (after "a"): !file "infra/main.bicep" does not compile: BCP057 at'
      ),
      diagnostics: [{ file: 'infra/main.bicep', line: 3, column: 5, level: 'error' }]
    })
  })

  it('says how to get a compiler', async () => {
    const found = readBody({
      body: 'a: !file infra/main.bicep',
      bodyFile: '',
      workspace,
      tempFolder: join(root, 'temp'),
      environment: {},
      mask: () => {}
    })
    await expect(found).rejects.toThrow(
      'Input body: at line 1, column 10 (after "a"): !file "infra/main.bicep" needs the Bicep CLI, and neither bicep nor az is on PATH. Allowed: one of them, installed by an earlier step'
    )
  })

  it('is no body by itself', async () => {
    const found = readBody({
      body: '',
      bodyFile: 'infra/main.bicep',
      workspace,
      tempFolder: join(root, 'temp'),
      environment: {},
      mask: () => {}
    })
    await expect(found).rejects.toThrow(
      'Input body-file: "infra/main.bicep" is a Bicep file, which is only a part of a body.'
    )
  })
})
