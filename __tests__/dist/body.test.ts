/** The body language through the bundle: what the service gets, what the log shows, and what is masked when. */
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { ActionRun } from '../../simulator/run-action.ts'
import {
  RealClock,
  type Simulator,
  SUBSCRIPTION_ID,
  startSimulator
} from '../../simulator/simulator.ts'
import { runBundle } from './action.ts'

const DEPLOYMENT = `/subscriptions/${SUBSCRIPTION_ID}/resourceGroups/shop/providers/Microsoft.Resources/deployments/web`
const SECRET = 'pass"word: {1}\n#2'

let tools = ''
beforeAll(() => {
  tools = mkdtempSync(join(tmpdir(), 'body-tools-'))
})
afterAll(() => rmSync(tools, { recursive: true, force: true }))

let simulator: Simulator
beforeEach(async () => {
  simulator = await startSimulator({ clock: new RealClock(100) })
})
afterEach(() => simulator.close())

/** Puts a Bicep CLI on the PATH of the run: a script that says and prints what it is told. */
function installBicep(script: string): void {
  const path = join(tools, 'bicep')
  writeFileSync(path, `#!/bin/sh\n${script}\n`)
  chmodSync(path, 0o755)
}

function deploy(
  body: string,
  files: Readonly<Record<string, string>> = {},
  env: Readonly<Record<string, string>> = {}
): Promise<ActionRun> {
  return runBundle({
    inputs: {
      ...simulator.inputs,
      method: 'PUT',
      url: DEPLOYMENT,
      'api-version': '2025-04-01',
      body
    },
    env: { PATH: `${tools}:/usr/bin:/bin`, ...env },
    workspaceFiles: files
  })
}

const TEMPLATE = `{
  // One parameter, which is a secret.
  "parameters": { "password": { "type": "securestring" }, "script": { "type": "string" } },
  "resources": [],
  "outputs": { "big": { "type": "int", "value": 9007199254740991 } },
}`

describe('a deployment in YAML', () => {
  it('is sent as JSON with its files and its secret, which is masked before anything is shown', async () => {
    const body = [
      'properties:',
      '  mode: Incremental',
      '  template: !file infra/main.jsonc',
      '  parameters: !file infra/prod.yaml#/parameters'
    ].join('\n')
    const prod =
      'parameters:\n  password: {value: !env PASSWORD}\n  script: {value: !text run.sh}\n'
    const files = { 'infra/main.jsonc': TEMPLATE, 'infra/prod.yaml': prod, 'run.sh': 'echo 1\n' }
    const run = await deploy(body, files, { PASSWORD: SECRET })
    expect(run, run.stdout + run.stderr).toMatchObject({
      exitCode: 0,
      outputs: { status: 'Succeeded' }
    })
    const sent = simulator.requests.find(({ method }) => method === 'PUT')
    expect(JSON.parse(sent?.body ?? '')).toMatchObject({
      properties: { parameters: { password: { value: SECRET }, script: { value: 'echo 1\n' } } }
    })
    const [first, second] = run.commands
    expect(first).toMatchObject({ command: 'add-mask', message: 'simulator-token' })
    // The runner would take it apart and hide every `#2` of the log.
    const [firstLine] = SECRET.split('\n')
    expect(second).toMatchObject({ command: 'add-mask', message: firstLine })
    expect(simulator.ledger.count('deployment')).toBe(1)
  })

  it('has findings of the compiler at their lines', async () => {
    installBicep(
      `echo "$3(2,7) : Warning no-unused-params: Not used." >&2; echo '{"resources": []}'`
    )
    const body = 'properties:\n  mode: Incremental\n  template: !file main.bicep\n'
    const run = await deploy(body, { 'main.bicep': 'param a string\n' })
    expect(run, run.stdout + run.stderr).toMatchObject({ exitCode: 0 })
    expect(run.commands.filter(({ command }) => command === 'warning')).toMatchObject([
      { properties: { title: 'Bicep no-unused-params', file: 'main.bicep', line: '2', col: '7' } }
    ])
  })

  it('sends nothing when its Bicep does not compile', async () => {
    installBicep(`echo "$3(3,5) : Error BCP057: The name \\"x\\" does not exist." >&2; exit 1`)
    const run = await deploy('properties:\n  template: !file main.bicep', { 'main.bicep': 'x\n' })
    expect(run.exitCode).toBe(1)
    expect(simulator.requests).toEqual([])
    expect(run.commands.filter(({ command }) => command === 'error')).toMatchObject([
      {
        properties: { title: 'Input body' },
        message: expect.stringContaining(
          'Input body: at line 2, column 19 (after "template"): !file "main.bicep" does not compile: BCP057'
        )
      },
      {
        properties: { file: 'main.bicep', line: '3', col: '5', title: 'Bicep BCP057' },
        message: 'The name "x" does not exist.'
      }
    ])
  })

  it.each([
    [
      'a: !env NOT_THERE',
      'Input body: at line 1, column 9 (after "a"): the environment variable "NOT_THERE"'
    ],
    [
      'a: !file ../x.json',
      'Input body: at line 1, column 10 (after "a"): !file "../x.json" is outside'
    ],
    ['{ a: 1 }', 'Input body: is not valid JSON at line 1, column 3'],
    ['a: 1\na: 2', 'Input body: at line 2, column 1 (after "a"): "a" is given twice.']
  ])('sends nothing of %j', async (body, message) => {
    const run = await deploy(body)
    expect(run.exitCode).toBe(1)
    expect(run.stdout).toContain(message)
    expect(simulator.requests).toEqual([])
  })
})
