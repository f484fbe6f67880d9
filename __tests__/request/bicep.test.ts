/** Compiling Bicep: which program, in which environment, and what becomes of what it says. */
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { type Compilation, compileBicep } from '../../src/request/bicep.ts'
import { describeBreakdown, findCompiler, runCompiler } from '../../src/request/bicep-compiler.ts'
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

  it('starts it where nothing of the repository is', () => {
    // As `python -m` does, which is how the Azure CLI of pip is started.
    install('az', `pwd > "${tools}/args"; echo '{}'`)
    expect(compile().kind).toBe('compiled')
    expect(readArguments()).toEqual([tools])
  })

  it('reads text, and does not guess at it', () => {
    install('bicep', `printf '{"a": "ä"}'`)
    expect(compile()).toMatchObject({ json: '{"a": "ä"}' })
    install('bicep', `printf '{"a": "\\344"}'`)
    expect(compile()).toMatchObject({ problem: 'was compiled to text that is not UTF-8' })
  })

  it('names files from a workspace that is a link', () => {
    symlinkSync(workspace, join(root, 'link'))
    const file = join(workspace, 'infra/main.bicep')
    install('bicep', `echo "$3(1,7) : Warning w: W." >&2; echo '{}'`)
    const { diagnostics } = compileBicep(file, {
      workspace: join(root, 'link'),
      environment: environment()
    })
    expect(diagnostics).toMatchObject([{ file: 'infra/main.bicep' }])
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
        title: 'Bicep no-unused-params',
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
    writeFileSync(join(tools, 'bicep'), '#!/no/such/shell\n', { mode: 0o755 })
    expect(compile()).toMatchObject({ kind: 'failed', problem: 'could not be compiled (ENOENT)' })
  })

  it('passes over what is no program', () => {
    writeFileSync(join(tools, 'bicep'), 'no program', { mode: 0o644 })
    install('az', `echo '{}'`)
    expect(compile().kind).toBe('compiled')
  })
})

describe('findCompiler', () => {
  const FILE = 'D:\\a\\shop\\main.bicep'
  const MSI = 'C:\\Program Files\\Microsoft SDKs\\Azure\\CLI2'
  const PYTHON = 'C:\\Python312'
  const VENV = 'D:\\a\\_temp\\venv\\Scripts'
  const USER = 'C:\\Users\\u\\AppData\\Roaming\\Python\\Python312\\Scripts'
  const OWN = ['build', '--stdout', FILE]
  const AZ = ['bicep', 'build', '--file', FILE, '--stdout']
  const MODULE = ['-X', 'utf8', '-IBm', 'azure.cli', ...AZ]
  it.each<[string, string, readonly string[], string | undefined, readonly string[]]>([
    ['bicep.exe', 'C:\\b', ['C:\\b\\bicep.exe'], 'C:\\b\\bicep.exe', OWN],
    ['bicep.cmd', 'C:\\b', ['C:\\b\\bicep.cmd'], 'C:\\b\\bicep.cmd', OWN],
    [
      'the first on PATH, as Windows has it',
      'C:\\a;C:\\b',
      ['C:\\b\\bicep.exe', 'C:\\a\\bicep.cmd', 'C:\\a\\bicep.bat', 'C:\\a\\bicep'],
      'C:\\a\\bicep.bat',
      OWN
    ],
    ['a folder in quotes', ' "C:\\b c" ', ['C:\\b c\\bicep.exe'], 'C:\\b c\\bicep.exe', OWN],
    ['no script of another shell', 'C:\\b', ['C:\\b\\bicep', 'C:\\b\\az'], undefined, []],
    ['none of the workspace', '.;bin;D:bin;', ['bicep.exe', 'bin\\bicep.exe'], undefined, []],
    [
      'the Azure CLI of the installer, by its Python',
      `${MSI}\\wbin`,
      [`${MSI}\\wbin\\az.cmd`, `${MSI}\\wbin\\az`, `${MSI}\\python.exe`],
      `${MSI}\\python.exe`,
      MODULE
    ],
    [
      'that of pip',
      `${PYTHON}\\Scripts;${PYTHON}`,
      [`${PYTHON}\\Scripts\\az.bat`, `${PYTHON}\\Scripts\\az`, `${PYTHON}\\python.exe`],
      `${PYTHON}\\python.exe`,
      MODULE
    ],
    [
      'that of a virtual environment',
      VENV,
      [`${VENV}\\az.bat`, `${VENV}\\python.exe`, 'D:\\a\\_temp\\venv\\python.exe'],
      `${VENV}\\python.exe`,
      MODULE
    ],
    ['that of pip --user, as it is', USER, [`${USER}\\az.bat`], `${USER}\\az.bat`, AZ],
    [
      'bicep before it',
      'C:\\z;C:\\b',
      ['C:\\z\\az.cmd', 'C:\\b\\bicep.exe'],
      'C:\\b\\bicep.exe',
      OWN
    ]
  ])('on Windows: %s', (_what, Path, files, program, parameters) => {
    const isFile = (path: string) => files.includes(path)
    const found = findCompiler({ environment: { Path }, platform: 'win32', isFile }, 'build', FILE)
    expect(found).toEqual(program === undefined ? undefined : { program, parameters })
  })
})

describe('a batch file of Windows', () => {
  afterEach(() => {
    vi.restoreAllMocks()
  })

  it('gets no argument in which cmd.exe would read more than a text', () => {
    vi.spyOn(process, 'platform', 'get').mockReturnValue('win32')
    install('bicep.cmd', '')
    const compiler = { program: join(tools, 'bicep.cmd'), parameters: ['build', 'a&calc.bicep'] }
    const { error } = runCompiler(compiler, { environment: {}, timeoutMs: 1_000 })
    expect(error).toBeDefined()
    expect(error && describeBreakdown(error, 1_000)).toEqual({
      problem: 'could not be compiled (ERR_UNSAFE_WINDOWS_BATCH_ARGUMENT)',
      allowed: 'a path without % ! ^ & | < > ( ), or a bicep.exe on PATH, which takes any path'
    })
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
