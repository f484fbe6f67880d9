/**
 * The sources that can tell how an operation ended, in order of strength: which is asked when a stronger one cannot be
 * read, what each may prove, and what is told of them. Each row is a whole conversation on virtual time.
 */
import { describe, expect, it } from 'vitest'
import {
  ACTION,
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
  playConversation,
  READY,
  RESOURCE,
  RESOURCE_ID,
  RESULT,
  RUNNING,
  refusal,
  resource,
  route,
  routeForever,
  START_MS,
  STATUS,
  SUCCEEDED,
  timing
} from '../../__fixtures__/conversation.ts'
import { isObject } from '../../src/http/body.ts'
import type { HttpResponse, JsonValue } from '../../src/http/message.ts'
import type { TerminalOperation, Witness } from '../../src/operation/state.ts'

const STATUS_404 = 'https://github.com/Azure/azure-powershell/issues/6461'
const STATUS_IS_RESOURCE = 'https://github.com/Azure/azure-sdk-for-python/issues/40909'
const BATCH_AI = 'https://github.com/Azure/azure-sdk-for-go/issues/19330'
const STUCK_DELETE = 'https://github.com/Azure/azure-sdk-for-go/issues/26937'
const WATCHLIST = 'https://github.com/pulumi/pulumi-azure-native/issues/4816'
const WORKING_DELETE = 'https://github.com/hashicorp/terraform-provider-azurerm/issues/29060'
const NEVER_CREATED = 'https://github.com/pulumi/pulumi-azure-native/issues/1126'
const RPC =
  'https://github.com/Azure/azure-resource-manager-rpc/blob/master/v1.0/async-api-reference.md'
const OLD_OPERATION = 'HDInsight applications: the status URL was that of the cluster, long over'
const RESTING =
  'https://github.com/hashicorp/terraform-provider-azurerm/tree/main/internal/services'
const ERROR_BEHIND_200 = 'https://github.com/Azure/azure-rest-api-specs/issues/22035'
const POLLED_STATUS =
  'https://github.com/hashicorp/go-azure-sdk/blob/main/sdk/client/resourcemanager/poller_provisioning_state_test.go'
const FALLBACK = 'azcore, azure-core and ClientRuntime raise on an empty resource'

const BODY = JSON.stringify({ location: 'westeurope', properties: { sku: { capacity: 2 } } })
const ASKED = { sentAtMs: START_MS - 500, body: BODY }
/** The first answer says what time it is in Azure: 7 s ahead of us. */
const DATED = { date: new Date(START_MS + 7_000).toUTCString() }
const BEFORE = new Date(START_MS + 6_000).toISOString()
const AFTER = new Date(START_MS + 9_000).toISOString()

interface Look {
  readonly state?: string
  readonly lastModifiedAt?: string
  readonly capacity?: number
}

/** The resource as the request wanted it, but for the overrides. */
function wanted({ state, lastModifiedAt, capacity = 2 }: Look = {}): HttpResponse {
  const properties: Record<string, JsonValue> = { sku: { name: 'basic', capacity } }
  if (state !== undefined) properties.provisioningState = state
  return json(200, {
    id: RESOURCE_ID,
    location: 'westeurope',
    properties,
    ...(lastModifiedAt === undefined ? {} : { systemData: { lastModifiedAt } })
  })
}

interface Row extends Conversation {
  readonly rule: string
  readonly source: string
  readonly state: TerminalOperation['state'] | 'running'
  readonly gets: readonly string[]
  readonly decidedBy?: Witness
  readonly code?: string
  /** Parts of the warnings, all of them, in order. */
  readonly warnings?: readonly RegExp[]
  readonly reason?: RegExp
  readonly result?: HttpResponse
}

const put = (first: HttpResponse) => route(`PUT ${RESOURCE}`, first)
const remove = (first: HttpResponse) => route(`DELETE ${RESOURCE}`, first)
const statusGone = routeForever(`GET ${STATUS}`, refusal(404, 'OperationNotFound'))
const statusRefused = route(`GET ${STATUS}`, refusal(405, 'NoGet'))
const look = (...answers: HttpResponse[]) => route(`GET ${RESOURCE}`, ...answers)
const UNREAD = /Could not read the polling URL \S+operationStatuses\/7/

const ASKED_BY_TURNS = [
  ...Array.from({ length: 5 }, () => [STATUS, RESOURCE]).flat(),
  STATUS,
  `${RESULT} x3`
]

