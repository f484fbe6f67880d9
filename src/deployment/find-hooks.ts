/**
 * Finds out whether a run is about a template deployment or a stack, and loads the hooks for it only then.
 */
import type { HooksContext, OperationHooks } from '../run/hooks.ts'
import { type OperationSpec, requestOf } from '../run/spec.ts'
import { omitUndefined } from '../values.ts'
import { recognizeDeployment } from './recognize.ts'

/** Hooks for the operation of this spec, or undefined where the protocol knows all there is to know. */
export async function findHooks(
  spec: OperationSpec,
  context: Omit<HooksContext, 'request' | 'bodySources' | 'maskedOutputs'>
): Promise<OperationHooks | undefined> {
  const call = recognizeDeployment(requestOf(spec))
  if (call === undefined) return undefined
  const { createDeploymentHooks } = await import('./hooks.ts')
  const { start, results } = spec
  const { body, bodySources } =
    start.kind === 'request' ? start : { body: undefined, bodySources: [] }
  return createDeploymentHooks(call, {
    ...context,
    request: omitUndefined({ ...requestOf(spec), body }),
    bodySources,
    maskedOutputs: results.maskedOutputs
  })
}
