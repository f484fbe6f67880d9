/**
 * The plan of a list as a mermaid flowchart, one node for each item: for a dry run. Pure.
 */
import type { PlannedItem } from '../batch/plan.ts'
import { listNeeds, nameWithSize } from './list-plan.ts'
import { formatCount } from './list-standing.ts'
import { toMermaidText } from './markdown.ts'

/** A drawing of more is no help. */
const MAX_NODES = 50
const MAX_NAME_CHARS = 40
const MAX_CONDITION_CHARS = 40

/**
 * The drawing as Markdown: a sentence where there are too many items for one, and nothing of a single item.
 * @param hide replaces what is registered as a secret
 */
export function drawPlan(items: readonly PlannedItem[], hide: (text: string) => string): string {
  if (items.length < 2) return ''
  if (items.length > MAX_NODES) {
    return `The list has ${formatCount(items.length)} items, too many to draw: each says below what it needs.`
  }
  const ids = new Map(items.map(({ name }, index) => [name, `n${index}`]))
  const nodes = items.map((item) => `${ids.get(item.name)}["${labelNode(item, hide)}"]`)
  const befores = collectBefores(items)
  const edges = items.flatMap((item) =>
    listOwnNeeds(item, befores).map((need) => `${ids.get(need)} --> ${ids.get(item.name)}`)
  )
  const chart = [...nodes, ...edges].map((line) => `  ${line}`)
  return ['```mermaid', 'flowchart LR', ...chart, '```'].join('\n')
}

/** `swap ×2, if site.tags.swap == 'yes'`. */
function labelNode({ name, loop, shown }: PlannedItem, hide: (text: string) => string): string {
  const label = toMermaidText(
    nameWithSize({ name, loop: loop && { size: loop.elements?.length } }),
    MAX_NAME_CHARS
  )
  const { condition } = shown
  return condition === undefined
    ? label
    : `${label}, if ${toMermaidText(hide(condition), MAX_CONDITION_CHARS)}`
}

type Befores = ReadonlyMap<string, ReadonlySet<string>>

/** Of each item all that must be done before it. Needs are in no circle. */
function collectBefores(items: readonly PlannedItem[]): Befores {
  const byName = new Map(items.map((item) => [item.name, item]))
  const befores = new Map<string, Set<string>>()
  const collect = (name: string): ReadonlySet<string> => {
    const known = befores.get(name)
    if (known !== undefined) return known
    const all = new Set<string>()
    befores.set(name, all)
    const item = byName.get(name)
    for (const need of item === undefined ? [] : listNeeds(item)) {
      all.add(need)
      for (const each of collect(need)) all.add(each)
    }
    return all
  }
  for (const { name } of items) collect(name)
  return befores
}

/** Needs that no other of them has anyway: the arrows of the others would say nothing new. */
function listOwnNeeds(item: PlannedItem, befores: Befores): readonly string[] {
  const needs = listNeeds(item)
  return needs.filter((need) => !needs.some((other) => befores.get(other)?.has(need)))
}
