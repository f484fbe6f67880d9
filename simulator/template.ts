/**
 * Reads a deployment template into a plan: which resources there are, when each starts and ends, and how. A
 * resource may say what becomes of it in `metadata.simulator`: `{ seconds, error, errorStyle, preflight }`, where
 * `preflight` is true, or the status of the answer with which validate tells of the error. Pure.
 */
import { createHash } from 'node:crypto'
import { readScope, type Scope } from './arm-path.ts'
import type { Plan, PlannedResource, ResourceIdentity } from './deployment-record.ts'
import { DEPLOYMENT_TYPE } from './deployment-view.ts'
import type { ArmError } from './errors.ts'
import { failDeployment, NAMED_ERRORS, readErrorInstruction, TemplateError } from './errors.ts'
import type { JsonObject, JsonValue } from './json.ts'
import { isJsonObject, readArray, readObject, readString } from './json.ts'
import { evaluate, type TemplateFunctions } from './template-expression.ts'
import { readLinkedParameters, readTemplate } from './template-links.ts'
import {
  composeResourceId,
  createFunctions,
  createTemplateError,
  evaluateObject,
  readParameters,
  showOutputs,
  showParameters,
  type TemplateInput
} from './template-values.ts'

/** Simulated seconds for types that are known to be quick or slow; all others take the default. */
const TYPE_SECONDS: Readonly<Record<string, number>> = {
  'microsoft.resources/resourcegroups': 1,
  'microsoft.authorization/roleassignments': 2,
  'microsoft.storage/storageaccounts': 20,
  'microsoft.compute/virtualmachines': 40
}
const DEFAULT_SECONDS = 10
const EMPTY_DEPLOYMENT_SECONDS = 2

/** Plans a template, or throws a TemplateError. */
export function planTemplate(input: TemplateInput): Plan {
  const { template, scope } = input
  const parameters = readParameters(input)
  const functions = createFunctions(input, parameters)
  const found = readResources(input, functions)
  const resources = schedule(found)
  const failed = resources.filter(hasError)
  const error =
    failed.length === 0
      ? {}
      : { error: failDeployment(input.deploymentId, failed.map(describeFailed)) }
  const ends = resources.map(({ startsAfterMs, durationMs }) => startsAfterMs + durationMs)
  return {
    scope,
    resources,
    reads: listReads(input, functions),
    durationMs: Math.max(ends.length === 0 ? EMPTY_DEPLOYMENT_SECONDS * 1000 : 0, ...ends),
    ...error,
    refusals: found.flatMap(({ refusals }) => refusals),
    refusalStatus: found.some(({ refusalStatus }) => refusalStatus === 400) ? 400 : 200,
    parameters: showParameters(template, parameters),
    outputs: showOutputs(template, functions, resources),
    templateHash: hashTemplate(template)
  }
}

/** The plan with each of its resources failing in this way. */
export function failPlan(plan: Plan, deploymentId: string, error: ArmError): Plan {
  const resources = plan.resources.map((resource) => ({ ...resource, error }))
  const failed = failDeployment(deploymentId, resources.map(describeFailed))
  return { ...plan, resources, error: failed }
}

function hashTemplate(template: JsonObject): string {
  const hex = createHash('sha256').update(JSON.stringify(template)).digest('hex')
  return BigInt(`0x${hex.slice(0, 16)}`).toString()
}

/** The resources of language version 2.0 that are marked as existing: they are read, not written. */
function listReads(input: TemplateInput, functions: TemplateFunctions): ResourceIdentity[] {
  return Object.values(readObject(input.template, 'resources')).flatMap((raw) => {
    if (!isJsonObject(raw) || raw.existing !== true) return []
    const { type, name } = evaluateObject({ type: raw.type ?? '', name: raw.name ?? '' }, functions)
    const scope = readResourceScope(evaluateObject(readScopeKeys(raw), functions), input.scope)
    const id = composeResourceId(scope.id, String(type), String(name).split('/'))
    return [{ id, type: String(type), name: String(name) }]
  })
}

function readScopeKeys(raw: JsonObject): JsonObject {
  const keys = ['resourceGroup', 'scope', 'subscriptionId']
  return Object.fromEntries(keys.flatMap((key) => (key in raw ? [[key, raw[key] ?? null]] : [])))
}

