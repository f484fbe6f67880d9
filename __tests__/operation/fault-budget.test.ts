/**
 * Polls that cannot be read. The status being unreadable is not the operation failing: budgets, graces, other sources,
 * and in the end `unknown`, never `failed`. Each row is a whole conversation on virtual time.
 */
import { describe, expect, it } from 'vitest'
import {
  asyncOperation,
  BOTH,
  type Conversation,
  empty,
  foldGets,
  json,
  location,
  MINUTE_MS,
  malformed,
  NOT_FOUND,
  operationStatus,
  type PlayedConversation,
  playConversation,
  RESOURCE,
  RESOURCE_ID,
  RESULT,
  type Reply,
  RUNNING,
  refusal,
  resource,
  route,
  routeForever,
  STATUS,
  SUCCEEDED,
  text,
  timing,
  toUrl
} from '../../__fixtures__/conversation.ts'
import type { HttpResponse, Method } from '../../src/http/message.ts'
import type { TerminalOperation, UnknownOperation } from '../../src/operation/state.ts'

const RPC = 'ARM RPC contract, async-api-reference.md: a 4xx or 5xx there is no failed operation'
const SPECS_405 = 'https://github.com/Azure/azure-rest-api-specs/issues/25362'
const CLI_404 = 'https://github.com/Azure/azure-cli/issues/28834'
const AZURERM_404 = 'terraform-provider-azurerm, local_network_gateway_resource.go'
const CLI_DELETE = 'azure-cli, LongRunningOperation: a 404 ends a delete'
const TESTSERVER = 'Azure/autorest.testserver, legacy/routes/lros.js'
const AZAPI = 'terraform-provider-azapi, resource_client.go'
const AZCORE_429 = 'azcore 1.11.1, changelog: 429 and 408 are not terminal'
const GO_AZURE_SDK = 'hashicorp/go-azure-sdk, sdk/client/resourcemanager'
const SDK_NET_504 = 'https://github.com/Azure/azure-sdk-for-net/issues/12065'
const ADO = 'azure-pipelines-tasks, AzureServiceClientBase.ts'
const SOFT = 'autorest.testserver, LROPatchInlineCompleteIgnoreHeaders'
const NO_SECOND = 'own rule: what could not be found out is unknown'
const EVIDENCE = 'own rule: only a resource that can tell before from after is asked'

const BUSY = refusal(503, 'ServerBusy')
const THERE = json(200, { id: RESOURCE_ID, properties: {} })

interface Row extends Conversation {
  readonly rule: string
  readonly source: string
  readonly state: TerminalOperation['state']
  /** The GETs, neighbours folded. */
  readonly gets: readonly string[]
  /** Error code that the end carries. */
  readonly code?: string
  /** Milliseconds between the GETs, in addition to the 100 that each answer takes. */
  readonly gaps?: readonly number[]
  /** Words that the reason of an unknown end holds. */
  readonly reason?: RegExp
}

const times = (count: number, reply: Reply): Reply[] => Array.from({ length: count }, () => reply)

/** The first answer with a status URL, by method: PUT on a resource that exists, PATCH and DELETE as the contract says. */
function accept(method: Method, first?: HttpResponse) {
  const answer = first ?? empty(method === 'PUT' ? 200 : 202, asyncOperation(STATUS))
  return route(`${method} ${RESOURCE}`, answer)
}

const poll = (...replies: Reply[]) => route(`GET ${STATUS}`, ...replies)
const pollForever = (...replies: Reply[]) => routeForever(`GET ${STATUS}`, ...replies)
const look = (...replies: Reply[]) => route(`GET ${RESOURCE}`, ...replies)
const lookForever = (...replies: Reply[]) => routeForever(`GET ${RESOURCE}`, ...replies)
const fetchResult = (...replies: Reply[]) => route(`GET ${RESULT}`, ...replies)

/** A created resource: its own state is evidence. */
const CREATED = resource(201, 'Creating', asyncOperation(STATUS))
const WITH_BOTH = empty(202, BOTH)
const WITH_LOCATION = empty(202, location(RESULT))

