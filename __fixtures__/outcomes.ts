/**
 * Outcomes for the tests of what people see: one for each status, and the answers they were read from.
 */

import { writeJsonText } from '../src/http/deep-json.ts'
import type { HttpResponse, JsonValue } from '../src/http/message.ts'
import { type OperationError, readError } from '../src/operation/error.ts'
import { describeDryRun } from '../src/report/dry-run.ts'
import {
  type Ending,
  mayStillRun,
  type Outcome,
  type OutcomeStatus,
  type StatusChange,
  statusOf,
  wasTurnedDown
} from '../src/run/outcome.ts'
import { omitUndefined } from '../src/values.ts'

/** 2026-11-22 12:04:31 UTC. */
export const STARTED_AT = Date.UTC(2026, 10, 22, 12, 4, 31)

export const DEPLOYMENT_ID =
  '/subscriptions/11111111-2222-3333-4444-555555555555/resourceGroups/shop/providers/Microsoft.Resources/deployments/web'

/** An answer with a JSON body. */
export function createAnswer(
  status: number,
  value: JsonValue,
  headers: Readonly<Record<string, string>> = {}
): HttpResponse {
  return { status, headers, body: { kind: 'json', value, text: writeJsonText(value) } }
}

/** An error without details, or with the given ones. */
export function createError(
  code: string,
  message: string,
  ...details: readonly OperationError[]
): OperationError {
  return { code, message, details, additionalInfo: [] }
}

/** Facts of an outcome that are other than usual; a status stands for the ending that is usual for it. */
export type OutcomeOverrides = Partial<Outcome> & { readonly status?: OutcomeStatus }

/**
 * A deployment that succeeded after 94 seconds and three polls, unless told otherwise. A status without an ending has
 * the ending that is usual for it.
 */
export function createOutcome({ status, ...overrides }: OutcomeOverrides = {}): Outcome {
  const accepted = overrides.accepted ?? createAnswer(201, {})
  const ending = overrides.ending ?? usualEnding(status ?? 'Succeeded', accepted)
  return {
    request: {
      method: 'PUT',
      url: `https://management.azure.com${DEPLOYMENT_ID}?api-version=2025-04-01`
    },
    response: createAnswer(200, { id: DEPLOYMENT_ID }),
    accepted,
    lastStatus: 'Succeeded',
    changes: listChanges(ending, overrides.lastStatus),
    warnings: [],
    startedAt: STARTED_AT,
    endedAt: STARTED_AT + 94_000,
    pollCount: 3,
    correlationId: '0f8a1c22-5b1e-4b8e-9d5e-0c6a7d2f1e3b',
    requestId: 'b2c41f00-1111-4222-8333-444455556666',
    resourceId: DEPLOYMENT_ID,
    portalUrl: `https://portal.azure.com/#resource${DEPLOYMENT_ID}`,
    ...overrides,
    ending
  }
}

function usualEnding(status: OutcomeStatus, accepted: HttpResponse): Ending {
  switch (status) {
    case 'Succeeded':
      return { kind: 'succeeded' }
    case 'Failed':
      return { kind: wasTurnedDown(accepted) ? 'refused' : 'failed' }
    case 'Canceled':
      return { kind: 'canceled' }
    case 'TimedOut':
      return { kind: 'left', by: 'deadline' }
    case 'InProgress':
      return { kind: 'left', by: 'choice' }
    case 'Unknown':
      return { kind: 'undecided' }
    case 'Skipped':
      return { kind: 'skipped' }
    default:
      return status satisfies never
  }
}

function listChanges(ending: Ending, lastStatus = 'Succeeded') {
  const running: readonly StatusChange[] = [
    { at: STARTED_AT + 1_000, status: 'Accepted' },
    { at: STARTED_AT + 3_000, status: 'Running', percentComplete: 10 },
    { at: STARTED_AT + 40_000, status: 'Running', percentComplete: 37 }
  ]
  if (mayStillRun(ending)) return running
  return [...running, { at: STARTED_AT + 94_000, status: lastStatus }]
}

