/**
 * References of a list: `${expression}` in a text that stands in the list itself, filled in when the operation starts,
 * once. Found and parsed here; what an expression is worth, the caller says. Pure.
 */
import type { JsonValue } from '../http/message.ts'
import { hasRounded } from './elements.ts'

/** Part of a text: as it is, or a reference. */
export type TemplatePart =
  | { readonly kind: 'text'; readonly text: string }
  | {
      readonly kind: 'reference'
      /** Without `${` and `}`, and without blanks around it. */
      readonly expression: string
      /** Of the `$`, in the text, counted from 0. */
      readonly at: number
    }

/** Text with references in it. Parts are never empty. */
export type Template = readonly TemplatePart[]

/** Fault of a text: a reference without an end, or without an expression. */
export interface TemplateFault {
  readonly problem: string
  readonly at: number
}

/** The parts of a text, or what is wrong in it. */
export type ParsedTemplate =
  | { readonly kind: 'template'; readonly template: Template }
  | { readonly kind: 'fault'; readonly fault: TemplateFault }

/** Parts of a text: `$${` is a literal `${`, and a reference ends at its own `}`, whatever stands in it. */
export function parseTemplate(text: string): ParsedTemplate {
  const parts: TemplatePart[] = []
  let literal = ''
  let from = 0
  for (let at = text.indexOf('${'); at >= 0; at = text.indexOf('${', from)) {
    if (text[at - 1] === '$' && at > from) {
      literal += `${text.slice(from, at - 1)}\${`
      from = at + 2
      continue
    }
    const end = findEnd(text, at + 2)
    if (end < 0) return { kind: 'fault', fault: { problem: 'has no } at its end', at } }
    const expression = text.slice(at + 2, end).trim()
    if (expression === '') return { kind: 'fault', fault: { problem: 'is empty', at } }
    literal += text.slice(from, at)
    if (literal !== '') parts.push({ kind: 'text', text: literal })
    parts.push({ kind: 'reference', expression, at })
    literal = ''
    from = end + 1
  }
  literal += text.slice(from)
  if (literal !== '') parts.push({ kind: 'text', text: literal })
  return { kind: 'template', template: parts }
}

/** True for a text that is filled in, false for one that stays as it is. */
export function isFilled(template: Template): boolean {
  return template.some(({ kind }) => kind === 'reference')
}

/** Text of a template without references: each `$${` in it is a literal `${`. */
export function textOf(template: Template): string {
  return template.map((part) => (part.kind === 'text' ? part.text : '')).join('')
}

/** The marks that a text in an expression may stand in, as JMESPath has them; a backslash keeps the next one in it. */
const QUOTES = new Set(["'", '"', '`'])

/** Position of the `}` that ends an expression; negative for none. */
function findEnd(text: string, from: number): number {
  let depth = 0
  for (let at = from; at < text.length; at += 1) {
    const mark = text.charAt(at)
    if (QUOTES.has(mark)) at = skipQuoted(text, at)
    else if (mark === '{') depth += 1
    else if (mark === '}') {
      if (depth === 0) return at
      depth -= 1
    }
  }
  return -1
}

/** Position of the quote that ends what one begins; the end of the text where none does. */
function skipQuoted(text: string, from: number): number {
  const quote = text.charAt(from)
  for (let at = from + 1; at < text.length; at += 1) {
    if (text.charAt(at) === '\\') at += 1
    else if (text.charAt(at) === quote) return at
  }
  return text.length
}

/** Place of a text, by which its references are filled in. */
export type ReferencePlace =
  /** A value of a body: a text that is one reference becomes what that is. */
  | 'value'
  /** A name in a body, or a header: text whatever happens. */
  | 'text'
  /** A URL: what is filled in stays within its segment or query value. */
  | 'url'

/** Value of an expression, or why it has none. */
export type ReferenceValue =
  | { readonly kind: 'value'; readonly value: JsonValue }
  | { readonly kind: 'error'; readonly message: string }

/** Text with its references filled in, or the fault of the first that cannot be. */
export type Filled =
  | { readonly kind: 'value'; readonly value: JsonValue }
  | { readonly kind: 'fault'; readonly message: string }

/**
 * Fills in the references of a text.
 * @param evaluate the value of an expression now; what it says may quote untrusted text
 */
export function fillTemplate(
  template: Template,
  place: ReferencePlace,
  evaluate: (expression: string) => ReferenceValue
): Filled {
  const [first] = template
  const isWhole = template.length === 1 && first?.kind === 'reference'
  const texts: string[] = []
  for (const [index, part] of template.entries()) {
    if (part.kind === 'text') {
      texts.push(part.text)
      continue
    }
    const { expression } = part
    const evaluation = evaluate(expression)
    if (evaluation.kind === 'error') return fault(expression, evaluation.message)
    const { value } = evaluation
    if (value === null) {
      return fault(expression, `is null; \${${expression} || 'x'} says what else`)
    }
    if (hasRounded(value)) return fault(expression, ROUNDED)
    if (isWhole && place === 'value') return { kind: 'value', value }
    const text = toText(value)
    if (text === undefined) {
      return fault(
        expression,
        `is ${describeType(value)}, and has to be text, a number, true or false here; to_string() makes text of it`
      )
    }
    if (place !== 'url') texts.push(text)
    else if (index > 0) texts.push(encodeURIComponent(text.toWellFormed()))
    else {
      const problem = findBeginProblem(text, template)
      if (problem !== undefined) return fault(expression, problem)
      texts.push(encodeBegin(text))
    }
  }
  return { kind: 'value', value: texts.join('') }
}

const ROUNDED =
  'holds a whole number of more than 15 digits, which is not read exactly and would be sent changed'

function fault(expression: string, problem: string): Filled {
  return { kind: 'fault', message: `\${${expression}} ${problem}` }
}

function toText(value: JsonValue): string | undefined {
  if (typeof value === 'string') return value
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : undefined
}

function describeType(value: JsonValue): string {
  return Array.isArray(value) ? 'a list' : 'an object'
}

/**
 * What stands at the beginning of a URL is a path or a URL, and stays as it is but for braces, which would be taken for a
 * placeholder, and white space, which would be dropped. Anything behind it is a part of one segment or value.
 */
function encodeBegin(text: string): string {
  return text.toWellFormed().replace(/[{}\s]/g, encodeURIComponent)
}

/** What is left of a path would be the URL of something else, and a DELETE would take that. */
function findBeginProblem(text: string, [, next]: Template): string | undefined {
  if (text === '') return 'is empty, and the URL begins with it'
  // Not quoted: part of it would be encoded by then, and a secret would not be known again.
  if (!/^(?:\/|https?:)/i.test(text)) return 'begins the URL, and is neither a path nor a URL'
  const hasQuery = /[?#]/.test(text)
  const goesOn = next !== undefined && !(next.kind === 'text' && next.text.startsWith('&'))
  return hasQuery && goesOn ? 'has a query, and the path goes on behind it' : undefined
}
