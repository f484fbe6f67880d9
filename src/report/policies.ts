/**
 * The policies that forbade something: their names, and what they want of which field. Pure; its text is untrusted.
 * https://learn.microsoft.com/azure/governance/policy/how-to/determine-non-compliance
 */
import { asObject, isList } from '../http/body.ts'
import type { JsonObject, JsonValue } from '../http/message.ts'
import type { OperationError } from '../operation/error.ts'

const ASSIGNMENT_FIELDS = ['policyAssignmentDisplayName', 'policyAssignmentName']
const DEFINITION_FIELDS = ['policyDefinitionDisplayName', 'policyDefinitionName']
const ID_FIELDS = ['policyAssignmentId', 'policyDefinitionId']
const MAX_FIELDS = 3
const MAX_VALUES = 8

/**
 * The policy assignments that the errors name, each once: the display name, else the name, the definition where it has
 * another, and what the policy wants of which field.
 */
export function listPolicies(errors: readonly OperationError[]): readonly string[] {
  const names = errors.flatMap(({ additionalInfo, message }) => {
    const infos = additionalInfo
      .filter(({ type }) => type.toLowerCase() === 'policyviolation')
      .map(({ info }) => [readPolicyName(info), describeWants(info)].filter(Boolean).join(': '))
    return infos.length > 0 ? infos : readQuotedNames(message)
  })
  return [...new Set(names.filter((name) => name !== ''))]
}

function readPolicyName(info: JsonObject): string {
  const read = (fields: readonly string[]) =>
    fields.map((field) => textOf(info[field])).find((name) => name !== '') ?? ''
  const name = joinNames(read(ASSIGNMENT_FIELDS), read(DEFINITION_FIELDS))
  return name === '' ? (read(ID_FIELDS).split('/').at(-1) ?? '') : name
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

const IDENTIFIERS = " Policy identifiers: '["
const END_OF_IDENTIFIERS = "]'."

/** A message without the JSON that quotes policies which `listPolicies` names; as it stands where it quotes none. */
export function dropIdentifiers(message: string): string {
  const from = message.indexOf(IDENTIFIERS)
  if (from < 0 || readQuotedNames(message).length === 0) return message
  const to = message.indexOf(END_OF_IDENTIFIERS, from)
  // Where the service has cut it, all that follows belongs to it.
  return message.slice(0, from) + (to < 0 ? '' : message.slice(to + END_OF_IDENTIFIERS.length))
}

/** Operators of a policy's conditions, each with its opposite, and what it is to fulfil either. */
const OPERATORS = [
  ['equals', 'notequals', 'be', 'not be'],
  ['in', 'notin', 'be one of', 'be none of'],
  ['like', 'notlike', 'be like', 'not be like'],
  ['match', 'notmatch', 'match', 'not match'],
  ['contains', 'notcontains', 'contain', 'not contain'],
  ['containskey', 'notcontainskey', 'have the key', 'not have the key'],
  ['greater', 'lessorequals', 'be more than', 'be at most'],
  ['greaterorequals', 'less', 'be at least', 'be less than']
] as const

/** `location is westus and must be one of westeurope, northeurope`; empty where the policy does not tell. */
function describeWants(info: JsonObject): string {
  const expressions = asObject(info.evaluationDetails)?.evaluatedExpressions
  return (isList(expressions) ? expressions : [])
    .flatMap((each) => describeWant(asObject(each) ?? {}))
    .slice(0, MAX_FIELDS)
    .join(', or ')
}

function describeWant(expression: JsonObject): readonly string[] {
  const { expressionKind, result, operator, targetValue, expressionValue = null } = expression
  const field = textOf(expression.path) || textOf(expression.expression)
  const isTrue = textOf(result).toLowerCase() === 'true'
  // The type is what the policy is about, not what is wrong.
  const isField = ['field', ''].includes(textOf(expressionKind).toLowerCase())
  if (field === '' || field.toLowerCase() === 'type' || !isField) return []
  const wanted = describeWanted(textOf(operator).toLowerCase(), targetValue, isTrue)
  const is = expressionValue === null ? 'is not set' : `is ${tellValue(expressionValue)}`
  return wanted === undefined ? [] : [`${field} ${is} and must ${wanted}`]
}

// A condition that is true forbids it, so its opposite is wanted; one that is false is wanted itself.
function describeWanted(
  operator: string,
  value: JsonValue | undefined,
  isTrue: boolean
): string | undefined {
  if (operator === 'exists') {
    return (String(value).toLowerCase() === 'true') === isTrue ? 'not be set' : 'be set'
  }
  for (const [one, opposite, words, oppositeWords] of OPERATORS) {
    if (operator !== one && operator !== opposite) continue
    return `${(operator === one) === isTrue ? oppositeWords : words} ${tellValue(value ?? null)}`
  }
  return undefined
}

function tellValue(value: JsonValue): string {
  if (!isList(value)) return typeof value === 'string' ? value : JSON.stringify(value)
  const more = value.length > MAX_VALUES ? ` and ${value.length - MAX_VALUES} more` : ''
  return value.slice(0, MAX_VALUES).map(tellValue).join(', ') + more
}

function textOf(value: JsonValue | undefined): string {
  return typeof value === 'string' ? value.trim() : ''
}