const TRANSPORT: readonly Row[] = [
  {
    rule: 'no answer: asked again, with doubling waits',
    source: GO_AZURE_SDK,
    method: 'DELETE',
    routes: [accept('DELETE'), poll(...times(4, 'no answer'), SUCCEEDED)],
    state: 'succeeded',
    gets: [`${STATUS} x5`],
    gaps: [1_000, 1_000, 2_000, 4_000, 8_000]
  },
  {
    rule: 'no answer for ever: given up after 10 attempts and 5 min',
    source: GO_AZURE_SDK,
    method: 'POST',
    routes: [accept('POST'), pollForever('no answer')],
    state: 'unknown',
    gets: [`${STATUS} x15`],
    reason: /ECONNRESET/
  },
  {
    rule: 'no answer for ever: the window is a quarter of the timeout',
    source: GO_AZURE_SDK,
    method: 'POST',
    rules: { timing: timing({ timeoutMs: 8 * MINUTE_MS }) },
    routes: [accept('POST'), pollForever('no answer')],
    state: 'unknown',
    gets: [`${STATUS} x12`]
  },
  {
    rule: 'no answer for ever: 10 attempts even in a short timeout',
    source: GO_AZURE_SDK,
    method: 'POST',
    rules: { timing: timing({ timeoutMs: MINUTE_MS }) },
    routes: [accept('POST'), pollForever('no answer')],
    state: 'unknown',
    gets: [`${STATUS} x10`]
  },
  {
    rule: 'HTTP 503 for ever: 10 attempts, however long each wait is',
    source: GO_AZURE_SDK,
    method: 'POST',
    routes: [accept('POST'), pollForever(refusal(503, 'ServerBusy', { 'retry-after': '60' }))],
    state: 'unknown',
    gets: [`${STATUS} x10`]
  },
  {
    rule: 'a readable poll resets the budget',
    source: SDK_NET_504,
    method: 'DELETE',
    rules: { timing: timing({ timeoutMs: MINUTE_MS }) },
    routes: [
      accept('DELETE'),
      poll(...times(9, 'no answer'), RUNNING, ...times(9, 'no answer'), SUCCEEDED)
    ],
    state: 'succeeded',
    gets: [`${STATUS} x20`]
  },
  ...[408, 500, 502, 503, 504, 599].map(
    (status): Row => ({
      rule: `HTTP ${status}: asked again`,
      source: SDK_NET_504,
      method: 'DELETE',
      routes: [accept('DELETE'), poll(...times(3, empty(status)), SUCCEEDED)],
      state: 'succeeded',
      gets: [`${STATUS} x4`],
      gaps: [1_000, 1_000, 2_000, 4_000]
    })
  ),
  {
    rule: 'HTTP 503 with Retry-After: that is waited',
    source: 'ARM RPC contract, Addendum.md: retrying REST calls',
    method: 'DELETE',
    routes: [accept('DELETE'), poll(refusal(503, 'ServerBusy', { 'retry-after': '7' }), SUCCEEDED)],
    state: 'succeeded',
    gets: [`${STATUS} x2`],
    gaps: [1_000, 7_000]
  },
  {
    rule: 'HTTP 503 for ever on a Location: unknown, not failed',
    source: AZCORE_429,
    method: 'POST',
    routes: [accept('POST', WITH_LOCATION), routeForever(`GET ${RESULT}`, BUSY)],
    state: 'unknown',
    gets: [`${RESULT} x15`],
    code: 'ServerBusy',
    reason: /HTTP 503 ServerBusy/
  },
  {
    rule: 'no answer after an error: the last error of the service is kept',
    source: RPC,
    method: 'POST',
    rules: { timing: timing({ timeoutMs: MINUTE_MS }) },
    routes: [accept('POST'), pollForever(BUSY, 'no answer')],
    state: 'unknown',
    gets: [`${STATUS} x10`],
    code: 'ServerBusy',
    reason: /ECONNRESET: the connection broke, after HTTP 503 ServerBusy/
  }
]

const THROTTLED: readonly Row[] = [
  {
    rule: '429 without Retry-After: 30 s',
    source: AZCORE_429,
    method: 'DELETE',
    routes: [accept('DELETE'), poll(refusal(429, 'TooManyRequests'), SUCCEEDED)],
    state: 'succeeded',
    gets: [`${STATUS} x2`],
    gaps: [1_000, 30_000]
  },
  {
    rule: '429 with Retry-After: that is waited',
    source: AZCORE_429,
    method: 'DELETE',
    routes: [accept('DELETE'), poll(empty(429, { 'retry-after': '17' }), SUCCEEDED)],
    state: 'succeeded',
    gets: [`${STATUS} x2`],
    gaps: [1_000, 17_000]
  },
  {
    rule: '429 with Retry-After: 0: never faster than the floor',
    source: AZCORE_429,
    method: 'DELETE',
    rules: { timing: timing({ pollIntervalMs: 0 }) },
    routes: [accept('DELETE'), poll(...times(3, empty(429, { 'retry-after': '0' })), SUCCEEDED)],
    state: 'succeeded',
    gets: [`${STATUS} x4`],
    gaps: [0, 50, 50, 50]
  },
  {
    rule: '429 costs no budget: a hundred of them',
    source: AZCORE_429,
    method: 'DELETE',
    routes: [accept('DELETE'), poll(...times(100, empty(429, { 'retry-after': '20' })), SUCCEEDED)],
    state: 'succeeded',
    gets: [`${STATUS} x101`]
  },
  {
    rule: '429 costs no budget: it starts no window either',
    source: AZCORE_429,
    method: 'DELETE',
    routes: [
      accept('DELETE'),
      poll(...times(2, empty(429, { 'retry-after': '300' })), ...times(14, BUSY), SUCCEEDED)
    ],
    state: 'succeeded',
    gets: [`${STATUS} x17`]
  },
  {
    rule: '429 on a Location is no failure',
    source: AZCORE_429,
    method: 'POST',
    routes: [accept('POST', WITH_LOCATION), fetchResult(empty(429), json(200, { done: true }))],
    state: 'succeeded',
    gets: [`${RESULT} x2`]
  }
]

const SIGN_IN: readonly Row[] = [
  {
    rule: '401, which the client has answered with a new token already: unknown',
    source: ADO,
    method: 'PUT',
    routes: [accept('PUT', CREATED), poll(refusal(401, 'ExpiredAuthenticationToken'))],
    state: 'unknown',
    gets: [STATUS],
    code: 'ExpiredAuthenticationToken',
    reason: /sign-in was refused while polling; the operation may still be running/
  },
  {
    rule: '401 on a Location: unknown',
    source: ADO,
    method: 'POST',
    routes: [
      accept('POST', WITH_LOCATION),
      fetchResult(refusal(401, 'InvalidAuthenticationToken'))
    ],
    state: 'unknown',
    gets: [RESULT],
    code: 'InvalidAuthenticationToken'
  },
  {
    rule: '403: three retries, for a role on its way',
    source: AZAPI,
    method: 'DELETE',
    routes: [accept('DELETE'), poll(...times(3, refusal(403, 'AuthorizationFailed')), SUCCEEDED)],
    state: 'succeeded',
    gets: [`${STATUS} x4`],
    gaps: [1_000, 1_000, 2_000, 4_000]
  },
  {
    rule: '403 four times: another source is asked',
    source: AZAPI,
    method: 'PUT',
    routes: [
      accept('PUT', CREATED),
      poll(...times(4, refusal(403, 'AuthorizationFailed'))),
      look(resource(200, 'Succeeded'))
    ],
    state: 'succeeded',
    gets: [`${STATUS} x4`, RESOURCE]
  }
]

