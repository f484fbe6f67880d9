/**
 * A dry run of a list: each operation as it would be sent, with its references in place, for the log and the summary.
 * Pure. Its author's own text is shown as it is, but for what is a secret.
 */
import { type ListPlan, nameOperation, type PlannedItem, type ShownItem } from '../batch/plan.ts'
import { hidePrivateKeys } from '../secret-shapes.ts'
import { omitUndefined } from '../values.ts'
import { hideQuery, printBody, showLines } from './dry-run.ts'
import { hideShown } from './hide-list.ts'
import { drawPlan } from './list-drawing.ts'
import { countPlanned, listNeeds } from './list-plan.ts'
import { formatCount, listFew } from './list-standing.ts'
import { type LogLine, toTextLines } from './log.ts'
import { fenceLines, toCodeSpan, toFold, toHtml, toMarkdown } from './markdown.ts'
import { toLine } from './sanitize.ts'
import { joinWithin, MAX_SUMMARY_BYTES } from './summary.ts'

/** Words for a dry run, harmless for where they go. */
export interface ListDryRun {
  readonly lines: readonly LogLine[]
  /** The job summary, as Markdown. */
  readonly summary: string
}

const MAX_LOG_ITEMS = 1_000
const MAX_SUMMARY_ITEMS = 200
/** Up to so many are open in the summary. */
const MAX_OPEN_ITEMS = 5
const MAX_LOG_LINES = 500
const MAX_SUMMARY_LINES = 100
const MAX_RULE_CHARS = 1_000
const MAX_KEYS = 10

/**
 * The operations of a list as they would be sent.
 * @param hide replaces what is registered as a secret
 */
export function describeListDryRun(plan: ListPlan, hide: (text: string) => string): ListDryRun {
  const { items, rules } = plan
  const units = items.flatMap(listUnits)
  const sizes = items.map(({ loop }) => (loop === undefined ? 1 : loop.elements?.length))
  const known = sizes.reduce<number>((sum, size = 0) => sum + size, 0)
  const count = countPlanned(known, sizes.filter((size) => size === undefined).length)
  const result = `Dry run of ${count}: nothing was sent, and all that can be checked without Azure is right`
  const most =
    known > rules.maxParallel ? `At most ${formatCount(rules.maxParallel)} at once. ` : ''
  const limits = `${most}${rules.failFast ? 'Nothing more starts after the first that fails' : 'One that fails keeps only those from starting that need it'}.`
  const texts = units.slice(0, MAX_LOG_ITEMS).map((unit) => describeUnit(unit, hide))
  const more = units.length - texts.length
  const sections = texts
    .slice(0, MAX_SUMMARY_ITEMS)
    .map((text) => renderItem(text, units.length <= MAX_OPEN_ITEMS))
  const left = units.length - sections.length
  const rest = left > 0 ? [`${formatCount(left)} more are in the log.`] : []
  return {
    lines: [
      ...texts.flatMap(writeItem),
      ...toTextLines(more > 0 ? [`… (${formatCount(more)} more)`] : []),
      ...toTextLines(['', `Result: Skipped`, `  ${result}. ${limits}`])
    ],
    summary: joinWithin(
      [
        `## ⏭️ ${toMarkdown(result)}`,
        toMarkdown(limits),
        drawPlan(items, hide),
        ...sections,
        ...rest
      ],
      MAX_SUMMARY_BYTES
    )
  }
}

/** What is shown on its own: an operation, or a loop as its author wrote it. */
interface Unit {
  readonly name: string
  readonly needs: readonly string[]
  readonly show: () => ShownItem
  /** What a loop goes over whose operations are not shown one by one. */
  readonly forEach?: string
}

function listUnits(item: PlannedItem): readonly Unit[] {
  const { name, shown, loop } = item
  const needs = listNeeds(item)
  const { elements = [], show, follows, followed = [] } = loop ?? {}
  if (loop === undefined) return [{ name, needs, show: () => shown }]
  if (show === undefined || elements.length === 0) {
    const keys =
      loop.elements &&
      listFew(
        loop.elements.map(({ key }) => key),
        MAX_KEYS
      )
    const forEach = follows ?? (keys === '' ? 'no elements' : (shown.forEach ?? keys ?? 'a list'))
    return [{ name, needs, show: () => shown, forEach }]
  }
  return elements.map(({ key }, index) => ({
    name: nameOperation(name, key),
    needs: needs.map((need) => (followed.includes(need) ? nameOperation(need, key) : need)),
    show: () => show(index)
  }))
}

interface ItemText {
  readonly name: string
  /** Its needs and its `if`, each on a line of its own. */
  readonly rules: readonly string[]
  /** Of the request, which may have secret shapes in it. */
  readonly lines: readonly string[]
}

function describeUnit(
  { name, needs, show, forEach }: Unit,
  hide: (text: string) => string
): ItemText {
  const shown = show()
  // Printed first: what is hidden may be all that makes it JSON.
  const printed = shown.body && printBody(shown.body, { url: shown.url, hide })
  const told = hideShown(omitUndefined({ ...shown, body: printed }), hide)
  const { method, url, condition, body = '' } = told
  const rules = [
    ...(forEach === undefined ? [] : [`for-each: ${hide(forEach)}`]),
    ...(needs.length === 0 ? [] : [`needs: ${needs.join(', ')}`]),
    ...(condition === undefined ? [] : [`if: ${condition}`])
  ]
  const request = [`${method} ${hideQuery(url)}`, ...(body === '' ? [] : ['', body])].join('\n')
  return { name, rules, lines: hidePrivateKeys(request).split(/\r\n|[\r\n]/) }
}

function writeItem({ name, rules, lines }: ItemText): readonly LogLine[] {
  return [
    { kind: 'group-start', title: toLine(name) },
    ...toTextLines(rules.map((rule) => toLine(rule, MAX_RULE_CHARS))),
    ...toTextLines(showLines(lines, MAX_LOG_LINES)),
    { kind: 'group-end' }
  ]
}

function renderItem({ name, rules, lines }: ItemText, isOpen: boolean): string {
  const block = fenceLines(showLines(lines, MAX_SUMMARY_LINES))
  const about = rules.map((rule) => toCodeSpan(rule, MAX_RULE_CHARS)).join(', ')
  if (isOpen) return [`**${toMarkdown(name)}** ${about}`.trim(), block].join('\n\n')
  return toFold(toHtml(name), [about, block].filter((part) => part !== '').join('\n\n'))
}
