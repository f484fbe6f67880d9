/**
 * The changes that a what-if predicts as outputs, a table and a log like `git diff`. Pure; the texts are harmless for
 * where they go. Cuts what is told, and never what is counted.
 */
import { writeJsonText } from '../http/deep-json.ts'
import type { JsonValue } from '../http/message.ts'
import { toMarkdown, toTableCode } from '../report/markdown.ts'
import { toLine } from '../report/sanitize.ts'
import type { NamedOutput } from '../run/outcome.ts'
import { HIDDEN } from './secret-properties.ts'
import {
  CHANGE_TYPES,
  type ChangeReport,
  countChanges,
  hasChanges,
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
  if (skipped.length === 0) return undefined
  const more = skipped.length - MAX_NAMED_SKIPPED
  const names =
    skipped.slice(0, MAX_NAMED_SKIPPED).join(', ') + (more > 0 ? ` and ${more} more` : '')
  return `Azure did not look into ${names}: what a nested deployment changes is not known then, and it counts as a change`
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
    const [old, now] = [renderValue(before), renderValue(after)]
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

function renderValue(value: JsonValue | undefined): string {
  return value === undefined ? '' : toTableCode(showValue(value), MAX_VALUE_CHARS)
}

function showValue(value: JsonValue): string {
  return value === HIDDEN ? HIDDEN : writeJsonText(value)
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
          : [`${mark}     ${toLine(`${property.path}: ${showValue(value)}`, 500)}`]
      return [...show('-', property.before), ...show('+', property.after)]
    })
  ]
}
