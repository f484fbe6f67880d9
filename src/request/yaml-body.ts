/**
 * A YAML body as JSON text, its tags resolved. Printed straight from the tree, so that digits, order and included JSON
 * stay as they were written.
 */
import {
  isMap,
  isScalar,
  isSeq,
  type Node,
  type Pair,
  type Scalar,
  type YAMLMap,
  type YAMLSeq
} from 'yaml'
import { InputError, quoteText } from '../errors.ts'
import { omitUndefined } from '../values.ts'
import type { BodyContext, RequestBody } from './body-content.ts'
import type { BodySource } from './body-source.ts'
import {
  type BodyParts,
  fillParts,
  type Hole,
  joinShortParts,
  markHoles,
  type ReadReference,
  standIn,
  unmarkHoles
} from './body-template.ts'
import { findChange } from './changed-numbers.ts'
import { CompileError } from './diagnostic.ts'
import { type FileReference, narrowSources, parseReference } from './file-reference.ts'
import { createGuid } from './guid.ts'
import { CompileFailure, IncludedFiles, type LoadedFile } from './included-files.ts'
import { decodeText, FileError } from './job-file.ts'
import { toPointer } from './json-pointer.ts'
import { listEntries, sliceByPointer, toJsonText } from './json-text.ts'
import { holdsJson, nameText, type TextOrigin } from './text-origin.ts'
import { findVariable, type VariableTag } from './variables.ts'
import { parseYaml, TAG_LIST, type TextTag, type YamlDocument } from './yaml-document.ts'
import {
  fail,
  isMissing,
  isNodeLike,
  isPlainText,
  type NodePlace,
  readPropertyName,
  readScalarText,
  readTag,
  resolveAlias
} from './yaml-nodes.ts'
import { printNumber } from './yaml-number.ts'

/** A file in a file in a file …: far deeper than anyone needs, and an end to one that would have none. */
const MAX_INCLUDE_DEPTH = 8
/** Four times the limit of a request, so that a body which is somewhat too long is refused with its size. */
const MAX_PRINTED_CHARACTERS = 16 * 1024 * 1024
/** Aliases may expand a short text: more values than any request of 4 MB spells out by them. */
const MAX_ALIAS_VALUES = 250_000
/** A long text counts as several. */
const ALIAS_VALUE_CHARACTERS = 64

/** Things that several bodies have in common when they are printed, and what becomes of references. */
export interface PrintRules {
  readonly files?: IncludedFiles
  /** Values that aliases may still stand for, in all of the bodies. */
  readonly aliases?: { left: number }
  /** Looks at texts of the body itself; without it they stand for what they are. */
  readonly readReference?: ReadReference | undefined
  /** Looks at arguments of tags in the body itself that hold `${`; without it they are refused. */
  readonly readArgument?: ReadArgument | undefined
  /** A number that would not come back as it is written is refused. */
  readonly exactNumbers?: true
}

/** Looks at the argument of a tag that holds `${`: what is meant by it, or what is wrong. */
export type ReadArgument = (tag: TextTag, argument: string) => ArgumentReading
/** Argument of a tag that holds `${`. */
export type ArgumentReading =
  | { readonly kind: 'text'; readonly text: string }
  /** It is only known when the body is read again. */
  | { readonly kind: 'open' }
  | { readonly kind: 'fault'; readonly problem: string }

/** Values that aliases may stand for in a whole list of bodies. */
export function createAliasBudget(): { left: number } {
  return { left: 10 * MAX_ALIAS_VALUES }
}

/**
 * The body that a YAML text describes.
 * @throws InputError with file, line and column; a CompileError for a Bicep file that does not compile
 */
export function yamlToBody(
  text: string,
  from: TextOrigin,
  context: BodyContext,
  rules: PrintRules = {}
): RequestBody {
  return documentToBody(parseYaml(text, from), context, rules)
}

/**
 * The body that a YAML tree describes.
 * @throws InputError with file, line and column; a CompileError for a Bicep file that does not compile
 */
export function documentToBody(
  document: YamlDocument,
  context: BodyContext,
  rules: PrintRules
): RequestBody {
  const { from } = document
  try {
    return new BodyPrinter(document, context, rules).print()
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    throw new InputError(from.input, {
      problem: `${nameText(from)}is nested too deeply to be read`
    })
  }
}

