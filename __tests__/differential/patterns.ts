/**
 * Fault-free conversations that any client of Azure may have, as data, to be held by two clients: this action's rules
 * and @azure/core-lro, the LRO library of the Azure SDK for JavaScript.
 */
import {
  ACTION,
  asyncOperation,
  empty,
  json,
  location,
  operationLocation,
  operationStatus,
  RESOURCE,
  RESOURCE_ID,
  RESULT,
  refusal,
  resource,
  SOURCES,
  STATUS,
  text,
  toUrl
} from '../../__fixtures__/conversation.ts'
import type { HttpResponse, JsonObject, Method } from '../../src/http/message.ts'

/** Replies by `METHOD path`; the last one is given again and again. */
export type Routes = Readonly<Record<string, readonly HttpResponse[]>>

export interface Pattern {
  readonly name: string
  readonly method: Method
  readonly routes: Routes
  /** How this action ends. */
  readonly ours: Ending
  /** Absent: the other ends the same way, with the same result. */
  readonly theirs?: Ending
  /** Why the two differ, and where it is written. */
  readonly why?: string
}

/** `running`: it polls on for as long as it may. `refused`: it gives up with an error of its own. */
export type Verdict = 'succeeded' | 'failed' | 'canceled' | 'unknown' | 'running' | 'refused'

export interface Ending {
  readonly verdict: Verdict
  /** The body of a success that has one. */
  readonly result?: unknown
  /** Code of the error. */
  readonly code?: string
}

const PUT = `PUT ${RESOURCE}`
const PATCH = `PATCH ${RESOURCE}`
const POST = `POST ${ACTION}`
const DELETE = `DELETE ${RESOURCE}`
const GET = `GET ${RESOURCE}`
const POLL = `GET ${STATUS}`
const FETCH = `GET ${RESULT}`

const DONE = resource(200, 'Succeeded')
const DONE_BODY = { id: RESOURCE_ID, properties: { provisioningState: 'Succeeded' } }
const BOTH = { ...asyncOperation(STATUS), ...location(RESULT) }
const RUNNING = operationStatus('InProgress')
const SUCCEEDED = operationStatus('Succeeded')
const FAILED = json(200, { status: 'Failed', error: { code: 'OutOfSkus', message: 'none left' } })
const CANCELED = json(200, { status: 'Canceled', error: { code: 'Preempted', message: 'no' } })
const KEYS = json(200, { keys: ['1'] })

/** The JSON that an answer has. */
function readValue({ body }: HttpResponse): unknown {
  return body.kind === 'json' ? body.value : undefined
}

const success = (result?: unknown): Ending =>
  result === undefined ? { verdict: 'succeeded' } : { verdict: 'succeeded', result }
const failure = (code?: string): Ending =>
  code === undefined ? { verdict: 'failed' } : { verdict: 'failed', code }

