/**
 * Input that cannot be used: one clear error that names the input, exit code 1, and nothing is sent. The built action,
 * as the runner runs it.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { RunActionOptions } from '../../simulator/run-action.ts'
import { type Simulator, startSimulator } from '../../simulator/simulator.ts'
import { encodeHandle } from '../../src/operation/handle.ts'
import { GROUP, RESOURCE, runBundle, VERSION } from './action.ts'

interface Row {
  readonly what: string
  readonly inputs: Readonly<Record<string, string>>
  readonly run?: Partial<RunActionOptions>
  readonly message: string
}

function encode(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url')
}

const EXPIRED = `${encode({ typ: 'JWT' })}.${encode({ exp: 1_000_000_000 })}.signature`
const FORMS = 'Allowed: 90s, 45m, 1h30m, PT45M, or a number of seconds.'

const ROWS: readonly Row[] = [
  {
    what: 'no method',
    inputs: { method: '' },
    message: 'Input method: is missing. Allowed: GET, HEAD, PUT, PATCH, POST, DELETE.'
  },
  {
    what: 'a method that does not exist',
    inputs: { method: 'FETCH' },
    message:
      'Input method: "FETCH" is not one of the allowed values. Allowed: GET, HEAD, PUT, PATCH, POST, DELETE.'
  },
  {
    what: 'an unknown credential',
    inputs: { credential: 'password' },
    message:
      'Input credential: "password" is not one of the allowed values. Allowed: auto, oidc, client-secret, client-certificate, workload-identity, managed-identity, azure-cli, azure-powershell, token.'
  },
  {
    what: 'an unknown environment',
    inputs: { environment: 'AzureMoon' },
    message:
      'Input environment: "AzureMoon" is not a known cloud. Allowed: AzureCloud, AzureUSGovernment, AzureChinaCloud, AzureBleuCloud, AzureDelosCloud, custom.'
  },
  {
    what: 'an unknown final-state-via',
    inputs: { 'final-state-via': 'header' },
    message:
      'Input final-state-via: "header" is not one of the allowed values. Allowed: auto, azure-async-operation, operation-location, location, original-uri.'
  },
  ...['wait', 'summary'].map((name) => ({
    what: `${name} that is neither true nor false`,
    inputs: { [name]: 'yes' },
    message: `Input ${name}: "yes" is not one of the allowed values. Allowed: true, false.`
  })),
  {
    what: 'no url',
    inputs: { url: '' },
    message: 'Input url: is missing. Allowed: a path that begins with "/", or a URL on {origin}.'
  },
  {
    what: 'a url that is relative nonsense',
    inputs: { url: 'subscriptions/1' },
    message:
      'Input url: "subscriptions/1" is neither a path nor an absolute URL. Allowed: a path that begins with "/", or a URL on {origin}.'
  },
  {
    what: 'a url on a foreign host',
    inputs: { url: `https://evil.example${RESOURCE}?code=secret` },
    message: `Input url: "https://evil.example${GROUP.slice(0, 48)}…`
  },
  {
    what: 'a url that hides a foreign host',
    inputs: { url: '//evil.example/x' },
    message:
      'Input url: "//evil.example/x" names another host. Allowed: a path that begins with "/", or a URL on {origin}.'
  },
  {
    what: 'a url on another port',
    inputs: { url: 'http://127.0.0.1:1/x' },
    message:
      'Input url: "http://127.0.0.1:1/x" is not on the resource manager endpoint, and the token goes nowhere else. Allowed: a path that begins with "/", or a URL on {origin}.'
  },
  {
    what: 'http: in the url of a cloud',
    inputs: {
      environment: 'AzureCloud',
      'resource-manager-endpoint': '',
      'resource-manager-audience': '',
      'authority-host': '',
      url: 'http://management.azure.com/x'
    },
    message:
      'Input url: "http://management.azure.com/x" does not use https. Allowed: a path that begins with "/", or a URL on https://management.azure.com.'
  },
  {
    what: 'http: off loopback',
    inputs: { 'resource-manager-endpoint': 'http://arm.example' },
    message:
      'Input resource-manager-endpoint: "http://arm.example" would send the token in the clear. Allowed: https, or http on a loopback address.'
  },
  {
    what: 'no api-version',
    inputs: { 'api-version': '' },
    message:
      'Input api-version: is missing, and the url holds none. Allowed: a date such as 2025-04-01, here or in the url as ?api-version=.'
  },
  {
    what: 'api-version twice, and they differ',
    inputs: { url: `${RESOURCE}?api-version=2020-01-01` },
    message: `Input api-version: "${VERSION}" differs from the url's own api-version, "2020-01-01". Allowed: one of the two.`
  },
  {
    what: 'api-version twice in the url',
    inputs: { url: '/x?api-version=1&API-version=1' },
    message: 'Input url: "{origin}/x?…" holds api-version twice.'
  },
  {
    what: 'a placeholder without its value',
    inputs: { url: '/subscriptions/{subscriptionId}', 'subscription-id': '' },
    message:
      'Input subscription-id: is missing, and the url asks for it with {subscriptionId}. Allowed: the GUID of a subscription, here or in AZURE_SUBSCRIPTION_ID, or an azure/login to the same cloud before this step.'
  },
  {
    what: 'invalid JSON, with its line and column',
    inputs: { body: '{\n  "location": "westeurope",\n  "tags" { }\n}' },
    message:
      'Input body: is not valid JSON at line 3, column 10 (after "location"): a colon is expected.'
  },
  {
    what: 'YAML that is no JSON value',
    inputs: { body: 'location: [westeurope' },
    message:
      'Input body: at line 1, column 22 (after "location"): the indentation does not fit the lines before, or a bracket there has no end.'
  },
  {
    what: 'invalid JSON in a file',
    inputs: { 'body-file': 'infra/body.json' },
    run: { workspaceFiles: { 'infra/body.json': '{"a": 1' } },
    message:
      'Input body-file: "infra/body.json" is not valid JSON at line 1, column 8 (after "a"): a comma or "}" is expected.'
  },
  {
    what: 'body and body-file',
    inputs: { body: '{}', 'body-file': 'body.json' },
    run: { workspaceFiles: { 'body.json': '{}' } },
    message: 'Input body-file: "body.json" is given together with body. Allowed: one of the two.'
  },
  {
    what: 'a body with a GET',
    inputs: { method: 'GET', body: '{}' },
    message:
      'Input body: is given, and a GET request has no body. Allowed: a body with PUT, PATCH, POST or DELETE.'
  },
  {
    what: 'a missing file',
    inputs: { 'body-file': 'nowhere.json' },
    message:
      'Input body-file: "nowhere.json" does not exist; was the repository checked out? Allowed: a file in the workspace or the runner\'s temporary folder.'
  },
  {
    what: 'a file outside the workspace',
    inputs: { 'body-file': '../commands/GITHUB_ENV' },
    message:
      'Input body-file: "../commands/GITHUB_ENV" is outside the folders of the job. Allowed: a file in the workspace or the runner\'s temporary folder.'
  },
  {
    what: 'a header that goes on on a new line',
    inputs: { headers: 'x-note: one\n two' },
    message:
      'Input headers: line 2 has no colon, and a value cannot continue on another line. Allowed: one "Name: value" per line.'
  },
  {
    what: 'a header with a line break in it',
    inputs: { headers: 'x-note: one\rx-evil: two' },
    message:
      'Input headers: "x-note" has a value with a line break, a control character or a character outside ASCII. Allowed: printable ASCII.'
  },
  ...[
    ['Authorization', 'it is set from the sign-in inputs'],
    ['Host', 'it is set from the URL'],
    ['cookie', 'Azure Resource Manager uses none'],
    ['X-MS-Authorization-Auxiliary', 'it carries tokens, which come from the sign-in inputs alone']
  ].map(([name, reason]) => ({
    what: `the forbidden header ${name}`,
    inputs: { headers: `${name}: hush` },
    message: `Input headers: "${name}" is not allowed here: ${reason}.`
  })),
  ...['timeout', 'poll-interval', 'max-poll-interval'].map((name) => ({
    what: `${name} that is no duration`,
    inputs: { 'poll-interval': '', [name]: 'soon' },
    message: `Input ${name}: "soon" is not a duration. ${FORMS}`
  })),
  {
    what: 'a timeout of nothing',
    inputs: { timeout: '0' },
    message: `Input timeout: "0" must be longer than 0. ${FORMS}`
  },
  {
    what: 'a status that is none',
    inputs: { 'accept-status': '4xx' },
    message:
      'Input accept-status: "4xx" is not an error code. Allowed: one error code, or one status from 100 to 599, per line.'
  },
  {
    what: 'a success that means failure',
    inputs: { 'success-states': 'Failed' },
    message:
      'Input success-states: "Failed" is an ARM state whose meaning cannot be changed. Allowed: one state word per line.'
  },
  {
    what: 'an expired token',
    inputs: { token: EXPIRED },
    message: 'Input token: expired '
  },
  {
    what: 'a token with its scheme',
    inputs: { token: 'Bearer hush' },
    message:
      'Input token: begins with "Bearer"; give what comes after it. Allowed: an access token for Azure Resource Manager.'
  },
  {
    what: 'a custom environment without its endpoint',
    inputs: { 'resource-manager-endpoint': '' },
    message:
      'Input resource-manager-endpoint: is missing, and environment custom needs it. Allowed: an origin such as https://management.local.azurestack.external.'
  },
  {
    what: 'a custom environment without what a sign-in needs',
    inputs: { token: '', 'authority-host': '' },
    message:
      'Input authority-host: is missing, and signing in to a custom environment needs it; only token does not.'
  },
  {
    what: 'a response file that is a folder',
    inputs: { 'response-file': 'out/' },
    message:
      'Input response-file: "out/" is a directory. Allowed: the path of a file, relative to the workspace or absolute.'
  },
  {
    what: 'an input that does not exist',
    inputs: {},
    run: { env: { 'INPUT_TIME-OUT': '5m' } },
    message: 'Input time-out: is not an input of this action; did you mean timeout?'
  }
]

let simulator: Simulator
beforeAll(async () => {
  simulator = await startSimulator()
})
afterAll(() => simulator.close())

describe.concurrent('bad input', () => {
  it.each(ROWS)('$what', async ({ inputs, run, message }) => {
    const { exitCode, stdout, stderr, commands, annotations, outputs, summary, state } =
      await runBundle({ ...run, inputs: { ...createRequest(), ...inputs } })
    const expected = expect.stringMatching(startsWith(toMessage(message)))
    expect(annotations).toEqual([
      { level: 'error', title: expect.stringMatching(/^Input [\w-]+$/), message: expected }
    ])
    expect(exitCode).toBe(1)
    expect({ stderr, outputs, state }).toEqual({
      stderr: '',
      outputs: {
        status: 'Failed',
        'error-code': 'InvalidInput',
        'error-message': expected,
        error: expect.stringMatching(/^\{"code":"InvalidInput",.*"target":"[\w-]+"\}\]\}$/)
      },
      // So that the post step knows itself.
      state: { phase: 'post' }
    })
    expect(summary).toContain('## ❌ Failed: an input cannot be used\n\nNothing was sent to Azure.')
    expect(commands.map(({ command }) => command).filter((name) => name !== 'add-mask')).toEqual([
      'error'
    ])
    const shown = stdout.replace(/^::add-mask::.*$/gm, '') + summary + JSON.stringify(outputs)
    expect(shown).not.toMatch(/hush|simulator-token|code=|signature/)
    expect(simulator.requests).toEqual([])
  })

  it('names all that is wrong in one run', async () => {
    const inputs = {
      method: 'FETCH',
      timeout: 'soon',
      wait: 'yes',
      'on-timeout': 'stop',
      headers: 'Host: a\nx-note: b\nCookie: c',
      outputs: 'a: b == 5\nstatus: c\nd: e',
      body: '{"a" 1}'
    }
    const env = { 'INPUT_FAIL-IFF': 'a', INPUT_WORKFLOW_NAME: 'b' }
    const { annotations, outputs, summary } = await runBundle({
      inputs: { ...createRequest(), ...inputs },
      env
    })
    const errors = annotations.map(({ title }) => title)
    expect(errors.toSorted()).toEqual(
      ['body', 'fail-iff', 'headers', 'headers', 'method', 'on-timeout']
        .concat(['outputs', 'outputs', 'timeout', 'wait'])
        .map((name) => `Input ${name}`)
    )
    expect(outputs).toMatchObject({ status: 'Failed', 'error-code': 'InvalidInput' })
    expect(outputs['error-message']).toMatch(/^10 inputs cannot be used: Input /)
    for (const { message } of annotations) expect(outputs['error-message']).toContain(message)
    expect(summary.match(/^- Input /gm)).toHaveLength(10)
    expect(simulator.requests).toEqual([])
  })

  it('shows ten of them at most, and has the others in the log', async () => {
    const outputs = Array.from({ length: 13 }, (_, index) => `o${index}: a == ${index}`).join('\n')
    const run = await runBundle({ inputs: { ...createRequest(), outputs, summary: 'False' } })
    expect(run.annotations).toHaveLength(10)
    expect(run.stdout.match(/^Input outputs: /gm)).toHaveLength(3)
    expect(run.summary).toBe('')
  })

  it('leaves the outcome of a handle open, and hands the handle on', async () => {
    const handle = makeHandle()
    const { exitCode, outputs, summary } = await runBundle({
      inputs: { ...simulator.inputs, resume: handle, timeout: 'soon', environment: 'AzureMoon' }
    })
    expect(exitCode).toBe(1)
    expect(outputs).toMatchObject({
      status: 'Unknown',
      'error-code': 'InvalidInput',
      operation: handle
    })
    expect(outputs['error-message']).toMatch(/^2 inputs cannot be used: /)
    expect(summary).toContain('## ❔ Outcome unknown: 2 inputs cannot be used')
    expect(simulator.requests).toEqual([])
  })

  it('is no failure of a resume whose handle is not one', async () => {
    const { outputs } = await runBundle({
      inputs: { ...simulator.inputs, resume: `${makeHandle().slice(0, -3)}abc` }
    })
    expect(outputs).toMatchObject({ status: 'Failed', 'error-code': 'InvalidInput' })
    expect(outputs.operation).toBeUndefined()
  })
})

function createRequest(): Readonly<Record<string, string>> {
  return { ...simulator.inputs, method: 'PUT', url: RESOURCE, 'api-version': VERSION }
}

function toMessage(row: string): string {
  return row.replace('{origin}', simulator.origin).replace(/…$/, '')
}

function makeHandle(): string {
  const facts = {
    request: { method: 'PUT', url: `${simulator.origin}${RESOURCE}?api-version=${VERSION}` },
    firstStatus: 202,
    startedAtMs: 1_700_000_000_000,
    pollCount: 0,
    sawProgress: false,
    fellBack: false,
    warnings: []
  } as const
  const url = facts.request.url
  const operation = { state: 'awaiting-condition', facts, url } as const
  const states = { extraStates: { success: [], failure: [] }, finalStateVia: 'auto' } as const
  const handle = { operation, ...states, conditions: { waitUntil: 'a' } }
  return encodeHandle(handle, simulator.origin, {}) ?? ''
}

function startsWith(text: string): RegExp {
  return new RegExp(`^${text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}`)
}
