/**
 * A dry run as an outcome: the request as it would be sent, for the log and the summary. Pure. A chunk of its own.
 * What a request holds is its author's text, so it is shown as it is, but for what is a secret: what is registered as
 * one, what is named or shaped like one, and the value of a parameter that the template in the body declares secure.
 */
import { type Node, type ParseError, parseTree } from 'jsonc-parser'
import type { ArmRequest } from '../http/message.ts'
import type { Outcome } from '../run/outcome.ts'
import { isSecretPlace, type PropertyPlace } from '../secret-places.ts'
import { hidePrivateKeys, hideSecretShapes, isSecretName } from '../secret-shapes.ts'
import { fenceLines } from './markdown.ts'
import { bound, MAX_LINE_CHARS, makeVisible, neutralizeCommands } from './sanitize.ts'

/** Request that is not sent. */
export interface UnsentRequest {
  readonly request: ArmRequest
  /** All that would be sent, names in lower case, but for the token. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | undefined
}

/** Lines of the request in the log, which folds them. */
const MAX_LOG_LINES = 5_000
const MAX_SUMMARY_LINES = 200
const MARK = '***'

/**
 * Outcome of a dry run.
 * @param at milliseconds since the epoch
 * @param hide replaces what is registered as a secret
 */
export function describeDryRun(
  { request, headers, body = '' }: UnsentRequest,
  at: number,
  hide: (text: string) => string
): Outcome {
  const text = [
    `${request.method} ${hideQuery(request.url)}`,
    ...Object.entries({ authorization: `Bearer ${MARK}`, ...headers }).map(
      ([name, value]) => `${name}: ${isCredential(name, value) ? MARK : value}`
    ),
    ...(body === '' ? [] : ['', printBody(body, { url: request.url, hide })])
  ].join('\n')
  const lines = hidePrivateKeys(hide(text)).split(/\r\n|[\r\n]/)
  return {
    ending: { kind: 'skipped' },
    request,
    changes: [],
    warnings: [],
    startedAt: at,
    endedAt: at,
    pollCount: 0,
    addition: {
      outputs: [],
      log: { title: 'Request as it would be sent', lines: showLines(lines, MAX_LOG_LINES) },
      summary: [fenceLines(showLines(lines, MAX_SUMMARY_LINES))]
    }
  }
}

function isCredential(name: string, value: string): boolean {
  const isOne = isSecretName(name) || /authoriz|authentic|cookie/.test(name)
  return isOne || /^(?:Basic|Bearer|Digest|Shared\w{1,30}) /i.test(value)
}

/** A URL without the values of parameters with the names of secrets. */
export function hideQuery(url: string): string {
  return url.replace(/([?&])([^=&?]*)=[^&]*/g, (pair, mark: string, name: string) =>
    isSecretName(name) ? `${mark}${name}=${MARK}` : pair
  )
}

/** The lines as they are, each harmless and without what has the shape of a secret. */
export function showLines(lines: readonly string[], most: number): readonly string[] {
  const shown = lines
    .slice(0, most)
    .map((line) => neutralizeCommands(bound(hideSecretShapes(makeVisible(line)), MAX_LINE_CHARS)))
  const more = lines.length - most
  return more > 0 ? [...shown, `… (${more} more lines)`] : shown
}

interface PrintOptions {
  readonly url: string
  readonly hide: (text: string) => string
}

/**
 * JSON with a line for each value, digits and order as they are sent; any other text as it is. What is named like a
 * secret, or what a template calls one, is not in it.
 */
export function printBody(text: string, { url, hide }: PrintOptions): string {
  try {
    const errors: ParseError[] = []
    const root = parseTree(text, errors, { disallowComments: true })
    if (root === undefined || errors.length > 0) return hideElements(text)
    const place = { resource: describeResource(url), path: [] }
    return printNode(root, { text, hide, depth: 0, secure: listSecure(root), place })
  } catch (error) {
    if (error instanceof RangeError) return '(nested too deeply to be shown)'
    throw error
  }
}

/** Type and name of the resource that the URL is of. */
function describeResource(url: string): string {
  const path = url.split(/[?#]/)[0] ?? ''
  const at = path.toLowerCase().lastIndexOf('/providers/')
  const [namespace = '', ...pairs] = path.slice(at + '/providers/'.length).split('/')
  const types = pairs.filter((_, index) => index % 2 === 0)
  return `${[namespace, ...types].join('/')} ${pairs.at(-1) ?? ''}`
}

/** XML without the text of elements with the names of secrets. */
function hideElements(text: string): string {
  return text.replace(
    /<([^<>/\s]+)(?:\s[^<>]*)?>([^<>]+)/g,
    (element, name: string, inner: string) =>
      isSecretName(name) ? `${element.slice(0, -inner.length)}${MARK}` : element
  )
}

/** Values that a template keeps secret: of its parameters and their defaults, nested templates included. */
function listSecure(root: Node): ReadonlySet<Node> {
  const found = new Set<Node>()
  const left = [root]
  for (let node = left.pop(); node !== undefined; node = left.pop()) {
    const template = findValue(node, 'template')
    if (template !== undefined) addSecure(template, findValue(node, 'parameters'), found)
    for (const child of node.children ?? []) left.push(child)
  }
  return found
}

function addSecure(template: Node, given: Node | undefined, found: Set<Node>): void {
  const values = indexFields(given)
  const definitions = indexFields(findValue(template, 'definitions'))
  for (const [name, declaration] of indexFields(findValue(template, 'parameters'))) {
    markSecure(findValue(values.get(name), 'value'), declaration, { definitions, found, depth: 0 })
    markSecure(findValue(declaration, 'defaultValue'), declaration, {
      definitions,
      found,
      depth: 0
    })
  }
}

interface Marking {
  readonly definitions: ReadonlyMap<string, Node>
  readonly found: Set<Node>
  readonly depth: number
}

const MAX_REFERENCES = 10

/** Marks a value, or the parts of it, that its declaration calls secure. */
function markSecure(value: Node | undefined, declaration: Node | undefined, marking: Marking) {
  const { definitions, found, depth } = marking
  if (value === undefined || declaration === undefined || depth > MAX_REFERENCES) return
  const deeper = { ...marking, depth: depth + 1 }
  if (/^secure/i.test(String(findValue(declaration, 'type')?.value))) found.add(value)
  const reference = String(findValue(declaration, '$ref')?.value)
  const name = reference.split('/').at(-1)?.toLowerCase() ?? ''
  markSecure(value, definitions.get(name), deeper)
  const fields = indexFields(value)
  for (const [field, inner] of indexFields(findValue(declaration, 'properties'))) {
    markSecure(fields.get(field), inner, deeper)
  }
  const items = findValue(declaration, 'items')
  if (value.type === 'array')
    for (const item of value.children ?? []) markSecure(item, items, deeper)
  const others = findValue(declaration, 'additionalProperties')
  for (const inner of fields.values()) markSecure(inner, others, deeper)
}

/** Fields of an object by their names in lower case: Azure reads them without regard to case. */
function indexFields(node: Node | undefined): ReadonlyMap<string, Node> {
  const children = node?.type === 'object' ? (node.children ?? []) : []
  return new Map(
    children.flatMap(({ children: [name, value] = [] }) =>
      value === undefined ? [] : [[String(name?.value).toLowerCase(), value]]
    )
  )
}

function findValue(node: Node | undefined, name: string): Node | undefined {
  const wanted = name.toLowerCase()
  const isWanted = ({ children: [key] = [] }: Node) => String(key?.value).toLowerCase() === wanted
  return node?.type === 'object' ? node.children?.findLast(isWanted)?.children?.[1] : undefined
}

interface Printing {
  readonly text: string
  readonly hide: PrintOptions['hide']
  readonly depth: number
  readonly secure: ReadonlySet<Node>
  readonly place: PropertyPlace
}

const MAX_DEPTH = 60

function printNode(node: Node, printing: Printing): string {
  const { depth, secure } = printing
  const { type, children = [] } = node
  if (secure.has(node) || isSecret(node, printing.place)) return `"${MARK}"`
  if (children.length === 0) return printLeaf(node, printing)
  if (depth >= MAX_DEPTH) return '…'
  const place = placeWithin(node, printing.place)
  const inner = { ...printing, depth: depth + 1, place }
  const items = children.map((child) => {
    const [name, value] = child.type === 'property' ? (child.children ?? []) : []
    if (name === undefined || value === undefined) return printNode(child, inner)
    const path = [...place.path, String(name.value)]
    return `${printLeaf(name, printing)}: ${printNode(value, { ...inner, place: { ...place, path } })}`
  })
  const [opening, closing] = type === 'array' ? '[]' : '{}'
  const indent = `\n${'  '.repeat(depth)}`
  return `${opening}${items.map((item) => `${indent}  ${item}`).join(',')}${indent}${closing}`
}

/** As it is sent, unless a secret is written in it with escapes. */
function printLeaf({ value, offset, length }: Node, { text, hide }: Printing): string {
  const hidden = typeof value === 'string' ? hide(value) : value
  return hidden === value ? text.slice(offset, offset + length) : JSON.stringify(hidden)
}

/** Place of what a node holds: that of the resource which it is in a template, unless it is within a secret. */
function placeWithin(node: Node, place: PropertyPlace): PropertyPlace {
  const [type, name] = ['type', 'name'].map((field) => String(findValue(node, field)?.value))
  const isResource = type?.includes('/') && !isSecretPlace({ ...place, path: [...place.path, ''] })
  return isResource ? { resource: `${type} ${name}`, path: [] } : place
}

/** Properties that are a secret as a whole. */
const SECRET_PARTS = /^(?:customData|userData|protectedSettings|secureValue)$/i

/** True for what its own place makes a secret, or the name that it is the value of. */
function isSecret(node: Node, place: PropertyPlace): boolean {
  const { name, object } = findOwner(node)
  if (SECRET_PARTS.test(name)) return true
  if (isSecretPlace(place) && (node.type === 'string' || node.type === 'number')) return true
  if (object === undefined || !/^(?:default)?value$/i.test(name)) return false
  const sibling: unknown = findValue(object, 'name')?.value
  return isSecretName(findOwner(object).name) || isSecretName(String(sibling))
}

function findOwner({ parent }: Node): {
  readonly name: string
  readonly object?: Node | undefined
} {
  if (parent?.type !== 'property') return { name: '' }
  return { name: String(parent.children?.[0]?.value), object: parent.parent }
}
