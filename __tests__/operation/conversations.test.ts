/**
 * Whole conversations: the contract's flow of each method, the scenarios of the Autorest test server, and what real
 * providers do outside the contract.
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
  malformed,
  NOT_FOUND,
  ORIGIN,
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
  VERSION
} from '../../__fixtures__/conversation.ts'
import type { HttpResponse, Method } from '../../src/http/message.ts'
import type { Operation } from '../../src/operation/state.ts'

type Row = ConversationRow
type Case = readonly [word: string, state: Operation['state']]

const ENDS: readonly Case[] = [
  ['Succeeded', 'succeeded'],
  ['Failed', 'failed'],
  ['Canceled', 'canceled']
]

const IN_PROGRESS = operationStatus('InProgress')
const PRODUCT = json(200, { name: 'sku' })
const MISSING = refusal(404, 'OperationNotFound')
const EVIL = 'https://evil.invalid/7'
const JUNK = { location: 'somethingBadWhichShouldNotBeUsed' }

const CONTRACT: Row[] = [
  put({
    rule: 'A7 PUT 201 followed by the resource',
    source: SOURCES.contract,
    routes: [
      route(PUT, resource(201, 'Creating')),
      route(`GET ${RESOURCE}`, resource(200, 'Creating'), READY)
    ],
    gets: [`${RESOURCE} x2`],
    result: READY
  }),
  put({
    rule: 'A7 PUT 201 followed by Azure-AsyncOperation, then the resource',
    source: SOURCES.contract,
    routes: [
      route(PUT, resource(201, 'Creating', asyncOperation(STATUS))),
      route(`GET ${STATUS}`, IN_PROGRESS, SUCCEEDED),
      route(`GET ${RESOURCE}`, READY)
    ],
    gets: [`${STATUS} x2`, RESOURCE],
    result: READY
  }),
  put({
    rule: 'A7 PUT 202 of the old model: the resource is not there until it is done',
    source: SOURCES.contract,
    routes: [route(PUT, empty(202)), route(`GET ${RESOURCE}`, NOT_FOUND, NOT_FOUND, READY)],
    gets: [`${RESOURCE} x3`],
    result: READY
  }),
  patch({
    rule: 'A7 PATCH 202 followed by Location',
    source: `${SOURCES.validator}/lro-patch202.md`,
    routes: [
      route(PATCH, empty(202, location(RESULT))),
      route(`GET ${RESULT}`, empty(202), empty(202), READY)
    ],
    gets: [`${RESULT} x3`],
    result: READY
  }),
  patch({
    rule: 'A7 PATCH 202 with both headers: the status URL, then the resource',
    source: SOURCES.contract,
    routes: [
      route(PATCH, empty(202, BOTH)),
      route(`GET ${STATUS}`, SUCCEEDED),
      route(`GET ${RESOURCE}`, READY)
    ],
    gets: [STATUS, RESOURCE],
    result: READY
  }),
  patch({
    rule: 'A7 PATCH 200 was synchronous',
    source: SOURCES.contract,
    routes: [route(PATCH, READY)],
    gets: [],
    result: READY
  }),
  post({
    rule: 'A7 POST 202 followed by Location to a result',
    source: SOURCES.contract,
    routes: [
      route(POST, empty(202, location(RESULT))),
      route(`GET ${RESULT}`, empty(202), PRODUCT)
    ],
    gets: [`${RESULT} x2`],
    result: PRODUCT
  }),
  post({
    rule: 'A7 POST 202 with both headers: the status URL, then Location',
    source: SOURCES.contract,
    routes: [
      route(POST, empty(202, BOTH)),
      route(`GET ${STATUS}`, IN_PROGRESS, SUCCEEDED),
      route(`GET ${RESULT}`, PRODUCT)
    ],
    gets: [`${STATUS} x2`, RESULT],
    result: PRODUCT
  }),
  remove({
    rule: 'A7 DELETE 202 followed by Location',
    source: `${SOURCES.validator}/delete-response-codes.md`,
    routes: [
      route(DELETE, empty(202, location(RESULT))),
      route(`GET ${RESULT}`, empty(202), empty(204))
    ],
    gets: [`${RESULT} x2`],
    result: empty(204)
  }),
  remove({
    rule: 'A7 DELETE 202 followed by the absence of the resource',
    source: SOURCES.hashicorp,
    routes: [
      route(DELETE, empty(202)),
      route(`GET ${RESOURCE}`, resource(200, 'Deleting'), NOT_FOUND, NOT_FOUND, NOT_FOUND)
    ],
    gets: [`${RESOURCE} x4`],
    result: NOT_FOUND
  }),
  {
    rule: 'A7 GET is never an operation',
    source: SOURCES.validator,
    method: 'GET',
    routes: [route(`GET ${RESOURCE}`, resource(200, 'Updating', asyncOperation(STATUS)))],
    gets: [],
    state: 'succeeded',
    result: resource(200, 'Updating', asyncOperation(STATUS))
  }
]

/** The body of a failed operation, with its error. */
const ended = (word: string): HttpResponse =>
  word === 'Succeeded'
    ? SUCCEEDED
    : json(200, { status: word, error: { code: `Own${word}`, message: 'why' } })

const errorOf = (word: string) => (word === 'Succeeded' ? {} : { error: `Own${word}` })
const emptyError = { error: { code: 'Bad', message: 'bad' } }
const bad = json(400, emptyError)

const TEST_SERVER_PUT: Row[] = [
  ...[200, 201].map((status) =>
    put({
      rule: `H LROPut${status}Succeeded: done in the first answer`,
      source: SOURCES.testServer,
      routes: [route(PUT, resource(status, 'Succeeded'))],
      gets: [],
      result: resource(status, 'Succeeded')
    })
  ),
  put({
    rule: 'H LROPut200InlineCompleteNoState',
    source: SOURCES.testServer,
    routes: [route(PUT, PRODUCT)],
    gets: [],
    result: PRODUCT
  }),
  put({
    rule: 'H LROPut202Retry200',
    source: SOURCES.testServer,
    routes: [
      route(PUT, empty(202, { ...location(RESULT), 'retry-after': '0' })),
      route(`GET ${RESULT}`, PRODUCT)
    ],
    gets: [RESULT],
    result: PRODUCT
  }),
  put({
    rule: 'H LROPutSucceededWithBody',
    source: SOURCES.testServer,
    routes: [
      route(PUT, resource(201, 'Creating')),
      route(`GET ${RESOURCE}`, resource(200, 'Creating'), READY)
    ],
    gets: [`${RESOURCE} x2`],
    result: READY
  }),
  put({
    rule: 'H LROPutSucceededNoBody: the last poll holds no state',
    source: SOURCES.testServer,
    routes: [route(PUT, resource(200, 'Updating')), route(`GET ${RESOURCE}`, PRODUCT)],
    gets: [RESOURCE],
    result: PRODUCT
  }),
  put({
    rule: 'H LROPutFailed',
    source: SOURCES.testServer,
    routes: [
      route(PUT, resource(201, 'Created')),
      route(`GET ${RESOURCE}`, resource(200, 'Created'), resource(200, 'Failed'))
    ],
    gets: [`${RESOURCE} x2`],
    state: 'failed',
    result: resource(200, 'Failed')
  }),
  put({
    rule: 'H LROPutCanceled',
    source: SOURCES.testServer,
    routes: [
      route(PUT, resource(200, 'Accepted')),
      route(`GET ${RESOURCE}`, resource(200, 'Canceled'))
    ],
    gets: [RESOURCE],
    state: 'canceled',
    result: resource(200, 'Canceled')
  }),
  ...ENDS.flatMap(([word, state]) =>
    [{ 'retry-after': '0' }, {}].map((wait) =>
      put({
        rule: `H LROPutAsync${'retry-after' in wait ? 'Retry' : 'NoRetry'}${word}`,
        source: SOURCES.testServer,
        routes: [
          route(PUT, resource(200, 'Accepted', { ...asyncOperation(STATUS), ...wait })),
          route(`GET ${STATUS}`, operationStatus('InProgress', wait), ended(word)),
          ...(state === 'succeeded' ? [route(`GET ${RESOURCE}`, READY)] : [])
        ],
        gets: [`${STATUS} x2`, ...(state === 'succeeded' ? [RESOURCE] : [])],
        state,
        result: state === 'succeeded' ? READY : ended(word),
        ...errorOf(word)
      })
    )
  ),
  put({
    rule: 'H LROPutNoHeaderInRetry: the polls repeat no header',
    source: SOURCES.testServer,
    routes: [
      route(PUT, resource(202, 'Accepted', location(RESULT))),
      route(`GET ${RESULT}`, empty(202), READY)
    ],
    gets: [`${RESULT} x2`],
    result: READY
  }),
  put({
    rule: 'H LROPutAsyncNoHeaderInRetry: a Location that is no URL',
    source: SOURCES.testServer,
    routes: [
      route(PUT, resource(201, 'Accepted', { ...asyncOperation(STATUS), ...JUNK })),
      route(`GET ${STATUS}`, IN_PROGRESS, SUCCEEDED),
      route(`GET ${RESOURCE}`, READY)
    ],
    gets: [`${STATUS} x2`, RESOURCE],
    result: READY,
    warnings: ['Location']
  }),
  ...['LROPutNonResource', 'LROPutSubResource'].flatMap((name) => [
    put({
      rule: `H ${name}`,
      source: SOURCES.testServer,
      routes: [route(PUT, empty(202, location(RESULT))), route(`GET ${RESULT}`, PRODUCT)],
      gets: [RESULT],
      result: PRODUCT
    }),
    put({
      rule: `H ${name}InAsync`,
      source: SOURCES.testServer,
      routes: [
        route(PUT, empty(202, asyncOperation(STATUS))),
        route(`GET ${STATUS}`, SUCCEEDED),
        route(`GET ${RESOURCE}`, PRODUCT)
      ],
      gets: [STATUS, RESOURCE],
      result: PRODUCT
    })
  ])
]