const ORDER: readonly Row[] = [
  {
    rule: 'PUT: the Location tells what the status URL no longer does',
    source: STATUS_404,
    method: 'PUT',
    routes: [
      put(empty(202, BOTH)),
      route(`GET ${STATUS}`, RUNNING, ...Array.from({ length: 3 }, () => NOT_FOUND)),
      route(`GET ${RESULT}`, empty(202), READY)
    ],
    state: 'succeeded',
    gets: [`${STATUS} x4`, `${RESULT} x2`],
    decidedBy: 'location',
    warnings: [UNREAD],
    result: READY
  },
  {
    rule: 'PUT: a Location that says Failed is the failure',
    source: STATUS_404,
    method: 'PUT',
    routes: [
      put(empty(202, BOTH)),
      statusRefused,
      route(`GET ${RESULT}`, refusal(400, 'SkuNotAvailable'))
    ],
    state: 'failed',
    gets: [STATUS, RESULT],
    decidedBy: 'location',
    code: 'SkuNotAvailable'
  },
  {
    rule: 'PUT: neither can be read, and the resource was created by the request',
    source: RPC,
    method: 'PUT',
    routes: [
      put(resource(201, 'Creating', BOTH)),
      statusRefused,
      route(`GET ${RESULT}`, empty(405)),
      look(READY)
    ],
    state: 'succeeded',
    gets: [STATUS, RESULT, RESOURCE],
    decidedBy: 'resource',
    warnings: [UNREAD, /Could not read the polling URL \S+operationResults\/7/]
  },
  {
    rule: 'PUT: none can be read: the error is that of the strongest, and all are told',
    source: STATUS_404,
    method: 'PUT',
    routes: [
      put(empty(202, BOTH)),
      statusRefused,
      route(`GET ${RESULT}`, refusal(405, 'NoResult')),
      look(refusal(405, 'NoRead'))
    ],
    state: 'unknown',
    gets: [STATUS, RESULT, RESOURCE],
    code: 'NoGet',
    reason: /Statuses\/7\).+NoGet.+Results\/7\).+NoResult.+\/cart\).+NoRead/
  },
  {
    rule: 'PUT: a Location that is its own path is no witness but the resource',
    source: 'https://github.com/Azure/azure-resource-manager-rpc/issues/52',
    method: 'PUT',
    routes: [
      put(empty(200, { ...asyncOperation(STATUS), ...location(RESOURCE) })),
      statusRefused,
      look(READY)
    ],
    state: 'unknown',
    gets: [STATUS, RESOURCE],
    code: 'NoGet'
  },
  {
    rule: 'POST: a Location that came with a 201 and is the ID of the body is no witness',
    source: 'https://github.com/Azure/azure-rest-api-specs/issues/20504',
    method: 'POST',
    path: ACTION,
    routes: [
      route(
        `POST ${ACTION}`,
        json(201, { id: RESOURCE_ID }, { ...asyncOperation(STATUS), ...location(RESOURCE) })
      ),
      statusRefused
    ],
    state: 'unknown',
    gets: [STATUS],
    code: 'NoGet'
  },
  {
    rule: 'DELETE: status URL and Location are both gone: the resource is asked at once',
    source: STATUS_404,
    method: 'DELETE',
    rules: { timing: timing({ timeoutMs: 16_000 }) },
    routes: [
      remove(empty(202, BOTH)),
      statusGone,
      route(`GET ${RESULT}`, NOT_FOUND),
      routeForever(`GET ${RESOURCE}`, READY)
    ],
    state: 'running',
    gets: [
      ...Array.from({ length: 6 }, () => [STATUS, RESOURCE])
        .flat()
        .slice(0, -1),
      RESULT,
      `${RESOURCE} +`
    ]
  },
  {
    rule: 'DELETE: a Location tells of the failure that the status URL hides',
    source: STATUS_404,
    method: 'DELETE',
    routes: [
      remove(empty(202, BOTH)),
      statusRefused,
      route(`GET ${RESULT}`, refusal(409, 'InUse'))
    ],
    state: 'failed',
    gets: [STATUS, RESULT],
    decidedBy: 'location',
    code: 'InUse'
  },
  ...(
    [
      ['a gateway error', refusal(503, 'ServiceUnavailable')],
      ['an unreadable body', malformed(200)],
      ['a role that is on its way', refusal(403, 'AuthorizationFailed')]
    ] as const
  ).map(
    ([what, fault]): Row => ({
      rule: `DELETE: a status URL that is not found, and ${what} of the Location: it is asked again`,
      source: WORKING_DELETE,
      method: 'DELETE',
      rules: { timing: timing({ timeoutMs: MINUTE_MS }) },
      routes: [
        remove(empty(202, BOTH)),
        statusGone,
        routeForever(`GET ${RESOURCE}`, READY),
        route(`GET ${RESULT}`, empty(202), fault, refusal(409, 'InUse'))
      ],
      state: 'failed',
      gets: ASKED_BY_TURNS,
      decidedBy: 'location',
      code: 'InUse'
    })
  ),
  {
    rule: 'an empty resource in place of its monitor shows nothing',
    source: FALLBACK,
    method: 'PUT',
    routes: [
      put(resource(201, 'Creating', asyncOperation(STATUS))),
      statusRefused,
      look(json(200, {}), empty(200), empty(204))
    ],
    state: 'unknown',
    gets: [STATUS, `${RESOURCE} x3`],
    code: 'NoGet',
    reason: /the resource \(\S+\/cart\) answered HTTP 204/
  },
  {
    rule: 'an empty resource that is followed by itself is at rest',
    source: 'Microsoft.Maintenance answers 200 without a body',
    method: 'PUT',
    routes: [put(resource(201, 'Creating')), look(empty(200))],
    state: 'succeeded',
    gets: [RESOURCE],
    decidedBy: 'resource',
    warnings: [/without a body/]
  }
]

