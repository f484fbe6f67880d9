/**
 * The changes that a what-if predicts as outputs, a table and a log like `git diff`. Pure; the texts are harmless for
 * where they go. Cuts what is told, and never what is counted.
 */
import type { JsonValue } from '../http/message.ts'
import { toCodeSpan, toMarkdown, toTableCode } from '../report/markdown.ts'
import { toLine } from '../report/sanitize.ts'
import type { NamedOutput } from '../run/outcome.ts'
import { writeExactValue } from './exact-numbers.ts'
import { describeScope, readSubscription } from './resource-place.ts'
import { HIDDEN } from './secret-properties.ts'
import {
  CHANGE_TYPES,
  type ChangeReport,
  countChanges,
  hasChanges,
  type PropertyChange,
  type ResourceChange
} from './what-if.ts'

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

/** The step outputs of a what-if. */
export function toOutputs(report: ChangeReport): readonly NamedOutput[] {
  return [
    { name: 'has-changes', value: String(hasChanges(report)) },
    { name: 'change-counts', value: JSON.stringify(countChanges(report)) },
    { name: 'changes-markdown', value: renderChanges(report) }
  ]
}

const MAX_NAMED_SKIPPED = 10

/** The warning of the nested deployments that Azure did not look into; undefined where there is none. */
export function warnOfSkipped({ skipped }: ChangeReport): string | undefined {
  return skipped.length === 0
    ? undefined
    : `Azure did not look into ${nameSkipped(skipped)}: what a nested deployment changes is not known then, and it counts as a change`
}

/** Names of nested deployments, the first of them and how many more. */
export function nameSkipped(skipped: readonly string[]): string {
  const more = skipped.length - MAX_NAMED_SKIPPED
  const names = skipped.slice(0, MAX_NAMED_SKIPPED).join(', ')
  return more > 0 ? `${names} and ${more} more` : names
}

function styleOf(changeType: string): ChangeStyle {
  const known = CHANGE_TYPES.find((type) => type === changeType)
  return known === undefined ? { mark: '?', words: changeType, isTold: true } : STYLES[known]
}

/** `1 to create, 2 to modify, 4 without a change`. */
export function countInWords(report: ChangeReport): string {
  const parts = Object.entries(countChanges(report))
    .filter(([, count]) => count > 0)
    .map(([type, count]) => `${count} ${styleOf(type).words}`)
  const possible = report.changes.filter(({ isPotential }) => isPotential).length
  const part = possible === 0 ? '' : `; ${possible} of them only possibly`
  return parts.length === 0 ? 'no resources' : parts.join(', ') + part
}

/** Told however many there are: whoever reviews a what-if looks for them. */
const LOSSES = ['Delete', 'Detach']

/** Changes that are told one by one, and those that are only named. */
function divide({ changes }: ChangeReport) {
  const told = changes.filter(({ changeType }) => styleOf(changeType).isTold)
  const isLoss = ({ changeType }: ResourceChange) => LOSSES.includes(changeType)
  return {
    losses: told.filter(isLoss),
    others: told.filter((change) => !isLoss(change)),
    quiet: changes.filter(({ changeType }) => !styleOf(changeType).isTold)
  }
}

/** Describes where a resource is, as far as it tells the resources of this report apart. */
type Locate = (change: ResourceChange) => string

function createLocate({ changes }: ChangeReport): Locate {
  const subscriptions = new Set(changes.map(({ scope }) => readSubscription(scope)))
  subscriptions.delete('')
  return ({ scope }) => describeScope(scope, subscriptions.size > 1)
}

const MAX_VALUE_CHARS = 160
const MAX_DIAGNOSTICS = 50
/** With those of the losses it stays under what one output may have. */
const MAX_MARKDOWN_BYTES = 200_000
const MAX_LOSS_BYTES = 500_000
const MIN_PROPERTY_BYTES = 1_500
const MAX_QUIET_NAMES = 200
const REST = 'the file in the output `response-file` has them all'

/** The changes as Markdown: a sentence that counts them, and all the rest. */
export function renderChanges(report: ChangeReport): string {
  const sentence = `Resources: ${toMarkdown(countInWords(report))}.`
  return [sentence, renderDetails(report)].filter((part) => part !== '').join('\n\n')
}

