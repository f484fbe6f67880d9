/**
 * The place of a part of the body in what its author wrote: in the file that it was read from, or in the body itself.
 * Pure, and needed only where there is a fault.
 */
import { type Node as JsonNode, parseTree } from 'jsonc-parser'
import { isMap, isScalar, isSeq, type Node } from 'yaml'
import { quoteText } from '../errors.ts'
import type { BodySource } from './body-source.ts'
import { hideRawBreaks } from './json-blanks.ts'
import { readPointer } from './json-pointer.ts'
import { describePosition, looksLikeJson, type TextOrigin } from './text-origin.ts'
import { describeYamlFault, parseYaml, type YamlDocument } from './yaml-document.ts'

/** Body as it was written, and the files that parts of it came from. */
export interface WrittenBody {
  /** A tree, of a body that is no text of its own. */
  readonly text: string | YamlDocument
  readonly from: TextOrigin
  readonly sources: readonly BodySource[]
}

type Path = readonly string[]

/**
 * The problem, behind the place that these names lead to: `in "p.json" at line 4, column 5 (after "sku"): …`. Of what
 * is not written by itself, the place of what holds it.
 */
export function describeAt({ text, from, sources }: WrittenBody, path: Path, problem: string) {
  const [source] = sources
    .map((each) => ({ ...each, way: readPointer(each.pointer) }))
    .filter(({ way }) => way.every((name, index) => isSame(name, path[index])))
    .toSorted((one, other) => other.way.length - one.way.length)
  if (source === undefined || source.way.length === 0) return describeIn(text, from, path, problem)
  const place = `in ${quoteText(source.file)}`
  if (source.text === undefined) return `${place}: ${problem}`
  const rest = [...readPointer(source.filePointer), ...path.slice(source.way.length)]
  return describeIn(source.text, { ...from, place: `${place} ` }, rest, problem)
}

function describeIn(
  text: string | YamlDocument,
  from: TextOrigin,
  path: Path,
  problem: string
): string {
  if (typeof text !== 'string' || !looksLikeJson(text)) {
    const document = typeof text === 'string' ? parseYaml(text, from) : text
    const { range } = findYaml(document.root, path)
    return describeYamlFault(document, range?.[0] ?? 0, { problem }).details.problem
  }
  const root = parseTree(hideRawBreaks(text))
  const { offset, parent } = root === undefined ? { offset: 0 } : findJson(root, path)
  const before = text.slice(0, offset).split('\n')
  const column = (before.at(-1) ?? '').length + 1
  const name: unknown = parent?.type === 'property' ? parent.children?.[0]?.value : undefined
  const after = typeof name === 'string' ? name : undefined
  return `${from.place}${describePosition({ line: before.length, column, after })}: ${problem}`
}

/** Deepest node on the path. Of a name that is there twice, the last counts. */
function findJson(node: JsonNode, [name, ...rest]: Path): JsonNode {
  const child =
    node.type === 'array'
      ? node.children?.[Number(name)]
      : node.children?.findLast(({ children: [key] = [] }) => isSame(String(key?.value), name))
          ?.children?.[1]
  return name === undefined || child === undefined ? node : findJson(child, rest)
}

/** A tag takes a list apart, or puts more around a value: then the part is where its name is. */
function findYaml(node: Node, path: Path): Node {
  const [name, ...rest] = path
  if (name === undefined) return node
  if (isMap(node)) {
    const found = node.items.findLast(({ key }) => isScalar(key) && isSame(String(key.value), name))
    return isNodeLike(found?.value) ? findYaml(found.value, rest) : node
  }
  if (!isSeq(node)) return node
  const items = node.items.filter(isNodeLike)
  const found = items.map((item) => [item, findYaml(item, path)] as const)
  return found.findLast(([item, inner]) => item !== inner)?.[1] ?? node
}

function isNodeLike(value: unknown): value is Node {
  return isScalar(value) || isMap(value) || isSeq(value)
}

function isSame(one: string, other: string | undefined): boolean {
  return one.toLowerCase() === other?.toLowerCase()
}