const NOT_FOUND_FIRST: readonly Row[] = [
  {
    rule: '404 on the first polls of a deployment that succeeds',
    source: CLI_404,
    method: 'PUT',
    routes: [
      accept('PUT', CREATED),
      poll(...times(5, refusal(404, 'DeploymentNotFound')), RUNNING, SUCCEEDED),
      look(resource(200, 'Succeeded'))
    ],
    state: 'succeeded',
    gets: [`${STATUS} x7`, RESOURCE]
  },
  {
    rule: '404 for ever: the grace ends after 2 min, spaced by the backoff',
    source: CLI_404,
    method: 'PUT',
    routes: [
      accept('PUT', CREATED),
      poll(...times(9, NOT_FOUND)),
      look(resource(200, 'Succeeded'))
    ],
    state: 'succeeded',
    gets: [`${STATUS} x9`, RESOURCE],
    gaps: [1_000, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000, 0]
  },
  {
    rule: '404 for ever: the grace is an eighth of the timeout',
    source: CLI_404,
    method: 'PUT',
    rules: { timing: timing({ timeoutMs: 8 * MINUTE_MS }) },
    routes: [accept('PUT', CREATED), poll(...times(8, NOT_FOUND)), look(THERE)],
    state: 'succeeded',
    gets: [`${STATUS} x8`, RESOURCE]
  },
  {
    rule: '404 for ever: at least six polls, however long each wait is',
    source: CLI_404,
    method: 'PUT',
    routes: [
      accept('PUT', resource(201, 'Creating', { ...asyncOperation(STATUS), 'retry-after': '60' })),
      poll(...times(6, NOT_FOUND)),
      look(THERE)
    ],
    state: 'succeeded',
    gets: [`${STATUS} x6`, RESOURCE],
    gaps: [60_000, 60_000, 60_000, 60_000, 60_000, 60_000, 0]
  },
  {
    rule: '404 for ever: spaced even with poll-interval: 0',
    source: CLI_404,
    method: 'PUT',
    rules: { timing: timing({ timeoutMs: 4 * MINUTE_MS, pollIntervalMs: 0 }) },
    routes: [accept('PUT', CREATED), poll(...times(12, NOT_FOUND)), look(THERE)],
    state: 'succeeded',
    gets: [`${STATUS} x12`, RESOURCE],
    gaps: [0, 50, 100, 200, 400, 800, 1_600, 3_200, 6_400, 7_500, 7_500, 7_500, 0]
  },
  {
    rule: '404 with a Retry-After of its own: that is waited',
    source: CLI_404,
    method: 'PUT',
    routes: [
      accept('PUT', CREATED),
      poll(refusal(404, 'NotYet', { 'retry-after': '25' }), SUCCEEDED),
      look(THERE)
    ],
    state: 'succeeded',
    gets: [`${STATUS} x2`, RESOURCE],
    gaps: [1_000, 25_000, 0]
  },
  {
    rule: '404 first on a Location: no failure, time is given',
    source: 'https://github.com/Azure/azure-sdk-for-net/issues/44147',
    method: 'POST',
    routes: [accept('POST', WITH_LOCATION), fetchResult(...times(3, NOT_FOUND), json(200, {}))],
    state: 'succeeded',
    gets: [`${RESULT} x4`]
  },
  {
    rule: '404 first on a resource that was accepted with 202: time is given',
    source: 'ARM RPC contract: the resource may be invisible until it is done',
    method: 'PUT',
    routes: [accept('PUT', empty(202)), look(...times(4, NOT_FOUND), resource(200, 'Succeeded'))],
    state: 'succeeded',
    gets: [`${RESOURCE} x5`]
  },
  {
    rule: '404 for ever on a resource that was accepted with 202: unknown',
    source: NO_SECOND,
    method: 'PUT',
    routes: [accept('PUT', empty(202)), look(...times(9, NOT_FOUND))],
    state: 'unknown',
    gets: [`${RESOURCE} x9`],
    code: 'ResourceNotFound',
    reason: /HTTP 404 ResourceNotFound/
  }
]

const NOT_FOUND_LATER: readonly Row[] = [
  {
    rule: '404 twice after a readable poll: asked again, by the backoff',
    source: AZURERM_404,
    method: 'PUT',
    routes: [
      accept('PUT', CREATED),
      poll(RUNNING, NOT_FOUND, NOT_FOUND, RUNNING, NOT_FOUND, NOT_FOUND, SUCCEEDED),
      look(resource(200, 'Succeeded'))
    ],
    state: 'succeeded',
    gets: [`${STATUS} x7`, RESOURCE],
    gaps: [1_000, 1_000, 1_000, 2_000, 1_080, 1_000, 2_000, 0]
  },
  {
    rule: '404 three times in a row after a readable poll: another source is asked',
    source: AZURERM_404,
    method: 'PUT',
    routes: [
      accept('PUT', CREATED),
      poll(RUNNING, ...times(3, NOT_FOUND)),
      look(resource(200, 'Succeeded'))
    ],
    state: 'succeeded',
    gets: [`${STATUS} x4`, RESOURCE],
    gaps: [1_000, 1_000, 1_000, 2_000, 0]
  },
  {
    rule: '404 three times without another source: unknown, with its error',
    source: AZURERM_404,
    method: 'POST',
    routes: [accept('POST'), poll(RUNNING, ...times(3, refusal(404, 'ParentResourceNotFound')))],
    state: 'unknown',
    gets: [`${STATUS} x4`],
    code: 'ParentResourceNotFound',
    reason: /HTTP 404 ParentResourceNotFound/
  }
]

