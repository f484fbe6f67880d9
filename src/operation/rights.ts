/**
 * The right that a refused read lacks. Pure. A polling URL does not lie under its resource, so an identity that may
 * start an operation may be refused its progress
 * (https://learn.microsoft.com/azure/azure-resource-manager/management/async-operations).
 */
import { findRootCause, type OperationError } from './error.ts'
import { describePollingUrl } from './polling-url.ts'

/**
 * The action that was missing, in a few words: as the service named it, else as Azure names the right to read what the
 * URL names. Untrusted text.
 */
export function describeMissingRight(error: OperationError | undefined, url: string): string {
  const message = error === undefined ? '' : findRootCause(error).message
  const action = /\baction(?:\(s\))? '([^']{1,500})'/.exec(message)?.[1] ?? deriveReadAction(url)
  const scope = /\bscope(?:\(s\))? '([^']{1,1000})'/.exec(message)?.[1]
  if (action === undefined) return 'the right to read it is missing'
  return `the action ${action} is missing${scope === undefined ? '' : ` at ${scope}`}`
}

/** `…/providers/Microsoft.Compute/locations/x/operations/y` is read with `Microsoft.Compute/locations/operations/read`. */
function deriveReadAction(url: string): string | undefined {
  const path = describePollingUrl(url)
  const tail = path.split(/\/providers\//i).at(-1) ?? ''
  const isProvider = tail !== path
  const [namespace, ...rest] = (isProvider ? tail : `Microsoft.Resources${path}`).split('/')
  const types = rest.filter((_, index) => index % 2 === 0 && rest[index] !== '')
  return namespace === undefined || types.length === 0
    ? undefined
    : [namespace, ...types, 'read'].join('/')
}
