/**
 * The job summary of one operation, as Markdown: what a person needs at first sight comes first, and what only some need
 * is folded. Pure.
 * The runner drops a summary over 1 MiB (https://docs.github.com/actions/reference/workflow-commands-for-github-actions#step-isolation-and-limits),
 * so every part is bounded, and the whole once more.
 */
import type { ErrorNode } from '../operation/error.ts'
import { type LogExcerpt, mayStillRun, type Outcome } from '../run/outcome.ts'
import { formatTimestamp } from '../values.ts'
import type { Advice, Explanation } from './explanation.ts'
import type { Fact } from './facts.ts'
import { toCodeSpan, toFencedBlock, toFold, toMarkdown, toMarkdownLink } from './markdown.ts'
import { nameResource } from './subject.ts'
import { renderOtherCauses, renderRootCause } from './summary-causes.ts'
import { renderAllResources, renderOpenResources } from './summary-resources.ts'
import { renderTimeline } from './timeline.ts'
import type { Verdict } from './verdict.ts'

/** Options for rendering a summary. */
export interface SummaryOptions {
  /** The most bytes of UTF-8 it may have; below 1 MiB unless several summaries share one step. */
  readonly maxBytes?: number
}

/** As many bytes as a summary may have where nothing else is said. */
export const MAX_SUMMARY_BYTES = 1_000_000
const MAX_SUMMARY_TREE_NODES = 60
const MAX_SUMMARY_TREE_MESSAGE_CHARS = 600
const MAX_SUMMARY_INDENT_LEVELS = 8
const MAX_NAME_CHARS = 120
const MAX_WARNINGS = 20
const MAX_EXCERPT_LINES = 45
const LEFT_OUT = '_The rest is left out: the summary would be too long._\n'

/** The summary: what ended and how, why, what to do, what it was about, how to go on; then what is folded. */
export function renderSummary(explanation: Explanation, options: SummaryOptions = {}): string {
  const { outcome, verdict, quote, advice, facts, tree } = explanation
  const sections = [
    renderHeadline(verdict),
    renderStanding(explanation),
    renderReason(outcome),
    renderRootCause(explanation),
    quote === undefined ? '' : `**What Azure said:** ${toCodeSpan(quote)}`,
    renderAdvice(advice),
    renderOtherCauses(explanation),
    renderExcerpt(outcome.addition?.excerpt),
    renderWarnings(outcome.warnings),
    ...(outcome.addition?.summary ?? []),
    renderOpenResources(outcome),
    renderResume(outcome.operation),
    renderPlaces(outcome),
    renderTimeline(outcome),
    renderAllResources(outcome),
    toFold('Facts of the request', listFactItems(facts)),
    renderTree(tree)
  ]
  return joinWithin(sections, options.maxBytes ?? MAX_SUMMARY_BYTES)
}

function renderHeadline({ mark, headline }: Verdict): string {
  const { before, name, after } = headline
  const words = [mark, toMarkdown(before, MAX_NAME_CHARS), toCodeSpan(name, MAX_NAME_CHARS)]
  const subject = words.filter((word) => word !== '').join(' ')
  return `## ${subject}${after.startsWith(' ') ? ' ' : ''}${toMarkdown(after)}`
}

/** When that was, and whether Azure still works on it. */
function renderStanding({ outcome, verdict: { whereabouts } }: Explanation): string {
  const { ending, endedAt } = outcome
  const isOpen = mayStillRun(ending)
  const time = `${isOpen ? 'This step ended' : 'Ended'} ${formatTimestamp(endedAt)}.`
  return isOpen ? `**${whereabouts}** ${time}` : `${time} ${whereabouts}`.trim()
}

function renderReason({ reason, error, ending }: Outcome): string {
  // Without an error the reason is the cause, and told as one.
  return reason === undefined || error === undefined || ending.kind === 'succeeded'
    ? ''
    : toMarkdown(reason)
}

/** What an error means, and what to do. */
export function renderAdvice(advice: Advice | undefined, lead = 'What to do'): string {
  if (advice === undefined) return ''
  const { meaning, text, link } = advice
  const more = link === undefined ? '' : ` ${toMarkdownLink('More', link)}`
  const what = `**${toMarkdown(lead)}:** ${toMarkdown(text)}${more}`
  return meaning === undefined ? what : `**What it means:** ${toMarkdown(meaning)}\n\n${what}`
}

