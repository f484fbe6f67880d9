/**
 * Where the result is read from, and what may still change once success is decided. Of a POST or PATCH that is the
 * `final-state-via` of https://github.com/Azure/autorest/blob/main/docs/extensions/readme.md#x-ms-long-running-operation-options.
 */
import { describe, expect, it } from 'vitest'
import {
  ACTION,
  asyncOperation,
  BOTH,
  type ConversationRow,
  DELETE,
  empty,
  json,
  location,
  MINUTE_MS,
  malformed,
  NOT_FOUND,
  operationLocation,
  operationStatus,
  PATCH,
  POST,
  PUT,
  patch,
  playConversation,
  post,
  put,
  READY,
  RESOURCE,
  RESOURCE_ID,
  RESULT,
  type Reply,
  refusal,
  remove,
  resource,
  route,
  routeForever,
  SOURCES,
  STATUS,
  SUCCEEDED,
  summarize,
  text,
  timing,
  toUrl,
  VERSION
} from '../../__fixtures__/conversation.ts'
import { FINAL_STATE_VIA } from '../../src/operation/state.ts'
import { isTerminal } from '../../src/operation/terminal.ts'

const KEYS = json(200, { keys: ['a'] })
const OUTPUT = json(200, { status: 'Succeeded', properties: { output: 'captured' } })
const MOVED = `${RESOURCE_ID}/moved?${VERSION}`

const named = (url: string | number) => json(200, { status: 'Succeeded', resourceLocation: url })

type Row = ConversationRow