/** What both hold alike. */
const SHARED: readonly Pattern[] = [
  { name: '200, done', method: 'PUT', routes: { [PUT]: [DONE] }, ours: success(DONE_BODY) },
  {
    name: '200 without a state',
    method: 'PUT',
    routes: { [PUT]: [json(200, { id: RESOURCE_ID })] },
    ours: success({ id: RESOURCE_ID })
  },
  {
    name: '201, state in the body',
    method: 'PUT',
    routes: { [PUT]: [resource(201, 'Creating')], [GET]: [resource(200, 'Creating'), DONE] },
    ours: success(DONE_BODY)
  },
  {
    name: '200, state in the body',
    method: 'PUT',
    routes: { [PUT]: [resource(200, 'Updating')], [GET]: [DONE] },
    ours: success(DONE_BODY)
  },
  {
    name: '201, state in the body, failed',
    method: 'PUT',
    routes: { [PUT]: [resource(201, 'Creating')], [GET]: [resource(200, 'Failed')] },
    ours: failure()
  },
  ...[201, 200].map(
    (status): Pattern => ({
      name: `${status} + Azure-AsyncOperation`,
      method: 'PUT',
      routes: {
        [PUT]: [resource(status, 'Creating', asyncOperation(STATUS))],
        [POLL]: [RUNNING, SUCCEEDED],
        [GET]: [DONE]
      },
      ours: success(DONE_BODY)
    })
  ),
  {
    name: '202 + Azure-AsyncOperation + Location',
    method: 'PUT',
    routes: { [PUT]: [empty(202, BOTH)], [POLL]: [RUNNING, SUCCEEDED], [GET]: [DONE] },
    ours: success(DONE_BODY)
  },
  {
    name: '202 + Location',
    method: 'PUT',
    routes: { [PUT]: [empty(202, location(RESULT))], [FETCH]: [empty(202), DONE] },
    ours: success(DONE_BODY)
  },
  {
    name: '201 + Operation-Location',
    method: 'PUT',
    routes: {
      [PUT]: [resource(201, 'Creating', operationLocation(STATUS))],
      [POLL]: [RUNNING, SUCCEEDED],
      [GET]: [DONE]
    },
    ours: success(DONE_BODY)
  },
  {
    name: 'Azure-AsyncOperation, failed',
    method: 'PUT',
    routes: { [PUT]: [resource(201, 'Creating', asyncOperation(STATUS))], [POLL]: [FAILED] },
    ours: failure('OutOfSkus')
  },
  {
    name: 'Azure-AsyncOperation, in lower case',
    method: 'PUT',
    routes: {
      [PUT]: [resource(201, 'Creating', asyncOperation(STATUS))],
      [POLL]: [operationStatus('succeeded')],
      [GET]: [DONE]
    },
    ours: success(DONE_BODY)
  },
  {
    name: '202 + Location',
    method: 'PATCH',
    routes: { [PATCH]: [empty(202, location(RESULT))], [FETCH]: [empty(202), DONE] },
    ours: success(DONE_BODY)
  },
  {
    name: '200 + Azure-AsyncOperation, at work',
    method: 'PATCH',
    routes: {
      [PATCH]: [resource(200, 'Updating', asyncOperation(STATUS))],
      [POLL]: [RUNNING, SUCCEEDED],
      [GET]: [DONE]
    },
    ours: success(DONE_BODY)
  },
  { name: '200', method: 'POST', routes: { [POST]: [KEYS] }, ours: success({ keys: ['1'] }) },
  { name: '204', method: 'POST', routes: { [POST]: [empty(204)] }, ours: success() },
  {
    name: '202 + Location',
    method: 'POST',
    routes: { [POST]: [empty(202, location(RESULT))], [FETCH]: [empty(202), KEYS] },
    ours: success({ keys: ['1'] })
  },
  {
    name: '202 + Location, 204 at the end',
    method: 'POST',
    routes: { [POST]: [empty(202, location(RESULT))], [FETCH]: [empty(202), empty(204)] },
    ours: success()
  },
  {
    name: '202 + Azure-AsyncOperation + Location',
    method: 'POST',
    routes: { [POST]: [empty(202, BOTH)], [POLL]: [RUNNING, SUCCEEDED], [FETCH]: [KEYS] },
    ours: success({ keys: ['1'] })
  },
  {
    name: '202 + Azure-AsyncOperation, failed',
    method: 'POST',
    routes: { [POST]: [empty(202, BOTH)], [POLL]: [RUNNING, FAILED] },
    ours: failure('OutOfSkus')
  },
  ...[200, 204].map(
    (status): Pattern => ({
      name: `${status}`,
      method: 'DELETE',
      routes: { [DELETE]: [empty(status)] },
      ours: success()
    })
  ),
  ...[200, 204].map(
    (status): Pattern => ({
      name: `202 + Location, ${status} at the end`,
      method: 'DELETE',
      routes: { [DELETE]: [empty(202, location(RESULT))], [FETCH]: [empty(202), empty(status)] },
      ours: success()
    })
  ),
  {
    name: '202 + Azure-AsyncOperation',
    method: 'DELETE',
    routes: { [DELETE]: [empty(202, asyncOperation(STATUS))], [POLL]: [RUNNING, SUCCEEDED] },
    ours: success()
  },
  {
    name: '202 + Azure-AsyncOperation, failed',
    method: 'DELETE',
    routes: { [DELETE]: [empty(202, asyncOperation(STATUS))], [POLL]: [FAILED] },
    ours: failure('OutOfSkus')
  }
]