/** The changes as Markdown below a headline that counts them: a table, what stays, and Azure's remarks. */
export function renderDetails(report: ChangeReport): string {
  const { losses, others, quiet } = divide(report)
  const locate = createLocate(report)
  const told = losses.length + others.length
  const share = Math.max(MIN_PROPERTY_BYTES, Math.floor(MAX_MARKDOWN_BYTES / Math.max(1, told)))
  const render = (change: ResourceChange) => renderRow(change, locate, share)
  const rows = [
    ...takeWithin(losses, render, MAX_LOSS_BYTES),
    ...takeWithin(others, render, MAX_MARKDOWN_BYTES)
  ]
  const more = told - rows.length
  const table = ['| Resource | What changes |', '|---|---|', ...rows]
  return [
    rows.length === 0 ? '' : table.join('\n'),
    more <= 0 ? '' : `${more} more; ${REST}.`,
    renderQuiet(quiet),
    renderRemarks(report)
  ]
    .filter((part) => part !== '')
    .join('\n\n')
}

function takeWithin<T>(
  items: readonly T[],
  render: (item: T) => string,
  maxBytes: number
): readonly string[] {
  const taken: string[] = []
  let bytes = 0
  for (const item of items) {
    const text = render(item)
    bytes += Buffer.byteLength(text)
    if (bytes > maxBytes) break
    taken.push(text)
  }
  return taken
}

function renderRow(change: ResourceChange, locate: Locate, maxBytes: number): string {
  const { changeType, name, type, traits, note, properties } = change
  const told = takeWithin(properties, renderProperty, maxBytes)
  const more = properties.length - told.length
  const where = locate(change)
  const word = toMarkdown(nameChange(change), 60)
  const mark = `\`${styleOf(changeType).mark}\``
  const title = LOSSES.includes(changeType) ? `**${word}**` : word
  // Two columns, because a phone has no room for three.
  const place = [
    `${mark} ${title} ${toTableCode(name, 300)}`.trim(),
    [
      toMarkdown(type.replace(/^microsoft\./i, ''), 200),
      where === '' ? '' : `in ${toTableCode(where, 300)}`
    ]
      .filter((part) => part !== '')
      .join(' ')
  ]
  const what = [
    toMarkdown(traits, 300),
    ...told,
    more > 0 ? `${more} more properties; ${REST}` : '',
    toMarkdown(note, 300)
  ]
  const cells = [place, what].map((parts) => parts.filter((part) => part !== '').join('<br>'))
  return `| ${cells.join(' | ')} |`
}

function renderProperty({ path, before, after }: PropertyChange): string {
  const [old, now] = showSides(before, after, MAX_VALUE_CHARS).map((side) =>
    side === undefined ? undefined : toTableCode(side, MAX_VALUE_CHARS)
  )
  const sides =
    old === undefined ? `${now} added` : now === undefined ? `${old} removed` : `${old} → ${now}`
  return `${toTableCode(path, 300)}: ${sides}`
}

/** Names of what stays as it is, folded. */
function renderQuiet(quiet: readonly ResourceChange[]): string {
  if (quiet.length === 0) return ''
  const names = quiet.slice(0, MAX_QUIET_NAMES).map(({ name }) => toCodeSpan(name, 100))
  const more = quiet.length - names.length
  const list = names.join(', ') + (more > 0 ? ` and ${more} more` : '')
  const title =
    quiet.length === 1 ? '1 that stays as it is' : `${quiet.length} that stay as they are`
  return `<details><summary>${title}</summary>\n\n${list}\n\n</details>`
}

/** Azure's remarks as a Markdown list, each with what it is about. */
export function renderRemarks({ diagnostics }: ChangeReport): string {
  const more = diagnostics.length - MAX_DIAGNOSTICS
  return [
    ...diagnostics.slice(0, MAX_DIAGNOSTICS).map(({ level, code, message, target }) => {
      const about = target === '' ? '' : ` (${toCodeSpan(target, 500)})`
      return `- ${toMarkdown(`${level} ${code}: ${message}`, 1_000)}${about}`
    }),
    ...(more > 0 ? [`- ${more} more; ${REST}`] : [])
  ].join('\n')
}

function nameChange({ changeType, isPotential }: ResourceChange): string {
  return isPotential ? `${changeType}, possibly` : changeType
}

/** What two long values have in common at their beginnings is cut down to so much. */
const KEPT_PREFIX_CHARS = 20

