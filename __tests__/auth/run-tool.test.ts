/**
 * How a tool of the machine is run: what becomes of it, and that nothing it leaves behind is waited for.
 */
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { runTool } from '../../src/auth/run-tool.ts'

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tools-'))
})
afterAll(() => rm(folder, { recursive: true }))
afterEach(() => {
  vi.unstubAllEnvs()
})

async function run(script: string | undefined, { timeoutMs = 30_000, parameters = [''] } = {}) {
  vi.stubEnv('PATH', folder)
  const file = join(folder, 'az')
  await rm(file, { force: true })
  if (script !== undefined) {
    await writeFile(file, `#!/bin/sh\n${script}\n`)
    await chmod(file, 0o755)
  }
  const { signal } = new AbortController()
  return runTool({ program: 'az', parameters, environment: {}, timeoutMs, signal })
}

describe('a tool', () => {
  it('that succeeds gives what it printed, and gets its parameters as they are', async () => {
    const parameters = ['a b', '$(exit 1)', '"']
    expect(await run(`printf '%s|' "$@"; echo w >&2`, { parameters })).toEqual({
      kind: 'succeeded',
      stdout: 'a b|$(exit 1)|"|',
      stderr: 'w\n'
    })
  })

  it('that fails gives what it printed', async () => {
    expect(await run('echo why >&2; exit 3')).toEqual({
      kind: 'failed',
      stdout: '',
      stderr: 'why\n'
    })
  })

  it('that is not there is not installed', async () => {
    expect(await run(undefined)).toMatchObject({ kind: 'not-installed' })
  })

  it('that takes too long is ended, and what it started is not waited for', async () => {
    const begun = performance.now()
    const end = await run('/bin/sleep 20 & wait', { timeoutMs: 300 })
    expect(end).toMatchObject({ kind: 'timed-out' })
    expect(performance.now() - begun).toBeLessThan(10_000)
  })
})
