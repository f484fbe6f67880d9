/**
 * The lists of operations that examples/ show do what they say: the committed bundle runs them against the simulator.
 */
import { readFileSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { readOwnManifest } from '../../__fixtures__/action-manifest.ts'
import { playWorkflow, readWorkflow } from '../../__fixtures__/workflow.ts'
import type { ActionRun } from '../../simulator/run-action.ts'
import {
  RealClock,
  type Simulator,
  SUBSCRIPTION_ID,
  startSimulator
} from '../../simulator/simulator.ts'
import { parseOutputs } from '../../src/condition/output-definitions.ts'
import type { JsonObject } from '../../src/http/message.ts'
import { runBundle } from '../dist/action.ts'

const ACTION = 'arm-operation/arm-operation@v0'
/** What takes half a minute in Azure takes half a second here. */
const SPEED = 50
const SUBSCRIPTION = `/subscriptions/${SUBSCRIPTION_ID}`
const GROUP = `${SUBSCRIPTION}/resourceGroups/shop`
const BUILD = `${SUBSCRIPTION}/resourceGroups/build`
const PLACES = { SUBNET_ID: `${GROUP}/subnets/a`, ZONE_ID: `${GROUP}/zones/a` }
const FILES = {
  'infra/platform.json': JSON.stringify({
    resources: [{ type: 'Microsoft.Authorization/policyAssignments', apiVersion: '1', name: 'a' }]
  }),
  'infra/shop.json': JSON.stringify({
    resources: [{ type: 'Microsoft.Web/sites', apiVersion: '1', name: 'shop' }]
  }),
  'infra/data.json': JSON.stringify({ resources: [] }),
  'infra/factory.json': JSON.stringify({ resources: [] })
}

const unsetOutputs = Object.fromEntries((readOwnManifest().outputs ?? []).map(({ id }) => [id, '']))

let simulator: Simulator
beforeEach(async () => {
  simulator = await startSimulator({ clock: new RealClock(SPEED) })
})
afterEach(() => simulator.close())

/** What a workflow is played with beside its own. */
interface Given {
  readonly event?: string
  /** Outputs of steps that are not ours, by their ids. */
  readonly others?: Readonly<Record<string, JsonObject>>
  /** Files of the workspace, in addition. */
  readonly files?: Readonly<Record<string, string>>
}

/** Plays all steps of ours in a workflow. Where Azure is, is changed, and nothing else. */
async function playAll(name: string, workflow: string, given: Given = {}): Promise<ActionRun[]> {
  const runs: ActionRun[] = []
  const { event = 'push', others = {}, files = {} } = given
  await playWorkflow(readWorkflow(name, workflow), {
    action: ACTION,
    contexts: {
      github: {
        run_id: '16500000001',
        run_attempt: '2',
        sha: '7312e09',
        token: 'none',
        event_name: event,
        event: { pull_request: { number: 7 } }
      },
      vars: {
        AZURE_CLIENT_ID: SUBSCRIPTION_ID,
        AZURE_TENANT_ID: SUBSCRIPTION_ID,
        AZURE_SUBSCRIPTION_ID: SUBSCRIPTION_ID,
        ADMINISTRATORS: SUBSCRIPTION_ID,
        ...PLACES
      },
      runner: { temp: '/temp' }
    },
    others,
    run: async ({ inputs, env }) => {
      const run = await runBundle({
        inputs: { ...inputs, ...simulator.inputs },
        env,
        workspaceFiles: { ...FILES, ...files }
      })
      runs.push(run)
      const own = parseOutputs(inputs.outputs ?? '', []).map((output) => [output.name, ''])
      return { ...unsetOutputs, ...Object.fromEntries(own), ...run.outputs }
    }
  })
  return runs
}

/** Plays a workflow that has one step of ours. */
async function play(name: string, workflow: string): Promise<ActionRun> {
  const [run, ...more] = await playAll(name, workflow)
  if (run === undefined || more.length > 0) throw new Error('test bug: not one step of ours')
  return run
}

function readExample(file: string): string {
  return readFileSync(`examples/${file}`, 'utf8')
}

async function playExample(file: string): Promise<ActionRun> {
  return play(file, readExample(file))
}

/** Puts a resource in place before a list is run. */
async function seed(path: string, properties: object = {}, more: object = {}): Promise<void> {
  const answer = await fetch(`${simulator.origin}${path}?api-version=2024-01-01`, {
    method: 'PUT',
    headers: {
      authorization: 'Bearer seed',
      'x-ms-simulator-habit': 'sync',
      'x-ms-simulator-seconds': '0'
    },
    body: JSON.stringify({ location: 'westeurope', properties, ...more })
  })
  if (!answer.ok) throw new Error(`test bug: ${path} could not be made: ${answer.status}`)
}

/** The job is green, and each of these ended as `Succeeded`. */
function expectSucceeded(run: ActionRun, names: readonly string[]): void {
  expect(run, run.stdout + run.stderr).toMatchObject({
    exitCode: 0,
    stderr: '',
    annotations: [],
    outputs: { status: 'Succeeded' }
  })
  const results = JSON.parse(run.outputs.results ?? '')
  expect(Object.keys(results).sort()).toEqual([...names].sort())
  for (const name of names) expect(results[name]).toMatchObject({ status: 'Succeeded' })
}

/** What was written, in the order in which it began: the last part of each path. */
function listWrites(): readonly string[] {
  return simulator.ledger.entries.map(({ kind, id }) => `${kind} ${id.split('/').at(-1)}`)
}

function findBody(path: string): unknown {
  const sent = simulator.requests.find(
    (request) => request.method !== 'GET' && request.path.startsWith(path)
  )
  return JSON.parse(sent?.body ?? 'null')
}

describe('examples/', () => {
  it('create-use-check.yml: hands a value of the account on, and looks at the account', async () => {
    const run = await playExample('create-use-check.yml')
    expectSucceeded(run, ['account', 'setting', 'check'])
    expect(listWrites()).toEqual(['resource-create shopimages', 'resource-create images'])
    const endpoint = 'https://shopimages.blob.core.windows.net/'
    expect(run.outputs.endpoint).toBe(endpoint)
    const setting = `${GROUP}/providers/Microsoft.AppConfiguration/configurationStores/shop/keyValues/images`
    expect(findBody(setting)).toEqual({ properties: { value: endpoint } })
    expect(simulator.requests.at(-1)).toMatchObject({
      method: 'GET',
      path: expect.stringContaining('/storageAccounts/shopimages?')
    })
  })

  it('whole-release.yml: builds up all that the site needs, in order, and swaps the image in', async () => {
    const run = await playExample('whole-release.yml')
    expectSucceeded(run, ['group', 'plan', 'site', 'slot', 'ready', 'swap', 'check'])
    expect(listWrites()).toEqual([
      'resource-group-create shop',
      'resource-create shop',
      'resource-create shop',
      'resource-create staging',
      'resource-action staging'
    ])
    expect(run.outputs).toMatchObject({
      host: 'shop.azurewebsites.net',
      image: 'DOCKER|shop.azurecr.io/web:7312e09'
    })
  })

  it('three-regions.yml: deploys to all three at once', async () => {
    const run = await playExample('three-regions.yml')
    expectSucceeded(run, ['west', 'north', 'sweden'])
    expect(listWrites()).toEqual(Array.from({ length: 3 }, () => 'deployment web-16500000001-2'))
    expect(JSON.parse(run.outputs.accounts ?? '')).toHaveLength(3)
    const started = simulator.ledger.entries.map(({ at }) => at)
    expect(Math.max(...started) - Math.min(...started)).toBeLessThan(30_000)
  })
})

describe('examples/ with loops', () => {
  const ids = (kind: string) =>
    simulator.ledger.entries
      .filter((entry) => entry.kind === kind)
      .map(({ id }) => id.split('/').at(-1))

  it('stop-machines.yml: stops every machine, and looks at each after its own stop', async () => {
    const machines = `${BUILD}/providers/Microsoft.Compute/virtualMachines`
    for (const name of ['web-01', 'web-02', 'db-01']) await seed(`${machines}/${name}`)
    const run = await playExample('stop-machines.yml')
    expectSucceeded(run, ['machines', 'stop', 'is_off'])
    expect(ids('vm-deallocate').sort()).toEqual(['db-01', 'web-01', 'web-02'])
    expect(JSON.parse(run.outputs.names ?? '')).toEqual(['web-01', 'web-02', 'db-01'])
    for (const name of ['web-01', 'web-02', 'db-01']) {
      const last = simulator.requests.findLast(({ path }) => path.includes(`/${name}/`))
      expect(last?.path).toMatch(/\/instanceView\?api-version=2024-07-01$/)
    }
  })

  it('delete-vaults.yml: purges each vault after its deletion, but for those that are protected', async () => {
    const vaults = `${SUBSCRIPTION}/resourceGroups/preview/providers/Microsoft.KeyVault/vaults`
    await seed(`${vaults}/one`)
    await seed(`${vaults}/two`, { enablePurgeProtection: true })
    await seed(`${vaults}/three`)
    const run = await playExample('delete-vaults.yml')
    expect(run, run.stdout).toMatchObject({ exitCode: 0, outputs: { status: 'Succeeded' } })
    const deleted = simulator.ledger.entries.filter(({ kind }) => kind === 'resource-delete')
    const gone = deleted.map(({ id }) => id.split('/').slice(-2).join(' ')).sort()
    expect(gone).toEqual([
      'deletedVaults one',
      'deletedVaults three',
      'vaults one',
      'vaults three',
      'vaults two'
    ])
  })

  it('upgrade-node-pools.yml: upgrades one pool after the other, and leaves one that has the version', async () => {
    const pools = `${GROUP}/providers/Microsoft.ContainerService/managedClusters/shop/agentPools`
    await seed(`${pools}/system`, { count: 3, orchestratorVersion: '1.32.0' })
    await seed(`${pools}/new`, { count: 1, orchestratorVersion: '1.33.2' })
    await seed(`${pools}/work`, { count: 5, orchestratorVersion: '1.32.0' })
    const before = simulator.requests.length
    const run = await playExample('upgrade-node-pools.yml')
    expect(run, run.stdout).toMatchObject({ exitCode: 0, outputs: { status: 'Succeeded' } })
    const upgrades = simulator.requests.slice(before).filter(({ method }) => method === 'PUT')
    expect(upgrades.map(({ path }) => /(\w+)\?/.exec(path)?.[1])).toEqual(['system', 'work'])
    expect(upgrades.map(({ body }) => JSON.parse(body))).toMatchObject([
      { properties: { count: 3, orchestratorVersion: '1.33.2' } },
      { properties: { count: 5, orchestratorVersion: '1.33.2' } }
    ])
    const [first = 0, second = 0] = upgrades.map(({ at }) => at)
    expect(second - first).toBeGreaterThanOrEqual(15_000)
  })

  describe('release-data-factory.yml', () => {
    const data = `${SUBSCRIPTION}/resourceGroups/data/providers`
    const trigger = (name: string) =>
      `${data}/Microsoft.DataFactory/factories/shop/triggers/${name}`
    const readStates = () =>
      Promise.all(
        ['hourly', 'daily', 'off'].map(async (name) => {
          const answer = await fetch(`${simulator.origin}${trigger(name)}?api-version=2018-06-01`, {
            headers: { authorization: 'Bearer seed' }
          })
          return JSON.parse(await answer.text()).properties.runtimeState
        })
      )
    beforeEach(async () => {
      await seed(trigger('hourly'), { runtimeState: 'Started' })
      await seed(trigger('daily'), { runtimeState: 'Started' })
      await seed(trigger('off'), { runtimeState: 'Stopped' })
    })

    it('stops what runs, deploys, and starts that again', async () => {
      const run = await playExample('release-data-factory.yml')
      expectSucceeded(run, ['triggers', 'stop', 'deploy', 'start'])
      expect(
        listWrites()
          .slice(3)
          .map((text) => text.replace(/ factory-.*| \w+$/, ''))
      ).toEqual([
        'resource-action',
        'resource-action',
        'deployment',
        'resource-action',
        'resource-action'
      ])
      expect(await readStates()).toEqual(['Started', 'Started', 'Stopped'])
    })

    it('starts it again when the deployment has failed, too', async () => {
      const failing = readExample('release-data-factory.yml').replace(
        'template: !file infra/factory.json',
        'template: { resources: [{ type: X.Y/z, apiVersion: "1", name: a, metadata: { simulator: { error: quota } } }] }'
      )
      const runs = await playAll('release-data-factory.yml', failing)
      expect(
        runs.map(({ exitCode }) => exitCode),
        runs[0]?.stdout
      ).toEqual([1, 0])
      expect(await readStates()).toEqual(['Started', 'Started', 'Stopped'])
      expect(ids('deployment')).toEqual(['factory-16500000001-2'])
    })
  })

  it('preview-comment.yml: previews every scope, and hands the changes of all on', async () => {
    const run = await playExample('preview-comment.yml')
    expectSucceeded(run, ['platform', 'group'])
    expect(listWrites()).toEqual([])
    expect(run.outputs['changes-markdown']).toContain('policyAssignments')
    expect(run.outputs['changes-markdown']).toContain('Web/sites in `shop`')
    const asked = simulator.requests.filter(({ method }) => method === 'POST')
    expect(asked.map(({ path }) => /(\w+)\/whatIf/.exec(path)?.[1]).sort()).toEqual([
      'data',
      'platform',
      'shop'
    ])
  })

  it('fan-out.yml: deploys to all slots in one step, and swaps each in a job of its own', async () => {
    const sites = `${GROUP}/providers/Microsoft.Web/sites`
    for (const name of ['one', 'two', 'other']) {
      const release = name === 'other' ? 'never' : 'weekly'
      const more = { kind: 'app,linux,container', tags: { release } }
      await seed(`${sites}/${name}`, { serverFarmId: `${GROUP}/plan` }, more)
    }
    const [deploy, ...swaps] = await playAll('fan-out.yml', readExample('fan-out.yml'))
    expect(deploy?.outputs, deploy?.stdout).toMatchObject({ status: 'Succeeded', count: '2' })
    expect(swaps.map(({ exitCode }) => exitCode)).toEqual([0, 0])
    for (const name of ['one', 'two']) {
      expect(simulator.ledger.count('resource-action', `${sites}/${name}/slots/staging`)).toBe(1)
    }
    expect(simulator.ledger.count('resource-action')).toBe(2)
  })

  it('fan-out.yml: has no second job where there is nothing to do', async () => {
    await seed(`${GROUP}/providers/Microsoft.Web/serverfarms/plan`, {}, {})
    const runs = await playAll('fan-out.yml', readExample('fan-out.yml'))
    expect(runs.map(({ outputs }) => [outputs.status, outputs.slots])).toEqual([
      ['Succeeded', '[]']
    ])
  })
})

describe('examples/ that start here and finish there', () => {
  const countWrites = () =>
    Object.entries(Object.groupBy(listWrites(), (write) => write)).map(
      ([write, all]) => `${write}: ${all?.length}`
    )

  it('start-then-finish.yml: starts the gateways, and goes on with what had to wait for them', async () => {
    const [start, finish, ...more] = await playAll(
      'start-then-finish.yml',
      readExample('start-then-finish.yml')
    )
    expect(more).toEqual([])
    expect(start, start?.stdout).toMatchObject({
      exitCode: 0,
      outputs: { status: 'InProgress', operation: expect.stringMatching(/^armlist1\./) }
    })
    expect(finish, finish?.stdout).toMatchObject({
      exitCode: 0,
      outputs: { status: 'Succeeded', operation: '' }
    })
    expect(countWrites()).toEqual([
      'resource-create shop-westeurope: 1',
      'resource-create shop-northeurope: 1',
      'resource-create azuremonitor: 2'
    ])
  })

  it('finish-on-event.yml: goes on when the event has come, once', async () => {
    const name = 'finish-on-event.yml'
    const [start] = await playAll(name, readExample(name), { event: 'workflow_dispatch' })
    expect(start, start?.stdout).toMatchObject({ exitCode: 0, outputs: { status: 'InProgress' } })
    const event = 'repository_dispatch'
    const [finish, ...more] = await playAll(name, readExample(name), {
      event,
      others: { kept: { id: '1', run: '2' } },
      files: { operation: start?.outputs.operation ?? '' }
    })
    expect(more).toEqual([])
    expect(finish, finish?.stdout).toMatchObject({ exitCode: 0, outputs: { status: 'Succeeded' } })
    expect(countWrites()).toEqual(['resource-create shop: 1', 'resource-create orders: 1'])
    const none = { event, others: { kept: { id: '', run: '' } } }
    expect(await playAll(name, readExample(name), none)).toEqual([])
  })
})
