/**
 * Canceling while `wait-until` waits: what goes on after the success of its operation, or is told by the condition
 * alone, is ended where the author asked for that, and nothing else is; the verdict stays that of the wait.
 */
import { describe, expect, it } from 'vitest'
import {
  empty,
  json,
  location,
  RESOURCE,
  RESOURCE_ID,
  RESULT,
  refusal,
  resource
} from '../../__fixtures__/conversation.ts'
import { type GivenInputs, readInputs } from '../../__fixtures__/inputs.ts'
import { runScenario, type Scenario } from '../../__fixtures__/run.ts'
import { statusOf } from '../../src/run/outcome.ts'

const GROUP = '/subscriptions/1/resourceGroups/shop/providers'
const VERSION = 'api-version=2025-07-01'
const JOB = `${GROUP}/Microsoft.App/jobs/import`
const EXECUTION = `${JOB}/executions/import-x7`
const STOP = `POST ${EXECUTION}/stop?${VERSION}`
const CLUSTER = `${GROUP}/Microsoft.ContainerService/managedClusters/aks`
const DEPLOYMENT = `${GROUP}/Microsoft.Resources/deployments/web`

type Routes = NonNullable<Scenario['routes']>

const START: GivenInputs = {
  method: 'POST',
  url: `${JOB}/start?${VERSION}`,
  'wait-until-url': EXECUTION,
  'wait-until': "properties.status == 'Succeeded'",
  'on-timeout': 'cancel',
  'on-cancel': 'cancel',
  timeout: '2m'
}
const STARTED: Routes = {
  [`POST ${JOB}/start?${VERSION}`]: [empty(202, location(RESULT))],
  [`GET ${RESULT}`]: [empty(202), json(200, { name: 'import-x7', id: EXECUTION })],
  [`GET ${EXECUTION}?${VERSION}`]: [json(200, { properties: { status: 'Running' } })],
  [STOP]: [json(200, { name: 'import-x7' })]
}
const ACCEPTED = /; Azure accepted the cancel request \(HTTP 20[02]\)$/

interface Ending {
  readonly given?: GivenInputs
  readonly routes?: Routes
  readonly abortAtMs?: number
}

async function end({ given = {}, routes = {}, abortAtMs }: Ending) {
  const inputs = await readInputs({ ...START, ...given })
  const cut = abortAtMs === undefined ? {} : { abortAtMs }
  const { outcome, calls } = await runScenario({
    inputs,
    routes: { ...STARTED, ...routes },
    ...cut
  })
  const [, ...posts] = calls.filter((call) => !call.startsWith('GET '))
  return { status: statusOf(outcome.ending), outcome, posts }
}

/** A request of which nothing but the condition tells the end. */
const UNTRACKED: GivenInputs = {
  method: 'POST',
  url: `${CLUSTER}/start?${VERSION}`,
  'wait-until-url': CLUSTER,
  'wait-until': "properties.powerState.code == 'Running'"
}
const UNTRACKED_ROUTES: Routes = {
  [`POST ${CLUSTER}/start?${VERSION}`]: [empty(202)],
  [`GET ${CLUSTER}?${VERSION}`]: [json(200, { properties: { powerState: { code: 'Stopped' } } })],
  [`POST ${CLUSTER}/abort?${VERSION}`]: [empty(202)]
}
const DEPLOY: GivenInputs = {
  method: 'PUT',
  url: `${DEPLOYMENT}?${VERSION}`,
  body: '{ "properties": { "mode": "Incremental", "template": { "resources": [] } } }',
  'wait-until-url': '',
  'wait-until': 'properties.ready'
}
const OWN = `${RESOURCE_ID}/halt?api-version=1`
const WRITE: GivenInputs = {
  method: 'PUT',
  url: RESOURCE,
  body: '{}',
  'wait-until-url': '',
  'wait-until': 'properties.ready',
  'cancel-url': OWN
}
const WRITE_ROUTES: Routes = {
  [`PUT ${RESOURCE}`]: [resource(200, 'Succeeded')],
  [`GET ${RESOURCE}`]: [resource(200, 'Succeeded')],
  [`POST ${OWN}`]: [empty(202)]
}