/** Where ours differs, and why. */
const DIFFERENT: readonly Pattern[] = [
  {
    name: 'a status URL that answers 200 and nothing',
    method: 'POST',
    routes: { [POST]: [empty(202, asyncOperation(STATUS))], [POLL]: [empty(200)] },
    ours: { verdict: 'unknown' },
    theirs: success(),
    why: `no state is not success (${SOURCES.contract})`
  },
  {
    name: 'PartiallySucceeded, then failed',
    method: 'PUT',
    routes: {
      [PUT]: [resource(201, 'Creating', asyncOperation(STATUS))],
      [POLL]: [operationStatus('PartiallySucceeded'), FAILED],
      [GET]: [DONE]
    },
    ours: failure('OutOfSkus'),
    theirs: success(DONE_BODY),
    why: `only exact words are terminal (${SOURCES.contract})`
  },
  {
    name: 'FailoverInProgress, then succeeded',
    method: 'PUT',
    routes: {
      [PUT]: [resource(201, 'Creating', asyncOperation(STATUS))],
      [POLL]: [operationStatus('FailoverInProgress'), SUCCEEDED],
      [GET]: [DONE]
    },
    ours: success(DONE_BODY),
    theirs: failure(),
    why: `only exact words are terminal (${SOURCES.contract})`
  },
  {
    name: 'Completed',
    method: 'PUT',
    routes: {
      [PUT]: [resource(201, 'Creating', asyncOperation(STATUS))],
      [POLL]: [operationStatus('Completed')],
      [GET]: [DONE]
    },
    ours: success(DONE_BODY),
    theirs: { verdict: 'running' },
    why: 'Cost Management ends so (https://github.com/Azure/azure-sdk-for-go/issues/20342)'
  },
  {
    name: '200, at work, no header',
    method: 'PATCH',
    routes: { [PATCH]: [resource(200, 'Updating')], [GET]: [resource(200, 'Failed')] },
    ours: failure(),
    theirs: success({ id: RESOURCE_ID, properties: { provisioningState: 'Updating' } }),
    why: `a state that is not terminal is not over (${SOURCES.contract})`
  },
  {
    name: '200 done + Azure-AsyncOperation that does not exist',
    method: 'PATCH',
    routes: {
      [PATCH]: [resource(200, 'Succeeded', asyncOperation(STATUS))],
      [POLL]: [refusal(404, 'NotFound')],
      [GET]: [DONE]
    },
    ours: success(DONE_BODY),
    theirs: { verdict: 'refused' },
    why: `LROPatchInlineCompleteIgnoreHeaders (${SOURCES.testServer})`
  },
  {
    name: '202 without a polling URL',
    method: 'POST',
    routes: { [POST]: [empty(202)] },
    ours: { verdict: 'unknown' },
    theirs: success(),
    why: `accepted, and nothing to follow it by (${SOURCES.validator})`
  },
  {
    name: '202 without a polling URL, the resource still there',
    method: 'DELETE',
    routes: { [DELETE]: [empty(202)], [GET]: [DONE] },
    ours: { verdict: 'running' },
    theirs: success(),
    why: `it is over when the resource is gone (${SOURCES.hashicorp})`
  },
  {
    name: 'a Location whose 200 says that it failed',
    method: 'POST',
    routes: { [POST]: [empty(202, location(RESULT))], [FETCH]: [FAILED] },
    ours: failure('OutOfSkus'),
    theirs: success({ status: 'Failed', error: { code: 'OutOfSkus', message: 'none left' } }),
    why: 'what-if answers so (WhatIfOperationResult of Microsoft.Resources)'
  },
  {
    name: 'a Location whose resource has failed',
    method: 'DELETE',
    routes: { [DELETE]: [empty(202, location(RESULT))], [FETCH]: [resource(200, 'Failed')] },
    ours: failure(),
    theirs: success(),
    why: `the provisioning state counts (${SOURCES.goPollers})`
  },
  {
    name: 'a Location that ends in 400',
    method: 'POST',
    routes: { [POST]: [empty(202, location(RESULT))], [FETCH]: [refusal(400, 'BadOrder')] },
    ours: failure('BadOrder'),
    theirs: { verdict: 'refused' },
    why: 'the failure, not an error about it (https://github.com/Azure/autorest.powershell/issues/875)'
  },
  {
    name: 'canceled, with an error',
    method: 'PUT',
    routes: { [PUT]: [resource(201, 'Creating', asyncOperation(STATUS))], [POLL]: [CANCELED] },
    ours: { verdict: 'canceled', code: 'Preempted' },
    theirs: { verdict: 'canceled' },
    why: 'the error of a cancellation says why (https://github.com/Azure/azure-sdk-for-net/issues/3396)'
  },
  {
    name: 'a monitor that is not there at first',
    method: 'PUT',
    routes: {
      [PUT]: [resource(201, 'Creating', asyncOperation(STATUS))],
      [POLL]: [refusal(404, 'DeploymentNotFound'), RUNNING, SUCCEEDED],
      [GET]: [DONE]
    },
    ours: success(DONE_BODY),
    theirs: { verdict: 'refused' },
    why: 'the gateway answers so (https://github.com/Azure/azure-cli/issues/28834)'
  },
  {
    name: 'a result on another host',
    method: 'PUT',
    routes: {
      [PUT]: [resource(201, 'Creating', operationLocation(STATUS))],
      [POLL]: [json(200, { status: 'Succeeded', resourceLocation: 'https://evil.example/x' })],
      [GET]: [DONE],
      'GET https://evil.example/x': [text(200, 'stolen')]
    },
    ours: success(DONE_BODY),
    theirs: success('stolen'),
    why: 'the token stays at home (https://github.com/Azure/azure-sdk-for-python/pull/48804)'
  },
  {
    name: 'succeeded, and the resource has failed',
    method: 'PUT',
    routes: {
      [PUT]: [resource(201, 'Creating', asyncOperation(STATUS))],
      [POLL]: [SUCCEEDED],
      [GET]: [resource(200, 'Failed')]
    },
    ours: failure(),
    theirs: success({ id: RESOURCE_ID, properties: { provisioningState: 'Failed' } }),
    why: 'some providers say "done" too early (hashicorp/terraform-provider-azurerm, custom pollers)'
  },
  {
    name: '202 done + Azure-AsyncOperation + Location: which one has the result',
    method: 'PATCH',
    routes: {
      [PATCH]: [resource(202, 'Succeeded', BOTH)],
      [POLL]: [SUCCEEDED],
      [GET]: [DONE],
      [FETCH]: [json(200, { from: 'Location' })]
    },
    ours: success(DONE_BODY),
    theirs: success({ from: 'Location' }),
    why: `of a PATCH the resource is the result (${SOURCES.finalStateVia})`
  }
]