const TEST_SERVER_PATCH: Row[] = [
  patch({
    rule: 'H LROPatchInlineCompleteIgnoreHeaders: the status URL does not exist',
    source: SOURCES.testServer,
    routes: [
      route(PATCH, resource(200, 'Succeeded', asyncOperation(STATUS))),
      routeForever(`GET ${STATUS}`, MISSING),
      route(`GET ${RESOURCE}`, READY)
    ],
    gets: [`${STATUS} +`, RESOURCE],
    result: resource(200, 'Succeeded', asyncOperation(STATUS)),
    warnings: ['polling URL']
  }),
  patch({
    rule: 'H LROPatch201WithAsyncHeader',
    source: SOURCES.testServer,
    routes: [
      route(PATCH, resource(201, 'Accepted', asyncOperation(STATUS))),
      route(`GET ${STATUS}`, IN_PROGRESS, SUCCEEDED),
      route(`GET ${RESOURCE}`, READY)
    ],
    gets: [`${STATUS} x2`, RESOURCE],
    result: READY
  }),
  patch({
    rule: 'H LROPatch202WithAsyncAndLocationHeader: the body says Succeeded, the monitor does not',
    source: SOURCES.testServer,
    routes: [
      route(PATCH, resource(202, 'Succeeded', BOTH)),
      route(`GET ${STATUS}`, IN_PROGRESS, SUCCEEDED),
      route(`GET ${RESOURCE}`, READY)
    ],
    gets: [`${STATUS} x2`, RESOURCE],
    result: READY
  })
]

const TEST_SERVER_DELETE: Row[] = [
  remove({
    rule: 'H LRODeleteNoHeaderInRetry',
    source: SOURCES.testServer,
    routes: [
      route(DELETE, resource(202, 'Accepted', location(RESULT))),
      route(`GET ${RESULT}`, empty(202), empty(204))
    ],
    gets: [`${RESULT} x2`],
    result: empty(204)
  }),
  remove({
    rule: 'H LRODeleteAsyncNoHeaderInRetry: a Location that is no URL',
    source: SOURCES.testServer,
    routes: [
      route(DELETE, resource(202, 'Accepted', { ...asyncOperation(STATUS), ...JUNK })),
      route(`GET ${STATUS}`, IN_PROGRESS, SUCCEEDED)
    ],
    gets: [`${STATUS} x2`],
    result: SUCCEEDED,
    warnings: ['Location']
  }),
  ...ENDS.map(([word, state]) =>
    remove({
      rule: `H LRODeleteProvisioning${word === 'Succeeded' ? 'SucceededWithBody' : word}`,
      source: SOURCES.testServer,
      routes: [
        route(DELETE, resource(202, 'Accepted', location(RESULT))),
        route(`GET ${RESULT}`, resource(200, 'Deleting'), resource(200, word))
      ],
      gets: [`${RESULT} x2`],
      state,
      result: resource(200, word)
    })
  ),
  ...[200, 204].map((status) =>
    remove({
      rule: `H LRODelete${status}: done in the first answer`,
      source: SOURCES.testServer,
      routes: [route(DELETE, empty(status))],
      gets: [],
      result: empty(status)
    })
  ),
  ...[200, 204].map((status) =>
    remove({
      rule: `H LRODelete202 that ends in ${status}`,
      source: SOURCES.testServer,
      routes: [
        route(DELETE, empty(202, location(RESULT))),
        route(`GET ${RESULT}`, empty(202, location(`/newer?${VERSION}`))),
        route(`GET /newer?${VERSION}`, empty(status))
      ],
      gets: [RESULT, `/newer?${VERSION}`],
      result: empty(status)
    })
  ),
  ...ENDS.map(([word, state]) =>
    remove({
      rule: `H LRODeleteAsync${word}`,
      source: SOURCES.testServer,
      routes: [route(DELETE, empty(202, BOTH)), route(`GET ${STATUS}`, IN_PROGRESS, ended(word))],
      gets: [`${STATUS} x2`],
      state,
      result: ended(word),
      ...errorOf(word)
    })
  )
]

const NEWER = `/post/newuri?${VERSION}`

const TEST_SERVER_POST: Row[] = [
  post({
    rule: 'H LROPostSucceededWithBody: a new Location on the way',
    source: SOURCES.testServer,
    routes: [
      route(POST, empty(202, location(RESULT))),
      route(`GET ${RESULT}`, empty(202, location(NEWER))),
      route(`GET ${NEWER}`, PRODUCT)
    ],
    gets: [RESULT, NEWER],
    result: PRODUCT
  }),
  post({
    rule: 'H LROPostSucceededNoBody: a new Location on the way',
    source: SOURCES.testServer,
    routes: [
      route(POST, empty(202, location(RESULT))),
      route(`GET ${RESULT}`, empty(202, location(NEWER))),
      route(`GET ${NEWER}`, empty(204))
    ],
    gets: [RESULT, NEWER],
    result: empty(204)
  }),
  post({
    rule: 'H LROPost200',
    source: SOURCES.testServer,
    routes: [route(POST, PRODUCT)],
    gets: [],
    result: PRODUCT
  }),
  post({
    rule: 'H LROPostDoubleHeadersFinalLocationGet',
    source: SOURCES.testServer,
    rules: { finalStateVia: 'location' },
    routes: [
      route(POST, empty(202, BOTH)),
      route(`GET ${STATUS}`, SUCCEEDED),
      route(`GET ${RESULT}`, PRODUCT)
    ],
    gets: [STATUS, RESULT],
    result: PRODUCT
  }),
  post({
    rule: 'H LROPostDoubleHeadersFinalAzureHeaderGet',
    source: SOURCES.testServer,
    rules: { finalStateVia: 'azure-async-operation' },
    routes: [route(POST, empty(202, BOTH)), route(`GET ${STATUS}`, SUCCEEDED)],
    gets: [STATUS],
    result: SUCCEEDED
  }),
  post({
    rule: 'H LROPostDoubleHeadersFinalAzureHeaderGetDefault: Location that knows nothing',
    source: SOURCES.testServer,
    routes: [
      route(POST, empty(202, BOTH)),
      route(`GET ${STATUS}`, SUCCEEDED),
      route(`GET ${RESULT}`, refusal(400, 'NotForYou'))
    ],
    gets: [STATUS, RESULT],
    result: SUCCEEDED
  }),
  post({
    rule: 'H LROPostAndGetList',
    source: SOURCES.testServer,
    routes: [
      route(POST, empty(202, BOTH)),
      route(`GET ${STATUS}`, SUCCEEDED),
      route(`GET ${RESULT}`, json(200, [{ id: '1' }]))
    ],
    gets: [STATUS, RESULT],
    result: json(200, [{ id: '1' }])
  }),
  ...ENDS.map(([word, state]) =>
    post({
      rule: `H LROPostAsync${word}`,
      source: SOURCES.testServer,
      routes: [
        route(POST, empty(202, BOTH)),
        route(`GET ${STATUS}`, IN_PROGRESS, ended(word)),
        ...(state === 'succeeded' ? [route(`GET ${RESULT}`, PRODUCT)] : [])
      ],
      gets: [`${STATUS} x2`, ...(state === 'succeeded' ? [RESULT] : [])],
      state,
      result: state === 'succeeded' ? PRODUCT : ended(word),
      ...errorOf(word)
    })
  ),
  post({
    rule: 'H CustomHeader: a status URL that answers 202',
    source: SOURCES.testServer,
    routes: [
      route(POST, empty(202, asyncOperation(STATUS))),
      route(`GET ${STATUS}`, json(202, { status: 'Accepted' }), json(202, { status: 'Succeeded' }))
    ],
    gets: [`${STATUS} x2`],
    result: json(202, { status: 'Succeeded' })
  })
]

const ONCE = refusal(500, 'InternalServerError')

