/**
 * The hooks of a deployment, by what they ask, tell and add: at most one request for each poll, and never a failure.
 */
import { describe, expect, it } from 'vitest'
import {
  createAnswer,
  createError,
  createOutcome,
  type OutcomeOverrides,
  STARTED_AT,
  viewOutcome
} from '../../__fixtures__/outcomes.ts'
import { createDeploymentHooks } from '../../src/deployment/hooks.ts'
import { recognizeDeployment } from '../../src/deployment/recognize.ts'
import { NoAnswerError, type SendOptions } from '../../src/http/http.ts'
import type { ArmRequest, HttpResponse, JsonObject, JsonValue } from '../../src/http/message.ts'
import type { Identity } from '../../src/operation/state.ts'
import type { BodySource } from '../../src/request/body-source.ts'
import type { PolledOperation } from '../../src/run/hooks.ts'
import { type Outcome, type OutcomeStatus, statusOf } from '../../src/run/outcome.ts'

const ORIGIN = 'https://management.azure.com'
const GROUP = '/subscriptions/1/resourceGroups/shop/providers'
const WEB = `${GROUP}/Microsoft.Resources/deployments/web`
const NESTED = `${GROUP}/Microsoft.Resources/deployments/network`
const STACK = `${GROUP}/Microsoft.Resources/deploymentStacks/web`
const VERSION = '?api-version=2025-04-01'
const QUOTA = { error: { code: 'QuotaExceeded', message: 'No cores left.' } }

type Answer = HttpResponse | 'lost' | 'silence'

interface Setting {
  readonly request?: ArmRequest
  /** By path and query, played in order; the last one stays. */
  readonly answers?: Readonly<Record<string, readonly Answer[]>>
  readonly bodySources?: readonly BodySource[]
  readonly masked?: readonly string[]
  /** What the first answer told of the deployment, and the last poll. */
  readonly identity?: PolledOperation
  /** Thrown where a line of progress is told. */
  readonly defect?: Error
}

function withHooks({
  request = put(WEB),
  answers = {},
  bodySources = [],
  masked = [],
  identity = {},
  defect
}: Setting) {
  const asked: string[] = []
  const told: string[] = []
  const secrets: string[] = []
  const played = new Map<string, number>()
  const controller = new AbortController()
  let nowMs = STARTED_AT
  const call = recognizeDeployment(request)
  if (call === undefined) throw new Error('test bug: no deployment')
  const get = async (url: string, { signal, timeoutMs }: SendOptions): Promise<HttpResponse> => {
    const path = url.slice(ORIGIN.length)
    asked.push(path)
    expect(url.startsWith(ORIGIN)).toBe(true)
    expect(timeoutMs).toBeGreaterThan(0)
    const count = played.get(path) ?? 0
    played.set(path, count + 1)
    const list = answers[path] ?? []
    const answer = list[Math.min(count, list.length - 1)] ?? createAnswer(404, {})
    if (answer === 'silence') {
      await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()))
      throw new NoAnswerError('aborted', true)
    }
    if (answer === 'lost') throw new NoAnswerError('socket hang up', true)
    return answer
  }
  const hooks = createDeploymentHooks(call, {
    request,
    bodySources,
    client: { get },
    trust: { origin: ORIGIN, subdomains: true },
    now: () => nowMs,
    signal: controller.signal,
    tell: (verb, text) => {
      if (defect !== undefined) throw defect
      told.push(`${verb} ${text}`)
    },
    mask: (secret) => secrets.push(secret),
    hide: (text) => secrets.reduce((rest, secret) => rest.replaceAll(secret, '***'), text),
    maskedOutputs: masked,
    reservedOutputs: ['status']
  })
  const poll = async (passedMs = 5_000) => {
    nowMs += passedMs
    hooks.polled(nowMs + 60_000, identity)
    await settle()
  }
  const complete = (outcome: Outcome, leftMs = 60_000) => hooks.complete(outcome, nowMs + leftMs)
  return { hooks, poll, complete, asked, told, secrets, abort: () => controller.abort() }
}

