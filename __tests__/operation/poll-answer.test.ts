/**
 * What one poll's answer says: one row per rule, for each way of following.
 */
import { describe, expect, it } from 'vitest'
import {
  ACTION,
  asyncOperation,
  empty,
  json,
  location,
  malformed,
  operationStatus,
  page,
  RESOURCE,
  RESOURCE_ID,
  RESULT,
  refusal,
  request,
  resource,
  rules,
  SOURCES,
  START_MS,
  STATUS,
  text,
  toUrl
} from '../../__fixtures__/conversation.ts'
import { type HttpResponse, type JsonValue, METHODS, type Method } from '../../src/http/message.ts'
import { readAnswer } from '../../src/operation/answer.ts'
import { begin } from '../../src/operation/begin.ts'
import { classifyFault, type Fault } from '../../src/operation/fault.ts'
import { readPollAnswer } from '../../src/operation/poll-answer.ts'
import type { PollingVia, Rules, RunningOperation } from '../../src/operation/state.ts'

interface Row {
  readonly rule: string
  readonly source: string
  /** PUT when absent. */
  readonly method?: Method
  /** Path that was asked, where it matters. */
  readonly url?: string
  readonly answer: HttpResponse
  readonly rules?: Partial<Rules>
  /** What it means, or `unreadable` and the fault. */
  readonly expected: string
  /** The service's own word, where one must be shown. */
  readonly word?: string
  /** Parts of the warning, where there must be one. */
  readonly warning?: readonly string[]
  /** A state that is not terminal has been seen before. */
  readonly sawProgress?: boolean
  /** The resource is done by its own word, and has a bounded time to say so in the contract's. */
  readonly needsSettling?: boolean
  /** The word is progress of the resource. */
  readonly isAtWork?: boolean
}

function follow(via: PollingVia, method: Method, url: string): RunningOperation {
  const path = method === 'POST' ? ACTION : RESOURCE
  const started = begin(
    request(method, path),
    empty(202, asyncOperation(STATUS)),
    rules(),
    START_MS
  )
  if (started.state !== 'running') throw new Error('test bug: the first answer starts nothing')
  return { ...started, via, url: toUrl(url) }
}

function check(via: PollingVia, defaultUrl: string, row: Row): void {
  const followed = follow(via, row.method ?? 'PUT', row.url ?? defaultUrl)
  const { sawProgress = false } = row
  const operation = { ...followed, facts: { ...followed.facts, sawProgress } }
  const own = rules(row.rules)
  const answer = readAnswer(row.answer, operation.url, { trust: own.trust, nowMs: START_MS })
  const reading = readPollAnswer(operation, answer, own)
  switch (reading.kind) {
    case 'state':
      expect(reading.meaning, row.source).toBe(row.expected)
      expect(reading.word, row.source).toBe(row.word)
      expect(reading.needsSettling, row.source).toBe(row.needsSettling)
      expect(reading.isAtWork, row.source).toBe(row.isAtWork)
      if (row.warning === undefined) expect(reading.warning, row.source).toBeUndefined()
      for (const part of row.warning ?? []) expect(reading.warning, row.source).toContain(part)
      break
    case 'unreadable':
      expect(`unreadable ${reading.fault}`, row.source).toBe(row.expected)
      break
    default:
      expect(reading.kind, row.source).toBe(row.expected)
  }
}

const EMPTY_MONITOR = 'https://github.com/Azure/azure-cli/issues/7671'
const VALUE_LIST = 'https://github.com/hashicorp/terraform-provider-azurerm/issues/22771'
const ENDS: readonly Method[] = ['POST', 'DELETE']
const CHANGES: readonly Method[] = ['PUT', 'PATCH']

/** What every way of following reads from an answer outside 2xx, but for Location's own rows. */
const FAULTS: readonly (readonly [status: number, fault: Fault])[] = [
  [302, 'refused'],
  [307, 'refused'],
  [400, 'refused'],
  [401, 'unauthorized'],
  [403, 'forbidden'],
  [404, 'not-found'],
  [405, 'not-allowed'],
  [408, 'transient'],
  [409, 'refused'],
  [410, 'refused'],
  [429, 'throttled'],
  [500, 'transient'],
  [502, 'transient'],
  [503, 'transient'],
  [504, 'transient']
]

/** Proxies answer in place of the server that was asked. */
const PROXY = 'https://www.rfc-editor.org/rfc/rfc9110#section-3.7'
const POLL_FAILED =
  'https://github.com/Azure/azure-sdk-for-go/blob/main/sdk/azcore/internal/pollers/async/async_test.go'

