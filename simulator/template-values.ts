/**
 * The values in a template: parameters, functions, resource IDs and outputs. Pure.
 */
import type { Scope } from './arm-path.ts'
import type { PlannedResource } from './deployment-record.ts'
import { TemplateError } from './errors.ts'
import type { JsonObject, JsonValue } from './json.ts'
import { isJsonObject, readObject, readString } from './json.ts'
import { describeStorage, STORAGE_TYPE } from './storage-accounts.ts'
import { evaluate, type TemplateFunctions } from './template-expression.ts'
import type { LinkedFiles } from './template-links.ts'

const GROUP_TYPE = 'Microsoft.Resources/resourceGroups'

export interface TemplateInput {
  /** Resource ID of the deployment. */
  readonly deploymentId: string
  readonly deploymentName: string
  readonly scope: Scope
  readonly location: string
  readonly template: JsonObject
  readonly parameters: JsonObject
  /** What template links in it may lead to. */
  readonly files: LinkedFiles
  /** The template's own URI, which relative links start from; absent when it came with the request. */
  readonly uri?: string
  /** Where the template stands in the request: keys from the root; absent when it came by a link. */
  readonly path?: readonly (string | number)[]
}

/** A template that is not valid, told with the place in the request where that is known. */
export function createTemplateError(
  { path }: Pick<TemplateInput, 'path'>,
  problem: string,
  way: readonly (string | number)[]
): TemplateError {
  const message = `Deployment template validation failed: '${problem}'.`
  return new TemplateError('InvalidTemplate', message, path && [...path, ...way])
}

/** The parameters' values, given or default, or a TemplateError for one that is missing or not declared. */
export function readParameters(input: TemplateInput): JsonObject {
  const declared = readObject(input.template, 'parameters')
  const stranger = Object.keys(input.parameters).find((name) => !(name in declared))
  if (stranger !== undefined) {
    const problem = `The template parameters '${stranger}' in the parameters file are not valid; they are not present in the original template. The only supported parameters for this template are '${Object.keys(declared).join(', ')}'`
    throw createTemplateError(input, problem, ['parameters'])
  }
  const values: Record<string, JsonValue> = {}
  // A default may use the parameters before it.
  const functions = createFunctions(input, values)
  for (const [name, declaration] of Object.entries(declared)) {
    const given = readObject(input.parameters, name)
    // A secret from a key vault is given as a reference; what it says does not matter here.
    const value = 'reference' in given ? '' : given.value
    const fallback = isJsonObject(declaration) ? declaration.defaultValue : undefined
    if (value === undefined && fallback === undefined) {
      const problem = `The value for the template parameter '${name}' is not provided. Please see https://aka.ms/arm-create-parameter-file for usage details`
      throw createTemplateError(input, problem, ['parameters', name])
    }
    values[name] = value ?? evaluate(fallback ?? null, functions)
  }
  return values
}

/** The id of a resource of this type in a scope. */
export function composeResourceId(scopeId: string, type: string, names: readonly string[]): string {
  if (type.toLowerCase() === GROUP_TYPE.toLowerCase())
    return `${scopeId}/resourceGroups/${names[0]}`
  const [namespace = '', ...types] = type.split('/')
  const pairs = types.map((each, index) => `${each}/${names[index] ?? ''}`)
  return [scopeId, 'providers', namespace, ...pairs].join('/')
}

/** The functions that need the template, its scope or its parameters. */
export function createFunctions(input: TemplateInput, parameters: JsonObject): TemplateFunctions {
  const { scope, template, deploymentName, location } = input
  const subscriptionId = scope.subscriptionId ?? ''
  const subscriptionScope = `/subscriptions/${subscriptionId}`
  const resourceIdIn =
    (scopeId: string) =>
    (type: JsonValue = '', ...names: readonly JsonValue[]) =>
      composeResourceId(scopeId, String(type), names.map(String))
  const functions: TemplateFunctions = {
    deployment: () => ({ name: deploymentName, location }),
    parameters: (name) => parameters[String(name)] ?? null,
    resourcegroup: () => ({ id: scope.id, name: scope.resourceGroup ?? '', location }),
    resourceid: resourceIdIn(scope.id),
    subscription: () => ({ id: subscriptionScope, subscriptionId }),
    subscriptionresourceid: resourceIdIn(subscriptionScope),
    variables: (name) =>
      evaluate(readObject(template, 'variables')[String(name)] ?? null, functions)
  }
  return functions
}

/** An object with its expressions evaluated. */
export function evaluateObject(value: JsonObject, functions: TemplateFunctions): JsonObject {
  const evaluated = evaluate(value, functions)
  return isJsonObject(evaluated) ? evaluated : {}
}

/** Parameters as a deployment shows them: with their type, and without the value of a secret. */
export function showParameters(template: JsonObject, parameters: JsonObject): JsonObject {
  const declared = readObject(template, 'parameters')
  return Object.fromEntries(
    Object.entries(parameters).map(([name, value]) => [
      name,
      showTyped(readString(readObject(declared, name), 'type') ?? 'string', value)
    ])
  )
}

/** The outputs, evaluated, as a deployment shows them. */
export function showOutputs(
  template: JsonObject,
  functions: TemplateFunctions,
  resources: readonly PlannedResource[]
): JsonObject {
  const withReference: TemplateFunctions = {
    ...functions,
    reference: (wanted) => refer(resources, String(wanted))
  }
  return Object.fromEntries(
    Object.entries(readObject(template, 'outputs')).flatMap(([name, output]) => {
      if (!isJsonObject(output)) return []
      if (evaluate(output.condition ?? true, withReference) === false) return []
      const value = evaluate(output.value ?? null, withReference)
      return [[name, showTyped(readString(output, 'type') ?? 'string', value)]]
    })
  )
}

// Types are written in any case, and shown in this one.
const TYPE_NAMES: Readonly<Record<string, string>> = {
  array: 'Array',
  bool: 'Bool',
  int: 'Int',
  object: 'Object',
  secureobject: 'SecureObject',
  securestring: 'SecureString',
  string: 'String'
}

function showTyped(type: string, value: JsonValue): JsonObject {
  const shown = TYPE_NAMES[type.toLowerCase()] ?? type
  return shown.startsWith('Secure') ? { type: shown } : { type: shown, value }
}

/** What `reference()` gives: a resource's properties, or a nested deployment's outputs. */
function refer(resources: readonly PlannedResource[], wanted: string): JsonValue {
  const lower = wanted.toLowerCase()
  const meant = resources.find(
    ({ id, name }) => id.toLowerCase() === lower || name.toLowerCase() === lower
  )
  if (meant === undefined) return {}
  if (meant.nested !== undefined) return { outputs: meant.nested.outputs }
  const properties = readObject(meant.body, 'properties')
  const isStorage = meant.type.toLowerCase() === STORAGE_TYPE.toLowerCase()
  if (!isStorage) return properties
  return { ...properties, ...describeStorage(meant.name, readString(meant.body, 'location') ?? '') }
}
