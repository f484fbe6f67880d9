/**
 * Finds in the body of a deployment what Azure would refuse by words that do not lead to the fault: a path in place of
 * the template, a whole parameter file, plain values, and parameters that do not fit the template. Pure; prints no
 * value. What cannot be told for certain is left to Azure.
 */
import { flattenText, quoteText } from '../errors.ts'
import { asObject, isList, isObject, parseJsonText, readField } from '../http/body.ts'
import type { JsonObject, JsonValue } from '../http/message.ts'
import type { BodySource } from '../request/body-source.ts'
import { unescapeSegment } from '../request/json-pointer.ts'

/** Fault in a body: its place, as the names that lead to it, and what is wrong there. */
export interface BodyFault {
  readonly path: readonly string[]
  readonly problem: string
  readonly allowed?: string
}

const TEMPLATE = ['properties', 'template']
const PARAMETERS = ['properties', 'parameters']
const MAX_NAMES = 20

/** Faults of the body of a deployment, of its validation, its what-if or a stack, as it would be sent. */
export function findBodyFaults(text: string, sources: readonly BodySource[]): readonly BodyFault[] {
  const properties = asObject(readField(asObject(parseJsonText(text)), 'properties'))
  if (properties === undefined) return []
  const template = readField(properties, 'template') ?? null
  const faults = findTemplateFaults(template)
  const given = readField(properties, 'parameters') ?? {}
  if (!isObject(given)) {
    return [...faults, notObject(PARAMETERS, given, 'a mapping of names to { value: … }')]
  }
  const formFaults = findFormFaults(given, sources)
  if (formFaults.length > 0) return [...faults, ...formFaults]
  const file = sources.find(({ pointer }) => isPointer(pointer, TEMPLATE))?.file
  // One that was written in place may be half of a template, on its way to be merged.
  if (file === undefined || !isObject(template)) return faults
  const isLinked = (readField(properties, 'parametersLink') ?? null) !== null
  return [...faults, ...findMisfits(given, { template, file, isLinked })]
}

function findTemplateFaults(template: JsonValue): readonly BodyFault[] {
  if (template === null || isObject(template)) return []
  const allowed =
    'the template itself: in a YAML body, "template: !file" and the path of its file; in JSON, an object'
  return [notObject(TEMPLATE, template, allowed)]
}

function notObject(path: readonly string[], value: JsonValue, allowed: string): BodyFault {
  return { path, problem: `${path.join('.')} is ${describeType(value)}, not an object`, allowed }
}

/** Parameters that are not in the form of a request; a whole file of them is one fault. */
function findFormFaults(given: JsonObject, sources: readonly BodySource[]): readonly BodyFault[] {
  const isVersioned = typeof readField(given, 'contentVersion') === 'string'
  if (typeof given.$schema === 'string' || (isVersioned && isObject(given.parameters))) {
    // As a whole, or joined with others.
    const [path, source] = [PARAMETERS, [...PARAMETERS, '$schema']]
      .map((at) => [at, sources.find(({ pointer }) => isPointer(pointer, at))] as const)
      .find(([, found]) => found !== undefined) ?? [PARAMETERS]
    const file = source?.file ?? 'its path'
    return [
      {
        path,
        problem: 'properties.parameters is a whole parameter file',
        allowed: `only its part "parameters": "parameters: !file ${flattenText(file, 200)}#/parameters"`
      }
    ]
  }
  const plain = Object.entries(given).filter(([, value]) => !isParameterForm(value))
  const [first] = plain
  if (first === undefined) return findTwins(given)
  const [name, value] = first
  const what =
    plain.length === 1
      ? `the parameter ${quoteText(name)} is ${describeType(value)}${isObject(value) ? ' without value' : ''}`
      : `the parameters ${listNames(plain.map(([each]) => each))} are plain values`
  return [
    {
      path: [...PARAMETERS, name],
      problem: `${what}, where Azure Resource Manager takes an object with value, reference or expression`,
      allowed: `${flattenText(name, 60)}: { value: … }; in YAML, "parameters: !values { … }" wraps each value`
    }
  ]
}

/** Names of parameters have no case, so nobody can tell which of two values counts. */
function findTwins(given: JsonObject): readonly BodyFault[] {
  const seen = new Map<string, string>()
  return Object.keys(given).flatMap((name) => {
    const other = seen.get(name.toLowerCase())
    seen.set(name.toLowerCase(), name)
    if (other === undefined) return []
    const problem = `the parameter ${quoteText(name)} is given twice, also as ${quoteText(other)}`
    return [
      { path: PARAMETERS, problem, allowed: 'each name once; upper and lower case are the same' }
    ]
  })
}