const DELETE_MONITOR: readonly Row[] = [
  {
    rule: 'a monitor that is gone with its resource: three absences, 1 s apart, are success',
    source: CLI_DELETE,
    method: 'DELETE',
    routes: [accept('DELETE'), poll(RUNNING, NOT_FOUND), look(...times(3, NOT_FOUND))],
    state: 'succeeded',
    gets: [`${STATUS} x2`, `${RESOURCE} x3`],
    gaps: [1_000, 1_000, 0, 1_000, 2_000]
  },
  {
    rule: 'absences are 1 s apart even with poll-interval: 0',
    source: 'https://github.com/hashicorp/terraform-provider-azurerm/issues/31909',
    method: 'DELETE',
    rules: { timing: timing({ pollIntervalMs: 0 }) },
    routes: [accept('DELETE'), poll(NOT_FOUND), look(...times(3, NOT_FOUND))],
    state: 'succeeded',
    gets: [STATUS, `${RESOURCE} x3`],
    gaps: [0, 0, 1_000, 1_000]
  },
  {
    rule: 'the resource is still there: back to the monitor, which may know of a failure',
    source: RPC,
    method: 'DELETE',
    routes: [
      accept('DELETE'),
      poll(NOT_FOUND, json(200, { status: 'Failed', error: { code: 'Locked', message: 'no' } })),
      look(THERE)
    ],
    state: 'failed',
    gets: [STATUS, RESOURCE, STATUS],
    code: 'Locked'
  },
  {
    rule: 'a resource that comes back between two absences: back to the monitor',
    source: 'https://github.com/hashicorp/terraform-provider-azurerm/issues/31909',
    method: 'DELETE',
    routes: [
      accept('DELETE'),
      poll(NOT_FOUND, NOT_FOUND),
      look(NOT_FOUND, NOT_FOUND, THERE, ...times(3, NOT_FOUND))
    ],
    state: 'succeeded',
    gets: [STATUS, `${RESOURCE} x3`, STATUS, `${RESOURCE} x3`]
  },
  {
    rule: 'never readable, the resource there: its absence counts alone after the grace',
    source: AZURERM_404,
    method: 'DELETE',
    routes: [
      accept('DELETE'),
      poll(...times(9, NOT_FOUND)),
      look(...times(8, THERE), ...times(3, THERE), ...times(3, NOT_FOUND))
    ],
    state: 'succeeded',
    gets: [...Array.from({ length: 8 }, () => [STATUS, RESOURCE]).flat(), STATUS, `${RESOURCE} x6`]
  },
  {
    rule: 'readable once: its absence counts alone after three rounds',
    source: AZURERM_404,
    method: 'DELETE',
    routes: [
      accept('DELETE'),
      poll(RUNNING, ...times(4, NOT_FOUND)),
      look(...times(3, THERE), ...times(3, NOT_FOUND))
    ],
    state: 'succeeded',
    gets: [`${STATUS} x2`, RESOURCE, STATUS, RESOURCE, STATUS, RESOURCE, STATUS, `${RESOURCE} x3`]
  },
  {
    rule: 'a readable poll starts the rounds anew',
    source: AZURERM_404,
    method: 'DELETE',
    routes: [
      accept('DELETE'),
      poll(RUNNING, NOT_FOUND, NOT_FOUND, RUNNING, NOT_FOUND, NOT_FOUND, operationStatus('Failed')),
      look(...times(4, THERE))
    ],
    state: 'failed',
    gets: [
      `${STATUS} x2`,
      RESOURCE,
      STATUS,
      RESOURCE,
      `${STATUS} x2`,
      RESOURCE,
      STATUS,
      RESOURCE,
      STATUS
    ]
  },
  {
    rule: '429 while looking: waited, and no round is lost',
    source: AZCORE_429,
    method: 'DELETE',
    routes: [
      accept('DELETE'),
      poll(RUNNING, NOT_FOUND),
      look(NOT_FOUND, empty(429, { 'retry-after': '9' }), empty(429), NOT_FOUND, NOT_FOUND)
    ],
    state: 'succeeded',
    gets: [`${STATUS} x2`, `${RESOURCE} x5`],
    gaps: [1_000, 1_000, 0, 1_000, 9_000, 30_000, 2_000]
  },
  {
    rule: '503 while looking: back to the monitor',
    source: CLI_DELETE,
    method: 'DELETE',
    routes: [accept('DELETE'), poll(NOT_FOUND, SUCCEEDED), look(BUSY)],
    state: 'succeeded',
    gets: [STATUS, RESOURCE, STATUS]
  },
  {
    rule: 'no answer while looking: back to the monitor',
    source: CLI_DELETE,
    method: 'DELETE',
    routes: [accept('DELETE'), poll(NOT_FOUND, SUCCEEDED), look('no answer')],
    state: 'succeeded',
    gets: [STATUS, RESOURCE, STATUS]
  },
  {
    rule: 'a Location that is gone with its resource: success',
    source: RPC,
    method: 'DELETE',
    routes: [
      accept('DELETE', WITH_LOCATION),
      fetchResult(empty(202), NOT_FOUND),
      look(...times(3, NOT_FOUND))
    ],
    state: 'succeeded',
    gets: [`${RESULT} x2`, `${RESOURCE} x3`]
  },
  {
    rule: 'a 404 about the address is no absence',
    source: 'https://github.com/Azure/azure-sdk-for-net/issues/40606',
    method: 'DELETE',
    routes: [
      accept('DELETE'),
      poll(NOT_FOUND, SUCCEEDED),
      look(refusal(404, 'InvalidResourceType'))
    ],
    state: 'succeeded',
    gets: [STATUS, RESOURCE, STATUS]
  },
  {
    rule: 'a provisional answer whose monitor never exists, the resource there: what can be read is not gone',
    source: SOFT,
    method: 'DELETE',
    rules: { timing: timing({ timeoutMs: 8 * MINUTE_MS }) },
    routes: [
      accept('DELETE', empty(200, location(RESULT))),
      fetchResult(...times(8, NOT_FOUND)),
      look(...times(8, THERE), ...times(3, NOT_FOUND))
    ],
    state: 'succeeded',
    gets: [...Array.from({ length: 7 }, () => [RESULT, RESOURCE]).flat(), RESULT, `${RESOURCE} x4`]
  }
]

