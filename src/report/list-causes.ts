/**
 * Why operations of a list did not succeed, in its job summary: equal causes together, each with what to do. Pure.
 */
import type { CauseGroup } from './cause.ts'
import type { Advice } from './explanation.ts'
import {
  type FailedOperation,
  type FailureGroup,
  listStillOpen,
  withoutResource
} from './list-failures.ts'
import { formatCount, listFew, verbOf } from './list-standing.ts'
import { renderOperation } from './list-table.ts'
import { leadOfAdvice } from './list-verdict.ts'
import { toCodeSpan, toMarkdown, toTableCode } from './markdown.ts'
import { renderAdvice } from './summary.ts'
import { renderCause } from './summary-causes.ts'
import { TITLES } from './verdict.ts'

const MAX_GROUPS = 10
const MAX_NAMED = 10

/** Sections on what went wrong. */
export function renderListCauses(groups: readonly FailureGroup[]): readonly string[] {
  const others = groups.slice(MAX_GROUPS)
  const names = others.flatMap(({ operations }) => operations.map(({ name }) => name))
  const more = `${formatCount(others.length)} more cause${others.length === 1 ? '' : 's'}`
  const rest =
    others.length === 0 ? '' : `And ${more}, of ${toMarkdown(listFew(names, MAX_NAMED))}.`
  return [...groups.slice(0, MAX_GROUPS).flatMap(renderGroup), rest]
}

function renderGroup({ first, operations }: FailureGroup): readonly string[] {
  const { others, quote, advice } = first.record?.explanation ?? {}
  const isOne = operations.length === 1
  return [
    renderWhy(first, operations.length),
    isOne ? '' : `- Operations: ${renderOperations(operations)}`,
    others === undefined ? '' : toMarkdown(others),
    quote === undefined ? '' : `**What Azure said:** ${toCodeSpan(quote)}`,
    renderShortAdvice(advice, leadOfAdvice(listStillOpen(operations)))
  ]
}

/** One paragraph: there may be ten of them. */
function renderShortAdvice(advice: Advice | undefined, lead: string): string {
  if (advice === undefined) return ''
  const { meaning, ...rest } = advice
  const text = renderAdvice(rest, lead)
  return meaning === undefined ? text : `${toMarkdown(meaning)} ${text}`
}

function renderWhy(failed: FailedOperation, count: number): string {
  const { standing, status, cause, record } = failed
  const lead = `${TITLES[status][0]} **${count === 1 ? nameOne(failed) : `${formatCount(count)} operations`}** ${verbOf(standing, count)}`
  if (cause === undefined) return `${lead}.`
  const group = record?.explanation.failures?.groups[0] ?? { cause, count: 1, objects: [] }
  const shared: CauseGroup = { cause: withoutResource(cause), count, objects: [] }
  const told = count === 1 ? group : shared
  const outcome = record?.explanation.outcome
  if (outcome !== undefined)
    return renderCause(told, outcome, cause.code === '' ? lead : `${lead},`)
  const sent = count === 1 ? 'it was' : 'they were'
  return `${lead} before ${sent} sent, ${toCodeSpan(cause.code)}: ${toMarkdown(cause.excerpt)}`
}

function nameOne({ name, record }: FailedOperation): string {
  return record === undefined ? toTableCode(name) : renderOperation(record)
}

function renderOperations(operations: readonly FailedOperation[]): string {
  const names = operations.slice(0, MAX_NAMED).map(nameOne).join(', ')
  const more = operations.length - MAX_NAMED
  return more > 0 ? `${names} and ${formatCount(more)} more` : names
}
