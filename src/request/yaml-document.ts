/**
 * YAML 1.2 text as a tree whose nodes know their place: the core schema, no merge keys, names that occur once. Pure.
 * Reads no values: a number keeps its digits until it is printed.
 */
import {
  type Alias,
  type Document,
  isAlias,
  isDocument,
  isNode,
  isScalar,
  Lexer,
  LineCounter,
  type Node,
  parseAllDocuments,
  type ScalarTag,
  visit,
  type YAMLError
} from 'yaml'
import { InputError, type InputProblem } from '../errors.ts'
import { describePosition, nameText, type TextOrigin } from './text-origin.ts'

/** Tags of the body language that one piece of text follows. */
export const TEXT_TAGS = ['!file', '!text', '!base64', '!env', '!var', '!json', '!guid'] as const
/** Tag of the body language that one piece of text follows. */
export type TextTag = (typeof TEXT_TAGS)[number]
/** All tags of the body language, for a message. */
export const TAG_LIST = [...TEXT_TAGS, '!values', '!merge'].join(', ')

/** Document that has been parsed, with what it takes to follow its aliases and to name a place in it. */
export interface YamlDocument {
  readonly root: Node
  readonly from: TextOrigin
  /** Target of each alias. */
  readonly targets: ReadonlyMap<Alias, Node>
  readonly lines: LineCounter
}

/**
 * Parses the one document of a text.
 * @throws InputError with line and column
 */
export function parseYaml(text: string, from: TextOrigin): YamlDocument {
  const lines = new LineCounter()
  // YAML breaks a line at a lone carriage return (https://yaml.org/spec/1.2.2/#54-line-break-characters), the library not.
  const document = parseOne(text.replace(/\r(?!\n)/g, '\n'), from, lines)
  const [fault] = [...document.errors, ...document.warnings].sort(byPosition)
  if (fault !== undefined) {
    const place = { from, lines, root: document.contents }
    const isReference = isInReference(text, fault.pos[0]) && from.input.startsWith('requests')
    const problem = isReference ? { problem: BARE_REFERENCE } : explainFault(fault, text)
    throw describeYamlFault(place, fault.pos[0], problem)
  }
  const mark = findLoneMark(text)
  if (mark !== undefined) {
    const place = { from, lines, root: document.contents }
    throw describeYamlFault(place, mark, { problem: UNKNOWN_TAG, allowed: TAG_LIST })
  }
  const { explicit, version } = document.directives?.yaml ?? {}
  if (explicit === true && version !== '1.2') {
    const problem = `YAML ${version} is asked for, and its values would be read as YAML 1.2`
    throw describeYamlFault({ from, lines }, 0, { problem, allowed: '%YAML 1.2, or no such line' })
  }
  const root = document.contents
  if (!isNode(root)) throw describeEmpty(from)
  return { root, from, lines, targets: findTargets({ root, from, lines }) }
}

/**
 * Text of a document that is one piece of text; undefined for any other.
 * @throws InputError with line and column
 */
export function readText(text: string, from: TextOrigin): string | undefined {
  const { root } = parseYaml(text, from)
  return isScalar(root) && typeof root.value === 'string' ? root.value : undefined
}

/** Text in which a fault is named; without a root, or a whole one, where it could not be parsed. */
type FaultyText = Pick<YamlDocument, 'from' | 'lines'> & { readonly root?: Node | null }

/** An error at a place in the text: `in "a.yaml" at line 2, column 3 (after "sku"): …`. */
export function describeYamlFault(
  { from, lines, root = null }: FaultyText,
  offset: number,
  { problem, ...rest }: InputProblem
): InputError {
  const { line, col } = lines.linePos(offset)
  const position = describePosition({
    line: Math.max(1, line),
    column: Math.max(1, col),
    after: root === null ? undefined : findLastProperty(root, offset)
  })
  const owner = from.item === undefined ? {} : { field: 'body' }
  const item = from.item === undefined ? '' : `, ${from.item}`
  const placed = `${from.place}${position}${item}: ${problem}`
  return new InputError(from.input, { ...rest, ...owner, problem: placed })
}

/** Last property that stands on a line of its own before the offset: a name within braces may be a piece of a value. */
function findLastProperty(root: Node, offset: number): string | undefined {
  let last: string | undefined
  visit(root, {
    Map: (_key, map) => {
      if (map.flow === true) return visit.SKIP
      for (const { key } of map.items) {
        if (!isScalar(key) || (key.range?.[1] ?? offset) >= offset) break
        last = String(key.source ?? key.value)
      }
      return undefined
    }
  })
  return last
}

function parseOne(text: string, from: TextOrigin, lines: LineCounter): Document.Parsed {
  try {
    const documents = parseAllDocuments(text, {
      version: '1.2',
      schema: 'core',
      merge: false,
      // Compared name by name by the library, which takes quadratic time; checked as they are printed instead.
      uniqueKeys: false,
      prettyErrors: false,
      lineCounter: lines,
      customTags: [
        ...TEXT_TAGS.map(toScalarTag),
        { tag: '!values', collection: 'map' },
        { tag: '!merge', collection: 'seq' }
      ]
    })
    const [first, second] = documents.filter((document) => isDocument(document))
    if (first === undefined) throw describeEmpty(from)
    if (second !== undefined) {
      const problem = SECOND_DOCUMENT
      throw describeYamlFault({ from, lines }, second.range[0], { problem })
    }
    return first
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    throw new InputError(from.input, {
      problem: `${nameText(from)}is nested too deeply to be read`
    })
  }
}

