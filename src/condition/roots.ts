/**
 * The names that an expression looks up in the value that it is given, before anything has moved it on: of an expression
 * over a list of operations, the operations that it reads. Reads a tree and evaluates nothing. Pure.
 */
import { listNodes, type Node } from './jmespath.ts'

/** Name that stands for the value as a whole: `@`, `$`, and what is written without one (`[0]`, `*`). */
export const WHOLE_VALUE = '@'

/** The names, each once, in the order in which they stand; `@` where the value as a whole is taken. */
export function listRoots(root: Node): readonly string[] {
  const names = new Set<string>()
  // A stack of its own: nothing bounds how deep an expression of 32,000 characters goes.
  const left: Node[] = [root]
  for (let node = left.pop(); node !== undefined; node = left.pop()) {
    if (node.type === 'Field') names.add(node.name)
    else if (node.type === 'Current' || node.type === 'Identity') names.add(WHOLE_VALUE)
    else left.push(...listRootChildren(node).toReversed())
  }
  // `$` is the value as a whole wherever it stands.
  if (listNodes(root).some(({ type }) => type === 'Root')) names.add(WHOLE_VALUE)
  return [...names]
}

/** The parts of a node that see the same value as the node itself; the others see what those have made of it. */
function listRootChildren(node: Node): readonly Node[] {
  switch (node.type) {
    case 'Subexpression':
    case 'IndexExpression':
    case 'Pipe':
    case 'Projection':
    case 'ValueProjection':
    case 'FilterProjection':
      return [node.left]
    case 'AndExpression':
    case 'OrExpression':
    case 'Comparator':
    case 'Arithmetic':
      return [node.left, node.right]
    case 'Flatten':
    case 'NotExpression':
      return [node.child]
    case 'Unary':
      return [node.operand]
    case 'MultiSelectList':
    case 'Function':
      return node.children
    case 'MultiSelectHash':
      return node.children.map(({ value }) => value)
    case 'LetExpression':
      return [...node.bindings.map(({ reference }) => reference), node.expression]
    case 'Ternary':
      return [node.condition, node.trueExpr, node.falseExpr]
    case 'Binding':
      return [node.reference]
    case 'Field':
    case 'Current':
    case 'Root':
    case 'Identity':
    case 'Index':
    case 'Slice':
    case 'Literal':
    case 'Variable':
    case 'ExpressionReference':
      return []
    default:
      return node satisfies never
  }
}
