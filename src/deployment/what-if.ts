/**
 * The changes that a what-if predicts for a deployment or a stack, as outputs, a table and a log like `git diff`.
 * Pure; the texts it renders are harmless for where they go.
 * https://learn.microsoft.com/azure/azure-resource-manager/templates/deploy-what-if
 */
import { asObject, isList, readField, readObject, readTextField } from '../http/body.ts'
import type { Body, JsonObject, JsonValue } from '../http/message.ts'
import { toLine, toMarkdown, toTableCode } from '../report/sanitize.ts'
import type { NamedOutput } from '../run/outcome.ts'
import { omitUndefined } from '../values.ts'

/** The types of change, in the order in which they are told: losses come first. */
const CHANGE_TYPES = [
  'Delete',
  'Detach',
  'Create',
  'Modify',
  'Deploy',
  'Unsupported',
  'NoChange',
  'Ignore'
] as const

interface ChangeStyle {
  readonly mark: string
  /** Follows a number. */
  readonly words: string
  /** Told by itself; the others are only counted. */
  readonly isTold: boolean
}

const STYLES: Readonly<Record<(typeof CHANGE_TYPES)[number], ChangeStyle>> = {
  Delete: { mark: '-', words: 'to delete', isTold: true },
  Detach: { mark: 'v', words: 'to detach', isTold: true },
  Create: { mark: '+', words: 'to create', isTold: true },
  Modify: { mark: '~', words: 'to modify', isTold: true },
  // With resultFormat ResourceIdOnly Azure does not compare the resources.
  Deploy: { mark: '!', words: 'to deploy (changes not compared)', isTold: true },
  Unsupported: { mark: 'x', words: 'that cannot be predicted', isTold: true },
  NoChange: { mark: '=', words: 'without a change', isTold: false },
  Ignore: { mark: '*', words: 'not in the template', isTold: false }
}

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

/** Change of one property: `before` is absent where it had no value, `after` where it keeps none. Untrusted text. */
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
}

/** Result of a what-if: the changes, losses first, and Azure's remarks on them. */
export interface ChangeReport {
  readonly changes: readonly ResourceChange[]
  readonly diagnostics: readonly WhatIfDiagnostic[]
}

const MAX_CHANGES = 2_000
const MAX_PROPERTIES = 200
const MAX_DELTA_DEPTH = 20

/** The changes in a what-if's result, of a deployment or of a stack; undefined when there are none to read. */
export function readChanges(body: Body): ChangeReport | undefined {
  const properties = asObject(readField(readObject(body), 'properties'))
  const changes = readField(properties, 'changes')
  const stack = asObject(changes)
  const lists = [
    { items: readArray(changes), isPotential: false },
    { items: readArray(readField(properties, 'potentialChanges')), isPotential: true },
    { items: readArray(readField(stack, 'resourceChanges')), isPotential: false }
  ]
  if (properties === undefined || (!isList(changes) && stack === undefined)) return undefined
  const found = lists.flatMap(({ items, isPotential }) =>
    items.flatMap((item) => {
      const change = asObject(item)
      return change === undefined ? [] : [readResourceChange(change, isPotential)]
    })
  )
  return {
    changes: [...found, ...readStackSettings(stack)].slice(0, MAX_CHANGES).toSorted(compare),
    diagnostics: readArray(readField(properties, 'diagnostics')).flatMap(readDiagnostic)
  }
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
  return {
    changeType: readChangeType(readTextField(change, 'changeType')),
    name: named.name || readTextField(change, 'symbolicName') || readIdentifiers(change),
    type: readTextField(change, 'resourceType') || readTextField(change, 'type') || named.type,
    isPotential: isPotential || /^potential$/i.test(readTextField(change, 'changeCertainty')),
    note: [readTextField(change, 'unsupportedReason'), ...readStatusNotes(change)]
      .filter((part) => part !== '')
      .join('; '),
    properties: flattenDelta(delta, '', 0).slice(0, MAX_PROPERTIES)
  }
}

/** Stacks write the words with a small letter. */
function readChangeType(word: string): string {
  return CHANGE_TYPES.find((known) => known.toLowerCase() === word.toLowerCase()) ?? word
}

function readIdentifiers(change: JsonObject): string {
  const identifiers = readField(change, 'identifiers')
  return identifiers === undefined || identifiers === null ? '' : JSON.stringify(identifiers)
}

function readStatusNotes(change: JsonObject): readonly string[] {
  return [
    ['management', 'managementStatusChange'],
    ['deny status', 'denyStatusChange']
  ].flatMap(([title, field = '']) => {
    const status = asObject(readField(change, field))
    const [before, after] = [readTextField(status, 'before'), readTextField(status, 'after')]
    return before === after ? [] : [`${title}: ${before || 'none'} → ${after || 'none'}`]
  })
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
    const isWhole = delta.length === 0 && JSON.stringify(before) !== JSON.stringify(after)
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
  const message = readTextField(item, 'message')
  return message === '' && code === '' ? [] : [{ level: level || 'Info', code, message }]
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
  return changes.some(({ changeType }) => changeType !== 'NoChange' && changeType !== 'Ignore')
}

/** The step outputs of a what-if. */
export function toOutputs(report: ChangeReport): readonly NamedOutput[] {
  return [
    { name: 'has-changes', value: String(hasChanges(report)) },
    { name: 'change-counts', value: JSON.stringify(countChanges(report)) },
    { name: 'changes-markdown', value: renderChanges(report) }
  ]
}