const TEST_SERVER_RETRY: Row[] = [
  put({
    rule: 'H LRORetryPut201CreatingSucceeded200: 500 once on the resource',
    source: SOURCES.testServer,
    routes: [route(PUT, resource(201, 'Creating')), route(`GET ${RESOURCE}`, ONCE, READY)],
    gets: [`${RESOURCE} x2`],
    result: READY
  }),
  put({
    rule: 'H LRORetryPutAsyncSucceeded: 500 once on the status',
    source: SOURCES.testServer,
    routes: [
      route(PUT, empty(202, asyncOperation(STATUS))),
      route(`GET ${STATUS}`, ONCE, SUCCEEDED),
      route(`GET ${RESOURCE}`, READY)
    ],
    gets: [`${STATUS} x2`, RESOURCE],
    result: READY
  }),
  remove({
    rule: 'H LRORetryDelete202Retry200: 500 once on Location',
    source: SOURCES.testServer,
    routes: [route(DELETE, empty(202, location(RESULT))), route(`GET ${RESULT}`, ONCE, empty(200))],
    gets: [`${RESULT} x2`],
    result: empty(200)
  }),
  remove({
    rule: 'H LRORetryDeleteAsyncSucceeded: 500 once on the status',
    source: SOURCES.testServer,
    routes: [
      route(DELETE, empty(202, asyncOperation(STATUS))),
      route(`GET ${STATUS}`, ONCE, SUCCEEDED)
    ],
    gets: [`${STATUS} x2`],
    result: SUCCEEDED
  }),
  post({
    rule: 'H LRORetryPost202Retry200: 500 once on Location',
    source: SOURCES.testServer,
    routes: [route(POST, empty(202, location(RESULT))), route(`GET ${RESULT}`, ONCE, PRODUCT)],
    gets: [`${RESULT} x2`],
    result: PRODUCT
  }),
  post({
    rule: 'H LRORetryPostAsyncSucceeded: 500 once on the status',
    source: SOURCES.testServer,
    routes: [
      route(POST, empty(202, asyncOperation(STATUS))),
      route(`GET ${STATUS}`, ONCE, SUCCEEDED)
    ],
    gets: [`${STATUS} x2`],
    result: SUCCEEDED
  }),
  ...(['PUT', 'DELETE', 'POST'] as const).map(
    (method): Row => ({
      rule: `H LRONonRetry${method}400`,
      source: SOURCES.testServer,
      method,
      routes: [route(`${method} ${RESOURCE}`, bad)],
      gets: [],
      state: 'failed',
      result: bad,
      error: 'Bad'
    })
  ),
  put({
    rule: 'H LRONonRetryPut201Creating400: a resource that cannot be read is no failure',
    source: SOURCES.testServer,
    routes: [route(PUT, resource(201, 'Creating')), route(`GET ${RESOURCE}`, bad, bad, bad)],
    gets: [`${RESOURCE} x3`],
    state: 'unknown',
    error: 'Bad',
    reason: 'HTTP 400 Bad'
  }),
  put({
    rule: 'H LRONonRetryPut201Creating400InvalidJson',
    source: SOURCES.testServer,
    routes: [
      route(PUT, resource(201, 'Creating')),
      routeForever(`GET ${RESOURCE}`, malformed(400))
    ],
    gets: [`${RESOURCE} x3`],
    state: 'unknown',
    reason: 'HTTP 400'
  }),
  put({
    rule: 'H LRONonRetryPutAsync400: a status that cannot be read; the resource has ended',
    source: SOURCES.testServer,
    routes: [
      route(PUT, resource(200, 'Creating', asyncOperation(STATUS))),
      route(`GET ${STATUS}`, bad, bad, bad),
      route(`GET ${RESOURCE}`, READY)
    ],
    gets: [`${STATUS} x3`, RESOURCE],
    result: READY,
    warnings: ['HTTP 400 Bad']
  }),
  ...[remove, post].map((build) =>
    build({
      rule: 'H LRONonRetry202NonRetry400: a 400 behind Location is the failure',
      source: SOURCES.testServer,
      routes: [
        route(build === post ? POST : DELETE, empty(202, location(RESULT))),
        route(`GET ${RESULT}`, bad)
      ],
      gets: [RESULT],
      state: 'failed',
      result: bad,
      error: 'Bad'
    })
  ),
  remove({
    rule: 'H LRONonRetryDeleteAsync400: the resource is gone',
    source: SOURCES.testServer,
    routes: [
      route(DELETE, empty(202, asyncOperation(STATUS))),
      route(`GET ${STATUS}`, bad, bad, bad),
      route(`GET ${RESOURCE}`, NOT_FOUND, NOT_FOUND, NOT_FOUND)
    ],
    gets: [`${STATUS} x3`, `${RESOURCE} x3`],
    result: NOT_FOUND,
    warnings: ['HTTP 400 Bad']
  }),
  post({
    rule: 'H LRONonRetryPostAsync400: Location knows',
    source: SOURCES.testServer,
    routes: [
      route(POST, empty(202, BOTH)),
      route(`GET ${STATUS}`, bad, bad, bad),
      route(`GET ${RESULT}`, PRODUCT)
    ],
    gets: [`${STATUS} x3`, RESULT],
    result: PRODUCT,
    warnings: ['HTTP 400 Bad']
  }),
  post({
    rule: 'H LRONonRetryPostAsync400 without Location: unknown',
    source: SOURCES.testServer,
    routes: [
      route(POST, empty(202, asyncOperation(STATUS))),
      route(`GET ${STATUS}`, bad, bad, bad)
    ],
    gets: [`${STATUS} x3`],
    state: 'unknown',
    error: 'Bad',
    reason: 'HTTP 400 Bad'
  })
]

const FOO = `/foo?${VERSION}`

/** A PUT at work whose status URL gives `reply` three times, and whose resource then says Succeeded. */
const stateless = (rule: string, reply: Reply): Row =>
  put({
    rule,
    source: SOURCES.testServer,
    routes: [
      route(PUT, resource(200, 'Creating', asyncOperation(STATUS))),
      route(`GET ${STATUS}`, reply, reply, reply),
      route(`GET ${RESOURCE}`, READY)
    ],
    gets: [`${STATUS} x3`, RESOURCE],
    result: READY,
    warnings: ['without a readable state']
  })

const TEST_SERVER_ERROR: Row[] = [
  put({
    rule: 'H LROErrorPut201NoProvisioningStatePayload',
    source: SOURCES.testServer,
    routes: [route(PUT, empty(201)), route(`GET ${RESOURCE}`, PRODUCT)],
    gets: [RESOURCE],
    result: PRODUCT
  }),
  stateless('H LROErrorPutAsyncNoPollingStatus: {} three times, then evidence', json(200, {})),
  stateless(
    'H LROErrorPutAsyncNoPollingStatusPayload: nothing three times, then evidence',
    empty(200)
  ),
  stateless('H LROErrorPutAsyncInvalidJsonPolling: broken JSON three times', malformed(200)),
  put({
    rule: 'H LROErrorPut200InvalidJson: the resource tells',
    source: SOURCES.testServer,
    routes: [route(PUT, malformed(200)), route(`GET ${RESOURCE}`, READY)],
    gets: [RESOURCE],
    result: READY
  }),
  put({
    rule: 'H LROErrorPut200InvalidJson: three unreadable resources',
    source: SOURCES.testServer,
    routes: [
      route(PUT, malformed(200)),
      route(`GET ${RESOURCE}`, malformed(200), malformed(200), malformed(200))
    ],
    gets: [`${RESOURCE} x3`],
    state: 'unknown',
    reason: 'without a readable state'
  }),
  put({
    rule: 'H LROErrorPutAsyncInvalidHeader: /foo and Retry-After /bar',
    source: SOURCES.testServer,
    routes: [
      route(
        PUT,
        resource(200, 'Creating', { 'azure-asyncoperation': '/foo', 'retry-after': '/bar' })
      ),
      routeForever(`GET ${FOO}`, MISSING),
      route(`GET ${RESOURCE}`, READY)
    ],
    gets: [`${FOO} +`, RESOURCE],
    result: READY,
    warnings: ['relative', 'OperationNotFound']
  }),
  remove({
    rule: 'H LROErrorDelete202RetryInvalidHeader: /foo and Retry-After /bar',
    source: SOURCES.testServer,
    routes: [
      route(DELETE, empty(202, { location: '/foo', 'retry-after': '/bar' })),
      route(`GET ${FOO}`, MISSING),
      route(`GET ${RESOURCE}`, NOT_FOUND, NOT_FOUND, NOT_FOUND)
    ],
    gets: [FOO, `${RESOURCE} x3`],
    result: NOT_FOUND
  }),
  remove({
    rule: 'H LROErrorDeleteNoLocation: a 204 is done',
    source: SOURCES.testServer,
    routes: [route(DELETE, empty(204))],
    gets: [],
    result: empty(204)
  }),
  remove({
    rule: 'H LROErrorDeleteAsyncNoStatus: {} three times, then the absence',
    source: SOURCES.testServer,
    routes: [
      route(DELETE, empty(202, asyncOperation(STATUS))),
      route(`GET ${STATUS}`, json(200, {}), json(200, {}), json(200, {})),
      route(`GET ${RESOURCE}`, NOT_FOUND, NOT_FOUND, NOT_FOUND)
    ],
    gets: [`${STATUS} x3`, `${RESOURCE} x3`],
    result: NOT_FOUND,
    warnings: ['without a readable state']
  }),
  post({
    rule: 'H LROErrorPostNoLocation',
    source: SOURCES.testServer,
    routes: [route(POST, empty(202))],
    gets: [],
    state: 'unknown',
    reason: 'cannot be followed'
  }),
  post({
    rule: 'H LROErrorPostAsyncNoPollingPayload: nothing three times, no evidence',
    source: SOURCES.testServer,
    routes: [
      route(POST, empty(202, asyncOperation(STATUS))),
      route(`GET ${STATUS}`, empty(200), empty(200), empty(200))
    ],
    gets: [`${STATUS} x3`],
    state: 'unknown',
    reason: 'without a readable state'
  })
]

