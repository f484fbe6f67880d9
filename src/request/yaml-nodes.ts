/**
 * The nodes of a YAML tree as this project reads them: aliases resolved, its own tags known, names that are text. Pure.
 */
import { isAlias, isMap, isScalar, isSeq, type Node, type Scalar } from 'yaml'
import type { InputError, InputProblem } from '../errors.ts'
import { describeYamlFault, TEXT_TAGS, type TextTag, type YamlDocument } from './yaml-document.ts'

/** A node and its document. */
export interface NodePlace {
  readonly document: YamlDocument
  readonly node: Node
}

/** An error at a node. */
export function fail({ document, node }: NodePlace, problem: InputProblem): InputError {
  return describeYamlFault(document, node.range?.[0] ?? 0, problem)
}

/** True for a node, false for what the library has in the place of one that is not written. */
export function isNodeLike(value: unknown): value is Node {
  return isAlias(value) || isScalar(value) || isMap(value) || isSeq(value)
}

/** True for one piece of text without a tag of ours. */
export function isPlainText(node: Node): boolean {
  return isScalar(node) && typeof node.value === 'string' && readTag(node) === undefined
}

/** The node that an alias stands for; any other as it is. */
export function resolveAlias({ targets }: YamlDocument, node: Node): Node {
  return isAlias(node) ? (targets.get(node) ?? node) : node
}

/** True for an entry of which only the name is written. */
export function isMissing(value: unknown): boolean {
  if (!isScalar(value)) return !isNodeLike(value)
  return value.value === null && value.source === '' && value.tag === undefined
}

/** Tag of the body language that the text of a node follows. */
export function readTag({ tag }: Node): TextTag | undefined {
  return TEXT_TAGS.find((known) => known === tag)
}

/**
 * A property's name: text, or a number or word as it is written.
 * @throws InputError
 */
export function readPropertyName({ document, node }: NodePlace): string {
  const key = resolveAlias(document, node)
  const place = { document, node }
  if (isMap(key) && key.flow === true) {
    throw fail(place, { problem: 'a name is one piece of text, and {{ }} fills nothing in' })
  }
  if (!isScalar(key) || readTag(key) !== undefined) {
    throw fail(place, { problem: 'a name is one piece of text, without a tag of this action' })
  }
  const name = readScalarText(key)
  if (name === '<<' && key.type === 'PLAIN') {
    const allowed = 'the values written out, or "<<" in quotes for a property of that name'
    throw fail(place, { problem: 'merge keys ("<<") are not part of YAML 1.2', allowed })
  }
  if (name === '' && key.type === 'PLAIN') throw fail(place, { problem: 'a name is missing' })
  return name
}

/** A scalar as text: a number or word as it is written. */
export function readScalarText({ value, source }: Scalar): string {
  return typeof value === 'string' ? value : (source ?? String(value))
}
