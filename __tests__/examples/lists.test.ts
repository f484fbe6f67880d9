/**
 * The lists of operations that examples/ and docs/many-jobs.md show do what they say: the committed bundle runs them
 * against the simulator.
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
  })
}

const unsetOutputs = Object.fromEntries((readOwnManifest().outputs ?? []).map(({ id }) => [id, '']))

let simulator: Simulator
beforeEach(async () => {
  simulator = await startSimulator({ clock: new RealClock(SPEED) })
})
afterEach(() => simulator.close())

/** Plays a workflow that has one step of ours. Where Azure is, is changed, and nothing else. */
async function play(name: string, workflow: string): Promise<ActionRun> {
  const runs: ActionRun[] = []
  const ids = { AZURE_CLIENT_ID: SUBSCRIPTION_ID, AZURE_TENANT_ID: SUBSCRIPTION_ID }
  await playWorkflow(readWorkflow(name, workflow), {
    action: ACTION,
    contexts: {
      github: { run_id: '16500000001', run_attempt: '2', sha: '7312e09' },
      vars: { ...ids, AZURE_SUBSCRIPTION_ID: SUBSCRIPTION_ID, ...PLACES }
    },
    run: async ({ inputs, env }) => {
      const run = await runBundle({
        inputs: { ...inputs, ...simulator.inputs },
        env,
        workspaceFiles: FILES
      })
      runs.push(run)
      return { ...unsetOutputs, ...run.outputs }
    }
  })
  const [run] = runs
  if (run === undefined || runs.length > 1) throw new Error('test bug: not one step of ours')
  return run
}

async function playExample(file: string): Promise<ActionRun> {
  return play(file, readFileSync(`examples/${file}`, 'utf8'))
}

const JOBS = readFileSync('docs/many-jobs.md', 'utf8')

/** Plays the step below a heading of docs/many-jobs.md. */
async function playJob(heading: string): Promise<ActionRun> {
  const section = JOBS.split(/^## /m).find((text) => text.startsWith(`${heading}\n`)) ?? ''
  const [, steps = ''] = /^```yaml\n(.*?)^```$/ms.exec(section) ?? []
  const indented = steps.replace(/^(?=.)/gm, '      ')
  return play(
    heading,
    `on: push\njobs:\n  job:\n    runs-on: ubuntu-latest\n    steps:\n${indented}`
  )
}

/** Puts a resource in place before a list is run. */
async function seed(path: string, properties: object = {}): Promise<void> {
  const answer = await fetch(`${simulator.origin}${path}?api-version=2024-01-01`, {
    method: 'PUT',
    headers: {
      authorization: 'Bearer seed',
      'x-ms-simulator-habit': 'sync',
      'x-ms-simulator-seconds': '0'
    },
    body: JSON.stringify({ location: 'westeurope', properties })
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

describe('docs/many-jobs.md', () => {
  it('stops both machines, and looks at each after its stop', async () => {
    const run = await playJob('Stop machines, and see that they are off')
    expectSucceeded(run, ['stop_web', 'web_is_off', 'stop_db', 'db_is_off'])
    for (const name of ['web-01', 'db-01']) {
      const id = `${BUILD}/providers/Microsoft.Compute/virtualMachines/${name}`
      expect(simulator.ledger.count('vm-deallocate', id)).toBe(1)
    }
  })

  it('gives the role to the principal that was made', async () => {
    const run = await playJob('Give a new identity a role')
    expectSucceeded(run, ['identity', 'reader'])
    const assignments = `${GROUP}/providers/Microsoft.Authorization/roleAssignments/`
    expect(findBody(assignments)).toMatchObject({
      properties: { principalId: expect.stringMatching(/^[\da-f-]{36}$/) }
    })
  })

  it('upgrades one pool after the other, and keeps what it has', async () => {
    const pools = `${GROUP}/providers/Microsoft.ContainerService/managedClusters/shop/agentPools`
    await seed(`${pools}/system`, { count: 3, orchestratorVersion: '1.32.0' })
    await seed(`${pools}/work`, { count: 5, orchestratorVersion: '1.32.0' })
    const before = simulator.requests.length
    const run = await playJob('Upgrade node pools one after another')
    expectSucceeded(run, ['system', 'system_upgrade', 'work', 'work_upgrade'])
    expect(listWrites().slice(-2)).toEqual(['resource-update system', 'resource-update work'])
    const upgrades = simulator.requests.slice(before).filter(({ method }) => method === 'PUT')
    expect(upgrades.map(({ body }) => JSON.parse(body))).toMatchObject([
      { properties: { count: 3, orchestratorVersion: '1.33.2' } },
      { properties: { count: 5, orchestratorVersion: '1.33.2' } }
    ])
    const [first = 0, second = 0] = upgrades.map(({ at }) => at)
    expect(second - first).toBeGreaterThanOrEqual(15_000)
  })

  it('previews both scopes, and counts the changes of both', async () => {
    const run = await playJob('Preview two scopes')
    expectSucceeded(run, ['platform', 'shop'])
    expect(listWrites()).toEqual([])
    expect(run.outputs['has-changes']).toBe('true')
    expect(JSON.parse(run.outputs['change-counts'] ?? '')).toMatchObject({ Create: 2 })
  })

  it('connects the endpoint to the account that was made', async () => {
    const run = await playJob('A private endpoint for a storage account')
    expectSucceeded(run, ['account', 'endpoint', 'names'])
    expect(listWrites()).toEqual([
      'resource-create shopimages',
      'resource-create shopimages',
      'resource-create default'
    ])
    const account = `${GROUP}/providers/Microsoft.Storage/storageAccounts/shopimages`
    expect(findBody(`${GROUP}/providers/Microsoft.Network/privateEndpoints/`)).toMatchObject({
      location: 'westeurope',
      properties: {
        privateLinkServiceConnections: [{ properties: { privateLinkServiceId: account } }]
      }
    })
  })

  it('hands the new key on, and shows it to nobody', async () => {
    await seed(`${GROUP}/providers/Microsoft.Storage/storageAccounts/shopimages`)
    const run = await playJob('Make a key anew and hand it on')
    expectSucceeded(run, ['rotate', 'store'])
    const stored = simulator.requests.findLast(({ method }) => method === 'PUT')
    const { properties } = JSON.parse(stored?.body ?? '')
    expect(properties.value).toMatch(/^[\w+/]{80,}==$/)
    const masks = run.commands.filter(({ command }) => command === 'add-mask')
    expect(masks.map(({ message }) => message)).toContain(properties.value)
  })
})
