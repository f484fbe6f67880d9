/**
 * The tree of a list as its operations, and their names: what there is before any of them is looked at more closely.
 */
import { isMap, isSeq, type YAMLSeq } from 'yaml'
import { MAX_OPERATIONS } from '../batch/plan.ts'
import { InputError, quoteText } from '../errors.ts'
import { isNodeLike, resolveAlias } from '../request/yaml-nodes.ts'
import {
  type ItemReading,
  type ListItem,
  MAX_NAME_CHARS,
  positionOf,
  readItem
} from './list-fields.ts'

/**
 * Reads the operations of a list; what is wrong in one is added to the faults.
 * @throws InputError for what is not a list of operations at all
 */
export function readItems(reading: ItemReading): readonly ListItem[] {
  const { document } = reading.list
  const { from } = document
  const refuse = (problem: string, allowed: string): never => {
    throw new InputError(from.input, {
      problem: `${from.place.replace(/^in /, '')}${problem}`,
      allowed
    })
  }
  const root = resolveAlias(document, document.root)
  const allowed = 'a list, in which each operation begins with "- name:"'
  if (!isSeq(root) || root.tag === '!merge') return refuse('is not a list of operations', allowed)
  const { items } = root
  if (items.length === 0) return refuse('is an empty list, with nothing to send', allowed)
  if (items.length > MAX_OPERATIONS) {
    const most = `at most ${MAX_OPERATIONS.toLocaleString('en-US')} in one step`
    return refuse(`has ${items.length.toLocaleString('en-US')} operations`, most)
  }
  return readNames(readEach(root, reading), reading)
}

function readEach(root: YAMLSeq, reading: ItemReading): readonly ListItem[] {
  const { list, faults } = reading
  return root.items.flatMap((item, index) => {
    const written = isNodeLike(item) ? item : root
    const node = resolveAlias(list.document, written)
    const at = positionOf(written)
    if (isMap(node) && node.tag !== '!values') {
      return [readItem(node, { at, index, reading })]
    }
    const problem = 'an operation is a mapping, with its name, method and url'
    faults.add({ at }, { problem })
    return []
  })
}

/** Names that expressions read as something else: words of theirs, and values. */
export const RESERVED: ReadonlySet<string> = new Set([
  'item',
  'index',
  'let',
  'in',
  'true',
  'false',
  'null'
])

/** Checks the names, and that no two are the same. */
function readNames(items: readonly ListItem[], { list, faults }: ItemReading): readonly ListItem[] {
  const taken = new Map<string, ListItem>()
  for (const item of items) {
    const { name, at } = item
    const problem = findNameProblem(name)
    const other = taken.get(name.toLowerCase())
    if (name === '') {
      if (!item.isNameTold) faults.add({ at }, { problem: 'the operation has no name' })
    } else if (problem !== undefined) faults.add({ at }, { read: name, problem })
    else if (other === undefined) taken.set(name.toLowerCase(), item)
    else {
      const { line } = list.document.lines.linePos(other.at)
      faults.add({ at }, { problem: `the name ${quoteText(name)} is taken (line ${line})` })
    }
  }
  return items
}

function findNameProblem(name: string): string | undefined {
  if (name.length > MAX_NAME_CHARS) return `is longer than ${MAX_NAME_CHARS} characters`
  if (RESERVED.has(name.toLowerCase())) {
    return 'is no name: expressions read it as a word of their own'
  }
  if (/^[A-Za-z]\w*$/.test(name)) return undefined
  const better = name.replaceAll('-', '_')
  return /^[A-Za-z][\w-]*$/.test(name)
    ? `is no name: letters, digits and "_" (${better}), since expressions read "-" as minus`
    : 'is no name: a letter, then letters, digits and "_"'
}
