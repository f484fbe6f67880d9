/**
 * The expressions of a list: JMESPath over the responses of its operations, by their names. A name that is none of the
 * list is found here, before anything is sent.
 */
import type { Scope } from '../batch/plan.ts'
import { parseTemplate, type ReferenceValue } from '../batch/references.ts'
import type { Judgement } from '../batch/schedule.ts'
import { type Compile, type Expression, isTruthy } from '../condition/expression.ts'
import { EACH } from '../condition/paths.ts'
import { WHOLE_VALUE } from '../condition/roots.ts'
import { InputError, type InputProblem, quoteText } from '../errors.ts'
import { type ListFaults, MAX_TOLD_FAULTS } from './list-faults.ts'
import { findNearest } from './unknown-inputs.ts'

/** Kind of an expression: `${…}` in a text, a condition, the list of a loop, or a value for an output. */
export type ExpressionKind = 'reference' | 'if' | 'for-each' | 'output'

/** Expression over the responses of a list. */
export interface ListExpression {
  readonly kind: 'expression'
  readonly expression: Expression
  /** Names of the operations that it reads, in their order. */
  readonly reads: readonly string[]
}

/** Fault of an expression. */
export interface ExpressionFault {
  readonly kind: 'fault'
  readonly problem: InputProblem
  /** The sentence begins with the field that the expression stands in, with the operation, or by itself. */
  readonly subject: 'field' | 'operation' | 'none'
}

/** Reader of the expressions of a list. */
export type ReadExpression = (
  text: string,
  kind: ExpressionKind
) => ListExpression | ExpressionFault

/**
 * Reader for a list whose operations have these names. The same text is compiled once.
 * @param lists those of loops, where they are the lists of all their responses
 */
export function createExpressionReader(
  compile: Compile,
  names: ReadonlySet<string>,
  lists: ReadonlySet<string> = NO_NAMES
): ReadExpression {
  const known = new Map<string, ListExpression | ExpressionFault>()
  const suggest = createSuggestions(names)
  return (text, kind) => {
    const key = `${kind} ${text}`
    const read = known.get(key) ?? readExpression(text, kind, { compile, names, lists, suggest })
    known.set(key, read)
    return read
  }
}

interface Reading {
  readonly compile: Compile
  readonly names: ReadonlySet<string>
  readonly lists: ReadonlySet<string>
  readonly suggest: Suggest
}

const NO_NAMES: ReadonlySet<string> = new Set()

function readExpression(
  text: string,
  kind: ExpressionKind,
  { compile, names, lists, suggest }: Reading
): ListExpression | ExpressionFault {
  const status = /\b(?:always|success|failure|cancelled)\(\)/.exec(text)?.[0]
  if (kind === 'if' && status !== undefined)
    return failAs('none', { problem: refuseStatus(status) })
  try {
    // The name of the input is given by who asks.
    const expression = compile({ input: kind, text, isCondition: kind === 'if' })
    const reads = expression.listRoots()
    const unknown = reads.find((root) => !names.has(root))
    if (unknown === undefined) {
      const problem = findFieldOfList(expression, lists)
      if (problem !== undefined) return failAs('field', { problem })
      return { kind: 'expression', expression, reads }
    }
    return judgeUnknown(unknown, text, kind, suggest)
  } catch (error) {
    if (!(error instanceof InputError)) throw error
    if (kind === 'for-each' && LOOKS_LISTED.test(text))
      return failAs('field', { problem: `is no expression; a list is written [${text}]` })
    return failAs('field', error.details)
  }
}

const FIELD_OF = 'takes a field of'

/** @param label the operation as messages name it */
export function tellOwnNeed(label: string): string {
  return `${label} needs itself: it could not start`
}

/** A list has no fields: what reads one is null whatever is sent. */
function findFieldOfList(
  { listPaths }: Expression,
  lists: ReadonlySet<string>
): string | undefined {
  for (const [name, paths] of lists.size === 0 ? [] : listPaths()) {
    if (!lists.has(name) || paths === 'all') continue
    const field = [...paths.keys()].find((each) => each !== EACH)
    if (field !== undefined)
      return `${FIELD_OF} "${name}", which is the list of all its responses here (${name}[] is each of them); with for-each: ${name}, it is the one to the same element`
  }
  return undefined
}

function failAs(subject: ExpressionFault['subject'], problem: InputProblem): ExpressionFault {
  return { kind: 'fault', subject, problem }
}

/** Place of an expression that has a fault. */
export interface ExpressionPlace {
  readonly at: number
  /** Operation as messages name it. */
  readonly label: string
  readonly field: string
  /** It is written as those of GitHub are, which fills in none of them here. */
  readonly isOfGitHub: boolean
}

const GITHUB_EXPRESSION =
  'holds "${{", which GitHub fills in, and in a workflow file alone; a reference is written ${name.path}'