const settle = () => new Promise((resolve) => setImmediate(resolve))
const put = (id: string): ArmRequest => ({ method: 'PUT', url: `${ORIGIN}${id}${VERSION}` })
const post = (path: string): ArmRequest => ({ method: 'POST', url: `${ORIGIN}${path}${VERSION}` })
const list = (id: string) => `${id}/operations${VERSION}`

interface Told {
  readonly state: string
  readonly seconds?: number
  readonly at?: number
  readonly message?: JsonValue
  readonly doing?: string
}

/** One entry of a list, as Azure writes it. */
function entry(
  id: string,
  { state, seconds, at = 0, message, doing = 'Create' }: Told
): JsonObject {
  const [namespace = '', type = '', name = ''] = (id.split('/providers/')[1] ?? '').split('/')
  return {
    operationId: `${name}-${doing}`,
    properties: {
      provisioningOperation: doing,
      provisioningState: state,
      timestamp: new Date(STARTED_AT + at * 1_000).toISOString(),
      ...(seconds === undefined ? {} : { duration: `PT${seconds}.0000001S` }),
      ...(message === undefined ? {} : { statusMessage: message, statusCode: 'Conflict' }),
      targetResource: { id, resourceType: `${namespace}/${type}`, resourceName: name }
    }
  }
}

const page = (entries: readonly JsonValue[], nextLink?: string) =>
  createAnswer(200, { value: entries, ...(nextLink === undefined ? {} : { nextLink }) })

const PLAN = `${GROUP}/Microsoft.Web/serverfarms/plan`
const SITE = `${GROUP}/Microsoft.Web/sites/app`
const ADDRESS = `${GROUP}/Microsoft.Network/publicIPAddresses/door`

const ended = (overrides: OutcomeOverrides = {}) =>
  createOutcome({ request: put(WEB), ...overrides })
const failed = (overrides: OutcomeOverrides = {}) =>
  ended({
    status: 'Failed',
    error: createError('DeploymentFailed', 'At least one operation failed.'),
    ...overrides
  })

