/**
 * Reads ARM's error shapes out of an answer. Pure.
 */
import type { ArmResponse, JsonObject } from './message.ts'

/** One node of an ARM error: what the service said, whatever shape it used. All text is untrusted. */
export interface OperationError {
  readonly code: string
  readonly message: string
  readonly target?: string
  readonly details: readonly OperationError[]
  /** `additionalInfo` entries (PolicyViolation, TemplateViolation, ActivityId …). */
  readonly additionalInfo: readonly { readonly type: string; readonly info: JsonObject }[]
}

export function readError(_response: ArmResponse): OperationError | undefined {
  return undefined
}

export function findRootCause(error: OperationError): OperationError {
  return error
}