describe('a wait that the time is over for', () => {
  it.each<[string, Ending, readonly string[], RegExp]>([
    ['stops the execution that the result names', {}, [STOP], ACCEPTED],
    [
      'leaves it',
      { given: { 'on-timeout': 'leave' } },
      [],
      /last seen: properties.status is "Running"$/
    ],
    [
      'tells a refusal',
      { routes: { [STOP]: [refusal(409, 'Done')] } },
      [STOP],
      /; Azure refused the cancel request: HTTP 409 Done: /
    ],
    [
      'stops nothing that it does not know',
      { routes: { [`GET ${RESULT}`]: [empty(200)] } },
      [],
      /; it was not canceled: Azure did not say exactly what it started, so it cannot be canceled$/
    ],
    [
      'cancels what the condition alone tells of',
      { given: UNTRACKED, routes: UNTRACKED_ROUTES },
      [`POST ${CLUSTER}/abort?${VERSION}`],
      ACCEPTED
    ],
    [
      'cancels no operation that is over',
      {
        given: DEPLOY,
        routes: {
          [`PUT ${DEPLOYMENT}?${VERSION}`]: [resource(200, 'Succeeded')],
          [`GET ${DEPLOYMENT}?${VERSION}`]: [resource(200, 'Succeeded')]
        }
      },
      [],
      /last seen: properties.ready is null$/
    ],
    [
      'takes the call of its author',
      { given: WRITE, routes: WRITE_ROUTES },
      [`POST ${OWN}`],
      ACCEPTED
    ]
  ])('%s', async (_what, ending, posts, reason) => {
    const ended = await end(ending)
    expect(ended.status).toBe('TimedOut')
    expect(ended.posts).toEqual(posts)
    expect(ended.outcome.reason).toMatch(reason)
  })
})

describe('a wait that the workflow is canceled during', () => {
  it('stops the execution, once and at once', async () => {
    const { posts, outcome } = await end({ abortAtMs: 60_000 })
    expect(posts).toEqual([STOP])
    expect(outcome.ending).toEqual({ kind: 'condition-left', by: 'cancellation' })
    expect(outcome.reason).toMatch(ACCEPTED)
    expect(outcome.endedAt - outcome.startedAt).toBeLessThan(61_000)
  })

  it('leaves the execution', async () => {
    const { posts } = await end({ given: { 'on-cancel': 'leave' }, abortAtMs: 60_000 })
    expect(posts).toEqual([])
  })

  it.each([
    [120_001, [STOP, STOP], ACCEPTED],
    [119_000, [STOP], ACCEPTED]
  ])(
    'stops it all the same where that comes beside the timeout, after %d ms',
    async (abortAtMs, posts, reason) => {
      const answers: Routes[string] =
        abortAtMs > 120_000 ? ['silence', json(200, {})] : [json(200, {})]
      const ended = await end({ routes: { [STOP]: answers }, abortAtMs })
      expect(ended.posts).toEqual(posts)
      expect(ended.outcome.reason).toMatch(reason)
      expect(ended.outcome.endedAt - ended.outcome.startedAt).toBeLessThan(abortAtMs + 3_500)
    }
  )

  it('does not stop it for ever', async () => {
    const { outcome } = await end({ routes: { [STOP]: ['silence'] }, abortAtMs: 60_000 })
    expect(outcome.reason).toMatch(/; the cancel request was not answered: socket hang up$/)
    expect(outcome.endedAt - outcome.startedAt).toBeLessThan(65_000)
  })
})

describe('a condition that is met', () => {
  it('cancels nothing', async () => {
    const done = json(200, { properties: { status: 'Succeeded' } })
    const { status, posts } = await end({ routes: { [`GET ${EXECUTION}?${VERSION}`]: [done] } })
    expect(status).toBe('Succeeded')
    expect(posts).toEqual([])
  })
})

describe('a wait that was resumed', () => {
  it('stops nothing that its handle led to', async () => {
    const first = await runScenario({
      inputs: await readInputs({ ...START, 'on-timeout': '', 'on-cancel': '', wait: 'false' }),
      routes: STARTED
    })
    const { handle } = first.outcome.operation ?? {}
    const { url = '' } = START
    const given = { method: '', resume: handle ?? '', url, 'on-cancel': '' }
    const conditions = { 'wait-until': '', 'wait-until-url': '' }
    const inputs = await readInputs({ ...START, ...given, ...conditions })
    const { outcome, calls } = await runScenario({ inputs, routes: STARTED })
    expect(statusOf(outcome.ending)).toBe('TimedOut')
    expect(calls.filter((call) => call.startsWith('POST '))).toEqual([])
    expect(outcome.reason).toMatch(/; it was not canceled: Azure did not say exactly/)
  })
})
