/**
 * The budget of an evaluation. A short expression may make a list of billions (`[@,@][]|[@,@][]|…`), and nothing
 * interrupts the library: it is counted what it visits, compares and makes, before that is made, and it ends with an
 * error where that is too much. Counts the same on every machine; knows no time.
 */
import type { JsonValue } from '../http/message.ts'
import { type Library, listNodes, type Node } from './jmespath.ts'

/** Steps that an evaluation may still take: a value that is visited or made, or four characters that are looked at. */
export interface Budget {
  stepsLeft: number
}

/** Of one evaluation: half a second, and far more than any expression takes over what Azure lists on a page. */
export const MAX_STEPS = 5_000_000
const CHARS_OF_A_STEP = 4

/** Budget of one evaluation. */
export function createBudget(stepsLeft = MAX_STEPS): Budget {
  return { stepsLeft }
}

/** Error of an evaluation that has used up its budget. */
export class BudgetError extends Error {
  override readonly name = 'BudgetError'

  constructor() {
    super(`it takes more than ${MAX_STEPS / 1_000_000} million steps over this value`)
  }
}

/** Rules for one evaluation: its budget, and who is told of every comparison that is made. */
export interface SearchRules {
  readonly budget: Budget
  readonly onComparison?: (node: Comparator, sides: readonly [unknown, unknown]) => void
}

/** Comparison in an expression. */
export type Comparator = Extract<Node, { type: 'Comparator' }>

/** The library's interpreter as it is called here: it changes nothing of the value that it is given. */
interface Interpreter {
  search(node: Node, value: JsonValue): JsonValue
}

/**
 * Value of an expression.
 * @throws BudgetError where it takes too much; the library's own errors otherwise
 */
export function searchWithin(
  { TreeInterpreter }: Library,
  root: Node,
  value: JsonValue,
  rules: SearchRules
): JsonValue {
  // Of the class: `let` makes interpreters of its own. The library visits nothing but through this method, so nothing
  // escapes it; it is changed for this one evaluation, which nothing can interrupt.
  const interpreters: Library['TreeInterpreter'] = Object.getPrototypeOf(TreeInterpreter)
  const { visit } = interpreters
  interpreters.visit = countVisits(visit, listTested(root), rules)
  try {
    const interpreter: Interpreter = TreeInterpreter
    const result = interpreter.search(root, value) ?? null
    // Parts of it may be one and the same, and are many as soon as it is written.
    measure(result, rules.budget)
    return result
  } finally {
    interpreters.visit = visit
  }
}

type Visit = Library['TreeInterpreter']['visit']

function countVisits(
  visit: Visit,
  tested: ReadonlySet<Node>,
  { budget, onComparison }: SearchRules
): Visit {
  return function visitWithin(this: Library['TreeInterpreter'], node, value) {
    charge(budget, 1)
    switch (node.type) {
      case 'Flatten': {
        const list = this.visit(node.child, value)
        if (!Array.isArray(list)) return null
        charge(budget, 2 * countBelow(list))
        return list.flat()
      }
      case 'Comparator': {
        const sides = [this.visit(node.left, value), this.visit(node.right, value)] as const
        onComparison?.(node, sides)
        return compare(node.name, sides, budget)
      }
      case 'Function': {
        const given = node.children.map((child) => this.visit(child, value))
        charge(budget, costOf(node.name, given, budget))
        return this.runtime.callFunction(node.name, given)
      }
      case 'Slice':
        charge(budget, typeof value === 'string' ? value.length : countItems(value))
        return visit.call(this, node, value)
      default: {
        const result = isInherited(node, value) ? null : visit.call(this, node, value)
        if (tested.has(node)) charge(budget, countFields(result))
        return result
      }
    }
  }
}

/** A field such as `constructor`, which every object of the language has and no response. */
function isInherited(node: Node, value: unknown): boolean {
  return node.type === 'Field' && isContainer(value) && !Object.hasOwn(value, node.name)
}

/** Nodes whose value is only asked for being true or false: of an object every field is listed for that. */
function listTested(root: Node): ReadonlySet<Node> {
  return new Set(
    listNodes(root).flatMap((node) => {
      if (node.type === 'AndExpression' || node.type === 'OrExpression') return [node.left]
      if (node.type === 'NotExpression') return [node.child]
      return node.type === 'Ternary' || node.type === 'FilterProjection' ? [node.condition] : []
    })
  )
}

