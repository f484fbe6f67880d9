/**
 * The root cause of an error, with what a reader needs in addition to its message. Pure; its text is untrusted.
 */

import type { JsonObject, JsonValue } from '../http/message.ts'
import { findRootCause, flattenErrors, type OperationError } from '../operation/error.ts'
import { type Outcome, statusOf } from '../run/outcome.ts'

/** The reason an operation did not succeed. */
export interface Cause {
  /** The service's code, or empty when it named none. */
  readonly code: string
  /** The service's message; our own reason when the service gave none. */
  readonly message: string
  /** Object of the error: its own target, or that of the nearest error above it that names one. */
  readonly target?: string
  /** The type of the resource, when the target is the ID of one. */
  readonly type?: string
  /** Names of the policy assignments that forbade it, each with its definition where that is known. */
  readonly policies: readonly string[]
  /** Place in the template. */
  readonly place?: string
}

/** The cause of an outcome, or undefined when there is nothing to say: always so for a success. */
export function describeCause({ ending, error, reason }: Outcome): Cause | undefined {
  const status = statusOf(ending)
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
    ...readType(target),
    policies: listPolicies(error),
    ...(place !== undefined && { place })
  }
}

function readType(id: string | undefined): { readonly type?: string } {
  const [namespace = '', ...pairs] =
    id
      ?.split(/\/providers\//i)
      .slice(1)
      .at(-1)
      ?.split('/') ?? []
  const types = pairs.filter((_, index) => index % 2 === 0)
  return types.length === 0 ? {} : { type: [namespace, ...types].join('/') }
}

/**
 * The display names, else the names, of the policy assignments that an error tree names, each once, with the name of
 * the definition where it is another.
 */
export function listPolicies(error: OperationError): readonly string[] {
  const names = flattenErrors(error).flatMap(({ error: node }) => [
    ...node.additionalInfo
      .filter(({ type }) => type.toLowerCase() === 'policyviolation')
      .map(({ info }) => readPolicyName(info)),
    ...(node.additionalInfo.length > 0 ? [] : readQuotedNames(node.message))
  ])
  return [...new Set(names.filter((name) => name !== ''))]
}

const ASSIGNMENT_FIELDS = ['policyAssignmentDisplayName', 'policyAssignmentName']
const DEFINITION_FIELDS = ['policyDefinitionDisplayName', 'policyDefinitionName']

function readPolicyName(info: JsonObject): string {
  const read = (fields: readonly string[]) =>
    fields.map((field) => textOf(info[field])).find((name) => name !== '') ?? ''
  return joinNames(read(ASSIGNMENT_FIELDS), read(DEFINITION_FIELDS))
}

function joinNames(assignment: string, definition: string): string {
  if (assignment === '' || definition === '' || assignment === definition) {
    return assignment || definition
  }
  return `${assignment} (definition ${definition})`
}

// Older answers only quote the names as JSON in the message: "Policy identifiers: '[{"policyAssignment":…".
const QUOTED_NAMES =
  /"policyAssignment":\s{0,9}\{\s{0,9}"name":\s{0,9}"([^"]{1,300})"(?:[^{}]{0,1500}\},\s{0,9}"policyDefinition":\s{0,9}\{\s{0,9}"name":\s{0,9}"([^"]{1,300})")?/g

function readQuotedNames(message: string): readonly string[] {
  const quoted = message.matchAll(QUOTED_NAMES)
  return Array.from(quoted, ([, assignment = '', definition = '']) =>
    joinNames(assignment, definition)
  )
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
