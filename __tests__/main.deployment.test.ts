/**
 * The one way in, in this process, for a deployment and for the post step.
 */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { deploymentBody, resource, template } from '../__fixtures__/deployment-bodies.ts'
import { parseFileCommands } from '../simulator/file-commands.ts'
import { RealClock, type Simulator, startSimulator } from '../simulator/simulator.ts'
import { run } from '../src/main.ts'

const WEB =
  '/subscriptions/{subscriptionId}/resourceGroups/shop/providers/Microsoft.Resources/deployments/web'
const SITE = resource('Microsoft.Web/sites', 'app', { seconds: 5 })

let simulator: Simulator
let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'main-deployment-'))
})
afterAll(() => rm(folder, { recursive: true }))
beforeEach(async () => {
  simulator = await startSimulator({ clock: new RealClock(1_000) })
  for (const name of ['output', 'summary', 'state']) await writeFile(join(folder, name), '')
})
afterEach(async () => {
  vi.unstubAllEnvs()
  vi.restoreAllMocks()
  process.exitCode = undefined
  await simulator.close()
})

const read = (name: string) => readFile(join(folder, name), 'utf8')

async function runInProcess(
  inputs: Readonly<Record<string, string>>,
  env: Readonly<Record<string, string>> = {}
) {
  const all = {
    ...simulator.inputs,
    method: 'PUT',
    url: WEB,
    'api-version': '2025-04-01',
    'poll-interval': '0.05',
    ...inputs
  }
  const runner = {
    GITHUB_OUTPUT: join(folder, 'output'),
    GITHUB_STEP_SUMMARY: join(folder, 'summary'),
    GITHUB_STATE: join(folder, 'state'),
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
  return { stdout, exitCode: process.exitCode }
}

describe('a deployment', () => {
  it('has its progress, its outputs, and a state that is emptied at the end', async () => {
    const outputs = { url: { type: 'string', value: 'https://shop.example' } }
    const { stdout, exitCode } = await runInProcess({
      body: deploymentBody(template([SITE], outputs))
    })
    expect(exitCode).toBeUndefined()
    expect(stdout).toContain('succeeded  Microsoft.Web/sites app (5 s)')
    expect(parseFileCommands(await read('output')).url).toBe('https://shop.example')
    expect(parseFileCommands(await read('state'))).toMatchObject({ phase: 'post', run: '' })
  })

  it('that fails is annotated at its file', async () => {
    const broken =
      '{ "properties": { "mode": "Incremental", "template": { "resources": [ { "type": "A/b" } ] } } }'
    await writeFile(join(folder, 'web.json'), broken)
    const { stdout, exitCode } = await runInProcess({ 'body-file': 'web.json' })
    expect(exitCode).toBe(1)
    expect(stdout).toMatch(/^::error title=Failed%3A InvalidTemplate,file=web\.json/m)
  })

  it('is not sent when the post step could not be told apart from the step', async () => {
    const { stdout, exitCode } = await runInProcess({}, { GITHUB_STATE: join(folder, 'missing') })
    expect(exitCode).toBe(1)
    expect(stdout).toContain('::error::Missing file at path')
    expect(simulator.requests).toEqual([])
  })

  it('goes on when its state cannot be saved any more', async () => {
    const state = join(folder, 'state')
    simulator.script([
      {
        method: 'PUT',
        path: WEB.replace('{subscriptionId}', '11111111-1111-4111-8111-111111111111'),
        answers: [{ status: 200, body: {}, delayMs: 300_000 }]
      }
    ])
    const running = runInProcess({ body: deploymentBody(template([])) })
    await vi.waitFor(() => expect(simulator.requests).toHaveLength(1))
    await rm(state)
    const { stdout, exitCode } = await running
    await writeFile(state, '')
    expect(exitCode).toBeUndefined()
    expect(stdout).toMatch(
      /::warning::The state for the post step could not be saved: Missing file/
    )
  })
})

describe('the post step', () => {
  const post = (saved: string, inputs: Readonly<Record<string, string>> = {}) =>
    runInProcess(inputs, { STATE_phase: 'post', STATE_run: saved })

  /** Starts a deployment, and returns what was saved of it before its first poll. */
  async function startDeployment(): Promise<string> {
    const long = resource('Microsoft.Web/sites', 'app', { seconds: 800 })
    const running = runInProcess({ body: deploymentBody(template([long])) })
    const state = await vi.waitFor(async () => {
      const { run: saved = '' } = parseFileCommands(await read('state'))
      expect(saved).toContain('"stage":"following"')
      return saved
    })
    await running
    await writeFile(join(folder, 'summary'), '')
    return state
  }

  it('tells how it ended, in a summary of its own', async () => {
    const saved = await startDeployment()
    const { stdout, exitCode } = await post(saved)
    expect(exitCode).toBeUndefined()
    expect(stdout).toContain('Result: Succeeded')
    expect(await read('summary')).toMatch(/^## ✅ Succeeded: PUT deployments\/web/)
    expect(simulator.requests.filter(({ method }) => method === 'PUT')).toHaveLength(1)
  })

  it('writes no summary where nobody wants one', async () => {
    await post(await startDeployment(), { summary: 'false' })
    expect(await read('summary')).toBe('')
  })

  it('has nothing to say without a run', async () => {
    expect(await post('')).toEqual({ stdout: '', exitCode: undefined })
    expect(simulator.requests).toEqual([])
  })

  it('only warns of what goes wrong', async () => {
    const { stdout, exitCode } = await post(await startDeployment(), { timeout: 'soon' })
    expect(exitCode).toBeUndefined()
    expect(stdout).toMatch(
      /::warning::How the operation ended could not be found out: Input timeout/
    )
  })
})
