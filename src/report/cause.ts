/**
 * The root cause of an error, with what a reader needs beside its message. Pure; its text is untrusted.
 */
import { findRootCause, flattenErrors, type OperationError } from '../operation/error.ts'
import type { JsonObject, JsonValue } from '../operation/message.ts'
import type { Outcome } from '../outcome.ts'

/** The reason an operation did not succeed. */
export interface Cause {
  /** The service's code, or empty when it named none. */
  readonly code: string
  /** The service's message; our own reason when the service gave none. */
  readonly message: string
  /** What it is about: the target of the error, or of the nearest error above it that names one. */
  readonly target?: string
  /** Names of the policy assignments that forbade it. */
  readonly policies: readonly string[]
  /** Where in the template it is. */
  readonly place?: string
}

/** The cause of an outcome, or undefined when there is nothing to say: always so for a success. */
export function describeCause({ status, error, reason }: Outcome): Cause | undefined {
  if (status === 'Succeeded') return undefined
  if (error === undefined) {
    const message = reason ?? (status === 'Failed' ? 'Azure gave no error.' : '')
    return message === '' ? undefined : { code: '', message, policies: [] }
  }
  const root = findRootCause(error)
  const target = findTarget(error, root)
  const place = findPlace(error)
  return {
    code: root.code === '' ? error.code : root.code,
    message: root.message || error.message || reason || 'The service gave no message.',
    ...(target !== undefined && { target }),
    policies: listPolicies(error),
    ...(place !== undefined && { place })
  }
}

/** The display names, else the names, of the policy assignments that an error tree names, each once. */
export function listPolicies(error: OperationError): readonly string[] {
  const names = flattenErrors(error).flatMap(({ error: node }) => [
    ...node.additionalInfo
      .filter(({ type }) => type.toLowerCase() === 'policyviolation')
      .map(({ info }) => readName(info)),
    ...(node.additionalInfo.length > 0 ? [] : readQuotedNames(node.message))
  ])
  return [...new Set(names.filter((name) => name !== ''))]
}

const NAME_FIELDS = [
  'policyAssignmentDisplayName',
  'policyAssignmentName',
  'policyDefinitionDisplayName',
  'policyDefinitionName'
]

function readName(info: JsonObject): string {
  return NAME_FIELDS.map((field) => textOf(info[field])).find((name) => name !== '') ?? ''
}

// Older answers only quote the assignments as JSON in the message: "Policy identifiers: '[{"policyAssignment":…".
function readQuotedNames(message: string): readonly string[] {
  const quoted = message.matchAll(
    /"policyAssignment":\s{0,9}\{\s{0,9}"name":\s{0,9}"([^"]{1,300})"/g
  )
  return Array.from(quoted, ([, name]) => name ?? '')
}

function findTarget(
  error: OperationError,
  wanted: OperationError,
  above?: string
): string | undefined {
  const target = error.target ?? above
  if (error === wanted) return target
  for (const detail of error.details) {
    const found = findTarget(detail, wanted, target)
    if (found !== undefined) return found
  }
  return undefined
}

function findPlace(error: OperationError): string | undefined {
  const violation = flattenErrors(error)
    .flatMap(({ error: node }) => node.additionalInfo)
    .find(({ type }) => type.toLowerCase() === 'templateviolation')
  if (violation === undefined) return undefined
  const { lineNumber, linePosition, path } = violation.info
  const line = typeof lineNumber === 'number' && lineNumber > 0 ? `line ${lineNumber}` : ''
  const column = line !== '' && typeof linePosition === 'number' ? `position ${linePosition}` : ''
  const place = [line, column, textOf(path)].filter((part) => part !== '').join(', ')
  return place === '' ? undefined : place
}

function textOf(value: JsonValue | undefined): string {
  return typeof value === 'string' ? value.trim() : ''
}