/** Both sides as text; of two long values that begin alike the part from where they differ. */
function showSides(
  before: JsonValue | undefined,
  after: JsonValue | undefined,
  maxChars: number
): readonly [string | undefined, string | undefined] {
  const [old, now] = [before, after].map((value) =>
    value === undefined ? undefined : showValue(value)
  )
  if (old === undefined || now === undefined || old === now) return [old, now]
  if (Math.max(old.length, now.length) <= maxChars) return [old, now]
  let same = 0
  while (same < old.length && old[same] === now[same]) same += 1
  const from = same - KEPT_PREFIX_CHARS
  return from <= KEPT_PREFIX_CHARS ? [old, now] : [`…${old.slice(from)}`, `…${now.slice(from)}`]
}

function showValue(value: JsonValue): string {
  return value === HIDDEN ? HIDDEN : writeExactValue(value)
}

const MAX_LOG_LINES = 1_000
const MAX_LOSS_LINES = 10_000
const MIN_PROPERTY_LINES = 16
const MAX_LOGGED_VALUE_CHARS = 500

/** The changes as log lines, which the verdict counts, like a `git diff`: old values with `-`, new ones with `+`. */
export function listChanges(report: ChangeReport): readonly string[] {
  const { losses, others } = divide(report)
  const locate = createLocate(report)
  const told = losses.length + others.length
  const share = Math.max(MIN_PROPERTY_LINES, Math.floor(MAX_LOG_LINES / Math.max(1, told)))
  const list = (change: ResourceChange) => listChange(change, locate, share)
  const lossLines = losses.slice(0, MAX_LOSS_LINES).map(list)
  const otherLines: (readonly string[])[] = []
  let count = 0
  for (const change of others) {
    if (count >= MAX_LOG_LINES) break
    const lines = list(change)
    count += lines.length
    otherLines.push(lines)
  }
  const more = told - lossLines.length - otherLines.length
  return [
    ...explainMarks([...losses, ...others]),
    ...lossLines.flat(),
    ...otherLines.flat(),
    ...(more > 0 ? [`… (${more} more in the file of the output response-file)`] : []),
    ...listRemarks(report)
  ]
}

/** Legend of the marks that are used; none where there is nothing to mark. */
function explainMarks(told: readonly ResourceChange[]): readonly string[] {
  const used = new Set(told.map(({ changeType }) => changeType))
  const marks = CHANGE_TYPES.filter((type) => used.has(type)).map(
    (type) => `${STYLES[type].mark} ${type}`
  )
  return marks.length === 0 ? [] : [`Marks: ${marks.join(', ')}; of a property - before, + after`]
}

/** Azure's remarks as log lines. */
export function listRemarks({ diagnostics }: ChangeReport): readonly string[] {
  const more = diagnostics.length - MAX_DIAGNOSTICS
  return [
    ...diagnostics.slice(0, MAX_DIAGNOSTICS).map(({ level, code, message, target }) => {
      const about = target === '' ? '' : ` (${toLine(target, 500)})`
      return `${toLine(`${level} ${code}: ${message}`, 1_000)}${about}`
    }),
    ...(more > 0 ? [`… (${more} more remarks in the file of the output response-file)`] : [])
  ]
}

function listChange(change: ResourceChange, locate: Locate, maxLines: number): readonly string[] {
  const { changeType, name, type, traits, note, properties } = change
  const where = locate(change)
  const place = [`${type} ${name}`.trim(), where === '' ? '' : `in ${where}`]
  const title = [...place, `(${nameChange(change)})`].filter((part) => part !== '').join('  ')
  const lines = properties.flatMap(listProperty)
  const more = lines.length - maxLines
  return [
    toLine(`${styleOf(changeType).mark} ${title}`),
    ...[traits, note].filter((text) => text !== '').map((text) => `    ${toLine(text)}`),
    ...lines.slice(0, maxLines),
    ...(more > 0 ? [`    … (${more} more lines in the file of the output response-file)`] : [])
  ]
}

function listProperty({ path, before, after }: PropertyChange): readonly string[] {
  const [old, now] = showSides(before, after, MAX_LOGGED_VALUE_CHARS)
  const show = (mark: string, side: string | undefined) =>
    side === undefined ? [] : [`${mark}     ${toLine(`${path}: ${side}`, MAX_LOGGED_VALUE_CHARS)}`]
  return [...show('-', old), ...show('+', now)]
}