const STATUS_URL: Row[] = [
  ...[200, 201, 202].flatMap((status) =>
    [
      ['InProgress', 'running'],
      ['Succeeded', 'succeeded'],
      ['Completed', 'succeeded'],
      ['Failed', 'failed'],
      ['Canceled', 'canceled']
    ].map(
      ([word = '', expected = '']): Row => ({
        rule: `A2 STATUS ${status} with status ${word}`,
        source: SOURCES.contract,
        answer: json(status, { status: word }),
        expected,
        word
      })
    )
  ),
  {
    rule: 'A2 STATUS the status wins over a provisioning state',
    source: SOURCES.contract,
    answer: json(200, { status: 'Running', properties: { provisioningState: 'Succeeded' } }),
    expected: 'running',
    word: 'Running'
  },
  {
    rule: 'A2 STATUS an own word ends it',
    source: SOURCES.contract,
    answer: operationStatus('Stopped'),
    rules: { extraStates: { success: [], failure: ['stopped'] } },
    expected: 'failed',
    word: 'Stopped'
  },
  {
    rule: 'A2 STATUS 202 without a body runs on',
    source: SOURCES.hashicorp,
    answer: empty(202),
    expected: 'running'
  },
  {
    rule: 'A2 STATUS 202 without a status runs on, no matter what the resource says',
    source: SOURCES.hashicorp,
    answer: resource(202, 'Succeeded'),
    expected: 'running'
  },
  {
    rule: 'A2 STATUS 202 with broken JSON runs on',
    source: SOURCES.hashicorp,
    answer: malformed(202),
    expected: 'running'
  },
  ...[200, 201].flatMap((status) =>
    [
      ['Updating', 'running'],
      ['Succeeded', 'succeeded'],
      ['Failed', 'failed'],
      ['Canceled', 'canceled'],
      ['Completed', 'succeeded']
    ].map(
      ([word = '', expected = '']): Row => ({
        rule: `A2 STATUS ${status} whose body is the resource, ${word}`,
        source: SOURCES.hashicorp,
        answer: resource(status, word),
        expected,
        word
      })
    )
  ),
  ...ENDS.map(
    (method): Row => ({
      rule: `A2 STATUS 204 ends a ${method}`,
      source: EMPTY_MONITOR,
      method,
      answer: empty(204),
      expected: 'succeeded'
    })
  ),
  ...CHANGES.map(
    (method): Row => ({
      rule: `A2 STATUS 204 of a ${method} asks the resource`,
      source: SOURCES.testServer,
      method,
      answer: empty(204),
      expected: 'ask-resource'
    })
  ),
  ...METHODS.flatMap((method): Row[] => [
    {
      rule: `A2 STATUS 200 without a body is no success of a ${method} by itself`,
      source: SOURCES.testServer,
      method,
      answer: empty(200),
      expected: 'unreadable malformed'
    },
    {
      rule: `A2 STATUS 200 with {} is no success of a ${method} by itself`,
      source: SOURCES.testServer,
      method,
      answer: json(200, {}),
      expected: 'unreadable malformed'
    },
    {
      rule: `A2 STATUS 200 with a list is no success of a ${method} by itself`,
      source: VALUE_LIST,
      method,
      answer: json(200, { value: [] }),
      expected: 'unreadable malformed'
    }
  ]),
  {
    rule: 'A2 STATUS a status that is no string',
    source: SOURCES.testServer,
    answer: json(200, { status: { code: 'Succeeded' } }),
    expected: 'unreadable malformed'
  },
  {
    rule: 'A2 STATUS a status that is not a string, with a state that is',
    source: SOURCES.testServer,
    answer: json(200, { status: 1, properties: { provisioningState: 'Succeeded' } }),
    expected: 'unreadable malformed'
  },
  {
    rule: 'A2 STATUS a provisioning state that is no string',
    source: SOURCES.testServer,
    answer: json(200, { properties: { provisioningState: true } }),
    expected: 'unreadable malformed'
  },
  {
    rule: 'A2 STATUS broken JSON',
    source: SOURCES.testServer,
    answer: malformed(200),
    expected: 'unreadable malformed'
  },
  {
    rule: 'A2 STATUS text',
    source: SOURCES.testServer,
    answer: text(200, 'Succeeded'),
    expected: 'unreadable malformed'
  },
  ...FAULTS.map(
    ([status, fault]): Row => ({
      rule: `A2 STATUS ${status} is the status unreadable, not the operation failed`,
      source: SOURCES.contract,
      answer: json(status, { error: { code: 'X', message: 'x' } }),
      expected: `unreadable ${fault}`
    })
  ),
  ...FAULTS.flatMap(([status, fault]) =>
    [
      ['Failed', 'failed'],
      ['Canceled', 'canceled'],
      ['cancelled', 'canceled']
    ].map(([word = '', meaning = '']): Row => {
      // A redirect is told as one, whatever its body says.
      const isAboutTheRequest = [302, 307, 401, 403, 408, 429].includes(status)
      const row = {
        rule: `A2 STATUS ${status} whose body says ${word}`,
        source: POLL_FAILED,
        answer: json(status, { status: word, error: { code: 'X', message: 'x' } })
      }
      return isAboutTheRequest
        ? { ...row, expected: `unreadable ${fault}` }
        : { ...row, expected: meaning, word }
    })
  ),
  {
    rule: 'A2 STATUS 407 is a proxy’s',
    source: POLL_FAILED,
    answer: json(407, { status: 'Failed' }),
    expected: 'unreadable transient'
  },
  ...[400, 401, 403, 404, 405, 407].map(
    (status): Row => ({
      rule: `A2 STATUS ${status} with a page is no answer of Azure's`,
      source: PROXY,
      answer: page(status),
      expected: 'unreadable transient'
    })
  ),
  ...['Succeeded', 'InProgress', 'Completed'].map(
    (word): Row => ({
      rule: `A2 STATUS 400 whose body says ${word} stays unreadable`,
      source: POLL_FAILED,
      answer: json(400, { status: word }),
      expected: 'unreadable refused'
    })
  ),
  ...(['PUT', 'PATCH'] as const).map(
    (method): Row => ({
      rule: `A2 STATUS of a ${method} answers with the resource, which has no state: succeeded`,
      source: SOURCES.contract,
      method,
      answer: json(200, { id: RESOURCE_ID.toUpperCase(), properties: { size: 1 } }),
      expected: 'succeeded'
    })
  ),
  {
    rule: 'A2 STATUS another object without a state is no resource of ours',
    source: VALUE_LIST,
    answer: json(200, { id: `${RESOURCE_ID}/other` }),
    expected: 'unreadable malformed'
  },
  ...[undefined, 'Succeeded', 'Deleting'].map(
    (state): Row => ({
      rule: `A2 STATUS of a DELETE answers with the resource (${state}): it is still there`,
      source: SOURCES.contract,
      method: 'DELETE',
      answer: json(200, {
        id: RESOURCE_ID,
        ...(state !== undefined && { properties: { provisioningState: state } })
      }),
      expected: 'running',
      ...(state !== undefined && { word: state })
    })
  )
]

