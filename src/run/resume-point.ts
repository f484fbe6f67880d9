/**
 * The point from which an operation can be waited for again, in another step, job or run: worked out from what is
 * known of the run. Pure; knows nothing of how it is handed on.
 */
import { isRepeated } from '../arm/client.ts'
import type { Cloud } from '../arm/clouds.ts'
import { type AzureIds, encodeHandle, type ResumableOperation } from '../operation/handle.ts'
import { omitUndefined } from '../values.ts'
import type { ResumePoint } from './outcome.ts'
import { findResumable, type Progress } from './progress.ts'
import { type InputList, renderResumeStep } from './resume-step.ts'
import type { OperationSpec } from './spec.ts'

/** Surroundings that the resuming step has to have as well. */
export interface ResumeContext {
  readonly cloud: Cloud
  /** Ids that a handle holds placeholders for. */
  readonly ids: AzureIds
  /** Inputs that the resuming step signs in with; empty where `azure/login` has to come first. */
  readonly signIn: InputList
  /** `owner/repository@ref` of this action. */
  readonly action: string
  /** Correlation ID that was sent; the first answer's own wins. */
  readonly correlationId: string
}

/** Resume point of a run as far as it has come; undefined when there is nothing to wait for, or it cannot be told. */
export function describeResumePoint(
  spec: OperationSpec,
  progress: Progress,
  context: ResumeContext
): ResumePoint | undefined {
  return toResumePoint(describeHandle(spec, progress, context), spec, context)
}

/** Last resume point that there was, for a run that breaks off: the monitor tells the end again. */
export function describeLastResumePoint(
  spec: OperationSpec,
  progress: Progress,
  context: ResumeContext
): ResumePoint | undefined {
  const state = findResumable(progress) ?? progress.monitored
  return toResumePoint(encodeState(spec, progress, context, state), spec, context)
}

/** What was written already: a thousand runs that end at once have little time, and each tells its handle twice. */
const written = new WeakMap<Progress, { readonly handle: string | undefined }>()

/** Handle of a run as far as it has come, without the step that resumes it. */
export function describeHandle(
  spec: OperationSpec,
  progress: Progress,
  context: ResumeContext
): string | undefined {
  const known = written.get(progress)
  if (known !== undefined) return known.handle
  const handle = encodeState(spec, progress, context, findResumable(progress))
  written.set(progress, { handle })
  return handle
}

/** Resume point of a run by its handle. */
export function toResumePoint(
  handle: string | undefined,
  { headers }: OperationSpec,
  { cloud, ids, signIn, action }: ResumeContext
): ResumePoint | undefined {
  if (handle === undefined) return undefined
  const step = renderResumeStep({
    handle,
    uses: action,
    signIn,
    needsTenant: ids.tenantId !== undefined,
    needsHeaders: Object.keys(headers).some(isRepeated),
    cloud: listAddresses(cloud)
  })
  return { handle, step }
}

/** Handle of a run in this state; undefined without a state, or when it would be too long to be handed over. */
export function encodeState(
  { rules, conditions }: OperationSpec,
  { accepted, adopted }: Progress,
  context: ResumeContext,
  operation: ResumableOperation | undefined
): string | undefined {
  if (operation === undefined) return undefined
  const headers = accepted?.headers ?? {}
  const handle = omitUndefined({
    operation,
    correlationId: headers['x-ms-correlation-request-id'] ?? context.correlationId,
    requestId: headers['x-ms-request-id'],
    lostSinceMs: adopted?.sentAtMs,
    conditions,
    finalStateVia: rules.finalStateVia,
    extraStates: rules.extraStates
  })
  return encodeHandle(handle, context.cloud.trust.origin, context.ids)
}

/** Inputs that say which cloud it is. */
function listAddresses(cloud: Cloud): InputList {
  const addresses = [
    ['environment', cloud.name],
    ['resource-manager-endpoint', cloud.resourceManagerEndpoint],
    ['resource-manager-audience', cloud.audience],
    ['authority-host', cloud.authorityHost]
  ] as const
  const given = addresses.flatMap(([name, value]) =>
    value === undefined ? [] : [[name, value] as const]
  )
  if (cloud.name === 'custom') return given
  return cloud.name === 'AzureCloud' ? [] : given.slice(0, 1)
}
