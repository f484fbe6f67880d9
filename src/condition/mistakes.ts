/**
 * Mistakes in an expression that is valid JMESPath: it would be read as something that nobody means, and decide or give
 * nothing without a word (https://jmespath.site/#grammar). Pure; each is told with the form that was meant.
 */
import { flattenText } from '../errors.ts'
import { type Library, listNodes, type Node, readTokens, type Token } from './jmespath.ts'

const MAX_SHOWN_CHARS = 60
const LITERAL_WORD = /^(?:true|false|null)$/i
/** Put in front of a name that stands in double quotes, which the tree does not tell. */
const QUOTED = '\u0001'

/** The first mistake in an expression that parses, as what is wrong with it; undefined when there is none. */
export function findMistake(library: Library, text: string): string | undefined {
  const tokens = readTokens(library, text) ?? []
  const nodes = listNodes(library.compile(markQuotes(text, tokens)))
  return (
    findQuotedText(nodes) ??
    findBareLiteral(tokens) ??
    findHyphenatedName(tokens) ??
    findNegatedHead(library, text, { tokens, nodes }) ??
    findNegatedComparison(nodes)
  )
}

function markQuotes(text: string, tokens: readonly Token[]): string {
  return tokens
    .filter(({ type }) => type === 'QuotedIdentifier')
    .reduceRight(
      (marked, { start }) => `${marked.slice(0, start + 1)}\\u0001${marked.slice(start + 1)}`,
      text
    )
}

/** `status == "Failed"`: double quotes name a field. */
function findQuotedText(nodes: readonly Node[]): string | undefined {
  const name = nodes
    .flatMap(listOperands)
    .flatMap(listItems)
    .flatMap((node) => (node.type === 'Field' && node.name.startsWith(QUOTED) ? [node.name] : []))
    .map((marked) => marked.slice(QUOTED.length))[0]
  if (name === undefined) return undefined
  const shown = flattenText(name, MAX_SHOWN_CHARS)
  const value = LITERAL_WORD.test(name) ? ` \`${name.toLowerCase()}\` for the value,` : ''
  const raw = `'${shown.replaceAll("'", "\\'")}'`
  return `reads "${shown}" as the name of a field, as JMESPath does with double quotes; write ${raw} for the text,${value} or @."${shown}" for the field`
}

/** The nodes below a node that may be meant as a text. */
function listOperands(node: Node): readonly Node[] {
  switch (node.type) {
    case 'Comparator':
      return [node.left, node.right]
    case 'Function':
      return node.children
    case 'Ternary':
      return [node.trueExpr, node.falseExpr]
    case 'OrExpression':
    case 'AndExpression':
      return [node.right]
    case 'Binding':
      return [node.reference]
    default:
      return []
  }
}

/** The items of a list that is written out; the node itself otherwise. */
function listItems(node: Node): readonly Node[] {
  switch (node.type) {
    case 'MultiSelectList':
      return node.children.flatMap(listItems)
    case 'MultiSelectHash':
      return node.children.flatMap(({ value }) => listItems(value))
    default:
      return [node]
  }
}

/** `ready == true`: a bare word is the name of a field, whatever the word. */
function findBareLiteral(tokens: readonly Token[]): string | undefined {
  const word = tokens.find((token, index) =>
    isBareLiteral(token, tokens[index - 1], tokens[index + 1])
  )
  if (word === undefined) return undefined
  const name = String(word.value)
  return `reads ${name} as the name of a field; write \`${name.toLowerCase()}\`, in backticks, for the value, or @.${name} for the field`
}

function isBareLiteral(
  { type, value }: Token,
  before: Token | undefined,
  after: Token | undefined
): boolean {
  const isName = type === 'UnquotedIdentifier' || type === 'QuotedIdentifier'
  if (!isName || typeof value !== 'string' || !LITERAL_WORD.test(value)) return false
  const isKey = (before?.type === 'Lbrace' || before?.type === 'Comma') && after?.type === 'Colon'
  return before?.type !== 'Dot' && !isKey
}