const SLOW = refusal(429, 'TooManyRequests', { 'retry-after': '2' })
const APIM_UPDATE = 'https://github.com/Azure/apiops-cli/pull/243'
const CONFIRM_FIRST = resource(200, 'Succeeded', asyncOperation(STATUS))

/** A PUT answered as done with a status URL that is not allowed, and what its resource then says. */
const confirmed = (rule: string, replies: Reply[], row: Partial<Row> = {}): Row =>
  put({
    rule,
    source: APIM_UPDATE,
    routes: [
      route(PUT, CONFIRM_FIRST),
      route(`GET ${STATUS}`, refusal(405, 'MethodNotAllowed')),
      route(`GET ${RESOURCE}`, ...replies)
    ],
    gets: [STATUS, replies.length === 1 ? RESOURCE : `${RESOURCE} x${replies.length}`],
    result: CONFIRM_FIRST,
    warnings: ['polling URL'],
    ...row
  })

const PROVISIONAL: Row[] = [
  put({
    rule: 'A1 provisional answer: a first answer that said Succeeded, and failed later',
    source: APIM_UPDATE,
    routes: [route(PUT, CONFIRM_FIRST), route(`GET ${STATUS}`, IN_PROGRESS, ended('Failed'))],
    gets: [`${STATUS} x2`],
    state: 'failed',
    result: ended('Failed'),
    error: 'OwnFailed'
  }),
  put({
    rule: 'A1 provisional answer: once it ran, its first answer stands no more',
    source: APIM_UPDATE,
    routes: [
      route(PUT, CONFIRM_FIRST),
      route(`GET ${STATUS}`, IN_PROGRESS, MISSING, MISSING, MISSING),
      route(`GET ${RESOURCE}`, READY)
    ],
    gets: [`${STATUS} x4`, RESOURCE],
    state: 'unknown',
    reason: 'provisioningState Succeeded',
    error: 'OperationNotFound',
    warnings: ['OperationNotFound']
  }),
  confirmed('A1 confirm: the resource says so too', [READY]),
  confirmed('A1 confirm: the resource has no state', [PRODUCT]),
  confirmed(
    'A1 confirm: the resource is at work, so it is followed',
    [resource(200, 'Updating'), resource(200, 'Updating'), READY],
    { result: READY }
  ),
  confirmed(
    'A1 confirm: the resource is at work, then fails',
    [resource(200, 'Updating'), resource(200, 'Failed')],
    { state: 'failed', result: resource(200, 'Failed') }
  ),
  confirmed('A1 confirm: the resource has failed', [resource(200, 'Failed')], {
    state: 'failed',
    result: resource(200, 'Failed')
  }),
  confirmed('A1 confirm: the resource was canceled', [resource(200, 'Canceled')], {
    state: 'canceled',
    result: resource(200, 'Canceled')
  }),
  ...[403, 404, 400].map((status) =>
    confirmed(`A1 confirm: a resource that answers ${status} cannot be read`, [
      refusal(status, 'No')
    ])
  ),
  confirmed('A1 confirm: a broken body cannot be read', [malformed(200)]),
  confirmed(
    'A1 confirm: a gateway’s error is asked again',
    [ONCE, 'no answer', resource(200, 'Failed')],
    {
      state: 'failed',
      result: resource(200, 'Failed')
    }
  ),
  confirmed(
    'A1 confirm: a 429 costs none of its looks',
    [SLOW, SLOW, SLOW, SLOW, resource(200, 'Failed')],
    { state: 'failed', result: resource(200, 'Failed') }
  ),
  confirmed(
    'A1 confirm: a state counts on any 2xx',
    [json(202, { id: RESOURCE_ID }), resource(202, 'Updating'), resource(201, 'Failed')],
    { state: 'failed', result: resource(201, 'Failed') }
  ),
  confirmed('A1 confirm: a state in a refusal is none', [resource(400, 'Failed')]),
  put({
    rule: 'A1 confirm: at work, then not found three times, is unknown',
    source: APIM_UPDATE,
    routes: [
      route(PUT, CONFIRM_FIRST),
      route(`GET ${STATUS}`, refusal(405, 'MethodNotAllowed')),
      route(`GET ${RESOURCE}`, resource(200, 'Updating'), NOT_FOUND, NOT_FOUND, NOT_FOUND)
    ],
    gets: [STATUS, `${RESOURCE} x4`],
    state: 'unknown',
    error: 'ResourceNotFound',
    reason: 'ResourceNotFound',
    warnings: ['polling URL']
  }),
  confirmed('A1 confirm: three gateway errors cannot be read', [ONCE, 'no answer', ONCE]),
  put({
    rule: 'A1 confirm: 404 is given its grace first',
    source: SOURCES.testServer,
    routes: [
      route(PUT, CONFIRM_FIRST),
      route(`GET ${STATUS}`, MISSING, MISSING, SUCCEEDED),
      route(`GET ${RESOURCE}`, READY)
    ],
    gets: [`${STATUS} x3`, RESOURCE],
    result: READY
  }),
  put({
    rule: 'A1 confirm: a status URL on another host with Succeeded',
    source: APIM_UPDATE,
    routes: [
      route(PUT, resource(200, 'Succeeded', asyncOperation(EVIL))),
      route(`GET ${RESOURCE}`, READY)
    ],
    gets: [RESOURCE],
    result: resource(200, 'Succeeded', asyncOperation(EVIL)),
    warnings: ['Azure-AsyncOperation', 'polling URL']
  }),
  ...[404, 405, 410].map((status) =>
    put({
      rule: `A1 C7 provisional answer: a Location that answers ${status} after a 200 without a state`,
      source: APIM_UPDATE,
      routes: [
        route(PUT, json(200, { id: RESOURCE_ID }, location(RESULT))),
        routeForever(`GET ${RESULT}`, refusal(status, 'No')),
        route(`GET ${RESOURCE}`, READY)
      ],
      gets: [`${RESULT} +`, RESOURCE],
      result: json(200, { id: RESOURCE_ID }, location(RESULT)),
      warnings: ['polling URL']
    })
  ),
  post({
    rule: 'A1 C7 provisional answer: an action has no resource to ask, its first answer stands',
    source: APIM_UPDATE,
    routes: [
      route(POST, json(200, { keys: [] }, location(RESULT))),
      route(`GET ${RESULT}`, refusal(405, 'No'))
    ],
    gets: [RESULT],
    result: json(200, { keys: [] }, location(RESULT)),
    warnings: ['polling URL']
  }),
  remove({
    rule: 'A1 C7 provisional answer: a DELETE whose resource is still at work',
    source: APIM_UPDATE,
    routes: [
      route(DELETE, empty(200, location(RESULT))),
      route(`GET ${RESULT}`, refusal(405, 'No')),
      route(`GET ${RESOURCE}`, resource(200, 'Deleting'), NOT_FOUND, NOT_FOUND, NOT_FOUND)
    ],
    gets: [RESULT, `${RESOURCE} x4`],
    result: NOT_FOUND,
    warnings: ['polling URL']
  })
]

const APIM_IMPORT = 'https://github.com/hashicorp/terraform-provider-azurerm/issues/23322'
const ASYNC_ID = `${RESOURCE}&asyncId=7`
const REVISION = `${RESOURCE_ID};rev=1?${VERSION}&asyncId=7`
const SIGNED = `${STATUS}&t=639035&c=MIIHhz%2B&s=${'a_-~'.repeat(1_000)}&h=x'y`
const OTHER_VERSION = `${RESOURCE_ID}/operations/7?api-version=2015-11-01-preview`

