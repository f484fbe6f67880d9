/**
 * The causes of a failed deployment: the errors of its operations, and of the deployments inside it, as one tree. Pure.
 * The deployment's own error often says no more than that something in it failed
 * (https://github.com/Azure/bicep-deploy/issues/88).
 */
import { writeJsonText } from '../http/deep-json.ts'
import {
  findRootCause,
  flattenErrors,
  noteLeftOut,
  type OperationError,
  readError
} from '../operation/error.ts'
import { listPolicies } from '../report/policies.ts'
import { omitUndefined } from '../values.ts'
import { type DeploymentOperation, MAX_NESTING } from './operations.ts'

/** A deployment's operations, and how to find those of a deployment inside it. */
export interface OperationTree {
  readonly operations: Iterable<DeploymentOperation>
  readonly findNested: (id: string) => OperationTree | undefined
}

const MAX_CAUSES = 200

/** Code and message of the root cause of an operation that failed, of a policy its name; undefined where it has none. */
export function readOperationFailure(operation: DeploymentOperation): string | undefined {
  const error = readOperationError(operation)
  if (error === undefined) return undefined
  const root = findRootCause(error)
  const { code, message } = root
  return (
    [code, listPolicies([root]).join('; ') || message].filter((part) => part !== '').join(': ') ||
    undefined
  )
}

/**
 * The error of a deployment with those of its operations: each failed resource by its ID, with the provider's own
 * error below it. What only the deployment's own error says is kept.
 */
export function mergeCauses(
  error: OperationError | undefined,
  tree: OperationTree
): OperationError | undefined {
  const { causes, leftOut } = collect(tree, 0)
  if (causes.length === 0) return error
  const root: OperationError = error ?? {
    code: 'DeploymentFailed',
    message: 'At least one resource deployment operation failed.',
    details: [],
    additionalInfo: []
  }
  const known = new Set(causes.flatMap(flattenErrors).map(({ error: node }) => identify(node)))
  const missed = root.details.filter((detail) => !isKnown(detail, known))
  return noteLeftOut({ ...root, details: [...causes, ...missed] }, leftOut)
}

function isKnown(error: OperationError, known: ReadonlySet<string>): boolean {
  return flattenErrors(error)
    .map(({ error: node }) => node)
    .filter(({ details }) => details.length === 0)
    .every((leaf) => known.has(identify(leaf)))
}

function identify({ code, message }: OperationError): string {
  return `${code}\n${message}`
}

interface Collected {
  readonly causes: readonly OperationError[]
  /** Number of failed operations that are not among them. */
  readonly leftOut: number
  /** When the first of them failed, in milliseconds since the epoch; Infinity where that is not known. */
  readonly firstAtMs: number
}

/** Causes in the order in which they came about: what failed first may have drawn the others after it. */
function collect({ operations, findNested }: OperationTree, depth: number): Collected {
  const failed = [...operations].filter(({ state }) => state === 'failed')
  const found = failed.slice(0, MAX_CAUSES).map((operation) => {
    const own = readOperationError(operation)
    const { target, changedAtMs } = operation
    const nested =
      target?.isDeployment === true && depth < MAX_NESTING ? findNested(target.id) : undefined
    const inner = nested && collect(nested, depth + 1)
    const hasInner = inner !== undefined && inner.causes.length > 0
    const cause = omitUndefined({
      code: own?.code ?? '',
      message: own?.message || `The deployment of ${target?.name ?? 'a resource'} failed.`,
      details: hasInner ? inner.causes : (own?.details ?? []),
      additionalInfo: own?.additionalInfo ?? [],
      // The ID says more than the name that a provider may give.
      target: target?.id || own?.target
    })
    const atMs = hasInner ? inner.firstAtMs : (changedAtMs ?? Number.POSITIVE_INFINITY)
    return { cause: noteLeftOut(cause, hasInner ? inner.leftOut : 0), atMs }
  })
  const sorted = found.toSorted((one, other) => compareTimes(one.atMs, other.atMs))
  return {
    causes: sorted.map(({ cause }) => cause),
    firstAtMs: sorted[0]?.atMs ?? Number.POSITIVE_INFINITY,
    leftOut: failed.length - found.length
  }
}

function compareTimes(one: number, other: number): number {
  return one === other ? 0 : one - other
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
