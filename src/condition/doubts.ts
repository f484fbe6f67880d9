/**
 * Comparisons that were made and can hardly have been meant: with null, as of a field that is misspelt, or of two types
 * that are never equal. Told and never acted upon; a value is not shown where a name sounds like that of a secret.
 */

import { describePath, type Library, listNodes, type Node } from './jmespath.ts'
import { tellValue } from './tell-value.ts'

type Comparator = Extract<Node, { type: 'Comparator' }>

/** Findings on one comparison, which a filter makes once for each element. */
interface Finding {
  readonly ofTypes?: string
  readonly ofNull?: string
  /** It was made without null at least once: that elements lack a field is no mistake. */
  readonly wasWithoutNull: boolean
}

const SECRET_NAME =
  /key|secret|passw|pwd|passphrase|token|sas|credential|connectionstring|kubeconfig/i
const TYPE_NAMES: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'number',
  boolean: 'boolean'
}

/**
 * The doubtful comparisons that an evaluation makes, a sentence each. Untrusted text.
 * @param evaluate evaluates the node with the library; it may fail, and must not throw
 */
export function findDoubts(
  { TreeInterpreter }: Library,
  root: { readonly node: Node; readonly text: string },
  evaluate: () => unknown
): readonly string[] {
  const comparators = listNodes(root.node).filter((node) => node.type === 'Comparator')
  if (comparators.length === 0) return []
  const describe = SECRET_NAME.test(root.text) ? describeType : describeValue
  const operands = new Map<Node, unknown>(
    comparators.flatMap(({ left, right }) => [[left, null] as const, [right, null] as const])
  )
  const findings = new Map<Node, Finding>()
  const { visit } = TreeInterpreter
  // The library tells nobody what it compares. It is watched for this one evaluation, which nothing can interrupt.
  TreeInterpreter.visit = (node, value) => {
    const result = visit.call(TreeInterpreter, node, value)
    if (operands.has(node)) operands.set(node, result)
    if (node.type === 'Comparator') {
      const values = [operands.get(node.left), operands.get(node.right)] as const
      const finding = judgeComparison(node, values, describe)
      findings.set(node.left, joinFindings(findings.get(node.left), finding))
    }
    return result
  }
  try {
    evaluate()
  } finally {
    TreeInterpreter.visit = visit
  }
  return [...findings.values()].flatMap(({ ofTypes, ofNull, wasWithoutNull }) => {
    const doubt = ofTypes ?? (wasWithoutNull ? undefined : ofNull)
    return doubt === undefined ? [] : [doubt]
  })
}

function joinFindings(before: Finding | undefined, now: Finding): Finding {
  return before === undefined
    ? now
    : { ...now, ...before, wasWithoutNull: before.wasWithoutNull || now.wasWithoutNull }
}

function judgeComparison(
  { name, left, right }: Comparator,
  [first, second]: readonly [unknown, unknown],
  describe: (value: unknown) => string
): Finding {
  const [type, otherType] = [typeName(first), typeName(second)]
  const isOrder = name !== 'EQ' && name !== 'NE' && type !== 'number'
  if ((type === otherType && type !== 'null' && !isOrder) || [left, right].some(isNullLiteral)) {
    return { wasWithoutNull: true }
  }
  const sides = [tellSide(left, describe(first)), tellSide(right, describe(second))]
  // The side that has a name is told first.
  const isTurned = describePath(left) === undefined && describePath(right) !== undefined
  const compared = (isTurned ? sides.reverse() : sides).join(' is compared with ')
  if (type === 'null' || otherType === 'null') return { ofNull: compared, wasWithoutNull: false }
  const why =
    type === otherType ? 'only numbers have an order' : `a ${type} is never a ${otherType}`
  return { ofTypes: `${compared}, and ${why}`, wasWithoutNull: true }
}

function isNullLiteral(node: Node): boolean {
  return node.type === 'Literal' && node.value === null
}

function tellSide(node: Node, value: string): string {
  const path = describePath(node)
  return path === undefined ? value : `${path} (${value})`
}

function describeValue(value: unknown): string {
  if (typeof value !== 'string') {
    return typeof value === 'number' || typeof value === 'boolean'
      ? `the ${typeName(value)} ${value}`
      : describeType(value)
  }
  const described = tellValue(value)
  return described.startsWith('"') ? `the text ${described}` : described
}

function describeType(value: unknown): string {
  const type = typeName(value)
  return type === 'null' ? type : `a ${type}`
}

function typeName(value: unknown): string {
  if (value === null || value === undefined) return 'null'
  return TYPE_NAMES[typeof value] ?? (Array.isArray(value) ? 'list' : 'JSON object')
}
