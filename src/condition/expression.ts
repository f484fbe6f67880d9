/**
 * JMESPath expressions of the inputs: checked before anything is sent, and evaluated here and nowhere else. Knows
 * nothing of operations, but for how long an expression in a handle may be.
 */
import { flattenText, InputError } from '../errors.ts'
import type { Body, JsonValue } from '../http/message.ts'
import { MAX_EXPRESSION_CHARS } from '../operation/handle.ts'
import { messageOf } from '../values.ts'
import { type Budget, BudgetError, createBudget, type SearchRules, searchWithin } from './budget.ts'
import { findDoubts } from './doubts.ts'
import { replaceSlowFunctions } from './functions.ts'
import {
  describePath,
  type Library,
  listNodes,
  loadLibrary,
  type Node,
  readTokens
} from './jmespath.ts'
import { findMistake } from './mistakes.ts'
import { listPaths, type ReadPaths } from './paths.ts'
import { listRoots } from './roots.ts'
import { findSyntaxHint } from './syntax-hint.ts'
import { tellValue } from './tell-value.ts'

/** Result of an expression over a value. An error is one of types: `length(null)`, for example. */
export type Evaluation =
  | { readonly kind: 'value'; readonly value: JsonValue }
  | {
      readonly kind: 'error'
      readonly message: string
      /** It would take too much, over this value and whatever its fields are. */
      readonly isTooCostly?: true
    }

/** Expression that has been compiled and checked. */
export interface Expression {
  /** As the author wrote it. */
  readonly text: string
  /** Never throws. Takes from the budget where one is given, and from one of its own otherwise. */
  readonly evaluate: (value: JsonValue, budget?: Budget) => Evaluation
  /** The fields that the expression reads, with what they are in `value`: `status is "Running"`. Untrusted text. */
  readonly describeFields: (value: JsonValue) => string
  /** The comparisons over `value` that can hardly have been meant, with both sides of each. Untrusted text. */
  readonly findDoubts: (value: JsonValue, budget?: Budget) => readonly string[]
  /** Names that it looks up in the value, in their order; `@` where it takes the value as a whole. */
  readonly listRoots: () => readonly string[]
  /** What it reads of each of these names. */
  readonly listPaths: () => ReadonlyMap<string, ReadPaths>
  /** The texts that stand in the expression as literals, in lower case. */
  readonly literals: ReadonlySet<string>
}

/** An expression as it was written. */
export interface ExpressionSource {
  /** Name of the input. */
  readonly input: string
  readonly text: string
  /** It decides something, so one that can be neither true nor false is refused. */
  readonly isCondition: boolean
}

/**
 * Compiler of the expressions.
 * @throws InputError with the position of what is wrong
 */
export type Compile = (source: ExpressionSource) => Expression

const MAX_SHOWN_FIELDS = 3

/** The compiler, whose library is loaded now. */
export async function loadCompiler(): Promise<Compile> {
  const library = await loadLibrary()
  replaceSlowFunctions(library)
  return (source) => compileExpression(library, source)
}

function compileExpression(library: Library, source: ExpressionSource): Expression {
  const { text } = source
  if (text.length > MAX_EXPRESSION_CHARS) {
    throw new InputError(source.input, {
      problem: `is longer than ${MAX_EXPRESSION_CHARS} characters`
    })
  }
  const node = parseExpression(library, source)
  checkNodes(library, source, node)
  if (source.isCondition && isNeverBoolean(node)) {
    throw new InputError(source.input, {
      read: text,
      problem: 'can be neither true nor false',
      allowed: "a comparison such as properties.provisioningState == 'Succeeded'"
    })
  }
  const fields = listFields(node)
  return {
    text,
    evaluate: (value, budget = createBudget()) => evaluateNode(library, node, value, { budget }),
    describeFields: (value) => describeFields(library, fields, value),
    findDoubts: (value, budget = createBudget()) =>
      findDoubts({ node, text }, (onComparison) =>
        evaluateNode(library, node, value, { budget, onComparison })
      ),
    listRoots: () => listRoots(node),
    listPaths: () => listPaths(node),
    literals: new Set(listNodes(node).flatMap(listLiteralTexts))
  }
}

