/**
 * The loops of a list: what each goes over, where that is known before anything is sent, and which one follows which.
 */
import { hasRounded, nameElements } from '../batch/elements.ts'
import {
  type ListReading,
  MAX_OPERATIONS,
  type PlannedItem,
  type PlannedLoop,
  type Scope
} from '../batch/plan.ts'
import type { ReadPaths } from '../condition/paths.ts'
import type { InputProblem } from '../errors.ts'
import { isList, parseJsonText } from '../http/body.ts'
import { isTooDeep } from '../http/deep-json.ts'
import type { JsonValue } from '../http/message.ts'
import { findChangeIn } from '../request/changed-numbers.ts'
import { omitUndefined } from '../values.ts'
import { tellNoList } from './for-each.ts'
import {
  addExpressionFault,
  type ListExpression,
  type ReadExpression,
  tellPlaces,
  unwrapExpression
} from './list-expressions.ts'
import type { ListFaults } from './list-faults.ts'
import type { ListItem } from './list-fields.ts'

/** Loop of a list, before its operation is looked at. */
export interface Loop
  extends Pick<PlannedLoop, 'elements' | 'follows' | 'list' | 'followed' | 'maxParallel'> {
  /** What its list reads of responses. */
  readonly reads: PlannedItem['reads']
  /** Its list, or that of the loop which it follows, comes from a response. */
  readonly isFromResponse: boolean
}

/** Surroundings in which the lists of loops are read. */
export interface LoopReading {
  readonly faults: ListFaults
  /** Knows no `item`: there is none before the list is there. */
  readonly readExpression: ReadExpression
  readonly hide: (text: string) => string
}

type OwnLoop = Pick<Loop, 'elements' | 'follows' | 'list'> & Partial<Pick<Loop, 'reads'>>

/** The loops among the items; what is wrong in one is added to the faults. */
export function readLoops(
  items: readonly ListItem[],
  reading: LoopReading
): ReadonlyMap<ListItem, Loop> {
  const named = new Map<string, OwnLoop>()
  const names = new Set(items.flatMap(({ name, loop }) => (loop === undefined ? [] : [name])))
  const own = new Map<ListItem, OwnLoop>()
  for (const item of items) {
    if (item.loop === undefined) continue
    const loop = readOwn(item, names, reading)
    own.set(item, loop)
    if (!named.has(item.name)) named.set(item.name, loop)
  }
  const loops = new Map<ListItem, Loop>()
  for (const [item, loop] of own) {
    const followed = listFollowed(loop, named)
    const { elements, list } = named.get(followed.at(-1) ?? '') ?? loop
    const isFromResponse = list !== undefined
    const { maxParallel } = item.loop ?? {}
    const reads = loop.reads ?? new Map<string, ReadPaths>()
    loops.set(
      item,
      omitUndefined({ ...loop, reads, elements, followed, maxParallel, isFromResponse })
    )
  }
  if (!hasTooMany(items, loops, reading)) return loops
  // All of them would be looked at for nothing.
  return new Map([...loops].map(([item, { elements: _, ...loop }]) => [item, loop]))
}

/** What it follows, and what that follows; of loops in a circle each once. */
function listFollowed(loop: OwnLoop, named: ReadonlyMap<string, OwnLoop>): readonly string[] {
  const followed = new Set<string>()
  for (let { follows } = loop; follows !== undefined && !followed.has(follows); ) {
    followed.add(follows)
    follows = named.get(follows)?.follows
  }
  return [...followed]
}

