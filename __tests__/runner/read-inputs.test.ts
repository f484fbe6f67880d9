/**
 * The inputs as the runner hands them over: what is masked first, what is refused, what a compiler has to say.
 */
import { chmodSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setSecret } from '@actions/core'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { type Inputs, toFlat } from '../../__fixtures__/flat-inputs.ts'
import { InputError } from '../../src/errors.ts'
import { annotateInputs } from '../../src/runner/annotations.ts'
import { readActionInputs, readPostInputs } from '../../src/runner/read-inputs.ts'

const GUID = '00000000-1111-2222-3333-444444444444'
const OTHER_GUID = '55555555-6666-7777-8888-999999999999'

const NOW = 1_700_000_000_000

let folder = ''

beforeAll(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'read-inputs-test-')))
  writeFileSync(join(folder, 'body.json'), '{"a": 1}')
})

afterAll(() => rmSync(folder, { recursive: true, force: true }))
afterEach(() => vi.unstubAllEnvs())

const MASKS = { add: setSecret, hide: (text: string) => text }

/** Secrets that are masked while these inputs are read, in their order. */
async function readMasked(inputs: Readonly<Record<string, string>>): Promise<readonly string[]> {
  const given = { METHOD: 'GET', URL: '/a?api-version=1', ...inputs }
  const environment = Object.fromEntries(
    Object.entries(given).map(([name, value]) => [`INPUT_${name}`, value])
  )
  for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value)
  const masked: string[] = []
  const masks = { add: (secret: string) => masked.push(secret), hide: (text: string) => text }
  await readActionInputs({ now: 0, uniqueId: 'id', masks, environment })
  return masked
}

describe('readActionInputs masks the secrets of the sign-in, and nothing else', () => {
  it.each<[Record<string, string>, readonly string[]]>([
    [{ TOKEN: 'opaque' }, ['opaque']],
    [{ TOKEN: '\n opaque \n' }, ['opaque']],
    [{ 'CLIENT-SECRET': 'hidden', 'CLIENT-ID': GUID, 'TENANT-ID': GUID }, ['hidden']],
    [{ CREDENTIAL: 'Managed-Identity' }, []],
    [{}, []],
    [
      {
        CREDS: JSON.stringify({
          clientId: OTHER_GUID,
          clientSecret: 'hidden',
          tenantId: GUID,
          subscriptionId: OTHER_GUID
        })
      },
      [OTHER_GUID, 'hidden', GUID]
    ]
  ])('%o', async (inputs, masked) => {
    expect(await readMasked(inputs)).toEqual(masked)
  })
})

describe('readActionInputs takes a step for one with a list', () => {
  async function read(inputs: Readonly<Record<string, string>>) {
    const environment = Object.fromEntries(
      Object.entries(inputs).map(([name, value]) => [`INPUT_${name}`, value])
    )
    for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value)
    return readActionInputs({ now: 0, uniqueId: 'id', masks: MASKS, environment })
  }
  const ONE = { TOKEN: 'x', METHOD: 'GET', URL: '/a?api-version=1' }
  const REQUESTS = '- { name: a, method: GET, url: "/a?api-version=1" }'

  it.each<[Record<string, string>, string]>([
    [{ ...ONE, 'FAIL-FAST': 'true', 'MAX-PARALLEL': ' ' }, 'one'],
    [{ ...ONE, REQUESTS: '\n' }, 'one'],
    [{ TOKEN: 'x', REQUESTS, 'FAIL-FAST': 'true' }, 'list']
  ])('%j', async (inputs, kind) => {
    expect((await read(inputs)).kind).toBe(kind)
  })

  it.each<[Record<string, string>, readonly string[]]>([
    [{ ...ONE, 'MAX-PARALLEL': '2' }, ['max-parallel']],
    [
      { ...ONE, METHOD: 'GETT', 'MAX-PARALLEL': '2', 'FAIL-FAST': 'false' },
      ['max-parallel', 'fail-fast', 'method']
    ],
    [{ ...ONE, REQUESTS: '- x' }, ['url', 'requests']]
  ])('%j is refused', async (inputs, names) => {
    const wrong = await read(inputs).catch((error: unknown) => error)
    const faults = wrong instanceof InputError ? wrong.faults.map(({ input }) => input) : []
    expect(faults.toSorted()).toEqual(names.toSorted())
  })
})

