/**
 * All wrong inputs in one run: each that is wrong is named, and none that only looks wrong because another is.
 */
import { describe, expect, it } from 'vitest'
import { createHandle } from '../../__fixtures__/handles.ts'
import type { GivenInputs } from '../../__fixtures__/inputs.ts'
import { writeState } from '../../src/batch/state-text.ts'
import { INPUT_NAMES } from '../../src/contract.ts'
import { InputError } from '../../src/errors.ts'
import type { ReadInput } from '../../src/inputs/reader.ts'
import { readStep } from '../../src/inputs/step.ts'
import { judgeUnknownInputs } from '../../src/inputs/unknown-inputs.ts'
import { findWrongInputs } from '../../src/inputs/wrong-inputs.ts'

const GUID = '00000000-1111-2222-3333-444444444444'
const RIGHT: GivenInputs = { method: 'PUT', url: '/a/b', 'api-version': '2025-04-01', token: 'x' }
const CUSTOM: GivenInputs = {
  environment: 'custom',
  'resource-manager-endpoint': 'http://127.0.0.1:8080'
}

const RESUMED: GivenInputs = {
  method: '',
  resume: createHandle('https://management.azure.com/a/b?api-version=2025-04-01')
}

const STATE = writeState(
  {
    items: [
      { name: 'a', digest: 'd', method: 'PUT', url: '/x', own: { past: { kind: 'not-started' } } }
    ]
  },
  () => false
)

/** Names of the inputs that are found wrong, in their order. */
async function find(
  given: GivenInputs,
  environment: Readonly<Record<string, string>> = {}
): Promise<readonly string[]> {
  return (await findFaults(given, environment)).map(({ input }) => input)
}

async function findFaults(
  given: GivenInputs,
  environment: Readonly<Record<string, string>>
): Promise<readonly InputError[]> {
  const all: GivenInputs = { ...RIGHT, ...given }
  const readText: ReadInput = (name) => all[name] ?? ''
  const readAll = (read: ReadInput, variables: Readonly<Record<string, string | undefined>>) =>
    readStep(read, {
      workspace: '/nowhere',
      tempFolder: '/nowhere',
      uniqueId: 'id',
      now: 1_700_000_000_000,
      environment: variables,
      mask: () => {},
      hide: (text: string) => text
    })
  const { misspelt } = judgeUnknownInputs(
    Object.keys(environment).filter((name) => name.startsWith('INPUT_')),
    INPUT_NAMES
  )
  const first = misspelt[0]?.fault ?? (await catchFault(readAll(readText, environment)))
  if (first === undefined) return []
  const { faults } = await findWrongInputs(first, { readText, environment, misspelt, readAll })
  return faults
}

async function catchFault(reading: Promise<unknown>): Promise<InputError | undefined> {
  try {
    await reading
    return undefined
  } catch (error) {
    if (error instanceof InputError) return error
    throw error
  }
}

describe('every wrong input is found', () => {
  it('with the number of its line, whatever is wrong above it', async () => {
    const headers = 'x-a: 1\nAuthorization: x\nx-b'
    const faults = await findFaults({ headers }, {})
    expect(faults.map(({ message }) => message)).toEqual([
      expect.stringContaining('"Authorization" is not allowed here'),
      expect.stringContaining('line 3 has no colon')
    ])
  })

  it.each<[GivenInputs, readonly string[]]>([
    [{}, []],
    [{ ...RESUMED, url: '/a/c', 'on-timeout': 'stop' }, ['url', 'on-timeout']],
    [{ ...RESUMED, url: '', 'api-version': '', 'on-cancel': 'cancel' }, ['on-cancel']],
    [
      { method: 'GETT', timeout: 'x', wait: 'x', summary: 'x' },
      ['summary', 'method', 'wait', 'timeout']
    ],
    [{ url: '/a//b', 'api-version': '1 2', body: '{' }, ['url', 'api-version', 'body']],
    [{ url: '/a//b?api-version=1', 'api-version': '' }, ['url']],
    [{ url: '/a//b?api-version=1', 'api-version': '1 2' }, ['url', 'api-version']],
    [{ url: '/{subscriptionId}', method: '' }, ['method', 'subscription-id']],
    [
      { 'client-id': 'x', 'tenant-id': '-', 'subscription-id': 'x' },
      ['client-id', 'tenant-id', 'subscription-id']
    ],
    [{ token: 'Bearer x', credential: 'x' }, ['credential', 'token']],
    [{ creds: '{}', token: '', url: '/{subscriptionId}/' }, ['creds', 'url']],
    [{ creds: '{}', token: '', 'client-id': 'x' }, ['creds', 'client-id']],
    [
      { 'wait-until': '.a', 'fail-if': "'x'", outputs: 'a: b ==\nb: c\nb: d\ne: f g' },
      ['wait-until', 'fail-if', 'outputs', 'outputs', 'outputs']
    ],
    [{ headers: 'Host: a\nx: b\ncookie: c\nno colon' }, ['headers', 'headers', 'headers']],
    [
      { 'accept-status': '404\nx y\n99', 'retry-on': '200\n404' },
      ['accept-status', 'accept-status', 'retry-on', 'retry-on']
    ],
    [
      { 'success-states': 'Failed\nDone', 'failure-states': 'Done\nSucceeded' },
      ['success-states', 'failure-states', 'failure-states']
    ],
    [
      { 'body-file': 'missing.json', 'on-cancel': 'x', 'cancel-url': 'x' },
      ['cancel-url', 'on-cancel', 'body-file']
    ],
    [{ body: '{}', 'body-file': 'a.json' }, ['body-file']],
    [{ method: 'GET', body: '{}', 'final-state-via': 'x' }, ['final-state-via', 'body']]
  ])('%j', async (given, names) => {
    expect((await find(given)).toSorted()).toEqual(names.toSorted())
  })
})

