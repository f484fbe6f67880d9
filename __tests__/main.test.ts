/**
 * The one way in, in this process: what the tests of dist/ see from outside, and how a problem of ours ends.
 */
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { RealClock, type Simulator, startSimulator } from '../simulator/simulator.ts'
import { run } from '../src/main.ts'

const RESOURCE = '/subscriptions/{subscriptionId}/resourceGroups/shop/providers/A.B/things/one'

let simulator: Simulator
let folder: string

// The toolkit remembers where the summary is, so all tests have the same files.
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'main-'))
})

afterAll(() => rm(folder, { recursive: true }))

beforeEach(async () => {
  simulator = await startSimulator({ clock: new RealClock(1_000), retryAfterSeconds: 0 })
  for (const name of ['output', 'summary']) await writeFile(join(folder, name), '')
})

afterEach(async () => {
  vi.unstubAllEnvs()
  vi.restoreAllMocks()
  process.exitCode = undefined
  await simulator.close()
})

const readSummary = () => readFile(join(folder, 'summary'), 'utf8')

/** Runs the action with these inputs, on a runner that has the files for outputs and summary. */
async function runInProcess(
  inputs: Readonly<Record<string, string>>,
  env: Readonly<Record<string, string>> = {}
) {
  const all = {
    ...simulator.inputs,
    method: 'PUT',
    url: RESOURCE,
    'api-version': '2025-04-01',
    'poll-interval': '0.05',
    ...inputs
  }
  const runner = {
    GITHUB_OUTPUT: join(folder, 'output'),
    GITHUB_STEP_SUMMARY: join(folder, 'summary'),
    GITHUB_WORKSPACE: folder,
    RUNNER_TEMP: folder,
    ...env
  }
  for (const [name, value] of Object.entries(all)) vi.stubEnv(`INPUT_${name.toUpperCase()}`, value)
  for (const [name, value] of Object.entries(runner)) vi.stubEnv(name, value)
  let stdout = ''
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    stdout += String(text)
    return true
  })
  await run()
  const { exitCode } = process
  return { stdout, exitCode, outputs: await readFile(join(folder, 'output'), 'utf8') }
}

describe('run', () => {
  it('succeeds', async () => {
    const { stdout, exitCode, outputs } = await runInProcess({})
    expect(exitCode).toBeUndefined()
    expect(stdout).toContain('Result: Succeeded')
    expect(outputs).toMatch(/^status<<(\S+)\nSucceeded\n\1$/m)
    expect(await readSummary()).toContain('## ✅ Succeeded: PUT things/one')
  })

  it('does not succeed: outputs and summary all the same, and one error', async () => {
    const headers = 'x-ms-simulator-error: policy'
    const { stdout, exitCode, outputs } = await runInProcess({ headers })
    expect(exitCode).toBe(1)
    expect(stdout.match(/^::error title=Failed%3A RequestDisallowedByPolicy::/gm)).toHaveLength(1)
    expect(outputs).toMatch(/^error-code<<(\S+)\nRequestDisallowedByPolicy\n\1$/m)
    expect(await readSummary()).toContain('## ❌ Failed')
  })

  it('refuses input before anything is sent', async () => {
    const { stdout, exitCode, outputs } = await runInProcess({ timeout: 'soon' })
    expect(exitCode).toBe(1)
    expect(stdout).toContain('::error::Input timeout: "soon" is not a duration.')
    expect(outputs).toBe('')
    expect(simulator.requests).toEqual([])
  })

  it('warns of input without effect', async () => {
    const { stdout } = await runInProcess({ 'final-state-via': 'location' })
    expect(stdout).toContain('::warning::Input final-state-via is not used')
  })

  it('writes no summary where there is no file for one, or nobody wants it', async () => {
    expect((await runInProcess({}, { GITHUB_STEP_SUMMARY: '' })).stdout).not.toContain('::warning')
    await runInProcess({ summary: 'false' })
    expect(await readSummary()).toBe('')
  })

  it('keeps its verdict when the summary cannot be written', async () => {
    const file = join(folder, 'summary')
    await rm(file, { force: true })
    await mkdir(file)
    const { stdout, exitCode, outputs } = await runInProcess({})
    await rm(file, { recursive: true })
    expect(exitCode).toBeUndefined()
    expect(stdout).toContain('::warning::The job summary could not be written: ')
    expect(outputs).toContain('Succeeded')
  })

  it('tells Azure which workflow it is part of, in printable letters', async () => {
    await runInProcess({}, { AZURE_HTTP_USER_AGENT: 'GITHUBACTIONS/x\u0007é' })
    expect(simulator.requests[0]?.headers['user-agent']).toMatch(
      /^GITHUBACTIONS\/x arm-operation\//
    )
  })
})
