/**
 * Errors in Azure's shapes and with Azure's codes. Pure values; who answers with them decides when.
 */
import type { JsonObject, JsonValue } from './json.ts'
import { isJsonObject } from './json.ts'
import type { Answer } from './message.ts'

/** A code and a message, with anything else that ARM's error object may hold. */
export type ArmError = JsonObject & { readonly code: string; readonly message: string }

/** An answer whose body is ARM's `{ "error": { "code", "message" } }`. */
export function answerError(status: number, code: string, message: string): Answer {
  return {
    status,
    headers: { 'x-ms-failure-cause': 'gateway' },
    body: { error: { code, message } }
  }
}

/** A template that cannot be deployed at all: answered with 400 and this code. */
export class TemplateError extends Error {
  readonly code: string
  /** Where in the request it is: keys from the root, `['properties', 'template', 'resources', 0]`. */
  readonly path?: readonly (string | number)[]

  constructor(code: string, message: string, path?: readonly (string | number)[]) {
    super(message)
    this.code = code
    if (path !== undefined) this.path = path
  }
}

/** Names that a template or a request header may use for an error, instead of writing it out. */
export const NAMED_ERRORS = ['policy', 'quota', 'sku'] as const

/** The error that a simulator instruction means: an error object, one of the named errors, or undefined. */
export function readErrorInstruction(
  value: JsonValue | undefined,
  resourceId: string
): ArmError | undefined {
  if (isJsonObject(value)) {
    const { code, message } = value
    return typeof code === 'string' && typeof message === 'string'
      ? { ...value, code, message }
      : undefined
  }
  if (value === 'policy') return violatePolicy(resourceId)
  if (value === 'quota') return exceedQuota()
  if (value === 'sku') return lackCapacity()
  return undefined
}

function exceedQuota(): ArmError {
  return {
    code: 'QuotaExceeded',
    message:
      'Operation could not be completed as it results in exceeding approved Total Regional Cores quota. ' +
      'Location: westeurope, Current Limit: 10, Current Usage: 8, Additional Required: 4, (Minimum) New Limit Required: 12.'
  }
}

function lackCapacity(): ArmError {
  return {
    code: 'SkuNotAvailable',
    message:
      "The requested size for resource is currently not available in location 'westeurope'. Try another size or deploy to a different location."
  }
}

function violatePolicy(resourceId: string): ArmError {
  const name = resourceId.split('/').at(-1) ?? ''
  const definitionId =
    '/providers/Microsoft.Authorization/policyDefinitions/e56962a6-4747-49cd-b67b-bf8b01975c4c'
  const assignmentId =
    '/providers/Microsoft.Management/managementGroups/platform/providers/Microsoft.Authorization/policyAssignments/allowed-locations'
  return {
    code: 'RequestDisallowedByPolicy',
    target: name,
    message: `Resource '${name}' was disallowed by policy. Policy identifiers: '[{"policyAssignment":{"name":"Allowed locations","id":"${assignmentId}"}}]'.`,
    additionalInfo: [
      {
        type: 'PolicyViolation',
        info: {
          policyDefinitionDisplayName: 'Allowed locations',
          policyDefinitionId: definitionId,
          policyDefinitionEffect: 'deny',
          policyAssignmentDisplayName: 'Allowed locations',
          policyAssignmentId: assignmentId,
          policyAssignmentName: 'allowed-locations'
        }
      }
    ]
  }
}

/** How a failed resource is told in its deployment's error: as JSON inside a string, or as a plain tree. */
export type ErrorStyle = 'text' | 'tree'

export interface FailedResource {
  readonly id: string
  readonly error: ArmError
  readonly style: ErrorStyle
  /** A nested deployment's error stands for itself; a resource's is wrapped once more. */
  readonly isDeployment: boolean
}

/** The error of a deployment: one detail for each resource that failed, each told in its own style. */
export function failDeployment(deploymentId: string, failed: readonly FailedResource[]): ArmError {
  return {
    code: 'DeploymentFailed',
    target: deploymentId,
    message:
      'At least one resource deployment operation failed. Please list deployment operations for details. ' +
      'Please see https://aka.ms/arm-deployment-operations for usage details.',
    details: failed.map(describeFailure)
  }
}

function describeFailure(failure: FailedResource): JsonObject {
  if (failure.style === 'tree') {
    return failure.isDeployment ? failure.error : wrapFailure(failure)
  }
  // A policy refuses the request itself, so no resource ever reached a provisioning state.
  if (failure.error.code === 'RequestDisallowedByPolicy') {
    return { code: 'Forbidden', message: toServiceText({ error: failure.error }) }
  }
  const error = failure.isDeployment ? failure.error : wrapFailure(failure)
  return { code: 'Conflict', message: toServiceText({ status: 'Failed', error }) }
}

function wrapFailure({ id, error }: FailedResource): JsonObject {
  return {
    code: 'ResourceDeploymentFailure',
    target: id,
    message:
      "The resource write operation failed to complete successfully, because it reached terminal provisioning state 'Failed'.",
    details: [error]
  }
}

// Resource Manager quotes a provider's answer as indented JSON with Windows line ends.
function toServiceText(value: JsonObject): string {
  return JSON.stringify(value, null, 2).replaceAll('\n', '\r\n')
}
