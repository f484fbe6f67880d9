/**
 * The expressions of a list: JMESPath over the responses of its operations, by their names. A name that is none of the
 * list is found here, before anything is sent.
 */
import type { Scope } from '../batch/plan.ts'
import { parseTemplate, type ReferenceValue } from '../batch/references.ts'
import type { Judgement } from '../batch/schedule.ts'
import { type Compile, type Expression, isTruthy } from '../condition/expression.ts'
import { WHOLE_VALUE } from '../condition/roots.ts'
import { InputError, type InputProblem, quoteText } from '../errors.ts'
import { MAX_TOLD_FAULTS } from './list-faults.ts'
import { findNearest } from './unknown-inputs.ts'

/** Kind of an expression: `${…}` in a text, a condition, or a value for an output. */
export type ExpressionKind = 'reference' | 'if' | 'output'

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
 */
export function createExpressionReader(
  compile: Compile,
  names: ReadonlySet<string>
): ReadExpression {
  const known = new Map<string, ListExpression | ExpressionFault>()
  const suggest = createSuggestions(names)
  return (text, kind) => {
    const key = `${kind} ${text}`
    const read = known.get(key) ?? readExpression(text, kind, { compile, names, suggest })
    known.set(key, read)
    return read
  }
}

interface Reading {
  readonly compile: Compile
  readonly names: ReadonlySet<string>
  readonly suggest: Suggest
}

function readExpression(
  text: string,
  kind: ExpressionKind,
  { compile, names, suggest }: Reading
): ListExpression | ExpressionFault {
  const status = /\b(?:always|success|failure|cancelled)\(\)/.exec(text)?.[0]
  if (kind === 'if' && status !== undefined)
    return failAs('none', { problem: refuseStatus(status) })
  try {
    // The name of the input is given by who asks.
    const expression = compile({ input: kind, text, isCondition: kind === 'if' })
    const reads = expression.listRoots()
    const unknown = reads.find((root) => !names.has(root))
    if (unknown === undefined) return { kind: 'expression', expression, reads }
    return judgeUnknown(unknown, text, kind, suggest)
  } catch (error) {
    if (!(error instanceof InputError)) throw error
    return failAs('field', error.details)
  }
}

function failAs(subject: ExpressionFault['subject'], problem: InputProblem): ExpressionFault {
  return { kind: 'fault', subject, problem }
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
    return failAs('operation', { problem: `uses \${${root}} without for-each` })
  }
  const meant = suggest(root)
  if (meant === '' && kind === 'reference') {
    const problem = `\${${text}} refers to no operation; a literal \${ is written $\${`
    return failAs('none', { problem })
  }
  return failAs('field', { problem: `refers to ${tellUnknown(root, meant)}` })
}

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
    const meant = findNearest(name, names)
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
  const where = `${reads.length === 1 ? 'response' : 'responses'} of ${reads.join(' and ')}`
  const instead = `\${${expression.text} || 'x'} says what else`
  return { kind: 'error', message: `is null in the ${where}; ${instead}` }
}

/** Judgement on a condition. */
export function judgeCondition({ expression }: ListExpression, scope: Scope): Judgement {
  const evaluation = expression.evaluate(scope)
  if (evaluation.kind === 'value') return { kind: isTruthy(evaluation.value) ? 'true' : 'false' }
  const problem = `if: ${expression.text} cannot be evaluated: ${evaluation.message}`
  return { kind: 'fault', message: `${problem}. Nothing was sent.` }
}
