/**
 * The jobs of docs/many-jobs.md do what they say: the committed bundle runs each against the simulator. A row says what
 * was there before, what has to be sent, in which order, and what comes out.
 */
import { readFileSync } from 'node:fs'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { readOwnManifest } from '../../__fixtures__/action-manifest.ts'
import { deploymentBody, resource, template } from '../../__fixtures__/deployment-bodies.ts'
import { playWorkflow, readWorkflow } from '../../__fixtures__/workflow.ts'
import { type ActionRun, renderLog } from '../../simulator/run-action.ts'
import {
  RealClock,
  type ScriptedRoute,
  type Simulator,
  SUBSCRIPTION_ID,
  startSimulator
} from '../../simulator/simulator.ts'
import { parseOutputs } from '../../src/condition/output-definitions.ts'
import type { JsonObject } from '../../src/http/message.ts'
import { runBundle } from '../dist/action.ts'

/** What takes half a minute in Azure takes half a second here. */
const SPEED = 50
const SUBSCRIPTION = `/subscriptions/${SUBSCRIPTION_ID}`
const GROUP = `${SUBSCRIPTION}/resourceGroups/shop`
const PROVIDERS = `${GROUP}/providers`
const MACHINES = `${SUBSCRIPTION}/resourceGroups/build/providers/Microsoft.Compute/virtualMachines`
const VAULTS = `${SUBSCRIPTION}/resourceGroups/preview/providers/Microsoft.KeyVault/vaults`
const SITES = `${PROVIDERS}/Microsoft.Web/sites`
const SERVERS = `${PROVIDERS}/Microsoft.DBforPostgreSQL/flexibleServers`
const POOLS = `${PROVIDERS}/Microsoft.ContainerService/managedClusters/shop/agentPools`
const NETWORK = `${PROVIDERS}/Microsoft.Network`
const DEPLOYMENTS = `${PROVIDERS}/Microsoft.Resources/deployments`
const DISK = `${PROVIDERS}/Microsoft.Compute/disks`
const DISKS = Array.from({ length: 260 }, (_, index) => `disk-${index}`)
/** Names of role assignments: the same in each run. */
const ROLES: Readonly<Record<string, string>> = {
  shop: '0ad5797b-633b-5c50-9f21-afbe75068f09',
  pay: '5549563f-c81c-5152-83f0-08a1882e3b04'
}
const FILES = {
  'infra/platform.json': JSON.stringify({
    resources: [{ type: 'Microsoft.Authorization/policyAssignments', apiVersion: '1', name: 'a' }]
  }),
  'infra/shop.json': JSON.stringify({
    parameters: { location: { type: 'string', defaultValue: 'westeurope' } },
    resources: [{ type: 'Microsoft.Web/sites', apiVersion: '1', name: 'shop' }]
  }),
  'infra/data.json': JSON.stringify({ resources: [] })
}

interface Job {
  readonly heading: string
  /** Resources that are there before, by their paths. */
  readonly before?: Readonly<Record<string, JsonObject>>
  readonly routes?: readonly ScriptedRoute[]
  /** Done before the list is run. */
  readonly prepare?: () => Promise<void>
  /** Requests but reads, in any order: method and the end of the path. */
  readonly sent: readonly string[]
  /** Some of them, each of which begins after the one before it. */
  readonly inOrder?: readonly (readonly string[])[]
  readonly outputs?: JsonObject
  /** Names of the items, and how each ended. */
  readonly results: Readonly<Record<string, string>>
  /** Parts of the log. */
  readonly log: readonly string[]
  readonly check?: (run: ActionRun) => void
}

