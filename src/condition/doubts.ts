/**
 * Comparisons that were made and can hardly have been meant: with null, as of a field that is misspelt, or of two types
 * that are never equal. Told and never acted upon; a value is not shown where a name sounds like that of a secret.
 */
import type { Comparator, SearchRules } from './budget.ts'
import { describePath, listNodes, type Node } from './jmespath.ts'
import { tellValue } from './tell-value.ts'

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
 * @param evaluate evaluates the node and tells of each comparison; it may fail, and must not throw
 */
export function findDoubts(
  root: { readonly node: Node; readonly text: string },
  evaluate: (onComparison: NonNullable<SearchRules['onComparison']>) => unknown
): readonly string[] {
  if (!listNodes(root.node).some(({ type }) => type === 'Comparator')) return []
  const describe = SECRET_NAME.test(root.text) ? describeType : describeValue
  const findings = new Map<Node, Finding>()
  evaluate((node, sides) => {
    const finding = judgeComparison(node, sides, describe)
    // By a side of it: a copy of the comparison itself stands for it in `&name == 'x'`.
    findings.set(node.left, joinFindings(findings.get(node.left), finding))
  })
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
