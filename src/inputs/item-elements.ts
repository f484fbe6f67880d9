/**
 * What is known of an operation of a loop before anything is sent: its element and its place. What a response will tell
 * is not known yet.
 */
import { type LoopElement, nameOperation } from '../batch/plan.ts'
import { fillTemplate, type Template } from '../batch/references.ts'
import { quoteText } from '../errors.ts'
import type { JsonValue } from '../http/message.ts'
import { type EvaluateKnown, FillError } from './list-body.ts'
import { ELEMENT_NAMES, evaluateReference, type ReadExpression } from './list-expressions.ts'
import type { ListItem } from './list-fields.ts'

/** Element that an operation is checked with. */
export interface CheckedElement {
  /** Operation as messages name it. */
  readonly label: string
  readonly index: number
  /** Value of an expression over nothing but the element and its place; undefined for any other. */
  readonly evaluate: EvaluateKnown
}

/** An element of a loop, to check its operation with. */
export function createElement(
  { name, label }: Pick<ListItem, 'name' | 'label'>,
  { key, value, index }: LoopElement & { readonly index: number },
  readExpression: ReadExpression
): CheckedElement {
  const scope = { item: value, index }
  return {
    label: quoteText(nameOperation(name || label, key)),
    index,
    evaluate: (text) => {
      const read = readExpression(text, 'reference')
      if (read.kind === 'fault' || !read.reads.every((root) => ELEMENT_NAMES.has(root))) {
        return undefined
      }
      return evaluateReference(read, scope)
    }
  }
}

/**
 * Argument of a tag, or the path of a file, with its element filled in.
 * @throws FillError
 */
export function fillArgument(template: Template, { evaluate }: CheckedElement): string {
  const filled = fillTemplate(template, 'text', (expression) => {
    const reading = evaluate(expression)
    if (reading === undefined) throw new Error('an argument names item and index alone')
    if (reading.kind === 'error') return reading
    const what = describeOther(reading.value)
    if (what === undefined) return reading
    return { kind: 'error', message: `is ${what}, and has to be text or a number here` }
  })
  if (filled.kind === 'fault') throw new FillError(filled.message)
  return String(filled.value)
}

function describeOther(value: JsonValue): string | undefined {
  if (typeof value === 'boolean') return String(value)
  if (typeof value !== 'object' || value === null) return undefined
  return Array.isArray(value) ? 'a list' : 'an object'
}