const QUIRKS: Row[] = [
  put({
    rule: 'Q1 404 on the first polls of the status',
    source: 'https://github.com/Azure/azure-cli/issues/28834',
    routes: [
      route(PUT, resource(201, 'Accepted', asyncOperation(STATUS))),
      route(`GET ${STATUS}`, MISSING, MISSING, MISSING, IN_PROGRESS, SUCCEEDED),
      route(`GET ${RESOURCE}`, READY)
    ],
    gets: [`${STATUS} x5`, RESOURCE],
    result: READY
  }),
  put({
    rule: 'Q2 a status URL that only ever answers 404, and a resource that was created',
    source:
      'https://github.com/hashicorp/terraform-provider-azurerm/tree/main/internal/services/network',
    routes: [
      route(PUT, resource(201, 'Accepted', asyncOperation(STATUS))),
      routeForever(`GET ${STATUS}`, MISSING),
      route(`GET ${RESOURCE}`, READY)
    ],
    gets: [`${STATUS} +`, RESOURCE],
    result: READY,
    warnings: ['OperationNotFound']
  }),
  put({
    rule: 'Q2 a status URL that only ever answers 404, and a resource that cannot tell',
    source:
      'https://github.com/hashicorp/terraform-provider-azurerm/tree/main/internal/services/network',
    routes: [
      route(PUT, empty(202, asyncOperation(STATUS))),
      routeForever(`GET ${STATUS}`, MISSING),
      route(`GET ${RESOURCE}`, READY)
    ],
    gets: [`${STATUS} +`, RESOURCE],
    state: 'unknown',
    error: 'OperationNotFound',
    reason: 'provisioningState Succeeded',
    warnings: ['OperationNotFound']
  }),
  put({
    rule: 'Q2 nor can one without a state',
    source:
      'https://github.com/hashicorp/terraform-provider-azurerm/tree/main/internal/services/network',
    routes: [
      route(PUT, empty(202, asyncOperation(STATUS))),
      routeForever(`GET ${STATUS}`, MISSING),
      route(`GET ${RESOURCE}`, json(200, { id: RESOURCE_ID, name: 'sku' }))
    ],
    gets: [`${STATUS} +`, RESOURCE],
    state: 'unknown',
    error: 'OperationNotFound',
    reason: 'no provisioning state',
    warnings: ['OperationNotFound']
  }),
  post({
    rule: 'Q2 an action whose status URL only ever answers 404',
    source: 'https://github.com/Azure/azure-rest-api-specs/issues/25362',
    routes: [
      route(POST, empty(202, asyncOperation(STATUS))),
      routeForever(`GET ${STATUS}`, MISSING)
    ],
    gets: [`${STATUS} +`],
    state: 'unknown',
    error: 'OperationNotFound',
    reason: 'OperationNotFound'
  }),
  put({
    rule: 'Q3 a status URL on another host: no token, the resource instead',
    source: 'https://github.com/Azure/azure-rest-api-specs/issues/25356',
    routes: [
      route(PUT, empty(202, asyncOperation(EVIL))),
      route(`GET ${RESOURCE}`, resource(200, 'Creating'), READY)
    ],
    gets: [`${RESOURCE} x2`],
    result: READY,
    warnings: ['Azure-AsyncOperation']
  }),
  post({
    rule: 'Q3 D3 a second Location on another host is ignored, the first kept',
    source: 'https://github.com/Azure/azure-sdk-for-python/pull/48804',
    routes: [
      route(POST, empty(202, location(RESULT))),
      route(`GET ${RESULT}`, empty(202, location(EVIL)), PRODUCT)
    ],
    gets: [`${RESULT} x2`],
    result: PRODUCT
  }),
  put({
    rule: 'Q3 D3 a second status URL on another host is ignored, the first kept',
    source: 'https://github.com/Azure/azure-sdk-for-python/pull/48804',
    routes: [
      route(PUT, empty(202, asyncOperation(STATUS))),
      route(`GET ${STATUS}`, operationStatus('Running', asyncOperation(EVIL)), SUCCEEDED),
      route(`GET ${RESOURCE}`, READY)
    ],
    gets: [`${STATUS} x2`, RESOURCE],
    result: READY
  }),
  put({
    rule: 'B21 the newest status URL wins, whichever header names it',
    source: 'https://github.com/Azure/autorest.powershell/issues/579',
    routes: [
      route(PUT, empty(202, asyncOperation(STATUS))),
      route(`GET ${STATUS}`, operationStatus('Running', operationLocation('/b?api-version=1'))),
      route('GET /b?api-version=1', operationStatus('Running', asyncOperation('/c?api-version=1'))),
      route('GET /c?api-version=1', SUCCEEDED),
      route(`GET ${RESOURCE}`, READY)
    ],
    gets: [STATUS, '/b?api-version=1', '/c?api-version=1', RESOURCE],
    result: READY
  }),
  ...([put, remove] as const).map((build) =>
    build({
      rule: 'Q4 a status URL without GET (405): the fallback at once',
      source: 'https://github.com/Azure/azure-rest-api-specs/issues/25362',
      routes: [
        route(build === put ? PUT : DELETE, resource(201, 'Accepted', asyncOperation(STATUS))),
        route(`GET ${STATUS}`, refusal(405, 'MethodNotAllowed')),
        route(`GET ${RESOURCE}`, ...(build === put ? [READY] : [NOT_FOUND, NOT_FOUND, NOT_FOUND]))
      ],
      gets: [STATUS, build === put ? RESOURCE : `${RESOURCE} x3`],
      result: build === put ? READY : NOT_FOUND,
      warnings: ['MethodNotAllowed']
    })
  ),
  put({
    rule: 'Q4 a status URL that is gone (410)',
    source: SOURCES.contract,
    routes: [
      route(PUT, resource(201, 'Accepted', asyncOperation(STATUS))),
      routeForever(`GET ${STATUS}`, empty(410)),
      route(`GET ${RESOURCE}`, READY)
    ],
    gets: [`${STATUS} x3`, RESOURCE],
    result: READY,
    warnings: ['HTTP 410']
  }),
  put({
    rule: 'Q5 a status URL with port 443',
    source: 'https://github.com/hashicorp/go-azure-sdk/pull/339',
    routes: [
      route(PUT, empty(202, asyncOperation(`${ORIGIN}:443${STATUS}`))),
      route(`GET ${ORIGIN}:443${STATUS}`, SUCCEEDED),
      route(`GET ${RESOURCE}`, READY)
    ],
    gets: [`${ORIGIN}:443${STATUS}`, RESOURCE],
    result: READY
  }),
  put({
    rule: 'Q6 Location is the resource, which answers without a state',
    source: 'https://github.com/hashicorp/go-azure-sdk/pull/590',
    routes: [route(PUT, json(201, {}, location(RESOURCE))), route(`GET ${RESOURCE}`, PRODUCT)],
    gets: [RESOURCE],
    result: PRODUCT
  }),
  put({
    rule: 'Q6 Location on 202 is the resource',
    source: 'https://github.com/hashicorp/go-azure-sdk/pull/583',
    routes: [
      route(PUT, empty(202, location(RESOURCE))),
      route(`GET ${RESOURCE}`, empty(202), PRODUCT)
    ],
    gets: [`${RESOURCE} x2`],
    result: PRODUCT
  }),
  put({
    rule: 'Q7 Location is the resource with an asyncId: 201 and 202 run on',
    source: APIM_IMPORT,
    routes: [
      route(PUT, empty(202, location(ASYNC_ID))),
      route(`GET ${ASYNC_ID}`, empty(202), json(201, {}, location(ASYNC_ID)), PRODUCT)
    ],
    gets: [`${ASYNC_ID} x3`],
    result: PRODUCT
  }),
  put({
    rule: 'Q8 a revision in the path is sent as it stands',
    source: APIM_IMPORT,
    routes: [route(PUT, empty(202, location(REVISION))), route(`GET ${REVISION}`, PRODUCT)],
    gets: [REVISION],
    result: PRODUCT
  }),
  post({
    rule: 'Q9 204 from the status URL ends an action',
    source: 'https://github.com/Azure/azure-cli/issues/7671',
    routes: [route(POST, empty(202, asyncOperation(STATUS))), route(`GET ${STATUS}`, empty(204))],
    gets: [STATUS],
    result: empty(204)
  }),
  remove({
    rule: 'Q9 204 from the status URL ends a DELETE',
    source: 'https://github.com/Azure/azure-cli/issues/7671',
    routes: [route(DELETE, empty(202, BOTH)), route(`GET ${STATUS}`, IN_PROGRESS, empty(204))],
    gets: [`${STATUS} x2`],
    result: empty(204)
  }),
  put({
    rule: 'Q9 204 from the status URL of a PUT: the resource has ended',
    source: 'https://github.com/Azure/azure-cli/issues/7671',
    routes: [
      route(PUT, empty(202, asyncOperation(STATUS))),
      route(`GET ${STATUS}`, empty(204)),
      route(`GET ${RESOURCE}`, READY)
    ],
    gets: [STATUS, RESOURCE],
    result: READY,
    warnings: ['204']
  }),
  put({
    rule: 'Q9 204 from the status URL of a PUT: the resource is followed',
    source: 'https://github.com/Azure/azure-cli/issues/7671',
    routes: [
      route(PUT, empty(202, asyncOperation(STATUS))),
      route(`GET ${STATUS}`, empty(204)),
      route(`GET ${RESOURCE}`, resource(200, 'Updating'), resource(200, 'Failed'))
    ],
    gets: [STATUS, `${RESOURCE} x2`],
    state: 'failed',
    result: resource(200, 'Failed'),
    warnings: ['204']
  }),
  put({
    rule: 'Q9 204 from the status URL of a PUT: a resource that is not there yet is given its grace',
    source: 'https://github.com/Azure/azure-cli/issues/7671',
    routes: [
      route(PUT, empty(202, asyncOperation(STATUS))),
      route(`GET ${STATUS}`, empty(204)),
      route(`GET ${RESOURCE}`, NOT_FOUND, NOT_FOUND, NOT_FOUND, NOT_FOUND, READY)
    ],
    gets: [STATUS, `${RESOURCE} x5`],
    result: READY,
    warnings: ['204']
  }),
  post({
    rule: 'Q9 200 without a body for ever, and Location that ran elsewhere',
    source: 'https://github.com/Azure/azure-cli/issues/7671',
    routes: [
      route(POST, empty(202, BOTH)),
      route(`GET ${STATUS}`, empty(200), empty(200), empty(200)),
      route(`GET ${RESULT}`, empty(202), empty(204))
    ],
    gets: [`${STATUS} x3`, `${RESULT} x2`],
    result: empty(204),
    warnings: ['without a readable state']
  }),
  patch({
    rule: 'Q10 a list instead of a status, then the status',
    source: 'https://github.com/hashicorp/terraform-provider-azurerm/issues/22771',
    routes: [
      route(PATCH, empty(202, asyncOperation(STATUS))),
      route(`GET ${STATUS}`, json(200, { value: [] }), json(200, { value: [] }), SUCCEEDED),
      route(`GET ${RESOURCE}`, READY)
    ],
    gets: [`${STATUS} x3`, RESOURCE],
    result: READY
  }),
  post({
    rule: 'Q11 a status behind Location that runs, then fails',
    source: 'https://github.com/Azure/go-autorest/issues/634',
    routes: [
      route(POST, empty(202, location(RESULT))),
      route(`GET ${RESULT}`, operationStatus('InProgress', { 'retry-after': '1' }), ended('Failed'))
    ],
    gets: [`${RESULT} x2`],
    state: 'failed',
    result: ended('Failed'),
    error: 'OwnFailed'
  }),
  post({
    rule: 'Q11 a what-if that failed',
    source: 'https://learn.microsoft.com/rest/api/resources/deployments/what-if',
    routes: [route(POST, empty(202, location(RESULT))), route(`GET ${RESULT}`, ended('Failed'))],
    gets: [RESULT],
    state: 'failed',
    result: ended('Failed'),
    error: 'OwnFailed'
  }),
  patch({
    rule: 'Q12 an operation answered by 200 with a status URL',
    source: 'https://github.com/hashicorp/go-azure-sdk/pull/959',
    routes: [
      route(PATCH, json(200, {}, asyncOperation(STATUS))),
      route(`GET ${STATUS}`, IN_PROGRESS, SUCCEEDED),
      route(`GET ${RESOURCE}`, READY)
    ],
    gets: [`${STATUS} x2`, RESOURCE],
    result: READY
  }),
  post({
    rule: 'Q12 an operation answered by 200 with Location',
    source: 'https://github.com/hashicorp/go-azure-sdk/pull/959',
    routes: [
      route(POST, json(200, {}, location(RESULT))),
      route(`GET ${RESULT}`, empty(202), PRODUCT)
    ],
    gets: [`${RESULT} x2`],
    result: PRODUCT
  }),
  put({
    rule: 'Q13 words of their own run on',
    source: 'https://github.com/hashicorp/go-azure-sdk/pull/1221',
    routes: [
      route(PUT, empty(202, asyncOperation(STATUS))),
      route(
        `GET ${STATUS}`,
        operationStatus('Preparing System Configuration'),
        operationStatus('FailoverInProgress'),
        operationStatus('PartiallySucceeded'),
        operationStatus('succeeded')
      ),
      route(`GET ${RESOURCE}`, READY)
    ],
    gets: [`${STATUS} x4`, RESOURCE],
    result: READY
  }),
  post({
    rule: 'Q14 Completed',
    source: 'https://github.com/Azure/azure-sdk-for-go/issues/20342',
    routes: [
      route(POST, empty(202, asyncOperation(STATUS))),
      route(`GET ${STATUS}`, operationStatus('Completed'))
    ],
    gets: [STATUS],
    result: operationStatus('Completed')
  }),
  put({
    rule: 'Q15 Succeeded before the resource is',
    source: 'https://github.com/Azure/azure-rest-api-specs/pull/25435',
    routes: [
      route(PUT, resource(201, 'Creating', asyncOperation(STATUS))),
      route(`GET ${STATUS}`, SUCCEEDED),
      route(`GET ${RESOURCE}`, resource(200, 'Creating'), resource(200, 'Failed'))
    ],
    gets: [STATUS, `${RESOURCE} x2`],
    state: 'failed',
    result: resource(200, 'Failed')
  }),
  remove({
    rule: 'Q17 Q18 reads that flip between replicas: three absences in a row',
    source: 'https://github.com/hashicorp/terraform-provider-azurerm/pull/32331',
    routes: [
      route(DELETE, empty(202)),
      route(`GET ${RESOURCE}`, NOT_FOUND, NOT_FOUND, READY, NOT_FOUND, NOT_FOUND, NOT_FOUND)
    ],
    gets: [`${RESOURCE} x6`],
    result: NOT_FOUND
  }),
  remove({
    rule: 'Q17 a DELETE that fails shows on the resource',
    source: 'https://github.com/Azure/azure-rest-api-specs/issues/19686',
    routes: [
      route(DELETE, empty(202)),
      route(`GET ${RESOURCE}`, resource(200, 'Deleting'), resource(200, 'Failed'))
    ],
    gets: [`${RESOURCE} x2`],
    state: 'failed',
    result: resource(200, 'Failed')
  }),
  remove({
    rule: 'Q17 an HTML 404 is no absence',
    source: 'https://github.com/hashicorp/terraform-provider-azurerm/pull/32331',
    routes: [
      route(DELETE, empty(202)),
      route(`GET ${RESOURCE}`, malformed(404), NOT_FOUND, malformed(404), NOT_FOUND, NOT_FOUND)
    ],
    gets: [`${RESOURCE} x5`],
    result: NOT_FOUND
  }),
  post({
    rule: 'Q21 Q23 canceled or failed within the operation, with its own error',
    source: 'https://github.com/Azure/azure-sdk-for-net/issues/3396',
    routes: [
      route(POST, empty(202, asyncOperation(STATUS))),
      route(`GET ${STATUS}`, ended('Canceled'))
    ],
    gets: [STATUS],
    state: 'canceled',
    result: ended('Canceled'),
    error: 'OwnCanceled'
  }),
  post({
    rule: 'E failed without an error',
    source: SOURCES.contract,
    routes: [
      route(POST, empty(202, asyncOperation(STATUS))),
      route(`GET ${STATUS}`, operationStatus('Failed'))
    ],
    gets: [STATUS],
    state: 'failed',
    result: operationStatus('Failed')
  }),
  post({
    rule: 'Q25 a result that is text',
    source: SOURCES.hashicorp,
    routes: [
      route(POST, empty(202, location(RESULT))),
      route(`GET ${RESULT}`, text(200, 'Write-Output 1'))
    ],
    gets: [RESULT],
    result: text(200, 'Write-Output 1')
  }),
  patch({
    rule: 'Q26 a result that only Location holds',
    source: 'https://github.com/dod-ccpo/atat/pull/1708',
    rules: { finalStateVia: 'location' },
    routes: [
      route(PATCH, empty(202, BOTH)),
      route(`GET ${STATUS}`, SUCCEEDED),
      route(`GET ${RESULT}`, PRODUCT)
    ],
    gets: [STATUS, RESULT],
    result: PRODUCT
  }),
  put({
    rule: 'Q27 a signed polling URL of 4 KB, verbatim',
    source: SOURCES.learn,
    routes: [
      route(PUT, empty(202, asyncOperation(SIGNED))),
      route(`GET ${SIGNED}`, IN_PROGRESS, SUCCEEDED),
      route(`GET ${RESOURCE}`, READY)
    ],
    gets: [`${SIGNED} x2`, RESOURCE],
    result: READY
  }),
  put({
    rule: 'B22 a polling URL keeps its own api-version, the resource the request’s',
    source: 'https://github.com/Azure/azure-sdk-for-net/issues/40606',
    routes: [
      route(PUT, empty(202, asyncOperation(OTHER_VERSION))),
      route(`GET ${OTHER_VERSION}`, SUCCEEDED),
      route(`GET ${RESOURCE}`, READY)
    ],
    gets: [OTHER_VERSION, RESOURCE],
    result: READY
  }),
  put({
    rule: 'B22 a polling URL without an api-version gets the request’s',
    source: 'https://github.com/Azure/azure-sdk-for-net/issues/40606',
    routes: [
      route(PUT, empty(202, location(`${RESOURCE_ID}/operations/7`))),
      route(`GET ${RESOURCE_ID}/operations/7?${VERSION}`, PRODUCT)
    ],
    gets: [`${RESOURCE_ID}/operations/7?${VERSION}`],
    result: PRODUCT
  }),
  post({
    rule: 'Q28 400 as the end of Location',
    source: 'https://github.com/Azure/autorest.powershell/issues/875',
    routes: [route(POST, empty(202, location(RESULT))), route(`GET ${RESULT}`, empty(202), bad)],
    gets: [`${RESULT} x2`],
    state: 'failed',
    result: bad,
    error: 'Bad'
  }),
  {
    rule: 'Q29 a GET that answers 202 until it is done',
    source: 'https://github.com/Azure/typespec-azure/issues/2933',
    method: 'GET',
    routes: [route(`GET ${RESOURCE}`, empty(202), empty(202), PRODUCT)],
    gets: [`${RESOURCE} x2`],
    state: 'succeeded',
    result: PRODUCT
  },
  {
    rule: 'Q29 a GET that answers 202 and then for ever in broken JSON',
    source: 'https://github.com/Azure/typespec-azure/issues/2933',
    method: 'GET',
    routes: [route(`GET ${RESOURCE}`, empty(202), malformed(200), malformed(200), malformed(200))],
    gets: [`${RESOURCE} x3`],
    state: 'unknown',
    reason: 'without a readable state'
  }
]

