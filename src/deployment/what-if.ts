/**
 * The changes that a what-if predicts for a deployment or a stack: read, ordered and counted, all of them. Pure; what
 * is cut is cut where it is rendered, so that nothing that would change goes uncounted.
 * https://learn.microsoft.com/azure/azure-resource-manager/templates/deploy-what-if
 */
import { asObject, isList, readField, readObject, readTextField } from '../http/body.ts'
import { writeJsonText } from '../http/deep-json.ts'
import type { Body, JsonObject, JsonValue } from '../http/message.ts'
import { hideSecretShapes } from '../secret-shapes.ts'
import { omitUndefined } from '../values.ts'
import { hideSecretValues } from './secret-properties.ts'

/** The types of change, in the order in which they are told: losses come first. */
export const CHANGE_TYPES = [
  'Delete',
  'Detach',
  'Create',
  'Modify',
  'Deploy',
  'Unsupported',
  'NoChange',
  'Ignore'
] as const

/** One resource that a deployment would touch. All text is untrusted. */
export interface ResourceChange {
  /** One of the known types as Azure documents it, else the service's own word. */
  readonly changeType: string
  readonly name: string
  readonly type: string
  readonly isPotential: boolean
  /** Reason why it cannot be predicted, or the change of its place in the stack. */
  readonly note: string
  readonly properties: readonly PropertyChange[]
}

/**
 * Change of one property: `before` is absent where it had no value, `after` where it keeps none. Untrusted text, without
 * the secrets in it.
 */
export interface PropertyChange {
  readonly path: string
  readonly before?: JsonValue
  readonly after?: JsonValue
}

/** A remark of Azure's on the what-if. All text is untrusted. */
export interface WhatIfDiagnostic {
  readonly level: string
  readonly code: string
  readonly message: string
  /** Usually a resource ID; may be empty. */
  readonly target: string
}

/** Result of a what-if: the changes, losses first, and Azure's remarks on them. */
export interface ChangeReport {
  /** With one for each nested deployment that Azure did not look into. */
  readonly changes: readonly ResourceChange[]
  readonly diagnostics: readonly WhatIfDiagnostic[]
  /** Names of the nested deployments that Azure did not look into, each once. */
  readonly skipped: readonly string[]
}

const MAX_PROPERTIES = 200
const MAX_DELTA_DEPTH = 20

/** The changes in a what-if's result, of a deployment or of a stack; undefined when there are none to read. */
export function readChanges(body: Body): ChangeReport | undefined {
  const properties = asObject(readField(readObject(body), 'properties'))
  const changes = readField(properties, 'changes')
  const potential = readField(properties, 'potentialChanges')
  const stack = asObject(changes)
  const diagnostics = readArray(readField(properties, 'diagnostics')).flatMap(readDiagnostic)
  const skipped = listSkipped(diagnostics)
  // Null is Azure's way to say that there are none.
  const isTold = changes === null || isList(changes) || stack !== undefined
  const isHinted = changes === undefined && (isList(potential) || skipped.length > 0)
  if (!isTold && !isHinted) return undefined
  const found = [
    ...readResourceChanges(changes, false),
    ...readResourceChanges(potential, true),
    ...readResourceChanges(readField(stack, 'resourceChanges'), false),
    ...readStackSettings(stack),
    ...skipped
  ]
  return {
    changes: found.toSorted(compare),
    diagnostics,
    skipped: skipped.map(({ name }) => name)
  }
}

function readResourceChanges(
  list: JsonValue | undefined,
  isPotential: boolean
): readonly ResourceChange[] {
  return readArray(list).flatMap((item) => {
    const change = asObject(item)
    return change === undefined ? [] : [readResourceChange(change, isPotential)]
  })
}

/**
 * Codes of the remarks that Azure did not look into a nested deployment: a parameter of it is known only when it is
 * deployed (https://github.com/Azure/arm-template-whatif/issues/157), or there are too many of them (…/issues/402).
 */
const SKIPPED_CODES = /ShortCircuited$|SkippedFrom\w{0,40}Expansion$/i