const STATUS_BEHIND_LOCATION = 'https://github.com/Azure/go-autorest/issues/634'
const WHAT_IF = 'https://learn.microsoft.com/rest/api/resources/deployments/what-if'
const APIM_IMPORT = 'https://github.com/hashicorp/terraform-provider-azurerm/issues/23322'
const VERDICT_400 = 'https://github.com/Azure/autorest.powershell/issues/875'
const FAILURE = { code: 'X', message: 'x' }

const OWN_LOCATION = 'https://github.com/Azure/azure-resource-manager-rpc/issues/52'
const IS_TERMINAL =
  'https://github.com/Azure/azure-sdk-for-go/blob/main/sdk/azcore/internal/pollers/util_test.go'
const PULUMI = 'https://github.com/pulumi/pulumi-azure-native/pull/4835'
const COST_DETAILS =
  'https://learn.microsoft.com/rest/api/cost-management/generate-cost-details-report/get-operation-results'
const ERROR_BODY = 'https://github.com/Azure/azure-rest-api-specs/issues/22035'
const LOG_ANALYTICS =
  'https://learn.microsoft.com/azure/azure-monitor/logs/api/errors#partial-errors'
/** Fields that say why a status is believed. */
const REASONS: readonly Record<string, JsonValue>[] = [
  { error: {} },
  { error: 'no endpoint' },
  { errors: [{ code: 'X' }] },
  { ErrorDetails: { code: 'PatchFailed' } },
  { failureReason: 'quota' },
  { statusMessage: 'no' },
  { provisioningDetails: 'compilation error' },
  { statusDetails: 'no' }
]
const OPERATION_ID = RESULT.split('?')[0] ?? ''

/** Bodies that are the operation itself, but for their `status`. */
const OPERATION_BODIES: readonly (readonly [what: string, body: Record<string, JsonValue>])[] = [
  ['a start time', { startTime: '2026-01-01T00:00:00Z' }],
  ['an end time', { endTime: '2026-01-01T00:00:00Z' }],
  ['a percentage', { percentComplete: 0 }],
  ['the name of the monitor', { name: '7' }],
  ['the id of the monitor', { id: OPERATION_ID }],
  ['no properties', { name: '7', properties: null }],
  ['empty properties', { name: '7', properties: {} }],
  ['properties and a start time', { startTime: 'x', properties: { restored: 3 } }]
]

/** Bodies that are a result and no operation, but for their `status`. */
const RESULT_BODIES: readonly (readonly [what: string, body: Record<string, JsonValue>])[] = [
  ['another name', { id: '/x/jobs/1', name: '1' }],
  ['properties', { id: OPERATION_ID, name: '7', properties: { rows: 3 } }],
  ['the id of the request', { id: RESOURCE_ID, startTime: 'x' }]
]