describe('the progress of a deployment', () => {
  it('is told once for each change, with how long it took', async () => {
    const run = withHooks({
      answers: {
        [list(WEB)]: [
          page([entry(PLAN, { state: 'Running' })]),
          page([entry(PLAN, { state: 'Running', seconds: 5 })]),
          page([
            entry(PLAN, { state: 'Succeeded', seconds: 10 }),
            entry(SITE, { state: 'Creating' })
          ]),
          page([
            entry(PLAN, { state: 'Running' }),
            entry(SITE, { state: 'Succeeded', seconds: 94 })
          ])
        ]
      }
    })
    for (let count = 0; count < 3; count += 1) await run.poll()
    await run.complete(ended({ pollCount: 5 }))
    expect(run.told).toEqual([
      'started Microsoft.Web/serverfarms plan',
      'succeeded Microsoft.Web/serverfarms plan (10 s)',
      'started Microsoft.Web/sites app',
      'succeeded Microsoft.Web/sites app (1 m 34 s)'
    ])
    expect(run.asked).toHaveLength(4)
  })

  it('tells what failed with its reason, what was canceled, and nothing of what is only read', async () => {
    const run = withHooks({
      answers: {
        [list(WEB)]: [
          page([
            entry(PLAN, { state: 'Failed', seconds: 3, message: QUOTA }),
            entry(SITE, { state: 'Canceled' }),
            entry(ADDRESS, { state: 'Succeeded', doing: 'Read' }),
            { operationId: 'o', properties: { provisioningState: 'Succeeded' } },
            7
          ])
        ]
      }
    })
    await run.poll()
    expect(run.told).toEqual([
      'failed Microsoft.Web/serverfarms plan (3 s): QuotaExceeded: No cores left.',
      'canceled Microsoft.Web/sites app'
    ])
  })

  it('follows nested deployments and further pages, one request for each poll', async () => {
    const next = `${ORIGIN}${WEB}/operations?$skiptoken=abc&api-version=2025-04-01`
    const nested = (state: string) => entry(NESTED, { state, seconds: 30 })
    const run = withHooks({
      answers: {
        [list(WEB)]: [
          page([entry(PLAN, { state: 'Running' })], next),
          page([entry(PLAN, { state: 'Succeeded', seconds: 9 })], next)
        ],
        [next.slice(ORIGIN.length)]: [page([nested('Running')]), page([nested('Succeeded')])],
        [list(NESTED)]: [
          page([entry(ADDRESS, { state: 'Running' })]),
          page([entry(ADDRESS, { state: 'Succeeded', seconds: 20 })])
        ]
      }
    })
    const askings: number[] = []
    for (let count = 0; count < 3; count += 1) {
      await run.poll()
      askings.push(run.asked.length)
    }
    expect(askings).toEqual([1, 2, 3])
    expect(run.told).toEqual([
      'started Microsoft.Web/serverfarms plan',
      'started Microsoft.Resources/deployments network',
      'started network › Microsoft.Network/publicIPAddresses door'
    ])
    await run.complete(ended({ pollCount: 6 }))
    expect(run.asked).toHaveLength(6)
    expect(run.told.slice(3)).toEqual([
      'succeeded Microsoft.Web/serverfarms plan (9 s)',
      'succeeded Microsoft.Resources/deployments network (30 s)',
      'succeeded network › Microsoft.Network/publicIPAddresses door (20 s)'
    ])
  })

  it('asks no more at the end than there were polls, and tells the rest from the verdict', async () => {
    const run = withHooks({
      answers: {
        [list(WEB)]: [
          page([entry(NESTED, { state: 'Running' }), entry(PLAN, { state: 'Running' })])
        ],
        [list(NESTED)]: [page([entry(ADDRESS, { state: 'Running', seconds: 4 })])]
      }
    })
    await run.poll()
    await run.poll()
    await run.complete(ended({ pollCount: 2 }))
    expect(run.asked).toHaveLength(2)
    expect(run.told.slice(3)).toEqual([
      'succeeded Microsoft.Resources/deployments network',
      'succeeded Microsoft.Web/serverfarms plan',
      'succeeded network › Microsoft.Network/publicIPAddresses door'
    ])
  })

  it('of one that was over at once is asked for nowhere', async () => {
    const run = withHooks({})
    await run.complete(ended({ pollCount: 0 }))
    expect(run.asked).toEqual([])
  })

  it('is asked for once a second at most, however often it is polled', async () => {
    const run = withHooks({ answers: { [list(WEB)]: [page([])] } })
    for (let count = 0; count < 20; count += 1) await run.poll(100)
    expect(run.asked).toHaveLength(2)
  })

  it('is not asked for while an earlier request is under way', async () => {
    const run = withHooks({ answers: { [list(WEB)]: ['silence'] } })
    await run.poll()
    await run.poll()
    expect(run.asked).toHaveLength(1)
    run.abort()
    await expect(run.complete(ended({ status: 'InProgress' }))).resolves.toBeDefined()
    await run.poll()
    expect(run.asked).toHaveLength(1)
  })

  it('that meets a defect of ours ends no run and no process', async () => {
    const run = withHooks({
      defect: new TypeError('x is not a function'),
      answers: { [list(WEB)]: [page([entry(SITE, { state: 'Running' })])] }
    })
    await run.poll()
    const outcome = ended({ status: 'TimedOut' })
    expect(await run.complete(outcome)).toMatchObject(outcome)
    expect(run.asked).toHaveLength(1)
  })

  it('does not hold up a run that ends before it has: its last request is cut', async () => {
    const run = withHooks({ answers: { [list(WEB)]: ['silence'] } })
    await run.poll()
    const outcome = ended({ status: 'TimedOut' })
    await expect(run.complete(outcome, 0)).resolves.toEqual(outcome)
  })

  it.each<[string, Answer]>([
    ['lost', 'lost'],
    ['forbidden', createAnswer(403, { error: { code: 'AuthorizationFailed', message: 'No.' } })],
    ['no list', createAnswer(200, { value: 'x' })],
    ['nothing', createAnswer(404, {})]
  ])('that is %s is no failure, and given up after three times', async (_what, answer) => {
    const run = withHooks({ answers: { [list(WEB)]: [answer] } })
    for (let count = 0; count < 9; count += 1) await run.poll()
    expect(run.asked).toHaveLength(3)
    const outcome = await run.complete(ended({ pollCount: 9 }))
    expect(viewOutcome(outcome)).toMatchObject({ status: 'Succeeded', warnings: [] })
    expect(run.asked).toHaveLength(3)
  })

  it.each([
    'https://evil.example/operations?x=1',
    `${ORIGIN}@evil.example/x`,
    'not a url',
    `${ORIGIN}${WEB}/operations${VERSION}`
  ])('does not go on to %s', async (nextLink) => {
    const run = withHooks({ answers: { [list(WEB)]: [page([], nextLink)] } })
    for (let count = 0; count < 4; count += 1) await run.poll()
    expect(new Set(run.asked)).toEqual(new Set([list(WEB)]))
  })

  it('escapes the name of a nested deployment, and takes no id that is none', async () => {
    const strange = `/subscriptions/1/resourceGroups/größe/providers/Microsoft.Resources/deployments/a%20b`
    const run = withHooks({
      answers: {
        [list(WEB)]: [
          page([
            entry(strange, { state: 'Running' }),
            entry('https://evil.example/providers/Microsoft.Resources/deployments/x', {
              state: 'Running'
            })
          ])
        ]
      }
    })
    for (let count = 0; count < 3; count += 1) await run.poll()
    expect(run.asked[1]).toBe(list(strange.replace('größe', 'gr%C3%B6%C3%9Fe')))
    expect(run.asked.join()).not.toContain('evil')
  })

  it('gives the summary its rows, in the order in which they began', async () => {
    const run = withHooks({
      answers: {
        [list(WEB)]: [
          page([
            entry(SITE, { state: 'Failed', seconds: 5, at: 20, message: QUOTA }),
            entry(PLAN, { state: 'Succeeded', seconds: 10, at: 12 }),
            entry(ADDRESS, { state: 'Succeeded', doing: 'Read', at: 1 })
          ])
        ]
      }
    })
    await run.poll()
    const { parts } = await run.complete(failed({ pollCount: 2 }))
    expect(parts).toEqual([
      {
        ...{ name: 'plan', id: PLAN, type: 'Microsoft.Web/serverfarms', state: 'succeeded' },
        ...{ from: STARTED_AT + 2_000, to: STARTED_AT + 12_000 }
      },
      {
        ...{ name: 'app', id: SITE, type: 'Microsoft.Web/sites', state: 'failed' },
        ...{ from: STARTED_AT + 15_000, to: STARTED_AT + 20_000 }
      }
    ])
  })
})

