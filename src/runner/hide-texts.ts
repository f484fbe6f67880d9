/**
 * Replaces every text of a list in another text, in one pass. Pure; linear in both, however many texts there are and
 * however they overlap: an automaton after Aho and Corasick (https://doi.org/10.1145/360825.360855).
 * As in the runner, what overlaps is replaced together, so that no end of one text is left behind by another.
 */

/** Mark in the place of what is hidden, as in GitHub's own log. */
export const MARK = '***'

/** Most nodes of all automata. What does not fit is found by its beginning, which may be slower, and hides as much. */
const MAX_NODES = 500_000
/** Shortest beginning of a hidden text that is hidden too where the rest of it was cut away before. */
const MIN_CUT_CHARS = 8
/** Mark where a text was cut. */
const CUT_MARK = '…'.charCodeAt(0)
/** No shorter text was cut without the mark. */
const MIN_CUT_TEXT_CHARS = 200

interface Automaton {
  /** The node after `node` on a code unit; 0 where there is none. */
  readonly step: (node: number, unit: number) => number
  /** Per node: the node of the longest proper end of its text that is a beginning of a hidden one. */
  readonly fallback: Int32Array
  /** Per node: the length of its text. */
  readonly depth: Int32Array
  /** Per node: the length of the longest hidden text that its text ends with, or 0. */
  readonly found: Int32Array
}

/** A function that hides these texts; empty ones are none. */
export function createHider(texts: Iterable<string>): (text: string) => string {
  const { add, hide } = createGrowingHider((text) => [text])
  for (const text of texts) add(text)
  return hide
}

/** Texts that are hidden, of which there may be more at any time. */
export interface GrowingHider {
  readonly add: (text: string) => void
  readonly hide: (text: string) => string
}

/** Hidden texts of one automaton. */
interface Group {
  readonly texts: readonly string[]
  readonly nodes: number
  readonly automaton: Automaton
}

/**
 * Hides texts in all their forms. What is new is made an automaton of with the groups before it that are no larger, so
 * that no text is built into more than a few, however often one is added and one is hidden in turn.
 */
export function createGrowingHider(listForms: (text: string) => readonly string[]): GrowingHider {
  const groups: Group[] = []
  const others = new Map<string, Set<string>>()
  let added: string[] = []
  const takeUp = () => {
    const room = MAX_NODES - groups.reduce((sum, { nodes }) => sum + nodes, 0)
    const [searched, rest] = splitByNodes(new Set(added.flatMap(listForms)), room)
    added = []
    for (const text of rest) noteOther(others, text)
    if (searched.length > 0) pushGroup(groups, searched)
  }
  return {
    add: (text) => {
      added.push(text)
    },
    hide: (text) => {
      if (added.length > 0) takeUp()
      const ranges = groups.flatMap(({ automaton }) => findRanges(automaton, text))
      return replaceRanges(
        text,
        others.size === 0 ? ranges : [...ranges, ...findOthers(others, text)]
      )
    }
  }
}

function pushGroup(groups: Group[], searched: readonly string[]): void {
  let texts = searched
  let nodes = searched.reduce((sum, text) => sum + text.length, 0)
  for (let last = groups.at(-1); last !== undefined && last.nodes <= nodes; last = groups.at(-1)) {
    groups.pop()
    texts = [...last.texts, ...texts]
    nodes += last.nodes
  }
  groups.push({ texts, nodes, automaton: buildAutomaton(texts) })
}

/** The texts that there is room for, shortest first, and the others. */
function splitByNodes(texts: ReadonlySet<string>, room: number) {
  const sorted = [...texts].filter(Boolean).sort((one, other) => one.length - other.length)
  let nodes = 0
  const full = sorted.findIndex((text) => {
    nodes += text.length
    return nodes > room && text.length >= MIN_CUT_CHARS
  })
  return full < 0 ? ([sorted, []] as const) : [sorted.slice(0, full), sorted.slice(full)]
}

/** The others are found by how they begin. */
function noteOther(others: Map<string, Set<string>>, text: string): void {
  const start = text.slice(0, MIN_CUT_CHARS)
  const known = others.get(start)
  if (known === undefined) others.set(start, new Set([text]))
  else known.add(text)
}

