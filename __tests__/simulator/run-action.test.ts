/** Running an action as GitHub's runner does: https://docs.github.com/actions/reference/workflow-commands. */
import { existsSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { parseFileCommands } from '../../simulator/file-commands.ts'
import { type RunActionOptions, renderLog, runAction } from '../../simulator/run-action.ts'
import { parseWorkflowCommands } from '../../simulator/workflow-commands.ts'

const run = (options: Partial<RunActionOptions> = {}) =>
  runAction({
    entry: '__tests__/simulator/stand-in.mjs',
    actionFile: '__tests__/simulator/stand-in.yml',
    inputs: {},
    ...options
  })

it('gives inputs, defaults and a clean environment, and reads back what was written', async () => {
  process.env.LEAK_FOR_TEST = 'from outside'
  const result = await run({
    inputs: { 'Poll-Interval': '0' },
    env: { EXTRA: 'x' },
    workspaceFiles: { 'infra/main.json': '{}' }
  })
  delete process.env.LEAK_FOR_TEST
  expect(result).toMatchObject({ exitCode: 0, signal: null, timedOut: false })
  const environment = JSON.parse(result.outputs.environment ?? '')
  expect(environment).toMatchObject({
    INPUT_DO: '',
    'INPUT_POLL-INTERVAL': '0',
    INPUT_TWO_WORDS: 'both',
    GITHUB_ACTIONS: 'true',
    CI: 'true',
    GITHUB_WORKSPACE: result.workspace,
    RUNNER_TEMP: result.temp,
    EXTRA: 'x'
  })
  expect(environment.LEAK_FOR_TEST).toBeUndefined()
  expect(environment.HOME).not.toBe(process.env.HOME)
  expect(result.outputs).toMatchObject({ cwd: result.workspace, file: '{}', plain: 'a=b<<c' })
  expect(result.state).toEqual({ handle: '1' })
  expect(result.summary).toBe('# Done\n')
  expect(result.stderr).toBe('on stderr\n')
  expect(result.annotations).toEqual([
    { level: 'error', title: 'Failed: 50%', file: 'a.ts', message: 'line one\nline two' }
  ])
  expect(result.commands.map(({ command }) => command)).toEqual(['add-mask', 'error'])
  expect(result.durationMs).toBeGreaterThan(0)
  expect(result.afterSignalMs).toBeUndefined()
  expect(existsSync(result.workspace)).toBe(true)
})

it('reports a failed run', async () => {
  expect((await run({ inputs: { do: 'fail' } })).exitCode).toBe(3)
})

it('sends a signal when the output says so', async () => {
  const signalAfter = { signal: 'SIGINT', output: /hanging/ } as const
  const result = await run({ inputs: { do: 'hang' }, signalAfter })
  expect(result).toMatchObject({ exitCode: 7, timedOut: false })
  expect(result.afterSignalMs).toBeLessThan(result.durationMs)
})

it('sends signals when something is true, one after the other', async () => {
  let looks = 0
  const result = await run({
    inputs: { do: 'hang' },
    signalAfter: [
      { signal: 'SIGCONT', when: () => ++looks > 1 },
      { signal: 'SIGKILL', when: () => ++looks > 5 }
    ]
  })
  expect(result).toMatchObject({ exitCode: null, signal: 'SIGKILL', timedOut: false })
})

it('knows the start of the action from what comes after it', async () => {
  const signalAfter = { signal: 'SIGKILL', output: /hanging/ } as const
  const { startMs, durationMs } = await run({ inputs: { do: 'hang' }, signalAfter })
  expect(startMs).toBeGreaterThan(0)
  expect(startMs).toBeLessThan(durationMs)
})

it('starts many at the same time, and ends them all', async () => {
  const runs = await Promise.all(Array.from({ length: 7 }, () => run({ inputs: { do: 'fail' } })))
  expect(runs.map(({ exitCode }) => exitCode)).toEqual(Array(7).fill(3))
})

it('kills what takes longer than the bound', async () => {
  const result = await run({ inputs: { do: 'hang' }, boundMs: 300 })
  expect(result).toMatchObject({ exitCode: null, signal: 'SIGKILL', timedOut: true })
})

it.each<[string, Partial<RunActionOptions>, string]>([
  ['an input that is not declared', { inputs: { nope: '' } }, 'declares no input nope'],
  ['a file outside the workspace', { workspaceFiles: { '../x': '' } }, 'not inside the workspace'],
  ['outputs that are malformed', { inputs: { do: 'break-output' } }, 'delimiter not found']
])('refuses %s', async (_, options, message) => {
  await expect(run(options)).rejects.toThrow(message)
})

describe('file commands', () => {
  it.each<[string, Record<string, string>, NodeJS.Platform?]>([
    ['a=1\n', { a: '1' }],
    ['a=x<<y\n', { a: 'x<<y' }],
    ['a<<E\nE\n', { a: '' }],
    ['a<<E\n1\n\n2=b\nE\nb=3', { a: '1\n\n2=b', b: '3' }],
    ['a<<E\r\n1\r\n2\r\nE\r\n', { a: '1\r\n2\r' }, 'linux'],
    ['a<<E\r\n1\r\n2\r\nE\r\n', { a: '1\r\n2' }, 'win32'],
    ['a<<E\n1\nE\n', { a: '1' }, 'win32'],
    ['a<<E\r\n\r\nE\r\nb=1\r\n', { a: '', b: '1' }, 'win32'],
    ['a=1\na=2\n', { a: '2' }]
  ])('reads %j as %j', (text, values, platform) => {
    expect(parseFileCommands(text, platform)).toEqual(values)
  })

  it.each(['words', '<<E\nE', 'a<<\n', 'a<<E\n1\nEE'])('refuses %j', (text) => {
    expect(() => parseFileCommands(text)).toThrow()
  })
})

describe('workflow commands', () => {
  it.each([
    ['  ::notice::indented', ['notice']],
    ['text ::error::in the middle', []],
    ['::error without an end', []],
    ['::group::a\n::endgroup::', ['group', 'endgroup']],
    ['::warning file=a,line=1::x::y', ['warning']],
    [':: error::spaced', []]
  ])('finds in %j %j', (text, names) => {
    expect(parseWorkflowCommands(text).map(({ command }) => command)).toEqual(names)
  })

  it('renders the log as its reader sees it', () => {
    const log = [
      '::add-mask::hush',
      'say hush',
      '::group::Chapter',
      'inside',
      '',
      '::endgroup::',
      '::debug::unseen',
      '::error title=T::message',
      '::notice::note'
    ]
    expect(renderLog(`${log.join('\n')}\n`)).toBe(
      'say ***\n▼ Chapter\n  inside\n\nError: [T] message\nNotice: note'
    )
  })
})