const CHANGES: Row[] = [
  put({
    rule: 'A6 PUT by status URL: the resource',
    source: SOURCES.contract,
    routes: [
      route(PUT, resource(201, 'Creating', BOTH)),
      route(`GET ${STATUS}`, SUCCEEDED),
      route(`GET ${RESOURCE}`, READY)
    ],
    gets: [STATUS, RESOURCE],
    result: READY
  }),
  put({
    rule: 'A6 PUT by Operation-Location: its resourceLocation',
    source: SOURCES.guidelines,
    routes: [
      route(PUT, empty(202, operationLocation(STATUS))),
      route(`GET ${STATUS}`, named(toUrl(MOVED))),
      route(`GET ${MOVED}`, READY)
    ],
    gets: [STATUS, MOVED],
    result: READY
  }),
  put({
    rule: 'A6 a resourceLocation without an api-version gets the request’s',
    source: 'https://github.com/Azure/azure-sdk-for-net/issues/40606',
    routes: [
      route(PUT, empty(202, operationLocation(`${STATUS}-preview`))),
      route(`GET ${STATUS}-preview`, named(toUrl(`${RESOURCE_ID}/moved`))),
      route(`GET ${MOVED}`, READY)
    ],
    gets: [`${STATUS}-preview`, MOVED],
    result: READY
  }),
  put({
    rule: 'A6 D3 a resourceLocation on another host is not followed',
    source: SOURCES.guidelines,
    routes: [
      route(PUT, empty(202, operationLocation(STATUS))),
      route(`GET ${STATUS}`, named('https://evil.invalid/x')),
      route(`GET ${RESOURCE}`, READY)
    ],
    gets: [STATUS, RESOURCE],
    result: READY
  }),
  put({
    rule: 'A6 a resourceLocation that is no text is none',
    source: SOURCES.guidelines,
    routes: [
      route(PUT, empty(202, operationLocation(STATUS))),
      route(`GET ${STATUS}`, named(7)),
      route(`GET ${RESOURCE}`, READY)
    ],
    gets: [STATUS, RESOURCE],
    result: READY
  }),
  put({
    rule: 'A6 a resourceLocation behind Azure-AsyncOperation is no rule of its',
    source: SOURCES.guidelines,
    routes: [
      route(PUT, empty(202, asyncOperation(STATUS))),
      route(`GET ${STATUS}`, named(toUrl(MOVED))),
      route(`GET ${RESOURCE}`, READY)
    ],
    gets: [STATUS, RESOURCE],
    result: READY
  }),
  ...FINAL_STATE_VIA.map((finalStateVia) =>
    put({
      rule: `A6 PUT ignores final-state-via ${finalStateVia}`,
      source: SOURCES.finalStateVia,
      rules: { finalStateVia },
      routes: [
        route(PUT, empty(202, BOTH)),
        route(`GET ${STATUS}`, SUCCEEDED),
        route(`GET ${RESOURCE}`, READY)
      ],
      gets: [STATUS, RESOURCE],
      result: READY
    })
  ),
  ...(['auto', 'original-uri'] as const).map((finalStateVia) =>
    patch({
      rule: `A6 PATCH by status URL, ${finalStateVia}: the resource`,
      source: SOURCES.finalStateVia,
      rules: { finalStateVia },
      routes: [
        route(PATCH, empty(202, BOTH)),
        route(`GET ${STATUS}`, SUCCEEDED),
        route(`GET ${RESOURCE}`, READY)
      ],
      gets: [STATUS, RESOURCE],
      result: READY
    })
  ),
  patch({
    rule: 'A6 PATCH by Operation-Location: its resourceLocation',
    source: SOURCES.guidelines,
    routes: [
      route(PATCH, empty(202, operationLocation(STATUS))),
      route(`GET ${STATUS}`, named(toUrl(MOVED))),
      route(`GET ${MOVED}`, READY)
    ],
    gets: [STATUS, MOVED],
    result: READY
  }),
  patch({
    rule: 'A6 PATCH by status URL, location: Location',
    source: SOURCES.finalStateVia,
    rules: { finalStateVia: 'location' },
    routes: [
      route(PATCH, empty(202, BOTH)),
      route(`GET ${STATUS}`, SUCCEEDED),
      route(`GET ${RESULT}`, READY)
    ],
    gets: [STATUS, RESULT],
    result: READY
  }),
  ...(['azure-async-operation', 'operation-location'] as const).map((finalStateVia) =>
    patch({
      rule: `A6 PATCH by status URL, ${finalStateVia}: the monitor’s body`,
      source: SOURCES.finalStateVia,
      rules: { finalStateVia },
      routes: [route(PATCH, empty(202, BOTH)), route(`GET ${STATUS}`, OUTPUT)],
      gets: [STATUS],
      result: OUTPUT
    })
  ),
  ...[READY, text(200, '<policies/>'), json(200, ['a'])].map((answer) =>
    put({
      rule: `A6 PUT by Location: what it answered (${answer.body.kind})`,
      source: SOURCES.goPollers,
      routes: [route(PUT, empty(202, location(RESULT))), route(`GET ${RESULT}`, answer)],
      gets: [RESULT],
      result: answer
    })
  ),
  ...[empty(204), empty(200), json(200, {}), json(200, null)].map((answer) =>
    patch({
      rule: `A6 PATCH by Location that answered ${answer.status} ${answer.body.kind}: the resource`,
      source: SOURCES.contract,
      routes: [
        route(PATCH, empty(202, location(RESULT))),
        route(`GET ${RESULT}`, answer),
        route(`GET ${RESOURCE}`, READY)
      ],
      gets: [RESULT, RESOURCE],
      result: READY
    })
  ),
  put({
    rule: 'A6 PUT by the resource: what it answered',
    source: SOURCES.goPollers,
    routes: [
      route(PUT, resource(201, 'Creating')),
      route(`GET ${RESOURCE}`, resource(200, 'Creating'), READY)
    ],
    gets: [`${RESOURCE} x2`],
    result: READY
  }),
  put({
    rule: 'A2 BODY 200 without a body succeeds with a warning',
    source: SOURCES.hashicorp,
    routes: [route(PUT, resource(201, 'Creating')), route(`GET ${RESOURCE}`, empty(200))],
    gets: [RESOURCE],
    result: empty(200),
    warnings: ['without a body']
  }),
  put({
    rule: 'A2 BODY 204 succeeds without a warning',
    source: SOURCES.goPollers,
    routes: [route(PUT, resource(201, 'Creating')), route(`GET ${RESOURCE}`, empty(204))],
    gets: [RESOURCE],
    result: empty(204)
  })
]

/** A POST with both headers whose Location answers so in the end. */
const postBoth = (rule: string, source: string, replies: Reply[], row: Partial<Row> = {}): Row =>
  post({
    rule,
    source,
    routes: [
      route(POST, empty(202, BOTH)),
      route(`GET ${STATUS}`, OUTPUT),
      route(`GET ${RESULT}`, ...replies)
    ],
    gets: [STATUS, replies.length === 1 ? RESULT : `${RESULT} x${replies.length}`],
    result: OUTPUT,
    ...row
  })