/** `tags.cost-center`: a hyphen without blanks joins the words of a name; to JMESPath it is a minus sign. */
function findHyphenatedName(tokens: readonly Token[]): string | undefined {
  const words = tokens.flatMap((_, index) => {
    const isFirst = !isJoined(tokens, index - 2)
    return isFirst && isJoined(tokens, index) ? [readHyphenated(tokens, index)] : []
  })
  const name = words[0]
  if (name === undefined) return undefined
  return `reads ${name} as a subtraction; write "${name}", in double quotes, for the field, or blanks around the minus sign`
}

/** True where a name, a minus sign and a name stand next to each other. */
function isJoined(tokens: readonly Token[], index: number): boolean {
  const [first, minus, last] = tokens.slice(Math.max(0, index), index + 3)
  return (
    index >= 0 &&
    first?.type === 'UnquotedIdentifier' &&
    minus?.type === 'Minus' &&
    last?.type === 'UnquotedIdentifier' &&
    minus.start === first.start + String(first.value).length &&
    last.start === minus.start + 1
  )
}

function readHyphenated(tokens: readonly Token[], index: number): string {
  const rest = isJoined(tokens, index) ? `-${readHyphenated(tokens, index + 2)}` : ''
  return `${tokens[index]?.value}${rest}`
}

/** `!a.b`: "!" binds more tightly than ".", so that this is a field of true or false. */
function findNegatedHead(
  library: Library,
  text: string,
  { tokens, nodes }: { readonly tokens: readonly Token[]; readonly nodes: readonly Node[] }
): string | undefined {
  if (!nodes.some(isPathOfNegation)) return undefined
  const paths = tokens.flatMap(({ type }, index) =>
    type === 'Not' ? [text.slice(tokens[index + 1]?.start, findPathEnd(tokens, index + 1))] : []
  )
  // The last one stands inside any other.
  const path = paths.findLast((candidate) => hasNegatedHead(library, `!${candidate}`))?.trim()
  if (path === undefined) return 'takes a field of what "!" gives, which is true or false'
  const shown = flattenText(path, MAX_SHOWN_CHARS)
  return `reads !${shown} as a path that begins with a negation, which is never true; write !(${shown})`
}

function hasNegatedHead(library: Library, text: string): boolean {
  try {
    return listNodes(library.compile(text)).some(isPathOfNegation)
  } catch {
    return false
  }
}

function isPathOfNegation(node: Node): boolean {
  switch (node.type) {
    case 'Subexpression':
    case 'IndexExpression':
    case 'Projection':
    case 'ValueProjection':
    case 'FilterProjection':
      return node.left.type === 'NotExpression'
    case 'Flatten':
      return node.child.type === 'NotExpression'
    default:
      return false
  }
}

const OPENING = new Set(['Lparen', 'Lbracket', 'Lbrace', 'Filter'])
const CLOSING = new Set(['Rparen', 'Rbracket', 'Rbrace'])

/** Position in the text at which the path that begins with a token ends. */
function findPathEnd(tokens: readonly Token[], first: number): number | undefined {
  let depth = 0
  const end = tokens.find(({ type }, index) => {
    if (index < first) return false
    if (OPENING.has(type)) depth += 1
    else if (CLOSING.has(type)) depth -= 1
    else if (depth === 0 && type !== 'Dot' && type !== 'Flatten') {
      return index > first && tokens[index - 1]?.type !== 'Dot'
    }
    return depth < 0
  })
  return end?.start
}

/** `!a == 'b'`: "!" binds more tightly than "==" too. */
function findNegatedComparison(nodes: readonly Node[]): string | undefined {
  const isWrong = nodes.some(
    (node) =>
      node.type === 'Comparator' &&
      node.left.type === 'NotExpression' &&
      node.right.type === 'Literal' &&
      typeof node.right.value !== 'boolean'
  )
  return isWrong
    ? 'compares what "!" gives, true or false, with a value that is neither; write !(a == b) for !a == b'
    : undefined
}