/** An operation, or a result that looks like one, that a Location answers with. */
const OPERATION_BEHIND_LOCATION: Row[] = [
  ...OPERATION_BODIES.flatMap(([what, body]) => [
    ...(
      [
        ['Succeeded', 'succeeded'],
        ['Completed', 'succeeded'],
        ['Failed', 'failed'],
        ['Canceled', 'canceled'],
        ['InProgress', 'running'],
        ['Restoring', 'running'],
        ['Queued', 'running']
      ] as const
    ).flatMap(([word, expected]) =>
      [200, 201].map(
        (status): Row => ({
          rule: `A2 LOCATION ${status} with ${what} and status ${word} is the operation`,
          source: PULUMI,
          answer: json(status, { ...body, status: word }),
          expected,
          word
        })
      )
    ),
    ...['NoDataFound', 'Online', 'Complete', 'CompletedWithWarnings'].flatMap((word): Row[] => [
      {
        rule: `A2 LOCATION 200 with ${what} and status ${word} is the result, with a warning`,
        source: COST_DETAILS,
        answer: json(200, { ...body, status: word }),
        expected: 'succeeded',
        word,
        warning: [word, 'failure-states']
      },
      ...[{ 'retry-after': '5' }, location(RESULT)].map((headers) => ({
        rule: `A2 LOCATION 200 with ${what} and status ${word} that asks to come again`,
        source: PULUMI,
        answer: json(200, { ...body, status: word }, headers),
        expected: 'running',
        word
      }))
    ])
  ]),
  {
    rule: 'A2 LOCATION an operation that ends in an own word',
    source: COST_DETAILS,
    answer: json(200, { name: '7', status: 'NoDataFound' }),
    rules: { extraStates: { success: [], failure: ['NoDataFound'] } },
    expected: 'failed',
    word: 'NoDataFound'
  },
  {
    rule: 'A2 LOCATION an operation whose word has JSON behind it',
    source: PULUMI,
    answer: json(200, { name: '7', status: 'InProgress:{"step":1}' }),
    expected: 'running',
    word: 'InProgress:{"step":1}'
  },
  ...RESULT_BODIES.flatMap(([what, body]) => [
    ...['InProgress', 'Online'].map(
      (word): Row => ({
        rule: `A2 LOCATION 200 with ${what} and status ${word} is a result`,
        source: COST_DETAILS,
        answer: json(200, { ...body, status: word }),
        expected: 'succeeded'
      })
    ),
    ...(['Failed', 'Canceled'] as const).flatMap((word): Row[] => [
      {
        rule: `A2 LOCATION 200 with ${what} and status ${word}, no reason: a result, with a warning`,
        source: PULUMI,
        answer: json(200, { ...body, status: word, error: null }),
        expected: 'succeeded',
        warning: [word, 'fail-if']
      },
      ...REASONS.map((reason) => ({
        rule: `A2 LOCATION 200 with ${what}, status ${word} and ${JSON.stringify(reason)}`,
        source: PULUMI,
        answer: json(200, { ...body, status: word, ...reason }),
        expected: word.toLowerCase(),
        word
      }))
    ])
  ]),
  ...(['Failed', 'Canceled'] as const).map(
    (word): Row => ({
      rule: `A2 LOCATION 200 with nothing but the status ${word}`,
      source: PULUMI,
      answer: json(200, { status: word }),
      expected: word.toLowerCase(),
      word
    })
  ),
  ...(['PUT', 'POST', 'DELETE'] as const).flatMap((method) =>
    [200, 201].flatMap((status): Row[] => [
      {
        rule: `A2 LOCATION ${status} of a ${method} with an error and nothing else`,
        source: ERROR_BODY,
        method,
        answer: json(status, { error: FAILURE }),
        expected: 'failed'
      },
      {
        rule: `A2 LOCATION ${status} of a ${method} with an error and what helps to find it`,
        source: ERROR_BODY,
        method,
        answer: json(status, {
          Error: { message: 'no code' },
          '@odata.context': 'x',
          correlationId: 'c',
          requestID: 'r',
          trackingId: 't',
          timestamp: 'n',
          innererror: {}
        }),
        expected: 'failed'
      }
    ])
  ),
  {
    rule: 'A2 LOCATION 202 with an error and nothing else runs on',
    source: SOURCES.contract,
    answer: json(202, { error: FAILURE }),
    expected: 'running'
  },
  ...[
    { code: 'None' },
    { code: 'none', message: 'all is well' },
    {},
    { code: '' },
    'text',
    null
  ].map(
    (error): Row => ({
      rule: `A2 LOCATION 200 with the error ${JSON.stringify(error)} says nothing`,
      source: LOG_ANALYTICS,
      answer: json(200, { error }),
      expected: 'succeeded'
    })
  ),
  ...(
    [
      { tables: [] },
      { value: [] },
      { id: '/x' },
      { properties: { provisioningState: 'Succeeded' } }
    ] as const
  ).map(
    (beside): Row => ({
      rule: `A2 LOCATION 200 with an error beside ${JSON.stringify(beside)} is a result, with a warning`,
      source: LOG_ANALYTICS,
      answer: json(200, { ...beside, error: { code: 'PartialError', message: 'x' } }),
      expected: 'succeeded',
      ...('properties' in beside && { word: 'Succeeded' }),
      warning: ['PartialError']
    })
  )
]