/** Value that has been printed apart, and the files that it came from. */
interface PrintedPart {
  readonly json: string
  readonly sources: readonly BodySource[]
}

class BodyPrinter {
  readonly #document: YamlDocument
  readonly #from: TextOrigin
  readonly #context: BodyContext
  readonly #files: IncludedFiles
  #sources: BodySource[] = []
  readonly #readReference: ReadReference | undefined
  readonly #readOpen: ReadArgument | undefined
  readonly #exactNumbers: boolean
  readonly #aliases: { left: number }
  /** Holes that have been printed apart. */
  readonly #holes: Hole[] = []
  #parts: (string | Hole)[] = []
  #characters = 0
  /** Lists and mappings whose end has not been reached: an alias to one of them has no end. */
  readonly #open = new Set<Node>()
  #aliasDepth = 0
  /** Files that are being included, from the outside in. */
  readonly #includes: string[] = []

  constructor(document: YamlDocument, context: BodyContext, rules: PrintRules) {
    this.#document = document
    this.#from = document.from
    this.#context = context
    this.#files = rules.files ?? new IncludedFiles(document.from.input, context)
    this.#readReference = rules.readReference
    this.#readOpen = rules.readArgument
    this.#exactNumbers = rules.exactNumbers === true
    this.#aliases = rules.aliases ?? { left: MAX_ALIAS_VALUES }
  }

