/**
 * The steps of CI that use this action, and what checks them, as far as one machine can run them: the committed bundle
 * against the simulator that CI starts.
 */
import { execFile, spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readOwnManifest } from '../../__fixtures__/action-manifest.ts'
import { playWorkflow, readWorkflow } from '../../__fixtures__/workflow.ts'
import type { JsonObject } from '../../src/http/message.ts'
import { runBundle } from '../dist/action.ts'

const FILE = '.github/workflows/ci.yml'
const unsetOutputs = Object.fromEntries((readOwnManifest().outputs ?? []).map(({ id }) => [id, '']))

/** Runs a script of CI with nothing in its environment but this. */
async function runScript(name: string, env: Readonly<Record<string, string>>): Promise<string> {
  const { stdout } = await promisify(execFile)(process.execPath, [`scripts/ci/${name}`], { env })
  return stdout
}

function check(steps: JsonObject) {
  const env = { STEPS: JSON.stringify(steps) }
  return spawnSync(process.execPath, ['scripts/ci/check-steps.ts'], { env, encoding: 'utf8' })
}

describe('the job for each platform', () => {
  let simulator: Readonly<Record<string, string>> = {}
  beforeAll(async () => {
    const lines = (await runScript('start-simulator.ts', {})).split('\n')
    simulator = Object.fromEntries(lines.filter(Boolean).map((line) => line.split(/=(.*)/s)))
  })
  afterAll(() => process.kill(Number(simulator.pid)))

  it('ends as its check expects', async () => {
    const steps: Record<string, JsonObject> = {}
    const text = readFileSync(FILE, 'utf8').replace(/ os: \[.+\]/, ' os: [ubuntu-latest]')
    await playWorkflow(readWorkflow(FILE, text), {
      action: './',
      contexts: { github: {} },
      others: { simulator },
      run: async ({ id, inputs, env }) => {
        const { outputs, exitCode } = await runBundle({ inputs, env })
        steps[id] = { outputs, outcome: exitCode === 0 ? 'success' : 'failure' }
        return { ...unsetOutputs, ...outputs }
      }
    })
    expect(check(steps)).toMatchObject({ stderr: '', status: 0 })
    const { success = {}, ...others } = steps
    const wrong = { ...others, success: { ...success, outcome: 'failure' } }
    expect(check(wrong)).toMatchObject({ stderr: 'success: failure, not success\n', status: 1 })
    expect(check(others)).toMatchObject({ stderr: 'there is no step success\n', status: 1 })
  })
})

describe('scripts/ci/cancel.ts', () => {
  it('cancels a step, and hears of it from the step and its post step', async () => {
    const { PATH = '' } = process.env
    const log = await runScript('cancel.ts', { PATH })
    const told = log.match(/^SIG\w+: the step and its post step told that/gm)
    expect(told).toEqual(
      ['SIGINT', 'SIGTERM'].map((name) => `${name}: the step and its post step told that`)
    )
    // What the runner would take for commands of its own step.
    expect(log).not.toMatch(/^(?:::|##\[)/m)
  })
})
