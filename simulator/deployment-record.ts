/**
 * What the simulator keeps of a template deployment. Types only.
 */
import type { Scope } from './arm-path.ts'
import type { ArmError, ErrorStyle } from './errors.ts'
import type { JsonObject } from './json.ts'
import type { Operation } from './operations.ts'

/** What tells one resource from another. */
export interface ResourceIdentity {
  readonly id: string
  readonly type: string
  readonly name: string
}

/** One resource of a template, with its place in time. */
export interface PlannedResource extends ResourceIdentity {
  /** Its key in a template of language version 2.0; empty in others. */
  readonly symbol: string
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
  /** Resources that are only read, in the order of the template. */
  readonly reads: readonly ResourceIdentity[]
  readonly durationMs: number
  readonly error?: ArmError
  /** Errors that the preflight check finds: the deployment is refused with them. */
  readonly refusals: readonly ArmError[]
  /** What validate answers when there are any. */
  readonly refusalStatus: 200 | 400
  readonly parameters: JsonObject
  readonly outputs: JsonObject
  /** Tells one template from another. */
  readonly templateHash: string
  /** Where the template came from, when the request did not hold it. */
  readonly templateLink?: JsonObject
}

export interface Deployment {
  readonly id: string
  readonly name: string
  readonly location?: string
  readonly tags?: JsonObject
  readonly mode: string
  readonly correlationId: string
  readonly plan: Plan
  /** Replaced when the deployment is canceled. */
  operation: Operation
  /** The last deployment of this name, which is seen until this one starts. */
  readonly before?: Deployment
}

/** A deployment stack: a deployment, and the resources that it keeps hold of. */
export interface Stack {
  readonly id: string
  readonly name: string
  /** What was written: location and tags. */
  readonly body: JsonObject
  /** What was written: action on unmanage, deny settings, description, scope … */
  readonly properties: JsonObject
  readonly correlationId: string
  readonly plan: Plan
  /** The deployment inside. */
  readonly deploymentId: string
  readonly operation: Operation
  /** Its states while it runs, each with the time from the start at which it ends. */
  readonly phases: readonly Phase[]
  /** What it held before and the template no longer names, with what becomes of it. */
  readonly unmanaged: readonly Unmanaged[]
  readonly deletion?: Operation
}

export interface Phase {
  readonly state: string
  readonly untilMs: number
}

export interface Unmanaged {
  readonly id: string
  readonly action: 'delete' | 'detach'
}

/** A stack's what-if as it was written: `whatIf` is run on it. */
export interface StackWhatIf {
  readonly id: string
  readonly name: string
  readonly body: JsonObject
  readonly properties: JsonObject
  readonly operation: Operation
}
