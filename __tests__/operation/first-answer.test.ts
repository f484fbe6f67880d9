/**
 * What the first answer starts: one row per rule, in the order in which the first match wins.
 */
import { describe, expect, it } from 'vitest'
import {
  ACTION,
  asyncOperation,
  CUSTOM,
  empty,
  json,
  location,
  malformed,
  ORIGIN,
  operationLocation,
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
  toPath,
  VERSION
} from '../../__fixtures__/conversation.ts'
import { type HttpResponse, METHODS, type Method } from '../../src/http/message.ts'
import { begin } from '../../src/operation/begin.ts'
import { beginAbsence } from '../../src/operation/begin-found.ts'
import type { Operation, Rules } from '../../src/operation/state.ts'
import { isTerminal } from '../../src/operation/terminal.ts'

interface Row {
  readonly rule: string
  readonly source: string
  readonly method: Method
  readonly path?: string
  readonly answer: HttpResponse
  readonly rules?: Partial<Rules>
  /** A state; or how it is followed and where, `provisional` if the first answer may yet stand, `at once` without waiting. */
  readonly expected: string
  /** Part of the warning that must be given; absent where there must be none. */
  readonly warning?: string
}

/** Proxies answer in place of the server that was asked. */
const PROXY = 'https://www.rfc-editor.org/rfc/rfc9110#section-3.7'
const EVIL = 'https://evil.invalid/7'
const CHANGES: readonly Method[] = ['PUT', 'PATCH']
const WRITES: readonly Method[] = ['PUT', 'PATCH', 'POST', 'DELETE']
const READS: readonly Method[] = ['GET', 'HEAD']

/** One row per method, the method in its name. */
function each(methods: readonly Method[], row: Omit<Row, 'method'>): Row[] {
  return methods.map((method) => ({ ...row, method }))
}

function describeOperation(operation: Operation): string {
  if (isTerminal(operation)) return operation.state
  const words: string[] = operation.state === 'running' ? [operation.via] : [operation.state]
  words.push(toPath(operation.url))
  if (operation.state === 'running' && operation.provisionalAnswer !== undefined)
    words.push('provisional')
  if (operation.wait.kind === 'none') words.push('at once')
  return words.join(' ')
}

