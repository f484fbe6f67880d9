/**
 * Every pattern of a long-running operation over real HTTP, to its success and to its failure: the built action, as
 * the runner runs it, against a resource manager whose polling URLs must come back exactly as they were issued.
 */
import { describe, expect, it } from 'vitest'
import { HABITS, type Habit, type ScriptedRoute } from '../../simulator/simulator.ts'
import {
  ACTION,
  type ActionScenarioRun,
  accepted,
  DEPLOYMENT,
  expectGreen,
  expectRed,
  GROUP,
  RESOURCE,
  RESULT,
  route,
  runActionScenario,
  STATUS
} from './action.ts'

type Writing = 'PUT' | 'PATCH' | 'POST' | 'DELETE'

const WRITINGS = ['PUT', 'PATCH', 'POST', 'DELETE'] as const

/** Only a resource has a state of its own that can be asked for. */
const PATTERNS = WRITINGS.flatMap((method) =>
  HABITS.filter((habit) => habit !== 'body' || method === 'PUT' || method === 'PATCH').map(
    (habit) => ({ method, habit })
  )
)

const EFFECTS = {
  PUT: 'resource-create',
  PATCH: 'resource-update',
  POST: 'resource-action',
  DELETE: 'resource-delete'
} as const

function runPattern(method: Writing, habit: Habit, instruction = ''): Promise<ActionScenarioRun> {
  const isChange = method === 'PUT' || method === 'PATCH'
  return runActionScenario({
    ...(method === 'PUT' ? {} : { existing: RESOURCE }),
    inputs: {
      method,
      url: method === 'POST' ? ACTION : RESOURCE,
      headers: `x-ms-simulator-habit: ${habit}\nx-ms-simulator-seconds: 120\n${instruction}`,
      body: isChange ? '{ "location": "westeurope", "tags": { "a": "b" } }' : ''
    }
  })
}

describe.concurrent('success', () => {
  it.each(PATTERNS)('$method by the pattern $habit', async ({ method, habit }) => {
    const played = await runPattern(method, habit)
    expectGreen(played)
    const { run, simulator, calls } = played
    expect(simulator.ledger.count(EFFECTS[method], RESOURCE)).toBe(1)
    expect(calls.filter((call) => !call.startsWith('GET'))).toHaveLength(1)
    expect(calls.length > 1).toBe(habit !== 'sync')
    expect(run.outputs['resource-id']).toBe(RESOURCE)
    const response = run.outputs.response ?? ''
    if (method === 'POST') {
      expect(JSON.parse(response)).toMatchObject(
        // The status URL is the only one that these have, and the result is what it says.
        habit === 'async-operation' || habit === 'operation-location'
          ? { status: 'Succeeded' }
          : { action: 'restart' }
      )
    } else if (method !== 'DELETE') {
      expect(JSON.parse(response)).toMatchObject({
        id: RESOURCE,
        tags: { a: 'b' },
        properties: { provisioningState: 'Succeeded' }
      })
    }
  })

  it.each([
    ['GET', 200],
    ['HEAD', 204]
  ])('%s at once, without a poll', async (method, status) => {
    const played = await runActionScenario({ existing: RESOURCE, inputs: { method } })
    expectGreen(played)
    expect(played.calls).toEqual([`${method} ${RESOURCE}`])
    expect(played.run.outputs).toMatchObject({ 'status-code': String(status), 'poll-count': '0' })
  })

  it('DELETE at once with 204, of what is not there', async () => {
    const played = await runActionScenario({ inputs: { method: 'DELETE' } })
    expectGreen(played)
    expect(played.calls).toEqual([`DELETE ${RESOURCE}`])
    expect(played.simulator.ledger.entries).toEqual([])
  })

  it('DELETE without a polling URL, followed until the resource is gone', async () => {
    const played = await runActionScenario({
      existing: RESOURCE,
      inputs: { method: 'DELETE', headers: 'x-ms-simulator-habit: body' }
    })
    expectGreen(played)
    expect(played.calls.slice(-3)).toEqual(Array(3).fill(`GET ${RESOURCE}`))
  })

  it('DELETE of a resource group', async () => {
    const played = await runActionScenario({
      existing: RESOURCE,
      inputs: { method: 'DELETE', url: GROUP, headers: 'x-ms-simulator-seconds: 120' }
    })
    expectGreen(played)
    expect(played.simulator.ledger.count('resource-group-delete', GROUP)).toBe(1)
  })

  it('GET that answers 202, followed by its Location', async () => {
    const played = await runActionScenario({
      inputs: { method: 'GET' },
      routes: [
        route('GET', RESOURCE, { status: 202, headers: { location: `{origin}${RESULT}` } }),
        route('GET', RESULT, { status: 202 }, { body: { done: true } })
      ]
    })
    expectGreen(played)
    expect(JSON.parse(played.run.outputs.response ?? '')).toEqual({ done: true })
  })
})

