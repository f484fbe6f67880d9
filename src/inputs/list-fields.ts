/**
 * One operation of a list as it was written: its words and fields as texts with their places. What a field may say, the
 * readers of the inputs know.
 */
import { isMap, isScalar, isSeq, type Node, Scalar, type YAMLMap, type YAMLSeq } from 'yaml'
import { digestText } from '../batch/digest.ts'
import { parseTemplate, type Template } from '../batch/references.ts'
import { InputError, type InputProblem, quoteText } from '../errors.ts'
import { isList, isObject, parseJsonText } from '../http/body.ts'
import type { JsonValue } from '../http/message.ts'
import type { BodyContext } from '../request/body-content.ts'
import { documentToBody, type PrintRules, printValue } from '../request/yaml-body.ts'
import type { YamlDocument } from '../request/yaml-document.ts'
import {
  isMissing,
  isNodeLike,
  readPropertyName,
  readTag,
  resolveAlias
} from '../request/yaml-nodes.ts'
import { omitUndefined } from '../values.ts'
import { readForEach, type WrittenList } from './for-each.ts'
import {
  FILLED_INPUTS,
  ITEM_INPUTS,
  type ItemInput,
  LINE_INPUTS,
  MEANT_WORDS,
  STEP_INPUTS,
  WORDS
} from './item-words.ts'
import type { ListFaults } from './list-faults.ts'
import type { ListText } from './list-text.ts'
import { findNearest } from './unknown-inputs.ts'

/** Longest name of an operation: it is a column of the log. */
export const MAX_NAME_CHARS = 100

/** Piece of a field in which references stand; a field of several has one on each line. */
export interface FieldPiece {
  readonly template: Template
  readonly text: string
  /** Position of the text that it is a part of. */
  readonly at: number
}

/** Field of an operation. */
export interface ItemField {
  /** As the input of a step has it; of a body that is written as a tree, something in its place. */
  readonly text: string
  readonly at: number
  /** The pieces of a field that has references, or a `$${`. */
  readonly pieces?: readonly FieldPiece[]
  /** A body. */
  readonly node?: Node
}

/** Word or name in the list, with its place. */
export interface PlacedText {
  readonly text: string
  readonly at: number
}

/** Loop of an operation as it was written. */
export interface WrittenLoop {
  readonly list: WrittenList
  readonly at: number
  readonly maxParallel?: number
}

/** Operation of a list as it was written. */
export interface ListItem {
  /** Empty where there is none. */
  readonly name: string
  /** True where its name is among the faults. */
  readonly isNameTold: boolean
  /** As messages name it. */
  readonly label: string
  readonly at: number
  /** Of its text, by which another step knows that it is the same. */
  readonly digest: string
  readonly needs: readonly PlacedText[]
  readonly condition?: PlacedText
  /** Absent outside loops. */
  readonly loop?: WrittenLoop
  readonly fields: ReadonlyMap<ItemInput, ItemField>
  /** Fields that are not in `fields`, because they are among the faults. */
  readonly faulty: ReadonlySet<ItemInput>
}

/** Surroundings in which items are read. */
export interface ItemReading {
  readonly list: ListText
  readonly faults: ListFaults
  readonly context: BodyContext
  readonly rules: Pick<PrintRules, 'aliases' | 'files'>
}

/** Position of a node in the text of the list. */
export function positionOf(node: Node): number {
  return node.range?.[0] ?? 0
}

/** Place of an operation in its list. */
export interface ItemPlace {
  readonly at: number
  readonly index: number
  readonly reading: ItemReading
}

/** Reads an operation; what is wrong in it is added to the faults. */
export function readItem(map: YAMLMap, place: ItemPlace): ListItem {
  return new ItemReader(map, place).read()
}

/** Value of a field: a text, or what a tag gave. */
interface FieldValue {
  readonly value: JsonValue
  /** A text, a number or a word as it is written. */
  readonly text: string
  /** It stands in the list itself. */
  readonly isOwn: boolean
}

/** Whole number above 0; undefined for anything else. */
export function readCount(text: string): number | undefined {
  return /^0*[1-9]\d{0,8}$/.test(text) ? Number(text) : undefined
}

class ItemReader {
  readonly #map: YAMLMap
  readonly #at: number
  readonly #reading: ItemReading
  readonly #name: PlacedText
  readonly #label: string
  readonly #document: YamlDocument
  readonly #fields = new Map<ItemInput, ItemField>()
  readonly #faulty = new Set<ItemInput>()
  #isNameTold = false
  #needs: readonly PlacedText[] = []
  #condition: PlacedText | undefined
  #loop: WrittenLoop | undefined
  #maxParallel: { readonly at: number; readonly count: number | undefined } | undefined