function parseExpression(library: Library, { input, text }: ExpressionSource): Node {
  try {
    const node = library.compile(text)
    if (findOpenQuote(library, text) === undefined) return node
    throw new SyntaxError('a quote has no end')
  } catch {
    const at = findOpenQuote(library, text) ?? findFault(library, text)
    const found = at >= text.length ? 'its end' : `"${flattenText(text.slice(at), 20)}"`
    throw new InputError(input, {
      read: text,
      problem: `is not valid JMESPath: character ${at + 1}, ${found}, is not expected there${findSyntaxHint(text, at)}`,
      allowed: 'JMESPath (https://jmespath.site)'
    })
  }
}

/** Position at which a text stops being an expression, counted from 0. The library names the token and not its place. */
function findFault(library: Library, text: string): number {
  const tokens = readTokens(library, text)
  if (tokens === undefined) {
    let readable = text.length - 1
    while (readable > 0 && readTokens(library, text.slice(0, readable)) === undefined) readable -= 1
    return readable
  }
  const ends = [...tokens.slice(1).map(({ start }) => start), text.length]
  // What continues a text continues its beginning too, so halving finds the first one that nothing continues.
  let [good, bad] = [-1, ends.length]
  while (bad - good > 1) {
    const middle = (good + bad) >> 1
    if (canGoOn(library, text.slice(0, ends[middle]))) good = middle
    else bad = middle
  }
  return tokens[bad]?.start ?? text.length
}