const JOBS: readonly Job[] = [
  {
    heading: 'The same in several regions',
    sent: ['PUT shop-west/deployments/web', 'PUT shop-north/deployments/web'],
    results: { web: 'Succeeded' },
    log: [
      'web ×2  PUT',
      '(for each of 2: west, north)',
      'web[north]  succeeded  Microsoft.Web/sites shop',
      'Both operations succeeded'
    ],
    check: () => {
      const bodies = listBodies('PUT').map(({ properties }) => Object(properties).parameters)
      expect(bodies).toEqual([
        { location: { value: 'westeurope' } },
        { location: { value: 'northeurope' } }
      ])
    }
  },
  {
    heading: 'An action for each element of a list',
    before: Object.fromEntries(
      ['one', 'two', 'three', 'four', 'other'].map((name) => [
        `${SITES}/${name}`,
        { tags: { release: name === 'other' ? 'never' : 'weekly' } }
      ])
    ),
    sent: ['one', 'two', 'three', 'four'].map((name) => `POST shop/sites/${name}/restart`),
    outputs: { restarted: '4' },
    results: { sites: 'Succeeded', restart: 'Succeeded' },
    log: [
      "restart ×?  POST ${item.id}/restart  (for each element of sites.value[?tags.release == 'weekly']; needs sites)",
      '4 operations, at most 3 at once',
      'restart[four]   POST Microsoft.Web/sites/four/restart: 202',
      'All 5 operations succeeded'
    ],
    // Three run at once: the fourth waits for one of them.
    check: () => expect(listGaps('POST').at(-1)).toBeGreaterThanOrEqual(10_000)
  },
  {
    heading: 'Create, assign a role, use',
    sent: ['shop', 'pay'].flatMap((name) => [
      `PUT shop/userAssignedIdentities/${name}`,
      `PUT shop/roleAssignments/${ROLES[name]}`,
      `PUT shop/containerApps/${name}`
    ]),
    inOrder: ['shop', 'pay'].map((name) => [
      `PUT shop/userAssignedIdentities/${name}`,
      `PUT shop/roleAssignments/${ROLES[name]}`,
      `PUT shop/containerApps/${name}`
    ]),
    results: { identity: 'Succeeded', reader: 'Succeeded', app: 'Succeeded' },
    log: [
      '▼ Plan: 6 operations: identity ×2 → reader ×2 → app ×2',
      'app[pay]        PUT Microsoft.App/containerApps/pay: 201, Creating',
      'All 6 operations succeeded'
    ],
    check: () => {
      const principals = listBodies('PUT').flatMap(
        ({ properties }) => Object(properties).principalId ?? []
      )
      expect(new Set(principals).size).toBe(2)
    }
  },
  {
    heading: 'Delete and purge',
    before: { [`${VAULTS}/preview-1`]: {} },
    sent: [
      'DELETE preview/vaults/preview-1',
      'DELETE preview/vaults/preview-2',
      'POST /locations/westeurope/deletedVaults/preview-1/purge',
      'POST /locations/westeurope/deletedVaults/preview-2/purge'
    ],
    inOrder: [1, 2].map((at) => [
      `DELETE preview/vaults/preview-${at}`,
      `POST /locations/westeurope/deletedVaults/preview-${at}/purge`
    ]),
    results: { remove: 'Succeeded', purge: 'Succeeded' },
    log: [
      '▼ Plan: 4 operations: remove ×2 → purge ×2',
      'deletedVaults/preview-2/purge: 404',
      'All 4 operations succeeded'
    ]
  },
  {
    heading: 'Only where it is needed',
    before: {
      [`${SERVERS}/orders`]: { sku: { name: 'Standard_B2s', tier: 'Burstable' } },
      [`${SERVERS}/stock`]: { sku: { name: 'Standard_D2ds_v5', tier: 'GeneralPurpose' } },
      [`${SERVERS}/users`]: { sku: { name: 'Standard_B2s', tier: 'Burstable' } }
    },
    sent: ['PATCH shop/flexibleServers/orders', 'PATCH shop/flexibleServers/users'],
    outputs: { moved: '["orders","users"]' },
    results: { server: 'Succeeded', bigger: 'Succeeded' },
    log: ['bigger[stock]   Skipped: its if is false', '1 left out by an if.']
  },
  {
    heading: 'Swap the slots of several apps',
    before: Object.fromEntries(
      ['shop', 'pay', 'admin'].map((name) => [
        `${SITES}/${name}`,
        { properties: { siteConfig: { linuxFxVersion: 'DOCKER|shop.azurecr.io/web:old' } } }
      ])
    ),
    sent: ['shop', 'pay', 'admin'].flatMap((name) => [
      `PUT shop/sites/${name}/slots/staging`,
      `POST shop/sites/${name}/slots/staging/slotsswap`
    ]),
    inOrder: ['shop', 'pay', 'admin'].map((name) => [
      `PUT shop/sites/${name}/slots/staging`,
      `POST shop/sites/${name}/slots/staging/slotsswap`
    ]),
    outputs: { images: JSON.stringify(Array(3).fill('DOCKER|shop.azurecr.io/web:7312e09')) },
    results: { slot: 'Succeeded', swap: 'Succeeded', live: 'Succeeded' },
    log: ['▼ Plan: 9 operations: slot ×3 → swap ×3 → live ×3', 'All 9 operations succeeded']
  },
  {
    heading: 'Make keys anew and hand them on',
    before: Object.fromEntries(
      ['shopimages', 'shoplogs'].map((name) => [
        `${PROVIDERS}/Microsoft.Storage/storageAccounts/${name}`,
        {}
      ])
    ),
    sent: ['shopimages', 'shoplogs'].flatMap((name) => [
      `POST shop/storageAccounts/${name}/regenerateKey`,
      `PUT shop/vaults/shop/secrets/${name}-key`
    ]),
    results: { rotate: 'Succeeded', store: 'Succeeded' },
    log: ['▼ Plan: 4 operations: rotate ×2 → store ×2', 'All 4 operations succeeded'],
    check: ({ commands, stdout }) => {
      const stored = listBodies('PUT').map(({ properties }) => Object(properties).value)
      expect(new Set(stored).size).toBe(2)
      const masks = commands.filter(({ command }) => command === 'add-mask')
      for (const key of stored) {
        expect(key).toMatch(/^[\w+/]{80,}==$/)
        expect(masks.map(({ message }) => message)).toContain(key)
        expect(stdout.replace(/^::add-mask::.*$/gm, '')).not.toContain(key)
      }
    }
  },
  {
    heading: 'Tag every resource of a group',
    before: {
      [`${SITES}/shop/providers/Microsoft.Resources/tags/default`]: {},
      [`${SERVERS}/orders/providers/Microsoft.Resources/tags/default`]: {}
    },
    routes: [
      {
        method: 'GET',
        path: `${GROUP}/resources`,
        answers: [
          {
            body: {
              value: [
                { id: `${SITES}/pay`, name: 'pay', tags: { owner: 'pay' } },
                { id: `${SITES}/shop`, name: 'shop', tags: {} },
                { id: `${SERVERS}/orders`, name: 'orders' }
              ]
            }
          }
        ]
      }
    ],
    sent: ['PATCH shop/sites/shop/tags/default', 'PATCH shop/flexibleServers/orders/tags/default'],
    results: { all: 'Succeeded', tag: 'Succeeded' },
    log: ['3 operations', 'tag[pay]     Skipped: its if is false', '1 left out by an if.']
  },
  {
    heading: 'Cancel the deployments that run',
    prepare: async () => {
      for (const name of ['one', 'two']) {
        const resources = [resource('Microsoft.Web/sites', name, { seconds: 3_600 })]
        await send(
          'PUT',
          `${DEPLOYMENTS}/${name}`,
          {},
          JSON.parse(deploymentBody(template(resources)))
        )
      }
    },
    routes: [
      {
        method: 'GET',
        path: `${DEPLOYMENTS}`,
        answers: [
          {
            body: { value: ['one', 'two'].map((name) => ({ id: `${DEPLOYMENTS}/${name}`, name })) }
          },
          { passThrough: true }
        ]
      }
    ],
    sent: ['POST shop/deployments/one/cancel', 'POST shop/deployments/two/cancel'],
    outputs: { ends: '["Canceled","Canceled"]' },
    results: { running: 'Succeeded', cancel: 'Succeeded', end: 'Succeeded' },
    log: [
      'cancel[one]  POST Microsoft.Resources/deployments/one/cancel: 204',
      'properties.provisioningState is "Canceled"',
      'All 5 operations succeeded'
    ]
  },
  {
    heading: 'Start the machines that are off',
    before: { [`${MACHINES}/web-01`]: {}, [`${MACHINES}/web-02`]: {}, [`${MACHINES}/db-01`]: {} },
    prepare: async () => {
      for (const name of ['web-02', 'db-01'])
        await send('POST', `${MACHINES}/${name}/deallocate`, {}, {})
      await clock.sleep(60_000)
    },
    sent: ['POST build/virtualMachines/web-02/start', 'POST build/virtualMachines/db-01/start'],
    results: { before: 'Succeeded', start: 'Succeeded' },
    log: ['start[web-01]   Skipped: its if is false', '1 left out by an if.']
  },
  {
    heading: 'Upgrade node pools one after another',
    before: {
      [`${POOLS}/system`]: { properties: { count: 3, orchestratorVersion: '1.32.0' } },
      [`${POOLS}/work`]: { properties: { count: 5, orchestratorVersion: '1.32.0' } }
    },
    sent: [
      'PUT shop/managedClusters/shop/agentPools/system',
      'PUT shop/managedClusters/shop/agentPools/work'
    ],
    inOrder: [
      [
        'PUT shop/managedClusters/shop/agentPools/system',
        'PUT shop/managedClusters/shop/agentPools/work'
      ]
    ],
    results: { pool: 'Succeeded', upgrade: 'Succeeded' },
    log: ['▼ Plan: 4 operations: pool ×2 → upgrade ×2', 'All 4 operations succeeded'],
    check: () => {
      expect(listBodies('PUT')).toMatchObject([
        { properties: { count: 3, orchestratorVersion: '1.33.2' } },
        { properties: { count: 5, orchestratorVersion: '1.33.2' } }
      ])
      expect(listGaps('PUT')[0]).toBeGreaterThanOrEqual(15_000)
    }
  },
  {
    heading: 'Change only what nobody else has changed',
    before: {
      [`${NETWORK}/routeTables/front`]: { etag: '"1"' },
      [`${NETWORK}/routeTables/back`]: { etag: '"2"' }
    },
    sent: ['PATCH shop/routeTables/front', 'PATCH shop/routeTables/back'],
    results: { table: 'Succeeded', change: 'Succeeded' },
    log: ['▼ Plan: 4 operations: table ×2 → change ×2', 'All 4 operations succeeded'],
    check: () => {
      const sent = simulator.requests.filter(({ method }) => method === 'PATCH')
      expect(sent.map(({ headers }) => headers['if-match']).toSorted()).toEqual(['"1"', '"2"'])
    }
  },
  {
    heading: 'Preview many scopes',
    sent: [
      'POST /deployments/platform/whatIf',
      'POST shop/deployments/shop/whatIf',
      'POST data/deployments/data/whatIf'
    ],
    outputs: { 'has-changes': 'true' },
    results: { platform: 'Succeeded', group: 'Succeeded' },
    log: ['group[shop]  Succeeded', '1 to create', 'Nothing was changed.'],
    check: ({ outputs }) =>
      expect(JSON.parse(outputs['change-counts'] ?? '')).toMatchObject({ Create: 2 })
  },
  {
    heading: 'Wait for several things',
    routes: [
      ...['images', 'orders'].map((name) => ({
        method: 'GET',
        path: `${NETWORK}/privateEndpoints/${name}`,
        answers: ['Pending', 'Pending', 'Approved'].map((status) => ({
          body: {
            properties: {
              privateLinkServiceConnections: [
                { properties: { privateLinkServiceConnectionState: { status } } }
              ]
            }
          }
        }))
      })),
      {
        method: 'GET',
        path: `${PROVIDERS}/Microsoft.Cdn/profiles/shop/customDomains/shop-example-com`,
        answers: ['Submitting', 'Pending', 'Approved'].map((domainValidationState) => ({
          body: { properties: { domainValidationState } }
        }))
      }
    ],
    sent: [],
    results: { approved: 'Succeeded', domain: 'Succeeded' },
    log: [
      'domain            Condition: properties.domainValidationState is "Approved"',
      'All 3 operations succeeded'
    ]
  },
  {
    heading: 'Something small for hundreds',
    before: Object.fromEntries(
      DISKS.map((name, index) => [
        `${DISK}/${name}`,
        { properties: { publicNetworkAccess: index < 10 ? 'Disabled' : 'Enabled' } }
      ])
    ),
    sent: DISKS.slice(10).map((name) => `PATCH shop/disks/${name}`),
    outputs: { changed: '250' },
    results: { disks: 'Succeeded', private: 'Succeeded' },
    log: ['3 pages read, 260 entries', '250 operations, at most 50 at once', '250 of 250 succeeded']
  },
  {
    heading: 'A private endpoint for a storage account',
    sent: [
      'PUT shop/storageAccounts/shopimages',
      'PUT shop/privateEndpoints/shopimages',
      'PUT shop/privateEndpoints/shopimages/privateDnsZoneGroups/default'
    ],
    inOrder: [
      [
        'PUT shop/storageAccounts/shopimages',
        'PUT shop/privateEndpoints/shopimages',
        'PUT shop/privateEndpoints/shopimages/privateDnsZoneGroups/default'
      ]
    ],
    results: { account: 'Succeeded', endpoint: 'Succeeded', names: 'Succeeded' },
    log: ['names     Succeeded after', 'All 3 operations succeeded'],
    check: () =>
      expect(listBodies('PUT')[1]).toMatchObject({
        location: 'westeurope',
        properties: {
          privateLinkServiceConnections: [
            {
              properties: {
                privateLinkServiceId: `${PROVIDERS}/Microsoft.Storage/storageAccounts/shopimages`
              }
            }
          ]
        }
      })
  }
]