/** A resource before it has its place in time. */
interface FoundResource {
  readonly symbol: string
  readonly resource: Omit<PlannedResource, 'startsAfterMs' | 'dependsOn' | 'symbol'>
  readonly waitsFor: readonly string[]
  readonly refusals: readonly ArmError[]
  readonly refusalStatus: 200 | 400
}

function readResources(input: TemplateInput, functions: TemplateFunctions): FoundResource[] {
  const { resources } = input.template
  // Language version 2.0 writes them as an object, keyed by symbolic name.
  const entries: [string | number, JsonValue][] = isJsonObject(resources)
    ? Object.entries(resources)
    : [...readArray(input.template, 'resources').entries()]
  return entries.flatMap(([key, raw]) => {
    const way = ['resources', key]
    if (!isJsonObject(raw)) throw createTemplateError(input, 'A resource is no object', way)
    if (raw.existing === true || evaluate(raw.condition ?? true, functions) === false) return []
    const path = input.path && [...input.path, ...way]
    return [readResource(key, raw, { ...input, ...(path ? { path } : {}) }, functions)]
  })
}

/** Reads one resource; `input.path` is that of the resource itself. */
function readResource(
  key: string | number,
  raw: JsonObject,
  input: TemplateInput,
  functions: TemplateFunctions
): FoundResource {
  const { properties: _properties, ...outer } = raw
  const shell = evaluateObject(outer, functions)
  const [type, name] = [readString(shell, 'type'), readString(shell, 'name')]
  if (type === undefined || name === undefined) {
    throw createTemplateError(
      input,
      `The template resource '${name ?? key}' is not valid: it needs a type and a name`,
      []
    )
  }
  const scope = readResourceScope(shell, input.scope)
  const id = composeResourceId(scope.id, type, name.split('/'))
  const isNested = type.toLowerCase() === DEPLOYMENT_TYPE.toLowerCase()
  const found = isNested
    ? readNested({ id, type, name, raw, shell, scope }, input, functions)
    : readPlain({ id, type, name, raw, shell, scope }, functions)
  const waitsFor = readArray(shell, 'dependsOn').filter((each) => typeof each === 'string')
  return { symbol: typeof key === 'string' ? key : '', waitsFor, ...found }
}

/** A resource's identity, its raw text, and the evaluated part outside its properties. */
interface Shell {
  readonly id: string
  readonly type: string
  readonly name: string
  readonly raw: JsonObject
  readonly shell: JsonObject
  readonly scope: Scope
}

type Found = Pick<FoundResource, 'resource' | 'refusals' | 'refusalStatus'>

function readPlain({ id, type, name, raw, shell }: Shell, functions: TemplateFunctions): Found {
  const { seconds, error, errorStyle, preflight } = readInstruction(raw, id)
  const { metadata: _metadata, dependsOn: _dependsOn, ...kept } = shell
  const usual = TYPE_SECONDS[type.toLowerCase()] ?? DEFAULT_SECONDS
  const body = { ...kept, properties: evaluate(raw.properties ?? {}, functions) }
  const resource = { id, type, name, body, durationMs: (seconds ?? usual) * 1000, errorStyle }
  if (error === undefined) return { resource, refusals: [], refusalStatus: 200 }
  return preflight === undefined
    ? { resource: { ...resource, error }, refusals: [], refusalStatus: 200 }
    : { resource, refusals: [error], refusalStatus: preflight }
}

function readNested(
  { id, type, name, raw, shell, scope }: Shell,
  input: TemplateInput,
  functions: TemplateFunctions
): Found {
  // The nested template has expressions of its own, so it is left as it is here.
  const { template, ...rest } = readObject(raw, 'properties')
  const properties = evaluateObject(rest, functions)
  const holder = template === undefined ? properties : { ...properties, template }
  const source = readTemplate(holder, input.files, input.uri)
  if (source === undefined) {
    const message = `The nested deployment '${name}' has neither a template nor a templateLink.`
    throw new TemplateError('InvalidTemplate', message)
  }
  const isHere = input.path !== undefined && source.link === undefined
  const planned = planTemplate({
    deploymentId: id,
    deploymentName: name,
    scope,
    location: input.location,
    template: source.template,
    parameters: readLinkedParameters(properties, input.files, input.uri),
    files: input.files,
    ...(source.uri === undefined ? {} : { uri: source.uri }),
    ...(isHere ? { path: [...(input.path ?? []), 'properties', 'template'] } : {})
  })
  const nested = source.link === undefined ? planned : { ...planned, templateLink: source.link }
  const { durationMs, error, refusals, refusalStatus } = nested
  const { errorStyle } = readInstruction(raw, id)
  const ending = { durationMs, errorStyle, ...(error === undefined ? {} : { error }) }
  return {
    resource: { id, type, name, body: { ...shell, properties }, nested, ...ending },
    refusals,
    refusalStatus
  }
}