const ACTIONS: Row[] = [
  ...(['auto', 'location'] as const).map((finalStateVia) =>
    postBoth(`A6 POST by status URL, ${finalStateVia}: Location`, SOURCES.finalStateVia, [KEYS], {
      rules: { finalStateVia },
      result: KEYS
    })
  ),
  ...[
    empty(200),
    empty(204),
    empty(202),
    json(202, { status: 'Running' }),
    malformed(200),
    refusal(400, 'No'),
    refusal(401, 'No'),
    refusal(403, 'No'),
    refusal(404, 'No'),
    refusal(405, 'No'),
    refusal(409, 'No'),
    refusal(410, 'No'),
    empty(307, location('https://blob.example/sas'))
  ].map((answer) =>
    postBoth(
      `A6 POST whose Location answers ${answer.status} ${answer.body.kind}: the monitor’s body, at once`,
      SOURCES.finalStateVia,
      [answer]
    )
  ),
  ...([refusal(429, 'Slow'), refusal(500, 'Oops'), refusal(503, 'Busy'), 'no answer'] as const).map(
    (reply) =>
      postBoth(
        `A6 POST whose Location answers ${reply === 'no answer' ? reply : reply.status}, then the result`,
        SOURCES.goPollers,
        [reply, KEYS],
        { result: KEYS }
      )
  ),
  post({
    rule: 'A6 POST whose Location never answers: the monitor’s body, with a warning',
    source: SOURCES.goPollers,
    routes: [
      route(POST, empty(202, BOTH)),
      route(`GET ${STATUS}`, OUTPUT),
      routeForever(`GET ${RESULT}`, refusal(503, 'Busy'))
    ],
    gets: [STATUS, `${RESULT} +`],
    result: OUTPUT,
    warnings: ['HTTP 503']
  }),
  ...(['azure-async-operation', 'operation-location'] as const).map((finalStateVia) =>
    post({
      rule: `A6 POST by status URL, ${finalStateVia}: the monitor’s body`,
      source: SOURCES.testServer,
      rules: { finalStateVia },
      routes: [route(POST, empty(202, BOTH)), route(`GET ${STATUS}`, OUTPUT)],
      gets: [STATUS],
      result: OUTPUT
    })
  ),
  post({
    rule: 'A6 POST by status URL, original-uri: what its own URL answers',
    source: SOURCES.finalStateVia,
    rules: { finalStateVia: 'original-uri' },
    routes: [
      route(POST, empty(202, BOTH)),
      route(`GET ${STATUS}`, OUTPUT),
      route(`GET ${ACTION}`, KEYS)
    ],
    gets: [STATUS, ACTION],
    result: KEYS
  }),
  post({
    rule: 'A6 POST by status URL, original-uri that cannot be read: the monitor’s body',
    source: SOURCES.finalStateVia,
    rules: { finalStateVia: 'original-uri' },
    routes: [
      route(POST, empty(202, BOTH)),
      route(`GET ${STATUS}`, OUTPUT),
      route(`GET ${ACTION}`, refusal(405, 'MethodNotAllowed'))
    ],
    gets: [STATUS, ACTION],
    result: OUTPUT,
    warnings: ['HTTP 405']
  }),
  ...(['auto', 'location'] as const).map((finalStateVia) =>
    post({
      rule: `A6 POST by status URL without Location, ${finalStateVia}: the monitor’s body`,
      source: SOURCES.finalStateVia,
      rules: { finalStateVia },
      routes: [route(POST, empty(202, asyncOperation(STATUS))), route(`GET ${STATUS}`, OUTPUT)],
      gets: [STATUS],
      result: OUTPUT
    })
  ),
  post({
    rule: 'A6 POST whose Location is the status URL: no second GET of it',
    source: SOURCES.finalStateVia,
    routes: [
      route(POST, empty(202, { ...asyncOperation(STATUS), ...location(STATUS) })),
      route(`GET ${STATUS}`, OUTPUT)
    ],
    gets: [STATUS],
    result: OUTPUT
  }),
  post({
    rule: 'A6 D3 POST whose Location is on another host: the monitor’s body',
    source: 'https://github.com/Azure/azure-sdk-for-python/pull/48804',
    routes: [
      route(POST, empty(202, { ...asyncOperation(STATUS), ...location('https://evil.invalid/7') })),
      route(`GET ${STATUS}`, OUTPUT)
    ],
    gets: [STATUS],
    result: OUTPUT,
    warnings: ['Location']
  }),
  post({
    rule: 'A6 POST: the newest Location seen while polling',
    source: SOURCES.testServer,
    routes: [
      route(POST, empty(202, BOTH)),
      route(
        `GET ${STATUS}`,
        operationStatus('InProgress', location('/newer?api-version=1')),
        OUTPUT
      ),
      route('GET /newer?api-version=1', KEYS)
    ],
    gets: [`${STATUS} x2`, '/newer?api-version=1'],
    result: KEYS
  }),
  post({
    rule: 'A6 POST: a Location first seen in the last status',
    source: SOURCES.testServer,
    routes: [
      route(POST, empty(202, asyncOperation(STATUS))),
      route(`GET ${STATUS}`, operationStatus('Succeeded', location(RESULT))),
      route(`GET ${RESULT}`, KEYS)
    ],
    gets: [STATUS, RESULT],
    result: KEYS
  }),
  post({
    rule: 'A6 POST by Operation-Location: its resourceLocation',
    source: SOURCES.guidelines,
    routes: [
      route(POST, empty(202, { ...operationLocation(STATUS), ...location(RESULT) })),
      route(`GET ${STATUS}`, named(toUrl(MOVED))),
      route(`GET ${MOVED}`, READY)
    ],
    gets: [STATUS, MOVED],
    result: READY
  }),
  ...['Failed', 'Updating'].map((word) =>
    post({
      rule: `A6 the settle check is none of POST’s (${word})`,
      source: SOURCES.finalStateVia,
      routes: [
        route(POST, empty(202, operationLocation(STATUS))),
        route(`GET ${STATUS}`, named(toUrl(MOVED))),
        route(`GET ${MOVED}`, resource(200, word))
      ],
      gets: [STATUS, MOVED],
      result: resource(200, word)
    })
  ),
  post({
    rule: 'A6 POST by Location: what it answered',
    source: SOURCES.contract,
    routes: [route(POST, empty(202, location(RESULT))), route(`GET ${RESULT}`, empty(202), KEYS)],
    gets: [`${RESULT} x2`],
    result: KEYS
  }),
  post({
    rule: 'A6 POST by Location that answered 204: that',
    source: SOURCES.contract,
    routes: [route(POST, empty(202, location(RESULT))), route(`GET ${RESULT}`, empty(204))],
    gets: [RESULT],
    result: empty(204)
  })
]

