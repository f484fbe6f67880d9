/**
 * What the built action puts on the wire, and where: headers, body, polling URLs byte for byte, and the token nowhere
 * but on the endpoint.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type ScriptedAnswer, type Simulator, startSimulator } from '../../simulator/simulator.ts'
import {
  ACTION,
  type ActionScenarioRun,
  accepted,
  expectGreen,
  expectRed,
  RESOURCE,
  RESULT,
  readEverything,
  route,
  runActionScenario,
  STATUS,
  VERSION
} from './action.ts'

const SUCCEEDED: ScriptedAnswer = { body: { status: 'Succeeded' } }
const DONE: ScriptedAnswer = {
  body: { id: RESOURCE, properties: { provisioningState: 'Succeeded' } }
}
const TOKEN = 'simulator-token'
const GUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

function readHeaders(
  { simulator }: ActionScenarioRun,
  name: string
): readonly (string | undefined)[] {
  return simulator.requests.map(({ headers }) => headers[name])
}

describe.concurrent('headers', () => {
  const routes = [
    route('PUT', RESOURCE, accepted()),
    route('GET', STATUS, SUCCEEDED),
    route('GET', RESOURCE, DONE)
  ]

  it('of its own, on every request', async () => {
    const played = await runActionScenario({ routes, inputs: { body: '{}' } })
    expectGreen(played)
    const [first] = played.simulator.requests
    expect(first?.headers).toMatchObject({
      accept: 'application/json',
      'accept-language': 'en-US',
      'content-type': 'application/json',
      'x-ms-return-client-request-id': 'true',
      'user-agent': expect.stringMatching(/^arm-operation\/\d/)
    })
    for (const name of ['x-ms-client-request-id', 'x-ms-correlation-request-id']) {
      const ids = new Set(readHeaders(played, name))
      expect(ids.size).toBe(1)
      expect([...ids][0]).toMatch(GUID)
    }
    expect(readHeaders(played, 'authorization')).toEqual(Array(3).fill(`Bearer ${TOKEN}`))
    expect(readHeaders(played, 'content-type').slice(1)).toEqual([undefined, undefined])
    expect(played.run.outputs['correlation-id']).toBe(first?.headers['x-ms-correlation-request-id'])
  })

  it('of the author, on every request; on polls only what belongs on each', async () => {
    const played = await runActionScenario({
      routes,
      inputs: {
        headers: [
          'X-Note: a: b',
          'If-Match: "0x8D"',
          'x-ms-client-request-id: 0f8a1c22-5b1e-4b8e-9d5e-0c6a7d2f1e3b',
          'Accept-Language: de-DE',
          'Content-Type: application/merge-patch+json'
        ].join('\n')
      },
      env: { AZURE_HTTP_USER_AGENT: 'GITHUBACTIONS/AzureLogin@v3' }
    })
    expectGreen(played)
    expect(readHeaders(played, 'x-note')).toEqual(Array(3).fill('a: b'))
    expect(readHeaders(played, 'if-match')).toEqual(['"0x8D"', undefined, undefined])
    expect(readHeaders(played, 'content-type')).toEqual([
      'application/merge-patch+json',
      undefined,
      undefined
    ])
    expect(readHeaders(played, 'accept-language')).toEqual(Array(3).fill('de-DE'))
    expect(readHeaders(played, 'x-ms-client-request-id')).toEqual(
      Array(3).fill('0f8a1c22-5b1e-4b8e-9d5e-0c6a7d2f1e3b')
    )
    expect(readHeaders(played, 'user-agent')[0]).toMatch(/^GITHUBACTIONS\/AzureLogin@v3 arm-op/)
  })
})

describe.concurrent('the body', () => {
  it.each([
    [
      'as it is written',
      '{ "a" : 1.0,\n "big": 12345678901234567890 }',
      '{ "a" : 1.0,\n "big": 12345678901234567890 }'
    ],
    [
      'without its comments and trailing commas',
      '{\n // why\n "a": [1, 2,], /* x */ "ä": "//no",\n}',
      '{\n \n "a": [1, 2],  "ä": "//no"\n}'
    ]
  ])('%s', async (_what, body, sent) => {
    const played = await runActionScenario({
      routes: [route('PUT', RESOURCE, DONE)],
      inputs: { body }
    })
    expectGreen(played)
    expect(played.simulator.requests[0]?.body).toBe(sent)
    expect(readHeaders(played, 'content-length')).toEqual([String(Buffer.byteLength(sent))])
  })

  it('that is empty is warned of, and has a length', async () => {
    const played = await runActionScenario({
      routes: [route('PUT', RESOURCE, DONE)],
      inputs: { body: '' }
    })
    expect(played.run).toMatchObject({
      outputs: { status: 'Succeeded' },
      annotations: [{ level: 'warning', message: expect.stringContaining('without a body') }]
    })
    expect(played.simulator.requests[0]?.body).toBe('')
    expect(readHeaders(played, 'content-length')).toEqual(['0'])
  })

  it('from a file of the workspace', async () => {
    const played = await runActionScenario({
      routes: [route('PUT', RESOURCE, DONE)],
      inputs: { 'body-file': 'infra/body.json' },
      workspaceFiles: { 'infra/body.json': '\ufeff{"from": "a file"}' }
    })
    expectGreen(played)
    expect(played.simulator.requests[0]?.body).toBe('{"from": "a file"}')
  })
})

