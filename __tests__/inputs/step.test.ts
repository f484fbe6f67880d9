import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Inputs } from '../../__fixtures__/flat-inputs.ts'
import { createInputs, type GivenInputs, readInputs } from '../../__fixtures__/inputs.ts'
import type { InputName } from '../../src/contract.ts'
import { InputError } from '../../src/errors.ts'
import {
  type Conditions,
  encodeHandle,
  type Handle,
  type ResumableOperation
} from '../../src/operation/handle.ts'
import type { Facts } from '../../src/operation/state.ts'

const GUID = '00000000-1111-2222-3333-444444444444'
const OTHER_GUID = '55555555-6666-7777-8888-999999999999'
const NOW = 1_700_000_000_000
const REQUIRED: GivenInputs = {
  method: 'GET',
  url: '/a',
  'api-version': '2025-04-01',
  token: 'opaque'
}
const PRINCIPAL: GivenInputs = {
  token: '',
  'client-secret': 'hidden',
  'client-id': GUID,
  'tenant-id': GUID
}

let folder = ''

beforeAll(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'inputs-test-')))
  mkdirSync(join(folder, 'out'))
  writeFileSync(join(folder, 'body.json'), '{"a": 1}')
})

afterAll(() => rmSync(folder, { recursive: true, force: true }))

function parse(given: GivenInputs = {}, environment: Record<string, string> = {}): Promise<Inputs> {
  return readInputs({ ...REQUIRED, ...given }, { workspace: folder, now: NOW, environment })
}