const OTHERS: Row[] = [
  ...FINAL_STATE_VIA.map((finalStateVia) =>
    remove({
      rule: `A6 DELETE by status URL: never a final GET (${finalStateVia})`,
      source: SOURCES.testServer,
      rules: { finalStateVia },
      routes: [route(DELETE, empty(202, BOTH)), route(`GET ${STATUS}`, SUCCEEDED)],
      gets: [STATUS],
      result: SUCCEEDED
    })
  ),
  remove({
    rule: 'A6 DELETE by Operation-Location: not even its resourceLocation',
    source: SOURCES.guidelines,
    routes: [
      route(DELETE, empty(202, operationLocation(STATUS))),
      route(`GET ${STATUS}`, named(toUrl(MOVED)))
    ],
    gets: [STATUS],
    result: named(toUrl(MOVED))
  }),
  remove({
    rule: 'A6 DELETE by Location: no final GET',
    source: SOURCES.contract,
    routes: [route(DELETE, empty(202, location(RESULT))), route(`GET ${RESULT}`, empty(204))],
    gets: [RESULT],
    result: empty(204)
  }),
  {
    rule: 'A6 GET by status URL: its own URL, no matter what final-state-via says',
    source: 'https://github.com/Azure/typespec-azure/issues/2933',
    method: 'GET',
    rules: { finalStateVia: 'azure-async-operation' },
    routes: [
      route(`GET ${RESOURCE}`, empty(202, asyncOperation(STATUS)), resource(200, 'Updating')),
      route(`GET ${STATUS}`, SUCCEEDED)
    ],
    gets: [STATUS, RESOURCE],
    state: 'succeeded',
    result: resource(200, 'Updating')
  },
  {
    rule: 'A6 GET by status URL with Location: that',
    source: 'https://github.com/Azure/typespec-azure/issues/2933',
    method: 'GET',
    routes: [
      route(`GET ${RESOURCE}`, empty(202, BOTH)),
      route(`GET ${STATUS}`, SUCCEEDED),
      route(`GET ${RESULT}`, KEYS)
    ],
    gets: [STATUS, RESULT],
    state: 'succeeded',
    result: KEYS
  },
  {
    rule: 'A6 HEAD by status URL: the monitor’s answer, no matter what final-state-via says',
    source: 'https://github.com/Azure/typespec-azure/issues/2933',
    method: 'HEAD',
    rules: { finalStateVia: 'original-uri' },
    routes: [
      route(`HEAD ${RESOURCE}`, empty(202, asyncOperation(STATUS))),
      route(`GET ${STATUS}`, SUCCEEDED)
    ],
    gets: [STATUS],
    state: 'succeeded',
    result: SUCCEEDED
  }
]