const GATE: Row[] = [
  ...each(READS, {
    rule: 'A0 G1 a read that met 503 has failed',
    source: SOURCES.goPollers,
    answer: refusal(503, 'ServerBusy'),
    expected: 'failed'
  }),
  ...[408, 500, 502, 503, 504].flatMap((status) =>
    each(WRITES, {
      rule: `A0 G1 a write that met ${status} may have taken effect`,
      source: SOURCES.contract,
      answer: refusal(status, 'GatewayTimeout'),
      expected: 'unknown'
    })
  ),
  ...[401, 429].flatMap((status) =>
    each(METHODS, {
      rule: `A0 G1 ${status} says that nothing was done`,
      source:
        'https://learn.microsoft.com/azure/azure-resource-manager/management/request-limits-and-throttling',
      answer: refusal(status, 'No'),
      expected: 'failed'
    })
  ),
  ...each(METHODS, {
    rule: 'A0 G2 a redirect is not followed',
    source: SOURCES.contract,
    answer: empty(307, location(EVIL)),
    expected: 'failed',
    warning: 'Location'
  }),
  // https://www.rfc-editor.org/rfc/rfc9110#section-15.4: 303 answers what was done; so have 301 and 302, to a POST.
  ...[301, 302, 303].flatMap((status) =>
    METHODS.map((method): Row => {
      const isOpen = status === 303 ? WRITES.includes(method) : method === 'POST'
      return {
        rule: `A0 G2 a ${status} ${isOpen ? 'may mean that it was done' : 'asks for it elsewhere'}`,
        source: SOURCES.contract,
        method,
        answer: json(status, { status: 'Succeeded' }, location(RESULT)),
        expected: isOpen ? 'unknown' : 'failed'
      }
    })
  ),
  {
    rule: 'A0 G2 accept-status knows a redirect by its status',
    source: SOURCES.contract,
    method: 'POST',
    answer: empty(303, location(RESULT)),
    rules: { acceptStatus: [303] },
    expected: 'succeeded'
  },
  {
    rule: 'A0 G2 accept-status reads no code in a redirect',
    source: SOURCES.contract,
    method: 'PUT',
    answer: refusal(308, 'RoleAssignmentExists'),
    rules: { acceptStatus: ['RoleAssignmentExists'] },
    expected: 'failed'
  },
  ...[300, 400, 403, 404, 405, 409, 412, 422].flatMap((status) =>
    each(METHODS, {
      rule: `A0 G3 ${status} is a failure`,
      source: SOURCES.contract,
      answer: refusal(status, 'No'),
      expected: 'failed'
    })
  ),
  {
    rule: 'A0 G3 accept-status makes a 404 of a DELETE a success',
    source: SOURCES.contract,
    method: 'DELETE',
    answer: refusal(404, 'ResourceNotFound'),
    rules: { acceptStatus: [404, 410] },
    expected: 'succeeded'
  },
  ...(
    [
      ['its own code', 'succeeded', ['RoleAssignmentExists'], []],
      ['its own code in another case', 'succeeded', ['roleassignmentexists'], []],
      ['another code', 'failed', ['PrincipalNotFound'], []],
      ['its own code, whatever is below it', 'succeeded', ['RoleAssignmentExists'], ['Other']],
      ['the code of all below it', 'succeeded', ['Exists'], ['Exists', 'exists']],
      ['the code of some below it', 'failed', ['Exists'], ['Exists', 'QuotaExceeded']],
      ['the code of all below it that are read', 'failed', ['Exists'], Array(300).fill('Exists')]
    ] as const
  ).map(
    ([what, expected, acceptStatus, below]): Row => ({
      // A preflight may name one error that is accepted and one that is not.
      rule: `A0 G3 accept-status takes ${what}: ${expected}`,
      source: 'https://learn.microsoft.com/azure/role-based-access-control/troubleshooting',
      method: 'PUT',
      answer: json(409, {
        error: {
          code: 'RoleAssignmentExists',
          message: 'There is one.',
          details: below.map((code) => ({ code, message: 'x' }))
        }
      }),
      rules: { acceptStatus },
      expected
    })
  ),
  {
    rule: 'A0 G3 accept-status is for the statuses it names',
    source: SOURCES.contract,
    method: 'DELETE',
    answer: refusal(409, 'Conflict'),
    rules: { acceptStatus: [404] },
    expected: 'failed'
  },
  // What a proxy says in place of Azure is no word of Azure's: neither a refusal, nor a success.
  ...[200, 201, 202, 400, 403, 404, 451].flatMap((status) => [
    ...each(WRITES, {
      rule: `A0 a page with ${status} leaves it open whether a write took effect`,
      source: PROXY,
      answer: page(status),
      rules: { acceptStatus: [202, 404] },
      expected: 'unknown'
    }),
    ...each(READS, {
      rule: `A0 a page with ${status} is no result`,
      source: PROXY,
      answer: page(status),
      rules: { acceptStatus: [202, 404] },
      expected: 'failed'
    })
  ]),
  ...each(METHODS, {
    rule: 'A0 a proxy that wants a sign-in has passed nothing on',
    source: 'https://www.rfc-editor.org/rfc/rfc9110#section-15.5.8',
    answer: page(407),
    expected: 'failed'
  }),
  {
    rule: 'A0 a page of the provider, with a header of ARM, is a refusal',
    source: SOURCES.contract,
    method: 'POST',
    answer: page(403, { 'x-ms-request-id': '1' }),
    expected: 'failed'
  },
  {
    rule: 'A0 G4 another 2xx is treated as 200: a result',
    source: SOURCES.goPollers,
    method: 'PUT',
    answer: json(203, { id: RESOURCE_ID }),
    expected: 'succeeded',
    warning: '203'
  },
  {
    rule: 'A0 G4 another 2xx is treated as 200: a state',
    source: SOURCES.goPollers,
    method: 'PATCH',
    answer: resource(206, 'Updating'),
    expected: `resource ${RESOURCE}`,
    warning: '206'
  }
]