function styleOf(changeType: string): ChangeStyle {
  const known = CHANGE_TYPES.find((type) => type === changeType)
  return known === undefined ? { mark: '?', words: changeType, isTold: true } : STYLES[known]
}

/** `1 to create, 2 to modify, 4 without a change`. */
function countInWords(report: ChangeReport): string {
  const parts = Object.entries(countChanges(report))
    .filter(([, count]) => count > 0)
    .map(([type, count]) => `${count} ${styleOf(type).words}`)
  return parts.length === 0 ? 'no resources' : parts.join(', ')
}

const MAX_CHANGE_ROWS = 200
const MAX_ROW_PROPERTIES = 8
const MAX_VALUE_CHARS = 160
const MAX_DIAGNOSTICS = 20
const MAX_MARKDOWN_BYTES = 200_000

/** The changes as Markdown: a sentence, a table of what would change, and Azure's remarks. */
export function renderChanges(report: ChangeReport): string {
  const told = report.changes.filter(({ changeType }) => styleOf(changeType).isTold)
  const rows = takeWithin(told.slice(0, MAX_CHANGE_ROWS).map(renderRow), MAX_MARKDOWN_BYTES)
  const more = told.length - rows.length
  const table = ['| Change | Resource | Type | What changes |', '|---|---|---|---|', ...rows]
  const notes = report.diagnostics
    .slice(0, MAX_DIAGNOSTICS)
    .map(({ level, code, message }) => toMarkdown(`${level} ${code}: ${message}`, 1_000))
  return [
    `Resources: ${toMarkdown(countInWords(report))}.`,
    rows.length === 0 ? '' : table.join('\n'),
    more <= 0 ? '' : `${more} more; the output \`response\` has them all.`,
    notes.map((note) => `- ${note}`).join('\n')
  ]
    .filter((part) => part !== '')
    .join('\n\n')
}

function takeWithin(rows: readonly string[], maxBytes: number): readonly string[] {
  let bytes = 0
  return rows.filter((row) => {
    bytes += Buffer.byteLength(row)
    return bytes <= maxBytes
  })
}

function renderRow(change: ResourceChange): string {
  const { name, type, note, properties } = change
  const told = properties.slice(0, MAX_ROW_PROPERTIES).map((property) => {
    const { before, after } = property
    const path = toTableCode(property.path, MAX_VALUE_CHARS)
    const [old, now] = [renderValue(property, before), renderValue(property, after)]
    if (old === '') return `${path}: ${now}`
    return now === '' ? `${path}: ${old} removed` : `${path}: ${old} → ${now}`
  })
  const more = properties.length - told.length
  const cells = [
    `\`${styleOf(change.changeType).mark}\` ${toMarkdown(nameChange(change), 60)}`,
    toTableCode(name, 300),
    toTableCode(type, 200),
    [...told, ...(more > 0 ? [`${more} more`] : []), toMarkdown(note, 300)]
      .filter((part) => part !== '')
      .join('<br>')
  ]
  return `| ${cells.join(' | ')} |`
}

function nameChange({ changeType, isPotential }: ResourceChange): string {
  return isPotential ? `${changeType}, possibly` : changeType
}

function renderValue(property: PropertyChange, value: JsonValue | undefined): string {
  return value === undefined ? '' : toTableCode(showValue(property, value), MAX_VALUE_CHARS)
}

/** Names of properties whose values are never shown. */
const SECRET_NAMES =
  /(?:password|passphrase|secret|token|credentials?|connectionstring|(?:access|account|api|primary|secondary|private|shared|master|storage)key\d?)(?:\[\d+\])?$/i

function showValue({ path }: PropertyChange, value: JsonValue): string {
  const isSecret = SECRET_NAMES.test(path) && typeof value === 'string'
  return isSecret ? '(not shown)' : JSON.stringify(value)
}

const MAX_LOG_LINES = 600

/** The changes as log lines, like a `git diff`: old values with `-`, new ones with `+`. */
export function listChanges(report: ChangeReport): readonly string[] {
  const told = report.changes.filter(({ changeType }) => styleOf(changeType).isTold)
  const lines = [`Resources: ${toLine(countInWords(report))}`]
  let more = 0
  for (const [index, change] of told.entries()) {
    if (lines.length >= MAX_LOG_LINES) {
      more = told.length - index
      break
    }
    lines.push(...listChange(change))
  }
  return [
    ...lines.slice(0, MAX_LOG_LINES),
    ...(more > 0 ? [`… (${more} more in the output response)`] : []),
    ...report.diagnostics
      .slice(0, MAX_DIAGNOSTICS)
      .map(({ level, code, message }) => toLine(`${level} ${code}: ${message}`, 1_000))
  ]
}

function listChange(change: ResourceChange): readonly string[] {
  const { name, type, note, properties } = change
  const title = `${styleOf(change.changeType).mark} ${type} ${name}  (${nameChange(change)})`
  return [
    toLine(title),
    ...(note === '' ? [] : [`    ${toLine(note)}`]),
    ...properties.flatMap((property) => {
      const show = (mark: string, value: JsonValue | undefined) =>
        value === undefined
          ? []
          : [`${mark}     ${toLine(`${property.path}: ${showValue(property, value)}`, 500)}`]
      return [...show('-', property.before), ...show('+', property.after)]
    })
  ]
}