function readOwn(item: ListItem, names: ReadonlySet<string>, reading: LoopReading): OwnLoop {
  const { list, at } = item.loop ?? { list: { kind: 'faulty' } as const, at: item.at }
  const refuse = (problem: InputProblem, field: { readonly field?: string } = FIELD): OwnLoop => {
    reading.faults.add({ at, item: item.label, ...field }, problem)
    return {}
  }
  const know = (values: readonly JsonValue[]): OwnLoop => {
    if (isTooDeep(values)) return refuse({ problem: TOO_DEEP.trim() })
    if (values.length <= MAX_OPERATIONS) return { elements: nameElements(values, reading.hide) }
    const count = values.length.toLocaleString('en-US')
    return refuse({ problem: `gives ${count} elements`, allowed: MOST })
  }
  if (list.kind === 'values') return know(list.values)
  if (list.kind === 'faulty') return {}
  const text = unwrapExpression(list.text)
  if (names.has(text)) return { follows: text }
  if (text.includes('${')) return refuse({ problem: NO_TEMPLATE })
  if (isList(parseJsonText(text))) return refuse({ problem: IN_QUOTES, allowed: WITHOUT_QUOTES })
  const { readExpression, faults } = reading
  const read = readExpression(text, 'for-each')
  if (read.kind === 'fault') {
    const isOfGitHub = list.text.includes('${{')
    addExpressionFault(faults, { at, label: item.label, field: 'for-each', isOfGitHub }, read)
    return {}
  }
  if (read.reads.length > 0) {
    return { list: (scope) => evaluateList(read, scope), reads: read.expression.listPaths() }
  }
  const change = findChangeInLiterals(text)
  if (change !== undefined) return refuse({ problem: change }, {})
  const given = evaluateList(read, {})
  return given.kind === 'list' ? know(given.elements) : refuse({ problem: given.message })
}

const FIELD = { field: 'for-each' } as const
const MOST = `at most ${MAX_OPERATIONS.toLocaleString('en-US')} operations in one step`
const NO_TEMPLATE =
  'holds "${": it is a list, one expression, in which names stand as they are, or the name of another loop'

const IN_QUOTES = 'is a list in quotes, and text is read as JMESPath'
const WITHOUT_QUOTES = 'the list as it is, without quotes around it'

/** What is wrong with a number in JSON that stands in an expression. */
function findChangeInLiterals(text: string): string | undefined {
  const literals = text.split('`').filter((piece, at) => at % 2 === 1 && isJson(piece))
  return literals.map(findChangeIn).find((change) => change !== undefined)
}

function isJson(text: string): boolean {
  return parseJsonText(text) !== undefined
}

/** The list that an expression gives. Never throws. */
function evaluateList(list: ListExpression, scope: Scope): ListReading {
  const { expression, reads } = list
  const evaluation = expression.evaluate(scope)
  const isSent = reads.length > 0
  const fail = (problem: string): ListReading => {
    const message = isSent ? `for-each${problem}. Nothing was sent.` : problem.trim()
    return { kind: 'fault', message }
  }
  if (evaluation.kind === 'error') {
    return fail(`: ${expression.text} cannot be evaluated: ${evaluation.message}`)
  }
  const { value } = evaluation
  if (value === null && isSent) {
    const instead = `${expression.text} || \`[]\` says what else`
    return fail(`: ${expression.text} is null in ${tellPlaces(reads)}; ${instead}`)
  }
  if (!isList(value)) return fail(` ${tellNoList(value)}`)
  if (isTooDeep(value)) return fail(TOO_DEEP)
  return hasRounded(value) ? fail(ROUNDED) : { kind: 'list', elements: value }
}

const TOO_DEEP = ' gives an element that is nested too deeply'
const ROUNDED = ' gives a whole number of more than 15 digits, which is not read exactly'

/** Adds the fault of a list that has more operations than a step takes, at the loop that makes it so. */
function hasTooMany(
  items: readonly ListItem[],
  loops: ReadonlyMap<ListItem, Loop>,
  { faults }: LoopReading
): boolean {
  let count = 0
  for (const item of items) {
    const loop = loops.get(item)
    count += loop === undefined ? 1 : (loop.elements?.length ?? 0)
    if (count <= MAX_OPERATIONS) continue
    const most = MAX_OPERATIONS.toLocaleString('en-US')
    const problem = `the list has more than ${most} operations with this one`
    faults.add({ at: item.loop?.at ?? item.at, item: item.label }, { problem, allowed: MOST })
    return true
  }
  return false
}