const REPLICAS = 'https://github.com/hashicorp/terraform-provider-azurerm/pull/32331'
const ERROR_BEHIND_200 = 'https://github.com/Azure/azure-rest-api-specs/issues/22035'
const NOT_READY =
  'https://github.com/hashicorp/terraform-provider-azurerm/tree/main/internal/services/automation'

/** A PUT that has succeeded by its status URL, and what its resource then answers. */
const putThen = (rule: string, source: string, replies: Reply[], row: Partial<Row> = {}): Row =>
  put({
    rule,
    source,
    routes: [
      route(PUT, resource(201, 'Creating', asyncOperation(STATUS))),
      route(`GET ${STATUS}`, SUCCEEDED),
      route(`GET ${RESOURCE}`, ...replies)
    ],
    gets: [STATUS, replies.length === 1 ? RESOURCE : `${RESOURCE} x${replies.length}`],
    result: READY,
    ...row
  })

const putThenForever = (rule: string, source: string, replies: Reply[], row: Partial<Row>): Row =>
  putThen(rule, source, replies, {
    routes: [
      route(PUT, resource(201, 'Creating', asyncOperation(STATUS))),
      route(`GET ${STATUS}`, SUCCEEDED),
      routeForever(`GET ${RESOURCE}`, ...replies)
    ],
    gets: [STATUS, `${RESOURCE} +`],
    ...row
  })

const RESULT_GET: Row[] = [
  ...(
    [
      NOT_FOUND,
      refusal(403, 'AuthorizationFailed'),
      refusal(408, 'Timeout'),
      refusal(429, 'TooManyRequests'),
      refusal(500, 'Oops'),
      refusal(503, 'Busy', { 'retry-after': '3' }),
      malformed(200),
      'no answer'
    ] as const
  ).map((reply) =>
    putThen(
      `A6 a final GET that meets ${reply === 'no answer' ? reply : `${reply.status} ${reply.body.kind}`} is tried again`,
      REPLICAS,
      [reply, reply, READY]
    )
  ),
  ...[
    refusal(400, 'No'),
    refusal(401, 'No'),
    refusal(405, 'No'),
    refusal(409, 'No'),
    refusal(410, 'No'),
    empty(302)
  ].map((answer) =>
    putThen(
      `A6 a final GET that meets ${answer.status} changes nothing`,
      SOURCES.goPollers,
      [answer],
      {
        result: SUCCEEDED,
        warnings: [`HTTP ${answer.status}`]
      }
    )
  ),
  putThen(
    'A6 a final GET that meets an error and nothing else behind 200 is tried again',
    ERROR_BEHIND_200,
    [refusal(200, 'NotReady'), refusal(200, 'NotReady'), READY]
  ),
  putThenForever(
    'A6 an error and nothing else is no result, and changes nothing',
    ERROR_BEHIND_200,
    [refusal(200, 'NotReady')],
    { result: SUCCEEDED, warnings: ['unreadable body'] }
  ),
  ...[empty(200), empty(204), json(200, null)].map((answer) =>
    putThen(
      `A6 a final GET that answers ${answer.status} ${answer.body.kind}: the best body is the monitor’s`,
      SOURCES.goPollers,
      [answer],
      { result: SUCCEEDED, warnings: ['an empty body'] }
    )
  ),
  ...([NOT_FOUND, malformed(200), 'no answer'] as const).map((reply) =>
    putThenForever(
      `A6 a final GET that only ever meets ${reply === 'no answer' ? reply : reply.status} changes nothing`,
      REPLICAS,
      [reply],
      {
        result: SUCCEEDED,
        warnings: [
          reply === 'no answer'
            ? 'ECONNRESET'
            : reply.status === 404
              ? 'HTTP 404'
              : 'unreadable body'
        ]
      }
    )
  ),
  patch({
    rule: 'A6 PATCH by Location URL is tried again on 404 as a resource is',
    source: REPLICAS,
    rules: { finalStateVia: 'location' },
    routes: [
      route(PATCH, empty(202, BOTH)),
      route(`GET ${STATUS}`, SUCCEEDED),
      route(`GET ${RESULT}`, refusal(404, 'No'), READY)
    ],
    gets: [STATUS, `${RESULT} x2`],
    result: READY
  })
]