describe('a deployment whose name another run may take (https://github.com/Azure/bicep/issues/17105)', () => {
  const OURS = 'aaaaaaaa-0000-4000-8000-000000000001'
  const THEIRS = 'bbbbbbbb-0000-4000-8000-000000000002'
  const identity = { identity: OURS, deployedAtMs: STARTED_AT }
  const self = (id: string) => `${id}${VERSION}`
  const at = (seconds: number) => new Date(STARTED_AT + seconds * 1_000).toISOString()
  const record = (correlationId: string, properties: JsonObject = {}) =>
    createAnswer(200, { id: WEB, properties: { correlationId, ...properties } })
  const lists = {
    [list(WEB)]: [page([entry(SITE, { state: 'Failed', message: QUOTA, at: 5 })])]
  }
  const causes = ({ error }: Outcome) => error?.details.map(({ code }) => code)
  const STATUS_ANSWER = createAnswer(200, { status: 'Failed' })
  const failure = (overrides: OutcomeOverrides = {}, known: Identity = identity) =>
    failed({ ...known, response: STATUS_ANSWER, ...overrides })

  it('is asked for itself before the list of what failed in it is believed', async () => {
    const run = withHooks({
      identity,
      answers: { [self(WEB)]: [record(OURS.toUpperCase())], ...lists }
    })
    expect(causes(await run.complete(failure()))).toEqual(['QuotaExceeded'])
    expect(run.asked).toEqual([self(WEB), list(WEB)])
  })

  it('lends nothing once it is that of another run, and says so', async () => {
    const run = withHooks({ identity, answers: { [self(WEB)]: [record(THEIRS)], ...lists } })
    await run.poll()
    const outcome = failure()
    const completed = await run.complete(outcome)
    expect(completed).toEqual({
      ...outcome,
      warnings: [expect.stringContaining('A later run has taken the name')]
    })
    expect(run.asked).toEqual([list(WEB), self(WEB)])
  })

  it.each<[string, Answer, number]>([
    ['forbidden', createAnswer(403, {}), 1],
    ['gone', createAnswer(404, {}), 1],
    ['no record', createAnswer(200, { status: 'Failed' }), 1],
    ['lost', 'lost', 3],
    ['overloaded', createAnswer(503, {}), 3],
    ['throttled', createAnswer(429, {}), 3]
  ])(
    'whose record is %s keeps what was seen while it ran, and no more',
    async (_what, answer, tries) => {
      const run = withHooks({
        identity,
        answers: {
          [self(WEB)]: [answer],
          [list(WEB)]: [page([]), page([entry(SITE, { state: 'Failed', message: QUOTA })])]
        }
      })
      await run.poll()
      expect(causes(await run.complete(failure()))).toEqual([])
      expect(run.asked).toEqual([list(WEB), ...Array.from({ length: tries }, () => self(WEB))])
    }
  )

  it.each<[string, Outcome]>([
    ['it was read already', failure({ response: record(OURS) })],
    ['its first answer named no ID', failure({}, {})]
  ])('is not asked for itself when %s', async (_what, outcome) => {
    const run = withHooks({ answers: lists })
    expect(causes(await run.complete(outcome))).toEqual(['QuotaExceeded'])
    expect(run.asked).toEqual([list(WEB)])
  })

  it.each<[string, HttpResponse, readonly string[]]>([
    ['its own record', record(OURS), [list(WEB)]],
    ['no record of its own', createAnswer(200, { status: 'Succeeded' }), []]
  ])('that succeeded with %s has its list read: %#', async (_what, response, asked) => {
    const run = withHooks({ identity, answers: { [list(WEB)]: [page([])] } })
    await run.complete(ended({ identity: OURS, response, pollCount: 3 }))
    expect(run.asked).toEqual(asked)
  })

  it('has no operations that are older than it, not even in the deployments inside it', async () => {
    const run = withHooks({
      identity,
      answers: {
        [list(WEB)]: [
          page([
            entry(PLAN, { state: 'Failed', at: -60, message: QUOTA }),
            entry(NESTED, { state: 'Running', at: 1 })
          ])
        ],
        [list(NESTED)]: [page([entry(ADDRESS, { state: 'Succeeded', at: -50 })])]
      }
    })
    await run.poll()
    await run.poll()
    expect(run.told).toEqual(['started Microsoft.Resources/deployments network'])
  })

  it('has no operations that changed after it was last seen at work: they are for the next look', async () => {
    const run = withHooks({
      identity: { ...identity, seenRunningAtMs: STARTED_AT + 10_000 },
      answers: {
        [list(WEB)]: [
          page([
            entry(PLAN, { state: 'Succeeded', at: 10 }),
            entry(SITE, { state: 'Failed', at: 11, message: QUOTA })
          ])
        ]
      }
    })
    await run.poll()
    expect(run.told).toEqual(['succeeded Microsoft.Web/serverfarms plan'])
    const { parts } = await run.complete(
      ended({ ...identity, response: record(OURS), pollCount: 3 })
    )
    expect(run.told.slice(1)).toEqual([
      'failed Microsoft.Web/sites app: QuotaExceeded: No cores left.'
    ])
    expect(parts).toHaveLength(2)
  })

  it('learns its start from its record where the first answer named none', async () => {
    const run = withHooks({
      answers: {
        [self(WEB)]: [record(OURS, { timestamp: at(60), duration: 'PT1M' })],
        [list(WEB)]: [page([entry(PLAN, { state: 'Failed', at: -60, message: QUOTA })])]
      }
    })
    expect(causes(await run.complete(failure({}, { identity: OURS })))).toEqual([])
  })

  it('has no operations from after its end', async () => {
    const own = { provisioningState: 'Failed', timestamp: at(60), duration: 'PT1M' }
    const run = withHooks({
      identity,
      answers: {
        [self(WEB)]: [record(OURS, own)],
        [list(WEB)]: [
          page([
            entry(SITE, { state: 'Failed', at: 60, message: QUOTA }),
            entry(PLAN, { state: 'Failed', at: 90, message: QUOTA })
          ])
        ]
      }
    })
    const { error } = await run.complete(failure())
    expect(error?.details.map(({ target }) => target)).toEqual([SITE])
  })

  it('believes a newer entry more than one that had ended', async () => {
    const run = withHooks({
      answers: {
        [list(WEB)]: [
          page([entry(SITE, { state: 'Failed', at: -60, message: QUOTA })]),
          page([entry(SITE, { state: 'Running', at: 3 })]),
          page([entry(SITE, { state: 'Failed', at: -60, message: QUOTA })])
        ]
      }
    })
    for (let count = 0; count < 3; count += 1) await run.poll()
    expect(run.told.slice(1)).toEqual(['started Microsoft.Web/sites app'])
  })

  it('is the same for a stack: that of another run names no deployment of ours', async () => {
    const stack = (correlationId: string) => record(correlationId, { deploymentId: WEB })
    const request = put(STACK)
    const theirs = withHooks({ request, identity, answers: { [self(STACK)]: [stack(THEIRS)] } })
    await theirs.poll()
    await theirs.complete(failure())
    expect(theirs.asked).toEqual([self(STACK), self(STACK)])
    const ours = withHooks({ request, identity, answers: { [self(STACK)]: [stack(OURS)] } })
    await ours.complete(failure({ pollCount: 1 }))
    expect(ours.asked[0]).toBe(self(STACK))
    expect(ours.asked[1]).toMatch(`${WEB}/operations`)
  })
})