const REFUSED: readonly Row[] = [
  {
    rule: '405: another source at once',
    source: SPECS_405,
    method: 'PUT',
    routes: [accept('PUT', CREATED), poll(empty(405)), look(resource(200, 'Succeeded'))],
    state: 'succeeded',
    gets: [STATUS, RESOURCE],
    gaps: [1_000, 0]
  },
  {
    rule: '405 without another source: unknown',
    source: SPECS_405,
    method: 'POST',
    routes: [accept('POST'), poll(empty(405))],
    state: 'unknown',
    gets: [STATUS],
    reason: /HTTP 405/
  },
  {
    rule: '405 on a Location: another source, not a failure',
    source: SPECS_405,
    method: 'PATCH',
    routes: [
      accept('PATCH', resource(202, 'Updating', location(RESULT))),
      fetchResult(empty(405)),
      look(resource(200, 'Succeeded'))
    ],
    state: 'succeeded',
    gets: [RESULT, RESOURCE]
  },
  ...[400, 410, 409, 422, 302, 307].map(
    (status): Row => ({
      rule: `${status} on a status URL: two retries, then another source`,
      source: RPC,
      method: 'PUT',
      routes: [
        accept('PUT', CREATED),
        poll(...times(3, empty(status))),
        look(resource(200, 'Succeeded'))
      ],
      state: 'succeeded',
      gets: [`${STATUS} x3`, RESOURCE],
      gaps: [1_000, 1_000, 2_000, 0]
    })
  ),
  {
    rule: '400 twice on a status URL: no failure',
    source: RPC,
    method: 'POST',
    routes: [accept('POST'), poll(...times(2, empty(400)), SUCCEEDED)],
    state: 'succeeded',
    gets: [`${STATUS} x3`]
  },
  ...[410, 301, 307].map(
    (status): Row => ({
      rule: `${status} on a Location: two retries, then another source`,
      source: RPC,
      method: 'PATCH',
      routes: [
        accept('PATCH', resource(202, 'Updating', location(RESULT))),
        fetchResult(...times(3, empty(status))),
        look(resource(200, 'Succeeded'))
      ],
      state: 'succeeded',
      gets: [`${RESULT} x3`, RESOURCE]
    })
  ),
  ...[400, 405, 410, 307].map(
    (status): Row => ({
      rule: `${status} on the resource: unknown`,
      source: NO_SECOND,
      method: 'PUT',
      routes: [accept('PUT', empty(202)), look(...times(status === 405 ? 1 : 3, empty(status)))],
      state: 'unknown',
      gets: [status === 405 ? RESOURCE : `${RESOURCE} x3`],
      reason: new RegExp(`HTTP ${status}`)
    })
  ),
  ...[400, 405, 410, 307].map(
    (status): Row => ({
      rule: `${status} on the absence of a resource: unknown`,
      source: NO_SECOND,
      method: 'DELETE',
      routes: [accept('DELETE', empty(202)), look(...times(status === 405 ? 1 : 3, empty(status)))],
      state: 'unknown',
      gets: [status === 405 ? RESOURCE : `${RESOURCE} x3`],
      reason: new RegExp(`HTTP ${status}`)
    })
  ),
  {
    rule: 'an HTML 404 on the absence of a resource is no absence',
    source: 'own rule: ARM never answers with a page',
    method: 'DELETE',
    routes: [accept('DELETE', empty(202)), look(NOT_FOUND, malformed(404), NOT_FOUND, NOT_FOUND)],
    state: 'succeeded',
    gets: [`${RESOURCE} x4`]
  }
]

const MALFORMED: readonly Row[] = [
  ...(
    [
      ['unparsable JSON', malformed(200), TESTSERVER],
      ['a status that is no string', json(200, { status: 3 }), TESTSERVER],
      ['an empty body', empty(200), 'autorest.testserver, …NoPollingStatusPayload'],
      ['an object without a state', json(200, {}), 'autorest.testserver, LROErrorPutAsync'],
      [
        'a list',
        json(200, { value: [] }),
        'https://github.com/hashicorp/terraform-provider-azurerm/issues/22771'
      ],
      ['text', text(200, 'OK'), RPC]
    ] as const
  ).flatMap(([what, answer, source]): Row[] => [
    {
      rule: `${what}, twice: asked again by the backoff`,
      source,
      method: 'DELETE',
      routes: [accept('DELETE'), poll(answer, answer, RUNNING, answer, answer, SUCCEEDED)],
      state: 'succeeded',
      gets: [`${STATUS} x6`],
      gaps: [1_000, 1_000, 2_000, 1_000, 1_000, 2_000]
    },
    {
      rule: `${what}, three times: another source`,
      source,
      method: 'PUT',
      routes: [accept('PUT', CREATED), poll(...times(3, answer)), look(resource(200, 'Succeeded'))],
      state: 'succeeded',
      gets: [`${STATUS} x3`, RESOURCE],
      gaps: [1_000, 1_000, 2_000, 0]
    }
  ]),
  {
    rule: 'unparsable JSON on a Location, three times: unknown',
    source: TESTSERVER,
    method: 'POST',
    routes: [accept('POST', WITH_LOCATION), fetchResult(...times(3, malformed(200)))],
    state: 'unknown',
    gets: [`${RESULT} x3`],
    reason: /HTTP 200 without a readable state/
  },
  {
    rule: 'unparsable JSON as the first answer and from the resource: unknown',
    source: TESTSERVER,
    method: 'PUT',
    routes: [accept('PUT', malformed(200)), look(...times(3, malformed(200)))],
    state: 'unknown',
    gets: [`${RESOURCE} x3`]
  }
]