const OWN_LOCATION = 'https://github.com/Azure/azure-resource-manager-rpc/issues/52'
const STATE_IN_STATUS =
  'https://github.com/hashicorp/go-azure-sdk/blob/main/sdk/client/resourcemanager/poller_provisioning_state_test.go'
const BARE = json(200, { id: RESOURCE_ID })
const OWN_ASYNC_ID = `${RESOURCE}&asyncId=7`
const COMPLETED = resource(200, 'Completed')
const BY_BODY_FAILED = json(200, {
  id: RESOURCE_ID,
  status: 'Failed',
  error: { code: 'BadArgument', message: 'no' }
})

/** The habits of providers that public bug reports tell of. */
const REPORTED: Row[] = [
  remove({
    rule: 'A2 a DELETE whose Location is the resource waits until that is gone',
    source: OWN_LOCATION,
    routes: [
      route(DELETE, empty(202, location(RESOURCE))),
      route(`GET ${RESOURCE}`, BARE, READY, NOT_FOUND, BARE, NOT_FOUND, NOT_FOUND, NOT_FOUND)
    ],
    gets: [`${RESOURCE} x7`],
    result: NOT_FOUND
  }),
  remove({
    rule: 'A2 a DELETE whose Location is the resource, answered as done: one look, gone',
    source: OWN_LOCATION,
    routes: [
      route(DELETE, empty(202, location(RESOURCE))),
      route(`GET ${RESOURCE}`, empty(202), empty(204), NOT_FOUND)
    ],
    gets: [`${RESOURCE} x3`],
    result: empty(204)
  }),
  remove({
    rule: 'A2 a DELETE that its own path answers as done, though the resource is there',
    source: OWN_LOCATION,
    routes: [
      route(DELETE, empty(202, location(RESOURCE))),
      route(`GET ${RESOURCE}`, empty(202), empty(204), BARE, BARE, NOT_FOUND, NOT_FOUND, NOT_FOUND)
    ],
    gets: [`${RESOURCE} x7`],
    result: NOT_FOUND
  }),
  remove({
    rule: 'A2 a DELETE whose own path has a query: a monitor, whose end stands',
    source: OWN_LOCATION,
    routes: [
      route(DELETE, empty(202, location(OWN_ASYNC_ID))),
      route(`GET ${OWN_ASYNC_ID}`, empty(202), empty(204))
    ],
    gets: [`${OWN_ASYNC_ID} x2`],
    result: empty(204)
  }),
  ...[empty(204), empty(200), json(200, {}), refusal(403, 'AuthorizationFailed')].map((look) =>
    remove({
      rule: `A2 a DELETE that its own path answers as done, and a look that says nothing (${look.status} ${look.body.kind})`,
      source: SOURCES.testServer,
      routes: [
        route(DELETE, empty(202, location(RESOURCE))),
        route(`GET ${RESOURCE}`, empty(204), look)
      ],
      gets: [`${RESOURCE} x2`]
    })
  ),
  remove({
    rule: 'A2 a DELETE whose Location is the resource follows another Location',
    source: OWN_LOCATION,
    routes: [
      route(DELETE, empty(202, location(RESOURCE))),
      route(`GET ${RESOURCE}`, empty(202, location(RESULT))),
      route(`GET ${RESULT}`, empty(204))
    ],
    gets: [RESOURCE, RESULT],
    result: empty(204)
  }),
  remove({
    rule: 'A2 a DELETE whose own path says 409 has failed',
    source: OWN_LOCATION,
    routes: [
      route(DELETE, empty(202, location(RESOURCE))),
      route(`GET ${RESOURCE}`, BARE, refusal(409, 'InUse'))
    ],
    gets: [`${RESOURCE} x2`],
    state: 'failed',
    error: 'InUse'
  }),
  post({
    rule: 'A2 an asyncId on the request’s own path is a monitor',
    source: APIM_IMPORT,
    routes: [
      route(POST, json(200, {}, location(`${ACTION}&asyncId=7`))),
      route(`GET ${ACTION}&asyncId=7`, empty(202), PRODUCT)
    ],
    gets: [`${ACTION}&asyncId=7 x2`],
    result: PRODUCT
  }),
  post({
    rule: 'A2 an operation behind Location that works, then ends in a word of its own',
    source: 'https://github.com/pulumi/pulumi-azure-native/pull/4835',
    routes: [
      route(POST, empty(202, location(RESULT))),
      route(
        `GET ${RESULT}`,
        json(200, { name: '7', status: 'Running' }),
        json(200, { name: '7', status: 'NoDataFound' })
      )
    ],
    gets: [`${RESULT} x2`],
    warnings: ['NoDataFound']
  }),
  put({
    rule: 'A6 an operation behind Location that succeeded is no result: the resource is',
    source: 'https://github.com/pulumi/pulumi-azure-native/pull/4835',
    routes: [
      route(PUT, empty(202, location(RESULT))),
      route(`GET ${RESULT}`, json(200, { name: '7', status: 'Succeeded' })),
      route(`GET ${RESOURCE}`, READY)
    ],
    gets: [RESULT, RESOURCE],
    result: READY
  }),
  post({
    rule: 'A2 Log Analytics’ partial error stands beside a result',
    source: 'https://learn.microsoft.com/azure/azure-monitor/logs/api/errors#partial-errors',
    routes: [route(POST, json(200, { tables: [], error: { code: 'PartialError', message: 'x' } }))],
    gets: [],
    warnings: ['PartialError']
  }),
  put({
    rule: 'A2 a resource without a state whose status fails after progress',
    source: STATE_IN_STATUS,
    routes: [
      route(PUT, empty(202)),
      route(
        `GET ${RESOURCE}`,
        json(200, { name: 'cart', status: 'Provisioning' }),
        json(200, { id: RESOURCE_ID, status: 'Failed' })
      )
    ],
    gets: [`${RESOURCE} x2`],
    state: 'failed'
  }),
  put({
    rule: 'A6 settle: a resource without a state whose status fails',
    source: STATE_IN_STATUS,
    routes: [
      route(PUT, resource(201, 'Creating', asyncOperation(STATUS))),
      route(`GET ${STATUS}`, SUCCEEDED),
      route(`GET ${RESOURCE}`, BY_BODY_FAILED)
    ],
    gets: [STATUS, RESOURCE],
    state: 'failed',
    error: 'BadArgument'
  }),
  put({
    rule: 'A2 the resource behind a status URL, without a state, has succeeded',
    source: SOURCES.contract,
    routes: [
      route(PUT, empty(202, asyncOperation(STATUS))),
      route(`GET ${STATUS}`, BARE),
      route(`GET ${RESOURCE}`, READY)
    ],
    gets: [STATUS, RESOURCE],
    result: READY
  }),
  put({
    rule: 'A3 a resource that is Completed has a bounded time to say Succeeded',
    source: SOURCES.goPollers,
    routes: [
      route(PUT, resource(201, 'Creating')),
      route(`GET ${RESOURCE}`, COMPLETED, COMPLETED, READY)
    ],
    gets: [`${RESOURCE} x3`],
    result: READY
  }),
  put({
    rule: 'A3 a resource that stays Completed has succeeded, with a warning',
    source: SOURCES.goPollers,
    routes: [route(PUT, resource(201, 'Creating')), routeForever(`GET ${RESOURCE}`, COMPLETED)],
    gets: [`${RESOURCE} +`],
    result: COMPLETED,
    warnings: ['settled']
  }),
  put({
    rule: 'A5 a resource that was Completed before cannot tell',
    source: SOURCES.goPollers,
    routes: [
      route(PUT, resource(200, 'Completed', asyncOperation(STATUS))),
      route(`GET ${STATUS}`, refusal(405, 'MethodNotAllowed')),
      route(`GET ${RESOURCE}`, COMPLETED)
    ],
    gets: [STATUS, RESOURCE],
    state: 'unknown',
    reason: 'Completed',
    error: 'MethodNotAllowed',
    warnings: ['405']
  }),
  post({
    rule: 'A6 `{}` from the Location of a POST is no result',
    source: 'https://github.com/Azure/azure-rest-api-specs/issues/45860',
    routes: [
      route(POST, empty(202, BOTH)),
      route(`GET ${STATUS}`, json(200, { status: 'Succeeded', properties: { port: 22 } })),
      route(`GET ${RESULT}`, json(200, {}))
    ],
    gets: [STATUS, RESULT],
    result: json(200, { status: 'Succeeded', properties: { port: 22 } })
  })
]