const clock = new RealClock(SPEED)
let simulator: Simulator
beforeEach(async () => {
  simulator = await startSimulator({ clock, retryAfterSeconds: 0 })
})
afterEach(() => simulator.close())

const DOCUMENT = readFileSync('docs/many-jobs.md', 'utf8')
const unsetOutputs = Object.fromEntries((readOwnManifest().outputs ?? []).map(({ id }) => [id, '']))

/** Plays the step below a heading. Where Azure is, is changed, and nothing else. */
async function play(heading: string): Promise<ActionRun> {
  const section = DOCUMENT.split(/^## /m).find((text) => text.startsWith(`${heading}\n`)) ?? ''
  const [, steps = ''] = /^```yaml\n(.*?)^```$/ms.exec(section) ?? []
  const job = `on: push\njobs:\n  job:\n    runs-on: ubuntu-latest\n    steps:\n${steps.replace(/^(?=.)/gm, '      ')}`
  const runs: ActionRun[] = []
  await playWorkflow(readWorkflow(heading, job), {
    action: 'arm-operation/arm-operation@v0',
    contexts: { vars: { SUBNET_ID: `${GROUP}/subnets/a`, ZONE_ID: `${GROUP}/zones/a` } },
    run: async ({ inputs, env }) => {
      const run = await runBundle({
        inputs: { 'poll-interval': '0.2', ...inputs, ...simulator.inputs },
        env,
        workspaceFiles: FILES
      })
      runs.push(run)
      const own = parseOutputs(inputs.outputs ?? '', []).map((output) => [output.name, ''])
      return { ...unsetOutputs, ...Object.fromEntries(own), ...run.outputs }
    }
  })
  const [run] = runs
  if (run === undefined) throw new Error(`test bug: no step below ${heading}`)
  return run
}

/** Puts a resource in place. */
async function seed(path: string, body: JsonObject): Promise<void> {
  const headers = { 'x-ms-simulator-habit': 'sync', 'x-ms-simulator-seconds': '0' }
  await send('PUT', path, headers, { location: 'westeurope', ...body })
}

async function send(
  method: string,
  path: string,
  headers: Readonly<Record<string, string>>,
  body: JsonObject
): Promise<void> {
  const answer = await fetch(`${simulator.origin}${path}?api-version=2025-04-01`, {
    method,
    headers: { authorization: 'Bearer seed', ...headers },
    body: JSON.stringify(body)
  })
  if (!answer.ok) throw new Error(`test bug: ${method} ${path} was refused: ${answer.status}`)
}

/** Bodies that the step has sent. */
function listBodies(method: string): readonly JsonObject[] {
  return listSent(method).map(({ body }) => JSON.parse(body))
}

/** Milliseconds between what the step has sent. */
function listGaps(method: string): readonly number[] {
  const times = listSent(method).map(({ at }) => at)
  return times.slice(1).map((at, index) => at - (times[index] ?? 0))
}

function listSent(method: string) {
  return simulator.requests.filter(
    (request) => request.method === method && request.headers.authorization !== 'Bearer seed'
  )
}

/** Method and path, without what is the same in all of them. */
function tell({ method, path }: { readonly method: string; readonly path: string }): string {
  const short = (path.split('?')[0] ?? '')
    .replace(SUBSCRIPTION, '')
    .replace(/\/resourceGroups\//i, '')
    .replace(/\/providers\/[^/]+/g, '')
  return `${method} ${short}`
}

it.each(JOBS)('$heading', async (job) => {
  const { heading, before = {}, routes = [], sent, inOrder = [], outputs = {} } = job
  await Promise.all(Object.entries(before).map(([path, body]) => seed(path, body)))
  await job.prepare?.()
  simulator.script(routes)
  const from = simulator.requests.length
  const run = await play(heading)
  const log = renderLog(run.stdout)
  const requests = simulator.requests.slice(from).filter(({ path }) => !path.includes('oauth2'))
  const told = requests.filter(({ method }) => method !== 'GET').map(tell)
  expect(run, run.stdout.slice(-1000) + run.stderr).toMatchObject({
    exitCode: 0,
    stderr: '',
    outputs: { status: 'Succeeded', ...outputs }
  })
  expect(run.annotations.filter(({ level }) => level !== 'notice')).toEqual([])
  expect(told.toSorted()).toEqual(sent.toSorted())
  for (const chain of inOrder) {
    const places = chain.map((text) => told.indexOf(text))
    expect(places, chain.join(', ')).toEqual(places.toSorted((one, other) => one - other))
  }
  const results: JsonObject = JSON.parse(run.outputs.results ?? '')
  const statuses = Object.entries(results).map(([name, result]) => [name, Object(result).status])
  expect(Object.fromEntries(statuses)).toEqual(job.results)
  for (const part of job.log) expect(log).toContain(part)
  job.check?.(run)
})
