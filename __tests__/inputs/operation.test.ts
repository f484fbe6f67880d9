import { describe, expect, it } from 'vitest'
import { readCloud } from '../../src/arm/clouds.ts'
import type { InputName } from '../../src/contract.ts'
import { readOperation } from '../../src/inputs/operation.ts'
import { readStep } from '../../src/inputs/step.ts'
import { encodeHandle, type Handle } from '../../src/operation/handle.ts'

type Given = Partial<Record<InputName, string>>

const GUID = '00000000-1111-2222-3333-444444444444'
const ENDPOINT = 'https://management.azure.com'
const URL_SENT = `${ENDPOINT}/subscriptions/${GUID}/x?api-version=1`
const CONNECTION = {
  cloud: await readCloud({ environment: '', endpoint: '', audience: '', authorityHost: '' }),
  signIn: { kind: 'token', token: 'opaque', why: 'test' },
  ids: { subscriptionId: GUID },
  resumeSignIn: []
} as const
const CONTEXT = {
  workspace: '/workspace',
  tempFolder: '/temp',
  uniqueId: 'id',
  now: 1_700_000_000_000,
  environment: {},
  mask: () => {},
  hide: (text: string) => text
}
const REQUEST: Given = { method: 'PUT', url: '/subscriptions/{subscriptionId}/x?api-version=1' }

const read = (given: Given) => readOperation((name) => given[name] ?? '', CONNECTION, CONTEXT)

function makeHandle(): string {
  const handle: Handle = {
    operation: {
      state: 'awaiting-condition',
      facts: {
        request: { method: 'PUT', url: URL_SENT },
        firstStatus: 201,
        startedAtMs: CONTEXT.now,
        pollCount: 0,
        sawProgress: false,
        fellBack: false,
        warnings: []
      },
      url: URL_SENT
    },
    finalStateVia: 'location',
    extraStates: { success: ['Ready'], failure: ['Broken'] },
    conditions: { waitUntil: 'a' }
  }
  return encodeHandle(handle, ENDPOINT, {}) ?? ''
}

/** Every object inside that is not frozen, by its path. */
function listThawed(value: unknown, path: string): readonly string[] {
  if (typeof value !== 'object' || value === null) return []
  const inside = Object.entries(value).flatMap(([key, each]) => listThawed(each, `${path}.${key}`))
  return Object.isFrozen(value) ? inside : [path, ...inside]
}

describe('readOperation', () => {
  it('describes a request with all that was decided about it', async () => {
    const { spec, warnings, diagnostics } = await read({
      ...REQUEST,
      headers: 'x-a: 1',
      body: '{"a": 1}',
      timeout: '5m',
      'poll-interval': '2s',
      'success-states': 'Ready',
      'accept-status': '404',
      'retry-on': '409\nBusy',
      'on-cancel': 'cancel',
      'masked-outputs': 'key'
    })
    expect(spec).toEqual({
      name: '',
      start: {
        kind: 'request',
        request: { method: 'PUT', url: URL_SENT },
        body: '{"a": 1}',
        bodySources: [],
        retryOn: { statuses: [409], codes: ['Busy'] }
      },
      headers: { 'x-a': '1' },
      rules: {
        finalStateVia: 'auto',
        extraStates: { success: ['Ready'], failure: [] },
        acceptStatus: [404],
        trust: CONNECTION.cloud.trust,
        timing: { timeoutMs: 300_000, pollIntervalMs: 2000 },
        isFirstAnswerEnough: true
      },
      wait: true,
      conditions: {},
      expressions: { outputs: [] },
      earlyEnd: { onTimeout: 'leave', onCancel: 'cancel' },
      results: {
        maskedOutputs: ['key'],
        responseFile: '/temp/arm-operation-id.json',
        ownFolders: ['/workspace', '/temp']
      }
    })
    expect({ warnings, diagnostics }).toEqual({ warnings: [], diagnostics: [] })
  })

  it.each<Given>([
    { outputs: 'name: id' },
    { 'fail-if': 'properties.bad' },
    { 'wait-until': 'properties.good' }
  ])('wants the result read for %j', async (expressions) => {
    const { spec } = await read({ ...REQUEST, ...expressions })
    expect(spec.rules.isFirstAnswerEnough).toBe(false)
  })

  it('sends the body as it is where the Content-Type of the author is not JSON', async () => {
    const body = '<policies />\n'
    const { spec } = await read({ ...REQUEST, headers: 'content-TYPE: application/xml', body })
    expect(spec.start).toMatchObject({ body, bodySources: [] })
  })

  it('describes a resume, by the rules that come with the handle', async () => {
    const { spec } = await read({ resume: makeHandle(), 'failure-states': 'Bad' })
    expect(spec).toMatchObject({
      start: { kind: 'resume', handle: { operation: { facts: { request: { url: URL_SENT } } } } },
      rules: {
        finalStateVia: 'location',
        extraStates: { success: ['Ready'], failure: ['Bad'] },
        acceptStatus: []
      },
      wait: true,
      conditions: { waitUntil: 'a' }
    })
  })

  it('refuses what a resume does not use, as it does with a request', async () => {
    const given = { resume: makeHandle(), 'retry-on': '200' }
    await expect(read(given)).rejects.toThrow(/^Input retry-on: "200" is not an error status/)
  })

  it('is frozen through and through', async () => {
    const { spec } = await read(REQUEST)
    expect(Object.isFrozen(spec)).toBe(true)
    const { expressions, rules, ...rest } = spec
    const { trust, ...own } = rules
    for (const value of [expressions, rules]) expect(Object.isFrozen(value)).toBe(true)
    for (const [name, value] of Object.entries({ ...rest, ...own })) {
      expect(listThawed(value, name)).toEqual([])
    }
  })
})

describe('readStep', () => {
  it('has one connection, and one operation', async () => {
    const given: Given = {
      ...REQUEST,
      body: '{}',
      token: 'opaque',
      'subscription-id': GUID,
      summary: 'false'
    }
    const step = await readStep((name) => given[name] ?? '', CONTEXT)
    expect(step).toMatchObject({
      connection: { signIn: { kind: 'token' }, ids: { subscriptionId: GUID } },
      operation: { name: '', start: { kind: 'request', request: { url: URL_SENT } } },
      summary: false,
      warnings: [],
      diagnostics: []
    })
    expect(Object.isFrozen(step)).toBe(true)
  })

  it('tells what is not used, the connection first', async () => {
    const given: Given = {
      ...REQUEST,
      body: '{}',
      token: 'opaque',
      'subscription-id': GUID,
      audience: 'api://a',
      'cancel-url': '/a'
    }
    const { warnings } = await readStep((name) => given[name] ?? '', CONTEXT)
    expect(warnings).toEqual([
      'Input audience is not used: signing in with token.',
      'Input cancel-url is not used: neither on-timeout nor on-cancel is cancel.'
    ])
  })
})
