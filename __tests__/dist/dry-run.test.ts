/**
 * A dry run: everything that can be checked is, the request is shown, and nothing is sent: no request of Azure's, no
 * token. The built action.
 */
import { expect, it } from 'vitest'
import { SUBSCRIPTION_ID } from '../../simulator/simulator.ts'
import { type ActionScenario, DEPLOYMENT, readEverything, runActionScenario } from './action.ts'

const ENV_SECRET = 'Cor-rect "horse"\nbattery'
const FILE_SECRET = 'staple-staple-staple'

const TEMPLATE = JSON.stringify({
  parameters: {
    site: { type: 'string' },
    // Its name does not tell what the template says of it.
    entry: { type: 'secureString' },
    count: { type: 'int', defaultValue: 1 }
  },
  resources: []
})

/** Signs in with a secret, so that a token would have to be asked for. */
const DRY: ActionScenario = {
  inputs: {
    'dry-run': 'true',
    url: `${DEPLOYMENT.replace(SUBSCRIPTION_ID, '{subscriptionId}')}?$expand=a&code=abc&sharedKey=k1`,
    headers: 'If-Match: *\nx-functions-key: short\nx-why: ::warning::no command',
    token: '',
    'client-id': '00000000-0000-0000-0000-00000000000c',
    'tenant-id': '00000000-0000-0000-0000-00000000000d',
    'client-secret': 'client-secret-of-the-test',
    credential: 'client-secret',
    body: [
      'properties:',
      '  mode: Incremental',
      '  template: !file main.json',
      '  parameters:',
      '    site: { value: shop }',
      '    entry: { value: xy12 }',
      '  tags:',
      '    number: 12345678901234567890.10',
      '    fromEnv: !env ADMIN',
      '    file: !file secret.json'
    ].join('\n'),
    outputs: 'host: properties.outputs.host.value',
    'fail-if': "properties.state != 'on'",
    'masked-outputs': 'pw'
  },
  env: { ADMIN: ENV_SECRET },
  workspaceFiles: {
    'main.json': TEMPLATE,
    'secret.json': JSON.stringify({ adminPassword: 'ab', connection: `Pwd=${FILE_SECRET};x` })
  }
}

it('shows the request as it would be sent, without its secrets', async () => {
  const played = await runActionScenario(DRY)
  const { run } = played
  expect(run, run.stdout + run.stderr).toMatchObject({ exitCode: 0, stderr: '', annotations: [] })
  expect(played.calls).toEqual([])
  expect(run.outputs).toEqual({ status: 'Skipped', 'duration-seconds': '0', 'poll-count': '0' })
  const path = `${DEPLOYMENT}?$expand=a&code=abc&sharedKey=***&api-version=2025-04-01`
  for (const place of [run.stdout, run.summary]) {
    expect(place).toContain(`PUT ${played.simulator.origin}${path}\n`)
    expect(place).toContain('\nauthorization: ***\n')
    expect(place).toContain('\nif-match: *\nx-functions-key: ***\nx-why: : :warning::no command\n')
    expect(place).toContain('\n      "site": {\n        "value": "shop"\n      },\n')
    expect(place).toContain('\n      "entry": {\n        "value": "***"\n      }\n')
    expect(place).toContain('\n      "number": 12345678901234567890.10,\n')
    expect(place).toContain('\n      "fromEnv": "***",\n')
    expect(place).toContain('"adminPassword": "***",\n        "connection": "Pwd=***;x"\n')
  }
  expect(run.summary).toMatch(
    /^## ⏭️ Dry run of deployment `web`: nothing was sent, and all that can be checked without Azure is right\n\nEnded /
  )
  const everything = readEverything(played)
  for (const secret of ['horse', 'battery', FILE_SECRET, 'xy12', 'client-secret-of-the-test']) {
    expect(everything).not.toContain(secret)
  }
})

it.each<[string, Readonly<Record<string, string>>, ...messages: RegExp[]]>([
  ['a condition', { 'fail-if': 'properties.state ==' }, /^Input fail-if: /],
  [
    'a template',
    { body: 'properties:\n  template: infra/main.bicep\n' },
    /^Input body: at line 2, column 13 \(after "template"\): properties\.template is text/
  ],
  [
    'parameters',
    { body: 'properties: { template: !file main.json, parameters: { site: { value: 1 } } }' },
    /^Input body: .* needs a value for the parameter "entry"; .* the parameter "site" is a number/
  ],
  ['a url', { url: '/subscriptions/{subscription}/x' }, /^Input url: /],
  [
    'a file',
    { body: '', 'body-file': 'none.json' },
    /^Input body-file: "none\.json" does not exist/
  ],
  [
    'a handle',
    { method: '', url: '', body: '', resume: 'armop2.x' },
    /^Input dry-run: is true together with resume, /,
    /^Input resume: is damaged: /
  ]
])('finds what is wrong with %s, and asks for no token', async (_what, wrong, ...messages) => {
  const played = await runActionScenario({ ...DRY, inputs: { ...DRY.inputs, ...wrong } })
  const { run } = played
  expect(run, run.stdout).toMatchObject({ exitCode: 1, stderr: '' })
  expect(played.calls).toEqual([])
  expect(run.annotations).toEqual(
    messages.map((message) => ({
      level: 'error',
      title: /Input [\w-]+/.exec(message.source)?.[0],
      message: expect.stringMatching(message)
    }))
  )
})