/** Nested deployments that Azure did not look into, as changes that cannot be foretold; each once. */
function listSkipped(diagnostics: readonly WhatIfDiagnostic[]): readonly ResourceChange[] {
  const skipped = new Map<string, ResourceChange>()
  for (const { code, target } of diagnostics) {
    const key = target.toLowerCase()
    if (!SKIPPED_CODES.test(code) || skipped.has(key)) continue
    const { name, type } = splitResourceId(target)
    skipped.set(key, {
      changeType: 'Unsupported',
      name: name || 'a nested deployment',
      type: type || 'Microsoft.Resources/deployments',
      isPotential: false,
      note: `Azure did not look into it (${code})`,
      properties: []
    })
  }
  return [...skipped.values()]
}

function compare(one: ResourceChange, other: ResourceChange): number {
  return rank(one) - rank(other)
}

const ORDER: readonly string[] = CHANGE_TYPES

function rank({ changeType }: ResourceChange): number {
  return ORDER.indexOf(ORDER.includes(changeType) ? changeType : 'Unsupported')
}

function readResourceChange(change: JsonObject, isPotential: boolean): ResourceChange {
  const id = readTextField(change, 'resourceId') || readTextField(change, 'id')
  const named = splitResourceId(id)
  const inner = asObject(readField(change, 'resourceConfigurationChanges'))
  const delta = readField(inner ?? change, 'delta')
  const statuses = readStatusChanges(change)
  const word = readChangeType(readTextField(change, 'changeType'))
  // A resource that stays as it is, and that the stack takes over or denies changes to, is one that changes.
  const isMoved = isUnchanged(word) && statuses.some(({ isEffective }) => isEffective)
  const name = named.name || readTextField(change, 'symbolicName') || readIdentifiers(change)
  const type = readTextField(change, 'resourceType') || readTextField(change, 'type') || named.type
  return {
    changeType: isMoved ? 'Modify' : word,
    name,
    type,
    isPotential: isPotential || /^potential$/i.test(readTextField(change, 'changeCertainty')),
    note: [
      hideSecretShapes(readTextField(change, 'unsupportedReason')),
      ...statuses.map(({ note }) => note)
    ]
      .filter((part) => part !== '')
      .join('; '),
    properties: flattenDelta(delta, '', 0)
      .slice(0, MAX_PROPERTIES)
      .map((property) => hideSecrets(property, { type, name }))
  }
}

function hideSecrets(
  { path, before, after }: PropertyChange,
  resource: { readonly type: string; readonly name: string }
): PropertyChange {
  const hide = (value: JsonValue | undefined) =>
    value === undefined ? undefined : hideSecretValues(value, path, resource)
  return toPropertyChange(path, hide(before), hide(after))
}

/** Stacks write the words with a small letter. */
function readChangeType(word: string): string {
  return CHANGE_TYPES.find((known) => known.toLowerCase() === word.toLowerCase()) ?? word
}

function readIdentifiers(change: JsonObject): string {
  const identifiers = readField(change, 'identifiers')
  return identifiers === undefined || identifiers === null ? '' : writeJsonText(identifiers)
}

interface StatusChange {
  readonly note: string
  /** False where no more and no less is denied than before. */
  readonly isEffective: boolean
}

/** Changes of a resource's place in its stack. */
function readStatusChanges(change: JsonObject): readonly StatusChange[] {
  return [
    ['management', 'managementStatusChange'],
    ['deny status', 'denyStatusChange']
  ].flatMap(([title, field = '']) => {
    const status = asObject(readField(change, field))
    const [before, after] = [readTextField(status, 'before'), readTextField(status, 'after')]
    if (before.toLowerCase() === after.toLowerCase()) return []
    const note = `${title}: ${before || 'none'} → ${after || 'none'}`
    return [{ note, isEffective: !(deniesNothing(before) && deniesNothing(after)) }]
  })
}

/** True for the words of a deny status that say in different ways that nothing is denied. */
function deniesNothing(word: string): boolean {
  return /^(?:none|notSupported|inapplicable|removedBySystem|)$/i.test(word)
}

