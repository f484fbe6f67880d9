/**
 * The word `for-each` of an operation as it was written: a list of its own, or a text that says where there is one.
 */
import { isScalar } from 'yaml'
import { isFilled, parseTemplate, textOf } from '../batch/references.ts'
import { flattenText, InputError } from '../errors.ts'
import { isList, isObject, parseJsonText } from '../http/body.ts'
import type { JsonValue } from '../http/message.ts'
import type { BodyContext } from '../request/body-content.ts'
import { findChangeIn } from '../request/changed-numbers.ts'
import { documentToBody, type PrintRules } from '../request/yaml-body.ts'
import { fail, isPlainText, type NodePlace, resolveAlias } from '../request/yaml-nodes.ts'

/** List of a loop as it was written. */
export type WrittenList =
  | { readonly kind: 'values'; readonly values: readonly JsonValue[] }
  /** An expression, or the name of another loop. */
  | { readonly kind: 'text'; readonly text: string }
  /** It is among the faults. */
  | { readonly kind: 'faulty' }

/** Surroundings of a list that tags may be in. */
export interface ForEachContext {
  readonly context: BodyContext
  readonly rules: Pick<PrintRules, 'aliases' | 'files'>
}

/**
 * Reads the list of a loop.
 * @throws InputError
 */
export function readForEach(written: NodePlace, { context, rules }: ForEachContext): WrittenList {
  const { document } = written
  const node = resolveAlias(document, written.node)
  if (isScalar(node) && (node.value === null || node.value === '')) throw refuse(EMPTY)
  if (isPlainText(node)) {
    const text = String(isScalar(node) && node.value).trim()
    if (text === '') throw refuse(EMPTY)
    return { kind: 'text', text }
  }
  const root = { ...document, root: node }
  const printing = { ...rules, readReference, exactNumbers: true } as const
  const json = documentToBody(root, context, printing).text
  const change = findChangeIn(json)
  if (change !== undefined) throw fail(written, { problem: change })
  const value = parseJsonText(json) ?? null
  if (isList(value)) return { kind: 'values', values: value }
  throw refuse(tellNoList(value))
}

const FORMS = 'a list, an expression that gives one, or the name of another loop'
const EMPTY = 'is empty'

function refuse(problem: string): InputError {
  return new InputError('for-each', problem === EMPTY ? { problem, allowed: FORMS } : { problem })
}

/** Elements are known before anything is sent, so nothing in them is filled in. */
function readReference(text: string): string {
  const parsed = parseTemplate(text)
  if (parsed.kind === 'template' && !isFilled(parsed.template)) {
    return textOf(parsed.template)
  }
  throw refuse(
    'holds "${", and a reference stands in url, wait-until-url, cancel-url, headers and body alone'
  )
}

const MAX_TOLD_NAMES = 8
const MAX_NAME_CHARS = 40

/** What was given in the place of a list, in words that read on from `for-each`. May quote what a service sent. */
export function tellNoList(value: JsonValue): string {
  if (!isObject(value)) {
    const what =
      typeof value === 'string' ? 'a text' : typeof value === 'number' ? 'a number' : String(value)
    return `gives ${what}, not a list`
  }
  const names = Object.keys(value)
  const told = names.slice(0, MAX_TOLD_NAMES).map((name) => flattenText(name, MAX_NAME_CHARS))
  const more = names.length - told.length
  const all = more > 0 ? [...told, `${more} more`] : told
  return `gives an object, not a list (${all.length === 0 ? 'it is empty' : `it has: ${all.join(', ')}`})`
}