  constructor(map: YAMLMap, { at, index, reading }: ItemPlace) {
    this.#map = map
    this.#at = at
    this.#reading = reading
    const nameless = `operation ${index + 1}`
    this.#document = this.#nameDocument(nameless)
    this.#name = this.#findName()
    const { text } = this.#name
    this.#label = text === '' || text.length > MAX_NAME_CHARS ? nameless : quoteText(text)
    this.#document = this.#nameDocument(this.#label)
  }

  /** The document under the name of this operation. */
  #nameDocument(item: string): YamlDocument {
    const { document } = this.#reading.list
    return {
      ...document,
      root: this.#map,
      from: { input: 'body', place: document.from.place, item }
    }
  }

  #findName(): PlacedText {
    const { document } = this.#reading.list
    const pair = this.#map.items.find(
      ({ key }) => isScalar(key) && resolveAlias(document, key) === key && key.value === 'name'
    )
    if (!isNodeLike(pair?.value)) return { text: '', at: this.#at }
    // Wherever it is used it may be an alias.
    const node = resolveAlias(document, pair.value)
    const text = isScalar(node) && readTag(node) === undefined ? this.#tryToPrint(node) : ''
    return { text, at: positionOf(pair.value) }
  }

  #tryToPrint(node: Node): string {
    try {
      return this.#readValue(node)?.text ?? ''
    } catch {
      return ''
    }
  }

  read(): ListItem {
    const seen = new Set<string>()
    for (const pair of this.#map.items) {
      const key = isNodeLike(pair.key) ? pair.key : this.#map
      const at = positionOf(key)
      const word = this.#attempt(at, () =>
        readPropertyName({ document: this.#document, node: key })
      )
      if (word === undefined) continue
      if (seen.has(word)) this.#add(at, { problem: `${quoteText(word)} is given twice` })
      seen.add(word)
      if (this.#map.flow === true && isMissing(pair.value)) {
        const problem = `${word} has no value; text with a comma needs quotes`
        this.#add(at, { problem })
        if (word === 'name') this.#isNameTold = true
        continue
      }
      this.#readWord(word, isNodeLike(pair.value) ? pair.value : undefined, at)
    }
    const { text: name, at } = this.#name
    return omitUndefined({
      name,
      isNameTold: this.#isNameTold,
      label: this.#label,
      at,
      digest: this.#digest(),
      needs: this.#needs,
      condition: this.#condition,
      loop: this.#joinLoop(),
      fields: this.#fields,
      faulty: this.#faulty
    })
  }

  #readWord(word: string, value: Node | undefined, at: number): void {
    if (word === 'needs') this.#needs = this.#readNeeds(value)
    else if (word === 'if') this.#condition = this.#readCondition(value, at)
    else if (word === 'for-each') this.#readForEach(value, at)
    else if (word === 'max-parallel') this.#readMaxParallel(value, at)
    else if (word === 'name') this.#checkName(value)
    else this.#readField(word, value, at)
  }

  #readForEach(value: Node | undefined, keyAt: number): void {
    const document = this.#document
    const at = value === undefined ? keyAt : positionOf(value)
    const node = value ?? new Scalar(null)
    const list = this.#attempt(at, () => readForEach({ document, node }, this.#reading))
    this.#loop = { list: list ?? { kind: 'faulty' }, at }
  }

  #readMaxParallel(value: Node | undefined, keyAt: number): void {
    const at = value === undefined ? keyAt : positionOf(value)
    const text = this.#attempt(at, () => value && this.#readValue(value))?.text ?? ''
    const count = readCount(text)
    this.#maxParallel = { at: keyAt, count }
    if (count === undefined) {
      const problem = 'max-parallel is a whole number above 0'
      this.#add(at, { problem, allowed: 'a number such as 10, or nothing to run all at once' })
    }
  }

  #joinLoop(): WrittenLoop | undefined {
    const [loop, most] = [this.#loop, this.#maxParallel]
    if (loop === undefined && most !== undefined) {
      this.#add(most.at, { problem: 'max-parallel is for a loop, and there is no for-each' })
    }
    return loop && omitUndefined({ ...loop, maxParallel: most?.count })
  }

  /** The same for a file that Git has checked out on Windows. */
  #digest(): string {
    const [from = 0, to = from] = this.#map.range ?? []
    const text = this.#reading.list.text.slice(from, to).trim()
    return digestText(text.replaceAll('\r\n', '\n'))
  }

  #add(at: number, problem: InputProblem): void {
    this.#reading.faults.add({ at, item: this.#label }, problem)
  }

  /** Result of a reader; what it refuses is a fault. */
  #attempt<Result>(at: number, read: () => Result): Result | undefined {
    try {
      return read()
    } catch (error) {
      if (!(error instanceof InputError)) throw error
      this.#reading.faults.addError({ at, item: this.#label }, error)
      return undefined
    }
  }

  #checkName(value: Node | undefined): void {
    if (value === undefined || this.#name.text !== '') return
    const node = resolveAlias(this.#document, value)
    if (isScalar(node) && readTag(node) === undefined && node.value === null) return
    this.#isNameTold = true
    this.#add(positionOf(value), { problem: 'name is one piece of text, written here' })
  }

  /** A scalar, or what a tag of ours gives; undefined for a list or mapping. */
  #readValue(written: Node): FieldValue | undefined {
    const node = resolveAlias(this.#document, written)
    if (!isScalar(node)) return undefined
    const isOwn = readTag(node) === undefined
    const json = isOwn ? printValue({ document: this.#document, node }) : this.#printTag(node)
    const value = parseJsonText(json) ?? null
    const text = typeof value === 'string' ? value : value === null ? '' : json
    return { value, text, isOwn }
  }

  /** What a tag of ours gives, as JSON. */
  #printTag(node: Node): string {
    const document = { ...this.#document, root: node }
    const readReference = (text: string) => text
    const { context, rules } = this.#reading
    return documentToBody(document, context, { ...rules, readReference }).text
  }

  #readNeeds(value: Node | undefined): readonly PlacedText[] {
    if (value === undefined) return []
    const node = resolveAlias(this.#document, value)
    const nodes = isSeq(node) ? node.items.filter(isNodeLike) : [value]
    return nodes.flatMap((each) => {
      const at = positionOf(each)
      const read = this.#attempt(at, () => this.#readValue(each))
      const text = typeof read?.value === 'string' ? read.value : undefined
      if (text !== undefined && text !== '') return [{ text, at }]
      if (read?.value !== null || isSeq(node)) {
        this.#add(at, { problem: 'needs is the name of an operation, or a list of names' })
      }
      return []
    })
  }

  #readCondition(value: Node | undefined, keyAt: number): PlacedText | undefined {
    const at = value === undefined ? keyAt : positionOf(value)
    const read = value === undefined ? undefined : this.#attempt(at, () => this.#readValue(value))
    const isScalarValue = typeof read?.value === 'string' || typeof read?.value === 'boolean'
    const text = isScalarValue ? (read?.text ?? '').trim() : ''
    if (text !== '') return { text, at }
    // One that GitHub left empty is not taken for one that is not there.
    const problem = read?.text === '' || value === undefined ? 'if is empty' : 'if is not a text'
    this.#add(at, { problem, allowed: 'a JMESPath condition, true or false' })
    return undefined
  }

  #readField(word: string, value: Node | undefined, keyAt: number): void {
    const input = ITEM_INPUTS.find((name) => name === word) ?? this.#refuseWord(word, keyAt)
    // What is misspelt may be there under its right name, too.
    if (input === undefined || value === undefined || (input !== word && this.#fields.has(input))) {
      return
    }
    const at = positionOf(value)
    const field = this.#attempt(at, () => this.#readInput(input, value))
    if (field === undefined) this.#faulty.add(input)
    else if (field.text.trim() !== '') this.#fields.set(input, field)
  }

  /** Adds the fault of a word that is none of an operation; gives the input that is meant. */
  #refuseWord(word: string, at: number): ItemInput | undefined {
    if (STEP_INPUTS.has(word)) {
      this.#add(at, { problem: `${word} belongs to the step, not to one operation of its list` })
      return undefined
    }
    const plain = word.toLowerCase().replaceAll('_', '-')
    const meant = MEANT_WORDS[plain] ?? findNearest(plain, [...WORDS, ...ITEM_INPUTS])
    // What else is wrong in it is told of a loop.
    if (meant === 'for-each') this.#loop ??= { list: { kind: 'faulty' }, at }
    const hint = meant === undefined ? '' : `; did you mean ${meant}?`
    this.#add(at, { read: word, problem: `is no field of an operation${hint}` })
    return ITEM_INPUTS.find((name) => name === meant)
  }

  #readInput(input: ItemInput, value: Node): ItemField | undefined {
    const at = positionOf(value)
    const node = resolveAlias(this.#document, value)
    if (input === 'body') return this.#readBody(node, at)
    if (input === 'headers' && isMap(node) && node.tag !== '!values')
      return this.#readHeaders(node, at)
    const isLines = LINE_INPUTS.some((name) => name === input)
    if (isLines && isSeq(node) && node.tag !== '!merge') return this.#readLines(input, node, at)
    const read = this.#readValue(value)
    if (read === undefined) return this.#refuseValue(input, at)
    if (!read.isOwn) return this.#readGiven(input, read, at)
    return this.#readText(input, read.text, at)
  }

  #refuseValue(input: ItemInput, at: number): undefined {
    const also = LINE_INPUTS.some((name) => name === input)
      ? ' or a list of texts'
      : input === 'headers'
        ? ' of lines or a mapping of texts'
        : ''
    this.#add(at, { problem: `${input} is one text${also}` })
    return undefined
  }

  /** What a tag gave, as it is: it is never searched for references. */
  #readGiven(input: ItemInput, { value, text }: FieldValue, at: number): ItemField | undefined {
    if (!isList(value) && !isObject(value)) return { text, at }
    const entries = isList(value)
      ? LINE_INPUTS.some((name) => name === input) && value.map((each) => ['', each] as const)
      : input === 'headers' && Object.entries(value)
    if (entries === false) return this.#refuseValue(input, at)
    const lines = entries.map(([name, each]) =>
      this.#toLine(input, name, typeof each === 'object' ? undefined : String(each), at)
    )
    return { text: lines.join('\n'), at }
  }

  #readText(input: ItemInput, text: string, at: number): ItemField | undefined {
    if (!text.includes('${')) return { text, at }
    if (![...FILLED_INPUTS, 'body-file'].some((name) => name === input)) {
      const problem = `${input} holds "\${", and a reference stands in url, wait-until-url, cancel-url, headers and body alone`
      this.#add(at, { problem })
      return undefined
    }
    // What begins a URL decides how it is filled in.
    const texts = input === 'headers' ? text.split(/\r?\n/) : [text.trim()]
    const pieces = texts.flatMap((each) => this.#readPiece(input, each, at) ?? [])
    return pieces.length < texts.length ? undefined : { text, at, pieces }
  }

  /** A text with references; of a header, which may stand in its value alone. */
  #readPiece(input: ItemInput, text: string, at: number): FieldPiece | undefined {
    const parsed = parseTemplate(text)
    if (parsed.kind === 'fault') {
      const problem = `\${ in ${input} ${parsed.fault.problem}; a literal \${ is written $\${`
      this.#add(at, { problem })
      return undefined
    }
    const piece = { template: parsed.template, text, at }
    if (input !== 'headers' || !text.includes('${')) return piece
    const [name = ''] = text.split(':', 1)
    const problem = name.includes('${')
      ? 'the name of a header cannot be a reference'
      : /^\s*content-type\s*$/i.test(name)
        ? 'a Content-Type decides how the body is read, so it cannot be a reference'
        : undefined
    if (problem === undefined) return piece
    this.#add(at, { problem })
    return undefined
  }

  #readHeaders(map: YAMLMap, at: number): ItemField | undefined {
    const document = this.#document
    const lines: string[] = []
    const pieces: FieldPiece[] = []
    for (const pair of map.items) {
      const key = isNodeLike(pair.key) ? pair.key : map
      const name = readPropertyName({ document, node: key })
      const value = isNodeLike(pair.value) ? pair.value : undefined
      const read = value === undefined ? { text: '', isOwn: true } : this.#readValue(value)
      const valueAt = value === undefined ? positionOf(key) : positionOf(value)
      const line = this.#toLine('headers', name, read?.text, valueAt)
      const isSearched = read?.isOwn === true && line.includes('${')
      const piece = isSearched
        ? this.#readPiece('headers', line, valueAt)
        : { template: [{ kind: 'text', text: line }] as const, text: line, at: valueAt }
      lines.push(line)
      if (piece !== undefined) pieces.push(piece)
    }
    const text = lines.join('\n')
    return text.includes('${') ? { text, at, pieces } : { text, at }
  }

  #readLines(input: ItemInput, list: YAMLSeq, at: number): ItemField {
    const lines = list.items.filter(isNodeLike).map((node) => {
      const read = this.#readValue(node)
      return this.#toLine(input, '', read?.text, positionOf(node))
    })
    const text = lines.join('\n')
    return this.#readText(input, text, at) ?? { text: '', at }
  }

  /** One line of an input that has one thing per line; faulty ones are empty. */
  #toLine(input: ItemInput, name: string, text: string | undefined, at: number): string {
    const start = input === 'headers' ? `${name}: ` : ''
    const problem =
      text === undefined
        ? `${input} holds something that is not a text`
        : /[\r\n]/.test(name + text)
          ? `${input} holds a text with a line break`
          : name.includes(':')
            ? `${quoteText(name)} is not a header name`
            : undefined
    if (problem === undefined) return start + text
    this.#add(at, { problem })
    return ''
  }

  #readBody(node: Node, at: number): ItemField {
    const isText = isScalar(node) && typeof node.value === 'string' && readTag(node) === undefined
    if (isText) return { text: String(node.value), at, node }
    const isEmpty = isScalar(node) && node.value === null && readTag(node) === undefined
    return { text: isEmpty ? '' : TREE, at, node }
  }
}

/** Text of a body that is written as a tree: what counts is its node. */
export const TREE = '(tree)'