const SPACED = { timing: timing({ timeoutMs: 4 * MINUTE_MS }) }
const PROVEN = wanted({ state: 'Succeeded', lastModifiedAt: AFTER })
const REQUEST = { method: 'PUT', request: ASKED, rules: SPACED } as const
const ACCEPTED = put(empty(202, { ...asyncOperation(STATUS), ...DATED }))
const UNCLEAR = /cannot tell whether this operation or an earlier one left it so/

const PROOF: readonly Row[] = [
  {
    ...REQUEST,
    rule: 'written since, as wanted, Succeeded, and all this again 30 s later',
    source: BATCH_AI,
    routes: [ACCEPTED, statusRefused, look(PROVEN, PROVEN)],
    state: 'succeeded',
    gets: [STATUS, `${RESOURCE} x2`],
    decidedBy: 'proof',
    warnings: [UNREAD, /success rests on the resource.+written since/]
  },
  {
    ...REQUEST,
    rule: 'the second look misses a value: unknown',
    source: BATCH_AI,
    routes: [
      ACCEPTED,
      statusRefused,
      look(PROVEN, wanted({ state: 'Succeeded', lastModifiedAt: AFTER, capacity: 3 }))
    ],
    state: 'unknown',
    gets: [STATUS, `${RESOURCE} x2`],
    reason: UNCLEAR,
    code: 'NoGet'
  },
  {
    ...REQUEST,
    rule: 'the second look sees it at work: followed to its end',
    source: BATCH_AI,
    routes: [ACCEPTED, statusRefused, look(PROVEN, resource(200, 'Updating'), READY)],
    state: 'succeeded',
    gets: [STATUS, `${RESOURCE} x3`],
    decidedBy: 'resource'
  },
  ...(
    [
      ['written before the send', wanted({ state: 'Succeeded', lastModifiedAt: BEFORE })],
      ['without a time', wanted({ state: 'Succeeded' })],
      ['holding another value', wanted({ state: 'Succeeded', lastModifiedAt: AFTER, capacity: 3 })],
      ['Failed', wanted({ state: 'Failed', lastModifiedAt: AFTER })],
      ['without a state', wanted({ lastModifiedAt: AFTER })]
    ] as const
  ).map(
    ([what, answer]): Row => ({
      ...REQUEST,
      rule: `${what}: unknown`,
      source: BATCH_AI,
      routes: [ACCEPTED, statusRefused, look(answer)],
      state: 'unknown',
      gets: [STATUS, RESOURCE],
      reason: UNCLEAR,
      code: 'NoGet'
    })
  ),
  {
    ...REQUEST,
    rule: 'an answer without a date does not tell when the request was sent: unknown',
    source: BATCH_AI,
    routes: [put(empty(202, asyncOperation(STATUS))), statusRefused, look(PROVEN)],
    state: 'unknown',
    gets: [STATUS, RESOURCE],
    reason: UNCLEAR
  },
  {
    method: 'PUT',
    rules: SPACED,
    rule: 'a run that did not send the request cannot compare: unknown',
    source: BATCH_AI,
    routes: [ACCEPTED, statusRefused, look(PROVEN)],
    state: 'unknown',
    gets: [STATUS, RESOURCE],
    reason: UNCLEAR
  },
  {
    ...REQUEST,
    rule: 'the whole resource without a state at first, and a status URL that never was: two looks',
    source: STATUS_IS_RESOURCE,
    routes: [put(wanted200(asyncOperation(STATUS))), statusGone, look(wanted(), wanted())],
    state: 'succeeded',
    gets: [`${STATUS} +`, `${RESOURCE} x2`],
    decidedBy: 'proof',
    warnings: [UNREAD, /its status URL never answered/]
  },
  {
    ...REQUEST,
    rule: 'the same, but its `status` is Failed beside an error: no proof of a success',
    source: POLLED_STATUS,
    routes: [put(wanted200(asyncOperation(STATUS))), statusGone, look(failing(wanted()))],
    state: 'unknown',
    gets: [`${STATUS} +`, RESOURCE],
    code: 'OperationNotFound'
  },
  {
    ...REQUEST,
    rule: 'the same, and one value is not there: unknown',
    source: STATUS_IS_RESOURCE,
    routes: [put(wanted200(asyncOperation(STATUS))), statusGone, look(wanted({ capacity: 1 }))],
    state: 'unknown',
    gets: [`${STATUS} +`, RESOURCE],
    code: 'OperationNotFound',
    reason: /the resource is there \(no provisioning state\), and its status URL never answered/
  },
  {
    ...REQUEST,
    rule: 'the same, but the status URL had answered once: unknown',
    source: STATUS_IS_RESOURCE,
    routes: [
      put(wanted200(asyncOperation(STATUS))),
      route(`GET ${STATUS}`, RUNNING, NOT_FOUND, NOT_FOUND, NOT_FOUND),
      look(wanted())
    ],
    state: 'unknown',
    gets: [`${STATUS} x4`, RESOURCE],
    reason: UNCLEAR
  }
]