const CLASSIFY: Row[] = [
  ...each(METHODS, {
    rule: 'A1 C1 204 is done',
    source: SOURCES.contract,
    answer: empty(204),
    expected: 'succeeded'
  }),
  ...each(WRITES, {
    rule: 'A1 C1 204 is done, with any headers',
    source: SOURCES.testServer,
    answer: empty(204, { ...asyncOperation(STATUS), ...location(RESULT) }),
    expected: 'succeeded'
  }),
  ...[200, 201, 202].flatMap((status) =>
    each(WRITES, {
      rule: `A1 C2 Azure-AsyncOperation on ${status} wins over Location and Operation-Location`,
      source: SOURCES.learn,
      answer: empty(status, {
        ...asyncOperation(STATUS),
        ...operationLocation('/other'),
        ...location(RESULT)
      }),
      expected: `status-url ${STATUS}`
    })
  ),
  ...[200, 201, 202].flatMap((status) =>
    each(WRITES, {
      rule: `A1 C3 Operation-Location on ${status} wins over Location`,
      source: SOURCES.guidelines,
      answer: empty(status, { ...operationLocation(STATUS), ...location(RESULT) }),
      expected: `status-url ${STATUS}`
    })
  ),
  ...each(CHANGES, {
    rule: 'A1 C2 with a state that is not terminal',
    source: SOURCES.learn,
    answer: resource(201, 'Creating', asyncOperation(STATUS)),
    expected: `status-url ${STATUS}`
  }),
  ...each(CHANGES, {
    rule: 'A1 C2 with a state of an earlier failure',
    source: SOURCES.learn,
    answer: resource(200, 'Failed', asyncOperation(STATUS)),
    expected: `status-url ${STATUS}`
  }),
  ...each(WRITES, {
    rule: 'A1 C4 Location on 202',
    source: `${SOURCES.validator}/lro-location-header.md`,
    answer: empty(202, location(RESULT)),
    expected: `location-url ${RESULT}`
  }),
  ...each(WRITES, {
    rule: 'A1 C4 a self-reference on 202 is a monitor all the same',
    source: SOURCES.contract,
    answer: empty(202, location(RESOURCE)),
    expected: `location-url ${RESOURCE}`
  }),
  ...[200, 201].flatMap((status) => [
    ...each(CHANGES, {
      rule: `A1 C5 Succeeded on ${status} is done`,
      source: SOURCES.goPollers,
      answer: resource(status, 'Succeeded'),
      expected: 'succeeded'
    }),
    ...each(CHANGES, {
      rule: `A1 C5 Failed on ${status} is that`,
      source: SOURCES.goPollers,
      answer: resource(status, 'Failed'),
      expected: 'failed'
    }),
    ...each(CHANGES, {
      rule: `A1 C5 Canceled on ${status} is that`,
      source: SOURCES.goPollers,
      answer: resource(status, 'Canceled'),
      expected: 'canceled'
    })
  ]),
  ...each(CHANGES, {
    rule: 'A1 C5 Location with Succeeded only says where it was created',
    source: SOURCES.goPollers,
    answer: resource(201, 'Succeeded', location(RESULT)),
    expected: 'succeeded'
  }),
  ...each(CHANGES, {
    rule: 'A1 C5 the state at the top counts',
    source: SOURCES.contract,
    answer: json(200, { provisioningState: 'cancelled' }),
    expected: 'canceled'
  }),
  ...each(CHANGES, {
    rule: 'A1 C5 an own word is terminal too',
    source: SOURCES.contract,
    answer: resource(200, 'Ready'),
    rules: { extraStates: { success: ['ready'], failure: [] } },
    expected: 'succeeded'
  }),
  ...[200, 201].flatMap((status) => [
    ...each(CHANGES, {
      rule: `A1 C6 a state that is not terminal on ${status} follows the resource`,
      source: SOURCES.contract,
      answer: resource(status, 'Creating'),
      expected: `resource ${RESOURCE}`
    }),
    ...each(CHANGES, {
      rule: `A1 C6 so with a self-reference on ${status}`,
      source: SOURCES.hashicorp,
      answer: resource(status, 'Creating', location(RESOURCE)),
      expected: `resource ${RESOURCE}`
    }),
    ...each(CHANGES, {
      rule: `A1 C7 a state that is not terminal on ${status} with Location`,
      source: 'https://github.com/hashicorp/go-azure-sdk/pull/959',
      answer: resource(status, 'Updating', location(RESULT)),
      // It says itself that it is not done, so it never stands in for a monitor that is missing.
      expected: `location-url ${RESULT}`
    }),
    ...each(CHANGES, {
      rule: `A1 C7 no state on ${status} with Location`,
      source: 'https://github.com/Azure/apiops-cli/pull/243',
      answer: json(status, { id: RESOURCE_ID }, location(RESULT)),
      expected: `location-url ${RESULT} provisional`
    }),
    ...each(['POST', 'DELETE'], {
      rule: `A1 C7 Location on ${status}, no matter what the state says`,
      source: SOURCES.goPollers,
      answer: resource(status, 'Succeeded', location(RESULT)),
      expected: `location-url ${RESULT} provisional`
    })
  ]),
  ...each(CHANGES, {
    rule: 'A1 C7 before C9b: broken JSON with Location',
    source: SOURCES.goPollers,
    answer: malformed(200, location(RESULT)),
    expected: `location-url ${RESULT}`
  }),
  ...each(CHANGES, {
    rule: 'A1 C8 200 without a state is done',
    source: SOURCES.contract,
    answer: json(200, { id: RESOURCE_ID }),
    expected: 'succeeded'
  }),
  ...each(CHANGES, {
    rule: 'A1 C8 200 without a body is done',
    source: SOURCES.testServer,
    answer: empty(200),
    expected: 'succeeded'
  }),
  ...each(CHANGES, {
    rule: 'A1 C8 a self-reference counts as no header',
    source: SOURCES.hashicorp,
    answer: json(200, { id: RESOURCE_ID }, location(RESOURCE)),
    expected: 'succeeded'
  }),
  ...each(CHANGES, {
    rule: 'A1 C9 201 without a state looks at the resource',
    source: SOURCES.goPollers,
    answer: json(201, { id: RESOURCE_ID }),
    expected: `resource ${RESOURCE} provisional`
  }),
  ...each(CHANGES, {
    rule: 'A1 C9 201 without a body looks at the resource',
    source: SOURCES.testServer,
    answer: empty(201),
    expected: `resource ${RESOURCE} provisional`
  }),
  ...each(CHANGES, {
    rule: 'A1 C9 a self-reference counts as no header',
    source: SOURCES.hashicorp,
    answer: json(201, {}, location(RESOURCE)),
    expected: `resource ${RESOURCE} provisional`
  }),
  ...[200, 201].flatMap((status) =>
    each(CHANGES, {
      rule: `A1 C9b broken JSON on ${status} looks at the resource`,
      source: SOURCES.testServer,
      answer: malformed(status),
      expected: `resource ${RESOURCE}`
    })
  ),
  ...each(CHANGES, {
    rule: 'A1 C9b a state that is no string looks at the resource',
    source: SOURCES.testServer,
    answer: json(200, { properties: { provisioningState: 7 } }),
    expected: `resource ${RESOURCE}`
  }),
  ...each(CHANGES, {
    rule: 'A1 C10 202 without a header follows the resource',
    source: SOURCES.contract,
    answer: empty(202),
    expected: `resource ${RESOURCE}`
  }),
  {
    rule: 'A1 C11 202 without a header waits for the absence',
    source: SOURCES.hashicorp,
    method: 'DELETE',
    answer: empty(202),
    expected: `absence ${RESOURCE}`
  },
  {
    rule: 'A1 C12 200 without a header is done',
    source: SOURCES.contract,
    method: 'DELETE',
    answer: empty(200),
    expected: 'succeeded'
  },
  {
    rule: 'A1 C12 a self-reference counts as no header',
    source: SOURCES.hashicorp,
    method: 'DELETE',
    answer: empty(200, location(RESOURCE)),
    expected: 'succeeded'
  },
  ...[200, 201].flatMap((status): Row[] => [
    {
      rule: `A1 C13 ${status} without a header is done`,
      source: `${SOURCES.validator}/post-response-codes.md`,
      method: 'POST',
      path: ACTION,
      answer: json(status, { keys: [] }),
      expected: 'succeeded'
    },
    {
      rule: `A1 C13 on ${status} a self-reference counts as no header`,
      source: SOURCES.hashicorp,
      method: 'POST',
      path: ACTION,
      answer: json(status, {}, location(ACTION)),
      expected: 'succeeded'
    }
  ]),
  {
    rule: 'A1 C13 the state of what is returned is no verdict on the action',
    source: SOURCES.contract,
    method: 'POST',
    path: ACTION,
    answer: resource(200, 'Updating'),
    expected: 'succeeded'
  },
  {
    rule: 'A1 C13 a what-if that failed at once (E8)',
    source: 'https://learn.microsoft.com/rest/api/resources/deployments/what-if',
    method: 'POST',
    path: ACTION,
    answer: json(200, { status: 'Failed', error: { code: 'InvalidTemplate', message: 'no' } }),
    expected: 'failed'
  },
  {
    rule: 'A1 C13 an action that was canceled at once (E8)',
    source: 'https://learn.microsoft.com/rest/api/resources/deployments/what-if',
    method: 'POST',
    path: ACTION,
    answer: json(200, { status: 'Canceled', error: { code: 'Preempted', message: 'no' } }),
    expected: 'canceled'
  },
  {
    rule: 'A1 C13 `status: Failed` without an error is a result',
    source: 'https://github.com/Azure/go-autorest/issues/634',
    method: 'POST',
    path: ACTION,
    answer: json(200, { status: 'Failed', error: null }),
    expected: 'succeeded'
  },
  {
    rule: 'A1 C13 an error with another status is a result',
    source: 'https://github.com/Azure/go-autorest/issues/634',
    method: 'POST',
    path: ACTION,
    answer: json(200, { status: 'Enabled', error: { code: 'None', message: '' } }),
    expected: 'succeeded'
  },
  {
    rule: 'A1 C14 202 without a header is a success where accept-status says so',
    source: SOURCES.testServer,
    method: 'POST',
    path: ACTION,
    answer: empty(202),
    rules: { acceptStatus: [202] },
    expected: 'succeeded'
  },
  {
    rule: 'A1 C14 202 without a header that is accepted and says it failed has failed',
    source: SOURCES.testServer,
    method: 'POST',
    path: ACTION,
    answer: json(202, { status: 'Failed', error: { code: 'No', message: 'x' } }),
    rules: { acceptStatus: [202] },
    expected: 'failed'
  },
  {
    rule: 'A1 C14 202 without a header cannot be followed',
    source: SOURCES.testServer,
    method: 'POST',
    path: ACTION,
    answer: empty(202),
    expected: 'unknown'
  },
  ...[200, 201, 204].flatMap((status) =>
    each(READS, {
      rule: `A1 C15 ${status} is done, with any headers`,
      source: SOURCES.validator,
      answer: json(status, {}, { ...asyncOperation(STATUS), ...location(RESULT) }),
      expected: 'succeeded'
    })
  ),
  {
    rule: 'A1 C15 the state of what is read is no verdict on the reading',
    source: SOURCES.validator,
    method: 'GET',
    answer: resource(200, 'Failed'),
    expected: 'succeeded'
  },
  ...each(READS, {
    rule: 'A1 C16 202 with Azure-AsyncOperation',
    source: 'https://github.com/Azure/typespec-azure/issues/2933',
    answer: empty(202, { ...asyncOperation(STATUS), ...location(RESULT) }),
    expected: `status-url ${STATUS}`
  }),
  ...each(READS, {
    rule: 'A1 C16 202 with Location',
    source: 'https://github.com/Azure/typespec-azure/issues/2933',
    answer: empty(202, location(RESULT)),
    expected: `location-url ${RESULT}`
  }),
  ...each(READS, {
    rule: 'A1 C16 202 without a header repeats the same URL',
    source: 'https://github.com/Azure/typespec-azure/issues/2933',
    answer: empty(202),
    expected: `location-url ${RESOURCE}`
  })
]