const LOCATION_URL: Row[] = [
  ...[400, 401, 403, 404, 409, 410].map(
    (status): Row => ({
      rule: `A2 LOCATION ${status} with a page is no answer of Azure's`,
      source: PROXY,
      answer: page(status),
      expected: 'unreadable transient'
    })
  ),
  {
    rule: 'A2 LOCATION 400 with a page of the provider is the failure',
    source: SOURCES.contract,
    answer: page(400, { 'x-ms-request-id': '1' }),
    expected: 'failed'
  },
  {
    rule: 'A2 LOCATION 202 runs on',
    source: SOURCES.contract,
    answer: empty(202),
    expected: 'running'
  },
  {
    rule: 'A2 LOCATION 202 runs on with a body',
    source: SOURCES.contract,
    answer: json(202, { id: RESOURCE_ID }),
    expected: 'running'
  },
  {
    rule: 'A2 LOCATION 202 runs on with a body that says Succeeded',
    source: SOURCES.contract,
    answer: json(202, { status: 'Succeeded', properties: { provisioningState: 'Succeeded' } }),
    expected: 'running'
  },
  {
    rule: 'A2 LOCATION 202 shows the word of its body',
    source: SOURCES.contract,
    answer: json(202, { status: 'Queued' }),
    expected: 'running',
    word: 'Queued'
  },
  {
    rule: 'A2 LOCATION 202 runs on with broken JSON',
    source: SOURCES.contract,
    answer: malformed(202),
    expected: 'running'
  },
  ...(['Failed', 'Canceled'] as const).flatMap((word): Row[] => [
    {
      rule: `A2 LOCATION 202 whose status is ${word}`,
      source: STATUS_BEHIND_LOCATION,
      answer: json(202, { status: word }),
      expected: word.toLowerCase()
    },
    {
      rule: `A2 LOCATION 202 whose provisioning state is ${word}`,
      source: SOURCES.goPollers,
      answer: resource(202, word),
      expected: word.toLowerCase()
    },
    ...[200, 201, 204].map((status) => ({
      rule: `A2 LOCATION ${status} whose provisioning state is ${word}`,
      source: SOURCES.goPollers,
      answer: resource(status, word),
      expected: word.toLowerCase(),
      word
    })),
    {
      rule: `A2 LOCATION 200 whose status is ${word} with an error (what-if)`,
      source: WHAT_IF,
      method: 'POST',
      answer: json(200, { status: word, error: FAILURE }),
      expected: word.toLowerCase(),
      word
    },
    {
      rule: `A2 LOCATION 200 ${word} with an error and a resource that says Succeeded`,
      source: WHAT_IF,
      answer: json(200, {
        status: word,
        error: FAILURE,
        properties: { provisioningState: 'Succeeded' }
      }),
      expected: word.toLowerCase(),
      word
    }
  ]),
  ...[200, 201, 204].map(
    (status): Row => ({
      rule: `A2 LOCATION ${status} whose provisioning state is not terminal`,
      source: SOURCES.goPollers,
      method: 'DELETE',
      answer: resource(status, 'Deleting'),
      expected: 'running',
      word: 'Deleting'
    })
  ),
  {
    rule: 'A2 LOCATION 200 whose provisioning state is Completed',
    source: IS_TERMINAL,
    answer: resource(200, 'Completed'),
    expected: 'succeeded',
    word: 'Completed'
  },
  {
    rule: 'A2 LOCATION 200 `status: Succeeded` with an error is a result',
    source: WHAT_IF,
    answer: json(200, { status: 'Succeeded', error: FAILURE }),
    expected: 'succeeded',
    warning: ['X']
  },
  {
    rule: 'A2 LOCATION 201 with Location still there runs on',
    source: APIM_IMPORT,
    answer: json(201, { id: RESOURCE_ID }, location(RESULT)),
    expected: 'running'
  },
  {
    rule: 'A2 LOCATION 201 with Location, yet Succeeded',
    source: SOURCES.goPollers,
    answer: resource(201, 'Succeeded', location(RESULT)),
    expected: 'succeeded',
    word: 'Succeeded'
  },
  {
    rule: 'A2 LOCATION 201 with Location, yet Failed',
    source: SOURCES.goPollers,
    answer: resource(201, 'Failed', location(RESULT)),
    expected: 'failed',
    word: 'Failed'
  },
  {
    rule: 'A2 LOCATION 201 without Location is the result',
    source: SOURCES.contract,
    answer: json(201, { id: RESOURCE_ID }),
    expected: 'succeeded'
  },
  ...[200, 201].map(
    (status): Row => ({
      rule: `A2 LOCATION ${status} with broken JSON`,
      source: SOURCES.testServer,
      answer: malformed(status),
      expected: 'unreadable malformed'
    })
  ),
  {
    rule: 'A2 LOCATION Q25 text is a result',
    source: SOURCES.hashicorp,
    answer: text(200, '<policies/>'),
    expected: 'succeeded'
  },
  {
    rule: 'A2 LOCATION a DELETE whose own resource still answers',
    source: OWN_LOCATION,
    method: 'DELETE',
    url: RESOURCE,
    answer: json(200, { id: RESOURCE_ID.toUpperCase() }),
    expected: 'running'
  },
  {
    rule: 'A2 LOCATION a DELETE whose own URL answers with something else',
    source: OWN_LOCATION,
    method: 'DELETE',
    url: RESOURCE,
    answer: json(200, { id: `${RESOURCE_ID}/other` }),
    expected: 'look-once'
  },
  {
    rule: 'A2 LOCATION a DELETE whose own URL answers with nothing',
    source: OWN_LOCATION,
    method: 'DELETE',
    url: RESOURCE,
    answer: empty(200),
    expected: 'look-once'
  },
  ...[RESOURCE, `${RESOURCE}&asyncId=7`].flatMap((url): Row[] => [
    {
      rule: 'A2 LOCATION a DELETE whose own path answers 204: with a query of its own it is a monitor',
      source: OWN_LOCATION,
      method: 'DELETE',
      url,
      answer: empty(204),
      expected: url === RESOURCE ? 'look-once' : 'succeeded'
    },
    {
      rule: 'A2 LOCATION a DELETE whose own path answers 202',
      source: OWN_LOCATION,
      method: 'DELETE',
      url,
      answer: json(202, { id: RESOURCE_ID }),
      expected: 'running'
    },
    {
      rule: 'A2 LOCATION a DELETE whose own path answers with the resource, Succeeded',
      source: OWN_LOCATION,
      method: 'DELETE',
      url,
      answer: resource(200, 'Succeeded'),
      expected: 'running'
    },
    {
      rule: 'A2 LOCATION a DELETE whose own path answers with the resource, Failed',
      source: OWN_LOCATION,
      method: 'DELETE',
      url,
      answer: resource(200, 'Failed'),
      expected: 'failed',
      word: 'Failed'
    },
    {
      rule: 'A2 LOCATION a DELETE whose own path answers 409',
      source: OWN_LOCATION,
      method: 'DELETE',
      url,
      answer: refusal(409, 'InUse'),
      expected: 'failed'
    }
  ]),
  {
    rule: 'A2 LOCATION a DELETE whose own URL answers 404',
    source: OWN_LOCATION,
    method: 'DELETE',
    url: RESOURCE,
    answer: refusal(404, 'ResourceNotFound'),
    expected: 'absent'
  },
  {
    rule: 'A2 LOCATION a DELETE whose own URL answers 404 about the address',
    source: OWN_LOCATION,
    method: 'DELETE',
    url: RESOURCE,
    answer: refusal(404, 'InvalidResourceType'),
    expected: 'unreadable transient'
  },
  {
    rule: 'A2 LOCATION a DELETE whose monitor with an asyncId answers 404',
    source: APIM_IMPORT,
    method: 'DELETE',
    url: `${RESOURCE}&asyncId=7`,
    answer: refusal(404, 'ResourceNotFound'),
    expected: 'unreadable not-found'
  },
  {
    rule: 'A2 LOCATION a DELETE whose monitor names the resource',
    source: SOURCES.contract,
    method: 'DELETE',
    answer: json(200, { id: RESOURCE_ID }),
    expected: 'succeeded'
  },
  {
    rule: 'A2 LOCATION a PUT whose own URL answers with the resource',
    source: SOURCES.contract,
    url: RESOURCE,
    answer: json(200, { id: RESOURCE_ID }),
    expected: 'succeeded'
  },
  {
    rule: 'A2 LOCATION Q11 a running status that asks to come again by Retry-After',
    source: STATUS_BEHIND_LOCATION,
    method: 'POST',
    answer: operationStatus('InProgress', { 'retry-after': '5' }),
    expected: 'running',
    word: 'InProgress'
  },
  {
    rule: 'A2 LOCATION Q11 a running status that asks to come again by Location',
    source: STATUS_BEHIND_LOCATION,
    method: 'POST',
    answer: operationStatus('InProgress', location(RESULT)),
    expected: 'running',
    word: 'InProgress'
  },
  {
    rule: 'A2 LOCATION a status that does not ask to come again is a result',
    source: STATUS_BEHIND_LOCATION,
    method: 'POST',
    answer: operationStatus('Enabled'),
    expected: 'succeeded'
  },
  {
    rule: 'A2 LOCATION a status next to properties is a result',
    source: STATUS_BEHIND_LOCATION,
    method: 'POST',
    answer: json(200, { status: 'Enabled', properties: {} }, { 'retry-after': '5' }),
    expected: 'succeeded'
  },
  {
    rule: 'A2 LOCATION a terminal status that asks to come again is a result',
    source: STATUS_BEHIND_LOCATION,
    method: 'POST',
    answer: operationStatus('Completed', { 'retry-after': '5' }),
    expected: 'succeeded'
  },
  ...[200, 201, 204].map(
    (status): Row => ({
      rule: `A2 LOCATION ${status} without a body is the success`,
      source: SOURCES.contract,
      answer: empty(status),
      expected: 'succeeded'
    })
  ),
  {
    rule: 'A2 LOCATION 200 with a result',
    source: SOURCES.contract,
    method: 'POST',
    answer: json(200, { keys: ['a'] }),
    expected: 'succeeded'
  },
  {
    rule: 'A2 LOCATION 200 whose provisioning state is Succeeded',
    source: SOURCES.goPollers,
    answer: resource(200, 'Succeeded'),
    expected: 'succeeded',
    word: 'Succeeded'
  },
  {
    rule: 'A2 LOCATION 200 whose state is an own word',
    source: SOURCES.contract,
    answer: resource(200, 'Stopped'),
    rules: { extraStates: { success: [], failure: ['Stopped'] } },
    expected: 'failed',
    word: 'Stopped'
  },
  {
    rule: 'A2 LOCATION 409 whose body says Canceled',
    source: POLL_FAILED,
    answer: json(409, { status: 'Canceled', error: FAILURE }),
    expected: 'canceled'
  },
  ...[400, 402, 406, 409, 412, 422, 424, 451].map(
    (status): Row => ({
      rule: `A2 LOCATION Q28 ${status} is the failure`,
      source: VERDICT_400,
      answer: refusal(status, 'Bad'),
      expected: 'failed'
    })
  ),
  ...FAULTS.filter(([status]) => ![400, 409].includes(status)).map(
    ([status, fault]): Row => ({
      rule: `A2 LOCATION ${status} is no verdict`,
      source: SOURCES.goPollers,
      answer: refusal(status, 'No'),
      expected: `unreadable ${fault}`
    })
  )
]