describe('a deployment that failed', () => {
  it('is asked for its causes, down to the nested ones that failed and no others', async () => {
    const good = NESTED.replace('network', 'good')
    const run = withHooks({
      answers: {
        [list(WEB)]: [
          page([entry(NESTED, { state: 'Running' }), entry(good, { state: 'Running' })]),
          page([
            entry(NESTED, {
              state: 'Failed',
              message: { error: { code: 'DeploymentFailed', message: 'x' } }
            }),
            entry(good, { state: 'Succeeded' })
          ])
        ],
        [list(NESTED)]: [page([entry(ADDRESS, { state: 'Failed', message: QUOTA })])]
      }
    })
    await run.poll()
    const { error, ending } = await run.complete(failed({ pollCount: 1 }))
    expect(run.asked).toEqual([list(WEB), list(WEB), list(NESTED)])
    expect(ending).toEqual({ kind: 'failed' })
    expect(error?.details[0]).toMatchObject({
      target: NESTED,
      details: [{ code: 'QuotaExceeded', target: ADDRESS }]
    })
  })

  it('keeps its own error when the operations cannot be read', async () => {
    const outcome = failed()
    expect(await withHooks({}).complete(outcome)).toEqual(outcome)
  })

  it('is asked for nothing when Azure refused it, when nothing was answered, or no time is left', async () => {
    const refused = failed({ accepted: createAnswer(400, {}) })
    const { accepted: _accepted, ...unanswered } = failed()
    for (const [outcome, leftMs] of [
      [refused, 9_000],
      [unanswered, 9_000],
      [failed(), 0]
    ] as const) {
      const run = withHooks({ answers: { [list(WEB)]: [page([])] } })
      await run.complete(outcome, leftMs)
      expect(run.asked).toEqual([])
    }
  })

  it('does not ask for ever', async () => {
    const next = (token: number) => `${ORIGIN}${WEB}/operations?$skiptoken=${token}&api-version=1`
    const pages = Array.from({ length: 200 }, (_, token) => [
      next(token).slice(ORIGIN.length),
      [page([], next(token + 1))]
    ])
    const run = withHooks({
      answers: { [list(WEB)]: [page([], next(0))], ...Object.fromEntries(pages) }
    })
    await run.complete(failed())
    expect(run.asked).toHaveLength(30)
  })

  it.each<[string, OutcomeOverrides, boolean]>([
    ['ran and failed', {}, true],
    [
      'was refused for its template',
      { accepted: createAnswer(400, {}), error: createError('InvalidTemplate', 'x') },
      true
    ],
    [
      'was refused for its rights',
      { accepted: createAnswer(403, {}), error: createError('AuthorizationFailed', 'x') },
      false
    ]
  ])('that %s is annotated at its template: %s', async (_what, overrides, isAnnotated) => {
    const bodySources = [
      { pointer: '/properties/template', file: 'infra/main.json', filePointer: '' }
    ]
    const { addition } = await withHooks({ bodySources }).complete(failed(overrides))
    expect(addition?.place).toEqual(isAnnotated ? { file: 'infra/main.json' } : undefined)
  })
})