/** The same resource, with the bad end that it names in `status`. */
function failing(response: HttpResponse): HttpResponse {
  const { body } = response
  const value = body.kind === 'json' ? body.value : null
  return json(200, {
    ...(isObject(value) ? value : {}),
    status: 'Failed',
    error: { code: 'SkuNotAvailable' }
  })
}

function wanted200(headers: Readonly<Record<string, string>>): HttpResponse {
  return { ...wanted(), headers: { ...headers, ...DATED } }
}

const deleting = (percentComplete: number) =>
  json(200, { status: 'Deleting', startTime: '2026-01-01T00:00:00Z', percentComplete })
const HELD = routeForever(`GET ${STATUS}`, deleting(100))

const STUCK: readonly Row[] = [
  {
    rule: 'a monitor that says 100 % and runs on, and a resource that is gone',
    source: STUCK_DELETE,
    method: 'DELETE',
    rules: { timing: timing({ timeoutMs: 80_000 }) },
    routes: [
      remove(empty(202, asyncOperation(STATUS))),
      HELD,
      look(NOT_FOUND, NOT_FOUND, NOT_FOUND)
    ],
    state: 'succeeded',
    gets: [`${STATUS} +`, `${RESOURCE} x3`],
    decidedBy: 'absence',
    warnings: [/never ended \(Deleting, 100 %\).+not found three times/]
  },
  {
    rule: 'the same, and the resource is still there: the monitor is asked on',
    source: WATCHLIST,
    method: 'DELETE',
    rules: { timing: timing({ timeoutMs: 80_000 }) },
    routes: [
      remove(empty(202, asyncOperation(STATUS))),
      HELD,
      routeForever(`GET ${RESOURCE}`, NOT_FOUND, READY)
    ],
    state: 'running',
    gets: [`${STATUS} +`, `${RESOURCE} x2`, `${STATUS} +`]
  },
  {
    rule: 'the same, and then it is not found: the next witness tells',
    source: STUCK_DELETE,
    method: 'DELETE',
    rules: { timing: timing({ timeoutMs: 10 * MINUTE_MS }) },
    routes: [
      remove(empty(202, BOTH)),
      routeForever(`GET ${STATUS}`, deleting(100), deleting(100), NOT_FOUND),
      routeForever(`GET ${RESOURCE}`, READY),
      route(`GET ${RESULT}`, refusal(409, 'InUse'))
    ],
    state: 'failed',
    gets: [`${STATUS} x3`, RESOURCE, STATUS, RESOURCE, STATUS, RESOURCE, STATUS, RESULT],
    decidedBy: 'location',
    code: 'InUse'
  },
  {
    rule: 'absence alone never ends a DELETE whose monitor still works',
    source: WORKING_DELETE,
    method: 'DELETE',
    routes: [
      remove(empty(202, asyncOperation(STATUS))),
      route(`GET ${STATUS}`, ...Array.from({ length: 20 }, () => deleting(99)), SUCCEEDED)
    ],
    state: 'succeeded',
    gets: [`${STATUS} x21`],
    decidedBy: 'status-url'
  },
  ...[
    '/subscriptions/1/resourceGroups/shop',
    '/subscriptions/1/resourceGroups/shop/providers/Microsoft.Resources/deployments/web',
    '/subscriptions/1/providers/Microsoft.Resources/deploymentStacks/web'
  ].map(
    (path): Row => ({
      rule: `never for ${path.split('/').at(-2)}`,
      source: 'groups, deployments and stacks go part by part',
      method: 'DELETE',
      path: `${path}?api-version=2025-04-01`,
      rules: { timing: timing({ timeoutMs: 20_000 }) },
      routes: [
        route(`DELETE ${path}?api-version=2025-04-01`, empty(202, asyncOperation(STATUS))),
        HELD
      ],
      state: 'running',
      gets: [`${STATUS} +`]
    })
  )
]