describe('readStep', () => {
  it('has a default for everything that is not required', async () => {
    const url = 'https://management.azure.com/a?api-version=2025-04-01'
    const ownFolders = [folder, '/temp']
    expect(await parse()).toEqual(createInputs({ method: 'GET', url, ownFolders }))
  })

  it('is frozen through and through', async () => {
    const { headers, cloud, signIn, successStates, failureStates, ...rest } = await parse()
    const { acceptStatus, warnings } = rest
    const values = [headers, cloud, signIn, successStates, failureStates]
    for (const value of [await parse(), ...values, acceptStatus, warnings]) {
      expect(Object.isFrozen(value)).toBe(true)
    }
  })

  it.each<[GivenInputs, Partial<Inputs>]>([
    [{ 'on-timeout': 'Cancel' }, { onTimeout: 'cancel', onCancel: 'leave' }],
    [{ 'on-cancel': 'CANCEL' }, { onTimeout: 'leave', onCancel: 'cancel' }],
    [{ 'masked-outputs': ' key \n\n url' }, { maskedOutputs: ['key', 'url'] }],
    [
      { 'on-timeout': 'cancel', 'cancel-url': '/a/stop' },
      { cancelUrl: 'https://management.azure.com/a/stop?api-version=2025-04-01', warnings: [] }
    ],
    [
      { 'on-cancel': 'cancel', 'cancel-url': '/a/stop?api-version=2024-01-01' },
      { cancelUrl: 'https://management.azure.com/a/stop?api-version=2024-01-01', warnings: [] }
    ],
    [
      { 'cancel-url': '/a/stop' },
      {
        warnings: ['Input cancel-url is not used: neither on-timeout nor on-cancel is cancel.']
      }
    ]
  ])('reads what is to become of the operation: %j', async (given, inputs) => {
    expect(await parse(given)).toMatchObject(inputs)
  })

  it.each<[GivenInputs, RegExp]>([
    [{ 'on-timeout': 'stop' }, /^Input on-timeout: "stop" is not .* Allowed: leave, cancel\.$/],
    [{ 'on-cancel': 'yes' }, /^Input on-cancel: /],
    [
      { 'cancel-url': 'https://evil.example/a' },
      /^Input cancel-url: .*is not on the resource manager endpoint/
    ],
    [{ 'cancel-url': '/{subscriptionId}/a' }, /^Input subscription-id: is missing/]
  ])('refuses %j', async (given, message) => {
    await expect(parse(given)).rejects.toThrow(message)
  })

  it.each<[GivenInputs, Partial<Inputs>]>([
    [{ method: 'put' }, { method: 'PUT' }],
    [{ method: ' Delete ' }, { method: 'DELETE' }],
    [{ method: 'HEAD' }, { method: 'HEAD' }],
    [{ url: ' /a ' }, { url: 'https://management.azure.com/a?api-version=2025-04-01' }],
    [
      { url: '/s/{subscriptionId}', 'subscription-id': GUID },
      { url: `https://management.azure.com/s/${GUID}?api-version=2025-04-01` }
    ],
    [
      {
        environment: 'custom',
        'resource-manager-endpoint': 'http://127.0.0.1:8080',
        url: '/a?api-version=1',
        'api-version': ''
      },
      { url: 'http://127.0.0.1:8080/a?api-version=1' }
    ],
    [{ headers: 'x-a: 1\n\nx-b: 2' }, { headers: { 'x-a': '1', 'x-b': '2' } }],
    [{ method: 'POST', body: '{"a": 1,}' }, { body: '{"a": 1}' }],
    [{ method: 'PUT', 'body-file': ' body.json ' }, { body: '{"a": 1}' }],
    [{ method: 'DELETE', body: '{}' }, { body: '{}' }],
    [{ wait: 'FALSE' }, { wait: false }],
    [{ wait: 'True' }, { wait: true }],
    [{ summary: 'false' }, { summary: false }],
    [{ timeout: '1h30m' }, { timeoutMs: 5_400_000 }],
    [{ timeout: '25' }, { timeoutMs: 25_000 }],
    [{ timeout: 'P6D' }, { timeoutMs: 518_400_000 }],
    [{ 'poll-interval': '0' }, { pollIntervalMs: 0 }],
    [
      { 'poll-interval': '5s', 'max-poll-interval': '5' },
      { pollIntervalMs: 5000, maxPollIntervalMs: 5000 }
    ],
    [{ 'max-poll-interval': '1m' }, { maxPollIntervalMs: 60_000 }],
    [
      { method: 'POST', 'final-state-via': 'Original-URI' },
      { finalStateVia: 'original-uri', warnings: [] }
    ],
    [
      { method: 'PATCH', body: '{}', 'final-state-via': 'operation-location' },
      { finalStateVia: 'operation-location', warnings: [] }
    ],
    [
      { 'success-states': ' Ready \n\nRunning\r\nPartially Succeeded' },
      { successStates: ['Ready', 'Running', 'Partially Succeeded'] }
    ],
    [{ 'failure-states': 'Broken\nInProgress' }, { failureStates: ['Broken', 'InProgress'] }],
    [
      { 'success-states': 'Completed', 'failure-states': 'Canceled' },
      { successStates: ['Completed'], failureStates: ['Canceled'] }
    ],
    [
      { 'retry-on': 'AnotherOperationInProgress\n409\n 404 \n409' },
      { retryOn: { statuses: [409, 404], codes: ['AnotherOperationInProgress'] } }
    ],
    [{ 'accept-status': '404\n 409 \n\n404' }, { acceptStatus: [404, 409] }],
    [
      { 'accept-status': 'RoleAssignmentExists\n202' },
      { acceptStatus: ['RoleAssignmentExists', 202] }
    ],
    [{ 'response-file': '/elsewhere/a.json' }, { responseFile: '/elsewhere/a.json' }]
  ])('reads %o', async (given, expected) => {
    expect(await parse(given)).toMatchObject(expected)
  })

  it('places a relative response file in the workspace', async () => {
    expect((await parse({ 'response-file': 'new/a.json' })).responseFile).toBe(
      join(folder, 'new/a.json')
    )
  })

  it('leaves out what was not given', async () => {
    const inputs = await parse()
    for (const name of ['body', 'pollIntervalMs', 'maxPollIntervalMs']) {
      expect(inputs).not.toHaveProperty(name)
    }
  })

  it.each<[GivenInputs, string]>([
    [{}, 'token'],
    [{ token: '\n opaque \n' }, 'token'],
    [PRINCIPAL, 'client-secret'],
    [{ token: '', credential: 'Managed-Identity' }, 'managed-identity'],
    [{ token: '' }, 'auto']
  ])('signs in, given %o', async (given, kind) => {
    expect(await parse(given)).toMatchObject({ signIn: { kind }, warnings: [] })
  })

  const CREDS = { clientId: OTHER_GUID, clientSecret: 'hidden', tenantId: GUID }
  const parseCreds = (creds: object, given: GivenInputs = {}) =>
    parse({ token: '', creds: JSON.stringify({ ...CREDS, ...creds }), ...given })

  it('takes the subscription from creds, unless one is given', async () => {
    const url = '/subscriptions/{subscriptionId}'
    const own = await parseCreds({ subscriptionId: OTHER_GUID }, { url })
    expect(own.url).toContain(`/subscriptions/${OTHER_GUID}?`)
    const other = await parseCreds({ subscriptionId: OTHER_GUID }, { url, 'subscription-id': GUID })
    expect(other.url).toContain(`/subscriptions/${GUID}?`)
  })

  it('takes the subscription from the job, unless the step names one', async () => {
    const url = '/subscriptions/{subscriptionId}'
    const ofJob = { AZURE_SUBSCRIPTION_ID: ` ${OTHER_GUID} `, AZURE_CONFIG_DIR: folder }
    writeFileSync(
      join(folder, 'azureProfile.json'),
      JSON.stringify({ subscriptions: [{ id: GUID, isDefault: true }] })
    )
    expect((await parse({ url }, ofJob)).url).toContain(`/subscriptions/${OTHER_GUID}?`)
    const named = await parse({ url, 'subscription-id': GUID }, ofJob)
    expect(named.url).toContain(`/subscriptions/${GUID}?`)
    const ofSession = { ...ofJob, AZURE_SUBSCRIPTION_ID: '' }
    expect((await parse({ url }, ofSession)).url).toContain(`/subscriptions/${GUID}?`)
  })

  it('takes no other subscription for a variable that cannot be read', async () => {
    const ofJob = { AZURE_SUBSCRIPTION_ID: 'production', AZURE_CONFIG_DIR: folder }
    const url = '/subscriptions/{subscriptionId}'
    await expect(parse({ url }, ofJob)).rejects.toThrow(/^Input subscription-id: is missing/)
    expect((await parse({}, ofJob)).ids).toEqual({})
  })

  // https://github.com/Azure/login#login-to-azure-stack: the address is in the creds alone.
  it('takes the address of an Azure Stack from creds, as azure/login does', async () => {
    const { cloud } = await parseCreds(
      { resourceManagerEndpointUrl: 'https://management.local.example/' },
      {
        environment: 'azurestack',
        'resource-manager-audience': 'https://a.example',
        'authority-host': 'https://login.example'
      }
    )
    expect(cloud).toMatchObject({
      name: 'custom',
      resourceManagerEndpoint: 'https://management.local.example'
    })
  })

  it('takes creds that name the cloud that is chosen', async () => {
    const resourceManagerEndpointUrl = 'https://management.usgovcloudapi.net/'
    const { cloud } = await parseCreds(
      { resourceManagerEndpointUrl },
      { environment: 'azureusgovernment' }
    )
    expect(cloud.name).toBe('AzureUSGovernment')
  })

  it.each<[string, GivenInputs, string | undefined]>([
    ['one of the cloud', PRINCIPAL, 'https://login.windows.net'],
    ['none that is used, with a token', {}, 'https://login.microsoftonline.com']
  ])('AZURE_AUTHORITY_HOST names %s', async (_where, given, host) => {
    const login = { AZURE_AUTHORITY_HOST: 'https://login.windows.net/' }
    expect((await parse(given, login)).cloud.authorityHost).toBe(host)
  })

  const UNCHECKED = { NODE_TLS_REJECT_UNAUTHORIZED: '0' }

  // https://nodejs.org/api/cli.html#node_tls_reject_unauthorizedvalue
  it.each(['', 'AzureChinaCloud'])(
    'wants certificates checked in environment "%s"',
    async (name) => {
      await expect(parse({ environment: name }, UNCHECKED)).rejects.toThrow(
        'Environment variable NODE_TLS_REJECT_UNAUTHORIZED: is 0, so that no certificate is checked'
      )
      await parse({ environment: name }, { NODE_TLS_REJECT_UNAUTHORIZED: '1' })
    }
  )

  it('warns of certificates that are not checked in a custom cloud', async () => {
    const custom = { environment: 'custom', 'resource-manager-endpoint': 'https://arm.example' }
    const { warnings } = await parse(custom, UNCHECKED)
    expect(warnings).toEqual([expect.stringContaining('NODE_TLS_REJECT_UNAUTHORIZED is 0: ')])
    expect((await parse(custom)).warnings).toEqual([])
  })

  it('needs no authority for what signs in by itself', async () => {
    const { cloud } = await parse({
      token: '',
      credential: 'azure-cli',
      environment: 'custom',
      'resource-manager-endpoint': 'https://arm.example',
      'resource-manager-audience': 'https://arm.example'
    })
    expect(cloud).not.toHaveProperty('authorityHost')
  })

  it('signs in to a custom cloud with its authority and audience', async () => {
    const { cloud } = await parse({
      ...PRINCIPAL,
      environment: 'Custom',
      'resource-manager-endpoint': 'https://arm.example',
      'resource-manager-audience': 'https://arm.example',
      'authority-host': 'https://login.example'
    })
    expect(cloud).toMatchObject({
      audience: 'https://arm.example',
      authorityHost: 'https://login.example'
    })
  })

  it.each<[GivenInputs, string]>([
    [{ ...PRINCIPAL, token: 'opaque' }, 'Input client-secret is not used: signing in with token.'],
    [{ audience: 'api://a' }, 'Input audience is not used: signing in with token.'],
    [
      { method: 'POST', 'retry-on': '503\n409\n408' },
      'Input retry-on: after 503, 408 it is unknown whether the POST took effect, so it is not simply sent again.'
    ],
    [
      { 'final-state-via': 'location' },
      'Input final-state-via is not used: it is for POST and PATCH, not GET.'
    ],
    [
      { method: 'PUT', body: '{}', 'final-state-via': 'LOCATION' },
      'Input final-state-via is not used: it is for POST and PATCH, not PUT.'
    ],
    // A few resources do, such as https://learn.microsoft.com/rest/api/managementgroups/management-group-subscriptions/create
    [{ method: 'PUT' }, 'Input body: is empty, and few resources take a PUT without a body.']
  ])('warns of %o', async (given, warning) => {
    expect((await parse(given)).warnings).toEqual([warning])
  })

  it.each<GivenInputs>([
    { 'final-state-via': 'auto' },
    { method: 'PUT', body: '{}', 'final-state-via': 'Auto' },
    { method: 'POST' },
    { method: 'DELETE', body: ' \n' }
  ])('warns of nothing for %o', async (given) => {
    expect((await parse(given)).warnings).toEqual([])
  })
})

