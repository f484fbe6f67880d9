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
import { readExactValue } from './exact-numbers.ts'
import { splitResourceId } from './resource-place.ts'
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
  /** ID of what it belongs to; empty for the tenant, and where it is not known. */
  readonly scope: string
  /** Kind, SKU and location of what comes or goes, in words. */
  readonly traits: string
  readonly isPotential: boolean
  /** Reason why it cannot be predicted, or the change of its place in the stack. */
  readonly note: string
  readonly properties: readonly PropertyChange[]
}

/**
 * Change of one property: `before` is absent where it comes, `after` where it goes; a value may be null. Untrusted
 * text, without the secrets in it.
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

const MAX_PROPERTIES = 5_000
const MAX_DELTA_DEPTH = 20

/** The changes in a what-if's result, of a deployment or of a stack; undefined when there are none to read. */
export function readChanges(body: Body): ChangeReport | undefined {
  const properties = asObject(readField(asObject(readExactValue(body)), 'properties'))
  const changes = readField(properties, 'changes')
  const potential = readField(properties, 'potentialChanges')
  const stack = asObject(changes)
  const diagnostics = readDiagnostics(properties)
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
    changes: sortChanges(found),
    diagnostics,
    skipped: skipped.map(({ name }) => name)
  }
}

/** Azure's remarks on a validation, which lists no changes; undefined where there are none. */
export function readRemarks(body: Body): ChangeReport | undefined {
  const diagnostics = readDiagnostics(asObject(readField(readObject(body), 'properties')))
  const changes = listSkipped(diagnostics)
  const skipped = changes.map(({ name }) => name)
  return diagnostics.length === 0 ? undefined : { changes, diagnostics, skipped }
}

const LEVELS = ['error', 'warning']

function rankLevel({ level }: WhatIfDiagnostic): number {
  const rank = LEVELS.indexOf(level.toLowerCase())
  return rank < 0 ? LEVELS.length : rank
}

/** The worst first, as they came within a level. */
function readDiagnostics(properties: JsonObject | undefined): readonly WhatIfDiagnostic[] {
  return readArray(readField(properties, 'diagnostics'))
    .flatMap(readDiagnostic)
    .toSorted((one, other) => rankLevel(one) - rankLevel(other))
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
    const { name, type, scope } = splitResourceId(target)
    skipped.set(key, {
      changeType: 'Unsupported',
      name: name || 'a nested deployment',
      type: type || 'Microsoft.Resources/deployments',
      scope,
      traits: '',
      isPotential: false,
      note: `Azure did not look into it (${code})`,
      properties: []
    })
  }
  return [...skipped.values()]
}

/** By type of change, then by scope, then by type and name. */
function sortChanges(changes: readonly ResourceChange[]): readonly ResourceChange[] {
  return changes
    .map((change) => {
      const { scope, type, name } = change
      return { change, rank: rank(change), key: [scope, type, name].join('\n').toLowerCase() }
    })
    .toSorted((one, other) => one.rank - other.rank || compareTexts(one.key, other.key))
    .map(({ change }) => change)
}

/** By code units, wherever it runs. */
function compareTexts(one: string, other: string): number {
  return one === other ? 0 : one < other ? -1 : 1
}

const ORDER: readonly string[] = CHANGE_TYPES

function rank({ changeType }: ResourceChange): number {
  return ORDER.indexOf(ORDER.includes(changeType) ? changeType : 'Unsupported')
}

function readResourceChange(change: JsonObject, isPotential: boolean): ResourceChange {
  const id = readTextField(change, 'resourceId') || readTextField(change, 'id')
  const place = splitResourceId(id)
  const inner = asObject(readField(change, 'resourceConfigurationChanges')) ?? change
  const statuses = readStatusChanges(change)
  const word = readChangeType(readTextField(change, 'changeType'))
  // A resource that stays as it is, and that the stack takes over or denies changes to, is one that changes.
  const isMoved = isUnchanged(word) && statuses.some(({ isEffective }) => isEffective)
  const name = place.name || readTextField(change, 'symbolicName') || readIdentifiers(change)
  const type = readTextField(change, 'resourceType') || readTextField(change, 'type') || place.type
  const { properties, withoutEffect } = flattenDelta(readField(inner, 'delta'))
  return {
    changeType: isMoved ? 'Modify' : word,
    name,
    type,
    scope: place.scope,
    traits: describeTraits(word, inner),
    isPotential: isPotential || /^potential$/i.test(readTextField(change, 'changeCertainty')),
    note: [
      hideSecretShapes(readTextField(change, 'unsupportedReason')),
      ...statuses.map(({ note }) => note),
      countWithoutEffect(withoutEffect)
    ]
      .filter((part) => part !== '')
      .join('; '),
    properties: properties.map((property) => hideSecrets(property, { type, name }))
  }
}

function countWithoutEffect(count: number): string {
  if (count === 0) return ''
  return count === 1 ? '1 property has no effect' : `${count} properties have no effect`
}

/** Kind, SKU and location of a resource that comes or goes, as its whole payload tells them. */
function describeTraits(changeType: string, change: JsonObject): string {
  const side = { Create: 'after', Delete: 'before', Detach: 'before' }[changeType]
  const payload = side === undefined ? undefined : asObject(readField(change, side))
  const sku = readField(payload, 'sku')
  const size = typeof sku === 'string' ? sku : readTextField(asObject(sku), 'name')
  return [readTextField(payload, 'kind'), size, readTextField(payload, 'location')]
    .filter((part) => part !== '')
    .map(hideSecretShapes)
    .join(', ')
}