const INFERRED: readonly Row[] = [
  ...[empty(204), empty(200), json(200, {})].map(
    (nothing, index): Row => ({
      rule: `an empty answer of the Location (${index}), and no resource to the end of the grace: unknown`,
      source: NEVER_CREATED,
      method: 'PUT',
      rules: { timing: timing({ timeoutMs: 4 * MINUTE_MS }) },
      routes: [
        put(empty(202, location(RESULT))),
        route(`GET ${RESULT}`, nothing),
        routeForever(`GET ${RESOURCE}`, NOT_FOUND)
      ],
      state: 'unknown',
      gets: [RESULT, `${RESOURCE} +`],
      reason: /ended with an empty HTTP 20\d, but the resource \(\S+\/cart\) was not found/
    })
  ),
  {
    rule: 'a 404 about the address decides nothing',
    source: NEVER_CREATED,
    method: 'PUT',
    rules: { timing: timing({ timeoutMs: MINUTE_MS }) },
    routes: [
      put(empty(202, location(RESULT))),
      route(`GET ${RESULT}`, empty(204)),
      routeForever(`GET ${RESOURCE}`, refusal(404, 'InvalidResourceType'))
    ],
    state: 'succeeded',
    gets: [RESULT, `${RESOURCE} +`],
    decidedBy: 'location',
    warnings: [/its result could not be read/]
  },
  {
    rule: 'an explicit Succeeded stands without its resource',
    source: RPC,
    method: 'PUT',
    rules: { timing: timing({ timeoutMs: MINUTE_MS }) },
    routes: [
      put(empty(202, asyncOperation(STATUS))),
      route(`GET ${STATUS}`, SUCCEEDED),
      routeForever(`GET ${RESOURCE}`, NOT_FOUND)
    ],
    state: 'succeeded',
    gets: [STATUS, `${RESOURCE} +`],
    decidedBy: 'status-url',
    warnings: [/its result could not be read/]
  },
  {
    rule: 'so does one of an operation that the Location answers with',
    source: 'https://github.com/pulumi/pulumi-azure-native/pull/4835',
    method: 'PUT',
    rules: { timing: timing({ timeoutMs: MINUTE_MS }) },
    routes: [
      put(empty(202, location(RESULT))),
      route(`GET ${RESULT}`, json(200, { name: '7', status: 'Succeeded' })),
      routeForever(`GET ${RESOURCE}`, NOT_FOUND)
    ],
    state: 'succeeded',
    gets: [RESULT, `${RESOURCE} +`],
    decidedBy: 'location',
    warnings: [/its result could not be read/]
  },
  ...[403, 405].map(
    (status): Row => ({
      rule: `201 without a state, and a role that may not read (${status})`,
      source: RPC,
      method: 'PUT',
      routes: [
        put(json(201, { id: RESOURCE_ID, properties: {} })),
        routeForever(`GET ${RESOURCE}`, refusal(status, 'AuthorizationFailed'))
      ],
      state: 'succeeded',
      gets: [`${RESOURCE} +`],
      decidedBy: 'first-answer',
      warnings: [/may not be read.+rests on the first answer/],
      result: json(201, { id: RESOURCE_ID, properties: {} })
    })
  ),
  {
    rule: '201 whose status says Running is not done because it may not be read',
    source: RPC,
    method: 'PUT',
    routes: [put(json(201, { name: 'cart', status: 'Running' })), look(refusal(405, 'NoGet'))],
    state: 'unknown',
    gets: [RESOURCE],
    code: 'NoGet'
  },
  {
    rule: '201 with a state is not done because it may not be read',
    source: RPC,
    method: 'PUT',
    routes: [put(resource(201, 'Creating')), look(refusal(405, 'NoGet'))],
    state: 'unknown',
    gets: [RESOURCE],
    code: 'NoGet'
  },
  {
    rule: '201 without a state, and nothing there: unknown',
    source: RPC,
    method: 'PUT',
    rules: { timing: timing({ timeoutMs: MINUTE_MS }) },
    routes: [put(json(201, { id: RESOURCE_ID })), routeForever(`GET ${RESOURCE}`, NOT_FOUND)],
    state: 'unknown',
    gets: [`${RESOURCE} +`],
    code: 'ResourceNotFound'
  }
]