describe.concurrent('URLs', () => {
  const own = `${RESOURCE};rev=1/it's(a)?api-version=2020-01-01&$filter=name%20eq%20'x'&sig=secret%2F%2b`

  it("are sent byte for byte, the author's", async () => {
    const played = await runActionScenario({
      routes: [route('GET', `${RESOURCE};rev=1/it's(a)`, DONE)],
      inputs: { method: 'GET', url: own, 'api-version': '' }
    })
    expectGreen(played)
    expect(played.simulator.requests.map(({ path }) => path)).toEqual([own])
    expect(readEverything(played)).not.toMatch(/secret|filter/)
  })

  it.each([
    ['with an api-version of its own', 'api-version=2021-09-01&'],
    ['without one, which is added', '']
  ])('are sent byte for byte, a signed polling URL of 4 KB %s', async (_what, version) => {
    const signed = `${STATUS};rev='1'(x)?${version}t=638&c=MIIH${'aB-_'.repeat(950)}&s=hush'%2F%2b~;*!&h={1}|`
    const played = await runActionScenario({
      routes: [
        route('PUT', RESOURCE, accepted(signed)),
        route('GET', `${STATUS};rev='1'(x)`, { body: { status: 'Running' } }, SUCCEEDED),
        route('GET', RESOURCE, DONE)
      ]
    })
    expectGreen(played)
    const sent = version === '' ? `${signed}&api-version=${VERSION}` : signed
    expect(played.simulator.requests.slice(1, 3).map(({ path }) => path)).toEqual([sent, sent])
    expect(readEverything(played)).not.toMatch(/hush|MIIH/)
  })
})

