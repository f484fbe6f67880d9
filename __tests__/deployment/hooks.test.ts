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
  const listeners = watchListeners(controller.signal)
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
  const abort = () => controller.abort()
  return { hooks, poll, complete, asked, told, secrets, listeners, abort }
}

/** Types of the listeners that a signal has. */
function watchListeners(signal: AbortSignal): readonly string[] {
  const listeners: string[] = []
  const { addEventListener, removeEventListener } = signal
  signal.addEventListener = (...args: Parameters<typeof addEventListener>) => {
    listeners.push(args[0])
    addEventListener.apply(signal, args)
  }
  signal.removeEventListener = (...args: Parameters<typeof removeEventListener>) => {
    listeners.splice(listeners.indexOf(args[0]), 1)
    removeEventListener.apply(signal, args)
  }
  return listeners
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

  it('leaves nothing at the signal of its run, however often it is asked for', async () => {
    const run = withHooks({ answers: { [list(WEB)]: [page([])] } })
    for (let count = 0; count < 20; count += 1) await run.poll()
    expect(run.listeners).toHaveLength(1)
    await run.complete(ended({ pollCount: 20 }))
    expect(run.listeners).toEqual([])
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
  ])('that is %s is no failure, and asked for ever more rarely', async (_what, answer) => {
    const run = withHooks({ answers: { [list(WEB)]: [answer] } })
    for (let count = 0; count < 60; count += 1) await run.poll()
    // After 1, 2, 4 … seconds, and then once a minute.
    expect(run.asked.length).toBeGreaterThan(8)
    expect(run.asked.length).toBeLessThan(13)
    const outcome = await run.complete(ended({ pollCount: 60 }))
    expect(viewOutcome(outcome)).toMatchObject({ status: 'Succeeded', warnings: [] })
    expect(run.asked.length).toBeLessThan(16)
  })

  // https://github.com/Azure/bicep-deploy/issues/88: the root's list alone has the cause.
  it('goes on with the list of the root when those of nested deployments may not be read', async () => {
    const spokes = [0, 1, 2].map((index) => NESTED.replace('network', `spoke-${index}`))
    const running = spokes.map((spoke) => entry(spoke, { state: 'Running' }))
    const run = withHooks({
      answers: {
        [list(WEB)]: [
          page([...running, entry(SITE, { state: 'Running' })]),
          page([...running, entry(SITE, { state: 'Failed', message: QUOTA })])
        ],
        ...Object.fromEntries(spokes.map((spoke) => [list(spoke), [createAnswer(403, {})]]))
      }
    })
    for (let count = 0; count < 12; count += 1) await run.poll()
    for (const spoke of spokes) {
      expect(run.asked.filter((path) => path === list(spoke))).toHaveLength(2)
    }
    expect(run.asked.filter((path) => path === list(WEB)).length).toBeGreaterThan(4)
    expect(run.told).toContain('failed Microsoft.Web/sites app: QuotaExceeded: No cores left.')
    const { error } = await run.complete(failed({ pollCount: 12 }))
    expect(error?.details.map(({ code }) => code)).toEqual(['QuotaExceeded'])
  })

  it('takes up to three lists for each poll where there are many', async () => {
    const many = Array.from({ length: 20 }, (_, index) => NESTED.replace('network', `n-${index}`))
    const run = withHooks({
      answers: {
        [list(WEB)]: [page(many.map((nested) => entry(nested, { state: 'Running' })))],
        ...Object.fromEntries(many.map((nested) => [list(nested), [page([])]]))
      }
    })
    const askings: number[] = []
    for (let count = 0; count < 3; count += 1) {
      await run.poll()
      askings.push(run.asked.length)
    }
    expect(askings).toEqual([3, 6, 9])
  })

  it('begins no more of them once the end is there', async () => {
    const many = Array.from({ length: 20 }, (_, index) => NESTED.replace('network', `n-${index}`))
    const answers = {
      [list(WEB)]: [page(many.map((nested) => entry(nested, { state: 'Running' })))]
    }
    const run = withHooks({ answers })
    run.hooks.polled(STARTED_AT + 60_000, {})
    await run.complete(ended({ pollCount: 1 }))
    expect(run.asked).toEqual([list(WEB)])
  })

  it('says of how many resources it has seen how many, where they are many', async () => {
    const names = Array.from({ length: 120 }, (_, index) => `${SITE}-${index}`)
    const listed = page(names.slice(0, 80).map((id) => entry(id, { state: 'Running' })))
    const record = (count: number) =>
      createAnswer(200, {
        properties: { outputResources: names.slice(0, count).map((id) => ({ id })) }
      })
    const complete = async (count: number) => {
      const run = withHooks({ answers: { [list(WEB)]: [listed] } })
      await run.poll()
      const { addition, parts } = await run.complete(
        ended({ pollCount: 1, response: record(count) })
      )
      expect(parts).toHaveLength(80)
      return [run.told.filter((line) => line.startsWith('seen')), addition?.summary]
    }
    const text = '80 of 120 resources; the others are in the portal'
    expect(await complete(120)).toEqual([[`seen ${text}`], [`Seen: ${text}.`]])
    expect(await complete(80)).toEqual([[], []])
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

  it('says when the other run began, and how to keep the names apart', async () => {
    const theirs = record(THEIRS, { timestamp: at(600), duration: 'PT1M' })
    const run = withHooks({ identity, answers: { [self(WEB)]: [theirs], ...lists } })
    const { warnings } = await run.complete(failure())
    expect(warnings[0]).toMatch(/^A later run \(started at \d{4}-\d\d-\d\d [\d:]+ UTC\) has taken/)
    expect(warnings[0]).toContain('${{ github.run_id }}-${{ github.run_attempt }}')
    expect(warnings[0]).toContain('concurrency')
  })

  it('is said to be gone when it is', async () => {
    const run = withHooks({ identity, answers: { [self(WEB)]: [createAnswer(404, {})] } })
    const { warnings } = await run.complete(failure())
    expect(warnings).toEqual([expect.stringMatching(/^The deployment is gone from Azure \(404\)/)])
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

// https://learn.microsoft.com/azure/azure-resource-manager/templates/rollback-on-error
describe('a rollback', () => {
  const body = '{"properties":{"onErrorDeployment":{"type":"LastSuccessful"},"template":{}}}'
  const url = `${WEB}${VERSION}`
  const record = (onErrorDeployment: JsonValue) =>
    createAnswer(200, { properties: { provisioningState: 'Failed', onErrorDeployment } })
  const type = 'LastSuccessful'

  it.each<[string, string | undefined, Answer, string | undefined]>([
    [
      'that ended',
      body,
      record({ type, deploymentName: 'before', provisioningState: 'Succeeded' }),
      'Azure rolled back to the deployment before, whose state is Succeeded'
    ],
    [
      'that failed as well',
      body,
      record({ type, deploymentName: 'before', provisioningState: 'Failed' }),
      'Azure rolled back to the deployment before, whose state is Failed'
    ],
    [
      'without an end',
      body,
      record({ type, deploymentName: 'before' }),
      'Azure rolls back to the deployment before; how that ended is not known'
    ],
    [
      'to nothing',
      body,
      record({ type }),
      'a rollback was asked for, and Azure names no deployment to go back to'
    ],
    [
      'that cannot be read',
      body,
      createAnswer(403, {}),
      'a rollback was asked for, and whether Azure did one could not be read'
    ],
    ['that nobody asked for', '{"properties":{}}', record(null), undefined],
    ['in a body that cannot be read', '{"onErrorDeployment"', record(null), undefined]
  ])('%s is told', async (_what, sent, answer, reason) => {
    const request = { ...put(WEB), ...(sent === undefined ? {} : { body: sent }) }
    const run = withHooks({ request, answers: { [url]: [answer], [list(WEB)]: [page([])] } })
    const outcome = await run.complete(failed({ response: createAnswer(200, {}) }))
    expect(outcome.reason).toBe(reason)
    expect(outcome.error?.code).toBe('DeploymentFailed')
    expect(run.asked.filter((path) => path === url)).toHaveLength(reason === undefined ? 0 : 1)
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
    expect(outcome.addition?.templateOutputs).toEqual(['url', 'status', 'key'])
    expect(run.secrets).toEqual(['s3cret'])
    expect(outcome.warnings).toEqual([expect.stringContaining('template output status is not set')])
    expect(JSON.stringify(outcome.response)).not.toContain('s3cret')
  })

  it('are none without an answer', async () => {
    const { response: _response, ...bare } = ended()
    expect((await withHooks({}).complete(bare)).addition).toBeUndefined()
    const missing = ended({ response: createAnswer(200, { status: 'Succeeded' }) })
    const { addition } = await withHooks({}).complete({ ...missing, isResultMissing: true })
    expect(addition).toBeUndefined()
  })
})

/** Words with any blanks between them. */
const toPattern = (line: string) =>
  new RegExp(`^${line.replace(/[{}]/g, '[$&]').replaceAll(' ', ' +')}$`)

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
    for (let count = 0; count < 60; count += 1) await run.poll()
    expect(run.asked).toHaveLength(3)
    const outcome = failed({ request: put(STACK) })
    expect(await run.complete(outcome)).toEqual(outcome)
    expect(run.asked).toHaveLength(6)
  })

  it('that names no deployment is read once at its end', async () => {
    const run = withHooks({
      request: put(STACK),
      answers: { [`${STACK}${VERSION}`]: [createAnswer(200, { properties: {} })] }
    })
    await run.complete(failed({ request: put(STACK), response: createAnswer(200, {}) }))
    expect(run.asked).toEqual([`${STACK}${VERSION}`])
  })

  const LOCK = {
    id: SITE,
    error: { code: 'ScopeLocked', message: 'Remove the lock.', details: [QUOTA.error] }
  }
  const properties = {
    provisioningState: 'failed',
    resources: [{ id: PLAN, status: 'managed' }, { id: ADDRESS }],
    deletedResources: [{ id: `${PLAN}-old` }],
    detachedResources: [{ type: 'My.Own/thing@v1', identifiers: { name: 'x' } }, 7],
    failedResources: [LOCK, { id: PLAN }]
  }
  const record = createAnswer(200, { properties })
  const accepted = (resources: JsonValue) => createAnswer(200, { properties: { resources } })

  it.each<[string, ArmRequest]>([
    ['deployed', put(STACK)],
    ['deleted', { method: 'DELETE', url: `${ORIGIN}${STACK}${VERSION}&unmanageAction.Resources=x` }]
  ])(
    'tells what it could not do, each resource with its error, and what became of the others: %s',
    async (_what, request) => {
      const run = withHooks({ request, answers: { [`${STACK}${VERSION}`]: [record] } })
      await run.poll()
      const asked = run.asked.length
      const { error, addition } = await run.complete(
        failed({ request, response: createAnswer(200, {}), accepted: accepted([{ id: PLAN }]) })
      )
      expect(run.asked.slice(asked)).toEqual([`${STACK}${VERSION}`])
      expect(error?.details.map(({ code, target }) => [code, target])).toEqual([
        ['ScopeLocked', SITE],
        ['', PLAN]
      ])
      expect(error?.details[0]?.details[0]?.code).toBe('QuotaExceeded')
      expect(addition?.log).toEqual({
        title: 'Resources of the stack',
        lines: [
          'Deleted Microsoft.Web/serverfarms plan-old in shop',
          'Detached My.Own/thing@v1 {"name":"x"}',
          'Taken over Microsoft.Network/publicIPAddresses door in shop',
          'Failed Microsoft.Web/sites app in shop: ScopeLocked',
          'Failed Microsoft.Web/serverfarms plan in shop',
          'The stack manages 2 resources'
        ].map((line) => expect.stringMatching(toPattern(line)))
      })
      expect(addition?.summary[0]).toContain(
        '- **Deleted** (1): `Microsoft.Web/serverfarms plan-old in shop`'
      )
      // Those have their causes above it.
      expect(addition?.summary[0]).not.toContain('Failed')
    }
  )

  it('tells the same of a success, and nothing is asked for', async () => {
    const run = withHooks({ request: put(STACK) })
    const { addition, error } = await run.complete(
      ended({ request: put(STACK), response: record, accepted: createAnswer(201, {}) })
    )
    expect(run.asked).toEqual([])
    expect(error).toBeUndefined()
    // Of a new stack all resources are new, and nobody needs that said of each.
    expect(addition?.log?.lines.join()).not.toContain('Taken over')
    expect(addition?.log?.lines).toContain('The stack manages 2 resources')
  })

  it('repeats no error that the answer had', async () => {
    const { code, message } = LOCK.error
    const said = createError('DeploymentStackFailed', 'x', {
      ...createError(code, message),
      target: SITE.toUpperCase()
    })
    const run = withHooks({ request: put(STACK), answers: { [`${STACK}${VERSION}`]: [record] } })
    const { error } = await run.complete(
      failed({ request: put(STACK), response: createAnswer(200, {}), error: said })
    )
    expect(error?.details.map((detail) => detail.code)).toEqual(['ScopeLocked', ''])
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
        lines: [
          'Marks: + Create; of a property - before, + after',
          '+ Microsoft.Web/sites app in shop (Create)'
        ]
      },
      finding: '1 to create',
      summary: [expect.stringMatching(/^\| Resource \|/)]
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

  it('tells the remarks on a validation, and warns of what it did not look into', async () => {
    const request = post(`${WEB}/validate`)
    const code = 'NestedDeploymentShortCircuited'
    const diagnostics = [
      { level: 'Info', code: 'Other', message: 'By the way.' },
      { level: 'Warning', code, target: 'inner', message: 'Skipped.' }
    ]
    const response = createAnswer(200, { properties: { validatedResources: [], diagnostics } })
    const outcome = await withHooks({ request }).complete(ended({ request, response }))
    expect(outcome.ending).toEqual({ kind: 'succeeded' })
    expect(outcome.warnings).toEqual(['Azure did not look into inner: it is not validated'])
    expect(outcome.addition).toEqual({
      outputs: [],
      log: {
        title: 'Remarks of Azure',
        lines: [`Warning ${code}: Skipped. (inner)`, 'Info Other: By the way.']
      },
      summary: [expect.stringMatching(/^### Remarks of Azure\n\n- Warning .* \(`inner`\)\n- Info /)]
    })
  })

  it('of a validation gives no changes', async () => {
    const request = post(`${WEB}/validate`)
    const response = createAnswer(200, { properties: { changes: [] } })
    expect(
      (await withHooks({ request }).complete(ended({ request, response }))).addition
    ).toBeUndefined()
  })
})