/** Adds the fault of an expression. */
export function addExpressionFault(
  faults: ListFaults,
  { at, label, field, isOfGitHub }: ExpressionPlace,
  { subject, problem }: ExpressionFault
): void {
  // Its own responses are not there before it has run.
  if (problem.problem.startsWith(`${FIELD_OF} ${label},`))
    faults.add({ at }, { problem: tellOwnNeed(label) })
  else if (isOfGitHub) faults.add({ at, item: label, field }, { problem: GITHUB_EXPRESSION })
  else if (subject === 'field') faults.add({ at, item: label, field }, problem)
  else if (subject === 'none') faults.add({ at, item: label }, problem)
  else faults.add({ at }, { ...problem, problem: `${label} ${problem.problem}` })
}

/** In the words of a workflow these are conditions of a job, and the habit is strong. */
function refuseStatus(call: string): string {
  const rest =
    call === 'success()'
      ? 'that is so without it'
      : `what must run whatever happens goes into a second step with if: ${call}`
  return `${call} is not a condition here: an operation runs when its needs are done; ${rest}`
}

function judgeUnknown(
  root: string,
  text: string,
  kind: ExpressionKind,
  suggest: Suggest
): ExpressionFault {
  if (root === WHOLE_VALUE) {
    const problem = 'takes all responses as one; name the operation that is meant'
    return failAs('field', { read: text, problem })
  }
  if (root === 'item' || root === 'index') {
    if (kind === 'for-each') return failAs('field', { problem: NO_ITEM })
    return failAs('operation', { problem: `uses \${${root}} without for-each` })
  }
  const meant = suggest(root)
  if (meant === '' && kind === 'reference') {
    const problem = `\${${text}} refers to no operation; a literal \${ is written $\${`
    return failAs('none', { problem })
  }
  const isWord = kind === 'for-each' && meant === '' && LOOKS_LISTED.test(text)
  const hint = isWord ? `; a list is written [${text}]` : ''
  return failAs('field', { problem: `refers to ${tellUnknown(root, meant)}${hint}` })
}

/** A word, or several between commas. */
const LOOKS_LISTED = /^[\w-]+(?:, *[\w-]+)*$/

const NO_ITEM = 'uses item or index, which are there once it has given the list'

/** A name that no operation of the list has, and the one that may be meant. */
export function tellUnknown(name: string, suggestion: string): string {
  return `${quoteText(name)}, which is no operation of the list${suggestion}`
}

/** Words that name what may be meant, to stand behind a sentence without its full stop; empty where nothing is near. */
export type Suggest = (name: string) => string

/** Suggestions for names that no operation has: each of those takes a look at every name, so not for very many. */
export function createSuggestions(names: ReadonlySet<string>): Suggest {
  const known = new Map<string, string>()
  return (name) => {
    const suggestion = known.get(name)
    if (suggestion !== undefined) return suggestion
    if (known.size >= MAX_TOLD_FAULTS) return ''
    const meant =
      [...names].find((each) => each.toLowerCase() === name.toLowerCase()) ??
      findNearest(name, names)
    const words = meant === undefined ? '' : `. Did you mean "${meant}"?`
    known.set(name, words)
    return words
  }
}

/** Expression without the `${ }` around the whole of it, which change nothing. */
export function unwrapExpression(text: string): string {
  const parsed = text.startsWith('${') ? parseTemplate(text) : undefined
  const [only, ...others] = parsed?.kind === 'template' ? parsed.template : []
  return only?.kind === 'reference' && others.length === 0 ? only.expression : text
}

/** Value of a reference, in words that read on from it where it has none. Quotes what a service sent. */
export function evaluateReference(
  { expression, reads }: ListExpression,
  scope: Scope
): ReferenceValue {
  const evaluation = expression.evaluate(scope)
  if (evaluation.kind === 'error') {
    return { kind: 'error', message: `cannot be evaluated: ${evaluation.message}` }
  }
  if (evaluation.value !== null || reads.length === 0) return evaluation
  const instead = `\${${expression.text} || 'x'} says what else`
  return { kind: 'error', message: `is null in ${tellPlaces(reads)}; ${instead}` }
}

/** Names of an element and its place, which stand beside the responses. */
export const ELEMENT_NAMES: ReadonlySet<string> = new Set(['item', 'index'])

/** What an expression has looked in. */
export function tellPlaces(reads: readonly string[]): string {
  const operations = reads.filter((name) => !ELEMENT_NAMES.has(name))
  const which = operations.length === 1 ? 'response' : 'responses'
  const responses = operations.length === 0 ? [] : [`the ${which} of ${operations.join(' and ')}`]
  return [...responses, ...(reads.includes('item') ? ['item'] : [])].join(' and ') || 'index'
}

/** Judgement on a condition. */
export function judgeCondition({ expression }: ListExpression, scope: Scope): Judgement {
  const evaluation = expression.evaluate(scope)
  if (evaluation.kind === 'value') return { kind: isTruthy(evaluation.value) ? 'true' : 'false' }
  const problem = `if: ${expression.text} cannot be evaluated: ${evaluation.message}`
  return { kind: 'fault', message: `${problem}. Nothing was sent.` }
}