describe('the outputs of a deployment', () => {
  it('are added, the secret ones masked, those that cannot be set told', async () => {
    const outputs = {
      url: { type: 'String', value: 'https://shop.example' },
      status: { type: 'String', value: 'x' },
      key: { type: 'SecureString', value: 's3cret' }
    }
    const run = withHooks({ masked: ['key'] })
    const response = createAnswer(200, { properties: { outputs } })
    const outcome = await run.complete(ended({ response }))
    expect(outcome.addition?.outputs).toEqual([
      { name: 'url', value: 'https://shop.example' },
      { name: 'key', value: 's3cret' }
    ])
    expect(run.secrets).toEqual(['s3cret'])
    expect(outcome.warnings).toEqual([expect.stringContaining('template output status is not set')])
    expect(JSON.stringify(outcome.response)).not.toContain('s3cret')
  })

  it('are none without an answer', async () => {
    const { response: _response, ...bare } = ended()
    expect((await withHooks({}).complete(bare)).addition).toBeUndefined()
  })
})

// https://learn.microsoft.com/azure/azure-resource-manager/bicep/deployment-stacks
describe('a deployment stack', () => {
  const inner = `${GROUP}/Microsoft.Resources/deployments/web-2611221204`
  const stack = createAnswer(200, {
    properties: { provisioningState: 'deploying', deploymentId: inner }
  })

  it('is asked which deployment is its own, and then that one', async () => {
    const run = withHooks({
      request: put(STACK),
      answers: {
        [`${STACK}${VERSION}`]: [createAnswer(200, { properties: {} }), stack],
        [`${inner}/operations?api-version=2021-04-01`]: [page([entry(SITE, { state: 'Running' })])]
      }
    })
    for (let count = 0; count < 3; count += 1) await run.poll()
    expect(run.asked).toHaveLength(3)
    expect(run.told).toEqual(['started Microsoft.Web/sites app'])
  })

  it('tells its deployment in its result too, for the causes of a failure', async () => {
    const run = withHooks({
      request: put(STACK),
      answers: {
        [`${inner}/operations?api-version=2021-04-01`]: [
          page([entry(SITE, { state: 'failed', message: QUOTA })])
        ]
      }
    })
    const { error } = await run.complete(failed({ request: put(STACK), response: stack }))
    expect(run.asked).toEqual([`${inner}/operations?api-version=2021-04-01`])
    expect(error?.details[0]?.code).toBe('QuotaExceeded')
  })

  it('is no worse off when it cannot be asked', async () => {
    const run = withHooks({ request: put(STACK), answers: { [`${STACK}${VERSION}`]: ['lost'] } })
    for (let count = 0; count < 5; count += 1) await run.poll()
    expect(run.asked).toHaveLength(3)
    const outcome = failed({ request: put(STACK) })
    expect(await run.complete(outcome)).toEqual(outcome)
  })
})

