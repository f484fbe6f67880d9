/**
 * What a plan would change, resource by resource and property by property, as what-if tells it. Pure.
 */
import { isDeepStrictEqual } from 'node:util'
import type { Plan, PlannedResource } from './deployment-record.ts'
import { isJsonObject, type JsonObject, type JsonValue, readString } from './json.ts'

/** What there is already, and how the deployment goes about it. */
export interface WhatIfContext {
  readonly mode: 'Incremental' | 'Complete'
  readonly resultFormat: 'FullResourcePayloads' | 'ResourceIdOnly'
  /** The resource of an id as it stands; undefined when there is none. */
  readonly find: (id: string) => JsonObject | undefined
  /** What the deployment's scope holds, whether the template names it or not. */
  readonly held: readonly JsonObject[]
}

/** One change of each kind, in the shape of WhatIfChange. */
export function predictChanges(plan: Plan, context: WhatIfContext): JsonObject[] {
  const planned = flatten(plan)
  const named = new Set(planned.map(({ id }) => id.toLowerCase()))
  const changes = planned.map((resource) => predictChange(resource, context))
  const others = context.held
    .filter((held) => !named.has((readString(held, 'id') ?? '').toLowerCase()))
    .map((held) => predictOther(held, context))
  return [...changes, ...others]
}

// A nested deployment is no change; what it deploys is.
function flatten(plan: Plan): PlannedResource[] {
  return plan.resources.flatMap((planned) =>
    planned.nested === undefined ? [planned] : flatten(planned.nested)
  )
}

function predictChange(planned: PlannedResource, context: WhatIfContext): JsonObject {
  const { id, symbol } = planned
  const shared = { resourceId: id, ...(symbol === '' ? {} : { symbolicName: symbol }) }
  if (id.includes('[')) {
    const unsupportedReason = `Changes to the resource declared as '${planned.name}' cannot be analyzed because its resource ID or API version cannot be calculated until the deployment is under way. Please see https://aka.ms/WhatIfUnidentifiableResource for more information.`
    return { ...shared, changeType: 'Unsupported', unsupportedReason }
  }
  const before = context.find(id)
  const isFull = context.resultFormat === 'FullResourcePayloads'
  const after = showAfter(planned)
  if (before === undefined) {
    return { ...shared, changeType: 'Create', ...(isFull ? { after } : {}) }
  }
  if (!isFull) return { ...shared, changeType: 'Deploy' }
  const shown = withoutState(before)
  const delta = compareObjects(shown, after, '')
  const changes = delta.some(({ propertyChangeType }) => propertyChangeType !== 'NoEffect')
  return {
    ...shared,
    changeType: changes ? 'Modify' : 'NoChange',
    before: shown,
    after,
    ...(delta.length === 0 ? {} : { delta })
  }
}

function predictOther(held: JsonObject, { mode, resultFormat }: WhatIfContext): JsonObject {
  return {
    resourceId: readString(held, 'id') ?? '',
    changeType: mode === 'Complete' ? 'Delete' : 'Ignore',
    ...(resultFormat === 'FullResourcePayloads' ? { before: withoutState(held) } : {})
  }
}

function showAfter({ id, type, name, body }: PlannedResource): JsonObject {
  return { ...body, id, type, name }
}

/** What the service adds to a resource, and a template cannot change. */
const READ_ONLY = ['provisioningState', 'resourceGuid', 'creationTime', 'primaryEndpoints']
/** What tells a resource from others, or says nothing of it. */
const IDENTITY = ['id', 'name', 'type', 'apiVersion', 'scope', 'condition']

function withoutState(resource: JsonObject): JsonObject {
  const { properties, ...rest } = resource
  if (!isJsonObject(properties)) return resource
  const kept = Object.entries(properties).filter(([key]) => !READ_ONLY.includes(key))
  return { ...rest, properties: Object.fromEntries(kept) }
}

/** The differences of two objects: paths with dots, arrays with a child for each index. */
export function compareObjects(
  before: JsonObject,
  after: JsonObject,
  prefix: string
): JsonObject[] {
  const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])]
  return keys
    .filter((key) => prefix !== '' || !IDENTITY.includes(key))
    .flatMap((key) => compareValues(before[key], after[key], prefix + key))
}

function compareValues(
  before: JsonValue | undefined,
  after: JsonValue | undefined,
  path: string
): JsonObject[] {
  if (isDeepStrictEqual(before, after)) return []
  if (isReadOnly(path) && after !== undefined) {
    return [{ path, propertyChangeType: 'NoEffect', after }]
  }
  if (after === undefined) return [{ path, propertyChangeType: 'Delete', before: before ?? null }]
  if (before === undefined) {
    return isEmpty(after) ? [] : [{ path, propertyChangeType: 'Create', after }]
  }
  if (isJsonObject(before) && isJsonObject(after)) return compareObjects(before, after, `${path}.`)
  if (Array.isArray(before) && Array.isArray(after)) {
    return [{ path, propertyChangeType: 'Array', children: compareItems(before, after) }]
  }
  return [{ path, propertyChangeType: 'Modify', before, after }]
}

function compareItems(before: readonly JsonValue[], after: readonly JsonValue[]): JsonObject[] {
  const indexes = [...Array(Math.max(before.length, after.length)).keys()]
  return indexes.flatMap((index) => {
    const [one, other] = [before[index], after[index]]
    if (!isJsonObject(one) || !isJsonObject(other)) return compareValues(one, other, String(index))
    const children = compareObjects(one, other, '')
    if (children.length === 0) return []
    return [{ path: String(index), propertyChangeType: 'Modify', children }]
  })
}

function isReadOnly(path: string): boolean {
  return READ_ONLY.some((name) => path === `properties.${name}`)
}

function isEmpty(value: JsonValue): boolean {
  return isJsonObject(value) && Object.keys(value).length === 0
}
