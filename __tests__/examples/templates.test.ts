/**
 * The workflow templates do what they say: the committed bundle runs their steps against the simulator.
 */
import { readFileSync } from 'node:fs'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { readOwnManifest } from '../../__fixtures__/action-manifest.ts'
import { playWorkflow, readWorkflow } from '../../__fixtures__/workflow.ts'
import {
  RealClock,
  type Simulator,
  SUBSCRIPTION_ID,
  startSimulator
} from '../../simulator/simulator.ts'
import { runBundle } from '../dist/action.ts'

/** What takes half a minute in Azure takes half a second here. */
const SPEED = 50
const GROUPS = `/subscriptions/${SUBSCRIPTION_ID}/resourceGroups`
const MACHINES = `${GROUPS}/build/providers/Microsoft.Compute/virtualMachines`
const DEPLOYMENTS = `${GROUPS}/shop/providers/Microsoft.Resources/deployments`
const SITE = { type: 'Microsoft.Web/sites', apiVersion: '2024-04-01', name: 'shop' }
const FILES = {
  'infra/main.json': JSON.stringify({ contentVersion: '1.0.0.0', resources: [SITE] })
}
const CONTEXTS = {
  github: { run_id: '7', run_attempt: '1' },
  vars: { AZURE_CLIENT_ID: 'a', AZURE_TENANT_ID: 'b', AZURE_SUBSCRIPTION_ID: SUBSCRIPTION_ID }
}
const unsetOutputs = Object.fromEntries((readOwnManifest().outputs ?? []).map(({ id }) => [id, '']))

let simulator: Simulator
beforeEach(async () => {
  simulator = await startSimulator({ clock: new RealClock(SPEED) })
})
afterEach(() => simulator.close())

async function createMachine(name: string): Promise<void> {
  const response = await fetch(`${simulator.origin}${MACHINES}/${name}?api-version=2024-07-01`, {
    method: 'PUT',
    headers: { authorization: 'Bearer seed', 'x-ms-simulator-habit': 'sync' },
    body: JSON.stringify({ location: 'westeurope' })
  })
  if (!response.ok) throw new Error(`test bug: ${name} could not be made: ${response.status}`)
}

it.each<[name: string, sent: readonly string[]]>([
  ['start-operation', [`POST ${MACHINES}/build-01/start`]],
  ['deploy-template', [`POST ${DEPLOYMENTS}/shop/whatIf`, `PUT ${DEPLOYMENTS}/shop-7-1`]],
  ['stop-machines', [`POST ${MACHINES}/one/deallocate`, `POST ${MACHINES}/two/deallocate`]]
])('%s', async (name, sent) => {
  if (name === 'stop-machines') await Promise.all(['one', 'two'].map(createMachine))
  const before = simulator.requests.length
  const path = `workflow-templates/${name}.yml`
  await playWorkflow(readWorkflow(path, readFileSync(path, 'utf8')), {
    action: 'arm-operation/arm-operation@v0',
    contexts: CONTEXTS,
    run: async ({ inputs: { 'client-id': _client, 'tenant-id': _tenant, ...inputs } }) => {
      const { token = '' } = simulator.inputs
      const place = { environment: 'custom', 'resource-manager-endpoint': simulator.origin, token }
      const run = await runBundle({ inputs: { ...inputs, ...place }, workspaceFiles: FILES })
      expect(run, run.stdout).toMatchObject({ exitCode: 0, outputs: { status: 'Succeeded' } })
      return { ...unsetOutputs, ...run.outputs }
    }
  })
  const changes = simulator.requests.slice(before).filter(({ method }) => method !== 'GET')
  const asked = changes.map(({ method, path: url }) => `${method} ${url.split('?')[0]}`)
  expect(asked.sort()).toEqual([...sent].sort())
})
