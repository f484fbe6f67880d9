/**
 * Every workflow in examples/ is one that GitHub accepts, and its steps of this action do what they say: the committed
 * bundle runs them against the simulator.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { readOwnManifest } from '../../__fixtures__/action-manifest.ts'
import { type ActionCall, playWorkflow, readWorkflow } from '../../__fixtures__/workflow.ts'
import type { ActionRun } from '../../simulator/run-action.ts'
import {
  RealClock,
  type Simulator,
  SUBSCRIPTION_ID,
  startSimulator
} from '../../simulator/simulator.ts'
import type { JsonObject } from '../../src/http/message.ts'
import { runBundle } from '../dist/action.ts'

const ACTION = 'arm-operation/arm-operation@v0'
/** What takes half a minute in Azure takes half a second here. */
const SIMULATOR_SPEED = 50

const CONTEXTS = {
  github: { run_id: '16500000001', run_attempt: '2', sha: '7312e09' },
  vars: {
    AZURE_CLIENT_ID: '33333333-3333-4333-8333-333333333333',
    AZURE_TENANT_ID: '22222222-2222-4222-8222-222222222222',
    AZURE_SUBSCRIPTION_ID: SUBSCRIPTION_ID
  }
}

interface PlayedStep {
  readonly call: ActionCall
  readonly run: ActionRun
  /** Resource ID of what the step's URL names. */
  readonly id: string
}

const unsetOutputs = Object.fromEntries((readOwnManifest().outputs ?? []).map(({ id }) => [id, '']))

const FILES = readdirSync('examples').filter((name) => name.endsWith('.yml'))

function readExample(file: string) {
  return readWorkflow(file, readFileSync(`examples/${file}`, 'utf8'))
}

let simulator: Simulator
beforeEach(async () => {
  simulator = await startSimulator({ clock: new RealClock(SIMULATOR_SPEED) })
})
afterEach(() => simulator.close())

/** Plays an example to its end. The steps' inputs are sent as they stand; only where Azure is, is changed. */
async function playExample(
  file: string,
  changes: Readonly<Record<string, string>> = {}
): Promise<PlayedStep[]> {
  const steps: PlayedStep[] = []
  await playWorkflow(readExample(file), {
    action: ACTION,
    contexts: CONTEXTS,
    run: async (call) => {
      const { token = '' } = simulator.inputs
      const place = { environment: 'custom', 'resource-manager-endpoint': simulator.origin, token }
      const run = await runBundle({
        inputs: { ...call.inputs, ...place, ...changes },
        env: call.env
      })
      const id = (call.inputs.url ?? '').replace('{subscriptionId}', SUBSCRIPTION_ID)
      steps.push({ call, run, id })
      return { ...unsetOutputs, ...run.outputs }
    }
  })
  return steps
}

interface DeploymentProperties {
  readonly template: JsonObject
  readonly parameters: JsonObject
}

function readDeployment({ call }: PlayedStep): DeploymentProperties {
  const body: { readonly properties: DeploymentProperties } = JSON.parse(call.inputs.body ?? '')
  return body.properties
}

function expectSucceeded(steps: readonly PlayedStep[]): void {
  for (const { run } of steps) {
    expect(run, run.stdout + run.stderr).toMatchObject({
      exitCode: 0,
      outputs: { status: 'Succeeded' }
    })
    expect(run.summary).toMatch(
      /^## (?:✅ .+ succeeded after \d|🔍 What-if of deployment `[\w-]+`: \d+ to create)/
    )
  }
}

describe('examples/', () => {
  it('has one for each way of use, and a test for each', () => {
    expect([...FILES].sort()).toEqual([
      'cluster-command.yml',
      'create-use-check.yml',
      'delete-vaults.yml',
      'fan-out.yml',
      'finish-on-event.yml',
      'hand-over.yml',
      'matrix-deployment.yml',
      'preview-and-deploy.yml',
      'preview-comment.yml',
      'release-data-factory.yml',
      'release-pipeline.yml',
      'run-job.yml',
      'start-then-finish.yml',
      'start-vm.yml',
      'stop-machines.yml',
      'stop-vm.yml',
      'three-regions.yml',
      'upgrade-node-pools.yml',
      'whole-release.yml'
    ])
  })

  it.each(FILES)('%s signs in with no more rights than that takes', (file) => {
    const content = readFileSync(`examples/${file}`, 'utf8')
    expect(() => readWorkflow(file, content)).not.toThrow()
    expect(content).toMatch(/^permissions:\n {2}id-token: write\n\n/m)
    expect(content).toMatch(/uses: azure\/login@v3\n/)
    expect(content).not.toMatch(/secrets\./)
  })
})

describe('start-vm.yml', () => {
  it('starts the machine, once', async () => {
    const steps = await playExample('start-vm.yml')
    expectSucceeded(steps)
    expect(steps).toHaveLength(1)
    expect(simulator.ledger.entries).toMatchObject([
      { kind: 'vm-start', id: steps[0]?.id.replace(/\/start$/, '') }
    ])
  })
})

describe('stop-vm.yml', () => {
  it('deallocates the machine and reads its power state', async () => {
    const steps = await playExample('stop-vm.yml')
    expectSucceeded(steps)
    const id = steps[0]?.id.replace(/\/deallocate$/, '')
    expect(simulator.ledger.entries).toMatchObject([{ kind: 'vm-deallocate', id }])
    expect(steps[0]?.run.outputs.response).toContain('PowerState/deallocated')
    expect(simulator.requests.at(-1)?.path).toMatch(/\/instanceView\?api-version=2024-07-01$/)
  })
})

