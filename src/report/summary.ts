/**
 * The job summary of one operation, as Markdown. Pure.
 * The runner drops a summary over 1 MiB (https://docs.github.com/actions/reference/workflow-commands-for-github-actions#step-isolation-and-limits),
 * so every part is bounded, and the whole once more.
 */
import type { ErrorNode } from '../operation/error.ts'
import type { Outcome } from '../run/outcome.ts'
import type { Cause } from './cause.ts'
import type { Explanation } from './explanation.ts'
import type { Fact } from './facts.ts'
import {
  toCodeSpan,
  toFencedBlock,
  toHtml,
  toMarkdown,
  toMarkdownLink,
  toTableCode
} from './markdown.ts'
import { describeUrl, toLines } from './sanitize.ts'
import { renderTimeline } from './timeline.ts'

/** Options for rendering a summary. */
export interface SummaryOptions {
  /** The most bytes of UTF-8 it may have; below 1 MiB unless several summaries share one step. */
  readonly maxBytes?: number
}

const MAX_SUMMARY_BYTES = 1_000_000
const MAX_MESSAGE_LINES = 20
const MAX_SUMMARY_TREE_NODES = 60
const MAX_OPEN_TREE_NODES = 12
const MAX_SUMMARY_TREE_MESSAGE_CHARS = 600
const MAX_SUMMARY_INDENT_LEVELS = 8
const MAX_WARNINGS = 20
const LEFT_OUT = '_The rest is left out: the summary would be too long._\n'

/** The summary: what happened, why, what to do, the facts, the errors, the timeline and the warnings. */
export function renderSummary(explanation: Explanation, options: SummaryOptions = {}): string {
  const { outcome, verdict, cause, others = '', quote, advice, facts, tree } = explanation
  const { title, mark, sentence, whereabouts } = verdict
  const sections = [
    `## ${mark} ${title}: ${outcome.request.method} ${nameResource(outcome)}`,
    `${sentence} ${whereabouts}`.trim(),
    renderReason(outcome),
    renderCause(cause),
    toMarkdown(others),
    quote === undefined ? '' : `**What Azure said:** ${toCodeSpan(quote)}`,
    renderAdvice(advice),
    ...(outcome.addition?.summary ?? []),
    renderFacts(facts),
    renderResume(outcome.operation),
    renderTree(tree),
    renderSection('Timeline', renderTimeline(outcome)),
    renderWarnings(outcome.warnings)
  ]
  return joinWithin(sections, options.maxBytes ?? MAX_SUMMARY_BYTES)
}

// The last two segments of the path: `storageAccounts/shop`, `shop/start`.
function nameResource({ request }: Outcome): string {
  const [path = ''] = describeUrl(request.url).split('?')
  return toMarkdown(path.split('/').slice(-2).join('/'), 120)
}

function renderResume(operation: Outcome['operation']): string {
  return operation === undefined
    ? ''
    : renderSection('Go on waiting', `\`\`\`yaml\n${operation.step}\n\`\`\``)
}

function renderReason({ reason, error, ending }: Outcome): string {
  // Without an error the reason is the cause, and told as one.
  return reason === undefined || error === undefined || ending.kind === 'succeeded'
    ? ''
    : toMarkdown(reason)
}

function renderCause(cause: Cause | undefined): string {
  if (cause === undefined) return ''
  const { code, excerpt, resource, target, type, place, policies } = cause
  const name = code === '' ? '**Why**' : `**Root cause** ${toCodeSpan(code, 200)}`
  const isLong = toLines(excerpt, 2).length > 1
  const about = [
    resource === undefined ? '' : `- Resource: ${toCodeSpan(resource, 600)}`,
    target === undefined ? '' : `- Target: ${toCodeSpan(target, 600)}`,
    type === undefined ? '' : `- Type: ${toCodeSpan(type, 300)}`,
    place === undefined ? '' : `- Template: ${toCodeSpan(place, 600)}`,
    ...policies.slice(0, MAX_WARNINGS).map((policy) => `- Policy: ${toCodeSpan(policy, 300)}`)
  ].filter((line) => line !== '')
  const text = isLong
    ? `\n\n${toFencedBlock(excerpt, MAX_MESSAGE_LINES)}`
    : ` ${toMarkdown(excerpt)}`
  return [`${name}:${text}`, about.join('\n')].filter((part) => part !== '').join('\n\n')
}

function renderAdvice(advice: string | undefined): string {
  return advice === undefined ? '' : `**What to do:** ${toMarkdown(advice)}`
}

function renderFacts(facts: readonly Fact[]): string {
  const rows = facts.map((fact) => `| ${fact.name} | ${renderFact(fact)} |`)
  return ['| | |', '|---|---|', ...rows].join('\n')
}

function renderFact({ kind, value }: Fact): string {
  switch (kind) {
    case 'text':
      return toMarkdown(value)
    case 'code':
      return toTableCode(value)
    case 'url':
      return toMarkdownLink('Open in the portal', value)
    default:
      return kind satisfies never
  }
}

function renderTree(nodes: readonly ErrorNode[]): string {
  const [root] = nodes
  if (root === undefined || nodes.length < 2) return ''
  const more = nodes.length - MAX_SUMMARY_TREE_NODES
  const list = nodes.slice(0, MAX_SUMMARY_TREE_NODES).map(renderNode)
  if (more > 0) list.push(`- ${more} more; the output \`error\` has them all`)
  if (nodes.length <= MAX_OPEN_TREE_NODES) return renderSection('Errors', list.join('\n'))
  const title = `${nodes.length} errors, from ${toHtml(root.error.code, 200) || 'the root'} down`
  const folded = `<details><summary>${title}</summary>\n\n${list.join('\n')}\n\n</details>`
  return renderSection('Errors', folded)
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

function renderWarnings(warnings: readonly string[]): string {
  const list = warnings.slice(0, MAX_WARNINGS).map((warning) => `- ${toMarkdown(warning, 1_000)}`)
  const more = warnings.length - MAX_WARNINGS
  if (more > 0) list.push(`- ${more} more in the log`)
  return renderSection('Warnings', list.join('\n'))
}

function renderSection(title: string, body: string): string {
  return body === '' ? '' : `### ${title}\n\n${body}`
}

// Whole sections only: half a table or an open fence would break what follows.
function joinWithin(sections: readonly string[], maxBytes: number): string {
  const wanted = sections.filter((section) => section !== '').map((section) => `${section}\n\n`)
  if (Buffer.byteLength(wanted.join('')) <= maxBytes) return wanted.join('')
  let text = ''
  for (const section of wanted) {
    if (Buffer.byteLength(text + section + LEFT_OUT) > maxBytes) break
    text += section
  }
  return text + LEFT_OUT
}