const FALLBACK: readonly Row[] = [
  {
    rule: 'PUT on a resource that existed: Succeeded is an old truth, so unknown',
    source: NO_SECOND,
    method: 'PUT',
    routes: [accept('PUT'), poll(refusal(405, 'NoGet')), look(resource(200, 'Succeeded'))],
    state: 'unknown',
    gets: [STATUS, RESOURCE],
    code: 'NoGet',
    reason: /provisioningState Succeeded.*HTTP 405 NoGet/
  },
  {
    rule: 'PATCH on a resource without a state: unknown',
    source: NO_SECOND,
    method: 'PATCH',
    routes: [accept('PATCH'), poll(empty(405)), look(THERE)],
    state: 'unknown',
    gets: [STATUS, RESOURCE],
    reason: /no provisioning state/
  },
  {
    rule: 'PUT: a failed state without evidence is an old truth too, so unknown',
    source: NO_SECOND,
    method: 'PUT',
    routes: [accept('PUT'), poll(empty(405)), look(resource(200, 'Failed'))],
    state: 'unknown',
    gets: [STATUS, RESOURCE],
    reason: /provisioningState Failed/
  },
  {
    rule: 'PUT answered by 201: the resource is evidence',
    source: EVIDENCE,
    method: 'PUT',
    routes: [
      accept('PUT', empty(201, asyncOperation(STATUS))),
      poll(empty(405)),
      look(resource(200, 'Succeeded'))
    ],
    state: 'succeeded',
    gets: [STATUS, RESOURCE]
  },
  {
    rule: 'PUT answered by 201: a resource without a state is evidence',
    source: EVIDENCE,
    method: 'PUT',
    routes: [accept('PUT', empty(201, asyncOperation(STATUS))), poll(empty(405)), look(THERE)],
    state: 'succeeded',
    gets: [STATUS, RESOURCE]
  },
  {
    rule: 'PATCH whose first answer was at work: the resource is evidence',
    source: EVIDENCE,
    method: 'PATCH',
    routes: [
      accept('PATCH', resource(200, 'Updating', asyncOperation(STATUS))),
      poll(empty(405)),
      look(resource(200, 'Succeeded'))
    ],
    state: 'succeeded',
    gets: [STATUS, RESOURCE]
  },
  {
    rule: 'PUT seen at work by a poll before: the resource is evidence',
    source: EVIDENCE,
    method: 'PUT',
    routes: [
      accept('PUT'),
      poll(resource(200, 'Updating'), empty(405)),
      look(resource(200, 'Failed'))
    ],
    state: 'failed',
    gets: [`${STATUS} x2`, RESOURCE]
  },
  {
    rule: 'PUT seen at work after the fallback: the resource is evidence',
    source: EVIDENCE,
    method: 'PUT',
    routes: [
      accept('PUT'),
      poll(empty(405)),
      look(resource(200, 'Updating'), resource(200, 'Succeeded'))
    ],
    state: 'succeeded',
    gets: [STATUS, `${RESOURCE} x2`]
  },
  {
    rule: 'a resource that failed, with evidence: failed',
    source: EVIDENCE,
    method: 'PUT',
    routes: [accept('PUT', CREATED), poll(empty(405)), look(resource(200, 'Canceled'))],
    state: 'canceled',
    gets: [STATUS, RESOURCE]
  },
  {
    rule: 'the resource is not there: three times, then unknown',
    source: NO_SECOND,
    method: 'PUT',
    routes: [accept('PUT', CREATED), poll(refusal(405, 'NoGet')), look(...times(3, NOT_FOUND))],
    state: 'unknown',
    gets: [STATUS, `${RESOURCE} x3`],
    code: 'NoGet',
    reason:
      /the status URL \(\S+operationStatuses\/7\) answered HTTP 405 NoGet; the resource \(\S+\/cart\) answered HTTP 404 ResourceNotFound$/
  },
  {
    rule: 'a resource that does not answer: the error of the monitor is kept',
    source: NO_SECOND,
    method: 'PUT',
    rules: { timing: timing({ timeoutMs: MINUTE_MS }) },
    routes: [accept('PUT', CREATED), poll(refusal(405, 'NoGet')), lookForever('no answer')],
    state: 'unknown',
    gets: [STATUS, `${RESOURCE} x10`],
    code: 'NoGet',
    reason: /after HTTP 405 NoGet/
  },
  {
    rule: 'DELETE: the absence of the resource',
    source: GO_AZURE_SDK,
    method: 'DELETE',
    routes: [accept('DELETE'), poll(empty(405)), look(THERE, ...times(3, NOT_FOUND))],
    state: 'succeeded',
    gets: [STATUS, `${RESOURCE} x4`]
  },
  {
    rule: 'DELETE: a resource that says it failed',
    source: GO_AZURE_SDK,
    method: 'DELETE',
    routes: [accept('DELETE'), poll(empty(405)), look(resource(200, 'Failed'))],
    state: 'failed',
    gets: [STATUS, RESOURCE]
  },
  {
    rule: 'DELETE: a second fallback is unknown',
    source: NO_SECOND,
    method: 'DELETE',
    routes: [
      accept('DELETE'),
      poll(empty(405)),
      look(...times(4, refusal(403, 'AuthorizationFailed')))
    ],
    state: 'unknown',
    gets: [STATUS, `${RESOURCE} x4`],
    code: 'AuthorizationFailed'
  },
  {
    rule: 'POST with a Location of its own: that is asked',
    source: 'autorest.testserver, LROPostDoubleHeaders',
    method: 'POST',
    routes: [
      accept('POST', WITH_BOTH),
      poll(empty(405)),
      fetchResult(empty(202), json(200, { key: 'value' }))
    ],
    state: 'succeeded',
    gets: [STATUS, `${RESULT} x2`]
  },
  {
    rule: 'POST: the 400 of the Location is the failure',
    source: 'https://github.com/Azure/autorest.powershell/issues/875',
    method: 'POST',
    routes: [accept('POST', WITH_BOTH), poll(empty(405)), fetchResult(refusal(400, 'BadDisk'))],
    state: 'failed',
    gets: [STATUS, RESULT],
    code: 'BadDisk'
  },
  {
    rule: 'POST: a second fallback is unknown',
    source: NO_SECOND,
    method: 'POST',
    routes: [accept('POST', WITH_BOTH), poll(empty(405)), fetchResult(refusal(405, 'NoGetHere'))],
    state: 'unknown',
    gets: [STATUS, RESULT],
    code: 'NoGetHere'
  },
  {
    rule: 'POST whose Location is the status URL: unknown',
    source: NO_SECOND,
    method: 'POST',
    routes: [
      accept('POST', empty(202, { ...asyncOperation(STATUS), ...location(STATUS) })),
      poll(empty(405))
    ],
    state: 'unknown',
    gets: [STATUS]
  },
  {
    rule: 'POST followed by its Location alone: unknown',
    source: NO_SECOND,
    method: 'POST',
    routes: [accept('POST', WITH_LOCATION), fetchResult(empty(405))],
    state: 'unknown',
    gets: [RESULT]
  },
  {
    rule: 'GET that cannot be followed: unknown',
    source: 'https://github.com/Azure/typespec-azure/issues/2933',
    method: 'GET',
    path: RESULT,
    routes: [route(`GET ${RESULT}`, WITH_BOTH), poll(empty(405))],
    state: 'unknown',
    gets: [STATUS]
  }
]