const STATE_IN_STATUS =
  'https://github.com/hashicorp/go-azure-sdk/blob/main/sdk/client/resourcemanager/poller_provisioning_state_test.go'

const RESOURCE_ITSELF: Row[] = [
  ...[403, 404].map(
    (status): Row => ({
      rule: `A2 BODY ${status} with a page is no answer of Azure's`,
      source: PROXY,
      answer: page(status),
      expected: 'unreadable transient'
    })
  ),
  ...[200, 201, 202].flatMap((status) =>
    [
      ['Creating', 'running'],
      ['Succeeded', 'succeeded'],
      ['Failed', 'failed'],
      ['Cancelled', 'canceled']
    ].map(
      ([word = '', expected = '']): Row => ({
        rule: `A2 BODY ${status} in state ${word}`,
        source: SOURCES.contract,
        answer: resource(status, word),
        expected,
        word
      })
    )
  ),
  {
    rule: 'A2 BODY Completed is done in all but name',
    source: IS_TERMINAL,
    answer: resource(200, 'Completed'),
    expected: 'running',
    word: 'Completed',
    needsSettling: true
  },
  ...[200, 202].flatMap((status) =>
    (['Failed', 'Canceled'] as const).flatMap((word): Row[] => [
      ...[{ id: RESOURCE_ID }, {}].flatMap((body) =>
        [FAILURE, 'text', {}].map((error) => ({
          rule: `A2 BODY ${status} without a state, whose status ${word} stands beside ${JSON.stringify(error)}`,
          source: STATE_IN_STATUS,
          answer: json(status, { ...body, status: word, error }),
          expected: word.toLowerCase(),
          word
        }))
      ),
      {
        rule: `A2 BODY ${status} whose status ${word} follows progress`,
        source: STATE_IN_STATUS,
        answer: json(status, { id: RESOURCE_ID, status: word }),
        sawProgress: true,
        expected: word.toLowerCase(),
        word
      }
    ])
  ),
  {
    rule: 'A2 BODY a status Failed without an error, and nothing before it, is a resource’s own',
    source: STATE_IN_STATUS,
    answer: json(200, { id: RESOURCE_ID, status: 'Failed', error: null }),
    expected: 'succeeded'
  },
  {
    rule: 'A2 BODY a status Failed beside an error, and a state that says otherwise',
    source: SOURCES.contract,
    answer: json(200, {
      status: 'Failed',
      error: FAILURE,
      properties: { provisioningState: 'Succeeded' }
    }),
    expected: 'succeeded',
    word: 'Succeeded'
  },
  {
    rule: 'A2 BODY a status of work, of something without an id',
    source: STATE_IN_STATUS,
    answer: json(200, { name: 'x', status: 'Updating' }),
    expected: 'running',
    word: 'Updating',
    isAtWork: true
  },
  {
    rule: 'A2 BODY a status of work beside an error, of a resource without a state: it does not rest so',
    source: STATE_IN_STATUS,
    answer: json(200, { id: RESOURCE_ID, status: 'Running', error: FAILURE }),
    expected: 'running',
    word: 'Running',
    isAtWork: true
  },
  ...['Updating', 'Online', 'Ready'].map(
    (word): Row => ({
      rule: `A2 BODY a resource without a state whose status is ${word} has succeeded`,
      source: STATE_IN_STATUS,
      answer: json(200, { id: RESOURCE_ID, status: word }),
      sawProgress: true,
      expected: 'succeeded'
    })
  ),
  {
    rule: 'A2 BODY an error and nothing else is no resource',
    source: ERROR_BODY,
    answer: json(200, { error: FAILURE }),
    expected: 'failed'
  },
  {
    rule: 'A2 BODY an error beside an id is a resource, with a warning',
    source: LOG_ANALYTICS,
    answer: json(200, { id: RESOURCE_ID, error: { code: 'PartialError' } }),
    expected: 'succeeded',
    warning: ['PartialError']
  },
  {
    rule: 'A2 BODY 202 with an error and nothing else runs on',
    source: SOURCES.contract,
    answer: json(202, { error: FAILURE }),
    expected: 'running'
  },
  ...[200, 201].map(
    (status): Row => ({
      rule: `A2 BODY ${status} without a state has succeeded`,
      source: SOURCES.contract,
      answer: json(status, { id: RESOURCE_ID }),
      expected: 'succeeded'
    })
  ),
  {
    rule: 'A2 BODY 202 without a state runs on',
    source: SOURCES.goPollers,
    answer: json(202, { id: RESOURCE_ID }),
    expected: 'running'
  },
  {
    rule: 'A2 BODY 204 has succeeded',
    source: SOURCES.goPollers,
    answer: empty(204),
    expected: 'succeeded'
  },
  {
    rule: 'A2 BODY 200 without a body has succeeded',
    source: SOURCES.hashicorp,
    answer: empty(200),
    expected: 'succeeded'
  },
  {
    rule: 'A2 BODY broken JSON',
    source: SOURCES.testServer,
    answer: malformed(200),
    expected: 'unreadable malformed'
  },
  {
    rule: 'A2 BODY a state that is no string',
    source: SOURCES.testServer,
    answer: json(200, { properties: { provisioningState: 3 } }),
    expected: 'unreadable malformed'
  },
  ...FAULTS.map(
    ([status, fault]): Row => ({
      rule: `A2 BODY ${status} is no verdict`,
      source: SOURCES.hashicorp,
      answer: refusal(status, 'No'),
      expected: `unreadable ${fault}`
    })
  )
]