const settling = (first: HttpResponse, ...looks: HttpResponse[]) => [
  put(first),
  route(`GET ${STATUS}`, SUCCEEDED),
  routeForever(`GET ${RESOURCE}`, ...looks)
]

const CLAIMED: readonly Row[] = [
  {
    rule: 'a state of work that was seen before the end: the resource is followed',
    source: OLD_OPERATION,
    method: 'PUT',
    routes: [
      put(resource(200, 'Updating', asyncOperation(STATUS))),
      route(`GET ${STATUS}`, SUCCEEDED),
      look(...Array.from({ length: 40 }, () => resource(200, 'Updating')), READY)
    ],
    state: 'succeeded',
    gets: [STATUS, `${RESOURCE} x41`],
    decidedBy: 'resource'
  },
  {
    rule: 'the same, and it fails after all',
    source: OLD_OPERATION,
    method: 'PUT',
    routes: [
      put(resource(200, 'InProgress', asyncOperation(STATUS))),
      route(`GET ${STATUS}`, SUCCEEDED),
      look(
        ...Array.from({ length: 20 }, () => resource(200, 'InProgress')),
        resource(200, 'Failed')
      )
    ],
    state: 'failed',
    gets: [STATUS, `${RESOURCE} x21`],
    decidedBy: 'resource'
  },
  {
    rule: 'the same for ever: not over at the deadline',
    source: OLD_OPERATION,
    method: 'PUT',
    routes: settling(
      resource(200, 'InProgress', asyncOperation(STATUS)),
      resource(200, 'InProgress')
    ),
    state: 'running',
    gets: [STATUS, `${RESOURCE} +`]
  },
  ...(['Ready', 'Active', 'Created', 'Online', 'Running'] as const).map(
    (word): Row => ({
      rule: `${word} from the first answer on is how it rests`,
      source: RESTING,
      method: 'PUT',
      routes: settling(resource(200, word, asyncOperation(STATUS)), resource(200, word)),
      state: 'succeeded',
      gets: [STATUS, `${RESOURCE} +`],
      decidedBy: 'status-url',
      warnings: [new RegExp(`still says ${word}\\..+success-states`)]
    })
  ),
  {
    rule: 'a state of work that a read or two still show, and then the word that it rests in',
    source: RESTING,
    method: 'PUT',
    routes: settling(
      resource(200, 'Updating', asyncOperation(STATUS)),
      resource(200, 'Updating'),
      resource(200, 'Updating'),
      resource(200, 'Ready')
    ),
    state: 'succeeded',
    gets: [STATUS, `${RESOURCE} +`],
    decidedBy: 'status-url',
    warnings: [/still says Ready\..+success-states/]
  },
  {
    rule: 'the next state of work after one that was seen before the end: followed on',
    source: OLD_OPERATION,
    method: 'PUT',
    routes: settling(
      resource(200, 'Updating', asyncOperation(STATUS)),
      resource(200, 'Updating'),
      resource(200, 'Finalizing')
    ),
    state: 'running',
    gets: [STATUS, `${RESOURCE} +`]
  },
  {
    rule: 'a state of work with details behind it is the same state',
    source: 'Service Fabric writes its upgrade behind the word',
    method: 'PUT',
    routes: [
      put(resource(200, 'InProgress:{"domain":0}', asyncOperation(STATUS))),
      route(`GET ${STATUS}`, SUCCEEDED),
      look(
        ...Array.from({ length: 40 }, (_, domain) =>
          resource(200, `InProgress:{"domain":${domain}}`)
        ),
        READY
      )
    ],
    state: 'succeeded',
    gets: [STATUS, `${RESOURCE} x41`],
    decidedBy: 'resource'
  },
  {
    rule: 'a state of work that was first seen after the end: bounded',
    source: RESTING,
    method: 'PUT',
    routes: settling(resource(200, 'Creating', asyncOperation(STATUS)), resource(200, 'Updating')),
    state: 'succeeded',
    gets: [STATUS, `${RESOURCE} +`],
    decidedBy: 'status-url',
    warnings: [/still says Updating/]
  }
]