const OUT_OF_SKUS = { code: 'OutOfSkus', message: 'none left' }
const RESULT_ID = RESULT.slice(0, RESULT.indexOf('?'))
/** An operation resource, as some providers give it behind a Location. */
const operation = (status: string, more: JsonObject = {}) =>
  json(200, { id: RESULT_ID, name: '7', status, startTime: '2026-01-01T00:00:00Z', ...more })
const SPACED = STATUS.replace('/operationStatuses', '/locations/West US/operationStatuses')
const CREATING = resource(200, 'Creating')
const CREATING_BODY = { id: RESOURCE_ID, properties: { provisioningState: 'Creating' } }
const COMPLETED_BODY = { id: RESOURCE_ID, properties: { provisioningState: 'Completed' } }
const WITH_OUTPUT = { status: 'Succeeded', properties: { output: 1 } }
/** More than fit into the time that a resource may take to settle. */
const MANY_POLLS = 60

/** What public reports of other clients added. */
export const AMENDED: readonly Pattern[] = [
  {
    name: '202 + Location, behind which the operation is at work',
    method: 'POST',
    routes: {
      [POST]: [empty(202, location(RESULT))],
      [FETCH]: [operation('InProgress'), operation('Failed', { error: OUT_OF_SKUS })]
    },
    ours: failure('OutOfSkus'),
    theirs: success(readValue(operation('InProgress'))),
    why: 'it is the operation, not its result (https://github.com/pulumi/pulumi-azure-native/pull/4835)'
  },
  {
    name: '202 + Location, behind which the operation failed and says no more',
    method: 'POST',
    routes: { [POST]: [empty(202, location(RESULT))], [FETCH]: [operation('Failed')] },
    ours: failure(),
    theirs: success(readValue(operation('Failed'))),
    why: 'it is the operation, not its result (https://github.com/Azure/azure-sdk-for-net/issues/31607)'
  },
  {
    name: '202 + Location, behind which a word is the result',
    method: 'POST',
    routes: { [POST]: [empty(202, location(RESULT))], [FETCH]: [operation('NoDataFound')] },
    ours: success(readValue(operation('NoDataFound')))
  },
  {
    name: '200 with nothing but an error',
    method: 'POST',
    routes: { [POST]: [json(200, { error: OUT_OF_SKUS })] },
    ours: failure('OutOfSkus'),
    theirs: success({ error: OUT_OF_SKUS }),
    why: 'it is no result (https://github.com/Azure/azure-rest-api-specs/issues/22035)'
  },
  {
    name: '200 with an error beside a result',
    method: 'POST',
    routes: { [POST]: [json(200, { error: OUT_OF_SKUS, tables: [] })] },
    ours: success({ error: OUT_OF_SKUS, tables: [] })
  },
  {
    name: '202 + Location, then 200 with nothing but an error',
    method: 'PUT',
    routes: {
      [PUT]: [empty(202, location(RESULT))],
      [FETCH]: [empty(202), json(200, { error: OUT_OF_SKUS })],
      [GET]: [DONE]
    },
    ours: failure('OutOfSkus'),
    theirs: success({ error: OUT_OF_SKUS }),
    why: 'it is no result (https://github.com/hashicorp/terraform-provider-azurerm/issues/19849)'
  },
  {
    name: '202 + its own path as Location, failed',
    method: 'DELETE',
    routes: {
      [DELETE]: [empty(202, location(RESOURCE))],
      [GET]: [DONE, resource(200, 'Failed')]
    },
    ours: failure(),
    theirs: success(),
    why: 'a resource that can be read is not deleted (https://github.com/Azure/azure-resource-manager-rpc/issues/52)'
  },
  {
    name: '202 + its own path with a query as Location',
    method: 'DELETE',
    routes: {
      [DELETE]: [empty(202, location(`${RESOURCE}&asyncId=7`))],
      [`${GET}&asyncId=7`]: [empty(202), empty(204)],
      [GET]: [DONE]
    },
    ours: success()
  },
  {
    name: 'a monitor that stays at 100 %, and no resource',
    method: 'DELETE',
    routes: {
      [DELETE]: [empty(202, asyncOperation(STATUS))],
      [POLL]: [json(200, { status: 'InProgress', percentComplete: 100 })],
      [GET]: [refusal(404, 'ResourceNotFound')]
    },
    ours: success(),
    theirs: { verdict: 'running' },
    why: 'the monitor never ends (https://github.com/pulumi/pulumi-azure-native/issues/4816)'
  },
  {
    name: '202 + Azure-AsyncOperation + Location, which has an empty object',
    method: 'POST',
    routes: {
      [POST]: [empty(202, BOTH)],
      [POLL]: [json(200, WITH_OUTPUT)],
      [FETCH]: [json(200, {})]
    },
    ours: success(WITH_OUTPUT),
    theirs: success({}),
    why: 'an empty object is no result (https://github.com/Azure/azure-rest-api-specs/issues/45860)'
  },
  ...[403, 405].map(
    (status): Pattern => ({
      name: `201 without a state, and a resource that answers ${status}`,
      method: 'PUT',
      routes: {
        [PUT]: [json(201, { id: RESOURCE_ID })],
        [GET]: [refusal(status, 'AuthorizationFailed')]
      },
      ours: success({ id: RESOURCE_ID })
    })
  ),
  {
    name: "201 + Azure-AsyncOperation, which is somebody else's and over",
    method: 'PUT',
    routes: {
      [PUT]: [resource(201, 'Creating', asyncOperation(STATUS))],
      [POLL]: [SUCCEEDED],
      [GET]: [...Array.from({ length: MANY_POLLS }, () => CREATING), resource(200, 'Failed')]
    },
    ours: failure(),
    theirs: success(CREATING_BODY),
    why: 'the resource is still at work (replay of recorded operations)'
  },
  {
    name: '202 + Azure-AsyncOperation with a space in it',
    method: 'POST',
    routes: {
      [POST]: [empty(202, asyncOperation(SPACED))],
      [`GET ${SPACED.replace(' ', '%20')}`]: [RUNNING, FAILED]
    },
    ours: failure('OutOfSkus')
  },
  {
    name: 'a status URL that answers 400 and says that it failed',
    method: 'POST',
    routes: {
      [POST]: [empty(202, asyncOperation(STATUS))],
      [POLL]: [json(400, { status: 'Failed', error: OUT_OF_SKUS })]
    },
    ours: failure('OutOfSkus'),
    theirs: { verdict: 'refused' },
    why: `a state that is told is a state (${SOURCES.goPollers})`
  },
  {
    name: '201, state in `status`, failed',
    method: 'PUT',
    routes: {
      [PUT]: [json(201, { status: 'Creating' })],
      [GET]: [
        json(200, { status: 'Creating' }),
        json(200, { status: 'Failed', error: OUT_OF_SKUS })
      ]
    },
    ours: failure('OutOfSkus'),
    theirs: success({ status: 'Creating' }),
    why: `a resource at work (${SOURCES.hashicorp})`
  },
  {
    name: '200, state in `status`, failed',
    method: 'PUT',
    routes: { [PUT]: [json(200, { id: RESOURCE_ID, status: 'Failed', error: OUT_OF_SKUS })] },
    ours: failure('OutOfSkus'),
    theirs: success({ id: RESOURCE_ID, status: 'Failed', error: OUT_OF_SKUS }),
    why: `a resource that failed (${SOURCES.hashicorp})`
  },
  {
    name: '200, a word in `status` that is no state of an operation',
    method: 'PUT',
    routes: { [PUT]: [json(200, { id: RESOURCE_ID, status: 'Online' })] },
    ours: success({ id: RESOURCE_ID, status: 'Online' })
  },
  {
    name: '201 + Azure-AsyncOperation, which shows the resource as Completed',
    method: 'PUT',
    routes: {
      [PUT]: [resource(201, 'Creating', asyncOperation(STATUS))],
      [POLL]: [json(200, COMPLETED_BODY)],
      [GET]: [DONE]
    },
    ours: success(DONE_BODY)
  },
  {
    name: '201, state in the body, Completed',
    method: 'PUT',
    routes: { [PUT]: [resource(201, 'Creating')], [GET]: [json(200, COMPLETED_BODY)] },
    ours: success(COMPLETED_BODY),
    theirs: { verdict: 'running' },
    why: `a terminal state of the wild (${SOURCES.goPollers})`
  }
]

export const PATTERNS: readonly Pattern[] = [...SHARED, ...DIFFERENT]

/** The path that a pattern's first request goes to. */
export function readFirstPath({ method }: Pattern): string {
  return method === 'POST' ? ACTION : RESOURCE
}

/** The reply to each call, in order. */
export function createReplies(routes: Routes): (method: string, url: string) => HttpResponse {
  const asked = new Map<string, number>()
  const origin = new URL(toUrl('/')).origin
  return (method, url) => {
    const call = `${method} ${url.startsWith(origin) ? url.slice(origin.length) : url}`
    const replies = routes[call]
    const count = asked.get(call) ?? 0
    asked.set(call, count + 1)
    const reply = replies?.[Math.min(count, replies.length - 1)]
    return reply ?? refusal(404, 'NotInThePattern')
  }
}