function isParameterForm(value: JsonValue): boolean {
  const fields = ['value', 'reference', 'expression']
  return isObject(value) && fields.some((name) => readField(value, name) !== undefined)
}

interface Target {
  readonly template: JsonObject
  readonly file: string
  /** Further parameters come from a link. */
  readonly isLinked: boolean
}

/** Parameters that the template does not have, those that it misses, and values of another type. */
function findMisfits(
  given: JsonObject,
  { template, file, isLinked }: Target
): readonly BodyFault[] {
  const declared = asObject(readField(template, 'parameters') ?? {})
  if (declared === undefined) return []
  const where = `the template ${quoteText(file)}`
  const names = Object.keys(declared)
  const unknown = Object.keys(given).filter((name) => readField(declared, name) === undefined)
  const missing = names.filter(
    (name) => readField(given, name) === undefined && isRequired(declared[name], template)
  )
  const [firstUnknown] = unknown
  return [
    ...(firstUnknown === undefined
      ? []
      : [
          {
            path: [...PARAMETERS, firstUnknown],
            problem: `${where} has no ${listParameters(unknown)}`,
            allowed: names.length === 0 ? 'none, for it has no parameters' : listNames(names)
          }
        ]),
    ...(missing.length === 0 || isLinked
      ? []
      : [
          {
            path: PARAMETERS,
            problem: `${where} needs a value for the ${listParameters(missing)}`
          }
        ]),
    ...Object.entries(given).flatMap(([name, form]) =>
      judgeType([name, form], resolve(readField(declared, name), template), where)
    )
  ]
}

function isRequired(declaration: JsonValue | undefined, template: JsonObject): boolean {
  const chain = resolve(declaration, template)
  if (chain === undefined) return false
  return chain.every(
    (each) => readField(each, 'defaultValue') === undefined && readField(each, 'nullable') !== true
  )
}

const MAX_REFERENCES = 10

/**
 * A declaration and the definitions that it refers to; undefined where one of them is not there.
 * https://learn.microsoft.com/azure/azure-resource-manager/templates/definitions
 */
function resolve(
  declaration: JsonValue | undefined,
  template: JsonObject
): readonly JsonObject[] | undefined {
  const definitions = asObject(readField(template, 'definitions'))
  const chain: JsonObject[] = []
  let next = asObject(declaration)
  while (next !== undefined && chain.length < MAX_REFERENCES) {
    chain.push(next)
    const reference = readField(next, '$ref')
    if (reference === undefined) return chain
    const name = /^#\/definitions\/(.+)$/.exec(String(reference))?.[1] ?? ''
    next = asObject(readField(definitions, unescapeSegment(name)))
  }
  return undefined
}

// The service converts nothing: https://learn.microsoft.com/azure/azure-resource-manager/templates/data-types
const TYPES = new Map<string, (value: JsonValue) => boolean>([
  ['string', (value) => typeof value === 'string'],
  ['securestring', (value) => typeof value === 'string'],
  ['int', (value) => Number.isInteger(value)],
  ['bool', (value) => typeof value === 'boolean'],
  ['array', isList],
  ['object', isObject],
  ['secureobject', isObject]
])

function judgeType(
  [name, form]: readonly [string, JsonValue],
  chain: readonly JsonObject[] | undefined,
  where: string
): readonly BodyFault[] {
  const value = readField(asObject(form), 'value') ?? null
  const type = chain
    ?.map((each) => readField(each, 'type'))
    .find((each) => typeof each === 'string')
  const fits = typeof type === 'string' ? TYPES.get(type.toLowerCase()) : undefined
  if (value === null || fits === undefined || fits(value)) return []
  const problem = `the parameter ${quoteText(name)} is ${describeType(value)}, and ${where} wants ${type}`
  return [{ path: [...PARAMETERS, name, 'value'], problem }]
}

function describeType(value: JsonValue): string {
  if (value === null) return 'null'
  if (isList(value)) return 'a list'
  switch (typeof value) {
    case 'string':
      return 'text'
    case 'number':
      return Number.isInteger(value) ? 'a number' : 'a number with a fraction'
    case 'boolean':
      return 'true or false'
    default:
      return 'an object'
  }
}

function listParameters(names: readonly string[]): string {
  return `${names.length === 1 ? 'parameter' : 'parameters'} ${listNames(names)}`
}

function listNames(names: readonly string[]): string {
  const shown = names.slice(0, MAX_NAMES).map((name) => quoteText(name))
  const more = names.length - shown.length
  return `${shown.join(', ')}${more > 0 ? ` and ${more} more` : ''}`
}

function isPointer(pointer: string, path: readonly string[]): boolean {
  return pointer.toLowerCase() === `/${path.join('/')}`
}