describe('an input that only looks wrong is not', () => {
  it.each<[string, GivenInputs, readonly string[]]>([
    ['nothing is given', { method: '', url: '', 'api-version': '' }, ['method']],
    ['no url', { url: '', 'api-version': '' }, ['url']],
    ['no url, for an action', { method: 'POST', url: '', 'wait-until': 'a' }, ['url']],
    [
      'a misspelt cloud',
      {
        environment: 'AzureUSGov',
        url: 'https://management.usgovcloudapi.net/a',
        'cancel-url': '/a//b'
      },
      ['environment', 'cancel-url']
    ],
    [
      'a misspelt custom cloud',
      { ...CUSTOM, environment: 'costum', url: 'http://127.0.0.1:8080/a' },
      ['environment']
    ],
    [
      'a wrong endpoint',
      { ...CUSTOM, 'resource-manager-endpoint': 'http://arm.example', url: 'http://arm.example/a' },
      ['resource-manager-endpoint']
    ],
    ['no endpoint', { ...CUSTOM, 'resource-manager-endpoint': '' }, ['resource-manager-endpoint']],
    [
      'a sign-in that does not exist',
      { ...CUSTOM, token: '', credential: 'managed' },
      ['credential']
    ],
    [
      'a handle that is none',
      { resume: 'x', method: '', url: '', 'api-version': '', 'on-cancel': 'cancel' },
      ['resume']
    ],
    [
      'a url that its handle is not about',
      { ...RESUMED, url: '/a/c', 'on-timeout': 'cancel', 'on-cancel': 'Cancel' },
      ['url']
    ],
    [
      'a secret for another sign-in',
      { credential: 'oidc', 'client-id': GUID, 'tenant-id': GUID },
      ['token']
    ],
    [
      'a version missing',
      { 'api-version': '', 'cancel-url': '/a/stop', 'on-cancel': 'cancel' },
      ['api-version']
    ]
  ])('%s', async (_what, given, names) => {
    expect(await find(given)).toEqual(names)
  })

  it('where its name was misspelt', async () => {
    const given = { method: '', 'api-version': '' }
    const environment = { INPUT_METOD: 'GETT', INPUT_API_VERSION: '1', INPUT_OTHER: 'x' }
    expect(await find(given, environment)).toEqual(['metod', 'api_version', 'method'])
  })

  it('where a default stands in its place', async () => {
    const given = { environment: 'AzureCloud', url: 'https://management.usgovcloudapi.net/a' }
    expect(await find(given, { INPUT_ENVIROMENT: 'AzureUSGovernment' })).toEqual(['enviroment'])
  })

  it('where a variable is wrong', async () => {
    const given = { ...CUSTOM, token: '', 'resource-manager-audience': 'https://arm.example/' }
    const environment = { AZURE_AUTHORITY_HOST: 'http://login.example' }
    expect(await find({ ...given, timeout: '0' }, environment)).toEqual([
      'AZURE_AUTHORITY_HOST',
      'timeout'
    ])
  })
})

it('stops at fifty', async () => {
  const outputs = Array.from({ length: 80 }, (_, index) => `o${index}: a == ${index}`)
  expect(await find({ outputs: outputs.join('\n') })).toHaveLength(50)
})

it.each([
  ['the state of a list', STATE, true],
  ['a state of which a part is missing', STATE.slice(0, -8), false],
  ['the file of a state', '/tmp/arm-operation-0f.state', true],
  ['another path', '/tmp/other.state', false]
])('holds on to %s', async (_what, resume, isHeld) => {
  const first = new InputError('timeout', { problem: 'is wrong' })
  const readText: ReadInput = (name) => (name === 'resume' ? resume : '')
  const readAll = () => Promise.resolve()
  const reading = { readText, environment: {}, misspelt: [], readAll }
  expect((await findWrongInputs(first, reading)).handle).toBe(isHeld ? resume : undefined)
})
