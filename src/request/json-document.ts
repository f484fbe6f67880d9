/**
 * A JSON text as the tree that a YAML text becomes, so that both are read by the same rules: every node has its place,
 * and a number keeps its digits. Pure.
 */
import { type Node as JsonNode, parseTree } from 'jsonc-parser'
import { LineCounter, type Node, Pair, Scalar, YAMLMap, YAMLSeq } from 'yaml'
import { InputError } from '../errors.ts'
import { hideRawBreaks } from './json-blanks.ts'
import { toJsonText } from './json-text.ts'
import { nameText, type TextOrigin } from './text-origin.ts'
import type { YamlDocument } from './yaml-document.ts'

/**
 * Parses a JSON text, which may have comments, trailing commas and strings over several lines.
 * @throws InputError with line and column
 */
export function parseJsonDocument(text: string, from: TextOrigin): YamlDocument {
  toJsonText(text, from)
  const lines = new LineCounter()
  for (let at = 0; at >= 0; at = text.indexOf('\n', at) + 1 || -1) lines.addNewLine(at)
  try {
    const root = parseTree(hideRawBreaks(text))
    if (root !== undefined) return { root: toNode(root, text), from, lines, targets: new Map() }
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
  }
  throw new InputError(from.input, { problem: `${nameText(from)}is nested too deeply to be read` })
}

function toNode({ type, offset, length, value, children = [] }: JsonNode, text: string): Node {
  const written = text.slice(offset, offset + length)
  const node =
    type === 'object'
      ? toMap(children, text)
      : type === 'array'
        ? toSequence(children, text)
        : new Scalar<unknown>(type === 'string' ? readString(written) : value)
  if (node instanceof Scalar && type !== 'null') node.source = written
  node.range = [offset, offset + length, offset + length]
  return node
}

function toMap(properties: readonly JsonNode[], text: string): YAMLMap {
  const map = new YAMLMap()
  map.flow = true
  for (const { children: [name, value] = [] } of properties) {
    if (name === undefined || value === undefined) continue
    const key = toNode(name, text)
    if (key instanceof Scalar) key.type = 'QUOTE_DOUBLE'
    map.items.push(new Pair(key, toNode(value, text)))
  }
  return map
}

function toSequence(items: readonly JsonNode[], text: string): YAMLSeq {
  const sequence = new YAMLSeq()
  sequence.flow = true
  for (const item of items) sequence.items.push(toNode(item, text))
  return sequence
}

/** Text of a JSON string, whose line breaks and tabs may stand in it as they are. */
function readString(written: string): string {
  const strict = written.replace(/[\t\r\n]/g, (blank) => JSON.stringify(blank).slice(1, -1))
  return String(JSON.parse(strict))
}
