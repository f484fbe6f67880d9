/**
 * The references of an operation, found and checked before anything is sent, wherever they stand.
 */
import type { Template } from '../batch/references.ts'
import { addPaths, type ReadPaths } from '../condition/paths.ts'
import type { ItemInput } from './item-words.ts'
import type { BodyRules } from './list-body.ts'
import { addExpressionFault, ELEMENT_NAMES, type ReadExpression } from './list-expressions.ts'
import type { ListFaults } from './list-faults.ts'
import type { ListItem } from './list-fields.ts'
import type { Loop } from './list-loops.ts'
import type { ListSender } from './list-prepare.ts'
import type { ListText } from './list-text.ts'

/** Surroundings of the operations of a list when they are checked. */
export interface ItemSurroundings {
  readonly sender: ListSender
  readonly list: ListText
  readonly faults: ListFaults
  readonly rules: BodyRules
  /** True: bodies are shown, too. */
  readonly dryRun: boolean
}

/** Text in which references were found. */
export interface FoundText {
  /** In which the references stand. */
  readonly text: string
  /** Of that text, or of one that it is a part of. */
  readonly at: number
  readonly input: ItemInput
}

/** Checks the references of a text. */
export type Find = (template: Template, found: FoundText) => void

/** Finder of the references of an operation; what is wrong in one is added to the faults. */
export function createFinder(
  { label }: ListItem,
  { list, faults, sender: { readExpression } }: ItemSurroundings,
  reads: Map<string, ReadPaths>
): Find {
  return (template, { text, at: from, input }) => {
    for (const part of template) {
      if (part.kind === 'text') continue
      const read = readExpression(part.expression, 'reference')
      const at = findInSource(list.text, from, text.slice(part.at))
      if (read.kind === 'expression') {
        addPaths(reads, read.expression)
        if (input !== 'body' && /\{subscriptionId\}/i.test(part.expression))
          faults.add({ at, item: label, field: input }, { problem: UNFILLED_ID })
        continue
      }
      const isOfGitHub = text.startsWith('${{', part.at)
      addExpressionFault(faults, { at, label, field: input, isOfGitHub }, read)
    }
  }
}

const UNFILLED_ID =
  'holds {subscriptionId} inside of ${…}, where it is not filled in; it stands outside of that, before or behind it'

const MAX_SEARCHED_CHARS = 100_000
const MAX_NEEDLE_CHARS = 40

/** Position of a reference in the list: behind the begin of its text, which indentation and quotes may move. */
export function findInSource(source: string, from: number, reference: string): number {
  const [line = ''] = reference.split(/[\r\n]/, 1)
  const needle = line.slice(0, MAX_NEEDLE_CHARS)
  const at = source.slice(from, from + MAX_SEARCHED_CHARS).indexOf(needle)
  return at < 0 ? from : from + at
}

/** Loop that an argument stands in, and reader of its expressions. */
interface ArgumentPlace {
  readonly loop: Loop | undefined
  readonly readExpression: ReadExpression
}

/**
 * What is wrong with references in a text that is read before anything is sent: an argument of a tag, or a path.
 * @param where it stands, which the sentence begins with
 */
export function findArgumentFault(
  template: Template,
  where: string,
  { loop, readExpression }: ArgumentPlace
): string | undefined {
  for (const part of template) {
    if (part.kind === 'text') continue
    const read = readExpression(part.expression, 'reference')
    const isElsewhere =
      loop === undefined && !(read.kind === 'fault' && read.subject === 'operation')
    if (isElsewhere) return `no reference can stand in ${where}`
    if (read.kind === 'fault') return `${where} ${read.problem.problem}`
    const other = read.reads.find((name) => !ELEMENT_NAMES.has(name))
    if (other !== undefined) return `${where} refers to "${other}", and ${TOO_EARLY}`
    if (loop?.isFromResponse)
      return `${where} names the element, which a response gives, and ${TOO_EARLY}`
  }
  return undefined
}

const TOO_EARLY =
  'it is read before anything is sent: only item and index may stand there, of a list that is known by then'