const REDIRECT = empty(307, location(EVIL))

const OWN: Row[] = [
  ...[REDIRECT, empty(307, location(NEWER))].map((redirect) =>
    put({
      rule: `H a redirect of a status URL is not followed (${redirect.headers.location})`,
      source: SOURCES.contract,
      routes: [
        route(PUT, resource(201, 'Creating', asyncOperation(STATUS))),
        route(`GET ${STATUS}`, redirect, redirect, redirect),
        route(`GET ${RESOURCE}`, READY)
      ],
      gets: [`${STATUS} x3`, RESOURCE],
      result: READY,
      warnings: ['HTTP 307']
    })
  ),
  post({
    rule: 'H a redirect of Location is not followed',
    source: SOURCES.contract,
    routes: [
      route(POST, empty(202, location(RESULT))),
      route(`GET ${RESULT}`, REDIRECT, REDIRECT, REDIRECT)
    ],
    gets: [`${RESULT} x3`],
    state: 'unknown',
    reason: 'HTTP 307'
  }),
  put({
    rule: 'H gateway errors, throttling and broken connections on the way',
    source: 'https://github.com/Azure/azure-sdk-for-net/issues/12065',
    routes: [
      route(PUT, empty(202, asyncOperation(STATUS))),
      route(
        `GET ${STATUS}`,
        refusal(504, 'GatewayTimeout'),
        refusal(504, 'GatewayTimeout'),
        'no answer',
        refusal(429, 'TooManyRequests', { 'retry-after': '3' }),
        refusal(429, 'TooManyRequests'),
        refusal(408, 'Timeout'),
        SUCCEEDED
      ),
      route(`GET ${RESOURCE}`, READY)
    ],
    gets: [`${STATUS} x7`, RESOURCE],
    result: READY
  }),
  put({
    rule: 'H Failed in the first answer with a status URL on another host is looked at again',
    source: APIM_UPDATE,
    routes: [
      route(PUT, resource(200, 'Failed', asyncOperation(EVIL))),
      route(`GET ${RESOURCE}`, resource(200, 'Updating'), READY)
    ],
    gets: [`${RESOURCE} x2`],
    result: READY,
    warnings: ['Azure-AsyncOperation']
  }),
  remove({
    rule: 'H the monitor of a DELETE is gone once it has worked',
    source: SOURCES.contract,
    routes: [
      route(DELETE, empty(202, location(RESULT))),
      route(`GET ${RESULT}`, empty(202), MISSING),
      route(`GET ${RESOURCE}`, NOT_FOUND, NOT_FOUND, NOT_FOUND)
    ],
    gets: [`${RESULT} x2`, `${RESOURCE} x3`],
    result: NOT_FOUND
  }),
  remove({
    rule: 'H the monitor of a DELETE is not found while the resource is there: it is asked again',
    source: SOURCES.contract,
    routes: [
      route(DELETE, empty(202, asyncOperation(STATUS))),
      route(`GET ${STATUS}`, MISSING, ended('Failed')),
      route(`GET ${RESOURCE}`, READY)
    ],
    gets: [STATUS, RESOURCE, STATUS],
    state: 'failed',
    result: ended('Failed'),
    error: 'OwnFailed'
  }),
  remove({
    rule: 'H a DELETE whose absence is throttled is looked for again',
    source: SOURCES.contract,
    routes: [
      route(DELETE, empty(202, location(RESULT))),
      route(`GET ${RESULT}`, MISSING),
      route(`GET ${RESOURCE}`, NOT_FOUND, SLOW, NOT_FOUND, NOT_FOUND)
    ],
    gets: [RESULT, `${RESOURCE} x4`],
    result: NOT_FOUND
  }),
  remove({
    rule: 'H a DELETE whose absence cannot be seen goes back to its monitor',
    source: SOURCES.contract,
    routes: [
      route(DELETE, empty(202, asyncOperation(STATUS))),
      route(`GET ${STATUS}`, MISSING, SUCCEEDED),
      route(`GET ${RESOURCE}`, NOT_FOUND, 'no answer')
    ],
    gets: [STATUS, `${RESOURCE} x2`, STATUS],
    result: SUCCEEDED
  })
]