function charge(budget: Budget, steps: number): void {
  budget.stepsLeft -= steps
  // Not `< 0`: a cost that is no number is none that can be afforded.
  if (!(budget.stepsLeft >= 0)) throw new BudgetError()
}

function compare(
  name: Comparator['name'],
  [first, second]: readonly [unknown, unknown],
  budget: Budget
): boolean | null {
  if (name === 'EQ' || name === 'NE') return areEqual(first, second, budget) === (name === 'EQ')
  if (typeof first !== 'number' || typeof second !== 'number') return null
  if (name === 'GT') return first > second
  if (name === 'GTE') return first >= second
  return name === 'LT' ? first < second : first <= second
}

function areEqual(first: unknown, second: unknown, budget: Budget): boolean {
  if (first === second) return true
  if (typeof first === 'string' || !isContainer(first) || !isContainer(second)) return false
  charge(budget, countItems(first) + countFields(first) + 1)
  if (Array.isArray(first) || Array.isArray(second)) {
    return (
      Array.isArray(first) &&
      Array.isArray(second) &&
      first.length === second.length &&
      first.every((item, index) => areEqual(item, second[index], budget))
    )
  }
  const fields = Object.entries(first)
  const others = new Map(Object.entries(second))
  return (
    fields.length === others.size &&
    fields.every(([key, item]) => others.has(key) && areEqual(item, others.get(key), budget))
  )
}

/** Functions whose work does not grow with what they are given. */
const CHEAP_FUNCTIONS = new Set(['type', 'not_null', 'to_array'])
/** A longer text is looked for at every place of another anew, in the worst case. */
const LONG_NEEDLE_CHARS = 100

function costOf(name: string, given: readonly unknown[], budget: Budget): number {
  if (CHEAP_FUNCTIONS.has(name)) return 0
  const [first, second, third, fourth] = given
  const size = given.reduce<number>((sum, each) => sum + countItems(each) + countFields(each), 0)
  const chars = given.reduce<number>((sum, each) => sum + countChars(each), 0)
  const steps = size + chars / CHARS_OF_A_STEP
  switch (name) {
    case 'length':
      return chars + countFields(first)
    case 'reverse':
      return size + chars
    case 'items':
      return 4 * size
    case 'to_string':
      measure(first, budget)
      return 0
    case 'join': {
      const texts = Array.isArray(second) ? second : []
      const joined = texts.reduce<number>((sum, text) => sum + countChars(text) + 1, 0)
      return (joined + texts.length * countChars(first)) / CHARS_OF_A_STEP
    }
    case 'pad_left':
    case 'pad_right':
      return steps + (typeof second === 'number' ? Math.max(0, second) / CHARS_OF_A_STEP : 0)
    case 'replace': {
      const places = countChars(first) / Math.max(1, countChars(second)) + 1
      const times = typeof fourth === 'number' ? Math.min(Math.max(0, fourth), places) : places
      return steps + (times * countChars(third)) / CHARS_OF_A_STEP
    }
    case 'contains':
      if (Array.isArray(first)) return size / CHARS_OF_A_STEP
      return steps * Math.max(1, countChars(second) / LONG_NEEDLE_CHARS)
    case 'find_first':
    case 'find_last':
    case 'split':
      return steps * Math.max(1, countChars(second) / LONG_NEEDLE_CHARS)
    case 'sort':
    case 'sort_by':
      return steps * Math.log2(size + 2)
    default:
      return steps
  }
}

/** Counts everything in a value as it would be written, whatever of it is there only once. */
function measure(root: unknown, budget: Budget): void {
  const left: unknown[] = [root]
  while (left.length > 0) {
    const value = left.pop()
    charge(budget, 1 + countChars(value) / CHARS_OF_A_STEP + countItems(value) + countFields(value))
    if (isContainer(value)) for (const inner of Object.values(value)) left.push(inner)
  }
}

function isContainer(value: unknown): value is object {
  return typeof value === 'object' && value !== null
}

function countBelow(list: readonly unknown[]): number {
  let items = list.length
  for (const item of list) items += countItems(item)
  return items
}

function countItems(value: unknown): number {
  return Array.isArray(value) ? value.length : 0
}

function countFields(value: unknown): number {
  return isContainer(value) && !Array.isArray(value) ? Object.keys(value).length : 0
}

function countChars(value: unknown): number {
  return typeof value === 'string' ? value.length : 0
}