describe('run-job.yml', () => {
  it('waits for the execution, not only for its start', async () => {
    const [step, ...more] = await playExample('run-job.yml', {
      headers: 'x-ms-simulator-seconds: 120'
    })
    if (step === undefined) throw new Error('the example has no step')
    expectSucceeded([step])
    expect(more).toEqual([])
    expect(simulator.ledger.count('resource-action', step.id.replace(/\/start$/, ''))).toBe(1)
    expect(step.run.outputs.execution).toMatch(/^import-orders-\w{7}$/)
    expect(step.run.outputs.ended).toMatch(/^\d{4}-\d\d-\d\dT/)
    expect(step.run.stdout).toContain('Condition: properties.status is "Running"')
  })

  it('fails the job when the execution has failed', async () => {
    const steps = await playExample('run-job.yml', { headers: 'x-ms-simulator-error: quota' })
    expect(steps[0]?.run).toMatchObject({ exitCode: 1, outputs: { status: 'Failed' } })
    expect(steps[0]?.run.outputs['error-message']).toBe(
      'The operation succeeded in Azure, and fail-if is true for its result: ' +
        'properties.status != \'Succeeded\' (properties.status is "Failed")'
    )
  })
})

describe('cluster-command.yml', () => {
  it('is green when the command exits with 0, and gives its logs', async () => {
    const steps = await playExample('cluster-command.yml')
    expectSucceeded(steps)
    expect(steps[0]?.run.outputs.logs).toContain('kubectl wait')
  })

  it('is red when it does not, though Azure calls it a success', async () => {
    const body = '{ "command": "exit 3" }'
    const steps = await playExample('cluster-command.yml', { body })
    expect(steps[0]?.run).toMatchObject({ exitCode: 1, outputs: { status: 'Failed' } })
    expect(steps[0]?.run.annotations[0]?.message).toContain(
      'fail-if is true for its result: properties.exitCode != `0` (properties.exitCode is 3)'
    )
  })
})

describe('hand-over.yml', () => {
  it('starts in one job and finishes in another, with one write in Azure', async () => {
    const [start, finish, ...more] = await playExample('hand-over.yml')
    expect(more).toEqual([])
    expect(start?.run).toMatchObject({ exitCode: 0, outputs: { status: 'InProgress' } })
    expect(finish?.call).toMatchObject({
      job: 'finish',
      inputs: { resume: start?.run.outputs.operation }
    })
    expect(finish?.run).toMatchObject({
      exitCode: 0,
      outputs: { status: 'Succeeded', operation: '' }
    })
    expect(simulator.ledger.entries).toMatchObject([{ kind: 'resource-create', id: start?.id }])
    expect(finish?.run.outputs['correlation-id']).toBe(start?.run.outputs['correlation-id'])
  })
})

describe('release-pipeline.yml', () => {
  it('deploys to staging, then the same template to production, each once', async () => {
    const steps = await playExample('release-pipeline.yml')
    expectSucceeded(steps)
    expect(steps.map(({ call }) => call.job)).toEqual(['staging', 'production'])
    expect(simulator.ledger.entries).toMatchObject(
      steps.map(({ id }) => ({ kind: 'deployment', id }))
    )
    const [staging, production] = steps.map(readDeployment)
    expect(staging?.template).toEqual(production?.template)
    expect(staging?.parameters).not.toEqual(production?.parameters)
  })
})

describe('preview-and-deploy.yml', () => {
  it('previews what it then deploys, once, and hands on the outputs of both', async () => {
    const steps = await playExample('preview-and-deploy.yml')
    expectSucceeded(steps)
    const [preview, deploy] = steps
    expect(preview?.run.outputs['has-changes']).toBe('true')
    expect(deploy?.call.inputs.body).toBe(preview?.call.inputs.body)
    expect(deploy?.call.inputs).toMatchObject({ 'on-timeout': 'cancel', 'on-cancel': 'cancel' })
    expect(deploy?.run.outputs.storageName).toMatch(/^shop/)
    expect(simulator.ledger.entries).toMatchObject([{ kind: 'deployment', id: deploy?.id }])
  })
})

describe('matrix-deployment.yml', () => {
  it('deploys to every region once, each deployment under a name of its own', async () => {
    const steps = await playExample('matrix-deployment.yml')
    expectSucceeded(steps)
    expect(steps.map(({ call }) => call.matrix)).toHaveLength(5)
    const ids = steps.map(({ id }) => id.toLowerCase())
    const names = ids.map((id) => id.split('/').at(-1) ?? '')
    expect(new Set(names).size).toBe(names.length)
    expect(Math.max(...names.map((name) => name.length))).toBeLessThanOrEqual(64)
    expect(simulator.ledger.entries.map(({ id }) => id.toLowerCase()).sort()).toEqual(ids.sort())
    for (const id of ids) expect(simulator.ledger.count('deployment', id)).toBe(1)
  })

  it('lets the other regions go on when one fails, and gives a new attempt new names', () => {
    const content = readFileSync('examples/matrix-deployment.yml', 'utf8')
    expect(content).toMatch(/^ {6}fail-fast: false$/m)
    expect(content).toContain(`\${{ github.run_id }}-\${{ github.run_attempt }}`)
  })
})