/** Position of a quote that is never closed: the library closes it at the end of the expression. */
function findOpenQuote(library: Library, text: string): number | undefined {
  const starts = (readTokens(library, text) ?? []).map(({ start }) => start)
  return starts.find((start, index) => {
    const token = text.slice(start, starts[index + 1]).trimEnd()
    return /^['`]/.test(token) && !/^(['`])(?:\\.|(?!\1)[^\\])*\1$/s.test(token)
  })
}

/** True when a text is an expression, or would be with more behind it. */
function canGoOn(library: Library, text: string): boolean {
  try {
    library.compile(text)
    return true
  } catch (error) {
    return error instanceof Error && /\bEOF\b/.test(error.message)
  }
}

/** Refuses expressions that parse and cannot be meant: an unknown function, `=` for `==`, a text in double quotes. */
function checkNodes(library: Library, { input, text }: ExpressionSource, root: Node): void {
  const refuse = (problem: string): never => {
    throw new InputError(input, { read: text, problem })
  }
  for (const node of listNodes(root)) {
    if (node.type === 'Binding' && !isBoundByLet(root, node)) {
      refuse('holds "=", which compares nothing; write "=="')
    }
    if (node.type !== 'Function') continue
    const { name, children } = node
    if (!library.isRegistered(name)) refuse(`calls ${name}(), which is not a function of JMESPath`)
    const fault = findArityFault(library, name, children.length)
    if (fault !== undefined) refuse(fault)
  }
  const mistake = findMistake(library, text)
  if (mistake !== undefined) refuse(mistake)
}

function listLiteralTexts(node: Node): readonly string[] {
  if (node.type !== 'Literal') return []
  const values = Array.isArray(node.value) ? node.value : [node.value]
  return values.flatMap((value) => (typeof value === 'string' ? [value.toLowerCase()] : []))
}

function isBoundByLet(root: Node, binding: Node): boolean {
  return listNodes(root).some(
    (node) => node.type === 'LetExpression' && node.bindings.some((bound) => bound === binding)
  )
}

/** The library checks the count of arguments before their types, and only when a function is called. */
function findArityFault(library: Library, name: string, count: number): string | undefined {
  const children = Array.from({ length: count }, (): Node => ({ type: 'Literal', value: null }))
  try {
    library.TreeInterpreter.search({ type: 'Function', name, children }, null)
    return undefined
  } catch (error) {
    const message = error instanceof Error ? error.message : ''
    return message.startsWith('Invalid arity: ')
      ? `is wrong: ${message.slice('Invalid arity: '.length)}`
      : undefined
  }
}

const BOOLEAN_FUNCTIONS = new Set(['contains', 'ends_with', 'starts_with'])
/** These give back one of their arguments, which may be true or false. */
const OPEN_FUNCTIONS = new Set(['max_by', 'min_by', 'not_null'])

/** True when the expression is neither true nor false for any value: a text, a number, a list, an object. */
function isNeverBoolean(node: Node): boolean {
  switch (node.type) {
    case 'Literal':
      return typeof node.value !== 'boolean'
    case 'MultiSelectList':
    case 'MultiSelectHash':
    case 'Projection':
    case 'FilterProjection':
    case 'ValueProjection':
    case 'Flatten':
    case 'Slice':
    case 'Arithmetic':
    case 'Unary':
    case 'ExpressionReference':
      return true
    case 'Function':
      return !BOOLEAN_FUNCTIONS.has(node.name) && !OPEN_FUNCTIONS.has(node.name)
    case 'Pipe':
    case 'Subexpression':
      return isNeverBoolean(node.right)
    case 'OrExpression':
    case 'AndExpression':
      return isNeverBoolean(node.left) && isNeverBoolean(node.right)
    case 'Ternary':
      return isNeverBoolean(node.trueExpr) && isNeverBoolean(node.falseExpr)
    default:
      return false
  }
}

function evaluateNode(
  library: Library,
  node: Node,
  value: JsonValue,
  rules: SearchRules
): Evaluation {
  try {
    return { kind: 'value', value: searchWithin(library, node, value, rules) }
  } catch (error) {
    const message = messageOf(error)
    return error instanceof BudgetError
      ? { kind: 'error', message, isTooCostly: true }
      : { kind: 'error', message }
  }
}

interface FieldPath {
  readonly name: string
  readonly node: Node
}

/** The plain paths (`properties.powerState.code`, `statuses[0].code`) that stand in an expression, longest ones only. */
function listFields(node: Node): readonly FieldPath[] {
  const name = describePath(node)
  if (name !== undefined) return [{ name, node }]
  // Behind a projection or a pipe a path starts from another value.
  switch (node.type) {
    case 'Comparator':
    case 'AndExpression':
    case 'OrExpression':
      return [...listFields(node.left), ...listFields(node.right)]
    case 'NotExpression':
      return listFields(node.child)
    case 'Function':
      return node.children.flatMap(listFields)
    case 'Pipe':
    case 'FilterProjection':
    case 'Projection':
    case 'ValueProjection':
    case 'Subexpression':
      return listFields(node.left)
    default:
      return []
  }
}

function describeFields(library: Library, fields: readonly FieldPath[], value: JsonValue): string {
  const firsts = fields.filter(
    ({ name }, index) => fields.findIndex((field) => field.name === name) === index
  )
  const parts = firsts.slice(0, MAX_SHOWN_FIELDS).map(({ name, node }) => {
    const evaluation = evaluateNode(library, node, value, { budget: createBudget() })
    return `${name} is ${describeEvaluation(evaluation, name)}`
  })
  return parts.join(', ')
}

/**
 * A result in a few words of untrusted text.
 * @param path of the field that it is the value of
 */
export function describeEvaluation(evaluation: Evaluation, path?: string): string {
  return evaluation.kind === 'error'
    ? `an error (${evaluation.message})`
    : tellValue(evaluation.value, path)
}

/** Truth as JMESPath has it: false, null and everything empty are not true; 0 is. */
export function isTruthy(value: JsonValue): boolean {
  if (typeof value === 'number') return true
  if (typeof value !== 'object' || value === null) return Boolean(value)
  return (Array.isArray(value) ? value : Object.keys(value)).length > 0
}

/** A body as the value that an expression reads: the JSON, the text of one that is not JSON, null for an empty one. */
export function toEvaluable(body: Body | undefined): JsonValue {
  switch (body?.kind) {
    case undefined:
    case 'empty':
      return null
    case 'json':
      return body.value
    case 'text':
    case 'malformed':
      return body.text
    default:
      return body satisfies never
  }
}