const QUOTA = 'x-ms-simulator-error: quota'

describe.concurrent('failure', () => {
  it.each(PATTERNS.filter(({ habit }) => habit !== 'sync'))(
    '$method by the pattern $habit',
    async ({ method, habit }) => {
      // The state of a resource is one word, and no more than that.
      const isTold = habit !== 'body'
      const played = await runPattern(method, habit, QUOTA)
      expectRed(played, {
        status: 'Failed',
        'resource-id': RESOURCE,
        ...(isTold ? { 'error-code': 'QuotaExceeded' } : {})
      })
      expect(played.run.outputs['error-message']).toMatch(
        isTold ? /^Operation could not be completed/ : /^The operation ended with status Failed$/
      )
      expect(played.simulator.ledger.count(EFFECTS[method], RESOURCE)).toBe(1)
      expect(played.run.summary).toContain('## ❌ ')
    }
  )

  it.each(['GET', 'PATCH', 'POST'])('%s of what is not there', async (method) => {
    const played = await runActionScenario({ existing: `${RESOURCE}-2`, inputs: { method } })
    expectRed(played, { status: 'Failed', 'status-code': '404', 'error-code': 'ResourceNotFound' })
    expect(played.calls).toHaveLength(1)
  })

  it('HEAD of what is not there, which has no body to say so', async () => {
    const played = await runActionScenario({
      inputs: { method: 'HEAD' },
      routes: [route('HEAD', RESOURCE, { status: 404 })]
    })
    expectRed(played, { status: 'Failed', 'status-code': '404' })
    expect(played.run.outputs['error-message']).toBe('Azure refused the request with HTTP 404')
  })

  it('by the result, after the monitor said that it had succeeded', async () => {
    const failed = { id: RESOURCE, properties: { provisioningState: 'Failed' } }
    const played = await runActionScenario({
      routes: [
        route('PUT', RESOURCE, accepted()),
        route('GET', STATUS, { body: { status: 'Succeeded' } }),
        route('GET', RESOURCE, { body: failed })
      ]
    })
    expectRed(played, {
      status: 'Failed',
      'error-message': 'The operation ended with status Failed'
    })
  })

  it('of a what-if, behind a Location that answers 200', async () => {
    const error = { code: 'InvalidTemplate', message: 'No.' }
    const played = await runActionScenario({
      inputs: { method: 'POST', url: `${DEPLOYMENT}/whatIf`, body: '{}' },
      routes: [
        route('POST', `${DEPLOYMENT}/whatIf`, {
          status: 202,
          headers: { location: `{origin}${DEPLOYMENT}/whatIfResults/7` }
        }),
        route('GET', `${DEPLOYMENT}/whatIfResults/7`, { body: { status: 'Failed', error } })
      ]
    })
    expectRed(played, {
      status: 'Failed',
      'error-code': 'InvalidTemplate',
      'resource-id': DEPLOYMENT
    })
  })
})

interface EndRow {
  readonly what: string
  readonly routes: readonly ScriptedRoute[]
  readonly inputs?: Readonly<Record<string, string>>
  readonly outputs: Readonly<Record<string, string>>
  readonly heading: string
}

const preempted = { code: 'OperationPreempted', message: 'A newer one took over.' }