const ERROR_BODY = 'https://github.com/Azure/azure-rest-api-specs/issues/22035'
const LOG_ANALYTICS =
  'https://learn.microsoft.com/azure/azure-monitor/logs/api/errors#partial-errors'
const STATE_IN_STATUS =
  'https://github.com/hashicorp/go-azure-sdk/blob/main/sdk/client/resourcemanager/poller_provisioning_state_test.go'
const ERROR = { code: 'InvalidPayload', message: 'no' }
const REFUSED = { error: ERROR, correlationId: 'c' }

/** A failure that a 2xx tells in its body. */
const FAILURES: Row[] = [
  ...[200, 201].flatMap((status) => [
    ...each(METHODS, {
      rule: `A1 an error and nothing else behind ${status} has failed`,
      source: ERROR_BODY,
      answer: json(status, REFUSED),
      expected: 'failed'
    }),
    ...each(METHODS, {
      rule: `A1 status Failed beside an error behind ${status} has failed`,
      source: STATE_IN_STATUS,
      answer: json(status, { id: RESOURCE_ID, status: 'Failed', error: 'text' }),
      expected: 'failed'
    }),
    ...each(METHODS, {
      rule: `A1 status Canceled beside an error behind ${status} is that`,
      source: STATE_IN_STATUS,
      answer: json(status, { status: 'Canceled', error: ERROR }),
      expected: 'canceled'
    }),
    ...each(WRITES, {
      rule: `A1 an error and nothing else behind ${status}, with a status URL, is for that to tell`,
      source: SOURCES.learn,
      answer: json(status, REFUSED, asyncOperation(STATUS)),
      expected: `status-url ${STATUS}`
    }),
    ...each(WRITES, {
      rule: `A1 an error and nothing else behind ${status}, with Location, never stands for the end`,
      source: SOURCES.goPollers,
      answer: json(status, REFUSED, location(RESULT)),
      expected: `location-url ${RESULT}`
    }),
    ...each(WRITES, {
      rule: `A1 an error and nothing else behind ${status}, with a status URL that may not be followed`,
      source: ERROR_BODY,
      answer: json(status, REFUSED, asyncOperation(EVIL)),
      expected: 'failed',
      warning: 'evil.invalid'
    })
  ]),
  ...each(WRITES, {
    rule: 'A1 status Failed beside an error behind 202 without a header',
    source: STATE_IN_STATUS,
    answer: json(202, { status: 'Failed', error: ERROR }),
    expected: 'failed'
  }),
  ...each(CHANGES, {
    rule: 'A1 an error and nothing else behind 202 is no end',
    source: SOURCES.contract,
    answer: json(202, REFUSED),
    expected: `resource ${RESOURCE}`
  }),
  ...each(CHANGES, {
    rule: 'A1 a state that is not terminal is believed before a status',
    source: SOURCES.contract,
    answer: json(200, {
      status: 'Failed',
      error: ERROR,
      properties: { provisioningState: 'Updating' }
    }),
    expected: `resource ${RESOURCE}`
  }),
  ...each(METHODS, {
    rule: 'A1 an error beside a result, with a warning',
    source: LOG_ANALYTICS,
    answer: json(200, { tables: [], error: { code: 'PartialError', message: 'x' } }),
    expected: 'succeeded',
    warning: 'PartialError'
  }),
  ...each(METHODS, {
    rule: 'A1 the error `None` is none',
    source: LOG_ANALYTICS,
    answer: json(200, { error: { code: 'None' } }),
    expected: 'succeeded'
  }),
  ...each(CHANGES, {
    rule: 'A1 a resource whose status is Online has succeeded',
    source: STATE_IN_STATUS,
    answer: json(200, { id: RESOURCE_ID, status: 'Online', error: null }),
    expected: 'succeeded'
  })
]