function readInstruction(raw: JsonObject, id: string) {
  const told = readObject(readObject(raw, 'metadata'), 'simulator')
  const error = readErrorInstruction(told.error, id)
  if (told.error !== undefined && error === undefined) {
    const allowed = `one of ${NAMED_ERRORS.join(', ')}, or an object with code and message`
    throw new TemplateError('InvalidTemplate', `metadata.simulator.error must be ${allowed}.`)
  }
  return {
    seconds: typeof told.seconds === 'number' ? told.seconds : undefined,
    error,
    errorStyle: told.errorStyle === 'tree' ? ('tree' as const) : ('text' as const),
    preflight: readPreflight(told.preflight)
  }
}

/** The status with which validate tells of it; undefined when it fails only once the resource is at work. */
function readPreflight(told: JsonValue | undefined): 200 | 400 | undefined {
  if (told === 200) return 200
  return told === true || told === 400 ? 400 : undefined
}

function hasError(
  resource: PlannedResource
): resource is PlannedResource & { readonly error: ArmError } {
  return resource.error !== undefined
}

function describeFailed(resource: PlannedResource & { readonly error: ArmError }) {
  const { id, error, errorStyle: style, nested } = resource
  return { id, error, style, isDeployment: nested !== undefined }
}

/** Gives each resource its start: when the last one that it waits for has ended well. */
function schedule(found: readonly FoundResource[]): PlannedResource[] {
  const done = new Map<FoundResource, PlannedResource | 'never' | 'open'>()
  const place = (each: FoundResource): PlannedResource | 'never' => {
    const known = done.get(each)
    if (known === 'open') {
      const message = `Deployment template validation failed: 'Circular dependency detected on resource: '${each.resource.id}'.'`
      throw new TemplateError('InvalidTemplate', message)
    }
    if (known !== undefined) return known
    done.set(each, 'open')
    const waitsFor = found.filter((other) => each.waitsFor.some((wanted) => isMeant(wanted, other)))
    const before = waitsFor.map(place)
    const placed = before.some((other) => other === 'never' || other.error !== undefined)
      ? 'never'
      : startAfter(
          each,
          before.filter((other) => other !== 'never')
        )
    done.set(each, placed)
    return placed
  }
  return found.map(place).filter((placed) => placed !== 'never')
}

function startAfter(each: FoundResource, before: readonly PlannedResource[]): PlannedResource {
  const ends = before.map(({ startsAfterMs, durationMs }) => startsAfterMs + durationMs)
  const dependsOn = before.map(({ id }) => id)
  return { ...each.resource, symbol: each.symbol, dependsOn, startsAfterMs: Math.max(0, ...ends) }
}

// A dependency may be written as a full id, as `type/name`, as a name or as a symbolic name.
function isMeant(wanted: string, { symbol, resource }: FoundResource): boolean {
  const { id, type, name } = resource
  const names = [id, name, `${type}/${name}`, ...(symbol === '' ? [] : [symbol])]
  return names.some((each) => each.toLowerCase() === wanted.toLowerCase())
}

function readResourceScope(shell: JsonObject, scope: Scope): Scope {
  const written = readString(shell, 'scope')
  if (written === '/') return readScope([])
  if (written !== undefined) return readScopePath(written, scope)
  const group = readString(shell, 'resourceGroup')
  const subscriptionId = readString(shell, 'subscriptionId') ?? scope.subscriptionId
  if (group !== undefined && subscriptionId !== undefined) {
    return readScope(['subscriptions', subscriptionId, 'resourceGroups', group])
  }
  if (readString(shell, 'subscriptionId') !== undefined && subscriptionId !== undefined) {
    return readScope(['subscriptions', subscriptionId])
  }
  return scope
}

// Written as an id from the root, or from the scope of the deployment: `Microsoft.KeyVault/vaults/v`.
function readScopePath(written: string, scope: Scope): Scope {
  const isGroup = /^Microsoft\.Management\/managementGroups\//i.test(written)
  const base = isGroup ? '' : scope.id
  const path = written.startsWith('/') ? written : `${base}/providers/${written}`
  return readScope(path.split('/').filter(Boolean))
}