describe('readActionInputs', () => {
  const printed: string[] = []

  function show(write: () => void): void {
    const spy = vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
      printed.push(String(text))
      return true
    })
    write()
    spy.mockRestore()
  }

  async function read(environment: Record<string, string>): Promise<Inputs> {
    printed.length = 0
    const write = vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
      printed.push(String(text))
      return true
    })
    for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value)
    try {
      const step = await readActionInputs({ now: NOW, uniqueId: 'id', masks: MASKS, environment })
      if (step.kind === 'list') throw new Error('no list was given')
      return toFlat(step)
    } finally {
      write.mockRestore()
    }
  }

  const REQUEST = {
    INPUT_METHOD: 'PUT',
    INPUT_URL: '/a?api-version=1',
    INPUT_TOKEN: 'opaque',
    'INPUT_BODY-FILE': 'body.json'
  }

  it('reads what the runner sets', async () => {
    const inputs = await read({ ...REQUEST, GITHUB_WORKSPACE: folder, RUNNER_TEMP: '/runner/temp' })
    expect(inputs).toMatchObject({
      method: 'PUT',
      url: 'https://management.azure.com/a?api-version=1',
      body: '{"a": 1}',
      responseFile: '/runner/temp/arm-operation-id.json'
    })
  })

  it('makes do without a runner', async () => {
    const { responseFile } = await read({
      ...REQUEST,
      'INPUT_BODY-FILE': '',
      'INPUT_RESPONSE-FILE': 'a.json'
    })
    expect(responseFile).toBe(join(process.cwd(), 'a.json'))
    const bare = await read({ ...REQUEST, 'INPUT_BODY-FILE': '', 'INPUT_RESPONSE-FILE': '' })
    expect(bare.responseFile).toBe(join(tmpdir(), 'arm-operation-id.json'))
  })

  it('masks the secrets first, even of inputs that it refuses', async () => {
    const refused = read({ ...REQUEST, INPUT_METHOD: '', 'INPUT_CLIENT-SECRET': ' secret ' })
    await expect(refused).rejects.toThrow(InputError)
    expect(printed.join('')).toBe('::add-mask::opaque\n::add-mask::secret\n')
  })

  it('masks every field of creds, and the secrets of the environment', async () => {
    const creds = { clientId: 'a-client', clientSecret: 'a-secret', tenantId: 'a-tenant' }
    const environment = {
      ...REQUEST,
      INPUT_TOKEN: '',
      INPUT_CREDS: JSON.stringify({ ...creds, subscriptionId: 'a-subscription' }),
      AZURE_CLIENT_SECRET: 'of-the-environment',
      ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'of-the-job'
    }
    await expect(read(environment)).rejects.toThrow(InputError)
    expect(printed.join('').trim().split('\n')).toEqual(
      [
        'of-the-job',
        'of-the-environment',
        'a-client',
        'a-secret',
        'a-tenant',
        'a-subscription'
      ].map((secret) => `::add-mask::${secret}`)
    )
  })

  it('masks what !env puts into the body, after the inputs and before anything else', async () => {
    const { body, bodySources } = await read({
      ...REQUEST,
      'INPUT_BODY-FILE': '',
      INPUT_BODY: 'a: !env PASSWORD\nb: !file body.json\n',
      PASSWORD: 'hidden',
      GITHUB_WORKSPACE: folder
    })
    expect(body).toBe('{"a":"hidden","b":{"a": 1}}')
    expect(bodySources).toMatchObject([{ pointer: '/b', file: 'body.json' }])
    expect(printed.join('')).toBe('::add-mask::opaque\n::add-mask::hidden\n')
  })

  it('names all that is wrong, having looked at the body too', async () => {
    const given = { ...REQUEST, 'INPUT_BODY-FILE': '', INPUT_BODY: 'a: !env PASSWORD\nb: [' }
    const refused = read({ ...given, INPUT_TIMEOUT: 'soon', INPUT_METHOD: 'x', PASSWORD: 'hidden' })
    await expect(refused).rejects.toMatchObject({
      message: expect.stringMatching(/^Input method: /),
      faults: [{ input: 'method' }, { input: 'timeout' }, { input: 'body' }],
      handle: undefined
    })
  })

  it('leaves the request alone in a post step, which sends none', async () => {
    const missing = {
      INPUT_TOKEN: 'opaque',
      'INPUT_BODY-FILE': 'missing.json',
      INPUT_BODY: 'a: !env NONE',
      INPUT_HEADERS: 'x-ms-client-request-id: a',
      INPUT_SUMMARY: 'false'
    }
    for (const [name, value] of Object.entries(missing)) vi.stubEnv(name, value)
    const inputs = await readPostInputs({ now: NOW, masks: MASKS, environment: missing })
    expect(inputs).toMatchObject({
      connection: { signIn: { kind: 'token' }, cloud: { name: 'AzureCloud' } },
      headers: { 'x-ms-client-request-id': 'a' },
      summary: false
    })
  })

  it.each([
    [1, 'Error', "::error title=Bicep BCP057,file=main.bicep,line=3,col=5::It's wrong%25"],
    [0, 'Warning', "::warning title=Bicep BCP057,file=main.bicep,line=3,col=5::It's wrong%25"]
  ])('shows the findings of a compiler at their lines: exit code %i', async (code, level, line) => {
    const bicep = join(folder, 'bicep')
    writeFileSync(join(folder, 'main.bicep'), 'param a string')
    writeFileSync(
      bicep,
      `#!/bin/sh\ni=0; while [ $i -lt 12 ]; do i=$((i+1)); echo "$3(3,5) : ${level} BCP057: It's wrong%" >&2; done\necho '{}'; exit ${code}\n`
    )
    chmodSync(bicep, 0o755)
    const found = read({
      ...REQUEST,
      'INPUT_BODY-FILE': '',
      INPUT_BODY: 'a: !file main.bicep',
      PATH: folder,
      GITHUB_WORKSPACE: folder
    })
    if (code === 0) await expect(found).resolves.toMatchObject({ body: '{"a":{}}' })
    else {
      await expect(found).rejects.toThrow('"main.bicep" does not compile: BCP057 at main.bicep')
      const faults = [await found.catch((error: unknown) => error)]
        .filter((error) => error instanceof InputError)
        .flatMap((error) => error.faults)
      show(() => annotateInputs([{ title: 'a', message: 'b' }], faults, MASKS))
    }
    const lines = printed
      .join('')
      .split('\n')
      .filter((each) => each === line)
    expect(lines).toHaveLength(9)
  })

  it('refuses an input that is misspelt, and warns of others once', async () => {
    await expect(read({ ...REQUEST, INPUT_API_VERSION: '1' })).rejects.toThrow(
      'Input api_version: is not an input of this action; did you mean api-version?'
    )
    vi.unstubAllEnvs()
    const { warnings } = await read({
      ...REQUEST,
      'INPUT_BODY-FILE': '',
      INPUT_BODY: '{}',
      INPUT_RELEASE: '1',
      INPUT_REF: 'main'
    })
    expect(warnings).toEqual(['Not inputs of this action, and not used: INPUT_RELEASE, INPUT_REF.'])
  })
})