const APIM_UPDATE = 'https://github.com/Azure/apiops-cli/pull/243'
const ASYNC_ID = 'https://github.com/hashicorp/go-azure-sdk/issues/962'
const INVALID_LOCATION = 'https://github.com/Azure/azure-sdk-for-java/pull/18442'

const REFINEMENTS: Row[] = [
  ...[200, 201].flatMap((status) => [
    ...each(CHANGES, {
      rule: `A1 provisional answer: Succeeded on ${status} with Azure-AsyncOperation is asked at once`,
      source: APIM_UPDATE,
      answer: resource(status, 'Succeeded', asyncOperation(STATUS)),
      expected: `status-url ${STATUS} provisional at once`
    }),
    ...each(CHANGES, {
      rule: `A1 provisional answer: Succeeded on ${status} with Operation-Location is asked at once`,
      source: APIM_UPDATE,
      answer: resource(status, 'Succeeded', operationLocation(STATUS)),
      expected: `status-url ${STATUS} provisional at once`
    })
  ]),
  ...each(CHANGES, {
    rule: 'A1 provisional answer: at once even with Retry-After',
    source: APIM_UPDATE,
    answer: resource(200, 'Succeeded', { ...asyncOperation(STATUS), 'retry-after': '60' }),
    expected: `status-url ${STATUS} provisional at once`
  }),
  ...each(CHANGES, {
    rule: 'A1 a 202 is never short-circuited by its body (status URL)',
    source: SOURCES.testServer,
    answer: resource(202, 'Succeeded', { ...asyncOperation(STATUS), ...location(RESULT) }),
    expected: `status-url ${STATUS}`
  }),
  ...each(WRITES, {
    rule: 'A1 a 202 is never short-circuited by its body (Location)',
    source: SOURCES.testServer,
    answer: resource(202, 'Succeeded', location(RESULT)),
    expected: `location-url ${RESULT}`
  }),
  ...each(CHANGES, {
    rule: 'A1 a 202 is never short-circuited by its body (no header)',
    source: SOURCES.testServer,
    answer: resource(202, 'Failed'),
    expected: `resource ${RESOURCE}`
  }),
  ...each(CHANGES, {
    rule: 'A1 self-reference: in another case, on port 443',
    source: SOURCES.hashicorp,
    answer: resource(
      200,
      'Updating',
      location(`${ORIGIN}:443${RESOURCE_ID.toUpperCase()}?${VERSION}`)
    ),
    expected: `resource ${RESOURCE}`
  }),
  ...each(CHANGES, {
    rule: 'A1 self-reference: an asyncId makes it a monitor',
    source: ASYNC_ID,
    answer: json(201, {}, location(`${RESOURCE}&asyncId=7`)),
    expected: `location-url ${RESOURCE}&asyncId=7 provisional`
  }),
  ...each(WRITES, {
    rule: 'A1 an invalid Azure-AsyncOperation is skipped for Operation-Location',
    source: INVALID_LOCATION,
    answer: empty(200, { ...asyncOperation(EVIL), ...operationLocation(STATUS) }),
    expected: `status-url ${STATUS}`,
    warning: 'Azure-AsyncOperation'
  }),
  ...each(WRITES, {
    rule: 'A1 an invalid Azure-AsyncOperation is skipped for Location',
    source: INVALID_LOCATION,
    answer: empty(202, { ...asyncOperation(EVIL), ...location(RESULT) }),
    expected: `location-url ${RESULT}`,
    warning: 'Azure-AsyncOperation'
  }),
  ...each(WRITES, {
    rule: 'A1 an invalid Operation-Location is skipped for Location',
    source: INVALID_LOCATION,
    answer: empty(202, { ...operationLocation(EVIL), ...location(RESULT) }),
    expected: `location-url ${RESULT}`,
    warning: 'Operation-Location'
  }),
  ...each(CHANGES, {
    rule: 'A1 nothing usable on 202 follows the resource',
    source: INVALID_LOCATION,
    answer: empty(202, asyncOperation(EVIL)),
    expected: `resource ${RESOURCE}`,
    warning: 'Azure-AsyncOperation'
  }),
  ...each(CHANGES, {
    rule: 'A1 an invalid Location on 202 follows the resource',
    source: INVALID_LOCATION,
    answer: empty(202, location(EVIL)),
    expected: `resource ${RESOURCE}`,
    warning: 'Location'
  }),
  {
    rule: 'A1 nothing usable on 202 waits for the absence',
    source: INVALID_LOCATION,
    method: 'DELETE',
    answer: empty(202, operationLocation(EVIL)),
    expected: `absence ${RESOURCE}`,
    warning: 'Operation-Location'
  },
  {
    rule: 'A1 nothing usable on 202 cannot be followed',
    source: INVALID_LOCATION,
    method: 'POST',
    path: ACTION,
    answer: empty(202, location(EVIL)),
    expected: 'unknown',
    warning: 'Location'
  },
  ...[200, 201].flatMap((status) => [
    ...each(CHANGES, {
      rule: `A1 an unusable status URL with Succeeded on ${status} is confirmed`,
      source: APIM_UPDATE,
      answer: resource(status, 'Succeeded', asyncOperation(EVIL)),
      expected: `confirming ${RESOURCE} at once`,
      warning: 'Azure-AsyncOperation'
    }),
    ...each(CHANGES, {
      rule: `A1 an unusable status URL with Failed on ${status} looks at the resource`,
      source: APIM_UPDATE,
      answer: resource(status, 'Failed', asyncOperation(EVIL)),
      expected: `resource ${RESOURCE}`,
      warning: 'Azure-AsyncOperation'
    }),
    ...each(CHANGES, {
      rule: `A1 an unusable status URL and no state on ${status} looks at the resource`,
      source: APIM_UPDATE,
      answer: json(status, {}, operationLocation(EVIL)),
      expected: `resource ${RESOURCE}`,
      warning: 'Operation-Location'
    })
  ]),
  {
    rule: 'A1 an unusable status URL on 200 waits for the absence',
    source: INVALID_LOCATION,
    method: 'DELETE',
    answer: empty(200, asyncOperation(EVIL)),
    expected: `absence ${RESOURCE}`,
    warning: 'Azure-AsyncOperation'
  },
  {
    rule: 'A1 an unusable status URL on 200 cannot be followed',
    source: INVALID_LOCATION,
    method: 'POST',
    path: ACTION,
    answer: json(200, {}, asyncOperation(EVIL)),
    expected: 'unknown',
    warning: 'Azure-AsyncOperation'
  },
  ...each(['PUT', 'PATCH', 'POST', 'DELETE'], {
    rule: 'A1 an unusable Location on 200 counts as absent',
    source: INVALID_LOCATION,
    answer: json(200, {}, location(EVIL)),
    expected: 'succeeded',
    warning: 'Location'
  }),
  ...each(CHANGES, {
    rule: 'A1 an unusable Location on 201 counts as absent',
    source: INVALID_LOCATION,
    answer: json(201, {}, location('somethingBadWhichShouldNotBeUsed')),
    expected: `resource ${RESOURCE} provisional`,
    warning: 'Location'
  }),
  ...each(CHANGES, {
    rule: 'A1 a Location elsewhere on a 201 that is over only says where it was created',
    source: INVALID_LOCATION,
    answer: resource(201, 'Succeeded', location(EVIL)),
    expected: 'succeeded'
  }),
  {
    rule: 'A1 a Location elsewhere on a 201 of an action that is over',
    source: INVALID_LOCATION,
    method: 'POST',
    path: ACTION,
    answer: json(201, {}, location(EVIL)),
    expected: 'succeeded'
  },
  ...each(WRITES, {
    rule: 'A1 a relative Location is resolved, without a warning',
    source: SOURCES.testServer,
    answer: empty(202, location('/foo')),
    expected: `location-url /foo?${VERSION}`
  }),
  ...each(WRITES, {
    rule: 'A1 a raw space in a status URL is encoded',
    source: 'https://url.spec.whatwg.org/#path-percent-encode-set',
    answer: empty(202, asyncOperation('/locations/West US/7?api-version=1')),
    expected: 'status-url /locations/West%20US/7?api-version=1'
  }),
  ...each(WRITES, {
    rule: 'A1 a path in a header is resolved, with a warning',
    source: SOURCES.testServer,
    answer: empty(202, { ...asyncOperation(STATUS), 'azure-asyncoperation': '/foo' }),
    expected: `status-url /foo?${VERSION}`,
    warning: 'relative'
  }),
  ...each(WRITES, {
    rule: 'A1 x-ms-async-operation-timeout only informs',
    source: SOURCES.contract,
    answer: empty(202, { ...location(RESULT), 'x-ms-async-operation-timeout': 'PT1S' }),
    expected: `location-url ${RESULT}`
  }),
  ...[
    ['a plain http URL', 'http://management.azure.com/7'],
    ['another port', `${ORIGIN}:8443/7`],
    ['user info', 'https://management.azure.com@evil.invalid/7'],
    ['a scheme-relative host', '//evil.invalid/7'],
    ['a trailing dot', 'https://management.azure.com./7']
  ].map(
    ([what, url]): Row => ({
      rule: `D3 the token does not follow ${what}`,
      source: 'https://github.com/Azure/azure-sdk-for-python/pull/48804',
      method: 'PUT',
      answer: empty(202, { 'azure-asyncoperation': url ?? '' }),
      expected: `resource ${RESOURCE}`,
      warning: 'Azure-AsyncOperation'
    })
  ),
  {
    rule: 'D1 Q5 a status URL on port 443 is followed as it stands',
    source: 'https://github.com/hashicorp/go-azure-sdk/pull/339',
    method: 'PUT',
    answer: empty(202, asyncOperation(`${ORIGIN}:443${STATUS}`)),
    expected: `status-url ${ORIGIN}:443${STATUS}`
  },
  {
    rule: 'D9 a custom endpoint is followed on its exact origin',
    source: SOURCES.contract,
    method: 'PUT',
    path: `${CUSTOM.origin}/r?${VERSION}`,
    answer: empty(202, asyncOperation(`${CUSTOM.origin}/7?${VERSION}`)),
    rules: { trust: CUSTOM },
    expected: `status-url ${CUSTOM.origin}/7?${VERSION}`
  },
  {
    rule: 'D9 a custom endpoint does not lead to the public cloud',
    source: SOURCES.contract,
    method: 'PUT',
    path: `${CUSTOM.origin}/r?${VERSION}`,
    answer: empty(202, asyncOperation(STATUS)),
    rules: { trust: CUSTOM },
    expected: `resource ${CUSTOM.origin}/r?${VERSION}`,
    warning: 'Azure-AsyncOperation'
  }
]