const SETTLE: Row[] = [
  putThen('A6 settle: no state is settled', NOT_READY, [json(200, { id: RESOURCE_ID })], {
    result: json(200, { id: RESOURCE_ID })
  }),
  putThen(
    'A6 settle: a state that is no string is left alone',
    NOT_READY,
    [json(200, { properties: { provisioningState: 7 } })],
    { result: json(200, { properties: { provisioningState: 7 } }) }
  ),
  putThen(
    'A6 settle: Failed after Succeeded has failed',
    NOT_READY,
    [
      json(200, {
        properties: { provisioningState: 'Failed', error: { code: 'Late', message: 'x' } }
      })
    ],
    {
      state: 'failed',
      error: 'Late',
      result: json(200, {
        properties: { provisioningState: 'Failed', error: { code: 'Late', message: 'x' } }
      })
    }
  ),
  putThen('A6 settle: Canceled after Succeeded', NOT_READY, [resource(200, 'Canceled')], {
    state: 'canceled',
    result: resource(200, 'Canceled')
  }),
  putThen('A6 settle: still at work, then Succeeded', NOT_READY, [
    resource(200, 'Updating'),
    resource(200, 'Updating'),
    READY
  ]),
  putThen(
    'A6 settle: still at work, then Failed',
    NOT_READY,
    [resource(200, 'Updating'), resource(200, 'Failed')],
    { state: 'failed', result: resource(200, 'Failed') }
  ),
  putThen(
    'A6 settle: a state counts on any 2xx',
    NOT_READY,
    [json(202, { id: RESOURCE_ID }), resource(202, 'Updating'), resource(202, 'Failed')],
    { state: 'failed', result: resource(202, 'Failed') }
  ),
  putThen('A6 settle: answers that cannot be read are passed over', NOT_READY, [
    resource(200, 'Updating'),
    NOT_FOUND,
    refusal(503, 'Busy'),
    'no answer',
    malformed(200),
    empty(204),
    READY
  ]),
  putThenForever(
    'A6 settle: `Ready` for ever succeeds with a warning',
    NOT_READY,
    [resource(200, 'Ready')],
    {
      result: resource(200, 'Ready'),
      warnings: ['had not settled']
    }
  ),
  putThenForever(
    'A6 settle: never readable again succeeds with a warning',
    NOT_READY,
    [resource(200, 'Updating'), NOT_FOUND],
    { result: resource(200, 'Updating'), warnings: ['had not settled'] }
  ),
  putThen('A6 settle: an own word settles it', NOT_READY, [resource(200, 'Ready')], {
    rules: { extraStates: { success: ['Ready'], failure: [] } },
    result: resource(200, 'Ready')
  }),
  patch({
    rule: 'A6 settle: PATCH too',
    source: NOT_READY,
    routes: [
      route(PATCH, empty(202, asyncOperation(STATUS))),
      route(`GET ${STATUS}`, SUCCEEDED),
      route(`GET ${RESOURCE}`, resource(200, 'Failed'))
    ],
    gets: [STATUS, RESOURCE],
    state: 'failed',
    result: resource(200, 'Failed')
  })
]