describe('readStep refuses', () => {
  const WHERE_CUSTOM = { environment: 'custom', 'resource-manager-endpoint': 'https://arm.example' }
  const METHODS = 'GET, HEAD, PUT, PATCH, POST, DELETE'
  const DURATIONS = '90s, 45m, 1h30m, PT45M, or a number of seconds'

  it.each<[GivenInputs, InputName, string]>([
    [{ method: '' }, 'method', `is missing. Allowed: ${METHODS}.`],
    [
      { method: '', url: '' },
      'method',
      'is missing, and so are url and resume. Allowed: method and url of a request, or resume with the handle of one.'
    ],
    [
      { method: 'PUT', 'all-pages': 'true' },
      'all-pages',
      'is true, and the answer to a PUT is no list that comes in pages. Allowed: all-pages: true with GET.'
    ],
    [{ 'all-pages': 'yes' }, 'all-pages', '"yes" is not one of the allowed values.'],
    [
      { method: 'TRACE' },
      'method',
      `"TRACE" is not one of the allowed values. Allowed: ${METHODS}.`
    ],
    [
      { method: 'GET\nPUT' },
      'method',
      `"GET\\u{a}PUT" is not one of the allowed values. Allowed: ${METHODS}.`
    ],
    [
      { url: '' },
      'url',
      'is missing. Allowed: a path that begins with "/", or a URL on https://management.azure.com.'
    ],
    [
      { url: 'resourceGroups/x' },
      'url',
      '"resourceGroups/x" is neither a path nor an absolute URL.'
    ],
    [
      { url: 'https://evil.example/a' },
      'url',
      '"https://evil.example/a" is not on the resource manager endpoint'
    ],
    [
      { url: 'http://management.azure.com/a' },
      'url',
      '"http://management.azure.com/a" does not use https.'
    ],
    [{ 'api-version': '' }, 'api-version', 'is missing, and the url holds none.'],
    [
      { url: '/a?api-version=1' },
      'api-version',
      `"2025-04-01" differs from the url's own api-version, "1".`
    ],
    [
      { url: '/{subscriptionId}' },
      'subscription-id',
      'is missing, and the url asks for it with {subscriptionId}.'
    ],
    [
      { method: '', url: '', 'dry-run': 'TRUE', resume: 'armop2.x' },
      'dry-run',
      'is true together with resume, which sends nothing.'
    ],
    [{ 'dry-run': '1' }, 'dry-run', '"1" is not one of the allowed values. Allowed: true, false.'],
    [{ 'subscription-id': 'production' }, 'subscription-id', '"production" is not a GUID.'],
    [{ headers: 'Authorization: hidden' }, 'headers', '"Authorization" is not allowed here'],
    [{ headers: 'x-a: 1\nhidden' }, 'headers', 'line 2 has no colon'],
    [
      { method: 'PUT', body: '{"a": }' },
      'body',
      'is not valid JSON at line 1, column 7 (after "a"): a value is expected.'
    ],
    [{ method: 'PUT', body: '\n\n{"a": }' }, 'body', 'is not valid JSON at line 3, column 7'],
    [
      { method: 'PUT', body: '{}', 'body-file': 'body.json' },
      'body-file',
      '"body.json" is given together with body. Allowed: one of the two.'
    ],
    [{ method: 'PUT', 'body-file': 'missing.json' }, 'body-file', '"missing.json" does not exist'],
    [
      { method: 'PUT', 'body-file': '../a.json' },
      'body-file',
      '"../a.json" is outside the folders of the job.'
    ],
    [{ method: 'PATCH' }, 'body', 'is empty, and a PATCH without a body changes nothing. Allowed:'],
    [{ method: 'patch', body: ' \n\n' }, 'body', 'is empty, and a PATCH without a body'],
    [{ method: 'GET', body: '{}' }, 'body', 'is given, and a GET request has no body.'],
    [
      { method: 'head', 'body-file': 'body.json' },
      'body-file',
      'is given, and a HEAD request has no body.'
    ],
    [{ token: 'hid den' }, 'token', 'holds a character that no token has.'],
    [{ token: '', creds: 'hidden' }, 'creds', 'is not a JSON object.'],
    [
      {
        token: '',
        creds: JSON.stringify({
          clientId: GUID,
          clientSecret: 'hidden',
          tenantId: GUID,
          resourceManagerEndpointUrl: 'https://management.usgovcloudapi.net/'
        })
      },
      'creds',
      'is for a cloud other than environment AzureCloud, according to its resourceManagerEndpointUrl. Allowed: creds of the cloud at https://management.azure.com.'
    ],
    [
      { ...WHERE_CUSTOM, token: '', credential: 'managed-identity' },
      'resource-manager-audience',
      'is missing, and signing in to a custom environment needs it'
    ],
    [{ environment: 'mars' }, 'environment', '"mars" is not a known cloud.'],
    [
      { environment: 'azuregermancloud' },
      'environment',
      '"azuregermancloud" is the German cloud that closed on 2021-10-29'
    ],
    [
      { environment: 'custom' },
      'resource-manager-endpoint',
      'is missing, and environment custom needs it.'
    ],
    [
      { environment: 'custom', 'resource-manager-endpoint': 'http://arm.example' },
      'resource-manager-endpoint',
      '"http://arm.example" would send the token in the clear.'
    ],
    [
      { 'resource-manager-endpoint': 'https://arm.example' },
      'resource-manager-endpoint',
      'is for environment custom; environment is AzureCloud'
    ],
    [
      { 'resource-manager-audience': 'https://arm.example' },
      'resource-manager-audience',
      'is for environment custom; environment is AzureCloud'
    ],
    [
      { 'authority-host': 'https://login.example' },
      'authority-host',
      'is for environment custom; environment is AzureCloud'
    ],
    [
      { ...WHERE_CUSTOM, ...PRINCIPAL },
      'resource-manager-audience',
      'is missing, and signing in to a custom environment needs it; only token does not.'
    ],
    [
      { ...WHERE_CUSTOM, token: '', 'resource-manager-audience': 'https://a.example' },
      'authority-host',
      'is missing, and signing in to a custom environment needs it'
    ],
    [{ wait: 'yes' }, 'wait', '"yes" is not one of the allowed values. Allowed: true, false.'],
    [{ summary: '1' }, 'summary', '"1" is not one of the allowed values. Allowed: true, false.'],
    [{ timeout: 'soon' }, 'timeout', `"soon" is not a duration. Allowed: ${DURATIONS}.`],
    [{ timeout: '-5' }, 'timeout', `"-5" is not a duration. Allowed: ${DURATIONS}.`],
    [{ timeout: '0' }, 'timeout', `"0" must be longer than 0. Allowed: ${DURATIONS}.`],
    [
      { timeout: '145h' },
      'timeout',
      '"145h" is longer than 6 days, and no GitHub Actions job lasts that long.'
    ],
    [{ timeout: '999999999' }, 'timeout', '"999999999" is longer than 6 days'],
    [{ 'poll-interval': '5 s' }, 'poll-interval', '"5 s" is not a duration.'],
    [{ 'poll-interval': '7d' }, 'poll-interval', '"7d" is longer than 6 days'],
    [{ 'max-poll-interval': '0s' }, 'max-poll-interval', '"0s" must be longer than 0.'],
    [{ 'max-poll-interval': 'x' }, 'max-poll-interval', '"x" is not a duration.'],
    [
      { 'poll-interval': '11s', 'max-poll-interval': '10s' },
      'poll-interval',
      '"11s" is longer than max-poll-interval, 10s.'
    ],
    [
      { 'final-state-via': 'body' },
      'final-state-via',
      '"body" is not one of the allowed values. Allowed: auto, azure-async-operation, operation-location, location, original-uri.'
    ],
    [
      { 'success-states': 'Failed' },
      'success-states',
      '"Failed" is an ARM state whose meaning cannot be changed.'
    ],
    [
      { 'success-states': 'Ready\ncanceled' },
      'success-states',
      '"canceled" is an ARM state whose meaning cannot be changed.'
    ],
    [
      { 'success-states': 'CANCELLED' },
      'success-states',
      '"CANCELLED" is an ARM state whose meaning cannot be changed.'
    ],
    [
      { 'failure-states': 'succeeded' },
      'failure-states',
      '"succeeded" is an ARM state whose meaning cannot be changed.'
    ],
    [
      { 'failure-states': 'Completed' },
      'failure-states',
      '"Completed" is an ARM state whose meaning cannot be changed.'
    ],
    [
      { 'success-states': 'Ready', 'failure-states': 'Bad\nREADY' },
      'failure-states',
      '"READY" is also in success-states.'
    ],
    [
      { 'success-states': 'Ready, Done' },
      'success-states',
      '"Ready, Done" is not a state word. Allowed: one state word per line.'
    ],
    [{ 'failure-states': '::x' }, 'failure-states', '"::x" is not a state word.'],
    [
      { 'failure-states': 'a'.repeat(129) },
      'failure-states',
      `"${'a'.repeat(80)}…" is not a state word.`
    ],
    [
      { 'accept-status': '404, 409' },
      'accept-status',
      '"404, 409" is not an error code. Allowed: one error code, or one status from 100 to 599, per line.'
    ],
    [{ 'retry-on': '200' }, 'retry-on', '"200" is not an error status.'],
    [{ 'retry-on': '600' }, 'retry-on', '"600" is not an error status.'],
    [{ 'retry-on': 'A, B' }, 'retry-on', '"A, B" is not an error code.'],
    [
      { 'retry-on': '409\n404', 'accept-status': '404' },
      'retry-on',
      '"404" is also in accept-status.'
    ],
    [{ 'accept-status': '600' }, 'accept-status', '"600" is not an HTTP status.'],
    [{ 'accept-status': '99' }, 'accept-status', '"99" is not an HTTP status.'],
    [{ 'accept-status': '4O4' }, 'accept-status', '"4O4" is not an error code.'],
    [
      { 'retry-on': 'Busy', 'accept-status': 'busy' },
      'retry-on',
      '"busy" is also in accept-status.'
    ],
    [{ 'response-file': 'out' }, 'response-file', '"out" is a directory.'],
    [{ 'response-file': 'new/' }, 'response-file', '"new/" is a directory.'],
    [
      { 'response-file': 'a\u0000b' },
      'response-file',
      '"a\\u{0}b" cannot be written (ERR_INVALID_ARG_VALUE).'
    ]
  ])('%j', async (given, input, message) => {
    let thrown: unknown
    try {
      await parse(given)
    } catch (error) {
      thrown = error
    }
    expect(thrown).toBeInstanceOf(InputError)
    expect(thrown).toMatchObject({
      input,
      message: expect.stringContaining(`Input ${input}: ${message}`)
    })
    expect(String(thrown)).not.toMatch(/hid|\n/)
  })
})

