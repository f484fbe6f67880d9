/**
 * Template expressions, `[concat('web', parameters('suffix'))]`: the small part of the language that templates of a
 * page or two use. An expression with anything else in it is left as it is written. Pure.
 */
import { createHash } from 'node:crypto'
import { isJsonObject, type JsonValue, mapStrings } from './json.ts'

/** Functions by lower-case name. */
export type TemplateFunctions = Readonly<
  Record<string, (...parameters: readonly JsonValue[]) => JsonValue>
>

/** Evaluates every expression in a value with the given functions, in addition to those that need no template. */
export function evaluate(value: JsonValue, functions: TemplateFunctions): JsonValue {
  return mapStrings(value, (text) => evaluateText(text, functions))
}

function evaluateText(text: string, functions: TemplateFunctions): JsonValue {
  if (text.startsWith('[[')) return text.slice(1)
  if (!text.startsWith('[') || !text.endsWith(']')) return text
  try {
    return new Expression(text.slice(1, -1), { ...PLAIN_FUNCTIONS, ...functions }).read()
  } catch (error) {
    if (error instanceof UnknownExpression) return text
    throw error
  }
}

class UnknownExpression extends Error {}

const TOKEN = /\s*('(?:[^']|'')*'|-?\d+|[A-Za-z_]\w*|[()[\],.])/y

/** A reader of one expression, from left to right. */
class Expression {
  readonly #tokens: string[] = []
  readonly #functions: TemplateFunctions
  #at = 0

  constructor(text: string, functions: TemplateFunctions) {
    this.#functions = functions
    const source = text.trimEnd()
    TOKEN.lastIndex = 0
    for (let end = 0; end < source.length; end = TOKEN.lastIndex) {
      const token = TOKEN.exec(source)?.[1]
      if (token === undefined) throw new UnknownExpression(text)
      this.#tokens.push(token)
    }
  }

  read(): JsonValue {
    const value = this.#readValue()
    if (this.#at < this.#tokens.length) throw new UnknownExpression('text after the expression')
    return value
  }

  #take(): string {
    const token = this.#tokens[this.#at++]
    if (token === undefined) throw new UnknownExpression('the expression ends too soon')
    return token
  }

  #skip(token: string): boolean {
    if (this.#tokens[this.#at] !== token) return false
    this.#at++
    return true
  }

  #readValue(): JsonValue {
    const token = this.#take()
    if (token.startsWith("'")) return token.slice(1, -1).replaceAll("''", "'")
    if (/^-?\d/.test(token)) return Number(token)
    const call = this.#functions[token.toLowerCase()]
    if (call === undefined || !this.#skip('(')) throw new UnknownExpression(token)
    return this.#readMembers(call(...this.#readParameters()))
  }

  #readParameters(): JsonValue[] {
    const parameters: JsonValue[] = []
    if (this.#skip(')')) return parameters
    do parameters.push(this.#readValue())
    while (this.#skip(','))
    if (!this.#skip(')')) throw new UnknownExpression('a closing bracket is missing')
    return parameters
  }

  #readMembers(owner: JsonValue): JsonValue {
    let value = owner
    for (;;) {
      if (this.#skip('.')) value = readMember(value, this.#take())
      else if (this.#skip('[')) {
        value = readMember(value, this.#readValue())
        if (!this.#skip(']')) throw new UnknownExpression('a closing bracket is missing')
      } else return value
    }
  }
}

function readMember(owner: JsonValue, key: JsonValue): JsonValue {
  if (Array.isArray(owner)) return owner[Number(key)] ?? null
  if (!isJsonObject(owner)) throw new UnknownExpression(String(key))
  const wanted = String(key).toLowerCase()
  const name = Object.keys(owner).find((candidate) => candidate.toLowerCase() === wanted)
  const value = name === undefined ? undefined : owner[name]
  if (value === undefined) throw new UnknownExpression(String(key))
  return value
}

const text = (value: JsonValue | undefined): string =>
  typeof value === 'string' ? value : JSON.stringify(value ?? '')

const PLAIN_FUNCTIONS: TemplateFunctions = {
  concat: (...parts) => (Array.isArray(parts[0]) ? parts.flat() : parts.map(text).join('')),
  createarray: (...items) => [...items],
  createobject: (...pairs) =>
    Object.fromEntries(
      pairs.flatMap((key, at) => (at % 2 === 0 ? [[text(key), pairs[at + 1] ?? null]] : []))
    ),
  empty: (value = null) =>
    value === null ||
    value === '' ||
    (typeof value === 'object' && Object.keys(value).length === 0),
  equals: (one = null, other = null) => JSON.stringify(one) === JSON.stringify(other),
  false: () => false,
  format: (pattern, ...parts) =>
    text(pattern).replace(/\{(\d+)\}/g, (_, index: string) => text(parts[Number(index)])),
  if: (condition, yes = null, no = null) => (condition === true ? yes : no),
  int: (value) => Number(value),
  null: () => null,
  string: (value) => text(value),
  tolower: (value) => text(value).toLowerCase(),
  toupper: (value) => text(value).toUpperCase(),
  true: () => true,
  uniquestring: (...seeds) =>
    createHash('sha256').update(seeds.map(text).join('-')).digest('hex').slice(0, 13)
}
