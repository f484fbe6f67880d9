/**
 * The one way in, in this process, for a deployment and for the post step.
 */
import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it, vi } from 'vitest'
import { deploymentBody, resource, template } from '../__fixtures__/deployment-bodies.ts'
import { setUpRunner } from '../__fixtures__/in-process.ts'
import { parseFileCommands } from '../simulator/file-commands.ts'

const WEB =
  '/subscriptions/{subscriptionId}/resourceGroups/shop/providers/Microsoft.Resources/deployments/web'
const SITE = resource('Microsoft.Web/sites', 'app', { seconds: 5 })

const runner = setUpRunner({ method: 'PUT', url: WEB, 'api-version': '2025-04-01' })

describe('a deployment', () => {
  it('has its progress, its outputs, and a state that is emptied at the end', async () => {
    const outputs = { url: { type: 'string', value: 'https://shop.example' } }
    const { stdout, exitCode } = await runner.run({
      body: deploymentBody(template([SITE], outputs))
    })
    expect(exitCode).toBeUndefined()
    expect(stdout).toContain('succeeded  Microsoft.Web/sites app (5 s)')
    expect(parseFileCommands(await runner.read('output')).url).toBe('https://shop.example')
    expect(parseFileCommands(await runner.read('state'))).toMatchObject({ phase: 'post', run: '' })
  })

  it('that fails is annotated at its file', async () => {
    const broken =
      '{ "properties": { "mode": "Incremental", "template": { "resources": [ { "type": "A/b" } ] } } }'
    await writeFile(join(runner.folder, 'web.json'), broken)
    const { stdout, exitCode } = await runner.run({ 'body-file': 'web.json' })
    expect(exitCode).toBe(1)
    expect(stdout).toMatch(/^::error title=Failed%3A InvalidTemplate,file=web\.json/m)
  })

  it('takes no result and no outputs from the next run of its name', async () => {
    const outputs = { url: { type: 'string', value: 'https://shop.example' } }
    const body = deploymentBody(template([SITE], outputs))
    const { stdout, exitCode } = await runner.run({
      body,
      headers: 'x-ms-simulator-next-run: sku'
    })
    expect(exitCode).toBeUndefined()
    expect(stdout).toMatch(
      /^::warning::The deployment succeeded, but a later run \(.*at .* UTC\) has taken its name/m
    )
    expect(stdout).not.toContain('SkuNotAvailable')
    const set = parseFileCommands(await runner.read('output'))
    expect(set.status).toBe('Succeeded')
    expect(set.url).toBeUndefined()
  })

  it('that fails takes no cause from the next run of its name', async () => {
    const site = resource('Microsoft.Web/sites', 'app', { seconds: 5, error: 'quota' })
    const { stdout, exitCode } = await runner.run({
      body: deploymentBody(template([site])),
      headers: 'x-ms-simulator-next-run: sku'
    })
    expect(exitCode).toBe(1)
    expect(stdout).toMatch(
      /^::warning::A later run \(.*at .* UTC\) has taken the name of this deployment/m
    )
    expect(stdout).toContain('QuotaExceeded')
    expect(stdout).not.toContain('SkuNotAvailable')
  })

  it('is not sent when the post step could not be told apart from the step', async () => {
    const { stdout, exitCode } = await runner.run(
      {},
      { GITHUB_STATE: join(runner.folder, 'missing') }
    )
    expect(exitCode).toBe(1)
    expect(stdout).toContain('::error::Missing file at path')
    expect(runner.simulator.requests).toEqual([])
  })

  it('goes on when its state cannot be saved any more', async () => {
    const state = join(runner.folder, 'state')
    runner.simulator.script([
      {
        method: 'PUT',
        path: WEB.replace('{subscriptionId}', '11111111-1111-4111-8111-111111111111'),
        answers: [{ status: 200, body: {}, delayMs: 300_000 }]
      }
    ])
    const running = runner.run({ body: deploymentBody(template([])) })
    await vi.waitUntil(() => runner.simulator.requests.length === 1, { timeout: 60_000 })
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
    runner.run(inputs, { STATE_phase: 'post', STATE_run: saved })

  const FOLLOWED = '"stage":"following"'

  /** Runs a deployment, and returns what was saved of it before its first poll. */
  async function startDeployment(): Promise<string> {
    const long = resource('Microsoft.Web/sites', 'app', { seconds: 800 })
    await runner.run({ body: deploymentBody(template([long])) })
    // Each save is added to the file.
    const saves = [...(await runner.read('state')).matchAll(/^run<<(\S+)\n(.*)\n\1$/gm)]
    const state = saves.map(([, , saved = '']) => saved).find((each) => each.includes(FOLLOWED))
    if (state === undefined) throw new Error('nothing was saved of a deployment that is followed')
    await writeFile(join(runner.folder, 'summary'), '')
    return state
  }

  it('tells how it ended, in a summary of its own', async () => {
    const saved = await startDeployment()
    const { stdout, exitCode } = await post(saved)
    expect(exitCode).toBeUndefined()
    expect(stdout).toContain('Result: Succeeded')
    expect(await runner.read('summary')).toMatch(/^## ✅ Deployment `web` succeeded/)
    expect(runner.simulator.requests.filter(({ method }) => method === 'PUT')).toHaveLength(1)
  })

  it('writes no summary where none is wanted', async () => {
    await post(await startDeployment(), { summary: 'false' })
    expect(await runner.read('summary')).toBe('')
  })

  it('has nothing to say without a run', async () => {
    expect(await post('')).toEqual({ stdout: '', exitCode: undefined })
    expect(runner.simulator.requests).toEqual([])
  })

  it('only warns of what goes wrong', async () => {
    const { stdout, exitCode } = await post(await startDeployment(), { environment: 'nowhere' })
    expect(exitCode).toBeUndefined()
    expect(stdout).toMatch(
      /::warning::The outcome of the operation could not be determined: Input environment/
    )
  })
})