describe.each([
  ['the result of PUT and PATCH', CHANGES],
  ['the result of POST', ACTIONS],
  ['the result of the other methods', OTHERS],
  ['the final GET', RESULT_GET],
  ['the settle check', SETTLE]
])('%s', (_name, rows) => {
  it.each(rows)('$rule', (row) => {
    const { gets, state, error, result, warnings = [] } = row
    expect(summarize(row), row.source).toEqual({
      gets,
      state,
      warnings: warnings.map((part) => expect.stringContaining(part)),
      ...(result === undefined ? {} : { result }),
      ...(error === undefined ? {} : { error })
    })
  })
})

describe('the windows', () => {
  it('A6 the final GET is given a minute, and settling two, of an hour', () => {
    const never = putThenForever('', '', [NOT_FOUND], {})
    const ready = putThenForever('', '', [resource(200, 'Ready')], {})
    expect(span(never)).toBeGreaterThanOrEqual(MINUTE_MS - 200)
    expect(span(never)).toBeLessThanOrEqual(MINUTE_MS + 200)
    expect(span(ready)).toBeGreaterThanOrEqual(2 * MINUTE_MS - 200)
    expect(span(ready)).toBeLessThanOrEqual(2 * MINUTE_MS + 200)
  })

  it('A6 A4 the final GET is tried again ever more slowly', () => {
    const { sentAtMs } = playConversation(
      putThen('', '', [...Array<Reply>(4).fill('no answer'), READY])
    )
    const tries = sentAtMs.slice(1)
    const waits = tries.slice(1).map((sentMs, index) => sentMs - (tries[index] ?? 0) - 100)
    expect(waits).toEqual([1_000, 2_000, 4_000, 8_000])
  })

  it('A6 they are shares of a short timeout', () => {
    const short = { rules: { timing: timing({ timeoutMs: 4 * MINUTE_MS }) } }
    const never = putThenForever('', '', [NOT_FOUND], short)
    const ready = putThenForever('', '', [resource(200, 'Ready')], short)
    expect(span(never)).toBeLessThanOrEqual(MINUTE_MS / 4 + 200)
    expect(span(ready)).toBeLessThanOrEqual(MINUTE_MS / 2 + 200)
  })

  /** Milliseconds from the first GET of the resource to the last. */
  function span(row: Row): number {
    const { sentAtMs } = playConversation(row)
    return (sentAtMs.at(-1) ?? 0) - (sentAtMs[1] ?? 0)
  }
})

describe('the deadline', () => {
  const almostOver = { rules: { timing: timing({ timeoutMs: MINUTE_MS, pollIntervalMs: 29_500 }) } }
  const routes = (...replies: Reply[]) => ({
    routes: [
      route(PUT, resource(201, 'Creating', asyncOperation(STATUS))),
      route(`GET ${STATUS}`, operationStatus('Running'), SUCCEEDED),
      routeForever(`GET ${RESOURCE}`, ...replies)
    ]
  })

  it('A6 succeeds without the result that could not be read in time', () => {
    const row = putThen('', '', [], { ...almostOver, ...routes(NOT_FOUND) })
    const { operation } = playConversation(row)
    expect(operation).toMatchObject({ state: 'succeeded', response: SUCCEEDED })
    expect(operation.facts.warnings).toEqual([expect.stringContaining('the timeout expired')])
  })

  it('A6 succeeds although the resource had not settled in time', () => {
    const row = putThen('', '', [], { ...almostOver, ...routes(resource(200, 'Updating')) })
    const { operation } = playConversation(row)
    expect(operation).toMatchObject({ state: 'succeeded', response: resource(200, 'Updating') })
    expect(operation.facts.warnings).toEqual([expect.stringContaining('had not settled')])
  })

  it('A10 concludes nothing about an operation that runs', () => {
    const row = putThen('', '', [], {
      routes: [
        route(PUT, empty(202, asyncOperation(STATUS))),
        routeForever(`GET ${STATUS}`, operationStatus('AwaitingManualAction'))
      ]
    })
    const { operation } = playConversation(row)
    expect(isTerminal(operation)).toBe(false)
    expect(operation.facts.lastStatus).toBe('AwaitingManualAction')
  })
})