const DEPLOYMENT_ID =
  '/subscriptions/1/resourceGroups/shop/providers/Microsoft.Resources/deployments/web'
const DEPLOYMENT = `${DEPLOYMENT_ID}?api-version=2025-04-01`
const deployed = (headers?: HttpResponse['headers']) =>
  json(200, { id: DEPLOYMENT_ID, properties: { provisioningState: 'Succeeded' } }, headers)
const ERROR_BODY = json(200, { error: { code: 'InternalServerError', message: 'Try again' } })

const RESULTS: readonly Row[] = [
  {
    rule: 'an error and nothing else is no result of an action: the status body is',
    source: ERROR_BEHIND_200,
    method: 'POST',
    path: ACTION,
    routes: [
      route(`POST ${ACTION}`, empty(202, BOTH)),
      route(`GET ${STATUS}`, SUCCEEDED),
      route(`GET ${RESULT}`, ERROR_BODY)
    ],
    state: 'succeeded',
    gets: [STATUS, RESULT],
    result: SUCCEEDED
  },
  ...(
    [
      ['an error and nothing else', ERROR_BODY],
      ['half a body', malformed(200)]
    ] as const
  ).map(
    ([what, unreadable]): Row => ({
      rule: `a resource that settles, and ${what} in between`,
      source: ERROR_BEHIND_200,
      method: 'PUT',
      routes: [
        put(empty(202, asyncOperation(STATUS))),
        route(`GET ${STATUS}`, SUCCEEDED),
        look(resource(200, 'Updating'), unreadable, READY)
      ],
      state: 'succeeded',
      gets: [STATUS, `${RESOURCE} x3`],
      result: READY
    })
  ),
  {
    rule: 'a whole Succeeded that one poll confirms is the result: no GET for it',
    source: '876 of 9,619 recorded operations',
    method: 'PUT',
    rules: { isFirstAnswerEnough: true },
    routes: [
      put(resource(200, 'Succeeded', asyncOperation(STATUS))),
      route(`GET ${STATUS}`, SUCCEEDED)
    ],
    state: 'succeeded',
    gets: [STATUS],
    decidedBy: 'status-url',
    result: resource(200, 'Succeeded', asyncOperation(STATUS))
  },
  ...(
    [
      [
        'an expression wants the result',
        {},
        [answerPolls(false)],
        resource(200, 'Succeeded', asyncOperation(STATUS))
      ],
      [
        'it ran on meanwhile',
        { isFirstAnswerEnough: true },
        [answerPolls(true)],
        resource(200, 'Succeeded', asyncOperation(STATUS))
      ],
      [
        'the first answer was no resource',
        { isFirstAnswerEnough: true },
        [answerPolls(false)],
        json(200, { properties: { provisioningState: 'Succeeded' } }, asyncOperation(STATUS))
      ]
    ] as const
  ).map(
    ([what, rules, [polls], first]): Row => ({
      rule: `${what}: the resource is read`,
      source: '876 of 9,619 recorded operations',
      method: 'PUT',
      rules,
      routes: [put(first), route(`GET ${STATUS}`, ...polls), look(READY)],
      state: 'succeeded',
      gets: [polls.length === 1 ? STATUS : `${STATUS} x2`, RESOURCE],
      result: READY
    })
  ),
  {
    rule: 'a deployment is read anew: its first answer has no outputs',
    source: '876 of 9,619 recorded operations',
    method: 'PUT',
    path: DEPLOYMENT,
    rules: { isFirstAnswerEnough: true },
    routes: [
      route(`PUT ${DEPLOYMENT}`, deployed(asyncOperation(STATUS))),
      route(`GET ${STATUS}`, SUCCEEDED),
      route(`GET ${DEPLOYMENT}`, deployed())
    ],
    state: 'succeeded',
    gets: [STATUS, DEPLOYMENT],
    result: deployed()
  },
  {
    rule: 'a result that cannot be read: the first answer was it already',
    source: RPC,
    method: 'PUT',
    rules: { timing: timing({ timeoutMs: MINUTE_MS }) },
    routes: [
      put(resource(200, 'Succeeded', asyncOperation(STATUS))),
      route(`GET ${STATUS}`, RUNNING, SUCCEEDED),
      routeForever(`GET ${RESOURCE}`, refusal(403, 'AuthorizationFailed'))
    ],
    state: 'succeeded',
    gets: [`${STATUS} x2`, `${RESOURCE} +`],
    result: resource(200, 'Succeeded', asyncOperation(STATUS)),
    warnings: [/could not be read \(HTTP 403\)/]
  },
  {
    rule: 'a result that cannot be read, and a first answer at work: the status body',
    source: RPC,
    method: 'PUT',
    rules: { timing: timing({ timeoutMs: MINUTE_MS }) },
    routes: [
      put(resource(200, 'Updating', asyncOperation(STATUS))),
      route(`GET ${STATUS}`, SUCCEEDED),
      routeForever(`GET ${RESOURCE}`, refusal(403, 'AuthorizationFailed'))
    ],
    state: 'succeeded',
    gets: [STATUS, `${RESOURCE} +`],
    result: SUCCEEDED
  }
]

