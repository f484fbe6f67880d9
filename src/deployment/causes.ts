/**
 * The causes of a failed deployment: the errors of its operations, and of the deployments inside it, as one tree. Pure.
 * The deployment's own error often says no more than that something in it failed
 * (https://github.com/Azure/bicep-deploy/issues/88).
 */
import { writeJsonText } from '../http/deep-json.ts'
import { findRootCause, flattenErrors, type OperationError, readError } from '../operation/error.ts'
import { omitUndefined } from '../values.ts'
import { type DeploymentOperation, MAX_NESTING } from './operations.ts'

/** A deployment's operations, and how to find those of a deployment inside it. */
export interface OperationTree {
  readonly operations: Iterable<DeploymentOperation>
  readonly findNested: (id: string) => OperationTree | undefined
}

const MAX_CAUSES = 50

/** Code and message of the root cause of an operation that failed, or undefined when it names none. */
export function readOperationFailure(operation: DeploymentOperation): string | undefined {
  const error = readOperationError(operation)
  if (error === undefined) return undefined
  const { code, message } = findRootCause(error)
  return [code, message].filter((part) => part !== '').join(': ') || undefined
}

/**
 * The error of a deployment with those of its operations: each failed resource by its ID, with the provider's own
 * error below it. What only the deployment's own error says is kept.
 */
export function mergeCauses(
  error: OperationError | undefined,
  tree: OperationTree
): OperationError | undefined {
  const causes = collect(tree, 0)
  if (causes.length === 0) return error
  const root: OperationError = error ?? {
    code: 'DeploymentFailed',
    message: 'At least one resource deployment operation failed.',
    details: [],
    additionalInfo: []
  }
  const merged = { ...root, details: causes }
  const known = flattenErrors(merged).map(({ error: node }) => identify(node))
  const isMissed = flattenErrors(root)
    .filter(({ error: node }) => node.details.length === 0)
    .some(({ error: node }) => !known.includes(identify(node)))
  return isMissed && error !== undefined
    ? { ...merged, details: [...causes, ...root.details] }
    : merged
}

function identify({ code, message }: OperationError): string {
  return `${code}\n${message}`
}

function collect({ operations, findNested }: OperationTree, depth: number): OperationError[] {
  const causes: OperationError[] = []
  for (const operation of operations) {
    if (causes.length >= MAX_CAUSES) break
    if (operation.state !== 'failed') continue
    const own = readOperationError(operation)
    const { target } = operation
    const nested =
      target?.isDeployment === true && depth < MAX_NESTING ? findNested(target.id) : undefined
    const inner = nested === undefined ? [] : collect(nested, depth + 1)
    causes.push({
      code: own?.code ?? '',
      message: own?.message || `The deployment of ${target?.name ?? 'a resource'} failed.`,
      details: inner.length > 0 ? inner : (own?.details ?? []),
      additionalInfo: own?.additionalInfo ?? [],
      // The ID says more than the name that a provider may give.
      ...omitUndefined({ target: target?.id || own?.target })
    })
  }
  return causes
}

function readOperationError({
  statusMessage,
  statusCode
}: DeploymentOperation): OperationError | undefined {
  const error =
    statusMessage === undefined
      ? undefined
      : readError({
          status: 400,
          headers: {},
          body: { kind: 'json', value: statusMessage, text: writeJsonText(statusMessage) }
        })
  const code = statusCode ?? ''
  if (error === undefined) {
    return code === '' ? undefined : { code, message: '', details: [], additionalInfo: [] }
  }
  return error
}
