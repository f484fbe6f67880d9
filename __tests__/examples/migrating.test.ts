/**
 * docs/migrating.md: what it shows of this action deploys what the step before it deployed. Each is played as GitHub
 * would, and the bundle runs it against the simulator.
 */
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readOwnManifest } from '../../__fixtures__/action-manifest.ts'
import { playWorkflow, readWorkflow } from '../../__fixtures__/workflow.ts'
import type { ActionRun } from '../../simulator/run-action.ts'
import { RealClock, SUBSCRIPTION_ID, startSimulator } from '../../simulator/simulator.ts'
import { runBundle } from '../dist/action.ts'

const ACTION = 'arm-operation/arm-operation@v0'
const SPEED = 50

const DOCUMENT = readFileSync('docs/migrating.md', 'utf8')
const snippets = [...DOCUMENT.matchAll(/^```yaml\n(.*?)^```$/gms)].map(([, text = '']) => text)
const ours = snippets.filter((text) => text.includes(ACTION))
const theirs = snippets.filter((text) => !text.includes(ACTION))
const unsetOutputs = Object.fromEntries((readOwnManifest().outputs ?? []).map(({ id }) => [id, '']))

const SITE = {
  type: 'Microsoft.Web/sites',
  apiVersion: '2024-04-01',
  name: 'shop',
  location: "[parameters('location')]",
  sku: { name: "[parameters('sku')]" }
}
const TEMPLATE = JSON.stringify({
  parameters: { location: { type: 'string' }, sku: { type: 'string', defaultValue: 'S1' } },
  resources: [SITE],
  outputs: {
    sku: { type: 'string', value: "[parameters('sku')]" },
    connectionString: { type: 'string', value: 'AccountKey=c2VjcmV0' }
  }
})
const PARAMETERS = JSON.stringify({ parameters: { location: { value: 'westeurope' } } })
const FILES = {
  'infra/main.json': TEMPLATE,
  'infra/prod.parameters.json': PARAMETERS,
  'infra/main.bicep': "output sku string = 'S1'",
  'infra/main.bicepparam': "using './main.bicep'"
}

// Stands in for the Bicep CLI: it prints what a compiler would have made of the two files.
const BICEP = `#!/bin/sh
case "$*" in
  *build-params*) cat <<'END'
${JSON.stringify({ parametersJson: PARAMETERS })}
END
  ;;
  *) cat <<'END'
${TEMPLATE}
END
  ;;
esac
`

let tools = ''
beforeAll(() => {
  tools = mkdtempSync(join(tmpdir(), 'migrating-tools-'))
  writeFileSync(join(tools, 'bicep'), BICEP)
  chmodSync(join(tools, 'bicep'), 0o755)
})
afterAll(() => rmSync(tools, { recursive: true, force: true }))

function toWorkflow(steps: string): string {
  const indented = steps.replace(/^(?=.)/gm, '      ')
  return `on: push\njobs:\n  deploy:\n    runs-on: ubuntu-latest\n    steps:\n${indented}`
}

async function play(steps: string) {
  const simulator = await startSimulator({ clock: new RealClock(SPEED) })
  const runs: ActionRun[] = []
  const { token = '' } = simulator.inputs
  await playWorkflow(readWorkflow('migrating.md', toWorkflow(steps)), {
    action: ACTION,
    contexts: { github: { run_id: '42' }, vars: { AZURE_SUBSCRIPTION_ID: SUBSCRIPTION_ID } },
    run: async ({ inputs }) => {
      const place = { environment: 'custom', 'resource-manager-endpoint': simulator.origin, token }
      const run = await runBundle({
        inputs: { ...inputs, ...place },
        env: { PATH: `${tools}:/usr/bin:/bin` },
        workspaceFiles: FILES
      })
      runs.push(run)
      return { ...unsetOutputs, ...run.outputs }
    }
  })
  await simulator.close()
  const [run] = runs
  if (run === undefined || runs.length > 1) throw new Error('the snippet has not one step of ours')
  return { run, ledger: simulator.ledger }
}

const SUBSCRIPTION = `/subscriptions/${SUBSCRIPTION_ID}`
const DEPLOYMENTS = '/providers/Microsoft.Resources/deployments'

describe('docs/migrating.md', () => {
  it('shows a step of each action, and ours for it', () => {
    expect(theirs.map((text) => /uses: (\S+)@/.exec(text)?.[1])).toEqual([
      'azure/arm-deploy',
      'azure/bicep-deploy'
    ])
    expect(ours).toHaveLength(9)
    for (const text of snippets) expect(() => readWorkflow('x', toWorkflow(text))).not.toThrow()
  })

  it('arm-deploy: deploys the same template with the same parameters and outputs', async () => {
    const { run, ledger } = await play(ours[0] ?? '')
    expect(run.outputs, run.stdout).toMatchObject({ status: 'Succeeded', sku: 'Standard_ZRS' })
    const id = `${SUBSCRIPTION}/resourceGroups/shop${DEPLOYMENTS}/shop-42`
    expect(ledger.count('deployment', id)).toBe(1)
  })

  it('bicep-deploy: compiles and deploys to the subscription, and masks what it is told to', async () => {
    const { run, ledger } = await play(ours[1] ?? '')
    expect(run.outputs, run.stdout).toMatchObject({
      status: 'Succeeded',
      sku: 'S1',
      connectionString: 'AccountKey=c2VjcmV0'
    })
    const masks = run.commands.filter(({ command }) => command === 'add-mask')
    expect(masks.map(({ message }) => message)).toContain('AccountKey=c2VjcmV0')
    expect(ledger.count('deployment', `${SUBSCRIPTION}${DEPLOYMENTS}/landing-zone`)).toBe(1)
  })

  it('bicep-deploy: previews, and deploys nothing', async () => {
    const { run, ledger } = await play(ours[2] ?? '')
    expect(run.outputs, run.stdout).toMatchObject({ status: 'Succeeded', 'has-changes': 'true' })
    expect(ledger.entries).toEqual([])
  })

  it('bicep-deploy: deploys a stack', async () => {
    const { run, ledger } = await play(ours[3] ?? '')
    expect(run.outputs, run.stdout).toMatchObject({ status: 'Succeeded' })
    expect(ledger.count('deployment-stack')).toBe(1)
  })
})