function hideSecrets(
  { path, before, after }: PropertyChange,
  resource: { readonly type: string; readonly name: string }
): PropertyChange {
  const hide = (value: JsonValue | undefined) =>
    value === undefined ? undefined : hideSecretValues(value, path, resource)
  return omitUndefined({ path, before: hide(before), after: hide(after) })
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
  ].flatMap(([title = '', field = '']) => {
    const status = asObject(readField(change, field))
    const [before, after] = [readTextField(status, 'before'), readTextField(status, 'after')]
    if (before.toLowerCase() === after.toLowerCase()) return []
    const isTaken = title === 'management' && after.toLowerCase() === 'managed'
    const isCreated = /^create$/i.test(readTextField(change, 'changeType'))
    const words = isTaken && !isCreated ? 'taken over by the stack' : title
    const note = `${words}: ${before || 'none'} → ${after || 'none'}`
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
    const delta = flattenDelta(readField(change, 'delta')).properties
    const [before, after] = [readField(change, 'before'), readField(change, 'after')]
    const isSame = writeJsonText(before ?? null) === writeJsonText(after ?? null)
    const isWhole = delta.length === 0 && !isSame
    const whole = { path: name, before: before ?? undefined, after: after ?? undefined }
    const properties = isWhole ? [omitUndefined(whole)] : delta
    if (change === undefined || properties.length === 0) return []
    const type = 'Microsoft.Resources/deploymentStacks'
    return [
      {
        changeType: 'Modify',
        name,
        type,
        scope: '',
        traits: '',
        isPotential: false,
        note: '',
        properties
      }
    ]
  })
}

interface FlatDelta {
  readonly properties: readonly PropertyChange[]
  /** Number of properties that Azure names and that change nothing. */
  readonly withoutEffect: number
}

/** The leaves of a tree of property changes; those that change nothing are only counted. */
function flattenDelta(delta: JsonValue | undefined): FlatDelta {
  const leaves = listLeaves(delta, '', 0).slice(0, MAX_PROPERTIES)
  const properties = leaves.flatMap((leaf) => (leaf === undefined ? [] : [leaf]))
  return { properties, withoutEffect: leaves.length - properties.length }
}

/** The leaves; undefined stands for one that changes nothing. */
function listLeaves(
  delta: JsonValue | undefined,
  above: string,
  depth: number
): readonly (PropertyChange | undefined)[] {
  if (depth > MAX_DELTA_DEPTH) return []
  const changes = readArray(delta)
    .map(asObject)
    .filter((change) => change !== undefined)
  return changes.toSorted(compareProperties).flatMap((change) => {
    const path = joinPath(above, readTextField(change, 'path'))
    const children = listLeaves(readField(change, 'children'), path, depth + 1)
    if (children.length > 0) return children
    const word = readPropertyWord(change)
    return [word === 'noeffect' ? undefined : readSides(change, path, word)]
  })
}

function readPropertyWord(change: JsonObject): string {
  const word = readTextField(change, 'propertyChangeType') || readTextField(change, 'changeType')
  return word.toLowerCase()
}

/** What goes, then what comes, then what changes, each by its path; the entries of a list by their numbers. */
function compareProperties(one: JsonObject, other: JsonObject): number {
  const [path, otherPath] = [one, other].map((each) => readTextField(each, 'path'))
  const numbers = [Number(path || Number.NaN), Number(otherPath || Number.NaN)]
  const [index = 0, otherIndex = 0] = numbers
  if (numbers.every((number) => !Number.isNaN(number)) && index !== otherIndex) {
    return index - otherIndex
  }
  return rankProperty(one) - rankProperty(other) || compareTexts(path ?? '', otherPath ?? '')
}

const PROPERTY_ORDER = ['delete', 'create']

function rankProperty(change: JsonObject): number {
  const rank = PROPERTY_ORDER.indexOf(readPropertyWord(change))
  return rank < 0 ? PROPERTY_ORDER.length : rank
}

/** Both sides of a property; null is a value, where the type of the change says that there is one. */
function readSides(change: JsonObject, path: string, word: string): PropertyChange {
  const [before, after] = [readField(change, 'before'), readField(change, 'after')]
  switch (word) {
    case 'create':
      return { path, after: after ?? null }
    case 'delete':
      return { path, before: before ?? null }
    case 'modify':
      return { path, before: before ?? null, after: after ?? null }
    default:
      return before === undefined && after === undefined
        ? { path, after: [] }
        : omitUndefined({ path, before, after })
  }
}

function joinPath(above: string, path: string): string {
  // A list in a list has no name of its own.
  if (above === '' || path === '') return above + path
  return /^\d+$/.test(path) ? `${above}[${path}]` : `${above}.${path}`
}

function readDiagnostic(value: JsonValue): readonly WhatIfDiagnostic[] {
  const item = asObject(value)
  const [level, code] = [readTextField(item, 'level'), readTextField(item, 'code')]
  const message = hideSecretShapes(readTextField(item, 'message'))
  const target = readTextField(item, 'target')
  return message === '' && code === '' ? [] : [{ level: level || 'Info', code, message, target }]
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