function answerPolls(isWanted: boolean): readonly HttpResponse[] {
  return isWanted ? [RUNNING, SUCCEEDED] : [SUCCEEDED]
}

describe.each([
  { kind: 'the order of the witnesses', rows: ORDER },
  { kind: 'proof by the resource', rows: PROOF },
  { kind: "a DELETE's monitor that does not end", rows: STUCK },
  { kind: 'success that is only inferred', rows: INFERRED },
  { kind: 'a status URL that says Succeeded beside a resource at work', rows: CLAIMED },
  { kind: 'the result', rows: RESULTS }
])('$kind', ({ rows }) => {
  it.each(rows)('$method: $rule ($source)', (row) => {
    const { operation, gets } = playConversation(row)
    expect(operation.state).toBe(row.state)
    const folded = foldGets(gets, row.gets)
    expect(row.state === 'running' ? folded.slice(0, row.gets.length) : folded).toEqual(row.gets)
    expect(operation.facts.decidedBy).toBe(
      row.decidedBy ?? (row.state === 'succeeded' ? 'status-url' : undefined)
    )
    if (row.code !== undefined) {
      expect('error' in operation ? operation.error?.code : undefined).toBe(row.code)
    }
    if (row.reason !== undefined) {
      expect('reason' in operation ? operation.reason : '').toMatch(row.reason)
    }
    if (row.warnings !== undefined) {
      const matching = row.warnings.map((part) => expect.stringMatching(part))
      expect(operation.facts.warnings).toEqual(matching)
    }
    if (row.result !== undefined) {
      expect('response' in operation ? operation.response : undefined).toEqual(row.result)
    }
  })
})

describe('what is told of the witnesses', () => {
  it('names each with its path, and never a query', () => {
    const signed = `${STATUS}&t=SECRET`
    const { operation } = playConversation({
      method: 'PUT',
      routes: [
        put(empty(202, { ...asyncOperation(signed), ...location(`${RESULT}&t=SECRET`) })),
        route(`GET ${signed}`, refusal(405, 'NoGet')),
        route(`GET ${RESULT}&t=SECRET`, empty(405)),
        look(READY)
      ]
    })
    const reason = 'reason' in operation ? operation.reason : ''
    expect(reason).toMatch(
      /the status URL \(\/\S+operationStatuses\/7\) answered HTTP 405 NoGet; the Location \(\/\S+operationResults\/7\) answered HTTP 405$/
    )
    expect(JSON.stringify([reason, operation.facts.warnings])).not.toContain('SECRET')
  })

  it("keeps the resource's word apart from the operation's", () => {
    const { operation } = playConversation({
      method: 'PUT',
      routes: [
        put(resource(201, 'Creating', asyncOperation(STATUS))),
        route(`GET ${STATUS}`, operationStatus('Validating'), refusal(405, 'NoGet')),
        look(resource(200, 'Updating'), READY)
      ]
    })
    expect(operation.facts.lastStatus).toBe('Validating')
  })
})