describe('the token goes nowhere else', () => {
  let stranger: Simulator
  beforeAll(async () => {
    stranger = await startSimulator()
  })
  afterAll(() => stranger.close())

  const running = { body: { id: RESOURCE, properties: { provisioningState: 'Updating' } } }

  it('than the endpoint, when the first answer names a polling URL elsewhere', async () => {
    const headers = { 'azure-asyncoperation': `${stranger.origin}${STATUS}?s=hush` }
    const played = await runActionScenario({
      routes: [
        route('PUT', RESOURCE, { status: 202, headers }),
        route('GET', RESOURCE, running, DONE)
      ]
    })
    expect(played.run).toMatchObject({ exitCode: 0, outputs: { status: 'Succeeded' } })
    expect(played.run.annotations).toEqual([
      {
        level: 'warning',
        message: `Ignored the answer's Azure-AsyncOperation: its host ${new URL(stranger.origin).host} is not the trusted endpoint`
      }
    ])
    expect(stranger.requests).toEqual([])
  })

  it('for a POST, which then cannot be followed', async () => {
    const headers = { location: `${stranger.origin}${RESULT}` }
    const played = await runActionScenario({
      routes: [route('POST', ACTION, { status: 202, headers })],
      inputs: { method: 'POST', url: ACTION }
    })
    expectRed(played, { status: 'Unknown' })
    expect(stranger.requests).toEqual([])
  })

  it('when a later answer does', async () => {
    const evil = { location: `${stranger.origin}${RESULT}` }
    const played = await runActionScenario({
      routes: [
        route('DELETE', RESOURCE, { status: 202, headers: { location: `{origin}${RESULT}` } }),
        route('GET', RESULT, { status: 202, headers: evil }, { status: 204 })
      ],
      inputs: { method: 'DELETE' }
    })
    expectGreen(played)
    expect(stranger.requests).toEqual([])
  })

  it('when the result is said to be elsewhere', async () => {
    const resourceLocation = `${stranger.origin}${RESOURCE}`
    const played = await runActionScenario({
      routes: [
        route('PUT', RESOURCE, {
          status: 201,
          headers: { 'operation-location': `{origin}${STATUS}` }
        }),
        route('GET', STATUS, { body: { status: 'Succeeded', resourceLocation } }),
        route('GET', RESOURCE, DONE)
      ]
    })
    expectGreen(played)
    expect(stranger.requests).toEqual([])
  })

  it('after a redirect of the request, which is told by its host', async () => {
    const headers = { location: `${stranger.origin}/export?sig=hush` }
    const played = await runActionScenario({
      routes: [route('POST', ACTION, { status: 307, headers })],
      inputs: { method: 'POST', url: ACTION }
    })
    expectRed(played, {
      status: 'Failed',
      'status-code': '307',
      'error-message': `Azure answered HTTP 307, a redirect to ${new URL(stranger.origin).host}; redirects are never followed`
    })
    expect(played.calls).toEqual([`POST ${ACTION}`])
    expect(readEverything(played)).not.toContain('hush')
    expect(stranger.requests).toEqual([])
  })

  it('after a redirect of a poll', async () => {
    const headers = { location: `${stranger.origin}${STATUS}` }
    const played = await runActionScenario({
      routes: [
        route('PUT', RESOURCE, accepted()),
        route('GET', STATUS, { status: 302, headers }, SUCCEEDED),
        route('GET', RESOURCE, DONE)
      ]
    })
    expectGreen(played)
    expect(stranger.requests).toEqual([])
  })

  it('than into the mask, which comes first', async () => {
    const played = await runActionScenario({
      routes: [
        route('PUT', RESOURCE, {
          status: 400,
          body: { error: { code: 'Echo', message: `You sent Bearer ${TOKEN}.` } }
        })
      ]
    })
    expectRed(played, { 'error-code': 'Echo' })
    expect(played.run.stdout.startsWith(`::add-mask::${TOKEN}\n`)).toBe(true)
    expect(stranger.requests).toEqual([])
  })

  it('not even once into what people read', async () => {
    const results = await Promise.all([
      runActionScenario({ existing: RESOURCE, inputs: { method: 'GET' } }),
      runActionScenario({ inputs: { headers: 'x-ms-simulator-error: policy' } }),
      runActionScenario({
        routes: [route('POST', ACTION, { status: 202 })],
        inputs: { method: 'POST', url: ACTION }
      })
    ])
    for (const played of results) expect(readEverything(played)).not.toContain(TOKEN)
    expect(results.map(({ run }) => run.outputs.status)).toEqual(['Succeeded', 'Failed', 'Unknown'])
  })
})