function findOthers(others: ReadonlyMap<string, ReadonlySet<string>>, text: string) {
  const ranges: Range[] = []
  for (let from = 0; from + MIN_CUT_CHARS <= text.length; from += 1) {
    for (const other of others.get(text.slice(from, from + MIN_CUT_CHARS)) ?? []) {
      if (text.startsWith(other, from)) ranges.push({ from, to: from + other.length })
    }
  }
  return ranges
}

/** Built level by level, so that every shorter text is there when a node looks for its fallback. */
function buildAutomaton(texts: readonly string[]): Automaton {
  const most = 1 + texts.reduce((sum, text) => sum + text.length, 0)
  const [fallback, depth, found] = [
    new Int32Array(most),
    new Int32Array(most),
    new Int32Array(most)
  ]
  const { step, add } = createSteps(most)
  const grow = (node: number, unit: number): number => {
    const known = step(node, unit)
    if (known !== 0) return known
    const fallen = node === 0 ? 0 : advance({ step, fallback }, fallback[node] ?? 0, unit)
    const grown = add(node, unit)
    fallback[grown] = fallen
    depth[grown] = (depth[node] ?? 0) + 1
    found[grown] = found[fallen] ?? 0
    return grown
  }
  let open = texts.map((text) => ({ text, node: 0 }))
  for (let at = 0; open.length > 0; at += 1) {
    open = open.map(({ text, node }) => ({ text, node: grow(node, text.charCodeAt(at)) }))
    for (const { text, node } of open) if (text.length === at + 1) found[node] = text.length
    open = open.filter(({ text }) => text.length > at + 1)
  }
  return { step, fallback, depth, found }
}

/** Table of the steps between nodes, by hash: a map of the language takes several times as long. */
function createSteps(most: number) {
  const mask = 2 ** Math.ceil(Math.log2(2 * most)) - 1
  const slots = new Int32Array(mask + 1)
  const [from, by] = [new Int32Array(most), new Int32Array(most)]
  let last = 0
  const findSlot = (node: number, unit: number): number => {
    let slot = (Math.imul(node, 0x9e3779b1) + Math.imul(unit, 0x85ebca6b)) & mask
    for (let to = slots[slot] ?? 0; to !== 0; to = slots[slot] ?? 0) {
      if (from[to] === node && by[to] === unit) return slot
      slot = (slot + 1) & mask
    }
    return slot
  }
  return {
    step: (node: number, unit: number) => slots[findSlot(node, unit)] ?? 0,
    add: (node: number, unit: number): number => {
      last += 1
      slots[findSlot(node, unit)] = last
      from[last] = node
      by[last] = unit
      return last
    }
  }
}

function advance(
  { step, fallback }: Pick<Automaton, 'step' | 'fallback'>,
  from: number,
  unit: number
): number {
  let node = from
  let next = step(node, unit)
  while (next === 0 && node !== 0) {
    node = fallback[node] ?? 0
    next = step(node, unit)
  }
  return next
}

interface Range {
  readonly from: number
  readonly to: number
}

function findRanges(automaton: Automaton, text: string): readonly Range[] {
  const { depth, found } = automaton
  const ranges: Range[] = []
  let node = 0
  for (let at = 0; at <= text.length; at += 1) {
    const unit = text.charCodeAt(at)
    const begun = depth[node] ?? 0
    const isCut = at === text.length ? at >= MIN_CUT_TEXT_CHARS : unit === CUT_MARK
    if (isCut && begun >= MIN_CUT_CHARS) addRange(ranges, at - begun, at)
    node = advance(automaton, node, unit)
    const length = found[node] ?? 0
    if (length > 0) addRange(ranges, at + 1 - length, at + 1)
  }
  return ranges
}

/** Adds a range that ends no earlier than the last one; those that overlap become one. */
function addRange(ranges: Range[], from: number, to: number): void {
  let start = from
  for (let last = ranges.at(-1); last !== undefined && last.to > from; last = ranges.at(-1)) {
    start = Math.min(start, last.from)
    ranges.pop()
  }
  ranges.push({ from: start, to })
}

function replaceRanges(text: string, ranges: readonly Range[]): string {
  if (ranges.length === 0) return text
  const parts: string[] = []
  let end = 0
  for (const { from, to } of ranges.toSorted((one, other) => one.from - other.from)) {
    if (from >= end) parts.push(text.slice(end, from), MARK)
    end = Math.max(end, to)
  }
  return parts.join('') + text.slice(end)
}