/** Changes of a stack's own settings, apart from its resources. */
function readStackSettings(stack: JsonObject | undefined): readonly ResourceChange[] {
  return [
    ['deny settings', 'denySettingsChange'],
    ['deployment scope', 'deploymentScopeChange']
  ].flatMap(([name = '', field = '']) => {
    const change = asObject(readField(stack, field))
    const delta = flattenDelta(readField(change, 'delta'), '', 0)
    const [before, after] = [readField(change, 'before'), readField(change, 'after')]
    const isSame = writeJsonText(before ?? null) === writeJsonText(after ?? null)
    const isWhole = delta.length === 0 && !isSame
    const properties = isWhole ? [toPropertyChange(name, before, after)] : delta
    if (change === undefined || properties.length === 0) return []
    const type = 'Microsoft.Resources/deploymentStacks'
    return [{ changeType: 'Modify', name, type, isPotential: false, note: '', properties }]
  })
}

function toPropertyChange(
  path: string,
  before: JsonValue | undefined,
  after: JsonValue | undefined
): PropertyChange {
  return omitUndefined({ path, before: before ?? undefined, after: after ?? undefined })
}

/** The leaves of a tree of property changes; those that change nothing are left out. */
function flattenDelta(
  delta: JsonValue | undefined,
  above: string,
  depth: number
): readonly PropertyChange[] {
  if (depth > MAX_DELTA_DEPTH) return []
  return readArray(delta).flatMap((item) => {
    const change = asObject(item)
    const path = joinPath(above, readTextField(change, 'path'))
    const word = readTextField(change, 'propertyChangeType') || readTextField(change, 'changeType')
    const children = flattenDelta(readField(change, 'children'), path, depth + 1)
    if (children.length > 0) return children
    if (change === undefined || /^noeffect$/i.test(word)) return []
    return [toPropertyChange(path, readField(change, 'before'), readField(change, 'after'))]
  })
}

function joinPath(above: string, path: string): string {
  if (above === '') return path
  return /^\d+$/.test(path) ? `${above}[${path}]` : `${above}.${path}`
}

function readDiagnostic(value: JsonValue): readonly WhatIfDiagnostic[] {
  const item = asObject(value)
  const [level, code] = [readTextField(item, 'level'), readTextField(item, 'code')]
  const message = hideSecretShapes(readTextField(item, 'message'))
  const target = readTextField(item, 'target')
  return message === '' && code === '' ? [] : [{ level: level || 'Info', code, message, target }]
}

function splitResourceId(id: string): { readonly type: string; readonly name: string } {
  const group = /^\/subscriptions\/[^/]+\/resourcegroups\/([^/]+)$/i.exec(id)?.[1]
  if (group !== undefined) return { type: 'Microsoft.Resources/resourceGroups', name: group }
  const [namespace = '', ...pairs] = (id.split(/\/providers\//i).at(-1) ?? '').split('/')
  const types = pairs.filter((_, index) => index % 2 === 0)
  const names = pairs.filter((_, index) => index % 2 === 1)
  return names.length === 0
    ? { type: '', name: id }
    : { type: [namespace, ...types].join('/'), name: names.join('/') }
}

function readArray(value: JsonValue | undefined): readonly JsonValue[] {
  return isList(value) ? value : []
}

/** Number of resources for each type of change; the documented types are always there. */
export function countChanges({ changes }: ChangeReport): Readonly<Record<string, number>> {
  const counts = new Map<string, number>(CHANGE_TYPES.map((type) => [type, 0]))
  for (const { changeType } of changes) {
    const type = changeType === '' ? 'Unsupported' : changeType
    counts.set(type, (counts.get(type) ?? 0) + 1)
  }
  return Object.fromEntries(counts)
}

/** False only when it is certain that nothing would change. */
export function hasChanges({ changes }: ChangeReport): boolean {
  return changes.some(({ changeType }) => !isUnchanged(changeType))
}

function isUnchanged(changeType: string): boolean {
  return changeType === 'NoChange' || changeType === 'Ignore'
}