  print(): RequestBody {
    const document = this.#document
    const place = { document, node: document.root }
    if (isPlainText(document.root) && !this.#isReference(document.root)) {
      throw fail(place, {
        problem: 'the body is one piece of text',
        allowed: 'a mapping such as "location: westeurope", or the path of a file in body-file'
      })
    }
    this.#printNode(place, '')
    const { diagnostics } = this.#files
    const text = fillParts(this.#parts, standIn)
    const body = { text, sources: this.#sources, diagnostics }
    if (this.#readReference === undefined) return body
    return { ...body, parts: joinShortParts(this.#parts) }
  }

  /** True for a text that may be a reference to the whole of the body. */
  #isReference(root: Node): boolean {
    return this.#readReference !== undefined && isScalar(root) && String(root.value).includes('${')
  }

  #writeAll(parts: BodyParts): void {
    for (const part of parts) this.#write(part)
  }

  #write(part: string | Hole): void {
    this.#characters += typeof part === 'string' ? part.length : part.text.length
    if (this.#characters > MAX_PRINTED_CHARACTERS) {
      const problem = `${nameText(this.#from)}grows to more than ${MAX_PRINTED_CHARACTERS} characters with its files and aliases`
      throw new InputError(this.#from.input, { problem })
    }
    this.#parts.push(part)
  }

  /** Writes a text of a YAML tree, or leaves a hole where it is filled in later. */
  #writeText({ document, node }: NodePlace, text: string, hole: Omit<Hole, 'text'>): void {
    const isOwn = document === this.#document && text.includes('${')
    const meant =
      isOwn && this.#readReference !== undefined
        ? this.#readReference(text, node.range?.[0] ?? 0)
        : text
    this.#write(meant === undefined ? { ...hole, text } : JSON.stringify(meant))
  }

  /** Prints a node apart from the body. */
  #printApart(place: NodePlace, pointer: string): PrintedPart {
    const [parts, sources] = [this.#parts, this.#sources]
    this.#parts = []
    this.#sources = []
    this.#printNode(place, pointer)
    const part = { json: markHoles(this.#parts, this.#holes), sources: this.#sources }
    this.#parts = parts
    this.#sources = sources
    return part
  }

  #printNode({ document, node }: NodePlace, pointer: string): void {
    const place = { document, node: resolveAlias(document, node) }
    const depth = this.#aliasDepth
    if (place.node !== node) this.#aliasDepth += 1
    if (this.#aliasDepth > 0) this.#countAliasValue(place.node)
    this.#printResolved(place, pointer)
    this.#aliasDepth = depth
  }

  #countAliasValue(node: Node): void {
    const text = isScalar(node) && typeof node.value === 'string' ? node.value : ''
    this.#aliases.left -= 1 + Math.floor(text.length / ALIAS_VALUE_CHARACTERS)
    if (this.#aliases.left >= 0) return
    const problem = `${nameText(this.#from)}has aliases that stand for more than ${MAX_ALIAS_VALUES} values`
    throw new InputError(this.#from.input, { problem })
  }

  #printResolved(place: NodePlace, pointer: string): void {
    const { document } = place
    if (isMap(place.node)) this.#printMap({ document, node: place.node }, pointer)
    else if (isSeq(place.node)) this.#printSequence({ document, node: place.node }, pointer)
    else if (isScalar(place.node)) this.#printScalar({ document, node: place.node }, pointer)
    else throw fail(place, { problem: 'this is not a value' })
  }

  #printMap(place: NodePlace & { readonly node: YAMLMap }, pointer: string): void {
    const { document, node } = place
    const isValues = node.tag === '!values'
    const names = new Set<string>()
    this.#printWithin(place, '{}', node.items, (pair: Pair) => {
      const key = isNodeLike(pair.key) ? pair.key : node
      const name = readPropertyName({ document, node: key })
      if (names.has(name)) {
        // Between braces it may be a piece of a value.
        const what = node.flow === true ? 'a name' : quoteText(name)
        throw fail({ document, node: key }, { problem: `${what} is given twice` })
      }
      names.add(name)
      const inner = `${pointer}${toPointer(isValues ? [name, 'value'] : [name])}`
      this.#writeText({ document, node: key }, name, { kind: 'name', pointer })
      this.#write(isValues ? ':{"value":' : ':')
      if (node.flow === true && isMissing(pair.value)) {
        const problem = 'a name between braces has no value; text with a comma needs quotes'
        throw fail({ document, node: key }, { problem, allowed: 'null for no value' })
      }
      if (isNodeLike(pair.value)) this.#printNode({ document, node: pair.value }, inner)
      else this.#write('null')
      if (isValues) this.#write('}')
    })
  }

  #printSequence(place: NodePlace & { readonly node: YAMLSeq }, pointer: string): void {
    const { document, node } = place
    if (node.tag === '!merge') {
      this.#printMerge(place, pointer)
      return
    }
    this.#printWithin(place, '[]', node.items, (item, index) => {
      if (!isNodeLike(item)) throw fail(place, { problem: 'this is not a value' })
      this.#printNode({ document, node: item }, `${pointer}/${index}`)
    })
  }

  /** Joins the mappings of a list: of a name that several have, the last one's value counts. */
  #printMerge(place: NodePlace & { readonly node: YAMLSeq }, pointer: string): void {
    const { document, node } = place
    const joined = new Map<string, PrintedPart>()
    this.#checkCycle(place)
    this.#open.add(node)
    for (const item of node.items) {
      const inner = { document, node: isNodeLike(item) ? item : node }
      const { json, sources } = this.#printApart(inner, pointer)
      const entries = listEntries(json)
      if (entries === undefined) {
        throw fail(inner, { problem: '!merge joins mappings, and this is not one' })
      }
      for (const [name, value] of entries) {
        const to = `${pointer}${toPointer([name])}`
        joined.set(name, { json: value, sources: narrowSources(sources, { from: to, to }) })
      }
    }
    this.#open.delete(node)
    this.#printWithin(place, '{}', [...joined], ([name, { json, sources }]) => {
      this.#writeAll(unmarkHoles(`${JSON.stringify(name)}:${json}`, this.#holes))
      this.#sources.push(...sources)
    })
  }

  /** Refuses an alias to what contains it. */
  #checkCycle(place: NodePlace): void {
    if (!this.#open.has(place.node)) return
    throw fail(place, { problem: 'an alias in here refers to a value that contains it' })
  }

  #printWithin<Item>(
    place: NodePlace,
    brackets: '{}' | '[]',
    items: readonly Item[],
    print: (item: Item, index: number) => void
  ): void {
    this.#checkCycle(place)
    this.#open.add(place.node)
    const [opening = '', closing = ''] = brackets
    this.#write(opening)
    for (const [index, item] of items.entries()) {
      if (index > 0) this.#write(',')
      print(item, index)
    }
    this.#write(closing)
    this.#open.delete(place.node)
  }

  #printScalar(place: NodePlace & { readonly node: Scalar }, pointer: string): void {
    const tag = readTag(place.node)
    if (tag !== undefined) {
      const argument = this.#readArgument(place, tag)
      if (argument !== undefined) this.#printTag(place, tag, argument, pointer)
      // Something that each place of such a tag takes.
      else this.#write(tag === '!file' || tag === '!json' ? '{}' : '""')
      return
    }
    const json = printValue(place)
    const { value, source } = place.node
    const change = this.#exactNumbers && typeof value === 'number' && findChange(source ?? json)
    if (typeof change === 'string') throw fail(place, { problem: change })
    if (typeof value === 'string') this.#writeText(place, value, { kind: 'value', pointer })
    else this.#write(json)
  }

  /** Undefined for one that is only known later. */
  #readArgument(place: NodePlace, tag: TextTag): string | undefined {
    const argument = readArgument(place, tag)
    const isOwn = this.#readReference !== undefined && place.document === this.#document
    if (!isOwn || !argument.includes('${')) return argument
    const reading = this.#readOpen?.(tag, argument) ?? refuseReference(tag)
    if (reading.kind === 'fault') throw fail(place, { problem: reading.problem })
    return reading.kind === 'text' ? reading.text : undefined
  }

  #printTag(place: NodePlace, tag: TextTag, argument: string, pointer: string): void {
    switch (tag) {
      case '!file':
        this.#include(place, parseReference(argument), pointer)
        break
      case '!text':
        this.#write(this.#printFile(place, tag, argument, decodeText))
        break
      case '!base64':
        this.#write(this.#printFile(place, tag, argument, toBase64))
        break
      case '!env':
      case '!var':
        this.#write(JSON.stringify(this.#readVariable(place, tag, argument)))
        break
      case '!json':
        this.#write(this.#readJson(place, argument))
        break
      case '!guid':
        this.#write(JSON.stringify(createGuid(argument)))
        break
      default:
        tag satisfies never
    }
  }

  #printFile(
    place: NodePlace,
    tag: TextTag,
    path: string,
    read: (bytes: Uint8Array) => string
  ): string {
    return this.#load(place, tag, path, () =>
      this.#files.printOnce(`${tag} ${path}`, () =>
        JSON.stringify(read(this.#files.readBytes(path)))
      )
    )
  }

  /** Runs a loader; its complaint names the tag, the path and where they stand. */
  #load<Loaded>(place: NodePlace, tag: TextTag, path: string, load: () => Loaded): Loaded {
    try {
      return load()
    } catch (error) {
      if (!(error instanceof FileError)) throw error
      const problem = `${tag} ${quoteText(path)} ${error.problem}`
      const { details } = fail(place, { ...error.describe(), problem })
      if (!(error instanceof CompileFailure)) throw new InputError(this.#from.input, details)
      throw new CompileError(this.#from.input, details, error.diagnostics)
    }
  }

  #readVariable(place: NodePlace, tag: VariableTag, name: string): string {
    const { environment, mask } = this.#context
    const found = findVariable(environment, tag, name)
    if (found.kind === 'unusable') throw fail(place, found)
    if (tag === '!env') mask(found.value, `The value of !env ${name}`)
    return found.value
  }

  #readJson(place: NodePlace, name: string): string {
    const text = this.#readVariable(place, '!json', name)
    const origin = `in the environment variable ${quoteText(name)} `
    const json = toJsonText(text, { input: this.#from.input, place: origin })
    if (holdsJson(json)) {
      const problem = `!json ${quoteText(name)} is one JSON string that holds JSON`
      throw fail(place, { problem, allowed: 'the JSON itself: drop toJSON() around it' })
    }
    return json
  }

  #include(place: NodePlace, { path, segments }: FileReference, pointer: string): void {
    const file = this.#load(place, '!file', path, () => this.#files.load(path))
    const key = `${file.name}${toPointer(segments)}`
    const way = [...this.#includes, key].map((each) => quoteText(each)).join(' → ')
    if (this.#includes.includes(key)) {
      throw fail(place, { problem: `!file includes itself: ${way}` })
    }
    if (this.#includes.length >= MAX_INCLUDE_DEPTH) {
      throw fail(place, {
        problem: `!file goes deeper than ${MAX_INCLUDE_DEPTH} files: ${way}`
      })
    }
    this.#includes.push(key)
    if (file.kind === 'json') this.#printJson(place, file, { path, segments }, pointer)
    else this.#printYaml(place, file, { path, segments }, pointer)
    this.#includes.pop()
  }

  #printJson(
    place: NodePlace,
    { name, json, text }: Extract<LoadedFile, { kind: 'json' }>,
    { path, segments }: FileReference,
    pointer: string
  ): void {
    const filePointer = toPointer(segments)
    const part = this.#files.printOnce(`!file ${name}#${filePointer}`, () => {
      const found = sliceByPointer(json, segments)
      if (found === undefined) throw failToFind(place, path, segments)
      return found
    })
    this.#sources.push(omitUndefined({ pointer, file: name, filePointer, text }))
    this.#write(part)
  }

  #printYaml(
    place: NodePlace,
    { name, document }: Extract<LoadedFile, { kind: 'yaml' }>,
    { path, segments }: FileReference,
    pointer: string
  ): void {
    let node = resolveAlias(document, document.root)
    if (segments.length === 0 && isPlainText(node)) {
      const problem = `!file ${quoteText(path)} is one piece of text, which !text inserts`
      throw fail(place, { problem })
    }
    for (const [index, segment] of segments.entries()) {
      const tag = readTag(node)
      const rest = segments.slice(index)
      if (tag === '!file') {
        const inner = { document, node }
        const further = parseReference(readArgument(inner, tag))
        const way = [...further.segments, ...rest]
        this.#include(inner, { path: further.path, segments: way }, pointer)
        return
      }
      if (tag !== undefined || node.tag === '!values' || node.tag === '!merge') {
        const { json, sources } = this.#printApart({ document, node }, pointer)
        const part = sliceByPointer(json, rest)
        if (part === undefined) throw failToFind(place, path, segments)
        this.#write(part)
        const from = `${pointer}${toPointer(rest)}`
        this.#sources.push(...narrowSources(sources, { from, to: pointer }))
        return
      }
      const child = findYamlChild(node, segment)
      if (child === undefined) throw failToFind(place, path, segments)
      node = resolveAlias(document, child)
    }
    this.#sources.push({ pointer, file: name, filePointer: toPointer(segments) })
    this.#printNode({ document, node }, pointer)
  }
}

