/**
 * The one way in, in this process: what the tests of dist/ see from outside, and how a problem of ours ends.
 */
import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { setUpRunner } from '../__fixtures__/in-process.ts'

const runner = setUpRunner(
  {
    method: 'PUT',
    url: '/subscriptions/{subscriptionId}/resourceGroups/shop/providers/A.B/things/one',
    'api-version': '2025-04-01',
    body: '{}'
  },
  { retryAfterSeconds: 0 }
)

/** Runs the action where there is no post step to save anything for. */
async function runStep(
  inputs: Readonly<Record<string, string>>,
  env: Readonly<Record<string, string>> = {}
) {
  const ended = await runner.run(inputs, { GITHUB_STATE: '', ...env })
  return { ...ended, outputs: await runner.read('output') }
}

describe('run', () => {
  it('succeeds', async () => {
    const { stdout, exitCode, outputs } = await runStep({})
    expect(exitCode).toBeUndefined()
    expect(stdout).toContain('Result: Succeeded')
    expect(outputs).toMatch(/^status<<(\S+)\nSucceeded\n\1$/m)
    expect(await runner.read('summary')).toMatch(/^## ✅ PUT of `one` succeeded/)
  })

  it('does not succeed: outputs and summary all the same, and one error', async () => {
    const headers = 'x-ms-simulator-error: policy'
    const { stdout, exitCode, outputs } = await runStep({ headers })
    expect(exitCode).toBe(1)
    expect(stdout.match(/^::error title=Failed%3A RequestDisallowedByPolicy::/gm)).toHaveLength(1)
    expect(outputs).toMatch(/^error-code<<(\S+)\nRequestDisallowedByPolicy\n\1$/m)
    expect(await runner.read('summary')).toContain('## ❌ ')
  })

  it('refuses input before anything is sent', async () => {
    const { stdout, exitCode, outputs } = await runStep({ timeout: 'soon' })
    expect(exitCode).toBe(1)
    expect(stdout).toContain(
      '::error title=Input timeout::Input timeout: "soon" is not a duration.'
    )
    expect(outputs).toMatch(/^error-code<<.*\nInvalidInput\n/m)
    expect(runner.simulator.requests).toEqual([])
  })

  it('warns of input without effect', async () => {
    const { stdout } = await runStep({ 'final-state-via': 'location' })
    expect(stdout).toContain('::warning::Input final-state-via is not used')
  })

  // As guid('shop-reader') in a template.
  it('sends the same UUID each time for !guid', async () => {
    for (const body of ['name: !guid shop-reader', '!values { id: !guid shop-reader }']) {
      await runStep({ body })
    }
    const bodies = runner.simulator.requests.map(({ body }) => body).filter((body) => body !== '')
    const guid = '62aaacb1-965a-5a0a-8c6f-269a0fd7bd2d'
    expect(bodies).toEqual([`{"name":"${guid}"}`, `{"id":{"value":"${guid}"}}`])
  })

  it('sends nothing for a !guid of no text', async () => {
    const { stdout, exitCode } = await runStep({ body: 'name: !guid' })
    expect(exitCode).toBe(1)
    expect(stdout).toContain('!guid has nothing after it')
    expect(runner.simulator.requests).toEqual([])
  })

  it('writes no summary where there is no file for one, or it is not wanted', async () => {
    expect((await runStep({}, { GITHUB_STEP_SUMMARY: '' })).stdout).not.toContain('::warning')
    await runStep({ summary: 'false' })
    expect(await runner.read('summary')).toBe('')
  })

  it('keeps its verdict when the summary cannot be written', async () => {
    const file = join(runner.folder, 'summary')
    await rm(file, { force: true })
    await mkdir(file)
    const { stdout, exitCode, outputs } = await runStep({})
    await rm(file, { recursive: true })
    expect(exitCode).toBeUndefined()
    expect(stdout).toContain('::warning::The job summary could not be written: ')
    expect(outputs).toContain('Succeeded')
  })

  it('tells Azure which workflow it is part of, in printable letters', async () => {
    await runStep({}, { AZURE_HTTP_USER_AGENT: 'GITHUBACTIONS/x\u0007é' })
    expect(runner.simulator.requests[0]?.headers['user-agent']).toMatch(
      /^GITHUBACTIONS\/x arm-operation\//
    )
  })
})
