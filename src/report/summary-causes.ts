/**
 * The causes of a failure in the job summary: the root cause in full, and the others in a table, each with what it
 * befell. Pure.
 */
import type { Outcome } from '../run/outcome.ts'
import type { Cause, CauseGroup } from './cause.ts'
import type { Explanation } from './explanation.ts'
import { toCodeSpan, toFencedBlock, toMarkdown, toTableCode } from './markdown.ts'
import { toLines } from './sanitize.ts'
import { shortenIds } from './subject.ts'
import { renderNames } from './summary-resources.ts'

const MAX_MESSAGE_LINES = 20
const MAX_POLICIES = 20
const MAX_ROWS = 20
const MAX_ROW_CHARS = 400
const MAX_CODE_CHARS = 200
const MAX_PLACE_CHARS = 600

/** The root cause of an outcome; empty where there is nothing to say. */
export function renderRootCause({ failures, outcome }: Explanation): string {
  const [root] = failures?.groups ?? []
  return root === undefined ? '' : renderCause(root, outcome)
}

/** The other causes of an outcome; empty where there is only one. They follow the advice, which is on the first. */
export function renderOtherCauses({ failures, outcome }: Explanation): string {
  const [, ...others] = failures?.groups ?? []
  const table = others.length === 0 ? '' : renderOthers(others, outcome)
  const leftOut = failures?.leftOut ?? 0
  const rest = leftOut === 0 ? '' : `${leftOut} more errors were left out: there are too many.`
  return [table, rest].filter((part) => part !== '').join('\n\n')
}

/**
 * A cause in full, with what it is about.
 * @param lead Markdown that says whose cause it is
 */
export function renderCause(group: CauseGroup, outcome: Outcome, lead?: string): string {
  const { code, target, place, policies } = group.cause
  const excerpt = shortenIds(group.cause.excerpt, outcome)
  const name =
    code === ''
      ? `${lead ?? '**Why'}:${lead === undefined ? '**' : ''}`
      : `${lead ?? '**Root cause**'} ${toCodeSpan(code, MAX_CODE_CHARS)}:`
  const isLong = toLines(excerpt, 2).length > 1
  const text = isLong
    ? `\n\n${toFencedBlock(excerpt, MAX_MESSAGE_LINES)}`
    : ` ${toMarkdown(excerpt)}`
  const isNamed = target !== undefined && group.objects.includes(target)
  const about = [
    ...policies.slice(0, MAX_POLICIES).map((policy) => `- Policy: ${renderPolicy(policy)}`),
    group.objects.length === 0
      ? ''
      : `- ${nameObjects(group)}: ${renderNames(group.objects, outcome)}`,
    target === undefined || isNamed ? '' : `- Target: ${toCodeSpan(target, MAX_PLACE_CHARS)}`,
    place === undefined ? '' : `- Template: ${toCodeSpan(place, MAX_PLACE_CHARS)}`
  ].filter((line) => line !== '')
  return [`${name}${text}`, about.join('\n')].filter((part) => part !== '').join('\n\n')
}

/** A field or a name that is no ID of a resource may be anything. */
function nameObjects({ cause, count }: CauseGroup): string {
  if (cause.resource === undefined) return 'Target'
  return count === 1 ? 'Resource' : `${count} resources`
}

function renderPolicy(policy: string): string {
  return `**${toMarkdown(policy, MAX_PLACE_CHARS)}**`
}

function renderOthers(groups: readonly CauseGroup[], outcome: Outcome): string {
  const rows = groups.slice(0, MAX_ROWS).map((group) => {
    const { objects, count, cause } = group
    const names = objects.length === 0 ? `${count} more` : renderNames(objects, outcome)
    return `| ❌ ${names} | ${renderWhy(cause, outcome)} |`
  })
  const more = groups.slice(MAX_ROWS).reduce((sum, { count }) => sum + count, 0)
  const rest = more === 0 ? [] : [`| … and ${more} more | see all errors below |`]
  return ['| Also failed | Why |', '|---|---|', ...rows, ...rest].join('\n')
}

function renderWhy({ code, excerpt, policies, place }: Cause, outcome: Outcome): string {
  return [
    code === '' ? '' : toTableCode(code, MAX_CODE_CHARS),
    policies.length === 0 ? toMarkdown(shortenIds(excerpt, outcome), MAX_ROW_CHARS) : '',
    ...policies.slice(0, MAX_POLICIES).map(renderPolicy),
    place === undefined ? '' : `(${toMarkdown(place, MAX_ROW_CHARS)})`
  ]
    .filter((part) => part !== '')
    .join(' ')
}