/** Words for a reference in an argument, which is read before anything is sent. */
export function refuseReference(tag: TextTag): ArgumentReading {
  return { kind: 'fault', problem: `no reference can stand in the argument of ${tag}` }
}

function failToFind(place: NodePlace, path: string, segments: readonly string[]): InputError {
  const pointer = quoteText(toPointer(segments))
  return fail(place, { problem: `!file ${quoteText(path)} has nothing at ${pointer}` })
}

/** What stands after each tag. */
const ARGUMENTS: Readonly<Record<TextTag, string>> = {
  '!file': 'the path of a file',
  '!text': 'the path of a file',
  '!base64': 'the path of a file',
  '!env': 'the name of an environment variable',
  '!var': 'the name of an environment variable',
  '!json': 'the name of an environment variable',
  '!guid': 'a text'
}

function readArgument(place: NodePlace, tag: TextTag): string {
  const text = isScalar(place.node) ? String(place.node.value).trim() : ''
  if (text !== '') return text
  const what = ARGUMENTS[tag]
  throw fail(place, { problem: `${tag} has nothing after it`, allowed: `${tag} and ${what}` })
}

function findYamlChild(node: Node, segment: string): Node | undefined {
  const value = isMap(node)
    ? node.items.find(({ key }) => isScalar(key) && readScalarText(key) === segment)?.value
    : isSeq(node) && /^(?:0|[1-9]\d*)$/.test(segment)
      ? node.items[Number(segment)]
      : undefined
  return isNodeLike(value) ? value : undefined
}

/** The tags of YAML's core schema that a scalar may be given. */
const CORE_TAGS = ['bool', 'float', 'int', 'null', 'str'].map((name) => `tag:yaml.org,2002:${name}`)

/**
 * A scalar without a tag of ours as JSON.
 * @throws InputError
 */
export function printValue(place: NodePlace & { readonly node: Scalar }): string {
  const { tag, value, source } = place.node
  if (tag !== undefined && !CORE_TAGS.includes(tag)) {
    throw fail(place, { problem: 'this tag has no meaning in JSON', allowed: TAG_LIST })
  }
  if (value === null || typeof value === 'boolean') return String(value)
  if (typeof value === 'string') return JSON.stringify(value)
  const number = typeof value === 'number' ? printNumber(source ?? String(value)) : undefined
  if (number !== undefined) return number
  throw fail(place, { problem: 'JSON has no such number' })
}

function toBase64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64')
}