/** A first answer that says it is done, with a monitor that does not exist. */
const DONE = resource(200, 'Succeeded', asyncOperation(STATUS))
const SOFT_MONITOR: readonly Row[] = [
  {
    rule: '405 on the monitor of a provisional answer: the resource confirms',
    source: SOFT,
    method: 'PATCH',
    routes: [accept('PATCH', DONE), poll(empty(405)), look(resource(200, 'Succeeded'))],
    state: 'succeeded',
    gets: [STATUS, RESOURCE],
    gaps: [0, 0]
  },
  {
    rule: '404 for ever on the monitor of a provisional answer: the ordinary grace, then the resource confirms',
    source: SOFT,
    method: 'PATCH',
    routes: [accept('PATCH', DONE), poll(...times(9, NOT_FOUND)), look(THERE)],
    state: 'succeeded',
    gets: [`${STATUS} x9`, RESOURCE]
  },
  {
    rule: '410 for ever on the monitor of a provisional answer: the same',
    source: SOFT,
    method: 'PATCH',
    routes: [accept('PATCH', DONE), poll(...times(9, empty(410))), look(THERE)],
    state: 'succeeded',
    gets: [`${STATUS} x9`, RESOURCE]
  },
  {
    rule: 'a resource that is at work after all: followed',
    source: 'https://github.com/Azure/apiops-cli/pull/243',
    method: 'PUT',
    routes: [
      accept('PUT', DONE),
      poll(empty(405)),
      look(resource(200, 'Updating'), resource(200, 'Failed'))
    ],
    state: 'failed',
    gets: [STATUS, `${RESOURCE} x2`]
  },
  {
    rule: 'a resource that failed after all: failed',
    source: 'https://github.com/Azure/apiops-cli/pull/243',
    method: 'PUT',
    routes: [accept('PUT', DONE), poll(empty(405)), look(resource(200, 'Canceled'))],
    state: 'canceled',
    gets: [STATUS, RESOURCE]
  },
  {
    rule: 'a resource that cannot be read: the first answer stands',
    source: SOFT,
    method: 'PUT',
    routes: [accept('PUT', DONE), poll(empty(405)), look('no answer', BUSY, 'no answer')],
    state: 'succeeded',
    gets: [STATUS, `${RESOURCE} x3`],
    gaps: [0, 0, 1_000, 2_000]
  },
  {
    rule: '429 while confirming: waited, and no attempt is lost',
    source: AZCORE_429,
    method: 'PUT',
    routes: [
      accept('PUT', DONE),
      poll(empty(405)),
      look(...times(4, empty(429, { 'retry-after': '6' })), resource(200, 'Failed'))
    ],
    state: 'failed',
    gets: [STATUS, `${RESOURCE} x5`],
    gaps: [0, 0, 6_000, 6_000, 6_000, 6_000]
  },
  {
    rule: 'a resource that is not there: the first answer stands',
    source: SOFT,
    method: 'PUT',
    routes: [accept('PUT', DONE), poll(empty(405)), look(NOT_FOUND)],
    state: 'succeeded',
    gets: [STATUS, RESOURCE]
  },
  {
    rule: 'POST has no resource to ask: the first answer stands',
    source: SOFT,
    method: 'POST',
    routes: [accept('POST', json(200, { key: 1 }, location(RESULT))), fetchResult(empty(405))],
    state: 'succeeded',
    gets: [RESULT]
  },
  {
    rule: 'the monitor of a provisional answer, once readable, is one like any other',
    source: 'https://github.com/Azure/apiops-cli/pull/243',
    method: 'PUT',
    routes: [accept('PUT', DONE), poll(RUNNING, empty(405)), look(resource(200, 'Succeeded'))],
    state: 'unknown',
    gets: [`${STATUS} x2`, RESOURCE]
  },
  {
    rule: 'a DELETE answered as done whose resource is still at work: its absence is awaited',
    source: 'https://github.com/Azure/apiops-cli/pull/243',
    method: 'DELETE',
    routes: [
      accept('DELETE', empty(200, location(RESULT))),
      fetchResult(empty(405)),
      look(resource(200, 'Deleting'), ...times(3, NOT_FOUND))
    ],
    state: 'succeeded',
    gets: [RESULT, `${RESOURCE} x4`]
  }
]

