/**
 * docs/migrating.md: what it shows of this action does what was done before it. Each step is played as GitHub would, and
 * the bundle runs it against the simulator; each row of the table of commands is a request that is followed to its end.
 */
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readOwnManifest } from '../../__fixtures__/action-manifest.ts'
import { setUpRunner } from '../../__fixtures__/in-process.ts'
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
const SPEED = 50

const DOCUMENT = readFileSync('docs/migrating.md', 'utf8')

/** Each section that shows a step as it was and as it is here, by its heading. */
const pairs = DOCUMENT.split(/^## /m)
  .filter((section) => section.includes('\nBefore:\n'))
  .map((section) => {
    const [name = ''] = section.split('\n', 1)
    const texts = [...section.matchAll(/^(?:Before|After):\n\n```\w+\n(.*?)^```$/gms)]
    const [before = '', after = ''] = texts.map(([, text = '']) => text)
    return { name, before, after }
  })

function findAfter(name: string): string {
  const found = pairs.find((pair) => pair.name === name)
  if (found === undefined) throw new Error(`no section ${name}`)
  return found.after
}

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

const SUBSCRIPTION = `/subscriptions/${SUBSCRIPTION_ID}`
const DEPLOYMENTS = '/providers/Microsoft.Resources/deployments'
const THING = `${SUBSCRIPTION}/resourceGroups/shop/providers/Microsoft.Thing/things/shop`
const PLACES = { SITE: THING, VM: THING, SERVER: THING }

/** An action that is accepted and done with the second poll. */
function acceptAction(action: string) {
  const status = `/subscriptions/${SUBSCRIPTION_ID}/providers/Microsoft.Thing/operations/1`
  return (simulator: Simulator) =>
    simulator.script([
      {
        method: 'POST',
        path: `${THING}/${action}`,
        answers: [{ status: 202, headers: { location: `{origin}${status}`, 'retry-after': '1' } }]
      },
      { method: 'GET', path: status, answers: [{ status: 202 }, { status: 204 }] }
    ])
}

async function playAll(name: string, prepare: (simulator: Simulator) => void = () => undefined) {
  const simulator = await startSimulator({ clock: new RealClock(SPEED) })
  prepare(simulator)
  const runs: ActionRun[] = []
  const { token = '' } = simulator.inputs
  await playWorkflow(readWorkflow('migrating.md', toWorkflow(findAfter(name))), {
    action: ACTION,
    contexts: {
      github: { run_id: '42' },
      vars: { AZURE_SUBSCRIPTION_ID: SUBSCRIPTION_ID, ...PLACES }
    },
    run: async ({ inputs }) => {
      const place = { environment: 'custom', 'resource-manager-endpoint': simulator.origin, token }
      const run = await runBundle({
        inputs: { ...inputs, ...place },
        // Of azure/login, where the step itself names none.
        env: { PATH: `${tools}:/usr/bin:/bin`, AZURE_SUBSCRIPTION_ID: SUBSCRIPTION_ID },
        workspaceFiles: FILES
      })
      runs.push(run)
      return { ...unsetOutputs, ...run.outputs }
    }
  })
  await simulator.close()
  return { runs, ledger: simulator.ledger, requests: simulator.requests }
}

async function play(name: string, prepare?: (simulator: Simulator) => void) {
  const { runs, ...rest } = await playAll(name, prepare)
  const [run] = runs
  if (run === undefined || runs.length > 1) throw new Error('the snippet has not one step of ours')
  return { run, ...rest }
}

/** Number of lines from which a script is one that waits by hand. */
const SCRIPT_LINES = 5
const scripts = pairs.filter(({ before }) => countLines(before) >= SCRIPT_LINES)

function countLines(text: string): number {
  return text.split('\n').length - 1
}

describe('docs/migrating.md', () => {
  it('shows fifteen steps before and after', () => {
    expect(pairs.map(({ name }) => name)).toEqual([
      'azure/arm-deploy',
      'azure/bicep-deploy',
      'az rest and a loop',
      'Invoke-AzRestMethod',
      'curl and a loop',
      'az deployment group create',
      'az deployment … what-if',
      'az stack group create',
      'az provider register --wait',
      'az group delete --no-wait and az group wait',
      'az resource wait --custom',
      'az aks upgrade',
      'az containerapp job start',
      'az rest and nextLink',
      'az deployment group create in a loop'
    ])
  })

  it.each(pairs)('$name: is what GitHub takes', ({ after }) => {
    expect(() => readWorkflow('x', toWorkflow(after))).not.toThrow()
  })

  it.each(scripts)('$name: is not longer than before by more than half', ({ before, after }) => {
    expect(after.length).toBeLessThanOrEqual(1.5 * before.length)
    expect(countLines(after)).toBeLessThanOrEqual(1.5 * countLines(before))
  })

  it('arm-deploy: deploys the same template with the same parameters and outputs', async () => {
    const { run, ledger } = await play('azure/arm-deploy')
    expect(run.outputs, run.stdout).toMatchObject({ status: 'Succeeded', sku: 'Standard_ZRS' })
    const id = `${SUBSCRIPTION}/resourceGroups/shop${DEPLOYMENTS}/shop-42`
    expect(ledger.count('deployment', id)).toBe(1)
  })

  it('bicep-deploy: compiles and deploys to the subscription, and masks what it is told to', async () => {
    const { run, ledger } = await play('azure/bicep-deploy')
    expect(run.outputs, run.stdout).toMatchObject({
      status: 'Succeeded',
      sku: 'S1',
      connectionString: 'AccountKey=c2VjcmV0'
    })
    const masks = run.commands.filter(({ command }) => command === 'add-mask')
    expect(masks.map(({ message }) => message)).toContain('AccountKey=c2VjcmV0')
    expect(ledger.count('deployment', `${SUBSCRIPTION}${DEPLOYMENTS}/landing-zone`)).toBe(1)
  })

  it('az rest: swaps the slots and waits for the end', async () => {
    const { run, requests } = await play(
      'az rest and a loop',
      acceptAction('slots/staging/slotsswap')
    )
    expect(run.outputs, run.stdout).toMatchObject({ status: 'Succeeded', 'poll-count': '2' })
    expect(JSON.parse(requests[0]?.body ?? '')).toEqual({
      targetSlot: 'production',
      preserveVnet: true
    })
  })

  it('Invoke-AzRestMethod: starts the machine and waits until it runs', async () => {
    const { run } = await play('Invoke-AzRestMethod', acceptAction('start'))
    expect(run.outputs, run.stdout).toMatchObject({ status: 'Succeeded', 'poll-count': '2' })
  })

  it('curl: restarts the server and waits for the end', async () => {
    const { run } = await play('curl and a loop', acceptAction('restart'))
    expect(run.outputs, run.stdout).toMatchObject({ status: 'Succeeded', 'poll-count': '2' })
  })

  it('az deployment group create: deploys, and has the outputs of the template', async () => {
    const { run, ledger } = await play('az deployment group create')
    expect(run.outputs, run.stdout).toMatchObject({ status: 'Succeeded', sku: 'S1' })
    expect(ledger.count('deployment')).toBe(1)
  })

  it('az deployment what-if: tells what would change, and deploys nothing', async () => {
    const { run, ledger } = await play('az deployment … what-if')
    expect(run.outputs, run.stdout).toMatchObject({ status: 'Succeeded', 'has-changes': 'true' })
    expect(run.outputs['changes-markdown']).toContain('Web/sites')
    expect(ledger.entries).toEqual([])
  })

  it('az stack: deploys a stack, and has the outputs of its template', async () => {
    const { run, ledger } = await play('az stack group create')
    expect(run.outputs, run.stdout).toMatchObject({ status: 'Succeeded', sku: 'S1' })
    expect(ledger.count('deployment-stack')).toBe(1)
  })

  it('az provider register: waits until the provider is registered', async () => {
    const path = `${SUBSCRIPTION}/providers/Microsoft.App`
    const state = (registrationState: string) => ({
      body: { id: path, namespace: 'Microsoft.App', registrationState }
    })
    const { run } = await play('az provider register --wait', (simulator) =>
      simulator.script([
        { method: 'POST', path: `${path}/register`, answers: [state('Registering')] },
        { method: 'GET', path, answers: [state('Registering'), state('Registered')] }
      ])
    )
    expect(run.outputs, run.stdout).toMatchObject({
      status: 'Succeeded',
      'decided-by': 'wait-until'
    })
  })

  it('az rest and nextLink: has the names of all pages', async () => {
    const path = `${SUBSCRIPTION}/resourceGroups`
    const nextLink = `{origin}${path}?api-version=2021-04-01&page=2`
    const { run } = await play('az rest and nextLink', (simulator) =>
      simulator.script([
        { method: 'GET', path, answers: [{ body: { value: [{ name: 'shop' }], nextLink } }] },
        {
          method: 'GET',
          path: `${path}?api-version=2021-04-01&page=2`,
          answers: [{ body: { value: [{ name: 'build' }] } }]
        }
      ])
    )
    expect(run.outputs, run.stdout).toMatchObject({
      status: 'Succeeded',
      names: '["shop","build"]'
    })
  })

  it('a loop: deploys to all regions at once', async () => {
    const { run, ledger } = await play('az deployment group create in a loop')
    expect(run.outputs, run.stdout).toMatchObject({ status: 'Succeeded' })
    const ids = ['westeurope', 'northeurope'].map(
      (region) => `${SUBSCRIPTION}/resourceGroups/shop-${region}${DEPLOYMENTS}/web`
    )
    expect(ledger.entries).toMatchObject(ids.map((id) => ({ kind: 'deployment', id })))
  })

  it('az group delete: goes on without it, and waits later', async () => {
    const path = `${SUBSCRIPTION}/resourceGroups/shop-preview`
    const { runs, requests } = await playAll(
      'az group delete --no-wait and az group wait',
      (simulator) =>
        simulator.script([
          {
            method: 'DELETE',
            path,
            answers: [{ status: 202, headers: { location: `{origin}${path}/operationResults/1` } }]
          },
          {
            method: 'GET',
            path: `${path}/operationResults/1`,
            answers: [{ status: 202 }, { status: 204 }]
          }
        ])
    )
    expect(runs.map(({ outputs }) => outputs.status)).toEqual(['InProgress', 'Succeeded'])
    expect(requests.filter(({ method }) => method === 'DELETE')).toHaveLength(1)
  })

  it('az resource wait: deallocates the machine and waits until it is off', async () => {
    const { run } = await play('az resource wait --custom')
    expect(run.outputs, run.stdout).toMatchObject({
      status: 'Succeeded',
      'decided-by': 'wait-until'
    })
  })

  it('az aks upgrade: sends the cluster back as it was, with another version', async () => {
    const id = `${SUBSCRIPTION}/resourceGroups/shop/providers/Microsoft.ContainerService/managedClusters/shop`
    const cluster = (kubernetesVersion: string) => ({
      location: 'westeurope',
      tags: { team: 'shop' },
      properties: { dnsPrefix: 'shop', kubernetesVersion, provisioningState: 'Succeeded' }
    })
    const { run, requests } = await play('az aks upgrade', (simulator) =>
      simulator.script([
        { method: 'GET', path: id, answers: [{ body: { id, ...cluster('1.32.7') } }] },
        { method: 'PUT', path: id, answers: [{ body: { id, ...cluster('1.33.2') } }] }
      ])
    )
    expect(run.outputs, run.stdout).toMatchObject({ status: 'Succeeded' })
    const put = requests.find(({ method }) => method === 'PUT')
    expect(JSON.parse(put?.body ?? '')).toEqual({ id, ...cluster('1.33.2') })
  })

  it.each([
    ['Succeeded', 'Succeeded'],
    ['Degraded', 'Failed']
  ])('az containerapp job start: an execution that ends as %s is %s', async (word, status) => {
    const path = `${SUBSCRIPTION}/resourceGroups/shop/providers/Microsoft.App/jobs/nightly`
    const execution = `${path}/executions/nightly-1`
    const { run } = await play('az containerapp job start', (simulator) =>
      simulator.script([
        {
          method: 'POST',
          path: `${path}/start`,
          answers: [{ body: { id: execution, name: 'nightly-1' } }]
        },
        {
          method: 'GET',
          path: execution,
          answers: ['Running', word].map((each) => ({ body: { properties: { status: each } } }))
        }
      ])
    )
    expect(run.outputs, run.stdout).toMatchObject({ status })
  })
})

/** The rows between the markers of the table of commands. */
const commands = (
  /^<!-- begin commands -->$(.*)^<!-- end commands -->$/ms.exec(DOCUMENT)?.[1] ?? ''
)
  .split('\n')
  .flatMap((line) => {
    const row = /^\| `(.+?)` \| `([A-Z]+) (\S+)` `([\d-]+)` \| (?:`(.+)` )?\|$/.exec(line)
    const [, command = '', method = '', path = '', version = '', body = ''] = row ?? []
    return row === null ? [] : [{ command, method, path, version, body }]
  })

describe('the table of commands', () => {
  const runner = setUpRunner(
    { 'subscription-id': SUBSCRIPTION_ID },
    { clock: new RealClock(1_000), retryAfterSeconds: 0 }
  )

  it('has a row for each line', () => {
    const lines = DOCUMENT.split('<!-- begin commands -->')[1]?.split('<!-- end commands -->')[0]
    expect(commands).toHaveLength((lines?.trim().split('\n').length ?? 0) - 2)
    expect(commands.length).toBeGreaterThanOrEqual(30)
  })

  it.each(commands)('$command', async ({ method, path, version, body }) => {
    const whole = path
      .replace(/^R\//, 'S/resourceGroups/shop/providers/')
      .replace(/^S\//, '/subscriptions/{subscriptionId}/')
    const real = whole.replace('{subscriptionId}', SUBSCRIPTION_ID)
    const status = `${real}/operationResults/1`
    const answer = { body: { id: real, properties: { provisioningState: 'Succeeded' } } }
    const answers =
      method === 'GET' ? [answer] : [{ status: 202, headers: { location: `{origin}${status}` } }]
    runner.simulator.script([
      { method, path: real, answers },
      { method: 'GET', path: status, answers: [{ status: 202 }, answer] },
      ...(method === 'GET' ? [] : [{ method: 'GET', path: real, answers: [answer] }])
    ])
    const { stdout } = await runner.run(
      { method, url: whole, 'api-version': version, body },
      { GITHUB_STATE: '' }
    )
    expect(stdout).toContain('Result: Succeeded')
    expect(stdout).not.toContain('::warning')
    const [first] = runner.simulator.requests
    expect(first).toMatchObject({ method, path: `${real}?api-version=${version}` })
    expect(first?.body).toBe(body)
  })
})