const REPLICAS = 'https://github.com/hashicorp/terraform-provider-azurerm/pull/32331'
const ADDRESS_CODES = [
  'InvalidResourceType',
  'InvalidResourceNamespace',
  'NoRegisteredProviderFound',
  'SubscriptionNotFound',
  'MissingApiVersionParameter'
]

const ABSENCE: Row[] = [
  {
    rule: 'A2 GONE 404 ResourceNotFound',
    source: SOURCES.hashicorp,
    answer: refusal(404, 'ResourceNotFound'),
    expected: 'absent'
  },
  {
    rule: 'A2 GONE 404 ResourceGroupNotFound',
    source: SOURCES.hashicorp,
    answer: refusal(404, 'ResourceGroupNotFound'),
    expected: 'absent'
  },
  {
    rule: 'A2 GONE 404 without a body',
    source: SOURCES.hashicorp,
    answer: empty(404),
    expected: 'absent'
  },
  {
    rule: 'A2 GONE 404 with an HTML page is a gateway’s',
    source: REPLICAS,
    answer: malformed(404),
    expected: 'unreadable transient'
  },
  ...ADDRESS_CODES.flatMap((code): Row[] => [
    {
      rule: `A2 GONE 404 ${code} is about the address`,
      source: REPLICAS,
      answer: refusal(404, code),
      expected: 'unreadable transient'
    },
    {
      rule: `A2 GONE 404 ${code} in another case, in the header`,
      source: REPLICAS,
      answer: empty(404, { 'x-ms-error-code': code.toUpperCase() }),
      expected: 'unreadable transient'
    }
  ]),
  {
    rule: 'A2 GONE 200 Failed',
    source: SOURCES.contract,
    answer: resource(200, 'Failed'),
    expected: 'failed',
    word: 'Failed'
  },
  {
    rule: 'A2 GONE 200 Canceled',
    source: SOURCES.contract,
    answer: resource(200, 'Canceled'),
    expected: 'canceled',
    word: 'Canceled'
  },
  {
    rule: 'A2 GONE 200 Deleting',
    source: SOURCES.hashicorp,
    answer: resource(200, 'Deleting'),
    expected: 'running',
    word: 'Deleting'
  },
  {
    rule: 'A2 GONE 200 Succeeded is the state before',
    source: SOURCES.hashicorp,
    answer: resource(200, 'Succeeded'),
    expected: 'running',
    word: 'Succeeded'
  },
  {
    rule: 'A2 GONE 200 without a state',
    source: SOURCES.hashicorp,
    answer: json(200, { id: RESOURCE_ID }),
    expected: 'running'
  },
  ...[201, 202, 204].map(
    (status): Row => ({
      rule: `A2 GONE ${status} is still something`,
      source: SOURCES.hashicorp,
      answer: empty(status),
      expected: 'running'
    })
  ),
  {
    rule: 'A2 GONE 200 with broken JSON is still something',
    source: SOURCES.hashicorp,
    answer: malformed(200),
    expected: 'running'
  },
  ...FAULTS.filter(([status]) => status !== 404).map(
    ([status, fault]): Row => ({
      rule: `A2 GONE ${status} is no absence`,
      source: SOURCES.hashicorp,
      answer: refusal(status, 'No'),
      expected: `unreadable ${fault}`
    })
  )
]

describe('a status URL', () => {
  it.each(STATUS_URL)('$rule', (row) => check('status-url', STATUS, row))
})

describe('a Location URL', () => {
  it.each(LOCATION_URL)('$rule', (row) => check('location-url', RESULT, row))
})

describe('an operation, or an error, behind a Location URL', () => {
  it.each(OPERATION_BEHIND_LOCATION)('$rule', (row) => check('location-url', RESULT, row))
})

describe('the resource', () => {
  it.each(RESOURCE_ITSELF)('$rule', (row) => check('resource', RESOURCE, row))
})

describe('the absence of the resource', () => {
  it.each(ABSENCE)('$rule', (row) => check('absence', RESOURCE, { ...row, method: 'DELETE' }))
})

describe('faults', () => {
  it.each([...FAULTS, [418, 'refused'], [599, 'transient']] as const)(
    '%i is %s',
    (status, fault) => {
      expect(classifyFault({ status, headers: {}, body: { kind: 'empty' } })).toBe(fault)
    }
  )
})