describe.each([
  ['the gate', GATE],
  ['the classification', CLASSIFY],
  ['a failure in a body', FAILURES],
  ['the refinements', REFINEMENTS]
])('%s', (_name, rows) => {
  it.each(rows)('$rule ($method $answer.status)', (row) => {
    const { method, path, answer, source } = row
    const operation = begin(request(method, path), answer, rules(row.rules), START_MS)
    expect(describeOperation(operation), source).toBe(row.expected)
    const warnings = operation.facts.warnings.filter(
      (text) => !text.startsWith('The request was answered')
    )
    expect(warnings).toEqual(
      row.warning === undefined ? [] : [expect.stringContaining(row.warning)]
    )
  })
})

describe('the value', () => {
  const followed = begin(
    request('PUT'),
    resource(201, 'Creating', {
      ...asyncOperation(STATUS),
      ...location(RESULT),
      'retry-after': '7'
    }),
    rules(),
    START_MS
  )

  it('shows of a long word the part that names the state', () => {
    const word = 'Updating:{"upgradeDescription":{"name":"fabric"}}'
    const operation = begin(request('PUT'), resource(201, word), rules(), START_MS)
    expect(operation.facts.lastStatus).toBe('Updating')
  })

  it.each([
    [{ status: 'Updating' }, true],
    [{ status: 'Online' }, false],
    [{ id: RESOURCE_ID, status: 'Updating' }, false],
    [{ id: RESOURCE_ID, properties: { provisioningState: 'Completed' } }, false]
  ])('of a resource that answered %j has seen it at work: %s', (body, sawProgress) => {
    const operation = begin(request('PUT'), json(201, body), rules(), START_MS)
    expect(operation.facts.sawProgress).toBe(sawProgress)
  })

  it('is JSON-ready, so that it can be resumed', () => {
    expect(JSON.parse(JSON.stringify(followed))).toEqual(followed)
  })

  it('knows what the first answer taught', () => {
    expect(followed.facts).toMatchObject({
      firstStatus: 201,
      startedAtMs: START_MS,
      pollCount: 0,
      retryAfterMs: 7_000,
      locationUrl: ORIGIN + RESULT,
      sawProgress: true,
      lastStatus: 'Creating'
    })
  })

  it('carries the error of a refusal, of a failed state and of a doubtful answer', () => {
    const failed = begin(request('PUT'), refusal(409, 'DeploymentActive'), rules(), START_MS)
    expect(failed).toMatchObject({ state: 'failed', error: { code: 'DeploymentActive' } })
    const doubtful = begin(request('POST'), refusal(504, 'GatewayTimeout'), rules(), START_MS)
    expect(doubtful).toMatchObject({ state: 'unknown', error: { code: 'GatewayTimeout' } })
    expect(doubtful.state === 'unknown' && doubtful.reason).toContain('504')
    const silent = begin(request('POST'), text(502, 'bad gateway'), rules(), START_MS)
    expect(silent).toMatchObject({ state: 'unknown', response: { status: 502 } })
  })

  it.each([
    json(307, { status: 'Succeeded', error: { code: 'X', message: 'x' } }),
    json(308, { properties: { provisioningState: 'Failed' } }),
    malformed(302),
    { ...empty(301), headers: { 'x-ms-error-code': 'X' } }
  ])('reads nothing in the body of a redirect: %j', (answer) => {
    const operation = begin(request('PUT'), answer, rules(), START_MS)
    expect(operation).not.toHaveProperty('error')
    expect(operation.facts).not.toHaveProperty('lastStatus')
    expect(operation.facts.resourceWords).toBeUndefined()
  })

  it('tells a redirect after which the request may have taken effect by its host', () => {
    const operation = begin(request('POST', ACTION), empty(303, location(EVIL)), rules(), START_MS)
    expect(operation).toMatchObject({
      state: 'unknown',
      reason:
        'Azure answered HTTP 303, a redirect to evil.invalid; redirects are never followed, and this one may mean that the request took effect'
    })
  })

  it('says why an accepted action cannot be followed, and never that it failed', () => {
    const operation = begin(request('POST', ACTION), empty(202), rules(), START_MS)
    expect(operation).toMatchObject({
      state: 'unknown',
      reason: expect.stringMatching(/accepted.*202.*cannot be followed/)
    })
  })

  it('A8 follows a DELETE that was sent again to the absence of the resource, at once', () => {
    for (const answer of [refusal(404, 'ResourceNotFound'), refusal(409, 'BeingDeleted')]) {
      const operation = beginAbsence(request('DELETE'), answer, rules(), START_MS)
      expect(describeOperation(operation)).toBe(`absence ${RESOURCE} at once`)
      expect(operation.facts.firstStatus).toBe(answer.status)
    }
  })
})
