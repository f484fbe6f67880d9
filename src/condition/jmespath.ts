/**
 * The JMESPath library, its types, and the reading of an expression's tokens and tree. The one importer of the library,
 * and only by import(), because most steps have no expression. Evaluates nothing.
 */

/** Library of JMESPath. */
export type Library = typeof import('@jmespath-community/jmespath')
/** Node of an expression's tree. */
export type Node = ReturnType<Library['compile']>

/** Token of an expression. */
export interface Token {
  /** Name of the library for its kind: `Dot`, `QuotedIdentifier`. */
  readonly type: string
  /** Name of an identifier; something else for other tokens. */
  readonly value: unknown
  /** Position in the expression, counted from 0. */
  readonly start: number
}

/** Any JSON-like tree that is looked through for nodes. */
type Tree =
  | Node
  | readonly Tree[]
  | { readonly [name: string]: Tree }
  | string
  | number
  | boolean
  | null

/** The library, loaded now: 70 kB that only a step with an expression pays for. */
export function loadLibrary(): Promise<Library> {
  return import('@jmespath-community/jmespath')
}

/** The tokens of a text, the end of it among them; undefined for a text that has a character of no token. */
export function readTokens(library: Library, text: string): readonly Token[] | undefined {
  try {
    return library.tokenize(text)
  } catch {
    return undefined
  }
}

/** Every node of a tree, its root first. */
export function listNodes(tree: Tree): readonly Node[] {
  if (typeof tree !== 'object' || tree === null) return []
  const below = (Array.isArray(tree) ? tree : Object.values(tree)).flatMap(listNodes)
  return isNode(tree) ? [tree, ...below] : below
}

/** True for a node of a tree, false for the other things in it. */
export function isNode(tree: Tree): tree is Node {
  return (
    typeof tree === 'object' && tree !== null && 'type' in tree && typeof tree.type === 'string'
  )
}

/** The plain path that a node is (`properties.powerState.code`, `statuses[0].code`); undefined for any other. */
export function describePath(node: Node): string | undefined {
  switch (node.type) {
    case 'Field':
      return /^[A-Za-z_]\w*$/.test(node.name) ? node.name : JSON.stringify(node.name)
    case 'Index':
      return `[${node.value}]`
    case 'Subexpression':
    case 'IndexExpression': {
      const right = describePath(node.right)
      if (node.left.type === 'Current') return right
      const left = describePath(node.left)
      if (left === undefined || right === undefined) return undefined
      return right.startsWith('[') ? left + right : `${left}.${right}`
    }
    default:
      return undefined
  }
}