describe.each([
  ['the contract’s flows', CONTRACT],
  ['the Autorest test server: PUT', TEST_SERVER_PUT],
  ['the Autorest test server: PATCH', TEST_SERVER_PATCH],
  ['the Autorest test server: DELETE', TEST_SERVER_DELETE],
  ['the Autorest test server: POST', TEST_SERVER_POST],
  ['the Autorest test server: retry', TEST_SERVER_RETRY],
  ['the Autorest test server: errors', TEST_SERVER_ERROR],
  ['provisional answers', PROVISIONAL],
  ['real providers', QUIRKS],
  ['what bug reports tell', REPORTED],
  ['and beside them', OWN]
])('%s', (_name, rows) => {
  it.each(rows)('$rule ($method)', (row) => {
    const { gets, state, error, result, reason, warnings = [] } = row
    expect(summarize(row), row.source).toEqual({
      gets,
      state,
      warnings: warnings.map((part) => expect.stringContaining(part)),
      ...(result === undefined ? {} : { result }),
      ...(error === undefined ? {} : { error }),
      ...(reason === undefined ? {} : { reason: expect.stringContaining(reason) })
    })
  })
})

describe('what a conversation teaches', () => {
  const WORDS = ['Accepted', 'Working', 'Working']
  const { operation, sentAtMs } = playConversation({
    method: 'POST',
    path: ACTION,
    routes: [
      route(POST, empty(202, { ...asyncOperation(STATUS), 'retry-after': '7' })),
      route(
        `GET ${STATUS}`,
        ...WORDS.map((status, index) => json(200, { status, percentComplete: index * 30 })),
        json(200, { status: 'Failed', percentComplete: 66 })
      )
    ]
  })

  it('is the last word, the share, and how often it was asked', () => {
    expect(operation.facts).toMatchObject({
      lastStatus: 'Failed',
      percentComplete: 66,
      pollCount: 4,
      firstStatus: 202
    })
  })

  it('keeps no share of an earlier word', () => {
    const { operation } = playConversation({
      method: 'POST',
      path: ACTION,
      routes: [
        route(POST, empty(202, asyncOperation(STATUS))),
        route(`GET ${STATUS}`, json(200, { status: 'Running', percentComplete: 60 }), SUCCEEDED)
      ]
    })
    expect(operation.facts.percentComplete).toBeUndefined()
  })

  it('Q20 A4 the first Retry-After counts and sticks', () => {
    const waits = sentAtMs.map((sentMs, index) => sentMs - (sentAtMs[index - 1] ?? 0))
    expect(waits).toEqual([7_000, 7_100, 7_100, 7_100])
  })
})

describe('faults on the way', () => {
  it('is forgotten with the first readable answer', () => {
    const methods: readonly Method[] = ['PUT', 'PATCH']
    for (const method of methods) {
      const { operation } = playConversation({
        method,
        routes: [
          route(`${method} ${RESOURCE}`, empty(202, asyncOperation(STATUS))),
          route(
            `GET ${STATUS}`,
            MISSING,
            malformed(200),
            IN_PROGRESS,
            bad,
            bad,
            IN_PROGRESS,
            bad,
            SUCCEEDED
          ),
          route(`GET ${RESOURCE}`, READY)
        ]
      })
      expect(operation.state).toBe('succeeded')
      expect(operation.facts.faults).toBeUndefined()
      expect(operation.facts.warnings).toEqual([])
    }
  })

  it('is forgotten with an absence too, which is a readable answer', () => {
    const { operation } = playConversation({
      method: 'DELETE',
      routes: [
        route(DELETE, empty(202)),
        route(`GET ${RESOURCE}`, bad, bad, NOT_FOUND, bad, bad, NOT_FOUND, NOT_FOUND)
      ]
    })
    expect(operation.state).toBe('succeeded')
  })
})

describe('the player of these tests', () => {
  it('throws on a call that no route answers, and on a reply that was not asked for', () => {
    const started = route(PUT, resource(201, 'Creating'))
    expect(() => playConversation({ method: 'PUT', routes: [started] })).toThrow(
      `no route for GET ${RESOURCE}`
    )
    const routes = [route(PUT, READY), routeForever(`GET ${RESOURCE}`, READY)]
    expect(() => playConversation({ method: 'PUT', routes })).toThrow(
      `never asked: GET ${RESOURCE}`
    )
    expect(() => playConversation({ method: 'PUT', routes: [route(PUT, 'no answer')] })).toThrow(
      'test bug'
    )
  })
})