/** Whose error code the end carries. */
function readCode({ operation }: PlayedConversation): string | undefined {
  return 'error' in operation ? operation.error?.code : undefined
}

function readGaps({ sentAtMs }: PlayedConversation): number[] {
  return sentAtMs.map((ms, index) => {
    const before = sentAtMs[index - 1]
    return before === undefined ? ms : ms - before - 100
  })
}

function asUnknown({ operation }: PlayedConversation): UnknownOperation {
  if (operation.state !== 'unknown') throw new Error(`test bug: ${operation.state}`)
  return operation
}

describe.each([
  { kind: 'no answer, 408 and 5xx', rows: TRANSPORT },
  { kind: '429', rows: THROTTLED },
  { kind: '401 and 403', rows: SIGN_IN },
  { kind: '404 while no poll has been readable', rows: NOT_FOUND_FIRST },
  { kind: '404 after a readable poll', rows: NOT_FOUND_LATER },
  { kind: "404 on a DELETE's monitor", rows: DELETE_MONITOR },
  { kind: '405, 410, other 4xx and 3xx', rows: REFUSED },
  { kind: 'an answer without a readable state', rows: MALFORMED },
  { kind: 'falling back on another source', rows: FALLBACK },
  { kind: 'a monitor beside an answer that says done', rows: SOFT_MONITOR }
])('$kind', ({ rows }) => {
  it.each(rows)('$method: $rule ($source)', (row) => {
    const played = playConversation(row)
    expect(played.operation.state).toBe(row.state)
    expect(foldGets(played.gets, row.gets)).toEqual(row.gets)
    if (row.gaps !== undefined) expect(readGaps(played)).toEqual(row.gaps)
    if (row.code !== undefined) expect(readCode(played)).toBe(row.code)
    if (row.reason !== undefined) expect(asUnknown(played).reason).toMatch(row.reason)
  })
})

describe('an unknown end', () => {
  const secret = `${STATUS}&t=SECRET&c=SECRET&s=SECRET&h=SECRET`
  const answers: readonly { readonly reply: Reply; readonly count: number }[] = [
    { reply: refusal(405, 'NoGet'), count: 1 },
    { reply: refusal(401, 'ExpiredAuthenticationToken'), count: 1 },
    { reply: refusal(403, 'AuthorizationFailed'), count: 4 },
    { reply: refusal(404, 'NotFound'), count: 9 },
    { reply: empty(410), count: 3 },
    { reply: malformed(200), count: 3 },
    { reply: BUSY, count: 15 },
    { reply: 'no answer', count: 15 }
  ]

  it.each(answers)('after $count x $reply names the path of the URL, never its query', (row) => {
    const played = playConversation({
      method: 'POST',
      routes: [
        route(`POST ${RESOURCE}`, empty(202, asyncOperation(secret))),
        route(`GET ${secret}`, ...times(row.count, row.reply))
      ]
    })
    const { reason, error, facts } = asUnknown(played)
    const told = JSON.stringify([reason, error ?? null, facts.warnings, facts.lastFault ?? null])
    expect(told).not.toMatch(/SECRET|api-version/)
    expect(reason).toContain(STATUS.split('?')[0])
  })

  it('after a fallback still names the path of the monitor, never its query', () => {
    const played = playConversation({
      method: 'PUT',
      routes: [
        route(`PUT ${RESOURCE}`, empty(200, asyncOperation(secret))),
        route(`GET ${secret}`, refusal(405, 'NoGet')),
        look(resource(200, 'Succeeded'))
      ]
    })
    const { reason, facts, url } = asUnknown(played)
    expect(JSON.stringify([reason, facts.warnings])).not.toMatch(/SECRET|api-version/)
    expect(facts.warnings).toEqual([
      `Could not read the polling URL ${STATUS.split('?')[0]} (HTTP 405 NoGet)`
    ])
    expect(reason).toContain(STATUS.split('?')[0])
    expect(url).toBe(toUrl(secret))
  })

  it('carries the HTTP status and the error of the last answer', () => {
    const { facts, error } = asUnknown(
      playConversation({ method: 'POST', routes: [accept('POST'), poll(refusal(405, 'NoGet'))] })
    )
    expect(facts.lastFault).toMatchObject({ status: 405, message: 'HTTP 405 NoGet' })
    expect(error).toMatchObject({ code: 'NoGet', message: 'NoGet it is' })
  })

  it('says what it can of an error without a code', () => {
    const { reason, error } = asUnknown(
      playConversation({ method: 'POST', routes: [accept('POST'), poll(text(405, 'try POST'))] })
    )
    expect(reason).toMatch(/the status URL \(\S+\/7\) answered HTTP 405$/)
    expect(error).toMatchObject({ code: '', message: 'try POST' })
  })

  it('forgets faults that a readable poll has ended', () => {
    const { facts } = asUnknown(
      playConversation({
        method: 'POST',
        rules: { timing: timing({ timeoutMs: MINUTE_MS }) },
        routes: [accept('POST'), pollForever(BUSY, RUNNING, 'no answer')]
      })
    )
    expect(facts.lastFault).toEqual({ message: 'ECONNRESET: the connection broke' })
  })
})