describe('resume, conditions and outputs', () => {
  const url = `https://management.azure.com/subscriptions/${GUID}/x?api-version=2025-04-01`

  /** A handle as a step with these inputs would have made it. */
  function makeHandle(conditions: Conditions = {}, isAwaiting = false): string {
    const facts: Facts = {
      request: { method: 'PUT', url },
      firstStatus: 201,
      startedAtMs: NOW,
      pollCount: 0,
      sawProgress: false,
      fellBack: false,
      warnings: []
    }
    const extraStates = { success: ['Ready'], failure: ['Broken'] }
    const operation: ResumableOperation = isAwaiting
      ? { state: 'awaiting-condition', facts, url }
      : {
          state: 'confirming',
          isMonitorForeign: true,
          facts,
          url,
          wait: { kind: 'none' },
          attempts: 0,
          provisionalAnswer: { status: 200, headers: {}, body: { kind: 'empty' } }
        }
    const handle: Handle = { operation, finalStateVia: 'location', extraStates, conditions }
    return encodeHandle(handle, 'https://management.azure.com', {}) ?? ''
  }

  const RESUME: GivenInputs = {
    method: '',
    url: '',
    'api-version': '',
    'subscription-id': GUID,
    resume: makeHandle({ waitUntil: "a == 'b'", failIf: 'c' })
  }

  it('brings the request, the rules and the conditions of the step that started it', async () => {
    expect(await parse({ ...RESUME, 'final-state-via': 'auto' })).toMatchObject({
      method: 'PUT',
      url,
      resume: { operation: { state: 'confirming' } },
      finalStateVia: 'location',
      successStates: ['Ready'],
      failureStates: ['Broken'],
      conditions: { waitUntil: "a == 'b'", failIf: 'c' },
      expressions: { waitUntil: { expression: { text: "a == 'b'" } }, failIf: { text: 'c' } },
      ids: { subscriptionId: GUID }
    })
  })

  it('lets what the resuming step says itself come first', async () => {
    const inputs = await parse({
      ...RESUME,
      method: '',
      'final-state-via': 'original-uri',
      'success-states': 'Fine',
      'failure-states': 'Bad',
      'wait-until': 'd',
      'wait-until-url': '/y',
      'fail-if': 'e',
      timeout: '5m'
    })
    expect(inputs).toMatchObject({
      finalStateVia: 'original-uri',
      successStates: ['Fine'],
      failureStates: ['Bad'],
      timeoutMs: 300_000,
      conditions: { waitUntil: 'd', waitUntilUrl: '/y', failIf: 'e' }
    })
  })

  it('says that a URL is not used where the handle has one', async () => {
    const resume = makeHandle({ waitUntil: 'a' }, true)
    const { warnings } = await parse({ ...RESUME, resume, 'wait-until-url': '/y' })
    expect(warnings).toEqual([
      'Input wait-until-url is not used: the handle already names the resource to wait for.'
    ])
  })

  it('compiles conditions and outputs of a request', async () => {
    const inputs = await parse({
      'wait-until': "state == 'x'",
      'wait-until-url': '/y/{name}',
      outputs: 'a: b',
      'masked-outputs': 'a'
    })
    expect(inputs.expressions.outputs).toMatchObject([{ name: 'a', expression: { text: 'b' } }])
    expect(inputs.expressions.waitUntil?.findUrl({ name: 'n' })).toEqual({
      kind: 'url',
      url: 'https://management.azure.com/y/n?api-version=2025-04-01'
    })
    expect(inputs.maskedOutputs).toEqual(['a'])
  })

  it.each<[GivenInputs, InputName, string]>([
    ...(['method', 'body', 'body-file', 'accept-status'] as const).map(
      (name): [GivenInputs, InputName, string] => [
        { ...RESUME, [name]: '200' },
        name,
        'is given together with resume, which sends no request.'
      ]
    ),
    [{ ...RESUME, wait: 'false' }, 'wait', 'is false together with resume, which only waits.'],
    [{ ...RESUME, resume: 'x' }, 'resume', 'is not a handle'],
    [
      { ...RESUME, 'subscription-id': '' },
      'subscription-id',
      'is missing, and the handle in resume needs it.'
    ],
    [{ ...RESUME, environment: 'AzureChinaCloud' }, 'resume', 'belongs to another cloud'],
    [
      { ...RESUME, resume: makeHandle({}, true) },
      'wait-until',
      'is missing, and the handle in resume needs it.'
    ],
    [{ 'wait-until-url': '/y' }, 'wait-until', 'is missing, and wait-until-url needs it.'],
    [{ 'wait-until': 'a ==' }, 'wait-until', '"a ==" is not valid JMESPath: character 5, its end'],
    [{ 'wait-until': "'x'" }, 'wait-until', 'can be neither true nor false'],
    [{ 'fail-if': 'length(a)' }, 'fail-if', 'can be neither true nor false'],
    [{ 'fail-if': 'state == "x"' }, 'fail-if', `write 'x' for the text, or @."x" for the field`],
    [{ 'fail-if': 'false' }, 'fail-if', '`false`, in backticks'],
    [{ 'wait-until': '!a.b' }, 'wait-until', 'write !(a.b)'],
    [{ outputs: 'x: a == true' }, 'outputs', '`true`, in backticks'],
    [
      { 'wait-until': 'a', 'wait-until-url': '/x/{not_null(name, "y")}' },
      'wait-until-url',
      "write 'y' for the text"
    ],
    [{ 'fail-if': 'nope(a)' }, 'fail-if', 'calls nope(), which is not a function'],
    [
      { method: 'DELETE', 'wait-until': 'a' },
      'wait-until',
      'has no resource to read: a DELETE leaves none.'
    ],
    [
      { 'wait-until': 'a', 'wait-until-url': 'https://evil.example/x' },
      'wait-until-url',
      'is not on the resource manager endpoint'
    ],
    [{ outputs: 'status: a' }, 'outputs', '"status" is an output of the action'],
    [{ outputs: 'a: b\nA: c' }, 'outputs', '"A" is given twice'],
    [{ outputs: 'a' }, 'outputs', 'has no colon'],
    [{ outputs: 'a: b c' }, 'outputs', 'is not valid JMESPath: character 3'],
    [{ 'masked-outputs': 'a b' }, 'masked-outputs', 'is not the name of an output']
  ])('refuses %j', async (given, input, problem) => {
    const error = await parse(given).catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(InputError)
    expect(error).toMatchObject({ input, message: expect.stringContaining(problem) })
  })
})