function toScalarTag(tag: TextTag): ScalarTag {
  return { tag, resolve: (text) => text }
}

function describeEmpty(from: TextOrigin): InputError {
  return new InputError(from.input, {
    problem: `${nameText(from)}holds no value`,
    allowed: from.input.startsWith('requests') ? 'a list of operations' : 'JSON or YAML'
  })
}

function byPosition(one: YAMLError, other: YAMLError): number {
  return one.pos[0] - other.pos[0]
}

const SECOND_DOCUMENT = 'a second document begins, and only one is read'

/** Meaning of the parser's error codes to an author. Its own messages may quote the text, which may hold a password. */
const YAML_FAULTS: Readonly<Record<string, string>> = {
  ALIAS_PROPS: 'an alias has neither a tag nor an anchor of its own',
  BAD_ALIAS: 'an alias or anchor needs a name; text that begins with "*" or "&" needs quotes',
  BAD_COLLECTION_TYPE: 'the tag does not fit a mapping or list',
  BAD_DIRECTIVE: 'the directive cannot be read',
  BAD_DQ_ESCAPE: 'the string holds an escape that YAML does not have',
  BAD_INDENT: 'the indentation does not fit the lines before, or a bracket there has no end',
  BAD_PROP_ORDER: 'a tag or anchor stands in the wrong place',
  BAD_SCALAR_START: 'text that begins with this character needs quotes',
  BLOCK_AS_IMPLICIT_KEY: 'a mapping cannot begin here; text that holds ": " needs quotes',
  BLOCK_IN_FLOW: 'an indented block cannot stand inside brackets',
  KEY_OVER_1024_CHARS: 'the name is too long',
  MISSING_CHAR: 'something is missing here: a quote, bracket, comma, colon or space',
  MULTILINE_IMPLICIT_KEY: 'a name must stand on one line; is a colon missing?',
  MULTIPLE_ANCHORS: 'a value has more than one anchor',
  MULTIPLE_DOCS: SECOND_DOCUMENT,
  MULTIPLE_TAGS: 'a value has more than one tag',
  RESOURCE_EXHAUSTION: 'this is nested too deeply to be read',
  TAB_AS_INDENT: 'a tab cannot indent',
  UNEXPECTED_TOKEN: 'this is not expected here'
}

const UNKNOWN_TAG = 'this tag is not known; text that begins with "!" needs quotes'

/** In brackets YAML reads the braces of a reference as its own. */
const BARE_REFERENCE = 'a reference ${…} inside { } or [ ] needs quotes around it'

/** True for a place in `${`, which is where the parser stops. */
function isInReference(text: string, at: number): boolean {
  return text.slice(Math.max(0, at - 1), at + 1) === '${'
}

function explainFault({ code, pos }: YAMLError, text: string): InputProblem {
  if (code !== 'TAG_RESOLVE_FAILED') return { problem: YAML_FAULTS[code] ?? 'this cannot be read' }
  const tag = /^![\w-]*/.exec(text.slice(pos[0], pos[0] + 200))?.[0] ?? ''
  if (TEXT_TAGS.some((known) => known === tag)) {
    return { problem: `${tag} takes one piece of text, not a list or mapping` }
  }
  if (tag === '!values') return { problem: '!values takes a mapping: !values { name: value }' }
  if (tag === '!merge') return { problem: '!merge takes a list of mappings: !merge [ … ]' }
  return { problem: UNKNOWN_TAG, allowed: TAG_LIST }
}

/** Token of the library's lexer that comes before a text without quotes. */
const SCALAR_MARKER = '\x1f'
/** Its tokens that stand for no character: this, and those of a document's begin and of a broken end of brackets. */
const MARKERS = [SCALAR_MARKER, '\x02', '\x18']

/** Offset of the first `!` with nothing after it, which the library takes for a tag that means text. */
function findLoneMark(text: string): number | undefined {
  if (!text.includes('!')) return undefined
  let offset = 0
  let before = ''
  for (const token of new Lexer().lex(text)) {
    if (token === '!' && before !== SCALAR_MARKER) return offset
    before = token
    if (!MARKERS.includes(token)) offset += token.length
  }
  return undefined
}

/** An anchor may be given again further down: an alias means the last one before it. */
function findTargets(place: Omit<YamlDocument, 'targets'>): ReadonlyMap<Alias, Node> {
  const anchors = new Map<string, Node>()
  const targets = new Map<Alias, Node>()
  visit(place.root, {
    Node: (_key, node) => {
      if (!isAlias(node)) {
        if (node.anchor !== undefined) anchors.set(node.anchor, node)
        return
      }
      const target = anchors.get(node.source)
      if (target === undefined) {
        const problem =
          'no anchor "&" with this name comes before the alias; text that begins with "*" needs quotes'
        throw describeYamlFault(place, node.range?.[0] ?? 0, { problem })
      }
      targets.set(node, target)
    }
  })
  return targets
}