const POLICY_ERROR = {
  code: 'RequestDisallowedByPolicy',
  target: 'shopstore',
  message: "Resource 'shopstore' was disallowed by policy. Reasons: 'Use HTTPS only.'.",
  additionalInfo: [
    {
      type: 'PolicyViolation',
      info: { policyAssignmentDisplayName: 'Secure transfer', policyAssignmentName: 'a1b2' }
    }
  ]
}

/** The answer of a deployment that a policy stopped, its cause two levels down in JSON text. */
export const POLICY_ANSWER = createAnswer(
  200,
  {
    status: 'Failed',
    error: {
      code: 'DeploymentFailed',
      target: DEPLOYMENT_ID,
      message: 'At least one resource deployment operation failed.',
      details: [
        {
          code: 'Conflict',
          message: JSON.stringify({
            status: 'Failed',
            error: {
              code: 'ResourceDeploymentFailure',
              message:
                "The resource operation completed with terminal provisioning state 'Failed'.",
              details: [POLICY_ERROR]
            }
          })
        }
      ]
    }
  },
  { 'x-ms-failure-cause': 'service' }
)

/** The deployment that a policy stopped. */
export function createFailedOutcome(overrides: OutcomeOverrides = {}): Outcome {
  const error = readError(POLICY_ANSWER)
  return createOutcome({
    status: 'Failed',
    response: POLICY_ANSWER,
    lastStatus: 'Failed',
    ...(error !== undefined && { error }),
    ...overrides
  })
}

/** Words that must not be said about an operation whose end is not known. */
export const WORDS_OF_FAILURE = /fail/i

/** One outcome for each status. */
export const OUTCOMES: readonly Outcome[] = [
  createOutcome(),
  createFailedOutcome(),
  createOutcome({
    status: 'Canceled',
    error: createError('OperationPreempted', 'A newer one took over.'),
    lastStatus: 'Canceled'
  }),
  withoutResponse({
    status: 'TimedOut',
    reason: 'The status was still Running at the deadline.',
    lastStatus: 'Running',
    pollingPath: `${DEPLOYMENT_ID}/operationStatuses/0858`
  }),
  withoutResponse({ status: 'InProgress', lastStatus: 'Accepted' }),
  withoutResponse({
    status: 'Unknown',
    reason: 'Azure answered 403 to every poll.',
    lastStatus: 'Running',
    pollingPath: `${DEPLOYMENT_ID}/operationStatuses/0858`
  }),
  describeDryRun(
    { request: createOutcome().request, headers: { accept: 'application/json' }, body: '{"a":1}' },
    STARTED_AT,
    (text) => text
  )
]

function withoutResponse(overrides: OutcomeOverrides): Outcome {
  const { response: _response, ...rest } = createOutcome(overrides)
  return rest
}

/** An outcome with what follows from its ending, as rows of tables name it. */
export function viewOutcome(outcome: Outcome) {
  const { ending } = outcome
  return {
    ...outcome,
    status: statusOf(ending),
    mayStillRun: mayStillRun(ending),
    ...(ending.kind === 'not-sent' ? { neverSent: true } : {}),
    ...omitUndefined({ decidingInput: findDecidingInput(ending) })
  }
}

/** Input of the author that decided, after Azure said that the operation succeeded. */
function findDecidingInput(ending: Ending): 'wait-until' | 'fail-if' | undefined {
  switch (ending.kind) {
    case 'condition-left':
      return 'wait-until'
    case 'condition-undecided':
      return ending.input
    case 'fail-if':
      return 'fail-if'
    default:
      return undefined
  }
}

/** What `viewOutcome` gives. */
export type OutcomeView = ReturnType<typeof viewOutcome> & { readonly neverSent?: true }
