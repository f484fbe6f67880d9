/**
 * What the simulator keeps of a template deployment. Types only.
 */
import type { Scope } from './arm-path.ts'
import type { ArmError, ErrorStyle } from './errors.ts'
import type { JsonObject } from './json.ts'
import type { Operation } from './operations.ts'

/** One resource of a template, with its place in time. */
export interface PlannedResource {
  readonly id: string
  readonly type: string
  readonly name: string
  /** The resource with its expressions evaluated. */
  readonly body: JsonObject
  /** Full ids of the resources that it waits for. */
  readonly dependsOn: readonly string[]
  /** From the start of the deployment. */
  readonly startsAfterMs: number
  readonly durationMs: number
  readonly error?: ArmError
  readonly errorStyle: ErrorStyle
  /** The plan of a nested deployment. */
  readonly nested?: Plan
}

/** How a deployment will go: fixed when it is accepted, so that any moment of it can be told from the clock. */
export interface Plan {
  readonly scope: Scope
  /** Resources that start, in the order of the template; what waits for a failed one never does. */
  readonly resources: readonly PlannedResource[]
  readonly durationMs: number
  readonly error?: ArmError
  /** Errors that the preflight check finds: the deployment is refused with them. */
  readonly refusals: readonly ArmError[]
  readonly parameters: JsonObject
  readonly outputs: JsonObject
}

export interface Deployment {
  readonly id: string
  readonly name: string
  readonly location?: string
  readonly mode: string
  readonly correlationId: string
  readonly plan: Plan
  readonly operation: Operation
}