/** The end of a script's log, folded. */
export function renderExcerpt(excerpt: LogExcerpt | undefined): string {
  if (excerpt === undefined) return ''
  return toFold(toMarkdown(excerpt.title), toFencedBlock(excerpt.text, MAX_EXCERPT_LINES))
}

/** The first of the warnings, as a list. */
export function renderWarnings(warnings: readonly string[]): string {
  const list = warnings.slice(0, MAX_WARNINGS).map((warning) => `- ⚠️ ${toMarkdown(warning, 1_000)}`)
  const more = warnings.length - MAX_WARNINGS
  if (more > 0) list.push(`- ⚠️ ${more} more in the log`)
  return list.join('\n')
}

function renderResume(operation: Outcome['operation']): string {
  return operation === undefined
    ? ''
    : `**How to resume:** this step waits for it again.\n\n\`\`\`yaml\n${operation.step}\n\`\`\``
}

/** Where to look: the portal, what the resource is, and the ID that support asks for. */
function renderPlaces({ portalUrl, resourceId, correlationId }: Outcome): string {
  const { type, group } = nameResource(resourceId ?? '')
  const isDeployment = type.toLowerCase().startsWith('deployment')
  const kind = isDeployment ? 'resource group' : `${toMarkdown(type, MAX_NAME_CHARS)} in`
  return [
    portalUrl === undefined ? '' : toMarkdownLink('Open in the portal', portalUrl),
    type === '' || group === '' ? '' : `${kind} ${toCodeSpan(group, MAX_NAME_CHARS)}`,
    correlationId === undefined ? '' : `correlation ID ${toCodeSpan(correlationId, 300)}`
  ]
    .filter((part) => part !== '')
    .join(' · ')
}

/** The facts as a list. */
export function listFactItems(facts: readonly Fact[]): string {
  const list = facts.flatMap((fact) => {
    const value = renderFact(fact)
    return value === '' ? [] : [`- ${fact.name}: ${value}`]
  })
  return list.join('\n')
}

/** The subscription of a path, which the resource ID has too. */
const SUBSCRIPTION = /\/subscriptions\/[0-9a-f-]{36}(?=\/)/i

/** The portal has its link already, and so has the correlation ID its place. */
function renderFact({ name, kind, value }: Fact): string {
  switch (kind) {
    case 'text':
      return toMarkdown(value)
    case 'code':
      if (name === 'Correlation ID') return ''
      return toCodeSpan(name === 'Resource ID' ? value : value.replace(SUBSCRIPTION, '…'))
    case 'url':
      return ''
    default:
      return kind satisfies never
  }
}

/** All errors, folded; empty where there is only one. */
export function renderTree(nodes: readonly ErrorNode[]): string {
  if (nodes.length < 2) return ''
  const more = nodes.length - MAX_SUMMARY_TREE_NODES
  const list = nodes.slice(0, MAX_SUMMARY_TREE_NODES).map(renderNode)
  if (more > 0) list.push(`- ${more} more; the output \`error\` has them all`)
  return toFold(`All ${nodes.length} errors, as Azure sent them`, list.join('\n'))
}

function renderNode({ depth, error }: ErrorNode): string {
  const indent = '  '.repeat(Math.min(depth, MAX_SUMMARY_INDENT_LEVELS))
  const text = [
    error.code === '' ? '' : toCodeSpan(error.code, 200),
    toMarkdown(error.message, MAX_SUMMARY_TREE_MESSAGE_CHARS),
    error.target === undefined ? '' : `(${toCodeSpan(error.target, 300)})`
  ]
  return `${indent}- ${text.filter((part) => part !== '').join(' ')}`
}

/** The sections that fit, whole ones only: half a table or an open fence would break what follows. */
export function joinWithin(sections: readonly string[], maxBytes: number): string {
  const wanted = sections.filter((section) => section !== '').map((section) => `${section}\n\n`)
  if (Buffer.byteLength(wanted.join('')) <= maxBytes) return wanted.join('')
  let text = ''
  for (const section of wanted) {
    if (Buffer.byteLength(text + section + LEFT_OUT) > maxBytes) break
    text += section
  }
  return text + LEFT_OUT
}