const OTHER_ENDS: readonly EndRow[] = [
  ...['Canceled', 'Cancelled'].map((word) => ({
    what: `${word}, with its error`,
    routes: [
      route('PUT', RESOURCE, accepted()),
      route(
        'GET',
        STATUS,
        { body: { status: 'Running' } },
        { body: { status: word, error: preempted } }
      )
    ],
    outputs: { status: 'Canceled', 'error-code': 'OperationPreempted', 'poll-count': '2' },
    heading: '🚫 '
  })),
  {
    what: 'Unknown: a POST that was accepted and cannot be followed',
    inputs: { method: 'POST', url: ACTION },
    routes: [route('POST', ACTION, { status: 202 })],
    outputs: {
      status: 'Unknown',
      'status-code': '202',
      'error-message':
        'Azure accepted the request (202) without a usable polling URL, so it cannot be followed; wait-until (with wait-until-url) decides by what it changes, accept-status: 202 calls it a success, and wait: false ends the step at that',
      'poll-count': '0'
    },
    heading: '❔ '
  },
  {
    what: 'Unknown: the token is refused while polling, and a given one cannot be renewed',
    routes: [
      route('PUT', RESOURCE, accepted()),
      route('GET', STATUS, {
        status: 401,
        body: { error: { code: 'ExpiredAuthenticationToken', message: 'Too old.' } }
      })
    ],
    outputs: { status: 'Unknown', 'error-code': 'ExpiredAuthenticationToken', 'poll-count': '1' },
    heading: '❔ '
  },
  {
    what: 'Unknown: the status cannot be read, and the resource cannot tell before from after',
    routes: [
      route('PUT', RESOURCE, accepted()),
      route('GET', STATUS, { status: 405 }),
      route('GET', RESOURCE, {
        body: { id: RESOURCE, properties: { provisioningState: 'Succeeded' } }
      })
    ],
    outputs: { status: 'Unknown', 'poll-count': '2' },
    heading: '❔ '
  }
]

// https://learn.microsoft.com/rest/api/logic/workflow-triggers/run answers so.
it.concurrent('a POST that nothing tells the end of is in progress with wait: false', async () => {
  const played = await runActionScenario({
    routes: [route('POST', ACTION, { status: 202 })],
    inputs: { method: 'POST', url: ACTION, wait: 'false' }
  })
  expect(played.run).toMatchObject({ exitCode: 0, outputs: { status: 'InProgress' } })
  expect(played.run.outputs.operation ?? '').toBe('')
})

describe.concurrent('an end that is neither', () => {
  it.each(OTHER_ENDS)('$what', async ({ routes, inputs = {}, outputs, heading }) => {
    const played = await runActionScenario({ routes, inputs })
    expectRed(played, outputs)
    expect(played.run.summary).toContain(`## ${heading}`)
    expect(played.simulator.unexpected).toEqual([])
    if (outputs.status === 'Unknown') {
      const { stdout, summary } = played.run
      expect(stdout + summary).not.toMatch(/fail/i)
      expect(stdout).toContain('It may still be running in Azure.')
    }
  })
})

describe.concurrent('an answer that is not as it should be', () => {
  const done = { id: RESOURCE, properties: { provisioningState: 'Succeeded' } }

  it.each<[what: string, routes: readonly ScriptedRoute[]]>([
    [
      'a BOM, and JSON that says it is text',
      [
        route('PUT', RESOURCE, accepted()),
        route('GET', STATUS, {
          body: '\ufeff{"status":"Succeeded"}',
          headers: { 'content-type': 'text/plain' }
        }),
        route('GET', RESOURCE, {
          body: `\ufeff${JSON.stringify(done)}`,
          headers: { 'content-type': null }
        })
      ]
    ],
    [
      'broken connections, cut bodies and errors of the server between polls',
      [
        route('PUT', RESOURCE, accepted()),
        route(
          'GET',
          STATUS,
          { fault: 'reset' },
          { status: 503 },
          { body: { status: 'Running' }, fault: 'truncate' },
          { body: { status: 'Running' } },
          {
            status: 504,
            body: '<html>Gateway timeout</html>',
            headers: { 'content-type': 'text/html' }
          },
          { body: { status: 'Succeeded' }, fault: 'reset-mid-body' },
          { body: { status: 'Succeeded' } }
        ),
        route('GET', RESOURCE, { body: done })
      ]
    ],
    [
      'a status URL that is not there yet',
      [
        route('PUT', RESOURCE, accepted()),
        route('GET', STATUS, { status: 404 }, { status: 404 }, { body: { status: 'Succeeded' } }),
        route('GET', RESOURCE, { body: done })
      ]
    ],
    [
      'states of every kind on the way',
      [
        route('PUT', RESOURCE, accepted()),
        route(
          'GET',
          STATUS,
          ...['FailoverInProgress', 'PartiallySucceeded', 'Ready', 'sUcCeEdEd'].map((status) => ({
            body: { status }
          }))
        ),
        route('GET', RESOURCE, { body: done })
      ]
    ]
  ])('%s', async (_what, routes) => {
    const played = await runActionScenario({ routes })
    expectGreen(played)
    expect(JSON.parse(played.run.outputs.response ?? '')).toEqual(done)
    expect(played.simulator.unexpected).toEqual([])
    expect(played.simulator.ledger.count('script')).toBe(1)
  })
})