// Azure answers 200 in any case: the verdict is in the body.
describe('what only looks', () => {
  const error = { code: 'InvalidTemplate', message: 'Not valid.' }

  it.each<[string, 'whatIf' | 'validate', JsonValue, OutcomeStatus, string | undefined]>([
    [
      'a what-if with changes',
      'whatIf',
      { status: 'Succeeded', properties: { changes: [] } },
      'Succeeded',
      undefined
    ],
    ['a what-if with an error', 'whatIf', { status: 'Failed', error }, 'Failed', 'InvalidTemplate'],
    ['a what-if without one', 'whatIf', { status: 'Failed' }, 'Failed', undefined],
    ['a what-if that was canceled', 'whatIf', { status: 'canceled' }, 'Failed', undefined],
    [
      'a what-if with a null error',
      'whatIf',
      { status: 'Succeeded', error: null },
      'Succeeded',
      undefined
    ],
    [
      'a what-if that says Succeeded with an error',
      'whatIf',
      { status: 'Succeeded', error },
      'Succeeded',
      undefined
    ],
    [
      'a validation',
      'validate',
      { properties: { provisioningState: 'Succeeded' } },
      'Succeeded',
      undefined
    ],
    ['a validation with an error', 'validate', { error }, 'Failed', 'InvalidTemplate'],
    [
      'a validation with an inner error',
      'validate',
      { properties: { error } },
      'Failed',
      'InvalidTemplate'
    ],
    [
      'a validation that failed',
      'validate',
      { properties: { provisioningState: 'Failed' } },
      'Failed',
      undefined
    ],
    ['a validation with an empty error', 'validate', { error: {} }, 'Succeeded', undefined],
    [
      'a validation without an error',
      'validate',
      { error: { code: 'None' } },
      'Succeeded',
      undefined
    ]
  ])('%s, by %s', async (_what, verb, body, status, code) => {
    const request = post(`${WEB}/${verb}`)
    const run = withHooks({ request })
    await run.poll()
    const outcome = await run.complete(ended({ request, response: createAnswer(200, body) }))
    expect(statusOf(outcome.ending)).toBe(status)
    expect(outcome.ending).toEqual({ kind: status === 'Succeeded' ? 'succeeded' : 'failed' })
    expect(outcome.error?.code).toBe(code)
    expect(outcome.reason === undefined).toBe(status === 'Succeeded')
    expect(run.asked).toEqual([])
  })

  it('is told as refused where the answer that the author accepts is a refusal', async () => {
    const request = post(`${WEB}/validate`)
    const response = createAnswer(400, { error })
    const { complete } = withHooks({ request })
    const outcome = await complete(ended({ request, response, accepted: response }))
    expect(outcome.ending).toEqual({ kind: 'refused' })
    expect(statusOf(outcome.ending)).toBe('Failed')
  })

  it('adds the changes to outputs, log and summary', async () => {
    const request = post(`${WEB}/whatIf`)
    const changes = [{ resourceId: SITE, changeType: 'Create' }]
    const response = createAnswer(200, { status: 'Succeeded', properties: { changes } })
    const { addition } = await withHooks({ request }).complete(ended({ request, response }))
    expect(addition).toMatchObject({
      log: {
        title: 'Changes',
        lines: ['Resources: 1 to create', '+ Microsoft.Web/sites app (Create)']
      },
      summary: [expect.stringMatching(/^Resources: 1 to create/)]
    })
    expect(addition?.outputs).toHaveLength(3)
  })

  it('warns of a nested deployment that Azure did not look into', async () => {
    const request = post(`${WEB}/whatIf`)
    const code = 'NestedDeploymentShortCircuited'
    const diagnostics = [{ level: 'Warning', code, target: `${WEB}-inner`, message: 'Skipped.' }]
    const response = createAnswer(200, { properties: { changes: null, diagnostics } })
    const { warnings, addition } = await withHooks({ request }).complete(
      ended({ request, response })
    )
    expect(warnings).toEqual([expect.stringMatching(/^Azure did not look into web-inner: /)])
    expect(addition?.outputs).toContainEqual({ name: 'has-changes', value: 'true' })
  })

  it.each<OutcomeOverrides>([
    {
      status: 'Failed',
      error: createError('AuthorizationFailed', 'x'),
      accepted: createAnswer(403, {})
    },
    { status: 'TimedOut' },
    { status: 'Unknown' }
  ])('leaves every other verdict as it is: %j', async (overrides) => {
    const request = post(`${WEB}/whatIf`)
    const outcome = ended({ request, ...overrides })
    expect(await withHooks({ request }).complete(outcome)).toEqual(outcome)
  })

  it('of a validation gives no changes', async () => {
    const request = post(`${WEB}/validate`)
    const response = createAnswer(200, { properties: { changes: [] } })
    expect(
      (await withHooks({ request }).complete(ended({ request, response }))).addition
    ).toBeUndefined()
  })
})
